/*
 * secret - values that have the shape of a live credential.
 *
 * Shapes are those that issuers publish so that scanners can find them: a
 * fixed prefix and a tail of known alphabet and length. A match is a hint, not
 * a proof; what has no such shape (passwords) is not found. No allocation.
 */
#ifndef RREDIT_RRPAIR_SECRET_H
#define RREDIT_RRPAIR_SECRET_H

#include <stdbool.h>
#include <stddef.h>

struct secret_hit {
	size_t off, len;	/* in the bytes that were searched */
	const char *kind;	/* N_(): "AWS access key id" */
};

/* The first credential shape at or after `from`. Cost: one pass. */
bool secret_find(const char *bytes, size_t len, size_t from,
		 struct secret_hit *hit);

#endif
