/* The remotes of rredit.conf: add, edit, try, and look what they hold. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/confedit.h"
#include "app/nav.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

enum { COL_NAME, COL_KIND, COL_PLACE, COL_STATE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_NAME] = {.title = N_("Name"), .min = 8, .ideal = 14},
	[COL_KIND] = {.title = N_("Kind"), .min = 9, .ideal = 12},
	[COL_PLACE] = {.title = N_("Place"), .min = 12, .ideal = 30,
		.grow = true, .cut_left = true},
	[COL_STATE] = {.title = N_("State"), .min = 7, .ideal = 12},
};

struct remotes_view {
	struct view view;
	struct list list;
	struct conf conf;
	struct remotes remotes;
	char **places;
};

static void forget(struct remotes_view *v)
{
	for (size_t i = 0; i < v->remotes.count; i++)
		free(v->places[i]);
	free(v->places);
	v->places = NULL;
	remotes_release(&v->remotes);
	conf_release(&v->conf);
}

static void refresh(struct remotes_view *v)
{
	struct err err = {0};

	forget(v);
	if (!syncing_conf(v->view.app, &v->conf, &err) ||
	    !remotes_load(&v->remotes, &v->conf.ini, v->conf.path, &err))
		app_fail(v->view.app, &err);
	v->places = mem_zalloc(v->remotes.count + 1, sizeof(*v->places));
	for (size_t i = 0; i < v->remotes.count; i++)
		v->places[i] = remote_conf_place(&v->remotes.all[i]);
	list_changed(&v->list);
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct remotes_view *v = arg;
	const struct remote_conf *r = &v->remotes.all[row];
	const char *main = v->remotes.default_name;

	switch (column) {
	case COL_NAME:
		buf_adds(&out->text, r->name);
		break;
	case COL_KIND:
		buf_adds(&out->text, remote_kind_names[r->kind]);
		break;
	case COL_PLACE:
		buf_adds(&out->text, v->places[row]);
		break;
	default:
		if (main && !strcmp(main, r->name))
			buf_adds(&out->text, _("default"));
		if (r->read_only)
			buf_addf(&out->text, "%s%s", out->text.len ? ", " : "",
				 _("read-only"));
	}
}

static size_t count(void *arg)
{
	return ((struct remotes_view *)arg)->remotes.count;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

static const struct remote_conf *current(struct remotes_view *v)
{
	size_t row;

	return list_current(&v->list, &row) ? &v->remotes.all[row] : NULL;
}

/* ---- add ---- */

/* What is asked for, kind by kind; the first is where it is. */
static const struct {
	enum remote_kind kind;
	const char *key, *label;
} asked[] = {
	{REMOTE_DIRECTORY, "path", N_("Directory: ")},
	{REMOTE_HTTP, "url", N_("URL: ")},
	{REMOTE_HTTP, "user", N_("User (empty: none): ")},
	{REMOTE_HTTP, "password-command",
	 N_("Command that prints the password (empty: none): ")},
	{REMOTE_S3, "url", N_("URL: ")},
	{REMOTE_S3, "bucket", N_("Bucket: ")},
	{REMOTE_S3, "region", N_("Region: ")},
	{REMOTE_SPEEDCTL, "command", N_("Command: ")},
	{REMOTE_SPEEDCTL, "context", N_("Context (empty: the current one): ")},
};
#define ASKED (sizeof(asked) / sizeof(asked[0]))

struct adding {
	struct remotes_view *view;
	enum remote_kind kind;
	char *name;
	size_t at;		/* in asked[] */
	char *values[ASKED];
};

static void adding_free(struct adding *a)
{
	for (size_t i = 0; i < ASKED; i++)
		free(a->values[i]);
	free(a->name);
	free(a);
}

static void add_now(struct app *app, struct adding *a)
{
	const char *members[ASKED + 1][2] = {
		{"kind", remote_kind_names[a->kind]},
	};
	struct err err = {0};
	struct buf text;
	size_t n = 1;

	for (size_t i = 0; i < ASKED; i++) {
		if (!a->values[i] || !*a->values[i])
			continue;
		members[n][0] = asked[i].key;
		members[n++][1] = a->values[i];
	}
	buf_init(&text);
	confedit_section(&text, a->name, members, n);
	if (!confedit_put_remote(a->view->conf.path, a->name, text.data,
				 text.len, &err))
		app_fail(app, &err);
	else
		app_say(app, STYLE_OK, _("remote %s added; t tries it"),
			a->name);
	buf_release(&text);
	refresh(a->view);
}

