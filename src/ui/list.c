#include "config.h"

#include <assert.h>
#include <string.h>

#include "base/i18n.h"
#include "ui/list.h"

#define MARK_COLUMNS 2		/* tag mark and a blank, when rows have tags */
#define WHEEL_ROWS 3

void list_init(struct list *l, const struct list_ops *ops, void *arg,
	       const struct list_column *columns, int ncolumns)
{
	assert(ncolumns <= LIST_COLUMNS_MAX);
	memset(l, 0, sizeof(*l));
	l->ops = ops;
	l->arg = arg;
	l->columns = columns;
	l->ncolumns = ncolumns;
	l->sort = -1;
	buf_init(&l->scratch.text);
}

void list_release(struct list *l)
{
	buf_release(&l->scratch.text);
}

/*
 * Moves
 */

static size_t count(const struct list *l)
{
	return l->ops->count(l->arg);
}

static void remember(struct list *l)
{
	l->key_set = l->ops->key && l->cursor < count(l);
	if (l->key_set)
		l->key = l->ops->key(l->arg, l->cursor);
}

/* The cursor's row is on screen, and no screen is left empty at the end. */
static void follow(struct list *l)
{
	size_t h = l->h > 0 ? (size_t)l->h : 1, n = count(l);

	if (l->cursor < l->top)
		l->top = l->cursor;
	else if (l->cursor - l->top >= h)
		l->top = l->cursor - h + 1;
	if (n <= h)
		l->top = 0;
	else if (l->top > n - h)
		l->top = n - h;
}

enum ui_result list_goto(struct list *l, size_t row)
{
	size_t n = count(l), was = l->cursor;

	if (n == 0)
		return UI_IGNORED;
	l->cursor = row < n ? row : n - 1;
	remember(l);
	follow(l);
	return l->cursor == was ? UI_IGNORED : UI_MOVED;
}

enum ui_result list_move(struct list *l, long rows)
{
	size_t by;

	if (rows < 0) {
		by = (size_t)-rows;
		return list_goto(l, by > l->cursor ? 0 : l->cursor - by);
	}
	by = (size_t)rows;
	return list_goto(l, by > SIZE_MAX - l->cursor ? SIZE_MAX :
							 l->cursor + by);
}

enum ui_result list_page(struct list *l, int pages)
{
	int h = l->h > 1 ? l->h - 1 : 1;	/* one row stays for the eye */

	return list_move(l, (long)pages * h);
}

enum ui_result list_half_page(struct list *l, int halves)
{
	return list_move(l, (long)halves * (l->h > 1 ? l->h / 2 : 1));
}

enum ui_result list_home(struct list *l)
{
	return list_goto(l, 0);
}

enum ui_result list_end(struct list *l)
{
	return list_goto(l, SIZE_MAX);
}

enum ui_result list_sideways(struct list *l, int columns)
{
	size_t was = l->left;

	if (columns < 0)
		l->left -= (size_t)-columns > l->left ? l->left :
							 (size_t)-columns;
	else
		l->left += (size_t)columns;
	return l->left == was ? UI_IGNORED : UI_MOVED;
}

bool list_current(const struct list *l, size_t *row)
{
	if (l->cursor >= count(l))
		return false;
	*row = l->cursor;
	return true;
}

void list_changed(struct list *l)
{
	size_t n = count(l), row, above = l->cursor - l->top;

	if (l->key_set && l->ops->find && l->ops->find(l->arg, l->key, &row) &&
	    row < n) {
		/* It stays where it was on screen, too. */
		l->cursor = row;
		l->top = row > above ? row - above : 0;
	} else if (l->cursor >= n) {
		l->cursor = n ? n - 1 : 0;
	}
	remember(l);
	follow(l);
}

/*
 * Columns
 */

static int marks(const struct list *l)
{
	return l->ops->tagged ? MARK_COLUMNS : 0;
}

/* What the columns still there take, with a blank between two. */
static int total_width(const struct list *l)
{
	int i, w = 0;

	for (i = 0; i < l->ncolumns; i++)
		if (l->widths[i])
			w += l->widths[i] + (w ? 1 : 0);
	return w;
}

