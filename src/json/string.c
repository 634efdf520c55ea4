#include "config.h"

#include <string.h>

#include "json/locate.h"

/*
 * Strings as they are spelt and as what they mean. Spans were accepted by the
 * scanner, so an escape is whole and known.
 */

static unsigned hex4(const char *p)
{
	unsigned v = 0;
	int i;

	for (i = 0; i < 4; i++) {
		unsigned char c = (unsigned char)p[i];

		v = v * 16 + (c <= '9' ? c - '0' + 0u : (c | 0x20) - 'a' + 10u);
	}
	return v;
}

static size_t put_utf8(char out[4], uint32_t cp)
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
		out[0] = (char)(0xE0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3F));
		out[2] = (char)(0x80 | (cp & 0x3F));
		return 3;
	}
	out[0] = (char)(0xF0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3F));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3F));
	out[3] = (char)(0x80 | (cp & 0x3F));
	return 4;
}

/* Decode \uXXXX (and its second half, where there is one) at p. The string's
 * closing quote ends every look ahead. */
static size_t decode_unicode(const char *p, char out[4], size_t *taken)
{
	uint32_t cp = hex4(p + 2);

	*taken = 6;
	if (cp >= 0xD800 && cp <= 0xDFFF) {
		unsigned low = 0;

		if (cp <= 0xDBFF && p[6] == '\\' && p[7] == 'u')
			low = hex4(p + 8);
		if (low >= 0xDC00 && low <= 0xDFFF) {
			cp = 0x10000 + ((cp - 0xD800) << 10) + (low - 0xDC00);
			*taken = 12;
		} else {
			cp = 0xFFFD;
		}
	}
	return put_utf8(out, cp);
}

/* Decode the escape at p; how many bytes out got, and *taken of p. */
static size_t decode_escape(const char *p, char out[4], size_t *taken)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at;

	if (p[1] == 'u')
		return decode_unicode(p, out, taken);
	*taken = 2;
	at = strchr(from, p[1]);
	out[0] = at ? to[at - from] : p[1];
	return 1;
}

void json_decode_span(const char *text, size_t len, struct buf *out)
{
	const char *p = text + 1, *end = text + len - 1;

	while (p < end) {
		const char *stop = memchr(p, '\\', (size_t)(end - p));
		char bytes[4];
		size_t n, taken;

		if (!stop)
			stop = end;
		buf_add(out, p, (size_t)(stop - p));
		p = stop;
		if (p == end)
			break;
		n = decode_escape(p, bytes, &taken);
		buf_add(out, bytes, n);
		p += taken;
	}
}

static bool same_bytes(const char *a, const char *b, size_t len)
{
	return len == 0 || !memcmp(a, b, len);
}

/* Does the span (quotes included) decode to these bytes? */
static bool span_is(const char *text, size_t span_len, const char *s, size_t len)
{
	const char *p = text + 1, *end = text + span_len - 1;

	while (p < end) {
		const char *stop = memchr(p, '\\', (size_t)(end - p));
		size_t run = (size_t)((stop ? stop : end) - p);
		char bytes[4];
		size_t n, taken;

		if (run > len || !same_bytes(p, s, run))
			return false;
		s += run;
		len -= run;
		p += run;
		if (p == end)
			break;
		n = decode_escape(p, bytes, &taken);
		if (n > len || memcmp(bytes, s, n))
			return false;
		s += n;
		len -= n;
		p += taken;
	}
	return len == 0;
}

void json_string(const struct json_doc *doc, uint32_t node, struct buf *out)
{
	const struct json_node *n = &doc->nodes[node];

	if (n->type != JSON_STRING)
		return;
	if (n->flags & JSON_ESCAPED)
		json_decode_span(doc->text + n->off, n->len, out);
	else
		buf_add(out, doc->text + n->off + 1, n->len - 2);
}

void json_key(const struct json_doc *doc, uint32_t node, struct buf *out)
{
	const struct json_node *n = &doc->nodes[node];

	if (n->key_len)
		json_decode_span(doc->text + n->key_off, n->key_len, out);
}

bool json_string_is(const struct json_doc *doc, uint32_t node, const char *s,
		    size_t len)
{
	const struct json_node *n = &doc->nodes[node];
	const char *text = doc->text + n->off;

	if (n->type != JSON_STRING)
		return false;
	if (n->flags & JSON_ESCAPED)
		return span_is(text, n->len, s, len);
	return n->len - 2 == len && same_bytes(text + 1, s, len);
}

bool json_key_is(const struct json_doc *doc, uint32_t node, const char *s,
		 size_t len)
{
	const struct json_node *n = &doc->nodes[node];
	const char *text = doc->text + n->key_off;

	if (!n->key_len)
		return false;
	if (n->flags & JSON_KEY_ESCAPED)
		return span_is(text, n->key_len, s, len);
	return n->key_len - 2 == len && same_bytes(text + 1, s, len);
}

static void encode_byte(struct buf *out, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *at = c ? strchr(from, c) : NULL;

	if (at)
		buf_addf(out, "\\%c", to[at - from]);
	else
		buf_addf(out, "\\u%04x", c);
}

void json_encode(struct buf *out, const char *bytes, size_t len)
{
	const char *p = bytes, *end = bytes + len;

	buf_addc(out, '"');
	while (p < end) {
		const char *run = p;

		while (p < end && (unsigned char)*p >= 0x20 && *p != '"' &&
		       *p != '\\')
			p++;
		buf_add(out, run, (size_t)(p - run));
		if (p < end)
			encode_byte(out, (unsigned char)*p++);
	}
	buf_addc(out, '"');
}
