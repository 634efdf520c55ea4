#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/find.h"
#include "base/mem.h"
#include "ui/textbuf.h"

#define GAP_MIN 4096
#define JOIN_MAX 4096	/* a step of typing grows no longer than this */

/* One replacement: at `at`, the bytes `before` became `after`. */
struct textstep {
	size_t at, before_len, after_len;
	char *bytes;		/* before, then after */
};

/*
 * The gap
 */

void textbuf_init(struct textbuf *tb, size_t max)
{
	memset(tb, 0, sizeof(*tb));
	tb->max = max < BUF_MAX ? max : BUF_MAX;
}

static void drop_steps(struct textbuf *tb, size_t from)
{
	size_t i;

	for (i = from; i < tb->nsteps; i++)
		free(tb->steps[i].bytes);
	tb->nsteps = from;
}

void textbuf_release(struct textbuf *tb)
{
	drop_steps(tb, 0);
	free(tb->steps);
	if (!tb->borrowed)
		free(tb->data);
	textbuf_init(tb, tb->max);
}

bool textbuf_set(struct textbuf *tb, const void *bytes, size_t len)
{
	uint64_t version = tb->version;
	char *data;

	if (len > tb->max)
		return false;
	data = mem_alloc(len + GAP_MIN);
	if (len)
		memcpy(data, bytes, len);
	textbuf_release(tb);
	tb->data = data;
	tb->cap = len + GAP_MIN;
	tb->gap = len;
	tb->gap_len = GAP_MIN;
	tb->newlines = bytes_count(data, len, '\n');
	tb->version = version + 1;
	tb->sealed = true;
	return true;
}

bool textbuf_adopt(struct textbuf *tb, struct buf *bytes)
{
	uint64_t version = tb->version;
	size_t len = bytes->len, cap = bytes->cap;

	if (len > tb->max)
		return false;
	if (!cap)	/* it never had memory of its own */
		return textbuf_set(tb, "", 0);
	textbuf_release(tb);
	tb->data = buf_detach(bytes, NULL);
	tb->cap = cap;
	tb->gap = len;
	tb->gap_len = cap - len;
	tb->newlines = bytes_count(tb->data, len, '\n');
	tb->version = version + 1;
	tb->sealed = true;
	return true;
}

bool textbuf_borrow(struct textbuf *tb, const char *bytes, size_t len)
{
	uint64_t version = tb->version;

	if (len > tb->max)
		return false;
	textbuf_release(tb);
	tb->data = (char *)bytes;	/* never written to: own() */
	tb->borrowed = true;
	tb->cap = tb->gap = len;
	tb->newlines = bytes_count(bytes, len, '\n');
	tb->version = version + 1;
	tb->sealed = true;
	return true;
}

/* Before anything moves or grows. */
static void own(struct textbuf *tb)
{
	char *data;

	if (!tb->borrowed)
		return;
	data = mem_alloc(tb->cap + GAP_MIN);
	memcpy(data, tb->data, tb->cap);
	tb->data = data;
	tb->borrowed = false;
	tb->gap_len = GAP_MIN;
	tb->cap += GAP_MIN;
}

void textbuf_take(struct textbuf *tb, struct textbuf *from)
{
	uint64_t version = tb->version;
	size_t max = tb->max;

	textbuf_release(tb);
	*tb = *from;
	tb->max = max;
	tb->version = version + 1;
	textbuf_init(from, from->max);
}

size_t textbuf_len(const struct textbuf *tb)
{
	return tb->cap - tb->gap_len;
}

static void move_gap(struct textbuf *tb, size_t at)
{
	if (at < tb->gap)
		memmove(tb->data + at + tb->gap_len, tb->data + at,
			tb->gap - at);
	else if (at > tb->gap)
		memmove(tb->data + tb->gap, tb->data + tb->gap + tb->gap_len,
			at - tb->gap);
	tb->gap = at;
}

