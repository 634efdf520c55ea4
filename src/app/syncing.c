#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/session.h"
#include "app/state.h"
#include "app/syncing.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"

#define ASK_MS 50		/* between two looks for an answer */
#define LOG_MAX ((size_t)64 << 10)

/* ---- what the worker tells ---- */

static void add_log(struct syncing *y, const char *text)
{
	lock_take(y->lock);
	if (y->log.len < LOG_MAX)
		buf_addf(&y->log, "%s\n", text);
	lock_give(y->lock);
}

static bool cancelled(void *ctx)
{
	struct syncing *y = ctx;

	return y->job && job_cancelled(y->job);
}

static void progress(void *ctx, uint64_t done, uint64_t total)
{
	struct syncing *y = ctx;

	if (y->job)
		job_progress(y->job, done, total, done);
}

static void say(void *ctx, const char *text)
{
	struct syncing *y = ctx;

	add_log(y, text);
	if (y->job)
		job_message(y->job, text);
}

/* The UI thread asks the user; this one waits. */
static bool ask(void *ctx, const char *question)
{
	struct syncing *y = ctx;
	int answer = 0;

	add_log(y, question);
	lock_take(y->lock);
	y->question = mem_strdup(question);
	y->answer = 0;
	lock_give(y->lock);
	job_notify(y->job);
	while (!answer && watch_wait(&y->watch, ASK_MS)) {
		lock_take(y->lock);
		answer = y->answer;
		lock_give(y->lock);
	}
	lock_take(y->lock);
	free(y->question);
	y->question = NULL;
	lock_give(y->lock);
	return answer > 0;
}

static void question_answer(struct app *app, void *arg, size_t answer)
{
	/* It may have ended meanwhile: look whether it still is there. */
	for (size_t i = 0; i < app->nsyncings; i++) {
		struct syncing *y = app->syncings[i];

		if (y != arg)
			continue;
		lock_take(y->lock);
		y->answer = answer == 0 ? 1 : -1;
		lock_give(y->lock);
	}
}

static void went_on(struct syncing *y);

void syncing_poll(struct app *app)
{
	const char *answers[] = {C_("answer", "Yes"), C_("answer", "No")};
	char *text = NULL;

	for (size_t i = 0; i < app->nsyncings && !app->dialog.on; i++) {
		struct syncing *y = app->syncings[i];

		lock_take(y->lock);
		if (y->question && !y->answer)
			text = mem_strdup(y->question);
		lock_give(y->lock);
		if (text)
			app_question(app, STYLE_WARNING, y->remote->name, text,
				     answers, 2, question_answer, y);
		free(text);
		text = NULL;
	}
	for (size_t i = 0; i < app->nsyncings && !app->dialog.on &&
			   !app->ask.on; i++) {
		struct syncing *y = app->syncings[i];

		if (!y->waiting)
			continue;
		y->waiting = false;
		went_on(y);
		i = (size_t)-1;		/* the list is another one now */
	}
}

/* ---- steps on the worker ---- */

static bool look(struct syncing *y, struct err *err)
{
	enum sync_status status;

	sync_end(y->sync);
	y->sync = sync_begin(&y->env, y->id, err);
	if (!y->sync)
		return false;
	status = sync_status(y->sync);
	if (!y->push)
		return (status != SYNC_THERE && status != SYNC_BOTH &&
			status != SYNC_NEW_THERE) || sync_merge(y->sync, err);
	if ((status == SYNC_THERE || status == SYNC_BOTH) &&
	    !sync_fetch(y->sync, true, err))
		return false;
	status = sync_status(y->sync);
	if (status != SYNC_NEVER && status != SYNC_HERE &&
	    status != SYNC_BOTH && status != SYNC_GONE_THERE)
		return true;
	if (y->looked)
		prepush_release(&y->look);
	y->looked = true;
	return prepush_look(y->sync, &y->look, err);
}

static bool do_step(struct syncing *y, struct err *err)
{
	switch (y->step) {
	case SYNCING_LOOK:
		return look(y, err);
	case SYNCING_MERGE:
		return sync_merge(y->sync, err);
	case SYNCING_PULL:
		return sync_pull(y->sync, SYNC_MERGE, err);
	case SYNCING_REST:
		return sync_pull_rest(y->sync, err);
	case SYNCING_TAKE:
		return sync_merge(y->sync, err) &&
		       sync_pull(y->sync, SYNC_TAKE_THEIRS, err);
	case SYNCING_PUSH:
		return sync_push(y->sync, y->force, err);
	case SYNCING_DELETE_THERE:
		return sync_push_removal(y->sync, err);
	}
	return false;
}

