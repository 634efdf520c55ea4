/*
 * split - cut a region into panes.
 *
 * Plain arithmetic, each result clipped to its parent. A pane below its
 * minimum is left out (empty) and the other takes all.
 */
#ifndef RREDIT_UI_SPLIT_H
#define RREDIT_UI_SPLIT_H

#include "ui/canvas.h"

/* Take rows or columns from an edge; *r keeps the rest. */
struct region split_top(struct region *r, int rows);
struct region split_bottom(struct region *r, int rows);
struct region split_left(struct region *r, int cols);
struct region split_right(struct region *r, int cols);

/*
 * Two panes side by side (or one above the other), the first with `percent`
 * of the space, with a line between. When one would have less than min cells,
 * the second is empty. Returns whether there are two.
 */
bool split_columns(const struct region *r, int percent, int min,
		   struct region *first, struct region *second);
bool split_rows(const struct region *r, int percent, int min,
		struct region *first, struct region *second);
/* The line between two panes of split_columns()/split_rows(). */
void split_draw_columns(const struct region *first, const struct region *second);
void split_draw_rows(const struct region *first, const struct region *second);

/* w x h at most, centred in r. */
struct region split_centre(const struct region *r, int w, int h);

#endif
