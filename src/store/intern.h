/*
 * intern - a growing set of short strings with small numbers.
 *
 * Numbers count from 1 in the order of arrival; 0 is "absent". A pool is
 * bounded: when it is full, or a string is longer than INTERN_LEN_MAX, the
 * answer is INTERN_OVERFLOW and the value must be read from the record.
 *
 * intern_text() needs no lock and works from any thread for every number that
 * thread has got hold of; adding and finding take a lock inside. Strings never
 * move or go while the pool lives.
 */
#ifndef RREDIT_STORE_INTERN_H
#define RREDIT_STORE_INTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INTERN_LEN_MAX 255
#define INTERN_OVERFLOW16 0xFFFFu	/* what a 16 bit column holds then */
#define INTERN_OVERFLOW UINT32_MAX

struct intern;

struct intern *intern_new(uint32_t max);	/* max strings */
void intern_free(struct intern *in);
uint32_t intern_add(struct intern *in, const char *s, size_t len);
uint32_t intern_find(struct intern *in, const char *s, size_t len); /* 0: none */
uint32_t intern_count(const struct intern *in);
/* The string (a NUL follows it); NULL for 0, overflow or an unknown number. */
const char *intern_text(const struct intern *in, uint32_t id, size_t *len);

#endif
