#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/utf8.h"

/* Cut a message that vsnprintf truncated back to a whole character, so that
 * no half of one is ever printed. */
static void end_at_character(char *msg)
{
	size_t n = strlen(msg);
	size_t k = n;

	while (k > 0 && ((unsigned char)msg[k - 1] & 0xC0) == 0x80)
		k--;
	if (k > 0 && ((unsigned char)msg[k - 1] & 0x80)) {
		unsigned char lead = (unsigned char)msg[k - 1];
		size_t want = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;

		if (n - (k - 1) < want)
			msg[k - 1] = '\0';
	}
}

static void fill(struct err *err, enum err_code code, int sys,
		 const char *fmt, va_list ap)
{
	err->code = code;
	err->sys = sys;
	err->offset = 0;
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	end_at_character(err->msg);
}

bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
{
	va_list ap;

	if (!err)
		return false;
	va_start(ap, fmt);
	fill(err, code, 0, fmt, ap);
	va_end(ap);
	return false;
}

bool err_errno(struct err *err, const char *fmt, ...)
{
	int sys = errno;
	size_t n;
	va_list ap;

	if (!err)
		return false;
	va_start(ap, fmt);
	fill(err, ERR_SYSTEM, sys, fmt, ap);
	va_end(ap);
	n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", strerror(sys));
	end_at_character(err->msg);
	return false;
}

bool err_wrap(struct err *err, const char *fmt, ...)
{
	char inner[ERR_MSG_MAX];
	size_t n;
	va_list ap;

	if (!err)
		return false;
	memcpy(inner, err->msg, sizeof(inner));
	va_start(ap, fmt);
	vsnprintf(err->msg, sizeof(err->msg), fmt, ap);
	va_end(ap);
	n = strlen(err->msg);
	snprintf(err->msg + n, sizeof(err->msg) - n, ": %s", inner);
	end_at_character(err->msg);
	return false;
}

void err_clear(struct err *err)
{
	if (err)
		memset(err, 0, sizeof(*err));
}

int err_exit_status(enum err_code code)
{
	switch (code) {
	case ERR_OK:
		return 0;
	case ERR_USAGE:
		return 2;
	case ERR_NOTARGET:
	case ERR_SYSTEM:
		return 3;
	case ERR_INPUT:
	case ERR_CONFLICT:
	case ERR_ABSENT:
	case ERR_LIMIT:
	case ERR_CANCELLED:
		break;
	}
	return 1;
}

#define CUT "..."
#define CUT_LEN (sizeof(CUT) - 1)

const char *err_quote(char dst[ERR_QUOTE_MAX], const char *bytes, size_t len)
{
	size_t at = 0, n = 0, cols = 0, cut = 0;
	struct utf8_cluster c;

	while (at < len) {
		at += utf8_cluster(bytes + at, len - at, &c);
		if (cols + c.width > ERR_QUOTE_COLUMNS ||
		    n + c.shown_len >= ERR_QUOTE_MAX) {
			n = cut;
			memcpy(dst + n, CUT, CUT_LEN);
			n += CUT_LEN;
			break;
		}
		memcpy(dst + n, c.shown, c.shown_len);
		n += c.shown_len;
		cols += c.width;
		if (cols + CUT_LEN <= ERR_QUOTE_COLUMNS &&
		    n + CUT_LEN < ERR_QUOTE_MAX)
			cut = n;
	}
	dst[n] = '\0';
	return dst;
}
