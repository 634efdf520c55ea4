#include "config.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/spacing.h"
#include "json/splice.h"

/*
 * Edits are kept as they were asked for and become byte ranges at the end,
 * from the last node of the document to the first. Nodes are in preorder, so
 * what lies inside a node has been done when its own turn comes, and stands at
 * the end of the list of hunks: a value that is replaced or removed drops it, a
 * member that moves takes it along.
 */
enum op_kind { OP_CHILDREN, OP_VALUE, OP_KEY };	/* in the order they are done */
enum fate { STAYS, MOVES, GOES };

struct op {
	enum op_kind kind;
	uint32_t node;		/* KEY, VALUE: the node; CHILDREN: the container */
	size_t seq;
	bool keep;		/* KEY, VALUE: as it was after all */
	enum fate fate;		/* CHILDREN: of child; STAYS for an insertion */
	uint32_t child, before;
	size_t key, key_len;	/* encoded, in text */
	size_t value, value_len;
};

/* text[at, at + del) becomes bytes[ins, ins + ins_len) of out. */
struct hunk {
	size_t at, del, ins, ins_len, seq;
};

struct splice {
	const struct json_doc *doc;
	struct op *ops;
	size_t count, cap;
	struct buf text;	/* what the ops bring */
	struct hunk *hunks;
	size_t hunk_count, hunk_cap;
	struct buf out;		/* what the hunks bring */
};

struct splice *splice_new(const struct json_doc *doc)
{
	struct splice *s = mem_zalloc(1, sizeof(*s));

	s->doc = doc;
	buf_init_max(&s->text, BUF_CAP_MAX);
	buf_init_max(&s->out, BUF_CAP_MAX);
	return s;
}

void splice_free(struct splice *s)
{
	if (!s)
		return;
	free(s->ops);
	free(s->hunks);
	buf_release(&s->text);
	buf_release(&s->out);
	free(s);
}

bool splice_empty(const struct splice *s)
{
	return s->count == 0;
}

static struct op *add_op(struct splice *s, enum op_kind kind, uint32_t node)
{
	struct op *op;

	s->ops = mem_room(s->ops, s->count, &s->cap, sizeof(*s->ops));
	op = &s->ops[s->count];
	memset(op, 0, sizeof(*op));
	op->kind = kind;
	op->node = node;
	op->seq = s->count++;
	return op;
}

static void set_value(struct splice *s, struct op *op, const char *value,
		      size_t len)
{
	op->value = s->text.len;
	op->value_len = len;
	buf_add(&s->text, value, len);
}

static void set_key(struct splice *s, struct op *op, const char *key, size_t len)
{
	op->key = s->text.len;
	json_encode(&s->text, key, len);
	op->key_len = s->text.len - op->key;
}

void splice_value(struct splice *s, uint32_t node, const char *value, size_t len)
{
	set_value(s, add_op(s, OP_VALUE, node), value, len);
}

void splice_string(struct splice *s, uint32_t node, const char *bytes, size_t len)
{
	bool keep = json_string_is(s->doc, node, bytes, len);
	struct op *op;

	/* Nothing to take back, nothing to do. */
	if (keep && s->count == 0)
		return;
	op = add_op(s, OP_VALUE, node);
	op->keep = keep;
	op->value = s->text.len;
	json_encode(&s->text, bytes, len);
	op->value_len = s->text.len - op->value;
}

void splice_key(struct splice *s, uint32_t node, const char *bytes, size_t len)
{
	bool keep = json_key_is(s->doc, node, bytes, len);
	struct op *op;

	assert(s->doc->nodes[node].key_len);
	if (keep && s->count == 0)
		return;
	op = add_op(s, OP_KEY, node);
	op->keep = keep;
	set_key(s, op, bytes, len);
}

void splice_insert(struct splice *s, uint32_t container, uint32_t before,
		   const char *key, size_t key_len,
		   const char *value, size_t len)
{
	uint8_t type = s->doc->nodes[container].type;
	struct op *op;

	assert(type == (key ? JSON_OBJECT : JSON_ARRAY));
	assert(before == JSON_NONE ||
	       s->doc->nodes[before].parent == container);
	op = add_op(s, OP_CHILDREN, container);
	op->fate = STAYS;
	op->child = JSON_NONE;
	op->before = before;
	if (key)
		set_key(s, op, key, key_len);
	set_value(s, op, value, len);
}

