/* A record as a text to edit by hand, and back. */
#include "config.h"

#include "unit.h"

#include "pairgen.h"
#include "rrpair/editform.h"

#define CASES 300

static const char record[] =
	"{\"msgType\":\"rrpair\", \"n\":1.0,\"http\":{\"req\":{\"headers\":{"
	"\"Content-Length\":[\"7\"]},\"bodyBase64\":\"eyJhIjoxfQ==\","
	"\"body\":\"{\\\"a\\\":1}\"},\"res\":{\"bodyBase64\":\"aGk=\"}},"
	"\"signature\":{\"http:requestBodyJSON\":\"eyJhIjoxfQ==\","
	"\"http:url\":\"Lw==\",\"raw\":\"/w==\"},"
	"\"list\":[1,{\"x\":\"\\u0041\"},3]}";

static const char form[] =
	"{\n"
	"  \"msgType\": \"rrpair\",\n"
	"  \"n\": 1.0,\n"
	"  \"http\": {\n"
	"    \"req\": {\n"
	"      \"headers\": {\n"
	"        \"Content-Length\": [\n"
	"          \"7\"\n"
	"        ]\n"
	"      },\n"
	"      \"body (JSON)\": {\n"
	"        \"a\": 1\n"
	"      }\n"
	"    },\n"
	"    \"res\": {\n"
	"      \"body (text)\": \"hi\"\n"
	"    }\n"
	"  },\n"
	"  \"signature (text)\": {\n"
	"    \"http:requestBodyJSON\": \"{\\\"a\\\":1}\",\n"
	"    \"http:url\": \"/\"\n"
	"  },\n"
	"  \"signature\": {\n"
	"    \"raw\": \"/w==\"\n"
	"  },\n"
	"  \"list\": [\n"
	"    1,\n"
	"    {\n"
	"      \"x\": \"\\u0041\"\n"
	"    },\n"
	"    3\n"
	"  ]\n"
	"}\n";

/* text with the first FROM replaced by TO; the caller frees. */
static char *with(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);
	struct buf out;

	if (!at)
		fail_msg("the example lacks %s", from);
	buf_init(&out);
	buf_add(&out, text, (size_t)(at - text));
	buf_adds(&out, to);
	buf_adds(&out, at + strlen(from));
	return buf_detach(&out, NULL);
}

/* The record that an edited form gives, or the message. */
static char *parsed(const char *text, size_t len, const char *edited)
{
	struct change_set set;
	struct rrpair pair;
	struct buf out;
	struct err err;

	rrpair_init(&pair);
	change_init(&set);
	buf_init(&out);
	assert_true(rrpair_parse(&pair, text, len, &err));
	if (!editform_parse(&pair, edited, strlen(edited), 0, &set, &err))
		buf_adds(&out, err.msg);
	else
		assert_true(patch_apply(set.patch, text, len, &out, &err));
	rrpair_release(&pair);
	change_release(&set);
	return buf_detach(&out, NULL);
}

static void test_print(void **state)
{
	struct rrpair pair;
	struct buf out;
	struct err err;

	rrpair_init(&pair);
	buf_init(&out);
	assert_true(rrpair_parse(&pair, record, strlen(record), &err));
	assert_true(editform_print(&pair, &out, &err));
	assert_string_equal(out.data, form);
	rrpair_release(&pair);
	buf_release(&out);
}

