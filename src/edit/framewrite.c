#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "edit/doc.h"
#include "edit/frame.h"
#include "edit/frameio.h"
#include "edit/frameprint.h"
#include "edit/framewrite.h"

/* A step over more rows or bytes than this has no checksums of the records,
 * because reading them all would hold the user up; to a file that was changed
 * by someone else it is not applied. */
#define SUMS_MAX 10000
#define SUM_BYTES_MAX ((uint64_t)256 << 20)

struct frame_writer *frame_writer_new(struct document *doc, struct rows *base)
{
	struct frame_writer *w = mem_zalloc(1, sizeof(*w));

	w->doc = doc;
	w->base = base ? rows_share(base) : NULL;
	w->low = w->top = doc->done;
	w->own = rows_new();
	w->printed = rows_new();
	w->text_left = UINT64_MAX;
	return w;
}

struct frame_writer *frame_writer_again(const struct frame_writer *w)
{
	return frame_writer_new(w->doc, w->base);
}

void frame_writer_free(struct frame_writer *w)
{
	if (!w)
		return;
	rows_unref(w->base);
	rows_unref(w->own);
	rows_unref(w->printed);
	idmap_release(&w->names);
	free(w);
}

void frame_writer_lost(struct frame_writer *w)
{
	rows_unref(w->own);
	rows_unref(w->printed);
	w->own = rows_new();
	w->printed = rows_new();
	w->apart = true;
	w->scattered = true;
}

void frame_writer_grow(struct frame_writer *w, row_id first, uint64_t count)
{
	if (!w->base)
		return;
	w->base = rows_own(w->base);
	rows_grow(w->base, first, count);
}

/* The record number of a row in the base file. */
static bool record_of(const struct frame_writer *w, row_id id, uint64_t *n)
{
	if (w->base)
		return rows_position(w->base, id, n);
	*n = row_number(id);
	return row_origin(id) == 0;
}

/* The state of a row as the base file has it. */
static const struct row_state *base_state(const struct frame_writer *w,
					  row_id id)
{
	return w->base ? rows_state(w->base, id) : NULL;
}

static void put_name(struct frame_writer *w, row_id id, struct buf *out)
{
	uint64_t n;

	if (id == ROW_START || id == ROW_END || id == ROW_NONE) {
		frame_put(out, id == ROW_START ? NAME_START
			       : id == ROW_END ? NAME_END
					       : NAME_NONE);
	} else if (record_of(w, id, &n)) {
		frame_put(out, NAME_RECORD);
		frame_put(out, n);
	} else {
		frame_put(out, NAME_ROW);
		frame_put(out, id);
	}
}

/* A name in an edit is known from there on. */
static void introduce(struct frame_writer *w, row_id id, struct buf *out)
{
	uint64_t n;

	put_name(w, id, out);
	if (!record_of(w, id, &n) && !idmap_get(&w->names, id, &n))
		idmap_set(&w->names, id, w->named++);
}

static void put_patch(const struct patch *p, struct buf *out)
{
	struct buf b;

	buf_init(&b);
	if (p)
		patch_encode(p, &b);
	frame_put_bytes(out, b.data, b.len);
	buf_release(&b);
}

static bool text_of(struct frame_writer *w, row_id id,
		    const struct row_state *s, struct buf *out,
		    struct err *err)
{
	return tables_text(w->doc->tables, id, s, out, err);
}

static bool same_base(const struct row_state *a, const struct row_state *b)
{
	return a && b && a->text == b->text && a->copy_of == b->copy_of;
}

static void own(struct frame_writer *w, row_id id, bool is)
{
	rows_set_state(w->own, id,
		       is ? row_state_new(ROW_NONE, NULL, NULL) : NULL);
}

/* A row of the base file that is no longer as the record it was read as: the
 * difference from what the file holds now. */
static bool put_difference(struct frame_writer *w, row_id id,
			   const struct row_state *saved,
			   const struct row_state *s, struct buf *out,
			   struct err *err)
{
	struct buf a, b;
	struct patch *p = NULL;
	bool ok;

	buf_init(&a);
	buf_init(&b);
	ok = text_of(w, id, saved, &a, err) && text_of(w, id, s, &b, err);
	w->text_left -= a.len + b.len < w->text_left ? a.len + b.len
						     : w->text_left;
	if (ok)
		p = patch_between(a.data, a.len, b.data, b.len);
	frame_put(out, p ? TAG_PATCH : TAG_CLEAN);
	if (p)
		put_patch(p, out);
	patch_unref(p);
	buf_release(&a);
	buf_release(&b);
	return ok;
}

static bool put_new_row(struct frame_writer *w, row_id id,
			const struct row_state *s, struct buf *out,
			struct err *err)
{
	const char *bytes;
	struct buf text;
	uint64_t n;
	size_t len;
	bool ok;

