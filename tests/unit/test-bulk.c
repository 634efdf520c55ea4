/* What bulk edits are made of: swapped texts, shifted times, new uuids. */
#include "config.h"

#include "app/renewing.h"
#include "app/replacing.h"
#include "app/shifting.h"
#include "app/swapping.h"
#include "base/codec.h"
#include "json/locate.h"
#include "prng.h"
#include "unit.h"

/* --- swapping --- */

static void expect_swap(enum swapping_in in, const char *old, const char *new,
			const char *text, const char *want)
{
	struct swapping *s = swapping_new(old, strlen(old), new, strlen(new),
					  NULL);
	struct buf out;

	buf_init(&out);
	if (!swapping_apply(s, in, text, strlen(text), &out))
		buf_adds(&out, "none");
	assert_string_equal(out.data, want);
	buf_release(&out);
	swapping_free(s);
}

static void every_spelling_is_found(void **state)
{
	expect_swap(SWAPPING_PLAIN, "abc", "x", "abcabc.ab", "xx.ab");
	expect_swap(SWAPPING_PLAIN, "abc", "abcabc", "abc", "abcabc");
	expect_swap(SWAPPING_PLAIN, "aab", "x", "aaab", "ax");
	expect_swap(SWAPPING_PLAIN, "abc", "x", "ABC", "none");
	expect_swap(SWAPPING_PLAIN, "a/b", "c+d/", "?t=a%2Fb&", "?t=c%2Bd%2F&");
	expect_swap(SWAPPING_PLAIN, "a/b", "c+d/", "?t=a%2fb&u=a/b",
		    "?t=c%2Bd%2F&u=c+d/");
	expect_swap(SWAPPING_ADDRESS, "abc", "d&e", "?t=abc", "?t=d%26e");
	expect_swap(SWAPPING_ADDRESS, "ab=", "d=&", "?t=ab=", "?t=d=%26");
	expect_swap(SWAPPING_JSON, "a", "b\"\\\n", "{\"t\":\"a\"}",
		    "{\"t\":\"b\\\"\\\\\\n\"}");
	expect_swap(SWAPPING_JSON, "a/b", "c/d", "[\"a\\/b\",\"a/b\"]",
		    "[\"c\\/d\",\"c/d\"]");
	expect_swap(SWAPPING_JSON, "a\"b", "c", "[\"a\\\"b\",\"a\\u0022b\"]",
		    "[\"c\",\"c\"]");
	/* an escape is one sign, not two */
	expect_swap(SWAPPING_JSON, "nb", "x", "[\"\\nb\"]", "none");
	expect_swap(SWAPPING_PLAIN, "a", "b", "%61%", "b%");
	expect_swap(SWAPPING_PLAIN, "a%", "b", "a%", "b");
	expect_swap(SWAPPING_PLAIN, "\\", "b", "\\", "b");
	assert_null(swapping_new("", 0, "x", 1, NULL));
}

/* Bytes that are special somewhere, and a few that are not. */
static void random_text(struct prng *prng, struct buf *out, size_t most)
{
	static const char some[] = "aab/+=\"&. ";
	size_t n = prng_below(prng, most + 1);

	while (n--)
		buf_addc(out, some[prng_below(prng, sizeof(some) - 1)]);
}

static void slow_swap(const struct buf *text, const struct buf *old,
		      const struct buf *new, struct buf *out)
{
	for (size_t i = 0; i < text->len;) {
		if (text->len - i >= old->len &&
		    !memcmp(text->data + i, old->data, old->len)) {
			buf_add(out, new->data, new->len);
			i += old->len;
		} else {
			buf_addc(out, text->data[i++]);
		}
	}
}

/* Some bytes as %XX, as a client may write them. */
static void percent_encode(struct prng *prng, const struct buf *text,
			   struct buf *out)
{
	for (size_t i = 0; i < text->len; i++) {
		if (prng_below(prng, 2))
			buf_addc(out, text->data[i]);
		else
			buf_addf(out, prng_below(prng, 2) ? "%%%02x" : "%%%02X",
				 (unsigned char)text->data[i]);
	}
}

