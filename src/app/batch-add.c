/* New records, copies, and records that go. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/batch-run.h"
#include "app/shifting.h"
#include "app/repository.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "rrpair/signature.h"
#include "rrpair/template.h"

/* ---- the next free instance ---- */

/* What identical requests are already numbered up to. */
struct sibling {
	char *identity;
	size_t len;
	int64_t last;
};

struct siblings {
	struct sibling *list;
	size_t count, cap;
};

static struct sibling *find_sibling(struct siblings *s, const char *identity,
				    size_t len)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		if (s->list[i].len == len &&
		    !memcmp(s->list[i].identity, identity, len))
			return &s->list[i];
	return NULL;
}

/* A record's identity, when its signature is numbered. */
static int64_t instance_of(const struct rrpair *pair, struct buf *identity)
{
	int64_t n = signature_instance(pair);

	buf_clear(identity);
	if (n >= 0)
		signature_identity(pair, identity);
	return n;
}

/* Only identities that are wanted are kept, so few are compared. */
static void collect_siblings(struct opened *o, struct siblings *s)
{
	uint64_t count = document_count(o->doc), i;
	struct rrpair pair;
	struct buf text, identity;

	if (!s->count)
		return;
	rrpair_init(&pair);
	buf_init(&text);
	buf_init(&identity);
	for (i = 0; i < count; i++) {
		struct sibling *known;
		int64_t n;

		buf_clear(&text);
		if (!document_text(o->doc, document_row(o->doc, i),
				   DOCUMENT_NOW, &text, NULL) ||
		    !rrpair_parse(&pair, text.data, text.len, NULL))
			continue;
		n = instance_of(&pair, &identity);
		known = n < 0 ? NULL : find_sibling(s, identity.data,
						    identity.len);
		if (known && n > known->last)
			known->last = n;
	}
	buf_release(&identity);
	buf_release(&text);
	rrpair_release(&pair);
}

static void want_identity(struct siblings *s, const struct rrpair *pair,
			  struct buf *identity)
{
	int64_t n = instance_of(pair, identity);

	if (n < 0 || find_sibling(s, identity->data, identity->len))
		return;
	s->list = mem_room(s->list, s->count, &s->cap, sizeof(*s->list));
	s->list[s->count++] = (struct sibling){
		.identity = mem_dup(identity->data, identity->len),
		.len = identity->len, .last = n,
	};
}

static int64_t next_instance(void *arg, const char *identity, size_t len,
			     int64_t current)
{
	struct sibling *known = find_sibling(arg, identity, len);

	return known ? ++known->last : current + 1;
}

static void siblings_release(struct siblings *s)
{
	size_t i;

	for (i = 0; i < s->count; i++)
		free(s->list[i].identity);
	free(s->list);
}

/* ---- copies ---- */

struct copying {
	struct batch *b;
	struct opened *o;
	struct siblings siblings;
	struct guard *guard;
	struct rrpair pair;
	struct buf text, identity;
};

static bool read_record(struct copying *c, row_id id, struct err *err)
{
	buf_clear(&c->text);
	if (document_text(c->o->doc, id, DOCUMENT_NOW, &c->text, err) &&
	    rrpair_parse(&c->pair, c->text.data, c->text.len, err))
		return true;
	return err_wrap(err, _("record %llu"),
			(unsigned long long)batch_number(c->o, id));
}

/* c->pair is used up. */
static void guard_text(struct copying *c, struct guarded *r,
		       const struct buf *text, const struct patch *patch)
{
	r->text = text->data;
	r->len = text->len;
	r->patch = patch;
	if (rrpair_parse(&c->pair, text->data, text->len, NULL))
		r->pair = &c->pair;
	guard_record(c->guard, r);
}

static bool copy_row(struct copying *c, row_id id, struct err *err)
{
	struct document_new copy = {.copy_of = id};
	struct guarded r = {
		.number = batch_number(c->o, id),
		.proto = repository_proto(document_kind(c->o->doc, id)),
	};
	struct change_set fresh;
	struct buf text;
	bool ok;

	if (!read_record(c, id, err))
		return false;
	change_init(&fresh);
	buf_init(&text);
	ok = template_fresh_copy(&c->pair, next_instance, &c->siblings, &fresh,
				 err) &&
	     patch_apply(fresh.patch, c->text.data, c->text.len, &text, err);
	if (ok) {
		r.base = c->text.data;
		r.base_len = c->text.len;
		guard_text(c, &r, &text, fresh.patch);
		copy.patch = fresh.patch;
		ok = document_insert(c->o->doc, id, &copy, 1, NULL, err);
	}
	buf_release(&text);
	change_release(&fresh);
	return ok;
}

