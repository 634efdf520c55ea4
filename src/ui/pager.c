#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/pager.h"
#include "ui/wrap.h"

#define MORE_MAX 100	/* from here on how many rows more does not matter */

void pager_init(struct pager *p)
{
	memset(p, 0, sizeof(*p));
	buf_init(&p->text);
	p->wrap = true;
}

void pager_release(struct pager *p)
{
	buf_release(&p->text);
	free(p->lines);
	free(p->spans);
	memset(p, 0, sizeof(*p));
}

void pager_clear(struct pager *p)
{
	buf_clear(&p->text);
	p->nlines = p->nspans = 0;
	p->total = 0;
}

static void add_line(struct pager *p, unsigned style, const char *s,
		     size_t len)
{
	struct pager_line *l;

	p->lines = mem_room(p->lines, p->nlines, &p->lines_cap,
			    sizeof(*p->lines));
	l = &p->lines[p->nlines++];
	*l = (struct pager_line){.start = p->text.len,
				 .span = p->nspans,
				 .style = style,
				 .rows = 1};
	buf_add(&p->text, s, len);
	l->len = p->text.len - l->start;
}

void pager_add(struct pager *p, unsigned style, const char *s, size_t len)
{
	const char *nl;

	while (len && (nl = memchr(s, '\n', len))) {
		size_t n = (size_t)(nl - s);

		add_line(p, style, s, n);
		s += n + 1;
		len -= n + 1;
	}
	add_line(p, style, s, len);
}

void pager_addf(struct pager *p, unsigned style, const char *fmt, ...)
{
	struct buf b;
	va_list ap;

	buf_init(&b);
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	pager_add(p, style, b.data, b.len);
	buf_release(&b);
}

void pager_span(struct pager *p, size_t start, size_t len, unsigned style)
{
	assert(p->nlines);
	p->spans = mem_room(p->spans, p->nspans, &p->spans_cap,
			    sizeof(*p->spans));
	p->spans[p->nspans++] = (struct hilite){start, len, style};
	p->lines[p->nlines - 1].nspans++;
}

void pager_indent(struct pager *p, int columns)
{
	assert(p->nlines);
	p->lines[p->nlines - 1].indent = columns;
}

/*
 * Moves. top counts rows; with a cursor, moves take the cursor and the view
 * follows it.
 */

static size_t last_top(const struct pager *p)
{
	size_t h = p->h > 0 ? (size_t)p->h : 1;

	return p->total > h ? p->total - h : 0;
}

static size_t moved(size_t at, long by, size_t last)
{
	if (by < 0)
		return (size_t)-by > at ? 0 : at - (size_t)-by;
	return at > last || (size_t)by > last - at ? last : at + (size_t)by;
}

/* The first row of a line. */
static size_t row_of(const struct pager *p, size_t line)
{
	size_t row = 0, i;

	for (i = 0; i < line && i < p->nlines; i++)
		row += (size_t)p->lines[i].rows;
	return row;
}

static void show_cursor(struct pager *p)
{
	size_t row = row_of(p, p->cursor), h = p->h > 0 ? (size_t)p->h : 1;

	if (row < p->top)
		p->top = row;
	else if (row >= p->top + h)
		p->top = row - h + 1;
}

enum ui_result pager_move(struct pager *p, long rows)
{
	size_t was = p->top, was_cursor = p->cursor;

	if (p->cursor_on && p->nlines) {
		p->cursor = moved(p->cursor, rows, p->nlines - 1);
		show_cursor(p);
	} else {
		p->top = moved(p->top, rows, last_top(p));
	}
	return p->top == was && p->cursor == was_cursor ? UI_IGNORED :
							   UI_MOVED;
}

enum ui_result pager_page(struct pager *p, int pages)
{
	return pager_move(p, (long)pages * (p->h > 1 ? p->h - 1 : 1));
}

enum ui_result pager_half_page(struct pager *p, int halves)
{
	return pager_move(p, (long)halves * (p->h > 1 ? p->h / 2 : 1));
}

enum ui_result pager_home(struct pager *p)
{
	return pager_move(p, -(long)(p->total + p->nlines));
}

enum ui_result pager_end(struct pager *p)
{
	return pager_move(p, (long)(p->total + p->nlines));
}

enum ui_result pager_sideways(struct pager *p, int columns)
{
	size_t was = p->left;

