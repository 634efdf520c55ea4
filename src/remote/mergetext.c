#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/splice.h"
#include "remote/mergetext.h"

/* ---- conflicts as data ---- */

static void value_release(struct merge_value *v)
{
	free(v->text);
	*v = (struct merge_value){0};
}

void merge_conflicts_release(struct merge_conflicts *c)
{
	for (size_t i = 0; i < c->count; i++) {
		struct merge_conflict *x = &c->list[i];

		free(x->path);
		free(x->edited);
		value_release(&x->base);
		value_release(&x->mine);
		value_release(&x->theirs);
	}
	free(c->list);
	*c = (struct merge_conflicts){0};
}

void merge_conflicts_choose(struct merge_conflicts *c, enum merge_choice how)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->list[i].choice == MERGE_ASK)
			c->list[i].choice = how;
}

size_t merge_conflicts_open(const struct merge_conflicts *c)
{
	size_t n = 0;

	for (size_t i = 0; i < c->count; i++)
		n += c->list[i].choice == MERGE_ASK;
	return n;
}

struct merge_conflict *merge_conflicts_add(struct merge_conflicts *c,
					   const char *path)
{
	struct merge_conflict *x;

	c->list = mem_room(c->list, c->count, &c->cap, sizeof(*c->list));
	x = &c->list[c->count++];
	*x = (struct merge_conflict){.path = mem_strdup(path)};
	return x;
}

void merge_value_set(struct merge_value *v, const char *text, size_t len,
		     size_t conflicts)
{
	v->there = text != NULL;
	if (!text)
		return;
	v->cut = conflicts > MERGE_VALUES_MAX || len > MERGE_SHOWN_MAX;
	if (conflicts > MERGE_VALUES_MAX)
		return;
	v->len = len > MERGE_SHOWN_MAX ? MERGE_SHOWN_MAX : len;
	v->text = mem_dup(text, v->len);
}

/* ---- keys of an object, to be looked up ---- */

struct key {
	uint64_t hash;
	uint32_t node;
};

struct keys {
	const struct json_doc *doc;
	struct key *list;
	size_t count;
};

static uint64_t hash_of(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	return h;
}

static int by_hash(const void *a, const void *b)
{
	const struct key *x = a, *y = b;

	return x->hash < y->hash ? -1 : x->hash > y->hash;
}

static void keys_of(struct keys *k, const struct json_doc *doc, uint32_t object)
{
	struct buf key;

	*k = (struct keys){.doc = doc};
	if (object == JSON_NONE || doc->nodes[object].type != JSON_OBJECT)
		return;
	k->list = mem_zalloc(doc->nodes[object].children + 1,
			     sizeof(*k->list));
	buf_init(&key);
	for (uint32_t n = json_first(doc, object); n != JSON_NONE;
	     n = json_next(doc, n)) {
		buf_clear(&key);
		json_key(doc, n, &key);
		k->list[k->count++] =
			(struct key){hash_of(key.data, key.len), n};
	}
	buf_release(&key);
	qsort(k->list, k->count, sizeof(*k->list), by_hash);
}

static uint32_t keys_find(const struct keys *k, uint64_t hash,
			  const struct buf *key)
{
	size_t lo = 0, hi = k->count;

	while (lo < hi) {
		size_t mid = lo + (hi - lo) / 2;

		if (k->list[mid].hash < hash)
			lo = mid + 1;
		else
			hi = mid;
	}
	for (; lo < k->count && k->list[lo].hash == hash; lo++)
		if (json_key_is(k->doc, k->list[lo].node, key->data, key->len))
			return k->list[lo].node;
	return JSON_NONE;
}

/* ---- values ---- */

static bool same_bytes(const char *a, size_t alen, const char *b, size_t blen)
{
	return alen == blen && !memcmp(a, b, alen);
}

static bool same_string(const struct json_doc *a, uint32_t x, bool key,
			const struct json_doc *b, uint32_t y)
{
	struct buf text;
	bool same;

	buf_init(&text);
	if (key)
		json_key(a, x, &text);
	else
		json_string(a, x, &text);
	same = key ? json_key_is(b, y, text.data, text.len)
		   : json_string_is(b, y, text.data, text.len);
	buf_release(&text);
	return same;
}

static bool same_token(const struct json_doc *a, uint32_t x, bool top,
		       const struct json_doc *b, uint32_t y)
{
	const struct json_node *m = &a->nodes[x], *n = &b->nodes[y];

	if (m->type != n->type || m->children != n->children)
		return false;
	if (!top && !same_bytes(a->text + m->key_off, m->key_len,
				b->text + n->key_off, n->key_len) &&
	    (!m->key_len || !n->key_len || !same_string(a, x, true, b, y)))
		return false;
	if (m->type >= JSON_ARRAY ||
	    same_bytes(a->text + m->off, m->len, b->text + n->off, n->len))
		return true;
	return m->type == JSON_STRING && same_string(a, x, false, b, y);
}

