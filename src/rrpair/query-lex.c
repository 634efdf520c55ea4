#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/query-lex.h"

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_char(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

static char upper(char c)
{
	return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void lex_blanks(struct lex *lex)
{
	while (lex->at < lex->len && blank(lex->s[lex->at]))
		lex->at++;
}

bool lex_end(struct lex *lex)
{
	lex_blanks(lex);
	return lex->at == lex->len;
}

bool lex_is_keyword(const struct lex *lex, const char *keyword)
{
	size_t n = strlen(keyword);
	size_t i;

	if (lex->len - lex->at < n)
		return false;
	for (i = 0; i < n; i++)
		if (upper(lex->s[lex->at + i]) != keyword[i])
			return false;
	i += lex->at;
	return i == lex->len || blank(lex->s[i]) || strchr("()\"", lex->s[i]);
}

bool lex_keyword(struct lex *lex, const char *keyword)
{
	if (!lex_is_keyword(lex, keyword))
		return false;
	lex->at += strlen(keyword);
	return true;
}

/* Behind the string that begins with the quote at i; *open without an end. */
static size_t string_end(const struct lex *lex, size_t i, bool *open)
{
	for (i++; i < lex->len; i++) {
		if (lex->s[i] == '\\')
			i++;
		else if (lex->s[i] == '"')
			return i + 1;
	}
	*open = true;
	return lex->len;
}

/* Behind the bracket that opens at i: brackets inside it balance, and it may
 * hold strings at the start of a key. */
static size_t bracket_end(const struct lex *lex, size_t i, bool *open)
{
	size_t depth = 0;

	while (i < lex->len) {
		char c = lex->s[i];

		if (c == '"' && (lex->s[i - 1] == '[' || lex->s[i - 1] == '.')) {
			i = string_end(lex, i, open);
			continue;
		}
		i++;
		if (c == '[')
			depth++;
		else if (c == ']' && --depth == 0)
			return i;
	}
	*open = true;
	return lex->len;
}

bool lex_peek_field(const struct lex *lex, struct lex_field *field)
{
	size_t i = lex->at;
	bool dotted;

	if (i == lex->len || !name_char(lex->s[i]) || lex->s[i] == '-')
		return false;
	field->from = i;
	field->open = false;
	dotted = lex->s[i] == '.';
	while (i < lex->len && name_char(lex->s[i]))
		i++;
	field->name_to = i;
	while (i < lex->len) {
		if (lex->s[i] == '[')
			i = bracket_end(lex, i, &field->open);
		else if (dotted && lex->s[i] == '"' && lex->s[i - 1] == '.')
			i = string_end(lex, i, &field->open);
		else if (dotted && name_char(lex->s[i]))
			i++;
		else
			break;
	}
	field->to = i;
	return true;
}

enum lex_op lex_op(struct lex *lex)
{
	static const struct {
		const char *text;
		enum lex_op op;
	} signs[] = {
		{"==", LEX_EQ}, {"!=", LEX_NE}, {"<=", LEX_LE}, {">=", LEX_GE},
		{"<", LEX_LT}, {">", LEX_GT}, {"=", LEX_EQ},
	};
	size_t i;

	if (lex_keyword(lex, "IS"))
		return LEX_IS;
	if (lex_keyword(lex, "NOT"))
		return LEX_NOT;
	if (lex_keyword(lex, "CONTAINS"))
		return LEX_CONTAINS;
	if (lex_keyword(lex, "REGEX"))
		return LEX_REGEX;
	for (i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t n = strlen(signs[i].text);

		if (lex->len - lex->at >= n &&
		    !memcmp(lex->s + lex->at, signs[i].text, n)) {
			lex->at += n;
			return signs[i].op;
		}
	}
	return LEX_NO_OP;
}

size_t lex_word_end(const struct lex *lex)
{
	size_t depth = 0;
	size_t i;

	for (i = lex->at; i < lex->len && !blank(lex->s[i]); i++) {
		if (lex->s[i] == '\\' && i + 1 < lex->len)
			i++;
		else if (lex->s[i] == '(')
			depth++;
		else if (lex->s[i] == ')' && depth-- == 0)
			break;
	}
	return i;
}

/* Append s with the escapes dropped. In a pattern an escape means something to
 * the regular expression, but \" can only have been written for our sake. */
static void unescape(struct buf *out, const char *s, size_t len, bool pattern)
{
	size_t i;

	for (i = 0; i < len; i++) {
		if (s[i] == '\\' && i + 1 < len) {
			if (pattern && s[i + 1] != '"')
				buf_addc(out, '\\');
			i++;
		}
		buf_addc(out, s[i]);
	}
}

bool lex_value(struct lex *lex, bool pattern, struct buf *out, bool *quoted,
	       struct err *err)
{
	size_t end;
	bool open = false;

	lex_blanks(lex);
	*quoted = lex->at < lex->len && lex->s[lex->at] == '"';
	if (*quoted) {
		end = string_end(lex, lex->at, &open);
		if (open) {
			err_set(err, ERR_USAGE,
				_("the quote that opens here is not closed"));
			if (err)
				err->offset = lex->at;
			return false;
		}
		unescape(out, lex->s + lex->at + 1, end - lex->at - 2, pattern);
	} else {
		end = lex_word_end(lex);
		if (end == lex->at) {
			err_set(err, ERR_USAGE, _("a value is missing here"));
			if (err)
				err->offset = lex->at;
			return false;
		}
		unescape(out, lex->s + lex->at, end - lex->at, pattern);
	}
	lex->at = end;
	return true;
}
