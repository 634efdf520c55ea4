#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "json/format.h"

/* The tokens of a text that is known to be JSON, one by one. */
struct walk {
	const char *p, *end;
};

struct token {
	const char *gap;	/* the blanks before it */
	size_t gap_len;
	const char *p;
	size_t len;
	char kind;		/* { } [ ] , : or 'v' for a scalar or key */
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static const char *string_end(const char *p, const char *end)
{
	for (p++; p < end; p++) {
		const char *quote = memchr(p, '"', (size_t)(end - p));
		const char *before = quote;

		while (before[-1] == '\\')
			before--;
		p = quote;
		/* The opening quote ends the walk back; an odd number of
		 * backslashes takes the quote into the string. */
		if ((quote - before) % 2 == 0)
			return quote + 1;
	}
	return end;
}

static const char *token_end(const char *p, const char *end)
{
	if (*p == '"')
		return string_end(p, end);
	if (strchr("{}[],:", *p))
		return p + 1;
	while (p < end && !is_blank(*p) && *p != ',' && *p != ']' && *p != '}')
		p++;
	return p;
}

static bool next_token(struct walk *w, struct token *t)
{
	t->gap = w->p;
	while (w->p < w->end && is_blank(*w->p))
		w->p++;
	t->gap_len = (size_t)(w->p - t->gap);
	if (w->p == w->end)
		return false;
	t->p = w->p;
	w->p = token_end(w->p, w->end);
	t->len = (size_t)(w->p - t->p);
	t->kind = strchr("{}[],:", *t->p) ? *t->p : 'v';
	return true;
}

static bool opens(char kind)
{
	return kind == '{' || kind == '[';
}

static bool closes(char kind)
{
	return kind == '}' || kind == ']';
}

/* Writes gaps: knows the layout and where in the text it is. */
struct writer {
	const struct json_layout *layout;
	char prev;		/* kind of the last token; 0 at first */
	unsigned depth;
	struct buf *out;
};

static void add_line(struct writer *w)
{
	const struct json_layout *l = w->layout;
	size_t n = (size_t)l->indent * w->depth;
	char *room;

	buf_adds(w->out, l->crlf ? "\r\n" : "\n");
	room = n ? buf_reserve(w->out, n) : NULL;
	if (!room)
		return;
	memset(room, l->tabs ? '\t' : ' ', n);
	w->out->len += n;
	w->out->data[w->out->len] = '\0';
}

/* The blanks of the layout between the last token and one of this kind, which
 * is next. */
static void add_gap(struct writer *w, char kind)
{
	const struct json_layout *l = w->layout;
	bool lines = l->style == JSON_STYLE_LINES;

	if (closes(kind)) {
		w->depth--;
		if (lines && !opens(w->prev))
			add_line(w);
	} else if (opens(w->prev)) {
		if (lines)
			add_line(w);
	} else if (w->prev == ',') {
		if (l->space_after_comma)
			buf_addc(w->out, ' ');
		if (lines)
			add_line(w);
	} else if (w->prev == ':' && l->space_after_colon) {
		buf_addc(w->out, ' ');
	}
}

static void pass_token(struct writer *w, char kind)
{
	w->prev = kind;
	w->depth += opens(kind);
}

static void add_token(struct writer *w, const struct token *t)
{
	buf_add(w->out, t->p, t->len);
	pass_token(w, t->kind);
}

static struct walk walk_of(const char *text, size_t len)
{
	return (struct walk){ text, text + len };
}

/* Write all tokens of a text in a layout. */
static void write_tokens(struct writer *w, const char *text, size_t len)
{
	struct walk walk = walk_of(text, len);
	struct token t;

	while (next_token(&walk, &t)) {
		add_gap(w, t.kind);
		add_token(w, &t);
	}
}

/* Did all fit? Else put out back to the length it had. */
static bool finish(struct buf *out, size_t len, struct err *err)
{
	if (buf_ok(out, _("formatted JSON"), err))
		return true;
	buf_truncate(out, len);
	return false;
}

static bool format(const char *text, size_t len, const struct json_layout *layout,
		   struct buf *out, struct err *err)
{
	struct writer w = { .layout = layout, .out = out };
	size_t old = out->len;

	if (!json_valid(text, len, err))
		return false;
	write_tokens(&w, text, len);
	return finish(out, old, err);
}

bool json_pretty(const char *text, size_t len, unsigned indent,
		 struct buf *out, struct err *err)
{
	struct json_layout layout = {
		.style = JSON_STYLE_LINES,
		.space_after_colon = true,
		.indent = indent,
	};

