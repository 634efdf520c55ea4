#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "jsongen.h"

#define PICK(r, list) ((list)[prng_below((r), sizeof(list) / sizeof(*(list)))])

static struct slow *scalar(const char *text)
{
	return slow_parse(text, strlen(text));
}

struct slow *gen_scalar(struct prng *r)
{
	static const char *const texts[] = {
		"null", "true", "false", "0", "-0", "1E+5", "1.10",
		"9007199254740993", "-12.5e-3", "\"\"", "\"a\"", "\"\\u0000\"",
		"\"\xc3\xa4\xe2\x82\xac\"", "\"\\\"\\\\/\\n\"", "\"{,}:[]\"",
		"\"a longer string of words, to be seen whole\"",
	};

	return scalar(PICK(r, texts));
}

struct slow *gen_object(void)
{
	return scalar("{}");
}

const char *gen_key(struct prng *r)
{
	static const char *const keys[] = {
		"a", "b", "c", "d", "e", "key", "Content-Type", "x.y", "a b",
		"\xc3\xa4", "\"", "\\", "\n", "[0]",
	};

	return PICK(r, keys);
}

struct slow *gen_value(struct prng *r, unsigned depth)
{
	struct slow *v;
	size_t i, count;

	if (depth == 0 || prng_below(r, 4) == 0)
		return gen_scalar(r);
	v = scalar(prng_below(r, 2) ? "{}" : "[]");
	count = prng_below(r, 5);
	for (i = 0; i < count; i++) {
		struct slow *kid = gen_value(r, depth - 1);
		const char *key = gen_key(r);

		if (v->type == 'o')
			slow_set_key(kid, key, strlen(key));
		slow_insert(v, i, kid);
	}
	return v;
}

struct printer {
	struct buf *out;
	enum gen_style style;
	struct prng *r;
};

static void wild(struct printer *p)
{
	static const char *const blanks[] = {
		"", "", "", "", " ", "  ", "\n", "\n  ", "\r\n\t", "\n\n    ",
	};

	if (p->style == GEN_WILD)
		buf_adds(p->out, PICK(p->r, blanks));
}

static void line(struct printer *p, unsigned depth)
{
	static const struct { const char *nl, *level; } lines[GEN_STYLES] = {
		[GEN_PRETTY] = { "\n", "  " },
		[GEN_PRETTY_CRLF] = { "\r\n", "    " },
		[GEN_TABS] = { "\n", "\t" },
		[GEN_FLAT] = { "\n", "" },
	};

	wild(p);
	if (!lines[p->style].nl)
		return;
	buf_adds(p->out, lines[p->style].nl);
	while (depth-- > 0)
		buf_adds(p->out, lines[p->style].level);
}

static void string(struct printer *p, const char *bytes, size_t len)
{
	size_t i;

	buf_addc(p->out, '"');
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '"' || c == '\\')
			buf_addf(p->out, "\\%c", c);
		else if (c == '\n')
			buf_adds(p->out, "\\n");
		else if (c < 0x20)
			buf_addf(p->out, "\\u%04x", c);
		else
			buf_addc(p->out, (char)c);
	}
	buf_addc(p->out, '"');
}

static void comma(struct printer *p, unsigned depth)
{
	wild(p);
	if (p->style == GEN_COMMA_FIRST) {
		buf_addc(p->out, '\n');
		while (depth-- > 0)
			buf_addc(p->out, '\t');
		buf_adds(p->out, ", ");
		return;
	}
	buf_addc(p->out, ',');
	if (p->style == GEN_COMMA || p->style == GEN_SPACED ||
	    p->style == GEN_PADDED)
		buf_addc(p->out, ' ');
	line(p, depth);
}

static void print(struct printer *p, const struct slow *v, unsigned depth);

static void print_kids(struct printer *p, const struct slow *v, unsigned depth)
{
	bool padded = p->style == GEN_PADDED || p->style == GEN_COMMA_FIRST;
	size_t i;

	buf_addc(p->out, v->type == 'o' ? '{' : '[');
	if (v->count == 0)
		wild(p);
	for (i = 0; i < v->count; i++) {
		if (i > 0)
			comma(p, depth + 1);
		else if (padded)
			buf_addc(p->out, ' ');
		else
			line(p, depth + 1);
		print(p, v->kids[i], depth + 1);
	}
	if (v->count && padded)
		buf_addc(p->out, ' ');
	else if (v->count)
		line(p, depth);
	buf_addc(p->out, v->type == 'o' ? '}' : ']');
}

static void print(struct printer *p, const struct slow *v, unsigned depth)
{
	if (v->key) {
		string(p, v->key, v->key_len);
		wild(p);
		buf_addc(p->out, ':');
		wild(p);
		if (p->style != GEN_COMPACT && p->style != GEN_COMMA &&
		    p->style != GEN_WILD)
			buf_addc(p->out, ' ');
	}
	switch (v->type) {
	case 'n': buf_adds(p->out, "null"); break;
	case 't': buf_adds(p->out, "true"); break;
	case 'f': buf_adds(p->out, "false"); break;
	case '0': buf_add(p->out, v->bytes, v->len); break;
	case 's': string(p, v->bytes, v->len); break;
	default: print_kids(p, v, depth); break;
	}
}

void gen_print(struct buf *out, const struct slow *v, enum gen_style style,
	       struct prng *r)
{
	struct printer p = { out, style, r };

	wild(&p);
	print(&p, v, 0);
	wild(&p);
}
