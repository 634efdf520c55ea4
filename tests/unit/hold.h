/*
 * hold - jobs of the scan and show lanes wait until they are let go.
 *
 * As many jobs as there may be workers stand at a gate that the test keeps shut,
 * so nothing that comes behind them runs: what is shown before an index is there
 * does not depend on time.
 */
#ifndef RREDIT_TESTS_HOLD_H
#define RREDIT_TESTS_HOLD_H

#include "base/job.h"

#define HOLD_WORKERS 4	/* no lane has more */

static inline void hold_run(struct job *job, void *gate)
{
	lock_take(gate);
	lock_give(gate);
}

static inline void hold_again(struct jobs *jobs, struct lock *gate)
{
	struct job_spec spec = {
		.lane = JOB_SCAN, .what = "hold", .run = hold_run, .arg = gate,
		.quiet = true,
	};

	lock_take(gate);
	for (int i = 0; i < HOLD_WORKERS; i++)
		jobs_add(jobs, &spec);
	spec.lane = JOB_SHOW;
	jobs_add(jobs, &spec);
}

/* The gate, for hold_end(). */
static inline struct lock *hold_start(struct jobs *jobs)
{
	struct lock *gate = lock_new();

	hold_again(jobs, gate);
	return gate;
}

/* The jobs go on; free the gate with lock_free() when they are through. */
static inline void hold_end(struct lock *gate)
{
	lock_give(gate);
}

#endif
