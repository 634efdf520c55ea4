/* One record. */
#include "config.h"

#include <stdlib.h>

#include "app/nav.h"
#include "app/preview.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

struct pair_view {
	struct view view;
	struct preview preview;
	row_id id;
};

static void title(struct view *v, struct buf *out)
{
	struct pair_view *p = (struct pair_view *)v;

	buf_addf(out, "#%llu", (unsigned long long)session_number(v->session,
								  p->id));
}

static bool command(struct view *v, const struct call *call)
{
	struct pair_view *p = (struct pair_view *)v;
	bool found, wrapped;

	if (nav_pager(&p->preview.pager, call))
		return true;
	if (!nav_pager_search(&p->preview.pager, call, &found, &wrapped))
		return false;
	if (!found && !call->live)
		app_say(v->app, STYLE_NOTE, _("not found: %s"), call->arg);
	return true;
}

static row_id record(struct view *v)
{
	return ((struct pair_view *)v)->id;
}

static bool show(struct view *v, row_id id)
{
	((struct pair_view *)v)->id = id;
	return true;
}

static void layout(struct view *v, const struct region *r)
{
	struct pair_view *p = (struct pair_view *)v;

	preview_layout(&p->preview, v->session, p->id, r);
}

static void draw(struct view *v, const struct region *r)
{
	preview_draw(&((struct pair_view *)v)->preview, r);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	pager_mouse(&((struct pair_view *)v)->preview.pager, m);
	return true;
}

static void pair_free(struct view *v)
{
	preview_release(&((struct pair_view *)v)->preview);
	free(v);
}

static const struct view_ops pair_ops = {
	.kind = VIEW_PAIR,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.mouse = mouse,
	.record = record,
	.show = show,
	.free = pair_free,
};

struct view *view_pair_new(struct app *app, struct session *s, row_id id)
{
	struct pair_view *p = mem_zalloc(1, sizeof(*p));

	view_init(&p->view, &pair_ops, app, s);
	preview_init(&p->preview);
	p->id = id;
	return &p->view;
}
