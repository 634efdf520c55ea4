/*
 * app/changeline - what a change does to one value, in a line.
 */
#ifndef RREDIT_APP_CHANGELINE_H
#define RREDIT_APP_CHANGELINE_H

#include "rrpair/change.h"

/* Is a value another one? Else the note only says what was left alone. */
bool changeline_counts(const struct change_note *note);
/* Append "record 3: .status: "500" -> "503"" without a line end; with hidden,
 * the path alone. was, now: the record before and after. */
void changeline_add(struct buf *out, uint64_t number,
		    const struct change_note *note, const struct json_doc *was,
		    const struct json_doc *now, bool hidden);

#endif
