/*
 * tehistory - the ThousandEyes snapshots that were created from here.
 *
 * The API lists none and deletes none, so what was made is kept in
 * thousandeyes/history.jsonl of the state directory (0600): one JSON object a
 * line, appended by one write. Several processes may append. Lines that cannot
 * be read are passed over and stay. It never holds a token or a user.
 */
#ifndef RREDIT_REMOTE_TEHISTORY_H
#define RREDIT_REMOTE_TEHISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "remote/teask.h"
#include "remote/teclient.h"

#define TE_HISTORY_MAX ((size_t)16 << 20)	/* bytes: some 40,000 snapshots */

struct te_past {
	int64_t made;		/* all times: seconds since the epoch */
	int64_t from, to;
	int64_t expires;	/* 0: it does not */
	char *remote;		/* name of the [remote] */
	char *base;		/* URL of the API */
	char *aid;		/* "" for the default group */
	char *test, *name, *link;
	int version;
	bool public;
};

struct te_history {
	struct te_past *items;	/* newest first */
	size_t count, cap;
};

/* Add what was made. remote and base as in te_past. */
bool te_history_add(const char *state_dir, const char *remote, const char *base,
		    const struct te_ask *ask, const struct te_made *made,
		    struct err *err);
/* Read it; a missing file is an empty history. */
bool te_history_read(struct te_history *out, const char *state_dir,
		     struct err *err);
void te_history_release(struct te_history *h);

/* How many were made at base for aid (NULL or "": the default group) after
 * `since`: the quota counts those, and others that were made elsewhere. */
size_t te_history_count(const struct te_history *h, const char *base,
			const char *aid, int64_t since);

#endif
