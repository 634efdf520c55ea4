#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "ui/prompt.h"

void prompt_init(struct prompt *p, const char *label)
{
	memset(p, 0, sizeof(*p));
	textbuf_init(&p->text, PROMPT_MAX);
	buf_init(&p->yank);
	buf_init(&p->draft);
	p->label = label ? mem_strdup(label) : NULL;
}

void prompt_release(struct prompt *p)
{
	prompt_close_popup(p);
	textbuf_release(&p->text);
	buf_release(&p->yank);
	buf_release(&p->draft);
	free(p->found.items);
	free(p->label);
	memset(p, 0, sizeof(*p));
}

/* The text in one run: drawing and completion take it as it is. */
static const char *flat(struct prompt *p, size_t *len)
{
	*len = textbuf_len(&p->text);
	return textbuf_flat(&p->text);
}

bool prompt_set(struct prompt *p, const char *bytes, size_t len)
{
	if (!textbuf_set(&p->text, bytes, len))
		return false;
	p->cursor = len;
	p->left = 0;
	p->over = false;
	p->history_at = p->history ? p->history->n : 0;
	prompt_close_popup(p);
	return true;
}

const char *prompt_bytes(struct prompt *p, size_t *len)
{
	return flat(p, len);
}

bool prompt_modified(const struct prompt *p)
{
	return textbuf_modified(&p->text);
}

/*
 * Changes
 */

static enum ui_result replace(struct prompt *p, size_t from, size_t to,
			      const char *bytes, size_t len)
{
	p->over = !textbuf_replace(&p->text, from, to - from, bytes, len);
	if (p->over)
		return UI_IGNORED;
	p->cursor = from + len;
	textbuf_flat(&p->text);
	return UI_CHANGED;
}

/* Line breaks in pasted text, as p->breaks says. */
static void mend_breaks(const struct prompt *p, struct buf *out,
			const char *s, size_t len)
{
	size_t i;

	if (p->breaks == PROMPT_BREAKS_KEEP) {
		buf_add(out, s, len);
		return;
	}
	while (len && (s[len - 1] == '\n' || s[len - 1] == '\r'))
		len--;
	for (i = 0; i < len; i++) {
		if (s[i] != '\n' && s[i] != '\r')
			buf_addc(out, s[i]);
		else if (i == 0 || (s[i - 1] != '\n' && s[i - 1] != '\r'))
			buf_addc(out, ' ');
	}
}

enum ui_result prompt_text(struct prompt *p, const char *bytes, size_t len)
{
	bool live = p->popup;
	enum ui_result res;
	struct buf mended;

	buf_init_max(&mended, PROMPT_MAX);
	mend_breaks(p, &mended, bytes, len);
	if (mended.over)
		p->over = true;
	if (mended.over || mended.len == 0)
		res = UI_IGNORED;
	else
		res = replace(p, p->cursor, p->cursor, mended.data,
			      mended.len);
	buf_release(&mended);
	if (live && res == UI_CHANGED)
		prompt_suggest(p);
	return res;
}

static enum ui_result kill_range(struct prompt *p, size_t from, size_t to)
{
	if (from == to)
		return UI_IGNORED;
	buf_clear(&p->yank);
	textbuf_add_to(&p->text, from, to - from, &p->yank);
	textbuf_break(&p->text);
	return replace(p, from, to, NULL, 0);
}

static enum ui_result move_to(struct prompt *p, size_t at)
{
	if (at == p->cursor)
		return UI_IGNORED;
	p->cursor = at;
	textbuf_break(&p->text);
	return UI_MOVED;
}

static enum ui_result undo(struct prompt *p, bool redo)
{
	if (redo ? !textbuf_redo(&p->text, &p->cursor) :
		   !textbuf_undo(&p->text, &p->cursor))
		return UI_IGNORED;
	textbuf_flat(&p->text);
	return UI_CHANGED;
}

/*
 * History
 */

