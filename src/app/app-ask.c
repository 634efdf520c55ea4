/* What lies over the view: the prompt line, menus and questions. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"

static void ask_end(struct app *app, bool take);
static void dialog_end(struct app *app, size_t answer);
static void menu_end(struct app *app, size_t item);

/* --- the prompt line --- */

void app_ask(struct app *app, const struct ask *ask)
{
	struct app_ask *a = &app->ask;

	if (a->on)
		ask_end(app, false);
	a->on = true;
	a->ask = *ask;
	prompt_init(&a->prompt, ask->label);
	if (ask->text)
		prompt_set(&a->prompt, ask->text, strlen(ask->text));
	if (ask->text && ask->cursor && ask->cursor < strlen(ask->text))
		a->prompt.cursor = ask->cursor;
	a->prompt.complete = ask->complete;
	a->prompt.complete_arg = ask->complete_arg;
	if (ask->history != ASK_NONE)
		a->prompt.history = &app->history[ask->history];
	if (a->prompt.history)
		a->prompt.history_at = a->prompt.history->n;
	if (ask->suggest && ask->complete)
		prompt_suggest(&a->prompt);
	app_dirty(app);
}

void app_suggest(struct app *app)
{
	struct app_ask *a = &app->ask;

	/* what was picked from the list stays picked */
	if (!a->on || !a->ask.suggest || !a->ask.complete ||
	    (a->prompt.popup && a->prompt.picked != a->prompt.found.n))
		return;
	prompt_suggest(&a->prompt);
	app_dirty(app);
}

static void ask_changed(struct app *app)
{
	struct app_ask *a = &app->ask;
	const char *text;
	size_t len;

	if (a->ask.suggest && a->ask.complete)
		prompt_suggest(&a->prompt);
	if (!a->ask.live)
		return;
	text = prompt_bytes(&a->prompt, &len);
	a->ask.live(app, a->ask.arg, text, len);
}

/* A line that holds a secret is not kept. */
static bool kept(const struct prompt_history *command, const struct prompt *p,
		 const char *line)
{
	const char *name = line + strspn(line, " \t");
	enum command_id id = command_find(name, strcspn(name, " \t!"));

	return p->history != command ||
	       !(command_table[id].flags & COMMAND_SECRET);
}

/* Close it and tell; text is copied, because done() may ask anew. */
static void ask_end(struct app *app, bool take)
{
	struct app_ask *a = &app->ask;
	struct ask ask = a->ask;
	char *copy = NULL;
	size_t len = 0;

	if (take) {
		const char *text = prompt_bytes(&a->prompt, &len);

		copy = mem_dup(text, len);
		if (a->prompt.history && len &&
		    kept(&app->history[ASK_COMMAND], &a->prompt, copy))
			prompt_history_add(a->prompt.history, copy, len);
	}
	a->on = false;
	prompt_release(&a->prompt);
	app_dirty(app);
	ask.done(app, ask.arg, copy, len);
	free(copy);
}

static void ask_action(struct app *app, enum text_action action)
{
	struct prompt *p = &app->ask.prompt;
	size_t len;

	prompt_bytes(p, &len);
	if (action == TEXT_BACKSPACE && !len) {
		ask_end(app, false);
		return;
	}
	switch (prompt_action(p, action)) {
	case UI_CHANGED:
		/* completion has just set up its popup itself */
		if (action != TEXT_TAB && action != TEXT_BACKTAB &&
		    !(p->popup && (action == TEXT_UP || action == TEXT_DOWN)))
			ask_changed(app);
		break;
	case UI_IGNORED:
		if (action == TEXT_NEWLINE)
			ask_end(app, true);
		break;
	case UI_MOVED:
		break;
	}
}

static void ask_key(struct app *app, uint32_t key)
{
	const char *contexts[APP_CONTEXTS], *name;
	struct app_ask *a = &app->ask;

	app_contexts(VIEW_FIELD, contexts);
	if (key == (KEY_CTRL | 'c')) {
		ask_end(app, false);
		return;
	}
	if (keymap_lookup(app->keys, contexts, &key, 1, &name) != KEYMAP_FOUND)
		return;
	if (!strncmp(name, "field-", 6) &&
	    textkeys_by_name(name + 6) != TEXT_NONE) {
		ask_action(app, textkeys_by_name(name + 6));
		return;
	}
	switch (command_find(name, strlen(name))) {
	case CMD_FIELD_ACCEPT:
		ask_end(app, true);
		break;
	case CMD_FIELD_CANCEL:
		if (a->ask.suggest || !prompt_close_popup(&a->prompt))
			ask_end(app, false);
		break;
	default:
		break;
	}
}