static void ask_next(struct app *app, struct adding *a);

static void value_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct adding *a = arg;

	if (!text) {
		adding_free(a);
		return;
	}
	a->values[a->at++] = mem_strdup(text);
	ask_next(app, a);
}

static void ask_next(struct app *app, struct adding *a)
{
	struct ask ask = {.done = value_done, .arg = a};

	while (a->at < ASKED && asked[a->at].kind != a->kind)
		a->at++;
	if (a->at == ASKED) {
		add_now(app, a);
		adding_free(a);
		return;
	}
	ask.label = _(asked[a->at].label);
	if (a->kind == REMOTE_SPEEDCTL && !strcmp(asked[a->at].key, "command"))
		ask.text = "speedctl";
	app_ask(app, &ask);
}

static void name_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct adding *a = arg;

	if (!text || !len) {
		adding_free(a);
		return;
	}
	for (size_t i = 0; i < a->view->remotes.count; i++)
		if (!strcmp(a->view->remotes.all[i].name, text)) {
			app_say(app, STYLE_ERROR,
				_("there is a remote of that name"));
			adding_free(a);
			return;
		}
	a->name = mem_strdup(text);
	ask_next(app, a);
}

static void kind_done(struct app *app, void *arg, size_t item)
{
	struct adding *a = arg;
	struct ask ask = {.label = _("Name of the remote: "),
			  .done = name_done, .arg = a};

	if (item > REMOTE_SPEEDCTL) {
		adding_free(a);
		return;
	}
	a->kind = (enum remote_kind)item;
	app_ask(app, &ask);
}

static void add(struct remotes_view *v)
{
	const char *help[] = {
		_("a shared folder; needs no server"),
		_("a server with GET and PUT, WebDAV included"),
		_("any S3-compatible store"),
		_("the Speedscale cloud, through its client"),
	};
	struct adding *a;

	if (!v->conf.path) {
		app_say(v->view.app, STYLE_ERROR,
			_("there is no place for a configuration"));
		return;
	}
	a = mem_zalloc(1, sizeof(*a));
	a->view = v;
	app_choose(v->view.app, _("Kind"), remote_kind_names, help,
		   REMOTE_SPEEDCTL + 1, kind_done, a);
}

/* ---- edit ---- */

static void edit(struct remotes_view *v)
{
	const struct remote_conf *r = current(v);
	struct app *app = v->view.app;
	struct err err = {0};
	struct buf text, out;
	char *name;

	if (!r)
		return;
	name = mem_strdup(r->name);
	buf_init(&text);
	buf_init(&out);
	if (!confedit_remote(v->conf.path, name, &text, &err) ||
	    !app_edit_text(app, text.data, text.len, ".conf", &out, &err))
		app_fail(app, &err);
	else if (out.len == text.len && !memcmp(out.data, text.data, out.len))
		app_say(app, STYLE_NOTE, _("nothing was changed"));
	else if (!confedit_put_remote(v->conf.path, name, out.data, out.len,
				      &err))
		app_fail(app, &err);
	else
		app_say(app, STYLE_OK, _("saved"));
	buf_release(&text);
	buf_release(&out);
	free(name);
	refresh(v);
}

/* ---- try ---- */

struct trying {
	struct app *app;
	struct job *job;
	struct conf conf;
	struct remotes remotes;
	const struct remote_conf *remote;
	struct remote_watch watch;
	struct buf report;
};

static bool trying_cancelled(void *ctx)
{
	return job_cancelled(((struct trying *)ctx)->job);
}

static void trying_say(void *ctx, const char *text)
{
	job_message(((struct trying *)ctx)->job, text);
}

static void trying_run(struct job *job, void *arg)
{
	struct trying *t = arg;
	struct peer_env env = {app_state_dir(t->app), t->remote, &t->watch,
			       NULL};
	struct err err = {0};
	struct peer *p;

	t->job = job;
	p = peer_open(&env, &err);
	if (!p || !peer_test(p, &t->report, &err))
		job_fail(job, &err);
	peer_close(p);
}

