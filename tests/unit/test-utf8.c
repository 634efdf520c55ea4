#include "config.h"

#include <locale.h>
#include <wchar.h>

#include <utf8proc.h>

#include "base/utf8.h"
#include "prng.h"
#include "unit.h"

static bool is_scalar(uint32_t cp)
{
	return cp <= 0x10FFFF && !(cp >= 0xD800 && cp < 0xE000);
}

static void every_scalar_value_goes_there_and_back(void **state)
{
	uint32_t cp, back;
	char s[4];
	size_t n, i;

	for (cp = 0; cp <= 0x110000; cp++) {
		n = utf8_encode(s, cp);
		assert_int_equal(n > 0, is_scalar(cp));
		if (!n)
			continue;
		assert_int_equal(utf8_decode(s, n, &back), n);
		assert_int_equal(back, cp);
		assert_true(utf8_valid(s, n));
		for (i = 1; i < n; i++) {
			assert_int_equal(utf8_decode(s, i, &back), i);
			assert_int_equal(back, UTF8_BAD);
		}
	}
}

/* Every sequence of two bytes, and of three and four with a lead in front: what
 * decodes must encode to the same bytes, so nothing overlong passes. */
static void only_shortest_forms_decode(void **state)
{
	static const unsigned char edge[] = {
		0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF
	};
	unsigned a, b, c, d;
	uint32_t cp;

	for (a = 0; a < 256; a++)
	for (b = 0; b < 256; b++)
	for (c = 0; c < sizeof(edge); c++)
	for (d = 0; d < sizeof(edge); d++) {
		char s[4] = { (char)a, (char)b, (char)edge[c], (char)edge[d] };
		char again[4];
		size_t n = utf8_decode(s, 4, &cp);

		assert_in_range(n, 1, 4);
		if (cp == UTF8_BAD)
			continue;
		assert_int_equal(utf8_encode(again, cp), n);
		assert_memory_equal(again, s, n);
	}
}

/* Unicode 15, section 3.9, table 3-8. */
static void a_broken_sequence_takes_its_maximal_subpart(void **state)
{
	static const char s[] = "\x61\xF1\x80\x80\xE1\x80\xC2\x62\x80\x63\x80\xBF\x64";
	static const size_t takes[] = { 1, 3, 2, 1, 1, 1, 1, 1, 1, 1 };
	size_t at = 0, i;
	uint32_t cp;

	for (i = 0; i < sizeof(takes) / sizeof(takes[0]); i++) {
		size_t n = utf8_decode(s + at, sizeof(s) - 1 - at, &cp);

		assert_int_equal(n, takes[i]);
		at += n;
	}
	assert_int_equal(at, sizeof(s) - 1);
	assert_int_equal(utf8_decode("\xE0\x80\x80", 3, &cp), 1);
	assert_int_equal(utf8_decode("\xED\xA0\x80", 3, &cp), 1);
	assert_int_equal(utf8_decode("\xF4\x90\x80\x80", 4, &cp), 1);
}

static void the_valid_prefix_ends_at_the_first_error(void **state)
{
	char s[64];
	size_t at;

	for (at = 0; at < sizeof(s); at++) {
		memset(s, 'a', sizeof(s));
		assert_int_equal(utf8_valid_prefix(s, at), at);
		s[at] = '\xFF';
		assert_int_equal(utf8_valid_prefix(s, sizeof(s)), at);
		if (at + 1 == sizeof(s))
			break;
		memcpy(s + at, "\xc3\xa4", 2);
		assert_int_equal(utf8_valid_prefix(s, sizeof(s)), sizeof(s));
		assert_int_equal(utf8_valid_prefix(s, at + 1), at);
	}
}

static bool is_bidi_control(uint32_t cp)
{
	return cp == 0x061C || cp == 0x200E || cp == 0x200F ||
	       (cp >= 0x202A && cp <= 0x202E) || (cp >= 0x2066 && cp <= 0x2069);
}

