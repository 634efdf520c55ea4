#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/query-ast.h"
#include "rrpair/query-lex.h"

struct parser {
	struct lex lex;
	struct query *query;
	struct err *err;
	size_t depth, rules;
};

static struct query_node *parse_or(struct parser *p);
static struct query_node *parse_term(struct parser *p);

/* ---- errors ---- */

/* Put "column N: " before the message; N counts characters. */
static void at_column(struct parser *p, size_t offset)
{
	size_t column = 1;
	size_t i;

	if (!p->err)
		return;
	for (i = 0; i < offset && i < p->lex.len; i++)
		if (((unsigned char)p->lex.s[i] & 0xC0) != 0x80)
			column++;
	err_wrap(p->err, _("column %zu"), column);
	p->err->offset = offset;
}

__attribute__((format(printf, 3, 4)))
static void *fail(struct parser *p, size_t offset, const char *fmt, ...)
{
	char text[ERR_MSG_MAX];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	err_set(p->err, ERR_USAGE, "%s", text);
	at_column(p, offset);
	return NULL;
}

/* ---- nodes ---- */

static struct query_node *node_new(enum node_kind kind)
{
	struct query_node *node = mem_zalloc(1, sizeof(*node));

	node->kind = kind;
	return node;
}

static void add_kid(struct query_node *node, struct query_node *kid)
{
	node->kids = mem_room(node->kids, node->count, &node->cap,
			      sizeof(*node->kids));
	node->kids[node->count++] = kid;
}

void query_rule_free(struct query_rule *rule)
{
	if (!rule)
		return;
	field_release(&rule->field);
	free(rule->key);
	free(rule->value);
	free(rule->value2);
	for (int i = 0; i < 3; i++)
		free(rule->skim[i]);
	regex_free(rule->re);
	json_path_release(&rule->path);
	xml_path_release(&rule->xml);
	json_doc_release(&rule->want);
	free(rule);
}

void query_node_free(struct query_node *node)
{
	size_t i;

	if (!node)
		return;
	for (i = 0; i < node->count; i++)
		query_node_free(node->kids[i]);
	free(node->kids);
	free(node->plan);
	query_rule_free(node->rule);
	free(node);
}

/* AND and OR do not care for order, so what is cheap decides first. Stable
 * insertion: expressions are short. */
static void plan(struct query_node *node)
{
	size_t i, j;

	node->plan = mem_alloc(node->count * sizeof(*node->plan));
	for (i = 0; i < node->count; i++) {
		struct query_node *kid = node->kids[i];

		for (j = i; j > 0 && node->plan[j - 1]->cost > kid->cost; j--)
			node->plan[j] = node->plan[j - 1];
		node->plan[j] = kid;
		if (kid->cost > node->cost)
			node->cost = kid->cost;
	}
}

/* ---- rules ---- */

static struct query_rule *rule_new(const struct query_keyword *keyword)
{
	struct query_rule *rule = mem_zalloc(1, sizeof(*rule));

	rule->keyword = keyword;
	json_doc_init(&rule->want);
	return rule;
}

static struct query_node *rule_node(struct query_rule *rule)
{
	struct query_node *node = node_new(NODE_RULE);

	node->rule = rule;
	node->cost = query_rule_cost(rule);
	return node;
}

/* The key of a field in brackets: as it stands, or a JSON string. */
static bool take_key(struct parser *p, const struct lex_field *f,
		     struct query_rule *rule)
{
	const char *s = p->lex.s + f->name_to + 1;
	size_t len = f->to - f->name_to;
	struct buf key;

	/* One pair of brackets, and nothing after it. */
	if (len < 2 || s[len - 2] != ']')
		return false;
	len -= 2;
	buf_init(&key);
	if (len >= 2 && s[0] == '"' && s[len - 1] == '"' &&
	    rule->keyword->what != WHAT_REQ_JSON &&
	    rule->keyword->what != WHAT_RESP_JSON)
		json_decode_span(s, len, &key);
	else
		buf_add(&key, s, len);
	rule->key = buf_detach(&key, &rule->key_len);
	return true;
}

