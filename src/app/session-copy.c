/*
 * Copies of records. Where a signature carries `instance`, a copy gets the
 * next free number, and only a pass over all records knows which that is: then
 * a job looks first, and the copies are made when it is done.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/repository.h"
#include "app/session.h"
#include "app/view.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/signature.h"
#include "rrpair/template.h"

/* The highest instance of the signatures that are copied. */
struct known {
	char *identity;
	size_t len;
	int64_t highest;
};

struct copying {
	struct session *session;	/* counted */
	struct snapshot *snapshot;
	row_id *ids;
	size_t count;
	struct known *known;
	size_t n, cap;
};

static void copying_free(struct copying *c)
{
	for (size_t i = 0; i < c->n; i++)
		free(c->known[i].identity);
	free(c->known);
	free(c->ids);
	snapshot_unref(c->snapshot);
	session_unref(c->session);
	free(c);
}

static struct known *find(struct copying *c, const char *identity, size_t len)
{
	for (size_t i = 0; i < c->n; i++)
		if (c->known[i].len == len &&
		    !memcmp(c->known[i].identity, identity, len))
			return &c->known[i];
	return NULL;
}

/* Which signatures with an instance are among the records to copy? */
static void collect(struct copying *c)
{
	struct buf identity;

	buf_init(&identity);
	for (size_t i = 0; i < c->count; i++) {
		const struct rrpair *pair =
			session_pair(c->session, c->ids[i], NULL);

		if (!pair || signature_instance(pair) < 0)
			continue;
		buf_clear(&identity);
		signature_identity(pair, &identity);
		if (find(c, identity.data, identity.len))
			continue;
		c->known = mem_room(c->known, c->n, &c->cap,
				    sizeof(*c->known));
		c->known[c->n++] = (struct known){
			mem_dup(identity.data, identity.len), identity.len, -1,
		};
	}
	buf_release(&identity);
}

static void look_at(struct copying *c, const struct rrpair *pair,
		    struct buf *identity)
{
	int64_t instance = signature_instance(pair);
	struct known *k;

	if (instance < 0)
		return;
	buf_clear(identity);
	signature_identity(pair, identity);
	k = find(c, identity->data, identity->len);
	if (k && instance > k->highest)
		k->highest = instance;
}

static void copy_run(struct job *job, void *arg)
{
	struct copying *c = arg;
	uint64_t total = snapshot_count(c->snapshot);
	struct snapshot_cursor at;
	struct rrpair pair;
	struct buf identity;
	struct err err = {0};

	rrpair_init(&pair);
	buf_init(&identity);
	snapshot_cursor_init(&at, c->snapshot, 0, total);
	while (!job_cancelled(job) && snapshot_cursor_next(&at, &err)) {
		if (at.pos % 64 == 0)
			job_progress(job, at.pos, total, 0);
		if (rrpair_parse(&pair, at.text, at.len, NULL))
			look_at(c, &pair, &identity);
	}
	if (at.failed)
		job_fail(job, &err);
	snapshot_cursor_release(&at);
	rrpair_release(&pair);
	buf_release(&identity);
}

static int64_t next_instance(void *arg, const char *identity, size_t len,
			     int64_t current)
{
	struct known *k = find(arg, identity, len);

	if (!k)	/* edited since it was collected */
		return current + 1;
	if (current > k->highest)
		k->highest = current;
	return ++k->highest;
}

static bool copy_one(struct copying *c, row_id of, row_id *id, struct err *err)
{
	struct document_new copy = {.copy_of = of};
	const struct rrpair *pair = session_pair(c->session, of, NULL);
	struct change_set change;
	bool ok = true;

	change_init(&change);
	if (pair)	/* what is no record is copied as it is */
		ok = template_fresh_copy(pair, next_instance, c, &change, err);
	copy.patch = change.patch;
	ok = ok && document_insert(c->session->doc, of, &copy, 1, id, err);
	if (ok)
		listing_inserted(&c->session->listing, of, id, 1);
	change_release(&change);
	return ok;
}

static void copy_all(struct copying *c)
{
	struct document *doc = c->session->doc;
	struct err err = {0};
	row_id last = ROW_NONE;
	bool ok = true;

	document_begin(doc, _("duplicate"));
	for (size_t i = 0; ok && i < c->count; i++)
		ok = copy_one(c, c->ids[i], &last, &err);
	if (!ok)
		document_abort(doc);
	else
		ok = document_commit(doc, &err);
	if (!ok) {
		app_fail(c->session->app, &err);
		return;
	}
	session_set_current(c->session, last);
	app_say(c->session->app, STYLE_OK,
		PLURAL("duplicated %zu record", "duplicated %zu records",
		       c->count), c->count);
}

static void copy_done(struct job *job, void *arg)
{
	struct copying *c = arg;

	if (job_state(job) == JOB_DONE)
		copy_all(c);
	else if (job_state(job) == JOB_FAILED)
		app_fail(c->session->app, job_error(job));
	copying_free(c);
}

static void duplicate_in_repository(struct session *s, row_id *ids, size_t n)
{
	row_id *made = NULL;
	size_t count = 0;
	struct err err = {0};

	if (!repository_copy(s->doc, ids, n, &made, &count, &err)) {
		app_fail(s->app, &err);
	} else if (count) {
		listing_refresh(&s->listing);
		session_set_current(s, made[0]);
		app_say(s->app, STYLE_OK,
			PLURAL("duplicated %zu record",
			       "duplicated %zu records", count), count);
	}
	free(made);
	free(ids);
}

void session_duplicate(struct session *s, row_id *ids, size_t n)
{
	struct copying *c = mem_zalloc(1, sizeof(*c));
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("duplicate"), .run = copy_run,
		.done = copy_done, .arg = c, .quiet = true,
	};

	if (document_repository(s->doc)) {
		copying_free(c);
		duplicate_in_repository(s, ids, n);
		return;
	}
	c->session = session_ref(s);
	c->snapshot = document_snapshot(s->doc);
	c->ids = ids;
	c->count = n;
	collect(c);
	if (c->n) {
		jobs_add(app_jobs(s->app), &job);
		return;
	}
	if (c->count)
		copy_all(c);
	copying_free(c);
}
