/*
 * recovermatch - records of a journal found again in a file that was changed.
 *
 * Private to edit/. A record is the same when uuid, length and checksum are: in
 * its old place, or in the only other place. Everything else is a conflict.
 */
#ifndef RREDIT_EDIT_RECOVERMATCH_H
#define RREDIT_EDIT_RECOVERMATCH_H

#include "edit/frame.h"
#include "edit/recover.h"

struct match;
/* Reads the journal once and the file's columns once. */
struct match *match_new(struct document *doc, const char *journal,
			struct err *err);
void match_free(struct match *m);
frame_find match_find;			/* arg: the struct match */
frame_find match_past;			/* missing nothing */
/* One line for each conflict that match_find() ran into. */
void match_report(const struct match *m, struct recover_report *report);

#endif