static struct query_rule *keyword_rule(struct parser *p,
				       const struct lex_field *f,
				       const struct query_keyword *keyword)
{
	struct query_rule *rule = rule_new(keyword);
	bool keyed = f->to > f->name_to;
	struct err why;

	if (keyed && keyword->key == KEY_NONE) {
		fail(p, f->name_to, _("%s takes nothing in brackets"),
		     keyword->name);
		goto bad;
	}
	if (!keyed && keyword->key == KEY_MUST) {
		fail(p, f->to, _("%s needs a name in brackets: %s[NAME]"),
		     keyword->name, keyword->name);
		goto bad;
	}
	if (keyed && (!take_key(p, f, rule) || !rule->key_len)) {
		fail(p, f->name_to, _("one name in brackets is needed"));
		goto bad;
	}
	if (!query_prepare_key(rule, &why)) {
		if (p->err)
			*p->err = why;
		at_column(p, f->name_to + 1 + why.offset);
		goto bad;
	}
	if (keyword->what == WHAT_FIELD) {
		const char *key = keyword->key == KEY_MUST ? rule->key :
				  keyword->column == FIELD_TAG ? "source" :
				  NULL;

		field_make(&rule->field, keyword->column, key,
			   key == rule->key ? rule->key_len :
			   key ? strlen(key) : 0, 0);
	} else if (keyword->what == WHAT_HEADER) {
		field_make(&rule->field, FIELD_REQUEST_HEADER, rule->key,
			   rule->key_len, 0);
	}
	return rule;
bad:
	query_rule_free(rule);
	return NULL;
}

/* A friendly name or an exact path. */
static struct query_rule *friendly_rule(struct parser *p,
					const struct lex_field *f)
{
	struct field field = {0};
	struct query_rule *rule;
	struct err why;

	if (!field_parse(&field, p->lex.s + f->from, f->to - f->from, &why)) {
		if (p->err)
			*p->err = why;
		at_column(p, f->from + why.offset);
		return NULL;
	}
	rule = rule_new(query_keyword_friendly(field.id));
	rule->field = field;
	return rule;
}

static bool is_known(const struct parser *p, const struct lex_field *f)
{
	const char *name = p->lex.s + f->from;
	size_t len = f->name_to - f->from;

	return *name == '.' || query_keyword_named(name, len) ||
	       field_info_named(name, len);
}

static struct query_rule *field_rule(struct parser *p,
				     const struct lex_field *f)
{
	const struct query_keyword *keyword;

	if (f->open)
		return fail(p, f->name_to,
			    _("the bracket or quote that opens here is not closed"));
	keyword = query_keyword_named(p->lex.s + f->from, f->name_to - f->from);
	if (keyword)
		return keyword_rule(p, f, keyword);
	return friendly_rule(p, f);
}

/* IS, NOT, NOT CONTAINS, <= ... into the rule. */
static bool take_operator(struct parser *p, struct query_rule *rule)
{
	enum lex_op op = lex_op(&p->lex);

	lex_blanks(&p->lex);
	if (op == LEX_NOT || op == LEX_IS) {
		rule->negate = op == LEX_NOT;
		rule->op = OP_IS;
		if (op == LEX_NOT && lex_keyword(&p->lex, "CONTAINS"))
			rule->op = OP_CONTAINS;
		else if (op == LEX_NOT && lex_keyword(&p->lex, "REGEX"))
			rule->op = OP_REGEX;
		else if (op == LEX_NOT)
			lex_keyword(&p->lex, "IS");
		else
			rule->negate = lex_keyword(&p->lex, "NOT");
		return true;
	}
	switch (op) {
	case LEX_CONTAINS:
		rule->op = OP_CONTAINS;
		return true;
	case LEX_REGEX:
		rule->op = OP_REGEX;
		return true;
	case LEX_EQ:
	case LEX_NE:
		rule->op = OP_IS;
		rule->negate = op == LEX_NE;
		return true;
	case LEX_LT:
		rule->op = OP_LT;
		return true;
	case LEX_LE:
		rule->op = OP_LE;
		return true;
	case LEX_GT:
		rule->op = OP_GT;
		return true;
	case LEX_GE:
		rule->op = OP_GE;
		return true;
	default:
		return false;
	}
}

static bool check_operator(struct parser *p, const struct query_rule *rule,
			   size_t at)
{
	static const unsigned needs[] = {
		[OP_IS] = TAKES_IS, [OP_CONTAINS] = TAKES_CONTAINS,
		[OP_REGEX] = TAKES_REGEX, [OP_LT] = TAKES_ORDER,
		[OP_LE] = TAKES_ORDER, [OP_GT] = TAKES_ORDER,
		[OP_GE] = TAKES_ORDER,
	};
	unsigned takes = rule->keyword->takes;

	if (takes & needs[rule->op])
		return true;
	if (needs[rule->op] == TAKES_ORDER)
		fail(p, at, _("there is no order here: only numbers and times are less or more"));
	else if (takes == TAKES_IS)
		fail(p, at, _("%s takes IS or NOT only"), rule->keyword->name);
	else
		fail(p, at, _("%s takes CONTAINS or REGEX only"),
		     rule->keyword->name);
	return false;
}

