#include "config.h"

#include <time.h>

#include "base/codec.h"
#include "prng.h"
#include "unit.h"

/* RFC 4648, section 10. */
static void base64_of_the_rfc(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" },
		{ "foo", "Zm9v" }, { "foob", "Zm9vYg==" },
		{ "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};
	struct buf b;
	size_t i;

	buf_init(&b);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		buf_clear(&b);
		base64_encode(&b, pairs[i][0], strlen(pairs[i][0]));
		assert_string_equal(b.data, pairs[i][1]);
		buf_clear(&b);
		assert_true(base64_decode(&b, pairs[i][1], strlen(pairs[i][1]),
					  NULL));
		assert_string_equal(b.data, pairs[i][0]);
	}
	buf_release(&b);
}

static void base64_goes_there_and_back(void **state)
{
	struct buf text, back;
	unsigned char bytes[100];
	uint64_t seed;

	buf_init(&text);
	buf_init(&back);
	for (seed = 0; seed < 5000; seed++) {
		struct prng r = { seed };
		size_t len = prng_below(&r, sizeof(bytes)), i;

		prng_bytes(&r, bytes, len);
		buf_clear(&text);
		buf_clear(&back);
		buf_adds(&back, "x");
		base64_encode(&text, bytes, len);
		assert_int_equal(text.len, (len + 2) / 3 * 4);
		assert_true(base64_decode(&back, text.data, text.len, NULL));
		assert_int_equal(back.len, len + 1);
		assert_memory_equal(back.data + 1, bytes, len);
		for (i = 0; i < text.len; i++)
			text.data[i] = text.data[i] == '+' ? '-' :
				       text.data[i] == '/' ? '_' : text.data[i];
		while (text.len && text.data[text.len - 1] == '=')
			buf_truncate(&text, text.len - 1);
		buf_clear(&back);
		assert_true(base64url_decode(&back, text.data, text.len));
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, bytes, len);
	}
	buf_release(&text);
	buf_release(&back);
}

/* What decodes is what encodes to it: no other text does. What does not leaves
 * the buffer as it was. The offence is the first byte that no text could have. */
static void base64_is_strict(void **state)
{
	static const char likely[] = "AQgw+/=-_ \n\xff";
	struct buf out, again;
	uint64_t seed;
	size_t good = 0;

	buf_init(&out);
	buf_init(&again);
	for (seed = 0; seed < 100000; seed++) {
		struct prng r = { seed };
		size_t len = prng_below(&r, 17), at = 99, i;
		char *s = malloc(len ? len : 1);

		for (i = 0; i < len; i++)
			s[i] = prng_below(&r, 8) ? 'A' : likely[
				prng_below(&r, sizeof(likely) - 1)];
		buf_clear(&out);
		buf_clear(&again);
		buf_adds(&out, "x");
		if (base64_decode(&out, s, len, &at)) {
			base64_encode(&again, out.data + 1, out.len - 1);
			assert_int_equal(again.len, len);
			assert_memory_equal(again.data, s, len);
			assert_int_equal(at, 99);
			good++;
		} else {
			assert_string_equal(out.data, "x");
			assert_int_equal(out.len, 1);
			assert_true(at <= len);
		}
		free(s);
	}
	assert_true(good > 1000);
	buf_release(&out);
	buf_release(&again);
}

static void check_offence(const char *s, size_t want)
{
	struct buf out;
	size_t at = 99;

	buf_init(&out);
	assert_false(base64_decode(&out, s, strlen(s), &at));
	assert_int_equal(at, want);
	assert_false(base64_decode(&out, s, strlen(s), NULL));
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void base64_names_the_offence(void **state)
{
	check_offence("QUJD QUJD", 4);
	check_offence("QUJDQUJDQUJ\nQUJDQUJD", 11);
	check_offence("QUJDQUJDQUJDQUJ-", 15);
	check_offence("QQ", 2);
	check_offence("QUJDQUI", 7);
	check_offence("QR==", 1);
	check_offence("QUJDQUK=", 6);
	check_offence("=", 0);
	check_offence("====", 0);
	check_offence("A===", 1);
	check_offence("QQ==QQ==", 2);
	check_offence("QUJD=", 4);
	check_offence("\xff\xff\xff\xff", 0);
}

static void base64url_is_strict(void **state)
{
	static const char *const bad[] = { "A", "QQ==", "QR", "QUK", "+A", "Q Q" };
	struct buf out;
	size_t i;

	buf_init(&out);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(base64url_decode(&out, bad[i], strlen(bad[i])));
		assert_string_equal(out.data, "");
	}
	assert_true(base64url_decode(&out, "-_8", 3));
	assert_memory_equal(out.data, "\xfb\xff", 3);
	buf_release(&out);
}

static void base64_keeps_to_the_limit(void **state)
{
	struct buf out;
	size_t at = 0;

	buf_init_max(&out, 5);
	assert_false(base64_decode(&out, "QUJDQUJD", 8, &at));
	assert_true(out.over);
	assert_int_equal(at, 8);
	buf_clear(&out);
	base64_encode(&out, "ABCD", 4);
	assert_true(out.over);
	assert_int_equal(out.len, 0);
	buf_release(&out);
}

