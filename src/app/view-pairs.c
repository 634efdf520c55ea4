/* The records of a snapshot. What a command does to them is in
 * pairs-edit.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/conf.h"
#include "app/filtering.h"
#include "app/pairs.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/split.h"

#define PREVIEW_COLUMNS 120	/* from here on the preview shows by itself */
#define PREVIEW_MIN 30

static struct pairs *pairs_of(struct view *v)
{
	return (struct pairs *)v;
}

/* --- commands --- */

static void open_pair(struct pairs *p)
{
	row_id id = pairs_record(&p->view);

	if (id == ROW_NONE)
		return;
	session_set_current(p->view.session, id);
	app_push(p->view.app, view_pair_new(p->view.app, p->view.session, id));
}

static void tag(struct pairs *p)
{
	struct rowmap *tags = &p->view.session->tags;
	row_id id = pairs_record(&p->view);
	size_t row;

	if (id == ROW_NONE || !session_numbered(p->view.session, id))
		return;
	if (list_current(&p->list, &row) && pairs_run(p, row) > 1)
		pairs_tag_run(p, row);
	else
		rowmap_set(tags, id, !rowmap_get(tags, id));
	list_move(&p->list, 1);
	app_changed(p->view.app, CHANGED_LISTING);
}

static void tag_all(struct pairs *p)
{
	struct listing *l = &p->view.session->listing;
	uint64_t count = listing_count(l);

	for (uint64_t i = 0; i < count; i++)
		rowmap_set(&p->view.session->tags, listing_row(l, i), 1);
	app_changed(p->view.app, CHANGED_LISTING);
}

static bool select_command(struct pairs *p, const struct call *call)
{
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		if (!pairs_unfold_here(p))
			open_pair(p);
		return true;
	case CMD_EDIT:
		open_pair(p);
		return true;
	case CMD_TAG:
		tag(p);
		return true;
	case CMD_TAG_ALL:
		tag_all(p);
		return true;
	case CMD_TAG_NONE:
		rowmap_clear(&p->view.session->tags);
		app_changed(p->view.app, CHANGED_LISTING);
		return true;
	case CMD_PREVIEW:
		p->preview_asked = true;
		p->preview_on = !p->preview_shown;
		return true;
	default:
		return false;
	}
}

/* Moves and searching go to the preview while it has the focus. */
static bool preview_command(struct pairs *p, const struct call *call)
{
	bool found, wrapped;

	if (call->id == CMD_PANE_NEXT || call->id == CMD_PANE_PREV) {
		p->in_preview = p->preview_shown && !p->in_preview;
		return true;
	}
	if (!p->in_preview || !p->preview_shown)
		return false;
	if (nav_pager(&p->preview.pager, call))
		return true;
	if (!nav_pager_search(&p->preview.pager, call, &found, &wrapped))
		return false;
	if (!found && !call->live)
		app_say(p->view.app, STYLE_NOTE, _("not found: %s"),
			call->arg);
	return true;
}

static bool command(struct view *v, const struct call *call)
{
	struct pairs *p = pairs_of(v);
	bool shown;

	if (preview_command(p, call))
		return true;
	pairs_tail_poll(p);
	shown = call->id == CMD_BOTTOM && pairs_tail_show(p);
	if (nav_list(&p->list, call)) {
		p->to_end = call->id == CMD_BOTTOM && !shown &&
			    !document_complete(v->session->doc);
		pairs_moved(p);
		return true;
	}
	p->to_end = false;
	return select_command(p, call) || pairs_fold_command(p, call) ||
	       filtering_command(v, call) || pairs_find_command(p, call) ||
	       pairs_edit_command(p, call);
}

/* --- records --- */

row_id pairs_record(struct view *v)
{
	size_t row;

	if (!list_current(&pairs_of(v)->list, &row))
		return ROW_NONE;
	return pairs_row(pairs_of(v), row);
}

void pairs_moved(struct pairs *p)
{
	row_id id = pairs_record(&p->view);

	if (id != ROW_NONE)
		session_set_current(p->view.session, id);
}

static bool show(struct view *v, row_id id)
{
	struct pairs *p = pairs_of(v);
	uint64_t at;

	if (!pairs_find_row(p, id, &at))
		return false;
	list_goto(&p->list, (size_t)at);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	struct pairs *p = pairs_of(v);

	if (what & (CHANGED_LISTING | CHANGED_DOCUMENT | CHANGED_CHECK)) {
		pairs_fold_update(p);
		list_changed(&p->list);
		pairs_tail_poll(p);
	}
	if (p->to_end) {
		p->to_end = !document_complete(v->session->doc);
		list_end(&p->list);
		pairs_moved(p);
	}
	if ((what & (CHANGED_TOP | CHANGED_CURSOR)) &&
	    v->session->current != ROW_NONE)
		show(v, v->session->current);
	if (what & CHANGED_JOBS)
		pairs_search_poll(p);
}

/* --- drawing --- */

