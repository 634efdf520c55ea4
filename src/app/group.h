/*
 * app/group - records counted by the values of one field or of several, by a job.
 */
#ifndef RREDIT_APP_GROUP_H
#define RREDIT_APP_GROUP_H

#include "base/job.h"
#include "edit/snapshot.h"
#include "rrpair/field.h"

#define GROUP_FIELDS_MAX 4
#define GROUPS_VALUES_MAX 100000	/* different values that are kept */

struct group_value {
	char *value;		/* bytes; NULL: the field is absent. Of several
				   fields: group_part() tells */
	size_t len;
	uint64_t records, bytes, duration;	/* sums; ms */
	uint64_t slowest;
	uint64_t errors;	/* status 400 and above, or an ERR: of a database */
	uint32_t p50, p95, p99;		/* of the durations; ms */
};

struct group_result {
	struct group_value *values;	/* most frequent first */
	size_t count;
	uint64_t records;
	bool more;			/* over GROUPS_VALUES_MAX */
};
void group_result_release(struct group_result *r);

struct group;
/* Count ids (taken over; NULL: every row) by fields, which are copied. ended() gets a
 * result to take over, or NULL when it was cancelled or failed. */
struct group *group_start(struct jobs *jobs, struct snapshot *snapshot,
			  row_id *ids, size_t count,
			  const struct field *fields, size_t nfields,
			  void (*ended)(void *owner, struct group_result *r),
			  void *owner);
/* The value of the i-th of nfields; NULL when it is absent. */
const char *group_part(const struct group_value *v, size_t nfields, size_t i,
		       size_t *len);
void group_free(struct group *g);	/* cancels; NULL is fine */

#endif
