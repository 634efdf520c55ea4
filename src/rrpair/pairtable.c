#include "config.h"

#include "rrpair/pairtable.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/mock.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/tableedit.h"

void pairtable_init(struct pairtable *table)
{
	memset(table, 0, sizeof(*table));
	buf_init(&table->bytes);
}

void pairtable_release(struct pairtable *table)
{
	free(table->rows);
	buf_release(&table->bytes);
	pairtable_init(table);
}

/* While reading, rows hold offsets into bytes, which may still move. */
static const char *offset(size_t at)
{
	return (const char *)(uintptr_t)at;
}

static const char *keep(struct pairtable *table, const char *bytes, size_t len)
{
	size_t at = table->bytes.len;

	buf_add(&table->bytes, bytes, len);
	buf_addc(&table->bytes, '\0');
	return offset(at);
}

static struct pairtable_row *add(struct pairtable *table, const char *name,
				 size_t name_len, const char *value,
				 size_t value_len, uint32_t node)
{
	struct pairtable_row *row;

	table->rows = mem_room(table->rows, table->count, &table->cap,
			       sizeof(*table->rows));
	row = &table->rows[table->count++];
	memset(row, 0, sizeof(*row));
	row->name = keep(table, name, name_len);
	row->name_len = name_len;
	row->value = keep(table, value, value_len);
	row->value_len = value_len;
	row->extra = keep(table, "", 0);
	row->nth = row->of = 1;
	row->node = node;
	return row;
}

/* A member of headers or tags: one row, or one for each value of a list. */
static void add_member(struct pairtable *table, const struct rrpair *pair,
		       uint32_t member, const struct buf *key, bool lists)
{
	const struct json_doc *doc = &pair->doc;
	bool list = lists && doc->nodes[member].type == JSON_ARRAY;
	struct buf text;

	buf_init(&text);
	for (uint32_t v = list ? json_first(doc, member) : member;
	     v != JSON_NONE; v = list ? json_next(doc, v) : JSON_NONE) {
		struct pairtable_row *row;

		buf_clear(&text);
		part_text(pair, v, &text);
		row = add(table, key->data, key->len, text.data, text.len, v);
		if (doc->nodes[v].type != JSON_STRING)
			row->flags |= PAIRTABLE_ODD;
	}
	buf_release(&text);
}

static void read_map(struct pairtable *table, const struct rrpair *pair,
		     uint32_t map, bool lists)
{
	struct buf key;

	if (map == JSON_NONE)
		return;
	buf_init(&key);
	for (uint32_t m = json_first(&pair->doc, map); m != JSON_NONE;
	     m = json_next(&pair->doc, m)) {
		buf_clear(&key);
		json_key(&pair->doc, m, &key);
		add_member(table, pair, m, &key, lists);
	}
	buf_release(&key);
}

static void read_params(struct pairtable *table, const struct rrpair *pair)
{
	struct params ps;

	params_init(&ps);
	params_read(&ps, pair);
	for (size_t i = 0; i < ps.count; i++)
		add(table, ps.bytes.data + ps.rows[i].name, ps.rows[i].name_len,
		    ps.bytes.data + ps.rows[i].value, ps.rows[i].value_len,
		    JSON_NONE);
	params_release(&ps);
}

static void read_cookies(struct pairtable *table, const struct rrpair *pair,
			 enum body_side side)
{
	const char *header = side == BODY_REQUEST ? "Cookie" : "Set-Cookie";
	struct header_iter it;
	struct cookie cookie;
	struct buf text;

	buf_init(&text);
	header_iter_init(&it, pair, side, header, strlen(header));
	while (header_iter_next(&it)) {
		size_t at = 0;

		if (!part_is(pair, it.value, JSON_STRING))
			continue;
		buf_clear(&text);
		part_text(pair, it.value, &text);
		while (cookie_next(text.data, text.len, &at, &cookie)) {
			struct pairtable_row *row;

			row = add(table, cookie.name.s, cookie.name.len,
				  cookie.value.s, cookie.value.len, it.value);
			if (side == BODY_REQUEST)
				continue;
			row->extra = keep(table, text.data + cookie.end,
					  text.len - cookie.end);
			row->extra_len = text.len - cookie.end;
			break;
		}
	}
	buf_release(&text);
}

struct sorting {
	const struct pairtable *table;
	bool icase;
};

static int letter(char c, bool icase)
{
	return icase && c >= 'A' && c <= 'Z' ? c | 0x20 : (unsigned char)c;
}

static int compare_names(const struct pairtable_row *x,
			 const struct pairtable_row *y, bool icase)
{
	size_t n = x->name_len < y->name_len ? x->name_len : y->name_len;

	for (size_t i = 0; i < n; i++) {
		int d = letter(x->name[i], icase) - letter(y->name[i], icase);

		if (d)
			return d;
	}
	return (x->name_len > y->name_len) - (x->name_len < y->name_len);
}

static int by_name(const void *a, const void *b, void *arg)
{
	const struct sorting *s = arg;
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	int d = compare_names(&s->table->rows[x], &s->table->rows[y], s->icase);

	return d ? d : (x > y) - (x < y);
}

