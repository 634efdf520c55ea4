/* From events to commands: fields first, then keys, then the mouse. */
#include "config.h"

#include <string.h>

#include "app/actions.h"
#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"

bool app_in_field(struct app *app)
{
	struct view *v = app_top(app);

	return v && v->ops->field && v->ops->field(v);
}

static bool to_view(struct app *app, enum command_id id)
{
	struct call call = {.id = id};
	struct view *v = app_top(app);

	return v->ops->command(v, &call);
}

/* Enter in a one-line field is ignored by it and means: take it over. */
static void field_action(struct app *app, enum text_action action)
{
	struct view *v = app_top(app);

	if (v->ops->action(v, action) == UI_IGNORED && action == TEXT_NEWLINE)
		to_view(app, CMD_FIELD_ACCEPT);
}

/* A key that is no text, while a field has the focus. What is not a verb of
 * fields may be a command of the view, after the field was taken over. */
static void field_key(struct app *app, uint32_t key)
{
	const char *contexts[APP_CONTEXTS], *name;
	struct call call = {.id = CMD_NONE};

	app_contexts(VIEW_FIELD, contexts);
	if (keymap_lookup(app->keys, contexts, &key, 1, &name) ==
	    KEYMAP_FOUND) {
		if (!strncmp(name, "field-", 6) &&
		    textkeys_by_name(name + 6) != TEXT_NONE)
			field_action(app, textkeys_by_name(name + 6));
		else
			to_view(app, command_find(name, strlen(name)));
		return;
	}
	app_contexts(app_top(app)->ops->kind, contexts);
	if (keymap_lookup(app->keys, contexts, &key, 1, &name) != KEYMAP_FOUND)
		return;
	call.id = command_find(name, strlen(name));
	if (command_table[call.id].group == GROUP_MOVE)
		return;
	if (command_table[call.id].group != GROUP_PROGRAM) {
		to_view(app, CMD_FIELD_ACCEPT);
		if (app_in_field(app)) {	/* refused, or taking time */
			app_hold(app, &(struct event){.type = EVENT_KEY,
						      .key = key});
			return;
		}
	}
	app_command(app, &call);
}

static void field_event(struct app *app, const struct event *ev)
{
	struct view *v = app_top(app);
	char utf8[4];

	if (ev->type == EVENT_PASTE) {
		v->ops->text(v, ev->text, ev->len);
		if (ev->cut)
			app_say(app, STYLE_WARNING,
				_("the paste was too long and is cut"));
	} else if (event_is_text(ev)) {
		v->ops->text(v, utf8, utf8_encode(utf8, ev->key));
	} else {
		field_key(app, ev->key);
	}
}

static void view_key(struct app *app, uint32_t key)
{
	const char *contexts[APP_CONTEXTS], *name;
	struct call call = {.id = CMD_NONE};
	char text[KEYMAP_CHORD_MAX];

	app_contexts(app_top(app)->ops->kind, contexts);
	switch (keymap_feed(app->keys, &app->typed, contexts, key, &name)) {
	case KEYMAP_FOUND:
		call.id = command_find(name, strlen(name));
		app_command(app, &call);
		break;
	case KEYMAP_PENDING:
		app_menu_prefix(app);
		break;
	case KEYMAP_NONE:
		key_print(key, text);
		app_say(app, STYLE_DIM, _("%s does nothing here; ? lists the keys"),
			text);
		break;
	}
}

static void dispatch(struct app *app, const struct event *ev)
{
	struct view *v = app_top(app);

	if (ev->type == EVENT_MOUSE) {
		if (v->ops->mouse)
			v->ops->mouse(v, &ev->mouse);
	} else if (app_in_field(app)) {
		field_event(app, ev);
	} else if (ev->type == EVENT_KEY) {
		view_key(app, ev->key);
	} else if (ev->type == EVENT_PASTE) {
		app_say(app, STYLE_NOTE, _("nothing here takes a paste"));
	}
}

void app_event(struct app *app, const struct event *ev)
{
	struct view *v = app_top(app);

	if (ev->type == EVENT_NONE || ev->type == EVENT_RESIZE || !v)
		return;
	if (ev->type == EVENT_CLOSED) {
		app_leave(app, app->exit_status);
		return;
	}
	app_dirty(app);
	if (ev->type != EVENT_MOUSE || ev->mouse.kind == MOUSE_PRESS)
		app->message_on = false;
	if (!app_overlay_event(app, ev) && !app_hold(app, ev))
		dispatch(app, ev);
	syncing_poll(app);
	app_reap(app);
}

void app_event_now(struct app *app, const struct event *ev)
{
	if (!app_overlay_event(app, ev))
		dispatch(app, ev);
	app_reap(app);
}

/* n goes on in the direction of the last search, N against it. */
static bool search_again(struct app *app, struct call *call)
{
	if (call->id != CMD_SEARCH_NEXT && call->id != CMD_SEARCH_PREV)
		return true;
	if (!app->last_search) {
		app_say(app, STYLE_NOTE, _("nothing was searched for yet"));
		return false;
	}
	call->arg = app->last_search;
	if (app->search_back)
		call->id = call->id == CMD_SEARCH_NEXT ? CMD_SEARCH_PREV
						       : CMD_SEARCH_NEXT;
	return true;
}

void app_command(struct app *app, const struct call *given)
{
	const struct command *c = &command_table[given->id];
	struct call call = *given;
	struct view *v = app_top(app);

	app_dirty(app);
	if (call.id == CMD_NONE || !v)
		return;
	if ((c->flags & COMMAND_EDITS) && app->read_only) {
		app_say(app, STYLE_WARNING, _("%s: opened read-only"), c->name);
		return;
	}
	if ((c->flags & COMMAND_EDITS) && v->session &&
	    !session_numbered(v->session, act_record(v)))
		return;
	if (call.id == CMD_ESCAPE) {
		if (app->depth == 1) {
			app_say(app, STYLE_NOTE, _("q leaves rredit"));
			return;
		}
		call.id = CMD_BACK;
	}
	if (!search_again(app, &call))
		return;
	if (!v->ops->command(v, &call))
		app_action(app, &call);
}
