/* Members and elements: added, removed, copied and moved in the tree. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsontree.h"
#include "base/i18n.h"
#include "base/mem.h"

static void delete(struct jsontree *t, uint32_t node)
{
	struct splice *sp = splice_new(t->doc);
	struct err err = {0};

	splice_remove(sp, node);
	if (!jsontree_apply(t, sp, _("delete value"), &err))
		app_fail(t->view->app, &err);
}

/* A copy behind the node: an element as it is, a member under a free name. */
static void duplicate(struct jsontree *t, uint32_t node)
{
	const struct json_node *n = &t->doc->nodes[node];
	uint32_t after = json_next(t->doc, node);
	struct splice *sp = splice_new(t->doc);
	struct err err = {0};
	struct buf key;
	size_t len;

	buf_init(&key);
	if (n->key_len) {
		json_key(t->doc, node, &key);
		len = key.len;
		for (unsigned i = 2; json_member(t->doc, n->parent, key.data,
						 key.len) != JSON_NONE; i++) {
			buf_truncate(&key, len);
			buf_addf(&key, "-%u", i);
		}
	}
	splice_insert(sp, n->parent, after, n->key_len ? key.data : NULL,
		      key.len, t->doc->text + n->off, n->len);
	if (!jsontree_apply(t, sp, _("duplicate value"), &err))
		app_fail(t->view->app, &err);
	buf_release(&key);
}

static void move(struct jsontree *t, uint32_t node, int by)
{
	const struct json_node *n = &t->doc->nodes[node];
	uint32_t at = json_first(t->doc, n->parent), before = JSON_NONE;
	struct splice *sp;
	struct err err = {0};

	if (by > 0) {
		at = json_next(t->doc, node);
		if (at == JSON_NONE)
			return;
		before = json_next(t->doc, at);
	} else {
		for (; at != node; at = json_next(t->doc, at))
			before = at;
		if (before == JSON_NONE)
			return;
	}
	sp = splice_new(t->doc);
	splice_move(sp, node, before);
	if (!jsontree_apply(t, sp, _("move value"), &err))
		app_fail(t->view->app, &err);
	else
		tree_sibling(&t->tree, n->key_len ? 0 : by);
}

struct adding {
	struct jsontree *tree;
	uint64_t generation;
	uint32_t container, before;
	char *key;		/* NULL: not asked yet, or an array */
	size_t key_len;
};

static void adding_free(struct adding *a)
{
	free(a->key);
	free(a);
}

static void value_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct adding *a = arg;
	struct jsontree *t = a->tree;
	struct splice *sp;
	struct err err = {0};
	struct buf value;

	if (!text || a->generation != t->generation) {
		adding_free(a);
		return;
	}
	buf_init(&value);
	if (json_valid(text, len, NULL))
		buf_add(&value, text, len);
	else
		json_encode(&value, text, len);
	sp = splice_new(t->doc);
	splice_insert(sp, a->container, a->before, a->key, a->key_len,
		      value.data, value.len);
	if (!jsontree_apply(t, sp, _("add value"), &err))
		app_fail(t->view->app, &err);
	buf_release(&value);
	adding_free(a);
}

static void ask_value(struct app *app, struct adding *a)
{
	struct ask ask = {
		.label = _("Value (JSON, or a text): "), .done = value_done,
		.arg = a,
	};

	app_ask(app, &ask);
}

static void key_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct adding *a = arg;

	if (!text) {
		adding_free(a);
		return;
	}
	a->key = mem_dup(text, len);
	a->key_len = len;
	ask_value(app, a);
}

/* Into an open container, else beside the node. */
static void add(struct jsontree *t, uint32_t node, bool before)
{
	const struct json_node *n = &t->doc->nodes[node];
	bool inside = (n->type == JSON_OBJECT || n->type == JSON_ARRAY) &&
		      (t->tree.rows[t->tree.cursor].open || !n->children) &&
		      !before;
	struct ask ask = {.label = _("Name: "), .done = key_done};
	struct adding *a;

	if (!inside && n->parent == JSON_NONE)
		return;
	a = mem_zalloc(1, sizeof(*a));
	a->tree = t;
	a->generation = t->generation;
	a->container = inside ? node : n->parent;
	a->before = inside ? json_first(t->doc, node)
		    : before ? node : json_next(t->doc, node);
	ask.arg = a;
	if (t->doc->nodes[a->container].type == JSON_OBJECT)
		app_ask(t->view->app, &ask);
	else
		ask_value(t->view->app, a);
}

bool jsontree_edit_node(struct jsontree *t, uint32_t node,
			const struct call *call)
{
	switch (call->id) {
	case CMD_DELETE:
		delete(t, node);
		return true;
	case CMD_DUPLICATE:
		duplicate(t, node);
		return true;
	case CMD_ADD:
	case CMD_INSERT:
		add(t, node, call->id == CMD_INSERT);
		return true;
	case CMD_MOVE_DOWN:
	case CMD_MOVE_UP:
		move(t, node, call->id == CMD_MOVE_DOWN ? 1 : -1);
		return true;
	default:
		return false;
	}
}
