#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "edit/doc.h"
#include "edit/frame.h"
#include "edit/frameio.h"
#include "edit/frameprint.h"

#define LABEL_MAX 200		/* bytes of a step's label; more is cut */

/* Names of rows that are not in the base file, and the rows made for them. */
struct known {
	uint64_t name;
	row_id id;
};

struct frame_reader {
	struct document *doc;
	struct known *known;	/* sorted by name */
	size_t count, cap;
	/* Another file than the one that was edited: */
	frame_find *find;
	void *arg;
	bool *kept;		/* steps of which something was left, by number */
	size_t steps, steps_cap, done;
};

struct reading {
	struct frame_reader *r;
	struct document *doc;
	struct frame_in in;
	uint64_t rows;
	uint64_t taken_to;	/* runs that go must ascend: undo needs it */
	struct err *err;
};

struct frame_reader *frame_reader_new(struct document *doc)
{
	struct frame_reader *r = mem_zalloc(1, sizeof(*r));

	r->doc = doc;
	return r;
}

void frame_reader_free(struct frame_reader *r)
{
	if (!r)
		return;
	free(r->known);
	free(r->kept);
	free(r);
}

void frame_reader_find(struct frame_reader *r, frame_find *find, void *arg)
{
	r->find = find;
	r->arg = arg;
}

static bool misfit(struct reading *g)
{
	return err_set(g->err, ERR_INPUT,
		       _("the journal does not fit the file"));
}

/* Where name is, or belongs. */
static size_t known_at(const struct frame_reader *r, uint64_t name)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (r->known[mid].name < name)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool find_known(const struct frame_reader *r, uint64_t name, row_id *id)
{
	size_t at = known_at(r, name);

	if (at == r->count || r->known[at].name != name)
		return false;
	*id = r->known[at].id;
	return true;
}

static row_id make_known(struct frame_reader *r, uint64_t name)
{
	size_t at = known_at(r, name);
	row_id id;

	if (find_known(r, name, &id))
		return id;
	id = row_make(ROW_ADDED, r->doc->added++);
	r->known = mem_room(r->known, r->count, &r->cap, sizeof(*r->known));
	memmove(&r->known[at + 1], &r->known[at],
		(r->count - at) * sizeof(*r->known));
	r->known[at] = (struct known){ name, id };
	r->count++;
	return id;
}

static uint64_t record_count(const struct document *doc)
{
	return lineindex_count(doc->tables->index[0]);
}

/* A row's name. new: rows unknown so far may be named. */
static bool get_name(struct reading *g, bool new, row_id *id)
{
	uint64_t kind = frame_get(&g->in), n;

	if (kind == NAME_START || kind == NAME_END || kind == NAME_NONE) {
		*id = kind == NAME_START ? ROW_START
		      : kind == NAME_END ? ROW_END
					 : ROW_NONE;
		return !g->in.bad && !new;
	}
	n = frame_get(&g->in);
	if (g->in.bad)
		return false;
	if (kind == NAME_RECORD && g->r->find) {
		*id = g->r->find(g->r->arg, n);
		return !new;
	}
	if (kind == NAME_RECORD && n < record_count(g->doc)) {
		*id = row_make(0, n);
		return true;
	}
	if (kind != NAME_ROW)
		return false;
	if (new)
		*id = make_known(g->r, n);
	return new || find_known(g->r, n, id);
}

/* A patch for a base of base_len bytes; empty is none. */
static bool get_patch(struct reading *g, size_t base_len, struct patch **out)
{
	size_t len;
	const char *s = frame_get_bytes(&g->in, &len);

	*out = NULL;
	if (g->in.bad)
		return false;
	return len == 0 || patch_decode(s, len, base_len, out, NULL);
}

/* Is the text that a state says a record, as edits have to keep it? */
static bool is_record(struct reading *g, row_id id, const struct row_state *s)
{
	struct buf b;
	bool ok;

	buf_init(&b);
	ok = tables_text(g->doc->tables, id, s, &b, NULL) &&
	     doc_text_fits(g->doc, b.data, b.len, NULL);
	buf_release(&b);
	return ok;
}

static bool get_new_state(struct reading *g, uint64_t tag,
			  struct row_state **out)
{
	const row_id any = row_make(ROW_ADDED, 0);
	row_id copy_of = ROW_NONE;
	struct text *text = NULL;
	struct patch *patch = NULL;
	struct row_state *s;
	size_t len;