void splice_remove(struct splice *s, uint32_t node)
{
	uint32_t parent = s->doc->nodes[node].parent;
	struct op *op;

	assert(parent != JSON_NONE);
	op = add_op(s, OP_CHILDREN, parent);
	op->fate = GOES;
	op->child = node;
}

void splice_move(struct splice *s, uint32_t node, uint32_t before)
{
	uint32_t parent = s->doc->nodes[node].parent;
	struct op *op;

	assert(parent != JSON_NONE);
	assert(before == JSON_NONE || s->doc->nodes[before].parent == parent);
	op = add_op(s, OP_CHILDREN, parent);
	op->fate = MOVES;
	op->child = node;
	op->before = before;
}

static void add_hunk(struct splice *s, size_t at, size_t del, const char *ins,
		     size_t ins_len)
{
	struct hunk *h;

	if (del == ins_len && (del == 0 || !memcmp(s->doc->text + at, ins, del)))
		return;
	s->hunks = mem_room(s->hunks, s->hunk_count, &s->hunk_cap,
			    sizeof(*s->hunks));
	h = &s->hunks[s->hunk_count];
	*h = (struct hunk){ at, del, s->out.len, ins_len, s->hunk_count };
	s->hunk_count++;
	buf_add(&s->out, ins, ins_len);
}

/* The first of the hunks that lie inside a node: they are the last ones. */
static size_t hunks_inside(const struct splice *s, uint32_t node)
{
	size_t end = spacing_end(s->doc, node);
	size_t i = s->hunk_count;

	while (i > 0 && s->hunks[i - 1].at < end)
		i--;
	return i;
}

