/* A body that is edited, here or in $EDITOR, and taken over into its record. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/body-view.h"
#include "base/i18n.h"
#include "base/mem.h"

/* An edited body on its way through the layers; on any thread while it runs. */
struct body_commit {
	struct body_view *owner;	/* NULL: it was given up */
	struct jobs *jobs;
	uint64_t job;
	struct record *record;		/* as it was when editing began */
	enum body_side side;
	enum body_form form;
	struct json_layout layout;
	unsigned flags;			/* enum change_flags */
	struct buf typed;
	bool external;			/* it comes from $EDITOR */
	/* the result */
	bool laid_out, ok;		/* it is JSON, where it has to be */
	struct change_set set;
	struct err err;
};

static bool editable(struct body_view *bv)
{
	const char *why = document_read_only(bv->v.session->doc);

	if (!why && app_read_only(bv->v.app))
		why = _("opened read-only");
	if (why)
		app_say(bv->v.app, STYLE_WARNING, "%s", why);
	return !why;
}

static void set_editing(struct body_view *bv, bool on)
{
	bv->editing = on;
	bv->text.read_only = bv->hex.read_only = !on;
	bv->stale = true;
}

/* What was typed goes: the text is laid out anew. */
static void discard(struct body_view *bv)
{
	bv->refill = true;
	set_editing(bv, false);
}

bool body_view_begin(struct body_view *bv)
{
	if (body_view_loading(bv))
		return true;
	if (!bv->readable)
		app_fail(bv->v.app, &bv->err);
	else if (editable(bv))
		set_editing(bv, true);
	return true;
}

static bool modified(const struct body_view *bv)
{
	return body_form_is_hex(bv->form) ? hexedit_modified(&bv->hex) :
					    textedit_modified(&bv->text);
}

static void copy_typed(struct body_view *bv, struct buf *out)
{
	const struct textbuf *text = body_form_is_hex(bv->form) ?
		&bv->hex.text : &bv->text.text;

	buf_reserve(out, textbuf_len(text));
	textbuf_add_to(text, 0, textbuf_len(text), out);
}

/* --- through the layers --- */

static void make(struct body_commit *c)
{
	const struct rrpair *pair = &c->record->pair;
	struct buf bytes;

	buf_init(&bytes);
	c->laid_out = c->form != FORM_PRETTY ||
		      json_restyle(c->typed.data, c->typed.len, &c->layout,
				   &bytes, &c->err);
	if (c->form != FORM_PRETTY) {
		buf_release(&bytes);
		bytes = c->typed;
		buf_init(&c->typed);
	}
	if (!c->laid_out)
		;
	else if (c->form == FORM_STORED)
		c->ok = body_set_stored(pair, c->side, bytes.data, bytes.len,
					c->flags, &c->set, &c->err);
	else
		c->ok = body_set(pair, c->side, bytes.data, bytes.len,
				 c->flags, &c->set, &c->err);
	buf_release(&bytes);
}

static bool apply(struct body_view *bv, struct body_commit *c, struct err *err)
{
	struct session *s = bv->v.session;

	if (!session_holds(s, c->record))
		return err_set(err, ERR_CONFLICT,
			       _("the record was changed meanwhile"));
	if (!session_apply(s, c->record->mark.id, _("edit the body"), &c->set))
		return err_set(err, ERR_INPUT, _("the change was refused"));
	return true;
}

static struct body_commit *commit_new(struct body_view *bv)
{
	struct body_commit *c = mem_zalloc(1, sizeof(*c));

	c->record = record_ref(bv->record);
	c->side = bv->side;
	c->form = bv->form;
	c->layout = bv->layout;
	c->flags = app_links(bv->v.app) ? CHANGE_LINKED : CHANGE_SINGLE;
	buf_init(&c->typed);
	change_init(&c->set);
	return c;
}

static void commit_free(struct body_commit *c)
{
	record_unref(c->record);
	buf_release(&c->typed);
	change_release(&c->set);
	free(c);
}

static void commit(struct body_view *bv, struct body_commit *c);

static void as_text_answered(struct app *app, void *arg, size_t answer)
{
	struct body_view *bv = arg;
	struct body_commit *c;

	(void)app;
	if (answer != 0)
		return;
	c = commit_new(bv);
	c->form = FORM_TEXT;
	copy_typed(bv, &c->typed);
	commit(bv, c);
}

/* What is no JSON any more can still be wanted: a test of an error path. */
static void ask_as_text(struct body_view *bv, const struct err *err)
{
	const char *answers[2] = {
		C_("answer", "take it as text"), C_("answer", "go on editing"),
	};
	struct buf text;

	textedit_goto(&bv->text, err->offset);
	buf_init(&text);
	buf_addf(&text, _("%s (byte %zu).\nTake the text over as it is?"),
		 err->msg, err->offset + 1);
	app_question(bv->v.app, STYLE_WARNING, _("This is not JSON"),
		     text.data, answers, 2, as_text_answered, bv);
	buf_release(&text);
}

