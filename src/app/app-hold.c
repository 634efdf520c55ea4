/*
 * What is typed while a view waits for a job: kept, and given to the view when
 * it has what it waits for. Esc forgets it.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"

/* More is not typed in the second or two that a job takes; a paste counts by
 * its bytes. */
#define HELD_MAX 1000
#define HELD_BYTES_MAX ((size_t)16 << 20)

struct held_event {
	struct event ev;
	char *text;		/* of a paste; owned */
};

/* The command that a key stands for by itself; CMD_NONE: text, the beginning of
 * a longer sequence, or nothing. */
static enum command_id command_of(struct app *app, const struct event *ev)
{
	const char *contexts[APP_CONTEXTS], *name;
	bool field = app_in_field(app);

	if (ev->type != EVENT_KEY || (field && event_is_text(ev)) ||
	    app->typed.nkeys)
		return CMD_NONE;
	app_contexts(field ? VIEW_FIELD : app_top(app)->ops->kind, contexts);
	if (keymap_lookup(app->keys, contexts, &ev->key, 1, &name) !=
	    KEYMAP_FOUND)
		return CMD_NONE;
	return command_find(name, strlen(name));
}

static bool waits(struct app *app, const struct event *ev)
{
	struct view *v = app_top(app);

	return v->ops->waits && v->ops->waits(v, command_of(app, ev));
}

void app_forget_held(struct app *app)
{
	for (size_t i = 0; i < app->nheld; i++)
		free(app->held[i].text);
	app->nheld = app->held_bytes = 0;
}

static void hold(struct app *app, const struct event *ev)
{
	struct held_event *h;

	if (app->nheld == HELD_MAX || ev->len > HELD_BYTES_MAX -
					       app->held_bytes) {
		app_say(app, STYLE_WARNING,
			_("busy: what is typed now is not taken"));
		return;
	}
	app->held = mem_room(app->held, app->nheld, &app->held_cap,
			     sizeof(*app->held));
	h = &app->held[app->nheld++];
	h->ev = *ev;
	h->text = NULL;
	if (ev->type == EVENT_PASTE) {
		h->text = mem_dup(ev->text, ev->len);
		h->ev.text = h->text;
		app->held_bytes += ev->len;
	}
}

bool app_hold(struct app *app, const struct event *ev)
{
	bool escape = ev->type == EVENT_KEY && ev->key == KEY_ESC;

	if (escape)
		app_forget_held(app);
	if (!app->nheld && !waits(app, ev))
		return false;
	if (!escape)
		hold(app, ev);
	return true;
}

void app_give_held(struct app *app)
{
	size_t given = 0;

	while (given < app->nheld && app->running && app->depth) {
		struct held_event h = app->held[given];

		if (app->dialog.on) {
			app_say(app, STYLE_NOTE,
				_("keys typed before this question are dropped"));
			app_forget_held(app);
			return;
		}
		if (!app->menu.on && !app->ask.on && waits(app, &h.ev))
			break;
		app->held[given++].text = NULL;
		app_event_now(app, &h.ev);
		free(h.text);
	}
	if (!given)
		return;
	memmove(app->held, app->held + given,
		(app->nheld - given) * sizeof(*app->held));
	app->nheld -= given;
	app->held_bytes = 0;
	for (size_t i = 0; i < app->nheld; i++)
		app->held_bytes += app->held[i].ev.len;
}
