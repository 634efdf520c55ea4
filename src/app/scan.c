#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/scan.h"
#include "base/i18n.h"
#include "base/mem.h"

#define PUBLISH_ROWS 4096	/* records between two looks at the clock */

/* Shared by the owner and the job; the last one out frees it (UI thread). */
struct scan {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	void (*ended)(void *owner, struct scan *scan, bool complete);
	void *owner;
	bool running;
	/* for the job, unchanged while it runs */
	struct snapshot *snapshot;
	struct query *query;
	uint64_t from, total;
	struct rowmap tagged, problems;
	char *id, *name;
	/* published under the lock */
	struct lock *lock;
	row_id *hits;
	size_t nhits, cap, taken;
	uint64_t done;
	/* the worker's own */
	struct query_run *run;
	row_id *fresh;
	size_t nfresh, fresh_cap;
};

/* One record as the query sees it. */
struct record {
	const struct scan *scan;
	row_id id;
	struct columns columns;
	bool have_columns, have_text;
	const char *text;	/* of the cursor, or read into own */
	size_t len;
	struct buf own;
};

static enum query_have interned(struct record *r, enum column which,
				struct query_value *v)
{
	bool overflow;

	v->s = columns_text(snapshot_pools(r->scan->snapshot), &r->columns,
			    which, &v->len, &overflow);
	if (overflow)
		return QUERY_UNKNOWN;
	return v->s ? QUERY_TEXT : QUERY_ABSENT;
}

static enum query_have direction(const struct record *r, struct query_value *v)
{
	if (!(r->columns.flags & (COLUMNS_IN | COLUMNS_OUT)))
		return QUERY_UNKNOWN;
	v->s = r->columns.flags & COLUMNS_IN ? "IN" : "OUT";
	v->len = strlen(v->s);
	return QUERY_TEXT;
}

static enum query_have record_column(void *rec, enum query_field field,
				     struct query_value *v)
{
	struct record *r = rec;

	if (!r->have_columns || (r->columns.flags & COLUMNS_HUGE))
		return QUERY_UNKNOWN;
	switch (field) {
	case QUERY_SIZE:
		v->number = r->columns.len;
		return QUERY_NUMBER;
	case QUERY_TS:
		v->number = r->columns.ts;
		return v->number == COLUMNS_NO_TS ? QUERY_UNKNOWN
						  : QUERY_NUMBER;
	case QUERY_DIRECTION:
		return direction(r, v);
	case QUERY_COMMAND:
		return interned(r, COLUMN_COMMAND, v);
	case QUERY_SERVICE:
		return interned(r, COLUMN_SERVICE, v);
	case QUERY_TECH:
		return interned(r, COLUMN_TECH, v);
	case QUERY_L7PROTOCOL:
		return interned(r, COLUMN_L7PROTOCOL, v);
	case QUERY_CLUSTER:
		return interned(r, COLUMN_CLUSTER, v);
	case QUERY_NAMESPACE:
		return interned(r, COLUMN_NAMESPACE, v);
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
	 1u << QUERY_L7PROTOCOL | 1u << QUERY_CLUSTER | 1u << QUERY_NAMESPACE)

static void look_at(struct scan *s, struct record *r)
{
	if (s->run && !query_match(s->run, &record_ops, r))
		return;
	s->fresh = mem_room(s->fresh, s->nfresh, &s->fresh_cap,
			    sizeof(*s->fresh));
	s->fresh[s->nfresh++] = r->id;
}

static void publish(struct scan *s, struct job *job, uint64_t done)
{
	lock_take(s->lock);
	for (size_t i = 0; i < s->nfresh; i++) {
		s->hits = mem_room(s->hits, s->nhits, &s->cap,
				   sizeof(*s->hits));
		s->hits[s->nhits++] = s->fresh[i];
	}
	s->done = done;
	lock_give(s->lock);
	job_progress(job, done, s->total, 0);
	if (s->nfresh)
		job_notify(job);
	s->nfresh = 0;
}

/* Answered by columns alone (or by nothing at all). */
static void scan_columns(struct scan *s, struct job *job, struct record *r)
{
	for (uint64_t pos = s->from; pos < s->total; pos++) {
		if (pos % PUBLISH_ROWS == 0) {
			if (job_cancelled(job))
				return;
			publish(s, job, pos);
		}
		r->id = snapshot_row(s->snapshot, pos);
		r->have_text = false;
		r->have_columns = s->run && snapshot_columns(s->snapshot, r->id,
							     &r->columns);
		look_at(s, r);
	}
}

static void scan_texts(struct scan *s, struct job *job, struct record *r,
		       struct err *err)
{
	struct snapshot_cursor c;
	uint64_t bytes = 0;

