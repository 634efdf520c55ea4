/*
 * chunk - the records that begin in one part of a source.
 *
 * Private to store/. The work of one index job: read, split into lines, fill
 * the columns. Runs on any thread and shares nothing but the pools.
 */
#ifndef RREDIT_STORE_CHUNK_H
#define RREDIT_STORE_CHUNK_H

#include "base/job.h"
#include "store/columns.h"
#include "store/source.h"

struct chunk {
	/* in */
	struct source *src;
	struct columns_pools *pools;
	uint64_t head;		/* bytes of a byte order mark */
	uint64_t from, to;	/* records that begin in here; from == head, or
				   a line may have begun before */
	uint64_t size;		/* the source ends here for now */
	bool final;		/* ... and for good: a line without end counts */
	uint64_t patience;	/* read at most this far behind `to` for the end
				   of the last line (UINT64_MAX: all the way) */
	/* out */
	struct columns *records;
	size_t count;
	uint64_t resume;	/* where the first line begins that was not
				   ended by a newline or not begun in here */
	bool failed;
	struct err err;
};

/* job may be NULL; a cancelled scan has failed. */
void chunk_scan(struct chunk *c, const struct job *job);

#endif
