#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsonfind.h"
#include "app/jsontree.h"
#include "app/nav.h"
#include "app/repository.h"
#include "base/i18n.h"
#include "base/mem.h"

#define DEPTH_SHOWN 2		/* levels that are open at first */
#define WIDE_SHOWN 1000		/* longer lists are folded at first */
#define VALUE_SHOWN 4096	/* bytes of a value that a row looks at */

/* --- what the tree asks --- */

static const struct json_node *node_of(const struct jsontree *t, size_t node)
{
	return &t->doc->nodes[node];
}

static size_t children(void *arg, size_t node)
{
	const struct jsontree *t = arg;

	return node < t->doc->count ? node_of(t, node)->children : 0;
}

static size_t child(void *arg, size_t node, size_t i)
{
	const struct jsontree *t = arg;
	uint32_t at = json_first(t->doc, (uint32_t)node);

	while (i-- > 0)
		at = json_next(t->doc, at);
	return at;
}

static size_t next(void *arg, size_t node)
{
	const struct jsontree *t = arg;
	uint32_t at = json_next(t->doc, (uint32_t)node);

	return at == JSON_NONE ? SIZE_MAX : at;
}

/*
 * The place of a node among its siblings. Counting them each time would take
 * forever for long arrays: the tree asks for siblings one after another, so the
 * answer is mostly one more than the last one at this depth.
 */
static uint32_t index_of(struct jsontree *t, uint32_t node)
{
	uint16_t depth = node_of(t, node)->depth;
	struct jsontree_place *p = &t->places[depth % JSONTREE_PLACES];
	bool known = p->node < t->doc->count;

	if (!known || p->node != node) {
		if (known && node_of(t, p->node)->next == node &&
		    node_of(t, p->node)->parent == node_of(t, node)->parent)
			p->index++;
		else
			p->index = json_index_of(t->doc, node);
		p->node = node;
	}
	return p->index;
}

static void label(struct jsontree *t, size_t node, struct tree_cell *out)
{
	const struct json_node *n = node_of(t, node);

	if (n->key_len) {
		json_key(t->doc, (uint32_t)node, &out->label);
		out->label_style = STYLE_JSON_KEY;
	} else if (n->parent != JSON_NONE) {
		buf_addf(&out->label, "[%u]", index_of(t, (uint32_t)node));
		out->label_style = STYLE_DIM;
	}
}

static void mark_hits(const struct jsontree *t, struct tree_cell *out)
{
	const char *at = out->value.data;
	size_t len = t->needle ? strlen(t->needle) : 0;

	if (!len)
		return;
	while (out->nhilites < 16 && (at = strcasestr(at, t->needle))) {
		out->hilites[out->nhilites++] = (struct hilite){
			(size_t)(at - out->value.data), len, STYLE_MATCH,
		};
		at += len;
	}
}

/* How much of a long string, quote included, is shown: whole characters, whole
 * escapes. */
static size_t shown_part(const char *text)
{
	size_t at = 1, next = 1;

	for (; next <= VALUE_SHOWN; at = next)
		next += text[at] != '\\' ? 1 : text[at + 1] == 'u' ? 6 : 2;
	for (int i = 0; i < 3 && ((unsigned char)text[at] & 0xC0) == 0x80; i++)
		at--;
	return at;
}

/*
 * What a string says, with its quotes and backslashes escaped, as much of it as
 * a row may show: only that is decoded.
 */
static void add_string(const struct jsontree *t, const struct json_node *n,
		       struct buf *out)
{
	const char *text = t->doc->text + n->off;
	size_t len = n->len;
	struct buf raw, said;

	buf_init(&raw);
	buf_init(&said);
	if (len > VALUE_SHOWN)
		len = shown_part(text);
	buf_add(&raw, text, len);
	if (len < n->len)
		buf_addc(&raw, '"');
	json_decode_span(raw.data, raw.len, &said);
	buf_addc(out, '"');
	for (size_t i = 0; i < said.len; i++) {
		if (said.data[i] == '"' || said.data[i] == '\\')
			buf_addc(out, '\\');
		buf_addc(out, said.data[i]);
	}
	if (len == n->len)
		buf_addc(out, '"');
	buf_release(&said);
	buf_release(&raw);
}

static void cell(void *arg, size_t node, struct tree_cell *out)
{
	struct jsontree *t = arg;
	const struct json_node *n = node_of(t, node);
	struct buf *v = &out->value;

	label(t, node, out);
	switch (n->type) {
	case JSON_OBJECT:
		buf_addf(v, "{%u}", n->children);
		out->value_style = STYLE_JSON_PUNCT;
		break;
	case JSON_ARRAY:
		buf_addf(v, "[%u]", n->children);
		out->value_style = STYLE_JSON_PUNCT;
		break;
	case JSON_STRING:
		add_string(t, n, v);
		out->value_style = STYLE_JSON_STRING;
		break;
	default:
		buf_add(v, t->doc->text + n->off, n->len);
		out->value_style = n->type == JSON_NUMBER ? STYLE_JSON_NUMBER
							  : STYLE_JSON_LITERAL;
	}
	mark_hits(t, out);
}

