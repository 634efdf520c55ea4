/* Reading one record: parse, protocols, fields, their values. */
#include "config.h"

#include "unit.h"

#include "base/codec.h"
#include "rrpair/rrpair.h"
#include "rrpair/url.h"

static const char http[] =
	"{\"msgType\":\"rrpair\",\"ts\":\"2025-02-25T15:32:25.512996Z\","
	"\"tags\":{\"a]b\":\"1\",\"n\":\"\"},"
	"\"uuid\":\"QHMMF94IQn2YGVnuuRlMDA==\",\"direction\":\"IN\","
	"\"status\":\"404\",\"http\":{\"req\":{\"url\":\"/p\","
	"\"uri\":\"/p?a=1&b=x+y%21&a=2\",\"method\":\"GET\","
	"\"host\":\"h:80\",\"headers\":{\"Vary\":[\"A\",\"B\"],"
	"\"X\":\"bare\",\"vary\":[\"C\"]}},"
	"\"res\":{\"statusCode\":404,\"statusMessage\":\"404 Not Found\","
	"\"headers\":{},\"bodyBase64\":\"aGk=\"}}}";
static const char postgres[] =
	"{\"status\":\"OK\",\"postgres\":{\"request\":{}},"
	"\"http\":[],\"service\":7}";

static void parse(struct rrpair *pair, const char *text)
{
	struct err err;

	rrpair_init(pair);
	assert_true(rrpair_parse(pair, text, strlen(text), &err));
}

/* The value of a field, or the code of the refusal in braces. */
static void expect(const char *text, const char *name, const char *want)
{
	struct rrpair pair;
	struct field field;
	struct err err;
	struct buf out;

	parse(&pair, text);
	buf_init(&out);
	if (!field_parse(&field, name, strlen(name), &err))
		fail_msg("%s: %s", name, err.msg);
	buf_adds(&out, "+");
	if (!rrpair_get(&pair, &field, &out, &err)) {
		assert_int_equal(out.len, 1);
		assert_false(rrpair_get(&pair, &field, &out, NULL));
		buf_addf(&out, "{%d}", err.code);
	}
	assert_string_equal(out.data + 1, want);
	buf_release(&out);
	field_release(&field);
	rrpair_release(&pair);
}

static void test_get(void **state)
{
	expect(http, "method", "GET");
	expect(http, "path", "/p");
	expect(http, "query", "a=1&b=x+y%21&a=2");
	expect(http, "URL", "/p?a=1&b=x+y%21&a=2");
	expect(http, "host", "h:80");
	expect(http, "status", "404");
	expect(http, "reason", "Not Found");
	expect(http, "contenttype", "{4}");
	expect(http, "duration", "0");
	expect(http, "uuid", "QHMMF94IQn2YGVnuuRlMDA==");
	expect(http, "tag[\"a]b\"]", "1");
	expect(http, "tag[n]", "");
	expect(http, "tag[none]", "{4}");
	expect(http, "request.header[VARY]", "A");
	expect(http, "request.header[vary][2]", "B");
	expect(http, "request.header[Vary][3]", "C");
	expect(http, "request.header[Vary][4]", "{4}");
	expect(http, "request.header[x]", "bare");
	expect(http, "param[a]", "1");
	expect(http, "param[a][2]", "2");
	expect(http, "param[b]", "x y!");
	expect(http, "param[c]", "{4}");
	expect(http, "response.body", "hi");
	expect(http, "request.body", "{4}");
	expect(http, ".http.req.headers.Vary", "[\"A\",\"B\"]");
	expect(http, ".http.req.headers.Vary[1]", "B");
	expect(http, ".http.res.statusCode", "404");
	expect(postgres, "status", "OK");
	expect(postgres, "method", "{4}");
	expect(postgres, "service", "7");
}

static void test_protocols(void **state)
{
	static const struct {
		const char *text;
		enum rrpair_proto proto;
		size_t protocols;
	} cases[] = {
		{ http, PROTO_HTTP, 1 },
		{ postgres, PROTO_POSTGRES, 2 },
		{ "{\"AmqpV091\":{}}", PROTO_AMQP091, 1 },
		{ "{\"kafka\":{}}", PROTO_OTHER, 1 },
		{ "{\"new\":{}}", PROTO_OTHER, 1 },
		{ "{\"new\":{},\"postgres\":{}}", PROTO_POSTGRES, 1 },
		{ "{\"tags\":{},\"meta\":{},\"tokens\":{}}", PROTO_NONE, 0 },
		{ "{}", PROTO_NONE, 0 },
	};
	struct rrpair pair;
	struct err err;

	rrpair_init(&pair);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(rrpair_parse(&pair, cases[i].text,
					 strlen(cases[i].text), &err));
		assert_int_equal(pair.proto, cases[i].proto);
		assert_int_equal(rrpair_protocols(&pair, NULL, 0),
				 cases[i].protocols);
	}
	rrpair_release(&pair);
}

