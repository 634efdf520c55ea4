/*
 * What was changed since the last save: records on the left or above, the
 * values of one of them beside it, before and after.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/changes.h"
#include "app/nav.h"
#include "app/session.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/split.h"

#define SIDE_BY_SIDE 100	/* columns from which the panes stand so */
#define LOCATION_SHOWN 1024

enum { COL_NUMBER, COL_WHAT, COL_COMMAND, COL_LOCATION, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_NUMBER] = {.title = "#", .min = 3, .ideal = 6,
		.align = ALIGN_RIGHT},
	[COL_WHAT] = {.title = N_("Change"), .min = 7, .ideal = 8, .fit = true},
	[COL_COMMAND] = {.title = N_("Command"), .min = 4, .ideal = 7},
	[COL_LOCATION] = {.title = N_("Location"), .min = 8, .ideal = 20,
		.grow = true},
};

struct changes {
	struct view view;
	struct list list;
	struct document_change *items;
	size_t n;
	uint64_t generation;
	struct change_details details;
	bool in_details;		/* which pane has the focus */
	struct region first, second;
	bool two;
};

static void refresh(struct changes *c)
{
	free(c->items);
	c->items = NULL;
	c->n = document_changes(c->view.session->doc, &c->items);
	c->generation = session_generation(c->view.session);
	list_changed(&c->list);
}

static const struct document_change *current(struct changes *c)
{
	size_t row;

	return list_current(&c->list, &row) && row < c->n ? &c->items[row]
							  : NULL;
}

static void what_cell(enum row_change change, struct list_cell *out)
{
	switch (change) {
	case ROW_NEW:
		buf_adds(&out->text, _("added"));
		out->style = STYLE_ADDED;
		break;
	case ROW_DELETED:
		buf_adds(&out->text, _("deleted"));
		out->style = STYLE_REMOVED;
		break;
	default:
		buf_adds(&out->text, _("changed"));
		out->style = STYLE_CHANGED;
	}
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	struct changes *c = arg;
	struct session *s = c->view.session;
	row_id id = c->items[row].id;
	uint64_t number;

	switch (column) {
	case COL_NUMBER:
		number = session_number(s, id);
		if (number)
			buf_addf(&out->text, "%llu",
				 (unsigned long long)number);
		break;
	case COL_WHAT:
		what_cell(c->items[row].change, out);
		break;
	case COL_COMMAND:
		document_column_text(s->doc, id, COLUMN_COMMAND, &out->text);
		break;
	default:
		document_location(s->doc, id, LOCATION_SHOWN, &out->text);
	}
}

static size_t count(void *arg)
{
	return ((struct changes *)arg)->n;
}

static uint64_t key(void *arg, size_t row)
{
	return ((struct changes *)arg)->items[row].id;
}

static bool find(void *arg, uint64_t id, size_t *row)
{
	const struct changes *c = arg;

	for (size_t i = 0; i < c->n; i++) {
		if (c->items[i].id == id) {
			*row = i;
			return true;
		}
	}
	return false;
}

static const struct list_ops list_ops = {count, cell, key, find, NULL};

/* --- commands --- */

static void revert(struct changes *c)
{
	const struct document_change *item = current(c);
	struct document *doc = c->view.session->doc;
	struct err err = {0};
	row_id id;

	if (!item)
		return;
	id = item->id;
	document_begin(doc, _("revert"));
	if (!document_revert(doc, id, &err))
		document_abort(doc);
	else
		document_commit(doc, &err);
	if (err.code)
		app_fail(c->view.app, &err);
	else
		app_say(c->view.app, STYLE_OK,
			_("put back as it was saved; u undoes that"));
	session_recheck(c->view.session, id);
}

static void open_record(struct changes *c)
{
	const struct document_change *item = current(c);

	if (!item)
		return;
	if (item->change == ROW_DELETED) {
		app_say(c->view.app, STYLE_NOTE,
			_("a deleted record; V brings it back"));
		return;
	}
	session_set_current(c->view.session, item->id);
	app_push(c->view.app, view_pair_new(c->view.app, c->view.session,
					    item->id));
}

static bool details_command(struct changes *c, const struct call *call)
{
	bool found, wrapped;

	if (nav_pager(&c->details.pager, call))
		return true;
	if (nav_pager_search(&c->details.pager, call, &found, &wrapped))
		return true;
	if (call->id != CMD_REVERT)
		return false;
	change_details_revert(&c->details, c->view.app, c->view.session);
	return true;
}

