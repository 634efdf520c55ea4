#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/keymap.h"
#include "ui/menu.h"
#include "ui/split.h"

void menu_init(struct menu *m, const char *title)
{
	memset(m, 0, sizeof(*m));
	m->title = mem_strdup(title);
}

void menu_release(struct menu *m)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		free(m->items[i].text);
		free(m->items[i].help);
	}
	free(m->title);
	memset(m, 0, sizeof(*m));
}

void menu_add(struct menu *m, uint32_t key, const char *text, const char *help)
{
	if (m->n == MENU_ITEMS_MAX)
		return;
	m->items[m->n++] = (struct menu_item){
		.key = key,
		.text = mem_strdup(text),
		.help = help ? mem_strdup(help) : NULL,
	};
}

void menu_disable_last(struct menu *m)
{
	if (m->n)
		m->items[m->n - 1].disabled = true;
}

enum ui_result menu_move(struct menu *m, long rows)
{
	size_t was = m->cursor;

	if (m->n == 0)
		return UI_IGNORED;
	if (rows < 0)
		m->cursor -= (size_t)-rows > m->cursor ? m->cursor :
							 (size_t)-rows;
	else
		m->cursor = (size_t)rows > m->n - 1 - m->cursor ?
			    m->n - 1 : m->cursor + (size_t)rows;
	return m->cursor == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result menu_page(struct menu *m, int pages)
{
	return menu_move(m, (long)pages * (m->h > 0 ? m->h : 1));
}

bool menu_key(struct menu *m, uint32_t key, size_t *item)
{
	size_t i;

	for (i = 0; i < m->n; i++) {
		if (m->items[i].key && m->items[i].key == key &&
		    !m->items[i].disabled) {
			m->cursor = *item = i;
			return true;
		}
	}
	return false;
}

bool menu_current(const struct menu *m, size_t *item)
{
	if (m->cursor >= m->n || m->items[m->cursor].disabled)
		return false;
	*item = m->cursor;
	return true;
}

static int columns(const char *s)
{
	return s ? (int)utf8_columns(s, strlen(s)) : 0;
}

static int text_width(const struct menu *m)
{
	int w = 0, n;
	size_t i;

	for (i = 0; i < m->n; i++) {
		n = columns(m->items[i].text);
		w = n > w ? n : w;
	}
	return w;
}

static int help_width(const struct menu *m)
{
	int w = 0, n;
	size_t i;

	for (i = 0; i < m->n; i++) {
		n = columns(m->items[i].help);
		w = n > w ? n : w;
	}
	return w;
}

/* " k  text  help " */
void menu_layout(struct menu *m, const struct region *r)
{
	int help = help_width(m), w, title = columns(m->title) + 6;
	struct region box;

	w = 2 + 5 + text_width(m) + (help ? help + 2 : 0) + 1;
	w = w > title ? w : title;
	box = split_centre(r, w, (int)m->n + 2);
	m->at = region_sub(&box, 1, 1, box.w - 2, box.h - 2);
	m->h = m->at.h;
	if (m->cursor < m->top)
		m->top = m->cursor;
	if (m->h > 0 && m->cursor >= m->top + (size_t)m->h)
		m->top = m->cursor - (size_t)m->h + 1;
}

static void draw_item(const struct menu *m, const struct region *in, int y,
		      size_t i)
{
	const struct menu_item *it = &m->items[i];
	unsigned style = it->disabled ? STYLE_DIM : STYLE_NORMAL;
	char key[KEYMAP_CHORD_MAX];
	int text = text_width(m), room;

	if (it->key) {
		key_print(it->key, key);
		region_puts(in, 1, y, 3, it->disabled ? STYLE_DIM : STYLE_KEY,
			    key);
	}
	room = in->w - 6;
	region_puts(in, 5, y, text < room ? text : room, style, it->text);
	if (it->help && text + 7 < in->w - 1)
		region_puts(in, text + 7, y, in->w - text - 8, STYLE_DIM,
			    it->help);
	if (i == m->cursor)
		region_overlay(in, 0, y, in->w, STYLE_SELECTED);
}

void menu_draw(const struct menu *m, const struct region *r)
{
	struct region box = m->at, in;
	int y;

	box.x--, box.y--, box.w += 2, box.h += 2;
	if (m->h <= 0)
		return;
	region_fill(&box, STYLE_NORMAL);
	in = region_box(&box, STYLE_BORDER, m->title);
	for (y = 0; y < m->h && m->top + (size_t)y < m->n; y++)
		draw_item(m, &in, y, m->top + (size_t)y);
	region_scrollbar(&in, in.w - 1, m->top, m->n);
}

bool menu_mouse(struct menu *m, const struct mouse *ev, size_t *item)
{
	size_t i;

	if (ev->kind == MOUSE_WHEEL_UP || ev->kind == MOUSE_WHEEL_DOWN) {
		menu_move(m, ev->kind == MOUSE_WHEEL_UP ? -1 : 1);
		return false;
	}
	if ((ev->kind != MOUSE_PRESS && ev->kind != MOUSE_DOUBLE) ||
	    !region_contains(&m->at, ev->x, ev->y))
		return false;
	i = m->top + (size_t)(ev->y - m->at.y);
	if (i >= m->n)
		return false;
	m->cursor = i;
	return menu_current(m, item);
}
