/*
 * document - an open file of records and everything done to it.
 *
 * Owns the source, the index, the rows, undo, the journal and the lock. A
 * record is bytes; columns are what the index found in them. Nothing of the
 * user's file is touched before a save.
 *
 * All calls belong to one thread (the UI thread; in batch the only one). Jobs
 * work on a struct snapshot (edit/snapshot.h), never on the document.
 *
 * Rows are named by id (store/rows.h). Patches given to document_edit() are
 * relative to the text the row has now; inside they are kept relative to the
 * row's record in the file, so memory follows the edits and a row that is put
 * back as it was is clean again.
 */
#ifndef RREDIT_EDIT_DOCUMENT_H
#define RREDIT_EDIT_DOCUMENT_H

#include "edit/snapshot.h"
#include "store/repository.h"
#include "store/rows.h"
#include "store/source.h"

struct document;

enum document_flag {
	DOCUMENT_READONLY = 1 << 0,	/* no edits, no lock, no journal */
	DOCUMENT_NO_JOURNAL = 1 << 1,	/* batch: one edit and one save */
};

struct document_options {
	const char *state_dir;	/* NULL: no journal, lock or backups */
	struct jobs *jobs;	/* NULL: everything at once, in this thread */
	unsigned flags;
};

/*
 * Open path ("-": standard input, read only). Returns when the first block is
 * indexed (with jobs), or all of it (without). Another editor's lock makes the
 * document read-only (document_read_only() says who). ERR_NOTARGET, ERR_INPUT
 * (a directory, FIFO, device), ERR_SYSTEM. A journal left by a crash is not
 * applied: see edit/recover.h; until it is applied or discarded the document
 * is editable but journals under another name.
 */
struct document *document_open(const char *path,
			       const struct document_options *opt,
			       struct err *err);
/* Keep the journal of unsaved edits for a later recovery (crash, SIGTERM), or
 * drop it (saved, or the user said so). Waits for a running save. */
void document_close(struct document *doc, bool keep_journal);

const char *document_path(const struct document *doc);	/* as given */
const char *document_real_path(const struct document *doc); /* NULL: stdin */
enum source_kind document_source_kind(const struct document *doc);
bool document_single(const struct document *doc); /* one JSON text, many lines */
/* A Microcks repository (store/repository.h): records are elements of lists, and
 * rows keep the order of the lists. */
bool document_repository(const struct document *doc);
enum repo_kind document_kind(const struct document *doc, row_id id);
/* Why edits are refused, as a translated sentence; NULL when they are not. */
const char *document_read_only(const struct document *doc);
void document_set_read_only(struct document *doc, const char *why);

/* --- reading --- */

uint64_t document_count(const struct document *doc);	/* rows known now */
bool document_complete(const struct document *doc);	/* all is indexed */
bool document_failed(const struct document *doc, struct err *err); /* indexing */
void document_progress(const struct document *doc, uint64_t *done,
		       uint64_t *total);	/* bytes; total 0: unknown */

/* Batch: wait until all is indexed. False: it failed (what came is there). */
bool document_wait(struct document *doc, struct err *err);

row_id document_row(const struct document *doc, uint64_t pos);	/* or ROW_NONE */
/* False when the row is not (any more) in the document. */
bool document_position(const struct document *doc, row_id id, uint64_t *pos);

/*
 * Records at the end of a plain file that is still being indexed. Their numbers
 * are not known yet, so they have no position, and ids of origin ROW_TAIL. Such
 * an id is good for good: as soon as the index comes to the record, every call
 * takes the one for the other. Until then it can be read; edits of it are
 * refused (ERR_INPUT). Snapshots know none of it.
 */
/* How many of them there are, reading backwards for up to `want` records in all
 * (at most some MB in a call). 0: none, or they cannot be had. */
uint64_t document_tail(struct document *doc, uint64_t want);
/* k below the last answer, counted from the end: 0 is the last record. */
row_id document_tail_row(const struct document *doc, uint64_t k);
bool document_tail_find(const struct document *doc, row_id id, uint64_t *k);
/* Are there records between document_count() and the tail? */
bool document_tail_apart(const struct document *doc);
/* The id of the record by its number when that is known; else id. */
row_id document_known(const struct document *doc, row_id id);
/* How many rows there will be about: from how long the known ones are. */
uint64_t document_expected(const struct document *doc);

enum document_version {
	DOCUMENT_NOW,		/* with all edits */
	DOCUMENT_SAVED,		/* as in the file: last opened or saved */
};
enum row_change { ROW_CLEAN, ROW_CHANGED, ROW_NEW, ROW_DELETED };

/* Likewise in the file as last opened or saved. */
bool document_saved_position(const struct document *doc, row_id id,
			     uint64_t *pos);

/* Against the file as last opened or saved. A moved row is clean in itself. */
enum row_change document_state(const struct document *doc, row_id id);
/* Append the text, without its line end. ERR_ABSENT when the row has none in
 * that version, ERR_LIMIT over BUF_MAX, ERR_SYSTEM, ERR_CONFLICT (file cut). */
bool document_text(struct document *doc, row_id id, enum document_version which,
		   struct buf *out, struct err *err);
/* Columns of the row now. Edited rows: computed from the text once, kept.
 * off and len are those of the record in its source for clean original rows;
 * for others off is 0 and len that of the text. False: unreadable. */
bool document_columns(struct document *doc, row_id id, struct columns *out);
/* Are they known, or the row no longer than about max bytes? Else they take
 * reading it; a snapshot can do that in a job (snapshot_columns()), and then
 * they are known here too. */
