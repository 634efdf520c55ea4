/*
 * gen - the parts of the generator of snapshots (see gen.c for its use).
 *
 * Everything comes from the seed; nothing is copied from captured traffic.
 * One thread.
 */
#ifndef RREDIT_BENCH_GEN_H
#define RREDIT_BENCH_GEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

struct rng { uint64_t state; };		/* splitmix64 */

static inline uint64_t rng_next(struct rng *r)
{
	uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0. */
static inline uint32_t rng_below(struct rng *r, uint32_t n)
{
	return (uint32_t)((rng_next(r) >> 32) * n >> 32);
}

/* Bodies that are compressed beforehand, by the length of their base64:
 * deflating each one anew would cost more than all the rest. */
#define POOL_SIZES 44
#define POOL_VARIANTS 6
struct zipped { char *text; size_t len; };	/* base64 of gzip */
struct pool { struct zipped body[POOL_SIZES][POOL_VARIANTS]; };

struct gen {
	struct rng rng;
	struct pool pool;
	uint64_t n;		/* records made */
	int64_t ts_us;		/* time of the last one, us since the epoch */
	bool tiny;
	struct buf body, other;	/* scratch */
};

#define NEEDLE_EVERY 10000

void gen_init(struct gen *g, uint64_t seed, bool tiny);
void gen_release(struct gen *g);
/* Append the next record and its line feed. */
void gen_record(struct gen *g, struct buf *out);
/* The same for a record of about a hundred bytes. */
void gen_tiny(struct gen *g, struct buf *out);

/* Bytes that a whole record shall have: median 3.1 KB, 2 MB at most. */
size_t text_target(struct rng *r);
/* A JSON text of about size bytes with sorted keys, needle (0: none) in it. */
void text_json(struct rng *r, struct buf *out, size_t size, uint64_t needle);
/* Append s as the inside of a JSON string. */
void text_escaped(struct buf *out, const char *s, size_t len);
void text_gzip_base64(struct buf *out, const char *s, size_t len);
void text_number(struct buf *out, uint64_t n);
void text_time(struct buf *out, int64_t us);	/* RFC 3339, six digits, UTC */
void text_uuid(struct rng *r, struct buf *out);	/* base64 */

void pool_fill(struct pool *p, struct rng *r);
void pool_release(struct pool *p);
/* One whose base64 is about size long. */
const struct zipped *pool_take(const struct pool *p, struct rng *r, size_t size);

#endif
