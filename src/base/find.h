/*
 * find - where bytes occur in bytes. Any thread.
 */
#ifndef RREDIT_BASE_FIND_H
#define RREDIT_BASE_FIND_H

#include <stdbool.h>
#include <stddef.h>

/*
 * The first occurrence, or NULL; an empty needle is found at the start. As
 * memmem(3), but for needles that are rare several times as fast where the
 * processor has AVX2: at the speed of memory. Reads nothing outside
 * hay[0..len).
 */
const char *bytes_find(const char *hay, size_t len, const char *needle,
		       size_t needle_len);

/* The same with ASCII letters in either case, and for the last occurrence. An
 * empty needle is found at the end. */
const char *bytes_find_fold(const char *hay, size_t len, const char *needle,
			    size_t needle_len);
const char *bytes_rfind(const char *hay, size_t len, const char *needle,
			size_t needle_len, bool fold);
/* Are n bytes the same but for the case of ASCII letters? */
bool bytes_same_fold(const char *a, const char *b, size_t n);

/* How many bytes are c. */
size_t bytes_count(const char *s, size_t len, char c);

#endif