/* Room for at least n bytes in the gap. Lengths are held to max, at most 1
 * GiB, so nothing here overflows. */
static void widen_gap(struct textbuf *tb, size_t n)
{
	size_t len = textbuf_len(tb), tail = len - tb->gap, cap;

	if (tb->gap_len >= n)
		return;
	cap = len + n + len / 8 + GAP_MIN;
	tb->data = mem_grow(tb->data, cap, 1);
	memmove(tb->data + cap - tail, tb->data + tb->gap + tb->gap_len, tail);
	tb->gap_len = cap - len;
	tb->cap = cap;
}

unsigned char textbuf_at(const struct textbuf *tb, size_t at)
{
	assert(at < textbuf_len(tb));
	return (unsigned char)tb->data[at < tb->gap ? at : at + tb->gap_len];
}

const char *textbuf_span(const struct textbuf *tb, size_t at, size_t *len)
{
	size_t total = textbuf_len(tb);

	*len = 0;
	if (at >= total)
		return NULL;
	if (at < tb->gap) {
		*len = tb->gap - at;
		return tb->data + at;
	}
	*len = total - at;
	return tb->data + at + tb->gap_len;
}

size_t textbuf_read(const struct textbuf *tb, size_t at, void *out, size_t n)
{
	size_t done = 0, len;
	const char *s;

	while (done < n && (s = textbuf_span(tb, at + done, &len))) {
		if (len > n - done)
			len = n - done;
		memcpy((char *)out + done, s, len);
		done += len;
	}
	return done;
}

void textbuf_add_to(const struct textbuf *tb, size_t at, size_t n,
		    struct buf *out)
{
	const char *s;
	size_t len;

	while (n && (s = textbuf_span(tb, at, &len))) {
		if (len > n)
			len = n;
		buf_add(out, s, len);
		at += len;
		n -= len;
	}
}

const char *textbuf_flat(struct textbuf *tb)
{
	own(tb);
	widen_gap(tb, 1);
	move_gap(tb, textbuf_len(tb));
	tb->data[tb->gap] = '\0';
	return tb->data;
}

/*
 * Changes
 */

/* The bare replacement, without undo. */
static void splice(struct textbuf *tb, size_t at, size_t n, const char *bytes,
		   size_t len)
{
	assert(at <= textbuf_len(tb) && n <= textbuf_len(tb) - at);
	own(tb);
	move_gap(tb, at);
	tb->newlines -= bytes_count(tb->data + at + tb->gap_len, n, '\n');
	tb->gap_len += n;
	widen_gap(tb, len);
	if (len)
		memcpy(tb->data + at, bytes, len);
	tb->newlines += bytes_count(bytes, len, '\n');
	tb->gap += len;
	tb->gap_len -= len;
	tb->version++;
}

static bool has_break(const char *s, size_t len)
{
	return len && memchr(s, '\n', len);
}

/*
 * Can the new step (at, before, after) become part of the last one? Typing
 * goes on where the last step ended; deleting goes on at its place, backwards
 * or forwards. A line break ends a step.
 */
static bool join(struct textbuf *tb, size_t at, const char *before,
		 size_t nbefore, const char *after, size_t nafter)
{
	struct textstep *s;
	char *bytes;

	if (tb->sealed || tb->done == 0)
		return false;
	s = &tb->steps[tb->done - 1];
	if (s->before_len + s->after_len + nbefore + nafter > JOIN_MAX ||
	    has_break(before, nbefore) || has_break(after, nafter))
		return false;
	if (nbefore == 0 && at == s->at + s->after_len && s->after_len) {
		bytes = mem_grow(s->bytes,
				 s->before_len + s->after_len + nafter, 1);
		memcpy(bytes + s->before_len + s->after_len, after, nafter);
		s->after_len += nafter;
	} else if (nafter == 0 && s->after_len == 0 &&
		   (at + nbefore == s->at || at == s->at)) {
		bytes = mem_grow(s->bytes, s->before_len + nbefore, 1);
		if (at == s->at) {
			memcpy(bytes + s->before_len, before, nbefore);
		} else {
			memmove(bytes + nbefore, bytes, s->before_len);
			memcpy(bytes, before, nbefore);
			s->at = at;
		}
		s->before_len += nbefore;
	} else {
		return false;
	}
	s->bytes = bytes;
	return true;
}

