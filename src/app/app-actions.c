/* Commands that the view on top did not take. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/session.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define RUNNING_MAX 64

/* --- leaving --- */

static void leave_answer(struct app *app, void *arg, size_t answer)
{
	if (answer == 0)
		app_leave(app, 0);
}

/* Nothing is unsaved any more; a push or pull may be under way. */
static void leave(struct app *app)
{
	const char *answers[] = {C_("answer", "Leave"), C_("answer", "Stay")};
	size_t n = syncing_count(app);
	char *text;

	if (!n) {
		app_leave(app, 0);
		return;
	}
	text = mem_format(PLURAL("%zu push or pull is under way. It would be "
				 "cancelled; what is here and there stays "
				 "whole.",
				 "%zu pushes or pulls are under way. They "
				 "would be cancelled; what is here and there "
				 "stays whole.", n), n);
	app_question(app, STYLE_WARNING, _("Leave"), text, answers, 2,
		     leave_answer, NULL);
	free(text);
}

static void save_next(struct app *app, void *arg)
{
	for (size_t i = 0; i < app->nsessions; i++) {
		if (session_dirty(app->sessions[i])) {
			session_save(app->sessions[i], NULL, false, save_next,
				     NULL);
			return;
		}
	}
	leave(app);
}

static void drop_all(struct app *app)
{
	app_close_all(app);
	while (app->nsessions && app->sessions[0]->refs == 0)
		session_close(app->sessions[0], false);
	app_leave(app, 0);
}

static void quit_answer(struct app *app, void *arg, size_t answer)
{
	if (answer == 0)
		save_next(app, NULL);
	else if (answer == 1)
		drop_all(app);
}

static bool all_may_leave(struct app *app)
{
	for (size_t i = app->depth; i-- > 0;) {
		struct view *v = app->stack[i];

		if (v->ops->leave && !v->ops->leave(v))
			return false;
	}
	return true;
}

void app_quit(struct app *app, bool force)
{
	const char *answers[] = {
		C_("answer", "Save"), C_("answer", "Discard"),
		C_("answer", "Cancel"),
	};
	struct buf text;
	size_t n = 0;

	if (force) {
		drop_all(app);
		return;
	}
	if (!all_may_leave(app))
		return;
	buf_init(&text);
	for (size_t i = 0; i < app->nsessions; i++) {
		if (!session_dirty(app->sessions[i]))
			continue;
		buf_addf(&text, n++ ? "\n%s" : "%s",
			 session_name(app->sessions[i]));
	}
	if (n)
		app_question(app, STYLE_WARNING, _("Unsaved edits"), text.data,
			     answers, 3, quit_answer, NULL);
	else
		leave(app);
	buf_release(&text);
}

static void back(struct app *app, struct view *v)
{
	if (v->ops->leave && !v->ops->leave(v))
		return;
	if (app->depth > 1)
		app_close(app, v);
	else
		app_quit(app, false);
}

static void quit_after_save(struct app *app, void *arg)
{
	app_quit(app, false);
}

/* --- the `:` line and searching --- */

static void line_done(struct app *app, void *arg, const char *text, size_t len)
{
	struct call call;
	struct err err = {0};

	if (!text || !app_top(app))
		return;
	if (memchr(text, '\0', len)) {
		app_say(app, STYLE_ERROR, _("a NUL byte in a command"));
		return;
	}
	if (!command_parse(text, app_top(app)->ops->kind, &call, &err))
		app_fail(app, &err);
	else
		app_command(app, &call);
}

static void ask_line(struct app *app, const char *begin)
{
	struct ask ask = {
		.label = ":", .text = begin, .history = ASK_COMMAND,
		.complete = app_complete, .complete_arg = app,
		.suggest = true, .done = line_done,
	};

	app_ask(app, &ask);
}

static void search_done(struct app *app, void *arg, const char *text,
			size_t len)
{
	struct call call = {
		.id = app->search_back ? CMD_SEARCH_BACK : CMD_SEARCH,
		.arg = text,
	};

	if (!text || !len || strlen(text) != len)
		return;
	free(app->last_search);
	app->last_search = mem_strdup(text);
	app_command(app, &call);
}

