/* What looks at many records at once: times. */
#include "config.h"

#include "../unit/prng.h"
#include "../unit/unit.h"
#include "app/histogram.h"
#include "app/session.h"
#include "base/codec.h"
#include "drive.h"

static struct drive drive;

static struct session *session(void)
{
	return drive.app->sessions[0];
}

static void start(int cols, int rows, const char *text)
{
	drive_start(&drive, cols, rows, NULL);
	drive_file("shop.jsonl", text);
	drive_open(&drive, "./shop.jsonl");
}

/* --- times --- */

#define MINUTE ((int64_t)60 * 1000000000)

/* A record of which only the time and status matter; status as JSON. */
static void add_record(struct buf *out, const char *ts, const char *status,
		       int duration)
{
	buf_adds(out, "{\"msgType\":\"rrpair\",");
	if (ts)
		buf_addf(out, "\"ts\":\"%s\",", ts);
	buf_addf(out, "\"duration\":%d,\"direction\":\"OUT\","
		      "\"command\":\"GET\",\"location\":\"/a\"", duration);
	if (status)
		buf_addf(out, ",\"status\":%s", status);
	buf_adds(out, "}\n");
}

/* Minutes with errors, one without records between, and one without a time;
 * the file is not in the order of time. */
static void add_minutes(struct buf *out)
{
	add_record(out, "2026-01-02T03:09:00Z", "\"503\"", 900);
	for (int i = 0; i < 20; i++)
		add_record(out, "2026-01-02T03:04:05.5Z", "\"200 OK\"", 10);
	add_record(out, "2026-01-02T03:05:05Z", "\"404\"", 20);
	add_record(out, "2026-01-02T03:05:06Z", "\"ERR:23505\"", 20);
	add_record(out, "2026-01-02T03:05:07Z", "\"OK\"", 20);
	add_record(out, "2026-01-02T03:05:59.999999999Z", NULL, 1500);
	add_record(out, NULL, "\"200\"", 20);
	add_record(out, "2026-01-02T03:04:59Z", "\"201\"", 3);
}

static void times_are_shown_and_filter(void **state)
{
	struct buf text;

	buf_init(&text);
	add_minutes(&text);
	start(80, 12, text.data);
	drive_keys(&drive, "i");
	drive_styled(&drive, "times-80x12");
	drive_keys(&drive, "-");
	drive_screen(&drive, "times-coarser");
	drive_keys(&drive, "(");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "times-40x10");
	drive_resize(&drive, 160, 14);
	drive_keys(&drive, ") g");
	assert_true(drive_shows(&drive, "03:04:05.500       20"));
	drive_keys(&drive, "+");
	assert_true(drive_shows(&drive, "this is the finest scale"));
	/* within one minute: the filter is the bucket */
	drive_keys(&drive, "( j Enter");
	assert_string_equal(session()->listing.expr,
			    "timerange IS \"2026-01-02T03:04:30.000000000Z\" "
			    "\"2026-01-02T03:04:59.999999999Z\"");
	assert_int_equal(listing_count(&session()->listing), 1);
	/* and within that filter it counts what is shown */
	drive_keys(&drive, "i");
	assert_true(drive_shows(&drive, "1 record, a line is 1ms"));
	drive_keys(&drive, "q");
	drive_keys(&drive, "F");
	drive_keys(&drive, "i G");
	drive_keys(&drive, "Enter");
	assert_int_equal(listing_count(&session()->listing), 1);
	assert_true(drive_shows(&drive, "1/1 of 27"));
	buf_release(&text);
	drive_end(&drive);
}

static void nothing_has_no_times(void **state)
{
	start(60, 10, "");
	drive_keys(&drive, "i + - ( ) Enter");
	assert_true(drive_shows(&drive, "0 records"));
	drive_keys(&drive, "q");
	drive_end(&drive);
	/* without a time in any of them */
	start(60, 10, "{\"a\":1}\n{\"ts\":\"yesterday\"}\nbroken\n");
	drive_keys(&drive, "i");
	assert_true(drive_shows(&drive, "no time"));
	drive_keys(&drive, "+ - ( ) Enter");
	assert_int_equal(listing_count(&session()->listing), 3);
	drive_end(&drive);
}

