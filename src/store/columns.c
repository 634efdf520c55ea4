#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/codec.h"
#include "base/mem.h"
#include "json/locate.h"
#include "store/columns.h"
#include "store/columns_scan.h"

#define POOL16_MAX (INTERN_OVERFLOW16 - 1)
#define POOL_HOST_MAX ((uint32_t)1 << 20)

struct columns_pools *columns_pools_new(void)
{
	struct columns_pools *p = mem_zalloc(1, sizeof(*p));

	p->refs = 1;
	p->names = columns_names_new();
	for (int i = 0; i < COLUMN_POOLS; i++)
		p->pool[i] = intern_new(i == COLUMN_HOST ? POOL_HOST_MAX
							 : POOL16_MAX);
	return p;
}

struct columns_pools *columns_pools_ref(struct columns_pools *p)
{
	atomic_fetch_add(&p->refs, 1);
	return p;
}

void columns_pools_unref(struct columns_pools *p)
{
	if (!p || atomic_fetch_sub(&p->refs, 1) > 1)
		return;
	for (int i = 0; i < COLUMN_POOLS; i++)
		intern_free(p->pool[i]);
	columns_names_free(p->names);
	free(p);
}

uint16_t *columns_field(struct columns *c, enum column which)
{
	switch (which) {
	case COLUMN_STATUS:
		return &c->status;
	case COLUMN_COMMAND:
		return &c->command;
	case COLUMN_SERVICE:
		return &c->service;
	case COLUMN_L7PROTOCOL:
		return &c->l7protocol;
	case COLUMN_TECH:
		return &c->tech;
	case COLUMN_CLUSTER:
		return &c->cluster;
	case COLUMN_NAMESPACE:
		return &c->namespace_;
	case COLUMN_HOST:
	case COLUMN_POOLS:
		break;
	}
	return NULL;
}

uint32_t columns_id(const struct columns *c, enum column which)
{
	uint16_t id;

	if (which == COLUMN_HOST)
		return c->host;
	id = *columns_field((struct columns *)c, which);
	return id == INTERN_OVERFLOW16 ? INTERN_OVERFLOW : id;
}

const char *columns_text(const struct columns_pools *p, const struct columns *c,
			 enum column which, size_t *len, bool *overflow)
{
	uint32_t id = columns_id(c, which);

	if (which == COLUMN_SERVICE && (c->flags & COLUMNS_REPOSITORY)) {
		id = columns_service_name(p, c->host);
		if (id == INTERN_OVERFLOW16)
			id = INTERN_OVERFLOW;
	}
	if (overflow)
		*overflow = id == INTERN_OVERFLOW;
	return intern_text(p->pool[which], id, len);
}

void columns_cache_init(struct columns_cache *cache,
			struct columns_pools *pools)
{
	memset(cache, 0, sizeof(*cache));
	cache->pools = pools;
}

static uint64_t mix(uint64_t h)
{
	h *= 0x9E3779B97F4A7C15u;
	return h ^ h >> 32;
}

uint32_t columns_intern(struct columns_cache *cache, enum column which,
			const char *s, size_t len)
{
	uint64_t a = 0, b = 0;
	unsigned at;
	uint32_t id;

	/* Both ends and the length tell what occurs apart well enough. */
	if (len >= 8) {
		memcpy(&a, s, 8);
		memcpy(&b, s + len - 8, 8);
	} else {
		for (size_t i = 0; i < len; i++)
			a = a << 8 | (unsigned char)s[i];
	}
	at = mix(mix(a + len) + b + (unsigned)which) % COLUMNS_CACHE;
	if (cache->slot[at].text && cache->slot[at].pool == (unsigned)which &&
	    cache->slot[at].len == len &&
	    !memcmp(cache->slot[at].text, s, len))
		return cache->slot[at].id;
	id = intern_add(cache->pools->pool[which], s, len);
	if (id != INTERN_OVERFLOW) {
		size_t n;

		cache->slot[at].text =
			intern_text(cache->pools->pool[which], id, &n);
		cache->slot[at].len = (uint32_t)n;
		cache->slot[at].id = id;
		cache->slot[at].pool = which;
	}
	return id;
}

uint32_t columns_uuid_hash(const uint8_t uuid[16])
{
	uint64_t a, b;
	uint32_t h;

	memcpy(&a, uuid, 8);
	memcpy(&b, uuid + 8, 8);
	h = (uint32_t)mix(mix(a) + b);
	return h ? h : 1;
}

static _Atomic bool force_portable;

static const struct columns_ops *pick_ops(void)
{
	const struct columns_ops *ops = columns_ops_avx2();

	return ops && !force_portable ? ops : columns_ops_portable();
}

void columns_force_portable(bool portable)
{
	force_portable = portable;
}

#define EOL_FLAGS (COLUMNS_CRLF | COLUMNS_NO_EOL)

void columns_scan_cached(const char *text, size_t len,
			 struct columns_cache *cache, struct columns *out)
{
	struct columns_walk w = {
		.text = text,
		.p = text,
		.end = text + len,
		.cache = cache,
		.out = out,
	};

	*out = (struct columns){
		.off = out->off,
		.len = (uint32_t)len,
		.ts = COLUMNS_NO_TS,
		.code = COLUMNS_NO_CODE,
		.flags = (out->flags & EOL_FLAGS) | COLUMNS_NO_UUID,
	};
	if (len > COLUMNS_SCAN_MAX) {
		out->flags |= COLUMNS_HUGE;
		return;
	}
	if (!pick_ops()->walk(&w))
		out->flags |= COLUMNS_BROKEN;
	columns_finish(&w);
	if (w.decoding)
		buf_release(&w.decoded);
}

void columns_scan(const char *text, size_t len, struct columns_pools *pools,
		  struct columns *out)
{
	struct columns_cache *cache = mem_alloc(sizeof(*cache));
	char *padded = mem_alloc(len + COLUMNS_PAD);

	if (len)
		memcpy(padded, text, len);
	memset(padded + len, 0, COLUMNS_PAD);
	columns_cache_init(cache, pools);
	columns_scan_cached(padded, len, cache, out);
	free(padded);
	free(cache);
}
