#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <unistd.h>

#include "base/job.h"
#include "base/wake.h"
#include "prng.h"
#include "unit.h"

/* Linked with --wrap=eventfd, to be left with a pipe. */
static bool no_eventfd;

int __real_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags);
int __wrap_eventfd(unsigned count, int flags)
{
	if (!no_eventfd)
		return __real_eventfd(count, flags);
	errno = ENOSYS;
	return -1;
}

/* A job that tells when it runs and ends when it is told, or cancelled. */
struct task {
	struct jobs *jobs;
	struct wake started, go;
	bool obeys;		/* stops when cancelled */
	bool fails;
	atomic_int runs;
	int dones;
	enum job_state state;
	struct err why;
	int *order, place;
};

static void run(struct job *job, void *arg)
{
	struct task *t = arg;
	struct pollfd p = { t->go.fd, POLLIN, 0 };
	struct err err = { 0 };

	atomic_fetch_add(&t->runs, 1);
	wake_signal(&t->started);
	for (;;) {
		if (t->obeys && job_cancelled(job))
			return;
		if (poll(&p, 1, t->obeys ? 1 : -1) == 1)
			break;
	}
	if (t->fails) {
		err_set(&err, ERR_INPUT, "broken");
		job_fail(job, &err);
	}
}

static void done(struct job *job, void *arg)
{
	struct task *t = arg;

	t->dones++;
	t->state = job_state(job);
	t->why = *job_error(job);
	if (t->order)
		t->place = ++*t->order;
}

static void task_init(struct task *t, struct jobs *jobs)
{
	memset(t, 0, sizeof(*t));
	t->jobs = jobs;
	t->obeys = true;
	wake_open(&t->started);
	wake_open(&t->go);
}

static void task_release(struct task *t)
{
	wake_close(&t->started);
	wake_close(&t->go);
}

static uint64_t task_add(struct task *t, enum job_lane lane)
{
	struct job_spec spec = { lane, "task", run, done, t, false };

	return jobs_add(t->jobs, &spec);
}

static void await(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, -1), 1);
}

static bool is_readable(int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	return poll(&p, 1, 0) == 1;
}

static void a_sync_does_not_disturb_the_rest(void **state)
{
	struct jobs *jobs = jobs_new(0);
	struct task sync, scan;

	task_init(&sync, jobs);
	task_init(&scan, jobs);
	assert_true(jobs_at_rest(jobs));
	task_add(&sync, JOB_SYNC);
	await(sync.started.fd);
	assert_true(jobs_at_rest(jobs));
	assert_false(jobs_idle(jobs));
	task_add(&scan, JOB_SCAN);
	assert_false(jobs_at_rest(jobs));
	await(scan.started.fd);
	assert_false(jobs_at_rest(jobs));
	wake_signal(&scan.go);
	while (!scan.dones) {
		await(jobs_wake_fd(jobs));
		assert_false(jobs_at_rest(jobs));
		jobs_drain(jobs);
	}
	assert_true(jobs_at_rest(jobs));
	wake_signal(&sync.go);
	jobs_free(jobs);
	assert_int_equal(sync.dones, 1);
	task_release(&sync);
	task_release(&scan);
}

static void done_runs_once_when_drained(void **state)
{
	struct jobs *jobs = jobs_new(0);
	struct task t;

	task_init(&t, jobs);
	assert_true(jobs_idle(jobs));
	assert_false(jobs_drain(jobs));
	task_add(&t, JOB_SCAN);
	await(t.started.fd);
	assert_false(jobs_idle(jobs));
	wake_signal(&t.go);
	await(jobs_wake_fd(jobs));
	assert_int_equal(t.dones, 0);
	assert_false(jobs_idle(jobs));
	assert_true(jobs_drain(jobs));
	assert_int_equal(t.dones, 1);
	assert_int_equal(t.state, JOB_DONE);
	assert_string_equal(t.why.msg, "");
	assert_true(jobs_idle(jobs));
	assert_false(is_readable(jobs_wake_fd(jobs)));
	assert_false(jobs_drain(jobs));
	jobs_free(jobs);
	assert_int_equal(t.dones, 1);
	task_release(&t);
}

