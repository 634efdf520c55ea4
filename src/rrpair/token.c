#include "config.h"

#include "rrpair/token.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "rrpair/parts.h"

void token_list_init(struct token_list *list)
{
	memset(list, 0, sizeof(*list));
	buf_init(&list->bytes);
}

void token_list_release(struct token_list *list)
{
	free(list->rows);
	buf_release(&list->bytes);
	token_list_init(list);
}

/* While reading, rows hold offsets into bytes, which may still move. */
static const char *keep(struct token_list *list, const struct buf *text)
{
	size_t at = list->bytes.len;

	buf_add(&list->bytes, text->data, text->len);
	buf_addc(&list->bytes, '\0');
	return (const char *)(uintptr_t)at;
}

static const char *keep_member(struct token_list *list,
			       const struct rrpair *pair, uint32_t object,
			       const char *key)
{
	const char *at;
	struct buf text;

	buf_init(&text);
	part_text(pair, part_member(pair, object, key), &text);
	at = keep(list, &text);
	buf_release(&text);
	return at;
}

/* "TYPE:value" at the first colon. */
static void keep_id(struct token_list *list, struct token_row *row,
		    const struct buf *id)
{
	const char *colon = id->len ? memchr(id->data, ':', id->len) : NULL;
	struct buf part;

	buf_init(&part);
	row->type_len = colon ? (size_t)(colon - id->data) : 0;
	buf_add(&part, id->data, row->type_len);
	row->type = keep(list, &part);
	buf_clear(&part);
	row->value_len = id->len - row->type_len - (colon ? 1 : 0);
	buf_add(&part, id->data + id->len - row->value_len, row->value_len);
	row->value = keep(list, &part);
	buf_release(&part);
}

static void keep_uuid(struct token_list *list, struct token_row *row,
		      const struct rrpair *pair, uint32_t entry)
{
	char dashed[UUID_TEXT_MAX];
	struct uuid uuid;
	struct buf text;

	buf_init(&text);
	part_text(pair, part_member(pair, entry, "uuid"), &text);
	if (uuid_parse(&uuid, text.data, text.len)) {
		uuid_dashed(dashed, &uuid);
		buf_clear(&text);
		buf_adds(&text, dashed);
	}
	row->uuid = keep(list, &text);
	buf_release(&text);
}

static void keep_replacement(struct token_list *list, struct token_row *row,
			     const struct rrpair *pair, uint32_t token)
{
	struct buf coded, text;

	buf_init(&coded);
	buf_init(&text);
	part_text(pair, part_member(pair, token, "replacementValue"), &coded);
	row->bad_base64 = !base64_decode(&text, coded.data, coded.len, NULL);
	row->replacement_len = row->bad_base64 ? coded.len : text.len;
	row->replacement = keep(list, row->bad_base64 ? &coded : &text);
	buf_release(&coded);
	buf_release(&text);
}

/* entry holds the uuid, token the rest; the old form has no entries. */
static void add_row(struct token_list *list, const struct rrpair *pair,
		    const struct buf *id, uint32_t entry, uint32_t token)
{
	struct token_row *row;

	list->rows = mem_room(list->rows, list->count, &list->cap,
			      sizeof(*list->rows));
	row = &list->rows[list->count++];
	memset(row, 0, sizeof(*row));
	row->node = token;
	keep_id(list, row, id);
	row->location = keep_member(list, pair, token, "location");
	row->pattern = keep_member(list, pair, token, "pattern");
	row->regex = keep_member(list, pair, token, "regex");
	row->expiration = keep_member(list, pair, token, "expiration");
	keep_uuid(list, row, pair, entry);
	keep_replacement(list, row, pair, token);
}

static void read_map(struct token_list *list, const struct rrpair *pair,
		     uint32_t map, bool old_form)
{
	const struct json_doc *doc = &pair->doc;
	struct buf id;

	if (!part_is(pair, map, JSON_OBJECT))
		return;
	buf_init(&id);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		uint32_t tokens = part_member(pair, m, "tokens");

		buf_clear(&id);
		json_key(doc, m, &id);
		if (old_form && part_is(pair, m, JSON_OBJECT))
			add_row(list, pair, &id, m, m);
		if (old_form || !part_is(pair, tokens, JSON_ARRAY))
			continue;
		for (uint32_t t = json_first(doc, tokens); t != JSON_NONE;
		     t = json_next(doc, t)) {
			uint32_t token = part_member(pair, t, "token");

			if (part_is(pair, token, JSON_OBJECT))
				add_row(list, pair, &id, t, token);
		}
	}
	buf_release(&id);
}

void token_list_read(struct token_list *list, const struct rrpair *pair)
{
	list->count = 0;
	buf_clear(&list->bytes);
	read_map(list, pair, pair->top[TOP_TOKENLIST], false);
	read_map(list, pair, part_member(pair, 0, "tokens"), true);
	for (size_t i = 0; i < list->count; i++) {
		struct token_row *row = &list->rows[i];
		const char **texts[] = {
			&row->type, &row->value, &row->location, &row->pattern,
			&row->regex, &row->expiration, &row->uuid,
			&row->replacement,
		};

		for (size_t k = 0; k < sizeof(texts) / sizeof(texts[0]); k++)
			*texts[k] = list->bytes.data + (uintptr_t)*texts[k];
	}
}
