/*
 * save - write a document, old-or-new.
 *
 * The new content goes to a temporary file beside the target: untouched runs
 * by reflink or inside the kernel, edited rows spliced between them. Then
 * fsync, exchange with the target, a look at what came out (someone else's
 * newer file is put back: conflict), fsync of the directory. The replaced file
 * becomes the backup. Every failure before the exchange leaves the old file as
 * it was and no temporary file behind.
 *
 * Undo goes on across a save; edits made while it runs stay unsaved.
 */
#ifndef RREDIT_EDIT_SAVE_H
#define RREDIT_EDIT_SAVE_H

#include "edit/document.h"

enum save_outcome {
	SAVE_DONE,	/* on disk */
	SAVE_UNSURE,	/* the new file is in place, but a sync failed: err */
	SAVE_FAILED,	/* not saved, the old file is intact: err */
	SAVE_CONFLICT,	/* not saved: question says what must be insisted on */
};

/* Questions of a conflict, and what a caller may insist on. */
enum save_insist {
	SAVE_OVER_CHANGED = 1 << 0,	/* the file is not the one we opened */
	SAVE_OVER_GROWING = 1 << 1,	/* someone is still writing to it */
	SAVE_OVER_LINKS = 1 << 2,	/* other hard links keep the old content */
	SAVE_OVER_OWNER = 1 << 3,	/* owner, group or ACL cannot be kept */
	SAVE_OVER_EXISTING = 1 << 4,	/* "save as" onto an existing file */
};

struct save_spec {
	const char *path;	/* NULL: the document's own file. Else a copy is
				   written there; the document stays as it is */
	const row_id *rows;	/* only these, in this order; NULL: all. Needs a
				   path */
	size_t row_count;
	unsigned insist;	/* enum save_insist */
	bool gzip;		/* with path: compress (own .gz files always are) */
};

struct save_result {
	enum save_outcome outcome;
	unsigned question;	/* CONFLICT: the bits that would allow it; 0:
				   none, because the file that unedited records
				   are read from was overwritten in place */
	struct err err;		/* for FAILED, UNSURE, CONFLICT: the reason */
	uint64_t bytes;		/* written */
	bool backup_kept;	/* the replaced file is among the backups */
	bool backup_lost;	/* it should be, but was too large to copy or
				   could not be */
};

/* At once, in this thread. True for DONE and UNSURE. */
bool document_save(struct document *doc, const struct save_spec *spec,
		   struct save_result *result);

/* In the background; done runs on the UI thread, once. ERR_USAGE when a save
 * of this document is running. Returns the job's id, 0 on failure. */
typedef void save_done(void *arg, const struct save_result *result);
uint64_t document_save_start(struct document *doc, const struct save_spec *spec,
			     save_done *done, void *arg, struct err *err);
bool document_saving(const struct document *doc);

#endif
