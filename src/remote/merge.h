/*
 * remote/merge - three versions of a file of records merged, record by record.
 *
 * A record is found again by its uuid; one without, with one that its file has
 * twice, or that is no JSON, by its bytes and how often they came before. Of
 * records that both sides changed, the members are merged (remote/mergetext.h).
 * What one side deleted and the other changed is a conflict; what has no match
 * in the base was added and stays. Records that both kept stand in the order of
 * the side that moved them; where both moved some, each record goes where it was
 * moved to, by mine first. What theirs added stands behind the record that it
 * stands behind there.
 *
 * Per record some 60 bytes are held for each version, and texts only of those
 * that differ on both sides. When one side is the base byte for byte, the result
 * is the other side byte for byte.
 *
 * Nothing is changed on the disk but the file that merge_write() is given. One
 * thread at a time. The files must not change while the merge lives.
 */
#ifndef RREDIT_REMOTE_MERGE_H
#define RREDIT_REMOTE_MERGE_H

#include "base/job.h"
#include "remote/mergetext.h"
#include "remote/watch.h"

#define MERGE_RECORDS_MAX ((uint64_t)UINT32_MAX - 1)
#define MERGE_NO_RECORD UINT32_MAX

struct merge_paths {
	const char *base;		/* NULL: there is none */
	const char *mine, *theirs;	/* plain or gzip; NULL: no records */
	const char *state_dir;		/* for spooling gzip; may be NULL */
};

enum merge_whole {
	MERGE_RECORDS,		/* record by record */
	MERGE_ALL_MINE,		/* theirs is the base, or both are the same */
	MERGE_ALL_THEIRS,	/* mine is the base */
};

/* What a side did to the base; and what mine gets. */
struct merge_counts {
	uint64_t added, removed, changed;
};

struct merge;

/* Look at all three. ERR_CANCELLED, ERR_SYSTEM, ERR_LIMIT. */
struct merge *merge_new(const struct merge_paths *paths,
			const struct remote_watch *watch, struct err *err);
void merge_free(struct merge *m);

enum merge_whole merge_how(const struct merge *m);
/* Against the base (without one: against nothing). */
struct merge_counts merge_mine(const struct merge *m);
struct merge_counts merge_theirs(const struct merge *m);
uint64_t merge_mine_count(const struct merge *m);	/* records of mine */
/* To be decided before merge_write(); in the order of mine, and of theirs for
 * those that mine does not have. */
struct merge_conflicts *merge_conflicts(struct merge *m);

/* The result, as bytes at the end of fd (mine, unless it is asked for). What is
 * not decided stands as mine. */
bool merge_write(struct merge *m, int fd, const struct remote_watch *watch,
		 struct err *err);

/* The result, as steps against mine, in its order; for a document. Not for
 * MERGE_ALL_MINE, nor for a file that is one JSON text (ERR_INPUT). */
struct merge_step {
	uint32_t mine;		/* the record of mine, from 0, or NO_RECORD */
	bool text;		/* it has another text, or it is new */
	bool gone;		/* it was decided that it goes */
};
bool merge_steps(const struct merge *m, uint64_t *count, struct err *err);
struct merge_step merge_step(const struct merge *m, uint64_t i);
/* The text of a step that has one, appended. */
bool merge_step_text(struct merge *m, uint64_t i, struct buf *out,
		     struct err *err);

/* How one file differs from another: from -> to. NULL is an empty file. */
bool merge_compare(const char *from, const char *to, const char *state_dir,
		   const struct remote_watch *watch, struct merge_counts *out,
		   uint64_t *records, struct err *err);

#endif
