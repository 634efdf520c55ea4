/*
 * The snapshot's own JSON: a form for what people edit, a tree for the rest.
 * Its file is a document of one record, so undo, the journal and the save are
 * the same as for records.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsontree.h"
#include "app/nav.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/form.h"
#include "ui/split.h"

struct meta {
	struct view view;
	struct form form;
	struct jsontree tree;
	bool in_tree;
	struct region top, bottom;
};

enum { F_ID, F_NAME, F_SERVICES, F_REVERSE, F_TOKENS, F_STATUS, F_COUNT };

static const struct form_field_spec fields[F_COUNT] = {
	[F_ID] = {FORM_READONLY, ".id", N_("Id"), NULL},
	[F_NAME] = {FORM_TEXT, ".meta.name", N_("Name"), NULL},
	[F_SERVICES] = {FORM_TEXT, ".meta.services", N_("Services"),
		N_("names, with commas between")},
	[F_REVERSE] = {FORM_BOOL, ".reverseServices", N_("Reverse services"),
		N_("outbound traffic becomes inbound at the next analysis")},
	[F_TOKENS] = {FORM_TEXT, ".tokenConfigId", N_("Token configuration"),
		N_("its rules are .tokenizerConfig in the tree")},
	[F_STATUS] = {FORM_READONLY, ".status", N_("Status"), NULL},
};

/* --- values --- */

static uint32_t node_of(struct meta *m, size_t field)
{
	struct json_path path;
	uint32_t node;

	jsontree_refresh(&m->tree);
	if (!m->tree.doc->count ||
	    !json_path_parse(&path, fields[field].id, strlen(fields[field].id),
			     NULL))
		return JSON_NONE;
	node = json_locate(m->tree.doc, &path);
	json_path_release(&path);
	return node;
}

static void get(void *arg, size_t field, struct buf *out)
{
	struct meta *m = arg;
	uint32_t node = node_of(m, field);
	const struct json_doc *doc = m->tree.doc;

	if (node == JSON_NONE) {
		if (field == F_REVERSE)	/* absent is false, as protojson has it */
			buf_adds(out, "false");
		return;
	}
	if (doc->nodes[node].type == JSON_ARRAY) {
		for (uint32_t at = json_first(doc, node); at != JSON_NONE;
		     at = json_next(doc, at)) {
			if (out->len)
				buf_adds(out, ", ");
			if (doc->nodes[at].type == JSON_STRING)
				json_string(doc, at, out);
			else
				buf_add(out, doc->text + doc->nodes[at].off,
					doc->nodes[at].len);
		}
	} else if (doc->nodes[node].type == JSON_STRING) {
		json_string(doc, node, out);
	} else {
		buf_add(out, doc->text + doc->nodes[node].off,
			doc->nodes[node].len);
	}
}

/* "a, b" as ["a","b"]. */
static void array_of(struct buf *out, const char *s, size_t len)
{
	const char *end = s + len;

	buf_addc(out, '[');
	while (s < end) {
		const char *comma = memchr(s, ',', (size_t)(end - s));
		const char *stop = comma ? comma : end;

		while (s < stop && *s == ' ')
			s++;
		while (stop > s && stop[-1] == ' ')
			stop--;
		if (stop > s) {
			if (out->len > 1)
				buf_addc(out, ',');
			json_encode(out, s, (size_t)(stop - s));
		}
		s = comma ? comma + 1 : end;
	}
	buf_addc(out, ']');
}

static bool make(struct meta *m, size_t field, const char *bytes, size_t len,
		 struct change_set *out, struct err *err)
{
	const struct rrpair *pair =
		session_pair(m->view.session, m->tree.id, err);
	struct field path;
	struct buf json;
	bool ok;

	if (!pair || !field_parse(&path, fields[field].id,
				  strlen(fields[field].id), err))
		return false;
	buf_init(&json);
	if (field == F_SERVICES)
		array_of(&json, bytes, len);
	else if (field == F_REVERSE)
		buf_add(&json, bytes, len);
	else
		json_encode(&json, bytes, len);
	ok = change_field_json(pair, &path, json.data, json.len, CHANGE_SINGLE,
			       out, err);
	buf_release(&json);
	field_release(&path);
	return ok;
}

static bool set(void *arg, size_t field, const char *bytes, size_t len,
		struct err *err)
{
	struct meta *m = arg;
	struct change_set change;
	bool ok;

	change_init(&change);
	ok = make(m, field, bytes, len, &change, err);
	if (ok)
		session_apply(m->view.session, m->tree.id,
			      _(fields[field].label), &change);
	change_release(&change);
	jsontree_refresh(&m->tree);
	return ok;
}

static const struct form_ops form_ops = {.get = get, .set = set};

/* --- commands --- */

static void fail(struct meta *m, const struct err *err)
{
	app_fail(m->view.app, err);
}

static void edit(struct meta *m)
{
	struct err err = {0};
	bool ok = fields[m->form.focus].kind == FORM_BOOL
			  ? form_step(&m->form, 1, &err)
			  : form_edit(&m->form, &err);

	if (!ok)
		fail(m, &err);
}

static bool form_command(struct meta *m, const struct call *call)
{
	struct err err = {0};

	switch (call->id) {
	case CMD_DOWN:
		form_move(&m->form, 1);
		return true;
	case CMD_UP:
		form_move(&m->form, -1);
		return true;
	case CMD_PAGE_DOWN:
		form_page(&m->form, 1);
		return true;
	case CMD_PAGE_UP:
		form_page(&m->form, -1);
		return true;
	case CMD_TOP:
		form_goto(&m->form, 0);
		return true;
	case CMD_BOTTOM:
		form_goto(&m->form, F_COUNT - 1);
		return true;
	case CMD_OPEN:
		if (call->arg)
			return false;
		edit(m);
		return true;
	case CMD_EDIT:
		edit(m);
		return true;
	case CMD_FIELD_ACCEPT:
		if (!form_accept(&m->form, &err))
			fail(m, &err);
		return true;
	case CMD_FIELD_CANCEL:
		form_cancel(&m->form);
		return true;
	default:
		return false;
	}
}

