/*
 * What a document writes to its journals, and when. While a save runs there are
 * two: one over the file as it is, one over the file that is being written; the
 * one whose base is on disk when a crash comes is the one that counts.
 */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "edit/frame.h"
#include "edit/frameio.h"

static bool wanted(const struct document *doc)
{
	return doc->state_dir && doc->real_path &&
	       !(doc->flags & DOCUMENT_NO_JOURNAL);
}

static void end(struct doc_journal *j, bool keep)
{
	if (j->file)
		journal_close(j->file, keep);
	frame_writer_free(j->frames);
	*j = (struct doc_journal){ 0 };
}

static bool begin(struct document *doc, struct doc_journal *j,
		  const struct source_id *id, uint32_t epoch, struct rows *base,
		  struct err *err)
{
	struct journal_base b = {
		.path = doc->real_path,
		.id = *id,
		.records = rows_count(base ? base : doc->saved),
		.session = doc->session,
		.epoch = epoch,
	};

	j->file = journal_new(doc->state_dir, &b, doc->jobs, err);
	if (!j->file)
		return err_wrap(err, _("journal"));
	j->frames = frame_writer_new(doc, base);
	j->begun = false;
	j->look_at = JOURNAL_COMPACT_MIN;
	return true;
}

static bool put_frame(void *arg, const struct buf *frame, struct err *err)
{
	return journal_append(arg, frame->data, frame->len, err);
}

/* Before the first step: what can be undone and redone besides it. The step is
 * done in the document's rows, and maybe not among its steps yet. */
static bool put_history(struct document *doc, struct doc_journal *j,
			const struct step *s, size_t index, bool known,
			bool forward, struct err *err)
{
	size_t at = forward ? index : index + 1;
	struct rows *rows = rows_own(rows_share(doc->rows));

	step_apply(s, rows, !forward);
	j->base_at = at;
	j->begun = true;
	return frame_write_history(j->frames, rows, at,
				   known ? doc->step_count : at, false,
				   put_frame, j->file, err);
}

static bool append(struct document *doc, struct doc_journal *j, struct step *s,
		   size_t index, bool known, bool forward, struct err *err)
{
	struct buf frame;
	bool ok;

	if (!j->begun &&
	    !put_history(doc, j, s, index, known, forward, err)) {
		end(j, false);	/* half a history is none */
		return err_wrap(err, _("journal"));
	}
	buf_init(&frame);
	ok = frame_write(j->frames, s, index, known, forward, &frame, err) &&
	     journal_append(j->file, frame.data, frame.len, err);
	if (ok && !known)
		s->frame_bytes = frame.len;
	buf_release(&frame);
	if (!ok)
		frame_writer_lost(j->frames);
	else if (!known && index < j->base_at)
		j->base_at = NO_BASE;
	return ok || err_wrap(err, _("journal"));
}

/* --- compaction --- */

/* The steps as history, and the way from the base to where we are. */
static bool write_anew(struct document *doc, struct doc_journal *from,
		       struct doc_journal *to, struct err *err)
{
	struct rows *rows = rows_own(rows_share(doc->rows));
	size_t at = from->base_at, n;
	char walk;

	for (n = doc->done; n > at; n--)
		step_apply(doc->steps[n - 1], rows, false);
	for (; n < at; n++)
		step_apply(doc->steps[n], rows, true);
	if (!journal_start(to->file, err)) {
		rows_unref(rows);
		return false;
	}
	if (!frame_write_history(to->frames, rows, at, doc->step_count, true,
				 put_frame, to->file, err))
		return false;
	if (!frame_writer_reaches(to->frames, doc->done))
		return err_set(err, ERR_LIMIT, _("journal"));
	walk = doc->done > at ? FRAME_REDO : FRAME_UNDO;
	for (n = doc->done > at ? doc->done - at : at - doc->done; n > 0; n--)
		if (!journal_append(to->file, &walk, 1, err))
			return false;
	return true;
}

static uint64_t live_bytes(const struct document *doc)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < doc->step_count; i++)
		sum += doc->steps[i]->frame_bytes;
	return sum;
}

/*
 * Once at least half of a journal is no use any more, it is written anew. What
 * that costs is less than what was written since the last time. A failure leaves
 * the journal as it was.
 */