	snapshot_cursor_init(&c, s->snapshot, s->from, s->total);
	while (snapshot_cursor_next(&c, err)) {
		r->id = c.id;
		r->text = c.text;
		r->len = c.len;
		r->have_text = true;
		r->have_columns = c.columns != NULL;
		if (c.columns)
			r->columns = *c.columns;
		look_at(s, r);
		bytes += c.len;
		if (bytes < (256 << 10))
			continue;
		bytes = 0;
		if (job_cancelled(job))
			break;
		publish(s, job, c.pos + 1);
	}
	if (c.failed)
		job_fail(job, err);
	snapshot_cursor_release(&c);
}

static void scan_run(struct job *job, void *arg)
{
	struct scan *s = arg;
	struct record r = {.scan = s};
	struct err err = {0};

	buf_init(&r.own);
	s->run = s->query ? query_run_new(s->query) : NULL;
	if (s->query && query_needs_text(s->query, COLUMN_FIELDS))
		scan_texts(s, job, &r, &err);
	else
		scan_columns(s, job, &r);
	if (!job_cancelled(job))
		publish(s, job, s->total);
	query_run_free(s->run);
	s->run = NULL;
	buf_release(&r.own);
}

static void scan_unref(struct scan *s)
{
	if (--s->refs)
		return;
	snapshot_unref(s->snapshot);
	query_unref(s->query);
	rowmap_release(&s->tagged);
	rowmap_release(&s->problems);
	lock_free(s->lock);
	free(s->hits);
	free(s->fresh);
	free(s->id);
	free(s->name);
	free(s);
}

static void scan_done(struct job *job, void *arg)
{
	struct scan *s = arg;

	s->running = false;
	if (s->owner && s->ended)
		s->ended(s->owner, s, job_state(job) == JOB_DONE);
	scan_unref(s);
}

struct scan *scan_start(struct jobs *jobs, const struct scan_spec *spec)
{
	struct scan *s = mem_zalloc(1, sizeof(*s));
	unsigned flags = spec->query ? query_flags(spec->query) : 0;
	struct job_spec job = {
		.lane = JOB_SCAN, .what = spec->what, .run = scan_run,
		.done = scan_done, .arg = s, .quiet = true,
	};

	s->refs = 2;
	s->jobs = jobs;
	s->ended = spec->ended;
	s->owner = spec->owner;
	s->running = true;
	s->snapshot = snapshot_ref(spec->snapshot);
	s->query = spec->query ? query_ref(spec->query) : NULL;
	s->from = spec->from;
	s->total = snapshot_count(spec->snapshot);
	if ((flags & QUERY_TAGGED) && spec->tagged)
		rowmap_copy(&s->tagged, spec->tagged);
	if ((flags & QUERY_PROBLEM) && spec->problems)
		rowmap_copy(&s->problems, spec->problems);
	s->id = mem_strdup(spec->id ? spec->id : "");
	s->name = mem_strdup(spec->name ? spec->name : "");
	s->lock = lock_new();
	s->job = jobs_add(jobs, &job);
	return s;
}

void scan_free(struct scan *s)
{
	if (!s)
		return;
	s->owner = NULL;
	if (s->running)
		jobs_cancel(s->jobs, s->job);
	scan_unref(s);
}

size_t scan_take(struct scan *s, row_id **ids, size_t *count, size_t *cap)
{
	size_t n;

	lock_take(s->lock);
	n = s->nhits - s->taken;
	for (size_t i = 0; i < n; i++) {
		*ids = mem_room(*ids, *count, cap, sizeof(**ids));
		(*ids)[(*count)++] = s->hits[s->taken + i];
	}
	s->taken = s->nhits;
	lock_give(s->lock);
	return n;
}

bool scan_running(const struct scan *s)
{
	return s->running;
}

void scan_progress(struct scan *s, uint64_t *done, uint64_t *total)
{
	lock_take(s->lock);
	*done = s->done;
	*total = s->total;
	lock_give(s->lock);
}

uint64_t scan_rows(const struct scan *s)
{
	return s->total;
}
