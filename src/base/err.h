/*
 * err - how a function says why it failed.
 *
 * A function that can fail returns bool (or a pointer, or a count) and takes
 * a `struct err *err` last. On failure it fills *err once and leaves its other
 * outputs untouched. Callers add context from the inside out with err_wrap().
 * err may be NULL when the caller only needs to know that it failed.
 *
 * Messages are translated sentences without a final stop and are safe to
 * print: bytes that came from files must pass through err_quote() or
 * utf8_visible() before they are formatted into one.
 */
#ifndef RREDIT_BASE_ERR_H
#define RREDIT_BASE_ERR_H

#include <stdbool.h>
#include <stddef.h>

enum err_code {
	ERR_OK = 0,
	ERR_USAGE,	/* the call itself is wrong: exit 2 */
	ERR_INPUT,	/* data breaks a rule: exit 1 */
	ERR_CONFLICT,	/* someone else changed it meanwhile: exit 1 */
	ERR_ABSENT,	/* a record, field or value that is not there: exit 1 */
	ERR_LIMIT,	/* over a named limit: exit 1 */
	ERR_CANCELLED,	/* the user cancelled: exit 1 */
	ERR_NOTARGET,	/* no such snapshot or file: exit 3 */
	ERR_SYSTEM,	/* file, network or system said no; sys is errno: exit 3 */
};

#define ERR_MSG_MAX 512

struct err {
	enum err_code code;
	int sys;		/* errno, or 0 */
	size_t offset;		/* byte offset in the input that was parsed, or 0 */
	char msg[ERR_MSG_MAX];	/* UTF-8, cut at a character when too long */
};

/* Fill *err. Always returns false, so `return err_set(err, ...)` reads well. */
bool err_set(struct err *err, enum err_code code, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* Like err_set() with ERR_SYSTEM, errno, and ": <strerror>" at the end. */
bool err_errno(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Put "<context>: " before the message; code, sys and offset stay. */
bool err_wrap(struct err *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

void err_clear(struct err *err);

/* The process exit status for a code (product contract: 0, 1, 2, 3). */
int err_exit_status(enum err_code code);

/*
 * Bytes from outside made fit for a message: visible, quoted by nothing, cut
 * to at most ERR_QUOTE_COLUMNS with "..." at the end. Returns dst, which must
 * hold ERR_QUOTE_MAX bytes.
 */
#define ERR_QUOTE_MAX 256
#define ERR_QUOTE_COLUMNS 60
const char *err_quote(char dst[ERR_QUOTE_MAX], const char *bytes, size_t len);

#endif