/* Which of how many values of its name each row is. */
static void number_rows(struct pairtable *table)
{
	struct sorting s = {
		table, table->id == PAIRTABLE_REQUEST_HEADERS ||
		       table->id == PAIRTABLE_RESPONSE_HEADERS,
	};
	uint32_t *order;
	size_t i, j;

	if (table->count < 2)
		return;
	order = mem_zalloc(table->count, sizeof(*order));
	for (i = 0; i < table->count; i++)
		order[i] = (uint32_t)i;
	qsort_r(order, table->count, sizeof(*order), by_name, &s);
	for (i = 0; i < table->count; i = j) {
		for (j = i + 1; j < table->count &&
		     !compare_names(&table->rows[order[i]],
				    &table->rows[order[j]], s.icase); j++)
			;
		for (size_t k = i; k < j; k++) {
			table->rows[order[k]].nth = (uint32_t)(k - i + 1);
			table->rows[order[k]].of = (uint32_t)(j - i);
		}
	}
	free(order);
}

static void finish(struct pairtable *table)
{
	for (size_t i = 0; i < table->count; i++) {
		struct pairtable_row *row = &table->rows[i];

		row->name = table->bytes.data + (uintptr_t)row->name;
		row->value = table->bytes.data + (uintptr_t)row->value;
		row->extra = table->bytes.data + (uintptr_t)row->extra;
	}
	number_rows(table);
}

struct mock_table {
	struct pairtable *table;
	const struct rrpair *pair;
	struct buf name, value;
};

static void add_mock(void *arg, uint32_t name, uint32_t value, bool odd)
{
	struct mock_table *m = arg;
	struct pairtable_row *row;

	buf_clear(&m->name);
	buf_clear(&m->value);
	part_text(m->pair, name, &m->name);
	part_text(m->pair, value, &m->value);
	row = add(m->table, m->name.data, m->name.len, m->value.data,
		  m->value.len, value);
	if (odd)
		row->flags |= PAIRTABLE_ODD;
}

static bool read_mock(struct pairtable *table, const struct rrpair *pair,
		      enum pairtable_id id, struct err *err)
{
	static const unsigned have[PAIRTABLE_COUNT] = {
		[PAIRTABLE_REQUEST_HEADERS] = PROTO_MOCK_REQUEST |
					      PROTO_MOCK_EVENT,
		[PAIRTABLE_RESPONSE_HEADERS] = PROTO_MOCK_RESPONSE,
		[PAIRTABLE_PARAMS] = PROTO_MOCK_REQUEST,
		[PAIRTABLE_TAGS] = PROTO_MOCK_SERVICE,
	};
	struct mock_table m = { .table = table, .pair = pair };

	if (!(have[id] & pair->proto))
		return err_set(err, ERR_ABSENT,
			       _("a %s of a repository has no such table"),
			       rrpair_proto_name(pair->proto));
	table->id = id;
	table->count = 0;
	buf_clear(&table->bytes);
	if (id == PAIRTABLE_TAGS) {
		read_map(table, pair, part_tags(pair), false);
	} else {
		buf_init(&m.name);
		buf_init(&m.value);
		mock_rows(pair, id, add_mock, &m);
		buf_release(&m.name);
		buf_release(&m.value);
	}
	finish(table);
	return true;
}

bool pairtable_read(struct pairtable *table, const struct rrpair *pair,
		    enum pairtable_id id, struct err *err)
{
	if (rrpair_is_mock(pair))
		return read_mock(table, pair, id, err);
	if (id != PAIRTABLE_TAGS && pair->proto != PROTO_HTTP)
		return err_set(err, ERR_ABSENT,
			       _("only http records have it, not %s"),
			       rrpair_proto_name(pair->proto));
	table->id = id;
	table->count = 0;
	buf_clear(&table->bytes);
	switch (id) {
	case PAIRTABLE_REQUEST_HEADERS:
		read_map(table, pair, part_headers(pair, BODY_REQUEST), true);
		break;
	case PAIRTABLE_RESPONSE_HEADERS:
		read_map(table, pair, part_headers(pair, BODY_RESPONSE), true);
		break;
	case PAIRTABLE_PARAMS:
		read_params(table, pair);
		break;
	case PAIRTABLE_REQUEST_COOKIES:
		read_cookies(table, pair, BODY_REQUEST);
		break;
	case PAIRTABLE_RESPONSE_COOKIES:
		read_cookies(table, pair, BODY_RESPONSE);
		break;
	default:
		read_map(table, pair, part_tags(pair), false);
		break;
	}
	finish(table);
	return true;
}

bool pairtable_field(const struct pairtable *table, size_t row,
		     struct field *out)
{
	static const enum field_id ids[PAIRTABLE_COUNT] = {
		FIELD_REQUEST_HEADER, FIELD_RESPONSE_HEADER, FIELD_PARAM,
		FIELD_DOTTED, FIELD_DOTTED, FIELD_TAG,
	};
	const struct pairtable_row *r;

	if (row >= table->count || ids[table->id] == FIELD_DOTTED)
		return false;
	r = &table->rows[row];
	field_make(out, ids[table->id], r->name, r->name_len,
		   r->of > 1 && table->id != PAIRTABLE_TAGS ? r->nth : 0);
	return true;
}
