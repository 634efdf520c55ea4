/*
 * The input is a text, and after its first NUL a script of edits. What is JSON
 * must keep every promise of scan, locate, format and splice.
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "json/format.h"
#include "json/splice.h"

struct script {
	const uint8_t *p, *end;
};

static unsigned draw(struct script *s, unsigned below)
{
	return s->p < s->end ? *s->p++ % below : 0;
}

static bool same(const struct buf *a, const char *text, size_t len)
{
	return a->len == len && (!len || !memcmp(a->data, text, len));
}

static void check_refused(const char *text, size_t len)
{
	struct json_layout layout;
	struct buf out;
	struct err err;

	buf_init(&out);
	must(!json_valid(text, len, &err) && err.offset <= len);
	must(err.msg[0]);
	must(!json_compact(text, len, &out, NULL));
	must(!json_canonical(text, len, &out, NULL));
	json_layout_of(text, len, &layout);
	must(layout.style == JSON_STYLE_OTHER && out.len == 0);
	buf_release(&out);
}

/* Does a later member have the key of this one, or of one around it? */
static bool is_hidden(const struct json_doc *doc, uint32_t node)
{
	bool hidden = false;

	for (; node != 0 && !hidden; node = doc->nodes[node].parent) {
		struct buf key;

		buf_init(&key);
		json_key(doc, node, &key);
		if (doc->nodes[node].key_len)
			hidden = json_member(doc, doc->nodes[node].parent,
					     key.data, key.len) != node;
		buf_release(&key);
	}
	return hidden;
}

static void check_path(const struct json_doc *doc, uint32_t node)
{
	struct json_path path;
	struct buf printed;

	buf_init(&printed);
	json_path_print(doc, node, &printed);
	must(json_path_parse(&path, printed.data, printed.len, NULL));
	must((json_locate(doc, &path) == node) != is_hidden(doc, node));
	json_path_release(&path);
	buf_release(&printed);
}

static void check_string(const struct json_doc *doc, uint32_t node)
{
	struct buf bytes, text;
	struct json_doc again;

	buf_init(&bytes);
	buf_init(&text);
	json_doc_init(&again);
	json_string(doc, node, &bytes);
	must(json_string_is(doc, node, bytes.data, bytes.len));
	json_encode(&text, bytes.data, bytes.len);
	must(json_scan(&again, text.data, text.len, NULL));
	must(json_string_is(&again, 0, bytes.data, bytes.len));
	json_doc_release(&again);
	buf_release(&bytes);
	buf_release(&text);
}

static void check_nodes(const struct json_doc *doc)
{
	uint32_t first, second, i;
	int64_t n;
	double d;

	for (i = 0; i < doc->count && i < 100; i++) {
		const struct json_node *node = &doc->nodes[i];

		must(node->next > i && node->next <= doc->count);
		must((size_t)node->off + node->len <= doc->len);
		check_path(doc, i);
		if (node->type == JSON_STRING)
			check_string(doc, i);
		if (node->type == JSON_NUMBER && json_int64(doc, i, &n))
			must(json_double(doc, i, &d) && d == (double)n);
		if (json_has_duplicates(doc, i, &first, &second))
			must(first < second &&
			     doc->nodes[second].parent == i);
	}
}

static void check_formats(const char *text, size_t len)
{
	struct json_layout layout;
	struct buf pretty, compact, out;

	buf_init(&pretty);
	buf_init(&compact);
	buf_init(&out);
	must(json_compact(text, len, &compact, NULL));
	must(json_pretty(text, len, 1, &pretty, NULL));
	must(json_compact(pretty.data, pretty.len, &out, NULL));
	must(same(&out, compact.data, compact.len));
	buf_clear(&out);
	json_layout_of(text, len, &layout);
	must(json_restyle(pretty.data, pretty.len, &layout, &out, NULL));
	must(same(&out, text, len));
	buf_clear(&out);
	must(json_canonical(text, len, &out, NULL));
	buf_clear(&compact);
	must(json_canonical(out.data, out.len, &compact, NULL));
	must(same(&out, compact.data, compact.len));
	buf_release(&pretty);
	buf_release(&compact);
	buf_release(&out);
}

static uint32_t draw_child(struct script *s, const struct json_doc *doc,
			   uint32_t container)
{
	uint32_t n = json_first(doc, container);
	unsigned skip = draw(s, 8);

	while (n != JSON_NONE && skip-- > 0)
		n = json_next(doc, n);
	return n;
}

static void draw_edit(struct script *s, const struct json_doc *doc,
		      struct splice *sp)
{
	static const char *const values[] = {
		"1", "\"\"", "{}", "{\n \"a\": 1\n}", "[1, 2]", "null",
	};
	const char *value = values[draw(s, 6)];
	unsigned what = draw(s, 6);
	uint32_t node = draw(s, 64) % doc->count;
	const struct json_node *n = &doc->nodes[node];
	const char *key = n->type == JSON_OBJECT ? "k\n" : NULL;

	if (what == 0)
		splice_value(sp, node, value, strlen(value));
	else if (what == 1)
		splice_string(sp, node, "a", draw(s, 2));
	else if (what == 2 && n->key_len)
		splice_key(sp, node, "a", draw(s, 2));
	else if (what == 3 && node > 0)
		splice_remove(sp, node);
	else if (what == 4 && node > 0)
		splice_move(sp, node, draw_child(s, doc, n->parent));
	else if (what == 5 && n->type >= JSON_ARRAY)
		splice_insert(sp, node, draw_child(s, doc, node), key,
			      key ? 2 : 0, value, strlen(value));
}

static void check_edits(struct script *s, const struct json_doc *doc)
{
	struct splice *sp = splice_new(doc);
	struct json_layout layout;
	struct patch *patch;
	struct buf edited, got, compact;

	while (s->p < s->end)
		draw_edit(s, doc, sp);
	buf_init(&edited);
	buf_init(&got);
	buf_init(&compact);
	patch = splice_finish(sp);
	must(!patch || !splice_empty(sp));
	must(patch_apply(patch, doc->text, doc->len, &edited, NULL));
	must(json_valid(edited.data, edited.len, NULL));
	must((patch == NULL) == same(&edited, doc->text, doc->len));
	/* the edited tokens in the style of the text are the same tokens */
	json_layout_of(doc->text, doc->len, &layout);
	must(json_restyle(edited.data, edited.len, &layout, &got, NULL));
	must(json_compact(edited.data, edited.len, &compact, NULL));
	buf_clear(&edited);
	must(json_compact(got.data, got.len, &edited, NULL));
	must(same(&edited, compact.data, compact.len));
	patch_unref(patch);
	splice_free(sp);
	buf_release(&edited);
	buf_release(&got);
	buf_release(&compact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const uint8_t *nul = size ? memchr(data, 0, size) : NULL;
	size_t len = nul ? (size_t)(nul - data) : size;
	struct script script = { data + len + (nul != NULL), data + size };
	const char *text = (const char *)data;
	struct json_doc doc;

	json_doc_init(&doc);
	if (json_scan(&doc, text, len, NULL)) {
		must(json_valid(text, len, NULL));
		check_nodes(&doc);
		check_formats(text, len);
		check_edits(&script, &doc);
	} else {
		check_refused(text, len);
	}
	json_doc_release(&doc);
	return 0;
}
