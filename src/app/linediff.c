#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/linediff.h"
#include "base/mem.h"

void linediff_init(struct linediff *d)
{
	*d = (struct linediff){0};
}

void linediff_release(struct linediff *d)
{
	free(d->a);
	free(d->b);
	free(d->rows);
	linediff_init(d);
}

static struct linediff_line *split(const char *s, size_t len, size_t *n)
{
	struct linediff_line *lines = NULL;
	const char *end = s + len;
	size_t cap = 0;

	*n = 0;
	while (s < end) {
		const char *nl = memchr(s, '\n', (size_t)(end - s));
		size_t line = (size_t)((nl ? nl : end) - s);

		lines = mem_room(lines, *n, &cap, sizeof(*lines));
		lines[(*n)++] = (struct linediff_line){s, line};
		s += line + (nl != NULL);
	}
	return lines;
}

static bool equal(const struct linediff *d, size_t a, size_t b)
{
	return d->a[a].len == d->b[b].len &&
	       !memcmp(d->a[a].s, d->b[b].s, d->a[a].len);
}

static void add_row(struct linediff *d, size_t a, size_t b, bool same)
{
	d->rows = mem_room(d->rows, d->nrows, &d->cap, sizeof(*d->rows));
	d->rows[d->nrows++] = (struct linediff_row){a, b, same};
}

/* Lines [a0, a1) were replaced by [b0, b1): beside each other as far as both
 * reach. */
static void add_change(struct linediff *d, size_t a0, size_t a1, size_t b0,
		       size_t b1)
{
	while (a0 < a1 || b0 < b1) {
		add_row(d, a0 < a1 ? a0 : LINEDIFF_NONE,
			b0 < b1 ? b0 : LINEDIFF_NONE, false);
		a0 += a0 < a1;
		b0 += b0 < b1;
	}
}

/* The state of the greedy search: furthest[k] is how far diagonal k came,
 * kept for every number of edits so that the way back can be found. */
struct search {
	long na, nb, edits;
	long *kept[LINEDIFF_EDITS + 1];
};

static long start_of(const long *v, long mid, long k, long d)
{
	if (k == -d || (k != d && v[mid + k - 1] < v[mid + k + 1]))
		return v[mid + k + 1];
	return v[mid + k - 1] + 1;
}

/* True when the end was reached within LINEDIFF_EDITS edits. */
static bool forward(const struct linediff *df, struct search *s)
{
	long mid = LINEDIFF_EDITS + 1, width = 2 * mid + 1;
	long *v = mem_zalloc((size_t)width, sizeof(*v));
	bool found = false;

	for (long d = 0; !found && d <= LINEDIFF_EDITS; d++) {
		for (long k = -d; k <= d; k += 2) {
			long x = d ? start_of(v, mid, k, d) : 0, y = x - k;

			while (x < s->na && y < s->nb && y >= 0 &&
			       equal(df, (size_t)x, (size_t)y)) {
				x++;
				y++;
			}
			v[mid + k] = x;
			found |= x >= s->na && y >= s->nb;
		}
		s->kept[d] = mem_alloc((size_t)(2 * d + 1) * sizeof(*v));
		memcpy(s->kept[d], v + mid - d,
		       (size_t)(2 * d + 1) * sizeof(*v));
		s->edits = d;
	}
	free(v);
	return found;
}

/* Mark what is the same: match[a] is b's line, or LINEDIFF_NONE. */
static void backward(struct search *s, size_t *match)
{
	long x = s->na, y = s->nb;

	for (long d = s->edits; d > 0; d--) {
		const long *v = s->kept[d - 1];	/* of diagonals -(d-1)..d-1 */
		long k = x - y, mid = d - 1;
		long below = k + 1 <= mid && k + 1 >= -mid ? v[mid + k + 1] : -1;
		long above = k - 1 <= mid && k - 1 >= -mid ? v[mid + k - 1] : -1;
		bool down = k == -d || (k != d && above < below);
		long px = down ? below : above, py = px - (down ? k + 1 : k - 1);

		while (x > px + !down && y > py + down)
			match[--x] = (size_t)--y;
		x = px;
		y = py;
	}
	while (x > 0 && y > 0)
		match[--x] = (size_t)--y;
}

static void make_rows(struct linediff *d, const size_t *match)
{
	size_t a = 0, b = 0, from;

	while (a < d->na || b < d->nb) {
		from = a;
		while (a < d->na && match[a] == LINEDIFF_NONE)
			a++;
		add_change(d, from, a, b, a < d->na ? match[a] : d->nb);
		b = a < d->na ? match[a] : d->nb;
		if (a < d->na)
			add_row(d, a++, b++, true);
	}
}

void linediff_make(struct linediff *d, const char *a, size_t alen,
		   const char *b, size_t blen)
{
	struct search *s = mem_zalloc(1, sizeof(*s));
	size_t *match;

	linediff_release(d);
	d->a = split(a, alen, &d->na);
	d->b = split(b, blen, &d->nb);
	match = mem_alloc((d->na + 1) * sizeof(*match));
	for (size_t i = 0; i < d->na; i++)
		match[i] = LINEDIFF_NONE;
	s->na = (long)d->na;
	s->nb = (long)d->nb;
	if (forward(d, s))
		backward(s, match);
	make_rows(d, match);
	for (long i = 0; i <= s->edits; i++)
		free(s->kept[i]);
	free(match);
	free(s);
}
