/* Setting and unsetting fields, by hand-picked examples. */
#include "config.h"

#include "unit.h"

#include "base/codec.h"
#include "rrpair/body.h"
#include "rrpair/change.h"
#include "rrpair/gzip.h"

/* A record in which every fact has all of its copies. */
#define REQ(method, url, uri, host, headers, params, body) \
	"\"req\":{\"url\":\"" url "\",\"uri\":\"" uri "\",\"version\":\"1.1\"," \
	"\"method\":\"" method "\",\"host\":\"" host "\",\"headers\":{" headers \
	"}" params body "}"
#define SIGNATURE(values) "\"signature\":{" values "}"

static const char record[] =
	"{\"msgType\":\"rrpair\",\"resource\":\"shop\", "
	"\"ts\":\"2025-02-25T15:32:25.512996Z\",\"tags\":{"
	"\"proxyLocation\":\"in\",\"k8sAppLabel\":\"shop\"},"
	"\"uuid\":\"QHMMF94IQn2YGVnuuRlMDA==\",\"direction\":\"IN\","
	"\"cluster\":\"undefined\",\"service\":\"shop\","
	"\"network_address\":\"api.test:0\",\"command\":\"POST\","
	"\"location\":\"/a\",\"status\":\"200\",\"http\":{"
	"\"req\":{\"url\":\"/a\",\"uri\":\"/a?x=%41&y=2&x=3\","
	"\"method\":\"POST\",\"host\":\"api.test\","
	"\"headers\":{\"Content-Length\":[\"7\"],\"Host\":[\"api.test:8080\"]},"
	"\"queryParams\":{\"x\":[\"A\",\"3\"],\"y\":[\"2\"]},"
	"\"bodyBase64\":\"eyJhIjoxfQ==\",\"body\":\"{\\\"a\\\":1}\"},"
	"\"res\":{\"contentType\":\"text/plain\",\"statusCode\":200,"
	"\"statusMessage\":\"200 OK\",\"headers\":{"
	"\"Content-Type\":[\"text/plain\"],\"Vary\":[\"A\",\"B\"]},"
	"\"bodyBase64\":\"aGk=\"}},"
	"\"tokenList\":{\"X:1\":{\"id\":\"X:1\",\"tokens\":["
	"{\"uuid\":\"QHMMF94IQn2YGVnuuRlMDA==\",\"token\":{}}]}},"
	"\"signature\":{\"http:host\":\"YXBpLnRlc3Q=\","
	"\"http:method\":\"UE9TVA==\","
	"\"http:queryparams\":\"eD1BJng9MyZ5PTI=\","
	"\"http:requestBodyJSON\":\"eyJhIjoxfQ==\","
	"\"http:url\":\"L2E=\",\"instance\":\"MA==\"},"
	"\"mutableSignature\":{\"http:method\":\"POST\","
	"\"http:requestBodyJSON\":\"{\\\"a\\\":1}\"}}";

/* Replace each FROM by its TO in text: what an edit is expected to do. */
struct swap {
	const char *from, *to;
};

static char *swapped(const char *text, const struct swap *swaps)
{
	struct buf out, next;
	char *found;

	buf_init(&out);
	buf_init(&next);
	buf_adds(&out, text);
	for (; swaps->from; swaps++) {
		found = strstr(out.data, swaps->from);
		if (!found)
			fail_msg("the example lacks %s", swaps->from);
		buf_clear(&next);
		buf_add(&next, out.data, (size_t)(found - out.data));
		buf_adds(&next, swaps->to);
		buf_adds(&next, found + strlen(swaps->from));
		buf_clear(&out);
		buf_add(&out, next.data, next.len);
	}
	buf_release(&next);
	return buf_detach(&out, NULL);
}

enum verb { SET, SET_JSON, UNSET };

