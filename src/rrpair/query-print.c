/* Expressions back as text, the way the cloud's own filters are written. */
#include "config.h"

#include <string.h>

#include "rrpair/query-ast.h"
#include "rrpair/query-lex.h"

static void print_quoted(struct buf *out, const char *s, size_t len,
			 bool pattern)
{
	size_t i;

	buf_addc(out, '"');
	for (i = 0; i < len; i++) {
		if (pattern && s[i] == '\\' && i + 1 < len) {
			buf_addc(out, '\\');
			buf_addc(out, s[++i]);
			continue;
		}
		if (s[i] == '"' || (!pattern && s[i] == '\\'))
			buf_addc(out, '\\');
		buf_addc(out, s[i]);
	}
	buf_addc(out, '"');
}

void query_quote(struct buf *out, const char *bytes, size_t len)
{
	static const char *const words[] = {"AND", "OR", "NOT", "IS",
					    "CONTAINS", "REGEX"};
	struct lex lex = {.s = bytes, .len = len};
	bool bare = len && *bytes != '"' && lex_word_end(&lex) == len &&
		    !memchr(bytes, '\\', len) && !memchr(bytes, '(', len);
	size_t i;

	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (lex_is_keyword(&lex, words[i]))
			bare = false;
	if (bare)
		buf_add(out, bytes, len);
	else
		print_quoted(out, bytes, len, false);
}

static void print_field(const struct query_rule *rule, struct buf *out)
{
	const struct query_keyword *keyword = rule->keyword;

	if (!*keyword->name) {
		field_print(&rule->field, out);
		return;
	}
	buf_adds(out, keyword->name);
	if (!rule->key)
		return;
	buf_addc(out, '[');
	if ((keyword->what == WHAT_HEADER || keyword->what == WHAT_FIELD) &&
	    strpbrk(rule->key, "[]\""))
		json_encode(out, rule->key, rule->key_len);
	else
		buf_add(out, rule->key, rule->key_len);
	buf_addc(out, ']');
}

static void print_rule(const struct query_rule *rule, struct buf *out)
{
	print_field(rule, out);
	if (rule->keyword->what == WHAT_FLAG)
		return;
	buf_addf(out, " %s ", query_op_word(rule->op, rule->negate));
	print_quoted(out, rule->value, rule->len, rule->op == OP_REGEX);
	if (rule->value2) {
		buf_addc(out, ' ');
		print_quoted(out, rule->value2, rule->len2, false);
	}
}

static void print_node(const struct query_node *node, struct buf *out, bool top)
{
	size_t i;

	switch (node->kind) {
	case NODE_RULE:
		print_rule(node->rule, out);
		return;
	case NODE_NOT:
		buf_adds(out, "NOT (");
		print_node(node->kids[0], out, false);
		buf_addc(out, ')');
		return;
	case NODE_AND:
	case NODE_OR:
		break;
	}
	for (i = 0; i < node->count; i++) {
		const struct query_node *kid = node->kids[i];
		bool group = kid->kind != NODE_NOT &&
			     (top || kid->kind != NODE_RULE);

		if (i)
			buf_adds(out, node->kind == NODE_AND ? " AND " : " OR ");
		if (group)
			buf_addc(out, '(');
		print_node(kid, out, false);
		if (group)
			buf_addc(out, ')');
	}
}

void query_print(const struct query *q, struct buf *out)
{
	bool rule = q->root->kind == NODE_RULE;

	if (rule)
		buf_addc(out, '(');
	print_node(q->root, out, true);
	if (rule)
		buf_addc(out, ')');
}
