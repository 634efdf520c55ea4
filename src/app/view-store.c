/* The snapshots of the store. What a command does to them is in
 * store-edit.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/conf.h"
#include "app/show.h"
#include "app/state.h"
#include "app/store-view.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define DATE_LONG 19	/* columns of a time with seconds */
#define DATE_SHORT 16	/* and without */

enum { COL_NAME, COL_ID, COL_SERVICE, COL_PAIRS, COL_SIZE, COL_TIME,
       COL_STATE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_NAME] = {.title = N_("Name"), .min = 16, .ideal = 24, .fit = true,
		.grow = true, .sortable = true},
	[COL_ID] = {.title = N_("Id"), .min = 9, .ideal = 36, .priority = 4},
	[COL_SERVICE] = {.title = N_("Service"), .min = 10, .ideal = 16, .fit = true,
		.priority = 5},
	[COL_PAIRS] = {.title = N_("Pairs"), .min = 6, .ideal = 7, .fit = true,
		.priority = 2, .align = ALIGN_RIGHT, .sortable = true},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 6, .fit = true,
		.priority = 3, .align = ALIGN_RIGHT, .sortable = true},
	[COL_TIME] = {.title = N_("Last change"), .min = DATE_SHORT,
		.ideal = DATE_LONG, .priority = 3, .sortable = true},
	[COL_STATE] = {.title = N_("State"), .min = 12, .ideal = 14, .fit = true},
};

static struct store_view *store_of(struct view *v)
{
	return (struct store_view *)v;
}

/* --- what is shown --- */

static bool matches(const struct store_view *s, const struct library_entry *e)
{
	if (!s->filter || !s->filter_on)
		return true;
	return strcasestr(e->id, s->filter) ||
	       (e->name && strcasestr(e->name, s->filter)) ||
	       (e->services && strcasestr(e->services, s->filter));
}

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static int compare(const void *a, const void *b, void *arg)
{
	const struct store_view *s = arg;
	const struct library_entry *x = &s->all.entries[*(const size_t *)a];
	const struct library_entry *y = &s->all.entries[*(const size_t *)b];
	int d;

	switch (s->sort) {
	case COL_NAME:
		d = strcasecmp(x->name ? x->name : x->id,
			       y->name ? y->name : y->id);
		break;
	case COL_PAIRS:
		d = by_number(x->pairs, y->pairs);
		break;
	case COL_SIZE:
		d = by_number((int64_t)x->bytes, (int64_t)y->bytes);
		break;
	default:
		d = by_number(x->mtime_ns, y->mtime_ns);
	}
	if (s->descending)
		d = -d;
	return d ? d : strcmp(x->id, y->id);
}

void store_view_arrange(struct store_view *s)
{
	s->count = 0;
	for (size_t i = 0; i < s->all.count; i++)
		if (matches(s, &s->all.entries[i]))
			s->shown[s->count++] = i;
	qsort_r(s->shown, s->count, sizeof(*s->shown), compare, s);
	s->list.sort = s->sort;
	s->list.descending = s->descending;
	list_changed(&s->list);
}

void store_view_scan(struct store_view *s)
{
	struct library_list fresh = {0};
	struct err err = {0};

	s->missing = !library_scan(app_store(s->view.app), &fresh, &err);
	if (s->missing && err.code != ERR_NOTARGET)
		app_fail(s->view.app, &err);
	library_list_release(&s->all);
	s->all = fresh;
	free(s->shown);
	s->shown = mem_zalloc(fresh.count + 1, sizeof(*s->shown));
	syncmarks_refresh(s->view.app, &s->all);
	store_view_arrange(s);
}

const struct library_entry *store_view_current(struct store_view *s)
{
	size_t row;

	return list_current(&s->list, &row) ? &s->all.entries[s->shown[row]]
					    : NULL;
}

/* A stable number for an id: FNV-1a. */
static uint64_t name_of(const char *id)
{
	uint64_t h = 14695981039346656037u;

	for (; *id; id++)
		h = (h ^ (unsigned char)*id) * 1099511628211u;
	return h;
}

static uint64_t key(void *arg, size_t row)
{
	const struct store_view *s = arg;

	return name_of(s->all.entries[s->shown[row]].id);
}

static bool find(void *arg, uint64_t name, size_t *row)
{
	const struct store_view *s = arg;

	for (size_t i = 0; i < s->count; i++) {
		if (name_of(s->all.entries[s->shown[i]].id) == name) {
			*row = i;
			return true;
		}
	}
	return false;
}

void store_view_goto(struct store_view *s, const char *id)
{
	size_t row;

	if (find(s, name_of(id), &row))
		list_goto(&s->list, row);
}

static size_t count(void *arg)
{
	return ((struct store_view *)arg)->count;
}

static void state(const struct store_view *s, const struct library_entry *e,
		  struct list_cell *out)
{
	enum sync_status sync;

	if (e->problems) {
		buf_adds(&out->text, library_problem_text(e->problems));
		out->style = STYLE_ERROR;
	} else if (store_view_unsaved(s, e)) {
		buf_adds(&out->text, _("unsaved"));
		out->style = STYLE_CHANGED;
	} else if (syncmarks_get(s->view.app, e->id, &sync)) {
		buf_adds(&out->text, sync_status_text(sync));
		out->style = sync == SYNC_SAME ? STYLE_DIM : STYLE_CHANGED;
	}
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct store_view *s = arg;
	const struct library_entry *e = &s->all.entries[s->shown[row]];
	struct buf *text = &out->text;

