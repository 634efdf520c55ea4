#include "config.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/canvas.h"

static const char *const glyphs[GLYPH_COUNT][2] = {
	[GLYPH_ELLIPSIS] = {"…", ">"},
	[GLYPH_LEFT] = {"‹", "<"},
	[GLYPH_RIGHT] = {"›", ">"},
	[GLYPH_HLINE] = {"─", "-"},
	[GLYPH_VLINE] = {"│", "|"},
	[GLYPH_TOP_LEFT] = {"┌", "+"},
	[GLYPH_TOP_RIGHT] = {"┐", "+"},
	[GLYPH_BOTTOM_LEFT] = {"└", "+"},
	[GLYPH_BOTTOM_RIGHT] = {"┘", "+"},
	[GLYPH_TEE_RIGHT] = {"├", "+"},
	[GLYPH_TEE_LEFT] = {"┤", "+"},
	[GLYPH_UP] = {"↑", "^"},
	[GLYPH_DOWN] = {"↓", "v"},
	[GLYPH_FOLDED] = {"▸", "+"},
	[GLYPH_UNFOLDED] = {"▾", "-"},
	[GLYPH_CHECK] = {"✓", "x"},
	[GLYPH_BULLET] = {"●", "*"},
	[GLYPH_CHANGED] = {"•", "*"},
	[GLYPH_DOT] = {"·", "-"},
	[GLYPH_ARROW_IN] = {"←", "<"},
	[GLYPH_ARROW_OUT] = {"→", ">"},
	[GLYPH_THUMB] = {"█", "#"},
	[GLYPH_WRAP] = {"↵", "\\"},
};

static const struct cell blank_cell = {" ", 1, STYLE_NORMAL};

static int clamp(int v, int lo, int hi)
{
	return v < lo ? lo : v > hi ? hi : v;
}

void canvas_init(struct canvas *c, int cols, int rows)
{
	memset(c, 0, sizeof(*c));
	canvas_resize(c, cols, rows);
}

void canvas_release(struct canvas *c)
{
	free(c->cells);
	memset(c, 0, sizeof(*c));
}

void canvas_resize(struct canvas *c, int cols, int rows)
{
	c->cols = clamp(cols, 1, CANVAS_COLS_MAX);
	c->rows = clamp(rows, 1, CANVAS_ROWS_MAX);
	free(c->cells);
	c->cells = mem_zalloc((size_t)c->cols * (size_t)c->rows,
			      sizeof(*c->cells));
	canvas_clear(c);
}

void canvas_clear(struct canvas *c)
{
	size_t i, n = (size_t)c->cols * (size_t)c->rows;

	for (i = 0; i < n; i++)
		c->cells[i] = blank_cell;
	c->cursor_on = false;
	c->cursor_x = c->cursor_y = 0;
}

static struct cell *cell_at(const struct canvas *c, int x, int y)
{
	assert(x >= 0 && x < c->cols && y >= 0 && y < c->rows);
	return &c->cells[(size_t)y * (size_t)c->cols + (size_t)x];
}

const struct cell *canvas_cell(const struct canvas *c, int x, int y)
{
	return cell_at(c, x, y);
}

bool canvas_row_differs(const struct canvas *a, const struct canvas *b, int y,
			int *from, int *to)
{
	const struct cell *x = cell_at(a, 0, y), *z = cell_at(b, 0, y);
	int l = 0, r = b->cols;

	while (l < r && !memcmp(&x[l], &z[l], sizeof(*x)))
		l++;
	if (l == r)
		return false;
	while (!memcmp(&x[r - 1], &z[r - 1], sizeof(*x)))
		r--;
	while (l > 0 && (!x[l].width || !z[l].width))
		l--;
	while (r < b->cols && (!x[r].width || !z[r].width))
		r++;
	*from = l;
	*to = r;
	return true;
}

const char *canvas_glyph(const struct canvas *c, enum glyph glyph)
{
	return glyphs[glyph][c->ascii];
}

/* A cell is about to be drawn over: the other half of a wide character in it
 * becomes a blank. */
static void part_wide(struct canvas *c, int x, int y)
{
	struct cell *cell = cell_at(c, x, y);

	if (cell->width == 0 && x > 0) {
		struct cell *head = cell_at(c, x - 1, y);

		memcpy(head->text, " ", 2);
		head->width = 1;
	} else if (cell->width == 2 && x + 1 < c->cols) {
		struct cell *tail = cell_at(c, x + 1, y);

		memcpy(tail->text, " ", 2);
		tail->width = 1;
	}
}

