/*
 * query-xml - the text of elements in an XML body, by a simple path.
 *
 * Not an XML parser: a scanner of tags that gives element texts to a filter.
 * Paths are the common part of XPath: /a/b, //b, a/b (anywhere), *, a[2],
 * @attribute, text() at the end; names without a prefix match elements with
 * any. What else XPath has is refused when the path is parsed. Entities are
 * never defined or loaded; text that is no XML has no elements.
 *
 * Private to rrpair/query*.c. A path is immutable once parsed.
 */
#ifndef RREDIT_RRPAIR_QUERY_XML_H
#define RREDIT_RRPAIR_QUERY_XML_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define XML_DEPTH_MAX 256	/* elements inside each other; beyond: no match */
#define XML_STEPS_MAX 32

struct xml_step {
	char *name;		/* "*": any */
	size_t len;
	uint32_t index;		/* [n] among siblings that match, from 1; or 0 */
	bool deep;		/* any number of elements may lie between */
};
struct xml_path {
	struct xml_step *steps;
	size_t count;
	char *attribute;	/* NULL: the element's text */
	size_t attribute_len;
};

/* ERR_USAGE with the offset in s. dots: `.` separates steps as `/` does. */
bool xml_path_parse(struct xml_path *path, const char *s, size_t len, bool dots,
		    struct err *err);
void xml_path_release(struct xml_path *path);

/* Call each() with the text of every match, entities decoded and blanks at its
 * ends cut off, until it returns true. Returns whether it did. scratch holds
 * the text between calls. */
bool xml_each(const struct xml_path *path, const char *s, size_t len,
	      struct buf *scratch,
	      bool (*each)(void *arg, const char *text, size_t len), void *arg);

#endif
