/*
 * remote/syncplan - struct sync itself. Private to remote/sync*.c.
 */
#ifndef RREDIT_REMOTE_SYNCPLAN_H
#define RREDIT_REMOTE_SYNCPLAN_H

#include "remote/sync.h"

enum sync_fate {
	FILE_KEEP,		/* what is here stays */
	FILE_TAKE,		/* what was fetched */
	FILE_REMOVE,		/* removed there, unchanged here */
	FILE_JOIN,		/* raw or metadata: merged */
	FILE_ASK,		/* a conflict as a whole */
};

/* One file, in all the places where it may be. */
struct sync_item {
	char *name;
	/* here */
	char *path;			/* NULL: not here */
	struct sync_stamp stamp;
	bool digested;
	uint8_t digest[SHA256_LEN];
	/* there */
	struct objects_entry *entry;	/* in s->there; NULL: not there */
	char *fetched;			/* the plain bytes; NULL: not fetched */
	uint8_t there_digest[SHA256_LEN];
	uint64_t there_size;
	/* both against the state */
	enum sync_change here, there;
	enum sync_fate fate;
	bool sure;			/* what is there was seen, or sent */
	bool taken;			/* the file here is what was fetched */
	struct merge_conflict *conflict;	/* FILE_ASK: in s->file_conflicts */
};

struct sync {
	struct sync_env env;
	char *id, *meta_name, *raw_name, *raw_gz_name;
	struct syncdir *dir;
	struct peer *peer;
	struct sync_state state, next;
	struct sync_locals here;
	struct objects_list there;
	struct sync_item *items;	/* sorted by name */
	size_t count, cap;
	enum sync_status status;
	bool fetched, merged;
	/* the merges */
	struct merge *raw;
	struct buf meta_texts[3];
	struct merge_texts meta;
	bool meta_join;
	struct merge_conflicts meta_conflicts, file_conflicts;
	struct sync_counts counts;
	uint64_t moved;
};

struct sync_item *sync_item(struct sync *s, const char *name);	/* or NULL */
/* Compare the items with the state, and the status with them. */
bool sync_weigh(struct sync *s, struct err *err);
/* Look at the remote again, into items. */
bool sync_look_there(struct sync *s, struct err *err);
bool sync_item_digest(struct sync *s, struct sync_item *i, struct err *err);
const char *sync_item_base_kind(const struct sync *s, const struct sync_item *i);
/* A file of ours in the sync directory becomes the base of its kind. */
bool sync_keep_base(struct sync *s, const char *kind, const char *path,
		    const uint8_t digest[SHA256_LEN], struct err *err);
/* Note in the state what an item is on both sides. digest, size: of the bytes
 * that are there. */
void sync_note(struct sync *s, const struct sync_item *i,
	       const uint8_t digest[SHA256_LEN], uint64_t size,
	       const struct objects_entry *there);
bool sync_save(struct sync *s, struct err *err);
/* Fetch also what changed only here. */
bool sync_fetch_differing(struct sync *s, struct err *err);
void sync_drop_downloads(struct sync *s);

#endif
