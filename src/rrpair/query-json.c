/*
 * reqbodyjson: is the request's body the same JSON value, whatever its order,
 * blanks and spellings, but for the ignored keys? A key to ignore is a name at
 * any depth, or the last steps of a path: "id", "user.id".
 */
#include "config.h"

#include <string.h>

#include "rrpair/query-run.h"

#define SAME_DEPTH_MAX 1000	/* deeper values are never the same */

struct compare {
	const struct json_doc *want, *have;
	const struct json_doc *names;	/* holds the ignored keys */
	uint32_t ignore;
	struct buf *a, *b;
};

/* Does the dotted name, read from its end, lead up from the member? */
static bool leads_to(const struct json_doc *doc, uint32_t node,
		     const char *name, size_t len)
{
	while (node != JSON_NONE) {
		const struct json_node *n = &doc->nodes[node];
		const char *dot = memrchr(name, '.', len);
		size_t from = dot ? (size_t)(dot - name) + 1 : 0;

		if (!n->key_len) {	/* an element: its array has the name */
			node = n->parent;
			continue;
		}
		if (!json_key_is(doc, node, name + from, len - from))
			return false;
		if (!dot)
			return true;
		len = from - 1;
		node = n->parent;
	}
	return false;
}

static bool ignored(const struct compare *c, const struct json_doc *doc,
		    uint32_t node)
{
	uint32_t name;

	if (c->ignore == JSON_NONE)
		return false;
	for (name = json_first(c->names, c->ignore); name != JSON_NONE;
	     name = json_next(c->names, name)) {
		buf_clear(c->a);
		if (c->names->nodes[name].type != JSON_STRING)
			continue;
		json_string(c->names, name, c->a);
		if (leads_to(doc, node, c->a->data, c->a->len))
			return true;
	}
	return false;
}

static bool same_number(const struct compare *c, uint32_t want, uint32_t have)
{
	int64_t i, j;
	double x, y;
	bool whole = json_int64(c->want, want, &i);

	if (whole != json_int64(c->have, have, &j))
		whole = false;
	else if (whole)
		return i == j;
	return json_double(c->want, want, &x) &&
	       json_double(c->have, have, &y) && x == y;
}

static bool same_string(const struct compare *c, uint32_t want, uint32_t have)
{
	buf_clear(c->a);
	json_string(c->want, want, c->a);
	return json_string_is(c->have, have, c->a->data, c->a->len);
}

static uint32_t members(const struct compare *c, const struct json_doc *doc,
			uint32_t object)
{
	uint32_t n = 0, node;

	for (node = json_first(doc, object); node != JSON_NONE;
	     node = json_next(doc, node))
		n += !ignored(c, doc, node);
	return n;
}

static bool same(const struct compare *c, uint32_t want, uint32_t have,
		 unsigned depth);

static bool same_object(const struct compare *c, uint32_t want, uint32_t have,
			unsigned depth)
{
	uint32_t node;

	if (members(c, c->want, want) != members(c, c->have, have))
		return false;
	for (node = json_first(c->want, want); node != JSON_NONE;
	     node = json_next(c->want, node)) {
		uint32_t other;

		if (ignored(c, c->want, node))
			continue;
		buf_clear(c->b);
		json_key(c->want, node, c->b);
		other = json_member(c->have, have, c->b->data, c->b->len);
		if (other == JSON_NONE || !same(c, node, other, depth + 1))
			return false;
	}
	return true;
}

static bool same_array(const struct compare *c, uint32_t want, uint32_t have,
		       unsigned depth)
{
	uint32_t a = json_first(c->want, want), b = json_first(c->have, have);

	while (a != JSON_NONE && b != JSON_NONE) {
		if (!same(c, a, b, depth + 1))
			return false;
		a = json_next(c->want, a);
		b = json_next(c->have, b);
	}
	return a == b;
}

static bool same(const struct compare *c, uint32_t want, uint32_t have,
		 unsigned depth)
{
	uint8_t type = c->want->nodes[want].type;

	if (type != c->have->nodes[have].type || depth > SAME_DEPTH_MAX)
		return false;
	switch (type) {
	case JSON_NUMBER:
		return same_number(c, want, have);
	case JSON_STRING:
		return same_string(c, want, have);
	case JSON_ARRAY:
		return same_array(c, want, have, depth);
	case JSON_OBJECT:
		return same_object(c, want, have, depth);
	default:
		return true;
	}
}

bool run_test_reqbodyjson(struct query_run *run, const struct query_rule *rule)
{
	struct compare c = {
		.want = &rule->want, .names = &rule->want,
		.have = run_body_json(run, BODY_REQUEST),
		.ignore = rule->want_ignore, .a = &run->value, .b = &run->other,
	};

	return c.have && same(&c, rule->want_body, 0, 0);
}
