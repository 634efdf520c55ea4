/* Filters over an open document: columns answer first, texts only where the
 * query needs them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "app/filters.h"
#include "app/repository.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/snapshot.h"
#include "rrpair/check.h"

struct seen {
	struct opened *o;
	struct snapshot *snapshot;
	struct check *check;	/* for `problem`; made when first asked */
	row_id id;
	struct columns columns;
	bool have_columns, have_text;
	const char *text;
	size_t len;
	struct buf own;
};

/* The fields that seen_column() answers without the text. */
#define KNOWN_COLUMNS \
	(1u << QUERY_SIZE | 1u << QUERY_TS | 1u << QUERY_DURATION | \
	 1u << QUERY_DIRECTION | 1u << QUERY_COMMAND | 1u << QUERY_STATUS | \
	 1u << QUERY_SERVICE | 1u << QUERY_TECH | 1u << QUERY_L7PROTOCOL | \
	 1u << QUERY_CLUSTER | 1u << QUERY_NAMESPACE | 1u << QUERY_HOST)

/* With fallback, an absent value is looked for in the record: the code stands
 * in for a missing status (rrpair/query.h). */
static enum query_have interned(const struct seen *r, enum column which,
				bool fallback, struct query_value *v)
{
	bool overflow;

	v->s = columns_text(snapshot_pools(r->snapshot), &r->columns, which,
			    &v->len, &overflow);
	if (overflow)
		return QUERY_UNKNOWN;
	if (v->s)
		return QUERY_TEXT;
	return fallback ? QUERY_UNKNOWN : QUERY_ABSENT;
}

static enum query_have direction(const struct seen *r, struct query_value *v)
{
	if (!(r->columns.flags & (COLUMNS_IN | COLUMNS_OUT)))
		return QUERY_UNKNOWN;
	v->s = r->columns.flags & COLUMNS_IN ? "IN" : "OUT";
	v->len = strlen(v->s);
	return QUERY_TEXT;
}

static enum query_have number(int64_t value, struct query_value *v)
{
	v->number = value;
	return QUERY_NUMBER;
}

static enum query_have seen_column(void *rec, enum query_field field,
				   struct query_value *v)
{
	const struct seen *r = rec;
	const struct columns *c = &r->columns;

	if (!r->have_columns || (c->flags & (COLUMNS_HUGE | COLUMNS_BROKEN)))
		return QUERY_UNKNOWN;
	switch (field) {
	case QUERY_SIZE:
		return number(c->len, v);
	case QUERY_DURATION:
		if (c->flags & COLUMNS_REPOSITORY)
			return QUERY_ABSENT;
		/* the top may stand for more than a column can hold */
		return c->duration < UINT32_MAX ? number(c->duration, v) :
						  QUERY_UNKNOWN;
	case QUERY_TS:
		return c->ts == COLUMNS_NO_TS ? QUERY_ABSENT : number(c->ts, v);
	case QUERY_DIRECTION:
		return direction(r, v);
	case QUERY_COMMAND:
		return interned(r, COLUMN_COMMAND, false, v);
	case QUERY_STATUS:
		return interned(r, COLUMN_STATUS, true, v);
	case QUERY_SERVICE:
		return interned(r, COLUMN_SERVICE, false, v);
	case QUERY_TECH:
		return interned(r, COLUMN_TECH, false, v);
	case QUERY_L7PROTOCOL:
		return interned(r, COLUMN_L7PROTOCOL, false, v);
	case QUERY_CLUSTER:
		return interned(r, COLUMN_CLUSTER, false, v);
	case QUERY_NAMESPACE:
		return interned(r, COLUMN_NAMESPACE, false, v);
	case QUERY_HOST:
		return interned(r, COLUMN_HOST, false, v);
	default:
		return QUERY_UNKNOWN;
	}
}

static bool seen_text(void *rec, const char **text, size_t *len)
{
	struct seen *r = rec;

	if (!r->have_text) {
		buf_clear(&r->own);
		if (!snapshot_text(r->snapshot, r->id, &r->own, NULL))
			return false;
		r->text = r->own.data;
		r->len = r->own.len;
		r->have_text = true;
	}
	*text = r->text;
	*len = r->len;
	return true;
}

