#include "config.h"

#include "unit.h"

#include "base/codec.h"
#include "json/format.h"
#include "json/locate.h"
#include "pairgen.h"
#include "rrpair/gzip.h"
#include "rrpair/url.h"

#define PICK(r, ...) \
	((const char *const[]){ __VA_ARGS__ }[prng_below(r, \
		sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))])

static void add_json(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "%s\"%s\":", out->data[out->len - 1] == '{' ? "" : ",",
		 key);
	json_encode(out, value, strlen(value));
}

static void add_base64(struct buf *out, const char *key, const void *bytes,
		       size_t len)
{
	buf_addf(out, "%s\"%s\":\"",
		 out->data[out->len - 1] == '{' ? "" : ",", key);
	base64_encode(out, bytes, len);
	buf_addc(out, '"');
}

struct facts {
	const char *method, *path, *uripath, *host, *port, *status, *reason;
	const char *type, *service;
	char uuid[25];
	struct buf query, sorted, params;
	struct buf body[2];
};

/* Parameters in sorted order of their names, so that the query is its own
 * sorted form; spelt canonically or not. */
static void gen_query(struct prng *r, struct facts *f)
{
	static const char *const names[] = { "a", "b c", "limit", "z" };
	static const char *const spelt[] = { "a", "b+c", "limit", "z" };
	static const struct {
		const char *value, *canonical, *other;
	} values[] = {
		{ "1", "1", "%31" }, { "", "", "" }, { "x y", "x+y", "x%20y" },
		{ "\xc3\xa9&", "%C3%A9%26", "%c3%a9%26" }, { "/", "%2F", "/" },
	};

	for (size_t i = 0; i < 4; i++) {
		size_t n = prng_below(r, 4) ? 0 : 1 + prng_below(r, 2);

		for (size_t k = 0; k < n; k++) {
			size_t v = prng_below(r, 5);

			buf_addf(&f->query, "%s%s=%s", f->query.len ? "&" : "",
				 spelt[i], prng_below(r, 2) ? values[v].other :
				 values[v].canonical);
			buf_addf(&f->sorted, "%s%s=%s", f->sorted.len ? "&" : "",
				 spelt[i], values[v].canonical);
			if (k)
				buf_addc(&f->params, ',');
			else
				buf_addf(&f->params, "%s\"%s\":[",
					 f->params.len ? "," : "", names[i]);
			json_encode(&f->params, values[v].value,
				    strlen(values[v].value));
		}
		if (n)
			buf_addc(&f->params, ']');
	}
}

static void gen_facts(struct prng *r, struct facts *f)
{
	struct uuid uuid;

	f->method = PICK(r, "GET", "POST", "PUT");
	f->path = PICK(r, "/", "/a/b", "/a b", "/caf\xc3\xa9");
	f->uripath = !strcmp(f->path, "/a b") ? "/a%20b" :
		     !strcmp(f->path, "/caf\xc3\xa9") ? "/caf%C3%A9" : f->path;
	f->host = PICK(r, "localhost", "api.test");
	f->port = PICK(r, "", ":8080");
	f->status = PICK(r, "200", "404", "503");
	f->reason = f->status[0] == '2' ? "OK" : f->status[0] == '4' ?
		    "Not Found" : "Service Unavailable";
	f->type = PICK(r, "application/json", "text/plain; charset=utf-8");
	f->service = PICK(r, "shop", "undefined");
	prng_bytes(r, &uuid, sizeof(uuid));
	uuid_base64(f->uuid, &uuid);
	buf_init(&f->query);
	buf_init(&f->sorted);
	buf_init(&f->params);
	gen_query(r, f);
	for (int i = 0; i < 2; i++) {
		buf_init(&f->body[i]);
		buf_adds(&f->body[i], PICK(r, "", "{\"b\" : 1, \"a\":[]}", "7",
					   "plain text", "caf\xc3\xa9",
					   "\xff\xfe binary"));
		if (prng_below(r, 9) == 0)
			buf_addc(&f->body[i], '\0');
	}
}

static void release_facts(struct facts *f)
{
	buf_release(&f->query);
	buf_release(&f->sorted);
	buf_release(&f->params);
	buf_release(&f->body[0]);
	buf_release(&f->body[1]);
}

/* Now and then a copy that differs from its fact. */
static const char *or_odd(struct prng *r, const char *value)
{
	return prng_below(r, 12) ? value : "odd";
}

static bool is_utf8(const struct buf *b)
{
	return !memchr(b->data, '\xff', b->len);
}

