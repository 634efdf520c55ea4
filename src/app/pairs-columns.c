/* The columns of the list of records. */
#include "config.h"

#include <string.h>

#include "app/conf.h"
#include "app/pairs.h"
#include "app/show.h"
#include "base/i18n.h"

#define LOCATION_SHOWN 2048	/* bytes of a location that are looked at */

#define RUN_WIDE 24	/* columns for the whole story of a run */

enum pairs_column {
	COL_NUMBER, COL_MARKS, COL_TIME, COL_DIRECTION, COL_COMMAND, COL_HOST,
	COL_LOCATION, COL_STATUS, COL_DURATION, COL_SIZE, COL_TECH,
	COL_COUNT = PAIRS_COLUMNS
};

/* Which go first: tech, time, size, duration, host, direction. What stays to
 * the last: number, marks, command, location, status. */
static const struct list_column columns[COL_COUNT] = {
	[COL_NUMBER] = {.title = "#", .min = 4, .ideal = 6, .priority = 2,
		.align = ALIGN_RIGHT, .sortable = true},
	[COL_MARKS] = {.title = "", .min = 2, .ideal = 2, .priority = 1},
	[COL_TIME] = {.title = N_("Time"), .min = 8, .ideal = 12,
		.priority = 5, .sortable = true},
	[COL_DIRECTION] = {.title = N_("Dir"), .min = 3, .ideal = 3,
		.priority = 3, .sortable = true},
	[COL_COMMAND] = {.title = N_("Command"), .min = 7, .ideal = 8,
		.sortable = true},
	[COL_HOST] = {.title = N_("Host"), .min = 14, .ideal = 24,
		.priority = 4, .sortable = true},
	[COL_LOCATION] = {.title = N_("Location"), .min = 16, .ideal = 28,
		.grow = true, .sortable = true},
	[COL_STATUS] = {.title = N_("Status"), .min = 6, .ideal = 6,
		.sortable = true},
	[COL_DURATION] = {.title = N_("Took"), .min = 6, .ideal = 6,
		.priority = 5, .align = ALIGN_RIGHT, .sortable = true},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 5,
		.priority = 6, .align = ALIGN_RIGHT, .sortable = true},
	[COL_TECH] = {.title = N_("Tech"), .min = 4, .ideal = 9,
		.priority = 7, .sortable = true},
};

/* A repository has elements of several kinds, and no traffic's facts. */
static const struct list_column repository_columns[COL_COUNT] = {
	[COL_NUMBER] = {.title = "#", .min = 4, .ideal = 6, .priority = 2,
		.align = ALIGN_RIGHT, .sortable = true},
	[COL_MARKS] = {.title = "", .min = 2, .ideal = 2, .priority = 1},
	[COL_TIME] = {.title = "", .min = 1, .ideal = 1, .priority = 9},
	[COL_DIRECTION] = {.title = "", .min = 1, .ideal = 1, .priority = 9},
	[COL_COMMAND] = {.title = N_("Command"), .min = 7, .ideal = 9,
		.sortable = true},
	[COL_HOST] = {.title = N_("Service"), .min = 14, .ideal = 24,
		.priority = 4, .sortable = true},
	[COL_LOCATION] = {.title = N_("Location"), .min = 16, .ideal = 28,
		.grow = true, .sortable = true},
	[COL_STATUS] = {.title = N_("Status"), .min = 6, .ideal = 6,
		.priority = 3, .sortable = true},
	[COL_DURATION] = {.title = "", .min = 1, .ideal = 1, .priority = 9},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 5,
		.priority = 6, .align = ALIGN_RIGHT, .sortable = true},
	[COL_TECH] = {.title = N_("Kind"), .min = 8, .ideal = 8,
		.sortable = true},
};

static const enum sort_key sorts[COL_COUNT] = {
	[COL_NUMBER] = SORT_FILE, [COL_MARKS] = SORT_KEYS,
	[COL_TIME] = SORT_TIME, [COL_DIRECTION] = SORT_DIRECTION,
	[COL_COMMAND] = SORT_COMMAND, [COL_HOST] = SORT_HOST,
	[COL_LOCATION] = SORT_LOCATION, [COL_STATUS] = SORT_STATUS,
	[COL_DURATION] = SORT_DURATION, [COL_SIZE] = SORT_SIZE,
	[COL_TECH] = SORT_TECH,
};

enum sort_key pairs_sort_of_column(int column)
{
	return column < 0 || column >= COL_COUNT ? SORT_KEYS : sorts[column];
}

