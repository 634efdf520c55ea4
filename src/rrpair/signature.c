#include "config.h"

#include "rrpair/signature.h"

#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "json/format.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"
#include "rrpair/sign.h"

#define QUERY "http:queryparams"
/* Names beyond this many are not looked for in the maps. */
#define SIGNATURE_PARAMS_MAX 200

void signature_init(struct signature *sig)
{
	memset(sig, 0, sizeof(*sig));
	buf_init(&sig->bytes);
}

void signature_release(struct signature *sig)
{
	free(sig->rows);
	buf_release(&sig->bytes);
	signature_init(sig);
}

static bool key_eq(const char *key, size_t len, const char *name)
{
	return slice_eq(key, len, name, strlen(name));
}

static bool expected_param(const struct rrpair *pair, const char *name,
			   size_t len, struct buf *out)
{
	/* How a repeated parameter is signed is not known. */
	return param_count(pair, name, len) == 1 &&
	       param_get(pair, name, len, 1, out);
}

static bool expected_query(const struct rrpair *pair, struct buf *out)
{
	struct params ps;
	bool ok;

	params_init(&ps);
	ok = params_read(&ps, pair);
	if (ok)
		params_sorted(&ps, out);
	params_release(&ps);
	return ok;
}

static bool expected_body(const struct rrpair *pair, bool hash,
			  struct buf *out)
{
	uint8_t digest[SHA256_LEN];
	struct body body;
	bool ok;

	body_init(&body);
	ok = body_decode(&body, pair, BODY_REQUEST, NULL) && body.bytes.len;
	if (ok && hash) {
		sha256(digest, body.bytes.data, body.bytes.len);
		buf_add(out, digest, sizeof(digest));
	} else if (ok) {
		ok = json_canonical(body.bytes.data, body.bytes.len, out, NULL);
	}
	body_release(&body);
	return ok;
}

bool signature_expected(const struct rrpair *pair, const char *key,
			size_t key_len, struct buf *out)
{
	static const struct {
		const char *key, *member;
	} plain[] = {
		{ "http:host", "host" },
		{ "http:method", "method" },
		{ "http:url", "url" },
	};
	size_t prefix = strlen(QUERY ":");

	if (pair->req == JSON_NONE)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (key_eq(key, key_len, plain[i].key)) {
			uint32_t node = part_member(pair, pair->req,
						    plain[i].member);

			return part_is(pair, node, JSON_STRING) &&
			       part_text(pair, node, out);
		}
	if (key_eq(key, key_len, QUERY))
		return expected_query(pair, out);
	if (key_len > prefix && !memcmp(key, QUERY ":", prefix))
		return expected_param(pair, key + prefix, key_len - prefix, out);
	if (key_eq(key, key_len, SIG_BODY_JSON))
		return expected_body(pair, false, out);
	if (key_eq(key, key_len, SIG_BODY_HASH))
		return expected_body(pair, true, out);
	return false;
}

/* Hosts agree without their ports, paths and queries by what they mean. */
static bool value_same(const struct signature_row *row)
{
	struct params a, b;
	struct buf x, y;
	bool same;

	if (slice_eq(row->value, row->value_len, row->expected,
		     row->expected_len))
		return true;
	if (key_eq(row->key, row->key_len, "http:host"))
		return host_same(row->value, row->value_len, row->expected,
				 row->expected_len);
	if (key_eq(row->key, row->key_len, "http:url"))
		return path_same(row->value, row->value_len, row->expected,
				 row->expected_len);
	if (!key_eq(row->key, row->key_len, QUERY))
		return false;
	params_init(&a);
	params_init(&b);
	buf_init(&x);
	buf_init(&y);
	params_parse(&a, row->value, row->value_len);
	params_parse(&b, row->expected, row->expected_len);
	params_sorted(&a, &x);
	params_sorted(&b, &y);
	same = slice_eq(x.data, x.len, y.data, y.len);
	params_release(&a);
	params_release(&b);
	buf_release(&x);
	buf_release(&y);
	return same;
}

/* While reading, rows hold offsets into bytes, which may still move; the
 * pointers are made at the end. */
static const char *offset(size_t at)
{
	return (const char *)(uintptr_t)(at + 1);
}

static const char *pointer(const struct signature *sig, const char *off)
{
	return off ? sig->bytes.data + (uintptr_t)off - 1 : NULL;
}

static struct signature_row *add_row(struct signature *sig, const char *key,
				     size_t len)
{
	struct signature_row *row;

	sig->rows = mem_room(sig->rows, sig->count, &sig->cap,
			     sizeof(*sig->rows));
	row = &sig->rows[sig->count++];
	memset(row, 0, sizeof(*row));
	row->node = row->plain_node = JSON_NONE;
	row->key = offset(sig->bytes.len);
	row->key_len = len;
	buf_add(&sig->bytes, key, len);
	buf_addc(&sig->bytes, '\0');
	return row;
}

