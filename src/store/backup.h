/*
 * backup - previous versions of files, in the state directory.
 *
 * A save moves the file it replaced here, so a version costs nothing on the
 * same file system; across file systems it is copied up to a named limit. A
 * backup is never a link to the live file. Bounded by count and bytes a file.
 * Any thread.
 */
#ifndef RREDIT_STORE_BACKUP_H
#define RREDIT_STORE_BACKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/job.h"

#define BACKUP_COUNT_MAX 20			/* versions of one file */
#define BACKUP_BYTES_MAX ((uint64_t)8 << 30)	/* of one file, the newest stays */
#define BACKUP_COPY_MAX ((uint64_t)1 << 30)	/* copied across file systems */

struct backup {
	char *name;		/* for restore: time of the save, 20260102T030405.678Z */
	char *path;
	uint64_t bytes;
	int64_t when_ns;
};

/* Newest first. No backups is success with *count 0. */
bool backup_list(const char *state_dir, const char *real_path,
		 struct backup **out, size_t *count, struct err *err);
void backup_list_free(struct backup *list, size_t count);

/*
 * Take over the file old_path (a replaced version of real_path; the name goes)
 * as the newest backup and drop those over the bounds. *kept false: it could
 * not be kept (too large to copy); old_path is then removed all the same.
 */
bool backup_take(const char *state_dir, const char *real_path,
		 const char *old_path, bool *kept, struct err *err);

/* Put a backup in the place of real_path; what is there becomes a backup.
 * ERR_ABSENT when there is no such name. */
bool backup_restore(const char *state_dir, const char *real_path,
		    const char *name, struct job *job, struct err *err);

#endif
