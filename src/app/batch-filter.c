#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/i18n.h"

struct printing {
	struct opened *o;
	enum { PRINT_PLAIN, PRINT_JSON, PRINT_LINES } form;
	struct buf text;
	struct err err;
	bool failed;
};

/* The record's bytes and its line end, as they are in the file. */
static bool print_line(struct printing *p, row_id id)
{
	struct columns c;
	unsigned flags = 0;

	buf_clear(&p->text);
	if (!document_text(p->o->doc, id, DOCUMENT_NOW, &p->text, &p->err))
		return false;
	if (document_columns(p->o->doc, id, &c))
		flags = c.flags;
	if (flags & COLUMNS_CRLF)
		buf_addc(&p->text, '\r');
	if (!(flags & COLUMNS_NO_EOL))
		buf_addc(&p->text, '\n');
	out_bytes(p->text.data, p->text.len);
	return true;
}

static bool print_match(void *arg, const struct match *m)
{
	struct printing *p = arg;

	p->failed = p->form == PRINT_LINES ? !print_line(p, m->id) :
		    !batch_print_row(p->o, m->id, m->number,
				     p->form == PRINT_JSON, &p->err);
	return !p->failed && !ferror(stdout);
}

static int filter(struct batch *b, struct opened *o, struct query *q)
{
	struct printing p = {.o = o};
	struct err err;
	uint64_t count;
	bool ok;

	if (batch_given(b, OPTION_COUNT_ONLY)) {
		if (!batch_match_count(o, q, &count, &err))
			return batch_fail(o->name, &err);
		printf("%" PRIu64 "\n", count);
		return 0;
	}
	p.form = batch_given(b, OPTION_LINES) ? PRINT_LINES :
		 batch_given(b, OPTION_JSON) ? PRINT_JSON : PRINT_PLAIN;
	buf_init(&p.text);
	ok = batch_match(o, q, print_match, &p, &err);
	buf_release(&p.text);
	if (p.failed)
		return batch_fail(o->name, &p.err);
	return ok ? 0 : batch_fail(o->name, &err);
}

int batch_filter(struct batch *b)
{
	struct query *q;
	struct opened o;
	struct err err;
	int status;

	if (batch_given(b, OPTION_COUNT_ONLY) + batch_given(b, OPTION_LINES) +
	    batch_given(b, OPTION_JSON) > 1)
		return batch_usage_error(b,
			_("--count, --lines and --json exclude each other"));
	q = batch_query(b, b->options->args[1], &err);
	if (!q)
		return batch_fail(NULL, &err);
	if (batch_open(b, b->options->args[0], false, &o, &err)) {
		status = filter(b, &o, q);
		batch_close(&o);
	} else {
		status = batch_fail(b->options->args[0], &err);
	}
	query_unref(q);
	return status;
}
