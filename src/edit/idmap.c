#include "config.h"

#include <stdlib.h>

#include "base/mem.h"
#include "edit/idmap.h"

#define FIRST_SLOTS 64

static size_t slot_of(const struct idmap *m, row_id key)
{
	uint64_t h = key * UINT64_C(0x9E3779B97F4A7C15);
	size_t at = (size_t)(h ^ (h >> 32)) & (m->slots - 1);

	while (m->slot[at].value && m->slot[at].key != key)
		at = (at + 1) & (m->slots - 1);
	return at;
}

void idmap_release(struct idmap *m)
{
	free(m->slot);
	*m = (struct idmap){ 0 };
}

bool idmap_get(const struct idmap *m, row_id key, uint64_t *value)
{
	const struct idmap_slot *s;

	if (!m->slots)
		return false;
	s = &m->slot[slot_of(m, key)];
	if (s->value)
		*value = s->value - 1;
	return s->value != 0;
}

static void grow(struct idmap *m)
{
	struct idmap old = *m;

	m->slots = old.slots ? old.slots * 2 : FIRST_SLOTS;
	m->slot = mem_zalloc(m->slots, sizeof(*m->slot));
	for (size_t i = 0; i < old.slots; i++)
		if (old.slot[i].value)
			m->slot[slot_of(m, old.slot[i].key)] = old.slot[i];
	free(old.slot);
}

void idmap_set(struct idmap *m, row_id key, uint64_t value)
{
	struct idmap_slot *s;

	if (m->count >= m->slots / 2)
		grow(m);
	s = &m->slot[slot_of(m, key)];
	m->count += !s->value;
	*s = (struct idmap_slot){ key, value + 1 };
}