static void run(struct job *job, void *arg)
{
	struct syncing *y = arg;
	struct err err = {0};

	y->job = job;
	if (!do_step(y, &err)) {
		add_log(y, err.msg);
		job_fail(job, &err);
	}
	y->job = NULL;
}

/* ---- the past ---- */

static void past_release(struct syncing_past *p)
{
	free(p->id);
	free(p->remote);
	free(p->log);
	*p = (struct syncing_past){0};
}

static void remember(struct syncing *y)
{
	struct app *app = y->app;
	struct syncing_past *p =
		&app->past[app->npast++ % SYNCING_PAST_MAX];

	past_release(p);
	p->job = y->job_id;
	p->push = y->push;
	p->id = mem_strdup(y->id);
	p->remote = mem_strdup(y->remote->name);
	p->log = mem_dup(y->log.data, y->log.len);
}

const struct syncing_past *syncing_past(struct app *app, uint64_t job)
{
	for (size_t i = 0; i < SYNCING_PAST_MAX; i++)
		if (app->past[i].id && app->past[i].job == job)
			return &app->past[i];
	return NULL;
}

void syncing_forget_all(struct app *app)
{
	for (size_t i = 0; i < SYNCING_PAST_MAX; i++)
		past_release(&app->past[i]);
}

/* ---- back on the UI thread ---- */

/* What is open and was replaced on the disk is loaded anew. */
static void reload_open(struct syncing *y)
{
	struct app *app = y->app;

	for (size_t i = 0; i < app->nsessions; i++) {
		struct session *s = app->sessions[i];

		document_look(s->doc, NULL);
		if (document_disk(s->doc) == DISK_CHANGED &&
		    !session_dirty(s) && s->refs == session_views(s))
			session_reload(s, false);
	}
}

static void pulled(struct syncing *y)
{
	struct sync_counts c = sync_counts(y->sync);

	if (c.known)
		app_say(y->app, STYLE_OK,
			_("pulled from %s: %llu added, %llu removed, %llu "
			  "changed"), y->remote->name,
			(unsigned long long)c.there.added,
			(unsigned long long)c.there.removed,
			(unsigned long long)c.there.changed);
	else
		app_say(y->app, STYLE_OK, _("pulled from %s"),
			y->remote->name);
	reload_open(y);
	app_changed(y->app, CHANGED_STORE);
	if (!y->then_push) {
		syncing_free(y);
		return;
	}
	y->push = true;
	y->then_push = false;
	syncing_run(y, SYNCING_LOOK);
}

static void went_on(struct syncing *y)
{
	switch (y->step) {
	case SYNCING_LOOK:
		syncing_looked(y);
		return;
	case SYNCING_MERGE:
		syncing_merged(y);
		return;
	case SYNCING_PULL:
	case SYNCING_REST:
	case SYNCING_TAKE:
		pulled(y);
		return;
	case SYNCING_PUSH:
		app_say(y->app, STYLE_OK,
			PLURAL("pushed to %s, %llu byte: %s",
			       "pushed to %s, %llu bytes: %s",
			       sync_moved(y->sync)), y->remote->name,
			(unsigned long long)sync_moved(y->sync),
			sync_guarantee(y->sync));
		break;
	case SYNCING_DELETE_THERE:
		app_say(y->app, STYLE_OK, _("deleted on %s"), y->remote->name);
		break;
	}
	app_changed(y->app, CHANGED_STORE);
	syncing_free(y);
}

static void done(struct job *job, void *arg)
{
	struct syncing *y = arg;
	enum job_state state = job_state(job);

	log_add(state == JOB_DONE ? LOG_INFO : LOG_WARNING, "%s of %s, %s: %s",
		y->push ? "push" : "pull", y->id, y->remote->name,
		state == JOB_DONE ? "done" : job_error(job)->msg);
	remember(y);
	if (state == JOB_DONE) {
		y->waiting = true;
		syncing_poll(y->app);
		return;
	}
	if (state == JOB_FAILED)
		app_fail(y->app, job_error(job));
	else
		app_say(y->app, STYLE_NOTE, y->push ? _("push cancelled")
						    : _("pull cancelled"));
	app_changed(y->app, CHANGED_STORE);
	syncing_free(y);
}

void syncing_run(struct syncing *y, enum syncing_step step)
{
	struct job_spec spec = {
		.lane = JOB_NET, .run = run, .done = done, .arg = y,
		.what = y->push ? _("push") : _("pull"),
	};

	y->step = step;
	/* The lock of a file that is open here is ours. */
	y->syncer.own = syncing_is_open(y);
	y->job_id = jobs_add(app_jobs(y->app), &spec);
}

