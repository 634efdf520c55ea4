#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/ini.h"
#include "base/mem.h"

/* One line being read: p runs towards end. */
struct line {
	const char *p, *end;
	unsigned no;
};

static bool fail(const struct line *l, struct err *err, const char *why)
{
	err_set(err, ERR_INPUT, "%u: %s", l->no, why);
	if (err)
		err->offset = l->no;
	return false;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static bool is_alpha(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool is_word(char c)
{
	return is_alpha(c) || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

static void skip_blanks(struct line *l)
{
	while (l->p < l->end && is_blank(*l->p))
		l->p++;
}

static char *lower(const char *s, size_t len)
{
	char *out = mem_dup(s, len);

	for (size_t i = 0; i < len; i++)
		if (out[i] >= 'A' && out[i] <= 'Z')
			out[i] = (char)(out[i] - 'A' + 'a');
	return out;
}

static char *take_word(struct line *l)
{
	const char *from = l->p;

	if (l->p == l->end || !is_alpha(*l->p))
		return NULL;
	while (l->p < l->end && is_word(*l->p))
		l->p++;
	return lower(from, (size_t)(l->p - from));
}

static char *take_free(struct line *l)
{
	const char *from = l->p;

	while (l->p < l->end && !is_blank(*l->p) && *l->p != '=')
		l->p++;
	return l->p > from ? mem_dup(from, (size_t)(l->p - from)) : NULL;
}

/* At an opening quote. NULL when the text does not end or escapes nothing. */
static char *take_quoted(struct line *l, struct err *err)
{
	char *out = mem_alloc((size_t)(l->end - l->p) + 1);
	size_t n = 0;

	for (l->p++; l->p < l->end && *l->p != '"'; l->p++) {
		char c = *l->p;

		if (c == '\\' && l->p + 1 < l->end) {
			c = *++l->p;
			if (c == 'n' || c == 't') {
				c = c == 'n' ? '\n' : '\t';
			} else if (c != '"' && c != '\\') {
				fail(l, err, _("unknown escape after \\"));
				free(out);
				return NULL;
			}
		}
		out[n++] = c;
	}
	if (l->p == l->end) {
		fail(l, err, _("the closing \" is missing"));
		free(out);
		return NULL;
	}
	l->p++;
	out[n] = '\0';
	return out;
}

/* At '['. Replaces *section and *name. */
static bool take_section(struct line *l, char **section, char **name,
			 struct err *err)
{
	char *word, *sub = NULL;

	l->p++;
	skip_blanks(l);
	word = take_word(l);
	if (!word)
		return fail(l, err, _("a section name was expected after ["));
	skip_blanks(l);
	if (l->p < l->end && *l->p == '"') {
		sub = take_quoted(l, err);
		if (!sub)
			goto bad;
		skip_blanks(l);
	}
	if (l->p == l->end || *l->p != ']') {
		fail(l, err, _("] was expected after the section name"));
		goto bad;
	}
	l->p++;
	skip_blanks(l);
	if (l->p != l->end) {
		fail(l, err, _("nothing may follow a section on its line"));
		goto bad;
	}
	free(*section);
	free(*name);
	*section = word;
	*name = sub ? sub : mem_strdup("");
	return true;
bad:
	free(word);
	free(sub);
	return false;
}

static char *take_value(struct line *l, struct err *err)
{
	const char *end = l->end;
	char *value;

	skip_blanks(l);
	if (l->p == l->end || *l->p != '"') {
		while (end > l->p && is_blank(end[-1]))
			end--;
		return mem_dup(l->p, (size_t)(end - l->p));
	}
	value = take_quoted(l, err);
	if (!value)
		return NULL;
	skip_blanks(l);
	if (l->p != l->end) {
		fail(l, err, _("nothing may follow a quoted value"));
		free(value);
		return NULL;
	}
	return value;
}

static bool take_member(struct line *l, struct ini *ini, const char *section,
			const char *name, bool any_key, struct err *err)
{
	char *key, *value;

	if (!section)
		return fail(l, err, _("a member stands before any [section]"));
	key = any_key ? take_free(l) : take_word(l);
	if (!key)
		return fail(l, err, _("a member name was expected"));
	skip_blanks(l);
	if (l->p == l->end || *l->p != '=') {
		free(key);
		return fail(l, err, _("= was expected after the member name"));
	}
	l->p++;
	value = take_value(l, err);
	if (!value) {
		free(key);
		return false;
	}
	ini->members = mem_room(ini->members, ini->count, &ini->cap,
				sizeof(*ini->members));
	ini->members[ini->count++] = (struct ini_member){
		.section = mem_strdup(section), .name = mem_strdup(name),
		.key = key, .value = value, .line = l->no,
	};
	return true;
}

bool ini_parse(struct ini *ini, const char *text, size_t len,
	       const char *free_section, struct err *err)
{
	const char *end = text + len, *p = text;
	char *section = NULL, *name = NULL;
	struct line l = {.no = 0};
	bool ok = true;

	*ini = (struct ini){0};
	if (len > INI_SIZE_MAX)
		return err_set(err, ERR_LIMIT, _("longer than %zu bytes"),
			       INI_SIZE_MAX);
	while (ok && p < end) {
		const char *nl = memchr(p, '\n', (size_t)(end - p));

		l.p = p;
		l.end = nl ? nl : end;
		l.no++;
		p = nl ? nl + 1 : end;
		if (memchr(l.p, '\0', (size_t)(l.end - l.p))) {
			ok = fail(&l, err, _("a NUL byte"));
			break;
		}
		skip_blanks(&l);
		if (l.p == l.end || *l.p == '#' || *l.p == ';')
			continue;
		if (*l.p == '[')
			ok = take_section(&l, &section, &name, err);
		else
			ok = take_member(&l, ini, section, name,
					 section && free_section &&
					 !strcmp(section, free_section), err);
	}
	free(section);
	free(name);
	if (!ok)
		ini_release(ini);
	return ok;
}

void ini_release(struct ini *ini)
{
	for (size_t i = 0; i < ini->count; i++) {
		free(ini->members[i].section);
		free(ini->members[i].name);
		free(ini->members[i].key);
		free(ini->members[i].value);
	}
	free(ini->members);
	*ini = (struct ini){0};
}

const struct ini_member *ini_find(const struct ini *ini, const char *section,
				  const char *name, const char *key)
{
	for (size_t i = ini->count; i-- > 0;) {
		const struct ini_member *m = &ini->members[i];

		if (!strcmp(m->section, section) && !strcmp(m->name, name) &&
		    !strcmp(m->key, key))
			return m;
	}
	return NULL;
}

const char *ini_get(const struct ini *ini, const char *section,
		    const char *name, const char *key)
{
	const struct ini_member *m = ini_find(ini, section, name, key);

	return m ? m->value : NULL;
}

bool ini_bool(const char *text, bool *out)
{
	static const char *const words[] = {
		"no", "yes", "false", "true", "off", "on", "0", "1",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcasecmp(text, words[i])) {
			*out = i & 1;
			return true;
		}
	}
	return false;
}
