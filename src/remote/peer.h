/*
 * remote/peer - the other side of a sync: where snapshots are.
 *
 * Two sorts: remotes that hold objects (remote/objects.h), and the Speedscale
 * cloud through its client (remote/speedctl.h), which keeps a copy of each
 * snapshot in a directory of its own and is asked to push or pull that copy.
 *
 * One thread at a time.
 */
#ifndef RREDIT_REMOTE_PEER_H
#define RREDIT_REMOTE_PEER_H

#include "remote/objects.h"

#define PEER_CLAIM_WAIT_S 20	/* for another writer to finish */

/* What an outside program may want of the user; calls come from the thread that
 * does the work, and may wait. */
struct peer_talk {
	void *ctx;
	/* A line of its output, made visible. */
	void (*output)(void *ctx, const char *line);
	/* It asks something: true is yes. NULL: nothing is answered. */
	bool (*ask)(void *ctx, const char *question);
};

struct peer_env {
	const char *state_dir;
	const struct remote_conf *conf;
	const struct remote_watch *watch;
	const struct peer_talk *talk;		/* may be NULL */
};

struct peer_snapshot {
	char *id;
	uint64_t bytes;		/* of all its files; UINT64_MAX: not known */
	int64_t mtime_ns;	/* the latest, or OBJECTS_NO_TIME */
	bool meta, raw;		/* which parts are there */
};

struct peer;

/* env and what it points to are borrowed until peer_close(). */
struct peer *peer_open(const struct peer_env *env, struct err *err);
void peer_close(struct peer *p);
void peer_set_watch(struct peer *p, const struct remote_watch *watch);

/* Do its copies differ in members that it derives itself? Then digests are not
 * of bytes: see sync_normal_digest(). */
bool peer_derives(const struct peer *p);
/* Which guarantee holds between two writers, translated. */
const char *peer_guarantee(const struct peer *p);
/* Find out whether it works, and say how, as translated lines. */
bool peer_test(struct peer *p, struct buf *report, struct err *err);

bool peer_snapshots(struct peer *p, struct peer_snapshot **out, size_t *count,
		    struct err *err);
void peer_snapshots_free(struct peer_snapshot *list, size_t count);

/* The files of one snapshot, each with its version. None: it is not there. */
bool peer_look(struct peer *p, const char *id, struct objects_list *out,
	       struct err *err);
bool peer_get(struct peer *p, const char *name, struct objects_sink *sink,
	      struct objects_entry *out, struct err *err);

/* Write: nobody else does between begin and end, as far as the guarantee goes.
 * What was put counts when peer_commit() returned true. */
bool peer_begin(struct peer *p, const char *id, struct err *err);
bool peer_put(struct peer *p, const char *name, const struct objects_source *src,
	      const struct objects_condition *when, struct objects_entry *out,
	      struct err *err);
bool peer_remove(struct peer *p, const char *name,
		 const struct objects_condition *when, struct err *err);
/* Between transfers: is the place still ours? */
bool peer_renew(struct peer *p, struct err *err);
/* force: it may overwrite what it holds. */
bool peer_commit(struct peer *p, const char *id, bool force, struct err *err);
void peer_end(struct peer *p);

#endif
