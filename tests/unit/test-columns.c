/* The columns against a slow, obvious extractor over json_scan(). */
#include "config.h"

#include "base/codec.h"
#include "base/mem.h"
#include "json/locate.h"
#include "prng.h"
#include "store/columns.h"
#include "unit.h"


static uint32_t at(const struct json_doc *doc, const char *path)
{
	return json_at(doc, 0, path);
}

static bool scalar(const struct json_doc *doc, uint32_t n, struct buf *out)
{
	const struct json_node *node;

	if (n == JSON_NONE)
		return false;
	node = &doc->nodes[n];
	if (node->type == JSON_STRING)
		json_string(doc, n, out);
	else if (node->type == JSON_NUMBER || node->type == JSON_TRUE ||
		 node->type == JSON_FALSE)
		buf_add(out, doc->text + node->off, node->len);
	else
		return false;
	return true;
}

static void same_text(const struct columns_pools *pools,
		      const struct columns *c, enum column which,
		      const struct json_doc *doc, const char *path)
{
	struct buf want;
	size_t len;
	bool overflow;
	const char *got = columns_text(pools, c, which, &len, &overflow);

	buf_init(&want);
	if (!scalar(doc, at(doc, path), &want)) {
		assert_null(got);
		assert_false(overflow);
	} else if (want.len > INTERN_LEN_MAX) {
		assert_true(overflow);
	} else {
		assert_int_equal(len, want.len);
		assert_memory_equal(got, want.data, len);
	}
	buf_release(&want);
}

static void same_host(const struct columns_pools *pools,
		      const struct columns *c, const struct json_doc *doc)
{
	static const char *const paths[] = {
		"http.req.host", "network_address", "netinfo.upstream.hostname",
	};
	struct buf b;
	unsigned i = 0;

	buf_init(&b);
	while (i < 2 && !scalar(doc, at(doc, paths[i]), &b))
		i++;
	same_text(pools, c, COLUMN_HOST, doc, paths[i]);
	assert_int_equal(!!(c->flags & COLUMNS_HOST_DERIVED),
			 i > 0 && (i < 2 || scalar(doc, at(doc, paths[2]), &b)));
	buf_release(&b);
}

static void same_gzip(const struct columns *c, const struct json_doc *doc,
		      const char *path, unsigned flag)
{
	uint32_t n = at(doc, path);
	bool gzip = n != JSON_NONE && doc->nodes[n].type == JSON_STRING &&
		    doc->nodes[n].len >= 6 &&
		    !memcmp(doc->text + doc->nodes[n].off + 1, "H4sI", 4);

	assert_int_equal(!!(c->flags & flag), gzip);
}

static void same_location(const struct columns *c, const struct json_doc *doc)
{
	uint32_t n = at(doc, "location");

	if (n == JSON_NONE || doc->nodes[n].type != JSON_STRING) {
		assert_int_equal(c->loc_len, 0);
		return;
	}
	assert_int_equal(c->loc_off, doc->nodes[n].off + 1);
	assert_int_equal(c->loc_len, doc->nodes[n].len - 2);
	assert_int_equal(!!(c->flags & COLUMNS_LOC_ESCAPED),
			 !!(doc->nodes[n].flags & JSON_ESCAPED));
}

static void same_times(const struct columns *c, const struct json_doc *doc)
{
	uint32_t n = at(doc, "duration");
	double d = 0;
	struct buf ts;
	int64_t ns = COLUMNS_NO_TS;
	int digits;

	if (n != JSON_NONE && doc->nodes[n].type == JSON_NUMBER)
		assert_true(json_double(doc, n, &d));
	assert_int_equal(c->duration, d < 0 ? 0 : (uint32_t)d);
	buf_init(&ts);
	n = at(doc, "ts");
	if (n != JSON_NONE && doc->nodes[n].type == JSON_STRING) {
		json_string(doc, n, &ts);
		if (!rfc3339_parse(ts.data, ts.len, &ns, &digits))
			ns = COLUMNS_NO_TS;
	}
	assert_int_equal(c->ts, ns);
	buf_release(&ts);
}

static void same_uuid(const struct columns *c, const struct json_doc *doc)
{
	uint32_t n = at(doc, "uuid");
	struct uuid u;
	struct buf b;

	buf_init(&b);
	if (n == JSON_NONE || doc->nodes[n].type != JSON_STRING) {
		assert_true(c->flags & COLUMNS_NO_UUID);
		assert_int_equal(c->uuid, 0);
	} else {
		json_string(doc, n, &b);
		assert_false(c->flags & COLUMNS_NO_UUID);
		if (uuid_parse(&u, b.data, b.len))
			assert_int_equal(c->uuid, columns_uuid_hash(u.b));
		else
			assert_true(c->flags & COLUMNS_BAD_UUID);
	}
	buf_release(&b);
}

