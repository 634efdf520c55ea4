#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "json/scan.h"

static bool is_blank(const char *s, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (s[i] != ' ' && s[i] != '\t' && s[i] != '\r' && s[i] != '\n')
			return false;
	return true;
}

/* May this be a record of the document? One line, and not a blank one. */
bool doc_text_fits(const struct document *doc, const char *s, size_t len,
		   struct err *err)
{
	const struct repo_map *map =
		lineindex_repository(doc->tables->index[0]);

	if (!map && !document_single(doc) && memchr(s, '\n', len))
		return err_set(err, ERR_INPUT,
			       _("a record is one line: it cannot hold a line "
				 "break"));
	/* What is no value would break the file around it. */
	if (map && map->end && !json_valid(s, len, err))
		return err_wrap(err, _("a record of a repository is one JSON "
				       "value"));
	if (is_blank(s, len))
		return err_set(err, ERR_INPUT,
			       _("a record cannot be blank; delete it instead"));
	return true;
}

/* The same for a base with a patch on top, without reading the record where
 * the patch alone tells. */
static bool patch_fits(const struct document *doc, row_id id,
		       const struct row_state *s, size_t base_len,
		       struct err *err)
{
	bool told = false, ok = true;
	struct buf text;

	for (size_t i = 0; i < patch_count(s->patch); i++) {
		struct patch_hunk h = patch_get(s->patch, i);

		if (h.at > base_len || h.del > base_len - h.at)
			return err_set(err, ERR_INPUT,
				       _("the edit was made for another text"));
		if (!document_single(doc) && !document_repository(doc) &&
		    memchr(h.ins, '\n', h.ins_len))
			return doc_text_fits(doc, h.ins, h.ins_len, err);
		told |= !is_blank(h.ins, h.ins_len);
	}
	if (told && !document_repository(doc))
		return true;
	buf_init(&text);
	ok = tables_text(doc->tables, id, s, &text, err) &&
	     doc_text_fits(doc, text.data, text.len, err);
	buf_release(&text);
	return ok;
}

/* first and then `then`, both as patches; base is read only when needed. */
static bool compose(struct document *doc, row_id id, const struct row_state *s,
		    struct patch *then, struct patch **out, struct err *err)
{
	struct buf base;
	bool ok;

	if (!s || !s->patch || !then) {
		*out = patch_ref(then ? then : s ? s->patch : NULL);
		return true;
	}
	buf_init(&base);
	ok = tables_base(doc->tables, id, s, &base, err);
	if (ok)
		*out = patch_compose(s->patch, then, base.data, base.len);
	buf_release(&base);
	return ok;
}

/* The state of the row with patch as its whole difference. Takes patch. */
static struct row_state *state_with(const struct row_state *s,
				    struct patch *patch)
{
	if (!patch && (!s || (!s->text && s->copy_of == ROW_NONE)))
		return NULL;
	return row_state_new(s ? s->copy_of : ROW_NONE,
			     s ? text_ref(s->text) : NULL, patch);
}

/* Put `patch` on top of what the row is, as a part of the step. */
static bool edit_row(struct document *doc, struct step *step, row_id id,
		     struct patch *patch, struct err *err)
{
	struct row_state *old = rows_state(doc->rows, id), *new;
	struct patch *whole;
	size_t base_len;

	if (!tables_base_len(doc->tables, id, old, &base_len))
		return doc_absent(id, err);
	if (!compose(doc, id, old, patch, &whole, err))
		return false;
	new = state_with(old, whole);
	if (new && !patch_fits(doc, id, new, base_len, err)) {
		row_state_unref(new);
		return false;
	}
	if (row_state_equal(old, new))
		row_state_unref(new);
	else
		doc_apply_state(doc, step, id, new);
	return true;
}

bool document_edit(struct document *doc, row_id id, struct patch *patch,
		   struct err *err)
{
	struct document_edit edit = { id, patch };

	return document_edit_many(doc, NULL, &edit, 1, err);
}

