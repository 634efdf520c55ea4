#include "config.h"

#include <stdio.h>
#include <string.h>

#include "base/codec.h"
#include "gen.h"

struct service {
	const char *name, *space, *host, *caller;
	uint16_t port;
	bool out, tls;
	const char *const *paths;	/* NULL ends them; # is a number */
};

static const char *const shop_paths[] = {
	"/api/products", "/api/products/#", "/api/cart/#/items",
	"/api/search", "/healthz", "/api/categories", NULL };
static const char *const order_paths[] = {
	"/v1/orders", "/v1/orders/#", "/v1/orders/#/status",
	"/v1/orders/#/invoice", "/metrics", NULL };
static const char *const user_paths[] = {
	"/users/#", "/users/#/addresses", "/login", "/session/refresh", NULL };
static const char *const pay_paths[] = {
	"/v2/charges", "/v2/charges/#", "/v2/refunds", "/v2/balance", NULL };
static const char *const geo_paths[] = { "/geo/reverse", "/geo/city/#", NULL };
static const char *const table_paths[] = { "/", NULL };

static const struct service services[] = {
	{"shop", "retail", "shop.retail.svc", "shop-web", 8080, false, false,
	 shop_paths},
	{"orders", "retail", "orders.retail.svc", "shop-web", 3000, false, false,
	 order_paths},
	{"users", "identity", "users.identity.svc", "gateway", 8443, false, true,
	 user_paths},
	{"orders", "retail", "payments.example.com", "orders", 443, true, true,
	 pay_paths},
	{"shop", "retail", "maps.example.net", "shop", 443, true, true, geo_paths},
	{"users", "identity", "tables.eu.example.org", "users", 443, true, true,
	 table_paths},
};
#define SERVICES (sizeof(services) / sizeof(*services))
#define TABLES (SERVICES - 1)	/* the one that is asked for operations */

/* One record in the making. */
struct pair {
	struct gen *g;
	struct buf *out;
	size_t begin, target;
	const struct service *svc;
	uint64_t needle;
	const char *method, *command;
	char path[64], query[64];
	unsigned code, duration;
	struct buf *request;	/* its body; empty: none */
};

static const char *reason(unsigned code)
{
	switch (code) {
	case 201: return "Created";
	case 204: return "No Content";
	case 304: return "Not Modified";
	case 401: return "Unauthorized";
	case 404: return "Not Found";
	case 500: return "Internal Server Error";
	case 503: return "Service Unavailable";
	}
	return "OK";
}

static unsigned pick_code(struct rng *r, const char *method)
{
	static const unsigned odd[] = {304, 401, 404, 404, 500, 503};
	uint32_t n = rng_below(r, 100);

	if (n < 8)
		return odd[rng_below(r, 6)];
	if (n < 11)
		return 500;
	return *method == 'P' && method[1] == 'O' ? 201
	       : *method == 'D'			  ? 204
						  : 200;
}

/* Most answers are quick, few take seconds. */
static unsigned pick_duration(struct rng *r)
{
	unsigned n = rng_below(r, 1000);

	if (n < 700)
		return 1 + rng_below(r, 40);
	if (n < 950)
		return 40 + rng_below(r, 400);
	return 400 + rng_below(r, n < 998 ? 2600 : 30000);
}

static void put_path(struct pair *p, const char *path)
{
	const char *mark = strchr(path, '#');

	if (!mark)
		snprintf(p->path, sizeof(p->path), "%s", path);
	else
		snprintf(p->path, sizeof(p->path), "%.*s%u%s",
			 (int)(mark - path), path,
			 1 + rng_below(&p->g->rng, 400), mark + 1);
}

static void pick_http(struct pair *p)
{
	static const char *const methods[] = {"GET", "GET", "GET", "GET", "POST",
					      "POST", "PUT", "DELETE"};
	static const char *const operations[] = {"GetItem", "PutItem", "Query",
						 "UpdateItem"};
	struct rng *r = &p->g->rng;
	uint32_t which = rng_below(r, 100);
	size_t paths = 0;

	p->svc = &services[which < 86 ? which % TABLES : TABLES];
	while (p->svc->paths[paths])
		paths++;
	put_path(p, p->svc->paths[rng_below(r, (uint32_t)paths)]);
	p->method = p->command = methods[rng_below(r, 8)];
	if (p->svc == &services[TABLES]) {
		p->method = "POST";
		p->command = operations[rng_below(r, 4)];
	}
	p->code = p->needle ? 200 : pick_code(r, p->method);
	p->query[0] = '\0';
	if (*p->method == 'G' && rng_below(r, 3) == 0)
		snprintf(p->query, sizeof(p->query), "limit=%u&page=%u",
			 10 * (1 + rng_below(r, 10)), 1 + rng_below(r, 90));
	buf_clear(p->request);
	if (*p->method == 'P')
		text_json(r, p->request, 60 + rng_below(r, 400), 0);
}

