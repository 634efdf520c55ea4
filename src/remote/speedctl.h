/*
 * remote/speedctl - the Speedscale cloud, through its official client.
 *
 * The cloud's own protocol is not public. The client (speedctl, or what
 * `command` names: "proxymock cloud") pulls into and pushes from a store in its
 * home. It gets a home of ours, in the state directory, with links to the
 * configuration of the user's, so it never writes over the user's snapshots:
 * what it pulled is merged like that of any other remote.
 *
 *	get snapshot ID		metadata as JSON: what it is there, and its status
 *	pull snapshot ID	into the home
 *	push snapshot ID	from the home; asks before it overwrites; then the
 *				cloud analyses it, until the status is Complete
 *
 * The version of a snapshot there is the digest of its metadata, which each
 * analysis rewrites. Only the metadata and raw.jsonl travel: all else is made
 * there anew.
 */
#ifndef RREDIT_REMOTE_SPEEDCTL_H
#define RREDIT_REMOTE_SPEEDCTL_H

#include "remote/peer.h"

#define SPEEDCTL_ANALYSIS_S 1800	/* how long an analysis may take */

struct speedctl;

struct speedctl *speedctl_open(const struct peer_env *env, struct err *err);
void speedctl_close(struct speedctl *s);
void speedctl_set_watch(struct speedctl *s, const struct remote_watch *watch);
/* Version and context of the client, as lines. */
bool speedctl_test(struct speedctl *s, struct buf *report, struct err *err);
bool speedctl_look(struct speedctl *s, const char *id, struct objects_list *out,
		   struct err *err);
bool speedctl_get(struct speedctl *s, const char *name,
		  struct objects_sink *sink, struct err *err);
bool speedctl_put(struct speedctl *s, const char *name,
		  const struct objects_source *src, struct err *err);
bool speedctl_remove(struct speedctl *s, const char *name, struct err *err);
/* Push what was put, and wait for the analysis. */
bool speedctl_commit(struct speedctl *s, const char *id, bool force,
		     struct err *err);

#endif
