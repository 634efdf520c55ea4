#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/fielddiff.h"
#include "app/recordtext.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "rrpair/body.h"

#define LOCATION_SHOWN 100	/* bytes */

struct writer {
	struct buf *out;
	struct buf before, after;
	struct json_doc before_doc, after_doc;
	size_t most, count;
};

static void writer_init(struct writer *w, size_t most, struct buf *out)
{
	*w = (struct writer){ .out = out, .most = most };
	buf_init(&w->before);
	buf_init(&w->after);
	json_doc_init(&w->before_doc);
	json_doc_init(&w->after_doc);
}

/* Returns how many records there were. */
static size_t writer_end(struct writer *w)
{
	if (w->count > w->most)
		buf_addf(w->out, PLURAL("%zu record more\n",
					"%zu records more\n",
					w->count - w->most),
			 w->count - w->most);
	buf_release(&w->before);
	buf_release(&w->after);
	json_doc_release(&w->before_doc);
	json_doc_release(&w->after_doc);
	return w->count;
}

/* --- values --- */

static void put_quoted(struct writer *w, const char *s, size_t len)
{
	char shown[ERR_QUOTE_MAX];

	buf_adds(w->out, err_quote(shown, s, len));
}

/* A body as people read it, in place of its base64. */
static bool put_body(struct writer *w, const struct buf *record,
		     enum body_side side)
{
	struct rrpair pair;
	struct body body;
	bool ok;

	rrpair_init(&pair);
	body_init(&body);
	ok = rrpair_parse(&pair, record->data, record->len, NULL) &&
	     body_decode(&body, &pair, side, NULL) &&
	     body.kind != BODY_BINARY && (body.flags & BODY_PRESENT);
	if (ok)
		put_quoted(w, body.bytes.data, body.bytes.len);
	body_release(&body);
	rrpair_release(&pair);
	return ok;
}

static void put_value(struct writer *w, const struct buf *record,
		      const struct json_doc *doc, uint32_t node,
		      const char *path)
{
	int side = !strcmp(path, ".http.req.bodyBase64") ? BODY_REQUEST
		   : !strcmp(path, ".http.res.bodyBase64") ? BODY_RESPONSE
							   : -1;

	if (node == JSON_NONE)
		buf_adds(w->out, _("(absent)"));
	else if (side < 0 || !put_body(w, record, (enum body_side)side))
		put_quoted(w, doc->text + doc->nodes[node].off,
			   doc->nodes[node].len);
}

static void put_item(struct writer *w, const struct fielddiff_item *it)
{
	buf_adds(w->out, "  ");
	utf8_visible(w->out, it->path, strlen(it->path), false);
	buf_adds(w->out, ": ");
	put_value(w, &w->before, &w->before_doc, it->before, it->path);
	buf_adds(w->out, " -> ");
	put_value(w, &w->after, &w->after_doc, it->after, it->path);
	buf_addc(w->out, '\n');
}

/* w->before and w->after, the texts of one record. */
static void put_values(struct writer *w)
{
	struct fielddiff diff;

	if (!json_scan(&w->before_doc, w->before.data, w->before.len, NULL) ||
	    !json_scan(&w->after_doc, w->after.data, w->after.len, NULL)) {
		buf_adds(w->out, "  ");
		put_quoted(w, w->before.data, w->before.len);
		buf_adds(w->out, " -> ");
		put_quoted(w, w->after.data, w->after.len);
		buf_addc(w->out, '\n');
		return;
	}
	fielddiff_init(&diff);
	fielddiff_make(&diff, &w->before_doc, &w->after_doc);
	for (size_t i = 0; i < diff.count && i < RECORDTEXT_VALUES; i++)
		put_item(w, &diff.items[i]);
	if (diff.count > RECORDTEXT_VALUES)
		buf_addf(w->out, PLURAL("  %zu value more\n",
					"  %zu values more\n",
					diff.count - RECORDTEXT_VALUES),
			 diff.count - RECORDTEXT_VALUES);
	else if (!diff.count)
		buf_addf(w->out, "  %s\n", _("only its spelling"));
	fielddiff_release(&diff);
}

/* --- records --- */

static const char *change_name(enum row_change change)
{
	switch (change) {
	case ROW_NEW: return _("added");
	case ROW_DELETED: return _("deleted");
	default: return _("changed");
	}
}

/* "record 5 changed: GET /orders" */
static void put_head(struct writer *w, struct document *doc, row_id id,
		     enum row_change change)
{
	struct buf text;
	uint64_t pos;

