/*
 * teclient - what is asked of ThousandEyes: tests, account groups, snapshots.
 *
 * Made from a [remote] of kind thousandeyes. Version 6 logs in with user and
 * token, or with the token alone; version 7 with the token alone. An answer of
 * 401 is never tried again, because repeated ones bar the address and lock the
 * account. One of 429 is waited for, once, when the limit per minute was the
 * reason (X-Organization-Rate-Limit-Remaining is 0); the quota of snapshots has
 * no such end and is told instead. A snapshot is never asked for twice.
 *
 * All calls block; they are for the worker of a job, one at a time for each
 * client. Texts of answers are exact bytes: make them visible before showing.
 */
#ifndef RREDIT_REMOTE_TECLIENT_H
#define RREDIT_REMOTE_TECLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "remote/remoteconf.h"
#include "remote/teask.h"
#include "remote/watch.h"

#define TE_LIST_MAX 100000	/* tests or groups that are read of an answer */
#define TE_LINK_MAX 2048	/* bytes of a link */

struct te_client;
/* conf must live as long. Errors: a token that cannot be had, a user of version
 * 6 without "@". */
struct te_client *te_open(const struct remote_conf *conf,
			  const struct remote_watch *watch, struct err *err);
void te_close(struct te_client *c);

/* A test or an account group. */
struct te_item {
	char *id, *name;
	char *type;		/* "http-server"; NULL for a group */
	bool off;		/* a test that is not enabled */
	bool saved;		/* a test that is a saved event itself */
	bool current;		/* a group that is used without an aid */
};
struct te_list {
	struct te_item *items;
	size_t count, cap;
};
void te_list_release(struct te_list *list);
/* aid: NULL for the default group. */
bool te_tests(struct te_client *c, const char *aid, struct te_list *out,
	      const struct remote_watch *watch, struct err *err);
bool te_accounts(struct te_client *c, struct te_list *out,
		 const struct remote_watch *watch, struct err *err);

/* What was made. */
struct te_made {
	char *link;		/* http(s), printable; "" when the answer has none */
	char *name;		/* as the server keeps it */
	char *test;		/* the snapshot's own test; digits or "" */
	int64_t shared;		/* seconds */
	int64_t from, to;	/* as the server took them */
	bool told;		/* the answer says how it is shared ... */
	bool saved;		/* ... as a saved event, so private */
};
void te_made_release(struct te_made *made);
/* Create it; the ask has passed te_check(). ERR_LIMIT: quota or limit. */
bool te_create(struct te_client *c, const struct te_ask *ask,
	       struct te_made *out, const struct remote_watch *watch,
	       struct err *err);

#endif
