/* Regular expressions replaced in a snapshot, from the command line. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "app/replacing.h"
#include "base/i18n.h"
#include "base/mem.h"

static int run_on(struct batch *b, struct replacing *r)
{
	const char *name = b->options->args[0];
	struct rowlist rows = {0};
	struct opened o;
	struct err err;
	uint64_t gave_up;
	int status = 0;

	if (!batch_open(b, name, true, &o, &err))
		return batch_fail(name, &err);
	if (!batch_given(b, OPTION_WHERE))
		rowlist_all(&o, &rows);
	else if (!batch_rows(b, &o, 0, 0, &rows, &err))
		status = batch_fail(name, &err);
	if (!status) {
		struct change_job job = {
			.opened = &o, .make = replacing_make, .arg = r,
			.skip_broken = true,
		};

		status = batch_change(b, &job, &rows);
	}
	gave_up = replacing_gave_up(r);
	if (gave_up)
		batch_note(name,
			   PLURAL("the regular expression gave up on %llu value, which stays",
				  "the regular expression gave up on %llu values, which stay",
				  gave_up), (unsigned long long)gave_up);
	rowlist_release(&rows);
	batch_close(&o);
	return status;
}

int batch_replace(struct batch *b)
{
	char **args = b->options->args;
	const char *in = batch_value(b, OPTION_IN);
	struct replacing *r = NULL;
	struct field field = {0};
	struct err err;
	int status;

	if (in && !field_parse(&field, in, strlen(in), &err)) {
		status = batch_fail("--in", &err);
	} else {
		r = replacing_new(args[1], strlen(args[1]), args[2],
				  strlen(args[2]), in ? &field : NULL, &err);
		status = r ? run_on(b, r) : batch_fail("replace", &err);
	}
	field_release(&field);
	replacing_free(r);
	return status;
}
