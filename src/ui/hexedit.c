#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "ui/hexedit.h"

#define OFFSET_GAP 2		/* blanks between the panes */
#define GROUP 8			/* bytes with a wider gap behind them */
#define WORD 4			/* bytes of a word move */
#define WHEEL_ROWS 3

void hexedit_init(struct hexedit *he)
{
	memset(he, 0, sizeof(*he));
	textbuf_init(&he->text, HEXEDIT_MAX);
	he->per_row = 16;
	he->h = 1;
	he->digits = 8;
}

void hexedit_release(struct hexedit *he)
{
	textbuf_release(&he->text);
}

static void start(struct hexedit *he)
{
	he->cursor = he->top = he->hit_len = 0;
	he->low = he->over = false;
}

bool hexedit_set(struct hexedit *he, const void *bytes, size_t len)
{
	if (!textbuf_set(&he->text, bytes, len))
		return false;
	start(he);
	return true;
}

void hexedit_take(struct hexedit *he, struct textbuf *bytes)
{
	textbuf_take(&he->text, bytes);
	start(he);
}

const char *hexedit_bytes(struct hexedit *he, size_t *len)
{
	*len = textbuf_len(&he->text);
	return textbuf_flat(&he->text);
}

bool hexedit_modified(const struct hexedit *he)
{
	return textbuf_modified(&he->text);
}

/*
 * Changes
 */

static enum ui_result replace(struct hexedit *he, size_t n, const void *bytes,
			      size_t len)
{
	if (he->read_only || (n == 0 && len == 0))
		return UI_IGNORED;
	textbuf_break(&he->text);
	he->over = !textbuf_replace(&he->text, he->cursor, n, bytes, len);
	return he->over ? UI_IGNORED : UI_CHANGED;
}

/* Put bytes at the cursor, over what is there or before it. */
static enum ui_result put(struct hexedit *he, const void *bytes, size_t len)
{
	size_t rest = textbuf_len(&he->text) - he->cursor;
	size_t n = he->insert ? 0 : len < rest ? len : rest;
	enum ui_result res = replace(he, n, bytes, len);

	if (res == UI_CHANGED) {
		he->cursor += len;
		he->low = false;
	}
	return res;
}

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

/* One hex digit: the high one begins a byte, the low one completes it. */
static enum ui_result put_digit(struct hexedit *he, int d)
{
	size_t len = textbuf_len(&he->text);
	bool fresh = !he->low && (he->insert || he->cursor == len);
	unsigned char byte = fresh ? 0 : textbuf_at(&he->text, he->cursor);
	enum ui_result res;

	byte = he->low ? (unsigned char)((byte & 0xf0) | d) :
			 (unsigned char)((byte & 0x0f) | d << 4);
	res = replace(he, fresh ? 0 : 1, &byte, 1);
	if (res != UI_CHANGED)
		return res;
	he->cursor += he->low;
	he->low = !he->low;
	return res;
}

bool hexedit_parse(const char *s, size_t len, struct buf *out)
{
	size_t i, start = out->len;
	int high = -1;

	for (i = 0; i < len; i++) {
		int d = digit(s[i]);

		if (d < 0 && high < 0 && (s[i] == ' ' || s[i] == '\n' ||
					  s[i] == '\t' || s[i] == '\r'))
			continue;
		if (d < 0)
			break;
		if (high >= 0)
			buf_addc(out, (char)(high << 4 | d));
		high = high < 0 ? d : -1;
	}
	if (i == len && high < 0)
		return true;
	buf_truncate(out, start);
	return false;
}

enum ui_result hexedit_text(struct hexedit *he, const char *s, size_t len)
{
	enum ui_result res = UI_IGNORED;
	struct buf bytes;

	if (he->text_pane)
		return put(he, s, len);
	if (len == 1)
		return digit(*s) < 0 ? UI_IGNORED : put_digit(he, digit(*s));
	buf_init_max(&bytes, HEXEDIT_MAX);
	if (hexedit_parse(s, len, &bytes) && bytes.len)
		res = put(he, bytes.data, bytes.len);
	buf_release(&bytes);
	return res;
}

/*
 * Moves
 */

