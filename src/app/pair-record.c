/* The record that a pair view shows: read, compared, checked, changed. */
#include "config.h"

#include <string.h>

#include "app/pair.h"
#include "base/find.h"
#include "base/i18n.h"
#include "base/mem.h"

void part_init(struct part *p, const struct part_ops *ops, struct pair_view *pv)
{
	p->ops = ops;
	p->pv = pv;
	p->stale = true;
}

static void make_stale(struct pair_view *pv)
{
	enum pane_id id;
	size_t i;

	for (id = 0; id < PANES; id++)
		for (i = 0; i < pv->panes[id].n; i++)
			pv->panes[id].parts[i]->stale = true;
}

static void mark_tab(struct pair_view *pv)
{
	const struct problem_list *list = &pv->record->problems;

	pv->tabs.items[PANE_PROBLEMS].mark = list->n ?
		pair_severity_style(list->items[0].rule->severity) : 0;
}

static void take_record(struct pair_view *pv, struct record *r)
{
	record_ref(r);
	record_unref(pv->record);
	pv->record = r;
	pv->checked = false;
	pv->decoded = 0;
	make_stale(pv);
}

/* What was found meanwhile is shown by parts that read it again. */
static void take_findings(struct pair_view *pv)
{
	struct record *r = pv->record;
	unsigned decoded = (unsigned)r->decoded[BODY_REQUEST] |
			   (unsigned)r->decoded[BODY_RESPONSE] << 1;

	if (!pv->checked && session_problems_soon(pv->v.session, r)) {
		pv->checked = true;
		mark_tab(pv);
		make_stale(pv);
	}
	if (pv->decoded != decoded) {
		pv->decoded = decoded;
		make_stale(pv);
	}
}

static void read_record(struct pair_view *pv)
{
	struct record *r;

	if (!pv->stale)
		return;
	r = pv->record;
	if (!r || r->mark.id != pv->row || !session_holds(pv->v.session, r)) {
		r = session_record_soon(pv->v.session, pv->row);
		if (!r)
			return;
		take_record(pv, r);
	}
	pv->stale = false;
	take_findings(pv);
}

void pair_look(struct pair_view *pv)
{
	pv->stale = true;
}

static bool have(const struct pair_view *pv)
{
	return pv->record && pv->record->mark.id == pv->row;
}

const struct rrpair *pair_record(struct pair_view *pv)
{
	read_record(pv);
	return have(pv) && pv->record->ok ? &pv->record->pair : NULL;
}

bool pair_waiting(struct pair_view *pv)
{
	read_record(pv);
	return pv->stale;
}

bool pair_has_record(struct pair_view *pv)
{
	read_record(pv);
	return have(pv);
}

struct record *pair_shown(struct pair_view *pv)
{
	read_record(pv);
	return have(pv) ? pv->record : NULL;
}

const struct err *pair_error(const struct pair_view *pv)
{
	static const struct err none;

	return have(pv) ? &pv->record->err : &none;
}

const struct buf *pair_text(struct pair_view *pv)
{
	static const struct buf none = {.data = (char *)""};

	read_record(pv);
	return have(pv) ? &pv->record->text : &none;
}

const struct rrpair *pair_saved(struct pair_view *pv)
{
	read_record(pv);
	return have(pv) ? record_saved(pv->record) : NULL;
}

const struct body *pair_body(struct pair_view *pv, enum body_side side,
			     struct err *err)
{
	err->code = ERR_OK;
	read_record(pv);
	if (!have(pv) || !session_body_soon(pv->v.session, pv->record, side))
		return NULL;
	pv->decoded |= 1u << side;
	if (!pv->record->bodies[side])
		*err = pv->record->body_err[side];
	return pv->record->bodies[side];
}

struct app *pair_app(const struct pair_view *pv)
{
	return pv->v.app;
}

struct view *pair_view(struct pair_view *pv)
{
	return &pv->v;
}

row_id pair_row(const struct pair_view *pv)
{
	return pv->row;
}

unsigned pair_link_flags(const struct pair_view *pv)
{
	return app_links(pv->v.app) ? CHANGE_LINKED : CHANGE_SINGLE;
}

bool pair_editable(struct pair_view *pv)
{
	const char *why = document_read_only(pv->v.session->doc);

	if (!why && app_read_only(pv->v.app))
		why = _("opened read-only");
	if (why)
		app_say(pv->v.app, STYLE_WARNING, "%s", why);
	return !why;
}

bool pair_apply(struct pair_view *pv, const char *label,
		const struct change_set *set, struct err *err)
{
	if (!have(pv) || !session_holds(pv->v.session, pv->record))
		return err_set(err, ERR_INPUT, _("the record is being read"));
	if (!session_apply(pv->v.session, pv->row, label, set))
		return err_set(err, ERR_INPUT, _("the change was refused"));
	return true;
}

bool pair_patch(struct pair_view *pv, const char *label, struct patch *patch,
		struct err *err)
{
	struct change_set set;
	bool done;

	change_init(&set);
	set.patch = patch;
	done = pair_apply(pv, label, &set, err);
	change_release(&set);
	return done;
}

bool pair_checking(struct pair_view *pv)
{
	read_record(pv);
	return !have(pv) || !pv->record->checked;
}

const struct pair_problem *pair_problems(struct pair_view *pv, size_t *n)
{
	read_record(pv);
	*n = have(pv) ? pv->record->problems.n : 0;
	return *n ? pv->record->problems.items : NULL;
}

const struct pair_problem *pair_problem_at(struct pair_view *pv,
					   const char *path)
{
	const struct pair_problem *worst = NULL, *p;
	size_t n;

	for (p = pair_problems(pv, &n); n; p++, n--)
		if (!strcmp(p->field, path) &&
		    (!worst || p->rule->severity > worst->rule->severity))
			worst = p;
	return worst;
}

const struct pair_problem *pair_problem_of(struct pair_view *pv, uint32_t node)
{
	const struct pair_problem *found;
	const struct rrpair *pair = pair_record(pv);
	struct buf path, shown;

	if (!pair || node == JSON_NONE || !pv->record->problems.n)
		return NULL;
	buf_init(&path);
	buf_init(&shown);
	rrpair_path(pair, node, &path);
	utf8_visible(&shown, path.data, path.len, false);
	found = pair_problem_at(pv, shown.data);
	buf_release(&path);
	buf_release(&shown);
	return found;
}

enum style pair_severity_style(enum check_severity severity)
{
	switch (severity) {
	case CHECK_ERROR:
		return STYLE_ERROR;
	case CHECK_WARNING:
		return STYLE_WARNING;
	case CHECK_NOTE:
		break;
	}
	return STYLE_NOTE;
}

bool pair_folds(const char *needle, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (needle[i] >= 'A' && needle[i] <= 'Z')
			return false;
	return true;
}

bool pair_matches(const char *hay, size_t hay_len, const char *needle,
		  size_t len)
{
	return pair_folds(needle, len) ?
	       bytes_find_fold(hay, hay_len, needle, len) != NULL :
	       bytes_find(hay, hay_len, needle, len) != NULL;
}
