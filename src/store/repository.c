#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/locate.h"
#include "store/chunk.h"
#include "store/repository.h"

static const struct {
	const char *key, *name;
} kinds[REPO_KINDS] = {
	[REPO_SERVICE] = { "services", "service" },
	[REPO_RESOURCE] = { "resources", "resource" },
	[REPO_REQUEST] = { "requests", "request" },
	[REPO_RESPONSE] = { "responses", "response" },
	[REPO_EVENT] = { "eventMessages", "event" },
	[REPO_MEMBER] = { NULL, "member" },
	[REPO_REST] = { NULL, "rest" },
};

const char *repo_kind_name(enum repo_kind kind)
{
	return kinds[kind].name;
}

const char *repo_kind_key(enum repo_kind kind)
{
	return kinds[kind].key;
}

enum repo_kind repo_kind_of_key(const char *key, size_t len)
{
	for (unsigned k = REPO_SERVICE; k <= REPO_EVENT; k++)
		if (strlen(kinds[k].key) == len && !memcmp(kinds[k].key, key, len))
			return (enum repo_kind)k;
	return REPO_MEMBER;
}

uint32_t repo_list_of(const struct repo_map *map, uint64_t n)
{
	uint32_t i = atomic_load_explicit(&map->count, memory_order_acquire);

	/* Empty lists begin where the next one does: the last holds it. */
	while (i > 1 && map->list[i - 1].first > n)
		i--;
	return i - 1;
}

uint32_t repo_list_for(const struct repo_map *map, enum repo_kind kind)
{
	uint32_t i = atomic_load_explicit(&map->count, memory_order_acquire);

	while (i-- > 0)
		if (map->list[i].kind == kind)
			return i;
	return UINT32_MAX;
}

/* ---- values ---- */

static bool blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static const char *skip(const char *p, const char *end)
{
	while (p < end && blank(*p))
		p++;
	return p;
}

/* p at an opening quote: behind the closing one, or NULL. */
static const char *string_end(const char *p, const char *end)
{
	const char *from = ++p;

	while ((p = memchr(p, '"', (size_t)(end - p)))) {
		const char *q = p;

		while (q > from && q[-1] == '\\')
			q--;
		p++;
		if ((p - 1 - q) % 2 == 0)
			return p;
	}
	return NULL;
}

static const char *container_end(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end) {
		switch (*p) {
		case '"':
			p = string_end(p, end);
			if (!p)
				return NULL;
			continue;
		case '{': case '[':
			depth++;
			break;
		case '}': case ']':
			if (--depth == 0)
				return p + 1;
			break;
		default:
			break;
		}
		p++;
	}
	return NULL;
}

/* Behind the value at p; NULL when it does not end here. A bare word ends at
 * the end of the text only when that is the end of all. */
static const char *value_end(const char *p, const char *end, bool all)
{
	const char *q = p;

	if (p == end)
		return NULL;
	if (*p == '"')
		return string_end(p, end);
	if (*p == '{' || *p == '[')
		return container_end(p, end);
	while (q < end && !blank(*q) && !strchr(",]}:{[\"", *q))
		q++;
	return q == end && !all ? NULL : q;
}

/* "key" : up to the value. */
enum head { HEAD_OK, HEAD_MORE, HEAD_BAD };
static enum head member_head(const char *p, const char *end,
			     enum repo_kind *kind, const char **value)
{
	const char *q;
	struct buf key;

	if (*p != '"')
		return HEAD_BAD;
	q = string_end(p, end);
	if (!q)
		return HEAD_MORE;
	if (!json_valid(p, (size_t)(q - p), NULL))
		return HEAD_BAD;
	buf_init(&key);
	json_decode_span(p, (size_t)(q - p), &key);
	*kind = repo_kind_of_key(key.data, key.len);
	buf_release(&key);
	q = skip(q, end);
	if (q == end)
		return HEAD_MORE;
	if (*q != ':')
		return HEAD_BAD;
	*value = skip(q + 1, end);
	return *value == end ? HEAD_MORE : HEAD_OK;
}

/* ---- what is a repository ---- */

enum repo_is repo_recognise(const char *text, size_t len, bool all)
{
	const char *end = text + len, *p = skip(text, end);
	unsigned known = 0, members = 0;
	bool first = false, ran_out = false;

	if (p == end || *p != '{')
		return p == end && !all ? REPO_MORE : REPO_IS_NOT;
	for (p = skip(p + 1, end); p < end && *p == '"'; p = skip(p + 1, end)) {
		enum repo_kind kind;
		const char *value;
		enum head head = member_head(p, end, &kind, &value);

		if (head == HEAD_BAD)
			return REPO_IS_NOT;
		ran_out = head == HEAD_MORE;
		if (ran_out)
			break;
		members++;
		if (kind != REPO_MEMBER && *value == '[') {
			known++;
			first |= members == 1;
		} else if (kind == REPO_MEMBER && value - p >= 9 &&
			   !memcmp(p, "\"msgType\"", 9)) {
			return REPO_IS_NOT;
		}
		p = value_end(value, end, false);
		ran_out = !p;
		if (!p)
			break;
		p = skip(p, end);
		if (p < end && *p != ',')
			break;
	}
	if (known >= 2 || (first && (ran_out || members == 1)))
		return REPO_IS;
	return ran_out && !all && known ? REPO_MORE : REPO_IS_NOT;
}

