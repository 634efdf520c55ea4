/*
 * splicebench - what the tests of splice share: a document under edit, its
 * result, and trees to draw edits on.
 */
#ifndef RREDIT_TESTS_SPLICEBENCH_H
#define RREDIT_TESTS_SPLICEBENCH_H

#include "json/splice.h"
#include "prng.h"
#include "slowjson.h"

/* A document, a splice of it, and its result. */
struct bench {
	struct json_doc doc;
	struct splice *splice;
	struct patch *patch;
	struct buf text, result;
};

void bench_open(struct bench *b, const char *text, size_t len);
/* Finish the splice and apply it; fails when the result is no JSON. */
void bench_finish(struct bench *b);
void bench_close(struct bench *b);

/* A child by number, of an object too; JSON_NONE past the last. */
uint32_t bench_child(const struct json_doc *doc, uint32_t container,
		     uint32_t place);

/* A tree whose member l, node 2 of its document, is random; the others show
 * the style it is printed in. */
struct slow *bench_tree(struct prng *r);

#endif