static bool any_problem(void *arg, const struct problem *problem)
{
	*(bool *)arg = true;
	return false;
}

/* Nothing is changed or tagged without a screen; problems are looked for. */
static unsigned seen_flags(void *rec, unsigned wanted)
{
	static const struct check_options options = {.at_least = CHECK_WARNING};
	struct seen *r = rec;
	const char *text;
	size_t len;
	bool found = false;

	if (!(wanted & QUERY_PROBLEM) || !seen_text(rec, &text, &len))
		return 0;
	if (!r->check)
		r->check = check_new(&options);
	check_set_proto(r->check,
			repository_proto(snapshot_kind(r->snapshot, r->id)),
			NULL, 0);
	check_alone(r->check, text, len, any_problem, &found);
	return found ? QUERY_PROBLEM : 0;
}

static const char *seen_snapshot(void *rec, const char **name)
{
	const struct seen *r = rec;

	*name = r->o->name;
	return r->o->target.id;
}

static const struct query_ops seen_ops = {
	seen_column, seen_text, seen_flags, seen_snapshot,
};

struct query *batch_query(struct batch *b, const char *expr, struct err *err)
{
	const char *state_dir = batch_state(b, NULL);
	struct filters named;
	struct query *q;
	struct buf text;

	buf_init(&text);
	filters_load(&named, state_dir);
	filters_expand(&named, expr, strlen(expr), &text);
	filters_release(&named);
	q = query_parse(text.data, text.len, err);
	buf_release(&text);

	if (!q)
		err_wrap(err, "%s", _("filter"));
	else if (query_warning(q))
		batch_note(_("filter"), "%s", query_warning(q));
	return q;
}

static void warn_given_up(uint64_t n)
{
	if (n)
		batch_note(_("filter"),
			   PLURAL("the regular expression gave up on %llu value: no match",
				  "the regular expression gave up on %llu values: no match",
				  n), (unsigned long long)n);
}

static void seen_init(struct seen *r, struct opened *o, struct snapshot *s)
{
	memset(r, 0, sizeof(*r));
	r->o = o;
	r->snapshot = s;
	buf_init(&r->own);
}

static void seen_release(struct seen *r)
{
	check_free(r->check);
	buf_release(&r->own);
}

/* ---- by columns: in this thread, it is quick ---- */

static uint64_t match_columns(struct opened *o, struct snapshot *s,
			      struct query *q, match_fn *each, void *arg)
{
	uint64_t count = snapshot_count(s), gave_up, pos, n, i;
	struct query_run *run = query_run_new(q);
	bool go_on = true;
	struct seen r;

	seen_init(&r, o, s);
	for (pos = 0; go_on && pos < count; pos += n) {
		const struct columns *c;

		c = snapshot_columns_run(s, pos, count - pos, &n);
		if (!c)
			n = 1;
		for (i = 0; go_on && i < n; i++) {
			struct match m = {.number = pos + i + 1};

			r.id = m.id = snapshot_row(s, pos + i);
			r.have_text = false;
			r.have_columns = c || snapshot_columns(s, r.id,
							       &r.columns);
			if (c)
				r.columns = c[i];
			if (query_match(run, &seen_ops, &r))
				go_on = each(arg, &m);
		}
	}
	gave_up = query_gave_up(run);
	query_run_free(run);
	seen_release(&r);
	return gave_up;
}

/* ---- by texts: on every core, told in order ---- */

#define CHUNK_ROWS 1024
#define CHUNKS 32	/* at work or waiting to be told */

struct chunk {
	struct opened *o;
	struct snapshot *snapshot;
	struct query *query;
	uint64_t from, to, job;
	struct match *matches;
	size_t count, cap;
	uint64_t gave_up;
	bool failed;
	struct err err;
};

