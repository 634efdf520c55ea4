#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/query-xml.h"

/* How often, on average, a byte may be part of an element that is looked at:
 * elements of one name rarely nest, but hostile bodies can. */
#define XML_NESTED_TEXTS 16

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool name_end(char c)
{
	return blank(c) || c == '>' || c == '/' || c == '=' || c == '<';
}

/* ---- paths ---- */

static bool refuse(struct err *err, size_t at, const char *what)
{
	err_set(err, ERR_USAGE, "%s", what);
	if (err)
		err->offset = at;
	return false;
}

static bool unsupported(struct err *err, size_t at)
{
	return refuse(err, at,
		      _("not supported here: only names, *, name[2], @attribute, text()"));
}

static void add_step(struct xml_path *path, const char *name, size_t len,
		     uint32_t index, bool deep)
{
	struct xml_step *step;

	path->steps = mem_grow(path->steps, path->count + 1,
			       sizeof(*path->steps));
	step = &path->steps[path->count++];
	step->name = mem_dup(name, len);
	step->len = len;
	step->index = index;
	step->deep = deep;
}

/* [n] at s[*at]. */
static bool parse_index(const char *s, size_t len, size_t *at, uint32_t *index)
{
	size_t i = *at + 1;
	uint32_t n = 0;

	while (i < len && s[i] >= '0' && s[i] <= '9' && n < 100000000)
		n = n * 10 + (uint32_t)(s[i++] - '0');
	if (!n || i == len || s[i] != ']')
		return false;
	*at = i + 1;
	*index = n;
	return true;
}

static bool parse_step(struct xml_path *path, const char *s, size_t len,
		       size_t *at, bool dots, bool deep, struct err *err)
{
	size_t from = *at, i = from;
	uint32_t index = 0;
	bool attribute = i < len && s[i] == '@';

	if (attribute)
		from = ++i;
	while (i < len && s[i] != '/' && s[i] != '[' && !(dots && s[i] == '.')) {
		if (strchr("()|=<>'\"@$ ,", s[i]) ||
		    (s[i] == ':' && i + 1 < len && s[i + 1] == ':'))
			break;
		i++;
	}
	if (i - from == 4 && !memcmp(s + from, "text", 4) && len - i == 2 &&
	    !memcmp(s + i, "()", 2) && path->count && !deep) {
		*at = len;
		return true;
	}
	if (i == from || (i < len && s[i] != '/' && s[i] != '[' &&
			  !(dots && s[i] == '.')))
		return unsupported(err, i);
	if (i - from <= 2 && !memcmp(s + from, "..", i - from))
		return unsupported(err, from);
	if (attribute) {
		if (i < len || !path->count || deep)
			return unsupported(err, i);
		path->attribute = mem_dup(s + from, i - from);
		path->attribute_len = i - from;
	} else {
		size_t end = i;

		if (i < len && s[i] == '[' && !parse_index(s, len, &i, &index))
			return unsupported(err, i);
		if (path->count == XML_STEPS_MAX)
			return refuse(err, i, _("the path has too many steps"));
		add_step(path, s + from, end - from, index, deep);
	}
	*at = i;
	return true;
}

bool xml_path_parse(struct xml_path *path, const char *s, size_t len, bool dots,
		    struct err *err)
{
	size_t at = 0;
	bool deep = true;	/* a/b alone: anywhere */

	memset(path, 0, sizeof(*path));
	if (at < len && s[at] == '/') {
		at++;
		deep = at < len && s[at] == '/';
		at += deep;
	}
	do {
		if (!parse_step(path, s, len, &at, dots, deep, err)) {
			xml_path_release(path);
			return false;
		}
		deep = false;
		if (at < len) {
			at++;	/* the separator */
			if (at < len && s[at - 1] == '/' && s[at] == '/') {
				at++;
				deep = true;
			}
			if (at == len) {
				unsupported(err, at);
				xml_path_release(path);
				return false;
			}
		}
	} while (at < len);
	return true;
}

void xml_path_release(struct xml_path *path)
{
	size_t i;

	for (i = 0; i < path->count; i++)
		free(path->steps[i].name);
	free(path->steps);
	free(path->attribute);
	memset(path, 0, sizeof(*path));
}

/* ---- scanning ---- */

enum part_kind { PART_END, PART_TEXT, PART_RAW, PART_OPEN, PART_EMPTY,
		 PART_CLOSE, PART_SKIP };

struct part {
	enum part_kind kind;
	const char *s;		/* text, raw text (CDATA), or name and rest */
	size_t len;
	size_t name_len;	/* OPEN, EMPTY */
};

/* Behind the first `mark` at or after i, or the end of the text. */
static size_t behind(const char *s, size_t len, size_t i, const char *mark)
{
	size_t n = strlen(mark);
	const char *p = i < len ? memmem(s + i, len - i, mark, n) : NULL;

	return p ? (size_t)(p - s) + n : len;
}