/* Both halves must be inside the canvas. */
static void put(struct canvas *c, int x, int y, unsigned style,
		const char *text, size_t len, int width)
{
	struct cell *cell;

	assert(len < sizeof(cell->text));
	part_wide(c, x, y);
	if (width == 2)
		part_wide(c, x + 1, y);
	cell = cell_at(c, x, y);
	memcpy(cell->text, text, len);
	cell->text[len] = '\0';
	cell->width = (uint8_t)width;
	cell->style = (uint16_t)style;
	if (width == 2) {
		cell = cell_at(c, x + 1, y);
		cell->text[0] = '\0';
		cell->width = 0;
		cell->style = (uint16_t)style;
	}
}

/*
 * Regions
 */

struct region canvas_region(struct canvas *c)
{
	return (struct region){c, 0, 0, c->cols, c->rows};
}

struct region region_sub(const struct region *r, int x, int y, int w, int h)
{
	struct region s = {r->canvas, r->x, r->y, 0, 0};
	int x0 = clamp(x, 0, r->w), y0 = clamp(y, 0, r->h);
	int x1, y1;

	/* w and h may be anything: the end is clamped without overflow. */
	x1 = w <= 0 ? x0 : w > r->w - x ? r->w : clamp(x + w, x0, r->w);
	y1 = h <= 0 ? y0 : h > r->h - y ? r->h : clamp(y + h, y0, r->h);
	s.x += x0;
	s.y += y0;
	s.w = x1 - x0;
	s.h = y1 - y0;
	return s;
}

bool region_empty(const struct region *r)
{
	return r->w <= 0 || r->h <= 0;
}

bool region_contains(const struct region *r, int canvas_x, int canvas_y)
{
	return canvas_x >= r->x && canvas_x < r->x + r->w &&
	       canvas_y >= r->y && canvas_y < r->y + r->h;
}

static bool has_row(const struct region *r, int y)
{
	return y >= 0 && y < r->h;
}

/* Put one character when all its columns are within the region. */
static void region_put(const struct region *r, int x, int y, unsigned style,
		       const char *text, size_t len, int width)
{
	if (has_row(r, y) && x >= 0 && x <= r->w - width)
		put(r->canvas, r->x + x, r->y + y, style, text, len, width);
}

static void blank(const struct region *r, int x, int y, unsigned style)
{
	region_put(r, x, y, style, " ", 1, 1);
}

static bool is_ascii(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		if ((unsigned char)s[i] >= 0x80)
			return false;
	return true;
}

/* Columns [from, to) of a cluster put down so that column `from` is at x. A
 * real character is one piece, and half of it is a blank; a mark made of
 * ASCII is one cell per column. */
static void put_part(const struct region *r, int x, int y, unsigned style,
		     const struct utf8_cluster *cl, int from, int to)
{
	bool whole = from == 0 && to == cl->width;
	int i;

	if (cl->width <= 2 && !is_ascii(cl->shown, cl->shown_len)) {
		if (r->canvas->ascii)
			for (i = from; i < to; i++)
				region_put(r, x + i - from, y, style, "?", 1, 1);
		else if (whole)
			region_put(r, x, y, style, cl->shown, cl->shown_len,
				   cl->width);
		else
			for (i = from; i < to; i++)
				blank(r, x + i - from, y, style);
		return;
	}
	for (i = from; i < to; i++)
		region_put(r, x + i - from, y, style,
			   i < cl->shown_len ? &cl->shown[i] : " ", 1, 1);
}

/* A mark keeps the overlays of its place and gets its own id. */
static unsigned mark_style(unsigned style, const struct utf8_cluster *cl)
{
	if (!cl->escaped)
		return style;
	return STYLE_ESCAPED | (style & STYLE_OVERLAYS);
}

int region_cluster(const struct region *r, int x, int y, unsigned style,
		   const struct utf8_cluster *cl)
{
	int from = x < 0 ? -x : 0;
	int to = cl->width;

	style = mark_style(style, cl);
	if (x + to > r->w)
		to = r->w - x;
	if (has_row(r, y) && from < to)
		put_part(r, x + from, y, style, cl, from, to);
	return cl->width;
}

int region_glyph(const struct region *r, int x, int y, unsigned style,
		 enum glyph glyph)
{
	const char *s = canvas_glyph(r->canvas, glyph);

	region_put(r, x, y, style, s, strlen(s), 1);
	return 1;
}

/*
 * Text
 */

/* The style of a byte: hilites ascend, so *h only moves on. */
static unsigned hilited(const struct text_opts *o, size_t at, size_t *h)
{
	const struct hilite *hl;

	while (*h < o->nhilites && at >= o->hilites[*h].start &&
	       at - o->hilites[*h].start >= o->hilites[*h].len)
		(*h)++;
	if (*h == o->nhilites || at < o->hilites[*h].start)
		return o->style;
	hl = &o->hilites[*h];
	if (STYLE_ID(hl->style) == STYLE_NORMAL)
		return o->style | hl->style;
	return hl->style | (o->style & STYLE_OVERLAYS);
}

