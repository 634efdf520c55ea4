/* Headers, parameters, cookies and tags: a table edited in place. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/pair.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/table.h"

struct rows_part {
	struct part part;
	enum pairtable_id id;
	struct pairtable data;
	struct table table;
	/* A row being added lives here until it has a name and a value: a record
	 * never holds a header without a name. */
	bool adding;
	size_t add_at;
	struct buf add_name;
};

enum { COLUMN_NAME, COLUMN_VALUE, COLUMN_EXTRA };

static const struct table_column two_columns[] = {
	{ N_("Name"), 10, 30, false }, { N_("Value"), 10, 70, false },
};
static const struct table_column cookie_columns[] = {
	{ N_("Name"), 8, 25, false }, { N_("Value"), 8, 40, false },
	{ N_("Attributes"), 8, 35, false },
};

static const struct { const char *title, *empty; } texts[] = {
	[PAIRTABLE_REQUEST_HEADERS] =
		{ N_("Request headers"), N_("no headers; a adds one") },
	[PAIRTABLE_RESPONSE_HEADERS] =
		{ N_("Response headers"), N_("no headers; a adds one") },
	[PAIRTABLE_PARAMS] =
		{ N_("Query parameters"), N_("no parameters; a adds one") },
	[PAIRTABLE_REQUEST_COOKIES] =
		{ N_("Cookies sent"), N_("no cookies; a adds one") },
	[PAIRTABLE_RESPONSE_COOKIES] =
		{ N_("Cookies set"), N_("no cookies; a adds one") },
	[PAIRTABLE_TAGS] = { N_("Tags"), N_("no tags; a adds one") },
};

static struct rows_part *self(struct part *p)
{
	return (struct rows_part *)p;
}

/* The record's row behind a table row; the row being added has none. */
static const struct pairtable_row *row_at(struct rows_part *rp, size_t row)
{
	if (rp->adding && row == rp->add_at)
		return NULL;
	row -= rp->adding && row > rp->add_at;
	return row < rp->data.count ? &rp->data.rows[row] : NULL;
}

static size_t data_row(const struct rows_part *rp, size_t row)
{
	return row - (rp->adding && row > rp->add_at);
}

static size_t table_count(void *arg)
{
	struct rows_part *rp = arg;

	part_sync(&rp->part);
	return rp->data.count + rp->adding;
}

static void table_cell(void *arg, size_t row, int column, struct buf *out)
{
	struct rows_part *rp = arg;
	const struct pairtable_row *r = row_at(rp, row);

	if (!r) {
		if (rp->adding && column == COLUMN_NAME)
			buf_add(out, rp->add_name.data, rp->add_name.len);
		return;
	}
	if (column == COLUMN_NAME)
		buf_add(out, r->name, r->name_len);
	else if (column == COLUMN_VALUE)
		buf_add(out, r->value, r->value_len);
	else
		buf_add(out, r->extra, r->extra_len);
}

static bool take(struct rows_part *rp, bool made, struct change_set *set,
		 const char *label, struct err *err)
{
	bool done = made && pair_apply(rp->part.pv, label, set, err);

	change_release(set);
	return done;
}

static bool insert_now(struct rows_part *rp, const char *value, size_t len,
		       struct err *err)
{
	const struct rrpair *pair = pair_record(rp->part.pv);
	struct change_set set;
	bool made;

	change_init(&set);
	made = pair && pairtable_insert(pair, &rp->data, rp->add_at,
					rp->add_name.data, rp->add_name.len,
					value, len,
					pair_link_flags(rp->part.pv), &set,
					err);
	made = take(rp, made, &set, _("add a row"), err);
	if (made)
		rp->adding = false;
	return made;
}

static bool table_cell_set(void *arg, size_t row, int column, const char *bytes,
			   size_t len, struct err *err)
{
	struct rows_part *rp = arg;
	const struct rrpair *pair = pair_record(rp->part.pv);
	unsigned flags = pair_link_flags(rp->part.pv);
	struct change_set set;
	bool made;

	if (!pair)
		return err_set(err, ERR_INPUT, "%s",
			       pair_error(rp->part.pv)->msg);
	if (rp->adding && row == rp->add_at) {
		if (column != COLUMN_NAME)
			return insert_now(rp, bytes, len, err);
		if (!len)
			return err_set(err, ERR_INPUT,
				       _("a row needs a name"));
		buf_clear(&rp->add_name);
		buf_add(&rp->add_name, bytes, len);
		return true;
	}
	change_init(&set);
	row = data_row(rp, row);
	if (column == COLUMN_NAME)
		made = pairtable_rename(pair, &rp->data, row, bytes, len, flags,
					&set, err);
	else if (column == COLUMN_VALUE)
		made = pairtable_set(pair, &rp->data, row, bytes, len, flags,
				     &set, err);
	else
		made = pairtable_set_extra(pair, &rp->data, row, bytes, len,
					   &set, err);
	return take(rp, made, &set, _(texts[rp->id].title), err);
}

static bool table_row_insert(void *arg, size_t row, struct err *err)
{
	struct rows_part *rp = arg;

	(void)err;
	rp->adding = true;
	rp->add_at = row;
	buf_clear(&rp->add_name);
	return true;
}

