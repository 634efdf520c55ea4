/*
 * utf8 - characters, columns and what may be shown.
 *
 * Everything that reaches a screen or a message passes here. Columns are
 * terminal cells: wide characters take 2, combining marks 0 (they join the
 * character before them). Widths come from utf8proc, not from the locale.
 */
#ifndef RREDIT_BASE_UTF8_H
#define RREDIT_BASE_UTF8_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#define UTF8_BAD ((uint32_t)0xFFFFFFFF)

/*
 * Decode one scalar value at s (len > 0). Returns the bytes it takes (1..4);
 * an invalid sequence gives *cp = UTF8_BAD and takes its maximal subpart, at
 * least 1 byte (Unicode 15, table 3-8). Surrogates and overlong forms are
 * invalid.
 */
size_t utf8_decode(const char *s, size_t len, uint32_t *cp);
size_t utf8_encode(char out[4], uint32_t cp);	/* 0 when cp is no scalar value */
bool utf8_valid(const char *s, size_t len);
size_t utf8_valid_prefix(const char *s, size_t len);	/* bytes before the first error */

/*
 * Columns of one code point: 1 or 2; 0 when it may join what is before it;
 * -1 when it must not be shown raw. Where it is not -1 it is what wcwidth() of
 * the C library says, if that knows the character: a terminal layer must
 * replace a character that it does not (Unicode newer than the library).
 */
int utf8_cp_width(uint32_t cp);

/*
 * One unit of display at s (len > 0): a cluster (base and what joined it), or
 * one character or byte that must be made visible. Returns the bytes consumed.
 */
#define UTF8_SHOWN_MAX 32
#define UTF8_JOINED_MAX 4	/* a cell of ncurses holds a base and 4 more */
struct utf8_cluster {
	char shown[UTF8_SHOWN_MAX];	/* NUL-terminated UTF-8, safe to print */
	uint8_t shown_len;
	uint8_t width;			/* columns of shown: 1.. */
	bool escaped;			/* shown is a mark in place of the bytes */
};
/*
 * Marks: C0 as ^X caret form (^@ for NUL, ^[ for ESC, ^? for DEL), newline
 * and tab too when not handled by the caller; C1, bidi controls, zero-width
 * and other format characters, private use, unassigned and line separators
 * as <U+202E>; each invalid byte as <ff>. So are characters on whose width
 * terminals disagree: joiners and selectors, flags, skin tones.
 * At most UTF8_JOINED_MAX combining marks join a base; the rest, and those
 * without a base, are shown as marks of their own. Hangul vowels and finals
 * join their syllable, and VS16 an emoji that is two columns wide without it.
 */
size_t utf8_cluster(const char *s, size_t len, struct utf8_cluster *out);

size_t utf8_columns(const char *s, size_t len);	/* of the visible form */

/* Bytes of s whose visible form fits max columns; *cols gets what they take. */
size_t utf8_fit(const char *s, size_t len, size_t max, size_t *cols);

/* Start of the cluster before / end of the cluster at byte position at, which
 * may lie inside one. Both look at a few characters only, however long s is. */
size_t utf8_prev(const char *s, size_t len, size_t at);
size_t utf8_next(const char *s, size_t len, size_t at);

/* Append the visible form; with keep_lines, \n and \t stay as they are. */
void utf8_visible(struct buf *out, const char *s, size_t len, bool keep_lines);

/* Case-insensitive (ASCII only) helpers used for header names. */
bool utf8_ascii_ieq(const char *a, size_t alen, const char *b, size_t blen);

#endif