	if (document_position(doc, id, &pos) ||
	    document_saved_position(doc, id, &pos))
		buf_addf(w->out, _("record %llu %s"),
			 (unsigned long long)pos + 1, change_name(change));
	else
		buf_adds(w->out, change_name(change));
	buf_adds(w->out, ": ");
	buf_init(&text);
	document_column_text(doc, id, COLUMN_COMMAND, &text);
	buf_addc(&text, ' ');
	document_location(doc, id, LOCATION_SHOWN, &text);
	utf8_visible(w->out, text.data, text.len, false);
	buf_addc(w->out, '\n');
	buf_release(&text);
}

/* One more; is it to be told? */
static bool next(struct writer *w)
{
	return w->count++ < w->most;
}

size_t recordtext_changes(struct document *doc, size_t most, struct buf *out)
{
	struct document_change *list;
	size_t n = document_changes(doc, &list);
	struct writer w;

	writer_init(&w, most, out);
	for (size_t i = 0; i < n; i++) {
		if (!next(&w))
			continue;
		put_head(&w, doc, list[i].id, list[i].change);
		if (list[i].change != ROW_CHANGED)
			continue;
		buf_clear(&w.before);
		buf_clear(&w.after);
		if (document_text(doc, list[i].id, DOCUMENT_SAVED, &w.before,
				  NULL) &&
		    document_text(doc, list[i].id, DOCUMENT_NOW, &w.after,
				  NULL))
			put_values(&w);
	}
	free(list);
	if (document_reordered(doc))
		buf_addf(out, "%s\n", _("the order was changed"));
	return writer_end(&w);
}

/* --- two documents --- */

/* What a record is found again by: the hash of its uuid, or of its text. */
static uint64_t key_of(struct document *doc, row_id id, struct buf *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);
	struct columns c;

	if (document_columns(doc, id, &c) && c.uuid)
		return c.uuid;
	buf_clear(text);
	document_text(doc, id, DOCUMENT_NOW, text, NULL);
	for (size_t i = 0; i < text->len; i++)
		h = (h ^ (unsigned char)text->data[i]) *
		    UINT64_C(0x100000001b3);
	return h | UINT64_C(1) << 32;	/* no uuid's */
}

struct place {
	uint64_t key, pos;
};

static int by_key(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	if (x->key != y->key)
		return x->key < y->key ? -1 : 1;
	return x->pos < y->pos ? -1 : x->pos > y->pos;
}

static struct place *places_of(struct document *doc, struct buf *text)
{
	uint64_t n = document_count(doc);
	struct place *p = mem_alloc((size_t)(n + 1) * sizeof(*p));

	for (uint64_t i = 0; i < n; i++)
		p[i] = (struct place){
			key_of(doc, document_row(doc, i), text), i
		};
	qsort(p, (size_t)n, sizeof(*p), by_key);
	return p;
}

static void tell_pair(struct writer *w, struct document *from, uint64_t a,
		      struct document *to, uint64_t b)
{
	row_id x = document_row(from, a), y = document_row(to, b);

	buf_clear(&w->before);
	buf_clear(&w->after);
	if (!document_text(from, x, DOCUMENT_NOW, &w->before, NULL) ||
	    !document_text(to, y, DOCUMENT_NOW, &w->after, NULL) ||
	    (w->before.len == w->after.len &&
	     !memcmp(w->before.data, w->after.data, w->after.len)) ||
	    !next(w))
		return;
	put_head(w, to, y, ROW_CHANGED);
	put_values(w);
}

static void tell_one(struct writer *w, struct document *doc, uint64_t pos,
		     enum row_change change)
{
	if (next(w))
		put_head(w, doc, document_row(doc, pos), change);
}

size_t recordtext_between(struct document *from, struct document *to,
			  size_t most, struct buf *out)
{
	uint64_t n = document_count(from), m = document_count(to), i = 0, k = 0;
	struct place *a, *b;
	struct writer w;

	writer_init(&w, most, out);
	a = places_of(from, &w.before);
	b = places_of(to, &w.before);
	while (i < n || k < m) {
		if (k == m || (i < n && a[i].key < b[k].key))
			tell_one(&w, from, a[i++].pos, ROW_DELETED);
		else if (i == n || b[k].key < a[i].key)
			tell_one(&w, to, b[k++].pos, ROW_NEW);
		else
			tell_pair(&w, from, a[i++].pos, to, b[k++].pos);
	}
	free(a);
	free(b);
	return writer_end(&w);
}
