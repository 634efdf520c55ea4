/*
 * `text`: everything a record says. A piece is a key, a string decoded, a
 * number or word as it is spelt, or a whole body decoded; a match lies within
 * one piece. The base64 of a body that decodes is no piece, its bytes are.
 */
#include "config.h"

#include <string.h>

#include "base/find.h"
#include "rrpair/query-run.h"

/* The member whose base64 stands for bytes that are searched decoded. */
static uint32_t hidden_node(struct query_run *run, enum body_side side)
{
	return run_body(run, side) ? run->side[side].body.hidden : JSON_NONE;
}

static bool test_string(struct query_run *run, const struct query_rule *rule,
			const char *text, size_t off, size_t len, bool escaped)
{
	if (!escaped)
		return run_test_words(run, rule, text + off + 1, len - 2);
	buf_clear(&run->value);
	json_decode_span(text + off, len, &run->value);
	return run_test_words(run, rule, run->value.data, run->value.len);
}

static bool test_scalar(struct query_run *run, const struct query_rule *rule,
			const struct json_doc *doc, const struct json_node *n)
{
	if (n->type == JSON_STRING)
		return test_string(run, rule, doc->text, n->off, n->len,
				   n->flags & (JSON_ESCAPED |
					       JSON_LONE_SURROGATE));
	return n->type < JSON_ARRAY &&
	       run_test_words(run, rule, doc->text + n->off, n->len);
}

static bool test_pieces(struct query_run *run, const struct query_rule *rule,
			const struct rrpair *pair)
{
	uint32_t req = hidden_node(run, BODY_REQUEST);
	uint32_t res = hidden_node(run, BODY_RESPONSE);
	uint32_t i;

	for (i = 0; i < pair->doc.count; i++) {
		const struct json_node *n = &pair->doc.nodes[i];

		if (n->key_len &&
		    test_string(run, rule, pair->text, n->key_off, n->key_len,
				n->flags & (JSON_KEY_ESCAPED |
					    JSON_LONE_SURROGATE)))
			return true;
		if (i != req && i != res &&
		    test_scalar(run, rule, &pair->doc, n))
			return true;
	}
	return false;
}

static bool test_body(struct query_run *run, const struct query_rule *rule,
		      enum body_side side)
{
	const struct buf *bytes;

	if (hidden_node(run, side) == JSON_NONE)
		return false;	/* none, or one that is a piece as it stands */
	bytes = run_body(run, side);
	return run_test_words(run, rule, bytes->data, bytes->len);
}

/* A uuid that the record gives in base64 is looked for dashed, too. */
static bool test_dashed(struct query_run *run, const struct query_rule *rule,
			const struct rrpair *pair)
{
	char dashed[UUID_TEXT_MAX];
	struct uuid uuid;

	if (!rrpair_uuid(pair, &uuid))
		return false;
	uuid_dashed(dashed, &uuid);
	return run_test_words(run, rule, dashed, strlen(dashed));
}

/*
 * Can no piece of the record's own text hold the value? A value that JSON
 * spells in one way only, but for escapes by number, and that is not among the
 * raw bytes, is in no string. (A raw hit says little: it may lie across
 * pieces, in an escape, or in base64.)
 */
static bool cannot_hold(const struct query_rule *rule, const char *text,
			size_t len)
{
	return rule->op == OP_CONTAINS && rule->plain && rule->len &&
	       !bytes_find(text, len, rule->value, rule->len) &&
	       !bytes_find(text, len, "\\u", 2);
}

bool run_test_text(struct query_run *run, const struct query_rule *rule)
{
	const struct rrpair *pair;
	size_t len;
	const char *text = run_text(run, &len);

	if (!text || !run_skim(run, rule, text, len))
		return false;
	pair = run_pair(run);
	if (!pair)
		return run_test_words(run, rule, text, len);
	return (!cannot_hold(rule, pair->text, pair->len) &&
		test_pieces(run, rule, pair)) ||
	       test_dashed(run, rule, pair) ||
	       test_body(run, rule, BODY_REQUEST) ||
	       test_body(run, rule, BODY_RESPONSE);
}
