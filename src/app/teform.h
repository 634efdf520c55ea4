/*
 * teform - what the two views of ThousandEyes snapshots share.
 */
#ifndef RREDIT_APP_TEFORM_H
#define RREDIT_APP_TEFORM_H

#include "app/view.h"
#include "remote/remoteconf.h"
#include "remote/teclient.h"

/*
 * The remotes of the kind, as configured when they were read. Jobs and views
 * share them; references are taken and dropped on the UI thread.
 */
struct te_remotes {
	unsigned refs;
	struct remotes all;
	const struct remote_conf **list;	/* those of the kind */
	size_t count;
};
/* NULL with err when there is none, or the configuration is wrong. */
struct te_remotes *te_remotes_load(struct app *app, struct err *err);
struct te_remotes *te_remotes_ref(struct te_remotes *r);
void te_remotes_unref(struct te_remotes *r);

/* What a form and its jobs have in common; outlives the form. */
struct te_form;
struct te_work {
	struct app *app;
	struct te_form *form;		/* NULL: it was closed meanwhile */
	struct te_remotes *remotes;
	const struct remote_conf *conf;
	char *state_dir;
	/* what is asked, copied */
	struct te_ask ask;
	char *test, *name, *aid;
	bool create;			/* else: list tests and groups */
	/* what came */
	struct te_list tests, groups;
	struct te_made made;
	bool kept;			/* in the history */
};

/* The job of one request: begin it; its end calls te_form_done() when the form
 * is still there, and tells the user when it is not. */
void te_work_start(struct te_work *w);
struct te_work *te_work_new(struct app *app, struct te_form *form,
			    struct te_remotes *remotes,
			    const struct remote_conf *conf);
void te_form_done(struct te_form *f, struct te_work *w, bool ok);

#endif
