#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>

#include "base/mem.h"
#include "store/segments.h"

#define BLOCK SEGMENTS_BLOCK

struct segment {
	uint64_t first, count;
	const struct columns *records;
	struct columns *owned;		/* to free, or NULL */
	struct segment *retired;	/* the next of those that were replaced */
};

static struct segment *get(const struct segments *s, uint32_t i)
{
	_Atomic(struct segment *) *block =
		((struct segments *)s)->blocks[i / BLOCK];

	return atomic_load_explicit(&block[i % BLOCK], memory_order_acquire);
}

static void put(struct segments *s, uint32_t i, struct segment *seg)
{
	if (!s->blocks[i / BLOCK])
		s->blocks[i / BLOCK] =
			mem_zalloc(BLOCK, sizeof(*s->blocks[0]));
	atomic_store_explicit(&s->blocks[i / BLOCK][i % BLOCK], seg,
			      memory_order_release);
}

static void segment_free(struct segment *seg)
{
	free(seg->owned);
	free(seg);
}

void segments_release(struct segments *s)
{
	for (uint32_t i = 0; i < s->used; i++)
		segment_free(get(s, i));
	while (s->retired) {
		struct segment *seg = s->retired;

		s->retired = seg->retired;
		segment_free(seg);
	}
	for (uint32_t b = 0; b < SEGMENTS_BLOCKS && s->blocks[b]; b++)
		free(s->blocks[b]);
}

static void append(struct segments *s, const struct columns *records,
		   uint64_t count, struct columns *owned)
{
	uint32_t n = s->used;
	struct segment *seg = mem_zalloc(1, sizeof(*seg));

	seg->first = s->count;
	seg->count = count;
	seg->records = records;
	seg->owned = owned;
	put(s, n, seg);
	atomic_store(&s->used, n + 1);
	atomic_store(&s->count, seg->first + count);
}

/* The last record had no line end and the file went on: its segment (of one)
 * makes room. Whoever reads the old one still finds a record. */
static void swap_last(struct segments *s, struct columns *records)
{
	uint32_t i = s->used - 1;
	struct segment *old = get(s, i);
	struct segment *seg = mem_zalloc(1, sizeof(*seg));

	seg->first = old->first;
	seg->count = 1;
	seg->records = seg->owned = records;
	put(s, i, seg);
	old->retired = s->retired;
	s->retired = old;
}

bool segments_add(struct segments *s, struct columns *records, uint64_t n,
		  bool replace)
{
	struct columns *own = records;
	bool open_end;

	if (s->used + 3 >= BLOCK * SEGMENTS_BLOCKS)
		return false;
	if (replace) {
		swap_last(s, records++);
		own = NULL;
		n--;
	}
	/* A record that may yet go on gets a segment of its own. */
	open_end = n > 0 && (records[n - 1].flags & COLUMNS_NO_EOL);
	if (n > open_end) {
		append(s, records, n - open_end, own);
		own = NULL;
	}
	if (open_end)
		append(s, records + n - 1, 1, own);
	return true;
}

uint64_t segments_count(const struct segments *s)
{
	return atomic_load(&((struct segments *)s)->count);
}

const struct columns *segments_at(const struct segments *s, uint64_t n,
				  uint64_t *run)
{
	uint32_t low = 0, high = atomic_load(&((struct segments *)s)->used);
	const struct segment *seg;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (get(s, mid)->first <= n)
			low = mid;
		else
			high = mid;
	}
	seg = get(s, low);
	if (run)
		*run = seg->count - (n - seg->first);
	return &seg->records[n - seg->first];
}
