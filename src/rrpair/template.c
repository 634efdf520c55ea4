#include "config.h"

#include "rrpair/template.h"

#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "rrpair/links.h"
#include "rrpair/parts.h"
#include "rrpair/plan.h"
#include "rrpair/signature.h"
#include "rrpair/sign.h"

/* What differs between a test and a mock. */
struct template {
	const char *direction, *location, *protocol, *host, *port, *method, *path;
	const char *request, *status, *reason, *response;
	bool resource;
};

static const struct template templates[] = {
	[TEMPLATE_INBOUND] = {
		.direction = "IN", .location = "in", .protocol = "http",
		.host = "localhost", .port = "8080", .method = "GET",
		.path = "/", .request = "", .status = "200", .reason = "OK",
		.response = "{\"ok\":true}",
	},
	[TEMPLATE_OUTBOUND] = {
		.direction = "OUT", .location = "out", .protocol = "http",
		.host = "api.example.com", .port = "80", .method = "POST",
		.path = "/v1/items", .request = "{\"name\":\"example\"}",
		.status = "201", .reason = "Created",
		.response = "{\"id\":\"1\",\"name\":\"example\"}",
	},
};

static void add_string(struct buf *out, const char *before, const char *value)
{
	buf_adds(out, before);
	json_encode(out, value, strlen(value));
}

static void add_base64(struct buf *out, const char *before, const char *bytes,
		       size_t len)
{
	buf_adds(out, before);
	buf_addc(out, '"');
	base64_encode(out, bytes, len);
	buf_addc(out, '"');
}

static void add_message_body(struct buf *out, const char *body)
{
	if (*body)
		add_base64(out, ",\"bodyBase64\":", body, strlen(body));
}

static void add_request(struct buf *out, const struct template *t)
{
	add_string(out, "\"req\":{\"url\":", t->path);
	add_string(out, ",\"uri\":", t->path);
	add_string(out, ",\"version\":\"1.1\",\"method\":", t->method);
	add_string(out, ",\"host\":", t->host);
	buf_adds(out, ",\"headers\":{\"Accept\":[\"application/json\"]");
	if (*t->request)
		buf_addf(out, ",\"Content-Length\":[\"%zu\"],\"Content-Type\":"
			 "[\"application/json\"]", strlen(t->request));
	add_string(out, ",\"Host\":[", t->host);
	buf_adds(out, "]}");
	add_message_body(out, t->request);
	buf_addc(out, '}');
}

static void add_response(struct buf *out, const struct template *t)
{
	buf_addf(out, ",\"res\":{\"contentType\":\"application/json\","
		 "\"statusCode\":%s,\"statusMessage\":\"%s %s\",\"headers\":{"
		 "\"Content-Length\":[\"%zu\"],\"Content-Type\":"
		 "[\"application/json\"]}", t->status, t->status, t->reason,
		 strlen(t->response));
	add_message_body(out, t->response);
	buf_addc(out, '}');
}

static void add_signature(struct buf *out, const struct template *t)
{
	struct buf value;
	const char *key;

	add_base64(out, ",\"signature\":{\"http:host\":", t->host,
		   strlen(t->host));
	add_base64(out, ",\"http:method\":", t->method, strlen(t->method));
	buf_adds(out, ",\"http:queryparams\":\"\"");
	buf_init(&value);
	if (signature_of_body(t->request, strlen(t->request), &key, &value)) {
		add_string(out, ",", key);
		add_base64(out, ":", value.data, value.len);
	}
	buf_release(&value);
	add_base64(out, ",\"http:url\":", t->path, strlen(t->path));
	add_base64(out, ",\"instance\":", "0", 1);
	buf_addc(out, '}');
}

void template_make(struct buf *out, enum template_id id, const char *service,
		   int64_t now_ns)
{
	const struct template *t = &templates[id];
	char ts[RFC3339_MAX], base64[25];
	struct uuid uuid;

	if (!service || !*service)
		service = "my-app";
	uuid_v4(&uuid);
	uuid_base64(base64, &uuid);
	rfc3339_format(ts, now_ns, 6);
	add_string(out, "{\"msgType\":\"rrpair\",\"resource\":", service);
	add_string(out, ",\"ts\":", ts);
	add_string(out, ",\"l7protocol\":", t->protocol);
	add_string(out, ",\"duration\":1,\"tags\":{\"proxyLocation\":",
		   t->location);
	add_string(out, ",\"sequence\":\"1\",\"source\":\"goproxy\"},\"uuid\":",
		   base64);
	add_string(out, ",\"direction\":", t->direction);
	add_string(out, ",\"cluster\":\"undefined\",\"namespace\":\"undefined\","
		   "\"service\":", service);
	buf_addf(out, ",\"tech\":\"JSON\",\"network_address\":\"%s:%s\"",
		 t->host, t->port);
	add_string(out, ",\"command\":", t->method);
	add_string(out, ",\"location\":", t->path);
	add_string(out, ",\"status\":", t->status);
	buf_adds(out, ",\"http\":{");
	add_request(out, t);
	add_response(out, t);
	buf_addc(out, '}');
	add_signature(out, t);
	buf_addf(out, ",\"netinfo\":{\"upstream\":{\"port\":%s,\"hostname\":"
		 "\"%s\"}}}", t->port, t->host);
}

static void fresh_uuid(struct plan *plan)
{
	const struct rrpair *pair = plan->pair;
	uint32_t node = pair->top[TOP_UUID];
	struct uuid uuid;
	char base64[25];
	struct buf old;

	uuid_v4(&uuid);
	uuid_base64(base64, &uuid);
	if (node == JSON_NONE) {
		plan_member_string(plan, 0, "uuid", base64, strlen(base64));
		return;
	}
	buf_init(&old);
	part_text(pair, node, &old);
	if (part_is(pair, node, JSON_STRING)) {
		plan_string(plan, node, base64, strlen(base64), NOTE_SET);
	} else {		/* whatever stood there was no uuid */
		struct buf json;

		buf_init(&json);
		json_encode(&json, base64, strlen(base64));
		plan_json(plan, node, json.data, json.len, NOTE_SET);
		buf_release(&json);
	}
	links_follow(plan, FIELD_UUID, PLACE_MAIN, old.data, old.len, base64,
		     strlen(base64));
	buf_release(&old);
}

static void next_number(struct plan *plan, template_instance_fn next, void *arg)
{
	const struct rrpair *pair = plan->pair;
	int64_t now = signature_instance(pair), fresh;
	struct buf identity;
	char text[24];

	if (now < 0 || !next)
		return;
	buf_init(&identity);
	signature_identity(pair, &identity);
	fresh = next(arg, identity.data, identity.len, now);
	buf_release(&identity);
	if (fresh < 0)
		return;
	snprintf(text, sizeof(text), "%lld", (long long)fresh);
	for (int i = 0; i < 2; i++) {
		uint32_t node = part_member(pair, part_signature(pair, i == 1),
					    "instance");

		if (part_is(pair, node, JSON_STRING))
			signature_write(plan, node, i == 1, text, strlen(text),
					NOTE_SET);
	}
}

bool template_fresh_copy(const struct rrpair *pair,
			 template_instance_fn next_instance, void *arg,
			 struct change_set *out, struct err *err)
{
	struct plan plan;

	plan_begin(&plan, pair, CHANGE_LINKED);
	fresh_uuid(&plan);
	next_number(&plan, next_instance, arg);
	return plan_end(&plan, true, out);
}
