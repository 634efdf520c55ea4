#include "config.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "json/scan.h"
#include "store/chunk.h"
#include "store/lineindex.h"
#include "store/repository.h"
#include "store/segments.h"

/* Parts of a file grow from FIRST to LARGEST: first results come soon, and a
 * large file does not become thousands of jobs. */
#define PART_FIRST ((uint64_t)1 << 20)
#define PART_LARGEST ((uint64_t)16 << 20)
/* The first screen waits at most for this much of a long line. */
#define FIRST_PATIENCE ((uint64_t)4 << 20)
#define WINDOW 8		/* parts in work or waiting for their turn */

struct part {
	struct lineindex *ix;		/* counted */
	uint64_t seq;
	struct chunk chunk;
};

struct lineindex {
	_Atomic unsigned refs;
	struct source *src;
	struct columns_pools *pools;
	struct jobs *jobs;
	lineindex_grown *grown;
	void *arg;
	struct segments records;
	uint64_t head;
	bool decided, single, failed, stopped;
	bool ended;		/* the part that reaches the end is on its way */
	bool complete;		/* ... and published */
	bool streaming;		/* a part of an unfinished source is in work:
				   the next begins where that one stops */
	bool replace_last;	/* the next part begins with the last record */
	struct err err;
	/* A repository: its lists, and who reads it, part after part. */
	struct repo_map *map;
	struct repo_scan *repo;
	uint64_t next;		/* where the next part begins */
	uint64_t bound;		/* complete: the end that was seen */
	uint64_t part_size;
	uint64_t tried;		/* an unfinished source was scanned up to here */
	uint64_t seq_next, seq_publish;
	struct part *waiting[WINDOW];	/* done, by seq % WINDOW */
	uint64_t job[WINDOW];	/* beside it */
	unsigned in_flight;
};

/* Make the records of a part visible. */
static bool publish(struct lineindex *ix, struct chunk *c)
{
	if (!segments_add(&ix->records, c->records, c->count,
			  ix->replace_last))
		return err_set(&c->err, ERR_LIMIT, _("the file is too large"));
	ix->replace_last = false;
	c->records = NULL;
	return true;
}

static void set_failed(struct lineindex *ix, const struct err *err)
{
	ix->failed = true;
	ix->err = *err;
}

/* Take a scanned part in. Parts come here in order. */
static void take_chunk(struct lineindex *ix, struct chunk *c)
{
	if (ix->map) {
		ix->next = c->resume;
		ix->tried = c->size;
		ix->streaming = false;
		ix->ended = repo_scan_done(ix->repo);
	} else if (!c->final) {
		ix->next = c->resume;
		ix->tried = c->size;
		ix->streaming = false;
	} else if (c->to == c->size && c->resume < c->size) {
		ix->next = c->resume;	/* for lineindex_follow() */
	}
	if (ix->failed)
		return;
	if (c->count > 0 && !publish(ix, c))
		set_failed(ix, &c->err);
	else if (c->failed)
		set_failed(ix, &c->err);
}

/* All is there. */
static void finish(struct lineindex *ix)
{
	const struct columns *last = NULL;

	ix->complete = true;
	ix->bound = source_size(ix->src);
	if (lineindex_count(ix) > 0 && !ix->map)
		last = lineindex_get(ix, lineindex_count(ix) - 1);
	if (last && (last->flags & COLUMNS_NO_EOL))
		ix->next = last->off;	/* should it go on */
}

/* What to scan next. False when there is nothing (for now). */
static bool next_chunk(struct lineindex *ix, struct chunk *c)
{
	/* In this order: no byte comes after "complete" was seen. */
	bool final = source_complete(ix->src);
	uint64_t size = source_size(ix->src);

	if (!ix->decided || ix->single || ix->failed || ix->stopped ||
	    ix->ended || ix->streaming || ix->in_flight >= WINDOW)
		return false;
	if (!final && size <= ix->tried)
		return false;
	if (final && !ix->map && ix->next >= size) {
		ix->ended = true;
		return false;
	}
	*c = (struct chunk){
		.src = ix->src,
		.pools = ix->pools,
		.head = ix->head,
		.from = ix->next,
		.to = size,
		.size = size,
		.final = final,
		.patience = UINT64_MAX,
	};
	if (ix->map) {
		ix->streaming = true;
		if (size - ix->next > ix->part_size)
			c->to = ix->next + ix->part_size;
		if (ix->part_size < PART_LARGEST)
			ix->part_size *= 2;
		return true;
	}
	if (!final) {
		ix->streaming = true;
		return true;
	}
	if (size - ix->next > ix->part_size)
		c->to = ix->next + ix->part_size;
	if (ix->part_size < PART_LARGEST)
		ix->part_size *= 2;
	ix->next = c->to;
	ix->ended = c->to == size;
	return true;
}