/* The record after one edit, or the message of the refusal; the caller frees. */
static char *edited(const char *text, enum verb verb, const char *name,
		    const char *value, unsigned flags, char **summary)
{
	struct change_set set;
	struct rrpair pair;
	struct field field;
	struct err err;
	struct buf out;
	bool ok;

	rrpair_init(&pair);
	change_init(&set);
	buf_init(&out);
	if (!rrpair_parse(&pair, text, strlen(text), &err) ||
	    !field_parse(&field, name, strlen(name), &err))
		fail_msg("%s: %s", name, err.msg);
	ok = verb == SET ? change_field(&pair, &field, value, strlen(value),
					flags, &set, &err) :
	     verb == SET_JSON ? change_field_json(&pair, &field, value,
						  strlen(value), flags, &set,
						  &err) :
	     change_unset(&pair, &field, flags, &set, &err);
	if (!ok)
		buf_adds(&out, err.msg);
	else
		assert_true(patch_apply(set.patch, text, strlen(text), &out,
					&err));
	if (ok && set.patch)
		assert_true(rrpair_parse(&pair, out.data, out.len, &err));
	if (summary) {
		struct buf line;

		buf_init(&line);
		change_summary(&set, &line);
		*summary = buf_detach(&line, NULL);
	}
	field_release(&field);
	change_release(&set);
	rrpair_release(&pair);
	return buf_detach(&out, NULL);
}

static void expect(enum verb verb, const char *name, const char *value,
		   const struct swap *swaps, const char *summary)
{
	char *want = swapped(record, swaps), *line;
	char *got = edited(record, verb, name, value, CHANGE_LINKED, &line);

	assert_string_equal(got, want);
	assert_string_equal(line, summary);
	free(line);
	free(got);
	free(want);
}

#define SWAPS(...) (const struct swap[]){ __VA_ARGS__, { NULL, NULL } }

static void test_simple_links(void **state)
{
	expect(SET, "method", "PUT",
	       SWAPS({ "\"command\":\"POST\"", "\"command\":\"PUT\"" },
		     { "\"method\":\"POST\"", "\"method\":\"PUT\"" },
		     { "UE9TVA==", "UFVU" },
		     { "\"http:method\":\"POST\"", "\"http:method\":\"PUT\"" }),
	       "also changed .command, .signature.\"http:method\", "
	       ".mutableSignature.\"http:method\"");
	expect(SET, "status", "404",
	       SWAPS({ "\"status\":\"200\"", "\"status\":\"404\"" },
		     { "\"statusCode\":200", "\"statusCode\":404" },
		     { "\"200 OK\"", "\"404 Not Found\"" }),
	       "also changed .status, .http.res.statusMessage");
	expect(SET, "status", "599",
	       SWAPS({ "\"status\":\"200\"", "\"status\":\"599\"" },
		     { "\"statusCode\":200", "\"statusCode\":599" },
		     { "\"200 OK\"", "\"599 \"" }),
	       "also changed .status, .http.res.statusMessage");
	expect(SET, "reason", "Fine",
	       SWAPS({ "\"200 OK\"", "\"200 Fine\"" }),
	       "left, as they differed: .status");
	expect(SET, "contenttype", "text/html",
	       SWAPS({ "\"text/plain\"", "\"text/html\"" },
		     { "[\"text/plain\"]", "[\"text/html\"]" }),
	       "also changed .http.res.headers.Content-Type[0]");
	expect(SET, "response.header[content-type]", "text/html",
	       SWAPS({ "\"text/plain\"", "\"text/html\"" },
		     { "[\"text/plain\"]", "[\"text/html\"]" }),
	       "also changed .http.res.contentType");
	expect(SET, "direction", "out",
	       SWAPS({ "\"IN\"", "\"OUT\"" }, { "\"in\"", "\"out\"" }),
	       "also changed .tags.proxyLocation");
	expect(SET, "service", "cart",
	       SWAPS({ "\"resource\":\"shop\"", "\"resource\":\"cart\"" },
		     { "\"k8sAppLabel\":\"shop\"", "\"k8sAppLabel\":\"cart\"" },
		     { "\"service\":\"shop\"", "\"service\":\"cart\"" }),
	       "also changed .resource, .tags.k8sAppLabel");
	expect(SET, "uuid", "00000000-0000-4000-8000-000000000000",
	       SWAPS({ "QHMMF94IQn2YGVnuuRlMDA==", "AAAAAAAAQACAAAAAAAAAAA==" },
		     { "QHMMF94IQn2YGVnuuRlMDA==", "AAAAAAAAQACAAAAAAAAAAA==" }),
	       "also changed .tokenList.\"X:1\".tokens[0].uuid");
}