/* ---- the scan ---- */

enum phase {
	AT_OPEN, AT_FIRST_KEY, AT_KEY, AT_FIRST_ELEMENT, AT_ELEMENT,
	BEHIND_ELEMENT, BEHIND_MEMBER, AT_END, AT_BREAK
};

struct repo_scan {
	struct repo_map *map;	/* grows as records are found */
	enum phase phase;
	uint64_t records;
	uint64_t broken;	/* where the text breaks */
	bool rest;		/* the record of what follows was made */
	struct json_doc doc;
	/* of the part at hand */
	struct chunk *c;
	const struct job *job;
	char *data;
	size_t len, cap, p;
	uint64_t base;
	size_t records_cap;
};

struct repo_scan *repo_scan_new(struct repo_map *map)
{
	struct repo_scan *r = mem_zalloc(1, sizeof(*r));

	r->map = map;
	json_doc_init(&r->doc);
	return r;
}

void repo_scan_free(struct repo_scan *r)
{
	if (!r)
		return;
	json_doc_release(&r->doc);
	free(r);
}

bool repo_scan_done(const struct repo_scan *r)
{
	return r->phase == AT_END || (r->phase == AT_BREAK && r->rest);
}

static struct repo_list *add_list(struct repo_scan *r, enum repo_kind kind,
				  uint64_t key, uint64_t open)
{
	uint32_t n = atomic_load(&r->map->count);
	struct repo_list *l = &r->map->list[n];

	*l = (struct repo_list){ kind, r->records, key, open, 0 };
	atomic_store_explicit(&r->map->count, n + 1, memory_order_release);
	return l;
}

static struct repo_list *last_list(struct repo_scan *r)
{
	return &r->map->list[atomic_load(&r->map->count) - 1];
}

static struct columns *add_record(struct repo_scan *r, uint64_t off,
				  uint32_t len)
{
	struct chunk *c = r->c;
	struct columns *col;

	c->records = mem_room(c->records, c->count, &r->records_cap,
			      sizeof(*c->records));
	col = &c->records[c->count++];
	*col = (struct columns){
		.off = off, .len = len, .ts = COLUMNS_NO_TS,
		.code = COLUMNS_NO_CODE,
		.flags = COLUMNS_NO_UUID | COLUMNS_REPOSITORY,
	};
	r->records++;
	return col;
}

/* Append the next bytes: 1, 0 at the end of what is there, -1 on failure. */
static int more(struct repo_scan *r)
{
	uint64_t off = r->base + r->len;
	size_t want = r->len - r->p > SOURCE_BLOCK ? r->len - r->p
						   : SOURCE_BLOCK;
	ssize_t n;

	if (off >= r->c->size)
		return 0;
	if (want > r->c->size - off)
		want = (size_t)(r->c->size - off);
	if (r->job && job_cancelled(r->job)) {
		r->c->failed = true;
		err_set(&r->c->err, ERR_CANCELLED, _("cancelled"));
		return -1;
	}
	memmove(r->data, r->data + r->p, r->len - r->p);
	r->base += r->p;
	r->len -= r->p;
	r->p = 0;
	if (r->len + want > r->cap) {
		r->cap = r->len + want;
		r->data = mem_grow(r->data, r->cap, 1);
	}
	n = source_read(r->c->src, off, r->data + r->len, want, &r->c->err);
	if (n <= 0) {
		r->c->failed = true;
		if (n == 0)
			err_set(&r->c->err, ERR_CONFLICT,
				_("%s: the file has become shorter"),
				source_path(r->c->src));
		return -1;
	}
	r->len += (size_t)n;
	return 1;
}

static bool breaks(struct repo_scan *r)
{
	r->broken = r->base + r->p;
	r->phase = AT_BREAK;
	return true;
}

/* An element or another member's value at data[at..end), sound or not. */
static bool take_record(struct repo_scan *r, enum repo_kind kind, size_t at,
			size_t end)
{
	size_t len = end - at;

	if (len > UINT32_MAX || !json_scan(&r->doc, r->data + at, len, NULL))
		return false;
	if (kind == REPO_MEMBER) {
		struct repo_list *l;

		if (atomic_load(&r->map->count) >= REPO_LISTS_MAX)
			return false;
		l = add_list(r, kind, r->base + r->p, r->base + at);
		l->close = r->base + end;
	}
	repo_columns_of(kind, &r->doc, r->c->pools,
			add_record(r, r->base + at, (uint32_t)len));
	r->p = end;
	return true;
}

