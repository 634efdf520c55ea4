/* The problems of a snapshot: a list to jump from and to mend in. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/nav.h"
#include "app/repository.h"
#include "app/session.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/split.h"

#define DOC_ROWS 5	/* the explanation below the list */
#define DOC_MIN 16	/* rows of the view from which it is there */

enum { COL_NUMBER, COL_SEVERITY, COL_CODE, COL_FIELD, COL_MESSAGE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_NUMBER] = {.title = "#", .min = 3, .ideal = 6,
		.align = ALIGN_RIGHT},
	[COL_SEVERITY] = {.title = N_("Severity"), .min = 7, .ideal = 8, .fit = true},
	[COL_CODE] = {.title = N_("Code"), .min = 10, .ideal = 20,
		.priority = 2},
	[COL_FIELD] = {.title = N_("Field"), .min = 8, .ideal = 28,
		.priority = 1, .cut_left = true},
	[COL_MESSAGE] = {.title = N_("Message"), .min = 10, .ideal = 30,
		.grow = true},
};

struct problems {
	struct view view;
	struct list list;
	size_t *shown, count;	/* indexes of the session's problems */
	char *filter;
	bool filter_on;
	struct pager doc;
	const struct session_problem *doc_of;
	struct region below;
};

static bool matches(const struct problems *p, const struct session_problem *x)
{
	if (!p->filter || !p->filter_on)
		return true;
	return strcasestr(x->rule->code, p->filter) ||
	       strcasestr(check_severity_name(x->rule->severity), p->filter) ||
	       strcasestr(x->field, p->filter) ||
	       strcasestr(x->message, p->filter);
}

/* Errors first, then by the record's place in the file. */
struct placed {
	size_t index;
	enum check_severity severity;
	uint64_t number;
};

static int by_place(const void *a, const void *b)
{
	const struct placed *x = a, *y = b;

	if (x->severity != y->severity)
		return x->severity < y->severity ? 1 : -1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static void refresh(struct problems *p)
{
	struct session *s = p->view.session;
	struct placed *all = mem_zalloc(s->nproblems + 1, sizeof(*all));
	size_t n = 0;

	for (size_t i = 0; i < s->nproblems; i++) {
		const struct session_problem *x = &s->problems[i];
		uint64_t number = session_number(s, x->id);

		if (number && matches(p, x))
			all[n++] = (struct placed){i, x->rule->severity,
						   number};
	}
	qsort(all, n, sizeof(*all), by_place);
	free(p->shown);
	p->shown = mem_zalloc(n + 1, sizeof(*p->shown));
	for (size_t i = 0; i < n; i++)
		p->shown[i] = all[i].index;
	p->count = n;
	p->doc_of = NULL;
	free(all);
	list_changed(&p->list);
}

static const struct session_problem *problem_at(struct problems *p, size_t row)
{
	return &p->view.session->problems[p->shown[row]];
}

static const struct session_problem *current(struct problems *p)
{
	size_t row;

	return list_current(&p->list, &row) && row < p->count
		       ? problem_at(p, row) : NULL;
}

static enum style severity_style(enum check_severity severity)
{
	return severity == CHECK_ERROR ? STYLE_ERROR
	       : severity == CHECK_WARNING ? STYLE_WARNING : STYLE_NOTE;
}

static const char *severity_word(enum check_severity severity)
{
	return severity == CHECK_ERROR ? _("error")
	       : severity == CHECK_WARNING ? _("warning") : _("note");
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	struct problems *p = arg;
	const struct session_problem *x = problem_at(p, row);

	switch (column) {
	case COL_NUMBER:
		buf_addf(&out->text, "%llu",
			 (unsigned long long)session_number(p->view.session,
							    x->id));
		break;
	case COL_SEVERITY:
		buf_adds(&out->text, severity_word(x->rule->severity));
		out->style = severity_style(x->rule->severity);
		break;
	case COL_CODE:
		buf_adds(&out->text, x->rule->code);
		break;
	case COL_FIELD:
		buf_adds(&out->text, x->field);
		out->style = STYLE_DIM;
		break;
	default:
		buf_adds(&out->text, x->message);
	}
}

static size_t count(void *arg)
{
	return ((struct problems *)arg)->count;
}

static const struct list_ops list_ops = {count, cell, NULL, NULL, NULL};

/* --- commands --- */

static void open_record(struct problems *p)
{
	const struct session_problem *x = current(p);

	if (!x)
		return;
	session_set_current(p->view.session, x->id);
	app_push(p->view.app,
		 view_pair_new(p->view.app, p->view.session, x->id));
}

static void fix(struct problems *p)
{
	const struct session_problem *x = current(p);
	struct session *s = p->view.session;
	struct patch *patch = NULL;
	const struct buf *text;
	struct err err = {0};
	row_id id;

	if (!x)
		return;
	id = x->id;
	if (!x->rule->fix) {
		app_say(p->view.app, STYLE_NOTE,
			_("this cannot be mended by itself"));
		return;
	}
	text = session_text(s, id, &err);
	if (!text || !check_fix(x->rule, x->field, text->data, text->len,
				&patch, &err)) {
		app_fail(p->view.app, &err);
		return;
	}
	document_begin(s->doc, _(x->rule->fix));
	if (!repository_edit(s->doc, id, patch, &err))
		document_abort(s->doc);
	else
		document_commit(s->doc, &err);
	patch_unref(patch);
	if (err.code)
		app_fail(p->view.app, &err);
	else
		app_say(p->view.app, STYLE_OK, "%s", _(x->rule->fix));
	session_recheck(s, id);
}

static void set_filter(struct app *app, void *arg, const char *text, size_t len)
{
	struct problems *p = arg;

	if (!text)
		return;
	free(p->filter);
	p->filter = len ? mem_strdup(text) : NULL;
	p->filter_on = len > 0;
	refresh(p);
	app_dirty(app);
}

static void filter(struct problems *p, const struct call *call)
{
	struct ask ask = {
		.label = _("filter: "), .text = p->filter, .live = set_filter,
		.done = set_filter, .arg = p,
	};

	if (call->arg)
		set_filter(p->view.app, p, call->arg, strlen(call->arg));
	else
		app_ask(p->view.app, &ask);
}

static bool command(struct view *v, const struct call *call)
{
	struct problems *p = (struct problems *)v;

	if (nav_list(&p->list, call))
		return true;
	switch (call->id) {
	case CMD_OPEN:
		if (call->arg)
			return false;
		open_record(p);
		return true;
	case CMD_EDIT:
		open_record(p);
		return true;
	case CMD_FIX:
		fix(p);
		return true;
	case CMD_FILTER:
		filter(p, call);
		return true;
	case CMD_FILTER_TOGGLE:
		p->filter_on = !p->filter_on;
		refresh(p);
		return true;
	case CMD_CHECK:
	case CMD_RELOAD:
		session_check(v->session);
		return true;
	default:
		return false;
	}
}

static row_id record(struct view *v)
{
	const struct session_problem *x = current((struct problems *)v);

	return x ? x->id : ROW_NONE;
}

static bool show(struct view *v, row_id id)
{
	struct problems *p = (struct problems *)v;

	for (size_t i = 0; i < p->count; i++) {
		if (problem_at(p, i)->id == id) {
			list_goto(&p->list, i);
			return true;
		}
	}
	return false;
}

static bool field_name(struct view *v, struct buf *out)
{
	const struct session_problem *x = current((struct problems *)v);

	if (x)
		buf_adds(out, x->field);
	return x && *x->field;
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_CHECK | CHANGED_DOCUMENT | CHANGED_TOP))
		refresh((struct problems *)v);
}