static void test_hosts(void **state)
{
	expect(SET, "host", "new.test",
	       SWAPS({ "\"api.test:0\"", "\"new.test:0\"" },
		     { "\"host\":\"api.test\"", "\"host\":\"new.test\"" },
		     { "\"api.test:8080\"", "\"new.test:8080\"" },
		     { "YXBpLnRlc3Q=", "bmV3LnRlc3Q=" }),
	       "also changed .http.req.headers.Host[0], "
	       ".signature.\"http:host\", .network_address");
	expect(SET, "request.header[Host]", "new.test:1",
	       SWAPS({ "\"api.test:0\"", "\"new.test:0\"" },
		     { "\"host\":\"api.test\"", "\"host\":\"new.test\"" },
		     { "\"api.test:8080\"", "\"new.test:1\"" },
		     { "YXBpLnRlc3Q=", "bmV3LnRlc3Q=" }),
	       "also changed .http.req.host, .signature.\"http:host\", "
	       ".network_address");
	/* The host stays; only one copy had the port that goes. */
	expect(SET, "host", "api.test:9",
	       SWAPS({ "\"host\":\"api.test\"", "\"host\":\"api.test:9\"" }),
	       "");
}

static void test_urls(void **state)
{
	expect(SET, "path", "/b c",
	       SWAPS({ "\"location\":\"/a\"", "\"location\":\"/b c\"" },
		     { "\"url\":\"/a\"", "\"url\":\"/b c\"" },
		     { "/a?x", "/b%20c?x" }, { "L2E=", "L2IgYw==" }),
	       "also changed .location, .signature.\"http:url\", "
	       ".http.req.uri");
	expect(SET, "query", "x=%41&z=%2",
	       SWAPS({ "x=%41&y=2&x=3", "x=%41&z=%252" },
		     { "[\"A\",\"3\"],\"y\":[\"2\"]",
		       "[\"A\"],\"z\":[\"%2\"]" },
		     { "eD1BJng9MyZ5PTI=", "eD1BJno9JTI1Mg==" }),
	       "also changed .http.req.queryParams.x, "
	       ".signature.\"http:queryparams\"; added "
	       ".http.req.queryParams.z; removed .http.req.queryParams.y");
	expect(SET, "query", "",
	       SWAPS({ "?x=%41&y=2&x=3", "" },
		     { ",\"queryParams\":{\"x\":[\"A\",\"3\"],\"y\":[\"2\"]}",
		       "" },
		     { "eD1BJng9MyZ5PTI=", "" }),
	       "also changed .signature.\"http:queryparams\"; removed "
	       ".http.req.queryParams");
	expect(SET, "param[x][2]", "a&b",
	       SWAPS({ "x=3", "x=a%26b" }, { "[\"A\",\"3\"]", "[\"A\",\"a&b\"]" },
		     { "eD1BJng9MyZ5PTI=", "eD1BJng9YSUyNmImeT0y" }),
	       "also changed .http.req.queryParams.x, "
	       ".signature.\"http:queryparams\"");
	expect(SET, "param[x]", "3",
	       SWAPS({ "x=%41&y=2&x=3", "x=3&y=2" },
		     { "[\"A\",\"3\"]", "[\"3\"]" },
		     { "eD1BJng9MyZ5PTI=", "eD0zJnk9Mg==" }),
	       "also changed .http.req.queryParams.x, "
	       ".signature.\"http:queryparams\"");
	expect(UNSET, "param[y]", NULL,
	       SWAPS({ "&y=2&", "&" }, { ",\"y\":[\"2\"]", "" },
		     { "eD1BJng9MyZ5PTI=", "eD1BJng9Mw==" }),
	       "also changed .signature.\"http:queryparams\"; removed "
	       ".http.req.queryParams.y");
	expect(SET, "url", "/b?x=%41&y=2&x=3",
	       SWAPS({ "\"location\":\"/a\"", "\"location\":\"/b\"" },
		     { "\"url\":\"/a\"", "\"url\":\"/b\"" },
		     { "/a?x", "/b?x" }, { "L2E=", "L2I=" }),
	       "also changed .location, .signature.\"http:url\", "
	       ".http.req.uri");
}

