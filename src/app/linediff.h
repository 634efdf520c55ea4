/*
 * app/linediff - two texts side by side, line by line.
 *
 * Myers' shortest edit script on lines ("An O(ND) Difference Algorithm",
 * 1986). Beyond LINEDIFF_EDITS edits the rest is taken as one change, so that
 * two strangers cost no more than that.
 */
#ifndef RREDIT_APP_LINEDIFF_H
#define RREDIT_APP_LINEDIFF_H

#include <stdbool.h>
#include <stddef.h>

#define LINEDIFF_EDITS 1500
#define LINEDIFF_NONE ((size_t)-1)

struct linediff_line {
	const char *s;
	size_t len;
};

/* A row of the two columns: lines of a and b beside each other. LINEDIFF_NONE
 * where one side has none. */
struct linediff_row {
	size_t a, b;
	bool same;
};

struct linediff {
	struct linediff_line *a, *b;	/* point into the texts given */
	size_t na, nb;
	struct linediff_row *rows;
	size_t nrows, cap;
};

void linediff_init(struct linediff *d);
void linediff_release(struct linediff *d);
/* The texts must outlive the result. */
void linediff_make(struct linediff *d, const char *a, size_t alen,
		   const char *b, size_t blen);

#endif
