/* A ThousandEyes snapshot that is asked for: times, spans, rules, requests. */
#include "config.h"

#include <string.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "prng.h"
#include "remote/teask.h"
#include "remote/tehistory.h"
#include "scratch.h"
#include "unit.h"

#define HOUR INT64_C(3600)
#define DAY (24 * HOUR)

static bool parse(const char *text, int64_t *out)
{
	return te_parse_time(text, strlen(text), out, NULL);
}

static void times_in_every_spelling(void **state)
{
	static const char *const same[] = {
		"2018-10-06T00:00:00", "2018-10-06 00:00:00",
		"2018-10-06T00:00:00Z", " 2018-10-06 00:00:00 ",
		"2018-10-06 00:00", "2018-10-06T00:00Z",
	};
	int64_t at;

	for (size_t i = 0; i < sizeof(same) / sizeof(*same); i++) {
		at = 0;
		assert_true(parse(same[i], &at));
		assert_int_equal(at, 1538784000);
	}
}

static void times_that_are_none(void **state)
{
	static const char *const wrong[] = {
		"", " ", "now", "2018-10-06", "2018-10-06T24:00:00",
		"2018-13-01 00:00:00", "2018-02-29 00:00:00",
		"2018-04-31 00:00:00", "2018-10-06T00:00:00+01:00",
		"2018-10-06T00:00:00.5", "2018/10/06 00:00:00",
		"18-10-06 00:00:00", "2018-10-06t00:00:00", "2018-10-06 0:00:00",
		"1900-02-29 00:00:00", "-018-10-06 00:00:00",
	};
	struct err err;
	int64_t at = 7;

	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_false(te_parse_time(wrong[i], strlen(wrong[i]), &at,
					   &err));
		assert_int_equal(err.code, ERR_INPUT);
	}
	assert_false(te_parse_time("2018-10-06 00:00:00\0", 20, &at, NULL));
	assert_int_equal(at, 7);
}

/* Every hour of two years, so every month end, leap day and night on which
 * clocks are set somewhere: what is written reads back, and a span counts the
 * same anywhere. */
static void times_are_utc(void **state)
{
	char text[TE_TIME_MAX];
	int64_t at, back, begin = 1704067200;	/* 2024-01-01, a leap year */

	for (at = begin; at < begin + 2 * 366 * DAY; at += HOUR) {
		te_format_time(text, at, 6);
		assert_int_equal(strlen(text), 19);
		assert_true(parse(text, &back));
		assert_int_equal(back, at);
		te_format_time(text, at, 7);
		assert_true(parse(text, &back));
		assert_int_equal(back, at);
		te_show_time(text, at);
		assert_true(parse(text, &back));
		assert_int_equal(back, at);
		assert_int_equal(te_span(at, at + 24 * HOUR), 24);
	}
	te_format_time(text, 1709164800, 7);
	assert_string_equal(text, "2024-02-29T00:00:00Z");
}

static void only_these_spans(void **state)
{
	int64_t span;
	size_t good = 0;

	for (span = -3 * DAY; span <= 5 * DAY; span += 60) {
		unsigned hours = te_span(1538784000, 1538784000 + span);

		if (!hours)
			continue;
		good++;
		assert_int_equal(hours * HOUR, span);
	}
	assert_int_equal(good, TE_SPANS);
	assert_int_equal(te_span(0, HOUR + 1), 0);
}

/* ---- the rules ---- */

struct told {
	unsigned errors, warnings;	/* bits of enum te_field */
};

static void tell(void *ctx, enum te_field field, bool error, const char *text)
{
	struct told *t = ctx;

	assert_true(*text);
	*(error ? &t->errors : &t->warnings) |= 1U << field;
}

static const struct te_ask good = {
	.version = 7, .test = "817", .name = "outage", .from = 1538784000,
	.to = 1538784000 + HOUR,
};

#define BIT(field) (1U << (field))

static struct told check(const struct te_ask *ask, int64_t now)
{
	struct told t = {0};
	bool ok = te_check(ask, now, tell, &t);

	assert_int_equal(ok, t.errors == 0);
	return t;
}

static void rules(void **state)
{
	static const char *const tests[] = {
		"", "0", "007", "-1", "8 17", "8.1", "817x", "9007199254740993"
	};
	static const char *const names[] = {"", " \t ", "a\nb", "\x7f", "\xff"};
	struct te_ask ask = good;
	struct told t = check(&ask, ask.to);

	assert_int_equal(t.errors | t.warnings, 0);
	for (size_t i = 0; i < sizeof(tests) / sizeof(*tests); i++) {
		ask.test = tests[i];
		assert_int_equal(check(&ask, ask.to).errors, BIT(TE_TEST));
	}
	ask = good;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		ask.name = names[i];
		assert_int_equal(check(&ask, ask.to).errors, BIT(TE_NAME));
	}
	ask = good;
	ask.aid = "7a";
	assert_int_equal(check(&ask, ask.to).errors, BIT(TE_AID));
	ask.aid = "";
	assert_int_equal(check(&ask, ask.to).errors, BIT(TE_AID));
	ask = good;
	ask.to = ask.from;
	assert_int_equal(check(&ask, ask.to).errors, BIT(TE_SPAN));
	ask.to = ask.from + 3 * HOUR;
	assert_int_equal(check(&ask, ask.to).errors, BIT(TE_SPAN));
}

