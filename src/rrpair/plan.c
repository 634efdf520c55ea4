#include "config.h"

#include "rrpair/plan.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/parts.h"

void plan_begin(struct plan *plan, const struct rrpair *pair, unsigned flags)
{
	plan->pair = pair;
	plan->splice = splice_new(&pair->doc);
	plan->flags = flags;
	change_init(&plan->set);
}

/* When nothing changes, only what was found to differ is worth a word. */
static void keep_findings(struct change_set *set)
{
	size_t kept = 0;

	for (size_t i = 0; i < set->count; i++) {
		if (set->notes[i].kind == NOTE_DIFFERS) {
			set->notes[kept++] = set->notes[i];
			continue;
		}
		free(set->notes[i].path);
		free(set->notes[i].why);
	}
	set->count = kept;
}

bool plan_end(struct plan *plan, bool ok, struct change_set *out)
{
	if (ok) {
		plan->set.patch = splice_finish(plan->splice);
		if (!plan->set.patch)
			keep_findings(&plan->set);
		change_release(out);
		*out = plan->set;
		change_init(&plan->set);
	}
	change_release(&plan->set);
	splice_free(plan->splice);
	return ok;
}

static void add_note(struct plan *plan, enum change_kind kind, struct buf *path,
		     const char *why)
{
	struct change_set *set = &plan->set;
	struct change_note *note;

	set->notes = mem_room(set->notes, set->count, &set->cap,
			      sizeof(*set->notes));
	note = &set->notes[set->count++];
	note->kind = kind;
	note->path = buf_detach(path, NULL);
	note->why = why ? mem_strdup(why) : NULL;
}

void plan_note(struct plan *plan, enum change_kind kind, uint32_t node,
	       const char *why)
{
	struct buf path;

	if (plan->set.count >= CHANGE_NOTES_MAX)
		return;
	buf_init(&path);
	rrpair_path(plan->pair, node, &path);
	add_note(plan, kind, &path, why);
}

void plan_note_member(struct plan *plan, enum change_kind kind,
		      uint32_t container, const char *key, size_t key_len,
		      const char *why)
{
	struct json_step step = { .key = (char *)key, .key_len = key_len };
	struct field field = {
		.id = FIELD_DOTTED, .path = { .steps = &step, .count = 1 },
	};
	struct buf path;

	if (plan->set.count >= CHANGE_NOTES_MAX)
		return;
	buf_init(&path);
	if (container)
		rrpair_path(plan->pair, container, &path);
	field_print(&field, &path);
	add_note(plan, kind, &path, why);
}

void plan_string(struct plan *plan, uint32_t node, const char *bytes,
		 size_t len, enum change_kind kind)
{
	if (json_string_is(&plan->pair->doc, node, bytes, len))
		return;
	splice_string(plan->splice, node, bytes, len);
	plan_note(plan, kind, node, NULL);
}

void plan_json(struct plan *plan, uint32_t node, const char *json, size_t len,
	       enum change_kind kind)
{
	const struct json_node *n = &plan->pair->doc.nodes[node];

	if (slice_eq(plan->pair->text + n->off, n->len, json, len))
		return;
	splice_value(plan->splice, node, json, len);
	plan_note(plan, kind, node, NULL);
}

static bool type_refused(struct plan *plan, uint32_t node, const char *why,
			 struct err *err)
{
	struct buf path;
	char quoted[ERR_QUOTE_MAX];

	buf_init(&path);
	rrpair_path(plan->pair, node, &path);
	err_set(err, ERR_INPUT, "%s: %s",
		err_quote(quoted, path.data, path.len), why);
	buf_release(&path);
	return false;
}

static bool is_number(const char *bytes, size_t len)
{
	return len && (bytes[0] == '-' || (bytes[0] >= '0' && bytes[0] <= '9')) &&
	       bytes[len - 1] > ' ' && json_valid(bytes, len, NULL);
}

