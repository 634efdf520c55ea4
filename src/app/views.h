/*
 * app/views - the constructors of all views.
 *
 * Each returns a view to push; a view on a snapshot takes a reference of its
 * session.
 */
#ifndef RREDIT_APP_VIEWS_H
#define RREDIT_APP_VIEWS_H

#include "app/view.h"
#include "rrpair/body.h"
#include "store/rows.h"

struct view *view_store_new(struct app *app);
struct view *view_trash_new(struct app *app);
/* Push the versions of the file at path; NULL: says that there is none. */
void view_backups_open(struct app *app, const char *path);
struct view *view_pairs_new(struct app *app, struct session *s);
/* The record id. */
struct view *view_pair_new(struct app *app, struct session *s, row_id id);
struct view *view_body_new(struct app *app, struct session *s, row_id id,
			   enum body_side side);
struct view *view_help_new(struct app *app, enum view_kind of);
struct view *view_jobs_new(struct app *app);
struct view *view_messages_new(struct app *app);
struct view *view_remotes_new(struct app *app);
struct view *view_remote_new(struct app *app, const char *name);
struct syncing;
/* Takes y: it goes on when all is decided, or ends with the view. */
struct view *view_conflicts_new(struct app *app, struct syncing *y);
struct view *view_changes_new(struct app *app, struct session *s);
struct view *view_problems_new(struct app *app, struct session *s);
struct view *view_compare_new(struct app *app, struct session *s, row_id a,
			      row_id b);
/* Push it for a FIELD; without a name, ask which field first. */
void view_groups_open(struct app *app, struct session *s, const char *name);
struct view *view_histogram_new(struct app *app, struct session *s);
struct view *view_shares_new(struct app *app);
/* Push the form of a ThousandEyes snapshot, filled in so far; or says why not. */
void view_share_open(struct app *app, const char *test, const char *name);
/* Open the metadata's file and push the view; NULL: says that there is none. */
void view_meta_open(struct app *app, const char *meta_path);

#endif
