/*
 * app/order - rows sorted by a column, by a job.
 */
#ifndef RREDIT_APP_ORDER_H
#define RREDIT_APP_ORDER_H

#include "base/job.h"
#include "edit/snapshot.h"

enum sort_key {
	SORT_FILE, SORT_TIME, SORT_DIRECTION, SORT_COMMAND, SORT_HOST,
	SORT_LOCATION, SORT_STATUS, SORT_DURATION, SORT_SIZE, SORT_TECH,
	SORT_KEYS
};

struct order;
/* Sort ids (taken over) of a snapshot; equal rows stay in their order. ended()
 * gets the sorted ids (its own to free), or NULL when it was cancelled. */
struct order *order_start(struct jobs *jobs, struct snapshot *snapshot,
			  row_id *ids, size_t count, enum sort_key key,
			  bool descending,
			  void (*ended)(void *owner, row_id *ids, size_t count),
			  void *owner);
void order_free(struct order *order);	/* cancels; NULL is fine */

#endif
