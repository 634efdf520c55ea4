/*
 * remote/prepush - a look at what a push would bring: errors, and what looks
 * like credentials.
 *
 * Only records that the base of the last sync does not have as they are, and the
 * metadata, are looked at. Nothing is changed. One thread.
 */
#ifndef RREDIT_REMOTE_PREPUSH_H
#define RREDIT_REMOTE_PREPUSH_H

#include "base/buf.h"
#include "remote/sync.h"

#define PREPUSH_LINES_MAX 50	/* of each sort that are told one by one */

struct prepush {
	uint64_t records;	/* in the file */
	struct merge_counts counts;	/* against the base */
	uint64_t errors, secrets;
	struct buf error_lines, secret_lines;	/* translated, visible */
};

/* Fills *out, which prepush_release() frees also after a failure. */
bool prepush_look(struct sync *s, struct prepush *out, struct err *err);
void prepush_release(struct prepush *p);

#endif
