/*
 * remote/mergeplan - a merge between looking (merge.c) and writing
 * (mergewrite.c). Private to remote/merge*.
 */
#ifndef RREDIT_REMOTE_MERGEPLAN_H
#define RREDIT_REMOTE_MERGEPLAN_H

#include "remote/merge.h"
#include "remote/mergeindex.h"

enum merge_fate {
	FATE_GONE,
	FATE_MINE, FATE_THEIRS,		/* as it is there */
	FATE_MERGED,			/* member by member */
	FATE_KEPT_MINE,			/* theirs deleted what mine changed */
	FATE_KEPT_THEIRS,
};

struct merge {
	struct merge_file base, mine, theirs;
	uint32_t keys;
	uint32_t *at_base, *at_mine, *at_theirs;	/* key -> record */
	uint8_t *fates;			/* enum merge_fate */
	uint32_t *order, count;		/* keys of the result */
	size_t *conflict_at;		/* key -> the first of its conflicts */
	enum merge_whole how;
	bool single;			/* one conflict for the whole file */
	struct merge_conflicts conflicts;
	struct merge_counts by_mine, by_theirs;
};

/* The three texts of a key; text[] is initialised here, always. */
bool mergeplan_texts(const struct merge *m, uint32_t key, struct buf text[3],
		     struct merge_texts *out, struct err *err);
void mergeplan_texts_release(struct buf text[3]);

#endif
