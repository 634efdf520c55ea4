/* What both conversions share. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/codec.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/mockconvert.h"

void mock_report_release(struct mock_report *r)
{
	for (size_t i = 0; i < r->count; i++) {
		free(r->list[i].path);
		free(r->list[i].why);
	}
	free(r->list);
	*r = (struct mock_report){ 0 };
}

void mock_report_add(struct mock_report *r, const char *path, const char *why)
{
	for (size_t i = 0; i < r->count; i++) {
		if (strcmp(r->list[i].path, path) != 0 ||
		    strcmp(r->list[i].why, why) != 0)
			continue;
		r->list[i].records++;
		return;
	}
	r->list = mem_room(r->list, r->count, &r->cap, sizeof(*r->list));
	r->list[r->count++] = (struct mock_lost){ mem_strdup(path),
						  mem_strdup(why), 1 };
}

void mock_encode(struct buf *out, const char *s, size_t len)
{
	struct buf text;

	if (utf8_valid(s, len)) {
		json_encode(out, s, len);
		return;
	}
	buf_init(&text);
	while (len > 0) {
		size_t good = utf8_valid_prefix(s, len);

		buf_add(&text, s, good);
		if (good < len) {
			buf_adds(&text, "\xEF\xBF\xBD");
			good++;
		}
		s += good;
		len -= good;
	}
	json_encode(out, text.data, text.len);
	buf_release(&text);
}

void mock_fresh_id(char out[MOCK_ID_LEN + 1])
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bytes[12];
	struct uuid random;
	uint32_t now = (uint32_t)time(NULL);

	uuid_v4(&random);
	for (int i = 0; i < 4; i++)
		bytes[i] = (uint8_t)(now >> (24 - 8 * i));
	memcpy(bytes + 4, random.b + 8, 8);
	for (int i = 0; i < 12; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[MOCK_ID_LEN] = '\0';
}

static size_t slot_of(const struct mock_strings *t, const char *key)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t at;

	for (const char *p = key; *p; p++)
		h = (h ^ (unsigned char)*p) * 0x100000001b3u;
	at = (size_t)(h ^ h >> 29) & (t->cap - 1);
	while (t->slot[at].key && strcmp(t->slot[at].key, key) != 0)
		at = (at + 1) & (t->cap - 1);
	return at;
}


size_t mock_strings_add(struct mock_strings *t, char *key, size_t value, bool *new)
{
	struct mock_strings old = *t;
	size_t at;

	if (2 * (t->count + 1) > t->cap) {
		t->cap = old.cap ? old.cap * 2 : 256;
		t->slot = mem_zalloc(t->cap, sizeof(*t->slot));
		for (size_t i = 0; i < old.cap; i++)
			if (old.slot[i].key)
				t->slot[slot_of(t, old.slot[i].key)] =
					old.slot[i];
		free(old.slot);
	}
	at = slot_of(t, key);
	*new = !t->slot[at].key;
	if (*new) {
		t->slot[at].key = key;
		t->slot[at].value = value;
		t->count++;
	} else {
		free(key);
	}
	return t->slot[at].value;
}

void mock_strings_release(struct mock_strings *t)
{
	for (size_t i = 0; i < t->cap; i++)
		free(t->slot[i].key);
	free(t->slot);
}
