/* The conflicts of a merge, side by side: mine, theirs, or another value. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/syncing.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/scan.h"
#include "ui/split.h"

enum { COL_RECORD, COL_PATH, COL_CHOICE, COL_MINE, COL_THEIRS, COL_BASE,
       COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_RECORD] = {.title = N_("Record"), .min = 4, .ideal = 6,
		.align = ALIGN_RIGHT},
	[COL_PATH] = {.title = N_("What"), .min = 10, .ideal = 22,
		.cut_left = true},
	[COL_CHOICE] = {.title = N_("Choice"), .min = 6, .ideal = 7},
	[COL_MINE] = {.title = N_("Mine"), .min = 8, .ideal = 16,
		.grow = true, .priority = 1},
	[COL_THEIRS] = {.title = N_("Theirs"), .min = 8, .ideal = 16,
		.grow = true, .priority = 1},
	[COL_BASE] = {.title = N_("Before"), .min = 8, .ideal = 12,
		.grow = true, .priority = 2},
};

#define DETAIL_ROWS 20		/* a window this high shows the values whole */

struct conflicts {
	struct view view;
	struct list list;
	struct syncing *syncing;	/* owned until it goes on */
	struct merge_conflict **all;
	size_t n;
	struct region detail;
};

static void add_value(struct buf *out, const struct merge_value *v)
{
	if (!v->there)
		buf_adds(out, _("(not there)"));
	else if (!v->text)
		buf_adds(out, _("(a file)"));
	else
		buf_add(out, v->text, v->len);
}

static const char *choice_name(enum merge_choice choice)
{
	switch (choice) {
	case MERGE_MINE:
		return _("mine");
	case MERGE_THEIRS:
		return _("theirs");
	case MERGE_EDITED:
		return _("edited");
	default:
		return _("open");
	}
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct merge_conflict *x = ((struct conflicts *)arg)->all[row];

	switch (column) {
	case COL_RECORD:
		if (x->number)
			buf_addf(&out->text, "%llu",
				 (unsigned long long)x->number);
		break;
	case COL_PATH:
		buf_adds(&out->text, x->path);
		break;
	case COL_CHOICE:
		buf_adds(&out->text, choice_name(x->choice));
		out->style = x->choice == MERGE_ASK ? STYLE_WARNING : STYLE_OK;
		break;
	case COL_MINE:
		add_value(&out->text, &x->mine);
		out->style = x->choice == MERGE_THEIRS ? STYLE_DIM
						       : STYLE_NORMAL;
		break;
	case COL_THEIRS:
		add_value(&out->text, &x->theirs);
		out->style = x->choice == MERGE_MINE ? STYLE_DIM
						     : STYLE_NORMAL;
		break;
	default:
		add_value(&out->text, &x->base);
		out->style = STYLE_DIM;
	}
}

