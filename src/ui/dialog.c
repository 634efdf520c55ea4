#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/dialog.h"
#include "ui/keymap.h"
#include "ui/split.h"
#include "ui/wrap.h"

#define DIALOG_WIDTH 72		/* of the text, where there is room */

void dialog_init(struct dialog *d, unsigned style, const char *title,
		 const char *text)
{
	memset(d, 0, sizeof(*d));
	d->style = style;
	d->title = mem_strdup(title);
	d->text = mem_strdup(text);
}

void dialog_release(struct dialog *d)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		free(d->answers[i].word);
	free(d->title);
	free(d->text);
	memset(d, 0, sizeof(*d));
}

static bool key_is_free(const struct dialog *d, uint32_t key)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->answers[i].key == key)
			return false;
	return true;
}

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* The letter that a word gives its answer, else a digit. */
static uint32_t free_key(const struct dialog *d, const char *word)
{
	uint32_t key = '1';

	for (; *word; word++)
		if (is_letter(*word) && key_is_free(d, (uint32_t)(*word | 32)))
			return (uint32_t)(*word | 32);
	while (!key_is_free(d, key))
		key++;
	return key;
}

void dialog_answer(struct dialog *d, const char *word, bool safe)
{
	uint32_t key;

	if (d->n == DIALOG_ANSWERS_MAX)
		return;
	key = free_key(d, word);
	if (is_letter(word[0]) && word[1] == ':')
		word += 2;
	if (safe)
		d->safe = d->cursor = d->n;
	d->answers[d->n].key = key;
	d->answers[d->n++].word = mem_strdup(word);
}

enum ui_result dialog_move(struct dialog *d, int answers)
{
	size_t was = d->cursor;

