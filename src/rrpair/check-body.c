#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "json/locate.h"
#include "rrpair/body.h"
#include "rrpair/check-internal.h"
#include "rrpair/field.h"
#include "rrpair/url.h"


static uint32_t header_node(const struct rrpair *pair, enum body_side side,
			    const char *name)
{
	struct field field;
	uint32_t node;

	field_make(&field, side == BODY_REQUEST ? FIELD_REQUEST_HEADER :
		   FIELD_RESPONSE_HEADER, name, strlen(name), 0);
	node = rrpair_find(pair, &field);
	field_release(&field);
	return node;
}

/* Does Content-Encoding announce compressed bytes? "identity" does not. */
static bool says_compressed(const struct rrpair *pair, uint32_t node)
{
	static const char *const codings[] = {
		"gzip", "x-gzip", "deflate", "br", "zstd", "compress",
	};
	struct buf value;
	bool found = false;
	size_t i;

	if (node == JSON_NONE || pair->doc.nodes[node].type != JSON_STRING)
		return false;
	buf_init(&value);
	json_string(&pair->doc, node, &value);
	for (i = 0; i < sizeof(codings) / sizeof(*codings); i++)
		found |= utf8_ascii_ieq(value.data, value.len, codings[i],
					strlen(codings[i]));
	buf_release(&value);
	return found;
}

/*
 * Content-Length counts the stored bytes in 903 of 964 real bodies; the rest
 * kept the length on the wire or were edited since: a note, no more.
 */
static void content_length_rule(struct check_run *run, const struct body *body)
{
	uint32_t node = header_node(run->pair, body->side, "Content-Length");
	struct buf value;
	char want[32];
	int n = snprintf(want, sizeof(want), "%zu", body->stored_len);

	if (node == JSON_NONE ||
	    run->pair->doc.nodes[node].type != JSON_STRING)
		return;
	buf_init(&value);
	json_string(&run->pair->doc, node, &value);
	if (value.len != (size_t)n || memcmp(value.data, want, value.len))
		check_report(run, CHECK_CONTENT_LENGTH, node,
			     _("the stored body has %s bytes"), want);
	buf_release(&value);
}

static void copies_rule(struct check_run *run, const struct body *body)
{
	uint32_t node = body->body_node != JSON_NONE &&
			body->body_node != body->node ?
			body->body_node : body->string_node;

	if (body->flags & BODY_COPY_DIFFERS)
		check_report(run, CHECK_BODY_DIFFERS, node,
			     _("differs from bodyBase64"));
}

static void one_body(struct check_run *run, enum body_side side)
{
	struct body *body = check_body(run->check);
	uint32_t node;

	if (!body_decode(body, run->pair, side, NULL) ||
	    !(body->flags & BODY_PRESENT) || (body->flags & BODY_BAD_TYPE))
		return;
	if (body->flags & BODY_BAD_BASE64) {
		check_report(run, CHECK_BASE64, body->node,
			     _("not base64 at character %zu"),
			     body->bad_at + 1);
		return;
	}
	if (body->flags & BODY_BAD_GZIP)
		check_report(run, CHECK_GZIP, body->node,
			     _("does not inflate after byte %zu"),
			     body->bad_at);
	copies_rule(run, body);
	content_length_rule(run, body);
	node = header_node(run->pair, side, "Content-Encoding");
	if (!(body->flags & (BODY_GZIP | BODY_BAD_GZIP | BODY_TOO_BIG)) &&
	    body->stored_len && body->flags & BODY_UTF8 &&
	    says_compressed(run->pair, node))
		check_report(run, CHECK_DECODED, node,
			     _("the stored body is not compressed"));
}

/* Base64 members besides bodies: signature values and token replacements. */
static void base64_member(struct check_run *run, uint32_t node,
			  struct buf *text, struct buf *bytes)
{
	size_t at;

