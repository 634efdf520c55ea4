#include "config.h"

#include "rrpair/mock.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/header.h"
#include "rrpair/parts.h"

static bool has(const struct json_doc *doc, const char *key)
{
	return json_member(doc, 0, key, strlen(key)) != JSON_NONE;
}

enum rrpair_proto mock_guess(const struct json_doc *doc)
{
	if (has(doc, "msgType"))
		return PROTO_NONE;
	if (has(doc, "operationId")) {
		if (has(doc, "responseId") || has(doc, "queryParameters"))
			return PROTO_MOCK_REQUEST;
		if (has(doc, "status") || has(doc, "fault"))
			return PROTO_MOCK_RESPONSE;
		return has(doc, "mediaType") || has(doc, "replyId")
			       ? PROTO_MOCK_EVENT : PROTO_MOCK_REQUEST;
	}
	if (has(doc, "serviceId"))
		return PROTO_MOCK_RESOURCE;
	if (has(doc, "operations") && has(doc, "version"))
		return PROTO_MOCK_SERVICE;
	return PROTO_NONE;
}

/* ---- lists of headers and parameters ---- */

struct rows {
	const struct rrpair *pair;
	bool params;
	uint32_t element, list;	/* list: of the values */
	uint32_t name, value;	/* as found; JSON_NONE where missing */
};

static uint32_t list_of(const struct rrpair *pair, bool params)
{
	uint32_t n = part_member(pair, 0, params ? "queryParameters"
						 : "headers");

	return part_is(pair, n, JSON_ARRAY) ? n : JSON_NONE;
}

static struct rows rows_begin(const struct rrpair *pair, bool params)
{
	struct rows r = { .pair = pair, .params = params,
			  .element = JSON_NONE, .value = JSON_NONE };

	r.list = JSON_NONE;
	r.name = list_of(pair, params);	/* where to start */
	return r;
}

static bool enter_element(struct rows *r)
{
	r->list = JSON_NONE;
	r->name = part_member(r->pair, r->element, "name");
	r->value = part_member(r->pair, r->element,
			       r->params ? "value" : "values");
	if (!r->params && part_is(r->pair, r->value, JSON_ARRAY)) {
		r->list = r->value;
		r->value = json_first(&r->pair->doc, r->list);
	}
	return r->value != JSON_NONE;
}

/* The next value; a header without values is passed over. */
static bool rows_next(struct rows *r)
{
	const struct json_doc *doc = &r->pair->doc;

	if (r->element == JSON_NONE) {
		r->element = r->name == JSON_NONE ? JSON_NONE
						  : json_first(doc, r->name);
	} else {
		if (r->list != JSON_NONE && r->value != JSON_NONE) {
			r->value = json_next(doc, r->value);
			if (r->value != JSON_NONE)
				return true;
		}
		r->element = json_next(doc, r->element);
	}
	for (; r->element != JSON_NONE; r->element = json_next(doc, r->element))
		if (enter_element(r))
			return true;
	return false;
}

static bool named(const struct rows *r, const char *name, size_t len)
{
	struct buf text;
	bool same;

	if (!part_is(r->pair, r->name, JSON_STRING))
		return false;
	buf_init(&text);
	part_text(r->pair, r->name, &text);
	same = r->params ? slice_eq(text.data, text.len, name, len)
			 : utf8_ascii_ieq(text.data, text.len, name, len);
	buf_release(&text);
	return same;
}

static bool is_params(enum field_id id)
{
	return id == FIELD_PARAM;
}

static bool is_row(enum field_id id)
{
	return id == FIELD_PARAM || id == FIELD_REQUEST_HEADER ||
	       id == FIELD_RESPONSE_HEADER;
}

uint32_t mock_header(const struct rrpair *pair, const char *name, size_t len)
{
	struct rows r = rows_begin(pair, false);

	while (rows_next(&r))
		if (named(&r, name, len))
			return r.value;
	return JSON_NONE;
}