bool document_has_columns(const struct document *doc, row_id id, size_t max);
/* Append the text of an interned column, also when it overflowed its pool. */
bool document_column_text(struct document *doc, row_id id, enum column which,
			  struct buf *out);
/* Append the location, decoded, at most max bytes. */
bool document_location(struct document *doc, row_id id, size_t max,
		       struct buf *out);
const struct columns_pools *document_pools(const struct document *doc);

/* What differs from the file. Rows in document order, deleted ones at the end
 * in file order; moved: the order of the rest differs. Caller frees *out. */
struct document_change { row_id id; enum row_change change; };
size_t document_changes(struct document *doc, struct document_change **out);
bool document_reordered(struct document *doc);
/* Exact: undone or edited back to what is in the file is not dirty. */
bool document_dirty(struct document *doc);
uint64_t document_generation(const struct document *doc); /* moves at each change */

/* --- changing ---
 *
 * Each call is one undo step, or part of one between begin and commit. All
 * refuse (ERR_INPUT) in a read-only document. A step is journalled as a whole
 * before its observers are told; when that fails it is taken back and the call
 * (or the commit) fails with ERR_SYSTEM.
 */
void document_begin(struct document *doc, const char *label); /* translated; copied;
						nested: the outermost counts */
bool document_commit(struct document *doc, struct err *err);
void document_abort(struct document *doc);	/* takes the open step back */

/* patch is relative to the current text (a reference is taken on success
 * only as needed: the caller keeps its own). NULL changes nothing. */
bool document_edit(struct document *doc, row_id id, struct patch *patch,
		   struct err *err);
bool document_set_text(struct document *doc, row_id id, const char *text,
		       size_t len, struct err *err);

/* Many at once, as jobs make them. from: the snapshot the patches were made
 * for; a row that changed since is ERR_CONFLICT and nothing is applied. */
struct document_edit { row_id id; struct patch *patch; };
bool document_edit_many(struct document *doc, const struct snapshot *from,
			const struct document_edit *edits, size_t n,
			struct err *err);

/*
 * A row to insert: text (no line feeds in it: ERR_INPUT), or a copy of a row
 * as it is now with a patch relative to that text on top.
 */
struct document_new {
	const char *text;
	size_t len;
	row_id copy_of;		/* ROW_NONE: text counts */
	struct patch *patch;	/* with copy_of; may be NULL */
	enum repo_kind kind;	/* of a text, in a repository: its list */
};
/* Behind the row `after` (or ROW_START, ROW_END), or as near to it as the list
 * of the new row allows. ids (may be NULL) gets n. */
bool document_insert(struct document *doc, row_id after,
		     const struct document_new *news, size_t n, row_id *ids,
		     struct err *err);
bool document_delete(struct document *doc, const row_id *ids, size_t n,
		     struct err *err);
/* In the order they have now, behind `after`, which must not be among them. */
bool document_move(struct document *doc, const row_id *ids, size_t n,
		   row_id after, struct err *err);
/* Back to what the file holds: an edit undone, a deleted row back in its
 * place, a new one removed. */
bool document_revert(struct document *doc, row_id id, struct err *err);

/* What an undo or redo touched, so that a view can go there. */
struct document_touched {
	char label[80];
	row_id row;		/* the first one touched, or ROW_NONE */
	uint64_t pos;		/* where it is, or was */
	uint64_t rows;		/* how many */
};
bool document_undo(struct document *doc, struct document_touched *t,
		   struct err *err);	/* ERR_ABSENT: nothing to undo */
bool document_redo(struct document *doc, struct document_touched *t,
		   struct err *err);
const char *document_undo_label(const struct document *doc);	/* or NULL */
const char *document_redo_label(const struct document *doc);

/* --- being told --- */

enum document_event {
	DOCUMENT_EDITED,	/* texts of rows changed; order did not */
	DOCUMENT_ORDER,		/* rows came, went or moved */
	DOCUMENT_GREW,		/* records were indexed (at the end) */
	DOCUMENT_STORED,	/* saved: states are new */
	DOCUMENT_DISK,		/* document_disk() has another answer */
};
typedef void document_observer(void *arg, enum document_event event);
void document_observe(struct document *doc, document_observer *fn, void *arg);
void document_unobserve(struct document *doc, document_observer *fn, void *arg);

/* --- the file underneath --- */

enum document_disk {
	DISK_SAME,
	DISK_GREW,		/* the same file, longer: taken in */
	DISK_CHANGED,		/* written to, truncated or replaced */
	DISK_GONE,
	DISK_UNKNOWN,		/* cannot be looked at (err tells) */
};
/* Does someone still write into a file that a save of ours replaced, and that
 * they hold open? SOURCE_GREW: *bytes came at its end. SOURCE_CHANGED: what we
 * read from there is gone; the file must be loaded again. */
enum source_change document_stray(struct document *doc, uint64_t *bytes);
/* The whole lines of what came there, as records at the end: one step. */
#define STRAY_MAX ((uint64_t)64 << 20)	/* bytes at once */
bool document_take_stray(struct document *doc, uint64_t *added,
			 struct err *err);
/* Look (one stat when nothing happened) and take growth in. Call it from a
 * timer or an inotify watch. */
enum document_disk document_look(struct document *doc, struct err *err);
enum document_disk document_disk(const struct document *doc);	/* last answer */

/* Sync the journal to the disk now (SIGTERM). Async-signal-safe it is not. */
void document_sync_journal(struct document *doc);

#endif
