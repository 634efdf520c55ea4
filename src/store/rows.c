#include "config.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/rows.h"
#include "store/rowstate.h"

/* So many lookups by id walk the pieces before sorting them pays. */
#define WALKS 8

/*
 * {first .. first + count - 1}. A piece of no rows is a mark: the place where
 * the growth of its origin comes in. `start` is the position of the first row.
 */
struct piece {
	row_id first;
	uint64_t count;
	uint64_t start;
};

struct rows {
	_Atomic unsigned refs;
	struct piece *pieces;
	size_t n, cap;
	uint64_t count;
	/* Pieces sorted by id; made when asked for often, by any thread. */
	_Atomic(size_t *) by_id;
	_Atomic unsigned walks;
	struct state_table states;
};

struct rows *rows_new(void)
{
	struct rows *r = mem_zalloc(1, sizeof(*r));

	r->refs = 1;
	return r;
}

struct rows *rows_share(struct rows *r)
{
	atomic_fetch_add(&r->refs, 1);
	return r;
}

void rows_unref(struct rows *r)
{
	if (!r || atomic_fetch_sub(&r->refs, 1) > 1)
		return;
	free(r->pieces);
	free(atomic_load(&r->by_id));
	state_table_release(&r->states);
	free(r);
}

struct rows *rows_own(struct rows *r)
{
	struct rows *own;

	if (atomic_load(&r->refs) == 1)
		return r;
	own = rows_new();
	own->n = own->cap = r->n;
	own->count = r->count;
	own->pieces = mem_alloc(r->n * sizeof(*r->pieces));
	if (r->n)
		memcpy(own->pieces, r->pieces, r->n * sizeof(*r->pieces));
	state_table_copy(&own->states, &r->states);
	rows_unref(r);
	return own;
}

static void order_changed(struct rows *r)
{
	free(atomic_exchange(&r->by_id, NULL));
	r->walks = 0;
}

uint64_t rows_count(const struct rows *r)
{
	return r->count;
}

/* The piece that holds position pos: the last that does not begin behind it. */
static size_t piece_at(const struct rows *r, uint64_t pos)
{
	size_t low = 0, high = r->n;

	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->pieces[mid].start <= pos)
			low = mid;
		else
			high = mid;
	}
	return low;
}

row_id rows_at(const struct rows *r, uint64_t pos)
{
	const struct piece *p = &r->pieces[piece_at(r, pos)];

	assert(pos < r->count);
	return p->first + (pos - p->start);
}

uint64_t rows_run(const struct rows *r, uint64_t pos, uint64_t max,
		  row_id *first)
{
	const struct piece *p = &r->pieces[piece_at(r, pos)];
	uint64_t left = p->count - (pos - p->start);

	assert(pos < r->count);
	*first = p->first + (pos - p->start);
	return left < max ? left : max;
}

static bool holds(const struct piece *p, row_id id)
{
	return id >= p->first && id - p->first < p->count;
}

static int by_first(const void *a, const void *b, void *arg)
{
	const struct piece *pieces = arg;
	row_id x = pieces[*(const size_t *)a].first;
	row_id y = pieces[*(const size_t *)b].first;

	if (x != y)
		return x < y ? -1 : 1;
	/* A mark has the id of the row to come: in front of it. */
	x = pieces[*(const size_t *)a].count;
	y = pieces[*(const size_t *)b].count;
	return x < y ? -1 : x > y;
}

static const size_t *sorted(const struct rows *rows)
{
	struct rows *r = (struct rows *)rows;	/* a cache inside */
	size_t *old = NULL, *order;

	order = atomic_load_explicit(&r->by_id, memory_order_acquire);
	if (order || atomic_fetch_add(&r->walks, 1) < WALKS)
		return order;
	order = mem_alloc(r->n * sizeof(*order));
	for (size_t i = 0; i < r->n; i++)
		order[i] = i;
	qsort_r(order, r->n, sizeof(*order), by_first, r->pieces);
	if (atomic_compare_exchange_strong(&r->by_id, &old, order))
		return order;
	free(order);	/* another thread was first */
	return old;
}

