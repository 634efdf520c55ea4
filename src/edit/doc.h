/*
 * doc - what a document is inside. Private to edit/.
 */
#ifndef RREDIT_EDIT_DOC_H
#define RREDIT_EDIT_DOC_H

#include "base/codec.h"
#include "edit/document.h"
#include "edit/journal.h"
#include "edit/lock.h"
#include "edit/save.h"
#include "edit/step.h"
#include "edit/tables.h"
#include "store/tail.h"

struct doc_observer {
	document_observer *fn;
	void *arg;
};

/* An index that tells its document of growth. */
struct doc_source {
	struct document *doc;
	struct lineindex *index;
	unsigned origin;
	uint64_t known;			/* records that are rows already */
};

struct doc_journal {
	struct journal *file;
	struct frame_writer *frames;
	bool begun;		/* history is in it */
	/* steps[0, base_at) lead to the base; NO_BASE: no steps do any more */
	size_t base_at;
	uint64_t look_at;	/* bytes at which to think of compaction */
};
#define NO_BASE SIZE_MAX

/*
 * rows is what is on screen, saved what is in the file. Both grow together.
 * steps[0, done) can be undone, steps[done, step_count) redone.
 */
struct document {
	char *path, *real_path, *state_dir, *read_only;
	struct jobs *jobs;
	unsigned flags;
	struct columns_pools *pools;
	struct tables *tables;
	struct doc_source **sources;	/* beside tables->index */
	struct rows *rows, *saved;
	struct tail *tail;		/* of source 0; NULL: not asked for */
	uint64_t added;			/* the next number of an added row */

	struct step **steps;
	size_t step_count, step_cap, done;
	struct step *open;		/* between begin and commit */
	struct step_mark *marks;	/* one for each begin */
	size_t depth, mark_cap;

	uint64_t generation;
	uint64_t dirty_at;		/* generation that `dirty` is for */
	bool dirty, dirty_known;
	struct doc_observer *observers;
	size_t observer_count, observer_cap;

	struct source_id disk_id;	/* the file as last opened or saved */
	struct disk_tail { unsigned char sum[SHA256_LEN]; } disk_tail;
	enum document_disk disk;
	int64_t grew_ms;		/* when it last did; monotonic */
	/* The source that grows with the file: 0 until a save replaces the
	 * file; then NO_SOURCE until the new one grows. */
	size_t disk_source;

	struct edit_lock *lock;
	struct doc_journal journal;	/* empty before the first step */
	struct doc_journal next_journal; /* of the file that is being saved */
	struct uuid session;
	uint32_t epoch;			/* saves so far */
	/* A journal of a crash whose edits are in this document: it goes when
	 * they are in a journal of ours, or in the file. */
	char *leftover;
	struct journal_reader *leftover_held;
	bool saving_own;		/* over the document's own file */
	bool saving;
	uint64_t save_job;
};
#define NO_SOURCE SIZE_MAX

struct rows *snapshot_rows(const struct snapshot *s);		/* borrowed */
struct tables *snapshot_tables(const struct snapshot *s);	/* borrowed */

/* A document over the file of doc, as it was saved, and over its sources: without
 * a state directory. Not to outlive doc. */
struct document *doc_shadow(struct document *doc);
void doc_tell(struct document *doc, enum document_event event);
bool doc_writable(const struct document *doc, struct err *err);

/* A source more: its records so far become rows at the end. Takes ix and s. */
void doc_add_source(struct document *doc, struct lineindex *ix,
		    struct doc_source *s);
/* For lineindex_new(): what doc_grown() gets. */
struct doc_source *doc_source_new(struct document *doc);
void doc_grown(void *arg, uint64_t from);

/* What is known of a row of the tail; NULL when it is none, or indexed. */
const struct columns *doc_tail_record(const struct document *doc, row_id id);
/* The error for a row that is not there. */
bool doc_absent(row_id id, struct err *err);

/* May this be the text of a record: one line (unless the whole file is one
 * text), and not a blank one? */
bool doc_text_fits(const struct document *doc, const char *s, size_t len,
		   struct err *err);
/* Write step number index to the journal as it was just done (forward) or taken
 * back; known: by redo or undo. Makes the journal when it is the first. */
bool doc_journal_step(struct document *doc, struct step *s, size_t index,
		      bool known, bool forward, struct err *err);
/* Write the journal anew when most of it is of no use any more. Called when the
 * steps say what the rows are. */
void doc_journal_compact(struct document *doc);
/* A save of rows over the document's file begins, and ends. Should the next
 * journal fail, the save goes on; edits wait for its end. */
void doc_journal_save(struct document *doc, struct rows *rows);
void doc_journal_saved(struct document *doc, bool saved);
void doc_journal_grow(struct document *doc, row_id first, uint64_t count);
void doc_journal_close(struct document *doc, bool keep);
/* The edits of a leftover journal were applied; takes the reader that holds
 * it. */
void doc_leftover(struct document *doc, const char *file,
		  struct journal_reader *held);
/* Change the rows, and note it in the step. */
void doc_apply_places(struct document *doc, struct step *s,
		      const struct rows_place *places, size_t n);
void doc_apply_state(struct document *doc, struct step *s, row_id id,
		     struct row_state *after);
void doc_free_steps(struct document *doc, size_t from);

/* What the end of the file looks like, to tell growth from other changes. */
bool doc_tail_of(int fd, uint64_t size, struct disk_tail *out);
/* Did someone write over the very file that we read from, in place? */
bool doc_overwritten(const struct document *doc);
/* The file on disk is what `rows` says: after a save. */
void doc_set_saved(struct document *doc, struct rows *rows,
		   const struct source_id *id);
int64_t doc_now_ms(void);

#endif
