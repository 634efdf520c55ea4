#include "config.h"

#include <string.h>

#include "app/jsonfind.h"
#include "base/find.h"
#include "json/locate.h"

unsigned jsonfind_spelling(const struct json_doc *doc)
{
	unsigned spelling = 0;

	if (bytes_find(doc->text, doc->len, "\\u", 2))
		spelling |= JSONFIND_UNICODE;
	if (bytes_find(doc->text, doc->len, "\\/", 2))
		spelling |= JSONFIND_SLASH;
	return spelling;
}

/* Can a string say it in no other bytes than these? */
static bool spelt_once(const char *needle, unsigned spelling)
{
	if (spelling & JSONFIND_UNICODE)
		return false;
	for (; *needle; needle++)
		if ((unsigned char)*needle < 0x20 || *needle == '"' ||
		    *needle == '\\' ||
		    (*needle == '/' && spelling & JSONFIND_SLASH))
			return false;
	return true;
}

static bool is_container(const struct json_node *n)
{
	return n->type == JSON_OBJECT || n->type == JSON_ARRAY;
}

/* --- value by value --- */

static bool says(const struct json_doc *doc, uint32_t node, const char *needle)
{
	const struct json_node *n = &doc->nodes[node];
	size_t len = strlen(needle);
	struct buf text;
	bool hit = false;

	buf_init(&text);
	if (n->key_len) {
		json_key(doc, node, &text);
		hit = bytes_find_fold(text.data, text.len, needle, len);
		buf_clear(&text);
	}
	if (!hit && n->type == JSON_STRING)
		json_string(doc, node, &text);
	else if (!hit && !is_container(n))
		buf_add(&text, doc->text + n->off, n->len);
	hit |= bytes_find_fold(text.data, text.len, needle, len) != NULL;
	buf_release(&text);
	return hit;
}

static uint32_t by_value(const struct json_doc *doc, uint32_t node, bool here,
			 bool back, const char *needle)
{
	for (uint32_t i = 0; i <= doc->count; i++) {
		if (i || !here)
			node = (node + (back ? doc->count - 1 : 1)) %
			       doc->count;
		if (says(doc, node, needle))
			return node;
	}
	return JSON_NONE;
}

/* --- by the whole text --- */

static size_t start_of(const struct json_node *n)
{
	return n->key_len ? n->key_off : n->off;
}

/* The last node that begins at or before the place. */
static uint32_t node_at(const struct json_doc *doc, size_t at)
{
	uint32_t low = 0, high = doc->count;

	while (high - low > 1) {
		uint32_t mid = low + (high - low) / 2;

		if (start_of(&doc->nodes[mid]) <= at)
			low = mid;
		else
			high = mid;
	}
	return low;
}

/* Does [at, at + len) lie within this key or value, and begin with no letter of
 * an escape? */
static bool within(const struct json_doc *doc, size_t from, size_t to,
		   bool string, size_t at, size_t len)
{
	size_t slashes = 0;

	if (string) {
		from++;		/* the quotes */
		to--;
	}
	if (at < from || at + len > to)
		return false;
	while (at - slashes > from && doc->text[at - slashes - 1] == '\\')
		slashes++;
	return slashes % 2 == 0;
}

static bool is_said(const struct json_doc *doc, uint32_t node, size_t at,
		    size_t len)
{
	const struct json_node *n = &doc->nodes[node];

	if (n->key_len && within(doc, n->key_off,
				 (size_t)n->key_off + n->key_len, true, at,
				 len))
		return true;
	return !is_container(n) &&
	       within(doc, n->off, (size_t)n->off + n->len,
		      n->type == JSON_STRING, at, len);
}

/* The first (last with back) hit that begins in [from, to). */
static uint32_t in_range(const struct json_doc *doc, size_t from, size_t to,
			 bool back, const char *needle)
{
	size_t len = strlen(needle), end;

	while (from < to) {
		const char *hit;
		uint32_t node;
		size_t at;

		end = to + len - 1 < doc->len ? to + len - 1 : doc->len;
		hit = back ? bytes_rfind(doc->text + from, end - from, needle,
					 len, true) :
			     bytes_find_fold(doc->text + from, end - from,
					     needle, len);
		if (!hit)
			break;
		at = (size_t)(hit - doc->text);
		node = node_at(doc, at);
		if (is_said(doc, node, at, len))
			return node;
		if (back)
			to = at;
		else
			from = at + 1;
	}
	return JSON_NONE;
}

uint32_t jsonfind(const struct json_doc *doc, unsigned spelling, uint32_t node,
		  bool here, bool back, const char *needle)
{
	size_t start, end, middle;
	uint32_t found;

	if (!spelt_once(needle, spelling))
		return by_value(doc, node, here, back, needle);
	/* From this node's text on; the others, then around to it again. */
	start = start_of(&doc->nodes[node]);
	end = node + 1 < doc->count ? start_of(&doc->nodes[node + 1]) :
				      doc->len;
	middle = here == back ? end : start;
	found = back ? in_range(doc, 0, middle, true, needle) :
		       in_range(doc, middle, doc->len, false, needle);
	if (found != JSON_NONE)
		return found;
	return back ? in_range(doc, middle, doc->len, true, needle) :
		      in_range(doc, 0, middle, false, needle);
}