bool plan_typed(struct plan *plan, uint32_t node, const char *bytes, size_t len,
		enum change_kind kind, struct err *err)
{
	switch (plan->pair->doc.nodes[node].type) {
	case JSON_STRING:
		plan_string(plan, node, bytes, len, kind);
		return true;
	case JSON_NUMBER:
		if (!is_number(bytes, len))
			return type_refused(plan, node,
					    _("a number stands there, and the "
					      "new value is none"), err);
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		if (!slice_eq(bytes, len, "true", 4) &&
		    !slice_eq(bytes, len, "false", 5))
			return type_refused(plan, node,
					    _("true or false stands there, and "
					      "the new value is neither"), err);
		break;
	case JSON_NULL:
		return type_refused(plan, node, _("null stands there; give a "
						  "JSON value with :="), err);
	case JSON_ARRAY:
		return type_refused(plan, node, _("a list stands there; give a "
						  "JSON value with :="), err);
	default:
		return type_refused(plan, node, _("an object stands there; give "
						  "a JSON value with :="), err);
	}
	plan_json(plan, node, bytes, len, kind);
	return true;
}

void plan_remove(struct plan *plan, uint32_t node, enum change_kind kind)
{
	plan_note(plan, kind, node, NULL);
	splice_remove(plan->splice, node);
}

/* The order in which protojson writes the members of http, req and res. */
static const char *const http_order[] = { "req", "res", "sig", NULL };
static const char *const req_order[] = {
	"url", "uri", "version", "method", "host", "headers", "queryParams",
	"bodyBase64", "body", NULL
};
static const char *const res_order[] = {
	"contentType", "statusCode", "statusMessage", "headers", "bodyBase64",
	"body", "bodyString", NULL
};

static unsigned rank_in(const char *const *order, const struct json_doc *doc,
			uint32_t node, const char *key, size_t len)
{
	unsigned i = 0;

	for (; order[i]; i++) {
		size_t name_len = strlen(order[i]);

		if (node == JSON_NONE ? slice_eq(order[i], name_len, key, len) :
		    json_key_is(doc, node, order[i], name_len))
			break;
	}
	return i;
}

static unsigned top_rank(const char *key, size_t len)
{
	for (unsigned i = 0; i < TOP_COUNT; i++)
		if (slice_eq(rrpair_top_name(i), strlen(rrpair_top_name(i)),
			     key, len))
			return i;
	return TOP_COUNT;
}

/* The first member that comes after key in the canonical order. A key without a
 * place goes to the end; members without one are passed over. */
static uint32_t member_before(const struct rrpair *pair, uint32_t object,
			      const char *key, size_t len)
{
	const char *const *order = NULL;
	const struct json_doc *doc = &pair->doc;
	unsigned mine, rank;

	if (rrpair_is_mock(pair))
		return JSON_NONE;
	if (object == pair->protocol && pair->proto == PROTO_HTTP)
		order = http_order;
	else if (object == pair->req)
		order = req_order;
	else if (object == pair->res)
		order = res_order;
	else if (object)
		return JSON_NONE;
	mine = order ? rank_in(order, doc, JSON_NONE, key, len) :
	       top_rank(key, len);
	for (uint32_t n = json_first(doc, object); n != JSON_NONE;
	     n = json_next(doc, n)) {
		rank = order ? rank_in(order, doc, n, NULL, 0) :
		       rrpair_top_rank(doc, n);
		if (rank > mine && (order ? order[rank] != NULL :
				    rank != TOP_COUNT))
			return n;
	}
	return JSON_NONE;
}

void plan_member(struct plan *plan, uint32_t object, const char *key,
		 size_t key_len, const char *json, size_t len)
{
	uint32_t before = member_before(plan->pair, object, key, key_len);

	splice_insert(plan->splice, object, before, key, key_len, json, len);
	plan_note_member(plan, NOTE_ADDED, object, key, key_len, NULL);
}

void plan_member_string(struct plan *plan, uint32_t object, const char *key,
			const char *bytes, size_t len)
{
	struct buf json;

	buf_init(&json);
	json_encode(&json, bytes, len);
	plan_member(plan, object, key, strlen(key), json.data, json.len);
	buf_release(&json);
}
