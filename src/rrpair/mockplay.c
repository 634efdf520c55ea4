/* A repository as traffic. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/mock.h"
#include "rrpair/mockconvert.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"

struct operation {
	char *id;		/* as messages give it */
	char *method, *path, *action;
	int64_t delay;
	size_t service;
};
struct service {
	char *name, *version, *type;
	char *direction, *cluster, *namespace_;
	int64_t created;	/* ms */
};
struct response {
	char *id, *text;
	size_t len;
	bool asked;
};

struct mock_player {
	struct mock_options options;
	struct service *services;
	size_t nservices, services_cap;
	struct operation *ops;
	size_t nops, ops_cap;
	struct response *responses;
	size_t nresponses, responses_cap;
	bool sorted;
	uint64_t played;
	struct mock_report report;
	struct rrpair answer;
};

struct mock_player *mock_player_new(const struct mock_options *options)
{
	struct mock_player *p = mem_zalloc(1, sizeof(*p));

	p->options = *options;
	rrpair_init(&p->answer);
	return p;
}

void mock_player_free(struct mock_player *p)
{
	if (!p)
		return;
	for (size_t i = 0; i < p->nservices; i++) {
		struct service *s = &p->services[i];

		free(s->name);
		free(s->version);
		free(s->type);
		free(s->direction);
		free(s->cluster);
		free(s->namespace_);
	}
	for (size_t i = 0; i < p->nops; i++) {
		free(p->ops[i].id);
		free(p->ops[i].method);
		free(p->ops[i].path);
		free(p->ops[i].action);
	}
	for (size_t i = 0; i < p->nresponses; i++) {
		free(p->responses[i].id);
		free(p->responses[i].text);
	}
	free(p->services);
	free(p->ops);
	free(p->responses);
	rrpair_release(&p->answer);
	mock_report_release(&p->report);
	free(p);
}

/* The decoded value of a member; "" where it is null or missing. */
static char *text_at(const struct rrpair *pair, uint32_t object,
		     const char *key)
{
	uint32_t node = part_member(pair, object, key);
	struct buf text;
	char *s;

	buf_init(&text);
	if (node != JSON_NONE && !part_is(pair, node, JSON_NULL))
		part_text(pair, node, &text);
	s = mem_dup(text.data ? text.data : "", text.len);
	buf_release(&text);
	return s;
}

static int64_t number_at(const struct rrpair *pair, uint32_t object,
			 const char *key)
{
	uint32_t node = part_member(pair, object, key);
	int64_t v = 0;

	if (node != JSON_NONE && !json_int64(&pair->doc, node, &v))
		v = 0;
	return v;
}

/* ---- what has no place ---- */

static bool one_of(const struct json_doc *doc, uint32_t node,
		   const char *const *names)
{
	for (; *names; names++)
		if (json_key_is(doc, node, *names, strlen(*names)))
			return true;
	return false;
}

static bool says_nothing(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n = &doc->nodes[node];

	return n->type == JSON_NULL || n->type == JSON_FALSE ||
	       (n->type >= JSON_ARRAY && n->children == 0);
}

/* Members that are there, say something and are not kept. prefix: where the
 * object stands, as ".services[]". */
static void lose_members(struct mock_player *p, const struct rrpair *pair,
			 uint32_t object, const char *prefix,
			 const char *const *kept)
{
	const struct json_doc *doc = &pair->doc;

	if (!part_is(pair, object, JSON_OBJECT))
		return;
	for (uint32_t n = json_first(doc, object); n != JSON_NONE;
	     n = json_next(doc, n)) {
		struct buf path, key;

		if (one_of(doc, n, kept) || says_nothing(doc, n))
			continue;
		buf_init(&path);
		buf_init(&key);
		json_key(doc, n, &key);
		buf_addf(&path, "%s.", prefix);
		utf8_visible(&path, key.data, key.len, false);
		mock_report_add(&p->report, path.data, "");
		buf_release(&path);
		buf_release(&key);
	}
}

/* ---- services ---- */

