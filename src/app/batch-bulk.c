/* Tokens, times and uuids of many records, from the command line. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/batch-run.h"
#include "app/renewing.h"
#include "app/replacing.h"
#include "app/shifting.h"
#include "base/i18n.h"
#include "base/mem.h"

void rowlist_all(struct opened *o, struct rowlist *rows)
{
	uint64_t i;

	rows->count = rows->cap = document_count(o->doc);
	rows->ids = mem_zalloc(rows->count + 1, sizeof(*rows->ids));
	for (i = 0; i < rows->count; i++)
		rows->ids[i] = document_row(o->doc, i);
}

/* Those of --where, or all. */
static bool rows_of(struct batch *b, struct opened *o, struct rowlist *rows,
		    struct err *err)
{
	if (batch_given(b, OPTION_WHERE))
		return batch_rows(b, o, 0, 0, rows, err);
	rowlist_all(o, rows);
	return true;
}

/* ---- swap ---- */

/* A token that a file holds does not end with that file's line end. */
static bool read_token(const char *arg, struct buf *out, struct err *err)
{
	bool from_file = *arg == '@' || !strcmp(arg, "-");

	if (!batch_read_value(arg, strlen(arg), out, err))
		return false;
	if (from_file && arg[1] != '@' && out->len &&
	    out->data[out->len - 1] == '\n') {
		buf_truncate(out, out->len - 1);
		if (out->len && out->data[out->len - 1] == '\r')
			buf_truncate(out, out->len - 1);
	}
	return true;
}

static int change_with(struct batch *b, const struct change_job *with)
{
	const char *name = b->options->args[0];
	struct change_job job = *with;
	struct rowlist rows = {0};
	struct opened o;
	struct err err;
	int status;

	if (!batch_open(b, name, true, &o, &err))
		return batch_fail(name, &err);
	job.opened = &o;
	status = rows_of(b, &o, &rows, &err) ? batch_change(b, &job, &rows)
					     : batch_fail(name, &err);
	rowlist_release(&rows);
	batch_close(&o);
	return status;
}

int batch_swap(struct batch *b)
{
	char **args = b->options->args;
	struct replacing *r = NULL;
	struct buf old, new;
	struct err err;
	int status;

	if (!strcmp(args[1], "-") && !strcmp(args[2], "-"))
		return batch_usage_error(b,
			_("standard input can be one of them only"));
	buf_init(&old);
	buf_init(&new);
	if (read_token(args[1], &old, &err) && read_token(args[2], &new, &err))
		r = replacing_new_swap(old.data, old.len, new.data, new.len,
				       &err);
	if (r) {
		struct change_job job = {
			.make = replacing_make, .arg = r, .hidden = true,
			.skip_broken = true,
		};

		status = change_with(b, &job);
	} else {
		status = batch_fail("swap", &err);
	}
	buf_release(&old);
	buf_release(&new);
	replacing_free(r);
	return status;
}

/* ---- shift ---- */

static int shift_in(struct batch *b, struct opened *o, struct shifting *s)
{
	struct snapshot *snapshot = document_snapshot(o->doc);
	struct change_job job = {
		.opened = o, .make = shifting_make, .arg = s,
		.skip_broken = true,
	};
	struct rowlist rows = {0};
	struct err err;
	int status;

	if (rows_of(b, o, &rows, &err) &&
	    shifting_begin(s, snapshot, rows.ids, rows.count, &err))
		status = batch_change(b, &job, &rows);
	else
		status = batch_fail(o->name, &err);
	rowlist_release(&rows);
	snapshot_unref(snapshot);
	return status;
}

int batch_shift(struct batch *b)
{
	char **args = b->options->args;
	struct shifting *s;
	struct opened o;
	struct err err;
	int status;

	s = shifting_new(args[1], strlen(args[1]), &err);
	if (!s)
		return batch_fail("shift", &err);
	if (batch_open(b, args[0], true, &o, &err)) {
		status = shift_in(b, &o, s);
		batch_close(&o);
	} else {
		status = batch_fail(args[0], &err);
	}
	shifting_free(s);
	return status;
}

/* ---- renew ---- */

static int renew_in(struct batch *b, struct opened *o)
{
	struct snapshot *snapshot = document_snapshot(o->doc);
	bool pairs = b->options->count > 1;
	struct rowlist which = {0}, all = {0};
	struct renewing *r = NULL;
	struct err err;
	int status;

	if (pairs ? batch_rows(b, o, 1, b->options->count, &which, &err)
		  : rows_of(b, o, &which, &err))
		r = renewing_new(which.ids, which.count);
	if (r && renewing_begin(r, snapshot, &err)) {
		struct change_job job = {
			.opened = o, .make = renewing_make, .arg = r,
			.skip_broken = true,
		};

		rowlist_all(o, &all);	/* others may name them */
		status = batch_change(b, &job, &all);
	} else {
		status = batch_fail(o->name, &err);
	}
	renewing_free(r);
	rowlist_release(&which);
	rowlist_release(&all);
	snapshot_unref(snapshot);
	return status;
}

int batch_renew(struct batch *b)
{
	const char *name = b->options->args[0];
	struct opened o;
	struct err err;
	int status;

	if (!batch_open(b, name, true, &o, &err))
		return batch_fail(name, &err);
	status = renew_in(b, &o);
	batch_close(&o);
	return status;
}