static void test_refused(void **state)
{
	static const char *const bad[] = {
		"", " ", "{", "[]", "7", "\"x\"", "{}{}", "{\"a\":}", "nul",
	};
	struct rrpair pair;
	struct err err;

	rrpair_init(&pair);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&err);
		assert_false(rrpair_parse(&pair, bad[i], strlen(bad[i]), &err));
		assert_int_equal(err.code, ERR_INPUT);
		assert_null(pair.text);
	}
	assert_false(rrpair_parse(&pair, "{\"a\":}", 6, &err));
	assert_int_equal(err.offset, 5);
	assert_true(rrpair_parse(&pair, " {} ", 4, &err));
	rrpair_release(&pair);
}

/* Every name of the table parses, prints and parses to the same. */
static void test_names(void **state)
{
	struct field field, again;
	struct buf text, printed;
	struct err err;

	assert_int_equal(field_info_count(), FIELD_COUNT - 1);
	buf_init(&text);
	buf_init(&printed);
	for (size_t i = 0; i < field_info_count(); i++) {
		const struct field_info *info = field_info_at(i);

		assert_int_equal(info->id, i + 1);
		assert_ptr_equal(field_info(info->id), info);
		buf_clear(&text);
		buf_clear(&printed);
		buf_adds(&text, info->name);
		if (info->keyed)
			buf_adds(&text, "[\"a]\\\"b\"]");
		if (info->repeats)
			buf_adds(&text, "[12]");
		assert_true(field_parse(&field, text.data, text.len, &err));
		field_print(&field, &printed);
		assert_string_equal(printed.data, text.data);
		assert_true(field_copy(&again, &field));
		assert_int_equal(again.id, info->id);
		assert_int_equal(again.nth, info->repeats ? 12 : 0);
		field_release(&again);
		field_release(&field);
	}
	buf_release(&text);
	buf_release(&printed);
}

static void test_bad_names(void **state)
{
	static const struct {
		const char *text;
		size_t offset;
	} bad[] = {
		{ "", 0 }, { "methd", 0 }, { "tag", 3 }, { "tag[", 3 },
		{ "tag[]", 4 }, { "tag[x", 3 }, { "method[x]", 6 },
		{ "request.header[a][0]", 18 }, { "request.header[a][x]", 18 },
		{ "request.header[a][1]x", 20 }, { "tag[a][1]", 6 },
		{ "tag[\"a]", 4 }, { "request.header[a][99999999999]", 18 },
		{ ".a..b", 3 },
	};
	struct field field;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		err_clear(&err);
		assert_false(field_parse(&field, bad[i].text,
					 strlen(bad[i].text), &err));
		assert_int_equal(err.code, ERR_USAGE);
		assert_int_equal(err.offset, bad[i].offset);
	}
	field_parse(&field, "methd", 5, &err);
	assert_non_null(strstr(err.msg, "method"));
}

static void test_assignment(void **state)
{
	static const struct {
		const char *text, *field, *value;
		bool json;
	} cases[] = {
		{ "method=PUT", "method", "PUT", false },
		{ "query=a=1", "query", "a=1", false },
		{ "tag[a=b]=c=d", "tag[a=b]", "c=d", false },
		{ "tag[\"]=\"]=x", "tag[\"]=\"]", "x", false },
		{ ".a.\"b=\"[0]:={\"x\":1}", ".a.\"b=\"[0]", "{\"x\":1}", true },
		{ "status:=200", "status", "200", true },
		{ "reason=", "reason", "", false },
	};
	struct field field;
	const char *value;
	struct buf name;
	struct err err;
	size_t len;
	bool json;

	buf_init(&name);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_true(field_parse_assignment(&field, cases[i].text,
						   strlen(cases[i].text),
						   &value, &len, &json, &err));
		buf_clear(&name);
		field_print(&field, &name);
		assert_string_equal(name.data, cases[i].field);
		assert_int_equal(len, strlen(cases[i].value));
		assert_memory_equal(value, cases[i].value, len);
		assert_int_equal(json, cases[i].json);
		field_release(&field);
	}
	assert_false(field_parse_assignment(&field, "method", 6, &value, &len,
					    &json, &err));
	assert_int_equal(err.code, ERR_USAGE);
	buf_release(&name);
}

static void test_hosts(void **state)
{
	static const struct {
		const char *host, *name, *port;
	} cases[] = {
		{ "h", "h", NULL }, { "h:80", "h", "80" }, { "h:", "h", "" },
		{ "[::1]:80", "[::1]", "80" }, { "[::1]", "[::1]", NULL },
		{ "::1", "::1", NULL }, { ":80", "", "80" }, { "", "", NULL },
		{ "80", "80", NULL },
	};
	struct slice name, port;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		host_split(cases[i].host, strlen(cases[i].host), &name, &port);
		assert_int_equal(name.len, strlen(cases[i].name));
		assert_int_equal(!port.s, !cases[i].port);
		if (port.s)
			assert_int_equal(port.len, strlen(cases[i].port));
	}
	assert_true(host_same("A:1", 3, "a", 1));
	assert_false(host_same("a", 1, "b", 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_get),
		cmocka_unit_test(test_protocols),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_assignment),
		cmocka_unit_test(test_hosts),
	};

	return cmocka_run_group_tests_name("rrpair", tests, NULL, NULL);
}