static bool table_row_remove(void *arg, size_t row, struct err *err)
{
	struct rows_part *rp = arg;
	const struct rrpair *pair = pair_record(rp->part.pv);
	struct change_set set;

	if (rp->adding && row == rp->add_at) {
		rp->adding = false;
		return true;
	}
	if (!pair)
		return err_set(err, ERR_INPUT, "%s",
			       pair_error(rp->part.pv)->msg);
	change_init(&set);
	return take(rp, pairtable_delete(pair, &rp->data, data_row(rp, row),
					 pair_link_flags(rp->part.pv), &set,
					 err),
		    &set, _("delete a row"), err);
}

static bool table_row_duplicate(void *arg, size_t row, struct err *err)
{
	struct rows_part *rp = arg;
	const struct rrpair *pair = pair_record(rp->part.pv);
	struct change_set set;

	change_init(&set);
	return take(rp, pair && pairtable_duplicate(pair, &rp->data,
						    data_row(rp, row),
						    pair_link_flags(rp->part.pv),
						    &set, err),
		    &set, _("duplicate a row"), err);
}

static bool table_row_move(void *arg, size_t from, size_t to, struct err *err)
{
	struct rows_part *rp = arg;
	const struct rrpair *pair = pair_record(rp->part.pv);
	struct change_set set;

	change_init(&set);
	return take(rp, pair && pairtable_move(pair, &rp->data, from,
					       to > from ? to + 1 : to,
					       pair_link_flags(rp->part.pv),
					       &set, err),
		    &set, _("move a row"), err);
}

/* Against the record as saved: a row is named by its field (name and number);
 * cookies, which have none, are compared by their header in the other tab. */
static enum table_mark saved_mark(struct rows_part *rp, size_t row)
{
	const struct rrpair *saved = pair_saved(rp->part.pv);
	const struct pairtable_row *r = &rp->data.rows[row];
	enum table_mark mark = TABLE_PLAIN;
	struct field field;
	struct buf was;

	if (!saved || !pairtable_field(&rp->data, row, &field))
		return TABLE_PLAIN;
	buf_init(&was);
	if (!rrpair_get(saved, &field, &was, NULL))
		mark = TABLE_ADDED;
	else if (was.len != r->value_len ||
		 memcmp(was.data, r->value, was.len))
		mark = TABLE_CHANGED;
	buf_release(&was);
	field_release(&field);
	return mark;
}

static const struct pair_problem *row_problem(struct rows_part *rp, size_t row)
{
	const struct pairtable_row *r = row_at(rp, row);
	const struct rrpair *pair = pair_record(rp->part.pv);
	const struct pair_problem *problem;

	if (!r || !pair || r->node == JSON_NONE)
		return NULL;
	problem = pair_problem_of(rp->part.pv, r->node);
	if (!problem && pair->doc.nodes[r->node].parent != JSON_NONE &&
	    pair->doc.nodes[pair->doc.nodes[r->node].parent].type == JSON_ARRAY)
		problem = pair_problem_of(rp->part.pv,
					  pair->doc.nodes[r->node].parent);
	return problem;
}

static enum table_mark table_row_mark(void *arg, size_t row)
{
	struct rows_part *rp = arg;
	const struct pair_problem *problem;

	if (rp->adding && row == rp->add_at)
		return TABLE_ADDED;
	problem = row_problem(rp, row);
	if (problem && problem->rule->severity == CHECK_ERROR)
		return TABLE_ERROR;
	if (problem && problem->rule->severity == CHECK_WARNING)
		return TABLE_WARNING;
	return saved_mark(rp, data_row(rp, row));
}

static void table_row_note(void *arg, size_t row, struct buf *out)
{
	const struct pair_problem *problem = row_problem(arg, row);

	if (problem)
		buf_adds(out, problem->message);
}

static const struct table_ops table_callbacks = {
	.count = table_count,
	.cell = table_cell,
	.set = table_cell_set,
	.insert = table_row_insert,
	.remove = table_row_remove,
	.duplicate = table_row_duplicate,
	.move = table_row_move,
	.mark = table_row_mark,
	.note = table_row_note,
};

/* -------------------------------------------------------------- the part */

static void part_title(struct part *p, struct buf *out)
{
	buf_addf(out, "%s (%zu)", _(texts[self(p)->id].title),
		 self(p)->data.count);
}

static void load(struct part *p, const struct rrpair *pair)
{
	struct rows_part *rp = self(p);

	if (!pair || !pairtable_read(&rp->data, pair, rp->id, NULL))
		rp->data.count = 0;
	if (rp->adding && rp->add_at > rp->data.count)
		rp->add_at = rp->data.count;
	table_changed(&rp->table);
}

static int rows(struct part *p)
{
	struct rows_part *rp = self(p);

	return (int)(rp->data.count > 40 ? 40 : rp->data.count) +
	       rp->adding + 2;
}

