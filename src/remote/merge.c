/* What becomes of each record, and where it stands. Writing it is in
 * mergewrite.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/mergeplan.h"

/* ---- what becomes of a record ---- */

static bool same_record(const struct merge_record *a,
			const struct merge_record *b)
{
	return a->len == b->len && !memcmp(a->hash, b->hash, MERGE_HASH);
}

static const struct merge_record *record_of(const struct merge_file *f,
					    const uint32_t *at, uint32_t key)
{
	return at[key] == MERGE_NO_RECORD ? NULL : &f->records[at[key]];
}

static enum merge_fate fate_of(const struct merge *m, uint32_t key)
{
	const struct merge_record *b = record_of(&m->base, m->at_base, key);
	const struct merge_record *x = record_of(&m->mine, m->at_mine, key);
	const struct merge_record *y = record_of(&m->theirs, m->at_theirs, key);

	if (x && y) {
		if (same_record(x, y) || (b && same_record(b, y)))
			return FATE_MINE;
		return b && same_record(b, x) ? FATE_THEIRS : FATE_MERGED;
	}
	if (x && (!b || !same_record(b, x)))
		return b ? FATE_KEPT_MINE : FATE_MINE;
	if (y && (!b || !same_record(b, y)))
		return b ? FATE_KEPT_THEIRS : FATE_THEIRS;
	return FATE_GONE;
}

static void count_side(const struct merge_file *base, const uint32_t *at_base,
		       const struct merge_file *side, const uint32_t *at_side,
		       uint32_t keys, struct merge_counts *c)
{
	for (uint32_t k = 0; k < keys; k++) {
		const struct merge_record *b = record_of(base, at_base, k);
		const struct merge_record *s = record_of(side, at_side, k);

		c->added += s && !b;
		c->removed += b && !s;
		c->changed += b && s && !same_record(b, s);
	}
}

static uint32_t *places(const struct merge_file *f, uint32_t keys)
{
	uint32_t *at = mem_zalloc(keys + 1, sizeof(*at));

	memset(at, 0xff, (keys + 1) * sizeof(*at));
	for (uint32_t i = 0; i < f->count; i++)
		at[f->records[i].key] = i;
	return at;
}

/* ---- order ---- */

/* Keys that all three have, in the order of a file. */
static uint32_t *common_order(const struct merge *m, const struct merge_file *f,
			      uint32_t *count)
{
	uint32_t *order = mem_zalloc(f->count + 1, sizeof(*order));
	uint32_t n = 0;

	for (uint32_t i = 0; i < f->count; i++) {
		uint32_t k = f->records[i].key;

		if (m->at_base[k] != MERGE_NO_RECORD &&
		    m->at_mine[k] != MERGE_NO_RECORD &&
		    m->at_theirs[k] != MERGE_NO_RECORD)
			order[n++] = k;
	}
	*count = n;
	return order;
}

/* Mark the keys of order that are out of the order of the base: all but a
 * longest run that rises there. */
static void mark_moved(const struct merge *m, const uint32_t *order, uint32_t n,
		       bool *moved)
{
	uint32_t *tails = mem_zalloc(n + 1, sizeof(*tails));
	uint32_t *before = mem_zalloc(n + 1, sizeof(*before));
	uint32_t len = 0, at;

	for (uint32_t i = 0; i < n; i++) {
		uint32_t place = m->at_base[order[i]], lo = 0, hi = len;

		while (lo < hi) {
			uint32_t mid = lo + (hi - lo) / 2;

			if (m->at_base[order[tails[mid]]] < place)
				lo = mid + 1;
			else
				hi = mid;
		}
		before[i] = lo ? tails[lo - 1] : MERGE_NO_RECORD;
		tails[lo] = i;
		if (lo == len)
			len++;
		moved[order[i]] = true;
	}
	for (at = len ? tails[len - 1] : MERGE_NO_RECORD;
	     at != MERGE_NO_RECORD; at = before[at])
		moved[order[at]] = false;
	free(tails);
	free(before);
}

/* The result as a chain of keys; `keys` stands for its head. */
struct chain {
	uint32_t *next, *prev, head;
};

static void chain_put(struct chain *c, uint32_t after, uint32_t key)
{
	uint32_t next = c->next[after];

	c->next[after] = key;
	c->prev[key] = after;
	c->next[key] = next;
	c->prev[next] = key;
}

static bool lives(const struct merge *m, uint32_t key)
{
	return m->fates[key] != FATE_GONE;
}

/* The records of one side, then those that only the other side has or moved,
 * each behind the record that it stands behind there. */
