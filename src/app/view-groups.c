/* The records shown, counted by the values of a field; Enter filters. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/filtering.h"
#include "app/group.h"
#include "app/nav.h"
#include "app/session.h"
#include "app/show.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define BAR_COLUMNS 20

enum { COL_VALUE, COL_COUNT_OF, COL_PERCENT, COL_BAR, COL_ERRORS, COL_AVERAGE,
       COL_P50, COL_P95, COL_P99, COL_SLOWEST, COL_BYTES, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_VALUE] = {.title = N_("Value"), .min = 20, .ideal = 40,
		.grow = true, .sortable = true},
	[COL_COUNT_OF] = {.title = N_("Count"), .min = 6, .ideal = 8,
		.align = ALIGN_RIGHT, .sortable = true},
	[COL_PERCENT] = {.title = "%", .min = 4, .ideal = 5,
		.align = ALIGN_RIGHT, .priority = 1},
	[COL_BAR] = {.title = "", .min = BAR_COLUMNS / 2,
		.ideal = BAR_COLUMNS, .priority = 4},
	[COL_ERRORS] = {.title = N_("Errors"), .min = 6, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 2, .sortable = true},
	[COL_AVERAGE] = {.title = N_("Average"), .min = 7, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 5, .sortable = true},
	[COL_P50] = {.title = "p50", .min = 6, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 4, .sortable = true},
	[COL_P95] = {.title = "p95", .min = 6, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 3, .sortable = true},
	[COL_P99] = {.title = "p99", .min = 6, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 4, .sortable = true},
	[COL_SLOWEST] = {.title = N_("Slowest"), .min = 7, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 3, .sortable = true},
	[COL_BYTES] = {.title = N_("Bytes"), .min = 5, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 2, .sortable = true},
};

struct groups {
	struct view view;
	struct list list;
	struct field fields[GROUP_FIELDS_MAX];
	size_t nfields;
	char *name;		/* the fields as typed */
	int sort;		/* column */
	bool ascending;
	struct group *job;
	bool again;		/* things changed while it ran */
	struct group_result result;
	uint64_t most;		/* records of the most frequent */
};

/* The values beside each other. */
static void label(const struct groups *g, const struct group_value *v,
		  struct buf *out)
{
	for (size_t i = 0; i < g->nfields; i++) {
		size_t len;
		const char *s = group_part(v, g->nfields, i, &len);

		if (i)
			buf_adds(out, "  ");
		if (s)
			buf_add(out, s, len);
		else
			buf_adds(out, _("(absent)"));
	}
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct groups *g = arg;
	const struct group_value *v = &g->result.values[row];
	struct buf *text = &out->text;

	switch (column) {
	case COL_VALUE:
		label(g, v, text);
		if (g->nfields == 1 && !v->value)
			out->style = STYLE_DIM;
		break;
	case COL_COUNT_OF:
		buf_addf(text, "%llu", (unsigned long long)v->records);
		break;
	case COL_PERCENT:
		buf_addf(text, "%.1f", 100.0 * (double)v->records /
					       (double)g->result.records);
		break;
	case COL_BAR:
		for (uint64_t i = 0; i < v->records *
						 (uint64_t)g->list.widths[COL_BAR] /
						 g->most;
		     i++)
			buf_addc(text, '#');
		break;
	case COL_ERRORS:
		if (v->errors)
			buf_addf(text, "%llu", (unsigned long long)v->errors);
		out->style = STYLE_ERROR;
		break;
	case COL_AVERAGE:
		show_duration(text, v->duration / v->records);
		break;
	case COL_P50:
		show_duration(text, v->p50);
		break;
	case COL_P95:
		show_duration(text, v->p95);
		break;
	case COL_P99:
		show_duration(text, v->p99);
		break;
	case COL_SLOWEST:
		show_duration(text, v->slowest);
		break;
	default:
		show_size(text, v->bytes);
	}
}

