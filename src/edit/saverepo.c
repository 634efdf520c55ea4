/* The file of a repository: its frame, and the rows in their lists. */
#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "edit/savesink.h"

#define SPACING_MAX ((uint64_t)4096)	/* bytes copied as spacing */

struct run {
	row_id first;
	uint64_t count;
};

/* The rows that a list will have. */
struct items {
	struct run *runs;
	size_t n, cap;
};

struct writer {
	struct sink *o;
	struct lineindex *ix;
	const struct source *src;
	const struct repo_map *map;
	uint32_t lists;
	struct items *items;	/* by list */
	uint64_t at;		/* of the file: taken care of up to here */
	/* How elements are spaced where the list itself does not tell. */
	struct buf open, comma, close;
};

static uint64_t list_end(const struct writer *w, uint32_t list)
{
	return list + 1 < w->lists ? w->map->list[list + 1].first
				   : lineindex_count(w->ix);
}

static void add_run(struct writer *w, uint32_t list, row_id first,
		    uint64_t count)
{
	struct items *it = &w->items[list];

	it->runs = mem_room(it->runs, it->n, &it->cap, sizeof(*it->runs));
	it->runs[it->n++] = (struct run){ first, count };
}

/* Sort the rows of the document into the lists. */
static void sort_rows(struct writer *w)
{
	const struct rows *order = w->o->w->order;
	uint64_t pos = 0, all = rows_count(order), n;

	for (; pos < all; pos += n) {
		row_id id;
		uint32_t list;

		n = rows_run(order, pos, all - pos, &id);
		list = tables_list(w->o->w->tables, id);
		if (!row_is_added(id) &&
		    n > list_end(w, list) - row_number(id))
			n = list_end(w, list) - row_number(id);
		add_run(w, list, id, n);
	}
}

static const struct columns *record(const struct writer *w, uint64_t n)
{
	return lineindex_get(w->ix, n);
}

static uint64_t record_end(const struct writer *w, uint64_t n)
{
	return record(w, n)->off + record(w, n)->len;
}

static bool spacing(struct writer *w, struct buf *out, uint64_t from,
		    uint64_t to, struct err *err)
{
	char *room;

	buf_clear(out);
	if (to - from > SPACING_MAX)
		return true;
	room = buf_reserve(out, (size_t)(to - from));
	if (!room || !source_read_exact(w->src, from, room, (size_t)(to - from),
					err))
		return false;
	out->len = (size_t)(to - from);
	return true;
}

/* Learn from the file how its elements are spaced, from `list` if it can tell. */
static bool learn(struct writer *w, uint32_t list, struct err *err)
{
	bool ok = true, pads = false, comma = false;

	buf_clear(&w->open);
	buf_clear(&w->close);
	buf_clear(&w->comma);
	buf_addc(&w->comma, ',');
	for (uint32_t i = 0; ok && i <= w->lists; i++) {
		const struct repo_list *l;
		uint32_t k = i == 0 ? list : i - 1;
		uint64_t n, end;

		l = &w->map->list[k];
		n = l->first;
		end = list_end(w, k);
		if (l->kind > REPO_EVENT || end == n)
			continue;
		if (!pads)
			ok = spacing(w, &w->open, l->open, record(w, n)->off,
				     err) &&
			     spacing(w, &w->close, record_end(w, end - 1),
				     l->close, err);
		pads = true;
		if (!comma && end - n > 1) {
			ok = ok && spacing(w, &w->comma, record_end(w, n),
					   record(w, n + 1)->off, err);
			comma = true;
		}
	}
	if (!comma)
		buf_add(&w->comma, w->open.data, w->open.len);
	return ok;
}

static bool put_text(struct writer *w, row_id id, struct row_state *s,
		     struct err *err)
{
	struct buf text;
	bool ok;

	buf_init(&text);
	ok = tables_text(w->o->w->tables, id, s, &text, err) &&
	     sink_bytes(w->o, text.data, text.len, err);
	buf_release(&text);
	return ok;
}

static bool put_row(struct writer *w, row_id id, struct err *err)
{
	struct row_state *s = rows_state(w->o->w->states, id);
	uint64_t n = row_number(id);

	if (s || row_is_added(id))
		return put_text(w, id, s, err);
	return sink_range(w->o, w->src, record(w, n)->off, record_end(w, n), err);
}

static bool follows(row_id before, row_id id)
{
	return !row_is_added(id) && id == before + 1;
}

static bool put_elements(struct writer *w, const struct items *it,
			 struct err *err)
{
	row_id before = ROW_NONE;

	for (size_t i = 0; i < it->n; i++) {
		for (uint64_t k = 0; k < it->runs[i].count; k++) {
			row_id id = it->runs[i].first + k;
			uint64_t n = row_number(id);
			bool ok = true;

			if (before != ROW_NONE && follows(before, id))
				ok = sink_range(w->o, w->src,
					       record_end(w, n - 1),
					       record(w, n)->off, err);
			else if (before != ROW_NONE)
				ok = sink_bytes(w->o, w->comma.data,
					       w->comma.len, err);
			if (!ok || !put_row(w, id, err))
				return false;
			before = id;
		}
	}
	return true;
}

/* What the file has up to here goes out as it is. */
static bool put_until(struct writer *w, uint64_t to, struct err *err)
{
	uint64_t from = w->at;

	w->at = to;
	return sink_range(w->o, w->src, from, to, err);
}

static bool as_it_was(const struct writer *w, uint32_t list)
{
	const struct items *it = &w->items[list];
	uint64_t first = w->map->list[list].first;
	uint64_t count = list_end(w, list) - first;

	if (count == 0 || it->n == 0)
		return count == 0 && it->n == 0;
	if (it->n != 1 || it->runs[0].first != row_make(0, first) ||
	    it->runs[0].count != count)
		return false;
	if (rows_states(w->o->w->states) == 0)
		return true;
	for (uint64_t k = 0; k < count; k++)
		if (rows_state(w->o->w->states, row_make(0, first + k)))
			return false;
	return true;
}

