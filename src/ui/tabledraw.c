#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/table.h"
#include "ui/wrap.h"

#define MARK_COLUMNS 2

static int marks(const struct table *t)
{
	return t->ops->mark ? MARK_COLUMNS : 0;
}

static void lay_out_columns(struct table *t, int w)
{
	int i, used = 0;

	w -= marks(t) + t->ncolumns - 1;	/* a blank between two */
	for (i = 0; i < t->ncolumns; i++) {
		int want = w * t->columns[i].percent / 100;
		int left = w - used;

		if (want < t->columns[i].min)
			want = t->columns[i].min;
		if (i == t->ncolumns - 1 || want > left)
			want = left;
		t->widths[i] = want > 0 ? want : 0;
		used += t->widths[i];
	}
}

/* The bytes of the focused cell, in t->scratch. */
static const struct buf *focused_cell(struct table *t)
{
	buf_clear(&t->scratch);
	if (t->row < t->ops->count(t->arg))
		t->ops->cell(t->arg, t->row, t->column, &t->scratch);
	return &t->scratch;
}

/* Rows of the whole value below: 0 when its column shows it whole. */
static int value_rows(struct table *t, int w)
{
	const struct buf *b = focused_cell(t);
	size_t fit = utf8_fit(b->data, b->len, (size_t)t->widths[t->column],
			      NULL);
	size_t len = b->len, shown;
	const char *s = b->data;
	int rows = 0;

	if (fit == b->len)
		return 0;
	/* Look no further than can be shown. */
	while (len && rows < TABLE_VALUE_ROWS) {
		size_t used = wrap_row(s, len, w, &shown);

		s += used;
		len -= used;
		rows++;
	}
	return rows;
}

static bool has_note(struct table *t)
{
	buf_clear(&t->scratch);
	if (t->ops->note && t->row < t->ops->count(t->arg))
		t->ops->note(t->arg, t->row, &t->scratch);
	return t->scratch.len > 0;
}

/* The rows for the table and for what stands below it. */
static void share_rows(struct table *t, const struct region *r, int w)
{
	lay_out_columns(t, w);
	t->below = value_rows(t, r->w) + (has_note(t) ? 1 : 0);
	if (t->below)
		t->below++;	/* a line between */
	if (r->h - 1 - t->below < 2)
		t->below = 0;
	t->h = r->h - 1 - t->below;
}

/* Rows that do not fit are said to be there, by a bar in the last column. */
static bool has_bar(const struct table *t)
{
	return t->h > 0 && t->ops->count(t->arg) > (size_t)t->h;
}

void table_layout(struct table *t, const struct region *r)
{
	size_t n = t->ops->count(t->arg), h;

	t->at = *r;
	table_changed(t);
	share_rows(t, r, r->w);
	if (has_bar(t))
		share_rows(t, r, r->w - 1);
	h = t->h > 0 ? (size_t)t->h : 1;
	if (t->row < t->top)
		t->top = t->row;
	else if (t->row - t->top >= h)
		t->top = t->row - h + 1;
	if (n <= h)
		t->top = 0;
	else if (t->top > n - h)
		t->top = n - h;
	if (t->editing)
		prompt_layout(&t->field, t->widths[t->column]);
}

/*
 * Drawing
 */

static void draw_mark(const struct table *t, const struct region *r, int y,
		      size_t row)
{
	switch (t->ops->mark(t->arg, row)) {
	case TABLE_PLAIN:
		break;
	case TABLE_CHANGED:
		region_glyph(r, 0, y, STYLE_CHANGED, GLYPH_CHANGED);
		break;
	case TABLE_ADDED:
		region_puts(r, 0, y, 1, STYLE_ADDED, "+");
		break;
	case TABLE_WARNING:
		region_puts(r, 0, y, 1, STYLE_WARNING, "?");
		break;
	case TABLE_ERROR:
		region_puts(r, 0, y, 1, STYLE_ERROR, "!");
		break;
	}
}

