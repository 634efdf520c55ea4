#include "config.h"

#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "rrpair/query-ast.h"

#define TAKES_ALL (TAKES_WORDS | TAKES_ORDER)

#define COLUMN(name_, alias_, alias2_, column_, kind_, takes_, help_) \
	{name_, alias_, alias2_, WHAT_COLUMN, column_, kind_, KEY_NONE, \
	 takes_, help_}
#define FIELD(name_, alias_, field_, key_, kind_, takes_, help_) \
	{name_, alias_, NULL, WHAT_FIELD, field_, kind_, key_, takes_, help_}
#define OTHER(name_, alias_, what_, kind_, key_, takes_, help_) \
	{name_, alias_, NULL, what_, 0, kind_, key_, takes_, help_}
#define FLAG(name_, flag_, help_) \
	{name_, NULL, NULL, WHAT_FLAG, flag_, VALUE_NONE, KEY_NONE, 0, help_}

/*
 * Names and second spellings: the keywords of the cloud's filter language, the
 * criterion names of its JSON form, and rredit's own. In the order in which
 * completion offers them.
 */
static const struct query_keyword keywords[] = {
	COLUMN("status", "detectedStatus", NULL, QUERY_STATUS, VALUE_STATUS,
	       TAKES_ALL, N_("status text or its code")),
	COLUMN("command", "detectedCommand", NULL, QUERY_COMMAND, VALUE_TEXT,
	       TAKES_WORDS, N_("HTTP method or detected operation")),
	COLUMN("location", "detectedLocation", NULL, QUERY_LOCATION, VALUE_TEXT,
	       TAKES_WORDS, N_("HTTP path, SQL text or queue")),
	COLUMN("host", NULL, NULL, QUERY_HOST, VALUE_TEXT, TAKES_WORDS,
	       N_("host of the request, with or without its port")),
	COLUMN("service", NULL, NULL, QUERY_SERVICE, VALUE_TEXT, TAKES_WORDS,
	       N_("service that was captured")),
	COLUMN("direction", NULL, NULL, QUERY_DIRECTION, VALUE_TEXT,
	       TAKES_WORDS, N_("IN or OUT")),
	COLUMN("duration", NULL, NULL, QUERY_DURATION, VALUE_DURATION,
	       TAKES_ALL, N_("milliseconds; 2s, 5m")),
	COLUMN("size", NULL, NULL, QUERY_SIZE, VALUE_SIZE, TAKES_ALL,
	       N_("bytes of the record; 10K, 1M")),
	COLUMN("ts", "timestamp", NULL, QUERY_TS, VALUE_TIME, TAKES_ALL,
	       N_("time of the request")),
	COLUMN("tech", NULL, NULL, QUERY_TECH, VALUE_TEXT, TAKES_WORDS,
	       N_("detected technology")),
	COLUMN("l7protocol", NULL, NULL, QUERY_L7PROTOCOL, VALUE_TEXT,
	       TAKES_WORDS, N_("http, https, postgres, ...")),
	COLUMN("networkaddr", "network_address", "networkaddress",
	       QUERY_NETWORKADDR, VALUE_TEXT, TAKES_WORDS,
	       N_("address and port of the peer")),
	COLUMN("cluster", NULL, NULL, QUERY_CLUSTER, VALUE_TEXT, TAKES_WORDS,
	       N_("Kubernetes cluster")),
	COLUMN("namespace", NULL, NULL, QUERY_NAMESPACE, VALUE_TEXT,
	       TAKES_WORDS, N_("Kubernetes namespace")),
	COLUMN("resource", NULL, NULL, QUERY_RESOURCE, VALUE_TEXT, TAKES_WORDS,
	       N_("workload")),
	COLUMN("session", NULL, NULL, QUERY_SESSION, VALUE_TEXT, TAKES_WORDS,
	       N_("session, often a token")),
	COLUMN("uuid", NULL, NULL, QUERY_UUID, VALUE_UUID, TAKES_WORDS,
	       N_("uuid, base64 or dashed")),
	OTHER("text", NULL, WHAT_TEXT, VALUE_TEXT, KEY_NONE,
	      TAKES_CONTAINS | TAKES_REGEX,
	      N_("anything the record says, bodies decoded")),
	OTHER("header", NULL, WHAT_HEADER, VALUE_MAYBE_NUMBER, KEY_MUST,
	      TAKES_ALL, N_("a header of the request or response")),
	FIELD("tag", NULL, FIELD_TAG, KEY_MUST, VALUE_MAYBE_NUMBER, TAKES_ALL,
	      N_("a tag")),
	FIELD("source", NULL, FIELD_TAG, KEY_NONE, VALUE_TEXT, TAKES_WORDS,
	      N_("goproxy, responder, generator, ...")),
	OTHER("req_json", NULL, WHAT_REQ_JSON, VALUE_MAYBE_NUMBER, KEY_MUST,
	      TAKES_ALL, N_("a value in the request's JSON body")),
	OTHER("resp_json", "res_json", WHAT_RESP_JSON, VALUE_MAYBE_NUMBER,
	      KEY_MUST, TAKES_ALL, N_("a value in the response's JSON body")),
	OTHER("req_xml", NULL, WHAT_REQ_XML, VALUE_MAYBE_NUMBER, KEY_MUST,
	      TAKES_ALL, N_("an element's text in the request's XML body")),
	OTHER("resp_xml", "res_xml", WHAT_RESP_XML, VALUE_MAYBE_NUMBER,
	      KEY_MUST, TAKES_ALL,
	      N_("an element's text in the response's XML body")),
	OTHER("req_xpath", NULL, WHAT_REQ_XML, VALUE_MAYBE_NUMBER, KEY_MUST,
	      TAKES_ALL, N_("a simple XPath in the request's body")),
	OTHER("req_soapxpath", NULL, WHAT_REQ_XML, VALUE_MAYBE_NUMBER, KEY_MUST,
	      TAKES_ALL, N_("a simple XPath in the request's SOAP body")),
	OTHER("reqbodyjson", "requestBodyJson", WHAT_REQBODYJSON, VALUE_TEXT,
	      KEY_NONE, TAKES_IS,
	      N_("the request's JSON body: {\"body\":..., \"ignore_keys\":[...]}")),
	OTHER("requestbodyhash", NULL, WHAT_REQBODYHASH, VALUE_TEXT, KEY_NONE,
	      TAKES_IS, N_("SHA-256 of the request's body")),
	OTHER("timerange", NULL, WHAT_TIMERANGE, VALUE_TIME, KEY_NONE, TAKES_IS,
	      N_("from one time to another: IS \"a\" \"b\"")),
	OTHER("sample", NULL, WHAT_SAMPLE, VALUE_TEXT, KEY_MAY, TAKES_IS,
	      N_("a share of the sessions: IS \"1/5\"")),
	OTHER("snapshot", "snapshotId", WHAT_SNAPSHOT, VALUE_TEXT, KEY_NONE,
	      TAKES_WORDS, N_("id or name of the snapshot")),
	FIELD("url", "optUrl", FIELD_URL, KEY_NONE, VALUE_TEXT, TAKES_WORDS,
	      N_("path and query; the path alone is fine")),
	FLAG("changed", QUERY_CHANGED, N_("records with unsaved changes")),
	FLAG("problem", QUERY_PROBLEM, N_("records with problems")),
	FLAG("tagged", QUERY_TAGGED, N_("records that are tagged")),
};