	if (tag == TAG_TEXT) {
		const char *bytes = frame_get_bytes(&g->in, &len);

		text = text_new(bytes, len);
	} else {
		uint64_t n = frame_get(&g->in);

		if (g->r->find)
			copy_of = g->r->find(g->r->arg, n);
		else
			copy_of = row_make(0, n);
		if (copy_of >= ROW_NONE ||
		    row_number(copy_of) >= record_count(g->doc))
			return false;
	}
	s = row_state_new(copy_of, text, NULL);
	if (!tables_base_len(g->doc->tables, any, s, &len) ||
	    !get_patch(g, len, &patch)) {
		row_state_unref(s);
		return false;
	}
	s->patch = patch;
	*out = s;
	return true;
}

static bool get_state(struct reading *g, row_id id, struct row_state **out)
{
	uint64_t tag = frame_get(&g->in);
	struct row_state *old = rows_state(g->doc->rows, id);
	struct patch *patch;
	size_t len;

	*out = NULL;
	if (g->in.bad)
		return false;
	if (tag == TAG_CLEAN)
		return true;
	if (tag == TAG_TEXT || tag == TAG_COPY)
		return row_is_added(id) && get_new_state(g, tag, out);
	if (tag != TAG_PATCH ||
	    !tables_base_len(g->doc->tables, id, old, &len) ||
	    !get_patch(g, len, &patch))
		return false;
	if (patch || row_is_added(id))
		*out = row_state_new(old ? old->copy_of : ROW_NONE,
				     old ? text_ref(old->text) : NULL, patch);
	return true;
}

static void skip_state(struct reading *g)
{
	uint64_t tag = frame_get(&g->in);
	size_t len;

	if (tag == TAG_TEXT)
		frame_get_bytes(&g->in, &len);
	else if (tag == TAG_COPY)
		frame_get(&g->in);
	if (tag != TAG_CLEAN)
		frame_get_bytes(&g->in, &len);
	g->in.bad |= tag > TAG_COPY;
}

/* What fits is applied, the rest left out: in a file that was changed. */
static bool read_edits_found(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		struct row_state *s = NULL;
		const char *at = g->in.p, *state;
		uint64_t pos;
		row_id id;

		if (!get_name(g, false, &id)) {
			g->in.p = at;
			if (g->in.bad || !get_name(g, true, &id))
				return false;
		}
		state = g->in.p;
		skip_state(g);
		if (g->in.bad || id >= ROW_NONE)
			continue;
		at = g->in.p;
		g->in.p = state;
		if (!get_state(g, id, &s) || (s && !is_record(g, id, s)) ||
		    (!s && row_is_added(id) &&
		     rows_position(g->doc->rows, id, &pos))) {
			row_state_unref(s);
		} else if (!row_state_equal(rows_state(g->doc->rows, id), s)) {
			doc_apply_state(g->doc, g->doc->open, id, s);
			g->rows++;
		} else {
			row_state_unref(s);
		}
		g->in.bad = false;
		g->in.p = at;
	}
	return !g->in.bad;
}

static bool read_edits(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		struct row_state *s = NULL;
		const char *at = g->in.p;
		uint64_t pos;
		row_id id;

		/* A row that is not known is one to come. */
		if (!get_name(g, false, &id)) {
			if (g->in.bad)
				return false;
			g->in.p = at;
			if (!get_name(g, true, &id))
				return false;
		}
		if (id >= ROW_NONE || !get_state(g, id, &s))
			return false;
		if (s && !is_record(g, id, s)) {
			row_state_unref(s);
			return false;
		}
		/* A row without a text must not stay in the list. */
		if (!s && row_is_added(id) &&
		    rows_position(g->doc->rows, id, &pos))
			return false;
		doc_apply_state(g->doc, g->doc->open, id, s);
		g->rows++;
	}
	return !g->in.bad;
}

/* Are rows first .. first + count - 1 neighbours in that order? */
static bool neighbours(const struct rows *rows, row_id first, uint64_t count,
		       uint64_t *pos)
{
	if (count == 0 || count > rows_count(rows) ||
	    !rows_position(rows, first, pos))
		return false;
	for (uint64_t at = *pos, left = count; left > 0;) {
		row_id id;
		uint64_t n;

		if (at >= rows_count(rows))
			return false;
		n = rows_run(rows, at, left, &id);
		if (id != first + (at - *pos))
			return false;
		at += n;
		left -= n;
	}
	return true;
}

static bool absent(const struct rows *rows, row_id first, uint64_t count)
{
	uint64_t pos;

	for (uint64_t i = 0; i < count; i++)
		if (rows_position(rows, first + i, &pos) ||
		    (row_is_added(first + i) && !rows_state(rows, first + i)))
			return false;
	return count > 0;
}

