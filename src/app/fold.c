#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/fold.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/rrpair.h"
#include "rrpair/signature.h"

#define LOOK_ROWS 256	/* records between two looks whether to stop */
#define UNSAVED ((uint64_t)1)	/* the lowest bit of a hash */

/*
 * What records ask: a hash, 0 when it is not known. The lowest bit: it is of a
 * text that was not saved then. Changed only while no job reads it; counted on
 * the UI thread.
 */
struct asks {
	unsigned refs;
	struct {
		uint64_t *hash;
		size_t n;
	} of[FOLD_ORIGINS];
};

static void asks_unref(struct asks *a)
{
	if (--a->refs)
		return;
	for (size_t i = 0; i < FOLD_ORIGINS; i++)
		free(a->of[i].hash);
	free(a);
}

/* The place of a row's hash; NULL when it has none. */
static uint64_t *ask_of(struct asks *a, row_id id, bool room)
{
	size_t origin = row_is_added(id) ? FOLD_ORIGINS - 1 : row_origin(id);
	size_t at = (size_t)row_number(id), n;

	if (origin >= FOLD_ORIGINS ||
	    (origin == FOLD_ORIGINS - 1 && !row_is_added(id)))
		return NULL;
	n = a->of[origin].n;
	if (at >= n && !room)
		return NULL;
	if (at >= n) {
		size_t more = at + 1 > 2 * n ? at + 1 : 2 * n;
		uint64_t *grown = mem_grow(a->of[origin].hash, more,
					   sizeof(*grown));

		memset(grown + n, 0, (more - n) * sizeof(*grown));
		a->of[origin].hash = grown;
		a->of[origin].n = more;
	}
	return &a->of[origin].hash[at];
}

/* --- found by a job --- */

struct found { row_id id; uint64_t hash; };

struct asked {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	struct fold *owner;
	struct snapshot *snapshot;
	struct asks *asks;	/* counted; only read */
	/* the worker's */
	struct found *found;
	size_t count, cap;
	struct rrpair pair;
	struct buf identity;
};

static uint64_t hash(const char *s, size_t len)
{
	uint64_t h = 14695981039346656037u;	/* FNV-1a */

	for (size_t i = 0; i < len; i++)
		h = (h ^ (unsigned char)s[i]) * 1099511628211u;
	h ^= h >> 29;
	return (h | 2) & ~UNSAVED;	/* never 0 */
}

/* Without a signature, the same request is the same question. */
static void add_request(struct asked *a)
{
	static const enum field_id fields[] = {
		FIELD_DIRECTION, FIELD_COMMAND, FIELD_HOST, FIELD_LOCATION,
		FIELD_QUERY,
	};
	struct field field;

	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		size_t at = a->identity.len;

		field_make(&field, fields[i], NULL, 0, 0);
		rrpair_get(&a->pair, &field, &a->identity, NULL);
		buf_addf(&a->identity, ":%zu;", a->identity.len - at);
		field_release(&field);
	}
}

static void look_at(struct asked *a, row_id id, const char *text, size_t len)
{
	bool unsaved = snapshot_changed(a->snapshot, id);

	if (!rrpair_parse(&a->pair, text, len, NULL))
		return;
	buf_clear(&a->identity);
	signature_identity(&a->pair, &a->identity);
	if (!a->identity.len)
		add_request(a);
	a->found = mem_room(a->found, a->count, &a->cap, sizeof(*a->found));
	a->found[a->count++] = (struct found){
		id, hash(a->identity.data, a->identity.len) | unsaved,
	};
}

/* Is it known, and no edit can have changed it? */
static bool is_known(const struct asked *a, row_id id)
{
	const uint64_t *ask = ask_of(a->asks, id, false);

	return ask && *ask && !(*ask & UNSAVED) &&
	       !snapshot_changed(a->snapshot, id);
}