	return format(text, len, &layout, out, err);
}

bool json_compact(const char *text, size_t len, struct buf *out, struct err *err)
{
	struct json_layout layout = { .style = JSON_STYLE_COMPACT };

	return format(text, len, &layout, out, err);
}

/* What the first line break of a text tells: its kind and the indentation. */
static void guess_lines(struct json_layout *l, const struct token *t)
{
	const char *p = memchr(t->gap, '\n', t->gap_len);
	size_t n;

	l->style = JSON_STYLE_LINES;
	l->crlf = p > t->gap && p[-1] == '\r';
	n = (size_t)(t->gap + t->gap_len - (p + 1));
	l->tabs = n > 0 && p[1] == '\t';
	l->indent = (unsigned)n;
}

/* The layout that the first gaps of each sort speak of. */
static void guess(const char *text, size_t len, struct json_layout *l)
{
	struct walk walk = walk_of(text, len);
	struct token t;
	char prev = 0;
	bool comma = false, colon = false;

	memset(l, 0, sizeof(*l));
	while (next_token(&walk, &t) && !(comma && colon)) {
		bool lines = t.gap_len && memchr(t.gap, '\n', t.gap_len);

		if (opens(prev) && lines && l->style != JSON_STYLE_LINES)
			guess_lines(l, &t);
		if (prev == ',' && !comma &&
		    (lines || l->style != JSON_STYLE_LINES)) {
			comma = true;
			l->space_after_comma = t.gap_len && *t.gap == ' ';
		} else if (prev == ':' && !colon) {
			colon = true;
			l->space_after_colon = t.gap_len > 0;
		}
		prev = t.kind;
	}
	if (l->style == JSON_STYLE_LINES) {
		/* "," and a new line is how all but a few write it */
		l->space_after_colon |= !colon;
		return;
	}
	if (!comma)
		l->space_after_comma = l->space_after_colon;
	if (!colon)
		l->space_after_colon = l->space_after_comma;
	if (l->space_after_comma || l->space_after_colon)
		l->style = JSON_STYLE_SPACED;
}

/* Are the gaps of the text those of the layout, every one? */
static bool follows(const char *text, size_t len, const struct json_layout *l)
{
	struct walk walk = walk_of(text, len);
	struct buf gap;
	struct writer w = { .layout = l, .out = &gap };
	struct token t;
	bool same = true;

	buf_init(&gap);
	while (same && next_token(&walk, &t)) {
		buf_clear(&gap);
		add_gap(&w, t.kind);
		same = w.prev == 0 || (gap.len == t.gap_len &&
			(!gap.len || !memcmp(gap.data, t.gap, gap.len)));
		pass_token(&w, t.kind);
	}
	buf_release(&gap);
	return same;
}

void json_layout_of(const char *text, size_t len, struct json_layout *out)
{
	if (!json_valid(text, len, NULL)) {
		memset(out, 0, sizeof(*out));
		out->style = JSON_STYLE_OTHER;
		return;
	}
	guess(text, len, out);
	if (!follows(text, len, out))
		out->style = JSON_STYLE_OTHER;
	out->like = text;
	out->like_len = len;
	while (is_blank(text[out->lead]))
		out->lead++;
	while (is_blank(text[len - out->trail - 1]))
		out->trail++;
}

static size_t count_tokens(const char *text, size_t len)
{
	struct walk walk = walk_of(text, len);
	struct token t;
	size_t n = 0;

	while (next_token(&walk, &t))
		n++;
	return n;
}

static bool same_token(const struct token *a, const struct token *b)
{
	return a->len == b->len && !memcmp(a->p, b->p, a->len);
}

static void skip_tokens(struct walk *walk, size_t n)
{
	struct token t;

	while (n-- > 0 && next_token(walk, &t))
		;
}

/* How many tokens two walks have in common, from here to the first that
 * differs (*head) and from the last that differs to the end (*tail). */
static void common_tokens(struct walk a, struct walk b, size_t *head, size_t *tail)
{
	struct token ta, tb;
	bool differed = false;

	*head = *tail = 0;
	while (next_token(&a, &ta) && next_token(&b, &tb)) {
		if (!same_token(&ta, &tb)) {
			differed = true;
			*tail = 0;
			continue;
		}
		if (!differed)
			++*head;
		++*tail;
	}
}

/* What two texts share: so many tokens at the beginning, in the middle only in
 * one or the other, and so many at the end. */
struct shared {
	size_t head, tail;
	size_t text_middle, like_middle;
};

static struct shared share(struct walk text, struct walk like)
{
	size_t text_count = count_tokens(text.p, (size_t)(text.end - text.p));
	size_t like_count = count_tokens(like.p, (size_t)(like.end - like.p));
	size_t less = text_count < like_count ? text_count : like_count;
	struct walk a = text, b = like;
	struct shared sh;
	size_t unused;

