/* One record on tabs. The parts of the tabs are in part-*.c. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/pair.h"
#include "app/repository.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

static const char *const pane_names[PANES] = {
	[PANE_OVERVIEW] = N_("Overview"), [PANE_REQUEST] = N_("Request"),
	[PANE_RESPONSE] = N_("Response"), [PANE_QUERY] = N_("Query"),
	[PANE_COOKIES] = N_("Cookies"), [PANE_TAGS] = N_("Tags"),
	[PANE_SIGNATURE] = N_("Signature"), [PANE_TOKENS] = N_("Tokens"),
	[PANE_JSON] = N_("JSON"), [PANE_RAW] = N_("Raw"),
	[PANE_PROBLEMS] = N_("Problems"),
};

static struct pair_view *self(struct view *v)
{
	return (struct pair_view *)v;
}

/* ----------------------------------------------------------------- panes */

static void add_part(struct pane *pane, struct part *part)
{
	pane->parts[pane->n++] = part;
}

static void make_panes(struct pair_view *pv)
{
	struct pane *p = pv->panes;

	add_part(&p[PANE_OVERVIEW], part_form_new(pv, FORM_OVERVIEW));
	add_part(&p[PANE_REQUEST], part_form_new(pv, FORM_REQUEST));
	add_part(&p[PANE_REQUEST],
		 part_rows_new(pv, PAIRTABLE_REQUEST_HEADERS));
	add_part(&p[PANE_REQUEST], part_body_new(pv, BODY_REQUEST));
	add_part(&p[PANE_RESPONSE], part_form_new(pv, FORM_RESPONSE));
	add_part(&p[PANE_RESPONSE],
		 part_rows_new(pv, PAIRTABLE_RESPONSE_HEADERS));
	add_part(&p[PANE_RESPONSE], part_body_new(pv, BODY_RESPONSE));
	add_part(&p[PANE_QUERY], part_rows_new(pv, PAIRTABLE_PARAMS));
	add_part(&p[PANE_COOKIES],
		 part_rows_new(pv, PAIRTABLE_REQUEST_COOKIES));
	add_part(&p[PANE_COOKIES],
		 part_rows_new(pv, PAIRTABLE_RESPONSE_COOKIES));
	add_part(&p[PANE_TAGS], part_rows_new(pv, PAIRTABLE_TAGS));
	add_part(&p[PANE_SIGNATURE], part_signature_new(pv));
	add_part(&p[PANE_TOKENS], part_tokens_new(pv));
	add_part(&p[PANE_TOKENS], part_jwt_new(pv));
	add_part(&p[PANE_JSON], part_tree_new(pv));
	add_part(&p[PANE_RAW], part_raw_new(pv));
	add_part(&p[PANE_PROBLEMS], part_problems_new(pv));
	p[PANE_REQUEST].focus = p[PANE_RESPONSE].focus = 1;
}

/* Of a repository a request and its response are two records; the tabs of both
 * are there for each, and picking one goes to its record. */
static bool mock_pane_available(enum pane_id id, enum rrpair_proto proto)
{
	unsigned pair = PROTO_MOCK_REQUEST | PROTO_MOCK_RESPONSE;

	switch (id) {
	case PANE_REQUEST:
		return proto & (pair | PROTO_MOCK_EVENT | PROTO_MOCK_RESOURCE);
	case PANE_RESPONSE:
	case PANE_QUERY:
		return proto & pair;
	case PANE_TAGS:
		return proto & PROTO_MOCK_SERVICE;
	case PANE_COOKIES:
	case PANE_SIGNATURE:
	case PANE_TOKENS:
		return false;
	default:
		return true;
	}
}

/* The other half of a request or response of a repository has this tab. */
static bool wants_mate(enum pane_id id, const struct rrpair *pair)
{
	return pair && (pair->proto == PROTO_MOCK_REQUEST
				? id == PANE_RESPONSE
				: pair->proto == PROTO_MOCK_RESPONSE &&
				  (id == PANE_REQUEST || id == PANE_QUERY));
}

static bool go_to_mate(struct pair_view *pv, enum pane_id id)
{
	row_id mate;

	if (!wants_mate(id, pair_record(pv)))
		return true;
	mate = repository_mate(pv->v.session->doc, pv->row);
	if (mate == ROW_NONE) {
		app_say(pv->v.app, STYLE_NOTE, id == PANE_RESPONSE
				? _("no response belongs to this request")
				: _("no request asks for this response"));
		return false;
	}
	pv->row = mate;
	session_set_current(pv->v.session, mate);
	pair_look(pv);
	return true;
}

/* Tabs that need http, or at least an object. */
static bool pane_available(enum pane_id id, const struct rrpair *pair)
{
	if (!pair)
		return id == PANE_RAW || id == PANE_PROBLEMS;
	if (rrpair_is_mock(pair))
		return mock_pane_available(id, pair->proto);
	if (id == PANE_REQUEST || id == PANE_QUERY)
		return pair->proto == PROTO_HTTP && pair->req != JSON_NONE;
	if (id == PANE_RESPONSE)
		return pair->proto == PROTO_HTTP && pair->res != JSON_NONE;
	if (id == PANE_COOKIES)
		return pair->proto == PROTO_HTTP;
	return true;
}

