#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "rrpair/body.h"
#include "rrpair/check.h"
#include "rrpair/mockcheck.h"
#include "rrpair/mockstrip.h"
#include "rrpair/plan.h"
#include "rrpair/signature.h"
#include "rrpair/url.h"

/* A problem found again: the record, and the value the problem names. */
struct fix {
	const struct rrpair *pair;
	const char *path;
	uint32_t node;		/* JSON_NONE: the record as a whole */
	struct change_set *out;
};

typedef bool fix_function(struct fix *fix, struct err *err);

static bool no_safe_fix(struct err *err)
{
	return err_set(err, ERR_INPUT,
		       _("this one has no fix that loses nothing"));
}

/* Set exactly one value to a string, whatever it was. */
static bool put_string(struct fix *fix, const char *path, const char *bytes,
		       size_t len, struct err *err)
{
	struct field field;
	struct buf json;
	bool done;

	if (!field_parse(&field, path, strlen(path), err))
		return false;
	buf_init(&json);
	json_encode(&json, bytes, len);
	done = change_field_json(fix->pair, &field, json.data, json.len,
				 CHANGE_SINGLE, fix->out, err);
	buf_release(&json);
	field_release(&field);
	return done;
}

static bool put_json(struct fix *fix, const char *json, size_t len,
		     struct err *err)
{
	struct field field;
	bool done;

	if (!field_parse(&field, fix->path, strlen(fix->path), err))
		return false;
	done = change_field_json(fix->pair, &field, json, len, CHANGE_SINGLE,
				 fix->out, err);
	field_release(&field);
	return done;
}

static bool get(const struct fix *fix, enum field_id id, struct buf *out,
		struct err *err)
{
	struct field field;
	bool got;

	field_make(&field, id, NULL, 0, 0);
	got = rrpair_get(fix->pair, &field, out, err);
	field_release(&field);
	return got;
}

static bool fix_msgtype(struct fix *fix, struct err *err)
{
	return put_string(fix, ".msgType", "rrpair", 6, err);
}

/* Copies in tokenList belong to the original of a duplicate as much as to this
 * record; change_field() takes those along that equal the old uuid. */
static bool fix_uuid(struct fix *fix, struct err *err)
{
	uint32_t node = fix->pair->top[TOP_UUID];
	struct field field;
	struct uuid uuid;
	char text[25];
	bool done;

	uuid_v4(&uuid);
	uuid_base64(text, &uuid);
	if (node != JSON_NONE && !rrpair_uuid(fix->pair, &uuid))
		return put_string(fix, ".uuid", text, strlen(text), err);
	field_make(&field, FIELD_UUID, NULL, 0, 0);
	done = change_field(fix->pair, &field, text, strlen(text),
			    CHANGE_LINKED, fix->out, err);
	field_release(&field);
	return done;
}

static bool fix_direction(struct fix *fix, struct err *err)
{
	uint32_t node = json_at(&fix->pair->doc, 0, "tags.proxyLocation");

	if (node != JSON_NONE && json_string_is(&fix->pair->doc, node, "in", 2))
		return put_string(fix, ".direction", "IN", 2, err);
	if (node != JSON_NONE && json_string_is(&fix->pair->doc, node, "out", 3))
		return put_string(fix, ".direction", "OUT", 3, err);
	return err_set(err, ERR_INPUT,
		       _("tags.proxyLocation does not tell the direction"));
}

/* Base64 as mail and browsers mangle it: blanks, URL alphabet, lost padding. */
static void mend_base64(const struct buf *text, struct buf *out)
{
	size_t i;

	for (i = 0; i < text->len; i++) {
		char c = text->data[i];

		if (c == ' ' || c == '\n' || c == '\r' || c == '\t' ||
		    c == '=')
			continue;
		buf_addc(out, c == '-' ? '+' : c == '_' ? '/' : c);
	}
	while (out->len % 4)
		buf_addc(out, '=');
}

