/*
 * keymap - keys as text, and from keys to command names.
 *
 * A chord is written as on key caps: "j", "G", "{", "^S", "^Space", "M-x",
 * "Tab", "S-Tab", "Enter", "Esc", "Space", "PgUp", "PgDn", "Home", "End",
 * "Ins", "Del", "Backspace", "Up", "Down", "Left", "Right", "F1".."F24", with
 * the prefixes "C-", "M-" and "S-" for named keys ("C-Left", "M-Enter").
 * "^x" is "C-x". One binding is a chord or a sequence of up to KEYMAP_SEQ_MAX
 * chords separated by blanks ("g g", "^X ^S"); two plain characters that name
 * no key may stand together ("]e").
 *
 * A map holds (context, sequence) -> command name. What commands exist is not
 * its business. Lookups take contexts from special to general; the first
 * that knows the sequence decides. Binding a command of NULL hides the
 * sequence there, also from the general contexts. Strings are copied.
 */
#ifndef RREDIT_UI_KEYMAP_H
#define RREDIT_UI_KEYMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "ui/event.h"

#define KEYMAP_SEQ_MAX 3
#define KEYMAP_CHORD_MAX 32	/* bytes of a chord's text with its NUL */

/* One chord; false when the text is none. */
bool key_parse(const char *text, size_t len, uint32_t *key);
/* The canonical text; key_parse() gives the same key back. */
void key_print(uint32_t key, char out[KEYMAP_CHORD_MAX]);
/* A sequence; returns the number of keys, 0 when it is none. */
size_t key_parse_seq(const char *text, size_t len,
		     uint32_t keys[KEYMAP_SEQ_MAX]);
void key_print_seq(const uint32_t *keys, size_t n, struct buf *out);

struct keymap;
struct keymap *keymap_new(void);
void keymap_free(struct keymap *km);

/* Bind, or bind anew; ERR_INPUT when keys cannot be parsed. command NULL:
 * hide. */
bool keymap_bind(struct keymap *km, const char *context, const char *keys,
		 const char *command, struct err *err);
/* Drop every binding of a command in a context, before configured ones. */
void keymap_unbind_command(struct keymap *km, const char *context,
			   const char *command);

enum keymap_match {
	KEYMAP_NONE,	/* drop what was typed so far */
	KEYMAP_PENDING,	/* the start of a longer sequence: wait for the next */
	KEYMAP_FOUND,
};
/*
 * contexts: from special to general, ending in NULL. A sequence that is bound
 * and also starts a longer one is found at once, so a configuration can take
 * over a prefix key. *command: borrowed from the map.
 */
enum keymap_match keymap_lookup(const struct keymap *km,
				const char *const *contexts,
				const uint32_t *keys, size_t nkeys,
				const char **command);

struct keymap_entry {
	const char *context;
	const char *command;	/* NULL: hidden */
	uint32_t keys[KEYMAP_SEQ_MAX];
	size_t nkeys;
};
/* All bindings in the order they were first made. */
size_t keymap_count(const struct keymap *km);
const struct keymap_entry *keymap_entry(const struct keymap *km, size_t i);
/* Append the keys that run a command in these contexts ("^S, F2"), not those
 * that a more special context took. Returns how many. */
size_t keymap_keys_for(const struct keymap *km, const char *const *contexts,
		       const char *command, struct buf *out);

/* The keys typed so far in the application's loop. */
struct keymap_state {
	uint32_t keys[KEYMAP_SEQ_MAX];
	size_t nkeys;
};
/* Feed a key: looks up what was typed with it. The state is empty again after
 * NONE and FOUND; on NONE with a prefix typed before, the key alone is tried
 * as well. */
enum keymap_match keymap_feed(const struct keymap *km, struct keymap_state *st,
			      const char *const *contexts, uint32_t key,
			      const char **command);

#endif
