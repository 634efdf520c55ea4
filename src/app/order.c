#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/order.h"
#include "base/i18n.h"
#include "base/mem.h"

#define LOCATION_MAX 1024	/* bytes of a location that order by it */

struct item {
	row_id id;
	uint64_t key;		/* number, or offset of the text in texts */
	size_t at;		/* place before sorting */
	uint32_t len;
};

struct order {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	void (*ended)(void *owner, row_id *ids, size_t count);
	void *owner;
	struct snapshot *snapshot;
	row_id *ids;
	size_t count;
	enum sort_key key;
	bool descending;
	/* the worker's */
	struct item *items;
	struct buf texts, record;
};

/* The others are numbers. */
static bool by_text(enum sort_key key)
{
	return key == SORT_COMMAND || key == SORT_HOST ||
	       key == SORT_LOCATION || key == SORT_STATUS || key == SORT_TECH;
}

static void add_column(struct order *o, const struct columns *c,
		       enum column which)
{
	size_t len;
	const char *s = columns_text(snapshot_pools(o->snapshot), c, which,
				     &len, NULL);

	if (s)
		buf_add(&o->texts, s, len);
}

/* Locations are not kept in memory: they are read from the record. */
static void add_location(struct order *o, row_id id, const struct columns *c)
{
	size_t len = c->loc_len;

	buf_clear(&o->record);
	if (!snapshot_text(o->snapshot, id, &o->record, NULL) ||
	    c->loc_off > o->record.len)
		return;
	if (len > o->record.len - c->loc_off)
		len = o->record.len - c->loc_off;
	if (len > LOCATION_MAX)
		len = LOCATION_MAX;
	buf_add(&o->texts, o->record.data + c->loc_off, len);
}

static void make_text(struct order *o, struct item *item,
		      const struct columns *c)
{
	item->key = o->texts.len;
	switch (o->key) {
	case SORT_COMMAND:
		add_column(o, c, COLUMN_COMMAND);
		break;
	case SORT_HOST:
		add_column(o, c, COLUMN_HOST);
		break;
	case SORT_STATUS:
		add_column(o, c, COLUMN_STATUS);
		break;
	case SORT_TECH:
		add_column(o, c, COLUMN_TECH);
		break;
	default:
		add_location(o, item->id, c);
	}
	item->len = (uint32_t)(o->texts.len - item->key);
}

static void make_key(struct order *o, struct item *item)
{
	struct columns c;

	if (!snapshot_columns(o->snapshot, item->id, &c))
		return;
	switch (o->key) {
	case SORT_TIME:	/* the sign bit turned, so that it sorts unsigned */
		item->key = (uint64_t)c.ts ^ (uint64_t)1 << 63;
		break;
	case SORT_DIRECTION:
		item->key = c.flags & (COLUMNS_IN | COLUMNS_OUT);
		break;
	case SORT_DURATION:
		item->key = c.duration;
		break;
	case SORT_SIZE:
		item->key = c.len;
		break;
	default:
		make_text(o, item, &c);
	}
}

static int compare_texts(const void *a, const void *b, void *arg)
{
	const struct order *o = arg;
	const struct item *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int d = memcmp(o->texts.data + x->key, o->texts.data + y->key, n);

	if (!d)
		d = (x->len > y->len) - (x->len < y->len);
	if (o->descending)
		d = -d;
	return d ? d : (x->at > y->at) - (x->at < y->at);
}

/*
 * Keys that are numbers, byte by byte from the lowest: each pass keeps the
 * order of the one before. A byte that is the same in all keys needs none.
 */
static void sort_numbers(struct order *o)
{
	struct item *from = o->items;
	struct item *to = mem_zalloc(o->count, sizeof(*to));
	uint64_t turn = o->descending ? UINT64_MAX : 0;

	for (unsigned shift = 0; shift < 64; shift += 8) {
		size_t at[257] = {0};
		struct item *swap = from;

		for (size_t i = 0; i < o->count; i++)
			at[((from[i].key ^ turn) >> shift & 255) + 1]++;
		if (at[((from[0].key ^ turn) >> shift & 255) + 1] == o->count)
			continue;
		for (size_t i = 0; i < 256; i++)
			at[i + 1] += at[i];
		for (size_t i = 0; i < o->count; i++)
			to[at[(from[i].key ^ turn) >> shift & 255]++] = from[i];
		from = to;
		to = swap;
	}
	o->items = from;
	free(to);
}

static void order_run(struct job *job, void *arg)
{
	struct order *o = arg;

	o->items = mem_zalloc(o->count, sizeof(*o->items));
	for (size_t i = 0; i < o->count; i++) {
		o->items[i] = (struct item){.id = o->ids[i], .at = i};
		make_key(o, &o->items[i]);
		if (i % 1024 == 0) {
			job_progress(job, i, o->count, 0);
			if (job_cancelled(job))
				return;
		}
	}
	if (by_text(o->key))
		qsort_r(o->items, o->count, sizeof(*o->items), compare_texts,
			o);
	else if (o->count)
		sort_numbers(o);
	for (size_t i = 0; i < o->count; i++)
		o->ids[i] = o->items[i].id;
}

static void order_unref(struct order *o)
{
	if (--o->refs)
		return;
	snapshot_unref(o->snapshot);
	free(o->ids);
	free(o);
}

static void order_done(struct job *job, void *arg)
{
	struct order *o = arg;

	o->running = false;
	free(o->items);
	o->items = NULL;
	buf_release(&o->texts);
	buf_release(&o->record);
	if (o->owner) {
		bool ok = job_state(job) == JOB_DONE;
		row_id *ids = ok ? o->ids : NULL;

		if (ok)
			o->ids = NULL;
		o->ended(o->owner, ids, ok ? o->count : 0);
	}
	order_unref(o);
}

struct order *order_start(struct jobs *jobs, struct snapshot *snapshot,
			  row_id *ids, size_t count, enum sort_key key,
			  bool descending,
			  void (*ended)(void *owner, row_id *ids, size_t count),
			  void *owner)
{
	struct order *o = mem_zalloc(1, sizeof(*o));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("sort"), .run = order_run,
		.done = order_done, .arg = o, .quiet = true,
	};

	o->refs = 2;
	o->jobs = jobs;
	o->running = true;
	o->ended = ended;
	o->owner = owner;
	o->snapshot = snapshot_ref(snapshot);
	o->ids = ids;
	o->count = count;
	o->key = key;
	o->descending = descending;
	buf_init(&o->texts);
	buf_init(&o->record);
	o->job = jobs_add(jobs, &job);
	return o;
}

void order_free(struct order *o)
{
	if (!o)
		return;
	o->owner = NULL;
	if (o->running)
		jobs_cancel(o->jobs, o->job);
	order_unref(o);
}
