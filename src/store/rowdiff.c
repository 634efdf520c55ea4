#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/rows.h"

struct run { row_id first; uint64_t count; };

static int by_first(const void *a, const void *b)
{
	row_id x = ((const struct run *)a)->first;
	row_id y = ((const struct run *)b)->first;

	return x < y ? -1 : x > y;
}

/* All runs of r sorted by id, with an empty one behind them. */
static struct run *sorted_runs(const struct rows *r, size_t *n)
{
	struct run *runs = NULL;
	size_t cap = 0;
	uint64_t pos = 0, count = rows_count(r);

	*n = 0;
	while (pos < count) {
		runs = mem_room(runs, *n, &cap, sizeof(*runs));
		runs[*n].count = rows_run(r, pos, UINT64_MAX, &runs[*n].first);
		pos += runs[(*n)++].count;
	}
	if (*n)
		qsort(runs, *n, sizeof(*runs), by_first);
	return runs;
}

void rows_missing(const struct rows *a, const struct rows *b,
		  void (*fn)(void *arg, row_id first, uint64_t count),
		  void *arg)
{
	size_t na, nb, k = 0;
	struct run *ra, *rb;

	if (rows_same_order(a, b))
		return;
	ra = sorted_runs(a, &na);
	rb = sorted_runs(b, &nb);
	for (size_t i = 0; i < na; i++) {
		row_id at = ra[i].first, end = at + ra[i].count;

		while (at < end) {
			row_id stop = end;

			while (k < nb && rb[k].first + rb[k].count <= at)
				k++;
			if (k < nb && rb[k].first <= at) {
				at = rb[k].first + rb[k].count;
				continue;
			}
			if (k < nb && rb[k].first < end)
				stop = rb[k].first;
			fn(arg, at, stop - at);
			at = stop;
		}
	}
	free(ra);
	free(rb);
}
