/* Copies of what belongs together in a repository, and new elements. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/repository-rows.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/mockconvert.h"

static bool set_text(struct change_run *run, const char *path,
		     const char *value, struct err *err)
{
	struct change_set step;
	struct field field;
	struct buf json;
	bool ok;

	if (!field_parse(&field, path, strlen(path), err))
		return false;
	buf_init(&json);
	change_init(&step);
	json_encode(&json, value, strlen(value));
	ok = change_field_json(&run->pair, &field, json.data, json.len,
			       CHANGE_SINGLE, &step, err) &&
	     change_run_take(run, &step, err);
	change_release(&step);
	buf_release(&json);
	field_release(&field);
	return ok;
}

/* What a copy is called and what it refers to; NULL: as the original. */
struct fresh {
	const char *id, *name, *version, *response, *service, *operation;
};

static bool copy_one(struct document *doc, row_id of, const struct fresh *f,
		     row_id *id, struct err *err)
{
	const struct { const char *path, *value; } sets[] = {
		{ ".id", f->id }, { ".name", f->name },
		{ ".version", f->version }, { ".responseId", f->response },
		{ ".serviceId", f->service }, { ".operationId", f->operation },
	};
	struct document_new copy = { .copy_of = of };
	struct change_run run;
	struct buf text;
	bool ok;

	buf_init(&text);
	change_run_init(&run);
	run.proto = repository_proto(document_kind(doc, of));
	ok = document_text(doc, of, DOCUMENT_NOW, &text, err) &&
	     change_run_start(&run, text.data, text.len, err);
	for (size_t i = 0; ok && i < sizeof(sets) / sizeof(*sets); i++)
		ok = !sets[i].value ||
		     set_text(&run, sets[i].path, sets[i].value, err);
	copy.patch = run.total.patch;
	ok = ok && document_insert(doc, of, &copy, 1, id, err);
	change_run_release(&run);
	buf_release(&text);
	return ok;
}

struct copying {
	struct document *doc;
	row_id *made;
	size_t n, cap;
};

static bool take_copy(struct copying *c, row_id of, const struct fresh *f,
		      row_id *id, struct err *err)
{
	if (!copy_one(c->doc, of, f, id, err))
		return false;
	c->made = mem_room(c->made, c->n, &c->cap, sizeof(*c->made));
	c->made[c->n++] = *id;
	return true;
}

/* A request with its response, under one new name; to another service's operation
 * when that is named. */
static bool copy_pair(struct copying *c, row_id request, const char *name,
		      const char *operation, row_id *id, struct err *err)
{
	row_id response = repository_mate(c->doc, request), other;
	char ids[2][MOCK_ID_LEN + 1];
	struct fresh f = { .id = ids[0], .name = name, .operation = operation };

	mock_fresh_id(ids[0]);
	mock_fresh_id(ids[1]);
	if (response != ROW_NONE)
		f.response = ids[1];
	if (!take_copy(c, request, &f, id, err))
		return false;
	if (response == ROW_NONE)
		return true;
	f = (struct fresh){ .id = ids[1], .name = name,
			    .operation = operation };
	return take_copy(c, response, &f, &other, err);
}

/* The operation of a message in a copy of its service. */
static char *moved_operation(const struct element *e, const char *from,
			     const char *to)
{
	char *is = element_text(e, "operationId");
	size_t len = strlen(from);
	char *moved = !strncmp(is, from, len) && is[len] == '-'
			      ? mem_format("%s%s", to, is + len) : NULL;

	free(is);
	return moved;
}

static bool copy_member(struct copying *c, row_id of, const char *from,
			const char *to, struct err *err)
{
	enum repo_kind kind = document_kind(c->doc, of);
	char id[MOCK_ID_LEN + 1], *operation = NULL;
	struct fresh f = { .id = id };
	struct element e;
	row_id made;
	bool ok;

	/* A response comes along with its request. */
	if (kind == REPO_RESPONSE && repository_mate(c->doc, of) != ROW_NONE)
		return true;
	mock_fresh_id(id);
	element_init(&e);
	ok = element_read(&e, c->doc, of, err);
	if (ok && repository_is_message(kind))
		f.operation = operation = moved_operation(&e, from, to);
	else if (ok)
		f.service = to;
	if (ok && kind == REPO_REQUEST)
		ok = copy_pair(c, of, NULL, operation, &made, err);
	else if (ok)
		ok = take_copy(c, of, &f, &made, err);
	free(operation);
	element_release(&e);
	return ok;
}