static void search_live(struct app *app, void *arg, const char *text,
			size_t len)
{
	struct call call = {
		.id = app->search_back ? CMD_SEARCH_BACK : CMD_SEARCH,
		.arg = text, .live = true,
	};
	struct view *v = app_top(app);

	if (strlen(text) == len)
		v->ops->command(v, &call);
}

static void search(struct app *app, const struct call *call)
{
	bool back = call->id == CMD_SEARCH_BACK;
	struct ask ask = {
		.label = back ? "\\" : "/", .history = ASK_SEARCH,
		.live = search_live, .done = search_done,
	};

	if (call->arg) {
		app_say(app, STYLE_NOTE, _("this view cannot be searched"));
		return;
	}
	app->search_back = back;
	app_ask(app, &ask);
}

/* --- opening --- */

static void open_target(struct app *app, const char *text)
{
	struct err err = {0};
	struct target target;
	struct session *s;

	if (!library_resolve(app->store, text, &target, &err)) {
		app_fail(app, &err);
		return;
	}
	if (target.kind == TARGET_DIRECTORY || target.kind == TARGET_STDIN) {
		app_say(app, STYLE_ERROR, _("no snapshot and no file"));
		target_release(&target);
		return;
	}
	s = session_open(app, &target, &err);
	target_release(&target);
	if (!s) {
		app_fail(app, &err);
		return;
	}
	app_push(app, view_pairs_new(app, s));
	session_unref(s);
}

/* The first two tagged records; else this one with the one named, or with the
 * one behind it. */
static void compare(struct app *app, struct view *v, const char *arg)
{
	struct session *s = v->session;
	row_id a = act_record(v), b = ROW_NONE, *ids;
	size_t n = session_targets(s, a, &ids);
	uint64_t pos;

	if (arg)
		b = document_row(s->doc, strtoull(arg, NULL, 10) - 1);
	else if (n >= 2)
		b = ids[1];
	else if (a != ROW_NONE && document_position(s->doc, a, &pos))
		b = document_row(s->doc, pos + 1);
	if (!arg && n >= 2)
		a = ids[0];
	free(ids);
	if (a == ROW_NONE || b == ROW_NONE)
		app_say(app, STYLE_NOTE,
			_("tag two records, or name another: :compare 12"));
	else
		app_push(app, view_compare_new(app, s, a, b));
}

static bool open_body(struct app *app, struct view *v, enum body_side side)
{
	row_id id = act_record(v);

	if (id != ROW_NONE)
		app_push(app, view_body_new(app, v->session, id, side));
	return true;
}

static bool open_on_session(struct app *app, struct view *v,
			    const struct call *call)
{
	struct session *s = v->session;

	if (!s)
		return false;
	switch (call->id) {
	case CMD_BODY:
		return open_body(app, v, BODY_RESPONSE);
	case CMD_BODY_REQUEST:
		return open_body(app, v, BODY_REQUEST);
	case CMD_CHANGES:
		app_push(app, view_changes_new(app, s));
		return true;
	case CMD_PROBLEMS:
		app_push(app, view_problems_new(app, s));
		return true;
	case CMD_CHECK:
		session_check(s);
		app_push(app, view_problems_new(app, s));
		return true;
	case CMD_GROUPS:
		view_groups_open(app, s, call->arg);
		return true;
	case CMD_HISTOGRAM:
		app_push(app, view_histogram_new(app, s));
		return true;
	case CMD_COMPARE:
		compare(app, v, call->arg);
		return true;
	case CMD_META:
		view_meta_open(app, s->meta_path);
		return true;
	case CMD_BACKUPS:
		view_backups_open(app, document_real_path(s->doc));
		return true;
	default:
		return false;
	}
}

static bool open_view(struct app *app, struct view *v, const struct call *call)
{
	enum command_id of;

	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			open_target(app, call->arg);
		return true;
	case CMD_JOBS:
		app_push(app, view_jobs_new(app));
		return true;
	case CMD_MESSAGES:
		app_push(app, view_messages_new(app));
		return true;
	case CMD_REMOTES:
		app_push(app, view_remotes_new(app));
		return true;
	case CMD_TRASH:
		app_push(app, view_trash_new(app));
		return true;
	case CMD_HELP:
		of = call->arg ? command_find(call->arg, strlen(call->arg))
			       : CMD_NONE;
		if (of != CMD_NONE)
			app_say(app, STYLE_NOTE, "%s: %s",
				command_table[of].name,
				_(command_table[of].help));
		else
			app_push(app, view_help_new(app, v->ops->kind));
		return true;
	default:
		return open_on_session(app, v, call);
	}
}

