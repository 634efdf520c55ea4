/* Where the values of a rule come from, and rules joined. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "rrpair/query-run.h"
#include "rrpair/url.h"

/* Of a repository: the operation that a message names, or what a service or
 * resource is called; an id. */
static uint32_t mock_column_node(const struct rrpair *pair,
				 enum query_field field)
{
	switch (field) {
	case QUERY_LOCATION:
		return json_at(&pair->doc, 0,
			       pair->proto & (PROTO_MOCK_REQUEST |
					      PROTO_MOCK_RESPONSE |
					      PROTO_MOCK_EVENT)
				       ? "operationId" : "name");
	case QUERY_UUID:
		return json_at(&pair->doc, 0, "id");
	case QUERY_STATUS:
		return json_at(&pair->doc, 0, "status");
	default:
		return JSON_NONE;
	}
}

static uint32_t column_node(const struct rrpair *pair, enum query_field field)
{
	static const uint8_t tops[QUERY_FIELDS] = {
		[QUERY_UUID] = TOP_UUID,
		[QUERY_TS] = TOP_TS,
		[QUERY_DIRECTION] = TOP_DIRECTION,
		[QUERY_L7PROTOCOL] = TOP_L7PROTOCOL,
		[QUERY_TECH] = TOP_TECH,
		[QUERY_COMMAND] = TOP_COMMAND,
		[QUERY_LOCATION] = TOP_LOCATION,
		[QUERY_STATUS] = TOP_STATUS,
		[QUERY_SERVICE] = TOP_SERVICE,
		[QUERY_RESOURCE] = TOP_RESOURCE,
		[QUERY_NAMESPACE] = TOP_NAMESPACE,
		[QUERY_CLUSTER] = TOP_CLUSTER,
		[QUERY_SESSION] = TOP_SESSION,
		[QUERY_NETWORKADDR] = TOP_NETWORK_ADDRESS,
		[QUERY_HOST] = TOP_NETWORK_ADDRESS,
		[QUERY_DURATION] = TOP_DURATION,
	};
	uint32_t node = JSON_NONE;

	if (rrpair_is_mock(pair))
		return mock_column_node(pair, field);
	if (field == QUERY_HOST && pair->req != JSON_NONE)
		node = json_at(&pair->doc, pair->req, "host");
	if (node != JSON_NONE)
		return node;
	node = pair->top[tops[field]];
	if (node == JSON_NONE && field == QUERY_STATUS &&
	    pair->res != JSON_NONE)
		node = json_at(&pair->doc, pair->res, "statusCode");
	if (node == JSON_NONE && field == QUERY_HOST &&
	    pair->top[TOP_NETINFO] != JSON_NONE)
		node = json_at(&pair->doc, pair->top[TOP_NETINFO],
			       "upstream.hostname");
	return node;
}

static bool test_column_number(struct query_run *run,
			       const struct query_rule *rule, int64_t v)
{
	char text[24];

	if ((rule->op == OP_IS || rule->op >= OP_LT) &&
	    (rule->has_int || rule->has_real))
		return run_test_int(rule, v);
	snprintf(text, sizeof(text), "%" PRId64, v);
	return run_test_words(run, rule, text, strlen(text));
}

/* What the caller's columns say. For a time as text the record is asked. */
static enum query_have ask_column(struct query_run *run, enum query_field field,
				  bool want_text, struct query_value *v)
{
	if (!run->ops->column || (field == QUERY_TS && want_text))
		return QUERY_UNKNOWN;
	return run->ops->column(run->rec, field, v);
}

