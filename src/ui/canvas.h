/*
 * canvas - a grid of cells to draw on, with clipping.
 *
 * Widgets draw on a `struct region`, a rectangle of a canvas; coordinates are
 * the region's own, from 0, and nothing reaches cells outside it. term_draw()
 * brings a canvas to the terminal, canvas_dump() to a test. Drawing allocates
 * nothing and cannot fail.
 *
 * region_text() and its friends are the one way text comes onto the canvas:
 * every byte passes utf8_cluster(), so control bytes, bidi controls and
 * invalid sequences arrive as visible marks, in STYLE_ESCAPED (on overlays
 * the overlay stays). Own, translated text takes the same way. A wide
 * character takes two cells; where only its half would be visible, or the
 * other half was drawn over, a blank stands.
 *
 * In ASCII mode glyphs are ASCII, and every column of a character that is not
 * becomes '?'.
 */
#ifndef RREDIT_UI_CANVAS_H
#define RREDIT_UI_CANVAS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "ui/style.h"

#define CANVAS_COLS_MAX 2000
#define CANVAS_ROWS_MAX 1000

struct cell {
	char text[UTF8_SHOWN_MAX];	/* one cluster, NUL-terminated */
	uint8_t width;	/* 1, 2, or 0: second half of the wide one before */
	uint16_t style;
};

struct canvas {
	int cols, rows;
	struct cell *cells;	/* rows * cols, row by row */
	bool ascii;
	bool cursor_on;		/* a field has the text cursor */
	int cursor_x, cursor_y;
};

struct region {
	struct canvas *canvas;
	int x, y, w, h;		/* inside the canvas, always */
};

/* Sizes are clamped to 1..CANVAS_*_MAX. The cells are blank. */
void canvas_init(struct canvas *c, int cols, int rows);
void canvas_release(struct canvas *c);
void canvas_resize(struct canvas *c, int cols, int rows);	/* blanks all */
void canvas_clear(struct canvas *c);	/* blank cells, cursor off */
const struct cell *canvas_cell(const struct canvas *c, int x, int y);

/* Where row y of two canvases of the same width differs: columns [*from, *to),
 * which cut no wide character of either. False, and nothing set: nowhere. */
bool canvas_row_differs(const struct canvas *a, const struct canvas *b, int y,
			int *from, int *to);

/*
 * The rows as text, trailing blanks cut, each ended by \n; with styles, a
 * line "--" and a second block follow: style_letter() per cell, trailing
 * STYLE_NORMAL cut; with the cursor on, a last line "cursor X Y".
 */
void canvas_dump(const struct canvas *c, struct buf *out, bool styles);

/* Regions. Every result is clipped to its parent and may be empty. */
struct region canvas_region(struct canvas *c);
struct region region_sub(const struct region *r, int x, int y, int w, int h);
bool region_empty(const struct region *r);
bool region_contains(const struct region *r, int canvas_x, int canvas_y);

/* Signs of our own, each one column wide. */
enum glyph {
	GLYPH_ELLIPSIS,		/* text was cut here */
	GLYPH_LEFT,		/* more to the left */
	GLYPH_RIGHT,		/* more to the right */
	GLYPH_HLINE,
	GLYPH_VLINE,
	GLYPH_TOP_LEFT,
	GLYPH_TOP_RIGHT,
	GLYPH_BOTTOM_LEFT,
	GLYPH_BOTTOM_RIGHT,
	GLYPH_TEE_RIGHT,	/* |- */
	GLYPH_TEE_LEFT,		/* -| */
	GLYPH_UP,		/* sorted upwards, more above */
	GLYPH_DOWN,
	GLYPH_FOLDED,
	GLYPH_UNFOLDED,
	GLYPH_CHECK,
	GLYPH_BULLET,		/* tag mark */
	GLYPH_CHANGED,		/* unsaved change */
	GLYPH_DOT,		/* middle dot between hints */
	GLYPH_ARROW_IN,
	GLYPH_ARROW_OUT,
	GLYPH_THUMB,		/* scroll bar */
	GLYPH_WRAP,		/* the line goes on below */
	GLYPH_COUNT
};
const char *canvas_glyph(const struct canvas *c, enum glyph glyph);

enum align { ALIGN_LEFT, ALIGN_RIGHT, ALIGN_CENTRE };

/* Overlay (STYLE_MATCH) or style for a byte range of the text drawn. */
struct hilite {
	size_t start, len;
	unsigned style;		/* overlay flags are added, an id replaces */
};

struct text_opts {
	unsigned style;
	enum align align;	/* where it is put when it fits */
	size_t skip;		/* columns scrolled out on the left */
	bool marks;		/* with skip: GLYPH_LEFT where something is hidden */
	bool no_ellipsis;	/* cut hard at the right edge */
	bool cut_left;		/* too long: keep the end, mark at the left */
	const struct hilite *hilites;	/* ascending, not overlapping */
	size_t nhilites;
};

/*
 * Draw bytes in row y from column x, at most w columns (w < 0: to the edge).
 * What does not fit is cut with GLYPH_ELLIPSIS in the last column. Only what
 * is visible is looked at (and skip columns before it). Returns the columns
 * drawn.
 */
int region_text_opts(const struct region *r, int x, int y, int w,
		     const struct text_opts *opts, const char *s, size_t len);
int region_text(const struct region *r, int x, int y, int w, unsigned style,
		const char *s, size_t len);
/* The same for a NUL-terminated string of our own. */
int region_puts(const struct region *r, int x, int y, int w, unsigned style,
		const char *s);
int region_printf(const struct region *r, int x, int y, int w, unsigned style,
		  const char *fmt, ...) __attribute__((format(printf, 6, 7)));
int region_glyph(const struct region *r, int x, int y, unsigned style,
		 enum glyph glyph);

/*
 * Draw one cluster that the caller measured with utf8_cluster(); for widgets
 * that lay out text themselves. Draws nothing when it does not fit whole
 * within the region (an escaped mark may be cut). Returns its width.
 */
int region_cluster(const struct region *r, int x, int y, unsigned style,
		   const struct utf8_cluster *cl);

void region_fill(const struct region *r, unsigned style);	/* blanks */
void region_fill_row(const struct region *r, int y, unsigned style);
void region_hline(const struct region *r, int x, int y, int w, unsigned style);
void region_vline(const struct region *r, int x, int y, int h, unsigned style);
/* A box along the edge with a title in its top line (NULL for none); returns
 * the inside. */
struct region region_box(const struct region *r, unsigned style,
			 const char *title);
/* Add overlay flags to cells already drawn. */
void region_overlay(const struct region *r, int x, int y, int w,
		    unsigned overlay);
/* The text cursor; outside of the region it is switched off. */
void region_cursor(const struct region *r, int x, int y);
/* A scroll bar in column x: rows top.. of total are visible, nothing when all
 * are. */
void region_scrollbar(const struct region *r, int x, size_t top, size_t total);

#endif
