/*
 * app/actions - commands that work in every view with a record.
 *
 * Each returns false when the command is not its business. v is the view on
 * top, which did not take the command itself. UI thread.
 */
#ifndef RREDIT_APP_ACTIONS_H
#define RREDIT_APP_ACTIONS_H

#include "app/view.h"

/* act-move.c: next and previous record, problem, change; goto. */
bool act_move(struct view *v, const struct call *call);
/* act-edit.c: set, unset, undo, redo, revert, edit in $EDITOR. */
bool act_edit(struct view *v, const struct call *call);
/* The value of FIELD=VALUE: @FILE is a file's bytes, @@x the text @x, anything
 * else itself. Appends. */
bool act_take_value(struct buf *out, const char *s, size_t len,
		    struct err *err);
/* act-bulk.c: swap, shift, renew, trim. */
bool act_bulk(struct view *v, const struct call *call);
/* The tagged records, else all that are shown; the caller frees *out. */
size_t act_many(struct session *s, row_id **out);
/* act-copy.c: copy and export. */
bool act_copy(struct view *v, const struct call *call);

/* The records that a command works on: the tagged ones, else what is under the
 * cursor (of a folded run all); the caller frees *out. */
size_t act_targets(struct view *v, row_id **out);
/* The record that v stands on; ROW_NONE when there is none. */
row_id act_record(struct view *v);

#endif
