/*
 * json/format - pretty and compact by tokens.
 *
 * Only blanks between tokens change: key order, duplicate keys, number
 * spelling and escapes come out byte for byte.
 */
#ifndef RREDIT_JSON_FORMAT_H
#define RREDIT_JSON_FORMAT_H

#include "base/buf.h"
#include "json/scan.h"

/* What the blanks of a text look like, so that an edited pretty form can go
 * back to the style the text had. */
enum json_style {
	JSON_STYLE_COMPACT,	/* no blank between tokens */
	JSON_STYLE_SPACED,	/* ", " after commas and/or ": ", one line */
	JSON_STYLE_LINES,	/* line breaks between tokens */
	JSON_STYLE_OTHER,
};
struct json_layout {
	enum json_style style;
	bool space_after_comma, space_after_colon;
	bool tabs;		/* LINES: indented with tabs */
	unsigned indent;	/* LINES: columns (or tabs) a level */
	bool crlf;
	size_t lead, trail;	/* blanks before and after the value */
};
void json_layout_of(const char *text, size_t len, struct json_layout *out);

bool json_pretty(const char *text, size_t len, unsigned indent,
		 struct buf *out, struct err *err);
bool json_compact(const char *text, size_t len, struct buf *out, struct err *err);
/* Write text in the given layout, with the blanks around it that lead and trail
 * describe taken from like. */
bool json_restyle(const char *text, size_t len, const struct json_layout *layout,
		  struct buf *out, struct err *err);
/* Objects with sorted keys, no blanks, numbers and strings as spelt: the form
 * of the signature http:requestBodyJSON. Duplicate keys: the last stays. */
bool json_canonical(const char *text, size_t len, struct buf *out, struct err *err);

#endif
