#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/codec.h"

void uuid_v4(struct uuid *u)
{
	ssize_t n;

	do
		n = getrandom(u->b, sizeof(u->b), 0);
	while (n < 0 && errno == EINTR);
	if (n != (ssize_t)sizeof(u->b)) {
		/* A name that may not be unique is worse than none. */
		fputs("rredit: no random numbers\n", stderr);
		abort();
	}
	u->b[6] = (uint8_t)((u->b[6] & 0x0F) | 0x40);	/* version 4 */
	u->b[8] = (uint8_t)((u->b[8] & 0x3F) | 0x80);	/* variant of RFC 4122 */
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool parse_dashed(struct uuid *u, const char *s)
{
	size_t i, at = 0;

	for (i = 0; i < sizeof(u->b); i++) {
		int high, low;

		if ((i == 4 || i == 6 || i == 8 || i == 10) && s[at++] != '-')
			return false;
		high = hex_value(s[at]);
		low = hex_value(s[at + 1]);
		if (high < 0 || low < 0)
			return false;
		u->b[i] = (uint8_t)(high << 4 | low);
		at += 2;
	}
	return true;
}

bool uuid_parse(struct uuid *u, const char *s, size_t len)
{
	struct uuid value;
	bool ok = false;

	if (len == 36)
		ok = parse_dashed(&value, s);
	else if (len == 24)
		ok = base64_decode_exact(value.b, sizeof(value.b), s, len);
	if (ok)
		*u = value;
	return ok;
}

void uuid_dashed(char out[UUID_TEXT_MAX], const struct uuid *u)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < sizeof(u->b); i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*out++ = '-';
		*out++ = digits[u->b[i] >> 4];
		*out++ = digits[u->b[i] & 15];
	}
	*out = '\0';
}

void uuid_base64(char out[UUID_BASE64_MAX], const struct uuid *u)
{
	struct buf text;

	buf_init(&text);
	base64_encode(&text, u->b, sizeof(u->b));
	memcpy(out, text.data, UUID_BASE64_MAX);
	buf_release(&text);
}