/* Draw s from byte `at` on, the columns [skip, skip + w) of that, at x;
 * returns the columns drawn and tells whether the text goes on. */
static int draw_window(const struct region *r, int x, int y, int w,
		       const struct text_opts *o, size_t skip, const char *s,
		       size_t len, size_t at, bool *more)
{
	struct utf8_cluster cl;
	size_t col = 0, h = 0, used;
	int drawn = 0;

	while (at < len && drawn < w) {
		unsigned style = hilited(o, at, &h);
		int from = 0, to;

		used = utf8_cluster(s + at, len - at, &cl);
		at += used;
		if (col + cl.width <= skip) {
			col += cl.width;
			continue;
		}
		if (col < skip)
			from = (int)(skip - col);
		to = cl.width;
		if (to - from > w - drawn)
			to = from + w - drawn;
		put_part(r, x + drawn, y, mark_style(style, &cl), &cl, from,
			 to);
		drawn += to - from;
		col += cl.width;
		if (to < cl.width)
			break;
	}
	*more = at < len || col > skip + (size_t)drawn;
	return drawn;
}

/* Columns of the text, but looking no further than limit. */
static size_t columns_upto(const char *s, size_t len, size_t limit)
{
	struct utf8_cluster cl;
	size_t at = 0, cols = 0;

	while (at < len && cols < limit) {
		at += utf8_cluster(s + at, len - at, &cl);
		cols += cl.width;
	}
	return cols;
}

/* Keep the end: skip what is too much, and the mark takes a column. */
static int draw_cut_left(const struct region *r, int x, int y, int w,
			 const struct text_opts *o, const char *s, size_t len)
{
	size_t at = len, cols = 0, prev, n;
	struct utf8_cluster cl;
	bool more;

	while (at > 0) {
		prev = utf8_prev(s, len, at);
		utf8_cluster(s + prev, len - prev, &cl);
		n = cl.width;
		if (cols + n > (size_t)w - (prev > 0))
			break;
		cols += n;
		at = prev;
	}
	if (at == 0)
		return draw_window(r, x, y, w, o, 0, s, len, 0, &more);
	region_glyph(r, x, y, o->style, GLYPH_ELLIPSIS);
	return 1 + draw_window(r, x + 1, y, w - 1, o, 0, s, len, at, &more);
}

int region_text_opts(const struct region *r, int x, int y, int w,
		     const struct text_opts *o, const char *s, size_t len)
{
	size_t skip = o->skip;
	bool more;
	int drawn;

	if (w < 0 || w > r->w - x)
		w = r->w - x;
	if (!has_row(r, y) || w <= 0)
		return 0;
	if (o->cut_left)
		return draw_cut_left(r, x, y, w, o, s, len);
	if (o->align != ALIGN_LEFT && skip == 0) {
		size_t cols = columns_upto(s, len, (size_t)w + 1);

		if (cols < (size_t)w) {
			int room = w - (int)cols;

			if (o->align == ALIGN_CENTRE)
				room /= 2;
			return room + draw_window(r, x + room, y, w - room, o,
						  0, s, len, 0, &more);
		}
	}
	drawn = draw_window(r, x, y, w, o, skip, s, len, 0, &more);
	if (more && !o->no_ellipsis) {
		region_glyph(r, x + w - 1, y, o->style,
			     o->marks ? GLYPH_RIGHT : GLYPH_ELLIPSIS);
		drawn = w;
	}
	if (skip > 0 && o->marks && drawn > 0)
		region_glyph(r, x, y, o->style, GLYPH_LEFT);
	return drawn;
}

int region_text(const struct region *r, int x, int y, int w, unsigned style,
		const char *s, size_t len)
{
	const struct text_opts o = {.style = style};

	return region_text_opts(r, x, y, w, &o, s, len);
}

int region_puts(const struct region *r, int x, int y, int w, unsigned style,
		const char *s)
{
	return region_text(r, x, y, w, style, s, strlen(s));
}

int region_printf(const struct region *r, int x, int y, int w, unsigned style,
		  const char *fmt, ...)
{
	char text[1024];	/* wider than a status line needs */
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (n < 0)
		return 0;
	if ((size_t)n >= sizeof(text))
		n = (int)utf8_valid_prefix(text, sizeof(text) - 1);
	return region_text(r, x, y, w, style, text, (size_t)n);
}

/*
 * Shapes
 */