static void schedule(struct lineindex *ix);

static void scan_chunk(struct lineindex *ix, struct chunk *c,
		       const struct job *job)
{
	if (ix->map)
		repo_scan_part(ix->repo, c, job);
	else
		chunk_scan(c, job);
}

static void part_run(struct job *job, void *arg)
{
	struct part *p = arg;

	scan_chunk(p->ix, &p->chunk, job);
}

static void part_free(struct part *p)
{
	struct lineindex *ix = p->ix;

	free(p->chunk.records);
	free(p);
	lineindex_unref(ix);
}

static void part_done(struct job *job, void *arg)
{
	struct part *p = arg;
	struct lineindex *ix = p->ix;
	uint64_t from = lineindex_count(ix);

	if (ix->stopped || job_state(job) == JOB_CANCELLED) {
		ix->in_flight--;
		part_free(p);
		return;
	}
	lineindex_ref(ix);
	ix->waiting[p->seq % WINDOW] = p;
	while ((p = ix->waiting[ix->seq_publish % WINDOW])) {
		ix->waiting[ix->seq_publish++ % WINDOW] = NULL;
		ix->in_flight--;
		take_chunk(ix, &p->chunk);
		part_free(p);
	}
	schedule(ix);
	if (ix->grown && (lineindex_count(ix) > from || ix->complete || ix->failed))
		ix->grown(ix->arg, from);
	lineindex_unref(ix);
}

/* Start what can be started; without jobs, do all there is to do. */
static void schedule(struct lineindex *ix)
{
	struct chunk c;

	while (next_chunk(ix, &c)) {
		struct part *p;
		struct job_spec spec = {
			.lane = JOB_SCAN,
			.what = _("index"),
			.run = part_run,
			.done = part_done,
			.quiet = true,
		};

		if (!ix->jobs) {
			scan_chunk(ix, &c, NULL);
			take_chunk(ix, &c);
			free(c.records);
			continue;
		}
		p = mem_zalloc(1, sizeof(*p));
		p->ix = lineindex_ref(ix);
		p->seq = ix->seq_next++;
		p->chunk = c;
		ix->in_flight++;
		spec.arg = p;
		ix->job[p->seq % WINDOW] = jobs_add(ix->jobs, &spec);
	}
	if (ix->ended && ix->in_flight == 0 && !ix->failed && !ix->complete)
		finish(ix);
}

/* Is [text, text + len) one JSON text that begins like a container? */
static bool is_container(const char *text, size_t len)
{
	size_t i = 0;

	while (i < len && strchr(" \t\r\n", text[i]) && text[i])
		i++;
	return i < len && (text[i] == '{' || text[i] == '[') &&
	       json_valid(text, len, NULL);
}

/* The whole file as one record. */
static void add_single(struct lineindex *ix, const char *text, size_t len)
{
	struct columns *col = mem_zalloc(1, sizeof(*col));
	size_t lead = 0;

	while (lead < len && strchr(" \t\r\n", text[lead]))
		lead++;
	while (len > lead && strchr(" \t\r\n", text[len - 1]))
		len--;
	col->off = ix->head + lead;
	col->flags = COLUMNS_NO_EOL;
	columns_scan(text + lead, len - lead, ix->pools, col);
	segments_add(&ix->records, col, 1, false);
	ix->single = ix->ended = true;
	ix->next = source_size(ix->src);
	finish(ix);
}

static bool try_single(struct lineindex *ix)
{
	uint64_t size = source_size(ix->src) - ix->head;
	char *text;
	bool is;

	if (size > LINEINDEX_SINGLE_MAX)
		return false;
	text = mem_alloc((size_t)size + 1);
	is = source_read_exact(ix->src, ix->head, text, (size_t)size, NULL) &&
	     is_container(text, (size_t)size);
	if (is)
		add_single(ix, text, (size_t)size);
	free(text);
	return is;
}

/*
 * Lines, or one text over several? Lines, when the first line that is not
 * blank is a JSON text, or does not begin like an object or array, or is long;
 * else the whole must be looked at. False: more bytes are needed first.
 */
