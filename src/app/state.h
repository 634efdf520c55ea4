/*
 * app/state - struct app itself, for app-*.c only.
 *
 * Without a terminal (term NULL) everything works but suspend and $EDITOR:
 * the screen tests feed events and look at the canvas.
 */
#ifndef RREDIT_APP_STATE_H
#define RREDIT_APP_STATE_H

#include "app/app.h"
#include "app/conf.h"
#include "app/syncing.h"
#include "app/syncmarks.h"
#include "app/view.h"
#include "ui/dialog.h"
#include "ui/keymap.h"
#include "ui/menu.h"
#include "ui/term.h"

#define APP_VIEWS_MAX 32
#define APP_SESSIONS_MAX 64
#define APP_SYNCINGS_MAX 32

struct app_dialog {		/* an open question */
	bool on;
	struct dialog dialog;
	void (*done)(struct app *app, void *arg, size_t answer);
	void *arg;
};

struct app_menu {		/* an open menu: a choice, or a key prefix */
	bool on, prefix;
	struct menu menu;
	enum command_id commands[MENU_ITEMS_MAX];	/* of a prefix */
	void (*done)(struct app *app, void *arg, size_t item);
	void *arg;
};

struct app_ask {		/* the open prompt line */
	bool on;
	struct prompt prompt;
	struct ask ask;
};

struct app {
	char *store, *state_dir;
	const struct conf *conf;
	struct conf defaults;	/* when there is none */
	bool read_only, links;
	struct jobs *jobs;
	struct term *term;	/* NULL in tests */
	struct canvas canvas;
	struct keymap *keys;
	struct keymap_state typed;
	struct view *stack[APP_VIEWS_MAX];
	size_t depth;
	struct view *dead[APP_VIEWS_MAX];	/* closed during this event */
	size_t ndead;
	struct session *sessions[APP_SESSIONS_MAX];	/* open; not counted */
	size_t nsessions;
	struct syncing *syncings[APP_SYNCINGS_MAX];	/* under way */
	size_t nsyncings;
	struct syncing_past past[SYNCING_PAST_MAX];
	size_t npast;		/* ever; the place of the next one */
	struct syncmarks marks;
	struct app_dialog dialog;
	struct app_menu menu;
	struct app_ask ask;
	struct prompt_history history[ASK_HISTORIES];
	struct app_message messages[APP_MESSAGES_MAX];
	size_t nmessages;
	bool message_on;	/* the last one is on the status line */
	struct region view_at;	/* where the view was drawn */
	bool dirty, running;
	int exit_status;
	char *last_search;
	bool search_back;	/* the last search went back */
	/* typed while a view waits (app-hold.c) */
	struct held_event *held;
	size_t nheld, held_cap, held_bytes;
};

/* app-loop.c: everything but the terminal; NULL and err when the keys of the
 * configuration are wrong. Pushes no view. */
struct app *app_new(const struct app_options *options, struct err *err);
void app_free(struct app *app);
/* Push the store, or what text names on the command line. */
bool app_first_view(struct app *app, const char *text, struct err *err);
void app_suspend(struct app *app);	/* needs a terminal */
/* Take in what jobs came to, and what was typed while they ran. False when
 * nothing happened. */
bool app_drain(struct app *app);
/* Leave now, without a question. */
void app_leave(struct app *app, int status);

/* app-stack.c */
void app_reap(struct app *app);		/* free the views that were closed */
void app_close_all(struct app *app);

/* app-keys.c */
bool app_bind_keys(struct app *app, struct err *err);
/* The first of the keys of a command in a view, as text; "" when none. */
void app_key_text(const struct app *app, enum view_kind kind,
		  enum command_id id, struct buf *out);
/* All of them, for the help. */
void app_keys_text(const struct app *app, enum view_kind kind,
		   enum command_id id, struct buf *out);
#define APP_CONTEXTS 3
void app_contexts(enum view_kind kind, const char *out[APP_CONTEXTS]);

/* app-input.c */
void app_event(struct app *app, const struct event *ev);
bool app_in_field(struct app *app);	/* of the view on top */
void app_event_now(struct app *app, const struct event *ev); /* held or not */

/* app-hold.c: keep an event that the view on top has to wait for; true: kept.
 * Then give what was kept, as far as nothing has to wait any more. */
bool app_hold(struct app *app, const struct event *ev);
void app_give_held(struct app *app);
void app_forget_held(struct app *app);

/* app-ask.c: events while something lies over the view; false: nothing does. */
bool app_overlay_event(struct app *app, const struct event *ev);
void app_overlays_draw(struct app *app);	/* menus and questions */
void app_menu_prefix(struct app *app);		/* for the keys typed so far */
void app_overlays_close(struct app *app);

/* app-actions.c: a command that the view did not take. */
void app_action(struct app *app, const struct call *call);
/* Ask about everything unsaved, then leave. */
void app_quit(struct app *app, bool force);

/* app-draw.c */
void app_draw(struct app *app);		/* onto app->canvas */

/* app-complete.c: completion of the `:` line. */
void app_complete(void *app, const char *text, size_t len, size_t cursor,
		  struct completion *out);

/* app-history.c: the histories, in the state directory. */
void app_history_load(struct app *app);
void app_history_save(struct app *app);

#endif