/* ---- begin and end ---- */

void syncing_free(struct syncing *y)
{
	struct app *app = y->app;

	for (size_t i = 0; i < app->nsyncings; i++)
		if (app->syncings[i] == y) {
			app->syncings[i] = app->syncings[--app->nsyncings];
			break;
		}
	sync_end(y->sync);
	if (y->looked)
		prepush_release(&y->look);
	syncer_release(&y->syncer);
	conf_release(&y->conf);
	lock_free(y->lock);
	buf_release(&y->log);
	session_unref(y->session);
	free(y->question);
	free(y->remote_name);
	free(y->id);
	free(y);
}

size_t syncing_count(const struct app *app)
{
	return app->nsyncings;
}

bool syncing_conf(const struct app *app, struct conf *conf, struct err *err)
{
	const char *path = app->conf->path;

	if (path && !access(path, F_OK))
		return conf_load(conf, path, err);
	conf_init(conf);
	conf->path = path ? mem_strdup(path) : NULL;
	return true;
}

static void begin(struct syncing *y)
{
	struct app *app = y->app;
	struct err err = {0};

	y->remote = syncer_remote(&y->syncer, y->remote_name, &err);
	if (!y->remote) {
		app_fail(app, &err);
		syncing_free(y);
		return;
	}
	for (size_t i = 0; i < app->nsyncings; i++)
		if (app->syncings[i] != y &&
		    !strcmp(app->syncings[i]->id, y->id)) {
			app_say(app, STYLE_NOTE,
				_("it is being synced already"));
			syncing_free(y);
			return;
		}
	y->watch = (struct remote_watch){y, cancelled, progress, say};
	y->talk = (struct peer_talk){y, say, ask};
	y->env = syncer_env(&y->syncer, y->remote, &y->watch, &y->talk);
	syncing_run(y, SYNCING_LOOK);
}

/* Several remotes, and none is the default. */
struct picking {
	struct syncing *syncing;
	size_t count;
	const char *names[MENU_ITEMS_MAX];
};

static void picked(struct app *app, void *arg, size_t item)
{
	struct picking *p = arg;

	if (item < p->count) {
		p->syncing->remote_name = mem_strdup(p->names[item]);
		begin(p->syncing);
	} else {
		syncing_free(p->syncing);
	}
	free(p);
}

static void pick(struct syncing *y)
{
	const struct remotes *r = &y->syncer.remotes;
	struct picking *p = mem_zalloc(1, sizeof(*p));

	p->syncing = y;
	for (size_t i = 0; i < r->count && p->count < MENU_ITEMS_MAX; i++)
		if (syncer_syncs(&r->all[i]))
			p->names[p->count++] = r->all[i].name;
	if (p->count) {
		app_choose(y->app, y->push ? _("Push to") : _("Pull from"),
			   p->names, NULL, p->count, picked, p);
		return;
	}
	app_say(y->app, STYLE_NOTE, _("no remote is configured; @ adds one"));
	syncing_free(y);
	free(p);
}

void syncing_start(struct app *app, bool push, const char *id,
		   const char *remote)
{
	struct syncing *y;
	struct err err = {0};

	if (app_read_only(app)) {
		app_say(app, STYLE_NOTE, push ? _("not pushed: read-only")
					      : _("not pulled: read-only"));
		return;
	}
	if (app->nsyncings == APP_SYNCINGS_MAX) {
		app_say(app, STYLE_NOTE, _("too many pushes and pulls run"));
		return;
	}
	y = mem_zalloc(1, sizeof(*y));
	y->app = app;
	y->push = push;
	y->id = mem_strdup(id);
	y->lock = lock_new();
	buf_init(&y->log);
	conf_init(&y->conf);
	app->syncings[app->nsyncings++] = y;
	if (!syncing_conf(app, &y->conf, &err) ||
	    !syncer_load(&y->syncer, &y->conf, app_store(app),
			 app_state_dir(app), &err)) {
		app_fail(app, &err);
		syncing_free(y);
		return;
	}
	if (remote)
		y->remote_name = mem_strdup(remote);
	if (remote || y->syncer.remotes.default_name)
		begin(y);
	else
		pick(y);
}

void syncing_session(struct app *app, struct session *s, bool push,
		     const char *remote)
{
	if (!s->id)
		app_say(app, STYLE_NOTE,
			_("only snapshots of the store are pushed and pulled"));
	else
		syncing_start(app, push, s->id, remote);
}