	if (s && s->text) {
		bytes = text_bytes(s->text, &len);
		frame_put(out, TAG_TEXT);
		frame_put_bytes(out, bytes, len);
		put_patch(s->patch, out);
		own(w, id, true);
		return true;
	}
	if (s && s->copy_of != ROW_NONE && record_of(w, s->copy_of, &n) &&
	    !base_state(w, s->copy_of)) {
		frame_put(out, TAG_COPY);
		frame_put(out, n);
		put_patch(s->patch, out);
		own(w, id, true);
		return true;
	}
	buf_init(&text);
	ok = text_of(w, id, s, &text, err);
	frame_put(out, TAG_TEXT);
	frame_put_bytes(out, text.data, text.len);
	put_patch(NULL, out);
	own(w, id, false);
	buf_release(&text);
	return ok;
}

static bool put_edit(struct frame_writer *w, row_id id,
		     const struct row_state *before,
		     const struct row_state *after, struct buf *out,
		     struct err *err)
{
	const struct row_state *saved;
	uint64_t n;

	introduce(w, id, out);
	/* Gone: taken out of the order too, so no one reads it. */
	if (!after && row_is_added(id)) {
		frame_put(out, TAG_CLEAN);
		return true;
	}
	if (record_of(w, id, &n)) {
		saved = base_state(w, id);
		if (saved || row_is_added(id))
			return put_difference(w, id, saved, after, out, err);
		frame_put(out, after ? TAG_PATCH : TAG_CLEAN);
		if (after)
			put_patch(after->patch, out);
		return true;
	}
	if (!rows_state(w->own, id) || !same_base(before, after))
		return put_new_row(w, id, after, out, err);
	frame_put(out, TAG_PATCH);
	put_patch(after->patch, out);
	return true;
}

/* --- steps --- */

static bool put_edits(struct frame_writer *w, const struct step_part *p,
		      bool forward, struct buf *out, struct err *err)
{
	bool ok = true;

	buf_addc(out, PART_EDITS);
	frame_put(out, p->count);
	for (size_t i = 0; ok && i < p->count; i++) {
		const struct step_edit *e =
			&p->edits[forward ? i : p->count - 1 - i];

		ok = put_edit(w, e->id, forward ? e->before : e->after,
			      forward ? e->after : e->before, out, err);
	}
	return ok;
}

/* The state of a row that the step puts in. One that the step takes out again
 * has none at its end; what it had in between is noted in the step. */
static const struct row_state *state_in(const struct frame_writer *w,
					const struct step *s, row_id id)
{
	const struct row_state *now =
		rows_state(w->now ? w->now : w->doc->rows, id);

	for (size_t i = 0; !now && i < s->count; i++) {
		const struct step_part *p = &s->parts[i];

		for (size_t k = 0; p->kind == STEP_EDIT && k < p->count; k++)
			if (!now && row_is_added(id) && p->edits[k].id == id)
				now = p->edits[k].after ? p->edits[k].after
							: p->edits[k].before;
	}
	return now;
}

/* Rows that come in without the reader having heard of them: rows of an older
 * past than the journal. */
static bool put_strangers(struct frame_writer *w, const struct step *s,
			  const struct step_part *p, bool forward,
			  struct buf *out, struct err *err)
{
	uint64_t n;

	for (size_t i = 0; i < p->count; i++) {
		const struct rows_place *r = &p->places[i];
		row_id from = forward ? r->before : r->after;

		for (uint64_t k = 0; from == ROW_NONE && k < r->count; k++) {
			row_id id = r->first + k;

			if (record_of(w, id, &n) || rows_state(w->own, id))
				continue;
			buf_addc(out, PART_EDITS);
			frame_put(out, 1);
			introduce(w, id, out);
			if (!put_new_row(w, id, state_in(w, s, id), out, err))
				return false;
		}
	}
	return true;
}

/* A number that follows another when the rows do so for the reader. */
static bool number_of(struct frame_writer *w, row_id id, bool record,
		      uint64_t *n)
{
	if (record)
		return record_of(w, id, n);
	return !w->scattered && idmap_get(&w->names, id, n);
}

/* How many rows from first on are a run for the reader too. */
static uint64_t named_alike(struct frame_writer *w, row_id first,
			    uint64_t count)
{
	uint64_t n, next, k = 1;
	bool record = record_of(w, first, &n);

	if (!w->base && record)
		return count;
	if (!number_of(w, first, record, &n))
		return 1;
	while (k < count && number_of(w, first + k, record, &next) &&
	       next == n + k)
		k++;
	return k;
}

