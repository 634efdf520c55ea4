#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/tableedit.h"

/* The new query is made as text, which params_set_url() then writes. */

static void move_param(const struct params *ps, size_t row, size_t to,
		       struct buf *out)
{
	const struct param *p = &ps->rows[row];
	struct params rest;
	struct buf without;

	buf_init(&without);
	params_init(&rest);
	params_without(ps, row, &without);
	params_parse(&rest, without.data, without.len);
	if (to > row)
		to--;
	if (to < rest.count) {
		buf_add(out, rest.query.data, rest.rows[to].at);
		buf_add(out, ps->query.data + p->at, p->len);
		buf_addc(out, '&');
		buf_add(out, rest.query.data + rest.rows[to].at,
			rest.query.len - rest.rows[to].at);
	} else {
		buf_add(out, rest.query.data, rest.query.len);
		buf_addc(out, '&');
		buf_add(out, ps->query.data + p->at, p->len);
	}
	params_release(&rest);
	buf_release(&without);
}

static void duplicate_param(const struct params *ps, size_t row,
			    struct buf *out)
{
	const struct param *p = &ps->rows[row];
	size_t end = p->at + p->len;

	buf_add(out, ps->query.data, end);
	buf_addc(out, '&');
	buf_add(out, ps->query.data + p->at, p->len);
	buf_add(out, ps->query.data + end, ps->query.len - end);
}

static void new_query(const struct row_edit *edit, const struct params *ps,
		      struct buf *out)
{
	switch (edit->verb) {
	case ROW_SET:
		params_with_value(ps, edit->row, edit->value.s, edit->value.len,
				  out);
		break;
	case ROW_RENAME:
		params_with_name(ps, edit->row, edit->name.s, edit->name.len,
				 out);
		break;
	case ROW_INSERT:
		params_with_new(ps, edit->to, edit->name.s, edit->name.len,
				edit->value.s, edit->value.len, out);
		break;
	case ROW_DELETE:
		params_without(ps, edit->row, out);
		break;
	case ROW_DUPLICATE:
		duplicate_param(ps, edit->row, out);
		break;
	default:
		move_param(ps, edit->row, edit->to, out);
		break;
	}
}

static bool row_unchanged(const struct row_edit *edit)
{
	const struct pairtable_row *row = edit_row(edit);

	if (edit->verb == ROW_SET)
		return slice_eq(row->value, row->value_len, edit->value.s,
				edit->value.len);
	return edit->verb == ROW_RENAME &&
	       slice_eq(row->name, row->name_len, edit->name.s, edit->name.len);
}

bool param_rows_edit(struct row_edit *edit, struct err *err)
{
	struct slice query;
	struct params ps;
	struct buf text;
	bool ok = true;

	if ((edit->verb == ROW_RENAME || edit->verb == ROW_INSERT) &&
	    !edit->name.len)
		return err_set(err, ERR_INPUT, _("a parameter has a name"));
	if (row_unchanged(edit))
		return true;
	params_init(&ps);
	buf_init(&text);
	params_read(&ps, edit->plan->pair);
	new_query(edit, &ps, &text);
	query = (struct slice){ text.data, text.len };
	ok = params_set_url(edit->plan, NULL, &query, err);
	params_release(&ps);
	buf_release(&text);
	return ok;
}
