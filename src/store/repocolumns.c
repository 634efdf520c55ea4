/* What lists and filters need of a repository's records. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/mem.h"
#include "json/locate.h"
#include "store/columns_scan.h"
#include "store/repository.h"

/* ---- names of services ---- */

struct columns_names {
	struct lock *lock;
	uint16_t *name;		/* by the number of the id */
	size_t cap;
};

struct columns_names *columns_names_new(void)
{
	struct columns_names *n = mem_zalloc(1, sizeof(*n));

	n->lock = lock_new();
	return n;
}

void columns_names_free(struct columns_names *n)
{
	lock_free(n->lock);
	free(n->name);
	free(n);
}

void columns_name_service(struct columns_pools *p, uint32_t id, uint16_t name)
{
	struct columns_names *n = p->names;
	size_t cap = n->cap;

	if (id == 0 || id == INTERN_OVERFLOW)
		return;
	lock_take(n->lock);
	if (id >= cap) {
		n->cap = (size_t)id * 2 + 16;
		n->name = mem_grow(n->name, n->cap, sizeof(*n->name));
		memset(n->name + cap, 0, (n->cap - cap) * sizeof(*n->name));
	}
	n->name[id] = name;
	lock_give(n->lock);
}

uint16_t columns_service_name(const struct columns_pools *p, uint32_t id)
{
	struct columns_names *n = p->names;
	uint16_t name;

	lock_take(n->lock);
	name = id < n->cap ? n->name[id] : 0;
	lock_give(n->lock);
	return name;
}

/* ---- columns ---- */

struct taking {
	const struct json_doc *doc;
	struct columns_pools *pools;
	struct columns *out;
	struct buf text;
};

/* The member's value, decoded, into t->text; false when it is null or no
 * simple value. */
static bool get(struct taking *t, uint32_t object, const char *key)
{
	uint32_t n = object == JSON_NONE ? JSON_NONE :
		     json_at(t->doc, object, key);
	const struct json_node *node;

	buf_clear(&t->text);
	if (n == JSON_NONE)
		return false;
	node = &t->doc->nodes[n];
	if (node->type == JSON_STRING)
		json_string(t->doc, n, &t->text);
	else if (node->type == JSON_NUMBER)
		buf_add(&t->text, t->doc->text + node->off, node->len);
	return t->text.len > 0;
}

static uint32_t intern(struct taking *t, enum column which)
{
	return intern_add(t->pools->pool[which], t->text.data, t->text.len);
}

static uint16_t intern16(struct taking *t, enum column which)
{
	uint32_t id = intern(t, which);

	return id == INTERN_OVERFLOW ? INTERN_OVERFLOW16 : (uint16_t)id;
}

/* Where the name of the operation begins in an operationId: behind the id of a
 * known service and a dash, else behind the first dash. */
static size_t split_operation(struct taking *t, uint32_t *service)
{
	const char *s = t->text.data;
	size_t fallback = 0;

	*service = 0;
	for (size_t i = 0; i < t->text.len; i++) {
		uint32_t id;

		if (s[i] != '-')
			continue;
		id = intern_find(t->pools->pool[COLUMN_HOST], s, i);
		if (id && columns_service_name(t->pools, id)) {
			*service = id;
			return i + 1;
		}
		if (!fallback) {
			fallback = i + 1;
			*service = intern_add(t->pools->pool[COLUMN_HOST], s, i);
		}
	}
	return fallback;
}

static void set_location(struct taking *t, const char *key, size_t skip)
{
	uint32_t n = json_at(t->doc, 0, key);
	const struct json_node *node;
	size_t len;

	if (n == JSON_NONE || t->doc->nodes[n].type != JSON_STRING)
		return;
	node = &t->doc->nodes[n];
	/* What is skipped is counted decoded: an id without escapes. */
	len = node->len - 2;
	if (node->flags & JSON_ESCAPED) {
		t->out->flags |= COLUMNS_LOC_ESCAPED;
		if (memchr(t->doc->text + node->off + 1, '\\',
			   skip < len ? skip : len))
			skip = 0;
	}
	if (skip > len)
		skip = 0;
	t->out->loc_off = (uint32_t)(node->off + 1 + skip);
	len -= skip;
	if (len > UINT16_MAX)
		t->out->flags |= COLUMNS_LOC_CUT;
	t->out->loc_len = len > UINT16_MAX ? UINT16_MAX : (uint16_t)len;
}

