/*
 * header - what may stand in a header, and how its name is spelt.
 */
#ifndef RREDIT_RRPAIR_HEADER_H
#define RREDIT_RRPAIR_HEADER_H

#include "base/buf.h"

/* Go's canonical form of a header name ("content-type" to "Content-Type"); a
 * name with bytes that no token has is given as it is. Appends. */
void header_canonical(struct buf *out, const char *name, size_t len);
/* Is it a token of RFC 9110 section 5.6.2? */
bool header_name_valid(const char *name, size_t len);
/* No CR, LF or NUL? */
bool header_value_valid(const char *value, size_t len);

#endif