static void draw_row(struct table *t, const struct region *r, int y,
		     size_t row, bool focused)
{
	int i, x = marks(t);

	if (t->ops->mark)
		draw_mark(t, r, y, row);
	for (i = 0; i < t->ncolumns; i++) {
		unsigned style = i == 0 ? STYLE_LABEL : STYLE_FIELD;

		if (!t->ops->set || t->columns[i].read_only)
			style = i == 0 ? STYLE_LABEL : STYLE_READONLY;
		buf_clear(&t->scratch);
		t->ops->cell(t->arg, row, i, &t->scratch);
		region_text(r, x, y, t->widths[i], style, t->scratch.data,
			    t->scratch.len);
		if (row == t->row && (!focused || i != t->column))
			region_overlay(r, x, y, t->widths[i],
				       STYLE_SELECTED_IDLE);
		else if (row == t->row)
			region_overlay(r, x, y, t->widths[i], STYLE_SELECTED);
		x += t->widths[i] + 1;
	}
}

static int column_x(const struct table *t, int column)
{
	int i, x = marks(t);

	for (i = 0; i < column; i++)
		x += t->widths[i] + 1;
	return x;
}

/* The whole value and the note, under the rows. */
static void draw_below(struct table *t, const struct region *r)
{
	int y = r->h - t->below, last = r->h - (has_note(t) ? 1 : 0);
	const char *s;
	size_t len, shown;

	region_hline(r, 0, y++, r->w, STYLE_BORDER);
	if (last < r->h)
		region_text(r, 0, last, r->w, STYLE_WARNING, t->scratch.data,
			    t->scratch.len);
	s = focused_cell(t)->data;
	len = t->scratch.len;
	for (; len && y < last; y++) {
		size_t used = wrap_row(s, len, r->w, &shown);

		/* The last row says when even this was not all. */
		region_text(r, 0, y, r->w, STYLE_FIELD, s,
			    y + 1 < last ? shown : len);
		s += used;
		len -= used;
	}
}

void table_draw(struct table *t, const struct region *r, bool focused)
{
	size_t n = t->ops->count(t->arg);
	int i, y;

	region_fill_row(r, 0, STYLE_HEADER);
	for (i = 0; i < t->ncolumns; i++)
		region_puts(r, column_x(t, i), 0, t->widths[i], STYLE_HEADER,
			    _(t->columns[i].title));
	for (y = 0; y < t->h && t->top + (size_t)y < n; y++)
		draw_row(t, r, y + 1, t->top + (size_t)y, focused);
	if (has_bar(t)) {
		struct region rows = region_sub(r, 0, 1, r->w, t->h);

		region_scrollbar(&rows, r->w - 1, t->top, n);
	}
	if (n == 0 && t->empty)
		region_puts(r, marks(t), 1, -1, STYLE_DIM, t->empty);
	if (t->below)
		draw_below(t, r);
	if (t->editing) {
		int x = column_x(t, t->column);
		struct region field;

		y = (int)(t->row - t->top) + 1;
		field = region_sub(r, x, y, t->widths[t->column], 1);
		prompt_draw(&t->field, &field, STYLE_FIELD_ACTIVE);
		prompt_draw_popup(&t->field, r, x, y);
	}
}

enum ui_result table_mouse(struct table *t, const struct mouse *m)
{
	int x = m->x - t->at.x, y = m->y - t->at.y - 1, i;

	if (m->kind == MOUSE_WHEEL_UP || m->kind == MOUSE_WHEEL_DOWN)
		return t->editing ? UI_IGNORED :
		       table_move(t, m->kind == MOUSE_WHEEL_UP ? -3 : 3, 0);
	if ((m->kind != MOUSE_PRESS && m->kind != MOUSE_DOUBLE) ||
	    !region_contains(&t->at, m->x, m->y) || y < 0 || y >= t->h ||
	    t->top + (size_t)y >= t->ops->count(t->arg))
		return UI_IGNORED;
	for (i = t->ncolumns - 1; i > 0 && x < column_x(t, i); i--)
		;
	if (t->editing) {
		/* Within the field a click places its cursor. */
		if (t->top + (size_t)y == t->row && i == t->column)
			return prompt_click(&t->field, x - column_x(t, i));
		return UI_IGNORED;
	}
	table_goto(t, t->top + (size_t)y, i);
	return UI_MOVED;
}
