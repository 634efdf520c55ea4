#include "config.h"

#include "rrpair/rrpair.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "rrpair/mock.h"
#include "rrpair/parts.h"

/* The canonical order of the message's members; protocols share one place. */
static const struct top_name {
	const char *name;
	size_t len;
} top_names[TOP_COUNT] = {
#define NAME(s) { s, sizeof(s) - 1 }
	NAME("msgType"), NAME("resource"), NAME("ts"), NAME("isTls"),
	NAME("l7protocol"), NAME("duration"), NAME("alpn"), NAME("tags"),
	NAME("uuid"), NAME("direction"), NAME("cluster"), NAME("namespace"),
	NAME("service"), NAME("tech"), NAME("network_address"), NAME("command"),
	NAME("location"), NAME("status"), NAME("partOfStreamUUID"),
	NAME("streamSeqNum"), NAME("dlpModified"), NAME("dlpRule"), NAME(""),
	NAME("tokenList"), NAME("session"), NAME("signature"), NAME("events"),
	NAME("netinfo"), NAME("mutableSignature"), NAME("responderMatch"),
};

/* Protocols that are known by name. The three with forms come first; the
 * spellings of the others are those of the public manual. */
static const struct {
	struct top_name name;
	enum rrpair_proto proto;
} protocol_names[] = {
	{ NAME("http"), PROTO_HTTP },
	{ NAME("postgres"), PROTO_POSTGRES },
	{ NAME("AmqpV091"), PROTO_AMQP091 },
	{ NAME("AmqpV10"), PROTO_OTHER },
	{ NAME("kafka"), PROTO_OTHER },
	{ NAME("mysql"), PROTO_OTHER },
	{ NAME("mongo"), PROTO_OTHER },
	{ NAME("mongodb"), PROTO_OTHER },
	{ NAME("redis"), PROTO_OTHER },
	{ NAME("grpc"), PROTO_OTHER },
	{ NAME("websocket"), PROTO_OTHER },
	{ NAME("dynamo"), PROTO_OTHER },
};

/* Objects of old captures that hold no protocol. */
static const struct top_name other_objects[] = { NAME("meta"), NAME("tokens") };

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static bool key_is(const struct json_doc *doc, const struct json_node *node,
		   const struct top_name *name)
{
	return node->key_len == name->len + 2 &&
	       !memcmp(doc->text + node->key_off + 1, name->name, name->len);
}

enum rrpair_top rrpair_top_rank(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n = &doc->nodes[node];

	if (n->flags & JSON_KEY_ESCAPED) {
		for (size_t i = 0; i < TOP_COUNT; i++)
			if (top_names[i].len &&
			    json_key_is(doc, node, top_names[i].name,
					top_names[i].len))
				return (enum rrpair_top)i;
		return TOP_COUNT;
	}
	for (size_t i = 0; i < TOP_COUNT; i++)
		if (top_names[i].len && key_is(doc, n, &top_names[i]))
			return (enum rrpair_top)i;
	for (size_t i = 0; i < COUNT(protocol_names); i++)
		if (key_is(doc, n, &protocol_names[i].name))
			return TOP_PROTOCOL;
	return TOP_COUNT;
}

/* The protocol that a top-level member stands for, PROTO_NONE when none. */
static enum rrpair_proto protocol_of(const struct json_doc *doc, uint32_t node,
				     bool by_name)
{
	const struct json_node *n = &doc->nodes[node];

	for (size_t i = 0; i < COUNT(protocol_names); i++)
		if (key_is(doc, n, &protocol_names[i].name))
			return protocol_names[i].proto;
	if (by_name || n->type != JSON_OBJECT ||
	    rrpair_top_rank(doc, node) != TOP_COUNT)
		return PROTO_NONE;
	for (size_t i = 0; i < COUNT(other_objects); i++)
		if (key_is(doc, n, &other_objects[i]))
			return PROTO_NONE;
	return PROTO_OTHER;
}

/* Sound records hold their members in canonical order, so the search for each
 * goes on where the last one was found. */
static enum rrpair_top rank_from(const struct json_doc *doc, uint32_t node,
				 unsigned from)
{
	const struct json_node *n = &doc->nodes[node];

	if (!(n->flags & JSON_KEY_ESCAPED))
		for (unsigned i = from; i < TOP_COUNT; i++)
			if (top_names[i].len && key_is(doc, n, &top_names[i]))
				return (enum rrpair_top)i;
	return rrpair_top_rank(doc, node);
}

/* Objects come before what only has a protocol's name, http before the rest. */
static void find_protocol(struct rrpair *pair, bool by_name, bool objects)
{
	const struct json_doc *doc = &pair->doc;

	for (uint32_t n = json_first(doc, 0); n != JSON_NONE;
	     n = json_next(doc, n)) {
		enum rrpair_proto proto = protocol_of(doc, n, by_name);

		if (objects && doc->nodes[n].type != JSON_OBJECT)
			continue;
		if (proto != PROTO_NONE && proto <= pair->proto) {
			pair->proto = proto;
			pair->protocol = n;
		}
	}
}

