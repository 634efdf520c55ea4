/*
 * remote/sync - one snapshot, here and on a remote.
 *
 * A sync looks at both sides, says how they stand (sync_status()), and then
 * does what it is told: fetch what changed there, merge it, put the result in
 * the place of the local files, push. It is a plan first: nothing in the store
 * or on the remote changes before sync_pull() or sync_push().
 *
 *	s = sync_begin(&env, id, &err);		both sides looked at
 *	sync_fetch(s, &err)			downloads beside, checks
 *	sync_merge(s, &err)			conflicts, if any, as data
 *	... decide the conflicts ...
 *	sync_pull(s, &err)  or  sync_push(s, 0, &err)
 *	sync_end(s)
 *
 * What holds when it is killed at any moment: each file of the store and each
 * object of the remote is the old one or the new one, whole; the metadata
 * comes last; the next sync finds out by digests what arrived, and finishes.
 *
 * A struct sync holds the lock of its snapshot and remote and a connection.
 * One thread at a time.
 */
#ifndef RREDIT_REMOTE_SYNC_H
#define RREDIT_REMOTE_SYNC_H

#include "remote/merge.h"
#include "remote/peer.h"
#include "remote/syncstate.h"

enum sync_status {
	SYNC_NOTHING,		/* neither here nor there */
	SYNC_NEVER,		/* only here: never pushed */
	SYNC_SAME,		/* in sync */
	SYNC_HERE,		/* changed here */
	SYNC_THERE,		/* changed there */
	SYNC_BOTH,		/* changed on both sides, or without a common base */
	SYNC_GONE_HERE,		/* deleted here */
	SYNC_GONE_THERE,	/* deleted there */
	SYNC_NEW_THERE,		/* only there: never pulled */
	SYNC_STATUSES
};
/* "in-sync": for --json and scripts. */
const char *sync_status_word(enum sync_status status);
const char *sync_status_text(enum sync_status status);	/* translated */

/* The store's own locks and backups, which this layer does not know. */
struct sync_guard {
	void *ctx;
	/* Nobody else edits the file of that real path until release. */
	bool (*hold)(void *ctx, const char *real_path, struct err *err);
	void (*release)(void *ctx);
};

struct sync_env {
	const char *store, *state_dir;
	const struct remote_conf *conf;
	const struct remote_watch *watch;	/* may be NULL */
	const struct peer_talk *talk;		/* may be NULL */
	const struct sync_guard *guard;		/* NULL: nobody else edits */
};

/* What is known without asking the remote: NEVER, SAME, HERE, GONE_HERE, or
 * NOTHING. digests: read the files whose times do not tell; without, those count
 * as changed. */
enum sync_status sync_offline(const struct sync_env *env, const char *id,
			      bool digests);
/* When the last sync was, in ns since the epoch; 0: never. */
int64_t sync_when(const struct sync_env *env, const char *id);

struct sync;
/* Take the lock, connect, look at both sides. env is borrowed. */
struct sync *sync_begin(const struct sync_env *env, const char *id,
			struct err *err);
void sync_end(struct sync *s);		/* NULL is fine */
void sync_set_watch(struct sync *s, const struct remote_watch *watch);
enum sync_status sync_status(const struct sync *s);
const char *sync_guarantee(const struct sync *s);
/* Files of the snapshot that cannot travel (links, odd names). */
size_t sync_skipped(const struct sync *s);

/* One file that differs somewhere. */
enum sync_change { SYNC_KEPT, SYNC_ADDED, SYNC_CHANGED, SYNC_REMOVED };
struct sync_difference {
	const char *name;		/* "ID/raw.jsonl" */
	enum sync_change here, there;	/* against the last sync */
	uint64_t bytes_here, bytes_there;
};
size_t sync_differences(const struct sync *s, struct sync_difference **out);

/* Download what changed there. What turns out to be the same on both sides is
 * noted in the state, so the status may be another one afterwards. to_tell:
 * only what is needed to tell whether the remote has something new. */
bool sync_fetch(struct sync *s, bool to_tell, struct err *err);

/* After a fetch: records of raw.jsonl, there and here against the base. */
struct sync_counts {
	bool known;
	struct merge_counts there, here;
};
/* Merge what was fetched with what is here. Afterwards the conflicts can be
 * looked at and decided. */
bool sync_merge(struct sync *s, struct err *err);
struct sync_counts sync_counts(const struct sync *s);
/* All conflicts: of the metadata, the records, and files that both changed.
 * Pointers are good until the sync ends; the caller frees the array. */
size_t sync_conflicts(struct sync *s, struct merge_conflict ***out);
/* Decide all that are open. */
void sync_decide(struct sync *s, enum merge_choice how);
/* The merge of raw.jsonl, when it is one by records; else NULL. */
struct merge *sync_records(struct sync *s);

/* What a pull may do beyond a merge. */
enum sync_force {
	SYNC_MERGE = 0,
	SYNC_TAKE_THEIRS,	/* replace what is here; it becomes a backup */
};
/* Put the result into the store. ERR_CONFLICT: conflicts are open, files here
 * changed meanwhile, or another rredit edits them; nothing was done then. */
bool sync_pull(struct sync *s, enum sync_force force, struct err *err);
/* The same but for raw.jsonl, which the caller has saved already, through an
 * open document. */
bool sync_pull_rest(struct sync *s, struct err *err);

/* Send what is here. ERR_CONFLICT when the remote moved on, unless force; then
 * what is there is replaced, but never by what is not there any more here.
 * *guarantee may be read afterwards. */
bool sync_push(struct sync *s, bool force, struct err *err);
/* Remove the snapshot from the remote, and the state. */
bool sync_push_removal(struct sync *s, struct err *err);
/* How many bytes the last push or fetch moved. */
uint64_t sync_moved(const struct sync *s);

/* Records that a push would bring to the remote: against the base. */
bool sync_outgoing(struct sync *s, struct merge_counts *out, uint64_t *records,
		   struct err *err);
/* The file of the base of raw.jsonl, for who compares; NULL: there is none.
 * Caller frees. */
char *sync_base_raw(struct sync *s);

#endif
