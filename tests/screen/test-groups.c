/* What looks at many records at once, and edits of many. */
#include "config.h"

#include <sys/stat.h>

#include "../unit/prng.h"
#include "../unit/unit.h"
#include "app/filters.h"
#include "app/fold.h"
#include "app/histogram.h"
#include "app/session.h"
#include "json/locate.h"
#include "base/codec.h"
#include "base/mem.h"
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

/* --- edits of many records --- */

#define THREE \
	RECORD(1, "GET", "/v1/items", 200, "OK") \
	RECORD(2, "POST", "/v1/items?t=abc", 201, "Created") \
	RECORD(3, "DELETE", "/v1/items/7", 500, "Internal Server Error")

static void many_are_changed_after_a_look(void **state)
{
	start(80, 16, THREE);
	drive_keys(&drive, "*");
	drive_line(&drive, "set service=other");
	assert_true(drive_shows(&drive, "3 records change, 6 values"));
	drive_screen(&drive, "bulk-preview");
	drive_keys(&drive, "Esc");
	assert_false(session_dirty(session()));
	drive_line(&drive, "set service=other");
	drive_keys(&drive, "a");
	assert_true(session_dirty(session()));
	drive_keys(&drive, "u");
	assert_false(session_dirty(session()));
	/* ! does not ask */
	drive_line(&drive, "set! service=other");
	assert_true(session_dirty(session()));
	drive_keys(&drive, "u &");
	/* and one record needs no question */
	drive_line(&drive, "set service=other");
	assert_true(session_dirty(session()));
	drive_end(&drive);
}

/* Typed as a line, without waiting for what comes of it. */
static void early_line(const char *line)
{
	drive_keys(&drive, ":");
	drive_type(&drive, line);
	drive_hold(&drive);
	drive_early(&drive, "Enter");
}

static void cancelling_changes_nothing(void **state)
{
	static const char *const lines[] = {
		"set service=other", "replace /shop/other/", "swap shop other",
		"shift 1h", "renew",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		start(80, 16, THREE);
		drive_keys(&drive, "*");
		early_line(lines[i]);
		drive_early(&drive, "^C");
		drive_let_go(&drive);
		if (!drive_shows(&drive, "cancelled"))
			fail_msg("%s: not cancelled", lines[i]);
		assert_false(session_dirty(session()));
		drive_end(&drive);
	}
}

/* A record that was edited while the rest was looked at stops all of it. */
static void an_edit_meanwhile_stops_it(void **state)
{
	start(80, 16, THREE);
	drive_keys(&drive, "*");
	drive_line(&drive, "set service=other");
	assert_true(drive_shows(&drive, "3 records change"));
	document_begin(session()->doc, "edit");
	assert_true(document_set_text(session()->doc,
				      document_row(session()->doc, 1), "{}", 2,
				      NULL));
	assert_true(document_commit(session()->doc, NULL));
	drive_keys(&drive, "a");
	assert_int_equal(document_state(session()->doc,
					document_row(session()->doc, 0)),
			 ROW_CLEAN);
	assert_string_equal(document_undo_label(session()->doc), "edit");
	drive_end(&drive);
}

static void a_token_is_swapped_in_what_is_shown(void **state)
{
	const struct prompt_history *h;

	start(80, 16, THREE);
	h = &drive.app->history[ASK_COMMAND];
	drive_line(&drive, "swap api.example.com");
	assert_true(drive_shows(&drive, "OLD NEW was expected"));
	drive_line(&drive, "swap api.example.com b.example.org");
	assert_true(drive_shows(&drive, "3 records change"));
	drive_keys(&drive, "a");
	assert_true(drive_shows(&drive, "swap: 3 records"));
	assert_true(drive_shows(&drive, "b.example.org"));
	for (size_t i = 0; i < h->n; i++)
		assert_null(strstr(h->lines[i], "example"));
	drive_keys(&drive, "u");
	assert_false(session_dirty(session()));
	/* only in those that a filter shows, asked for one after the other */
	drive_line(&drive, "filter status IS 500");
	drive_keys(&drive, "s");
	drive_type(&drive, "api.example.com");
	drive_keys(&drive, "Enter");
	drive_screen(&drive, "swap-asks");
	drive_type(&drive, "c.example.org");
	drive_keys(&drive, "Enter");
	assert_true(drive_shows(&drive, "swap"));
	assert_true(drive_shows(&drive, "c.example.org"));
	drive_keys(&drive, "F");
	assert_true(drive_shows(&drive, "api.example.com"));
	drive_keys(&drive, "s Esc s");
	drive_type(&drive, "x");
	drive_keys(&drive, "Enter Esc");
	drive_keys(&drive, "s Enter");
	drive_file("old", "api.example.com\n");
	drive_line(&drive, "swap @old \"two words\"");
	drive_keys(&drive, "a");
	assert_true(drive_shows(&drive, "two words"));
	drive_line(&drive, "swap @missing x");
	assert_true(drive_shows(&drive, "missing"));
	drive_end(&drive);
}

