#include "config.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "json/format.h"
#include "rrpair/body.h"
#include "rrpair/pairtable.h"

struct showing {
	struct batch *b;
	struct opened *o;
	const struct field *field;	/* of --field */
	row_id id;
	uint64_t number;
	struct buf text, value;
	struct rrpair pair;
	struct body body;
};

static void line(const char *name, const char *s, size_t len)
{
	printf("%s: ", name);
	out_visible(s, len, false);
	putchar('\n');
}

/* ---- a record, to read ---- */

static void show_fields(struct showing *s)
{
	char dashed[UUID_TEXT_MAX];
	struct uuid uuid;
	size_t i;

	if (rrpair_uuid(&s->pair, &uuid)) {
		uuid_dashed(dashed, &uuid);
		line("uuid", dashed, strlen(dashed));
	}
	for (i = 0; i < field_info_count(); i++) {
		const struct field_info *info = field_info_at(i);
		struct field field;

		if (info->keyed || info->type == FIELD_BYTES ||
		    info->id == FIELD_UUID || info->id == FIELD_PATH ||
		    info->id == FIELD_QUERY)
			continue;
		field_make(&field, info->id, NULL, 0, 0);
		buf_clear(&s->value);
		if (rrpair_get(&s->pair, &field, &s->value, NULL))
			line(info->name, s->value.data, s->value.len);
		field_release(&field);
	}
}

static void show_table(struct showing *s, enum pairtable_id id, const char *field)
{
	struct pairtable table;
	size_t i;

	pairtable_init(&table);
	if (pairtable_read(&table, &s->pair, id, NULL)) {
		for (i = 0; i < table.count; i++) {
			const struct pairtable_row *r = &table.rows[i];

			printf("%s[", field);
			out_visible(r->name, r->name_len, false);
			fputs("]: ", stdout);
			out_visible(r->value, r->value_len, false);
			putchar('\n');
		}
	}
	pairtable_release(&table);
}

static void show_body(struct showing *s, enum body_side side, const char *name)
{
	struct body *body = &s->body;

	if (!body_decode(body, &s->pair, side, NULL) ||
	    !(body->flags & BODY_PRESENT))
		return;
	buf_clear(&s->value);
	body_layers(body, &s->value);
	printf("\n%s (%s, %zu):\n", name, s->value.data, body->bytes.len);
	buf_clear(&s->value);
	if (body->kind != BODY_JSON ||
	    !json_pretty(body->bytes.data, body->bytes.len, 2, &s->value,
			 NULL)) {
		buf_clear(&s->value);
		buf_add(&s->value, body->bytes.data, body->bytes.len);
	}
	out_visible(s->value.data, s->value.len, true);
	if (!s->value.len || s->value.data[s->value.len - 1] != '\n')
		putchar('\n');
}

static bool show_record(struct showing *s, struct err *err)
{
	printf(_("record %llu\n"), (unsigned long long)s->number);
	if (!rrpair_parse(&s->pair, s->text.data, s->text.len, err)) {
		/* what is no record is still there to be seen */
		batch_note(s->o->name, _("record %llu: %s"),
			   (unsigned long long)s->number, err->msg);
		out_visible(s->text.data, s->text.len, true);
		putchar('\n');
		return true;
	}
	show_fields(s);
	show_table(s, PAIRTABLE_TAGS, "tag");
	show_table(s, PAIRTABLE_PARAMS, "param");
	show_table(s, PAIRTABLE_REQUEST_HEADERS, "request.header");
	show_table(s, PAIRTABLE_RESPONSE_HEADERS, "response.header");
	show_body(s, BODY_REQUEST, "request.body");
	show_body(s, BODY_RESPONSE, "response.body");
	return true;
}

/* ---- parts of a record ---- */

static bool show_json(struct showing *s, struct err *err)
{
	buf_clear(&s->value);
	if (!json_compact(s->text.data, s->text.len, &s->value, err))
		return false;
	out_json(s->value.data, s->value.len);
	putchar('\n');
	return true;
}

static bool show_field(struct showing *s, struct err *err)
{
	buf_clear(&s->value);
	if (!rrpair_parse(&s->pair, s->text.data, s->text.len, err) ||
	    !rrpair_get(&s->pair, s->field, &s->value, err))
		return false;
	if (batch_given(s->b, OPTION_RAW))
		out_bytes(s->value.data, s->value.len);
	else
		out_visible(s->value.data, s->value.len, true);
	putchar('\n');
	return true;
}

/* Decoded, so that `set` with @FILE gives the same bytes back; --raw: what is
 * inside the base64, compressed as it is. No newline is added. */
static bool show_bytes(struct showing *s, struct err *err)
{
	const char *which = batch_value(s->b, OPTION_BODY);
	enum body_side side = strcmp(which, "request") ? BODY_RESPONSE :
							 BODY_REQUEST;
	const struct buf *bytes;

	if (!rrpair_parse(&s->pair, s->text.data, s->text.len, err) ||
	    !body_decode(&s->body, &s->pair, side, err))
		return false;
	if (!(s->body.flags & BODY_PRESENT))
		return err_set(err, ERR_ABSENT, side == BODY_REQUEST ?
			       _("the request has no body") :
			       _("the response has no body"));
	if (s->body.flags & (BODY_BAD_BASE64 | BODY_BAD_GZIP | BODY_TOO_BIG)) {
		buf_clear(&s->value);
		body_layers(&s->body, &s->value);
		batch_note(s->o->name, _("record %llu: %s"),
			   (unsigned long long)s->number, s->value.data);
	}
	bytes = batch_given(s->b, OPTION_RAW) && (s->body.flags & BODY_GZIP) ?
		&s->body.stored : &s->body.bytes;
	if (s->b->terminal && !batch_given(s->b, OPTION_RAW))
		out_visible(bytes->data, bytes->len, true);
	else
		out_bytes(bytes->data, bytes->len);
	return true;
}

