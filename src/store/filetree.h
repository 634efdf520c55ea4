/*
 * filetree - directories with all that is in them: measure, copy, remove.
 *
 * Nothing is followed on the way down: every step is taken from the directory
 * above by its descriptor, so a link that is put in between leads nowhere.
 * Sockets, FIFOs and devices are never opened. Any thread; job may be NULL.
 */
#ifndef RREDIT_STORE_FILETREE_H
#define RREDIT_STORE_FILETREE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/job.h"

#define FILETREE_DEPTH_MAX 128	/* directories inside each other */

struct filetree_size {
	uint64_t files;		/* everything but directories */
	uint64_t bytes;		/* of regular files */
};
/* Of a directory, a file or a link (which counts as itself). */
bool filetree_measure(const char *path, struct filetree_size *out,
		      struct err *err);

enum filetree_links {
	FILETREE_LINKS_KEEP,	/* as links, as they are written */
	FILETREE_LINKS_RESOLVE,	/* as the files they lead to, inside a
				   directory; else ERR_INPUT */
};
struct filetree_spec {
	enum filetree_links links;
	const char *inside;	/* RESOLVE: a real path */
	const char *skip;	/* hidden names that hold this are left out, or
				   NULL */
	bool writable;		/* the owner may write the copy, if he could
				   not the original */
	bool keep_times;
	uint64_t max;		/* bytes; ERR_LIMIT before anything is written */
};
/*
 * Copy a directory, file or link to the name `to`, which must not exist;
 * synced, modes kept. ERR_INPUT for what cannot be copied. Nothing stays
 * behind on failure.
 */
bool filetree_copy(const char *from, const char *to,
		   const struct filetree_spec *spec, struct job *job,
		   struct err *err);

/* Remove a directory with all that is in it, a file or a link. That it is not
 * there is success. */
bool filetree_remove(const char *path, struct err *err);

/* rename(2) that never replaces anything (EEXIST). False with errno. */
bool filetree_move(const char *from, const char *to);

/* Make what was renamed in a directory last. False (errno) when that cannot be
 * known; no error to whom only the order matters. */
bool filetree_sync_dir(const char *dir);

#endif
