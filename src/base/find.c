#include "config.h"

#include <stdint.h>
#include <string.h>

#include "base/find.h"

#define BLOCK ((size_t)4096)

static bool is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
}

bool bytes_same_fold(const char *a, const char *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (lower(a[i]) != lower(b[i]))
			return false;
	return true;
}

static const char *fold_plain(const char *hay, size_t len, const char *needle,
			      size_t needle_len)
{
	char first = lower(needle[0]);

	for (size_t i = 0; i + needle_len <= len; i++)
		if (lower(hay[i]) == first &&
		    bytes_same_fold(hay + i, needle, needle_len))
			return hay + i;
	return NULL;
}

static size_t count_plain(const char *s, size_t len, char c)
{
	size_t n = 0;

	for (size_t i = 0; i < len; i++)
		n += s[i] == c;
	return n;
}

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

/* As above. A letter and its other case differ in one bit, which no other byte
 * shares with them. */
__attribute__((target("avx2"))) static const char *
fold_avx2(const char *hay, size_t len, const char *needle, size_t needle_len)
{
	size_t at = 0, back = needle_len - 1;
	char f = lower(needle[0]), l = lower(needle[back]);
	__m256i first = _mm256_set1_epi8(f), last = _mm256_set1_epi8(l);
	__m256i case_f = _mm256_set1_epi8(is_letter(f) ? 0x20 : 0);
	__m256i case_l = _mm256_set1_epi8(is_letter(l) ? 0x20 : 0);

	for (; at + back + 32 <= len; at += 32) {
		__m256i a = _mm256_loadu_si256(
			(const __m256i *)(const void *)(hay + at));
		__m256i b = _mm256_loadu_si256(
			(const __m256i *)(const void *)(hay + at + back));
		uint32_t both = (uint32_t)_mm256_movemask_epi8(_mm256_and_si256(
			_mm256_cmpeq_epi8(_mm256_or_si256(a, case_f), first),
			_mm256_cmpeq_epi8(_mm256_or_si256(b, case_l), last)));

		for (; both; both &= both - 1) {
			const char *p = hay + at + __builtin_ctz(both);

			if (bytes_same_fold(p, needle, needle_len))
				return p;
		}
	}
	return fold_plain(hay + at, len - at, needle, needle_len);
}

__attribute__((target("avx2"))) static size_t
count_avx2(const char *s, size_t len, char c)
{
	__m256i what = _mm256_set1_epi8(c);
	size_t at = 0, n = 0;

	for (; at + 32 <= len; at += 32) {
		__m256i a = _mm256_loadu_si256(
			(const __m256i *)(const void *)(s + at));

		n += (size_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(
			_mm256_cmpeq_epi8(a, what)));
	}
	return n + count_plain(s + at, len - at, c);
}

static int have_avx2(void)
{
	return __builtin_cpu_supports("avx2");
}

#else

static const char *fold_avx2(const char *hay, size_t len, const char *needle,
			     size_t needle_len)
{
	return fold_plain(hay, len, needle, needle_len);
}

static size_t count_avx2(const char *s, size_t len, char c)
{
	return count_plain(s, len, c);
}

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

const char *bytes_find_fold(const char *hay, size_t len, const char *needle,
			    size_t needle_len)
{
	if (needle_len > len)
		return NULL;
	if (needle_len == 0)
		return hay;
	return have_avx2() ? fold_avx2(hay, len, needle, needle_len) :
			     fold_plain(hay, len, needle, needle_len);
}

static const char *find_either(const char *hay, size_t len, const char *needle,
			       size_t needle_len, bool fold)
{
	return fold ? bytes_find_fold(hay, len, needle, needle_len) :
		      bytes_find(hay, len, needle, needle_len);
}

/* Block by block from the end; in a block, the last of those found. */
const char *bytes_rfind(const char *hay, size_t len, const char *needle,
			size_t needle_len, bool fold)
{
	const char *hit, *last = NULL;
	size_t to = len;	/* hits that begin before it are looked for */

	if (needle_len == 0 || needle_len > len)
		return needle_len ? NULL : hay + len;
	to = len - needle_len + 1;
	while (to > 0 && !last) {
		size_t from = to > BLOCK ? to - BLOCK : 0, at = from;

		while (at < to && (hit = find_either(hay + at, to - at +
						     needle_len - 1, needle,
						     needle_len, fold))) {
			last = hit;
			at = (size_t)(hit - hay) + 1;
		}
		to = from;
	}
	return last;
}

size_t bytes_count(const char *s, size_t len, char c)
{
	return have_avx2() ? count_avx2(s, len, c) : count_plain(s, len, c);
}
