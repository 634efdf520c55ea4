/* What of a record of traffic has no place in a repository. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/mockconvert.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"

char *mock_text_of(const struct rrpair *pair, uint32_t node)
{
	struct buf text;
	char *s;

	buf_init(&text);
	if (node != JSON_NONE)
		part_text(pair, node, &text);
	s = mem_dup(text.data ? text.data : "", text.len);
	buf_release(&text);
	return s;
}

char *mock_field_text(const struct rrpair *pair, enum field_id id)
{
	struct field field;
	struct buf text;
	char *s;

	buf_init(&text);
	field_make(&field, id, NULL, 0, 0);
	rrpair_get(pair, &field, &text, NULL);
	field_release(&field);
	s = mem_dup(text.data ? text.data : "", text.len);
	buf_release(&text);
	return s;
}

static void lose(struct mock_report *r, const struct rrpair *pair, uint32_t node,
		 const char *why)
{
	struct buf path, shown;

	buf_init(&path);
	buf_init(&shown);
	rrpair_path(pair, node, &path);
	utf8_visible(&shown, path.data, path.len, false);
	mock_report_add(r, shown.data ? shown.data : "", why);
	buf_release(&path);
	buf_release(&shown);
}

static bool one_of(const struct json_doc *doc, uint32_t node,
		   const char *const *names)
{
	for (; *names; names++)
		if (json_key_is(doc, node, *names, strlen(*names)))
			return true;
	return false;
}

static void lose_members(struct mock_report *r, const struct rrpair *pair,
			 uint32_t object, const char *const *kept)
{
	const struct json_doc *doc = &pair->doc;

	if (!part_is(pair, object, JSON_OBJECT))
		return;
	for (uint32_t n = json_first(doc, object); n != JSON_NONE;
	     n = json_next(doc, n))
		if (!one_of(doc, n, kept))
			lose(r, pair, n, "");
}

/* A copy of another fact comes back from that one, when it says the same. */
static void lose_copy(struct mock_report *r, const struct rrpair *pair,
		      enum rrpair_top top, enum field_id of)
{
	uint32_t node = pair->top[top];
	char *is, *should;

	if (node == JSON_NONE)
		return;
	is = mock_text_of(pair, node);
	should = mock_field_text(pair, of);
	if (strcmp(is, should) != 0)
		lose(r, pair, node, _("it differs from the fact that it "
				      "repeats"));
	free(is);
	free(should);
}

static void lose_different(struct mock_report *r, const struct rrpair *pair,
			   enum rrpair_top top, const char *first)
{
	char *is = mock_text_of(pair, pair->top[top]);

	if (pair->top[top] != JSON_NONE && strcmp(is, first) != 0)
		lose(r, pair, pair->top[top],
		     _("only that of the service's first record is kept"));
	free(is);
}

/* The status message is made of the code again. */
static void lose_message(struct mock_report *r, const struct rrpair *pair)
{
	uint32_t node = part_member(pair, pair->res, "statusMessage");
	char *code = mock_field_text(pair, FIELD_STATUS), *is, *should;
	const char *reason = rrpair_reason((unsigned)strtoul(code, NULL, 10));

	is = mock_text_of(pair, node);
	should = mem_format("%s %s", code, reason ? reason : "");
	if (node != JSON_NONE && strcmp(is, should) != 0)
		lose(r, pair, node, _("it is made of the status anew"));
	free(is);
	free(should);
	free(code);
}

/* A value that is kept is so only when it is what the format has there. */
static void lose_odd(struct mock_report *r, const struct rrpair *pair,
		     uint32_t object, const char *key, enum json_type type)
{
	uint32_t node = part_member(pair, object, key);
	int64_t code;

	if (node == JSON_NONE)
		return;
	if (!part_is(pair, node, type) ||
	    (type == JSON_NUMBER && (!json_int64(&pair->doc, node, &code) ||
				     code < 100 || code > 999)))
		lose(r, pair, node, _("not as the format has it"));
}

