/*
 * app/batch - the commands without a screen.
 *
 * One table names every command with its arguments, options and help; the
 * parser of the command line, `--help`, usage errors and the manual's test go
 * through it. A command opens what it needs, does one thing, saves, and gives
 * the exit status of the contract: 0 done, 1 problems found or refused, 2
 * wrong usage, 3 the system said no. Nothing ever asks.
 *
 * Messages go to stderr as "rredit: WHAT: WHY". What comes from captured data
 * is made visible on its way out, unless --raw or --lines ask for the bytes.
 */
#ifndef RREDIT_APP_BATCH_H
#define RREDIT_APP_BATCH_H

#include <stdio.h>

#include "app/options.h"

struct batch;

struct batch_option {
	enum command_option id;
	const char *name;	/* without dashes; NULL ends a list */
	const char *arg;	/* what its value is, or NULL */
};

struct batch_command {
	const char *name;
	const char *args;	/* as in a usage line */
	const char *help;	/* N_(): one line */
	size_t min, max;	/* arguments that are no options */
	int (*run)(struct batch *b);
	struct batch_option options[11];	/* the last has no name */
};

const struct batch_command *batch_at(size_t i);		/* NULL at the end */
const struct batch_command *batch_find(const char *name);
const struct batch_option *batch_option(const struct batch_command *command,
					const char *name, size_t len);

/* Run options->command. Returns the exit status. */
int batch_run(const struct options *options);

/* Help: of the program, or of one command. */
void batch_help(FILE *out);
void batch_command_help(FILE *out, const struct batch_command *command);

/* "rredit: WHAT: WHY" (what may be NULL); returns the exit status of err. */
int batch_say(const char *what, const struct err *err);

#endif
