/*
 * app/recordtext - what differs between records, as lines of text.
 *
 * For what is read and not acted on: what a recovery would bring back, what a
 * backup holds. A record is one line, each of its values that differs one more,
 * "  PATH: before -> after"; both are quoted, visible and cut. At most `most`
 * records are told; how many there are besides is said.
 */
#ifndef RREDIT_APP_RECORDTEXT_H
#define RREDIT_APP_RECORDTEXT_H

#include "edit/document.h"

#define RECORDTEXT_VALUES 20	/* lines of one record; more are counted */

/* What was changed in doc since it was saved. Returns how many records. */
size_t recordtext_changes(struct document *doc, size_t most, struct buf *out);
/* From one document to another: records are paired by uuid, or, without one, by
 * their text. Both complete. */
size_t recordtext_between(struct document *from, struct document *to,
			  size_t most, struct buf *out);

#endif
