/*
 * tableedit - edits of rows, by kind of table. Private to src/rrpair.
 *
 * Every function works within a plan on a row that exists and is not odd.
 */
#ifndef RREDIT_RRPAIR_TABLEEDIT_H
#define RREDIT_RRPAIR_TABLEEDIT_H

#include "rrpair/pairtable.h"
#include "rrpair/set.h"

/* One cookie of a Cookie or Set-Cookie value: NAME=VALUE up to the next ';'. A
 * cookie without '=' is a name alone. */
struct cookie {
	size_t at, end;		/* of the pair in the text, blanks left out */
	struct slice name, value;
};
bool cookie_next(const char *text, size_t len, size_t *at, struct cookie *out);

enum row_verb {
	ROW_SET, ROW_SET_EXTRA, ROW_RENAME, ROW_INSERT, ROW_DELETE,
	ROW_DUPLICATE, ROW_MOVE,
};

struct row_edit {
	struct plan *plan;
	const struct pairtable *table;
	enum row_verb verb;
	size_t row, to;		/* to: ROW_MOVE, ROW_INSERT */
	struct slice name, value;
};

bool header_rows_edit(struct row_edit *edit, struct err *err);
bool tag_rows_edit(struct row_edit *edit, struct err *err);
bool param_rows_edit(struct row_edit *edit, struct err *err);
bool cookie_rows_edit(struct row_edit *edit, struct err *err);

/* NULL in an empty table, where only ROW_INSERT comes. */
static inline const struct pairtable_row *edit_row(const struct row_edit *edit)
{
	return edit->table->count ? &edit->table->rows[edit->row] : NULL;
}

#endif
