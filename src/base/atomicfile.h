/*
 * atomicfile - replace a file whole or not at all.
 *
 * begin, write, commit or cancel. The temporary file lies beside the target
 * (mkostemp, 0600, then the target's mode and owner); commit fsyncs it, renames
 * it over the target and fsyncs the directory. Used for small files (metadata,
 * configuration, exports); edit/save has a path of its own for snapshots, with
 * exchange and backup.
 */
#ifndef RREDIT_BASE_ATOMICFILE_H
#define RREDIT_BASE_ATOMICFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct atomicfile;

struct atomicfile *atomicfile_begin(const char *path, mode_t mode_if_new,
				    struct err *err);
bool atomicfile_write(struct atomicfile *f, const void *bytes, size_t len,
		      struct err *err);
int atomicfile_fd(struct atomicfile *f);
/* Frees f either way. *durable (may be NULL) is false when the rename was done
 * but the directory could not be synced. */
bool atomicfile_commit(struct atomicfile *f, bool *durable, struct err *err);
void atomicfile_cancel(struct atomicfile *f);

/* Convenience: the whole content at once. */
bool atomicfile_replace(const char *path, mode_t mode_if_new, const void *bytes,
			size_t len, struct err *err);

/* Read a whole regular file of at most max bytes (ERR_LIMIT beyond). */
struct buf;
bool file_read(const char *path, size_t max, struct buf *out, struct err *err);

#endif
