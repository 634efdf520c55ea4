/*
 * remote/syncstate - what was last the same here and on a remote.
 *
 * For each snapshot and remote a directory $STATE/sync/KEY/ holds
 *
 *	state		the files as they were at the last sync: digest, size,
 *			the remote's version, and what the local file looked
 *			like, so that its digest need not be taken again
 *	next		the same for a push that is under way; after a crash it
 *			tells what of it arrived
 *	meta.DIGEST raw.DIGEST	the version of the metadata and of raw.jsonl at
 *			the last sync: the base of merges. Shared blocks or
 *			copies, never a link to the live file
 *	in/		what is being downloaded
 *	lock		held by whoever syncs
 *
 * "state" is replaced whole and names the base files by digest, so it is right
 * or the old one at any moment; base files that no state names are removed by
 * the next save. A base is used only after its digest was found right.
 *
 * The directory is named by the real path of the store, the id, the name of the
 * remote and its place, so another place is another remote.
 */
#ifndef RREDIT_REMOTE_SYNCSTATE_H
#define RREDIT_REMOTE_SYNCSTATE_H

#include "remote/remoteconf.h"
#include "remote/syncfiles.h"

/* A base that cannot share blocks is copied up to this size; beyond it there is
 * none, and merges are not possible. */
#define SYNC_BASE_MAX ((uint64_t)4 << 30)
/* A file changed this shortly before it was looked at may change again without
 * its time telling: its stamp is not believed. */
#define SYNC_RACY_NS ((int64_t)2000000000)

struct sync_file {
	char *name;			/* as in the store: "ID/raw.jsonl" */
	char *remote;			/* its name there: may end in .gz */
	uint8_t digest[SHA256_LEN];	/* of the plain bytes */
	uint64_t size;
	char *version;			/* of the remote; NULL: not known */
	bool fresh;			/* it was too young, and too coarse, to
					   tell the next one apart */
	bool has_stamp;
	struct sync_stamp stamp;	/* a local file with that digest */
};

struct sync_state {
	bool known;			/* there was a sync */
	int64_t when_ns;
	struct sync_file *files;
	size_t count, cap;
};

struct syncdir;		/* the directory, with its lock */

/* Make the directory and take its lock. ERR_CONFLICT: another rredit syncs this
 * snapshot with this remote now. */
struct syncdir *syncdir_open(const char *state_dir, const char *store,
			     const char *id, const struct remote_conf *conf,
			     struct err *err);
/* Only to read: makes and locks nothing; never fails. */
struct syncdir *syncdir_peek(const char *state_dir, const char *store,
			     const char *id, const struct remote_conf *conf);
void syncdir_close(struct syncdir *d);
char *syncdir_path(const struct syncdir *d, const char *name);	/* caller frees */
/* Forget everything about the pair: base, state, downloads. */
bool syncdir_forget(struct syncdir *d, struct err *err);

/* The state, or the push that was under way. What is not there, or cannot be
 * understood, is an empty state. */
void sync_state_load(struct sync_state *s, const struct syncdir *d, bool next);
bool sync_state_save(const struct sync_state *s, struct syncdir *d, bool next,
		     struct err *err);
void sync_state_drop_next(struct syncdir *d);
void sync_state_release(struct sync_state *s);
struct sync_file *sync_state_find(const struct sync_state *s, const char *name);
/* The entry of that name, made when it is missing. */
struct sync_file *sync_state_put(struct sync_state *s, const char *name);
void sync_state_remove(struct sync_state *s, const char *name);
void sync_file_copy(struct sync_file *to, const struct sync_file *from);
void sync_file_set_version(struct sync_file *f, const char *remote,
			   const char *version);
/* Is this a version by the second and the size (as nginx tells it), of what was
 * written just now? Another one may look the same. */
bool sync_version_fresh(const char *version, uint64_t size, int64_t mtime_ns);
/* Remember what the local file looked like, unless it is too fresh. */
void sync_file_stamp(struct sync_file *f, const struct sync_stamp *stamp);

/* The path of a base by its digest: what ("meta", "raw"). Caller frees. */
char *sync_base_path(const struct syncdir *d, const char *what,
		     const uint8_t digest[SHA256_LEN]);
/* Is there a base, with that digest? Reads it. */
bool sync_base_good(const struct syncdir *d, const char *what,
		    const uint8_t digest[SHA256_LEN],
		    const struct remote_watch *watch);
/* Remove the bases that neither the state nor the one under way names. */
void sync_base_sweep(struct syncdir *d, const char *id,
		     const struct sync_state *s, const struct sync_state *next);

#endif
