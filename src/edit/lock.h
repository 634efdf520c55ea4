/*
 * lock - one editor a file.
 *
 * A file of its own in $STATE/lock, named by the real path of what is edited,
 * held by an open-file-description lock; so a dead holder holds nothing and
 * needs no cleaning up. Its text says who holds it (pid, host, since when).
 */
#ifndef RREDIT_EDIT_LOCK_H
#define RREDIT_EDIT_LOCK_H

#include <stdbool.h>

#include "base/err.h"

struct edit_lock;

/* NULL with ERR_CONFLICT naming the holder, or ERR_SYSTEM. */
struct edit_lock *edit_lock_take(const char *state_dir, const char *real_path,
				 struct err *err);
void edit_lock_give(struct edit_lock *lock);	/* NULL is fine */
/* Is it held by someone (else)? Takes nothing. */
bool edit_lock_held(const char *state_dir, const char *real_path);

#endif