static const struct piece *piece_of(const struct rows *r, row_id id)
{
	const size_t *order = sorted(r);
	size_t low = 0, high = r->n;

	if (!order) {
		for (size_t i = 0; i < r->n; i++)
			if (holds(&r->pieces[i], id))
				return &r->pieces[i];
		return NULL;
	}
	while (high - low > 1) {
		size_t mid = low + (high - low) / 2;

		if (r->pieces[order[mid]].first <= id)
			low = mid;
		else
			high = mid;
	}
	if (low < r->n && holds(&r->pieces[order[low]], id))
		return &r->pieces[order[low]];
	return NULL;
}

bool rows_position(const struct rows *r, row_id id, uint64_t *pos)
{
	const struct piece *p = piece_of(r, id);

	if (p)
		*pos = p->start + (id - p->first);
	return p != NULL;
}

/* --- changing the order: a new table is built in one pass --- */

static void emit(struct rows *r, row_id first, uint64_t count)
{
	struct piece *last = r->n ? &r->pieces[r->n - 1] : NULL;

	if (count && last && last->count &&
	    last->first + last->count == first) {
		last->count += count;
		r->count += count;
		return;
	}
	r->pieces = mem_room(r->pieces, r->n, &r->cap, sizeof(*r->pieces));
	r->pieces[r->n++] = (struct piece){ first, count, r->count };
	r->count += count;
}

struct range { uint64_t pos, count; };

static int by_pos(const void *a, const void *b)
{
	uint64_t x = ((const struct range *)a)->pos;
	uint64_t y = ((const struct range *)b)->pos;

	return x < y ? -1 : x > y;
}

/* Build r anew from old without the rows in the sorted ranges. */
static void remove_ranges(struct rows *r, const struct piece *old, size_t n,
			  const struct range *ranges, size_t range_count)
{
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		uint64_t at = old[i].start, end = at + old[i].count;

		if (!old[i].count)
			emit(r, old[i].first, 0);
		while (at < end) {
			uint64_t stop = end;

			while (k < range_count &&
			       ranges[k].pos + ranges[k].count <= at)
				k++;
			if (k < range_count && ranges[k].pos <= at) {
				at = ranges[k].pos + ranges[k].count;
				continue;
			}
			if (k < range_count && ranges[k].pos < end)
				stop = ranges[k].pos;
			emit(r, old[i].first + (at - old[i].start), stop - at);
			at = stop;
		}
	}
}

static void remove_runs(struct rows *r, const struct rows_place *places,
			size_t n, bool invert)
{
	struct range *ranges = mem_alloc(n * sizeof(*ranges));
	struct piece *old = r->pieces;
	size_t count = 0, old_n = r->n;

	for (size_t i = 0; i < n; i++) {
		row_id from = invert ? places[i].after : places[i].before;
		bool found;

		if (from == ROW_NONE)
			continue;
		found = rows_position(r, places[i].first, &ranges[count].pos);
		assert(found);
		(void)found;
		ranges[count++].count = places[i].count;
	}
	if (count) {
		qsort(ranges, count, sizeof(*ranges), by_pos);
		r->pieces = NULL;
		r->n = r->cap = 0;
		r->count = 0;
		remove_ranges(r, old, old_n, ranges, count);
		free(old);
		order_changed(r);
	}
	free(ranges);
}

struct insertion {
	uint64_t pos;		/* in front of the row that is there */
	size_t seq;
	row_id first;
	uint64_t count;
};

