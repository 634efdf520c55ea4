/*
 * library - the local store of snapshots.
 *
 * A directory with <id>.json (metadata) beside <id>/raw.jsonl. The other files
 * in <id>/ are made by the cloud's analysis; they travel along when a snapshot
 * is duplicated or trashed and are never edited. What is in the store is not
 * trusted: ids that are no ids, "..", links that lead outside are listed with
 * a problem and never written through.
 *
 * No state but paths: calls look at the disk. Any thread; the long ones take a
 * struct job (NULL outside one) for progress and cancelling.
 */
#ifndef RREDIT_STORE_LIBRARY_H
#define RREDIT_STORE_LIBRARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/codec.h"
#include "base/job.h"

#define LIBRARY_META_MAX ((size_t)64 << 20)	/* bytes of one <id>.json */
#define LIBRARY_PREFIX_MIN 4			/* characters of an id prefix */
#define LIBRARY_NAME_MAX 1024			/* bytes of a snapshot's name */

enum library_problem {
	LIBRARY_NO_META = 1 << 0,	/* <id>/ without <id>.json */
	LIBRARY_NO_DIR = 1 << 1,	/* <id>.json without <id>/ */
	LIBRARY_NO_RAW = 1 << 2,	/* no raw.jsonl in it */
	LIBRARY_BAD_META = 1 << 3,	/* metadata is not a JSON object */
	LIBRARY_UNREADABLE = 1 << 4,	/* permission, or not a regular file */
	LIBRARY_OUTSIDE = 1 << 5,	/* a link that leads out of the store */
	LIBRARY_BAD_ID = 1 << 6,	/* the name is no UUID (usable when it is
					   library_id_ok()) */
	LIBRARY_ID_DIFFERS = 1 << 7,	/* metadata names another id */
};

struct library_entry {
	char *id;		/* the file name's stem, as on disk */
	char *name;		/* meta.name; NULL when it has none */
	char *services;		/* meta.services joined by ", ", or NULL */
	char *meta_path, *dir_path, *raw_path;	/* also when missing */
	int64_t pairs;		/* as metadata says (recordsProcessed); -1: unknown */
	uint64_t bytes;		/* of raw.jsonl (or raw.jsonl.gz) */
	int64_t mtime_ns;	/* the later of metadata's and raw's; 0: none */
	unsigned problems;	/* enum library_problem */
};
struct library_list { struct library_entry *entries; size_t count; };

/* The store by the rules: dir, $RREDIT_STORE, $SPEEDSCALE_HOME/data/snapshots,
 * ~/.speedscale/data/snapshots. Caller frees. It need not exist. */
char *library_default(const char *dir, struct err *err);

/* All snapshots, newest first. A store that is not there is ERR_NOTARGET. Reads
 * metadata, never traffic. Names that begin with a dot are left out. */
bool library_scan(const char *store, struct library_list *out, struct err *err);
void library_list_release(struct library_list *list);
/* The translated name of the lowest problem bit, or NULL. */
const char *library_problem_text(unsigned problems);

/* What a TARGET on the command line is. */
enum target_kind {
	TARGET_SNAPSHOT,	/* metadata and raw.jsonl */
	TARGET_FILE,		/* JSON Lines, .gz, one RRPair */
	TARGET_STDIN,		/* "-" */
	TARGET_DIRECTORY,	/* a directory that is no snapshot: a Microcks
				   repository, or nothing we know: callers look */
};
struct target {
	enum target_kind kind;
	char *path;		/* what document_open() takes; NULL: DIRECTORY */
	char *dir;		/* SNAPSHOT: its directory; DIRECTORY: itself */
	char *meta_path;	/* SNAPSHOT: its metadata (may be missing) */
	char *id;		/* SNAPSHOT: the id, else NULL */
	bool in_store;		/* found by id or name, or a path inside it */
	bool outside;		/* found by id or name, but a link leads out of
				   the store: not to be written through */
};
/*
 * Resolve text: a path that exists, else an id, else a unique prefix of one (4
 * characters or more) or a name. A text that is both a prefix and the name of
 * another snapshot is ambiguous. ERR_USAGE with the candidates then,
 * ERR_NOTARGET when there is none, ERR_INPUT for what is no file (a FIFO, a
 * device). store may be missing, or NULL. Snapshots that were named by a path
 * have real paths.
 */
bool library_resolve(const char *store, const char *text, struct target *out,
		     struct err *err);
void target_release(struct target *t);

struct library_new {
	const char *name;	/* NULL: none */
	const char *const *services;
	size_t service_count;
	const char *raw_path;	/* bytes to begin with; NULL: empty */
};
/* Create the store when it is missing, and a snapshot in it; out_id gets its
 * new v4 id. Old-or-new: what failed leaves nothing behind. */
bool library_create(const char *store, const struct library_new *spec,
		    struct job *job, char out_id[UUID_TEXT_MAX],
		    struct err *err);
/* Put name into meta.name; every other byte of the metadata stays. */
bool library_rename(const char *store, const char *id, const char *name,
		    struct err *err);
/* All files (reflinked where possible) under a new id; name NULL: as it was. */
bool library_duplicate(const char *store, const char *id, const char *name,
		       struct job *job, char out_id[UUID_TEXT_MAX],
		       struct err *err);

struct library_trashed {
	char *key;		/* names it for restore */
	char *id, *name, *store;
	int64_t when_ns;
	uint64_t bytes;
};
/* Move to the trash in the state directory: by rename, across file systems by
 * a copy of at most LIBRARY_TRASH_COPY_MAX bytes (ERR_LIMIT beyond). */
#define LIBRARY_TRASH_COPY_MAX ((uint64_t)4 << 30)
bool library_trash(const char *store, const char *id, const char *state_dir,
		   struct job *job, struct err *err);
/* The trash is bounded: remove what was deleted first, for good, until it keeps
 * to both; what was deleted last stays whatever its size. *removed says how many
 * went (callers tell the user). */
#define LIBRARY_TRASH_COUNT_MAX 100
#define LIBRARY_TRASH_BYTES_MAX ((uint64_t)32 << 30)
bool library_trash_prune(const char *state_dir, size_t *removed,
			 struct err *err);
bool library_trash_list(const char *state_dir, struct library_trashed **out,
			size_t *count, struct err *err);
void library_trash_list_free(struct library_trashed *list, size_t count);
/* Back to where it was; ERR_CONFLICT when that id exists again. */
bool library_untrash(const char *state_dir, const char *key, struct job *job,
		     struct err *err);
/* Remove for good: one, or all of it (key NULL). */
bool library_trash_empty(const char *state_dir, const char *key,
			 struct err *err);

/* A snapshot's directory, refused (ERR_INPUT) when the id is no plain name or
 * leads outside the store. For everyone who writes into the store. */
char *library_dir(const char *store, const char *id, struct err *err);
bool library_id_ok(const char *id);	/* a plain file name, not ".", ".." */
/* Is path one in the store, as it is written, that links lead out of it? Such a
 * file is shown, and not written through. store may be NULL. */
bool library_leads_out(const char *store, const char *path);

#endif
