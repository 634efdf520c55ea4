#include "config.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "app/rowmap.h"
#include "base/mem.h"

void rowmap_init(struct rowmap *m)
{
	*m = (struct rowmap){0};
}

void rowmap_release(struct rowmap *m)
{
	free(m->slots);
	rowmap_init(m);
}

void rowmap_clear(struct rowmap *m)
{
	if (m->cap)
		memset(m->slots, 0, m->cap * sizeof(*m->slots));
	m->count = 0;
}

void rowmap_copy(struct rowmap *dst, const struct rowmap *src)
{
	*dst = *src;
	if (!src->cap)
		return;
	dst->slots = mem_zalloc(src->cap, sizeof(*src->slots));
	memcpy(dst->slots, src->slots, src->cap * sizeof(*src->slots));
}

static size_t home(const struct rowmap *m, row_id id)
{
	uint64_t h = id * 0x9E3779B97F4A7C15u;	/* Fibonacci hashing */

	return (size_t)(h >> 32) & (m->cap - 1);
}

/* The slot that holds id, or the free one where it belongs. */
static struct rowmap_slot *slot_of(const struct rowmap *m, row_id id)
{
	size_t i = home(m, id);

	while (m->slots[i].value && m->slots[i].id != id)
		i = (i + 1) & (m->cap - 1);
	return &m->slots[i];
}

static void grow(struct rowmap *m)
{
	struct rowmap old = *m;

	m->cap = old.cap ? old.cap * 2 : 16;
	m->slots = mem_zalloc(m->cap, sizeof(*m->slots));
	for (size_t i = 0; i < old.cap; i++)
		if (old.slots[i].value)
			*slot_of(m, old.slots[i].id) = old.slots[i];
	free(old.slots);
}

/* Close the hole that a removed row leaves in its run of slots. */
static void close_hole(struct rowmap *m, size_t hole)
{
	size_t i = hole;

	for (;;) {
		size_t want;

		i = (i + 1) & (m->cap - 1);
		if (!m->slots[i].value)
			break;
		want = home(m, m->slots[i].id);
		if (((i - want) & (m->cap - 1)) < ((i - hole) & (m->cap - 1)))
			continue;
		m->slots[hole] = m->slots[i];
		hole = i;
	}
	m->slots[hole].value = 0;
}

void rowmap_set(struct rowmap *m, row_id id, unsigned value)
{
	struct rowmap_slot *s;

	if (value && (m->count + 1) * 2 > m->cap)
		grow(m);
	if (!m->cap)
		return;
	s = slot_of(m, id);
	if (s->value && !value) {
		m->count--;
		close_hole(m, (size_t)(s - m->slots));
	} else if (value) {
		m->count += !s->value;
		*s = (struct rowmap_slot){id, value};
	}
}

unsigned rowmap_get(const struct rowmap *m, row_id id)
{
	return m->count ? slot_of(m, id)->value : 0;
}

bool rowmap_next(const struct rowmap *m, size_t *at, row_id *id,
		 unsigned *value)
{
	while (*at < m->cap && !m->slots[*at].value)
		++*at;
	if (*at == m->cap)
		return false;
	*id = m->slots[*at].id;
	*value = m->slots[*at].value;
	++*at;
	return true;
}
