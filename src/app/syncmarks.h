/*
 * app/syncmarks - how the snapshots of the store stand with the default remote,
 * for the column of the store. Without asking the remote: what changed here
 * since the last sync. Found in the background; UI thread.
 */
#ifndef RREDIT_APP_SYNCMARKS_H
#define RREDIT_APP_SYNCMARKS_H

#include "remote/sync.h"
#include "store/library.h"

struct app;

struct syncmark {
	char *id;
	enum sync_status status;
};

struct syncmarks {
	struct syncmark *list;	/* sorted by id */
	size_t count;
	bool running, again;
};

/* Look again, unless no remote is configured. */
void syncmarks_refresh(struct app *app, const struct library_list *all);
bool syncmarks_get(const struct app *app, const char *id,
		   enum sync_status *out);
void syncmarks_release(struct syncmarks *m);

#endif