static void base64_text(struct buf *out, const char *s)
{
	base64_encode(out, s, strlen(s));
}

static void add_head(struct pair *p, const char *protocol)
{
	const struct service *s = p->svc;
	struct rng *r = &p->g->rng;
	unsigned pod = rng_below(r, 5);
	const char *dir = s->out ? "out" : "in";

	buf_addf(p->out, "{\"msgType\":\"rrpair\",\"resource\":\"%s\",\"ts\":\"",
		 s->name);
	text_time(p->out, p->g->ts_us);
	buf_adds(p->out, s->tls ? "\",\"isTls\":true,\"l7protocol\":\"" :
				  "\",\"l7protocol\":\"");
	buf_addf(p->out,
		 "%s\",\"duration\":%u,\"tags\":{\"captureMode\":\"proxy\","
		 "\"k8sAppLabel\":\"%s\",\"k8sAppPodName\":\"%s-6d5f4c7b9-x%u\","
		 "\"k8sAppPodNamespace\":\"%s\",\"k8sClusterName\":\"staging\","
		 "\"proxyId\":\"%s-6d5f4c7b9-x%u\",\"proxyLocation\":\"%s\","
		 "\"proxyProtocol\":\"tcp:http\",\"proxyType\":\"dual\","
		 "\"proxyVersion\":\"v2.5.590\",\"sequence\":\"%llu\","
		 "\"source\":\"goproxy\"},\"uuid\":\"",
		 protocol, p->duration, s->name, s->name, pod, s->space, s->name,
		 pod, dir, (unsigned long long)p->g->n);
	text_uuid(r, p->out);
	buf_addf(p->out,
		 "\",\"direction\":\"%s\",\"cluster\":\"staging\","
		 "\"namespace\":\"%s\",\"service\":\"%s\"",
		 s->out ? "OUT" : "IN", s->space, s->name);
}

static void add_request(struct pair *p)
{
	const struct service *s = p->svc;
	struct buf *out = p->out;

	buf_addf(out, "\"http\":{\"req\":{\"url\":\"%s\",\"uri\":\"%s%s%s\","
		 "\"version\":\"1.1\",\"method\":\"%s\",\"host\":\"%s:%u\","
		 "\"headers\":{\"Accept\":[\"application/json\"],"
		 "\"Accept-Encoding\":[\"gzip, deflate\"]", p->path, p->path,
		 *p->query ? "?" : "", p->query, p->method, s->host, s->port);
	if (p->request->len)
		buf_addf(out, ",\"Content-Length\":[\"%zu\"],"
			 "\"Content-Type\":[\"application/json\"]",
			 p->request->len);
	buf_addf(out, ",\"Host\":[\"%s:%u\"],\"User-Agent\":[\"%s/3.%u.0\"],"
		 "\"X-Request-Id\":[\"%016llx\"]}", s->host, s->port, s->caller,
		 rng_below(&p->g->rng, 4),
		 (unsigned long long)rng_next(&p->g->rng));
	if (*p->query) {
		const char *amp = strchr(p->query, '&');

		buf_addf(out, ",\"queryParams\":{\"limit\":[\"%.*s\"],"
			 "\"page\":[\"%s\"]}", (int)(amp - p->query - 6),
			 p->query + 6, amp + 6);
	}
	if (p->request->len) {
		buf_adds(out, ",\"bodyBase64\":\"");
		base64_encode(out, p->request->data, p->request->len);
		buf_addc(out, '"');
	}
	buf_addc(out, '}');
}

/* As much body as is missing to the size this record shall have; `behind`
 * bytes follow it. */
static void add_body(struct pair *p, size_t behind)
{
	struct buf *out = p->out, *text = &p->g->body;
	struct rng *r = &p->g->rng;
	size_t have = out->len - p->begin + behind;
	size_t room = p->target > have + 60 ? p->target - have : 60;
	uint32_t form = p->needle ? (uint32_t)(p->needle / NEEDLE_EVERY * 40 % 100)
				  : rng_below(r, 100);

	buf_adds(out, ",\"bodyBase64\":\"");
	buf_clear(text);
	if (form >= 70 && (p->needle || room < 60000)) {
		if (p->needle) {
			text_json(r, text, room * 2, p->needle);
			text_gzip_base64(out, text->data, text->len);
		} else {
			const struct zipped *z = pool_take(&p->g->pool, r, room);

			buf_add(out, z->text, z->len);
		}
	} else if (form >= 55) {
		text_json(r, text, room * 2 / 5, p->needle);
		base64_encode(out, text->data, text->len);
		buf_adds(out, "\",\"body\":\"");
		text_escaped(out, text->data, text->len);
	} else {
		text_json(r, text, room * 3 / 4, p->needle);
		base64_encode(out, text->data, text->len);
	}
	buf_addc(out, '"');
}

