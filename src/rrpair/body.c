#include "config.h"

#include "rrpair/body.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/gzip.h"
#include "rrpair/mock.h"
#include "rrpair/parts.h"

void body_init(struct body *body)
{
	memset(body, 0, sizeof(*body));
	body->node = body->body_node = body->string_node = JSON_NONE;
	buf_init(&body->stored);
	buf_init(&body->bytes);
}

void body_release(struct body *body)
{
	buf_release(&body->stored);
	buf_release(&body->bytes);
	body_init(body);
}

static void reset(struct body *body, enum body_side side)
{
	struct buf stored = body->stored, bytes = body->bytes;

	buf_clear(&stored);
	buf_clear(&bytes);
	body_init(body);
	body->stored = stored;
	body->bytes = bytes;
	body->side = side;
}

static void inflate(struct body *body)
{
	struct gzip_info info;
	struct err err;
	struct buf swap = body->stored;

	body->stored = body->bytes;
	body->bytes = swap;
	buf_clear(&body->bytes);
	if (gzip_inflate(&body->bytes, body->stored.data, body->stored.len,
			 BODY_MAX, &info, &err)) {
		body->flags |= BODY_GZIP;
		body->gzip_members = info.members;
		body->gzip_end = info.end;
		if (info.end < body->stored.len)
			body->flags |= BODY_TRAILING;
		return;
	}
	body->flags |= err.code == ERR_LIMIT ? BODY_TOO_BIG : BODY_BAD_GZIP;
	body->bad_at = info.bad_at;
	swap = body->stored;
	body->stored = body->bytes;
	body->bytes = swap;
	buf_clear(&body->stored);
}

static void decode_base64(struct body *body, const struct rrpair *pair)
{
	const struct json_node *n = &pair->doc.nodes[body->node];
	const char *text = pair->text + n->off + 1;
	size_t len = n->len - 2, at = 0;
	struct buf plain;

	body->flags |= BODY_BASE64;
	buf_init(&plain);
	if (n->flags & JSON_ESCAPED) {	/* "\/" is a spelling of '/' */
		json_string(&pair->doc, body->node, &plain);
		text = plain.data;
		len = plain.len;
	}
	if (!base64_decode(&body->bytes, text, len, &at)) {
		body->flags |= BODY_BAD_BASE64;
		body->bad_at = at;
		buf_clear(&body->bytes);
		buf_add(&body->bytes, text, len);
	}
	buf_release(&plain);
	body->stored_len = body->bytes.len;
	if (!(body->flags & BODY_BAD_BASE64) &&
	    gzip_is(body->bytes.data, body->bytes.len))
		inflate(body);
}

static void decode_node(struct body *body, const struct rrpair *pair,
			bool base64)
{
	body->flags |= BODY_PRESENT;
	if (!part_is(pair, body->node, JSON_STRING)) {
		body->flags |= BODY_BAD_TYPE;
		part_text(pair, body->node, &body->bytes);
		return;
	}
	if (base64) {
		decode_base64(body, pair);
		return;
	}
	part_text(pair, body->node, &body->bytes);
	body->stored_len = body->bytes.len;
}

static bool copy_agrees(const struct body *body, const struct rrpair *pair,
			uint32_t node)
{
	return node == JSON_NONE ||
	       (part_is(pair, node, JSON_STRING) &&
		json_string_is(&pair->doc, node, body->bytes.data,
			       body->bytes.len));
}

static void content_type(const struct rrpair *pair, enum body_side side,
			 struct buf *out)
{
	static const char name[] = "Content-Type";
	uint32_t node = JSON_NONE;

	if (side == BODY_RESPONSE)
		node = part_member(pair, pair->res, "contentType");
	if (node == JSON_NONE)
		node = header_value(pair, side, name, strlen(name), 1);
	if (part_is(pair, node, JSON_STRING))
		part_text(pair, node, out);
}

