/*
 * handover - another program has the terminal for a while.
 *
 * For term_run() alone: the screen is already left when these are called.
 */
#ifndef RREDIT_UI_HANDOVER_H
#define RREDIT_UI_HANDOVER_H

#include <stdbool.h>
#include <termios.h>

#include "base/err.h"

/* Run argv (found in PATH) and wait for it; in and out become its stdin and
 * stdout, -1 leaves them. Signals are at their defaults in it; ^C and ^\ pass
 * this process by meanwhile. */
bool handover_run(char *const argv[], int in, int out, int *status,
		  struct err *err);
/* Ask for a key on the shell's screen and wait for it. */
void handover_wait_key(int in, int out, const struct termios *shell);

#endif
