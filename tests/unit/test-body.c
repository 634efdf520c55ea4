/* Bodies through their layers, gzip in and out. */
#include "config.h"

#include "unit.h"

#include "base/codec.h"
#include "prng.h"
#include "rrpair/body.h"
#include "rrpair/gzip.h"

static void gzip(struct buf *out, const char *text)
{
	assert_true(gzip_deflate(out, text, strlen(text), NULL, NULL));
}

static void test_gzip(void **state)
{
	struct gzip_info like = { .xfl = 2, .os = 3 }, info;
	struct buf packed, again, plain, bytes;
	struct err err;

	buf_init(&packed);
	buf_init(&again);
	buf_init(&plain);
	buf_init(&bytes);
	for (uint64_t seed = 0; seed < 16; seed++) {
		struct prng r = { seed };
		size_t n = prng_below(&r, 90000);
		char *at;

		buf_clear(&bytes);
		buf_clear(&packed);
		buf_clear(&again);
		buf_clear(&plain);
		at = buf_reserve(&bytes, n);
		prng_bytes(&r, at, n);
		for (size_t i = 0; seed % 2 && i < n; i++)
			at[i] &= 3;
		bytes.len = n;
		assert_true(gzip_deflate(&packed, bytes.data, n, &like, &err));
		assert_true(gzip_deflate(&again, bytes.data, n, &like, &err));
		assert_int_equal(packed.len, again.len);
		assert_memory_equal(packed.data, again.data, packed.len);
		assert_true(gzip_inflate(&plain, packed.data, packed.len, n,
					 &info, &err));
		assert_int_equal(plain.len, n);
		assert_memory_equal(plain.data, bytes.data, n);
		assert_int_equal(info.members, 1);
		assert_int_equal(info.end, packed.len);
		assert_int_equal(info.xfl, 2);
		assert_int_equal(info.os, 3);
		/* no time, no name */
		assert_memory_equal(packed.data, "\x1f\x8b\x08\0\0\0\0\0\2\3",
				    10);
		if (!n)
			continue;
		assert_false(gzip_inflate(&plain, packed.data, packed.len,
					  n - 1, &info, &err));
		assert_int_equal(err.code, ERR_LIMIT);
		assert_int_equal(plain.len, n);
	}
	buf_release(&packed);
	buf_release(&again);
	buf_release(&plain);
	buf_release(&bytes);
}

/* Cut at every byte it is corrupt; behind a sound member it is what follows. */
static void test_gzip_cut(void **state)
{
	struct gzip_info info;
	struct buf packed, plain;
	struct err err;
	size_t one;

	buf_init(&packed);
	buf_init(&plain);
	gzip(&packed, "one");
	one = packed.len;
	for (size_t n = 0; n < one; n++) {
		assert_false(gzip_inflate(&plain, packed.data, n, 100, &info,
					  &err));
		assert_int_equal(err.code, ERR_INPUT);
		assert_int_equal(plain.len, 0);
		assert_true(info.bad_at <= n);
	}
	gzip(&packed, "two");
	for (size_t n = one; n < packed.len; n++) {
		buf_clear(&plain);
		assert_true(gzip_inflate(&plain, packed.data, n, 100, &info,
					 &err));
		assert_string_equal(plain.data, "one");
		assert_int_equal(info.end, one);
	}
	buf_clear(&plain);
	assert_true(gzip_inflate(&plain, packed.data, packed.len, 100, &info,
				 &err));
	assert_string_equal(plain.data, "onetwo");
	assert_int_equal(info.members, 2);
	packed.data[15] ^= 0x55;
	assert_false(gzip_inflate(&plain, packed.data, packed.len, 100, &info,
				  &err));
	buf_release(&packed);
	buf_release(&plain);
}

