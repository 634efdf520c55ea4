/* Traffic as a repository. */
#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/mockconvert.h"
#include "rrpair/params.h"
#include "rrpair/parts.h"

#define ARTIFACT "speedscale-import"	/* never the name of an upload */

/* ---- services and operations ---- */

struct operation {
	char *name, *method, *path;
	int64_t *durations;
	size_t count, cap;	/* pairs */
	struct buf keys;	/* of queries: name NUL name NUL, sorted */
};

struct service {
	char *name;
	char id[MOCK_ID_LEN + 1];
	int64_t created;	/* ms; INT64_MAX: not known */
	char *direction, *cluster, *namespace_;	/* of its first record */
	struct operation *ops;
	size_t count, cap;
};

struct mock_maker {
	struct mock_options options;
	struct service *services;
	size_t count, cap;
	struct buf requests, responses;
	struct mock_report report;
	uint64_t number;
	struct {
		int64_t ns, took;
		size_t service, op;
	} *times;		/* of each pair, as they are played back */
	size_t ntimes, times_cap;
	struct mock_strings operations;	/* service and name -> place in ops */
	struct mock_strings names;		/* that were given: service, operation, name */
};

struct mock_maker *mock_maker_new(const struct mock_options *options)
{
	struct mock_maker *m = mem_zalloc(1, sizeof(*m));

	m->options = *options;
	buf_init(&m->requests);
	buf_init(&m->responses);
	return m;
}

static void free_service(struct service *s)
{
	for (size_t i = 0; i < s->count; i++) {
		free(s->ops[i].name);
		free(s->ops[i].method);
		free(s->ops[i].path);
		free(s->ops[i].durations);
		buf_release(&s->ops[i].keys);
	}
	free(s->ops);
	free(s->name);
	free(s->direction);
	free(s->cluster);
	free(s->namespace_);
}

void mock_maker_free(struct mock_maker *m)
{
	if (!m)
		return;
	for (size_t i = 0; i < m->count; i++)
		free_service(&m->services[i]);
	mock_strings_release(&m->names);
	mock_strings_release(&m->operations);
	free(m->services);
	free(m->times);
	buf_release(&m->requests);
	buf_release(&m->responses);
	mock_report_release(&m->report);
	free(m);
}

const struct mock_report *mock_maker_report(const struct mock_maker *m)
{
	return &m->report;
}

static struct service *service_of(struct mock_maker *m,
				  const struct rrpair *pair)
{
	char *name = m->options.service ? mem_strdup(m->options.service)
			: mock_text_of(pair, pair->top[TOP_SERVICE]);
	struct service *s;

	if (!*name) {
		free(name);
		name = mock_text_of(pair, pair->top[TOP_RESOURCE]);
	}
	if (!*name) {
		free(name);
		name = mem_strdup("unknown");
	}
	for (size_t i = 0; i < m->count; i++) {
		if (strcmp(m->services[i].name, name) != 0)
			continue;
		free(name);
		return &m->services[i];
	}
	m->services = mem_room(m->services, m->count, &m->cap,
			       sizeof(*m->services));
	s = &m->services[m->count++];
	*s = (struct service){ .name = name, .created = INT64_MAX };
	mock_fresh_id(s->id);
	s->direction = mock_text_of(pair, pair->top[TOP_DIRECTION]);
	s->cluster = mock_text_of(pair, pair->top[TOP_CLUSTER]);
	s->namespace_ = mock_text_of(pair, pair->top[TOP_NAMESPACE]);
	return s;
}

static struct operation *operation_of(struct mock_maker *m, struct service *s,
				      const struct rrpair *pair)
{
	char *method = mock_field_text(pair, FIELD_METHOD);
	char *path = mock_field_text(pair, FIELD_PATH);
	char *name = mem_format("%s %s", method, path);
	struct operation *op;
	bool new;
	size_t at = mock_strings_add(&m->operations, mem_format("%s %s", s->id, name),
				s->count, &new);

	if (!new) {
		free(method);
		free(path);
		free(name);
		return &s->ops[at];
	}
	s->ops = mem_room(s->ops, s->count, &s->cap, sizeof(*s->ops));
	op = &s->ops[s->count++];
	*op = (struct operation){ .name = name, .method = method,
				  .path = path };
	buf_init(&op->keys);
	return op;
}

/* ---- messages ---- */

static bool dropped(const char *name, size_t len, bool decoded)
{
	static const char *const names[] = { "Content-Length",
					     "Transfer-Encoding", "Connection" };

	for (size_t i = 0; i < 3; i++)
		if (utf8_ascii_ieq(name, len, names[i], strlen(names[i])))
			return true;
	return decoded && utf8_ascii_ieq(name, len, "Content-Encoding", 16);
}

