/*
 * app/record - one record as it was read, shared by all that show it.
 *
 * The text, its spans, the text as it is in the file, what is wrong with it,
 * its bodies decoded: each is found once and kept as long as anybody shows the
 * record. What is there never changes, so a job may read a record while the
 * screen shows it; what is found later (problems, bodies) is put in on the UI
 * thread.
 *
 * Counted, on the UI thread alone: a job is given a reference by those who
 * start it, and its done() gives it back. record_read() and the functions that
 * make what is put in later run on any thread.
 */
#ifndef RREDIT_APP_RECORD_H
#define RREDIT_APP_RECORD_H

#include "edit/rowmark.h"
#include "rrpair/body.h"
#include "rrpair/check.h"
#include "rrpair/rrpair.h"

/* A problem of the record as it is now. */
struct pair_problem {
	const struct check_rule *rule;
	char field[CHECK_FIELD_MAX];
	char message[CHECK_MESSAGE_MAX];
	size_t off;
};

struct problem_list {
	struct pair_problem *items;
	size_t n, cap;
};

struct record {
	unsigned refs;
	struct row_mark mark;
	uint64_t loads;			/* of the session when it was read */
	enum rrpair_proto proto;	/* in a repository; else 0 */
	bool there;			/* text holds it */
	bool ok;			/* pair holds it */
	struct err err;			/* why not */
	struct buf text;		/* NUL-terminated */
	struct rrpair pair;		/* of JSON that is no record: only doc */
	bool was_ok;			/* it was a record when saved last */
	struct buf saved_text;		/* empty when it is clean */
	struct rrpair saved_pair;
	/* put in when they were found */
	bool checked;
	struct problem_list problems;
	struct body *bodies[2];		/* by enum body_side; NULL: not yet */
	struct err body_err[2];		/* why there is none for good */
	bool decoded[2];
};

struct record *record_new(const struct row_mark *mark);	/* takes the mark */
struct record *record_ref(struct record *r);
void record_unref(struct record *r);	/* NULL is fine */

/* Read what `now` and `saved` say of the row of the mark. */
void record_read(struct record *r, const struct snapshot *now,
		 const struct snapshot *saved);
/* The same in the thread of the document. */
void record_read_document(struct record *r, struct document *doc);

/* As it was saved last; NULL when it is new or was no record. */
const struct rrpair *record_saved(const struct record *r);

/* Find what is wrong; appends. */
void record_check(const struct record *r, struct problem_list *out);
/* Take what record_check() found. */
void record_take_problems(struct record *r, struct problem_list *found);

/* Decode a body; NULL with err when the record has no such side. */
struct body *record_decode(const struct record *r, enum body_side side,
			   struct err *err);
void record_free_body(struct body *body);	/* NULL is fine */
/* Take what record_decode() gave. */
void record_take_body(struct record *r, enum body_side side,
		      struct body *body, const struct err *err);
/* Bytes that the body takes as it is stored; 0: there is none. */
size_t record_stored_len(const struct record *r, enum body_side side);

#endif
