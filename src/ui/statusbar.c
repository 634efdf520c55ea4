#include "config.h"

#include <string.h>

#include "ui/statusbar.h"

static int columns(const char *s)
{
	return (int)utf8_columns(s, strlen(s));
}

/* Parts side by side, two blanks between; returns where they end. */
static int draw_parts(const struct region *r, int x, int w,
		      const struct status_part *parts, size_t n)
{
	int end = x + w, start = x;
	size_t i;

	for (i = 0; i < n; i++) {
		if (!parts[i].text || !*parts[i].text)
			continue;
		if (x > start)
			x += 2;
		if (x >= end)
			break;
		x += region_puts(r, x, 0, end - x, parts[i].style,
				 parts[i].text);
	}
	return x;
}

static int parts_width(const struct status_part *parts, size_t n)
{
	int w = 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (parts[i].text && *parts[i].text)
			w += columns(parts[i].text) + (w ? 2 : 0);
	return w;
}

void statusbar_draw(const struct statusbar *s, const struct region *r)
{
	int x = 0, right = parts_width(s->right, s->nright), room;

	region_fill_row(r, 0, STYLE_STATUS);
	if (s->mode && *s->mode) {
		x += region_puts(r, x, 0, 1, STYLE_MODE, " ");
		x += region_puts(r, x, 0, r->w - x, STYLE_MODE, s->mode);
		x += region_puts(r, x, 0, 1, STYLE_MODE, " ");
		x++;
	}
	if (right > (r->w - x) * 2 / 3)	/* the left needs some, too */
		right = (r->w - x) * 2 / 3;
	room = r->w - x - (right ? right + 2 : 0);
	if (s->message && *s->message) {
		int need = columns(s->message);

		if (need > room) {	/* news come before the position */
			room = r->w - x;
			right = 0;
		}
		region_puts(r, x, 0, room, s->message_style, s->message);
	} else {
		draw_parts(r, x, room, s->left, s->nleft);
	}
	if (right > 0)
		draw_parts(r, r->w - right, right, s->right, s->nright);
}

void titlebar_draw(const struct region *r, const char *const *parts, size_t n,
		   const char *right)
{
	int w = r->w, x = 0, last, right_w = right ? columns(right) : 0;
	size_t i;

	region_fill_row(r, 0, STYLE_TITLE);
	if (right_w && right_w < w / 2) {
		region_puts(r, w - right_w, 0, -1, STYLE_DIM, right);
		w -= right_w + 1;
	}
	if (n == 0)
		return;
	last = columns(parts[n - 1]);
	for (i = 0; i + 1 < n; i++) {
		int room = w - x - last - 3;

		if (room < 4)
			break;
		x += region_puts(r, x, 0, room, STYLE_DIM, parts[i]);
		x += region_puts(r, x, 0, w - x, STYLE_DIM, " ");
		x += region_glyph(r, x, 0, STYLE_DIM, GLYPH_RIGHT);
		x += region_puts(r, x, 0, w - x, STYLE_DIM, " ");
	}
	region_puts(r, x, 0, w - x, STYLE_TITLE, parts[n - 1]);
}

size_t hints_draw(const struct region *r, const struct hint *hints, size_t n)
{
	int x = 0;
	size_t i;

	region_fill_row(r, 0, STYLE_NORMAL);
	for (i = 0; i < n; i++) {
		int need = columns(hints[i].keys) + 1 + columns(hints[i].text);

		if (x + (i ? 3 : 0) + need > r->w)
			break;
		if (i) {
			region_glyph(r, x + 1, 0, STYLE_DIM, GLYPH_DOT);
			x += 3;
		}
		x += region_puts(r, x, 0, -1, STYLE_KEY, hints[i].keys) + 1;
		x += region_puts(r, x, 0, -1, STYLE_NORMAL, hints[i].text);
	}
	return i;
}
