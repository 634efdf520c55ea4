#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/locate.h"
#include "remote/merge.h"
#include "remote/mergeindex.h"
#include "store/lineindex.h"

#define LOOK_EVERY 1024		/* records between two looks at `cancelled` */

/* ---- records ---- */

struct reader {
	struct merge_file *file;
	struct buf text;
	struct json_doc doc;
	const struct remote_watch *watch;
};

static void take_uuid(struct reader *r, struct merge_record *m)
{
	struct buf text;
	uint32_t node;

	if (!json_scan(&r->doc, r->text.data, r->text.len, NULL) ||
	    r->doc.nodes[0].type != JSON_OBJECT)
		return;
	node = json_member(&r->doc, 0, "uuid", 4);
	if (node == JSON_NONE || r->doc.nodes[node].type != JSON_STRING)
		return;
	buf_init(&text);
	json_string(&r->doc, node, &text);
	m->has_uuid = uuid_parse(&m->uuid, text.data, text.len);
	buf_release(&text);
}

static bool take_record(struct reader *r, const struct lineindex *ix,
			uint32_t n, struct err *err)
{
	const struct columns *c = lineindex_get(ix, n);
	struct merge_record *m = &r->file->records[n];
	uint8_t hash[SHA256_LEN];
	char *to;

	*m = (struct merge_record){
		.start = lineindex_lead(ix, n), .off = c->off, .len = c->len,
		.end = lineindex_end(ix, n),
	};
	buf_clear(&r->text);
	to = buf_reserve(&r->text, m->len);
	if (!to)
		return buf_ok(&r->text, _("record"), err);
	if (!source_read_exact(r->file->src, m->off, to, m->len, err))
		return false;
	r->text.len = m->len;
	sha256(hash, to, m->len);
	memcpy(m->hash, hash, MERGE_HASH);
	take_uuid(r, m);
	return true;
}

