/*
 * rowstate - the states of edited and added rows, by id.
 *
 * Private to store/: the table inside struct rows.
 */
#ifndef RREDIT_STORE_ROWSTATE_H
#define RREDIT_STORE_ROWSTATE_H

#include "store/rows.h"

struct state_slot {
	row_id id;
	struct row_state *state;	/* NULL: empty */
};
struct state_table {
	struct state_slot *slot;
	size_t slots;			/* 0 or a power of two */
	size_t count;
};

struct row_state *state_table_get(const struct state_table *t, row_id id);
void state_table_set(struct state_table *t, row_id id, struct row_state *s);
void state_table_copy(struct state_table *to, const struct state_table *from);
void state_table_release(struct state_table *t);

#endif
