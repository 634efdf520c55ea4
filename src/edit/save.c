#include "config.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "edit/savefile.h"
#include "edit/savewrite.h"
#include "store/backup.h"

/* A file that grew this lately may be in the middle of growing. */
#define REST_MS 2000

/* All a save needs; shares nothing with the document while it runs. */
struct save {
	struct document *doc;
	char *target;		/* real path */
	char *state_dir;	/* for the backup; NULL: none is kept */
	bool own;		/* the document's file, not a copy */
	bool gzip;
	unsigned insist;
	bool resting;		/* not growing right now */
	bool overwritten;	/* what we read from was written over */
	struct source_id expect;
	struct snapshot *snapshot;
	struct rows *subset;	/* the rows to write; NULL: all */
	struct source_id id;	/* out: of the new file */
	struct save_result result;
	struct journal *next;	/* of the new file; NULL: none */
	bool rebased;		/* next has the identity of the new file */
	save_done *done;
	void *arg;
};

static void free_save(struct save *s)
{
	free(s->target);
	free(s->state_dir);
	snapshot_unref(s->snapshot);
	rows_unref(s->subset);
	free(s);
}

/* The questions that nobody has answered yet, as one sentence. */
static enum save_outcome ask(struct save *s, unsigned question)
{
	const char *why;

	s->result.question = question;
	if (question & SAVE_OVER_CHANGED)
		why = _("the file was changed by someone else since it was "
			"read");
	else if (question & SAVE_OVER_GROWING)
		why = _("the file is still growing");
	else if (question & SAVE_OVER_EXISTING)
		why = _("the file exists");
	else if (question & SAVE_OVER_OWNER)
		why = _("owner, group or access list of the file cannot be "
			"kept");
	else
		why = _("the file has other names (hard links), which would "
			"keep the old content");
	err_set(&s->result.err, ERR_CONFLICT, "%s", why);
	return SAVE_CONFLICT;
}

/* What became of the files that we read from, while they were open. */
static enum source_change bases_change(const struct save *s)
{
	const struct tables *t = snapshot_tables(s->snapshot);
	enum source_change worst = SOURCE_SAME;

	for (size_t i = 0; i < t->count; i++) {
		enum source_change c =
			source_change(lineindex_source(t->index[i]));

		if (c > worst)
			worst = c;
	}
	return worst;
}

/*
 * Records that were not edited are read from the file that was opened. When
 * someone wrote over it in place, what we would write is neither theirs nor
 * ours, and no insisting makes it right. Sets *outcome and says false then.
 */
static bool bases_ok(struct save *s, enum save_outcome *outcome)
{
	switch (s->overwritten ? SOURCE_CHANGED : bases_change(s)) {
	case SOURCE_SAME:
		return true;
	case SOURCE_GREW:
		if (s->insist & SAVE_OVER_GROWING)
			return true;
		*outcome = ask(s, SAVE_OVER_GROWING);
		return false;
	case SOURCE_CHANGED:
		break;
	}
	err_set(&s->result.err, ERR_CONFLICT,
		_("someone wrote over the file in place; what was read of it is "
		  "gone"));
	*outcome = SAVE_CONFLICT;
	return false;
}

static enum save_outcome write_file(struct save *s, struct savefile *f,
				    struct job *job)
{
	struct err *err = &s->result.err;
	enum save_outcome outcome;
	struct savewrite w = {
		.tables = snapshot_tables(s->snapshot),
		.order = s->subset ? s->subset : snapshot_rows(s->snapshot),
		.states = snapshot_rows(s->snapshot),
		.whole = !s->subset,
		.gzip = s->gzip,
		.job = job,
		.fd = f->fd,
	};

	if (!savewrite_all(&w, err))
		return SAVE_FAILED;
	s->result.bytes = w.bytes;
	if (!bases_ok(s, &outcome))
		return outcome;
	return savefile_commit(f, &s->id, err);
}

/* From here on the next journal is the one to recover from, should this be the
 * file that a crash leaves. It is only lost work that hangs on it, not the save:
 * so a failure stops nothing. */