static void lose_all_odd(struct mock_report *r, const struct rrpair *pair)
{
	uint32_t type = pair->top[TOP_MSGTYPE];

	lose_odd(r, pair, pair->req, "method", JSON_STRING);
	lose_odd(r, pair, pair->req, "url", JSON_STRING);
	lose_odd(r, pair, pair->res, "contentType", JSON_STRING);
	lose_odd(r, pair, pair->res, "statusCode", JSON_NUMBER);
	if (type != JSON_NONE && !(part_is(pair, type, JSON_STRING) &&
				   json_string_is(&pair->doc, type, "rrpair",
						  6)))
		lose(r, pair, type, _("not as the format has it"));
}

/* The query is spelt anew from its parameters. */
static void lose_uri(struct mock_report *r, const struct rrpair *pair,
		     const struct params *ps)
{
	uint32_t node = part_member(pair, pair->req, "uri");
	char *is, *path;
	struct buf uri;

	if (node == JSON_NONE)
		return;
	is = mock_text_of(pair, node);
	path = mock_field_text(pair, FIELD_PATH);
	buf_init(&uri);
	buf_adds(&uri, path);
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[i];

		buf_addc(&uri, i ? '&' : '?');
		url_encode(&uri, ps->bytes.data + p->name, p->name_len);
		buf_addc(&uri, '=');
		url_encode(&uri, ps->bytes.data + p->value, p->value_len);
	}
	if (!part_is(pair, node, JSON_STRING) ||
	    !slice_eq(is, strlen(is), uri.data, uri.len))
		lose(r, pair, node, _("it is spelt anew from path and "
				      "parameters"));
	buf_release(&uri);
	free(path);
	free(is);
}

/* The uuid comes back as the name of the messages. */
static void lose_uuid(struct mock_report *r, const struct rrpair *pair,
		      const char *name)
{
	uint32_t node = pair->top[TOP_UUID];
	char *is, text[UUID_BASE64_MAX];
	struct uuid uuid;

	if (node == JSON_NONE)
		return;
	is = mock_text_of(pair, node);
	if (uuid_parse(&uuid, name, strlen(name)))
		uuid_base64(text, &uuid);
	else
		text[0] = '\0';
	if (!part_is(pair, node, JSON_STRING) || strcmp(is, text) != 0)
		lose(r, pair, node, _("it becomes a fresh one"));
	free(is);
}

void mock_lose_rest(struct mock_report *r, const struct rrpair *pair,
		    const struct mock_facts *s)
{
	static const char *const top[] = {
		"msgType", "resource", "ts", "duration", "uuid", "direction",
		"cluster", "namespace", "service", "command", "location",
		"status", "http", "l7protocol", NULL
	};
	static const char *const http[] = { "req", "res", NULL };
	static const char *const req[] = {
		"url", "uri", "method", "headers", "queryParams", "bodyBase64",
		"body", "bodyString", NULL
	};
	static const char *const res[] = {
		"contentType", "statusCode", "statusMessage", "headers", "bodyBase64", "body",
		"bodyString", NULL
	};
	uint32_t l7 = pair->top[TOP_L7PROTOCOL];

	lose_members(r, pair, 0, top);
	lose_members(r, pair, pair->protocol, http);
	lose_members(r, pair, pair->req, req);
	lose_members(r, pair, pair->res, res);
	lose_message(r, pair);
	lose_all_odd(r, pair);
	lose_uri(r, pair, s->params);
	lose_uuid(r, pair, s->message);
	lose_copy(r, pair, TOP_COMMAND, FIELD_METHOD);
	lose_copy(r, pair, TOP_LOCATION, FIELD_PATH);
	lose_copy(r, pair, TOP_STATUS, FIELD_STATUS);
	lose_different(r, pair, TOP_DIRECTION, s->direction);
	lose_different(r, pair, TOP_CLUSTER, s->cluster);
	lose_different(r, pair, TOP_NAMESPACE, s->namespace_);
	lose_different(r, pair, TOP_RESOURCE, s->name);
	lose_different(r, pair, TOP_SERVICE, s->name);
	if (l7 != JSON_NONE && !(part_is(pair, l7, JSON_STRING) &&
				 json_string_is(&pair->doc, l7, "http", 4)))
		lose(r, pair, l7, _("every pair that comes back is http"));
}
