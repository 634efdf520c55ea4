#include "config.h"

#include <string.h>

#include "app/jsoncolour.h"

struct colourer {
	const struct textbuf *text;
	size_t from, to;
	uint16_t *styles;
};

static void paint(const struct colourer *c, size_t start, size_t end,
		  enum style style)
{
	if (start < c->from)
		start = c->from;
	for (; start < end && start < c->to; start++)
		c->styles[start - c->from] = style;
}

/* The byte after the string that begins at `at`, or `limit`. */
static size_t string_end(const struct textbuf *text, size_t at, size_t limit)
{
	for (at++; at < limit; at++) {
		unsigned char c = textbuf_at(text, at);

		if (c == '\\')
			at++;
		else if (c == '"' || c == '\n')
			return at + 1;
	}
	return limit;
}

/* A string is a key when a colon follows, blanks aside. */
static bool is_key(const struct textbuf *text, size_t at)
{
	size_t len = textbuf_len(text), end = at + 64;

	for (; at < len && at < end; at++) {
		unsigned char c = textbuf_at(text, at);

		if (c != ' ' && c != '\t')
			return c == ':';
	}
	return false;
}

static bool is_word(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '+' || c == '.';
}

static size_t word_end(const struct textbuf *text, size_t at, size_t limit)
{
	while (at < limit && is_word(textbuf_at(text, at)))
		at++;
	return at;
}

/* A string never holds a raw line break, so the start of the line is a place
 * where no string is open. */
static size_t start_of(const struct textbuf *text, size_t from)
{
	size_t back = from > JSON_COLOUR_BACK ? from - JSON_COLOUR_BACK : 0;
	size_t nl = textbuf_rfind_nl(text, back, from);

	return nl == SIZE_MAX ? back : nl + 1;
}

void json_colour(void *arg, const struct textbuf *text, size_t from, size_t to,
		 uint16_t *styles)
{
	struct colourer c = { text, from, to, styles };
	size_t at = start_of(text, from), len = textbuf_len(text), end;

	(void)arg;
	while (at < to) {
		unsigned char byte = textbuf_at(text, at);

		if (byte == '"') {
			end = string_end(text, at, len < to + 4096 ? len :
					 to + 4096);
			paint(&c, at, end, is_key(text, end) ?
			      STYLE_JSON_KEY : STYLE_JSON_STRING);
		} else if (is_word(byte)) {
			end = word_end(text, at, to);
			paint(&c, at, end, byte == '-' ||
			      (byte >= '0' && byte <= '9') ?
			      STYLE_JSON_NUMBER : STYLE_JSON_LITERAL);
		} else {
			end = at + 1;
			if (memchr("{}[]:,", byte, 6))
				paint(&c, at, end, STYLE_JSON_PUNCT);
		}
		at = end;
	}
}
