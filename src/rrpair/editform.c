#include "config.h"

#include "rrpair/editform.h"

#include <string.h>

#include "base/codec.h"
#include "base/utf8.h"
#include "json/format.h"
#include "json/splice.h"
#include "rrpair/editparts.h"
#include "rrpair/parts.h"
#include "rrpair/signature.h"

#define INDENT 2

enum shown_body editform_body(const struct rrpair *pair,
			      const struct body *body)
{
	uint32_t message = body->side == BODY_REQUEST ? pair->req : pair->res;
	uint32_t first, second;
	unsigned bad = BODY_BAD_BASE64 | BODY_BAD_GZIP | BODY_TOO_BIG |
		       BODY_BAD_TYPE;

	if (part_member(pair, message, EDIT_BODY_JSON) != JSON_NONE ||
	    part_member(pair, message, EDIT_BODY_TEXT) != JSON_NONE ||
	    !(body->flags & BODY_BASE64) || (body->flags & bad) ||
	    json_has_duplicates(&pair->doc, message, &first, &second))
		return SHOWN_AS_IS;
	if (body->kind == BODY_JSON)
		return SHOWN_JSON;
	if (!(body->flags & BODY_UTF8) || body->kind == BODY_BINARY)
		return SHOWN_AS_IS;
	return SHOWN_TEXT;
}

bool editform_hidden_copy(const struct rrpair *pair, const struct body *body,
			  uint32_t node)
{
	return (node == body->body_node || node == body->string_node) &&
	       node != body->node && part_is(pair, node, JSON_STRING) &&
	       json_string_is(&pair->doc, node, body->bytes.data,
			      body->bytes.len);
}

bool editform_signature_text(const struct rrpair *pair, uint32_t node,
			     struct buf *out)
{
	struct buf coded, canonical;
	bool ok;

	if (!part_is(pair, node, JSON_STRING))
		return false;
	buf_init(&coded);
	buf_init(&canonical);
	json_string(&pair->doc, node, &coded);
	ok = base64_decode(out, coded.data, coded.len, NULL) &&
	     utf8_valid(out->data, out->len);
	buf_release(&coded);
	buf_release(&canonical);
	return ok;
}

bool editform_signature_shown(const struct rrpair *pair)
{
	uint32_t map = part_signature(pair, false), first, second;

	return map != JSON_NONE &&
	       pair->doc.nodes[map].children <= SIGNATURE_KEYS_MAX &&
	       part_member(pair, 0, EDIT_SIGNATURE) == JSON_NONE &&
	       !json_has_duplicates(&pair->doc, map, &first, &second) &&
	       !json_has_duplicates(&pair->doc, 0, &first, &second);
}

/* The mutable map says the same as the signature, key by key. */
bool editform_mutable_hidden(const struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_signature(pair, false);
	uint32_t other = part_signature(pair, true);
	struct buf text, key;
	bool same = editform_signature_shown(pair) && other != JSON_NONE &&
		    doc->nodes[map].children == doc->nodes[other].children;

	buf_init(&text);
	buf_init(&key);
	for (uint32_t m = same ? json_first(doc, map) : JSON_NONE;
	     m != JSON_NONE && same; m = json_next(doc, m)) {
		uint32_t twin;

		buf_clear(&text);
		buf_clear(&key);
		json_key(doc, m, &key);
		twin = json_member(doc, other, key.data, key.len);
		same = part_is(pair, twin, JSON_STRING) &&
		       editform_signature_text(pair, m, &text) &&
		       json_string_is(doc, twin, text.data, text.len);
	}
	buf_release(&text);
	buf_release(&key);
	return same;
}

static bool show_body(struct splice *splice, const struct rrpair *pair,
		      enum body_side side)
{
	enum shown_body shown;
	struct body body;
	struct buf json;

	body_init(&body);
	buf_init(&json);
	if (!body_decode(&body, pair, side, NULL))
		goto out;
	shown = editform_body(pair, &body);
	if (shown == SHOWN_AS_IS)
		goto out;
	if (shown == SHOWN_JSON) {
		buf_add(&json, body.bytes.data, body.bytes.len);
		splice_key(splice, body.node, EDIT_BODY_JSON,
			   strlen(EDIT_BODY_JSON));
	} else {
		json_encode(&json, body.bytes.data, body.bytes.len);
		splice_key(splice, body.node, EDIT_BODY_TEXT,
			   strlen(EDIT_BODY_TEXT));
	}
	splice_value(splice, body.node, json.data, json.len);
	if (editform_hidden_copy(pair, &body, body.body_node))
		splice_remove(splice, body.body_node);
	if (editform_hidden_copy(pair, &body, body.string_node))
		splice_remove(splice, body.string_node);
out:
	body_release(&body);
	buf_release(&json);
	return true;
}

/* Values that decode to text stand under "signature (text)", the others stay. */
static void show_signature(struct splice *splice, const struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_signature(pair, false);
	struct buf shown, text, key;

	if (!editform_signature_shown(pair))
		return;
	buf_init(&shown);
	buf_init(&text);
	buf_init(&key);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		buf_clear(&text);
		buf_clear(&key);
		if (!editform_signature_text(pair, m, &text))
			continue;
		json_key(doc, m, &key);
		buf_addc(&shown, shown.len ? ',' : '{');
		json_encode(&shown, key.data, key.len);
		buf_addc(&shown, ':');
		json_encode(&shown, text.data, text.len);
		splice_remove(splice, m);
	}
	buf_adds(&shown, shown.len ? "}" : "{}");
	splice_insert(splice, 0, map, EDIT_SIGNATURE, strlen(EDIT_SIGNATURE),
		      shown.data, shown.len);
	if (editform_mutable_hidden(pair))
		splice_remove(splice, part_signature(pair, true));
	buf_release(&shown);
	buf_release(&text);
	buf_release(&key);
}

bool editform_print(const struct rrpair *pair, struct buf *out, struct err *err)
{
	struct splice *splice = splice_new(&pair->doc);
	struct patch *patch;
	struct buf text;
	bool ok;

	show_body(splice, pair, BODY_REQUEST);
	show_body(splice, pair, BODY_RESPONSE);
	show_signature(splice, pair);
	patch = splice_finish(splice);
	splice_free(splice);
	buf_init(&text);
	ok = patch_apply(patch, pair->text, pair->len, &text, err) &&
	     json_pretty(text.data, text.len, INDENT, out, err);
	patch_unref(patch);
	buf_release(&text);
	if (ok && out->len && out->data[out->len - 1] != '\n')
		buf_addc(out, '\n');
	return ok;
}