static enum ui_result move_to(struct hexedit *he, size_t at)
{
	size_t len = textbuf_len(&he->text), was = he->cursor;
	bool low = he->low;

	he->cursor = at < len ? at : len;
	he->low = false;
	return he->cursor == was && !low ? UI_IGNORED : UI_MOVED;
}

static enum ui_result move_by(struct hexedit *he, bool back, size_t n)
{
	if (back)
		return move_to(he, n > he->cursor ? 0 : he->cursor - n);
	return move_to(he, he->cursor + n);
}

/* Whole rows, the column kept. */
static enum ui_result move_rows(struct hexedit *he, bool back, int rows)
{
	size_t n = (size_t)rows * (size_t)he->per_row;
	size_t column = he->cursor % (size_t)he->per_row;

	if (back && n > he->cursor)
		return move_to(he, column < he->cursor ? column : he->cursor);
	return move_by(he, back, n);
}

static enum ui_result undo(struct hexedit *he, bool redo)
{
	size_t at;

	if (he->read_only || (redo ? !textbuf_redo(&he->text, &at) :
				     !textbuf_undo(&he->text, &at)))
		return UI_IGNORED;
	he->cursor = at;
	he->low = false;
	return UI_CHANGED;
}

static enum ui_result edit(struct hexedit *he, enum text_action action)
{
	switch (action) {
	case TEXT_BACKSPACE:
		if (he->low || he->cursor == 0 || he->read_only)
			return move_to(he, he->cursor);
		he->cursor--;
		return replace(he, 1, NULL, 0);
	case TEXT_DELETE:
		he->low = false;
		return replace(he, he->cursor < textbuf_len(&he->text), NULL,
			       0);
	case TEXT_UNDO:
		return undo(he, false);
	case TEXT_REDO:
		return undo(he, true);
	case TEXT_TOGGLE_INSERT:
		he->insert = !he->insert;
		he->low = false;
		return UI_MOVED;
	case TEXT_TOGGLE_PANE:
	case TEXT_TAB:
	case TEXT_BACKTAB:
		he->text_pane = !he->text_pane;
		he->low = false;
		return UI_MOVED;
	default:
		return UI_IGNORED;
	}
}

enum ui_result hexedit_action(struct hexedit *he, enum text_action action)
{
	size_t row = (size_t)he->per_row, column = he->cursor % row;
	int page = he->h > 1 ? he->h - 1 : 1;

	switch (action) {
	case TEXT_LEFT:
		return move_by(he, true, 1);
	case TEXT_RIGHT:
		return move_by(he, false, 1);
	case TEXT_WORD_LEFT:
		return move_by(he, true, WORD);
	case TEXT_WORD_RIGHT:
		return move_by(he, false, WORD);
	case TEXT_UP:
		return move_rows(he, true, 1);
	case TEXT_DOWN:
		return move_rows(he, false, 1);
	case TEXT_PAGE_UP:
		return move_rows(he, true, page);
	case TEXT_PAGE_DOWN:
		return move_rows(he, false, page);
	case TEXT_HOME:
		return move_by(he, true, column);
	case TEXT_END:
		return move_by(he, false, row - 1 - column);
	case TEXT_TOP:
		return move_to(he, 0);
	case TEXT_BOTTOM:
		return move_to(he, textbuf_len(&he->text));
	default:
		return edit(he, action);
	}
}

bool hexedit_find(struct hexedit *he, const void *needle, size_t len, int step)
{
	size_t total = textbuf_len(&he->text), hit;

	he->hit_len = 0;
	if (step < 0) {
		hit = textbuf_rfind(&he->text, needle, len, he->cursor, false);
		if (hit == SIZE_MAX)
			hit = textbuf_rfind(&he->text, needle, len, total,
					    false);
	} else {
		hit = textbuf_find(&he->text, needle, len,
				   he->cursor + (step > 0), false);
		if (hit == SIZE_MAX)
			hit = textbuf_find(&he->text, needle, len, 0, false);
	}
	if (hit == SIZE_MAX)
		return false;
	move_to(he, hit);
	he->hit = hit;
	he->hit_len = len;
	return true;
}

void hexedit_goto(struct hexedit *he, size_t offset)
{
	move_to(he, offset);
}