static bool command(struct view *v, const struct call *call)
{
	struct meta *m = (struct meta *)v;

	switch (call->id) {
	case CMD_PANE_NEXT:
	case CMD_PANE_PREV:
		m->in_tree = !m->in_tree;
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		m->in_tree |= call->arg != NULL;
		return jsontree_command(&m->tree, call);
	default:
		return m->in_tree ? jsontree_command(&m->tree, call)
				  : form_command(m, call);
	}
}

static bool field(struct view *v)
{
	struct meta *m = (struct meta *)v;

	return m->in_tree ? jsontree_in_field(&m->tree) : m->form.editing;
}

static enum ui_result text(struct view *v, const char *bytes, size_t len)
{
	struct meta *m = (struct meta *)v;

	return m->in_tree ? jsontree_text(&m->tree, bytes, len)
			  : prompt_text(form_field(&m->form), bytes, len);
}

static enum ui_result action(struct view *v, enum text_action what)
{
	struct meta *m = (struct meta *)v;

	return m->in_tree ? jsontree_action(&m->tree, what)
			  : prompt_action(form_field(&m->form), what);
}

static row_id record(struct view *v)
{
	return ((struct meta *)v)->tree.id;
}

static bool value(struct view *v, struct buf *out)
{
	struct meta *m = (struct meta *)v;

	if (m->in_tree)
		return jsontree_value(&m->tree, out);
	get(m, m->form.focus, out);
	return true;
}

static bool field_name(struct view *v, struct buf *out)
{
	struct meta *m = (struct meta *)v;

	if (m->in_tree)
		return jsontree_path(&m->tree, out);
	buf_adds(out, fields[m->form.focus].id);
	return true;
}

static void changed(struct view *v, unsigned what)
{
	struct meta *m = (struct meta *)v;

	if (what & CHANGED_DOCUMENT) {
		jsontree_refresh(&m->tree);
		if (!m->form.editing)
			form_changed(&m->form);
	}
}

/* --- drawing --- */

static void layout(struct view *v, const struct region *r)
{
	struct meta *m = (struct meta *)v;

	m->bottom = *r;
	if (r->h >= F_COUNT + 7) {
		m->top = split_top(&m->bottom, F_COUNT + 1);
		split_top(&m->bottom, 1);
	} else {	/* one at a time */
		m->top = m->in_tree ? (struct region){0} : *r;
		m->bottom = m->in_tree ? *r : (struct region){0};
	}
	if (!region_empty(&m->top))
		form_layout(&m->form, &m->top);
	if (!region_empty(&m->bottom))
		jsontree_layout(&m->tree, &m->bottom);
}

static void draw(struct view *v, const struct region *r)
{
	struct meta *m = (struct meta *)v;

	if (!region_empty(&m->top))
		form_draw(&m->form, &m->top, !m->in_tree);
	if (region_empty(&m->bottom))
		return;
	if (!region_empty(&m->top))
		region_hline(r, 0, F_COUNT + 1, r->w, STYLE_BORDER);
	jsontree_draw(&m->tree, &m->bottom, m->in_tree);
}

static void status(struct view *v, struct view_status *out)
{
	struct meta *m = (struct meta *)v;

	if (m->in_tree)
		jsontree_path(&m->tree, &out->left);
}

static bool mouse(struct view *v, const struct mouse *ev)
{
	struct meta *m = (struct meta *)v;
	struct call open = {.id = CMD_OPEN};

	if (region_contains(&m->bottom, ev->x, ev->y)) {
		m->in_tree |= ev->kind == MOUSE_PRESS && !m->form.editing;
		return jsontree_mouse(&m->tree, ev);
	}
	if (ev->kind == MOUSE_PRESS && !jsontree_in_field(&m->tree))
		m->in_tree = false;
	form_mouse(&m->form, ev);
	if (ev->kind == MOUSE_DOUBLE && !m->in_tree)
		form_command(m, &open);
	return true;
}

static void meta_free(struct view *v)
{
	struct meta *m = (struct meta *)v;

	form_release(&m->form);
	jsontree_release(&m->tree);
	free(m);
}

static const enum command_id hints[] = {
	CMD_EDIT, CMD_PANE_NEXT, CMD_ADD, CMD_DELETE, CMD_UNDO, CMD_WRITE,
	CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops meta_ops = {
	.kind = VIEW_META,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.changed = changed,
	.field = field,
	.text = text,
	.action = action,
	.record = record,
	.value = value,
	.field_name = field_name,
	.free = meta_free,
	.hints = hints,
};

static struct view *meta_new(struct app *app, struct session *s)
{
	struct meta *m = mem_zalloc(1, sizeof(*m));

	view_init(&m->view, &meta_ops, app, s);
	jsontree_init(&m->tree, &m->view, s, document_row(s->doc, 0));
	form_init(&m->form, &form_ops, m, fields, F_COUNT);
	form_goto(&m->form, F_NAME);
	return &m->view;
}

void view_meta_open(struct app *app, const char *meta_path)
{
	struct err err = {0};
	struct session *s;

	if (!meta_path) {
		app_say(app, STYLE_NOTE, _("a plain file has no metadata"));
		return;
	}
	s = session_open_meta(app, meta_path, &err);
	if (!s) {
		app_fail(app, &err);
		return;
	}
	app_push(app, meta_new(app, s));
	session_unref(s);
}
