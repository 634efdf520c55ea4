/* The messages of this session, newest last. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

struct messages {
	struct view view;
	struct pager pager;
	size_t shown;
};

static void fill(struct messages *m)
{
	const struct app_message *list;
	size_t n;

	list = app_messages(m->view.app, &n);
	pager_clear(&m->pager);
	for (size_t i = 0; i < n; i++)
		pager_add(&m->pager, list[i].style, list[i].text,
			  strlen(list[i].text));
	if (!n)
		pager_addf(&m->pager, STYLE_DIM, "%s", _("no messages yet"));
	m->shown = n;
}

static void layout(struct view *v, const struct region *r)
{
	struct messages *m = (struct messages *)v;
	size_t n;

	app_messages(v->app, &n);
	if (n != m->shown)
		fill(m);
	pager_layout(&m->pager, r);
}

static void draw(struct view *v, const struct region *r)
{
	pager_draw(&((struct messages *)v)->pager, r, true);
}

static bool command(struct view *v, const struct call *call)
{
	struct messages *m = (struct messages *)v;
	bool found, wrapped;

	if (nav_pager(&m->pager, call))
		return true;
	if (!nav_pager_search(&m->pager, call, &found, &wrapped))
		return false;
	if (!found && !call->live)
		app_say(v->app, STYLE_NOTE, _("not found: %s"), call->arg);
	return true;
}

static bool mouse(struct view *v, const struct mouse *m)
{
	pager_mouse(&((struct messages *)v)->pager, m);
	return true;
}

static void messages_free(struct view *v)
{
	pager_release(&((struct messages *)v)->pager);
	free(v);
}

static const struct view_ops messages_ops = {
	.kind = VIEW_MESSAGES,
	.layout = layout,
	.draw = draw,
	.command = command,
	.mouse = mouse,
	.free = messages_free,
};

struct view *view_messages_new(struct app *app)
{
	struct messages *m = mem_zalloc(1, sizeof(*m));

	view_init(&m->view, &messages_ops, app, NULL);
	pager_init(&m->pager);
	fill(m);
	return &m->view;
}
