/*
 * prng - repeatable random numbers for property tests (splitmix64).
 *
 * Every case draws from a generator seeded by its own number, so that a
 * failing case can be run again by itself.
 */
#ifndef RREDIT_TESTS_PRNG_H
#define RREDIT_TESTS_PRNG_H

#include <stddef.h>
#include <stdint.h>

struct prng {
	uint64_t state;
};

static inline uint64_t prng_next(struct prng *r)
{
	uint64_t z = r->state += UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

/* 0 .. n - 1; n > 0. */
static inline size_t prng_below(struct prng *r, size_t n)
{
	return (size_t)(prng_next(r) % n);
}

static inline void prng_bytes(struct prng *r, void *out, size_t len)
{
	unsigned char *p = out;
	size_t i;

	for (i = 0; i < len; i++)
		p[i] = (unsigned char)(prng_next(r) >> 32);
}

#endif
