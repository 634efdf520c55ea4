/*
 * statedir - where rredit keeps its own files.
 *
 * The state directory (path_state_dir()) holds journal/, lock/, backup/, trash/,
 * spool/ and what other layers add. Directories are 0700, files 0600. Nothing
 * here is global: callers pass the directory along.
 */
#ifndef RREDIT_STORE_STATEDIR_H
#define RREDIT_STORE_STATEDIR_H

#include <stdbool.h>

#include "base/err.h"

/* path_state_dir(), or NULL with ERR_SYSTEM. Creates nothing. */
char *statedir_default(struct err *err);

/* dir/sub as a path, created with its parents (0700) where missing; caller
 * frees. ERR_SYSTEM also when it exists but is no directory or not ours. */
char *statedir_sub(const char *dir, const char *sub, struct err *err);

/*
 * A file name for what belongs to path: a short readable tail and a hash of
 * the whole, so that "/a/raw.jsonl" and "/b/raw.jsonl" differ. path is a real
 * path (realpath(3)); caller frees.
 */
char *statedir_key(const char *real_path);

/* An unlinked temporary file for spooled bytes: in dir/spool, or in $TMPDIR
 * when dir is NULL. -1 on failure. */
int statedir_spool(const char *dir, struct err *err);

#endif
