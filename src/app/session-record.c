/*
 * The record that is shown, read at once when that cannot be felt and by a job
 * when it could; the same for what is found in it.
 */
#include "config.h"

#include <stdlib.h>

#include "app/session.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"

/* Bytes of a record that is read, and checked, without a job: some ms. */
#define READ_AT_ONCE ((size_t)1 << 20)
#define CHECK_AT_ONCE ((size_t)128 << 10)
#define DECODE_AT_ONCE ((size_t)256 << 10)	/* of a body as stored */

enum finding {
	FIND_RECORD, FIND_COLUMNS, FIND_PROBLEMS, FIND_AGAIN, FIND_BODY
};

/* A job that finds something about a record. */
struct finding_job {
	enum finding what;
	struct session *owner;		/* NULL: nobody waits any more */
	struct finding_job **place;	/* where the owner keeps it */
	struct jobs *jobs;
	uint64_t job;
	struct record *record;
	struct snapshot *now, *saved;	/* when the record is to be read */
	struct problem_list problems;
	enum body_side side;
	struct body *body;
	struct err err;
};

bool session_holds(const struct session *s, const struct record *r)
{
	return r->loads == s->loads && document_mark_holds(s->doc, &r->mark);
}

static void keep(struct session *s, struct record *r)
{
	record_unref(s->record);
	s->record = r;
}

/* --- the jobs --- */

/* The columns of an edited row stay with it once they are known. */
static void find_columns(struct finding_job *f)
{
	struct columns c;

	snapshot_columns(f->now, f->record->mark.id, &c);
}

static void look(struct finding_job *f)
{
	switch (f->what) {
	case FIND_RECORD:
		record_read(f->record, f->now, f->saved);
		break;
	case FIND_COLUMNS:
		find_columns(f);
		break;
	case FIND_AGAIN:
		record_read(f->record, f->now, f->saved);
		/* fall through */
	case FIND_PROBLEMS:
		record_check(f->record, &f->problems);
		break;
	case FIND_BODY:
		f->body = record_decode(f->record, f->side, &f->err);
		break;
	}
}

static void run(struct job *job, void *arg)
{
	if (!job_cancelled(job))
		look(arg);
}

/* An edited record was looked at again, which may be the one that is shown. */
static void take_again(struct session *s, struct finding_job *f)
{
	if (!session_holds(s, f->record))
		return;
	record_take_problems(f->record, &f->problems);
	session_take_problems(s, f->record);
	if (!s->record || !session_holds(s, s->record))
		keep(s, record_ref(f->record));
}

static void take(struct finding_job *f)
{
	struct session *s = f->owner;

	switch (f->what) {
	case FIND_RECORD:
		if (session_holds(s, f->record))
			keep(s, record_ref(f->record));
		break;
	case FIND_COLUMNS:
		break;
	case FIND_PROBLEMS:
		record_take_problems(f->record, &f->problems);
		break;
	case FIND_AGAIN:
		take_again(s, f);
		break;
	case FIND_BODY:
		record_take_body(f->record, f->side, f->body, &f->err);
		f->body = NULL;
		break;
	}
}

static void done(struct job *job, void *arg)
{
	struct finding_job *f = arg;

	if (f->owner) {
		*f->place = NULL;
		if (job_state(job) == JOB_FAILED)	/* it never ran */
			look(f);
		if (job_state(job) != JOB_CANCELLED)
			take(f);
		app_changed(f->owner->app, CHANGED_RECORD);
	}
	free(f->problems.items);
	record_free_body(f->body);
	record_unref(f->record);
	snapshot_unref(f->now);
	snapshot_unref(f->saved);
	free(f);
}

static void stop(struct finding_job **place)
{
	struct finding_job *f = *place;

	if (!f)
		return;
	f->owner = NULL;
	*place = NULL;
	jobs_cancel(f->jobs, f->job);
}

static void start(struct session *s, struct finding_job **place,
		  struct finding_job *f, const char *what)
{
	struct job_spec job = {
		.lane = f->what == FIND_PROBLEMS || f->what == FIND_AGAIN ?
			JOB_SCAN : JOB_SHOW,
		.what = what, .run = run, .done = done, .arg = f,
		.quiet = true,
	};

	stop(place);
	f->owner = s;
	f->place = place;
	f->jobs = app_jobs(s->app);
	*place = f;
	f->job = jobs_add(f->jobs, &job);
}

void session_record_stop(struct session *s)
{
	stop(&s->reading);
	stop(&s->checking_record);
	stop(&s->rechecking);
	stop(&s->columns);
	stop(&s->decoding[BODY_REQUEST]);
	stop(&s->decoding[BODY_RESPONSE]);
	record_unref(s->record);
	s->record = NULL;
}