void mock_rows(const struct rrpair *pair, enum pairtable_id id,
	       mock_row_fn *each, void *arg)
{
	struct rows r = rows_begin(pair, id == PAIRTABLE_PARAMS);

	while (rows_next(&r))
		each(arg, r.name, r.value,
		     !part_is(pair, r.name, JSON_STRING) ||
		     !part_is(pair, r.value, JSON_STRING) ||
		     (!r.params && r.list == JSON_NONE));
}

/* ---- simple values ---- */

static const char *member_name(const struct rrpair *pair, enum field_id id)
{
	switch (id) {
	case FIELD_STATUS:
		return "status";
	case FIELD_CONTENTTYPE:
		return "mediaType";
	case FIELD_UUID:
		return "id";
	case FIELD_SERVICE:
		return "name";
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return "content";
	default:
		return NULL;
	}
}

static uint32_t labels(const struct rrpair *pair)
{
	uint32_t n = part_member(pair, part_member(pair, 0, "metadata"),
				 "labels");

	return part_is(pair, n, JSON_OBJECT) ? n : JSON_NONE;
}

static uint32_t not_null(const struct rrpair *pair, uint32_t node)
{
	return part_is(pair, node, JSON_NULL) ? JSON_NONE : node;
}

uint32_t mock_content(const struct rrpair *pair)
{
	return part_member(pair, 0, "content");
}

uint32_t mock_find(const struct rrpair *pair, const struct field *field)
{
	const char *name = member_name(pair, field->id);
	struct rows r;
	uint32_t nth = field->nth ? field->nth : 1, map;

	if (field->id == FIELD_DOTTED)
		return json_locate(&pair->doc, &field->path);
	if (!rrpair_has_field(pair, field))
		return JSON_NONE;
	if (name)
		return not_null(pair, part_member(pair, 0, name));
	if (field->id == FIELD_TAG) {
		map = labels(pair);
		return map == JSON_NONE ? JSON_NONE :
		       json_member(&pair->doc, map, field->key,
				   field->key_len);
	}
	if (!is_row(field->id))
		return JSON_NONE;
	r = rows_begin(pair, is_params(field->id));
	while (rows_next(&r))
		if (named(&r, field->key, field->key_len) && !--nth)
			return r.value;
	return JSON_NONE;
}

size_t mock_count(const struct rrpair *pair, const struct field *field)
{
	struct rows r;
	size_t n = 0;

	if (!is_row(field->id))
		return mock_find(pair, field) != JSON_NONE;
	r = rows_begin(pair, is_params(field->id));
	while (rows_next(&r))
		n += named(&r, field->key, field->key_len);
	return n;
}

/* Put a text where a value stands; a null becomes a string. */
static bool put_text(struct plan *plan, uint32_t node, const char *s, size_t len,
		     struct err *err)
{
	struct buf json;

	if (!part_is(plan->pair, node, JSON_NULL))
		return plan_typed(plan, node, s, len, NOTE_SET, err);
	buf_init(&json);
	json_encode(&json, s, len);
	plan_json(plan, node, json.data, json.len, NOTE_SET);
	buf_release(&json);
	return true;
}

static bool set_member(struct plan *plan, const char *name,
		       const struct slice *value, struct err *err)
{
	uint32_t node = part_member(plan->pair, 0, name);

	if (node != JSON_NONE)
		return put_text(plan, node, value->s, value->len, err);
	plan_member_string(plan, 0, name, value->s, value->len);
	return true;
}

bool mock_set_content(struct plan *plan, const char *bytes, size_t len,
		      struct err *err)
{
	struct slice value = { bytes, len };

	if (!utf8_valid(bytes, len))
		return err_set(err, ERR_INPUT,
			       _("the content of a mock is text: UTF-8 only"));
	return set_member(plan, "content", &value, err);
}

static void encode_member(struct buf *json, const char *key, size_t key_len,
			  const struct slice *value)
{
	json_encode(json, key, key_len);
	buf_addc(json, ':');
	json_encode(json, value->s, value->len);
}

