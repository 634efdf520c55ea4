#include "config.h"

#include <errno.h>

#include "base/err.h"
#include "unit.h"

static void wrap_adds_context_and_keeps_the_code(void **state)
{
	struct err err;

	errno = ENOSPC;
	assert_false(err_errno(&err, "write"));
	err_wrap(&err, "%s", "raw.jsonl");
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(err.sys, ENOSPC);
	assert_string_equal(err.msg, "raw.jsonl: write: No space left on device");
}

static void a_long_message_ends_at_a_character(void **state)
{
	char text[2 * ERR_MSG_MAX];
	struct err err;
	size_t i;

	for (i = 0; i + 1 < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);	/* a-umlaut */
	text[sizeof(text) - 2] = '\0';
	err_set(&err, ERR_INPUT, "x%s", text);
	assert_int_equal(strlen(err.msg) % 2, 1);
	err_set(&err, ERR_INPUT, "%s", text);
	assert_int_equal(strlen(err.msg) % 2, 0);
}

static void exit_status_follows_the_contract(void **state)
{
	assert_int_equal(err_exit_status(ERR_OK), 0);
	assert_int_equal(err_exit_status(ERR_INPUT), 1);
	assert_int_equal(err_exit_status(ERR_ABSENT), 1);
	assert_int_equal(err_exit_status(ERR_USAGE), 2);
	assert_int_equal(err_exit_status(ERR_NOTARGET), 3);
	assert_int_equal(err_exit_status(ERR_SYSTEM), 3);
}

static void a_null_err_is_allowed(void **state)
{
	assert_false(err_set(NULL, ERR_INPUT, "x"));
	assert_false(err_wrap(NULL, "x"));
}

static void check_quote(const char *bytes, size_t len, const char *want)
{
	char quoted[ERR_QUOTE_MAX];

	assert_string_equal(err_quote(quoted, bytes, len), want);
}

static void quoted_bytes_are_visible(void **state)
{
	check_quote("", 0, "");
	check_quote("plain %s", 8, "plain %s");
	check_quote("a\0\033[31m\xff\n", 9, "a^@^[[31m<ff>^J");
	check_quote("\xe2\x80\xae", 3, "<U+202E>");
	check_quote("\xc3\xa4", 2, "\xc3\xa4");
}

static void a_long_quote_is_cut_with_a_mark(void **state)
{
	char bytes[1000], want[ERR_QUOTE_MAX], quoted[ERR_QUOTE_MAX];
	size_t i;

	memset(bytes, 'x', sizeof(bytes));
	memset(want, 'x', sizeof(want));
	want[60] = '\0';
	check_quote(bytes, 60, want);
	memcpy(want + 57, "...", 4);
	check_quote(bytes, 61, want);
	check_quote(bytes, sizeof(bytes), want);
	bytes[55] = '\xff';			/* <ff>: 4 columns */
	memcpy(want + 55, "...", 4);
	check_quote(bytes, sizeof(bytes), want);
	/* more bytes than fit before the columns run out */
	for (i = 0; i + 9 <= sizeof(bytes); i += 9)
		memcpy(bytes + i, "a\xcc\x81\xcc\x82\xcc\x83\xcc\x84", 9);
	err_quote(quoted, bytes, i);
	i = strlen(quoted);
	assert_int_equal(i, 28 * 9 + 3);
	assert_string_equal(quoted + i - 3, "...");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrap_adds_context_and_keeps_the_code),
		cmocka_unit_test(a_long_message_ends_at_a_character),
		cmocka_unit_test(exit_status_follows_the_contract),
		cmocka_unit_test(a_null_err_is_allowed),
		cmocka_unit_test(quoted_bytes_are_visible),
		cmocka_unit_test(a_long_quote_is_cut_with_a_mark),
	};

	return cmocka_run_group_tests_name("err", tests, NULL, NULL);
}
