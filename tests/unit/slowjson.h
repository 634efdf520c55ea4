/*
 * slowjson - JSON read the plain way, to hold the real reader against.
 *
 * Recursive descent to a tree of decoded values, written from RFC 8259 alone
 * and sharing no code with src/json. It takes what json/scan.h says is taken:
 * also bytes that are not UTF-8 inside strings, and lone surrogates (which
 * decode to U+FFFD).
 */
#ifndef RREDIT_TESTS_SLOWJSON_H
#define RREDIT_TESTS_SLOWJSON_H

#include <stdbool.h>
#include <stddef.h>

struct slow {
	char type;		/* n t f 0 s a o: null true false number string.. */
	char *bytes;		/* of a string decoded, of a number as spelt */
	size_t len;
	char *key;		/* decoded, or NULL */
	size_t key_len;
	struct slow **kids;
	size_t count;
};

/* The tree, or NULL when the text is no JSON. */
struct slow *slow_parse(const char *text, size_t len);
void slow_free(struct slow *v);
struct slow *slow_copy(const struct slow *v);
bool slow_equal(const struct slow *a, const struct slow *b);

/* For models: change a tree. The container owns the child from then on. */
void slow_insert(struct slow *container, size_t at, struct slow *child);
struct slow *slow_take(struct slow *container, size_t at);
void slow_set_key(struct slow *v, const char *key, size_t len);

#endif