static bool test_column(struct query_run *run, const struct query_rule *rule)
{
	enum query_field field = rule->keyword->column;
	const struct rrpair *pair;
	struct query_value v;
	bool text = rule->op == OP_CONTAINS || rule->op == OP_REGEX ||
		    (!rule->has_int && !rule->has_real);

	switch (ask_column(run, field, text, &v)) {
	case QUERY_TEXT:
		return run_test_value(run, rule, v.s, v.len);
	case QUERY_NUMBER:
		return test_column_number(run, rule, v.number);
	case QUERY_ABSENT:
		return run_test_value(run, rule, "", 0);
	case QUERY_UNKNOWN:
		break;
	}
	if (field == QUERY_SIZE) {
		run_text(run, &v.len);
		return test_column_number(run, rule, (int64_t)v.len);
	}
	pair = run_pair(run);
	if (!pair)
		return run_test_value(run, rule, "", 0);
	return run_test_node(run, rule, &pair->doc, column_node(pair, field));
}

/* Text of a column for hashing; false when it is absent or empty. */
static bool column_text(struct query_run *run, enum query_field field,
			const char **s, size_t *len)
{
	const struct rrpair *pair;
	struct query_value v;
	uint32_t node;

	switch (ask_column(run, field, true, &v)) {
	case QUERY_TEXT:
		*s = v.s;
		*len = v.len;
		return v.len > 0;
	case QUERY_ABSENT:
		return false;
	default:
		break;
	}
	pair = run_pair(run);
	node = pair ? column_node(pair, field) : JSON_NONE;
	if (node == JSON_NONE || pair->doc.nodes[node].type != JSON_STRING)
		return false;
	buf_clear(&run->value);
	json_string(&pair->doc, node, &run->value);
	*s = run->value.data;
	*len = run->value.len;
	return *len > 0;
}

/* A field of its own: every value of a repeated one. */
static bool test_field(struct query_run *run, const struct query_rule *rule,
		       const struct field *field)
{
	const struct rrpair *pair = run_pair(run);
	struct field one = *field;	/* borrows key and path */
	size_t count = 1, i;

	if (!pair)
		return run_test_value(run, rule, "", 0);
	if (field->id == FIELD_DOTTED)
		return run_test_node(run, rule, &pair->doc,
				     rrpair_find(pair, field));
	if (field->key && !field->nth)
		count = rrpair_count(pair, field);
	for (i = 1; i <= count; i++) {
		if (field->key && !field->nth)
			one.nth = (uint32_t)i;
		buf_clear(&run->value);
		if (!rrpair_get(pair, &one, &run->value, NULL))
			return count == 1 && run_test_value(run, rule, "", 0);
		if (run_test_value(run, rule, run->value.data, run->value.len))
			return true;
	}
	return !count && run_test_value(run, rule, "", 0);
}

static bool test_url(struct query_run *run, const struct query_rule *rule)
{
	struct slice path, query;

	if (test_field(run, rule, &rule->field))
		return true;
	if (rule->op != OP_IS || !run_pair(run))
		return false;
	url_split(run->value.data, run->value.len, &path, &query);
	return query.s && run_test_words(run, rule, path.s, path.len);
}

static bool test_body(struct query_run *run, const struct query_rule *rule,
		      enum body_side side)
{
	const struct buf *bytes = run_body(run, side);

	if (!bytes)
		return run_test_value(run, rule, "", 0);
	return run_test_value(run, rule, bytes->data, bytes->len);
}

static bool test_one_field(struct query_run *run, const struct query_rule *rule)
{
	switch (rule->field.id) {
	case FIELD_REQUEST_BODY:
		return test_body(run, rule, BODY_REQUEST);
	case FIELD_RESPONSE_BODY:
		return test_body(run, rule, BODY_RESPONSE);
	case FIELD_URL:
		return test_url(run, rule);
	default:
		return test_field(run, rule, &rule->field);
	}
}

/* Either side's header; absent on both is the empty text, and a value on one
 * of them is not spoilt by the other's absence. */
