#include "config.h"

#include "ui/textkeys.h"
#include "unit.h"

static void the_table_has_every_action_in_order(void **state)
{
	const struct textkey *t;
	size_t n, i, j;

	t = textkeys_table(&n);
	assert_int_equal(n, TEXT_ACTION_COUNT - 1);
	for (i = 0; i < n; i++) {
		assert_int_equal(t[i].action, i + 1);
		assert_int_equal(textkeys_by_name(t[i].name), t[i].action);
		for (j = 0; j < i; j++)
			assert_string_not_equal(t[i].name, t[j].name);
	}
	assert_int_equal(textkeys_by_name("no such"), TEXT_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_has_every_action_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
