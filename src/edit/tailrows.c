/* Rows at the end of the file that the index has not come to yet. */
#include "config.h"

#include "base/i18n.h"
#include "edit/doc.h"

static const struct lineindex *index_of(const struct document *doc)
{
	return doc->tables->index[0];
}

row_id document_known(const struct document *doc, row_id id)
{
	uint64_t n;

	if (row_is_tail(id) &&
	    lineindex_find(index_of(doc), row_number(id), &n))
		return row_make(0, n);
	return id;
}

const struct columns *doc_tail_record(const struct document *doc, row_id id)
{
	uint64_t k;

	if (!row_is_tail(id) || !doc->tail ||
	    !tail_find(doc->tail, row_number(id), &k))
		return NULL;
	return tail_get(doc->tail, k);
}

bool doc_absent(row_id id, struct err *err)
{
	if (row_is_tail(id))
		return err_set(err, ERR_INPUT,
			       _("this record has no number yet: the file is "
				 "still being read"));
	return err_set(err, ERR_ABSENT, _("there is no such record"));
}

uint64_t document_tail(struct document *doc, uint64_t want)
{
	struct lineindex *ix = doc->tables->index[0];
	bool over = doc->tables->count > 1 || lineindex_complete(ix) ||
		    lineindex_failed(ix, NULL);

	if (doc->tail &&
	    (over || tail_size(doc->tail) != source_size(lineindex_source(ix)))) {
		/* It has grown: what was the end is read again. */
		if (want < tail_count(doc->tail))
			want = tail_count(doc->tail);
		tail_free(doc->tail);
		doc->tail = NULL;
	}
	if (!doc->tail && !over)
		doc->tail = tail_new(ix);
	if (!doc->tail)
		return 0;
	tail_extend(doc->tail, want);
	return tail_count_from(doc->tail, lineindex_known(ix));
}

row_id document_tail_row(const struct document *doc, uint64_t k)
{
	return row_make(ROW_TAIL, tail_get(doc->tail, k)->off);
}

bool document_tail_find(const struct document *doc, row_id id, uint64_t *k)
{
	return row_is_tail(id) && doc->tail &&
	       tail_find(doc->tail, row_number(id), k);
}

bool document_tail_apart(const struct document *doc)
{
	return doc->tail &&
	       tail_begin(doc->tail) > lineindex_known(index_of(doc));
}

uint64_t document_expected(const struct document *doc)
{
	const struct lineindex *ix = index_of(doc);
	uint64_t count = lineindex_count(ix), read = lineindex_known(ix);
	uint64_t size = source_size(lineindex_source(ix));

	if (document_complete(doc) || !read || size <= read)
		return document_count(doc);
	return document_count(doc) +
	       (uint64_t)((double)count / (double)read * (double)(size - read));
}
