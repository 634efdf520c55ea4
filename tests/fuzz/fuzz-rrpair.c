/*
 * The input is a record, and after its first NUL a script of bytes that choose
 * rows and values. Whatever the record holds: reading it touches nothing else,
 * every edit that is taken gives a record again, the value that was set is the
 * value that is read, and what is not edited changes not a byte.
 */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "rrpair/body.h"
#include "rrpair/editform.h"
#include "rrpair/export.h"
#include "rrpair/pairtable.h"
#include "rrpair/signature.h"
#include "rrpair/template.h"
#include "rrpair/token.h"

struct script {
	const uint8_t *p, *end;
};

static unsigned draw(struct script *s, unsigned below)
{
	return s->p < s->end ? *s->p++ % below : 0;
}

static bool same(const struct buf *a, const char *text, size_t len)
{
	return a->len == len && (!len || !memcmp(a->data, text, len));
}

/* The record after a step, parsed into next; false when nothing changed. */
static bool next_record(const struct rrpair *pair, struct change_set *set,
			struct buf *text, struct rrpair *next)
{
	struct err err;

	buf_clear(text);
	if (!set->patch)
		return false;
	must(patch_apply(set->patch, pair->text, pair->len, text, &err));
	must(!same(text, pair->text, pair->len));
	must(rrpair_parse(next, text->data, text->len, &err));
	return true;
}

static const char *const values[] = {
	"", "x", "404", "IN", "/p q", "a=1&b=%zz", "h:1", "{\"b\":2,\"a\":1}",
	"2026-01-01T00:00:00Z", "AAAAAAAAQACAAAAAAAAAAA==", "caf\xc3\xa9", "0",
};
#define VALUES (sizeof(values) / sizeof(values[0]))

/* Fields whose value is not read back as it was set: they are encoded, or, a
 * reason of digits without a code before it, read as the code. */
static bool is_encoded(enum field_id id)
{
	return id == FIELD_QUERY || id == FIELD_URL || id == FIELD_PATH ||
	       id == FIELD_DIRECTION || id == FIELD_UUID || id == FIELD_REASON;
}

static void check_set(const struct rrpair *pair, const struct field *field,
		      const char *value, unsigned flags)
{
	struct change_set set;
	struct rrpair next;
	struct buf text, got;
	struct err err;

	rrpair_init(&next);
	change_init(&set);
	buf_init(&text);
	buf_init(&got);
	err_clear(&err);
	if (!change_field(pair, field, value, strlen(value), flags, &set,
			  &err)) {
		must(err.code != ERR_OK && err.msg[0]);
	} else {
		next_record(pair, &set, &text, &next);
		if (!is_encoded(field->id) &&
		    rrpair_get(set.patch ? &next : pair, field, &got, NULL))
			must(same(&got, value, strlen(value)));
	}
	change_summary(&set, &text);
	rrpair_release(&next);
	change_release(&set);
	buf_release(&text);
	buf_release(&got);
}

/* The value that is there, set once more. */
static void check_same(const struct rrpair *pair, const struct field *field)
{
	struct change_set set;
	struct buf got;

	change_init(&set);
	buf_init(&got);
	if (!is_encoded(field->id) && field->id != FIELD_PARAM &&
	    rrpair_count(pair, field) <= 1 &&
	    rrpair_get(pair, field, &got, NULL) &&
	    change_field(pair, field, got.data, got.len, 0, &set, NULL))
		must(!set.patch);
	change_release(&set);
	buf_release(&got);
}

static void check_unset(const struct rrpair *pair, const struct field *field)
{
	struct change_set set;
	struct rrpair next;
	struct buf text;
	struct err err;

	rrpair_init(&next);
	change_init(&set);
	buf_init(&text);
	if (change_unset(pair, field, 0, &set, &err))
		next_record(pair, &set, &text, &next);
	rrpair_release(&next);
	change_release(&set);
	buf_release(&text);
}

static void check_fields(const struct rrpair *pair, struct script *s)
{
	static const char *const keys[] = { "Host", "content-type", "a", "x" };

	for (size_t i = 0; i < field_info_count(); i++) {
		const struct field_info *info = field_info_at(i);
		const char *key = info->keyed ? keys[draw(s, 4)] : NULL;
		struct field field;

		field_make(&field, info->id, key, key ? strlen(key) : 0,
			   info->repeats ? draw(s, 3) : 0);
		check_same(pair, &field);
		check_set(pair, &field, values[draw(s, VALUES)], draw(s, 2));
		check_unset(pair, &field);
		field_release(&field);
	}
}

