/*
 * app/options - the words of the command line, sorted out.
 *
 * The program's options may stand anywhere before `--`, a command's own
 * anywhere behind its name. A dash and a digit begin no option. Strings are
 * those of argv. Nothing is looked up on the disk here.
 */
#ifndef RREDIT_APP_OPTIONS_H
#define RREDIT_APP_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

/* Options of commands; which of them a command has is in its table entry. */
enum command_option {
	OPTION_JSON, OPTION_COUNT_ONLY, OPTION_LINES, OPTION_FIELD, OPTION_BODY,
	OPTION_RAW, OPTION_STRICT, OPTION_WHERE, OPTION_DRY_RUN, OPTION_FORCE,
	OPTION_IN, OPTION_TEMPLATE, OPTION_NAME, OPTION_SERVICE,
	OPTION_RAW_FILE, OPTION_LIST, OPTION_DISCARD, OPTION_REMOTE, OPTION_MINE,
	OPTION_THEIRS, OPTION_NEW, OPTION_TEST,
	OPTION_SERVICE_VERSION, OPTION_DIRECTION, OPTION_HOST,
	OPTION_TEST_ID, OPTION_AID, OPTION_HOURS, OPTION_END, OPTION_PUBLIC,
	OPTIONS
};

struct batch_command;

struct options {
	const char *store, *config, *log;
	bool demo, read_only, no_colour, ascii, help, version;
	const struct batch_command *command;	/* NULL: the screen */
	const char *value[OPTIONS];	/* of the command; "" for a plain one
					   that was given, NULL for one not */
	char **args;			/* what is no option: TARGET, PAIR, ... */
	size_t count;
};

/* ERR_USAGE says what is wrong. args is owned: options_release(). */
bool options_parse(struct options *options, int argc, char **argv,
		   struct err *err);
void options_release(struct options *options);

#endif
