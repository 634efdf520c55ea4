#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/syncer.h"
#include "base/i18n.h"
#include "base/mem.h"

static bool hold(void *ctx, const char *real_path, struct err *err)
{
	struct syncer *y = ctx;

	if (y->own)
		return true;
	y->lock = edit_lock_take(y->state_dir, real_path, err);
	return y->lock != NULL;
}

static void release(void *ctx)
{
	struct syncer *y = ctx;

	edit_lock_give(y->lock);
	y->lock = NULL;
}

bool syncer_load(struct syncer *y, const struct conf *conf, const char *store,
		 const char *state_dir, struct err *err)
{
	*y = (struct syncer){.guard = {y, hold, release}};
	if (!remotes_load(&y->remotes, &conf->ini, conf->path, err))
		return false;
	y->store = mem_strdup(store);
	y->state_dir = mem_strdup(state_dir);
	return true;
}

void syncer_release(struct syncer *y)
{
	remotes_release(&y->remotes);
	free(y->store);
	free(y->state_dir);
	*y = (struct syncer){0};
}

bool syncer_syncs(const struct remote_conf *r)
{
	return r->kind == REMOTE_DIRECTORY || r->kind == REMOTE_HTTP ||
	       r->kind == REMOTE_S3 || r->kind == REMOTE_SPEEDCTL;
}

const struct remote_conf *syncer_remote(const struct syncer *y,
					const char *name, struct err *err)
{
	const struct remote_conf *r = remotes_find(&y->remotes, name, err);

	if (r && !syncer_syncs(r)) {
		err_set(err, ERR_USAGE,
			_("remote %s is of kind %s: it holds no snapshots"),
			r->name, remote_kind_names[r->kind]);
		return NULL;
	}
	return r;
}

struct sync_env syncer_env(struct syncer *y, const struct remote_conf *remote,
			   const struct remote_watch *watch,
			   const struct peer_talk *talk)
{
	return (struct sync_env){
		.store = y->store, .state_dir = y->state_dir, .conf = remote,
		.watch = watch, .talk = talk, .guard = &y->guard,
	};
}