static void push(struct textbuf *tb, size_t at, const char *before,
		 size_t nbefore, const char *after, size_t nafter)
{
	struct textstep *s;

	drop_steps(tb, tb->done);
	if (tb->saved > tb->done)
		tb->saved = SIZE_MAX;	/* that state cannot be reached again */
	if (join(tb, at, before, nbefore, after, nafter))
		return;
	tb->steps = mem_room(tb->steps, tb->nsteps, &tb->steps_cap,
			     sizeof(*tb->steps));
	s = &tb->steps[tb->nsteps++];
	s->at = at;
	s->before_len = nbefore;
	s->after_len = nafter;
	s->bytes = mem_alloc(nbefore + nafter);
	if (nbefore)
		memcpy(s->bytes, before, nbefore);
	if (nafter)
		memcpy(s->bytes + nbefore, after, nafter);
	tb->done = tb->nsteps;
	/* Replacing is a step of its own; typing and deleting may go on. */
	tb->sealed = (nbefore && nafter) || has_break(after, nafter) ||
		     has_break(before, nbefore);
}

bool textbuf_replace(struct textbuf *tb, size_t at, size_t n,
		     const void *bytes, size_t len)
{
	size_t total = textbuf_len(tb);

	assert(at <= total && n <= total - at);
	if (len > tb->max || total - n > tb->max - len)
		return false;
	if (n == 0 && len == 0)
		return true;
	own(tb);
	/* The gap at the edit makes the removed bytes one run. */
	widen_gap(tb, 1);
	move_gap(tb, at);
	push(tb, at, tb->data + at + tb->gap_len, n, bytes, len);
	splice(tb, at, n, bytes, len);
	return true;
}

void textbuf_break(struct textbuf *tb)
{
	tb->sealed = true;
}

bool textbuf_undo(struct textbuf *tb, size_t *at)
{
	const struct textstep *s;

	if (tb->done == 0)
		return false;
	s = &tb->steps[--tb->done];
	splice(tb, s->at, s->after_len, s->bytes, s->before_len);
	*at = s->at + s->before_len;
	tb->sealed = true;
	return true;
}

bool textbuf_redo(struct textbuf *tb, size_t *at)
{
	const struct textstep *s;

	if (tb->done == tb->nsteps)
		return false;
	s = &tb->steps[tb->done++];
	splice(tb, s->at, s->before_len, s->bytes + s->before_len,
	       s->after_len);
	*at = s->at + s->after_len;
	tb->sealed = true;
	return true;
}

bool textbuf_modified(const struct textbuf *tb)
{
	return tb->done != tb->saved;
}

void textbuf_mark_saved(struct textbuf *tb)
{
	tb->saved = tb->done;
	tb->sealed = true;
}

/*
 * Lines
 */

size_t textbuf_find_nl(const struct textbuf *tb, size_t from, size_t to)
{
	const char *s, *hit;
	size_t len;

	while (from < to && (s = textbuf_span(tb, from, &len))) {
		if (len > to - from)
			len = to - from;
		hit = memchr(s, '\n', len);
		if (hit)
			return from + (size_t)(hit - s);
		from += len;
	}
	return to;
}

size_t textbuf_rfind_nl(const struct textbuf *tb, size_t from, size_t to)
{
	const char *s, *hit;
	size_t len, start;

	while (to > from) {
		/* the run that ends at `to` */
		start = to > tb->gap && from < tb->gap ? tb->gap : from;
		s = textbuf_span(tb, start, &len);
		hit = memrchr(s, '\n', to - start);
		if (hit)
			return start + (size_t)(hit - s);
		to = start;
	}
	return SIZE_MAX;
}

