/*
 * History in a journal: the steps from before a save, and those of a journal
 * that is written anew, so that undo after a recovery is what it was before.
 */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "edit/doc.h"
#include "edit/frameread.h"
#include "edit/framewrite.h"

/* --- writing --- */

/* How many steps of steps[0, n), from the last, the bound on rows allows. */
static size_t fitting(struct step *const *steps, size_t n, int direction)
{
	uint64_t rows = 0;
	row_id first;
	size_t k = 0;

	while (k < n) {
		rows += step_rows(steps[direction * (ptrdiff_t)k], &first);
		if (rows > FRAME_HISTORY_ROWS)
			break;
		k++;
	}
	return k;
}

static void forget_own(struct frame_writer *w)
{
	rows_unref(w->own);
	w->own = rows_new();
}

struct history {
	struct frame_writer *w;
	struct rows *rows;
	frame_put_fn *put;
	void *arg;
	struct err *err;
};

/* rows follow the step, and the frame says it. */
static bool put_past(struct history *h, enum frame_kind kind,
		     struct step *s, bool forward)
{
	struct buf frame;
	bool ok;

	h->rows = rows_own(h->rows);
	step_apply(s, h->rows, forward);
	h->w->now = h->rows;
	buf_init(&frame);
	ok = frame_put_step(h->w, kind, s, forward, &frame, h->err) &&
	     h->put(h->arg, &frame, h->err);
	s->frame_bytes = frame.len;
	buf_release(&frame);
	return ok;
}

static bool put_present(struct history *h)
{
	struct buf frame;
	bool ok;

	buf_init(&frame);
	buf_addc(&frame, FRAME_PRESENT);
	ok = h->put(h->arg, &frame, h->err);
	buf_release(&frame);
	return ok;
}

bool frame_write_history(struct frame_writer *w, struct rows *rows, size_t at,
			 size_t count, bool all, frame_put_fn *put, void *arg,
			 struct err *err)
{
	struct history h = { w, rows_share(rows), put, arg, err };
	struct step **steps = w->doc->steps;
	size_t top = count, low = at;
	bool ok = true;

	if (!all && count > at)
		top = at + fitting(steps + at, count - at, 1);
	if (at)
		low = at - fitting(steps + at - 1, at, -1);
	w->text_left = all ? UINT64_MAX : FRAME_HISTORY_TEXT;
	w->low = w->top = at;
	while (ok && w->top < top && w->text_left) {
		ok = put_past(&h, FRAME_FUTURE, steps[w->top], true);
		w->top++;
	}
	forget_own(w);
	rows_unref(h.rows);
	h.rows = rows;
	w->text_left = FRAME_HISTORY_TEXT;
	while (ok && w->low > low && w->text_left) {
		ok = put_past(&h, FRAME_PAST, steps[w->low - 1], false);
		w->low--;
	}
	forget_own(w);
	w->text_left = UINT64_MAX;
	w->now = NULL;
	rows_unref(h.rows);
	return ok && (w->low == w->top || put_present(&h));
}

bool frame_writer_reaches(const struct frame_writer *w, size_t n)
{
	return !w->apart && n >= w->low && n <= w->top;
}

bool frame_is_change(const char *frame, size_t len)
{
	return len && (*frame == FRAME_STEP || *frame == FRAME_UNDO ||
		       *frame == FRAME_REDO);
}

/* --- reading --- */

static void add(struct frame_past *p, struct step *s)
{
	p->list = mem_room(p->list, p->n, &p->cap, sizeof(struct step *));
	p->list[p->n++] = s;
}

static void drop(struct frame_past *p)
{
	while (p->n > 0)
		step_free(p->list[--p->n]);
	free(p->list);
	*p = (struct frame_past){ 0 };
}

void framepast_drop(struct frame_reader *r)
{
	drop(&r->past);
	drop(&r->future);
	rows_unref(r->walk);
	r->walk = NULL;
}

/* Before anything else, and only then. */
static bool may_begin(const struct frame_reader *r)
{
	return !r->present && !r->doc->step_count && !r->doc->depth;
}

/* The document's rows are what they were at the end: what a step does is done to
 * others, which go on from step to step. */
static bool walk_one(struct reading *g, struct step **s)
{
	struct frame_reader *r = g->r;
	struct document *doc = g->doc;
	struct rows *base = doc->rows;
	bool ok;

	doc->rows = r->walk ? r->walk : rows_share(base);
	r->walk = NULL;
	ok = frameread_begin(g);
	if (ok) {
		*s = doc->open;
		doc->open = NULL;
		doc->depth = 0;
	}
	r->walk = doc->rows;
	doc->rows = base;
	return ok;
}

bool framepast_read(struct reading *g, bool past)
{
	struct frame_reader *r = g->r;
	struct step *s = NULL;

	if (!may_begin(r) || (!past && r->past.n))
		return false;
	if (past && !r->past.n) {	/* from the base again */
		rows_unref(r->walk);
		r->walk = NULL;
	}
	if (!walk_one(g, &s))
		return false;
	if (step_empty(s)) {
		step_free(s);
		s = NULL;
		if (!r->find)
			return false;
	}
	add(past ? &r->past : &r->future, s);
	return true;
}

static void push(struct document *doc, struct step *s)
{
	if (!s)
		return;
	doc->steps = mem_room(doc->steps, doc->step_count, &doc->step_cap,
			      sizeof(struct step *));
	doc->steps[doc->step_count++] = s;
}

bool framepast_end(struct reading *g)
{
	struct frame_reader *r = g->r;
	struct document *doc = g->doc;

	if (!may_begin(r))
		return false;
	r->present = true;
	for (size_t i = r->past.n; i-- > 0;) {
		frameread_note(r, r->past.list[i] != NULL);
		if (r->past.list[i])
			step_invert(r->past.list[i]);
		push(doc, r->past.list[i]);
	}
	doc->done = doc->step_count;
	for (size_t i = 0; i < r->future.n; i++) {
		frameread_note(r, r->future.list[i] != NULL);
		push(doc, r->future.list[i]);
	}
	r->done = r->past.n;
	r->past.n = r->future.n = 0;
	framepast_drop(r);
	return true;
}
