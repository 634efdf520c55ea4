#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/bulk.h"
#include "app/changeline.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"

#define SAMPLES 60		/* lines of the preview */
#define SAMPLES_RECORD 6	/* of them for one record */

struct bulk {
	struct bulk_spec spec;
	char *label;
	struct session *session;	/* counted */
	struct snapshot *snapshot;
	struct document_edit *edits;
	size_t n, cap, refused;
	struct err first;		/* why the first refused one was */
	uint64_t values;		/* that change */
	size_t samples;
	struct buf shown;		/* the samples, a line each */
	/* the worker's */
	struct change_run run;
	struct buf text;
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
	change_run_release(&b->run);
	buf_release(&b->text);
	buf_release(&b->shown);
	snapshot_unref(b->snapshot);
	session_unref(b->session);
	free(b);
}

/* --- the worker --- */

static void refuse(struct bulk *b, const struct err *err)
{
	if (!b->refused++)
		b->first = *err;
}

static void sample(struct bulk *b, row_id id)
{
	const struct change_set *set = &b->run.total;
	struct json_doc was;
	size_t told = 0;
	uint64_t pos;

	for (size_t i = 0; i < set->count; i++)
		b->values += changeline_counts(&set->notes[i]);
	if (b->samples == SAMPLES || !snapshot_position(b->snapshot, id, &pos))
		return;
	json_doc_init(&was);
	if (json_scan(&was, b->text.data, b->text.len, NULL)) {
		for (size_t i = 0; i < set->count && told < SAMPLES_RECORD &&
				   b->samples < SAMPLES; i++) {
			if (!changeline_counts(&set->notes[i]))
				continue;
			buf_addc(&b->shown, '\n');
			changeline_add(&b->shown, pos + 1, &set->notes[i], &was,
				       &b->run.pair.doc, b->spec.hidden);
			b->samples++;
			told++;
		}
	}
	json_doc_release(&was);
}

static void make_one(struct bulk *b, row_id id)
{
	struct err err = {0};

	buf_clear(&b->text);
	if (!snapshot_text(b->snapshot, id, &b->text, &err)) {
		refuse(b, &err);
		return;
	}
	if (!change_run_start(&b->run, b->text.data, b->text.len, &err)) {
		if (!b->spec.skip_broken)
			refuse(b, &err);
		return;
	}
	b->run.name = id;
	if (!b->spec.make(b->spec.arg, &b->run, &err)) {
		refuse(b, &err);
		return;
	}
	if (!b->run.total.patch)
		return;
	sample(b, id);
	b->edits = mem_room(b->edits, b->n, &b->cap, sizeof(*b->edits));
	b->edits[b->n++] = (struct document_edit){
		id, patch_ref(b->run.total.patch),
	};
}

static void bulk_run(struct job *job, void *arg)
{
	struct bulk *b = arg;
	struct err err;

	if (b->spec.prepare &&
	    !b->spec.prepare(b->spec.arg, job, b->snapshot, &err)) {
		job_fail(job, &err);
		return;
	}
	for (size_t i = 0; i < b->spec.count; i++) {
		if (job_cancelled(job))
			break;
		if (i % 64 == 0)
			job_progress(job, i, b->spec.count, 0);
		make_one(b, b->spec.ids[i]);
	}
}

/* --- the owner --- */

static void tell(struct bulk *b)
{
	struct app *app = b->session->app;

	if (b->refused)
		app_say(app, STYLE_WARNING,
			_("%s: %zu records; not %zu others: %s"), b->label,
			b->n, b->refused, b->first.msg);
	else
		app_say(app, STYLE_OK, PLURAL("%s: %zu record",
					      "%s: %zu records", b->n),
			b->label, b->n);
}

static void apply(struct bulk *b)
{
	struct document *doc = b->session->doc;
	struct err err = {0};

	document_begin(doc, b->label);
	if (!document_edit_many(doc, b->snapshot, b->edits, b->n, &err)) {
		document_abort(doc);
		app_fail(b->session->app, &err);
	} else if (!document_commit(doc, &err)) {
		app_fail(b->session->app, &err);
	} else {
		tell(b);
	}
}

static void cancelled(const struct bulk *b)
{
	app_say(b->session->app, STYLE_NOTE, _("%s: cancelled, nothing changed"),
		b->label);
}

static void answered(struct app *app, void *arg, size_t answer)
{
	struct bulk *b = arg;

	if (answer == 0)
		apply(b);
	else
		cancelled(b);
	bulk_free(b);
}

static void ask(struct bulk *b)
{
	const char *answers[] = {C_("answer", "Apply"), C_("answer", "Cancel")};
	struct buf text;

	buf_init(&text);
	buf_addf(&text, PLURAL("%zu record changes", "%zu records change", b->n),
		 b->n);
	buf_addf(&text, PLURAL(", %llu value", ", %llu values", b->values),
		 (unsigned long long)b->values);
	if (b->refused) {
		buf_addc(&text, '\n');
		buf_addf(&text, PLURAL("%zu record cannot be changed: %s",
				       "%zu records cannot be changed: %s",
				       b->refused), b->refused, b->first.msg);
	}
	buf_addc(&text, '\n');
	buf_add(&text, b->shown.data, b->shown.len);
	if (b->values > b->samples)
		buf_adds(&text, "\n...");
	app_question(b->session->app,
		     b->refused ? STYLE_WARNING : STYLE_NORMAL, b->label,
		     text.data, answers, 2, answered, b);
	buf_release(&text);
}

static void bulk_done(struct job *job, void *arg)
{
	struct bulk *b = arg;
	struct app *app = b->session->app;

	if (job_state(job) == JOB_FAILED) {
		app_fail(app, job_error(job));
	} else if (job_state(job) != JOB_DONE) {
		cancelled(b);
	} else if (!b->n && b->refused) {
		app_fail(app, &b->first);
	} else if (!b->n) {
		app_say(app, STYLE_NOTE, _("nothing to change"));
	} else if (!b->spec.at_once) {
		ask(b);
		return;
	} else {
		apply(b);
	}
	bulk_free(b);
}

/* One record: at once, with the whole story of what else changed. */
static void do_one(struct bulk *b)
{
	const struct rrpair *pair;
	struct err err = {0};

	pair = session_pair(b->session, b->spec.ids[0], &err);
	if (!pair ||
	    (b->spec.prepare &&
	     !b->spec.prepare(b->spec.arg, NULL, b->snapshot, &err)) ||
	    !change_run_start(&b->run, pair->text, pair->len, &err)) {
		app_fail(b->session->app, &err);
		return;
	}
	b->run.name = b->spec.ids[0];
	if (!b->spec.make(b->spec.arg, &b->run, &err))
		app_fail(b->session->app, &err);
	else
		session_apply(b->session, b->spec.ids[0], b->label,
			      &b->run.total);
}

void bulk_start(struct session *s, const struct bulk_spec *spec)
{
	struct bulk *b = mem_zalloc(1, sizeof(*b));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = spec->label, .run = bulk_run,
		.done = bulk_done, .arg = b,
	};

	b->spec = *spec;
	b->label = mem_strdup(spec->label);
	b->session = session_ref(s);
	b->snapshot = document_snapshot(s->doc);
	change_run_init(&b->run);
	buf_init(&b->text);
	buf_init(&b->shown);
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