static bool repeated(const struct pairtable *t, size_t row, size_t from)
{
	for (size_t i = from; i < row; i++)
		if (t->rows[i].value_len == t->rows[row].value_len &&
		    !memcmp(t->rows[i].value, t->rows[row].value,
			    t->rows[row].value_len))
			return true;
	return false;
}

/* Headers without a value, or that are no map at all, have no row to keep. */
static bool has_odd_headers(const struct rrpair *pair, enum body_side side)
{
	uint32_t message = side == BODY_REQUEST ? pair->req : pair->res;
	uint32_t map = part_member(pair, message, "headers");

	if (map == JSON_NONE)
		return false;
	if (!part_is(pair, map, JSON_OBJECT))
		return true;
	for (uint32_t n = json_first(&pair->doc, map); n != JSON_NONE;
	     n = json_next(&pair->doc, n))
		if (!part_is(pair, n, JSON_ARRAY) ||
		    !pair->doc.nodes[n].children)
			return true;
	return false;
}

/* Rows of one name lie beside each other, as they do in a map. */
static void put_headers(struct mock_maker *m, const struct rrpair *pair,
			enum body_side side, bool decoded, struct buf *out)
{
	struct pairtable t;
	size_t first = SIZE_MAX;
	bool any = false, twice = false, gone = false;
	bool odd = has_odd_headers(pair, side);

	pairtable_init(&t);
	buf_adds(out, "\"headers\":[");
	if (!pairtable_read(&t, pair, side == BODY_REQUEST
				      ? PAIRTABLE_REQUEST_HEADERS
				      : PAIRTABLE_RESPONSE_HEADERS, NULL))
		t.count = 0;
	for (size_t i = 0; i < t.count; i++) {
		const struct pairtable_row *r = &t.rows[i];
		bool same = first != SIZE_MAX &&
			    r->name_len == t.rows[first].name_len &&
			    !memcmp(r->name, t.rows[first].name, r->name_len);

		if (side == BODY_RESPONSE &&
		    dropped(r->name, r->name_len, decoded)) {
			gone = true;
			continue;
		}
		odd |= !utf8_valid(r->value, r->value_len) ||
		       (r->flags & PAIRTABLE_ODD);
		if (same && repeated(&t, i, first)) {
			twice = true;
			continue;
		}
		if (!same) {
			buf_adds(out, any ? "]},{\"name\":" : "{\"name\":");
			mock_encode(out, r->name, r->name_len);
			buf_adds(out, ",\"values\":[");
			first = i;
			any = true;
		} else {
			buf_addc(out, ',');
		}
		mock_encode(out, r->value, r->value_len);
	}
	buf_adds(out, any ? "]}]" : "]");
	if (twice || gone || odd)
		mock_report_add(&m->report, side == BODY_REQUEST
				? ".http.req.headers" : ".http.res.headers",
				odd ? _("what is no list of texts in UTF-8 is "
					"changed")
				: gone ? _("those about the transfer are left "
					   "out")
				       : _("values that a header has twice are "
					   "one"));
	pairtable_release(&t);
}

/* The body as text, or null. *decoded: it was compressed. */
static void put_content(struct mock_maker *m, const struct rrpair *pair,
			enum body_side side, struct buf *out, bool *decoded)
{
	struct body body;
	bool there;

	body_init(&body);
	there = body_decode(&body, pair, side, NULL) &&
		(body.flags & BODY_PRESENT);
	*decoded = there && (body.flags & BODY_GZIP);
	if (there && (body.flags & BODY_UTF8) &&
	    !(body.flags & (BODY_BAD_BASE64 | BODY_BAD_GZIP | BODY_TOO_BIG |
			    BODY_BAD_TYPE))) {
		mock_encode(out, body.bytes.data ? body.bytes.data : "",
			    body.bytes.len);
		if (body.bytes.len &&
		    memmem(body.bytes.data, body.bytes.len, "{{", 2))
			mock_report_add(&m->report, side == BODY_REQUEST
					? "request.body" : "response.body",
					_("{{ in it is an expression to a "
					  "mock"));
	} else {
		buf_adds(out, "null");
		if (there)
			mock_report_add(&m->report, side == BODY_REQUEST
					? "request.body" : "response.body",
					_("it is not text"));
	}
	body_release(&body);
}

struct key_value { const struct params *ps; size_t row; };

