/*
 * mockcheck - the rules for records of a Microcks repository.
 *
 * Private to src/rrpair (check.h is the way in). Errors are what the importer
 * refuses, by the rules of its JSON reader; warnings are what it takes though
 * it is lost or breaks afterwards, and what the published schema forbids.
 * Rules about references need to have seen the whole file before:
 * mock_index_learn() of each record, in order.
 */
#ifndef RREDIT_RRPAIR_MOCKCHECK_H
#define RREDIT_RRPAIR_MOCKCHECK_H

#include "rrpair/change.h"
#include "rrpair/check-internal.h"

struct mock_index;
struct mock_index *mock_index_new(void);
void mock_index_free(struct mock_index *index);	/* NULL is fine */
void mock_index_learn(struct mock_index *index, uint64_t record,
		      const struct rrpair *pair);
/* Rules of a record against all others. */
void mock_index_rules(struct mock_index *index, struct check_run *run);

/* Rules of a record alone, in the order of its members. */
void check_mock_rules(struct check_run *run);		/* mockcheck.c */
/* Every member that servers before 1.14 do not know: each() until false. */
void mock_newer_members(const struct rrpair *pair,
			bool (*each)(void *arg, uint32_t node, const char *since),
			void *arg);

#endif
