#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "rrpair/parts.h"
#include "rrpair/set.h"

static bool refuse_path(const struct json_path *path, size_t steps,
			enum err_code code, const char *why, struct err *err)
{
	struct field field = {
		.id = FIELD_DOTTED,
		.path = { .steps = path->steps, .count = steps },
	};
	struct buf text;
	char quoted[ERR_QUOTE_MAX];

	if (!err)
		return false;
	buf_init(&text);
	field_print(&field, &text);
	err_set(err, code, "%s: %s", err_quote(quoted, text.data, text.len),
		why);
	buf_release(&text);
	return false;
}

/* The value inside the members that are still missing, innermost last. */
static bool wrap(const struct json_path *path, size_t from,
		 const struct buf *value, struct buf *out, struct err *err)
{
	for (size_t i = from; i < path->count; i++) {
		const struct json_step *step = &path->steps[i];

		if (!step->key && step->index)
			return refuse_path(path, i + 1, ERR_ABSENT,
					   _("beyond the end of the list"), err);
		buf_addc(out, step->key ? '{' : '[');
		if (step->key) {
			json_encode(out, step->key, step->key_len);
			buf_addc(out, ':');
		}
	}
	buf_add(out, value->data, value->len);
	for (size_t i = path->count; i-- > from;)
		buf_addc(out, path->steps[i].key ? '}' : ']');
	return buf_ok(out, _("the value"), err);
}

static bool create(struct plan *plan, const struct json_path *path,
		   const struct buf *value, struct err *err)
{
	const struct json_doc *doc = &plan->pair->doc;
	const struct json_step *step;
	struct buf json;
	size_t found = 0;
	uint32_t at = json_locate_deepest(doc, path, &found);
	bool ok;

	step = &path->steps[found];
	if (step->key && !part_is(plan->pair, at, JSON_OBJECT))
		return refuse_path(path, found, ERR_INPUT,
				   _("not an object, it has no members"), err);
	if (!step->key && !part_is(plan->pair, at, JSON_ARRAY))
		return refuse_path(path, found, ERR_INPUT,
				   _("not a list, it has no elements"), err);
	if (!step->key && step->index != doc->nodes[at].children)
		return refuse_path(path, found + 1, ERR_ABSENT,
				   _("beyond the end of the list"), err);
	buf_init(&json);
	ok = wrap(path, found + 1, value, &json, err);
	if (ok && step->key) {
		plan_member(plan, at, step->key, step->key_len, json.data,
			    json.len);
	} else if (ok) {
		splice_insert(plan->splice, at, JSON_NONE, NULL, 0, json.data,
			      json.len);
		plan_note(plan, NOTE_ADDED, at, NULL);
	}
	buf_release(&json);
	return ok;
}

/* The signature of a protocol that we have no rules for may depend on what
 * changed. */
static void note_signature(struct plan *plan, uint32_t node)
{
	const struct rrpair *pair = plan->pair;

	if (!plan_linked(plan) || pair->proto == PROTO_HTTP ||
	    pair->protocol == JSON_NONE || pair->top[TOP_SIGNATURE] == JSON_NONE)
		return;
	for (; node != JSON_NONE; node = pair->doc.nodes[node].parent)
		if (node == pair->protocol) {
			plan_note(plan, NOTE_UNKNOWN, pair->top[TOP_SIGNATURE],
				  _("only http signatures are recomputed"));
			return;
		}
}

bool dotted_set(struct plan *plan, const struct json_path *path,
		const struct slice *value, bool json, struct err *err)
{
	uint32_t node = json_locate(&plan->pair->doc, path);
	struct buf coded;
	bool ok = true;

	if (!path->count && !json)
		return refuse_path(path, 0, ERR_INPUT,
				   _("the record is an object"), err);
	if (node != JSON_NONE) {
		if (json)
			plan_json(plan, node, value->s, value->len, NOTE_SET);
		else
			ok = plan_typed(plan, node, value->s, value->len,
					NOTE_SET, err);
		if (ok)
			note_signature(plan, node);
		return ok;
	}
	buf_init(&coded);
	if (json)
		buf_add(&coded, value->s, value->len);
	else
		json_encode(&coded, value->s, value->len);
	ok = create(plan, path, &coded, err);
	buf_release(&coded);
	return ok;
}

bool dotted_unset(struct plan *plan, const struct json_path *path,
		  struct err *err)
{
	uint32_t node = json_locate(&plan->pair->doc, path);

	if (!path->count)
		return refuse_path(path, 0, ERR_INPUT,
				   _("this would be the whole record"), err);
	if (node == JSON_NONE)
		return refuse_path(path, path->count, ERR_ABSENT,
				   _("the record has none"), err);
	note_signature(plan, node);
	plan_remove(plan, node, NOTE_REMOVED);
	return true;
}
