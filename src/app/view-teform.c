/*
 * A ThousandEyes snapshot to be created: a form, and below it what is wrong with
 * it and the request that it makes, to the letter.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/nav.h"
#include "app/teform.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "remote/tehistory.h"
#include "ui/form.h"
#include "ui/pager.h"
#include "ui/split.h"

#define REQUEST_ROWS 5		/* below a form that is shown whole */

enum {
	F_REMOTE, F_AID, F_TEST, F_NAME, F_HOURS, F_END, F_START, F_PUBLIC,
	F_COUNT
};

static const struct form_field_spec fields[F_COUNT] = {
	[F_REMOTE] = {FORM_CHOICE, "remote", N_("Remote"), NULL},
	[F_AID] = {FORM_TEXT, "aid", N_("Account group"),
		N_("a number, or nothing for the default group; Tab lists them")},
	[F_TEST] = {FORM_TEXT, "test", N_("Test"),
		N_("a number; Tab lists the tests")},
	[F_NAME] = {FORM_TEXT, "name", N_("Name"), NULL},
	[F_HOURS] = {FORM_CHOICE, "hours", N_("Hours"), NULL},
	[F_END] = {FORM_TEXT, "end", N_("End (UTC)"),
		N_("such as 2024-05-31 14:00")},
	[F_START] = {FORM_READONLY, "start", N_("Start (UTC)"), NULL},
	[F_PUBLIC] = {FORM_BOOL, "public", N_("Public"), NULL},
};

struct te_form {
	struct view view;
	struct form form;
	struct pager request;
	struct region top, bottom;
	bool in_request;
	struct te_remotes *remotes;
	const struct remote_conf *conf;
	char *aid, *test, *name;
	unsigned hours;
	int64_t end;
	bool public;
	struct te_list tests, groups;
	bool listed;			/* tests and groups are there ... */
	struct te_work *listing;	/* ... or on their way */
	struct te_work *creating;
	char *link;			/* of what was created last */
	unsigned errors;
	/* the first problem of each field */
	struct { enum form_severity severity; char *text; } notes[F_COUNT];
};

/* ---- what the form says ---- */

static struct te_ask make_ask(const struct te_form *f)
{
	return (struct te_ask){
		.version = f->conf->version, .test = f->test, .name = f->name,
		.aid = *f->aid ? f->aid : NULL, .to = f->end,
		.from = f->end - (int64_t)f->hours * 3600,
		.public = f->public,
	};
}

static void note(struct te_form *f, size_t field, bool error, const char *text)
{
	if (f->notes[field].text)
		return;
	f->notes[field].severity = error ? FORM_ERROR : FORM_WARNING;
	f->notes[field].text = mem_strdup(text);
}

static void problem(void *ctx, enum te_field field, bool error,
		    const char *text)
{
	static const size_t at[] = {
		[TE_TEST] = F_TEST, [TE_NAME] = F_NAME, [TE_AID] = F_AID,
		[TE_SPAN] = F_HOURS, [TE_END] = F_END,
	};
	struct te_form *f = ctx;

	f->errors += error;
	note(f, at[field], error, text);
}

static void note_quota(struct te_form *f)
{
	const char *base = f->conf->url ? f->conf->url : TE_URL;
	struct te_history history;
	size_t made;
	char *text;

	if (!f->conf->quota_s ||
	    !te_history_read(&history, app_state_dir(f->view.app), NULL))
		return;
	made = te_history_count(&history, base, *f->aid ? f->aid : NULL,
				time(NULL) - (int64_t)f->conf->quota_s);
	if (made >= f->conf->quota) {
		text = mem_format(_("%zu of %u snapshots were created in the "
				    "last %u s"),
				  made, f->conf->quota, f->conf->quota_s);
		note(f, F_REMOTE, false, text);
		free(text);
	}
	te_history_release(&history);
}