	if (run->pair->doc.nodes[node].type != JSON_STRING)
		return;
	buf_clear(text);
	buf_clear(bytes);
	json_string(&run->pair->doc, node, text);
	if (!base64_decode(bytes, text->data, text->len, &at))
		check_report(run, CHECK_BASE64, node,
			     _("not base64 at character %zu"), at + 1);
}

static void signature_values(struct check_run *run, struct buf *text,
			     struct buf *bytes)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t map = run->pair->top[TOP_SIGNATURE], node;

	if (map == JSON_NONE || doc->nodes[map].type != JSON_OBJECT)
		return;
	for (node = json_first(doc, map); node != JSON_NONE;
	     node = json_next(doc, node))
		base64_member(run, node, text, bytes);
}

static void token_values(struct check_run *run, struct buf *text,
			 struct buf *bytes)
{
	const struct json_doc *doc = &run->pair->doc;
	uint32_t list = run->pair->top[TOP_TOKENLIST], entry, tokens, t, value;

	if (list == JSON_NONE)
		return;
	for (entry = json_first(doc, list); entry != JSON_NONE;
	     entry = json_next(doc, entry)) {
		tokens = json_at(doc, entry, "tokens");
		if (tokens == JSON_NONE)
			continue;
		for (t = json_first(doc, tokens); t != JSON_NONE;
		     t = json_next(doc, t)) {
			value = json_at(doc, t, "token.replacementValue");
			if (value != JSON_NONE)
				base64_member(run, value, text, bytes);
		}
	}
}

void check_body_rules(struct check_run *run)
{
	struct buf text, bytes;

	if (run->pair->proto == PROTO_HTTP && !check_skips_bodies(run)) {
		one_body(run, BODY_REQUEST);
		one_body(run, BODY_RESPONSE);
	}
	if (!check_wants(run, CHECK_BASE64))
		return;
	buf_init(&text);
	buf_init(&bytes);
	signature_values(run, &text, &bytes);
	token_values(run, &text, &bytes);
	buf_release(&text);
	buf_release(&bytes);
}

/* The text of the member that holds a side's body, or an empty slice. */
static struct slice body_text(const struct rrpair *pair, enum body_side side)
{
	struct field field;
	struct slice text = { "", 0 };
	uint32_t node;

	field_make(&field, side == BODY_REQUEST ? FIELD_REQUEST_BODY :
		   FIELD_RESPONSE_BODY, NULL, 0, 0);
	node = rrpair_find(pair, &field);
	if (node != JSON_NONE) {
		text.s = pair->text + pair->doc.nodes[node].off;
		text.len = pair->doc.nodes[node].len;
	}
	field_release(&field);
	return text;
}

static void encoding_of(struct check_run *run, const struct rrpair *base,
			enum body_side side)
{
	struct slice was = body_text(base, side);
	struct slice is = body_text(run->pair, side);
	struct body *body = check_body(run->check);
	uint32_t node;
	bool says;

	if (was.len == is.len && !memcmp(was.s, is.s, is.len))
		return;
	if (!body_decode(body, run->pair, side, NULL) || !body->stored_len)
		return;
	node = header_node(run->pair, side, "Content-Encoding");
	says = says_compressed(run->pair, node);
	if (says && body->flags & BODY_UTF8 && !(body->flags & BODY_GZIP))
		check_report(run, CHECK_ENCODING_DIFFERS, node,
			     _("says compressed, the edited body is plain"));
	else if (!says && body->flags & BODY_GZIP)
		check_report(run, CHECK_ENCODING_DIFFERS, body->node,
			     _("compressed, but no Content-Encoding header "
			       "says so"));
}

void check_encoding_rule(struct check_run *run, const char *base,
			 size_t base_len)
{
	struct rrpair was;

	if (run->pair->proto != PROTO_HTTP ||
	    !check_wants(run, CHECK_ENCODING_DIFFERS))
		return;
	rrpair_init(&was);
	if (rrpair_parse(&was, base, base_len, NULL)) {
		encoding_of(run, &was, BODY_REQUEST);
		encoding_of(run, &was, BODY_RESPONSE);
	}
	rrpair_release(&was);
}