	switch (column) {
	case COL_NAME:
		buf_adds(text, e->name ? e->name : "-");
		break;
	case COL_ID:
		buf_adds(text, e->id);
		out->style = STYLE_DIM;
		break;
	case COL_SERVICE:
		if (e->services)
			buf_adds(text, e->services);
		break;
	case COL_PAIRS:
		if (e->pairs >= 0)
			buf_addf(text, "%lld", (long long)e->pairs);
		else
			buf_adds(text, "?");
		break;
	case COL_SIZE:
		if (!(e->problems & (LIBRARY_NO_RAW | LIBRARY_NO_DIR)))
			show_size(text, e->bytes);
		break;
	case COL_TIME:
		if (e->mtime_ns)
			show_time(text, e->mtime_ns, true,
				  app_conf(s->view.app)->local_time);
		if (s->list.widths[COL_TIME] < DATE_LONG &&
		    text->len > DATE_SHORT)
			buf_truncate(text, DATE_SHORT);
		break;
	default:
		state(s, e, out);
	}
}

static const struct list_ops list_ops = {count, cell, key, find, NULL};

/* --- view --- */

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_TOP | CHANGED_STORE))
		store_view_scan(store_of(v));
}

static bool command(struct view *v, const struct call *call)
{
	struct store_view *s = store_of(v);

	return nav_list(&s->list, call) || store_find_command(s, call) ||
	       store_edit_command(s, call);
}

static void status(struct view *v, struct view_status *out)
{
	struct store_view *s = store_of(v);
	size_t row;

	buf_addf(&out->left, "%s", app_store(v->app));
	if (s->filter)
		buf_addf(&out->left, s->filter_on ? _("  filter: %s")
						  : _("  filter off: %s"),
			 s->filter);
	buf_addf(&out->right, "%zu/%zu",
		 list_current(&s->list, &row) ? row + 1 : 0, s->count);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&store_of(v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	struct store_view *s = store_of(v);

	s->list.empty = s->missing ? _("there is no store here yet; "
					"a creates a snapshot in it")
				   : _("no snapshots; a creates one");
	list_draw(&s->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct store_view *s = store_of(v);
	struct call open = {.id = CMD_OPEN};
	size_t row;
	int column;
	enum list_hit hit = list_hit(&s->list, m->x, m->y, &row, &column);

	if (hit == LIST_HEADER && m->kind == MOUSE_PRESS) {
		store_view_sort(s, column);
		return true;
	}
	list_mouse(&s->list, m);
	if (hit == LIST_ROW && m->kind == MOUSE_DOUBLE)
		command(v, &open);
	return true;
}

static bool value(struct view *v, struct buf *out)
{
	const struct library_entry *e = store_view_current(store_of(v));

	if (e)
		buf_adds(out, e->id);
	return e;
}

static bool field_name(struct view *v, struct buf *out)
{
	const struct library_entry *e = store_view_current(store_of(v));

	if (e)
		buf_adds(out, e->raw_path);
	return e;
}

static void store_free(struct view *v)
{
	struct store_view *s = store_of(v);

	list_release(&s->list);
	library_list_release(&s->all);
	free(s->shown);
	free(s->filter);
	free(s->trashed);
	free(s);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_FILTER, CMD_SEARCH, CMD_HELP, CMD_CREATE, CMD_RENAME,
	CMD_DUPLICATE, CMD_DELETE, CMD_PUSH, CMD_PULL, CMD_META, CMD_BACKUPS,
	CMD_TRASH, CMD_BACK, CMD_NONE,
};

static const struct view_ops store_ops = {
	.kind = VIEW_STORE,
	.layout = layout,
	.draw = draw,
	.command = command,
	.free = store_free,
	.status = status,
	.mouse = mouse,
	.changed = changed,
	.value = value,
	.field_name = field_name,
	.hints = hints,
};

int store_column_of(enum command_id id)
{
	switch (id) {
	case CMD_SORT_NAME:
		return COL_NAME;
	case CMD_SORT_PAIRS:
		return COL_PAIRS;
	case CMD_SORT_SIZE:
		return COL_SIZE;
	case CMD_SORT_CHANGED:
		return COL_TIME;
	default:
		return -1;
	}
}

/* The same column again turns the order round; numbers begin with the most. */
void store_view_sort(struct store_view *s, int column)
{
	if (column < 0 || !columns[column].sortable)
		return;
	s->descending = s->sort == column ? !s->descending
					  : column != COL_NAME;
	s->sort = column;
	store_view_arrange(s);
}

struct view *view_store_new(struct app *app)
{
	struct store_view *s = mem_zalloc(1, sizeof(*s));

	view_init(&s->view, &store_ops, app, NULL);
	list_init(&s->list, &list_ops, s, columns, COL_COUNT);
	s->sort = COL_TIME;
	s->descending = true;
	store_view_scan(s);
	return &s->view;
}
