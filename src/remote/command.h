/*
 * remote/command - another program, run beside, its output followed live.
 *
 * Arguments go to it as they are, no shell. It gets a process group of its own,
 * which is ended with it. Its stdout and stderr come as lines; a line that does
 * not end and looks like a question is given to ask(), and the answer written to
 * its stdin. Any thread; waits.
 */
#ifndef RREDIT_REMOTE_COMMAND_H
#define RREDIT_REMOTE_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "remote/watch.h"

#define COMMAND_OUTPUT_MAX ((size_t)16 << 20)	/* kept; more is dropped */
#define COMMAND_LINE_MAX ((size_t)4096)		/* told; the rest is cut */
#define COMMAND_SILENT_S 300	/* without any output it hangs */

struct command_run {
	const char *const *argv;	/* NULL at the end */
	/* Variables NAME=VALUE that replace those of the environment, or NULL. */
	const char *const *env;
	unsigned silent_s;		/* 0: COMMAND_SILENT_S */
	void *ctx;
	/* A line, made visible; may be NULL. */
	void (*line)(void *ctx, const char *text);
	/* A question, made visible: 1 yes, 0 no, -1: nobody can be asked, which
	 * ends the program. NULL: as -1. */
	int (*ask)(void *ctx, const char *question);
	bool asked;			/* out: a question was asked */
	struct buf *out;		/* gets stdout, which is not told then; or
					   NULL */
	int status;			/* out: its exit status */
};

/* False when it could not be run, hung, was cancelled, or asked in vain; true
 * with its exit status otherwise. */
bool command_run(struct command_run *c, const struct remote_watch *watch,
		 struct err *err);

/* Words of a command line, separated by blanks; double quotes hold words
 * together. NULL at the end; free each and the array by command_words_free(). */
char **command_words(const char *text);
void command_words_free(char **words);

#endif