static bool decide(struct lineindex *ix, const char *block, size_t len)
{
	const char *p = block + ix->head, *end = block + len, *nl;
	bool all = source_complete(ix->src);
	enum repo_is is;

	while (p < end && (*p == '\n' || *p == '\r' || *p == ' ' || *p == '\t'))
		p++;
	is = repo_recognise(p, (size_t)(end - p), all || len == SOURCE_BLOCK);
	if (is == REPO_MORE)
		return false;
	if (is == REPO_IS) {
		ix->map = mem_zalloc(1, sizeof(*ix->map));
		ix->repo = repo_scan_new(ix->map);
		return true;
	}
	nl = memchr(p, '\n', (size_t)(end - p));
	if (!nl && len < SOURCE_BLOCK && !all)
		return false;
	if (!nl || (*p != '{' && *p != '[') ||
	    json_valid(p, (size_t)(nl - p), NULL))
		return true;
	if (!all && source_size(ix->src) <= LINEINDEX_SINGLE_MAX)
		return false;
	if (all)
		try_single(ix);
	return true;
}

static bool begin(struct lineindex *ix, struct err *err)
{
	char *block = mem_alloc(SOURCE_BLOCK);
	ssize_t n = source_read(ix->src, 0, block, SOURCE_BLOCK, err);

	if (n >= 3 && !memcmp(block, "\xEF\xBB\xBF", 3))
		ix->head = 3;
	if (n >= 0)
		ix->decided = decide(ix, block, (size_t)n);
	if (!ix->single)
		ix->next = ix->tried = ix->head;
	free(block);
	return n >= 0;
}

/* The first block in this thread, so that the first screen has something. */
static void first_block(struct lineindex *ix)
{
	struct chunk c;

	ix->part_size = SOURCE_BLOCK;
	if (next_chunk(ix, &c)) {
		c.patience = FIRST_PATIENCE;
		scan_chunk(ix, &c, NULL);
		take_chunk(ix, &c);
		free(c.records);
		/* An end that was not waited for is found by the next part. */
		if (!ix->map && c.final && c.resume < c.to && c.to < c.size)
			ix->next = c.resume;
	}
	ix->part_size = PART_FIRST;
}

static void source_came(void *arg)
{
	lineindex_follow(arg);
}

static struct lineindex *new_index(struct source *src,
				   struct columns_pools *pools,
				   struct jobs *jobs, lineindex_grown *grown,
				   void *arg)
{
	struct lineindex *ix = mem_zalloc(1, sizeof(*ix));

	ix->refs = 1;
	ix->src = source_ref(src);
	ix->pools = columns_pools_ref(pools);
	ix->jobs = jobs;
	ix->grown = grown;
	ix->arg = arg;
	return ix;
}

static void start(struct lineindex *ix)
{
	first_block(ix);
	schedule(ix);
	if (ix->jobs && !ix->complete)
		source_listen(ix->src, source_came, ix);
}

struct lineindex *lineindex_new(struct source *src, struct columns_pools *pools,
				struct jobs *jobs, lineindex_grown *grown,
				void *arg, struct err *err)
{
	struct lineindex *ix = new_index(src, pools, jobs, grown, arg);

	if (!begin(ix, err)) {
		lineindex_unref(ix);
		return NULL;
	}
	start(ix);
	return ix;
}

struct lineindex *lineindex_new_at(struct source *src, uint64_t from,
				   struct columns_pools *pools,
				   struct jobs *jobs, lineindex_grown *grown,
				   void *arg, struct err *err)
{
	struct lineindex *ix = new_index(src, pools, jobs, grown, arg);

	/* What is before `from` is like a mark: no record, kept. */
	ix->head = ix->next = ix->tried = from;
	ix->decided = true;
	start(ix);
	return ix;
}

struct lineindex *lineindex_ref(struct lineindex *ix)
{
	atomic_fetch_add(&ix->refs, 1);
	return ix;
}

void lineindex_unref(struct lineindex *ix)
{
	if (!ix || atomic_fetch_sub(&ix->refs, 1) > 1)
		return;
	segments_release(&ix->records);
	repo_scan_free(ix->repo);
	free(ix->map);
	columns_pools_unref(ix->pools);
	source_unref(ix->src);
	free(ix);
}

void lineindex_stop(struct lineindex *ix)
{
	ix->stopped = true;
	ix->grown = NULL;
	source_listen(ix->src, NULL, NULL);
	for (unsigned i = 0; i < WINDOW; i++) {
		if (!ix->waiting[i])
			continue;
		ix->in_flight--;
		part_free(ix->waiting[i]);
		ix->waiting[i] = NULL;
	}
}

