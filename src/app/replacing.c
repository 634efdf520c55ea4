#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/replacing.h"
#include "base/codec.h"
#include "base/mem.h"
#include "base/regex.h"
#include "json/splice.h"
#include "rrpair/body.h"

struct replacing {
	struct regex *re;
	struct regex_run *run;
	char *with;
	size_t len;
	bool one;			/* only the field */
	struct field in;
	struct body body;
	struct buf old, new, raw;
	struct change_set step;		/* of the strings, while it is made */
	bool request_changed;		/* the body, and its signature with it */
	uint64_t gave_up;
};

/* r->new from bytes; true when anything matched. */
static bool replaced(struct replacing *r, const char *bytes, size_t len)
{
	size_t n = 0;

	buf_clear(&r->new);
	switch (regex_replace(r->run, r->re, bytes, len, r->with, r->len,
			      &r->new, &n)) {
	case REGEX_YES:
		return true;
	case REGEX_LIMIT:
		r->gave_up++;
		return false;
	case REGEX_NO:
		break;
	}
	return false;
}

/* ---- one field ---- */

static bool replace_value(struct replacing *r, struct change_run *run,
			  const struct field *field, struct err *err)
{
	struct change_set step;
	bool ok;

	buf_clear(&r->old);
	if (!rrpair_get(&run->pair, field, &r->old, NULL) ||
	    !replaced(r, r->old.data, r->old.len))
		return true;
	change_init(&step);
	ok = change_field(&run->pair, field, r->new.data, r->new.len,
			  CHANGE_LINKED, &step, err) &&
	     change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

static bool replace_field(struct replacing *r, struct change_run *run,
			  struct err *err)
{
	struct field one = r->in;	/* borrows key and path */
	size_t count, i;

	if (!one.key || one.nth || one.id == FIELD_TAG)
		return replace_value(r, run, &one, err);
	count = rrpair_count(&run->pair, &one);
	for (i = 1; i <= count; i++) {
		one.nth = (uint32_t)i;
		if (!replace_value(r, run, &one, err))
			return false;
	}
	return true;
}

/* ---- everywhere ---- */

static bool key_is(const struct json_doc *doc, uint32_t node, const char *key)
{
	return node != JSON_NONE && doc->nodes[node].key_len &&
	       json_key_is(doc, node, key, strlen(key));
}

/* Is the value base64 of something that text can be in? */
static bool holds_base64(const struct rrpair *pair, uint32_t node)
{
	uint32_t parent = pair->doc.nodes[node].parent;

	return (parent != JSON_NONE && parent == pair->top[TOP_SIGNATURE]) ||
	       key_is(&pair->doc, node, "replacementValue");
}

/* Uuids name records: they change by `set uuid=`. Bodies have a step of their
 * own, which has brought the signature along. */
static bool stays(const struct replacing *r, const struct rrpair *pair,
		  uint32_t node)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t parent = doc->nodes[node].parent;
	bool message = parent != JSON_NONE &&
		       (parent == pair->req || parent == pair->res);
	bool signature = parent != JSON_NONE &&
			 (parent == pair->top[TOP_SIGNATURE] ||
			  parent == pair->top[TOP_MUTABLESIGNATURE]);

	if (signature && r->request_changed &&
	    (key_is(doc, node, "http:requestBodyJSON") ||
	     key_is(doc, node, "http:requestBodyHash")))
		return true;
	if (message && (key_is(doc, node, "bodyBase64") ||
			key_is(doc, node, "body") ||
			key_is(doc, node, "bodyString")))
		return true;
	return key_is(doc, node, "uuid") ||
	       key_is(doc, node, "partOfStreamUUID") ||
	       key_is(doc, node, "msgType");
}

/* For those who only want to know. */
static void note(struct replacing *r, const struct rrpair *pair, uint32_t node)
{
	struct change_set *step = &r->step;
	struct buf path;

	buf_init(&path);
	json_path_print(&pair->doc, node, &path);
	step->notes = mem_room(step->notes, step->count, &step->cap,
			       sizeof(*step->notes));
	step->notes[step->count++] = (struct change_note){
		.kind = NOTE_SET, .path = buf_detach(&path, NULL),
	};
}