	common_tokens(a, b, &sh.head, &unused);
	skip_tokens(&a, text_count - less);
	skip_tokens(&b, like_count - less);
	common_tokens(a, b, &unused, &sh.tail);
	if (sh.tail > less - sh.head)
		sh.tail = less - sh.head;
	sh.text_middle = text_count - sh.head - sh.tail;
	sh.like_middle = like_count - sh.head - sh.tail;
	return sh;
}

/* Write n tokens of text as they stand in like, which has the same there. */
static void write_shared(struct writer *w, struct walk *text, struct walk *like,
			 size_t n)
{
	struct token t;

	skip_tokens(text, n);
	while (n-- > 0 && next_token(like, &t)) {
		w->depth -= closes(t.kind);
		buf_add(w->out, t.gap, t.gap_len);
		add_token(w, &t);
	}
}

/* Blanks before a token of this kind: those of `as`, or of the layout. */
static void put_gap(struct writer *w, char kind, const struct token *as)
{
	size_t len = w->out->len;

	add_gap(w, kind);
	if (as) {
		buf_truncate(w->out, len);
		buf_add(w->out, as->gap, as->gap_len);
	}
}

/* Whose blanks does the first token that only text has take? Those of the one
 * whose place it takes; not in {}, which has none. */
static const struct token *first_gap(char prev, const struct shared *sh,
				     const struct token *old)
{
	if (sh->like_middle > 0)
		return old;
	if (opens(prev) && !(closes(old->kind) && old->gap_len == 0))
		return old;
	return NULL;
}

/* Whose blanks does the first token after the change take? prev is the token
 * before the change, old what followed it, own the token as it was. */
static const struct token *tail_gap(char prev, const struct shared *sh,
				    const struct token *old,
				    const struct token *own)
{
	bool inserted = sh->text_middle > 0 && sh->like_middle == 0;
	bool removed = sh->text_middle == 0 && sh->like_middle > 0;

	if (inserted && opens(prev))
		return closes(own->kind) && own->gap_len > 0 ? own : NULL;
	if (removed && closes(own->kind))
		return opens(prev) ? NULL : own;
	if (removed && (opens(prev) || prev == ','))
		return old;
	return own;
}

/* As json_restyle for a text without a layout of its own. */
static void write_like(const char *text, size_t len,
		       const struct json_layout *layout, struct buf *out)
{
	struct walk walk = walk_of(text, len);
	struct walk like = walk_of(layout->like, layout->like_len);
	struct shared sh = share(walk, like);
	struct json_layout nearest;
	struct writer w = { .layout = &nearest, .out = out };
	struct token t, old, own;
	struct walk ahead;
	char prev;
	size_t i;

	guess(layout->like, layout->like_len, &nearest);
	write_shared(&w, &walk, &like, sh.head);
	prev = w.prev;
	ahead = like;
	next_token(&ahead, &old);
	for (i = 0; i < sh.text_middle && next_token(&walk, &t); i++) {
		put_gap(&w, t.kind, i ? NULL : first_gap(prev, &sh, &old));
		add_token(&w, &t);
	}
	skip_tokens(&like, sh.like_middle);
	if (sh.tail > 0 && next_token(&like, &own) && next_token(&walk, &t)) {
		put_gap(&w, own.kind, tail_gap(prev, &sh, &old, &own));
		add_token(&w, &own);
		write_shared(&w, &walk, &like, sh.tail - 1);
	}
	buf_add(out, like.p, (size_t)(like.end - like.p));
}

bool json_restyle(const char *text, size_t len, const struct json_layout *layout,
		  struct buf *out, struct err *err)
{
	struct writer w = { .layout = layout, .out = out };
	size_t old = out->len;

	if (!json_valid(text, len, err))
		return false;
	if (layout->style != JSON_STYLE_OTHER) {
		if (layout->like)
			buf_add(out, layout->like, layout->lead);
		write_tokens(&w, text, len);
		if (layout->like)
			buf_add(out, layout->like + layout->like_len -
				     layout->trail, layout->trail);
	} else if (layout->like) {
		write_like(text, len, layout, out);
	} else {
		buf_add(out, text, len);
	}
	return finish(out, old, err);
}
