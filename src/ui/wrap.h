/*
 * wrap - where a long line is broken into rows.
 */
#ifndef RREDIT_UI_WRAP_H
#define RREDIT_UI_WRAP_H

#include <stddef.h>

/*
 * The first row of s (len > 0) when it may take `width` columns: *shown gets
 * the bytes to draw; returns the bytes to the start of the next row, which
 * are more when blanks fall away at the break. Breaks after a blank where one
 * stands in the second half of the row, else anywhere between clusters. Takes
 * at least one cluster, also when it is wider than the row. Looks at no more
 * than the row.
 */
size_t wrap_row(const char *s, size_t len, int width, size_t *shown);

/* The rows that s takes, at least 1; rows after the first are `indent`
 * narrower. */
size_t wrap_count(const char *s, size_t len, int width, int indent);

#endif