static void percent_decode(const struct buf *text, struct buf *out)
{
	for (size_t i = 0; i < text->len; i++) {
		unsigned byte;

		if (text->data[i] == '%' &&
		    sscanf(text->data + i + 1, "%2x", &byte) == 1) {
			buf_addc(out, (char)byte);
			i += 2;
		} else {
			buf_addc(out, text->data[i]);
		}
	}
}

static void json_escape(struct prng *prng, const struct buf *text,
			struct buf *out)
{
	buf_addc(out, '"');
	for (size_t i = 0; i < text->len; i++) {
		char c = text->data[i];

		if (!prng_below(prng, 4))
			buf_addf(out, "\\u%04x", (unsigned char)c);
		else if (c == '"' || (c == '/' && prng_below(prng, 2)))
			buf_addf(out, "\\%c", c);
		else
			buf_addc(out, c);
	}
	buf_addc(out, '"');
}

/* A swap in a spelling is the swap in what it means. */
static void spellings_mean_the_same(void **state)
{
	struct prng prng;
	struct buf b[7];

	for (size_t i = 0; i < 7; i++)
		buf_init(&b[i]);
	for (prng.state = 0; prng.state < 20000; prng.state++) {
		struct prng here = prng;
		struct swapping *s;

		for (size_t i = 0; i < 7; i++)
			buf_clear(&b[i]);
		buf_addc(&b[0], 'a');
		random_text(&here, &b[0], 2);		/* old */
		random_text(&here, &b[1], 3);		/* new */
		random_text(&here, &b[2], 30);		/* text */
		slow_swap(&b[2], &b[0], &b[1], &b[3]);	/* wanted */
		s = swapping_new(b[0].data, b[0].len, b[1].data, b[1].len,
				 NULL);
		if (here.state & 1) {
			percent_encode(&here, &b[2], &b[4]);
			if (!swapping_apply(s, SWAPPING_ADDRESS, b[4].data,
					    b[4].len, &b[5]))
				buf_add(&b[5], b[4].data, b[4].len);
			percent_decode(&b[5], &b[6]);
		} else {
			json_escape(&here, &b[2], &b[4]);
			if (!swapping_apply(s, SWAPPING_JSON, b[4].data,
					    b[4].len, &b[5]))
				buf_add(&b[5], b[4].data, b[4].len);
			json_decode_span(b[5].data, b[5].len, &b[6]);
		}
		if (strcmp(b[6].data, b[3].data))
			fail_msg("%llu: %s for %s in %s gives %s",
				 (unsigned long long)prng.state, b[1].data,
				 b[0].data, b[4].data, b[5].data);
		swapping_free(s);
	}
	for (size_t i = 0; i < 7; i++)
		buf_release(&b[i]);
}

/* --- a whole record --- */

#define TOKEN "tok/en+1=="
#define RECORD_WITH_TOKEN \
	"{\"msgType\":\"rrpair\", \"uuid\":\"AAAAAAAAQACAAAAAAAAAAA==\"," \
	"\"location\":\"/a/tok%2Fen%2B1%3D%3D\",\"session\":\"" TOKEN "\"," \
	"\"http\":{\"req\":{\"url\":\"/a/tok%2Fen%2B1%3D%3D\"," \
	"\"uri\":\"/a/tok%2Fen%2B1%3D%3D?t=tok%2fen%2b1==\"," \
	"\"queryParams\":{\"t\":[\"" TOKEN "\"]},\"headers\":{" \
	"\"Authorization\":[\"Bearer " TOKEN "\",\"basic dTp0b2svZW4rMT09\"]," \
	"\"Cookie\":[\"a=b; t=" TOKEN "; c=d\"]}," \
	/* {"t":"tok\/en+1=="} */ \
	"\"bodyBase64\":\"eyJ0IjoidG9rXC9lbisxPT0ifQ==\"}," \
	"\"res\":{\"statusCode\":200,\"headers\":{},\"body\":\"x=" TOKEN "\"," \
	"\"bodyBase64\":\"eD10b2svZW4rMT09\"}}," \
	"\"tokenList\":{\"T:" TOKEN "\":{\"id\":\"T:" TOKEN "\",\"tokens\":[" \
	"{\"token\":{\"replacementValue\":\"dG9rL2VuKzE9PQ==\"}}]}}," \
	"\"signature\":{\"http:requestBodyJSON\":\"eyJ0IjoidG9rL2VuKzE9PSJ9\"," \
	"\"http:url\":\"L2EvdG9rJTJGZW4lMkIxJTNEJTNE\"}}"
