#include "config.h"

#include "rrpair/parts.h"

#include <string.h>

#include "base/utf8.h"

uint32_t part_member(const struct rrpair *pair, uint32_t object,
		     const char *key)
{
	if (object == JSON_NONE || pair->doc.nodes[object].type != JSON_OBJECT)
		return JSON_NONE;
	return json_member(&pair->doc, object, key, strlen(key));
}

bool part_is(const struct rrpair *pair, uint32_t node, enum json_type type)
{
	return node != JSON_NONE && pair->doc.nodes[node].type == type;
}

static uint32_t only_object(const struct rrpair *pair, uint32_t node)
{
	return part_is(pair, node, JSON_OBJECT) ? node : JSON_NONE;
}

uint32_t part_headers(const struct rrpair *pair, enum body_side side)
{
	uint32_t message = side == BODY_REQUEST ? pair->req : pair->res;

	return only_object(pair, part_member(pair, message, "headers"));
}

uint32_t part_tags(const struct rrpair *pair)
{
	if (rrpair_is_mock(pair))
		return only_object(pair, part_member(pair,
						     part_member(pair, 0,
								 "metadata"),
						     "labels"));
	return only_object(pair, pair->top[TOP_TAGS]);
}

uint32_t part_signature(const struct rrpair *pair, bool mutable_one)
{
	return only_object(pair, pair->top[mutable_one ? TOP_MUTABLESIGNATURE :
						TOP_SIGNATURE]);
}

bool part_text(const struct rrpair *pair, uint32_t node, struct buf *out)
{
	const struct json_node *n;

	if (node == JSON_NONE)
		return false;
	n = &pair->doc.nodes[node];
	if (n->type == JSON_STRING)
		json_string(&pair->doc, node, out);
	else
		buf_add(out, pair->text + n->off, n->len);
	return true;
}

bool header_key_is(const struct rrpair *pair, uint32_t member, const char *name,
		   size_t len)
{
	const struct json_node *n = &pair->doc.nodes[member];
	struct buf key;
	bool same;

	if (!(n->flags & JSON_KEY_ESCAPED))
		return utf8_ascii_ieq(pair->text + n->key_off + 1,
				      n->key_len - 2, name, len);
	buf_init(&key);
	json_key(&pair->doc, member, &key);
	same = utf8_ascii_ieq(key.data, key.len, name, len);
	buf_release(&key);
	return same;
}

void header_iter_init(struct header_iter *it, const struct rrpair *pair,
		      enum body_side side, const char *name, size_t len)
{
	uint32_t map = part_headers(pair, side);

	it->pair = pair;
	it->name = name;
	it->len = len;
	it->member = map == JSON_NONE ? JSON_NONE : json_first(&pair->doc, map);
	it->value = JSON_NONE;
}

bool header_iter_next(struct header_iter *it)
{
	const struct json_doc *doc = &it->pair->doc;

	if (it->value != JSON_NONE) {
		it->value = it->value == it->member ? JSON_NONE :
			    json_next(doc, it->value);
		if (it->value != JSON_NONE)
			return true;
		it->member = json_next(doc, it->member);
	}
	for (; it->member != JSON_NONE; it->member = json_next(doc, it->member)) {
		if (!header_key_is(it->pair, it->member, it->name, it->len))
			continue;
		it->value = doc->nodes[it->member].type == JSON_ARRAY ?
			    json_first(doc, it->member) : it->member;
		if (it->value != JSON_NONE)
			return true;
	}
	return false;
}

uint32_t header_value(const struct rrpair *pair, enum body_side side,
		      const char *name, size_t len, uint32_t nth)
{
	struct header_iter it;

	header_iter_init(&it, pair, side, name, len);
	while (header_iter_next(&it))
		if (!--nth)
			return it.value;
	return JSON_NONE;
}