/* "GET /x" is a method and a path; "SEND x" of an event is alike. */
static void take_operation(struct taking *t)
{
	size_t at, end;
	uint32_t service;

	if (!get(t, 0, "operationId"))
		return;
	at = split_operation(t, &service);
	t->out->host = service;
	for (end = at; end < t->text.len && t->text.data[end] >= 'A' &&
	     t->text.data[end] <= 'Z'; end++)
		;
	if (end > at && end < t->text.len && t->text.data[end] == ' ') {
		memmove(t->text.data, t->text.data + at, end - at);
		t->text.len = end - at;
		t->out->command = intern16(t, COLUMN_COMMAND);
		at = end + 1;
	}
	set_location(t, "operationId", at);
}

static void take_status(struct taking *t)
{
	unsigned code = 0;
	size_t i;

	if (!get(t, 0, "status"))
		return;
	t->out->status = intern16(t, COLUMN_STATUS);
	for (i = 0; i < t->text.len && t->text.data[i] >= '0' &&
	     t->text.data[i] <= '9' && code < 10000; i++)
		code = code * 10 + (unsigned)(t->text.data[i] - '0');
	if (i > 0 && code < COLUMNS_NO_CODE)
		t->out->code = (uint16_t)code;
}

static void take_service(struct taking *t)
{
	uint32_t meta = json_at(t->doc, 0, "metadata"), n;
	int64_t ms;

	if (get(t, 0, "id"))
		t->out->host = intern(t, COLUMN_HOST);
	if (get(t, 0, "name"))
		t->out->service = intern16(t, COLUMN_SERVICE);
	columns_name_service(t->pools, t->out->host, t->out->service);
	if (get(t, 0, "type"))
		t->out->command = intern16(t, COLUMN_COMMAND);
	set_location(t, "name", 0);
	n = json_at(t->doc, meta, "createdOn");
	if (n != JSON_NONE && json_int64(t->doc, n, &ms) &&
	    ms > INT64_MIN / 1000000 && ms < INT64_MAX / 1000000)
		t->out->ts = ms * 1000000;
}

static void take_resource(struct taking *t)
{
	if (get(t, 0, "serviceId"))
		t->out->host = intern(t, COLUMN_HOST);
	if (get(t, 0, "type"))
		t->out->command = intern16(t, COLUMN_COMMAND);
	set_location(t, "name", 0);
}

/* An id names a record within its list, as a uuid does in a snapshot. */
static uint32_t hash_id(struct taking *t, enum repo_kind kind)
{
	uint8_t bytes[16] = { (uint8_t)kind };
	uint64_t h = 0xcbf29ce484222325u;

	for (size_t i = 0; i < t->text.len; i++)
		h = (h ^ (unsigned char)t->text.data[i]) * 0x100000001b3u;
	memcpy(bytes + 8, &h, sizeof(h));
	return columns_uuid_hash(bytes);
}

static void take_ids(struct taking *t, enum repo_kind kind)
{
	if (get(t, 0, "id")) {
		t->out->uuid = hash_id(t, kind);
		t->out->flags &= (uint16_t)~COLUMNS_NO_UUID;
	}
	if (kind == REPO_REQUEST && get(t, 0, "responseId"))
		t->out->duration = hash_id(t, REPO_RESPONSE);
}

void repo_columns_of(enum repo_kind kind, const struct json_doc *doc,
		     struct columns_pools *pools, struct columns *out)
{
	struct taking t = { .doc = doc, .pools = pools, .out = out };
	const char *name = repo_kind_name(kind);

	buf_init(&t.text);
	buf_adds(&t.text, name);
	out->tech = intern16(&t, COLUMN_TECH);
	if (doc->nodes[0].type == JSON_OBJECT && kind != REPO_MEMBER) {
		take_ids(&t, kind);
		if (kind == REPO_SERVICE)
			take_service(&t);
		else if (kind == REPO_RESOURCE)
			take_resource(&t);
		else
			take_operation(&t);
		if (kind == REPO_RESPONSE)
			take_status(&t);
	}
	buf_release(&t.text);
}

void repo_columns(enum repo_kind kind, const char *text, size_t len,
		  struct columns_pools *pools, struct columns *out)
{
	struct json_doc doc;

	json_doc_init(&doc);
	*out = (struct columns){
		.len = (uint32_t)len, .ts = COLUMNS_NO_TS,
		.code = COLUMNS_NO_CODE,
		.flags = COLUMNS_NO_UUID | COLUMNS_REPOSITORY,
	};
	if (kind != REPO_REST && json_scan(&doc, text, len, NULL))
		repo_columns_of(kind, &doc, pools, out);
	else
		out->flags |= COLUMNS_BROKEN;
	json_doc_release(&doc);
}