static bool test_header(struct query_run *run, const struct query_rule *rule)
{
	const struct rrpair *pair = run_pair(run);
	struct field req = rule->field, res = rule->field;
	bool has_req, has_res;

	if (!pair)
		return run_test_value(run, rule, "", 0);
	req.id = FIELD_REQUEST_HEADER;
	res.id = FIELD_RESPONSE_HEADER;
	has_req = rrpair_count(pair, &req) > 0;
	has_res = rrpair_count(pair, &res) > 0;
	if (!has_req && !has_res)
		return run_test_value(run, rule, "", 0);
	return (has_req && test_field(run, rule, &req)) ||
	       (has_res && test_field(run, rule, &res));
}

/* As json_locate(), but a key of digits is also an index: the cloud writes
 * items.0.id. */
static uint32_t locate_loosely(const struct json_doc *doc,
			       const struct json_path *path)
{
	uint32_t node = 0, index;
	size_t i, k;

	for (i = 0; i < path->count && node != JSON_NONE; i++) {
		const struct json_step *step = &path->steps[i];

		if (!step->key || doc->nodes[node].type != JSON_ARRAY) {
			node = step->key ? json_member(doc, node, step->key,
						       step->key_len) :
					   json_element(doc, node, step->index);
			continue;
		}
		for (index = 0, k = 0; k < step->key_len && k < 9 &&
		     step->key[k] >= '0' && step->key[k] <= '9'; k++)
			index = index * 10 + (uint32_t)(step->key[k] - '0');
		node = k && k == step->key_len ?
		       json_element(doc, node, index) : JSON_NONE;
	}
	return node;
}

static bool test_body_json(struct query_run *run, const struct query_rule *rule,
			   enum body_side side)
{
	const struct json_doc *doc = run_body_json(run, side);

	return run_test_node(run, rule, doc,
			     doc ? locate_loosely(doc, &rule->path)
				 : JSON_NONE);
}

struct xml_test {
	struct query_run *run;
	const struct query_rule *rule;
	bool any;
};

static bool test_element(void *arg, const char *text, size_t len)
{
	struct xml_test *t = arg;

	t->any = true;
	return run_test_value(t->run, t->rule, text, len);
}

static bool test_body_xml(struct query_run *run, const struct query_rule *rule,
			  enum body_side side)
{
	const struct buf *bytes = run_body(run, side);
	struct xml_test t = {.run = run, .rule = rule};

	if (bytes && xml_each(&rule->xml, bytes->data, bytes->len, &run->other,
			      test_element, &t))
		return true;
	return !t.any && run_test_value(run, rule, "", 0);
}

static bool test_hash(struct query_run *run, const struct query_rule *rule)
{
	const struct buf *bytes = run_body(run, BODY_REQUEST);
	uint8_t hash[SHA256_LEN];

	if (!bytes)
		return false;
	sha256(hash, bytes->data, bytes->len);
	return !memcmp(hash, rule->hash, SHA256_LEN);
}

static bool test_timerange(struct query_run *run, const struct query_rule *rule)
{
	const struct rrpair *pair;
	struct query_value v;
	enum query_have have = ask_column(run, QUERY_TS, false, &v);
	int digits;

	if (have == QUERY_ABSENT)
		return false;
	if (have != QUERY_NUMBER) {
		pair = run_pair(run);
		if (!pair || pair->top[TOP_TS] == JSON_NONE)
			return false;
		buf_clear(&run->value);
		json_string(&pair->doc, pair->top[TOP_TS], &run->value);
		if (!rfc3339_parse(run->value.data, run->value.len, &v.number,
				   &digits))
			return false;
	}
	return v.number >= rule->from && v.number <= rule->to;
}

/* FNV-1a, and a finish that spreads it over the low bits. */
static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t i;

	for (i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 0x100000001b3u;
	h ^= h >> 33;
	h *= 0xff51afd7ed558ccdu;
	return h ^ h >> 33;
}

