/* The end of the list while the file is still being read: the records known so
 * far, a row for those between, and the last ones, read backwards. */
#include "config.h"

#include "app/pairs.h"

#define PAGES_AHEAD 4	/* read above what is shown */

static struct listing *listing_of(const struct pairs *p)
{
	return &p->view.session->listing;
}

static uint64_t known(const struct pairs *p)
{
	return p->tail ? listing_count(listing_of(p)) : fold_lines(&p->fold);
}

uint64_t pairs_count(const struct pairs *p)
{
	return known(p) + (p->tail_apart ? 1 : 0) + p->tail;
}

/* Is the row one of the tail? *k counts from the end. */
static bool in_tail(const struct pairs *p, uint64_t row, uint64_t *k)
{
	uint64_t count = pairs_count(p);

	if (row >= count || row < count - p->tail)
		return false;
	*k = count - 1 - row;
	return true;
}

row_id pairs_row(const struct pairs *p, uint64_t row)
{
	const struct document *doc = p->view.session->doc;
	uint64_t k;

	if (in_tail(p, row, &k))
		return document_known(doc, document_tail_row(doc, k));
	return listing_row(listing_of(p),
			   p->tail ? row : fold_place(&p->fold, row));
}

bool pairs_is_gap(const struct pairs *p, uint64_t row)
{
	return p->tail_apart && row == known(p);
}

bool pairs_find_row(const struct pairs *p, row_id id, uint64_t *row)
{
	const struct document *doc = p->view.session->doc;
	uint64_t k;

	if (id == ROW_NONE && p->tail_apart) {
		*row = known(p);
		return true;
	}
	id = document_known(doc, id);
	if (p->tail && document_tail_find(doc, id, &k) && k < p->tail) {
		*row = pairs_count(p) - 1 - k;
		return true;
	}
	if (!listing_find(listing_of(p), id, row))
		return false;
	if (!p->tail)
		*row = fold_line(&p->fold, *row);
	return true;
}

/* Only behind the document as it is: a filter or a sort has not seen those
 * records. */
static bool fits(const struct pairs *p)
{
	const struct listing *l = listing_of(p);

	return !l->own && !(l->sort == SORT_FILE && l->descending);
}

/* How many rows should be known from the end, for what is shown now. */
static uint64_t wanted(const struct pairs *p)
{
	uint64_t page = p->list.h > 0 ? (uint64_t)p->list.h : 1, k;

	return (in_tail(p, p->list.top, &k) ? k + 1 : 0) + page * PAGES_AHEAD;
}

void pairs_tail_poll(struct pairs *p)
{
	struct document *doc = p->view.session->doc;
	uint64_t was = p->tail;
	bool apart = p->tail_apart;

	if (!p->tail)
		return;
	p->tail = fits(p) ? document_tail(doc, wanted(p)) : 0;
	p->tail_apart = p->tail && document_tail_apart(doc);
	if (p->tail != was || p->tail_apart != apart)
		list_changed(&p->list);
}

bool pairs_tail_show(struct pairs *p)
{
	struct document *doc = p->view.session->doc;

	if (document_complete(doc) || !fits(p))
		return false;
	p->tail = document_tail(doc, wanted(p));
	p->tail_apart = p->tail && document_tail_apart(doc);
	list_changed(&p->list);
	return p->tail > 0;
}

bool pairs_tail_status(const struct pairs *p, uint64_t row, struct buf *out)
{
	uint64_t k;

	if (in_tail(p, row, &k))
		buf_addf(out, "-%llu", (unsigned long long)k + 1);
	else if (pairs_is_gap(p, row))
		buf_adds(out, "...");
	else
		return false;
	buf_addf(out, "/~%llu", (unsigned long long)document_expected(
					p->view.session->doc));
	return true;
}
