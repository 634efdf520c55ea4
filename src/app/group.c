#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/group.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/rrpair.h"

#define LOOK_ROWS 512	/* records between two looks whether to stop */

/* The duration of one record, for the percentiles of its group. */
struct timing { uint32_t value, duration; };

struct group {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	void (*ended)(void *owner, struct group_result *r);
	void *owner;
	struct snapshot *snapshot;
	row_id *ids;
	size_t count;
	struct field fields[GROUP_FIELDS_MAX];
	int columns[GROUP_FIELDS_MAX];	/* enum column that answers, or -1 */
	size_t nfields;
	/* the worker's */
	struct group_result result;
	size_t cap;
	struct timing *timings;
	size_t ntimings, timings_cap;
	size_t *slots, nslots;	/* hash table of indexes + 1 */
	struct rrpair pair;
	bool parsed;		/* pair holds the record at hand, */
	bool broken;		/* or it cannot */
	struct buf text, value, key;
};

void group_result_release(struct group_result *r)
{
	for (size_t i = 0; i < r->count; i++)
		free(r->values[i].value);
	free(r->values);
	*r = (struct group_result){0};
}

static uint64_t hash(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h ^ h >> 32;
}

static size_t *slot_of(struct group *g, const char *s, size_t len)
{
	size_t i = hash(s, len) & (g->nslots - 1);

	while (g->slots[i]) {
		const struct group_value *v =
			&g->result.values[g->slots[i] - 1];

		if (v->len == len && !v->value == !s &&
		    (!len || !memcmp(v->value, s, len)))
			break;
		i = (i + 1) & (g->nslots - 1);
	}
	return &g->slots[i];
}

static void grow(struct group *g)
{
	free(g->slots);
	g->nslots = g->nslots ? g->nslots * 2 : 64;
	g->slots = mem_zalloc(g->nslots, sizeof(*g->slots));
	for (size_t i = 0; i < g->result.count; i++)
		*slot_of(g, g->result.values[i].value,
			 g->result.values[i].len) = i + 1;
}

static struct group_value *value_of(struct group *g, const char *s, size_t len)
{
	struct group_result *r = &g->result;
	size_t *slot;

	if (2 * (r->count + 1) > g->nslots)
		grow(g);
	slot = slot_of(g, s, len);
	if (*slot)
		return &r->values[*slot - 1];
	if (r->count == GROUPS_VALUES_MAX) {
		r->more = true;
		return NULL;
	}
	r->values = mem_room(r->values, r->count, &g->cap, sizeof(*r->values));
	r->values[r->count++] = (struct group_value){
		.value = s ? mem_dup(s, len) : NULL, .len = len,
	};
	*slot = r->count;
	return &r->values[r->count - 1];
}

/* The interned column that holds the field of every record, or -1. */
static int column_of(enum field_id id)
{
	switch (id) {
	case FIELD_COMMAND:
		return COLUMN_COMMAND;
	case FIELD_SERVICE:
		return COLUMN_SERVICE;
	case FIELD_TECH:
		return COLUMN_TECH;
	case FIELD_L7PROTOCOL:
		return COLUMN_L7PROTOCOL;
	case FIELD_CLUSTER:
		return COLUMN_CLUSTER;
	case FIELD_NAMESPACE:
		return COLUMN_NAMESPACE;
	default:
		return -1;
	}
}

/* The location, read from where the columns say it is, or NULL. */
static const char *read_location(struct group *g, row_id id,
				 const struct columns *c, size_t *len)
{
	if (!c->loc_off || (c->flags & (COLUMNS_BROKEN | COLUMNS_LOC_ESCAPED |
					COLUMNS_LOC_CUT)))
		return NULL;
	buf_clear(&g->value);
	if (!snapshot_part(g->snapshot, id, c->loc_off, c->loc_len, &g->value))
		return NULL;
	*len = g->value.len;
	return g->value.data;
}

