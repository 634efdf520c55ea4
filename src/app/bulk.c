#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/bulk.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"

struct bulk {
	struct bulk_spec spec;
	char *label;
	struct session *session;	/* counted */
	struct snapshot *snapshot;
	struct document_edit *edits;
	size_t n, cap, refused;
	struct err first;		/* why the first refused one was */
};

static void bulk_free(struct bulk *b)
{
	for (size_t i = 0; i < b->n; i++)
		patch_unref(b->edits[i].patch);
	free(b->edits);
	if (b->spec.free)
		b->spec.free(b->spec.arg);
	free(b->spec.ids);
	free(b->label);
	snapshot_unref(b->snapshot);
	session_unref(b->session);
	free(b);
}

static void refuse(struct bulk *b, const struct err *err)
{
	if (!b->refused++)
		b->first = *err;
}

static void make_one(struct bulk *b, row_id id, struct rrpair *pair,
		     struct buf *text, struct change_set *change)
{
	struct err err = {0};

	buf_clear(text);
	if (!snapshot_text(b->snapshot, id, text, &err) ||
	    !rrpair_parse(pair, text->data, text->len, &err) ||
	    !b->spec.make(b->spec.arg, pair, change, &err)) {
		refuse(b, &err);
		return;
	}
	if (!change->patch)
		return;
	b->edits = mem_room(b->edits, b->n, &b->cap, sizeof(*b->edits));
	b->edits[b->n++] = (struct document_edit){
		id, patch_ref(change->patch),
	};
}

static void bulk_run(struct job *job, void *arg)
{
	struct bulk *b = arg;
	struct change_set change;
	struct rrpair pair;
	struct buf text;

	change_init(&change);
	rrpair_init(&pair);
	buf_init(&text);
	for (size_t i = 0; i < b->spec.count; i++) {
		if (job && job_cancelled(job))
			break;
		if (job && i % 64 == 0)
			job_progress(job, i, b->spec.count, 0);
		make_one(b, b->spec.ids[i], &pair, &text, &change);
	}
	rrpair_release(&pair);
	buf_release(&text);
	change_release(&change);
}

static void apply(struct bulk *b)
{
	struct document *doc = b->session->doc;
	struct app *app = b->session->app;
	struct err err = {0};

	if (!b->n) {
		if (b->refused)
			app_fail(app, &b->first);
		else
			app_say(app, STYLE_NOTE, _("nothing to change"));
		return;
	}
	document_begin(doc, b->label);
	if (!document_edit_many(doc, b->snapshot, b->edits, b->n, &err)) {
		document_abort(doc);
		app_fail(app, &err);
		return;
	}
	if (!document_commit(doc, &err)) {
		app_fail(app, &err);
		return;
	}
	if (b->refused)
		app_say(app, STYLE_WARNING,
			_("%s: %zu records; not %zu others: %s"), b->label,
			b->n, b->refused, b->first.msg);
	else
		app_say(app, STYLE_OK, PLURAL("%s: %zu record",
					      "%s: %zu records", b->n),
			b->label, b->n);
}

static void bulk_done(struct job *job, void *arg)
{
	struct bulk *b = arg;

	if (job_state(job) == JOB_DONE)
		apply(b);
	else
		app_say(b->session->app, STYLE_NOTE,
			_("%s: cancelled, nothing changed"), b->label);
	bulk_free(b);
}

/* One record: at once, with the whole story of what else changed. */
static void do_one(struct bulk *b)
{
	struct change_set change;
	const struct rrpair *pair;
	struct err err = {0};

	change_init(&change);
	pair = session_pair(b->session, b->spec.ids[0], &err);
	if (!pair || !b->spec.make(b->spec.arg, pair, &change, &err))
		app_fail(b->session->app, &err);
	else
		session_apply(b->session, b->spec.ids[0], b->label, &change);
	change_release(&change);
}

void bulk_start(struct session *s, const struct bulk_spec *spec)
{
	struct bulk *b = mem_zalloc(1, sizeof(*b));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("edit"), .run = bulk_run,
		.done = bulk_done, .arg = b,
	};

	b->spec = *spec;
	b->label = mem_strdup(spec->label);
	b->session = session_ref(s);
	b->snapshot = document_snapshot(s->doc);
	if (spec->count > 1) {
		jobs_add(app_jobs(s->app), &job);
		return;
	}
	if (spec->count)
		do_one(b);
	else
		app_say(s->app, STYLE_NOTE, _("there is no record"));
	bulk_free(b);
}
