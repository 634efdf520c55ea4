/*
 * mem - allocation that does not return on failure.
 *
 * Sizes that come from outside are checked against a named limit before they
 * get here, so running out of memory is not a branch of every function: the
 * hook (terminal restored, journal synced) runs and the process aborts.
 */
#ifndef RREDIT_BASE_MEM_H
#define RREDIT_BASE_MEM_H

#include <stddef.h>

void *mem_alloc(size_t size);
void *mem_zalloc(size_t count, size_t size);		/* overflow is checked */
void *mem_grow(void *old, size_t count, size_t size);	/* overflow is checked */
char *mem_dup(const char *bytes, size_t len);		/* adds a NUL */
char *mem_strdup(const char *s);
char *mem_format(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Called once, before abort(), when memory runs out. */
void mem_set_hook(void (*hook)(void));
/* For what other libraries could not allocate: the hook, then abort(). */
void mem_exhausted(void) __attribute__((noreturn));

/* Ensure room for one more in a growing array: *cap counts elements. */
void *mem_room(void *array, size_t used, size_t *cap, size_t elem_size);

#endif
