/*
 * editdiff - what an edited form changes in a record's tree. Private to
 * src/rrpair.
 */
#ifndef RREDIT_RRPAIR_EDITDIFF_H
#define RREDIT_RRPAIR_EDITDIFF_H

#include "rrpair/plan.h"

#define EDIT_HIDDEN_MAX 8
#define EDIT_DEPTH_MAX 200	/* deeper values are replaced whole */

struct edit_diff {
	struct plan *plan;		/* against the record */
	const struct json_doc *edited;
	uint32_t hidden[EDIT_HIDDEN_MAX];	/* members not in the form */
	size_t hidden_count;
	uint32_t virtuals[EDIT_HIDDEN_MAX];	/* members only in the form */
	size_t virtual_count;
};

/* Compare both roots, but for the hidden and virtual members. The order of
 * members is not compared. */
void edit_diff(struct edit_diff *diff);
/* Equal in tokens: strings by what they mean, numbers by how they are spelt. */
bool edit_same(const struct json_doc *a, uint32_t x, const struct json_doc *b,
	       uint32_t y);
void edit_compact(const struct json_doc *doc, uint32_t node, struct buf *out);

#endif
