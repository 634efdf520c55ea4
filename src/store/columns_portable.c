#include "config.h"

#include <string.h>

#include "store/columns_scan.h"

/* memchr() of the C library is faster than what can be written by hand. */
static inline const char *string_end(const char *p, const char *end,
				     bool *plain)
{
	*plain = false;
	for (;;) {
		const char *q = memchr(p, '"', (size_t)(end - p));
		const char *b = q;

		if (!q)
			return NULL;
		/* p is never inside a run of backslashes, so none is counted
		 * twice. */
		while (b > p && b[-1] == '\\')
			b--;
		if ((q - b) % 2 == 0)
			return q;
		p = q + 1;
	}
}

static const char *container_end(const char *p, const char *end)
{
	size_t depth = 1;
	bool plain;

	while (p < end) {
		switch (*p++) {
		case '"':
			p = string_end(p, end, &plain);
			if (!p)
				return NULL;
			p++;
			break;
		case '{':
		case '[':
			depth++;
			break;
		case '}':
		case ']':
			if (--depth == 0)
				return p;
			break;
		}
	}
	return NULL;
}

#include "store/columns_walk.h"

const struct columns_ops *columns_ops_portable(void)
{
	static const struct columns_ops ops = { string_end, container_end, walk };

	return &ops;
}
