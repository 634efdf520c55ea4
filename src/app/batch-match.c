/* Filters over an open document: columns answer first, texts only where the
 * query needs them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "base/i18n.h"
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

struct query *batch_query(const char *expr, struct err *err)
{
	struct query *q = query_parse(expr, strlen(expr), err);

	if (!q)
		err_wrap(err, "%s", _("filter"));
	else if (query_warning(q))
		batch_note(_("filter"), "%s", query_warning(q));
	return q;
}

static void warn_given_up(const struct query_run *run)
{
	uint64_t n = query_gave_up(run);

	if (n)
		batch_note(_("filter"),
			   PLURAL("the regular expression gave up on %llu value: no match",
				  "the regular expression gave up on %llu values: no match",
				  n), (unsigned long long)n);
}

/* The texts in turn, read in large blocks. */
static bool match_texts(struct seen *r, struct query_run *run,
			bool (*each)(void *arg, const struct match *m),
			void *arg, struct err *err)
{
	struct snapshot_cursor c;
	bool go_on = true, failed;

	snapshot_cursor_init(&c, r->snapshot, 0, snapshot_count(r->snapshot));
	while (go_on && snapshot_cursor_next(&c, err)) {
		struct match m = {.id = c.id, .number = c.pos + 1};

		r->id = c.id;
		r->text = c.text;
		r->len = c.len;
		r->have_text = true;
		r->have_columns = c.columns != NULL;
		if (c.columns)
			r->columns = *c.columns;
		if (query_match(run, &seen_ops, r))
			go_on = each(arg, &m);
	}
	failed = c.failed;
	snapshot_cursor_release(&c);
	return !failed;
}

static void match_columns(struct seen *r, struct query_run *run,
			  bool (*each)(void *arg, const struct match *m),
			  void *arg)
{
	uint64_t count = snapshot_count(r->snapshot), pos, n, i;
	bool go_on = true;

	for (pos = 0; go_on && pos < count; pos += n) {
		const struct columns *c;

		c = snapshot_columns_run(r->snapshot, pos, count - pos, &n);
		if (!c)
			n = 1;
		for (i = 0; go_on && i < n; i++) {
			struct match m = {.number = pos + i + 1};

			r->id = m.id = snapshot_row(r->snapshot, pos + i);
			r->have_text = false;
			r->have_columns = c || snapshot_columns(r->snapshot,
								r->id,
								&r->columns);
			if (c)
				r->columns = c[i];
			if (query_match(run, &seen_ops, r))
				go_on = each(arg, &m);
		}
	}
}

bool batch_match(struct opened *o, struct query *q,
		 bool (*each)(void *arg, const struct match *m), void *arg,
		 struct err *err)
{
	struct seen r = {.o = o, .snapshot = document_snapshot(o->doc)};
	struct query_run *run = query_run_new(q);
	bool ok = true;

	buf_init(&r.own);
	if (query_needs_text(q, KNOWN_COLUMNS))
		ok = match_texts(&r, run, each, arg, err);
	else
		match_columns(&r, run, each, arg);
	warn_given_up(run);
	query_run_free(run);
	snapshot_unref(r.snapshot);
	check_free(r.check);
	buf_release(&r.own);
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
