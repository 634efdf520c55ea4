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
#define SIZES_MAX 16
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
/* All rows with their colours and attributes, as a terminal would take them. */
char *screen_picture(const struct screen *s);

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

/*
 * Where the first byte stands that no program of ours writes, len when there is
 * none: controls, C1, characters that turn or hide text, bytes that are no
 * UTF-8, sequences outside of what curses and ui/term use, all commands to the
 * operating system but one, that to the clipboard.
 */
size_t wire_foreign(const char *bytes, size_t len);

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
	struct size {
		int cols, rows;
	} sizes[SIZES_MAX];	/* what `look` looks at */
	int nsizes;
	size_t resized;		/* of the raw bytes, those before the last */
};
void ptyrun_fail(struct ptyrun *r, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void ptyrun_replace(struct ptyrun *r, const char *screen);

typedef bool (*condition)(struct ptyrun *r, const char *text);
bool ptyrun_wait(struct ptyrun *r, const char *what, condition holds,
		 const char *text);
bool ptyrun_line(struct ptyrun *r, const char *line);	/* of a script */
/* Until nothing was written for a while: for pictures, never for a test. */
void ptyrun_rest(struct ptyrun *r);
void ptyrun_resize(struct ptyrun *r, int cols, int rows);
/* Fails unless all that was written so far is the program's own. */
bool tour_wire(struct ptyrun *r);
bool tour_sizes(struct ptyrun *r, char *text);
bool tour_look(struct ptyrun *r, char *text);
bool tour_include(struct ptyrun *r, char *text);

#endif
