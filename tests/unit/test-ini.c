#include "config.h"

#include "base/ini.h"
#include "unit.h"

static bool parse(struct ini *ini, const char *text, struct err *err)
{
	return ini_parse(ini, text, strlen(text), "keys", err);
}

static void sections_members_and_quotes(void **state)
{
	struct ini ini;
	struct err err;

	assert_true(parse(&ini,
			  "# top\r\n; and this\r\n[UI]\r\n  Colour =  never  \r\n"
			  "[remote \"Te\\\"am\"]\n"
			  "url = \"https://x/ #1\"\nheader = A: b\n"
			  "header = C: d # kept\nempty =\n"
			  "[keys]\npair-next = } <F8>\n]e = x",
			  &err));
	assert_int_equal(ini.count, 7);
	assert_string_equal(ini_get(&ini, "ui", "", "colour"), "never");
	assert_string_equal(ini_get(&ini, "remote", "Te\"am", "url"),
			    "https://x/ #1");
	assert_string_equal(ini_get(&ini, "remote", "Te\"am", "header"),
			    "C: d # kept");
	assert_string_equal(ini_get(&ini, "remote", "Te\"am", "empty"), "");
	assert_string_equal(ini_get(&ini, "keys", "", "]e"), "x");
	assert_null(ini_get(&ini, "ui", "x", "colour"));
	assert_int_equal(ini_find(&ini, "keys", "", "pair-next")->line, 11);
	ini_release(&ini);
}

static void an_error_names_its_line(void **state)
{
	static const struct { const char *text; unsigned line; } bad[] = {
		{"a = b", 1},
		{"\n[ui\n", 2},
		{"[]", 1},
		{"[ui] x = y", 1},
		{"[ui]\nnovalue\n", 2},
		{"[ui]\n= v\n", 2},
		{"[ui]\n1a = v\n", 2},
		{"[ui]\na = \"b\n", 2},
		{"[ui]\na = \"b\" c\n", 2},
		{"[ui]\na = \"\\x\"\n", 2},
		{"[r \"x]\n", 1},
		{"[r \"x\" y]\n", 1},
	};
	struct ini ini;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err err = {0};

		assert_false(parse(&ini, bad[i].text, &err));
		assert_int_equal(err.code, ERR_INPUT);
		assert_int_equal(err.offset, bad[i].line);
		assert_int_equal(ini.count, 0);
	}
	assert_false(ini_parse(&ini, "[u]\na\0=b", 8, NULL, NULL));
	assert_false(ini_parse(&ini, "", INI_SIZE_MAX + 1, NULL, NULL));
}

static void booleans_have_their_words(void **state)
{
	bool b = false;

	assert_true(ini_bool("Yes", &b) && b);
	assert_true(ini_bool("off", &b) && !b);
	assert_false(ini_bool("maybe", &b));
	assert_false(ini_bool("", &b));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sections_members_and_quotes),
		cmocka_unit_test(an_error_names_its_line),
		cmocka_unit_test(booleans_have_their_words),
	};

	return cmocka_run_group_tests_name("ini", tests, NULL, NULL);
}
