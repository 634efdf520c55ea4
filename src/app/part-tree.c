/* The record as a JSON tree: every protocol, every unknown member. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsontree.h"
#include "app/pair.h"
#include "base/mem.h"

struct tree_part {
	struct part part;
	struct jsontree tree;
};

static struct tree_part *self(struct part *p)
{
	return (struct tree_part *)p;
}

static void load(struct part *p, const struct rrpair *pair)
{
	(void)pair;
	jsontree_show(&self(p)->tree, pair_row(p->pv));
	jsontree_refresh(&self(p)->tree);
}

static int rows(struct part *p)
{
	(void)p;
	return 0;
}

static void layout(struct part *p, const struct region *r)
{
	jsontree_layout(&self(p)->tree, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	jsontree_draw(&self(p)->tree, r, focused);
}

static bool command(struct part *p, const struct call *call)
{
	return jsontree_command(&self(p)->tree, call);
}

static bool in_field(struct part *p)
{
	return jsontree_in_field(&self(p)->tree);
}

static enum ui_result text(struct part *p, const char *bytes, size_t len)
{
	return jsontree_text(&self(p)->tree, bytes, len);
}

static enum ui_result action(struct part *p, enum text_action verb)
{
	return jsontree_action(&self(p)->tree, verb);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	return jsontree_mouse(&self(p)->tree, m);
}

static bool field_name(struct part *p, struct buf *out)
{
	return jsontree_path(&self(p)->tree, out);
}

static bool value(struct part *p, struct buf *out)
{
	return jsontree_value(&self(p)->tree, out);
}

static bool leave(struct part *p)
{
	struct call accept = { .id = CMD_FIELD_ACCEPT };

	if (!in_field(p))
		return true;
	jsontree_command(&self(p)->tree, &accept);
	return !in_field(p);
}

/* The innermost value that holds the byte. */
static bool reveal(struct part *p, size_t offset)
{
	const struct rrpair *pair = pair_record(p->pv);
	uint32_t i, best = 0;
	struct buf path;
	bool found;

	if (!pair)
		return false;
	for (i = 1; i < pair->doc.count; i++)
		if (pair->doc.nodes[i].off <= offset &&
		    offset < (size_t)pair->doc.nodes[i].off +
			     pair->doc.nodes[i].len)
			best = i;
	buf_init(&path);
	rrpair_path(pair, best, &path);
	found = jsontree_goto(&self(p)->tree, path.data);
	buf_release(&path);
	return found;
}

static void release(struct part *p)
{
	jsontree_release(&self(p)->tree);
	free(p);
}

static const struct part_ops ops = {
	.load = load, .rows = rows, .layout = layout, .draw = draw,
	.command = command, .free = release, .field = in_field, .text = text,
	.action = action, .mouse = mouse, .field_name = field_name,
	.value = value, .leave = leave, .reveal = reveal,
};

struct part *part_tree_new(struct pair_view *pv)
{
	struct tree_part *tp = mem_zalloc(1, sizeof(*tp));

	part_init(&tp->part, &ops, pv);
	jsontree_init(&tp->tree, pair_view(pv), pair_view(pv)->session,
		      pair_row(pv));
	return &tp->part;
}