static bool fix_base64(struct fix *fix, struct err *err)
{
	struct buf text, mended, bytes;
	bool done = false;

	buf_init(&text);
	buf_init(&mended);
	buf_init(&bytes);
	json_string(&fix->pair->doc, fix->node, &text);
	mend_base64(&text, &mended);
	if (base64_decode(&bytes, mended.data, mended.len, NULL))
		done = put_string(fix, fix->path, mended.data, mended.len, err);
	else
		no_safe_fix(err);
	buf_release(&text);
	buf_release(&mended);
	buf_release(&bytes);
	return done;
}

/* The spelling of a number or boolean as a string. */
static bool scalar_to_string(struct fix *fix, struct err *err)
{
	const struct json_node *n = &fix->pair->doc.nodes[fix->node];

	if (n->type != JSON_NUMBER && n->type != JSON_TRUE &&
	    n->type != JSON_FALSE)
		return no_safe_fix(err);
	return put_string(fix, fix->path, fix->pair->text + n->off, n->len,
			  err);
}

static bool fix_type(struct fix *fix, struct err *err)
{
	const struct json_node *n = &fix->pair->doc.nodes[fix->node];
	struct json_doc doc;
	struct buf text;
	int64_t number;
	bool done;

	if (n->type != JSON_STRING)
		return scalar_to_string(fix, err);
	buf_init(&text);
	json_doc_init(&doc);
	json_string(&fix->pair->doc, fix->node, &text);
	if (json_scan(&doc, text.data, text.len, NULL) &&
	    ((json_int64(&doc, 0, &number) && number >= 0) ||
	     doc.nodes[0].type == JSON_TRUE || doc.nodes[0].type == JSON_FALSE))
		done = put_json(fix, text.data, text.len, err);
	else
		done = no_safe_fix(err);
	json_doc_release(&doc);
	buf_release(&text);
	return done;
}

static bool fix_headers_type(struct fix *fix, struct err *err)
{
	const struct json_doc *doc = &fix->pair->doc;
	const struct json_node *n = &doc->nodes[fix->node];
	struct buf json;
	bool in_array = doc->nodes[n->parent].type == JSON_ARRAY, done;

	if (in_array)
		return scalar_to_string(fix, err);
	if (n->type == JSON_OBJECT || n->type == JSON_ARRAY ||
	    n->type == JSON_NULL)
		return no_safe_fix(err);
	buf_init(&json);
	buf_addc(&json, '[');
	if (n->type == JSON_STRING)
		buf_add(&json, fix->pair->text + n->off, n->len);
	else
		json_encode(&json, fix->pair->text + n->off, n->len);
	buf_addc(&json, ']');
	done = put_json(fix, json.data, json.len, err);
	buf_release(&json);
	return done;
}

static bool fix_header_value(struct fix *fix, struct err *err)
{
	struct buf text, clean;
	size_t i;
	bool done;

	buf_init(&text);
	buf_init(&clean);
	json_string(&fix->pair->doc, fix->node, &text);
	for (i = 0; i < text.len; i++) {
		bool bad = strchr("\r\n", text.data[i]) != NULL;

		if (!bad)
			buf_addc(&clean, text.data[i]);
		else if (!clean.len || clean.data[clean.len - 1] != ' ')
			buf_addc(&clean, ' ');
	}
	done = put_string(fix, fix->path, clean.data, clean.len, err);
	buf_release(&text);
	buf_release(&clean);
	return done;
}

static bool fix_from_field(struct fix *fix, enum field_id id, struct err *err)
{
	struct buf value;
	bool done;

	buf_init(&value);
	done = get(fix, id, &value, err) &&
	       put_string(fix, fix->path, value.data, value.len, err);
	buf_release(&value);
	return done;
}

static bool fix_method(struct fix *fix, struct err *err)
{
	return fix_from_field(fix, FIELD_METHOD, err);
}

static bool fix_contenttype(struct fix *fix, struct err *err)
{
	return fix_from_field(fix, FIELD_CONTENTTYPE, err);
}