static void rules_of_time(void **state)
{
	struct te_ask ask = good;
	struct told t = check(&ask, ask.to - 1);

	assert_int_equal(t.errors, BIT(TE_END));
	ask.version = 6;
	t = check(&ask, ask.to - 1);
	assert_int_equal(t.errors, 0);
	assert_int_equal(t.warnings, BIT(TE_END));
	assert_int_equal(check(&ask, ask.from + 90 * DAY).warnings, 0);
	assert_int_equal(check(&ask, ask.from + 90 * DAY + 1).warnings,
			 BIT(TE_END));
}

/* ---- requests ---- */

static void urls_of_any_base(void **state)
{
	static const char *const bases[] = {
		"https://h", "https://h/", "https://h/v6", "https://h/v7/",
		"https://h//"
	};
	struct te_ask ask = good;
	struct buf url;

	buf_init(&url);
	for (size_t i = 0; i < sizeof(bases) / sizeof(*bases); i++) {
		ask.version = 7;
		ask.aid = NULL;
		buf_clear(&url);
		te_ask_url(&ask, bases[i], &url);
		assert_string_equal(url.data, "https://h/v7/tests/817/snapshot");
		ask.version = 6;
		ask.aid = i % 2 ? "59" : NULL;
		buf_clear(&url);
		te_ask_url(&ask, bases[i], &url);
		assert_string_equal(url.data, i % 2
			? "https://h/v6/snapshot.json?aid=59"
			: "https://h/v6/snapshot.json");
	}
	buf_clear(&url);
	te_url(7, NULL, "tests", NULL, &url);
	assert_string_equal(url.data, "https://api.thousandeyes.com/v7/tests");
	buf_release(&url);
}

static void a_shell_reads_the_curl_back(void **state)
{
	struct te_ask ask = good;
	struct buf out;

	ask.name = "it's $HOME `x`";
	buf_init(&out);
	te_ask_curl(&ask, "https://h", false, &out);
	assert_non_null(strstr(out.data, "--data '{\"displayName\":\"it'\\''s "
					 "$HOME `x`\","));
	assert_non_null(strstr(out.data, "Bearer $TOKEN"));
	buf_clear(&out);
	te_ask_curl(&ask, "https://h", true, &out);
	assert_non_null(strstr(out.data, "--user \"$EMAIL:$TOKEN\""));
	buf_release(&out);
}

/* ---- history ---- */

static void history_keeps_what_was_made(void **state)
{
	struct te_made made = {.link = "https://l", .shared = 1000,
			       .from = good.from, .to = good.to};
	char *dir = scratch_new();
	struct te_history h;
	struct te_ask ask = good;

	assert_true(te_history_read(&h, dir, NULL));
	assert_int_equal(h.count, 0);
	for (int i = 0; i < 5; i++) {
		ask.aid = i % 2 ? "59" : NULL;
		ask.public = i % 2;
		made.shared = 1000 + i;
		assert_true(te_history_add(dir, "te", "https://h", &ask, &made,
					   NULL));
	}
	assert_true(te_history_read(&h, dir, NULL));
	assert_int_equal(h.count, 5);
	assert_int_equal(h.items[0].made, 1004);
	assert_int_equal(h.items[0].expires, 0);
	assert_int_equal(h.items[1].expires, 1003 + 30 * DAY);
	assert_string_equal(h.items[1].aid, "59");
	assert_string_equal(h.items[4].link, "https://l");
	assert_int_equal(te_history_count(&h, "https://h", NULL, 1000), 2);
	assert_int_equal(te_history_count(&h, "https://h", "59", 1000), 2);
	assert_int_equal(te_history_count(&h, "https://i", NULL, 0), 0);
	te_history_release(&h);
	scratch_free(dir);
}

/* Random damage: nothing but whole lines comes out, and nothing crashes. */
static void a_damaged_history_is_read_as_far_as_it_goes(void **state)
{
	struct te_made made = {.link = "l", .shared = 1};
	char *dir = scratch_new(), *path;
	struct prng r = {11};
	struct te_history h;

	for (int i = 0; i < 20; i++)
		assert_true(te_history_add(dir, "te", "b", &good, &made, NULL));
	path = mem_format("%s/thousandeyes/history.jsonl", dir);
	for (int i = 0; i < 200; i++) {
		struct buf text;

		buf_init(&text);
		assert_true(file_read(path, TE_HISTORY_MAX, &text, NULL));
		text.data[prng_below(&r, text.len)] = (char)prng_below(&r, 256);
		assert_true(atomicfile_replace(path, 0600, text.data, text.len,
					       NULL));
		buf_release(&text);
		assert_true(te_history_read(&h, dir, NULL));
		assert_true(h.count <= 20);
		te_history_release(&h);
	}
	free(path);
	scratch_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_in_every_spelling),
		cmocka_unit_test(times_that_are_none),
		cmocka_unit_test(times_are_utc),
		cmocka_unit_test(only_these_spans),
		cmocka_unit_test(rules),
		cmocka_unit_test(rules_of_time),
		cmocka_unit_test(urls_of_any_base),
		cmocka_unit_test(a_shell_reads_the_curl_back),
		cmocka_unit_test(history_keeps_what_was_made),
		cmocka_unit_test(a_damaged_history_is_read_as_far_as_it_goes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
