/* References between the records of a repository. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/mockcheck.h"
#include "rrpair/parts.h"

/* What a key stands for is its first byte. */
enum { KEY_ID = 'I', KEY_OPERATION = 'O', KEY_NAME = 'N', KEY_VERSION = 'V',
       KEY_ASKED = 'A' };

struct slot {
	char *key;		/* NULL: free */
	size_t len;
	uint64_t value;
};

struct mock_index {
	struct slot *slots;	/* open addressing, cap a power of two */
	size_t count, cap;
	uint64_t newer;		/* the first record with a later member, or 0 */
	bool any_service;
};

struct mock_index *mock_index_new(void)
{
	return mem_zalloc(1, sizeof(struct mock_index));
}

void mock_index_free(struct mock_index *x)
{
	if (!x)
		return;
	for (size_t i = 0; i < x->cap; i++)
		free(x->slots[i].key);
	free(x->slots);
	free(x);
}

static struct slot *find(const struct mock_index *x, const struct buf *key)
{
	uint64_t h = 0xcbf29ce484222325u;
	size_t at;

	for (size_t i = 0; i < key->len; i++)
		h = (h ^ (unsigned char)key->data[i]) * 0x100000001b3u;
	at = (size_t)(h ^ h >> 29) & (x->cap - 1);
	while (x->slots[at].key && (x->slots[at].len != key->len ||
				    memcmp(x->slots[at].key, key->data,
					   key->len)))
		at = (at + 1) & (x->cap - 1);
	return &x->slots[at];
}

static void grow(struct mock_index *x)
{
	struct mock_index old = *x;

	x->cap = old.cap ? old.cap * 2 : 256;
	x->slots = mem_zalloc(x->cap, sizeof(*x->slots));
	for (size_t i = 0; i < old.cap; i++) {
		struct buf key = { .data = old.slots[i].key,
				   .len = old.slots[i].len };

		if (key.data)
			*find(x, &key) = old.slots[i];
	}
	free(old.slots);
}

/* The first value put for a key stays. */
static void put(struct mock_index *x, const struct buf *key, uint64_t value)
{
	struct slot *s;

	if (2 * (x->count + 1) > x->cap)
		grow(x);
	s = find(x, key);
	if (s->key)
		return;
	s->key = mem_alloc(key->len + 1);
	memcpy(s->key, key->data, key->len);
	s->len = key->len;
	s->value = value;
	x->count++;
}

static bool get(const struct mock_index *x, const struct buf *key,
		uint64_t *value)
{
	const struct slot *s;

	if (!x->cap)
		return false;
	s = find(x, key);
	*value = s->value;
	return s->key != NULL;
}

/* A key: what it is, a kind, and the decoded texts of members. False when the
 * first of them is absent or null. */
static bool make(const struct rrpair *pair, char what, char kind,
		 const char *one, const char *two, struct buf *key)
{
	const char *const names[] = { one, two };
	bool any = false;

	buf_clear(key);
	buf_addc(key, what);
	buf_addc(key, kind);
	for (size_t i = 0; i < 2 && names[i]; i++) {
		uint32_t n = part_member(pair, 0, names[i]);

		buf_addc(key, '\0');
		if (n == JSON_NONE || part_is(pair, n, JSON_NULL))
			continue;
		part_text(pair, n, key);
		any |= i == 0;
	}
	return any;
}

static char kind_of(const struct rrpair *pair)
{
	switch (pair->proto) {
	case PROTO_MOCK_SERVICE:
		return 's';
	case PROTO_MOCK_RESOURCE:
		return 'r';
	case PROTO_MOCK_REQUEST:
		return 'q';
	case PROTO_MOCK_RESPONSE:
		return 'a';
	default:
		return 'e';
	}
}

/* The operations of a service, by the id that messages give; the value says
 * whether responses need criteria. */
static void learn_operations(struct mock_index *x, const struct rrpair *pair)
{
	const struct json_doc *doc = &pair->doc;
	uint32_t ops = part_member(pair, 0, "operations"), name, how;
	struct buf key;

	if (!part_is(pair, ops, JSON_ARRAY))
		return;
	buf_init(&key);
	for (uint32_t op = json_first(doc, ops); op != JSON_NONE;
	     op = json_next(doc, op)) {
		name = part_member(pair, op, "name");
		how = part_member(pair, op, "dispatcher");
		if (!make(pair, KEY_OPERATION, 'o', "id", NULL, &key))
			break;
		buf_addc(&key, '-');
		part_text(pair, name, &key);
		put(x, &key, part_is(pair, how, JSON_STRING) &&
			     doc->nodes[how].len > 2 &&
			     !json_string_is(doc, how, "RANDOM", 6) &&
			     !json_string_is(doc, how, "PROXY", 5));
	}
	buf_release(&key);
}

static bool note_newer(void *arg, uint32_t node, const char *since)
{
	(void)node;
	(void)since;
	*(bool *)arg = true;
	return false;
}

