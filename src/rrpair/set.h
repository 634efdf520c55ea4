/*
 * set - the steps of a set or unset within a plan. Private to src/rrpair.
 */
#ifndef RREDIT_RRPAIR_SET_H
#define RREDIT_RRPAIR_SET_H

#include "rrpair/body.h"
#include "rrpair/links.h"
#include "rrpair/plan.h"

/* Headers; nth 0 means all values. */
bool header_set(struct plan *plan, enum body_side side, const char *name,
		size_t name_len, uint32_t nth, const struct slice *value,
		struct err *err);
bool header_unset(struct plan *plan, enum body_side side, const char *name,
		  size_t name_len, uint32_t nth, struct err *err);
/* The fact that a header tells too: FIELD_HOST, FIELD_CONTENTTYPE, or
 * FIELD_DOTTED for none. */
enum field_id header_fact(enum body_side side, const char *name, size_t len);
/* Create a header with one value, its name spelt as its neighbours are; one that
 * exists gets one more. */
bool header_create(struct plan *plan, enum body_side side, const char *name,
		   size_t name_len, const struct slice *value, struct err *err);
/* Append the spelling that a new name gets. */
void header_spelling(const struct rrpair *pair, enum body_side side,
		     const char *name, size_t len, struct buf *out);

bool param_set(struct plan *plan, const char *name, size_t name_len,
	       uint32_t nth, const struct slice *value, struct err *err);
bool param_unset(struct plan *plan, const char *name, size_t name_len,
		 uint32_t nth, struct err *err);

/* Exact paths. json: value is JSON text, of any type. */
bool dotted_set(struct plan *plan, const struct json_path *path,
		const struct slice *value, bool json, struct err *err);
bool dotted_unset(struct plan *plan, const struct json_path *path,
		  struct err *err);

/* Create a member of http.req or http.res, and that object when it is missing.
 * ERR_ABSENT without http. */
bool create_in_message(struct plan *plan, enum body_side side, const char *key,
		       const char *json, size_t len, struct err *err);

#endif
