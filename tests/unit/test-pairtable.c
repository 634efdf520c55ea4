/* Headers, parameters, cookies and tags as rows, and their edits. */
#include "config.h"

#include "unit.h"

#include "rrpair/header.h"
#include "rrpair/pairtable.h"

static const char record[] =
	"{\"tags\":{\"one\":\"1\",\"two\":\"2\"},\"http\":{\"req\":{"
	"\"uri\":\"/?a=1&b=%32&&a=3\",\"headers\":{\"Cookie\":"
	"[\"x=1; y=2;z\",\"w=4\"],\"Host\":[\"h\"]},"
	"\"queryParams\":{\"a\":[\"1\",\"3\"],\"b\":[\"2\"]}},"
	"\"res\":{\"headers\":{\"Odd\":7,\"Set-Cookie\":[\"s=1; Path=/\","
	"\"t=2\"],\"Vary\":[\"A\",\"B\"],\"X\":[\"9\"]}}}}";

enum verb { SET, EXTRA, RENAME, INSERT, DELETE, DUPLICATE, MOVE };

struct edit {
	enum verb verb;
	enum pairtable_id id;
	size_t row, to;
	const char *name, *value;
};

static bool apply(const struct rrpair *pair, const struct pairtable *t,
		  const struct edit *e, struct change_set *set, struct err *err)
{
	const char *name = e->name ? e->name : "";
	const char *value = e->value ? e->value : "";

	switch (e->verb) {
	case SET:
		return pairtable_set(pair, t, e->row, value, strlen(value), 0,
				     set, err);
	case EXTRA:
		return pairtable_set_extra(pair, t, e->row, value,
					   strlen(value), set, err);
	case RENAME:
		return pairtable_rename(pair, t, e->row, name, strlen(name), 0,
					set, err);
	case INSERT:
		return pairtable_insert(pair, t, e->to, name, strlen(name),
					value, strlen(value), 0, set, err);
	case DELETE:
		return pairtable_delete(pair, t, e->row, 0, set, err);
	case DUPLICATE:
		return pairtable_duplicate(pair, t, e->row, 0, set, err);
	default:
		return pairtable_move(pair, t, e->row, e->to, 0, set, err);
	}
}

static void print_rows(const struct pairtable *t, struct buf *out)
{
	for (size_t i = 0; i < t->count; i++)
		buf_addf(out, "%s%s=%s%s", i ? "|" : "", t->rows[i].name,
			 t->rows[i].value, t->rows[i].extra);
}

/* The rows after the edit, or the message of the refusal. */
static char *rows_after(const char *text, const struct edit *e)
{
	struct pairtable table;
	struct change_set set;
	struct rrpair pair;
	struct buf now, out;
	struct err err;

	rrpair_init(&pair);
	pairtable_init(&table);
	change_init(&set);
	buf_init(&now);
	buf_init(&out);
	assert_true(rrpair_parse(&pair, text, strlen(text), &err));
	assert_true(pairtable_read(&table, &pair, e->id, &err));
	if (!apply(&pair, &table, e, &set, &err)) {
		buf_adds(&out, err.msg);
	} else {
		assert_true(patch_apply(set.patch, text, strlen(text), &now,
					&err));
		assert_true(rrpair_parse(&pair, now.data, now.len, &err));
		assert_true(pairtable_read(&table, &pair, e->id, &err));
		print_rows(&table, &out);
	}
	rrpair_release(&pair);
	pairtable_release(&table);
	change_release(&set);
	buf_release(&now);
	return buf_detach(&out, NULL);
}

#define REQ PAIRTABLE_REQUEST_HEADERS
#define RES PAIRTABLE_RESPONSE_HEADERS
#define PAR PAIRTABLE_PARAMS
#define COO PAIRTABLE_REQUEST_COOKIES
#define SCO PAIRTABLE_RESPONSE_COOKIES
#define TAG PAIRTABLE_TAGS

