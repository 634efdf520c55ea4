/*
 * secret - passwords and tokens: where they come from, and that they go.
 *
 * A secret comes from an environment variable, a file that only its owner can
 * read, or the output of a command; a literal in the configuration is taken
 * only when the configuration file is private itself (remoteconf sees to that).
 * The text lives in memory that is wiped when it is released. It is never put
 * into an error, a log line or the arguments of a process; what says that a
 * secret could not be had names its source alone.
 */
#ifndef RREDIT_REMOTE_SECRET_H
#define RREDIT_REMOTE_SECRET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "remote/watch.h"

#define SECRET_MAX ((size_t)64 << 10)	/* bytes of one secret */
#define SECRET_COMMAND_S 60		/* how long a command may take */

enum secret_how {
	SECRET_NONE,		/* not configured */
	SECRET_ENV,		/* text names a variable */
	SECRET_FILE,		/* text is a path: regular, ours, no bit of 077 */
	SECRET_COMMAND,		/* text is run by /bin/sh -c, as git runs its
				 * credential helpers; stdin is empty */
	SECRET_LITERAL,		/* text is the secret itself */
};

struct secret_source {
	enum secret_how how;
	char *text;		/* wiped by secret_source_release() */
	unsigned line;		/* of the configuration; 0: none */
};

struct secret {
	char *text;		/* NUL-terminated, no NUL within; NULL: none */
	size_t len;
};

/*
 * Get the secret that `from` names. One newline (or CR LF) at the end is cut,
 * as git and ssh do. SECRET_NONE gives an empty *out with text NULL and true.
 * ERR_SYSTEM: no such variable, file or command, a file that others can read, a
 * command that failed (its last line on stderr is in the message) or took longer
 * than SECRET_COMMAND_S; ERR_INPUT: empty, a NUL or a line break within;
 * ERR_LIMIT; ERR_CANCELLED. what ("password") begins the message.
 */
bool secret_get(struct secret *out, const struct secret_source *from,
		const char *what, const struct remote_watch *watch,
		struct err *err);
void secret_release(struct secret *s);		/* wipes */
void secret_copy(struct secret *to, const char *text, size_t len);

void secret_source_release(struct secret_source *s);	/* wipes */
/* Overwrite bytes in a way that a compiler does not leave out. */
void secret_wipe(void *bytes, size_t len);

/* True when path is a regular file of ours that nobody else may read or
 * write. */
bool secret_file_private(const char *path);

#endif
