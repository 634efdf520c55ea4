/* Commands of the store: open, find, create, rename, duplicate, trash. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "app/store-view.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "edit/lock.h"

/* --- sessions of entries --- */

static struct session *session_of(const struct store_view *s,
				  const struct library_entry *e)
{
	const struct app *app = s->view.app;

	for (size_t i = 0; i < app->nsessions; i++)
		if (app->sessions[i]->id && !strcmp(app->sessions[i]->id, e->id))
			return app->sessions[i];
	return NULL;
}

bool store_view_unsaved(const struct store_view *s,
			const struct library_entry *e)
{
	struct session *session = session_of(s, e);

	return session && session_dirty(session);
}

static struct session *open_entry(struct store_view *s)
{
	const struct library_entry *e = store_view_current(s);
	struct target t = {.kind = TARGET_SNAPSHOT, .in_store = true};
	struct session *session;
	struct err err = {0};

	if (!e)
		return NULL;
	t.path = e->raw_path;
	t.dir = e->dir_path;
	t.meta_path = e->meta_path;
	t.id = e->id;
	session = session_open(s->view.app, &t, &err);
	if (!session)
		app_fail(s->view.app, &err);
	return session;
}

static void open_pairs(struct store_view *s)
{
	struct session *session = open_entry(s);

	if (!session)
		return;
	app_push(s->view.app, view_pairs_new(s->view.app, session));
	session_unref(session);
}

static void open_meta(struct store_view *s)
{
	const struct library_entry *e = store_view_current(s);

	if (e)
		view_meta_open(s->view.app, e->meta_path);
}

static void open_backups(struct store_view *s)
{
	const struct library_entry *e = store_view_current(s);

	if (e)
		view_backups_open(s->view.app, e->raw_path);
}

/* --- filter and search --- */

static void set_filter(struct app *app, void *arg, const char *text, size_t len)
{
	struct store_view *s = arg;

	if (!text)
		return;
	free(s->filter);
	s->filter = len ? mem_strdup(text) : NULL;
	s->filter_on = len > 0;
	store_view_arrange(s);
	app_dirty(app);
}

static void filter(struct store_view *s, const struct call *call)
{
	struct ask ask = {
		.label = _("filter: "), .text = s->filter, .live = set_filter,
		.done = set_filter, .arg = s,
	};

	if (call->arg)
		set_filter(s->view.app, s, call->arg, strlen(call->arg));
	else
		app_ask(s->view.app, &ask);
}

static bool is_hit(const struct store_view *s, size_t row, const char *needle)
{
	const struct library_entry *e = &s->all.entries[s->shown[row]];

	return strcasestr(e->id, needle) ||
	       (e->name && strcasestr(e->name, needle)) ||
	       (e->services && strcasestr(e->services, needle));
}

static void search(struct store_view *s, const struct call *call)
{
	bool back = call->id == CMD_SEARCH_BACK || call->id == CMD_SEARCH_PREV;
	bool here = call->id == CMD_SEARCH || call->id == CMD_SEARCH_BACK;
	size_t row;

	if (!list_current(&s->list, &row) || !*call->arg)
		return;
	for (size_t i = 0; i <= s->count; i++) {
		if (i || !here)
			row = back ? (row + s->count - 1) % s->count
				   : (row + 1) % s->count;
		if (is_hit(s, row, call->arg)) {
			list_goto(&s->list, row);
			return;
		}
	}
	if (!call->live)
		app_say(s->view.app, STYLE_NOTE, _("not found: %s"),
			call->arg);
}

bool store_find_command(struct store_view *s, const struct call *call)
{
	if (store_column_of(call->id) >= 0) {
		store_view_sort(s, store_column_of(call->id));
		return true;
	}
	switch (call->id) {
	case CMD_SORT_REVERSE:
		s->descending = !s->descending;
		store_view_arrange(s);
		return true;
	case CMD_FILTER:
		filter(s, call);
		return true;
	case CMD_FILTER_TOGGLE:
		s->filter_on = !s->filter_on;
		store_view_arrange(s);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		if (!call->arg)
			return false;
		search(s, call);
		return true;
	default:
		return false;
	}
}

/* --- create and rename --- */

static void create_done(struct app *app, void *arg, const char *text,
			size_t len)
{
	struct library_new spec = {.name = text};
	char id[UUID_TEXT_MAX];
	struct err err = {0};

	if (!text || !len)
		return;
	if (!library_create(app->store, &spec, NULL, id, &err)) {
		app_fail(app, &err);
		return;
	}
	app_changed(app, CHANGED_STORE);
	store_view_goto(arg, id);
	app_say(app, STYLE_OK, _("created %s"), id);
}

static void create(struct store_view *s, const struct call *call)
{
	struct ask ask = {.label = _("Name of the new snapshot: "),
			  .done = create_done, .arg = s};

	if (call->arg)
		create_done(s->view.app, s, call->arg, strlen(call->arg));
	else
		app_ask(s->view.app, &ask);
}

struct renaming {
	char *id;
};

