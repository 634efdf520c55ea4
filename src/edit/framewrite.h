/* framewrite - what a writer of frames knows. Private to edit/frame*.c. */
#ifndef RREDIT_EDIT_FRAMEWRITE_H
#define RREDIT_EDIT_FRAMEWRITE_H

#include "edit/frame.h"
#include "edit/frameio.h"
#include "edit/idmap.h"

/*
 * `own` holds the rows that were introduced to the reader with their own base
 * (text or copy); later patches of them can be given against it.
 */
struct frame_writer {
	struct document *doc;
	struct rows *base;	/* NULL: the file as opened; row ids are record
				   numbers, patches fit as they are */
	size_t low, top;	/* steps [low, top) are in the journal ... */
	bool apart;		/* ... unless an undo went below */
	struct rows *own;	/* only as a set: rows_state() != NULL */
	/* Rows that are not in the base, in the order in which the reader came
	 * to know them: only neighbours in it are a run to it. */
	struct idmap names;
	uint64_t named;
	bool scattered;		/* the order is not known any more */
	struct rows *printed;	/* likewise: records whose prints are out */
	uint64_t sums_left, bytes_left;	/* of the step */
	const struct rows *now;	/* NULL: those of the document */
	uint64_t text_left;	/* may be read for differences */
};

bool frame_put_step(struct frame_writer *w, enum frame_kind kind,
		    const struct step *s, bool forward, struct buf *out,
		    struct err *err);

#endif
