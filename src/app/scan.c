#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/scan.h"
#include "base/i18n.h"
#include "base/mem.h"

#define PARTS 8			/* at work, or waiting to be told in order */
#define PART_ROWS 256		/* of the first part: results come at once */
#define PART_ROWS_MAX 65536
#define PART_MS_LOW 4		/* a part that is quicker makes the next larger */
#define PART_MS_HIGH 16

/* Rows [from, to), for one job. What it found waits for those before it. */
struct part {
	struct scan *scan;
	enum { PART_FREE, PART_RUNNING, PART_DONE } state;
	uint64_t from, to, job;
	row_id *hits;
	size_t count, cap;
	int64_t ms;
	struct query_run *run;	/* kept from job to job */
};

/* Shared by the owner and the jobs; the last one out frees it (UI thread). */
struct scan {
	unsigned refs;
	struct jobs *jobs;
	void (*ended)(void *owner, struct scan *scan, bool complete);
	void *owner;
	bool running, stopped;
	/* for the jobs, unchanged while they run */
	struct snapshot *snapshot;
	struct query *query;
	bool texts;		/* the query asks for them */
	uint64_t from, total;
	struct rowmap tagged, problems;
	char *id, *name, *what;
	/* the UI thread's */
	struct part parts[PARTS];
	uint64_t next;		/* row where the next part begins */
	uint64_t started, told;	/* parts */
	uint64_t rows;		/* of the next part */
	row_id *hits;
	size_t nhits, cap, taken;
	uint64_t done;
};

/* One record as the query sees it. */
struct record {
	const struct scan *scan;
	row_id id;
	const struct columns *columns;	/* NULL: not known */
	bool have_text;
	const char *text;	/* of the cursor, or read into own */
	size_t len;
	struct buf own;
};

static enum query_have number(int64_t value, struct query_value *v)
{
	v->number = value;
	return QUERY_NUMBER;
}

/* With fallback, an absent value is looked for in the record: the code stands
 * in for a missing status (rrpair/query.h). */
static enum query_have interned(const struct record *r, enum column which,
				bool fallback, struct query_value *v)
{
	bool overflow;

	v->s = columns_text(snapshot_pools(r->scan->snapshot), r->columns,
			    which, &v->len, &overflow);
	if (overflow)
		return QUERY_UNKNOWN;
	if (v->s)
		return QUERY_TEXT;
	return fallback ? QUERY_UNKNOWN : QUERY_ABSENT;
}

static enum query_have direction(const struct record *r, struct query_value *v)
{
	if (!(r->columns->flags & (COLUMNS_IN | COLUMNS_OUT)))
		return QUERY_UNKNOWN;
	v->s = r->columns->flags & COLUMNS_IN ? "IN" : "OUT";
	v->len = strlen(v->s);
	return QUERY_TEXT;
}

static enum query_have record_column(void *rec, enum query_field field,
				     struct query_value *v)
{
	const struct record *r = rec;
	const struct columns *c = r->columns;

	if (!c || (c->flags & (COLUMNS_HUGE | COLUMNS_BROKEN)))
		return QUERY_UNKNOWN;
	switch (field) {
	case QUERY_SIZE:
		return number(c->len, v);
	case QUERY_DURATION:
		if (c->flags & COLUMNS_REPOSITORY)
			return QUERY_ABSENT;
		/* the top may stand for more than a column can hold */
		return c->duration < UINT32_MAX ? number(c->duration, v)
						: QUERY_UNKNOWN;
	case QUERY_TS:
		return c->ts == COLUMNS_NO_TS ? QUERY_ABSENT : number(c->ts, v);
	case QUERY_DIRECTION:
		return direction(r, v);
	case QUERY_COMMAND:
		return interned(r, COLUMN_COMMAND, false, v);
	case QUERY_STATUS:
		return interned(r, COLUMN_STATUS, true, v);
	case QUERY_SERVICE:
		return interned(r, COLUMN_SERVICE, false, v);
	case QUERY_TECH:
		return interned(r, COLUMN_TECH, false, v);
	case QUERY_L7PROTOCOL:
		return interned(r, COLUMN_L7PROTOCOL, false, v);
	case QUERY_CLUSTER:
		return interned(r, COLUMN_CLUSTER, false, v);
	case QUERY_NAMESPACE:
		return interned(r, COLUMN_NAMESPACE, false, v);
	case QUERY_HOST:
		return interned(r, COLUMN_HOST, false, v);
	default:
		return QUERY_UNKNOWN;
	}
}

