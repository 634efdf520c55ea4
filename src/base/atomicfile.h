/*
 * atomicfile - replace a file whole or not at all.
 *
 * begin, write, commit or cancel. The temporary file (.rredit-UUID) lies beside
 * the target and gets its mode and owner, or fails to begin; commit fsyncs it,
 * renames it over the target and fsyncs the directory. A symbolic link stays and
 * what it points to is replaced. Refused are what is no regular file, and a file
 * that may not be written though its directory may. ACLs and extended attributes
 * are not kept. Used for small files (metadata, configuration, exports);
 * edit/save has a path of its own for snapshots, with exchange and backup.
 *
 * A struct atomicfile belongs to one thread; the functions may run on any.
 */
#ifndef RREDIT_BASE_ATOMICFILE_H
#define RREDIT_BASE_ATOMICFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/err.h"

struct atomicfile;

/* mode_if_new: for a file that does not exist yet; the umask is taken off. */
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

/* Append a whole regular file of at most max bytes (ERR_LIMIT beyond) to out.
 * ERR_NOTARGET when there is none; ERR_INPUT when it is no regular file. */
struct buf;
bool file_read(const char *path, size_t max, struct buf *out, struct err *err);

#endif
