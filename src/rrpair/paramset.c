#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/set.h"

static bool no_request(struct err *err)
{
	return err_set(err, ERR_ABSENT, _(".http.req: the record has none"));
}

static bool value_is(const struct params *ps, size_t row,
		     const struct slice *value)
{
	return slice_eq(ps->bytes.data + ps->rows[row].value,
			ps->rows[row].value_len, value->s, value->len);
}

/* The text in out becomes the query that is read. */
static void take(struct params *ps, struct buf *out)
{
	params_parse(ps, out->data, out->len);
	buf_clear(out);
}

/* Drop the values of a name beyond the nth, each with the & behind it. */
static void drop_after(struct params *ps, const char *name, size_t len,
		       uint32_t nth)
{
	const char *query = ps->query.data;
	size_t at = 0;
	struct buf text;

	buf_init(&text);
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[i];

		if (!params_named(ps, i, name, len) || (nth && nth--))
			continue;
		buf_add(&text, query + at, p->at - at);
		at = p->at + p->len;
		if (at < ps->query.len)
			at++;
		else if (text.len && text.data[text.len - 1] == '&')
			buf_truncate(&text, text.len - 1);
	}
	buf_add(&text, query + at, ps->query.len - at);
	if (at)
		take(ps, &text);
	buf_release(&text);
}

static bool all_are(const struct params *ps, const char *name, size_t len,
		    const struct slice *value)
{
	for (size_t i = 0; i < ps->count; i++)
		if (params_named(ps, i, name, len) && !value_is(ps, i, value))
			return false;
	return true;
}

static bool edit(struct params *ps, const char *name, size_t len, uint32_t nth,
		 const struct slice *value, struct err *err)
{
	size_t row = params_find(ps, name, len, nth ? nth : 1);
	char quoted[ERR_QUOTE_MAX];
	struct buf text;

	if (row < ps->count && !nth && all_are(ps, name, len, value))
		return true;
	if (row == ps->count && nth > 1 &&
	    params_find(ps, name, len, nth - 1) == ps->count)
		return err_set(err, ERR_ABSENT,
			       _("param[%s]: it has fewer values"),
			       err_quote(quoted, name, len));
	buf_init(&text);
	if (row == ps->count) {
		params_with_new(ps, ps->count, name, len, value->s, value->len,
				&text);
		take(ps, &text);
	} else if (!value_is(ps, row, value)) {
		params_with_value(ps, row, value->s, value->len, &text);
		take(ps, &text);
	}
	if (!nth)
		drop_after(ps, name, len, 1);
	buf_release(&text);
	return true;
}

static bool write_query(struct plan *plan, const struct params *ps,
			struct err *err)
{
	struct slice query = { ps->query.data, ps->query.len };

	return params_set_url(plan, NULL, &query, err);
}

/* Without a uri the parameters live in queryParams. A name that it holds twice
 * is two values to one reader and one to the next: nothing is right there. */
static bool is_plain(const struct rrpair *pair, const char *name, size_t len,
		     struct err *err)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_member(pair, pair->req, "queryParams");
	unsigned seen = 0;

	if (part_is(pair, part_member(pair, pair->req, "uri"), JSON_STRING) ||
	    !part_is(pair, map, JSON_OBJECT))
		return true;
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m))
		seen += json_key_is(doc, m, name, len);
	return seen < 2 ||
	       err_set(err, ERR_INPUT, ".http.req.queryParams: %s",
		       _("this key occurs twice in its object"));
}

bool param_set(struct plan *plan, const char *name, size_t name_len,
	       uint32_t nth, const struct slice *value, struct err *err)
{
	struct params ps;
	bool ok;

	params_init(&ps);
	ok = params_read(&ps, plan->pair) || no_request(err);
	ok = ok && is_plain(plan->pair, name, name_len, err);
	ok = ok && edit(&ps, name, name_len, nth, value, err) &&
	     write_query(plan, &ps, err);
	params_release(&ps);
	return ok;
}

bool param_unset(struct plan *plan, const char *name, size_t name_len,
		 uint32_t nth, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct params ps;
	struct buf text;
	size_t row;
	bool ok;

	params_init(&ps);
	buf_init(&text);
	ok = params_read(&ps, plan->pair) || no_request(err);
	ok = ok && is_plain(plan->pair, name, name_len, err);
	if (ok) {
		row = params_find(&ps, name, name_len, nth ? nth : 1);
		if (row == ps.count)
			ok = err_set(err, ERR_ABSENT,
				     _("param[%s]: the record has none"),
				     err_quote(quoted, name, name_len));
	}
	if (ok) {
		params_without(&ps, row, &text);
		take(&ps, &text);
		if (!nth)
			drop_after(&ps, name, name_len, 0);
		ok = write_query(plan, &ps, err);
	}
	buf_release(&text);
	params_release(&ps);
	return ok;
}