static void uuids_are_made_and_spelt(void **state)
{
	struct uuid a, b, back;
	char dashed[UUID_TEXT_MAX], base64[UUID_BASE64_MAX];

	uuid_v4(&a);
	uuid_v4(&b);
	assert_memory_not_equal(&a, &b, sizeof(a));
	assert_int_equal(a.b[6] >> 4, 4);
	assert_int_equal(a.b[8] >> 6, 2);
	uuid_dashed(dashed, &a);
	uuid_base64(base64, &a);
	assert_int_equal(strlen(dashed), 36);
	assert_int_equal(strlen(base64), 24);
	assert_true(uuid_parse(&back, dashed, 36));
	assert_memory_equal(&a, &back, sizeof(a));
	memset(&back, 0, sizeof(back));
	assert_true(uuid_parse(&back, base64, 24));
	assert_memory_equal(&a, &back, sizeof(a));
	assert_true(uuid_parse(&a, "00112233-4455-6677-8899-AAbbCCddEEff", 36));
	uuid_dashed(dashed, &a);
	assert_string_equal(dashed, "00112233-4455-6677-8899-aabbccddeeff");
	uuid_base64(base64, &a);
	assert_string_equal(base64, "ABEiM0RVZneImaq7zN3u/w==");
}

static void what_is_no_uuid_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "00112233-4455-6677-8899-aabbccddeef",
		"00112233-4455-6677-8899-aabbccddeeffa",
		"00112233-4455-6677-8899-aabbccddeefg",
		"001122334-455-6677-8899-aabbccddeeff",
		"00112233445566778899aabbccddeeff",
		"ABEiM0RVZneImaq7zN3u/w", "ABEiM0RVZneImaq7zN3u/x==",
		"ABEiM0RVZneImaq7zN3u/wA=", "ABEiM0RVZneImaq7zN3u/wAA",
	};
	struct uuid u, was;
	size_t i;

	memset(&u, 7, sizeof(u));
	was = u;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(uuid_parse(&u, bad[i], strlen(bad[i])));
	assert_memory_equal(&u, &was, sizeof(u));
}

static void check_time(const char *s, int64_t want, int want_digits)
{
	int64_t ns = 1;
	int digits = -1;

	assert_true(rfc3339_parse(s, strlen(s), &ns, &digits));
	assert_int_equal(ns, want);
	assert_int_equal(digits, want_digits);
}

#define S INT64_C(1000000000)

static void times_are_read(void **state)
{
	check_time("1970-01-01T00:00:00Z", 0, 0);
	check_time("1969-12-31t23:59:59.5z", -S / 2, 1);
	check_time("1985-04-12T23:20:50.52Z", 482196050 * S + 520000000, 2);
	check_time("1996-12-19T16:39:57-08:00", 851042397 * S, 0);
	check_time("1937-01-01T12:00:27.87+00:20",
		   -1041337173 * S + 870000000, 2);
	check_time("2000-02-29T00:00:00Z", 951782400 * S, 0);
	check_time("2024-02-29T12:34:56.123456789Z",
		   1709210096 * S + 123456789, 9);
	check_time("2024-02-29T12:34:56.1234567899Z",
		   1709210096 * S + 123456789, 9);
	check_time("2024-02-29T12:34:56.000Z", 1709210096 * S, 3);
	/* leap seconds: RFC 3339, section 5.8 */
	check_time("1990-12-31T23:59:60Z", 662688000 * S, 0);
	check_time("1990-12-31T15:59:60-08:00", 662688000 * S, 0);
	check_time("2262-04-11T23:47:16.854775807Z", INT64_MAX, 9);
	check_time("1677-09-21T00:12:43.145224192Z", INT64_MIN, 9);
}

static void what_is_no_time_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "2024-02-29", "2024-02-29T12:34:56", "2024-02-29T12:34Z",
		"2024-02-29 12:34:56Z", "2024-02-29T12:34:56Z ",
		"2024-02-29T12:34:56.Z", "2024-02-29T12:34:56,5Z",
		"2024-00-01T00:00:00Z", "2024-13-01T00:00:00Z",
		"2024-01-00T00:00:00Z", "2024-01-32T00:00:00Z",
		"2024-04-31T00:00:00Z", "2023-02-29T00:00:00Z",
		"1900-02-29T00:00:00Z", "2024-01-01T24:00:00Z",
		"2024-01-01T00:60:00Z", "2024-01-01T00:00:61Z",
		"2024-01-01T00:00:60Z", "2024-01-15T23:59:60Z",
		"1990-12-31T23:59:60-08:00", "2024-01-01T00:00:00+24:00",
		"2024-01-01T00:00:00+00:60", "2024-01-01T00:00:00+0000",
		"2024-01-01T00:00:00+", "24-01-01T00:00:00Z",
		"2024-1-1T00:00:00Z", "+024-01-01T00:00:00Z",
		"2262-04-11T23:47:16.854775808Z",
		"1677-09-21T00:12:43.145224191Z", "0001-01-01T00:00:00Z",
		"9999-12-31T23:59:59Z", "2024-01-01T00:00:00Z\n",
	};
	int64_t ns = 7;
	int digits = 7;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (rfc3339_parse(bad[i], strlen(bad[i]), &ns, &digits))
			fail_msg("%s", bad[i]);
	assert_false(rfc3339_parse("2024-01-01T00:00:00Z\0", 21, &ns, &digits));
	assert_int_equal(ns, 7);
	assert_int_equal(digits, 7);
}