static bool get_place(struct reading *g, struct rows_place *p)
{
	row_id from;
	uint64_t pos;

	if (!get_name(g, false, &p->first) || p->first >= ROW_NONE)
		return false;
	p->count = frame_get(&g->in);
	if (!get_name(g, false, &from) || !get_name(g, false, &p->after) ||
	    g->in.bad || (p->after == ROW_NONE && from == ROW_NONE))
		return false;
	if (row_number(p->first) + p->count < p->count ||
	    (!row_is_added(p->first) &&
	     row_number(p->first) + p->count > record_count(g->doc)) ||
	    (row_is_added(p->first) &&
	     row_number(p->first) + p->count > g->doc->added))
		return false;
	p->before = ROW_NONE;
	if (from == ROW_NONE)
		return absent(g->doc->rows, p->first, p->count);
	if (!neighbours(g->doc->rows, p->first, p->count, &pos) ||
	    pos < g->taken_to)
		return false;
	g->taken_to = pos + p->count;
	p->before = pos ? rows_at(g->doc->rows, pos - 1) : ROW_START;
	return true;
}

struct span { row_id first; uint64_t count; bool moved; };

static int by_first(const void *a, const void *b)
{
	row_id x = ((const struct span *)a)->first;
	row_id y = ((const struct span *)b)->first;

	return x < y ? -1 : x > y;
}

static bool in_spans(const struct span *spans, size_t n, row_id id)
{
	size_t low = 0, high = n;

	while (low < high) {
		size_t mid = low + (high - low) / 2;

		if (spans[mid].first <= id)
			low = mid + 1;
		else
			high = mid;
	}
	return low > 0 && id - spans[low - 1].first < spans[low - 1].count;
}

/* No row twice; and every place is a row that stays, or came just before. */
static bool places_fit(const struct rows *rows, const struct rows_place *p,
		       size_t n)
{
	struct span *spans = mem_alloc(n * sizeof(*spans));
	bool ok = true;
	uint64_t pos;

	for (size_t i = 0; i < n; i++)
		spans[i] = (struct span){ p[i].first, p[i].count, false };
	if (n)
		qsort(spans, n, sizeof(*spans), by_first);
	for (size_t i = 1; ok && i < n; i++)
		ok = spans[i].first - spans[i - 1].first >= spans[i - 1].count;
	for (size_t i = 0; ok && i < n; i++) {
		row_id to = p[i].after;

		if (to == ROW_NONE || to == ROW_START || to == ROW_END)
			continue;
		if (i > 0 && p[i - 1].after != ROW_NONE &&
		    to == p[i - 1].first + p[i - 1].count - 1)
			continue;
		ok = rows_position(rows, to, &pos) && !in_spans(spans, n, to);
	}
	free(spans);
	return ok;
}

static bool read_places(struct reading *g)
{
	uint64_t n = frame_get(&g->in);
	struct rows_place *places = NULL;
	size_t count = 0, cap = 0;
	bool ok = !g->in.bad;

	g->taken_to = 0;
	for (uint64_t i = 0; ok && i < n; i++) {
		places = mem_room(places, count, &cap, sizeof(*places));
		ok = get_place(g, &places[count]);
		if (ok)
			g->rows += places[count++].count;
	}
	ok = ok && places_fit(g->doc->rows, places, count);
	if (ok && count)
		doc_apply_places(g->doc, g->doc->open, places, count);
	free(places);
	return ok;
}

/* A row of a run, where it is now. */
static row_id found_in_run(struct reading *g, bool record, uint64_t name,
			   uint64_t i)
{
	row_id id = ROW_NONE;

	if (record)
		return g->r->find(g->r->arg, name + i);
	if (!find_known(g->r, name + i, &id) || !rows_state(g->doc->rows, id))
		return ROW_NONE;
	return id;
}

static void place_one(struct reading *g, row_id id, bool was_there,
		      row_id after)
{
	struct rows_place p = { id, 1, ROW_NONE, after };
	uint64_t pos;
	bool there = rows_position(g->doc->rows, id, &pos);

	if (there != was_there || after == id)
		return;
	if (there)
		p.before = pos ? rows_at(g->doc->rows, pos - 1) : ROW_START;
	if (p.before == after)
		return;
	doc_apply_places(g->doc, g->doc->open, &p, 1);
	g->rows++;
}