/* "GET /x" is a method and a path; a plain name has neither. */
static void take_operation(struct mock_player *p, const struct rrpair *pair,
			   uint32_t node, const char *id, size_t service)
{
	static const char *const kept[] = { "name", "method", "action",
					    "defaultDelay", "resourcePaths",
					    NULL };
	const struct service *s = &p->services[service];
	char *name = text_at(pair, node, "name"), *blank = strchr(name, ' ');
	struct operation *op;

	p->ops = mem_room(p->ops, p->nops, &p->ops_cap, sizeof(*p->ops));
	op = &p->ops[p->nops++];
	*op = (struct operation){
		.id = mem_format("%s-%s", id, name),
		.method = text_at(pair, node, "method"),
		.action = text_at(pair, node, "action"),
		.delay = number_at(pair, node, "defaultDelay"),
		.service = service,
	};
	if (!strcmp(s->type, "SOAP_HTTP") || !strcmp(s->type, "GRAPHQL")) {
		free(op->method);
		op->method = mem_strdup("POST");
		op->path = mem_format("/%s/%s/%s", s->type[0] == 'S' ? "soap"
								      : "graphql",
				      s->name, s->version);
	} else {
		if (!*op->method && blank) {
			free(op->method);
			op->method = mem_dup(name, (size_t)(blank - name));
		}
		op->path = mem_strdup(blank ? blank + 1 : name);
	}
	lose_members(p, pair, node, ".services[].operations[]", kept);
	free(name);
}

static bool has_traffic(const char *type)
{
	return strcmp(type, "GRPC") && strcmp(type, "EVENT") &&
	       strcmp(type, "GENERIC_EVENT");
}

static void take_service(struct mock_player *p, const struct rrpair *pair)
{
	static const char *const kept[] = { "id", "name", "type", "metadata",
					    "operations", NULL };
	static const char *const kept_meta[] = { "createdOn", "annotations",
						 NULL };
	static const char *const kept_notes[] = { "direction", "cluster",
						  "namespace", NULL };
	uint32_t meta = part_member(pair, 0, "metadata");
	uint32_t notes = part_member(pair, meta, "annotations");
	uint32_t ops = part_member(pair, 0, "operations");
	char *id = text_at(pair, 0, "id");
	struct service *s;

	p->services = mem_room(p->services, p->nservices, &p->services_cap,
			       sizeof(*p->services));
	s = &p->services[p->nservices++];
	*s = (struct service){
		.name = text_at(pair, 0, "name"),
		.version = text_at(pair, 0, "version"),
		.type = text_at(pair, 0, "type"),
		.direction = text_at(pair, notes, "direction"),
		.cluster = text_at(pair, notes, "cluster"),
		.namespace_ = text_at(pair, notes, "namespace"),
		.created = number_at(pair, meta, "createdOn"),
	};
	if (part_is(pair, ops, JSON_ARRAY))
		for (uint32_t n = json_first(&pair->doc, ops); n != JSON_NONE;
		     n = json_next(&pair->doc, n))
			take_operation(p, pair, n, id, p->nservices - 1);
	lose_members(p, pair, 0, ".services[]", kept);
	lose_members(p, pair, meta, ".services[].metadata", kept_meta);
	lose_members(p, pair, notes, ".services[].metadata.annotations",
		     kept_notes);
	free(id);
}

bool mock_player_learn(struct mock_player *p, const struct rrpair *pair,
		       struct err *err)
{
	struct response *r;

	(void)err;
	switch (pair->proto) {
	case PROTO_MOCK_SERVICE:
		take_service(p, pair);
		break;
	case PROTO_MOCK_RESPONSE:
		p->responses = mem_room(p->responses, p->nresponses,
					&p->responses_cap,
					sizeof(*p->responses));
		r = &p->responses[p->nresponses++];
		*r = (struct response){ .id = text_at(pair, 0, "id"),
					.text = mem_dup(pair->text, pair->len),
					.len = pair->len };
		break;
	case PROTO_MOCK_RESOURCE:
		mock_report_add(&p->report, ".resources[]", "");
		break;
	case PROTO_MOCK_EVENT:
		mock_report_add(&p->report, ".eventMessages[]", "");
		break;
	default:
		break;
	}
	return true;
}

/* ---- records ---- */

static int by_response(const void *a, const void *b)
{
	return strcmp(((const struct response *)a)->id,
		      ((const struct response *)b)->id);
}

static int by_operation(const void *a, const void *b)
{
	return strcmp(((const struct operation *)a)->id,
		      ((const struct operation *)b)->id);
}

