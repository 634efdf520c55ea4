/* A frame into a file that was changed since: what fits is applied. */
#include "config.h"

#include "edit/doc.h"
#include "edit/frameread.h"

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
bool frameread_edits_found(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		struct row_state *s = NULL;
		const char *at = g->in.p, *state;
		uint64_t pos;
		row_id id;

		if (!frameread_name(g, false, &id)) {
			g->in.p = at;
			if (g->in.bad || !frameread_name(g, true, &id))
				return false;
		}
		state = g->in.p;
		skip_state(g);
		if (g->in.bad || id >= ROW_NONE)
			continue;
		at = g->in.p;
		g->in.p = state;
		if (!frameread_state(g, id, &s) ||
		    (s && !frameread_is_record(g, id, s)) ||
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

/* A row of a run, where it is now. */
static row_id found_in_run(struct reading *g, bool record, uint64_t name,
			   uint64_t i)
{
	row_id id = ROW_NONE;

	if (record)
		return g->r->find(g->r->arg, name + i);
	if (!frameread_known(g->r, name + i, &id) ||
	    !rows_state(g->doc->rows, id))
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

	if (!frameread_name(g, false, after)) {
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

bool frameread_places_found(struct reading *g)
{
	uint64_t n = frame_get(&g->in);

	for (uint64_t i = 0; i < n && !g->in.bad; i++) {
		uint64_t kind = frame_get(&g->in), name = frame_get(&g->in);
		uint64_t count = frame_get(&g->in);
		row_id from, after, id;
		uint64_t pos;

		if ((kind != NAME_RECORD && kind != NAME_ROW) ||
		    !frameread_name(g, false, &from) || !get_after(g, &after) ||
		    g->in.bad || count > UINT64_MAX - name)
			return false;
		for (uint64_t k = 0; k < count; k++) {
			id = found_in_run(g, kind == NAME_RECORD, name, k);
			/* Nothing is known of what was never named. */
			if (id == ROW_NONE && k > g->doc->added &&
			    k > frameread_records(g->doc))
				return false;
			if (id == ROW_NONE)
				continue;
			place_one(g, id, from != ROW_NONE, after);
			/* The next one stands behind it, if it is there. */
			if (after != ROW_NONE && after != ROW_END &&
			    rows_position(g->doc->rows, id, &pos))
				after = id;
		}
	}
	return !g->in.bad;
}
