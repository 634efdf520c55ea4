#include "config.h"

#include <math.h>

#include "json/locate.h"
#include "jsongen.h"
#include "unit.h"

static void scan(struct json_doc *doc, const char *text)
{
	struct err err;

	json_doc_init(doc);
	if (!json_scan(doc, text, strlen(text), &err))
		fail_msg("%s: %s", text, err.msg);
}

static void paths_are_parsed_or_refused(void **state)
{
	static const struct {
		const char *path;
		const char *steps;	/* as key| or #index|, or NULL: refused */
		size_t offset;
	} cases[] = {
		{ ".", "", 0 }, { ".a", "a|", 0 }, { ".a.b", "a|b|", 0 },
		{ ".a[0]", "a|#0|", 0 }, { ".[0]", "#0|", 0 },
		{ ".a[0][12].b", "a|#0|#12|b|", 0 }, { ".a.[1]", "a|#1|", 0 },
		{ ".\"basic.nack\"", "basic.nack|", 0 },
		{ ".\"a\".b", "a|b|", 0 }, { ".\"\"", "|", 0 },
		{ ".\"a\\\"]\\u00e4\"[3]", "a\"]\xc3\xa4|#3|", 0 },
		{ ".Content-Type", "Content-Type|", 0 },
		{ ".a]b", "a]b|", 0 }, { ".[4294967294]", "#4294967294|", 0 },
		{ "", NULL, 0 }, { "a", NULL, 0 }, { "..", NULL, 1 },
		{ ".a.", NULL, 3 }, { ".a..b", NULL, 3 }, { ".[]", NULL, 1 },
		{ ".[x]", NULL, 1 }, { ".[1", NULL, 1 }, { ".[-1]", NULL, 1 },
		{ ".[4294967295]", NULL, 1 },
		{ ".[99999999999999999999999]", NULL, 1 },
		{ ".\"a", NULL, 1 }, { ".\"a\\", NULL, 1 },
		{ ".\"a\\\"", NULL, 1 }, { ".\"\\x\"", NULL, 2 },
		{ ".\"a\"b", NULL, 4 }, { ".a[0]b", NULL, 5 },
	};
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_path path = { NULL, 0 };
		struct err err;
		struct buf got;
		bool ok = json_path_parse(&path, cases[i].path,
					  strlen(cases[i].path), &err);

		if (ok != (cases[i].steps != NULL))
			fail_msg("%s", cases[i].path);
		if (!ok) {
			assert_int_equal(err.code, ERR_USAGE);
			if (err.offset != cases[i].offset)
				fail_msg("%s: %zu", cases[i].path, err.offset);
			continue;
		}
		buf_init(&got);
		for (k = 0; k < path.count; k++) {
			const struct json_step *step = &path.steps[k];

			if (step->key)
				buf_add(&got, step->key, step->key_len);
			else
				buf_addf(&got, "#%u", step->index);
			buf_addc(&got, '|');
		}
		assert_string_equal(got.data, cases[i].steps);
		buf_release(&got);
		json_path_release(&path);
	}
}

/* Every node that no later key hides is found again by its printed path. */
static void printed_paths_lead_back(void **state)
{
	unsigned seed, led = 0;

	for (seed = 0; seed < 2000; seed++) {
		struct prng r = { seed };
		struct slow *tree = gen_value(&r, 4);
		struct json_doc doc;
		struct buf text, printed;
		uint32_t node, up;

		buf_init(&text);
		buf_init(&printed);
		gen_print(&text, tree, GEN_WILD, &r);
		scan(&doc, text.data);
		for (node = 0; node < doc.count; node++) {
			struct json_path path;
			bool hidden = false;

			for (up = node; up != 0; up = doc.nodes[up].parent) {
				struct buf key;

				buf_init(&key);
				json_key(&doc, up, &key);
				if (doc.nodes[up].key_len &&
				    json_member(&doc, doc.nodes[up].parent,
						key.data, key.len) != up)
					hidden = true;
				buf_release(&key);
			}
			buf_clear(&printed);
			json_path_print(&doc, node, &printed);
			assert_true(json_path_parse(&path, printed.data,
						    printed.len, NULL));
			assert_int_equal(path.count, doc.nodes[node].depth);
			if (hidden)
				assert_true(json_locate(&doc, &path) > node);
			else
				assert_int_equal(json_locate(&doc, &path), node);
			led += !hidden;
			json_path_release(&path);
		}
		json_doc_release(&doc);
		buf_release(&text);
		buf_release(&printed);
		slow_free(tree);
	}
	assert_true(led > 10000);
}

