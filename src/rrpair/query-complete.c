/* What may come next in an expression that is being typed. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/query-ast.h"
#include "rrpair/query-lex.h"

struct completer {
	struct lex lex;		/* len is the place of the cursor */
	struct query_hint *hint;
	const struct query_keyword *keyword;	/* of the rule at hand */
	bool two;		/* it takes two values */
	bool negated;		/* NOT was read: CONTAINS or REGEX may follow */
	size_t depth, cap;
};

enum state { STATE_TERM, STATE_OP, STATE_VALUE, STATE_JOIN, STATE_DONE };

/* ---- candidates ---- */

static bool fits(const struct completer *c, const char *word)
{
	size_t n = c->lex.len - c->hint->from;

	return strlen(word) >= n &&
	       !strncasecmp(word, c->lex.s + c->hint->from, n);
}

static void offer(struct completer *c, const char *word, const char *tail,
		  const char *help)
{
	struct query_hint *hint = c->hint;

	if (!fits(c, word))
		return;
	hint->candidates = mem_room(hint->candidates, hint->count, &c->cap,
				    sizeof(*hint->candidates));
	hint->candidates[hint->count++] = (struct query_candidate){
		.text = mem_format("%s%s", word, tail), .help = help,
	};
}

static void offer_terms(struct completer *c)
{
	const struct query_keyword *keyword;
	const struct field_info *info;
	size_t i;

	for (i = 0; (keyword = query_keyword_at(i)); i++)
		offer(c, keyword->name, keyword->key == KEY_MUST ? "[" : "",
		      keyword->help);
	for (i = 0; i < field_info_count(); i++) {
		info = field_info_at(i);
		if (!query_keyword_named(info->name, strlen(info->name)))
			offer(c, info->name, info->keyed ? "[" : "", info->help);
	}
	offer(c, "NOT", " ", N_("what does not match"));
}

static void offer_operators(struct completer *c)
{
	unsigned takes = c->keyword->takes;

	if (takes & TAKES_IS) {
		offer(c, "IS", " ", N_("equals"));
		offer(c, "NOT", " ", N_("differs from"));
	}
	if (takes & TAKES_CONTAINS) {
		offer(c, "CONTAINS", " ", N_("has the text in it"));
		offer(c, "NOT CONTAINS", " ", N_("does not have the text in it"));
	}
	if (takes & TAKES_REGEX) {
		offer(c, "REGEX", " ", N_("matches a regular expression"));
		offer(c, "NOT REGEX", " ",
		      N_("does not match a regular expression"));
	}
	if (takes & TAKES_ORDER) {
		offer(c, "<", " ", NULL);
		offer(c, "<=", " ", NULL);
		offer(c, ">", " ", NULL);
		offer(c, ">=", " ", NULL);
	}
}

static enum state want(struct completer *c, enum query_want what, size_t from)
{
	c->hint->want = what;
	c->hint->from = from;
	switch (what) {
	case QUERY_WANT_TERM:
		offer_terms(c);
		break;
	case QUERY_WANT_OP:
		offer_operators(c);
		break;
	case QUERY_WANT_JOIN:
		offer(c, "AND", " ", N_("both"));
		offer(c, "OR", " ", N_("one or both"));
		if (c->depth)
			offer(c, ")", "", NULL);
		break;
	case QUERY_WANT_VALUE:
		if (c->negated && !c->hint->quoted) {
			if (c->keyword->takes & TAKES_CONTAINS)
				offer(c, "CONTAINS", " ",
				      N_("does not have the text in it"));
			if (c->keyword->takes & TAKES_REGEX)
				offer(c, "REGEX", " ",
				      N_("does not match a regular expression"));
		}
		break;
	case QUERY_WANT_KEY:
		break;
	}
	return STATE_DONE;
}

/* ---- states ---- */

static void put(char *dst, size_t size, const char *s, size_t len)
{
	if (len > size - 1)
		len = size - 1;
	memcpy(dst, s, len);
	dst[len] = '\0';
}

static void remember_field(struct completer *c, const struct lex_field *f)
{
	const char *name = c->lex.s + f->from;
	size_t len = f->name_to - f->from;
	const struct field_info *info = field_info_named(name, len);
	struct query_hint *hint = c->hint;

	c->keyword = query_keyword_named(name, len);
	c->two = c->keyword && c->keyword->what == WHAT_TIMERANGE;
	if (c->keyword)
		put(hint->field, sizeof(hint->field), c->keyword->name,
		    strlen(c->keyword->name));
	else if (info)
		put(hint->field, sizeof(hint->field), info->name,
		    strlen(info->name));
	else
		put(hint->field, sizeof(hint->field), name, f->to - f->from);
	if (!c->keyword)
		c->keyword = query_keyword_friendly(info ? info->id :
							   FIELD_DOTTED);
	hint->key[0] = '\0';
	if (f->to > f->name_to + 1) {
		size_t end = f->to - (f->open ? 0 : 1);

		put(hint->key, sizeof(hint->key), c->lex.s + f->name_to + 1,
		    end - f->name_to - 1);
	}
}

static enum state at_field(struct completer *c, const struct lex_field *f)
{
	const char *name = c->lex.s + f->from;
	size_t len = f->name_to - f->from;
	bool known = *name == '.' || query_keyword_named(name, len) ||
		     field_info_named(name, len);