/* What may be on a screen, said without the code under test. */
static void check_shown(const struct utf8_cluster *c)
{
	size_t at = 0, n;
	uint32_t cp;

	assert_int_equal(strlen(c->shown), c->shown_len);
	assert_true(c->width >= 1);
	assert_true(utf8_valid(c->shown, c->shown_len));
	for (; at < c->shown_len; at += n) {
		const utf8proc_property_t *p;
		int category;

		n = utf8_decode(c->shown + at, c->shown_len - at, &cp);
		p = utf8proc_get_property((utf8proc_int32_t)cp);
		category = p->category;
		assert_true(category != UTF8PROC_CATEGORY_CC &&
			    category != UTF8PROC_CATEGORY_CF &&
			    category != UTF8PROC_CATEGORY_CN &&
			    category != UTF8PROC_CATEGORY_CO &&
			    category != UTF8PROC_CATEGORY_CS &&
			    category != UTF8PROC_CATEGORY_ZL &&
			    category != UTF8PROC_CATEGORY_ZP);
		assert_false(is_bidi_control(cp));
		assert_true(cp == 0xFE0F || !p->ignorable);
		assert_true(utf8_cp_width(cp) >= (at ? 0 : 1) || cp == 0xFE0F);
		if (c->escaped)
			assert_true(cp < 0x7F);
	}
	if (c->escaped)
		assert_int_equal(c->width, c->shown_len);
}

static void every_character_alone_is_fit_to_be_shown(void **state)
{
	struct utf8_cluster c;
	uint32_t cp;
	char s[4];
	size_t n;

	for (cp = 0; cp <= 0x10FFFF; cp++) {
		n = utf8_encode(s, cp);
		if (!n)
			continue;
		assert_int_equal(utf8_cluster(s, n, &c), n);
		check_shown(&c);
		assert_int_equal(c.escaped, utf8_cp_width(cp) <= 0);
		if (c.escaped)
			continue;
		assert_int_equal(c.width, utf8_cp_width(cp));
		assert_int_equal(c.shown_len, n);
		assert_memory_equal(c.shown, s, n);
	}
}

static void widths_are_those_of_the_c_library(void **state)
{
	char *was = strdup(setlocale(LC_CTYPE, NULL));
	unsigned known = 0;
	uint32_t cp;

	if (!setlocale(LC_CTYPE, "C.UTF-8")) {
		free(was);
		skip_test("no C.UTF-8 locale");
	}
	for (cp = 0x20; cp <= 0x10FFFF; cp++) {
		int ours = utf8_cp_width(cp), theirs = wcwidth((wchar_t)cp);

		if (ours < 0 || theirs < 0)
			continue;
		if (ours != theirs)
			fail_msg("U+%04X: %d, not %d", (unsigned)cp, ours, theirs);
		known++;
	}
	assert_true(known > 100000);
	setlocale(LC_CTYPE, was);
	free(was);
}

static void only_marks_join_a_letter(void **state)
{
	struct utf8_cluster c;
	char s[5] = "a";
	uint32_t cp;
	size_t n, got;

	for (cp = 0; cp <= 0x10FFFF; cp++) {
		n = utf8_encode(s + 1, cp);
		if (!n)
			continue;
		got = utf8_cluster(s, n + 1, &c);
		check_shown(&c);
		assert_int_equal(c.width, 1);
		if (got == 1)
			continue;
		assert_int_equal(got, n + 1);
		assert_int_equal(utf8_cp_width(cp), 0);
	}
}

/* The clusters of s, joined by bars; a mark's cluster has a ! before it. */
static void check_clusters(const char *s, size_t len, const char *want)
{
	struct utf8_cluster c;
	struct buf got;
	size_t at = 0;

	buf_init(&got);
	while (at < len) {
		if (at)
			buf_addc(&got, '|');
		at += utf8_cluster(s + at, len - at, &c);
		buf_addf(&got, "%s%s:%d", c.escaped ? "!" : "", c.shown, c.width);
	}
	assert_string_equal(got.data, want);
	buf_release(&got);
}

#define CLUSTERS(s, want) check_clusters(s, sizeof(s) - 1, want)

