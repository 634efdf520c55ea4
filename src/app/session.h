/*
 * app/session - an open snapshot, shared by the views on it.
 *
 * The document with what the screen adds: which records are shown
 * (app/listing.h), tags, problems found, the current record. Counted by its
 * views. A session that nobody looks at any more is closed, unless it holds
 * unsaved edits: those wait in the app until they are saved or dropped.
 */
#ifndef RREDIT_APP_SESSION_H
#define RREDIT_APP_SESSION_H

#include "app/listing.h"
#include "app/record.h"
#include "app/rowmap.h"
#include "edit/document.h"
#include "rrpair/change.h"
#include "rrpair/check.h"
#include "store/library.h"

struct app;
struct seen;

/* A problem that was found; strings are owned. */
struct session_problem {
	row_id id;
	const struct check_rule *rule;
	char *field, *message;
};
#define SESSION_PROBLEMS_MAX 200000	/* kept; more are counted only */

enum session_checked {
	CHECKED_NEVER, CHECKED_RUNNING, CHECKED_STALE, CHECKED_FRESH
};

struct session {
	struct app *app;
	unsigned refs;
	struct document *doc;
	char *name;		/* for titles, visible characters only */
	char *id, *meta_path;	/* of a snapshot of the store, else NULL */
	bool records;		/* it holds traffic; else it is metadata */
	struct listing listing;
	struct rowmap tags;
	struct seen *seen;	/* values of the file, for completion */
	row_id current;		/* the record that views show, or ROW_NONE */
	/* the last check of the whole */
	enum session_checked checked;
	struct checking *checking;	/* the job, while it runs */
	struct session_problem *problems;
	size_t nproblems, problems_cap;
	uint64_t counts[CHECK_ERROR + 1];	/* by severity */
	struct rowmap marks;	/* row -> severity + 1, the worst */
	struct record *record;	/* the one read last, or NULL */
	/* jobs about it (session-record.c), while they run */
	struct finding_job *reading, *checking_record, *rechecking, *decoding[2],
		*columns;
	bool recover_asked;
	bool recover_now;	/* without asking: it was asked for */
	/* Once the edits are merged: save, over the file or elsewhere. */
	bool save_merged;
	char *save_merged_as;	/* NULL: over the file */
	uint64_t stray_told;	/* bytes in the replaced file, when it was told */
	uint64_t loads;		/* how often the file was loaded */
	bool saving;
};

/* Open a target, or find it among the open ones. A reference is returned. */
struct session *session_open(struct app *app, const struct target *target,
			     struct err *err);
/* The same for a snapshot's metadata: JSON that is no traffic. */
struct session *session_open_meta(struct app *app, const char *path,
				  struct err *err);
struct session *session_ref(struct session *s);
void session_unref(struct session *s);	/* NULL is fine */
/* Close one that has no views, dropping its edits or keeping their journal. */
void session_close(struct session *s, bool keep_journal);

const char *session_name(const struct session *s);
bool session_read_only(const struct session *s);
bool session_dirty(const struct session *s);
/* Moves at each change of the document, and when the file is loaded anew. */
uint64_t session_generation(const struct session *s);

/*
 * The record's text and spans, read once and kept until it changes. NULL with
 * err when it cannot be read (session_text() may) or is no record. Valid until
 * the next call. These read at once, however long it takes.
 */
const struct rrpair *session_pair(struct session *s, row_id id,
				  struct err *err);
/* Its text alone. */
const struct buf *session_text(struct session *s, row_id id, struct err *err);
/* Both, and what is known of it: never NULL. The session's: take a reference
 * to keep it. */
struct record *session_record(struct session *s, row_id id);
/*
 * The same without waiting: NULL while a job reads it, which ends with
 * CHANGED_RECORD; ask again then. One record is read at a time: to ask for
 * another one is to give up the first.
 */
struct record *session_record_soon(struct session *s, row_id id);
/* The length of its text, without reading it. */
size_t session_length(struct session *s, row_id id);
/* Are its columns known, or soon? CHANGED_RECORD comes when they are. */
bool session_columns_soon(struct session *s, row_id id);
/* Is it what the row is now, and was when saved last? */
bool session_holds(const struct session *s, const struct record *r);
/* See that r->checked, or r->decoded[side], comes true; false while a job is
 * at it, which ends with CHANGED_RECORD. */
bool session_problems_soon(struct session *s, struct record *r);
bool session_body_soon(struct session *s, struct record *r,
		       enum body_side side);
void session_record_stop(struct session *s);	/* forget all of that */
/* Its number in the file, from 1; 0 when it is gone, or not known yet. */
uint64_t session_number(struct session *s, row_id id);
/* The number, or "-3" for the third from the end of a file that is still being
 * read. */
void session_show_number(struct session *s, row_id id, struct buf *out);
/* Is its number known (or nothing of it)? If not, that is said. */
bool session_numbered(struct session *s, row_id id);

/* The rows a command works on: the tagged ones that exist, in document order,
 * else the one given. Caller frees. */
size_t session_targets(struct session *s, row_id current, row_id **out);
/* In document order. */
void session_sort_rows(struct session *s, row_id *ids, size_t n);

/* Make the record the current one and tell the views. */
void session_set_current(struct session *s, row_id id);

/* Apply a change to one record as one undo step, and say what else changed.
 * label is translated. False when it was refused (said already). */
bool session_apply(struct session *s, row_id id, const char *label,
		   const struct change_set *change);

/* Copy records, each behind itself (session-copy.c); ids is taken over. */
void session_duplicate(struct session *s, row_id *ids, size_t n);

/* Check every record in the background (session-check.c). */
void session_check(struct session *s);
void session_check_stop(struct session *s);
/* The worst severity of a row + 1; 0 when no problem is known. */
unsigned session_mark(const struct session *s, row_id id);
/* Look at an edited row again: at once, or by a job when it is long. */
void session_recheck(struct session *s, row_id id);
/* For session-record.c: put the problems of a record in place of those known. */
void session_take_problems(struct session *s, const struct record *r);

/* Save in the background and tell (session-save.c). path NULL: in place. With
 * force, errors that edits brought in do not block. then() runs after success;
 * may be NULL. */
void session_save(struct session *s, const char *path, bool force,
		  void (*then)(struct app *app, void *arg), void *arg);

/* Offer what a crash left of its edits (session-recover.c). */
void session_ask_recover(struct session *s);

/* In place; then() after success, dropped() when it was not saved. */
void session_save_or(struct session *s,
		     void (*then)(struct app *app, void *arg),
		     void (*dropped)(struct app *app, void *arg), void *arg);

/* Called by the app: after jobs, and from its timer. */
void session_poll(struct session *s);
void session_look(struct session *s);	/* was the file changed? */
/* Load the file again when it was changed; asks when that loses edits. */
void session_ask_reload(struct session *s);
/* Load it now; edits are dropped, or kept in their journal and merged in when
 * the file is read (session_poll()). False: the file cannot be opened any more, and
 * the views on it are closed. No job may hold the session. */
bool session_reload(struct session *s, bool merge);
/* Load it, merge the edits in, and tell when that cannot be now. */
bool session_merge(struct session *s);
/* Edits on top of what is on disk now, then saved: over it, or as path. */
void session_save_merged(struct session *s, const char *path);
size_t session_views(const struct session *s);

#endif