/* --- drawing --- */

static void explain(struct problems *p)
{
	const struct session_problem *x = current(p);

	if (x == p->doc_of)
		return;
	p->doc_of = x;
	pager_clear(&p->doc);
	pager_home(&p->doc);
	if (!x)
		return;
	pager_addf(&p->doc, severity_style(x->rule->severity), "%s%s%s",
		   x->field, *x->field ? ": " : "", x->message);
	pager_addf(&p->doc, STYLE_NORMAL, "%s", _(x->rule->doc));
	if (x->rule->fix)
		pager_addf(&p->doc, STYLE_OK, _("r: %s"), _(x->rule->fix));
}

static void layout(struct view *v, const struct region *r)
{
	struct problems *p = (struct problems *)v;
	struct region top = *r;

	p->below = (struct region){0};
	if (r->h >= DOC_MIN) {
		p->below = split_bottom(&top, DOC_ROWS + 1);
		split_top(&p->below, 1);	/* the line between */
	}
	p->list.empty = v->session->checked == CHECKED_RUNNING
				? _("checking...") : _("no problems");
	list_layout(&p->list, &top);
	explain(p);
	if (!region_empty(&p->below))
		pager_layout(&p->doc, &p->below);
}

static void draw(struct view *v, const struct region *r)
{
	struct problems *p = (struct problems *)v;

	list_draw(&p->list, &p->list.at, true);
	if (region_empty(&p->below))
		return;
	region_hline(r, 0, r->h - DOC_ROWS - 1, r->w, STYLE_BORDER);
	pager_draw(&p->doc, &p->below, false);
}

static void status(struct view *v, struct view_status *out)
{
	struct problems *p = (struct problems *)v;
	const uint64_t *counts = v->session->counts;
	size_t row;

	buf_addf(&out->left, _("%llu errors, %llu warnings, %llu notes"),
		 (unsigned long long)counts[CHECK_ERROR],
		 (unsigned long long)counts[CHECK_WARNING],
		 (unsigned long long)counts[CHECK_NOTE]);
	if (v->session->checked == CHECKED_STALE)
		buf_adds(&out->left, _("; :check looks again"));
	if (p->filter)
		buf_addf(&out->left, p->filter_on ? _("  filter: %s")
						  : _("  filter off: %s"),
			 p->filter);
	buf_addf(&out->right, "%zu/%zu",
		 list_current(&p->list, &row) ? row + 1 : 0, p->count);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct problems *p = (struct problems *)v;

	list_mouse(&p->list, m);
	if (m->kind == MOUSE_DOUBLE)
		open_record(p);
	return true;
}

static void problems_free(struct view *v)
{
	struct problems *p = (struct problems *)v;

	list_release(&p->list);
	pager_release(&p->doc);
	free(p->shown);
	free(p->filter);
	free(p);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_FIX, CMD_FILTER, CMD_UNDO, CMD_WRITE, CMD_BACK, CMD_HELP,
	CMD_NONE,
};

static const struct view_ops problems_ops = {
	.kind = VIEW_PROBLEMS,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.changed = changed,
	.record = record,
	.show = show,
	.field_name = field_name,
	.free = problems_free,
	.hints = hints,
};

struct view *view_problems_new(struct app *app, struct session *s)
{
	struct problems *p = mem_zalloc(1, sizeof(*p));

	view_init(&p->view, &problems_ops, app, s);
	list_init(&p->list, &list_ops, p, columns, COL_COUNT);
	p->list.sort = -1;
	pager_init(&p->doc);
	if (s->checked == CHECKED_NEVER || s->checked == CHECKED_STALE)
		session_check(s);
	refresh(p);
	return &p->view;
}
