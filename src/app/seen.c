#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/seen.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/rrpair.h"

#define FIELDS 2	/* header[K] is one of either side */

/* Shared with the job; the last one out frees it (UI thread). */
struct look {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	struct seen *owner;
	struct snapshot *snapshot;
	struct field fields[FIELDS];
	size_t nfields;
	bool keys;
	/* the worker's, then the owner's */
	struct seen_value *values;
	size_t count, cap;
	struct rrpair pair;
	struct buf text, value;
};

struct seen {
	struct document *doc;
	struct jobs *jobs;
	void (*found)(void *arg);
	void *arg;
	char *field;
	bool keys;
	uint64_t generation;
	struct look *look;
};

static void look_unref(struct look *l)
{
	if (--l->refs)
		return;
	for (size_t i = 0; i < l->count; i++)
		free(l->values[i].bytes);
	for (size_t i = 0; i < l->nfields; i++)
		field_release(&l->fields[i]);
	free(l->values);
	snapshot_unref(l->snapshot);
	rrpair_release(&l->pair);
	buf_release(&l->text);
	buf_release(&l->value);
	free(l);
}

/* --- the worker --- */

static void add(struct look *l, const struct buf *value)
{
	if (!value->len || value->len > SEEN_LEN ||
	    memchr(value->data, '\0', value->len))
		return;
	for (size_t i = 0; i < l->count; i++) {
		struct seen_value *v = &l->values[i];

		if (v->len == value->len &&
		    !memcmp(v->bytes, value->data, value->len)) {
			v->records++;
			return;
		}
	}
	if (l->count == SEEN_VALUES)
		return;
	l->values = mem_room(l->values, l->count, &l->cap, sizeof(*l->values));
	l->values[l->count++] = (struct seen_value){
		mem_dup(value->data, value->len), value->len, 1,
	};
}

static void add_values(struct look *l, const struct field *field)
{
	struct field one = *field;	/* borrows key and path */
	size_t n = 1;

	if (field->key && field->id != FIELD_TAG && !field->nth)
		n = rrpair_count(&l->pair, field);
	for (size_t i = 1; i <= n; i++) {
		if (n > 1)
			one.nth = (uint32_t)i;
		buf_clear(&l->value);
		if (rrpair_get(&l->pair, &one, &l->value, NULL))
			add(l, &l->value);
	}
}

/* The names of the map that the field is a member of. */
static void add_keys(struct look *l, enum field_id id)
{
	const struct json_doc *doc = &l->pair.doc;
	uint32_t map = id == FIELD_TAG ? l->pair.top[TOP_TAGS] :
		       json_at(doc, id == FIELD_RESPONSE_HEADER ? l->pair.res
								: l->pair.req,
			       id == FIELD_PARAM ? "queryParams" : "headers");

	if (map == JSON_NONE || doc->nodes[map].type != JSON_OBJECT)
		return;
	for (uint32_t m = json_first(doc, map); m != JSON_NONE;
	     m = json_next(doc, m)) {
		buf_clear(&l->value);
		json_key(doc, m, &l->value);
		add(l, &l->value);
	}
}

static void look_at(struct look *l, row_id id)
{
	buf_clear(&l->text);
	if (!snapshot_text(l->snapshot, id, &l->text, NULL) ||
	    !rrpair_parse(&l->pair, l->text.data, l->text.len, NULL))
		return;
	for (size_t i = 0; i < l->nfields; i++) {
		if (l->keys)
			add_keys(l, l->fields[i].id);
		else
			add_values(l, &l->fields[i]);
	}
}

static int by_records(const void *a, const void *b)
{
	const struct seen_value *x = a, *y = b;

	if (x->records != y->records)
		return x->records < y->records ? 1 : -1;
	return strcmp(x->bytes, y->bytes);
}

static void run(struct job *job, void *arg)
{
	struct look *l = arg;
	uint64_t total = snapshot_count(l->snapshot), bytes = 0;
	uint64_t step = total / SEEN_RECORDS + 1;
	struct columns c;

	for (uint64_t i = 0; i < total && bytes < SEEN_BYTES; i += step) {
		row_id id = snapshot_row(l->snapshot, i);

		if (job_cancelled(job))
			return;
		if (!snapshot_columns(l->snapshot, id, &c) ||
		    c.len > SEEN_BYTES / 16)
			continue;
		bytes += c.len;
		look_at(l, id);
	}
	if (l->count)
		qsort(l->values, l->count, sizeof(*l->values), by_records);
}

static void done(struct job *job, void *arg)
{
	struct look *l = arg;

	l->running = false;
	if (l->owner && job_state(job) == JOB_DONE)
		l->owner->found(l->owner->arg);
	look_unref(l);
}

/* --- the owner --- */

static void stop(struct seen *s)
{
	struct look *l = s->look;

	s->look = NULL;
	if (!l)
		return;
	l->owner = NULL;
	if (l->running)
		jobs_cancel(l->jobs, l->job);
	look_unref(l);
}

static bool add_field(struct look *l, const char *name, size_t len)
{
	if (!field_parse(&l->fields[l->nfields], name, len, NULL))
		return false;
	l->nfields++;
	return true;
}

/* header[K] is of the request or the response; any key stands for all when
 * these are asked for. */
static bool parse(struct look *l, const char *field)
{
	bool header = !strncmp(field, "header[", 7);
	struct buf name;
	bool ok;

	buf_init(&name);
	buf_addf(&name, "%s%s%s", header ? "request." : "", field,
		 l->keys ? "x]" : "");
	ok = add_field(l, name.data, name.len);
	if (ok && header) {
		buf_clear(&name);
		buf_addf(&name, "response.%s%s", field, l->keys ? "x]" : "");
		ok = add_field(l, name.data, name.len);
	}
	buf_release(&name);
	return ok;
}

static void start(struct seen *s)
{
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("completion"), .run = run,
		.done = done, .quiet = true,
	};
	struct look *l = mem_zalloc(1, sizeof(*l));

	l->refs = 1;
	l->jobs = s->jobs;
	l->owner = s;
	l->keys = s->keys;
	l->snapshot = document_snapshot(s->doc);
	rrpair_init(&l->pair);
	buf_init(&l->text);
	buf_init(&l->value);
	s->look = l;
	if (!parse(l, s->field))
		return;		/* nothing is found */
	l->refs++;
	l->running = true;
	job.arg = l;
	l->job = jobs_add(s->jobs, &job);
}

const struct seen_value *seen_values(struct seen *s, const char *field,
				     bool keys, size_t *count)
{
	uint64_t generation = document_generation(s->doc);

	*count = 0;
	if (!s->look || strcmp(s->field, field) || s->keys != keys ||
	    s->generation != generation) {
		stop(s);
		free(s->field);
		s->field = mem_strdup(field);
		s->keys = keys;
		s->generation = generation;
		start(s);
	}
	if (s->look->running)
		return NULL;
	*count = s->look->count;
	return s->look->values;
}

struct seen *seen_new(struct document *doc, struct jobs *jobs,
		      void (*found)(void *arg), void *arg)
{
	struct seen *s = mem_zalloc(1, sizeof(*s));

	s->doc = doc;
	s->jobs = jobs;
	s->found = found;
	s->arg = arg;
	return s;
}

void seen_free(struct seen *s)
{
	if (!s)
		return;
	stop(s);
	free(s->field);
	free(s);
}