void uri_split(const char *uri, size_t len, struct uri_parts *out)
{
	const char *scheme, *slash;
	size_t skip = 0;

	url_split(uri, len, &out->path, &out->query);
	scheme = memmem(uri, out->path.len, "://", 3);
	if (scheme && !memchr(uri, '/', (size_t)(scheme - uri))) {
		skip = (size_t)(scheme - uri) + 3;
		slash = memchr(uri + skip, '/', out->path.len - skip);
		skip = slash ? (size_t)(slash - uri) : out->path.len;
	}
	out->prefix = (struct slice){ uri, skip };
	out->path.s += skip;
	out->path.len -= skip;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool is_escape(const char *s, size_t len)
{
	return len > 2 && s[0] == '%' && hex_digit(s[1]) >= 0 &&
	       hex_digit(s[2]) >= 0;
}

void path_decode(struct buf *out, const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		if (is_escape(s + i, len - i)) {
			buf_addc(out, (char)(hex_digit(s[i + 1]) << 4 |
					     hex_digit(s[i + 2])));
			i += 2;
		} else {
			buf_addc(out, s[i]);
		}
	}
}

bool path_same(const char *a, size_t alen, const char *b, size_t blen)
{
	struct buf abuf, bbuf;
	bool same;

	if (slice_eq(a, alen, b, blen))
		return true;
	if ((!alen || !memchr(a, '%', alen)) && (!blen || !memchr(b, '%', blen)))
		return false;
	buf_init(&abuf);
	buf_init(&bbuf);
	path_decode(&abuf, a, alen);
	path_decode(&bbuf, b, blen);
	same = slice_eq(abuf.data, abuf.len, bbuf.data, bbuf.len);
	buf_release(&abuf);
	buf_release(&bbuf);
	return same;
}

/* RFC 3986 sections 3.3 and 3.4: pchar and '/', for a query also '?'. Go and
 * browsers let a few more stand in a query; those that would end or break a
 * request line do not. */
static void encode_with(struct buf *out, const char *s, size_t len,
			const char *also)
{
	static const char digits[] = "0123456789ABCDEF";

	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if ((c > ' ' && c < 0x7f && c != '%' && strchr(also, c)) ||
		    (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
		    (c >= 'A' && c <= 'Z') || is_escape(s + i, len - i)) {
			buf_addc(out, s[i]);
		} else {
			buf_addc(out, '%');
			buf_addc(out, digits[c >> 4]);
			buf_addc(out, digits[c & 15]);
		}
	}
}

void path_encode(struct buf *out, const char *s, size_t len)
{
	encode_with(out, s, len, "-._~!$&'()*+,;=:@/[]{}|^\\`\"<>");
}

void query_encode(struct buf *out, const char *s, size_t len)
{
	encode_with(out, s, len, "-._~!$&'()*+,;=:@/?[]{}|^\\`\"<>");
}

static void query_from_params(const struct rrpair *pair, struct buf *out)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t map = part_member(pair, pair->req, "queryParams");
	struct buf text;

	if (!part_is(pair, map, JSON_OBJECT))
		return;
	buf_init(&text);
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		bool list = doc->nodes[m].type == JSON_ARRAY;

		for (uint32_t v = list ? json_first(doc, m) : m; v != JSON_NONE;
		     v = list ? json_next(doc, v) : JSON_NONE) {
			if (out->len)
				buf_addc(out, '&');
			buf_clear(&text);
			json_key(doc, m, &text);
			url_encode(out, text.data, text.len);
			buf_addc(out, '=');
			buf_clear(&text);
			part_text(pair, v, &text);
			url_encode(out, text.data, text.len);
		}
	}
	buf_release(&text);
}

bool part_query(const struct rrpair *pair, struct buf *out)
{
	uint32_t node = part_member(pair, pair->req, "uri");
	struct uri_parts parts;
	struct buf uri;

	if (pair->req == JSON_NONE)
		return false;
	buf_init(&uri);
	if (part_is(pair, node, JSON_STRING)) {
		json_string(&pair->doc, node, &uri);
		uri_split(uri.data, uri.len, &parts);
		buf_add(out, parts.query.s, parts.query.len);
	} else {
		query_from_params(pair, &uri);
		buf_add(out, uri.data, uri.len);
	}
	buf_release(&uri);
	return true;
}
