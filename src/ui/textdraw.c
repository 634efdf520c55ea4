#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/textedit.h"
#include "ui/textrows.h"

#define WHEEL_ROWS 3

/*
 * Layout
 */

static int digits(size_t n)
{
	int d = 1;

	while (n >= 10) {
		n /= 10;
		d++;
	}
	return d;
}

/* The row `rows` before, or the first. */
static void rows_back(const struct textedit *te, struct textrow *row, int rows)
{
	while (rows-- > 0 && textrows_prev(te, row))
		;
}

/* Bring the cursor's row into view: a step scrolls by a row, a jump puts it
 * in the middle. */
static void follow(struct textedit *te)
{
	struct textrow row, cursor;
	int y;

	textrows_at(te, te->top, &row);
	te->top = row.start;
	textrows_at(te, te->cursor, &cursor);
	for (y = 0; y < te->h; y++) {
		if (row.start == cursor.start)
			return;
		if (!textrows_next(te, &row))
			break;
	}
	if (row.start == cursor.start) {	/* just below */
		rows_back(te, &cursor, te->h - 1);
	} else {
		row = cursor;
		if (!textrows_next(te, &row) || row.start != te->top)
			rows_back(te, &cursor, te->h / 2);
	}
	te->top = cursor.start;
}

static void follow_sideways(struct textedit *te)
{
	struct textrow row;
	size_t col, w = te->w > 2 ? (size_t)te->w - 2 : 1;

	if (te->wrap) {
		te->left = 0;
		return;
	}
	textrows_at(te, te->cursor, &row);
	col = textrows_column(te, &row, te->cursor);
	if (col < te->left + (te->left > 0))
		te->left = col > w / 2 ? col - w / 2 : 0;
	else if (col > te->left + w)
		te->left = col - w / 2;
}

void textedit_layout(struct textedit *te, const struct region *r)
{
	te->at = *r;
	te->gutter = te->numbers ? digits(te->text.newlines + 1) + 1 : 0;
	if (te->gutter > r->w / 2)
		te->gutter = 0;
	te->w = r->w - te->gutter;
	te->h = r->h > 0 ? r->h : 1;
	follow(te);
	follow_sideways(te);
}

void textedit_scroll(struct textedit *te, long rows)
{
	struct textrow row, cursor;
	size_t goal;
	int y = 0;

	textrows_at(te, te->top, &row);
	for (; rows < 0 && textrows_prev(te, &row); rows++)
		;
	for (; rows > 0 && textrows_next(te, &row); rows--)
		;
	te->top = row.start;
	/* The cursor stays on screen: at the edge that it would leave. */
	textrows_at(te, te->cursor, &cursor);
	goal = te->goal_set ? te->goal :
			      textrows_column(te, &cursor, te->cursor);
	while (cursor.start > row.start && y + 1 < te->h &&
	       textrows_next(te, &row))
		y++;
	if (row.start != cursor.start) {
		te->cursor = textrows_offset(te, &row, goal);
		te->goal = goal;
		te->goal_set = true;
	}
}

/*
 * Drawing
 */

struct pen {
	const struct textedit *te;
	const struct region *r;
	uint16_t *styles;	/* of the row's visible bytes */
	size_t cap;
	size_t from, to;	/* selection */
	size_t hit_from, hit_to; /* the search hit reached */
	size_t looked;		/* hits are known before this offset */
	bool focused;
};

/* Is the byte at `at` within a hit? Bytes are asked for in ascending order. */
static bool in_hit(struct pen *pen, size_t at)
{
	const struct textedit *te = pen->te;

	for (; te->find_len && pen->looked <= at; pen->looked++) {
		if (pen->looked >= pen->hit_to &&
		    textbuf_match(&te->text, te->find, te->find_len,
				  pen->looked, te->find_fold)) {
			pen->hit_from = pen->looked;
			pen->hit_to = pen->looked + te->find_len;
		}
	}
	return at >= pen->hit_from && at < pen->hit_to;
}

static unsigned style_at(struct pen *pen, size_t at, size_t first)
{
	unsigned style = pen->styles[at - first];

	if (at >= pen->from && at < pen->to)
		style |= pen->focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE;
	if (in_hit(pen, at))
		style |= STYLE_MATCH;
	return style;
}

/* Ask for the colours of [from, to) of a row. */
static void colour(struct pen *pen, size_t from, size_t to)
{
	const struct textedit *te = pen->te;
	size_t n = to - from;

	if (n > pen->cap) {
		pen->styles = mem_grow(pen->styles, n, sizeof(*pen->styles));
		pen->cap = n;
	}
	if (n)
		memset(pen->styles, 0, n * sizeof(*pen->styles));
	if (te->colour && n)
		te->colour(te->colour_arg, &te->text, from, to, pen->styles);
}

/* The bytes of a row that are on screen, from column te->left on. */
static void visible(const struct textedit *te, const struct textrow *row,
		    size_t *from, size_t *to)
{
	*from = te->left ? textrows_offset(te, row, te->left) : row->start;
	*to = row->end;
	if (*to - *from > (size_t)te->w)	/* may be: look closer */
		*to = textrows_offset(te, row, te->left + (size_t)te->w);
	if (*to < row->end)
		*to = textbuf_next(&te->text, *to);
	if (*to > row->end)
		*to = row->end;
}

/* What stands behind the text of a row: the selected or odd line break, the
 * sign that the line goes on. */
