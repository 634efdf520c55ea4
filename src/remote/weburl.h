/*
 * weburl - the parts of URLs that are made of names.
 *
 * Encoding is that of AWS signature version 4, which is also sound everywhere
 * else: all bytes but A-Z a-z 0-9 - . _ ~ as %XX in capitals. Any thread.
 */
#ifndef RREDIT_REMOTE_WEBURL_H
#define RREDIT_REMOTE_WEBURL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

void weburl_add_path(struct buf *out, const char *name);	/* '/' stays */
void weburl_add_value(struct buf *out, const char *text);	/* '/' is encoded */
/* Undo %XX. False for a broken escape and for %00. */
bool weburl_decode(struct buf *out, const char *s, size_t len);
/* Where the path of an absolute URL begins (or its end when it has none). */
const char *weburl_path(const char *url);

#endif