/*
 * Layout and drawing: "000010  48 54 54 50 ...  HTTP..."
 */

static int hex_x(const struct hexedit *he, int i)
{
	return he->digits + OFFSET_GAP + 3 * i + i / GROUP;
}

static int text_x(const struct hexedit *he, int i)
{
	return hex_x(he, he->per_row - 1) + 2 + OFFSET_GAP + i;
}

void hexedit_layout(struct hexedit *he, const struct region *r)
{
	static const int widths[] = {32, 24, 16, 8, 4};
	size_t len = textbuf_len(&he->text), row, i;

	he->at = *r;
	he->h = r->h > 0 ? r->h : 1;
	he->digits = len > 0xffffff ? 8 : len > 0xffff ? 6 : 4;
	for (i = 0; i < 5; i++) {
		he->per_row = widths[i];
		if (text_x(he, he->per_row) <= r->w)
			break;
	}
	row = (size_t)he->per_row;
	he->top -= he->top % row;
	if (he->cursor < he->top)
		he->top = he->cursor - he->cursor % row;
	else if ((he->cursor - he->top) / row >= (size_t)he->h)
		he->top = he->cursor - he->cursor % row -
			  ((size_t)he->h - 1) * row;
}

static unsigned overlay_of(const struct hexedit *he, size_t at, bool focused,
			   bool text_pane)
{
	unsigned o = 0;

	if (at >= he->hit && at - he->hit < he->hit_len)
		o |= STYLE_MATCH;
	/* The cursor's byte, in the pane where the cursor is not. */
	if (at == he->cursor && (!focused || he->text_pane != text_pane))
		o |= STYLE_SELECTED_IDLE;
	return o;
}

static void draw_byte(const struct hexedit *he, const struct region *r, int y,
		      int i, size_t at, bool focused)
{
	unsigned char byte = textbuf_at(&he->text, at);
	bool shown = byte >= 0x20 && byte < 0x7f;
	char c = shown ? (char)byte : '.';
	unsigned style = shown ? STYLE_NORMAL : STYLE_DIM;

	region_printf(r, hex_x(he, i), y, 2,
		      (byte ? STYLE_NORMAL : STYLE_DIM) |
		      overlay_of(he, at, focused, false), "%02x", byte);
	region_text(r, text_x(he, i), y, 1,
		    style | overlay_of(he, at, focused, true), &c, 1);
}

void hexedit_draw(const struct hexedit *he, const struct region *r,
		  bool focused)
{
	size_t len = textbuf_len(&he->text), at = he->top;
	int y, i;

	for (y = 0; y < r->h; y++) {
		if (at > len || (at == len && at != he->cursor && y > 0))
			break;
		region_printf(r, 0, y, he->digits, STYLE_DIM, "%0*zx",
			      he->digits, at);
		for (i = 0; i < he->per_row; i++, at++) {
			if (at < len)
				draw_byte(he, r, y, i, at, focused);
			if (at != he->cursor || !focused)
				continue;
			if (he->text_pane)
				region_cursor(r, text_x(he, i), y);
			else
				region_cursor(r, hex_x(he, i) + he->low, y);
		}
	}
}

enum ui_result hexedit_mouse(struct hexedit *he, const struct mouse *m)
{
	int x = m->x - he->at.x, y = m->y - he->at.y, i;
	size_t row;

	if (m->kind == MOUSE_WHEEL_UP || m->kind == MOUSE_WHEEL_DOWN)
		return move_rows(he, m->kind == MOUSE_WHEEL_UP, WHEEL_ROWS);
	if ((m->kind != MOUSE_PRESS && m->kind != MOUSE_DOUBLE) ||
	    !region_contains(&he->at, m->x, m->y))
		return UI_IGNORED;
	row = he->top + (size_t)y * (size_t)he->per_row;
	for (i = 0; i < he->per_row; i++) {
		bool hex = x >= hex_x(he, i) && x < hex_x(he, i) + 2;

		if (!hex && x != text_x(he, i))
			continue;
		if (row + (size_t)i > textbuf_len(&he->text))
			return UI_IGNORED;
		he->text_pane = !hex;
		move_to(he, row + (size_t)i);
		return UI_MOVED;
	}
	return UI_IGNORED;
}