static void add_bytes(struct signature *sig, const struct buf *text,
		      const char **at, size_t *len)
{
	*at = offset(sig->bytes.len);
	*len = text->len;
	buf_add(&sig->bytes, text->data, text->len);
	buf_addc(&sig->bytes, '\0');
}

/* The decoded value of `signature`, or its text as it stands. */
static unsigned read_value(const struct rrpair *pair, uint32_t node,
			   struct buf *out)
{
	struct buf coded;
	unsigned flags = 0;

	if (!part_is(pair, node, JSON_STRING)) {
		part_text(pair, node, out);
		return SIG_BAD_TYPE;
	}
	buf_init(&coded);
	json_string(&pair->doc, node, &coded);
	if (!base64_decode(out, coded.data, coded.len, NULL)) {
		buf_clear(out);
		buf_add(out, coded.data, coded.len);
		flags = SIG_BAD_BASE64;
	}
	buf_release(&coded);
	return flags;
}

static void read_row(struct signature *sig, const struct rrpair *pair,
		     const struct buf *key, uint32_t node, uint32_t plain)
{
	struct signature_row *row = add_row(sig, key->data, key->len);
	struct buf value, other;

	buf_init(&value);
	buf_init(&other);
	row->node = node;
	row->plain_node = plain;
	if (node != JSON_NONE)
		row->flags = SIG_IN_SIGNATURE | read_value(pair, node, &value);
	if (plain != JSON_NONE) {
		row->flags |= SIG_IN_MUTABLE;
		part_text(pair, plain, &other);
		add_bytes(sig, &other, &row->plain, &row->plain_len);
		if (node == JSON_NONE)
			buf_add(&value, other.data, other.len);
		else if (!slice_eq(value.data, value.len, other.data,
				   other.len))
			row->flags |= SIG_DIFFERS;
	}
	if (!utf8_valid(value.data, value.len))
		row->flags |= SIG_BINARY;
	add_bytes(sig, &value, &row->value, &row->value_len);
	buf_release(&value);
	buf_release(&other);
}

static void read_map(struct signature *sig, const struct rrpair *pair,
		     bool mutable_one)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_signature(pair, mutable_one);
	uint32_t other = part_signature(pair, !mutable_one), twin;
	struct buf key;

	if (map == JSON_NONE)
		return;
	buf_init(&key);
	for (uint32_t m = json_first(doc, map);
	     m != JSON_NONE && sig->count < SIGNATURE_KEYS_MAX;
	     m = json_next(doc, m)) {
		buf_clear(&key);
		json_key(doc, m, &key);
		twin = other == JSON_NONE ? JSON_NONE :
		       json_member(doc, other, key.data, key.len);
		if (!mutable_one)
			read_row(sig, pair, &key, m, twin);
		else if (twin == JSON_NONE)
			read_row(sig, pair, &key, JSON_NONE, m);
	}
	buf_release(&key);
}

static bool has_key(const struct rrpair *pair, const char *key, size_t len)
{
	for (int i = 0; i < 2; i++) {
		uint32_t map = part_signature(pair, i == 1);

		if (map != JSON_NONE &&
		    json_member(&pair->doc, map, key, len) != JSON_NONE)
			return true;
	}
	return false;
}

static void add_missing(struct signature *sig, const struct rrpair *pair,
			const char *key, size_t len)
{
	struct signature_row *row;
	struct buf value;

	buf_init(&value);
	if (!has_key(pair, key, len) &&
	    signature_expected(pair, key, len, &value)) {
		row = add_row(sig, key, len);
		row->flags = SIG_MISSING;
		row->value = offset(sig->bytes.len);
		buf_addc(&sig->bytes, '\0');
	}
	buf_release(&value);
}

static void add_missing_params(struct signature *sig, const struct rrpair *pair)
{
	struct params ps;
	struct buf key;

	params_init(&ps);
	buf_init(&key);
	params_read(&ps, pair);
	for (size_t i = 0; i < ps.count && ps.count <= SIGNATURE_PARAMS_MAX; i++) {
		buf_clear(&key);
		buf_adds(&key, QUERY ":");
		buf_add(&key, ps.bytes.data + ps.rows[i].name,
			ps.rows[i].name_len);
		add_missing(sig, pair, key.data, key.len);
	}
	params_release(&ps);
	buf_release(&key);
}

