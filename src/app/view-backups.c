/*
 * The versions that saves replaced: Enter or u shows what putting one back would
 * change, and does it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/conf.h"
#include "app/nav.h"
#include "app/recordtext.h"
#include "app/session.h"
#include "app/show.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"
#include "base/utf8.h"
#include "edit/lock.h"
#include "store/backup.h"

#define COMPARE_MAX ((uint64_t)256 << 20)	/* bytes of a version that is read */
#define RECORDS_SHOWN 500

enum { COL_TIME, COL_SIZE, COL_NAME, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_TIME] = {.title = N_("Replaced"), .min = 19, .ideal = 19},
	[COL_SIZE] = {.title = N_("Size"), .min = 5, .ideal = 6,
		.align = ALIGN_RIGHT},
	[COL_NAME] = {.title = N_("Name"), .min = 12, .ideal = 20,
		.grow = true, .priority = 1},
};

struct backups {
	struct view view;
	struct list list;
	char *path;		/* the real path of what they are versions of */
	struct backup *items;
	size_t n;
};

static void refresh(struct backups *b)
{
	struct err err = {0};

	backup_list_free(b->items, b->n);
	b->items = NULL;
	b->n = 0;
	if (!backup_list(app_state_dir(b->view.app), b->path, &b->items, &b->n,
			 &err))
		app_fail(b->view.app, &err);
	list_changed(&b->list);
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct backups *b = arg;
	const struct backup *i = &b->items[row];

	switch (column) {
	case COL_TIME:
		show_time(&out->text, i->when_ns, true,
			  app_conf(b->view.app)->local_time);
		break;
	case COL_SIZE:
		show_size(&out->text, i->bytes);
		break;
	default:
		buf_adds(&out->text, i->name);
		out->style = STYLE_DIM;
	}
}

static size_t count(void *arg)
{
	return ((struct backups *)arg)->n;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

/* --- one version, on its way back --- */

struct version {
	struct app *app;
	char *state_dir, *path;		/* the file */
	char *name, *file;		/* the version */
	uint64_t bytes;
	bool ours;			/* this process holds the file's lock */
	struct buf text;		/* what would change */
};

static void version_free(struct version *v)
{
	buf_release(&v->text);
	free(v->state_dir);
	free(v->path);
	free(v->name);
	free(v->file);
	free(v);
}

static struct session *session_of(const struct app *app, const char *path)
{
	for (size_t i = 0; i < app->nsessions; i++) {
		const char *real = document_real_path(app->sessions[i]->doc);

		if (real && !strcmp(real, path))
			return app->sessions[i];
	}
	return NULL;
}

static struct document *open_whole(const char *path, struct err *err)
{
	struct document_options opt = {.flags = DOCUMENT_READONLY};
	struct document *doc = document_open(path, &opt, err);

	if (doc && !document_wait(doc, err)) {
		document_close(doc, false);
		doc = NULL;
	}
	return doc;
}

/* In a job: both documents are its own. */
static void compare_run(struct job *job, void *arg)
{
	struct version *v = arg;
	struct document *now, *then;
	struct err err = {0};

	if (access(v->path, F_OK)) {
		buf_adds(&v->text, _("the file is gone; this brings it back"));
		return;
	}
	if (v->bytes > COMPARE_MAX) {
		buf_adds(&v->text, _("it is too large to be compared here; see "
				     "rredit diff"));
		return;
	}
	now = open_whole(v->path, &err);
	then = now ? open_whole(v->file, &err) : NULL;
	if (then && !recordtext_between(now, then, RECORDS_SHOWN, &v->text))
		buf_adds(&v->text, _("it holds the same records"));
	else if (!then)
		utf8_visible(&v->text, err.msg, strlen(err.msg), false);
	document_close(then, false);
	document_close(now, false);
}

static void restore_run(struct job *job, void *arg)
{
	struct version *v = arg;
	struct edit_lock *lock = NULL;
	struct err err = {0};
	bool ok = v->ours || (lock = edit_lock_take(v->state_dir, v->path,
						    &err));

	if (ok && !backup_restore(v->state_dir, v->path, v->name, job, &err))
		ok = false;
	edit_lock_give(lock);
	if (!ok)
		job_fail(job, &err);
}

/* An open session shows what is there now. */
static void load_again(struct app *app, const char *path)
{
	struct session *s = session_of(app, path);

	if (s && s->refs == session_views(s))
		session_reload(s, false);
}

static void restore_done(struct job *job, void *arg)
{
	struct version *v = arg;

	if (job_state(job) == JOB_DONE)
		load_again(v->app, v->path);
	if (job_state(job) == JOB_FAILED)
		app_fail(v->app, job_error(job));
	else if (job_state(job) == JOB_DONE)
		app_say(v->app, STYLE_OK,
			_("put back; what was there is a backup now"));
	app_changed(v->app, CHANGED_STORE);
	version_free(v);
}

static void restore(struct version *v)
{
	struct session *s = session_of(v->app, v->path);
	struct job_spec job = {
		.lane = JOB_SAVE, .what = _("put back"), .run = restore_run,
		.done = restore_done, .arg = v,
	};

	if (app_read_only(v->app)) {
		app_say(v->app, STYLE_WARNING, "%s",
			_("not put back, because of --read-only"));
		version_free(v);
		return;
	}
	if (s && (session_dirty(s) || s->saving)) {
		app_say(v->app, STYLE_WARNING, "%s",
			_("it has unsaved edits; save or undo them first"));
		version_free(v);
		return;
	}
	v->ours = s && !session_read_only(s);
	jobs_add(app_jobs(v->app), &job);
}

static void answer(struct app *app, void *arg, size_t n)
{
	if (n == 0)
		restore(arg);
	else
		version_free(arg);
}

static void compare_done(struct job *job, void *arg)
{
	const char *answers[] = {_("Put back"), _("Cancel")};
	struct version *v = arg;

	if (job_state(job) != JOB_DONE) {
		version_free(v);
		return;
	}
	app_question(v->app, STYLE_WARNING, _("Putting it back would change"),
		     v->text.data, answers, 2, answer, v);
}

static void look(struct backups *b, size_t row)
{
	struct version *v = mem_zalloc(1, sizeof(*v));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("compare"), .run = compare_run,
		.done = compare_done, .arg = v,
	};

	v->app = b->view.app;
	v->state_dir = mem_strdup(app_state_dir(v->app));
	v->path = mem_strdup(b->path);
	v->name = mem_strdup(b->items[row].name);
	v->file = mem_strdup(b->items[row].path);
	v->bytes = b->items[row].bytes;
	buf_init(&v->text);
	jobs_add(app_jobs(v->app), &job);
}