/* Times as they usually are take a short way: it must come to the same as the
 * long one, which an offset in place of Z takes. */
static void both_ways_read_the_same_time(void **state)
{
	static const char signs[] = "0123456789-:.TtZ/+ ";

	for (uint64_t seed = 0; seed < 50000; seed++) {
		struct prng r = { seed };
		int64_t ns = (int64_t)(prng_next(&r) >> prng_below(&r, 20));
		int64_t a = 1, b = 1;
		int da = 1, db = 1;
		char text[RFC3339_MAX + 8];
		size_t len;
		bool is;

		rfc3339_format(text, ns, (int)prng_below(&r, 10));
		len = strlen(text);
		if (prng_below(&r, 2))
			text[prng_below(&r, len - 1)] =
				signs[prng_below(&r, sizeof(signs) - 1)];
		is = rfc3339_parse(text, len, &a, &da);
		memcpy(text + len - 1, "+00:00", 7);
		assert_int_equal(rfc3339_parse(text, len + 5, &b, &db), is);
		assert_int_equal(a, b);
		assert_int_equal(da, db);
	}
}

static void times_go_there_and_back(void **state)
{
	char text[RFC3339_MAX], want[RFC3339_MAX];
	uint64_t seed;

	for (seed = 0; seed < 20000; seed++) {
		struct prng r = { seed };
		int64_t ns = (int64_t)prng_next(&r) >> prng_below(&r, 40), back;
		int64_t floor = ns / S - (ns % S < 0);
		time_t seconds = (time_t)floor;
		struct tm tm;
		int digits;

		rfc3339_format(text, ns, 9);
		assert_true(rfc3339_parse(text, strlen(text), &back, &digits));
		assert_int_equal(back, ns);
		assert_int_equal(digits, 9);
		gmtime_r(&seconds, &tm);
		strftime(want, sizeof(want), "%Y-%m-%dT%H:%M:%S", &tm);
		assert_memory_equal(text, want, strlen(want));
	}
}

static void digits_are_written_as_asked(void **state)
{
	char text[RFC3339_MAX];

	rfc3339_format(text, 1709210096 * S + 129456789, 0);
	assert_string_equal(text, "2024-02-29T12:34:56Z");
	rfc3339_format(text, 1709210096 * S + 129456789, 1);
	assert_string_equal(text, "2024-02-29T12:34:56.1Z");
	rfc3339_format(text, 1709210096 * S + 129456789, 8);
	assert_string_equal(text, "2024-02-29T12:34:56.12945678Z");
	rfc3339_format(text, -1, 3);
	assert_string_equal(text, "1969-12-31T23:59:59.999Z");
}

static void check_sha256(const char *s, size_t len, const char *want)
{
	uint8_t sum[SHA256_LEN];
	char text[2 * SHA256_LEN + 1];
	size_t i;

	sha256(sum, s, len);
	for (i = 0; i < SHA256_LEN; i++)
		snprintf(text + 2 * i, 3, "%02x", sum[i]);
	assert_string_equal(text, want);
}

/* FIPS 180-2, appendix B. */
static void sha256_of_the_standard(void **state)
{
	char *million = malloc(1000000);

	check_sha256("", 0, "e3b0c44298fc1c149afbf4c8996fb924"
			    "27ae41e4649b934ca495991b7852b855");
	check_sha256("abc", 3, "ba7816bf8f01cfea414140de5dae2223"
			       "b00361a396177a9cb410ff61f20015ad");
	memset(million, 'a', 1000000);
	check_sha256(million, 1000000, "cdc76e5c9914fb9281a1c7e284d73e67"
				       "f1809a48a497200e046d39ccc7112cd0");
	free(million);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(base64_of_the_rfc),
		cmocka_unit_test(base64_goes_there_and_back),
		cmocka_unit_test(base64_is_strict),
		cmocka_unit_test(base64_names_the_offence),
		cmocka_unit_test(base64url_is_strict),
		cmocka_unit_test(base64_keeps_to_the_limit),
		cmocka_unit_test(uuids_are_made_and_spelt),
		cmocka_unit_test(what_is_no_uuid_is_refused),
		cmocka_unit_test(times_are_read),
		cmocka_unit_test(what_is_no_time_is_refused),
		cmocka_unit_test(both_ways_read_the_same_time),
		cmocka_unit_test(times_go_there_and_back),
		cmocka_unit_test(digits_are_written_as_asked),
		cmocka_unit_test(sha256_of_the_standard),
	};

	return cmocka_run_group_tests_name("codec", tests, NULL, NULL);
}
