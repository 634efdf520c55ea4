/*
 * textbuf - bytes under edit, with undo: the store of every text field.
 *
 * A gap buffer: an edit near the last one costs nothing, a jump costs one
 * memmove (10 MB: about a millisecond). Bytes are bytes: NUL, CR and invalid
 * UTF-8 stay. Every change is a replacement (at, removed, inserted) and can be
 * undone; typing and deleting in one place joins into one step until
 * textbuf_break(). The count of lines is kept up with every edit.
 */
#ifndef RREDIT_UI_TEXTBUF_H
#define RREDIT_UI_TEXTBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct textstep;		/* one undo step, in textbuf.c */

struct textbuf {
	char *data;
	bool borrowed;		/* data is another's: copied before a change */
	size_t cap;
	size_t gap, gap_len;	/* the hole in data */
	size_t max;		/* limit of the length */
	size_t newlines;	/* '\n' in the text */
	uint64_t version;	/* grows with every change, undo included */
	/* undo: steps[0..done) can be undone, the rest redone */
	struct textstep *steps;
	size_t nsteps, steps_cap, done;
	size_t saved;		/* `done` when the text was given or marked */
	bool sealed;		/* the next edit begins a step */
};

/* max: the longest text that is taken, at most BUF_MAX. */
void textbuf_init(struct textbuf *tb, size_t max);
void textbuf_release(struct textbuf *tb);
/* New content, undo forgotten. False (and unchanged) when over the limit. */
bool textbuf_set(struct textbuf *tb, const void *bytes, size_t len);
/* The same with the memory of a buffer, which is empty then: nothing is copied.
 * May be called on another thread than the one that edits. */
bool textbuf_adopt(struct textbuf *tb, struct buf *bytes);
/* The same with bytes that stay as they are for as long as they are here: they
 * are copied when the first change comes, or textbuf_flat() is called. */
bool textbuf_borrow(struct textbuf *tb, const char *bytes, size_t len);
/* The content of another one, which is empty then; undo forgotten. */
void textbuf_take(struct textbuf *tb, struct textbuf *from);

size_t textbuf_len(const struct textbuf *tb);
unsigned char textbuf_at(const struct textbuf *tb, size_t at);	/* at < len */
/* The longest piece in one run from `at`; NULL and 0 at the end. Valid until
 * the next change. */
const char *textbuf_span(const struct textbuf *tb, size_t at, size_t *len);
/* Copy up to n bytes from `at`; returns how many. */
size_t textbuf_read(const struct textbuf *tb, size_t at, void *out, size_t n);
void textbuf_add_to(const struct textbuf *tb, size_t at, size_t n,
		    struct buf *out);
/* The whole text in one run, NUL-terminated. Valid until the next change. */
const char *textbuf_flat(struct textbuf *tb);

/* Replace n bytes at `at`. False when the result would be over the limit;
 * at and n must lie inside. */
bool textbuf_replace(struct textbuf *tb, size_t at, size_t n,
		     const void *bytes, size_t len);
void textbuf_break(struct textbuf *tb);		/* end the undo step */
/* *at gets the end of what changed. False when there is nothing. */
bool textbuf_undo(struct textbuf *tb, size_t *at);
bool textbuf_redo(struct textbuf *tb, size_t *at);

bool textbuf_modified(const struct textbuf *tb);	/* since set or mark */
void textbuf_mark_saved(struct textbuf *tb);

/* The offset of the first / last '\n' in [from, to); `to` when none / SIZE_MAX
 * when none. */
size_t textbuf_find_nl(const struct textbuf *tb, size_t from, size_t to);
size_t textbuf_rfind_nl(const struct textbuf *tb, size_t from, size_t to);
size_t textbuf_count_nl(const struct textbuf *tb, size_t from, size_t to);
/* Start of the line that holds `at` / of line n (from 0, clamped). */
size_t textbuf_line_start(const struct textbuf *tb, size_t at);
size_t textbuf_line_offset(const struct textbuf *tb, size_t line);

/* First hit of needle at or after / last hit that starts before `at`. fold:
 * ASCII letters match in either case. SIZE_MAX when there is none. */
size_t textbuf_find(const struct textbuf *tb, const char *needle, size_t len,
		    size_t at, bool fold);
size_t textbuf_rfind(const struct textbuf *tb, const char *needle, size_t len,
		     size_t at, bool fold);

/* Does the needle stand at `at`? */
bool textbuf_match(const struct textbuf *tb, const char *needle, size_t len,
		   size_t at, bool fold);

/*
 * Steps over what the screen shows as one: a cluster (base/utf8.h). A word is
 * a run of ASCII letters, digits, '_' and everything beyond ASCII. All stay
 * within [0, length]. (textmove.c)
 */
#define TEXTBUF_CLUSTER_MAX 64	/* bytes looked at for one cluster */
struct utf8_cluster;
size_t textbuf_next(const struct textbuf *tb, size_t at);
size_t textbuf_prev(const struct textbuf *tb, size_t at);
/* The cluster at `at` (< length); returns its bytes. */
size_t textbuf_cluster(const struct textbuf *tb, size_t at,
		       struct utf8_cluster *out);
size_t textbuf_word_left(const struct textbuf *tb, size_t at);
size_t textbuf_word_right(const struct textbuf *tb, size_t at);

#endif