static void rename_done(struct app *app, void *arg, const char *text,
			size_t len)
{
	struct renaming *r = arg;
	struct err err = {0};

	if (text && !library_rename(app->store, r->id, text, &err))
		app_fail(app, &err);
	else if (text)
		app_say(app, STYLE_OK, _("renamed"));
	app_changed(app, CHANGED_STORE);
	free(r->id);
	free(r);
}

static void rename_entry(struct store_view *s, const struct call *call)
{
	const struct library_entry *e = store_view_current(s);
	struct ask ask = {.label = _("Name: "), .done = rename_done};
	struct renaming *r;

	if (!e)
		return;
	r = mem_zalloc(1, sizeof(*r));
	r->id = mem_strdup(e->id);
	ask.text = e->name;
	ask.arg = r;
	if (call->arg)
		rename_done(s->view.app, r, call->arg, strlen(call->arg));
	else
		app_ask(s->view.app, &ask);
}

/* --- duplicate and trash, in the background --- */

enum store_task { TASK_DUPLICATE, TASK_TRASH };

struct task {
	struct app *app;
	enum store_task what;
	char *store, *state_dir, *id, *name, *raw;
	size_t removed;		/* from the trash, for good */
	char fresh[UUID_TEXT_MAX];
};

/* Nobody may be editing what goes. */
static bool trash(struct task *t, struct job *job, struct err *err)
{
	char *real = path_real(t->raw, NULL);
	struct edit_lock *lock = NULL;
	bool ok = !real || (lock = edit_lock_take(t->state_dir, real, err));

	ok = ok && library_trash(t->store, t->id, t->state_dir, job, err);
	edit_lock_give(lock);
	free(real);
	if (ok)
		library_trash_prune(t->state_dir, &t->removed, NULL);
	return ok;
}

static void task_run(struct job *job, void *arg)
{
	struct task *t = arg;
	struct err err = {0};
	bool ok;

	if (t->what == TASK_DUPLICATE)
		ok = library_duplicate(t->store, t->id, t->name, job, t->fresh,
				       &err);
	else
		ok = trash(t, job, &err);
	if (!ok)
		job_fail(job, &err);
}

static void task_done(struct job *job, void *arg)
{
	struct task *t = arg;

	if (job_state(job) == JOB_FAILED)
		app_fail(t->app, job_error(job));
	else if (job_state(job) == JOB_DONE && t->what == TASK_DUPLICATE)
		app_say(t->app, STYLE_OK, _("duplicated as %s"), t->fresh);
	else if (job_state(job) == JOB_DONE && t->removed)
		app_say(t->app, STYLE_WARNING,
			PLURAL("moved to the trash, which was full: %zu older "
			       "snapshot in it is gone for good",
			       "moved to the trash, which was full: %zu older "
			       "snapshots in it are gone for good",
			       t->removed), t->removed);
	else if (job_state(job) == JOB_DONE)
		app_say(t->app, STYLE_OK,
			_("moved to the trash; T lists it, u there brings it "
			  "back"));
	app_changed(t->app, CHANGED_STORE);
	free(t->store);
	free(t->state_dir);
	free(t->id);
	free(t->name);
	free(t->raw);
	free(t);
}

static void start(struct store_view *s, enum store_task what)
{
	const struct library_entry *e = store_view_current(s);
	struct app *app = s->view.app;
	struct task *t;
	struct job_spec job = {
		.lane = JOB_SAVE,
		.what = what == TASK_TRASH ? _("delete") : _("duplicate"),
		.run = task_run, .done = task_done,
	};

	if (!e)
		return;
	if (session_of(s, e) && (what == TASK_TRASH ||
				 store_view_unsaved(s, e))) {
		app_say(app, STYLE_WARNING,
			_("it has unsaved edits; save or undo them first"));
		return;
	}
	t = mem_zalloc(1, sizeof(*t));
	t->app = app;
	t->what = what;
	t->store = mem_strdup(app->store);
	t->state_dir = mem_strdup(app->state_dir);
	t->id = mem_strdup(e->id);
	t->raw = mem_strdup(e->raw_path);
	t->name = e->name ? mem_format(_("%s (copy)"), e->name) : NULL;
	job.arg = t;
	jobs_add(app->jobs, &job);
}

bool store_edit_command(struct store_view *s, const struct call *call)
{
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		open_pairs(s);
		return true;
	case CMD_META:
		open_meta(s);
		return true;
	case CMD_SHARES:
		app_push(s->view.app, view_shares_new(s->view.app));
		return true;
	case CMD_BACKUPS:
		open_backups(s);
		return true;
	case CMD_CREATE:
		create(s, call);
		return true;
	case CMD_RENAME:
		rename_entry(s, call);
		return true;
	case CMD_DUPLICATE:
		start(s, TASK_DUPLICATE);
		return true;
	case CMD_DELETE:
		start(s, TASK_TRASH);
		return true;
	case CMD_RELOAD:
		store_view_scan(s);
		return true;
	case CMD_PUSH:
	case CMD_PULL:
		if (store_view_current(s))
			syncing_start(s->view.app, call->id == CMD_PUSH,
				      store_view_current(s)->id, call->arg);
		return true;
	case CMD_UNDO:
		app_push(s->view.app, view_trash_new(s->view.app));
		return true;
	default:
		return false;
	}
}
