/*
 * job - work off the UI thread.
 *
 * The only place that knows threads. A queue with workers in five lanes:
 * scan (min(cores, 4) workers), save, net, sync and show (one each), so a
 * stalled transfer delays no save, neither of them the sync of a journal, and
 * a long search not what the screen waits for. `run`
 * works on what it was given and shares nothing with the UI thread; `done` runs
 * on the UI thread (job_drain) exactly once for every job, cancelled or not,
 * also at shutdown. A wake fd becomes readable when something is to be drained
 * or progress moved. Workers are started when they are needed and run with the
 * signals blocked.
 *
 * A job that is cancelled while it waits never runs. One that runs is asked to
 * stop: it ends as JOB_CANCELLED when job_cancelled() told it so, and as what it
 * came to when it never looked. A job struct lives until its done() returns.
 */
#ifndef RREDIT_BASE_JOB_H
#define RREDIT_BASE_JOB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum job_lane {
	JOB_SCAN, JOB_SAVE, JOB_NET, JOB_SYNC, JOB_SHOW, JOB_LANES
};
enum job_state { JOB_QUEUED, JOB_RUNNING, JOB_DONE, JOB_FAILED, JOB_CANCELLED };

struct jobs;	/* the queue; one in the program */
struct job;

struct job_spec {
	enum job_lane lane;
	const char *what;	/* translated, short: "index", "save"; copied */
	void (*run)(struct job *job, void *arg);	/* worker thread */
	void (*done)(struct job *job, void *arg);	/* UI thread; frees arg */
	void *arg;
	bool quiet;		/* not shown in Jobs unless it takes a second
				 * or fails */
};

struct jobs *jobs_new(unsigned scan_workers);	/* 0: min(cores, 4) */
/* For a program with a screen: scan workers that are started from now on give way
 * to its other threads (a lower priority, where the system has one a thread). */
void jobs_give_way(struct jobs *jobs);
/* Cancels, joins, runs every done. What a done() adds now is JOB_CANCELLED. */
void jobs_free(struct jobs *jobs);
int jobs_wake_fd(const struct jobs *jobs);
/* Run the done callbacks that wait. Returns true when anything happened,
 * progress of a running job included (the caller redraws). */
bool jobs_drain(struct jobs *jobs);
uint64_t jobs_add(struct jobs *jobs, const struct job_spec *spec); /* its id */
void jobs_cancel(struct jobs *jobs, uint64_t id);
bool jobs_idle(struct jobs *jobs);
/* Idle but for syncs, which wait on purpose: nothing to see will come of it. */
bool jobs_at_rest(struct jobs *jobs);
/* For batch: until done has run, those of other jobs meanwhile too. Returns at
 * once for an id that is through or unknown, and within its own done(). */
void jobs_wait(struct jobs *jobs, uint64_t id);

/* For run(), on its worker. */
bool job_cancelled(const struct job *job);	/* look often: every few ms of work */
/* Cheap; wakes the UI thread not oftener than 20 times a second. */
void job_progress(struct job *job, uint64_t done, uint64_t total, uint64_t bytes);
void job_message(struct job *job, const char *text);	/* copied, cut */
void job_fail(struct job *job, const struct err *err);	/* result: JOB_FAILED */
/* Ask for a jobs_drain() on the UI thread (partial results were published). */
void job_notify(struct job *job);

/* For done() and the Jobs screen, on the UI thread. */
enum job_state job_state(const struct job *job);
const struct err *job_error(const struct job *job);	/* never NULL */

struct job_info {
	uint64_t id, done, total, bytes;
	enum job_state state;
	int64_t started_ms, ended_ms;	/* monotonic */
	char what[64], message[160];
};
/* Copies up to max infos, newest first; finished ones stay listed (last 100). */
size_t jobs_list(struct jobs *jobs, struct job_info *out, size_t max);

/* A mutex for the few results that are published while a job runs. */
struct lock;
struct lock *lock_new(void);
void lock_free(struct lock *l);
void lock_take(struct lock *l);
void lock_give(struct lock *l);

#endif
