/* The keys of a view, from the table of commands; f narrows them down. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define KEYS_COLUMNS 16
#define NAME_COLUMNS 20
#define NAMES_FROM 64	/* columns from which names stand there */

struct help {
	struct view view;
	struct pager pager;
	enum view_kind of;
	char *filter;		/* lower case; NULL: all */
	bool filter_on;
	bool names;		/* of the commands, beside their keys */
};

static bool matches(const struct help *h, const char *keys, const char *name,
		    const char *text)
{
	if (!h->filter || !h->filter_on)
		return true;
	return strcasestr(keys, h->filter) || strcasestr(name, h->filter) ||
	       strcasestr(text, h->filter);
}

static void pad(struct buf *line, size_t to)
{
	do
		buf_addc(line, ' ');
	while (utf8_columns(line->data, line->len) < to);
}

/* "keys  name  help", or without the name when the window is narrow. */
static void add_line(struct help *h, const char *keys, const char *name,
		     const char *text)
{
	struct buf line;
	size_t keys_len;

	if (!matches(h, keys, name, text))
		return;
	buf_init(&line);
	buf_addc(&line, ' ');
	buf_adds(&line, keys);
	keys_len = line.len;
	pad(&line, KEYS_COLUMNS);
	if (h->names) {
		buf_addf(&line, *name ? ":%s" : "%s", name);
		pad(&line, KEYS_COLUMNS + NAME_COLUMNS);
	}
	buf_adds(&line, text);
	pager_add(&h->pager, STYLE_NORMAL, line.data, line.len);
	pager_span(&h->pager, 0, keys_len, STYLE_KEY);
	pager_indent(&h->pager, h->names ? KEYS_COLUMNS + NAME_COLUMNS
					 : KEYS_COLUMNS);
	buf_release(&line);
}

static void add_command(struct help *h, enum command_id id)
{
	const struct command *c = &command_table[id];
	struct buf keys, name;

	buf_init(&keys);
	buf_init(&name);
	app_keys_text(h->view.app, h->of, id, &keys);
	buf_adds(&name, c->name);
	if (c->alias)
		buf_addf(&name, ", %s", c->alias);
	if (c->arg != ARG_NONE)
		buf_addf(&name, " %s", command_arg_name(id));
	add_line(h, keys.data, name.data, _(c->help));
	buf_release(&keys);
	buf_release(&name);
}

static void add_group(struct help *h, enum command_group group)
{
	size_t before = h->pager.nlines;

	pager_addf(&h->pager, STYLE_GROUP, "%s", command_group_title(group));
	for (int i = 1; i < CMD_COUNT; i++)
		if (command_table[i].group == group &&
		    command_in_view((enum command_id)i, h->of))
			add_command(h, (enum command_id)i);
	if (h->pager.nlines == before + 1)	/* the title alone */
		h->pager.nlines = before;
	else
		pager_add(&h->pager, STYLE_NORMAL, "", 0);
}

static void add_field_keys(struct help *h)
{
	size_t n, before = h->pager.nlines;
	const struct textkey *t = textkeys_table(&n);
	struct buf name;

	buf_init(&name);
	pager_addf(&h->pager, STYLE_GROUP, "%s", _("While typing"));
	add_line(h, "Enter", "", _("Take the text over"));
	add_line(h, "Esc", "field-cancel", _("Leave without a change"));
	for (size_t i = 0; i < n; i++) {
		buf_clear(&name);
		buf_addf(&name, "field-%s", t[i].name);
		add_line(h, t[i].keys, name.data, _(t[i].help));
	}
	if (h->pager.nlines == before + 1)
		h->pager.nlines = before;
	buf_release(&name);
}

static void fill(struct help *h)
{
	pager_clear(&h->pager);
	for (int g = 0; g < GROUPS; g++)
		add_group(h, (enum command_group)g);
	add_field_keys(h);
	if (!h->pager.nlines)
		pager_addf(&h->pager, STYLE_DIM, "%s", _("nothing matches"));
}

static void set_filter(struct app *app, void *arg, const char *text, size_t len)
{
	struct help *h = arg;

	if (!text)
		return;
	free(h->filter);
	h->filter = len ? mem_strdup(text) : NULL;
	h->filter_on = len > 0;
	fill(h);
	pager_home(&h->pager);
}

static void filter(struct help *h, const struct call *call)
{
	struct ask ask = {
		.label = _("filter: "), .text = h->filter, .live = set_filter,
		.done = set_filter, .arg = h,
	};

	if (call->arg)
		set_filter(h->view.app, h, call->arg, strlen(call->arg));
	else
		app_ask(h->view.app, &ask);
}

static bool command(struct view *v, const struct call *call)
{
	struct help *h = (struct help *)v;
	bool found, wrapped;

	if (nav_pager(&h->pager, call))
		return true;
	if (nav_pager_search(&h->pager, call, &found, &wrapped)) {
		if (!found && !call->live)
			app_say(v->app, STYLE_NOTE, _("not found: %s"),
				call->arg);
		return true;
	}
	switch (call->id) {
	case CMD_FILTER:
		filter(h, call);
		return true;
	case CMD_FILTER_TOGGLE:
		h->filter_on = !h->filter_on;
		fill(h);
		return true;
	case CMD_HELP:	/* ? again leaves */
		app_close(v->app, v);
		return true;
	default:
		return false;
	}
}

static void title(struct view *v, struct buf *out)
{
	buf_adds(out, view_kind_name(((struct help *)v)->of));
}

static void status(struct view *v, struct view_status *out)
{
	struct help *h = (struct help *)v;

	if (h->filter)
		buf_addf(&out->left, h->filter_on ? _("filter: %s")
						  : _("filter off: %s"),
			 h->filter);
}

static void layout(struct view *v, const struct region *r)
{
	struct help *h = (struct help *)v;

	if (h->names != (r->w >= NAMES_FROM)) {
		h->names = !h->names;
		fill(h);
	}
	pager_layout(&h->pager, r);
}

static void draw(struct view *v, const struct region *r)
{
	pager_draw(&((struct help *)v)->pager, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	pager_mouse(&((struct help *)v)->pager, m);
	return true;
}

static void help_free(struct view *v)
{
	pager_release(&((struct help *)v)->pager);
	free(((struct help *)v)->filter);
	free(v);
}

static const struct view_ops help_ops = {
	.kind = VIEW_HELP,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.free = help_free,
};

struct view *view_help_new(struct app *app, enum view_kind of)
{
	struct help *h = mem_zalloc(1, sizeof(*h));

	view_init(&h->view, &help_ops, app, NULL);
	h->of = of;
	h->names = true;
	pager_init(&h->pager);
	fill(h);
	return &h->view;
}