static void ready(void *arg, const struct source_id *id)
{
	struct save *s = arg;

	if (s->next)
		s->rebased = journal_rebase(s->next, id, NULL);
}

/* The replaced file becomes a backup; without a place for it, it goes. */
static void keep_backup(struct save *s, struct savefile *f)
{
	if (!f->replaced || !s->own || !s->state_dir)
		return;
	if (backup_take(s->state_dir, s->target, f->temp,
			&s->result.backup_kept, NULL)) {
		free(f->temp);
		f->temp = NULL;
	}
	s->result.backup_lost = !s->result.backup_kept;
}

static enum save_outcome save_file(struct save *s, struct job *job)
{
	struct err *err = &s->result.err;
	enum save_outcome outcome = SAVE_FAILED;
	struct savefile f;
	unsigned open_questions;

	if (!savefile_begin(&f, s->target, s->insist,
			    s->own ? &s->expect : NULL, err))
		goto out;
	f.ready = ready;
	f.arg = s;
	if (!s->resting)
		f.question |= SAVE_OVER_GROWING;
	if (!bases_ok(s, &outcome))
		goto out;
	open_questions = f.question & ~s->insist;
	if (open_questions) {
		outcome = ask(s, open_questions);
		goto out;
	}
	if (!savefile_create(&f, err))
		goto out;
	open_questions = f.question & ~s->insist;
	if (open_questions) {
		outcome = ask(s, open_questions);
		goto out;
	}
	outcome = write_file(s, &f, job);
	/* What came up only while taking the target's place. */
	if (outcome == SAVE_CONFLICT)
		s->result.question |= f.question & ~s->insist;
	if (outcome == SAVE_DONE || outcome == SAVE_UNSURE)
		keep_backup(s, &f);
out:
	if (outcome == SAVE_FAILED || outcome == SAVE_CONFLICT)
		err_wrap(err, _("%s: not saved"), s->target);
	savefile_release(&f);
	return outcome;
}

/* --- around it --- */

static char *target_of(const struct document *doc, const struct save_spec *spec,
		       struct err *err)
{
	char *real, *slash, *dir, *target;

	if (!spec->path)
		return mem_strdup(doc->real_path);
	real = realpath(spec->path, NULL);
	if (real)
		return real;
	if (errno != ENOENT) {
		err_errno(err, "%s", spec->path);
		return NULL;
	}
	/* A new file in a directory that is there. */
	dir = mem_strdup(spec->path);
	slash = strrchr(dir, '/');
	if (slash)
		*slash = '\0';
	real = realpath(!slash ? "." : *dir ? dir : "/", NULL);
	if (!real)
		err_errno(err, "%s", spec->path);
	target = real ? mem_format("%s/%s", strcmp(real, "/") ? real : "",
				   slash ? slash + 1 : spec->path)
		      : NULL;
	free(real);
	free(dir);
	return target;
}

static struct rows *subset_of(const struct save_spec *spec)
{
	struct rows_place *places;
	struct rows *rows;

	if (!spec->rows)
		return NULL;
	rows = rows_new();
	places = mem_alloc(spec->row_count * sizeof(*places));
	for (size_t i = 0; i < spec->row_count; i++)
		places[i] = (struct rows_place){ spec->rows[i], 1, ROW_NONE,
						 ROW_END };
	if (spec->row_count)
		rows_relocate(rows, places, spec->row_count, false);
	free(places);
	return rows;
}

static bool can_save(struct document *doc, const struct save_spec *spec,
		     struct err *err)
{
	uint64_t pos;

	if (doc->saving)
		return err_set(err, ERR_USAGE, _("a save is under way"));
	if (!spec->path && !doc_writable(doc, err))
		return false;
	if (!document_complete(doc))
		return err_set(err, ERR_INPUT,
			       _("the file is still being read"));
	if (document_failed(doc, err) && !(spec->path && spec->rows))
		return false;
	for (size_t i = 0; i < spec->row_count; i++)
		if (!rows_position(doc->rows, spec->rows[i], &pos))
			return err_set(err, ERR_ABSENT,
				       _("there is no such record"));
	return true;
}

