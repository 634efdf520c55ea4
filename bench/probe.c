/*
 * probe - how long the parts of the program take, by themselves.
 *
 *	probe [-n RUNS] [-w WORKERS[,WORKERS]] [-p] [-c] WHAT FILE [EXPR]
 *
 * WHAT is one of
 *
 *	index		from opening until every record and column is known
 *	sort		by duration, when the index is there
 *	group		by location, when the index is there
 *	filter		records that match EXPR, when the index is there, as the
 *			screen finds them
 *
 * Prints "WHAT MEDIAN MIN RESULT": ms, and the number of records, groups or
 * hits. -w: scan workers (default: as many as the program has); with two numbers
 * the runs are made in turn, and there are two lines. -p: the portable scanner.
 * One run more is made at first and not counted; not so with -c.
 */
#include "config.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/group.h"
#include "app/order.h"
#include "app/scan.h"
#include "base/mem.h"
#include "edit/document.h"

#define RUNS_MAX 100
#define WORKERS_MAX 2

struct probe {
	const char *what, *path, *expr;
	struct jobs *jobs;
	struct document *doc;
	bool ended;
	uint64_t result;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void fail(const char *why)
{
	fprintf(stderr, "probe: %s\n", why);
	exit(3);
}

static void sorted(void *owner, row_id *ids, size_t count)
{
	struct probe *p = owner;

	p->ended = true;
	p->result = count;
	free(ids);
}

static void grouped(void *owner, struct group_result *r)
{
	struct probe *p = owner;

	p->ended = true;
	p->result = r ? r->count : 0;
	group_result_release(r);
}

static void scanned(void *owner, struct scan *scan, bool complete)
{
	struct probe *p = owner;
	size_t count = 0, cap = 0;
	row_id *ids = NULL;

	scan_take(scan, &ids, &count, &cap);
	free(ids);
	p->ended = true;
	p->result = count;
}

/* As the program's loop does: sleep until the wake fd speaks. */
static void wait_for_end(struct probe *p)
{
	struct pollfd wake = {.fd = jobs_wake_fd(p->jobs), .events = POLLIN};

	while (!p->ended && !jobs_idle(p->jobs)) {
		poll(&wake, 1, 1000);
		jobs_drain(p->jobs);
	}
}

static row_id *all_rows(const struct snapshot *s)
{
	uint64_t count = snapshot_count(s);
	row_id *ids = mem_zalloc((size_t)count + 1, sizeof(*ids));

	for (uint64_t i = 0; i < count; i++)
		ids[i] = snapshot_row(s, i);
	return ids;
}

static void sort(struct probe *p, struct snapshot *s)
{
	size_t count = (size_t)snapshot_count(s);
	struct order *o = order_start(p->jobs, s, all_rows(s), count,
				      SORT_DURATION, true, sorted, p);

	wait_for_end(p);
	order_free(o);
}

static void group(struct probe *p, struct snapshot *s)
{
	struct field field = {0};
	struct group *g;

	if (!field_parse(&field, "location", strlen("location"), NULL))
		fail("location is no field");
	g = group_start(p->jobs, s, NULL, 0, &field, 1, grouped, p);
	wait_for_end(p);
	group_free(g);
	field_release(&field);
}

static void filter(struct probe *p, struct snapshot *s)
{
	struct query *q = query_parse(p->expr, strlen(p->expr), NULL);
	struct scan_spec spec = {
		.what = "filter", .snapshot = s, .query = q,
		.ended = scanned, .owner = p,
	};
	struct scan *scan;

	if (!q)
		fail("the filter is wrong");
	scan = scan_start(p->jobs, &spec);
	wait_for_end(p);
	scan_free(scan);
	query_unref(q);
}

/* One run; ms. */
static double run(struct probe *p, unsigned workers)
{
	struct document_options opt = {
		.jobs = jobs_new(workers),
		.flags = DOCUMENT_READONLY,
	};
	struct snapshot *s;
	double begin = now(), ms;

	p->jobs = opt.jobs;
	p->ended = false;
	p->doc = document_open(p->path, &opt, NULL);
	if (!p->doc || !document_wait(p->doc, NULL))
		fail("cannot open it");
	ms = now() - begin;
	p->result = document_count(p->doc);
	s = document_snapshot(p->doc);
	begin = now();
	if (!strcmp(p->what, "sort"))
		sort(p, s);
	else if (!strcmp(p->what, "group"))
		group(p, s);
	else if (!strcmp(p->what, "filter"))
		filter(p, s);
	if (strcmp(p->what, "index"))
		ms = now() - begin;
	snapshot_unref(s);
	document_close(p->doc, false);
	jobs_free(p->jobs);
	return ms;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static size_t parse_workers(const char *s, unsigned *workers)
{
	size_t n = 0;
	char *end;

	do {
		long w = strtol(s, &end, 10);

		if (end == s || w < 0 || w > 64 || n == WORKERS_MAX)
			fail("-w takes one or two numbers");
		workers[n++] = (unsigned)w;
		s = end + 1;
	} while (*end == ',');
	return n;
}

int main(int argc, char **argv)
{
	static double ms[WORKERS_MAX][RUNS_MAX];
	unsigned workers[WORKERS_MAX] = {0};
	size_t turns = 1;
	struct probe p = {0};
	long runs = 5, first = -1;
	int opt;

	while ((opt = getopt(argc, argv, "n:w:pc")) != -1) {
		if (opt == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (opt == 'w')
			turns = parse_workers(optarg, workers);
		else if (opt == 'c')
			first = 0;
		else
			columns_force_portable(true);
	}
	if (argc - optind < 2 || runs < 1 || runs > RUNS_MAX)
		fail("usage: probe [-n RUNS] [-w WORKERS[,WORKERS]] [-p] [-c] "
		     "WHAT FILE [EXPR]");
	p.what = argv[optind];
	p.path = argv[optind + 1];
	p.expr = optind + 2 < argc ? argv[optind + 2] : "text CONTAINS NEEDLE-";
	for (long i = first; i < runs; i++) {
		for (size_t w = 0; w < turns; w++) {
			double one = run(&p, workers[w]);

			if (i >= 0)
				ms[w][i] = one;
		}
	}
	for (size_t w = 0; w < turns; w++) {
		qsort(ms[w], (size_t)runs, sizeof(*ms[w]), ascending);
		printf("%s %.2f %.2f %llu\n", p.what, ms[w][runs / 2], ms[w][0],
		       (unsigned long long)p.result);
	}
	return 0;
}
