/*
 * textrows - the rows on screen that the lines of a textedit take.
 *
 * For textedit*.c alone. A row is found from an offset, then its neighbours
 * from it; each costs no more than one segment of a line (TEXTEDIT_SEGMENT)
 * and a search for line breaks, whatever the size of the text.
 */
#ifndef RREDIT_UI_TEXTROWS_H
#define RREDIT_UI_TEXTROWS_H

#include "base/utf8.h"
#include "ui/textedit.h"

struct textrow {
	size_t line, line_end;	/* the line's start, the end of its content */
	size_t line_next;	/* the next line's start; SIZE_MAX: the last */
	size_t start, end;	/* bytes shown */
	size_t next;		/* the next row's start; SIZE_MAX: the last */
};

/* The row that shows the byte (or the end) at offset. */
void textrows_at(const struct textedit *te, size_t offset,
		 struct textrow *row);
bool textrows_next(const struct textedit *te, struct textrow *row);
bool textrows_prev(const struct textedit *te, struct textrow *row);
/* Is it the last row of its line? */
bool textrows_ends_line(const struct textrow *row);

/* The column of an offset within the row; the offset of a column. */
size_t textrows_column(const struct textedit *te, const struct textrow *row,
		       size_t offset);
size_t textrows_offset(const struct textedit *te, const struct textrow *row,
		       size_t column);
/* The cluster at `at` when drawn in column col: a tab is blanks. Returns its
 * bytes. */
size_t textrows_cluster(const struct textedit *te, size_t at, size_t col,
			struct utf8_cluster *cl);

/* The number of the line that holds an offset, from 0. */
size_t textedit_line_of(struct textedit *te, size_t at);

#endif
