/*
 * app/preview - one record at a glance, read only: request and response with
 * headers and the beginning of their bodies. A long record is read, and a long
 * body decoded, by jobs; the preview says so until they are there.
 */
#ifndef RREDIT_APP_PREVIEW_H
#define RREDIT_APP_PREVIEW_H

#include "app/session.h"
#include "ui/pager.h"

#define PREVIEW_RECORD_MAX ((size_t)64 << 20)	/* longer ones take memory */
#define PREVIEW_BODY_MAX ((size_t)64 << 10)	/* bytes of a body shown */

struct preview {
	struct pager pager;
	row_id id;			/* what is in the pager */
	struct record *record;		/* counted; NULL: not read yet */
	unsigned decoded;		/* bodies that are in it, as bits */
};

void preview_init(struct preview *p);
void preview_release(struct preview *p);
/* Fill anew when the record or its text is another one, or more of it is
 * known. */
void preview_layout(struct preview *p, struct session *s, row_id id,
		    const struct region *r);
void preview_draw(struct preview *p, const struct region *r, bool focused);

#endif
