/* A filter in the first line, a record in the rest: what is parsed prints as a
 * filter that means the same, and every place of it can be completed. */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "rrpair/query.h"

struct record {
	const char *text;
	size_t len;
};

static bool record_text(void *rec, const char **text, size_t *len)
{
	const struct record *r = rec;

	*text = r->text;
	*len = r->len;
	return true;
}

static const struct query_ops ops = {.text = record_text};

static bool match(const struct query *q, struct record *r)
{
	struct query_run *run = query_run_new(q);
	bool hit = query_match(run, &ops, r);

	must(query_match(run, &ops, r) == hit);
	query_run_free(run);
	return hit;
}

static void check_printed(const struct query *q, struct record *r)
{
	struct buf first, second;
	struct query *again;
	struct err err;

	buf_init(&first);
	buf_init(&second);
	query_print(q, &first);
	if (first.len <= QUERY_LEN_MAX) {	/* quotes and escapes add up */
		again = query_parse(first.data, first.len, &err);
		must(again);
		query_print(again, &second);
		must(first.len == second.len &&
		     !memcmp(first.data, second.data, first.len));
		must(match(q, r) == match(again, r));
		query_unref(again);
	}
	buf_release(&first);
	buf_release(&second);
}

static void check_completion(const char *expr, size_t len)
{
	size_t step = len / 64 + 1, at;

	for (at = 0; at <= len; at += step) {
		struct query_hint hint;

		query_complete(expr, len, at, &hint);
		must(hint.from <= at);
		query_hint_release(&hint);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *s = (const char *)data;
	const char *eol = size ? memchr(s, '\n', size) : NULL;
	size_t len = eol ? (size_t)(eol - s) : size;
	struct record r = {.text = eol ? eol + 1 : "", .len = 0};
	struct query *q;
	struct err err;

	if (eol)
		r.len = size - len - 1;
	check_completion(s, len);
	q = query_parse(s, len, &err);
	if (q) {
		check_printed(q, &r);
		query_unref(q);
	} else {
		must(err.code == ERR_USAGE && err.offset <= len);
		must(!strncmp(err.msg, "column ", 7));
	}
	return 0;
}
