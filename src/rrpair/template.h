/*
 * template - new records: from nothing, and from another.
 */
#ifndef RREDIT_RRPAIR_TEMPLATE_H
#define RREDIT_RRPAIR_TEMPLATE_H

#include "rrpair/change.h"

enum template_id {
	TEMPLATE_INBOUND,	/* a test: a request into the service */
	TEMPLATE_OUTBOUND,	/* a mock: a request of the service to another */
};

/* Append a complete record, one line without a line end, with a fresh uuid and
 * the given time (ns since the epoch), valid by every rule, signature included.
 * service may be NULL ("my-app"). */
void template_make(struct buf *out, enum template_id id, const char *service,
		   int64_t now_ns);

/* Asked for the next free `instance` among records whose
 * signature_identity() equals identity; `current` is that of the copied one. */
typedef int64_t (*template_instance_fn)(void *arg, const char *identity,
					size_t len, int64_t current);

/*
 * What makes a copy of a record a record of its own: a fresh v4 uuid (also for
 * the uuids in tokenList that equal the old one), and where the signature
 * carries `instance`, the number that next_instance gives (NULL: it stays). A
 * record without a uuid gets one. The result is a patch against pair's text.
 */
bool template_fresh_copy(const struct rrpair *pair,
			 template_instance_fn next_instance, void *arg,
			 struct change_set *out, struct err *err);

#endif
