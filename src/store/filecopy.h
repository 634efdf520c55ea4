/*
 * filecopy - the bytes of a file into another, the cheapest way there is.
 *
 * Shared blocks where the file system can (FICLONE), a copy inside the kernel
 * where not, read and write as the last way. Any thread.
 */
#ifndef RREDIT_STORE_FILECOPY_H
#define RREDIT_STORE_FILECOPY_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/job.h"

/* All of `from` into the empty file `to`; at most max bytes when they have to
 * be copied (ERR_LIMIT before anything is written). job may be NULL. */
bool filecopy_fd(int from, int to, uint64_t max, struct job *job,
		 struct err *err);
/* The same for one of several files: progress goes on from `before` bytes of
 * `all`. */
bool filecopy_one_of(int from, int to, uint64_t before, uint64_t all,
		     struct job *job, struct err *err);
/* Into a new file (ERR_SYSTEM when it exists), synced; nothing stays behind on
 * failure. from: a regular file; a link at its end is not followed. */
bool filecopy(const char *from, const char *to, mode_t mode, uint64_t max,
	      struct job *job, struct err *err);

#endif
