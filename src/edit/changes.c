/* What differs from the file: states, the list of changes, dirty. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "edit/doc.h"

enum row_change document_state(const struct document *doc, row_id id)
{
	struct row_state *now, *saved;
	uint64_t pos;
	bool here, there;

	id = document_known(doc, id);
	now = rows_state(doc->rows, id);
	saved = rows_state(doc->saved, id);
	here = rows_position(doc->rows, id, &pos);
	there = rows_position(doc->saved, id, &pos);
	if (here && there)
		return row_state_equal(now, saved) ? ROW_CLEAN : ROW_CHANGED;
	return here ? ROW_NEW : there ? ROW_DELETED : ROW_CLEAN;
}

struct looking {
	const struct document *doc;
	const struct rows *other;
	bool found;
};

static bool differs(void *arg, row_id id, struct row_state *s)
{
	struct looking *l = arg;
	uint64_t pos;

	if (!row_state_equal(s, rows_state(l->other, id)) &&
	    rows_position(l->doc->rows, id, &pos))
		l->found = true;
	return !l->found;
}

static bool texts_differ(const struct document *doc)
{
	struct looking l = { .doc = doc, .other = doc->saved };

	rows_each_state(doc->rows, differs, &l);
	l.other = doc->rows;
	if (!l.found)
		rows_each_state(doc->saved, differs, &l);
	return l.found;
}

bool document_dirty(struct document *doc)
{
	if (doc->dirty_known && doc->dirty_at == doc->generation)
		return doc->dirty;
	doc->dirty = !rows_same_order(doc->rows, doc->saved) ||
		     texts_differ(doc);
	doc->dirty_at = doc->generation;
	doc->dirty_known = true;
	return doc->dirty;
}

struct found { uint64_t pos; struct document_change c; };
struct finding {
	struct document *doc;
	const struct rows *where;	/* positions are those in here */
	enum row_change change;
	struct found *list;
	size_t n, cap, from;
};

static void add(struct finding *f, row_id id)
{
	uint64_t pos = 0;

	rows_position(f->where, id, &pos);
	f->list = mem_room(f->list, f->n, &f->cap, sizeof(*f->list));
	f->list[f->n++] = (struct found){ pos, { id, f->change } };
}

static bool add_changed(void *arg, row_id id, struct row_state *s)
{
	struct finding *f = arg;
	/* Rows that only the saved side knows as edited are told apart by the
	 * current side having no state. */
	if (document_state(f->doc, id) == ROW_CHANGED)
		add(f, id);
	return true;
}

static bool add_put_back(void *arg, row_id id, struct row_state *s)
{
	struct finding *f = arg;

	if (!rows_state(f->doc->rows, id))
		add_changed(arg, id, s);
	return true;
}

static void add_run(void *arg, row_id first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		add(arg, first + i);
}

static int by_pos(const void *a, const void *b)
{
	uint64_t x = ((const struct found *)a)->pos;
	uint64_t y = ((const struct found *)b)->pos;

	return x < y ? -1 : x > y;
}

/* Sort what was found since the last sort. */
static void sort_from(struct finding *f)
{
	if (f->n > f->from)
		qsort(f->list + f->from, f->n - f->from, sizeof(*f->list),
		      by_pos);
	f->from = f->n;
}

size_t document_changes(struct document *doc, struct document_change **out)
{
	struct finding f = { .doc = doc, .where = doc->rows };

	f.change = ROW_CHANGED;
	rows_each_state(doc->rows, add_changed, &f);
	rows_each_state(doc->saved, add_put_back, &f);
	f.change = ROW_NEW;
	rows_missing(doc->rows, doc->saved, add_run, &f);
	sort_from(&f);
	f.change = ROW_DELETED;
	f.where = doc->saved;
	rows_missing(doc->saved, doc->rows, add_run, &f);
	sort_from(&f);
	*out = mem_alloc(f.n * sizeof(**out));
	for (size_t i = 0; i < f.n; i++)
		(*out)[i] = f.list[i].c;
	free(f.list);
	return f.n;
}

struct removal { struct rows_place *places; size_t n, cap; };

static void add_removal(void *arg, row_id first, uint64_t count)
{
	struct removal *r = arg;

	r->places = mem_room(r->places, r->n, &r->cap, sizeof(*r->places));
	r->places[r->n++] =
		(struct rows_place){ first, count, ROW_START, ROW_NONE };
}

/* Ids that follow each other need not be neighbours; one by one they are. */
static void add_removals(void *arg, row_id first, uint64_t count)
{
	for (uint64_t i = 0; i < count; i++)
		add_removal(arg, first + i, 1);
}

/* rows without those that other lacks. */
static struct rows *common(struct rows *rows, const struct rows *other)
{
	struct removal r = { 0 };
	struct rows *own = rows_own(rows_share(rows));

	rows_missing(rows, other, add_removals, &r);
	if (r.n)
		rows_relocate(own, r.places, r.n, false);
	free(r.places);
	return own;
}

bool document_reordered(struct document *doc)
{
	struct rows *a = common(doc->rows, doc->saved);
	struct rows *b = common(doc->saved, doc->rows);
	bool same = rows_same_order(a, b);

	rows_unref(a);
	rows_unref(b);
	return !same;
}
