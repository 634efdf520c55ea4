/*
 * savesink - ranges of files and bytes on their way into a descriptor.
 *
 * Private to edit/. Neighbouring ranges of one source are copied as one, by
 * the kernel where it can. One thread.
 */
#ifndef RREDIT_EDIT_SAVESINK_H
#define RREDIT_EDIT_SAVESINK_H

#include "edit/savewrite.h"
#include "store/gzio.h"

struct sink {
	struct savewrite *w;
	struct gzio_writer *gz;
	char *block;		/* what waits to be written */
	size_t used;
	bool in_kernel;		/* copy_file_range() works here */
	/* A range of a source that waits for more of itself. */
	const struct source *src;
	uint64_t from, to;
	uint64_t total, done;	/* bytes, for progress */
};

void sink_begin(struct sink *o, struct savewrite *w);
bool sink_range(struct sink *o, const struct source *src, uint64_t from,
	       uint64_t to, struct err *err);
bool sink_bytes(struct sink *o, const char *bytes, size_t len, struct err *err);
/* ok: all was put out well so far. Releases o. */
bool sink_end(struct sink *o, bool ok, struct err *err);

/* The rows of a repository, each in its list (saverepo.c). */
bool sink_repository(struct sink *o, struct err *err);

#endif
