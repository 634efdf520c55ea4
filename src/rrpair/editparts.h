/*
 * editparts - what the form to edit by hand shows and hides. Private to
 * src/rrpair; printing and reading back must agree on it.
 */
#ifndef RREDIT_RRPAIR_EDITPARTS_H
#define RREDIT_RRPAIR_EDITPARTS_H

#include "rrpair/body.h"

#define EDIT_BODY_JSON "body (JSON)"
#define EDIT_BODY_TEXT "body (text)"
#define EDIT_SIGNATURE "signature (text)"

enum shown_body { SHOWN_AS_IS, SHOWN_JSON, SHOWN_TEXT };

enum shown_body editform_body(const struct rrpair *pair,
			      const struct body *body);
/* A plain copy that says what the shown body says. */
bool editform_hidden_copy(const struct rrpair *pair, const struct body *body,
			  uint32_t node);
/* Append a signature's value when it is text; what is appended else is noise. */
bool editform_signature_text(const struct rrpair *pair, uint32_t node,
			     struct buf *out);
bool editform_signature_shown(const struct rrpair *pair);
bool editform_mutable_hidden(const struct rrpair *pair);

#endif
