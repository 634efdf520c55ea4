/*
 * rowmark - what the text of a row is made of, without reading it.
 *
 * A mark taken when a record is read tells later whether reading it again
 * would give the same: edits of other rows, growth and saves of the file do
 * not make a record another one. Belongs to the document's thread; a mark may
 * outlive its document, but is of use with that one only.
 */
#ifndef RREDIT_EDIT_ROWMARK_H
#define RREDIT_EDIT_ROWMARK_H

#include "edit/document.h"

struct row_mark {
	row_id id;
	bool there[2];			/* by enum document_version */
	struct row_state *state[2];	/* counted; NULL: as its record */
	size_t base_len[2];
	size_t len;			/* of the text now; 0 when not there */
};

/* Private members of a mark that was released are as those of no mark. */
void document_mark(const struct document *doc, row_id id, struct row_mark *out);
void row_mark_release(struct row_mark *mark);
/* Is the row's text, now and as saved, what it was? */
bool document_mark_holds(const struct document *doc,
			 const struct row_mark *mark);
/* Is the text the same now as it is in the file? */
bool row_mark_clean(const struct row_mark *mark);

#endif