/* The same tokens in the same order; blanks and escapes do not count. Absent is
 * like absent only. */
static bool same(const struct json_doc *a, uint32_t x, const struct json_doc *b,
		 uint32_t y)
{
	uint32_t end, top = x;

	if (x == JSON_NONE || y == JSON_NONE)
		return x == y;
	if (same_bytes(a->text + a->nodes[x].off, a->nodes[x].len,
		       b->text + b->nodes[y].off, b->nodes[y].len))
		return true;
	end = a->nodes[x].next;
	if (b->nodes[y].next - y != end - x)
		return false;
	for (; x < end; x++, y++)
		if (!same_token(a, x, x == top, b, y))
			return false;
	return true;
}

/* ---- merging ---- */

struct merger {
	struct json_doc b, m, t;
	struct splice *out;		/* against m */
	struct merge_conflicts *conflicts;
	size_t *at;			/* NULL: list mode */
};

/* One member in the three versions; JSON_NONE where it is not. In m, `into` is
 * the object it belongs to and `before` the member it would come before. */
struct place {
	uint32_t b, m, t, into, before;
};

static void take_theirs(struct merger *g, const struct place *p)
{
	const struct json_node *n;
	struct buf key;

	if (p->t == JSON_NONE) {
		splice_remove(g->out, p->m);
		return;
	}
	n = &g->t.nodes[p->t];
	if (p->m != JSON_NONE) {
		splice_value(g->out, p->m, g->t.text + n->off, n->len);
		return;
	}
	buf_init(&key);
	json_key(&g->t, p->t, &key);
	splice_insert(g->out, p->into, p->before, key.data, key.len,
		      g->t.text + n->off, n->len);
	buf_release(&key);
}

static void take_edited(struct merger *g, const struct place *p,
			const char *value)
{
	struct buf key;

	if (p->m != JSON_NONE) {
		splice_value(g->out, p->m, value, strlen(value));
		return;
	}
	buf_init(&key);
	json_key(&g->t, p->t, &key);
	splice_insert(g->out, p->into, p->before, key.data, key.len, value,
		      strlen(value));
	buf_release(&key);
}

static void set_value(struct merge_value *v, const struct json_doc *doc,
		      uint32_t node, size_t conflicts)
{
	if (node == JSON_NONE)
		merge_value_set(v, NULL, 0, conflicts);
	else
		merge_value_set(v, doc->text + doc->nodes[node].off,
				doc->nodes[node].len, conflicts);
}

static void list_conflict(struct merger *g, const struct place *p)
{
	struct merge_conflict *x;
	struct buf path;

	buf_init(&path);
	if (p->m != JSON_NONE)
		json_path_print(&g->m, p->m, &path);
	else
		json_path_print(&g->t, p->t, &path);
	x = merge_conflicts_add(g->conflicts, path.data);
	set_value(&x->base, &g->b, p->b, g->conflicts->count);
	set_value(&x->mine, &g->m, p->m, g->conflicts->count);
	set_value(&x->theirs, &g->t, p->t, g->conflicts->count);
	buf_release(&path);
}

static void conflict(struct merger *g, const struct place *p)
{
	const struct merge_conflict *x;

	if (!g->at) {
		list_conflict(g, p);
		return;
	}
	if (*g->at >= g->conflicts->count)
		return;
	x = &g->conflicts->list[(*g->at)++];
	if (x->choice == MERGE_THEIRS)
		take_theirs(g, p);
	else if (x->choice == MERGE_EDITED && x->edited)
		take_edited(g, p, x->edited);
}

static bool mergeable(const struct json_doc *doc, uint32_t node)
{
	return node != JSON_NONE && doc->nodes[node].type == JSON_OBJECT &&
	       doc->nodes[node].depth < MERGE_DEPTH_MAX &&
	       !json_has_duplicates(doc, node, NULL, NULL);
}

static void merge_object(struct merger *g, const struct place *p);

static void merge_place(struct merger *g, const struct place *p)
{
	bool base_ok = p->b == JSON_NONE ||
		       g->b.nodes[p->b].type != JSON_OBJECT ||
		       mergeable(&g->b, p->b);

	if (same(&g->m, p->m, &g->t, p->t) || same(&g->b, p->b, &g->t, p->t))
		return;
	if (same(&g->b, p->b, &g->m, p->m))
		take_theirs(g, p);
	else if (base_ok && mergeable(&g->m, p->m) && mergeable(&g->t, p->t))
		merge_object(g, p);
	else
		conflict(g, p);
}

/* The member of mine that theirs' next members come before, for each that is
 * new; so new members stand where theirs has them. */
static uint32_t place_before(const struct merger *g, const struct keys *mine,
			     uint32_t t)
{
	struct buf key;
	uint32_t found = JSON_NONE;

	buf_init(&key);
	while (found == JSON_NONE &&
	       (t = json_next(&g->t, t)) != JSON_NONE) {
		buf_clear(&key);
		json_key(&g->t, t, &key);
		found = keys_find(mine, hash_of(key.data, key.len), &key);
	}
	buf_release(&key);
	return found;
}

