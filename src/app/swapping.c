#include "config.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "app/swapping.h"
#include "base/find.h"
#include "base/i18n.h"
#include "base/mem.h"

struct swapping {
	char *old, *new;
	size_t old_len, new_len;
};

/* A place where the old text stands. */
struct place {
	size_t len;		/* bytes of the text that it takes */
	bool percent;		/* some of it stands as %XX */
	bool escaped;		/* some of it stands as a JSON escape */
	bool slash;		/* and a slash is one of them */
	bool raw[256];		/* these stand as they are */
};

struct swapping *swapping_new(const char *old, size_t old_len, const char *new,
			      size_t new_len, struct err *err)
{
	struct swapping *s;

	if (!old_len) {
		err_set(err, ERR_USAGE, _("the text to look for is empty"));
		return NULL;
	}
	if (old_len > SWAPPING_MAX || new_len > SWAPPING_MAX) {
		err_set(err, ERR_USAGE, _("a text of more than %d bytes"),
			SWAPPING_MAX);
		return NULL;
	}
	s = mem_zalloc(1, sizeof(*s));
	s->old = mem_dup(old, old_len);
	s->new = mem_dup(new, new_len);
	s->old_len = old_len;
	s->new_len = new_len;
	return s;
}

void swapping_free(struct swapping *s)
{
	if (!s)
		return;
	free(s->old);
	free(s->new);
	free(s);
}

/* --- finding --- */

static int hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The byte that two hex digits stand for, or -1. */
static int hex_byte(const char *s)
{
	int high = hex(s[0]), low = hex(s[1]);

	return high < 0 || low < 0 ? -1 : high << 4 | low;
}

/* The byte of a JSON escape of one byte, and what it takes; -1: none. */
static int escape_byte(const char *s, size_t len, size_t *takes)
{
	static const char names[] = "\"\\/bfnrt", bytes[] = "\"\\/\b\f\n\r\t";
	const char *at;

	*takes = 2;
	if (len < 2)
		return -1;
	if (s[1] == 'u') {
		*takes = 6;
		return len >= 6 && s[2] == '0' && s[3] == '0' &&
			       hex_byte(s + 4) < 0x80 ? hex_byte(s + 4) : -1;
	}
	at = memchr(names, s[1], sizeof(names) - 1);
	return at ? (unsigned char)bytes[at - names] : -1;
}

/* Does the text begin with one byte of the old one, in any spelling? Returns
 * what that takes, or 0. */
static size_t one_byte(enum swapping_in in, const char *s, size_t len,
		       unsigned char want, struct place *p)
{
	size_t takes;

	if (*s == '%' && len >= 3 && hex_byte(s + 1) == want) {
		p->percent = true;
		return 3;
	}
	if (*s == '\\' && escape_byte(s, len, &takes) == want) {
		p->escaped = true;
		p->slash |= want == '/';
		return takes;
	}
	if ((unsigned char)*s != want || (in == SWAPPING_JSON && want == '"'))
		return 0;	/* that quote ends a string */
	p->raw[want] = true;
	return 1;
}

static bool stands_at(const struct swapping *s, enum swapping_in in,
		      const char *text, size_t len, struct place *p)
{
	size_t at = 0;

	for (size_t i = 0; i < s->old_len; i++) {
		size_t takes = at < len ? one_byte(in, text + at, len - at,
					(unsigned char)s->old[i], p) : 0;

		if (!takes)
			return false;
		at += takes;
	}
	p->len = at;
	return true;
}

/* --- writing --- */

/* RFC 3986, section 2.3. */
static bool unreserved(unsigned char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_' ||
	       c == '~';
}

/* Bytes that stood as they are may go on doing so. */
static void put_address(const struct swapping *s, const struct place *p,
			struct buf *out)
{
	for (size_t i = 0; i < s->new_len; i++) {
		unsigned char c = (unsigned char)s->new[i];

		if (unreserved(c) || p->raw[c])
			buf_addc(out, (char)c);
		else
			buf_addf(out, "%%%02X", c);
	}
}

static void put_json(const struct swapping *s, const struct place *p,
		     struct buf *out)
{
	static const char names[] = "\"\\bfnrt", bytes[] = "\"\\\b\f\n\r\t";

	for (size_t i = 0; i < s->new_len; i++) {
		unsigned char c = (unsigned char)s->new[i];
		const char *at = memchr(bytes, c, sizeof(bytes) - 1);

		if (at)
			buf_addf(out, "\\%c", names[at - bytes]);
		else if (c == '/' && p->slash)
			buf_adds(out, "\\/");
		else if (c < 0x20)
			buf_addf(out, "\\u%04x", c);
		else
			buf_addc(out, (char)c);
	}
}

static void put(const struct swapping *s, enum swapping_in in,
		const struct place *p, struct buf *out)
{
	if (p->percent || in == SWAPPING_ADDRESS)
		put_address(s, p, out);
	else if (p->escaped || in == SWAPPING_JSON)
		put_json(s, p, out);
	else
		buf_add(out, s->new, s->new_len);
}

/* Where it may stand next: at its first byte, or where an escape begins. */
static size_t next_place(const struct swapping *s, const char *text, size_t len,
			 bool escapes)
{
	const char *at;

	if (!escapes) {
		at = bytes_find(text, len, s->old, s->old_len);
		return at ? (size_t)(at - text) : len;
	}
	for (size_t i = 0; i < len; i++)
		if (text[i] == s->old[0] || text[i] == '%' || text[i] == '\\')
			return i;
	return len;
}

size_t swapping_apply(const struct swapping *s, enum swapping_in in,
		      const char *text, size_t len, struct buf *out)
{
	bool escapes = len && (memchr(text, '%', len) || memchr(text, '\\', len));
	size_t n = 0, from = 0, at = 0;

	while (at < len) {
		struct place p = {0};

		at += next_place(s, text + at, len - at, escapes);
		if (at == len)
			break;
		if (!stands_at(s, in, text + at, len - at, &p)) {
			size_t takes = 1;

			/* an escape is not looked into from its middle */
			if (text[at] == '\\' &&
			    escape_byte(text + at, len - at, &takes) < 0)
				takes = 1;
			at += takes;
			continue;
		}
		buf_add(out, text + from, at - from);
		put(s, in, &p, out);
		at += p.len;
		from = at;
		n++;
	}
	if (n)
		buf_add(out, text + from, len - from);
	return n;
}