static int compare_hunks(const void *a, const void *b)
{
	const struct hunk *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	/* What is inserted before a member comes before its key. */
	if (!x->del != !y->del)
		return x->del ? 1 : -1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* One child of a container as it will be. */
struct item {
	uint32_t index;		/* among the old children, or JSON_NONE: new */
	uint32_t place;		/* index of the old child it stands before */
	bool stays;
	size_t seq;
	const struct op *op;	/* of a new one */
};

/* The rebuilding of one container. */
struct rebuild {
	struct splice *s;
	const struct json_doc *doc;
	uint32_t container;
	uint32_t *children;
	uint32_t count;
	enum fate *fates;
	struct item *items;
	size_t item_count, item_cap;
	struct hunk *inner;	/* taken over from s->hunks, by place */
	size_t inner_count;
	struct spacing spacing;
	struct buf text;	/* what comes between two that stay */
};

static int compare_u32(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;

	return *x < *y ? -1 : *x > *y;
}

static uint32_t index_of(const struct rebuild *rb, uint32_t child)
{
	const uint32_t *at;

	if (child == JSON_NONE)
		return rb->count;
	at = bsearch(&child, rb->children, rb->count, sizeof(child), compare_u32);
	assert(at);
	return (uint32_t)(at - rb->children);
}

static void list_children(struct rebuild *rb)
{
	uint32_t n = rb->container + 1;
	uint32_t i;

	rb->count = rb->doc->nodes[rb->container].children;
	rb->children = mem_zalloc(rb->count, sizeof(*rb->children));
	rb->fates = mem_zalloc(rb->count, sizeof(*rb->fates));
	for (i = 0; i < rb->count; i++, n = rb->doc->nodes[n].next)
		rb->children[i] = n;
}

static void add_item(struct rebuild *rb, struct item item)
{
	rb->items = mem_room(rb->items, rb->item_count, &rb->item_cap,
			     sizeof(*rb->items));
	item.seq = rb->item_count;
	rb->items[rb->item_count++] = item;
}

static int compare_items(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* The fate of the old children, and what arrives. A child that goes goes, and
 * of several moves of one the last counts. */
static void decide(struct rebuild *rb, struct op *const *ops, size_t count)
{
	const struct op **moves = mem_zalloc(rb->count, sizeof(*moves));
	size_t i;
	uint32_t k;

	for (i = 0; i < count; i++) {
		if (ops[i]->fate == STAYS)
			continue;
		k = index_of(rb, ops[i]->child);
		if (ops[i]->fate > rb->fates[k])
			rb->fates[k] = ops[i]->fate;
		moves[k] = ops[i];
	}
	for (i = 0; i < count; i++) {
		const struct op *op = ops[i];
		struct item item = { .index = JSON_NONE, .op = op };

		if (op->fate == GOES)
			continue;
		item.place = index_of(rb, op->before);
		if (op->fate == MOVES) {
			item.index = index_of(rb, op->child);
			if (rb->fates[item.index] == GOES ||
			    moves[item.index] != op)
				continue;
		}
		add_item(rb, item);
	}
	if (rb->item_count)
		qsort(rb->items, rb->item_count, sizeof(*rb->items),
		      compare_items);
	free(moves);
}

/* Put what arrives between what stays: before the child of its place. */
static void merge_items(struct rebuild *rb)
{
	struct item *arrivals = rb->items;
	size_t arrival_count = rb->item_count, next = 0;
	uint32_t place;

	rb->items = NULL;
	rb->item_count = rb->item_cap = 0;
	for (place = 0; place <= rb->count; place++) {
		while (next < arrival_count && arrivals[next].place == place)
			add_item(rb, arrivals[next++]);
		if (place < rb->count && rb->fates[place] == STAYS)
			add_item(rb, (struct item){
				.index = place, .place = place, .stays = true });
	}
	free(arrivals);
}

/* Take over the hunks inside the container; give back those of children that
 * stay. */
static void sort_inner(struct rebuild *rb)
{
	struct splice *s = rb->s;
	size_t first = hunks_inside(s, rb->container);
	size_t i, kept = first;
	uint32_t k = 0;

	rb->inner_count = s->hunk_count - first;
	rb->inner = mem_zalloc(rb->inner_count, sizeof(*rb->inner));
	if (rb->inner_count)
		memcpy(rb->inner, s->hunks + first,
		       rb->inner_count * sizeof(*rb->inner));
	qsort(rb->inner, rb->inner_count, sizeof(*rb->inner), compare_hunks);
	for (i = 0; i < rb->inner_count; i++) {
		while (spacing_end(rb->doc, rb->children[k]) <= rb->inner[i].at)
			k++;
		if (rb->fates[k] == STAYS)
			s->hunks[kept++] = rb->inner[i];
	}
	s->hunk_count = kept;
}

/* The first of the inner hunks that does not lie before at. */
static size_t inner_from(const struct rebuild *rb, size_t at)
{
	size_t low = 0, high = rb->inner_count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (rb->inner[mid].at < at)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

/* An old child with the edits inside it. */
static void render_moved(struct rebuild *rb, uint32_t index)
{
	const char *text = rb->doc->text;
	size_t at = spacing_start(rb->doc, rb->children[index]);
	size_t end = spacing_end(rb->doc, rb->children[index]);
	size_t i;

	for (i = inner_from(rb, at);
	     i < rb->inner_count && rb->inner[i].at < end; i++) {
		const struct hunk *h = &rb->inner[i];

		buf_add(&rb->text, text + at, h->at - at);
		buf_add(&rb->text, rb->s->out.data + h->ins, h->ins_len);
		at = h->at + h->del;
	}
	buf_add(&rb->text, text + at, end - at);
}

static void add_span(struct buf *b, struct span s)
{
	buf_add(b, s.p, s.len);
}

static void render_new(struct rebuild *rb, const struct item *item)
{
	const struct op *op = item->op;
	const char *text = rb->s->text.data;

	if (op->key_len) {
		buf_add(&rb->text, text + op->key, op->key_len);
		add_span(&rb->text, spacing_colon(&rb->spacing, item->place));
	}
	buf_add(&rb->text, text + op->value, op->value_len);
}

static struct span blanks_before(struct rebuild *rb, size_t i)
{
	const struct item *item = &rb->items[i];

	if (i == 0)
		return spacing_open(&rb->spacing);
	if (item->index != JSON_NONE && item->index > 0)
		return spacing_before_child(&rb->spacing, item->index);
	return spacing_after_comma(&rb->spacing, item->place);
}

static struct span blanks_after(struct rebuild *rb, size_t i)
{
	const struct item *item = &rb->items[i];

	if (i + 1 == rb->item_count)
		return spacing_close(&rb->spacing);
	if (item->index != JSON_NONE && item->index + 1 < rb->count)
		return spacing_after_child(&rb->spacing, item->index);
	return spacing_before_comma(&rb->spacing);
}

/* Put rb->text in the place of [at, end). */
static void put_between(struct rebuild *rb, size_t at, size_t end)
{
	add_hunk(rb->s, at, end - at, rb->text.data, rb->text.len);
	buf_clear(&rb->text);
}

/* Do an item and the one before it stay side by side, as they were? */
static bool undisturbed(const struct rebuild *rb, size_t i)
{
	return i > 0 && i < rb->item_count && rb->items[i].stays &&
	       rb->items[i - 1].stays &&
	       rb->items[i].index == rb->items[i - 1].index + 1;
}

/* Write the items; only what lies between two that stay changes. */
static void write_items(struct rebuild *rb)
{
	const struct json_doc *doc = rb->doc;
	size_t at = doc->nodes[rb->container].off + 1;
	size_t i;

	for (i = 0; i <= rb->item_count; i++) {
		const struct item *item;

		if (i > 0 && !undisturbed(rb, i))
			add_span(&rb->text, blanks_after(rb, i - 1));
		if (i == rb->item_count)
			break;
		item = &rb->items[i];
		if (undisturbed(rb, i)) {
			at = spacing_end(doc, rb->children[item->index]);
			continue;
		}
		if (i > 0)
			buf_addc(&rb->text, ',');
		add_span(&rb->text, blanks_before(rb, i));
		if (item->stays) {
			uint32_t node = rb->children[item->index];

			put_between(rb, at, spacing_start(doc, node));
			at = spacing_end(doc, node);
		} else if (item->index != JSON_NONE) {
			render_moved(rb, item->index);
		} else {
			render_new(rb, item);
		}
	}
	put_between(rb, at, spacing_end(doc, rb->container) - 1);
}

static void rebuild_container(struct splice *s, struct op *const *ops,
			      size_t count)
{
	struct rebuild rb = {
		.s = s, .doc = s->doc, .container = ops[0]->node,
	};

	buf_init_max(&rb.text, BUF_CAP_MAX);
	list_children(&rb);
	spacing_init(&rb.spacing, s->doc, rb.container, rb.children, rb.count);
	decide(&rb, ops, count);
	merge_items(&rb);
	sort_inner(&rb);
	write_items(&rb);
	spacing_release(&rb.spacing);
	buf_release(&rb.text);
	free(rb.children);
	free(rb.fates);
	free(rb.items);
	free(rb.inner);
}

/* Last node first; in a node its children, then the value, then the key. */
static int compare_ops(const void *a, const void *b)
{
	const struct op *x = *(struct op *const *)a, *y = *(struct op *const *)b;

	if (x->node != y->node)
		return x->node > y->node ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

/* Do a run of ops of one kind on one node. */
static void do_ops(struct splice *s, struct op *const *ops, size_t count)
{
	const struct op *last = ops[count - 1];
	const struct json_node *n = &s->doc->nodes[last->node];

	switch (last->kind) {
	case OP_CHILDREN:
		rebuild_container(s, ops, count);
		break;
	case OP_KEY:
		if (!last->keep)
			add_hunk(s, n->key_off, n->key_len,
				 s->text.data + last->key, last->key_len);
		break;
	case OP_VALUE:
		s->hunk_count = hunks_inside(s, last->node);
		if (!last->keep)
			add_hunk(s, n->off, n->len,
				 s->text.data + last->value, last->value_len);
		break;
	}
}

struct patch *splice_finish(struct splice *s)
{
	struct op **ops = mem_zalloc(s->count, sizeof(*ops));
	struct patch_builder *pb = patch_builder_new();
	struct patch *patch;
	size_t i, k;

	for (i = 0; i < s->count; i++)
		ops[i] = &s->ops[i];
	qsort(ops, s->count, sizeof(struct op *), compare_ops);
	s->hunk_count = 0;
	buf_clear(&s->out);
	for (i = 0; i < s->count; i = k) {
		for (k = i + 1; k < s->count &&
		     ops[k]->node == ops[i]->node &&
		     ops[k]->kind == ops[i]->kind; k++)
			;
		do_ops(s, ops + i, k - i);
	}
	for (i = 0; i < s->hunk_count; i++) {
		const struct hunk *h = &s->hunks[i];

		patch_builder_add(pb, h->at, h->del, s->out.data + h->ins,
				  h->ins_len);
	}
	free(ops);
	patch = patch_builder_finish(pb, s->doc->text, s->doc->len);
	patch_builder_free(pb);
	return patch;
}
