/* The record that a pair view shows: read, compared, checked, changed. */
#include "config.h"

#include <string.h>

#include "app/pair.h"
#include "base/i18n.h"
#include "base/mem.h"

void part_init(struct part *p, const struct part_ops *ops, struct pair_view *pv)
{
	p->ops = ops;
	p->pv = pv;
	p->stale = true;
}

static bool take_problem(void *arg, const struct problem *problem)
{
	struct pair_view *pv = arg;
	struct pair_problem *p;

	pv->problems = mem_room(pv->problems, pv->nproblems, &pv->problems_cap,
				sizeof(*pv->problems));
	p = &pv->problems[pv->nproblems++];
	p->rule = problem->rule;
	p->off = problem->off;
	memcpy(p->field, problem->field, sizeof(p->field));
	memcpy(p->message, problem->message, sizeof(p->message));
	return true;
}

static void read_saved(struct pair_view *pv)
{
	buf_clear(&pv->saved_text);
	pv->saved = NULL;
	if (document_text(pv->v.session->doc, pv->row, DOCUMENT_SAVED,
			  &pv->saved_text, NULL) &&
	    rrpair_parse(&pv->saved_pair, pv->saved_text.data,
			 pv->saved_text.len, NULL))
		pv->saved = &pv->saved_pair;
}

static void read_problems(struct pair_view *pv)
{
	const struct buf *text = &pv->v.session->text;

	pv->nproblems = 0;
	if (pv->saved && document_state(pv->v.session->doc, pv->row) ==
			 ROW_CHANGED)
		check_edit(pv->check, pv->saved_text.data, pv->saved_text.len,
			   text->data, text->len, take_problem, pv);
	else
		check_alone(pv->check, text->data, text->len, take_problem, pv);
}

/* The session keeps the record read last, which may be another view's by now:
 * asking again costs nothing when it is still ours. */
static void read_record(struct pair_view *pv)
{
	pv->pair = session_pair(pv->v.session, pv->row, &pv->err);
	if (pv->read)
		return;
	pv->read = true;
	read_saved(pv);
	read_problems(pv);
	pv->tabs.items[PANE_PROBLEMS].mark = pv->nproblems ?
		pair_severity_style(pv->problems[0].rule->severity) : 0;
}

const struct rrpair *pair_record(struct pair_view *pv)
{
	read_record(pv);
	return pv->pair;
}

const struct err *pair_error(const struct pair_view *pv)
{
	return &pv->err;
}

const struct buf *pair_text(struct pair_view *pv)
{
	read_record(pv);
	return &pv->v.session->text;
}

const struct rrpair *pair_saved(struct pair_view *pv)
{
	read_record(pv);
	return pv->saved;
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

const struct pair_problem *pair_problems(struct pair_view *pv, size_t *n)
{
	read_record(pv);
	*n = pv->nproblems;
	return pv->problems;
}

const struct pair_problem *pair_problem_at(struct pair_view *pv,
					   const char *path)
{
	const struct pair_problem *worst = NULL;
	size_t i;

	read_record(pv);
	for (i = 0; i < pv->nproblems; i++) {
		const struct pair_problem *p = &pv->problems[i];

		if (!strcmp(p->field, path) &&
		    (!worst || p->rule->severity > worst->rule->severity))
			worst = p;
	}
	return worst;
}

const struct pair_problem *pair_problem_of(struct pair_view *pv, uint32_t node)
{
	const struct pair_problem *found;
	const struct rrpair *pair = pair_record(pv);
	struct buf path, shown;

	if (!pair || node == JSON_NONE || !pv->nproblems)
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

static unsigned char folded(char c, bool fold)
{
	return fold && c >= 'A' && c <= 'Z' ? (unsigned char)(c + 32) :
	       (unsigned char)c;
}

bool pair_matches(const char *hay, size_t hay_len, const char *needle,
		  size_t len)
{
	bool fold = true;
	size_t i, k;

	for (i = 0; i < len; i++)
		fold &= needle[i] < 'A' || needle[i] > 'Z';
	for (i = 0; len <= hay_len && i <= hay_len - len; i++) {
		for (k = 0; k < len && folded(hay[i + k], fold) ==
				       folded(needle[k], fold); k++)
			;
		if (k == len)
			return true;
	}
	return false;
}
