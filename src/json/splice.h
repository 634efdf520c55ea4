/*
 * json/splice - new text from old text, every other byte kept.
 *
 * Edits are collected against one scanned document and come out as a patch
 * (base/patch.h). Any number of edits may be collected, in any order, and all
 * speak of the document as it was scanned:
 *
 * - Several inserts into, removals from and moves within one container compose;
 *   commas and blanks come out right, also when all members go or the
 *   container was empty.
 * - A place ("before" a child) is where that child stood, also when it goes or
 *   moves. What is put at one place keeps the order of the calls.
 * - Of several values (or keys, or moves) for one node the last counts; a
 *   removal outlasts all.
 * - Edits inside a value that goes or is replaced are lost; those inside a
 *   member that moves go along.
 *
 * Inserted members copy the spacing of their neighbours: around the comma and
 * the colon, line breaks and indentation. In an empty container they copy it
 * from the container of the document that is most like it.
 *
 * A splice belongs to one thread at a time.
 */
#ifndef RREDIT_JSON_SPLICE_H
#define RREDIT_JSON_SPLICE_H

#include "base/patch.h"
#include "json/locate.h"

struct splice;

struct splice *splice_new(const struct json_doc *doc);	/* doc is borrowed */
void splice_free(struct splice *s);

/* Put another value in the place of node. value: a valid JSON text; it goes in
 * as it is. The bytes given to these functions are copied. */
void splice_value(struct splice *s, uint32_t node, const char *value, size_t len);
/* As splice_value with bytes encoded as a string; when the old value decodes to
 * the same bytes nothing changes (its spelling stays). */
void splice_string(struct splice *s, uint32_t node, const char *bytes, size_t len);
void splice_key(struct splice *s, uint32_t node, const char *bytes, size_t len);
/* Insert before `before` (a child of container), or at the end (JSON_NONE).
 * key is NULL for arrays; decoded bytes for objects. */
void splice_insert(struct splice *s, uint32_t container, uint32_t before,
		   const char *key, size_t key_len,
		   const char *value, size_t len);
void splice_remove(struct splice *s, uint32_t node);
/* Move a child before another of the same container (JSON_NONE: to the end). */
void splice_move(struct splice *s, uint32_t node, uint32_t before);

bool splice_empty(const struct splice *s);
/* The patch; NULL when the text would not change. s can be freed after. */
struct patch *splice_finish(struct splice *s);

#endif