static bool show_one(struct showing *s, struct err *err)
{
	bool ok;

	buf_clear(&s->text);
	if (!document_text(s->o->doc, s->id, DOCUMENT_NOW, &s->text, err))
		return false;
	if (batch_given(s->b, OPTION_JSON))
		ok = show_json(s, err);
	else if (batch_given(s->b, OPTION_FIELD))
		ok = show_field(s, err);
	else if (batch_given(s->b, OPTION_BODY))
		ok = show_bytes(s, err);
	else
		ok = show_record(s, err);
	return ok || err_wrap(err, _("record %llu"),
			      (unsigned long long)s->number);
}

static int show_rows(struct batch *b, struct opened *o,
		     const struct field *field, const struct rowlist *rows)
{
	struct showing s = {.b = b, .o = o, .field = field};
	struct err err;
	bool ok = true;
	size_t i;

	buf_init(&s.text);
	buf_init(&s.value);
	rrpair_init(&s.pair);
	body_init(&s.body);
	for (i = 0; ok && i < rows->count; i++) {
		s.id = rows->ids[i];
		s.number = batch_number(o, s.id);
		if (i && !batch_given(b, OPTION_JSON) &&
		    !batch_given(b, OPTION_FIELD) &&
		    !batch_given(b, OPTION_BODY))
			putchar('\n');
		ok = show_one(&s, &err);
	}
	body_release(&s.body);
	rrpair_release(&s.pair);
	buf_release(&s.value);
	buf_release(&s.text);
	return ok ? 0 : batch_fail(o->name, &err);
}

/* ---- a snapshot ---- */

static bool find_entry(struct batch *b, const struct opened *o,
		       struct library_list *list,
		       const struct library_entry **entry)
{
	const char *store = batch_store(b, NULL);
	size_t i;

	*entry = NULL;
	if (!o->target.in_store || !o->target.id || !store ||
	    !library_scan(store, list, NULL))
		return false;
	for (i = 0; i < list->count; i++)
		if (!strcmp(list->entries[i].id, o->target.id))
			*entry = &list->entries[i];
	return true;
}

static void snapshot_json(const struct opened *o, const char *name,
			  const char *services, uint64_t bytes)
{
	struct out_object out;

	out_begin(&out);
	out_text(&out, "id", o->target.id);
	out_text(&out, "name", name);
	out_text(&out, "service", services);
	out_number(&out, "pairs", (int64_t)document_count(o->doc));
	out_number(&out, "bytes", (int64_t)bytes);
	out_null(&out, "changed");
	out_null(&out, "sync");
	out_end(&out);
}

static uint64_t bytes_of(const struct opened *o)
{
	uint64_t done = 0, total = 0;

	document_progress(o->doc, &done, &total);
	return done;
}

static int show_snapshot(struct batch *b, struct opened *o)
{
	const struct library_entry *e;
	struct library_list list;
	struct err err;
	bool listed = find_entry(b, o, &list, &e);
	const char *name = e ? e->name : NULL;
	const char *services = e ? e->services : NULL;
	uint64_t count = document_count(o->doc), i;
	int status = 0;

	if (batch_given(b, OPTION_JSON)) {
		snapshot_json(o, name, services, bytes_of(o));
	} else {
		if (o->target.id)
			line("id", o->target.id, strlen(o->target.id));
		if (name)
			line("name", name, strlen(name));
		if (services)
			line("service", services, strlen(services));
		line("path", document_path(o->doc),
		     strlen(document_path(o->doc)));
		printf("pairs: %" PRIu64 "\nbytes: %" PRIu64 "\n\n", count,
		       bytes_of(o));
		for (i = 0; !status && i < count && !ferror(stdout); i++)
			if (!batch_print_row(o, document_row(o->doc, i), i + 1,
					     false, &err))
				status = batch_fail(o->name, &err);
	}
	if (listed)
		library_list_release(&list);
	return status;
}

static int usage(struct batch *b)
{
	const char *body = batch_value(b, OPTION_BODY);
	bool field = batch_given(b, OPTION_FIELD);

	if ((body != NULL) + field + batch_given(b, OPTION_JSON) > 1)
		return batch_usage_error(b,
			_("--json, --field and --body exclude each other"));
	if (body && strcmp(body, "request") && strcmp(body, "response"))
		return batch_usage_error(b,
					 _("--body takes request or response"));
	if (batch_given(b, OPTION_RAW) && !body && !field)
		return batch_usage_error(b,
					 _("--raw goes with --body or --field"));
	if ((body || field) && b->options->count < 2)
		return batch_usage_error(b, _("which record? PAIR is missing"));
	return 0;
}

static int show(struct batch *b, const struct field *field)
{
	char **args = b->options->args;
	struct rowlist rows = {0};
	struct opened o;
	struct err err;
	int status;

	if (!batch_open(b, args[0], false, &o, &err))
		return batch_fail(args[0], &err);
	if (b->options->count < 2)
		status = show_snapshot(b, &o);
	else if (batch_rows(b, &o, 1, 2, &rows, &err))
		status = show_rows(b, &o, field, &rows);
	else
		status = batch_fail(args[0], &err);
	rowlist_release(&rows);
	batch_close(&o);
	return status;
}

int batch_show(struct batch *b)
{
	const char *name = batch_value(b, OPTION_FIELD);
	struct field field = {0};
	struct err err;
	int status = usage(b);

	if (status)
		return status;
	if (name && !field_parse(&field, name, strlen(name), &err))
		return batch_fail("--field", &err);
	status = show(b, &field);
	field_release(&field);
	return status;
}
