/*
 * find - where bytes occur in bytes. Any thread.
 */
#ifndef RREDIT_BASE_FIND_H
#define RREDIT_BASE_FIND_H

#include <stddef.h>

/*
 * The first occurrence, or NULL; an empty needle is found at the start. As
 * memmem(3), but for needles that are rare several times as fast where the
 * processor has AVX2: at the speed of memory. Reads nothing outside
 * hay[0..len).
 */
const char *bytes_find(const char *hay, size_t len, const char *needle,
		       size_t needle_len);

#endif
