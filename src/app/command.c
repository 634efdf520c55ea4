#include "config.h"

#include <string.h>

#include "app/command.h"
#include "base/i18n.h"

enum command_id command_find(const char *name, size_t len)
{
	for (int i = 1; i < CMD_COUNT; i++) {
		const struct command *c = &command_table[i];

		if ((strlen(c->name) == len && !memcmp(c->name, name, len)) ||
		    (c->alias && strlen(c->alias) == len &&
		     !memcmp(c->alias, name, len)))
			return (enum command_id)i;
	}
	return CMD_NONE;
}

bool command_in_view(enum command_id id, enum view_kind kind)
{
	return command_table[id].views & (1u << kind);
}

const char *command_group_title(enum command_group group)
{
	static const char *const titles[GROUPS] = {
		[GROUP_MOVE] = N_("Move"),
		[GROUP_OPEN] = N_("Open"),
		[GROUP_FIND] = N_("Find, sort, tag"),
		[GROUP_EDIT] = N_("Edit"),
		[GROUP_COPY] = N_("Copy and export"),
		[GROUP_FILE] = N_("File"),
		[GROUP_SHOW] = N_("Show"),
		[GROUP_PROGRAM] = N_("Program"),
	};

	return _(titles[group]);
}

const char *view_kind_name(enum view_kind kind)
{
	static const char *const names[VIEW_KINDS] = {
		[VIEW_STORE] = N_("Store"),
		[VIEW_TRASH] = N_("Trash"),
		[VIEW_PAIRS] = N_("Pairs"),
		[VIEW_PAIR] = N_("Pair"),
		[VIEW_BODY] = N_("Body"),
		[VIEW_META] = N_("Metadata"),
		[VIEW_CHANGES] = N_("Changes"),
		[VIEW_PROBLEMS] = N_("Problems"),
		[VIEW_JOBS] = N_("Jobs"),
		[VIEW_HELP] = N_("Help"),
		[VIEW_COMPARE] = N_("Compare"),
		[VIEW_GROUPS] = N_("Groups"),
		[VIEW_HISTOGRAM] = N_("Times"),
		[VIEW_MESSAGES] = N_("Messages"),
		[VIEW_BACKUPS] = N_("Backups"),
		[VIEW_CONFLICTS] = N_("Conflicts"),
		[VIEW_REMOTES] = N_("Remotes"),
		[VIEW_REMOTE] = N_("Remote"),
		[VIEW_SHARES] = N_("ThousandEyes"),
		[VIEW_SHARE] = N_("ThousandEyes snapshot"),
	};

	return _(names[kind]);
}

const char *view_kind_id(enum view_kind kind)
{
	static const char *const ids[VIEW_KINDS + 1] = {
		[VIEW_STORE] = "store", [VIEW_TRASH] = "trash",
		[VIEW_PAIRS] = "pairs", [VIEW_PAIR] = "pair",
		[VIEW_BODY] = "body", [VIEW_META] = "metadata",
		[VIEW_CHANGES] = "changes", [VIEW_PROBLEMS] = "problems",
		[VIEW_JOBS] = "jobs", [VIEW_HELP] = "help",
		[VIEW_COMPARE] = "compare", [VIEW_GROUPS] = "groups",
		[VIEW_HISTOGRAM] = "histogram",
		[VIEW_CONFLICTS] = "conflicts", [VIEW_REMOTES] = "remotes",
		[VIEW_REMOTE] = "remote", [VIEW_SHARES] = "thousandeyes",
		[VIEW_SHARE] = "share",
		[VIEW_MESSAGES] = "messages", [VIEW_BACKUPS] = "backups",
		[VIEW_FIELD] = "field",
	};

	return ids[kind];
}

const char *command_arg_name(enum command_id id)
{
	static const char *const must[] = {
		[ARG_NONE] = "", [ARG_TEXT] = "TEXT", [ARG_NUMBER] = "PAIR",
		[ARG_FIELD] = "FIELD", [ARG_ASSIGN] = "FIELD=VALUE",
		[ARG_EXPR] = "EXPR", [ARG_FILE] = "FILE",
		[ARG_TARGET] = "TARGET", [ARG_PATTERN] = "/REGEX/TEXT/",
		[ARG_SWITCH] = "on|off",
		[ARG_COMMAND] = "COMMAND", [ARG_FILTER] = "NAME",
		[ARG_SWAP] = "OLD NEW",
		[ARG_SHIFT] = "OFFSET|now|TIME", [ARG_WINDOW] = "FROM TO",
	};
	static const char *const may[] = {
		[ARG_NONE] = "", [ARG_TEXT] = "[TEXT]", [ARG_NUMBER] = "[PAIR]",
		[ARG_FIELD] = "[FIELD]", [ARG_ASSIGN] = "[FIELD=VALUE]",
		[ARG_EXPR] = "[EXPR]", [ARG_FILE] = "[FILE]",
		[ARG_TARGET] = "[TARGET]", [ARG_PATTERN] = "[/REGEX/TEXT/]",
		[ARG_SWITCH] = "[on|off]",
		[ARG_COMMAND] = "[COMMAND]", [ARG_FILTER] = "[NAME]",
		[ARG_SWAP] = "[OLD NEW]",
		[ARG_SHIFT] = "[OFFSET|now|TIME]", [ARG_WINDOW] = "[FROM TO]",
	};
	const struct command *c = &command_table[id];

	return c->flags & COMMAND_ARG_MUST ? must[c->arg] : may[c->arg];
}

static bool all_digits(const char *s)
{
	return *s && strspn(s, "0123456789") == strlen(s);
}

/* The checks of a command that has a name; call->arg may be "". */
static bool check_call(enum view_kind kind, struct call *call, struct err *err)
{
	const struct command *c = &command_table[call->id];

	if (!command_in_view(call->id, kind))
		return err_set(err, ERR_USAGE, _("%s: not in this view"),
			       c->name);
	if (call->bang && !(c->flags & COMMAND_BANG))
		return err_set(err, ERR_USAGE, _("%s takes no !"), c->name);
	if (*call->arg && c->arg == ARG_NONE)
		return err_set(err, ERR_USAGE, _("%s takes no argument"),
			       c->name);
	if (!*call->arg && (c->flags & COMMAND_ARG_MUST))
		return err_set(err, ERR_USAGE, "%s %s", c->name,
			       command_arg_name(call->id));
	if (!*call->arg)
		call->arg = NULL;
	return true;
}

bool command_parse(const char *line, enum view_kind kind, struct call *call,
		   struct err *err)
{
	const char *name = line + strspn(line, " \t");
	size_t len = strcspn(name, " \t!");
	struct call c = {.id = CMD_NONE, .arg = ""};
	char quoted[ERR_QUOTE_MAX];

	if (!*name) {
		*call = (struct call){.id = CMD_NONE};
		return true;
	}
	if (all_digits(name)) {
		c.id = CMD_GOTO;
		c.arg = name;
	} else {
		c.id = command_find(name, len);
		if (c.id == CMD_NONE)
			return err_set(err, ERR_USAGE,
				       _("no such command: %s"),
				       err_quote(quoted, name, len));
		c.bang = name[len] == '!';
		c.arg = name + len + c.bang;
		c.arg += strspn(c.arg, " \t");
	}
	if (!check_call(kind, &c, err))
		return false;
	*call = c;
	return true;
}
