#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "json/locate.h"
#include "rrpair/check-internal.h"
#include "rrpair/header.h"

/*
 * Types of the members of an RRPair (protobuf JSON of message rrpair.RRPair),
 * measured on real traffic. int64 values are strings of digits there; int32
 * ones are numbers. null stands for an absent value in protobuf JSON.
 */
enum want { WANT_STRING, WANT_BOOL, WANT_COUNT, WANT_OBJECT, WANT_ARRAY };

struct member_type {
	const char *path;	/* dotted, plain keys */
	enum want want;
};

static const struct member_type member_types[] = {
	{ "resource", WANT_STRING },
	{ "isTls", WANT_BOOL },
	{ "l7protocol", WANT_STRING },
	{ "duration", WANT_COUNT },
	{ "alpn", WANT_STRING },
	{ "tags", WANT_OBJECT },
	{ "cluster", WANT_STRING },
	{ "namespace", WANT_STRING },
	{ "service", WANT_STRING },
	{ "tech", WANT_STRING },
	{ "network_address", WANT_STRING },
	{ "command", WANT_STRING },
	{ "location", WANT_STRING },
	{ "status", WANT_STRING },
	{ "partOfStreamUUID", WANT_STRING },
	{ "streamSeqNum", WANT_STRING },
	{ "dlpModified", WANT_BOOL },
	{ "dlpRule", WANT_STRING },
	{ "http", WANT_OBJECT },
	{ "http.req", WANT_OBJECT },
	{ "http.req.url", WANT_STRING },
	{ "http.req.uri", WANT_STRING },
	{ "http.req.version", WANT_STRING },
	{ "http.req.method", WANT_STRING },
	{ "http.req.host", WANT_STRING },
	{ "http.req.headers", WANT_OBJECT },
	{ "http.req.queryParams", WANT_OBJECT },
	{ "http.req.bodyBase64", WANT_STRING },
	{ "http.req.body", WANT_STRING },
	{ "http.res", WANT_OBJECT },
	{ "http.res.contentType", WANT_STRING },
	{ "http.res.statusCode", WANT_COUNT },
	{ "http.res.statusMessage", WANT_STRING },
	{ "http.res.headers", WANT_OBJECT },
	{ "http.res.bodyBase64", WANT_STRING },
	{ "http.res.body", WANT_STRING },
	{ "http.res.bodyString", WANT_STRING },
	{ "postgres", WANT_OBJECT },
	{ "AmqpV091", WANT_OBJECT },
	{ "tokenList", WANT_OBJECT },
	{ "session", WANT_STRING },
	{ "signature", WANT_OBJECT },
	{ "mutableSignature", WANT_OBJECT },
	{ "events", WANT_ARRAY },
	{ "netinfo", WANT_OBJECT },
	{ "responderMatch", WANT_STRING },
};

static bool is_type(const struct json_doc *doc, uint32_t node, enum want want)
{
	int64_t n;

	switch (want) {
	case WANT_STRING:
		return doc->nodes[node].type == JSON_STRING;
	case WANT_BOOL:
		return doc->nodes[node].type == JSON_TRUE ||
		       doc->nodes[node].type == JSON_FALSE;
	case WANT_COUNT:
		return json_int64(doc, node, &n) && n >= 0 && n <= UINT32_MAX;
	case WANT_OBJECT:
		return doc->nodes[node].type == JSON_OBJECT;
	case WANT_ARRAY:
		return doc->nodes[node].type == JSON_ARRAY;
	}
	return false;
}

static const char *type_words(enum want want)
{
	switch (want) {
	case WANT_STRING:
		return _("must be a string");
	case WANT_BOOL:
		return _("must be true or false");
	case WANT_COUNT:
		return _("must be a whole number, not negative");
	case WANT_OBJECT:
		return _("must be an object");
	case WANT_ARRAY:
		break;
	}
	return _("must be an array");
}

static void type_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	size_t i;

	if (!check_wants(run, CHECK_TYPE))
		return;
	for (i = 0; i < sizeof(member_types) / sizeof(*member_types); i++) {
		const struct member_type *m = &member_types[i];
		uint32_t node = json_at(doc, 0, m->path);

		if (node != JSON_NONE && doc->nodes[node].type != JSON_NULL &&
		    !is_type(doc, node, m->want))
			check_report(run, CHECK_TYPE, node, "%s",
				     type_words(m->want));
	}
}

/* Every one of 11,769 real records has the msgType "rrpair". */
static void msgtype_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t node = json_member(doc, 0, "msgType", 7);

	if (node == JSON_NONE)
		check_report(run, CHECK_MSGTYPE, node, _("msgType is missing"));
	else if (!json_string_is(doc, node, "rrpair", 6))
		check_report(run, CHECK_MSGTYPE, node,
			     _("must be \"rrpair\""));
}

