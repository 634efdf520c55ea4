/*
 * ptyrun - the parts of the terminal test driver (see ptyrun.c for its use):
 * a child on a pty, a screen by libvterm, keys as bytes.
 */
#ifndef RREDIT_TESTS_PTYRUN_H
#define RREDIT_TESTS_PTYRUN_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buf.h"

#define DEADLINE_MS 20000	/* far more than a pass ever needs */
#define UPDATE_REST_MS 300	/* --update takes a screen at rest this long */

/* libvterm's picture of what was written. */
struct screen {
	struct VTerm *vt;
	struct VTermScreen *vts;
	int cols, rows;
	int cursor_x, cursor_y;
	bool cursor_on;
};
void screen_init(struct screen *s, int cols, int rows);
void screen_release(struct screen *s);		/* also when never begun */
void screen_resize(struct screen *s, int cols, int rows);
/* Take bytes in; answers of the terminal are appended to reply. */
void screen_write(struct screen *s, const char *bytes, size_t len,
		  struct buf *reply);
/* One row without trailing blanks; NULL when there is none. Caller frees. */
char *screen_row(const struct screen *s, int y);
char *screen_text(const struct screen *s);	/* all rows, each with \n */
/* The cell where text begins. */
bool screen_find(const struct screen *s, const char *text, int *x, int *y);
bool screen_reverse(const struct screen *s, const char *text);
bool screen_coloured(const struct screen *s);	/* any cell has a colour */

struct child {
	char *program;
	pid_t pid;		/* 0: none, or ended */
	int fd;
	int status;		/* of waitpid, once ended */
	struct buf raw;		/* all that it wrote */
};
void child_init(struct child *c);
void child_release(struct child *c);	/* kills what still runs */
bool child_start(struct child *c, const char *command, int cols, int rows);
void child_write(struct child *c, const char *bytes, size_t len);
void child_resize(struct child *c, int cols, int rows);
int child_sh(const char *command);	/* in $HOME; waitpid's status */
/* Fixed environment, with everything of the user's under home. */
void child_environment(const char *home);
void child_remove(const char *dir);	/* and all in it */
int64_t child_now(void);		/* ms */
/* Wait for output or the end, and take it in. False when `until` has passed
 * or nothing can come any more. */
bool child_read(struct child *c, struct screen *s, int64_t until);

/* What xterm sends for a key named as in the keymap. */
bool key_bytes(const char *name, char *out, size_t size);

struct ptyrun {
	const char *script;
	bool update, failed;
	char **lines;
	size_t nlines, lines_cap, at;
	int line;
	int cols, rows;
	int64_t deadline;
	struct child child;
	struct screen screen;
};
void ptyrun_fail(struct ptyrun *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void ptyrun_replace(struct ptyrun *r, const char *screen);

#endif
