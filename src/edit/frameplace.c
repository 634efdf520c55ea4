/* Rows put, taken and moved by a frame, into the file it was made for. */
#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "edit/doc.h"
#include "edit/frameread.h"

/* Are rows first .. first + count - 1 neighbours in that order? */
static bool neighbours(const struct rows *rows, row_id first, uint64_t count,
		       uint64_t *pos)
{
	if (count == 0 || count > rows_count(rows) ||
	    !rows_position(rows, first, pos))
		return false;
	for (uint64_t at = *pos, left = count; left > 0;) {
		row_id id;
		uint64_t n;

		if (at >= rows_count(rows))
			return false;
		n = rows_run(rows, at, left, &id);
		if (id != first + (at - *pos))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

static bool absent(const struct rows *rows, row_id first, uint64_t count)
{
	uint64_t pos;

	for (uint64_t i = 0; i < count; i++)
		if (rows_position(rows, first + i, &pos) ||
		    (row_is_added(first + i) && !rows_state(rows, first + i)))
			return false;
	return count > 0;
}

static bool get_place(struct reading *g, struct rows_place *p)
{
	row_id from;
	uint64_t pos;

	if (!frameread_name(g, false, &p->first) || p->first >= ROW_NONE)
		return false;
	p->count = frame_get(&g->in);
	if (!frameread_name(g, false, &from) ||
	    !frameread_name(g, false, &p->after) || g->in.bad ||
	    (p->after == ROW_NONE && from == ROW_NONE))
		return false;
	if (row_number(p->first) + p->count < p->count ||
	    (!row_is_added(p->first) &&
	     row_number(p->first) + p->count > frameread_records(g->doc)) ||
	    (row_is_added(p->first) &&
	     row_number(p->first) + p->count > g->doc->added))
		return false;
	p->before = ROW_NONE;
	if (from == ROW_NONE)
		return absent(g->doc->rows, p->first, p->count);
	if (!neighbours(g->doc->rows, p->first, p->count, &pos) ||
	    pos < g->taken_to)
		return false;
	g->taken_to = pos + p->count;
	p->before = pos ? rows_at(g->doc->rows, pos - 1) : ROW_START;
	return true;
}

struct span { row_id first; uint64_t count; bool moved; };

static int by_first(const void *a, const void *b)
{
	row_id x = ((const struct span *)a)->first;
	row_id y = ((const struct span *)b)->first;

	return x < y ? -1 : x > y;
}

static bool in_spans(const struct span *spans, size_t n, row_id id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans[mid].first <= id)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && id - spans[low - 1].first < spans[low - 1].count;
}

/* No row twice; and every place is a row that stays, or came just before. */
static bool places_fit(const struct rows *rows, const struct rows_place *p,
		       size_t n)
{
	struct span *spans = mem_alloc(n * sizeof(*spans));
	bool ok = true;
	uint64_t pos;

	for (size_t i = 0; i < n; i++)
		spans[i] = (struct span){ p[i].first, p[i].count, false };
	if (n)
		qsort(spans, n, sizeof(*spans), by_first);
	for (size_t i = 1; ok && i < n; i++)
		ok = spans[i].first - spans[i - 1].first >= spans[i - 1].count;
	for (size_t i = 0; ok && i < n; i++) {
		row_id to = p[i].after;

		if (to == ROW_NONE || to == ROW_START || to == ROW_END)
			continue;
		if (i > 0 && p[i - 1].after != ROW_NONE &&
		    to == p[i - 1].first + p[i - 1].count - 1)
			continue;
		ok = rows_position(rows, to, &pos) && !in_spans(spans, n, to);
	}
	free(spans);
	return ok;
}

bool frameread_places(struct reading *g)
{
	uint64_t n = frame_get(&g->in);
	struct rows_place *places = NULL;
	size_t count = 0, cap = 0;
	bool ok = !g->in.bad;

	g->taken_to = 0;
	for (uint64_t i = 0; ok && i < n; i++) {
		places = mem_room(places, count, &cap, sizeof(*places));
		ok = get_place(g, &places[count]);
		if (ok)
			g->rows += places[count++].count;
	}
	ok = ok && places_fit(g->doc->rows, places, count);
	if (ok && count)
		doc_apply_places(g->doc, g->doc->open, places, count);
	free(places);
	return ok;
}