/* A name from the keys and places on the way to the root: FNV-1a. */
static uint64_t name(void *arg, size_t node)
{
	struct jsontree *t = arg;
	uint64_t h = 14695981039346656037u;

	if (node >= t->doc->count)	/* nothing was scanned */
		return 1;
	for (uint32_t at = (uint32_t)node; at != JSON_NONE;
	     at = t->doc->nodes[at].parent) {
		const struct json_node *n = &t->doc->nodes[at];
		uint32_t index = n->key_len || at == 0 ? 0 : index_of(t, at);

		for (uint32_t i = 0; i < n->key_len; i++)
			h = (h ^ (unsigned char)t->doc->text[n->key_off + i]) *
			    1099511628211u;
		h = (h ^ (index + 1)) * 1099511628211u;
	}
	return h ? h : 1;
}

static bool get(void *arg, size_t node, struct buf *out, struct err *err)
{
	const struct jsontree *t = arg;
	const struct json_node *n = node_of(t, node);

	if (n->type == JSON_STRING)
		json_string(t->doc, (uint32_t)node, out);
	else
		buf_add(out, t->doc->text + n->off, n->len);
	return true;
}

bool jsontree_apply(struct jsontree *t, struct splice *sp, const char *label_text,
		  struct err *err)
{
	struct patch *patch = splice_finish(sp);
	struct document *doc = t->session->doc;
	bool ok;

	splice_free(sp);
	if (!patch)
		return true;
	if (!session_holds(t->session, t->record)) {
		patch_unref(patch);
		return err_set(err, ERR_INPUT, _("the record is being read"));
	}
	document_begin(doc, label_text);
	ok = repository_edit(doc, t->id, patch, err);
	patch_unref(patch);
	if (!ok)
		document_abort(doc);
	else
		ok = document_commit(doc, err);
	if (ok) {
		session_recheck(t->session, t->id);
		jsontree_refresh(t);
	}
	return ok;
}

static bool set(void *arg, size_t node, const char *bytes, size_t len,
		struct err *err)
{
	struct jsontree *t = arg;
	const struct json_node *n = node_of(t, node);
	struct splice *sp;

	if (n->type != JSON_STRING && !json_valid(bytes, len, err)) {
		err_wrap(err, "%s", _("a JSON value was expected"));
		return false;
	}
	sp = splice_new(t->doc);
	if (n->type == JSON_STRING)
		splice_string(sp, (uint32_t)node, bytes, len);
	else
		splice_value(sp, (uint32_t)node, bytes, len);
	return jsontree_apply(t, sp, _("edit value"), err);
}

static const struct tree_ops ops = {
	children, child, next, cell, name, get, set,
};

/* --- the record --- */

static const struct json_doc no_doc;

static void forget(struct jsontree *t)
{
	record_unref(t->record);
	t->record = NULL;
	t->doc = &no_doc;
	t->spelling_known = false;
	t->generation++;
	memset(t->places, 0xff, sizeof(t->places));
}

static void fill(struct jsontree *t)
{
	size_t root = t->doc->count ? 0 : SIZE_MAX;

	if (t->begun)
		tree_changed(&t->tree, root);
	else
		tree_reset(&t->tree, root, DEPTH_SHOWN);
	t->begun |= t->record != NULL;
}

void jsontree_init(struct jsontree *t, struct view *view, struct session *s,
		   row_id id)
{
	*t = (struct jsontree){.view = view, .session = s, .id = id};
	forget(t);
	tree_init(&t->tree, &ops, t, SIZE_MAX, true);
	t->tree.wide = WIDE_SHOWN;
}

void jsontree_release(struct jsontree *t)
{
	tree_release(&t->tree);
	record_unref(t->record);
	free(t->needle);
}

void jsontree_show(struct jsontree *t, row_id id)
{
	if (t->id == id)
		return;
	t->id = id;
	forget(t);
	fill(t);
}

void jsontree_refresh(struct jsontree *t)
{
	struct record *r;

	if (t->tree.editing || (t->record && session_holds(t->session,
							   t->record)))
		return;
	r = t->id == ROW_NONE ? NULL : session_record_soon(t->session, t->id);
	if (!r)
		return;
	record_ref(r);
	forget(t);
	t->record = r;
	if (r->there && r->pair.doc.count)
		t->doc = &r->pair.doc;
	fill(t);
}

/* --- commands --- */

static void fail(struct jsontree *t, const struct err *err)
{
	app_fail(t->view->app, err);
}

static bool current(struct jsontree *t, uint32_t *node)
{
	size_t at;

	if (!t->doc->count || !tree_current(&t->tree, &at))
		return false;
	*node = (uint32_t)at;
	return true;
}

