#include "config.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/job.h"
#include "base/mem.h"
#include "base/wake.h"

#define SCAN_WORKERS_MAX 4	/* more do not scan faster: memory is the limit */
#define KEPT_MAX 100		/* finished jobs that stay listed */
#define QUIET_MS 1000		/* a quiet job is listed from here on */
#define GIVE_WAY 10		/* nicer by so much */
#define PROGRESS_MS 50		/* progress redraws no oftener than this */

/*
 * Everything but the atomics is under the queue's mutex while the job is
 * queued or listed. While it runs, `err` and `failed` belong to the worker;
 * from its end on they do not change.
 */
struct job {
	struct jobs *jobs;
	struct job_spec spec;
	struct job *next;		/* in its lane, then in the done queue */
	struct job *newer, *older;	/* in the list of all */
	struct job_info info;
	struct err err;
	bool failed;
	bool taken;			/* done() is running or has run */
	bool kept;			/* done() has run: here to be listed */
	atomic_bool cancel, saw_cancel;
	atomic_uint_fast64_t done, total, bytes;
};

struct job_queue {
	struct job *head, *tail;
	size_t count;
};

struct lane {
	struct jobs *jobs;
	struct job_queue queue;
	pthread_cond_t work;
	pthread_t threads[SCAN_WORKERS_MAX];
	unsigned max, started, idle, running;
};

struct jobs {
	pthread_mutex_t mutex;
	pthread_cond_t finished;
	struct lane lanes[JOB_LANES];
	struct job_queue done;		/* finished, done() has to run */
	struct job *newest;
	size_t running, kept;
	uint64_t last_id;
	bool stopping, give_way;
	struct wake wake;
	atomic_bool moved;		/* since the last drain */
	atomic_int_fast64_t progress_ms; /* when progress was last told */
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void queue_put(struct job_queue *q, struct job *job)
{
	job->next = NULL;
	if (q->tail)
		q->tail->next = job;
	else
		q->head = job;
	q->tail = job;
	q->count++;
}

static struct job *queue_take(struct job_queue *q)
{
	struct job *job = q->head;

	if (!job)
		return NULL;
	q->head = job->next;
	if (!q->head)
		q->tail = NULL;
	q->count--;
	return job;
}

static void queue_remove(struct job_queue *q, struct job *job)
{
	struct job **at = &q->head, *before = NULL;

	for (; *at != job; at = &(*at)->next)
		before = *at;
	*at = job->next;
	if (q->tail == job)
		q->tail = before;
	q->count--;
}

/* Copy as much as fits, ending at a whole character. */
static void copy_cut(char *to, size_t size, const char *text)
{
	size_t len = strlen(text);

	if (len >= size) {
		len = size - 1;
		while (len && ((unsigned char)text[len] & 0xC0) == 0x80)
			len--;
	}
	memcpy(to, text, len);
	to[len] = '\0';
}

/* Make the wake fd readable, once until the next drain. */
static void moved(struct jobs *jobs)
{
	if (!atomic_exchange(&jobs->moved, true))
		wake_signal(&jobs->wake);
}

/* Called with the mutex held: the job waits for its done() from now on. */
static void finish(struct job *job, enum job_state state)
{
	struct jobs *jobs = job->jobs;

	job->info.state = state;
	job->info.ended_ms = now_ms();
	queue_put(&jobs->done, job);
	pthread_cond_broadcast(&jobs->finished);
	moved(jobs);
}

static void finish_unrun(struct job *job, enum job_state state, enum err_code code,
			 const char *why)
{
	err_set(&job->err, code, "%s", why);
	finish(job, state);
}

static enum job_state outcome(const struct job *job)
{
	if (atomic_load(&job->saw_cancel) || job->err.code == ERR_CANCELLED)
		return JOB_CANCELLED;
	return job->failed ? JOB_FAILED : JOB_DONE;
}

/* Of this thread alone: so it is on Linux, elsewhere of the whole program. */
static void lower_priority(void)
{
#ifdef __linux__
	errno = 0;
	if (nice(GIVE_WAY) < 0 && errno)
		return;		/* at the same priority, then */
#endif
}

static void *work(void *arg)
{
	struct lane *lane = arg;
	struct jobs *jobs = lane->jobs;
	struct job *job;

	if (jobs->give_way && lane == &jobs->lanes[JOB_SCAN])
		lower_priority();
	pthread_mutex_lock(&jobs->mutex);
	for (;;) {
		while (!lane->queue.head && !jobs->stopping) {
			lane->idle++;
			pthread_cond_wait(&lane->work, &jobs->mutex);
			lane->idle--;
		}
		job = queue_take(&lane->queue);
		if (!job)
			break;
		job->info.state = JOB_RUNNING;
		job->info.started_ms = now_ms();
		jobs->running++;
		lane->running++;
		pthread_mutex_unlock(&jobs->mutex);
		job->spec.run(job, job->spec.arg);
		pthread_mutex_lock(&jobs->mutex);
		jobs->running--;
		lane->running--;
		finish(job, outcome(job));
	}
	pthread_mutex_unlock(&jobs->mutex);
	return NULL;
}

/*
 * Start a worker when more jobs wait than workers. Its signals are blocked:
 * they are for the UI thread; but a crash must still reach its handler.
 */
static void start_worker(struct lane *lane)
{
	static const int crashes[] = { SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT };
	sigset_t all, was;
	size_t i;

	if (lane->queue.count <= lane->idle || lane->started == lane->max)
		return;
	sigfillset(&all);
	for (i = 0; i < sizeof(crashes) / sizeof(crashes[0]); i++)
		sigdelset(&all, crashes[i]);
	pthread_sigmask(SIG_SETMASK, &all, &was);
	if (!pthread_create(&lane->threads[lane->started], NULL, work, lane))
		lane->started++;
	pthread_sigmask(SIG_SETMASK, &was, NULL);
}

static unsigned default_workers(void)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return cores < 1 ? 1 : cores > SCAN_WORKERS_MAX ? SCAN_WORKERS_MAX :
	       (unsigned)cores;
}

