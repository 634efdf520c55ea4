/*
 * remote/mergeindex - the records of a file by what they are, for merges.
 *
 * Private to remote/merge*. Owns the file as it was opened.
 */
#ifndef RREDIT_REMOTE_MERGEINDEX_H
#define RREDIT_REMOTE_MERGEINDEX_H

#include "base/codec.h"
#include "remote/watch.h"
#include "store/source.h"

#define MERGE_HASH 16		/* bytes of a record's SHA-256 that are kept */

struct merge_record {
	uint64_t start;		/* where its lead (blank lines) begins */
	uint64_t off;		/* of the text */
	uint64_t end;		/* behind its line end */
	uint32_t len;		/* of the text */
	uint32_t key;		/* given by mergekeys */
	uint8_t hash[MERGE_HASH];
	struct uuid uuid;
	bool has_uuid;
};

struct merge_file {
	struct source *src;	/* NULL: no file */
	struct merge_record *records;
	uint32_t count;
	uint64_t size, head, bound;	/* bytes: all, of the mark, with records */
	bool single;		/* one JSON text over several lines */
	bool crlf, final_eol;
};

bool merge_file_open(struct merge_file *f, const char *path,
		     const char *state_dir, const struct remote_watch *watch,
		     struct err *err);
void merge_file_release(struct merge_file *f);
/* Byte for byte. Two that are not there are equal. */
bool merge_file_equal(const struct merge_file *a, const struct merge_file *b);
bool merge_file_text(const struct merge_file *f, uint32_t n, struct buf *out,
		     struct err *err);

/* Give every record of the n files its key: the same number for what is the
 * same record. Returns how many there are. In one file no key comes twice. */
uint32_t merge_keys(struct merge_file *const *files, size_t n);

#endif