/* Behind the > of a tag; quotes may hold one. */
static size_t tag_end(const char *s, size_t len, size_t i)
{
	char quote = 0;

	for (; i < len; i++) {
		if (quote) {
			if (s[i] == quote)
				quote = 0;
		} else if (s[i] == '"' || s[i] == '\'') {
			quote = s[i];
		} else if (s[i] == '>') {
			return i + 1;
		}
	}
	return len;
}

static void next_tag(const char *s, size_t len, size_t *at, struct part *part)
{
	size_t from = *at + 1, end;

	if (from < len && s[from] == '/') {
		part->kind = PART_CLOSE;
		*at = behind(s, len, from, ">");
		return;
	}
	end = tag_end(s, len, from);
	*at = end;
	if (from >= end || s[end - 1] != '>') {
		part->kind = PART_END;
		return;
	}
	end--;
	part->kind = PART_OPEN;
	if (end > from && s[end - 1] == '/') {
		part->kind = PART_EMPTY;
		end--;
	}
	part->s = s + from;
	part->len = end - from;
	part->name_len = 0;
	while (part->name_len < part->len && !name_end(part->s[part->name_len]))
		part->name_len++;
}

static void next_part(const char *s, size_t len, size_t *at, struct part *part)
{
	size_t i = *at;

	part->kind = PART_SKIP;
	if (i >= len) {
		part->kind = PART_END;
	} else if (s[i] != '<') {
		const char *lt = memchr(s + i, '<', len - i);

		*at = lt ? (size_t)(lt - s) : len;
		part->kind = PART_TEXT;
		part->s = s + i;
		part->len = *at - i;
	} else if (len - i >= 4 && !memcmp(s + i, "<!--", 4)) {
		*at = behind(s, len, i + 4, "-->");
	} else if (len - i >= 9 && !memcmp(s + i, "<![CDATA[", 9)) {
		*at = behind(s, len, i + 9, "]]>");
		part->kind = PART_RAW;
		part->s = s + i + 9;
		part->len = *at - i - 9;
		if (part->len >= 3 && !memcmp(s + *at - 3, "]]>", 3))
			part->len -= 3;
	} else if (i + 1 < len && (s[i + 1] == '?' || s[i + 1] == '!')) {
		*at = behind(s, len, i, s[i + 1] == '?' ? "?>" : ">");
	} else {
		next_tag(s, len, at, part);
	}
}

