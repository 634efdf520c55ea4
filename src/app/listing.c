#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/listing.h"
#include "base/i18n.h"
#include "base/mem.h"

void listing_init(struct listing *l, struct document *doc, struct jobs *jobs)
{
	*l = (struct listing){.doc = doc, .jobs = jobs, .sort = SORT_FILE};
	l->expr = mem_strdup("");
}

static void stop(struct listing *l)
{
	scan_free(l->scan);
	l->scan = NULL;
	order_free(l->order);
	l->order = NULL;
	if (l->snapshot)
		snapshot_unref(l->snapshot);
	l->snapshot = NULL;
	free(l->next);
	l->next = NULL;
	l->nnext = l->next_cap = 0;
	l->replace = false;
}

void listing_release(struct listing *l)
{
	stop(l);
	free(l->ids);
	free(l->expr);
	query_unref(l->query);
	*l = (struct listing){0};
}

static bool reversed(const struct listing *l)
{
	return l->sort == SORT_FILE && l->descending;
}

uint64_t listing_count(const struct listing *l)
{
	return l->own ? l->count : document_count(l->doc);
}

row_id listing_row(const struct listing *l, uint64_t n)
{
	uint64_t count = listing_count(l);

	if (n >= count)
		return ROW_NONE;
	if (reversed(l))
		n = count - 1 - n;
	return l->own ? l->ids[n] : document_row(l->doc, n);
}

bool listing_find(const struct listing *l, row_id id, uint64_t *n)
{
	uint64_t count = listing_count(l), at = 0;

	if (!l->own) {
		if (!document_position(l->doc, id, &at))
			return false;
	} else {
		while (at < count && l->ids[at] != id)
			at++;
		if (at == count)
			return false;
	}
	*n = reversed(l) ? count - 1 - at : at;
	return true;
}

bool listing_filtered(const struct listing *l)
{
	return l->query && l->filter_on;
}

bool listing_busy(const struct listing *l)
{
	return l->scan || l->order;
}

bool listing_in_file_order(const struct listing *l)
{
	return l->sort == SORT_FILE && !l->descending;
}

static void tell(struct listing *l)
{
	if (l->changed)
		l->changed(l->arg);
}

static void sorted(void *owner, row_id *ids, size_t count)
{
	struct listing *l = owner;

	order_free(l->order);
	l->order = NULL;
	if (l->snapshot)
		snapshot_unref(l->snapshot);
	l->snapshot = NULL;
	if (!ids)
		return;
	free(l->ids);
	l->ids = ids;
	l->count = l->cap = count;
	l->own = true;
	listing_prune(l);
	if (document_count(l->doc) > l->seen)
		listing_refresh(l);
	tell(l);
}

static void scanned(void *owner, struct scan *scan, bool complete)
{
	struct listing *l = owner;

	listing_poll(l);
	scan_free(scan);
	l->scan = NULL;
	if (!complete)
		return;
	if (l->sort != SORT_FILE) {
		row_id *ids = l->next;
		size_t n = l->nnext;

		l->next = NULL;
		l->nnext = l->next_cap = 0;
		l->order = order_start(l->jobs, l->snapshot, ids, n, l->sort,
				       l->descending, sorted, l);
		return;
	}
	if (l->replace) {	/* nothing matches */
		l->count = 0;
		l->own = true;
		l->replace = false;
	}
	snapshot_unref(l->snapshot);
	l->snapshot = NULL;
	listing_grew(l);
	tell(l);
}

static void begin(struct listing *l, uint64_t from)
{
	struct scan_spec spec = {
		.what = listing_filtered(l) ? _("filter") : _("sort"),
		.query = listing_filtered(l) ? l->query : NULL,
		.from = from, .tagged = l->tagged, .problems = l->problems,
		.id = l->id, .name = l->name, .ended = scanned, .owner = l,
	};

	l->snapshot = document_snapshot(l->doc);
	spec.snapshot = l->snapshot;
	l->seen = snapshot_count(l->snapshot);
	l->scan = scan_start(l->jobs, &spec);
}

void listing_refresh(struct listing *l)
{
	stop(l);
	if (!listing_filtered(l) && l->sort == SORT_FILE) {
		free(l->ids);
		l->ids = NULL;
		l->count = l->cap = 0;
		l->own = false;
		tell(l);
		return;
	}
	l->replace = true;
	begin(l, 0);
}

void listing_grew(struct listing *l)
{
	if (listing_busy(l) || !l->own || document_count(l->doc) <= l->seen)
		return;
	if (l->sort == SORT_FILE)
		begin(l, l->seen);
	else if (document_complete(l->doc))
		listing_refresh(l);
}

bool listing_poll(struct listing *l)
{
	size_t n;

	if (!l->scan)
		return false;
	if (l->sort != SORT_FILE) {	/* shown when it is sorted */
		scan_take(l->scan, &l->next, &l->nnext, &l->next_cap);
		return false;
	}
	if (l->replace) {
		n = scan_take(l->scan, &l->next, &l->nnext, &l->next_cap);
		if (!n)
			return false;
		free(l->ids);
		l->ids = l->next;
		l->count = l->nnext;
		l->cap = l->next_cap;
		l->next = NULL;
		l->nnext = l->next_cap = 0;
		l->own = true;
		l->replace = false;
	} else {
		n = scan_take(l->scan, &l->ids, &l->count, &l->cap);
	}
	if (n)
		tell(l);
	return n > 0;
}

bool listing_filter(struct listing *l, const char *expr, size_t len,
		    struct err *err)
{
	struct query *query = NULL;

	if (len && !(query = query_parse(expr, len, err)))
		return false;
	query_unref(l->query);
	free(l->expr);
	l->query = query;
	l->expr = mem_dup(expr, len);
	l->filter_on = len > 0;
	listing_refresh(l);
	return true;
}

void listing_within(const struct listing *l, struct buf *expr)
{
	if (!listing_filtered(l))
		return;
	buf_insert(expr, 0, ") AND ", 6);
	buf_insert(expr, 0, l->expr, strlen(l->expr));
	buf_insert(expr, 0, "(", 1);
}

void listing_toggle(struct listing *l)
{
	l->filter_on = !l->filter_on;
	listing_refresh(l);
}

void listing_sort(struct listing *l, enum sort_key key, bool descending)
{
	bool same = key == l->sort && key == SORT_FILE;

	l->sort = key;
	l->descending = descending;
	if (same)
		tell(l);
	else
		listing_refresh(l);
}

void listing_inserted(struct listing *l, row_id after, const row_id *ids,
		      size_t n)
{
	size_t at = 0;

	if (!l->own)
		return;
	while (after != ROW_START && at < l->count && l->ids[at] != after)
		at++;
	if (after != ROW_START && at < l->count)
		at++;
	while (l->cap < l->count + n)
		l->ids = mem_room(l->ids, l->cap, &l->cap, sizeof(*l->ids));
	memmove(l->ids + at + n, l->ids + at, (l->count - at) * sizeof(*ids));
	memcpy(l->ids + at, ids, n * sizeof(*ids));
	l->count += n;
	tell(l);
}

void listing_prune(struct listing *l)
{
	size_t kept = 0;
	uint64_t pos;

	if (!l->own)
		return;
	for (size_t i = 0; i < l->count; i++)
		if (document_position(l->doc, l->ids[i], &pos))
			l->ids[kept++] = l->ids[i];
	l->count = kept;
}
