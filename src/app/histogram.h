/*
 * app/histogram - records counted by time, by a job.
 *
 * Made from columns alone: no record is read. A bucket holds the records of
 * [from, from + width); only those with records in them exist, in the order of
 * time, wherever the records stand in the file.
 */
#ifndef RREDIT_APP_HISTOGRAM_H
#define RREDIT_APP_HISTOGRAM_H

#include "base/job.h"
#include "edit/snapshot.h"

#define HISTOGRAM_BUCKETS_MAX 1000000	/* with more the scale is coarser */

enum histogram_class {
	HISTOGRAM_OK,		/* below 400, or the text OK */
	HISTOGRAM_CLIENT,	/* 4xx */
	HISTOGRAM_SERVER,	/* 5xx and more, and ERR: of databases */
	HISTOGRAM_OTHER,	/* no status, or one that says neither */
	HISTOGRAM_CLASSES
};

struct histogram_bucket {
	int64_t from;		/* ns since the epoch */
	uint64_t count[HISTOGRAM_CLASSES];
	uint64_t duration;	/* sum, ms */
	uint32_t slowest;	/* ms */
};

struct histogram_result {
	struct histogram_bucket *buckets;
	size_t count;
	int64_t width;		/* ns of a bucket; 0: no record has a time */
	int64_t first, last;	/* ns, of the records */
	uint64_t records;	/* all of them, */
	uint64_t timeless;	/* and those without a time */
};
void histogram_result_release(struct histogram_result *r);
uint64_t histogram_count(const struct histogram_bucket *b);

/* The scales, finest first; 0 beyond the end. ns. */
int64_t histogram_scale(size_t i);
/* Which of them is the width; the nearest coarser one when none is. */
size_t histogram_scale_of(int64_t width);
/* Where the bucket begins that holds ts; buckets begin at shift (0 <= shift <
 * width) and its multiples of width. */
int64_t histogram_floor(int64_t ts, int64_t width, int64_t shift);
/* The last ns of the bucket that begins there. */
int64_t histogram_end(int64_t from, int64_t width);

struct histogram_spec {
	struct snapshot *snapshot;	/* a reference is taken */
	row_id *ids;		/* taken over; NULL: every row */
	size_t count;
	int64_t width;		/* 0: the finest with at most `rows` buckets */
	uint64_t rows;
	int64_t zone;		/* ns east of UTC, where days begin */
	/* A result to take over, or NULL when it was cancelled. */
	void (*ended)(void *owner, struct histogram_result *r);
	void *owner;
};
struct histogram;
struct histogram *histogram_start(struct jobs *jobs,
				  const struct histogram_spec *spec);
void histogram_free(struct histogram *h);	/* cancels; NULL is fine */

#endif
