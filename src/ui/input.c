#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/input.h"

#define ESC '\x1b'
#define PASTE_END "\x1b[201~"
#define PASTE_END_LEN 6
#define PARAMS_MAX 8

/* What parsing one event made of the bytes that wait. */
enum taken {
	TAKEN_MORE,	/* not enough bytes */
	TAKEN_NOTHING,	/* bytes used up, no event in them */
	TAKEN_EVENT,
};

void input_init(struct input *in)
{
	memset(in, 0, sizeof(*in));
	buf_init(&in->in);
	buf_init_max(&in->paste, INPUT_PASTE_MAX);
}

void input_release(struct input *in)
{
	buf_release(&in->in);
	buf_release(&in->paste);
}

void input_add_key(struct input *in, const char *seq, uint32_t key)
{
	size_t len = seq ? strlen(seq) : 0;
	struct input_key *k;

	if (len < 2 || len >= sizeof(k->seq) || seq[0] != ESC ||
	    in->nkeys == sizeof(in->keys) / sizeof(in->keys[0]))
		return;
	k = &in->keys[in->nkeys++];
	memcpy(k->seq, seq, len + 1);
	k->key = key;
}

void input_feed(struct input *in, const void *bytes, size_t len)
{
	if (in->at == in->in.len) {
		buf_clear(&in->in);
		in->at = 0;
	} else if (in->at > 4096) {
		buf_remove(&in->in, 0, in->at);
		in->at = 0;
	}
	buf_add(&in->in, bytes, len);
}

static const char *rest(const struct input *in, size_t *len)
{
	*len = in->in.len - in->at;
	return in->in.data + in->at;
}

static enum taken key_event(struct event *ev, uint32_t key)
{
	ev->type = EVENT_KEY;
	ev->key = key;
	return TAKEN_EVENT;
}

static uint32_t control_key(unsigned char c)
{
	switch (c) {
	case '\r':
		return KEY_ENTER;
	case '\t':
		return KEY_TAB;
	case ESC:
		return KEY_ESC;
	case 0x08:
	case 0x7f:
		return KEY_BACKSPACE;
	case 0:
		return KEY_CTRL | ' ';
	}
	if (c <= 26)
		return KEY_CTRL | (uint32_t)(c - 1 + 'a');
	return KEY_CTRL | (uint32_t)(c + '@');	/* ^\ ^] ^^ ^_ */
}

/* One character or control byte at s; 0 when more bytes may complete it. */
static size_t plain_key(const char *s, size_t len, uint32_t *key)
{
	unsigned char c = (unsigned char)*s;
	uint32_t cp;
	size_t n, want;

	if (c < ' ' || c == 0x7f) {
		*key = control_key(c);
		return 1;
	}
	n = utf8_decode(s, len, &cp);
	want = c >= 0xf0 ? 4 : c >= 0xe0 ? 3 : c >= 0xc2 ? 2 : 1;
	if (cp == UTF8_BAD && n == len && len < want)
		return 0;
	*key = cp == UTF8_BAD || cp < 0xa0 ? KEY_NONE : cp;
	if (n == 1)
		*key = c < 0x80 ? c : KEY_NONE;
	return n;
}

/*
 * Escape sequences
 */

/* xterm's modifier parameter: 1 + shift 1, alt 2, control 4, meta 8. */
static uint32_t modifiers(unsigned param)
{
	unsigned m = param ? param - 1 : 0;

	return (m & 1 ? KEY_SHIFT : 0) | (m & 2 ? KEY_ALT : 0) |
	       (m & 4 ? KEY_CTRL : 0) | (m & 8 ? KEY_ALT : 0);
}

/* The final byte of CSI 1 ; m X and of SS3 X. */
static uint32_t final_key(char c)
{
	switch (c) {
	case 'A':
		return KEY_UP;
	case 'B':
		return KEY_DOWN;
	case 'C':
		return KEY_RIGHT;
	case 'D':
		return KEY_LEFT;
	case 'H':
		return KEY_HOME;
	case 'F':
		return KEY_END;
	case 'P':
	case 'Q':
	case 'R':
	case 'S':
		return KEY_F1 + (uint32_t)(c - 'P');
	case 'Z':
		return KEY_TAB | KEY_SHIFT;
	case 'M':
		return KEY_ENTER;	/* keypad, SS3 only */
	}
	return KEY_NONE;
}