void pair_update_tabs(struct pair_view *pv)
{
	const struct rrpair *pair = pair_record(pv);
	enum pane_id id;

	if (!pair && pair_waiting(pv))
		return;		/* it will have the tabs of the one before */
	for (id = 0; id < PANES; id++)
		pv->tabs.items[id].disabled = !pane_available(id, pair);
	if (pv->tabs.items[pv->tabs.active].disabled)
		pv->tabs.active = pair ? PANE_OVERVIEW : PANE_RAW;
}

struct pane *pair_active_pane(struct pair_view *pv)
{
	return &pv->panes[pv->tabs.active];
}

static struct part *active_part(struct pair_view *pv)
{
	struct pane *pane = pair_active_pane(pv);

	return pane->parts[pane->focus];
}

void part_sync(struct part *p)
{
	if (!p->stale)
		return;
	p->stale = false;
	p->ops->load(p, pair_record(p->pv));
}

static bool part_leaves(struct pair_view *pv)
{
	struct part *p = active_part(pv);

	return !p->ops->leave || p->ops->leave(p);
}

static bool pick_tab(struct pair_view *pv, size_t id)
{
	if (id >= PANES || pv->tabs.items[id].disabled) {
		app_say(pv->v.app, STYLE_NOTE,
			_("this record has no such tab"));
		return true;
	}
	if (part_leaves(pv) && go_to_mate(pv, (enum pane_id)id))
		tabs_pick(&pv->tabs, id);
	return true;
}

static bool step_tab(struct pair_view *pv, int step)
{
	size_t from = pv->tabs.active;

	if (!part_leaves(pv))
		return true;
	tabs_step(&pv->tabs, step);
	/* A tab whose record is not there is passed over. */
	while (wants_mate((enum pane_id)pv->tabs.active, pair_record(pv)) &&
	       !go_to_mate(pv, (enum pane_id)pv->tabs.active) &&
	       pv->tabs.active != from)
		tabs_step(&pv->tabs, step);
	return true;
}

static bool step_part(struct pair_view *pv, int step)
{
	struct pane *pane = pair_active_pane(pv);

	if (part_leaves(pv))
		pane->focus = (pane->focus + pane->n + (size_t)step) % pane->n;
	return true;
}

void pair_show_value(struct pair_view *pv, size_t offset)
{
	enum pane_id id = pair_record(pv) ? PANE_JSON : PANE_RAW;
	struct part *p = pv->panes[id].parts[0];

	if (!part_leaves(pv))
		return;
	tabs_pick(&pv->tabs, id);
	part_sync(p);
	if (p->ops->reveal)
		p->ops->reveal(p, offset);
}

void pair_open_body(struct pair_view *pv, enum body_side side)
{
	app_push(pv->v.app,
		 view_body_new(pv->v.app, pv->v.session, pv->row, side));
}

/* -------------------------------------------------------------- commands */

static void layout(struct view *v, const struct region *r)
{
	pair_layout(self(v), r);
}

static void draw(struct view *v, const struct region *r)
{
	pair_draw(self(v), r);
}

static bool search(struct pair_view *pv, const struct call *call)
{
	struct part *p = active_part(pv);
	int step = call->id == CMD_SEARCH ? (call->live ? 0 : 1) :
		   call->id == CMD_SEARCH_NEXT ? 1 : -1;

	if (!call->arg || !p->ops->search)
		return p->ops->command(p, call);
	part_sync(p);
	if (!p->ops->search(p, call->arg, strlen(call->arg), step) &&
	    !call->live)
		app_say(pv->v.app, STYLE_NOTE,
			_("not found on this tab"));
	return true;
}

static bool command(struct view *v, const struct call *call)
{
	struct pair_view *pv = self(v);
	struct part *p = active_part(pv);

	part_sync(p);
	switch (call->id) {
	case CMD_TAB_NEXT:
		return step_tab(pv, 1);
	case CMD_TAB_PREV:
		return step_tab(pv, -1);
	case CMD_PANE_NEXT:
		return step_part(pv, 1);
	case CMD_PANE_PREV:
		return step_part(pv, -1);
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		return search(pv, call);
	default:
		break;
	}
	if (call->id >= CMD_TAB_1 && call->id <= CMD_TAB_9)
		return pick_tab(pv, (size_t)(call->id - CMD_TAB_1));
	return p->ops->command(p, call);
}

static bool in_field(struct view *v)
{
	struct part *p = active_part(self(v));

	return p->ops->field && p->ops->field(p);
}

static bool lines(struct view *v)
{
	return active_part(self(v))->ops->lines;
}

static enum ui_result text(struct view *v, const char *bytes, size_t len)
{
	struct part *p = active_part(self(v));

	return p->ops->text ? p->ops->text(p, bytes, len) : UI_IGNORED;
}

static enum ui_result action(struct view *v, enum text_action verb)
{
	struct part *p = active_part(self(v));

