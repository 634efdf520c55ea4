/*
 * Two records side by side, decoded, line by line; what differs is marked.
 * In a narrow window they stand one below the other, as in a patch.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/linediff.h"
#include "app/nav.h"
#include "app/session.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/editform.h"

#define SIDE_BY_SIDE 70		/* columns from which there are two */

struct compare {
	struct view view;
	row_id a, b;
	uint64_t generation;
	struct buf text_a, text_b;
	struct linediff diff;
	size_t top, cursor;
	size_t left;		/* columns scrolled sideways */
	size_t differences;
	bool only;		/* rows that are the same are left out */
	size_t *shown, nshown;	/* indexes of diff.rows */
	int h;
	struct region at;
};

static void take_text(struct session *s, row_id id, struct buf *out)
{
	const struct rrpair *pair = session_pair(s, id, NULL);
	const struct buf *text;

	buf_clear(out);
	if (pair && editform_print(pair, out, NULL))
		return;
	buf_clear(out);
	text = session_text(s, id, NULL);
	if (text)
		buf_add(out, text->data, text->len);
}

static void arrange(struct compare *c)
{
	free(c->shown);
	c->shown = mem_zalloc(c->diff.nrows + 1, sizeof(*c->shown));
	c->nshown = 0;
	for (size_t i = 0; i < c->diff.nrows; i++)
		if (!c->only || !c->diff.rows[i].same)
			c->shown[c->nshown++] = i;
	if (c->cursor >= c->nshown)
		c->cursor = c->nshown ? c->nshown - 1 : 0;
}

static void fill(struct compare *c)
{
	take_text(c->view.session, c->a, &c->text_a);
	take_text(c->view.session, c->b, &c->text_b);
	linediff_make(&c->diff, c->text_a.data, c->text_a.len, c->text_b.data,
		      c->text_b.len);
	c->generation = session_generation(c->view.session);
	c->differences = 0;
	for (size_t i = 0; i < c->diff.nrows; i++)
		c->differences += !c->diff.rows[i].same &&
				  (i == 0 || c->diff.rows[i - 1].same);
	arrange(c);
}

/* --- commands --- */

static void move(struct compare *c, long by)
{
	long to = (long)c->cursor + by;

	if (to >= (long)c->nshown)
		to = (long)c->nshown - 1;
	c->cursor = to < 0 ? 0 : (size_t)to;
}

static bool same_at(const struct compare *c, size_t i)
{
	return c->diff.rows[c->shown[i]].same;
}

/* To where the next run of differing lines begins. */
static void next_difference(struct compare *c, int step)
{
	size_t i = c->cursor;

	for (;;) {
		if (step > 0 ? i + 1 >= c->nshown : i == 0) {
			app_say(c->view.app, STYLE_NOTE,
				_("no further difference"));
			return;
		}
		i += (size_t)(long)step;
		if (!same_at(c, i) && (i == 0 || same_at(c, i - 1)))
			break;
	}
	c->cursor = i;
}

static bool has(const struct linediff_line *lines, size_t i, const char *needle)
{
	char *text;
	bool hit;

	if (i == LINEDIFF_NONE)
		return false;
	text = mem_dup(lines[i].s, lines[i].len);
	hit = strcasestr(text, needle) != NULL;
	free(text);
	return hit;
}

static void search(struct compare *c, const struct call *call)
{
	bool back = call->id == CMD_SEARCH_BACK || call->id == CMD_SEARCH_PREV;
	bool here = call->id == CMD_SEARCH || call->id == CMD_SEARCH_BACK;
	size_t at = c->cursor;

	for (size_t i = 0; *call->arg && i <= c->nshown; i++) {
		const struct linediff_row *r;

		if (i || !here)
			at = back ? (at + c->nshown - 1) % c->nshown
				  : (at + 1) % c->nshown;
		r = &c->diff.rows[c->shown[at]];
		if (has(c->diff.a, r->a, call->arg) ||
		    has(c->diff.b, r->b, call->arg)) {
			c->cursor = at;
			return;
		}
	}
	if (*call->arg && !call->live)
		app_say(c->view.app, STYLE_NOTE, _("not found: %s"),
			call->arg);
}

static bool moves(struct compare *c, enum command_id id)
{
	switch (id) {
	case CMD_DOWN:
		move(c, 1);
		return true;
	case CMD_UP:
		move(c, -1);
		return true;
	case CMD_PAGE_DOWN:
		move(c, c->h);
		return true;
	case CMD_PAGE_UP:
		move(c, -c->h);
		return true;
	case CMD_HALF_DOWN:
		move(c, c->h / 2);
		return true;
	case CMD_HALF_UP:
		move(c, -c->h / 2);
		return true;
	case CMD_TOP:
		c->cursor = 0;
		return true;
	case CMD_BOTTOM:
		c->cursor = c->nshown ? c->nshown - 1 : 0;
		return true;
	case CMD_LEFT:
		c->left -= c->left < 8 ? c->left : 8;
		return true;
	case CMD_RIGHT:
		c->left += 8;
		return true;
	default:
		return false;
	}
}

static bool command(struct view *v, const struct call *call)
{
	struct compare *c = (struct compare *)v;

	if (moves(c, call->id))
		return true;
	switch (call->id) {
	case CMD_CHANGE_NEXT:
		next_difference(c, 1);
		return true;
	case CMD_CHANGE_PREV:
		next_difference(c, -1);
		return true;
	case CMD_FILTER_TOGGLE:
		c->only = !c->only;
		arrange(c);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		if (!call->arg || !c->nshown)
			return false;
		search(c, call);
		return true;
	default:
		return false;
	}
}

/* The second record moves on with { and }, the first stays. */
static row_id record(struct view *v)
{
	return ((struct compare *)v)->b;
}

