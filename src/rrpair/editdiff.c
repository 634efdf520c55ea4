#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "json/format.h"
#include "rrpair/editdiff.h"
#include "rrpair/parts.h"

static bool same_text(const struct json_doc *a, uint32_t x, bool keys,
		      const struct json_doc *b, uint32_t y)
{
	struct buf text;
	bool same;

	buf_init(&text);
	if (keys)
		json_key(a, x, &text);
	else
		json_string(a, x, &text);
	same = keys ? json_key_is(b, y, text.data, text.len) :
	       json_string_is(b, y, text.data, text.len);
	buf_release(&text);
	return same;
}

static bool same_scalar(const struct json_doc *a, uint32_t x,
			const struct json_doc *b, uint32_t y)
{
	const struct json_node *m = &a->nodes[x], *n = &b->nodes[y];

	if (m->type != n->type)
		return false;
	if (slice_eq(a->text + m->off, m->len, b->text + n->off, n->len))
		return true;
	return m->type == JSON_STRING && same_text(a, x, false, b, y);
}

bool edit_same(const struct json_doc *a, uint32_t x, const struct json_doc *b,
	       uint32_t y)
{
	uint32_t end = a->nodes[x].next, top = x;

	if (b->nodes[y].next - y != end - x)
		return false;
	for (; x < end; x++, y++) {
		const struct json_node *m = &a->nodes[x], *n = &b->nodes[y];

		if (m->type != n->type || m->children != n->children)
			return false;
		if (x != top && !m->key_len != !n->key_len)
			return false;
		if (x != top && m->key_len && !same_text(a, x, true, b, y))
			return false;
		if (m->type < JSON_ARRAY && !same_scalar(a, x, b, y))
			return false;
	}
	return true;
}

void edit_compact(const struct json_doc *doc, uint32_t node, struct buf *out)
{
	const struct json_node *n = &doc->nodes[node];

	if (!json_compact(doc->text + n->off, n->len, out, NULL))
		buf_add(out, doc->text + n->off, n->len);
}

static void replace(struct edit_diff *d, uint32_t node, uint32_t with)
{
	struct buf json;

	buf_init(&json);
	edit_compact(d->edited, with, &json);
	splice_value(d->plan->splice, node, json.data, json.len);
	plan_note(d->plan, NOTE_SET, node, NULL);
	buf_release(&json);
}

static void insert(struct edit_diff *d, uint32_t container, uint32_t before,
		   uint32_t member)
{
	bool object = d->edited->nodes[member].key_len > 0;
	struct buf json, key;

	buf_init(&json);
	buf_init(&key);
	edit_compact(d->edited, member, &json);
	if (object)
		json_key(d->edited, member, &key);
	splice_insert(d->plan->splice, container, before,
		      object ? key.data : NULL, key.len, json.data, json.len);
	if (object)
		plan_note_member(d->plan, NOTE_ADDED, container, key.data,
				 key.len, NULL);
	else
		plan_note(d->plan, NOTE_ADDED, container, NULL);
	buf_release(&json);
	buf_release(&key);
}

static void diff_value(struct edit_diff *d, uint32_t node, uint32_t edited);

static bool skipped(const struct edit_diff *d, uint32_t node)
{
	for (size_t i = 0; i < d->hidden_count; i++)
		if (d->hidden[i] == node)
			return true;
	return false;
}

static bool skipped_edited(const struct edit_diff *d, uint32_t node)
{
	for (size_t i = 0; i < d->virtual_count; i++)
		if (d->virtuals[i] == node)
			return true;
	return false;
}

/* How often the key of a member occurs among its siblings before it. Only
 * objects with duplicates pay for it. */
static uint32_t occurrence(const struct json_doc *doc, uint32_t object,
			   uint32_t member)
{
	uint32_t n = 0;

	for (uint32_t m = json_first(doc, object); m != member;
	     m = json_next(doc, m))
		n += same_text(doc, m, true, doc, member);
	return n;
}

/* The member of the edited object that stands for one of the record: the same
 * key, the same occurrence of it. hint: where it most likely is. */