static void show_request(struct te_form *f, const struct te_ask *ask)
{
	struct buf text;

	buf_init(&text);
	pager_clear(&f->request);
	if (f->link && *f->link) {
		pager_addf(&f->request, STYLE_OK, "%s", _("Created:"));
		pager_add(&f->request, STYLE_NORMAL, f->link, strlen(f->link));
		pager_add(&f->request, STYLE_NORMAL, "", 0);
	}
	pager_addf(&f->request, STYLE_DIM, "%s", _("The request:"));
	buf_adds(&text, "POST ");
	te_ask_url(ask, f->conf->url, &text);
	buf_addc(&text, '\n');
	te_ask_body(ask, &text);
	pager_add(&f->request, STYLE_NORMAL, text.data, text.len);
	pager_add(&f->request, STYLE_NORMAL, "", 0);
	pager_addf(&f->request, STYLE_DIM, "%s", _("As a command:"));
	buf_clear(&text);
	te_ask_curl(ask, f->conf->url, f->conf->version == 6 && f->conf->user,
		    &text);
	pager_add(&f->request, STYLE_NORMAL, text.data, text.len);
	buf_release(&text);
}

/* Look at it all again. */
static void refresh(struct te_form *f)
{
	struct te_ask ask = make_ask(f);

	for (size_t i = 0; i < F_COUNT; i++) {
		free(f->notes[i].text);
		f->notes[i].text = NULL;
	}
	f->errors = 0;
	te_check(&ask, time(NULL), problem, f);
	note_quota(f);
	pager_clear(&f->request);
	if (f->errors)
		pager_addf(&f->request, STYLE_ERROR, "%s",
			   _("The fields with an error are to be mended first."));
	else
		show_request(f, &ask);
	if (!f->form.editing)
		form_changed(&f->form);
}

/* ---- the fields ---- */

static void get(void *arg, size_t field, struct buf *out)
{
	const struct te_form *f = arg;
	char time_text[TE_TIME_MAX];

	switch (field) {
	case F_REMOTE:
		buf_adds(out, f->conf->name);
		break;
	case F_AID:
		buf_adds(out, f->aid);
		break;
	case F_TEST:
		buf_adds(out, f->test);
		break;
	case F_NAME:
		buf_adds(out, f->name);
		break;
	case F_HOURS:
		buf_addf(out, "%u", f->hours);
		break;
	case F_PUBLIC:
		buf_adds(out, f->public ? "true" : "false");
		break;
	default:
		te_show_time(time_text, field == F_END ? f->end
				: f->end - (int64_t)f->hours * 3600);
		buf_adds(out, time_text);
	}
}

static void forget_lists(struct te_form *f)
{
	te_list_release(&f->tests);
	te_list_release(&f->groups);
	f->listed = false;
	if (f->listing)
		f->listing->form = NULL;
	f->listing = NULL;
}

static bool set_remote(struct te_form *f, const char *bytes, size_t len,
		       struct err *err)
{
	for (size_t i = 0; i < f->remotes->count; i++) {
		const struct remote_conf *c = f->remotes->list[i];

		if (strlen(c->name) != len || memcmp(c->name, bytes, len))
			continue;
		f->conf = c;
		free(f->aid);
		f->aid = mem_strdup(c->aid ? c->aid : "");
		forget_lists(f);
		return true;
	}
	return err_set(err, ERR_INPUT, "%s", _("there is no such remote"));
}

static bool set_hours(struct te_form *f, const char *bytes, size_t len,
		      struct err *err)
{
	char *text = mem_dup(bytes, len);
	unsigned hours = (unsigned)strtoul(text, NULL, 10);

	free(text);
	if (!te_span(0, (int64_t)hours * 3600))
		return err_set(err, ERR_INPUT, "%s",
			       _("the span must be 1, 2, 4, 6, 12, 24 or 48 "
				 "hours"));
	f->hours = hours;
	return true;
}

static void set_text(char **to, const char *bytes, size_t len)
{
	free(*to);
	*to = mem_dup(bytes, len);
}