static struct save *prepare(struct document *doc, const struct save_spec *spec,
			    struct err *err)
{
	struct save *s;
	char *target;

	/* First of all: what came to the file meanwhile must be indexed before
	 * the file is replaced. */
	document_look(doc, NULL);
	if (!can_save(doc, spec, err))
		return NULL;
	target = target_of(doc, spec, err);
	if (!target)
		return NULL;
	s = mem_zalloc(1, sizeof(*s));
	s->doc = doc;
	s->target = target;
	s->own = !spec->path;
	s->insist = spec->insist;
	s->resting = true;
	s->overwritten = doc_overwritten(doc);
	if (s->own) {
		s->resting = !doc->grew_ms ||
			     doc_now_ms() - doc->grew_ms >= REST_MS;
		s->state_dir = doc->state_dir ? mem_strdup(doc->state_dir)
					      : NULL;
		s->gzip = document_source_kind(doc) == SOURCE_GZIP;
	} else {
		s->gzip = spec->gzip;
	}
	s->expect = doc->disk_id;
	s->snapshot = document_snapshot(doc);
	s->subset = subset_of(spec);
	if (s->own) {
		doc_journal_save(doc, doc->rows);
		s->next = doc->next_journal.file;
	}
	return s;
}

/* On the document's thread again: what was written is what is saved now. */
static void finish(struct save *s)
{
	struct document *doc = s->doc;
	int fd;

	bool saved = s->result.outcome == SAVE_DONE ||
		     s->result.outcome == SAVE_UNSURE;

	if (!s->own)
		return;
	if (saved) {
		doc_set_saved(doc, snapshot_rows(s->snapshot), &s->id);
		fd = source_open_fd(doc->real_path);
		if (fd >= 0) {
			doc_tail_of(fd, s->id.size, &doc->disk_tail);
			close(fd);
		}
	}
	if (saved && s->next && !s->rebased)
		journal_rebase(s->next, &s->id, NULL);
	doc_journal_saved(doc, saved);
	if (!saved)
		return;
	doc_tell(doc, DOCUMENT_STORED);
}

bool document_save(struct document *doc, const struct save_spec *spec,
		   struct save_result *result)
{
	struct save *s;

	*result = (struct save_result){ .outcome = SAVE_FAILED };
	s = prepare(doc, spec, &result->err);
	if (!s)
		return false;
	s->result.outcome = save_file(s, NULL);
	finish(s);
	*result = s->result;
	free_save(s);
	return result->outcome == SAVE_DONE || result->outcome == SAVE_UNSURE;
}

static void save_run(struct job *job, void *arg)
{
	struct save *s = arg;

	s->result.outcome = save_file(s, job);
	if (s->result.outcome == SAVE_FAILED ||
	    s->result.outcome == SAVE_CONFLICT)
		job_fail(job, &s->result.err);
}

static void save_job_done(struct job *job, void *arg)
{
	struct save *s = arg;

	s->doc->saving = false;
	finish(s);
	if (s->done)
		s->done(s->arg, &s->result);
	free_save(s);
}

uint64_t document_save_start(struct document *doc, const struct save_spec *spec,
			     save_done *done, void *arg, struct err *err)
{
	struct save *s = prepare(doc, spec, err);
	struct job_spec job = {
		.lane = JOB_SAVE,
		.what = _("save"),
		.run = save_run,
		.done = save_job_done,
		.arg = s,
	};

	if (!s)
		return 0;
	s->done = done;
	s->arg = arg;
	/* Should the job be cancelled before it runs. */
	s->result.outcome = SAVE_FAILED;
	err_set(&s->result.err, ERR_CANCELLED, _("cancelled"));
	doc->saving = true;
	doc->save_job = jobs_add(doc->jobs, &job);
	return doc->save_job;
}

bool document_saving(const struct document *doc)
{
	return doc->saving;
}