/* True: done for now with this token. False: more bytes are needed. */
static bool take_member(struct repo_scan *r, bool all)
{
	const char *p = r->data + r->p, *end = r->data + r->len, *value, *q;
	enum repo_kind kind;

	switch (member_head(p, end, &kind, &value)) {
	case HEAD_BAD:
		return breaks(r);
	case HEAD_MORE:
		return false;
	case HEAD_OK:
		break;
	}
	if (kind != REPO_MEMBER && *value == '[' &&
	    atomic_load(&r->map->count) < REPO_LISTS_MAX) {
		size_t at = (size_t)(value - r->data) + 1;

		add_list(r, kind, r->base + r->p, r->base + at);
		r->p = at;
		r->phase = AT_FIRST_ELEMENT;
		return true;
	}
	q = value_end(value, end, all);
	if (!q)
		return false;
	if (!take_record(r, REPO_MEMBER, (size_t)(value - r->data),
			 (size_t)(q - r->data)))
		return breaks(r);
	r->phase = BEHIND_MEMBER;
	return true;
}

static bool take_element(struct repo_scan *r, bool all)
{
	const char *p = r->data + r->p;
	const char *q = value_end(p, r->data + r->len, all);

	if (!q)
		return false;
	if (!take_record(r, last_list(r)->kind, r->p, (size_t)(q - r->data)))
		return breaks(r);
	r->phase = BEHIND_ELEMENT;
	return true;
}

static bool take_mark(struct repo_scan *r, char c)
{
	uint64_t at = r->base + r->p;

	if (r->phase == AT_OPEN && c == '{') {
		r->phase = AT_FIRST_KEY;
		r->map->begin = at + 1;
	} else if (c == ',' && r->phase == BEHIND_ELEMENT) {
		r->phase = AT_ELEMENT;
	} else if (c == ',' && r->phase == BEHIND_MEMBER) {
		r->phase = AT_KEY;
	} else if (c == ']' && (r->phase == BEHIND_ELEMENT ||
				r->phase == AT_FIRST_ELEMENT)) {
		last_list(r)->close = at;
		r->phase = BEHIND_MEMBER;
	} else if (c == '}' && (r->phase == BEHIND_MEMBER ||
				r->phase == AT_FIRST_KEY)) {
		r->map->end = at;
		r->phase = AT_END;
	} else {
		return false;
	}
	r->p++;
	return true;
}

/* One step at a byte that is no blank. False: more bytes are needed. */
static bool step(struct repo_scan *r, bool all)
{
	if (take_mark(r, r->data[r->p]))
		return true;
	switch (r->phase) {
	case AT_FIRST_KEY:
	case AT_KEY:
		return take_member(r, all);
	case AT_FIRST_ELEMENT:
	case AT_ELEMENT:
		return take_element(r, all);
	default:
		return breaks(r);
	}
}

/* Lists that the file lacks, behind the others. */
static void add_absent(struct repo_scan *r)
{
	for (unsigned k = REPO_SERVICE; k <= REPO_EVENT; k++)
		if (repo_list_for(r->map, (enum repo_kind)k) == UINT32_MAX)
			add_list(r, (enum repo_kind)k, 0, 0);
}

static void take_rest(struct repo_scan *r)
{
	struct chunk *c = r->c;
	uint64_t len = c->size - r->broken;

	if (!c->final)
		return;
	r->rest = true;
	if (len > UINT32_MAX) {
		c->failed = true;
		err_set(&c->err, ERR_LIMIT, _("a line of more than 4 GB"));
		return;
	}
	if (atomic_load(&r->map->count) > 0 && !last_list(r)->close)
		last_list(r)->close = r->broken;
	if (len > 0) {
		add_list(r, REPO_REST, r->broken, r->broken)->close = c->size;
		add_record(r, r->broken, (uint32_t)len)->flags |=
			COLUMNS_BROKEN;
	}
	add_absent(r);
}

static void scan(struct repo_scan *r)
{
	struct chunk *c = r->c;
	bool all = false;

	for (;;) {
		const char *end = r->data + r->len;
		int got;

		if (r->phase == AT_BREAK || r->phase == AT_END)
			break;
		r->p = (size_t)(skip(r->data + r->p, end) - r->data);
		if (r->p < r->len && step(r, all)) {
			if (r->base + r->p >= c->to &&
			    r->base + r->len < c->size)
				break;
			continue;
		}
		got = more(r);
		if (got < 0 || (got == 0 && !c->final))
			break;
		if (got == 0 && all)
			breaks(r);
		all = got == 0;
	}
	if (c->failed)
		return;
	if (r->phase == AT_BREAK)
		take_rest(r);
	else if (r->phase == AT_END)
		add_absent(r);
}

void repo_scan_part(struct repo_scan *r, struct chunk *c,
		    const struct job *job)
{
	r->c = c;
	r->job = job;
	r->cap = SOURCE_BLOCK;
	r->data = mem_alloc(r->cap);
	r->base = c->from;
	r->len = r->p = 0;
	r->records_cap = 0;
	scan(r);
	c->resume = repo_scan_done(r) ? c->size : r->base + r->p;
	if (c->count > 0)
		c->records = mem_grow(c->records, c->count,
				      sizeof(*c->records));
	free(r->data);
	r->data = NULL;
}
