/*
 * json/value - small JSON values that are ours: requests and reports that are
 * built, answers and settings that are read.
 *
 * A thin cover of cJSON, and the only file that knows of it. Never for a text
 * of the user: cJSON holds numbers as doubles and strings without NUL. What is
 * built here is exact all the same: strings are encoded by json_encode(),
 * integers written with all digits, and value_add_json() takes a text as it is.
 * Who reads needs scan and locate where every digit counts.
 *
 * A value that was added belongs to its container. One thread at a time.
 */
#ifndef RREDIT_JSON_VALUE_H
#define RREDIT_JSON_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct value;

/* Building. key is NULL when the container is an array. */
struct value *value_object(void);
struct value *value_array(void);
void value_free(struct value *v);	/* of a root; NULL is fine */
struct value *value_add_object(struct value *c, const char *key);
struct value *value_add_array(struct value *c, const char *key);
void value_add_string(struct value *c, const char *key, const char *bytes,
		      size_t len);
void value_add_text(struct value *c, const char *key, const char *s); /* NULL: null */
void value_add_int(struct value *c, const char *key, int64_t n);
void value_add_bool(struct value *c, const char *key, bool b);
void value_add_null(struct value *c, const char *key);
void value_add_json(struct value *c, const char *key, const char *text,
		    size_t len);	/* text: one valid JSON value */
void value_print(const struct value *v, struct buf *out);	/* compact */

/*
 * Reading. ERR_INPUT when text is no JSON, or holds what a C string cannot (a
 * NUL, half of a surrogate pair); ERR_LIMIT when it is nested too deep.
 */
struct value *value_parse(const char *text, size_t len, struct err *err);
/* A member by a path of plain keys, "a.b", or NULL; v may be NULL. */
const struct value *value_at(const struct value *v, const char *dotted);
/* Members or elements, in order; to go through all costs linear time. */
size_t value_count(const struct value *v);
const struct value *value_first(const struct value *v);
const struct value *value_next(const struct value *v);
const char *value_key(const struct value *v);	/* NULL outside of objects */
bool value_is_object(const struct value *v);
bool value_is_array(const struct value *v);
/* The string; NULL for any other type and for a NULL v. */
const char *value_string(const struct value *v);
/* Integers below 2^53, which a double holds exactly; false for all else. */
bool value_int(const struct value *v, int64_t *n);
bool value_bool(const struct value *v, bool *b);

#endif