static void clusters_are_as_described(void **state)
{
	CLUSTERS("ab", "a:1|b:1");
	CLUSTERS("\0\t\n\033\177", "!^@:2|!^I:2|!^J:2|!^[:2|!^?:2");
	CLUSTERS("\xc2\x85", "!<U+0085>:8");
	CLUSTERS("a\xff\xc3", "a:1|!<ff>:4|!<c3>:4");
	CLUSTERS("\xf0\x9f\x98z", "!<f0>:4|!<9f>:4|!<98>:4|z:1");
	CLUSTERS("\xed\xa0\x80", "!<ed>:4|!<a0>:4|!<80>:4");
	CLUSTERS("e\u0301x", "e\u0301:1|x:1");
	CLUSTERS("\u0301x", "!<U+0301>:8|x:1");
	CLUSTERS("\n\u0301", "!^J:2|!<U+0301>:8");
	CLUSTERS("\u6f22\u5b57", "\u6f22:2|\u5b57:2");
	CLUSTERS("a\u0301\u0302\u0303\u0304\u0305\u0306",
		 "a\u0301\u0302\u0303\u0304:1|!<U+0305>:8|!<U+0306>:8");
	CLUSTERS("a\u200bb\u202ec\u2028", "a:1|!<U+200B>:8|b:1|!<U+202E>:8|"
		 "c:1|!<U+2028>:8");
	CLUSTERS("\ue000\U0010fffd", "!<U+E000>:8|!<U+10FFFD>:10");
	/* a dark thumb, a family, a flag, a heart that was black */
	CLUSTERS("\U0001f44d\U0001f3ff", "\U0001f44d:2|!<U+1F3FF>:9");
	CLUSTERS("\U0001f468\u200d\U0001f469",
		 "\U0001f468:2|!<U+200D>:8|\U0001f469:2");
	CLUSTERS("\U0001f1e9\U0001f1ea", "!<U+1F1E9>:9|!<U+1F1EA>:9");
	CLUSTERS("\u2764\ufe0f", "\u2764:1|!<U+FE0F>:8");
	/* a watch is an emoji with VS16 and without; VS15 makes it narrow */
	CLUSTERS("\u231a\ufe0f\ufe0f", "\u231a\ufe0f:2|!<U+FE0F>:8");
	CLUSTERS("\u231a\ufe0e", "\u231a:2|!<U+FE0E>:8");
	CLUSTERS("1\ufe0f\u20e3", "1:1|!<U+FE0F>:8|!<U+20E3>:8");
	/* Hangul in pieces, and pieces without a syllable */
	CLUSTERS("\u1112\u1161\u11ab", "\u1112\u1161\u11ab:2");
	CLUSTERS("\ud558\u11ab\u11ab\u1161",
		 "\ud558\u11ab\u11ab:2|!<U+1161>:8");
	CLUSTERS("a\u1161", "a:1|!<U+1161>:8");
	CLUSTERS("\u1112\u1160", "\u1112:2|!<U+1160>:8");
	CLUSTERS("\u0915\u093e\u0902", "\u0915:1|\u093e\u0902:1");
}

/* A text of what is likely to go wrong side by side. */
static size_t random_text(struct prng *r, char *s, size_t max)
{
	static const uint32_t odd[] = {
		0, '\t', '\n', 0x1B, ' ', 'a', '<', 0x7F, 0x85, 0xE4, 0x301,
		0x302, 0x303, 0x200B, 0x200D, 0x202E, 0x6F22, 0xFE0F, 0xFE0E,
		0x231A, 0x2764, 0x1112, 0x1161, 0x11AB, 0xD558, 0x20E3,
		0x1F1E9, 0x1F3FF, 0x1F600, 0xE0061, 0x10FFFF, 0x93E
	};
	size_t len = 0, want = prng_below(r, max - 3);
	bool bytes = !prng_below(r, 4);

	while (len < want) {
		if (bytes || !prng_below(r, 10))
			prng_bytes(r, s + len++, 1);
		else
			len += utf8_encode(s + len, prng_below(r, 3) ?
				odd[prng_below(r, sizeof(odd) / sizeof(odd[0]))]
				: (uint32_t)prng_below(r, 0xD800));
	}
	return len;
}

static void check_fit(const char *s, size_t len, const size_t *ends,
		      const size_t *widths, size_t count, size_t max)
{
	size_t cols = 0, i, got_cols, got;

	for (i = 0; i < count && cols + widths[i] <= max; i++)
		cols += widths[i];
	got = utf8_fit(s, len, max, &got_cols);
	assert_int_equal(got, i ? ends[i - 1] : 0);
	assert_int_equal(got_cols, cols);
	assert_true(got_cols <= max);
}

static void check_motion(const char *s, size_t len, const size_t *ends,
			 size_t count)
{
	size_t start = 0, i, at;

	for (i = 0; i < count; i++) {
		for (at = start; at < ends[i]; at++) {
			assert_int_equal(utf8_next(s, len, at), ends[i]);
			assert_int_equal(utf8_prev(s, len, at + 1), start);
		}
		start = ends[i];
	}
	assert_int_equal(utf8_prev(s, len, 0), 0);
	assert_int_equal(utf8_next(s, len, len), len);
}