	if (known && f->open && *name != '.') {
		remember_field(c, f);
		return want(c, QUERY_WANT_KEY, f->name_to + 1);
	}
	if (f->to == c->lex.len)
		return want(c, QUERY_WANT_TERM, f->from);
	if (!known) {
		c->lex.at = lex_word_end(&c->lex);
		return c->lex.at == c->lex.len ?
		       want(c, QUERY_WANT_TERM, f->from) : STATE_JOIN;
	}
	remember_field(c, f);
	c->lex.at = f->to;
	return c->keyword->what == WHAT_FLAG ? STATE_JOIN : STATE_OP;
}

static enum state at_term(struct completer *c)
{
	size_t from = c->lex.at;
	struct lex_field f;
	bool quoted;
	struct buf ignored;
	bool ok;

	if (from == c->lex.len)
		return want(c, QUERY_WANT_TERM, from);
	if (c->lex.s[from] == '(') {
		c->lex.at++;
		c->depth++;
		return STATE_TERM;
	}
	if (lex_keyword(&c->lex, "NOT"))
		return c->lex.at == c->lex.len ?
		       want(c, QUERY_WANT_TERM, from) : STATE_TERM;
	if (lex_peek_field(&c->lex, &f))
		return at_field(c, &f);
	buf_init(&ignored);
	ok = lex_value(&c->lex, false, &ignored, &quoted, NULL);
	buf_release(&ignored);
	if (ok && (quoted || c->lex.at < c->lex.len))
		return STATE_JOIN;
	put(c->hint->field, sizeof(c->hint->field), "text", 4);
	c->keyword = query_keyword_named("text", 4);
	c->hint->quoted = quoted;
	return want(c, QUERY_WANT_VALUE, from);
}

static enum state at_op(struct completer *c)
{
	size_t from = c->lex.at;
	enum lex_op op;

	if (from == c->lex.len)
		return want(c, QUERY_WANT_OP, from);
	op = lex_op(&c->lex);
	if (c->lex.at == c->lex.len && (op <= LEX_REGEX || op == LEX_NO_OP))
		return want(c, QUERY_WANT_OP, from);
	if (op == LEX_NO_OP) {
		/* still a word of an operator, or the field was a plain word */
		if (lex_word_end(&c->lex) == c->lex.len)
			return want(c, QUERY_WANT_OP, from);
		return STATE_JOIN;
	}
	c->negated = op == LEX_NOT;
	lex_blanks(&c->lex);
	from = c->lex.at;
	if (op == LEX_NOT && (lex_keyword(&c->lex, "CONTAINS") ||
			      lex_keyword(&c->lex, "REGEX") ||
			      lex_keyword(&c->lex, "IS"))) {
		if (c->lex.at == c->lex.len)
			c->lex.at = from;	/* the word is still typed */
		else
			c->negated = false;
	} else if (op == LEX_IS && lex_keyword(&c->lex, "NOT") &&
		   c->lex.at == c->lex.len) {
		c->lex.at = from;
	}
	return STATE_VALUE;
}

static enum state at_value(struct completer *c)
{
	size_t from = c->lex.at;
	struct buf ignored;
	bool quoted = false, ok = false;

	if (from < c->lex.len) {
		buf_init(&ignored);
		ok = lex_value(&c->lex, false, &ignored, &quoted, NULL);
		buf_release(&ignored);
	}
	if (!ok || (!quoted && c->lex.at == c->lex.len)) {
		c->hint->quoted = quoted;
		return want(c, QUERY_WANT_VALUE, from);
	}
	c->negated = false;
	if (c->two) {
		c->two = false;
		return STATE_VALUE;
	}
	return STATE_JOIN;
}

static enum state at_join(struct completer *c)
{
	size_t from = c->lex.at;

	if (from == c->lex.len)
		return want(c, QUERY_WANT_JOIN, from);
	if (c->lex.s[from] == ')') {
		c->lex.at++;
		c->depth -= c->depth > 0;
		return STATE_JOIN;
	}
	if ((lex_keyword(&c->lex, "AND") || lex_keyword(&c->lex, "OR")) &&
	    c->lex.at < c->lex.len)
		return STATE_TERM;
	return want(c, QUERY_WANT_JOIN, from);
}

void query_complete(const char *expr, size_t len, size_t at,
		    struct query_hint *out)
{
	struct completer c = {
		.lex = {.s = expr, .len = at < len ? at : len}, .hint = out,
	};
	enum state state = STATE_TERM;

	memset(out, 0, sizeof(*out));
	while (state != STATE_DONE) {
		lex_blanks(&c.lex);
		switch (state) {
		case STATE_TERM:
			state = at_term(&c);
			break;
		case STATE_OP:
			state = at_op(&c);
			break;
		case STATE_VALUE:
			state = at_value(&c);
			break;
		default:
			state = at_join(&c);
			break;
		}
	}
	if (out->want == QUERY_WANT_TERM || out->want == QUERY_WANT_JOIN) {
		out->field[0] = '\0';
		out->key[0] = '\0';
	}
}

void query_hint_release(struct query_hint *hint)
{
	size_t i;

	for (i = 0; i < hint->count; i++)
		free(hint->candidates[i].text);
	free(hint->candidates);
	memset(hint, 0, sizeof(*hint));
}
