#include "config.h"

#include <string.h>

#include "json/locate.h"
#include "json/spacing.h"

/* How far a level goes in where the document has none to look at. */
#define DEFAULT_INDENT "  "

size_t spacing_start(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n = &doc->nodes[node];

	return n->key_len ? n->key_off : n->off;
}

size_t spacing_end(const struct json_doc *doc, uint32_t node)
{
	return (size_t)doc->nodes[node].off + doc->nodes[node].len;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static struct span blanks_before(const struct json_doc *doc, size_t at)
{
	size_t start = at;

	while (start > 0 && is_blank(doc->text[start - 1]))
		start--;
	return (struct span){ doc->text + start, at - start };
}

static struct span blanks_after(const struct json_doc *doc, size_t at)
{
	size_t end = at;

	while (end < doc->len && is_blank(doc->text[end]))
		end++;
	return (struct span){ doc->text + at, end - at };
}

static struct span before_node(const struct json_doc *doc, uint32_t node)
{
	return blanks_before(doc, spacing_start(doc, node));
}

static struct span after_node(const struct json_doc *doc, uint32_t node)
{
	return blanks_after(doc, spacing_end(doc, node));
}

static bool has_line_break(struct span s)
{
	return s.len > 0 && memchr(s.p, '\n', s.len);
}

/* From the last line break on, so that an empty line between groups of members
 * is not repeated; all of it when there is none. */
static struct span last_line(struct span s)
{
	const char *nl = s.len ? memrchr(s.p, '\n', s.len) : NULL;

	if (!nl)
		return s;
	if (nl > s.p && nl[-1] == '\r')
		nl--;
	return (struct span){ nl, (size_t)(s.p + s.len - nl) };
}

/* What stands after the line break of last_line(). */
static struct span indent_of(struct span s)
{
	struct span line = last_line(s);
	size_t skip = 0;

	while (skip < line.len && (line.p[skip] == '\r' || line.p[skip] == '\n'))
		skip++;
	return (struct span){ line.p + skip, line.len - skip };
}

/* The blanks that begin the line on which a node stands. */
static struct span line_indent(const struct json_doc *doc, uint32_t node)
{
	size_t at = spacing_start(doc, node);
	size_t end;

	while (at > 0 && doc->text[at - 1] != '\n')
		at--;
	for (end = at; doc->text[end] == ' ' || doc->text[end] == '\t';)
		end++;
	return (struct span){ doc->text + at, end - at };
}

static void set(struct buf *b, struct span s)
{
	buf_clear(b);
	buf_add(b, s.p, s.len);
}

static struct span span_of(const struct buf *b)
{
	return (struct span){ b->data ? b->data : "", b->len };
}

/* The last child of a container that has one. */
static uint32_t last_child(const struct json_doc *doc, uint32_t node)
{
	uint32_t n = node + 1;

	while (doc->nodes[n].next < doc->nodes[node].next)
		n = doc->nodes[n].next;
	return n;
}

/* Is `node` fit to be a model: enough children, and for the blanks after a
 * comma also on one line, when that is what is looked for? */
static bool is_model(const struct json_doc *doc, uint32_t node,
		     uint32_t children)
{
	const struct json_node *n = &doc->nodes[node];

	if (n->children < children)
		return false;
	return children < 2 ||
	       !has_line_break(before_node(doc, doc->nodes[node + 1].next));
}

/* How good a model is for a container: at its place in the structure, around
 * it, of its type, or just any. */
static int likeness(const struct json_doc *doc, uint32_t model, uint32_t node)
{
	const struct json_node *m = &doc->nodes[model], *n = &doc->nodes[node];

	if (m->type != n->type)
		return 1;
	if (m->depth == n->depth)
		return 4;
	return model < node && node < m->next ? 3 : 2;
}

static uint32_t distance(uint32_t a, uint32_t b)
{
	return a < b ? b - a : a - b;
}

/* The container with that many children that is most like this one, the
 * nearest of equals; JSON_NONE when there is none. Linear in the document. */
static uint32_t find_model(const struct spacing *sp, uint32_t children)
{
	const struct json_doc *doc = sp->doc;
	uint32_t best = JSON_NONE, i;
	int best_likeness = 0;

	for (i = 0; i < doc->count; i++) {
		int like;

		if (i == sp->container || !is_model(doc, i, children))
			continue;
		like = likeness(doc, i, sp->container);
		if (like < best_likeness ||
		    (like == best_likeness &&
		     distance(i, sp->container) >= distance(best, sp->container)))
			continue;
		best = i;
		best_likeness = like;
	}
	return best;
}

/* Append what a level adds to the indentation in a container like `model`. */
static void add_level(const struct json_doc *doc, uint32_t model,
		      struct buf *out)
{
	struct span outer, inner;

	if (model == JSON_NONE ||
	    !has_line_break(before_node(doc, model + 1))) {
		buf_adds(out, DEFAULT_INDENT);
		return;
	}
	outer = line_indent(doc, model);
	inner = indent_of(before_node(doc, model + 1));
	if (inner.len > outer.len && !memcmp(inner.p, outer.p, outer.len))
		buf_add(out, inner.p + outer.len, inner.len - outer.len);
}

/* Blanks for the first child of a container written as {} and no more. */
static void open_as_model(struct spacing *sp)
{
	const struct json_doc *doc = sp->doc;
	uint32_t model = find_model(sp, 1);
	struct span open, close, line, indent;

	if (model == JSON_NONE)
		return;
	open = before_node(doc, model + 1);
	close = after_node(doc, last_child(doc, model));
	if (!has_line_break(open)) {
		buf_add(&sp->open, open.p, open.len);
		if (!has_line_break(close))
			buf_add(&sp->close, close.p, close.len);
		return;
	}
	line = last_line(open);
	line.len -= indent_of(open).len;
	indent = line_indent(doc, sp->container);
	buf_add(&sp->open, line.p, line.len);
	buf_add(&sp->open, indent.p, indent.len);
	add_level(doc, model, &sp->open);
	if (has_line_break(close)) {
		buf_add(&sp->close, line.p, line.len);
		buf_add(&sp->close, indent.p, indent.len);
	} else {
		buf_add(&sp->close, close.p, close.len);
	}
}

static void open_empty(struct spacing *sp)
{
	const struct json_doc *doc = sp->doc;
	struct span inside = blanks_after(doc, doc->nodes[sp->container].off + 1);

	if (inside.len == 0) {
		open_as_model(sp);
		return;
	}
	set(&sp->open, last_line(inside));
	set(&sp->close, last_line(inside));
	if (has_line_break(inside))
		add_level(doc, find_model(sp, 1), &sp->open);
}

void spacing_init(struct spacing *sp, const struct json_doc *doc,
		  uint32_t container, const uint32_t *children, uint32_t count)
{
	memset(sp, 0, sizeof(*sp));
	sp->doc = doc;
	sp->container = container;
	sp->children = children;
	sp->count = count;
	buf_init(&sp->open);
	buf_init(&sp->close);
	buf_init(&sp->comma);
	buf_init(&sp->colon);
	if (count > 0) {
		set(&sp->open, before_node(doc, children[0]));
		set(&sp->close, after_node(doc, children[count - 1]));
	} else {
		open_empty(sp);
	}
}

void spacing_release(struct spacing *sp)
{
	buf_release(&sp->open);
	buf_release(&sp->close);
	buf_release(&sp->comma);
	buf_release(&sp->colon);
}

struct span spacing_open(const struct spacing *sp)
{
	return span_of(&sp->open);
}

struct span spacing_close(const struct spacing *sp)
{
	return span_of(&sp->close);
}

struct span spacing_before_child(const struct spacing *sp, uint32_t i)
{
	return before_node(sp->doc, sp->children[i]);
}

struct span spacing_after_child(const struct spacing *sp, uint32_t i)
{
	return after_node(sp->doc, sp->children[i]);
}

/* Where no comma of this container can tell. */
static void find_comma(struct spacing *sp)
{
	struct span open = span_of(&sp->open);
	uint32_t model;

	sp->have_comma = true;
	if (has_line_break(open)) {
		set(&sp->comma, last_line(open));
		return;
	}
	model = find_model(sp, 2);
	if (model != JSON_NONE) {
		uint32_t second = sp->doc->nodes[model + 1].next;

		set(&sp->comma, before_node(sp->doc, second));
	} else {
		struct span colon = spacing_colon(sp, sp->count);

		if (colon.p[colon.len - 1] == ' ')
			buf_addc(&sp->comma, ' ');
	}
}

struct span spacing_after_comma(struct spacing *sp, uint32_t place)
{
	uint32_t i = place;

	if (sp->count < 2) {
		if (!sp->have_comma)
			find_comma(sp);
		return span_of(&sp->comma);
	}
	if (i == 0)
		i = 1;
	if (i == sp->count)
		i--;
	return last_line(before_node(sp->doc, sp->children[i]));
}

struct span spacing_before_comma(const struct spacing *sp)
{
	if (sp->count < 2)
		return (struct span){ "", 0 };
	return after_node(sp->doc, sp->children[0]);
}

/* The colon of a member; one without line breaks, which go with a value. */
static struct span colon_of(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n = &doc->nodes[node];
	size_t start = (size_t)n->key_off + n->key_len;
	struct span colon = { doc->text + start, n->off - start };

	if (has_line_break(colon))
		return (struct span){ ": ", 2 };
	return colon;
}

/* The colon of the nearest member, where this object has none. */
static void find_colon(struct spacing *sp)
{
	const struct json_doc *doc = sp->doc;
	uint32_t i, after = sp->container + 1;

	sp->have_colon = true;
	for (i = sp->container + 1; i-- > 0;) {
		if (doc->nodes[i].key_len) {
			set(&sp->colon, colon_of(doc, i));
			return;
		}
	}
	for (i = after; i < doc->count; i++) {
		if (doc->nodes[i].key_len) {
			set(&sp->colon, colon_of(doc, i));
			return;
		}
	}
	buf_adds(&sp->colon, has_line_break(span_of(&sp->open)) ? ": " : ":");
}

struct span spacing_colon(struct spacing *sp, uint32_t place)
{
	if (sp->count > 0 && sp->doc->nodes[sp->container].type == JSON_OBJECT)
		return colon_of(sp->doc, sp->children[place > 0 ? place - 1 : 0]);
	if (!sp->have_colon)
		find_colon(sp);
	return span_of(&sp->colon);
}
