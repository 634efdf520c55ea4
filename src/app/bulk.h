/*
 * app/bulk - one change to many records, as one undo step.
 *
 * make() is asked for each record, on a worker, and gives a change against the
 * record's text (none: the record stays). The result is applied on the UI
 * thread, all or nothing; a record that was edited meanwhile stops it. One
 * record is done at once, without a job.
 */
#ifndef RREDIT_APP_BULK_H
#define RREDIT_APP_BULK_H

#include "app/session.h"

/* False with err: this record cannot be changed so (it is counted, the first
 * reason is told, the others go on). */
typedef bool bulk_make(void *arg, const struct rrpair *pair,
		       struct change_set *out, struct err *err);

struct bulk_spec {
	const char *label;	/* translated: the undo step */
	row_id *ids;		/* taken over */
	size_t count;
	bulk_make *make;
	void (*free)(void *arg);	/* UI thread; may be NULL */
	void *arg;
};
void bulk_start(struct session *s, const struct bulk_spec *spec);

#endif