/* Take what is missing from the widths, evenly enough: one column of cells at a
 * time from the one with the most to give. Returns what is still missing. */
static int shrink(struct list *l, int missing, bool keep_titles)
{
	while (missing > 0) {
		int i, best = -1, give = 0;

		for (i = 0; i < l->ncolumns; i++) {
			int least = l->least[i];
			int can;

			if (keep_titles && least < l->titles[i])
				least = l->titles[i];
			can = l->widths[i] - least;

			if (l->widths[i] && can > give) {
				give = can;
				best = i;
			}
		}
		if (best < 0)
			break;
		l->widths[best]--;
		missing--;
	}
	return missing;
}

/* The least important column still there; -1 when one is left. */
static int least_important(const struct list *l)
{
	int i, worst = -1, left = 0;

	for (i = 0; i < l->ncolumns; i++) {
		if (!l->widths[i])
			continue;
		left++;
		if (worst < 0 ||
		    l->columns[i].priority >= l->columns[worst].priority)
			worst = i;
	}
	return left > 1 ? worst : -1;
}

static int least_width(const struct list *l)
{
	int i, w = 0;

	for (i = 0; i < l->ncolumns; i++)
		if (l->widths[i])
			w += l->least[i] + (w ? 1 : 0);
	return w;
}

static void grow(struct list *l, int spare)
{
	int i, n = 0;

	for (i = 0; i < l->ncolumns; i++)
		n += l->widths[i] && l->columns[i].grow;
	for (i = 0; i < l->ncolumns && n; i++) {
		if (!l->widths[i] || !l->columns[i].grow)
			continue;
		l->widths[i] += spare / n;
		spare -= spare / n;
		n--;
	}
}

/* The widest cell of a column. */
static int widest(struct list *l, int column)
{
	size_t rows = count(l), row;
	int most = 0, w;

	for (row = 0; row < rows; row++) {
		struct list_cell *cell = &l->scratch;

		buf_clear(&cell->text);
		l->ops->cell(l->arg, row, column, cell);
		w = (int)utf8_columns(cell->text.data, cell->text.len);
		most = w > most ? w : most;
	}
	return most;
}

/* What a column should have and must have, for its cells and its title. */
static void measure(struct list *l, int column)
{
	const struct list_column *c = &l->columns[column];
	const char *title = _(c->title);
	int ideal = c->fit && count(l) <= LIST_FIT_MAX ? widest(l, column)
						       : c->ideal;
	int w = l->no_header ? 0 : (int)utf8_columns(title, strlen(title));

	if (w && l->sort == column)
		w++;	/* the mark */
	l->titles[column] = w;
	l->ideal[column] = ideal > w ? ideal : w;
	l->least[column] = c->min < l->ideal[column] ? c->min :
						       l->ideal[column];
}

static void lay_out_columns(struct list *l, int w)
{
	int i, gone;

	for (i = 0; i < l->ncolumns; i++) {
		measure(l, i);
		l->widths[i] = l->ideal[i];
	}
	while (least_width(l) > w && (gone = least_important(l)) >= 0)
		l->widths[gone] = 0;
	if (total_width(l) > w)
		shrink(l, shrink(l, total_width(l) - w, true), false);
	else
		grow(l, w - total_width(l));
	/* A single column may still be wider than the window. */
	for (i = 0; i < l->ncolumns; i++)
		if (l->widths[i] > w)
			l->widths[i] = w > 0 ? w : 1;
}

void list_layout(struct list *l, const struct region *r)
{
	l->at = *r;
	l->h = r->h - (l->no_header ? 0 : 1);
	lay_out_columns(l, r->w - marks(l));
	if (!l->key_set)
		remember(l);
	if (l->cursor >= count(l))
		list_changed(l);
	follow(l);
}

/*
 * Drawing
 */

