/*
 * app/view - what a view is, and what the app does for views.
 *
 * See app.h for how to add one. All calls are on the UI thread.
 */
#ifndef RREDIT_APP_VIEW_H
#define RREDIT_APP_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "app/command.h"
#include "base/buf.h"
#include "base/err.h"
#include "base/job.h"
#include "store/rows.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/prompt.h"
#include "ui/textkeys.h"

struct app;
struct session;
struct view;

/* What a view says about itself on the status line. */
struct view_status {
	const char *mode;	/* translated; NULL: by the app */
	struct buf left;	/* where the cursor is, what is shown */
	struct buf right;	/* position, counts */
};

/* Reasons for view_ops.changed(), as bits. */
enum {
	CHANGED_DOCUMENT = 1,	/* records, undo, saved state */
	CHANGED_LISTING = 2,	/* filter, sort, tags, growth of the index */
	CHANGED_CHECK = 4,	/* problems */
	CHANGED_JOBS = 8,
	CHANGED_STORE = 16,
	CHANGED_TOP = 32,	/* the view is on top again */
	CHANGED_CURSOR = 64,	/* another record is the current one */
	CHANGED_RECORD = 128,	/* a job found what a view asked for */
};

struct view_ops {
	enum view_kind kind;
	/* Its part of the title line: the name of a record, of a side. */
	void (*title)(struct view *v, struct buf *out);
	/* Called before every draw with the region the view has. */
	void (*layout)(struct view *v, const struct region *r);
	void (*draw)(struct view *v, const struct region *r);
	/* Carry out a command; false: not mine, the app may know it. */
	bool (*command)(struct view *v, const struct call *call);
	void (*free)(struct view *v);

	/* All below may be NULL. */
	void (*status)(struct view *v, struct view_status *out);
	bool (*mouse)(struct view *v, const struct mouse *m);
	/* A text field has the focus. Then typed and pasted text comes to
	 * text(), the verbs of ui/textkeys to action(). Enter that action()
	 * ignores is CMD_FIELD_ACCEPT, Esc is CMD_FIELD_CANCEL. */
	bool (*field)(struct view *v);
	/* Enter is a line break in that field: only M-Enter takes over. */
	bool (*lines)(struct view *v);
	enum ui_result (*text)(struct view *v, const char *bytes, size_t len);
	enum ui_result (*action)(struct view *v, enum text_action action);
	void (*changed)(struct view *v, unsigned what);
	/* The record under the cursor, ROW_NONE when there is none. */
	row_id (*record)(struct view *v);
	/* The records that a command works on when none are tagged, where that
	 * is not the one under the cursor; the caller frees *out. */
	size_t (*targets)(struct view *v, row_id **out);
	/* Show another record, for { } and goto; false: it cannot. */
	bool (*show)(struct view *v, row_id id);
	/* The FIELD under the cursor, for copy and set; false: none. */
	bool (*field_name)(struct view *v, struct buf *out);
	/* The value under the cursor, exact bytes, for copy. */
	bool (*value)(struct view *v, struct buf *out);
	/* May it be closed? False when it holds something unsaved and asks. */
	bool (*leave)(struct view *v);
	/*
	 * Must this command wait for a job of the view (CMD_NONE: text, mouse,
	 * a sequence of keys)? Then it comes when the answer is false, and so
	 * does all that is typed after it. Going away should not have to wait.
	 */
	bool (*waits)(struct view *v, enum command_id id);
	/* What the hint line shows, ended by CMD_NONE; NULL: the table says. */
	const enum command_id *hints;
};

struct view {
	const struct view_ops *ops;
	struct app *app;
	struct session *session;	/* counted; NULL without a snapshot */
};

/* Fill the common part; takes a reference of the session (may be NULL). */
void view_init(struct view *v, const struct view_ops *ops, struct app *app,
	       struct session *session);

/* The stack of views. Push takes ownership. A view that is closed lives until
 * the event is dealt with, so its own command may close it. */
void app_push(struct app *app, struct view *v);
void app_close(struct app *app, struct view *v);	/* and all above it */
struct view *app_top(const struct app *app);
/* Tell every view on the stack; the screen is drawn again. */
void app_changed(struct app *app, unsigned what);
void app_dirty(struct app *app);	/* draw again */

/* Give a command as if its key was pressed. */
void app_command(struct app *app, const struct call *call);

/* What the rest of the program needs to know. */
struct jobs *app_jobs(struct app *app);
const char *app_store(const struct app *app);		/* directory */
const char *app_state_dir(const struct app *app);
const struct conf *app_conf(const struct app *app);
bool app_read_only(const struct app *app);
bool app_links(const struct app *app);		/* `:links on` */

/* Messages: shown on the status line until the next key, kept in a list. Text
 * from outside must have passed err_quote() or utf8_visible(). */
void app_say(struct app *app, enum style style, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
void app_fail(struct app *app, const struct err *err);	/* STYLE_ERROR */
struct app_message {
	enum style style;
	char *text;
};
#define APP_MESSAGES_MAX 500
const struct app_message *app_messages(const struct app *app, size_t *n);

/*
 * Ask for a line. done() gets the text, or NULL when the user left; live(),
 * where given, every change (searching while typing). arg is freed by done().
 */
enum ask_history {
	ASK_NONE, ASK_COMMAND, ASK_SEARCH, ASK_FILTER, ASK_FILE, ASK_HISTORIES
};
struct ask {
	const char *label;	/* translated */
	const char *text;	/* to begin with; NULL: empty */
	enum ask_history history;
	prompt_complete_fn complete;
	void *complete_arg;
	bool suggest;		/* the popup opens by itself */
	size_t cursor;		/* byte to begin at; 0: the end */
	void (*live)(struct app *app, void *arg, const char *text, size_t len);
	void (*done)(struct app *app, void *arg, const char *text, size_t len);
	void *arg;
};
void app_ask(struct app *app, const struct ask *ask);
/* Completion knows more now: offer it where a line is being typed. */
void app_suggest(struct app *app);

/* Ask a question with answers; `answers` are words marked C_("answer", ...), each
 * gets a letter of its own, the last one is the safe answer that Esc picks. done()
 * gets the number of the answer. */
void app_question(struct app *app, enum style style, const char *title,
		  const char *text, const char *const *answers, size_t n,
		  void (*done)(struct app *app, void *arg, size_t answer),
		  void *arg);

/* Choose one of n; done() gets SIZE_MAX when the user left. help: per item, or
 * NULL. */
void app_choose(struct app *app, const char *title, const char *const *items,
		const char *const *help, size_t n,
		void (*done)(struct app *app, void *arg, size_t item),
		void *arg);

/* Put bytes on the clipboard; what: translated, for the message. */
void app_copy(struct app *app, const char *bytes, size_t len, const char *what);

/*
 * Let the user edit a text in $VISUAL or $EDITOR: a private file (0600) with
 * the given suffix (".json"). True when it came back; *out then holds the
 * text, which may be unchanged.
 */
bool app_edit_text(struct app *app, const char *bytes, size_t len,
		   const char *suffix, struct buf *out, struct err *err);

#endif