static void add_response(struct pair *p, size_t behind)
{
	buf_addf(p->out, ",\"res\":{\"contentType\":\"application/json\","
		 "\"statusCode\":%u,\"statusMessage\":\"%u %s\",\"headers\":{"
		 "\"Cache-Control\":[\"no-store\"],"
		 "\"Content-Type\":[\"application/json\"],\"Server\":[\"edge\"],"
		 "\"Vary\":[\"Accept-Encoding\",\"Origin\"]}", p->code, p->code,
		 reason(p->code));
	if (p->code != 204 && p->code != 304)
		add_body(p, behind);
	buf_adds(p->out, "}}");
}

/* Each value once in base64 and once plain. */
static void add_signature(struct pair *p, const char *name, bool encoded)
{
	struct buf *out = p->out;
	const char *values[] = {"http:host", p->svc->host, "http:method",
				p->method, "http:queryparams", p->query};

	buf_addf(out, ",\"%s\":{", name);
	for (int i = 0; i < 6; i += 2) {
		buf_addf(out, "\"%s\":\"", values[i]);
		if (encoded)
			base64_text(out, values[i + 1]);
		else
			buf_adds(out, values[i + 1]);
		buf_adds(out, "\",");
	}
	if (p->request->len) {
		buf_adds(out, "\"http:requestBodyJSON\":\"");
		if (encoded)
			base64_encode(out, p->request->data, p->request->len);
		else
			text_escaped(out, p->request->data, p->request->len);
		buf_adds(out, "\",");
	}
	buf_adds(out, "\"http:url\":\"");
	if (encoded)
		base64_text(out, p->path);
	else
		buf_adds(out, p->path);
	buf_adds(out, "\"}");
}

static void add_netinfo(struct pair *p)
{
	struct buf *out = p->out;
	struct rng *r = &p->g->rng;

	buf_addf(out, ",\"netinfo\":{\"id\":\"%u\",\"startTime\":\"",
		 rng_below(r, 1000000));
	text_time(out, p->g->ts_us - 1000);
	buf_addf(out, "\",\"downstream\":{\"established\":\"");
	text_time(out, p->g->ts_us - 2000);
	buf_addf(out, "\",\"ipAddress\":\"10.42.0.%u\",\"port\":%u,"
		 "\"bytesSent\":\"%u\"},\"upstream\":{\"established\":\"",
		 rng_below(r, 250), 30000 + rng_below(r, 30000),
		 200 + rng_below(r, 900));
	text_time(out, p->g->ts_us - 1500);
	buf_addf(out, "\",\"ipAddress\":\"10.42.1.%u\",\"port\":%u,"
		 "\"hostname\":\"%s\",\"bytesSent\":\"%u\"}}", rng_below(r, 250),
		 p->svc->port, p->svc->host, 200 + rng_below(r, 9000));
}

/* What analysis finds: tokens, with the place where each was seen. */
static void add_tokens(struct pair *p, uint64_t token)
{
	buf_addf(p->out, ",\"tokenList\":{\"UUID:%016llx\":{\"id\":"
		 "\"UUID:%016llx\",\"tokens\":[{\"token\":{\"location\":"
		 "\"http.req.headers.X-Request-Id[0]\","
		 "\"pattern\":\"DATA_PATTERN_UNRECOGNIZED\"}}]}}",
		 (unsigned long long)token, (unsigned long long)token);
}

static void add_http(struct pair *p)
{
	struct rng *r = &p->g->rng;
	bool tokens = rng_below(r, 5) == 0, session = rng_below(r, 6) == 0;
	size_t behind;

	pick_http(p);
	add_head(p, p->svc->tls ? "https" : "http");
	buf_addf(p->out, ",\"tech\":\"%s\",\"network_address\":\"%s:%u\","
		 "\"command\":\"%s\",\"location\":\"%s\",\"status\":\"%u\",",
		 p->svc == &services[TABLES] ? "DynamoDB" : "JSON", p->svc->host,
		 p->svc->port, p->command, p->path, p->code);
	add_request(p);
	behind = 800 + p->request->len * 5 / 2 + tokens * 220u + session * 210u;
	add_response(p, behind);
	if (tokens)
		add_tokens(p, rng_next(r));
	if (session) {
		buf_adds(p->out, ",\"session\":\"eyJhbGciOiJIUzI1NiJ9.");
		for (int i = 0; i < 5; i++)
			text_uuid(r, p->out);
		buf_addc(p->out, '"');
	}
	add_signature(p, "signature", true);
	add_netinfo(p);
	add_signature(p, "mutableSignature", false);
	buf_adds(p->out, "}\n");
}

