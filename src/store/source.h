/*
 * source - the bytes of a file as it was opened.
 *
 * A plain file is kept by its descriptor and read by pread(2), never mapped:
 * that is faster for a pass, keeps memory flat, and a file truncated
 * underneath is an ordinary short read. The kernel's page cache is the cache.
 * A gzip file (by content, not by name) and a pipe are spooled into an
 * unlinked file of the state directory and readable as far as they have come.
 *
 * Counted. source_read() and the getters work from any thread; opening,
 * pumping and closing belong to one thread.
 */
#ifndef RREDIT_STORE_SOURCE_H
#define RREDIT_STORE_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/job.h"

#define SOURCE_BLOCK ((size_t)256 << 10)	/* bytes of one sequential read */
/* Limits of what a gzip file or a pipe may become in the spool. */
#define SOURCE_SPOOL_MAX ((uint64_t)64 << 30)
#define SOURCE_SPOOL_SPARE ((uint64_t)256 << 20)	/* left free on its disk */

enum source_kind { SOURCE_PLAIN, SOURCE_GZIP, SOURCE_PIPE };

/* What a file was when we looked: to notice that someone changed it. */
struct source_id {
	dev_t dev;
	ino_t ino;
	uint64_t size;
	int64_t mtime_ns;
};

struct source;

/*
 * Open path ("-" is standard input). Symbolic links are followed; a
 * directory, FIFO, socket or device is refused (ERR_INPUT); ERR_NOTARGET when
 * it is not there. state_dir may be NULL (spools go to $TMPDIR). With jobs,
 * a gzip file or pipe is spooled in the background; without, before this
 * returns.
 */
struct source *source_open(const char *path, const char *state_dir,
			   struct jobs *jobs, struct err *err);
struct source *source_ref(struct source *s);
void source_unref(struct source *s);

enum source_kind source_kind(const struct source *s);
const char *source_path(const struct source *s);	/* as given; "-" for a pipe */
struct source_id source_identity(const struct source *s);	/* when opened */
uint64_t source_size(const struct source *s);	/* bytes readable now */
/* Nothing more comes: true for plain files, else after the last byte. */
bool source_complete(const struct source *s);
/* Did spooling end in an error (truncated gzip, limit)? What came stays. */
bool source_failed(const struct source *s, struct err *err);
/* Bytes of the file itself taken so far and in all (all 0: a pipe). */
void source_progress(const struct source *s, uint64_t *done, uint64_t *all);
/* The descriptor that source_read() uses, for copy_file_range(2); borrowed. */
int source_fd(const struct source *s);

/* Up to len bytes at off; the count read, less than len only at the end of
 * what is there now, -1 (ERR_SYSTEM) on failure. */
ssize_t source_read(const struct source *s, uint64_t off, void *to, size_t len,
		    struct err *err);
/* Exactly len bytes, or false: ERR_CONFLICT when the file has become shorter. */
bool source_read_exact(const struct source *s, uint64_t off, void *to,
		       size_t len, struct err *err);

/* Take in the growth of a plain file (same inode, now longer): later reads
 * reach up to size, and its identity becomes id. UI thread. */
void source_extend(struct source *s, const struct source_id *id);
/* What it has become is dealt with: only later changes count as such. What is
 * read of it stays the same. UI thread, while no job reads from it. */
void source_accept(struct source *s, const struct source_id *id);
/* Are the bytes behind the descriptor still those that were opened, by size and
 * time? What was spooled cannot change. */
enum source_change { SOURCE_SAME, SOURCE_GREW, SOURCE_CHANGED };
enum source_change source_change(const struct source *s);

/* The identity of what path names now; false (errno kept) when it cannot be
 * looked at. */
bool source_id_of(const char *path, struct source_id *out);
struct stat;
void source_id_of_stat(const struct stat *st, struct source_id *out);
bool source_id_equal(const struct source_id *a, const struct source_id *b);

/* Batch: wait until a turn of spooling is over. False: nothing will come. */
bool source_wait(struct source *s);

/* Open a regular file for reading, with source_open()'s care; -1. */
int source_open_fd(const char *path);

/*
 * Called on the UI thread whenever more bytes are there or spooling ended
 * (only with jobs). One listener; NULL removes it.
 */
void source_listen(struct source *s, void (*more)(void *arg), void *arg);

#endif
