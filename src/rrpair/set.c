#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/bodyset.h"
#include "rrpair/mock.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/set.h"
#include "rrpair/header.h"

static bool refuse(enum field_id id, const char *why, struct err *err)
{
	return err_set(err, ERR_INPUT, "%s: %s", field_info(id)->name, why);
}

/* An integer of digits alone, from min to max. */
static bool integer_in(const char *s, size_t len, long min, long max)
{
	long n = 0;

	if (!len || len > 10 || (len > 1 && s[0] == '0'))
		return false;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		n = n * 10 + (s[i] - '0');
	}
	return n >= min && n <= max;
}

static bool one_line(const char *s, size_t len)
{
	return header_value_valid(s, len);
}

static bool normal_direction(const char *value, size_t len, struct buf *out,
			     struct err *err)
{
	if (utf8_ascii_ieq(value, len, "IN", 2))
		buf_adds(out, "IN");
	else if (utf8_ascii_ieq(value, len, "OUT", 3))
		buf_adds(out, "OUT");
	else
		return refuse(FIELD_DIRECTION, _("IN or OUT"), err);
	return true;
}

static bool normal_uuid(const struct rrpair *pair, const char *value,
			size_t len, struct buf *out, struct err *err)
{
	uint32_t node = pair->top[TOP_UUID];
	char base64[25];
	struct uuid fresh, old;

	if (!uuid_parse(&fresh, value, len))
		return refuse(FIELD_UUID, _("16 bytes, in base64 or with "
					    "dashes"), err);
	if (rrpair_uuid(pair, &old) && !memcmp(&old, &fresh, sizeof(old))) {
		part_text(pair, node, out);	/* the same, as it is written */
		return true;
	}
	uuid_base64(base64, &fresh);
	buf_adds(out, base64);
	return true;
}

/* The value as it will be written, checked by what the field is. */
static bool normal(const struct rrpair *pair, enum field_id id,
		   const char *value, size_t len, struct buf *out,
		   struct err *err)
{
	int64_t ns;
	int digits;

	switch (id) {
	case FIELD_DIRECTION:
		return normal_direction(value, len, out, err);
	case FIELD_UUID:
		return normal_uuid(pair, value, len, out, err);
	case FIELD_METHOD:
		if (!header_name_valid(value, len))
			return refuse(id, _("a word without blanks"), err);
		break;
	case FIELD_STATUS:
		if (pair->proto == PROTO_HTTP &&
		    !integer_in(value, len, 100, 999))
			return refuse(id, _("a number from 100 to 999"), err);
		break;
	case FIELD_DURATION:
		if (!integer_in(value, len, 0, INT32_MAX))
			return refuse(id, _("whole milliseconds from 0 to "
					    "2147483647"), err);
		break;
	case FIELD_TS:
		if (!rfc3339_parse(value, len, &ns, &digits))
			return refuse(id, _("a time as in "
					    "2025-02-25T15:32:25.512Z"), err);
		break;
	case FIELD_HOST:
	case FIELD_REASON:
	case FIELD_CONTENTTYPE:
		if (!one_line(value, len))
			return refuse(id, _("no line break and no NUL"), err);
		break;
	default:
		break;
	}
	buf_add(out, value, len);
	return true;
}

static bool create_simple(struct plan *plan, enum field_id id, const char *key,
			  const struct buf *value, struct err *err)
{
	const struct rrpair *pair = plan->pair;
	bool number = id == FIELD_DURATION ||
		      (id == FIELD_STATUS && pair->proto == PROTO_HTTP);
	uint32_t object;
	struct buf json;
	bool ok = true;

	if (id == FIELD_DURATION && slice_eq(value->data, value->len, "0", 1))
		return true;	/* absent means 0 */
	buf_init(&json);
	if (number)
		buf_add(&json, value->data, value->len);
	else
		json_encode(&json, value->data, value->len);
	field_place(pair, id, &object, &key);
	if (object == 0)
		plan_member(plan, 0, key, strlen(key), json.data, json.len);
	else
		ok = create_in_message(plan, id == FIELD_METHOD ||
				       id == FIELD_HOST ? BODY_REQUEST :
				       BODY_RESPONSE, key, json.data, json.len,
				       err);
	buf_release(&json);
	return ok;
}

