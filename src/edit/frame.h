/*
 * frame - steps as the bytes of the journal, and back.
 *
 * A journal speaks of its base file: rows are named by their record number in
 * the file as it lies on disk (before a save: as opened; after one: as saved),
 * rows that are not in it by their id, and patches are against the text in that
 * file. So a journal can be replayed with nothing but the file, also when the
 * document has a longer past.
 *
 * A journal may begin with steps that are history already: first those that can
 * be redone, one after the other from the base file on, then, from the base file
 * back, those that can be undone, each as what takes it back; then 'Q'. They
 * change nothing in the document but what undo and redo find.
 *
 *	frame = 'U' | 'R' | 'Q' | ('S' | 'N' | 'P') label prints? parts
 *	prints = 'F' count (record ...)*	see frameprint.h
 *	part  = 'E' count (name tag ...)*	edits of rows
 *	      | 'P' count (name count place place)*	rows put, taken, moved
 *
 * Numbers are unsigned LEB128; bytes have their length in front.
 */
#ifndef RREDIT_EDIT_FRAME_H
#define RREDIT_EDIT_FRAME_H

#include "base/buf.h"
#include "edit/document.h"
#include "edit/step.h"

/*
 * Belongs to one journal: knows what its reader knows. base: the rows of the base
 * file (shared here); NULL when that is the file as it was opened.
 */
struct frame_writer;
struct frame_writer *frame_writer_new(struct document *doc, struct rows *base);
/* Another one over the same base, which has written nothing yet. */
struct frame_writer *frame_writer_again(const struct frame_writer *w);
void frame_writer_free(struct frame_writer *w);
/* The last frame did not reach the journal: what it told, the reader does not
 * know. */
void frame_writer_lost(struct frame_writer *w);
/* The base file has grown: more records at its end. */
void frame_writer_grow(struct frame_writer *w, row_id first, uint64_t count);

/*
 * The frame for step number `index` of the document's steps, just done (forward)
 * or taken back; known: by redo or undo. 'U' or 'R' when the journal holds the
 * step already, else its content. Called with the rows as they are after it.
 * False: a text that has to be written out could not be read.
 */
bool frame_write(struct frame_writer *w, const struct step *s, size_t index,
		 bool known, bool forward, struct buf *out, struct err *err);

/* What of the history goes into a journal that begins after a save: steps that
 * changed this many rows together, and the texts that must be read for it. */
#define FRAME_HISTORY_ROWS 10000
#define FRAME_HISTORY_TEXT ((uint64_t)64 << 20)

/*
 * The steps as history, before the first frame: base is the state after
 * steps[0, at), rows (taken) hold it, and steps[at, count) can be redone. All of
 * those, or as many as the bounds allow. Frames go to put(); false is final.
 */
typedef bool frame_put_fn(void *arg, const struct buf *frame, struct err *err);
bool frame_write_history(struct frame_writer *w, struct rows *rows, size_t at,
			 size_t count, bool all, frame_put_fn *put, void *arg,
			 struct err *err);
/* Can the reader get to the state after steps[0, n) by 'U' and 'R'? */
bool frame_writer_reaches(const struct frame_writer *w, size_t n);
/* Is it a change, and not history? */
bool frame_is_change(const char *frame, size_t len);

/* Replaying, in order, into a document that has the same base file open and no
 * edits. Every frame becomes a step (or an undo, a redo) of the document. */
struct frame_reader;
struct frame_reader *frame_reader_new(struct document *doc);
void frame_reader_free(struct frame_reader *r);
/*
 * For a file that is not the one that was edited: where is the row that was this
 * record? ROW_NONE: nowhere; what belongs to it is left out, and the rest goes
 * on. Runs of rows are taken apart, and a place that is gone is the next best.
 */
typedef row_id frame_find(void *arg, uint64_t record);
/* past: the same for history, of which nobody misses what is gone. */
void frame_reader_find(struct frame_reader *r, frame_find *find,
		       frame_find *past, void *arg);
/* Nothing is trusted: ERR_INPUT, and the document as before, for a frame that
 * does not fit. *rows (may be NULL): how many rows it touched. */
bool frame_read(struct frame_reader *r, const char *frame, size_t len,
		uint64_t *rows, struct err *err);

#endif