static void ask_event(struct app *app, const struct event *ev)
{
	struct prompt *p = &app->ask.prompt;
	char utf8[4];

	if (ev->type == EVENT_PASTE) {
		if (prompt_text(p, ev->text, ev->len) == UI_CHANGED)
			ask_changed(app);
	} else if (event_is_text(ev)) {
		if (prompt_text(p, utf8, utf8_encode(utf8, ev->key)) ==
		    UI_CHANGED)
			ask_changed(app);
	} else if (ev->type == EVENT_KEY) {
		ask_key(app, ev->key);
	} else if (ev->type == EVENT_MOUSE && ev->mouse.kind == MOUSE_PRESS &&
		   ev->mouse.y == app->canvas.rows - 1) {
		prompt_click(p, ev->mouse.x);
	}
}

/* --- questions --- */

void app_question(struct app *app, enum style style, const char *title,
		  const char *text, const char *const *answers, size_t n,
		  void (*done)(struct app *app, void *arg, size_t answer),
		  void *arg)
{
	struct app_dialog *d = &app->dialog;

	if (d->on)	/* one at a time: the safe answer to the one before */
		dialog_end(app, d->dialog.safe);
	d->on = true;
	d->done = done;
	d->arg = arg;
	dialog_init(&d->dialog, style, title, text);
	for (size_t i = 0; i < n; i++)
		dialog_answer(&d->dialog, answers[i], i + 1 == n);
	app_dirty(app);
}

static void dialog_end(struct app *app, size_t answer)
{
	struct app_dialog d = app->dialog;

	app->dialog.on = false;
	dialog_release(&app->dialog.dialog);
	app_dirty(app);
	if (d.done)
		d.done(app, d.arg, answer);
}

static void dialog_event(struct app *app, const struct event *ev)
{
	struct dialog *d = &app->dialog.dialog;
	size_t answer;

	if (ev->type == EVENT_MOUSE) {
		if (dialog_mouse(d, &ev->mouse, &answer))
			dialog_end(app, answer);
		return;
	}
	if (ev->type != EVENT_KEY)
		return;
	switch (ev->key) {
	case KEY_LEFT:
	case KEY_TAB | KEY_SHIFT:
		dialog_move(d, -1);
		break;
	case KEY_RIGHT:
	case KEY_TAB:
		dialog_move(d, 1);
		break;
	case KEY_UP:
		dialog_scroll(d, -1);
		break;
	case KEY_DOWN:
		dialog_scroll(d, 1);
		break;
	case KEY_PGUP:
		dialog_scroll(d, -5);
		break;
	case KEY_PGDN:
		dialog_scroll(d, 5);
		break;
	case KEY_ENTER:
		dialog_end(app, d->cursor);
		break;
	case KEY_ESC:
	case KEY_CTRL | 'c':
		dialog_end(app, d->safe);
		break;
	default:
		if (dialog_key(d, ev->key, &answer))
			dialog_end(app, answer);
	}
}

/* --- menus --- */

static struct app_menu *menu_begin(struct app *app, const char *title)
{
	struct app_menu *m = &app->menu;

	if (m->on && m->prefix)
		menu_release(&m->menu);
	else if (m->on)
		menu_end(app, SIZE_MAX);
	*m = (struct app_menu){.on = true};
	menu_init(&m->menu, title);
	app_dirty(app);
	return m;
}

void app_choose(struct app *app, const char *title, const char *const *items,
		const char *const *help, size_t n,
		void (*done)(struct app *app, void *arg, size_t item),
		void *arg)
{
	struct app_menu *m = menu_begin(app, title);

	m->done = done;
	m->arg = arg;
	for (size_t i = 0; i < n; i++)
		menu_add(&m->menu, i < 9 ? '1' + (uint32_t)i : 0, items[i],
			 help ? help[i] : NULL);
}

/* Does the entry go on from the keys typed so far, in these contexts? */
static bool continues(const struct app *app, const struct keymap_entry *e,
		      const char *const *contexts)
{
	const struct keymap_state *st = &app->typed;
	const char *command;

	if (!e->command || e->nkeys <= st->nkeys ||
	    memcmp(e->keys, st->keys, st->nkeys * sizeof(st->keys[0])))
		return false;
	/* not when a more special context took it */
	return keymap_lookup(app->keys, contexts, e->keys, e->nkeys,
			     &command) == KEYMAP_FOUND &&
	       command == e->command;
}

