/*
 * app/syncer - the remotes of rredit.conf, ready to sync with.
 *
 * What the commands without a screen and the screens share: the remotes as
 * configured, and the locks of this program for remote/sync.h. A struct syncer
 * must not move once it is loaded. The lock it holds belongs to one sync at a
 * time; each thread that syncs has a syncer of its own.
 */
#ifndef RREDIT_APP_SYNCER_H
#define RREDIT_APP_SYNCER_H

#include "app/conf.h"
#include "edit/lock.h"
#include "remote/remoteconf.h"
#include "remote/sync.h"

struct syncer {
	struct remotes remotes;
	char *store, *state_dir;
	struct sync_guard guard;
	struct edit_lock *lock;
	bool own;	/* this program has the file open: its lock is held */
};

/* The remotes of a configuration that was read. */
bool syncer_load(struct syncer *y, const struct conf *conf, const char *store,
		 const char *state_dir, struct err *err);
void syncer_release(struct syncer *y);

/* Does that remote hold snapshots? */
bool syncer_syncs(const struct remote_conf *r);
/* The remote of that name, NULL: the default one. ERR_USAGE when there is none,
 * or it holds no snapshots. */
const struct remote_conf *syncer_remote(const struct syncer *y,
					const char *name, struct err *err);
struct sync_env syncer_env(struct syncer *y, const struct remote_conf *remote,
			   const struct remote_watch *watch,
			   const struct peer_talk *talk);

#endif
