/*
 * query-lex - the words of a filter expression. Private to rrpair/query*.c.
 *
 * What a character means depends on where it stands (a bare value may hold
 * `=` and balanced parentheses, a bare word a colon), so the parser asks for
 * what it expects: there is no stream of tokens.
 */
#ifndef RREDIT_RRPAIR_QUERY_LEX_H
#define RREDIT_RRPAIR_QUERY_LEX_H

#include "base/buf.h"
#include "base/err.h"

struct lex {
	const char *s;
	size_t len, at;
};

enum lex_op { LEX_IS, LEX_NOT, LEX_CONTAINS, LEX_REGEX,
	      LEX_EQ, LEX_NE, LEX_LT, LEX_LE, LEX_GT, LEX_GE, LEX_NO_OP };

struct lex_field {
	size_t from, to;	/* name and brackets */
	size_t name_to;		/* end of the name */
	bool open;		/* a bracket or quote in it is not closed */
};

void lex_blanks(struct lex *lex);
bool lex_end(struct lex *lex);			/* only blanks are left */
/* A keyword (in capitals) at the place, without case, as a whole word. */
bool lex_is_keyword(const struct lex *lex, const char *keyword);
bool lex_keyword(struct lex *lex, const char *keyword);	/* and move behind */

/* What could be a field at the place: a name with brackets, or a dotted path.
 * Does not move. False when no name begins here. */
bool lex_peek_field(const struct lex *lex, struct lex_field *field);
/* The operator at the place and, for words, as a whole word; moves behind. */
enum lex_op lex_op(struct lex *lex);
/* The end of the bare word that begins at the place. */
size_t lex_word_end(const struct lex *lex);

/*
 * A value, bare or quoted, appended to out with its escapes dropped; pattern:
 * only \" is. False without a value (err "expected a value") or without a
 * closing quote; err->offset is set, the message has no column.
 */
bool lex_value(struct lex *lex, bool pattern, struct buf *out, bool *quoted,
	       struct err *err);

#endif
