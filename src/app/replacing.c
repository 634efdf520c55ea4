#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "app/changeline.h"
#include "app/replacing.h"
#include "app/swapping.h"
#include "base/codec.h"
#include "base/mem.h"
#include "base/regex.h"
#include "json/splice.h"
#include "rrpair/body.h"

#define BASIC "Basic "	/* credentials behind it are base64 */
#define BASIC_LEN (sizeof(BASIC) - 1)

struct replacing {
	struct regex *re;
	struct regex_run *run;
	struct swapping *swap;		/* in place of an expression */
	char *with;
	size_t len;
	bool one;			/* only the field */
	struct field in;
	struct body body;
	struct buf old, new, raw;
	struct change_set step;		/* of the strings, while it is made */
	bool signature_followed;	/* the request's body, which changed */
	uint64_t gave_up;
};

/* r->new from bytes; true when anything matched. */
static bool replaced(struct replacing *r, enum swapping_in in,
		     const char *bytes, size_t len)
{
	size_t n = 0;

	buf_clear(&r->new);
	if (r->swap)
		return swapping_apply(r->swap, in, bytes, len, &r->new) > 0;
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
	    !replaced(r, SWAPPING_PLAIN, r->old.data, r->old.len))
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

	if (signature && r->signature_followed &&
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

/* Is it an address, where not every byte may stand as it is? */
static enum swapping_in kind_of(const struct rrpair *pair, uint32_t node)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t parent = doc->nodes[node].parent;
	bool request = parent != JSON_NONE && parent == pair->req;
	bool signature = parent != JSON_NONE &&
			 (parent == pair->top[TOP_SIGNATURE] ||
			  parent == pair->top[TOP_MUTABLESIGNATURE]);

	if (request && (key_is(doc, node, "uri") || key_is(doc, node, "url")))
		return SWAPPING_ADDRESS;
	if (signature && (key_is(doc, node, "http:url") ||
			  key_is(doc, node, "http:queryparams")))
		return SWAPPING_ADDRESS;
	if (signature && key_is(doc, node, "http:requestBodyJSON"))
		return SWAPPING_JSON;
	if (node == pair->top[TOP_LOCATION] && pair->req != JSON_NONE)
		return SWAPPING_ADDRESS;
	return SWAPPING_PLAIN;
}

static void put_string(struct replacing *r, const struct rrpair *pair,
		       uint32_t node, const struct buf *new, struct splice *s)
{
	splice_string(s, node, new->data, new->len);
	note(r, pair, node);
}

/* What base64 hides: r->old[from..) decoded, replaced, and encoded again. */
static void replace_coded(struct replacing *r, const struct rrpair *pair,
			  uint32_t node, size_t from, struct splice *s)
{
	enum swapping_in in = kind_of(pair, node);

	buf_clear(&r->raw);
	if (!base64_decode(&r->raw, r->old.data + from, r->old.len - from,
			   NULL) ||
	    !replaced(r, in, r->raw.data, r->raw.len))
		return;
	buf_clear(&r->raw);
	buf_add(&r->raw, r->old.data, from);
	base64_encode(&r->raw, r->new.data, r->new.len);
	put_string(r, pair, node, &r->raw, s);
}

static void replace_string(struct replacing *r, const struct rrpair *pair,
			   uint32_t node, struct splice *s)
{
	buf_clear(&r->old);
	json_string(&pair->doc, node, &r->old);
	if (holds_base64(pair, node))
		replace_coded(r, pair, node, 0, s);
	else if (replaced(r, kind_of(pair, node), r->old.data, r->old.len))
		put_string(r, pair, node, &r->new, s);
	else if (r->swap && r->old.len > BASIC_LEN &&
		 !strncasecmp(r->old.data, BASIC, BASIC_LEN))
		replace_coded(r, pair, node, BASIC_LEN, s);
}

static void replace_token_key(struct replacing *r, const struct rrpair *pair,
			      uint32_t node, struct splice *s)
{
	uint32_t parent = pair->doc.nodes[node].parent;

	if (parent == JSON_NONE || parent != pair->top[TOP_TOKENLIST])
		return;
	buf_clear(&r->old);
	json_key(&pair->doc, node, &r->old);
	if (replaced(r, SWAPPING_PLAIN, r->old.data, r->old.len))
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

static enum swapping_in kind_of_body(const struct body *body)
{
	return body->kind == BODY_JSON ? SWAPPING_JSON :
	       body->kind == BODY_FORM ? SWAPPING_ADDRESS : SWAPPING_PLAIN;
}

static bool signature_followed(const struct change_set *step)
{
	static const char signature[] = ".signature";

	for (size_t i = 0; i < step->count; i++)
		if (changeline_counts(&step->notes[i]) &&
		    !strncmp(step->notes[i].path, signature,
			     sizeof(signature) - 1))
			return true;
	return false;
}

static bool replace_body(struct replacing *r, struct change_run *run,
			 enum body_side side, struct err *err)
{
	struct change_set step;
	bool ok;

	if (!body_decode(&r->body, &run->pair, side, NULL) ||
	    !(r->body.flags & BODY_PRESENT) ||
	    !replaced(r, kind_of_body(&r->body), r->body.bytes.data,
		      r->body.bytes.len))
		return true;
	change_init(&step);
	ok = body_set(&run->pair, side, r->new.data, r->new.len, CHANGE_LINKED,
		      &step, err);
	r->signature_followed |= ok && side == BODY_REQUEST &&
				 signature_followed(&step);
	ok = ok && change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

bool replacing_make(void *arg, struct change_run *run, struct err *err)
{
	struct replacing *r = arg;

	r->signature_followed = false;
	if (r->one)
		return replace_field(r, run, err);
	/* Bodies first: their copies and the signature agree with them now. */
	return replace_body(r, run, BODY_REQUEST, err) &&
	       replace_body(r, run, BODY_RESPONSE, err) &&
	       replace_strings(r, run, err);
}

static struct replacing *alloc(void)
{
	struct replacing *r = mem_zalloc(1, sizeof(*r));

	body_init(&r->body);
	buf_init(&r->old);
	buf_init(&r->new);
	buf_init(&r->raw);
	return r;
}

struct replacing *replacing_new(const char *pattern, size_t plen,
				const char *with, size_t wlen,
				const struct field *in, struct err *err)
{
	struct replacing *r = alloc();

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

struct replacing *replacing_new_swap(const char *old, size_t old_len,
				     const char *new, size_t new_len,
				     struct err *err)
{
	struct swapping *swap = swapping_new(old, old_len, new, new_len, err);
	struct replacing *r;

	if (!swap)
		return NULL;
	r = alloc();
	r->swap = swap;
	return r;
}

void replacing_free(struct replacing *r)
{
	if (!r)
		return;
	field_release(&r->in);
	swapping_free(r->swap);
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