static void same_direction(const struct columns *c, const struct json_doc *doc)
{
	uint32_t n = at(doc, "direction");

	assert_int_equal(!!(c->flags & COLUMNS_IN),
			 n != JSON_NONE && json_string_is(doc, n, "IN", 2));
	assert_int_equal(!!(c->flags & COLUMNS_OUT),
			 n != JSON_NONE && json_string_is(doc, n, "OUT", 3));
}

static void check(struct columns_pools *pools, const char *text, size_t len)
{
	struct columns c = { 0 }, portable = { 0 };
	struct json_doc doc;
	bool valid;

	columns_scan(text, len, pools, &c);
	columns_force_portable(true);
	columns_scan(text, len, pools, &portable);
	columns_force_portable(false);
	assert_memory_equal(&c, &portable, sizeof(c));
	json_doc_init(&doc);
	valid = json_scan(&doc, text, len, NULL) &&
		doc.nodes[0].type == JSON_OBJECT;
	if (c.flags & COLUMNS_BROKEN) {
		assert_false(valid);
	} else if (valid) {
		same_text(pools, &c, COLUMN_STATUS, &doc, "status");
		same_text(pools, &c, COLUMN_COMMAND, &doc, "command");
		same_text(pools, &c, COLUMN_SERVICE, &doc, "service");
		same_text(pools, &c, COLUMN_L7PROTOCOL, &doc, "l7protocol");
		same_text(pools, &c, COLUMN_TECH, &doc, "tech");
		same_text(pools, &c, COLUMN_CLUSTER, &doc, "cluster");
		same_text(pools, &c, COLUMN_NAMESPACE, &doc, "namespace");
		same_host(pools, &c, &doc);
		same_location(&c, &doc);
		same_times(&c, &doc);
		same_uuid(&c, &doc);
		same_direction(&c, &doc);
		same_gzip(&c, &doc, "http.req.bodyBase64", COLUMNS_GZIP_REQ);
		same_gzip(&c, &doc, "http.res.bodyBase64", COLUMNS_GZIP_RES);
		assert_int_equal(!!(c.flags & COLUMNS_HTTP),
				 at(&doc, "http") != JSON_NONE);
	}
	json_doc_release(&doc);
}

/* --- random records --- */

static const char *const keys[] = {
	"ts", "duration", "uuid", "direction", "location", "network_address",
	"status", "command", "service", "l7protocol", "tech", "cluster",
	"namespace", "http", "req", "res", "host", "bodyBase64", "statusCode",
	"netinfo", "upstream", "hostname", "isTls", "signature", "x", "",
};
#define KEYS (sizeof(keys) / sizeof(*keys))

static void blanks(struct prng *r, struct buf *out)
{
	if (prng_below(r, 8) == 0)
		buf_addc(out, " \t\r"[prng_below(r, 3)]);
}

static void key(struct prng *r, struct buf *out, unsigned depth)
{
	/* Inside http and the like, keys that mean something there. */
	size_t from = depth && prng_below(r, 2) ? 13 : 0;
	const char *k = keys[from + prng_below(r, KEYS - from)];
	size_t len = strlen(k), odd = prng_below(r, 20) ? len
							: prng_below(r, len + 1);

	buf_addc(out, '"');
	for (size_t i = 0; i < len; i++) {
		if (i == odd)
			buf_addf(out, "\\u%04x", k[i]);
		else
			buf_addc(out, k[i]);
	}
	buf_addc(out, '"');
}

static void string(struct prng *r, struct buf *out)
{
	static const char *const some[] = {
		"IN", "OUT", "200", "404 Not Found", "GET", "H4sIAAAA", "H4s",
		"2026-06-22T15:26:16.237Z", "2026-06-22T15:26:16Z",
		"AAECAwQFBgcICQoLDA0ODw==", "00010203-0405-0607-0809-0a0b0c0d0e0f",
		"/a/b?c=d", "", "\\\"", "\\\\", "\\u0049N", "a\\\\\\\"b", "{[}]",
		"\xc3\xa4", "\\n", ",:\\\\",
	};
	size_t n = prng_below(r, 30);

	buf_addc(out, '"');
	if (n == 25)
		for (size_t i = prng_below(r, 400); i > 0; i--)
			buf_adds(out, i % 7 ? "long" : "\\\\");
	else if (n == 26)
		for (size_t i = prng_below(r, 80); i > 0; i--)
			buf_adds(out, "\\");
	else
		buf_adds(out, some[n % (sizeof(some) / sizeof(*some))]);
	if (n == 26)	/* an even number of backslashes, or an escaped quote */
		buf_adds(out, prng_below(r, 2) ? "\"" : "");
	buf_addc(out, '"');
}

