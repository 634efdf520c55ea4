/*
 * claim - one writer at a time for what has a name on a remote.
 *
 * A claim on NAME is the directory .rredit-claim-NAME with one token in it.
 * Where making a directory has one winner (mkdir, MKCOL), that decides.
 * Everywhere, a taker puts its token, lists the place, and holds the claim only
 * when it sees no living token but its own; two that see each other both
 * withdraw and try again after a random wait. Since each puts before it looks,
 * no two can see themselves alone, as long as a listing shows what was written
 * before it (S3, WebDAV, and file systems do). Tokens have names of their own,
 * so taking away a dead one never takes a living one.
 *
 * A token is dead when its process is of this machine and gone, or when it was
 * not renewed for CLAIM_LIFE_S by the server's clock. Whoever was away longer
 * than that must look with claim_holds() before writing what counts.
 */
#ifndef RREDIT_REMOTE_CLAIM_H
#define RREDIT_REMOTE_CLAIM_H

#include "remote/objects.h"

#define CLAIM_LIFE_S 3600
#define CLAIM_RENEW_S 300	/* claim_renew() writes no oftener */
#define CLAIM_WAIT_S 30		/* how long claim_take() waits for another */

struct claim;

/*
 * Take the claim on name (a path component), waiting up to wait_s for another
 * to give it up. NULL: ERR_CONFLICT naming who holds it (user, host and since
 * when), ERR_CANCELLED, ERR_SYSTEM. On a server where claims cannot work
 * (objects_abilities.lists is false) the claim is empty, always succeeds, and
 * excludes nobody, as objects_guarantee() says.
 */
struct claim *claim_take(struct objects *o, const char *name, unsigned wait_s,
			 const struct remote_watch *watch, struct err *err);
/* Call it now and then during long work, between transfers; cheap. */
bool claim_renew(struct claim *c, struct err *err);
/* Ask the remote: ERR_CONFLICT when the claim was lost to another. */
bool claim_holds(struct claim *c, struct err *err);
/* Give it up and free it. A failure is of no consequence but a wait for others. */
void claim_release(struct claim *c);

#endif
