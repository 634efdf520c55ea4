/* unit - what every unit test includes: cmocka and its many prerequisites. */
#ifndef RREDIT_TESTS_UNIT_H
#define RREDIT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* Leave a test that cannot run here, aloud. cmocka's own skip() writes
 * "not ok", which TAP counts as a failure. */
#define skip_test(why) \
	do { \
		print_message("# skipped: %s\n", why); \
		return; \
	} while (0)

#endif