static void test_edits(void **state)
{
	static const struct {
		const char *from, *to;		/* in the form */
		const char *swaps[8];		/* in the record, in pairs */
	} cases[] = {
		{ "rrpair", "rrpair", { NULL } },
		{ "1.0", "1.00", { "1.0", "1.00" } },
		{ "\\u0041", "A", { NULL } },
		{ "\\u0041", "B", { "\"\\u0041\"", "\"B\"" } },
		{ "\"a\": 1", "\"a\": [ 2 ]",
		  { "[\"7\"]", "[\"9\"]",
		    "bodyBase64\":\"eyJhIjoxfQ==", "bodyBase64\":\"eyJhIjpbMl19",
		    "{\\\"a\\\":1}", "{\\\"a\\\":[2]}",
		    "JSON\":\"eyJhIjoxfQ==", "JSON\":\"eyJhIjpbMl19" } },
		{ "\"hi\"", "\"ho\"", { "aGk=", "aG8=" } },
		{ "\"body (text)\": \"hi\"", "\"body (JSON)\": [ 1 ]",
		  { "aGk=", "WzFd" } },
		{ "\n      \"body (text)\": \"hi\"", "",
		  { "\"bodyBase64\":\"aGk=\"", "" } },
		{ "\"body (text)\": \"hi\"", "\"bodyBase64\": \"/w==\"",
		  { "aGk=", "/w==" } },
		{ "\"/\"", "\"/b\"", { "Lw==", "L2I=" } },
		{ ",\n    \"http:url\": \"/\"", "",
		  { "\"http:url\":\"Lw==\",", "" } },
		{ "\"http:url\": \"/\"", "\"http:url\": \"/\", \"new\": \"\"",
		  { "\"raw\"", "\"new\":\"\",\"raw\"" } },
		{ "\"/w==\"", "\"/g==\"", { "/w==", "/g==" } },
		{ "    1,\n", "    0, 1,\n", { "[1,", "[0,1," } },
		{ "    1,\n", "", { "[1,", "[" } },
		{ "\"n\": 1.0,", "\"n\": 1.0, \"m\": { \"x\": null },",
		  { "\"n\":1.0,", "\"n\":1.0,\"m\":{\"x\":null}," } },
		{ "  \"n\": 1.0,\n", "", { " \"n\":1.0,", "" } },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *edited = with(form, cases[i].from, cases[i].to);
		char *got = parsed(record, strlen(record), edited);
		char *want = with(record, "{", "{"), *next;

		for (size_t k = 0; k < 8 && cases[i].swaps[k]; k += 2) {
			next = with(want, cases[i].swaps[k],
				    cases[i].swaps[k + 1]);
			free(want);
			want = next;
		}
		if (strcmp(got, want))
			fail_msg("case %zu: %s\nnot %s", i, got, want);
		free(edited);
		free(got);
		free(want);
	}
}

static void test_refused(void **state)
{
	static const struct {
		const char *from, *to, *message;
	} cases[] = {
		{ "  \"n\": 1.0,", "  \"n\": 1.0 oops,", "line 3, column 12: " },
		{ "      \"body (JSON)\"",
		  "      \"body (text)\": \"\", \"body (JSON)\"",
		  "line 11, column 7: two bodies" },
		{ "\"hi\"", "7", "line 16, column 7: the text of a body is a "
		  "string" },
		{ "\"/\"", "8", "line 21, column 5: a signature's value is a "
		  "string" },
		{ "\"raw\": \"/w==\"", "\"http:url\": \"\"",
		  "line 24, column 5: this key stands under signature (text)" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *edited = with(form, cases[i].from, cases[i].to);
		char *got = parsed(record, strlen(record), edited);

		if (strncmp(got, cases[i].message, strlen(cases[i].message)))
			fail_msg("case %zu: %s", i, got);
		free(edited);
		free(got);
	}
	free(parsed(record, strlen(record), "[]"));
}

/* What is printed and not edited changes not a byte. */
static void test_round_trip(void **state)
{
	struct buf text, out;
	struct rrpair pair;
	struct err err;

	buf_init(&text);
	buf_init(&out);
	rrpair_init(&pair);
	for (uint64_t seed = 0; seed < CASES; seed++) {
		struct prng r = { seed };
		char *got;

		buf_clear(&text);
		buf_clear(&out);
		gen_http_record(&r, &text);
		assert_true(rrpair_parse(&pair, text.data, text.len, &err));
		assert_true(editform_print(&pair, &out, &err));
		got = parsed(text.data, text.len, out.data);
		assert_string_equal(got, text.data);
		free(got);
	}
	rrpair_release(&pair);
	buf_release(&text);
	buf_release(&out);
}

/* A form of another record makes the record say what that one says. */
static void test_crossed(void **state)
{
	struct buf a, b, form_b, form_a;
	struct rrpair pair;
	struct err err;

	buf_init(&a);
	buf_init(&b);
	buf_init(&form_a);
	buf_init(&form_b);
	rrpair_init(&pair);
	for (uint64_t seed = 0; seed < CASES; seed++) {
		struct prng r = { seed };
		char *got;

		buf_clear(&a);
		buf_clear(&b);
		buf_clear(&form_a);
		buf_clear(&form_b);
		gen_http_record(&r, &a);
		gen_http_record(&r, &b);
		assert_true(rrpair_parse(&pair, b.data, b.len, &err));
		assert_true(editform_print(&pair, &form_b, &err));
		got = parsed(a.data, a.len, form_b.data);
		if (got[0] != '{')
			fail_msg("seed %zu: %s", (size_t)seed, got);
		/* only a sound record comes out, whatever went in */
		assert_true(rrpair_parse(&pair, got, strlen(got), &err));
		assert_true(editform_print(&pair, &form_a, &err));
		free(got);
	}
	rrpair_release(&pair);
	buf_release(&a);
	buf_release(&b);
	buf_release(&form_a);
	buf_release(&form_b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_print),
		cmocka_unit_test(test_edits),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_crossed),
	};

	return cmocka_run_group_tests_name("editform", tests, NULL, NULL);
}