static uint32_t counterpart(const struct json_doc *from, uint32_t from_object,
			    uint32_t member, bool duplicates,
			    const struct json_doc *to, uint32_t object,
			    uint32_t hint)
{
	uint32_t nth;

	if (!duplicates && hint != JSON_NONE &&
	    same_text(from, member, true, to, hint))
		return hint;
	nth = duplicates ? occurrence(from, from_object, member) : 0;
	for (uint32_t m = json_first(to, object); m != JSON_NONE;
	     m = json_next(to, m))
		if (same_text(from, member, true, to, m) && !nth--)
			return m;
	return JSON_NONE;
}

static void diff_object(struct edit_diff *d, uint32_t node, uint32_t edited)
{
	const struct json_doc *doc = &d->plan->pair->doc, *now = d->edited;
	uint32_t hint = json_first(now, edited), before, first, second;
	bool duplicates = json_has_duplicates(doc, node, &first, &second) ||
			  json_has_duplicates(now, edited, &first, &second);

	for (uint32_t m = json_first(doc, node); m != JSON_NONE;
	     m = json_next(doc, m)) {
		uint32_t twin;

		if (skipped(d, m))
			continue;
		while (hint != JSON_NONE && skipped_edited(d, hint))
			hint = json_next(now, hint);
		twin = counterpart(doc, node, m, duplicates, now, edited, hint);
		if (twin == JSON_NONE || skipped_edited(d, twin)) {
			plan_remove(d->plan, m, NOTE_REMOVED);
			continue;
		}
		diff_value(d, m, twin);
		hint = json_next(now, twin);
	}
	before = json_first(doc, node);
	hint = before;
	for (uint32_t m = json_first(now, edited); m != JSON_NONE;
	     m = json_next(now, m)) {
		uint32_t twin;

		if (skipped_edited(d, m))
			continue;
		twin = counterpart(now, edited, m, duplicates, doc, node, hint);
		if (twin != JSON_NONE && !skipped(d, twin)) {
			before = hint = json_next(doc, twin);
			continue;
		}
		insert(d, node, before, m);
	}
}

/* What begins and ends alike is left; the rest is compared pair by pair. */
static void diff_array(struct edit_diff *d, uint32_t node, uint32_t edited)
{
	const struct json_doc *doc = &d->plan->pair->doc, *now = d->edited;
	uint32_t old_count = doc->nodes[node].children;
	uint32_t new_count = now->nodes[edited].children;
	uint32_t x = json_first(doc, node), y = json_first(now, edited);
	uint32_t grown = new_count > old_count ? new_count - old_count : 0;
	uint32_t shrunk = old_count > new_count ? old_count - new_count : 0;

	while (x != JSON_NONE && y != JSON_NONE) {
		if ((grown || shrunk) && !edit_same(doc, x, now, y)) {
			uint32_t next_y = json_next(now, y);
			uint32_t next_x = json_next(doc, x);

			if (grown && (next_y == JSON_NONE ||
				      edit_same(doc, x, now, next_y))) {
				insert(d, node, x, y);
				grown--;
				y = next_y;
				continue;
			}
			if (shrunk && (next_x == JSON_NONE ||
				       edit_same(doc, next_x, now, y))) {
				plan_remove(d->plan, x, NOTE_REMOVED);
				shrunk--;
				x = next_x;
				continue;
			}
		}
		diff_value(d, x, y);
		x = json_next(doc, x);
		y = json_next(now, y);
	}
	for (; x != JSON_NONE; x = json_next(doc, x))
		plan_remove(d->plan, x, NOTE_REMOVED);
	for (; y != JSON_NONE; y = json_next(now, y))
		insert(d, node, JSON_NONE, y);
}

/* Depth is that of the record, which the scanner limits; a form that is deeper
 * is put in whole where the record ends. */
static void diff_value(struct edit_diff *d, uint32_t node, uint32_t edited)
{
	const struct json_doc *doc = &d->plan->pair->doc;
	uint8_t type = doc->nodes[node].type;

	if (type != d->edited->nodes[edited].type ||
	    doc->nodes[node].depth > EDIT_DEPTH_MAX) {
		if (!edit_same(doc, node, d->edited, edited))
			replace(d, node, edited);
	} else if (type == JSON_OBJECT) {
		diff_object(d, node, edited);
	} else if (type == JSON_ARRAY) {
		diff_array(d, node, edited);
	} else if (!same_scalar(doc, node, d->edited, edited)) {
		replace(d, node, edited);
	}
}

void edit_diff(struct edit_diff *d)
{
	diff_object(d, 0, 0);
}