static bool parse(struct group *g, row_id id)
{
	if (g->parsed)
		return !g->broken;
	buf_clear(&g->text);
	g->parsed = true;
	g->broken = !snapshot_text(g->snapshot, id, &g->text, NULL) ||
		    !rrpair_parse(&g->pair, g->text.data, g->text.len, NULL);
	return !g->broken;
}

static const char *look_up(struct group *g, size_t i, row_id id,
			   const struct columns *c, size_t *len)
{
	bool overflow = true;
	const char *s;

	if (g->columns[i] >= 0 && c) {
		s = columns_text(snapshot_pools(g->snapshot), c,
				 (enum column)g->columns[i], len, &overflow);
		if (!overflow)
			return s;
	}
	if (g->fields[i].id == FIELD_LOCATION && c) {
		s = read_location(g, id, c, len);
		if (s)
			return s;
	}
	*len = 0;
	buf_clear(&g->value);
	if (!parse(g, id) ||
	    !rrpair_get(&g->pair, &g->fields[i], &g->value, NULL))
		return NULL;
	*len = g->value.len;
	return g->value.data;
}

/* Several values as one: each with its length before it, SIZE_MAX for none. */
static const char *look_up_all(struct group *g, row_id id,
			       const struct columns *c, size_t *len)
{
	buf_clear(&g->key);
	for (size_t i = 0; i < g->nfields; i++) {
		size_t n;
		const char *s = look_up(g, i, id, c, &n);
		size_t tell = s ? n : SIZE_MAX;

		buf_add(&g->key, &tell, sizeof(tell));
		if (s)
			buf_add(&g->key, s, n);
	}
	*len = g->key.len;
	return g->key.data;
}

const char *group_part(const struct group_value *v, size_t nfields, size_t i,
		       size_t *len)
{
	const char *p = v->value;

	if (nfields == 1) {
		*len = v->len;
		return p;
	}
	for (;; i--) {
		memcpy(len, p, sizeof(*len));
		p += sizeof(*len);
		if (!i)
			break;
		p += *len == SIZE_MAX ? 0 : *len;
	}
	if (*len != SIZE_MAX)
		return p;
	*len = 0;
	return NULL;
}

static bool is_error(const struct group *g, const struct columns *c)
{
	const char *s;
	size_t len;

	if (c->code != COLUMNS_NO_CODE)
		return c->code >= 400;
	s = columns_text(snapshot_pools(g->snapshot), c, COLUMN_STATUS, &len,
			 NULL);
	return s && len > 3 && !memcmp(s, "ERR", 3);
}

static void count_one(struct group *g, row_id id)
{
	struct columns c;
	bool known = snapshot_columns(g->snapshot, id, &c);
	struct group_value *v;
	const char *s;
	size_t len;

	g->parsed = false;
	s = g->nfields == 1 ? look_up(g, 0, id, known ? &c : NULL, &len) :
			      look_up_all(g, id, known ? &c : NULL, &len);
	v = value_of(g, s, len);
	g->result.records++;
	if (!v)
		return;
	v->records++;
	if (!known)
		return;
	v->bytes += c.len;
	v->duration += c.duration;
	v->errors += is_error(g, &c);
	if (c.duration > v->slowest)
		v->slowest = c.duration;
	g->timings = mem_room(g->timings, g->ntimings, &g->timings_cap,
			      sizeof(*g->timings));
	g->timings[g->ntimings++] = (struct timing){
		.value = (uint32_t)(v - g->result.values),
		.duration = c.duration,
	};
}