static void test_kinds(void **state)
{
	static const struct {
		const char *bytes, *type;
		enum body_kind kind;
	} cases[] = {
		{ "", "application/json", BODY_EMPTY },
		{ " {\"a\":1}\n", "", BODY_JSON },
		{ "[1]", "text/html", BODY_JSON },
		{ "7", "", BODY_TEXT },
		{ "7", "application/vnd.x+json", BODY_JSON },
		{ "{\"a\":1", "application/json", BODY_TEXT },
		{ "{}{}", "application/json", BODY_TEXT },
		{ "data: x\n\n", "", BODY_SSE },
		{ ": x\n\n", "text/event-stream; charset=utf-8", BODY_SSE },
		{ "a=1&b=2", "application/x-www-form-urlencoded", BODY_FORM },
		{ "a=1&b=2", "", BODY_TEXT },
		{ "--b\r\nx: y\r\n\r\n\xff\r\n--b--", "multipart/form-data; "
		  "boundary=b", BODY_MULTIPART },
		{ "<?xml version='1.0'?><a/>", "", BODY_XML },
		{ "<a/>", "application/xml", BODY_XML },
		{ "<!DOCTYPE html><p>", "", BODY_HTML },
		{ "caf\xc3\xa9\t\r\n", "", BODY_TEXT },
		{ "caf\xe9", "text/plain", BODY_BINARY },
		{ "a\001", "text/plain", BODY_BINARY },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (body_guess(cases[i].bytes, strlen(cases[i].bytes),
			       cases[i].type, strlen(cases[i].type)) !=
		    cases[i].kind)
			fail_msg("%s: %s", cases[i].type, cases[i].bytes);
}

/* One response body, decoded: what is said about it and its bytes. */
static void decoded(const char *members, const char *bytes, const char *layers)
{
	struct rrpair pair;
	struct body body;
	struct buf text;

	rrpair_init(&pair);
	body_init(&body);
	buf_init(&text);
	buf_addf(&text, "{\"http\":{\"res\":{%s}}}", members);
	assert_true(rrpair_parse(&pair, text.data, text.len, NULL));
	assert_true(body_decode(&body, &pair, BODY_RESPONSE, NULL));
	assert_string_equal(body.bytes.data, bytes);
	buf_clear(&text);
	body_layers(&body, &text);
	assert_string_equal(text.data, layers);
	rrpair_release(&pair);
	body_release(&body);
	buf_release(&text);
}

static void test_layers(void **state)
{
	struct buf packed, text;

	buf_init(&packed);
	buf_init(&text);
	decoded("", "", "no body");
	decoded("\"bodyBase64\":\"\"", "", "base64 > empty");
	decoded("\"bodyBase64\":\"aGk=\"", "hi", "base64 > text");
	decoded("\"bodyBase64\":\"aGk\"", "aGk",
		"corrupt base64 at byte 3");
	decoded("\"bodyBase64\":7", "7", "not a string");
	decoded("\"body\":\"h\\u0069\"", "hi", "text");
	decoded("\"bodyString\":\"[]\"", "[]", "JSON");
	decoded("\"bodyBase64\":\"YQ\\u003d=\"", "a", "base64 > text");
	decoded("\"contentType\":\"text/plain; Charset=\\\"ISO-8859-1\\\"\","
		"\"bodyBase64\":\"aGk=\"", "hi", "base64 > text (iso-8859-1)");
	gzip(&packed, "{}");
	buf_adds(&text, "\"bodyBase64\":\"");
	base64_encode(&text, packed.data, packed.len);
	buf_adds(&text, "\"");
	decoded(text.data, "{}", "base64 > gzip > JSON");
	buf_clear(&text);
	buf_adds(&packed, "!");
	buf_adds(&text, "\"bodyBase64\":\"");
	base64_encode(&text, packed.data, packed.len);
	buf_adds(&text, "\"");
	decoded(text.data, "{}",
		"base64 > gzip > JSON, with bytes after the gzip");
	buf_release(&packed);
	buf_release(&text);
}

/* The bytes inside base64, given as they are: what follows, follows them. */
static void test_set_stored(void **state)
{
	static const char text[] =
		"{\"http\":{\"res\":{\"headers\":{\"Content-Length\":[\"2\"]},"
		"\"bodyBase64\":\"aGk=\",\"body\":\"hi\"}}}";
	struct change_set set;
	struct rrpair pair;
	struct body body;
	struct buf packed, now, want;

	change_init(&set);
	rrpair_init(&pair);
	body_init(&body);
	buf_init(&packed);
	buf_init(&now);
	buf_init(&want);
	gzip(&packed, "new");
	assert_true(rrpair_parse(&pair, text, strlen(text), NULL));
	assert_true(body_set_stored(&pair, BODY_RESPONSE, packed.data,
				    packed.len, 0, &set, NULL));
	assert_true(patch_apply(set.patch, text, strlen(text), &now, NULL));
	buf_addf(&want, "[\"%zu\"]", packed.len);
	assert_non_null(strstr(now.data, want.data));
	assert_non_null(strstr(now.data, "\"body\":\"new\""));
	assert_true(rrpair_parse(&pair, now.data, now.len, NULL));
	assert_true(body_decode(&body, &pair, BODY_RESPONSE, NULL));
	assert_int_equal(body.stored_len, packed.len);
	assert_string_equal(body.bytes.data, "new");
	assert_true(body_set_stored(&pair, BODY_RESPONSE, packed.data,
				    packed.len, 0, &set, NULL));
	assert_null(set.patch);
	change_release(&set);
	rrpair_release(&pair);
	body_release(&body);
	buf_release(&packed);
	buf_release(&now);
	buf_release(&want);
}

/* Bytes that no plain copy can hold. */
static void test_binary(void **state)
{
	static const struct {
		const char *before, *after;
	} cases[] = {
		{ "{\"http\":{\"res\":{\"bodyBase64\":\"aGk=\",\"body\":\"hi\"}}}",
		  "{\"http\":{\"res\":{\"bodyBase64\":\"/w==\"}}}" },
		{ "{\"http\":{\"res\":{\"body\":\"hi\"}}}",
		  "{\"http\":{\"res\":{\"bodyBase64\":\"/w==\"}}}" },
		{ "{\"http\":{\"res\":{\"bodyBase64\":\"aGk=\",\"body\":\"ho\"}}}",
		  "{\"http\":{\"res\":{\"bodyBase64\":\"/w==\",\"body\":\"ho\"}}}" },
		{ "{\"http\":{\"res\":{\"statusCode\":200}}}",
		  "{\"http\":{\"res\":{\"statusCode\":200,"
		  "\"bodyBase64\":\"/w==\"}}}" },
	};
	struct change_set set;
	struct rrpair pair;
	struct buf now;

	change_init(&set);
	rrpair_init(&pair);
	buf_init(&now);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		size_t len = strlen(cases[i].before);

		buf_clear(&now);
		assert_true(rrpair_parse(&pair, cases[i].before, len, NULL));
		assert_true(body_set(&pair, BODY_RESPONSE, "\xff", 1, 0, &set,
				     NULL));
		assert_true(patch_apply(set.patch, cases[i].before, len, &now,
					NULL));
		assert_string_equal(now.data, cases[i].after);
	}
	change_release(&set);
	rrpair_release(&pair);
	buf_release(&now);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_gzip),
		cmocka_unit_test(test_gzip_cut),
		cmocka_unit_test(test_kinds),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_set_stored),
		cmocka_unit_test(test_binary),
	};

	return cmocka_run_group_tests_name("body", tests, NULL, NULL);
}
