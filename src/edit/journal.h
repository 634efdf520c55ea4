/*
 * journal - every change on disk before it shows.
 *
 * $STATE/journal/KEY, 0600: a header (version, the identity of the base file),
 * then one frame a step: length, CRC-32, bytes. Undo and redo are frames too.
 * A frame is written by one write(2) before the step shows, so kill -9 loses
 * nothing; a job syncs it at most JOURNAL_SYNC_MS later, so a power loss costs
 * no more than that. Reading stops at the first frame that is torn or wrong.
 * The size follows the edits: changed spans, not records.
 *
 * One thread, but for the sync, which has a descriptor of its own.
 */
#ifndef RREDIT_EDIT_JOURNAL_H
#define RREDIT_EDIT_JOURNAL_H

#include "base/buf.h"
#include "base/job.h"
#include "store/source.h"

#define JOURNAL_SYNC_MS 1000
#define JOURNAL_FRAME_MAX ((size_t)1 << 30)	/* bytes of one step */

struct journal;

struct journal_base {
	char *path;		/* real path of the file that was edited */
	struct source_id id;
	uint64_t records;	/* known when the journal was begun; a hint */
	uint32_t tail_crc;	/* of the last bytes of the base, see journal.c */
};
void journal_base_release(struct journal_base *base);

/* Nothing is written before the first frame. state_dir's journal directory is
 * made when missing. */
struct journal *journal_new(const char *state_dir, const char *real_path,
			    const struct journal_base *base, struct jobs *jobs,
			    struct err *err);
bool journal_append(struct journal *j, const void *frame, size_t len,
		    struct err *err);
void journal_sync(struct journal *j);
uint64_t journal_bytes(const struct journal *j);
/* Close; the file is removed, or kept for recovery. */
void journal_close(struct journal *j, bool keep);

/* Read a journal file frame by frame; for recovery. */
struct journal_reader;
struct journal_reader *journal_reader_open(const char *file,
					   struct journal_base *base,
					   struct err *err);
/* False at the end; *damaged (may be NULL) tells a torn or wrong frame from a
 * clean end. frame stays good until the next call. */
bool journal_next(struct journal_reader *r, const char **frame, size_t *len,
		  bool *damaged);
uint64_t journal_good_bytes(const struct journal_reader *r);
void journal_reader_close(struct journal_reader *r);

#endif