static int by_duration(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

/* The smallest duration that a share of n sorted ones does not pass. */
static uint32_t percentile(const uint32_t *sorted, size_t n, size_t percent)
{
	return n ? sorted[(n * percent + 99) / 100 - 1] : 0;
}

/* The durations of each value beside each other, then in order. */
static void find_percentiles(struct group *g)
{
	size_t count = g->result.count, from = 0;
	uint32_t *durations = mem_zalloc(g->ntimings + 1, sizeof(*durations));
	size_t *at = mem_zalloc(count + 1, sizeof(*at));

	for (size_t i = 0; i < g->ntimings; i++)
		at[g->timings[i].value + 1]++;
	for (size_t i = 0; i < count; i++)
		at[i + 1] += at[i];
	for (size_t i = 0; i < g->ntimings; i++)
		durations[at[g->timings[i].value]++] = g->timings[i].duration;
	/* at[i] is now where the value's durations end. */
	for (size_t i = 0; i < count; i++) {
		struct group_value *v = &g->result.values[i];
		uint32_t *d = durations + from;
		size_t n = at[i] - from;

		if (n)
			qsort(d, n, sizeof(*d), by_duration);
		v->p50 = percentile(d, n, 50);
		v->p95 = percentile(d, n, 95);
		v->p99 = percentile(d, n, 99);
		from = at[i];
	}
	free(at);
	free(durations);
}

static int by_count(const void *a, const void *b)
{
	const struct group_value *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int d;

	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	d = n ? memcmp(x->value, y->value, n) : 0;
	return d ? d : (x->len > y->len) - (x->len < y->len);
}

static void group_run(struct job *job, void *arg)
{
	struct group *g = arg;
	uint64_t total = g->ids ? g->count : snapshot_count(g->snapshot);

	for (uint64_t i = 0; i < total; i++) {
		if (i % LOOK_ROWS == 0) {
			job_progress(job, i, total, 0);
			if (job_cancelled(job))
				return;
		}
		count_one(g, g->ids ? g->ids[i]
				    : snapshot_row(g->snapshot, i));
	}
	find_percentiles(g);
	if (g->result.count)
		qsort(g->result.values, g->result.count,
		      sizeof(*g->result.values), by_count);
}

static void group_unref(struct group *g)
{
	if (--g->refs)
		return;
	snapshot_unref(g->snapshot);
	for (size_t i = 0; i < g->nfields; i++)
		field_release(&g->fields[i]);
	group_result_release(&g->result);
	rrpair_release(&g->pair);
	buf_release(&g->text);
	buf_release(&g->value);
	buf_release(&g->key);
	free(g->ids);
	free(g->slots);
	free(g->timings);
	free(g);
}

static void group_done(struct job *job, void *arg)
{
	struct group *g = arg;
	bool ok = job_state(job) == JOB_DONE;

	g->running = false;
	if (g->owner) {
		g->ended(g->owner, ok ? &g->result : NULL);
		if (ok)
			g->result = (struct group_result){0};
	}
	group_unref(g);
}

struct group *group_start(struct jobs *jobs, struct snapshot *snapshot,
			  row_id *ids, size_t count,
			  const struct field *fields, size_t nfields,
			  void (*ended)(void *owner, struct group_result *r),
			  void *owner)
{
	struct group *g = mem_zalloc(1, sizeof(*g));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("groups"), .run = group_run,
		.done = group_done, .arg = g, .quiet = true,
	};

	g->refs = 2;
	g->jobs = jobs;
	g->running = true;
	g->ended = ended;
	g->owner = owner;
	g->snapshot = snapshot_ref(snapshot);
	g->ids = ids;
	g->count = count;
	g->nfields = nfields;
	for (size_t i = 0; i < nfields; i++) {
		field_copy(&g->fields[i], &fields[i]);
		g->columns[i] = column_of(fields[i].id);
	}
	buf_init(&g->key);
	rrpair_init(&g->pair);
	buf_init(&g->text);
	buf_init(&g->value);
	g->job = jobs_add(jobs, &job);
	return g;
}

void group_free(struct group *g)
{
	if (!g)
		return;
	g->owner = NULL;
	if (g->running)
		jobs_cancel(g->jobs, g->job);
	group_unref(g);
}
