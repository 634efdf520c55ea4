#include "config.h"

#include "rrpair/url.h"

#include <string.h>

#include "base/utf8.h"

void url_split(const char *uri, size_t len, struct slice *path,
	       struct slice *query)
{
	const char *mark = len ? memchr(uri, '?', len) : NULL;

	path->s = uri;
	path->len = mark ? (size_t)(mark - uri) : len;
	query->s = mark ? mark + 1 : NULL;
	query->len = mark ? len - path->len - 1 : 0;
}

bool url_next_param(const char *query, size_t len, size_t *at,
		    struct url_param *out)
{
	const char *p, *end, *equal;

	while (*at < len && query[*at] == '&')
		(*at)++;
	if (*at >= len)
		return false;
	p = query + *at;
	end = memchr(p, '&', len - *at);
	if (!end)
		end = query + len;
	out->whole = (struct slice){ p, (size_t)(end - p) };
	equal = memchr(p, '=', out->whole.len);
	if (equal) {
		out->name = (struct slice){ p, (size_t)(equal - p) };
		out->value = (struct slice){ equal + 1,
					     (size_t)(end - equal - 1) };
	} else {
		out->name = out->whole;
		out->value = (struct slice){ NULL, 0 };
	}
	*at += out->whole.len;
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

void url_decode(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int hi, lo;

		if (s[i] == '+') {
			buf_addc(out, ' ');
		} else if (s[i] == '%' && len - i > 2 &&
			   (hi = hex_digit(s[i + 1])) >= 0 &&
			   (lo = hex_digit(s[i + 2])) >= 0) {
			buf_addc(out, (char)(hi << 4 | lo));
			i += 2;
		} else {
			buf_addc(out, s[i]);
		}
	}
}

static bool unreserved(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("-_.~", c));
}

void url_encode(struct buf *out, const char *s, size_t len)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (unreserved(s[i])) {
			buf_addc(out, s[i]);
		} else if (c == ' ') {
			buf_addc(out, '+');
		} else {
			buf_addc(out, '%');
			buf_addc(out, digits[c >> 4]);
			buf_addc(out, digits[c & 15]);
		}
	}
}

/* A port is a colon and digits at the end; an IPv6 address keeps its brackets,
 * and one without brackets (two colons or more) has no port. */
void host_split(const char *host, size_t len, struct slice *name,
		struct slice *port)
{
	size_t at = len;

	*name = (struct slice){ host, len };
	*port = (struct slice){ NULL, 0 };
	while (at && host[at - 1] >= '0' && host[at - 1] <= '9')
		at--;
	if (!at || host[at - 1] != ':')
		return;
	if (memchr(host, ':', at - 1) &&
	    !(host[0] == '[' && at >= 2 && host[at - 2] == ']'))
		return;
	name->len = at - 1;
	*port = (struct slice){ host + at, len - at };
}

bool host_same(const char *a, size_t alen, const char *b, size_t blen)
{
	struct slice aname, bname, port;

	host_split(a, alen, &aname, &port);
	host_split(b, blen, &bname, &port);
	return utf8_ascii_ieq(aname.s, aname.len, bname.s, bname.len);
}