static bool copy_rows(struct copying *c, const struct rowlist *rows,
		      struct err *err)
{
	size_t i;

	for (i = 0; i < rows->count; i++) {
		if (!read_record(c, rows->ids[i], err))
			return false;
		want_identity(&c->siblings, &c->pair, &c->identity);
	}
	collect_siblings(c->o, &c->siblings);
	for (i = 0; i < rows->count; i++)
		if (!copy_row(c, rows->ids[i], err))
			return false;
	return true;
}

/* Keep the step unless it is refused or only tried. */
static int finish(struct batch *b, struct opened *o, struct guard *guard,
		  bool ok, struct err *err)
{
	if (!ok) {
		document_abort(o->doc);
		return batch_fail(o->name, err);
	}
	if (guard && guard_refuses(guard)) {
		document_abort(o->doc);
		return 1;
	}
	if (batch_given(b, OPTION_DRY_RUN)) {
		document_abort(o->doc);
		return 0;
	}
	if (!document_commit(o->doc, err))
		return batch_fail(o->name, err);
	return batch_save(b, o);
}

static int copy_in(struct batch *b, struct opened *o,
		   const struct rowlist *rows)
{
	struct copying c = {.b = b, .o = o, .guard = guard_new(b, o)};
	row_id *made = NULL;
	size_t count = 0;
	struct err err;
	int status;
	bool ok;

	rrpair_init(&c.pair);
	buf_init(&c.text);
	buf_init(&c.identity);
	document_begin(o->doc, "copy");
	if (document_repository(o->doc)) {
		ok = repository_copy(o->doc, rows->ids, rows->count, &made,
				     &count, &err);
		free(made);
	} else {
		ok = copy_rows(&c, rows, &err);
	}
	status = finish(b, o, c.guard, ok, &err);
	if (!status && batch_given(b, OPTION_DRY_RUN))
		printf(PLURAL("%llu record would be copied\n",
			      "%llu records would be copied\n", rows->count),
		       (unsigned long long)rows->count);
	else if (!status)
		printf(PLURAL("%llu record copied\n",
			      "%llu records copied\n", rows->count),
		       (unsigned long long)rows->count);
	guard_free(c.guard);
	siblings_release(&c.siblings);
	rrpair_release(&c.pair);
	buf_release(&c.text);
	buf_release(&c.identity);
	return status;
}

static int delete_in(struct batch *b, struct opened *o,
		     const struct rowlist *rows)
{
	struct err err;
	int status;
	bool ok;

	document_begin(o->doc, "delete");
	ok = document_delete(o->doc, rows->ids, rows->count, &err);
	status = finish(b, o, NULL, ok, &err);
	if (!status && batch_given(b, OPTION_DRY_RUN))
		printf(PLURAL("%llu record would be deleted\n",
			      "%llu records would be deleted\n", rows->count),
		       (unsigned long long)rows->count);
	else if (!status)
		printf(PLURAL("%llu record deleted\n",
			      "%llu records deleted\n", rows->count),
		       (unsigned long long)rows->count);
	return status;
}

/* TARGET PAIR...|--where EXPR */
static int on_rows(struct batch *b,
		   int (*act)(struct batch *b, struct opened *o,
			      const struct rowlist *rows))
{
	const struct options *opt = b->options;
	struct rowlist rows = {0};
	struct opened o;
	struct err err;
	size_t i;
	int status;

	if (opt->count < 2 && !batch_given(b, OPTION_WHERE))
		return batch_usage_error(b,
			_("which records? PAIR or --where is missing"));
	for (i = 1; i < opt->count; i++)
		if (!batch_is_pair(opt->args[i]))
			return batch_usage_error(b,
				_("a record is a number, a range 3-7 or a uuid"));
	if (!batch_open(b, opt->args[0], true, &o, &err))
		return batch_fail(opt->args[0], &err);
	status = batch_rows(b, &o, 1, opt->count, &rows, &err) ?
		 act(b, &o, &rows) : batch_fail(opt->args[0], &err);
	rowlist_release(&rows);
	batch_close(&o);
	return status;
}

int batch_copy(struct batch *b)
{
	return on_rows(b, copy_in);
}

int batch_delete(struct batch *b)
{
	return on_rows(b, delete_in);
}

/* ---- trim ---- */

static bool keep_match(void *arg, const struct match *m)
{
	struct rowlist *rows = arg;

	rows->ids = mem_room(rows->ids, rows->count, &rows->cap,
			     sizeof(*rows->ids));
	rows->ids[rows->count++] = m->id;
	return true;
}