int pairs_column_of_sort(enum sort_key key)
{
	for (int i = 0; i < COL_COUNT; i++)
		if (sorts[i] == key)
			return i;
	return -1;
}

/* Two signs: what was done to the record, and the worst that is known. */
static void marks(struct session *s, row_id id, const struct columns *c,
		  struct list_cell *cell)
{
	enum row_change change = document_state(s->doc, id);
	unsigned mark = session_mark(s, id);

	buf_adds(&cell->text, change == ROW_NEW ? "+" :
			      change == ROW_CHANGED ? "~" : " ");
	if (mark == CHECK_ERROR + 1 || (c && (c->flags & COLUMNS_BROKEN))) {
		buf_adds(&cell->text, "!");
		cell->style = STYLE_ERROR;
	} else if (mark == CHECK_WARNING + 1) {
		buf_adds(&cell->text, "?");
		cell->style = STYLE_WARNING;
	} else if (change != ROW_CLEAN) {
		cell->style = change == ROW_NEW ? STYLE_ADDED : STYLE_CHANGED;
	}
}

static void direction(const struct columns *c, struct list_cell *cell)
{
	if (c->flags & COLUMNS_IN) {
		buf_adds(&cell->text, "IN");
		cell->style = STYLE_IN;
	} else if (c->flags & COLUMNS_OUT) {
		buf_adds(&cell->text, "OUT");
		cell->style = STYLE_OUT;
	}
}

static void location(struct session *s, row_id id, const struct columns *c,
		     struct list_cell *cell)
{
	const struct buf *text;

	if (!(c->flags & COLUMNS_BROKEN)) {
		document_location(s->doc, id, LOCATION_SHOWN, &cell->text);
		return;
	}
	buf_adds(&cell->text, _("not JSON: "));
	text = session_text(s, id, NULL);
	if (text)
		buf_add(&cell->text, text->data, text->len < LOCATION_SHOWN ?
			text->len : LOCATION_SHOWN);
	cell->style = STYLE_ERROR;
}

/* Without the fraction of the second where that would be cut. */
static void time_of_day(const struct pairs *p, const struct columns *c,
			struct buf *out)
{
	size_t from = out->len;

	if (c->ts == COLUMNS_NO_TS)
		return;
	show_time(out, c->ts, false, app_conf(p->view.app)->local_time);
	if (p->list.widths[COL_TIME] < columns[COL_TIME].ideal)
		buf_truncate(out, from + (size_t)columns[COL_TIME].min);
}

static void from_columns(struct pairs *p, row_id id, int column,
			 const struct columns *c, struct list_cell *cell)
{
	struct session *s = p->view.session;
	struct buf *out = &cell->text;

	switch (column) {
	case COL_TIME:
		time_of_day(p, c, out);
		break;
	case COL_DIRECTION:
		direction(c, cell);
		break;
	case COL_COMMAND:
		document_column_text(s->doc, id, COLUMN_COMMAND, out);
		cell->style = style_for_method(out->data, (int)out->len);
		break;
	case COL_HOST:
		document_column_text(s->doc, id,
				     c->flags & COLUMNS_REPOSITORY
					     ? COLUMN_SERVICE : COLUMN_HOST,
				     out);
		break;
	case COL_LOCATION:
		location(s, id, c, cell);
		break;
	case COL_STATUS:
		if (c->code == COLUMNS_NO_CODE) {
			document_column_text(s->doc, id, COLUMN_STATUS, out);
			break;
		}
		buf_addf(out, "%u", c->code);
		cell->style = style_for_status(c->code);
		break;
	case COL_DURATION:
		if (!(c->flags & COLUMNS_REPOSITORY))
			show_duration(out, c->duration);
		break;
	case COL_SIZE:
		show_size(out, c->len);
		break;
	case COL_TECH:
		document_column_text(s->doc, id, COLUMN_TECH, out);
		if (!out->len)
			document_column_text(s->doc, id, COLUMN_L7PROTOCOL,
					     out);
		break;
	default:
		break;
	}
}

/* What was searched for, where the list itself shows it. */
static void mark_hits(const char *needle, struct list_cell *out)
{
	size_t len = strlen(needle), max = sizeof(out->hilites) /
					   sizeof(out->hilites[0]);
	const char *at = out->text.data;

	while (out->nhilites < max && (at = strcasestr(at, needle))) {
		out->hilites[out->nhilites++] = (struct hilite){
			(size_t)(at - out->text.data), len, STYLE_MATCH,
		};
		at += len;
	}
}

