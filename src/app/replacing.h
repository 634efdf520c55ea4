/*
 * app/replacing - a regular expression, or a token, replaced in what a record
 * says.
 *
 * In one field, or in all its strings, with bodies decoded through their
 * layers and what base64 hides in signatures and token lists looked into.
 * Names of members stay, but for those of the token lists, which repeat values.
 *
 * Owns copies of what it is made from. One thread at a time.
 */
#ifndef RREDIT_APP_REPLACING_H
#define RREDIT_APP_REPLACING_H

#include "rrpair/change.h"

struct replacing;

/* in: NULL for everywhere. with may name groups ($1). NULL and ERR_USAGE when
 * the pattern or the text is wrong. */
struct replacing *replacing_new(const char *pattern, size_t plen,
				const char *with, size_t wlen,
				const struct field *in, struct err *err);
/* A token swapped wherever it occurs, in every spelling (app/swapping.h), also
 * inside the credentials of Basic authentication. */
struct replacing *replacing_new_swap(const char *old, size_t old_len,
				     const char *new, size_t new_len,
				     struct err *err);
void replacing_free(struct replacing *r);	/* NULL is fine */
/* Take every replacement in run's record; r is a struct replacing. */
bool replacing_make(void *r, struct change_run *run, struct err *err);
/* Values on which the expression came to its limits; they stay. */
uint64_t replacing_gave_up(const struct replacing *r);

#endif