static void an_edit_moves_a_record_in_time(void **state)
{
	struct buf text;

	buf_init(&text);
	add_minutes(&text);
	start(80, 12, text.data);
	drive_keys(&drive, "d i");
	assert_true(drive_shows(&drive, "26 records"));
	assert_false(drive_shows(&drive, "03:09"));
	drive_keys(&drive, "u j");
	assert_true(drive_shows(&drive, "27 records"));
	assert_true(drive_shows(&drive, "03:09"));
	buf_release(&text);
	drive_end(&drive);
}

struct slow {
	struct histogram_result r;
	bool ended;
};

static void take(void *owner, struct histogram_result *r)
{
	struct slow *s = owner;

	assert_non_null(r);
	s->r = *r;
	s->ended = true;
}

/* What the histogram counts is what a look at every record counts. */
static void check_times(int64_t width, int64_t zone)
{
	struct document *doc = session()->doc;
	struct slow s = {0};
	struct histogram_spec spec = {
		.snapshot = document_snapshot(doc), .width = width,
		.rows = 30, .zone = zone, .ended = take, .owner = &s,
	};
	struct histogram *h = histogram_start(drive.app->jobs, &spec);
	uint64_t records = 0, seen = 0, timeless = 0;

	drive_settle(&drive);
	assert_true(s.ended);
	for (uint64_t i = 0; i < document_count(doc); i++) {
		struct columns c;

		assert_true(document_columns(doc, document_row(doc, i), &c));
		timeless += c.ts == COLUMNS_NO_TS;
	}
	assert_int_equal(s.r.timeless, timeless);
	assert_int_equal(s.r.records, document_count(doc));
	if (!width && s.r.count > 1)
		assert_in_range(s.r.count, 1, 31);
	for (size_t k = 0; k < s.r.count; k++) {
		const struct histogram_bucket *b = &s.r.buckets[k];
		uint64_t n = 0, duration = 0;

		assert_true(!k || s.r.buckets[k - 1].from < b->from);
		for (uint64_t i = 0; i < document_count(doc); i++) {
			struct columns c;

			document_columns(doc, document_row(doc, i), &c);
			if (c.ts == COLUMNS_NO_TS || c.ts < b->from ||
			    c.ts > histogram_end(b->from, s.r.width))
				continue;
			n++;
			duration += c.duration;
			seen++;
		}
		assert_int_equal(histogram_count(b), n);
		assert_int_equal(b->duration, duration);
		records += n;
	}
	assert_int_equal(seen, records);	/* no record in two of them */
	assert_int_equal(records + timeless, document_count(doc));
	histogram_free(h);
	histogram_result_release(&s.r);
	snapshot_unref(spec.snapshot);
}

static void every_record_is_in_one_bucket(void **state)
{
	static const char *const edges[] = {
		"1677-09-21T00:12:44Z", "2262-04-11T23:47:16Z",
		"1970-01-01T00:00:00Z", "1969-12-31T23:59:59.999999999Z",
	};
	struct prng prng;
	struct buf text;

	prng.state = 11;
	for (int round = 0; round < 8; round++) {
		buf_init(&text);
		for (int i = 0; i < 60; i++) {
			char ts[RFC3339_MAX];
			int64_t span = (int64_t)1 << (10 + 6 * round);

			rfc3339_format(ts, (int64_t)1700000000000000000 +
				       (int64_t)(prng_next(&prng) %
						 (uint64_t)span), 9);
			add_record(&text, prng_below(&prng, 9) ? ts :
				   prng_below(&prng, 3) ? NULL : "no time",
				   prng_below(&prng, 3) ? "\"200\"" : "\"500\"",
				   (int)prng_below(&prng, 5000));
		}
		for (size_t i = 0; round > 5 && i < 4; i++)
			add_record(&text, edges[i], NULL, 1);
		start(80, 24, text.data);
		for (size_t i = 0; histogram_scale(i); i++) {
			check_times(histogram_scale(i), 0);
			check_times(histogram_scale(i), 5 * 30 * MINUTE);
			check_times(histogram_scale(i), -200 * MINUTE);
		}
		check_times(0, 0);
		drive_end(&drive);
		buf_release(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_shown_and_filter),
		cmocka_unit_test(nothing_has_no_times),
		cmocka_unit_test(an_edit_moves_a_record_in_time),
		cmocka_unit_test(every_record_is_in_one_bucket),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