	return p->ops->action ? p->ops->action(p, verb) : UI_IGNORED;
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct pair_view *pv = self(v);
	struct pane *pane = pair_active_pane(pv);
	size_t i;

	if (m->kind == MOUSE_PRESS && tabs_hit(&pv->tabs, m->x, m->y, &i))
		return pick_tab(pv, i);
	for (i = 0; i < pane->n; i++) {
		struct part *p = pane->parts[i];

		if (!region_contains(&p->at, m->x, m->y))
			continue;
		if (i != pane->focus && m->kind == MOUSE_PRESS) {
			if (!part_leaves(pv))
				return true;
			pane->focus = i;
		}
		return p->ops->mouse && p->ops->mouse(p, m);
	}
	return false;
}

static void changed(struct view *v, unsigned what)
{
	struct pair_view *pv = self(v);

	pv->row = document_known(v->session->doc, pv->row);
	if (what & (CHANGED_DOCUMENT | CHANGED_TOP | CHANGED_RECORD))
		pair_look(pv);
	if (what & CHANGED_CURSOR && pv->v.session->current != pv->row &&
	    app_top(v->app) != v) {
		pv->row = pv->v.session->current;
		pair_look(pv);
	}
}

static row_id record(struct view *v)
{
	return self(v)->row;
}

static bool show(struct view *v, row_id id)
{
	struct pair_view *pv = self(v);

	if (!part_leaves(pv))
		return true;
	pv->row = id;
	pair_look(pv);
	return true;
}

static bool field_name(struct view *v, struct buf *out)
{
	struct part *p = active_part(self(v));

	part_sync(p);
	return p->ops->field_name && p->ops->field_name(p, out);
}

static bool value(struct view *v, struct buf *out)
{
	struct part *p = active_part(self(v));

	part_sync(p);
	return p->ops->value && p->ops->value(p, out);
}

static bool leave(struct view *v)
{
	return part_leaves(self(v));
}

static void title(struct view *v, struct buf *out)
{
	struct pair_view *pv = self(v);

	buf_addc(out, '#');
	session_show_number(pv->v.session, pv->row, out);
}

static const char *state_word(enum row_change change)
{
	switch (change) {
	case ROW_CHANGED:
		return _("changed");
	case ROW_NEW:
		return _("new");
	case ROW_DELETED:
		return _("deleted");
	case ROW_CLEAN:
		break;
	}
	return "";
}

static void status(struct view *v, struct view_status *out)
{
	struct pair_view *pv = self(v);
	struct session *s = pv->v.session;
	struct buf name;

	if (in_field(v))
		out->mode = _("EDIT");
	buf_init(&name);
	if (field_name(v, &name))
		utf8_visible(&out->left, name.data, name.len, false);
	buf_release(&name);
	buf_addf(&out->right, "%s  ",
		 state_word(document_state(s->doc, pv->row)));
	session_show_number(s, pv->row, &out->right);
	buf_addf(&out->right, document_complete(s->doc) ? "/%llu" : "/~%llu",
		 (unsigned long long)document_expected(s->doc));
}

static void release(struct view *v)
{
	struct pair_view *pv = self(v);
	enum pane_id id;
	size_t i;

	for (id = 0; id < PANES; id++)
		for (i = 0; i < pv->panes[id].n; i++)
			pv->panes[id].parts[i]->ops->free(
				pv->panes[id].parts[i]);
	record_unref(pv->record);
	free(pv);
}

/* Going elsewhere need not wait for a long record to be read; nor does looking
 * around in what is shown of it. */
static bool waits(struct view *v, enum command_id id)
{
	struct pair_view *pv = self(v);
	enum command_group group = command_table[id].group;

	if (!pair_waiting(pv) || group == GROUP_PROGRAM)
		return false;
	switch (id) {
	case CMD_PAIR_NEXT:
	case CMD_PAIR_PREV:
	case CMD_BACK:
	case CMD_ESCAPE:
	case CMD_JOBS:
	case CMD_MESSAGES:
		return false;
	default:
		return group != GROUP_MOVE || id == CMD_NONE ||
		       !pair_has_record(pv);
	}
}

static const struct view_ops pair_ops = {
	.kind = VIEW_PAIR,
	.title = title,
	.layout = layout,
	.draw = draw,
	.command = command,
	.free = release,
	.status = status,
	.mouse = mouse,
	.field = in_field,
	.lines = lines,
	.text = text,
	.action = action,
	.changed = changed,
	.record = record,
	.show = show,
	.field_name = field_name,
	.value = value,
	.leave = leave,
	.waits = waits,
};

struct view *view_pair_new(struct app *app, struct session *session, row_id row)
{
	struct pair_view *pv = mem_zalloc(1, sizeof(*pv));
	enum pane_id id;

	view_init(&pv->v, &pair_ops, app, session);
	pv->row = row;
	pv->stale = true;
	tabs_init(&pv->tabs);
	for (id = 0; id < PANES; id++)
		tabs_add(&pv->tabs, pane_names[id]);
	make_panes(pv);
	return &pv->v;
}
