/*
 * remote/syncfiles - the files of one snapshot in the store, and digests.
 *
 * Names are those a remote has: "ID.json", "ID/raw.jsonl", "ID/rrpairs/x.json".
 * Only regular files travel; links, sockets, our temporary names and what may
 * not be a name on a remote are counted and left. Any thread.
 */
#ifndef RREDIT_REMOTE_SYNCFILES_H
#define RREDIT_REMOTE_SYNCFILES_H

#include "base/codec.h"
#include "base/err.h"
#include "remote/watch.h"

#define SYNC_FILES_MAX 100000	/* of one snapshot */
#define SYNC_DEPTH_MAX 8	/* directories inside each other */

/* What a file was when it was looked at. */
struct sync_stamp {
	uint64_t dev, ino, size;
	int64_t mtime_ns, ctime_ns;
};

struct sync_local {
	char *name, *path;
	struct sync_stamp stamp;
};

struct sync_locals {
	struct sync_local *list;	/* sorted by name */
	size_t count, cap;
	size_t skipped;
};

/* What is there now; a snapshot that is not there gives none. ERR_INPUT for an
 * id that is none, or leads out of the store. */
bool sync_locals_scan(struct sync_locals *out, const char *store,
		      const char *id, struct err *err);
void sync_locals_release(struct sync_locals *l);
const struct sync_local *sync_locals_find(const struct sync_locals *l,
					  const char *name);

/* "ID.json", "ID/raw.jsonl", "ID/raw.jsonl.gz". Caller frees. */
char *sync_meta_name(const char *id);
char *sync_raw_name(const char *id);
char *sync_raw_gz_name(const char *id);
/* Where the file of that name lies in a store. Caller frees. */
char *sync_local_path(const char *store, const char *name);

/* False when it cannot be looked at, or is no regular file (errno). */
bool sync_stamp_of(const char *path, struct sync_stamp *out);
bool sync_stamp_equal(const struct sync_stamp *a, const struct sync_stamp *b);

/* SHA-256 of a whole file. ERR_CANCELLED. */
bool sync_digest(const char *path, uint8_t out[SHA256_LEN],
		 const struct remote_watch *watch, struct err *err);
void sync_digest_text(const uint8_t sum[SHA256_LEN],
		      char out[2 * SHA256_LEN + 1]);
bool sync_digest_parse(const char *text, uint8_t out[SHA256_LEN]);

#endif
