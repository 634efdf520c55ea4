#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "json/splice.h"
#include "remote/mergeindex.h"
#include "remote/normal.h"
#include "store/library.h"

/* Where a copy of a body stands beside the body itself. */
static void drop_copies(struct splice *s, const struct json_doc *doc,
			const char *side)
{
	uint32_t node = json_at(doc, 0, side);
	static const char *const copies[] = {"body", "bodyString"};

	if (node == JSON_NONE || doc->nodes[node].type != JSON_OBJECT ||
	    json_member(doc, node, "bodyBase64", 10) == JSON_NONE)
		return;
	for (size_t i = 0; i < 2; i++) {
		uint32_t copy = json_member(doc, node, copies[i],
					    strlen(copies[i]));

		if (copy != JSON_NONE)
			splice_remove(s, copy);
	}
}

/* A record without what is derived, in one way of writing. What is no JSON
 * stays as it is. */
static void normal_text(struct json_doc *doc, const struct buf *text,
			struct buf *out)
{
	struct splice *s;
	struct patch *patch;
	struct buf plain;

	buf_clear(out);
	if (!json_scan(doc, text->data, text->len, NULL) ||
	    doc->nodes[0].type != JSON_OBJECT) {
		buf_add(out, text->data, text->len);
		return;
	}
	s = splice_new(doc);
	drop_copies(s, doc, "http.req");
	drop_copies(s, doc, "http.res");
	patch = splice_finish(s);
	splice_free(s);
	buf_init(&plain);
	if (!patch_apply(patch, text->data, text->len, &plain, NULL) ||
	    !json_canonical(plain.data, plain.len, out, NULL))
		buf_add(out, text->data, text->len);
	patch_unref(patch);
	buf_release(&plain);
}

static int by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_LEN);
}

static bool digest_each(const struct merge_file *f, uint8_t (*sums)[SHA256_LEN],
			const struct remote_watch *watch, struct err *err)
{
	struct json_doc doc;
	struct buf text, out;
	bool ok = true;

	json_doc_init(&doc);
	buf_init(&text);
	buf_init(&out);
	for (uint32_t i = 0; ok && i < f->count; i++) {
		buf_clear(&text);
		ok = merge_file_text(f, i, &text, err);
		if (ok && watch_cancelled(watch))
			ok = err_set(err, ERR_CANCELLED, _("cancelled"));
		if (!ok)
			break;
		normal_text(&doc, &text, &out);
		sha256(sums[i], out.data, out.len);
	}
	json_doc_release(&doc);
	buf_release(&text);
	buf_release(&out);
	return ok;
}

bool normal_records(const char *path, const char *state_dir,
		    uint8_t out[SHA256_LEN], const struct remote_watch *watch,
		    struct err *err)
{
	uint8_t (*sums)[SHA256_LEN];
	struct merge_file f;
	bool ok;

	if (!merge_file_open(&f, path, state_dir, watch, err))
		return false;
	sums = mem_zalloc((size_t)f.count + 1, sizeof(*sums));
	ok = digest_each(&f, sums, watch, err);
	if (ok) {
		qsort(sums, f.count, sizeof(*sums), by_bytes);
		sha256(out, sums, (size_t)f.count * sizeof(*sums));
	}
	free(sums);
	merge_file_release(&f);
	return ok;
}

bool normal_meta(const char *path, uint8_t out[SHA256_LEN], struct err *err)
{
	static const char *const members[] = {
		"meta.name", "meta.services", "tokenConfigId",
		"tokenizerConfig", "filter_expression", "reverseServices",
		"endpoint_regexes", "disableTokenDiscovery",
	};
	struct json_doc doc;
	struct buf text, all;
	bool ok;

	json_doc_init(&doc);
	buf_init(&text);
	buf_init(&all);
	ok = file_read(path, LIBRARY_META_MAX, &text, err) &&
	     json_scan(&doc, text.data, text.len, err);
	for (size_t i = 0; ok && i < sizeof(members) / sizeof(*members); i++) {
		uint32_t node = json_at(&doc, 0, members[i]);

		buf_addf(&all, "\n%s=", members[i]);
		if (node != JSON_NONE)
			json_canonical(doc.text + doc.nodes[node].off,
				       doc.nodes[node].len, &all, NULL);
	}
	if (ok)
		sha256(out, all.data, all.len);
	json_doc_release(&doc);
	buf_release(&text);
	buf_release(&all);
	return ok;
}