static void gen_body(struct prng *r, const struct buf *body, struct buf *out,
		     size_t *stored)
{
	struct buf packed;
	bool gzip = body->len && !prng_below(r, 3);

	*stored = 0;
	if (!body->len)
		return;
	buf_init(&packed);
	if (gzip)
		assert_true(gzip_deflate(&packed, body->data, body->len, NULL,
					 NULL));
	else
		buf_add(&packed, body->data, body->len);
	*stored = packed.len;
	add_base64(out, "bodyBase64", packed.data, packed.len);
	if (is_utf8(body) && !memchr(body->data, 0, body->len) &&
	    prng_below(r, 2))
		add_json(out, "body", or_odd(r, body->data));
	buf_release(&packed);
}

static void gen_headers(struct prng *r, const struct facts *f, bool request,
			size_t stored, struct buf *out)
{
	buf_adds(out, ",\"headers\":{");
	if (prng_below(r, 2))
		buf_addf(out, "\"Content-Length\":[\"%zu\"],",
			 prng_below(r, 5) ? stored : stored + 1);
	if (!request && prng_below(r, 4))
		buf_addf(out, "\"Content-Type\":[\"%s\"],", or_odd(r, f->type));
	if (request && prng_below(r, 4))
		buf_addf(out, "\"Host\":[\"%s%s\"],", or_odd(r, f->host),
			 PICK(r, "", ":8080", ":1"));
	buf_addf(out, "\"Vary\":[\"%s\",\"B\"]}", PICK(r, "A", "B"));
}

static void gen_request(struct prng *r, const struct facts *f, struct buf *out)
{
	struct buf body;
	size_t stored;

	buf_init(&body);
	buf_addc(&body, ' ');
	gen_body(r, &f->body[0], &body, &stored);
	buf_adds(out, "\"req\":{");
	add_json(out, "url", f->path);
	if (prng_below(r, 8))
		buf_addf(out, ",\"uri\":\"%s%s%s\"", f->uripath,
			 f->query.len ? "?" : "", f->query.data);
	add_json(out, "method", f->method);
	buf_addf(out, ",\"host\":\"%s%s\"", f->host, f->port);
	gen_headers(r, f, true, stored, out);
	if (f->query.len)
		buf_addf(out, ",\"queryParams\":{%s}", f->params.data);
	buf_adds(out, body.data + 1);
	buf_addc(out, '}');
	buf_release(&body);
}

static void gen_response(struct prng *r, const struct facts *f, struct buf *out)
{
	struct buf body;
	size_t stored;

	buf_init(&body);
	buf_addc(&body, ' ');
	gen_body(r, &f->body[1], &body, &stored);
	buf_adds(out, ",\"res\":{");
	if (prng_below(r, 8))
		add_json(out, "contentType", f->type);
	buf_addf(out, "%s\"statusCode\":%s",
		 out->data[out->len - 1] == '{' ? "" : ",", f->status);
	switch (prng_below(r, 4)) {
	case 0:
		add_json(out, "statusMessage", f->reason);
		break;
	case 1:
		buf_addf(out, ",\"statusMessage\":\"%s \"", f->status);
		break;
	default:
		buf_addf(out, ",\"statusMessage\":\"%s %s\"", f->status,
			 f->reason);
	}
	gen_headers(r, f, false, stored, out);
	buf_adds(out, body.data + 1);
	buf_addc(out, '}');
	buf_release(&body);
}

static void gen_signature(struct prng *r, const struct facts *f,
			  struct buf *out)
{
	uint8_t hash[SHA256_LEN];
	struct buf value;

	buf_adds(out, ",\"signature\":{");
	add_base64(out, "http:host", f->host, strlen(f->host));
	add_base64(out, "http:method", f->method, strlen(f->method));
	add_base64(out, "http:queryparams", f->sorted.data, f->sorted.len);
	buf_init(&value);
	sha256(hash, f->body[0].data, f->body[0].len);
	if (f->body[0].len &&
	    json_canonical(f->body[0].data, f->body[0].len, &value, NULL))
		add_base64(out, "http:requestBodyJSON", value.data, value.len);
	else if (f->body[0].len)
		add_base64(out, "http:requestBodyHash", hash, sizeof(hash));
	add_base64(out, "http:url", f->path, strlen(f->path));
	add_base64(out, "instance", "0", 1);
	buf_addc(out, '}');
	if (prng_below(r, 2)) {
		buf_adds(out, ",\"mutableSignature\":{");
		add_json(out, "http:host", f->host);
		add_json(out, "http:method", or_odd(r, f->method));
		add_json(out, "http:queryparams", f->sorted.data);
		if (value.len)
			add_json(out, "http:requestBodyJSON", value.data);
		add_json(out, "http:url", f->path);
		buf_addc(out, '}');
	}
	buf_release(&value);
}

