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
	struct check *check;
	struct rrpair before, after;
	uint64_t errors;
	uint64_t told;		/* records that were spoken of */
	/* uuids that edits brought in: their hashes, as columns hold them */
	uint32_t *hashes;
	size_t count, cap;
};

struct guard *guard_new(struct batch *b, struct opened *o)
{
	static const struct check_options options = {.at_least = CHECK_ERROR};
	struct guard *g = mem_zalloc(1, sizeof(*g));

	g->b = b;
	g->o = o;
	g->check = check_new(&options);
	rrpair_init(&g->before);
	rrpair_init(&g->after);
	return g;
}

void guard_free(struct guard *g)
{
	if (!g)
		return;
	check_free(g->check);
	rrpair_release(&g->before);
	rrpair_release(&g->after);
	free(g->hashes);
	free(g);
}

static bool uuid_of(struct rrpair *pair, const char *text, size_t len,
		    struct uuid *uuid)
{
	return text && rrpair_parse(pair, text, len, NULL) &&
	       rrpair_uuid(pair, uuid);
}

static void remember_uuid(struct guard *g, const char *base, size_t base_len,
			  const char *text, size_t len)
{
	struct uuid was, now;

	if (!uuid_of(&g->after, text, len, &now) ||
	    (uuid_of(&g->before, base, base_len, &was) &&
	     !memcmp(&was, &now, sizeof(now))))
		return;
	g->hashes = mem_room(g->hashes, g->count, &g->cap, sizeof(*g->hashes));
	g->hashes[g->count++] = columns_uuid_hash(now.b);
}

void guard_record(struct guard *g, uint64_t number, const char *base,
		  size_t base_len, const char *text, size_t len)
{
	struct buf lines;
	size_t n;

	remember_uuid(g, base, base_len, text, len);
	buf_init(&lines);
	n = check_brought_in(g->check, base, base_len, text, len, &lines);
	g->errors += n;
	if (n && g->told++ < BATCH_NOTES_MAX) {
		char *line = lines.data, *end;

		for (; (end = strchr(line, '\n')); line = end + 1) {
			*end = '\0';
			batch_note(g->o->name, _("record %llu: %s"),
				   (unsigned long long)number, line);
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
		    !uuid_of(&g->after, text.data, text.len, &claim.uuid))
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
