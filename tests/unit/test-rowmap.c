#include "config.h"

#include "app/rowmap.h"
#include "unit.h"

#define ROWS 300

/* xorshift: the same sequence every time. */
static uint64_t random_state = 88172645463325252u;

static uint64_t next_random(void)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return random_state;
}

/* Ids as documents have them: neighbours, and some added ones. */
static row_id id_of(size_t i)
{
	return i % 3 ? row_make(0, i) : row_make(ROW_ADDED, i);
}

static void it_agrees_with_an_array(void **state)
{
	unsigned model[ROWS] = {0};
	struct rowmap m, copy;
	size_t count = 0;

	rowmap_init(&m);
	for (int step = 0; step < 20000; step++) {
		size_t i = next_random() % ROWS;
		unsigned value = next_random() % 2 ? 1 + i % 5 : 0;

		rowmap_set(&m, id_of(i), value);
		model[i] = value;
		i = next_random() % ROWS;
		assert_int_equal(rowmap_get(&m, id_of(i)), model[i]);
	}
	for (size_t i = 0; i < ROWS; i++) {
		assert_int_equal(rowmap_get(&m, id_of(i)), model[i]);
		count += model[i] != 0;
	}
	assert_int_equal(m.count, count);
	rowmap_copy(&copy, &m);
	rowmap_clear(&m);
	assert_int_equal(m.count, 0);
	for (size_t i = 0; i < ROWS; i++) {
		assert_int_equal(rowmap_get(&m, id_of(i)), 0);
		assert_int_equal(rowmap_get(&copy, id_of(i)), model[i]);
	}
	rowmap_release(&m);
	rowmap_release(&copy);
}

static void it_visits_every_row_once(void **state)
{
	bool seen[ROWS] = {false};
	struct rowmap m;
	unsigned value;
	size_t at = 0, n = 0;
	row_id id;

	rowmap_init(&m);
	assert_false(rowmap_next(&m, &at, &id, &value));
	for (size_t i = 0; i < ROWS; i++)
		rowmap_set(&m, row_make(0, i), (unsigned)i + 1);
	while (rowmap_next(&m, &at, &id, &value)) {
		assert_int_equal(value, row_number(id) + 1);
		assert_false(seen[row_number(id)]);
		seen[row_number(id)] = true;
		n++;
	}
	assert_int_equal(n, ROWS);
	rowmap_release(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_agrees_with_an_array),
		cmocka_unit_test(it_visits_every_row_once),
	};

	return cmocka_run_group_tests_name("rowmap", tests, NULL, NULL);
}