static bool put_list(struct writer *w, uint32_t list, struct err *err)
{
	const struct repo_list *l = &w->map->list[list];
	const struct items *it = &w->items[list];
	uint64_t n = l->first, end = list_end(w, list);

	if (as_it_was(w, list))
		return put_until(w, l->close, err);
	if (!put_until(w, l->open, err))
		return false;
	w->at = l->close;
	if (it->n == 0)
		return true;
	if (!learn(w, list, err))
		return false;
	if (n < end)
		return sink_range(w->o, w->src, l->open, record(w, n)->off,
				 err) &&
		       put_elements(w, it, err) &&
		       sink_range(w->o, w->src, record_end(w, end - 1), l->close,
				 err);
	return sink_bytes(w->o, w->open.data, w->open.len, err) &&
	       put_elements(w, it, err) &&
	       sink_bytes(w->o, w->close.data, w->close.len, err);
}

static uint64_t member_end(const struct repo_list *l)
{
	return l->kind <= REPO_EVENT ? l->close + 1 : l->close;
}

/* Is there a list to be added whose null this member is? */
static bool stands_for_list(const struct writer *w, uint32_t member,
			    struct err *err)
{
	const struct repo_list *l = &w->map->list[member];
	struct buf key;
	const char *q;
	bool is = false;

	buf_init(&key);
	if (l->open - l->key <= SPACING_MAX &&
	    spacing((struct writer *)w, &key, l->key, l->open, err) &&
	    (q = memrchr(key.data, '"', key.len))) {
		enum repo_kind kind =
			repo_kind_of_key(key.data + 1,
					 (size_t)(q - key.data) - 1);

		is = kind != REPO_MEMBER &&
		     w->map->list[repo_list_for(w->map, kind)].key == 0 &&
		     w->items[repo_list_for(w->map, kind)].n > 0;
	}
	buf_release(&key);
	return is;
}

/* A member that is no list: its value, or nothing of it and one comma less. */
static bool put_member(struct writer *w, uint32_t list, bool *any,
		       struct err *err)
{
	const struct repo_list *l = &w->map->list[list];
	bool last = list + 1 == w->lists || w->map->list[list + 1].key == 0;

	if (w->items[list].n > 0 &&
	    (l->kind != REPO_MEMBER || !stands_for_list(w, list, err))) {
		*any = true;
		if (as_it_was(w, list))
			return put_until(w, l->close, err);
		if (!put_until(w, l->open, err))
			return false;
		w->at = l->close;
		return put_row(w, w->items[list].runs[0].first, err);
	}
	if (*any || last) {
		uint64_t before = list ? member_end(&w->map->list[list - 1])
				       : l->key;

		if (w->at < before && !put_until(w, before, err))
			return false;
		w->at = l->close;
		return true;
	}
	if (!put_until(w, l->key, err))
		return false;
	w->at = w->map->list[list + 1].key;
	return true;
}

/* A list that the file lacks, behind the last member. */
static bool put_absent(struct writer *w, uint32_t list, bool *any,
		       struct err *err)
{
	const char *key = repo_kind_key(w->map->list[list].kind);
	const struct repo_list *two = w->map->list;
	struct buf text;
	bool ok = true;

	if (w->items[list].n == 0)
		return true;
	buf_init(&text);
	if (*any && w->lists > 1 && two[0].key && two[1].key)
		ok = spacing(w, &text, member_end(&two[0]), two[1].key, err);
	else if (*any)
		buf_addc(&text, ',');
	ok = ok && learn(w, list, err);
	buf_addf(&text, "\"%s\":[", key);
	buf_add(&text, w->open.data, w->open.len);
	ok = ok && sink_bytes(w->o, text.data, text.len, err) &&
	     put_elements(w, &w->items[list], err) &&
	     sink_bytes(w->o, w->close.data, w->close.len, err) &&
	     sink_bytes(w->o, "]", 1, err);
	*any = true;
	buf_release(&text);
	return ok;
}

static bool put_all(struct writer *w, struct err *err)
{
	bool any = false, ok = true;
	uint64_t end = 0;

	for (uint32_t i = 0; ok && i < w->lists; i++) {
		const struct repo_list *l = &w->map->list[i];

		if (l->key == 0) {
			if (end && w->items[i].n) {
				ok = w->at >= end || put_until(w, end, err);
				end = 0;
			}
			ok = ok && put_absent(w, i, &any, err);
		} else if (l->kind > REPO_EVENT) {
			ok = put_member(w, i, &any, err);
			end = member_end(l);
		} else {
			ok = put_list(w, i, err);
			end = member_end(l);
			any = true;
		}
	}
	return ok && put_until(w, source_size(w->src), err);
}

bool sink_repository(struct sink *o, struct err *err)
{
	struct lineindex *ix = o->w->tables->index[0];
	struct writer w = {
		.o = o, .ix = ix, .src = lineindex_source(ix),
		.map = lineindex_repository(ix),
	};
	bool ok;

	w.lists = atomic_load(&w.map->count);
	w.items = mem_zalloc(w.lists, sizeof(*w.items));
	buf_init(&w.open);
	buf_init(&w.comma);
	buf_init(&w.close);
	sort_rows(&w);
	ok = put_all(&w, err);
	for (uint32_t i = 0; i < w.lists; i++)
		free(w.items[i].runs);
	free(w.items);
	buf_release(&w.open);
	buf_release(&w.comma);
	buf_release(&w.close);
	return ok;
}
