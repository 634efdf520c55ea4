/*
 * app/shifting - the times of records moved, all by the same.
 *
 * What moves: ts, the times of netinfo and events, and the headers Date and
 * Expires. Each keeps its form: digits, zone, spelling. What a server signed
 * (the times inside a JWT) or said about a resource (Last-Modified, cookies)
 * stays.
 *
 * One thread at a time.
 */
#ifndef RREDIT_APP_SHIFTING_H
#define RREDIT_APP_SHIFTING_H

#include "edit/snapshot.h"
#include "rrpair/change.h"

struct shifting;

/* By how much: +1h30m, -2d, 500ms (w d h m s ms); or when the first record is
 * to be: now, or an RFC 3339 time. NULL and ERR_USAGE when it is none. */
struct shifting *shifting_new(const char *text, size_t len, struct err *err);
void shifting_free(struct shifting *s);		/* NULL is fine */
/* Find the first of these records, where that is what it goes by: before the
 * first shifting_make(). Cost: columns. */
bool shifting_begin(struct shifting *s, const struct snapshot *snapshot,
		    const row_id *ids, size_t n, struct err *err);
/* Take the shift of run's record; arg is a struct shifting. */
bool shifting_make(void *arg, struct change_run *run, struct err *err);

/* The query for what lies outside of a window: both ends as the filter language
 * reads times, "-" for an open end; both belong to it. Records without a time
 * are not outside. NULL and ERR_USAGE. */
struct query;
struct query *times_outside(const struct buf *from, const struct buf *to,
			    struct err *err);

#endif
