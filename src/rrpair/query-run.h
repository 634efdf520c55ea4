/*
 * query-run - one thread's state while records are matched. Private to
 * rrpair/query*.c.
 *
 * Everything is lazy: the record's text is asked for, scanned and its bodies
 * decoded when the first rule needs that, and once per record.
 */
#ifndef RREDIT_RRPAIR_QUERY_RUN_H
#define RREDIT_RRPAIR_QUERY_RUN_H

#include "rrpair/body.h"
#include "rrpair/query-ast.h"

enum side_state { SIDE_NEW, SIDE_NONE, SIDE_DECODED };

/* A decoded body (query-body.c). */
struct query_body {
	uint32_t node;		/* the member it was read from */
	uint32_t hidden;	/* the same when it is sound base64, whose text says
				   nothing; else JSON_NONE */
	struct buf bytes, stored;
};

struct query_side {
	enum side_state state;
	bool scanned, is_json;	/* doc was tried; holds */
	struct query_body body;
	struct json_doc doc;
};

struct query_inflater;
struct query_inflater *query_inflater_new(void);
void query_inflater_free(struct query_inflater *f);
/* False: there is no body that could be looked at. */
bool query_body_decode(struct query_inflater *f, const struct rrpair *pair,
		       uint32_t message, struct query_body *body);
/* The bytes behind base64 and gzip. False when it is no base64. */
bool query_body_open(struct query_inflater *f, const char *coded, size_t len,
		     struct query_body *body);

struct query_run {
	struct query *query;
	struct regex_run *regex;
	const struct query_ops *ops;
	void *rec;
	bool asked;		/* text and len were fetched (NULL: unreadable) */
	bool tried;		/* pair was parsed, or is no record */
	const char *text;
	size_t len;
	struct rrpair pair;	/* pair.text is NULL: no JSON object */
	struct query_side side[2];	/* by enum body_side */
	struct query_inflater *inflater;
	struct query_body skim;	/* memory of run_skim() */
	struct buf value, other;	/* decoded values */
	uint64_t gave_up;
};

/* The record's bytes, NULL when unreadable. */
const char *run_text(struct query_run *run, size_t *len);
/* The record scanned, or NULL when it is no JSON object. */
const struct rrpair *run_pair(struct query_run *run);
/* A decoded body, NULL when there is none; its JSON, NULL when it is none. */
const struct buf *run_body(struct query_run *run, enum body_side side);
const struct json_doc *run_body_json(struct query_run *run, enum body_side side);

bool run_regex(struct query_run *run, const struct query_rule *rule,
	       const char *s, size_t len);
/* OP_CONTAINS, OP_REGEX and plain OP_IS on one text. */
bool run_test_words(struct query_run *run, const struct query_rule *rule,
		    const char *s, size_t len);

/* A number, against the number of the rule. */
bool run_test_int(const struct query_rule *rule, int64_t v);
/* A decoded value, in the ways of the rule's keyword. */
bool run_test_value(struct query_run *run, const struct query_rule *rule,
		    const char *s, size_t len);
/* A value of a scanned text: a string decoded, a number as a number, arrays
 * and objects as compact JSON; JSON_NONE: the empty text. */
bool run_test_node(struct query_run *run, const struct query_rule *rule,
		   const struct json_doc *doc, uint32_t node);

/* False: the record's text, scanned or not, certainly fails the rule. */
bool run_skim(struct query_run *run, const struct query_rule *rule,
	      const char *text, size_t len);
bool run_test_text(struct query_run *run, const struct query_rule *rule);
bool run_test_reqbodyjson(struct query_run *run, const struct query_rule *rule);

#endif