	if (answers < 0 && d->cursor > 0)
		d->cursor--;
	else if (answers > 0 && d->cursor + 1 < d->n)
		d->cursor++;
	return d->cursor == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result dialog_scroll(struct dialog *d, long rows)
{
	size_t was = d->top, h = d->text_h > 0 ? (size_t)d->text_h : 0;
	size_t last = d->lines > h ? d->lines - h : 0;

	if (rows < 0)
		d->top -= (size_t)-rows < d->top ? (size_t)-rows : d->top;
	else
		d->top += (size_t)rows;
	if (d->top > last)
		d->top = last;
	return d->top == was ? UI_IGNORED : UI_MOVED;
}

bool dialog_key(const struct dialog *d, uint32_t key, size_t *answer)
{
	size_t i;

	if (key == KEY_ESC && d->n) {
		*answer = d->safe;
		return true;
	}
	for (i = 0; i < d->n; i++) {
		if (d->answers[i].key == key) {
			*answer = i;
			return true;
		}
	}
	return false;
}

/* "[s] save": the key, then the word. */
static int answer_width(const struct dialog_answer *a)
{
	char key[KEYMAP_CHORD_MAX];

	key_print(a->key, key);
	return (int)utf8_columns(key, strlen(key)) + 3 +
	       (int)utf8_columns(a->word, strlen(a->word));
}

/* Places the answers in rows of width w; returns the rows. */
static int place_answers(struct dialog *d, int w)
{
	int x = 0, y = 0;
	size_t i;

	for (i = 0; i < d->n; i++) {
		struct dialog_answer *a = &d->answers[i];

		a->w = answer_width(a);
		if (x > 0 && x + a->w > w) {
			x = 0;
			y++;
		}
		a->x = x;
		a->y = y;
		x += a->w + 2;
	}
	return d->n ? y + 1 : 0;
}

/* The length of the paragraph at s. */
static size_t paragraph(const char *s)
{
	return strcspn(s, "\n");
}

static size_t count_rows(const char *s, int w, int *widest)
{
	size_t rows = 0;

	for (;;) {
		size_t len = paragraph(s), cols = utf8_columns(s, len);

		rows += wrap_count(s, len, w, 0);
		if ((int)(cols < (size_t)w ? cols : (size_t)w) > *widest)
			*widest = (int)(cols < (size_t)w ? cols : (size_t)w);
		if (!s[len])
			return rows;
		s += len + 1;
	}
}

void dialog_layout(struct dialog *d, const struct region *r)
{
	int max = r->w - 4 < DIALOG_WIDTH ? r->w - 4 : DIALOG_WIDTH;
	int w = 0, answers, h, title, row = 0;
	struct region box;
	size_t i;

	if (max < 1)
		max = 1;
	d->lines = count_rows(d->text, max, &w);
	title = (int)utf8_columns(d->title, strlen(d->title)) + 4;
	for (i = 0; i < d->n; i++)
		row += answer_width(&d->answers[i]) + 2;
	w = w > title ? w : title;
	w = w > row - 2 ? w : row - 2;
	w = w > max ? max : w;
	answers = place_answers(d, w);
	h = (int)(d->lines < (size_t)r->h ? d->lines : (size_t)r->h);
	box = split_centre(r, w + 4, h + 2 + (answers ? answers + 1 : 0));
	d->at = region_sub(&box, 2, 1, box.w - 4, box.h - 2);
	/* The answers are seen whatever the text needs. */
	d->text_h = d->at.h - (answers ? answers + 1 : 0);
	if (d->text_h < 0)
		d->text_h = d->at.h > answers ? d->at.h - answers : 0;
	d->answers_y = d->at.h - answers;
	dialog_scroll(d, 0);
}

static void draw_text(const struct dialog *d, const struct region *in)
{
	const char *s = d->text;
	size_t row = 0, shown;

	for (;;) {
		size_t len = paragraph(s);

		do {
			size_t used = len ? wrap_row(s, len, in->w, &shown) : 0;

			if (len && row >= d->top &&
			    row - d->top < (size_t)d->text_h)
				region_text(in, 0, (int)(row - d->top), -1,
					    STYLE_NORMAL, s, shown);
			s += used;
			len -= used;
			row++;
		} while (len);
		if (!*s)
			return;
		s++;
	}
}

static void draw_answer(const struct dialog *d, const struct region *in,
			size_t i)
{
	const struct dialog_answer *a = &d->answers[i];
	char key[KEYMAP_CHORD_MAX];
	int x = a->x, y = d->answers_y + a->y;

	key_print(a->key, key);
	x += region_puts(in, x, y, -1, STYLE_NORMAL, "[");
	x += region_puts(in, x, y, -1, STYLE_KEY, key);
	x += region_puts(in, x, y, -1, STYLE_NORMAL, "] ");
	region_puts(in, x, y, -1, STYLE_NORMAL, a->word);
	if (i == d->cursor)
		region_overlay(in, a->x, y, a->w, STYLE_SELECTED);
}

void dialog_draw(const struct dialog *d, const struct region *r)
{
	struct region box = region_sub(r, d->at.x - r->x - 2,
				       d->at.y - r->y - 1, d->at.w + 4,
				       d->at.h + 2);
	struct region in;
	size_t i;

	region_fill(&box, STYLE_NORMAL);
	region_box(&box, d->style == STYLE_NORMAL ? STYLE_BORDER : d->style,
		   d->title);
	in = region_sub(&box, 2, 1, d->at.w, d->at.h);
	draw_text(d, &in);
	for (i = 0; i < d->n; i++)
		draw_answer(d, &in, i);
	in = region_sub(&box, 0, 1, box.w, d->text_h);
	region_scrollbar(&in, box.w - 2, d->top, d->lines);
}

bool dialog_mouse(struct dialog *d, const struct mouse *m, size_t *answer)
{
	int x = m->x - d->at.x, y = m->y - d->at.y - d->answers_y;
	size_t i;

	if (m->kind == MOUSE_WHEEL_UP || m->kind == MOUSE_WHEEL_DOWN) {
		dialog_scroll(d, m->kind == MOUSE_WHEEL_UP ? -1 : 1);
		return false;
	}
	if (m->kind != MOUSE_PRESS)
		return false;
	for (i = 0; i < d->n; i++) {
		const struct dialog_answer *a = &d->answers[i];

		if (y == a->y && x >= a->x && x < a->x + a->w) {
			d->cursor = *answer = i;
			return true;
		}
	}
	return false;
}