static uint32_t object_member(const struct rrpair *pair, uint32_t object,
			      const char *key)
{
	uint32_t n = part_member(pair, object, key);

	return n != JSON_NONE && pair->doc.nodes[n].type == JSON_OBJECT ?
	       n : JSON_NONE;
}

static void find_top(struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	unsigned from = 0;

	for (size_t i = 0; i < TOP_COUNT; i++)
		pair->top[i] = JSON_NONE;
	for (uint32_t n = json_first(doc, 0); n != JSON_NONE;
	     n = json_next(doc, n)) {
		enum rrpair_top rank = rank_from(doc, n, from);

		if (rank == TOP_COUNT)
			continue;
		from = rank;
		pair->top[rank] = n;
	}
	pair->proto = PROTO_NONE;
	pair->protocol = JSON_NONE;
	find_protocol(pair, true, true);
	if (pair->protocol == JSON_NONE)
		find_protocol(pair, true, false);
	if (pair->protocol == JSON_NONE)
		find_protocol(pair, false, true);
	pair->top[TOP_PROTOCOL] = pair->protocol;
	pair->req = pair->res = JSON_NONE;
	if (pair->proto == PROTO_HTTP) {
		pair->req = object_member(pair, pair->protocol, "req");
		pair->res = object_member(pair, pair->protocol, "res");
	}
}

void rrpair_init(struct rrpair *pair)
{
	memset(pair, 0, sizeof(*pair));
	json_doc_init(&pair->doc);
}

void rrpair_release(struct rrpair *pair)
{
	json_doc_release(&pair->doc);
	rrpair_init(pair);
}

bool rrpair_parse(struct rrpair *pair, const char *text, size_t len,
		  struct err *err)
{
	pair->text = NULL;
	pair->len = 0;
	if (!json_scan(&pair->doc, text, len, err))
		return false;
	if (pair->doc.nodes[0].type != JSON_OBJECT) {
		err_set(err, ERR_INPUT,
			_("JSON, but not an object as a record is"));
		return false;
	}
	pair->text = text;
	pair->len = len;
	find_top(pair);
	if (pair->proto >= PROTO_OTHER && pair->top[TOP_MSGTYPE] == JSON_NONE &&
	    mock_guess(&pair->doc) != PROTO_NONE)
		rrpair_set_proto(pair, mock_guess(&pair->doc));
	return true;
}

void rrpair_set_proto(struct rrpair *pair, enum rrpair_proto proto)
{
	pair->proto = proto;
	if (!rrpair_is_mock(pair))
		return;
	for (size_t i = 0; i < TOP_COUNT; i++)
		pair->top[i] = JSON_NONE;
	pair->protocol = JSON_NONE;
	pair->req = proto == PROTO_MOCK_REQUEST || proto == PROTO_MOCK_EVENT ||
		    proto == PROTO_MOCK_RESOURCE ? 0 : JSON_NONE;
	pair->res = proto == PROTO_MOCK_RESPONSE ? 0 : JSON_NONE;
}

const char *rrpair_top_name(enum rrpair_top top)
{
	return top_names[top].name;
}

const char *rrpair_proto_name(enum rrpair_proto proto)
{
	switch (proto) {
	case PROTO_HTTP:
		return "http";
	case PROTO_POSTGRES:
		return "postgres";
	case PROTO_AMQP091:
		return "amqp091";
	case PROTO_OTHER:
		return "other";
	case PROTO_MOCK_SERVICE:
		return "service";
	case PROTO_MOCK_RESOURCE:
		return "resource";
	case PROTO_MOCK_REQUEST:
		return "request";
	case PROTO_MOCK_RESPONSE:
		return "response";
	case PROTO_MOCK_EVENT:
		return "event";
	default:
		return "none";
	}
}

size_t rrpair_protocols(const struct rrpair *pair, uint32_t *nodes, size_t max)
{
	const struct json_doc *doc = &pair->doc;
	size_t found = 0;

	for (int by_name = 1; by_name >= 0 && !found; by_name--)
		for (uint32_t n = json_first(doc, 0); n != JSON_NONE;
		     n = json_next(doc, n)) {
			if (protocol_of(doc, n, by_name) == PROTO_NONE)
				continue;
			if (found < max)
				nodes[found] = n;
			found++;
		}
	return found;
}

bool rrpair_uuid(const struct rrpair *pair, struct uuid *uuid)
{
	const struct json_node *n;
	uint32_t node = pair->top[TOP_UUID];

	if (node == JSON_NONE)
		return false;
	n = &pair->doc.nodes[node];
	if (n->type != JSON_STRING)
		return false;
	if (n->flags & JSON_ESCAPED) {	/* "\/" is a spelling of base64's '/' */
		struct buf text;
		bool ok;

		buf_init(&text);
		json_string(&pair->doc, node, &text);
		ok = uuid_parse(uuid, text.data, text.len);
		buf_release(&text);
		return ok;
	}
	return uuid_parse(uuid, pair->text + n->off + 1, n->len - 2);
}

void rrpair_path(const struct rrpair *pair, uint32_t node, struct buf *out)
{
	json_path_print(&pair->doc, node, out);
}