static void uuid_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t node = json_member(doc, 0, "uuid", 4);
	struct uuid uuid;
	struct buf text;
	bool good;
	uint64_t before;

	if (node == JSON_NONE || doc->nodes[node].type == JSON_NULL) {
		check_report(run, CHECK_UUID_MISSING, JSON_NONE,
			     _("the record has no uuid"));
		return;
	}
	buf_init(&text);
	if (doc->nodes[node].type == JSON_STRING)
		json_string(doc, node, &text);
	good = text.len == 24 && uuid_parse(&uuid, text.data, text.len);
	if (!good)
		check_report(run, CHECK_UUID_SIZE, node,
			     _("must be the base64 of 16 bytes"));
	else if (run->in_file && check_wants(run, CHECK_UUID_DUPLICATE) &&
		 check_uuid_seen(run->check, &uuid, run->record, &before))
		check_report(run, CHECK_UUID_DUPLICATE, node,
			     _("record %llu has the same uuid"),
			     (unsigned long long)before);
	buf_release(&text);
}

/* ts: RFC 3339; 20 of 21 real files are sorted by it. */
static void ts_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t node = json_member(doc, 0, "ts", 2);
	struct buf text;
	int64_t ns;
	int digits;

	if (node == JSON_NONE) {
		check_report(run, CHECK_TS, node, _("ts is missing"));
		return;
	}
	buf_init(&text);
	if (doc->nodes[node].type == JSON_STRING)
		json_string(doc, node, &text);
	if (!rfc3339_parse(text.data, text.len, &ns, &digits))
		check_report(run, CHECK_TS, node,
			     _("must be a time such as "
			       "2026-01-31T12:00:00.123Z"));
	else if (run->in_file && check_ts_before(run->check, ns))
		check_report(run, CHECK_TS_UNSORTED, node,
			     _("earlier than the record before it"));
	buf_release(&text);
}

static void direction_rule(struct check_run *run)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t node = json_member(doc, 0, "direction", 9);

	if (node == JSON_NONE)
		check_report(run, CHECK_DIRECTION, node,
			     _("direction is missing"));
	else if (!json_string_is(doc, node, "IN", 2) &&
		 !json_string_is(doc, node, "OUT", 3))
		check_report(run, CHECK_DIRECTION, node,
			     _("must be IN or OUT"));
}

/* tags, signature and mutableSignature are map<string, string>: no null. */
static void string_map_rule(struct check_run *run, const char *name,
			    enum check_id id)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t map = json_member(doc, 0, name, strlen(name));
	uint32_t node;

	if (map == JSON_NONE || doc->nodes[map].type != JSON_OBJECT ||
	    !check_wants(run, id))
		return;
	for (node = json_first(doc, map); node != JSON_NONE;
	     node = json_next(doc, node))
		if (doc->nodes[node].type != JSON_STRING)
			check_report(run, id, node, _("must be a string"));
}

/* Exactly one protocol's object in each of 11,769 real records. */
static void protocol_rule(struct check_run *run)
{
	uint32_t nodes[CHECK_PER_RULE_MAX];
	size_t n = rrpair_protocols(run->pair, nodes, CHECK_PER_RULE_MAX), i;

	if (!n)
		check_report(run, CHECK_PROTOCOL, JSON_NONE,
			     _("no protocol body (http, postgres, ...)"));
	for (i = 1; i < n && i < CHECK_PER_RULE_MAX; i++)
		check_report(run, CHECK_PROTOCOL, nodes[i],
			     _("a second protocol body"));
}

static void header_values_rule(struct check_run *run, uint32_t array,
			       bool header, struct buf *text)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t node;

	for (node = json_first(doc, array); node != JSON_NONE;
	     node = json_next(doc, node)) {
		if (doc->nodes[node].type != JSON_STRING) {
			check_report(run, CHECK_HEADERS_TYPE, node,
				     _("must be a string"));
			continue;
		}
		if (!header || !(doc->nodes[node].flags & JSON_ESCAPED))
			continue;
		buf_clear(text);
		json_string(doc, node, text);
		if (!header_value_valid(text->data, text->len))
			check_report(run, CHECK_HEADER_VALUE, node,
				     _("holds a line break or NUL"));
	}
}

/* headers and queryParams: an object of arrays of strings, in every record. */
static void header_map_rule(struct check_run *run, const char *path, bool header)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t map = json_at(doc, 0, path), node;
	struct buf text;

	if (map == JSON_NONE || doc->nodes[map].type != JSON_OBJECT)
		return;
	buf_init(&text);
	for (node = json_first(doc, map); node != JSON_NONE;
	     node = json_next(doc, node)) {
		buf_clear(&text);
		json_key(doc, node, &text);
		if (header && !header_name_valid(text.data, text.len))
			check_report(run, CHECK_HEADER_NAME, node,
				     _("the name holds bytes that a header "
				       "name may not have"));
		if (doc->nodes[node].type != JSON_ARRAY)
			check_report(run, CHECK_HEADERS_TYPE, node,
				     _("must be an array of strings"));
		else
			header_values_rule(run, node, header, &text);
	}
	buf_release(&text);
}

void check_member_rules(struct check_run *run)
{
	msgtype_rule(run);
	uuid_rule(run);
	ts_rule(run);
	direction_rule(run);
	type_rule(run);
	string_map_rule(run, "tags", CHECK_TAGS_TYPE);
	string_map_rule(run, "signature", CHECK_TYPE);
	string_map_rule(run, "mutableSignature", CHECK_TYPE);
	protocol_rule(run);
	header_map_rule(run, "http.req.headers", true);
	header_map_rule(run, "http.res.headers", true);
	header_map_rule(run, "http.req.queryParams", false);
}
