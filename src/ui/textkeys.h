/*
 * textkeys - the verbs of text fields, with their usual names and keys.
 *
 * prompt, textedit and hexedit share these verbs. The application makes
 * commands of the table below (context "field"), so that they can be rebound
 * and appear in the help like any other; none of the keys is printable.
 * A widget answers UI_IGNORED to a verb that it does not know (say,
 * TEXT_LINE_UP in a one-line field without history).
 */
#ifndef RREDIT_UI_TEXTKEYS_H
#define RREDIT_UI_TEXTKEYS_H

#include <stddef.h>

enum text_action {
	TEXT_NONE,
	TEXT_LEFT,
	TEXT_RIGHT,
	TEXT_WORD_LEFT,
	TEXT_WORD_RIGHT,
	TEXT_HOME,		/* start of the line */
	TEXT_END,
	TEXT_UP,		/* one row; in a one-line field: history */
	TEXT_DOWN,
	TEXT_PAGE_UP,
	TEXT_PAGE_DOWN,
	TEXT_TOP,		/* start of the text */
	TEXT_BOTTOM,
	TEXT_SELECT_LEFT,	/* the same moves, the selection grows */
	TEXT_SELECT_RIGHT,
	TEXT_SELECT_WORD_LEFT,
	TEXT_SELECT_WORD_RIGHT,
	TEXT_SELECT_HOME,
	TEXT_SELECT_END,
	TEXT_SELECT_UP,
	TEXT_SELECT_DOWN,
	TEXT_SELECT_PAGE_UP,
	TEXT_SELECT_PAGE_DOWN,
	TEXT_SELECT_TOP,
	TEXT_SELECT_BOTTOM,
	TEXT_MARK,		/* set or drop the mark: moves then select */
	TEXT_SELECT_ALL,
	TEXT_BACKSPACE,
	TEXT_DELETE,
	TEXT_DELETE_WORD_LEFT,	/* kept for TEXT_YANK, as the next ones */
	TEXT_DELETE_WORD_RIGHT,
	TEXT_DELETE_TO_START,
	TEXT_DELETE_TO_END,
	TEXT_YANK,		/* paste what was cut or deleted last */
	TEXT_CUT,
	TEXT_COPY,
	TEXT_NEWLINE,		/* a line break; in a one-line field: ignored */
	TEXT_TAB,		/* a tab character; prompt: complete */
	TEXT_BACKTAB,		/* prompt: the completion before */
	TEXT_UNDO,
	TEXT_REDO,
	TEXT_TOGGLE_WRAP,	/* textedit: wrap lines, or scroll sideways */
	TEXT_TOGGLE_INSERT,	/* hexedit: insert, or overwrite */
	TEXT_TOGGLE_PANE,	/* hexedit: hex digits, or text */
	TEXT_ACTION_COUNT
};

struct textkey {
	enum text_action action;
	const char *name;	/* "word-left" */
	const char *keys;	/* usual keys, separated by ", "; may be "" */
	const char *help;	/* N_(): translate where it is shown */
};
/* Every action but TEXT_NONE, in the order of the enum. */
const struct textkey *textkeys_table(size_t *n);
/* TEXT_NONE when there is none of that name. */
enum text_action textkeys_by_name(const char *name);

#endif
