#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/secret.h"

/* One FIELD=VALUE, FIELD:=JSON, or FIELD to take away. */
struct assignment {
	const char *text;
	struct field field;
	struct buf value;
	bool json, unset;
};

struct assignments {
	struct assignment *list;
	size_t count;
};

static void release_all(struct assignments *a)
{
	size_t i;

	for (i = 0; i < a->count; i++) {
		field_release(&a->list[i].field);
		buf_release(&a->list[i].value);
	}
	free(a->list);
}

static void warn_secret(const struct assignment *a)
{
	struct secret_hit hit;
	char shown[ERR_QUOTE_MAX];
	const char *equals = strpbrk(a->text, "=");

	if (secret_find(a->value.data, a->value.len, 0, &hit))
		batch_note(err_quote(shown, a->text,
				     equals ? (size_t)(equals - a->text)
					    : strlen(a->text)),
			   _("the value looks like a secret: %s"), _(hit.kind));
}

static bool parse_assignment(struct assignment *a, struct err *err)
{
	const char *value;
	char shown[ERR_QUOTE_MAX];
	size_t len;

	if (!field_parse_assignment(&a->field, a->text, strlen(a->text), &value,
				    &len, &a->json, err))
		return err_wrap(err, "%s", err_quote(shown, a->text,
						     strlen(a->text)));
	if (!batch_read_value(value, len, &a->value, err))
		return false;
	warn_secret(a);
	return true;
}

static bool parse_unset(struct assignment *a, struct err *err)
{
	char shown[ERR_QUOTE_MAX];

	a->unset = true;
	return field_parse(&a->field, a->text, strlen(a->text), err) ||
	       err_wrap(err, "%s", err_quote(shown, a->text, strlen(a->text)));
}

/* Arguments from `first` on. */
static bool parse_all(struct batch *b, size_t first, bool unset,
		      struct assignments *out, struct err *err)
{
	size_t i;

	out->count = 0;
	out->list = mem_zalloc(b->options->count, sizeof(*out->list));
	for (i = first; i < b->options->count; i++) {
		struct assignment *a = &out->list[out->count++];

		a->text = b->options->args[i];
		buf_init(&a->value);
		if (!(unset ? parse_unset(a, err) : parse_assignment(a, err)))
			return false;
	}
	return true;
}

/* Put the field before the message, unless it names it already. */
static void name_field(const struct field *field, struct err *err)
{
	char shown[ERR_QUOTE_MAX];
	struct buf name;

	buf_init(&name);
	field_print(field, &name);
	err_quote(shown, name.data, name.len);
	buf_release(&name);
	if (strncmp(err->msg, shown, strlen(shown)))
		err_wrap(err, "%s", shown);
}

static bool make(void *arg, struct change_run *run, struct err *err)
{
	const struct assignments *all = arg;
	struct change_set step;
	bool ok = true;
	size_t i;

	change_init(&step);
	for (i = 0; ok && i < all->count; i++) {
		const struct assignment *a = &all->list[i];

		if (a->unset)
			ok = change_unset(&run->pair, &a->field, CHANGE_LINKED,
					  &step, err);
		else if (a->json)
			ok = change_field_json(&run->pair, &a->field,
					       a->value.data, a->value.len,
					       CHANGE_LINKED, &step, err);
		else
			ok = change_field(&run->pair, &a->field, a->value.data,
					  a->value.len, CHANGE_LINKED, &step,
					  err);
		if (!ok)
			name_field(&a->field, err);
		ok = ok && change_run_take(run, &step, err);
	}
	change_release(&step);
	return ok;
}

static int change(struct batch *b, bool unset)
{
	const struct options *opt = b->options;
	bool where = batch_given(b, OPTION_WHERE);
	size_t first = where ? 1 : 2;
	struct assignments all = {0};
	struct rowlist rows = {0};
	struct opened o;
	struct err err;
	int status;

	if (!where && !batch_is_pair(opt->args[1]))
		return batch_usage_error(b,
			_("which records? PAIR or --where is missing"));
	if (opt->count <= first)
		return batch_usage_error(b, unset ? _("FIELD is missing") :
						    _("FIELD=VALUE is missing"));
	if (!parse_all(b, first, unset, &all, &err)) {
		status = batch_fail(NULL, &err);
	} else if (!batch_open(b, opt->args[0], true, &o, &err)) {
		status = batch_fail(opt->args[0], &err);
	} else {
		struct change_job job = {
			.opened = &o, .make = make, .arg = &all,
		};

		status = batch_rows(b, &o, 1, first, &rows, &err) ?
			 batch_change(b, &job, &rows) :
			 batch_fail(opt->args[0], &err);
		rowlist_release(&rows);
		batch_close(&o);
	}
	release_all(&all);
	return status;
}

int batch_set(struct batch *b)
{
	return change(b, false);
}

int batch_unset(struct batch *b)
{
	return change(b, true);
}
