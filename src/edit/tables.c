#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/tables.h"

struct tables *tables_new(void)
{
	struct tables *t = mem_zalloc(1, sizeof(*t));

	t->refs = 1;
	return t;
}

struct tables *tables_with(struct tables *t, struct lineindex *ix)
{
	struct tables *more = tables_new();

	more->count = t->count + 1;
	more->index = mem_alloc(more->count * sizeof(*more->index));
	for (size_t i = 0; i < t->count; i++)
		more->index[i] = lineindex_ref(t->index[i]);
	more->index[t->count] = ix;
	tables_unref(t);
	return more;
}

struct tables *tables_ref(struct tables *t)
{
	atomic_fetch_add(&t->refs, 1);
	return t;
}

void tables_unref(struct tables *t)
{
	if (!t || atomic_fetch_sub(&t->refs, 1) > 1)
		return;
	for (size_t i = 0; i < t->count; i++)
		lineindex_unref(t->index[i]);
	free(t->index);
	free(t);
}

/* The record of an original row, or NULL when there is none. */
static const struct columns *record(const struct tables *t, row_id id)
{
	unsigned origin = row_origin(id);

	if (origin >= t->count ||
	    row_number(id) >= lineindex_count(t->index[origin]))
		return NULL;
	return lineindex_get(t->index[origin], row_number(id));
}

static bool no_row(struct err *err)
{
	return err_set(err, ERR_ABSENT, _("there is no such record"));
}

bool tables_bytes(const struct tables *t, unsigned origin,
		  const struct columns *c, struct buf *out, struct err *err)
{
	size_t at = out->len;
	char *to;

	to = buf_reserve(out, c->len);
	if (!to)
		return err_set(err, ERR_LIMIT,
			       _("a record of %lu bytes is too long to be "
				 "shown (x j writes it to a file)"),
			       (unsigned long)c->len);
	if (!source_read_exact(lineindex_source(t->index[origin]), c->off,
			       to, c->len, err))
		return false;
	out->len = at + c->len;
	out->data[out->len] = '\0';
	return true;
}

static bool read_record(const struct tables *t, row_id id, struct buf *out,
			struct err *err)
{
	const struct columns *c = record(t, id);

	return c ? tables_bytes(t, row_origin(id), c, out, err) : no_row(err);
}

bool tables_base(const struct tables *t, row_id id, const struct row_state *s,
		 struct buf *out, struct err *err)
{
	const char *bytes;
	size_t len;

	if (!row_is_added(id))
		return read_record(t, id, out, err);
	if (!s)
		return no_row(err);
	if (!s->text)
		return read_record(t, s->copy_of, out, err);
	bytes = text_bytes(s->text, &len);
	buf_add(out, bytes, len);
	return buf_ok(out, _("record"), err);
}

bool tables_base_len(const struct tables *t, row_id id,
		     const struct row_state *s, size_t *len)
{
	const struct columns *c;

	if (row_is_added(id) && !s)
		return false;
	if (row_is_added(id) && s->text) {
		text_bytes(s->text, len);
		return true;
	}
	c = record(t, row_is_added(id) ? s->copy_of : id);
	if (c)
		*len = c->len;
	return c != NULL;
}

bool tables_text(const struct tables *t, row_id id, const struct row_state *s,
		 struct buf *out, struct err *err)
{
	struct buf base;
	bool ok;

	if (!s || !s->patch)
		return tables_base(t, id, s, out, err);
	buf_init(&base);
	ok = tables_base(t, id, s, &base, err) &&
	     patch_apply(s->patch, base.data, base.len, out, err) &&
	     buf_ok(out, _("record"), err);
	buf_release(&base);
	return ok;
}

uint32_t tables_list(const struct tables *t, row_id id)
{
	const struct repo_map *map = lineindex_repository(t->index[0]);

	if (!map)
		return 0;
	return row_is_added(id) ? repo_list_for(map, tables_kind(t, id))
				: repo_list_of(map, row_number(id));
}

enum repo_kind tables_kind(const struct tables *t, row_id id)
{
	unsigned kind = row_origin(id) - ROW_ADDED;

	if (!row_is_added(id))
		return lineindex_kind(t->index[0], row_number(id));
	return kind < REPO_KINDS ? (enum repo_kind)kind : REPO_NONE;
}

/* Bytes of the base, which are inside it. */
static bool base_part(const struct tables *t, row_id id,
		      const struct row_state *s, size_t from, size_t len,
		      struct buf *out)
{
	row_id of = row_is_added(id) ? s->copy_of : id;
	const struct columns *c;
	const char *bytes;
	size_t total;
	char *to;

	if (row_is_added(id) && s->text) {
		bytes = text_bytes(s->text, &total);
		buf_add(out, bytes + from, len);
		return true;
	}
	c = record(t, of);
	to = c ? buf_reserve(out, len) : NULL;
	if (!to || !source_read_exact(lineindex_source(
				      t->index[row_origin(of)]),
				      c->off + from, to, len, NULL))
		return false;
	out->len += len;
	out->data[out->len] = '\0';
	return true;
}

/* What of [0, len) lies in [*from, *from + *left): its place and length; they
 * move on. */
static size_t cut(size_t len, size_t *from, size_t *left, size_t *at)
{
	size_t n = *from < len ? len - *from : 0;

	*at = *from;
	if (n > *left)
		n = *left;
	*from = n || *from < len ? 0 : *from - len;
	*left -= n;
	return n;
}

bool tables_part(const struct tables *t, row_id id, const struct row_state *s,
		 size_t from, size_t len, struct buf *out)
{
	size_t count = s ? patch_count(s->patch) : 0, base = 0, end, at, n;
	size_t was = out->len;

	if ((row_is_added(id) && !s) || !tables_base_len(t, id, s, &end))
		return false;
	/* Piece by piece: what is kept before a hunk, then the hunk. */
	for (size_t i = 0; i <= count && len; i++) {
		struct patch_hunk h = { .at = end };

		if (i < count)
			h = patch_get(s->patch, i);
		n = cut(h.at - base, &from, &len, &at);
		if (n && !base_part(t, id, s, base + at, n, out))
			break;
		n = cut(h.ins_len, &from, &len, &at);
		if (n)
			buf_add(out, h.ins + at, n);
		base = h.at + h.del;
	}
	if (!len)
		return true;
	buf_truncate(out, was);
	return false;
}

bool tables_columns(const struct tables *t, struct columns_pools *pools,
		    row_id id, struct row_state *s, struct columns *out)
{
	struct buf text;
	bool ok;

	if (!s && !row_is_added(id)) {
		const struct columns *c = record(t, id);

		if (c)
			*out = *c;
		return c != NULL;
	}
	if (!s)
		return false;
	if (row_state_columns(s, out))
		return true;
	buf_init(&text);
	ok = tables_text(t, id, s, &text, NULL);
	if (ok) {
		enum repo_kind kind = tables_kind(t, id);

		memset(out, 0, sizeof(*out));
		if (kind == REPO_NONE)
			columns_scan(text.data, text.len, pools, out);
		else
			repo_columns(kind, text.data, text.len, pools, out);
		row_state_keep_columns(s, out);
	}
	buf_release(&text);
	return ok;
}