static void a_failure_is_told(void **state)
{
	struct jobs *jobs = jobs_new(0);
	struct job_info info;
	struct task t;

	task_init(&t, jobs);
	t.fails = true;
	wake_signal(&t.go);
	jobs_wait(jobs, task_add(&t, JOB_NET));
	assert_int_equal(t.state, JOB_FAILED);
	assert_string_equal(t.why.msg, "broken");
	assert_int_equal(jobs_list(jobs, &info, 1), 1);
	assert_int_equal(info.state, JOB_FAILED);
	jobs_free(jobs);
	task_release(&t);
}

static void a_lane_keeps_its_order_and_others_do_not_wait(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct task stuck, first, second, net;
	int order = 0;

	task_init(&stuck, jobs);
	task_init(&first, jobs);
	task_init(&second, jobs);
	task_init(&net, jobs);
	first.order = second.order = &order;
	task_add(&stuck, JOB_SAVE);
	await(stuck.started.fd);
	wake_signal(&first.go);
	wake_signal(&second.go);
	wake_signal(&net.go);
	task_add(&first, JOB_SAVE);
	task_add(&second, JOB_SAVE);
	jobs_wait(jobs, task_add(&net, JOB_NET));
	assert_int_equal(net.dones, 1);
	assert_int_equal(first.runs + second.runs, 0);
	wake_signal(&stuck.go);
	while (!jobs_idle(jobs)) {
		await(jobs_wake_fd(jobs));
		jobs_drain(jobs);
	}
	assert_int_equal(stuck.dones, 1);
	assert_int_equal(first.place, 1);
	assert_int_equal(second.place, 2);
	jobs_free(jobs);
	task_release(&stuck);
	task_release(&first);
	task_release(&second);
	task_release(&net);
}

static void scans_run_side_by_side(void **state)
{
	struct jobs *jobs = jobs_new(3);
	struct task t[4];
	int i;

	for (i = 0; i < 4; i++) {
		task_init(&t[i], jobs);
		task_add(&t[i], JOB_SCAN);
	}
	for (i = 0; i < 3; i++)
		await(t[i].started.fd);
	assert_int_equal(t[3].runs, 0);
	wake_signal(&t[1].go);
	await(t[3].started.fd);
	jobs_free(jobs);
	for (i = 0; i < 4; i++) {
		assert_int_equal(t[i].dones, 1);
		assert_int_equal(t[i].state, i == 1 ? JOB_DONE : JOB_CANCELLED);
		task_release(&t[i]);
	}
}

static void cancelled_while_waiting_it_never_runs(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct task stuck, a, b;
	uint64_t id;

	task_init(&stuck, jobs);
	task_init(&a, jobs);
	task_init(&b, jobs);
	task_add(&stuck, JOB_SAVE);
	await(stuck.started.fd);
	id = task_add(&a, JOB_SAVE);
	jobs_cancel(jobs, task_add(&b, JOB_SAVE));
	jobs_cancel(jobs, id);
	jobs_cancel(jobs, id);
	jobs_cancel(jobs, 999);
	assert_true(is_readable(jobs_wake_fd(jobs)));
	assert_true(jobs_drain(jobs));
	assert_int_equal(a.dones, 1);
	assert_int_equal(b.dones, 1);
	assert_int_equal(a.state, JOB_CANCELLED);
	assert_string_equal(a.why.msg, "cancelled");
	jobs_cancel(jobs, id);
	wake_signal(&stuck.go);
	jobs_free(jobs);
	assert_int_equal(a.runs + b.runs, 0);
	assert_int_equal(a.dones + b.dones, 2);
	task_release(&stuck);
	task_release(&a);
	task_release(&b);
}

static void cancelled_while_running_it_is_what_it_came_to(void **state)
{
	struct jobs *jobs = jobs_new(2);
	struct task obeys, deaf;
	uint64_t id, other;

	task_init(&obeys, jobs);
	task_init(&deaf, jobs);
	deaf.obeys = false;
	id = task_add(&obeys, JOB_SCAN);
	other = task_add(&deaf, JOB_SCAN);
	await(obeys.started.fd);
	await(deaf.started.fd);
	jobs_cancel(jobs, id);
	jobs_cancel(jobs, other);
	jobs_wait(jobs, id);
	assert_int_equal(obeys.state, JOB_CANCELLED);
	wake_signal(&deaf.go);
	jobs_wait(jobs, other);
	assert_int_equal(deaf.state, JOB_DONE);
	jobs_free(jobs);
	task_release(&obeys);
	task_release(&deaf);
}