/* location is the path; uri is the path and, where it has one, its query. */
static bool fix_path(struct fix *fix, struct err *err)
{
	struct slice path, query = { NULL, 0 };
	struct buf value, old;
	bool done;

	buf_init(&value);
	buf_init(&old);
	done = get(fix, FIELD_PATH, &value, err);
	json_string(&fix->pair->doc, fix->node, &old);
	if (!strcmp(fix->path, ".http.req.uri"))
		url_split(old.data, old.len, &path, &query);
	if (query.s) {
		buf_addc(&value, '?');
		buf_add(&value, query.s, query.len);
	}
	done = done && put_string(fix, fix->path, value.data, value.len, err);
	buf_release(&value);
	buf_release(&old);
	return done;
}

/* Append one member of queryParams: the values of a name, in their order. */
static void add_param(struct buf *json, const char *query, size_t len,
		      const struct buf *name)
{
	struct url_param param;
	struct buf other, value;
	const char *sep = "";
	size_t at = 0;

	buf_init(&other);
	buf_init(&value);
	json_encode(json, name->data, name->len);
	buf_adds(json, ":[");
	while (url_next_param(query, len, &at, &param)) {
		buf_clear(&other);
		url_decode(&other, param.name.s, param.name.len);
		if (other.len != name->len ||
		    memcmp(other.data, name->data, name->len))
			continue;
		buf_clear(&value);
		if (param.value.s)
			url_decode(&value, param.value.s, param.value.len);
		buf_adds(json, sep);
		json_encode(json, value.data, value.len);
		sep = ",";
	}
	buf_addc(json, ']');
	buf_release(&other);
	buf_release(&value);
}

/* Did the name occur before this parameter? */
static bool name_before(const char *query, size_t end, const struct buf *name)
{
	struct url_param param;
	struct buf other;
	size_t at = 0;
	bool seen = false;

	buf_init(&other);
	while (!seen && at < end && url_next_param(query, end, &at, &param)) {
		buf_clear(&other);
		url_decode(&other, param.name.s, param.name.len);
		seen = other.len == name->len &&
		       !memcmp(other.data, name->data, name->len);
	}
	buf_release(&other);
	return seen;
}

static bool fix_query(struct fix *fix, struct err *err)
{
	struct url_param param;
	struct buf query, json, name;
	size_t at = 0;
	bool done;

	buf_init(&query);
	buf_init(&json);
	buf_init(&name);
	done = get(fix, FIELD_QUERY, &query, err);
	buf_addc(&json, '{');
	while (done && url_next_param(query.data, query.len, &at, &param)) {
		buf_clear(&name);
		url_decode(&name, param.name.s, param.name.len);
		if (name_before(query.data,
				(size_t)(param.whole.s - query.data), &name))
			continue;
		if (json.len > 1)
			buf_addc(&json, ',');
		add_param(&json, query.data, query.len, &name);
	}
	buf_addc(&json, '}');
	fix->path = ".http.req.queryParams";
	done = done && put_json(fix, json.data, json.len, err);
	buf_release(&query);
	buf_release(&json);
	buf_release(&name);
	return done;
}

/* Each copy of the host keeps its own port. */
static bool fix_host(struct fix *fix, struct err *err)
{
	struct slice name, port, own_name, own_port;
	struct buf host, old;
	bool done;

	buf_init(&host);
	buf_init(&old);
	done = get(fix, FIELD_HOST, &old, err);
	if (done) {
		host_split(old.data, old.len, &name, &port);
		buf_add(&host, name.s, name.len);
		buf_clear(&old);
		json_string(&fix->pair->doc, fix->node, &old);
		host_split(old.data, old.len, &own_name, &own_port);
		if (own_port.s) {
			buf_addc(&host, ':');
			buf_add(&host, own_port.s, own_port.len);
		}
		done = put_string(fix, fix->path, host.data, host.len, err);
	}
	buf_release(&host);
	buf_release(&old);
	return done;
}

/* Keeps the copy's style: the code alone, with a blank, or with a reason. */
static bool fix_status(struct fix *fix, struct err *err)
{
	struct buf code, old;
	const char *reason;
	char *space;
	bool done;

	buf_init(&code);
	buf_init(&old);
	done = get(fix, FIELD_STATUS, &code, err);
	json_string(&fix->pair->doc, fix->node, &old);
	reason = rrpair_reason((unsigned)strtoul(code.data, NULL, 10));
	space = strchr(old.data, ' ');
	if (space) {
		buf_addc(&code, ' ');
		if (space[1] && reason)
			buf_adds(&code, reason);
	}
	done = done && put_string(fix, fix->path, code.data, code.len, err);
	buf_release(&code);
	buf_release(&old);
	return done;
}