static void test_bodies(void **state)
{
	expect(SET, "request.body", "{\"b\" : [2]}",
	       SWAPS({ "[\"7\"]", "[\"11\"]" },
		     { "\"bodyBase64\":\"eyJhIjoxfQ==\"",
		       "\"bodyBase64\":\"eyJiIiA6IFsyXX0=\"" },
		     { "\"body\":\"{\\\"a\\\":1}\"",
		       "\"body\":\"{\\\"b\\\" : [2]}\"" },
		     { "\"http:requestBodyJSON\":\"eyJhIjoxfQ==\"",
		       "\"http:requestBodyJSON\":\"eyJiIjpbMl19\"" },
		     { "\"{\\\"a\\\":1}\"}}", "\"{\\\"b\\\":[2]}\"}}" }),
	       "also changed .http.req.body, "
	       ".http.req.headers.Content-Length[0], "
	       ".signature.\"http:requestBodyJSON\", "
	       ".mutableSignature.\"http:requestBodyJSON\"");
	expect(SET, "request.body", "plain",
	       SWAPS({ "[\"7\"]", "[\"5\"]" },
		     { "\"bodyBase64\":\"eyJhIjoxfQ==\"",
		       "\"bodyBase64\":\"cGxhaW4=\"" },
		     { "\"body\":\"{\\\"a\\\":1}\"", "\"body\":\"plain\"" },
		     { "\"http:requestBodyJSON\":\"eyJhIjoxfQ==\"",
		       "\"http:requestBodyHash\":"
		       "\"oRbJ7UbWIHc0pDMX0w/Yj1KshjTDfZBLv05B2GX5BHU=\"" },
		     { ",\"http:requestBodyJSON\":\"{\\\"a\\\":1}\"}}", "}}" }),
	       "also changed .http.req.body, "
	       ".http.req.headers.Content-Length[0], "
	       ".signature.\"http:requestBodyJSON\"; removed "
	       ".mutableSignature.\"http:requestBodyJSON\"");
	expect(UNSET, "request.body", NULL,
	       SWAPS({ "[\"7\"]", "[\"0\"]" },
		     { ",\"bodyBase64\":\"eyJhIjoxfQ==\","
		       "\"body\":\"{\\\"a\\\":1}\"", "" },
		     { "\"http:requestBodyJSON\":\"eyJhIjoxfQ==\",", "" },
		     { ",\"http:requestBodyJSON\":\"{\\\"a\\\":1}\"}}", "}}" }),
	       "also changed .http.req.headers.Content-Length[0]; removed "
	       ".http.req.bodyBase64, .http.req.body, "
	       ".signature.\"http:requestBodyJSON\", "
	       ".mutableSignature.\"http:requestBodyJSON\"");
	expect(SET, "response.body", "ho", SWAPS({ "aGk=", "aG8=" }), "");
}

static void test_headers(void **state)
{
	expect(SET, "response.header[vary]", "C",
	       SWAPS({ "[\"A\",\"B\"]", "[\"C\"]" }),
	       "removed .http.res.headers.Vary[1]");
	expect(SET, "response.header[vary][2]", "C",
	       SWAPS({ "[\"A\",\"B\"]", "[\"A\",\"C\"]" }), "");
	expect(SET, "response.header[vary][3]", "C",
	       SWAPS({ "[\"A\",\"B\"]", "[\"A\",\"B\",\"C\"]" }),
	       "added .http.res.headers.Vary");
	expect(SET, "response.header[x-new-one]", "1",
	       SWAPS({ "[\"A\",\"B\"]", "[\"A\",\"B\"],\"X-New-One\":[\"1\"]" }),
	       "added .http.res.headers.X-New-One");
	expect(UNSET, "response.header[vary][1]", NULL,
	       SWAPS({ "[\"A\",\"B\"]", "[\"B\"]" }),
	       "removed .http.res.headers.Vary[0]");
	expect(UNSET, "response.header[vary]", NULL,
	       SWAPS({ ",\"Vary\":[\"A\",\"B\"]", "" }),
	       "removed .http.res.headers.Vary");
	expect(UNSET, "contenttype", NULL,
	       SWAPS({ "\"contentType\":\"text/plain\",", "" },
		     { "\"Content-Type\":[\"text/plain\"],", "" }),
	       "removed .http.res.contentType, "
	       ".http.res.headers.Content-Type");
}