static void chain_sides(const struct merge *m, struct chain *c,
			bool theirs_first, const bool *moved,
			const bool *moved_first)
{
	const struct merge_file *first = theirs_first ? &m->theirs : &m->mine;
	const struct merge_file *other = theirs_first ? &m->mine : &m->theirs;
	const uint32_t *at_first = theirs_first ? m->at_theirs : m->at_mine;
	const uint32_t *at_other = theirs_first ? m->at_mine : m->at_theirs;
	uint32_t last = c->head;

	c->next[c->head] = c->prev[c->head] = c->head;
	for (uint32_t i = 0; i < first->count; i++) {
		uint32_t k = first->records[i].key;

		if (!lives(m, k) || (moved && moved[k]))
			continue;
		chain_put(c, c->prev[c->head], k);
	}
	for (uint32_t i = 0; i < other->count; i++) {
		uint32_t k = other->records[i].key;

		if (!lives(m, k))
			continue;
		if (at_first[k] == MERGE_NO_RECORD || (moved && moved[k])) {
			/* What mine added there stands first. */
			while (!theirs_first && c->next[last] != c->head &&
			       at_other[c->next[last]] == MERGE_NO_RECORD)
				last = c->next[last];
			chain_put(c, last, k);
		} else if (moved && moved_first[k]) {
			continue;	/* its neighbours there are others */
		}
		last = k;
	}
}

static bool moved_any(const bool *moved, uint32_t keys)
{
	return memchr(moved, true, keys) != NULL;
}

/* Both sides moved records: what only theirs moved goes where it is there. */
static void make_order(struct merge *m)
{
	bool *by_mine = mem_zalloc(m->keys + 1, sizeof(bool));
	bool *by_theirs = mem_zalloc(m->keys + 1, sizeof(bool));
	uint32_t n, *order;
	struct chain c = {
		.next = mem_zalloc(m->keys + 1, sizeof(uint32_t)),
		.prev = mem_zalloc(m->keys + 1, sizeof(uint32_t)),
		.head = m->keys,
	};
	bool mine, theirs;

	order = common_order(m, &m->mine, &n);
	mark_moved(m, order, n, by_mine);
	free(order);
	order = common_order(m, &m->theirs, &n);
	mark_moved(m, order, n, by_theirs);
	free(order);
	mine = moved_any(by_mine, m->keys);
	theirs = moved_any(by_theirs, m->keys);
	for (uint32_t k = 0; mine && theirs && k < m->keys; k++)
		by_theirs[k] = by_theirs[k] && !by_mine[k];
	chain_sides(m, &c, theirs && !mine, mine && theirs ? by_theirs : NULL,
		    by_mine);
	m->order = mem_zalloc(m->keys + 1, sizeof(*m->order));
	for (uint32_t k = c.next[c.head]; k != c.head; k = c.next[k])
		m->order[m->count++] = k;
	free(c.next);
	free(c.prev);
	free(by_mine);
	free(by_theirs);
}

/* ---- conflicts ---- */

static void name_conflict(const struct merge *m, uint32_t key,
			  struct merge_conflict *x)
{
	bool mine = m->at_mine[key] != MERGE_NO_RECORD;
	uint32_t n = mine ? m->at_mine[key] : m->at_theirs[key];
	const struct merge_record *r = mine ? &m->mine.records[n]
					    : &m->theirs.records[n];

	x->number = (uint64_t)n + 1;
	if (r->has_uuid)
		uuid_dashed(x->uuid, &r->uuid);
}

static bool list_merged(struct merge *m, uint32_t key, struct err *err)
{
	size_t from = m->conflicts.count;
	struct merge_texts t;
	struct buf text[3];
	bool ok;

	m->conflict_at[key] = from;
	ok = mergeplan_texts(m, key, text, &t, err);
	if (ok)
		merge_text(&t, &m->conflicts, NULL, NULL);
	for (; from < m->conflicts.count; from++)
		name_conflict(m, key, &m->conflicts.list[from]);
	mergeplan_texts_release(text);
	return ok;
}

static void set_text(struct merge_value *v, const struct merge_file *f,
		     uint32_t n, size_t conflicts)
{
	struct buf text;

	buf_init(&text);
	if (n != MERGE_NO_RECORD && merge_file_text(f, n, &text, NULL))
		merge_value_set(v, text.data, text.len, conflicts);
	buf_release(&text);
}

/* One side deleted what the other changed. */
static void list_kept(struct merge *m, uint32_t key)
{
	struct merge_conflict *x = merge_conflicts_add(&m->conflicts, ".");
	size_t n = m->conflicts.count;

	m->conflict_at[key] = n - 1;
	set_text(&x->base, &m->base, m->at_base[key], n);
	set_text(&x->mine, &m->mine, m->at_mine[key], n);
	set_text(&x->theirs, &m->theirs, m->at_theirs[key], n);
	name_conflict(m, key, x);
}

static bool list_conflicts(struct merge *m, const struct remote_watch *watch,
			   struct err *err)
{
	bool ok = true;