#define KEYWORDS (sizeof(keywords) / sizeof(keywords[0]))

/* How the friendly names and exact paths act that have no entry above. */
static const struct query_keyword friendly_text =
	FIELD("", NULL, 0, KEY_MAY, VALUE_TEXT, TAKES_WORDS, NULL);
static const struct query_keyword friendly_number =
	FIELD("", NULL, 0, KEY_MAY, VALUE_MAYBE_NUMBER, TAKES_ALL, NULL);

const struct query_keyword *query_keyword_at(size_t i)
{
	return i < KEYWORDS ? &keywords[i] : NULL;
}

static bool spelt(const char *want, const char *name, size_t len)
{
	return want && strlen(want) == len && !strncasecmp(want, name, len);
}

const struct query_keyword *query_keyword_named(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < KEYWORDS; i++)
		if (spelt(keywords[i].name, name, len) ||
		    spelt(keywords[i].alias, name, len) ||
		    spelt(keywords[i].alias2, name, len))
			return &keywords[i];
	return NULL;
}

const struct query_keyword *query_keyword_friendly(enum field_id id)
{
	const struct field_info *info = field_info(id);

	if (!info || info->keyed || info->type == FIELD_NUMBER)
		return &friendly_number;
	return &friendly_text;
}

const char *query_op_word(enum rule_op op, bool negate)
{
	static const char *const words[][2] = {
		[OP_IS] = {"IS", "NOT"},
		[OP_CONTAINS] = {"CONTAINS", "NOT CONTAINS"},
		[OP_REGEX] = {"REGEX", "NOT REGEX"},
		[OP_LT] = {"<", "<"},
		[OP_LE] = {"<=", "<="},
		[OP_GT] = {">", ">"},
		[OP_GE] = {">=", ">="},
	};

	return words[op][negate];
}