static size_t count(void *arg)
{
	return ((struct groups *)arg)->result.count;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

/* --- order --- */

static uint64_t sort_number(const struct group_value *v, int column)
{
	switch (column) {
	case COL_ERRORS:
		return v->errors;
	case COL_AVERAGE:
		return v->duration / v->records;
	case COL_P50:
		return v->p50;
	case COL_P95:
		return v->p95;
	case COL_P99:
		return v->p99;
	case COL_SLOWEST:
		return v->slowest;
	case COL_BYTES:
		return v->bytes;
	default:
		return v->records;
	}
}

static int by_column(const void *a, const void *b, void *arg)
{
	const struct group_value *x = a, *y = b;
	const struct groups *g = arg;
	uint64_t n = sort_number(x, g->sort), m = sort_number(y, g->sort);
	size_t len = x->len < y->len ? x->len : y->len;
	int d = len ? memcmp(x->value, y->value, len) : 0;

	if (g->sort != COL_VALUE && n != m)
		return (n < m) == g->ascending ? -1 : 1;
	d = d ? d : (x->len > y->len) - (x->len < y->len);
	return g->sort == COL_VALUE && !g->ascending ? -d : d;
}

static void sort(struct groups *g)
{
	g->most = 1;
	for (size_t i = 0; i < g->result.count; i++)
		if (g->result.values[i].records > g->most)
			g->most = g->result.values[i].records;
	if (g->result.count)
		qsort_r(g->result.values, g->result.count,
			sizeof(*g->result.values), by_column, g);
	g->list.sort = g->sort;
	g->list.descending = !g->ascending;
}

/* The same column again turns the order round; numbers begin with the most. */
static void sort_by(struct groups *g, int column)
{
	if (column == COL_PERCENT || column == COL_BAR)
		column = COL_COUNT_OF;
	g->ascending = g->sort == column ? !g->ascending : column == COL_VALUE;
	g->sort = column;
	sort(g);
	list_home(&g->list);
}

static void begin(struct groups *g);

static void ended(void *owner, struct group_result *r)
{
	struct groups *g = owner;

	group_free(g->job);
	g->job = NULL;
	group_result_release(&g->result);
	if (r)
		g->result = *r;
	sort(g);
	list_changed(&g->list);
	if (g->again)
		begin(g);
	app_dirty(g->view.app);
}

static void begin(struct groups *g)
{
	struct listing *l = &g->view.session->listing;
	struct snapshot *snap;
	row_id *ids = NULL;

	g->again = g->job != NULL;
	if (g->job)
		return;
	snap = document_snapshot(g->view.session->doc);
	if (l->own) {	/* what is shown, as far as it is known */
		ids = mem_zalloc(l->count + 1, sizeof(*ids));
		if (l->count)
			memcpy(ids, l->ids, l->count * sizeof(*ids));
	}
	g->job = group_start(app_jobs(g->view.app), snap, ids, l->count,
			     g->fields, g->nfields, ended, g);
	snapshot_unref(snap);
}

/* --- commands --- */

/* FIELD IS "value" in the filter language. */
static void add_rule(const struct field *field, const char *value, size_t len,
		     struct buf *out)
{
	struct buf name;

	buf_init(&name);
	field_print(field, &name);
	if (field->id == FIELD_REQUEST_HEADER ||
	    field->id == FIELD_RESPONSE_HEADER)
		buf_addf(out, "header%s", strchr(name.data, '['));
	else
		buf_adds(out, name.data);
	buf_adds(out, " IS ");
	query_quote(out, value ? value : "", len);
	buf_release(&name);
}

/* False when the language has no such field. */
static bool expression(const struct groups *g, const struct group_value *v,
		       struct buf *out)
{
	struct query *q;

	for (size_t i = 0; i < g->nfields; i++) {
		size_t len;
		const char *s = group_part(v, g->nfields, i, &len);

		buf_adds(out, i ? " AND " : "");
		add_rule(&g->fields[i], s, len, out);
	}
	q = query_parse(out->data, out->len, NULL);
	query_unref(q);
	return q != NULL;
}

static void filter(struct groups *g)
{
	struct session *s = g->view.session;
	struct app *app = g->view.app;
	struct err err = {0};
	struct buf expr;
	size_t row;

	if (!list_current(&g->list, &row))
		return;
	buf_init(&expr);
	if (!expression(g, &g->result.values[row], &expr)) {
		app_say(app, STYLE_NOTE,
			_("the filter language has no field for this"));
	} else {
		/* within what is shown */
		listing_within(&s->listing, &expr);
		if (!listing_filter(&s->listing, expr.data, expr.len, &err))
			app_fail(app, &err);
		else
			app_close(app, &g->view);
	}
	buf_release(&expr);
}

static void search(struct groups *g, const struct call *call)
{
	bool back = call->id == CMD_SEARCH_BACK || call->id == CMD_SEARCH_PREV;
	bool here = call->id == CMD_SEARCH || call->id == CMD_SEARCH_BACK;
	size_t n = g->result.count, row;

	struct buf text;

	if (!*call->arg || !list_current(&g->list, &row))
		return;
	buf_init(&text);
	for (size_t i = 0; i <= n; i++) {
		bool found;

		if (i || !here)
			row = back ? (row + n - 1) % n : (row + 1) % n;
		buf_clear(&text);
		label(g, &g->result.values[row], &text);
		found = strcasestr(text.data, call->arg) != NULL;
		if (found) {
			list_goto(&g->list, row);
			buf_release(&text);
			return;
		}
	}
	buf_release(&text);
	if (!call->live)
		app_say(g->view.app, STYLE_NOTE, _("not found: %s"),
			call->arg);
}

static bool command(struct view *v, const struct call *call)
{
	struct groups *g = (struct groups *)v;

	if (nav_list(&g->list, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		filter(g);
		return true;
	case CMD_RELOAD:
		begin(g);
		return true;
	case CMD_SORT_PAIRS:
		sort_by(g, COL_COUNT_OF);
		return true;
	case CMD_SORT_NAME:
		sort_by(g, COL_VALUE);
		return true;
	case CMD_SORT_STATUS:
		sort_by(g, COL_ERRORS);
		return true;
	case CMD_SORT_DURATION:
		sort_by(g, COL_P95);
		return true;
	case CMD_SORT_SIZE:
		sort_by(g, COL_BYTES);
		return true;
	case CMD_SORT_REVERSE:
		sort_by(g, g->sort);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		if (!call->arg)
			return false;
		search(g, call);
		return true;
	default:
		return filtering_command(v, call);
	}
}

static bool value(struct view *v, struct buf *out)
{
	struct groups *g = (struct groups *)v;
	size_t row;

	if (!list_current(&g->list, &row))
		return false;
	label(g, &g->result.values[row], out);
	return true;
}

static void title(struct view *v, struct buf *out)
{
	buf_adds(out, ((struct groups *)v)->name);
}

static void status(struct view *v, struct view_status *out)
{
	struct groups *g = (struct groups *)v;

	buf_addf(&out->left, PLURAL("%zu value", "%zu values",
				    g->result.count), g->result.count);
	if (g->result.more)
		buf_adds(&out->left, _(" and more"));
	buf_addf(&out->left, PLURAL(" in %llu record", " in %llu records",
				    g->result.records),
		 (unsigned long long)g->result.records);
	if (g->job)
		buf_adds(&out->right, _("counting..."));
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct groups *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct groups *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct groups *g = (struct groups *)v;

	size_t row;
	int column;

	if (m->kind == MOUSE_PRESS &&
	    list_hit(&g->list, m->x, m->y, &row, &column) == LIST_HEADER)
		sort_by(g, column);
	list_mouse(&g->list, m);
	if (m->kind == MOUSE_DOUBLE)
		filter(g);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_LISTING | CHANGED_DOCUMENT))
		begin((struct groups *)v);
}

