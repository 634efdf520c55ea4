#include "config.h"

#include "rrpair/links.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "rrpair/parts.h"

void links_init(struct links *links)
{
	memset(links, 0, sizeof(*links));
}

void links_release(struct links *links)
{
	free(links->items);
	links_init(links);
}

static void add(struct links *links, uint32_t node, enum link_form form,
		enum link_place place)
{
	if (node == JSON_NONE)
		return;
	links->items = mem_room(links->items, links->count, &links->cap,
				sizeof(*links->items));
	links->items[links->count++] = (struct link){
		.node = node, .form = (uint8_t)form, .place = (uint8_t)place,
	};
}

static void add_tag(struct links *links, const struct rrpair *pair,
		    const char *tag, enum link_form form)
{
	add(links, part_member(pair, part_tags(pair), tag), form, PLACE_COPY);
}

static void add_signature(struct links *links, const struct rrpair *pair,
			  const char *key, enum link_form form)
{
	add(links, part_member(pair, part_signature(pair, false), key), form,
	    PLACE_SIGNATURE);
	add(links, part_member(pair, part_signature(pair, true), key), form,
	    PLACE_MUTABLE);
}

static void add_header(struct links *links, const struct rrpair *pair,
		       enum body_side side, const char *name,
		       enum link_form form)
{
	struct header_iter it;

	header_iter_init(&it, pair, side, name, strlen(name));
	while (header_iter_next(&it))
		add(links, it.value, form, PLACE_HEADER);
}

static void add_token_uuids(struct links *links, const struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t list = pair->top[TOP_TOKENLIST];

	if (!part_is(pair, list, JSON_OBJECT))
		return;
	for (uint32_t m = json_first(doc, list); m != JSON_NONE;
	     m = json_next(doc, m)) {
		uint32_t tokens = part_member(pair, m, "tokens");

		if (!part_is(pair, tokens, JSON_ARRAY))
			continue;
		for (uint32_t t = json_first(doc, tokens); t != JSON_NONE;
		     t = json_next(doc, t))
			add(links, part_member(pair, t, "uuid"), FORM_UUID,
			    PLACE_COPY);
	}
}

static enum link_form main_form(enum field_id fact)
{
	switch (fact) {
	case FIELD_PATH:
		return FORM_PATH;
	case FIELD_HOST:
		return FORM_HOST;
	case FIELD_REASON:
		return FORM_REASON;
	case FIELD_UUID:
		return FORM_UUID;
	default:
		return FORM_SAME;
	}
}

static void add_http(struct links *links, const struct rrpair *pair,
		     enum field_id fact)
{
	const uint32_t *top = pair->top;

	switch (fact) {
	case FIELD_METHOD:
		add(links, top[TOP_COMMAND], FORM_SAME, PLACE_COPY);
		add_signature(links, pair, "http:method", FORM_SAME);
		break;
	case FIELD_PATH:
		add(links, top[TOP_LOCATION], FORM_PATH, PLACE_COPY);
		add(links, part_member(pair, pair->req, "uri"), FORM_URIPATH,
		    PLACE_COPY);
		add_signature(links, pair, "http:url", FORM_PATH);
		break;
	case FIELD_HOST:
		add_header(links, pair, BODY_REQUEST, "Host", FORM_HOST);
		add_signature(links, pair, "http:host", FORM_HOST);
		add(links, top[TOP_NETWORK_ADDRESS], FORM_HOST, PLACE_COPY);
		break;
	case FIELD_STATUS:
		add(links, top[TOP_STATUS], FORM_STATUS, PLACE_COPY);
		add(links, part_member(pair, pair->res, "statusMessage"),
		    FORM_STATUS, PLACE_COPY);
		break;
	case FIELD_REASON:
		add(links, top[TOP_STATUS], FORM_REASON, PLACE_COPY);
		break;
	case FIELD_CONTENTTYPE:
		add_header(links, pair, BODY_RESPONSE, "Content-Type",
			   FORM_SAME);
		break;
	default:
		break;
	}
}

void links_find(struct links *links, const struct rrpair *pair,
		enum field_id fact)
{
	uint32_t object;
	const char *key;