bool document_edit_many(struct document *doc, const struct snapshot *from,
			const struct document_edit *edits, size_t n,
			struct err *err)
{
	if (!doc_writable(doc, err))
		return false;
	for (size_t i = 0; i < n; i++) {
		row_id id = document_known(doc, edits[i].id);
		uint64_t pos;

		if (!rows_position(doc->rows, id, &pos))
			return doc_absent(id, err);
		if (from && !row_state_equal(rows_state(doc->rows, id),
					     rows_state(snapshot_rows(from),
							id)))
			return err_set(err, ERR_CONFLICT,
				       _("record %llu was changed meanwhile"),
				       (unsigned long long)pos + 1);
	}
	document_begin(doc, n == 1 ? _("edit") : _("edit records"));
	for (size_t i = 0; i < n; i++) {
		if (edits[i].patch &&
		    !edit_row(doc, doc->open,
			      document_known(doc, edits[i].id), edits[i].patch,
			      err)) {
			document_abort(doc);
			return false;
		}
	}
	return document_commit(doc, err);
}

bool document_set_text(struct document *doc, row_id id, const char *text,
		       size_t len, struct err *err)
{
	struct buf now;
	struct patch *patch = NULL;
	bool ok;

	if (!doc_writable(doc, err) ||
	    !doc_text_fits(doc, text, len, err))
		return false;
	buf_init(&now);
	ok = document_text(doc, id, DOCUMENT_NOW, &now, err);
	if (ok) {
		patch = patch_between(now.data, now.len, text, len);
		ok = document_edit(doc, id, patch, err);
	}
	patch_unref(patch);
	buf_release(&now);
	return ok;
}

/* A new row's state: its own text, or a copy's differences. */
static bool new_state(struct document *doc, const struct document_new *n,
		      struct row_state **out, struct err *err)
{
	struct row_state *src;
	struct patch *patch;
	uint64_t pos;
	size_t base_len;
	row_id base = document_known(doc, n->copy_of), copied = base;

	if (n->copy_of == ROW_NONE) {
		if (!doc_text_fits(doc, n->text, n->len, err))
			return false;
		*out = row_state_new(ROW_NONE, text_new(n->text, n->len), NULL);
		return true;
	}
	if (!rows_position(doc->rows, copied, &pos))
		return doc_absent(copied, err);
	src = rows_state(doc->rows, copied);
	if (!compose(doc, copied, src, n->patch, &patch, err))
		return false;
	if (src && src->text)
		base = ROW_NONE;
	else if (src && src->copy_of != ROW_NONE)
		base = src->copy_of;
	*out = row_state_new(base, src ? text_ref(src->text) : NULL, patch);
	if (tables_base_len(doc->tables, row_make(ROW_ADDED, 0), *out,
			    &base_len) &&
	    (!patch || patch_fits(doc, row_make(ROW_ADDED, 0), *out, base_len,
				  err)))
		return true;
	row_state_unref(*out);
	return false;
}

static bool place_ok(const struct document *doc, row_id after, struct err *err)
{
	uint64_t pos;

	if (after == ROW_START || after == ROW_END ||
	    rows_position(doc->rows, after, &pos))
		return true;
	return doc_absent(after, err);
}

/* Elements come and go only where the file's structure is known and sound. */
static bool repository_ok(const struct document *doc, struct err *err)
{
	const struct repo_map *map =
		lineindex_repository(doc->tables->index[0]);

	if (!document_complete(doc))
		return err_set(err, ERR_INPUT,
			       _("the file is still being read"));
	if (!map->end)
		return err_set(err, ERR_INPUT,
			       _("the repository breaks off; mend its last "
				 "record first"));
	return true;
}

static bool order_ok(const struct document *doc, struct err *err)
{
	if (!doc_writable(doc, err))
		return false;
	if (document_single(doc))
		return err_set(err, ERR_INPUT,
			       _("this file is one JSON text, not a list of "
				 "records"));
	return !document_repository(doc) || repository_ok(doc, err);
}

/* The row behind which a row of `list` is put that is wanted behind `after`:
 * lists follow each other. */
static row_id place_in_list(const struct document *doc, uint32_t list,
			    row_id after)
{
	uint64_t low = 0, high = rows_count(doc->rows);
	uint32_t of;
	bool first;

	if (after < ROW_NONE && tables_list(doc->tables, after) == list)
		return after;
	of = after == ROW_START ? 0 : after == ROW_END ? UINT32_MAX
			    : tables_list(doc->tables, after);
	first = after == ROW_START || of < list;
	while (low < high) {
		uint64_t mid = low + (high - low) / 2;
		uint32_t l = tables_list(doc->tables, rows_at(doc->rows, mid));

		if (l < list || (l == list && !first))
			low = mid + 1;
		else
			high = mid;
	}
	return low ? rows_at(doc->rows, low - 1) : ROW_START;
}