void mock_index_learn(struct mock_index *x, uint64_t record,
		      const struct rrpair *pair)
{
	char kind = kind_of(pair);
	bool newer = false;
	struct buf key;

	buf_init(&key);
	if (make(pair, KEY_ID, kind, "id", NULL, &key))
		put(x, &key, record);
	if (kind == 's') {
		x->any_service = true;
		if (make(pair, KEY_VERSION, kind, "name", "version", &key))
			put(x, &key, record);
		learn_operations(x, pair);
	} else if (kind != 'r' &&
		   make(pair, KEY_NAME, kind, "operationId", "name", &key)) {
		put(x, &key, record);
	}
	if (kind == 'q' && make(pair, KEY_ASKED, 'a', "responseId", NULL, &key))
		put(x, &key, record);
	if (!x->newer)
		mock_newer_members(pair, note_newer, &newer);
	if (newer)
		x->newer = record;
	buf_release(&key);
}

/* ---- the rules ---- */

struct looking {
	struct mock_index *x;
	struct check_run *run;
	struct buf key;
};

static bool seen_before(struct looking *l, char what, const char *one,
			const char *two, uint64_t *before)
{
	return make(l->run->pair, what, kind_of(l->run->pair), one, two,
		    &l->key) &&
	       get(l->x, &l->key, before) && *before < l->run->record;
}

static void duplicates(struct looking *l)
{
	const struct rrpair *pair = l->run->pair;
	unsigned long long n;
	uint64_t before;

	if (seen_before(l, KEY_ID, "id", NULL, &before)) {
		n = before;
		check_report(l->run, CHECK_MOCK_DUPLICATE,
			     part_member(pair, 0, "id"),
			     _("record %llu has the same id; only one of them "
			       "is kept"), n);
	}
	if (pair->proto == PROTO_MOCK_SERVICE &&
	    seen_before(l, KEY_VERSION, "name", "version", &before)) {
		n = before;
		check_report(l->run, CHECK_MOCK_DUPLICATE,
			     part_member(pair, 0, "name"),
			     _("record %llu is the same service and version; "
			       "mocks find neither"), n);
	}
	if (pair->proto != PROTO_MOCK_SERVICE &&
	    pair->proto != PROTO_MOCK_RESOURCE &&
	    seen_before(l, KEY_NAME, "operationId", "name", &before)) {
		n = before;
		check_report(l->run, CHECK_MOCK_DUPLICATE,
			     part_member(pair, 0, "name"),
			     _("record %llu of this operation has the same "
			       "name"), n);
	}
}

/* Does the id that a member gives name a record of that kind? */
static void refers(struct looking *l, const char *key, char kind,
		   const char *what)
{
	uint64_t there;

	if (make(l->run->pair, KEY_ID, kind, key, NULL, &l->key) &&
	    !get(l->x, &l->key, &there))
		check_report(l->run, CHECK_MOCK_REFERENCE,
			     part_member(l->run->pair, 0, key),
			     _("there is no %s with this id"), what);
}

static void belongs(struct looking *l)
{
	const struct rrpair *pair = l->run->pair;
	uint32_t node = part_member(pair, 0, "operationId");
	uint32_t criteria = part_member(pair, 0, "dispatchCriteria");
	uint64_t dispatched = 0;

	if (!make(pair, KEY_OPERATION, 'o', "operationId", NULL, &l->key) ||
	    !get(l->x, &l->key, &dispatched))
		check_report(l->run, CHECK_MOCK_REFERENCE, node,
			     _("no service of the file has this operation"));
	else if (pair->proto == PROTO_MOCK_RESPONSE && dispatched &&
		 (criteria == JSON_NONE || part_is(pair, criteria, JSON_NULL)))
		check_report(l->run, CHECK_MOCK_DISPATCH, criteria,
			     _("the operation has a dispatcher, which never "
			       "picks a response without criteria"));
}

static void request_rules(struct looking *l)
{
	uint32_t node = part_member(l->run->pair, 0, "responseId");

	if (node == JSON_NONE || part_is(l->run->pair, node, JSON_NULL))
		check_report(l->run, CHECK_MOCK_LOST, node,
			     _("a request without a response is shown "
			       "nowhere"));
	else
		refers(l, "responseId", 'a', _("response"));
}

static void response_rules(struct looking *l)
{
	uint64_t by;

	make(l->run->pair, KEY_ASKED, 'a', "id", NULL, &l->key);
	if (!get(l->x, &l->key, &by))
		check_report(l->run, CHECK_MOCK_LOST,
			     part_member(l->run->pair, 0, "id"),
			     _("no request asks for this response"));
}

struct newest {
	struct check_run *run;
};

static bool report_newer(void *arg, uint32_t node, const char *since)
{
	struct newest *n = arg;

	check_report(n->run, CHECK_MOCK_VERSION, node,
		     _("servers before %s refuse a file with this member"),
		     since);
	return false;
}

void mock_index_rules(struct mock_index *x, struct check_run *run)
{
	struct looking l = { .x = x, .run = run };
	struct newest newest = { run };

	buf_init(&l.key);
	duplicates(&l);
	switch (run->pair->proto) {
	case PROTO_MOCK_RESOURCE:
		refers(&l, "serviceId", 's', _("service"));
		break;
	case PROTO_MOCK_REQUEST:
		belongs(&l);
		request_rules(&l);
		break;
	case PROTO_MOCK_RESPONSE:
		belongs(&l);
		response_rules(&l);
		break;
	case PROTO_MOCK_EVENT:
		belongs(&l);
		refers(&l, "replyId", 'e', _("event message"));
		break;
	default:
		break;
	}
	/* Once for the file: an export of a new server has them everywhere. */
	if (x->newer == run->record)
		mock_newer_members(run->pair, report_newer, &newest);
	buf_release(&l.key);
}
