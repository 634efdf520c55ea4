/* Saving: check what the edits bring in, ask what must be asked, tell. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/save.h"

#define ERRORS_SHOWN 20		/* lines of a refusal */

struct saving {
	struct session *session;	/* counted */
	char *path;			/* NULL: in place */
	unsigned insist;
	void (*then)(struct app *app, void *arg);
	void *arg;
};

static void saving_free(struct saving *sv)
{
	session_unref(sv->session);
	free(sv->path);
	free(sv);
}

static void start(struct saving *sv);

static void insist_answer(struct app *app, void *arg, size_t answer)
{
	struct saving *sv = arg;

	if (answer == 0)
		start(sv);
	else
		saving_free(sv);
}

static void saved(void *arg, const struct save_result *r)
{
	const char *answers[] = {_("Overwrite"), _("Cancel")};
	struct saving *sv = arg;
	struct session *s = sv->session;
	struct app *app = s->app;

	s->saving = false;
	switch (r->outcome) {
	case SAVE_CONFLICT:
		sv->insist |= r->question;
		app_question(app, STYLE_WARNING, _("Not saved"), r->err.msg,
			     answers, 2, insist_answer, sv);
		return;
	case SAVE_FAILED:
		app_fail(app, &r->err);
		saving_free(sv);
		return;
	case SAVE_UNSURE:
		app_say(app, STYLE_WARNING, _("saved, but: %s"), r->err.msg);
		break;
	case SAVE_DONE:
		app_say(app, STYLE_OK, _("saved %s, %llu bytes"),
			sv->path ? sv->path : s->name,
			(unsigned long long)r->bytes);
		break;
	}
	app_changed(app, CHANGED_DOCUMENT | CHANGED_STORE);
	if (sv->then)
		sv->then(app, sv->arg);
	saving_free(sv);
}

static void start(struct saving *sv)
{
	struct save_spec spec = {.path = sv->path, .insist = sv->insist};
	struct app *app = sv->session->app;
	struct err err = {0};

	if (!document_save_start(sv->session->doc, &spec, saved, sv, &err)) {
		app_fail(app, &err);
		saving_free(sv);
		return;
	}
	sv->session->saving = true;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Errors that the edits bring in, one line each. */
static size_t brought_in(struct session *s, struct buf *lines)
{
	struct check_options options = {.now_ns = now_ns(),
					.at_least = CHECK_ERROR};
	struct check *check = check_new(&options);
	struct document_change *changes;
	size_t n = document_changes(s->doc, &changes), errors = 0;
	struct buf before, after, found;

	buf_init(&before);
	buf_init(&after);
	buf_init(&found);
	for (size_t i = 0; i < n && errors < ERRORS_SHOWN; i++) {
		bool had, has;
		size_t more;

		if (changes[i].change == ROW_DELETED)
			continue;
		buf_clear(&before);
		buf_clear(&after);
		buf_clear(&found);
		had = document_text(s->doc, changes[i].id, DOCUMENT_SAVED,
				    &before, NULL);
		has = document_text(s->doc, changes[i].id, DOCUMENT_NOW, &after,
				    NULL);
		if (!has)
			continue;
		more = check_brought_in(check, had ? before.data : NULL,
					before.len, after.data, after.len,
					&found);
		if (more)
			buf_addf(lines, _("Record %llu:\n%s"),
				 (unsigned long long)session_number(
					 s, changes[i].id),
				 found.data);
		errors += more;
	}
	buf_release(&before);
	buf_release(&after);
	buf_release(&found);
	free(changes);
	check_free(check);
	return errors;
}

void session_save(struct session *s, const char *path, bool force,
		  void (*then)(struct app *app, void *arg), void *arg)
{
	const char *answers[] = {_("Save anyway"), _("Cancel")};
	struct saving *sv;
	struct buf lines;

	if (!path && !session_dirty(s)) {
		app_say(s->app, STYLE_NOTE, _("nothing to save"));
		if (then)
			then(s->app, arg);
		return;
	}
	sv = mem_zalloc(1, sizeof(*sv));
	sv->session = session_ref(s);
	sv->path = path ? mem_strdup(path) : NULL;
	sv->then = then;
	sv->arg = arg;
	buf_init(&lines);
	if (!force && brought_in(s, &lines))
		app_question(s->app, STYLE_ERROR,
			     _("The edits bring in errors"), lines.data,
			     answers, 2, insist_answer, sv);
	else
		start(sv);
	buf_release(&lines);
}
