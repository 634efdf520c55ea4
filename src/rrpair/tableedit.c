#include "config.h"

#include "rrpair/tableedit.h"

#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/mock.h"

static bool check(const struct row_edit *edit, struct err *err)
{
	if (edit->verb != ROW_INSERT && edit->row >= edit->table->count)
		return err_set(err, ERR_ABSENT, _("no such row"));
	if ((edit->verb == ROW_INSERT || edit->verb == ROW_MOVE) &&
	    edit->to > edit->table->count)
		return err_set(err, ERR_ABSENT, _("no such row"));
	if (edit->verb != ROW_INSERT && edit->verb != ROW_DELETE &&
	    edit->verb != ROW_MOVE &&
	    (edit_row(edit)->flags & PAIRTABLE_ODD))
		return err_set(err, ERR_INPUT,
			       _("not a text as the format has it; edit it in "
				 "the JSON tree"));
	if (!utf8_valid(edit->name.s, edit->name.len) ||
	    !utf8_valid(edit->value.s, edit->value.len))
		return err_set(err, ERR_INPUT, _("the new value is not UTF-8"));
	return true;
}

static bool dispatch(struct row_edit *edit, struct err *err)
{
	if (edit->verb == ROW_MOVE &&
	    (edit->to == edit->row || edit->to == edit->row + 1))
		return true;
	if (rrpair_is_mock(edit->plan->pair) &&
	    edit->table->id != PAIRTABLE_TAGS)
		return mock_rows_edit(edit, err);
	switch (edit->table->id) {
	case PAIRTABLE_REQUEST_HEADERS:
	case PAIRTABLE_RESPONSE_HEADERS:
		return header_rows_edit(edit, err);
	case PAIRTABLE_PARAMS:
		return param_rows_edit(edit, err);
	case PAIRTABLE_REQUEST_COOKIES:
	case PAIRTABLE_RESPONSE_COOKIES:
		return cookie_rows_edit(edit, err);
	default:
		return tag_rows_edit(edit, err);
	}
}

static bool run(struct row_edit edit, const struct rrpair *pair, unsigned flags,
		struct change_set *out, struct err *err)
{
	struct plan plan;

	if (!check(&edit, err))
		return false;
	plan_begin(&plan, pair, flags);
	edit.plan = &plan;
	return plan_end(&plan, dispatch(&edit, err), out);
}

bool pairtable_set(const struct rrpair *pair, const struct pairtable *table,
		   size_t row, const char *value, size_t len, unsigned flags,
		   struct change_set *out, struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_SET, .row = row,
		.name = { "", 0 }, .value = { value, len },
	};

	return run(edit, pair, flags, out, err);
}

bool pairtable_set_extra(const struct rrpair *pair,
			 const struct pairtable *table, size_t row,
			 const char *extra, size_t len, struct change_set *out,
			 struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_SET_EXTRA, .row = row,
		.name = { "", 0 }, .value = { extra, len },
	};

	if (table->id != PAIRTABLE_RESPONSE_COOKIES)
		return err_set(err, ERR_INPUT,
			       _("only Set-Cookie has attributes"));
	return run(edit, pair, CHANGE_LINKED, out, err);
}

bool pairtable_rename(const struct rrpair *pair, const struct pairtable *table,
		      size_t row, const char *name, size_t len, unsigned flags,
		      struct change_set *out, struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_RENAME, .row = row,
		.name = { name, len }, .value = { "", 0 },
	};

	return run(edit, pair, flags, out, err);
}

bool pairtable_insert(const struct rrpair *pair, const struct pairtable *table,
		      size_t at, const char *name, size_t name_len,
		      const char *value, size_t len, unsigned flags,
		      struct change_set *out, struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_INSERT, .to = at,
		.name = { name, name_len }, .value = { value, len },
	};

	return run(edit, pair, flags, out, err);
}

bool pairtable_delete(const struct rrpair *pair, const struct pairtable *table,
		      size_t row, unsigned flags, struct change_set *out,
		      struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_DELETE, .row = row,
		.name = { "", 0 }, .value = { "", 0 },
	};

	return run(edit, pair, flags, out, err);
}

bool pairtable_duplicate(const struct rrpair *pair,
			 const struct pairtable *table, size_t row,
			 unsigned flags, struct change_set *out,
			 struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_DUPLICATE, .row = row,
		.name = { "", 0 }, .value = { "", 0 },
	};

	return run(edit, pair, flags, out, err);
}

bool pairtable_move(const struct rrpair *pair, const struct pairtable *table,
		    size_t row, size_t to, unsigned flags,
		    struct change_set *out, struct err *err)
{
	struct row_edit edit = {
		.table = table, .verb = ROW_MOVE, .row = row, .to = to,
		.name = { "", 0 }, .value = { "", 0 },
	};

	return run(edit, pair, flags, out, err);
}
