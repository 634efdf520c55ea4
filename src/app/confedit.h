/*
 * app/confedit - sections of rredit.conf read and written, the rest of it kept.
 *
 * The file is replaced whole, with mode 0600, and only when what it would hold
 * can be read: a mistake leaves the old one. Comments and the order of
 * everything else stay.
 */
#ifndef RREDIT_APP_CONFEDIT_H
#define RREDIT_APP_CONFEDIT_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

/* The lines of [remote "name"], its heading included, appended to out.
 * ERR_ABSENT when there is none. */
bool confedit_remote(const char *path, const char *name, struct buf *out,
		     struct err *err);
/* Put text in the place of that section, or at the end when there is none. The
 * directory is made when it is missing. */
bool confedit_put_remote(const char *path, const char *name, const char *text,
			 size_t len, struct err *err);
/* A new section from members {key, value}; values are quoted where needed. */
void confedit_section(struct buf *out, const char *name,
		      const char *const (*members)[2], size_t n);

#endif