static void values_are_found(void **state)
{
	struct json_doc doc;
	struct json_path path;
	size_t found;
	uint32_t node;

	scan(&doc, "{\"http\":{\"res\":{\"code\":1}},\"\\u0061\":[1,[2],{}],"
		   "\"x\":1,\"x\":2,\"\":{\"\":3}}");
	node = json_at(&doc, 0, "http.res.code");
	assert_int_equal(doc.nodes[node].type, JSON_NUMBER);
	assert_true(json_at(&doc, 0, "http.res.nothing") == JSON_NONE);
	assert_true(json_at(&doc, 0, "http.res.code.more") == JSON_NONE);
	assert_true(json_at(&doc, JSON_NONE, "http") == JSON_NONE);
	assert_int_equal(json_at(&doc, 0, ""), 0);
	node = json_at(&doc, 0, "a");
	assert_int_equal(doc.nodes[node].children, 3);
	assert_int_equal(json_index_of(&doc, json_element(&doc, node, 2)), 2);
	assert_true(json_element(&doc, node, 3) == JSON_NONE);
	assert_true(json_element(&doc, 0, 0) == JSON_NONE);
	assert_true(json_member(&doc, node, "a", 1) == JSON_NONE);
	assert_true(json_first(&doc, json_element(&doc, node, 2)) == JSON_NONE);
	node = json_at(&doc, 0, "x");
	assert_int_equal(doc.text[doc.nodes[node].off], '2');
	assert_true(json_path_parse(&path, ".http.res.a.b", 13, NULL));
	assert_true(json_locate(&doc, &path) == JSON_NONE);
	node = json_locate_deepest(&doc, &path, &found);
	assert_int_equal(found, 2);
	assert_int_equal(node, json_at(&doc, 0, "http.res"));
	json_path_release(&path);
	json_doc_release(&doc);
}

static void siblings_are_walked(void **state)
{
	struct json_doc doc;
	uint32_t n, count = 0;

	scan(&doc, "[[[1],2],{\"a\":[]},3]");
	for (n = json_first(&doc, 0); n != JSON_NONE; n = json_next(&doc, n))
		assert_int_equal(json_index_of(&doc, n), count++);
	assert_int_equal(count, 3);
	assert_true(json_next(&doc, 0) == JSON_NONE);
	/* the last of its level, although more nodes follow */
	assert_true(json_next(&doc, 4) == JSON_NONE);
	json_doc_release(&doc);
}

/* The earliest repetition, by comparing each with each. */
static bool naive_repeated(const struct slow *v, size_t *first, size_t *second)
{
	for (*second = 1; *second < v->count; ++*second)
		for (*first = *second; (*first)-- > 0;)
			if (!strcmp(v->kids[*first]->key, v->kids[*second]->key))
				return true;
	return false;
}