/* The list that a new row goes to, by kind. */
static bool kind_of_new(const struct document *doc, const struct document_new *n,
			enum repo_kind *kind, struct err *err)
{
	*kind = REPO_NONE;
	if (!document_repository(doc))
		return true;
	*kind = n->copy_of == ROW_NONE ? n->kind
				       : document_kind(doc, n->copy_of);
	if (*kind >= REPO_SERVICE && *kind <= REPO_EVENT)
		return true;
	return err_set(err, ERR_INPUT,
		       _("only elements of the repository's lists can be "
			 "added"));
}

static bool insert_run(struct document *doc, row_id after,
		       const struct document_new *news, size_t n,
		       enum repo_kind kind, row_id *ids, struct err *err)
{
	struct rows_place place = { row_make(ROW_ADDED + kind, doc->added), n,
				    ROW_NONE, after };
	struct row_state **states = mem_zalloc(n, sizeof(struct row_state *));
	size_t made = 0;

	while (made < n && new_state(doc, &news[made], &states[made], err))
		made++;
	if (made < n) {
		while (made-- > 0)
			row_state_unref(states[made]);
		free(states);
		return false;
	}
	if (kind != REPO_NONE)
		place.after = place_in_list(doc,
					    tables_list(doc->tables,
							place.first), after);
	for (size_t i = 0; i < n; i++) {
		doc_apply_state(doc, doc->open, place.first + i, states[i]);
		if (ids)
			ids[i] = place.first + i;
	}
	free(states);
	doc->added += n;
	doc_apply_places(doc, doc->open, &place, 1);
	return true;
}

bool document_insert(struct document *doc, row_id after,
		     const struct document_new *news, size_t n, row_id *ids,
		     struct err *err)
{
	size_t from = 0, to;

	after = document_known(doc, after);
	if (!order_ok(doc, err) || !place_ok(doc, after, err))
		return false;
	if (n == 0)
		return true;
	document_begin(doc, _("add"));
	for (; from < n; from = to) {
		enum repo_kind kind = REPO_NONE, next;
		bool ok = kind_of_new(doc, &news[from], &kind, err);

		for (to = from + 1; ok && to < n; to++)
			if (!kind_of_new(doc, &news[to], &next, NULL) ||
			    next != kind)
				break;
		if (!ok || !insert_run(doc, after, &news[from], to - from, kind,
				       ids ? ids + from : NULL, err)) {
			document_abort(doc);
			return false;
		}
		if (ids)
			after = ids[to - 1];
	}
	return document_commit(doc, err);
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The positions of ids, sorted, each once. NULL when one is not there. */
static uint64_t *positions(const struct document *doc, const row_id *ids,
			   size_t *n, struct err *err)
{
	uint64_t *pos = mem_alloc(*n * sizeof(*pos));
	size_t out = 0;

	for (size_t i = 0; i < *n; i++) {
		if (!document_position(doc, ids[i], &pos[i])) {
			doc_absent(ids[i], err);
			free(pos);
			return NULL;
		}
	}
	qsort(pos, *n, sizeof(*pos), by_number);
	for (size_t i = 0; i < *n; i++)
		if (out == 0 || pos[out - 1] != pos[i])
			pos[out++] = pos[i];
	*n = out;
	return pos;
}

/* Runs of neighbours out of sorted positions, with the rows they stand behind;
 * `after` is left to the caller. */
static struct rows_place *runs_of(const struct document *doc,
				  const uint64_t *pos, size_t n, size_t *count)
{
	struct rows_place *p = mem_alloc(n * sizeof(*p));
	size_t k = 0;

	for (size_t i = 0; i < n; i++) {
		row_id id = rows_at(doc->rows, pos[i]);

		if (k && pos[i] == pos[i - 1] + 1 &&
		    id == p[k - 1].first + p[k - 1].count) {
			p[k - 1].count++;
			continue;
		}
		p[k++] = (struct rows_place){
			.first = id,
			.count = 1,
			.before = pos[i] ? rows_at(doc->rows, pos[i] - 1)
					 : ROW_START,
			.after = ROW_NONE,
		};
	}
	*count = k;
	return p;
}

bool document_delete(struct document *doc, const row_id *ids, size_t n,
		     struct err *err)
{
	struct rows_place *places;
	uint64_t *pos;
	size_t count;

