/* The stack of views, and messages. */
#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"

void view_init(struct view *v, const struct view_ops *ops, struct app *app,
	       struct session *session)
{
	v->ops = ops;
	v->app = app;
	v->session = session ? session_ref(session) : NULL;
}

struct view *app_top(const struct app *app)
{
	return app->depth ? app->stack[app->depth - 1] : NULL;
}

void app_push(struct app *app, struct view *v)
{
	if (app->depth == APP_VIEWS_MAX) {
		app_say(app, STYLE_WARNING, _("too many views are open"));
		app->dead[app->ndead++] = v;
		app_reap(app);
		return;
	}
	app->stack[app->depth++] = v;
	app->typed.nkeys = 0;
	app_dirty(app);
}

void app_close(struct app *app, struct view *v)
{
	size_t at = app->depth;

	while (at > 0 && app->stack[at - 1] != v)
		at--;
	assert(at > 0);
	while (app->depth >= at)
		app->dead[app->ndead++] = app->stack[--app->depth];
	app->typed.nkeys = 0;
	app_dirty(app);
	if (app->depth && app_top(app)->ops->changed)
		app_top(app)->ops->changed(app_top(app), CHANGED_TOP);
}

void app_reap(struct app *app)
{
	while (app->ndead) {
		struct view *v = app->dead[--app->ndead];
		struct session *session = v->session;

		v->ops->free(v);
		session_unref(session);
	}
}

void app_close_all(struct app *app)
{
	while (app->depth)
		app->dead[app->ndead++] = app->stack[--app->depth];
	app_reap(app);
}

void app_changed(struct app *app, unsigned what)
{
	for (size_t i = 0; i < app->depth; i++)
		if (app->stack[i]->ops->changed)
			app->stack[i]->ops->changed(app->stack[i], what);
	app_dirty(app);
}

void app_dirty(struct app *app)
{
	app->dirty = true;
}

static void add_message(struct app *app, enum style style, char *text)
{
	if (app->nmessages == APP_MESSAGES_MAX) {
		free(app->messages[0].text);
		memmove(app->messages, app->messages + 1,
			--app->nmessages * sizeof(app->messages[0]));
	}
	app->messages[app->nmessages++] = (struct app_message){style, text};
	app->message_on = true;
	app_dirty(app);
}

void app_say(struct app *app, enum style style, const char *fmt, ...)
{
	va_list ap;
	struct buf b;

	buf_init(&b);
	va_start(ap, fmt);
	buf_vaddf(&b, fmt, ap);
	va_end(ap);
	add_message(app, style, buf_detach(&b, NULL));
}

void app_fail(struct app *app, const struct err *err)
{
	app_say(app, STYLE_ERROR, "%s", err->msg);
}

const struct app_message *app_messages(const struct app *app, size_t *n)
{
	*n = app->nmessages;
	return app->messages;
}

struct jobs *app_jobs(struct app *app)
{
	return app->jobs;
}

const char *app_store(const struct app *app)
{
	return app->store;
}

const char *app_state_dir(const struct app *app)
{
	return app->state_dir;
}

const struct conf *app_conf(const struct app *app)
{
	return app->conf;
}

bool app_read_only(const struct app *app)
{
	return app->read_only;
}

bool app_links(const struct app *app)
{
	return app->links;
}