static bool test_sample(struct query_run *run, const struct query_rule *rule)
{
	bool single = rule->key && strcasecmp(rule->key, "rrpair") == 0;
	const char *s;
	size_t len;

	if ((single || !column_text(run, QUERY_SESSION, &s, &len)) &&
	    !column_text(run, QUERY_UUID, &s, &len))
		s = run_text(run, &len);
	return hash_of(s ? s : "", len) % rule->of < rule->take;
}

static bool test_snapshot(struct query_run *run, const struct query_rule *rule)
{
	const char *name = NULL;
	const char *id = run->ops->snapshot ?
			 run->ops->snapshot(run->rec, &name) : NULL;

	return run_test_words(run, rule, id ? id : "", id ? strlen(id) : 0) ||
	       (name && run_test_words(run, rule, name, strlen(name)));
}

/* ---- rules and nodes ---- */

static bool test_rule(struct query_run *run, const struct query_rule *rule)
{
	switch (rule->keyword->what) {
	case WHAT_COLUMN:
		return test_column(run, rule);
	case WHAT_FIELD:
		return test_one_field(run, rule);
	case WHAT_HEADER:
		return test_header(run, rule);
	case WHAT_REQ_JSON:
		return test_body_json(run, rule, BODY_REQUEST);
	case WHAT_RESP_JSON:
		return test_body_json(run, rule, BODY_RESPONSE);
	case WHAT_REQ_XML:
		return test_body_xml(run, rule, BODY_REQUEST);
	case WHAT_RESP_XML:
		return test_body_xml(run, rule, BODY_RESPONSE);
	case WHAT_REQBODYJSON:
		return run_test_reqbodyjson(run, rule);
	case WHAT_REQBODYHASH:
		return test_hash(run, rule);
	case WHAT_TEXT:
		return run_test_text(run, rule);
	case WHAT_TIMERANGE:
		return test_timerange(run, rule);
	case WHAT_SAMPLE:
		return test_sample(run, rule);
	case WHAT_SNAPSHOT:
		return test_snapshot(run, rule);
	case WHAT_FLAG:
		break;
	}
	return run->ops->flags &&
	       run->ops->flags(run->rec, rule->keyword->column);
}

/* Recursion is as deep as the expression, which is held to QUERY_DEPTH_MAX. */
static bool match_node(struct query_run *run, const struct query_node *node)
{
	bool stop_at = node->kind == NODE_OR;
	size_t i;

	switch (node->kind) {
	case NODE_RULE:
		return test_rule(run, node->rule) != node->rule->negate;
	case NODE_NOT:
		return !match_node(run, node->kids[0]);
	case NODE_AND:
	case NODE_OR:
		break;
	}
	for (i = 0; i < node->count; i++)
		if (match_node(run, node->plan[i]) == stop_at)
			return stop_at;
	return !stop_at;
}

bool query_match(struct query_run *run, const struct query_ops *ops, void *rec)
{
	run->ops = ops;
	run->rec = rec;
	run->asked = run->tried = false;
	run->side[0].state = run->side[1].state = SIDE_NEW;
	return match_node(run, run->query->root);
}

static bool needs_text(const struct query_node *node, unsigned columns)
{
	const struct query_rule *rule = node->rule;
	size_t i;

	if (node->kind != NODE_RULE) {
		for (i = 0; i < node->count; i++)
			if (needs_text(node->kids[i], columns))
				return true;
		return false;
	}
	switch (rule->keyword->what) {
	case WHAT_FLAG:
	case WHAT_SNAPSHOT:
		return false;
	case WHAT_TIMERANGE:
		return !(columns & 1u << QUERY_TS);
	case WHAT_COLUMN:
		if (rule->keyword->column == QUERY_TS &&
		    !rule->has_int && !rule->has_real)
			return true;
		return !(columns & 1u << rule->keyword->column);
	default:
		return true;
	}
}

bool query_needs_text(const struct query *q, unsigned columns)
{
	return needs_text(q->root, columns);
}
