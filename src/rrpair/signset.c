#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "rrpair/body.h"
#include "rrpair/parts.h"
#include "rrpair/sign.h"
#include "rrpair/signature.h"

static uint32_t key_node(const struct rrpair *pair, bool mutable_one,
			 const char *key, size_t len)
{
	uint32_t map = part_signature(pair, mutable_one);

	return map == JSON_NONE ? JSON_NONE :
	       json_member(&pair->doc, map, key, len);
}

static void create_map(struct plan *plan, const char *key, size_t key_len,
		       const char *value, size_t len)
{
	struct buf json, coded;

	buf_init(&json);
	buf_init(&coded);
	base64_encode(&coded, value, len);
	buf_addc(&json, '{');
	json_encode(&json, key, key_len);
	buf_addc(&json, ':');
	json_encode(&json, coded.data, coded.len);
	buf_addc(&json, '}');
	plan_member(plan, 0, "signature", strlen("signature"), json.data,
		    json.len);
	buf_release(&json);
	buf_release(&coded);
}

static void put(struct plan *plan, const char *key, size_t key_len,
		const char *value, size_t len)
{
	const struct rrpair *pair = plan->pair;
	bool any = false;

	for (int i = 0; i < 2; i++) {
		uint32_t map = part_signature(pair, i == 1);
		uint32_t node = key_node(pair, i == 1, key, key_len);

		any = any || map != JSON_NONE;
		if (node != JSON_NONE && part_is(pair, node, JSON_STRING))
			signature_write(plan, node, i == 1, value, len,
					i ? NOTE_FOLLOWED : NOTE_SET);
		else if (node != JSON_NONE)
			plan_note(plan, NOTE_DIFFERS, node,
				  _("not a string"));
		else
			signature_insert(plan, map, i == 1, key, key_len, value,
					 len);
	}
	if (!any)
		create_map(plan, key, key_len, value, len);
}

bool signature_set(const struct rrpair *pair, const char *key, size_t key_len,
		   const char *value, size_t len, struct change_set *out,
		   struct err *err)
{
	struct plan plan;

	if (!key_len)
		return err_set(err, ERR_INPUT, _("the key is empty"));
	for (int i = 0; i < 2; i++) {
		enum rrpair_top top = i ? TOP_MUTABLESIGNATURE : TOP_SIGNATURE;

		if (pair->top[top] != JSON_NONE &&
		    part_signature(pair, i == 1) == JSON_NONE)
			return err_set(err, ERR_INPUT,
				       _(".%s: not an object"),
				       rrpair_top_name(top));
	}
	plan_begin(&plan, pair, CHANGE_LINKED);
	put(&plan, key, key_len, value, len);
	return plan_end(&plan, true, out);
}

bool signature_unset(const struct rrpair *pair, const char *key, size_t key_len,
		     struct change_set *out, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct plan plan;
	bool any = false;

	plan_begin(&plan, pair, CHANGE_LINKED);
	for (int i = 0; i < 2; i++) {
		uint32_t node = key_node(pair, i == 1, key, key_len);

		if (node == JSON_NONE)
			continue;
		any = true;
		plan_remove(&plan, node, NOTE_REMOVED);
	}
	if (!any)
		err_set(err, ERR_ABSENT, _("the signature has no %s"),
			err_quote(quoted, key, key_len));
	return plan_end(&plan, any, out);
}

static void take_out(struct plan *plan, const struct signature_row *row)
{
	if (row->node != JSON_NONE)
		plan_remove(plan, row->node, NOTE_REMOVED);
	if (row->plain_node != JSON_NONE)
		plan_remove(plan, row->plain_node, NOTE_REMOVED);
}

/* The key that the body gets, unless a map has it already. */
static void put_body_key(struct plan *plan)
{
	struct buf value;
	struct body body;
	const char *key;

	body_init(&body);
	buf_init(&value);
	if (body_decode(&body, plan->pair, BODY_REQUEST, NULL) &&
	    signature_of_body(body.bytes.data, body.bytes.len, &key, &value) &&
	    key_node(plan->pair, false, key, strlen(key)) == JSON_NONE &&
	    key_node(plan->pair, true, key, strlen(key)) == JSON_NONE)
		put(plan, key, strlen(key), value.data, value.len);
	buf_release(&value);
	body_release(&body);
}

bool signature_refresh(const struct rrpair *pair, struct change_set *out,
		       struct err *err)
{
	struct signature sig;
	struct plan plan;
	bool wrong_key = false;

	signature_init(&sig);
	signature_read(&sig, pair);
	plan_begin(&plan, pair, CHANGE_LINKED);
	for (size_t i = 0; i < sig.count; i++) {
		const struct signature_row *row = &sig.rows[i];

		if (!(row->flags & (SIG_STALE | SIG_MISSING)))
			continue;
		if (row->flags & SIG_KNOWN) {
			put(&plan, row->key, row->key_len, row->expected,
			    row->expected_len);
		} else {
			take_out(&plan, row);
			wrong_key = true;
		}
	}
	if (wrong_key)
		put_body_key(&plan);
	signature_release(&sig);
	return plan_end(&plan, true, out);
}
