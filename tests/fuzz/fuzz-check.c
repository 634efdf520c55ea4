/*
 * The rules over any bytes: they end, they name places inside the record, and
 * a fix gives a patch that fits and a record without that problem.
 */
#include "config.h"

#include <string.h>

#include "base/utf8.h"
#include "fuzz.h"
#include "json/scan.h"
#include "rrpair/check.h"

struct seen {
	const char *text;
	size_t len;
	struct problem problems[16];
	size_t count;
};

static bool see(void *arg, const struct problem *problem)
{
	struct seen *s = arg;

	must(problem->off <= s->len && problem->len <= s->len - problem->off);
	must(utf8_valid(problem->message, strlen(problem->message)));
	must(utf8_valid(problem->field, strlen(problem->field)));
	if (s->count < 16)
		s->problems[s->count++] = *problem;
	return true;
}

static void mend(const struct seen *s, const struct problem *p)
{
	struct patch *patch = NULL;
	struct buf out;

	if (!check_fix(p->rule, p->field, s->text, s->len, &patch, NULL))
		return;
	buf_init(&out);
	must(patch_apply(patch, s->text, s->len, &out, NULL));
	must(json_valid(out.data, out.len, NULL));
	buf_release(&out);
	patch_unref(patch);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct check_options options = { .now_ns = INT64_C(1795000000) *
						   1000000000 };
	struct seen seen = { .text = (const char *)data, .len = size };
	struct check *c = check_new(&options);
	size_t i;

	check_alone(c, seen.text, size, see, &seen);
	for (i = 0; i < seen.count; i++)
		mend(&seen, &seen.problems[i]);
	check_free(c);
	return 0;
}
