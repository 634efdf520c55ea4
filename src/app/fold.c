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

/* --- what records ask, by a job --- */

struct found { row_id id; uint64_t hash; };

struct asked {
	unsigned refs;
	struct jobs *jobs;
	uint64_t job;
	bool running;
	struct fold *owner;
	struct snapshot *snapshot;
	row_id *ids;		/* to look at, in document order */
	size_t n;
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

/* How many of the ids from i on stand beside each other at `from`. */
static size_t beside(const struct asked *a, size_t i, uint64_t from)
{
	uint64_t total = snapshot_count(a->snapshot);
	size_t n = 1;

	while (i + n < a->n && n < LOOK_ROWS && from + n < total &&
	       snapshot_row(a->snapshot, from + n) == a->ids[i + n])
		n++;
	return n;
}

/* Rows beside each other are read in large blocks. */
static void run(struct job *job, void *arg)
{
	struct asked *a = arg;
	struct snapshot_cursor c;
	struct err err = {0};
	uint64_t from;
	size_t n;

	for (size_t i = 0; i < a->n; i += n) {
		n = 1;
		if (!snapshot_position(a->snapshot, a->ids[i], &from))
			continue;
		n = beside(a, i, from);
		if (job_cancelled(job))
			return;
		job_progress(job, i, a->n, 0);
		snapshot_cursor_init(&c, a->snapshot, from, from + n);
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
	free(a->ids);
	free(a->found);
	free(a);
}

/* The place of a row's hash; NULL when it has none. */
static uint64_t *ask_of(struct fold *f, row_id id, bool room)
{
	size_t origin = row_is_added(id) ? FOLD_ORIGINS - 1 : row_origin(id);
	size_t at = (size_t)row_number(id), n;

	if (origin >= FOLD_ORIGINS ||
	    (origin == FOLD_ORIGINS - 1 && !row_is_added(id)))
		return NULL;
	n = f->asks[origin].n;
	if (at >= n && !room)
		return NULL;
	if (at >= n) {
		size_t more = at + 1 > 2 * n ? at + 1 : 2 * n;
		uint64_t *grown = mem_grow(f->asks[origin].hash, more,
					   sizeof(*grown));

		memset(grown + n, 0, (more - n) * sizeof(*grown));
		f->asks[origin].hash = grown;
		f->asks[origin].n = more;
	}
	return &f->asks[origin].hash[at];
}

static void take(struct fold *f, const struct asked *a)
{
	for (size_t i = 0; i < a->count; i++) {
		uint64_t *ask = ask_of(f, a->found[i].id, true);

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
		f->generation = snapshot_generation(a->snapshot);
		f->total = snapshot_count(a->snapshot);
		f->job = NULL;
		unref(a);
		fold_update(f);
		f->changed(f->arg);
	}
	unref(a);
}

/* Those that are not known, and those that an edit may have changed. */
static size_t to_look_at(struct fold *f, row_id **out)
{
	uint64_t total = document_count(f->doc);
	size_t n = 0, cap = 0;

	*out = NULL;
	for (uint64_t i = 0; i < total; i++) {
		row_id id = document_row(f->doc, i);
		const uint64_t *ask = ask_of(f, id, false);

		if (ask && *ask && !(*ask & UNSAVED) &&
		    document_state(f->doc, id) == ROW_CLEAN)
			continue;
		*out = mem_room(*out, n, &cap, sizeof(**out));
		(*out)[n++] = id;
	}
	return n;
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
	a->n = to_look_at(f, &a->ids);
	rrpair_init(&a->pair);
	buf_init(&a->identity);
	f->job = a;
	job.arg = a;
	a->job = jobs_add(f->jobs, &job);
}

/* --- lines --- */

static uint64_t ask_at(struct fold *f, uint64_t place)
{
	const uint64_t *ask = ask_of(f, listing_row(f->listing, place), false);

	return ask ? *ask & ~UNSAVED : 0;
}

static bool is_folded(const struct fold *f, row_id first)
{
	return f->all != (rowmap_get(&f->others, first) != 0);
}

static void add_line(struct fold *f, uint64_t place)
{
	f->first = mem_room(f->first, f->count, &f->cap, sizeof(*f->first));
	f->first[f->count++] = place;
}

/* How many records from a place on ask the same as the one `turn` before. */
static uint64_t reach(struct fold *f, uint64_t from, unsigned turn)
{
	uint64_t n = listing_count(f->listing), k = from;

	while (k < n && k - from < turn && ask_at(f, k))
		k++;
	if (k - from < turn)
		return 0;
	while (k < n && ask_at(f, k) == ask_at(f, k - turn))
		k++;
	return k - from;
}

/* The longest run from a place on; a single record when there is none. */
static struct fold_run run_from(struct fold *f, uint64_t from)
{
	struct fold_run best = {from, 1, 1};

	for (unsigned turn = 1; turn <= FOLD_TURN_MAX; turn++) {
		uint64_t count = reach(f, from, turn);

		if (count >= (turn == 1 ? 2 : 3 * turn) && count > best.count)
			best = (struct fold_run){from, count, turn};
	}
	return best;
}

static void make_lines(struct fold *f)
{
	uint64_t n = listing_count(f->listing);
	struct fold_run r;

	f->count = f->nruns = 0;
	f->places = n;
	for (uint64_t i = 0; i < n; i = r.from + r.count) {
		r = run_from(f, i);
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
}

void fold_release(struct fold *f)
{
	if (f->job) {
		f->job->owner = NULL;
		if (f->job->running)
			jobs_cancel(f->jobs, f->job->job);
		unref(f->job);
	}
	for (size_t i = 0; i < FOLD_ORIGINS; i++)
		free(f->asks[i].hash);
	rowmap_release(&f->others);
	free(f->first);
	free(f->runs);
	*f = (struct fold){0};
}