static void times_shift_and_are_trimmed(void **state)
{
	start(80, 16, THREE);
	drive_line(&drive, "shift +1h");
	drive_keys(&drive, "a");
	assert_true(drive_shows(&drive, "04:04:01"));
	drive_line(&drive, "shift! 2026-01-02T03:04:01.123456Z");
	drive_keys(&drive, "j");
	assert_true(drive_shows(&drive, "03:04:01"));
	assert_false(session_dirty(session()));
	drive_line(&drive, "shift soon");
	assert_true(drive_shows(&drive, "+1h30m, now, or"));
	drive_line(&drive, "trim 2026-01-02T03:04:02 -");
	drive_screen(&drive, "trim-asks");
	drive_keys(&drive, "c");
	assert_int_equal(document_count(session()->doc), 3);
	drive_line(&drive, "trim 2026-01-02T03:04:02 2026-01-02T03:04:03");
	drive_keys(&drive, "d");
	assert_int_equal(document_count(session()->doc), 1);
	drive_keys(&drive, "u");
	assert_int_equal(document_count(session()->doc), 3);
	drive_line(&drive, "trim - -");
	assert_true(drive_shows(&drive, "both ends are open"));
	drive_line(&drive, "trim 2026-01-01 2026-01-03");
	assert_true(drive_shows(&drive, "nothing to change"));
	drive_line(&drive, "trim 2026");
	assert_true(drive_shows(&drive, "FROM TO was expected"));
	drive_end(&drive);
}

/* Those who name a record by its uuid follow; a uuid that was there twice
 * becomes two. */
static void new_uuids_are_followed(void **state)
{
	static const char text[] =
		"{\"uuid\":\"AAAAAAAAQACAAAAAAAAAAA==\",\"http\":{},"
		"\"tags\":{\"refUuid\":\"00000000-0000-4000-8000-000000000001\"}}\n"
		"{\"uuid\":\"AAAAAAAAQACAAAAAAAAAAQ==\",\"http\":{},"
		"\"tags\":{\"refUuid\":\"AAAAAAAAQACAAAAAAAAAAA==\"}}\n"
		"{\"uuid\":\"AAAAAAAAQACAAAAAAAAAAQ==\",\"http\":{}}\n"
		"broken\n";
	struct rrpair pair;
	struct uuid own[3], ref[2];
	struct buf record;

	start(80, 16, text);
	drive_line(&drive, "renew");
	drive_keys(&drive, "a");
	assert_true(session_dirty(session()));
	rrpair_init(&pair);
	buf_init(&record);
	for (uint64_t i = 0; i < 3; i++) {
		uint32_t node;

		buf_clear(&record);
		assert_true(document_text(session()->doc,
					  document_row(session()->doc, i),
					  DOCUMENT_NOW, &record, NULL));
		assert_true(rrpair_parse(&pair, record.data, record.len, NULL));
		assert_true(rrpair_uuid(&pair, &own[i]));
		assert_null(strstr(record.data, "AAAAAAAAQACAAAAAAAAAA"));
		assert_null(strstr(record.data, "00000000-"));
		node = json_at(&pair.doc, 0, "tags.refUuid");
		if (i < 2)
			assert_true(uuid_parse(&ref[i], pair.text +
					       pair.doc.nodes[node].off + 1,
					       pair.doc.nodes[node].len - 2));
	}
	assert_memory_equal(&ref[1], &own[0], sizeof(own[0]));
	assert_true(!memcmp(&ref[0], &own[1], sizeof(own[0])) ||
		    !memcmp(&ref[0], &own[2], sizeof(own[0])));
	assert_true(memcmp(&own[1], &own[2], sizeof(own[0])));
	buf_release(&record);
	rrpair_release(&pair);
	drive_keys(&drive, "u");
	assert_false(session_dirty(session()));
	drive_end(&drive);
}

