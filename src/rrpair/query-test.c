/* Does one value satisfy a rule? */
#include "config.h"

#include <string.h>

#include "json/format.h"
#include "rrpair/query-run.h"
#include "rrpair/url.h"

bool run_regex(struct query_run *run, const struct query_rule *rule,
	       const char *s, size_t len)
{
	switch (regex_find(run->regex, rule->re, s, len, 0, NULL, 0)) {
	case REGEX_YES:
		return true;
	case REGEX_LIMIT:
		run->gave_up++;
		break;
	case REGEX_NO:
		break;
	}
	return false;
}

bool run_test_words(struct query_run *run, const struct query_rule *rule,
		    const char *s, size_t len)
{
	switch (rule->op) {
	case OP_IS:
		return len == rule->len && !memcmp(s, rule->value, len);
	case OP_CONTAINS:
		return memmem(s, len, rule->value, rule->len) != NULL;
	case OP_REGEX:
		return run_regex(run, rule, s, len);
	default:
		return false;
	}
}

static bool ordered(enum rule_op op, int sign)
{
	switch (op) {
	case OP_LT:
		return sign < 0;
	case OP_LE:
		return sign <= 0;
	case OP_GT:
		return sign > 0;
	case OP_GE:
		return sign >= 0;
	default:
		return sign == 0;
	}
}

bool run_test_int(const struct query_rule *rule, int64_t v)
{
	if (rule->has_int)
		return ordered(rule->op, (v > rule->integer) -
					 (v < rule->integer));
	if (rule->has_real)
		return ordered(rule->op, ((double)v > rule->real) -
					 ((double)v < rule->real));
	return false;
}

/* A number as it is spelt somewhere. */
static bool test_number(const struct query_rule *rule, const char *s, size_t len)
{
	int64_t v;
	double real;
	bool is_int;

	if (!rule->has_int && !rule->has_real)
		return false;
	if (!query_number(VALUE_TEXT, s, len, &v, &real, &is_int))
		return false;
	if (is_int)
		return run_test_int(rule, v);
	return ordered(rule->op, (real > rule->real) - (real < rule->real));
}

/* The digits with which a status text begins. */
static size_t status_code(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && s[n] >= '0' && s[n] <= '9')
		n++;
	return n == len || s[n] == ' ' ? n : 0;
}

static bool test_status(struct query_run *run, const struct query_rule *rule,
			const char *s, size_t len)
{
	size_t code = status_code(s, len);

	if (rule->op >= OP_LT)
		return code && test_number(rule, s, code);
	return run_test_words(run, rule, s, len) ||
	       (rule->op == OP_IS && code == rule->len && code &&
		!memcmp(s, rule->value, code));
}

static bool test_host(struct query_run *run, const struct query_rule *rule,
		      const char *s, size_t len)
{
	struct slice name, port;

	if (run_test_words(run, rule, s, len))
		return true;
	if (rule->op != OP_IS)
		return false;
	host_split(s, len, &name, &port);
	return port.s && run_test_words(run, rule, name.s, name.len);
}

static bool test_uuid(struct query_run *run, const struct query_rule *rule,
		      const char *s, size_t len)
{
	char dashed[UUID_TEXT_MAX];
	struct uuid uuid;

	if (run_test_words(run, rule, s, len))
		return true;
	if ((rule->op == OP_IS && !rule->has_uuid) || !uuid_parse(&uuid, s, len))
		return false;
	if (rule->op == OP_IS)
		return !memcmp(&uuid, &rule->uuid, sizeof(uuid));
	uuid_dashed(dashed, &uuid);
	return run_test_words(run, rule, dashed, strlen(dashed));
}

static bool test_time(struct query_run *run, const struct query_rule *rule,
		      const char *s, size_t len)
{
	int64_t ns;
	int digits;

	if ((rule->op == OP_IS || rule->op >= OP_LT) && rule->has_int &&
	    rfc3339_parse(s, len, &ns, &digits))
		return run_test_int(rule, ns);
	return run_test_words(run, rule, s, len);
}

bool run_test_value(struct query_run *run, const struct query_rule *rule,
		    const char *s, size_t len)
{
	if (rule->keyword->what == WHAT_COLUMN) {
		switch (rule->keyword->column) {
		case QUERY_STATUS:
			return test_status(run, rule, s, len);
		case QUERY_HOST:
			return test_host(run, rule, s, len);
		case QUERY_UUID:
			return test_uuid(run, rule, s, len);
		case QUERY_TS:
			return test_time(run, rule, s, len);
		case QUERY_DURATION:
			if (!len) {	/* protojson omits a zero */
				s = "0";
				len = 1;
			}
			return test_number(rule, s, len) ||
			       run_test_words(run, rule, s, len);
		}
	}
	if (rule->op >= OP_LT)
		return test_number(rule, s, len);
	return run_test_words(run, rule, s, len);
}

bool run_test_node(struct query_run *run, const struct query_rule *rule,
		   const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n;

	if (node == JSON_NONE)
		return run_test_value(run, rule, "", 0);
	n = &doc->nodes[node];
	switch (n->type) {
	case JSON_STRING:
		if (!(n->flags & (JSON_ESCAPED | JSON_LONE_SURROGATE)))
			return run_test_value(run, rule,
					      doc->text + n->off + 1,
					      n->len - 2);
		buf_clear(&run->value);
		json_string(doc, node, &run->value);
		return run_test_value(run, rule, run->value.data,
				      run->value.len);
	case JSON_ARRAY:
	case JSON_OBJECT:
		buf_clear(&run->value);
		if (!json_compact(doc->text + n->off, n->len, &run->value, NULL))
			return false;
		return run_test_value(run, rule, run->value.data,
				      run->value.len);
	case JSON_NUMBER:
		if (rule->op == OP_IS &&
		    test_number(rule, doc->text + n->off, n->len))
			return true;
		break;
	default:
		break;
	}
	return run_test_value(run, rule, doc->text + n->off, n->len);
}