static bool take_value(struct parser *p, bool pattern, char **value,
		       size_t *len)
{
	struct buf text;
	bool quoted;

	buf_init(&text);
	if (!lex_value(&p->lex, pattern, &text, &quoted, p->err)) {
		buf_release(&text);
		at_column(p, p->err ? p->err->offset : 0);
		return false;
	}
	*value = buf_detach(&text, len);
	return true;
}

static struct query_node *finish_rule(struct parser *p, struct query_rule *rule)
{
	struct err why;
	size_t at;

	lex_blanks(&p->lex);
	at = p->lex.at;
	if (!take_value(p, rule->op == OP_REGEX, &rule->value, &rule->len))
		goto bad;
	if (rule->keyword->what == WHAT_TIMERANGE) {
		if (lex_end(&p->lex) || lex_is_keyword(&p->lex, "AND") ||
		    lex_is_keyword(&p->lex, "OR") ||
		    p->lex.s[p->lex.at] == ')') {
			fail(p, p->lex.at,
			     _("timerange needs a second time here"));
			goto bad;
		}
		if (!take_value(p, false, &rule->value2, &rule->len2))
			goto bad;
	}
	if (!query_prepare(rule, &why)) {
		if (p->err)
			*p->err = why;
		at_column(p, at);
		goto bad;
	}
	return rule_node(rule);
bad:
	query_rule_free(rule);
	return NULL;
}

static struct query_node *parse_rule(struct parser *p,
				     const struct lex_field *f)
{
	struct query_rule *rule = field_rule(p, f);
	size_t at;

	if (!rule)
		return NULL;
	if (rule->keyword->what == WHAT_FLAG) {
		fail(p, f->to, _("%s stands alone: no operator follows it"),
		     rule->keyword->name);
		goto bad;
	}
	p->lex.at = f->to;
	lex_blanks(&p->lex);
	at = p->lex.at;
	if (!take_operator(p, rule)) {
		fail(p, at, _("IS, NOT, CONTAINS or REGEX is missing here"));
		goto bad;
	}
	if (!check_operator(p, rule, at))
		goto bad;
	return finish_rule(p, rule);
bad:
	query_rule_free(rule);
	return NULL;
}

/* A word alone: a flag, or text to look for. */
static struct query_node *parse_word(struct parser *p)
{
	const struct query_keyword *keyword;
	struct query_rule *rule;
	size_t end = lex_word_end(&p->lex);
	size_t len = end - p->lex.at;

	keyword = query_keyword_named(p->lex.s + p->lex.at, len);
	if (keyword && keyword->what == WHAT_FLAG) {
		p->lex.at = end;
		p->query->flags |= keyword->column;
		return rule_node(rule_new(keyword));
	}
	rule = rule_new(query_keyword_named("text", 4));
	rule->op = OP_CONTAINS;
	return finish_rule(p, rule);
}

/* ---- structure ---- */

/* Does an operator follow the name? Words only as operators if a blank or a
 * bracket sets them apart, signs also right behind a known name. */
static bool operator_follows(const struct parser *p, const struct lex_field *f)
{
	struct lex after = p->lex;
	size_t gap;
	enum lex_op op;

	after.at = f->to;
	lex_blanks(&after);
	gap = after.at - f->to;
	op = lex_op(&after);
	if (op == LEX_NO_OP)
		return false;
	if (op >= LEX_EQ)
		return is_known(p, f) || gap > 0;
	return gap > 0 || f->to > f->name_to;
}

static struct query_node *parse_group(struct parser *p)
{
	size_t open = p->lex.at++;
	struct query_node *node = parse_or(p);

	if (!node)
		return NULL;
	if (lex_end(&p->lex) || p->lex.s[p->lex.at] != ')') {
		if (p->lex.at == p->lex.len)
			fail(p, open,
			     _("the parenthesis that opens here is not closed"));
		else
			fail(p, p->lex.at, _("AND or OR is missing here"));
		query_node_free(node);
		return NULL;
	}
	p->lex.at++;
	node->grouped = true;
	return node;
}

static struct query_node *parse_not(struct parser *p)
{
	struct query_node *node = node_new(NODE_NOT);
	struct query_node *kid = parse_term(p);

	if (!kid) {
		query_node_free(node);
		return NULL;
	}
	add_kid(node, kid);
	plan(node);
	return node;
}

