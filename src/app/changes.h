/*
 * app/changes - the values of one record, before and after, in a pager.
 */
#ifndef RREDIT_APP_CHANGES_H
#define RREDIT_APP_CHANGES_H

#include "app/fielddiff.h"
#include "app/session.h"
#include "app/view.h"
#include "ui/pager.h"

struct change_details {
	struct pager pager;		/* its cursor is on a line */
	row_id id;
	uint64_t generation;
	struct buf before, after;	/* the record's texts */
	struct json_doc before_doc, after_doc;
	struct fielddiff diff;
	size_t *lines, nlines, lines_cap;	/* line -> item of diff */
};

void change_details_init(struct change_details *d);
void change_details_release(struct change_details *d);
/* Fill anew when it is another record, or the record changed. */
void change_details_show(struct change_details *d, struct session *s,
			 row_id id);
void change_details_layout(struct change_details *d, const struct region *r);
/* Put the value under the cursor back as it was saved, as one undo step. */
void change_details_revert(struct change_details *d, struct app *app,
			   struct session *s);

#endif