static bool record_text(void *rec, const char **text, size_t *len)
{
	struct record *r = rec;

	if (!r->have_text) {
		buf_clear(&r->own);
		if (!snapshot_text(r->scan->snapshot, r->id, &r->own, NULL))
			return false;
		r->text = r->own.data;
		r->len = r->own.len;
		r->have_text = true;
	}
	*text = r->text;
	*len = r->len;
	return true;
}

static unsigned record_flags(void *rec, unsigned wanted)
{
	struct record *r = rec;
	unsigned have = 0;

	if ((wanted & QUERY_CHANGED) &&
	    snapshot_changed(r->scan->snapshot, r->id))
		have |= QUERY_CHANGED;
	if ((wanted & QUERY_TAGGED) && rowmap_get(&r->scan->tagged, r->id))
		have |= QUERY_TAGGED;
	if ((wanted & QUERY_PROBLEM) && rowmap_get(&r->scan->problems, r->id))
		have |= QUERY_PROBLEM;
	return have;
}

static const char *record_snapshot(void *rec, const char **name)
{
	struct record *r = rec;

	*name = r->scan->name;
	return r->scan->id;
}

static const struct query_ops record_ops = {
	record_column, record_text, record_flags, record_snapshot,
};

/* The fields that record_column() answers for most records. */
#define COLUMN_FIELDS \
	(1u << QUERY_SIZE | 1u << QUERY_TS | 1u << QUERY_DIRECTION | \
	 1u << QUERY_COMMAND | 1u << QUERY_SERVICE | 1u << QUERY_TECH | \
	 1u << QUERY_L7PROTOCOL | 1u << QUERY_CLUSTER | \
	 1u << QUERY_NAMESPACE | 1u << QUERY_STATUS | 1u << QUERY_HOST | \
	 1u << QUERY_DURATION)

static void look_at(struct part *p, struct record *r)
{
	if (p->run && !query_match(p->run, &record_ops, r))
		return;
	p->hits = mem_room(p->hits, p->count, &p->cap, sizeof(*p->hits));
	p->hits[p->count++] = r->id;
}

/* Answered by columns alone (or by nothing at all). */
static void part_columns(struct part *p, struct record *r)
{
	const struct snapshot *s = p->scan->snapshot;
	struct columns own;
	uint64_t n;

	for (uint64_t pos = p->from; pos < p->to; pos += n) {
		const struct columns *c =
			snapshot_columns_run(s, pos, p->to - pos, &n);

		if (!c)
			n = 1;
		for (uint64_t i = 0; i < n; i++) {
			r->id = snapshot_row(s, pos + i);
			r->have_text = false;
			r->columns = c ? &c[i] :
				     snapshot_columns(s, r->id, &own) ? &own :
								       NULL;
			look_at(p, r);
		}
	}
}

