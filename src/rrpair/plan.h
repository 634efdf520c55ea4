/*
 * plan - the edits of one change while they are collected.
 *
 * Private to src/rrpair. A splice over the pair's text, and the notes on what
 * it does. Every node is edited at most once.
 */
#ifndef RREDIT_RRPAIR_PLAN_H
#define RREDIT_RRPAIR_PLAN_H

#include "json/splice.h"
#include "rrpair/change.h"

struct plan {
	const struct rrpair *pair;
	struct splice *splice;
	struct change_set set;	/* the notes; the patch comes at the end */
	unsigned flags;		/* enum change_flags */
};

void plan_begin(struct plan *plan, const struct rrpair *pair, unsigned flags);
/* Moves the patch and the notes to out when ok; frees the rest. Without a patch
 * only notes on what differs remain. Returns ok. */
bool plan_end(struct plan *plan, bool ok, struct change_set *out);
static inline bool plan_linked(const struct plan *plan)
{
	return !(plan->flags & CHANGE_SINGLE);
}

void plan_note(struct plan *plan, enum change_kind kind, uint32_t node,
	       const char *why);
/* A note on a member that does not exist (yet): the container's path and key. */
void plan_note_member(struct plan *plan, enum change_kind kind,
		      uint32_t container, const char *key, size_t key_len,
		      const char *why);

/* Give a string node other bytes; nothing happens when it has them. */
void plan_string(struct plan *plan, uint32_t node, const char *bytes,
		 size_t len, enum change_kind kind);
/* The same for a value of any type: text becomes a number or boolean where one
 * stands. ERR_INPUT, naming path and reason, when it cannot. */
bool plan_typed(struct plan *plan, uint32_t node, const char *bytes, size_t len,
		enum change_kind kind, struct err *err);
void plan_json(struct plan *plan, uint32_t node, const char *json, size_t len,
	       enum change_kind kind);
void plan_remove(struct plan *plan, uint32_t node, enum change_kind kind);

/* Insert a member with a JSON value; its place is the canonical one in the
 * record, http, http.req and http.res, and the end in every other object. */
void plan_member(struct plan *plan, uint32_t object, const char *key,
		 size_t key_len, const char *json, size_t len);
void plan_member_string(struct plan *plan, uint32_t object, const char *key,
			const char *bytes, size_t len);

#endif
