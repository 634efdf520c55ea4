/* Saving: check what the edits bring in, ask what must be asked, tell. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/repository.h"
#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"
#include "edit/save.h"

#define ERRORS_SHOWN 20		/* lines of a refusal */

struct saving {
	struct session *session;	/* counted */
	char *path;			/* NULL: in place */
	unsigned insist;
	bool gone;		/* what unedited records were read from is */
	void (*then)(struct app *app, void *arg);
	void (*dropped)(struct app *app, void *arg);	/* unless it is NULL */
	void *arg;
};

static void saving_free(struct saving *sv)
{
	if (sv->dropped)
		sv->dropped(sv->session->app, sv->arg);
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

/* --- the file is not what was opened --- */

/* The save is over; its session, when someone still looks at it. */
static struct session *give_up(struct saving *sv)
{
	struct session *s = sv->session;
	bool seen = session_views(s) > 0;

	saving_free(sv);
	return seen ? s : NULL;
}

static void elsewhere_named(struct app *app, void *arg, const char *text,
			    size_t len)
{
	struct saving *sv = arg;
	struct session *s;

	if (!text || !len) {
		saving_free(sv);
	} else if (sv->gone) {
		s = give_up(sv);
		if (s)
			session_save_merged(s, text);
	} else {
		sv->path = mem_strdup(text);
		sv->insist = 0;
		start(sv);
	}
}

static void changed_answer(struct app *app, void *arg, size_t answer)
{
	struct ask ask = {
		.label = _("save as: "), .history = ASK_FILE,
		.done = elsewhere_named, .arg = arg,
	};
	struct saving *sv = arg;
	struct session *s;

	if (answer == 1) {
		app_ask(app, &ask);
	} else if (answer == 2 && !sv->gone) {
		start(sv);
	} else {
		s = give_up(sv);
		if (s && answer == 0)
			session_merge(s);
		else if (s && answer == 2)
			session_save_merged(s, NULL);
	}
}

/* Reload keeping the edits, save as, overwrite. Where what we had read was
 * written over, each of them is the edits on top of what is there now. */
static void ask_changed(struct saving *sv, const struct save_result *r)
{
	const char *answers[] = {_("Load it, keep my edits"), _("Save as"),
				 _("Overwrite"), _("Cancel")};

	sv->gone = !r->question;
	if (sv->gone)
		answers[2] = _("Overwrite with my edits in it");
	app_question(sv->session->app, STYLE_WARNING, _("Not saved"),
		     r->err.msg, answers, 4, changed_answer, sv);
}

static void saved(void *arg, const struct save_result *r)
{
	const char *answers[] = {
		C_("answer", "Overwrite"), C_("answer", "Cancel"),
	};
	char shown[ERR_QUOTE_MAX];
	struct saving *sv = arg;
	struct session *s = sv->session;
	struct app *app = s->app;

	s->saving = false;
	log_add(r->outcome == SAVE_DONE ? LOG_INFO : LOG_WARNING,
		"save of %s: %s", sv->path ? sv->path : document_path(s->doc),
		r->outcome == SAVE_DONE ? "done" : r->err.msg);
	switch (r->outcome) {
	case SAVE_CONFLICT:
		sv->insist |= r->question;
		if (!r->question || (!sv->path &&
				     (r->question & SAVE_OVER_CHANGED))) {
			ask_changed(sv, r);
			return;
		}
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
		if (r->backup_lost) {
			app_say(app, STYLE_WARNING, "%s",
				_("saved, but what was there before could not "
				  "be kept as a backup"));
			break;
		}
		app_say(app, STYLE_OK, _("saved %s, %llu bytes"),
			sv->path ? err_quote(shown, sv->path,
					     strlen(sv->path)) : s->name,
			(unsigned long long)r->bytes);
		break;
	}
	app_changed(app, CHANGED_DOCUMENT | CHANGED_STORE);
	sv->dropped = NULL;
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

/* --- what the edits bring in --- */

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_REALTIME, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Looks at the records that differ from the file, on a worker. */
struct looking {
	struct saving *saving;
	struct snapshot *now, *before;
	struct document_change *changes;
	size_t count, errors;
	struct buf lines;
};

static void look_at(struct looking *l, struct check *check, row_id id,
		    struct buf *before, struct buf *after)
{
	struct buf found;
	uint64_t pos;
	bool had;
	size_t n;

	buf_clear(before);
	buf_clear(after);
	if (!snapshot_position(l->now, id, &pos) ||
	    !snapshot_text(l->now, id, after, NULL))
		return;
	had = snapshot_text(l->before, id, before, NULL);
	check_set_proto(check, repository_proto(snapshot_kind(l->now, id)),
			NULL, 0);
	buf_init(&found);
	n = check_brought_in(check, had ? before->data : NULL, before->len,
			     after->data, after->len, &found);
	if (n)
		buf_addf(&l->lines, _("Record %llu:\n%s"),
			 (unsigned long long)pos + 1, found.data);
	l->errors += n;
	buf_release(&found);
}

static void look_run(struct job *job, void *arg)
{
	struct check_options options = {.now_ns = now_ns(),
					.at_least = CHECK_ERROR};
	struct check *check = check_new(&options);
	struct looking *l = arg;
	struct buf before, after;

	buf_init(&before);
	buf_init(&after);
	for (size_t i = 0; i < l->count && l->errors < ERRORS_SHOWN; i++) {
		if (job_cancelled(job))
			break;
		if (i % 64 == 0)
			job_progress(job, i, l->count, 0);
		if (l->changes[i].change != ROW_DELETED)
			look_at(l, check, l->changes[i].id, &before, &after);
	}
	buf_release(&before);
	buf_release(&after);
	check_free(check);
}

static void look_done(struct job *job, void *arg)
{
	const char *answers[] = {
		C_("answer", "Save anyway"), C_("answer", "Cancel"),
	};
	struct looking *l = arg;
	struct saving *sv = l->saving;

	if (job_state(job) != JOB_DONE) {
		app_say(sv->session->app, STYLE_NOTE, _("not saved"));
		saving_free(sv);
	} else if (l->errors) {
		while (l->lines.len && l->lines.data[l->lines.len - 1] == '\n')
			buf_truncate(&l->lines, l->lines.len - 1);
		app_question(sv->session->app, STYLE_ERROR,
			     _("The edits bring in errors"), l->lines.data,
			     answers, 2, insist_answer, sv);
	} else {
		start(sv);
	}
	snapshot_unref(l->now);
	snapshot_unref(l->before);
	buf_release(&l->lines);
	free(l->changes);
	free(l);
}

static void look_first(struct saving *sv)
{
	struct document *doc = sv->session->doc;
	struct looking *l = mem_zalloc(1, sizeof(*l));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("check edits"), .run = look_run,
		.done = look_done, .arg = l, .quiet = true,
	};

	l->saving = sv;
	l->now = document_snapshot(doc);
	l->before = document_snapshot_saved(doc);
	l->count = document_changes(doc, &l->changes);
	buf_init(&l->lines);
	jobs_add(app_jobs(sv->session->app), &job);
}

static struct saving *saving_new(struct session *s, const char *path)
{
	struct saving *sv = mem_zalloc(1, sizeof(*sv));

	sv->session = session_ref(s);
	sv->path = path ? mem_strdup(path) : NULL;
	return sv;
}

void session_save(struct session *s, const char *path, bool force,
		  void (*then)(struct app *app, void *arg), void *arg)
{
	struct saving *sv;

	if (!path && !session_dirty(s)) {
		app_say(s->app, STYLE_NOTE, _("nothing to save"));
		if (then)
			then(s->app, arg);
		return;
	}
	if (s->saving) {
		app_say(s->app, STYLE_NOTE, _("it is being saved already"));
		return;
	}
	sv = saving_new(s, path);
	sv->then = then;
	sv->arg = arg;
	if (force)
		start(sv);
	else
		look_first(sv);
}

void session_save_or(struct session *s,
		     void (*then)(struct app *app, void *arg),
		     void (*dropped)(struct app *app, void *arg), void *arg)
{
	struct saving *sv;

	if (!session_dirty(s)) {
		then(s->app, arg);
		return;
	}
	sv = saving_new(s, NULL);
	sv->then = then;
	sv->dropped = dropped;
	sv->arg = arg;
	if (s->saving) {
		app_say(s->app, STYLE_NOTE, _("it is being saved already"));
		saving_free(sv);
	} else {
		look_first(sv);
	}
}