/* Nothing of what was typed is lost: it goes on in here. */
static void edit_typed(struct body_view *bv, struct body_commit *c)
{
	set_editing(bv, true);
	textedit_set(&bv->text, "", 0);
	textedit_text(&bv->text, c->typed.data, c->typed.len);
	textedit_goto(&bv->text, c->err.offset);
}

/* True when it is in the record now. */
static bool take(struct body_view *bv, struct body_commit *c)
{
	if (c->laid_out && c->ok && apply(bv, c, &c->err)) {
		/* What is shown is what was typed, until it is read again. */
		bv->refill = true;
		set_editing(bv, false);
		return true;
	}
	if (!c->laid_out && c->external)
		edit_typed(bv, c);
	if (!c->laid_out && !c->external)
		ask_as_text(bv, &c->err);
	else
		app_fail(bv->v.app, &c->err);
	return false;
}

/* --- by a job, when it is long --- */

static void run(struct job *job, void *arg)
{
	if (!job_cancelled(job))
		make(arg);
}

static void done(struct job *job, void *arg)
{
	struct body_commit *c = arg;
	struct body_view *bv = c->owner;

	if (bv) {
		bv->commit = NULL;
		if (job_state(job) == JOB_FAILED)	/* it never ran */
			make(c);
		if (job_state(job) != JOB_CANCELLED)
			take(bv, c);
		app_dirty(bv->v.app);
	}
	commit_free(c);
}

void body_view_stop_commit(struct body_view *bv)
{
	if (!bv->commit)
		return;
	bv->commit->owner = NULL;
	jobs_cancel(bv->commit->jobs, bv->commit->job);
	bv->commit = NULL;
}

/* Takes c. */
static void commit(struct body_view *bv, struct body_commit *c)
{
	struct job_spec job = {
		.lane = JOB_SHOW, .what = _("encode the body"), .run = run,
		.done = done, .arg = c, .quiet = true,
	};

	if (c->typed.len <= BODY_AT_ONCE &&
	    c->record->text.len <= BODY_AT_ONCE) {
		make(c);
		take(bv, c);
		commit_free(c);
		return;
	}
	c->owner = bv;
	c->jobs = app_jobs(bv->v.app);
	bv->commit = c;
	c->job = jobs_add(c->jobs, &job);
}

bool body_view_accept(struct body_view *bv)
{
	struct body_commit *c;

	if (bv->commit)
		return false;
	if (!modified(bv)) {
		set_editing(bv, false);
		return true;
	}
	c = commit_new(bv);
	copy_typed(bv, &c->typed);
	commit(bv, c);
	return !bv->editing;
}

static void cancel_answered(struct app *app, void *arg, size_t answer)
{
	struct body_view *bv = arg;

	(void)app;
	if (answer == 0)
		body_view_accept(bv);
	else if (answer == 1)
		discard(bv);
}

bool body_view_cancel(struct body_view *bv)
{
	const char *answers[3] = {
		C_("answer", "take over"), C_("answer", "discard"),
		C_("answer", "go on editing"),
	};

	if (bv->commit) {
		body_view_stop_commit(bv);
		app_say(bv->v.app, STYLE_NOTE,
			_("not taken over; the edit goes on"));
	} else if (!modified(bv)) {
		set_editing(bv, false);
	} else {
		app_question(bv->v.app, STYLE_WARNING,
			     _("The body was edited"),
			     _("What becomes of the edit?"), answers, 3,
			     cancel_answered, bv);
	}
	return true;
}

/* --- $EDITOR --- */

/* A line break that the editor put at the end, and the text never had. */
static void drop_added_newline(const struct buf *was, struct buf *now)
{
	if (now->len && now->data[now->len - 1] == '\n' &&
	    !(was->len && was->data[was->len - 1] == '\n'))
		buf_truncate(now, now->len - 1);
}

static void take_external(struct body_view *bv, struct buf *now)
{
	struct body_commit *c = commit_new(bv);

	c->external = true;
	c->typed = *now;
	buf_init(now);
	commit(bv, c);
}

bool body_view_edit_external(struct body_view *bv)
{
	bool hex = body_form_is_hex(bv->form);
	struct err err = { 0 };
	struct buf was, now;

	if (body_view_loading(bv) || !bv->readable || !editable(bv))
		return true;
	buf_init(&was);
	buf_init(&now);
	copy_typed(bv, &was);
	if (!app_edit_text(bv->v.app, was.data, was.len, hex ? ".bin" :
			   bv->body->kind == BODY_JSON ? ".json" : ".txt",
			   &now, &err)) {
		app_fail(bv->v.app, &err);
	} else {
		if (!hex)
			drop_added_newline(&was, &now);
		if (now.len != was.len || memcmp(now.data, was.data, was.len))
			take_external(bv, &now);
	}
	buf_release(&was);
	buf_release(&now);
	return true;
}