/* The number of CSI n ~ (VT220 and xterm). */
static uint32_t tilde_key(unsigned n)
{
	static const uint32_t keys[] = {
		[1] = KEY_HOME,	      [2] = KEY_INSERT,	    [3] = KEY_DELETE,
		[4] = KEY_END,	      [5] = KEY_PGUP,	    [6] = KEY_PGDN,
		[7] = KEY_HOME,	      [8] = KEY_END,	    [11] = KEY_F1,
		[12] = KEY_F1 + 1,    [13] = KEY_F1 + 2,    [14] = KEY_F1 + 3,
		[15] = KEY_F1 + 4,    [17] = KEY_F1 + 5,    [18] = KEY_F1 + 6,
		[19] = KEY_F1 + 7,    [20] = KEY_F1 + 8,    [21] = KEY_F1 + 9,
		[23] = KEY_F1 + 10,   [24] = KEY_F1 + 11,   [25] = KEY_F1 + 12,
		[26] = KEY_F1 + 13,   [28] = KEY_F1 + 14,   [29] = KEY_F1 + 15,
		[31] = KEY_F1 + 16,   [32] = KEY_F1 + 17,   [33] = KEY_F1 + 18,
		[34] = KEY_F1 + 19,
	};

	return n < sizeof(keys) / sizeof(keys[0]) ? keys[n] : KEY_NONE;
}

/* CSI n ; m u (and CSI 27 ; m ; n ~): a character by its number. */
static uint32_t numbered_key(unsigned cp, uint32_t mods)
{
	uint32_t key = cp;

	if (cp < ' ' || cp == 0x7f)
		key = control_key((unsigned char)cp);
	else if (cp >= KEY_FIRST || utf8_cp_width(cp) < 1)
		return KEY_NONE;
	if (key < KEY_FIRST) {
		mods &= ~KEY_SHIFT;
		if (mods & KEY_CTRL && key >= 'A' && key <= 'Z')
			key += 'a' - 'A';
	}
	return key | mods;
}

static size_t parse_params(const char *s, const char *end,
			   unsigned params[PARAMS_MAX])
{
	size_t n = 0;

	memset(params, 0, PARAMS_MAX * sizeof(*params));
	for (; s < end; s++) {
		if (*s == ';') {
			if (++n == PARAMS_MAX)
				return n;
		} else if (*s >= '0' && *s <= '9' && params[n] < 10000000) {
			params[n] = params[n] * 10 + (unsigned)(*s - '0');
		}
	}
	return n + 1;
}

static bool is_double(const struct input *in, const struct mouse *m,
		      int64_t now_ms)
{
	return m->kind == MOUSE_PRESS && in->last.kind == MOUSE_PRESS &&
	       in->last.button == m->button && in->last.x == m->x &&
	       in->last.y == m->y && now_ms - in->last_ms <= EVENT_DOUBLE_MS;
}

/* SGR mouse (xterm mode 1006): CSI < buttons ; column ; row M or m. */
static enum taken mouse_event(struct input *in, const unsigned *p, bool press,
			      int64_t now_ms, struct event *ev)
{
	unsigned b = p[0];
	struct mouse m = {.x = (int)p[1] - 1, .y = (int)p[2] - 1};

	m.mods = (b & 4 ? KEY_SHIFT : 0) | (b & 8 ? KEY_ALT : 0) |
		 (b & 16 ? KEY_CTRL : 0);
	if (b >= 128 || m.x < 0 || m.y < 0)
		return TAKEN_NOTHING;
	if (b & 64) {
		if (!press || (b & 3) > 1)
			return TAKEN_NOTHING;	/* sideways wheels */
		m.kind = b & 1 ? MOUSE_WHEEL_DOWN : MOUSE_WHEEL_UP;
	} else {
		if ((b & 3) == 3)
			return TAKEN_NOTHING;	/* moved, no button down */
		m.button = (int)(b & 3) + 1;
		m.kind = !press ? MOUSE_RELEASE :
			 b & 32 ? MOUSE_DRAG : MOUSE_PRESS;
	}
	if (is_double(in, &m, now_ms)) {
		m.kind = MOUSE_DOUBLE;
		in->last = m;	/* a third press begins anew */
	} else if (m.kind == MOUSE_PRESS) {
		in->last = m;
		in->last_ms = now_ms;
	}
	ev->type = EVENT_MOUSE;
	ev->mouse = m;
	return TAKEN_EVENT;
}