	if (p->wrap)
		return UI_IGNORED;
	p->left = moved(p->left, columns, 1 << 20);
	return p->left == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result pager_goto_line(struct pager *p, size_t line)
{
	size_t was = p->top, was_cursor = p->cursor;

	if (p->nlines == 0)
		return UI_IGNORED;
	if (line >= p->nlines)
		line = p->nlines - 1;
	if (p->cursor_on) {
		p->cursor = line;
		show_cursor(p);
	} else {
		p->top = row_of(p, line);
		if (p->top > last_top(p))
			p->top = last_top(p);
	}
	return p->top == was && p->cursor == was_cursor ? UI_IGNORED :
							   UI_MOVED;
}

/* The line of a row, and which of its rows it is. */
static size_t line_of(const struct pager *p, size_t row, size_t *sub)
{
	size_t i;

	for (i = 0; i < p->nlines; i++) {
		if (row < (size_t)p->lines[i].rows) {
			*sub = row;
			return i;
		}
		row -= (size_t)p->lines[i].rows;
	}
	*sub = 0;
	return p->nlines;
}

size_t pager_line_at_top(const struct pager *p)
{
	size_t sub;

	return line_of(p, p->top, &sub);
}

/*
 * Search
 */

static bool has_capital(const char *s, size_t len)
{
	while (len--)
		if (s[len] >= 'A' && s[len] <= 'Z')
			return true;
	return false;
}

static bool hit_at(const struct pager *p, const char *s, bool fold)
{
	size_t i;

	for (i = 0; i < p->find_len; i++) {
		char c = s[i];

		if (fold && c >= 'A' && c <= 'Z')
			c = (char)(c + 32);
		if (c != p->find[i])
			return false;
	}
	return true;
}

/* The first hit in a text at or after `at`; len when there is none. */
static size_t find_in(const struct pager *p, const char *s, size_t len,
		      size_t at)
{
	bool fold = !has_capital(p->find, p->find_len);

	for (; at + p->find_len <= len; at++)
		if (hit_at(p, s + at, fold))
			return at;
	return len;
}

static bool on_screen(const struct pager *p, size_t line)
{
	size_t row = row_of(p, line);

	return row >= p->top && row - p->top < (size_t)p->h;
}

/* Without a cursor, p->cursor is the hit before, as long as it is seen. */
bool pager_find(struct pager *p, const char *needle, size_t len, int step,
		bool *wrapped)
{
	size_t start = p->cursor_on || on_screen(p, p->cursor) ?
		       p->cursor : pager_line_at_top(p), i;

	if (wrapped)
		*wrapped = false;
	p->find_len = len < sizeof(p->find) ? len : sizeof(p->find);
	memcpy(p->find, needle, p->find_len);
	if (p->find_len == 0 || p->nlines == 0)
		return false;
	if (start >= p->nlines)
		start = p->nlines - 1;
	for (i = step ? 1 : 0; i <= p->nlines; i++) {
		size_t at = (step < 0 ? start + p->nlines - i % p->nlines :
					start + i) % p->nlines;
		const struct pager_line *l = &p->lines[at];

		if (find_in(p, p->text.data + l->start, l->len, 0) == l->len)
			continue;
		if (wrapped)
			*wrapped = step < 0 ? at >= start : at <= start && i;
		if (!on_screen(p, at))
			pager_goto_line(p, at);
		p->cursor = at;
		return true;
	}
	return false;
}

/*
 * Drawing
 */

void pager_layout(struct pager *p, const struct region *r)
{
	size_t i;

	p->at = *r;
	p->w = r->w;
	p->h = r->h;
	p->total = 0;
	for (i = 0; i < p->nlines; i++) {
		struct pager_line *l = &p->lines[i];

		l->rows = p->wrap ? (int)wrap_count(p->text.data + l->start,
						    l->len, p->w, l->indent) :
				    1;
		p->total += (size_t)l->rows;
	}
	if (p->cursor >= p->nlines)
		p->cursor = p->nlines ? p->nlines - 1 : 0;
	if (p->cursor_on)
		show_cursor(p);
	if (p->top > last_top(p))
		p->top = last_top(p);
}

#define ROW_HILITES 64

/* The styled ranges of a line that fall into [from, to), relative to from;
 * search hits go over them. */
static size_t row_hilites(const struct pager *p, const struct pager_line *l,
			  size_t from, size_t to, struct hilite *out)
{
	const char *s = p->text.data + l->start;
	size_t at = from, i = 0, n = 0;

	while (at < to && n < ROW_HILITES) {
		size_t hit = p->find_len ? find_in(p, s, l->len, at) : l->len;
		size_t stop = hit < to ? hit : to;

		/* styled ranges up to the hit */
		for (; i < l->nspans && n < ROW_HILITES; i++) {
			const struct hilite *h = &p->spans[l->span + i];
			size_t a = h->start > at ? h->start : at;
			size_t b = h->start + h->len;

			if (h->start >= stop)
				break;
			if (b > stop)
				b = stop;
			if (a < b)
				out[n++] = (struct hilite){a - from, b - a,
							   h->style};
			if (h->start + h->len > stop)
				break;
		}
		if (hit >= to || n == ROW_HILITES)
			break;
		out[n++] = (struct hilite){hit - from, p->find_len,
					   STYLE_MATCH};
		at = hit + p->find_len;
	}
	return n;
}

static void draw_row(const struct pager *p, const struct region *r, int y,
		     const struct pager_line *l, int x, size_t from, size_t to)
{
	struct hilite hl[ROW_HILITES];
	struct text_opts o = {.style = l->style, .hilites = hl};

	o.nhilites = row_hilites(p, l, from, to, hl);
	if (!p->wrap) {
		o.skip = p->left;
		o.marks = true;
	} else {
		o.no_ellipsis = true;
	}
	region_text_opts(r, x, y, -1, &o, p->text.data + l->start + from,
			 to - from);
}

/* Draws rows of a line from its row `sub` on; returns how many. */
static int draw_line(const struct pager *p, const struct region *r, int y,
		     const struct pager_line *l, size_t sub)
{
	int indent = l->indent < r->w ? l->indent : 0, drawn = 0, row;
	const char *s = p->text.data + l->start;
	size_t at = 0, shown = l->len, used;

	for (row = 0; row < l->rows && y + drawn < r->h; row++) {
		int x = row ? indent : 0;

		used = l->len - at;
		shown = used;
		if (p->wrap && used)
			used = wrap_row(s + at, used, r->w - x, &shown);
		if ((size_t)row >= sub)
			draw_row(p, r, y + drawn++, l, x, at, at + shown);
		at += used;
	}
	return drawn;
}

/* At the end of a row: how much does not fit. */
static void draw_more(const struct region *r, int y, const char *text)
{
	int w = (int)utf8_columns(text, strlen(text));

	if (w + 1 > r->w)
		return;
	region_puts(r, r->w - w - 1, y, 1, STYLE_NORMAL, " ");
	region_puts(r, r->w - w, y, -1, STYLE_NOTE, text);
}

static void draw_cuts(const struct pager *p, const struct region *r)
{
	size_t shown = p->top + (size_t)(r->h > 0 ? r->h : 0);
	struct buf text;

	if (p->top > 0 && r->h > 1)
		region_glyph(r, r->w - 1, 0, STYLE_NOTE, GLYPH_UP);
	if (p->total <= shown || r->h <= 0)
		return;
	buf_init(&text);
	if (p->total - shown < MORE_MAX)
		buf_addf(&text, _("+%zu more"), p->total - shown);
	else
		buf_adds(&text, _("100+ more"));
	draw_more(r, r->h - 1, text.data);
	buf_release(&text);
}

void pager_draw(const struct pager *p, const struct region *r, bool focused)
{
	size_t sub, i = line_of(p, p->top, &sub);
	int y = 0;

	while (i < p->nlines && y < r->h) {
		int n = draw_line(p, r, y, &p->lines[i], sub), k;

		for (k = 0; p->cursor_on && i == p->cursor && k < n; k++)
			region_overlay(r, 0, y + k, r->w,
				       focused ? STYLE_SELECTED :
						 STYLE_SELECTED_IDLE);
		y += n;
		sub = 0;
		i++;
	}
	draw_cuts(p, r);
}

bool pager_hit(const struct pager *p, int x, int y, size_t *line)
{
	size_t sub, i;

	if (!region_contains(&p->at, x, y))
		return false;
	i = line_of(p, p->top + (size_t)(y - p->at.y), &sub);
	if (i == p->nlines)
		return false;
	*line = i;
	return true;
}

enum ui_result pager_mouse(struct pager *p, const struct mouse *m)
{
	size_t line, was = p->cursor;

	switch (m->kind) {
	case MOUSE_WHEEL_UP:
		return pager_move(p, -3);
	case MOUSE_WHEEL_DOWN:
		return pager_move(p, 3);
	case MOUSE_PRESS:
		if (!p->cursor_on || !pager_hit(p, m->x, m->y, &line))
			return UI_IGNORED;
		p->cursor = line;
		return line == was ? UI_IGNORED : UI_MOVED;
	default:
		return UI_IGNORED;
	}
}
