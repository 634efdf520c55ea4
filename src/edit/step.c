#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "edit/step.h"

struct step *step_new(const char *label)
{
	struct step *s = mem_zalloc(1, sizeof(*s));

	s->label = mem_strdup(label);
	return s;
}

/* Let go of the part's entries from `from` on. */
static void cut_part(struct step_part *p, size_t from)
{
	for (size_t k = from; p->kind == STEP_EDIT && k < p->count; k++) {
		row_state_unref(p->edits[k].before);
		row_state_unref(p->edits[k].after);
	}
	p->count = from;
	if (from > 0)
		return;
	free(p->kind == STEP_EDIT ? (void *)p->edits : (void *)p->places);
}

void step_free(struct step *s)
{
	if (!s)
		return;
	while (s->count > 0)
		cut_part(&s->parts[--s->count], 0);
	free(s->parts);
	free(s->label);
	free(s);
}

static struct step_part *part(struct step *s, enum step_kind kind)
{
	struct step_part *last = s->count ? &s->parts[s->count - 1] : NULL;

	if (kind == STEP_EDIT && last && last->kind == STEP_EDIT)
		return last;
	s->parts = mem_room(s->parts, s->count, &s->cap, sizeof(*s->parts));
	last = &s->parts[s->count++];
	*last = (struct step_part){ .kind = kind };
	return last;
}

void step_add_edit(struct step *s, row_id id, struct row_state *before,
		   struct row_state *after)
{
	struct step_part *p = part(s, STEP_EDIT);

	p->edits = mem_room(p->edits, p->count, &p->cap, sizeof(*p->edits));
	p->edits[p->count++] = (struct step_edit){ id, before, after };
}

void step_add_places(struct step *s, const struct rows_place *places, size_t n)
{
	struct step_part *p;

	if (n == 0)
		return;
	p = part(s, STEP_PLACES);
	p->places = mem_alloc(n * sizeof(*places));
	memcpy(p->places, places, n * sizeof(*places));
	p->count = p->cap = n;
}

/* Apply what the part holds from entry `from` on. Places are one change. */
static void apply_part(const struct step_part *p, size_t from,
		       struct rows *rows, bool forward)
{
	if (p->kind == STEP_PLACES) {
		rows_relocate(rows, p->places, p->count, !forward);
		return;
	}
	for (size_t i = from; i < p->count; i++) {
		const struct step_edit *e =
			&p->edits[forward ? i : p->count - 1 - (i - from)];

		rows_set_state(rows, e->id,
			       row_state_ref(forward ? e->after : e->before));
	}
}

void step_apply(const struct step *s, struct rows *rows, bool forward)
{
	for (size_t i = 0; i < s->count; i++)
		apply_part(&s->parts[forward ? i : s->count - 1 - i], 0, rows,
			   forward);
}

static void invert_part(struct step_part *p)
{
	for (size_t i = 0; p->kind == STEP_PLACES && i < p->count; i++) {
		row_id after = p->places[i].after;

		p->places[i].after = p->places[i].before;
		p->places[i].before = after;
	}
	for (size_t i = 0; p->kind == STEP_EDIT && i < (p->count + 1) / 2;
	     i++) {
		struct step_edit a = p->edits[i];
		struct step_edit b = p->edits[p->count - 1 - i];

		p->edits[i] = (struct step_edit){ b.id, b.after, b.before };
		p->edits[p->count - 1 - i] =
			(struct step_edit){ a.id, a.after, a.before };
	}
}

void step_invert(struct step *s)
{
	for (size_t i = 0; i < s->count; i++)
		invert_part(&s->parts[i]);
	for (size_t i = 0; i < s->count / 2; i++) {
		struct step_part p = s->parts[i];

		s->parts[i] = s->parts[s->count - 1 - i];
		s->parts[s->count - 1 - i] = p;
	}
}

struct step_mark step_mark(const struct step *s)
{
	return (struct step_mark){
		s->count, s->count ? s->parts[s->count - 1].count : 0
	};
}

void step_take_back(struct step *s, struct step_mark mark, struct rows *rows)
{
	struct step_part *last;

	while (s->count > mark.parts) {
		last = &s->parts[--s->count];
		apply_part(last, 0, rows, false);
		cut_part(last, 0);
	}
	last = s->count ? &s->parts[s->count - 1] : NULL;
	if (!last || last->count == mark.last)
		return;
	apply_part(last, mark.last, rows, false);
	cut_part(last, mark.last);
}

bool step_moves_rows(const struct step *s)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->parts[i].kind == STEP_PLACES)
			return true;
	return false;
}

bool step_empty(const struct step *s)
{
	return s->count == 0;
}

uint64_t step_rows(const struct step *s, row_id *first)
{
	uint64_t n = 0;

	*first = ROW_NONE;
	for (size_t i = 0; i < s->count; i++) {
		const struct step_part *p = &s->parts[i];

		if (*first == ROW_NONE)
			*first = p->kind == STEP_EDIT ? p->edits[0].id
						      : p->places[0].first;
		for (size_t k = 0; k < p->count; k++) {
			if (p->kind == STEP_PLACES)
				n += p->places[k].count;
			else	/* a new row counts when it is put in */
				n += p->edits[k].before ||
				     !row_is_added(p->edits[k].id);
		}
	}
	return n;
}