static bool set_simple(struct plan *plan, enum field_id id,
		       const struct buf *value, struct err *err)
{
	const struct rrpair *pair = plan->pair;
	const char *key = NULL;
	uint32_t object, node;
	struct buf old;
	bool ok;

	field_place(pair, id, &object, &key);
	node = part_member(pair, object, key);
	buf_init(&old);
	if (node == JSON_NONE) {
		ok = create_simple(plan, id, key, value, err);
	} else {
		part_text(pair, node, &old);
		ok = plan_typed(plan, node, value->data, value->len, NOTE_SET,
				err);
	}
	if (ok && (node == JSON_NONE ||
		   !slice_eq(old.data, old.len, value->data, value->len)))
		links_follow(plan, id, PLACE_MAIN,
			     node == JSON_NONE ? NULL : old.data, old.len,
			     value->data, value->len);
	buf_release(&old);
	return ok;
}

/* The reason lives in statusMessage, after the code. */
static bool set_reason(struct plan *plan, const struct buf *value,
		       struct err *err)
{
	const struct rrpair *pair = plan->pair;
	uint32_t node = part_member(pair, pair->res, "statusMessage");
	struct buf old, now;
	struct slice reason;
	bool ok = true;

	buf_init(&old);
	buf_init(&now);
	if (node != JSON_NONE)
		part_text(pair, node, &old);
	else
		part_text(pair, part_member(pair, pair->res, "statusCode"),
			  &old);
	reason = status_reason(old.data, old.len);
	buf_add(&now, old.data, (size_t)(reason.s - old.data));
	if (now.len && now.data[now.len - 1] != ' ' && value->len)
		buf_addc(&now, ' ');
	buf_add(&now, value->data, value->len);
	if (node == JSON_NONE) {
		struct buf json;

		buf_init(&json);
		json_encode(&json, now.data, now.len);
		ok = create_in_message(plan, BODY_RESPONSE, "statusMessage",
				       json.data, json.len, err);
		buf_release(&json);
	} else if (!slice_eq(reason.s, reason.len, value->data, value->len)) {
		ok = plan_typed(plan, node, now.data, now.len, NOTE_SET, err);
		links_follow(plan, FIELD_REASON, PLACE_MAIN, reason.s,
			     reason.len, value->data, value->len);
	}
	buf_release(&old);
	buf_release(&now);
	return ok;
}

static bool set_tag(struct plan *plan, const struct field *field,
		    const struct slice *value, struct err *err)
{
	const struct rrpair *pair = plan->pair;
	uint32_t map = part_tags(pair), node;
	struct buf json;

	if (map == JSON_NONE && pair->top[TOP_TAGS] != JSON_NONE)
		return err_set(err, ERR_INPUT, _(".tags: not an object"));
	node = map == JSON_NONE ? JSON_NONE :
	       json_member(&pair->doc, map, field->key, field->key_len);
	if (node != JSON_NONE)
		return plan_typed(plan, node, value->s, value->len, NOTE_SET,
				  err);
	buf_init(&json);
	if (map == JSON_NONE) {
		buf_addc(&json, '{');
		json_encode(&json, field->key, field->key_len);
		buf_addc(&json, ':');
	}
	json_encode(&json, value->s, value->len);
	if (map == JSON_NONE)
		buf_addc(&json, '}');
	plan_member(plan, map == JSON_NONE ? 0 : map,
		    map == JSON_NONE ? "tags" : field->key,
		    map == JSON_NONE ? 4 : field->key_len, json.data, json.len);
	buf_release(&json);
	return true;
}

static bool set_url(struct plan *plan, enum field_id id,
		    const struct slice *value, struct err *err)
{
	struct slice path, query = { "", 0 };

	if (!one_line(value->s, value->len))
		return refuse(id, _("no line break and no NUL"), err);
	if (id == FIELD_QUERY)
		return params_set_url(plan, NULL, value, err);
	if (id == FIELD_PATH) {
		if (value->len && memchr(value->s, '?', value->len))
			return refuse(id, _("a path has no ?; set url for path "
					    "and query"), err);
		return params_set_url(plan, value, NULL, err);
	}
	url_split(value->s, value->len, &path, &query);
	if (!query.s)
		query.s = "";
	return params_set_url(plan, &path, &query, err);
}

