#include "config.h"

#include "json/scan.h"
#include "json/value.h"
#include "unit.h"

static void assert_prints(const struct value *v, const char *expected)
{
	struct buf out;

	buf_init(&out);
	value_print(v, &out);
	assert_string_equal(out.data, expected);
	assert_true(json_valid(out.data, out.len, NULL));
	buf_release(&out);
}

static void what_is_built_is_exact(void **state)
{
	struct value *root = value_object();
	struct value *list = value_add_array(root, "list");
	struct value *inner;

	assert_prints(root, "{\"list\":[]}");
	value_add_string(list, NULL, "a\0\n\xc3\xa4", 5);
	value_add_text(list, NULL, "\"");
	value_add_text(list, NULL, NULL);
	value_add_int(list, NULL, INT64_MIN);
	value_add_int(list, NULL, 9007199254740993);
	inner = value_add_object(list, NULL);
	value_add_bool(inner, "yes", true);
	value_add_bool(inner, "n\"o\n", false);
	value_add_null(inner, "");
	value_add_json(root, "as it is", "{ \"x\": 1.10 }", 13);
	assert_prints(root, "{\"list\":[\"a\\u0000\\n\xc3\xa4\",\"\\\"\",null,"
			    "-9223372036854775808,9007199254740993,"
			    "{\"yes\":true,\"n\\\"o\\n\":false,\"\":null}],"
			    "\"as it is\":{ \"x\": 1.10 }}");
	value_free(root);
}

static void what_is_read_is_what_was_written(void **state)
{
	static const char text[] =
		" {\"a\":{\"b\":[1,-2.0,\"x\\n\xc3\xa4\",true,1.5,1e300]},"
		"\"a\":{\"b\":[7,false]}, \"s\":\"\"} ";
	struct value *root = value_parse(text, sizeof(text) - 1, NULL);
	const struct value *list, *first;
	int64_t n;
	bool b;

	assert_true(value_is_object(root));
	assert_int_equal(value_count(root), 3);
	first = value_first(value_at(value_first(root), "b"));
	assert_true(value_int(first, &n) && n == 1);
	first = value_next(first);
	assert_true(value_int(first, &n) && n == -2);
	first = value_next(first);
	assert_string_equal(value_string(first), "x\n\xc3\xa4");
	assert_false(value_int(first, &n));
	first = value_next(first);
	assert_true(value_bool(first, &b) && b);
	assert_null(value_string(first));
	first = value_next(first);
	assert_false(value_int(first, &n) || value_bool(first, &b));
	first = value_next(first);
	assert_false(value_int(first, &n));
	assert_null(value_next(first));
	/* the last of two members of one name, as everywhere */
	list = value_at(root, "a.b");
	assert_true(value_is_array(list) && value_count(list) == 2);
	assert_true(value_bool(value_next(value_first(list)), &b) && !b);
	assert_string_equal(value_key(value_at(root, "s")), "s");
	assert_null(value_key(value_first(list)));
	assert_null(value_at(root, "a.b.c"));
	assert_null(value_at(root, "A"));
	assert_null(value_at(NULL, "a"));
	assert_null(value_string(NULL));
	assert_null(value_first(NULL));
	assert_int_equal(value_count(NULL), 0);
	assert_false(value_int(NULL, &n) || value_bool(NULL, &b));
	value_free(root);
}

static void integers_beyond_a_double_are_no_integers(void **state)
{
	struct value *v = value_parse("[9007199254740991,9007199254740993]", 35,
				      NULL);
	int64_t n;

	assert_true(value_int(value_first(v), &n) && n == 9007199254740991);
	assert_false(value_int(value_next(value_first(v)), &n));
	value_free(v);
}

static void what_cannot_be_held_is_refused(void **state)
{
	static const struct {
		const char *text;
		enum err_code code;
	} cases[] = {
		{ "", ERR_INPUT }, { "{\"a\":01}", ERR_INPUT },
		{ "[1,]", ERR_INPUT }, { "\xef\xbb\xbf{}", ERR_INPUT },
		{ "[\"a\\u0000b\"]", ERR_INPUT }, { "{\"\\u0000\":1}", ERR_INPUT },
		{ "\"\\ud800\"", ERR_INPUT }, { "{\"\\udc00\":1}", ERR_INPUT },
	};
	char deep[4001];
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_null(value_parse(cases[i].text, strlen(cases[i].text),
					&err));
		assert_int_equal(err.code, cases[i].code);
	}
	memset(deep, '[', 2000);
	memset(deep + 2000, ']', 2000);
	assert_null(value_parse(deep, 4000, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	/* a backslash and the letters, no NUL */
	value_free(value_parse("\"\\\\u0000\"", 9, &err));
	assert_null(value_parse("1", 0, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_built_is_exact),
		cmocka_unit_test(what_is_read_is_what_was_written),
		cmocka_unit_test(integers_beyond_a_double_are_no_integers),
		cmocka_unit_test(what_cannot_be_held_is_refused),
	};

	return cmocka_run_group_tests_name("json-value", tests, NULL, NULL);
}
