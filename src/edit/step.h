/*
 * step - what one undo takes back.
 *
 * Edits of rows (states before and after, their patches relative to the row's
 * base) and relocations of runs of rows, in the order they were made. The inverse
 * is a swap, so undo and redo are the same walk in two directions. A step
 * encodes into a journal frame and decodes from one with every number checked.
 */
#ifndef RREDIT_EDIT_STEP_H
#define RREDIT_EDIT_STEP_H

#include "base/buf.h"
#include "store/rows.h"

enum step_kind { STEP_EDIT, STEP_PLACES };

struct step_edit {
	row_id id;
	struct row_state *before, *after;	/* NULL: clean; counted */
};
struct step_part {
	enum step_kind kind;
	size_t count, cap;
	union {
		struct step_edit *edits;
		struct rows_place *places;
	};
};
struct step {
	char *label;
	struct step_part *parts;
	size_t count, cap;
};

struct step *step_new(const char *label);
void step_free(struct step *s);
/* Takes the references. */
void step_add_edit(struct step *s, row_id id, struct row_state *before,
		   struct row_state *after);
void step_add_places(struct step *s, const struct rows_place *places, size_t n);
/* Do it (forward), or take it back. Returns what kinds were in it. */
void step_apply(const struct step *s, struct rows *rows, bool forward);
bool step_moves_rows(const struct step *s);
size_t step_memory(const struct step *s);

/* before-states are not written: they are what the replay finds. */
void step_encode(const struct step *s, struct buf *out);
/*
 * Decode against the rows as they are at this point of the replay; base_len
 * answers how long a row's base is (false: no such row). ERR_INPUT for
 * anything that does not fit.
 */
typedef bool step_base_len(void *arg, row_id id, const struct row_state *s,
			   size_t *len);
struct step *step_decode(const char *bytes, size_t len, const struct rows *rows,
			 step_base_len *base_len, void *arg, struct err *err);

#endif
