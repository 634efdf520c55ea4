#include "config.h"

#include "base/buf.h"
#include "edit/savesink.h"

static bool put_eol(struct sink *o, bool crlf, struct err *err)
{
	return sink_bytes(o, crlf ? "\r\n" : "\n", crlf ? 2 : 1, err);
}

static bool doc_crlf(const struct sink *o)
{
	return lineindex_crlf(o->w->tables->index[0]);
}

/* count rows of one source that are as they were, `last` of the file. */
static bool clean_run(struct sink *o, row_id first, uint64_t count, bool last,
		      struct err *err)
{
	struct lineindex *ix = o->w->tables->index[row_origin(first)];
	uint64_t n = row_number(first), end = n + count - 1;
	const struct columns *c = lineindex_get(ix, end);
	uint64_t to = lineindex_end(ix, end);
	bool open = o->w->whole && last &&
		    !lineindex_final_eol(o->w->tables->index[0]);

	if (open)
		to = c->off + c->len;
	if (!sink_range(o, lineindex_source(ix), lineindex_lead(ix, n), to,
		       err))
		return false;
	if (!open && (c->flags & COLUMNS_NO_EOL))
		return put_eol(o, doc_crlf(o), err);
	return true;
}

static bool edited_row(struct sink *o, row_id id, const struct row_state *s,
		       bool last, struct err *err)
{
	struct lineindex *ix;
	const struct columns *c = NULL;
	bool crlf = doc_crlf(o), ok = true;
	struct buf text;

	if (!row_is_added(id)) {
		ix = o->w->tables->index[row_origin(id)];
		c = lineindex_get(ix, row_number(id));
		ok = sink_range(o, lineindex_source(ix),
			       lineindex_lead(ix, row_number(id)), c->off,
			       err);
		if (!(c->flags & COLUMNS_NO_EOL))
			crlf = c->flags & COLUMNS_CRLF;
	}
	buf_init(&text);
	ok = ok && tables_text(o->w->tables, id, s, &text, err) &&
	     sink_bytes(o, text.data, text.len, err);
	buf_release(&text);
	if (!ok)
		return false;
	if (last && o->w->whole &&
	    !lineindex_final_eol(o->w->tables->index[0]))
		return true;
	return put_eol(o, crlf, err);
}

static bool put_rows(struct sink *o, struct err *err)
{
	const struct savewrite *w = o->w;
	uint64_t pos = 0, count = rows_count(w->order);
	bool any = rows_states(w->states) > 0;

	while (pos < count) {
		row_id id;
		uint64_t n = rows_run(w->order, pos, UINT64_MAX, &id);
		uint64_t k = 0;

		while (k < n) {
			uint64_t from = k;
			const struct row_state *s = NULL;

			if (row_is_added(id) || any)
				while (k < n && !row_is_added(id) &&
				       !(s = rows_state(w->states, id + k)))
					k++;
			else
				k = n;
			if (k > from &&
			    !clean_run(o, id + from, k - from,
				       pos + k == count, err))
				return false;
			if (k == n)
				break;
			s = rows_state(w->states, id + k);
			if (!edited_row(o, id + k, s, pos + k + 1 == count,
					err))
				return false;
			k++;
		}
		pos += n;
	}
	return true;
}

/* Blanks behind the last record of the file that was opened. */
static bool put_tail(struct sink *o, struct err *err)
{
	struct lineindex *ix = o->w->tables->index[0];
	uint64_t n = lineindex_count(ix);
	uint64_t from = n ? lineindex_end(ix, n - 1) : lineindex_head(ix);
	uint64_t to = lineindex_bound(ix);

	return to <= from || sink_range(o, lineindex_source(ix), from, to, err);
}

bool savewrite_all(struct savewrite *w, struct err *err)
{
	struct lineindex *ix = w->tables->index[0];
	struct sink o;
	bool ok = true;

	sink_begin(&o, w);
	if (lineindex_repository(ix))
		return sink_end(&o, sink_repository(&o, err), err);
	if (w->whole)
		ok = sink_range(&o, lineindex_source(ix), 0, lineindex_head(ix),
			       err);
	ok = ok && put_rows(&o, err) && (!w->whole || put_tail(&o, err));
	return sink_end(&o, ok, err);
}
