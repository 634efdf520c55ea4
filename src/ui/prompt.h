/*
 * prompt - a one-line text field over arbitrary bytes.
 *
 * The field gives back exactly the bytes it was given but for what was typed:
 * NUL, invalid UTF-8 and line breaks are shown as marks and kept. The cursor
 * moves by clusters. Undo is the field's own. History and completion are
 * optional. See event.h for how keys and text get here.
 */
#ifndef RREDIT_UI_PROMPT_H
#define RREDIT_UI_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/textbuf.h"
#include "ui/textkeys.h"

#define PROMPT_MAX ((size_t)64 << 20)	/* bytes a field takes */
#define PROMPT_HISTORY_MAX 500
#define PROMPT_POPUP_ROWS 8

/* Lines entered before, newest last; the application keeps one per purpose
 * and may load and store it. */
struct prompt_history {
	char **lines;
	size_t *lens;
	size_t n;
};
void prompt_history_init(struct prompt_history *h);
void prompt_history_release(struct prompt_history *h);
/* Append; an equal line before is dropped, the oldest goes above the limit. */
void prompt_history_add(struct prompt_history *h, const char *s, size_t len);

/* What completion found: text to stand for the bytes [from, to). */
struct completion {
	size_t from, to;
	struct completion_item {
		char *text;	/* inserted */
		char *help;	/* shown beside it, or NULL */
	} *items;
	size_t n, cap;
};
void completion_add(struct completion *c, const char *text, const char *help);

typedef void (*prompt_complete_fn)(void *arg, const char *text, size_t len,
				   size_t cursor, struct completion *out);

/* What becomes of line breaks in pasted text. */
enum prompt_breaks {
	PROMPT_BREAKS_BLANK,	/* a run of them becomes one blank; those at
				 * the end go */
	PROMPT_BREAKS_KEEP,	/* kept as bytes, shown as ^J */
};

struct prompt {
	struct textbuf text;
	size_t cursor;		/* byte offset, at a cluster boundary */
	size_t left;		/* first byte shown */
	enum prompt_breaks breaks;
	char *label;		/* before the field: ":" or "Name: "; may be NULL */
	bool secret;		/* shows dots in place of the text */
	struct buf yank;
	struct prompt_history *history;	/* borrowed, or NULL */
	size_t history_at;	/* history->n: the line being typed */
	struct buf draft;	/* that line, while history is shown */
	prompt_complete_fn complete;	/* NULL: none */
	void *complete_arg;
	struct completion found;
	size_t picked;		/* item chosen, found.n: none yet */
	bool popup;		/* the list is open */
	bool over;		/* the last text did not fit PROMPT_MAX */
};

void prompt_init(struct prompt *p, const char *label);
void prompt_release(struct prompt *p);
/* New content, cursor at the end, undo empty. False when over PROMPT_MAX. */
bool prompt_set(struct prompt *p, const char *bytes, size_t len);
/* The bytes, NUL-terminated; valid until the next change. */
const char *prompt_bytes(struct prompt *p, size_t *len);
bool prompt_modified(const struct prompt *p);

/* Typed or pasted text. */
enum ui_result prompt_text(struct prompt *p, const char *bytes, size_t len);
/*
 * TEXT_UP and TEXT_DOWN walk the popup when it is open, else the history;
 * TEXT_TAB opens the popup, or inserts the common beginning, then picks the
 * next. Anything else closes the popup.
 */
enum ui_result prompt_action(struct prompt *p, enum text_action action);
/* Close the popup; false when there was none (then Esc is for the view). */
bool prompt_close_popup(struct prompt *p);
/* Ask for completion anew after a change, without inserting: a live list. */
void prompt_suggest(struct prompt *p);

/* Draw in row 0 of r: label, text, marks where it goes on; sets the cursor.
 * Scrolling is decided here but kept nowhere: prompt_layout() keeps it. */
void prompt_layout(struct prompt *p, int width);
void prompt_draw(const struct prompt *p, const struct region *r,
		 unsigned style);
/* The open popup, above or below row y of r, whichever has room. x: where the
 * prompt is drawn; the popup stands at the word that it would replace. */
void prompt_draw_popup(const struct prompt *p, const struct region *r, int x,
		       int y);
/* A click in column x of the row drawn. */
enum ui_result prompt_click(struct prompt *p, int x);

#endif