#define RECORD_SWAPPED \
	"{\"msgType\":\"rrpair\", \"uuid\":\"AAAAAAAAQACAAAAAAAAAAA==\"," \
	"\"location\":\"/a/n%3Dw\",\"session\":\"n=w\"," \
	"\"http\":{\"req\":{\"url\":\"/a/n%3Dw\"," \
	"\"uri\":\"/a/n%3Dw?t=n=w\"," \
	"\"queryParams\":{\"t\":[\"n=w\"]},\"headers\":{" \
	"\"Authorization\":[\"Bearer n=w\",\"basic dTpuPXc=\"]," \
	"\"Cookie\":[\"a=b; t=n=w; c=d\"]}," \
	"\"bodyBase64\":\"eyJ0Ijoibj13In0=\"}," \
	"\"res\":{\"statusCode\":200,\"headers\":{},\"body\":\"x=n=w\"," \
	"\"bodyBase64\":\"eD1uPXc=\"}}," \
	"\"tokenList\":{\"T:n=w\":{\"id\":\"T:n=w\",\"tokens\":[" \
	"{\"token\":{\"replacementValue\":\"bj13\"}}]}}," \
	"\"signature\":{\"http:requestBodyJSON\":\"eyJ0Ijoibj13In0=\"," \
	"\"http:url\":\"L2EvbiUzRHc=\"}}"

