/* The signature decoded, beside what the request gives. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/pair.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/signature.h"
#include "ui/table.h"

struct signature_part {
	struct part part;
	struct signature sig;
	struct table table;
};

enum { COLUMN_KEY, COLUMN_VALUE, COLUMN_EXPECTED };

static const struct table_column columns[] = {
	{ N_("Key"), 12, 28, true },
	{ N_("Value"), 10, 40, false },
	{ N_("The request gives"), 10, 32, true },
};

static struct signature_part *self(struct part *p)
{
	return (struct signature_part *)p;
}

static size_t table_count(void *arg)
{
	struct signature_part *sp = arg;

	part_sync(&sp->part);
	return sp->sig.count;
}

static void table_cell(void *arg, size_t row, int column, struct buf *out)
{
	struct signature_part *sp = arg;
	const struct signature_row *r = &sp->sig.rows[row];

	if (column == COLUMN_KEY)
		buf_add(out, r->key, r->key_len);
	else if (column == COLUMN_VALUE)
		buf_add(out, r->value, r->value_len);
	else if (r->flags & SIG_KNOWN && r->flags & (SIG_STALE | SIG_MISSING))
		buf_add(out, r->expected, r->expected_len);
	else if (r->flags & SIG_KNOWN)
		buf_adds(out, _("(the same)"));
}

static bool apply(struct signature_part *sp, bool made, struct change_set *set,
		  struct err *err)
{
	bool done = made && pair_apply(sp->part.pv, _("signature"), set, err);

	change_release(set);
	return done;
}

static bool table_set(void *arg, size_t row, int column, const char *bytes,
		      size_t len, struct err *err)
{
	struct signature_part *sp = arg;
	const struct signature_row *r = &sp->sig.rows[row];
	const struct rrpair *pair = pair_record(sp->part.pv);
	struct change_set set;

	if (!pair || column != COLUMN_VALUE)
		return err_set(err, ERR_INPUT, _("this cannot be edited"));
	change_init(&set);
	return apply(sp, signature_set(pair, r->key, r->key_len, bytes, len,
				       &set, err), &set, err);
}

static bool table_remove(void *arg, size_t row, struct err *err)
{
	struct signature_part *sp = arg;
	const struct signature_row *r = &sp->sig.rows[row];
	const struct rrpair *pair = pair_record(sp->part.pv);
	struct change_set set;

	if (!pair)
		return err_set(err, ERR_INPUT, _("this cannot be edited"));
	change_init(&set);
	return apply(sp, signature_unset(pair, r->key, r->key_len, &set, err),
		     &set, err);
}

static enum table_mark table_mark(void *arg, size_t row)
{
	struct signature_part *sp = arg;
	unsigned flags = sp->sig.rows[row].flags;

	if (flags & (SIG_BAD_BASE64 | SIG_BAD_TYPE))
		return TABLE_ERROR;
	return flags & (SIG_STALE | SIG_DIFFERS) ? TABLE_WARNING : TABLE_PLAIN;
}

static void table_note(void *arg, size_t row, struct buf *out)
{
	struct signature_part *sp = arg;
	const struct signature_row *r = &sp->sig.rows[row];

	if (r->flags & SIG_BAD_BASE64)
		buf_adds(out, _("not base64: shown as it stands"));
	else if (r->flags & SIG_STALE)
		buf_adds(out, _("does not match the request: a mock with it "
				"will not answer; r computes it anew"));
	else if (r->flags & SIG_DIFFERS)
		buf_addf(out, _("mutableSignature has: %s"), r->plain);
	else if (r->flags & SIG_MISSING)
		buf_adds(out, _("the request has it, the signature does not"));
}

static const struct table_ops table_callbacks = {
	.count = table_count,
	.cell = table_cell,
	.set = table_set,
	.remove = table_remove,
	.mark = table_mark,
	.note = table_note,
};

static void load(struct part *p, const struct rrpair *pair)
{
	struct signature_part *sp = self(p);

	sp->sig.count = 0;
	if (pair)
		signature_read(&sp->sig, pair);
	table_changed(&sp->table);
}

static int rows(struct part *p)
{
	(void)p;
	return 0;
}

static void layout(struct part *p, const struct region *r)
{
	table_layout(&self(p)->table, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	table_draw(&self(p)->table, r, focused);
}

static bool tell(struct part *p, bool done, const struct err *err)
{
	if (!done)
		app_fail(pair_app(p->pv), err);
	return true;
}

static bool refresh(struct signature_part *sp)
{
	const struct rrpair *pair = pair_record(sp->part.pv);
	struct change_set set;
	struct err err = { 0 };

	if (!pair)
		return true;
	change_init(&set);
	return tell(&sp->part, apply(sp, signature_refresh(pair, &set, &err),
				     &set, &err), &err);
}

/* "KEY=VALUE", as on the command line. */
static void add_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct signature_part *sp = arg;
	const struct rrpair *pair = pair_record(sp->part.pv);
	const char *sign = text ? memchr(text, '=', len) : NULL;
	struct change_set set;
	struct err err = { 0 };

	(void)app;
	if (!text || !pair)
		return;
	if (!sign || sign == text) {
		err_set(&err, ERR_USAGE, _("write it as KEY=VALUE"));
		tell(&sp->part, false, &err);
		return;
	}
	change_init(&set);
	tell(&sp->part,
	     apply(sp, signature_set(pair, text, (size_t)(sign - text),
				     sign + 1, len - (size_t)(sign + 1 - text),
				     &set, &err), &set, &err), &err);
}

