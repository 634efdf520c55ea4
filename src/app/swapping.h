/*
 * app/swapping - one text in the place of another, however it is written.
 *
 * A token stands in a record in several spellings: as it is, percent-encoded in
 * an address or a form, escaped in a JSON body. All of them are found, byte by
 * byte, and the new text is written in the spelling that was found. What was
 * put in is not looked at again.
 *
 * Owns copies of both texts. Immutable: any thread.
 */
#ifndef RREDIT_APP_SWAPPING_H
#define RREDIT_APP_SWAPPING_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define SWAPPING_MAX 65536	/* bytes of either text */

struct swapping;

/* What the text is that is looked into: how the new one must be written. */
enum swapping_in {
	SWAPPING_PLAIN,		/* as it is */
	SWAPPING_ADDRESS,	/* a URL, a query, a form body */
	SWAPPING_JSON,		/* a JSON text */
};

/* ERR_USAGE for an empty old text, or one over the limit. */
struct swapping *swapping_new(const char *old, size_t old_len, const char *new,
			      size_t new_len, struct err *err);
void swapping_free(struct swapping *s);		/* NULL is fine */
/* Append the text with every place swapped; how many there were. Nothing is
 * appended when there is none. */
size_t swapping_apply(const struct swapping *s, enum swapping_in in,
		      const char *text, size_t len, struct buf *out);

#endif
