#include "config.h"

#include "store/columns_scan.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

/*
 * 64 bytes at a time become bit masks, bit i for byte i: of quotes, of
 * backslashes, of brackets. Everything else is arithmetic on these, as
 * in G. Langdale and D. Lemire, "Parsing Gigabytes of JSON per Second"
 * (VLDB Journal 28, 2019), sections 3.1.1 and 3.1.2. Loads reach up to 63
 * bytes behind the end, which is what COLUMNS_PAD is for.
 */
#ifdef __clang__
#pragma clang attribute push(__attribute__((target("avx2,pclmul,bmi,popcnt"))),\
			     apply_to = function)
#else
#pragma GCC push_options
#pragma GCC target("avx2,pclmul,bmi,popcnt")
#endif

struct block { __m256i low, high; };

static inline struct block load(const char *p)
{
	return (struct block){
		_mm256_loadu_si256((const __m256i *)(const void *)p),
		_mm256_loadu_si256((const __m256i *)(const void *)(p + 32)),
	};
}

static inline uint64_t equal(struct block b, char c)
{
	__m256i want = _mm256_set1_epi8(c);
	uint32_t low = (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(b.low, want));
	uint32_t high = (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(b.high, want));

	return low | (uint64_t)high << 32;
}

/* The bytes that an odd run of backslashes stands before. *carry: the first
 * byte is one of them; becomes so for the next block. */
static inline uint64_t escaped(uint64_t slashes, uint64_t *carry)
{
	const uint64_t even = UINT64_C(0x5555555555555555);
	uint64_t follows, odd_starts, ends;

	if (!slashes) {
		ends = *carry;
		*carry = 0;
		return ends;
	}
	slashes &= ~*carry;
	follows = slashes << 1 | *carry;
	odd_starts = slashes & ~even & ~follows;
	*carry = __builtin_add_overflow(odd_starts, slashes, &ends);
	return (even ^ ends << 1) & follows;
}

/* Bit i is the parity of bits 0 to i: set from an opening quote up to the byte
 * before the closing one. */
static inline uint64_t inside(uint64_t quotes)
{
	__m128i all = _mm_set1_epi8((char)0xFF);
	__m128i bits = _mm_set_epi64x(0, (long long)quotes);

	return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(bits, all, 0));
}

static inline const char *string_end(const char *p, const char *end,
				     bool *plain)
{
	__m256i first = _mm256_loadu_si256((const __m256i *)(const void *)p);
	uint32_t quote = (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(first, _mm256_set1_epi8('"')));
	uint32_t slash = (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(first, _mm256_set1_epi8('\\')));
	uint64_t carry = 0;

	/* Most strings are short and hold none. */
	*plain = !(slash & (quote - 1));
	if (quote && *plain) {
		p += __builtin_ctz(quote);
		return p < end ? p : NULL;
	}
	for (; p < end; p += 64) {
		struct block b = load(p);
		uint64_t quotes = equal(b, '"');
		uint64_t slashes = equal(b, '\\');

		*plain = *plain && !(slashes & (quotes - 1));
		quotes &= ~escaped(slashes, &carry);
		if (quotes) {
			p += __builtin_ctzll(quotes);
			return p < end ? p : NULL;
		}
	}
	return NULL;
}

/* The bit of the bracket that closes the last of depth open ones, or -1. */
static inline int closing(uint64_t opens, uint64_t closes, uint64_t depth)
{
	for (; closes; closes &= closes - 1) {
		uint64_t before = (closes & -closes) - 1;

		if (depth + (uint64_t)__builtin_popcountll(opens & before) == 1)
			return __builtin_ctzll(closes);
		depth--;
	}
	return -1;
}

/*
 * A backslash outside strings makes no JSON and escapes nothing there, but the
 * masks would have it escape a quote: such a container is left to the portable
 * scanner.
 */
static const char *container_end(const char *p, const char *end)
{
	const char *begin = p;
	uint64_t carry = 0, in_string = 0, depth = 1;

	for (; p < end; p += 64) {
		struct block b = load(p);
		uint64_t slashes = equal(b, '\\');
		uint64_t quotes = equal(b, '"') & ~escaped(slashes, &carry);
		uint64_t strings = inside(quotes) ^ in_string, opens, closes;
		__m256i bit = _mm256_set1_epi8(0x20);

		if (slashes & ~strings)
			return columns_ops_portable()->container_end(begin, end);
		/* This bit tells [ from { and ] from }. */
		b.low = _mm256_or_si256(b.low, bit);
		b.high = _mm256_or_si256(b.high, bit);
		opens = equal(b, '{') & ~strings;
		closes = equal(b, '}') & ~strings;
		if ((uint64_t)__builtin_popcountll(closes) >= depth) {
			int at = closing(opens, closes, depth);

			if (at >= 0)
				return p + at < end ? p + at + 1 : NULL;
		}
		depth += (uint64_t)__builtin_popcountll(opens);
		depth -= (uint64_t)__builtin_popcountll(closes);
		in_string = (uint64_t)((int64_t)strings >> 63);
	}
	return NULL;
}

#include "store/columns_walk.h"

#ifdef __clang__
#pragma clang attribute pop
#else
#pragma GCC pop_options
#endif

const struct columns_ops *columns_ops_avx2(void)
{
	static const struct columns_ops ops = { string_end, container_end, walk };

	return __builtin_cpu_supports("avx2") &&
	       __builtin_cpu_supports("pclmul") &&
	       __builtin_cpu_supports("bmi") &&
	       __builtin_cpu_supports("popcnt") ? &ops : NULL;
}

#else

const struct columns_ops *columns_ops_avx2(void)
{
	return NULL;
}

#endif
