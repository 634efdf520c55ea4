/*
 * app/matching - rows of a snapshot against a query.
 *
 * Columns answer first; texts are read in large blocks, and only when the query
 * can ask for them. Filters, searches and the commands without a screen all pass
 * over records this way, each of their jobs with a matching of its own.
 */
#ifndef RREDIT_APP_MATCHING_H
#define RREDIT_APP_MATCHING_H

#include "app/rowmap.h"
#include "base/job.h"
#include "edit/snapshot.h"
#include "rrpair/check.h"
#include "rrpair/query.h"

/* What the records are beside their text. All borrowed, unchanged meanwhile. */
struct matching_context {
	struct snapshot *snapshot;
	struct query *query;		/* NULL: every row matches */
	const struct rowmap *tagged;	/* NULL: none */
	const struct rowmap *problems;	/* NULL: records are checked for them */
	const char *id, *name;		/* of the snapshot; may be NULL */
};

struct matching {
	const struct matching_context *context;
	struct query_run *run;
	struct check *check;	/* made when it is first needed */
	/* the record that is looked at */
	row_id row;
	const struct columns *columns;	/* NULL: not known */
	const char *text;	/* of the cursor, or read into own */
	size_t len;
	bool have_text;
	struct buf own;
};

void matching_init(struct matching *m, const struct matching_context *context);
void matching_release(struct matching *m);
/* Does a pass read texts? */
bool matching_reads(const struct query *q);
/*
 * Tell each row in [from, to) that matches, in their order. False with err when
 * a text could not be read; a job that is cancelled just ends (job may be NULL).
 */
bool matching_pass(struct matching *m, uint64_t from, uint64_t to,
		   struct job *job,
		   void (*found)(void *arg, uint64_t pos, row_id id), void *arg,
		   struct err *err);
/* How often a regular expression gave up so far. */
uint64_t matching_gave_up(const struct matching *m);

#endif