static void layout(struct view *v, const struct region *r)
{
	enum conf_preview want = app_conf(v->app)->preview;
	struct pairs *p = pairs_of(v);
	struct region right = {0};
	bool on = p->preview_asked ? p->preview_on
		  : want == CONF_PREVIEW_AUTO ? r->w >= PREVIEW_COLUMNS
					      : want == CONF_PREVIEW_ON;

	p->left = *r;
	p->preview_shown = on && split_columns(r, r->w >= 180 ? 60 : 62,
					       PREVIEW_MIN, &p->left, &right);
	p->right = right;
	p->in_preview &= p->preview_shown;
	p->list.empty = listing_filtered(&v->session->listing)
				? _("nothing matches; F shows all again")
				: _("no records");
	pairs_columns_fit(p);
	list_layout(&p->list, &p->left);
	if (p->preview_shown)
		preview_layout(&p->preview, v->session, pairs_record(v),
			       &right);
}

static void draw(struct view *v, const struct region *r)
{
	struct pairs *p = pairs_of(v);

	list_draw(&p->list, &p->left, !p->in_preview);
	if (p->preview_shown) {
		split_draw_columns(&p->left, &p->right);
		preview_draw(&p->preview, &p->right, p->in_preview);
	}
}

static void indexing(struct session *s, struct buf *out)
{
	uint64_t done, total;

	if (document_complete(s->doc))
		return;
	document_progress(s->doc, &done, &total);
	if (total)
		buf_addf(out, _("  reading %d%%"), (int)(done * 100 / total));
	else
		buf_adds(out, _("  reading"));
}

static void status(struct view *v, struct view_status *out)
{
	struct session *s = v->session;
	struct pairs *p = pairs_of(v);
	uint64_t count = p->tail ? listing_count(&s->listing)
				 : fold_lines(&p->fold);
	size_t row;

	if (listing_filtered(&s->listing))
		buf_addf(&out->left, _("filter: %s"), s->listing.expr);
	else if (s->listing.query)
		buf_addf(&out->left, _("filter off: %s"), s->listing.expr);
	if (s->tags.count)
		buf_addf(&out->left, PLURAL("  %zu tagged", "  %zu tagged",
					    s->tags.count), s->tags.count);
	if (!list_current(&p->list, &row))
		buf_addf(&out->right, "0/%llu", (unsigned long long)count);
	else if (!pairs_tail_status(p, row, &out->right))
		buf_addf(&out->right, "%llu/%llu",
			 (unsigned long long)row + 1,
			 (unsigned long long)count);
	if (!p->tail && count != listing_count(&s->listing))
		buf_addf(&out->right, _(" folded of %llu"),
			 (unsigned long long)listing_count(&s->listing));
	if (s->listing.own)
		buf_addf(&out->right, _(" of %llu"),
			 (unsigned long long)document_count(s->doc));
	indexing(s, &out->right);
	if (listing_busy(&s->listing) || fold_busy(&p->fold))
		buf_adds(&out->right, " ...");
	pairs_search_status(p, &out->left);
}

/* --- the mouse --- */

static bool mouse(struct view *v, const struct mouse *m)
{
	struct pairs *p = pairs_of(v);
	enum sort_key key;
	size_t row;
	int column;
	enum list_hit hit;

	if (m->kind == MOUSE_PRESS)
		p->in_preview = p->preview_shown &&
				region_contains(&p->right, m->x, m->y);
	if (p->preview_shown && region_contains(&p->right, m->x, m->y)) {
		pager_mouse(&p->preview.pager, m);
		return true;
	}
	hit = list_hit(&p->list, m->x, m->y, &row, &column);
	if (hit == LIST_HEADER && m->kind == MOUSE_PRESS) {
		key = pairs_sort_of_column(column);
		if (key != SORT_KEYS)
			pairs_sort(p, key);
		return true;
	}
	pairs_tail_poll(p);
	list_mouse(&p->list, m);
	p->to_end = false;
	pairs_moved(p);
	if (hit == LIST_ROW && m->kind == MOUSE_DOUBLE &&
	    !pairs_unfold_here(p))
		open_pair(p);
	return true;
}

static bool value(struct view *v, struct buf *out)
{
	row_id id = pairs_record(v);

	return id != ROW_NONE &&
	       document_location(v->session->doc, id, SIZE_MAX, out);
}

static void pairs_free(struct view *v)
{
	struct pairs *p = pairs_of(v);

	pairs_search_end(p);
	fold_release(&p->fold);
	list_release(&p->list);
	preview_release(&p->preview);
	free(p);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_FILTER, CMD_SEARCH, CMD_HELP, CMD_TAG, CMD_UNDO,
	CMD_WRITE, CMD_BACK, CMD_DUPLICATE, CMD_DELETE, CMD_CHANGES,
	CMD_PROBLEMS, CMD_COMMAND_LINE, CMD_NONE,
};

static const struct view_ops pairs_ops = {
	.kind = VIEW_PAIRS,
	.layout = layout,
	.draw = draw,
	.command = command,
	.free = pairs_free,
	.status = status,
	.mouse = mouse,
	.changed = changed,
	.record = pairs_record,
	.targets = pairs_targets,
	.show = show,
	.value = value,
	.hints = hints,
};

struct view *view_pairs_new(struct app *app, struct session *s)
{
	struct pairs *p = mem_zalloc(1, sizeof(*p));

	view_init(&p->view, &pairs_ops, app, s);
	pairs_fold_init(p);
	p->run.line = UINT64_MAX;
	pairs_list_init(p);
	preview_init(&p->preview);
	rowmap_init(&p->hits);
	return &p->view;
}
