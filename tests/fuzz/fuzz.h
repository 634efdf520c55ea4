/*
 * fuzz - what every fuzz target defines and may use.
 *
 * A target is one file fuzz-NAME.c with the function below. It must not keep
 * state between calls, and stops by must() when what it checks does not hold.
 */
#ifndef RREDIT_TESTS_FUZZ_H
#define RREDIT_TESTS_FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define must(cond) \
	do { \
		if (!(cond)) { \
			fprintf(stderr, "%s:%d: must hold: %s\n", \
				__FILE__, __LINE__, #cond); \
			abort(); \
		} \
	} while (0)

#endif