struct jobs *jobs_new(unsigned scan_workers)
{
	struct jobs *jobs = mem_zalloc(1, sizeof(*jobs));
	int i;

	if (!scan_workers)
		scan_workers = default_workers();
	if (scan_workers > SCAN_WORKERS_MAX)
		scan_workers = SCAN_WORKERS_MAX;
	pthread_mutex_init(&jobs->mutex, NULL);
	pthread_cond_init(&jobs->finished, NULL);
	for (i = 0; i < JOB_LANES; i++) {
		jobs->lanes[i].jobs = jobs;
		jobs->lanes[i].max = i == JOB_SCAN ? scan_workers : 1;
		pthread_cond_init(&jobs->lanes[i].work, NULL);
	}
	atomic_init(&jobs->moved, false);
	atomic_init(&jobs->progress_ms, 0);
	wake_open(&jobs->wake);
	return jobs;
}

void jobs_give_way(struct jobs *jobs)
{
	jobs->give_way = true;
}

int jobs_wake_fd(const struct jobs *jobs)
{
	return jobs->wake.fd;
}

uint64_t jobs_add(struct jobs *jobs, const struct job_spec *spec)
{
	struct lane *lane = &jobs->lanes[spec->lane];
	struct job *job = mem_zalloc(1, sizeof(*job));
	uint64_t id;

	job->jobs = jobs;
	job->spec = *spec;
	job->spec.what = job->info.what;
	copy_cut(job->info.what, sizeof(job->info.what), spec->what);
	job->info.state = JOB_QUEUED;
	pthread_mutex_lock(&jobs->mutex);
	id = job->info.id = ++jobs->last_id;
	job->older = jobs->newest;
	if (jobs->newest)
		jobs->newest->newer = job;
	jobs->newest = job;
	if (jobs->stopping) {
		finish_unrun(job, JOB_CANCELLED, ERR_CANCELLED, _("cancelled"));
	} else {
		queue_put(&lane->queue, job);
		start_worker(lane);
		if (lane->started) {
			pthread_cond_signal(&lane->work);
		} else {
			queue_remove(&lane->queue, job);
			finish_unrun(job, JOB_FAILED, ERR_SYSTEM,
				     _("cannot start a thread"));
		}
	}
	pthread_mutex_unlock(&jobs->mutex);
	return id;
}

