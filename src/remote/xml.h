/*
 * xml - answers in XML, walked element by element.
 *
 * The only user of expat. Names come without their namespace. What nests deeper
 * than XML_DEPTH_MAX, holds a text longer than XML_TEXT_MAX or declares a document
 * type (and with it entities) is refused: no server has a reason to send it.
 */
#ifndef RREDIT_REMOTE_XML_H
#define RREDIT_REMOTE_XML_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define XML_DEPTH_MAX 32
#define XML_TEXT_MAX ((size_t)64 << 10)

struct xml_walker {
	void *ctx;
	/* depth of the root is 1. Either may be NULL. */
	void (*open)(void *ctx, unsigned depth, const char *name);
	/* text: what stands in the element itself, without those within, blanks
	 * cut at its ends. */
	void (*close)(void *ctx, unsigned depth, const char *name,
		      const char *text, size_t len);
};

/* ERR_INPUT for what is no XML, not whole, or over a limit. What came before the
 * fault was told to the walker already. */
bool xml_walk(const struct xml_walker *w, const char *bytes, size_t len,
	      struct err *err);

#endif
