#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/form.h"
#include "ui/wrap.h"

#define MARKS 3			/* changed, severity */
#define LABEL_GAP 2		/* blanks between label and value */

static bool shown(const struct form *f, size_t i)
{
	return !f->ops->hidden || !f->ops->hidden(f->arg, i);
}

/* The note of a field, in f->scratch. Notes show when focused, what is worse
 * always. */
static enum form_severity note(struct form *f, size_t i)
{
	enum form_severity s = FORM_NONE;

	buf_clear(&f->scratch);
	if (f->ops->note && f->fields[i].kind != FORM_GROUP)
		s = f->ops->note(f->arg, i, &f->scratch);
	return s;
}

static int value_x(const struct form *f)
{
	return MARKS + f->label_w + LABEL_GAP;
}

static bool note_shows(struct form *f, size_t i)
{
	enum form_severity s = note(f, i);

	return f->scratch.len &&
	       (s > FORM_NOTE || (s == FORM_NOTE && i == f->focus));
}

/* Rows that a field takes, the note below it included. */
static int rows_of(struct form *f, size_t i)
{
	int w = f->at.w - value_x(f);

	if (!shown(f, i))
		return 0;
	if (!note_shows(f, i))
		return 1;
	return 1 + (int)wrap_count(f->scratch.data, f->scratch.len,
				   w > 8 ? w : f->at.w, 0);
}

static bool has_hints(const struct form *f)
{
	size_t i;

	for (i = 0; i < f->nfields; i++)
		if (f->fields[i].hint)
			return true;
	return false;
}

/* The rows of all fields; those before the focus go to *row. */
static size_t count_rows(struct form *f, size_t *row)
{
	size_t total = 0, i;

	for (i = 0; i < f->nfields; i++) {
		if (i == f->focus)
			*row = total;
		total += (size_t)rows_of(f, i);
	}
	return total;
}

void form_layout(struct form *f, const struct region *r)
{
	size_t row = 0, total, focus_rows = 1, i;
	int max = (r->w - MARKS) / 2, w;

	f->at = *r;
	f->h = r->h - (has_hints(f) && r->h > 3 ? 1 : 0);
	f->label_w = 0;
	for (i = 0; i < f->nfields; i++) {
		const char *label = f->fields[i].label;

		if (f->fields[i].kind == FORM_GROUP || !shown(f, i))
			continue;
		w = (int)utf8_columns(_(label), strlen(_(label)));
		if (w > f->label_w)
			f->label_w = w;
	}
	if (f->label_w > max)
		f->label_w = max;
	if (!f->editing)
		form_changed(f);
	total = count_rows(f, &row);
	/* A bar in the last column says that not all of them fit. */
	if (f->h > 0 && total > (size_t)f->h) {
		f->at.w--;
		total = count_rows(f, &row);
	}
	f->total = total;
	if (f->focus < f->nfields)
		focus_rows = (size_t)rows_of(f, f->focus);
	/* The heading above the first field of a group is seen with it. */
	if (f->focus < f->nfields && f->focus > 0 && row > 0 &&
	    f->fields[f->focus - 1].kind == FORM_GROUP && row - 1 < f->top)
		f->top = row - 1;
	if (row < f->top)
		f->top = row;
	if (f->h > 0 && row + focus_rows > f->top + (size_t)f->h)
		f->top = row + focus_rows - (size_t)f->h;
	if (total <= (size_t)(f->h > 0 ? f->h : 0))
		f->top = 0;
	else if (f->top > total - (size_t)f->h)
		f->top = total - (size_t)f->h;
	if (f->editing)
		prompt_layout(&f->field, f->at.w - value_x(f));
}

/*
 * Drawing
 */

static unsigned severity_style(enum form_severity s)
{
	return s == FORM_ERROR ? STYLE_ERROR :
	       s == FORM_WARNING ? STYLE_WARNING : STYLE_NOTE;
}

static void draw_note(struct form *f, const struct region *r, int y, size_t i)
{
	int x = r->w - value_x(f) > 8 ? value_x(f) : 0;
	unsigned style = severity_style(note(f, i));
	const char *s = f->scratch.data;
	size_t len = f->scratch.len, n;

	while (len) {
		size_t used = wrap_row(s, len, r->w - x, &n);

		region_text(r, x, y++, -1, style, s, n);
		s += used;
		len -= used;
	}
}

