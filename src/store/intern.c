#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/job.h"
#include "base/mem.h"
#include "store/intern.h"

#define BLOCK 1024u		/* strings a block */

struct entry {
	uint32_t hash;
	uint32_t len;
	char text[];
};

struct intern {
	struct lock *lock;
	uint32_t max;
	_Atomic uint32_t count;
	uint32_t *table;	/* numbers by hash, open addressing; 0 is empty */
	uint32_t slots;		/* a power of two */
	/* Blocks never move, so readers need no lock. */
	_Atomic(struct entry **) *blocks;
	uint32_t block_count;
};

static uint32_t hash_of(const char *s, size_t len)
{
	uint32_t h = 2166136261u;	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 16777619u;
	return h;
}

struct intern *intern_new(uint32_t max)
{
	struct intern *in = mem_zalloc(1, sizeof(*in));

	in->lock = lock_new();
	in->max = max;
	in->slots = 64;
	in->table = mem_zalloc(in->slots, sizeof(*in->table));
	in->block_count = max / BLOCK + 1;
	in->blocks = mem_zalloc(in->block_count, sizeof(*in->blocks));
	return in;
}

void intern_free(struct intern *in)
{
	uint32_t count;

	if (!in)
		return;
	count = in->count;
	for (uint32_t b = 0; b < in->block_count && in->blocks[b]; b++) {
		for (uint32_t i = 0; i < BLOCK && b * BLOCK + i < count; i++)
			free(in->blocks[b][i]);
		free(in->blocks[b]);
	}
	free(in->blocks);
	free(in->table);
	lock_free(in->lock);
	free(in);
}

static struct entry *entry_of(const struct intern *in, uint32_t id)
{
	struct entry **block = atomic_load_explicit(
		&in->blocks[(id - 1) / BLOCK], memory_order_acquire);

	return block[(id - 1) % BLOCK];
}

/* The slot where s is, or the empty one where it belongs. */
static uint32_t slot_of(const struct intern *in, const char *s, size_t len,
			uint32_t hash)
{
	uint32_t mask = in->slots - 1, at = hash & mask;

	while (in->table[at]) {
		const struct entry *e = entry_of(in, in->table[at]);

		if (e->hash == hash && e->len == len &&
		    !memcmp(e->text, s, len))
			return at;
		at = (at + 1) & mask;
	}
	return at;
}

static void grow_table(struct intern *in)
{
	uint32_t *old = in->table, slots = in->slots;

	in->slots *= 2;
	in->table = mem_zalloc(in->slots, sizeof(*in->table));
	for (uint32_t i = 0; i < slots; i++) {
		uint32_t at;

		if (!old[i])
			continue;
		at = entry_of(in, old[i])->hash & (in->slots - 1);
		while (in->table[at])
			at = (at + 1) & (in->slots - 1);
		in->table[at] = old[i];
	}
	free(old);
}

static uint32_t append(struct intern *in, const char *s, size_t len,
		       uint32_t hash)
{
	uint32_t n = in->count;
	struct entry *e = mem_alloc(sizeof(*e) + len + 1);

	e->hash = hash;
	e->len = (uint32_t)len;
	if (len)
		memcpy(e->text, s, len);
	e->text[len] = '\0';
	if (!in->blocks[n / BLOCK]) {
		struct entry **b = mem_zalloc(BLOCK, sizeof(struct entry *));

		atomic_store_explicit(&in->blocks[n / BLOCK], b,
				      memory_order_release);
	}
	in->blocks[n / BLOCK][n % BLOCK] = e;
	atomic_store_explicit(&in->count, n + 1, memory_order_release);
	return n + 1;
}

uint32_t intern_add(struct intern *in, const char *s, size_t len)
{
	uint32_t hash, at, id;

	if (len > INTERN_LEN_MAX)
		return INTERN_OVERFLOW;
	hash = hash_of(s, len);
	lock_take(in->lock);
	at = slot_of(in, s, len, hash);
	id = in->table[at];
	if (!id && in->count >= in->max) {
		id = INTERN_OVERFLOW;
	} else if (!id) {
		id = append(in, s, len, hash);
		in->table[at] = id;
		if (id > in->slots / 2)
			grow_table(in);
	}
	lock_give(in->lock);
	return id;
}

uint32_t intern_find(struct intern *in, const char *s, size_t len)
{
	uint32_t id;

	if (len > INTERN_LEN_MAX)
		return 0;
	lock_take(in->lock);
	id = in->table[slot_of(in, s, len, hash_of(s, len))];
	lock_give(in->lock);
	return id;
}

uint32_t intern_count(const struct intern *in)
{
	return atomic_load_explicit(&((struct intern *)in)->count,
				    memory_order_acquire);
}

const char *intern_text(const struct intern *in, uint32_t id, size_t *len)
{
	const struct entry *e;

	*len = 0;
	if (id == 0 || id > intern_count(in))
		return NULL;
	e = entry_of(in, id);
	*len = e->len;
	return e->text;
}
