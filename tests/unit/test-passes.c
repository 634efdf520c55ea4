/* What jobs find in a whole document: an order, the rows of a filter, groups. */
#include "config.h"

#include "app/group.h"
#include "app/order.h"
#include "app/scan.h"
#include "base/codec.h"
#include "edit/document.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

#define ROWS 3000

struct row { unsigned duration; int64_t ts; char command[8], location[8]; };

static void write_rows(const char *path, struct row rows[ROWS])
{
	FILE *f = fopen(path, "w");
	struct prng r = { 7 };

	assert_non_null(f);
	for (size_t i = 0; i < ROWS; i++) {
		char ts[RFC3339_MAX];

		rows[i].duration = (unsigned)(prng_below(&r, 3) ?
					      prng_below(&r, 300) :
					      prng_below(&r, 1 << 30));
		rows[i].ts = (int64_t)prng_below(&r, 40) * 100000000000000000 -
			     2000000000000000000;
		snprintf(rows[i].command, sizeof(rows[i].command), "%.*s",
			 (int)prng_below(&r, 3), "GETGET" + prng_below(&r, 3));
		snprintf(rows[i].location, sizeof(rows[i].location), "/%zu",
			 prng_below(&r, 9));
		rfc3339_format(ts, rows[i].ts, 0);
		fprintf(f, "{\"duration\":%u,\"ts\":\"%s\",\"command\":\"%s\","
			"\"location\":\"%s\"}\n", rows[i].duration, ts,
			rows[i].command, rows[i].location);
	}
	assert_int_equal(fclose(f), 0);
}

static int compare(const struct row *a, const struct row *b, enum sort_key key)
{
	if (key == SORT_DURATION)
		return (a->duration > b->duration) - (a->duration < b->duration);
	if (key == SORT_TIME)
		return (a->ts > b->ts) - (a->ts < b->ts);
	return strcmp(a->command, b->command);
}

struct sorted { row_id *ids; size_t count; bool ended; };

static void ended(void *owner, row_id *ids, size_t count)
{
	*(struct sorted *)owner = (struct sorted){ ids, count, true };
}

static void check(struct jobs *jobs, struct document *doc,
		  const struct row *rows, enum sort_key key, bool descending)
{
	struct snapshot *s = document_snapshot(doc);
	row_id *ids = calloc(ROWS, sizeof(*ids));
	struct sorted got = { 0 };
	struct order *o;

	for (uint64_t i = 0; i < ROWS; i++)
		ids[i] = snapshot_row(s, i);
	o = order_start(jobs, s, ids, ROWS, key, descending, ended, &got);
	while (!got.ended)
		jobs_drain(jobs);
	assert_int_equal(got.count, ROWS);
	for (size_t i = 1; i < ROWS; i++) {
		uint64_t a = row_number(got.ids[i - 1]);
		uint64_t b = row_number(got.ids[i]);
		int d = compare(&rows[a], &rows[b], key);

		assert_true(descending ? d >= 0 : d <= 0);
		if (d == 0)
			assert_true(a < b);
	}
	free(got.ids);
	order_free(o);
	snapshot_unref(s);
}

struct fixture {
	char *dir;
	struct row rows[ROWS];
	struct jobs *jobs;
	struct document *doc;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));
	struct document_options opt = { .flags = DOCUMENT_READONLY };
	char *path;

	f->dir = scratch_new();
	path = scratch_path(f->dir, "rows.jsonl");
	write_rows(path, f->rows);
	f->jobs = jobs_new(4);
	f->doc = document_open(path, &opt, NULL);
	assert_non_null(f->doc);
	assert_int_equal(document_count(f->doc), ROWS);
	free(path);
	*state = f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	document_close(f->doc, false);
	jobs_free(f->jobs);
	scratch_free(f->dir);
	free(f);
	return 0;
}

static void rows_come_in_the_order_of_the_column(void **state)
{
	static const enum sort_key keys[] = { SORT_DURATION, SORT_TIME,
					      SORT_COMMAND };
	struct fixture *f = *state;

	for (size_t i = 0; i < 3; i++) {
		check(f->jobs, f->doc, f->rows, keys[i], false);
		check(f->jobs, f->doc, f->rows, keys[i], true);
	}
}