void gen_http_record(struct prng *r, struct buf *out)
{
	struct facts f;
	struct buf text;

	gen_facts(r, &f);
	buf_init(&text);
	buf_adds(&text, "{");
	add_json(&text, "msgType", "rrpair");
	if (prng_below(r, 2))
		add_json(&text, "resource", or_odd(r, f.service));
	add_json(&text, "ts", "2025-02-25T15:32:25.512996Z");
	if (prng_below(r, 3))
		buf_addf(&text, ",\"duration\":%zu", 1 + prng_below(r, 900));
	buf_addf(&text, ",\"tags\":{\"k8sAppLabel\":\"%s\",\"proxyLocation\":"
		 "\"%s\"}", or_odd(r, f.service), PICK(r, "in", "out"));
	add_json(&text, "uuid", f.uuid);
	add_json(&text, "direction", PICK(r, "IN", "OUT"));
	add_json(&text, "cluster", "undefined");
	add_json(&text, "namespace", "undefined");
	add_json(&text, "service", f.service);
	if (prng_below(r, 2))
		buf_addf(&text, ",\"network_address\":\"%s%s\"",
			 or_odd(r, f.host), PICK(r, ":0", ":8080"));
	add_json(&text, "command", or_odd(r, f.method));
	add_json(&text, "location", or_odd(r, f.path));
	add_json(&text, "status", or_odd(r, f.status));
	buf_adds(&text, ",\"http\":{");
	gen_request(r, &f, &text);
	gen_response(r, &f, &text);
	buf_adds(&text, "},\"tokenList\":{\"X:1\":{\"tokens\":[{");
	add_json(&text, "uuid", f.uuid);
	buf_adds(&text, ",\"token\":{}}]}}");
	if (prng_below(r, 6))
		gen_signature(r, &f, &text);
	buf_adds(&text, ",\"netinfo\":{\"id\":\"1\"}}");
	if (prng_below(r, 4) == 0)
		assert_true(json_pretty(text.data, text.len, 2, out, NULL));
	else
		buf_add(out, text.data, text.len);
	buf_release(&text);
	release_facts(&f);
}

static bool is_coded(const char *path)
{
	size_t len = strlen(path);

	return !strncmp(path, ".signature.", 11) ||
	       (len > 10 && !strcmp(path + len - 10, "bodyBase64"));
}

static void add_leaf(const struct json_doc *doc, uint32_t n, struct buf *out)
{
	struct buf path, text, plain;

	buf_init(&path);
	buf_init(&text);
	buf_init(&plain);
	json_path_print(doc, n, &path);
	if (doc->nodes[n].type == JSON_STRING)
		json_string(doc, n, &text);
	else
		buf_add(&text, doc->text + doc->nodes[n].off,
			doc->nodes[n].len);
	if (is_coded(path.data) &&
	    base64_decode(&plain, text.data, text.len, NULL)) {
		buf_clear(&text);
		if (!gzip_inflate(&text, plain.data, plain.len, 1 << 20, NULL,
				  NULL))
			buf_add(&text, plain.data, plain.len);
	}
	if (!strcmp(path.data, ".http.req.uri")) {
		buf_clear(&plain);
		url_decode(&plain, text.data, text.len);
		buf_clear(&text);
		buf_add(&text, plain.data, plain.len);
	}
	buf_addf(out, "%s=", path.data);
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < ' ' && text.data[i] >= 0)
			buf_addf(out, "\\%03o", text.data[i]);
		else
			buf_addc(out, text.data[i]);
	buf_addc(out, '\n');
	buf_release(&path);
	buf_release(&text);
	buf_release(&plain);
}

void flatten(const char *text, size_t len, struct buf *out)
{
	struct json_doc doc;
	struct err err;

	json_doc_init(&doc);
	if (!json_scan(&doc, text, len, &err))
		fail_msg("%s: %.200s", err.msg, text);
	for (uint32_t n = 0; n < doc.count; n++)
		if (doc.nodes[n].type < JSON_ARRAY)
			add_leaf(&doc, n, out);
	json_doc_release(&doc);
}
