#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/recover.h"

/* ---- targets ---- */

/* Edits of a crashed session wait for this file: whoever changes it now should
 * know, because they are applied by content then. */
static void mention_leftovers(struct batch *b, const struct opened *o)
{
	struct recover_entry *left = NULL;
	const char *path = document_real_path(o->doc);
	size_t count = 0;

	if (path && b->state_dir &&
	    recover_list(b->state_dir, path, false, &left, &count, NULL)) {
		if (count)
			batch_note(o->name, "%s",
				   _("a crash left unsaved edits: see rredit recover"));
		recover_list_free(left, count);
	}
}

static bool open_document(struct batch *b, bool edit, struct opened *o,
			  struct err *err)
{
	struct document_options opt = {
		.state_dir = batch_state(b, edit ? err : NULL),
		.jobs = o->jobs,
		.flags = edit ? DOCUMENT_NO_JOURNAL : DOCUMENT_READONLY,
	};
	const char *why;
	struct err failed;

	if (edit && !opt.state_dir)
		return false;
	o->doc = document_open(o->target.path, &opt, err);
	if (!o->doc)
		return false;
	why = document_read_only(o->doc);
	if (edit && why) {
		err_set(err, ERR_CONFLICT, "%s", why);
	} else if (!document_wait(o->doc, &failed)) {
		if (!edit) {
			batch_note(o->name, "%s", failed.msg);
			return true;
		}
		if (err)
			*err = failed;
	} else {
		if (edit && !b->recovering)
			mention_leftovers(b, o);
		return true;
	}
	document_close(o->doc, false);
	o->doc = NULL;
	return false;
}

bool batch_open(struct batch *b, const char *name, bool edit,
		struct opened *out, struct err *err)
{
	memset(out, 0, sizeof(*out));
	out->name = name;
	if (edit && b->options->read_only)
		return err_set(err, ERR_INPUT,
			       _("not changed, because of --read-only"));
	if (!library_resolve(batch_store(b, NULL), name, &out->target, err))
		return false;
	if (out->target.kind == TARGET_DIRECTORY)
		err_set(err, ERR_NOTARGET,
			_("is a directory that holds no snapshot"));
	else if (edit && out->target.kind == TARGET_STDIN)
		err_set(err, ERR_INPUT, _("standard input cannot be changed"));
	else if (edit && out->target.outside)
		err_set(err, ERR_INPUT,
			_("a link leads out of the store: not changed"));
	else {
		out->jobs = jobs_new(0);
		if (open_document(b, edit, out, err))
			return true;
		jobs_free(out->jobs);
	}
	target_release(&out->target);
	return false;
}

void batch_close(struct opened *o)
{
	if (o->doc)
		document_close(o->doc, false);
	if (o->jobs)
		jobs_free(o->jobs);
	target_release(&o->target);
	memset(o, 0, sizeof(*o));
}

/* ---- records ---- */

void rowlist_release(struct rowlist *rows)
{
	free(rows->ids);
	memset(rows, 0, sizeof(*rows));
}

static void add_row(struct rowlist *rows, row_id id)
{
	rows->ids = mem_room(rows->ids, rows->count, &rows->cap,
			     sizeof(*rows->ids));
	rows->ids[rows->count++] = id;
}

uint64_t batch_number(struct opened *o, row_id id)
{
	uint64_t pos;

	return document_position(o->doc, id, &pos) ? pos + 1 : 0;
}

/* A number from 1 that takes all of [*s, end). */
static bool take_number(const char *s, size_t len, uint64_t *v)
{
	size_t i;

	*v = 0;
	for (i = 0; i < len; i++)
		if (s[i] < '0' || s[i] > '9' ||
		    __builtin_mul_overflow(*v, 10, v) ||
		    __builtin_add_overflow(*v, (uint64_t)(s[i] - '0'), v))
			return false;
	return len > 0;
}

static bool take_range(const char *text, uint64_t *from, uint64_t *to)
{
	const char *dash = strchr(text, '-');

	if (!dash) {
		if (!take_number(text, strlen(text), from))
			return false;
		*to = *from;
		return true;
	}
	return take_number(text, (size_t)(dash - text), from) &&
	       take_number(dash + 1, strlen(dash + 1), to);
}

bool batch_is_pair(const char *text)
{
	struct uuid uuid;
	uint64_t from, to;

	return take_range(text, &from, &to) ||
	       uuid_parse(&uuid, text, strlen(text));
}

