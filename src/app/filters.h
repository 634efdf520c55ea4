/*
 * app/filters - filters that were given names, kept in the state directory.
 *
 * One file for all snapshots, private to its owner, replaced as a whole. In an
 * expression @name stands for the filter of that name where a term may stand;
 * what is no name of a filter stays what it is, a word. Names are short and
 * hold no blanks, quotes or parentheses.
 *
 * Read anew for each use, so that several instances see each other's. Any
 * thread; nothing is shared.
 */
#ifndef RREDIT_APP_FILTERS_H
#define RREDIT_APP_FILTERS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

#define FILTERS_MAX 500
#define FILTERS_NAME_MAX 64	/* bytes */

struct filters {
	struct named_filter {
		char *name, *expr;
	} *items;		/* by name */
	size_t count, cap;
};

/* What there is; none when the file is not there or cannot be read. */
void filters_load(struct filters *f, const char *state_dir);
void filters_release(struct filters *f);
const char *filters_find(const struct filters *f, const char *name, size_t len);

/* Write one, in the place of another of that name; expr NULL takes it away
 * (ERR_ABSENT when there is none). ERR_USAGE for what can be no name. */
bool filters_put(const char *state_dir, const char *name, const char *expr,
		 struct err *err);
/* Append the expression with the names in it replaced. */
void filters_expand(const struct filters *f, const char *expr, size_t len,
		    struct buf *out);

#endif
