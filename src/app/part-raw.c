/*
 * The record's bytes as they stand in the file. The only tab for a line that
 * is no JSON, which is mended here.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsoncolour.h"
#include "app/pair.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/textedit.h"

struct raw_part {
	struct part part;
	struct textedit text;
	struct record *record;	/* counted: the text is its, until edited */
	bool editing;
	bool refill;		/* the text was edited */
};

static struct raw_part *self(struct part *p)
{
	return (struct raw_part *)p;
}

static void load(struct part *p, const struct rrpair *pair)
{
	struct raw_part *rp = self(p);
	struct record *record = pair_shown(p->pv);
	size_t at = rp->text.cursor;

	(void)pair;
	if (rp->editing || (record == rp->record && !rp->refill))
		return;
	if (record)
		textedit_borrow(&rp->text, record->text.data,
				record->text.len);
	else
		textedit_set(&rp->text, "", 0);
	textedit_goto(&rp->text, at);
	rp->refill = false;
	if (record)
		record_ref(record);
	record_unref(rp->record);
	rp->record = record;
}

static int rows(struct part *p)
{
	(void)p;
	return 0;
}

static void layout(struct part *p, const struct region *r)
{
	textedit_layout(&self(p)->text, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	textedit_draw(&self(p)->text, r, focused && self(p)->editing);
}

static void stop(struct raw_part *rp)
{
	rp->editing = false;
	rp->refill = true;
	rp->text.read_only = true;
	rp->part.stale = true;
}

/* One record is one line: breaks in the text would make two records of it. */
static bool one_line(struct raw_part *rp, const char *bytes, size_t len,
		     struct err *err)
{
	if (!memchr(bytes, '\n', len) ||
	    memchr(pair_text(rp->part.pv)->data, '\n',
		   pair_text(rp->part.pv)->len))
		return true;
	return err_set(err, ERR_INPUT,
		       _("a record is one line: take the line breaks out"));
}

static bool accept(struct raw_part *rp)
{
	struct pair_view *pv = rp->part.pv;
	const struct buf *was = pair_text(pv);
	struct err err = { 0 };
	size_t len;
	const char *bytes = textedit_bytes(&rp->text, &len);
	bool done;

	done = one_line(rp, bytes, len, &err);
	if (done)
		done = pair_patch(pv, _("edit the record as text"),
				  patch_between(was->data, was->len, bytes,
						len), &err);
	if (done)
		stop(rp);
	else
		app_fail(pair_app(pv), &err);
	return done;
}

static void answered(struct app *app, void *arg, size_t answer)
{
	struct raw_part *rp = arg;

	(void)app;
	if (answer == 0)
		accept(rp);
	else if (answer == 1)
		stop(rp);
}

static bool cancel(struct raw_part *rp)
{
	const char *answers[3] = {
		C_("answer", "take over"), C_("answer", "discard"),
		C_("answer", "go on editing"),
	};

	if (textedit_modified(&rp->text))
		app_question(pair_app(rp->part.pv), STYLE_WARNING,
			     _("The text was edited"),
			     _("What becomes of the edit?"), answers, 3,
			     answered, rp);
	else
		stop(rp);
	return true;
}

static bool begin(struct raw_part *rp)
{
	if (!pair_editable(rp->part.pv))
		return true;
	rp->editing = true;
	rp->text.read_only = false;
	return true;
}

static bool edit_external(struct raw_part *rp)
{
	struct pair_view *pv = rp->part.pv;
	const struct buf *was = pair_text(pv);
	struct err err = { 0 };
	struct buf now;
	bool done;

	if (!pair_editable(pv))
		return true;
	buf_init(&now);
	done = app_edit_text(pair_app(pv), was->data, was->len, ".json", &now,
			     &err);
	if (done && now.len && now.data[now.len - 1] == '\n')
		buf_truncate(&now, now.len - 1);
	was = pair_text(pv);
	done = done && one_line(rp, now.data, now.len, &err) &&
	       pair_patch(pv, _("edit the record as text"),
			  patch_between(was->data, was->len, now.data,
					now.len), &err);
	if (!done)
		app_fail(pair_app(pv), &err);
	buf_release(&now);
	return true;
}

static bool scroll(struct raw_part *rp, enum text_action verb)
{
	textedit_action(&rp->text, verb);
	return true;
}

static bool command(struct part *p, const struct call *call)
{
	struct raw_part *rp = self(p);

	switch (call->id) {
	case CMD_OPEN:
	case CMD_EDIT:
		return begin(rp);
	case CMD_EDIT_EXTERNAL:
		return edit_external(rp);
	case CMD_FIELD_ACCEPT:
		accept(rp);
		return true;
	case CMD_FIELD_CANCEL:
		return cancel(rp);
	case CMD_DOWN:
		return scroll(rp, TEXT_DOWN);
	case CMD_UP:
		return scroll(rp, TEXT_UP);
	case CMD_LEFT:
		return scroll(rp, TEXT_LEFT);
	case CMD_RIGHT:
		return scroll(rp, TEXT_RIGHT);
	case CMD_PAGE_DOWN:
	case CMD_HALF_DOWN:
		return scroll(rp, TEXT_PAGE_DOWN);
	case CMD_PAGE_UP:
	case CMD_HALF_UP:
		return scroll(rp, TEXT_PAGE_UP);
	case CMD_TOP:
		return scroll(rp, TEXT_TOP);
	case CMD_BOTTOM:
		return scroll(rp, TEXT_BOTTOM);
	default:
		return false;
	}
}

static bool in_field(struct part *p)
{
	return self(p)->editing;
}

static enum ui_result text(struct part *p, const char *bytes, size_t len)
{
	return textedit_text(&self(p)->text, bytes, len);
}

/* A record is one line, so Enter takes over, as in a field. */
static enum ui_result action(struct part *p, enum text_action verb)
{
	if (verb == TEXT_NEWLINE)
		return UI_IGNORED;
	return textedit_action(&self(p)->text, verb);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	return textedit_mouse(&self(p)->text, m) != UI_IGNORED;
}

static bool search(struct part *p, const char *needle, size_t len, int step)
{
	bool wrapped, fold = true;
	size_t i;

	for (i = 0; i < len; i++)
		fold &= needle[i] < 'A' || needle[i] > 'Z';
	return textedit_find(&self(p)->text, needle, len, fold, step, &wrapped);
}

static bool value(struct part *p, struct buf *out)
{
	const struct buf *text = pair_text(p->pv);

	buf_add(out, text->data, text->len);
	return true;
}

static bool leave(struct part *p)
{
	struct raw_part *rp = self(p);

	if (!rp->editing)
		return true;
	if (textedit_modified(&rp->text))
		return accept(rp);
	stop(rp);
	return true;
}

static bool reveal(struct part *p, size_t offset)
{
	textedit_goto(&self(p)->text, offset);
	return true;
}

static void release(struct part *p)
{
	textedit_release(&self(p)->text);
	record_unref(self(p)->record);
	free(p);
}

static const struct part_ops ops = {
	.load = load, .rows = rows, .layout = layout, .draw = draw,
	.command = command, .free = release, .field = in_field, .lines = true,
	.text = text,
	.action = action, .mouse = mouse, .search = search, .value = value,
	.leave = leave, .reveal = reveal,
};

struct part *part_raw_new(struct pair_view *pv)
{
	struct raw_part *rp = mem_zalloc(1, sizeof(*rp));

	part_init(&rp->part, &ops, pv);
	textedit_init(&rp->text);
	rp->text.read_only = true;
	rp->text.colour = json_colour;
	return &rp->part;
}