void prompt_history_init(struct prompt_history *h)
{
	memset(h, 0, sizeof(*h));
}

void prompt_history_release(struct prompt_history *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		free(h->lines[i]);
	free(h->lines);
	free(h->lens);
	prompt_history_init(h);
}

static void history_drop(struct prompt_history *h, size_t i)
{
	free(h->lines[i]);
	h->n--;
	memmove(h->lines + i, h->lines + i + 1,
		(h->n - i) * sizeof(*h->lines));
	memmove(h->lens + i, h->lens + i + 1, (h->n - i) * sizeof(*h->lens));
}

void prompt_history_add(struct prompt_history *h, const char *s, size_t len)
{
	size_t i;

	if (len == 0)
		return;
	for (i = h->n; i-- > 0;)
		if (h->lens[i] == len && !memcmp(h->lines[i], s, len))
			history_drop(h, i);
	if (h->n == PROMPT_HISTORY_MAX)
		history_drop(h, 0);
	h->lines = mem_grow(h->lines, h->n + 1, sizeof(*h->lines));
	h->lens = mem_grow(h->lens, h->n + 1, sizeof(*h->lens));
	h->lines[h->n] = mem_dup(s, len);
	h->lens[h->n++] = len;
}

static enum ui_result walk_history(struct prompt *p, int step)
{
	const struct prompt_history *h = p->history;
	size_t to, len;
	const char *s;

	if (!h || (step < 0 ? p->history_at == 0 : p->history_at >= h->n))
		return UI_IGNORED;
	if (p->history_at >= h->n) {
		s = flat(p, &len);
		buf_clear(&p->draft);
		buf_add(&p->draft, s, len);
	}
	to = p->history_at + (size_t)step;
	if (to >= h->n) {
		s = p->draft.data;
		len = p->draft.len;
	} else {
		s = h->lines[to];
		len = h->lens[to];
	}
	textbuf_break(&p->text);
	if (replace(p, 0, textbuf_len(&p->text), s, len) != UI_CHANGED)
		return UI_IGNORED;
	p->history_at = to;
	return UI_CHANGED;
}

/*
 * Completion
 */

void completion_add(struct completion *c, const char *text, const char *help)
{
	struct completion_item *item;

	c->items = mem_room(c->items, c->n, &c->cap, sizeof(*c->items));
	item = &c->items[c->n++];
	item->text = mem_strdup(text);
	item->help = help ? mem_strdup(help) : NULL;
}

bool prompt_close_popup(struct prompt *p)
{
	bool was = p->popup;
	size_t i;

	for (i = 0; i < p->found.n; i++) {
		free(p->found.items[i].text);
		free(p->found.items[i].help);
	}
	p->found.n = 0;
	p->popup = false;
	p->picked = 0;
	return was;
}

/* Ask for items; false when there are none. */
static bool fetch(struct prompt *p)
{
	const char *s;
	size_t len;

	prompt_close_popup(p);
	if (!p->complete)
		return false;
	s = flat(p, &len);
	p->found.from = p->found.to = p->cursor;
	p->complete(p->complete_arg, s, len, p->cursor, &p->found);
	if (p->found.to > len)
		p->found.to = len;
	if (p->found.from > p->found.to)
		p->found.from = p->found.to;
	p->picked = p->found.n;
	return p->found.n > 0;
}

void prompt_suggest(struct prompt *p)
{
	p->popup = fetch(p);
}

static enum ui_result insert_found(struct prompt *p, const char *s, size_t len)
{
	enum ui_result res;

	textbuf_break(&p->text);
	res = replace(p, p->found.from, p->found.to, s, len);
	if (res == UI_CHANGED)
		p->found.to = p->found.from + len;
	return res;
}

/* The longest beginning that all items share, cut at a character. */
static size_t common(const struct completion *c)
{
	const char *first = c->items[0].text;
	size_t n = strlen(first), i, k;

	for (i = 1; i < c->n; i++) {
		for (k = 0; k < n && c->items[i].text[k] == first[k]; k++)
			;
		n = k;
	}
	return utf8_valid_prefix(first, n);
}