int batch_trim(struct batch *b)
{
	char **args = b->options->args;
	struct rowlist rows = {0};
	struct buf from, to;
	struct query *q;
	struct opened o;
	struct err err;
	int status;

	buf_init(&from);
	buf_init(&to);
	buf_adds(&from, args[1]);
	buf_adds(&to, args[2]);
	q = times_outside(&from, &to, &err);
	buf_release(&from);
	buf_release(&to);
	if (!q)
		return batch_fail("trim", &err);
	if (batch_open(b, args[0], true, &o, &err)) {
		status = batch_match(&o, q, keep_match, &rows, &err) ?
			 delete_in(b, &o, &rows) : batch_fail(args[0], &err);
		rowlist_release(&rows);
		batch_close(&o);
	} else {
		status = batch_fail(args[0], &err);
	}
	query_unref(q);
	return status;
}

/* ---- add ---- */

/* One line of JSON out of what was given: a record over several lines is made
 * compact, one in a line keeps its bytes. */
static bool one_line(const char *s, size_t len, struct buf *out,
		     struct err *err)
{
	while (len && strchr(" \t\r\n", s[len - 1]))
		len--;
	while (len && strchr(" \t\r\n", *s)) {
		s++;
		len--;
	}
	if (!len)
		return err_set(err, ERR_INPUT, _("the template is empty"));
	if (!memchr(s, '\n', len) && !memchr(s, '\r', len)) {
		buf_add(out, s, len);
		return json_valid(s, len, err);
	}
	return json_compact(s, len, out, err);
}

/* The new record's text: of a template, or of a file with a uuid of its own. */
static bool new_text(struct copying *c, const char *name, struct buf *out,
		     struct err *err)
{
	enum template_id id = TEMPLATE_INBOUND;
	struct change_set fresh;
	struct timespec now;
	struct buf file;
	bool ok;

	if (!strcmp(name, "inbound") || !strcmp(name, "outbound")) {
		if (*name == 'o')
			id = TEMPLATE_OUTBOUND;
		clock_gettime(CLOCK_REALTIME, &now);
		template_make(out, id, NULL,
			      (int64_t)now.tv_sec * 1000000000 + now.tv_nsec);
		return true;
	}
	buf_init(&file);
	change_init(&fresh);
	buf_clear(&c->text);
	ok = batch_read_file(name, &file, err);
	if (ok) {
		ok = one_line(file.data, file.len, &c->text, err) &&
		     rrpair_parse(&c->pair, c->text.data, c->text.len, err);
		if (ok) {
			want_identity(&c->siblings, &c->pair, &c->identity);
			collect_siblings(c->o, &c->siblings);
			ok = template_fresh_copy(&c->pair, next_instance,
						 &c->siblings, &fresh, err) &&
			     patch_apply(fresh.patch, c->text.data,
					 c->text.len, out, err);
		}
		if (!ok)
			err_wrap(err, "%s", _("template"));
	}
	change_release(&fresh);
	buf_release(&file);
	return ok;
}

static int add_in(struct batch *b, struct opened *o, const char *name)
{
	struct copying c = {.b = b, .o = o, .guard = guard_new(b, o)};
	struct document_new new = {.copy_of = ROW_NONE};
	struct guarded r = {.base = NULL};
	uint64_t number = document_count(o->doc) + 1;
	struct buf text;
	struct err err;
	int status;
	bool ok;

	rrpair_init(&c.pair);
	buf_init(&c.text);
	buf_init(&c.identity);
	buf_init(&text);
	document_begin(o->doc, "add");
	ok = new_text(&c, name, &text, &err);
	if (ok) {
		r.number = number;
		guard_text(&c, &r, &text, NULL);
		new.text = text.data;
		new.len = text.len;
		ok = document_insert(o->doc, ROW_END, &new, 1, NULL, &err);
	}
	status = finish(b, o, c.guard, ok, &err);
	if (!status)
		printf(_("record %llu added\n"), (unsigned long long)number);
	guard_free(c.guard);
	siblings_release(&c.siblings);
	rrpair_release(&c.pair);
	buf_release(&c.text);
	buf_release(&c.identity);
	buf_release(&text);
	return status;
}

int batch_add(struct batch *b)
{
	const char *name = batch_value(b, OPTION_TEMPLATE);
	const char *target = b->options->args[0];
	struct opened o;
	struct err err;
	int status;

	if (!batch_open(b, target, true, &o, &err))
		return batch_fail(target, &err);
	status = add_in(b, &o, name ? name : "inbound");
	batch_close(&o);
	return status;
}
