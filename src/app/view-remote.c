/* The snapshots on a remote, with size and date, before any is fetched. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/show.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { COL_ID, COL_SIZE, COL_TIME, COL_STATE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_ID] = {.title = N_("Id"), .min = 9, .ideal = 36, .grow = true},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 6,
		.align = ALIGN_RIGHT},
	[COL_TIME] = {.title = N_("Last change"), .min = 16, .ideal = 19,
		.priority = 2},
	[COL_STATE] = {.title = N_("Here"), .min = 10, .ideal = 16,
		.priority = 1},
};

struct entry {
	struct peer_snapshot there;
	enum sync_status here;
	bool tagged;
};

/* Lists on a worker; forgets its view when that goes first. */
struct listing_job {
	struct app *app;
	struct remote_view *view;
	struct job *job;
	struct conf conf;
	struct syncer syncer;
	const struct remote_conf *remote;
	struct remote_watch watch;
	struct peer_snapshot *list;
	struct entry *entries;
	size_t count;
};

struct remote_view {
	struct view view;
	struct list list;
	char *name;
	struct entry *entries;
	size_t n;
	struct listing_job *running;
};

/* ---- listing ---- */

static bool cancelled(void *ctx)
{
	return job_cancelled(((struct listing_job *)ctx)->job);
}

static void run(struct job *job, void *arg)
{
	struct listing_job *l = arg;
	struct sync_env env = syncer_env(&l->syncer, l->remote, &l->watch,
					 NULL);
	struct peer_env penv = {l->syncer.state_dir, l->remote, &l->watch,
				NULL};
	struct err err = {0};
	struct peer *p;

	l->job = job;
	p = peer_open(&penv, &err);
	if (!p || !peer_snapshots(p, &l->list, &l->count, &err)) {
		job_fail(job, &err);
		peer_close(p);
		return;
	}
	peer_close(p);
	l->entries = mem_zalloc(l->count + 1, sizeof(*l->entries));
	for (size_t i = 0; i < l->count; i++) {
		l->entries[i].there = l->list[i];
		l->entries[i].here = sync_offline(&env, l->list[i].id, true);
	}
}

static void forget(struct remote_view *v)
{
	for (size_t i = 0; i < v->n; i++)
		free(v->entries[i].there.id);
	free(v->entries);
	v->entries = NULL;
	v->n = 0;
}

static void done(struct job *job, void *arg)
{
	struct listing_job *l = arg;
	struct remote_view *v = l->view;

	if (v)
		v->running = NULL;
	if (v && job_state(job) == JOB_DONE) {
		forget(v);
		v->entries = l->entries;
		v->n = l->count;
		free(l->list);
		l->list = NULL;
		list_changed(&v->list);
	} else {
		free(l->entries);
	}
	if (job_state(job) == JOB_FAILED)
		app_fail(l->app, job_error(job));
	if (l->list)
		peer_snapshots_free(l->list, l->count);
	syncer_release(&l->syncer);
	conf_release(&l->conf);
	app_dirty(l->app);
	free(l);
}

static void refresh(struct remote_view *v)
{
	struct app *app = v->view.app;
	struct listing_job *l;
	struct err err = {0};
	struct job_spec spec = {
		.lane = JOB_NET, .what = _("list a remote"), .run = run,
		.done = done,
	};

	if (v->running)
		return;
	l = mem_zalloc(1, sizeof(*l));
	l->app = app;
	l->view = v;
	if (syncing_conf(app, &l->conf, &err) &&
	    syncer_load(&l->syncer, &l->conf, app->store, app->state_dir, &err))
		l->remote = syncer_remote(&l->syncer, v->name, &err);
	if (!l->remote) {
		app_fail(app, &err);
		syncer_release(&l->syncer);
		conf_release(&l->conf);
		free(l);
		return;
	}
	l->watch = (struct remote_watch){.ctx = l, .cancelled = cancelled};
	v->running = l;
	spec.arg = l;
	jobs_add(app->jobs, &spec);
}

