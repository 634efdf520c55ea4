/*
 * The input is the metadata of a snapshot, and after its first NUL a name for
 * it. What can be read can be renamed, and nothing else changes by that.
 */
#include "config.h"

#include <string.h>

#include "fuzz.h"
#include "store/library-internal.h"

static bool same_text(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

static void check_renamed(struct json_doc *doc, const struct buf *text,
			  const struct library_meta *was, const char *id,
			  const char *name)
{
	struct library_meta now;
	struct buf again;

	must(library_meta_parse(doc, text->data, text->len, &now));
	must(same_text(now.name, name));
	must(same_text(now.id, id ? id : was->id));
	must(same_text(now.services, was->services));
	must(now.pairs == was->pairs);
	library_meta_release(&now);
	buf_init(&again);
	must(library_meta_edit(text->data, text->len, id, name, &again, NULL));
	must(again.len == text->len &&
	     !memcmp(again.data, text->data, text->len));
	buf_release(&again);
}

static void check_edit(struct json_doc *doc, const char *text, size_t len,
		       const struct library_meta *was, bool read,
		       const char *id, const char *name)
{
	struct buf out;
	struct err err = {0};

	buf_init(&out);
	if (library_meta_edit(text, len, id, name, &out, &err)) {
		must(read || !len);
		check_renamed(doc, &out, was, id, name);
	} else {
		must(err.code && err.msg[0] && !out.len);
	}
	buf_release(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data, *end = memchr(data, 0, size);
	size_t len = end ? (size_t)(end - text) : size;
	struct library_meta meta;
	struct json_doc doc;
	struct buf name;
	bool read;

	buf_init(&name);
	if (end)
		buf_add(&name, end + 1, size - len - 1);
	if (!name.len)
		buf_adds(&name, "name");
	json_doc_init(&doc);
	read = library_meta_parse(&doc, text, len, &meta);
	must(read || (!meta.id && !meta.name && !meta.services));
	must(!meta.name || (*meta.name &&
			    strlen(meta.name) <= LIBRARY_NAME_MAX));
	must(meta.pairs >= -1);
	if (library_name_ok(name.data, NULL)) {
		check_edit(&doc, text, len, &meta, read, NULL, name.data);
		check_edit(&doc, text, len, &meta, read, "an id", name.data);
	}
	library_meta_release(&meta);
	json_doc_release(&doc);
	buf_release(&name);
	return 0;
}
