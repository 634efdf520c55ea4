#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "json/locate.h"

/* A container that has more members than this is sorted to find duplicates;
 * a smaller one is compared pair by pair, which allocates nothing. */
#define PAIRWISE_MAX 24

static bool is_container(const struct json_node *node)
{
	return node->type == JSON_OBJECT || node->type == JSON_ARRAY;
}

uint32_t json_first(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n = &doc->nodes[node];

	return is_container(n) && n->children ? node + 1 : JSON_NONE;
}

uint32_t json_next(const struct json_doc *doc, uint32_t node)
{
	uint32_t next = doc->nodes[node].next;

	if (next < doc->count &&
	    doc->nodes[next].parent == doc->nodes[node].parent)
		return next;
	return JSON_NONE;
}

uint32_t json_index_of(const struct json_doc *doc, uint32_t node)
{
	uint32_t parent = doc->nodes[node].parent;
	uint32_t index = 0;
	uint32_t n;

	if (parent == JSON_NONE)
		return 0;
	for (n = parent + 1; n != node; n = doc->nodes[n].next)
		index++;
	return index;
}

uint32_t json_member(const struct json_doc *doc, uint32_t object,
		     const char *key, size_t key_len)
{
	uint32_t found = JSON_NONE;
	uint32_t n;

	if (doc->nodes[object].type != JSON_OBJECT)
		return JSON_NONE;
	for (n = json_first(doc, object); n != JSON_NONE; n = json_next(doc, n))
		if (json_key_is(doc, n, key, key_len))
			found = n;
	return found;
}

uint32_t json_element(const struct json_doc *doc, uint32_t array,
		      uint32_t index)
{
	uint32_t n;

	if (doc->nodes[array].type != JSON_ARRAY ||
	    index >= doc->nodes[array].children)
		return JSON_NONE;
	for (n = array + 1; index > 0; index--)
		n = doc->nodes[n].next;
	return n;
}

uint32_t json_at(const struct json_doc *doc, uint32_t from, const char *dotted)
{
	uint32_t node = from;

	while (node != JSON_NONE && *dotted) {
		size_t len = strcspn(dotted, ".");

		node = json_member(doc, node, dotted, len);
		dotted += len;
		if (*dotted == '.')
			dotted++;
	}
	return node;
}

uint32_t json_locate_deepest(const struct json_doc *doc,
			     const struct json_path *path, size_t *steps_found)
{
	uint32_t node = 0;
	size_t i;

	for (i = 0; i < path->count; i++) {
		const struct json_step *step = &path->steps[i];
		uint32_t next;

		if (step->key)
			next = json_member(doc, node, step->key, step->key_len);
		else
			next = json_element(doc, node, step->index);
		if (next == JSON_NONE)
			break;
		node = next;
	}
	*steps_found = i;
	return node;
}

uint32_t json_locate(const struct json_doc *doc, const struct json_path *path)
{
	size_t found;
	uint32_t node = json_locate_deepest(doc, path, &found);

	return found == path->count ? node : JSON_NONE;
}

/*
 * Members by key. Keys are compared as decoded bytes; only those that hold an
 * escape are decoded, into one buffer.
 */
struct key {
	const char *bytes;
	size_t len;
	size_t at;		/* in the buffer, until bytes is known */
	uint32_t node;
};

