/*
 * json/format - pretty and compact by tokens.
 *
 * Only blanks between tokens change: key order, duplicate keys, number
 * spelling and escapes come out byte for byte. All functions append to out;
 * on failure out is as long as before. Errors: those of json_valid() for a text
 * that is not JSON, ERR_LIMIT when out gets too long (deep nesting makes much
 * indentation).
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
	JSON_STYLE_LINES,	/* a line for each element, member and closing
				   bracket; {} and [] stay together */
	JSON_STYLE_OTHER,	/* anything else that is JSON, or no JSON */
};
struct json_layout {
	enum json_style style;
	bool space_after_comma, space_after_colon;
	bool tabs;		/* LINES: indented with tabs */
	unsigned indent;	/* LINES: columns (or tabs) a level */
	bool crlf;
	size_t lead, trail;	/* blanks before and after the value */
	const char *like;	/* the text that was looked at; borrowed, it
				   must outlive the layout. NULL: none */
	size_t like_len;
};
/*
 * The layout of text. When it is not OTHER, the layout is exact: writing the
 * tokens of text in it gives text again.
 */
void json_layout_of(const char *text, size_t len, struct json_layout *out);

/* With "\n", indent blanks a level and ": "; nothing around the value. */
bool json_pretty(const char *text, size_t len, unsigned indent,
		 struct buf *out, struct err *err);
/* Without any blanks. */
bool json_compact(const char *text, size_t len, struct buf *out, struct err *err);
/*
 * Write text in the given layout, with the blanks around it that lead and
 * trail count, taken from like. In the style OTHER the tokens that text and
 * like have in common at their beginning and end keep the blanks they have in
 * like, and those between are written in the layout nearest to it. So
 * restyle(pretty(x), layout_of(x)) is x, for every JSON text x. OTHER without a
 * like (it was no JSON) leaves text as it is.
 */
bool json_restyle(const char *text, size_t len, const struct json_layout *layout,
		  struct buf *out, struct err *err);
/*
 * The form of the signature http:requestBodyJSON: object keys sorted by their
 * decoded bytes, no blanks, numbers and strings as spelt; of duplicate keys
 * the last stays. Every such signature of the real traffic we could see is
 * what this makes of the request body. None of those bodies holds what Go's
 * json.Marshal would spell in its own way (< > & or U+2028 in a string, an
 * escape that is not needed, 1.0 or 1e3 for a number), so whether such
 * spellings are kept or rewritten is not known; here they are kept.
 */
bool json_canonical(const char *text, size_t len, struct buf *out, struct err *err);

#endif