static void groups_free(struct view *v)
{
	struct groups *g = (struct groups *)v;

	group_free(g->job);
	group_result_release(&g->result);
	list_release(&g->list);
	for (size_t i = 0; i < g->nfields; i++)
		field_release(&g->fields[i]);
	free(g->name);
	free(g);
}

static const struct view_ops groups_ops = {
	.kind = VIEW_GROUPS,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.value = value,
	.changed = changed,
	.free = groups_free,
};

/* The end of one FIELD: a blank outside of brackets and quotes. */
static size_t field_end(const char *s)
{
	bool quoted = false;
	size_t depth = 0, i;

	for (i = 0; s[i] && (quoted || depth || s[i] != ' '); i++) {
		if (quoted && s[i] == '\\' && s[i + 1])
			i++;
		else if (s[i] == '"')
			quoted = !quoted;
		else if (!quoted && s[i] == '[')
			depth++;
		else if (!quoted && s[i] == ']' && depth)
			depth--;
	}
	return i;
}

static bool parse_fields(struct groups *g, const char *name, struct err *err)
{
	for (;;) {
		size_t len;

		name += strspn(name, " ");
		len = field_end(name);
		if (!len)
			break;
		if (g->nfields == GROUP_FIELDS_MAX)
			return err_set(err, ERR_USAGE,
				       _("more than %d fields"),
				       GROUP_FIELDS_MAX);
		if (!field_parse(&g->fields[g->nfields], name, len, err))
			return false;
		g->nfields++;
		name += len;
	}
	return true;
}

static struct view *groups_new(struct app *app, struct session *s,
			       const char *name, struct err *err)
{
	struct groups *g = mem_zalloc(1, sizeof(*g));

	if (!parse_fields(g, name, err)) {
		for (size_t i = 0; i < g->nfields; i++)
			field_release(&g->fields[i]);
		free(g);
		return NULL;
	}
	view_init(&g->view, &groups_ops, app, s);
	g->name = mem_strdup(name);
	g->sort = COL_COUNT_OF;
	list_init(&g->list, &list_ops, g, columns, COL_COUNT);
	begin(g);
	return &g->view;
}

/* --- choosing the field --- */

static const char *const usual[] = {
	"host", "command", "status", "location", "service", "direction", "tech",
	"contenttype",
};
#define USUAL (sizeof(usual) / sizeof(usual[0]))

static void open_groups(struct app *app, struct session *s, const char *name)
{
	struct err err = {0};
	struct view *v = groups_new(app, s, name, &err);

	if (v)
		app_push(app, v);
	else
		app_fail(app, &err);
}

static void chosen(struct app *app, void *arg, size_t item)
{
	struct session *s = arg;

	if (item < USUAL)
		open_groups(app, s, usual[item]);
	session_unref(s);
}

void view_groups_open(struct app *app, struct session *s, const char *name)
{
	if (name)
		open_groups(app, s, name);
	else
		app_choose(app, _("Groups"), usual, NULL, USUAL, chosen,
			   session_ref(s));
}
