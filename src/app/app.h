/*
 * app - the screen: everything between the terminal and the layers below.
 *
 * How it hangs together
 *
 *	command.h  commands.c	every action, in one table
 *	view.h			what a view is, and what the app does for views
 *	state.h			struct app itself; only app-*.c look inside
 *	app-loop.c		start, the loop, signals, leaving
 *	app-input.c		from events to commands: overlays, fields, keys
 *	app-actions.c		commands that no view took
 *	app-draw.c		title, hints, status, overlays around the view
 *	app-ask.c		the prompt line, menus, questions
 *	app-stack.c		the views, messages
 *	conf.h			rredit.conf
 *	session.h		an open snapshot, shared by the views on it
 *	view-*.c		one file for each view
 *
 * How to add a view
 *
 * 1. Give it a VIEW_ name in command.h (enum view_kind), a title and an id in
 *    command.c; add it to the `views` of the commands that work in it, and new
 *    commands to the table.
 * 2. Write view-NAME.c: a struct whose first member is `struct view`, a static
 *    const struct view_ops, and a constructor `struct view *view_NAME_new(...)`
 *    declared in views.h. Begin with layout, draw, command and free.
 * 3. Push it: app_push(app, view_NAME_new(...)) from the command that opens it.
 *
 * A view never sees a key and never calls curses. It draws on a region and is
 * told about commands, typed text, text verbs and the mouse. Where it does not
 * know a command it says so and the app carries it out, if it can: moves
 * between records, copy, export, set, undo and save work in every view that
 * has a record under its cursor (view_ops.record). Long work is a job
 * (base/job.h) on a frozen copy of the document; its done callback must not
 * touch a view that went meanwhile: scan.h, order.h and group.h forget their
 * owner when it frees them, others hold a reference of the session.
 *
 * Threading: the UI thread owns all of it.
 */
#ifndef RREDIT_APP_APP_H
#define RREDIT_APP_APP_H

#include <stdbool.h>

#include "base/err.h"

struct conf;

struct app_options {
	const char *store;	/* the store's directory; NULL: by the rules */
	const char *target;	/* what to open; NULL: browse the store */
	const struct conf *config;	/* loaded; NULL: defaults */
	bool read_only;
	bool no_colour;
	bool ascii;
};

/* Run the screen until the user leaves. Returns the exit status; a failure to
 * start is told on stderr. Needs setlocale() before. */
int app_run(const struct app_options *options);

#endif