/* Rows beside each other are read in large blocks. */
static void run(struct job *job, void *arg)
{
	struct asked *a = arg;
	uint64_t total = snapshot_count(a->snapshot), from, to;
	struct snapshot_cursor c;
	struct err err = {0};

	for (from = 0; from < total; from = to) {
		to = from + 1;
		if (from % LOOK_ROWS == 0 && job_cancelled(job))
			return;
		if (is_known(a, snapshot_row(a->snapshot, from)))
			continue;
		while (to < total && to % LOOK_ROWS &&
		       !is_known(a, snapshot_row(a->snapshot, to)))
			to++;
		job_progress(job, from, total, 0);
		snapshot_cursor_init(&c, a->snapshot, from, to);
		while (snapshot_cursor_next(&c, &err))
			look_at(a, c.id, c.text, c.len);
		snapshot_cursor_release(&c);
	}
}

static void unref(struct asked *a)
{
	if (--a->refs)
		return;
	snapshot_unref(a->snapshot);
	rrpair_release(&a->pair);
	buf_release(&a->identity);
	asks_unref(a->asks);
	free(a->found);
	free(a);
}

static void take(struct fold *f, const struct asked *a)
{
	for (size_t i = 0; i < a->count; i++) {
		uint64_t *ask = ask_of(f->asks, a->found[i].id, true);

		if (ask)
			*ask = a->found[i].hash;
	}
}

static void done(struct job *job, void *arg)
{
	struct asked *a = arg;
	struct fold *f = a->owner;

	a->running = false;
	if (f) {
		take(f, a);
		f->known = job_state(job) == JOB_DONE;
		if (!f->known)	/* it was cancelled: so is folding */
			f->on = false;
		f->generation = snapshot_generation(a->snapshot);
		f->total = snapshot_count(a->snapshot);
		f->job = NULL;
		unref(a);
		fold_update(f);
		f->changed(f->arg);
	}
	unref(a);
}

static void look(struct fold *f)
{
	struct job_spec job = {
		.lane = JOB_SCAN, .what = _("fold"), .run = run, .done = done,
		.quiet = true,
	};
	struct asked *a;

	if (f->job || !document_complete(f->doc) ||
	    (f->known && f->generation == document_generation(f->doc) &&
	     f->total == document_count(f->doc)))
		return;
	a = mem_zalloc(1, sizeof(*a));
	a->refs = 2;
	a->jobs = f->jobs;
	a->running = true;
	a->owner = f;
	a->snapshot = document_snapshot(f->doc);
	a->asks = f->asks;
	a->asks->refs++;
	rrpair_init(&a->pair);
	buf_init(&a->identity);
	f->job = a;
	job.arg = a;
	a->job = jobs_add(f->jobs, &job);
}

/* --- lines --- */

static bool is_folded(const struct fold *f, row_id first)
{
	return f->all != (rowmap_get(&f->others, first) != 0);
}

static void add_line(struct fold *f, uint64_t place)
{
	f->first = mem_room(f->first, f->count, &f->cap, sizeof(*f->first));
	f->first[f->count++] = place;
}

/* What is asked at each place; the caller frees it. */
static uint64_t *list_asks(struct fold *f, uint64_t n)
{
	uint64_t *list = mem_zalloc((size_t)n + 1, sizeof(*list));

	for (uint64_t i = 0; i < n; i++) {
		const uint64_t *ask = ask_of(f->asks,
					     listing_row(f->listing, i), false);

		list[i] = ask ? *ask & ~UNSAVED : 0;
	}
	return list;
}

/* How many from a place on ask the same as the one `turn` before. */
static uint64_t reach(const uint64_t *asks, uint64_t n, uint64_t from,
		      unsigned turn)
{
	uint64_t k = from;

	while (k < n && k - from < turn && asks[k])
		k++;
	if (k - from < turn)
		return 0;
	while (k < n && asks[k] == asks[k - turn])
		k++;
	return k - from;
}

/* The longest run from a place on; a single record when there is none. */
static struct fold_run run_from(const uint64_t *asks, uint64_t n, uint64_t from)
{
	struct fold_run best = {from, 1, 1};