static bool set(void *arg, size_t field, const char *bytes, size_t len,
		struct err *err)
{
	struct te_form *f = arg;
	bool ok = true;

	switch (field) {
	case F_REMOTE:
		ok = set_remote(f, bytes, len, err);
		break;
	case F_AID:
		set_text(&f->aid, bytes, len);
		forget_lists(f);
		break;
	case F_TEST:
		set_text(&f->test, bytes, len);
		break;
	case F_NAME:
		set_text(&f->name, bytes, len);
		break;
	case F_HOURS:
		ok = set_hours(f, bytes, len, err);
		break;
	case F_END:
		ok = te_parse_time(bytes, len, &f->end, err);
		break;
	default:
		f->public = len == 4;
	}
	refresh(f);
	return ok;
}

static const char *choice(void *arg, size_t field, size_t i)
{
	static const char *const hours[TE_SPANS] = {
		"1", "2", "4", "6", "12", "24", "48"
	};
	const struct te_form *f = arg;

	if (field == F_HOURS)
		return i < TE_SPANS ? hours[i] : NULL;
	return i < f->remotes->count ? f->remotes->list[i]->name : NULL;
}

static enum form_severity field_note(void *arg, size_t field, struct buf *out)
{
	const struct te_form *f = arg;

	if (f->notes[field].text) {
		buf_adds(out, f->notes[field].text);
		return f->notes[field].severity;
	}
	if (field != F_PUBLIC)
		return FORM_NONE;
	buf_adds(out, f->public
		 ? _("anyone with the link can see it, for 30 days")
		 : _("only the account group can see it"));
	return FORM_NOTE;
}

/* Does an item have the text that was typed in its number or name? */
static bool fits(const struct te_item *item, const char *typed)
{
	return !strncmp(item->id, typed, strlen(typed)) ||
	       strcasestr(item->name, typed);
}

static void complete(void *arg, size_t field, const char *text, size_t len,
		     size_t cursor, struct completion *out)
{
	struct te_form *f = arg;
	const struct te_list *list = field == F_TEST ? &f->tests : &f->groups;
	char *typed;

	if (field != F_TEST && field != F_AID)
		return;
	typed = mem_dup(text, len);
	out->from = 0;
	out->to = len;
	for (size_t i = 0; i < list->count; i++) {
		char shown[ERR_QUOTE_MAX];
		const char *name = list->items[i].name;

		if (fits(&list->items[i], typed))
			completion_add(out, list->items[i].id,
				       err_quote(shown, name, strlen(name)));
	}
	free(typed);
}

static const struct form_ops form_ops = {
	.get = get, .set = set, .choice = choice, .note = field_note,
	.complete = complete,
};

/* ---- requests ---- */

static void fetch_lists(struct te_form *f)
{
	if (f->listed || f->listing)
		return;
	f->listing = te_work_new(f->view.app, f, f->remotes, f->conf);
	f->listing->aid = *f->aid ? mem_strdup(f->aid) : NULL;
	te_work_start(f->listing);
}

static void send_answer(struct app *app, void *arg, size_t answer)
{
	struct te_work *w = arg;

	if (answer == 0 && w->form) {
		w->form->creating = w;
		te_work_start(w);
		return;
	}
	if (w->form)
		w->form->creating = NULL;
	te_remotes_unref(w->remotes);
	free(w->state_dir);
	free(w->test);
	free(w->name);
	free(w->aid);
	free(w);
}

static void ask_send(struct te_form *f)
{
	const char *answers[] = {
		C_("answer", "Send"), C_("answer", "Cancel"),
	};
	struct te_work *w;

	if (app_read_only(f->view.app) || f->creating)
		return;
	refresh(f);
	if (f->errors) {
		app_say(f->view.app, STYLE_ERROR, "%s",
			_("The fields with an error are to be mended first."));
		return;
	}
	w = te_work_new(f->view.app, f, f->remotes, f->conf);
	w->create = true;
	w->ask = make_ask(f);
	w->test = mem_strdup(f->test);
	w->name = mem_strdup(f->name);
	w->aid = *f->aid ? mem_strdup(f->aid) : NULL;
	f->creating = w;
	app_question(f->view.app, f->public ? STYLE_WARNING : STYLE_NOTE,
		     _("Create a snapshot"),
		     f->public ? _("Anyone with the link will see it.")
			       : _("Only the account group will see it."),
		     answers, 2, send_answer, w);
}

