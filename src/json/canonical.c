#include "config.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "json/locate.h"

/* A container that is being written. */
struct level {
	uint32_t *members;	/* of an object, sorted; NULL for an array */
	uint32_t count, done;
	uint32_t next;		/* of an array: the element to write next */
	char close;
};

struct writer {
	const struct json_doc *doc;
	struct level *levels;
	size_t depth, cap;
	struct buf *out;
};

static void open_level(struct writer *w, uint32_t node)
{
	const struct json_node *n = &w->doc->nodes[node];
	struct level level = { .count = n->children, .next = node + 1 };

	if (n->type == JSON_OBJECT)
		level.members = json_sorted_members(w->doc, node, &level.count);
	level.close = level.members ? '}' : ']';
	buf_addc(w->out, level.members ? '{' : '[');
	w->levels = mem_room(w->levels, w->depth, &w->cap, sizeof(*w->levels));
	w->levels[w->depth++] = level;
}

static void write_node(struct writer *w, uint32_t node)
{
	const struct json_node *n = &w->doc->nodes[node];
	const char *text = w->doc->text;

	if (n->key_len) {
		buf_add(w->out, text + n->key_off, n->key_len);
		buf_addc(w->out, ':');
	}
	if (n->type == JSON_OBJECT || n->type == JSON_ARRAY)
		open_level(w, node);
	else
		buf_add(w->out, text + n->off, n->len);
}

static void write_levels(struct writer *w)
{
	while (w->depth > 0) {
		struct level *level = &w->levels[w->depth - 1];
		uint32_t node = level->next;

		if (level->done == level->count) {
			buf_addc(w->out, level->close);
			free(level->members);
			w->depth--;
			continue;
		}
		if (level->done > 0)
			buf_addc(w->out, ',');
		if (level->members)
			node = level->members[level->done];
		level->next = w->doc->nodes[node].next;
		level->done++;
		write_node(w, node);	/* may move the levels */
	}
}

bool json_canonical(const char *text, size_t len, struct buf *out,
		    struct err *err)
{
	struct json_doc doc;
	struct writer w = { .doc = &doc, .out = out };
	size_t old = out->len;
	bool ok;

	json_doc_init(&doc);
	ok = json_scan(&doc, text, len, err);
	if (ok) {
		write_node(&w, 0);
		write_levels(&w);
		ok = buf_ok(out, _("formatted JSON"), err);
	}
	if (!ok)
		buf_truncate(out, old);
	free(w.levels);
	json_doc_release(&doc);
	return ok;
}
