/* What is asked between the steps of a push or pull. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/show.h"
#include "app/state.h"
#include "app/syncing.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SECRETS_SHOWN 10	/* lines of a preview */

/* What an answer leads to, in the order of the answers; the last one of a
 * question always ends it. */
enum way {
	WAY_PUSH, WAY_OVERWRITE, WAY_MERGE, WAY_TAKE, WAY_PULL, WAY_DECIDE,
	WAY_DELETE_THERE, WAY_STOP,
};

struct asking {
	struct syncing *syncing;
	enum way ways[4];
};

static void unsaved_saved(struct app *app, void *arg)
{
	struct syncing *y = arg;

	syncing_run(y, SYNCING_LOOK);
}

static void unsaved_dropped(struct app *app, void *arg)
{
	syncing_free(arg);
}

static struct session *open_session(const struct syncing *y)
{
	struct app *app = y->app;

	for (size_t i = 0; i < app->nsessions; i++)
		if (app->sessions[i]->id &&
		    !strcmp(app->sessions[i]->id, y->id))
			return app->sessions[i];
	return NULL;
}

static void go(struct syncing *y, enum way way)
{
	switch (way) {
	case WAY_PUSH:
		syncing_run(y, SYNCING_PUSH);
		break;
	case WAY_OVERWRITE:
		y->force = true;
		syncing_run(y, SYNCING_PUSH);
		break;
	case WAY_MERGE:
		y->push = false;
		y->then_push = true;
		syncing_run(y, SYNCING_MERGE);
		break;
	case WAY_TAKE:
		y->push = false;
		syncing_run(y, SYNCING_TAKE);
		break;
	case WAY_PULL:
		syncing_decided(y);
		break;
	case WAY_DECIDE:
		app_push(y->app, view_conflicts_new(y->app, y));
		break;
	case WAY_DELETE_THERE:
		syncing_run(y, SYNCING_DELETE_THERE);
		break;
	case WAY_STOP:
		syncing_free(y);
		break;
	}
}

static void answered(struct app *app, void *arg, size_t answer)
{
	struct asking *a = arg;
	struct syncing *y = a->syncing;
	enum way way = a->ways[answer];

	free(a);
	go(y, way);
}

/* words and ways go together; the last way is WAY_STOP. */
static void question(struct syncing *y, enum style style, const char *title,
		     const char *text, const char *const *words,
		     const enum way *ways, size_t n)
{
	struct asking *a = mem_zalloc(1, sizeof(*a));

	a->syncing = y;
	memcpy(a->ways, ways, n * sizeof(*ways));
	app_question(y->app, style, title, text, words, n, answered, a);
}

/* ---- push ---- */

static void add_counts(struct buf *out, const struct merge_counts *c)
{
	buf_addf(out, _("%llu records added, %llu removed, %llu changed"),
		 (unsigned long long)c->added, (unsigned long long)c->removed,
		 (unsigned long long)c->changed);
}

static void add_files(struct syncing *y, struct buf *out)
{
	struct sync_difference *list;
	size_t n = sync_differences(y->sync, &list), files = 0;
	uint64_t bytes = 0;

	for (size_t i = 0; i < n; i++) {
		files += list[i].here != SYNC_KEPT;
		if (list[i].here == SYNC_ADDED || list[i].here == SYNC_CHANGED)
			bytes += list[i].bytes_here;
	}
	buf_addf(out, PLURAL("\n%zu file, ", "\n%zu files, ", files), files);
	show_size(out, bytes);
	free(list);
}

static void add_lines(struct buf *out, const char *title,
		      const struct buf *lines)
{
	const char *s = lines->data;

	buf_addf(out, "\n%s", title);
	for (int i = 0; i < SECRETS_SHOWN && *s; i++) {
		size_t len = strcspn(s, "\n");

		buf_addf(out, "\n  %.*s", (int)len, s);
		s += len + (s[len] == '\n');
	}
	if (*s)
		buf_adds(out, "\n  ...");
}

static void preview(struct syncing *y, struct buf *out)
{
	const struct prepush *p = &y->look;

	add_counts(out, &p->counts);
	add_files(y, out);
	if (p->errors)
		add_lines(out, PLURAL("an error that is not there yet:",
				      "errors that are not there yet:",
				      p->errors), &p->error_lines);
	if (p->secrets)
		add_lines(out, PLURAL("this looks like a credential:",
				      "these look like credentials:",
				      p->secrets), &p->secret_lines);
}

static void ask_push(struct syncing *y)
{
	const char *words[] = {C_("answer", "Push"), C_("answer", "Cancel")};
	const enum way ways[] = {y->look.errors ? WAY_OVERWRITE : WAY_PUSH,
				 WAY_STOP};
	bool bad = y->look.errors || y->look.secrets;
	char *title = mem_format(_("Push to %s"), y->remote->name);
	struct buf text;

	buf_init(&text);
	preview(y, &text);
	question(y, bad ? STYLE_WARNING : STYLE_NORMAL, title, text.data,
		 words, ways, 2);
	buf_release(&text);
	free(title);
}

static void ask_moved(struct syncing *y)
{
	const char *words[] = {C_("answer", "Merge"),
			       C_("answer", "Keep mine"), C_("answer", "Take theirs"),
			       C_("answer", "Cancel")};
	const enum way ways[] = {WAY_MERGE, WAY_OVERWRITE, WAY_TAKE, WAY_STOP};
	struct buf text;

	buf_init(&text);
	buf_addf(&text, _("%s moved on since the last sync."),
		 y->remote->name);
	if (y->looked) {
		buf_adds(&text, _("\nHere: "));
		preview(y, &text);
	}
	question(y, STYLE_WARNING, _("Not pushed yet"), text.data, words, ways,
		 4);
	buf_release(&text);
}