/* A label of the service's metadata. */
static bool set_label(struct plan *plan, const struct field *field,
		      const struct slice *value, struct err *err)
{
	const struct rrpair *pair = plan->pair;
	uint32_t meta = part_member(pair, 0, "metadata");
	uint32_t map = part_member(pair, meta, "labels"), node;
	struct buf json;

	if (part_is(pair, map, JSON_OBJECT)) {
		node = json_member(&pair->doc, map, field->key, field->key_len);
		if (node != JSON_NONE)
			return put_text(plan, node, value->s, value->len, err);
	}
	buf_init(&json);
	if (part_is(pair, map, JSON_OBJECT)) {
		json_encode(&json, value->s, value->len);
		plan_member(plan, map, field->key, field->key_len, json.data,
			    json.len);
		buf_release(&json);
		return true;
	}
	buf_addc(&json, '{');
	encode_member(&json, field->key, field->key_len, value);
	buf_addc(&json, '}');
	if (part_is(pair, map, JSON_NULL)) {
		plan_json(plan, map, json.data, json.len, NOTE_SET);
	} else if (part_is(pair, meta, JSON_OBJECT) && map == JSON_NONE) {
		plan_member(plan, meta, "labels", 6, json.data, json.len);
	} else {
		buf_release(&json);
		return err_set(err, ERR_INPUT,
			       _(".metadata: not an object that could hold "
				 "labels"));
	}
	buf_release(&json);
	return true;
}

/* ---- one header or parameter ---- */

static void encode_row(struct buf *json, bool params, const struct slice *name,
		       const struct slice *value)
{
	buf_adds(json, "{\"name\":");
	json_encode(json, name->s, name->len);
	buf_adds(json, params ? ",\"value\":" : ",\"values\":[");
	json_encode(json, value->s, value->len);
	buf_adds(json, params ? "}" : "]}");
}

static bool valid_row(bool params, const struct slice *name,
		      const struct slice *value, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	if (params)
		return true;
	if (!header_name_valid(name->s, name->len))
		return err_set(err, ERR_INPUT, _("%s: not a header name"),
			       err_quote(quoted, name->s, name->len));
	if (!header_value_valid(value->s, value->len))
		return err_set(err, ERR_INPUT, _("%s: a header value holds no "
						 "line break and no NUL"),
			       err_quote(quoted, name->s, name->len));
	return true;
}

/* A new element before another (JSON_NONE: at the end). */
static bool insert_row(struct plan *plan, bool params, uint32_t before,
		       const struct slice *name, const struct slice *value,
		       struct err *err)
{
	const char *key = params ? "queryParameters" : "headers";
	uint32_t node = part_member(plan->pair, 0, key);
	struct buf json;

	if (!valid_row(params, name, value, err))
		return false;
	if (node != JSON_NONE && !part_is(plan->pair, node, JSON_ARRAY) &&
	    !part_is(plan->pair, node, JSON_NULL))
		return err_set(err, ERR_INPUT, _(".%s: not a list"), key);
	buf_init(&json);
	if (!part_is(plan->pair, node, JSON_ARRAY))
		buf_addc(&json, '[');
	encode_row(&json, params, name, value);
	if (part_is(plan->pair, node, JSON_ARRAY)) {
		splice_insert(plan->splice, node, before, NULL, 0, json.data,
			      json.len);
		plan_note(plan, NOTE_ADDED, node, NULL);
	} else {
		buf_addc(&json, ']');
		if (node == JSON_NONE)
			plan_member(plan, 0, key, strlen(key), json.data,
				    json.len);
		else
			plan_json(plan, node, json.data, json.len, NOTE_SET);
	}
	buf_release(&json);
	return true;
}

/* One value goes, and its element with the last one. */
static void remove_row(struct plan *plan, const struct rows *r)
{
	bool whole = r->list == JSON_NONE ||
		     plan->pair->doc.nodes[r->list].children == 1;

	plan_remove(plan, whole ? r->element : r->value, NOTE_REMOVED);
}