static void draw_header(const struct list *l, const struct region *r)
{
	int i, x = marks(l);

	region_fill_row(r, 0, STYLE_HEADER);
	for (i = 0; i < l->ncolumns; i++) {
		const struct list_column *c = &l->columns[i];
		struct text_opts o = {.style = STYLE_HEADER, .align = c->align};
		const char *title = _(c->title);
		int w = l->widths[i];

		if (!w)
			continue;
		if (i == l->sort && w > 1) {
			region_glyph(r, x + --w, 0, STYLE_HEADER,
				     l->descending ? GLYPH_DOWN : GLYPH_UP);
		}
		region_text_opts(r, x, 0, w, &o, title, strlen(title));
		x += l->widths[i] + 1;
	}
}

static void draw_cell(struct list *l, const struct region *r, int x, int y,
		      size_t row, int i)
{
	const struct list_column *c = &l->columns[i];
	struct list_cell *cell = &l->scratch;
	struct text_opts o = {.align = c->align, .cut_left = c->cut_left};

	buf_clear(&cell->text);
	cell->style = STYLE_NORMAL;
	cell->nhilites = 0;
	l->ops->cell(l->arg, row, i, cell);
	o.style = cell->style;
	o.hilites = cell->hilites;
	o.nhilites = cell->nhilites;
	if (c->grow && l->left) {
		o.skip = l->left;
		o.cut_left = false;
		o.marks = true;
	}
	region_text_opts(r, x, y, l->widths[i], &o, cell->text.data,
			 cell->text.len);
}

static void draw_record(struct list *l, const struct region *r, int y,
			size_t row, bool focused)
{
	int i, x = 0;

	region_fill_row(r, y, STYLE_NORMAL);
	if (l->ops->tagged) {
		if (l->ops->tagged(l->arg, row))
			region_glyph(r, 0, y, STYLE_TAGGED, GLYPH_BULLET);
		x = MARK_COLUMNS;
	}
	for (i = 0; i < l->ncolumns; i++) {
		if (!l->widths[i])
			continue;
		draw_cell(l, r, x, y, row, i);
		x += l->widths[i] + 1;
	}
	if (row == l->cursor)
		region_overlay(r, 0, y, r->w,
			       focused ? STYLE_SELECTED : STYLE_SELECTED_IDLE);
}

void list_draw(struct list *l, const struct region *r, bool focused)
{
	size_t n = count(l), row;
	int y = l->no_header ? 0 : 1;

	if (!l->no_header)
		draw_header(l, r);
	if (n == 0 && l->empty) {
		const struct text_opts o = {.style = STYLE_DIM,
					    .align = ALIGN_CENTRE};

		region_text_opts(r, 0, y + (r->h - y) / 3, r->w, &o, l->empty,
				 strlen(l->empty));
	}
	for (row = l->top; row < n && y < r->h; row++, y++)
		draw_record(l, r, y, row, focused);
}

enum list_hit list_hit(const struct list *l, int x, int y, size_t *row,
		       int *column)
{
	int i, end = marks(l);

	if (!region_contains(&l->at, x, y))
		return LIST_NOWHERE;
	y -= l->at.y + (l->no_header ? 0 : 1);
	if (y >= 0) {
		*row = l->top + (size_t)y;
		return *row < count(l) ? LIST_ROW : LIST_NOWHERE;
	}
	x -= l->at.x;
	for (i = 0; i < l->ncolumns; i++) {
		if (!l->widths[i])
			continue;
		if (x >= end && x < end + l->widths[i]) {
			*column = i;
			return LIST_HEADER;
		}
		end += l->widths[i] + 1;
	}
	return LIST_NOWHERE;
}

enum ui_result list_mouse(struct list *l, const struct mouse *m)
{
	size_t row;
	int column;

	switch (m->kind) {
	case MOUSE_WHEEL_UP:
		return list_move(l, -WHEEL_ROWS);
	case MOUSE_WHEEL_DOWN:
		return list_move(l, WHEEL_ROWS);
	case MOUSE_PRESS:
	case MOUSE_DOUBLE:
		if (list_hit(l, m->x, m->y, &row, &column) != LIST_ROW)
			return UI_IGNORED;
		list_goto(l, row);
		return UI_MOVED;
	default:
		return UI_IGNORED;
	}
}
