#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "slowjson.h"

struct in {
	const unsigned char *p, *end;
};

static struct slow *new_value(char type)
{
	struct slow *v = calloc(1, sizeof(*v));

	v->type = type;
	return v;
}

static void put(struct slow *v, unsigned c)
{
	v->bytes = realloc(v->bytes, v->len + 1);
	v->bytes[v->len++] = (char)c;
}

static void put_char(struct slow *v, unsigned long c)
{
	if (c < 0x80) {
		put(v, (unsigned)c);
	} else if (c < 0x800) {
		put(v, (unsigned)(0xC0 + c / 64));
		put(v, (unsigned)(0x80 + c % 64));
	} else if (c < 0x10000) {
		put(v, (unsigned)(0xE0 + c / 4096));
		put(v, (unsigned)(0x80 + c / 64 % 64));
		put(v, (unsigned)(0x80 + c % 64));
	} else {
		put(v, (unsigned)(0xF0 + c / 262144));
		put(v, (unsigned)(0x80 + c / 4096 % 64));
		put(v, (unsigned)(0x80 + c / 64 % 64));
		put(v, (unsigned)(0x80 + c % 64));
	}
}

static void blanks(struct in *in)
{
	while (in->p < in->end && memchr(" \t\r\n", *in->p, 4))
		in->p++;
}

static int next(struct in *in)
{
	return in->p < in->end ? *in->p++ : -1;
}

static int peek(const struct in *in)
{
	return in->p < in->end ? *in->p : -1;
}

static bool hex(struct in *in, unsigned long *v)
{
	static const char digits[] = "0123456789abcdef";
	int i;

	*v = 0;
	for (i = 0; i < 4; i++) {
		int c = next(in);
		const char *at;

		if (c >= 'A' && c <= 'F')
			c += 'a' - 'A';
		at = c > 0 ? strchr(digits, c) : NULL;
		if (!at)
			return false;
		*v = *v * 16 + (unsigned long)(at - digits);
	}
	return true;
}

static bool escape(struct in *in, struct slow *v)
{
	unsigned long high, low;
	struct in ahead;
	int c = next(in);

	switch (c) {
	case '"': case '\\': case '/': put(v, (unsigned)c); return true;
	case 'b': put(v, 8); return true;
	case 't': put(v, 9); return true;
	case 'n': put(v, 10); return true;
	case 'f': put(v, 12); return true;
	case 'r': put(v, 13); return true;
	case 'u': break;
	default: return false;
	}
	if (!hex(in, &high))
		return false;
	if (high < 0xD800 || high > 0xDFFF) {
		put_char(v, high);
		return true;
	}
	ahead = *in;
	if (high < 0xDC00 && next(&ahead) == '\\' && next(&ahead) == 'u' &&
	    hex(&ahead, &low) && low >= 0xDC00 && low <= 0xDFFF) {
		*in = ahead;
		put_char(v, 0x10000 + (high - 0xD800) * 1024 + low - 0xDC00);
	} else {
		put_char(v, 0xFFFD);
	}
	return true;
}

static struct slow *string(struct in *in)
{
	struct slow *v = new_value('s');
	int c;

	next(in);
	while ((c = next(in)) != '"') {
		if (c < 0x20 || (c == '\\' && !escape(in, v))) {
			slow_free(v);
			return NULL;
		}
		if (c != '\\')
			put(v, (unsigned)c);
	}
	return v;
}

static bool digits(struct in *in)
{
	const unsigned char *start = in->p;

	while (peek(in) >= '0' && peek(in) <= '9')
		in->p++;
	return in->p > start;
}

static struct slow *number(struct in *in)
{
	const unsigned char *start = in->p;
	struct slow *v;
	bool ok = true;

	if (peek(in) == '-')
		in->p++;
	if (peek(in) == '0')
		in->p++;
	else
		ok = digits(in);
	if (ok && peek(in) == '.') {
		in->p++;
		ok = digits(in);
	}
	if (ok && (peek(in) == 'e' || peek(in) == 'E')) {
		in->p++;
		if (peek(in) == '+' || peek(in) == '-')
			in->p++;
		ok = digits(in);
	}
	if (!ok)
		return NULL;
	v = new_value('0');
	for (; start < in->p; start++)
		put(v, *start);
	return v;
}