/* All values of the name but the first go. */
static void remove_others(struct plan *plan, bool params, const char *name,
			  size_t len)
{
	struct rows r = rows_begin(plan->pair, params);
	uint32_t kept = JSON_NONE, gone = JSON_NONE;

	while (rows_next(&r)) {
		if (!named(&r, name, len))
			continue;
		if (kept == JSON_NONE)
			kept = r.element;
		else if (r.element == kept)
			plan_remove(plan, r.value, NOTE_REMOVED);
		else if (r.element != gone)
			plan_remove(plan, gone = r.element, NOTE_REMOVED);
	}
}

static bool set_row(struct plan *plan, const struct field *field,
		    const struct slice *value, struct err *err)
{
	bool params = is_params(field->id);
	struct slice name = { field->key, field->key_len };
	struct rows r = rows_begin(plan->pair, params);
	uint32_t count = 0, list = JSON_NONE;
	char quoted[ERR_QUOTE_MAX];
	struct buf json;

	if (!valid_row(params, &name, value, err))
		return false;
	while (rows_next(&r)) {
		if (!named(&r, field->key, field->key_len))
			continue;
		list = r.list;
		if (++count != (field->nth ? field->nth : 1))
			continue;
		if (!field->nth)
			remove_others(plan, params, name.s, name.len);
		return put_text(plan, r.value, value->s, value->len, err);
	}
	if (field->nth > count + 1)
		return err_set(err, ERR_ABSENT, _("%s: there are %u values"),
			       err_quote(quoted, name.s, name.len), count);
	if (list == JSON_NONE)
		return insert_row(plan, params, JSON_NONE, &name, value, err);
	buf_init(&json);
	json_encode(&json, value->s, value->len);
	splice_insert(plan->splice, list, JSON_NONE, NULL, 0, json.data,
		      json.len);
	plan_note(plan, NOTE_ADDED, list, NULL);
	buf_release(&json);
	return true;
}

static bool unset_row(struct plan *plan, const struct field *field,
		      struct err *err)
{
	struct rows r = rows_begin(plan->pair, is_params(field->id));
	uint32_t count = 0, gone = JSON_NONE;
	char quoted[ERR_QUOTE_MAX];

	while (rows_next(&r)) {
		if (!named(&r, field->key, field->key_len))
			continue;
		if (field->nth && ++count == field->nth) {
			remove_row(plan, &r);
			return true;
		}
		if (!field->nth && r.element != gone)
			plan_remove(plan, gone = r.element, NOTE_REMOVED);
	}
	return gone != JSON_NONE ||
	       err_set(err, ERR_ABSENT, _("%s: the record has none"),
		       err_quote(quoted, field->key, field->key_len));
}

static bool is_status(const struct slice *v)
{
	return v->len == 3 && v->s[0] >= '1' && v->s[0] <= '5' &&
	       v->s[1] >= '0' && v->s[1] <= '9' && v->s[2] >= '0' &&
	       v->s[2] <= '9';
}

bool mock_set(struct plan *plan, const struct field *field,
	      const struct slice *value, struct err *err)
{
	if (is_row(field->id))
		return set_row(plan, field, value, err);
	switch (field->id) {
	case FIELD_TAG:
		return set_label(plan, field, value, err);
	case FIELD_REQUEST_BODY:
	case FIELD_RESPONSE_BODY:
		return mock_set_content(plan, value->s, value->len, err);
	case FIELD_STATUS:
		if (!is_status(value))
			return err_set(err, ERR_INPUT,
				       _("status: a number from 100 to 599"));
		break;
	case FIELD_UUID:
		return err_set(err, ERR_INPUT,
			       _("uuid: other records of the repository refer "
				 "to this id; set .id to change it all the "
				 "same"));
	case FIELD_CONTENTTYPE:
		if (!header_value_valid(value->s, value->len))
			return err_set(err, ERR_INPUT, "%s: %s",
				       field_info(field->id)->name,
				       _("no line break and no NUL"));
		break;
	default:
		break;
	}
	return set_member(plan, member_name(plan->pair, field->id), value, err);
}

