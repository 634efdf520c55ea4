#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/batch-run.h"
#include "app/repository.h"
#include "base/codec.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "json/scan.h"
#include "edit/snapshot.h"
#include "rrpair/check.h"

struct checking {
	struct opened *o;
	bool json;
	uint64_t counts[CHECK_ERROR + 1];
	/* the record at hand */
	uint64_t number;
	row_id id;		/* of a repository; its text is read when asked */
	const char *text;
	size_t len;
	struct rrpair pair;
};

/* A record of a repository is named by its id. */
static void out_id(struct out_object *o, struct checking *c)
{
	struct buf text, id;
	uint32_t node;

	buf_init(&text);
	buf_init(&id);
	node = document_text(c->o->doc, c->id, DOCUMENT_NOW, &text, NULL) &&
	       rrpair_parse(&c->pair, text.data, text.len, NULL)
		       ? json_at(&c->pair.doc, 0, "id") : JSON_NONE;
	if (node != JSON_NONE &&
	    c->pair.doc.nodes[node].type == JSON_STRING)
		json_string(&c->pair.doc, node, &id);
	out_string(o, "uuid", id.len ? id.data : NULL, id.len);
	buf_release(&text);
	buf_release(&id);
}

static void print_json(struct checking *c, const struct problem *p)
{
	char dashed[UUID_TEXT_MAX];
	struct out_object o;
	struct uuid uuid;
	bool repository = document_repository(c->o->doc);
	bool has_uuid = c->number && !repository &&
			rrpair_parse(&c->pair, c->text, c->len, NULL) &&
			rrpair_uuid(&c->pair, &uuid);

	if (has_uuid)
		uuid_dashed(dashed, &uuid);
	out_begin(&o);
	out_text(&o, "target", c->o->name);
	if (c->number)
		out_number(&o, "record", (int64_t)c->number);
	else
		out_null(&o, "record");
	if (repository && c->number)
		out_id(&o, c);
	else
		out_text(&o, "uuid", has_uuid ? dashed : NULL);
	out_text(&o, "field", *p->field ? p->field : NULL);
	out_text(&o, "code", p->rule->code);
	out_text(&o, "severity", check_severity_name(p->rule->severity));
	out_text(&o, "message", p->message);
	out_end(&o);
}

/* "TARGET:RECORD: SEVERITY: FIELD: MESSAGE (CODE)" */
static bool print_problem(void *arg, const struct problem *p)
{
	struct checking *c = arg;

	c->counts[p->rule->severity]++;
	if (c->json) {
		print_json(c, p);
		return !ferror(stdout);
	}
	out_visible(c->o->name, strlen(c->o->name), false);
	if (c->number)
		printf(":%llu", (unsigned long long)c->number);
	printf(": %s: ", check_severity_name(p->rule->severity));
	if (*p->field)
		printf("%s: ", p->field);
	printf("%s (%s)\n", p->message, p->rule->code);
	return !ferror(stdout);
}

static bool metadata_is_sound(const char *path)
{
	struct json_doc doc;
	struct buf text;
	bool sound;

	buf_init(&text);
	json_doc_init(&doc);
	sound = path && file_read(path, LIBRARY_META_MAX, &text, NULL) &&
		json_scan(&doc, text.data, text.len, NULL) &&
		doc.nodes[0].type == JSON_OBJECT;
	json_doc_release(&doc);
	buf_release(&text);
	return sound;
}

/* The rule about the snapshot around the records. */
static void check_metadata(struct checking *c)
{
	const struct target *t = &c->o->target;
	struct problem p = {.rule = check_rule(CHECK_METADATA)};

	if (t->kind != TARGET_SNAPSHOT || metadata_is_sound(t->meta_path))
		return;
	c->number = 0;
	snprintf(p.message, sizeof(p.message), "%s", _(p.rule->summary));
	print_problem(c, &p);
}

static bool print_of_repository(void *arg, const struct repository_problem *p)
{
	struct checking *c = arg;
	struct problem whole = *p->problem;

	c->number = p->number;
	c->id = p->id;
	if (*p->path)
		snprintf(whole.field, sizeof(whole.field), "%.100s%.150s",
			 p->path, p->problem->field);
	return print_problem(c, &whole);
}

static bool check_rows(struct checking *c, struct check *check,
		       struct err *err)
{
	struct snapshot *s = document_snapshot(c->o->doc);
	struct snapshot_cursor cursor;
	bool failed;

	if (snapshot_repository(s)) {
		failed = !repository_check(s, check, NULL, print_of_repository,
					   c, err);
		snapshot_unref(s);
		return !failed;
	}
	snapshot_cursor_init(&cursor, s, 0, snapshot_count(s));
	while (snapshot_cursor_next(&cursor, err)) {
		c->number = cursor.pos + 1;
		c->text = cursor.text;
		c->len = cursor.len;
		if (!check_record(check, c->number, c->text, c->len,
				  print_problem, c))
			break;
	}
	failed = cursor.failed;
	snapshot_cursor_release(&cursor);
	snapshot_unref(s);
	return !failed;
}

static int check_target(struct batch *b, const char *name, struct check *check)
{
	struct checking c = {.json = batch_given(b, OPTION_JSON)};
	struct opened o;
	struct err err;
	int status = 0;

	if (!batch_open(b, name, false, &o, &err))
		return batch_fail(name, &err);
	c.o = &o;
	rrpair_init(&c.pair);
	check_reset(check);
	check_metadata(&c);
	if (!check_rows(&c, check, &err))
		status = batch_fail(name, &err);
	else if (c.counts[CHECK_ERROR] ||
		 (batch_given(b, OPTION_STRICT) && c.counts[CHECK_WARNING]))
		status = 1;
	rrpair_release(&c.pair);
	batch_close(&o);
	return status;
}

int batch_check(struct batch *b)
{
	struct check_options options = {.at_least = CHECK_NOTE};
	struct check *check;
	struct timespec now;
	size_t i;
	int status = 0;

	clock_gettime(CLOCK_REALTIME, &now);
	options.now_ns = (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
	check = check_new(&options);
	for (i = 0; i < b->options->count; i++) {
		int one = check_target(b, b->options->args[i], check);

		if (one > status)
			status = one;
	}
	check_free(check);
	return status;
}