/* Only a record that is signed by its request can lack a part of it. */
static void read_missing(struct signature *sig, const struct rrpair *pair)
{
	static const char *const keys[] = {
		"http:host", "http:method", "http:url",
	};
	size_t have = 0;

	for (size_t i = 0; i < sig->count; i++)
		have += sig->rows[i].key_len > 5 &&
			!memcmp(pointer(sig, sig->rows[i].key), "http:", 5);
	if (!have || pair->req == JSON_NONE)
		return;
	for (size_t i = 0; i < 3; i++)
		add_missing(sig, pair, keys[i], strlen(keys[i]));
	if (!has_key(pair, QUERY, strlen(QUERY)))
		add_missing_params(sig, pair);
	if (!has_key(pair, SIG_BODY_HASH, strlen(SIG_BODY_HASH)) &&
	    !has_key(pair, SIG_BODY_JSON, strlen(SIG_BODY_JSON))) {
		size_t before = sig->count;

		add_missing(sig, pair, SIG_BODY_JSON, strlen(SIG_BODY_JSON));
		if (sig->count == before)
			add_missing(sig, pair, SIG_BODY_HASH,
				    strlen(SIG_BODY_HASH));
	}
}

/* A key of the body, which the request's own body may not be signed with. */
static bool is_body_key(const struct signature *sig,
			const struct signature_row *row)
{
	const char *key = pointer(sig, row->key);

	return key_eq(key, row->key_len, SIG_BODY_JSON) ||
	       key_eq(key, row->key_len, SIG_BODY_HASH);
}

static void compare(struct signature *sig, const struct rrpair *pair)
{
	struct buf value;

	buf_init(&value);
	for (size_t i = 0; i < sig->count; i++) {
		struct signature_row *row = &sig->rows[i];

		buf_clear(&value);
		if (!signature_expected(pair, pointer(sig, row->key),
					row->key_len, &value)) {
			if (pair->req != JSON_NONE && is_body_key(sig, row))
				row->flags |= SIG_STALE;
			continue;
		}
		row->flags |= SIG_KNOWN;
		add_bytes(sig, &value, &row->expected, &row->expected_len);
	}
	buf_release(&value);
	for (size_t i = 0; i < sig->count; i++) {
		struct signature_row *row = &sig->rows[i];

		row->key = pointer(sig, row->key);
		row->value = pointer(sig, row->value);
		row->expected = pointer(sig, row->expected);
		row->plain = pointer(sig, row->plain);
		if ((row->flags & SIG_KNOWN) && !(row->flags & SIG_MISSING) &&
		    !value_same(row))
			row->flags |= SIG_STALE;
	}
}

void signature_read(struct signature *sig, const struct rrpair *pair)
{
	sig->count = 0;
	buf_clear(&sig->bytes);
	read_map(sig, pair, false);
	read_map(sig, pair, true);
	read_missing(sig, pair);
	compare(sig, pair);
}

static int by_key(const void *a, const void *b)
{
	const struct signature_row *x = a, *y = b;
	size_t n = x->key_len < y->key_len ? x->key_len : y->key_len;
	int d = memcmp(x->key, y->key, n);

	return d ? d : (x->key_len > y->key_len) - (x->key_len < y->key_len);
}

void signature_identity(const struct rrpair *pair, struct buf *out)
{
	struct signature sig;

	signature_init(&sig);
	read_map(&sig, pair, false);
	if (!sig.count)
		read_map(&sig, pair, true);
	for (size_t i = 0; i < sig.count; i++) {
		sig.rows[i].key = pointer(&sig, sig.rows[i].key);
		sig.rows[i].value = pointer(&sig, sig.rows[i].value);
	}
	if (sig.count)
		qsort(sig.rows, sig.count, sizeof(*sig.rows), by_key);
	for (size_t i = 0; i < sig.count; i++) {
		const struct signature_row *row = &sig.rows[i];

		if (key_eq(row->key, row->key_len, "instance"))
			continue;
		buf_addf(out, "%zu:", row->key_len);
		buf_add(out, row->key, row->key_len);
		buf_addf(out, "%zu:", row->value_len);
		buf_add(out, row->value, row->value_len);
	}
	signature_release(&sig);
}

int64_t signature_instance(const struct rrpair *pair)
{
	struct buf text;
	int64_t n = -1;

	buf_init(&text);
	for (int i = 0; i < 2 && !text.len; i++) {
		uint32_t node = part_member(pair, part_signature(pair, i == 1),
					    "instance");

		if (node == JSON_NONE)
			continue;
		if (i == 0 && read_value(pair, node, &text))
			buf_clear(&text);
		else if (i == 1)
			part_text(pair, node, &text);
	}
	if (text.len && text.len <= 18 &&
	    strspn(text.data, "0123456789") == text.len)
		n = strtoll(text.data, NULL, 10);
	buf_release(&text);
	return n;
}