bool mock_unset(struct plan *plan, const struct field *field, struct err *err)
{
	uint32_t node;

	if (is_row(field->id))
		return unset_row(plan, field, err);
	node = mock_find(plan->pair, field);
	if (field->id == FIELD_UUID || field->id == FIELD_SERVICE)
		return err_set(err, ERR_INPUT,
			       _("%s: a record cannot do without it"),
			       field_info(field->id)->name);
	if (node == JSON_NONE)
		return err_set(err, ERR_ABSENT, _("%s: the record has none"),
			       field_info(field->id)->name);
	if (field->id == FIELD_TAG)
		plan_remove(plan, node, NOTE_REMOVED);
	else	/* as an export writes what is not there */
		plan_json(plan, node, "null", 4, NOTE_REMOVED);
	return true;
}

/* ---- edits of rows ---- */

/* Stand on row number `row` of the table. */
static struct rows at_row(const struct row_edit *edit, size_t row)
{
	struct rows r = rows_begin(edit->plan->pair,
				   edit->table->id == PAIRTABLE_PARAMS);

	do
		rows_next(&r);
	while (row-- > 0);
	return r;
}

static uint32_t element_at(const struct row_edit *edit, size_t row)
{
	return row < edit->table->count ? at_row(edit, row).element : JSON_NONE;
}

/* A header of several values is taken apart: the renamed one stands alone. */
static bool rename_row(struct row_edit *edit, struct rows *r, struct err *err)
{
	struct slice value = { edit_row(edit)->value, edit_row(edit)->value_len };

	if (!valid_row(r->params, &edit->name, &value, err))
		return false;
	if (r->list == JSON_NONE ||
	    r->pair->doc.nodes[r->list].children == 1) {
		plan_string(edit->plan, r->name, edit->name.s, edit->name.len,
			    NOTE_SET);
		return true;
	}
	plan_remove(edit->plan, r->value, NOTE_REMOVED);
	return insert_row(edit->plan, r->params,
			  json_next(&r->pair->doc, r->element), &edit->name,
			  &value, err);
}

static bool move_row(struct row_edit *edit, struct rows *r)
{
	const struct json_doc *doc = &r->pair->doc;
	struct rows to;

	if (edit->to >= edit->table->count) {
		splice_move(edit->plan->splice, r->element, JSON_NONE);
	} else {
		to = at_row(edit, edit->to);
		if (to.element == r->element)
			splice_move(edit->plan->splice, r->value, to.value);
		else if (to.element != json_next(doc, r->element))
			splice_move(edit->plan->splice, r->element, to.element);
		else
			return true;
	}
	plan_note(edit->plan, NOTE_SET, r->element, NULL);
	return true;
}

bool mock_rows_edit(struct row_edit *edit, struct err *err)
{
	bool params = edit->table->id == PAIRTABLE_PARAMS;
	struct slice name, value;
	struct rows r;

	if (edit->verb == ROW_INSERT)
		return insert_row(edit->plan, params,
				  element_at(edit, edit->to), &edit->name,
				  &edit->value, err);
	r = at_row(edit, edit->row);
	switch (edit->verb) {
	case ROW_SET:
		name = (struct slice){ edit_row(edit)->name,
				       edit_row(edit)->name_len };
		return valid_row(params, &name, &edit->value, err) &&
		       put_text(edit->plan, r.value, edit->value.s,
				edit->value.len, err);
	case ROW_RENAME:
		return rename_row(edit, &r, err);
	case ROW_DELETE:
		remove_row(edit->plan, &r);
		return true;
	case ROW_DUPLICATE:
		name = (struct slice){ edit_row(edit)->name,
				       edit_row(edit)->name_len };
		value = (struct slice){ edit_row(edit)->value,
					edit_row(edit)->value_len };
		return insert_row(edit->plan, params,
				  json_next(&r.pair->doc, r.element), &name,
				  &value, err);
	case ROW_MOVE:
		return move_row(edit, &r);
	default:
		return err_set(err, ERR_INPUT,
			       _("only Set-Cookie has attributes"));
	}
}
