/* Runs of records with the same signature in the list: folded, they are a line
 * that stands for all of them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/pairs.h"
#include "app/show.h"
#include "base/i18n.h"
#include "base/mem.h"

#define RUN_LOOK 2000	/* records of a run that its line tells of */

static void lines_changed(void *arg)
{
	struct pairs *p = arg;

	list_changed(&p->list);
	app_dirty(p->view.app);
}

void pairs_fold_init(struct pairs *p)
{
	struct session *s = p->view.session;

	fold_init(&p->fold, s->doc, &s->listing, app_jobs(p->view.app),
		  lines_changed, p);
	p->folded_loads = s->loads;
}

/* Before anything else looks at lines: the file may be another one. */
void pairs_fold_update(struct pairs *p)
{
	struct session *s = p->view.session;
	bool on = p->fold.on, all = p->fold.all;

	if (p->folded_loads != s->loads) {
		fold_release(&p->fold);
		pairs_fold_init(p);
		if (on)
			fold_all(&p->fold, all);
	}
	fold_update(&p->fold);
	p->run.line = UINT64_MAX;
}

static bool place_of(struct pairs *p, uint64_t *place)
{
	uint64_t count = listing_count(&p->view.session->listing);
	size_t row;

	if (!list_current(&p->list, &row))
		return false;
	*place = fold_place(&p->fold, row);
	return *place < count;
}

uint64_t pairs_run(const struct pairs *p, uint64_t row)
{
	return p->tail ? 1 : fold_records(&p->fold, row);
}

bool pairs_unfold_here(struct pairs *p)
{
	uint64_t place;
	size_t row;

	if (!list_current(&p->list, &row) || pairs_run(p, row) < 2 ||
	    !place_of(p, &place))
		return false;
	fold_one(&p->fold, place, false);
	lines_changed(p);
	return true;
}

/* A place of the listing, on a line of its own: what holds it opens, but not
 * while a search is still being typed. */
void pairs_go_to_place(struct pairs *p, uint64_t place)
{
	uint64_t line = fold_line(&p->fold, place);

	if (fold_records(&p->fold, line) > 1 && !p->typing) {
		fold_one(&p->fold, place, false);
		p->run.line = UINT64_MAX;
		list_changed(&p->list);
		line = fold_line(&p->fold, place);
	}
	list_goto(&p->list, (size_t)line);
	pairs_moved(p);
}

bool pairs_fold_command(struct pairs *p, const struct call *call)
{
	bool fold = call->id == CMD_FOLD || call->id == CMD_FOLD_ALL;
	uint64_t place;

	switch (call->id) {
	case CMD_FOLD_ALL:
	case CMD_UNFOLD_ALL:
		fold_all(&p->fold, fold);
		break;
	case CMD_FOLD:
	case CMD_UNFOLD:
		if (place_of(p, &place))
			fold_one(&p->fold, place, fold);
		break;
	default:
		return false;
	}
	p->run.line = UINT64_MAX;
	lines_changed(p);
	if (fold && !document_complete(p->view.session->doc))
		app_say(p->view.app, STYLE_NOTE, "%s",
			_("runs are folded when all of the file is read"));
	return true;
}

/* --- the records of a line --- */

size_t pairs_targets(struct view *v, row_id **out)
{
	struct pairs *p = (struct pairs *)v;
	struct listing *l = &v->session->listing;
	uint64_t place, n;
	size_t row;

	*out = NULL;
	if (!list_current(&p->list, &row) || (n = pairs_run(p, row)) < 2)
		return session_targets(v->session, pairs_record(v), out);
	place = fold_place(&p->fold, row);
	*out = mem_zalloc((size_t)n + 1, sizeof(**out));
	for (uint64_t i = 0; i < n; i++)
		(*out)[i] = listing_row(l, place + i);
	session_sort_rows(v->session, *out, (size_t)n);
	return (size_t)n;
}

