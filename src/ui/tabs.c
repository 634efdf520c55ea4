#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/tabs.h"

#define TAB_TEXT_MAX 128

void tabs_init(struct tabs *t)
{
	memset(t, 0, sizeof(*t));
}

void tabs_add(struct tabs *t, const char *name)
{
	assert(t->n < TABS_MAX);
	t->items[t->n++] = (struct tab){.name = name};
}

bool tabs_step(struct tabs *t, int step)
{
	size_t i, at = t->active;

	for (i = 1; i < t->n; i++) {
		at = (at + (step > 0 ? 1 : t->n - 1)) % t->n;
		if (!t->items[at].disabled) {
			t->active = at;
			return true;
		}
	}
	return false;
}

bool tabs_pick(struct tabs *t, size_t i)
{
	if (i >= t->n || t->items[i].disabled)
		return false;
	t->active = i;
	return true;
}

/* "1 Name", or "[1 Name]" when active; numbers only where a digit picks. */
static void tab_text(const struct tabs *t, size_t i, char out[TAB_TEXT_MAX])
{
	const char *name = _(t->items[i].name);
	const char *open = i == t->active ? "[" : " ";
	const char *close = i == t->active ? "]" : " ";

	if (i < 9)
		snprintf(out, TAB_TEXT_MAX, "%s%zu %s%s", open, i + 1, name,
			 close);
	else
		snprintf(out, TAB_TEXT_MAX, "%s%s%s", open, name, close);
}

static int tab_width(const struct tabs *t, size_t i)
{
	char text[TAB_TEXT_MAX];

	tab_text(t, i, text);
	return (int)utf8_columns(text, strlen(text)) +
	       (t->items[i].mark ? 1 : 0);
}

void tabs_layout(struct tabs *t, const struct region *r)
{
	size_t first = 0, i;
	int before = 0, x;

	t->at = *r;
	/* Scroll by whole tabs until the active one ends inside, with room
	 * for the marks. */
	for (i = 0; i <= t->active && i < t->n; i++)
		before += tab_width(t, i);
	while (first < t->active &&
	       before > r->w - (first > 0) - (t->active + 1 < t->n))
		before -= tab_width(t, first++);
	x = first > 0;
	for (i = 0; i < t->n; i++) {
		int w = tab_width(t, i);

		t->x[i] = x;
		t->w[i] = i >= first && x < r->w ?
			  (w < r->w - x ? w : r->w - x) : 0;
		if (i >= first)
			x += w;
	}
}

void tabs_draw(const struct tabs *t, const struct region *r)
{
	char text[TAB_TEXT_MAX];
	bool left = false, right = false;
	size_t i;

	region_fill_row(r, 0, STYLE_TAB);
	for (i = 0; i < t->n; i++) {
		unsigned style = i == t->active ? STYLE_TAB_ACTIVE :
				 t->items[i].disabled ? STYLE_DIM : STYLE_TAB;
		const struct text_opts o = {.style = style,
					    .no_ellipsis = true};
		int n;

		if (t->w[i] == 0) {
			left |= i < t->active;
			right |= i > t->active;
			continue;
		}
		tab_text(t, i, text);
		n = region_text_opts(r, t->x[i], 0, t->w[i], &o, text,
				     strlen(text));
		if (t->items[i].mark && n < t->w[i])
			region_puts(r, t->x[i] + n, 0, 1, t->items[i].mark,
				    STYLE_ID(t->items[i].mark) == STYLE_ERROR ?
				    "!" : "*");
		if (t->w[i] < tab_width(t, i))
			right = true;
	}
	if (left)
		region_glyph(r, 0, 0, STYLE_DIM, GLYPH_LEFT);
	if (right)
		region_glyph(r, r->w - 1, 0, STYLE_DIM, GLYPH_RIGHT);
}

bool tabs_hit(const struct tabs *t, int x, int y, size_t *i)
{
	size_t k;

	if (!region_contains(&t->at, x, y))
		return false;
	x -= t->at.x;
	for (k = 0; k < t->n; k++) {
		if (x >= t->x[k] && x < t->x[k] + t->w[k]) {
			*i = k;
			return true;
		}
	}
	return false;
}