/* Where the value of a parameter of a media type begins, or NULL. */
static const char *type_param(const char *type, size_t len, const char *name,
			      size_t *value_len)
{
	size_t name_len = strlen(name);

	for (size_t i = 0; i + name_len < len; i++) {
		const char *value, *end = type + len, *stop;

		if ((i && type[i - 1] != ';' && type[i - 1] != ' ') ||
		    type[i + name_len] != '=' ||
		    !utf8_ascii_ieq(type + i, name_len, name, name_len))
			continue;
		value = type + i + name_len + 1;
		if (value < end && *value == '"') {
			value++;
			stop = memchr(value, '"', (size_t)(end - value));
		} else {
			for (stop = value; stop < end && *stop != ';' &&
			     *stop != ' '; stop++)
				;
		}
		*value_len = (size_t)((stop ? stop : end) - value);
		return value;
	}
	return NULL;
}

static void find_charset(struct body *body, const struct buf *type)
{
	size_t len;
	const char *value = type_param(type->data, type->len, "charset", &len);

	if (!value || len >= sizeof(body->charset))
		return;
	for (size_t i = 0; i < len; i++) {
		char c = value[i];

		body->charset[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
}

void body_boundary(const char *type, size_t len, struct buf *out)
{
	size_t value_len;
	const char *value = len >= 10 &&
			    utf8_ascii_ieq(type, 10, "multipart/", 10) ?
			    type_param(type, len, "boundary", &value_len) : NULL;

	if (value)
		buf_add(out, value, value_len);
}

/* The text of `content`, as it stands. */
static void decode_mock(struct body *body, const struct rrpair *pair)
{
	static const char name[] = "Content-Type";
	uint32_t node = part_member(pair, 0, "mediaType");
	struct buf type;

	body->node = mock_content(pair);
	body->body_node = body->string_node = JSON_NONE;
	if (body->node != JSON_NONE && !part_is(pair, body->node, JSON_NULL))
		decode_node(body, pair, false);
	if (utf8_valid(body->bytes.data, body->bytes.len))
		body->flags |= BODY_UTF8;
	if (!part_is(pair, node, JSON_STRING))
		node = mock_header(pair, name, strlen(name));
	buf_init(&type);
	if (part_is(pair, node, JSON_STRING))
		part_text(pair, node, &type);
	find_charset(body, &type);
	body->kind = body_guess(body->bytes.data, body->bytes.len, type.data,
				type.len);
	buf_release(&type);
}

bool body_decode(struct body *body, const struct rrpair *pair,
		 enum body_side side, struct err *err)
{
	uint32_t message = side == BODY_REQUEST ? pair->req : pair->res;
	uint32_t coded = part_member(pair, message, "bodyBase64");
	struct buf type;

	if (message == JSON_NONE)
		return err_set(err, ERR_ABSENT, side == BODY_REQUEST ?
			       _("the record has no http request") :
			       _("the record has no http response"));
	reset(body, side);
	if (rrpair_is_mock(pair)) {
		decode_mock(body, pair);
		return true;
	}
	body->body_node = part_member(pair, message, "body");
	body->string_node = part_member(pair, message, "bodyString");
	body->node = coded != JSON_NONE ? coded :
		     body->body_node != JSON_NONE ? body->body_node :
		     body->string_node;
	if (body->node != JSON_NONE)
		decode_node(body, pair, coded != JSON_NONE);
	if (!copy_agrees(body, pair, body->body_node) ||
	    !copy_agrees(body, pair, body->string_node))
		body->flags |= BODY_COPY_DIFFERS;
	if (utf8_valid(body->bytes.data, body->bytes.len))
		body->flags |= BODY_UTF8;
	buf_init(&type);
	content_type(pair, side, &type);
	find_charset(body, &type);
	body->kind = body_guess(body->bytes.data, body->bytes.len, type.data,
				type.len);
	buf_release(&type);
	return true;
}

/* Text may hold line ends, tabs, form feeds and escapes, and no other control
 * bytes. */
static bool is_text(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c < 0x20 && c != '\n' && c != '\r' && c != '\t' &&
		    c != '\f' && c != 0x1b)
			return false;
	}
	return utf8_valid(bytes, len);
}

