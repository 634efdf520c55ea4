/*
 * style - what a cell means, and how that looks.
 *
 * Widgets give a cell a meaning (STYLE_ERROR), never a colour. A style is one
 * `unsigned`: an enum style, with overlay flags that are added to cells
 * already drawn (a selected row keeps the meaning of its cells). The look is
 * made per colour depth; monochrome uses bold, underline and reverse only,
 * and no meaning rests on colour alone: whoever draws an error also writes a
 * mark or a word. Backgrounds are the terminal's own but for overlays, which
 * set both colours, so light and dark terminals work alike.
 */
#ifndef RREDIT_UI_STYLE_H
#define RREDIT_UI_STYLE_H

#include <stdint.h>

enum style {
	STYLE_NORMAL,
	STYLE_TITLE,		/* the line on top */
	STYLE_TAB,
	STYLE_TAB_ACTIVE,
	STYLE_HEADER,		/* column headings */
	STYLE_GROUP,		/* heading of a section */
	STYLE_DIM,		/* less important: line numbers, marks, hints */
	STYLE_BORDER,
	STYLE_KEY,		/* the name of a key in a hint */
	STYLE_LABEL,		/* of a form field */
	STYLE_FIELD,		/* a value that can be edited */
	STYLE_FIELD_ACTIVE,	/* being edited: text goes here */
	STYLE_READONLY,		/* a value that cannot be edited */
	STYLE_STATUS,		/* status bar */
	STYLE_MODE,		/* the mode shown in it */
	STYLE_ERROR,
	STYLE_WARNING,
	STYLE_NOTE,
	STYLE_OK,
	STYLE_ADDED,
	STYLE_REMOVED,
	STYLE_CHANGED,
	STYLE_TAGGED,
	STYLE_ESCAPED,		/* a mark shown in place of bytes */
	STYLE_2XX,
	STYLE_3XX,
	STYLE_4XX,
	STYLE_5XX,
	STYLE_METHOD_READ,	/* GET, HEAD, OPTIONS */
	STYLE_METHOD_WRITE,	/* POST, PUT, PATCH */
	STYLE_METHOD_DELETE,
	STYLE_IN,		/* direction */
	STYLE_OUT,
	STYLE_JSON_KEY,
	STYLE_JSON_STRING,
	STYLE_JSON_NUMBER,
	STYLE_JSON_LITERAL,
	STYLE_JSON_PUNCT,
	STYLE_COUNT
};

/* Overlays; the later one wins where two meet. */
#define STYLE_SELECTED		0x100u	/* under the cursor, has the focus */
#define STYLE_SELECTED_IDLE	0x200u	/* under the cursor, focus is elsewhere */
#define STYLE_MATCH		0x400u	/* a search hit */
#define STYLE_OVERLAYS		0x700u
#define STYLE_ID(s)		((enum style)((s) & 0xffu))

enum style_depth { STYLE_MONO, STYLE_16, STYLE_256 };

#define LOOK_BOLD	1u
#define LOOK_UNDERLINE	2u
#define LOOK_REVERSE	4u
#define LOOK_DIM	8u	/* only in colour depths: many terminals lack it */

#define STYLE_DEFAULT (-1)	/* the terminal's own colour */

/* Colours are palette numbers; STYLE_16 uses 0..7 only, so it serves
 * terminals with eight colours as well. */
struct look {
	short fg, bg;
	unsigned attrs;		/* LOOK_* */
};
struct look style_look(unsigned style, enum style_depth depth);

/* One character per style for canvas dumps; overlays: '#', '=', '*'. */
char style_letter(unsigned style);
/* Its name ("json-key"), for the legend of dumps and help. */
const char *style_name(enum style id);

/* STYLE_2XX.. for an HTTP status; 1xx and what is no status: STYLE_NORMAL. */
enum style style_for_status(int status);
/* STYLE_METHOD_* by name (any case), STYLE_NORMAL when unknown. */
enum style style_for_method(const char *method, int len);

#endif
