#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "store/chunk.h"
#include "store/tail.h"

/* A part read backwards: small at first, so that the end shows at once. */
#define PART_FIRST SOURCE_BLOCK
#define PART_LARGEST ((uint64_t)4 << 20)
/* So much is looked through in one call, and so far behind a part for the end
 * of its last line. A line that is longer than this ends the tail. */
#define PATIENCE ((uint64_t)16 << 20)

struct tail {
	struct source *src;
	struct columns_pools *pools;
	uint64_t head;
	uint64_t size;		/* of the source, then */
	uint64_t begin;		/* known from here on */
	uint64_t part;
	bool stuck;		/* what comes before cannot be had */
	struct columns *records;	/* the last one first */
	size_t count, cap;
};

struct tail *tail_new(struct lineindex *ix)
{
	struct source *src = lineindex_source(ix);
	struct tail *t;

	if (source_kind(src) != SOURCE_PLAIN || lineindex_single(ix) ||
	    lineindex_repository(ix) ||
	    lineindex_complete(ix) || lineindex_failed(ix, NULL))
		return NULL;
	t = mem_zalloc(1, sizeof(*t));
	t->src = source_ref(src);
	t->pools = columns_pools_ref(lineindex_pools(ix));
	t->head = lineindex_head(ix);
	t->size = t->begin = source_size(src);
	t->part = PART_FIRST;
	return t;
}

void tail_free(struct tail *t)
{
	if (!t)
		return;
	columns_pools_unref(t->pools);
	source_unref(t->src);
	free(t->records);
	free(t);
}

/* One part more. */
static void step_back(struct tail *t)
{
	struct chunk c = {
		.src = t->src, .pools = t->pools, .head = t->head,
		.from = t->begin - t->head > t->part ? t->begin - t->part
						     : t->head,
		.to = t->begin, .size = t->size, .final = true,
		.patience = PATIENCE,
	};

	chunk_scan(&c, NULL);
	/* The end of the source ends the last line, which may be blank. */
	if (c.failed || (c.resume < c.to && c.to < c.size)) {
		t->stuck = true;
	} else {
		for (size_t i = c.count; i-- > 0;) {
			t->records = mem_room(t->records, t->count, &t->cap,
					      sizeof(*t->records));
			t->records[t->count++] = c.records[i];
		}
		t->begin = c.from;
		if (t->part < PART_LARGEST)
			t->part *= 2;
	}
	free(c.records);
}

uint64_t tail_extend(struct tail *t, uint64_t want)
{
	uint64_t least = t->begin - t->head > PATIENCE ? t->begin - PATIENCE
						       : t->head;

	while (t->count < want && !t->stuck && t->begin > least)
		step_back(t);
	return t->count;
}

uint64_t tail_count(const struct tail *t)
{
	return t->count;
}

const struct columns *tail_get(const struct tail *t, uint64_t k)
{
	return &t->records[k];
}

uint64_t tail_count_from(const struct tail *t, uint64_t off)
{
	size_t lo = 0, hi = t->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (t->records[mid].off >= off)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

bool tail_find(const struct tail *t, uint64_t off, uint64_t *k)
{
	uint64_t n = tail_count_from(t, off);

	if (!n || t->records[n - 1].off != off)
		return false;
	*k = n - 1;
	return true;
}

uint64_t tail_begin(const struct tail *t)
{
	return t->begin;
}

uint64_t tail_size(const struct tail *t)
{
	return t->size;
}