/* A whole CSI sequence: parameters in [s, end), then the final byte. */
static enum taken csi_event(struct input *in, const char *s, const char *end,
			    char final, int64_t now_ms, struct event *ev)
{
	unsigned p[PARAMS_MAX];
	uint32_t key = KEY_NONE, mods;
	size_t n;

	if (s < end && *s == '<' && (final == 'M' || final == 'm')) {
		n = parse_params(s + 1, end, p);
		if (n != 3)
			return TAKEN_NOTHING;
		return mouse_event(in, p, final == 'M', now_ms, ev);
	}
	if (s < end && (*s < '0' || *s > ';'))
		return TAKEN_NOTHING;	/* private: answers of the terminal */
	n = parse_params(s, end, p);
	mods = n > 1 ? modifiers(p[1]) : 0;
	if (final == '~' && p[0] == 200) {
		in->pasting = true;
		buf_clear(&in->paste);
		return TAKEN_NOTHING;
	}
	if (final == '~' && p[0] == 27 && n == 3)
		key = numbered_key(p[2], mods);
	else if (final == '~')
		key = tilde_key(p[0]);
	else if (final == 'u')
		key = numbered_key(p[0], mods);
	else if (final != 'M')
		key = final_key(final);
	if (key == KEY_NONE)
		return TAKEN_NOTHING;
	return key_event(ev, key | (key < KEY_FIRST ? 0 : mods));
}

/* The terminal's own strings from terminfo. */
static size_t own_key(const struct input *in, const char *s, size_t len,
		      uint32_t *key)
{
	size_t i;

	for (i = 0; i < in->nkeys; i++) {
		size_t n = strlen(in->keys[i].seq);

		if (n <= len && !memcmp(s, in->keys[i].seq, n)) {
			*key = in->keys[i].key;
			return n;
		}
	}
	return 0;
}

/* CSI: parameter bytes 0x30-0x3f, intermediate 0x20-0x2f, a final byte
 * 0x40-0x7e (ECMA-48, section 5.4). */
static enum taken take_csi(struct input *in, const char *s, size_t len,
			   int64_t now_ms, struct event *ev)
{
	size_t i = 2;

	/* The Linux console sends CSI [ A for F1. */
	if (len > 2 && s[2] == '[') {
		if (len == 3)
			return TAKEN_MORE;
		in->at += 4;
		if (s[3] >= 'A' && s[3] <= 'E')
			return key_event(ev, KEY_F1 + (uint32_t)(s[3] - 'A'));
		return TAKEN_NOTHING;
	}
	while (i < len && s[i] >= 0x20 && s[i] <= 0x3f)
		i++;
	if (i > INPUT_SEQ_MAX) {
		in->at += i;
		in->skipping = true;
		return TAKEN_NOTHING;
	}
	if (i == len)
		return TAKEN_MORE;
	if (s[i] < 0x40 || s[i] > 0x7e) {
		in->at += i;	/* broken off: what stands here is read anew */
		return TAKEN_NOTHING;
	}
	in->at += i + 1;
	return csi_event(in, s + 2, s + i, s[i], now_ms, ev);
}

/* Strings that a terminal answers with (OSC, DCS, APC, PM, SOS): dropped up to
 * their end, BEL or ESC \. */
static enum taken take_string(struct input *in, const char *s, size_t len)
{
	size_t i;

	for (i = 2; i < len; i++) {
		if (s[i] == '\a' || s[i] == ESC || s[i] == (char)0x9c)
			break;
		if (i > 4096)
			break;
	}
	if (i == len)
		return TAKEN_MORE;
	if (s[i] == ESC) {
		if (i + 1 == len)
			return TAKEN_MORE;
		in->at += s[i + 1] == '\\' ? i + 2 : i;
	} else {
		in->at += i + 1;
	}
	return TAKEN_NOTHING;
}

