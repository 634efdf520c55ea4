#include "config.h"

#include <string.h>

#include "app/matching.h"
#include "app/repository.h"

#define LOOK_ROWS 4096	/* records between two looks whether to stop */

static enum query_have number(int64_t value, struct query_value *v)
{
	v->number = value;
	return QUERY_NUMBER;
}

/* With fallback, an absent value is looked for in the record: the code stands
 * in for a missing status (rrpair/query.h). */
static enum query_have interned(const struct matching *m, enum column which,
				bool fallback, struct query_value *v)
{
	bool overflow;

	v->s = columns_text(snapshot_pools(m->context->snapshot), m->columns,
			    which, &v->len, &overflow);
	if (overflow)
		return QUERY_UNKNOWN;
	if (v->s)
		return QUERY_TEXT;
	return fallback ? QUERY_UNKNOWN : QUERY_ABSENT;
}

static enum query_have direction(const struct matching *m, struct query_value *v)
{
	if (!(m->columns->flags & (COLUMNS_IN | COLUMNS_OUT)))
		return QUERY_UNKNOWN;
	v->s = m->columns->flags & COLUMNS_IN ? "IN" : "OUT";
	v->len = strlen(v->s);
	return QUERY_TEXT;
}

static enum query_have record_column(void *rec, enum query_field field,
				     struct query_value *v)
{
	const struct matching *m = rec;
	const struct columns *c = m->columns;

	if (!c || (c->flags & (COLUMNS_HUGE | COLUMNS_BROKEN)))
		return QUERY_UNKNOWN;
	switch (field) {
	case QUERY_SIZE:
		return number(c->len, v);
	case QUERY_DURATION:
		if (c->flags & COLUMNS_REPOSITORY)
			return QUERY_ABSENT;
		/* the top may stand for more than a column can hold */
		return c->duration < UINT32_MAX ? number(c->duration, v)
						: QUERY_UNKNOWN;
	case QUERY_TS:
		return c->ts == COLUMNS_NO_TS ? QUERY_ABSENT : number(c->ts, v);
	case QUERY_DIRECTION:
		return direction(m, v);
	case QUERY_COMMAND:
		return interned(m, COLUMN_COMMAND, false, v);
	case QUERY_STATUS:
		return interned(m, COLUMN_STATUS, true, v);
	case QUERY_SERVICE:
		return interned(m, COLUMN_SERVICE, false, v);
	case QUERY_TECH:
		return interned(m, COLUMN_TECH, false, v);
	case QUERY_L7PROTOCOL:
		return interned(m, COLUMN_L7PROTOCOL, false, v);
	case QUERY_CLUSTER:
		return interned(m, COLUMN_CLUSTER, false, v);
	case QUERY_NAMESPACE:
		return interned(m, COLUMN_NAMESPACE, false, v);
	case QUERY_HOST:
		return interned(m, COLUMN_HOST, false, v);
	default:
		return QUERY_UNKNOWN;
	}
}

static bool record_text(void *rec, const char **text, size_t *len)
{
	struct matching *m = rec;

	if (!m->have_text) {
		buf_clear(&m->own);
		if (!snapshot_text(m->context->snapshot, m->row, &m->own, NULL))
			return false;
		m->text = m->own.data;
		m->len = m->own.len;
		m->have_text = true;
	}
	*text = m->text;
	*len = m->len;
	return true;
}

static bool any_problem(void *arg, const struct problem *problem)
{
	*(bool *)arg = true;
	return false;
}

static bool has_problem(struct matching *m)
{
	static const struct check_options options = {.at_least = CHECK_WARNING};
	const struct rowmap *known = m->context->problems;
	const char *text;
	size_t len;
	bool found = false;

	if (known)
		return rowmap_get(known, m->row) != 0;
	if (!record_text(m, &text, &len))
		return false;
	if (!m->check)
		m->check = check_new(&options);
	check_set_proto(m->check,
			repository_proto(snapshot_kind(m->context->snapshot,
						       m->row)),
			NULL, 0);
	check_alone(m->check, text, len, any_problem, &found);
	return found;
}

