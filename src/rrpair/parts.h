/*
 * parts - shorthand inside rrpair for the places of a record.
 *
 * Private to src/rrpair. JSON_NONE goes in and comes out wherever something is
 * missing, so lookups can be chained.
 */
#ifndef RREDIT_RRPAIR_PARTS_H
#define RREDIT_RRPAIR_PARTS_H

#include "rrpair/body.h"
#include "rrpair/rrpair.h"
#include "rrpair/url.h"

/* TOP_COUNT for a member without a known place. */
enum rrpair_top rrpair_top_rank(const struct json_doc *doc, uint32_t node);

uint32_t part_member(const struct rrpair *pair, uint32_t object,
		     const char *key);
bool part_is(const struct rrpair *pair, uint32_t node, enum json_type type);

/* The maps, when they are objects. */
uint32_t part_headers(const struct rrpair *pair, enum body_side side);
uint32_t part_tags(const struct rrpair *pair);
uint32_t part_signature(const struct rrpair *pair, bool mutable_one);

/* Append a value: strings decoded, anything else as spelt. False, nothing
 * appended, for JSON_NONE. */
bool part_text(const struct rrpair *pair, uint32_t node, struct buf *out);

/* The values of one header, across members that differ only in case. A member
 * that is no array is itself its one value. */
struct header_iter {
	const struct rrpair *pair;
	const char *name;
	size_t len;
	uint32_t member;	/* of the current value */
	uint32_t value;
};
void header_iter_init(struct header_iter *it, const struct rrpair *pair,
		      enum body_side side, const char *name, size_t len);
bool header_iter_next(struct header_iter *it);	/* it->member, it->value */
/* The nth value (from 1), or JSON_NONE. */
uint32_t header_value(const struct rrpair *pair, enum body_side side,
		      const char *name, size_t len, uint32_t nth);
/* Does a member's key equal name without case? */
bool header_key_is(const struct rrpair *pair, uint32_t member, const char *name,
		   size_t len);

/* The uri taken apart: "scheme://host" or "", path, query (s NULL: none). The
 * slices point into uri. */
struct uri_parts {
	struct slice prefix, path, query;
};
void uri_split(const char *uri, size_t len, struct uri_parts *out);
/* %XX only: a plus sign of a path is a plus sign. */
void path_decode(struct buf *out, const char *s, size_t len);
bool path_same(const char *a, size_t alen, const char *b, size_t blen);
/* Append with what cannot stand in a URI as %XX; sound escapes stay. */
void path_encode(struct buf *out, const char *s, size_t len);
void query_encode(struct buf *out, const char *s, size_t len);

/* The record's query, as uri spells it, or built from queryParams where there is
 * no uri. False when the record has no place for one (no http.req). */
bool part_query(const struct rrpair *pair, struct buf *out);

static inline bool slice_eq(const char *a, size_t alen, const char *b,
			    size_t blen)
{
	return alen == blen && (!blen || !__builtin_memcmp(a, b, alen));
}

#endif