static bool fix_proxy_location(struct fix *fix, struct err *err)
{
	const struct json_doc *doc = &fix->pair->doc;
	uint32_t node = fix->pair->top[TOP_DIRECTION];
	bool in = node != JSON_NONE && json_string_is(doc, node, "IN", 2);

	return put_string(fix, fix->path, in ? "in" : "out", in ? 2 : 3, err);
}

static bool fix_body(struct fix *fix, struct err *err)
{
	enum body_side side = strncmp(fix->path, ".http.req.", 10) ?
			      BODY_RESPONSE : BODY_REQUEST;
	struct body body;
	bool done;

	body_init(&body);
	done = body_decode(&body, fix->pair, side, err);
	if (done && body.flags & BODY_UTF8)
		done = put_string(fix, fix->path, body.bytes.data,
				  body.bytes.len, err);
	else if (done)
		done = no_safe_fix(err);
	body_release(&body);
	return done;
}

static bool fix_signature(struct fix *fix, struct err *err)
{
	return signature_refresh(fix->pair, fix->out, err);
}

static bool fix_mutable_signature(struct fix *fix, struct err *err)
{
	struct signature sig;
	bool done = false, found = false;
	size_t i;

	signature_init(&sig);
	signature_read(&sig, fix->pair);
	for (i = 0; i < sig.count && !found; i++) {
		const struct signature_row *row = &sig.rows[i];

		found = row->plain_node == fix->node || row->node == fix->node;
		if (!found)
			continue;
		if (row->flags & SIG_IN_SIGNATURE)
			done = signature_set(fix->pair, row->key, row->key_len,
					     row->value, row->value_len,
					     fix->out, err);
		else
			done = signature_unset(fix->pair, row->key,
					       row->key_len, fix->out, err);
	}
	signature_release(&sig);
	return found ? done : no_safe_fix(err);
}

static bool fix_content_length(struct fix *fix, struct err *err)
{
	enum body_side side = strncmp(fix->path, ".http.req.", 10) ?
			      BODY_RESPONSE : BODY_REQUEST;
	struct body body;
	char text[32];
	bool done;

	body_init(&body);
	done = body_decode(&body, fix->pair, side, err);
	snprintf(text, sizeof(text), "%zu", body.stored_len);
	done = done && put_string(fix, fix->path, text, strlen(text), err);
	body_release(&body);
	return done;
}

static bool fix_mock_member(struct fix *fix, struct err *err)
{
	struct field field;
	bool done;

	if (!field_parse(&field, fix->path, strlen(fix->path), err))
		return false;
	done = change_unset(fix->pair, &field, CHANGE_SINGLE, fix->out, err);
	field_release(&field);
	return done;
}

struct strip {
	struct plan plan;
	size_t n;
};

static bool strip_null(void *arg, uint32_t node, const char *since)
{
	struct strip *s = arg;

	(void)since;
	if (s->plan.pair->doc.nodes[node].type == JSON_NULL) {
		plan_remove(&s->plan, node, NOTE_REMOVED);
		s->n++;
	}
	return true;
}

bool mock_strip(const struct rrpair *pair, struct change_set *out)
{
	struct strip s = { .n = 0 };

	plan_begin(&s.plan, pair, CHANGE_SINGLE);
	mock_newer_members(pair, strip_null, &s);
	plan_end(&s.plan, true, out);
	return s.n > 0;
}

static bool fix_mock_version(struct fix *fix, struct err *err)
{
	return mock_strip(fix->pair, fix->out) || no_safe_fix(err);
}

