/*
 * watch - how remote work is followed and stopped.
 *
 * Given to everything that may take long. All members may be NULL, and so may
 * the struct's address. The functions are called on the thread that does the
 * work: for a job they are job_cancelled(), job_progress() and job_message().
 */
#ifndef RREDIT_REMOTE_WATCH_H
#define RREDIT_REMOTE_WATCH_H

#include <stdbool.h>
#include <stdint.h>

struct remote_watch {
	void *ctx;
	/* Asked at least every 100 ms, also while nothing arrives. True ends the
	 * call with ERR_CANCELLED. */
	bool (*cancelled)(void *ctx);
	/* Bytes of the current body, resumed ones included; total is 0 when it
	 * is not known. Falls back when a transfer has to start over. */
	void (*progress)(void *ctx, uint64_t done, uint64_t total);
	/* A translated line about what goes on: a retry, a wait, a part. Free
	 * of secrets and of raw bytes of others. */
	void (*say)(void *ctx, const char *text);
};

bool watch_cancelled(const struct remote_watch *w);
void watch_progress(const struct remote_watch *w, uint64_t done, uint64_t total);
void watch_say(const struct remote_watch *w, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Wait, looking at cancelled(); false when it said so. */
bool watch_wait(const struct remote_watch *w, unsigned ms);

#endif
