/* Filters over an open document: columns answer first, texts only where the
 * query needs them. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/batch-run.h"
#include "app/filters.h"
#include "app/matching.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/snapshot.h"

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

/* ---- on every core, told in order ---- */

#define CHUNK_TEXTS 1024	/* rows, where texts are read */
#define CHUNK_COLUMNS 65536	/* where they are not: it is quick */
#define CHUNKS 32	/* at work or waiting to be told */

struct chunk {
	struct matching matching;
	uint64_t from, to, job;
	struct match *matches;
	size_t count, cap;
	bool failed;
	struct err err;
};

static void take_match(void *arg, uint64_t pos, row_id id)
{
	struct chunk *chunk = arg;

	chunk->matches = mem_room(chunk->matches, chunk->count, &chunk->cap,
				  sizeof(*chunk->matches));
	chunk->matches[chunk->count++] = (struct match){
		.id = id, .number = pos + 1,
	};
}

static void match_chunk(struct job *job, void *arg)
{
	struct chunk *chunk = arg;

	chunk->failed = !matching_pass(&chunk->matching, chunk->from, chunk->to,
				       job, take_match, chunk, &chunk->err);
}

static void chunk_done(struct job *job, void *arg)
{
	/* the one who waits for it looks into it */
}

static void start_chunk(struct jobs *jobs, struct chunk *chunk, uint64_t from,
			uint64_t to)
{
	struct job_spec spec = {
		.lane = JOB_SCAN, .what = "filter", .run = match_chunk,
		.done = chunk_done, .arg = chunk, .quiet = true,
	};

	chunk->from = from;
	chunk->to = to;
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

static bool match_all(struct jobs *jobs, const struct matching_context *context,
		      match_fn *each, void *arg, uint64_t *gave_up,
		      struct err *err)
{
	struct chunk *ring = mem_zalloc(CHUNKS, sizeof(*ring));
	uint64_t count = snapshot_count(context->snapshot), next = 0;
	uint64_t rows = matching_reads(context->query) ? CHUNK_TEXTS
						       : CHUNK_COLUMNS;
	uint64_t told = 0, started = 0;
	bool ok = true, go_on = true;
	size_t i;

	for (i = 0; i < CHUNKS; i++)
		matching_init(&ring[i].matching, context);
	while (told < started || (go_on && next < count)) {
		struct chunk *chunk = &ring[told % CHUNKS];

		if (go_on && next < count && started - told < CHUNKS) {
			uint64_t from = next;

			next = count - from > rows ? from + rows : count;
			start_chunk(jobs, &ring[started++ % CHUNKS], from, next);
			continue;
		}
		jobs_wait(jobs, chunk->job);
		told++;
		if (go_on && chunk->failed) {
			ok = false;
			*err = chunk->err;
		}
		go_on = go_on && ok && tell_chunk(chunk, each, arg);
	}
	for (i = 0; i < CHUNKS; i++) {
		*gave_up += matching_gave_up(&ring[i].matching);
		matching_release(&ring[i].matching);
		free(ring[i].matches);
	}
	free(ring);
	return ok;
}

/* Nothing is changed or tagged without a screen; problems are looked for. */
bool batch_match(struct opened *o, struct query *q, match_fn *each, void *arg,
		 struct err *err)
{
	struct matching_context context = {
		.snapshot = document_snapshot(o->doc), .query = q,
		.id = o->target.id, .name = o->name,
	};
	uint64_t gave_up = 0;
	bool ok = match_all(o->jobs, &context, each, arg, &gave_up, err);

	warn_given_up(gave_up);
	snapshot_unref(context.snapshot);
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