static int by_key(const void *a, const void *b)
{
	const struct key_value *x = a, *y = b;
	const struct param *p = &x->ps->rows[x->row], *q = &y->ps->rows[y->row];
	size_t n = p->name_len < q->name_len ? p->name_len : q->name_len;
	int d = memcmp(x->ps->bytes.data + p->name, y->ps->bytes.data + q->name,
		       n);

	if (!d)
		d = (p->name_len > q->name_len) - (p->name_len < q->name_len);
	return d ? d : (x->row > y->row) - (x->row < y->row);
}

/* "?k=v?l=w", sorted: what the server computes from a request. */
static void put_criteria(const struct params *ps, struct operation *op,
			 struct buf *out)
{
	struct key_value *sorted = mem_zalloc(ps->count + 1, sizeof(*sorted));

	for (size_t i = 0; i < ps->count; i++)
		sorted[i] = (struct key_value){ ps, i };
	qsort(sorted, ps->count, sizeof(*sorted), by_key);
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[sorted[i].row];
		const char *name = ps->bytes.data + p->name;
		bool known = false;

		buf_addc(out, '?');
		buf_add(out, name, p->name_len);
		buf_addc(out, '=');
		buf_add(out, ps->bytes.data + p->value, p->value_len);
		for (size_t at = 0; at < op->keys.len && !known;
		     at += strlen(op->keys.data + at) + 1)
			known = strlen(op->keys.data + at) == p->name_len &&
				!memcmp(op->keys.data + at, name, p->name_len);
		if (!known && !memchr(name, '\0', p->name_len)) {
			buf_add(&op->keys, name, p->name_len);
			buf_addc(&op->keys, '\0');
		}
	}
	free(sorted);
}

static void put_parameters(const struct params *ps, struct buf *out)
{
	if (!ps->count) {
		buf_adds(out, "null");
		return;
	}
	buf_addc(out, '[');
	for (size_t i = 0; i < ps->count; i++) {
		const struct param *p = &ps->rows[i];

		buf_adds(out, i ? ",{\"name\":" : "{\"name\":");
		mock_encode(out, ps->bytes.data + p->name, p->name_len);
		buf_adds(out, ",\"value\":");
		mock_encode(out, ps->bytes.data + p->value, p->value_len);
		buf_addc(out, '}');
	}
	buf_addc(out, ']');
}

static bool name_taken(struct mock_maker *m, const struct service *s,
		       const struct operation *op, const char *name)
{
	bool new;

	mock_strings_add(&m->names, mem_format("%s\n%s\n%s", s->id, op->name, name),
		    0, &new);
	return !new;
}

/* The uuid, else the time, else the number; once in an operation. */
static char *name_of(struct mock_maker *m, const struct service *s,
		     const struct operation *op, const struct rrpair *pair)
{
	char *name = mock_text_of(pair, pair->top[TOP_UUID]), *base, *next;

	if (!*name) {
		free(name);
		name = mock_text_of(pair, pair->top[TOP_TS]);
	}
	if (!*name) {
		free(name);
		name = mem_format("%" PRIu64, m->number);
	}
	base = mem_strdup(name);
	for (unsigned n = 2; name_taken(m, s, op, name); n++) {
		next = mem_format("%s-%u", base, n);
		free(name);
		name = next;
	}
	free(base);
	return name;
}

static void member(struct buf *out, const char *key, const char *value)
{
	buf_addf(out, "\"%s\":", key);
	mock_encode(out, value, strlen(value));
	buf_addc(out, ',');
}

static void begin_message(struct buf *out, const char *name,
			  const struct buf *content, const struct service *s,
			  const struct operation *op)
{
	char *id = mem_format("%s-%s", s->id, op->name);

	if (out->len)
		buf_addc(out, ',');
	buf_addc(out, '{');
	member(out, "name", name);
	buf_adds(out, "\"content\":");
	buf_add(out, content->data, content->len);
	buf_addc(out, ',');
	member(out, "operationId", id);
	buf_adds(out, "\"testCaseId\":null,");
	member(out, "sourceArtifact", ARTIFACT);
	free(id);
}

static void put_request(struct mock_maker *m, const struct rrpair *pair,
			struct service *s, struct operation *op,
			const char *name, const char *response,
			const struct params *ps)
{
	struct buf *out = &m->requests, content;
	char id[MOCK_ID_LEN + 1];
	bool decoded;

	buf_init(&content);
	put_content(m, pair, BODY_REQUEST, &content, &decoded);
	begin_message(out, name, &content, s, op);
	put_headers(m, pair, BODY_REQUEST, false, out);
	mock_fresh_id(id);
	buf_addc(out, ',');
	member(out, "id", id);
	member(out, "responseId", response);
	buf_adds(out, "\"callbackName\":null,\"queryParameters\":");
	put_parameters(ps, out);
	buf_addc(out, '}');
	buf_release(&content);
}