static enum ui_result pick(struct prompt *p, int step)
{
	size_t n = p->found.n;

	if (p->picked >= n)
		p->picked = step > 0 ? 0 : n - 1;
	else
		p->picked = (p->picked + n + (size_t)step) % n;
	return insert_found(p, p->found.items[p->picked].text,
			    strlen(p->found.items[p->picked].text));
}

static enum ui_result complete(struct prompt *p, int step)
{
	const char *s;
	size_t n, len;

	if (!p->complete)
		return UI_IGNORED;
	if (p->popup)
		return pick(p, step);
	if (!fetch(p))
		return UI_IGNORED;
	n = common(&p->found);
	s = flat(p, &len);
	if (n > p->found.to - p->found.from &&
	    !memcmp(p->found.items[0].text, s + p->found.from,
		    p->found.to - p->found.from)) {
		enum ui_result res = insert_found(p, p->found.items[0].text, n);

		if (p->found.n == 1)
			prompt_close_popup(p);
		else
			p->popup = true;
		return res;
	}
	if (p->found.n == 1)
		return pick(p, 1) == UI_CHANGED ?
		       (prompt_close_popup(p), UI_CHANGED) : UI_IGNORED;
	p->popup = true;
	return UI_MOVED;
}

/*
 * Actions
 */

static enum ui_result text_action(struct prompt *p, enum text_action action)
{
	size_t len = textbuf_len(&p->text), at = p->cursor;

	switch (action) {
	case TEXT_LEFT:
		return move_to(p, textbuf_prev(&p->text, at));
	case TEXT_RIGHT:
		return move_to(p, textbuf_next(&p->text, at));
	case TEXT_WORD_LEFT:
		return move_to(p, textbuf_word_left(&p->text, at));
	case TEXT_WORD_RIGHT:
		return move_to(p, textbuf_word_right(&p->text, at));
	case TEXT_HOME:
	case TEXT_TOP:
		return move_to(p, 0);
	case TEXT_END:
	case TEXT_BOTTOM:
		return move_to(p, len);
	case TEXT_BACKSPACE:
		if (at == 0)
			return UI_IGNORED;
		return replace(p, textbuf_prev(&p->text, at), at, NULL, 0);
	case TEXT_DELETE:
		if (at == len)
			return UI_IGNORED;
		return replace(p, at, textbuf_next(&p->text, at), NULL, 0);
	case TEXT_DELETE_WORD_LEFT:
		return kill_range(p, textbuf_word_left(&p->text, at), at);
	case TEXT_DELETE_WORD_RIGHT:
		return kill_range(p, at, textbuf_word_right(&p->text, at));
	case TEXT_DELETE_TO_START:
		return kill_range(p, 0, at);
	case TEXT_DELETE_TO_END:
		return kill_range(p, at, len);
	case TEXT_YANK:
		if (p->yank.len == 0)
			return UI_IGNORED;
		textbuf_break(&p->text);
		return replace(p, at, at, p->yank.data, p->yank.len);
	case TEXT_UNDO:
		return undo(p, false);
	case TEXT_REDO:
		return undo(p, true);
	default:
		return UI_IGNORED;
	}
}

enum ui_result prompt_action(struct prompt *p, enum text_action action)
{
	bool live = p->popup;
	enum ui_result res;

	switch (action) {
	case TEXT_TAB:
		return complete(p, 1);
	case TEXT_BACKTAB:
		return complete(p, -1);
	case TEXT_UP:
		return live ? pick(p, -1) : walk_history(p, -1);
	case TEXT_DOWN:
		return live ? pick(p, 1) : walk_history(p, 1);
	default:
		break;
	}
	res = text_action(p, action);
	if (live && res == UI_CHANGED)
		prompt_suggest(p);	/* goes on as it is edited */
	else if (live)
		prompt_close_popup(p);
	return res;
}