static void sort_all(struct mock_player *p)
{
	if (p->sorted)
		return;
	p->sorted = true;
	if (p->nops)
		qsort(p->ops, p->nops, sizeof(*p->ops), by_operation);
	if (p->nresponses)
		qsort(p->responses, p->nresponses, sizeof(*p->responses),
		      by_response);
}

/* The answer of a request, parsed; false when there is none. */
static bool find_answer(struct mock_player *p, const struct rrpair *pair)
{
	struct response want = { .id = text_at(pair, 0, "responseId") }, *r;

	r = p->nresponses ? bsearch(&want, p->responses, p->nresponses,
				    sizeof(want), by_response) : NULL;
	free(want.id);
	if (!r || !rrpair_parse(&p->answer, r->text, r->len, NULL))
		return false;
	r->asked = true;
	rrpair_set_proto(&p->answer, PROTO_MOCK_RESPONSE);
	return true;
}

static void string(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, ",\"%s\":", key);
	mock_encode(out, value, strlen(value));
}

struct parameters {
	const struct rrpair *pair;
	struct buf *path, *query;
	struct buf name, value;
	bool any;
};

/* The place in the path that a parameter fills: {name} or :name. */
static bool find_place(const struct buf *path, const struct buf *name,
		       size_t *at, size_t *len)
{
	for (size_t i = 0; i < path->len; i++) {
		const char *s = path->data + i;
		size_t left = path->len - i - 1;

		if ((*s != '{' && *s != ':') || left < name->len ||
		    memcmp(s + 1, name->data, name->len) != 0)
			continue;
		if (*s == '{' && left > name->len && s[1 + name->len] == '}') {
			*at = i;
			*len = name->len + 2;
			return true;
		}
		if (*s == ':' && i > 0 && s[-1] == '/' &&
		    (left == name->len || s[1 + name->len] == '/')) {
			*at = i;
			*len = name->len + 1;
			return true;
		}
	}
	return false;
}

static void put_parameter(void *arg, uint32_t name, uint32_t value, bool odd)
{
	struct parameters *ps = arg;
	size_t at, len;
	struct buf filled;

	(void)odd;
	buf_clear(&ps->name);
	buf_clear(&ps->value);
	part_text(ps->pair, name, &ps->name);
	if (!part_is(ps->pair, value, JSON_NULL))
		part_text(ps->pair, value, &ps->value);
	if (ps->name.len && find_place(ps->path, &ps->name, &at, &len)) {
		buf_init(&filled);
		buf_add(&filled, ps->path->data, at);
		url_encode(&filled, ps->value.data, ps->value.len);
		buf_add(&filled, ps->path->data + at + len,
			ps->path->len - at - len);
		buf_release(ps->path);
		*ps->path = filled;
		return;
	}
	if (ps->query->len)
		buf_addc(ps->query, '&');
	url_encode(ps->query, ps->name.data, ps->name.len);
	buf_addc(ps->query, '=');
	url_encode(ps->query, ps->value.data, ps->value.len);
}

static void put_headers(const struct rrpair *pair, enum pairtable_id id,
			const char *action, struct buf *out)
{
	struct pairtable t;
	bool any = false;

	pairtable_init(&t);
	if (!pairtable_read(&t, pair, id, NULL))
		t.count = 0;
	buf_adds(out, ",\"headers\":{");
	for (size_t i = 0; i < t.count; i++) {
		const struct pairtable_row *r = &t.rows[i];

		if (r->nth > 1)
			continue;	/* stands with the first of its name */
		if (any)
			buf_addc(out, ',');
		any = true;
		mock_encode(out, r->name, r->name_len);
		buf_adds(out, ":[");
		for (size_t k = i, n = 0; k < t.count && n < r->of; k++) {
			const struct pairtable_row *v = &t.rows[k];

			if (!utf8_ascii_ieq(v->name, v->name_len, r->name,
					    r->name_len))
				continue;
			if (n++)
				buf_addc(out, ',');
			mock_encode(out, v->value, v->value_len);
		}
		buf_addc(out, ']');
	}
	if (*action && mock_header(pair, "SOAPAction", 10) == JSON_NONE) {
		buf_adds(out, any ? ",\"SOAPAction\":[" : "\"SOAPAction\":[");
		mock_encode(out, action, strlen(action));
		buf_addc(out, ']');
	}
	buf_addc(out, '}');
	pairtable_release(&t);
}