/* --- program --- */

static void cancel(struct app *app)
{
	struct job_info info[RUNNING_MAX];
	size_t n = jobs_list(app->jobs, info, RUNNING_MAX);

	for (size_t i = 0; i < n; i++) {
		if (info[i].state != JOB_RUNNING && info[i].state != JOB_QUEUED)
			continue;
		jobs_cancel(app->jobs, info[i].id);
		app_say(app, STYLE_NOTE, _("cancelled: %s"), info[i].what);
		return;
	}
	app_say(app, STYLE_NOTE, _("nothing runs; Q leaves rredit"));
}

static void mouse(struct app *app)
{
	bool on = app->term && !term_mouse_is_on(app->term);

	if (!app->term)
		return;
	term_mouse(app->term, on);
	app_say(app, STYLE_NOTE, on ? _("the mouse is with rredit") :
				      _("the mouse is with the terminal"));
}

static void links(struct app *app, const char *arg)
{
	bool on;

	if (arg && !ini_bool(arg, &on)) {
		app_say(app, STYLE_ERROR, _("on or off was expected"));
		return;
	}
	if (arg)
		app->links = on;
	app_say(app, STYLE_NOTE, app->links ?
		_("links on: copies of a fact follow an edit") :
		_("links off: an edit changes one value"));
}

static bool program(struct app *app, struct view *v, const struct call *call)
{
	switch (call->id) {
	case CMD_COMMAND_LINE:
		ask_line(app, NULL);
		return true;
	case CMD_BACK:
		back(app, v);
		return true;
	case CMD_QUIT:
		app_quit(app, call->bang);
		return true;
	case CMD_CANCEL:
		cancel(app);
		return true;
	case CMD_REDRAW:
		if (app->term)
			term_redraw(app->term);
		return true;
	case CMD_SUSPEND:
		if (app->term)
			app_suspend(app);
		return true;
	case CMD_MOUSE:
		mouse(app);
		return true;
	case CMD_LINKS:
		links(app, call->arg);
		return true;
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
		search(app, call);
		return true;
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		app_say(app, STYLE_NOTE, _("this view cannot be searched"));
		return true;
	default:
		return false;
	}
}

static bool file(struct app *app, struct view *v, const struct call *call)
{
	if (!v->session)
		return false;
	switch (call->id) {
	case CMD_WRITE:
		session_save(v->session, call->arg, call->bang, NULL, NULL);
		return true;
	case CMD_WRITE_QUIT:
		session_save(v->session, NULL, call->bang, quit_after_save,
			     NULL);
		return true;
	case CMD_RELOAD:
		session_ask_reload(v->session);
		return true;
	case CMD_PUSH:
	case CMD_PULL:
		syncing_session(app, v->session, call->id == CMD_PUSH,
				call->arg);
		return true;
	default:
		return false;
	}
}

/* Asked by its key, a command that must have an argument opens `:name `. */
static bool needs_line(struct app *app, const struct call *call)
{
	const struct command *c = &command_table[call->id];
	struct buf line;

	if (call->arg || !(c->flags & COMMAND_LINE))
		return false;
	buf_init(&line);
	buf_addf(&line, "%s ", c->name);
	ask_line(app, line.data);
	buf_release(&line);
	return true;
}

void app_action(struct app *app, const struct call *call)
{
	struct view *v = app_top(app);

	if (needs_line(app, call) || program(app, v, call) ||
	    open_view(app, v, call) || file(app, v, call))
		return;
	if (v->session && (act_move(v, call) || act_edit(v, call) ||
			   act_bulk(v, call)))
		return;
	if (act_copy(v, call))
		return;
	if (command_table[call->id].group != GROUP_MOVE)
		app_say(app, STYLE_DIM, _("%s: nothing to do here"),
			command_table[call->id].name);
}

void app_copy(struct app *app, const char *bytes, size_t len, const char *what)
{
	struct err err = {0};

	if (app->term && !term_copy(app->term, bytes, len, &err))
		app_fail(app, &err);
	else
		app_say(app, STYLE_OK, _("copied %s, %zu bytes"), what, len);
}
