/*
 * journal - every change on disk before it shows.
 *
 * $STATE/journal/KEY, 0600: a header (version, the identity of the base file),
 * then one frame a step: length, CRC-32, bytes. Undo and redo are frames too.
 * A frame is written by one write(2) before the step shows, so kill -9 loses
 * nothing; a job syncs it at most JOURNAL_SYNC_MS later, so a power loss costs
 * no more than that. Reading stops at the first frame that is torn or wrong.
 * The size follows the edits: changed spans, not records. What was undone and
 * cannot be redone any more goes when a journal is written anew, once that halves
 * it (JOURNAL_COMPACT_MIN).
 *
 * The editor that writes a journal holds a lock on the file; one that nobody
 * holds is a leftover. A key that is taken (by a leftover) gets a number.
 *
 * A save begins the next journal before it begins: its base is the file that
 * is being written, which gets its identity (journal_rebase()) just before it
 * takes its place. Of the journals of one session, the one whose base is the
 * file on disk is the one that counts (edit/recover.h).
 *
 * One thread, but for the sync, which has a descriptor of its own, and for
 * journal_rebase().
 */
#ifndef RREDIT_EDIT_JOURNAL_H
#define RREDIT_EDIT_JOURNAL_H

#include "base/buf.h"
#include "base/codec.h"
#include "base/job.h"
#include "store/source.h"

#define JOURNAL_SYNC_MS 1000
#define JOURNAL_FRAME_MAX ((size_t)1 << 30)	/* bytes of one step */
/* Bytes of all journals together, leftovers included. Beyond it changes are
 * refused until something is saved, recovered or discarded. */
#define JOURNAL_TOTAL_MAX ((uint64_t)8 << 30)
#define JOURNAL_COMPACT_MIN ((uint64_t)1 << 20)	/* bytes; smaller ones stay */
#define JOURNAL_NAMES_MAX 1000		/* journals of one file */

struct journal;

struct journal_base {
	char *path;		/* real path of the file that was edited */
	struct source_id id;	/* all 0: never came to be (a save broke off) */
	uint64_t records;	/* known when the journal was begun; a hint */
	struct uuid session;	/* of the document that writes it */
	uint32_t epoch;		/* counts the saves of the session */
};
void journal_base_release(struct journal_base *base);

/* Nothing is written before the first frame (or journal_start()). state_dir's
 * journal directory is made when missing. jobs may be NULL: then a frame that
 * comes JOURNAL_SYNC_MS or more after the last sync is synced at once. */
struct journal *journal_new(const char *state_dir,
			    const struct journal_base *base, struct jobs *jobs,
			    struct err *err);
/* Make the file now, with its header. */
bool journal_start(struct journal *j, struct err *err);
/* len > 0. On failure (ERR_SYSTEM, ERR_LIMIT) the journal is as it was. */
bool journal_append(struct journal *j, const void *frame, size_t len,
		    struct err *err);
/* The base is the file of this identity; synced. For a journal that was
 * started; from any thread, while another may append. */
bool journal_rebase(struct journal *j, const struct source_id *id,
		    struct err *err);
bool journal_sync(struct journal *j, struct err *err);
uint64_t journal_bytes(const struct journal *j);	/* 0: not begun */
uint64_t journal_frames(const struct journal *j);
/*
 * A journal that is to take the place of j, with the same base but for its
 * identity, under a name that nobody reads as a journal's. journal_replace()
 * syncs it and puts it there by one rename(2), so that a crash leaves the one or
 * the other; j is closed then. On failure j is as it was, and `with` is gone.
 */
struct journal *journal_new_for(const struct journal *j,
				const struct source_id *id, struct err *err);
bool journal_replace(struct journal *j, struct journal *with, struct err *err);
/* Close; the file is removed, or synced and kept for recovery. */
void journal_close(struct journal *j, bool keep);

/*
 * Every journal file of state_dir, in no order; fn (may be NULL) gets
 * its path and returns false to stop. The sum of sizes comes back; 0
 * when there is no directory. What a compaction that broke off left is swept.
 */
uint64_t journal_each(const char *state_dir,
		      bool (*fn)(void *arg, const char *file), void *arg);

/* Read a journal file frame by frame; for recovery. */
struct journal_reader;
/* ERR_INPUT when it is no journal of ours; ERR_ABSENT when not even its first
 * step was written. */
struct journal_reader *journal_reader_open(const char *file,
					   struct journal_base *base,
					   struct err *err);
/* Is it held by a living editor? */
bool journal_reader_in_use(const struct journal_reader *r);
/* Take it, so that no other process recovers it too: false when held. */
bool journal_reader_claim(struct journal_reader *r);
/* Remove a journal that nobody holds; only_empty: and that has no step yet. */
bool journal_remove(const char *file, bool only_empty, struct err *err);
int64_t journal_reader_when_ns(const struct journal_reader *r);
/* False at the end; *damaged (may be NULL) tells a torn or wrong frame from a
 * clean end. frame stays good until the next call. */
bool journal_next(struct journal_reader *r, const char **frame, size_t *len,
		  bool *damaged);
uint64_t journal_good_bytes(const struct journal_reader *r);
void journal_reader_close(struct journal_reader *r);

#endif