/* --- runs --- */

/* A record that asks for /name; with: status, minute and second. */
static void add_ask(struct buf *out, char name, int status, int at)
{
	buf_addf(out, "{\"ts\":\"2026-01-02T03:%02d:%02dZ\",\"duration\":%d,"
		      "\"direction\":\"OUT\",\"command\":\"GET\","
		      "\"location\":\"/%c\",\"status\":\"%d\",\"http\":{"
		      "\"req\":{\"url\":\"/%c\"},\"res\":{\"statusCode\":%d}}"
		      ",\"signature\":{\"http:url\":\"L%c==\","
		      "\"instance\":\"%d\"}}\n", at / 60, at % 60,
		 10 * at + 10, name, status, name, status, name, at);
}

static void start_asks(int cols, int rows, const char *names)
{
	struct buf text;

	buf_init(&text);
	for (int i = 0; names[i]; i++)
		add_ask(&text, names[i], i % 7 == 6 ? 500 : 200, i * 20);
	start(cols, rows, text.data);
	buf_release(&text);
}

static void runs_fold_into_lines(void **state)
{
	start_asks(100, 14, "wxxxxxxxyzyzyzyx");
	drive_keys(&drive, "(");
	drive_screen(&drive, "folded-100x14");
	drive_keys(&drive, "j");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "folded-40x10");
	drive_resize(&drive, 160, 12);
	drive_keys(&drive, "/");
	drive_type(&drive, "/y");
	drive_keys(&drive, "Enter");
	drive_screen(&drive, "folded-searched");	/* a hit opens its run */
	drive_keys(&drive, ") g ( j Enter");		/* and so does Enter */
	assert_true(drive_shows(&drive, "2/10 folded of 16"));
	drive_keys(&drive, "j j -");
	assert_true(drive_shows(&drive, "2/4 folded of 16"));
	drive_keys(&drive, "+");
	assert_true(drive_shows(&drive, "2/10 folded of 16"));
	drive_keys(&drive, ")");
	assert_true(drive_shows(&drive, "2/16"));
	drive_line(&drive, "fold");			/* one alone */
	assert_true(drive_shows(&drive, "2/10 folded of 16"));
	drive_end(&drive);
}

/* What a command does on a folded line it does to all of its records. */
static void a_line_stands_for_its_records(void **state)
{
	start_asks(119, 14, "wxxxxxxxyzyzyzyx");
	drive_keys(&drive, "( j Space");
	assert_int_equal(session()->tags.count, 7);
	drive_keys(&drive, "k Space");
	assert_int_equal(session()->tags.count, 0);
	drive_keys(&drive, "k");
	drive_line(&drive, "set duration=7");
	assert_true(drive_shows(&drive, "7 records change"));
	drive_keys(&drive, "a d");
	assert_int_equal(document_count(session()->doc), 9);
	drive_keys(&drive, "u");
	assert_int_equal(document_count(session()->doc), 16);
	drive_keys(&drive, "g j D");
	assert_int_equal(document_count(session()->doc), 23);
	assert_true(drive_shows(&drive, "[14 in 2m, 2 errors] /x"));
	drive_keys(&drive, "u g j >");
	assert_int_equal(listing_row(&session()->listing, 0),
			 document_row(session()->doc, 0));
	drive_keys(&drive, "u u");
	assert_false(session_dirty(session()));
	/* an edit of one takes the run apart */
	drive_keys(&drive, ") g j j j ( )");
	drive_line(&drive, "set .signature.\"http:url\"=AAA=");
	drive_keys(&drive, "(");
	assert_true(drive_shows(&drive, "[6 in 100s, 1 error]"));
	drive_keys(&drive, "u");
	assert_true(drive_shows(&drive, "[7 in 2m, 1 error]"));
	/* what is sorted or filtered is folded as it is shown */
	drive_keys(&drive, "o l");
	assert_true(drive_shows(&drive, "[8 in 4m, 1 error]"));
	drive_line(&drive, "filter location IS /x");
	assert_true(drive_shows(&drive, "1/1 folded of 8 of 16"));
	drive_keys(&drive, "F o f");
	assert_true(drive_shows(&drive, "folded of 16"));
	drive_end(&drive);
}

