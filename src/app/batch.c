#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "app/batch-sync.h"
#include "app/demo.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/statedir.h"

#define JSON {OPTION_JSON, "json", NULL}
#define WHERE {OPTION_WHERE, "where", "EXPR"}
#define DRY_RUN {OPTION_DRY_RUN, "dry-run", NULL}
#define FORCE {OPTION_FORCE, "force", NULL}
#define REMOTE {OPTION_REMOTE, "remote", "NAME"}
#define MINE {OPTION_MINE, "mine", NULL}
#define THEIRS {OPTION_THEIRS, "theirs", NULL}

#define ANY ((size_t)-1)	/* arguments */

/* In the order of the manual. */
static const struct batch_command commands[] = {
	{"list", "", N_("snapshots of the store"), 0, 0, batch_list, {JSON}},
	{"show", "TARGET [PAIR]", N_("a snapshot, a record, a field or a body"),
	 1, 2, batch_show,
	 {JSON, {OPTION_FIELD, "field", "FIELD"},
	  {OPTION_BODY, "body", "request|response"},
	  {OPTION_RAW, "raw", NULL}}},
	{"filter", "TARGET EXPR", N_("the records that match"), 2, 2,
	 batch_filter,
	 {JSON, {OPTION_COUNT_ONLY, "count", NULL},
	  {OPTION_LINES, "lines", NULL}}},
	{"check", "TARGET...", N_("problems of records"), 1, ANY, batch_check,
	 {JSON, {OPTION_STRICT, "strict", NULL}}},
	{"set", "TARGET PAIR|--where EXPR FIELD=VALUE...",
	 N_("change fields; linked facts follow"), 2, ANY, batch_set,
	 {WHERE, DRY_RUN, FORCE}},
	{"unset", "TARGET PAIR|--where EXPR FIELD...",
	 N_("remove a header, tag, parameter or member"), 2, ANY, batch_unset,
	 {WHERE, DRY_RUN, FORCE}},
	{"replace", "TARGET REGEX TEXT",
	 N_("replace in values and decoded bodies"), 3, 3, batch_replace,
	 {WHERE, {OPTION_IN, "in", "FIELD"}, DRY_RUN, FORCE}},
	{"swap", "TARGET OLD NEW",
	 N_("a token swapped wherever it occurs, decoded bodies included"), 3,
	 3, batch_swap, {WHERE, DRY_RUN, FORCE}},
	{"shift", "TARGET OFFSET|now|TIME", N_("shift times"), 2, 2,
	 batch_shift, {WHERE, DRY_RUN, FORCE}},
	{"renew", "TARGET [PAIR...]", N_("new uuids"), 1, ANY, batch_renew,
	 {WHERE, DRY_RUN, FORCE}},
	{"trim", "TARGET FROM TO", N_("delete what is outside of a window of time"),
	 3, 3, batch_trim, {DRY_RUN, FORCE}},
	{"edit", "TARGET PAIR", N_("a record, decoded, in $EDITOR"), 2, 2,
	 batch_edit, {FORCE}},
	{"add", "TARGET", N_("a new record"), 1, 1, batch_add,
	 {{OPTION_TEMPLATE, "template", "inbound|outbound|FILE|-"}, FORCE}},
	{"copy", "TARGET PAIR...|--where EXPR",
	 N_("copies with uuids of their own"), 1, ANY, batch_copy,
	 {WHERE, DRY_RUN, FORCE}},
	{"delete", "TARGET PAIR...|--where EXPR", N_("delete records"), 1, ANY,
	 batch_delete, {WHERE, DRY_RUN, FORCE}},
	{"create", "", N_("a new snapshot; prints its id"), 0, 0, batch_create,
	 {{OPTION_NAME, "name", "NAME"}, {OPTION_SERVICE, "service", "SERVICE"},
	  {OPTION_RAW_FILE, "raw", "FILE"}}},
	{"diff", "TARGET[:PAIR] TARGET[:PAIR]",
	 N_("two records by field, or two snapshots by uuid"), 2, 2,
	 batch_diff, {{0, NULL, NULL}}},
	{"backups", "TARGET", N_("earlier versions"), 1, 1, batch_backups,
	 {{0, NULL, NULL}}},
	{"restore", "TARGET BACKUP", N_("put an earlier version back"), 2, 2,
	 batch_restore, {{0, NULL, NULL}}},
	{"recover", "[TARGET]", N_("apply the edits that a crash left"), 0, 1,
	 batch_recover,
	 {{OPTION_LIST, "list", NULL}, {OPTION_DISCARD, "discard", NULL}}},
	{"push", "ID...", N_("send what changed here to a remote"), 1, ANY,
	 batch_push, {REMOTE, FORCE, MINE, THEIRS, DRY_RUN, JSON}},
	{"pull", "ID...", N_("merge in what changed on a remote"), 0, ANY,
	 batch_pull, {REMOTE, FORCE, MINE, THEIRS, DRY_RUN, JSON,
		      {OPTION_NEW, "new", NULL}}},
	{"status", "[ID...]", N_("how snapshots here and there stand"), 0, ANY,
	 batch_status, {REMOTE, JSON}},
	{"remotes", "[NAME]", N_("the remotes that are configured"), 0, 1,
	 batch_remotes, {JSON, {OPTION_TEST, "test", NULL}}},
	{"microcks", "convert TARGET FILE|merge FILE FROM...|split FILE DIR|strip FILE",
	 N_("repositories of Microcks: from and to traffic, by service"), 2,
	 ANY, batch_microcks,
	 {{OPTION_SERVICE, "service", "NAME"},
	  {OPTION_SERVICE_VERSION, "service-version", "VERSION"},
	  {OPTION_DIRECTION, "direction", "IN|OUT"},
	  {OPTION_HOST, "host", "HOST"}, DRY_RUN, FORCE, JSON}},
	{"thousandeyes", "tests|create|history",
	 N_("snapshots of ThousandEyes tests"), 1, 1, batch_thousandeyes,
	 {REMOTE, {OPTION_TEST_ID, "test-id", "ID"},
	  {OPTION_NAME, "name", "NAME"}, {OPTION_HOURS, "hours", "N"},
	  {OPTION_END, "end", "TIME"}, {OPTION_PUBLIC, "public", NULL},
	  {OPTION_AID, "aid", "ID"}, DRY_RUN, JSON}},
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

const struct batch_command *batch_at(size_t i)
{
	return i < COMMANDS ? &commands[i] : NULL;
}

const struct batch_command *batch_find(const char *name)
{
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (!strcmp(commands[i].name, name))
			return &commands[i];
	return NULL;
}

const struct batch_option *batch_option(const struct batch_command *command,
					const char *name, size_t len)
{
	const struct batch_option *o;

	for (o = command->options; o->name; o++)
		if (strlen(o->name) == len && !memcmp(o->name, name, len))
			return o;
	return NULL;
}

/* ---- help ---- */

static void usage_line(FILE *out, const struct batch_command *c)
{
	const struct batch_option *o;

	fprintf(out, "rredit %s%s%s", c->name, *c->args ? " " : "", c->args);
	for (o = c->options; o->name; o++) {
		if (strstr(c->args, o->name))
			continue;	/* the arguments tell already */
		fprintf(out, " [--%s%s%s]", o->name, o->arg ? " " : "",
			o->arg ? o->arg : "");
	}
	putc('\n', out);
}

void batch_command_help(FILE *out, const struct batch_command *command)
{
	fputs(_("usage: "), out);
	usage_line(out, command);
	fprintf(out, "%s\n", _(command->help));
}

void batch_help(FILE *out)
{
	size_t i;

	fputs(_("usage: rredit [OPTIONS]                    browse the local store\n"
		"       rredit [OPTIONS] TARGET             open one snapshot\n"
		"       rredit [OPTIONS] COMMAND [ARG...]   do one thing without a screen\n"
		"\n"
		"Options:\n"
		"  --store DIR      the store (else $RREDIT_STORE, else Speedscale's)\n"
		"  --config FILE    the configuration, in place of the usual one\n"
		"  --demo           a private copy of a sample store\n"
		"  -R, --read-only  change nothing\n"
		"  --no-color       monochrome\n"
		"  --ascii          draw with ASCII only\n"
		"  --log FILE       append what happens to FILE\n"
		"  -h, --help       this help, or that of COMMAND\n"
		"  -V, --version    the version\n"
		"\n"
		"A TARGET is an id, a prefix of one, a name, a path, or - for standard input.\n"
		"A PAIR is a number from 1, a range 3-7 or a uuid.\n"
		"\n"
		"Commands:\n"), out);
	for (i = 0; i < COMMANDS; i++)
		fprintf(out, "  %-12s %s\n", commands[i].name,
			_(commands[i].help));
	fputs(_("\nrredit COMMAND --help tells its arguments; man rredit the rest.\n"),
	      out);
}

/* ---- what commands share ---- */

int batch_say(const char *what, const struct err *err)
{
	if (what)
		fprintf(stderr, "rredit: %s: %s\n", what, err->msg);
	else
		fprintf(stderr, "rredit: %s\n", err->msg);
	return err_exit_status(err->code);
}

int batch_fail(const char *what, const struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	return batch_say(what ? err_quote(shown, what, strlen(what)) : NULL,
			 err);
}

void batch_note(const char *what, const char *fmt, ...)
{
	char shown[ERR_QUOTE_MAX];
	va_list ap;

	fprintf(stderr, "rredit: %s: ", err_quote(shown, what, strlen(what)));
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	putc('\n', stderr);
}

int batch_usage_error(const struct batch *b, const char *why)
{
	const struct batch_command *c = b->options->command;

	fprintf(stderr, "rredit: %s: %s\n", c->name, why);
	fputs(_("usage: "), stderr);
	usage_line(stderr, c);
	return 2;
}

int batch_finish_output(void)
{
	struct err err;

	if (!fflush(stdout) && !ferror(stdout))
		return 0;
	err_errno(&err, "%s", _("cannot write"));
	return batch_say(_("standard output"), &err);
}

bool batch_given(const struct batch *b, enum command_option id)
{
	return b->options->value[id] != NULL;
}

const char *batch_value(const struct batch *b, enum command_option id)
{
	return b->options->value[id];
}

const char *batch_state(struct batch *b, struct err *err)
{
	if (!b->state_dir)
		b->state_dir = statedir_default(err);
	return b->state_dir;
}

const char *batch_store(struct batch *b, struct err *err)
{
	if (b->store)
		return b->store;
	if (b->options->demo) {
		const char *state = batch_state(b, err);

		b->store = state ? demo_store(state, false, err) : NULL;
	} else {
		b->store = library_default(b->options->store, err);
	}
	return b->store;
}

int batch_run(const struct options *options)
{
	const struct batch_command *c = options->command;
	struct batch b = {
		.options = options, .terminal = isatty(STDOUT_FILENO) == 1,
	};
	int status;

	if (options->help) {
		batch_command_help(stdout, c);
		return batch_finish_output();
	}
	if (options->count < c->min)
		return batch_usage_error(&b, _("an argument is missing"));
	if (options->count > c->max)
		return batch_usage_error(&b, _("too many arguments"));
	status = c->run(&b);
	if (batch_finish_output() && !status)
		status = 3;
	free(b.store);
	free(b.state_dir);
	return status;
}