static fix_function *const fixes[CHECK_COUNT] = {
	[CHECK_MSGTYPE] = fix_msgtype,
	[CHECK_UUID_SIZE] = fix_uuid,
	[CHECK_UUID_DUPLICATE] = fix_uuid,
	[CHECK_DIRECTION] = fix_direction,
	[CHECK_BASE64] = fix_base64,
	[CHECK_TYPE] = fix_type,
	[CHECK_HEADERS_TYPE] = fix_headers_type,
	[CHECK_TAGS_TYPE] = scalar_to_string,
	[CHECK_HEADER_VALUE] = fix_header_value,
	[CHECK_METHOD_DIFFERS] = fix_method,
	[CHECK_PATH_DIFFERS] = fix_path,
	[CHECK_QUERY_DIFFERS] = fix_query,
	[CHECK_HOST_DIFFERS] = fix_host,
	[CHECK_STATUS_DIFFERS] = fix_status,
	[CHECK_CONTENTTYPE_DIFFERS] = fix_contenttype,
	[CHECK_DIRECTION_DIFFERS] = fix_proxy_location,
	[CHECK_BODY_DIFFERS] = fix_body,
	[CHECK_SIGNATURE_STALE] = fix_signature,
	[CHECK_SIGNATURE_DIFFERS] = fix_mutable_signature,
	[CHECK_UUID_MISSING] = fix_uuid,
	[CHECK_CONTENT_LENGTH] = fix_content_length,
	[CHECK_MOCK_MEMBER] = fix_mock_member,
	[CHECK_MOCK_VERSION] = fix_mock_version,
};

struct same_problem {
	const struct check_rule *rule;
	const char *field;
	size_t off;
	bool found;
};

static bool match_problem(void *arg, const struct problem *problem)
{
	struct same_problem *want = arg;

	if (problem->rule == want->rule && !strcmp(problem->field, want->field)) {
		want->off = problem->off;
		want->found = true;
	}
	return !want->found;
}

/* Is the problem there now? The one rule about the file cannot be seen from
 * one record: its caller knows that the uuid is taken. */
static bool still_there(struct same_problem *want, const char *text, size_t len)
{
	struct check_options options = { .now_ns = INT64_MAX,
					 .at_least = want->rule->severity };
	struct check *c;

	if (check_rule_needs_file(want->rule))
		return true;
	c = check_new(&options);
	check_alone(c, text, len, match_problem, want);
	check_free(c);
	return want->found;
}

/* Problems name visible paths; the value itself is found by its offset. */
static uint32_t node_at_offset(const struct json_doc *doc, size_t off)
{
	uint32_t i;

	for (i = 1; i < doc->count; i++)
		if (doc->nodes[i].off == off)
			return i;
	return JSON_NONE;
}

/* A conversion can end at another wrong value ("-5" is no count either). */
static bool mends(struct same_problem *want, const struct patch *patch,
		  const char *text, size_t len)
{
	struct buf mended;
	bool gone;

	buf_init(&mended);
	want->found = false;
	gone = patch_apply(patch, text, len, &mended, NULL) &&
	       !still_there(want, mended.data, mended.len);
	buf_release(&mended);
	return gone;
}

bool check_fix(const struct check_rule *rule, const char *field,
	       const char *text, size_t len, struct patch **out,
	       struct err *err)
{
	struct same_problem want = { .rule = rule, .field = field };
	struct change_set set;
	struct rrpair pair;
	struct buf path;
	struct fix fix = { .pair = &pair, .out = &set };
	bool done = false;

	if (!fixes[rule->id])
		return no_safe_fix(err);
	if (!still_there(&want, text, len))
		return err_set(err, ERR_ABSENT, _("the problem is gone"));
	rrpair_init(&pair);
	change_init(&set);
	buf_init(&path);
	if (rrpair_parse(&pair, text, len, err)) {
		fix.node = want.off ? node_at_offset(&pair.doc, want.off) :
			   JSON_NONE;
		if (fix.node != JSON_NONE)
			rrpair_path(&pair, fix.node, &path);
		fix.path = path.data;
		done = fixes[rule->id](&fix, err);
	}
	if (done && !check_rule_needs_file(rule) &&
	    !mends(&want, set.patch, text, len))
		done = no_safe_fix(err);
	if (done)
		*out = patch_ref(set.patch);
	buf_release(&path);
	change_release(&set);
	rrpair_release(&pair);
	return done;
}
