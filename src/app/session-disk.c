/* A session and its file: leftovers of a crash, changes by others, reload. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/recover.h"

#define AUTO_CHECK_BYTES ((uint64_t)16 << 20)	/* larger files wait for :check */

/* --- what a crash left --- */

struct leftover {
	struct session *session;	/* counted */
	struct recover_entry *list;
	size_t count;
};

static void seen(struct app *app, void *arg, size_t answer)
{
}

/* Which edits had to be left out, and why. */
static void show_conflicts(struct app *app, const struct recover_report *report)
{
	const char *answers[] = {_("Close")};
	struct buf text;

	buf_init(&text);
	buf_addf(&text, PLURAL("%llu record could not be matched; its edits "
			       "stay in the journal:",
			       "%llu records could not be matched; their edits "
			       "stay in the journal:", report->conflicts),
		 (unsigned long long)report->conflicts);
	buf_addc(&text, '\n');
	buf_add(&text, report->text.data, report->text.len);
	app_question(app, STYLE_WARNING, _("Recover"), text.data, answers, 1,
		     seen, NULL);
	buf_release(&text);
}

static void recover_answer(struct app *app, void *arg, size_t answer)
{
	struct leftover *l = arg;
	struct recover_report report = {0};
	struct err err = {0};

	if (answer == 0) {
		if (!recover_apply(l->session->doc, &l->list[0], &report, &err))
			app_fail(app, &err);
		else if (report.conflicts)
			show_conflicts(app, &report);
		else
			app_say(app, STYLE_OK,
				PLURAL("%llu step recovered",
				       "%llu steps recovered", report.applied),
				(unsigned long long)report.applied);
		recover_report_release(&report);
	} else if (answer == 1 && !recover_discard(&l->list[0], &err)) {
		app_fail(app, &err);
	}
	recover_list_free(l->list, l->count);
	session_unref(l->session);
	free(l);
	app_changed(app, CHANGED_DOCUMENT | CHANGED_LISTING);
}

static void ask_recover(struct session *s)
{
	const char *answers[] = {_("Recover"), _("Discard"), _("Later")};
	struct leftover *l;
	struct recover_entry *list;
	struct buf text;
	size_t count;

	s->recover_asked = true;
	if (session_read_only(s) || !document_real_path(s->doc) ||
	    !recover_list(s->app->state_dir, document_real_path(s->doc), false,
			  &list, &count, NULL))
		return;
	if (!count) {
		recover_list_free(list, count);
		return;
	}
	l = mem_zalloc(1, sizeof(*l));
	l->session = session_ref(s);
	l->list = list;
	l->count = count;
	if (s->recover_now) {
		s->recover_now = false;
		recover_answer(s->app, l, 0);
		return;
	}
	buf_init(&text);
	buf_addf(&text, PLURAL("Edits of %s were not saved when rredit ended: "
			       "%llu step.",
			       "Edits of %s were not saved when rredit ended: "
			       "%llu steps.", list[0].steps),
		 s->name, (unsigned long long)list[0].steps);
	if (list[0].base_changed)
		buf_addf(&text, "\n%s", _("The file was changed since."));
	app_question(s->app, STYLE_WARNING, _("Recover"), text.data, answers, 3,
		     recover_answer, l);
	buf_release(&text);
}

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
	ask_recover(s);
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
