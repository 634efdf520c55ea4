/*
 * A body brought to the screen: the record is read, the body decoded (both by
 * the session, once for all views), then laid out in the form that is asked
 * for.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/body-view.h"
#include "app/jsoncolour.h"
#include "base/i18n.h"
#include "base/mem.h"

struct body_load {
	struct body_view *owner;	/* NULL: not wanted any more */
	struct jobs *jobs;
	uint64_t job;
	struct record *record;
	enum body_side side;
	enum body_form form;
	struct textbuf text;
	struct json_layout layout;
};

bool body_form_is_hex(enum body_form form)
{
	return form == FORM_HEX || form == FORM_STORED;
}

bool body_form_available(const struct body *body, enum body_form form)
{
	switch (form) {
	case FORM_PRETTY:
		return body->kind == BODY_JSON;
	case FORM_TEXT:
		return body->flags & BODY_UTF8 || !body->bytes.len;
	case FORM_STORED:
		return body->flags & BODY_GZIP;
	default:
		return true;
	}
}

static void pick_form(struct body_view *bv, const struct body *body)
{
	enum body_form form;

	if (bv->form_picked && body_form_available(body, bv->form))
		return;
	for (form = FORM_PRETTY; !body_form_available(body, form); form++)
		;
	bv->form = form;
}

/* Any thread. */
static void lay_out(struct body_load *load)
{
	const struct body *body = load->record->bodies[load->side];
	const struct buf *bytes = load->form == FORM_STORED ? &body->stored :
							      &body->bytes;
	struct buf pretty;

	textbuf_init(&load->text, body_form_is_hex(load->form) ? HEXEDIT_MAX :
								 TEXTEDIT_MAX);
	if (load->form != FORM_PRETTY) {
		textbuf_set(&load->text, bytes->data, bytes->len);
		return;
	}
	buf_init(&pretty);
	json_layout_of(bytes->data, bytes->len, &load->layout);
	if (json_pretty(bytes->data, bytes->len, 2, &pretty, NULL))
		textbuf_adopt(&load->text, &pretty);
	buf_release(&pretty);
}

static bool shown_is(const struct body_view *bv, const struct record *r)
{
	return !bv->refill && bv->record == r && bv->shown_side == bv->side &&
	       bv->shown_form == bv->form;
}

/* A new text of the same body: the cursor stays where it was. */
static void show_text(struct body_view *bv, struct textbuf *text, bool same)
{
	size_t at = same ? bv->text.cursor : 0;

	bv->text.colour = bv->body->kind == BODY_JSON ? json_colour : NULL;
	textedit_take(&bv->text, text);
	if (at)
		textedit_goto(&bv->text, at);
}

static void show_hex(struct body_view *bv, struct textbuf *text, bool same)
{
	size_t at = same ? bv->hex.cursor : 0;

	hexedit_take(&bv->hex, text);
	if (at)
		hexedit_goto(&bv->hex, at);
}

static void take(struct body_view *bv, struct body_load *load)
{
	bool same = bv->record && bv->record->mark.id == bv->row &&
		    bv->shown_side == load->side &&
		    bv->shown_form == load->form;

	record_ref(load->record);
	record_unref(bv->record);
	bv->record = load->record;
	bv->body = load->record->bodies[load->side];
	bv->shown_side = load->side;
	bv->shown_form = load->form;
	bv->layout = load->layout;
	bv->readable = true;
	bv->refill = false;
	buf_clear(&bv->layers);
	body_layers(bv->body, &bv->layers);
	if (body_form_is_hex(load->form))
		show_hex(bv, &load->text, same);
	else
		show_text(bv, &load->text, same);
	bv->checked_version = UINT64_MAX;
}

static void run(struct job *job, void *arg)
{
	if (!job_cancelled(job))
		lay_out(arg);
}

static void load_free(struct body_load *load)
{
	textbuf_release(&load->text);
	record_unref(load->record);
	free(load);
}

static void done(struct job *job, void *arg)
{
	struct body_load *load = arg;
	struct body_view *bv = load->owner;

	if (bv) {
		bv->load = NULL;
		bv->stale = true;
		if (job_state(job) == JOB_FAILED)	/* it never ran */
			lay_out(load);
		if (job_state(job) != JOB_CANCELLED && !bv->editing)
			take(bv, load);
		app_dirty(bv->v.app);
	}
	load_free(load);
}

void body_view_stop_load(struct body_view *bv)
{
	if (!bv->load)
		return;
	bv->load->owner = NULL;
	jobs_cancel(bv->load->jobs, bv->load->job);
	bv->load = NULL;
}

static void start(struct body_view *bv, struct record *r)
{
	struct body_load *load = bv->load;
	const struct body *body = r->bodies[bv->side];
	struct job_spec job = {
		.lane = JOB_SHOW, .what = _("lay out the body"), .run = run,
		.done = done, .quiet = true,
	};

	if (load && load->record == r && load->side == bv->side &&
	    load->form == bv->form)
		return;
	body_view_stop_load(bv);
	load = mem_zalloc(1, sizeof(*load));
	load->record = record_ref(r);
	load->side = bv->side;
	load->form = bv->form;
	if (body->bytes.len <= BODY_AT_ONCE) {
		lay_out(load);
		take(bv, load);
		load_free(load);
		bv->stale = false;
		return;
	}
	load->owner = bv;
	load->jobs = app_jobs(bv->v.app);
	bv->load = job.arg = load;
	load->job = jobs_add(load->jobs, &job);
}

static void show_nothing(struct body_view *bv, struct record *r,
			 const struct err *why)
{
	record_ref(r);
	record_unref(bv->record);
	bv->record = r;
	bv->body = NULL;
	bv->shown_side = bv->side;
	bv->shown_form = bv->form;
	bv->readable = bv->refill = false;
	bv->err = *why;
	bv->stale = false;
}

void body_view_load(struct body_view *bv)
{
	struct session *s = bv->v.session;
	struct record *r = bv->record;

	if (!bv->stale || bv->editing)
		return;
	if (!r || r->mark.id != bv->row || !session_holds(s, r))
		r = session_record_soon(s, bv->row);
	if (!r || (r->ok && !session_body_soon(s, r, bv->side)))
		return;
	if (!r->ok || !r->bodies[bv->side]) {
		show_nothing(bv, r, r->ok ? &r->body_err[bv->side] : &r->err);
		return;
	}
	pick_form(bv, r->bodies[bv->side]);
	if (shown_is(bv, r))
		bv->stale = false;
	else
		start(bv, r);
}

bool body_view_loading(struct body_view *bv)
{
	body_view_load(bv);
	return bv->stale && !bv->editing;
}

bool body_view_shows(const struct body_view *bv)
{
	return bv->record && bv->record->mark.id == bv->row &&
	       bv->shown_side == bv->side;
}