/* Lines against runs found by comparing every record with those before it. */
static void check_lines(const char *asks, bool folded)
{
	size_t n = strlen(asks), place = 0, line = 0;
	struct fold f;

	fold_init(&f, session()->doc, &session()->listing, drive.app->jobs,
		  (void (*)(void *))drive_settle, &drive);
	fold_all(&f, folded);
	drive_settle(&drive);
	while (place < n) {
		size_t best = 1;

		for (size_t turn = 1; turn <= FOLD_TURN_MAX; turn++) {
			size_t k = place + turn;

			while (k < n && asks[k] == asks[k - turn])
				k++;
			if (k <= n && k - place >= (turn == 1 ? 2 : 3 * turn) &&
			    k - place > best)
				best = k - place;
		}
		if (!folded)
			best = 1;
		assert_int_equal(fold_place(&f, line), place);
		assert_int_equal(fold_records(&f, line), best);
		for (size_t i = 0; i < best; i++)
			assert_int_equal(fold_line(&f, place + i), line);
		place += best;
		line++;
	}
	assert_int_equal(fold_lines(&f), line);
	fold_release(&f);
}

static void lines_are_the_longest_runs(void **state)
{
	struct prng prng = {.state = 3};

	for (int round = 0; round < 60; round++) {
		char asks[61];
		size_t n = 1 + prng_below(&prng, 60), turn = 1;

		for (size_t i = 0; i < n; i++) {
			if (!prng_below(&prng, 12))
				turn = 1 + prng_below(&prng, 7);
			asks[i] = i >= turn && prng_below(&prng, 9) ?
				  asks[i - turn] :
				  (char)('a' + prng_below(&prng, 4));
		}
		asks[n] = '\0';
		start_asks(80, 24, asks);
		check_lines(asks, true);
		check_lines(asks, false);
		drive_end(&drive);
	}
}

/* --- filters with names --- */

static void filters_are_kept_under_names(void **state)
{
	struct filters named;
	struct stat st;
	char *path;

	start(80, 16, THREE);
	drive_line(&drive, "filter-save bad");
	assert_true(drive_shows(&drive, "there is no filter"));
	drive_keys(&drive, "H");
	assert_true(drive_shows(&drive, "no filter is kept"));
	drive_line(&drive, "filter status >= 500");
	drive_line(&drive, "filter-save two words");
	assert_true(drive_shows(&drive, "a name is one word"));
	drive_line(&drive, "filter-save bad");
	assert_true(drive_shows(&drive, "the filter is kept: @bad"));
	drive_line(&drive, "filter command IS POST");
	drive_line(&drive, "filter-save posts");
	drive_line(&drive, "filter @bad OR @posts");
	assert_string_equal(session()->listing.expr,
			    "(status >= 500) OR (command IS POST)");
	assert_int_equal(listing_count(&session()->listing), 2);
	/* a word that is no name is a word */
	drive_line(&drive, "filter text CONTAINS @bad OR NOT @bad OR @none");
	assert_string_equal(session()->listing.expr, "text CONTAINS @bad OR "
			    "NOT (status >= 500) OR @none");
	drive_line(&drive, "filter command NOT @bad AND (@bad)");
	assert_string_equal(session()->listing.expr,
			    "command NOT @bad AND ((status >= 500))");
	drive_line(&drive, "filter \"@bad\" OR a@bad");
	assert_string_equal(session()->listing.expr, "\"@bad\" OR a@bad");
	drive_keys(&drive, "f ^U @");
	drive_screen(&drive, "filter-names");
	drive_keys(&drive, "Esc H");
	drive_screen(&drive, "filter-pick");
	drive_keys(&drive, "Enter");
	assert_int_equal(listing_count(&session()->listing), 1);
	assert_string_equal(session()->listing.expr, "status >= 500");
	drive_line(&drive, "filter-delete @bad");
	drive_line(&drive, "filter-delete bad");
	assert_true(drive_shows(&drive, "there is no filter bad"));
	filters_load(&named, drive.app->state_dir);
	assert_int_equal(named.count, 1);
	assert_string_equal(named.items[0].name, "posts");
	filters_release(&named);
	path = mem_format("%s/history/filters", drive.app->state_dir);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	free(path);
	/* in the views of what is shown too, which follow */
	drive_line(&drive, "filter");
	drive_keys(&drive, "^U Enter i");
	assert_true(drive_shows(&drive, "3 records, a line is"));
	drive_line(&drive, "filter @posts");
	assert_true(drive_shows(&drive, "1 record, a line is"));
	drive_keys(&drive, "q");
	drive_line(&drive, "groups command");
	drive_keys(&drive, "F");
	assert_true(drive_shows(&drive, "3 values in 3 records"));
	drive_end(&drive);
}