static struct job *find(struct jobs *jobs, uint64_t id)
{
	struct job *job = jobs->newest;

	while (job && job->info.id != id)
		job = job->older;
	return job;
}

static void cancel(struct job *job)
{
	if (job->info.state == JOB_QUEUED) {
		queue_remove(&job->jobs->lanes[job->spec.lane].queue, job);
		finish_unrun(job, JOB_CANCELLED, ERR_CANCELLED, _("cancelled"));
	} else if (job->info.state == JOB_RUNNING) {
		atomic_store(&job->cancel, true);
	}
}

void jobs_cancel(struct jobs *jobs, uint64_t id)
{
	struct job *job;

	pthread_mutex_lock(&jobs->mutex);
	job = find(jobs, id);
	if (job)
		cancel(job);
	pthread_mutex_unlock(&jobs->mutex);
}

static void forget(struct jobs *jobs, struct job *job)
{
	if (job->older)
		job->older->newer = job->newer;
	if (job->newer)
		job->newer->older = job->older;
	else
		jobs->newest = job->older;
	free(job);
}

static bool is_hidden(const struct job *job, int64_t now)
{
	int64_t end = job->info.ended_ms ? job->info.ended_ms : now;

	return job->spec.quiet && job->info.state != JOB_FAILED &&
	       (!job->info.started_ms ||
		end - job->info.started_ms < QUIET_MS);
}

/* With the mutex held, after done(): keep the job for the list, or not. */
static void retire(struct jobs *jobs, struct job *job)
{
	struct job *oldest = NULL, *at;

	if (is_hidden(job, job->info.ended_ms)) {
		forget(jobs, job);
		return;
	}
	job->kept = true;
	if (++jobs->kept <= KEPT_MAX)
		return;
	for (at = jobs->newest; at; at = at->older)
		if (at->kept)
			oldest = at;
	forget(jobs, oldest);
	jobs->kept--;
}

/* Run done() of the job that finished first. False: there is none. */
static bool drain_one(struct jobs *jobs)
{
	struct job *job;

	pthread_mutex_lock(&jobs->mutex);
	job = queue_take(&jobs->done);
	if (job)
		job->taken = true;
	pthread_mutex_unlock(&jobs->mutex);
	if (!job)
		return false;
	if (job->spec.done)
		job->spec.done(job, job->spec.arg);
	pthread_mutex_lock(&jobs->mutex);
	retire(jobs, job);
	pthread_mutex_unlock(&jobs->mutex);
	return true;
}

static size_t count_done(struct jobs *jobs)
{
	size_t n;

	pthread_mutex_lock(&jobs->mutex);
	n = jobs->done.count;
	pthread_mutex_unlock(&jobs->mutex);
	return n;
}

/* Only those that wait now: done() may add jobs that finish at once, and the
 * keys must have their turn. */
bool jobs_drain(struct jobs *jobs)
{
	bool any;
	size_t n;

	wake_clear(&jobs->wake);
	any = atomic_exchange(&jobs->moved, false);
	for (n = count_done(jobs); n && drain_one(jobs); n--)
		any = true;
	if (count_done(jobs))
		moved(jobs);
	return any;
}

bool jobs_idle(struct jobs *jobs)
{
	size_t n;
	int i;

	pthread_mutex_lock(&jobs->mutex);
	n = jobs->running + jobs->done.count;
	for (i = 0; i < JOB_LANES; i++)
		n += jobs->lanes[i].queue.count;
	pthread_mutex_unlock(&jobs->mutex);
	return !n;
}

bool jobs_at_rest(struct jobs *jobs)
{
	size_t n;
	int i;

	pthread_mutex_lock(&jobs->mutex);
	n = jobs->done.count;
	for (i = 0; i < JOB_LANES; i++)
		if (i != JOB_SYNC)
			n += jobs->lanes[i].queue.count + jobs->lanes[i].running;
	pthread_mutex_unlock(&jobs->mutex);
	return !n;
}