static bool command(struct view *v, const struct call *call)
{
	struct changes *c = (struct changes *)v;

	if (call->id == CMD_PANE_NEXT || call->id == CMD_PANE_PREV) {
		c->in_details = !c->in_details;
		return true;
	}
	if (c->in_details && details_command(c, call))
		return true;
	if (nav_list(&c->list, call))
		return true;
	switch (call->id) {
	case CMD_REVERT:
		revert(c);
		return true;
	case CMD_OPEN:
		if (call->arg)
			return false;
		open_record(c);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
	case CMD_SEARCH_BACK:
		return details_command(c, call);
	default:
		return false;
	}
}

static row_id record(struct view *v)
{
	const struct document_change *item = current((struct changes *)v);

	return item && item->change != ROW_DELETED ? item->id : ROW_NONE;
}

static bool show(struct view *v, row_id id)
{
	struct changes *c = (struct changes *)v;
	size_t row;

	if (!find(c, id, &row))
		return false;
	list_goto(&c->list, row);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_DOCUMENT | CHANGED_TOP))
		refresh((struct changes *)v);
}

/* --- drawing --- */

static void layout(struct view *v, const struct region *r)
{
	struct changes *c = (struct changes *)v;
	const struct document_change *item = current(c);

	c->two = r->w >= SIDE_BY_SIDE
			 ? split_columns(r, 40, 30, &c->first, &c->second)
			 : split_rows(r, 40, 4, &c->first, &c->second);
	if (!c->two)	/* one pane at a time: the one with the focus */
		c->first = c->second = *r;
	list_layout(&c->list, &c->first);
	change_details_show(&c->details, v->session,
			    item ? item->id : ROW_NONE);
	change_details_layout(&c->details, &c->second);
}

static void draw(struct view *v, const struct region *r)
{
	struct changes *c = (struct changes *)v;

	if (c->two || !c->in_details)
		list_draw(&c->list, &c->first, !c->in_details);
	if (c->two || c->in_details)
		pager_draw(&c->details.pager, &c->second, c->in_details);
	if (!c->two)
		return;
	if (r->w >= SIDE_BY_SIDE)
		split_draw_columns(&c->first, &c->second);
	else
		split_draw_rows(&c->first, &c->second);
}

static void status(struct view *v, struct view_status *out)
{
	struct changes *c = (struct changes *)v;

	buf_addf(&out->left, PLURAL("%zu record", "%zu records", c->n), c->n);
	if (document_reordered(v->session->doc))
		buf_adds(&out->left, _("; the order was changed too"));
	if (document_undo_label(v->session->doc))
		buf_addf(&out->right, _("undo: %s"),
			 document_undo_label(v->session->doc));
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct changes *c = (struct changes *)v;

	if (c->two && region_contains(&c->second, m->x, m->y)) {
		if (m->kind == MOUSE_PRESS)
			c->in_details = true;
		pager_mouse(&c->details.pager, m);
		return true;
	}
	if (m->kind == MOUSE_PRESS)
		c->in_details = false;
	list_mouse(&c->list, m);
	if (m->kind == MOUSE_DOUBLE)
		open_record(c);
	return true;
}

static void changes_free(struct view *v)
{
	struct changes *c = (struct changes *)v;

	change_details_release(&c->details);
	list_release(&c->list);
	free(c->items);
	free(c);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_REVERT, CMD_UNDO, CMD_PANE_NEXT, CMD_WRITE, CMD_BACK,
	CMD_HELP, CMD_NONE,
};

static const struct view_ops changes_ops = {
	.kind = VIEW_CHANGES,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.changed = changed,
	.record = record,
	.show = show,
	.free = changes_free,
	.hints = hints,
};

struct view *view_changes_new(struct app *app, struct session *s)
{
	struct changes *c = mem_zalloc(1, sizeof(*c));

	view_init(&c->view, &changes_ops, app, s);
	list_init(&c->list, &list_ops, c, columns, COL_COUNT);
	c->list.sort = -1;
	c->list.empty = _("nothing was changed");
	change_details_init(&c->details);
	refresh(c);
	return &c->view;
}