void region_fill_row(const struct region *r, int y, unsigned style)
{
	int x;

	if (!has_row(r, y))
		return;
	for (x = 0; x < r->w; x++)
		blank(r, x, y, style);
}

void region_fill(const struct region *r, unsigned style)
{
	int y;

	for (y = 0; y < r->h; y++)
		region_fill_row(r, y, style);
}

void region_hline(const struct region *r, int x, int y, int w, unsigned style)
{
	int i;

	for (i = 0; i < w && x + i < r->w; i++)
		region_glyph(r, x + i, y, style, GLYPH_HLINE);
}

void region_vline(const struct region *r, int x, int y, int h, unsigned style)
{
	int i;

	for (i = 0; i < h && y + i < r->h; i++)
		region_glyph(r, x, y + i, style, GLYPH_VLINE);
}

struct region region_box(const struct region *r, unsigned style,
			 const char *title)
{
	int right = r->w - 1, bottom = r->h - 1;

	if (r->w < 2 || r->h < 2)
		return region_sub(r, 0, 0, 0, 0);
	region_hline(r, 1, 0, right - 1, style);
	region_hline(r, 1, bottom, right - 1, style);
	region_vline(r, 0, 1, bottom - 1, style);
	region_vline(r, right, 1, bottom - 1, style);
	region_glyph(r, 0, 0, style, GLYPH_TOP_LEFT);
	region_glyph(r, right, 0, style, GLYPH_TOP_RIGHT);
	region_glyph(r, 0, bottom, style, GLYPH_BOTTOM_LEFT);
	region_glyph(r, right, bottom, style, GLYPH_BOTTOM_RIGHT);
	if (title && *title && r->w > 6) {
		int n = region_puts(r, 3, 0, r->w - 6, STYLE_TITLE, title);

		blank(r, 2, 0, style);
		blank(r, 3 + n, 0, style);
	}
	return region_sub(r, 1, 1, r->w - 2, r->h - 2);
}

void region_overlay(const struct region *r, int x, int y, int w,
		    unsigned overlay)
{
	int i;

	if (!has_row(r, y))
		return;
	for (i = clamp(x, 0, r->w); i < r->w && i - x < w; i++)
		cell_at(r->canvas, r->x + i, r->y + y)->style |=
			(uint16_t)(overlay & STYLE_OVERLAYS);
}

void region_cursor(const struct region *r, int x, int y)
{
	struct canvas *c = r->canvas;

	c->cursor_on = x >= 0 && x < r->w && has_row(r, y);
	if (c->cursor_on) {
		c->cursor_x = r->x + x;
		c->cursor_y = r->y + y;
	}
}

void region_scrollbar(const struct region *r, int x, size_t top, size_t total)
{
	size_t h = r->h > 0 ? (size_t)r->h : 0;
	double share;
	int size, at, y;

	if (total <= h || h == 0)
		return;
	share = (double)h / (double)total;
	size = clamp((int)(share * (double)h), 1, (int)h);
	at = (int)((double)top / (double)(total - h) * (double)((int)h - size) +
		   0.5);
	at = clamp(at, 0, (int)h - size);
	region_vline(r, x, 0, r->h, STYLE_BORDER);
	for (y = at; y < at + size; y++)
		region_glyph(r, x, y, STYLE_BORDER, GLYPH_THUMB);
}

/*
 * Dumps
 */

static void dump_text(const struct canvas *c, struct buf *out, int y)
{
	size_t keep = out->len;
	int x;

	for (x = 0; x < c->cols; x++) {
		const struct cell *cell = cell_at(c, x, y);

		if (cell->width == 0)
			continue;
		buf_adds(out, cell->text);
		if (strcmp(cell->text, " ") != 0)
			keep = out->len;
	}
	buf_truncate(out, keep);
	buf_addc(out, '\n');
}

static void dump_styles(const struct canvas *c, struct buf *out, int y)
{
	size_t keep = out->len;
	int x;

	for (x = 0; x < c->cols; x++) {
		unsigned style = cell_at(c, x, y)->style;

		buf_addc(out, style_letter(style));
		if (style != STYLE_NORMAL)
			keep = out->len;
	}
	buf_truncate(out, keep);
	buf_addc(out, '\n');
}

void canvas_dump(const struct canvas *c, struct buf *out, bool styles)
{
	int y;

	for (y = 0; y < c->rows; y++)
		dump_text(c, out, y);
	if (styles) {
		buf_adds(out, "--\n");
		for (y = 0; y < c->rows; y++)
			dump_styles(c, out, y);
	}
	if (c->cursor_on)
		buf_addf(out, "cursor %d %d\n", c->cursor_x, c->cursor_y);
}