static bool begins(const char *bytes, size_t len, const char *word)
{
	size_t n = strlen(word);

	return len >= n && utf8_ascii_ieq(bytes, n, word, n);
}

static bool type_has(const char *type, size_t len, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= len; i++)
		if (utf8_ascii_ieq(type + i, n, word, n))
			return true;
	return false;
}

static bool is_form(const char *bytes, size_t len)
{
	return !memchr(bytes, '\n', len) && !memchr(bytes, ' ', len) &&
	       memchr(bytes, '=', len);
}

enum body_kind body_guess(const char *bytes, size_t len, const char *type,
			  size_t type_len)
{
	size_t lead = 0;
	bool json_type = type_has(type, type_len, "json");

	if (!len)
		return BODY_EMPTY;
	if (begins(type, type_len, "multipart/") && begins(bytes, len, "--"))
		return BODY_MULTIPART;
	if (!is_text(bytes, len))
		return BODY_BINARY;
	while (lead < len && memchr(" \t\r\n", bytes[lead], 4))
		lead++;
	if (lead < len &&
	    (json_type || bytes[lead] == '{' || bytes[lead] == '[') &&
	    json_valid(bytes, len, NULL))
		return BODY_JSON;
	if (begins(type, type_len, "text/event-stream") ||
	    begins(bytes, len, "data:") || begins(bytes, len, "event:"))
		return BODY_SSE;
	if (begins(type, type_len, "application/x-www-form-urlencoded") &&
	    is_form(bytes, len))
		return BODY_FORM;
	if (begins(bytes + lead, len - lead, "<!doctype html") ||
	    begins(bytes + lead, len - lead, "<html"))
		return BODY_HTML;
	if (begins(bytes + lead, len - lead, "<?xml") ||
	    (lead < len && bytes[lead] == '<' && type_has(type, type_len, "xml")))
		return BODY_XML;
	return BODY_TEXT;
}

const char *body_kind_name(enum body_kind kind)
{
	switch (kind) {
	case BODY_EMPTY:
		return _("empty");
	case BODY_JSON:
		return _("JSON");
	case BODY_TEXT:
		return _("text");
	case BODY_SSE:
		return _("event stream");
	case BODY_FORM:
		return _("form");
	case BODY_MULTIPART:
		return _("multipart");
	case BODY_XML:
		return _("XML");
	case BODY_HTML:
		return _("HTML");
	default:
		return _("binary");
	}
}

void body_layers(const struct body *body, struct buf *out)
{
	if (!(body->flags & BODY_PRESENT)) {
		buf_adds(out, _("no body"));
		return;
	}
	if (body->flags & BODY_BAD_TYPE) {
		buf_adds(out, _("not a string"));
		return;
	}
	if (body->flags & BODY_BAD_BASE64) {
		buf_addf(out, _("corrupt base64 at byte %zu"), body->bad_at);
		return;
	}
	if (body->flags & BODY_BASE64)
		buf_adds(out, "base64 > ");
	if (body->flags & BODY_GZIP)
		buf_adds(out, "gzip > ");
	if (body->flags & BODY_BAD_GZIP) {
		buf_addf(out, _("corrupt gzip at byte %zu"), body->bad_at);
		return;
	}
	if (body->flags & BODY_TOO_BIG) {
		buf_addf(out, _("gzip of more than %zu MiB, not opened"),
			 BODY_MAX >> 20);
		return;
	}
	buf_adds(out, body_kind_name(body->kind));
	if (body->charset[0]) {
		buf_adds(out, " (");
		utf8_visible(out, body->charset, strlen(body->charset), false);
		buf_addc(out, ')');
	}
	if (body->flags & BODY_TRAILING)
		buf_adds(out, _(", with bytes after the gzip"));
}
