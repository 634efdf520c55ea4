#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/fielddiff.h"
#include "base/mem.h"

/* Nodes that stand in each other's place and are still to be compared. */
struct pairing {
	uint32_t before, after;
};

struct walk {
	struct fielddiff *out;
	const struct json_doc *before, *after;
	struct pairing *todo;
	size_t n, cap;
};

void fielddiff_init(struct fielddiff *d)
{
	*d = (struct fielddiff){0};
}

void fielddiff_release(struct fielddiff *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i].path);
	free(d->items);
	fielddiff_init(d);
}

static void differ(struct walk *w, uint32_t before, uint32_t after)
{
	struct fielddiff *d = w->out;
	struct buf path;

	if (d->count == FIELDDIFF_MAX) {
		d->more = true;
		return;
	}
	buf_init(&path);
	if (after != JSON_NONE)
		json_path_print(w->after, after, &path);
	else
		json_path_print(w->before, before, &path);
	d->items = mem_room(d->items, d->count, &d->cap, sizeof(*d->items));
	d->items[d->count++] = (struct fielddiff_item){
		buf_detach(&path, NULL), before, after,
	};
}

static void later(struct walk *w, uint32_t before, uint32_t after)
{
	w->todo = mem_room(w->todo, w->n, &w->cap, sizeof(*w->todo));
	w->todo[w->n++] = (struct pairing){before, after};
}

static bool same_bytes(const struct walk *w, uint32_t before, uint32_t after)
{
	const struct json_node *x = &w->before->nodes[before];
	const struct json_node *y = &w->after->nodes[after];

	return x->len == y->len &&
	       !memcmp(w->before->text + x->off, w->after->text + y->off,
		       x->len);
}

/* The member of `in` with the key of node `of` in `from`. */
static uint32_t twin(const struct json_doc *from, uint32_t of,
		     const struct json_doc *in, uint32_t object)
{
	uint32_t found;
	struct buf key;

	buf_init(&key);
	json_key(from, of, &key);
	found = json_member(in, object, key.data, key.len);
	buf_release(&key);
	return found;
}

static void compare_objects(struct walk *w, uint32_t before, uint32_t after)
{
	for (uint32_t x = json_first(w->before, before); x != JSON_NONE;
	     x = json_next(w->before, x)) {
		uint32_t y = twin(w->before, x, w->after, after);

		if (y == JSON_NONE)
			differ(w, x, JSON_NONE);
		else
			later(w, x, y);
	}
	for (uint32_t y = json_first(w->after, after); y != JSON_NONE;
	     y = json_next(w->after, y))
		if (twin(w->after, y, w->before, before) == JSON_NONE)
			differ(w, JSON_NONE, y);
}

static void compare_arrays(struct walk *w, uint32_t before, uint32_t after)
{
	uint32_t x = json_first(w->before, before);
	uint32_t y = json_first(w->after, after);

	while (x != JSON_NONE || y != JSON_NONE) {
		if (x == JSON_NONE || y == JSON_NONE)
			differ(w, x, y);
		else
			later(w, x, y);
		x = x == JSON_NONE ? x : json_next(w->before, x);
		y = y == JSON_NONE ? y : json_next(w->after, y);
	}
}

static void compare(struct walk *w, uint32_t before, uint32_t after)
{
	uint8_t x = w->before->nodes[before].type;
	uint8_t y = w->after->nodes[after].type;

	if (same_bytes(w, before, after))
		return;
	if (x == JSON_OBJECT && y == JSON_OBJECT)
		compare_objects(w, before, after);
	else if (x == JSON_ARRAY && y == JSON_ARRAY)
		compare_arrays(w, before, after);
	else
		differ(w, before, after);
}

/* By path, so that the order does not depend on how we walked: the nodes of
 * the newer text are in its order. */
static int by_place(const void *a, const void *b)
{
	const struct fielddiff_item *x = a, *y = b;
	uint32_t p = x->after != JSON_NONE ? x->after : x->before;
	uint32_t q = y->after != JSON_NONE ? y->after : y->before;

	return (p > q) - (p < q);
}

void fielddiff_make(struct fielddiff *d, const struct json_doc *before,
		    const struct json_doc *after)
{
	struct walk w = {.out = d, .before = before, .after = after};

	fielddiff_release(d);
	later(&w, 0, 0);
	while (w.n && !d->more) {
		struct pairing p = w.todo[--w.n];

		compare(&w, p.before, p.after);
	}
	free(w.todo);
	if (d->count)
		qsort(d->items, d->count, sizeof(*d->items), by_place);
}
