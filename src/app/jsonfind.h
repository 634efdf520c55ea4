/*
 * app/jsonfind - the next value of a JSON text that says something, in its key
 * or its own decoded text; containers by their keys alone. ASCII case is
 * folded.
 *
 * A needle that is spelt in one way only is looked for in the whole text at
 * once, at the speed of memory, and the value is found from the place; only
 * what may be spelt with escapes is looked for value by value. Any thread.
 */
#ifndef RREDIT_APP_JSONFIND_H
#define RREDIT_APP_JSONFIND_H

#include "json/scan.h"

/* How the text spells: found once for a document. */
enum {
	JSONFIND_UNICODE = 1,	/* "\u" occurs: anything may be spelt so */
	JSONFIND_SLASH = 2,	/* "\/" does */
};
unsigned jsonfind_spelling(const struct json_doc *doc);

/* The next node that has the needle (not empty), from this one on (here) or
 * after it, backwards with `back`, around the end; JSON_NONE: there is none. */
uint32_t jsonfind(const struct json_doc *doc, unsigned spelling, uint32_t node,
		  bool here, bool back, const char *needle);

#endif