static void draw_value(struct form *f, const struct region *r, int y, size_t i)
{
	const struct form_field_spec *spec = &f->fields[i];
	unsigned style = spec->kind == FORM_READONLY || !f->ops->set ?
			 STYLE_READONLY : STYLE_FIELD;
	int x = value_x(f);

	if (f->ops->style)
		style = f->ops->style(f->arg, i);
	buf_clear(&f->scratch);
	f->ops->get(f->arg, i, &f->scratch);
	if (spec->kind == FORM_BOOL)
		x += region_puts(r, x, y, -1, style,
				 strcmp(f->scratch.data, "true") ? "[ ] " :
								    "[x] ");
	x += region_text(r, x, y, r->w - x - (spec->kind == FORM_CHOICE ? 2 : 0),
			 style, f->scratch.data, f->scratch.len);
	if (spec->kind == FORM_CHOICE)
		region_glyph(r, x + 1, y, STYLE_DIM, GLYPH_DOWN);
}

static void draw_field(struct form *f, const struct region *r, int y, size_t i,
		       bool focused)
{
	const struct form_field_spec *spec = &f->fields[i];
	enum form_severity s = note(f, i);

	if (f->ops->changed && f->ops->changed(f->arg, i))
		region_glyph(r, 0, y, STYLE_CHANGED, GLYPH_CHANGED);
	if (s > FORM_NOTE)
		region_puts(r, 1, y, 1, severity_style(s),
			    s == FORM_ERROR ? "!" : "?");
	region_puts(r, MARKS, y, f->label_w, STYLE_LABEL, _(spec->label));
	draw_value(f, r, y, i);
	if (i == f->focus && !f->editing)
		region_overlay(r, MARKS, y, r->w - MARKS,
			       focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
	if (note_shows(f, i))
		draw_note(f, r, y + 1, i);
}

void form_draw(struct form *f, const struct region *r, bool focused)
{
	struct region body = region_sub(r, 0, 0, f->at.w, f->h);
	int y = -(int)f->top, field_y = -1;
	size_t i;

	for (i = 0; i < f->nfields; i++) {
		int rows = rows_of(f, i);

		if (rows && y + rows > 0 && y < f->h) {
			if (f->fields[i].kind == FORM_GROUP)
				region_puts(&body, 0, y, -1, STYLE_GROUP,
					    _(f->fields[i].label));
			else
				draw_field(f, &body, y, i, focused);
		}
		if (i == f->focus)
			field_y = y;
		y += rows;
	}
	if (f->h > 0 && f->total > (size_t)f->h) {
		struct region rows = region_sub(r, 0, 0, r->w, f->h);

		region_scrollbar(&rows, r->w - 1, f->top, f->total);
	}
	if (f->h < r->h && f->focus < f->nfields && f->fields[f->focus].hint)
		region_puts(r, MARKS, r->h - 1, -1, STYLE_DIM,
			    _(f->fields[f->focus].hint));
	if (f->editing && field_y >= 0) {
		struct region field = region_sub(&body, value_x(f), field_y,
						 body.w - value_x(f), 1);

		prompt_draw(&f->field, &field, STYLE_FIELD_ACTIVE);
		prompt_draw_popup(&f->field, r, value_x(f), field_y);
	}
}

enum ui_result form_mouse(struct form *f, const struct mouse *m)
{
	int y = m->y - f->at.y + (int)f->top;
	size_t i;

	if (m->kind == MOUSE_WHEEL_UP || m->kind == MOUSE_WHEEL_DOWN)
		return f->editing ? UI_IGNORED :
		       form_move(f, m->kind == MOUSE_WHEEL_UP ? -1 : 1);
	if ((m->kind != MOUSE_PRESS && m->kind != MOUSE_DOUBLE) ||
	    !region_contains(&f->at, m->x, m->y))
		return UI_IGNORED;
	for (i = 0; i < f->nfields; i++) {
		int rows = rows_of(f, i);

		if (y < rows)
			break;
		y -= rows;
	}
	if (i == f->nfields)
		return UI_IGNORED;
	if (f->editing)
		return i == f->focus && y == 0 ?
		       prompt_click(&f->field,
				    m->x - f->at.x - value_x(f)) : UI_IGNORED;
	form_goto(f, i);
	return i == f->focus ? UI_MOVED : UI_IGNORED;
}
