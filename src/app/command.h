/*
 * app/command - every action of the screen, in one table.
 *
 * The `:` line, the keys, `?`, rredit.conf's [keys] and the manual page all
 * come from the table in app/commands.c. A command is a name with a help
 * text, the views it works in, its default keys and what argument it takes;
 * what it does is decided by the view that gets it (view_ops.command), or
 * else by the application (app/actions.c). To add one: a name in enum
 * command_id, an entry in the table, a case where it is carried out.
 *
 * Keys are written as ui/keymap reads them; a comma and a blank stand between
 * alternatives. After the first key of a sequence ("]e") a menu shows how it
 * can go on, which is how the menus of `y`, `x`, `o`, `a` and `A` are made.
 *
 * The keyboard law: one key means one thing in every view. A test holds the
 * table to it.
 *
 * Ownership: the table is constant. No threads.
 */
#ifndef RREDIT_APP_COMMAND_H
#define RREDIT_APP_COMMAND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum view_kind {
	VIEW_STORE, VIEW_TRASH, VIEW_PAIRS, VIEW_PAIR, VIEW_BODY, VIEW_META,
	VIEW_CHANGES, VIEW_PROBLEMS, VIEW_JOBS, VIEW_HELP, VIEW_COMPARE,
	VIEW_GROUPS, VIEW_HISTOGRAM, VIEW_MESSAGES, VIEW_BACKUPS,
	VIEW_CONFLICTS, VIEW_REMOTES, VIEW_REMOTE,
	VIEW_SHARES, VIEW_SHARE,
	VIEW_KINDS,
	VIEW_FIELD = VIEW_KINDS,	/* a text field in any of them */
};

#define IN(kind) (1u << VIEW_##kind)
#define IN_FIELD (1u << VIEW_FIELD)
#define IN_ALL ((1u << VIEW_KINDS) - 1)
/* Views that stand on an open snapshot. */
#define IN_DOC (IN(PAIRS) | IN(PAIR) | IN(BODY) | IN(META) | IN(CHANGES) | \
		IN(PROBLEMS) | IN(COMPARE) | IN(GROUPS) | IN(HISTOGRAM))

enum command_group {
	GROUP_MOVE, GROUP_OPEN, GROUP_FIND, GROUP_EDIT, GROUP_COPY,
	GROUP_FILE, GROUP_SHOW, GROUP_PROGRAM,
	GROUPS
};

enum command_arg {
	ARG_NONE,
	ARG_TEXT,
	ARG_NUMBER,
	ARG_FIELD,		/* a friendly name or a dotted path */
	ARG_ASSIGN,		/* FIELD=VALUE or FIELD:=JSON */
	ARG_EXPR,		/* the filter language */
	ARG_FILE,
	ARG_TARGET,		/* a snapshot of the store, or a path */
	ARG_PATTERN,		/* /REGEX/TEXT/, with any sign for / */
	ARG_SWITCH,		/* on or off */
	ARG_COMMAND,
	ARG_FILTER,		/* the name of a filter that is kept */
	ARG_SWAP,		/* OLD NEW */
	ARG_SHIFT,		/* an offset, now, or a time */
	ARG_WINDOW,		/* FROM TO, two times */
};

enum {
	COMMAND_EDITS = 1,	/* refused when read-only */
	COMMAND_ARG_MUST = 2,	/* the argument cannot be left out in `:` */
	COMMAND_BANG = 4,	/* takes ! after its name */
	COMMAND_LINE = 8,	/* without an argument, its key opens `:name ` */
	COMMAND_HINT = 16,	/* worth a place on the hint line */
	COMMAND_SECRET = 32,	/* its argument is kept in no history */
};

