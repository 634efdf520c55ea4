#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "store/rows.h"
#include "store/rowstate.h"

struct text {
	_Atomic unsigned refs;
	size_t len;
	char bytes[];
};

struct text *text_new(const char *bytes, size_t len)
{
	struct text *t = mem_alloc(sizeof(*t) + len + 1);

	t->refs = 1;
	t->len = len;
	if (len)
		memcpy(t->bytes, bytes, len);
	t->bytes[len] = '\0';
	return t;
}

struct text *text_ref(struct text *t)
{
	if (t)
		atomic_fetch_add(&t->refs, 1);
	return t;
}

void text_unref(struct text *t)
{
	if (t && atomic_fetch_sub(&t->refs, 1) == 1)
		free(t);
}

const char *text_bytes(const struct text *t, size_t *len)
{
	*len = t->len;
	return t->bytes;
}

struct row_state *row_state_new(row_id copy_of, struct text *text,
				struct patch *patch)
{
	struct row_state *s = mem_zalloc(1, sizeof(*s));

	s->refs = 1;
	s->copy_of = copy_of;
	s->text = text;
	s->patch = patch;
	return s;
}

struct row_state *row_state_ref(struct row_state *s)
{
	if (s)
		atomic_fetch_add(&s->refs, 1);
	return s;
}

void row_state_unref(struct row_state *s)
{
	if (!s || atomic_fetch_sub(&s->refs, 1) > 1)
		return;
	text_unref(s->text);
	patch_unref(s->patch);
	free(atomic_load(&s->cached));
	free(s);
}

bool row_state_equal(const struct row_state *a, const struct row_state *b)
{
	if (a == b)
		return true;
	if (!a || !b)
		return false;
	return a->copy_of == b->copy_of && a->text == b->text &&
	       patch_equal(a->patch, b->patch);
}

bool row_state_columns(const struct row_state *s, struct columns *out)
{
	const struct columns *c =
		atomic_load_explicit(&((struct row_state *)s)->cached,
				     memory_order_acquire);

	if (c)
		*out = *c;
	return c != NULL;
}

void row_state_keep_columns(struct row_state *s, const struct columns *c)
{
	struct columns *none = NULL;
	struct columns *copy = mem_alloc(sizeof(*copy));

	*copy = *c;
	if (!atomic_compare_exchange_strong(&s->cached, &none, copy))
		free(copy);	/* another thread was first, with the same */
}

/* --- id -> state: open addressing, no tombstones --- */

static size_t home(const struct state_table *t, row_id id)
{
	uint64_t h = id * 0x9E3779B97F4A7C15u;

	return (size_t)(h >> 20) & (t->slots - 1);
}

static size_t find(const struct state_table *t, row_id id)
{
	size_t at = home(t, id);

	while (t->slot[at].state && t->slot[at].id != id)
		at = (at + 1) & (t->slots - 1);
	return at;
}

struct row_state *state_table_get(const struct state_table *t, row_id id)
{
	return t->count ? t->slot[find(t, id)].state : NULL;
}

static void resize(struct state_table *t, size_t slots)
{
	struct state_table old = *t;

	t->slots = slots;
	t->slot = mem_zalloc(slots, sizeof(*t->slot));
	for (size_t i = 0; i < old.slots; i++)
		if (old.slot[i].state)
			t->slot[find(t, old.slot[i].id)] = old.slot[i];
	free(old.slot);
}

/* Close the gap at `at`: move back what lies behind it in its probe run. */
static void remove_at(struct state_table *t, size_t at)
{
	size_t mask = t->slots - 1, next = at;

	for (;;) {
		size_t want;

		next = (next + 1) & mask;
		if (!t->slot[next].state)
			break;
		want = home(t, t->slot[next].id);
		if (((next - want) & mask) >= ((next - at) & mask)) {
			t->slot[at] = t->slot[next];
			at = next;
		}
	}
	t->slot[at].state = NULL;
	t->count--;
}

void state_table_set(struct state_table *t, row_id id, struct row_state *s)
{
	size_t at;

	if (!t->slots) {
		if (!s)
			return;
		resize(t, 16);
	}
	at = find(t, id);
	if (t->slot[at].state) {
		row_state_unref(t->slot[at].state);
		t->slot[at].state = s;
		if (!s)
			remove_at(t, at);
		return;
	}
	if (!s)
		return;
	t->slot[at].id = id;
	t->slot[at].state = s;
	if (++t->count > t->slots / 4 * 3)
		resize(t, t->slots * 2);
}

void state_table_copy(struct state_table *to, const struct state_table *from)
{
	*to = *from;
	if (!from->slots)
		return;
	to->slot = mem_alloc(from->slots * sizeof(*to->slot));
	memcpy(to->slot, from->slot, from->slots * sizeof(*to->slot));
	for (size_t i = 0; i < to->slots; i++)
		row_state_ref(to->slot[i].state);
}

void state_table_release(struct state_table *t)
{
	for (size_t i = 0; i < t->slots; i++)
		row_state_unref(t->slot[i].state);
	free(t->slot);
	*t = (struct state_table){ 0 };
}