static enum taken take_escape(struct input *in, const char *s, size_t len,
			      int64_t now_ms, struct event *ev)
{
	uint32_t key;
	size_t n;

	if (len == 1)
		return TAKEN_MORE;
	n = own_key(in, s, len, &key);
	if (n) {
		in->at += n;
		return key_event(ev, key);
	}
	if (s[1] == '[')
		return take_csi(in, s, len, now_ms, ev);
	if (s[1] == 'O') {
		if (len == 2)
			return TAKEN_MORE;
		if (s[2] >= '1' && s[2] <= '8' && len == 3)
			return TAKEN_MORE;
		if (s[2] >= '1' && s[2] <= '8') {	/* SS3 m X */
			in->at += 4;
			key = final_key(s[3]);
			if (key != KEY_NONE)
				key |= modifiers((unsigned)(s[2] - '0'));
		} else {
			in->at += 3;
			key = final_key(s[2]);
			/* The keypad in application mode: j to y stand for
			 * * + , - . / 0 to 9. */
			if (key == KEY_NONE && s[2] >= 'j' && s[2] <= 'y')
				key = (uint32_t)(s[2] - 'j' + '*');
			else if (key == KEY_NONE && s[2] == 'X')
				key = '=';
		}
		return key == KEY_NONE ? TAKEN_NOTHING : key_event(ev, key);
	}
	if (s[1] == ']' || s[1] == 'P' || s[1] == '_' || s[1] == '^' ||
	    s[1] == 'X')
		return take_string(in, s, len);	/* or Alt: time tells */
	if (s[1] == ESC) {
		in->at++;
		return key_event(ev, KEY_ESC);
	}
	n = plain_key(s + 1, len - 1, &key);
	if (n == 0)
		return TAKEN_MORE;
	in->at += 1 + n;
	return key == KEY_NONE ? TAKEN_NOTHING : key_event(ev, key | KEY_ALT);
}

/*
 * Paste
 */

/* Most terminals send CR for a line break; one that sends LF sends the text as
 * it is. */
static void mend_breaks(struct buf *paste)
{
	size_t i;

	if (memchr(paste->data, '\n', paste->len))
		return;
	for (i = 0; i < paste->len; i++)
		if (paste->data[i] == '\r')
			paste->data[i] = '\n';
}

static enum taken take_paste(struct input *in, const char *s, size_t len,
			     struct event *ev)
{
	const char *end = memmem(s, len, PASTE_END, PASTE_END_LEN);
	size_t n = end ? (size_t)(end - s) : len, keep;

	if (!end) {
		/* The start of the end mark may be the last of what came. */
		keep = len < PASTE_END_LEN - 1 ? len : PASTE_END_LEN - 1;
		while (keep && memcmp(s + len - keep, PASTE_END, keep))
			keep--;
		n = len - keep;
	}
	buf_add(&in->paste, s, n);
	in->at += n;
	if (!end)
		return TAKEN_MORE;
	in->at += PASTE_END_LEN;
	in->pasting = false;
	mend_breaks(&in->paste);
	ev->type = EVENT_PASTE;
	ev->text = in->paste.data;
	ev->len = in->paste.len;
	ev->cut = in->paste.over;
	return TAKEN_EVENT;
}

/*
 * Events
 */

static enum taken take(struct input *in, int64_t now_ms, struct event *ev)
{
	const char *s;
	uint32_t key;
	size_t len, n;

	s = rest(in, &len);
	if (len == 0)
		return TAKEN_MORE;
	if (in->pasting)
		return take_paste(in, s, len, ev);
	if (in->skipping) {
		in->at++;
		in->skipping = (unsigned char)*s >= 0x20 &&
			       (unsigned char)*s <= 0x3f;
		return TAKEN_NOTHING;
	}
	if (*s == ESC)
		return take_escape(in, s, len, now_ms, ev);
	n = plain_key(s, len, &key);
	if (n == 0)
		return TAKEN_MORE;
	in->at += n;
	return key == KEY_NONE ? TAKEN_NOTHING : key_event(ev, key);
}

bool input_next(struct input *in, int64_t now_ms, struct event *ev)
{
	enum taken t;

	do {
		memset(ev, 0, sizeof(*ev));
		t = take(in, now_ms, ev);
	} while (t == TAKEN_NOTHING);
	return t == TAKEN_EVENT;
}

bool input_pending(const struct input *in)
{
	return !in->pasting && in->at < in->in.len;
}

/* Rewrites what waits so that input_next() can take it: an ESC alone, Alt
 * with a letter that also begins a string, or half a character. */
bool input_timeout(struct input *in, struct event *ev)
{
	const char *s;
	uint32_t key;
	size_t len, n;

	memset(ev, 0, sizeof(*ev));
	s = rest(in, &len);
	if (in->pasting || len == 0)
		return false;
	in->at = in->in.len;
	if (*s != ESC)
		return false;	/* half a character */
	if (len == 1)
		key_event(ev, KEY_ESC);
	else if (len == 2 && (n = plain_key(s + 1, 1, &key)) == 1 &&
		 key != KEY_NONE)
		key_event(ev, key | KEY_ALT);
	else
		return false;	/* a broken sequence */
	return true;
}
