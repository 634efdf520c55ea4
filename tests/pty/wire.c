#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ptyrun.h"

/* What a program on the terminal has written, and how far it was looked at. */
struct wire {
	const unsigned char *at, *end;
};

/* DEC private modes of curses (cursor keys, wrap, blink, cursor, other screen),
 * the mouse, bracketed paste. */
static bool known_mode(long mode)
{
	static const long modes[] = {1, 7, 12, 25, 1000, 1002, 1006, 1049,
				     2004};
	size_t i;

	for (i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (modes[i] == mode)
			return true;
	return false;
}

/* Colours and what the program's looks have: no blinking, nothing hidden. */
static bool known_rendition(const long *args, int n)
{
	int i;

	for (i = 0; i < n; i++) {
		if ((args[i] == 38 || args[i] == 48) && i + 2 < n &&
		    args[i + 1] == 5)
			i += 2;
		else if (args[i] == 5 || args[i] == 6 || args[i] == 8 ||
			 args[i] == 9)
			return false;
	}
	return true;
}

/* Moves, erasing, scrolling; of the window only its title is kept (22, 23). */
static bool known_csi(char final, bool private, const long *args, int n)
{
	long first = n ? args[0] : 0;

	if (private && final == 'c')
		return first <= 8;	/* the cursor of Linux' console */
	if (private)
		return (final == 'h' || final == 'l') && n == 1 &&
		       known_mode(first);
	if (final == 'm')
		return known_rendition(args, n);
	if (final == 'J')
		return first <= 2;
	if (final == 'h' || final == 'l')
		return first == 4;
	if (final == 't')
		return first == 22 || first == 23;
	return final && strchr("@ABCDGHIKLMPSTXZbdr", final);
}

#define ARGS_MAX 32

static bool take_csi(struct wire *w)
{
	long args[ARGS_MAX] = {0};
	bool private = w->at < w->end && *w->at == '?';
	int n = 0;

	if (private)
		w->at++;
	while (w->at < w->end && (*w->at == ';' ||
				  (*w->at >= '0' && *w->at <= '9'))) {
		if (n == 0)
			n = 1;
		if (*w->at == ';' && ++n > ARGS_MAX)
			return false;
		if (*w->at != ';')
			args[n - 1] = args[n - 1] * 10 + (*w->at - '0');
		if (args[n - 1] > 99999)
			return false;
		w->at++;
	}
	return w->at < w->end &&
	       known_csi((char)*w->at++, private, args, n);
}

/* Of operating system commands, the clipboard with base64; and what curses ends
 * with, the colours as they were. */
static bool take_osc(struct wire *w)
{
	static const char clipboard[] = "52;c;";
	static const char colours[] = "104\a";
	size_t len = sizeof(clipboard) - 1, left = (size_t)(w->end - w->at);

	if (left >= sizeof(colours) - 1 &&
	    !memcmp(w->at, colours, sizeof(colours) - 1)) {
		w->at += sizeof(colours) - 1;
		return true;
	}

	if (left < len || memcmp(w->at, clipboard, len))
		return false;
	w->at += len;
	while (w->at < w->end &&
	       (isalnum(*w->at) || (*w->at && strchr("+/=", *w->at))))
		w->at++;
	return w->at < w->end && *w->at++ == '\a';
}

static bool take_escape(struct wire *w)
{
	unsigned char c = w->at < w->end ? *w->at++ : 0;

	switch (c) {
	case '[':
		return take_csi(w);
	case ']':
		return take_osc(w);
	case '(':
	case ')':
		c = w->at < w->end ? *w->at++ : 0;
		return c == 'B' || c == '0';
	case '=':
	case '>':
	case '7':
	case '8':
	case 'D':
	case 'M':
		return true;
	}
	return false;
}

/* Characters that turn or hide what stands around them. */
static bool invisible(uint32_t cp)
{
	return cp < 0xa0 || cp == 0xad || cp == 0x61c ||
	       (cp >= 0x200b && cp <= 0x200f) ||
	       (cp >= 0x2028 && cp <= 0x202e) ||
	       (cp >= 0x2060 && cp <= 0x206f) || cp == 0xfeff ||
	       (cp >= 0xfff9 && cp <= 0xfffb) ||
	       (cp >= 0xe0000 && cp <= 0xe007f);
}

#define UTF8_BYTES_MAX 4

/* The rest begins a character, as far as it goes. */
static bool unfinished(const struct wire *w)
{
	unsigned char c = *w->at;
	ptrdiff_t need = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 0, i;

	for (i = 1; w->at + i < w->end; i++)
		if ((w->at[i] & 0xc0) != 0x80)
			return false;
	return i < need;
}

static bool take_one(struct wire *w)
{
	unsigned char c = *w->at;
	uint32_t cp;
	size_t used;

	if (c >= 0x20 && c < 0x7f) {
		w->at++;
		return true;
	}
	if (c < 0x80) {
		w->at++;
		return c == 0x1b ? take_escape(w) :
				   c && strchr("\b\t\n\r\x0f", c);
	}
	if ((size_t)(w->end - w->at) < UTF8_BYTES_MAX && unfinished(w)) {
		w->at = w->end;
		return false;
	}
	used = utf8_decode((const char *)w->at, (size_t)(w->end - w->at), &cp);
	if (cp == UTF8_BAD || invisible(cp))
		return false;
	w->at += used;
	return true;
}

size_t wire_foreign(const char *bytes, size_t len)
{
	struct wire w = {(const unsigned char *)bytes,
			 (const unsigned char *)bytes + len};

	while (w.at < w.end) {
		size_t before = (size_t)(w.at - (const unsigned char *)bytes);

		/* One that ends with the bytes was cut by the program's end. */
		if (!take_one(&w))
			return w.at < w.end ? before : len;
	}
	return len;
}
