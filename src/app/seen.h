/*
 * app/seen - values that stand in a file, for completion.
 *
 * What the columns do not hold - headers, tags, parameters, locations, sessions,
 * values at a path - is looked for by a job in some of the records, spread over
 * the file, and kept until another field is asked for or the document changes.
 * The most frequent come first. UI thread.
 */
#ifndef RREDIT_APP_SEEN_H
#define RREDIT_APP_SEEN_H

#include <stdbool.h>
#include <stddef.h>

#include "edit/document.h"

#define SEEN_RECORDS 4000	/* that are looked at, */
#define SEEN_BYTES ((uint64_t)32 << 20)	/* and what they may hold together */
#define SEEN_VALUES 500		/* different ones that are kept */
#define SEEN_LEN 256		/* longer values are nothing to pick from a list */

struct seen;
struct seen_value {
	char *bytes;
	size_t len, records;
};

struct seen *seen_new(struct document *doc, struct jobs *jobs,
		      void (*found)(void *arg), void *arg);
void seen_free(struct seen *s);		/* NULL is fine */
/*
 * The values of a FIELD; "header[K]" means those of requests and responses.
 * With keys, what may stand in the brackets of header, request.header, tag or
 * param. NULL while they are looked for (found() tells the end), and for what
 * is no field. Valid until the next call.
 */
const struct seen_value *seen_values(struct seen *s, const char *field,
				     bool keys, size_t *count);

#endif