static void check_repeated(struct prng *r, size_t members, bool escaped)
{
	struct slow *tree = gen_object();
	struct json_doc doc;
	struct buf text;
	uint32_t a = 7, b = 7;
	size_t i, first = 0, second = 0;
	bool found;

	buf_init(&text);
	buf_addc(&text, '{');
	for (i = 0; i < members; i++) {
		size_t k = prng_below(r, members * members + 1);
		struct slow *kid = gen_scalar(r);
		char key[32];

		snprintf(key, sizeof(key), "k%zu", k);
		slow_set_key(kid, key, strlen(key));
		slow_insert(tree, i, kid);
		buf_addf(&text, escaped && prng_below(r, 2) ?
			 "%s\"\\u006b%zu\":1" : "%s\"k%zu\":1",
			 i ? "," : "", k);
	}
	buf_addc(&text, '}');
	scan(&doc, text.data);
	found = json_has_duplicates(&doc, 0, &a, &b);
	assert_int_equal(found, naive_repeated(tree, &first, &second));
	assert_int_equal(found, json_has_duplicates(&doc, 0, NULL, NULL));
	if (found) {
		assert_int_equal(a, first + 1);
		assert_int_equal(b, second + 1);
	} else {
		assert_true(a == 7 && b == 7);
	}
	json_doc_release(&doc);
	buf_release(&text);
	slow_free(tree);
}

static void repeated_keys_are_found(void **state)
{
	struct prng r = { 3 };
	unsigned i;

	for (i = 0; i < 3000; i++)
		check_repeated(&r, prng_below(&r, 40), i % 3 == 0);
}

/* Strings decode as the slow reader decodes them, whatever their spelling. */
static void strings_decode(void **state)
{
	static const char *const pieces[] = {
		"a", "\\n", "\\\"", "\\\\", "\\/", "\\b\\f\\r\\t", "\\u0000",
		"\\u00e4", "\\u20AC", "\\ud83d\\ude00", "\\ud83d", "\\ude00",
		"\xc3\xa4", "\xff", "plain text", "\\ud83dx", "\\ud83d\\u0041",
		"\\ud83d\\ud83d\\ude00",
	};
	unsigned seed;

	for (seed = 0; seed < 5000; seed++) {
		struct prng r = { seed };
		struct json_doc doc;
		struct buf text, got, key, again;
		struct slow *slow;
		size_t n;

		buf_init(&text);
		buf_init(&got);
		buf_init(&key);
		buf_init(&again);
		buf_addc(&text, '"');
		for (n = prng_below(&r, 6); n > 0; n--)
			buf_adds(&text, pieces[prng_below(&r,
				sizeof(pieces) / sizeof(*pieces))]);
		buf_addc(&text, '"');
		slow = slow_parse(text.data, text.len);
		buf_addf(&key, "{%s:%s}", text.data, text.data);
		scan(&doc, key.data);
		json_string(&doc, 1, &got);
		assert_int_equal(got.len, slow->len);
		if (got.len)
			assert_memory_equal(got.data, slow->bytes, got.len);
		assert_true(json_string_is(&doc, 1, got.data, got.len));
		assert_true(json_key_is(&doc, 1, got.data, got.len));
		assert_int_equal(json_member(&doc, 0, got.data, got.len), 1);
		/* one byte less, more or other is another string */
		assert_false(got.len && json_string_is(&doc, 1, got.data,
						       got.len - 1));
		buf_addc(&got, 'x');
		assert_false(json_string_is(&doc, 1, got.data, got.len));
		assert_false(json_key_is(&doc, 1, got.data, got.len));
		buf_truncate(&got, got.len - 1);
		if (got.len) {
			got.data[prng_below(&r, got.len)] ^= 1;
			assert_false(json_string_is(&doc, 1, got.data, got.len));
		}
		/* what is encoded decodes to the same bytes */
		json_encode(&again, got.data, got.len);
		buf_clear(&key);
		json_decode_span(again.data, again.len, &key);
		assert_int_equal(key.len, got.len);
		assert_memory_equal(key.data, got.data, got.len);
		json_doc_release(&doc);
		slow_free(slow);
		buf_release(&text);
		buf_release(&got);
		buf_release(&key);
		buf_release(&again);
	}
}

