#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "ui/textkeys.h"

/* In the order of the enum: textkeys_table() and the tests rely on it. */
static const struct textkey table[] = {
	{TEXT_LEFT, "left", "Left, ^B", N_("one character left")},
	{TEXT_RIGHT, "right", "Right, ^F", N_("one character right")},
	{TEXT_WORD_LEFT, "word-left", "C-Left, M-b", N_("one word left")},
	{TEXT_WORD_RIGHT, "word-right", "C-Right, M-f", N_("one word right")},
	{TEXT_HOME, "line-start", "Home, ^A", N_("start of the line")},
	{TEXT_END, "line-end", "End, ^E", N_("end of the line")},
	{TEXT_UP, "up", "Up, ^P", N_("one row up, or older input")},
	{TEXT_DOWN, "down", "Down, ^N", N_("one row down, or newer input")},
	{TEXT_PAGE_UP, "page-up", "PgUp, M-v", N_("one page up")},
	{TEXT_PAGE_DOWN, "page-down", "PgDn, ^V", N_("one page down")},
	{TEXT_TOP, "text-start", "C-Home, M-<", N_("start of the text")},
	{TEXT_BOTTOM, "text-end", "C-End, M->", N_("end of the text")},
	{TEXT_SELECT_LEFT, "select-left", "S-Left",
	 N_("select one character left")},
	{TEXT_SELECT_RIGHT, "select-right", "S-Right",
	 N_("select one character right")},
	{TEXT_SELECT_WORD_LEFT, "select-word-left", "C-S-Left",
	 N_("select one word left")},
	{TEXT_SELECT_WORD_RIGHT, "select-word-right", "C-S-Right",
	 N_("select one word right")},
	{TEXT_SELECT_HOME, "select-line-start", "S-Home",
	 N_("select to the start of the line")},
	{TEXT_SELECT_END, "select-line-end", "S-End",
	 N_("select to the end of the line")},
	{TEXT_SELECT_UP, "select-up", "S-Up", N_("select one row up")},
	{TEXT_SELECT_DOWN, "select-down", "S-Down", N_("select one row down")},
	{TEXT_SELECT_PAGE_UP, "select-page-up", "S-PgUp",
	 N_("select one page up")},
	{TEXT_SELECT_PAGE_DOWN, "select-page-down", "S-PgDn",
	 N_("select one page down")},
	{TEXT_SELECT_TOP, "select-text-start", "C-S-Home",
	 N_("select to the start of the text")},
	{TEXT_SELECT_BOTTOM, "select-text-end", "C-S-End",
	 N_("select to the end of the text")},
	{TEXT_MARK, "mark", "^Space", N_("start or drop a selection")},
	{TEXT_SELECT_ALL, "select-all", "M-a", N_("select everything")},
	{TEXT_BACKSPACE, "backspace", "Backspace",
	 N_("delete the character before")},
	{TEXT_DELETE, "delete-char", "Del, ^D", N_("delete the character here")},
	{TEXT_DELETE_WORD_LEFT, "delete-word-left", "^W, M-Backspace",
	 N_("delete the word before")},
	{TEXT_DELETE_WORD_RIGHT, "delete-word-right", "M-d, C-Del",
	 N_("delete the word after")},
	{TEXT_DELETE_TO_START, "delete-to-start", "^U",
	 N_("delete to the start of the line")},
	{TEXT_DELETE_TO_END, "delete-to-end", "^K",
	 N_("delete to the end of the line")},
	{TEXT_YANK, "yank", "^Y", N_("insert what was cut last")},
	{TEXT_CUT, "cut", "^X", N_("cut the selection")},
	{TEXT_COPY, "copy", "M-w", N_("copy the selection")},
	{TEXT_NEWLINE, "newline", "Enter", N_("a line break")},
	{TEXT_TAB, "tab", "Tab", N_("a tab, or complete")},
	{TEXT_BACKTAB, "back-tab", "S-Tab", N_("the completion before")},
	{TEXT_UNDO, "undo-typing", "^_, M-u", N_("undo within the field")},
	{TEXT_REDO, "redo-typing", "^R, M-r", N_("redo within the field")},
	{TEXT_TOGGLE_WRAP, "toggle-wrap", "M-z",
	 N_("wrap long lines, or scroll sideways")},
	{TEXT_TOGGLE_INSERT, "toggle-insert", "Ins",
	 N_("insert, or overwrite")},
	{TEXT_TOGGLE_PANE, "toggle-pane", "M-p", N_("hex digits, or text")},
};

const struct textkey *textkeys_table(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

enum text_action textkeys_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (!strcmp(table[i].name, name))
			return table[i].action;
	return TEXT_NONE;
}
