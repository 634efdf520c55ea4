/*
 * tail - the last records of a file that is not indexed up to there yet.
 *
 * Read backwards from the end in parts, split into records by the very code
 * that indexes, so the index will come to the same ones; only their numbers are
 * not known before. They are named by where they begin.
 *
 * Owned by one thread, which reads (some MB at most in a call, so it may be the
 * UI thread).
 */
#ifndef RREDIT_STORE_TAIL_H
#define RREDIT_STORE_TAIL_H

#include "store/lineindex.h"

struct tail;

/* The end of the source as it is now. NULL where it means nothing: the source
 * still comes in, is no file of lines, or is indexed already. */
struct tail *tail_new(struct lineindex *ix);
void tail_free(struct tail *t);		/* NULL is fine */
/* Read backwards until `want` records are known, or the beginning is reached,
 * or a line too long to wait for. Returns tail_count(). */
uint64_t tail_extend(struct tail *t, uint64_t want);

uint64_t tail_count(const struct tail *t);
/* Record k < count from the end: 0 is the last. Good until the next extend. */
const struct columns *tail_get(const struct tail *t, uint64_t k);
/* The record that begins at byte off; false when none is known to. */
bool tail_find(const struct tail *t, uint64_t off, uint64_t *k);
/* How many begin at byte off or behind it. */
uint64_t tail_count_from(const struct tail *t, uint64_t off);
/* Every record that begins at this byte or behind it is known. */
uint64_t tail_begin(const struct tail *t);
/* The source was this long. When it has grown, the last record may have. */
uint64_t tail_size(const struct tail *t);

#endif