/* Parameters of the type come back from the header. */
static bool header_says(const struct rrpair *pair, const char *type)
{
	uint32_t node = header_value(pair, BODY_RESPONSE, "Content-Type", 12,
				     1);

	return part_is(pair, node, JSON_STRING) &&
	       json_string_is(&pair->doc, node, type, strlen(type));
}

static void put_media_type(struct mock_maker *m, const struct rrpair *pair,
			   struct buf *out)
{
	char *type = mock_field_text(pair, FIELD_CONTENTTYPE);
	size_t len = strcspn(type, ";");

	if (type[len] && !header_says(pair, type))
		mock_report_add(&m->report, ".http.res.contentType",
				_("a media type has no parameters"));
	while (len && type[len - 1] == ' ')
		len--;
	if (len)
		mock_encode(out, type, len);
	else
		buf_adds(out, "null");
	free(type);
}

static void put_response(struct mock_maker *m, const struct rrpair *pair,
			 struct service *s, struct operation *op,
			 const char *name, const char *id,
			 const struct params *ps)
{
	struct buf *out = &m->responses, content, criteria;
	char *status = mock_field_text(pair, FIELD_STATUS);
	bool decoded;

	if (!*status) {
		free(status);
		status = mock_text_of(pair, pair->top[TOP_STATUS]);
		status[strspn(status, "0123456789")] = '\0';
	}
	buf_init(&content);
	buf_init(&criteria);
	put_content(m, pair, BODY_RESPONSE, &content, &decoded);
	begin_message(out, name, &content, s, op);
	put_headers(m, pair, BODY_RESPONSE, decoded, out);
	buf_addc(out, ',');
	member(out, "id", id);
	if (*status)
		member(out, "status", status);
	else
		buf_adds(out, "\"status\":null,");
	buf_adds(out, "\"mediaType\":");
	put_media_type(m, pair, out);
	buf_adds(out, ",\"dispatchCriteria\":");
	put_criteria(ps, op, &criteria);
	if (criteria.len)
		mock_encode(out, criteria.data, criteria.len);
	else
		buf_adds(out, "null");
	buf_addf(out, ",\"callbackName\":null,\"fault\":%s}",
		 strtol(status, NULL, 10) >= 400 ? "true" : "false");
	buf_release(&criteria);
	buf_release(&content);
	free(status);
}

static void note_times(struct mock_maker *m, struct service *s,
		       struct operation *op, const struct rrpair *pair)
{
	char *ts = mock_text_of(pair, pair->top[TOP_TS]);
	char *took = mock_field_text(pair, FIELD_DURATION);
	int64_t ns;
	int digits;

	if (!rfc3339_parse(ts, strlen(ts), &ns, &digits))
		ns = *ts ? -1 : INT64_MIN;	/* not one; none */
	else if (ns / 1000000 < s->created)
		s->created = ns / 1000000;
	m->times = mem_room(m->times, m->ntimes, &m->times_cap,
			    sizeof(*m->times));
	m->times[m->ntimes].ns = ns;
	m->times[m->ntimes].took = strtoll(took, NULL, 10);
	m->times[m->ntimes].service = (size_t)(s - m->services);
	m->times[m->ntimes++].op = (size_t)(op - s->ops);
	op->durations = mem_room(op->durations, op->count, &op->cap,
				 sizeof(*op->durations));
	op->durations[op->count++] = strtoll(took, NULL, 10);
	free(ts);
	free(took);
}

bool mock_maker_add(struct mock_maker *m, const struct rrpair *pair,
		    struct err *err)
{
	struct service *s;
	struct operation *op;
	struct params ps;
	char id[MOCK_ID_LEN + 1], *name;

	m->number++;
	if (!pair || pair->proto != PROTO_HTTP || pair->req == JSON_NONE) {
		mock_report_add(&m->report, ".",
				pair ? _("the record is no http pair")
				     : _("the record is not readable"));
		return true;
	}
	s = service_of(m, pair);
	op = operation_of(m, s, pair);
	note_times(m, s, op, pair);
	params_init(&ps);
	params_read(&ps, pair);
	name = name_of(m, s, op, pair);
	mock_fresh_id(id);
	put_request(m, pair, s, op, name, id, &ps);
	put_response(m, pair, s, op, name, id, &ps);
	mock_lose_rest(&m->report, pair, &(struct mock_facts){
		s->name, s->direction, s->cluster, s->namespace_, name, &ps });
	params_release(&ps);
	free(name);
	return buf_ok(&m->requests, _("the repository"), err) &&
	       buf_ok(&m->responses, _("the repository"), err);
}

