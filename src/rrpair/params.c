#include "config.h"

#include "rrpair/params.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rrpair/parts.h"

void params_init(struct params *ps)
{
	memset(ps, 0, sizeof(*ps));
	buf_init(&ps->query);
	buf_init(&ps->bytes);
}

void params_release(struct params *ps)
{
	buf_release(&ps->query);
	buf_release(&ps->bytes);
	free(ps->rows);
	params_init(ps);
}

static void read_rows(struct params *ps)
{
	struct url_param seg;
	size_t at = 0;

	ps->count = 0;
	buf_clear(&ps->bytes);
	while (url_next_param(ps->query.data, ps->query.len, &at, &seg)) {
		struct param *row;

		ps->rows = mem_room(ps->rows, ps->count, &ps->cap,
				    sizeof(*ps->rows));
		row = &ps->rows[ps->count++];
		row->at = (size_t)(seg.whole.s - ps->query.data);
		row->len = seg.whole.len;
		row->has_value = seg.value.s != NULL;
		row->value_at = row->at + row->len - seg.value.len;
		row->name = ps->bytes.len;
		url_decode(&ps->bytes, seg.name.s, seg.name.len);
		row->name_len = ps->bytes.len - row->name;
		row->value = ps->bytes.len;
		url_decode(&ps->bytes, seg.value.s, seg.value.len);
		row->value_len = ps->bytes.len - row->value;
	}
}

void params_parse(struct params *ps, const char *query, size_t len)
{
	buf_clear(&ps->query);
	buf_add(&ps->query, query, len);
	read_rows(ps);
}

bool params_read(struct params *ps, const struct rrpair *pair)
{
	buf_clear(&ps->query);
	if (!part_query(pair, &ps->query))
		return false;
	read_rows(ps);
	return true;
}

bool params_named(const struct params *ps, size_t row, const char *name,
		  size_t len)
{
	const struct param *p = &ps->rows[row];

	return slice_eq(ps->bytes.data + p->name, p->name_len, name, len);
}

size_t params_find(const struct params *ps, const char *name, size_t len,
		   uint32_t nth)
{
	for (size_t i = 0; i < ps->count; i++)
		if (params_named(ps, i, name, len) && !--nth)
			return i;
	return ps->count;
}

void params_with_value(const struct params *ps, size_t row, const char *value,
		       size_t len, struct buf *out)
{
	const struct param *p = &ps->rows[row];
	const char *query = ps->query.data;

	buf_add(out, query, p->value_at);
	if (!p->has_value)
		buf_addc(out, '=');
	url_encode(out, value, len);
	buf_add(out, query + p->at + p->len, ps->query.len - p->at - p->len);
}

void params_with_name(const struct params *ps, size_t row, const char *name,
		      size_t len, struct buf *out)
{
	const struct param *p = &ps->rows[row];
	const char *query = ps->query.data;
	size_t from = p->has_value ? p->value_at - 1 : p->at + p->len;

	buf_add(out, query, p->at);
	url_encode(out, name, len);
	buf_add(out, query + from, ps->query.len - from);
}

void params_without(const struct params *ps, size_t row, struct buf *out)
{
	const struct param *p = &ps->rows[row];
	const char *query = ps->query.data;
	size_t from = p->at, to = p->at + p->len;

	if (to < ps->query.len)		/* with the & behind it */
		to++;
	else if (from)			/* the last one: with the & before it */
		from--;
	buf_add(out, query, from);
	buf_add(out, query + to, ps->query.len - to);
}

void params_with_new(const struct params *ps, size_t at, const char *name,
		     size_t name_len, const char *value, size_t len,
		     struct buf *out)
{
	size_t cut = at < ps->count ? ps->rows[at].at : ps->query.len;

	buf_add(out, ps->query.data, cut);
	if (cut && ps->query.data[cut - 1] != '&')
		buf_addc(out, '&');
	url_encode(out, name, name_len);
	buf_addc(out, '=');
	url_encode(out, value, len);
	if (cut < ps->query.len)
		buf_addc(out, '&');
	buf_add(out, ps->query.data + cut, ps->query.len - cut);
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct params *ps = arg;
	const struct param *x = &ps->rows[*(const size_t *)a];
	const struct param *y = &ps->rows[*(const size_t *)b];
	size_t n = x->name_len < y->name_len ? x->name_len : y->name_len;
	int d = n ? memcmp(ps->bytes.data + x->name, ps->bytes.data + y->name,
			   n) : 0;

	if (!d)
		d = (x->name_len > y->name_len) - (x->name_len < y->name_len);
	return d ? d : (x->at > y->at) - (x->at < y->at);
}

void params_sorted(const struct params *ps, struct buf *out)
{
	size_t *order = mem_zalloc(ps->count + 1, sizeof(*order));

	for (size_t i = 0; i < ps->count; i++)
		order[i] = i;
	qsort_r(order, ps->count, sizeof(*order), by_name, (void *)ps);
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[order[i]];

		if (i)
			buf_addc(out, '&');
		url_encode(out, ps->bytes.data + p->name, p->name_len);
		buf_addc(out, '=');
		url_encode(out, ps->bytes.data + p->value, p->value_len);
	}
	free(order);
}

bool param_get(const struct rrpair *pair, const char *name, size_t len,
	       uint32_t nth, struct buf *out)
{
	struct params ps;
	size_t row;
	bool found = false;

	params_init(&ps);
	if (params_read(&ps, pair)) {
		row = params_find(&ps, name, len, nth);
		found = row < ps.count;
		if (found)
			buf_add(out, ps.bytes.data + ps.rows[row].value,
				ps.rows[row].value_len);
	}
	params_release(&ps);
	return found;
}

size_t param_count(const struct rrpair *pair, const char *name, size_t len)
{
	struct params ps;
	size_t n = 0;

	params_init(&ps);
	if (params_read(&ps, pair))
		for (size_t i = 0; i < ps.count; i++)
			n += params_named(&ps, i, name, len);
	params_release(&ps);
	return n;
}

bool params_list_agrees(const struct params *ps, const struct rrpair *pair,
			uint32_t list, const char *name, size_t len)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t value = JSON_NONE;
	size_t n = 0;

	if (list == JSON_NONE)
		return params_find(ps, name, len, 1) == ps->count;
	if (doc->nodes[list].type != JSON_ARRAY)
		return false;
	value = json_first(doc, list);
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[i];

		if (!params_named(ps, i, name, len))
			continue;
		if (value == JSON_NONE ||
		    doc->nodes[value].type != JSON_STRING ||
		    !json_string_is(doc, value, ps->bytes.data + p->value,
				    p->value_len))
			return false;
		n++;
		value = json_next(doc, value);
	}
	return value == JSON_NONE && n > 0;
}
