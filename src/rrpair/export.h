/*
 * export - a record in the forms of other tools.
 *
 * Only http records (ERR_ABSENT for others, or when the side is missing). All
 * append to out. Captured bytes are hostile: the curl command quotes every word
 * for a POSIX shell, and uses $'...' (bash, ksh, zsh, POSIX 2024) only for bytes
 * that plain quotes cannot carry visibly.
 */
#ifndef RREDIT_RRPAIR_EXPORT_H
#define RREDIT_RRPAIR_EXPORT_H

#include "rrpair/rrpair.h"

/* A curl command for the request, ending in a newline. Hop headers that curl
 * makes itself (Content-Length, Host equal to the URL's) are left out. A body
 * goes by --data-binary; one that holds NUL cannot be an argument and is piped
 * through base64 -d. */
bool export_curl(const struct rrpair *pair, struct buf *out, struct err *err);

/* HTTP/1.1 messages with CRLF, the body as stored (compressed where it is) and
 * Content-Length, where the record names one, made to fit the bytes. */
bool export_request(const struct rrpair *pair, struct buf *out, struct err *err);
bool export_response(const struct rrpair *pair, struct buf *out,
		     struct err *err);

/* One shell word, quoted where needed. */
void shell_quote(struct buf *out, const char *bytes, size_t len);

#endif
