#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/patch.h"
#include "base/utf8.h"
#include "json/locate.h"
#include "json/splice.h"
#include "store/library-internal.h"

#define SERVICES_MAX 4096	/* bytes shown of all services */

void library_reader_init(struct library_reader *r)
{
	buf_init(&r->text);
	json_doc_init(&r->doc);
}

void library_reader_release(struct library_reader *r)
{
	buf_release(&r->text);
	json_doc_release(&r->doc);
}

void library_meta_release(struct library_meta *m)
{
	free(m->id);
	free(m->name);
	free(m->services);
	*m = (struct library_meta){.pairs = -1};
}

/* --- reading --- */

/* Append a string as C can hold it: a NUL as U+FFFD, cut at a character where
 * it would go over max bytes. */
static void add_text(const struct json_doc *doc, uint32_t node, size_t max,
		     struct buf *out)
{
	struct buf text;
	size_t at = 0, len, n;
	uint32_t cp;

	buf_init(&text);
	json_string(doc, node, &text);
	for (; at < text.len; at += n) {
		n = utf8_decode(text.data + at, text.len - at, &cp);
		len = cp ? n : 3;
		if (out->len + len > max)
			break;
		buf_add(out, cp ? text.data + at : "\xEF\xBF\xBD", len);
	}
	buf_release(&text);
}

static char *take_string(const struct json_doc *doc, uint32_t node, size_t max)
{
	struct buf out;

	if (node == JSON_NONE || doc->nodes[node].type != JSON_STRING)
		return NULL;
	buf_init(&out);
	add_text(doc, node, max, &out);
	if (out.len)
		return buf_detach(&out, NULL);
	buf_release(&out);
	return NULL;
}

static char *take_services(const struct json_doc *doc, uint32_t list)
{
	struct buf out;
	uint32_t i;

	if (list == JSON_NONE || doc->nodes[list].type != JSON_ARRAY)
		return NULL;
	buf_init(&out);
	for (i = json_first(doc, list);
	     i != JSON_NONE && out.len < SERVICES_MAX; i = json_next(doc, i)) {
		if (doc->nodes[i].type != JSON_STRING)
			continue;
		if (out.len)
			buf_adds(&out, ", ");
		add_text(doc, i, SERVICES_MAX, &out);
	}
	if (out.len)
		return buf_detach(&out, NULL);
	buf_release(&out);
	return NULL;
}

/* protojson writes 64-bit integers as strings. */
static int64_t take_count(const struct json_doc *doc, uint32_t node)
{
	const struct json_node *n;
	const char *digit, *end;
	int64_t v = 0;

	if (node == JSON_NONE)
		return -1;
	if (json_int64(doc, node, &v))
		return v < 0 ? -1 : v;
	n = &doc->nodes[node];
	if (n->type != JSON_STRING || n->len < 3)
		return -1;
	digit = doc->text + n->off + 1;
	end = doc->text + n->off + n->len - 1;
	for (v = 0; digit < end; digit++)
		if (*digit < '0' || *digit > '9' ||
		    __builtin_mul_overflow(v, 10, &v) ||
		    __builtin_add_overflow(v, *digit - '0', &v))
			return -1;
	return v;
}

bool library_meta_parse(struct json_doc *doc, const char *text, size_t len,
			struct library_meta *out)
{
	*out = (struct library_meta){.pairs = -1};
	if (!json_scan(doc, text, len, NULL) ||
	    doc->nodes[0].type != JSON_OBJECT)
		return false;
	out->id = take_string(doc, json_at(doc, 0, "id"), LIBRARY_NAME_MAX);
	out->name = take_string(doc, json_at(doc, 0, "meta.name"),
				LIBRARY_NAME_MAX);
	out->services = take_services(doc, json_at(doc, 0, "meta.services"));
	out->pairs = take_count(doc, json_at(doc, 0, "recordsProcessed"));
	return true;
}

unsigned library_meta_read(struct library_reader *r, const char *path,
			   struct library_meta *out)
{
	struct err err;

	*out = (struct library_meta){.pairs = -1};
	buf_clear(&r->text);
	if (!file_read(path, LIBRARY_META_MAX, &r->text, &err))
		return err.code == ERR_NOTARGET && !library_exists(path)
			       ? LIBRARY_NO_META
			       : LIBRARY_UNREADABLE;
	if (library_meta_parse(&r->doc, r->text.data, r->text.len, out))
		return 0;
	return LIBRARY_BAD_META;
}

/* --- editing --- */

bool library_name_ok(const char *name, struct err *err)
{
	size_t len = strlen(name), i;

	if (!len)
		return err_set(err, ERR_INPUT, _("the name is empty"));
	if (len > LIBRARY_NAME_MAX)
		return err_set(err, ERR_LIMIT,
			       _("the name is longer than %d bytes"),
			       LIBRARY_NAME_MAX);
	for (i = 0; i < len; i++)
		if ((unsigned char)name[i] < 0x20 || name[i] == 0x7F)
			return err_set(err, ERR_INPUT,
				       _("the name holds control characters"));
	if (!utf8_valid(name, len))
		return err_set(err, ERR_INPUT, _("the name is not UTF-8"));
	return true;
}

/* Set the member key of object to a string, whatever it was before. */
static void set_string(const struct json_doc *doc, struct splice *s,
		       uint32_t object, uint32_t before, const char *key,
		       const char *value)
{
	uint32_t node = json_member(doc, object, key, strlen(key));
	struct buf text;

	buf_init(&text);
	json_encode(&text, value, strlen(value));
	if (node == JSON_NONE)
		splice_insert(s, object, before, key, strlen(key), text.data,
			      text.len);
	else if (doc->nodes[node].type == JSON_STRING)
		splice_string(s, node, value, strlen(value));
	else
		splice_value(s, node, text.data, text.len);
	buf_release(&text);
}

static bool set_name(const struct json_doc *doc, struct splice *s,
		     const char *name, struct err *err)
{
	uint32_t meta = json_at(doc, 0, "meta");
	struct buf text;

	if (meta != JSON_NONE && doc->nodes[meta].type != JSON_OBJECT)
		return err_set(err, ERR_INPUT,
			       _("meta is not an object in the metadata"));
	if (meta != JSON_NONE) {
		set_string(doc, s, meta, json_first(doc, meta), "name", name);
		return true;
	}
	buf_init(&text);
	buf_adds(&text, "{\"name\":");
	json_encode(&text, name, strlen(name));
	buf_addc(&text, '}');
	splice_insert(s, 0, JSON_NONE, "meta", 4, text.data, text.len);
	buf_release(&text);
	return true;
}

bool library_meta_edit(const char *text, size_t len, const char *id,
		       const char *name, struct buf *out, struct err *err)
{
	struct splice *s = NULL;
	struct patch *patch;
	struct json_doc doc;
	bool ok = false;

	if (!len) {
		text = "{}";
		len = 2;
	}
	json_doc_init(&doc);
	if (!json_scan(&doc, text, len, err)) {
		err_wrap(err, _("the metadata is not JSON"));
		goto out;
	}
	if (doc.nodes[0].type != JSON_OBJECT) {
		err_set(err, ERR_INPUT, _("the metadata is not a JSON object"));
		goto out;
	}
	s = splice_new(&doc);
	if (id)
		set_string(&doc, s, 0, json_first(&doc, 0), "id", id);
	if (name && !set_name(&doc, s, name, err))
		goto out;
	patch = splice_finish(s);
	ok = patch_apply(patch, text, len, out, err);
	patch_unref(patch);
out:
	splice_free(s);
	json_doc_release(&doc);
	return ok;
}
