#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/matching.h"
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
	struct matching matching;	/* kept from job to job, once ready */
	bool ready;
};

/* Shared by the owner and the jobs; the last one out frees it (UI thread). */
struct scan {
	unsigned refs;
	struct jobs *jobs;
	void (*ended)(void *owner, struct scan *scan, bool complete);
	void *owner;
	bool running, stopped;
	/* for the jobs, unchanged while they run */
	struct matching_context context;
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

static void take_hit(void *arg, uint64_t pos, row_id id)
{
	struct part *p = arg;

	p->hits = mem_room(p->hits, p->count, &p->cap, sizeof(*p->hits));
	p->hits[p->count++] = id;
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
	int64_t begin = now_ms();
	struct err err;

	if (!p->ready)
		matching_init(&p->matching, &p->scan->context);
	p->ready = true;
	if (!matching_pass(&p->matching, p->from, p->to, job, take_hit, p,
			   &err))
		job_fail(job, &err);
	p->ms = now_ms() - begin;
}

static void scan_unref(struct scan *s)
{
	if (--s->refs)
		return;
	for (size_t i = 0; i < PARTS; i++) {
		if (s->parts[i].ready)
			matching_release(&s->parts[i].matching);
		free(s->parts[i].hits);
	}
	snapshot_unref(s->context.snapshot);
	query_unref(s->context.query);
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
	s->context = (struct matching_context){
		.snapshot = snapshot_ref(spec->snapshot),
		.query = spec->query ? query_ref(spec->query) : NULL,
		.tagged = &s->tagged, .problems = &s->problems,
		.id = s->id, .name = s->name,
	};
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
