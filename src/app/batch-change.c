/* Editing many records as one step, and the save behind it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "app/changeline.h"
#include "app/repository.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/mem.h"

struct changing {
	struct batch *b;
	const struct change_job *job;
	struct guard *guard;
	struct change_run run;
	struct buf text;
	uint64_t changed, skipped;
	uint64_t told;		/* records whose notes were printed */
	bool dry;
};

/* ---- telling ---- */

static void tell_left_alone(struct changing *c, uint64_t number)
{
	const struct change_set *set = &c->run.total;
	bool any = false;
	size_t i;

	for (i = 0; i < set->count; i++) {
		char path[ERR_QUOTE_MAX];
		const struct change_note *n = &set->notes[i];

		if (changeline_counts(n))
			continue;
		if (!any && c->told++ >= BATCH_NOTES_MAX)
			return;
		any = true;
		err_quote(path, n->path, strlen(n->path));
		if (n->why)
			batch_note(c->job->opened->name,
				   _("record %llu: %s left alone: %s"),
				   (unsigned long long)number, path, n->why);
		else
			batch_note(c->job->opened->name,
				   _("record %llu: %s left alone"),
				   (unsigned long long)number, path);
	}
}

/* What --dry-run prints: every value that would be another. */
static void tell_changes(struct changing *c, uint64_t number)
{
	const struct change_set *set = &c->run.total;
	struct json_doc was;
	struct buf line;
	size_t i;

	json_doc_init(&was);
	buf_init(&line);
	if (json_scan(&was, c->text.data, c->text.len, NULL)) {
		for (i = 0; i < set->count; i++) {
			if (!changeline_counts(&set->notes[i]))
				continue;
			buf_clear(&line);
			changeline_add(&line, number, &set->notes[i], &was,
				       &c->run.pair.doc, c->job->hidden);
			puts(line.data);
		}
	}
	buf_release(&line);
	json_doc_release(&was);
}

/* ---- saving ---- */

int batch_save(struct batch *b, struct opened *o)
{
	struct save_spec spec = {0};
	struct save_result result;
	int status = 0;

	if (batch_given(b, OPTION_FORCE))
		spec.insist = SAVE_OVER_CHANGED | SAVE_OVER_GROWING |
			      SAVE_OVER_LINKS | SAVE_OVER_OWNER;
	memset(&result, 0, sizeof(result));
	document_save(o->doc, &spec, &result);
	switch (result.outcome) {
	case SAVE_DONE:
		break;
	case SAVE_UNSURE:
		batch_note(o->name, _("saved, but perhaps not on the disk yet: %s"),
			   result.err.msg);
		break;
	case SAVE_CONFLICT:
		batch_note(o->name, _("not saved: %s (--force saves all the same)"),
			   result.err.msg);
		status = 1;
		break;
	case SAVE_FAILED:
		err_wrap(&result.err, "%s", _("not saved"));
		status = batch_fail(o->name, &result.err);
		break;
	}
	if (!status && result.backup_lost)
		batch_note(o->name, "%s",
			   _("saved, but what was there before could not be "
			     "kept as a backup"));
	log_add(status ? LOG_WARNING : LOG_INFO, "save %s: %s", o->name,
		status ? result.err.msg : "done");
	return status;
}

/* ---- editing ---- */

static bool edit_row(struct changing *c, row_id id, uint64_t number,
		     struct err *err)
{
	struct document *doc = c->job->opened->doc;
	struct guarded r = {.number = number, .pair = &c->run.pair};
	struct columns columns;

	c->run.proto = r.proto = repository_proto(document_kind(doc, id));
	buf_clear(&c->text);
	if (!document_text(doc, id, DOCUMENT_NOW, &c->text, err))
		return false;
	if (!change_run_start(&c->run, c->text.data, c->text.len, err)) {
		c->skipped += c->job->skip_broken;
		return c->job->skip_broken;
	}
	c->run.name = id;
	if (!c->job->make(c->job->arg, &c->run, err))
		return false;
	tell_left_alone(c, number);
	if (!c->run.total.patch)
		return true;
	if (document_columns(doc, id, &columns))
		r.uuid = columns.uuid;
	r.base = c->text.data;
	r.base_len = c->text.len;
	r.text = c->run.pair.text;
	r.len = c->run.pair.len;
	r.patch = c->run.total.patch;
	guard_record(c->guard, &r);
	c->changed++;
	if (c->dry)
		tell_changes(c, number);
	return repository_edit(doc, id, c->run.total.patch, err);
}

static bool edit_rows(struct changing *c, const struct rowlist *rows,
		      struct err *err)
{
	size_t i;

	for (i = 0; i < rows->count; i++) {
		uint64_t number = batch_number(c->job->opened, rows->ids[i]);

		if (!edit_row(c, rows->ids[i], number, err))
			return err_wrap(err, _("record %llu"),
					(unsigned long long)number);
	}
	return true;
}

/* Keep or drop the step that was made. */
static int finish(struct changing *c)
{
	struct opened *o = c->job->opened;
	bool refused = guard_refuses(c->guard);
	struct err err;
	int status = 0;

	if (c->skipped)
		batch_note(o->name,
			   PLURAL("%llu record is no RRPair and stays as it is",
				  "%llu records are no RRPairs and stay as they are",
				  c->skipped), (unsigned long long)c->skipped);
	if (refused || c->dry || !c->changed) {
		document_abort(o->doc);
		if (refused)
			return 1;
	} else if (!document_commit(o->doc, &err)) {
		return batch_fail(o->name, &err);
	} else {
		status = batch_save(c->b, o);
	}
	if (!status && c->dry)
		printf(PLURAL("%llu record would change\n",
			      "%llu records would change\n", c->changed),
		       (unsigned long long)c->changed);
	else if (!status)
		printf(PLURAL("%llu record changed\n",
			      "%llu records changed\n", c->changed),
		       (unsigned long long)c->changed);
	return status;
}

int batch_change(struct batch *b, const struct change_job *job,
		 const struct rowlist *rows)
{
	struct changing c = {
		.b = b, .job = job, .guard = guard_new(b, job->opened),
		.dry = batch_given(b, OPTION_DRY_RUN),
	};
	struct err err;
	int status;

	change_run_init(&c.run);
	buf_init(&c.text);
	document_begin(job->opened->doc, b->options->command->name);
	if (edit_rows(&c, rows, &err)) {
		status = finish(&c);
	} else {
		document_abort(job->opened->doc);
		status = batch_fail(job->opened->name, &err);
	}
	guard_free(c.guard);
	buf_release(&c.text);
	change_run_release(&c.run);
	return status;
}
