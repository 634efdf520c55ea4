#include "config.h"

#include <math.h>
#include <string.h>

#include "base/codec.h"
#include "rrpair/token.h"

/* Tokens longer than this are not looked into. */
#define JWT_MAX ((size_t)64 << 10)
#define NS_PER_S INT64_C(1000000000)

void jwt_init(struct jwt *jwt)
{
	memset(jwt, 0, sizeof(*jwt));
	buf_init(&jwt->header);
	buf_init(&jwt->claims);
	buf_init(&jwt->algorithm);
}

void jwt_release(struct jwt *jwt)
{
	buf_release(&jwt->header);
	buf_release(&jwt->claims);
	buf_release(&jwt->algorithm);
	jwt_init(jwt);
}

static bool token_byte(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
}

static size_t run_of(const char *s, size_t len)
{
	size_t n = 0;

	while (n < len && n < JWT_MAX && token_byte(s[n]))
		n++;
	return n;
}

/* A part that decodes to a JSON object. */
static bool decode_part(const char *s, size_t len, struct json_doc *doc,
			struct buf *out)
{
	buf_clear(out);
	return base64url_decode(out, s, len) &&
	       json_scan(doc, out->data, out->len, NULL) &&
	       doc->nodes[0].type == JSON_OBJECT;
}

/* NumericDate of RFC 7519 section 2: seconds, perhaps with a fraction. */
static bool read_time(const struct json_doc *doc, const char *key, int64_t *ns)
{
	uint32_t node = json_member(doc, 0, key, strlen(key));
	int64_t seconds;
	double value;

	if (node == JSON_NONE || doc->nodes[node].type != JSON_NUMBER)
		return false;
	if (json_int64(doc, node, &seconds)) {
		if (seconds > INT64_MAX / NS_PER_S ||
		    seconds < INT64_MIN / NS_PER_S)
			return false;
		*ns = seconds * NS_PER_S;
		return true;
	}
	if (!json_double(doc, node, &value) || !(fabs(value) < 9e9))
		return false;
	*ns = (int64_t)(value * 1e9);
	return true;
}

static bool decode(struct jwt *jwt, const char *s, size_t header_len,
		   size_t claims_len)
{
	struct json_doc doc;
	uint32_t node;
	bool ok;

	json_doc_init(&doc);
	ok = decode_part(s, header_len, &doc, &jwt->header);
	if (ok) {
		buf_clear(&jwt->algorithm);
		node = json_member(&doc, 0, "alg", 3);
		if (node != JSON_NONE && doc.nodes[node].type == JSON_STRING)
			json_string(&doc, node, &jwt->algorithm);
		ok = decode_part(s + header_len + 1, claims_len, &doc,
				 &jwt->claims);
	}
	if (ok) {
		jwt->has_exp = read_time(&doc, "exp", &jwt->exp_ns);
		jwt->has_iat = read_time(&doc, "iat", &jwt->iat_ns);
		jwt->has_nbf = read_time(&doc, "nbf", &jwt->nbf_ns);
	}
	json_doc_release(&doc);
	return ok;
}

/* A JSON object begins with '{', which base64url writes as "ey" when a quote
 * or as "eyA" or "ew" when a blank or the end follows. */
static bool may_begin(const char *s, size_t len)
{
	return len >= 2 && s[0] == 'e' && (s[1] == 'y' || s[1] == 'w');
}

bool jwt_find(struct jwt *jwt, const char *text, size_t len, size_t *from)
{
	size_t at = *from;

	while (at < len) {
		size_t n[3] = { 0 };

		if ((at && token_byte(text[at - 1])) ||
		    !may_begin(text + at, len - at)) {
			at++;
			continue;
		}
		n[0] = run_of(text + at, len - at);
		if (at + n[0] < len && text[at + n[0]] == '.')
			n[1] = run_of(text + at + n[0] + 1, len - at - n[0] - 1);
		n[2] = at + n[0] + 1 + n[1];	/* the second dot */
		if (n[1] && n[2] < len && text[n[2]] == '.' &&
		    decode(jwt, text + at, n[0], n[1])) {
			jwt->off = at;
			jwt->len = n[2] + 1 - at +
				   run_of(text + n[2] + 1, len - n[2] - 1);
			*from = at + jwt->len;
			return true;
		}
		at += n[0];
	}
	*from = len;
	return false;
}
