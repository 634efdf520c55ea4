/* Requests to ThousandEyes as jobs. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/conf.h"
#include "app/teform.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/tehistory.h"

/* ---- remotes ---- */

struct te_remotes *te_remotes_load(struct app *app, struct err *err)
{
	const struct conf *conf = app_conf(app);
	struct te_remotes *r = mem_zalloc(1, sizeof(*r));

	r->refs = 1;
	if (!remotes_load(&r->all, &conf->ini, conf->path, err)) {
		te_remotes_unref(r);
		return NULL;
	}
	r->list = mem_zalloc(r->all.count + 1, sizeof(const void *));
	for (size_t i = 0; i < r->all.count; i++)
		if (r->all.all[i].kind == REMOTE_THOUSANDEYES)
			r->list[r->count++] = &r->all.all[i];
	if (r->count)
		return r;
	te_remotes_unref(r);
	err_set(err, ERR_USAGE, "%s",
		_("no [remote] of the kind thousandeyes is configured"));
	return NULL;
}

struct te_remotes *te_remotes_ref(struct te_remotes *r)
{
	r->refs++;
	return r;
}

void te_remotes_unref(struct te_remotes *r)
{
	if (!r || --r->refs)
		return;
	free(r->list);
	remotes_release(&r->all);
	free(r);
}

/* ---- the job ---- */

struct te_work *te_work_new(struct app *app, struct te_form *form,
			    struct te_remotes *remotes,
			    const struct remote_conf *conf)
{
	struct te_work *w = mem_zalloc(1, sizeof(*w));

	w->app = app;
	w->form = form;
	w->remotes = te_remotes_ref(remotes);
	w->conf = conf;
	w->state_dir = mem_strdup(app_state_dir(app));
	return w;
}

static void work_free(struct te_work *w)
{
	te_remotes_unref(w->remotes);
	te_list_release(&w->tests);
	te_list_release(&w->groups);
	te_made_release(&w->made);
	free(w->state_dir);
	free(w->test);
	free(w->name);
	free(w->aid);
	free(w);
}

static bool cancelled(void *ctx)
{
	return job_cancelled(ctx);
}

static void say(void *ctx, const char *text)
{
	job_message(ctx, text);
}

static void run(struct job *job, void *arg)
{
	const struct remote_watch watch = {job, cancelled, NULL, say};
	struct te_work *w = arg;
	const char *base = w->conf->url ? w->conf->url : TE_URL;
	struct err err = {0};
	struct te_client *c = te_open(w->conf, &watch, &err);
	bool ok;

	if (c && w->create) {
		ok = te_create(c, &w->ask, &w->made, &watch, &err);
		w->kept = ok && te_history_add(w->state_dir, w->conf->name,
					       base, &w->ask, &w->made, &err);
	} else {
		ok = c && te_tests(c, w->aid, &w->tests, &watch, &err) &&
		     te_accounts(c, &w->groups, &watch, &err);
	}
	te_close(c);
	if (!ok)
		job_fail(job, &err);
}

static void done(struct job *job, void *arg)
{
	struct te_work *w = arg;
	bool ok = job_state(job) == JOB_DONE;
	char link[ERR_QUOTE_MAX];

	if (job_state(job) == JOB_FAILED)
		app_fail(w->app, job_error(job));
	else if (ok && w->create)
		app_say(w->app, STYLE_OK, _("created: %s"),
			err_quote(link, w->made.link, strlen(w->made.link)));
	if (ok && w->create && !w->kept)
		app_say(w->app, STYLE_WARNING,
			_("created, but not kept in the history: %s"), link);
	if (w->form)
		te_form_done(w->form, w, ok);
	app_changed(w->app, CHANGED_STORE);
	work_free(w);
}

void te_work_start(struct te_work *w)
{
	struct job_spec spec = {
		.lane = JOB_NET, .run = run, .done = done, .arg = w,
		.what = w->create ? _("create a snapshot") : _("list tests"),
	};

	w->ask.test = w->test;
	w->ask.name = w->name;
	w->ask.aid = w->aid;
	jobs_add(app_jobs(w->app), &spec);
}
