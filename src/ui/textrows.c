#include "config.h"

#include <string.h>

#include "ui/textrows.h"

size_t textrows_cluster(const struct textedit *te, size_t at, size_t col,
			struct utf8_cluster *cl)
{
	if (textbuf_at(&te->text, at) != '\t')
		return textbuf_cluster(&te->text, at, cl);
	cl->width = (uint8_t)(TEXTEDIT_TAB - col % TEXTEDIT_TAB);
	memset(cl->shown, ' ', cl->width);
	cl->shown[cl->width] = '\0';
	cl->shown_len = cl->width;
	cl->escaped = false;
	return 1;
}

static bool plain(char c)
{
	return c >= 0x20 && c < 0x7f;
}

/*
 * Go from `at` over whole clusters, up to the offset `stop` and while they fit
 * into columns up to max. Gives where it came to and the column there.
 */
static size_t walk(const struct textedit *te, size_t at, size_t stop,
		   size_t max, size_t *column)
{
	size_t col = 0;

	while (at < stop) {
		struct utf8_cluster cl;
		size_t len, n = 0;
		const char *s = textbuf_span(&te->text, at, &len);

		if (len > stop - at)
			len = stop - at;
		/* ASCII that nothing can join: the common case */
		while (n + 1 < len && col < max && plain(s[n]) &&
		       (unsigned char)s[n + 1] < 0x80) {
			n++;
			col++;
		}
		at += n;
		if (n)
			continue;
		n = textrows_cluster(te, at, col, &cl);
		if (col + cl.width > max || n > stop - at)
			break;
		at += n;
		col += cl.width;
	}
	*column = col;
	return at;
}

static void find_line(const struct textedit *te, size_t offset,
		      struct textrow *row)
{
	size_t len = textbuf_len(&te->text), nl;
	struct textedit_line *seen = te->line;

	if (seen->version != te->text.version || offset < seen->start ||
	    offset > seen->nl) {
		seen->version = te->text.version;
		seen->start = textbuf_line_start(&te->text, offset);
		seen->nl = textbuf_find_nl(&te->text, offset, len);
	}
	nl = seen->nl;
	row->line = seen->start;
	row->line_next = nl < len ? nl + 1 : SIZE_MAX;
	row->line_end = nl;
	if (te->crlf && nl < len && nl > row->line &&
	    textbuf_at(&te->text, nl - 1) == '\r')
		row->line_end--;
}

/* Where segment k of the line begins: at a character. */
static size_t segment(const struct textedit *te, const struct textrow *row,
		      size_t k)
{
	size_t at = row->line + k * TEXTEDIT_SEGMENT;
	int i;

	if (k == 0 || at >= row->line_end)
		return k ? row->line_end : row->line;
	for (i = 0; i < 3 && at < row->line_end &&
		    (textbuf_at(&te->text, at) & 0xc0) == 0x80; i++)
		at++;
	return at;
}

/* The segment that holds the offset. */
static size_t segment_of(const struct textedit *te, const struct textrow *row,
			 size_t offset)
{
	size_t k = (offset - row->line) / TEXTEDIT_SEGMENT;

	/* The end of the line belongs to the segment before it. */
	while (k > 0 && (segment(te, row, k) > offset ||
			 segment(te, row, k) >= row->line_end))
		k--;
	return k;
}

/* Columns that text may take in a row: the last one is for the cursor behind
 * the text and for the sign that the line goes on. */
static size_t row_width(const struct textedit *te)
{
	if (!te->wrap)
		return SIZE_MAX;
	return te->w > 1 ? (size_t)te->w - 1 : 1;
}

/* Fill in the end of a row that begins at row->start in segment k. */
static void fill_row(const struct textedit *te, struct textrow *row, size_t k)
{
	size_t stop = segment(te, row, k + 1), col;
	struct utf8_cluster cl;

	if (stop < row->start || stop > row->line_end)
		stop = row->line_end;
	row->end = walk(te, row->start, stop, row_width(te), &col);
	if (row->end == row->start && row->end < stop) {
		row->end += textrows_cluster(te, row->start, 0, &cl);
		if (row->end > stop)
			row->end = stop;
	}
	row->next = row->end < row->line_end ? row->end : row->line_next;
}

bool textrows_ends_line(const struct textrow *row)
{
	return row->end == row->line_end;
}

/* The row of the line that shows the offset, which lies in segment k. */
static void find_row(const struct textedit *te, struct textrow *row, size_t k,
		     size_t offset)
{
	row->start = segment(te, row, k);
	for (;;) {
		fill_row(te, row, k);
		if (offset < row->end || textrows_ends_line(row))
			return;
		/* at the end of the segment: the next one has it */
		if (row->end >= segment(te, row, k + 1))
			k++;
		row->start = row->end;
	}
}

void textrows_at(const struct textedit *te, size_t offset, struct textrow *row)
{
	size_t len = textbuf_len(&te->text);

	if (offset > len)
		offset = len;
	find_line(te, offset, row);
	if (offset > row->line_end)
		offset = row->line_end;
	find_row(te, row, segment_of(te, row, offset), offset);
}

bool textrows_next(const struct textedit *te, struct textrow *row)
{
	size_t at = row->next;

	if (at == SIZE_MAX)
		return false;
	if (at == row->line_next) {
		find_line(te, at, row);
		row->start = row->line;
		fill_row(te, row, 0);
		return true;
	}
	row->start = at;
	fill_row(te, row, segment_of(te, row, at));
	return true;
}

bool textrows_prev(const struct textedit *te, struct textrow *row)
{
	size_t at = row->start;

	if (at > row->line) {
		find_row(te, row, segment_of(te, row, at - 1), at - 1);
		return true;
	}
	if (at == 0)
		return false;
	/* the last row of the line before */
	find_line(te, at - 1, row);
	find_row(te, row, segment_of(te, row, row->line_end), row->line_end);
	return true;
}

size_t textrows_column(const struct textedit *te, const struct textrow *row,
		       size_t offset)
{
	size_t col, stop = offset < row->end ? offset : row->end;

	walk(te, row->start, stop, SIZE_MAX, &col);
	return col;
}

size_t textrows_offset(const struct textedit *te, const struct textrow *row,
		       size_t column)
{
	size_t col, at = walk(te, row->start, row->end, column, &col);

	/* The end of a row that goes on is shown as the next row's start. */
	if (at == row->end && at > row->start && !textrows_ends_line(row))
		at = textbuf_prev(&te->text, at);
	return at < row->start ? row->start : at;
}
