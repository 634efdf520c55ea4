/*
 * gzip - a gzip stream in memory, in and out (RFC 1952).
 *
 * Inflating follows all members and stops at the first thing that is no member;
 * what follows is counted as trailing. Deflating is deterministic: no time, no
 * name, and the operating-system byte and level hint of the stream it replaces.
 */
#ifndef RREDIT_RRPAIR_GZIP_H
#define RREDIT_RRPAIR_GZIP_H

#include <stdint.h>

#include "base/buf.h"

struct gzip_info {
	unsigned members;
	size_t end;		/* bytes of the input that the members take */
	size_t bad_at;		/* where a corrupt stream broke */
	uint8_t xfl, os;	/* of the first member's header */
};

bool gzip_is(const char *bytes, size_t len);	/* by magic: 1f 8b 08 */

/* Append the inflated bytes, at most max of them: ERR_LIMIT beyond, ERR_INPUT
 * for a corrupt or cut stream (out is then as before). info may be NULL. */
bool gzip_inflate(struct buf *out, const char *bytes, size_t len, size_t max,
		  struct gzip_info *info, struct err *err);

/* Append one member. like may be NULL: level 6, OS 255 (unknown). */
bool gzip_deflate(struct buf *out, const char *bytes, size_t len,
		  const struct gzip_info *like, struct err *err);

#endif
