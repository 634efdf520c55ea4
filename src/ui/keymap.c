#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "ui/keymap.h"

static const struct {
	const char *name;
	uint32_t key;
} names[] = {
	{"Up", KEY_UP},	       {"Down", KEY_DOWN},
	{"Left", KEY_LEFT},    {"Right", KEY_RIGHT},
	{"Home", KEY_HOME},    {"End", KEY_END},
	{"PgUp", KEY_PGUP},    {"PgDn", KEY_PGDN},
	{"Ins", KEY_INSERT},   {"Del", KEY_DELETE},
	{"Tab", KEY_TAB},      {"Enter", KEY_ENTER},
	{"Esc", KEY_ESC},      {"Backspace", KEY_BACKSPACE},
	{"Space", ' '},
	/* taken as well, never printed */
	{"Insert", KEY_INSERT},	 {"Delete", KEY_DELETE},
	{"Return", KEY_ENTER},	 {"Escape", KEY_ESC},
	{"PageUp", KEY_PGUP},	 {"PageDown", KEY_PGDN},
};

/* The key behind the prefixes: a name, "F7", or one character. */
static bool parse_base(const char *s, size_t len, uint32_t *key)
{
	size_t i;
	uint32_t cp;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (utf8_ascii_ieq(s, len, names[i].name,
				   strlen(names[i].name))) {
			*key = names[i].key;
			return true;
		}
	}
	if (len >= 2 && len <= 3 && (*s == 'F' || *s == 'f') && s[1] != '0') {
		unsigned n = 0;

		for (i = 1; i < len && s[i] >= '0' && s[i] <= '9'; i++)
			n = n * 10 + (unsigned)(s[i] - '0');
		if (i == len && n >= 1 && n <= 24) {
			*key = KEY_F1 + n - 1;
			return true;
		}
	}
	if (len == 0 || utf8_decode(s, len, &cp) != len || cp == UTF8_BAD ||
	    utf8_cp_width(cp) < 1)
		return false;
	*key = cp;
	return true;
}

/* One spelling for keys that a terminal cannot tell apart. */
static bool normalise(uint32_t *key)
{
	uint32_t code = KEY_CODE(*key), mods = KEY_MODS(*key);

	if (mods & KEY_CTRL && code < KEY_FIRST) {
		if (code >= 'A' && code <= 'Z')
			code += 'a' - 'A';
		if (code == '@')
			code = ' ';
		if (code == 'i' || code == 'm' || code == 'h' || code == '[' ||
		    code == '?') {
			mods &= ~KEY_CTRL;
			code = code == 'i' ? KEY_TAB :
			       code == 'm' ? KEY_ENTER :
			       code == '[' ? KEY_ESC : KEY_BACKSPACE;
		} else if (!(code >= 'a' && code <= 'z') &&
			   !strchr(" \\]^_", (int)code)) {
			return false;	/* no terminal sends ^1 or ^{ */
		}
	}
	if (mods & KEY_SHIFT && code < KEY_FIRST)
		return false;	/* a shifted character is another character */
	*key = code | mods;
	return true;
}

bool key_parse(const char *s, size_t len, uint32_t *key)
{
	uint32_t mods = 0, base;

	while (len >= 2) {
		if (s[0] == '^') {
			mods |= KEY_CTRL;
			s++, len--;
		} else if (len >= 3 && s[1] == '-' && strchr("CMS", s[0])) {
			mods |= s[0] == 'C' ? KEY_CTRL :
				s[0] == 'M' ? KEY_ALT : KEY_SHIFT;
			s += 2, len -= 2;
		} else {
			break;
		}
	}
	if (!parse_base(s, len, &base))
		return false;
	base |= mods;
	if (!normalise(&base))
		return false;
	*key = base;
	return true;
}

static void print_base(uint32_t code, char *out, size_t size)
{
	size_t i, n;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].key == code) {
			snprintf(out, size, "%s", names[i].name);
			return;
		}
	}
	if (code >= KEY_F1 && code <= KEY_LAST) {
		snprintf(out, size, "F%u", (unsigned)(code - KEY_F1 + 1));
		return;
	}
	n = code < KEY_FIRST ? utf8_encode(out, code) : 0;
	out[n] = '\0';
}

