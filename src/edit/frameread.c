#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "edit/doc.h"
#include "edit/frameprint.h"
#include "edit/frameread.h"

#define LABEL_MAX 200		/* bytes of a step's label; more is cut */

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
	framepast_drop(r);
	free(r->known);
	free(r->kept);
	free(r);
}

void frame_reader_find(struct frame_reader *r, frame_find *find,
		       frame_find *past, void *arg)
{
	r->find = find;
	r->find_past = past;
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

bool frameread_known(const struct frame_reader *r, uint64_t name, row_id *id)
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

	if (frameread_known(r, name, &id))
		return id;
	id = row_make(row_is_added(name) ? row_origin(name) : ROW_ADDED,
		      r->doc->added++);
	r->known = mem_room(r->known, r->count, &r->cap, sizeof(*r->known));
	memmove(&r->known[at + 1], &r->known[at],
		(r->count - at) * sizeof(*r->known));
	r->known[at] = (struct known){ name, id };
	r->count++;
	return id;
}

uint64_t frameread_records(const struct document *doc)
{
	return lineindex_count(doc->tables->index[0]);
}

bool frameread_name(struct reading *g, bool new, row_id *id)
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
	if (kind == NAME_RECORD && n < frameread_records(g->doc)) {
		*id = row_make(0, n);
		return true;
	}
	if (kind != NAME_ROW)
		return false;
	if (new)
		*id = make_known(g->r, n);
	return new || frameread_known(g->r, n, id);
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

bool frameread_is_record(struct reading *g, row_id id,
			 const struct row_state *s)
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
		    row_number(copy_of) >= frameread_records(g->doc))
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

bool frameread_state(struct reading *g, row_id id, struct row_state **out)
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

static bool read_edits(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		struct row_state *s = NULL;
		const char *at = g->in.p;
		uint64_t pos;
		row_id id;

		/* A row that is not known is one to come. */
		if (!frameread_name(g, false, &id)) {
			if (g->in.bad)
				return false;
			g->in.p = at;
			if (!frameread_name(g, true, &id))
				return false;
		}
		if (id >= ROW_NONE || !frameread_state(g, id, &s))
			return false;
		if (s && !frameread_is_record(g, id, s)) {
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
	case PART_EDITS: return found ? frameread_edits_found(g) : read_edits(g);
	case PART_PLACES: return found ? frameread_places_found(g)
				      : frameread_places(g);
	default: return false;
	}
}

void frameread_note(struct frame_reader *r, bool kept)
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

bool frameread_begin(struct reading *g)
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
	if (!ok)
		document_abort(g->doc);
	return ok;
}

static bool read_step(struct reading *g)
{
	if (!frameread_begin(g))
		return misfit(g);
	if (g->r->find)
		frameread_note(g->r, !step_empty(g->doc->open));
	return document_commit(g->doc, g->err);
}

/* All of it comes before the first change, or is worth nothing. */
static bool read_history(struct reading *g, char kind, size_t len)
{
	frame_find *find = g->r->find;
	bool ok;

	if (find)
		g->r->find = g->r->find_past;
	ok = kind == FRAME_PRESENT ? len == 1 && framepast_end(g)
				   : framepast_read(g, kind == FRAME_PAST);
	g->r->find = find;
	return ok || misfit(g);
}

static bool is_history(char kind)
{
	return kind == FRAME_PAST || kind == FRAME_FUTURE ||
	       kind == FRAME_PRESENT;
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

	if (is_history(kind)) {
		ok = read_history(&g, kind, len);
	} else if (r->walk) {
		ok = misfit(&g);
	} else if (kind == FRAME_STEP) {
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
	if (!ok)
		framepast_drop(r);
	if (ok && rows)
		*rows = kind == FRAME_STEP ? g.rows : t.rows;
	return ok;
}