static void merge_theirs(struct merger *g, const struct place *p,
			 const struct keys *base, const struct keys *mine)
{
	struct buf key;

	buf_init(&key);
	for (uint32_t n = json_first(&g->t, p->t); n != JSON_NONE;
	     n = json_next(&g->t, n)) {
		struct place q = {.t = n, .into = p->m, .before = JSON_NONE};
		uint64_t hash;

		buf_clear(&key);
		json_key(&g->t, n, &key);
		hash = hash_of(key.data, key.len);
		q.b = keys_find(base, hash, &key);
		q.m = keys_find(mine, hash, &key);
		if (q.m == JSON_NONE)
			q.before = place_before(g, mine, n);
		merge_place(g, &q);
	}
	buf_release(&key);
}

/* What theirs does not have. */
static void merge_gone(struct merger *g, const struct place *p,
		       const struct keys *base, const struct keys *theirs)
{
	struct buf key;

	buf_init(&key);
	for (uint32_t n = json_first(&g->m, p->m); n != JSON_NONE;
	     n = json_next(&g->m, n)) {
		struct place q = {.m = n, .t = JSON_NONE, .into = p->m,
				  .before = JSON_NONE};
		uint64_t hash;

		buf_clear(&key);
		json_key(&g->m, n, &key);
		hash = hash_of(key.data, key.len);
		q.b = keys_find(base, hash, &key);
		if (q.b != JSON_NONE &&
		    keys_find(theirs, hash, &key) == JSON_NONE)
			merge_place(g, &q);
	}
	buf_release(&key);
}

static void merge_object(struct merger *g, const struct place *p)
{
	struct keys base, mine, theirs;

	keys_of(&base, &g->b, p->b);
	keys_of(&mine, &g->m, p->m);
	keys_of(&theirs, &g->t, p->t);
	merge_theirs(g, p, &base, &mine);
	merge_gone(g, p, &base, &theirs);
	free(base.list);
	free(mine.list);
	free(theirs.list);
}

/* Texts that are not three objects: one conflict for all of it. */
static void merge_whole(const struct merge_texts *t, struct merge_conflicts *c,
			size_t *at, struct buf *out)
{
	const struct merge_conflict *x = NULL;
	struct merge_conflict *made;

	if (!at) {
		made = merge_conflicts_add(c, ".");
		merge_value_set(&made->base, t->base, t->base_len, c->count);
		merge_value_set(&made->mine, t->mine, t->mine_len, c->count);
		merge_value_set(&made->theirs, t->theirs, t->theirs_len,
				c->count);
	} else if (*at < c->count) {
		x = &c->list[(*at)++];
	}
	if (!out)
		return;
	if (x && x->choice == MERGE_THEIRS)
		buf_add(out, t->theirs, t->theirs_len);
	else if (x && x->choice == MERGE_EDITED && x->edited)
		buf_adds(out, x->edited);
	else
		buf_add(out, t->mine, t->mine_len);
}

static bool scan_all(struct merger *g, const struct merge_texts *t)
{
	json_doc_init(&g->b);
	json_doc_init(&g->m);
	json_doc_init(&g->t);
	if (t->base && !json_scan(&g->b, t->base, t->base_len, NULL))
		return false;
	return json_scan(&g->m, t->mine, t->mine_len, NULL) &&
	       json_scan(&g->t, t->theirs, t->theirs_len, NULL) &&
	       mergeable(&g->m, 0) && mergeable(&g->t, 0) &&
	       (!t->base || mergeable(&g->b, 0));
}

void merge_text(const struct merge_texts *t, struct merge_conflicts *c,
		size_t *at, struct buf *out)
{
	struct merger g = {.conflicts = c, .at = at};
	struct place top = {.b = t->base ? 0 : JSON_NONE, .m = 0, .t = 0,
			    .into = JSON_NONE, .before = JSON_NONE};
	struct patch *patch;

	if (same_bytes(t->mine, t->mine_len, t->theirs, t->theirs_len) ||
	    (t->base && same_bytes(t->base, t->base_len, t->theirs,
				   t->theirs_len))) {
		if (out)
			buf_add(out, t->mine, t->mine_len);
		return;
	}
	if (t->base &&
	    same_bytes(t->base, t->base_len, t->mine, t->mine_len)) {
		if (out)
			buf_add(out, t->theirs, t->theirs_len);
		return;
	}
	if (!scan_all(&g, t)) {
		merge_whole(t, c, at, out);
	} else {
		g.out = splice_new(&g.m);
		merge_object(&g, &top);
		patch = splice_finish(g.out);
		if (out)
			patch_apply(patch, t->mine, t->mine_len, out, NULL);
		patch_unref(patch);
		splice_free(g.out);
	}
	json_doc_release(&g.b);
	json_doc_release(&g.m);
	json_doc_release(&g.t);
}
