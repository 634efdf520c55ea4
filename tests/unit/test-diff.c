#include "config.h"

#include "app/fielddiff.h"
#include "app/linediff.h"
#include "unit.h"

static uint64_t random_state = 2463534242u;

static unsigned next_random(unsigned below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)(random_state % below);
}

/* --- values by path --- */

/* "path:- path:+ path:~", in the order found. */
static char *diff(const char *before, const char *after)
{
	struct json_doc x, y;
	struct fielddiff d;
	struct buf out;
	struct err err;

	buf_init(&out);
	json_doc_init(&x);
	json_doc_init(&y);
	fielddiff_init(&d);
	assert_true(json_scan(&x, before, strlen(before), &err));
	assert_true(json_scan(&y, after, strlen(after), &err));
	fielddiff_make(&d, &x, &y);
	for (size_t i = 0; i < d.count; i++) {
		const struct fielddiff_item *it = &d.items[i];

		buf_addf(&out, "%s%s:%c", i ? " " : "", it->path,
			 it->before == JSON_NONE ? '+'
			 : it->after == JSON_NONE ? '-' : '~');
	}
	fielddiff_release(&d);
	json_doc_release(&x);
	json_doc_release(&y);
	return buf_detach(&out, NULL);
}

static void check_diff(const char *before, const char *after, const char *want)
{
	char *got = diff(before, after);

	assert_string_equal(got, want);
	free(got);
}

static void values_are_matched_by_path(void **state)
{
	check_diff("{\"a\":1,\"b\":2}", "{ \"b\":2, \"a\":1 }", "");
	check_diff("{\"a\":1}", "{\"a\":2}", ".a:~");
	check_diff("{\"a\":{\"b\":[1,2]}}", "{\"a\":{\"b\":[1,3,4]}}",
		   ".a.b[1]:~ .a.b[2]:+");
	check_diff("{\"a\":[1,2]}", "{\"a\":[1]}", ".a[1]:-");
	check_diff("{\"x.y\":1}", "{}", ".\"x.y\":-");
	check_diff("{}", "{\"new\":{\"deep\":1}}", ".new:+");
	check_diff("{\"a\":{}}", "{\"a\":[]}", ".a:~");
	check_diff("1", "2", ".:~");
	check_diff("{\"a\":1.0}", "{\"a\":1}", ".a:~");
	check_diff("{\"k\\u0041\":1}", "{\"kA\":1}", "");
}

static void many_differences_end_somewhere(void **state)
{
	struct json_doc x, y;
	struct fielddiff d;
	struct buf a, b;
	struct err err;

	buf_init(&a);
	buf_init(&b);
	buf_addc(&a, '[');
	buf_addc(&b, '[');
	for (int i = 0; i < FIELDDIFF_MAX + 10; i++) {
		buf_addf(&a, "%s1", i ? "," : "");
		buf_addf(&b, "%s2", i ? "," : "");
	}
	buf_addc(&a, ']');
	buf_addc(&b, ']');
	json_doc_init(&x);
	json_doc_init(&y);
	fielddiff_init(&d);
	assert_true(json_scan(&x, a.data, a.len, &err));
	assert_true(json_scan(&y, b.data, b.len, &err));
	fielddiff_make(&d, &x, &y);
	assert_int_equal(d.count, FIELDDIFF_MAX);
	assert_true(d.more);
	fielddiff_release(&d);
	json_doc_release(&x);
	json_doc_release(&y);
	buf_release(&a);
	buf_release(&b);
}

/* --- lines --- */

/* Each side, read from top to bottom, is its text; what is called the same is
 * the same. Returns the number of rows that are not. */
static size_t check_lines(const char *a, size_t alen, const char *b,
			  size_t blen)
{
	struct linediff d;
	size_t x = 0, y = 0, changed = 0;

	linediff_init(&d);
	linediff_make(&d, a, alen, b, blen);
	for (size_t i = 0; i < d.nrows; i++) {
		const struct linediff_row *r = &d.rows[i];

		assert_true(r->a != LINEDIFF_NONE || r->b != LINEDIFF_NONE);
		if (r->a != LINEDIFF_NONE)
			assert_int_equal(r->a, x++);
		if (r->b != LINEDIFF_NONE)
			assert_int_equal(r->b, y++);
		changed += !r->same;
		if (!r->same)
			continue;
		assert_int_equal(d.a[r->a].len, d.b[r->b].len);
		assert_memory_equal(d.a[r->a].s, d.b[r->b].s, d.a[r->a].len);
	}
	assert_int_equal(x, d.na);
	assert_int_equal(y, d.nb);
	linediff_release(&d);
	return changed;
}

static size_t lines(const char *a, const char *b)
{
	return check_lines(a, strlen(a), b, strlen(b));
}

static void lines_stand_beside_each_other(void **state)
{
	assert_int_equal(lines("", ""), 0);
	assert_int_equal(lines("a\nb\n", "a\nb\n"), 0);
	assert_int_equal(lines("a\nb\nc\n", "a\nx\nc\n"), 1);
	assert_int_equal(lines("a\nc\n", "a\nb\nc\n"), 1);
	assert_int_equal(lines("a\nb\nc\n", "a\nc\n"), 1);
	assert_int_equal(lines("", "a\nb"), 2);
	assert_int_equal(lines("a\nb", ""), 2);
	assert_int_equal(lines("x\na\nb\nc", "a\nb\nc\ny"), 2);
}

static void random_texts_come_out_whole(void **state)
{
	for (int round = 0; round < 3000; round++) {
		char a[80], b[80];
		size_t na = next_random(30), nb = next_random(30);

		for (size_t i = 0; i < na; i++)
			a[i] = "ab\n"[next_random(3)];
		for (size_t i = 0; i < nb; i++)
			b[i] = "ab\n"[next_random(3)];
		check_lines(a, na, b, nb);
	}
}

static void strangers_cost_no_more_than_the_limit(void **state)
{
	struct buf a, b;

	buf_init(&a);
	buf_init(&b);
	for (int i = 0; i < 2 * LINEDIFF_EDITS; i++) {
		buf_addf(&a, "a%d\n", i);
		buf_addf(&b, "b%d\n", i);
	}
	assert_int_equal(check_lines(a.data, a.len, b.data, b.len),
			 2 * LINEDIFF_EDITS);
	buf_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_matched_by_path),
		cmocka_unit_test(many_differences_end_somewhere),
		cmocka_unit_test(lines_stand_beside_each_other),
		cmocka_unit_test(random_texts_come_out_whole),
		cmocka_unit_test(strangers_cost_no_more_than_the_limit),
	};

	return cmocka_run_group_tests_name("diff", tests, NULL, NULL);
}