/* A service with all that belongs to it, as another version. */
static bool copy_service(struct copying *c, row_id of, row_id *id,
			 struct err *err)
{
	char fresh[MOCK_ID_LEN + 1], *from, *version, *next;
	struct picking p = { 0 };
	struct fresh f = { .id = fresh };
	struct columns col;
	struct element e;
	bool ok;

	element_init(&e);
	mock_fresh_id(fresh);
	if (!element_read(&e, c->doc, of, err)) {
		element_release(&e);
		return false;
	}
	from = element_text(&e, "id");
	version = element_text(&e, "version");
	next = mem_format("%s-copy", version);
	f.version = next;
	if (*from && document_columns(c->doc, of, &col))
		picking_service(&p, c->doc, col.host);
	ok = take_copy(c, of, &f, id, err);
	for (size_t i = 0; ok && i < p.n; i++)
		ok = copy_member(c, p.ids[i], from, fresh, err);
	free(p.ids);
	free(from);
	free(version);
	free(next);
	element_release(&e);
	return ok;
}

static bool among(const row_id *ids, size_t n, row_id id)
{
	for (size_t i = 0; i < n; i++)
		if (ids[i] == id)
			return true;
	return false;
}

static bool copy_target(struct copying *c, const row_id *ids, size_t n,
			row_id of, row_id *last, struct err *err)
{
	enum repo_kind kind = document_kind(c->doc, of);
	char id[MOCK_ID_LEN + 1], *name, *next;
	struct element e;
	row_id request = of;
	bool ok;

	if (kind == REPO_SERVICE)
		return copy_service(c, of, last, err);
	if (kind == REPO_RESPONSE) {
		request = repository_mate(c->doc, of);
		if (request != ROW_NONE && among(ids, n, request))
			return true;	/* copied as a pair */
	}
	element_init(&e);
	ok = element_read(&e, c->doc, of, err);
	name = ok ? element_text(&e, "name") : mem_strdup("");
	next = mem_format("%s-copy", name);
	mock_fresh_id(id);
	if (ok && request != ROW_NONE && document_kind(c->doc, request) ==
						 REPO_REQUEST)
		ok = copy_pair(c, request, next, NULL, last, err);
	else if (ok)
		ok = take_copy(c, of,
			       &(struct fresh){ .id = id, .name = next }, last,
			       err);
	free(name);
	free(next);
	element_release(&e);
	return ok;
}

bool repository_copy(struct document *doc, const row_id *ids, size_t n,
		     row_id **made, size_t *count, struct err *err)
{
	struct copying c = { .doc = doc };
	row_id last;
	bool ok = true;

	document_begin(doc, _("duplicate"));
	for (size_t i = 0; ok && i < n; i++)
		ok = copy_target(&c, ids, n, ids[i], &last, err);
	if (ok)
		ok = document_commit(doc, err);
	else
		document_abort(doc);
	if (ok) {
		*made = c.made;
		*count = c.n;
	} else {
		free(c.made);
	}
	return ok;
}

/* ---- new elements ---- */

static bool insert(struct copying *c, row_id after, enum repo_kind kind,
		   const struct buf *text, struct err *err)
{
	struct document_new new = {
		.text = text->data, .len = text->len, .copy_of = ROW_NONE,
		.kind = kind,
	};
	row_id id;

	if (!document_insert(c->doc, after, &new, 1, &id, err))
		return false;
	c->made = mem_room(c->made, c->n, &c->cap, sizeof(*c->made));
	c->made[c->n++] = id;
	return true;
}

static void message(struct buf *out, const char *operation, const char *id)
{
	buf_adds(out, "{\"name\":\"new\",\"content\":\"\",\"operationId\":");
	json_encode(out, operation, strlen(operation));
	buf_addf(out, ",\"testCaseId\":null,\"sourceArtifact\":null,"
		      "\"headers\":[],\"id\":\"%s\"", id);
}

