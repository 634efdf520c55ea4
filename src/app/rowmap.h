/*
 * app/rowmap - a set of rows, each with a small number.
 *
 * Tags, search hits, problem marks. A hash table: 16 bytes a row and as much
 * again in air. One thread, or frozen.
 */
#ifndef RREDIT_APP_ROWMAP_H
#define RREDIT_APP_ROWMAP_H

#include <stdbool.h>
#include <stddef.h>

#include "store/rows.h"

struct rowmap {
	struct rowmap_slot {
		row_id id;
		unsigned value;		/* 0: no row here */
	} *slots;
	size_t cap, count;		/* cap: 0 or a power of two */
};

void rowmap_init(struct rowmap *m);
void rowmap_release(struct rowmap *m);
void rowmap_clear(struct rowmap *m);
void rowmap_copy(struct rowmap *dst, const struct rowmap *src);	/* dst: init */
/* value 0 takes the row out. */
void rowmap_set(struct rowmap *m, row_id id, unsigned value);
unsigned rowmap_get(const struct rowmap *m, row_id id);	/* 0: not there */
/* Visit all, in no order. *at starts at 0; false at the end. */
bool rowmap_next(const struct rowmap *m, size_t *at, row_id *id,
		 unsigned *value);

#endif
