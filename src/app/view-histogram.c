/* The records shown, counted by time; Enter filters to the time under the
 * cursor, + and - change the scale around it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/filtering.h"
#include "app/histogram.h"
#include "app/nav.h"
#include "app/session.h"
#include "app/show.h"
#include "app/state.h"
#include "app/views.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SECOND ((int64_t)1000000000)
#define DAY (86400 * SECOND)
#define OTHER_ROWS 4	/* title, heading, hints and status */
#define ROWS_MIN 8	/* buckets to begin with, however small the window */

enum { COL_TIME, COL_COUNT_OF, COL_CLIENT, COL_SERVER, COL_BAR, COL_AVERAGE,
       COL_SLOWEST, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_TIME] = {.title = N_("Time"), .min = 8, .ideal = 8},
	[COL_COUNT_OF] = {.title = N_("Count"), .min = 5, .ideal = 8,
		.align = ALIGN_RIGHT},
	[COL_CLIENT] = {.title = "4xx", .min = 4, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 2},
	[COL_SERVER] = {.title = "5xx", .min = 4, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 2},
	[COL_BAR] = {.title = "", .min = 8, .ideal = 20, .grow = true,
		.priority = 1},
	[COL_AVERAGE] = {.title = N_("Average"), .min = 7, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 4},
	[COL_SLOWEST] = {.title = N_("Slowest"), .min = 7, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 3},
};

/* Bars tell the classes by signs as well: their digit, or # for what is fine. */
static const struct { char sign; enum style style; } looks[HISTOGRAM_CLASSES] = {
	[HISTOGRAM_OK] = {'#', STYLE_2XX},
	[HISTOGRAM_CLIENT] = {'4', STYLE_4XX},
	[HISTOGRAM_SERVER] = {'5', STYLE_5XX},
	[HISTOGRAM_OTHER] = {'.', STYLE_DIM},
};

/* A line: a bucket, the time without records behind one, or those without a
 * time. */
struct line {
	enum { LINE_BUCKET, LINE_GAP, LINE_TIMELESS } kind;
	size_t bucket;
};

struct times {
	struct view view;
	struct list list;
	struct list_column columns[COL_COUNT];
	struct histogram *job;
	bool again;		/* things changed while it ran */
	int64_t width;		/* asked for; 0: what fits */
	int64_t at;		/* time to put the cursor on, when it is there */
	bool placed;		/* that was done */
	struct histogram_result result;
	struct line *lines;
	size_t count, cap;
	uint64_t most;		/* records of the fullest bucket */
};

static void begin(struct times *t);

/* --- lines --- */

static void add_line(struct times *t, int kind, size_t bucket)
{
	t->lines = mem_room(t->lines, t->count, &t->cap, sizeof(*t->lines));
	t->lines[t->count].kind = kind;
	t->lines[t->count++].bucket = bucket;
}

static void make_lines(struct times *t)
{
	const struct histogram_result *r = &t->result;

	t->count = 0;
	t->most = 1;
	for (size_t i = 0; i < r->count; i++) {
		uint64_t n = histogram_count(&r->buckets[i]);

		if (i && (uint64_t)r->buckets[i].from -
				 (uint64_t)r->buckets[i - 1].from >
			 (uint64_t)r->width)
			add_line(t, LINE_GAP, i - 1);
		add_line(t, LINE_BUCKET, i);
		if (n > t->most)
			t->most = n;
	}
	if (r->timeless)
		add_line(t, LINE_TIMELESS, 0);
}

/* The line of the last bucket that begins at the time or before it. */
static size_t line_at(const struct times *t, int64_t at)
{
	size_t found = 0;

	for (size_t i = 0; i < t->count; i++)
		if (t->lines[i].kind == LINE_BUCKET &&
		    t->result.buckets[t->lines[i].bucket].from <= at)
			found = i;
	return found;
}

static const struct histogram_bucket *current(const struct times *t)
{
	size_t row;

	if (!list_current(&t->list, &row) || row >= t->count ||
	    t->lines[row].kind != LINE_BUCKET)
		return NULL;
	return &t->result.buckets[t->lines[row].bucket];
}

/* --- cells --- */

static bool local(const struct times *t)
{
	return app_conf(t->view.app)->local_time;
}

