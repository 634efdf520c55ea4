/*
 * A body's bytes for a filter: base64 and gzip as rrpair/body.h takes them off,
 * without looking at what is inside (kind, charset, copies), and with the
 * inflater kept from record to record. A test holds it to body_decode().
 */
#include "config.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "base/mem.h"
#include "rrpair/gzip.h"
#include "rrpair/query-run.h"

#define WINDOW_GZIP (15 + 16)	/* zlib: largest window, gzip framing */
#define STEP ((size_t)64 << 10)

struct query_inflater {
	z_stream z;
	bool ready;
};

struct query_inflater *query_inflater_new(void)
{
	return mem_zalloc(1, sizeof(struct query_inflater));
}

void query_inflater_free(struct query_inflater *f)
{
	if (f->ready)
		inflateEnd(&f->z);
	free(f);
}

static bool restart(struct query_inflater *f)
{
	if (f->ready)
		return inflateReset(&f->z) == Z_OK;
	f->ready = inflateInit2(&f->z, WINDOW_GZIP) == Z_OK;
	return f->ready;
}

/* One member of in[*at..len), which moves behind it. */
static bool inflate_member(struct query_inflater *f, const struct buf *in,
			   size_t *at, struct buf *out)
{
	z_stream *z = &f->z;
	int rc = Z_OK;

	if (!restart(f))
		return false;
	while (rc != Z_STREAM_END) {
		size_t left = in->len - *at;
		char *to = buf_reserve(out, STEP);

		if (!to || out->len > BODY_MAX)
			return false;
		z->next_in = (Bytef *)in->data + *at;
		z->avail_in = left > UINT_MAX ? UINT_MAX : (uInt)left;
		z->next_out = (Bytef *)to;
		z->avail_out = (uInt)STEP;
		rc = inflate(z, Z_NO_FLUSH);
		*at = (size_t)((char *)z->next_in - in->data);
		out->len += STEP - z->avail_out;
		if (rc != Z_OK && rc != Z_STREAM_END)
			return false;
		if (rc == Z_OK && *at == in->len && z->avail_out)
			return false;
	}
	return out->len <= BODY_MAX;
}

/* All members; what follows the last sound one is not gzip. */
static bool inflate_all(struct query_inflater *f, const struct buf *in,
			struct buf *out)
{
	size_t at = 0, kept = 0;

	do {
		if (!inflate_member(f, in, &at, out)) {
			buf_truncate(out, kept);
			return kept > 0;
		}
		kept = out->len;
	} while (gzip_is(in->data + at, in->len - at));
	return true;
}

static uint32_t find_member(const struct rrpair *pair, uint32_t message,
			    const char *name)
{
	if (message == JSON_NONE)
		return JSON_NONE;
	return json_member(&pair->doc, message, name, strlen(name));
}

bool query_body_open(struct query_inflater *f, const char *coded, size_t len,
		     struct query_body *body)
{
	buf_clear(&body->stored);
	if (!base64_decode(&body->stored, coded, len, NULL))
		return false;
	buf_clear(&body->bytes);
	if (!gzip_is(body->stored.data, body->stored.len) ||
	    !inflate_all(f, &body->stored, &body->bytes)) {
		struct buf swap = body->bytes;

		body->bytes = body->stored;
		body->stored = swap;
	}
	return true;
}

/* The string's bytes behind its base64, or (false) the string as it stands. */
static bool take_base64(struct query_inflater *f, const struct rrpair *pair,
			struct query_body *body)
{
	const struct json_node *n = &pair->doc.nodes[body->node];
	const char *text = pair->text + n->off + 1;
	size_t len = n->len - 2;

	if (n->flags & JSON_ESCAPED) {	/* "\/" is a spelling of '/' */
		json_string(&pair->doc, body->node, &body->bytes);
		text = body->bytes.data;
		len = body->bytes.len;
	}
	if (query_body_open(f, text, len, body))
		return true;
	if (text != body->bytes.data)
		buf_add(&body->bytes, text, len);
	return false;
}

bool query_body_decode(struct query_inflater *f, const struct rrpair *pair,
		       uint32_t message, struct query_body *body)
{
	bool coded = true;

	buf_clear(&body->bytes);
	body->hidden = JSON_NONE;
	if (rrpair_is_mock(pair) && message != JSON_NONE) {
		body->node = find_member(pair, 0, "content");
		if (body->node == JSON_NONE ||
		    pair->doc.nodes[body->node].type != JSON_STRING)
			return false;
		json_string(&pair->doc, body->node, &body->bytes);
		return true;
	}
	body->node = find_member(pair, message, "bodyBase64");
	if (body->node == JSON_NONE) {
		coded = false;
		body->node = find_member(pair, message, "body");
	}
	if (body->node == JSON_NONE)
		body->node = find_member(pair, message, "bodyString");
	if (body->node == JSON_NONE)
		return false;
	if (pair->doc.nodes[body->node].type != JSON_STRING) {
		buf_add(&body->bytes, pair->text +
			pair->doc.nodes[body->node].off,
			pair->doc.nodes[body->node].len);
		return true;
	}
	if (!coded) {
		json_string(&pair->doc, body->node, &body->bytes);
		return true;
	}
	if (take_base64(f, pair, body))
		body->hidden = body->node;
	return true;
}
