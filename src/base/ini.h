/*
 * ini - the configuration format: sections, members, one a line.
 *
 *     # a comment has a line of its own, as has ; this
 *     [ui]
 *     colour = never
 *     [remote "team"]
 *     url = "https://files.example.com/ #1"
 *
 * A section is a word, or a word and a name in double quotes. A member is a
 * word (letters, digits, - and _, first a letter; case does not count), an
 * equals sign and a value: the rest of the line without blanks at its ends, or
 * a text in double quotes with the escapes \" \\ \n and \t. A member may
 * repeat; all its values are kept in order. In sections that the caller names
 * as `free_section`, a member may be any run of bytes without blanks and equals signs.
 *
 * One error, the first, is reported as "LINE: WHY" with its line in offset.
 * Ownership: a struct ini owns its strings. No threads.
 */
#ifndef RREDIT_BASE_INI_H
#define RREDIT_BASE_INI_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"

#define INI_SIZE_MAX ((size_t)1 << 20)	/* bytes of one file */

struct ini_member {
	char *section;		/* lower case */
	char *name;		/* of the section, "" when it has none */
	char *key;		/* lower case unless the section is free */
	char *value;
	unsigned line;		/* from 1 */
};

struct ini {
	struct ini_member *members;	/* in file order */
	size_t count, cap;
};

/* Parse text into *ini (initialised here; empty on failure). free_section may be
 * NULL. ERR_INPUT with the line number in err->offset; ERR_LIMIT. */
bool ini_parse(struct ini *ini, const char *text, size_t len,
	       const char *free_section, struct err *err);
void ini_release(struct ini *ini);

/* The last value of a member, or NULL. name is "" for [section]. */
const char *ini_get(const struct ini *ini, const char *section,
		    const char *name, const char *key);
/* As ini_get() for the member itself, for its line number. */
const struct ini_member *ini_find(const struct ini *ini, const char *section,
				  const char *name, const char *key);

/* yes/no, true/false, on/off, 1/0. False when the text is none of them. */
bool ini_bool(const char *text, bool *out);

#endif
