/*
 * frame - steps as the bytes of the journal, and back.
 *
 * A journal speaks of its base file: rows are named by their record number in
 * the file as it lies on disk (before a save: as opened; after one: as saved),
 * rows that are not in it by their id, and patches are against the text in that
 * file. So a journal can be replayed with nothing but the file, also when the
 * document has a longer past.
 *
 *	frame = 'U' | 'R' | 'S' label prints? parts
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
void frame_reader_find(struct frame_reader *r, frame_find *find, void *arg);
/* Nothing is trusted: ERR_INPUT, and the document as before, for a frame that
 * does not fit. *rows (may be NULL): how many rows it touched. */
bool frame_read(struct frame_reader *r, const char *frame, size_t len,
		uint64_t *rows, struct err *err);

#endif
