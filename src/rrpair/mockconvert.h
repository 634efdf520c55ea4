/*
 * mockconvert - recorded traffic as a Microcks repository, and back.
 *
 * Field by field: a pair becomes a request, a response and an operation of a
 * service, as Microcks itself takes in HAR files; what one form has and the
 * other has no place for is counted by path, so that a report can tell it.
 *
 * One thread; texts are copied.
 */
#ifndef RREDIT_RRPAIR_MOCKCONVERT_H
#define RREDIT_RRPAIR_MOCKCONVERT_H

#include "rrpair/body.h"
#include "rrpair/pairtable.h"

/* What has no place, by path: in how many records, and why (translated; "" for
 * what needs no words). */
struct mock_lost {
	char *path, *why;
	uint64_t records;
};
struct mock_report {
	struct mock_lost *list;
	size_t count, cap;
};
void mock_report_release(struct mock_report *r);
void mock_report_add(struct mock_report *r, const char *path, const char *why);

/* Append a JSON string that is UTF-8 whatever came: a byte that is none becomes
 * U+FFFD. */
void mock_encode(struct buf *out, const char *s, size_t len);

/* ---- sets of strings ---- */

/* Strings with a number each: open addressing, cap a power of two. */
struct mock_strings {
	struct { char *key; size_t value; } *slot;
	size_t count, cap;
};
/* The number of the key: value when it is new. Takes the key. */
size_t mock_strings_add(struct mock_strings *t, char *key, size_t value,
			bool *new);
void mock_strings_release(struct mock_strings *t);

/* ---- a record's texts, and what is lost of it (mocklost.c) ---- */

/* The decoded value; "" where there is none. Owned by the caller. */
char *mock_text_of(const struct rrpair *pair, uint32_t node);
char *mock_field_text(const struct rrpair *pair, enum field_id id);
/* What is kept once for all records of a service, and what was made of this one:
 * the name of its messages, its parameters. */
struct params;
struct mock_facts {
	const char *name, *direction, *cluster, *namespace_, *message;
	const struct params *params;
};
void mock_lose_rest(struct mock_report *r, const struct rrpair *pair,
		    const struct mock_facts *facts);

/* ---- traffic to a repository ---- */

struct mock_options {
	const char *service;	/* NULL: what each record says */
	const char *version;	/* of the services; NULL: "1.0" */
	const char *direction;	/* back: "IN" or "OUT"; NULL: as noted in the
				   repository, else OUT */
	const char *host;	/* back: of every request; NULL: none */
};

struct mock_maker;
struct mock_maker *mock_maker_new(const struct mock_options *options);
void mock_maker_free(struct mock_maker *m);
/* pair NULL: the record could not be read. ERR_LIMIT: too much for one file. */
bool mock_maker_add(struct mock_maker *m, const struct rrpair *pair,
		    struct err *err);
/* Append the repository, in the spelling of an export. */
bool mock_maker_finish(struct mock_maker *m, struct buf *out, struct err *err);
const struct mock_report *mock_maker_report(const struct mock_maker *m);

/* ---- a repository to traffic ---- */

struct mock_player;
struct mock_player *mock_player_new(const struct mock_options *options);
void mock_player_free(struct mock_player *p);
/* First every record of the file but its requests, in any order, ... */
bool mock_player_learn(struct mock_player *p, const struct rrpair *pair,
		       struct err *err);
/* ... then each request: appends a record and a line end, or nothing when it has
 * no form as traffic. */
bool mock_player_add(struct mock_player *p, const struct rrpair *pair,
		     struct buf *out, struct err *err);
const struct mock_report *mock_player_report(struct mock_player *p);
/* The same without the responses that nobody asked for: of a part of the file. */
const struct mock_report *mock_player_lost(const struct mock_player *p);

/* A fresh id as Microcks makes them: 24 hexadecimal digits. */
#define MOCK_ID_LEN 24
void mock_fresh_id(char out[MOCK_ID_LEN + 1]);

#endif