static void trying_seen(struct app *app, void *arg, size_t answer)
{
}

static void trying_done(struct job *job, void *arg)
{
	const char *answers[] = {C_("answer", "Close")};
	struct trying *t = arg;
	char *title;

	while (t->report.len && t->report.data[t->report.len - 1] == '\n')
		buf_truncate(&t->report, t->report.len - 1);
	if (job_state(job) == JOB_DONE) {
		title = mem_format(_("%s works"), t->remote->name);
		app_question(t->app, STYLE_OK, title, t->report.data, answers,
			     1, trying_seen, NULL);
	} else {
		title = mem_format(_("%s does not work"), t->remote->name);
		app_question(t->app, STYLE_ERROR, title, job_error(job)->msg,
			     answers, 1, trying_seen, NULL);
	}
	free(title);
	buf_release(&t->report);
	remotes_release(&t->remotes);
	conf_release(&t->conf);
	free(t);
}

static void try_it(struct remotes_view *v)
{
	const struct remote_conf *r = current(v);
	struct app *app = v->view.app;
	struct err err = {0};
	struct trying *t;
	struct job_spec spec = {
		.lane = JOB_NET, .what = _("try a remote"), .run = trying_run,
		.done = trying_done,
	};

	if (!r)
		return;
	t = mem_zalloc(1, sizeof(*t));
	t->app = app;
	buf_init(&t->report);
	if (syncing_conf(app, &t->conf, &err) &&
	    remotes_load(&t->remotes, &t->conf.ini, t->conf.path, &err))
		t->remote = remotes_find(&t->remotes, r->name, &err);
	if (!t->remote || !syncer_syncs(t->remote)) {
		if (!t->remote)
			app_fail(app, &err);
		else
			app_say(app, STYLE_NOTE, _("it holds no snapshots"));
		remotes_release(&t->remotes);
		conf_release(&t->conf);
		free(t);
		return;
	}
	t->watch = (struct remote_watch){.ctx = t, .say = trying_say,
					 .cancelled = trying_cancelled};
	spec.arg = t;
	jobs_add(app_jobs(app), &spec);
	app_say(app, STYLE_NOTE, _("trying %s..."), t->remote->name);
}

/* ---- view ---- */

static bool command(struct view *view, const struct call *call)
{
	struct remotes_view *v = (struct remotes_view *)view;
	const struct remote_conf *r = current(v);

	if (nav_list(&v->list, call))
		return true;
	switch (call->id) {
	case CMD_ADD:
		add(v);
		return true;
	case CMD_EDIT:
	case CMD_EDIT_EXTERNAL:
		edit(v);
		return true;
	case CMD_TRY:
		try_it(v);
		return true;
	case CMD_RELOAD:
		refresh(v);
		return true;
	case CMD_OPEN:
		if (call->arg)
			return false;
		if (r && syncer_syncs(r))
			app_push(view->app, view_remote_new(view->app,
							    r->name));
		return true;
	default:
		return false;
	}
}

static void changed(struct view *v, unsigned what)
{
	if (what & CHANGED_TOP)
		refresh((struct remotes_view *)v);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct remotes_view *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct remotes_view *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct remotes_view *)v)->list, m);
	return true;
}

static void status(struct view *view, struct view_status *out)
{
	const struct remotes_view *v = (struct remotes_view *)view;

	if (v->conf.path)
		buf_adds(&out->left, v->conf.path);
	buf_addf(&out->right, "%zu", v->remotes.count);
}

static void remotes_free(struct view *view)
{
	struct remotes_view *v = (struct remotes_view *)view;

	forget(v);
	list_release(&v->list);
	free(v);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_ADD, CMD_EDIT, CMD_TRY, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops remotes_ops = {
	.kind = VIEW_REMOTES,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.status = status,
	.mouse = mouse,
	.free = remotes_free,
	.hints = hints,
};

struct view *view_remotes_new(struct app *app)
{
	struct remotes_view *v = mem_zalloc(1, sizeof(*v));

	view_init(&v->view, &remotes_ops, app, NULL);
	list_init(&v->list, &list_ops, v, columns, COL_COUNT);
	v->list.sort = -1;
	v->list.empty = _("no remotes; a adds one");
	refresh(v);
	return &v->view;
}
