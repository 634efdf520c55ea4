#include "config.h"

#include "base/regex.h"
#include "unit.h"

static enum regex_result search(const char *pattern, unsigned flags,
				const char *text, size_t len,
				struct regex_span *at)
{
	struct err err;
	struct regex *re = regex_new(pattern, strlen(pattern), flags, &err);
	struct regex_run *run = regex_run_new();
	enum regex_result result;

	assert_non_null(re);
	result = regex_find(run, re, text, len, 0, at, at ? 2 : 0);
	regex_run_free(run);
	regex_free(re);
	return result;
}

static void finds_with_groups_and_flags(void **state)
{
	struct regex_span at[2];

	assert_int_equal(search("b(c)?", 0, "aabc", 4, at), REGEX_YES);
	assert_int_equal(at[0].from, 2);
	assert_int_equal(at[0].to, 4);
	assert_int_equal(at[1].from, 3);
	assert_int_equal(search("b(c)?", 0, "aab", 3, at), REGEX_YES);
	assert_true(at[1].from == (size_t)-1);
	assert_int_equal(search("B", 0, "abc", 3, NULL), REGEX_NO);
	assert_int_equal(search("B", REGEX_ICASE, "abc", 3, NULL), REGEX_YES);
	assert_int_equal(search("a.c", REGEX_LITERAL, "abc", 3, NULL), REGEX_NO);
	assert_int_equal(search("^$", 0, "", 0, NULL), REGEX_YES);
}

static void bytes_that_are_no_text_do_not_stop_it(void **state)
{
	assert_int_equal(search("key", 0, "\xff\xfe key \xc3", 8, NULL),
			 REGEX_YES);
	assert_int_equal(search("a.b", 0, "a\xff" "b", 3, NULL), REGEX_NO);
	assert_int_equal(search("a.b", 0, "a\xc3\xa4" "b", 4, NULL), REGEX_YES);
	assert_int_equal(search("x\\x00y", 0, "x\0y", 3, NULL), REGEX_YES);
}

/* Patterns that take exponential time without limits. */
static void catastrophes_end(void **state)
{
	static const char *const patterns[] = {
		"(a+)+$", "(a|aa)+$", "(a*)*b", "^(([a-z])+.)+[A-Z]([a-z])+$",
	};
	char text[5000];
	size_t i;

	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '!';
	for (i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++)
		assert_int_not_equal(search(patterns[i], 0, text, sizeof(text),
					    NULL), REGEX_YES);
}

static void errors_name_the_place(void **state)
{
	char long_pattern[REGEX_PATTERN_MAX + 1];
	char groups[3 * (REGEX_GROUPS_MAX + 1)];
	struct err err;
	int i;

	assert_null(regex_new("ab(c", 4, 0, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_int_equal(err.offset, 4);
	assert_non_null(strstr(err.msg, "parenthesis"));
	memset(long_pattern, 'a', sizeof(long_pattern));
	assert_null(regex_new(long_pattern, sizeof(long_pattern), 0, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	for (i = 0; i <= REGEX_GROUPS_MAX; i++)
		memcpy(groups + 3 * i, "(a)", 3);
	assert_null(regex_new(groups, sizeof(groups), 0, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_null(regex_new("(", 1, 0, NULL));
}

static void check_replace(const char *pattern, const char *text,
			  const char *with, const char *want, size_t matches)
{
	struct regex *re = regex_new(pattern, strlen(pattern), 0, NULL);
	struct regex_run *run = regex_run_new();
	struct buf out;
	size_t count = 99;

	buf_init(&out);
	assert_non_null(re);
	assert_true(regex_check_template(re, with, strlen(with), NULL));
	assert_int_equal(regex_replace(run, re, text, strlen(text), with,
				       strlen(with), &out, &count),
			 matches ? REGEX_YES : REGEX_NO);
	assert_string_equal(out.data, want);
	assert_int_equal(count, matches);
	buf_release(&out);
	regex_run_free(run);
	regex_free(re);
}

static void replaces_every_match(void **state)
{
	check_replace("o", "foo boo", "0", "f00 b00", 4);
	check_replace("x", "foo", "0", "foo", 0);
	check_replace("(\\w+)@(\\w+)", "me@home you@work", "$2 at $1",
		      "home at me work at you", 2);
	check_replace("a", "abc", "[$0$$${0}]", "[a$a]bc", 1);
	check_replace("x*", "abc", "-", "-a-b-c-", 4);
	check_replace("x*", "xaxx", "-", "--a--", 4);
	check_replace("(a)|b", "ab", "<$1>", "<a><>", 2);
	check_replace("", "\xc3\xa4" "b", ".", ".\xc3\xa4.b.", 3);
	check_replace("^", "", "x", "x", 1);
}

static void templates_are_checked(void **state)
{
	static const char *const bad[] = {"$", "a$", "$x", "${1", "${}", "$2",
					  "${99999999999}"};
	struct regex *re = regex_new("(a)", 3, 0, NULL);
	struct err err;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(regex_check_template(re, bad[i], strlen(bad[i]),
						  &err));
		assert_int_equal(err.code, ERR_USAGE);
	}
	assert_true(regex_check_template(re, "$1${1}$0$$", 10, &err));
	regex_free(re);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(finds_with_groups_and_flags),
		cmocka_unit_test(bytes_that_are_no_text_do_not_stop_it),
		cmocka_unit_test(catastrophes_end),
		cmocka_unit_test(errors_name_the_place),
		cmocka_unit_test(replaces_every_match),
		cmocka_unit_test(templates_are_checked),
	};

	return cmocka_run_group_tests_name("regex", tests, NULL, NULL);
}
