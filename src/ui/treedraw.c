#include "config.h"

#include <stdio.h>

#include "ui/tree.h"

#define INDENT 2
#define WHEEL_ROWS 3

void tree_layout(struct tree *t, const struct region *r)
{
	size_t h = r->h > 0 ? (size_t)r->h : 1;

	t->at = *r;
	t->h = r->h;
	if (t->cursor < t->top)
		t->top = t->cursor;
	else if (t->cursor - t->top >= h)
		t->top = t->cursor - h + 1;
	if (t->nrows <= h)
		t->top = 0;
	else if (t->top > t->nrows - h)
		t->top = t->nrows - h;
	if (t->editing)
		prompt_layout(&t->field, r->w / 2);
}

/* The columns before the fold sign. Deep rows would leave no room: they stand
 * at the limit, with their depth as a number. */
static int indent(const struct tree *t, const struct tree_row *row)
{
	int most = t->at.w / 3 < TREE_INDENT_MAX ? t->at.w / 3 :
						    TREE_INDENT_MAX;
	uint32_t columns = row->depth * INDENT;

	return columns <= (uint32_t)most ? (int)columns : most;
}

static bool is_pressed(const struct tree *t, const struct tree_row *row)
{
	return row->depth * INDENT > (uint32_t)indent(t, row);
}

/* Draws up to the value; returns where that goes. */
static int draw_head(struct tree *t, const struct region *r, int y,
		     const struct tree_row *row)
{
	const struct buf *label = &t->scratch.label;
	int x = indent(t, row);

	if (is_pressed(t, row)) {
		char depth[16];
		int n = snprintf(depth, sizeof(depth), "%u", row->depth);

		if (n < x)
			region_puts(r, x - n - 1, y, n, STYLE_DIM, depth);
		region_glyph(r, 0, y, STYLE_DIM, GLYPH_LEFT);
	}
	if (row->parent)
		region_glyph(r, x, y, STYLE_DIM,
			     row->open ? GLYPH_UNFOLDED : GLYPH_FOLDED);
	x += 2;
	/* A long key leaves half of the row to the value. */
	if (label->len) {
		x += region_text(r, x, y,
				 r->w - x > 8 ? (r->w - x) * 2 / 3 : r->w - x,
				 t->scratch.label_style, label->data,
				 label->len);
		if (t->scratch.value.len || t->editing)
			x += region_puts(r, x, y, 2, STYLE_DIM, ": ");
	}
	return x;
}

static void draw_row(struct tree *t, const struct region *r, int y, size_t i,
		     bool focused)
{
	const struct tree_row *row = &t->rows[i];
	struct tree_cell *cell = &t->scratch;
	struct text_opts o = {.skip = t->left, .marks = true};
	bool edited = t->editing && i == t->cursor;
	int x;

	buf_clear(&cell->label);
	buf_clear(&cell->value);
	cell->label_style = cell->value_style = STYLE_NORMAL;
	cell->nhilites = 0;
	t->ops->cell(t->arg, row->node, cell);
	x = draw_head(t, r, y, row);
	if (edited) {
		struct region field;

		if (x > r->w / 2)	/* as tree_layout() promised */
			x = r->w / 2;
		field = region_sub(r, x, y, r->w - x, 1);
		prompt_draw(&t->field, &field, STYLE_FIELD_ACTIVE);
		return;
	}
	o.style = cell->value_style;
	o.hilites = cell->hilites;
	o.nhilites = cell->nhilites;
	o.marks = t->left > 0;
	region_text_opts(r, x, y, -1, &o, cell->value.data, cell->value.len);
	if (i == t->cursor)
		region_overlay(r, 0, y, r->w,
			       focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
}

void tree_draw(struct tree *t, const struct region *r, bool focused)
{
	bool bar = t->nrows > (size_t)(r->h > 0 ? r->h : 0);
	struct region body = region_sub(r, 0, 0, r->w - bar, r->h);
	int y;

	for (y = 0; y < r->h && t->top + (size_t)y < t->nrows; y++)
		draw_row(t, &body, y, t->top + (size_t)y, focused);
	region_scrollbar(r, r->w - 1, t->top, t->nrows);
	if (t->editing)
		prompt_draw_popup(&t->field, r, r->w / 2,
				  (int)(t->cursor - t->top));
}

enum ui_result tree_mouse(struct tree *t, const struct mouse *m)
{
	int x = m->x - t->at.x;
	size_t i;

	if (t->editing)
		return UI_IGNORED;
	if (m->kind == MOUSE_WHEEL_UP || m->kind == MOUSE_WHEEL_DOWN)
		return tree_move(t, m->kind == MOUSE_WHEEL_UP ? -WHEEL_ROWS :
								 WHEEL_ROWS);
	if ((m->kind != MOUSE_PRESS && m->kind != MOUSE_DOUBLE) ||
	    !region_contains(&t->at, m->x, m->y))
		return UI_IGNORED;
	i = t->top + (size_t)(m->y - t->at.y);
	if (i >= t->nrows)
		return UI_IGNORED;
	t->cursor = i;
	if (x >= indent(t, &t->rows[i]) && x <= indent(t, &t->rows[i]) + 1)
		tree_toggle(t);
	return UI_MOVED;
}
