#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/body.h"
#include "rrpair/links.h"
#include "rrpair/mock.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"

static enum body_side side_of(enum field_id id)
{
	return id == FIELD_REQUEST_HEADER || id == FIELD_REQUEST_BODY ?
	       BODY_REQUEST : BODY_RESPONSE;
}

/* Members at the top, by field. */
static enum rrpair_top top_of(enum field_id id)
{
	switch (id) {
	case FIELD_DIRECTION:
		return TOP_DIRECTION;
	case FIELD_SERVICE:
		return TOP_SERVICE;
	case FIELD_NAMESPACE:
		return TOP_NAMESPACE;
	case FIELD_CLUSTER:
		return TOP_CLUSTER;
	case FIELD_UUID:
		return TOP_UUID;
	case FIELD_DURATION:
		return TOP_DURATION;
	case FIELD_TS:
		return TOP_TS;
	case FIELD_RESOURCE:
		return TOP_RESOURCE;
	case FIELD_SESSION:
		return TOP_SESSION;
	case FIELD_TECH:
		return TOP_TECH;
	case FIELD_COMMAND:
		return TOP_COMMAND;
	case FIELD_LOCATION:
		return TOP_LOCATION;
	case FIELD_NETWORKADDR:
		return TOP_NETWORK_ADDRESS;
	case FIELD_L7PROTOCOL:
		return TOP_L7PROTOCOL;
	default:
		return TOP_COUNT;
	}
}

/* Where a field lives: the object that holds it and its key there; an object of
 * JSON_NONE when the record lacks it. */
bool field_place(const struct rrpair *pair, enum field_id id, uint32_t *object,
		 const char **key)
{
	enum rrpair_top top = top_of(id);

	*object = 0;
	if (id == FIELD_STATUS && pair->proto != PROTO_HTTP)
		top = TOP_STATUS;
	if (top != TOP_COUNT) {
		*key = rrpair_top_name(top);
		return true;
	}
	switch (id) {
	case FIELD_METHOD:
		*key = "method";
		break;
	case FIELD_PATH:
		*key = "url";
		break;
	case FIELD_QUERY:
	case FIELD_URL:
		*key = "uri";
		break;
	case FIELD_HOST:
		*key = "host";
		break;
	case FIELD_STATUS:
		*key = "statusCode";
		break;
	case FIELD_REASON:
		*key = "statusMessage";
		break;
	case FIELD_CONTENTTYPE:
		*key = "contentType";
		break;
	default:
		return false;
	}
	*object = id == FIELD_STATUS || id == FIELD_REASON ||
		  id == FIELD_CONTENTTYPE ? pair->res : pair->req;
	return true;
}

static uint32_t body_node(const struct rrpair *pair, enum body_side side)
{
	static const char *const keys[] = { "bodyBase64", "body", "bodyString" };
	uint32_t message = side == BODY_REQUEST ? pair->req : pair->res;

	for (size_t i = 0; i < 3; i++) {
		uint32_t node = part_member(pair, message, keys[i]);

		if (node != JSON_NONE)
			return node;
	}
	return JSON_NONE;
}

uint32_t rrpair_find(const struct rrpair *pair, const struct field *field)
{
	const char *key;
	uint32_t object, node;
	enum rrpair_top top = top_of(field->id);

	if (rrpair_is_mock(pair))
		return mock_find(pair, field);
	if (top != TOP_COUNT)
		return pair->top[top];
	switch (field->id) {
	case FIELD_DOTTED:
		return json_locate(&pair->doc, &field->path);
	case FIELD_TAG:
		node = part_tags(pair);
		return node == JSON_NONE ? JSON_NONE :
		       json_member(&pair->doc, node, field->key,
				   field->key_len);
	case FIELD_REQUEST_HEADER:
	case FIELD_RESPONSE_HEADER:
		return header_value(pair, side_of(field->id), field->key,
				    field->key_len, field->nth ? field->nth : 1);
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return body_node(pair, side_of(field->id));
	case FIELD_PARAM:
		return JSON_NONE;
	default:
		if (!rrpair_has_field(pair, field) ||
		    !field_place(pair, field->id, &object, &key))
			return JSON_NONE;
		return object ? part_member(pair, object, key) :
		       pair->top[TOP_STATUS];
	}
}

bool rrpair_has_field(const struct rrpair *pair, const struct field *field)
{
	const struct field_info *info = field_info(field->id);

	return !info || (info->protos & pair->proto);
}

static bool absent(const struct rrpair *pair, const struct field *field,
		   struct err *err)
{
	struct buf name;
	char quoted[ERR_QUOTE_MAX];