/* --- the record --- */

static struct record *fresh(struct session *s, row_id id)
{
	struct row_mark mark;
	struct record *r;

	document_mark(s->doc, id, &mark);
	r = record_new(&mark);
	r->loads = s->loads;
	return r;
}

static bool have(struct session *s, row_id id)
{
	return s->record && s->record->mark.id == id &&
	       session_holds(s, s->record);
}

struct record *session_record(struct session *s, row_id id)
{
	struct record *r;

	if (have(s, id))
		return s->record;
	stop(&s->reading);
	r = fresh(s, id);
	record_read_document(r, s->doc);
	keep(s, r);
	return r;
}

static struct finding_job *new_reading(struct session *s, enum finding what,
				       struct record *r)
{
	struct finding_job *f = mem_zalloc(1, sizeof(*f));

	f->what = what;
	f->record = r;
	f->now = document_snapshot(s->doc);
	f->saved = document_snapshot_saved(s->doc);
	return f;
}

struct record *session_record_soon(struct session *s, row_id id)
{
	struct finding_job *f;
	struct record *r;

	if (have(s, id))
		return s->record;
	if (s->reading && s->reading->record->mark.id == id &&
	    session_holds(s, s->reading->record))
		return NULL;
	r = fresh(s, id);
	/* a snapshot does not know the tail of a file without an index */
	if (r->mark.len <= READ_AT_ONCE || row_is_tail(id)) {
		record_unref(r);
		return session_record(s, id);
	}
	f = new_reading(s, FIND_RECORD, r);
	start(s, &s->reading, f, _("read the record"));
	return NULL;
}

size_t session_length(struct session *s, row_id id)
{
	struct row_mark mark;
	size_t len;

	document_mark(s->doc, id, &mark);
	len = mark.len;
	row_mark_release(&mark);
	return len;
}

bool session_columns_soon(struct session *s, row_id id)
{
	if (document_has_columns(s->doc, id, READ_AT_ONCE))
		return true;
	if (!s->columns)
		start(s, &s->columns, new_reading(s, FIND_COLUMNS,
						  fresh(s, id)),
		      _("read the record"));
	return false;
}

const struct buf *session_text(struct session *s, row_id id, struct err *err)
{
	struct record *r;

	if (id == ROW_NONE) {
		err_set(err, ERR_ABSENT, _("there is no record"));
		return NULL;
	}
	r = session_record(s, id);
	if (r->there)
		return &r->text;
	if (err)
		*err = r->err;
	return NULL;
}

const struct rrpair *session_pair(struct session *s, row_id id, struct err *err)
{
	struct record *r;

	if (!session_text(s, id, err))
		return NULL;
	r = s->record;
	if (r->ok)
		return &r->pair;
	if (err)
		*err = r->err;
	return NULL;
}

/* --- what is found in it --- */

bool session_problems_soon(struct session *s, struct record *r)
{
	struct problem_list found = {0};
	struct finding_job *f;

	if (r->checked)
		return true;
	if (r->mark.len <= CHECK_AT_ONCE) {
		record_check(r, &found);
		record_take_problems(r, &found);
		return true;
	}
	if (s->checking_record && s->checking_record->record == r)
		return false;
	f = mem_zalloc(1, sizeof(*f));
	f->what = FIND_PROBLEMS;
	f->record = record_ref(r);
	start(s, &s->checking_record, f, _("check the record"));
	return false;
}

bool session_body_soon(struct session *s, struct record *r, enum body_side side)
{
	struct finding_job **place = &s->decoding[side], *f;
	struct body *body;
	struct err err = {0};

	if (r->decoded[side])
		return true;
	if (record_stored_len(r, side) <= DECODE_AT_ONCE) {
		body = record_decode(r, side, &err);
		record_take_body(r, side, body, &err);
		return true;
	}
	if (*place && (*place)->record == r)
		return false;
	f = mem_zalloc(1, sizeof(*f));
	f->what = FIND_BODY;
	f->record = record_ref(r);
	f->side = side;
	start(s, place, f, _("decode the body"));
	return false;
}

void session_recheck(struct session *s, row_id id)
{
	struct problem_list found = {0};
	struct finding_job *f;
	struct record *r;

	stop(&s->rechecking);
	if (s->checked == CHECKED_NEVER)
		return;
	r = fresh(s, id);
	if (r->mark.len > CHECK_AT_ONCE) {
		f = new_reading(s, FIND_AGAIN, r);
		start(s, &s->rechecking, f, _("check the record"));
		return;
	}
	record_unref(r);
	r = session_record(s, id);
	if (!r->there)
		return;
	if (!r->checked) {
		record_check(r, &found);
		record_take_problems(r, &found);
	}
	session_take_problems(s, r);
}
