/*
 * sign - writing into the signature maps.
 *
 * Private to src/rrpair.
 */
#ifndef RREDIT_RRPAIR_SIGN_H
#define RREDIT_RRPAIR_SIGN_H

#include "rrpair/links.h"
#include "rrpair/plan.h"

#define SIG_BODY_JSON "http:requestBodyJSON"
#define SIG_BODY_HASH "http:requestBodyHash"

/* Insert a key into one map, in its sorted place when the map is sorted. Text
 * that is not UTF-8 cannot stand in mutableSignature: it is not inserted. */
void signature_insert(struct plan *plan, uint32_t map, bool mutable_one,
		      const char *key, size_t key_len, const char *value,
		      size_t len);
/* Write a value into a member of one map, in its coding. A mutable value that
 * is not UTF-8 goes away. */
void signature_write(struct plan *plan, uint32_t node, bool mutable_one,
		     const char *value, size_t len, enum change_kind kind);

/* What a request body is signed with: the key and the value. False for an empty
 * body, which has no key. */
bool signature_of_body(const char *bytes, size_t len, const char **key,
		       struct buf *value);
/* The body goes from old to new: let both maps follow. */
void signature_follow_body(struct plan *plan, const char *old, size_t old_len,
			   const char *new, size_t new_len);

#endif
