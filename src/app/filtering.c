#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/complete.h"
#include "app/filtering.h"
#include "app/filters.h"
#include "app/session.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Names in it are replaced: what is in force is the whole expression. */
static bool set(struct session *s, const char *text, size_t len,
		struct err *err)
{
	struct listing *l = &s->listing;
	struct filters named;
	const char *warning;
	struct buf expr;
	bool ok;

	buf_init(&expr);
	filters_load(&named, app_state_dir(s->app));
	filters_expand(&named, text, len, &expr);
	filters_release(&named);
	ok = listing_filter(l, expr.data, expr.len, err);
	if (!ok && (expr.len != len || memcmp(expr.data, text, len)))
		err->offset = 0;	/* it is one in the other text */
	buf_release(&expr);
	if (!ok) {
		app_fail(s->app, err);
		return false;
	}
	warning = l->query ? query_warning(l->query) : NULL;
	if (warning)
		app_say(s->app, STYLE_WARNING, "%s", warning);
	return true;
}

static void ask(struct session *s, const char *text, size_t cursor);

/* A wrong one is given back, with the cursor where it goes wrong. */
static void given(struct app *app, void *arg, const char *text, size_t len)
{
	struct session *s = arg;
	struct err err = {0};

	if (text && s->doc && !set(s, text, len, &err))
		ask(s, text, err.offset);
	session_unref(s);
}

static void ask(struct session *s, const char *text, size_t cursor)
{
	struct ask a = {
		.label = _("filter: "), .text = text, .cursor = cursor,
		.history = ASK_FILTER, .complete = complete_filter,
		.complete_arg = s, .suggest = !cursor, .done = given,
		.arg = session_ref(s),
	};

	app_ask(s->app, &a);
}

static void filter(struct session *s, const char *text)
{
	struct err err = {0};

	if (!text)
		ask(s, s->listing.expr, 0);
	else if (!set(s, text, strlen(text), &err))
		ask(s, text, err.offset);
}

static void toggle(struct session *s)
{
	if (s->listing.query)
		listing_toggle(&s->listing);
	else
		app_say(s->app, STYLE_NOTE, _("there is no filter"));
}

/* --- named ones --- */

static void save(struct session *s, const char *name)
{
	struct err err = {0};

	if (!*s->listing.expr)
		app_say(s->app, STYLE_NOTE, _("there is no filter"));
	else if (!filters_put(app_state_dir(s->app), name, s->listing.expr,
			      &err))
		app_fail(s->app, &err);
	else
		app_say(s->app, STYLE_OK, _("the filter is kept: @%s"), name);
}

static void delete(struct session *s, const char *name)
{
	struct err err = {0};

	name += *name == '@';
	if (filters_put(app_state_dir(s->app), name, NULL, &err))
		app_say(s->app, STYLE_OK, _("deleted the filter @%s"), name);
	else
		app_fail(s->app, &err);
}

struct picking {
	struct session *session;	/* counted */
	struct filters named;
};

static void picked(struct app *app, void *arg, size_t item)
{
	struct picking *p = arg;
	struct err err = {0};

	if (item < p->named.count && p->session->doc)
		set(p->session, p->named.items[item].expr,
		    strlen(p->named.items[item].expr), &err);
	filters_release(&p->named);
	session_unref(p->session);
	free(p);
}

static void pick(struct session *s)
{
	struct picking *p = mem_zalloc(1, sizeof(*p));
	const char **names, **exprs;

	p->session = session_ref(s);
	filters_load(&p->named, app_state_dir(s->app));
	if (!p->named.count) {
		app_say(s->app, STYLE_NOTE,
			_("no filter is kept; :filter-save NAME keeps this one"));
		picked(s->app, p, SIZE_MAX);
		return;
	}
	names = mem_zalloc(p->named.count, sizeof(*names));
	exprs = mem_zalloc(p->named.count, sizeof(*exprs));
	for (size_t i = 0; i < p->named.count; i++) {
		names[i] = p->named.items[i].name;
		exprs[i] = p->named.items[i].expr;
	}
	app_choose(s->app, _("Filters"), names, exprs, p->named.count, picked,
		   p);
	free(names);
	free(exprs);
}

bool filtering_command(struct view *v, const struct call *call)
{
	switch (call->id) {
	case CMD_FILTER:
		filter(v->session, call->arg);
		return true;
	case CMD_FILTER_TOGGLE:
		toggle(v->session);
		return true;
	case CMD_FILTERS:
		pick(v->session);
		return true;
	case CMD_FILTER_SAVE:
		save(v->session, call->arg);
		return true;
	case CMD_FILTER_DELETE:
		delete(v->session, call->arg);
		return true;
	default:
		return false;
	}
}