static struct slow *word(struct in *in, const char *text)
{
	const char *p;

	for (p = text; *p; p++)
		if (next(in) != *p)
			return NULL;
	return new_value(*text);
}

static struct slow *value(struct in *in);

/* A child, with its key in an object; NULL when it is not there. */
static struct slow *child(struct in *in, bool object)
{
	struct slow *key = NULL, *v;

	blanks(in);
	if (object) {
		if (peek(in) != '"' || !(key = string(in)))
			return NULL;
		blanks(in);
		if (next(in) != ':') {
			slow_free(key);
			return NULL;
		}
	}
	v = value(in);
	if (v && key)
		slow_set_key(v, key->bytes, key->len);
	slow_free(key);
	return v;
}

static struct slow *container(struct in *in)
{
	bool object = next(in) == '{';
	int closing = object ? '}' : ']';
	struct slow *v = new_value(object ? 'o' : 'a');

	blanks(in);
	if (peek(in) == closing) {
		next(in);
		return v;
	}
	for (;;) {
		struct slow *kid = child(in, object);
		int c;

		if (!kid)
			break;
		slow_insert(v, v->count, kid);
		blanks(in);
		c = next(in);
		if (c == closing)
			return v;
		if (c != ',')
			break;
	}
	slow_free(v);
	return NULL;
}

static struct slow *value(struct in *in)
{
	blanks(in);
	switch (peek(in)) {
	case '{': case '[': return container(in);
	case '"': return string(in);
	case 't': return word(in, "true");
	case 'f': return word(in, "false");
	case 'n': return word(in, "null");
	default: return number(in);
	}
}

struct slow *slow_parse(const char *text, size_t len)
{
	struct in in;
	struct slow *v;

	in.p = (const unsigned char *)text;
	in.end = in.p + len;
	v = value(&in);
	blanks(&in);
	if (in.p == in.end)
		return v;
	slow_free(v);
	return NULL;
}

void slow_free(struct slow *v)
{
	size_t i;

	if (!v)
		return;
	for (i = 0; i < v->count; i++)
		slow_free(v->kids[i]);
	free(v->kids);
	free(v->bytes);
	free(v->key);
	free(v);
}

struct slow *slow_copy(const struct slow *v)
{
	struct slow *copy = new_value(v->type);
	size_t i;

	for (i = 0; i < v->len; i++)
		put(copy, (unsigned char)v->bytes[i]);
	if (v->key)
		slow_set_key(copy, v->key, v->key_len);
	for (i = 0; i < v->count; i++)
		slow_insert(copy, i, slow_copy(v->kids[i]));
	return copy;
}

static bool same(const char *a, size_t a_len, const char *b, size_t b_len)
{
	return a_len == b_len && (a_len == 0 || !memcmp(a, b, a_len));
}

bool slow_equal(const struct slow *a, const struct slow *b)
{
	size_t i;

	if (a->type != b->type || a->count != b->count || !a->key != !b->key ||
	    !same(a->bytes, a->len, b->bytes, b->len) ||
	    !same(a->key, a->key_len, b->key, b->key_len))
		return false;
	for (i = 0; i < a->count; i++)
		if (!slow_equal(a->kids[i], b->kids[i]))
			return false;
	return true;
}

void slow_insert(struct slow *v, size_t at, struct slow *kid)
{
	v->kids = realloc(v->kids, (v->count + 1) * sizeof(*v->kids));
	memmove(v->kids + at + 1, v->kids + at,
		(v->count - at) * sizeof(*v->kids));
	v->kids[at] = kid;
	v->count++;
}

struct slow *slow_take(struct slow *v, size_t at)
{
	struct slow *kid = v->kids[at];

	v->count--;
	memmove(v->kids + at, v->kids + at + 1,
		(v->count - at) * sizeof(*v->kids));
	return kid;
}

void slow_set_key(struct slow *v, const char *key, size_t len)
{
	char *copy = malloc(len + 1);

	if (len)
		memcpy(copy, key, len);
	copy[len] = '\0';
	free(v->key);
	v->key = copy;
	v->key_len = len;
}
