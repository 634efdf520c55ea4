/* From the command table and the configuration to the keymap. */
#include "config.h"

#include <string.h>

#include "app/state.h"
#include "base/i18n.h"

#define GENERAL "general"	/* bindings that hold in every view */
#define FIELD_PREFIX "field-"	/* of the names of text verbs */

/* Call fn for every alternative of "j, Down". */
static bool each_key(const char *keys,
		     bool (*fn)(void *arg, const char *key, struct err *err),
		     void *arg, struct err *err)
{
	char key[64];

	while (*keys) {
		const char *end = strstr(keys, ", ");
		size_t len = end ? (size_t)(end - keys) : strlen(keys);

		if (len >= sizeof(key))
			return err_set(err, ERR_INPUT, _("a key is too long"));
		memcpy(key, keys, len);
		key[len] = '\0';
		if (*key && !fn(arg, key, err))
			return false;
		keys += len;
		if (end)
			keys += strspn(keys, ", ");
	}
	return true;
}

struct binding {
	struct keymap *km;
	const char *context, *command;
};

static bool bind_one(void *arg, const char *key, struct err *err)
{
	struct binding *b = arg;

	return keymap_bind(b->km, b->context, key, b->command, err);
}

static bool bind_in(struct app *app, const char *context, const char *command,
		    const char *keys, struct err *err)
{
	struct binding b = {app->keys, context, command};

	return each_key(keys, bind_one, &b, err);
}

static bool bind_defaults(struct app *app, struct err *err)
{
	const struct textkey *text;
	struct buf name;
	bool ok = true;
	size_t n;

	for (int i = 1; i < CMD_COUNT; i++) {
		const struct command *c = &command_table[i];

		if (!c->keys)
			continue;
		if (c->views == IN_ALL) {
			if (!bind_in(app, GENERAL, c->name, c->keys, err))
				return false;
			continue;
		}
		for (int k = 0; k <= VIEW_KINDS; k++)
			if ((c->views & (1u << k)) &&
			    !bind_in(app, view_kind_id((enum view_kind)k),
				     c->name, c->keys, err))
				return false;
	}
	buf_init(&name);
	text = textkeys_table(&n);
	for (size_t i = 0; ok && i < n; i++) {
		buf_clear(&name);
		buf_addf(&name, FIELD_PREFIX "%s", text[i].name);
		ok = bind_in(app, view_kind_id(VIEW_FIELD), name.data,
			     text[i].keys, err);
	}
	buf_release(&name);
	return ok;
}

/* A line of [keys]: NAME = KEYS. The new keys stand in the place of the usual
 * ones, in every view that has the command, over what had them there. */
static bool bind_line(struct app *app, const struct ini_member *m,
		      struct err *err)
{
	enum command_id id = command_find(m->key, strlen(m->key));
	size_t skip = strlen(FIELD_PREFIX);
	const char *name;

	if (id == CMD_NONE) {
		if (strncmp(m->key, FIELD_PREFIX, skip) ||
		    textkeys_by_name(m->key + skip) == TEXT_NONE)
			return err_set(err, ERR_INPUT, _("no such command"));
		keymap_unbind_command(app->keys, view_kind_id(VIEW_FIELD),
				      m->key);
		return bind_in(app, view_kind_id(VIEW_FIELD), m->key, m->value,
			       err);
	}
	name = command_table[id].name;
	keymap_unbind_command(app->keys, GENERAL, name);
	for (int k = 0; k <= VIEW_KINDS; k++) {
		const char *context = view_kind_id((enum view_kind)k);

		if (!(command_table[id].views & (1u << k)))
			continue;
		keymap_unbind_command(app->keys, context, name);
		if (!bind_in(app, context, name, m->value, err))
			return false;
	}
	return true;
}

bool app_bind_keys(struct app *app, struct err *err)
{
	const struct ini *ini = &app->conf->ini;
	char quoted[ERR_QUOTE_MAX];

	if (!bind_defaults(app, err))
		return false;
	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_member *m = &ini->members[i];

		if (strcmp(m->section, "keys") || bind_line(app, m, err))
			continue;
		err_wrap(err, "%u: %s", m->line,
			 err_quote(quoted, m->key, strlen(m->key)));
		return err_wrap(err, "%s",
				err_quote(quoted, app->conf->path,
					  strlen(app->conf->path)));
	}
	return true;
}

void app_contexts(enum view_kind kind, const char *out[APP_CONTEXTS])
{
	out[0] = view_kind_id(kind);
	out[1] = kind == VIEW_FIELD ? NULL : GENERAL;
	out[2] = NULL;
}

void app_keys_text(const struct app *app, enum view_kind kind,
		   enum command_id id, struct buf *out)
{
	const char *contexts[APP_CONTEXTS];

	app_contexts(kind, contexts);
	keymap_keys_for(app->keys, contexts, command_table[id].name, out);
}

void app_key_text(const struct app *app, enum view_kind kind,
		  enum command_id id, struct buf *out)
{
	size_t from = out->len;
	char *comma;

	app_keys_text(app, kind, id, out);
	comma = strstr(out->data + from, ", ");
	if (comma)
		buf_truncate(out, (size_t)(comma - out->data));
}