static int compare_keys(const void *pa, const void *pb)
{
	const struct key *a = pa, *b = pb;
	int c = memcmp(a->bytes, b->bytes, a->len < b->len ? a->len : b->len);

	if (c)
		return c;
	if (a->len != b->len)
		return a->len < b->len ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

static bool same_key(const struct key *a, const struct key *b)
{
	return a->len == b->len && !memcmp(a->bytes, b->bytes, a->len);
}

/* The members of an object by key, those of one key in document order. */
static struct key *keys_of(const struct json_doc *doc, uint32_t object,
			   struct buf *decoded)
{
	size_t count = doc->nodes[object].children;
	struct key *keys = mem_zalloc(count, sizeof(*keys));
	uint32_t n = object + 1;
	size_t i;

	for (i = 0; i < count; i++, n = doc->nodes[n].next) {
		const struct json_node *node = &doc->nodes[n];

		keys[i].node = n;
		keys[i].at = decoded->len;
		if (node->flags & JSON_KEY_ESCAPED) {
			json_key(doc, n, decoded);
			keys[i].len = decoded->len - keys[i].at;
		} else {
			keys[i].bytes = doc->text + node->key_off + 1;
			keys[i].len = node->key_len - 2;
		}
	}
	for (i = 0; i < count; i++)
		if (!keys[i].bytes)
			keys[i].bytes = decoded->data + keys[i].at;
	qsort(keys, count, sizeof(*keys), compare_keys);
	return keys;
}

uint32_t *json_sorted_members(const struct json_doc *doc, uint32_t object,
			      uint32_t *count)
{
	uint32_t n = doc->nodes[object].children;
	uint32_t *members = mem_zalloc(n, sizeof(*members));
	uint32_t i, kept = 0;
	struct buf decoded;
	struct key *keys;

	buf_init(&decoded);
	keys = keys_of(doc, object, &decoded);
	for (i = 0; i < n; i++)
		if (i + 1 == n || !same_key(&keys[i], &keys[i + 1]))
			members[kept++] = keys[i].node;
	free(keys);
	buf_release(&decoded);
	*count = kept;
	return members;
}

/* The earliest member that repeats a key, and the one before it. */
static bool find_repeated(const struct key *keys, size_t count, uint32_t *first,
			  uint32_t *second)
{
	bool found = false;
	size_t i;

	for (i = 1; i < count; i++) {
		if (!same_key(&keys[i - 1], &keys[i]))
			continue;
		if (found && keys[i].node > *second)
			continue;
		*first = keys[i - 1].node;
		*second = keys[i].node;
		found = true;
	}
	return found;
}

static bool find_pairwise(const struct json_doc *doc, uint32_t object,
			  uint32_t *first, uint32_t *second)
{
	uint32_t members[PAIRWISE_MAX];
	uint32_t n, count = 0;

	for (n = json_first(doc, object); n != JSON_NONE; n = json_next(doc, n)) {
		const struct json_node *b = &doc->nodes[n];
		uint32_t i;

		for (i = 0; i < count; i++) {
			const struct json_node *a = &doc->nodes[members[i]];

			if (a->key_len == b->key_len &&
			    !memcmp(doc->text + a->key_off,
				    doc->text + b->key_off, a->key_len)) {
				*first = members[i];
				*second = n;
				return true;
			}
		}
		members[count++] = n;
	}
	return false;
}

static bool any_key_escaped(const struct json_doc *doc, uint32_t object)
{
	uint32_t n;

	for (n = json_first(doc, object); n != JSON_NONE; n = json_next(doc, n))
		if (doc->nodes[n].flags & JSON_KEY_ESCAPED)
			return true;
	return false;
}

bool json_has_duplicates(const struct json_doc *doc, uint32_t object,
			 uint32_t *first, uint32_t *second)
{
	uint32_t a = JSON_NONE, b = JSON_NONE;
	bool found;

	if (doc->nodes[object].type != JSON_OBJECT)
		return false;
	if (doc->nodes[object].children <= PAIRWISE_MAX &&
	    !any_key_escaped(doc, object)) {
		found = find_pairwise(doc, object, &a, &b);
	} else {
		struct buf decoded;
		struct key *keys;

		buf_init(&decoded);
		keys = keys_of(doc, object, &decoded);
		found = find_repeated(keys, doc->nodes[object].children, &a, &b);
		free(keys);
		buf_release(&decoded);
	}
	if (found && first)
		*first = a;
	if (found && second)
		*second = b;
	return found;
}
