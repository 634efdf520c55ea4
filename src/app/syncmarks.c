#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/state.h"
#include "app/syncmarks.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Looks at every snapshot, on a worker. */
struct marking {
	struct app *app;
	struct job *job;
	struct conf conf;
	struct syncer syncer;
	const struct remote_conf *remote;
	struct remote_watch watch;
	struct syncmark *list;
	size_t count;
};

static bool cancelled(void *ctx)
{
	return job_cancelled(((struct marking *)ctx)->job);
}

static void run(struct job *job, void *arg)
{
	struct marking *m = arg;
	struct sync_env env = syncer_env(&m->syncer, m->remote, &m->watch,
					 NULL);

	m->job = job;
	for (size_t i = 0; i < m->count && !job_cancelled(job); i++) {
		m->list[i].status = sync_offline(&env, m->list[i].id, true);
		job_progress(job, i + 1, m->count, 0);
	}
}

static void list_free(struct syncmark *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(list[i].id);
	free(list);
}

void syncmarks_release(struct syncmarks *m)
{
	list_free(m->list, m->count);
	*m = (struct syncmarks){0};
}

static void marking_free(struct marking *m)
{
	syncer_release(&m->syncer);
	conf_release(&m->conf);
	free(m);
}

static void done(struct job *job, void *arg)
{
	struct marking *m = arg;
	struct app *app = m->app;
	bool again = app->marks.again;

	if (job_state(job) == JOB_DONE) {
		syncmarks_release(&app->marks);
		app->marks.list = m->list;
		app->marks.count = m->count;
	} else {
		list_free(m->list, m->count);
	}
	app->marks.running = app->marks.again = false;
	marking_free(m);
	if (again)
		app_changed(app, CHANGED_STORE);
	app_dirty(app);
}

static int by_id(const void *a, const void *b)
{
	return strcmp(((const struct syncmark *)a)->id,
		      ((const struct syncmark *)b)->id);
}

void syncmarks_refresh(struct app *app, const struct library_list *all)
{
	struct marking *m;
	struct job_spec spec = {
		.lane = JOB_SCAN, .what = _("sync states"), .run = run,
		.done = done, .quiet = true,
	};

	if (app->marks.running) {
		app->marks.again = true;
		return;
	}
	m = mem_zalloc(1, sizeof(*m));
	m->app = app;
	if (syncing_conf(app, &m->conf, NULL) &&
	    syncer_load(&m->syncer, &m->conf, app->store, app->state_dir, NULL))
		m->remote = syncer_remote(&m->syncer, NULL, NULL);
	if (!m->remote || !all->count) {
		marking_free(m);
		return;
	}
	m->watch = (struct remote_watch){.ctx = m, .cancelled = cancelled};
	m->list = mem_zalloc(all->count, sizeof(*m->list));
	m->count = all->count;
	for (size_t i = 0; i < all->count; i++)
		m->list[i].id = mem_strdup(all->entries[i].id);
	qsort(m->list, m->count, sizeof(*m->list), by_id);
	app->marks.running = true;
	spec.arg = m;
	jobs_add(app->jobs, &spec);
}

bool syncmarks_get(const struct app *app, const char *id,
		   enum sync_status *out)
{
	struct syncmark key = {.id = (char *)id};
	const struct syncmark *hit =
		app->marks.count ? bsearch(&key, app->marks.list,
					   app->marks.count, sizeof(key),
					   by_id) : NULL;

	if (hit)
		*out = hit->status;
	return hit != NULL;
}