void doc_journal_compact(struct document *doc)
{
	struct doc_journal *j = &doc->journal, new = *j;
	uint64_t bytes = j->file ? journal_bytes(j->file) : 0;
	bool ok;

	if (!bytes || bytes < j->look_at || j->base_at == NO_BASE ||
	    doc->saving_own)
		return;
	j->look_at = bytes + bytes / 2;
	if (live_bytes(doc) > bytes / 2 ||
	    !frame_writer_reaches(j->frames, doc->done))
		return;
	new.file = journal_new_for(j->file, &doc->disk_id, NULL);
	if (!new.file)
		return;
	new.frames = frame_writer_again(j->frames);
	ok = write_anew(doc, j, &new, NULL);
	if (!ok)
		journal_close(new.file, false);
	else
		ok = journal_replace(j->file, new.file, NULL);
	if (ok) {
		frame_writer_free(j->frames);
		new.look_at = 2 * journal_bytes(new.file);
		if (new.look_at < JOURNAL_COMPACT_MIN)
			new.look_at = JOURNAL_COMPACT_MIN;
		*j = new;
		return;
	}
	frame_writer_free(new.frames);
}

bool doc_journal_step(struct document *doc, struct step *s, size_t index,
		      bool known, bool forward, struct err *err)
{
	bool fresh = !doc->journal.file;

	if (!wanted(doc))
		return true;
	if (doc->saving_own && !doc->next_journal.file)
		return err_set(err, ERR_SYSTEM,
			       _("changes have to wait for the save, because the "
				 "journal cannot be written"));
	if (fresh &&
	    !begin(doc, &doc->journal, &doc->disk_id, doc->epoch,
		   doc->disk_source == 0 ? NULL : doc->saved, err))
		return false;
	/* In this order: the next one alone, without its base on disk, would
	 * be of no use to a recovery. */
	if (!append(doc, &doc->journal, s, index, known, forward, err)) {
		if (fresh)
			end(&doc->journal, false);
		return false;
	}
	if (!doc->saving_own ||
	    append(doc, &doc->next_journal, s, index, known, forward, err))
		return true;
	/* The other one has it already: there it is taken back. */
	append(doc, &doc->journal, s, index, true, !forward, NULL);
	return false;
}

void doc_journal_save(struct document *doc, struct rows *rows)
{
	const struct source_id none = { 0 };

	doc->saving_own = true;
	if (!wanted(doc) ||
	    !begin(doc, &doc->next_journal, &none, doc->epoch + 1, rows, NULL))
		return;
	if (!journal_start(doc->next_journal.file, NULL))
		end(&doc->next_journal, false);
}

static void end_leftover(struct document *doc, bool remove)
{
	if (doc->leftover && remove)
		unlink(doc->leftover);
	free(doc->leftover);
	doc->leftover = NULL;
	journal_reader_close(doc->leftover_held);
	doc->leftover_held = NULL;
}

void doc_leftover(struct document *doc, const char *file,
		  struct journal_reader *held)
{
	doc->leftover = mem_strdup(file);
	doc->leftover_held = held;
	if (doc->journal.file && journal_sync(doc->journal.file, NULL))
		end_leftover(doc, true);
}

void doc_journal_saved(struct document *doc, bool saved)
{
	doc->saving_own = false;
	if (!saved) {
		end(&doc->next_journal, false);
		return;
	}
	end_leftover(doc, true);
	end(&doc->journal, false);
	doc->journal = doc->next_journal;
	doc->next_journal = (struct doc_journal){ 0 };
	doc->epoch++;
	/* With nothing in it, it need not be there. */
	if (doc->journal.file && journal_frames(doc->journal.file) == 0)
		end(&doc->journal, false);
}

void doc_journal_grow(struct document *doc, row_id first, uint64_t count)
{
	if (doc->journal.frames)
		frame_writer_grow(doc->journal.frames, first, count);
	if (doc->next_journal.frames)
		frame_writer_grow(doc->next_journal.frames, first, count);
}

void doc_journal_close(struct document *doc, bool keep)
{
	end(&doc->next_journal, false);
	end(&doc->journal, keep);
	end_leftover(doc, false);
}

void document_sync_journal(struct document *doc)
{
	if (doc->journal.file)
		journal_sync(doc->journal.file, NULL);
}