static bool add(struct signature_part *sp)
{
	struct ask ask = {
		.label = _("Signature KEY=VALUE: "),
		.history = ASK_NONE,
		.done = add_done,
		.arg = sp,
	};

	app_ask(pair_app(sp->part.pv), &ask);
	return true;
}

static bool edit_command(struct signature_part *sp, enum command_id id)
{
	struct err err = { 0 };

	switch (id) {
	case CMD_OPEN:
	case CMD_EDIT:
		table_goto(&sp->table, sp->table.row, COLUMN_VALUE);
		return tell(&sp->part, table_edit(&sp->table, &err), &err);
	case CMD_DELETE:
		return tell(&sp->part, table_delete(&sp->table, &err), &err);
	case CMD_FIX:
		return refresh(sp);
	default:
		return add(sp);
	}
}

static bool command(struct part *p, const struct call *call)
{
	struct signature_part *sp = self(p);
	struct table *t = &sp->table;
	struct err err = { 0 };

	if (nav_table(t, sp->sig.count, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
	case CMD_EDIT:
	case CMD_DELETE:
	case CMD_FIX:
	case CMD_ADD:
	case CMD_INSERT:
		return !pair_editable(p->pv) || edit_command(sp, call->id);
	case CMD_FIELD_ACCEPT:
		return tell(p, table_accept(t, false, &err), &err);
	case CMD_FIELD_CANCEL:
		table_cancel(t);
		return true;
	default:
		return false;
	}
}

static bool in_field(struct part *p)
{
	return table_field(&self(p)->table) != NULL;
}

static enum ui_result text(struct part *p, const char *bytes, size_t len)
{
	return prompt_text(table_field(&self(p)->table), bytes, len);
}

static enum ui_result action(struct part *p, enum text_action verb)
{
	return prompt_action(table_field(&self(p)->table), verb);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	if (table_mouse(&self(p)->table, m) == UI_IGNORED)
		return false;
	if (m->kind == MOUSE_DOUBLE && pair_editable(p->pv))
		edit_command(self(p), CMD_EDIT);
	return true;
}

static bool search(struct part *p, const char *needle, size_t len, int step)
{
	return table_find(&self(p)->table, needle, len,
			  pair_folds(needle, len), step);
}

static bool value(struct part *p, struct buf *out)
{
	struct signature_part *sp = self(p);

	if (sp->table.row >= sp->sig.count)
		return false;
	table_cell(sp, sp->table.row, COLUMN_VALUE, out);
	return true;
}

static bool leave(struct part *p)
{
	struct err err = { 0 };
	bool done;

	if (!in_field(p))
		return true;
	done = table_accept(&self(p)->table, false, &err);
	tell(p, done, &err);
	return done;
}

static void release(struct part *p)
{
	struct signature_part *sp = self(p);

	signature_release(&sp->sig);
	table_release(&sp->table);
	free(p);
}

static const struct part_ops ops = {
	.load = load, .rows = rows, .layout = layout, .draw = draw,
	.command = command, .free = release, .field = in_field, .text = text,
	.action = action, .mouse = mouse, .search = search, .value = value,
	.leave = leave,
};

struct part *part_signature_new(struct pair_view *pv)
{
	struct signature_part *sp = mem_zalloc(1, sizeof(*sp));

	part_init(&sp->part, &ops, pv);
	signature_init(&sp->sig);
	table_init(&sp->table, &table_callbacks, sp, columns, 3);
	sp->table.empty = _("no signature; a adds a value");
	sp->table.column = COLUMN_VALUE;
	return &sp->part;
}