/* --- completion of what stands in the file --- */

static void values_of_the_file_are_offered(void **state)
{
	struct buf text;

	buf_init(&text);
	buf_adds(&text, THREE);
	buf_adds(&text,
		 "{\"location\":\"/od\\u001b[31m\\\"d\",\"tags\":{\"k\":\"@home\"},"
		 "\"http\":{\"req\":{\"headers\":{\"Accept\":[\"text/a b\"]}},"
		 "\"res\":{}}}\n");
	start(80, 20, text.data);
	buf_release(&text);
	drive_keys(&drive, "f");
	drive_type(&drive, "header[");
	drive_screen(&drive, "complete-header-names");
	drive_type(&drive, "acc");
	drive_keys(&drive, "Tab");
	drive_type(&drive, "IS ");
	drive_screen(&drive, "complete-header-values");
	drive_type(&drive, "t");
	drive_keys(&drive, "Tab Enter");
	assert_string_equal(session()->listing.expr,
			    "header[Accept] IS \"text/a b\"");
	assert_int_equal(listing_count(&session()->listing), 1);
	/* hostile ones are shown escaped, and quoted right */
	drive_keys(&drive, "f ^U");
	drive_type(&drive, "location IS /o");
	drive_screen(&drive, "complete-hostile");
	drive_keys(&drive, "Tab Enter");
	assert_int_equal(listing_count(&session()->listing), 1);
	drive_keys(&drive, ":");
	drive_type(&drive, "set tag[k]=@");
	drive_keys(&drive, "Tab Enter");	/* @@home: the text, no file */
	assert_true(drive_shows(&drive, "nothing to change"));
	drive_keys(&drive, ":");
	drive_type(&drive, "set .http.req.headers.Accept[0]=t");
	drive_keys(&drive, "Tab Enter");
	assert_true(drive_shows(&drive, "nothing to change"));
	drive_end(&drive);
}

/* --- groups --- */

static void groups_take_several_fields(void **state)
{
	uint64_t sum = 0;

	start_asks(110, 14, "wxxxxxxxyzyzyzyx");
	drive_line(&drive, "groups location status");
	drive_screen(&drive, "groups-several");
	drive_keys(&drive, "o s");
	drive_screen(&drive, "groups-sorted");
	drive_keys(&drive, "v o n v o d o z o p /");
	drive_type(&drive, "/z  5");
	drive_keys(&drive, "Enter Enter");
	assert_string_equal(session()->listing.expr,
			    "location IS /z AND status IS 500");
	assert_int_equal(listing_count(&session()->listing), 1);
	drive_keys(&drive, "F");
	/* every record is in one of them */
	for (int i = 0; i < 6; i++) {
		drive_line(&drive, "groups location status tag[none]");
		for (int k = 0; k < i; k++)
			drive_keys(&drive, "j");
		drive_keys(&drive, "Enter");
		sum += listing_count(&session()->listing);
		drive_keys(&drive, "F");
	}
	assert_int_equal(sum, 16);
	drive_line(&drive, "groups a b");
	assert_true(drive_shows(&drive, "unknown field"));
	drive_line(&drive, "groups host host host host host");
	assert_true(drive_shows(&drive, "more than 4 fields"));
	drive_end(&drive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_shown_and_filter),
		cmocka_unit_test(nothing_has_no_times),
		cmocka_unit_test(an_edit_moves_a_record_in_time),
		cmocka_unit_test(every_record_is_in_one_bucket),
		cmocka_unit_test(many_are_changed_after_a_look),
		cmocka_unit_test(cancelling_changes_nothing),
		cmocka_unit_test(an_edit_meanwhile_stops_it),
		cmocka_unit_test(a_token_is_swapped_in_what_is_shown),
		cmocka_unit_test(times_shift_and_are_trimmed),
		cmocka_unit_test(new_uuids_are_followed),
		cmocka_unit_test(filters_are_kept_under_names),
		cmocka_unit_test(values_of_the_file_are_offered),
		cmocka_unit_test(groups_take_several_fields),
		cmocka_unit_test(runs_fold_into_lines),
		cmocka_unit_test(a_line_stands_for_its_records),
		cmocka_unit_test(lines_are_the_longest_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
