/*
 * app/complete - what may be typed next: fields, values, commands, files.
 *
 * All are prompt_complete_fn; arg is what their name says.
 */
#ifndef RREDIT_APP_COMPLETE_H
#define RREDIT_APP_COMPLETE_H

#include "app/session.h"
#include "ui/prompt.h"

/* A filter expression; arg: struct session. */
void complete_filter(void *session, const char *text, size_t len, size_t cursor,
		     struct completion *out);
/* FIELD, or FIELD=VALUE; session may be NULL. */
void complete_field(struct session *s, const char *text, size_t len,
		    bool assign, size_t from, struct completion *out);
/* Names of filters that were kept; at: with an @ before each. */
void complete_named(const char *state_dir, const char *text, size_t len,
		    bool at, struct completion *out);
/* A path; ~ is not expanded. */
void complete_path(const char *text, size_t len, size_t from,
		   struct completion *out);

#endif