static void part_texts(struct part *p, struct job *job, struct record *r)
{
	struct snapshot_cursor c;
	struct err err;

	snapshot_cursor_init(&c, p->scan->snapshot, p->from, p->to);
	while (!job_cancelled(job) && snapshot_cursor_next(&c, &err)) {
		r->id = c.id;
		r->text = c.text;
		r->len = c.len;
		r->have_text = true;
		r->columns = c.columns;
		look_at(p, r);
	}
	if (c.failed)
		job_fail(job, &err);
	snapshot_cursor_release(&c);
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void part_run(struct job *job, void *arg)
{
	struct part *p = arg;
	struct record r = {.scan = p->scan};
	int64_t begin = now_ms();

	buf_init(&r.own);
	if (p->scan->query && !p->run)
		p->run = query_run_new(p->scan->query);
	if (p->scan->texts)
		part_texts(p, job, &r);
	else
		part_columns(p, &r);
	buf_release(&r.own);
	p->ms = now_ms() - begin;
}

static void scan_unref(struct scan *s)
{
	if (--s->refs)
		return;
	for (size_t i = 0; i < PARTS; i++) {
		query_run_free(s->parts[i].run);
		free(s->parts[i].hits);
	}
	snapshot_unref(s->snapshot);
	query_unref(s->query);
	rowmap_release(&s->tagged);
	rowmap_release(&s->problems);
	free(s->hits);
	free(s->id);
	free(s->name);
	free(s->what);
	free(s);
}

static void part_done(struct job *job, void *arg);

/* Keep the workers busy, whoever is slow to tell. */
static void start_parts(struct scan *s)
{
	while (s->started - s->told < PARTS &&
	       (s->next < s->total || !s->started)) {
		struct part *p = &s->parts[s->started++ % PARTS];
		struct job_spec job = {
			.lane = JOB_SCAN, .what = s->what, .run = part_run,
			.done = part_done, .arg = p, .quiet = true,
		};

		p->scan = s;
		p->state = PART_RUNNING;
		p->from = s->next;
		p->to = s->total - s->next > s->rows ? s->next + s->rows
						     : s->total;
		p->count = 0;
		s->next = p->to;
		s->refs++;
		p->job = jobs_add(s->jobs, &job);
	}
}

/* What the first parts found, in the order of the rows. */
static void tell_parts(struct scan *s)
{
	struct part *p;

	while (s->told < s->started &&
	       (p = &s->parts[s->told % PARTS])->state == PART_DONE) {
		for (size_t i = 0; i < p->count; i++) {
			s->hits = mem_room(s->hits, s->nhits, &s->cap,
					   sizeof(*s->hits));
			s->hits[s->nhits++] = p->hits[i];
		}
		s->done = p->to;
		p->state = PART_FREE;
		s->told++;
	}
}

static void adapt(struct scan *s, const struct part *p)
{
	if (p->ms < PART_MS_LOW && s->rows < PART_ROWS_MAX)
		s->rows *= 2;
	else if (p->ms > PART_MS_HIGH && s->rows > PART_ROWS)
		s->rows /= 2;
}

static void part_done(struct job *job, void *arg)
{
	struct part *p = arg;
	struct scan *s = p->scan;
	bool ended = true;

	p->state = PART_DONE;
	if (job_state(job) != JOB_DONE)
		s->stopped = true;
	adapt(s, p);
	if (!s->stopped) {
		tell_parts(s);
		start_parts(s);
	}
	for (size_t i = 0; i < PARTS; i++)
		ended = ended && s->parts[i].state != PART_RUNNING;
	if (ended)
		s->running = false;
	if (ended && s->owner && s->ended)
		s->ended(s->owner, s, !s->stopped);
	scan_unref(s);
}

struct scan *scan_start(struct jobs *jobs, const struct scan_spec *spec)
{
	struct scan *s = mem_zalloc(1, sizeof(*s));
	unsigned flags = spec->query ? query_flags(spec->query) : 0;

	s->refs = 1;
	s->jobs = jobs;
	s->ended = spec->ended;
	s->owner = spec->owner;
	s->running = true;
	s->snapshot = snapshot_ref(spec->snapshot);
	s->query = spec->query ? query_ref(spec->query) : NULL;
	s->texts = s->query && query_needs_text(s->query, COLUMN_FIELDS);
	s->from = s->next = s->done = spec->from;
	s->total = snapshot_count(spec->snapshot);
	if (s->from > s->total)
		s->from = s->next = s->done = s->total;
	s->rows = PART_ROWS;
	if ((flags & QUERY_TAGGED) && spec->tagged)
		rowmap_copy(&s->tagged, spec->tagged);
	if ((flags & QUERY_PROBLEM) && spec->problems)
		rowmap_copy(&s->problems, spec->problems);
	s->id = mem_strdup(spec->id ? spec->id : "");
	s->name = mem_strdup(spec->name ? spec->name : "");
	s->what = mem_strdup(spec->what);
	start_parts(s);
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	s->owner = NULL;
	s->stopped = true;
	for (size_t i = 0; i < PARTS; i++)
		if (s->parts[i].state == PART_RUNNING)
			jobs_cancel(s->jobs, s->parts[i].job);
	scan_unref(s);
}

size_t scan_take(struct scan *s, row_id **ids, size_t *count, size_t *cap)
{
	size_t n = s->nhits - s->taken;

	for (size_t i = 0; i < n; i++) {
		*ids = mem_room(*ids, *count, cap, sizeof(**ids));
		(*ids)[(*count)++] = s->hits[s->taken + i];
	}
	s->taken = s->nhits;
	return n;
}

void scan_progress(struct scan *s, uint64_t *done, uint64_t *total)
{
	*done = s->done;
	*total = s->total;
}
