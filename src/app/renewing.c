#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/renewing.h"
#include "app/rowmap.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/splice.h"

#define UUID_SPELT_MAX 60	/* bytes of a string that may be one, escaped */

/* An old uuid with the new one; those who name the old one follow the first
 * record that had it. */
struct renewed {
	struct uuid old, new;
	bool taken;
};

struct renewing {
	row_id *ids;
	size_t n;
	struct rowmap which;
	struct renewed *map;	/* sorted by old */
	size_t count, cap;
	struct buf text;
};

struct renewing *renewing_new(const row_id *ids, size_t n)
{
	struct renewing *r = mem_zalloc(1, sizeof(*r));

	r->ids = mem_zalloc(n + 1, sizeof(*ids));
	if (n)
		memcpy(r->ids, ids, n * sizeof(*ids));
	r->n = n;
	rowmap_init(&r->which);
	for (size_t i = 0; i < n; i++)
		rowmap_set(&r->which, ids[i], 1);
	buf_init(&r->text);
	return r;
}

void renewing_free(struct renewing *r)
{
	if (!r)
		return;
	rowmap_release(&r->which);
	buf_release(&r->text);
	free(r->ids);
	free(r->map);
	free(r);
}

static int by_old(const void *a, const void *b)
{
	const struct renewed *x = a, *y = b;

	return memcmp(&x->old, &y->old, sizeof(x->old));
}

bool renewing_begin(struct renewing *r, const struct snapshot *snapshot,
		    struct err *err)
{
	struct rrpair pair;
	struct uuid old;
	bool ok = true;

	rrpair_init(&pair);
	for (size_t i = 0; ok && i < r->n; i++) {
		buf_clear(&r->text);
		ok = snapshot_text(snapshot, r->ids[i], &r->text, err);
		if (!ok || !rrpair_parse(&pair, r->text.data, r->text.len,
					 NULL) ||
		    !rrpair_uuid(&pair, &old))
			continue;
		r->map = mem_room(r->map, r->count, &r->cap, sizeof(*r->map));
		r->map[r->count] = (struct renewed){.old = old};
		uuid_v4(&r->map[r->count++].new);
	}
	if (r->count)
		qsort(r->map, r->count, sizeof(*r->map), by_old);
	rrpair_release(&pair);
	return ok;
}

static struct renewed *find(const struct renewing *r, const struct uuid *old)
{
	struct renewed key = {.old = *old};

	return r->count ? bsearch(&key, r->map, r->count, sizeof(key), by_old)
			: NULL;
}

/* The record's own, with the copies that follow it. The second of two records
 * with the same one gets another than the first. */
static bool renew_own(struct renewing *r, struct change_run *run,
		      struct err *err)
{
	struct renewed *known;
	char text[UUID_TEXT_MAX];
	struct change_set step;
	struct uuid uuid;
	struct field field;
	bool ok;

	known = rrpair_uuid(&run->pair, &uuid) ? find(r, &uuid) : NULL;
	if (known && !known->taken) {
		known->taken = true;
		uuid = known->new;
	} else {
		uuid_v4(&uuid);
	}
	uuid_dashed(text, &uuid);
	change_init(&step);
	field_make(&field, FIELD_UUID, NULL, 0, 0);
	ok = change_field(&run->pair, &field, text, strlen(text), CHANGE_LINKED,
			  &step, err) &&
	     change_run_take(run, &step, err);
	field_release(&field);
	change_release(&step);
	return ok;
}

static void note(struct change_set *step, const struct json_doc *doc,
		 uint32_t node)
{
	struct buf path;

	buf_init(&path);
	json_path_print(doc, node, &path);
	step->notes = mem_room(step->notes, step->count, &step->cap,
			       sizeof(*step->notes));
	step->notes[step->count++] = (struct change_note){
		.kind = NOTE_FOLLOWED, .path = buf_detach(&path, NULL),
	};
}

static void renew_name(struct renewing *r, const struct json_doc *doc,
		       uint32_t node, struct splice *splice,
		       struct change_set *step)
{
	const struct renewed *known;
	char dashed[UUID_TEXT_MAX], coded[UUID_BASE64_MAX];
	struct uuid uuid;

	if (doc->nodes[node].type != JSON_STRING ||
	    doc->nodes[node].len < 24 || doc->nodes[node].len > UUID_SPELT_MAX)
		return;
	buf_clear(&r->text);
	json_string(doc, node, &r->text);
	if (!uuid_parse(&uuid, r->text.data, r->text.len))
		return;
	known = find(r, &uuid);
	if (!known)
		return;
	uuid_dashed(dashed, &known->new);
	uuid_base64(coded, &known->new);
	splice_string(splice, node, r->text.len == 36 ? dashed : coded,
		      r->text.len);
	note(step, doc, node);
}

/* Names of records elsewhere in this one. */
static bool renew_names(struct renewing *r, struct change_run *run,
			struct err *err)
{
	const struct json_doc *doc = &run->pair.doc;
	struct splice *splice = splice_new(doc);
	uint32_t own = run->pair.top[TOP_UUID];
	struct change_set step;
	bool ok;

	change_init(&step);
	for (uint32_t i = 0; i < doc->count; i++)
		if (i != own)
			renew_name(r, doc, i, splice, &step);
	step.patch = splice_finish(splice);
	splice_free(splice);
	ok = change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

bool renewing_make(void *arg, struct change_run *run, struct err *err)
{
	struct renewing *r = arg;

	if (rowmap_get(&r->which, run->name) &&
	    !renew_own(r, run, err))
		return false;
	return renew_names(r, run, err);
}