static void ask_gone_here(struct syncing *y)
{
	const char *words[] = {C_("answer", "Bring back"), C_("answer", "Delete there"),
			       C_("answer", "Cancel")};
	const enum way ways[] = {WAY_TAKE, WAY_DELETE_THERE, WAY_STOP};

	question(y, STYLE_WARNING, y->remote->name,
		 _("It was deleted here since the last sync."), words, ways, 3);
}

static void ask_gone_there(struct syncing *y)
{
	const char *words[] = {C_("answer", "Push again"), C_("answer", "To the trash"),
			       C_("answer", "Cancel")};
	const enum way ways[] = {WAY_OVERWRITE, WAY_TAKE, WAY_STOP};

	question(y, STYLE_WARNING, y->remote->name,
		 _("It was deleted there since the last sync."), words, ways,
		 3);
}

/* ---- pull ---- */

static size_t conflicts_of(struct syncing *y)
{
	struct merge_conflict **all;
	size_t n = sync_conflicts(y->sync, &all);

	free(all);
	return n;
}

static void ask_pull(struct syncing *y)
{
	size_t conflicts = conflicts_of(y);
	const char *words[] = {conflicts ? C_("answer", "Decide") : C_("answer", "Pull"),
			       C_("answer", "Take theirs"), C_("answer", "Cancel")};
	const enum way ways[] = {conflicts ? WAY_DECIDE : WAY_PULL, WAY_TAKE,
				 WAY_STOP};
	const char *plain[] = {C_("answer", "Pull"), C_("answer", "Cancel")};
	const enum way plain_ways[] = {WAY_PULL, WAY_STOP};
	struct sync_counts c = sync_counts(y->sync);
	char *title = mem_format(_("Pull from %s"), y->remote->name);
	struct buf text;

	buf_init(&text);
	if (c.known) {
		buf_adds(&text, _("There: "));
		add_counts(&text, &c.there);
	}
	if (c.known && sync_status(y->sync) == SYNC_BOTH) {
		buf_adds(&text, _("\nHere: "));
		add_counts(&text, &c.here);
	}
	buf_addf(&text, PLURAL("%s%llu byte fetched", "%s%llu bytes fetched",
			       sync_moved(y->sync)), text.len ? "\n" : "",
		 (unsigned long long)sync_moved(y->sync));
	if (conflicts)
		buf_addf(&text, PLURAL("\n%zu conflict is to be decided",
				       "\n%zu conflicts are to be decided",
				       conflicts), conflicts);
	if (sync_status(y->sync) == SYNC_BOTH)
		question(y, conflicts ? STYLE_WARNING : STYLE_NORMAL, title,
			 text.data, words, ways, 3);
	else
		question(y, STYLE_NORMAL, title, text.data, plain, plain_ways,
			 2);
	buf_release(&text);
	free(title);
}

void syncing_merged(struct syncing *y)
{
	if (conflicts_of(y))
		app_push(y->app, view_conflicts_new(y->app, y));
	else
		syncing_decided(y);
}

void syncing_decided(struct syncing *y)
{
	if (!syncing_document(y))
		syncing_run(y, SYNCING_PULL);
}

static void looked_pull(struct syncing *y)
{
	switch (sync_status(y->sync)) {
	case SYNC_GONE_HERE:
		ask_gone_here(y);
		return;
	case SYNC_GONE_THERE:
		ask_gone_there(y);
		return;
	case SYNC_THERE:
	case SYNC_BOTH:
	case SYNC_NEW_THERE:
		ask_pull(y);
		return;
	case SYNC_NEVER:
	case SYNC_NOTHING:
		app_say(y->app, STYLE_NOTE, _("it is not on %s"),
			y->remote->name);
		break;
	default:
		app_say(y->app, STYLE_NOTE, _("nothing new on %s"),
			y->remote->name);
	}
	app_changed(y->app, CHANGED_STORE);
	syncing_free(y);
}

static void looked_push(struct syncing *y)
{
	switch (sync_status(y->sync)) {
	case SYNC_NEVER:
	case SYNC_HERE:
		ask_push(y);
		return;
	case SYNC_THERE:
	case SYNC_BOTH:
		ask_moved(y);
		return;
	case SYNC_GONE_HERE:
		ask_gone_here(y);
		return;
	case SYNC_GONE_THERE:
		ask_gone_there(y);
		return;
	case SYNC_NEW_THERE:
	case SYNC_NOTHING:
		app_say(y->app, STYLE_NOTE, _("there is nothing to push"));
		break;
	default:
		app_say(y->app, STYLE_OK, _("in sync with %s"),
			y->remote->name);
	}
	app_changed(y->app, CHANGED_STORE);
	syncing_free(y);
}

/* ---- unsaved edits ---- */

static void save_answer(struct app *app, void *arg, size_t answer)
{
	struct syncing *y = arg;
	struct session *s = open_session(y);

	if (answer == 0 && s) {
		sync_end(y->sync);
		y->sync = NULL;
		session_save_or(s, unsaved_saved, unsaved_dropped, y);
	} else {
		syncing_free(y);
	}
}

/* What is not saved is neither pushed nor merged. */
static bool unsaved(struct syncing *y)
{
	const char *answers[] = {C_("answer", "Save"), C_("answer", "Cancel")};
	struct session *s = open_session(y);

	if (!s || !session_dirty(s))
		return false;
	app_question(y->app, STYLE_WARNING, session_name(s),
		     _("It has unsaved edits, which must be saved first."),
		     answers, 2, save_answer, y);
	return true;
}

void syncing_looked(struct syncing *y)
{
	if (unsaved(y))
		return;
	if (y->push)
		looked_push(y);
	else
		looked_pull(y);
}
