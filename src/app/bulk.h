/*
 * app/bulk - one change to many records, as one undo step.
 *
 * make() is asked for each record, on a worker, and takes steps on a run that
 * stands on it (none: the record stays). What came of it is shown - how many
 * records and values, with samples - and applied on the UI thread when the user
 * agrees, all or nothing; a record that was edited meanwhile stops it. One
 * record is done at once, without a job and a question.
 */
#ifndef RREDIT_APP_BULK_H
#define RREDIT_APP_BULK_H

#include "app/session.h"

/* False with err: this record cannot be changed so (it is counted, the first
 * reason is told, the others go on). run->name is the record's row id. */
typedef bool bulk_make(void *arg, struct change_run *run, struct err *err);

struct bulk_spec {
	const char *label;	/* translated: the undo step */
	row_id *ids;		/* taken over */
	size_t count;
	bulk_make *make;
	/* Before the first record, on the worker; may be NULL. job is NULL when
	 * there is only one. False: nothing is done. */
	bool (*prepare)(void *arg, struct job *job,
			const struct snapshot *snapshot, struct err *err);
	void (*free)(void *arg);	/* UI thread; may be NULL */
	void *arg;
	bool at_once;		/* without a question */
	bool hidden;		/* the samples show no values: they are secret */
	bool skip_broken;	/* what is no record is no reason to complain */
};
void bulk_start(struct session *s, const struct bulk_spec *spec);

#endif