static void scanned(void *owner, struct scan *scan, bool complete)
{
	assert_true(complete);
	*(bool *)owner = true;
}

/* By columns and by texts, from any row: the hits of all parts, in order. */
static void filters_find_every_row_in_order(void **state)
{
	static const char *const exprs[] = {
		"duration < 100", "text CONTAINS \"/3\"",
	};
	struct fixture *f = *state;

	for (size_t e = 0; e < 2; e++) {
		struct snapshot *s = document_snapshot(f->doc);
		size_t count = 0, cap = 0, at = 0;
		row_id *ids = NULL;
		bool done = false;
		struct scan_spec spec = {
			.what = "filter", .snapshot = s, .from = 5,
			.query = query_parse(exprs[e], strlen(exprs[e]), NULL),
			.ended = scanned, .owner = &done,
		};
		struct scan *scan = scan_start(f->jobs, &spec);

		while (!done) {
			jobs_drain(f->jobs);
			scan_take(scan, &ids, &count, &cap);
		}
		scan_take(scan, &ids, &count, &cap);
		for (size_t i = 5; i < ROWS; i++) {
			bool hit = e ? !strcmp(f->rows[i].location, "/3")
				     : f->rows[i].duration < 100;

			if (!hit)
				continue;
			assert_true(at < count);
			assert_int_equal(row_number(ids[at++]), i);
		}
		assert_int_equal(at, count);
		scan_free(scan);
		query_unref(spec.query);
		snapshot_unref(s);
		free(ids);
	}
}

static void a_scan_that_is_let_go_ends(void **state)
{
	struct fixture *f = *state;
	struct snapshot *s = document_snapshot(f->doc);
	struct scan_spec spec = { .what = "filter", .snapshot = s };

	scan_free(scan_start(f->jobs, &spec));
	while (!jobs_idle(f->jobs))
		jobs_drain(f->jobs);
	jobs_drain(f->jobs);
	snapshot_unref(s);
}

static void grouped(void *owner, struct group_result *r)
{
	*(struct group_result *)owner = *r;
}

static void check_group(const struct fixture *f, const struct group_value *v)
{
	unsigned durations[ROWS], swap;
	size_t n = 0;

	for (size_t i = 0; i < ROWS; i++)
		if (strlen(f->rows[i].location) == v->len &&
		    !memcmp(f->rows[i].location, v->value, v->len))
			durations[n++] = f->rows[i].duration;
	for (size_t i = 1; i < n; i++)
		for (size_t k = i; k && durations[k] < durations[k - 1]; k--) {
			swap = durations[k];
			durations[k] = durations[k - 1];
			durations[k - 1] = swap;
		}
	assert_int_equal(v->records, n);
	assert_int_equal(v->p50, durations[(n + 1) / 2 - 1]);
	assert_int_equal(v->p95, durations[(n * 95 + 99) / 100 - 1]);
	assert_int_equal(v->p99, durations[(n * 99 + 99) / 100 - 1]);
	assert_int_equal(v->slowest, durations[n - 1]);
}

static void groups_know_their_percentiles(void **state)
{
	struct fixture *f = *state;
	struct snapshot *s = document_snapshot(f->doc);
	struct group_result r = { 0 };
	struct field field = { 0 };
	struct group *g;

	assert_true(field_parse(&field, "location", 8, NULL));
	g = group_start(f->jobs, s, NULL, 0, &field, 1, grouped, &r);
	while (!r.count)
		jobs_drain(f->jobs);
	assert_int_equal(r.count, 9);
	assert_int_equal(r.records, ROWS);
	for (size_t i = 0; i < r.count; i++)
		check_group(f, &r.values[i]);
	group_result_release(&r);
	group_free(g);
	field_release(&field);
	snapshot_unref(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_come_in_the_order_of_the_column),
		cmocka_unit_test(filters_find_every_row_in_order),
		cmocka_unit_test(a_scan_that_is_let_go_ends),
		cmocka_unit_test(groups_know_their_percentiles),
	};

	return cmocka_run_group_tests_name("passes", tests, setup, teardown);
}
