#include "config.h"

#include <string.h>

#include "ui/prompt.h"

static int label_columns(const struct prompt *p)
{
	return p->label ? (int)utf8_columns(p->label, strlen(p->label)) : 0;
}

/* What the cluster at `at` takes on screen; returns its bytes. */
static size_t measure(const struct prompt *p, size_t at,
		      struct utf8_cluster *cl)
{
	size_t n = textbuf_cluster(&p->text, at, cl);

	if (p->secret) {
		memcpy(cl->shown, "*", 2);
		cl->shown_len = 1;
		cl->width = 1;
		cl->escaped = false;
	}
	return n;
}

/* The columns of [from, to), counting no further than past limit. */
static int columns(const struct prompt *p, size_t from, size_t to, int limit)
{
	struct utf8_cluster cl;
	int cols = 0;

	while (from < to && cols <= limit) {
		from += measure(p, from, &cl);
		cols += cl.width;
	}
	return cols;
}

/* Go back from `at` over as many clusters as fit into cols. */
static size_t back(const struct prompt *p, size_t at, int cols)
{
	struct utf8_cluster cl;
	size_t prev;

	while (at > 0) {
		prev = textbuf_prev(&p->text, at);
		measure(p, prev, &cl);
		if (cl.width > cols)
			break;
		cols -= cl.width;
		at = prev;
	}
	return at;
}

/*
 * Where the view has to start so that the cursor is in it: as before when that
 * works, else moved as little as needed. The marks at both ends never cover
 * the cursor.
 */
static size_t place(const struct prompt *p, int w)
{
	size_t len = textbuf_len(&p->text), left = p->left;
	struct utf8_cluster cl = {.width = 1};
	int room;

	if (columns(p, 0, len, w) < w)
		return 0;
	if (p->cursor < len)
		measure(p, p->cursor, &cl);
	/* columns before the cursor, with a mark on the right after it */
	room = w - (p->cursor < len ? cl.width + 1 : 1);
	if (room < 0)
		room = 0;
	if (left > p->cursor || (left == p->cursor && left > 0))
		left = back(p, p->cursor, w / 4 > 1 ? w / 4 : 1);
	else if (left + (size_t)w * UTF8_SHOWN_MAX < p->cursor ||
		 columns(p, left, p->cursor, w) > room)
		left = back(p, p->cursor, room);
	/* Deleting at the end draws the text in from the left. */
	if (left > 0 && len - left <= (size_t)w &&
	    columns(p, left, len, w) < w - 1)
		left = back(p, len, w - 1);
	return left;
}

void prompt_layout(struct prompt *p, int width)
{
	int w = width - label_columns(p);

	p->left = place(p, w > 1 ? w : 1);
}

void prompt_draw(const struct prompt *p, const struct region *r,
		 unsigned style)
{
	size_t len = textbuf_len(&p->text), at;
	int x = label_columns(p), cursor_x = -1;
	struct region field, row = region_sub(r, 0, 0, r->w, 1);

	region_fill_row(r, 0, style);
	if (p->label)
		region_puts(&row, 0, 0, -1, STYLE_LABEL, p->label);
	if (x >= r->w)
		x = r->w - 1;
	field = region_sub(r, x, 0, r->w - x, 1);
	x = 0;
	for (at = p->left; at < len && x < field.w;) {
		struct utf8_cluster cl;
		size_t n = measure(p, at, &cl);

		if (p->cursor >= at && p->cursor < at + n)
			cursor_x = x;
		region_cluster(&field, x, 0, style, &cl);
		x += cl.width;
		at += n;
	}
	if (p->cursor == len && at == len && cursor_x < 0)
		cursor_x = x;
	if (p->left > 0)
		region_glyph(&field, 0, 0, STYLE_DIM, GLYPH_LEFT);
	if (at < len || x > field.w)
		region_glyph(&field, field.w - 1, 0, STYLE_DIM, GLYPH_RIGHT);
	if (cursor_x >= field.w)
		cursor_x = field.w - 1;
	region_cursor(&field, cursor_x, 0);
}

enum ui_result prompt_click(struct prompt *p, int x)
{
	size_t len = textbuf_len(&p->text), at = p->left, was = p->cursor;
	struct utf8_cluster cl;

	x -= label_columns(p);
	while (at < len) {
		size_t n = measure(p, at, &cl);

		if (x < cl.width)
			break;
		x -= cl.width;
		at += n;
	}
	p->cursor = at;
	textbuf_break(&p->text);
	return at == was ? UI_IGNORED : UI_MOVED;
}

/* Columns of the widest item and of the widest help. */
static void popup_widths(const struct prompt *p, int *text_w, int *help_w)
{
	size_t i;

	*text_w = *help_w = 0;
	for (i = 0; i < p->found.n; i++) {
		const struct completion_item *it = &p->found.items[i];
		int w = (int)utf8_columns(it->text, strlen(it->text));

		if (w > *text_w)
			*text_w = w;
		if (!it->help)
			continue;
		w = (int)utf8_columns(it->help, strlen(it->help));
		if (w > *help_w)
			*help_w = w;
	}
}

static void popup_row(const struct prompt *p, const struct region *box, int y,
		      size_t i, int text_w)
{
	const struct completion_item *it = &p->found.items[i];

	region_fill_row(box, y, STYLE_NORMAL);
	region_puts(box, 1, y, text_w, STYLE_NORMAL, it->text);
	if (it->help)
		region_puts(box, text_w + 3, y, box->w - text_w - 4, STYLE_DIM,
			    it->help);
	if (i == p->picked)
		region_overlay(box, 0, y, box->w, STYLE_SELECTED);
}

void prompt_draw_popup(const struct prompt *p, const struct region *r, int x,
		       int y)
{
	int text_w, help_w, w, h, above = y, below = r->h - y - 1, room, i;
	struct region area, box;
	size_t top;

	if (!p->popup || p->found.n == 0)
		return;
	popup_widths(p, &text_w, &help_w);
	w = text_w + (help_w ? help_w + 2 : 0) + 4;
	if (w > r->w)
		w = r->w;
	if (text_w > w - 4)
		text_w = w - 4;
	room = below >= above ? below : above;
	h = (int)(p->found.n < PROMPT_POPUP_ROWS ? p->found.n :
						   PROMPT_POPUP_ROWS);
	if (h > room - 2)
		h = room - 2;
	if (h < 1)
		return;
	/* Under the word that it would replace. */
	x += label_columns(p);
	if (p->found.from > p->left)
		x += columns(p, p->left, p->found.from, r->w);
	x -= 2;	/* the border and a blank stand before the text */
	if (x > r->w - w)
		x = r->w - w;
	if (x < 0)
		x = 0;
	area = region_sub(r, x, below >= above ? y + 1 : y - h - 2, w, h + 2);
	box = region_box(&area, STYLE_BORDER, NULL);
	top = p->picked < p->found.n && p->picked >= (size_t)h ?
	      p->picked - (size_t)h + 1 : 0;
	for (i = 0; i < h && top + (size_t)i < p->found.n; i++)
		popup_row(p, &box, i, top + (size_t)i, text_w);
	region_scrollbar(&box, box.w - 1, top, p->found.n);
}