static void freeing_runs_every_done(void **state)
{
	struct jobs *jobs = jobs_new(2);
	struct task t[20];
	int i;

	for (i = 0; i < 20; i++) {
		task_init(&t[i], jobs);
		task_add(&t[i], (enum job_lane)(i % JOB_LANES));
	}
	await(t[0].started.fd);
	jobs_free(jobs);
	for (i = 0; i < 20; i++) {
		assert_int_equal(t[i].dones, 1);
		assert_int_equal(t[i].state, JOB_CANCELLED);
		task_release(&t[i]);
	}
	jobs_free(NULL);
}

/* done() that adds another job, as one does that works in steps. */
static void done_adds(struct job *job, void *arg)
{
	struct task *t = arg;
	const enum job_state was = job_state(job);

	t->dones++;
	t->state = was;
	if (was == JOB_DONE) {
		struct job_spec spec = { JOB_SCAN, "step", run, done_adds, t,
					 true };

		wake_signal(&t->go);
		jobs_add(t->jobs, &spec);
	}
}

static void a_done_may_add_until_the_end(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct task t;
	struct job_spec spec = { JOB_SCAN, "step", run, done_adds, &t, true };

	task_init(&t, jobs);
	wake_signal(&t.go);
	jobs_add(jobs, &spec);
	while (t.dones < 10) {
		await(jobs_wake_fd(jobs));
		jobs_drain(jobs);
	}
	jobs_free(jobs);
	assert_int_equal(t.state, JOB_CANCELLED);
	assert_in_range(t.dones, 11, 12);
	task_release(&t);
}

static void run_nothing(struct job *job, void *arg)
{
}

static uint64_t waited_id, own_id;

static void done_waits(struct job *job, void *arg)
{
	struct job_spec spec = { JOB_SCAN, "a", run_nothing, NULL, NULL, false };
	struct task *t = arg;
	int i;

	jobs_wait(t->jobs, own_id);		/* returns at once */
	jobs_wait(t->jobs, waited_id);
	for (i = 0; i < 110; i++)	/* more than stay listed */
		jobs_wait(t->jobs, jobs_add(t->jobs, &spec));
	t->state = job_state(job);
	t->dones++;
}

static void a_done_may_wait_for_another(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct task t, other;
	struct job_spec spec = { JOB_SAVE, "waits", run, done_waits, &t, false };
	struct job_info info[4];

	task_init(&t, jobs);
	task_init(&other, jobs);
	wake_signal(&t.go);
	wake_signal(&other.go);
	own_id = jobs_add(jobs, &spec);
	waited_id = task_add(&other, JOB_NET);
	jobs_wait(jobs, own_id);
	assert_int_equal(t.dones, 1);
	assert_int_equal(t.state, JOB_DONE);
	assert_int_equal(other.dones, 1);
	assert_int_equal(jobs_list(jobs, info, 4), 4);
	jobs_free(jobs);
	task_release(&t);
	task_release(&other);
}

static void run_reports(struct job *job, void *arg)
{
	struct task *t = arg;

	job_progress(job, 3, 10, 4096);
	job_message(job, "reading");
	run(job, t);
}

static void progress_is_listed_and_wakes(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct task t;
	struct job_spec spec = { JOB_SCAN, "index", run_reports, done, &t,
				 false };
	struct job_info info[2];
	uint64_t id;

	task_init(&t, jobs);
	id = jobs_add(jobs, &spec);
	await(t.started.fd);
	assert_true(is_readable(jobs_wake_fd(jobs)));
	assert_true(jobs_drain(jobs));
	assert_false(jobs_drain(jobs));
	assert_int_equal(jobs_list(jobs, info, 2), 1);
	assert_int_equal(info[0].id, id);
	assert_int_equal(info[0].state, JOB_RUNNING);
	assert_int_equal(info[0].done, 3);
	assert_int_equal(info[0].total, 10);
	assert_int_equal(info[0].bytes, 4096);
	assert_true(info[0].started_ms > 0);
	assert_int_equal(info[0].ended_ms, 0);
	assert_string_equal(info[0].what, "index");
	assert_string_equal(info[0].message, "reading");
	wake_signal(&t.go);
	jobs_wait(jobs, id);
	assert_int_equal(jobs_list(jobs, info, 2), 1);
	assert_int_equal(info[0].state, JOB_DONE);
	assert_true(info[0].ended_ms >= info[0].started_ms);
	jobs_free(jobs);
	task_release(&t);
}