static void test_members(void **state)
{
	expect(SET, "tech", "JSON",
	       SWAPS({ "\"service\":\"shop\",",
		       "\"service\":\"shop\",\"tech\":\"JSON\"," }),
	       "added .tech");
	expect(SET, "duration", "12",
	       SWAPS({ "\"tags\":{", "\"duration\":12,\"tags\":{" }),
	       "added .duration");
	expect(SET, "duration", "0", SWAPS({ "x", "x" }), "");
	expect(SET, "tag[a b]", "c",
	       SWAPS({ "\"k8sAppLabel\":\"shop\"",
		       "\"k8sAppLabel\":\"shop\",\"a b\":\"c\"" }),
	       "added .tags.\"a b\"");
	expect(SET, ".a.b[0].c", "1",
	       SWAPS({ "\"{\\\"a\\\":1}\"}}",
		       "\"{\\\"a\\\":1}\"},\"a\":{\"b\":[{\"c\":\"1\"}]}}" }),
	       "added .a");
	expect(SET_JSON, ".http.res.statusCode", " 0201.5 " + 2,
	       SWAPS({ "\"statusCode\":200", "\"statusCode\":201.5" }), "");
	expect(SET_JSON, ".tags", "null",
	       SWAPS({ "{\"proxyLocation\":\"in\",\"k8sAppLabel\":\"shop\"}",
		       "null" }), "");
	expect(SET_JSON, "method", "\"P\\u0055T\"",
	       SWAPS({ "\"command\":\"POST\"", "\"command\":\"PUT\"" },
		     { "\"method\":\"POST\"", "\"method\":\"PUT\"" },
		     { "UE9TVA==", "UFVU" },
		     { "\"http:method\":\"POST\"", "\"http:method\":\"PUT\"" }),
	       "also changed .command, .signature.\"http:method\", "
	       ".mutableSignature.\"http:method\"");
	expect(UNSET, ".http.res.headers.Vary[0]", NULL,
	       SWAPS({ "[\"A\",\"B\"]", "[\"B\"]" }),
	       "removed .http.res.headers.Vary[0]");
}

