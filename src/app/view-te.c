/*
 * The ThousandEyes snapshots that were created from here: a adds one, Enter makes
 * the next of the same test, y p copies the link.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/conf.h"
#include "app/nav.h"
#include "app/show.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/tehistory.h"

#define NS INT64_C(1000000000)

enum { COL_MADE, COL_NAME, COL_TEST, COL_SPAN, COL_SEEN, COL_EXPIRES, COL_LINK,
       COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_MADE] = {.title = N_("Created"), .min = 19, .ideal = 19},
	[COL_NAME] = {.title = N_("Name"), .min = 10, .ideal = 20,
		.grow = true},
	[COL_TEST] = {.title = N_("Test"), .min = 5, .ideal = 8,
		.align = ALIGN_RIGHT},
	[COL_SPAN] = {.title = N_("Hours"), .min = 5, .ideal = 5,
		.align = ALIGN_RIGHT, .priority = 2},
	[COL_SEEN] = {.title = N_("Seen by"), .min = 7, .ideal = 7,
		.priority = 1},
	[COL_EXPIRES] = {.title = N_("Expires"), .min = 16, .ideal = 19,
		.priority = 3},
	[COL_LINK] = {.title = N_("Link"), .min = 12, .ideal = 48,
		.priority = 4},
};

struct shares {
	struct view view;
	struct list list;
	struct te_history history;
};

static void refresh(struct shares *s)
{
	struct err err = {0};

	te_history_release(&s->history);
	if (!te_history_read(&s->history, app_state_dir(s->view.app), &err))
		app_fail(s->view.app, &err);
	list_changed(&s->list);
}

static void add_time(const struct shares *s, int64_t seconds, struct buf *out)
{
	if (seconds > 0 && seconds < INT64_MAX / NS)
		show_time(out, seconds * NS, true,
			  app_conf(s->view.app)->local_time);
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct shares *s = arg;
	const struct te_past *p = &s->history.items[row];

	if (p->expires && p->expires < time(NULL))
		out->style = STYLE_DIM;
	switch (column) {
	case COL_MADE:
		add_time(s, p->made, &out->text);
		break;
	case COL_NAME:
		buf_adds(&out->text, p->name);
		break;
	case COL_TEST:
		buf_adds(&out->text, p->test);
		break;
	case COL_SPAN:
		buf_addf(&out->text, "%u", te_span(p->from, p->to));
		break;
	case COL_SEEN:
		buf_adds(&out->text, p->public ? _("anyone") : _("group"));
		break;
	case COL_EXPIRES:
		if (p->expires)
			add_time(s, p->expires, &out->text);
		else
			buf_adds(&out->text, _("never"));
		break;
	default:
		buf_adds(&out->text, p->link);
	}
}

static size_t count(void *arg)
{
	return ((struct shares *)arg)->history.count;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

static bool command(struct view *v, const struct call *call)
{
	struct shares *s = (struct shares *)v;
	const struct te_past *p = NULL;
	size_t row;

	if (nav_list(&s->list, call))
		return true;
	if (list_current(&s->list, &row))
		p = &s->history.items[row];
	switch (call->id) {
	case CMD_RELOAD:
		refresh(s);
		return true;
	case CMD_SHARE:
		view_share_open(v->app, "", "");
		return true;
	case CMD_OPEN:
		if (!p || call->arg)
			return false;
		view_share_open(v->app, p->test, p->name);
		return true;
	case CMD_COPY_PATH:
	case CMD_COPY_VALUE:
		if (!p)
			return false;
		app_copy(v->app, p->link, strlen(p->link), _("link"));
		return true;
	default:
		return false;
	}
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_STORE | CHANGED_TOP))
		refresh((struct shares *)v);
}

static void status(struct view *v, struct view_status *out)
{
	const struct shares *s = (const struct shares *)v;
	size_t row;

	if (list_current(&s->list, &row))
		buf_adds(&out->left, s->history.items[row].link);
	buf_addf(&out->right, "%zu", s->history.count);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct shares *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct shares *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct shares *)v)->list, m);
	return true;
}

static void shares_free(struct view *v)
{
	struct shares *s = (struct shares *)v;

	te_history_release(&s->history);
	list_release(&s->list);
	free(s);
}

static const enum command_id hints[] = {
	CMD_SHARE, CMD_COPY_PATH, CMD_OPEN, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops shares_ops = {
	.kind = VIEW_SHARES,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.status = status,
	.mouse = mouse,
	.free = shares_free,
	.hints = hints,
};

struct view *view_shares_new(struct app *app)
{
	struct shares *s = mem_zalloc(1, sizeof(*s));

	view_init(&s->view, &shares_ops, app, NULL);
	list_init(&s->list, &list_ops, s, columns, COL_COUNT);
	s->list.sort = -1;
	s->list.empty = _("nothing was created from here yet; a makes a new one");
	refresh(s);
	return &s->view;
}
