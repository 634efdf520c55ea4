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

/* --- what comes to a file that a save replaced --- */

static void stray_answer(struct app *app, void *arg, size_t answer)
{
	struct session *s = arg;
	struct err err = {0};
	uint64_t added;

	if (answer == 0 && !document_take_stray(s->doc, &added, &err))
		app_fail(app, &err);
	else if (answer == 0)
		app_say(app, STYLE_OK,
			PLURAL("%llu record taken in; u takes it out again",
			       "%llu records taken in; u takes them out again",
			       added), (unsigned long long)added);
	session_unref(s);
}

static void lost_answer(struct app *app, void *arg, size_t answer)
{
	struct session *s = arg;

	session_unref(s);
	if (answer == 0 && session_views(s))
		session_merge(s);
}

static void look_for_strays(struct session *s)
{
	const char *take[] = {_("Take in"), _("Later")};
	const char *load[] = {_("Load it, keep my edits"), _("Later")};
	enum source_change change;
	uint64_t bytes;
	struct buf text;

	if (s->app->dialog.on || session_read_only(s))
		return;
	change = document_stray(s->doc, &bytes);
	if (change == SOURCE_CHANGED && s->stray_told != UINT64_MAX) {
		s->stray_told = UINT64_MAX;
		app_question(s->app, STYLE_WARNING, s->name,
			     _("Someone wrote over the file that was replaced "
			       "by a save. What is saved is well, but is no "
			       "longer what is shown here: load it again."),
			     load, 2, lost_answer, session_ref(s));
	} else if (change == SOURCE_GREW && bytes != s->stray_told) {
		s->stray_told = bytes;
		buf_init(&text);
		buf_addf(&text, _("Someone still writes to the file that was "
				  "replaced by a save: %llu bytes came there "
				  "since. They are in no file but a backup."),
			 (unsigned long long)bytes);
		app_question(s->app, STYLE_WARNING, s->name, text.data, take,
			     2, stray_answer, session_ref(s));
		buf_release(&text);
	}
}

void session_look(struct session *s)
{
	enum document_disk before = document_disk(s->doc);
	struct err err = {0};
	enum document_disk now = document_look(s->doc, &err);

	look_for_strays(s);
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

static bool reload(struct session *s, bool merge)
{
	struct app *app = s->app;

	if (s->refs != session_views(s)) {	/* a job works on it */
		app_say(app, STYLE_NOTE,
			_("something runs on it; try again later"));
		return false;
	}
	if (!session_reload(s, merge))
		return false;
	if (!merge)
		app_say(app, STYLE_OK, _("loaded from the disk"));
	return true;
}

bool session_merge(struct session *s)
{
	return reload(s, true);
}

void session_save_merged(struct session *s, const char *path)
{
	if (!reload(s, true))
		return;
	s->save_merged = true;
	free(s->save_merged_as);
	s->save_merged_as = path ? mem_strdup(path) : NULL;
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
	const char *answers[] = {
		C_("answer", "Merge the edits in"),
		C_("answer", "Load and drop them"), C_("answer", "Cancel"),
	};

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
