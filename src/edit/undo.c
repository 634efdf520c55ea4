#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "edit/doc.h"

void doc_free_steps(struct document *doc, size_t from)
{
	while (doc->step_count > from)
		step_free(doc->steps[--doc->step_count]);
}

void doc_apply_places(struct document *doc, struct step *s,
		      const struct rows_place *places, size_t n)
{
	step_add_places(s, places, n);
	doc->rows = rows_own(doc->rows);
	rows_relocate(doc->rows, places, n, false);
}

void doc_apply_state(struct document *doc, struct step *s, row_id id,
		     struct row_state *after)
{
	doc->rows = rows_own(doc->rows);
	step_add_edit(s, id, row_state_ref(rows_state(doc->rows, id)),
		      row_state_ref(after));
	rows_set_state(doc->rows, id, after);
}

void document_begin(struct document *doc, const char *label)
{
	if (doc->depth == 0)
		doc->open = step_new(label);
	doc->marks = mem_room(doc->marks, doc->depth, &doc->mark_cap,
			      sizeof(*doc->marks));
	doc->marks[doc->depth++] = step_mark(doc->open);
}

/* An inner change that fails takes back what it did, no more. */
void document_abort(struct document *doc)
{
	if (doc->depth == 0)
		return;
	doc->rows = rows_own(doc->rows);
	step_take_back(doc->open, doc->marks[--doc->depth], doc->rows);
	if (doc->depth > 0)
		return;
	step_free(doc->open);
	doc->open = NULL;
	doc->generation++;
}

static void tell_of(struct document *doc, const struct step *s)
{
	doc->generation++;
	doc_tell(doc, step_moves_rows(s) ? DOCUMENT_ORDER : DOCUMENT_EDITED);
}

bool document_commit(struct document *doc, struct err *err)
{
	struct step *s = doc->open;

	if (doc->depth > 1) {
		doc->depth--;
		return true;
	}
	if (!step_empty(s) &&
	    !doc_journal_step(doc, s, doc->done, false, true, err)) {
		document_abort(doc);
		return false;
	}
	doc->depth = 0;
	doc->open = NULL;
	if (step_empty(s)) {
		step_free(s);
		return true;
	}
	doc_free_steps(doc, doc->done);
	doc->steps = mem_room(doc->steps, doc->step_count, &doc->step_cap,
			      sizeof(struct step *));
	doc->steps[doc->step_count++] = s;
	doc->done = doc->step_count;
	doc_journal_compact(doc);
	tell_of(doc, s);
	return true;
}

/* Where the row of a step is, or, when it is gone, where it was. */
static uint64_t place_of(const struct document *doc, const struct step *s,
			 row_id row, bool forward)
{
	const struct step_part *p;
	uint64_t pos = 0;
	row_id near;

	if (rows_position(doc->rows, row, &pos))
		return pos;
	p = &s->parts[s->count - 1];
	if (p->kind != STEP_PLACES)
		return 0;
	near = forward ? p->places[0].before : p->places[0].after;
	if (near == ROW_END && rows_count(doc->rows))
		return rows_count(doc->rows) - 1;
	if (rows_position(doc->rows, near, &pos) &&
	    pos + 1 < rows_count(doc->rows))
		pos++;
	return pos;
}

/* Of a repository: other records call services as these call themselves now. */
static void rename_services(struct document *doc, const struct step *s)
{
	struct columns c;

	if (!document_repository(doc))
		return;
	for (size_t i = 0; i < s->count; i++) {
		const struct step_part *p = &s->parts[i];

		for (size_t k = 0; p->kind == STEP_EDIT && k < p->count; k++)
			if (document_kind(doc, p->edits[k].id) ==
				    REPO_SERVICE &&
			    document_columns(doc, p->edits[k].id, &c))
				columns_name_service(doc->pools, c.host,
						     c.service);
	}
}

static bool walk(struct document *doc, bool forward,
		 struct document_touched *t, struct err *err)
{
	size_t index = forward ? doc->done : doc->done - 1;
	struct step *s = doc->steps[index];

	doc->rows = rows_own(doc->rows);
	step_apply(s, doc->rows, forward);
	if (!doc_journal_step(doc, s, index, true, forward, err)) {
		step_apply(s, doc->rows, !forward);
		return false;
	}
	doc->done = forward ? doc->done + 1 : doc->done - 1;
	rename_services(doc, s);
	doc_journal_compact(doc);
	if (t) {
		size_t n = strlen(s->label);

		if (n >= sizeof(t->label))
			n = utf8_valid_prefix(s->label, sizeof(t->label) - 1);
		memcpy(t->label, s->label, n);
		t->label[n] = '\0';
		t->rows = step_rows(s, &t->row);
		t->pos = place_of(doc, s, t->row, forward);
	}
	tell_of(doc, s);
	return true;
}

bool document_undo(struct document *doc, struct document_touched *t,
		   struct err *err)
{
	if (!doc_writable(doc, err))
		return false;
	if (doc->done == 0 || doc->depth)
		return err_set(err, ERR_ABSENT, _("nothing to undo"));
	return walk(doc, false, t, err);
}

bool document_redo(struct document *doc, struct document_touched *t,
		   struct err *err)
{
	if (!doc_writable(doc, err))
		return false;
	if (doc->done == doc->step_count || doc->depth)
		return err_set(err, ERR_ABSENT, _("nothing to redo"));
	return walk(doc, true, t, err);
}

const char *document_undo_label(const struct document *doc)
{
	return doc->done ? doc->steps[doc->done - 1]->label : NULL;
}

const char *document_redo_label(const struct document *doc)
{
	return doc->done < doc->step_count ? doc->steps[doc->done]->label
					   : NULL;
}