static unsigned record_flags(void *rec, unsigned wanted)
{
	struct matching *m = rec;
	const struct matching_context *c = m->context;
	unsigned have = 0;

	if ((wanted & QUERY_CHANGED) && snapshot_changed(c->snapshot, m->row))
		have |= QUERY_CHANGED;
	if ((wanted & QUERY_TAGGED) && c->tagged &&
	    rowmap_get(c->tagged, m->row))
		have |= QUERY_TAGGED;
	if ((wanted & QUERY_PROBLEM) && has_problem(m))
		have |= QUERY_PROBLEM;
	return have;
}

static const char *record_snapshot(void *rec, const char **name)
{
	const struct matching *m = rec;

	*name = m->context->name;
	return m->context->id;
}

static const struct query_ops record_ops = {
	record_column, record_text, record_flags, record_snapshot,
};

/* The fields that record_column() answers for most records. */
#define COLUMN_FIELDS \
	(1u << QUERY_SIZE | 1u << QUERY_TS | 1u << QUERY_DIRECTION | \
	 1u << QUERY_COMMAND | 1u << QUERY_SERVICE | 1u << QUERY_TECH | \
	 1u << QUERY_L7PROTOCOL | 1u << QUERY_CLUSTER | \
	 1u << QUERY_NAMESPACE | 1u << QUERY_STATUS | 1u << QUERY_HOST | \
	 1u << QUERY_DURATION)

bool matching_reads(const struct query *q)
{
	return q && query_needs_text(q, COLUMN_FIELDS);
}

void matching_init(struct matching *m, const struct matching_context *context)
{
	memset(m, 0, sizeof(*m));
	m->context = context;
	m->run = context->query ? query_run_new(context->query) : NULL;
	buf_init(&m->own);
}

void matching_release(struct matching *m)
{
	query_run_free(m->run);
	check_free(m->check);
	buf_release(&m->own);
}

static bool matches(struct matching *m)
{
	return !m->run || query_match(m->run, &record_ops, m);
}

/* Answered by columns alone (or by nothing at all). */
static void pass_columns(struct matching *m, uint64_t from, uint64_t to,
			 struct job *job,
			 void (*found)(void *arg, uint64_t pos, row_id id),
			 void *arg)
{
	const struct snapshot *s = m->context->snapshot;
	struct columns own;
	uint64_t n;

	for (uint64_t pos = from; pos < to && !(job && job_cancelled(job));
	     pos += n) {
		const struct columns *c = snapshot_columns_run(
			s, pos, to - pos < LOOK_ROWS ? to - pos : LOOK_ROWS, &n);
		row_id first = snapshot_row(s, pos);

		if (!c)
			n = 1;
		/* Records that lie beside each other follow each other. */
		for (uint64_t i = 0; i < n; i++) {
			m->row = first + i;
			m->have_text = false;
			m->columns = c ? &c[i] :
				     snapshot_columns(s, m->row, &own) ? &own :
								       NULL;
			if (matches(m))
				found(arg, pos + i, m->row);
		}
	}
}

static bool pass_texts(struct matching *m, uint64_t from, uint64_t to,
		       struct job *job,
		       void (*found)(void *arg, uint64_t pos, row_id id),
		       void *arg, struct err *err)
{
	struct snapshot_cursor c;
	bool ok;

	snapshot_cursor_init(&c, m->context->snapshot, from, to);
	while (!(job && job_cancelled(job)) && snapshot_cursor_next(&c, err)) {
		m->row = c.id;
		m->text = c.text;
		m->len = c.len;
		m->have_text = true;
		m->columns = c.columns;
		if (matches(m))
			found(arg, c.pos, c.id);
	}
	ok = !c.failed;
	snapshot_cursor_release(&c);
	return ok;
}

bool matching_pass(struct matching *m, uint64_t from, uint64_t to,
		   struct job *job,
		   void (*found)(void *arg, uint64_t pos, row_id id), void *arg,
		   struct err *err)
{
	if (matching_reads(m->context->query))
		return pass_texts(m, from, to, job, found, arg, err);
	pass_columns(m, from, to, job, found, arg);
	return true;
}

uint64_t matching_gave_up(const struct matching *m)
{
	return m->run ? query_gave_up(m->run) : 0;
}
