/*
 * textedit - an editor of many lines over arbitrary bytes.
 *
 * Every byte is kept: CRLF, NUL, invalid UTF-8, a missing last newline. What
 * cannot be shown appears as a mark. Texts of 10 MB and lines of megabytes
 * are as quick as small ones, because only visible rows are laid out; a line
 * longer than TEXTEDIT_SEGMENT is laid out in segments of that size, each
 * beginning a row (also without wrap), so nothing depends on how long the
 * line is. In a text whose first break is CRLF these are plain breaks, and a
 * lone LF is shown as a mark; in others CR is. TEXT_NEWLINE inserts the kind
 * of break that the text uses.
 */
#ifndef RREDIT_UI_TEXTEDIT_H
#define RREDIT_UI_TEXTEDIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/textbuf.h"
#include "ui/textkeys.h"

#define TEXTEDIT_MAX ((size_t)256 << 20)	/* bytes taken */
#define TEXTEDIT_SEGMENT ((size_t)16 << 10)
#define TEXTEDIT_TAB 8
#define TEXTEDIT_FIND_MAX 1024		/* bytes searched for */

/*
 * Colouring: give every byte of [from, to) its style in styles[0..to-from),
 * which start as STYLE_NORMAL. The range is what one row shows, at most some
 * thousand bytes. Called while drawing; read the text with textbuf_span().
 */
typedef void (*textedit_colour_fn)(void *arg, const struct textbuf *text,
				   size_t from, size_t to, uint16_t *styles);

struct textedit {
	struct textbuf text;
	size_t cursor;		/* byte offset, at a cluster boundary */
	size_t mark;		/* other end of the selection */
	bool selecting;		/* there is one */
	bool sticky;		/* set by TEXT_MARK: plain moves select */
	size_t top;		/* offset of the first row shown: a row start */
	size_t left;		/* columns scrolled out, without wrap */
	size_t goal;		/* column that up and down aim at */
	bool goal_set;
	bool wrap;		/* default true */
	bool numbers;		/* line numbers in a column on the left */
	bool read_only;
	bool crlf;		/* the first line ended so: new ones do, too */
	bool over;		/* the last text did not fit TEXTEDIT_MAX */
	textedit_colour_fn colour;	/* NULL: none */
	void *colour_arg;
	struct buf *clip;	/* borrowed, shared by fields; NULL: own_clip */
	struct buf own_clip;
	char find[TEXTEDIT_FIND_MAX];
	size_t find_len;	/* hits of it are shown; 0: none */
	bool find_fold;
	int w, h;		/* of the text, from textedit_layout() */
	int gutter;		/* columns of line numbers */
	struct region at;	/* where it was laid out, for clicks */
	/* a known pair of offset and line number, kept near the edits */
	size_t anchor, anchor_line;
	/* the line that rows were asked of last, in this version of the text:
	 * looking for the ends of one of 10 MB takes a millisecond */
	struct textedit_line {
		uint64_t version;
		size_t start, nl;
	} *line;
};

void textedit_init(struct textedit *te);
void textedit_release(struct textedit *te);
bool textedit_set(struct textedit *te, const char *bytes, size_t len);
/* The same with the text of another buffer, which is empty then: made ready by
 * a job, it costs nothing here. */
void textedit_take(struct textedit *te, struct textbuf *text);
/* The same with bytes that stay as they are until there is another text; see
 * textbuf_borrow(). */
void textedit_borrow(struct textedit *te, const char *bytes, size_t len);
/* The whole text, NUL-terminated; valid until the next change. */
const char *textedit_bytes(struct textedit *te, size_t *len);
bool textedit_modified(const struct textedit *te);

enum ui_result textedit_text(struct textedit *te, const char *bytes,
			     size_t len);
enum ui_result textedit_action(struct textedit *te, enum text_action action);

/* The selection as a range; false when there is none. */
bool textedit_selection(const struct textedit *te, size_t *from, size_t *to);
/* Cut and copied text; the application may put it on the clipboard too. */
const struct buf *textedit_clip(const struct textedit *te);

/*
 * Search for bytes; step 1: from the cursor on, -1: back, 0: at the cursor or
 * after (while the needle is being typed). Wraps around; *wrapped tells (may
 * be NULL). False when there is no hit; the cursor stays. len 0 clears.
 */
bool textedit_find(struct textedit *te, const char *needle, size_t len,
		   bool fold, int step, bool *wrapped);
void textedit_goto_line(struct textedit *te, size_t line);	/* from 1 */
void textedit_goto(struct textedit *te, size_t offset);
void textedit_scroll(struct textedit *te, long rows);	/* the view, not the cursor */

struct textedit_info {
	size_t line, lines;	/* from 1 */
	size_t column;		/* from 1, in terminal columns */
	size_t offset, length;	/* bytes */
	size_t selected;	/* bytes */
	bool crlf;		/* breaks inserted are CRLF */
};
/* The column of a long line is counted within its segment when the line is
 * longer than TEXTEDIT_SEGMENT (offset says where exactly). */
void textedit_info(struct textedit *te, struct textedit_info *out);

/* Keep r and bring the cursor into view. Call before drawing. */
void textedit_layout(struct textedit *te, const struct region *r);
/* focused: shows the text cursor and the selection in full. */
void textedit_draw(struct textedit *te, const struct region *r, bool focused);
/* Press puts the cursor, drag selects, double selects a word, wheel scrolls. */
enum ui_result textedit_mouse(struct textedit *te, const struct mouse *m);

#endif