static bool needs_date(const struct times *t)
{
	const struct histogram_result *r = &t->result;

	return histogram_floor(r->first, DAY, 0) !=
		       histogram_floor(r->last, DAY, 0) || r->width >= DAY;
}

static void show_from(const struct times *t, int64_t from, struct buf *out)
{
	size_t at = out->len;

	if (needs_date(t))
		show_time(out, from, true, local(t));
	if (t->result.width >= DAY) {
		buf_truncate(out, at + 10);	/* the date alone */
	} else if (t->result.width < SECOND) {
		buf_truncate(out, at);
		if (needs_date(t)) {
			show_time(out, from, true, local(t));
			buf_truncate(out, at + 11);
		}
		show_time(out, from, false, local(t));
	} else if (!needs_date(t)) {
		show_time(out, from, false, local(t));
		buf_truncate(out, at + 8);
	}
}

/* What there is at all gets a sign at least; the errors first. */
static void bar(const struct times *t, const struct histogram_bucket *b,
		struct list_cell *out)
{
	static const enum histogram_class turn[] = {
		HISTOGRAM_SERVER, HISTOGRAM_CLIENT, HISTOGRAM_OTHER,
		HISTOGRAM_OK,
	};
	uint64_t w = (uint64_t)t->list.widths[COL_BAR], all = histogram_count(b);
	uint64_t left = (all * w + t->most - 1) / t->most;
	uint64_t signs[HISTOGRAM_CLASSES] = {0};

	for (size_t i = 0; i < HISTOGRAM_CLASSES; i++) {
		uint64_t n = b->count[turn[i]] * w / t->most;

		if (b->count[turn[i]] && !n)
			n = 1;
		if (turn[i] == HISTOGRAM_OK && b->count[HISTOGRAM_OK])
			n = left;	/* what rounding left belongs to it */
		if (n > left)
			n = left;
		signs[turn[i]] = n;
		left -= n;
	}
	for (int i = 0; i < HISTOGRAM_CLASSES; i++) {
		if (!signs[i])
			continue;
		out->hilites[out->nhilites++] = (struct hilite){
			out->text.len, signs[i], looks[i].style,
		};
		for (uint64_t k = 0; k < signs[i]; k++)
			buf_addc(&out->text, looks[i].sign);
	}
}

static void number(uint64_t n, enum style style, struct list_cell *out)
{
	if (n)
		buf_addf(&out->text, "%llu", (unsigned long long)n);
	out->style = style;
}

static void bucket_cell(const struct times *t, const struct histogram_bucket *b,
			int column, struct list_cell *out)
{
	uint64_t n = histogram_count(b);

	switch (column) {
	case COL_TIME:
		show_from(t, b->from, &out->text);
		break;
	case COL_COUNT_OF:
		number(n, STYLE_NORMAL, out);
		break;
	case COL_CLIENT:
		number(b->count[HISTOGRAM_CLIENT], STYLE_4XX, out);
		break;
	case COL_SERVER:
		number(b->count[HISTOGRAM_SERVER], STYLE_5XX, out);
		break;
	case COL_BAR:
		bar(t, b, out);
		break;
	case COL_AVERAGE:
		show_duration(&out->text, b->duration / n);
		break;
	default:
		show_duration(&out->text, b->slowest);
	}
}

/* "2m": a time with the one unit that says it best. */
static void show_span(struct buf *out, int64_t ns)
{
	static const struct { int64_t ns; const char *name; } units[] = {
		{DAY, "d"}, {3600 * SECOND, "h"}, {60 * SECOND, "m"},
		{SECOND, "s"}, {SECOND / 1000, "ms"},
	};
	size_t i = 0;

	while (i + 1 < sizeof(units) / sizeof(units[0]) && ns < units[i].ns)
		i++;
	buf_addf(out, "%lld%s", (long long)(ns / units[i].ns), units[i].name);
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct times *t = arg;
	const struct line *l = &t->lines[row];
	const struct histogram_bucket *b;

	if (l->kind == LINE_BUCKET) {
		bucket_cell(t, &t->result.buckets[l->bucket], column, out);
	} else if (l->kind == LINE_TIMELESS) {
		if (column == COL_TIME)
			buf_adds(&out->text, _("no time"));
		if (column == COL_COUNT_OF)
			number(t->result.timeless, STYLE_NORMAL, out);
	} else if (column == COL_TIME) {
		b = &t->result.buckets[l->bucket];
		buf_adds(&out->text, "  +");
		show_span(&out->text, b[1].from - b->from - t->result.width);
		out->style = STYLE_DIM;
	}
}