static void run_fails(struct job *job, void *arg)
{
	struct err err;

	err_set(&err, ERR_INPUT, "broken");
	job_fail(job, &err);
}

static void the_list_is_short_and_newest_first(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct job_spec spec = { JOB_SCAN, "a", run_nothing, NULL, NULL, false };
	static struct job_info info[200];
	uint64_t id = 0;
	size_t i, n;

	for (i = 0; i < 130; i++)
		id = jobs_add(jobs, &spec);
	jobs_wait(jobs, id);
	spec.quiet = true;
	jobs_wait(jobs, jobs_add(jobs, &spec));
	spec.run = run_fails;
	jobs_wait(jobs, jobs_add(jobs, &spec));
	n = jobs_list(jobs, info, 200);
	assert_int_equal(n, 100);
	assert_int_equal(info[0].id, id + 2);
	assert_int_equal(info[0].state, JOB_FAILED);
	for (i = 1; i < n; i++)
		assert_int_equal(info[i].id, id + 1 - i);
	assert_int_equal(jobs_list(jobs, info, 3), 3);
	jobs_free(jobs);
}

static void long_names_are_cut_at_a_character(void **state)
{
	struct jobs *jobs = jobs_new(1);
	char name[200] = "x";
	struct job_spec spec = { JOB_SCAN, name, run_nothing, NULL, NULL, false };
	struct job_info info;
	size_t i;

	for (i = 1; i + 2 < sizeof(name); i += 2)
		memcpy(name + i, "\xc3\xa4", 3);
	jobs_wait(jobs, jobs_add(jobs, &spec));
	assert_int_equal(jobs_list(jobs, &info, 1), 1);
	assert_int_equal(strlen(info.what), 63);
	name[62] = 'x';
	jobs_wait(jobs, jobs_add(jobs, &spec));
	assert_int_equal(jobs_list(jobs, &info, 1), 1);
	assert_int_equal(strlen(info.what), 63);
	memcpy(name + 62, "\xc3\xa4", 2);
	jobs_wait(jobs, jobs_add(jobs, &spec));
	assert_int_equal(jobs_list(jobs, &info, 1), 1);
	assert_int_equal(strlen(info.what), 62);
	jobs_free(jobs);
}

static void run_reads_signals(struct job *job, void *arg)
{
	sigset_t *set = arg;

	pthread_sigmask(SIG_SETMASK, NULL, set);
}

static void workers_leave_signals_to_the_ui(void **state)
{
	struct jobs *jobs = jobs_new(1);
	sigset_t set, mine;
	struct job_spec spec = { JOB_SCAN, "a", run_reads_signals, NULL, &set,
				 false };

	jobs_wait(jobs, jobs_add(jobs, &spec));
	assert_true(sigismember(&set, SIGWINCH));
	assert_true(sigismember(&set, SIGTERM));
	assert_false(sigismember(&set, SIGSEGV));
	pthread_sigmask(SIG_SETMASK, NULL, &mine);
	assert_false(sigismember(&mine, SIGTERM));
	jobs_free(jobs);
}

static void a_pipe_wakes_as_well(void **state)
{
	struct wake w;
	size_t i;

	no_eventfd = true;
	wake_open(&w);
	assert_int_not_equal(w.fd, w.write_fd);
	for (i = 0; i < 100000; i++)		/* more than a pipe holds */
		wake_signal(&w);
	assert_true(is_readable(w.fd));
	wake_clear(&w);
	assert_false(is_readable(w.fd));
	wake_signal(&w);
	assert_true(is_readable(w.fd));
	wake_close(&w);
	done_runs_once_when_drained(state);
	no_eventfd = false;
}

