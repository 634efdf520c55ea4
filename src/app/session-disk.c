/* A session and its file: changes by others, reload. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"

#define AUTO_CHECK_BYTES ((uint64_t)16 << 20)	/* larger files wait for :check */

/* --- from the loop --- */

/* A small file is checked by itself, again after each change, so that the list
 * can always show what is wrong. */
static void keep_checked(struct session *s)
{
	uint64_t done, total;

	if (s->checked == CHECKED_FRESH || s->checked == CHECKED_RUNNING ||
	    !s->records || !document_complete(s->doc))
		return;
	document_progress(s->doc, &done, &total);
	if (done <= AUTO_CHECK_BYTES)
		session_check(s);
}

static void once_complete(struct session *s)
{
	struct err err = {0};

	if (document_failed(s->doc, &err))
		app_fail(s->app, &err);
	session_ask_recover(s);
}

void session_poll(struct session *s)
{
	listing_poll(&s->listing);
	if (!s->recover_asked && document_complete(s->doc) &&
	    !s->app->dialog.on)
		once_complete(s);
	keep_checked(s);
}

void session_look(struct session *s)
{
	enum document_disk before = document_disk(s->doc);
	struct err err = {0};
	enum document_disk now = document_look(s->doc, &err);

	if (now == before)
		return;
	if (now == DISK_CHANGED)
		app_say(s->app, STYLE_WARNING,
			_("%s was changed on disk by someone else; F5 loads "
			  "it"), s->name);
	else if (now == DISK_GONE)
		app_say(s->app, STYLE_WARNING, _("%s is gone from the disk"),
			s->name);
	else if (now == DISK_GREW)
		app_say(s->app, STYLE_NOTE, _("%s has grown"), s->name);
}

/* --- loading the file anew --- */

static void reload(struct session *s, bool merge)
{
	struct app *app = s->app;

	if (s->refs != session_views(s)) {	/* a job works on it */
		app_say(app, STYLE_NOTE,
			_("something runs on it; try again later"));
		return;
	}
	if (session_reload(s, merge) && !merge)
		app_say(app, STYLE_OK, _("loaded from the disk"));
}

static void reload_answer(struct app *app, void *arg, size_t answer)
{
	struct session *s = arg;
	bool go = answer < 2 && s->refs > 1;

	session_unref(s);
	if (go)
		reload(s, answer == 0);
}

void session_ask_reload(struct session *s)
{
	const char *answers[] = {_("Merge the edits in"),
				 _("Load and drop them"), _("Cancel")};

	session_look(s);
	if (document_disk(s->doc) == DISK_SAME ||
	    document_disk(s->doc) == DISK_GREW)
		app_say(s->app, STYLE_NOTE, _("the file is as it was opened"));
	else if (session_dirty(s))
		app_question(s->app, STYLE_WARNING, s->name,
			     _("The file was changed by someone else, and "
			       "there are unsaved edits."),
			     answers, 3, reload_answer, session_ref(s));
	else
		reload(s, false);
}
