#include "config.h"

#include "base/utf8.h"
#include "ui/wrap.h"

size_t wrap_row(const char *s, size_t len, int width, size_t *shown)
{
	size_t fit = utf8_fit(s, len, width > 0 ? (size_t)width : 0, NULL), at;

	if (fit == len) {
		*shown = len;
		return len;
	}
	if (fit == 0) {
		*shown = utf8_next(s, len, 0);
		return *shown;
	}
	for (at = fit; at > fit / 2; at--) {
		if (s[at] == ' ') {
			*shown = at;
			while (at < len && s[at] == ' ')
				at++;
			return at;
		}
		if (s[at - 1] == ' ') {
			*shown = at;
			return at;
		}
	}
	*shown = fit;
	return fit;
}

size_t wrap_count(const char *s, size_t len, int width, int indent)
{
	size_t n = 0, shown, used;

	if (indent >= width)
		indent = 0;
	do {
		if (len == 0)
			return n ? n : 1;
		used = wrap_row(s, len, n ? width - indent : width, &shown);
		s += used;
		len -= used;
		n++;
	} while (len);
	return n;
}