size_t textbuf_count_nl(const struct textbuf *tb, size_t from, size_t to)
{
	size_t n = 0, len;
	const char *s;

	while (from < to && (s = textbuf_span(tb, from, &len))) {
		if (len > to - from)
			len = to - from;
		n += bytes_count(s, len, '\n');
		from += len;
	}
	return n;
}

size_t textbuf_line_start(const struct textbuf *tb, size_t at)
{
	size_t nl = textbuf_rfind_nl(tb, 0, at);

	return nl == SIZE_MAX ? 0 : nl + 1;
}

size_t textbuf_line_offset(const struct textbuf *tb, size_t line)
{
	size_t at = 0, len = textbuf_len(tb);

	if (line > tb->newlines)
		line = tb->newlines;
	while (line--)
		at = textbuf_find_nl(tb, at, len) + 1;
	return at;
}

/*
 * Search
 */

static unsigned char folded(unsigned char c)
{
	return c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) : c;
}

bool textbuf_match(const struct textbuf *tb, const char *needle, size_t len,
		   size_t at, bool fold)
{
	size_t i;

	if (at > textbuf_len(tb) || len > textbuf_len(tb) - at)
		return false;
	for (i = 0; i < len; i++) {
		unsigned char a = textbuf_at(tb, at + i);
		unsigned char b = (unsigned char)needle[i];

		if (fold ? folded(a) != folded(b) : a != b)
			return false;
	}
	return true;
}

/* Hits that begin in [from, to), all of whose bytes lie in one run. */
static size_t find_in(const struct textbuf *tb, const char *needle, size_t len,
		      size_t from, size_t to, bool fold, bool last)
{
	size_t run;
	const char *s, *hit;

	if (from >= to)
		return SIZE_MAX;
	s = textbuf_span(tb, from, &run);
	run = to - from + len - 1;
	if (last)
		hit = bytes_rfind(s, run, needle, len, fold);
	else if (fold)
		hit = bytes_find_fold(s, run, needle, len);
	else
		hit = bytes_find(s, run, needle, len);
	return hit ? from + (size_t)(hit - s) : SIZE_MAX;
}

/* The first or last hit that begins in [from, to): before the gap, over it,
 * behind it. */
static size_t find_between(const struct textbuf *tb, const char *needle,
			   size_t len, size_t from, size_t to, bool fold,
			   bool last)
{
	size_t before = tb->gap >= len ? tb->gap - len + 1 : 0, hit;

	for (int i = 0; i < 3; i++) {
		int part = last ? 2 - i : i;
		size_t low = part == 0 ? 0 : part == 1 ? before : tb->gap;
		size_t high = part == 0 ? before : part == 1 ? tb->gap : to;

		low = low > from ? low : from;
		high = high < to ? high : to;
		if (part != 1) {
			hit = find_in(tb, needle, len, low, high, fold, last);
			if (hit != SIZE_MAX)
				return hit;
			continue;
		}
		for (size_t k = low; k < high; k++) {
			hit = last ? high - 1 - (k - low) : k;
			if (textbuf_match(tb, needle, len, hit, fold))
				return hit;
		}
	}
	return SIZE_MAX;
}

size_t textbuf_find(const struct textbuf *tb, const char *needle, size_t len,
		    size_t at, bool fold)
{
	size_t total = textbuf_len(tb);

	if (len == 0 || len > total)
		return SIZE_MAX;
	return find_between(tb, needle, len, at, total - len + 1, fold, false);
}

size_t textbuf_rfind(const struct textbuf *tb, const char *needle, size_t len,
		     size_t at, bool fold)
{
	size_t total = textbuf_len(tb);

	if (len == 0 || len > total)
		return SIZE_MAX;
	if (at > total - len + 1)
		at = total - len + 1;
	return find_between(tb, needle, len, 0, at, fold, true);
}