	for (uint64_t i = 0; ok && i < m->count; i++) {
		enum merge_fate fate = m->fates[m->order[i]];

		if (fate == FATE_MERGED) {
			if (watch_cancelled(watch))
				return err_set(err, ERR_CANCELLED,
					       _("cancelled"));
			ok = list_merged(m, m->order[i], err);
		} else if (fate == FATE_KEPT_MINE || fate == FATE_KEPT_THEIRS) {
			list_kept(m, m->order[i]);
		}
	}
	return ok;
}

/* A file that is one JSON text has no lines to merge: one conflict. */
static void list_single(struct merge *m)
{
	struct merge_conflict *x = merge_conflicts_add(&m->conflicts, ".");

	m->single = true;
	if (m->base.count)
		set_text(&x->base, &m->base, 0, 1);
	if (m->mine.count)
		set_text(&x->mine, &m->mine, 0, 1);
	if (m->theirs.count)
		set_text(&x->theirs, &m->theirs, 0, 1);
	x->number = 1;
}

/* ---- all of it ---- */

static void find_places(struct merge *m)
{
	struct merge_file *files[] = {&m->base, &m->mine, &m->theirs};

	m->keys = merge_keys(files, 3);
	m->at_base = places(&m->base, m->keys);
	m->at_mine = places(&m->mine, m->keys);
	m->at_theirs = places(&m->theirs, m->keys);
	count_side(&m->base, m->at_base, &m->mine, m->at_mine, m->keys,
		   &m->by_mine);
	count_side(&m->base, m->at_base, &m->theirs, m->at_theirs, m->keys,
		   &m->by_theirs);
}

static bool plan(struct merge *m, const struct remote_watch *watch,
		 struct err *err)
{
	find_places(m);
	if (merge_file_equal(&m->mine, &m->theirs) ||
	    (m->base.src && merge_file_equal(&m->base, &m->theirs))) {
		m->how = MERGE_ALL_MINE;
		return true;
	}
	if (m->base.src && merge_file_equal(&m->base, &m->mine))
		m->how = MERGE_ALL_THEIRS;
	if (m->how == MERGE_RECORDS && (m->mine.single || m->theirs.single)) {
		list_single(m);
		return true;
	}
	m->fates = mem_zalloc(m->keys + 1, sizeof(*m->fates));
	for (uint32_t k = 0; k < m->keys; k++)
		m->fates[k] = fate_of(m, k);
	m->conflict_at = mem_zalloc(m->keys + 1, sizeof(*m->conflict_at));
	make_order(m);
	return list_conflicts(m, watch, err);
}

struct merge *merge_new(const struct merge_paths *p,
			const struct remote_watch *watch, struct err *err)
{
	struct merge *m = mem_zalloc(1, sizeof(*m));

	if (merge_file_open(&m->base, p->base, p->state_dir, watch, err) &&
	    merge_file_open(&m->mine, p->mine, p->state_dir, watch, err) &&
	    merge_file_open(&m->theirs, p->theirs, p->state_dir, watch, err) &&
	    plan(m, watch, err))
		return m;
	merge_free(m);
	return NULL;
}

void merge_free(struct merge *m)
{
	if (!m)
		return;
	merge_file_release(&m->base);
	merge_file_release(&m->mine);
	merge_file_release(&m->theirs);
	merge_conflicts_release(&m->conflicts);
	free(m->at_base);
	free(m->at_mine);
	free(m->at_theirs);
	free(m->fates);
	free(m->order);
	free(m->conflict_at);
	free(m);
}

enum merge_whole merge_how(const struct merge *m)
{
	return m->how;
}

struct merge_counts merge_mine(const struct merge *m)
{
	return m->by_mine;
}

struct merge_counts merge_theirs(const struct merge *m)
{
	return m->by_theirs;
}

uint64_t merge_mine_count(const struct merge *m)
{
	return m->mine.count;
}

struct merge_conflicts *merge_conflicts(struct merge *m)
{
	return &m->conflicts;
}

bool merge_compare(const char *from, const char *to, const char *state_dir,
		   const struct remote_watch *watch, struct merge_counts *out,
		   uint64_t *records, struct err *err)
{
	struct merge m = {0};
	struct merge_file *files[] = {&m.base, &m.mine};
	bool ok;

	ok = merge_file_open(&m.base, from, state_dir, watch, err) &&
	     merge_file_open(&m.mine, to, state_dir, watch, err);
	if (ok) {
		*out = (struct merge_counts){0};
		*records = m.mine.count;
		m.keys = merge_keys(files, 2);
		m.at_base = places(&m.base, m.keys);
		m.at_mine = places(&m.mine, m.keys);
		count_side(&m.base, m.at_base, &m.mine, m.at_mine, m.keys, out);
	}
	free(m.at_base);
	free(m.at_mine);
	merge_file_release(&m.base);
	merge_file_release(&m.mine);
	return ok;
}
