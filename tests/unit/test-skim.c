/* A text is found wherever it stands in a record, and nowhere else. */
#include "config.h"

#include "base/codec.h"
#include "prng.h"
#include "rrpair/gzip.h"
#include "rrpair/query.h"
#include "unit.h"

enum place { NOWHERE, PLAIN, NUMBERED, CODED, PACKED, SLASHED, PLACES };

static bool text_of(void *rec, const char **text, size_t *len)
{
	const struct buf *b = rec;

	*text = b->data;
	*len = b->len;
	return true;
}

static bool matches(struct query_run *run, struct buf *record)
{
	static const struct query_ops ops = { .text = text_of };

	return query_match(run, &ops, record);
}

/* Bytes of no word that is looked for, with the word in them at some place. */
static void body(struct prng *r, struct buf *out, const char *word)
{
	size_t before = prng_below(r, 60), behind = prng_below(r, 60);

	for (size_t i = 0; i < before; i++)
		buf_addc(out, "abc .~"[prng_below(r, 6)]);
	buf_adds(out, word);
	for (size_t i = 0; i < behind; i++)
		buf_addc(out, "abc .~"[prng_below(r, 6)]);
}

static void coded(struct prng *r, struct buf *out, const char *word, bool pack)
{
	struct buf plain, packed;

	buf_init(&plain);
	buf_init(&packed);
	body(r, &plain, word);
	if (pack)
		gzip_deflate(&packed, plain.data, plain.len, NULL, NULL);
	else
		buf_add(&packed, plain.data, plain.len);
	base64_encode(out, packed.data, packed.len);
	buf_release(&packed);
	buf_release(&plain);
}

/* A slash is written as \/. Base64 without one gets its first letter as a
 * number, which says the same. */
static void slashed(struct buf *out, const struct buf *text)
{
	const char *slash = memchr(text->data, '/', text->len);
	size_t at = slash ? (size_t)(slash - text->data) : 0;

	buf_add(out, text->data, at);
	if (slash)
		buf_adds(out, "\\/");
	else
		buf_addf(out, "\\u%04x", text->data[0]);
	buf_add(out, text->data + at + 1, text->len - at - 1);
}

static void record(struct prng *r, struct buf *out, const char *word,
		   enum place place)
{
	const char *space = prng_below(r, 3) ? "" : " ";
	struct buf b;

	buf_init(&b);
	buf_addf(out, "{\"msgType\":\"rrpair\",\"x\":\"%s\",\"y\":\"",
		 place == PLAIN ? word : "");
	for (const char *p = word; place == NUMBERED && *p; p++)
		buf_addf(out, "\\u%04x", *p);
	buf_addf(out, "\",\"http\":{\"req\":{\"method\":\"GET\"},\"res\":{"
		      "\"bodyBase64\"%s:%s\"", space, space);
	coded(r, &b, place >= CODED ? word : "-", place == PACKED ||
						   (place == SLASHED && prng_below(r, 2)));
	if (place == SLASHED)
		slashed(out, &b);
	else
		buf_add(out, b.data, b.len);
	buf_adds(out, "\"}}}");
	buf_release(&b);
}

static void a_word_is_found_where_it_is(void **state)
{
	static const char *const words[] = { "NEEDLE-7", "word", "a b?c=d&e",
					     "<xyz>", "{[QQQ]}", "longer than most" };

	for (unsigned seed = 0; seed < 3000; seed++) {
		struct prng r = { seed };
		const char *word = words[prng_below(&r, 6)];
		enum place place = (enum place)prng_below(&r, PLACES);
		struct query_run *run;
		struct query *q;
		struct buf expr, text;
		bool found;

		buf_init(&text);
		buf_init(&expr);
		buf_addf(&expr, "text CONTAINS \"%s\"", word);
		q = query_parse(expr.data, expr.len, NULL);
		assert_non_null(q);
		run = query_run_new(q);
		record(&r, &text, word, place);
		found = matches(run, &text);
		if (found != (place != NOWHERE))
			fail_msg("seed %u: %s in %s", seed, word, text.data);
		query_run_free(run);
		query_unref(q);
		buf_release(&text);
		buf_release(&expr);
	}
}

static void what_lies_across_pieces_is_no_match(void **state)
{
	static const char text[] =
		"{\"a\":\"one\",\"b\":\"two\",\"http\":{\"res\":{\"headers\":{"
		"\"bodyBase64\":\"TkVFRExF\"},\"bodyBase64\":5}},"
		"\"bodyBase64\":\"TkVFRExF\"}";	/* NEEDLE, but no body */
	static const char *const words[] = { "one\\\",\\\"b", "NEEDLE" };

	for (size_t i = 0; i < 2; i++) {
		struct buf record = { .data = (char *)text,
				      .len = sizeof(text) - 1 }, expr;
		struct query_run *run;
		struct query *q;

		buf_init(&expr);
		buf_addf(&expr, "text CONTAINS \"%s\"", words[i]);
		q = query_parse(expr.data, expr.len, NULL);
		assert_non_null(q);
		run = query_run_new(q);
		assert_false(matches(run, &record));
		query_run_free(run);
		query_unref(q);
		buf_release(&expr);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_word_is_found_where_it_is),
		cmocka_unit_test(what_lies_across_pieces_is_no_match),
	};

	return cmocka_run_group_tests_name("skim", tests, NULL, NULL);
}
