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

/* Decoded bytes shown; what is longer opens in its own view. */
#define PREVIEW_SHOWN_MAX ((size_t)64 << 10)

struct body_part {
	struct part part;
	enum body_side side;
	struct buf layers;
	struct pager pager;
};

static struct body_part *self(struct part *p)
{
	return (struct body_part *)p;
}

static void show_text(struct body_part *bp, const struct body *body)
{
	const struct buf *bytes = &body->bytes;
	size_t len = bytes->len;
	struct buf pretty;

	buf_init(&pretty);
	if (body->kind == BODY_JSON && len <= PREVIEW_SHOWN_MAX &&
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

static void show_body(struct body_part *bp, const struct body *body)
{
	struct buf size;

	if (!(body->flags & BODY_PRESENT) || !body->bytes.len) {
		pager_addf(&bp->pager, STYLE_DIM, "%s",
			   _("no body; Enter or e writes one"));
	} else if (body->flags & BODY_UTF8) {
		show_text(bp, body);
	} else {
		buf_init(&size);
		show_size(&size, body->bytes.len);
		pager_addf(&bp->pager, STYLE_NOTE,
			   _("binary, %s: Enter shows it in hex"), size.data);
		buf_release(&size);
	}
}

static void load(struct part *p, const struct rrpair *pair)
{
	struct body_part *bp = self(p);
	const struct body *body;
	struct err err;

	pager_clear(&bp->pager);
	buf_clear(&bp->layers);
	if (!pair)
		return;
	body = pair_body(p->pv, bp->side, &err);
	if (body) {
		body_layers(body, &bp->layers);
		show_body(bp, body);
	} else {
		pager_addf(&bp->pager, STYLE_DIM, "%s", err.code ? err.msg :
			   _("decoding the body..."));
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

/* At once, however long it is: it is asked for. */
static bool value(struct part *p, struct buf *out)
{
	struct body_part *bp = self(p);
	const struct rrpair *pair = pair_record(p->pv);
	struct body body;
	bool done;

	if (!pair)
		return false;
	body_init(&body);
	done = body_decode(&body, pair, bp->side, NULL);
	if (done)
		buf_add(out, body.bytes.data, body.bytes.len);
	body_release(&body);
	return done;
}

static void release(struct part *p)
{
	struct body_part *bp = self(p);

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
	buf_init(&bp->layers);
	pager_init(&bp->pager);
	return &bp->part;
}
