/*
 * url - paths, queries and hosts as the format writes them.
 *
 * Everything here works on (pointer, length) slices of the input and keeps the
 * spelling of what is not touched.
 */
#ifndef RREDIT_RRPAIR_URL_H
#define RREDIT_RRPAIR_URL_H

#include "base/buf.h"

struct slice {
	const char *s;
	size_t len;
};

/* Split at the first '?'; query.s is NULL when there is none. A fragment is not
 * split: it never reaches a server. */
void url_split(const char *uri, size_t len, struct slice *path,
	       struct slice *query);

/* One parameter of a query: the segment between '&' and its two sides. */
struct url_param {
	struct slice whole;	/* "a=1", spelt as it is */
	struct slice name, value;	/* encoded; value.s is NULL without '=' */
};
/* The parameter at *at, moving *at behind it; false at the end. Empty segments
 * ("a=1&&b=2") are skipped. */
bool url_next_param(const char *query, size_t len, size_t *at,
		    struct url_param *out);

/* Append decoded: %XX, and '+' as a blank. A '%' that begins no escape stays. */
void url_decode(struct buf *out, const char *s, size_t len);
/* Append encoded as Go's url.QueryEscape does: unreserved bytes of RFC 3986 stay,
 * a blank becomes '+', the rest %XX. */
void url_encode(struct buf *out, const char *s, size_t len);

/* "[::1]:80", "host:80", "host": the host without port, and the port (s NULL when
 * there is none). */
void host_split(const char *host, size_t len, struct slice *name,
		struct slice *port);
/* Same host, ports apart, without case? */
bool host_same(const char *a, size_t alen, const char *b, size_t blen);

#endif
