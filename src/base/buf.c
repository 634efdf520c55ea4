#include "config.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

/* What an empty buffer points at: never written, told apart by cap == 0. */
static char nothing[1];

void buf_init_max(struct buf *b, size_t max)
{
	b->data = nothing;
	b->len = b->cap = 0;
	b->max = max < BUF_CAP_MAX ? max : BUF_CAP_MAX;
	b->over = false;
}

void buf_init(struct buf *b)
{
	buf_init_max(b, BUF_MAX);
}

void buf_release(struct buf *b)
{
	if (b->cap)
		free(b->data);
	buf_init_max(b, b->max);
}

void buf_clear(struct buf *b)
{
	buf_truncate(b, 0);
	b->over = false;
}

char *buf_detach(struct buf *b, size_t *len)
{
	char *data = b->cap ? b->data : mem_dup("", 0);

	if (len)
		*len = b->len;
	buf_init_max(b, b->max);
	return data;
}

char *buf_reserve(struct buf *b, size_t more)
{
	size_t need, cap;

	if (b->over || more > b->max - b->len) {
		b->over = true;
		return NULL;
	}
	need = b->len + more + 1;
	if (need > b->cap) {
		cap = b->cap + b->cap / 2;
		if (cap > b->max + 1)
			cap = b->max + 1;
		if (cap < need)
			cap = need < 32 && b->max >= 31 ? 32 : need;
		b->data = mem_grow(b->cap ? b->data : NULL, cap, 1);
		b->cap = cap;
		b->data[b->len] = '\0';
	}
	return b->data + b->len;
}

void buf_add(struct buf *b, const void *bytes, size_t len)
{
	char *end = buf_reserve(b, len);

	if (!end || !len)
		return;
	memcpy(end, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_adds(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

void buf_addc(struct buf *b, char c)
{
	if (b->len + 1 < b->cap && !b->over) {
		b->data[b->len++] = c;
		b->data[b->len] = '\0';
		return;
	}
	buf_add(b, &c, 1);
}

void buf_vaddf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	char *end;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	assert(n >= 0);
	end = buf_reserve(b, (size_t)n);
	if (end && n > 0) {
		vsnprintf(end, (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vaddf(b, fmt, ap);
	va_end(ap);
}

void buf_insert(struct buf *b, size_t at, const void *bytes, size_t len)
{
	assert(at <= b->len);
	if (!buf_reserve(b, len) || !len)
		return;
	memmove(b->data + at + len, b->data + at, b->len - at);
	memcpy(b->data + at, bytes, len);
	b->len += len;
	b->data[b->len] = '\0';
}

void buf_remove(struct buf *b, size_t at, size_t len)
{
	assert(at <= b->len && len <= b->len - at);
	if (!len)
		return;
	memmove(b->data + at, b->data + at + len, b->len - at - len);
	b->len -= len;
	b->data[b->len] = '\0';
}

void buf_truncate(struct buf *b, size_t len)
{
	assert(len <= b->len);
	b->len = len;
	if (b->cap)
		b->data[len] = '\0';
}

bool buf_ok(const struct buf *b, const char *what, struct err *err)
{
	if (!b->over)
		return true;
	return err_set(err, ERR_LIMIT, _("%s is longer than %zu bytes"), what,
		       b->max);
}
