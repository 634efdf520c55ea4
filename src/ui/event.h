/*
 * event - what the terminal tells a program, and what a widget answers.
 *
 * A key is one number: a Unicode scalar value, or a named key from KEY_UP on,
 * with the modifiers as high bits. Control with a letter is KEY_CTRL and the
 * lower-case letter; shift is only kept for named keys (a shifted letter is
 * another letter). The keys that a terminal cannot tell apart are one key
 * here: ^I is KEY_TAB, ^M is KEY_ENTER, ^[ is KEY_ESC, ^H and ^? are
 * KEY_BACKSPACE.
 *
 * How text reaches a field. A view that has a text field in focus offers its
 * prompt, textedit or hexedit. The application then gives it every event in
 * this order: EVENT_PASTE goes to widget_text(); a key for which
 * event_is_text() is true goes to widget_text() as its UTF-8 bytes, before
 * any keymap is asked, so no printable key is ever a command while a field
 * has focus; every other key is looked up in the keymap (context "field"
 * first), where textkeys.h offers the usual names and keys for the editing
 * verbs. Widgets see verbs and text, never raw keys.
 */
#ifndef RREDIT_UI_EVENT_H
#define RREDIT_UI_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum key {
	KEY_NONE = 0,
	KEY_FIRST = 0x110000,	/* past the last scalar value */
	KEY_UP = KEY_FIRST,
	KEY_DOWN,
	KEY_LEFT,
	KEY_RIGHT,
	KEY_HOME,
	KEY_END,
	KEY_PGUP,
	KEY_PGDN,
	KEY_INSERT,
	KEY_DELETE,
	KEY_BACKSPACE,
	KEY_TAB,
	KEY_ENTER,
	KEY_ESC,
	KEY_F1,			/* KEY_F1 + n - 1 is Fn, up to F24 */
	KEY_LAST = KEY_F1 + 23,
};
#define KEY_CTRL	((uint32_t)1 << 24)
#define KEY_ALT		((uint32_t)1 << 25)
#define KEY_SHIFT	((uint32_t)1 << 26)
#define KEY_CODE(key)	((key) & 0x1fffff)
#define KEY_MODS(key)	((key) & (KEY_CTRL | KEY_ALT | KEY_SHIFT))

enum event_type {
	EVENT_NONE,
	EVENT_KEY,
	EVENT_PASTE,	/* bracketed paste, whole */
	EVENT_MOUSE,
	EVENT_RESIZE,	/* ask term_size() */
	EVENT_CLOSED,	/* the terminal went away */
};

enum mouse_kind {
	MOUSE_PRESS,
	MOUSE_DOUBLE,	/* the second press within EVENT_DOUBLE_MS, same cell */
	MOUSE_DRAG,
	MOUSE_RELEASE,
	MOUSE_WHEEL_UP,
	MOUSE_WHEEL_DOWN,
};
#define EVENT_DOUBLE_MS 400

struct mouse {
	enum mouse_kind kind;
	int button;	/* 1 left, 2 middle, 3 right; 0 for the wheel */
	int x, y;	/* canvas cell, from 0 */
	uint32_t mods;	/* KEY_CTRL, KEY_ALT, KEY_SHIFT */
};

struct event {
	enum event_type type;
	uint32_t key;			/* EVENT_KEY */
	struct mouse mouse;		/* EVENT_MOUSE */
	/* EVENT_PASTE: the bytes, unchanged but for terminals that send CR for
	 * a line break, which is \n here. Borrowed until the next event. */
	const char *text;
	size_t len;
	bool cut;	/* the paste was longer than INPUT_PASTE_MAX */
};

/* A key that types a character: no control, no alt, no named key. */
static inline bool event_is_text(const struct event *ev)
{
	return ev->type == EVENT_KEY && KEY_MODS(ev->key) == 0 &&
	       ev->key >= ' ' && ev->key < KEY_FIRST;
}

/* What a widget made of an action. */
enum ui_result {
	UI_IGNORED,	/* not for me, or nothing to do: offer it to others */
	UI_MOVED,	/* handled: cursor, scroll or fold changed; draw again */
	UI_CHANGED,	/* handled: the content changed */
};

#endif