void te_form_done(struct te_form *f, struct te_work *w, bool ok)
{
	if (!w->create) {
		f->listing = NULL;
		if (!ok)
			return;
		f->tests = w->tests;
		f->groups = w->groups;
		w->tests = w->groups = (struct te_list){0};
		f->listed = true;
		if (f->form.editing)
			prompt_suggest(form_field(&f->form));
	} else {
		f->creating = NULL;
		if (!ok)
			return;
		free(f->link);
		f->link = mem_strdup(w->made.link);
		if (w->made.told && w->made.saved == f->public)
			app_say(f->view.app, STYLE_WARNING, "%s", w->made.saved
				? _("the server made it private")
				: _("the server made it public"));
	}
	refresh(f);
}

/* ---- commands ---- */

static void edit(struct te_form *f)
{
	enum form_kind kind = fields[f->form.focus].kind;
	struct err err = {0};

	if (f->form.focus == F_TEST || f->form.focus == F_AID)
		fetch_lists(f);
	if (!(kind == FORM_BOOL ? form_step(&f->form, 1, &err)
				: form_edit(&f->form, &err)))
		app_fail(f->view.app, &err);
}

static bool form_command(struct te_form *f, const struct call *call)
{
	struct err err = {0};

	switch (call->id) {
	case CMD_DOWN:
		form_move(&f->form, 1);
		return true;
	case CMD_UP:
		form_move(&f->form, -1);
		return true;
	case CMD_PAGE_DOWN:
		form_page(&f->form, 1);
		return true;
	case CMD_PAGE_UP:
		form_page(&f->form, -1);
		return true;
	case CMD_TOP:
		form_goto(&f->form, 0);
		return true;
	case CMD_BOTTOM:
		form_goto(&f->form, F_COUNT - 1);
		return true;
	case CMD_OPEN:
		if (call->arg)
			return false;
		edit(f);
		return true;
	case CMD_EDIT:
		edit(f);
		return true;
	case CMD_FIELD_ACCEPT:
		if (!form_accept(&f->form, &err))
			app_fail(f->view.app, &err);
		return true;
	case CMD_FIELD_CANCEL:
		form_cancel(&f->form);
		return true;
	default:
		return false;
	}
}

static bool command(struct view *v, const struct call *call)
{
	struct te_form *f = (struct te_form *)v;

	switch (call->id) {
	case CMD_PANE_NEXT:
	case CMD_PANE_PREV:
		f->in_request = !f->in_request;
		return true;
	case CMD_SEND:
		ask_send(f);
		return true;
	case CMD_COPY_PATH:
		if (!f->link)
			return false;
		app_copy(v->app, f->link, strlen(f->link), _("link"));
		return true;
	default:
		return f->in_request ? nav_pager(&f->request, call)
				     : form_command(f, call);
	}
}

static bool field(struct view *v)
{
	return ((struct te_form *)v)->form.editing;
}

static enum ui_result text(struct view *v, const char *bytes, size_t len)
{
	return prompt_text(form_field(&((struct te_form *)v)->form), bytes, len);
}

static enum ui_result action(struct view *v, enum text_action what)
{
	return prompt_action(form_field(&((struct te_form *)v)->form), what);
}

static bool value(struct view *v, struct buf *out)
{
	struct te_form *f = (struct te_form *)v;

	get(f, f->form.focus, out);
	return true;
}

/* ---- drawing ---- */

