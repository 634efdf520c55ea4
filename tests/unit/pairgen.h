/*
 * pairgen - random records in the shapes that captures have, and what a test
 * needs to look into them apart from the code under test.
 */
#ifndef RREDIT_TESTS_PAIRGEN_H
#define RREDIT_TESTS_PAIRGEN_H

#include "base/buf.h"
#include "json/scan.h"
#include "prng.h"

/* One http record: copies that agree, in every style, and now and then one that
 * differs; queries, repeated headers, bodies with and without gzip. */
void gen_http_record(struct prng *r, struct buf *out);

/* All leaves of a text as "PATH=decoded\n" lines: base64 of the signature and
 * bodies, gzip too, looked through, and the uri without its escapes. */
void flatten(const char *text, size_t len, struct buf *out);

#endif
