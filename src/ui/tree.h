/*
 * tree - a foldable tree of values behind callbacks.
 *
 * A node is a number of the caller's (say, the index of a span). The tree
 * keeps which nodes are open and the list of visible rows (24 bytes each),
 * nothing else; texts are asked for when they are drawn. Depth is limited
 * only by the caller: deep indentation is pressed into TREE_INDENT_MAX
 * columns with the depth as a number. Nothing recurses.
 *
 * After the data changed, call tree_changed(): nodes are found again by
 * name(), a stable hash of their path, so what was open stays open and the
 * cursor stays on its value.
 */
#ifndef RREDIT_UI_TREE_H
#define RREDIT_UI_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/prompt.h"

#define TREE_INDENT_MAX 24	/* columns; deeper nodes show their depth */
#define TREE_ROWS_MAX 4000000	/* expand-all stops here */

struct tree_cell {
	struct buf label;	/* key, or "[3]" */
	struct buf value;	/* value, or a summary such as "{4}" */
	unsigned label_style, value_style;
	struct hilite hilites[16];	/* ranges of value */
	size_t nhilites;
};

struct tree_ops {
	size_t (*children)(void *arg, size_t node);	/* 0: a leaf */
	size_t (*child)(void *arg, size_t node, size_t i);
	/* Optional: where first child and next sibling are, when that is quicker
	 * than child(i) (a span list); SIZE_MAX at the end. */
	size_t (*next)(void *arg, size_t node);
	void (*cell)(void *arg, size_t node, struct tree_cell *out);
	uint64_t (*name)(void *arg, size_t node);	/* stable, never 0 */
	/* Optional: editing. get() gives the bytes to edit. */
	bool (*get)(void *arg, size_t node, struct buf *out, struct err *err);
	bool (*set)(void *arg, size_t node, const char *bytes, size_t len,
		    struct err *err);
};

struct tree_row {
	size_t node;
	uint64_t name;
	uint32_t depth;
	bool parent, open;
};

struct tree {
	const struct tree_ops *ops;
	void *arg;
	size_t root;
	bool hide_root;
	size_t wide;		/* nodes with more children begin folded */
	struct tree_row *rows;
	size_t nrows, rows_cap;
	uint64_t *open;		/* names of open nodes: a hash set */
	size_t nopen, open_cap;
	size_t cursor, top;
	size_t left;		/* columns scrolled sideways */
	bool editing;
	struct prompt field;
	int h;
	struct region at;
	struct tree_cell scratch;
};

void tree_init(struct tree *t, const struct tree_ops *ops, void *arg,
	       size_t root, bool hide_root);
void tree_release(struct tree *t);
/* Other data, or another root: fold all but the first `depth` levels. */
void tree_reset(struct tree *t, size_t root, int depth);
void tree_changed(struct tree *t, size_t root);

enum ui_result tree_move(struct tree *t, long rows);
enum ui_result tree_page(struct tree *t, int pages);
enum ui_result tree_half_page(struct tree *t, int halves);
enum ui_result tree_home(struct tree *t);
enum ui_result tree_end(struct tree *t);
enum ui_result tree_sideways(struct tree *t, int columns);
enum ui_result tree_parent(struct tree *t);	/* fold, or go to the parent */
enum ui_result tree_child(struct tree *t);	/* unfold, or go to the first child */
enum ui_result tree_toggle(struct tree *t);
enum ui_result tree_sibling(struct tree *t, int step);
enum ui_result tree_fold_all(struct tree *t);
/* Unfold everything under the cursor's node (whole: under the root). False in
 * *all when TREE_ROWS_MAX stopped it. */
enum ui_result tree_unfold_all(struct tree *t, bool whole, bool *all);
/* The node under the cursor; false when the tree is empty. */
bool tree_current(const struct tree *t, size_t *node);
/* Its ancestors from the root to itself, at most max; returns the number. */
size_t tree_path(const struct tree *t, size_t *nodes, size_t max);
/* Open every fold on the way (nodes from the root to the target) and go. */
enum ui_result tree_reveal(struct tree *t, const size_t *path, size_t n);

bool tree_edit(struct tree *t, struct err *err);
struct prompt *tree_field(struct tree *t);
bool tree_accept(struct tree *t, struct err *err);
void tree_cancel(struct tree *t);

void tree_layout(struct tree *t, const struct region *r);
void tree_draw(struct tree *t, const struct region *r, bool focused);
/* Press moves the cursor, a press on the fold sign toggles, wheel scrolls. */
enum ui_result tree_mouse(struct tree *t, const struct mouse *m);

#endif
