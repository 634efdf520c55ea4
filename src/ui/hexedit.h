/*
 * hexedit - bytes as offset, hex digits and text; view and editor.
 *
 * Rows hold 4, 8, 16, 24 or 32 bytes, as many as fit; 23 columns are needed
 * for four. Typing overwrites, or inserts after TEXT_TOGGLE_INSERT; in the
 * hex pane two digits make a byte (anything but hex digits is refused), in
 * the text pane each byte typed stands for itself. Deleting changes the
 * length.
 */
#ifndef RREDIT_UI_HEXEDIT_H
#define RREDIT_UI_HEXEDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/textbuf.h"
#include "ui/textkeys.h"

#define HEXEDIT_MAX ((size_t)256 << 20)

struct hexedit {
	struct textbuf text;
	size_t cursor;		/* byte, 0..length (the end is a place to add) */
	bool low;		/* the second digit is next */
	bool text_pane;
	bool insert;
	bool read_only;
	bool over;		/* the last text did not fit */
	size_t top;		/* first byte shown, a multiple of per_row */
	int per_row, h;
	int digits;		/* of the offset column */
	size_t hit, hit_len;	/* last search hit, shown; hit_len 0: none */
	struct region at;
};

void hexedit_init(struct hexedit *he);
void hexedit_release(struct hexedit *he);
bool hexedit_set(struct hexedit *he, const void *bytes, size_t len);
/* The same with the bytes of another buffer, which is empty then. */
void hexedit_take(struct hexedit *he, struct textbuf *bytes);
const char *hexedit_bytes(struct hexedit *he, size_t *len);
bool hexedit_modified(const struct hexedit *he);

/* Hex digits or text, by pane; a paste in the hex pane may have blanks between
 * bytes and is refused whole (UI_IGNORED) when it is not hex. */
enum ui_result hexedit_text(struct hexedit *he, const char *bytes, size_t len);
enum ui_result hexedit_action(struct hexedit *he, enum text_action action);
/* Search bytes: step 1 after the cursor, -1 before, 0 at it; wraps around. */
bool hexedit_find(struct hexedit *he, const void *needle, size_t len, int step);
/* "de ad be ef" as bytes, for a search prompt; false when it is not hex. */
bool hexedit_parse(const char *s, size_t len, struct buf *out);
void hexedit_goto(struct hexedit *he, size_t offset);

void hexedit_layout(struct hexedit *he, const struct region *r);
void hexedit_draw(const struct hexedit *he, const struct region *r,
		  bool focused);
enum ui_result hexedit_mouse(struct hexedit *he, const struct mouse *m);

#endif