static int by_pos_seq(const void *a, const void *b)
{
	const struct insertion *x = a, *y = b;

	if (x->pos != y->pos)
		return x->pos < y->pos ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Where a run goes that comes behind `place`: a row that is there, or the last
 * row of a run that comes in before this one. */
static uint64_t target(const struct rows *r, row_id place,
		       const struct insertion *done, size_t count)
{
	uint64_t pos;

	if (place == ROW_START)
		return 0;
	if (place == ROW_END)
		return UINT64_MAX;
	while (count-- > 0)
		if (done[count].first + done[count].count - 1 == place)
			return done[count].pos;
		else if (rows_position(r, place, &pos))
			break;
	if (!rows_position(r, place, &pos)) {
		assert(!"a place that is not there");
		return UINT64_MAX;
	}
	return pos + 1;
}

static void insert_runs(struct rows *r, const struct rows_place *places,
			size_t n, bool invert)
{
	struct insertion *in = mem_alloc(n * sizeof(*in));
	struct piece *old = r->pieces;
	size_t count = 0, old_n = r->n, k = 0;

	for (size_t i = 0; i < n; i++) {
		row_id to = invert ? places[i].before : places[i].after;

		if (to == ROW_NONE)
			continue;
		in[count].pos = target(r, to, in, count);
		in[count].seq = count;
		in[count].first = places[i].first;
		in[count].count = places[i].count;
		count++;
	}
	if (count) {
		qsort(in, count, sizeof(*in), by_pos_seq);
		r->pieces = NULL;
		r->n = r->cap = 0;
		r->count = 0;
	}
	for (size_t i = 0; count && i < old_n; i++) {
		uint64_t at = old[i].start, end = at + old[i].count;

		for (; k < count && in[k].pos <= at; k++)
			emit(r, in[k].first, in[k].count);
		for (; k < count && in[k].pos < end; k++) {
			if (in[k].pos > at)
				emit(r, old[i].first + (at - old[i].start),
				     in[k].pos - at);
			at = in[k].pos;
			emit(r, in[k].first, in[k].count);
		}
		emit(r, old[i].first + (at - old[i].start), end - at);
	}
	for (; k < count; k++)
		emit(r, in[k].first, in[k].count);
	if (count) {
		free(old);
		order_changed(r);
	}
	free(in);
}

void rows_relocate(struct rows *r, const struct rows_place *places, size_t n,
		   bool invert)
{
	assert(atomic_load(&r->refs) == 1);
	remove_runs(r, places, n, invert);
	insert_runs(r, places, n, invert);
}

/* The mark of an origin; one is put at the end when there is none. */
static size_t mark_of(struct rows *r, row_id first)
{
	for (size_t i = r->n; i-- > 0;)
		if (!r->pieces[i].count &&
		    row_origin(r->pieces[i].first) == row_origin(first))
			return i;
	emit(r, first, 0);
	return r->n - 1;
}

void rows_grow(struct rows *r, row_id first, uint64_t count)
{
	size_t m = mark_of(r, first);
	struct piece *before = m ? &r->pieces[m - 1] : NULL;

	assert(atomic_load(&r->refs) == 1);
	if (before && before->count &&
	    before->first + before->count == first) {
		before->count += count;
	} else {
		r->pieces = mem_room(r->pieces, r->n, &r->cap,
				     sizeof(*r->pieces));
		memmove(&r->pieces[m + 1], &r->pieces[m],
			(r->n - m) * sizeof(*r->pieces));
		r->n++;
		r->pieces[m] = (struct piece){ first, count,
					       r->pieces[m + 1].start };
		m++;
	}
	r->pieces[m].first = first + count;
	for (; m < r->n; m++)
		r->pieces[m].start += count;
	r->count += count;
	order_changed(r);
}

/* The rows from piece *i, row *off, to the end of that piece. */
static bool next_run(const struct rows *r, size_t *i, uint64_t *off,
		     row_id *first, uint64_t *count)
{
	while (*i < r->n && *off == r->pieces[*i].count) {
		(*i)++;
		*off = 0;
	}
	if (*i == r->n)
		return false;
	*first = r->pieces[*i].first + *off;
	*count = r->pieces[*i].count - *off;
	return true;
}

bool rows_same_order(const struct rows *a, const struct rows *b)
{
	size_t i = 0, k = 0;
	uint64_t x = 0, y = 0;

	if (a->count != b->count)
		return false;
	for (;;) {
		row_id p, q;
		uint64_t m, n;

		if (!next_run(a, &i, &x, &p, &m) ||
		    !next_run(b, &k, &y, &q, &n))
			return true;
		if (p != q)
			return false;
		if (m > n)
			m = n;
		x += m;
		y += m;
	}
}

struct row_state *rows_state(const struct rows *r, row_id id)
{
	return state_table_get(&r->states, id);
}

void rows_set_state(struct rows *r, row_id id, struct row_state *s)
{
	assert(atomic_load(&r->refs) == 1);
	state_table_set(&r->states, id, s);
}

void rows_each_state(const struct rows *r,
		     bool (*fn)(void *arg, row_id id, struct row_state *s),
		     void *arg)
{
	for (size_t i = 0; i < r->states.slots; i++)
		if (r->states.slot[i].state &&
		    !fn(arg, r->states.slot[i].id, r->states.slot[i].state))
			return;
}

size_t rows_states(const struct rows *r)
{
	return r->states.count;
}
