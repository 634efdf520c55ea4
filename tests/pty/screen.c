#include "config.h"

#include <stdlib.h>
#include <string.h>

#include <vterm.h>

#include "base/mem.h"
#include "base/utf8.h"
#include "ptyrun.h"

static int on_move_cursor(VTermPos pos, VTermPos old, int visible, void *user)
{
	struct screen *s = user;

	s->cursor_x = pos.col;
	s->cursor_y = pos.row;
	return 1;
}

static int on_property(VTermProp prop, VTermValue *value, void *user)
{
	struct screen *s = user;

	if (prop == VTERM_PROP_CURSORVISIBLE)
		s->cursor_on = value->boolean;
	return 1;
}

static const VTermScreenCallbacks callbacks = {
	.movecursor = on_move_cursor,
	.settermprop = on_property,
};

void screen_init(struct screen *s, int cols, int rows)
{
	memset(s, 0, sizeof(*s));
	s->cols = cols;
	s->rows = rows;
	s->cursor_on = true;
	s->vt = vterm_new(rows, cols);
	vterm_set_utf8(s->vt, 1);
	s->vts = vterm_obtain_screen(s->vt);
	vterm_screen_set_callbacks(s->vts, &callbacks, s);
	vterm_screen_enable_altscreen(s->vts, 1);
	vterm_screen_reset(s->vts, 1);
}

void screen_release(struct screen *s)
{
	if (s->vt)
		vterm_free(s->vt);
	memset(s, 0, sizeof(*s));
}

void screen_resize(struct screen *s, int cols, int rows)
{
	s->cols = cols;
	s->rows = rows;
	vterm_set_size(s->vt, rows, cols);
}

void screen_write(struct screen *s, const char *bytes, size_t len,
		  struct buf *reply)
{
	char answer[256];
	size_t n;

	vterm_input_write(s->vt, bytes, len);
	vterm_screen_flush_damage(s->vts);
	while ((n = vterm_output_read(s->vt, answer, sizeof(answer))))
		buf_add(reply, answer, n);
}

static bool cell_at(const struct screen *s, int x, int y,
		    VTermScreenCell *cell)
{
	VTermPos pos = {.row = y, .col = x};

	return x < s->cols && vterm_screen_get_cell(s->vts, pos, cell);
}

/* The row as UTF-8, trailing blanks cut; starts[i] (may be NULL) gets the
 * byte where column i begins. */
static char *row_text(const struct screen *s, int y, size_t *starts)
{
	VTermScreenCell cell;
	struct buf b;
	size_t keep = 0;
	char utf8[4];
	int x, i;

	buf_init(&b);
	for (x = 0; x < s->cols; x++) {
		if (starts)
			starts[x] = b.len;
		if (!cell_at(s, x, y, &cell) || cell.chars[0] == (uint32_t)-1)
			continue;
		if (cell.chars[0] == 0) {
			buf_addc(&b, ' ');
			continue;
		}
		for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell.chars[i]; i++)
			buf_add(&b, utf8, utf8_encode(utf8, cell.chars[i]));
		if (cell.chars[0] != ' ')
			keep = b.len;
	}
	buf_truncate(&b, keep);
	return buf_detach(&b, NULL);
}

char *screen_row(const struct screen *s, int y)
{
	if (!s->vt || y < 0 || y >= s->rows)
		return NULL;
	return row_text(s, y, NULL);
}

char *screen_text(const struct screen *s)
{
	struct buf b;
	int y;

	buf_init(&b);
	for (y = 0; s->vt && y < s->rows; y++) {
		char *row = row_text(s, y, NULL);

		buf_adds(&b, row);
		buf_addc(&b, '\n');
		free(row);
	}
	return buf_detach(&b, NULL);
}

bool screen_find(const struct screen *s, const char *text, int *x, int *y)
{
	size_t *starts = mem_zalloc((size_t)s->cols + 1, sizeof(*starts));
	bool found = false;
	int i, k;

	for (i = 0; s->vt && i < s->rows && !found; i++) {
		char *row = row_text(s, i, starts), *hit = strstr(row, text);

		found = hit != NULL;
		for (k = 0; found && x && k < s->cols; k++) {
			if (starts[k] == (size_t)(hit - row)) {
				*x = k;
				*y = i;
				break;
			}
		}
		free(row);
	}
	free(starts);
	return found;
}

bool screen_reverse(const struct screen *s, const char *text)
{
	VTermScreenCell cell;
	int x, y;

	return screen_find(s, text, &x, &y) && cell_at(s, x, y, &cell) &&
	       cell.attrs.reverse;
}

bool screen_coloured(const struct screen *s)
{
	VTermScreenCell cell;
	int x, y;

	for (y = 0; s->vt && y < s->rows; y++)
		for (x = 0; x < s->cols; x++)
			if (cell_at(s, x, y, &cell) &&
			    (!VTERM_COLOR_IS_DEFAULT_FG(&cell.fg) ||
			     !VTERM_COLOR_IS_DEFAULT_BG(&cell.bg)))
				return true;
	return false;
}

static void picture_colour(struct buf *out, const VTermColor *c, bool back)
{
	if (back ? VTERM_COLOR_IS_DEFAULT_BG(c) : VTERM_COLOR_IS_DEFAULT_FG(c))
		return;
	if (VTERM_COLOR_IS_INDEXED(c))
		buf_addf(out, ";%d;5;%d", back ? 48 : 38, c->indexed.idx);
	else
		buf_addf(out, ";%d;2;%d;%d;%d", back ? 48 : 38, c->rgb.red,
			 c->rgb.green, c->rgb.blue);
}

static void picture_cell(struct buf *out, const VTermScreenCell *cell)
{
	char utf8[4];
	int i;

	buf_addf(out, "\x1b[0%s%s%s", cell->attrs.bold ? ";1" : "",
		 cell->attrs.underline ? ";4" : "",
		 cell->attrs.reverse ? ";7" : "");
	picture_colour(out, &cell->fg, false);
	picture_colour(out, &cell->bg, true);
	buf_addc(out, 'm');
	for (i = 0; i < VTERM_MAX_CHARS_PER_CELL && cell->chars[i]; i++)
		buf_add(out, utf8, utf8_encode(utf8, cell->chars[i]));
	if (i == 0)
		buf_addc(out, ' ');
}

char *screen_picture(const struct screen *s)
{
	VTermScreenCell cell;
	struct buf b;
	int x, y;

	buf_init(&b);
	for (y = 0; y < s->rows; y++) {
		for (x = 0; x < s->cols; x += cell.width)
			if (cell_at(s, x, y, &cell))
				picture_cell(&b, &cell);
			else
				cell.width = 1;
		buf_adds(&b, "\x1b[0m\n");
	}
	return buf_detach(&b, NULL);
}
