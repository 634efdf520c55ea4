#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/parts.h"
#include "rrpair/set.h"
#include "rrpair/header.h"

/* RFC 9110 section 5.6.2: token. */
static bool token_byte(unsigned char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (c && strchr("!#$%&'*+-.^_`|~", c));
}

bool header_name_valid(const char *name, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!token_byte((unsigned char)name[i]))
			return false;
	return len > 0;
}

bool header_value_valid(const char *value, size_t len)
{
	return !len || (!memchr(value, '\r', len) &&
			!memchr(value, '\n', len) && !memchr(value, '\0', len));
}

/* As textproto.CanonicalMIMEHeaderKey of Go: a capital at the start and after
 * each hyphen. */
void header_canonical(struct buf *out, const char *name, size_t len)
{
	bool first = true;

	if (!header_name_valid(name, len)) {
		buf_add(out, name, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		char c = name[i];

		if (first && c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		else if (!first && c >= 'A' && c <= 'Z')
			c = (char)(c - 'A' + 'a');
		buf_addc(out, c);
		first = c == '-';
	}
}

void header_spelling(const struct rrpair *pair, enum body_side side,
		     const char *name, size_t len, struct buf *out)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_headers(pair, side);
	struct buf key, go;
	bool all = true;

	buf_init(&key);
	buf_init(&go);
	for (uint32_t m = map == JSON_NONE ? JSON_NONE : json_first(doc, map);
	     m != JSON_NONE && all; m = json_next(doc, m)) {
		buf_clear(&key);
		buf_clear(&go);
		json_key(doc, m, &key);
		header_canonical(&go, key.data, key.len);
		all = slice_eq(key.data, key.len, go.data, go.len);
	}
	if (all)
		header_canonical(out, name, len);
	else
		buf_add(out, name, len);
	buf_release(&key);
	buf_release(&go);
}

enum field_id header_fact(enum body_side side, const char *name, size_t len)
{
	if (side == BODY_REQUEST && utf8_ascii_ieq(name, len, "Host", 4))
		return FIELD_HOST;
	if (side == BODY_RESPONSE &&
	    utf8_ascii_ieq(name, len, "Content-Type", 12))
		return FIELD_CONTENTTYPE;
	return FIELD_DOTTED;
}

static bool check(const char *name, size_t name_len, const struct slice *value,
		  struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	if (!header_name_valid(name, name_len))
		return err_set(err, ERR_INPUT, _("%s: not a header name"),
			       err_quote(quoted, name, name_len));
	if (!header_value_valid(value->s, value->len))
		return err_set(err, ERR_INPUT, _("%s: a header value holds no "
						 "line break and no NUL"),
			       err_quote(quoted, name, name_len));
	return true;
}

bool create_in_message(struct plan *plan, enum body_side side, const char *key,
		       const char *json, size_t len, struct err *err)
{
	const struct rrpair *pair = plan->pair;
	const char *name = side == BODY_REQUEST ? "req" : "res";
	uint32_t message = side == BODY_REQUEST ? pair->req : pair->res;
	struct buf text;

	if (message != JSON_NONE) {
		plan_member(plan, message, key, strlen(key), json, len);
		return true;
	}
	if (pair->proto != PROTO_HTTP ||
	    !part_is(pair, pair->protocol, JSON_OBJECT) ||
	    part_member(pair, pair->protocol, name) != JSON_NONE)
		return err_set(err, ERR_ABSENT, _(".http.%s: the record has "
						  "none"), name);
	buf_init(&text);
	buf_addc(&text, '{');
	json_encode(&text, key, strlen(key));
	buf_addc(&text, ':');
	buf_add(&text, json, len);
	buf_addc(&text, '}');
	plan_member(plan, pair->protocol, name, strlen(name), text.data,
		    text.len);
	buf_release(&text);
	return true;
}

static bool append(struct plan *plan, uint32_t member,
		   const struct slice *value, struct err *err)
{
	struct buf json;

	if (!part_is(plan->pair, member, JSON_ARRAY))
		return err_set(err, ERR_INPUT, _("the header is no list and "
						 "holds one value"));
	buf_init(&json);
	json_encode(&json, value->s, value->len);
	splice_insert(plan->splice, member, JSON_NONE, NULL, 0, json.data,
		      json.len);
	plan_note(plan, NOTE_ADDED, member, NULL);
	buf_release(&json);
	return true;
}

/* The member of a header, also one without values. */
static uint32_t header_member(const struct rrpair *pair, uint32_t map,
			      const char *name, size_t len)
{
	uint32_t m = map == JSON_NONE ? JSON_NONE : json_first(&pair->doc, map);

	while (m != JSON_NONE && !header_key_is(pair, m, name, len))
		m = json_next(&pair->doc, m);
	return m;
}

bool header_create(struct plan *plan, enum body_side side, const char *name,
		   size_t name_len, const struct slice *value, struct err *err)
{
	uint32_t map = part_headers(plan->pair, side);
	uint32_t member = header_member(plan->pair, map, name, name_len);
	struct buf spelt, json;
	bool ok = true;

	if (!check(name, name_len, value, err))
		return false;
	if (member != JSON_NONE)
		return append(plan, member, value, err);
	buf_init(&spelt);
	buf_init(&json);
	header_spelling(plan->pair, side, name, name_len, &spelt);
	if (map == JSON_NONE) {
		buf_addc(&json, '{');
		json_encode(&json, spelt.data, spelt.len);
		buf_addc(&json, ':');
	}
	buf_addc(&json, '[');
	json_encode(&json, value->s, value->len);
	buf_adds(&json, map == JSON_NONE ? "]}" : "]");
	if (map == JSON_NONE)
		ok = create_in_message(plan, side, "headers", json.data,
				       json.len, err);
	else
		plan_member(plan, map, spelt.data, spelt.len, json.data,
			    json.len);
	buf_release(&spelt);
	buf_release(&json);
	return ok;
}

static void follow_fact(struct plan *plan, enum field_id fact, uint32_t node,
			const struct slice *value)
{
	struct buf old;

	if (fact == FIELD_DOTTED || !part_is(plan->pair, node, JSON_STRING))
		return;
	buf_init(&old);
	part_text(plan->pair, node, &old);
	if (!slice_eq(old.data, old.len, value->s, value->len))
		links_follow(plan, fact, PLACE_HEADER, old.data, old.len,
			     value->s, value->len);
	buf_release(&old);
}

/* Are all values of the header this one? */
static bool all_are(const struct rrpair *pair, enum body_side side,
		    const char *name, size_t len, const struct slice *value)
{
	struct header_iter it;
	bool any = false;

	header_iter_init(&it, pair, side, name, len);
	while (header_iter_next(&it)) {
		any = true;
		if (!part_is(pair, it.value, JSON_STRING) ||
		    !json_string_is(&pair->doc, it.value, value->s, value->len))
			return false;
	}
	return any;
}

/* One value in place of all: the first is set, the others go, members that
 * differ only in case with them. */
static bool set_all(struct plan *plan, enum body_side side, const char *name,
		    size_t len, const struct slice *value, struct err *err)
{
	struct header_iter it;
	uint32_t member = JSON_NONE, removed = JSON_NONE;

	if (all_are(plan->pair, side, name, len, value))
		return true;
	header_iter_init(&it, plan->pair, side, name, len);
	while (header_iter_next(&it)) {
		if (member == JSON_NONE) {
			member = it.member;
			if (!plan_typed(plan, it.value, value->s, value->len,
					NOTE_SET, err))
				return false;
			follow_fact(plan, header_fact(side, name, len),
				    it.value, value);
		} else if (it.member == member) {
			plan_remove(plan, it.value, NOTE_REMOVED);
		} else if (it.member != removed) {
			plan_remove(plan, it.member, NOTE_REMOVED);
			removed = it.member;
		}
	}
	return true;
}

bool header_set(struct plan *plan, enum body_side side, const char *name,
		size_t name_len, uint32_t nth, const struct slice *value,
		struct err *err)
{
	struct header_iter it;
	uint32_t count = 0, last = JSON_NONE;
	char quoted[ERR_QUOTE_MAX];

	if (!header_value_valid(value->s, value->len))
		return check("X", 1, value, err);
	header_iter_init(&it, plan->pair, side, name, name_len);
	while (header_iter_next(&it)) {
		last = it.member;
		if (++count != nth)
			continue;
		follow_fact(plan, header_fact(side, name, name_len), it.value,
			    value);
		return plan_typed(plan, it.value, value->s, value->len,
				  NOTE_SET, err);
	}
	if (nth > count + 1)
		return err_set(err, ERR_ABSENT,
			       _("%s: the header has %u values"),
			       err_quote(quoted, name, name_len), count);
	if (nth && last != JSON_NONE)
		return append(plan, last, value, err);
	if (count)
		return set_all(plan, side, name, name_len, value, err);
	return header_create(plan, side, name, name_len, value, err);
}

/* Remove one value, and its member with the last one. */
static void remove_value(struct plan *plan, const struct header_iter *it)
{
	const struct json_node *member = &plan->pair->doc.nodes[it->member];
	bool whole = member->type != JSON_ARRAY || member->children == 1;

	plan_remove(plan, whole ? it->member : it->value, NOTE_REMOVED);
}

bool header_unset(struct plan *plan, enum body_side side, const char *name,
		  size_t name_len, uint32_t nth, struct err *err)
{
	enum field_id fact = header_fact(side, name, name_len);
	uint32_t count = 0, removed = JSON_NONE, first = JSON_NONE;
	struct header_iter it;
	struct buf old;
	char quoted[ERR_QUOTE_MAX];

	header_iter_init(&it, plan->pair, side, name, name_len);
	while (header_iter_next(&it)) {
		if (first == JSON_NONE)
			first = it.value;
		count++;
		if (nth && count == nth) {
			remove_value(plan, &it);
			removed = it.member;
		} else if (!nth && it.member != removed) {
			plan_remove(plan, it.member, NOTE_REMOVED);
			removed = it.member;
		}
	}
	if (removed == JSON_NONE)
		return err_set(err, ERR_ABSENT,
			       _("%s: the record has no such header"),
			       err_quote(quoted, name, name_len));
	/* The host of a request is more than its header; a media type is not. */
	if (fact == FIELD_CONTENTTYPE && (!nth || count == 1)) {
		buf_init(&old);
		part_text(plan->pair, first, &old);
		links_drop(plan, fact, PLACE_HEADER, old.data, old.len);
		buf_release(&old);
	}
	return true;
}