static void replace_string(struct replacing *r, const struct rrpair *pair,
			   uint32_t node, struct splice *s)
{
	buf_clear(&r->old);
	json_string(&pair->doc, node, &r->old);
	if (!holds_base64(pair, node)) {
		if (replaced(r, r->old.data, r->old.len)) {
			splice_string(s, node, r->new.data, r->new.len);
			note(r, pair, node);
		}
		return;
	}
	buf_clear(&r->raw);
	if (base64_decode(&r->raw, r->old.data, r->old.len, NULL) &&
	    replaced(r, r->raw.data, r->raw.len)) {
		buf_clear(&r->raw);
		base64_encode(&r->raw, r->new.data, r->new.len);
		splice_string(s, node, r->raw.data, r->raw.len);
		note(r, pair, node);
	}
}

static void replace_token_key(struct replacing *r, const struct rrpair *pair,
			      uint32_t node, struct splice *s)
{
	uint32_t parent = pair->doc.nodes[node].parent;

	if (parent == JSON_NONE || parent != pair->top[TOP_TOKENLIST])
		return;
	buf_clear(&r->old);
	json_key(&pair->doc, node, &r->old);
	if (replaced(r, r->old.data, r->old.len))
		splice_key(s, node, r->new.data, r->new.len);
}

static bool replace_strings(struct replacing *r, struct change_run *run,
			    struct err *err)
{
	const struct rrpair *pair = &run->pair;
	struct splice *s = splice_new(&pair->doc);
	bool ok;
	uint32_t i;

	change_init(&r->step);
	for (i = 0; i < pair->doc.count; i++) {
		replace_token_key(r, pair, i, s);
		if (pair->doc.nodes[i].type == JSON_STRING && !stays(r, pair, i))
			replace_string(r, pair, i, s);
	}
	r->step.patch = splice_finish(s);
	splice_free(s);
	ok = change_run_take(run, &r->step, err);
	change_release(&r->step);
	return ok;
}

static bool replace_body(struct replacing *r, struct change_run *run,
			 enum body_side side, struct err *err)
{
	struct change_set step;
	bool ok;

	if (!body_decode(&r->body, &run->pair, side, NULL) ||
	    !(r->body.flags & BODY_PRESENT) ||
	    !replaced(r, r->body.bytes.data, r->body.bytes.len))
		return true;
	change_init(&step);
	ok = body_set(&run->pair, side, r->new.data, r->new.len, CHANGE_LINKED,
		      &step, err);
	r->request_changed |= ok && side == BODY_REQUEST && step.patch;
	ok = ok && change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

bool replacing_make(void *arg, struct change_run *run, struct err *err)
{
	struct replacing *r = arg;

	r->request_changed = false;
	if (r->one)
		return replace_field(r, run, err);
	/* Bodies first: their copies and the signature agree with them now. */
	return replace_body(r, run, BODY_REQUEST, err) &&
	       replace_body(r, run, BODY_RESPONSE, err) &&
	       replace_strings(r, run, err);
}

struct replacing *replacing_new(const char *pattern, size_t plen,
				const char *with, size_t wlen,
				const struct field *in, struct err *err)
{
	struct replacing *r = mem_zalloc(1, sizeof(*r));

	body_init(&r->body);
	buf_init(&r->old);
	buf_init(&r->new);
	buf_init(&r->raw);
	r->with = mem_dup(with, wlen);
	r->len = wlen;
	r->one = in && field_copy(&r->in, in);
	r->re = regex_new(pattern, plen, 0, err);
	r->run = regex_run_new();
	if (r->re && regex_check_template(r->re, r->with, r->len, err))
		return r;
	replacing_free(r);
	return NULL;
}

void replacing_free(struct replacing *r)
{
	if (!r)
		return;
	field_release(&r->in);
	regex_free(r->re);
	regex_run_free(r->run);
	body_release(&r->body);
	buf_release(&r->old);
	buf_release(&r->new);
	buf_release(&r->raw);
	free(r->with);
	free(r);
}

uint64_t replacing_gave_up(const struct replacing *r)
{
	return r->gave_up;
}
