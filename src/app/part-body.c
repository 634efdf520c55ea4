/* The beginning of a body, decoded, below its headers; Enter opens it. */
#include "config.h"

#include <stdlib.h>

#include "app/nav.h"
#include "app/pair.h"
#include "app/show.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "ui/pager.h"

/* Stored characters that are decoded for a preview, and decoded bytes shown;
 * what is longer opens in its own view. */
#define PREVIEW_STORED_MAX ((size_t)2 << 20)
#define PREVIEW_SHOWN_MAX ((size_t)64 << 10)

struct body_part {
	struct part part;
	enum body_side side;
	struct body body;
	struct buf layers;
	struct pager pager;
};

static struct body_part *self(struct part *p)
{
	return (struct body_part *)p;
}

static size_t stored_length(const struct rrpair *pair, enum body_side side)
{
	struct field field;
	uint32_t node;

	field_make(&field, side == BODY_REQUEST ? FIELD_REQUEST_BODY :
		   FIELD_RESPONSE_BODY, NULL, 0, 0);
	node = rrpair_find(pair, &field);
	field_release(&field);
	return node == JSON_NONE ? 0 : pair->doc.nodes[node].len;
}

static void show_text(struct body_part *bp)
{
	const struct buf *bytes = &bp->body.bytes;
	size_t len = bytes->len;
	struct buf pretty;

	buf_init(&pretty);
	if (bp->body.kind == BODY_JSON && len <= PREVIEW_SHOWN_MAX &&
	    json_pretty(bytes->data, len, 2, &pretty, NULL)) {
		pager_add(&bp->pager, STYLE_NORMAL, pretty.data, pretty.len);
	} else {
		if (len > PREVIEW_SHOWN_MAX)
			len = utf8_valid_prefix(bytes->data, PREVIEW_SHOWN_MAX);
		pager_add(&bp->pager, STYLE_NORMAL, bytes->data, len);
		if (len < bytes->len)
			pager_addf(&bp->pager, STYLE_NOTE, "%s",
				   _("... more: Enter opens the body"));
	}
	buf_release(&pretty);
}

static void show_body(struct body_part *bp)
{
	struct buf size;

	if (!(bp->body.flags & BODY_PRESENT) || !bp->body.bytes.len) {
		pager_addf(&bp->pager, STYLE_DIM, "%s",
			   _("no body; Enter or e writes one"));
	} else if (bp->body.flags & BODY_UTF8) {
		show_text(bp);
	} else {
		buf_init(&size);
		show_size(&size, bp->body.bytes.len);
		pager_addf(&bp->pager, STYLE_NOTE,
			   _("binary, %s: Enter shows it in hex"), size.data);
		buf_release(&size);
	}
}

static void load(struct part *p, const struct rrpair *pair)
{
	struct body_part *bp = self(p);
	size_t stored = pair ? stored_length(pair, bp->side) : 0;
	struct err err;

	pager_clear(&bp->pager);
	buf_clear(&bp->layers);
	if (!pair)
		return;
	if (stored > PREVIEW_STORED_MAX) {
		show_size(&bp->layers, stored);
		pager_addf(&bp->pager, STYLE_NOTE,
			   _("long, %s stored: Enter opens it"),
			   bp->layers.data);
	} else if (body_decode(&bp->body, pair, bp->side, &err)) {
		body_layers(&bp->body, &bp->layers);
		show_body(bp);
	} else {
		pager_addf(&bp->pager, STYLE_DIM, "%s", err.msg);
	}
}

static void part_title(struct part *p, struct buf *out)
{
	struct body_part *bp = self(p);

	buf_adds(out, _("Body"));
	if (bp->layers.len)
		buf_addf(out, ": %s", bp->layers.data);
}

static int rows(struct part *p)
{
	(void)p;
	return 0;
}

static void layout(struct part *p, const struct region *r)
{
	pager_layout(&self(p)->pager, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	pager_draw(&self(p)->pager, r, focused);
}

static bool command(struct part *p, const struct call *call)
{
	struct body_part *bp = self(p);

	if (nav_pager(&bp->pager, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
	case CMD_EDIT:
		pair_open_body(p->pv, bp->side);
		return true;
	default:
		return false;
	}
}

static bool mouse(struct part *p, const struct mouse *m)
{
	if (m->kind == MOUSE_DOUBLE) {
		pair_open_body(p->pv, self(p)->side);
		return true;
	}
	return pager_mouse(&self(p)->pager, m) != UI_IGNORED;
}

static bool search(struct part *p, const char *text, size_t len, int step)
{
	bool wrapped;

	return pager_find(&self(p)->pager, text, len, step, &wrapped);
}

static bool field_name(struct part *p, struct buf *out)
{
	buf_adds(out, self(p)->side == BODY_REQUEST ? "request.body" :
		 "response.body");
	return true;
}

static bool value(struct part *p, struct buf *out)
{
	struct body_part *bp = self(p);
	const struct rrpair *pair = pair_record(p->pv);

	if (!pair || !body_decode(&bp->body, pair, bp->side, NULL))
		return false;
	buf_add(out, bp->body.bytes.data, bp->body.bytes.len);
	return true;
}

static void release(struct part *p)
{
	struct body_part *bp = self(p);

	body_release(&bp->body);
	buf_release(&bp->layers);
	pager_release(&bp->pager);
	free(p);
}

static const struct part_ops ops = {
	.title = part_title, .load = load, .rows = rows, .layout = layout,
	.draw = draw, .command = command, .free = release, .mouse = mouse,
	.search = search, .field_name = field_name, .value = value,
};

struct part *part_body_new(struct pair_view *pv, enum body_side side)
{
	struct body_part *bp = mem_zalloc(1, sizeof(*bp));

	part_init(&bp->part, &ops, pv);
	bp->side = side;
	body_init(&bp->body);
	buf_init(&bp->layers);
	pager_init(&bp->pager);
	return &bp->part;
}