	for (unsigned turn = 1; turn <= FOLD_TURN_MAX; turn++) {
		uint64_t count = reach(asks, n, from, turn);

		if (count >= (turn == 1 ? 2 : 3 * turn) && count > best.count)
			best = (struct fold_run){from, count, turn};
	}
	return best;
}

static void make_lines(struct fold *f)
{
	uint64_t n = listing_count(f->listing);
	uint64_t *asks = list_asks(f, n);
	struct fold_run r;

	f->count = f->nruns = 0;
	f->places = n;
	for (uint64_t i = 0; i < n; i = r.from + r.count) {
		r = run_from(asks, n, i);
		if (r.count > 1) {
			f->runs = mem_room(f->runs, f->nruns, &f->runs_cap,
					   sizeof(*f->runs));
			f->runs[f->nruns++] = r;
		}
		if (r.count > 1 && is_folded(f, listing_row(f->listing, i))) {
			add_line(f, i);
			continue;
		}
		for (uint64_t k = 0; k < r.count; k++)
			add_line(f, i + k);
	}
	free(asks);
}

void fold_update(struct fold *f)
{
	if (!f->on)
		return;
	look(f);
	make_lines(f);
}

void fold_all(struct fold *f, bool folded)
{
	f->on = f->all = folded;
	rowmap_clear(&f->others);
	fold_update(f);
}

const struct fold_run *fold_run_at(const struct fold *f, uint64_t place)
{
	size_t low = 0, high = f->nruns;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (f->runs[middle].from + f->runs[middle].count <= place)
			low = middle + 1;
		else
			high = middle;
	}
	return low < f->nruns && f->runs[low].from <= place ? &f->runs[low]
							     : NULL;
}

void fold_one(struct fold *f, uint64_t place, bool folded)
{
	const struct fold_run *r;

	if (!f->known && !f->on) {
		if (folded)
			fold_all(f, true);
		return;
	}
	f->on = true;
	fold_update(f);
	r = fold_run_at(f, place);
	if (!r)
		return;
	rowmap_set(&f->others, listing_row(f->listing, r->from),
		   f->all != folded);
	fold_update(f);
}

bool fold_busy(const struct fold *f)
{
	return f->job != NULL;
}

/* Lines count only while they are of what is listed now. */
static bool lined(const struct fold *f)
{
	return f->on && f->places == listing_count(f->listing);
}

uint64_t fold_lines(const struct fold *f)
{
	return lined(f) ? f->count : listing_count(f->listing);
}

uint64_t fold_place(const struct fold *f, uint64_t line)
{
	return lined(f) && line < f->count ? f->first[line] : line;
}

uint64_t fold_line(const struct fold *f, uint64_t place)
{
	size_t low = 0, high = f->count;

	if (!lined(f))
		return place;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (f->first[middle] <= place)
			low = middle;
		else
			high = middle;
	}
	return low;
}

uint64_t fold_records(const struct fold *f, uint64_t line)
{
	if (!lined(f) || line >= f->count)
		return 1;
	return (line + 1 < f->count ? f->first[line + 1] : f->places) -
	       f->first[line];
}

void fold_init(struct fold *f, struct document *doc, struct listing *listing,
	       struct jobs *jobs, void (*changed)(void *arg), void *arg)
{
	*f = (struct fold){
		.doc = doc, .listing = listing, .jobs = jobs,
		.changed = changed, .arg = arg,
	};
	rowmap_init(&f->others);
	f->asks = mem_zalloc(1, sizeof(*f->asks));
	f->asks->refs = 1;
}

void fold_release(struct fold *f)
{
	if (f->job) {
		f->job->owner = NULL;
		if (f->job->running)
			jobs_cancel(f->jobs, f->job->job);
		unref(f->job);
	}
	asks_unref(f->asks);
	rowmap_release(&f->others);
	free(f->first);
	free(f->runs);
	*f = (struct fold){0};
}
