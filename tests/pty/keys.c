#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ptyrun.h"
#include "ui/keymap.h"

/* xterm's modifier parameter. */
static int parameter(uint32_t key)
{
	return 1 + (key & KEY_SHIFT ? 1 : 0) + (key & KEY_ALT ? 2 : 0) +
	       (key & KEY_CTRL ? 4 : 0);
}

/* CSI 1 ; m X, or CSI X without modifiers. */
static void letter(uint32_t key, char final, char *out, size_t size)
{
	if (KEY_MODS(key))
		snprintf(out, size, "\x1b[1;%d%c", parameter(key), final);
	else
		snprintf(out, size, "\x1b%c%c", final < 'P' ? '[' : 'O',
			 final);
}

static void tilde(uint32_t key, int number, char *out, size_t size)
{
	if (KEY_MODS(key))
		snprintf(out, size, "\x1b[%d;%d~", number, parameter(key));
	else
		snprintf(out, size, "\x1b[%d~", number);
}

static void named(uint32_t key, char *out, size_t size)
{
	static const int functions[] = {15, 17, 18, 19, 20, 21, 23, 24};
	uint32_t code = KEY_CODE(key);

	if (code >= KEY_UP && code <= KEY_LEFT)
		letter(key, "ABDC"[code - KEY_UP], out, size);
	else if (code == KEY_RIGHT)
		letter(key, 'C', out, size);
	else if (code == KEY_HOME)
		letter(key, 'H', out, size);
	else if (code == KEY_END)
		letter(key, 'F', out, size);
	else if (code == KEY_PGUP || code == KEY_PGDN)
		tilde(key, code == KEY_PGUP ? 5 : 6, out, size);
	else if (code == KEY_INSERT || code == KEY_DELETE)
		tilde(key, code == KEY_INSERT ? 2 : 3, out, size);
	else if (code >= KEY_F1 && code < KEY_F1 + 4)
		letter(key, (char)('P' + (int)(code - KEY_F1)), out, size);
	else if (code >= KEY_F1 + 4 && code < KEY_F1 + 12)
		tilde(key, functions[code - KEY_F1 - 4], out, size);
	else
		*out = '\0';
}

/* Keys that are one byte, with ESC before it for alt. */
static void single(uint32_t key, char byte, char *out, size_t size)
{
	snprintf(out, size, "%s%c", key & KEY_ALT ? "\x1b" : "", byte);
}

bool key_bytes(const char *name, char *out, size_t size)
{
	uint32_t key, code;

	if (!key_parse(name, strlen(name), &key))
		return false;
	code = KEY_CODE(key);
	if (code == KEY_ESC)
		snprintf(out, size, "\x1b[27u");
	else if (code == KEY_TAB && key & KEY_SHIFT)
		snprintf(out, size, "\x1b[Z");
	else if (code == KEY_TAB)
		single(key, '\t', out, size);
	else if (code == KEY_ENTER)
		single(key, '\r', out, size);
	else if (code == KEY_BACKSPACE)
		single(key, 0x7f, out, size);
	else if (code >= KEY_FIRST)
		named(key, out, size);
	else if (key & KEY_CTRL && code == ' ')
		snprintf(out, size, "\x1b[32;5u");	/* NUL ends a string */
	else if (key & KEY_CTRL)
		single(key, (char)(code & 0x1f), out, size);
	else {
		size_t at = key & KEY_ALT ? 1 : 0;

		*out = '\x1b';
		out[at + utf8_encode(out + at, code)] = '\0';
	}
	return *out != '\0';
}