static void draw_end(struct pen *pen, const struct textrow *row, int x, int y)
{
	const struct textedit *te = pen->te;
	bool ends = textrows_ends_line(row);

	if (!ends && te->wrap) {
		region_glyph(pen->r, te->w - 1, y, STYLE_DIM, GLYPH_WRAP);
		return;
	}
	if (!ends) {	/* a segment of a line too long for one row */
		region_glyph(pen->r, x, y, STYLE_DIM, GLYPH_WRAP);
		return;
	}
	if (te->crlf && row->line_next != SIZE_MAX &&
	    row->line_next - row->line_end == 1) {
		struct utf8_cluster lf;

		utf8_cluster("\n", 1, &lf);
		region_cluster(pen->r, x, y, STYLE_NORMAL, &lf);
	}
	if (row->line_next != SIZE_MAX && row->line_end >= pen->from &&
	    row->line_end < pen->to)
		region_overlay(pen->r, x, y, 1,
			       pen->focused ? STYLE_SELECTED :
					      STYLE_SELECTED_IDLE);
}

static void draw_row(struct pen *pen, const struct textrow *row, int y)
{
	const struct textedit *te = pen->te;
	size_t from, to, at, col;
	int x;

	visible(te, row, &from, &to);
	colour(pen, from, to);
	pen->hit_from = pen->hit_to = 0;
	pen->looked = from - row->line < te->find_len ? row->line :
							 from - te->find_len;
	col = textrows_column(te, row, from);
	for (at = from; at < to;) {
		struct utf8_cluster cl;
		size_t n = textrows_cluster(te, at, col, &cl);
		unsigned style = style_at(pen, at, from);

		x = (int)(col - te->left);	/* below 0: partly hidden */
		if (col < te->left)
			x = -(int)(te->left - col);
		region_cluster(pen->r, x, y, style, &cl);
		col += cl.width;
		at += n;
	}
	x = col >= te->left ? (int)(col - te->left) : 0;
	if (to == row->end)
		draw_end(pen, row, x, y);
	else if (!te->wrap)
		region_glyph(pen->r, te->w - 1, y, STYLE_DIM, GLYPH_RIGHT);
	if (te->left > 0 && row->end > row->start)
		region_glyph(pen->r, 0, y, STYLE_DIM, GLYPH_LEFT);
}

/* Within the region whatever is there: a mark may be wider than the row. */
static void draw_cursor(const struct textedit *te, const struct region *r,
			const struct textrow *row, int y)
{
	size_t col = textrows_column(te, row, te->cursor);
	int x = col > te->left ? (int)(col - te->left) : 0;

	region_cursor(r, x < r->w ? x : r->w - 1, y);
}

void textedit_draw(struct textedit *te, const struct region *r, bool focused)
{
	struct region text = region_sub(r, te->gutter, 0, r->w, r->h);
	struct pen pen = {.te = te, .r = &text, .focused = focused};
	size_t line = te->gutter ? textedit_line_of(te, te->top) : 0;
	struct textrow row, cursor;
	int y;

	textedit_selection(te, &pen.from, &pen.to);
	textrows_at(te, te->cursor, &cursor);
	textrows_at(te, te->top, &row);
	for (y = 0; y < r->h; y++) {
		if (te->gutter && row.start == row.line) {
			line += y > 0;
			region_printf(r, 0, y, te->gutter, STYLE_DIM, "%*zu",
				      te->gutter - 1, line + 1);
		}
		draw_row(&pen, &row, y);
		if (focused && row.start == cursor.start)
			draw_cursor(te, &text, &row, y);
		if (!textrows_next(te, &row))
			break;
	}
	free(pen.styles);
}

/*
 * Mouse
 */

static size_t offset_at(const struct textedit *te, int x, int y)
{
	struct textrow row;

	x -= te->at.x + te->gutter;
	y -= te->at.y;
	textrows_at(te, te->top, &row);
	while (y-- > 0 && textrows_next(te, &row))
		;
	return textrows_offset(te, &row, te->left + (size_t)(x > 0 ? x : 0));
}

static void select_word(struct textedit *te, size_t at)
{
	size_t end = textbuf_word_right(&te->text, at);

	te->mark = textbuf_word_left(&te->text, end);
	te->cursor = end;
	te->selecting = true;
}

enum ui_result textedit_mouse(struct textedit *te, const struct mouse *m)
{
	switch (m->kind) {
	case MOUSE_WHEEL_UP:
		textedit_scroll(te, -WHEEL_ROWS);
		return UI_MOVED;
	case MOUSE_WHEEL_DOWN:
		textedit_scroll(te, WHEEL_ROWS);
		return UI_MOVED;
	case MOUSE_PRESS:
		if (m->button != 1 || !region_contains(&te->at, m->x, m->y))
			return UI_IGNORED;
		te->cursor = te->mark = offset_at(te, m->x, m->y);
		te->selecting = te->sticky = te->goal_set = false;
		textbuf_break(&te->text);
		return UI_MOVED;
	case MOUSE_DRAG:
		if (!te->selecting)
			te->mark = te->cursor;
		te->selecting = true;
		te->cursor = offset_at(te, m->x, m->y);
		return UI_MOVED;
	case MOUSE_DOUBLE:
		if (!region_contains(&te->at, m->x, m->y))
			return UI_IGNORED;
		select_word(te, offset_at(te, m->x, m->y));
		return UI_MOVED;
	case MOUSE_RELEASE:
		break;
	}
	return UI_IGNORED;
}