/* A place by its name; one that is gone is the end. */
static bool get_after(struct reading *g, row_id *after)
{
	uint64_t kind, pos;
	const char *at = g->in.p;

	if (!get_name(g, false, after)) {
		g->in.p = at;
		kind = frame_get(&g->in);
		frame_get(&g->in);
		*after = ROW_END;
		return !g->in.bad && kind == NAME_ROW;
	}
	kind = (unsigned char)*at;
	if (kind == NAME_NONE || *after == ROW_START || *after == ROW_END)
		return true;
	if (*after == ROW_NONE || !rows_position(g->doc->rows, *after, &pos))
		*after = ROW_END;
	return true;
}

static bool read_places_found(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		uint64_t kind = frame_get(&g->in), name = frame_get(&g->in);
		uint64_t count = frame_get(&g->in);
		row_id from, after, id;

		if ((kind != NAME_RECORD && kind != NAME_ROW) ||
		    !get_name(g, false, &from) || !get_after(g, &after) ||
		    g->in.bad || count > UINT64_MAX - name)
			return false;
		for (uint64_t k = 0; k < count; k++) {
			id = found_in_run(g, kind == NAME_RECORD, name, k);
			/* Nothing is known of what was never named. */
			if (id == ROW_NONE && k > g->doc->added &&
			    k > record_count(g->doc))
				return false;
			if (id == ROW_NONE)
				continue;
			place_one(g, id, from != ROW_NONE, after);
			if (after != ROW_NONE && after != ROW_END)
				after = id;
		}
	}
	return !g->in.bad;
}

static bool read_prints(struct reading *g)
{
	struct fingerprint f;

	for (uint64_t n = frame_get(&g->in); n > 0; n--)
		if (!fingerprint_get(&g->in, &f))
			return false;
	return !g->in.bad;
}

static bool read_part(struct reading *g, char part)
{
	bool found = g->r->find != NULL;

	switch (part) {
	case PART_PRINTS: return read_prints(g);
	case PART_EDITS: return found ? read_edits_found(g) : read_edits(g);
	case PART_PLACES: return found ? read_places_found(g) : read_places(g);
	default: return false;
	}
}

/* Which steps left something, when not all need do so: undo goes by it. */
static void note_step(struct frame_reader *r, bool kept)
{
	r->steps = r->done;
	r->kept = mem_room(r->kept, r->steps, &r->steps_cap, sizeof(*r->kept));
	r->kept[r->steps++] = kept;
	r->done = r->steps;
}

/* False: there is no such step. *kept: is there anything to do? */
static bool walk_step(struct frame_reader *r, bool forward, bool *kept)
{
	*kept = true;
	if (!r->find)
		return true;
	if (forward ? r->done == r->steps : r->done == 0)
		return false;
	*kept = r->kept[forward ? r->done : r->done - 1];
	r->done += forward ? 1 : -1;
	return true;
}

static bool read_step(struct reading *g)
{
	char label[LABEL_MAX + 1];
	size_t len;
	const char *s = frame_get_bytes(&g->in, &len);
	bool ok = !g->in.bad;

	if (len > LABEL_MAX)
		len = utf8_valid_prefix(s, LABEL_MAX);
	memcpy(label, s, len);
	label[len] = '\0';
	document_begin(g->doc, label);
	while (ok && g->in.p < g->in.end)
		ok = read_part(g, *g->in.p++);
	if (ok && g->r->find)
		note_step(g->r, !step_empty(g->doc->open));
	if (ok)
		return document_commit(g->doc, g->err);
	document_abort(g->doc);
	return misfit(g);
}

bool frame_read(struct frame_reader *r, const char *frame, size_t len,
		uint64_t *rows, struct err *err)
{
	struct reading g = {
		.r = r,
		.doc = r->doc,
		.in = { frame + (len > 0), frame + len, false },
		.err = err,
	};
	struct document_touched t = { .rows = 0 };
	char kind = len ? *frame : '\0';
	bool ok, kept;

	if (kind == FRAME_STEP) {
		ok = read_step(&g);
	} else if (len == 1 && kind == FRAME_UNDO &&
		   walk_step(r, false, &kept)) {
		ok = !kept || document_undo(r->doc, &t, err);
	} else if (len == 1 && kind == FRAME_REDO &&
		   walk_step(r, true, &kept)) {
		ok = !kept || document_redo(r->doc, &t, err);
	} else {
		ok = misfit(&g);
	}
	if (ok && rows)
		*rows = kind == FRAME_STEP ? g.rows : t.rows;
	return ok;
}
