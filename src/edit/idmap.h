/*
 * idmap - row ids to numbers. Private to edit/. One thread.
 */
#ifndef RREDIT_EDIT_IDMAP_H
#define RREDIT_EDIT_IDMAP_H

#include "store/rows.h"

struct idmap_slot {
	row_id key;
	uint64_t value;		/* plus one; 0: empty */
};
struct idmap {
	struct idmap_slot *slot;
	size_t slots;		/* 0 or a power of two */
	size_t count;
};

/* Zeroes are an empty map. */
void idmap_release(struct idmap *m);
bool idmap_get(const struct idmap *m, row_id key, uint64_t *value);
/* The last one counts. value < UINT64_MAX. */
void idmap_set(struct idmap *m, row_id key, uint64_t value);

#endif
