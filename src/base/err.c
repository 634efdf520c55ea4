#include "config.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"

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