static void check_text(const char *s, size_t len)
{
	size_t ends[128], widths[128], count = 0, at = 0, cols = 0, max;
	struct utf8_cluster c;
	struct buf want, got, again;

	buf_init(&want);
	buf_init(&got);
	buf_init(&again);
	while (at < len) {
		size_t n = utf8_cluster(s + at, len - at, &c);

		assert_true(n >= 1 && n <= len - at);
		check_shown(&c);
		at += n;
		cols += c.width;
		ends[count] = at;
		widths[count++] = c.width;
		buf_add(&want, c.shown, c.shown_len);
	}
	assert_int_equal(utf8_columns(s, len), cols);
	for (max = 0; max < 40; max++)
		check_fit(s, len, ends, widths, count, max);
	check_motion(s, len, ends, count);
	utf8_visible(&got, s, len, false);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
	utf8_visible(&again, got.data, got.len, false);
	assert_int_equal(again.len, got.len);
	assert_memory_equal(again.data, got.data, got.len);
	assert_int_equal(utf8_columns(got.data, got.len), cols);
	buf_release(&want);
	buf_release(&got);
	buf_release(&again);
}

/* A copy of just these bytes, so that the sanitizers see a read behind them. */
static void check_exact(const char *s, size_t len)
{
	char *copy = malloc(len ? len : 1);

	if (len)
		memcpy(copy, s, len);
	check_text(copy, len);
	free(copy);
}

static void any_bytes_are_shown_moved_in_and_cut_alike(void **state)
{
	uint64_t seed;
	char s[100];

	for (seed = 0; seed < 4000; seed++) {
		struct prng r = { seed };
		size_t len = random_text(&r, s, sizeof(s));

		check_exact(s, len);
	}
}

static void motion_does_not_scan_a_run_of_marks(void **state)
{
	size_t len = 400001, at, steps = 0;
	char *s = malloc(len);

	s[0] = 'a';
	for (at = 1; at < len; at += 2)
		memcpy(s + at, "\xcc\x81", 2);
	for (at = len; at > 0; steps++)		/* quadratic would not end */
		at = utf8_prev(s, len, at);
	assert_int_equal(steps, 200000 - 4 + 1);
	free(s);
}

static void lines_are_kept_when_asked(void **state)
{
	struct buf b;

	buf_init(&b);
	utf8_visible(&b, "a\tb\r\n\x1b\xff", 7, true);
	assert_string_equal(b.data, "a\tb^M\n^[<ff>");
	buf_clear(&b);
	utf8_visible(&b, "a\t\n", 3, false);
	assert_string_equal(b.data, "a^I^J");
	buf_release(&b);
}

static void ascii_case_is_ignored_and_no_other(void **state)
{
	assert_true(utf8_ascii_ieq("Content-TYPE", 12, "content-type", 12));
	assert_true(utf8_ascii_ieq("", 0, "", 0));
	assert_false(utf8_ascii_ieq("ab", 2, "abc", 3));
	assert_false(utf8_ascii_ieq("@", 1, "`", 1));
	assert_false(utf8_ascii_ieq("[", 1, "{", 1));
	assert_false(utf8_ascii_ieq("\xc3\xa4", 2, "\xc3\x84", 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_scalar_value_goes_there_and_back),
		cmocka_unit_test(only_shortest_forms_decode),
		cmocka_unit_test(a_broken_sequence_takes_its_maximal_subpart),
		cmocka_unit_test(the_valid_prefix_ends_at_the_first_error),
		cmocka_unit_test(every_character_alone_is_fit_to_be_shown),
		cmocka_unit_test(widths_are_those_of_the_c_library),
		cmocka_unit_test(only_marks_join_a_letter),
		cmocka_unit_test(clusters_are_as_described),
		cmocka_unit_test(any_bytes_are_shown_moved_in_and_cut_alike),
		cmocka_unit_test(motion_does_not_scan_a_run_of_marks),
		cmocka_unit_test(lines_are_kept_when_asked),
		cmocka_unit_test(ascii_case_is_ignored_and_no_other),
	};

	return cmocka_run_group_tests_name("utf8", tests, NULL, NULL);
}