static size_t count(void *arg)
{
	return ((struct times *)arg)->count;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

/* --- counting --- */

static void ended(void *owner, struct histogram_result *r)
{
	struct times *t = owner;

	histogram_free(t->job);
	t->job = NULL;
	if (r) {
		histogram_result_release(&t->result);
		t->result = *r;
		make_lines(t);
		list_changed(&t->list);
		if (t->count && !t->placed)
			list_goto(&t->list, line_at(t, t->at));
		t->placed = t->count > 0;
	}
	if (t->again)
		begin(t);
	app_dirty(t->view.app);
}

/* Of the zone that the times are shown in, when the records were made. */
static int64_t zone_of(const struct times *t)
{
	time_t at = (time_t)(t->at / SECOND);
	struct tm tm;

	if (!local(t) || !localtime_r(&at, &tm))
		return 0;
	return (int64_t)tm.tm_gmtoff * SECOND;
}

static void begin(struct times *t)
{
	struct listing *l = &t->view.session->listing;
	int room = t->view.app->canvas.rows - OTHER_ROWS;
	int rows = room > ROWS_MIN ? room : ROWS_MIN;
	struct histogram_spec spec = {
		.width = t->width, .rows = (uint64_t)rows,
		.zone = zone_of(t), .ended = ended, .owner = t,
	};

	t->again = t->job != NULL;
	if (t->job)
		return;
	spec.snapshot = document_snapshot(t->view.session->doc);
	if (l->own) {	/* what is shown, as far as it is known */
		spec.ids = mem_zalloc(l->count + 1, sizeof(*spec.ids));
		if (l->count)
			memcpy(spec.ids, l->ids, l->count * sizeof(*spec.ids));
		spec.count = l->count;
	}
	t->job = histogram_start(app_jobs(t->view.app), &spec);
	snapshot_unref(spec.snapshot);
}

static void changed(struct view *v, unsigned what)
{
	struct times *t = (struct times *)v;
	const struct histogram_bucket *b = current(t);

	if (!(what & (CHANGED_LISTING | CHANGED_DOCUMENT)))
		return;
	if (b) {
		t->at = b->from;
		t->placed = false;
	}
	begin(t);
}

/* --- commands --- */

static void zoom(struct times *t, int step)
{
	const struct histogram_bucket *b = current(t);
	size_t scale = histogram_scale_of(t->result.width);

	if (!t->result.width)
		return;
	if (b)
		t->at = b->from;
	if (step > 0 ? !scale : !histogram_scale(scale + 1)) {
		app_say(t->view.app, STYLE_NOTE, "%s",
			step > 0 ? _("this is the finest scale")
				 : _("this is the coarsest scale"));
		return;
	}
	t->width = histogram_scale(step > 0 ? scale - 1 : scale + 1);
	t->placed = false;
	begin(t);
}

/* All on one screen again, or as fine as makes sense. */
static void zoom_all(struct times *t, bool fine)
{
	const struct histogram_bucket *b = current(t);

	if (b)
		t->at = b->from;
	t->width = fine ? histogram_scale(0) : 0;
	t->placed = false;
	begin(t);
}

/* timerange IS "from" "to", both included. */
static bool expression(const struct times *t, struct buf *out)
{
	char from[RFC3339_MAX], to[RFC3339_MAX];
	const struct histogram_bucket *b = current(t);
	size_t row;

	if (!list_current(&t->list, &row))
		return false;
	if (t->lines[row].kind == LINE_TIMELESS) {
		buf_adds(out, "NOT timerange IS \"1677-09-21T00:12:44Z\" "
			      "\"2262-04-11T23:47:16Z\"");
		return true;
	}
	if (!b)
		return false;
	rfc3339_format(from, b->from, 9);
	rfc3339_format(to, histogram_end(b->from, t->result.width), 9);
	buf_addf(out, "timerange IS \"%s\" \"%s\"", from, to);
	return true;
}

static void filter(struct times *t)
{
	struct session *s = t->view.session;
	struct err err = {0};
	struct buf expr;

	buf_init(&expr);
	if (expression(t, &expr)) {
		listing_within(&s->listing, &expr);
		if (!listing_filter(&s->listing, expr.data, expr.len, &err))
			app_fail(t->view.app, &err);
		else
			app_close(t->view.app, &t->view);
	}
	buf_release(&expr);
}

static bool command(struct view *v, const struct call *call)
{
	struct times *t = (struct times *)v;

	if (nav_list(&t->list, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		filter(t);
		return true;
	case CMD_RELOAD:
		begin(t);
		return true;
	case CMD_UNFOLD:
	case CMD_FOLD:
		zoom(t, call->id == CMD_UNFOLD ? 1 : -1);
		return true;
	case CMD_UNFOLD_ALL:
	case CMD_FOLD_ALL:
		zoom_all(t, call->id == CMD_UNFOLD_ALL);
		return true;
	default:
		return filtering_command(v, call);
	}
}

static bool value(struct view *v, struct buf *out)
{
	const struct histogram_bucket *b = current((struct times *)v);
	char text[RFC3339_MAX];

	if (!b)
		return false;
	rfc3339_format(text, b->from, 9);
	buf_adds(out, text);
	return true;
}

/* --- drawing --- */

static void title(struct view *v, struct buf *out)
{
	const struct times *t = (struct times *)v;

	if (t->result.width)
		show_span(out, t->result.width);
}

static void status(struct view *v, struct view_status *out)
{
	struct times *t = (struct times *)v;
	const struct histogram_result *r = &t->result;

	buf_addf(&out->left, PLURAL("%llu record", "%llu records", r->records),
		 (unsigned long long)r->records);
	if (r->width) {
		buf_adds(&out->left, _(", a line is "));
		show_span(&out->left, r->width);
	}
	buf_adds(&out->left, _("; # ok, 4 client, 5 server error"));
	if (t->job)
		buf_adds(&out->right, _("counting..."));
	else if (v->session->listing.own)
		buf_adds(&out->right, _("filtered"));
}

static void layout(struct view *v, const struct region *r)
{
	struct times *t = (struct times *)v;
	int w = t->result.width < SECOND ? 12 : 8;

	if (needs_date(t))
		w += t->result.width >= DAY ? 2 : 11;
	t->columns[COL_TIME].min = t->columns[COL_TIME].ideal = w;
	if (r->w < 60) {	/* the bar is what the view is for */
		t->columns[COL_CLIENT].min = t->columns[COL_SERVER].min = 3;
		t->columns[COL_COUNT_OF].ideal = 5;
		t->columns[COL_BAR].min = 16;
	} else {
		t->columns[COL_CLIENT].min = t->columns[COL_SERVER].min = 4;
		t->columns[COL_COUNT_OF].ideal = 8;
		t->columns[COL_BAR].min = 8;
	}
	t->list.empty = t->job ? _("counting...") : _("no records");
	list_layout(&t->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct times *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct times *t = (struct times *)v;

	list_mouse(&t->list, m);
	if (m->kind == MOUSE_DOUBLE)
		filter(t);
	return true;
}

static void times_free(struct view *v)
{
	struct times *t = (struct times *)v;

	histogram_free(t->job);
	histogram_result_release(&t->result);
	list_release(&t->list);
	free(t->lines);
	free(t);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_UNFOLD, CMD_FOLD, CMD_FOLD_ALL, CMD_HELP, CMD_BACK,
	CMD_NONE,
};

static const struct view_ops times_ops = {
	.kind = VIEW_HISTOGRAM,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.value = value,
	.changed = changed,
	.free = times_free,
	.hints = hints,
};

struct view *view_histogram_new(struct app *app, struct session *s)
{
	struct times *t = mem_zalloc(1, sizeof(*t));
	struct columns c;

	view_init(&t->view, &times_ops, app, s);
	memcpy(t->columns, columns, sizeof(columns));
	list_init(&t->list, &list_ops, t, t->columns, COL_COUNT);
	t->at = INT64_MIN;
	if (s->current != ROW_NONE && document_columns(s->doc, s->current, &c))
		t->at = c.ts;
	begin(t);
	return &t->view;
}
