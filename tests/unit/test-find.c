#include "config.h"

#include "base/find.h"
#include "base/mem.h"
#include "prng.h"
#include "unit.h"

/* Few letters, so that beginnings of the needle are everywhere. The haystack
 * ends where its memory ends: a read behind it is seen by the sanitizers. */
static void it_finds_what_memmem_finds(void **state)
{
	for (unsigned seed = 0; seed < 40000; seed++) {
		struct prng r = { seed };
		size_t len = prng_below(&r, 200), letters = 1 + prng_below(&r, 3);
		size_t needle_len = prng_below(&r, 9);
		char *hay = mem_alloc(len + 1), needle[9];

		for (size_t i = 0; i < len; i++)
			hay[i] = (char)('a' + prng_below(&r, letters));
		for (size_t i = 0; i < needle_len; i++)
			needle[i] = (char)('a' + prng_below(&r, letters));
		hay = mem_grow(hay, len ? len : 1, 1);
		if (bytes_find(hay, len, needle, needle_len) !=
		    (char *)memmem(hay, len, needle, needle_len))
			fail_msg("seed %u", seed);
		free(hay);
	}
}

static void rare_needles_are_found_anywhere(void **state)
{
	char hay[300];

	for (size_t at = 0; at + 5 <= sizeof(hay); at++) {
		memset(hay, 'n', sizeof(hay));
		memcpy(hay + at, "needl", 5);
		assert_ptr_equal(bytes_find(hay, sizeof(hay), "needl", 5),
				 hay + at);
		assert_null(bytes_find(hay, at + 4, "needl", 5));
	}
}

static const char *last_plainly(const char *hay, size_t len, const char *needle,
				size_t n, bool fold)
{
	for (size_t at = len + 1; n <= len && at-- > 0;)
		if (at + n <= len && (fold ? !strncasecmp(hay + at, needle, n) :
					     !memcmp(hay + at, needle, n)))
			return hay + at;
	return NULL;
}

/* Both cases, and neighbours of letters that differ from others in their bit. */
static void either_case_and_from_the_end(void **state)
{
	static const char set[] = "aAbBzZ@`[{1";

	for (unsigned seed = 0; seed < 40000; seed++) {
		struct prng r = { seed };
		size_t len = prng_below(&r, seed % 100 ? 200 : 10000);
		size_t letters = 1 + prng_below(&r, sizeof(set) - 1);
		size_t n = prng_below(&r, 6), count = 0;
		char *hay = mem_alloc(len + 1), needle[9];
		const char *want, *got;

		for (size_t i = 0; i < len; i++)
			hay[i] = set[prng_below(&r, letters)];
		for (size_t i = 0; i < n; i++)
			needle[i] = set[prng_below(&r, letters)];
		hay[len] = needle[n] = '\0';
		want = strcasestr(hay, needle);
		got = bytes_find_fold(hay, len, needle, n);
		if (got != want)
			fail_msg("seed %u", seed);
		for (int fold = 0; fold < 2; fold++)
			if (bytes_rfind(hay, len, needle, n, fold) !=
			    last_plainly(hay, len, needle, n, fold))
				fail_msg("seed %u, from the end", seed);
		for (size_t i = 0; i < len; i++)
			count += hay[i] == 'a';
		assert_int_equal(bytes_count(hay, len, 'a'), count);
		free(hay);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_finds_what_memmem_finds),
		cmocka_unit_test(rare_needles_are_found_anywhere),
		cmocka_unit_test(either_case_and_from_the_end),
	};

	return cmocka_run_group_tests_name("find", tests, NULL, NULL);
}
