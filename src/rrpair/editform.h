/*
 * editform - a record as a text to edit by hand, and back.
 *
 * The form is one pretty JSON object: the record, with what base64 hides made
 * readable. A body member `bodyBase64` is shown in its place as one of
 *
 *	"body (JSON)": { ... }		the decoded body, when it is JSON
 *	"body (text)": "..."		when it is other UTF-8 text
 *	"bodyBase64": "..."		as it is, when it is binary
 *
 * and its plain copies are left out while they agree; the values of `signature`
 * that decode to text are shown as text under "signature (text)", and
 * mutableSignature is left out while it says the same. Everything else stands
 * as in the record.
 *
 * Coming back, only what differs from what was shown is changed, by place: a
 * value by its patch, a body through its layers (with copies, Content-Length
 * and signature following as body_set() does), members and elements added and
 * removed; the order of members is not compared. Untouched values keep their
 * exact bytes. What was written by hand into Content-Length or the signature
 * stays as written. A body can be given to a record that had none.
 */
#ifndef RREDIT_RRPAIR_EDITFORM_H
#define RREDIT_RRPAIR_EDITFORM_H

#include "rrpair/change.h"

/* Append the form, ending in a newline. */
bool editform_print(const struct rrpair *pair, struct buf *out, struct err *err);

/* What the edited form changes. ERR_INPUT: not JSON or not a record; the message
 * begins with "line N, column M", err->offset is the byte. flags as for
 * change_field(). */
bool editform_parse(const struct rrpair *pair, const char *text, size_t len,
		    unsigned flags, struct change_set *out, struct err *err);

#endif
