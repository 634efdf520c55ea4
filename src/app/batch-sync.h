/*
 * batch-sync - what push, pull, status and remotes share. Private to
 * src/app/batch*.c.
 */
#ifndef RREDIT_APP_BATCH_SYNC_H
#define RREDIT_APP_BATCH_SYNC_H

#include "app/batch-run.h"
#include "app/syncer.h"

/* Progress on stderr, when that is a terminal. */
struct meter {
	bool on, shown;
	char what[120];
	int64_t told_ms, began_ms;
	uint64_t before;
};

struct batch_sync {
	struct batch *batch;
	struct conf conf;
	struct syncer syncer;
	struct meter meter;
	struct remote_watch watch;
	struct peer_talk talk;
	bool terminal;		/* somebody can be asked */
};

bool batch_sync_load(struct batch *b, struct batch_sync *y, struct err *err);
/* Configuration, remotes, store. Says why not; 0 or the exit status. */
int batch_sync_open(struct batch *b, struct batch_sync *y);
void batch_sync_close(struct batch_sync *y);
/* Take the line of the meter away before something is printed. */
void batch_sync_clear(struct batch_sync *y);
/* "ID: " on stdout: an id may be any name of a file. */
void batch_sync_name(const char *id);
/* A question on the terminal; without one it is no. */
bool batch_sync_ask(struct batch_sync *y, const char *question);
struct sync *batch_sync_begin(struct batch_sync *y, const char *id,
			      const struct remote_conf *remote,
			      struct err *err);
/* The id that text names: of the store, else of the remote. Caller frees. */
char *batch_sync_id(struct batch_sync *y, const char *text,
		    const struct remote_conf *remote, struct err *err);

int batch_push(struct batch *b);
int batch_pull(struct batch *b);
int batch_status(struct batch *b);
int batch_remotes(struct batch *b);
int batch_thousandeyes(struct batch *b);

#endif