bool pairs_all_tagged(const struct pairs *p, uint64_t row)
{
	struct session *s = p->view.session;
	uint64_t n = pairs_run(p, row), place = fold_place(&p->fold, row);

	if (n < 2)
		return rowmap_get(&s->tags, pairs_row(p, row)) != 0;
	if (s->tags.count < n)
		return false;
	for (uint64_t i = 0; i < n; i++)
		if (!rowmap_get(&s->tags, listing_row(&s->listing, place + i)))
			return false;
	return true;
}

void pairs_tag_run(struct pairs *p, uint64_t row)
{
	struct session *s = p->view.session;
	uint64_t n = pairs_run(p, row), place = fold_place(&p->fold, row);
	bool on = !pairs_all_tagged(p, row);

	for (uint64_t i = 0; i < n; i++)
		rowmap_set(&s->tags, listing_row(&s->listing, place + i), on);
}

static void look_at(struct pairs *p, struct pairs_run *r, row_id id)
{
	struct session *s = p->view.session;
	unsigned mark = session_mark(s, id);
	struct columns c;

	r->hits += rowmap_get(&p->hits, id) != 0;
	r->changed |= document_state(s->doc, id) != ROW_CLEAN;
	if (mark > r->mark)
		r->mark = mark;
	if (!session_columns_soon(s, id) || !document_columns(s->doc, id, &c))
		return;
	r->bytes += c.len;
	if (c.duration > r->slowest)
		r->slowest = c.duration;
	if (c.code != COLUMNS_NO_CODE) {
		r->mixed |= r->code && r->code != c.code;
		if (c.code > r->code)
			r->code = c.code;
		r->errors += c.code >= 400;
	}
	if (c.ts == COLUMNS_NO_TS)
		return;
	if (!r->timed || c.ts < r->from)
		r->from = c.ts;
	if (!r->timed || c.ts > r->to)
		r->to = c.ts;
	r->timed = true;
}

/* What is told of a folded line; kept until another one is asked for. */
const struct pairs_run *pairs_run_of(struct pairs *p, uint64_t row)
{
	struct listing *l = &p->view.session->listing;
	uint64_t place = fold_place(&p->fold, row);
	struct pairs_run *r = &p->run;

	if (r->line == row)
		return r;
	*r = (struct pairs_run){.line = row, .records = pairs_run(p, row)};
	if (fold_run_at(&p->fold, place))
		r->turn = fold_run_at(&p->fold, place)->turn;
	for (uint64_t i = 0; i < r->records && i < RUN_LOOK; i++)
		look_at(p, r, listing_row(l, place + i));
	r->cut = r->records > RUN_LOOK;
	return r;
}

/* "8m": in the one unit that says it best. */
static void show_span(uint64_t seconds, struct buf *out)
{
	static const struct { uint64_t seconds; const char *name; } units[] = {
		{86400, "d"}, {3600, "h"}, {60, "m"}, {1, "s"},
	};
	size_t i = 0;

	while (i < 3 && seconds < 2 * units[i].seconds)
		i++;
	buf_addf(out, "%llu%s", (unsigned long long)(seconds /
						     units[i].seconds),
		 units[i].name);
}

/* "[184 by 2 in 8m, 3 errors] " before the location: 184 records, two requests
 * in turn. */
void pairs_run_text(const struct pairs_run *r, bool brief, struct buf *out)
{
	buf_addf(out, "[%llu", (unsigned long long)r->records);
	if (r->turn > 1 && !brief)
		buf_addf(out, _(" by %u"), r->turn);
	if (r->timed && r->to > r->from && !brief) {
		buf_adds(out, _(" in "));
		show_span(((uint64_t)r->to - (uint64_t)r->from) / 1000000000,
			  out);
	}
	if (r->errors) {
		buf_addf(out, PLURAL(", %llu error", ", %llu errors",
				     r->errors), (unsigned long long)r->errors);
	}
	if (r->hits && !brief)
		buf_addf(out, PLURAL(", %llu hit", ", %llu hits", r->hits),
			 (unsigned long long)r->hits);
	buf_adds(out, r->cut && !brief ? "...] " : "] ");
}