/* Append text with the five entities and characters by number decoded. */
static void add_text(struct buf *out, const char *s, size_t len)
{
	static const struct {
		const char *name;
		char byte;
	} entities[] = {
		{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'},
		{"&apos;", '\''},
	};
	size_t i = 0, k;

	while (i < len) {
		const char *amp = memchr(s + i, '&', len - i);
		size_t n = amp ? (size_t)(amp - s) - i : len - i;

		buf_add(out, s + i, n);
		i += n;
		if (i == len)
			return;
		for (k = 0; k < 5; k++) {
			n = strlen(entities[k].name);
			if (len - i >= n && !memcmp(s + i, entities[k].name, n))
				break;
		}
		if (k < 5) {
			buf_addc(out, entities[k].byte);
			i += n;
		} else if (len - i > 3 && s[i + 1] == '#') {
			bool hex = s[i + 2] == 'x';
			char digits[12] = "", coded[4];
			size_t j = i + 2 + hex;
			uint32_t cp;

			for (k = 0; k < 10 && j < len && s[j] != ';'; j++)
				digits[k++] = s[j];
			cp = (uint32_t)strtoul(digits, NULL, hex ? 16 : 10);
			n = j < len && s[j] == ';' ? utf8_encode(coded, cp) : 0;
			if (n)
				buf_add(out, coded, n);
			else
				buf_add(out, s + i, j - i);
			i = n ? j + 1 : j;
		} else {
			buf_addc(out, s[i++]);
		}
	}
}

/* ---- matching ---- */

struct open_tag {
	uint32_t ends;		/* bit i: steps 0 to i lead to exactly here */
	uint32_t seen;		/* bit i: ... to here or to a tag around it */
	uint32_t counts[XML_STEPS_MAX];	/* children so far that match a step */
};

struct search {
	const struct xml_path *path;
	const char *s;
	size_t len;
	size_t budget;		/* bytes of element texts still to be read */
	struct buf *text;
};

static bool name_is(const struct xml_step *step, const char *name, size_t len)
{
	const char *colon = memchr(name, ':', len);

	if (step->len == 1 && *step->name == '*')
		return true;
	if (len == step->len && !memcmp(name, step->name, len))
		return true;
	if (!colon || memchr(step->name, ':', step->len))
		return false;
	len -= (size_t)(colon + 1 - name);
	return len == step->len && !memcmp(colon + 1, step->name, len);
}

/* Note what the tag matches, inside parent at depth - 1; is it the last step? */
static bool enter(const struct xml_path *path, struct open_tag *parent,
		  struct open_tag *tag, const struct part *part, size_t depth)
{
	size_t i;

	memset(tag, 0, sizeof(*tag));
	for (i = 0; i < path->count; i++) {
		const struct xml_step *step = &path->steps[i];
		bool led;

		if (!name_is(step, part->s, part->name_len))
			continue;
		if (step->index && ++parent->counts[i] != step->index)
			continue;
		if (i == 0)
			led = step->deep || depth == 1;
		else
			led = (step->deep ? parent->seen : parent->ends) >>
			      (i - 1) & 1;
		if (led)
			tag->ends |= 1u << i;
	}
	tag->seen = parent->seen | tag->ends;
	return tag->ends >> (path->count - 1) & 1;
}

static void trim(struct buf *text)
{
	size_t n = 0;

	while (text->len && blank(text->data[text->len - 1]))
		buf_truncate(text, text->len - 1);
	while (n < text->len && blank(text->data[n]))
		n++;
	buf_remove(text, 0, n);
}

/* The text inside an element whose start tag ends at `at`. False when elements
 * that match lie so deep inside each other that their texts are not worth it. */
static bool element_text(struct search *x, size_t at)
{
	size_t depth = 1, from = at;
	struct part part;

	buf_clear(x->text);
	while (depth) {
		next_part(x->s, x->len, &at, &part);
		switch (part.kind) {
		case PART_TEXT:
			add_text(x->text, part.s, part.len);
			break;
		case PART_RAW:
			buf_add(x->text, part.s, part.len);
			break;
		case PART_OPEN:
			depth++;
			break;
		case PART_CLOSE:
			depth--;
			break;
		case PART_END:
			depth = 0;
			break;
		default:
			break;
		}
		if (at - from > x->budget)
			return false;
	}
	x->budget -= at - from;
	trim(x->text);
	return true;
}

/* An attribute of a start tag; false when it is not there. */
static bool attribute_text(const struct xml_path *path, const struct part *tag,
			   struct buf *out)
{
	size_t i = tag->name_len;

	while (i < tag->len) {
		size_t from, end;
		char quote;

		while (i < tag->len && name_end(tag->s[i]))
			i++;
		from = i;
		while (i < tag->len && !name_end(tag->s[i]))
			i++;
		end = i;
		while (i < tag->len && blank(tag->s[i]))
			i++;
		if (i == tag->len || tag->s[i] != '=')
			continue;
		for (i++; i < tag->len && blank(tag->s[i]); i++)
			;
		if (i == tag->len || (tag->s[i] != '"' && tag->s[i] != '\''))
			return false;
		quote = tag->s[i++];
		if (end - from == path->attribute_len &&
		    !memcmp(tag->s + from, path->attribute, end - from)) {
			const char *q = memchr(tag->s + i, quote, tag->len - i);

			buf_clear(out);
			add_text(out, tag->s + i, q ? (size_t)(q - tag->s) - i :
						     tag->len - i);
			return true;
		}
		while (i < tag->len && tag->s[i] != quote)
			i++;
		i++;
	}
	return false;
}

/* The text of a match into x->text; false when it has none. */
static bool match_text(struct search *x, size_t at, const struct part *tag)
{
	if (x->path->attribute)
		return attribute_text(x->path, tag, x->text);
	if (tag->kind != PART_EMPTY)
		return element_text(x, at);
	buf_clear(x->text);
	return true;
}

bool xml_each(const struct xml_path *path, const char *s, size_t len,
	      struct buf *scratch,
	      bool (*each)(void *arg, const char *text, size_t len), void *arg)
{
	struct search x = {.path = path, .s = s, .len = len, .text = scratch,
			   .budget = len * XML_NESTED_TEXTS};
	struct open_tag *open;
	size_t at = 0, depth = 0;
	struct part part;
	bool hit = false;

	/* A cheap no: most bodies are no XML at all. */
	if (!len || !memchr(s, '<', len))
		return false;
	open = mem_zalloc(XML_DEPTH_MAX + 1, sizeof(*open));
	do {
		next_part(s, len, &at, &part);
		if (part.kind == PART_CLOSE && depth)
			depth--;
		if (part.kind != PART_OPEN && part.kind != PART_EMPTY)
			continue;
		if (depth == XML_DEPTH_MAX)
			break;
		if (enter(path, &open[depth], &open[depth + 1], &part,
			  depth + 1) && match_text(&x, at, &part))
			hit = each(arg, scratch->data, scratch->len);
		depth += part.kind == PART_OPEN;
	} while (part.kind != PART_END && !hit);
	free(open);
	return hit;
}