	if (!err)
		return false;
	buf_init(&name);
	field_print(field, &name);
	err_quote(quoted, name.data, name.len);
	buf_release(&name);
	if (!rrpair_has_field(pair, field))
		return err_set(err, ERR_ABSENT,
			       rrpair_is_mock(pair)
				       ? _("%s: a %s of a repository has none")
				       : _("%s: only http records have it, "
					   "not %s"),
			       quoted, rrpair_proto_name(pair->proto));
	return err_set(err, ERR_ABSENT, _("%s: the record has none"), quoted);
}

static bool wrong_type(const struct rrpair *pair, uint32_t node,
		       struct err *err)
{
	struct buf path;
	char quoted[ERR_QUOTE_MAX];

	if (!err)
		return false;
	buf_init(&path);
	rrpair_path(pair, node, &path);
	err_quote(quoted, path.data, path.len);
	buf_release(&path);
	return err_set(err, ERR_INPUT, _("%s: not a simple value"), quoted);
}

static bool get_query(const struct rrpair *pair, bool with_path,
		      struct buf *out)
{
	size_t at = out->len;
	struct buf query;

	if (pair->req == JSON_NONE)
		return false;
	if (!with_path)
		return part_query(pair, out);
	if (!part_text(pair, part_member(pair, pair->req, "url"), out))
		return false;
	buf_init(&query);
	if (!part_query(pair, &query)) {
		buf_truncate(out, at);
	} else if (query.len) {
		buf_addc(out, '?');
		buf_add(out, query.data, query.len);
	}
	buf_release(&query);
	return true;
}

static bool get_body(const struct rrpair *pair, const struct field *field,
		     struct buf *out, struct err *err)
{
	struct body body;
	bool ok;

	body_init(&body);
	ok = body_decode(&body, pair, side_of(field->id), err);
	if (ok && !(body.flags & BODY_PRESENT))
		ok = absent(pair, field, err);
	else if (ok)
		buf_add(out, body.bytes.data, body.bytes.len);
	body_release(&body);
	return ok;
}

/* The reason in a status message: after the code and one blank, or all of a
 * message that has no code. */
struct slice status_reason(const char *text, size_t len)
{
	size_t at = 0;

	while (at < len && text[at] >= '0' && text[at] <= '9')
		at++;
	if (at && at < len && text[at] != ' ')
		at = 0;
	else if (at && at < len)
		at++;
	return (struct slice){ text + at, len - at };
}

static bool get_reason(const struct rrpair *pair, uint32_t node,
		       struct buf *out)
{
	struct slice reason;
	struct buf text;

	buf_init(&text);
	part_text(pair, node, &text);
	reason = status_reason(text.data, text.len);
	buf_add(out, reason.s, reason.len);
	buf_release(&text);
	return true;
}

bool rrpair_get(const struct rrpair *pair, const struct field *field,
		struct buf *out, struct err *err)
{
	uint32_t node;
	bool container;

	if (!rrpair_has_field(pair, field))
		return absent(pair, field, err);
	switch (field->id) {
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return get_body(pair, field, out, err);
	case FIELD_QUERY:
	case FIELD_URL:
		return get_query(pair, field->id == FIELD_URL, out) ||
		       absent(pair, field, err);
	case FIELD_PARAM:
		if (rrpair_is_mock(pair))
			break;
		return param_get(pair, field->key, field->key_len,
				 field->nth ? field->nth : 1, out) ||
		       absent(pair, field, err);
	default:
		break;
	}
	node = rrpair_find(pair, field);
	if (node == JSON_NONE && field->id == FIELD_DURATION &&
	    !rrpair_is_mock(pair)) {
		buf_addc(out, '0');
		return true;
	}
	if (node == JSON_NONE)
		return absent(pair, field, err);
	container = pair->doc.nodes[node].type >= JSON_ARRAY;
	if (container && field->id != FIELD_DOTTED)
		return wrong_type(pair, node, err);
	if (field->id == FIELD_REASON)
		return get_reason(pair, node, out);
	return part_text(pair, node, out);
}

size_t rrpair_count(const struct rrpair *pair, const struct field *field)
{
	struct header_iter it;
	size_t n = 0;

	if (!rrpair_has_field(pair, field))
		return 0;
	if (rrpair_is_mock(pair))
		return mock_count(pair, field);
	switch (field->id) {
	case FIELD_REQUEST_HEADER:
	case FIELD_RESPONSE_HEADER:
		header_iter_init(&it, pair, side_of(field->id), field->key,
				 field->key_len);
		while (header_iter_next(&it))
			n++;
		return n;
	case FIELD_PARAM:
		return param_count(pair, field->key, field->key_len);
	default:
		return rrpair_find(pair, field) != JSON_NONE;
	}
}
