#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/header.h"
#include "rrpair/parts.h"
#include "rrpair/tableedit.h"

static enum body_side side_of(const struct row_edit *edit)
{
	return edit->table->id == PAIRTABLE_REQUEST_HEADERS ? BODY_REQUEST :
	       BODY_RESPONSE;
}

/* The member that a row belongs to: the value itself, or the list around it. */
static uint32_t member_of(const struct row_edit *edit, size_t row)
{
	const struct json_doc *doc = &edit->plan->pair->doc;
	uint32_t node = edit->table->rows[row].node;

	return doc->nodes[node].key_len ? node : doc->nodes[node].parent;
}

static bool in_list(const struct row_edit *edit, size_t row)
{
	return member_of(edit, row) != edit->table->rows[row].node;
}

static void insert_value(struct plan *plan, uint32_t list, uint32_t before,
			 const char *value, size_t len)
{
	struct buf json;

	buf_init(&json);
	json_encode(&json, value, len);
	splice_insert(plan->splice, list, before, NULL, 0, json.data, json.len);
	plan_note(plan, NOTE_ADDED, list, NULL);
	buf_release(&json);
}

static bool one_value(struct err *err)
{
	return err_set(err, ERR_INPUT, _("the header is no list and holds one "
					 "value"));
}

static bool duplicate_header(struct row_edit *edit, struct err *err)
{
	const struct pairtable_row *row = edit_row(edit);

	if (!in_list(edit, edit->row))
		return one_value(err);
	insert_value(edit->plan, member_of(edit, edit->row),
		     json_next(&edit->plan->pair->doc, row->node), row->value,
		     row->value_len);
	return true;
}

/* The first row with the name, or table->count. */
static size_t find_row(const struct row_edit *edit, const struct slice *name,
		       bool icase)
{
	for (size_t i = 0; i < edit->table->count; i++) {
		const struct pairtable_row *row = &edit->table->rows[i];

		if (icase ? utf8_ascii_ieq(row->name, row->name_len, name->s,
					   name->len) :
		    slice_eq(row->name, row->name_len, name->s, name->len))
			return i;
	}
	return edit->table->count;
}

static void insert_member(struct row_edit *edit, uint32_t map,
			  const struct buf *key, bool list)
{
	uint32_t before = edit->to < edit->table->count ?
			  member_of(edit, edit->to) : JSON_NONE;
	struct buf json;

	buf_init(&json);
	if (list)
		buf_addc(&json, '[');
	json_encode(&json, edit->value.s, edit->value.len);
	if (list)
		buf_addc(&json, ']');
	splice_insert(edit->plan->splice, map, before, key->data, key->len,
		      json.data, json.len);
	plan_note_member(edit->plan, NOTE_ADDED, map, key->data, key->len,
			 NULL);
	buf_release(&json);
}

/* A header without values has no row, but its name is taken. */
static bool header_is_empty(const struct rrpair *pair, uint32_t map,
			    const struct slice *name)
{
	const struct json_doc *doc = &pair->doc;

	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m))
		if (doc->nodes[m].type == JSON_ARRAY &&
		    !doc->nodes[m].children &&
		    header_key_is(pair, m, name->s, name->len))
			return true;
	return false;
}

static bool insert_header(struct row_edit *edit, struct err *err)
{
	enum body_side side = side_of(edit);
	size_t same = find_row(edit, &edit->name, true);
	uint32_t list, map = part_headers(edit->plan->pair, side);
	struct buf key;

	if (!header_name_valid(edit->name.s, edit->name.len) ||
	    !header_value_valid(edit->value.s, edit->value.len) ||
	    map == JSON_NONE ||
	    header_is_empty(edit->plan->pair, map, &edit->name))
		return header_create(edit->plan, side, edit->name.s,
				     edit->name.len, &edit->value, err);
	if (same < edit->table->count) {
		list = member_of(edit, same);
		if (!in_list(edit, same))
			return one_value(err);
		insert_value(edit->plan, list,
			     edit->to < edit->table->count &&
			     member_of(edit, edit->to) == list ?
			     edit->table->rows[edit->to].node : JSON_NONE,
			     edit->value.s, edit->value.len);
		return true;
	}
	buf_init(&key);
	header_spelling(edit->plan->pair, side, edit->name.s, edit->name.len,
			&key);
	insert_member(edit, map, &key, true);
	buf_release(&key);
	return true;
}

static bool rename_member(struct row_edit *edit, const struct buf *key)
{
	uint32_t member = member_of(edit, edit->row);

	if (json_key_is(&edit->plan->pair->doc, member, key->data, key->len))
		return true;
	splice_key(edit->plan->splice, member, key->data, key->len);
	plan_note(edit->plan, NOTE_SET, member, NULL);
	return true;
}

/* A header with one value is renamed where it stands; one of several values
 * leaves the others, and a name that exists takes the value in. */
static bool rename_header(struct row_edit *edit, struct err *err)
{
	const struct pairtable_row *row = edit_row(edit);
	enum body_side side = side_of(edit);
	size_t other = find_row(edit, &edit->name, true);
	bool same = utf8_ascii_ieq(row->name, row->name_len, edit->name.s,
				   edit->name.len);
	struct slice value = { row->value, row->value_len };
	struct buf key;
	bool ok = true;

	if (!header_name_valid(edit->name.s, edit->name.len))
		return header_create(edit->plan, side, edit->name.s,
				     edit->name.len, &value, err);
	buf_init(&key);
	if (same)
		buf_add(&key, edit->name.s, edit->name.len);
	else
		header_spelling(edit->plan->pair, side, edit->name.s,
				edit->name.len, &key);
	if (same || (row->of == 1 && other == edit->table->count)) {
		ok = rename_member(edit, &key);
	} else if (other < edit->table->count && !in_list(edit, other)) {
		ok = one_value(err);
	} else {
		if (other < edit->table->count)
			insert_value(edit->plan, member_of(edit, other),
				     JSON_NONE, row->value, row->value_len);
		else
			ok = header_create(edit->plan, side, key.data, key.len,
					   &value, err);
		ok = ok && header_unset(edit->plan, side, row->name,
					row->name_len, row->nth, err);
	}
	buf_release(&key);
	return ok;
}

