/* The end of a file, asked for before the file is read: its index is held
 * back. */
#include "config.h"

#include "../unit/unit.h"
#include "app/session.h"
#include "drive.h"

#define RECORDS 5000
#define BIG_BUFFER (RECORDS * 400)

static struct drive drive;

static void write_records(const char *path)
{
	char *text = malloc(BIG_BUFFER);
	size_t len = 0;

	for (int i = 1; i <= RECORDS; i++)
		len += (size_t)snprintf(text + len, BIG_BUFFER - len,
			"{\"msgType\":\"rrpair\",\"ts\":\"2026-01-02T03:%02d:%02d.5Z\","
			"\"l7protocol\":\"http\",\"direction\":\"IN\","
			"\"command\":\"GET\",\"location\":\"/v1/items/%d\","
			"\"status\":\"%d\",\"duration\":%d,\"http\":{\"req\":{\"host\":"
			"\"shop\",\"method\":\"GET\",\"url\":\"/v1/items/%d\"},"
			"\"res\":{\"statusCode\":200}}}\n",
			i / 60 % 60, i % 60, i, i % 9 ? 200 : 404, i % 700, i);
	drive_file(path, text);
	free(text);
}

static void start(int cols, int rows)
{
	drive_start(&drive, cols, rows, NULL);
	write_records("shop.jsonl");
	drive_hold(&drive);
	drive_open(&drive, "./shop.jsonl");
	assert_true(drive_shows(&drive, "reading"));
}

/* No whole screens: jobs that are held are listed after a second. */
#define shows(text) assert_true(drive_shows(&drive, text))

static struct session *session(void)
{
	return drive.app->sessions[0];
}

static void the_end_shows_before_the_index(void **state)
{
	start(100, 12);
	drive_keys(&drive, "G");
	shows("      -8    03:23:13   IN  GET      shop             /v1/items/4993 ");
	shows("      -1    03:23:20   IN  GET      shop             /v1/items/5000 ");
	shows("-1/~5034  reading 20%");
	drive_keys(&drive, "k k k");
	shows("-4/~5034");
	drive_let_go(&drive);
	shows("    4993 ");
	shows("4997/5000");
	drive_keys(&drive, "j j j");
	assert_true(drive_shows(&drive, "5000/5000"));
	drive_end(&drive);
}

/* From the end to the top of the file, before any of it is indexed. */
static void moving_up_reads_on(void **state)
{
	start(100, 24);
	drive_keys(&drive, "G");
	for (int i = 0; i < 300; i++)
		drive_keys(&drive, "PgUp");
	assert_true(drive_shows(&drive, "/v1/items/1 "));
	assert_int_equal(session_number(session(), session()->current), 1);
	drive_keys(&drive, "G g");
	assert_true(drive_shows(&drive, "/v1/items/1 "));
	drive_keys(&drive, "G");
	assert_true(drive_shows(&drive, "-1/~"));
	drive_let_go(&drive);
	assert_true(drive_shows(&drive, "5000/5000"));
	drive_end(&drive);
}

static void between_is_told(void **state)
{
	uint64_t known;

	start(100, 12);
	known = document_count(session()->doc);
	drive_keys(&drive, "G g");
	for (uint64_t i = 0; i < known; i++)
		drive_keys(&drive, "j");
	shows("     ...                                             not read yet");
	shows(".../~5034");
	drive_keys(&drive, "j");
	assert_true(drive_shows(&drive, "-"));
	drive_let_go(&drive);
	assert_true(drive_shows(&drive, "/5000"));
	drive_end(&drive);
}

static void a_record_of_the_end_opens(void **state)
{
	start(100, 12);
	drive_keys(&drive, "G k Enter");
	shows("#-2");
	shows("IN GET 200 shop /v1/items/4999");
	shows("-2/~5034");
	drive_line(&drive, "set duration=5");
	assert_true(drive_shows(&drive, "still being read"));
	assert_false(document_dirty(session()->doc));
	drive_let_go(&drive);
	assert_true(drive_shows(&drive, "#4999"));
	drive_line(&drive, "set duration=5");
	assert_int_equal(document_state(session()->doc,
					document_row(session()->doc, 4998)),
			 ROW_CHANGED);
	drive_keys(&drive, "q");
	assert_true(drive_shows(&drive, "4999/5000"));
	drive_end(&drive);
}

/* Whatever changes or names records says that it waits. */
static void what_needs_the_number_waits(void **state)
{
	static const char *const keys[] = {"d", "D", "Space", "a", "J", "K"};

	start(100, 12);
	drive_keys(&drive, "G");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		drive_keys(&drive, keys[i]);
	drive_keys(&drive, "Esc Esc");
	drive_line(&drive, "set duration=5");
	assert_true(drive_shows(&drive, "still being read"));
	drive_line(&drive, "delete");
	assert_true(drive_shows(&drive, "still being read"));
	drive_line(&drive, "duplicate");
	assert_true(drive_shows(&drive, "still being read"));
	drive_line(&drive, "tag");
	assert_true(drive_shows(&drive, "still being read"));
	assert_int_equal(session()->tags.count, 0);
	assert_false(document_dirty(session()->doc));
	assert_true(drive_shows(&drive, "-1/~"));
	drive_let_go(&drive);
	assert_int_equal(document_count(session()->doc), RECORDS);
	assert_false(document_dirty(session()->doc));
	drive_end(&drive);
}

/* A filter has not seen those records: it shows its own end. */
static void a_filter_has_no_tail(void **state)
{
	start(100, 12);
	drive_keys(&drive, "G");
	drive_line(&drive, "filter status IS 404");
	drive_let_go(&drive);
	assert_true(drive_shows(&drive, "of 5000"));
	drive_keys(&drive, "G");
	assert_true(drive_shows(&drive, "/v1/items/4995 "));
	drive_end(&drive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_end_shows_before_the_index),
		cmocka_unit_test(moving_up_reads_on),
		cmocka_unit_test(between_is_told),
		cmocka_unit_test(a_record_of_the_end_opens),
		cmocka_unit_test(what_needs_the_number_waits),
		cmocka_unit_test(a_filter_has_no_tail),
	};

	return cmocka_run_group_tests_name("ending", tests, NULL, NULL);
}