static bool add_range(struct opened *o, uint64_t from, uint64_t to,
		      struct rowlist *rows, struct err *err)
{
	uint64_t count = document_count(o->doc), n;

	if (!from || from > to)
		return err_set(err, ERR_USAGE,
			       _("records are counted from 1, ranges go up"));
	if (to > count)
		return err_set(err, ERR_ABSENT,
			       PLURAL("there is only %llu record",
				      "there are only %llu records", count),
			       (unsigned long long)count);
	for (n = from; n <= to; n++)
		add_row(rows, document_row(o->doc, n - 1));
	return true;
}

static bool has_uuid(struct opened *o, row_id id, const struct uuid *want,
		     struct buf *text, struct rrpair *pair)
{
	struct uuid have;

	buf_clear(text);
	return document_text(o->doc, id, DOCUMENT_NOW, text, NULL) &&
	       rrpair_parse(pair, text->data, text->len, NULL) &&
	       rrpair_uuid(pair, &have) && !memcmp(&have, want, sizeof(have));
}

static bool add_uuid(struct opened *o, const struct uuid *want,
		     struct rowlist *rows, struct err *err)
{
	uint64_t count = document_count(o->doc), n;
	uint32_t hash = columns_uuid_hash(want->b);
	size_t before = rows->count;
	struct columns c;
	struct rrpair pair;
	struct buf text;

	buf_init(&text);
	rrpair_init(&pair);
	for (n = 0; n < count; n++) {
		row_id id = document_row(o->doc, n);

		if (document_columns(o->doc, id, &c) &&
		    (c.uuid == hash || (c.flags & COLUMNS_HUGE)) &&
		    has_uuid(o, id, want, &text, &pair))
			add_row(rows, id);
	}
	rrpair_release(&pair);
	buf_release(&text);
	return rows->count > before ||
	       err_set(err, ERR_ABSENT, _("no record has this uuid"));
}

bool batch_add_pair(struct opened *o, const char *pair, struct rowlist *rows,
		    struct err *err)
{
	char shown[ERR_QUOTE_MAX];
	uint64_t from, to;
	struct uuid uuid;

	err_quote(shown, pair, strlen(pair));
	if (take_range(pair, &from, &to))
		return add_range(o, from, to, rows, err) ||
		       err_wrap(err, "%s", shown);
	if (uuid_parse(&uuid, pair, strlen(pair)))
		return add_uuid(o, &uuid, rows, err) ||
		       err_wrap(err, "%s", shown);
	return err_set(err, ERR_USAGE,
		       _("%s: a record is a number, a range 3-7 or a uuid"),
		       shown);
}

static bool keep_row(void *arg, const struct match *m)
{
	add_row(arg, m->id);
	return true;
}

/* Document order, each once. */
static void sort_rows(struct opened *o, struct rowlist *rows)
{
	uint64_t *at = mem_zalloc(rows->count, sizeof(*at));
	size_t i, n = 0;
	bool sorted = true;

	for (i = 0; i < rows->count; i++) {
		document_position(o->doc, rows->ids[i], &at[i]);
		sorted = sorted && (!i || at[i - 1] < at[i]);
	}
	if (!sorted) {
		uint64_t count = document_count(o->doc);
		bool *named = mem_zalloc(count, 1);

		for (i = 0; i < rows->count; i++)
			named[at[i]] = true;
		for (i = 0; i < count; i++)
			if (named[i])
				rows->ids[n++] = document_row(o->doc, i);
		rows->count = n;
		free(named);
	}
	free(at);
}

bool batch_rows(struct batch *b, struct opened *o, size_t from, size_t to,
		struct rowlist *rows, struct err *err)
{
	const char *where = batch_value(b, OPTION_WHERE);
	struct query *q;
	bool ok = true;

	memset(rows, 0, sizeof(*rows));
	if (where) {
		q = batch_query(b, where, err);
		ok = q && batch_match(o, q, keep_row, rows, err);
		query_unref(q);
		if (ok && !rows->count)
			ok = err_set(err, ERR_ABSENT,
				     _("--where matches no record"));
	}
	for (; ok && from < to; from++)
		ok = batch_add_pair(o, b->options->args[from], rows, err);
	if (ok)
		sort_rows(o, rows);
	else
		rowlist_release(rows);
	return ok;
}
