#include "config.h"

#include "base/buf.h"
#include "unit.h"

static void an_empty_buffer_is_a_string(void **state)
{
	struct buf b;
	size_t len = 1;
	char *s;

	buf_init(&b);
	assert_string_equal(b.data, "");
	buf_truncate(&b, 0);
	buf_remove(&b, 0, 0);
	s = buf_detach(&b, &len);
	assert_string_equal(s, "");
	assert_int_equal(len, 0);
	free(s);
	buf_release(&b);
	assert_string_equal(b.data, "");
}

static void bytes_are_added_and_ended(void **state)
{
	struct buf b;
	size_t i;

	buf_init(&b);
	buf_add(&b, "a\0b", 3);
	buf_adds(&b, "cd");
	buf_addf(&b, "%d-%s", 42, "x");
	assert_int_equal(b.len, 9);
	assert_memory_equal(b.data, "a\0bcd42-x", 10);
	for (i = 0; i < 1000; i++)
		buf_addc(&b, (char)('a' + i % 26));
	assert_int_equal(b.len, 1009);
	assert_int_equal(strlen(b.data + 2), 1007);
	assert_int_equal(b.data[1008], 'a' + 999 % 26);
	buf_release(&b);
}

static void formats_of_any_length_fit(void **state)
{
	struct buf b;
	int width;

	buf_init(&b);
	for (width = 1; width < 300; width++) {
		buf_clear(&b);
		buf_addf(&b, "%*d", width, 7);
		assert_int_equal(b.len, width);
		assert_int_equal(b.data[width - 1], '7');
		assert_int_equal(b.data[width], '\0');
	}
	buf_release(&b);
}

static void insert_and_remove_in_the_middle(void **state)
{
	struct buf b;

	buf_init(&b);
	buf_insert(&b, 0, "ad", 2);
	buf_insert(&b, 1, "bc", 2);
	buf_insert(&b, 4, "e", 1);
	buf_insert(&b, 0, "", 0);
	assert_string_equal(b.data, "abcde");
	buf_remove(&b, 1, 3);
	assert_string_equal(b.data, "ae");
	buf_remove(&b, 0, 2);
	assert_string_equal(b.data, "");
	buf_release(&b);
}

static void over_the_limit_nothing_more_is_taken(void **state)
{
	struct buf b;
	struct err err;

	buf_init_max(&b, 5);
	buf_adds(&b, "abc");
	assert_true(buf_ok(&b, "text", &err));
	buf_adds(&b, "def");
	assert_string_equal(b.data, "abc");
	buf_addc(&b, 'd');
	buf_insert(&b, 0, "x", 1);
	buf_addf(&b, "%s", "y");
	assert_string_equal(b.data, "abc");
	assert_false(buf_ok(&b, "text", &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_string_equal(err.msg, "text is longer than 5 bytes");
	buf_clear(&b);
	buf_adds(&b, "abcde");
	assert_true(buf_ok(&b, "text", NULL));
	assert_string_equal(b.data, "abcde");
	buf_addc(&b, 'f');
	assert_false(buf_ok(&b, "text", NULL));
	assert_string_equal(b.data, "abcde");
	buf_release(&b);
}

static void a_huge_request_is_refused_not_tried(void **state)
{
	struct buf b;

	buf_init(&b);
	buf_addc(&b, 'a');
	assert_null(buf_reserve(&b, SIZE_MAX));
	assert_true(b.over);
	buf_release(&b);
	assert_false(b.over);
	assert_null(buf_reserve(&b, BUF_MAX + 1));
	buf_init_max(&b, 0);
	assert_non_null(buf_reserve(&b, 0));
	buf_addc(&b, 'a');
	assert_int_equal(b.len, 0);
	assert_true(b.over);
	buf_release(&b);
}

static void what_is_reserved_can_be_written(void **state)
{
	struct buf b;
	char *end;

	buf_init(&b);
	buf_adds(&b, "ab");
	end = buf_reserve(&b, 100);
	memset(end, 'x', 100);
	b.len += 100;
	buf_addc(&b, 'y');
	assert_int_equal(b.len, 103);
	assert_int_equal(b.data[101], 'x');
	assert_string_equal(b.data + 102, "y");
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_buffer_is_a_string),
		cmocka_unit_test(bytes_are_added_and_ended),
		cmocka_unit_test(formats_of_any_length_fit),
		cmocka_unit_test(insert_and_remove_in_the_middle),
		cmocka_unit_test(over_the_limit_nothing_more_is_taken),
		cmocka_unit_test(a_huge_request_is_refused_not_tried),
		cmocka_unit_test(what_is_reserved_can_be_written),
	};

	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