static void strings_are_written_as_protojson_does(void **state)
{
	static const char bytes[] =
		"\"\\/\b\f\n\r\t\0\x1f\x7f\xc3\xa4\xff<>&";
	struct buf out;

	buf_init(&out);
	json_encode(&out, bytes, sizeof(bytes) - 1);
	assert_string_equal(out.data, "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f"
				      "\x7f\xc3\xa4\xff<>&\"");
	buf_clear(&out);
	json_encode(&out, NULL, 0);
	assert_string_equal(out.data, "\"\"");
	buf_release(&out);
}

static void numbers_are_exact_or_refused(void **state)
{
	static const struct {
		const char *text;
		bool exact;
		int64_t v;
		double d;
	} cases[] = {
		{ "0", true, 0, 0 }, { "-0", true, 0, 0 },
		{ "-1", true, -1, -1 }, { "10", true, 10, 10 },
		{ "9007199254740993", true, 9007199254740993, 9007199254740992.0 },
		{ "9223372036854775807", true, INT64_MAX, 0x1p63 },
		{ "-9223372036854775808", true, INT64_MIN, -0x1p63 },
		{ "9223372036854775808", false, 0, 0x1p63 },
		{ "-9223372036854775809", false, 0, -0x1p63 },
		{ "18446744073709551616", false, 0, 0x1p64 },
		{ "99999999999999999999999", false, 0, 99999999999999999999999.0 },
		{ "1E+5", true, 100000, 1e5 }, { "1e05", true, 100000, 1e5 },
		{ "10.0", true, 10, 10 }, { "1.50e1", true, 15, 15 },
		{ "1200e-2", true, 12, 12 }, { "1.5", false, 0, 1.5 },
		{ "1e-1", false, 0, 0.1 }, { "0.0e999999999999999999", true, 0, 0 },
		{ "0e-5", true, 0, 0 }, { "1e18", true, 1000000000000000000, 1e18 },
		{ "1e19", false, 0, 1e19 }, { "1e999", false, 0, INFINITY },
		{ "-1e999", false, 0, -INFINITY }, { "1e-999", false, 0, 0 },
		{ "1e99999999999999999999999", false, 0, INFINITY },
		{ "0.00000000000000000001e20", true, 1, 1 },
		{ "1000000000000000000000000e-24", true, 1, 1 },
		{ "1.00000000000000000000000000000000000000000000000000000000"
		  "000000000000000000000000000000000", true, 1, 1 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_doc doc;
		int64_t v = 77;
		double d;

		scan(&doc, cases[i].text);
		if (json_int64(&doc, 0, &v) != cases[i].exact)
			fail_msg("%s", cases[i].text);
		assert_true(v == (cases[i].exact ? cases[i].v : 77));
		assert_true(json_double(&doc, 0, &d));
		if (!(d == cases[i].d))
			fail_msg("%s: %g", cases[i].text, d);
		json_doc_release(&doc);
	}
}

static void only_numbers_have_values(void **state)
{
	struct json_doc doc;
	int64_t v;
	double d;
	uint32_t i;

	scan(&doc, "[null,true,\"1\",[],{}]");
	for (i = 0; i < doc.count; i++) {
		assert_false(json_int64(&doc, i, &v));
		assert_false(json_double(&doc, i, &d));
	}
	json_doc_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths_are_parsed_or_refused),
		cmocka_unit_test(printed_paths_lead_back),
		cmocka_unit_test(values_are_found),
		cmocka_unit_test(siblings_are_walked),
		cmocka_unit_test(repeated_keys_are_found),
		cmocka_unit_test(strings_decode),
		cmocka_unit_test(strings_are_written_as_protojson_does),
		cmocka_unit_test(numbers_are_exact_or_refused),
		cmocka_unit_test(only_numbers_have_values),
	};

	return cmocka_run_group_tests_name("json-locate", tests, NULL, NULL);
}
