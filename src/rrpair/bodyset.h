/*
 * bodyset - edits of bodies within a plan. Private to src/rrpair.
 */
#ifndef RREDIT_RRPAIR_BODYSET_H
#define RREDIT_RRPAIR_BODYSET_H

#include "rrpair/body.h"
#include "rrpair/plan.h"

bool body_plan_set(struct plan *plan, enum body_side side, const char *bytes,
		   size_t len, struct err *err);
bool body_plan_unset(struct plan *plan, enum body_side side, struct err *err);

#endif