void key_print(uint32_t key, char out[KEYMAP_CHORD_MAX])
{
	uint32_t code = KEY_CODE(key), mods = KEY_MODS(key);
	char base[16];

	print_base(code, base, sizeof(base));
	if (mods & KEY_CTRL && code >= 'a' && code <= 'z')
		base[0] = (char)(base[0] - 'a' + 'A');
	/* "^S" as on screen, but "C-Left". */
	snprintf(out, KEYMAP_CHORD_MAX, "%s%s%s%s%s",
		 mods & KEY_ALT ? "M-" : "",
		 mods & KEY_CTRL && code >= KEY_FIRST ? "C-" : "",
		 mods & KEY_SHIFT ? "S-" : "",
		 mods & KEY_CTRL && code < KEY_FIRST ? "^" : "", base);
}

/* Two plain characters that stand together. */
static bool parse_pair(const char *s, size_t len, uint32_t keys[2])
{
	uint32_t a, b;
	size_t n;

	if (len == 0)
		return false;
	n = utf8_decode(s, len, &a);
	if (a == UTF8_BAD || n == len || utf8_cp_width(a) < 1)
		return false;
	if (utf8_decode(s + n, len - n, &b) != len - n || b == UTF8_BAD ||
	    utf8_cp_width(b) < 1)
		return false;
	keys[0] = a;
	keys[1] = b;
	return true;
}

size_t key_parse_seq(const char *s, size_t len, uint32_t keys[KEYMAP_SEQ_MAX])
{
	uint32_t got[KEYMAP_SEQ_MAX + 1];
	size_t at = 0, n = 0, end;

	for (;;) {
		while (at < len && s[at] == ' ')
			at++;
		if (at == len)
			break;
		for (end = at; end < len && s[end] != ' '; end++)
			;
		if (n >= KEYMAP_SEQ_MAX)
			return 0;
		if (key_parse(s + at, end - at, &got[n]))
			n++;
		else if (parse_pair(s + at, end - at, &got[n]))
			n += 2;
		else
			return 0;
		at = end;
	}
	if (n > KEYMAP_SEQ_MAX)
		return 0;
	memcpy(keys, got, n * sizeof(*keys));
	return n;
}

static bool is_plain(uint32_t key)
{
	return KEY_MODS(key) == 0 && key < KEY_FIRST && key != ' ';
}

void key_print_seq(const uint32_t *keys, size_t n, struct buf *out)
{
	char text[2 * KEYMAP_CHORD_MAX];
	uint32_t one;
	size_t i;

	if (n == 2 && is_plain(keys[0]) && is_plain(keys[1])) {
		key_print(keys[0], text);
		key_print(keys[1], text + strlen(text));
		if (!key_parse(text, strlen(text), &one)) {
			buf_adds(out, text);
			return;
		}
	}
	for (i = 0; i < n; i++) {
		key_print(keys[i], text);
		buf_addf(out, "%s%s", i ? " " : "", text);
	}
}

/*
 * Maps
 */

struct keymap {
	struct keymap_entry *entries;
	size_t n, cap;
};

struct keymap *keymap_new(void)
{
	return mem_zalloc(1, sizeof(struct keymap));
}

static void free_entry(struct keymap_entry *e)
{
	free((char *)e->context);
	free((char *)e->command);
}

void keymap_free(struct keymap *km)
{
	size_t i;

	if (!km)
		return;
	for (i = 0; i < km->n; i++)
		free_entry(&km->entries[i]);
	free(km->entries);
	free(km);
}

static bool same_keys(const struct keymap_entry *e, const uint32_t *keys,
		      size_t n)
{
	return e->nkeys == n && !memcmp(e->keys, keys, n * sizeof(*keys));
}

static struct keymap_entry *find(const struct keymap *km, const char *context,
				 const uint32_t *keys, size_t n)
{
	size_t i;

	for (i = 0; i < km->n; i++)
		if (same_keys(&km->entries[i], keys, n) &&
		    !strcmp(km->entries[i].context, context))
			return &km->entries[i];
	return NULL;
}

