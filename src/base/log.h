/*
 * log - what happened, for --log FILE; off unless that is given.
 *
 * One line for each event: UTC time, process, level, text. A line is written
 * by one write(2) to a file opened for appending, so lines of several threads
 * and processes do not mix. Any thread may log; open and close are for main.
 *
 * The log is made to be sent to others. It names what was done, to which file
 * or host, how long it took and how it ended. Never log a header value, a body,
 * a captured URL's query, a token or anything of a credential.
 */
#ifndef RREDIT_BASE_LOG_H
#define RREDIT_BASE_LOG_H

#include <stdbool.h>

#include "base/err.h"

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

#define LOG_LINE_MAX 1024	/* bytes; a longer text is cut */

/* Append to the file at path, 0600 when it is made. */
bool log_open(const char *path, struct err *err);
void log_close(void);
bool log_is_on(void);

/* Say it; does nothing while the log is off. Text is made visible like all
 * text from outside; the arguments need no err_quote(). */
void log_add(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
