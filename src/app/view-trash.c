/* Deleted snapshots: u or Enter puts one back, d removes it for good. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/conf.h"
#include "app/nav.h"
#include "app/show.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/library.h"

enum { COL_NAME, COL_ID, COL_TIME, COL_SIZE, COL_STORE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_NAME] = {.title = N_("Name"), .min = 12, .ideal = 24,
		.grow = true},
	[COL_ID] = {.title = N_("Id"), .min = 8, .ideal = 36, .priority = 2},
	[COL_TIME] = {.title = N_("Deleted"), .min = 16, .ideal = 19,
		.priority = 1},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 6,
		.priority = 1, .align = ALIGN_RIGHT},
	[COL_STORE] = {.title = N_("From"), .min = 8, .ideal = 20,
		.priority = 3, .cut_left = true},
};

struct trash {
	struct view view;
	struct list list;
	struct library_trashed *items;
	size_t n;
};

static void refresh(struct trash *t)
{
	struct err err = {0};

	library_trash_list_free(t->items, t->n);
	t->items = NULL;
	t->n = 0;
	if (!library_trash_list(app_state_dir(t->view.app), &t->items, &t->n,
				&err))
		app_fail(t->view.app, &err);
	list_changed(&t->list);
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct trash *t = arg;
	const struct library_trashed *i = &t->items[row];

	switch (column) {
	case COL_NAME:
		buf_adds(&out->text, i->name ? i->name : "-");
		break;
	case COL_ID:
		buf_adds(&out->text, i->id);
		out->style = STYLE_DIM;
		break;
	case COL_TIME:
		show_time(&out->text, i->when_ns, true,
			  app_conf(t->view.app)->local_time);
		break;
	case COL_SIZE:
		show_size(&out->text, i->bytes);
		break;
	default:
		buf_adds(&out->text, i->store);
	}
}

static size_t count(void *arg)
{
	return ((struct trash *)arg)->n;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

/* The work moves directories, so it is a job; its end tells the views. */
struct untrash {
	struct app *app;
	char *state_dir, *key;
	bool remove;
};

static void untrash_run(struct job *job, void *arg)
{
	struct untrash *u = arg;
	struct err err = {0};
	bool ok = u->remove ? library_trash_empty(u->state_dir, u->key, &err)
			    : library_untrash(u->state_dir, u->key, job, &err);

	if (!ok)
		job_fail(job, &err);
}

static void untrash_done(struct job *job, void *arg)
{
	struct untrash *u = arg;

	if (job_state(job) == JOB_FAILED)
		app_fail(u->app, job_error(job));
	else if (job_state(job) == JOB_DONE)
		app_say(u->app, STYLE_OK, u->remove ? _("removed for good")
						    : _("put back"));
	app_changed(u->app, CHANGED_STORE);
	free(u->state_dir);
	free(u->key);
	free(u);
}

static void start(struct app *app, const char *key, bool remove)
{
	struct untrash *u = mem_zalloc(1, sizeof(*u));
	struct job_spec job = {
		.lane = JOB_SAVE, .what = remove ? _("remove") : _("put back"),
		.run = untrash_run, .done = untrash_done, .arg = u,
	};

	u->app = app;
	u->state_dir = mem_strdup(app_state_dir(app));
	u->key = mem_strdup(key);
	u->remove = remove;
	jobs_add(app_jobs(app), &job);
}

static void remove_answer(struct app *app, void *arg, size_t answer)
{
	char *key = arg;

	if (answer == 0)
		start(app, key, true);
	free(key);
}

static void ask_remove(struct trash *t, const struct library_trashed *i)
{
	const char *answers[] = {
		C_("answer", "Remove"), C_("answer", "Cancel"),
	};
	const char *name = i->name ? i->name : i->id;
	char shown[ERR_QUOTE_MAX];
	struct buf text;

	buf_init(&text);
	buf_addf(&text, _("%s will be removed for good."),
		 err_quote(shown, name, strlen(name)));
	app_question(t->view.app, STYLE_WARNING, _("Remove"), text.data,
		     answers, 2, remove_answer, mem_strdup(i->key));
	buf_release(&text);
}

static bool command(struct view *v, const struct call *call)
{
	struct trash *t = (struct trash *)v;
	size_t row;

	if (nav_list(&t->list, call))
		return true;
	if (call->id == CMD_RELOAD) {
		refresh(t);
		return true;
	}
	if (!list_current(&t->list, &row))
		return false;
	if ((call->id == CMD_OPEN && !call->arg) || call->id == CMD_UNDO) {
		if (app_read_only(v->app))
			return false;
		start(v->app, t->items[row].key, false);
		return true;
	}
	if (call->id != CMD_DELETE)
		return false;
	ask_remove(t, &t->items[row]);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_STORE | CHANGED_TOP))
		refresh((struct trash *)v);
}

static void status(struct view *v, struct view_status *out)
{
	const struct trash *t = (const struct trash *)v;
	uint64_t bytes = 0;
	struct buf most;

	for (size_t i = 0; i < t->n; i++)
		bytes += t->items[i].bytes;
	buf_init(&most);
	show_size(&most, LIBRARY_TRASH_BYTES_MAX);
	show_size(&out->left, bytes);
	buf_addf(&out->left, _(" of at most %s"), most.data);
	buf_addf(&out->right, _("%zu of at most %d snapshots"), t->n,
		 LIBRARY_TRASH_COUNT_MAX);
	buf_release(&most);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct trash *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct trash *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct trash *)v)->list, m);
	return true;
}

static void trash_free(struct view *v)
{
	struct trash *t = (struct trash *)v;

	library_trash_list_free(t->items, t->n);
	list_release(&t->list);
	free(t);
}

static const enum command_id hints[] = {
	CMD_UNDO, CMD_DELETE, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops trash_ops = {
	.kind = VIEW_TRASH,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.status = status,
	.mouse = mouse,
	.free = trash_free,
	.hints = hints,
};

struct view *view_trash_new(struct app *app)
{
	struct trash *t = mem_zalloc(1, sizeof(*t));

	view_init(&t->view, &trash_ops, app, NULL);
	list_init(&t->list, &list_ops, t, columns, COL_COUNT);
	t->list.sort = -1;
	t->list.empty = _("the trash is empty");
	refresh(t);
	return &t->view;
}
