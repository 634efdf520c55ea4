#include "config.h"

#include "rrpair/sign.h"

#include <string.h>

#include "base/codec.h"
#include "base/utf8.h"
#include "json/format.h"
#include "rrpair/parts.h"

/* The member that a new key comes before: by bytes, as protojson sorts maps. */
static uint32_t sorted_place(const struct rrpair *pair, uint32_t map,
			     const char *key, size_t key_len)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t found = JSON_NONE;
	struct buf last, now;
	bool sorted = true;

	buf_init(&last);
	buf_init(&now);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE && sorted;
	     m = json_next(doc, m)) {
		buf_clear(&now);
		json_key(doc, m, &now);
		/* NUL-terminated, and no key of a signature holds a NUL. */
		sorted = strcmp(last.data, now.data) <= 0;
		if (found == JSON_NONE && now.len &&
		    strncmp(now.data, key, key_len) > 0)
			found = m;
		buf_clear(&last);
		buf_add(&last, now.data, now.len);
	}
	buf_release(&last);
	buf_release(&now);
	return sorted ? found : JSON_NONE;
}

void signature_insert(struct plan *plan, uint32_t map, bool mutable_one,
		      const char *key, size_t key_len, const char *value,
		      size_t len)
{
	struct buf coded, json;

	if (map == JSON_NONE || (mutable_one && !utf8_valid(value, len)))
		return;
	buf_init(&coded);
	buf_init(&json);
	if (mutable_one)
		buf_add(&coded, value, len);
	else
		base64_encode(&coded, value, len);
	json_encode(&json, coded.data, coded.len);
	splice_insert(plan->splice, map,
		      sorted_place(plan->pair, map, key, key_len), key, key_len,
		      json.data, json.len);
	plan_note_member(plan, NOTE_ADDED, map, key, key_len, NULL);
	buf_release(&coded);
	buf_release(&json);
}

void signature_write(struct plan *plan, uint32_t node, bool mutable_one,
		     const char *value, size_t len, enum change_kind kind)
{
	struct buf coded;

	if (mutable_one) {
		if (utf8_valid(value, len))
			plan_string(plan, node, value, len, kind);
		else
			plan_remove(plan, node, NOTE_REMOVED);
		return;
	}
	buf_init(&coded);
	base64_encode(&coded, value, len);
	plan_string(plan, node, coded.data, coded.len, kind);
	buf_release(&coded);
}

bool signature_of_body(const char *bytes, size_t len, const char **key,
		       struct buf *value)
{
	uint8_t hash[SHA256_LEN];

	if (!len)
		return false;
	*key = SIG_BODY_JSON;
	if (json_canonical(bytes, len, value, NULL))
		return true;
	*key = SIG_BODY_HASH;
	sha256(hash, bytes, len);
	buf_add(value, hash, sizeof(hash));
	return true;
}

/* One key of one map while a body changes. */
struct body_key {
	struct plan *plan;
	uint32_t map;
	bool mutable_one;
	const char *key;	/* of the new value, or NULL: no body */
	const struct buf *value;
};

/* The value that a key had to have for the old body. */
static bool old_value(const char *key, const char *old, size_t old_len,
		      struct buf *out)
{
	uint8_t hash[SHA256_LEN];

	if (!strcmp(key, SIG_BODY_JSON))
		return old_len && json_canonical(old, old_len, out, NULL);
	sha256(hash, old, old_len);
	buf_add(out, hash, sizeof(hash));
	return true;
}

static bool agreed(const struct body_key *k, uint32_t node, const char *key,
		   const char *old, size_t old_len)
{
	struct link link = {
		.node = node, .form = FORM_SAME,
		.place = k->mutable_one ? PLACE_MUTABLE : PLACE_SIGNATURE,
	};
	struct buf have, want;
	bool same;

	buf_init(&have);
	buf_init(&want);
	same = link_text(k->plan->pair, &link, &have) &&
	       old_value(key, old, old_len, &want) &&
	       slice_eq(have.data, have.len, want.data, want.len);
	buf_release(&have);
	buf_release(&want);
	return same;
}

/* A key that agreed becomes the one of the new body, or goes. */
static void turn_key(const struct body_key *k, uint32_t node, const char *key,
		     bool taken)
{
	if (!k->key || taken ||
	    (k->mutable_one && !utf8_valid(k->value->data, k->value->len))) {
		plan_remove(k->plan, node, NOTE_REMOVED);
		return;
	}
	if (strcmp(key, k->key))
		splice_key(k->plan->splice, node, k->key, strlen(k->key));
	signature_write(k->plan, node, k->mutable_one, k->value->data,
			k->value->len, NOTE_FOLLOWED);
}

static void follow_map(const struct body_key *k, const char *old,
		       size_t old_len)
{
	static const char *const keys[] = { SIG_BODY_JSON, SIG_BODY_HASH };
	const struct rrpair *pair = k->plan->pair;
	uint32_t nodes[2];
	bool had = false;

	for (int i = 0; i < 2; i++)
		nodes[i] = part_member(pair, k->map, keys[i]);
	for (int i = 0; i < 2; i++) {
		uint32_t other = nodes[!i];

		if (nodes[i] == JSON_NONE)
			continue;
		had = true;
		if (!agreed(k, nodes[i], keys[i], old, old_len))
			plan_note(k->plan, NOTE_DIFFERS, nodes[i], NULL);
		else
			turn_key(k, nodes[i], keys[i],
				 k->key && other != JSON_NONE &&
				 !strcmp(k->key, keys[!i]));
	}
	/* A request that had no body was signed without one. */
	if (!had && !old_len && k->key &&
	    part_member(pair, k->map, "http:url") != JSON_NONE)
		signature_insert(k->plan, k->map, k->mutable_one, k->key,
				 strlen(k->key), k->value->data, k->value->len);
}

void signature_follow_body(struct plan *plan, const char *old, size_t old_len,
			   const char *new, size_t new_len)
{
	struct body_key k = { .plan = plan };
	struct buf value;

	buf_init(&value);
	if (!signature_of_body(new, new_len, &k.key, &value))
		k.key = NULL;
	k.value = &value;
	for (int i = 0; i < 2; i++) {
		k.mutable_one = i == 1;
		k.map = part_signature(plan->pair, k.mutable_one);
		if (k.map != JSON_NONE)
			follow_map(&k, old, old_len);
	}
	buf_release(&value);
}
