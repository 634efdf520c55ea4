#include "config.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static void (*oom_hook)(void);

void mem_set_hook(void (*hook)(void))
{
	oom_hook = hook;
}

void mem_exhausted(void)
{
	if (oom_hook) {
		void (*hook)(void) = oom_hook;

		oom_hook = NULL;
		hook();
	}
	fputs("rredit: out of memory\n", stderr);
	abort();
}

static void *checked(void *p)
{
	if (!p)
		mem_exhausted();
	return p;
}

/* The product, or death: a size that wraps would be a bug of ours, because
 * sizes from outside are held to limits long before. */
static size_t product(size_t count, size_t size)
{
	size_t n;

	if (__builtin_mul_overflow(count, size, &n))
		checked(NULL);
	return n ? n : 1;
}

void *mem_alloc(size_t size)
{
	return checked(malloc(size ? size : 1));
}

void *mem_zalloc(size_t count, size_t size)
{
	return checked(calloc(1, product(count, size)));
}

void *mem_grow(void *old, size_t count, size_t size)
{
	return checked(realloc(old, product(count, size)));
}

void *mem_room(void *array, size_t used, size_t *cap, size_t elem_size)
{
	if (used < *cap)
		return array;
	*cap = *cap ? *cap + *cap / 2 + 1 : 8;
	return mem_grow(array, *cap, elem_size);
}

char *mem_dup(const char *bytes, size_t len)
{
	char *p = mem_alloc(len + 1);

	if (len)
		memcpy(p, bytes, len);
	p[len] = '\0';
	return p;
}

char *mem_strdup(const char *s)
{
	return mem_dup(s, strlen(s));
}

char *mem_format(const char *fmt, ...)
{
	va_list ap;
	char *s;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&s, fmt, ap);
	va_end(ap);
	return checked(n < 0 ? NULL : s);
}
