#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/find.h"
#include "ui/table.h"

void table_init(struct table *t, const struct table_ops *ops, void *arg,
		const struct table_column *columns, int ncolumns)
{
	assert(ncolumns >= 1 && ncolumns <= TABLE_COLUMNS_MAX);
	memset(t, 0, sizeof(*t));
	t->ops = ops;
	t->arg = arg;
	t->columns = columns;
	t->ncolumns = ncolumns;
	prompt_init(&t->field, NULL);
	buf_init(&t->scratch);
}

void table_release(struct table *t)
{
	prompt_release(&t->field);
	buf_release(&t->scratch);
}

static size_t count(const struct table *t)
{
	return t->ops->count(t->arg);
}

/* The bytes of a cell, in t->scratch. */
static const struct buf *cell(struct table *t, size_t row, int column)
{
	buf_clear(&t->scratch);
	t->ops->cell(t->arg, row, column, &t->scratch);
	return &t->scratch;
}

/*
 * Moves
 */

static void clamp(struct table *t)
{
	size_t n = count(t);

	if (t->row >= n)
		t->row = n ? n - 1 : 0;
	if (t->column >= t->ncolumns)
		t->column = t->ncolumns - 1;
	if (t->column < 0)
		t->column = 0;
}

enum ui_result table_goto(struct table *t, size_t row, int column)
{
	size_t was = t->row;
	int was_column = t->column;

	t->row = row;
	t->column = column;
	clamp(t);
	return t->row == was && t->column == was_column ? UI_IGNORED :
							   UI_MOVED;
}

/* The column of the row that has the bytes, the focused one first; -1: none. */
static int column_with(struct table *t, size_t row, const char *needle,
		       size_t len, bool fold)
{
	for (int i = 0; i < t->ncolumns; i++) {
		int column = (t->column + i) % t->ncolumns;
		const struct buf *b = &t->scratch;

		buf_clear(&t->scratch);
		t->ops->cell(t->arg, row, column, &t->scratch);
		if (fold ? bytes_find_fold(b->data, b->len, needle, len) :
			   bytes_find(b->data, b->len, needle, len))
			return column;
	}
	return -1;
}

bool table_find(struct table *t, const char *needle, size_t len, bool fold,
		int step)
{
	size_t n = t->ops->count(t->arg), at = t->row;

	for (size_t i = 0; i < n; i++) {
		int column;

		if (step || i)
			at = (at + n + (size_t)(step < 0 ? -1 : 1)) % n;
		column = column_with(t, at, needle, len, fold);
		if (column >= 0) {
			table_goto(t, at, column);
			return true;
		}
	}
	return false;
}

enum ui_result table_move(struct table *t, long rows, int columns)
{
	size_t row = t->row;

	if (rows < 0)
		row = (size_t)-rows > row ? 0 : row - (size_t)-rows;
	else
		row = (size_t)rows > SIZE_MAX - row ? SIZE_MAX :
						       row + (size_t)rows;
	return table_goto(t, row, t->column + columns);
}

enum ui_result table_page(struct table *t, int pages)
{
	return table_move(t, (long)pages * (t->h > 1 ? t->h - 1 : 1), 0);
}

void table_changed(struct table *t)
{
	clamp(t);
}

/*
 * Editing
 */

static void complete_cell(void *arg, const char *text, size_t len,
			  size_t cursor, struct completion *out)
{
	struct table *t = arg;

	t->ops->complete(t->arg, t->row, t->column, text, len, cursor, out);
}

bool table_edit(struct table *t, struct err *err)
{
	const struct buf *b;

	if (t->row >= count(t))
		return err_set(err, ERR_ABSENT, _("there is no row to edit"));
	if (!t->ops->set || t->columns[t->column].read_only)
		return err_set(err, ERR_INPUT, _("this cannot be edited"));
	b = cell(t, t->row, t->column);
	if (!prompt_set(&t->field, b->data, b->len))
		return err_set(err, ERR_LIMIT,
			       _("too long to edit in a field"));
	t->field.complete = t->ops->complete ? complete_cell : NULL;
	t->field.complete_arg = t;
	t->editing = true;
	return true;
}