/* ---- the list ---- */

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct remote_view *v = arg;
	const struct entry *e = &v->entries[row];

	switch (column) {
	case COL_ID:
		buf_adds(&out->text, e->there.id);
		break;
	case COL_SIZE:
		if (e->there.bytes != UINT64_MAX)
			show_size(&out->text, e->there.bytes);
		break;
	case COL_TIME:
		if (e->there.mtime_ns != OBJECTS_NO_TIME)
			show_time(&out->text, e->there.mtime_ns, true,
				  app_conf(v->view.app)->local_time);
		break;
	default:
		if (e->here == SYNC_NOTHING)
			buf_adds(&out->text, _("not here"));
		else if (e->here == SYNC_NEVER)
			buf_adds(&out->text, _("never synced"));
		else
			buf_adds(&out->text, sync_status_text(e->here));
	}
}

static size_t count(void *arg)
{
	return ((struct remote_view *)arg)->n;
}

static bool tagged(void *arg, size_t row)
{
	return ((struct remote_view *)arg)->entries[row].tagged;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, tagged};

/* The tagged ones, or the one under the cursor. */
static void pull(struct remote_view *v)
{
	size_t any = 0, row;

	for (size_t i = 0; i < v->n; i++)
		any += v->entries[i].tagged;
	for (size_t i = 0; i < v->n; i++)
		if (v->entries[i].tagged) {
			v->entries[i].tagged = false;
			syncing_start(v->view.app, false,
				      v->entries[i].there.id, v->name);
		}
	if (!any && list_current(&v->list, &row))
		syncing_start(v->view.app, false, v->entries[row].there.id,
			      v->name);
}

static void tag(struct remote_view *v, const struct call *call)
{
	size_t row;

	if (call->id == CMD_TAG && list_current(&v->list, &row)) {
		v->entries[row].tagged = !v->entries[row].tagged;
		list_move(&v->list, 1);
	}
	for (size_t i = 0; call->id != CMD_TAG && i < v->n; i++)
		v->entries[i].tagged = call->id == CMD_TAG_ALL;
	app_dirty(v->view.app);
}

static bool command(struct view *view, const struct call *call)
{
	struct remote_view *v = (struct remote_view *)view;

	if (nav_list(&v->list, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		pull(v);
		return true;
	case CMD_PULL:
		pull(v);
		return true;
	case CMD_TAG:
	case CMD_TAG_ALL:
	case CMD_TAG_NONE:
		tag(v, call);
		return true;
	case CMD_RELOAD:
		refresh(v);
		return true;
	default:
		return false;
	}
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_STORE | CHANGED_TOP))
		refresh((struct remote_view *)v);
}

static void title(struct view *v, struct buf *out)
{
	buf_adds(out, ((struct remote_view *)v)->name);
}

static void status(struct view *view, struct view_status *out)
{
	const struct remote_view *v = (struct remote_view *)view;
	size_t row;

	buf_addf(&out->right, "%zu/%zu",
		 list_current(&v->list, &row) ? row + 1 : 0, v->n);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct remote_view *)v)->list, r);
}

static void draw(struct view *view, const struct region *r)
{
	struct remote_view *v = (struct remote_view *)view;

	v->list.empty = v->running ? _("listing...") : _("nothing is there");
	list_draw(&v->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct remote_view *)v)->list, m);
	return true;
}

static void remote_free(struct view *view)
{
	struct remote_view *v = (struct remote_view *)view;

	if (v->running)
		v->running->view = NULL;
	forget(v);
	list_release(&v->list);
	free(v->name);
	free(v);
}

static const enum command_id hints[] = {
	CMD_PULL, CMD_TAG, CMD_RELOAD, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops remote_ops = {
	.kind = VIEW_REMOTE,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.title = title,
	.status = status,
	.mouse = mouse,
	.free = remote_free,
	.hints = hints,
};

struct view *view_remote_new(struct app *app, const char *name)
{
	struct remote_view *v = mem_zalloc(1, sizeof(*v));

	view_init(&v->view, &remote_ops, app, NULL);
	v->name = mem_strdup(name);
	list_init(&v->list, &list_ops, v, columns, COL_COUNT);
	v->list.sort = -1;
	refresh(v);
	return &v->view;
}