/*
 * Many jobs that meet in every order: added, cancelled, drained, waited for at
 * random. Every done() runs once, on this thread, and what run() wrote is there.
 */
#define STRESS_JOBS 300

struct piece {
	int ran, dones, sum, *shared;
	struct lock *lock;
	size_t *left;
};

static void run_piece(struct job *job, void *arg)
{
	struct piece *p = arg;
	int i;

	p->ran++;
	for (i = 1; i <= 20; i++) {
		if (job_cancelled(job))
			return;
		p->sum += i;
		job_progress(job, (uint64_t)i, 20, 0);
		if (i % 7 == 0)
			job_message(job, "seven");
		if (i % 5 == 0)
			job_notify(job);
		lock_take(p->lock);
		++*p->shared;
		lock_give(p->lock);
	}
}

static void done_piece(struct job *job, void *arg)
{
	struct piece *p = arg;

	p->dones++;
	--*p->left;
	if (job_state(job) == JOB_DONE)
		assert_int_equal(p->sum, 210);
	assert_int_equal(p->ran <= 1, 1);
}

static void stress(uint64_t seed)
{
	struct jobs *jobs = jobs_new(1 + (unsigned)(seed % 4));
	struct piece *pieces = calloc(STRESS_JOBS, sizeof(*pieces));
	struct job_info info[20];
	struct prng r = { seed };
	size_t left = STRESS_JOBS, i;
	int shared = 0, sum = 0;
	struct lock *lock = lock_new();

	for (i = 0; i < STRESS_JOBS; i++) {
		struct job_spec spec = {
			(enum job_lane)prng_below(&r, JOB_LANES), "piece",
			run_piece, done_piece, &pieces[i], prng_below(&r, 2)
		};
		uint64_t id;

		pieces[i].left = &left;
		pieces[i].lock = lock;
		pieces[i].shared = &shared;
		id = jobs_add(jobs, &spec);
		switch (prng_below(&r, 6)) {
		case 0:
			jobs_cancel(jobs, id - prng_below(&r, 5));
			break;
		case 1:
			jobs_drain(jobs);
			break;
		case 2:
			jobs_list(jobs, info, 20);
			break;
		case 3:
			if (!prng_below(&r, 10))
				jobs_wait(jobs, id - prng_below(&r, 3));
			break;
		}
	}
	if (seed % 2)
		while (left) {
			await(jobs_wake_fd(jobs));
			jobs_drain(jobs);
		}
	jobs_free(jobs);
	assert_int_equal(left, 0);
	for (i = 0; i < STRESS_JOBS; i++) {
		assert_int_equal(pieces[i].dones, 1);
		sum += pieces[i].sum == 210 ? 20 : 0;
	}
	assert_true(shared >= sum);
	lock_free(lock);
	free(pieces);
}

static void any_order_of_events_ends_well(void **state)
{
	uint64_t seed;

	for (seed = 0; seed < 20; seed++)
		stress(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sync_does_not_disturb_the_rest),
		cmocka_unit_test(done_runs_once_when_drained),
		cmocka_unit_test(a_failure_is_told),
		cmocka_unit_test(a_lane_keeps_its_order_and_others_do_not_wait),
		cmocka_unit_test(scans_run_side_by_side),
		cmocka_unit_test(cancelled_while_waiting_it_never_runs),
		cmocka_unit_test(cancelled_while_running_it_is_what_it_came_to),
		cmocka_unit_test(freeing_runs_every_done),
		cmocka_unit_test(a_done_may_add_until_the_end),
		cmocka_unit_test(a_done_may_wait_for_another),
		cmocka_unit_test(progress_is_listed_and_wakes),
		cmocka_unit_test(the_list_is_short_and_newest_first),
		cmocka_unit_test(long_names_are_cut_at_a_character),
		cmocka_unit_test(workers_leave_signals_to_the_ui),
		cmocka_unit_test(a_pipe_wakes_as_well),
		cmocka_unit_test(any_order_of_events_ends_well),
	};

	return cmocka_run_group_tests_name("job", tests, NULL, NULL);
}