static struct query_node *parse_rule_or_word(struct parser *p)
{
	static const char *const operators[] = {"IS", "CONTAINS", "REGEX"};
	struct lex_field f;
	size_t i;

	if (++p->rules > QUERY_RULES_MAX)
		return fail(p, p->lex.at,
			    _("the filter has more than %d rules"),
			    QUERY_RULES_MAX);
	for (i = 0; i < sizeof(operators) / sizeof(operators[0]); i++)
		if (lex_is_keyword(&p->lex, operators[i]))
			return fail(p, p->lex.at,
				    _("the field before %s is missing"),
				    operators[i]);
	if (!lex_peek_field(&p->lex, &f))
		return parse_word(p);
	if (operator_follows(p, &f) ||
	    (is_known(p, &f) && (f.open || (p->lex.s[f.from] != '.' &&
					    f.to > f.name_to))))
		return parse_rule(p, &f);
	return parse_word(p);
}

static struct query_node *parse_term(struct parser *p)
{
	struct query_node *node;

	if (lex_end(&p->lex) || p->lex.s[p->lex.at] == ')' ||
	    lex_is_keyword(&p->lex, "AND") || lex_is_keyword(&p->lex, "OR"))
		return fail(p, p->lex.at, _("a rule or a word is missing here"));
	if (p->depth == QUERY_DEPTH_MAX)
		return fail(p, p->lex.at,
			    _("more than %d parentheses inside each other"),
			    QUERY_DEPTH_MAX);
	p->depth++;
	if (lex_keyword(&p->lex, "NOT"))
		node = parse_not(p);
	else if (p->lex.s[p->lex.at] == '(')
		node = parse_group(p);
	else
		node = parse_rule_or_word(p);
	p->depth--;
	return node;
}

/* item { keyword item }; a single item stays itself. */
static struct query_node *parse_list(struct parser *p, enum node_kind kind,
				     const char *keyword,
				     struct query_node *(*item)(struct parser *))
{
	struct query_node *first = item(p);
	struct query_node *list;

	if (!first || lex_end(&p->lex) || !lex_is_keyword(&p->lex, keyword))
		return first;
	list = node_new(kind);
	add_kid(list, first);
	while (!lex_end(&p->lex) && lex_keyword(&p->lex, keyword)) {
		struct query_node *kid = item(p);

		if (!kid) {
			query_node_free(list);
			return NULL;
		}
		add_kid(list, kid);
	}
	plan(list);
	return list;
}

static struct query_node *parse_and(struct parser *p)
{
	return parse_list(p, NODE_AND, "AND", parse_term);
}

static struct query_node *parse_or(struct parser *p)
{
	struct query_node *node = parse_list(p, NODE_OR, "OR", parse_and);
	size_t i;

	for (i = 0; node && node->kind == NODE_OR && i < node->count; i++)
		if (node->kids[i]->kind == NODE_AND && !node->kids[i]->grouped)
			p->query->mixed = true;
	return node;
}

struct query *query_parse(const char *expr, size_t len, struct err *err)
{
	struct query *q = mem_zalloc(1, sizeof(*q));
	struct parser p = {
		.lex = {.s = expr, .len = len}, .query = q, .err = err,
	};

	q->refs = 1;
	if (len > QUERY_LEN_MAX)
		fail(&p, 0, _("the filter is longer than %d bytes"),
		     QUERY_LEN_MAX);
	else if (lex_end(&p.lex))
		fail(&p, 0, _("the filter is empty"));
	else
		q->root = parse_or(&p);
	if (q->root && !lex_end(&p.lex)) {
		fail(&p, p.lex.at, expr[p.lex.at] == ')' ?
		     _("no parenthesis was opened for this one") :
		     _("AND or OR is missing here"));
		query_node_free(q->root);
		q->root = NULL;
	}
	if (q->root)
		return q;
	free(q);
	return NULL;
}

struct query *query_ref(struct query *q)
{
	__atomic_add_fetch(&q->refs, 1, __ATOMIC_RELAXED);
	return q;
}

void query_unref(struct query *q)
{
	if (!q || __atomic_sub_fetch(&q->refs, 1, __ATOMIC_ACQ_REL))
		return;
	query_node_free(q->root);
	free(q);
}

const char *query_warning(const struct query *q)
{
	return q->mixed ? _("AND and OR are mixed without parentheses: AND binds first")
			: NULL;
}

unsigned query_flags(const struct query *q)
{
	return q->flags;
}
