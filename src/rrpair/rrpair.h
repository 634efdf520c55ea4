/*
 * rrpair - one record of captured traffic, read.
 *
 * A `struct rrpair` is one record's text scanned into spans, with the places
 * that everything asks for already found: the protocol and the top-level
 * members. The text is borrowed and must outlive the pair; nothing is copied or
 * decoded until it is asked for. One pair can parse many records one after
 * another and keeps its memory; parsing 4 KB takes a few microseconds, so that
 * filters and bulk edits can pass over 100,000 records.
 *
 * Reading never changes a byte. Changes are made by rrpair/change.h and the
 * tables (rrpair/pairtable.h) as patches against pair->text.
 *
 * Threading: a pair belongs to one thread at a time; nothing is shared.
 */
#ifndef RREDIT_RRPAIR_RRPAIR_H
#define RREDIT_RRPAIR_RRPAIR_H

#include "json/locate.h"
#include "rrpair/field.h"

/*
 * The top-level members in their canonical order (the order in which protojson
 * writes the message); new members are inserted by it. TOP_PROTOCOL is the
 * place of http, postgres, AmqpV091 and every other protocol's object.
 */
enum rrpair_top {
	TOP_MSGTYPE, TOP_RESOURCE, TOP_TS, TOP_ISTLS, TOP_L7PROTOCOL,
	TOP_DURATION, TOP_ALPN, TOP_TAGS, TOP_UUID, TOP_DIRECTION, TOP_CLUSTER,
	TOP_NAMESPACE, TOP_SERVICE, TOP_TECH, TOP_NETWORK_ADDRESS, TOP_COMMAND,
	TOP_LOCATION, TOP_STATUS, TOP_PARTOFSTREAMUUID, TOP_STREAMSEQNUM,
	TOP_DLPMODIFIED, TOP_DLPRULE, TOP_PROTOCOL, TOP_TOKENLIST, TOP_SESSION,
	TOP_SIGNATURE, TOP_EVENTS, TOP_NETINFO, TOP_MUTABLESIGNATURE,
	TOP_RESPONDERMATCH,
	TOP_COUNT
};

struct rrpair {
	const char *text;	/* borrowed */
	size_t len;
	struct json_doc doc;
	enum rrpair_proto proto;
	uint32_t top[TOP_COUNT];	/* nodes, or JSON_NONE; duplicates: last */
	uint32_t protocol;	/* the protocol's object (= top[TOP_PROTOCOL]) */
	uint32_t req, res;	/* http.req and http.res when they are objects; of a
				   mock the record itself, by what it is */
};

void rrpair_init(struct rrpair *pair);
void rrpair_release(struct rrpair *pair);

/*
 * Scan one record. ERR_INPUT with err->offset for what is not JSON, with offset
 * 0 and a message of its own for JSON that is not an object; ERR_LIMIT for what
 * the scanner refuses. On failure the pair holds no record (pair->text NULL)
 * but can be used again. Blanks around the object are accepted.
 */
bool rrpair_parse(struct rrpair *pair, const char *text, size_t len,
		  struct err *err);

/* Is it an element of a Microcks repository? rrpair_parse() tells by its members;
 * who knows what it is says so. */
static inline bool rrpair_is_mock(const struct rrpair *pair)
{
	return (pair->proto & PROTO_MOCKS) != 0;
}
void rrpair_set_proto(struct rrpair *pair, enum rrpair_proto proto);

/* The name of a top-level member ("network_address"); "" for TOP_PROTOCOL. */
const char *rrpair_top_name(enum rrpair_top top);

/* "http", "postgres", "amqp091", "other", "none", of a repository "service",
 * "request", ...: for messages and lists. */
const char *rrpair_proto_name(enum rrpair_proto proto);

/*
 * The protocol members of the record, in document order: those that bear the name
 * of a protocol (http, postgres, AmqpV091, kafka, ...); without any, the
 * top-level objects that are not known to be something else. Returns how many
 * there are, also when that is more than max; a sound record has exactly one.
 */
size_t rrpair_protocols(const struct rrpair *pair, uint32_t *nodes, size_t max);

/*
 * Append the value of a field, decoded, as exact bytes (NUL included).
 *
 * Strings are decoded, numbers and booleans are given as they are spelt,
 * objects and arrays (exact paths only) as their JSON text. A body is decoded
 * through its layers (rrpair/body.h). Special cases:
 * - `status` of a record without http is the text `status`;
 * - `query` of a record without a query is empty; `url` is path, then "?" and
 *   query where there is one;
 * - an absent `duration` is 0 (protojson omits zeros): "0" is appended;
 *   rrpair_find() tells whether the member exists;
 * - `uuid` is given as it is written (base64); rrpair_uuid() decodes it;
 * - a repeated header or parameter without a number gives its first value; go
 *   through all with rrpair_count() and field.nth.
 *
 * ERR_ABSENT when the record's protocol lacks the field or the member is not
 * there; ERR_INPUT when it is there but of a type that cannot be the field's.
 * err may be NULL, which makes a failing call cheap.
 */
bool rrpair_get(const struct rrpair *pair, const struct field *field,
		struct buf *out, struct err *err);

/* The node that holds the field's value (for `url` and `query` the string of
 * uri; for a body its bodyBase64, or the copy that stands in for it; for a
 * repeated header the nth value, the first without a number); JSON_NONE when
 * there is none, also for parameters, which live inside a string. */
uint32_t rrpair_find(const struct rrpair *pair, const struct field *field);

/* How many values a keyed field has (headers match without case, parameters
 * and tags with it); 0 or 1 for others. field->nth is ignored. */
size_t rrpair_count(const struct rrpair *pair, const struct field *field);

/* Does the field make sense for this record (its protocol has it)? */
bool rrpair_has_field(const struct rrpair *pair, const struct field *field);

/* The record's uuid, from base64 or dashed; false when absent or not one. */
struct uuid;
bool rrpair_uuid(const struct rrpair *pair, struct uuid *uuid);

/* The decoded path of a node or field as it is written on the command line
 * (".http.res.statusCode"), for messages and reports. Appends. */
void rrpair_path(const struct rrpair *pair, uint32_t node, struct buf *out);

/*
 * The linked facts of a record that disagree now: calls each() with the friendly
 * field, the path of the main value and the path of the copy that differs from
 * it (host is compared without port; a status agrees when it begins with the
 * code). Only facts that every capture repeats are compared: path, host, status,
 * contenttype, direction and query. The signature and the bodies have functions
 * of their own. For `check`.
 */
void rrpair_disagreements(const struct rrpair *pair,
			  void (*each)(void *arg, enum field_id field,
				       const char *main_path,
				       const char *copy_path),
			  void *arg);

/* The reason phrase of RFC 9110 section 15 (and the registry) for a status
 * code, or NULL. Never translated: it is data. */
const char *rrpair_reason(unsigned status);

#endif
