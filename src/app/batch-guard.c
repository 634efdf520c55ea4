/* An edit that would add an error is refused, unless --force insists. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/check.h"

struct guard {
	struct batch *b;
	struct opened *o;
	struct check *check, *shallow;	/* with and without bodies */
	struct rrpair pair;
	uint64_t errors;
	uint64_t told;		/* records that were spoken of */
	/* uuids that edits brought in: their hashes, as columns hold them */
	uint32_t *hashes;
	size_t count, cap;
};

struct guard *guard_new(struct batch *b, struct opened *o)
{
	struct check_options options = {.at_least = CHECK_ERROR};
	struct guard *g = mem_zalloc(1, sizeof(*g));

	g->b = b;
	g->o = o;
	g->check = check_new(&options);
	options.skip_bodies = true;
	g->shallow = check_new(&options);
	rrpair_init(&g->pair);
	return g;
}

void guard_free(struct guard *g)
{
	if (!g)
		return;
	check_free(g->check);
	check_free(g->shallow);
	rrpair_release(&g->pair);
	free(g->hashes);
	free(g);
}

static void remember_uuid(struct guard *g, const struct guarded *r)
{
	struct uuid now;
	uint32_t hash;

	if (!r->pair || !rrpair_uuid(r->pair, &now))
		return;
	hash = columns_uuid_hash(now.b);
	if (hash == r->uuid)
		return;
	g->hashes = mem_room(g->hashes, g->count, &g->cap, sizeof(*g->hashes));
	g->hashes[g->count++] = hash;
}

/* Does the patch reach into [from, to] of the text it makes? */
static bool touches(const struct patch *patch, size_t from, size_t to)
{
	size_t n = patch_count(patch), i, grown = 0;

	for (i = 0; i < n; i++) {
		struct patch_hunk h = patch_get(patch, i);
		size_t at = h.at + grown;	/* modulo 2^64, as it must */

		if (at <= to && at + h.ins_len >= from)
			return true;
		grown += h.ins_len - h.del;
	}
	return false;
}

/* Bodies are what makes a check expensive, and few edits touch one. */
static bool touches_bodies(const struct guarded *r)
{
	static const char *const names[] = {"bodyBase64", "body", "bodyString"};
	uint32_t message, node;
	size_t i;

	if (!r->patch || !r->pair)
		return true;
	for (i = 0; i < 6; i++) {
		message = i < 3 ? r->pair->req : r->pair->res;
		if (message == JSON_NONE)
			continue;
		node = json_member(&r->pair->doc, message, names[i % 3],
				   strlen(names[i % 3]));
		if (node != JSON_NONE &&
		    touches(r->patch, r->pair->doc.nodes[node].key_off,
			    r->pair->doc.nodes[node].off +
			    r->pair->doc.nodes[node].len))
			return true;
	}
	return false;
}

void guard_record(struct guard *g, const struct guarded *r)
{
	struct buf lines;
	size_t n;

	remember_uuid(g, r);
	buf_init(&lines);
	check_set_proto(g->check, r->proto, NULL, 0);
	check_set_proto(g->shallow, r->proto, NULL, 0);
	n = check_brought_in(touches_bodies(r) ? g->check : g->shallow, r->base,
			     r->base_len, r->text, r->len, &lines);
	g->errors += n;
	if (n && g->told++ < BATCH_NOTES_MAX) {
		char *line = lines.data, *end;

		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			batch_note(g->o->name, _("record %llu: %s"),
				   (unsigned long long)r->number, line);
		}
	}
	buf_release(&lines);
}

/* ---- a uuid twice ---- */

struct claim {
	struct uuid uuid;
	uint64_t number;
};

static int by_hash(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static int by_uuid(const void *a, const void *b)
{
	const struct claim *x = a, *y = b;
	int order = memcmp(&x->uuid, &y->uuid, sizeof(x->uuid));

	return order ? order : (x->number > y->number) - (x->number < y->number);
}

/* Every record whose uuid may be one of those that came in. */
static size_t collect_claims(struct guard *g, struct claim **out)
{
	uint64_t count = document_count(g->o->doc), n;
	struct claim *claims = NULL;
	size_t found = 0, cap = 0;
	struct columns c;
	struct buf text;

	buf_init(&text);
	for (n = 0; n < count; n++) {
		row_id id = document_row(g->o->doc, n);
		struct claim claim = {.number = n + 1};

		if (!document_columns(g->o->doc, id, &c) ||
		    !bsearch(&c.uuid, g->hashes, g->count, sizeof(c.uuid),
			     by_hash))
			continue;
		buf_clear(&text);
		if (!document_text(g->o->doc, id, DOCUMENT_NOW, &text, NULL) ||
		    !rrpair_parse(&g->pair, text.data, text.len, NULL) ||
		    !rrpair_uuid(&g->pair, &claim.uuid))
			continue;
		claims = mem_room(claims, found, &cap, sizeof(*claims));
		claims[found++] = claim;
	}
	buf_release(&text);
	*out = claims;
	return found;
}

static void check_uuids(struct guard *g)
{
	struct claim *claims;
	size_t n, i;

	if (!g->count)
		return;
	qsort(g->hashes, g->count, sizeof(*g->hashes), by_hash);
	n = collect_claims(g, &claims);
	if (n)
		qsort(claims, n, sizeof(*claims), by_uuid);
	for (i = 1; i < n; i++) {
		if (memcmp(&claims[i - 1].uuid, &claims[i].uuid,
			   sizeof(claims[i].uuid)))
			continue;
		g->errors++;
		if (g->told++ < BATCH_NOTES_MAX)
			batch_note(g->o->name,
				   _("record %llu: uuid-duplicate: record %llu has the same uuid"),
				   (unsigned long long)claims[i].number,
				   (unsigned long long)claims[i - 1].number);
	}
	free(claims);
	g->count = 0;
}

bool guard_refuses(struct guard *g)
{
	check_uuids(g);
	if (!g->errors || batch_given(g->b, OPTION_FORCE))
		return false;
	batch_note(g->o->name,
		   PLURAL("not changed: this would add %llu error (--force does it all the same)",
			  "not changed: this would add %llu errors (--force does it all the same)",
			  g->errors), (unsigned long long)g->errors);
	return true;
}