static bool add_pair(struct copying *c, row_id after, const char *operation,
		     struct err *err)
{
	char request[MOCK_ID_LEN + 1], response[MOCK_ID_LEN + 1];
	struct buf a, b;
	bool ok;

	mock_fresh_id(request);
	mock_fresh_id(response);
	buf_init(&a);
	buf_init(&b);
	message(&a, operation, request);
	buf_addf(&a, ",\"responseId\":\"%s\",\"queryParameters\":null}",
		 response);
	message(&b, operation, response);
	buf_adds(&b, ",\"status\":\"200\",\"mediaType\":\"application/json\","
		     "\"dispatchCriteria\":null,\"fault\":false}");
	ok = insert(c, after, REPO_REQUEST, &a, err) &&
	     insert(c, after, REPO_RESPONSE, &b, err);
	buf_release(&a);
	buf_release(&b);
	return ok;
}

static bool add_service(struct copying *c, row_id after, struct err *err)
{
	char id[MOCK_ID_LEN + 1];
	struct buf text;
	bool ok;

	mock_fresh_id(id);
	buf_init(&text);
	buf_addf(&text, "{\"id\":\"%s\",\"name\":\"New service\","
		 "\"version\":\"1.0\",\"xmlNS\":null,\"type\":\"REST\","
		 "\"metadata\":null,\"sourceArtifact\":null,\"operations\":["
		 "{\"name\":\"GET /new\",\"method\":\"GET\","
		 "\"resourcePaths\":[\"/new\"]}]}", id);
	ok = insert(c, after, REPO_SERVICE, &text, err);
	buf_release(&text);
	return ok;
}

static bool add_event(struct copying *c, row_id after, const char *operation,
		      struct err *err)
{
	char id[MOCK_ID_LEN + 1];
	struct buf text;
	bool ok;

	mock_fresh_id(id);
	buf_init(&text);
	message(&text, operation, id);
	buf_adds(&text, ",\"mediaType\":\"application/json\","
			"\"dispatchCriteria\":null}");
	ok = insert(c, after, REPO_EVENT, &text, err);
	buf_release(&text);
	return ok;
}

/* The operation that a new pair is of: that of the message, or the service's
 * first one. "" when there is none. */
static char *operation_at(struct document *doc, row_id at)
{
	struct element e;
	char *id, *name, *operation = mem_strdup("");
	uint32_t ops, first;

	element_init(&e);
	if (at != ROW_NONE && element_read(&e, doc, at, NULL)) {
		free(operation);
		operation = element_text(&e, "operationId");
		ops = json_at(&e.pair.doc, 0, "operations");
		first = ops != JSON_NONE &&
			e.pair.doc.nodes[ops].type == JSON_ARRAY
				? json_first(&e.pair.doc, ops) : JSON_NONE;
		if (document_kind(doc, at) == REPO_SERVICE &&
		    first != JSON_NONE) {
			free(operation);
			id = element_text(&e, "id");
			name = element_operation(&e, first);
			operation = mem_format("%s-%s", id, name);
			free(id);
			free(name);
		}
	}
	element_release(&e);
	return operation;
}

bool repository_add(struct document *doc, row_id at, bool service, row_id *id,
		    struct err *err)
{
	struct copying c = { .doc = doc };
	enum repo_kind kind = at == ROW_NONE ? REPO_NONE
					     : document_kind(doc, at);
	char *operation = operation_at(doc, at);
	row_id after = at == ROW_NONE ? ROW_END : at;
	bool ok;

	document_begin(doc, _("add"));
	if (service || !*operation)
		ok = add_service(&c, after, err);
	else if (kind == REPO_EVENT)
		ok = add_event(&c, after, operation, err);
	else
		ok = add_pair(&c, after, operation, err);
	if (ok)
		ok = document_commit(doc, err);
	else
		document_abort(doc);
	if (ok)
		*id = c.made[0];
	free(c.made);
	free(operation);
	return ok;
}
