#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/body.h"
#include "rrpair/bodyset.h"
#include "rrpair/gzip.h"
#include "rrpair/mock.h"
#include "rrpair/parts.h"
#include "rrpair/sign.h"

/* The bytes inside base64 for a decoded body: compressed when the old ones
 * were, with what followed the old gzip. */
static bool store(const struct body *old, const char *bytes, size_t len,
		  struct buf *out, struct err *err)
{
	struct gzip_info like = { 0 };

	if (!(old->flags & BODY_GZIP)) {
		buf_add(out, bytes, len);
		return buf_ok(out, _("the body"), err);
	}
	like.xfl = (uint8_t)old->stored.data[8];
	like.os = (uint8_t)old->stored.data[9];
	if (!gzip_deflate(out, bytes, len, &like, err))
		return false;
	buf_add(out, old->stored.data + old->gzip_end,
		old->stored.len - old->gzip_end);
	return buf_ok(out, _("the body"), err);
}

static void follow_copy(struct plan *plan, const struct body *old,
			uint32_t node, const struct slice *bytes)
{
	if (node == JSON_NONE || node == old->node)
		return;
	if (!part_is(plan->pair, node, JSON_STRING) ||
	    !json_string_is(&plan->pair->doc, node, old->bytes.data,
			    old->bytes.len))
		plan_note(plan, NOTE_DIFFERS, node, NULL);
	else if (!bytes || !utf8_valid(bytes->s, bytes->len))
		plan_remove(plan, node, NOTE_REMOVED);
	else
		plan_string(plan, node, bytes->s, bytes->len, NOTE_FOLLOWED);
}

/* Content-Length counts the stored bytes; it follows when it was right. */
static void follow_length(struct plan *plan, const struct body *old,
			  size_t stored_len)
{
	static const char name[] = "Content-Length";
	char was[24], now[24];
	struct header_iter it;

	snprintf(was, sizeof(was), "%zu", old->stored_len);
	snprintf(now, sizeof(now), "%zu", stored_len);
	header_iter_init(&it, plan->pair, old->side, name, strlen(name));
	while (header_iter_next(&it)) {
		if (!part_is(plan->pair, it.value, JSON_STRING))
			continue;
		if (json_string_is(&plan->pair->doc, it.value, was,
				   strlen(was)))
			plan_string(plan, it.value, now, strlen(now),
				    NOTE_FOLLOWED);
		else if (!json_string_is(&plan->pair->doc, it.value, now,
					 strlen(now)))
			plan_note(plan, NOTE_DIFFERS, it.value, NULL);
	}
}

/* bytes is NULL when the body goes. */
static void follow_all(struct plan *plan, const struct body *old,
		       const struct slice *bytes, size_t stored_len)
{
	if (!plan_linked(plan))
		return;
	follow_copy(plan, old, old->body_node, bytes);
	follow_copy(plan, old, old->string_node, bytes);
	follow_length(plan, old, stored_len);
	if (old->side == BODY_REQUEST)
		signature_follow_body(plan, old->bytes.data, old->bytes.len,
				      bytes ? bytes->s : "",
				      bytes ? bytes->len : 0);
}

static uint32_t message_of(const struct plan *plan, const struct body *old)
{
	return old->side == BODY_REQUEST ? plan->pair->req : plan->pair->res;
}

static void write_main(struct plan *plan, const struct body *old,
		       const struct buf *stored)
{
	struct buf coded;
	bool plain = (old->flags & BODY_PRESENT) && !(old->flags & BODY_BASE64);

	if (plain && utf8_valid(stored->data, stored->len)) {
		plan_string(plan, old->node, stored->data, stored->len,
			    NOTE_SET);
		return;
	}
	buf_init(&coded);
	base64_encode(&coded, stored->data, stored->len);
	if (old->flags & BODY_BASE64) {
		plan_string(plan, old->node, coded.data, coded.len, NOTE_SET);
	} else {
		/* A plain member alone that cannot hold the new bytes. */
		if (plain)
			plan_remove(plan, old->node, NOTE_REMOVED);
		plan_member_string(plan, message_of(plan, old), "bodyBase64",
				   coded.data, coded.len);
	}
	buf_release(&coded);
}

static bool set(struct plan *plan, struct body *old, const char *bytes,
		size_t len, const char *stored_bytes, size_t stored_len,
		struct err *err)
{
	struct slice fresh = { bytes, len };
	struct buf stored;
	bool ok = true;

	if (rrpair_is_mock(plan->pair))
		return mock_set_content(plan, bytes, len, err);
	if (old->flags & BODY_BAD_TYPE)
		return err_set(err, ERR_INPUT,
			       _("the body is not a string; give a JSON value "
				 "to its exact path"));
	if (!(old->flags & BODY_PRESENT) && !len)
		return true;
	buf_init(&stored);
	if (stored_bytes)
		buf_add(&stored, stored_bytes, stored_len);
	else
		ok = store(old, bytes, len, &stored, err);
	if (ok) {
		write_main(plan, old, &stored);
		follow_all(plan, old, &fresh, stored.len);
	}
	buf_release(&stored);
	return ok;
}

bool body_plan_set(struct plan *plan, enum body_side side, const char *bytes,
		   size_t len, struct err *err)
{
	struct body old;
	bool ok;

	body_init(&old);
	ok = body_decode(&old, plan->pair, side, err);
	if (ok && !((old.flags & BODY_PRESENT) &&
		    slice_eq(old.bytes.data, old.bytes.len, bytes, len)))
		ok = set(plan, &old, bytes, len, NULL, 0, err);
	body_release(&old);
	return ok;
}

bool body_plan_unset(struct plan *plan, enum body_side side, struct err *err)
{
	struct body old;
	bool ok;

	body_init(&old);
	ok = body_decode(&old, plan->pair, side, err);
	if (ok && !(old.flags & BODY_PRESENT))
		ok = err_set(err, ERR_ABSENT, _("the record has no such body"));
	if (ok && rrpair_is_mock(plan->pair)) {
		plan_json(plan, old.node, "null", 4, NOTE_REMOVED);
	} else if (ok) {
		plan_remove(plan, old.node, NOTE_REMOVED);
		follow_all(plan, &old, NULL, 0);
	}
	body_release(&old);
	return ok;
}

bool body_set(const struct rrpair *pair, enum body_side side,
	      const char *bytes, size_t len, unsigned flags,
	      struct change_set *out, struct err *err)
{
	struct plan plan;

	plan_begin(&plan, pair, flags);
	return plan_end(&plan, body_plan_set(&plan, side, bytes, len, err), out);
}

bool body_set_stored(const struct rrpair *pair, enum body_side side,
		     const char *bytes, size_t len, unsigned flags,
		     struct change_set *out, struct err *err)
{
	struct gzip_info info;
	struct body old;
	struct plan plan;
	struct buf plain;
	bool ok;

	body_init(&old);
	buf_init(&plain);
	plan_begin(&plan, pair, flags);
	ok = body_decode(&old, pair, side, err);
	if (ok) {
		if (!gzip_is(bytes, len) ||
		    !gzip_inflate(&plain, bytes, len, BODY_MAX, &info, NULL))
			buf_add(&plain, bytes, len);
		ok = set(&plan, &old, plain.data, plain.len, bytes, len, err);
	}
	buf_release(&plain);
	body_release(&old);
	return plan_end(&plan, ok, out);
}
