/* Checking a whole snapshot in the background, and one record at once. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/repository.h"
#include "app/session.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"

struct checking {
	struct session *owner;		/* NULL: stopped */
	struct jobs *jobs;
	uint64_t job;
	struct snapshot *snapshot;
	row_id id;			/* of the record being checked */
	struct session_problem *found;
	size_t n, cap;
	uint64_t counts[CHECK_ERROR + 1];
};

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

static void free_problems(struct session_problem *p, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		free(p[i].field);
		free(p[i].message);
	}
	free(p);
}

static void add_problem(struct checking *c, const struct check_rule *rule,
			const char *field, const char *message)
{
	c->counts[rule->severity]++;
	if (c->n == SESSION_PROBLEMS_MAX)
		return;
	c->found = mem_room(c->found, c->n, &c->cap, sizeof(*c->found));
	c->found[c->n++] = (struct session_problem){
		c->id, rule, mem_strdup(field), mem_strdup(message),
	};
}

static bool collect(void *arg, const struct problem *p)
{
	add_problem(arg, p->rule, p->field, p->message);
	return true;
}

/* What is said of the file stands at its first record. */
static bool collect_of_repository(void *arg, const struct repository_problem *p)
{
	struct checking *c = arg;

	c->id = p->id;
	if (c->id == ROW_NONE && snapshot_count(c->snapshot) > 0)
		c->id = snapshot_row(c->snapshot, 0);
	return collect(c, p->problem);
}

static void check_run(struct job *job, void *arg)
{
	struct checking *c = arg;
	struct check_options options = {.now_ns = now_ns()};
	uint64_t total = snapshot_count(c->snapshot);
	struct check *check = check_new(&options);
	struct snapshot_cursor at;
	struct err err = {0};

	if (snapshot_repository(c->snapshot)) {
		if (!repository_check(c->snapshot, check, job,
				      collect_of_repository, c, &err))
			job_fail(job, &err);
		check_free(check);
		return;
	}
	snapshot_cursor_init(&at, c->snapshot, 0, total);
	while (!job_cancelled(job) && snapshot_cursor_next(&at, &err)) {
		c->id = at.id;
		check_record(check, at.pos + 1, at.text, at.len, collect, c);
		if (at.pos % 64 == 0)
			job_progress(job, at.pos, total, 0);
	}
	if (at.failed)
		job_fail(job, &err);
	snapshot_cursor_release(&at);
	check_free(check);
}

static void take_marks(struct session *s)
{
	rowmap_clear(&s->marks);
	for (size_t i = 0; i < s->nproblems; i++) {
		unsigned worst = rowmap_get(&s->marks, s->problems[i].id);
		unsigned this = s->problems[i].rule->severity + 1;

		if (this > worst)
			rowmap_set(&s->marks, s->problems[i].id, this);
	}
}

static void check_done(struct job *job, void *arg)
{
	struct checking *c = arg;
	struct session *s = c->owner;

	if (s) {
		s->checking = NULL;
		if (job_state(job) == JOB_DONE) {
			free_problems(s->problems, s->nproblems);
			s->problems = c->found;
			s->nproblems = c->n;
			s->problems_cap = c->cap;
			c->found = NULL;
			c->n = 0;
			memcpy(s->counts, c->counts, sizeof(s->counts));
			take_marks(s);
		}
		s->checked = job_state(job) == JOB_DONE ? CHECKED_FRESH
							: CHECKED_STALE;
		if (snapshot_generation(c->snapshot) !=
		    document_generation(s->doc))
			s->checked = CHECKED_STALE;
		app_changed(s->app, CHANGED_CHECK);
	}
	free_problems(c->found, c->n);
	snapshot_unref(c->snapshot);
	free(c);
}

void session_check(struct session *s)
{
	struct checking *c = mem_zalloc(1, sizeof(*c));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("check"), .run = check_run,
		.done = check_done, .arg = c,
	};

	if (s->checking) {
		s->checking->owner = NULL;
		jobs_cancel(s->checking->jobs, s->checking->job);
	}
	c->owner = s;
	c->jobs = app_jobs(s->app);
	c->snapshot = document_snapshot(s->doc);
	s->checking = c;
	s->checked = CHECKED_RUNNING;
	c->job = jobs_add(c->jobs, &job);
}

void session_check_stop(struct session *s)
{
	if (s->checking) {
		s->checking->owner = NULL;
		jobs_cancel(s->checking->jobs, s->checking->job);
		s->checking = NULL;
	}
	free_problems(s->problems, s->nproblems);
	s->problems = NULL;
	s->nproblems = s->problems_cap = 0;
}

unsigned session_mark(const struct session *s, row_id id)
{
	return rowmap_get(&s->marks, id);
}

/* Problems of the record itself go, and are found anew; those that need the
 * rest of the file stay until the next check of it. */
static void drop_problems(struct session *s, row_id id)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->nproblems; i++) {
		struct session_problem *p = &s->problems[i];

		if (p->id == id && !check_rule_needs_file(p->rule)) {
			s->counts[p->rule->severity]--;
			free(p->field);
			free(p->message);
			continue;
		}
		s->problems[kept++] = *p;
	}
	s->nproblems = kept;
}

/* Put in the problems of a record that was looked at by itself. The check of
 * the file does not know what an edit is, so not what one did to an encoding. */
void session_take_problems(struct session *s, const struct record *r)
{
	struct checking c = {.id = r->mark.id};

	drop_problems(s, c.id);
	c.found = s->problems;
	c.n = s->nproblems;
	c.cap = s->problems_cap;
	memcpy(c.counts, s->counts, sizeof(c.counts));
	for (size_t i = 0; i < r->problems.n; i++) {
		const struct pair_problem *p = &r->problems.items[i];

		if (p->rule->id != CHECK_ENCODING_DIFFERS)
			add_problem(&c, p->rule, p->field, p->message);
	}
	s->problems = c.found;
	s->nproblems = c.n;
	s->problems_cap = c.cap;
	memcpy(s->counts, c.counts, sizeof(s->counts));
	take_marks(s);
	app_changed(s->app, CHANGED_CHECK);
}

