/*
 * segments - columns of records in pieces that never move.
 *
 * Private to store/. One thread adds; every thread may read what the count it
 * has seen covers, without a lock, while more is added.
 */
#ifndef RREDIT_STORE_SEGMENTS_H
#define RREDIT_STORE_SEGMENTS_H

#include "store/columns.h"

#define SEGMENTS_BLOCK 1024u	/* segments a block; blocks never move */
#define SEGMENTS_BLOCKS 1024u

struct segment;

struct segments {
	_Atomic uint64_t count;		/* records */
	_Atomic uint32_t used;		/* segments */
	_Atomic(struct segment *) *_Atomic blocks[SEGMENTS_BLOCKS];
	struct segment *retired;	/* replaced ones, which someone may read */
};

void segments_release(struct segments *s);
/* n records, which are taken over. replace: the first of them stands for the
 * last one so far. False: no room for so many pieces. */
bool segments_add(struct segments *s, struct columns *records, uint64_t n,
		  bool replace);
uint64_t segments_count(const struct segments *s);
/* Record n < count, and how many lie behind it in memory (with itself). */
const struct columns *segments_at(const struct segments *s, uint64_t n,
				  uint64_t *run);

#endif
