/*
 * query-ast - what an expression was parsed into. Private to rrpair/query*.c.
 *
 * Nodes are made by query-parse.c, frozen once query_parse() returned, and
 * read by query-eval.c and query-print.c.
 */
#ifndef RREDIT_RRPAIR_QUERY_AST_H
#define RREDIT_RRPAIR_QUERY_AST_H

#include "base/codec.h"
#include "base/regex.h"
#include "json/locate.h"
#include "rrpair/field.h"
#include "rrpair/query-xml.h"
#include "rrpair/query.h"

/* What a rule looks at. */
enum rule_what {
	WHAT_COLUMN,		/* keyword->column; a member of the record */
	WHAT_FIELD,		/* rule->field, through rrpair_get() */
	WHAT_HEADER,		/* a header of either side */
	WHAT_REQ_JSON, WHAT_RESP_JSON,	/* rule->path in a decoded body */
	WHAT_REQ_XML, WHAT_RESP_XML,	/* rule->xml in a decoded body */
	WHAT_REQBODYJSON,	/* the request's body as a JSON value */
	WHAT_REQBODYHASH,	/* SHA-256 of the decoded request body */
	WHAT_TEXT,		/* everything the record says */
	WHAT_TIMERANGE, WHAT_SAMPLE, WHAT_SNAPSHOT,
	WHAT_FLAG,		/* changed, problem, tagged */
};

enum rule_op { OP_IS, OP_CONTAINS, OP_REGEX, OP_LT, OP_LE, OP_GT, OP_GE };

/* What the values of a keyword are, for literals and for comparisons. */
enum value_kind {
	VALUE_TEXT,		/* no order: < and > are refused */
	VALUE_MAYBE_NUMBER,	/* text that may be a number */
	VALUE_STATUS,		/* text that begins with a number */
	VALUE_DURATION, VALUE_SIZE, VALUE_TIME,
	VALUE_UUID,
	VALUE_NONE,		/* a flag has no value */
};

enum key_use { KEY_NONE, KEY_MUST, KEY_MAY };

enum { TAKES_IS = 1, TAKES_CONTAINS = 2, TAKES_REGEX = 4, TAKES_ORDER = 8,
       TAKES_WORDS = TAKES_IS | TAKES_CONTAINS | TAKES_REGEX };

struct query_keyword {
	const char *name;	/* canonical */
	const char *alias;	/* another spelling, or NULL */
	const char *alias2;
	enum rule_what what;
	unsigned column;	/* enum query_field, WHAT_FIELD: enum field_id,
				   WHAT_FLAG: QUERY_CHANGED ... */
	enum value_kind kind;
	enum key_use key;
	unsigned takes;
	const char *help;	/* N_() */
};

/* The table, and how a friendly name or exact path that is not in it acts. */
const struct query_keyword *query_keyword_at(size_t i);	/* NULL at the end */
const struct query_keyword *query_keyword_named(const char *name, size_t len);
const struct query_keyword *query_keyword_friendly(enum field_id id);

struct query_rule {
	const struct query_keyword *keyword;
	enum rule_op op;
	bool negate;
	struct field field;	/* WHAT_FIELD; WHAT_HEADER: of the request */
	char *key;		/* in brackets, decoded; or NULL */
	size_t key_len;
	char *value, *value2;	/* as given, escapes dropped; NUL-terminated */
	size_t len, len2;

	/* What the value means, prepared once. */
	bool has_int, has_real, has_uuid;
	int64_t integer, from, to;
	double real;
	struct uuid uuid;
	uint32_t take, of;	/* sample */
	struct regex *re;
	struct json_path path;
	struct xml_path xml;
	struct json_doc want;	/* reqbodyjson: scanned value */
	uint32_t want_body, want_ignore;	/* nodes, ignore may be JSON_NONE */
	uint8_t hash[SHA256_LEN];
	bool plain;		/* text: no JSON spelling of it but itself */
	char *skim[3];		/* what base64 makes of value (query-skim.c) */
	size_t skim_len[3];	/* 0: it must be looked for closely */
};

enum node_kind { NODE_AND, NODE_OR, NODE_NOT, NODE_RULE };

struct query_node {
	enum node_kind kind;
	struct query_rule *rule;
	struct query_node **kids;	/* as written */
	struct query_node **plan;	/* the same, cheapest first */
	size_t count, cap;
	unsigned cost;
	bool grouped;		/* stood in parentheses */
};

struct query {
	struct query_node *root;
	unsigned refs;
	unsigned flags;		/* QUERY_CHANGED ... that rules look at */
	bool mixed;		/* AND and OR without parentheses */
};

void query_rule_free(struct query_rule *rule);
void query_node_free(struct query_node *node);

/* What testing a rule costs: 0 flags and columns ... the text with bodies. */
unsigned query_rule_cost(const struct query_rule *rule);

/* Prepare a rule's key (err->offset is in it) and value (query-value.c).
 * ERR_USAGE, without a column. */
bool query_prepare_key(struct query_rule *rule, struct err *err);
bool query_prepare(struct query_rule *rule, struct err *err);
void query_prepare_skim(struct query_rule *rule);	/* query-skim.c */
/* A number as the language writes it: 500, 2.5, -1; with the units of kind. */
bool query_number(enum value_kind kind, const char *s, size_t len, int64_t *v,
		  double *real, bool *is_int);
/* RFC 3339, or a beginning of it that names at least the day. */
bool query_time(const char *s, size_t len, int64_t *ns);

/* Words of the operators as completion offers and the printer writes them. */
const char *query_op_word(enum rule_op op, bool negate);

#endif
