/*
 * queryset - the records and expressions that filters are tested with.
 *
 * tests/data/filters.jsonl has the records, tests/data/filters.txt the
 * expressions with the records each of them matches.
 */
#ifndef RREDIT_TESTS_QUERYSET_H
#define RREDIT_TESTS_QUERYSET_H

#include "rrpair/query.h"
#include "slowjson.h"

#define SET_RECORDS 10

struct set_record {
	unsigned number;	/* from 1 */
	char *text;
	size_t len;
	struct slow *slow;	/* NULL: no JSON; bytes end in a NUL */
	unsigned columns;	/* bits: which fields columns answer */
	bool no_text;		/* text() must not be asked */
	char *column[QUERY_FIELDS];	/* what they answer; owned */
};

struct set_case {
	char *expr;
	unsigned want;		/* bit 1 << number */
	size_t error_column;	/* 0: matches; else where it is wrong */
	char *message;
};

struct set {
	struct set_record records[SET_RECORDS];
	struct set_case *cases;
	size_t count;
};

extern const struct query_ops set_ops;

void set_load(struct set *set);
void set_free(struct set *set);
/* Bits of the records that match. */
unsigned set_match(struct set *set, const struct query *q);

/* A member by a path of plain keys, "http.req.host"; NULL when absent. */
const struct slow *slow_at(const struct slow *v, const char *path);

#endif
