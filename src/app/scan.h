/*
 * app/scan - which records match a query, found by jobs on all scan workers.
 *
 * Works on a frozen document; columns answer first, texts are read in large
 * blocks only when the query needs them. The rows are handed out in parts, small
 * ones at first, so that results come at once; hits are told in the order of the
 * rows while it runs: scan_take() fetches what is new. All calls belong to the
 * UI thread.
 */
#ifndef RREDIT_APP_SCAN_H
#define RREDIT_APP_SCAN_H

#include "app/rowmap.h"
#include "base/job.h"
#include "edit/snapshot.h"
#include "rrpair/query.h"

struct scan;

struct scan_spec {
	const char *what;	/* translated: "filter", "search" */
	struct snapshot *snapshot;	/* a reference is taken */
	struct query *query;		/* a reference is taken; NULL: all rows */
	uint64_t from;			/* position to begin at */
	const struct rowmap *tagged;	/* copied when the query asks for them */
	const struct rowmap *problems;	/* the same */
	const char *id, *name;		/* of the snapshot, for the query; copied */
	/* Called on the UI thread when all has ended. */
	void (*ended)(void *owner, struct scan *scan, bool complete);
	void *owner;
};

/* The scan belongs to the caller until scan_free(), which cancels it. */
struct scan *scan_start(struct jobs *jobs, const struct scan_spec *spec);
void scan_free(struct scan *scan);	/* NULL is fine */
/* Append hits found since the last call to *ids; returns how many. */
size_t scan_take(struct scan *scan, row_id **ids, size_t *count, size_t *cap);
/* Records looked at so far, and all; for a status line. */
void scan_progress(struct scan *scan, uint64_t *done, uint64_t *total);

#endif
