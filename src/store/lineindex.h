/*
 * lineindex - where the records of a source are, with their columns.
 *
 * A record is a line that is not blank (CR LF or LF; the last may lack its
 * end), or the whole file when it is one JSON text over several lines, or an
 * element of a Microcks repository (store/repository.h). Blank
 * lines and a byte order mark belong to no record. Lines that are not JSON are
 * records too.
 *
 * Built in chunks: with jobs in the background on all scan workers, published
 * in order on the UI thread; without, at once. The first block is indexed
 * before lineindex_new() returns, so a first screen needs no waiting.
 *
 * Counted, only grows: what lineindex_count() has once covered is readable
 * from any thread without a lock, also while it grows.
 */
#ifndef RREDIT_STORE_LINEINDEX_H
#define RREDIT_STORE_LINEINDEX_H

#include "store/columns.h"
#include "store/repository.h"
#include "store/source.h"

/* A file that is one JSON text over several lines: at most this long. */
#define LINEINDEX_SINGLE_MAX ((size_t)64 << 20)
/* A longer line cannot be indexed: ERR_LIMIT. */
#define LINEINDEX_LINE_MAX ((uint64_t)UINT32_MAX)

struct lineindex;

/* Called on the UI thread after records were added or indexing ended; from is
 * the count before. */
typedef void lineindex_grown(void *arg, uint64_t from);

/* src and pools are kept (counted).
 * Without jobs this returns when all is indexed. */
struct lineindex *lineindex_new(struct source *src, struct columns_pools *pools,
				struct jobs *jobs, lineindex_grown *grown,
				void *arg, struct err *err);
/* Only the records from byte `from` on, where a line begins. */
struct lineindex *lineindex_new_at(struct source *src, uint64_t from,
				   struct columns_pools *pools,
				   struct jobs *jobs, lineindex_grown *grown,
				   void *arg, struct err *err);
struct lineindex *lineindex_ref(struct lineindex *ix);
void lineindex_unref(struct lineindex *ix);
/* No more callbacks; running work is cancelled. UI thread, before the last
 * unref of the thread that listens. */
void lineindex_stop(struct lineindex *ix);

/* Batch: wait until all is indexed (jobs_wait() inside). False: it failed. */
bool lineindex_wait(struct lineindex *ix, struct err *err);

uint64_t lineindex_count(const struct lineindex *ix);	/* published records */
bool lineindex_complete(const struct lineindex *ix);	/* the end is reached */
bool lineindex_failed(const struct lineindex *ix, struct err *err);
void lineindex_progress(const struct lineindex *ix, uint64_t *done,
			uint64_t *total);	/* bytes; total 0: not known */
struct source *lineindex_source(const struct lineindex *ix);	/* borrowed */
struct columns_pools *lineindex_pools(const struct lineindex *ix); /* borrowed */
/* n < lineindex_count(). The pointer stays good while ix lives. Cost: a binary
 * search over the chunks. */
const struct columns *lineindex_get(const struct lineindex *ix, uint64_t n);
/* Up to max records from n that lie beside each other in memory; *count > 0. */
const struct columns *lineindex_run(const struct lineindex *ix, uint64_t n,
				    uint64_t max, uint64_t *count);

/* The record that begins at byte off; false when none does (yet). */
bool lineindex_find(const struct lineindex *ix, uint64_t off, uint64_t *n);
/* Where the line behind the last published record begins. */
uint64_t lineindex_known(const struct lineindex *ix);

/* Where record n's bytes begin when the blank lines before it are taken along,
 * and where the line behind it begins (its line end included). */
uint64_t lineindex_lead(const struct lineindex *ix, uint64_t n);
uint64_t lineindex_end(const struct lineindex *ix, uint64_t n);
uint64_t lineindex_head(const struct lineindex *ix);	/* bytes of the mark */
bool lineindex_single(const struct lineindex *ix);	/* one text, many lines */
/* The lists of a repository; NULL for every other file. Complete when the index
 * is, and good as far as records are published before. */
const struct repo_map *lineindex_repository(const struct lineindex *ix);
enum repo_kind lineindex_kind(const struct lineindex *ix, uint64_t n);
bool lineindex_crlf(const struct lineindex *ix);	/* what new lines end in */
/* Does the last record end with its line, or does the file end with it? */
bool lineindex_final_eol(const struct lineindex *ix);
/* Where the part of the source ends that was indexed. Only when complete. */
uint64_t lineindex_bound(const struct lineindex *ix);

/* The source has grown (source_extend() or spooling): index what is new. A
 * last record without line end is read again. */
void lineindex_follow(struct lineindex *ix);

#endif
