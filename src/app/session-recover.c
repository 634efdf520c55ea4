/* What a crash left: shown, and taken back, saved elsewhere or dropped. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/recordtext.h"
#include "app/session.h"
#include "app/show.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/journal.h"
#include "edit/recover.h"
#include "edit/save.h"

#define RECORDS_SHOWN 500	/* of what a recovery would change */
#define SIZE_TOLD ((uint64_t)1 << 20)	/* of all journals: less is no matter */

struct leftover {
	struct session *session;	/* counted */
	struct recover_entry *list;
	size_t count;
	struct document *preview;	/* while it is being saved elsewhere */
	bool partly;			/* there were edits that did not fit */
};

static void leftover_free(struct leftover *l)
{
	document_close(l->preview, false);
	recover_list_free(l->list, l->count);
	session_unref(l->session);
	free(l);
}

static void seen(struct app *app, void *arg, size_t answer)
{
}

/* Which edits had to be left out, and why. */
static void show_conflicts(struct app *app, const struct recover_report *report)
{
	const char *answers[] = {C_("answer", "Close")};
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

static void take_back(struct app *app, struct leftover *l)
{
	struct recover_report report = {0};
	struct err err = {0};

	if (!recover_apply(l->session->doc, &l->list[0], &report, &err))
		app_fail(app, &err);
	else if (report.conflicts)
		show_conflicts(app, &report);
	else
		app_say(app, STYLE_OK,
			PLURAL("%llu step recovered", "%llu steps recovered",
			       report.applied),
			(unsigned long long)report.applied);
	recover_report_release(&report);
}

/* --- elsewhere --- */

/* That place was none: the question is still open. */
static void again(struct leftover *l, const struct err *why)
{
	struct session *s = session_ref(l->session);

	leftover_free(l);
	session_ask_recover(s);
	app_fail(s->app, why);
	session_unref(s);
}

static void saved_elsewhere(void *arg, const struct save_result *r)
{
	struct leftover *l = arg;
	struct app *app = l->session->app;
	struct err err = {0};

	if (r->outcome != SAVE_DONE) {
		again(l, &r->err);
		return;
	}
	if (!l->partly && !recover_discard(&l->list[0], &err))
		app_fail(app, &err);
	else
		app_say(app, STYLE_OK, "%s",
			_("saved with the recovered edits; the file here is "
			  "as it was"));
	leftover_free(l);
	app_changed(app, CHANGED_DOCUMENT | CHANGED_STORE);
}

static void elsewhere_named(struct app *app, void *arg, const char *text,
			    size_t len)
{
	struct leftover *l = arg;
	struct recover_report report;
	struct save_spec spec = {.path = text};
	struct err err = {0};

	if (!text || !len) {
		app_say(app, STYLE_NOTE, "%s",
			_("nothing recovered; the edits wait for the next "
			  "time"));
		leftover_free(l);
		return;
	}
	l->preview = recover_preview(l->session->doc, &l->list[0], &report,
				     &err);
	if (l->preview) {
		l->partly = report.conflicts || report.damaged;
		recover_report_release(&report);
	}
	if (!l->preview || !document_save_start(l->preview, &spec,
						saved_elsewhere, l, &err))
		again(l, &err);
}

static void ask_elsewhere(struct app *app, struct leftover *l)
{
	struct ask ask = {
		.label = _("save as: "), .history = ASK_FILE,
		.done = elsewhere_named, .arg = l,
	};

	app_ask(app, &ask);
}

/* --- the question --- */

static void recover_answer(struct app *app, void *arg, size_t answer)
{
	struct leftover *l = arg;
	struct err err = {0};

	if (answer == 1) {
		ask_elsewhere(app, l);
		return;
	}
	if (answer == 0)
		take_back(app, l);
	else if (answer == 2 && !recover_discard(&l->list[0], &err))
		app_fail(app, &err);
	leftover_free(l);
	app_changed(app, CHANGED_DOCUMENT | CHANGED_LISTING);
}

/* Which records and values would come back, or why not. */
static void put_changes(const struct leftover *l, struct buf *out)
{
	struct recover_report report;
	struct document *doc;
	struct err err;

	doc = recover_preview(l->session->doc, &l->list[0], &report, &err);
	buf_addc(out, '\n');
	if (!doc) {
		buf_addf(out, "%s\n", err.msg);
		return;
	}
	recordtext_changes(doc, RECORDS_SHOWN, out);
	if (report.damaged)
		buf_addf(out, "%s\n",
			 _("what came after that is unreadable"));
	buf_add(out, report.text.data, report.text.len);
	recover_report_release(&report);
	document_close(doc, false);
}

static void put_sizes(const struct leftover *l, struct buf *out)
{
	uint64_t all = journal_each(l->session->app->state_dir, NULL, NULL);
	struct buf used, most;

	if (l->count > 1)
		buf_addf(out, PLURAL("%zu older journal of this file waits "
				     "(rredit recover).\n",
				     "%zu older journals of this file wait "
				     "(rredit recover).\n", l->count - 1),
			 l->count - 1);
	if (all < SIZE_TOLD)
		return;
	buf_init(&used);
	buf_init(&most);
	show_size(&used, all);
	show_size(&most, JOURNAL_TOTAL_MAX);
	buf_addf(out, _("All journals take %s of at most %s."), used.data,
		 most.data);
	buf_release(&used);
	buf_release(&most);
}

static void ask(struct session *s, struct leftover *l)
{
	const char *answers[] = {
		C_("answer", "Recover"), C_("answer", "Save elsewhere"),
		C_("answer", "Discard"), C_("answer", "Later"),
	};
	const struct recover_entry *e = &l->list[0];
	struct buf text;

	buf_init(&text);
	buf_addf(&text, PLURAL("Edits of %s were not saved when rredit ended: "
			       "%llu step.",
			       "Edits of %s were not saved when rredit ended: "
			       "%llu steps.", e->steps),
		 s->name, (unsigned long long)e->steps);
	if (e->base_changed)
		buf_addf(&text, "\n%s", _("The file was changed since."));
	put_changes(l, &text);
	put_sizes(l, &text);
	app_question(s->app, STYLE_WARNING, _("Recover"), text.data, answers, 4,
		     recover_answer, l);
	buf_release(&text);
}

/* Conflicts are told instead; then the user saves. */
static void save_merged(struct session *s)
{
	char *path = s->save_merged_as;
	bool go = s->save_merged && !s->app->dialog.on;

	s->save_merged = false;
	s->save_merged_as = NULL;
	if (go && (path || session_dirty(s)))
		session_save(s, path, true, NULL, NULL);
	free(path);
}

void session_ask_recover(struct session *s)
{
	struct recover_entry *list;
	struct leftover *l;
	size_t count;

	s->recover_asked = true;
	if (session_read_only(s) || !document_real_path(s->doc) ||
	    !recover_list(s->app->state_dir, document_real_path(s->doc), false,
			  &list, &count, NULL))
		return;
	if (!count) {
		recover_list_free(list, count);
		if (s->recover_now)
			save_merged(s);
		s->recover_now = false;
		return;
	}
	l = mem_zalloc(1, sizeof(*l));
	l->session = session_ref(s);
	l->list = list;
	l->count = count;
	if (s->recover_now) {
		s->recover_now = false;
		recover_answer(s->app, l, 0);
		save_merged(s);
	} else {
		ask(s, l);
	}
}