static void expect_made(bool (*make)(void *arg, struct change_run *run,
				     struct err *err), void *arg,
			const char *text, const char *want)
{
	struct change_run run;
	struct err err = {0};

	change_run_init(&run);
	assert_true(change_run_start(&run, text, strlen(text), &err));
	if (!make(arg, &run, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(run.pair.text, want);
	change_run_release(&run);
}

static void a_token_is_swapped_wherever_it_is(void **state)
{
	struct replacing *r;

	r = replacing_new_swap(TOKEN, strlen(TOKEN), "n=w", 3, NULL);
	expect_made(replacing_make, r, RECORD_WITH_TOKEN, RECORD_SWAPPED);
	expect_made(replacing_make, r, RECORD_SWAPPED, RECORD_SWAPPED);
	replacing_free(r);
}

/* --- shifting --- */

static struct shifting *shift_by(const char *text)
{
	struct err err = {0};
	struct shifting *s = shifting_new(text, strlen(text), &err);

	if (!s)
		fail_msg("%s: %s", text, err.msg);
	return s;
}

static void expect_shift(const char *by, const char *text, const char *want)
{
	struct shifting *s = shift_by(by);

	expect_made(shifting_make, s, text, want);
	shifting_free(s);
}

static void times_keep_their_form(void **state)
{
	static const char *const wrong[] = {
		"", "+", "-", "1", "1x", "1h30", "h", "+-1h", "1h ", "yesterday",
		"99999999999999999999d", "9223372036854775807w",
	};

	expect_shift("+1h30m", "{\"ts\":\"2024-02-29T23:00:00.120Z\"}",
		     "{\"ts\":\"2024-03-01T00:30:00.120Z\"}");
	expect_shift("-2d", "{\"ts\": \"2024-03-01T10:00:00+05:30\"}",
		     "{\"ts\": \"2024-02-28T10:00:00+05:30\"}");
	expect_shift("1s", "{\"ts\":\"2024-03-01t10:00:59.1234567891234z\"}",
		     "{\"ts\":\"2024-03-01t10:01:00.1234567891234z\"}");
	expect_shift("500ms", "{\"ts\":\"2024-03-01T10:00:00Z\"}",
		     "{\"ts\":\"2024-03-01T10:00:00Z\"}");
	expect_shift("1w1d", "{\"ts\":17}", "{\"ts\":17}");
	expect_shift("1w1d", "{\"ts\":\"soon\"}", "{\"ts\":\"soon\"}");
	expect_shift("1d",
		     "{\"ts\":\"2025-03-18T00:00:00Z\",\"netinfo\":{"
		     "\"startTime\":\"2025-03-18T00:00:01Z\",\"downstream\":{"
		     "\"established\":\"2025-03-18T00:00:02.5Z\"}},"
		     "\"events\":[{\"ts\":\"2025-03-18T00:00:03Z\"},1],"
		     "\"http\":{\"req\":{},\"res\":{\"headers\":{"
		     "\"date\":[\"Tue, 18 Mar 2025 00:45:58 GMT\"],"
		     "\"Expires\":[\"0\",\"Wed, 31 Dec 2025 23:59:59 GMT\"],"
		     "\"Last-Modified\":[\"Tue, 18 Mar 2025 00:45:58 GMT\"]}}}}",
		     "{\"ts\":\"2025-03-19T00:00:00Z\",\"netinfo\":{"
		     "\"startTime\":\"2025-03-19T00:00:01Z\",\"downstream\":{"
		     "\"established\":\"2025-03-19T00:00:02.5Z\"}},"
		     "\"events\":[{\"ts\":\"2025-03-19T00:00:03Z\"},1],"
		     "\"http\":{\"req\":{},\"res\":{\"headers\":{"
		     "\"date\":[\"Wed, 19 Mar 2025 00:45:58 GMT\"],"
		     "\"Expires\":[\"0\",\"Thu, 01 Jan 2026 23:59:59 GMT\"],"
		     "\"Last-Modified\":[\"Tue, 18 Mar 2025 00:45:58 GMT\"]}}}}");
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		if (shifting_new(wrong[i], strlen(wrong[i]), NULL))
			fail_msg("%s is taken", wrong[i]);
}

static void time_has_an_end(void **state)
{
	const char *text = "{\"ts\":\"2262-04-11T00:00:00Z\"}";
	struct shifting *s = shift_by("5d");
	struct change_run run;
	struct err err = {0};

	change_run_init(&run);
	assert_true(change_run_start(&run, text, strlen(text), &err));
	assert_false(shifting_make(s, &run, &err));
	assert_int_equal(err.code, ERR_INPUT);
	change_run_release(&run);
	shifting_free(s);
}

/* There and back again is where it was. */
static void a_shift_can_be_taken_back(void **state)
{
	struct prng prng = {.state = 7};
	struct buf text, moved;

	buf_init(&text);
	buf_init(&moved);
	for (int i = 0; i < 3000; i++) {
		char by[64], back[64], ts[RFC3339_MAX];
		int64_t ns = (int64_t)(prng_next(&prng) % 2000000000000000000u),
			ms = 1 + (int64_t)prng_below(&prng, 3000000000u);
		struct change_run run;
		struct shifting *s;
		int64_t was, is;

		rfc3339_format(ts, ns, (int)prng_below(&prng, 3) * 3 + 3);
		snprintf(by, sizeof(by), "+%lldms", (long long)ms);
		snprintf(back, sizeof(back), "-%lldms", (long long)ms);
		buf_clear(&text);
		buf_addf(&text, "{\"ts\":\"%s\"}", ts);
		assert_true(rfc3339_parse(ts, strlen(ts), &was, NULL));
		change_run_init(&run);
		change_run_start(&run, text.data, text.len, NULL);
		s = shift_by(by);
		assert_true(shifting_make(s, &run, NULL));
		shifting_free(s);
		assert_true(rfc3339_parse(run.pair.text + 7, strlen(ts), &is,
					  NULL));
		assert_true(is == was + ms * 1000000);
		buf_clear(&moved);
		buf_adds(&moved, run.pair.text);
		change_run_release(&run);
		expect_shift(back, moved.data, text.data);
	}
	buf_release(&text);
	buf_release(&moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_spelling_is_found),
		cmocka_unit_test(spellings_mean_the_same),
		cmocka_unit_test(a_token_is_swapped_wherever_it_is),
		cmocka_unit_test(times_keep_their_form),
		cmocka_unit_test(time_has_an_end),
		cmocka_unit_test(a_shift_can_be_taken_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
