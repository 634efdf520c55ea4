/* What of a record of traffic has no place in a repository. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/mockconvert.h"
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
		"contentType", "statusCode", "headers", "bodyBase64", "body",
		"bodyString", NULL
	};
	uint32_t l7 = pair->top[TOP_L7PROTOCOL];

	lose_members(r, pair, 0, top);
	lose_members(r, pair, pair->protocol, http);
	lose_members(r, pair, pair->req, req);
	lose_members(r, pair, pair->res, res);
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
	if (pair->top[TOP_TS] != JSON_NONE)
		lose(r, pair, pair->top[TOP_TS],
		     _("only the earliest of a service is kept"));
	if (pair->top[TOP_DURATION] != JSON_NONE)
		lose(r, pair, pair->top[TOP_DURATION],
		     _("only the median of an operation is kept"));
}