static void layout(struct view *v, const struct region *r)
{
	struct te_form *f = (struct te_form *)v;
	int rows = F_COUNT + 2;		/* a hint, the note on who sees it */

	for (size_t i = 0; i < F_COUNT; i++)
		rows += f->notes[i].text != NULL;
	f->bottom = *r;
	if (r->h >= rows + REQUEST_ROWS) {
		f->top = split_top(&f->bottom, rows);
		split_top(&f->bottom, 1);
	} else {	/* one at a time */
		f->top = f->in_request ? (struct region){0} : *r;
		f->bottom = f->in_request ? *r : (struct region){0};
	}
	if (!region_empty(&f->top))
		form_layout(&f->form, &f->top);
	if (!region_empty(&f->bottom))
		pager_layout(&f->request, &f->bottom);
}

static void draw(struct view *v, const struct region *r)
{
	struct te_form *f = (struct te_form *)v;

	if (!region_empty(&f->top))
		form_draw(&f->form, &f->top, !f->in_request);
	if (region_empty(&f->bottom))
		return;
	if (!region_empty(&f->top))
		region_hline(r, 0, f->top.h, r->w, STYLE_BORDER);
	pager_draw(&f->request, &f->bottom, f->in_request);
}

static void status(struct view *v, struct view_status *out)
{
	const struct te_form *f = (const struct te_form *)v;

	if (f->creating)
		buf_adds(&out->left, _("creating"));
	else if (f->listing)
		buf_adds(&out->left, _("listing tests"));
	buf_adds(&out->right, f->conf->name);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct te_form *f = (struct te_form *)v;
	struct call open = {.id = CMD_OPEN};

	if (!region_empty(&f->bottom) && region_contains(&f->bottom, m->x, m->y)) {
		f->in_request |= m->kind == MOUSE_PRESS && !f->form.editing;
		pager_mouse(&f->request, m);
		return true;
	}
	if (m->kind == MOUSE_PRESS)
		f->in_request = false;
	form_mouse(&f->form, m);
	if (m->kind == MOUSE_DOUBLE && !f->in_request)
		form_command(f, &open);
	return true;
}

static void form_free(struct view *v)
{
	struct te_form *f = (struct te_form *)v;

	forget_lists(f);
	if (f->creating)
		f->creating->form = NULL;
	for (size_t i = 0; i < F_COUNT; i++)
		free(f->notes[i].text);
	form_release(&f->form);
	pager_release(&f->request);
	te_remotes_unref(f->remotes);
	free(f->aid);
	free(f->test);
	free(f->name);
	free(f->link);
	free(f);
}

static const enum command_id hints[] = {
	CMD_EDIT, CMD_SEND, CMD_COPY_PATH, CMD_PANE_NEXT, CMD_BACK, CMD_HELP,
	CMD_NONE,
};

static const struct view_ops te_form_ops = {
	.kind = VIEW_SHARE,
	.layout = layout,
	.draw = draw,
	.command = command,
	.status = status,
	.mouse = mouse,
	.field = field,
	.text = text,
	.action = action,
	.value = value,
	.free = form_free,
	.hints = hints,
};

void view_share_open(struct app *app, const char *test, const char *name)
{
	struct err err = {0};
	struct te_remotes *remotes = te_remotes_load(app, &err);
	struct te_form *f;
	int64_t now = time(NULL);

	if (!remotes) {
		app_fail(app, &err);
		return;
	}
	f = mem_zalloc(1, sizeof(*f));
	view_init(&f->view, &te_form_ops, app, NULL);
	f->remotes = remotes;
	f->conf = remotes->list[0];
	f->aid = mem_strdup(f->conf->aid ? f->conf->aid : "");
	f->test = mem_strdup(test);
	f->name = mem_strdup(name);
	f->hours = 1;
	f->end = now - now % 60;
	form_init(&f->form, &form_ops, f, fields, F_COUNT);
	pager_init(&f->request);
	form_goto(&f->form, F_TEST);
	refresh(f);
	app_push(app, &f->view);
}