/* ---- the file ---- */

static int by_number(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void put_dispatcher(struct mock_maker *m, struct operation *op,
			   struct buf *out)
{
	struct buf rules;

	buf_init(&rules);
	for (size_t at = 0; at < op->keys.len;
	     at += strlen(op->keys.data + at) + 1) {
		if (rules.len)
			buf_adds(&rules, " && ");
		buf_adds(&rules, op->keys.data + at);
	}
	if (rules.len) {
		buf_adds(out, "\"dispatcher\":\"URI_PARAMS\",\"dispatcherRules\":");
		mock_encode(out, rules.data, rules.len);
	} else if (op->count > 1) {
		buf_adds(out, "\"dispatcher\":\"RANDOM\",\"dispatcherRules\":null");
		mock_report_add(&m->report, op->name,
				_("nothing in the query tells its responses "
				  "apart: a mock picks one at random"));
	} else {
		buf_adds(out, "\"dispatcher\":null,\"dispatcherRules\":null");
	}
	buf_release(&rules);
}

static void put_operation(struct mock_maker *m, struct operation *op,
			  struct buf *out)
{
	qsort(op->durations, op->count, sizeof(*op->durations), by_number);
	buf_addc(out, '{');
	member(out, "name", op->name);
	member(out, "method", op->method);
	buf_adds(out, "\"action\":null,\"inputName\":null,\"outputName\":null,"
		      "\"bindings\":null,\"callbackInfos\":null,"
		      "\"triggerInfos\":null,\"reply\":null,");
	put_dispatcher(m, op, out);
	buf_addf(out, ",\"defaultDelay\":%" PRId64
		 ",\"defaultDelayStrategy\":null,\"resourcePaths\":[",
		 op->durations[op->count / 2]);
	mock_encode(out, op->path, strlen(op->path));
	buf_adds(out, "],\"parameterConstraints\":null}");
}

static void put_annotation(struct buf *out, const char *key, const char *value)
{
	if (!*value)
		return;
	if (out->data[out->len - 1] != '{')
		buf_addc(out, ',');
	buf_addf(out, "\"%s\":", key);
	mock_encode(out, value, strlen(value));
}

static void put_service(struct mock_maker *m, struct service *s,
			struct buf *out)
{
	int64_t created = s->created == INT64_MAX ? 0 : s->created;

	buf_addc(out, '{');
	member(out, "id", s->id);
	member(out, "name", s->name);
	member(out, "version", m->options.version ? m->options.version : "1.0");
	buf_addf(out, "\"xmlNS\":null,\"type\":\"REST\",\"metadata\":{"
		 "\"createdOn\":%" PRId64 ",\"lastUpdate\":%" PRId64
		 ",\"annotations\":{", created, created);
	put_annotation(out, "direction", s->direction);
	put_annotation(out, "cluster", s->cluster);
	put_annotation(out, "namespace", s->namespace_);
	buf_adds(out, "},\"labels\":{}},");
	member(out, "sourceArtifact", ARTIFACT);
	buf_adds(out, "\"operations\":[");
	for (size_t i = 0; i < s->count; i++) {
		if (i)
			buf_addc(out, ',');
		put_operation(m, &s->ops[i], out);
	}
	buf_adds(out, "]}");
}

/* Which times and durations do not come back. */
static void lose_times(struct mock_maker *m)
{
	for (size_t i = 0; i < m->ntimes; i++) {
		const struct service *s = &m->services[m->times[i].service];
		const struct operation *op = &s->ops[m->times[i].op];

		if (m->times[i].ns != INT64_MIN &&
		    m->times[i].ns != (s->created + (int64_t)i) * 1000000)
			mock_report_add(&m->report, ".ts",
					_("only the earliest of a service is "
					  "kept"));
		if (m->times[i].took != op->durations[op->count / 2])
			mock_report_add(&m->report, ".duration",
					_("only the median of an operation is "
					  "kept"));
	}
}

bool mock_maker_finish(struct mock_maker *m, struct buf *out, struct err *err)
{
	buf_adds(out, "{\"services\":[");
	for (size_t i = 0; i < m->count; i++) {
		if (i)
			buf_addc(out, ',');
		put_service(m, &m->services[i], out);
	}
	lose_times(m);
	buf_adds(out, "], \"resources\":[], \"requests\":[");
	buf_add(out, m->requests.data, m->requests.len);
	buf_adds(out, "], \"responses\":[");
	buf_add(out, m->responses.data, m->responses.len);
	buf_adds(out, "], \"eventMessages\":[]}");
	return buf_ok(out, _("the repository"), err);
}
