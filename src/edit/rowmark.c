#include "config.h"

#include <string.h>

#include "edit/doc.h"
#include "edit/rowmark.h"

static void mark_version(const struct document *doc, const struct rows *rows,
			 enum document_version which, struct row_mark *out)
{
	row_id id = document_known(doc, out->id);
	const struct columns *tail = doc_tail_record(doc, id);
	struct row_state *s;
	uint64_t pos;

	if (tail) {
		out->there[which] = true;
		out->base_len[which] = tail->len;
		return;
	}
	if (!rows_position(rows, id, &pos))
		return;
	s = rows_state(rows, id);
	out->there[which] = tables_base_len(doc->tables, id, s,
					    &out->base_len[which]);
	out->state[which] = s ? row_state_ref(s) : NULL;
}

static size_t length(const struct row_mark *m)
{
	const struct row_state *s = m->state[DOCUMENT_NOW];
	size_t len = m->base_len[DOCUMENT_NOW];

	for (size_t i = 0; s && i < patch_count(s->patch); i++) {
		struct patch_hunk h = patch_get(s->patch, i);

		len = len - h.del + h.ins_len;
	}
	return len;
}

void document_mark(const struct document *doc, row_id id, struct row_mark *out)
{
	memset(out, 0, sizeof(*out));
	out->id = id;
	mark_version(doc, doc->rows, DOCUMENT_NOW, out);
	mark_version(doc, doc->saved, DOCUMENT_SAVED, out);
	out->len = length(out);
}

void row_mark_release(struct row_mark *m)
{
	for (int i = 0; i < 2; i++)
		if (m->state[i])
			row_state_unref(m->state[i]);
	memset(m, 0, sizeof(*m));
	m->id = ROW_NONE;
}

bool document_mark_holds(const struct document *doc, const struct row_mark *m)
{
	struct row_mark now;
	bool same = true;

	document_mark(doc, m->id, &now);
	for (int i = 0; i < 2; i++)
		same = same && now.there[i] == m->there[i] &&
		       now.base_len[i] == m->base_len[i] &&
		       row_state_equal(now.state[i], m->state[i]);
	row_mark_release(&now);
	return same;
}

bool row_mark_clean(const struct row_mark *m)
{
	return m->there[DOCUMENT_NOW] && m->there[DOCUMENT_SAVED] &&
	       m->base_len[DOCUMENT_NOW] == m->base_len[DOCUMENT_SAVED] &&
	       row_state_equal(m->state[DOCUMENT_NOW],
			       m->state[DOCUMENT_SAVED]);
}
