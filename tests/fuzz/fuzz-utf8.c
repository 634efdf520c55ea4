/*
 * Any bytes: what is shown of them is valid, without control characters, and
 * shows as itself; cutting and moving keep to the clusters.
 */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"

static void check_shown(const struct utf8_cluster *c)
{
	size_t at, n;
	uint32_t cp;

	must(c->shown_len > 0 && c->shown_len < UTF8_SHOWN_MAX);
	must(strlen(c->shown) == c->shown_len);
	must(c->width > 0);
	for (at = 0; at < c->shown_len; at += n) {
		n = utf8_decode(c->shown + at, c->shown_len - at, &cp);
		must(cp != UTF8_BAD && cp >= 0x20 && (cp < 0x7F || cp >= 0xA0));
		must(cp == 0xFE0F || utf8_cp_width(cp) >= (at ? 0 : 1));
	}
}

static void check_place(const char *s, size_t len, size_t start, size_t end,
			size_t cols, const struct utf8_cluster *c)
{
	size_t at, used;

	for (at = start; at < end; at++) {
		must(utf8_next(s, len, at) == end);
		must(utf8_prev(s, len, at + 1) == start);
	}
	if (cols > 200)		/* from the start each time: quadratic */
		return;
	must(utf8_fit(s, len, cols + c->width - 1, &used) == start);
	must(used == cols);
}

static void check_visible(const char *s, size_t len, size_t cols)
{
	char quoted[ERR_QUOTE_MAX];
	struct buf once, twice;

	buf_init(&once);
	buf_init(&twice);
	utf8_visible(&once, s, len, false);
	must(utf8_valid(once.data, once.len));
	utf8_visible(&twice, once.data, once.len, false);
	must(once.len == twice.len &&
	     !memcmp(once.data, twice.data, once.len));
	must(utf8_columns(once.data, once.len) == cols);
	must(utf8_columns(s, len) == cols);
	err_quote(quoted, s, len);
	must(utf8_columns(quoted, strlen(quoted)) <= ERR_QUOTE_COLUMNS);
	buf_release(&once);
	buf_release(&twice);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	size_t at = 0, cols = 0, valid = utf8_valid_prefix(s, size), n;
	struct utf8_cluster c;
	uint32_t cp;

	must(valid <= size && (valid == size) == utf8_valid(s, size));
	if (valid < size) {
		utf8_decode(s + valid, size - valid, &cp);
		must(cp == UTF8_BAD);
	}
	while (at < size) {
		n = utf8_cluster(s + at, size - at, &c);
		must(n > 0 && n <= size - at);
		check_shown(&c);
		check_place(s, size, at, at + n, cols, &c);
		at += n;
		cols += c.width;
	}
	check_visible(s, size, cols);
	return 0;
}
