/*
 * app/listing - which records are shown, in which order.
 *
 * Without filter and sort it is the document itself and costs nothing. Else it
 * is an array of row ids that jobs fill: hits of a filter come in while it
 * runs, a sort replaces the array when it is done; until then what was shown
 * stays. Sorting never changes the file.
 */
#ifndef RREDIT_APP_LISTING_H
#define RREDIT_APP_LISTING_H

#include "app/order.h"
#include "app/scan.h"
#include "edit/document.h"

struct listing {
	struct document *doc;		/* borrowed */
	struct jobs *jobs;
	/* what was asked for */
	char *expr;			/* the filter as typed; "" for none */
	struct query *query;		/* of expr */
	bool filter_on;
	enum sort_key sort;
	bool descending;
	/* for the query; set by the owner */
	const struct rowmap *tagged, *problems;
	const char *id, *name;
	void (*changed)(void *arg);	/* rows are other ones now */
	void *arg;
	/* what is shown, when it is not the document */
	bool own;
	row_id *ids;
	size_t count, cap;
	/* under way */
	struct scan *scan;
	struct order *order;
	struct snapshot *snapshot;	/* of scan and order */
	row_id *next;			/* collected for the sort, or before the
					   first hit replaces what is shown */
	size_t nnext, next_cap;
	bool replace;			/* the first hits drop what is shown */
	uint64_t seen;			/* document rows that were looked at */
};

void listing_init(struct listing *l, struct document *doc, struct jobs *jobs);
void listing_release(struct listing *l);

uint64_t listing_count(const struct listing *l);
row_id listing_row(const struct listing *l, uint64_t n);	/* ROW_NONE beyond */
bool listing_find(const struct listing *l, row_id id, uint64_t *n);
bool listing_filtered(const struct listing *l);	/* a filter is in force */
bool listing_busy(const struct listing *l);
/* In file order, as editing the order needs it (a filter is allowed)? */
bool listing_in_file_order(const struct listing *l);

/* A new filter ("" for none); ERR_USAGE and nothing changes when it is wrong.
 * Puts the filter on. */
bool listing_filter(struct listing *l, const char *expr, size_t len,
		    struct err *err);
/* Put "(filter in force) AND" before an expression, when there is one. */
void listing_within(const struct listing *l, struct buf *expr);
void listing_toggle(struct listing *l);		/* the filter off, or on again */
void listing_sort(struct listing *l, enum sort_key key, bool descending);
/* Do it all again: records came or went, flags changed. */
void listing_refresh(struct listing *l);
/* The document has grown at its end. */
void listing_grew(struct listing *l);
/* Show rows that were just inserted, behind the row `after` (or first). */
void listing_inserted(struct listing *l, row_id after, const row_id *ids,
		      size_t n);
/* Drop rows that the document no longer has. */
void listing_prune(struct listing *l);
/* Take in what jobs found meanwhile; true when rows came. */
bool listing_poll(struct listing *l);

#endif