static bool edit_row(const struct rrpair *pair, const struct pairtable *t,
		     struct script *s, struct change_set *set)
{
	size_t row = draw(s, 8), to = draw(s, 8);
	const char *value = values[draw(s, VALUES)];
	const char *name = values[draw(s, VALUES)];
	size_t len = strlen(value), name_len = strlen(name);

	switch (draw(s, 7)) {
	case 0:
		return pairtable_set(pair, t, row, value, len, 0, set, NULL);
	case 1:
		return pairtable_rename(pair, t, row, name, name_len, 0, set,
					NULL);
	case 2:
		return pairtable_insert(pair, t, to, name, name_len, value, len,
					0, set, NULL);
	case 3:
		return pairtable_delete(pair, t, row, 0, set, NULL);
	case 4:
		return pairtable_duplicate(pair, t, row, 0, set, NULL);
	case 5:
		return pairtable_set_extra(pair, t, row, value, len, set, NULL);
	default:
		return pairtable_move(pair, t, row, to, 0, set, NULL);
	}
}

static void check_tables(const struct rrpair *pair, struct script *s)
{
	struct pairtable table;
	struct change_set set;
	struct rrpair next;
	struct field field;
	struct buf text;

	rrpair_init(&next);
	pairtable_init(&table);
	change_init(&set);
	buf_init(&text);
	for (int id = 0; id < PAIRTABLE_COUNT; id++) {
		if (!pairtable_read(&table, pair, (enum pairtable_id)id, NULL))
			continue;
		for (size_t i = 0; i < table.count && i < 50; i++)
			if (pairtable_field(&table, i, &field)) {
				must(rrpair_count(pair, &field) ||
				     (table.rows[i].flags & PAIRTABLE_ODD));
				field_release(&field);
			}
		if (edit_row(pair, &table, s, &set))
			next_record(pair, &set, &text, &next);
	}
	rrpair_release(&next);
	pairtable_release(&table);
	change_release(&set);
	buf_release(&text);
}

/* The form as printed changes nothing, and that of the edited record gives the
 * record back as it is. */
static void check_form(const struct rrpair *pair)
{
	struct change_set set;
	struct buf form;
	struct err err;

	change_init(&set);
	buf_init(&form);
	must(editform_print(pair, &form, &err));
	if (editform_parse(pair, form.data, form.len, 0, &set, &err))
		must(!set.patch);
	change_release(&set);
	buf_release(&form);
}

static void check_bodies(const struct rrpair *pair)
{
	struct body body;
	struct buf words;

	body_init(&body);
	buf_init(&words);
	for (int side = BODY_REQUEST; side <= BODY_RESPONSE; side++)
		if (body_decode(&body, pair, (enum body_side)side, NULL)) {
			body_layers(&body, &words);
			must(!(body.flags & BODY_UTF8) ==
			     !utf8_valid(body.bytes.data, body.bytes.len));
		}
	body_release(&body);
	buf_release(&words);
}

static void nothing(void *arg, enum field_id field, const char *main_path,
		    const char *copy_path)
{
}

static void check_views(const struct rrpair *pair)
{
	struct signature sig;
	struct token_list tokens;
	struct change_set set;
	struct rrpair next;
	struct jwt jwt;
	struct buf out;
	size_t from = 0;

	rrpair_init(&next);
	signature_init(&sig);
	token_list_init(&tokens);
	change_init(&set);
	jwt_init(&jwt);
	buf_init(&out);
	export_curl(pair, &out, NULL);
	export_request(pair, &out, NULL);
	export_response(pair, &out, NULL);
	token_list_read(&tokens, pair);
	rrpair_disagreements(pair, nothing, NULL);
	while (jwt_find(&jwt, pair->text, pair->len, &from))
		must(jwt.off + jwt.len <= from && from <= pair->len);
	signature_read(&sig, pair);
	signature_identity(pair, &out);
	if (signature_refresh(pair, &set, NULL))
		next_record(pair, &set, &out, &next);
	must(template_fresh_copy(pair, NULL, NULL, &set, NULL));
	must(next_record(pair, &set, &out, &next));
	rrpair_release(&next);
	signature_release(&sig);
	token_list_release(&tokens);
	change_release(&set);
	jwt_release(&jwt);
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size;
	struct script script = { data + len + (nul != NULL), data + size };
	struct rrpair pair;
	struct err err;

	rrpair_init(&pair);
	if (rrpair_parse(&pair, (const char *)data, len, &err)) {
		check_bodies(&pair);
		check_views(&pair);
		check_form(&pair);
		check_fields(&pair, &script);
		check_tables(&pair, &script);
	} else {
		must(err.code == ERR_INPUT || err.code == ERR_LIMIT);
	}
	rrpair_release(&pair);
	return 0;
}