static void value(struct prng *r, struct buf *out, unsigned depth);

static void object(struct prng *r, struct buf *out, unsigned depth)
{
	size_t n = prng_below(r, depth ? 5 : 14);

	buf_addc(out, '{');
	for (size_t i = 0; i < n; i++) {
		if (i)
			buf_addc(out, ',');
		blanks(r, out);
		key(r, out, depth);
		blanks(r, out);
		buf_addc(out, ':');
		blanks(r, out);
		value(r, out, depth + 1);
		blanks(r, out);
	}
	buf_addc(out, '}');
}

static void value(struct prng *r, struct buf *out, unsigned depth)
{
	static const char *const numbers[] = {
		"0", "-1", "17", "1.5", "2e3", "12E-1", "4294967295", "200",
		"1e-400", "true", "false", "null",
	};
	size_t n = prng_below(r, 10);

	if (n < 4)
		string(r, out);
	else if (n < 6)
		buf_adds(out, numbers[prng_below(r, 12)]);
	else if (n < 9 && depth < 6)
		object(r, out, depth);
	else if (depth < 6) {
		buf_addc(out, '[');
		value(r, out, depth + 1);
		buf_addc(out, ']');
	} else {
		buf_adds(out, "{}");
	}
}

static void random_records_agree_with_a_full_scan(void **state)
{
	struct columns_pools *pools = columns_pools_new();

	for (uint64_t i = 0; i < 8000; i++) {
		struct prng r = { i };
		struct buf b;

		buf_init(&b);
		object(&r, &b, 0);
		check(pools, b.data, b.len);
		/* damaged: a byte changed, or the end gone */
		if (b.len) {
			size_t k = prng_below(&r, b.len);

			b.data[k] = "\"\\{}[]:,x"[prng_below(&r, 9)];
			check(pools, b.data, b.len);
			check(pools, b.data, k);
		}
		buf_release(&b);
	}
	columns_pools_unref(pools);
}

static void the_last_of_double_keys_counts(void **state)
{
	static const char text[] =
		"{\"http\":{\"req\":{\"host\":\"a\"},\"res\":{\"statusCode\":5}},"
		"\"duration\":1,\"status\":\"x\",\"duration\":7,"
		"\"http\":{\"req\":{\"host\":\"a\",\"host\":\"b\"}}}";
	struct columns_pools *pools = columns_pools_new();
	struct columns c = { 0 };
	size_t len;

	columns_scan(text, sizeof(text) - 1, pools, &c);
	assert_int_equal(c.duration, 7);
	assert_int_equal(c.code, COLUMNS_NO_CODE);
	assert_string_equal(columns_text(pools, &c, COLUMN_HOST, &len, NULL),
			    "b");
	assert_int_equal(sizeof(struct columns), 56);
	columns_pools_unref(pools);
}

static void a_full_pool_says_so(void **state)
{
	struct intern *in = intern_new(2);
	size_t len;

	assert_int_equal(intern_add(in, "a", 1), 1);
	assert_int_equal(intern_add(in, "", 0), 2);
	assert_int_equal(intern_add(in, "a", 1), 1);
	assert_int_equal(intern_add(in, "b", 1), INTERN_OVERFLOW);
	assert_int_equal(intern_find(in, "b", 1), 0);
	assert_int_equal(intern_find(in, "", 0), 2);
	assert_string_equal(intern_text(in, 1, &len), "a");
	assert_null(intern_text(in, 3, &len));
	intern_free(in);
}

static void many_strings_are_found_again(void **state)
{
	struct intern *in = intern_new(5000);
	char s[16];
	size_t len;

	for (unsigned i = 0; i < 5000; i++) {
		snprintf(s, sizeof(s), "s%u", i);
		assert_int_equal(intern_add(in, s, strlen(s)), i + 1);
	}
	for (unsigned i = 0; i < 5000; i++) {
		snprintf(s, sizeof(s), "s%u", i);
		assert_int_equal(intern_find(in, s, strlen(s)), i + 1);
		assert_string_equal(intern_text(in, i + 1, &len), s);
	}
	intern_free(in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_records_agree_with_a_full_scan),
		cmocka_unit_test(the_last_of_double_keys_counts),
		cmocka_unit_test(a_full_pool_says_so),
		cmocka_unit_test(many_strings_are_found_again),
	};

	return cmocka_run_group_tests_name("columns", tests, NULL, NULL);
}
