#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/utf8.h"

void out_bytes(const char *s, size_t len)
{
	fwrite(s, 1, len, stdout);
}

void out_visible(const char *s, size_t len, bool lines)
{
	struct buf shown;

	buf_init(&shown);
	utf8_visible(&shown, s, len, lines);
	out_bytes(shown.data, shown.len);
	buf_release(&shown);
}

/* A character as JSON escapes it: two of them beyond the first plane. */
static void add_escape(struct buf *out, uint32_t cp)
{
	if (cp >= 0x10000) {
		cp -= 0x10000;
		buf_addf(out, "\\u%04x", (unsigned)(0xD800 + (cp >> 10)));
		cp = 0xDC00 + (cp & 0x3FF);
	}
	buf_addf(out, "\\u%04x", (unsigned)cp);
}

void out_json(const char *s, size_t len)
{
	struct buf shown;
	uint32_t cp;
	size_t n;

	buf_init(&shown);
	for (; len; s += n, len -= n) {
		n = utf8_decode(s, len, &cp);
		if (cp == UTF8_BAD)
			buf_adds(&shown, "\\ufffd");
		else if (cp >= 0x7f && utf8_cp_width(cp) < 0)
			add_escape(&shown, cp);
		else
			buf_add(&shown, s, n);
	}
	out_bytes(shown.data, shown.len);
	buf_release(&shown);
}

/* A JSON string that is valid UTF-8 and safe to look at. */
static void add_string(struct buf *out, const char *s, size_t len)
{
	static const char named[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";

	buf_addc(out, '"');
	while (len) {
		uint32_t cp;
		size_t n = utf8_decode(s, len, &cp);
		const char *found = cp && cp < 0x80 ? strchr(named, (int)cp)
						    : NULL;

		if (cp == UTF8_BAD)
			buf_adds(out, "\\ufffd");
		else if (found)
			buf_addf(out, "\\%c", letters[found - named]);
		else if (cp < 0x20 || utf8_cp_width(cp) < 0)
			add_escape(out, cp);
		else
			buf_add(out, s, n);
		s += n;
		len -= n;
	}
	buf_addc(out, '"');
}

void out_begin(struct out_object *o)
{
	buf_init(&o->text);
	buf_addc(&o->text, '{');
	o->any = false;
}

static void add_name(struct out_object *o, const char *name)
{
	if (o->any)
		buf_addc(&o->text, ',');
	o->any = true;
	buf_addf(&o->text, "\"%s\":", name);
}

void out_end(struct out_object *o)
{
	buf_adds(&o->text, "}\n");
	out_bytes(o->text.data, o->text.len);
	buf_release(&o->text);
}

void out_string(struct out_object *o, const char *name, const char *s,
		size_t len)
{
	if (!s) {
		out_null(o, name);
		return;
	}
	add_name(o, name);
	add_string(&o->text, s, len);
}

void out_text(struct out_object *o, const char *name, const char *s)
{
	out_string(o, name, s, s ? strlen(s) : 0);
}

void out_number(struct out_object *o, const char *name, int64_t v)
{
	add_name(o, name);
	buf_addf(&o->text, "%" PRId64, v);
}

void out_bool(struct out_object *o, const char *name, bool v)
{
	add_name(o, name);
	buf_adds(&o->text, v ? "true" : "false");
}

void out_null(struct out_object *o, const char *name)
{
	add_name(o, name);
	buf_adds(&o->text, "null");
}