/* "y: Copy and export" */
static void name_menu(struct app *app, enum command_group group)
{
	struct buf title;

	buf_init(&title);
	key_print_seq(app->typed.keys, app->typed.nkeys, &title);
	buf_addf(&title, ": %s", command_group_title(group));
	free(app->menu.menu.title);
	app->menu.menu.title = buf_detach(&title, NULL);
}

void app_menu_prefix(struct app *app)
{
	const char *contexts[APP_CONTEXTS];
	struct app_menu *m = menu_begin(app, "");

	m->prefix = true;
	app_contexts(app_top(app)->ops->kind, contexts);
	for (size_t i = 0; i < keymap_count(app->keys); i++) {
		const struct keymap_entry *e = keymap_entry(app->keys, i);
		enum command_id id;

		if (m->menu.n == MENU_ITEMS_MAX ||
		    !continues(app, e, contexts))
			continue;
		id = command_find(e->command, strlen(e->command));
		if (!m->menu.n)
			name_menu(app, command_table[id].group);
		m->commands[m->menu.n] = id;
		menu_add(&m->menu, e->keys[app->typed.nkeys],
			 _(command_table[id].word),
			 _(command_table[id].help));
	}
}

static void menu_close(struct app *app)
{
	app->menu.on = false;
	menu_release(&app->menu.menu);
	app->typed.nkeys = 0;
	app_dirty(app);
}

static void menu_end(struct app *app, size_t item)
{
	struct app_menu m = app->menu;
	struct call call = {.id = CMD_NONE};

	menu_close(app);
	if (!m.prefix) {
		m.done(app, m.arg, item);
		return;
	}
	if (item == SIZE_MAX)
		return;
	call.id = m.commands[item];
	app_command(app, &call);
}

static void menu_typed(struct app *app, uint32_t key)
{
	const char *contexts[APP_CONTEXTS], *name;
	struct call call = {.id = CMD_NONE};
	size_t item;

	if (!app->menu.prefix) {
		if (menu_key(&app->menu.menu, key, &item))
			menu_end(app, item);
		else if (key == 'j' || key == 'k')
			menu_move(&app->menu.menu, key == 'j' ? 1 : -1);
		else if (key == 'q')
			menu_end(app, SIZE_MAX);
		return;
	}
	app_contexts(app_top(app)->ops->kind, contexts);
	switch (keymap_feed(app->keys, &app->typed, contexts, key, &name)) {
	case KEYMAP_PENDING:
		app_menu_prefix(app);
		break;
	case KEYMAP_FOUND:
		menu_close(app);
		call.id = command_find(name, strlen(name));
		app_command(app, &call);
		break;
	case KEYMAP_NONE:
		menu_close(app);
		break;
	}
}

static void menu_event(struct app *app, const struct event *ev)
{
	struct menu *m = &app->menu.menu;
	size_t item;

	if (ev->type == EVENT_MOUSE) {
		if (menu_mouse(m, &ev->mouse, &item))
			menu_end(app, item);
		return;
	}
	if (ev->type != EVENT_KEY)
		return;
	switch (ev->key) {
	case KEY_UP:
		menu_move(m, -1);
		break;
	case KEY_DOWN:
		menu_move(m, 1);
		break;
	case KEY_PGUP:
		menu_page(m, -1);
		break;
	case KEY_PGDN:
		menu_page(m, 1);
		break;
	case KEY_ENTER:
		if (menu_current(m, &item))
			menu_end(app, item);
		break;
	case KEY_ESC:
	case KEY_CTRL | 'c':
		menu_end(app, SIZE_MAX);
		break;
	default:
		menu_typed(app, ev->key);
	}
}

/* --- all of them --- */

bool app_overlay_event(struct app *app, const struct event *ev)
{
	if (app->dialog.on)
		dialog_event(app, ev);
	else if (app->menu.on)
		menu_event(app, ev);
	else if (app->ask.on)
		ask_event(app, ev);
	else
		return false;
	app_dirty(app);
	return true;
}

void app_overlays_draw(struct app *app)
{
	struct region all = canvas_region(&app->canvas);

	if (app->menu.on) {
		menu_layout(&app->menu.menu, &all);
		menu_draw(&app->menu.menu, &all);
	}
	if (app->dialog.on) {
		dialog_layout(&app->dialog.dialog, &all);
		dialog_draw(&app->dialog.dialog, &all);
	}
}

void app_overlays_close(struct app *app)
{
	if (app->dialog.on)
		dialog_end(app, app->dialog.dialog.safe);
	if (app->menu.on)
		menu_end(app, SIZE_MAX);
	if (app->ask.on)
		ask_end(app, false);
}