static void accept(struct jsontree *t)
{
	struct err err = {0};

	if (!tree_accept(&t->tree, &err))
		fail(t, &err);
}

static bool edit_command(struct jsontree *t, const struct call *call)
{
	struct err err = {0};
	uint32_t node;

	if (!current(t, &node))
		return false;
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		if (t->doc->nodes[node].children)
			tree_toggle(&t->tree);
		else if (!app_read_only(t->view->app) &&
			 !tree_edit(&t->tree, &err))
			fail(t, &err);
		return true;
	case CMD_EDIT:
		if (!tree_edit(&t->tree, &err))
			fail(t, &err);
		return true;
	default:
		return jsontree_edit_node(t, node, call);
	}
}

/* --- search --- */

static void reveal(struct jsontree *t, uint32_t node)
{
	size_t path[256], n = 0;

	for (uint32_t at = node; at != JSON_NONE && n < 256;
	     at = t->doc->nodes[at].parent)
		path[n++] = at;
	for (size_t i = 0; i < n / 2; i++) {
		size_t swap = path[i];

		path[i] = path[n - 1 - i];
		path[n - 1 - i] = swap;
	}
	tree_reveal(&t->tree, path, n);
}

static bool search(struct jsontree *t, const struct call *call)
{
	bool back = call->id == CMD_SEARCH_BACK || call->id == CMD_SEARCH_PREV;
	bool here = call->id == CMD_SEARCH || call->id == CMD_SEARCH_BACK;
	uint32_t node;

	if (!call->arg || !current(t, &node))
		return false;
	free(t->needle);
	t->needle = *call->arg ? mem_strdup(call->arg) : NULL;
	if (!t->needle)
		return true;
	if (!t->spelling_known)
		t->spelling = jsonfind_spelling(t->doc);
	t->spelling_known = true;
	node = jsonfind(t->doc, t->spelling, node, here, back, t->needle);
	if (node != JSON_NONE)
		reveal(t, node);
	else if (!call->live)
		app_say(t->view->app, STYLE_NOTE, _("not found: %s"),
			t->needle);
	return true;
}

bool jsontree_command(struct jsontree *t, const struct call *call)
{
	jsontree_refresh(t);
	switch (call->id) {
	case CMD_FIELD_ACCEPT:
		accept(t);
		return true;
	case CMD_FIELD_CANCEL:
		tree_cancel(&t->tree);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		return search(t, call);
	default:
		return nav_tree(&t->tree, call) || edit_command(t, call);
	}
}

bool jsontree_in_field(struct jsontree *t)
{
	return t->tree.editing;
}

enum ui_result jsontree_text(struct jsontree *t, const char *bytes, size_t len)
{
	return prompt_text(tree_field(&t->tree), bytes, len);
}

enum ui_result jsontree_action(struct jsontree *t, enum text_action action)
{
	return prompt_action(tree_field(&t->tree), action);
}

bool jsontree_path(struct jsontree *t, struct buf *out)
{
	uint32_t node;

	if (!current(t, &node))
		return false;
	json_path_print(t->doc, node, out);
	return true;
}

bool jsontree_value(struct jsontree *t, struct buf *out)
{
	uint32_t node;

	return current(t, &node) && get(t, node, out, NULL);
}

bool jsontree_goto(struct jsontree *t, const char *path)
{
	struct json_path p;
	uint32_t node;

	jsontree_refresh(t);
	if (!t->doc->count || !json_path_parse(&p, path, strlen(path), NULL))
		return false;
	node = json_locate(t->doc, &p);
	json_path_release(&p);
	if (node == JSON_NONE)
		return false;
	reveal(t, node);
	return true;
}

/* --- drawing --- */

void jsontree_layout(struct jsontree *t, const struct region *r)
{
	jsontree_refresh(t);
	tree_layout(&t->tree, r);
}

void jsontree_draw(struct jsontree *t, const struct region *r, bool focused)
{
	if (t->doc->count) {
		tree_draw(&t->tree, r, focused);
		return;
	}
	if (!t->record)
		return;
	region_puts(r, 0, 0, -1, STYLE_ERROR, t->record->err.msg);
	for (int y = 1; y < r->h; y++) {
		const struct buf *text = &t->record->text;
		size_t at = (size_t)(y - 1) * (size_t)r->w;

		if (at >= text->len)
			break;
		region_text(r, 0, y, -1, STYLE_NORMAL, text->data + at,
			    text->len - at);
	}
}

bool jsontree_mouse(struct jsontree *t, const struct mouse *m)
{
	struct call edit = {.id = CMD_OPEN};

	if (tree_mouse(&t->tree, m) == UI_IGNORED)
		return false;
	if (m->kind == MOUSE_DOUBLE)
		edit_command(t, &edit);
	return true;
}