bool lineindex_wait(struct lineindex *ix, struct err *err)
{
	while (!ix->complete && !ix->failed && ix->jobs) {
		if (ix->in_flight > 0)
			jobs_wait(ix->jobs,
				  ix->job[ix->seq_publish % WINDOW]);
		else if (!source_wait(ix->src))
			break;
	}
	if (ix->failed && err)
		*err = ix->err;
	return ix->complete;
}

uint64_t lineindex_count(const struct lineindex *ix)
{
	return segments_count(&ix->records);
}

bool lineindex_complete(const struct lineindex *ix)
{
	return ix->complete;
}

bool lineindex_failed(const struct lineindex *ix, struct err *err)
{
	if (ix->failed && err)
		*err = ix->err;
	return ix->failed || source_failed(ix->src, err);
}

void lineindex_progress(const struct lineindex *ix, uint64_t *done,
			uint64_t *total)
{
	if (source_kind(ix->src) != SOURCE_PLAIN) {
		source_progress(ix->src, done, total);
		return;
	}
	*total = source_size(ix->src);
	*done = ix->complete ? *total : 0;
	if (!ix->complete && lineindex_count(ix) > 0)
		*done = lineindex_end(ix, lineindex_count(ix) - 1);
}

struct source *lineindex_source(const struct lineindex *ix)
{
	return ix->src;
}

struct columns_pools *lineindex_pools(const struct lineindex *ix)
{
	return ix->pools;
}

bool lineindex_find(const struct lineindex *ix, uint64_t off, uint64_t *n)
{
	uint64_t lo = 0, count = lineindex_count(ix), hi = count;

	while (lo < hi) {
		uint64_t mid = lo + (hi - lo) / 2;

		if (lineindex_get(ix, mid)->off < off)
			lo = mid + 1;
		else
			hi = mid;
	}
	if (lo == count || lineindex_get(ix, lo)->off != off)
		return false;
	*n = lo;
	return true;
}

uint64_t lineindex_known(const struct lineindex *ix)
{
	return lineindex_lead(ix, lineindex_count(ix));
}

const struct columns *lineindex_get(const struct lineindex *ix, uint64_t n)
{
	return segments_at(&ix->records, n, NULL);
}

const struct columns *lineindex_run(const struct lineindex *ix, uint64_t n,
				    uint64_t max, uint64_t *count)
{
	const struct columns *c = segments_at(&ix->records, n, count);

	if (*count > max)
		*count = max;
	return c;
}

uint64_t lineindex_lead(const struct lineindex *ix, uint64_t n)
{
	return n ? lineindex_end(ix, n - 1) : ix->head;
}

uint64_t lineindex_end(const struct lineindex *ix, uint64_t n)
{
	const struct columns *c = lineindex_get(ix, n);

	if (c->flags & (COLUMNS_NO_EOL | COLUMNS_REPOSITORY))
		return c->off + c->len;
	return c->off + c->len + (c->flags & COLUMNS_CRLF ? 2 : 1);
}

uint64_t lineindex_head(const struct lineindex *ix)
{
	return ix->head;
}

bool lineindex_single(const struct lineindex *ix)
{
	return ix->single;
}

const struct repo_map *lineindex_repository(const struct lineindex *ix)
{
	return ix->map;
}

enum repo_kind lineindex_kind(const struct lineindex *ix, uint64_t n)
{
	return ix->map ? ix->map->list[repo_list_of(ix->map, n)].kind
		       : REPO_NONE;
}

bool lineindex_crlf(const struct lineindex *ix)
{
	return lineindex_count(ix) > 0 &&
	       (lineindex_get(ix, 0)->flags & COLUMNS_CRLF);
}

bool lineindex_final_eol(const struct lineindex *ix)
{
	uint64_t n = lineindex_count(ix);

	return n == 0 || !(lineindex_get(ix, n - 1)->flags & COLUMNS_NO_EOL);
}

uint64_t lineindex_bound(const struct lineindex *ix)
{
	return ix->bound;
}

void lineindex_follow(struct lineindex *ix)
{
	uint64_t from = lineindex_count(ix);
	bool was = ix->complete;

	if (ix->stopped || ix->failed)
		return;
	if (!ix->decided) {
		if (!begin(ix, &ix->err)) {
			ix->failed = true;
			return;
		}
		if (!ix->decided)
			return;
	}
	if (ix->complete && !ix->single && !ix->map && source_size(ix->src) > ix->next) {
		ix->complete = ix->ended = was = false;
		ix->replace_last = from > 0 &&
				   lineindex_get(ix, from - 1)->off == ix->next;
	}
	schedule(ix);
	if (ix->grown && (lineindex_count(ix) > from || ix->complete != was))
		ix->grown(ix->arg, from);
}
