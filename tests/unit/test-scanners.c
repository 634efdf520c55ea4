/* What each scanner finds its way with, against a loop over bytes. */
#include "config.h"

#include "base/mem.h"
#include "prng.h"
#include "store/columns_scan.h"
#include "unit.h"

#define BYTES_MAX 300

static const char *slow_string_end(const char *p, const char *end)
{
	for (; p < end; p++) {
		if (*p == '"')
			return p;
		if (*p == '\\' && ++p == end)
			return NULL;
	}
	return NULL;
}

static const char *slow_container_end(const char *p, const char *end)
{
	size_t depth = 1;

	for (; p < end; p++) {
		if (*p == '"')
			p = slow_string_end(p + 1, end);
		else if (*p == '{' || *p == '[')
			depth++;
		else if ((*p == '}' || *p == ']') && --depth == 0)
			return p + 1;
		if (!p)
			return NULL;
	}
	return NULL;
}

/* Bytes in which quotes, backslashes and brackets are as common as `odd` of
 * 100, in runs. What follows len is as bad. */
static size_t random_bytes(struct prng *r, char *to)
{
	static const char marks[] = "\"\\\\{}[]";
	size_t odd = 1 + prng_below(r, 60), i = 0;

	while (i < BYTES_MAX + COLUMNS_PAD) {
		bool mark = prng_below(r, 100) < odd;
		char c = mark ? marks[prng_below(r, 7)] : ' ';
		size_t run = prng_below(r, 6) ? 1 : prng_below(r, 70);

		while (run-- > 0 && i < BYTES_MAX + COLUMNS_PAD)
			to[i++] = c;
	}
	return prng_below(r, BYTES_MAX + 1);
}

static void check(const struct columns_ops *ops)
{
	char bytes[BYTES_MAX + COLUMNS_PAD];

	for (unsigned seed = 0; seed < 60000; seed++) {
		struct prng r = { seed };
		size_t len = random_bytes(&r, bytes);
		const char *end = bytes + len, *p;
		const char *want = slow_string_end(bytes, end);
		bool plain = false;

		p = ops->string_end(bytes, end, &plain);
		if (p != want)
			fail_msg("seed %u: string_end", seed);
		if (want && plain)
			assert_null(memchr(bytes, '\\', (size_t)(p - bytes)));
		if (ops->container_end(bytes, end) != slow_container_end(bytes, end))
			fail_msg("seed %u: container_end", seed);
	}
}

static void the_portable_scanner_agrees(void **state)
{
	check(columns_ops_portable());
}

static void the_avx2_scanner_agrees(void **state)
{
	if (!columns_ops_avx2())
		skip_test("this processor has no AVX2");
	check(columns_ops_avx2());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_portable_scanner_agrees),
		cmocka_unit_test(the_avx2_scanner_agrees),
	};

	return cmocka_run_group_tests_name("scanners", tests, NULL, NULL);
}