static void put_body(const struct rrpair *pair, struct buf *out)
{
	uint32_t node = mock_content(pair);
	struct buf text;

	if (node == JSON_NONE || part_is(pair, node, JSON_NULL))
		return;
	buf_init(&text);
	part_text(pair, node, &text);
	buf_adds(out, ",\"bodyBase64\":\"");
	base64_encode(out, text.data ? text.data : "", text.len);
	buf_addc(out, '"');
	buf_release(&text);
}

/* queryParams: the values of each name, decoded. */
static void put_query_map(const struct buf *query, struct buf *out)
{
	struct params ps;
	bool any = false;

	params_init(&ps);
	params_parse(&ps, query->data ? query->data : "", query->len);
	if (ps.count)
		buf_adds(out, ",\"queryParams\":{");
	for (size_t i = 0; i < ps.count; i++) {
		const struct param *p = &ps.rows[i];
		const char *name = ps.bytes.data + p->name;
		size_t n = 0;

		if (params_find(&ps, name, p->name_len, 1) != i)
			continue;	/* stands with the first of its name */
		if (any)
			buf_addc(out, ',');
		any = true;
		mock_encode(out, name, p->name_len);
		buf_adds(out, ":[");
		for (size_t k = i; k < ps.count; k++) {
			if (!params_named(&ps, k, name, p->name_len))
				continue;
			if (n++)
				buf_addc(out, ',');
			mock_encode(out, ps.bytes.data + ps.rows[k].value,
				    ps.rows[k].value_len);
		}
		buf_addc(out, ']');
	}
	if (ps.count)
		buf_addc(out, '}');
	params_release(&ps);
}

static void put_request(struct mock_player *p, const struct rrpair *pair,
			const struct operation *op, const struct buf *path,
			const struct buf *query, struct buf *out)
{
	char *url = mem_dup(path->data ? path->data : "", path->len);
	char *uri = query->len ? mem_format("%s?%.*s", url, (int)query->len,
					    query->data) : mem_strdup(url);

	buf_adds(out, ",\"http\":{\"req\":{\"url\":");
	mock_encode(out, url, strlen(url));
	string(out, "uri", uri);
	string(out, "method", op->method);
	if (p->options.host)
		string(out, "host", p->options.host);
	put_query_map(query, out);
	put_headers(pair, PAIRTABLE_REQUEST_HEADERS, op->action, out);
	put_body(pair, out);
	free(url);
	free(uri);
}

/* What the header says, which has the parameters too, where it is of the media
 * type or that is not there. */
static char *media_type(const struct rrpair *pair)
{
	char *type = text_at(pair, 0, "mediaType"), *full;
	uint32_t node = mock_header(pair, "Content-Type", 12);
	size_t len = strlen(type);
	struct buf text;

	if (node == JSON_NONE)
		return type;
	buf_init(&text);
	part_text(pair, node, &text);
	full = mem_dup(text.data ? text.data : "", text.len);
	buf_release(&text);
	if (len && (strncmp(full, type, len) ||
		    !strchr("; ", full[len] ? full[len] : ';'))) {
		free(full);
		return type;
	}
	free(type);
	return full;
}

static char *status_of(const struct rrpair *pair)
{
	char *status = text_at(pair, 0, "status");

	if (strlen(status) == 3 && strspn(status, "0123456789") == 3 &&
	    *status != '0')
		return status;
	free(status);
	return mem_strdup("200");
}

static void put_response(const struct rrpair *pair, const char *status,
			 struct buf *out)
{
	const char *reason = rrpair_reason((unsigned)strtoul(status, NULL, 10));
	char *type = media_type(pair);
	char *message = mem_format("%s %s", status, reason ? reason : "");

	buf_adds(out, "},\"res\":{\"contentType\":");
	mock_encode(out, type, strlen(type));
	buf_addf(out, ",\"statusCode\":%s", status);
	string(out, "statusMessage", message);
	put_headers(pair, PAIRTABLE_RESPONSE_HEADERS, "", out);
	put_body(pair, out);
	buf_adds(out, "}}");
	free(message);
	free(type);
}

