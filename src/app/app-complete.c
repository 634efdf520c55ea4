/* Completion of the `:` line: names, then what the command takes. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/complete.h"
#include "app/state.h"
#include "base/i18n.h"
#include "base/mem.h"

static void names(struct app *app, const char *text, size_t len, size_t from,
		  struct completion *out)
{
	enum view_kind kind = app_top(app)->ops->kind;
	struct buf name, help;

	buf_init(&name);
	buf_init(&help);
	out->from = from;
	for (int i = 1; i < CMD_COUNT; i++) {
		const struct command *c = &command_table[i];
		enum command_id id = (enum command_id)i;

		if (!command_in_view(id, kind) ||
		    (strncmp(c->name, text, len) &&
		     !(c->alias && !strncmp(c->alias, text, len))))
			continue;
		buf_clear(&name);
		buf_adds(&name, strncmp(c->name, text, len) ? c->alias
							    : c->name);
		if (c->arg != ARG_NONE)
			buf_addc(&name, ' ');
		buf_clear(&help);
		app_key_text(app, kind, id, &help);
		buf_addf(&help, "%s%s", help.len ? "  " : "", _(c->help));
		completion_add(out, name.data, help.data);
	}
	buf_release(&name);
	buf_release(&help);
}

static void targets(struct app *app, const char *text, size_t len, size_t from,
		    struct completion *out)
{
	struct library_list list;

	out->from = from;
	if (memchr(text, '/', len)) {
		complete_path(text, len, from, out);
		return;
	}
	if (!library_scan(app->store, &list, NULL))
		return;
	for (size_t i = 0; i < list.count; i++) {
		const struct library_entry *e = &list.entries[i];

		if (!strncmp(e->id, text, len))
			completion_add(out, e->id, e->name);
		else if (e->name && !strncmp(e->name, text, len))
			completion_add(out, e->name, e->id);
	}
	library_list_release(&list);
}

static void switches(const char *text, size_t len, size_t from,
		     struct completion *out)
{
	out->from = from;
	if (!strncmp("on", text, len))
		completion_add(out, "on", NULL);
	if (!strncmp("off", text, len))
		completion_add(out, "off", NULL);
}

void app_complete(void *arg, const char *text, size_t len, size_t cursor,
		  struct completion *out)
{
	struct app *app = arg;
	struct session *s = app_top(app)->session;
	size_t name_len, at;
	enum command_id id;

	out->to = cursor;
	name_len = strcspn(text, " \t!");
	if (name_len >= cursor) {
		names(app, text, cursor, 0, out);
		return;
	}
	id = command_find(text, name_len);
	at = name_len + (text[name_len] == '!');
	while (at < cursor && (text[at] == ' ' || text[at] == '\t'))
		at++;
	while (id == CMD_GROUPS && memchr(text + at, ' ', cursor - at))
		at++;	/* it takes several; this is the last */
	switch (command_table[id].arg) {
	case ARG_FIELD:
		complete_field(s, text + at, cursor - at, false, at, out);
		break;
	case ARG_ASSIGN:
		complete_field(s, text + at, cursor - at, true, at, out);
		break;
	case ARG_EXPR:
		if (!s)
			break;
		complete_filter(s, text + at, len - at, cursor - at, out);
		out->from += at;
		out->to = cursor;
		break;
	case ARG_FILE:
		complete_path(text + at, cursor - at, at, out);
		break;
	case ARG_TARGET:
		targets(app, text + at, cursor - at, at, out);
		break;
	case ARG_FILTER:
		out->from = at;
		complete_named(app->state_dir, text + at, cursor - at, false,
			       out);
		break;
	case ARG_SWITCH:
		switches(text + at, cursor - at, at, out);
		break;
	case ARG_COMMAND:
		names(app, text + at, cursor - at, at, out);
		break;
	default:
		break;
	}
}