/* --- the view --- */

static bool command(struct view *v, const struct call *call)
{
	struct backups *b = (struct backups *)v;
	size_t row;

	if (nav_list(&b->list, call))
		return true;
	if (call->id == CMD_RELOAD) {
		refresh(b);
		return true;
	}
	if (!list_current(&b->list, &row) ||
	    !((call->id == CMD_OPEN && !call->arg) || call->id == CMD_UNDO))
		return false;
	look(b, row);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_STORE | CHANGED_TOP))
		refresh((struct backups *)v);
}

static void status(struct view *v, struct view_status *out)
{
	const struct backups *b = (const struct backups *)v;
	uint64_t bytes = 0;
	struct buf most;

	for (size_t i = 0; i < b->n; i++)
		bytes += b->items[i].bytes;
	buf_init(&most);
	show_size(&most, BACKUP_BYTES_MAX);
	show_size(&out->left, bytes);
	buf_addf(&out->left, _(" of at most %s"), most.data);
	buf_addf(&out->right, _("%zu of at most %d versions"), b->n,
		 BACKUP_COUNT_MAX);
	buf_release(&most);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct backups *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct backups *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct backups *)v)->list, m);
	return true;
}

static void backups_free(struct view *v)
{
	struct backups *b = (struct backups *)v;

	backup_list_free(b->items, b->n);
	list_release(&b->list);
	free(b->path);
	free(b);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_UNDO, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops backups_ops = {
	.kind = VIEW_BACKUPS,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.status = status,
	.mouse = mouse,
	.free = backups_free,
	.hints = hints,
};

void view_backups_open(struct app *app, const char *path)
{
	char *real = path ? path_real(path, NULL) : NULL;
	struct backups *b;

	if (!real) {
		app_say(app, STYLE_NOTE, "%s", _("it has no file"));
		return;
	}
	b = mem_zalloc(1, sizeof(*b));
	view_init(&b->view, &backups_ops, app, NULL);
	list_init(&b->list, &list_ops, b, columns, COL_COUNT);
	b->path = real;
	b->list.sort = -1;
	b->list.empty = _("no save has replaced it yet");
	refresh(b);
	app_push(app, &b->view);
}
