/*
 * app/fielddiff - which values of two JSON texts differ, by path.
 *
 * Members are matched by key, elements by index; a container that only one
 * side has is one difference. Order, spacing and spelling of keys are no
 * differences; the spelling of a value is (1.0 and 1).
 */
#ifndef RREDIT_APP_FIELDDIFF_H
#define RREDIT_APP_FIELDDIFF_H

#include "base/buf.h"
#include "json/locate.h"

#define FIELDDIFF_MAX 5000	/* differences kept */

struct fielddiff_item {
	char *path;
	uint32_t before, after;	/* nodes; JSON_NONE where there is none */
};

struct fielddiff {
	struct fielddiff_item *items;
	size_t count, cap;
	bool more;		/* there are more than FIELDDIFF_MAX */
};

void fielddiff_init(struct fielddiff *d);
void fielddiff_release(struct fielddiff *d);
/* Both documents scanned, with at least one node each. */
void fielddiff_make(struct fielddiff *d, const struct json_doc *before,
		    const struct json_doc *after);

#endif
