/*
 * json/locate - values by path, strings by their meaning.
 *
 * Paths are written .http.res.statusCode, .a[0], ."basic.nack"; a lone dot is
 * the whole text. A quoted step is a JSON string; a key without quotes ends at
 * a dot or a bracket. Where a key occurs twice the last one is found, as
 * protojson and most parsers decide.
 *
 * Nothing here changes a document, so threads may share one. Nodes given to
 * these functions must be of the document (not JSON_NONE) unless it is said.
 */
#ifndef RREDIT_JSON_LOCATE_H
#define RREDIT_JSON_LOCATE_H

#include "base/buf.h"
#include "json/scan.h"

struct json_step {
	char *key;		/* decoded bytes, or NULL for an index */
	size_t key_len;
	uint32_t index;
};
struct json_path {
	struct json_step *steps;
	size_t count;
};

bool json_path_parse(struct json_path *path, const char *s, size_t len,
		     struct err *err);	/* ERR_USAGE, offset set */
void json_path_release(struct json_path *path);

uint32_t json_locate(const struct json_doc *doc, const struct json_path *path);
/* As json_locate, but for the deepest step that exists; *steps_found gets how
 * many steps led there. Used to create missing members. */
uint32_t json_locate_deepest(const struct json_doc *doc,
			     const struct json_path *path, size_t *steps_found);
/* Shorthand for fixed paths of plain keys: json_at(doc, 0, "http.res.status").
 * JSON_NONE when a step is missing, or from is JSON_NONE. */
uint32_t json_at(const struct json_doc *doc, uint32_t from, const char *dotted);
uint32_t json_member(const struct json_doc *doc, uint32_t object,
		     const char *key, size_t key_len);	/* decoded comparison */
uint32_t json_element(const struct json_doc *doc, uint32_t array, uint32_t index);
/* First child / next sibling, JSON_NONE at the end. */
uint32_t json_first(const struct json_doc *doc, uint32_t node);
uint32_t json_next(const struct json_doc *doc, uint32_t node);
/* Position among its siblings, from 0. */
uint32_t json_index_of(const struct json_doc *doc, uint32_t node);
/* Append the path of node in the notation above. Keys other than letters,
 * digits, _ and - are quoted. (A member whose key occurs again later has no
 * path of its own: the path leads to the later one.) */
void json_path_print(const struct json_doc *doc, uint32_t node, struct buf *out);
/* Does the object itself hold a key twice, as decoded? *second gets the earliest
 * member that repeats a key and *first the one before it that has that key
 * (either may be NULL). The answer is not kept: each call costs n log n for an
 * object of n members (small ones are compared pair by pair). */
bool json_has_duplicates(const struct json_doc *doc, uint32_t object,
			 uint32_t *first, uint32_t *second);
/* The members of an object sorted by the decoded bytes of their keys; of those
 * with the same key only the last. The caller frees the array. */
uint32_t *json_sorted_members(const struct json_doc *doc, uint32_t object,
			      uint32_t *count);

/* Append the decoded bytes of a string (or key). Lone surrogates become
 * U+FFFD; NUL stays a NUL. */
void json_string(const struct json_doc *doc, uint32_t node, struct buf *out);
void json_key(const struct json_doc *doc, uint32_t node, struct buf *out);
bool json_string_is(const struct json_doc *doc, uint32_t node, const char *s,
		    size_t len);
bool json_key_is(const struct json_doc *doc, uint32_t node, const char *s,
		 size_t len);
/* Decode a span that includes its quotes. */
void json_decode_span(const char *text, size_t len, struct buf *out);

/* Append bytes as a JSON string with quotes: UTF-8 stays raw, only " \ and C0
 * are escaped (\b \f \n \r \t, else \u00xx), as protojson writes them. Bytes
 * that are not UTF-8 are copied as they are. */
void json_encode(struct buf *out, const char *bytes, size_t len);

/* A number's value, exact, when it is an integer in range however it is spelt
 * (10, 1e1, 10.0); false for every other value and type. */
bool json_int64(const struct json_doc *doc, uint32_t node, int64_t *v);
/* The nearest double; out of range it is infinite. False for other types. */
bool json_double(const struct json_doc *doc, uint32_t node, double *v);

#endif
