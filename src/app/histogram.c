#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/histogram.h"
#include "base/i18n.h"
#include "base/mem.h"

#define LOOK_ROWS 4096	/* records between two looks whether to stop */
#define STATUSES 65536	/* numbers that a status can have in its pool */

#define MS ((int64_t)1000000)
#define S (1000 * MS)
#define MIN (60 * S)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)

static const int64_t scales[] = {
	MS, 10 * MS, 100 * MS, S, 5 * S, 10 * S, 30 * S, MIN, 5 * MIN, 10 * MIN,
	30 * MIN, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 7 * DAY, 30 * DAY,
	365 * DAY, 3650 * DAY,
};
#define SCALES (sizeof(scales) / sizeof(scales[0]))

struct histogram {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	struct histogram_spec spec;
	/* the worker's */
	struct histogram_result result;
	size_t cap;
	size_t *slots, nslots;	/* hash table of indexes + 1 */
	size_t last;		/* bucket of the record before */
	uint8_t *classes;	/* of statuses without a code, + 1; 0: not yet */
};

void histogram_result_release(struct histogram_result *r)
{
	free(r->buckets);
	*r = (struct histogram_result){0};
}

uint64_t histogram_count(const struct histogram_bucket *b)
{
	uint64_t n = 0;

	for (int i = 0; i < HISTOGRAM_CLASSES; i++)
		n += b->count[i];
	return n;
}

int64_t histogram_scale(size_t i)
{
	return i < SCALES ? scales[i] : 0;
}

size_t histogram_scale_of(int64_t width)
{
	size_t i = 0;

	while (i + 1 < SCALES && scales[i] < width)
		i++;
	return i;
}

int64_t histogram_floor(int64_t ts, int64_t width, int64_t shift)
{
	int64_t n = ts / width, rest = ts % width;

	if (rest < 0) {
		rest += width;
		n--;
	}
	if (rest < shift)
		n--;
	/* the bucket at the lower end of time is a short one */
	if (n < (INT64_MIN + 1) / width)
		return INT64_MIN + 1;
	return n * width + shift;
}

int64_t histogram_end(int64_t from, int64_t width)
{
	return from > INT64_MAX - width ? INT64_MAX : from + width - 1;
}

/* --- the worker --- */

static uint64_t hash(int64_t from)
{
	uint64_t h = (uint64_t)from * 0x9E3779B97F4A7C15u;

	return h ^ h >> 32;
}

static size_t *slot_of(struct histogram *h, int64_t from)
{
	size_t i = hash(from) & (h->nslots - 1);

	while (h->slots[i] && h->result.buckets[h->slots[i] - 1].from != from)
		i = (i + 1) & (h->nslots - 1);
	return &h->slots[i];
}

static void grow(struct histogram *h)
{
	free(h->slots);
	h->nslots = h->nslots ? h->nslots * 2 : 256;
	h->slots = mem_zalloc(h->nslots, sizeof(*h->slots));
	for (size_t i = 0; i < h->result.count; i++)
		*slot_of(h, h->result.buckets[i].from) = i + 1;
}

/* NULL when there are too many. */
static struct histogram_bucket *bucket_of(struct histogram *h, int64_t from)
{
	struct histogram_result *r = &h->result;
	size_t *slot;

	if (h->last < r->count && r->buckets[h->last].from == from)
		return &r->buckets[h->last];
	if (2 * (r->count + 1) > h->nslots)
		grow(h);
	slot = slot_of(h, from);
	if (!*slot) {
		if (r->count == HISTOGRAM_BUCKETS_MAX)
			return NULL;
		r->buckets = mem_room(r->buckets, r->count, &h->cap,
				      sizeof(*r->buckets));
		r->buckets[r->count] = (struct histogram_bucket){.from = from};
		*slot = ++r->count;
	}
	h->last = *slot - 1;
	return &r->buckets[h->last];
}

/* A status that has no code: databases say OK, or ERR: and a state. */
static enum histogram_class class_of_text(struct histogram *h,
					  const struct columns *c)
{
	uint8_t *known = &h->classes[c->status];
	size_t len;
	const char *s;

	if (!*known) {
		s = columns_text(snapshot_pools(h->spec.snapshot), c,
				 COLUMN_STATUS, &len, NULL);
		*known = 1 + (s && len == 2 && !memcmp(s, "OK", 2) ?
				      HISTOGRAM_OK :
			      s && len > 3 && !memcmp(s, "ERR", 3) ?
				      HISTOGRAM_SERVER : HISTOGRAM_OTHER);
	}
	return (enum histogram_class)(*known - 1);
}

static enum histogram_class class_of(struct histogram *h,
				     const struct columns *c)
{
	if (c->code == COLUMNS_NO_CODE)
		return class_of_text(h, c);
	if (c->code >= 500)
		return HISTOGRAM_SERVER;
	if (c->code >= 400)
		return HISTOGRAM_CLIENT;
	return c->code >= 100 ? HISTOGRAM_OK : HISTOGRAM_OTHER;
}