static void gap(const struct pairs *p, size_t row, int column,
		struct list_cell *out)
{
	out->style = STYLE_DIM;
	if (pairs_is_gap(p, row) && column == COL_NUMBER)
		buf_adds(&out->text, "...");
	else if (pairs_is_gap(p, row) && column == COL_LOCATION)
		buf_adds(&out->text, _("not read yet"));
}

/* A line for many records: what the first one says where all say the same,
 * else the worst. */
static void run_cell(struct pairs *p, size_t row, int column, row_id id,
		     const struct columns *c, struct list_cell *cell)
{
	const struct pairs_run *r = pairs_run_of(p, row);
	struct buf *out = &cell->text;

	switch (column) {
	case COL_MARKS:
		buf_addc(out, r->changed ? '~' : ' ');
		buf_adds(out, r->mark == CHECK_ERROR + 1 ? "!" :
			      r->mark == CHECK_WARNING + 1 ? "?" : "");
		cell->style = r->mark == CHECK_ERROR + 1 ? STYLE_ERROR :
			      r->mark == CHECK_WARNING + 1 ? STYLE_WARNING :
			      r->changed ? STYLE_CHANGED : STYLE_NORMAL;
		break;
	case COL_LOCATION:
		pairs_run_text(r, p->list.widths[COL_LOCATION] < RUN_WIDE,
			       out);
		location(p->view.session, id, c, cell);
		break;
	case COL_STATUS:
		if (!r->code) {
			from_columns(p, id, column, c, cell);
			break;
		}
		buf_addf(out, r->mixed ? "%u+" : "%u", r->code);
		cell->style = style_for_status(r->code);
		break;
	case COL_DURATION:
		show_duration(out, r->slowest);
		break;
	case COL_SIZE:
		show_size(out, r->bytes);
		break;
	default:
		from_columns(p, id, column, c, cell);
	}
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	struct pairs *p = arg;
	struct session *s = p->view.session;
	row_id id = pairs_row(p, row);
	struct columns c;

	if (id == ROW_NONE) {
		gap(p, row, column, out);
		return;
	}
	if (column == COL_NUMBER) {
		session_show_number(s, id, &out->text);
		out->style = pairs_run(p, row) > 1 ?
				     (pairs_run_of(p, row)->hits ?
					      STYLE_TAGGED : STYLE_DIM) :
			     rowmap_get(&p->hits, id) ? STYLE_TAGGED
						      : STYLE_DIM;
		return;
	}
	if (!session_columns_soon(s, id)) {
		if (column == COL_MARKS)
			marks(s, id, NULL, out);
		else if (column == COL_LOCATION)
			buf_adds(&out->text, "...");
		return;
	}
	if (!document_columns(s->doc, id, &c)) {
		if (column == COL_LOCATION) {
			buf_adds(&out->text, _("cannot be read"));
			out->style = STYLE_ERROR;
		}
		return;
	}
	if (pairs_run(p, row) > 1)
		run_cell(p, row, column, id, &c, out);
	else if (column == COL_MARKS)
		marks(s, id, &c, out);
	else
		from_columns(p, id, column, &c, out);
	if (p->needle)
		mark_hits(p->needle, out);
}

static size_t count(void *arg)
{
	const struct pairs *p = arg;

	return (size_t)pairs_count(p);
}

static uint64_t key(void *arg, size_t row)
{
	const struct pairs *p = arg;

	return pairs_row(p, row);
}

static bool find(void *arg, uint64_t id, size_t *row)
{
	const struct pairs *p = arg;
	uint64_t at;

	if (!pairs_find_row(p, id, &at))
		return false;
	*row = (size_t)at;
	return true;
}

static bool tagged(void *arg, size_t row)
{
	const struct pairs *p = arg;

	return pairs_all_tagged(p, row);
}

static const struct list_ops list_ops = {count, cell, key, find, tagged};

/* Numbers are shown whole, however many records there are. */
void pairs_columns_fit(struct pairs *p)
{
	uint64_t n = document_count(p->view.session->doc);
	int digits = 1;

	for (; n >= 10; n /= 10)
		digits++;
	p->columns[COL_NUMBER].min = digits < 4 ? 4 : digits;
	if (p->columns[COL_NUMBER].ideal < digits)
		p->columns[COL_NUMBER].ideal = digits;
}

void pairs_list_init(struct pairs *p)
{
	memcpy(p->columns, document_repository(p->view.session->doc)
				   ? repository_columns : columns,
	       sizeof(columns));
	list_init(&p->list, &list_ops, p, p->columns, COL_COUNT);
	p->list.sort = -1;
}