static void put_places(struct frame_writer *w, const struct step_part *p,
		       bool forward, struct buf *out)
{
	struct buf list;
	size_t count = 0;

	buf_init(&list);
	for (size_t i = 0; i < p->count; i++) {
		struct rows_place r = p->places[i];
		row_id from = forward ? r.before : r.after;
		row_id to = forward ? r.after : r.before;

		while (r.count > 0) {
			uint64_t k = named_alike(w, r.first, r.count);

			put_name(w, r.first, &list);
			frame_put(&list, k);
			put_name(w, from == ROW_NONE ? ROW_NONE : ROW_START,
				 &list);
			put_name(w, to, &list);
			r.first += k;
			r.count -= k;
			if (to != ROW_NONE)
				to = r.first - 1;
			count++;
		}
	}
	buf_addc(out, PART_PLACES);
	frame_put(out, count);
	buf_add(out, list.data, list.len);
	buf_release(&list);
}

/* --- fingerprints --- */

struct prints {
	struct frame_writer *w;
	struct buf list;
	uint64_t count;
	struct err *err;
};

static bool add_print(struct prints *p, row_id id)
{
	struct frame_writer *w = p->w;
	struct row_state *s = w->base ? rows_state(w->base, id) : NULL;
	struct fingerprint f;
	struct columns c;
	struct buf text;
	row_id name;
	bool ok = true;

	if (id >= ROW_NONE || !record_of(w, id, &f.record))
		return true;
	name = row_make(0, f.record);
	if (rows_state(w->printed, name))
		return true;
	if (!tables_columns(w->doc->tables, w->doc->pools, id, s, &c))
		return err_set(p->err, ERR_SYSTEM,
			       _("a record cannot be read"));
	buf_init(&text);
	f.len = c.len;
	f.uuid = c.uuid;
	f.has_sum = w->sums_left > 0 && c.len <= w->bytes_left;
	if (f.has_sum) {
		ok = tables_text(w->doc->tables, id, s, &text, p->err);
		f.len = text.len;
		f.sum = fingerprint_sum(text.data, text.len);
		w->sums_left--;
		w->bytes_left -= c.len;
	}
	fingerprint_put(&p->list, &f);
	p->count++;
	buf_release(&text);
	rows_set_state(w->printed, name, row_state_new(ROW_NONE, NULL, NULL));
	return ok;
}

static bool print_part(struct prints *p, const struct step_part *part,
		       bool forward)
{
	bool ok = true;

	for (size_t i = 0; ok && i < part->count; i++) {
		if (part->kind == STEP_EDIT) {
			const struct step_edit *e = &part->edits[i];
			const struct row_state *s = forward ? e->after
							    : e->before;

			ok = add_print(p, e->id) &&
			     add_print(p, s ? s->copy_of : ROW_NONE);
		} else {
			const struct rows_place *r = &part->places[i];

			ok = add_print(p, forward ? r->after : r->before);
			for (uint64_t k = 0; ok && k < r->count; k++)
				ok = add_print(p, r->first + k);
		}
	}
	return ok;
}

static bool put_prints(struct frame_writer *w, const struct step *s,
		       bool forward, struct buf *out, struct err *err)
{
	struct prints p = { .w = w, .err = err };
	bool ok = true;

	w->sums_left = SUMS_MAX;
	w->bytes_left = SUM_BYTES_MAX;
	buf_init(&p.list);
	for (size_t i = 0; ok && i < s->count; i++)
		ok = print_part(&p, &s->parts[i], forward);
	if (p.count) {
		buf_addc(out, PART_PRINTS);
		frame_put(out, p.count);
		buf_add(out, p.list.data, p.list.len);
	}
	buf_release(&p.list);
	return ok;
}

bool frame_put_step(struct frame_writer *w, enum frame_kind kind,
		    const struct step *s, bool forward, struct buf *out,
		    struct err *err)
{
	bool ok;

	buf_addc(out, (char)kind);
	frame_put_bytes(out, s->label, strlen(s->label));
	ok = put_prints(w, s, forward, out, err);
	for (size_t i = 0; ok && i < s->count; i++) {
		const struct step_part *p =
			&s->parts[forward ? i : s->count - 1 - i];

		if (p->kind == STEP_EDIT) {
			ok = put_edits(w, p, forward, out, err);
		} else {
			ok = put_strangers(w, s, p, forward, out, err);
			put_places(w, p, forward, out);
		}
	}
	return ok && buf_ok(out, _("journal"), err);
}

bool frame_write(struct frame_writer *w, const struct step *s, size_t index,
		 bool known, bool forward, struct buf *out, struct err *err)
{
	if (known && !w->apart && index >= w->low && index < w->top) {
		buf_addc(out, forward ? FRAME_REDO : FRAME_UNDO);
		return true;
	}
	/* What the reader has on its stack is no longer what we have. */
	if (!forward)
		w->apart = true;
	w->top = index + 1;
	return frame_put_step(w, FRAME_STEP, s, forward, out, err);
}
