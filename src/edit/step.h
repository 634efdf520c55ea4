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
	uint64_t frame_bytes;	/* what it takes in the journal */
	struct step_part *parts;
	size_t count, cap;
};

struct step *step_new(const char *label);
void step_free(struct step *s);
/* Takes the references. */
void step_add_edit(struct step *s, row_id id, struct row_state *before,
		   struct row_state *after);
void step_add_places(struct step *s, const struct rows_place *places, size_t n);
/* Do it (forward), or take it back. rows must be owned. */
void step_apply(const struct step *s, struct rows *rows, bool forward);
/* A place in a step to come back to: what was added since is taken back. */
struct step_mark { size_t parts, last; };
struct step_mark step_mark(const struct step *s);
void step_take_back(struct step *s, struct step_mark mark, struct rows *rows);
/* Make it its own inverse. */
void step_invert(struct step *s);
bool step_moves_rows(const struct step *s);
bool step_empty(const struct step *s);
/* How many rows it touches, and one of them (ROW_NONE: none). */
uint64_t step_rows(const struct step *s, row_id *first);

#endif