bool keymap_bind(struct keymap *km, const char *context, const char *keys,
		 const char *command, struct err *err)
{
	uint32_t seq[KEYMAP_SEQ_MAX];
	size_t n = key_parse_seq(keys, strlen(keys), seq);
	char quoted[ERR_QUOTE_MAX];
	struct keymap_entry *e;

	if (n == 0)
		return err_set(err, ERR_INPUT, _("no such key: %s"),
			       err_quote(quoted, keys, strlen(keys)));
	e = find(km, context, seq, n);
	if (e) {
		free((char *)e->command);
	} else {
		km->entries = mem_room(km->entries, km->n, &km->cap,
				       sizeof(*km->entries));
		e = &km->entries[km->n++];
		e->context = mem_strdup(context);
		memcpy(e->keys, seq, n * sizeof(*seq));
		e->nkeys = n;
	}
	e->command = command ? mem_strdup(command) : NULL;
	return true;
}

void keymap_unbind_command(struct keymap *km, const char *context,
			   const char *command)
{
	size_t from, to = 0;

	for (from = 0; from < km->n; from++) {
		struct keymap_entry *e = &km->entries[from];

		if (e->command && !strcmp(e->command, command) &&
		    !strcmp(e->context, context))
			free_entry(e);
		else
			km->entries[to++] = *e;
	}
	km->n = to;
}

/* Does a sequence of this context begin with keys? A hidden one does not. */
static bool is_prefix(const struct keymap *km, const char *context,
		      const uint32_t *keys, size_t n)
{
	size_t i;

	for (i = 0; i < km->n; i++) {
		const struct keymap_entry *e = &km->entries[i];

		if (e->nkeys > n && e->command &&
		    !memcmp(e->keys, keys, n * sizeof(*keys)) &&
		    !strcmp(e->context, context))
			return true;
	}
	return false;
}

enum keymap_match keymap_lookup(const struct keymap *km,
				const char *const *contexts,
				const uint32_t *keys, size_t nkeys,
				const char **command)
{
	const char *const *c;

	for (c = contexts; *c; c++) {
		const struct keymap_entry *e = find(km, *c, keys, nkeys);

		if (e && e->command) {
			*command = e->command;
			return KEYMAP_FOUND;
		}
		if (is_prefix(km, *c, keys, nkeys))
			return KEYMAP_PENDING;
		if (e)
			return KEYMAP_NONE;	/* hidden here */
	}
	return KEYMAP_NONE;
}

size_t keymap_count(const struct keymap *km)
{
	return km->n;
}

const struct keymap_entry *keymap_entry(const struct keymap *km, size_t i)
{
	return i < km->n ? &km->entries[i] : NULL;
}

size_t keymap_keys_for(const struct keymap *km, const char *const *contexts,
		       const char *command, struct buf *out)
{
	const char *const *c;
	const char *found;
	size_t i, n = 0;

	for (c = contexts; *c; c++) {
		for (i = 0; i < km->n; i++) {
			const struct keymap_entry *e = &km->entries[i];

			if (!e->command || strcmp(e->command, command) ||
			    strcmp(e->context, *c))
				continue;
			if (keymap_lookup(km, contexts, e->keys, e->nkeys,
					  &found) != KEYMAP_FOUND ||
			    strcmp(found, command))
				continue;
			if (n++)
				buf_adds(out, ", ");
			key_print_seq(e->keys, e->nkeys, out);
		}
	}
	return n;
}

enum keymap_match keymap_feed(const struct keymap *km, struct keymap_state *st,
			      const char *const *contexts, uint32_t key,
			      const char **command)
{
	enum keymap_match m;
	size_t typed = st->nkeys;

	st->keys[st->nkeys++] = key;
	m = keymap_lookup(km, contexts, st->keys, st->nkeys, command);
	if (m == KEYMAP_NONE && typed) {
		st->keys[0] = key;
		st->nkeys = 1;
		m = keymap_lookup(km, contexts, st->keys, 1, command);
	}
	if (m != KEYMAP_PENDING || st->nkeys == KEYMAP_SEQ_MAX)
		st->nkeys = 0;
	return m;
}