static void add_rows(struct pair *p, size_t behind)
{
	struct buf *out = p->out;
	struct rng *r = &p->g->rng;
	unsigned rows = 0;

	do {
		buf_adds(out, rows++ ? "," : "");
		buf_adds(out, "{\"dataRow\":{\"values\":[{\"asString\":\"");
		text_number(out, rng_below(r, 100000));
		buf_addf(out, "\"},{\"asString\":\"customer %u\"},"
			 "{\"isNull\":true},{},{\"asString\":\"",
			 rng_below(r, 9000));
		text_time(out, p->g->ts_us);
		buf_adds(out, "\"}]}}");
	} while (out->len - p->begin + behind < p->target);
	buf_addf(out, ",{\"complete\":{\"tag\":\"SELECT %u\"}}", rows);
}

static void add_postgres(struct pair *p)
{
	static const struct service db = {
		"orders", "retail", "db.retail.svc", "orders", 5432, true, false,
		NULL };
	static const char *const tables[] = {"orders", "customers", "invoices",
					     "stock"};
	struct rng *r = &p->g->rng;
	const char *table = tables[rng_below(r, 4)];
	char sql[128];

	p->svc = &db;
	snprintf(sql, sizeof(sql), "SELECT id, name, note, extra, changed FROM %s "
		 "WHERE region = $1 ORDER BY id LIMIT %u", table,
		 10 * (1 + rng_below(r, 5)));
	add_head(p, "postgres");
	buf_addf(p->out, ",\"tech\":\"Postgres\",\"network_address\":\"%s:%u\","
		 "\"command\":\"Execute\",\"location\":\"%s\",\"status\":\"OK\","
		 "\"postgres\":{\"request\":{\"execute\":{\"query\":\"%s\"}},"
		 "\"response\":{\"execute\":{\"messages\":[", db.host, db.port,
		 sql, sql);
	add_rows(p, 1250);
	buf_adds(p->out, "]}}},\"signature\":{\"postgres:msg_type\":\"");
	base64_text(p->out, "execute");
	buf_adds(p->out, "\",\"postgres:query\":\"");
	base64_text(p->out, sql);
	buf_adds(p->out, "\"}");
	add_netinfo(p);
	buf_addf(p->out, ",\"mutableSignature\":{\"postgres:msg_type\":\"execute\","
		 "\"postgres:query\":\"%s\"}}\n", sql);
}

void gen_record(struct gen *g, struct buf *out)
{
	struct pair p = {
		.g = g,
		.out = out,
		.begin = out->len,
		.request = &g->other,
	};

	g->n++;
	g->ts_us += 200 + rng_below(&g->rng, 40000);
	p.target = text_target(&g->rng);
	p.duration = pick_duration(&g->rng);
	if (g->n % NEEDLE_EVERY == 0)
		p.needle = g->n;
	if (!p.needle && rng_below(&g->rng, 100) < 14)
		add_postgres(&p);
	else
		add_http(&p);
}

void gen_tiny(struct gen *g, struct buf *out)
{
	struct rng *r = &g->rng;

	g->n++;
	g->ts_us += 1 + rng_below(r, 2000);
	buf_adds(out, "{\"ts\":\"");
	text_time(out, g->ts_us);
	buf_adds(out, "\",\"duration\":");
	text_number(out, pick_duration(r));
	buf_adds(out, ",\"uuid\":\"");
	text_uuid(r, out);
	buf_adds(out, "\",\"command\":\"GET\",\"location\":\"/t/");
	text_number(out, rng_below(r, 5000));
	if (g->n % NEEDLE_EVERY == 0) {
		buf_adds(out, "\",\"session\":\"NEEDLE-");
		text_number(out, g->n);
	}
	buf_adds(out, rng_below(r, 30) ? "\",\"status\":\"200\"}\n"
				       : "\",\"status\":\"500\"}\n");
}

void gen_init(struct gen *g, uint64_t seed, bool tiny)
{
	memset(g, 0, sizeof(*g));
	g->rng.state = seed * UINT64_C(0xD1342543DE82EF95) + 1;
	g->ts_us = INT64_C(1772445600) * 1000000;	/* 2026-03-02T10:00:00Z */
	g->tiny = tiny;
	buf_init(&g->body);
	buf_init(&g->other);
	if (!tiny)
		pool_fill(&g->pool, &g->rng);
}

void gen_release(struct gen *g)
{
	pool_release(&g->pool);
	buf_release(&g->body);
	buf_release(&g->other);
}