/* Sleep until some done() has to run. False: no need, the job `id` is through
 * (or in its own done(), from where waiting would never end). */
static bool await_done(struct jobs *jobs, uint64_t id)
{
	struct job *job;

	pthread_mutex_lock(&jobs->mutex);
	for (;;) {
		job = find(jobs, id);
		if (!job || job->taken || jobs->done.count)
			break;
		pthread_cond_wait(&jobs->finished, &jobs->mutex);
	}
	pthread_mutex_unlock(&jobs->mutex);
	return job && !job->taken;
}

void jobs_wait(struct jobs *jobs, uint64_t id)
{
	while (await_done(jobs, id))
		jobs_drain(jobs);
}

static void stop(struct jobs *jobs)
{
	struct job *job;
	int i;

	pthread_mutex_lock(&jobs->mutex);
	jobs->stopping = true;
	for (i = 0; i < JOB_LANES; i++) {
		while (jobs->lanes[i].queue.head)
			cancel(jobs->lanes[i].queue.head);
		pthread_cond_broadcast(&jobs->lanes[i].work);
	}
	for (job = jobs->newest; job; job = job->older)
		cancel(job);
	pthread_mutex_unlock(&jobs->mutex);
}

void jobs_free(struct jobs *jobs)
{
	unsigned k;
	int i;

	if (!jobs)
		return;
	stop(jobs);
	for (i = 0; i < JOB_LANES; i++)
		for (k = 0; k < jobs->lanes[i].started; k++)
			pthread_join(jobs->lanes[i].threads[k], NULL);
	while (drain_one(jobs))
		;
	while (jobs->newest)
		forget(jobs, jobs->newest);
	for (i = 0; i < JOB_LANES; i++)
		pthread_cond_destroy(&jobs->lanes[i].work);
	pthread_cond_destroy(&jobs->finished);
	pthread_mutex_destroy(&jobs->mutex);
	wake_close(&jobs->wake);
	free(jobs);
}

bool job_cancelled(const struct job *job)
{
	if (!atomic_load_explicit(&job->cancel, memory_order_relaxed))
		return false;
	/* No job is const but in what run() may do with it. */
	atomic_store(&((struct job *)job)->saw_cancel, true);
	return true;
}

void job_progress(struct job *job, uint64_t done, uint64_t total, uint64_t bytes)
{
	struct jobs *jobs = job->jobs;
	int_fast64_t last = atomic_load(&jobs->progress_ms);
	int64_t now = now_ms();

	atomic_store_explicit(&job->done, done, memory_order_relaxed);
	atomic_store_explicit(&job->total, total, memory_order_relaxed);
	atomic_store_explicit(&job->bytes, bytes, memory_order_relaxed);
	if (now - last >= PROGRESS_MS &&
	    atomic_compare_exchange_strong(&jobs->progress_ms, &last, now))
		moved(jobs);
}

void job_message(struct job *job, const char *text)
{
	pthread_mutex_lock(&job->jobs->mutex);
	copy_cut(job->info.message, sizeof(job->info.message), text);
	pthread_mutex_unlock(&job->jobs->mutex);
	moved(job->jobs);
}

void job_fail(struct job *job, const struct err *err)
{
	job->err = *err;
	job->failed = true;
}

void job_notify(struct job *job)
{
	moved(job->jobs);
}

enum job_state job_state(const struct job *job)
{
	return job->info.state;
}

const struct err *job_error(const struct job *job)
{
	return &job->err;
}

size_t jobs_list(struct jobs *jobs, struct job_info *out, size_t max)
{
	int64_t now = now_ms();
	struct job *job;
	size_t n = 0;

	pthread_mutex_lock(&jobs->mutex);
	for (job = jobs->newest; job && n < max; job = job->older) {
		if (is_hidden(job, now))
			continue;
		out[n] = job->info;
		out[n].done = atomic_load(&job->done);
		out[n].total = atomic_load(&job->total);
		out[n].bytes = atomic_load(&job->bytes);
		n++;
	}
	pthread_mutex_unlock(&jobs->mutex);
	return n;
}