struct prompt *table_field(struct table *t)
{
	return t->editing ? &t->field : NULL;
}

static int first_editable(const struct table *t)
{
	int i;

	for (i = 0; i < t->ncolumns; i++)
		if (!t->columns[i].read_only)
			return i;
	return 0;
}

static bool insert_at(struct table *t, size_t row, struct err *err)
{
	if (!t->ops->insert)
		return err_set(err, ERR_INPUT, _("no row can be added here"));
	if (!t->ops->insert(t->arg, row, err))
		return false;
	t->row = row;
	t->column = first_editable(t);
	clamp(t);
	t->fresh = table_edit(t, NULL);
	return true;
}

bool table_add(struct table *t, struct err *err)
{
	return insert_at(t, count(t), err);
}

bool table_insert(struct table *t, struct err *err)
{
	return insert_at(t, t->row < count(t) ? t->row : count(t), err);
}

static bool has_row(const struct table *t, struct err *err)
{
	if (t->row < count(t))
		return true;
	return err_set(err, ERR_ABSENT, _("there is no row here"));
}

bool table_delete(struct table *t, struct err *err)
{
	if (!has_row(t, err))
		return false;
	if (!t->ops->remove)
		return err_set(err, ERR_INPUT, _("no row can be deleted here"));
	if (!t->ops->remove(t->arg, t->row, err))
		return false;
	clamp(t);
	return true;
}

bool table_duplicate(struct table *t, struct err *err)
{
	if (!has_row(t, err))
		return false;
	if (!t->ops->duplicate)
		return err_set(err, ERR_INPUT, _("no row can be added here"));
	if (!t->ops->duplicate(t->arg, t->row, err))
		return false;
	t->row++;
	clamp(t);
	return true;
}

bool table_shift(struct table *t, int rows, struct err *err)
{
	size_t to = t->row + (size_t)rows;

	if (!has_row(t, err))
		return false;
	if (!t->ops->move)
		return err_set(err, ERR_INPUT, _("rows cannot be moved here"));
	if ((rows < 0 && (size_t)-rows > t->row) || to >= count(t))
		return err_set(err, ERR_INPUT, _("the row cannot go further"));
	if (!t->ops->move(t->arg, t->row, to, err))
		return false;
	t->row = to;
	clamp(t);
	return true;
}

/* Where editing goes on after an accepted cell; false when it ends here. */
static bool step_on(struct table *t)
{
	int column = t->column;

	while (++column < t->ncolumns) {
		if (!t->columns[column].read_only) {
			t->column = column;
			return true;
		}
	}
	if (t->fresh || t->row + 1 >= count(t))
		return false;
	t->row++;
	t->column = first_editable(t);
	return true;
}

bool table_accept(struct table *t, bool next, struct err *err)
{
	const char *s;
	size_t len;

	s = prompt_bytes(&t->field, &len);
	if (prompt_modified(&t->field) &&
	    !t->ops->set(t->arg, t->row, t->column, s, len, err))
		return false;
	prompt_close_popup(&t->field);
	t->editing = false;
	clamp(t);
	if (next && step_on(t) && table_edit(t, NULL))
		return true;
	t->fresh = false;
	return true;
}

void table_cancel(struct table *t)
{
	bool empty = true;
	int i;

	prompt_close_popup(&t->field);
	t->editing = false;
	for (i = 0; t->fresh && i < t->ncolumns; i++)
		empty = empty && cell(t, t->row, i)->len == 0;
	if (t->fresh && empty && t->ops->remove)
		t->ops->remove(t->arg, t->row, NULL);
	t->fresh = false;
	clamp(t);
}
