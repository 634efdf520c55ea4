#include "config.h"

#include <stdint.h>
#include <string.h>

#include "base/find.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

/*
 * Both the first and the last byte of the needle must stand where they belong:
 * 32 places are asked at once, and few are left to compare. (W. Mula,
 * "SIMD-friendly algorithms for substring searching", 2016.)
 */
__attribute__((target("avx2"))) static const char *
find_avx2(const char *hay, size_t len, const char *needle, size_t needle_len)
{
	size_t at = 0, back = needle_len - 1;
	__m256i first = _mm256_set1_epi8(needle[0]);
	__m256i last = _mm256_set1_epi8(needle[back]);

	for (; at + back + 32 <= len; at += 32) {
		__m256i a = _mm256_loadu_si256(
			(const __m256i *)(const void *)(hay + at));
		__m256i b = _mm256_loadu_si256(
			(const __m256i *)(const void *)(hay + at + back));
		uint32_t both = (uint32_t)_mm256_movemask_epi8(
			_mm256_and_si256(_mm256_cmpeq_epi8(a, first),
					 _mm256_cmpeq_epi8(b, last)));

		for (; both; both &= both - 1) {
			const char *p = hay + at + __builtin_ctz(both);

			if (!memcmp(p, needle, needle_len))
				return p;
		}
	}
	return memmem(hay + at, len - at, needle, needle_len);
}

static int have_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

static const char *find_avx2(const char *hay, size_t len, const char *needle,
			     size_t needle_len)
{
	return memmem(hay, len, needle, needle_len);
}

static int have_avx2(void)
{
	return 0;
}

#endif

const char *bytes_find(const char *hay, size_t len, const char *needle,
		       size_t needle_len)
{
	if (needle_len > len)
		return NULL;
	if (needle_len == 0)
		return hay;
	if (needle_len == 1)
		return memchr(hay, needle[0], len);
	if (have_avx2())
		return find_avx2(hay, len, needle, needle_len);
	return memmem(hay, len, needle, needle_len);
}
