/*
 * termsize - terminals that claim a size that cannot be.
 *
 * Private to ui/term.c. One thread.
 */
#ifndef RREDIT_UI_TERMSIZE_H
#define RREDIT_UI_TERMSIZE_H

#include <stdbool.h>

int termsize_most(int n, int max);
/*
 * Beyond what a canvas can have, curses would allocate gigabytes. Whenever it
 * wakes up it asks the terminal anew, but the environment first: so it is told
 * there for as long as the terminal behind fd claims that. capped (LINES,
 * COLUMNS) is kept by the caller, false at first.
 */
void termsize_cap(int fd, bool capped[2]);

#endif
