#include "config.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "app/conf.h"
#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/path.h"

static char *usual_path(void)
{
	char *dir = path_config_dir(), *path;

	if (!dir)
		return NULL;
	path = path_join(dir, "rredit.conf");
	free(dir);
	return path;
}

static bool bad(const struct ini_member *m, struct err *err, const char *why)
{
	char key[ERR_QUOTE_MAX], value[ERR_QUOTE_MAX];

	return err_set(err, ERR_INPUT, "%u: %s = %s: %s", m->line,
		       err_quote(key, m->key, strlen(m->key)),
		       err_quote(value, m->value, strlen(m->value)), why);
}

static bool take_bool(const struct ini_member *m, bool *out, struct err *err)
{
	return ini_bool(m->value, out) ||
	       bad(m, err, _("yes or no was expected"));
}

/* The place of a word in a list that ends in NULL, or -1. */
static int pick(const char *word, const char *const *list)
{
	for (int i = 0; list[i]; i++)
		if (!strcmp(word, list[i]))
			return i;
	return -1;
}

static bool take_ui(struct conf *c, const struct ini_member *m, struct err *err)
{
	static const char *const colours[] = {"auto", "never", NULL};
	static const char *const times[] = {"utc", "local", NULL};
	static const char *const previews[] = {"auto", "on", "off", NULL};
	bool yes;
	int i;

	if (!strcmp(m->key, "color") || !strcmp(m->key, "colour")) {
		i = pick(m->value, colours);
		c->no_colour = i == 1;
		return i >= 0 || bad(m, err, "auto, never");
	}
	if (!strcmp(m->key, "time")) {
		i = pick(m->value, times);
		c->local_time = i == 1;
		return i >= 0 || bad(m, err, "utc, local");
	}
	if (!strcmp(m->key, "preview")) {
		i = pick(m->value, previews);
		c->preview = i >= 0 ? (enum conf_preview)i : CONF_PREVIEW_AUTO;
		return i >= 0 || bad(m, err, "auto, on, off");
	}
	if (!strcmp(m->key, "ascii"))
		return take_bool(m, &c->ascii, err);
	if (!strcmp(m->key, "mouse")) {
		if (!take_bool(m, &yes, err))
			return false;
		c->no_mouse = !yes;
		return true;
	}
	if (!strcmp(m->key, "editor")) {
		free(c->editor);
		c->editor = *m->value ? mem_strdup(m->value) : NULL;
		return true;
	}
	return bad(m, err, _("no such member of [ui]"));
}

static bool known_section(const struct ini_member *m)
{
	static const char *const plain[] = {"ui", "keys", "sync", NULL};

	if (!strcmp(m->section, "remote"))
		return *m->name;
	return !*m->name && pick(m->section, plain) >= 0;
}

static bool understand(struct conf *c, struct err *err)
{
	for (size_t i = 0; i < c->ini.count; i++) {
		const struct ini_member *m = &c->ini.members[i];

		if (!known_section(m))
			return bad(m, err, _("no such section"));
		if (!strcmp(m->section, "ui") && !take_ui(c, m, err))
			return false;
	}
	return true;
}

void conf_init(struct conf *c)
{
	*c = (struct conf){0};
}

bool conf_parse(struct conf *c, const char *text, size_t len, struct err *err)
{
	conf_init(c);
	if (ini_parse(&c->ini, text, len, "keys", err) && understand(c, err))
		return true;
	conf_release(c);
	return false;
}

bool conf_load(struct conf *c, const char *path, struct err *err)
{
	char *file = path ? mem_strdup(path) : usual_path();
	char quoted[ERR_QUOTE_MAX];
	struct err e = {0};
	struct buf text;
	bool ok = true;

	conf_init(c);
	if (!file)
		return true;
	buf_init(&text);
	if (!file_read(file, INI_SIZE_MAX, &text, &e)) {
		ok = !path && (e.code == ERR_NOTARGET || e.sys == ENOENT);
	} else if (!conf_parse(c, text.data, text.len, &e)) {
		ok = false;
		err_wrap(&e, "%s", err_quote(quoted, file, strlen(file)));
	}
	buf_release(&text);
	if (ok)
		c->path = file;
	else
		free(file);
	if (!ok && err)
		*err = e;
	return ok;
}

void conf_release(struct conf *c)
{
	free(c->path);
	free(c->editor);
	ini_release(&c->ini);
	conf_init(c);
}