/* The uuid that a conversion made the name of; else a fresh one. */
static void put_uuid(const struct rrpair *pair, struct buf *out)
{
	char *name = text_at(pair, 0, "name");
	char text[UUID_BASE64_MAX];
	struct uuid uuid;

	if (!uuid_parse(&uuid, name, strlen(name)))
		uuid_v4(&uuid);
	uuid_base64(text, &uuid);
	string(out, "uuid", text);
	free(name);
}

static void put_record(struct mock_player *p, const struct rrpair *pair,
		       const struct operation *op, const struct buf *path,
		       const struct buf *query, struct buf *out)
{
	const struct service *s = &p->services[op->service];
	char ts[RFC3339_MAX], *status = status_of(&p->answer);
	const char *direction = p->options.direction ? p->options.direction
				: *s->direction ? s->direction : "OUT";
	const char *service = p->options.service ? p->options.service : s->name;
	int64_t ms = s->created + (int64_t)p->played++;

	if (ms > INT64_MAX / 1000000 || ms < 0)
		ms = 0;
	rfc3339_format(ts, ms * 1000000, 3);
	buf_adds(out, "{\"msgType\":\"rrpair\"");
	string(out, "resource", service);
	string(out, "ts", ts);
	string(out, "l7protocol", "http");
	buf_addf(out, ",\"duration\":%" PRId64,
		 op->delay < 0 ? 0 : op->delay > INT32_MAX ? INT32_MAX
							    : op->delay);
	put_uuid(pair, out);
	string(out, "direction", direction);
	string(out, "cluster", *s->cluster ? s->cluster : "undefined");
	string(out, "namespace", *s->namespace_ ? s->namespace_ : "undefined");
	string(out, "service", service);
	if (p->options.host)
		string(out, "network_address", p->options.host);
	string(out, "command", op->method);
	buf_adds(out, ",\"location\":");
	mock_encode(out, path->data ? path->data : "", path->len);
	string(out, "status", status);
	put_request(p, pair, op, path, query, out);
	put_response(&p->answer, status, out);
	buf_adds(out, "}\n");
	free(status);
}

static void lose_message_members(struct mock_player *p,
				 const struct rrpair *pair)
{
	static const char *const kept[] = {
		"name", "content", "operationId", "headers", "id",
		"responseId", "queryParameters", "status", "mediaType", NULL
	};

	lose_members(p, pair, 0, ".requests[]", kept);
	lose_members(p, &p->answer, 0, ".responses[]", kept);
}

bool mock_player_add(struct mock_player *p, const struct rrpair *pair,
		     struct buf *out, struct err *err)
{
	struct operation want = { .id = text_at(pair, 0, "operationId") }, *op;
	struct parameters ps = { .pair = pair };
	struct buf path, query;

	sort_all(p);
	op = p->nops ? bsearch(&want, p->ops, p->nops, sizeof(want),
			       by_operation) : NULL;
	free(want.id);
	if (!op || !find_answer(p, pair) ||
	    !has_traffic(p->services[op->service].type)) {
		mock_report_add(&p->report, ".requests[]",
				!op ? _("its operation is not in the file")
				: !has_traffic(p->services[op->service].type)
					? _("the protocol has no http pair")
					: _("its response is not in the file"));
		return true;
	}
	buf_init(&path);
	buf_init(&query);
	buf_adds(&path, op->path);
	ps.path = &path;
	ps.query = &query;
	buf_init(&ps.name);
	buf_init(&ps.value);
	mock_rows(pair, PAIRTABLE_PARAMS, put_parameter, &ps);
	if (path.data && (memmem(path.data, path.len, "/:", 2) ||
			 memchr(path.data, '{', path.len)))
		mock_report_add(&p->report, ".requests[].queryParameters",
				_("a part of the path has no value and stays "
				  "a template"));
	put_record(p, pair, op, &path, &query, out);
	lose_message_members(p, pair);
	buf_release(&ps.name);
	buf_release(&ps.value);
	buf_release(&path);
	buf_release(&query);
	return buf_ok(out, _("the record"), err);
}

const struct mock_report *mock_player_lost(const struct mock_player *p)
{
	return &p->report;
}

const struct mock_report *mock_player_report(struct mock_player *p)
{
	for (size_t i = 0; i < p->nresponses; i++)
		if (!p->responses[i].asked)
			mock_report_add(&p->report, ".responses[]",
					_("no request asks for it"));
	return &p->report;
}
