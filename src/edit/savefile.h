/*
 * savefile - the temporary file of a save, and how it takes the target's place.
 *
 * Private to edit/. One save, one thread. Nothing of it stays behind: what is
 * not put in place is removed by savefile_release().
 */
#ifndef RREDIT_EDIT_SAVEFILE_H
#define RREDIT_EDIT_SAVEFILE_H

#include <sys/stat.h>

#include "edit/save.h"

struct savefile {
	char *target;		/* real path */
	char *dir, *temp;
	int fd, dir_fd;
	bool exists;		/* the target, when we looked */
	struct stat old;
	struct source_id old_id;
	unsigned insist, question;
	bool replaced;		/* temp now names the old content */
	/* Called when all is written and synced, just before it takes the
	 * target's place. */
	void (*ready)(void *arg, const struct source_id *id);
	void *arg;
};

/* Look at the target and ask what must be asked (f->question). expect: what
 * it should be (NULL: it should not exist, or be insisted on). */
bool savefile_begin(struct savefile *f, const char *target, unsigned insist,
		    const struct source_id *expect, struct err *err);
/* Create the temporary file with the target's mode, owner and attributes;
 * more questions may come. Stale ones of dead processes are swept. */
bool savefile_create(struct savefile *f, struct err *err);
/* Sync, put in place. id: of the new file. */
enum save_outcome savefile_commit(struct savefile *f, struct source_id *id,
				  struct err *err);
void savefile_release(struct savefile *f);

#endif