/* With links off one value changes and nothing else. */
static void test_single(void **state)
{
	static const struct {
		const char *name, *value, *from, *to;
	} cases[] = {
		{ "method", "PUT", "\"method\":\"POST\"", "\"method\":\"PUT\"" },
		{ "path", "/b", "\"url\":\"/a\"", "\"url\":\"/b\"" },
		{ "query", "y=2", "?x=%41&y=2&x=3", "?y=2" },
		{ "param[y]", "4", "y=2&", "y=4&" },
		{ "host", "b", "\"host\":\"api.test\"", "\"host\":\"b\"" },
		{ "status", "201", "\"statusCode\":200", "\"statusCode\":201" },
		{ "request.body", "x", "eyJhIjoxfQ==\",\"body\"",
		  "eA==\",\"body\"" },
		{ "contenttype", "x", "\"contentType\":\"text/plain\"",
		  "\"contentType\":\"x\"" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *want = swapped(record, SWAPS({ cases[i].from,
						     cases[i].to }));
		char *got = edited(record, SET, cases[i].name, cases[i].value,
				   CHANGE_SINGLE, NULL);

		assert_string_equal(got, want);
		free(got);
		free(want);
	}
}

static void test_refused(void **state)
{
	static const struct {
		enum verb verb;
		const char *name, *value, *message;
	} cases[] = {
		{ SET, "status", "ok", "status: a number from 100 to 999" },
		{ SET, "status", "0200", "status: a number from 100 to 999" },
		{ SET, "direction", "UP", "direction: IN or OUT" },
		{ SET, "method", "GET /", "method: a word without blanks" },
		{ SET, "duration", "-1", "duration: whole milliseconds from 0 "
		  "to 2147483647" },
		{ SET, "duration", "2147483648", "duration: whole milliseconds "
		  "from 0 to 2147483647" },
		{ SET, "path", "/a?b", "path: a path has no ?; set url for path "
		  "and query" },
		{ SET, ".http.res.statusCode", "x", ".http.res.statusCode: a "
		  "number stands there, and the new value is none" },
		{ SET, ".tags", "x", ".tags: an object stands there; give a JSON "
		  "value with :=" },
		{ SET, ".status.x", "x", ".status: not an object, it has no "
		  "members" },
		{ SET, ".http.res.headers.Vary[3]", "x",
		  ".http.res.headers.Vary[3]: beyond the end of the list" },
		{ SET, "request.header[a b]", "x", "a b: not a header name" },
		{ SET, "request.header[A][3]", "x", "A: the header has 0 "
		  "values" },
		{ SET, "param[x][4]", "x", "param[x]: it has fewer values" },
		{ SET, "service", "\xff", "the new value is not UTF-8" },
		{ UNSET, "method", NULL, "method: a record cannot do without "
		  "it" },
		{ UNSET, "tech", NULL, "tech: the record has none" },
		{ UNSET, "duration", NULL, "duration: the record has none" },
		{ UNSET, "param[z]", NULL, "param[z]: the record has none" },
		{ UNSET, ".", NULL, ".: this would be the whole record" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = edited(record, cases[i].verb, cases[i].name,
				   cases[i].value, CHANGE_LINKED, NULL);

		assert_string_equal(got, cases[i].message);
		free(got);
	}
}

/* Members that differ only in case are one header; the first stands for all. */
static void test_header_cases(void **state)
{
	static const char text[] =
		"{\"http\":{\"req\":{\"host\":\"a\",\"headers\":{"
		"\"host\":[\"a\"],\"X\":\"1\",\"HOST\":[\"a:1\",\"c\"],"
		"\"Y\":[]}}}}";
	static const struct {
		enum verb verb;
		const char *name, *value, *part;
	} cases[] = {
		{ SET, "request.header[Host]", "b",
		  "\"b\",\"headers\":{\"host\":[\"b\"],\"X\":\"1\","
		  "\"Y\":[]}" },
		{ SET, "host", "b",
		  "\"b\",\"headers\":{\"host\":[\"b\"],\"X\":\"1\","
		  "\"HOST\":[\"b:1\",\"c\"],\"Y\":[]}" },
		{ SET, "request.header[Host][4]", "d", "[\"a:1\",\"c\",\"d\"]" },
		{ UNSET, "request.header[Host][3]", NULL, "\"HOST\":[\"a:1\"]" },
		{ UNSET, "request.header[Host]", NULL,
		  "{\"X\":\"1\",\"Y\":[]}" },
		{ SET, "request.header[x]", "2", "\"X\":\"2\"" },
		{ SET, "request.header[x][2]", "2", "holds one value" },
		{ SET, "request.header[new-one]", "2", "\"new-one\":[\"2\"]" },
		{ SET, "request.header[y]", "2", "\"Y\":[\"2\"]" },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *got = edited(text, cases[i].verb, cases[i].name,
				   cases[i].value, CHANGE_LINKED, NULL);

		if (!strstr(got, cases[i].part))
			fail_msg("case %zu: %s", i, got);
		free(got);
	}
}

/* A copy that differed is left and named; one that has the new value already is
 * not worth a word. */
static void test_differing(void **state)
{
	static const char text[] =
		"{\"command\":\"PutItem\",\"location\":\"/b\","
		"\"status\":\"0\",\"http\":{\"req\":{\"method\":\"POST\","
		"\"url\":\"/a\"},\"res\":{\"statusCode\":200,"
		"\"statusMessage\":\"OK\"}}}";
	char *line;

	free(edited(text, SET, "method", "PUT", 0, &line));
	assert_string_equal(line, "left, as they differed: .command");
	free(line);
	free(edited(text, SET, "path", "/b", 0, &line));
	assert_string_equal(line, "");
	free(line);
	free(edited(text, SET, "status", "404", 0, &line));
	assert_string_equal(line, "also changed .http.res.statusMessage; left, "
			    "as they differed: .status");
	free(line);
}

static void test_other_protocol(void **state)
{
	static const char text[] =
		"{\"status\":\"OK\",\"postgres\":{\"request\":{\"q\":\"S\"}},"
		"\"signature\":{\"postgres:query\":\"Uw==\"}}";
	char *line, *got;

	got = edited(text, SET, "status", "ERR:1", 0, NULL);
	assert_non_null(strstr(got, "\"status\":\"ERR:1\""));
	free(got);
	got = edited(text, SET, "path", "/", 0, NULL);
	assert_string_equal(got, "path: only http records have it, not "
			    "postgres");
	free(got);
	free(edited(text, SET, ".postgres.request.q", "T", 0, &line));
	assert_string_equal(line, "not recomputed: .signature (only http "
			    "signatures are recomputed)");
	free(line);
}

/* Several edits are one patch against the first text; undone among themselves
 * they are none. */
static void test_run(void **state)
{
	static const char *const steps[] = {
		"method=PUT", "request.header[New]=1", "url=/b?z=1",
		"request.body=x", "method=POST",
	};
	struct change_run run;
	struct change_set step;
	struct field field;
	struct buf now;
	struct err err;
	const char *value;
	size_t len;
	bool json;

	change_run_init(&run);
	change_init(&step);
	buf_init(&now);
	assert_true(change_run_start(&run, record, strlen(record), &err));
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		assert_true(field_parse_assignment(&field, steps[i],
						   strlen(steps[i]), &value,
						   &len, &json, &err));
		assert_true(change_field(&run.pair, &field, value, len, 0,
					 &step, &err));
		assert_true(change_run_take(&run, &step, &err));
		field_release(&field);
		buf_clear(&now);
		assert_true(patch_apply(run.total.patch, record,
					strlen(record), &now, &err));
		assert_string_equal(now.data, run.pair.text);
	}
	assert_non_null(strstr(now.data, "\"method\":\"POST\""));
	assert_non_null(strstr(now.data, "\"uri\":\"/b?z=1\""));
	assert_true(change_run_start(&run, record, strlen(record), &err));
	for (size_t i = 0; i < 5; i += 4) {
		field_make(&field, FIELD_METHOD, NULL, 0, 0);
		assert_true(change_field(&run.pair, &field, steps[i] + 7,
					 strlen(steps[i] + 7), 0, &step, &err));
		assert_true(change_run_take(&run, &step, &err));
	}
	assert_null(run.total.patch);
	change_run_release(&run);
	buf_release(&now);
}

/* A compressed body is compressed again, the same way every time. */
static void test_gzip_body(void **state)
{
	struct buf packed, coded, text;
	struct rrpair pair;
	struct body body;
	struct err err;
	char *got, *again;

	buf_init(&packed);
	buf_init(&coded);
	buf_init(&text);
	body_init(&body);
	rrpair_init(&pair);
	assert_true(gzip_deflate(&packed, "one", 3, NULL, &err));
	buf_adds(&packed, "tail");
	base64_encode(&coded, packed.data, packed.len);
	buf_addf(&text, "{\"http\":{\"res\":{\"headers\":{\"Content-Length\":["
		 "\"%zu\"]},\"bodyBase64\":\"%s\"}}}", packed.len, coded.data);
	got = edited(text.data, SET, "response.body", "two two", 0, NULL);
	again = edited(text.data, SET, "response.body", "two two", 0, NULL);
	assert_string_equal(got, again);
	assert_true(rrpair_parse(&pair, got, strlen(got), &err));
	assert_true(body_decode(&body, &pair, BODY_RESPONSE, &err));
	assert_int_equal(body.flags & (BODY_GZIP | BODY_TRAILING),
			 BODY_GZIP | BODY_TRAILING);
	assert_string_equal(body.bytes.data, "two two");
	buf_clear(&packed);
	buf_addf(&packed, "[\"%zu\"]", body.stored_len);
	assert_non_null(strstr(got, packed.data));
	free(got);
	free(again);
	got = edited(text.data, SET, "response.body", "one", 0, NULL);
	assert_string_equal(got, text.data);
	free(got);
	buf_release(&packed);
	buf_release(&coded);
	buf_release(&text);
	body_release(&body);
	rrpair_release(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_simple_links),
		cmocka_unit_test(test_hosts),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_bodies),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_single),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_header_cases),
		cmocka_unit_test(test_differing),
		cmocka_unit_test(test_other_protocol),
		cmocka_unit_test(test_run),
		cmocka_unit_test(test_gzip_body),
	};

	return cmocka_run_group_tests_name("change", tests, NULL, NULL);
}