static bool show(struct view *v, row_id id)
{
	struct compare *c = (struct compare *)v;

	c->b = id;
	fill(c);
	return true;
}

/* --- drawing --- */

static void title(struct view *v, struct buf *out)
{
	struct compare *c = (struct compare *)v;

	buf_addf(out, "#%llu : #%llu",
		 (unsigned long long)session_number(v->session, c->a),
		 (unsigned long long)session_number(v->session, c->b));
}

static void status(struct view *v, struct view_status *out)
{
	struct compare *c = (struct compare *)v;

	buf_addf(&out->left, PLURAL("%zu difference", "%zu differences",
				    c->differences), c->differences);
	if (c->only)
		buf_adds(&out->left, _("; only what differs"));
	buf_addf(&out->right, "%zu/%zu", c->nshown ? c->cursor + 1 : 0,
		 c->nshown);
}

static void layout(struct view *v, const struct region *r)
{
	struct compare *c = (struct compare *)v;

	if (c->generation != session_generation(v->session))
		fill(c);
	c->at = *r;
	c->h = r->h;
	if (c->cursor < c->top)
		c->top = c->cursor;
	if (c->h > 0 && c->cursor >= c->top + (size_t)c->h)
		c->top = c->cursor - (size_t)c->h + 1;
}

static void draw_side(const struct compare *c, const struct region *r, int x,
		      int y, int w, const struct linediff_line *lines,
		      size_t line, unsigned style, const char *sign)
{
	struct text_opts opts = {.style = style, .skip = c->left,
				 .marks = true};

	if (line == LINEDIFF_NONE)
		return;
	region_puts(r, x, y, 1, style, sign);
	region_text_opts(r, x + 2, y, w - 2, &opts, lines[line].s,
			 lines[line].len);
}

static void draw_row(const struct compare *c, const struct region *r, int y,
		     const struct linediff_row *row)
{
	int half = (r->w - 1) / 2;

	if (row->same) {
		draw_side(c, r, 0, y, half, c->diff.a, row->a, STYLE_NORMAL,
			  " ");
		draw_side(c, r, half + 1, y, r->w - half - 1, c->diff.b,
			  row->b, STYLE_NORMAL, " ");
		return;
	}
	draw_side(c, r, 0, y, half, c->diff.a, row->a, STYLE_REMOVED, "-");
	draw_side(c, r, half + 1, y, r->w - half - 1, c->diff.b, row->b,
		  STYLE_ADDED, "+");
}

/* One column: the differing line of the first, or of the second where the
 * first has none; F leaves the rest out. */
static void draw_narrow(const struct compare *c, const struct region *r, int y,
			const struct linediff_row *row)
{
	if (row->same)
		draw_side(c, r, 0, y, r->w, c->diff.a, row->a, STYLE_NORMAL,
			  " ");
	else if (row->b != LINEDIFF_NONE)
		draw_side(c, r, 0, y, r->w, c->diff.b, row->b, STYLE_ADDED,
			  row->a != LINEDIFF_NONE ? "~" : "+");
	else
		draw_side(c, r, 0, y, r->w, c->diff.a, row->a, STYLE_REMOVED,
			  "-");
}

static void draw(struct view *v, const struct region *r)
{
	struct compare *c = (struct compare *)v;
	bool two = r->w >= SIDE_BY_SIDE;

	for (int y = 0; y < r->h && c->top + (size_t)y < c->nshown; y++) {
		size_t i = c->top + (size_t)y;
		const struct linediff_row *row = &c->diff.rows[c->shown[i]];

		if (two)
			draw_row(c, r, y, row);
		else
			draw_narrow(c, r, y, row);
		if (i == c->cursor)
			region_overlay(r, 0, y, r->w, STYLE_SELECTED);
	}
	if (two)
		region_vline(r, (r->w - 1) / 2, 0, r->h, STYLE_BORDER);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct compare *c = (struct compare *)v;
	size_t row = c->top + (size_t)(m->y - c->at.y);

	if (m->kind == MOUSE_WHEEL_DOWN)
		move(c, 3);
	else if (m->kind == MOUSE_WHEEL_UP)
		move(c, -3);
	else if (m->kind == MOUSE_PRESS && m->y >= c->at.y && row < c->nshown)
		c->cursor = row;
	return true;
}

static bool value(struct view *v, struct buf *out)
{
	struct compare *c = (struct compare *)v;
	const struct linediff_row *row;

	if (!c->nshown)
		return false;
	row = &c->diff.rows[c->shown[c->cursor]];
	if (row->b != LINEDIFF_NONE)
		buf_add(out, c->diff.b[row->b].s, c->diff.b[row->b].len);
	else
		buf_add(out, c->diff.a[row->a].s, c->diff.a[row->a].len);
	return true;
}

static void compare_free(struct view *v)
{
	struct compare *c = (struct compare *)v;

	linediff_release(&c->diff);
	buf_release(&c->text_a);
	buf_release(&c->text_b);
	free(c->shown);
	free(c);
}

static const enum command_id hints[] = {
	CMD_CHANGE_NEXT, CMD_FILTER_TOGGLE, CMD_PAIR_NEXT, CMD_SEARCH,
	CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops compare_ops = {
	.kind = VIEW_COMPARE,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.record = record,
	.show = show,
	.value = value,
	.free = compare_free,
	.hints = hints,
};

struct view *view_compare_new(struct app *app, struct session *s, row_id a,
			      row_id b)
{
	struct compare *c = mem_zalloc(1, sizeof(*c));

	view_init(&c->view, &compare_ops, app, s);
	c->a = a;
	c->b = b;
	buf_init(&c->text_a);
	buf_init(&c->text_b);
	linediff_init(&c->diff);
	fill(c);
	return &c->view;
}
