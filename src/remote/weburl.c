#include "config.h"

#include <ctype.h>
#include <string.h>

#include "remote/weburl.h"

static void add(struct buf *out, const char *s, bool slash)
{
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;
		bool plain = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
			     (c >= '0' && c <= '9') || strchr("-._~", c);

		if (plain || (slash && c == '/'))
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

void weburl_add_path(struct buf *out, const char *name)
{
	add(out, name, true);
}

void weburl_add_value(struct buf *out, const char *text)
{
	add(out, text, false);
}

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)tolower((unsigned char)c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool weburl_decode(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high, low;

		if (s[i] != '%') {
			buf_addc(out, s[i]);
			continue;
		}
		if (len - i < 3)
			return false;
		high = hex(s[i + 1]);
		low = hex(s[i + 2]);
		if (high < 0 || low < 0 || (!high && !low))
			return false;
		buf_addc(out, (char)(high * 16 + low));
		i += 2;
	}
	return true;
}

const char *weburl_path(const char *url)
{
	const char *host = strstr(url, "://");

	host = host ? host + 3 : url;
	return host + strcspn(host, "/?#");
}