/* Values of one list change places in it. Beyond the list the whole header
 * moves, over all values of the one it passes. */
static bool move_row(struct row_edit *edit)
{
	const struct json_doc *doc = &edit->plan->pair->doc;
	const struct pairtable *table = edit->table;
	uint32_t mine = member_of(edit, edit->row), target = JSON_NONE;
	uint32_t node = edit_row(edit)->node, last = JSON_NONE;

	if (edit->to < table->count)
		target = member_of(edit, edit->to);
	if (edit->to > 0)
		last = member_of(edit, edit->to - 1);
	plan_note(edit->plan, NOTE_SET, mine, NULL);
	if (target == mine && mine != node) {
		splice_move(edit->plan->splice, node, table->rows[edit->to].node);
	} else if (last == mine && mine != node &&
		   edit->row + 1 < edit->to) {
		splice_move(edit->plan->splice, node, JSON_NONE);
	} else {
		if (target != JSON_NONE && target == last && edit->to > edit->row)
			target = json_next(doc, target);
		if (target != mine)
			splice_move(edit->plan->splice, mine, target);
	}
	return true;
}

bool header_rows_edit(struct row_edit *edit, struct err *err)
{
	const struct pairtable_row *row = edit_row(edit);

	switch (edit->verb) {
	case ROW_SET:
		return header_set(edit->plan, side_of(edit), row->name,
				  row->name_len, row->nth, &edit->value, err);
	case ROW_RENAME:
		return rename_header(edit, err);
	case ROW_INSERT:
		return insert_header(edit, err);
	case ROW_DELETE:
		return header_unset(edit->plan, side_of(edit), row->name,
				    row->name_len, row->nth, err);
	case ROW_DUPLICATE:
		return duplicate_header(edit, err);
	default:
		return move_row(edit);
	}
}

static bool tag_taken(const struct row_edit *edit, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return err_set(err, ERR_INPUT, _("%s: the tag exists already"),
		       err_quote(quoted, edit->name.s, edit->name.len));
}

static bool insert_tag(struct row_edit *edit, struct err *err)
{
	uint32_t map = part_tags(edit->plan->pair);
	struct buf key, json;

	if (find_row(edit, &edit->name, false) < edit->table->count)
		return tag_taken(edit, err);
	if (map == JSON_NONE &&
	    edit->plan->pair->top[TOP_TAGS] != JSON_NONE)
		return err_set(err, ERR_INPUT, _(".tags: not an object"));
	buf_init(&key);
	buf_init(&json);
	buf_add(&key, edit->name.s, edit->name.len);
	if (map != JSON_NONE) {
		insert_member(edit, map, &key, false);
	} else {
		buf_addc(&json, '{');
		json_encode(&json, edit->name.s, edit->name.len);
		buf_addc(&json, ':');
		json_encode(&json, edit->value.s, edit->value.len);
		buf_addc(&json, '}');
		plan_member(edit->plan, 0, "tags", 4, json.data, json.len);
	}
	buf_release(&key);
	buf_release(&json);
	return true;
}

/* A tag's copy is NAME-2, or the next number that is free. */
static bool duplicate_tag(struct row_edit *edit, struct err *err)
{
	const struct pairtable_row *row = edit_row(edit);
	struct buf name;
	bool ok;

	buf_init(&name);
	for (size_t n = 2; n < edit->table->count + 3; n++) {
		buf_clear(&name);
		buf_add(&name, row->name, row->name_len);
		buf_addf(&name, "-%zu", n);
		edit->name = (struct slice){ name.data, name.len };
		if (find_row(edit, &edit->name, false) == edit->table->count)
			break;
	}
	edit->value = (struct slice){ row->value, row->value_len };
	edit->to = edit->row + 1;
	ok = insert_tag(edit, err);
	buf_release(&name);
	return ok;
}

static bool rename_tag(struct row_edit *edit, struct err *err)
{
	size_t other = find_row(edit, &edit->name, false);
	struct buf key;

	if (other < edit->table->count && other != edit->row)
		return tag_taken(edit, err);
	buf_init(&key);
	buf_add(&key, edit->name.s, edit->name.len);
	rename_member(edit, &key);
	buf_release(&key);
	return true;
}

bool tag_rows_edit(struct row_edit *edit, struct err *err)
{
	const struct pairtable_row *row = edit_row(edit);

	switch (edit->verb) {
	case ROW_SET:
		return plan_typed(edit->plan, row->node, edit->value.s,
				  edit->value.len, NOTE_SET, err);
	case ROW_RENAME:
		return rename_tag(edit, err);
	case ROW_INSERT:
		return insert_tag(edit, err);
	case ROW_DELETE:
		plan_remove(edit->plan, row->node, NOTE_REMOVED);
		return true;
	case ROW_DUPLICATE:
		return duplicate_tag(edit, err);
	default:
		return move_row(edit);
	}
}