static bool take_records(struct merge_file *f, const struct lineindex *ix,
			 const struct remote_watch *watch, struct err *err)
{
	struct reader r = {.file = f, .watch = watch};
	uint64_t count = lineindex_count(ix);
	bool ok = true;

	if (count > MERGE_RECORDS_MAX)
		return err_set(err, ERR_LIMIT, _("too many records to merge"));
	f->records = mem_zalloc(count + 1, sizeof(*f->records));
	buf_init(&r.text);
	json_doc_init(&r.doc);
	for (; ok && f->count < count; f->count++) {
		if (f->count % LOOK_EVERY == 0 && watch_cancelled(watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
		else
			ok = take_record(&r, ix, f->count, err);
	}
	json_doc_release(&r.doc);
	buf_release(&r.text);
	return ok;
}

static bool index_file(struct merge_file *f, const struct remote_watch *watch,
		       struct err *err)
{
	struct columns_pools *pools = columns_pools_new();
	struct lineindex *ix = lineindex_new(f->src, pools, NULL, NULL, NULL,
					     err);
	bool ok = ix && !lineindex_failed(ix, err);

	if (ok) {
		f->size = source_size(f->src);
		f->head = lineindex_head(ix);
		/* A repository has no lines to merge either. */
		f->single = lineindex_single(ix) || lineindex_repository(ix);
		f->crlf = lineindex_crlf(ix);
		f->final_eol = lineindex_final_eol(ix);
		ok = take_records(f, ix, watch, err);
		f->bound = f->count ? f->records[f->count - 1].end : f->head;
	}
	if (ix)
		lineindex_unref(ix);
	columns_pools_unref(pools);
	return ok;
}

bool merge_file_open(struct merge_file *f, const char *path,
		     const char *state_dir, const struct remote_watch *watch,
		     struct err *err)
{
	*f = (struct merge_file){0};
	if (!path)
		return true;
	f->src = source_open(path, state_dir, NULL, err);
	if (f->src && !source_failed(f->src, err) &&
	    index_file(f, watch, err))
		return true;
	merge_file_release(f);
	return false;
}

void merge_file_release(struct merge_file *f)
{
	source_unref(f->src);
	free(f->records);
	*f = (struct merge_file){0};
}

bool merge_file_equal(const struct merge_file *a, const struct merge_file *b)
{
	char *x, *y;
	bool same = true;

	if (a->size != b->size || a->count != b->count)
		return false;
	if (!a->src || !b->src)
		return a->size == 0 && b->size == 0;
	x = mem_alloc(SOURCE_BLOCK);
	y = mem_alloc(SOURCE_BLOCK);
	for (uint64_t at = 0; same && at < a->size;) {
		size_t n = a->size - at < SOURCE_BLOCK ? a->size - at
						       : SOURCE_BLOCK;

		same = source_read_exact(a->src, at, x, n, NULL) &&
		       source_read_exact(b->src, at, y, n, NULL) &&
		       !memcmp(x, y, n);
		at += n;
	}
	free(x);
	free(y);
	return same;
}

bool merge_file_text(const struct merge_file *f, uint32_t n, struct buf *out,
		     struct err *err)
{
	const struct merge_record *m = &f->records[n];
	char *to = buf_reserve(out, m->len);

	if (!to)
		return buf_ok(out, _("record"), err);
	if (!source_read_exact(f->src, m->off, to, m->len, err))
		return false;
	out->len += m->len;
	out->data[out->len] = '\0';
	return true;
}

/* ---- keys ---- */

/* A table of 20 bytes -> number, open addressing. */
#define KEY_LEN 20

struct slot {
	uint8_t key[KEY_LEN];
	uint32_t value;		/* from 1; 0: free */
};

struct table {
	struct slot *slots;
	size_t mask;
	uint32_t count;
	uint64_t seed[2];	/* so that no file can be made slow to merge */
};

static void table_init(struct table *t, uint64_t most)
{
	struct uuid seed;
	size_t n = 16;

	while (n * 3 < most * 4)
		n *= 2;
	t->slots = mem_zalloc(n, sizeof(*t->slots));
	t->mask = n - 1;
	t->count = 0;
	uuid_v4(&seed);
	memcpy(t->seed, seed.b, sizeof(t->seed));
}

static size_t table_place(const struct table *t, const uint8_t key[KEY_LEN])
{
	uint64_t a, b;
	uint32_t c;

	memcpy(&a, key, 8);
	memcpy(&b, key + 8, 8);
	memcpy(&c, key + 16, 4);
	a = (a ^ t->seed[0]) * UINT64_C(0x9E3779B97F4A7C15);
	b = ((b + c) ^ t->seed[1] ^ (a >> 29)) * UINT64_C(0xBF58476D1CE4E5B9);
	return (size_t)((a ^ b) >> 20) & t->mask;
}

/* The number of a key from 0 on; a new one gets the next. */
static uint32_t table_number(struct table *t, const uint8_t key[KEY_LEN])
{
	size_t at;

	for (at = table_place(t, key); t->slots[at].value;
	     at = (at + 1) & t->mask)
		if (!memcmp(t->slots[at].key, key, KEY_LEN))
			return t->slots[at].value - 1;
	memcpy(t->slots[at].key, key, KEY_LEN);
	t->slots[at].value = ++t->count;
	return t->count - 1;
}

static void uuid_key(uint8_t key[KEY_LEN], const struct merge_record *r)
{
	memcpy(key, r->uuid.b, 16);
	memset(key + 16, 0xff, 4);
}

static void content_key(uint8_t key[KEY_LEN], const struct merge_record *r,
			uint32_t nth)
{
	memcpy(key, r->hash, 16);
	memcpy(key + 16, &nth, 4);
}

/* Which uuids a file has twice: by their number, for all files. */
static bool *find_doubles(struct merge_file *const *files, size_t n,
			  struct table *uuids)
{
	uint8_t *seen = mem_zalloc(uuids->mask + 1, 1), key[KEY_LEN];
	bool *twice = mem_zalloc(uuids->mask + 1, 1);

	for (size_t f = 0; f < n; f++) {
		for (uint32_t i = 0; i < files[f]->count; i++) {
			uint32_t u;

			if (!files[f]->records[i].has_uuid)
				continue;
			uuid_key(key, &files[f]->records[i]);
			u = table_number(uuids, key);
			twice[u] |= seen[u] == f + 1;
			seen[u] = (uint8_t)(f + 1);
		}
	}
	free(seen);
	return twice;
}

static void give_keys(struct merge_file *f, struct table *uuids,
		      const bool *twice, struct table *keys,
		      struct table *contents, uint32_t *times)
{
	uint8_t key[KEY_LEN];
	uint32_t nth;

	memset(times, 0, (contents->mask + 1) * sizeof(*times));
	for (uint32_t i = 0; i < f->count; i++) {
		struct merge_record *r = &f->records[i];

		uuid_key(key, r);
		if (!r->has_uuid || twice[table_number(uuids, key)]) {
			content_key(key, r, UINT32_MAX - 1);
			nth = times[table_number(contents, key)]++;
			content_key(key, r, nth);
		}
		r->key = table_number(keys, key);
	}
}

uint32_t merge_keys(struct merge_file *const *files, size_t n)
{
	struct table uuids, keys, contents;
	uint64_t all = 1;
	uint32_t *times;
	bool *twice;

	for (size_t f = 0; f < n; f++)
		all += files[f]->count;
	table_init(&uuids, all);
	table_init(&keys, all);
	table_init(&contents, all);
	times = mem_zalloc(contents.mask + 1, sizeof(*times));
	twice = find_doubles(files, n, &uuids);
	for (size_t f = 0; f < n; f++)
		give_keys(files[f], &uuids, twice, &keys, &contents, times);
	free(twice);
	free(times);
	free(uuids.slots);
	free(keys.slots);
	free(contents.slots);
	return keys.count;
}
