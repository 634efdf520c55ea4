#include "config.h"

#include "../unit/scratch.h"
#include "../unit/unit.h"
#include "app/session.h"
#include "drive.h"

#define ID_A "11111111-1111-4111-8111-111111111111"
#define ID_B "22222222-2222-4222-8222-222222222222"
#define ID_C "33333333-3333-4333-8333-333333333333"

static const char meta_a[] =
	"{\"id\":\"" ID_A "\", \"meta\":{\"name\":\"checkout\","
	"\"services\":[\"shop\",\"cart\"]},\"recordsProcessed\":\"2\","
	"\"status\":\"Complete\",\"tokenizerConfig\":{\"id\":\"standard\"}}";

static struct drive drive;

static void start(int cols, int rows)
{
	drive_start(&drive, cols, rows, NULL);
	drive_snapshot(&drive, ID_A, meta_a,
		       RECORD(1, "GET", "/a", 200, "OK")
		       RECORD(2, "PUT", "/b", 204, "No Content"));
	drive_snapshot(&drive, ID_B, NULL, "{}\n");	/* no metadata */
	drive_snapshot(&drive, ID_C,
		       "{\"id\":\"" ID_C "\",\"meta\":{\"name\":\"\xc3\xa9t\xc3\xa9 "
		       "\x1b[31m\"}}", NULL);		/* no traffic */
	drive_open(&drive, NULL);
}

static void every_snapshot_is_listed(void **state)
{
	start(100, 12);
	drive_keys(&drive, "o n");
	drive_screen(&drive, "store-100x12");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "store-40x10");
	drive_resize(&drive, 80, 24);
	drive_keys(&drive, "f");
	drive_type(&drive, "CART");
	drive_keys(&drive, "Enter");
	drive_screen(&drive, "store-filtered");
	drive_end(&drive);
}

static void opening_and_coming_back(void **state)
{
	start(80, 12);
	drive_keys(&drive, "/");
	drive_type(&drive, "checkout");
	drive_keys(&drive, "Enter Enter");
	drive_screen(&drive, "store-opened");
	drive_line(&drive, "set status=404");
	drive_keys(&drive, "q");
	drive_screen(&drive, "store-unsaved");	/* waits, nothing is lost */
	assert_int_equal(drive.app->nsessions, 1);
	drive_keys(&drive, "d");
	assert_true(drive_shows(&drive, "unsaved edits"));
	drive_keys(&drive, "Enter u q");
	assert_int_equal(drive.app->nsessions, 0);
	drive_end(&drive);
}

static void a_snapshot_that_cannot_be_opened_says_why(void **state)
{
	start(80, 12);
	drive_keys(&drive, "/");
	drive_type(&drive, ID_C);
	drive_keys(&drive, "Enter Enter");
	assert_int_equal(drive.app->depth, 1);
	drive_screen(&drive, "store-no-traffic");
	drive_end(&drive);
}

static void create_rename_duplicate(void **state)
{
	start(80, 12);
	drive_keys(&drive, "a");
	drive_type(&drive, "fresh");
	drive_keys(&drive, "Enter");
	assert_true(drive_shows(&drive, "created "));
	drive_keys(&drive, "R Backspace");
	drive_type(&drive, "er");
	drive_keys(&drive, "Enter");
	assert_true(drive_shows(&drive, "freser"));
	drive_keys(&drive, "D");
	assert_true(drive_shows(&drive, "freser (copy)"));
	drive_end(&drive);
}

static void the_trash_gives_back(void **state)
{
	char *raw;

	start(80, 12);
	drive_keys(&drive, "/");
	drive_type(&drive, "checkout");
	drive_keys(&drive, "Enter d");
	assert_true(drive_shows(&drive, "moved to the trash"));
	assert_false(drive_shows(&drive, "checkout"));
	drive_keys(&drive, "T");
	assert_true(drive_shows(&drive, "checkout"));
	drive_keys(&drive, "u q");
	assert_true(drive_shows(&drive, "checkout"));
	raw = scratch_path("store/" ID_A, "raw.jsonl");
	drive_expect_file(raw, RECORD(1, "GET", "/a", 200, "OK")
				       RECORD(2, "PUT", "/b", 204,
					      "No Content"));
	free(raw);
	drive_end(&drive);
}

static void metadata_is_edited_in_place(void **state)
{
	start(80, 24);
	drive_keys(&drive, "/");
	drive_type(&drive, "checkout");
	drive_keys(&drive, "Enter m");
	drive_screen(&drive, "metadata");
	drive_keys(&drive, "e");
	drive_type(&drive, " 2");
	drive_keys(&drive, "Enter ^S");
	drive_expect_file("store/" ID_A ".json",
			  "{\"id\":\"" ID_A
			  "\", \"meta\":{\"name\":\"checkout 2\","
			  "\"services\":[\"shop\",\"cart\"]},"
			  "\"recordsProcessed\":\"2\",\"status\":\"Complete\","
			  "\"tokenizerConfig\":{\"id\":\"standard\"}}");
	drive_keys(&drive, "Tab");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "metadata-40x10");
	drive_end(&drive);
}

static void an_empty_store(void **state)
{
	drive_start(&drive, 80, 10, NULL);
	drive_open(&drive, NULL);
	drive_screen(&drive, "store-empty");
	drive_end(&drive);
}

/* xorshift: the same sequence every time. */
static uint64_t random_state = 2463534242u;

static unsigned next_random(unsigned below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 11) % below);
}

/* Any key from the store on, saves, trash and metadata included: the traffic
 * that was never saved over is still there, the store can be listed. */
static void any_key_from_the_store_on(void **state)
{
	static const char *const keys[] = {
		"j", "k", "g", "G", "Enter", "Enter", "Enter", "Esc", "q", "q",
		"Tab", "1", "2", "3", "5", "8", "9", "e", "a", "A", "d", "D",
		"R", "m", "T", "u", "^R", "^S", "f", "F", "/", "n", ":", "o",
		"v", "s", "c", "!", "r", "y", "x", "Space", "z", "b", "M-Enter",
		"Left", "Right", "Up", "Down", "Backspace", "F5", "l", "t", "?",
		"{", "}", "V", "+", "-", "#", "=", "w", "J", "L", "i", "0",
	};
	struct library_list list;
	struct err err;

	start(80, 24);
	for (int i = 0; i < 3000; i++) {
		drive_keys(&drive, keys[next_random(sizeof(keys) /
						    sizeof(keys[0]))]);
		drive.app->running = true;
		if (!drive.app->depth)
			drive_open(&drive, NULL);
		if (next_random(20) == 0)
			drive_resize(&drive, 1 + (int)next_random(130),
				     1 + (int)next_random(40));
		app_draw(drive.app);
	}
	assert_true(library_scan("store", &list, &err));
	library_list_release(&list);
	drive_end(&drive);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_snapshot_is_listed),
		cmocka_unit_test(opening_and_coming_back),
		cmocka_unit_test(a_snapshot_that_cannot_be_opened_says_why),
		cmocka_unit_test(create_rename_duplicate),
		cmocka_unit_test(the_trash_gives_back),
		cmocka_unit_test(metadata_is_edited_in_place),
		cmocka_unit_test(an_empty_store),
		cmocka_unit_test(any_key_from_the_store_on),
	};

	return cmocka_run_group_tests_name("store", tests, NULL, NULL);
}
