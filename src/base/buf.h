/*
 * buf - growable bytes with a limit.
 *
 * data is always followed by a NUL that len does not count, also when empty
 * (data is never NULL after buf_init). Bytes may hold NUL. A buffer made with
 * buf_init() has the limit BUF_MAX; buf_init_max() names another one.
 * Going over the limit sets `over`, drops the append that did not fit (all of
 * it) and makes every later append a no-op, so a caller checks once at the end
 * (buf_ok()). buf_clear() and buf_release() forget `over`. What is appended must
 * not lie in the buffer itself.
 */
#ifndef RREDIT_BASE_BUF_H
#define RREDIT_BASE_BUF_H

#include <stdbool.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define BUF_MAX ((size_t)1 << 30)	/* 1 GiB: the longest record we take */
#define BUF_CAP_MAX (SIZE_MAX / 4)	/* what buf_init_max() takes at most */

struct buf {
	char *data;
	size_t len, cap, max;
	bool over;
};

void buf_init(struct buf *b);			/* allocates nothing */
void buf_init_max(struct buf *b, size_t max);
void buf_release(struct buf *b);		/* leaves it initialised, empty */
void buf_clear(struct buf *b);			/* keeps the memory */
char *buf_detach(struct buf *b, size_t *len);	/* caller frees; b is empty */

void buf_add(struct buf *b, const void *bytes, size_t len);
void buf_adds(struct buf *b, const char *s);
void buf_addc(struct buf *b, char c);
void buf_addf(struct buf *b, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
void buf_vaddf(struct buf *b, const char *fmt, va_list ap);
char *buf_reserve(struct buf *b, size_t more);	/* room at the end, or NULL */
void buf_insert(struct buf *b, size_t at, const void *bytes, size_t len);
void buf_remove(struct buf *b, size_t at, size_t len);
void buf_truncate(struct buf *b, size_t len);

/* False and ERR_LIMIT, naming `what`, when the limit was passed. */
bool buf_ok(const struct buf *b, const char *what, struct err *err);

#endif
