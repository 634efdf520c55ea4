/*
 * A quick look whether a record can hold a text at all, its bodies included,
 * without parsing it. Most records of a search end here.
 *
 * A value that JSON spells in one way only (rule->plain) is in the raw bytes,
 * or escaped by number, or in a body. In the base64 of a body it stands as one
 * of three texts, by where in a group of three bytes it begins: what of each
 * is sure, whatever stands before and behind, is looked for. Bodies that are
 * compressed are opened. What is found here may still be no match: across
 * pieces, or in a member that is no body.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/find.h"
#include "base/mem.h"
#include "rrpair/gzip.h"
#include "rrpair/query-run.h"

/* Shorter ones leave too little in base64 that is sure. */
#define SKIM_MIN 4

/* Could the value stand in a uuid as it is written with dashes? */
static bool in_dashed_uuid(const char *s, size_t len)
{
	return strspn(s, "0123456789abcdef-") == len;
}

void query_prepare_skim(struct query_rule *rule)
{
	if (rule->op != OP_CONTAINS || !rule->plain || rule->len < SKIM_MIN ||
	    in_dashed_uuid(rule->value, rule->len))
		return;
	for (size_t before = 0; before < 3; before++) {
		/* The first and the last characters that hold only its bits. */
		size_t from = (before * 8 + 5) / 6;
		size_t to = (before + rule->len) * 8 / 6;
		struct buf plain, coded;

		buf_init(&plain);
		buf_init(&coded);
		buf_add(&plain, "\0", before);
		buf_add(&plain, rule->value, rule->len);
		base64_encode(&coded, plain.data, plain.len);
		rule->skim[before] = mem_dup(coded.data + from, to - from);
		rule->skim_len[before] = to - from;
		buf_release(&plain);
		buf_release(&coded);
	}
}

static bool compressed_may_hold(struct query_run *run,
				const struct query_rule *rule,
				const char *coded, size_t len)
{
	struct query_body *body = &run->skim;

	if (!query_body_open(run->inflater, coded, len, body))
		return false;	/* no base64: a string as any other */
	return bytes_find(body->bytes.data, body->bytes.len, rule->value,
			  rule->len);
}

static bool body_may_hold(struct query_run *run, const struct query_rule *rule,
			  const char *coded, size_t len)
{
	static const char gzip[] = "H4sI";	/* 1f 8b 08 */

	if (memchr(coded, '\\', len))
		return true;
	if (len >= 4 && !memcmp(coded, gzip, 4))
		return compressed_may_hold(run, rule, coded, len);
	for (int i = 0; i < 3; i++)
		if (bytes_find(coded, len, rule->skim[i], rule->skim_len[i]))
			return true;
	return false;
}

static const char *after_blanks(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\t' || *p == '\n' || *p == '\r'))
		p++;
	return p;
}

/* Every string that has the name of a body, wherever it stands. */
static bool bodies_may_hold(struct query_run *run,
			    const struct query_rule *rule, const char *p,
			    const char *end)
{
	static const char name[] = "\"bodyBase64\"";

	while ((p = bytes_find(p, (size_t)(end - p), name, sizeof(name) - 1))) {
		const char *close;

		p = after_blanks(p + sizeof(name) - 1, end);
		if (p == end || *p != ':')
			continue;
		p = after_blanks(p + 1, end);
		if (p == end || *p != '"')
			continue;
		p++;
		close = memchr(p, '"', (size_t)(end - p));
		if (!close)
			return true;
		if (body_may_hold(run, rule, p, (size_t)(close - p)))
			return true;
		p = close;
	}
	return false;
}

bool run_skim(struct query_run *run, const struct query_rule *rule,
	      const char *text, size_t len)
{
	return !rule->skim_len[0] ||
	       bytes_find(text, len, rule->value, rule->len) ||
	       bytes_find(text, len, "\\u00", 4) ||
	       bodies_may_hold(run, rule, text, text + len);
}
