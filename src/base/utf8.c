/* The encoding: bytes to scalar values and back. What may be shown, and how
 * wide it is, is in utf8show.c. */
#include "config.h"

#include <string.h>

#include "base/utf8.h"

/* A lead byte: how many bytes follow it, and the range of the first of them
 * (Unicode 15, table 3-7). The rest of them are 80..BF. */
struct lead {
	uint8_t more, low, high;
};

static struct lead lead_of(unsigned char c)
{
	if (c < 0xC2 || c > 0xF4)
		return (struct lead){ 0, 0, 0 };
	if (c < 0xE0)
		return (struct lead){ 1, 0x80, 0xBF };
	if (c < 0xF0)
		return (struct lead){ 2, c == 0xE0 ? 0xA0 : 0x80,
				      c == 0xED ? 0x9F : 0xBF };
	return (struct lead){ 3, c == 0xF0 ? 0x90 : 0x80,
			      c == 0xF4 ? 0x8F : 0xBF };
}

size_t utf8_decode(const char *s, size_t len, uint32_t *cp)
{
	const unsigned char *p = (const unsigned char *)s;
	struct lead lead;
	uint32_t value;
	size_t i;

	if (p[0] < 0x80) {
		*cp = p[0];
		return 1;
	}
	*cp = UTF8_BAD;
	lead = lead_of(p[0]);
	if (!lead.more)
		return 1;
	if (len < 2 || p[1] < lead.low || p[1] > lead.high)
		return 1;
	value = (uint32_t)(p[0] & (0x3F >> lead.more)) << 6 | (p[1] & 0x3F);
	for (i = 2; i <= lead.more; i++) {
		if (i >= len || (p[i] & 0xC0) != 0x80)
			return i;
		value = value << 6 | (p[i] & 0x3F);
	}
	*cp = value;
	return i;
}

size_t utf8_encode(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xC0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3F));
		return 2;
	}
	if (cp < 0x10000) {
		if (cp >= 0xD800 && cp < 0xE000)
			return 0;
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	if (cp > 0x10FFFF)
		return 0;
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* Bytes at the start that are ASCII, as far as whole words tell. */
static size_t ascii_words(const char *s, size_t len)
{
	uint64_t a, b;
	size_t n = 0;

	while (len - n >= 16) {
		memcpy(&a, s + n, 8);
		memcpy(&b, s + n + 8, 8);
		if ((a | b) & UINT64_C(0x8080808080808080))
			break;
		n += 16;
	}
	return n;
}

size_t utf8_valid_prefix(const char *s, size_t len)
{
	size_t n = 0, step;
	uint32_t cp;

	while (n < len) {
		if (!((unsigned char)s[n] & 0x80)) {
			n += ascii_words(s + n, len - n);
			if (n == len)
				break;
		}
		step = utf8_decode(s + n, len - n, &cp);
		if (cp == UTF8_BAD)
			break;
		n += step;
	}
	return n;
}

bool utf8_valid(const char *s, size_t len)
{
	return utf8_valid_prefix(s, len) == len;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool utf8_ascii_ieq(const char *a, size_t alen, const char *b, size_t blen)
{
	size_t i;

	if (alen != blen)
		return false;
	for (i = 0; i < alen; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}