	if (!order_ok(doc, err))
		return false;
	if (n == 0)
		return true;
	pos = positions(doc, ids, &n, err);
	if (!pos)
		return false;
	places = runs_of(doc, pos, n, &count);
	free(pos);
	document_begin(doc, _("delete"));
	doc_apply_places(doc, doc->open, places, count);
	free(places);
	return document_commit(doc, err);
}

static bool among(const uint64_t *pos, size_t n, const struct document *doc,
		  row_id id)
{
	uint64_t p;

	return rows_position(doc->rows, id, &p) &&
	       bsearch(&p, pos, n, sizeof(*pos), by_number);
}

/* A record of a repository stays in its list. */
static bool same_list(const struct document *doc, const uint64_t *pos, size_t n)
{
	return tables_list(doc->tables, rows_at(doc->rows, pos[0])) ==
	       tables_list(doc->tables, rows_at(doc->rows, pos[n - 1]));
}

bool document_move(struct document *doc, const row_id *ids, size_t n,
		   row_id after, struct err *err)
{
	struct rows_place *places;
	struct rows *old;
	uint64_t *pos;
	size_t count;

	after = document_known(doc, after);
	if (!order_ok(doc, err) || !place_ok(doc, after, err))
		return false;
	if (n == 0)
		return true;
	pos = positions(doc, ids, &n, err);
	if (!pos)
		return false;
	if (document_repository(doc) && !same_list(doc, pos, n)) {
		free(pos);
		return err_set(err, ERR_INPUT,
			       _("records of different lists do not move "
				 "together"));
	}
	if (document_repository(doc))
		after = place_in_list(doc, tables_list(doc->tables,
						       rows_at(doc->rows,
							       pos[0])),
				      after);
	if (among(pos, n, doc, after)) {
		free(pos);
		return err_set(err, ERR_USAGE,
			       _("records cannot be moved behind one of them"));
	}
	places = runs_of(doc, pos, n, &count);
	free(pos);
	for (size_t i = 0; i < count; i++)
		places[i].after = i ? places[i - 1].first +
					      places[i - 1].count - 1
				    : after;
	document_begin(doc, _("move"));
	old = rows_share(doc->rows);
	doc_apply_places(doc, doc->open, places, count);
	free(places);
	if (rows_same_order(old, doc->rows)) {
		rows_unref(old);
		document_abort(doc);
		return true;
	}
	rows_unref(old);
	return document_commit(doc, err);
}

/* Put a deleted row back: behind the nearest row before it in the file that is
 * still there. */
static void restore(struct document *doc, row_id id)
{
	struct rows_place place = { id, 1, ROW_NONE, ROW_START };
	uint64_t pos = 0, here;

	rows_position(doc->saved, id, &pos);
	while (pos > 0 && place.after == ROW_START) {
		row_id prev = rows_at(doc->saved, --pos);

		if (rows_position(doc->rows, prev, &here))
			place.after = prev;
	}
	doc_apply_places(doc, doc->open, &place, 1);
}

bool document_revert(struct document *doc, row_id id, struct err *err)
{
	enum row_change change = document_state(doc, id);
	struct row_state *saved;
	uint64_t pos;

	if (!doc_writable(doc, err))
		return false;
	id = document_known(doc, id);
	saved = rows_state(doc->saved, id);
	if (change == ROW_NEW)
		return document_delete(doc, &id, 1, err);
	if (!rows_position(doc->saved, id, &pos))
		return doc_absent(id, err);
	if (change == ROW_CLEAN)
		return true;
	document_begin(doc, _("revert"));
	if (!row_state_equal(saved, rows_state(doc->rows, id)))
		doc_apply_state(doc, doc->open, id, row_state_ref(saved));
	if (change == ROW_DELETED)
		restore(doc, id);
	return document_commit(doc, err);
}
