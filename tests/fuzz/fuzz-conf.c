/*
 * The input is a configuration file: taken whole or refused with a line. What
 * was taken reads the same when its members are written out again, and its keys
 * bind or are refused.
 */
#include "config.h"

#include <string.h>

#include "app/conf.h"
#include "base/buf.h"
#include "fuzz.h"
#include "ui/keymap.h"

static void put_quoted(struct buf *out, const char *s)
{
	buf_addc(out, '"');
	for (; *s; s++) {
		if (*s == '\n' || *s == '\t') {
			buf_adds(out, *s == '\n' ? "\\n" : "\\t");
			continue;
		}
		if (*s == '"' || *s == '\\')
			buf_addc(out, '\\');
		buf_addc(out, *s);
	}
	buf_addc(out, '"');
}

static void print(const struct ini *ini, struct buf *out)
{
	for (size_t i = 0; i < ini->count; i++) {
		const struct ini_member *m = &ini->members[i];

		buf_addf(out, "[%s", m->section);
		if (*m->name) {
			buf_addc(out, ' ');
			put_quoted(out, m->name);
		}
		buf_addf(out, "]\n%s = ", m->key);
		put_quoted(out, m->value);
		buf_addc(out, '\n');
	}
}

static void check_again(const struct ini *was)
{
	struct ini now;
	struct buf text;

	buf_init(&text);
	print(was, &text);
	if (text.len <= INI_SIZE_MAX) {
		must(ini_parse(&now, text.data, text.len, "keys", NULL));
		must(now.count == was->count);
		for (size_t i = 0; i < now.count; i++) {
			const struct ini_member *a = &was->members[i];
			const struct ini_member *b = &now.members[i];

			must(!strcmp(a->section, b->section));
			must(!strcmp(a->name, b->name));
			must(!strcmp(a->key, b->key));
			must(!strcmp(a->value, b->value));
		}
		ini_release(&now);
	}
	buf_release(&text);
}

static void bind_keys(const struct ini *ini)
{
	struct keymap *km = keymap_new();
	uint32_t keys[KEYMAP_SEQ_MAX], again[KEYMAP_SEQ_MAX];
	struct buf text;

	buf_init(&text);
	for (size_t i = 0; i < ini->count; i++) {
		const char *s = ini->members[i].value;
		size_t n = key_parse_seq(s, strlen(s), keys);

		must(keymap_bind(km, "general", s, "quit", NULL) == (n > 0));
		if (!n)
			continue;
		buf_clear(&text);
		key_print_seq(keys, n, &text);
		must(key_parse_seq(text.data, text.len, again) == n);
		must(!memcmp(keys, again, n * sizeof(*keys)));
	}
	buf_release(&text);
	keymap_free(km);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct err err = {0};
	struct conf conf;

	if (conf_parse(&conf, (const char *)data, size, &err)) {
		check_again(&conf.ini);
		bind_keys(&conf.ini);
	} else {
		must(err.code && err.msg[0] && !conf.ini.count);
	}
	conf_release(&conf);
	return 0;
}
