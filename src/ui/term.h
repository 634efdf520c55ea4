/*
 * term - the terminal: the only file that knows curses.
 *
 * One terminal per process, on the UI thread. curses does the output (it
 * sends only what differs); input is read from the tty and parsed by input.h.
 * The caller's loop polls term_fd() with term_timeout(), then takes events
 * with term_read() until it says false, and draws.
 *
 * term_start() leaves every signal's disposition as it found it but SIGWINCH,
 * whose handler sets a flag; a handler of the application may call
 * term_emergency(), which is async-signal-safe, to put the terminal back.
 */
#ifndef RREDIT_UI_TERM_H
#define RREDIT_UI_TERM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "ui/canvas.h"
#include "ui/event.h"
#include "ui/style.h"

/* Terminals cut or drop longer OSC 52 strings: 100,000 bytes of base64 is
 * what xterm takes, with room for the introducer. */
#define TERM_COPY_MAX 74994

struct term;

struct term_opts {
	bool no_colour;		/* also when NO_COLOR is set and not empty */
	bool ascii;		/* also when the locale is not UTF-8 */
	bool no_mouse;
};

/*
 * Needs setlocale() before. Uses stdin and stdout when they are terminals,
 * else /dev/tty (so a snapshot can come from a pipe). Fails with ERR_SYSTEM
 * when there is none, or TERM is unknown or cannot position the cursor.
 */
struct term *term_start(const struct term_opts *opts, struct err *err);
void term_stop(struct term *t);		/* restores the terminal; NULL is fine */

int term_fd(const struct term *t);
/* Milliseconds that poll may sleep: -1, or less when an ESC waits. */
int term_timeout(const struct term *t);
/* The next event without waiting; false when there is none. Call it after
 * poll returned, for whatever reason. */
bool term_read(struct term *t, struct event *ev);

void term_size(const struct term *t, int *cols, int *rows);
bool term_ascii(const struct term *t);	/* set canvas.ascii to this */
enum style_depth term_depth(const struct term *t);

/* Show a canvas. One smaller than the screen leaves the rest blank. */
void term_draw(struct term *t, const struct canvas *c);
/* Forget what the screen shows; the next term_draw() repaints it all (^L). */
void term_redraw(struct term *t);

void term_bell(struct term *t);
void term_mouse(struct term *t, bool on);
bool term_mouse_is_on(const struct term *t);

/*
 * Put bytes on the clipboard by OSC 52. Whether the terminal obeys cannot be
 * known. ERR_LIMIT above TERM_COPY_MAX.
 */
bool term_copy(struct term *t, const char *bytes, size_t len, struct err *err);

/* Leave the screen, stop the process group, come back on SIGCONT. */
void term_suspend(struct term *t);

/*
 * Run a program with the terminal handed over and wait for it. argv[0] is
 * looked up in PATH; signals have their default disposition in it. *status
 * gets waitpid's. With pause, a key is waited for after it ends.
 */
bool term_run(struct term *t, char *const argv[], bool pause, int *status,
	      struct err *err);

/* For signal handlers and the out-of-memory hook: put the terminal back.
 * Async-signal-safe; nothing may be drawn after it. Fine without a start. */
void term_emergency(void);

#endif