static bool plan_field(struct plan *plan, const struct field *field,
		       const char *bytes, size_t len, struct err *err)
{
	struct slice value = { bytes, len };
	struct buf text;
	bool ok;

	if (rrpair_is_mock(plan->pair) && field->id != FIELD_DOTTED)
		return mock_set(plan, field, &value, err);
	switch (field->id) {
	case FIELD_DOTTED:
		return dotted_set(plan, &field->path, &value, false, err);
	case FIELD_PATH:
	case FIELD_QUERY:
	case FIELD_URL:
		return set_url(plan, field->id, &value, err);
	case FIELD_TAG:
		return set_tag(plan, field, &value, err);
	case FIELD_REQUEST_HEADER:
	case FIELD_RESPONSE_HEADER:
		return header_set(plan, field->id == FIELD_REQUEST_HEADER ?
				  BODY_REQUEST : BODY_RESPONSE, field->key,
				  field->key_len, field->nth, &value, err);
	case FIELD_PARAM:
		return param_set(plan, field->key, field->key_len, field->nth,
				 &value, err);
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return body_plan_set(plan, field->id == FIELD_REQUEST_BODY ?
				     BODY_REQUEST : BODY_RESPONSE, bytes, len,
				     err);
	default:
		break;
	}
	buf_init(&text);
	ok = normal(plan->pair, field->id, bytes, len, &text, err) &&
	     (field->id == FIELD_REASON ? set_reason(plan, &text, err) :
	      set_simple(plan, field->id, &text, err));
	buf_release(&text);
	return ok;
}

static bool has_field(const struct rrpair *pair, const struct field *field,
		      struct err *err)
{
	struct buf none;

	if (rrpair_has_field(pair, field))
		return true;
	buf_init(&none);
	rrpair_get(pair, field, &none, err);	/* says why not */
	buf_release(&none);
	return false;
}

/* JSON strings hold characters. Bytes that are none would make a text that other
 * readers refuse; bodies have base64 for them. */
static bool is_text(const struct field *field, const char *value, size_t len,
		    struct err *err)
{
	if (field->id == FIELD_REQUEST_BODY || field->id == FIELD_RESPONSE_BODY ||
	    utf8_valid(value, len))
		return true;
	return err_set(err, ERR_INPUT, _("the new value is not UTF-8"));
}

bool change_field(const struct rrpair *pair, const struct field *field,
		  const char *value, size_t len, unsigned flags,
		  struct change_set *out, struct err *err)
{
	struct plan plan;

	if (!has_field(pair, field, err) || !is_text(field, value, len, err))
		return false;
	plan_begin(&plan, pair, flags);
	return plan_end(&plan, plan_field(&plan, field, value, len, err), out);
}

bool change_field_json(const struct rrpair *pair, const struct field *field,
		       const char *value, size_t len, unsigned flags,
		       struct change_set *out, struct err *err)
{
	bool body = field->id == FIELD_REQUEST_BODY ||
		    field->id == FIELD_RESPONSE_BODY;
	struct slice trimmed;
	struct json_doc doc;
	struct plan plan;
	struct buf text;
	bool ok;

	if (!has_field(pair, field, err))
		return false;
	json_doc_init(&doc);
	buf_init(&text);
	ok = json_scan(&doc, value, len, err);
	if (ok) {
		trimmed = (struct slice){ value + doc.nodes[0].off,
					  doc.nodes[0].len };
		if (field->id == FIELD_DOTTED) {
			plan_begin(&plan, pair, flags);
			ok = plan_end(&plan, dotted_set(&plan, &field->path,
							&trimmed, true, err),
				      out);
		} else if (doc.nodes[0].type == JSON_NULL ||
			   (!body && doc.nodes[0].type >= JSON_ARRAY)) {
			ok = refuse(field->id, _("a string, number or boolean"),
				    err);
		} else {
			if (doc.nodes[0].type == JSON_STRING)
				json_string(&doc, 0, &text);
			else
				buf_add(&text, trimmed.s, trimmed.len);
			ok = change_field(pair, field, text.data, text.len,
					  flags, out, err);
		}
	}
	json_doc_release(&doc);
	buf_release(&text);
	return ok;
}
