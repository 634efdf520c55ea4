#include "config.h"

#include "base/codec.h"

/* What a character of the alphabet stands for; XX is none. */
#define XX 0x80
#define COMMON_ROW(a, b, c, d) \
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, a, XX, b, XX, c, \
	52, 53, 54, 55, 56, 57, 58, 59, 60, 61, XX, XX, XX, XX, XX, XX, \
	XX, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, \
	15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, XX, XX, XX, XX, d, \
	XX, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, \
	41, 42, 43, 44, 45, 46, 47, 48, 49, 50, 51, XX, XX, XX, XX, XX
#define NO_ROW \
	XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX, XX
#define TABLE(a, b, c, d) { \
	NO_ROW, NO_ROW, COMMON_ROW(a, b, c, d), NO_ROW, NO_ROW, NO_ROW, \
	NO_ROW, NO_ROW, NO_ROW, NO_ROW, NO_ROW }

static const uint8_t standard[256] = TABLE(62, XX, 63, XX);	/* + and / */
static const uint8_t url_safe[256] = TABLE(XX, 62, XX, 63);	/* - and _ */

/* Four characters to 24 bits; any bit above these says that one was wrong. */
static uint32_t quad(const uint8_t table[256], const unsigned char *s)
{
	return (uint32_t)table[s[0]] << 18 | (uint32_t)table[s[1]] << 12 |
	       (uint32_t)table[s[2]] << 6 | table[s[3]] |
	       (uint32_t)((table[s[0]] | table[s[1]] | table[s[2]] |
			   table[s[3]]) & XX) << 24;
}

/* Decode whole quads. Returns how many, up to the first that is wrong. */
static size_t decode_quads(const uint8_t table[256], const unsigned char *s,
			   size_t quads, unsigned char *to)
{
	size_t i = 0;

	for (; i + 2 <= quads; i += 2, s += 8, to += 6) {
		uint32_t a = quad(table, s), b = quad(table, s + 4);

		if ((a | b) >> 24)
			break;
		to[0] = (unsigned char)(a >> 16);
		to[1] = (unsigned char)(a >> 8);
		to[2] = (unsigned char)a;
		to[3] = (unsigned char)(b >> 16);
		to[4] = (unsigned char)(b >> 8);
		to[5] = (unsigned char)b;
	}
	for (; i < quads; i++, s += 4, to += 3) {
		uint32_t a = quad(table, s);

		if (a >> 24)
			break;
		to[0] = (unsigned char)(a >> 16);
		to[1] = (unsigned char)(a >> 8);
		to[2] = (unsigned char)a;
	}
	return i;
}

/*
 * Decode n characters of the alphabet alone, padding taken off, to what was
 * reserved at `to`. Returns how many were fine: n when all were. A last group
 * of 2 or 3 must leave no bits over (RFC 4648, section 3.5), and a group of 1
 * stands for nothing.
 */
static size_t decode(const uint8_t table[256], const unsigned char *s, size_t n,
		     unsigned char *to)
{
	size_t i = 4 * decode_quads(table, s, n / 4, to);
	uint32_t bits = 0;

	for (; i < n; i++) {
		if (table[s[i]] == XX)
			return i;
		bits = bits << 6 | table[s[i]];
	}
	to += n / 4 * 3;
	if (n % 4 == 1 || (n % 4 == 2 && bits & 0x0F) ||
	    (n % 4 == 3 && bits & 0x03))
		return n - 1;
	if (n % 4 == 2) {
		to[0] = (unsigned char)(bits >> 4);
	} else if (n % 4 == 3) {
		to[0] = (unsigned char)(bits >> 10);
		to[1] = (unsigned char)(bits >> 2);
	}
	return n;
}

/* Append what n characters stand for, or nothing when fewer were fine. */
static size_t add_decoded(const uint8_t table[256], struct buf *out,
			  const char *s, size_t n)
{
	size_t bytes = n / 4 * 3 + n % 4 * 3 / 4, good;
	char *to = buf_reserve(out, bytes);

	if (!to)
		return 0;
	good = decode(table, (const unsigned char *)s, n, (unsigned char *)to);
	if (good == n)
		out->len += bytes;
	out->data[out->len] = '\0';
	return good;
}

bool base64_decode(struct buf *out, const char *s, size_t len, size_t *at)
{
	size_t n = len, was = out->len, good;

	if (len && len % 4 == 0 && s[len - 1] == '=')
		n -= s[len - 2] == '=' ? 2 : 1;
	good = add_decoded(standard, out, s, n);
	if (good == n && len % 4 == 0 && !out->over)
		return true;
	buf_truncate(out, was);
	if (at)
		*at = good == n || out->over ? len : good;
	return false;
}

bool base64_decode_exact(void *to, size_t size, const char *s, size_t len)
{
	size_t n = len;

	if (!len || len % 4)
		return false;
	if (s[len - 1] == '=')
		n -= s[len - 2] == '=' ? 2 : 1;
	return n / 4 * 3 + n % 4 * 3 / 4 == size &&
	       decode(standard, (const unsigned char *)s, n, to) == n;
}

bool base64url_decode(struct buf *out, const char *s, size_t len)
{
	return add_decoded(url_safe, out, s, len) == len && !out->over;
}

void base64_encode(struct buf *out, const void *bytes, size_t len)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *s = bytes;
	size_t left = len % 3, i;
	char *to;

	/* Past BUF_CAP_MAX the length below could wrap; no buffer takes it. */
	to = buf_reserve(out, len < BUF_CAP_MAX ? (len + 2) / 3 * 4 : SIZE_MAX);
	if (!to)
		return;
	for (i = 0; i + 3 <= len; i += 3, to += 4) {
		uint32_t v = (uint32_t)s[i] << 16 | (uint32_t)s[i + 1] << 8 |
			     s[i + 2];

		to[0] = digits[v >> 18];
		to[1] = digits[v >> 12 & 63];
		to[2] = digits[v >> 6 & 63];
		to[3] = digits[v & 63];
	}
	if (left) {
		uint32_t v = (uint32_t)s[i] << 16 |
			     (left == 2 ? (uint32_t)s[i + 1] << 8 : 0);

		*to++ = digits[v >> 18];
		*to++ = digits[v >> 12 & 63];
		*to++ = left == 2 ? digits[v >> 6 & 63] : '=';
		*to++ = '=';
	}
	out->len = (size_t)(to - out->data);
	*to = '\0';
}
