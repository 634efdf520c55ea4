/*
 * input - bytes from a terminal turned into events.
 *
 * A parser without a terminal: feed it what read(2) gave, take events out. It
 * knows UTF-8, control and alt keys, the CSI and SS3 sequences of xterm and
 * its kin with modifiers, SGR mouse reports and bracketed paste; terminfo's
 * own key strings are added with input_add_key(). A sequence that nobody
 * knows is dropped whole: its letters must never run as commands. Invalid
 * bytes outside a paste are dropped.
 *
 * A lone ESC cannot be told from the start of a sequence but by time: when
 * input_pending() says so, wait INPUT_ESC_MS for more and then call
 * input_timeout().
 */
#ifndef RREDIT_UI_INPUT_H
#define RREDIT_UI_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "ui/event.h"

#define INPUT_ESC_MS 50		/* long enough for a sequence over ssh */
#define INPUT_SEQ_MAX 64	/* longer sequences are noise */
#define INPUT_PASTE_MAX ((size_t)64 << 20)

struct input_key {
	char seq[16];
	uint32_t key;
};

struct input {
	struct buf in;		/* bytes not yet parsed */
	size_t at;		/* start of them */
	struct buf paste;
	bool pasting;
	bool skipping;		/* inside a sequence longer than INPUT_SEQ_MAX */
	struct input_key keys[80];
	size_t nkeys;
	struct mouse last;	/* press before, for double clicks */
	int64_t last_ms;
};

void input_init(struct input *in);
void input_release(struct input *in);
/* A terminal's own sequence for a key (from terminfo); it wins over the
 * built-in ones. Ignored when it is no escape sequence. */
void input_add_key(struct input *in, const char *seq, uint32_t key);

void input_feed(struct input *in, const void *bytes, size_t len);
/* The next event; false when more bytes are needed. now_ms: a monotonic
 * clock, for double clicks. */
bool input_next(struct input *in, int64_t now_ms, struct event *ev);
/* An unfinished sequence waits: see above. False inside a paste. */
bool input_pending(const struct input *in);
/* The time is up: what waits is taken as it stands (ESC becomes KEY_ESC).
 * False when it was noise, which is dropped. */
bool input_timeout(struct input *in, struct event *ev);

#endif