static void layout(struct part *p, const struct region *r)
{
	table_layout(&self(p)->table, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	table_draw(&self(p)->table, r, focused);
}

static bool tell(struct rows_part *rp, bool done, const struct err *err)
{
	if (!done)
		app_fail(pair_app(rp->part.pv), err);
	return true;
}

static bool edits(enum command_id id)
{
	return id == CMD_OPEN || id == CMD_EDIT || id == CMD_ADD ||
	       id == CMD_INSERT || id == CMD_DELETE || id == CMD_DUPLICATE ||
	       id == CMD_MOVE_DOWN || id == CMD_MOVE_UP;
}

static bool edit_command(struct rows_part *rp, enum command_id id)
{
	struct table *t = &rp->table;
	struct err err = { 0 };

	switch (id) {
	case CMD_OPEN:
	case CMD_EDIT:
		return tell(rp, table_edit(t, &err), &err);
	case CMD_ADD:
		return tell(rp, table_add(t, &err), &err);
	case CMD_INSERT:
		return tell(rp, table_insert(t, &err), &err);
	case CMD_DELETE:
		return tell(rp, table_delete(t, &err), &err);
	case CMD_DUPLICATE:
		return tell(rp, table_duplicate(t, &err), &err);
	case CMD_MOVE_DOWN:
		return tell(rp, table_shift(t, 1, &err), &err);
	default:
		return tell(rp, table_shift(t, -1, &err), &err);
	}
}

/* A name without a value yet is a row with an empty value; no name is none. */
static bool end_adding(struct rows_part *rp)
{
	struct err err = { 0 };

	table_cancel(&rp->table);
	if (rp->adding && rp->add_name.len)
		tell(rp, insert_now(rp, "", 0, &err), &err);
	rp->adding = false;
	table_changed(&rp->table);
	return true;
}

static bool accept(struct rows_part *rp, bool next)
{
	struct err err = { 0 };

	next |= rp->adding && rp->table.column == COLUMN_NAME;
	return tell(rp, table_accept(&rp->table, next, &err), &err);
}

static bool command(struct part *p, const struct call *call)
{
	struct rows_part *rp = self(p);

	if (edits(call->id))
		return !pair_editable(p->pv) || edit_command(rp, call->id);
	if (nav_table(&rp->table, rp->data.count, call))
		return true;
	switch (call->id) {
	case CMD_FIELD_ACCEPT:
		return accept(rp, false);
	case CMD_FIELD_CANCEL:
		return end_adding(rp);
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

/* Tab goes on to the next cell, as in any table. */
static enum ui_result action(struct part *p, enum text_action verb)
{
	if (verb == TEXT_TAB) {
		accept(self(p), true);
		return UI_MOVED;
	}
	return prompt_action(table_field(&self(p)->table), verb);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	struct rows_part *rp = self(p);

	if (table_mouse(&rp->table, m) == UI_IGNORED)
		return false;
	if (m->kind == MOUSE_DOUBLE && pair_editable(p->pv))
		edit_command(rp, CMD_EDIT);
	return true;
}

static bool search(struct part *p, const char *needle, size_t len, int step)
{
	return table_find(&self(p)->table, needle, len,
			  pair_folds(needle, len), step);
}

static bool field_name(struct part *p, struct buf *out)
{
	struct rows_part *rp = self(p);
	struct field field;

	if (rp->adding || rp->table.row >= rp->data.count ||
	    !pairtable_field(&rp->data, rp->table.row, &field))
		return false;
	field_print(&field, out);
	field_release(&field);
	return true;
}

static bool value(struct part *p, struct buf *out)
{
	struct rows_part *rp = self(p);

	if (rp->table.row >= rp->data.count)
		return false;
	table_cell(rp, rp->table.row, rp->table.column, out);
	return true;
}

static bool leave(struct part *p)
{
	struct rows_part *rp = self(p);
	struct err err = { 0 };
	bool done;

	if (!in_field(p))
		return true;
	if (rp->adding)
		return end_adding(rp);
	done = table_accept(&rp->table, false, &err);
	tell(rp, done, &err);
	return done;
}

static void release(struct part *p)
{
	struct rows_part *rp = self(p);

	table_release(&rp->table);
	pairtable_release(&rp->data);
	buf_release(&rp->add_name);
	free(p);
}

static const struct part_ops ops = {
	.title = part_title, .load = load, .rows = rows, .layout = layout,
	.draw = draw, .command = command, .free = release, .field = in_field,
	.text = text, .action = action, .mouse = mouse, .search = search,
	.field_name = field_name, .value = value, .leave = leave,
};

struct part *part_rows_new(struct pair_view *pv, enum pairtable_id id)
{
	struct rows_part *rp = mem_zalloc(1, sizeof(*rp));
	bool set_cookie = id == PAIRTABLE_RESPONSE_COOKIES;

	part_init(&rp->part, &ops, pv);
	rp->id = id;
	pairtable_init(&rp->data);
	buf_init(&rp->add_name);
	table_init(&rp->table, &table_callbacks, rp,
		   set_cookie ? cookie_columns : two_columns,
		   set_cookie ? 3 : 2);
	rp->table.empty = _(texts[id].empty);
	rp->table.column = COLUMN_VALUE;	/* what is edited most */
	return &rp->part;
}