	links->count = 0;
	if (field_place(pair, fact, &object, &key))
		add(links, part_member(pair, object, key), main_form(fact),
		    PLACE_MAIN);
	switch (fact) {
	case FIELD_DIRECTION:
		add_tag(links, pair, "proxyLocation", FORM_DIRECTION);
		break;
	case FIELD_SERVICE:
		add(links, pair->top[TOP_RESOURCE], FORM_SAME, PLACE_COPY);
		add_tag(links, pair, "k8sAppLabel", FORM_SAME);
		break;
	case FIELD_NAMESPACE:
		add_tag(links, pair, "k8sAppPodNamespace", FORM_SAME);
		break;
	case FIELD_CLUSTER:
		add_tag(links, pair, "k8sClusterName", FORM_SAME);
		break;
	case FIELD_UUID:
		add_token_uuids(links, pair);
		break;
	default:
		if (pair->proto == PROTO_HTTP)
			add_http(links, pair, fact);
	}
}

bool link_text(const struct rrpair *pair, const struct link *link,
	       struct buf *out)
{
	struct buf coded;
	bool ok;

	if (pair->doc.nodes[link->node].type != JSON_STRING &&
	    (pair->doc.nodes[link->node].type != JSON_NUMBER ||
	     link->place == PLACE_SIGNATURE))
		return false;
	if (link->place != PLACE_SIGNATURE)
		return part_text(pair, link->node, out);
	buf_init(&coded);
	json_string(&pair->doc, link->node, &coded);
	ok = base64_decode(out, coded.data, coded.len, NULL);
	buf_release(&coded);
	return ok;
}

void link_write(struct plan *plan, const struct link *link, const char *bytes,
		size_t len)
{
	struct buf coded;

	if (plan->pair->doc.nodes[link->node].type == JSON_NUMBER) {
		if (json_valid(bytes, len, NULL))
			plan_json(plan, link->node, bytes, len, NOTE_FOLLOWED);
		else
			plan_note(plan, NOTE_UNKNOWN, link->node, NULL);
		return;
	}
	if (link->place != PLACE_SIGNATURE) {
		plan_string(plan, link->node, bytes, len, NOTE_FOLLOWED);
		return;
	}
	buf_init(&coded);
	base64_encode(&coded, bytes, len);
	plan_string(plan, link->node, coded.data, coded.len, NOTE_FOLLOWED);
	buf_release(&coded);
}

static void follow(struct plan *plan, const struct link *link,
		   const struct slice *old, const struct slice *new)
{
	struct buf text, fresh;

	buf_init(&text);
	buf_init(&fresh);
	if (!link_text(plan->pair, link, &text) || !old ||
	    !link_agrees(link->form, text.data, text.len, old->s, old->len)) {
		if (!link_agrees(link->form, text.data, text.len, new->s,
				 new->len))
			plan_note(plan, NOTE_DIFFERS, link->node, NULL);
	} else if (!link_rewrite(link->form, text.data, text.len, old->s,
				 old->len, new->s, new->len, &fresh)) {
		plan_note(plan, NOTE_UNKNOWN, link->node, NULL);
	} else if (!slice_eq(text.data, text.len, fresh.data, fresh.len)) {
		link_write(plan, link, fresh.data, fresh.len);
	}
	buf_release(&text);
	buf_release(&fresh);
}

void links_follow(struct plan *plan, enum field_id fact, enum link_place except,
		  const char *old, size_t old_len, const char *new,
		  size_t new_len)
{
	struct slice before = { old, old_len }, after = { new, new_len };
	struct links links;

	if (!plan_linked(plan))
		return;
	links_init(&links);
	links_find(&links, plan->pair, fact);
	for (size_t i = 0; i < links.count; i++)
		if (links.items[i].place != except &&
		    links.items[i].form != FORM_URIPATH)
			follow(plan, &links.items[i], old ? &before : NULL,
			       &after);
	links_release(&links);
}

void links_drop(struct plan *plan, enum field_id fact, enum link_place except,
		const char *old, size_t old_len)
{
	const struct json_doc *doc = &plan->pair->doc;
	struct links links;
	struct buf text;

	if (!plan_linked(plan))
		return;
	links_init(&links);
	buf_init(&text);
	links_find(&links, plan->pair, fact);
	for (size_t i = 0; i < links.count; i++) {
		const struct link *link = &links.items[i];
		uint32_t parent = doc->nodes[link->node].parent;
		bool alone = doc->nodes[parent].type == JSON_ARRAY &&
			     doc->nodes[parent].children == 1;

		if (link->place == except)
			continue;
		buf_clear(&text);
		if (link_text(plan->pair, link, &text) &&
		    link_agrees(link->form, text.data, text.len, old, old_len))
			plan_remove(plan, alone ? parent : link->node,
				    NOTE_REMOVED);
		else
			plan_note(plan, NOTE_DIFFERS, link->node, NULL);
	}
	buf_release(&text);
	links_release(&links);
}
