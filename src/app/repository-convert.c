/* Records of the screen as a repository, and a repository's as traffic. */
#include "config.h"

#include <inttypes.h>
#include <string.h>

#include "app/repository-rows.h"
#include "base/mem.h"
#include "rrpair/mockconvert.h"

#define MATES_MAX 1000		/* responses whose requests are looked for */

static void name_lost(const struct mock_report *r, struct buf *lost)
{
	for (size_t i = 0; i < r->count; i++) {
		if (lost->len)
			buf_adds(lost, ", ");
		buf_adds(lost, r->list[i].path);
	}
}

static bool to_repository(struct document *doc, const row_id *ids, size_t n,
			  struct buf *out, struct buf *lost, struct err *err)
{
	struct mock_options options = { 0 };
	struct mock_maker *m = mock_maker_new(&options);
	struct element e;
	bool ok = true;

	element_init(&e);
	for (size_t i = 0; ok && i < n; i++)
		ok = mock_maker_add(m, element_read(&e, doc, ids[i], NULL)
					       ? &e.pair : NULL, err);
	ok = ok && mock_maker_finish(m, out, err);
	if (ok)
		name_lost(mock_maker_report(m), lost);
	element_release(&e);
	mock_maker_free(m);
	return ok;
}

static bool learn(struct mock_player *p, struct document *doc, struct err *err)
{
	uint64_t count = document_count(doc);
	struct element e;
	bool ok = true;

	element_init(&e);
	for (uint64_t i = 0; ok && i < count; i++) {
		row_id row = document_row(doc, i);
		enum repo_kind kind = document_kind(doc, row);

		if ((kind == REPO_SERVICE || kind == REPO_RESPONSE) &&
		    element_read(&e, doc, row, NULL))
			ok = mock_player_learn(p, &e.pair, err);
	}
	element_release(&e);
	return ok;
}

/* A pair is named by either of its records. */
static bool to_traffic(struct document *doc, const row_id *ids, size_t n,
		       struct buf *out, struct buf *lost, struct err *err)
{
	struct mock_options options = { 0 };
	struct mock_player *p = mock_player_new(&options);
	struct mock_strings done = { 0 };
	struct element e;
	bool ok = learn(p, doc, err), new;

	element_init(&e);
	for (size_t i = 0; ok && i < n; i++) {
		row_id row = ids[i];

		/* To look a request up costs a pass: for a few only. */
		if (document_kind(doc, row) == REPO_RESPONSE && n <= MATES_MAX)
			row = repository_mate(doc, row);
		if (row == ROW_NONE ||
		    document_kind(doc, row) != REPO_REQUEST)
			continue;
		mock_strings_add(&done, mem_format("%" PRIx64, row), 0, &new);
		if (new && element_read(&e, doc, row, NULL))
			ok = mock_player_add(p, &e.pair, out, err);
	}
	mock_strings_release(&done);
	if (ok)
		name_lost(mock_player_lost(p), lost);
	element_release(&e);
	mock_player_free(p);
	return ok;
}

bool repository_convert(struct document *doc, const row_id *ids, size_t n,
			struct buf *out, struct buf *lost, struct err *err)
{
	return document_repository(doc)
		       ? to_traffic(doc, ids, n, out, lost, err)
		       : to_repository(doc, ids, n, out, lost, err);
}
