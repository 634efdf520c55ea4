/*
 * savewrite - the bytes of a document into a descriptor.
 *
 * Private to edit/. Untouched runs are copied as they lie in their source,
 * blank lines included; edited and added rows are spliced between them.
 */
#ifndef RREDIT_EDIT_SAVEWRITE_H
#define RREDIT_EDIT_SAVEWRITE_H

#include "base/job.h"
#include "edit/tables.h"

struct savewrite {
	const struct tables *tables;
	const struct rows *order;	/* which rows, in which order */
	const struct rows *states;	/* what they are */
	bool whole;			/* all of the document: mark, end and
					   trailing blanks as in its file */
	bool gzip;
	struct job *job;		/* progress and cancel; may be NULL */
	int fd;
	uint64_t bytes;			/* out: of the content */
};

bool savewrite_all(struct savewrite *w, struct err *err);

#endif