enum command_id {
	CMD_NONE,
	/* move */
	CMD_DOWN, CMD_UP, CMD_LEFT, CMD_RIGHT, CMD_PAGE_DOWN, CMD_PAGE_UP,
	CMD_HALF_DOWN, CMD_HALF_UP, CMD_TOP, CMD_BOTTOM, CMD_GOTO,
	CMD_PANE_NEXT, CMD_PANE_PREV,
	CMD_TAB_1, CMD_TAB_2, CMD_TAB_3, CMD_TAB_4, CMD_TAB_5, CMD_TAB_6,
	CMD_TAB_7, CMD_TAB_8, CMD_TAB_9, CMD_TAB_NEXT, CMD_TAB_PREV,
	CMD_PAIR_NEXT, CMD_PAIR_PREV,
	CMD_PROBLEM_NEXT, CMD_PROBLEM_PREV, CMD_CHANGE_NEXT, CMD_CHANGE_PREV,
	/* open */
	CMD_OPEN, CMD_BACK, CMD_ESCAPE, CMD_BODY, CMD_BODY_REQUEST, CMD_META,
	CMD_CHANGES, CMD_PROBLEMS, CMD_COMPARE, CMD_GROUPS, CMD_HISTOGRAM, CMD_JOBS,
	CMD_TRASH, CMD_BACKUPS, CMD_MESSAGES, CMD_REMOTES, CMD_SHARES,
	/* find */
	CMD_SEARCH, CMD_SEARCH_BACK, CMD_SEARCH_NEXT, CMD_SEARCH_PREV,
	CMD_FILTER, CMD_FILTER_TOGGLE, CMD_FILTERS, CMD_FILTER_SAVE,
	CMD_FILTER_DELETE,
	CMD_SORT_FILE, CMD_SORT_TIME, CMD_SORT_DIRECTION, CMD_SORT_COMMAND,
	CMD_SORT_HOST, CMD_SORT_LOCATION, CMD_SORT_STATUS, CMD_SORT_DURATION,
	CMD_SORT_SIZE, CMD_SORT_TECH, CMD_SORT_NAME, CMD_SORT_PAIRS,
	CMD_SORT_CHANGED, CMD_SORT_REVERSE,
	CMD_TAG, CMD_TAG_ALL, CMD_TAG_NONE,
	/* edit */
	CMD_EDIT, CMD_EDIT_EXTERNAL, CMD_ADD, CMD_INSERT,
	CMD_ADD_INBOUND, CMD_ADD_OUTBOUND, CMD_INSERT_INBOUND,
	CMD_INSERT_OUTBOUND, CMD_DELETE, CMD_DUPLICATE, CMD_MOVE_DOWN,
	CMD_MOVE_UP, CMD_UNDO, CMD_REDO, CMD_REVERT, CMD_SET, CMD_UNSET,
	CMD_REPLACE, CMD_SWAP, CMD_SHIFT, CMD_RENEW, CMD_TRIM,
	CMD_LINKS, CMD_FIX, CMD_RENAME, CMD_CREATE, CMD_SHARE, CMD_SEND,
	/* copy, export */
	CMD_COPY_VALUE, CMD_COPY_PATH, CMD_COPY_HEADER, CMD_COPY_BODY,
	CMD_COPY_REQUEST_BODY, CMD_COPY_JSON, CMD_COPY_CURL,
	CMD_EXPORT_BODY, CMD_EXPORT_REQUEST_BODY, CMD_EXPORT_JSON,
	CMD_EXPORT_HTTP, CMD_EXPORT_CURL, CMD_EXPORT_MICROCKS,
	/* file */
	CMD_WRITE, CMD_QUIT, CMD_WRITE_QUIT, CMD_RELOAD, CMD_CHECK,
	CMD_PUSH, CMD_PULL, CMD_TAKE_MINE, CMD_TAKE_THEIRS, CMD_TRY,
	/* show, program */
	CMD_PREVIEW, CMD_LAYER, CMD_UNFOLD, CMD_FOLD, CMD_UNFOLD_ALL, CMD_FOLD_ALL,
	CMD_COMMAND_LINE, CMD_HELP, CMD_CANCEL, CMD_REDRAW, CMD_SUSPEND,
	CMD_MOUSE,
	/* in a text field; its other verbs are in ui/textkeys */
	CMD_FIELD_ACCEPT, CMD_FIELD_CANCEL,
	CMD_COUNT
};

struct command {
	const char *name;
	const char *alias;	/* a second name for `:`, or NULL */
	const char *keys;	/* default keys, or NULL */
	unsigned views;		/* IN(...) */
	enum command_group group;
	enum command_arg arg;
	unsigned flags;
	const char *word;	/* N_(): short, for the hint line and menus */
	const char *help;	/* N_(): one line, no final stop */
};

extern const struct command command_table[CMD_COUNT];

/* A command on its way to a view. */
struct call {
	enum command_id id;
	const char *arg;	/* NULL when there is none */
	bool bang;
	bool live;		/* a search that is still being typed */
};

/* By name or alias; CMD_NONE when there is none. */
enum command_id command_find(const char *name, size_t len);
bool command_in_view(enum command_id id, enum view_kind kind);
const char *command_group_title(enum command_group group);	/* translated */
/* What follows the name in a usage line: "FIELD=VALUE", "[FILE]", "". */
const char *command_arg_name(enum command_id id);
const char *view_kind_name(enum view_kind kind);		/* translated */
const char *view_kind_id(enum view_kind kind);	/* keymap context: "pairs" */

/*
 * Split a `:` line: name, optional !, blanks, argument. ERR_USAGE says what
 * is wrong: an unknown name, a missing or an unwanted argument. An empty line
 * is CMD_NONE. call->arg points into line.
 */
bool command_parse(const char *line, enum view_kind kind, struct call *call,
		   struct err *err);

#endif
