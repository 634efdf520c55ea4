/*
 * json/scan - a validating tokenizer that gives spans, never values.
 *
 * The text is not copied or changed: a node says where a value lies. Nodes are
 * in document order (preorder); the first child of a container is the next
 * node, `next` skips the whole subtree. Iterative: depth costs no stack.
 *
 * Accepts exactly RFC 8259 texts (any value at the top, blanks around it), with
 * two deliberate extensions so that captured data can be shown and mended:
 * bytes that are not UTF-8 inside strings, and escapes of lone surrogates, are
 * accepted and flagged on the node and the document. A byte order mark is
 * refused. Duplicate keys are accepted and not looked for: that would cost a
 * hash of every key, so json_has_duplicates (json/locate.h) finds them when
 * asked.
 *
 * No function here keeps state, so any thread may scan.
 */
#ifndef RREDIT_JSON_SCAN_H
#define RREDIT_JSON_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum json_type {
	JSON_NULL, JSON_FALSE, JSON_TRUE, JSON_NUMBER, JSON_STRING,
	JSON_ARRAY, JSON_OBJECT,
};

enum {
	JSON_ESCAPED = 1,	/* string: holds a backslash */
	JSON_KEY_ESCAPED = 2,	/* member: its key holds a backslash */
	JSON_BAD_UTF8 = 4,	/* string or key: bytes that are not UTF-8 */
	JSON_LONE_SURROGATE = 8,/* string or key: \uD800 without its half */
};

#define JSON_NONE UINT32_MAX
#define JSON_DEPTH_MAX 10000		/* containers inside each other */
#define JSON_TEXT_MAX ((size_t)1 << 30)	/* bytes of one text */
#define JSON_NODES_MAX ((uint32_t)1 << 26)	/* values of one document: 2 GiB */

struct json_node {
	uint32_t off, len;	/* the value in the text, quotes included */
	uint32_t key_off, key_len;	/* a member's key, quotes included; else 0,0 */
	uint32_t parent;	/* node, or JSON_NONE at the top */
	uint32_t next;		/* node after this subtree (may be count); not always
				   a sibling, see json_next */
	uint32_t children;	/* elements or members */
	uint8_t type;		/* enum json_type */
	uint8_t flags;
	uint16_t depth;		/* 0 at the top */
};

struct json_doc {
	const char *text;	/* borrowed */
	size_t len;
	struct json_node *nodes;
	uint32_t count, cap;
	uint8_t flags;		/* union of the nodes' flags */
};

void json_doc_init(struct json_doc *doc);
void json_doc_release(struct json_doc *doc);

/*
 * Scan text; doc may be reused and keeps its memory. ERR_INPUT with the byte
 * offset in err->offset, or ERR_LIMIT for depth, values or size. After a
 * failure doc is empty (count 0).
 */
bool json_scan(struct json_doc *doc, const char *text, size_t len,
	       struct err *err);

/* Is text one valid JSON value? Without building nodes. */
bool json_valid(const char *text, size_t len, struct err *err);

#endif