static void test_edits(void **state)
{
	static const struct {
		struct edit edit;
		const char *rows;
	} cases[] = {
		{ { MOVE, RES, 0, 0, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=B|X=9" },
		{ { SET, RES, 4, 0, NULL, "C" },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=C|X=9" },
		{ { RENAME, RES, 5, 0, "y-z", NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=B|"
		  "Y-Z=9" },
		{ { RENAME, RES, 5, 0, "x", NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=B|x=9" },
		{ { RENAME, RES, 5, 0, "VARY", NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=B|"
		  "Vary=9" },
		{ { RENAME, RES, 3, 0, "New", NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=B|X=9|New=A" },
		{ { INSERT, RES, 0, 3, "new-one", "1" },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|New-One=1|Vary=A|"
		  "Vary=B|X=9" },
		{ { INSERT, RES, 0, 4, "vary", "1" },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=1|"
		  "Vary=B|X=9" },
		{ { DELETE, RES, 3, 0, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=B|X=9" },
		{ { DELETE, RES, 0, 0, NULL, NULL },
		  "Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=B|X=9" },
		{ { DUPLICATE, RES, 3, 0, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=A|Vary=A|"
		  "Vary=B|X=9" },
		{ { MOVE, RES, 4, 3, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=B|Vary=A|X=9" },
		{ { MOVE, RES, 3, 5, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|Vary=B|Vary=A|X=9" },
		{ { MOVE, RES, 5, 4, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|X=9|Vary=A|Vary=B" },
		{ { MOVE, RES, 3, 6, NULL, NULL },
		  "Odd=7|Set-Cookie=s=1; Path=/|Set-Cookie=t=2|X=9|Vary=A|Vary=B" },
		{ { SET, RES, 0, 0, NULL, "8" },
		  "not a text as the format has it; edit it in the JSON tree" },
		{ { SET, RES, 9, 0, NULL, "8" }, "no such row" },
		{ { RENAME, RES, 5, 0, "a b", NULL }, "a b: not a header name" },
		{ { SET, RES, 5, 0, NULL, "a\nb" },
		  "X: a header value holds no line break and no NUL" },
		{ { SET, PAR, 1, 0, NULL, "x y" }, "a=1|b=x y|a=3" },
		{ { RENAME, PAR, 0, 0, "c&", NULL }, "c&=1|b=2|a=3" },
		{ { INSERT, PAR, 0, 1, "n", "" }, "a=1|n=|b=2|a=3" },
		{ { INSERT, PAR, 0, 3, "n", "1" }, "a=1|b=2|a=3|n=1" },
		{ { DELETE, PAR, 2, 0, NULL, NULL }, "a=1|b=2" },
		{ { DUPLICATE, PAR, 1, 0, NULL, NULL }, "a=1|b=2|b=2|a=3" },
		{ { MOVE, PAR, 2, 0, NULL, NULL }, "a=3|a=1|b=2" },
		{ { MOVE, PAR, 0, 3, NULL, NULL }, "b=2|a=3|a=1" },
		{ { INSERT, PAR, 0, 0, "", "1" }, "a parameter has a name" },
		{ { SET, COO, 1, 0, NULL, "5" }, "x=1|y=5|z=|w=4" },
		{ { SET, COO, 2, 0, NULL, "5" }, "x=1|y=2|z=5|w=4" },
		{ { RENAME, COO, 3, 0, "v", NULL }, "x=1|y=2|z=|v=4" },
		{ { INSERT, COO, 0, 1, "n", "1" }, "x=1|n=1|y=2|z=|w=4" },
		{ { INSERT, COO, 0, 4, "n", "1" }, "x=1|y=2|z=|w=4|n=1" },
		{ { DELETE, COO, 0, 0, NULL, NULL }, "y=2|z=|w=4" },
		{ { DELETE, COO, 3, 0, NULL, NULL }, "x=1|y=2|z=" },
		{ { DUPLICATE, COO, 1, 0, NULL, NULL }, "x=1|y=2|y=2|z=|w=4" },
		{ { MOVE, COO, 2, 0, NULL, NULL }, "z=|x=1|y=2|w=4" },
		{ { MOVE, COO, 0, 4, NULL, NULL }, "y=2|z=|x=1|w=4" },
		{ { SET, COO, 0, 0, NULL, "a;b" },
		  "a cookie holds no semicolon, line break or NUL" },
		{ { SET, SCO, 0, 0, NULL, "5" }, "s=5; Path=/|t=2" },
		{ { EXTRA, SCO, 1, 0, NULL, "Secure" }, "s=1; Path=/|t=2; Secure" },
		{ { EXTRA, SCO, 0, 0, NULL, "" }, "s=1|t=2" },
		{ { RENAME, SCO, 0, 0, "q", NULL }, "q=1; Path=/|t=2" },
		{ { INSERT, SCO, 0, 0, "n", "1" }, "n=1|s=1; Path=/|t=2" },
		{ { INSERT, SCO, 0, 2, "n", "1" }, "s=1; Path=/|t=2|n=1" },
		{ { DELETE, SCO, 0, 0, NULL, NULL }, "t=2" },
		{ { DUPLICATE, SCO, 0, 0, NULL, NULL },
		  "s=1; Path=/|s=1; Path=/|t=2" },
		{ { MOVE, SCO, 1, 0, NULL, NULL }, "t=2|s=1; Path=/" },
		{ { SET, TAG, 0, 0, NULL, "x" }, "one=x|two=2" },
		{ { RENAME, TAG, 0, 0, "uno", NULL }, "uno=1|two=2" },
		{ { RENAME, TAG, 0, 0, "two", NULL }, "two: the tag exists already" },
		{ { INSERT, TAG, 0, 1, "x", "y" }, "one=1|x=y|two=2" },
		{ { DELETE, TAG, 1, 0, NULL, NULL }, "one=1" },
		{ { DUPLICATE, TAG, 0, 0, NULL, NULL }, "one=1|one-2=1|two=2" },
		{ { MOVE, TAG, 0, 2, NULL, NULL }, "two=2|one=1" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *rows = rows_after(record, &cases[i].edit);

		if (strcmp(rows, cases[i].rows))
			fail_msg("case %zu: %s, not %s", i, rows,
				 cases[i].rows);
		free(rows);
	}
}

/* The first row of an empty table makes what holds it. */
static void test_first_rows(void **state)
{
	static const char empty[] = "{\"http\":{\"req\":{\"url\":\"/\"},"
				    "\"res\":{}}}";
	static const char *const rows[PAIRTABLE_COUNT] = {
		[REQ] = "N=v", [RES] = "N=v", [PAR] = "n=v", [COO] = "n=v",
		[SCO] = "n=v", [TAG] = "n=v",
	};

	for (unsigned id = 0; id < PAIRTABLE_COUNT; id++) {
		struct edit e = { INSERT, (enum pairtable_id)id, 0, 0, "n",
				  "v" };
		char *got = rows_after(empty, &e);

		assert_string_equal(got, rows[id]);
		free(got);
	}
}

static void test_fields(void **state)
{
	static const char *const names[] = {
		"response.header[Odd]", "response.header[Set-Cookie][1]",
		"response.header[Set-Cookie][2]", "response.header[Vary][1]",
		"response.header[Vary][2]", "response.header[X]",
	};
	struct pairtable table;
	struct rrpair pair;
	struct field field;
	struct buf name;
	struct err err;

	rrpair_init(&pair);
	pairtable_init(&table);
	buf_init(&name);
	assert_true(rrpair_parse(&pair, record, strlen(record), &err));
	assert_true(pairtable_read(&table, &pair, RES, &err));
	assert_int_equal(table.count, 6);
	for (size_t i = 0; i < table.count; i++) {
		assert_true(pairtable_field(&table, i, &field));
		buf_clear(&name);
		field_print(&field, &name);
		assert_string_equal(name.data, names[i]);
		field_release(&field);
	}
	assert_false(pairtable_field(&table, 6, &field));
	assert_true(pairtable_read(&table, &pair, COO, &err));
	assert_false(pairtable_field(&table, 0, &field));
	assert_true(rrpair_parse(&pair, "{\"postgres\":{}}", 15, &err));
	assert_false(pairtable_read(&table, &pair, RES, &err));
	assert_int_equal(err.code, ERR_ABSENT);
	rrpair_release(&pair);
	pairtable_release(&table);
	buf_release(&name);
}

static void test_names(void **state)
{
	static const char *const names[][2] = {
		{ "content-type", "Content-Type" }, { "ETAG", "Etag" },
		{ "x--y", "X--Y" }, { "a b", "a b" }, { "", "" },
	};
	struct buf out;

	buf_init(&out);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		buf_clear(&out);
		header_canonical(&out, names[i][0], strlen(names[i][0]));
		assert_string_equal(out.data, names[i][1]);
	}
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_first_rows),
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("pairtable", tests, NULL, NULL);
}