static size_t count(void *arg)
{
	return ((struct conflicts *)arg)->n;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

static size_t open_ones(const struct conflicts *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += c->all[i]->choice == MERGE_ASK;
	return n;
}

/* With !, all that are open. */
static void choose(struct conflicts *c, enum merge_choice how, bool all)
{
	size_t row;

	if (all) {
		sync_decide(c->syncing->sync, how);
	} else if (list_current(&c->list, &row)) {
		c->all[row]->choice = how;
		list_move(&c->list, 1);
	}
	app_dirty(c->view.app);
}

static void edited(struct app *app, void *arg, const char *text, size_t len)
{
	struct conflicts *c = arg;
	struct merge_conflict *x;
	struct err err = {0};
	size_t row;

	if (!text || !list_current(&c->list, &row))
		return;
	x = c->all[row];
	/* A record is a line. */
	if (memchr(text, '\n', len) || memchr(text, '\r', len) ||
	    !json_valid(text, len, &err)) {
		app_say(app, STYLE_ERROR, "%s",
			err.code ? err.msg : _("a line break in a record"));
		return;
	}
	free(x->edited);
	x->edited = mem_dup(text, len);
	x->choice = MERGE_EDITED;
	list_move(&c->list, 1);
}

/* A file, and a value too long to be kept, cannot be edited here. */
static void edit(struct conflicts *c)
{
	struct ask ask = {.label = _("JSON value: "), .done = edited,
			  .arg = c};
	const struct merge_value *v;
	size_t row;

	if (!list_current(&c->list, &row))
		return;
	v = c->all[row]->mine.there ? &c->all[row]->mine
				    : &c->all[row]->theirs;
	if (!v->text || v->cut) {
		app_say(c->view.app, STYLE_NOTE,
			_("this can only be mine or theirs"));
		return;
	}
	ask.text = c->all[row]->edited ? c->all[row]->edited : v->text;
	app_ask(c->view.app, &ask);
}

static void finish(struct conflicts *c)
{
	size_t open = open_ones(c);
	struct syncing *y = c->syncing;

	if (open) {
		app_say(c->view.app, STYLE_WARNING,
			PLURAL("%zu conflict is open yet",
			       "%zu conflicts are open yet", open), open);
		return;
	}
	c->syncing = NULL;
	app_close(c->view.app, &c->view);
	syncing_decided(y);
}

static bool command(struct view *v, const struct call *call)
{
	struct conflicts *c = (struct conflicts *)v;

	if (nav_list(&c->list, call))
		return true;
	switch (call->id) {
	case CMD_TAKE_MINE:
		choose(c, MERGE_MINE, call->bang);
		return true;
	case CMD_TAKE_THEIRS:
		choose(c, MERGE_THEIRS, call->bang);
		return true;
	case CMD_EDIT:
		edit(c);
		return true;
	case CMD_WRITE:
		finish(c);
		return true;
	default:
		return false;
	}
}

static void layout(struct view *v, const struct region *r)
{
	struct conflicts *c = (struct conflicts *)v;
	struct region top = *r;

	c->detail = (struct region){0};
	if (r->h >= DETAIL_ROWS)
		c->detail = split_bottom(&top, r->h / 3);
	list_layout(&c->list, &top);
}

/* The values in full width, one below the other. */
static void draw_detail(struct conflicts *c)
{
	static const char *const labels[] = {N_("Mine"), N_("Theirs"),
					     N_("Before")};
	const struct merge_value *v[3];
	const struct merge_conflict *x;
	struct buf text;
	size_t row;
	int each = (c->detail.h - 1) / 3;

	if (!list_current(&c->list, &row) || each < 1)
		return;
	x = c->all[row];
	v[0] = &x->mine;
	v[1] = &x->theirs;
	v[2] = &x->base;
	buf_init(&text);
	region_fill_row(&c->detail, 0, STYLE_HEADER);
	buf_addf(&text, "%s %s", x->uuid, x->path);
	region_puts(&c->detail, 0, 0, c->detail.w, STYLE_HEADER, text.data);
	for (int i = 0; i < 3; i++) {
		buf_clear(&text);
		buf_addf(&text, "%s: ", _(labels[i]));
		add_value(&text, v[i]);
		region_text(&c->detail, 0, 1 + i * each, c->detail.w,
			    STYLE_NORMAL, text.data, text.len);
	}
	buf_release(&text);
}

static void draw(struct view *v, const struct region *r)
{
	struct conflicts *c = (struct conflicts *)v;

	list_draw(&c->list, r, true);
	if (c->detail.h)
		draw_detail(c);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct conflicts *)v)->list, m);
	return true;
}

static void title(struct view *v, struct buf *out)
{
	buf_adds(out, ((struct conflicts *)v)->syncing->remote->name);
}

static void status(struct view *v, struct view_status *out)
{
	struct conflicts *c = (struct conflicts *)v;
	size_t open = open_ones(c);

	buf_addf(&out->left, PLURAL("%zu open", "%zu open", open), open);
	buf_addf(&out->right, "%zu", c->n);
}

static void conflicts_free(struct view *v)
{
	struct conflicts *c = (struct conflicts *)v;

	if (c->syncing)
		syncing_free(c->syncing);
	list_release(&c->list);
	free(c->all);
	free(c);
}

static const enum command_id hints[] = {
	CMD_TAKE_MINE, CMD_TAKE_THEIRS, CMD_EDIT, CMD_WRITE, CMD_BACK,
	CMD_HELP, CMD_NONE,
};

static const struct view_ops conflicts_ops = {
	.kind = VIEW_CONFLICTS,
	.layout = layout,
	.draw = draw,
	.command = command,
	.title = title,
	.status = status,
	.mouse = mouse,
	.free = conflicts_free,
	.hints = hints,
};

struct view *view_conflicts_new(struct app *app, struct syncing *y)
{
	struct conflicts *c = mem_zalloc(1, sizeof(*c));

	view_init(&c->view, &conflicts_ops, app, NULL);
	c->syncing = y;
	c->n = sync_conflicts(y->sync, &c->all);
	list_init(&c->list, &list_ops, c, columns, COL_COUNT);
	c->list.sort = -1;
	return &c->view;
}
