/*
 * app/syncing - push and pull from the screen, in the background.
 *
 * One struct syncing is one push or pull of one snapshot, from the look at both
 * sides to the end: jobs on the net lane do the work, questions and the view of
 * conflicts stand between them. It belongs to the UI thread but for what a job
 * of its own has while it runs. It ends by itself.
 *
 * A snapshot that is open is merged as one undo step of its document and saved;
 * edits that are not saved are asked about first.
 */
#ifndef RREDIT_APP_SYNCING_H
#define RREDIT_APP_SYNCING_H

#include "app/syncer.h"
#include "app/view.h"
#include "remote/prepush.h"

struct session;

enum syncing_step {
	SYNCING_LOOK,		/* at both sides */
	SYNCING_MERGE,		/* fetch and merge, to be asked about */
	SYNCING_PULL,		/* into the store */
	SYNCING_REST,		/* all but what an open document saved */
	SYNCING_PUSH,
	SYNCING_DELETE_THERE,
	SYNCING_TAKE,		/* theirs, as it is */
};

struct syncing {
	struct app *app;
	bool push;		/* else pull */
	bool then_push;		/* a merge that a push needed */
	char *id, *remote_name;
	struct conf conf;
	struct syncer syncer;
	const struct remote_conf *remote;
	struct remote_watch watch;
	struct peer_talk talk;
	struct sync_env env;
	struct sync *sync;
	struct prepush look;
	bool looked;
	bool force;
	bool waiting;		/* a step is done, another question is open */
	enum syncing_step step;
	struct job *job;	/* while it runs */
	uint64_t job_id;
	struct session *session;	/* counted, while it is saved */
	/* shared with the worker */
	struct lock *lock;
	struct buf log;
	char *question;		/* that the other program asks */
	int answer;		/* 0: none yet, 1: yes, -1: no */
};

/* Begin for a snapshot of the store (or one that is only there). remote NULL:
 * the default one; with several and no default the user picks. */
void syncing_start(struct app *app, bool push, const char *id,
		   const char *remote);
/* CMD_PUSH and CMD_PULL on the session of a view, which must have an id. */
void syncing_session(struct app *app, struct session *s, bool push,
		     const char *remote);
void syncing_free(struct syncing *y);

/* syncing-ask.c: what comes after a step. */
void syncing_looked(struct syncing *y);
void syncing_merged(struct syncing *y);
void syncing_decided(struct syncing *y);	/* every conflict is */
void syncing_run(struct syncing *y, enum syncing_step step);
/* Called when jobs moved: does another program ask something? */
void syncing_poll(struct app *app);

/* syncing-doc.c: merge into the open document, save, go on. False: it is not
 * open, or only to read. */
bool syncing_document(struct syncing *y);
/* Is the snapshot open, to be edited? */
bool syncing_is_open(const struct syncing *y);

/* What became of the jobs: to try one again, and to read what it said. */
struct syncing_past {
	uint64_t job;
	bool push;
	char *id, *remote, *log;
};
#define SYNCING_PAST_MAX 32
/* rredit.conf as it is now: it may have been edited from here. */
bool syncing_conf(const struct app *app, struct conf *conf, struct err *err);
const struct syncing_past *syncing_past(struct app *app, uint64_t job);
void syncing_forget_all(struct app *app);
/* How many are under way, questions included. */
size_t syncing_count(const struct app *app);

#endif
