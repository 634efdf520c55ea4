/* What is wrong with this record: jump to the value, mend it. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/pair.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/pager.h"

/* Each problem takes three lines of the pager: the message, its documentation,
 * a blank; `first` names the line each begins at. */
struct problems_part {
	struct part part;
	struct pager pager;
	size_t *first;
	size_t n, cap;
};

static struct problems_part *self(struct part *p)
{
	return (struct problems_part *)p;
}

static const char *severity_word(enum check_severity severity)
{
	switch (severity) {
	case CHECK_ERROR:
		return _("error");
	case CHECK_WARNING:
		return _("warning");
	case CHECK_NOTE:
		break;
	}
	return _("note");
}

static void add_problem(struct problems_part *pp, const struct pair_problem *p)
{
	enum style style = pair_severity_style(p->rule->severity);

	pp->first = mem_room(pp->first, pp->n, &pp->cap, sizeof(*pp->first));
	pp->first[pp->n++] = pp->pager.nlines;
	pager_addf(&pp->pager, style, "%s %s: %s", severity_word(
		   p->rule->severity), p->rule->code, _(p->rule->summary));
	pager_addf(&pp->pager, STYLE_NORMAL, "  %s%s%s", p->field,
		   *p->field ? ": " : "", p->message);
	pager_addf(&pp->pager, STYLE_DIM, "  %s", _(p->rule->doc));
	pager_indent(&pp->pager, 2);
	if (p->rule->fix) {
		pager_addf(&pp->pager, STYLE_KEY, "  r: %s", _(p->rule->fix));
		pager_indent(&pp->pager, 5);
	}
	pager_addf(&pp->pager, STYLE_NORMAL, "%s", "");
}

static void load(struct part *p, const struct rrpair *pair)
{
	struct problems_part *pp = self(p);
	size_t n, i;
	const struct pair_problem *problems = pair_problems(p->pv, &n);
	enum check_severity s;

	(void)pair;
	pager_clear(&pp->pager);
	pp->n = 0;
	for (s = CHECK_ERROR + 1; s-- > CHECK_NOTE;)
		for (i = 0; i < n; i++)
			if (problems[i].rule->severity == s)
				add_problem(pp, &problems[i]);
	if (pair_checking(p->pv))
		pager_addf(&pp->pager, STYLE_DIM, "%s",
			   _("looking for problems..."));
	else if (!n)
		pager_addf(&pp->pager, STYLE_OK, "%s",
			   _("no problem in this record by itself; ! checks "
			     "the whole snapshot"));
}

/* The n-th problem as listed: by severity, then in the order of the record. */
static const struct pair_problem *listed(struct problems_part *pp, size_t at)
{
	size_t n, i;
	const struct pair_problem *problems = pair_problems(pp->part.pv, &n);
	enum check_severity s;

	for (s = CHECK_ERROR + 1; s-- > CHECK_NOTE;)
		for (i = 0; i < n; i++)
			if (problems[i].rule->severity == s && !at--)
				return &problems[i];
	return NULL;
}

static const struct pair_problem *current(struct problems_part *pp)
{
	size_t i;

	for (i = pp->n; i-- > 0;)
		if (pp->first[i] <= pp->pager.cursor)
			return listed(pp, i);
	return NULL;
}

static bool mend(struct problems_part *pp)
{
	struct pair_view *pv = pp->part.pv;
	const struct pair_problem *problem = current(pp);
	const struct buf *text = pair_text(pv);
	struct patch *patch = NULL;
	struct err err;

	if (!problem || !pair_editable(pv))
		return true;
	if (!check_fix(problem->rule, problem->field, text->data, text->len,
		       &patch, &err) ||
	    !pair_patch(pv, problem->rule->fix ? _(problem->rule->fix) :
			_("mend"), patch, &err))
		app_fail(pair_app(pv), &err);
	return true;
}

/* Moves go from problem to problem. */
static bool step(struct problems_part *pp, int by)
{
	size_t i = 0;

	if (!pp->n)
		return true;
	while (i + 1 < pp->n && pp->first[i + 1] <= pp->pager.cursor)
		i++;
	if (by > 0 && i + 1 < pp->n)
		i++;
	else if (by < 0 && i)
		i--;
	pager_goto_line(&pp->pager, pp->first[i]);
	return true;
}

static bool command(struct part *p, const struct call *call)
{
	struct problems_part *pp = self(p);
	const struct pair_problem *problem;

	switch (call->id) {
	case CMD_DOWN:
		return step(pp, 1);
	case CMD_UP:
		return step(pp, -1);
	case CMD_FIX:
		return mend(pp);
	case CMD_OPEN:
	case CMD_EDIT:
		problem = current(pp);
		if (problem)
			pair_show_value(p->pv, problem->off);
		return true;
	default:
		return nav_pager(&pp->pager, call);
	}
}

static int rows(struct part *p)
{
	(void)p;
	return 0;
}

static void layout(struct part *p, const struct region *r)
{
	pager_layout(&self(p)->pager, r);
}

static void draw(struct part *p, const struct region *r, bool focused)
{
	pager_draw(&self(p)->pager, r, focused);
}

static bool mouse(struct part *p, const struct mouse *m)
{
	size_t line;

	if (m->kind == MOUSE_PRESS &&
	    pager_hit(&self(p)->pager, m->x, m->y, &line))
		return pager_goto_line(&self(p)->pager, line) != UI_IGNORED;
	return pager_mouse(&self(p)->pager, m) != UI_IGNORED;
}

static bool search(struct part *p, const char *text, size_t len, int by)
{
	bool wrapped;

	return pager_find(&self(p)->pager, text, len, by, &wrapped);
}

static bool field_name(struct part *p, struct buf *out)
{
	const struct pair_problem *problem = current(self(p));

	if (!problem || !*problem->field)
		return false;
	buf_adds(out, problem->field);
	return true;
}

static void release(struct part *p)
{
	pager_release(&self(p)->pager);
	free(self(p)->first);
	free(p);
}

static const struct part_ops ops = {
	.load = load, .rows = rows, .layout = layout, .draw = draw,
	.command = command, .free = release, .mouse = mouse, .search = search,
	.field_name = field_name,
};

struct part *part_problems_new(struct pair_view *pv)
{
	struct problems_part *pp = mem_zalloc(1, sizeof(*pp));

	part_init(&pp->part, &ops, pv);
	pager_init(&pp->pager);
	pp->pager.cursor_on = true;
	return &pp->part;
}