/* The texts in turn, read in large blocks. */
static void match_chunk(struct job *job, void *arg)
{
	struct chunk *chunk = arg;
	struct query_run *run = query_run_new(chunk->query);
	struct snapshot_cursor c;
	struct seen r;

	seen_init(&r, chunk->o, chunk->snapshot);
	snapshot_cursor_init(&c, chunk->snapshot, chunk->from, chunk->to);
	while (!(job && job_cancelled(job)) &&
	       snapshot_cursor_next(&c, &chunk->err)) {
		r.id = c.id;
		r.text = c.text;
		r.len = c.len;
		r.have_text = true;
		r.have_columns = c.columns != NULL;
		if (c.columns)
			r.columns = *c.columns;
		if (!query_match(run, &seen_ops, &r))
			continue;
		chunk->matches = mem_room(chunk->matches, chunk->count,
					  &chunk->cap, sizeof(*chunk->matches));
		chunk->matches[chunk->count++] = (struct match){
			.id = c.id, .number = c.pos + 1,
		};
	}
	chunk->failed = c.failed;
	chunk->gave_up = query_gave_up(run);
	snapshot_cursor_release(&c);
	query_run_free(run);
	seen_release(&r);
}

static void chunk_done(struct job *job, void *arg)
{
	/* the one who waits for it looks into it */
}

static void start_chunk(struct jobs *jobs, struct chunk *chunk, uint64_t from,
			uint64_t count)
{
	struct job_spec spec = {
		.lane = JOB_SCAN, .what = "filter", .run = match_chunk,
		.done = chunk_done, .arg = chunk, .quiet = true,
	};

	chunk->from = from;
	chunk->to = count - from > CHUNK_ROWS ? from + CHUNK_ROWS : count;
	chunk->count = 0;
	chunk->job = jobs_add(jobs, &spec);
}

static bool tell_chunk(const struct chunk *chunk, match_fn *each, void *arg)
{
	size_t i;

	for (i = 0; i < chunk->count; i++)
		if (!each(arg, &chunk->matches[i]))
			return false;
	return true;
}

static bool match_texts(struct opened *o, struct snapshot *s, struct query *q,
			match_fn *each, void *arg, uint64_t *gave_up,
			struct err *err)
{
	struct chunk *ring = mem_zalloc(CHUNKS, sizeof(*ring));
	uint64_t count = snapshot_count(s), next = 0, told = 0, started = 0;
	bool ok = true, go_on = true;
	size_t i;

	for (i = 0; i < CHUNKS; i++)
		ring[i] = (struct chunk){
			.o = o, .snapshot = s, .query = q,
		};
	while (told < started || (go_on && next < count)) {
		struct chunk *chunk = &ring[told % CHUNKS];

		if (go_on && next < count && started - told < CHUNKS) {
			start_chunk(o->jobs, &ring[started++ % CHUNKS], next,
				    count);
			next += CHUNK_ROWS;
			continue;
		}
		jobs_wait(o->jobs, chunk->job);
		told++;
		if (go_on && chunk->failed) {
			ok = false;
			*err = chunk->err;
		}
		*gave_up += chunk->gave_up;
		go_on = go_on && ok && tell_chunk(chunk, each, arg);
	}
	for (i = 0; i < CHUNKS; i++)
		free(ring[i].matches);
	free(ring);
	return ok;
}

bool batch_match(struct opened *o, struct query *q, match_fn *each, void *arg,
		 struct err *err)
{
	struct snapshot *s = document_snapshot(o->doc);
	uint64_t gave_up = 0;
	bool ok = true;

	if (query_needs_text(q, KNOWN_COLUMNS))
		ok = match_texts(o, s, q, each, arg, &gave_up, err);
	else
		gave_up = match_columns(o, s, q, each, arg);
	warn_given_up(gave_up);
	snapshot_unref(s);
	return ok;
}

static bool count_one(void *arg, const struct match *m)
{
	++*(uint64_t *)arg;
	return true;
}

bool batch_match_count(struct opened *o, struct query *q, uint64_t *count,
		       struct err *err)
{
	*count = 0;
	return batch_match(o, q, count_one, count, err);
}
