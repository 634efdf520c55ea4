#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "ui/textbuf.h"

/* Up to TEXTBUF_CLUSTER_MAX bytes from `at` in one run: the text itself where
 * the gap allows, else a copy in window. */
static const char *run_at(const struct textbuf *tb, size_t at, char *window,
			  size_t *len)
{
	const char *s = textbuf_span(tb, at, len);

	if (*len >= TEXTBUF_CLUSTER_MAX || at + *len == textbuf_len(tb)) {
		if (*len > TEXTBUF_CLUSTER_MAX)
			*len = TEXTBUF_CLUSTER_MAX;
		return s;
	}
	*len = textbuf_read(tb, at, window, TEXTBUF_CLUSTER_MAX);
	return window;
}

size_t textbuf_cluster(const struct textbuf *tb, size_t at,
		       struct utf8_cluster *out)
{
	char window[TEXTBUF_CLUSTER_MAX];
	const char *s;
	size_t len;

	s = run_at(tb, at, window, &len);
	return utf8_cluster(s, len, out);
}

size_t textbuf_next(const struct textbuf *tb, size_t at)
{
	struct utf8_cluster cl;

	if (at >= textbuf_len(tb))
		return textbuf_len(tb);
	return at + textbuf_cluster(tb, at, &cl);
}

size_t textbuf_prev(const struct textbuf *tb, size_t at)
{
	char window[2 * TEXTBUF_CLUSTER_MAX];
	size_t start, len;

	if (at == 0)
		return 0;
	/* What follows is looked at too: `at` may lie within a cluster. */
	start = at > TEXTBUF_CLUSTER_MAX ? at - TEXTBUF_CLUSTER_MAX : 0;
	len = textbuf_read(tb, start, window,
			   at - start + TEXTBUF_CLUSTER_MAX);
	return start + utf8_prev(window, len, at - start);
}

static bool in_word(const struct textbuf *tb, size_t at)
{
	unsigned char c = textbuf_at(tb, at);

	return c >= 0x80 || c == '_' || (c >= '0' && c <= '9') ||
	       (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

size_t textbuf_word_left(const struct textbuf *tb, size_t at)
{
	bool found = false;
	size_t prev;

	for (; at > 0; at = prev) {
		prev = textbuf_prev(tb, at);
		if (in_word(tb, prev))
			found = true;
		else if (found)
			break;
	}
	return at;
}

size_t textbuf_word_right(const struct textbuf *tb, size_t at)
{
	size_t len = textbuf_len(tb);
	bool found = false;

	for (; at < len; at = textbuf_next(tb, at)) {
		if (in_word(tb, at))
			found = true;
		else if (found)
			break;
	}
	return at;
}