/* Call each() for every record; false when it said so, or was cancelled. */
static bool pass(struct histogram *h, struct job *job,
		 bool (*each)(struct histogram *h, const struct columns *c))
{
	const struct histogram_spec *s = &h->spec;
	uint64_t total = s->ids ? s->count : snapshot_count(s->snapshot), n;
	struct columns own;

	for (uint64_t i = 0; i < total; i += n) {
		const struct columns *c = NULL;

		n = 1;
		if (i % LOOK_ROWS == 0 && job_cancelled(job))
			return false;
		if (!s->ids)
			c = snapshot_columns_run(s->snapshot, i,
						 LOOK_ROWS - i % LOOK_ROWS, &n);
		if (!c) {
			n = 1;
			if (!snapshot_columns(s->snapshot, s->ids ? s->ids[i] :
					snapshot_row(s->snapshot, i), &own))
				continue;
			c = &own;
		}
		for (uint64_t k = 0; k < n; k++)
			if (!each(h, &c[k]))
				return false;
	}
	return true;
}

static bool find_ends(struct histogram *h, const struct columns *c)
{
	struct histogram_result *r = &h->result;

	if (c->ts == COLUMNS_NO_TS)
		return true;
	if (r->first > r->last || c->ts < r->first)
		r->first = c->ts;
	if (r->last < r->first || c->ts > r->last)
		r->last = c->ts;
	return true;
}

/* Days begin at midnight of the zone. */
static int64_t shift_of(int64_t width, int64_t zone)
{
	int64_t shift = -zone % width;

	return shift < 0 ? shift + width : shift;
}

static bool count_one(struct histogram *h, const struct columns *c)
{
	struct histogram_result *r = &h->result;
	struct histogram_bucket *b;

	r->records++;
	if (c->ts == COLUMNS_NO_TS) {
		r->timeless++;
		return true;
	}
	b = bucket_of(h, histogram_floor(c->ts, r->width,
					 shift_of(r->width, h->spec.zone)));
	if (!b)
		return false;
	b->count[class_of(h, c)]++;
	b->duration += c->duration;
	if (c->duration > b->slowest)
		b->slowest = c->duration;
	return true;
}

static int by_time(const void *a, const void *b)
{
	const struct histogram_bucket *x = a, *y = b;

	return (x->from > y->from) - (x->from < y->from);
}

/* The finest scale on which the time from first to last fills few rows. */
static int64_t fitting(const struct histogram_result *r, uint64_t rows)
{
	uint64_t span = (uint64_t)r->last - (uint64_t)r->first;
	size_t i = 0;

	while (i + 1 < SCALES && span / (uint64_t)scales[i] >= rows)
		i++;
	return scales[i];
}

static void run(struct job *job, void *arg)
{
	struct histogram *h = arg;
	struct histogram_result *r = &h->result;
	size_t scale;

	r->first = INT64_MAX;
	r->last = INT64_MIN;
	if (!pass(h, job, find_ends))
		return;
	if (r->first > r->last)
		r->first = r->last = 0;
	r->width = h->spec.width ? h->spec.width : fitting(r, h->spec.rows);
	h->classes = mem_zalloc(STATUSES, 1);
	while (!pass(h, job, count_one) && !job_cancelled(job)) {
		/* too many buckets: a coarser scale */
		scale = histogram_scale_of(r->width);
		r->width = scale + 1 < SCALES ? scales[scale + 1]
					      : 2 * r->width;
		r->count = h->nslots = 0;
		r->records = r->timeless = 0;
	}
	if (r->count)
		qsort(r->buckets, r->count, sizeof(*r->buckets), by_time);
	else
		r->width = 0;
}

/* --- the owner --- */

static void unref(struct histogram *h)
{
	if (--h->refs)
		return;
	snapshot_unref(h->spec.snapshot);
	histogram_result_release(&h->result);
	free(h->spec.ids);
	free(h->slots);
	free(h->classes);
	free(h);
}

static void done(struct job *job, void *arg)
{
	struct histogram *h = arg;
	bool ok = job_state(job) == JOB_DONE;

	h->running = false;
	if (h->spec.owner) {
		h->spec.ended(h->spec.owner, ok ? &h->result : NULL);
		if (ok)
			h->result = (struct histogram_result){0};
	}
	unref(h);
}

struct histogram *histogram_start(struct jobs *jobs,
				  const struct histogram_spec *spec)
{
	struct histogram *h = mem_zalloc(1, sizeof(*h));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("histogram"), .run = run,
		.done = done, .arg = h, .quiet = true,
	};

	h->refs = 2;
	h->jobs = jobs;
	h->running = true;
	h->spec = *spec;
	h->spec.snapshot = snapshot_ref(spec->snapshot);
	h->job = jobs_add(jobs, &job);
	return h;
}

void histogram_free(struct histogram *h)
{
	if (!h)
		return;
	h->spec.owner = NULL;
	if (h->running)
		jobs_cancel(h->jobs, h->job);
	unref(h);
}
