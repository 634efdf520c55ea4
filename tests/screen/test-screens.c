#include "config.h"

#include <sys/wait.h>

#include "../unit/unit.h"
#include "app/session.h"
#include "drive.h"

#define THREE \
	RECORD(1, "GET", "/v1/items", 200, "OK") \
	RECORD(2, "POST", "/v1/items", 201, "Created") \
	RECORD(3, "DELETE", "/v1/items/7", 500, "Internal Server Error")

#define THEIRS \
	RECORD(1, "PATCH", "/v1/items", 200, "OK") \
	RECORD(2, "POST", "/v1/items", 201, "Created") \
	RECORD(3, "DELETE", "/v1/items/7", 500, "Internal Server Error")

static struct drive drive;

static void start(int cols, int rows, const char *text)
{
	drive_start(&drive, cols, rows, NULL);
	drive_file("shop.jsonl", text);
	drive_open(&drive, "./shop.jsonl");
}

static struct session *session(void)
{
	return drive.app->sessions[0];
}

static void pairs_at_every_size(void **state)
{
	start(80, 24, THREE);
	drive_screen(&drive, "pairs-80x24");
	drive_resize(&drive, 160, 30);
	drive_screen(&drive, "pairs-160x30");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "pairs-40x10");
	drive_end(&drive);
}

static void pairs_in_ascii_with_styles(void **state)
{
	struct app_options options = {.ascii = true};

	drive_start(&drive, 80, 12, &options);
	drive_file("shop.jsonl", THREE);
	drive_open(&drive, "./shop.jsonl");
	drive_keys(&drive, "Space");
	drive_styled(&drive, "pairs-ascii");
	drive_end(&drive);
}

static void hostile_and_broken_records(void **state)
{
	start(80, 12,
	      RECORD(1, "GET", "/\\u001b]0;owned\\u0007\\u202e", 200, "OK")
	      "{\"cut\":\n"
	      "\x1b[31mred\x07\n"
	      "[1]\n"
	      RECORD(2, "GET", "/\xe6\x97\xa5\xe6\x9c\xac/\xf0\x9f\x98\x80", 200,
		     "OK"));
	drive_screen(&drive, "pairs-hostile");
	drive_keys(&drive, "w");
	drive_screen(&drive, "preview-hostile");
	drive_end(&drive);
}

static void an_edit_shows_everywhere(void **state)
{
	start(80, 24, THREE);
	drive_line(&drive, "set status=404");
	drive_screen(&drive, "set-status");
	drive_keys(&drive, "c");
	drive_screen(&drive, "changes-80x24");
	drive_resize(&drive, 120, 20);
	drive_screen(&drive, "changes-120x20");
	drive_resize(&drive, 40, 10);
	drive_keys(&drive, "Tab");
	drive_screen(&drive, "changes-40x10");
	drive_resize(&drive, 80, 24);
	drive_keys(&drive, "j j j V");
	drive_screen(&drive, "changes-one-value-back");
	drive_keys(&drive, "u u q");
	drive_screen(&drive, "all-undone");
	assert_false(session_dirty(session()));
	drive_keys(&drive, "^R");
	assert_true(session_dirty(session()));
	drive_end(&drive);
}

static void text_is_replaced_in_the_tagged(void **state)
{
	start(80, 12, THREE);
	drive_keys(&drive, "*");
	drive_line(&drive, "replace /\\/v1\\/(item)s/\\/v2\\/$1/");
	drive_screen(&drive, "replace-preview");
	drive_keys(&drive, "c");
	assert_true(drive_shows(&drive, "replace: cancelled, nothing changed"));
	assert_false(session_dirty(session()));
	drive_line(&drive, "replace /\\/v1\\/(item)s/\\/v2\\/$1/");
	drive_keys(&drive, "a");
	drive_screen(&drive, "replaced");
	drive_keys(&drive, "u");
	assert_false(session_dirty(session()));
	drive_line(&drive, "replace ,(,x,");
	assert_false(session_dirty(session()));
	drive_line(&drive, "replace ,nothing like it,x,");
	assert_true(drive_shows(&drive, "nothing to change"));
	drive_line(&drive, "replace /x");
	assert_true(drive_shows(&drive, "was expected"));
	drive_end(&drive);
}

static void records_come_go_and_move(void **state)
{
	static const char moved[] =
		RECORD(2, "POST", "/v1/items", 201, "Created")
		RECORD(1, "GET", "/v1/items", 200, "OK")
		RECORD(3, "DELETE", "/v1/items/7", 500, "Internal Server Error");

	start(80, 24, THREE);
	drive_keys(&drive, "D");
	assert_true(drive_shows(&drive, "duplicated 1 record"));
	assert_int_equal(document_count(session()->doc), 4);
	drive_keys(&drive, "a o");
	assert_int_equal(document_count(session()->doc), 5);
	drive_keys(&drive, "u u g >");
	drive_screen(&drive, "moved");
	drive_line(&drive, "w");
	assert_true(drive_shows(&drive, "saved shop.jsonl"));
	drive_expect_file("shop.jsonl", moved);
	drive_keys(&drive, "g Space Space d");
	assert_int_equal(document_count(session()->doc), 1);
	drive_keys(&drive, "u");
	assert_int_equal(document_count(session()->doc), 3);
	assert_false(session_dirty(session()));
	drive_keys(&drive, "u");	/* undo goes on across the save */
	assert_true(session_dirty(session()));
	drive_end(&drive);
}

static void filters_show_what_matches(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, "f");
	drive_type(&drive, "status >");
	drive_screen(&drive, "filter-typed");
	drive_type(&drive, "= 500");
	drive_keys(&drive, "Enter");
	drive_screen(&drive, "filter-500");
	drive_keys(&drive, "F");
	assert_true(drive_shows(&drive, "3/3"));
	drive_keys(&drive, "F");
	assert_true(drive_shows(&drive, "1/1 of 3"));
	drive_line(&drive, "filter status >= 600");
	assert_true(drive_shows(&drive, "nothing matches; F shows all again"));
	drive_line(&drive, "filter status >= 500");
	drive_line(&drive, "filter status >");
	drive_screen(&drive, "filter-wrong");
	drive_keys(&drive, "Esc");
	drive_line(&drive, "filter");
	drive_end(&drive);
}

static void sorting_changes_no_file_order(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, "o");
	drive_screen(&drive, "sort-menu");
	drive_keys(&drive, "d");
	drive_screen(&drive, "sort-duration");
	drive_keys(&drive, ">");
	assert_true(drive_shows(&drive, "in file order only"));
	assert_false(session_dirty(session()));
	drive_keys(&drive, "v o f");
	drive_click(&drive, MOUSE_PRESS, 24, 1);	/* Command */
	assert_int_equal(session()->listing.sort, SORT_COMMAND);
	drive_end(&drive);
}

/* Asked for while the index is still being made: it is gone to when known. */
static void the_end_is_waited_for(void **state)
{
	struct err err = {0};
	struct buf many;

	start(80, 24, THREE);
	buf_init(&many);
	for (int i = 0; i < 2000; i++)
		buf_adds(&many, THREE);
	drive_file("many.jsonl", many.data);
	buf_release(&many);
	assert_true(app_first_view(drive.app, "./many.jsonl", &err));
	assert_false(document_complete(
		drive.app->sessions[drive.app->nsessions - 1]->doc));
	drive_keys(&drive, "G");
	assert_true(drive_shows(&drive, "6000/6000"));
	drive_keys(&drive, "g");
	assert_true(drive_shows(&drive, "1/6000"));
	drive_end(&drive);
}

static unsigned next_random(unsigned below);

/* What a row is sorted by: a text that compares as the key does. */
static void sort_text(row_id id, enum sort_key key, struct buf *out)
{
	static const enum column text_of[SORT_KEYS] = {
		[SORT_COMMAND] = COLUMN_COMMAND, [SORT_HOST] = COLUMN_HOST,
		[SORT_STATUS] = COLUMN_STATUS, [SORT_TECH] = COLUMN_TECH,
	};
	struct document *doc = session()->doc;
	struct columns c;

	buf_clear(out);
	assert_true(document_columns(doc, id, &c));
	switch (key) {
	case SORT_FILE:
		buf_addf(out, "%08llu",
			 (unsigned long long)session_number(session(), id));
		break;
	case SORT_TIME:
		buf_addf(out, "%020lld", (long long)c.ts);
		break;
	case SORT_DIRECTION:
		buf_addf(out, "%d", c.flags & (COLUMNS_IN | COLUMNS_OUT));
		break;
	case SORT_DURATION:
		buf_addf(out, "%010u", c.duration);
		break;
	case SORT_SIZE:
		buf_addf(out, "%010u", c.len);
		break;
	case SORT_LOCATION:
		document_location(doc, id, 1000, out);
		break;
	default:
		document_column_text(doc, id, text_of[key], out);
	}
}

static void expect_order(enum sort_key key, bool descending)
{
	struct listing *l = &session()->listing;
	struct buf before, now;

	buf_init(&before);
	buf_init(&now);
	assert_int_equal(listing_count(l), 60);
	for (uint64_t i = 0; i < 60; i++) {
		int d;

		sort_text(listing_row(l, i), key, &now);
		d = strcmp(before.data, now.data);
		if (i && (descending ? d < 0 : d > 0))
			fail_msg("sort %d: %s, then %s", (int)key, before.data,
				 now.data);
		buf_clear(&before);
		buf_add(&before, now.data, now.len);
	}
	buf_release(&before);
	buf_release(&now);
}

static void every_sort_orders_all_records(void **state)
{
	static const char *const methods[] = {"GET", "PUT", "POST", "X"};
	struct buf text;

	buf_init(&text);
	for (int i = 0; i < 60; i++)
		buf_addf(&text,
			 "{\"ts\":\"2026-01-02T03:%02u:00Z\","
			 "\"duration\":%u,\"direction\":\"%s\","
			 "\"tech\":\"t%u\",\"command\":\"%s\","
			 "\"location\":\"/%u\",\"status\":\"%u\","
			 "\"http\":{\"req\":{\"host\":\"h%u\"}}%*s}\n",
			 next_random(60), next_random(3000),
			 next_random(2) ? "IN" : "OUT", next_random(4),
			 methods[next_random(4)], next_random(40),
			 200 + next_random(300), next_random(9),
			 (int)next_random(50), "");
	start(80, 24, text.data);
	for (int key = 0; key < SORT_KEYS; key++) {
		for (int down = 0; down < 2; down++) {
			listing_sort(&session()->listing, (enum sort_key)key,
				     down);
			drive_settle(&drive);
			expect_order((enum sort_key)key, down);
		}
	}
	drive_end(&drive);
	buf_release(&text);
}

static void searching_goes_to_hits(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, "/");
	drive_type(&drive, "created");
	drive_keys(&drive, "Enter");
	drive_screen(&drive, "search-hit");
	drive_keys(&drive, "/");
	drive_type(&drive, "nowhere\"\\E");
	drive_keys(&drive, "Enter");
	assert_true(drive_shows(&drive, "no record has: nowhere\"\\E"));
	drive_end(&drive);
}

static void other_views(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, "=");
	drive_screen(&drive, "compare-80x24");
	drive_resize(&drive, 40, 10);
	drive_keys(&drive, "F");
	drive_screen(&drive, "compare-40x10");
	drive_resize(&drive, 80, 24);
	drive_keys(&drive, "q");
	drive_line(&drive, "groups command");
	drive_screen(&drive, "groups");
	drive_keys(&drive, "j Enter");
	assert_true(drive_shows(&drive, "filter: command IS"));
	drive_keys(&drive, "F ?");
	drive_screen(&drive, "help-pairs");
	drive_keys(&drive, "f");
	drive_type(&drive, "undo");
	drive_screen(&drive, "help-filtered");
	drive_keys(&drive, "Esc q L");
	drive_screen(&drive, "messages");
	drive_end(&drive);
}

static void the_command_line_completes(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, ":");
	drive_type(&drive, "copy-");
	drive_screen(&drive, "line-names");
	drive_keys(&drive, "Esc :");
	drive_type(&drive, "set direction=");
	drive_screen(&drive, "line-values");
	drive_keys(&drive, "Esc y");
	drive_screen(&drive, "copy-menu");
	drive_keys(&drive, "Esc");
	drive_line(&drive, "nonsense");
	assert_true(drive_shows(&drive, "no such command: nonsense"));
	drive_end(&drive);
}

static void no_key_is_a_command_while_typing(void **state)
{
	start(80, 24, THREE);
	drive_keys(&drive, ":");
	drive_type(&drive, "QdDuVxyq?!");
	assert_true(drive_shows(&drive, ":QdDuVxyq?!"));
	assert_true(drive.app->running);
	assert_int_equal(document_count(session()->doc), 3);
	drive_keys(&drive, "Esc");
	drive_end(&drive);
}

static void leaving_asks_when_something_is_unsaved(void **state)
{
	start(80, 24, THREE);
	drive_line(&drive, "set status=200");
	drive_keys(&drive, "j j");
	drive_line(&drive, "set status=200");
	drive_keys(&drive, "q");
	drive_screen(&drive, "quit-guard");
	drive_keys(&drive, "Esc");
	assert_true(drive.app->running);
	drive_keys(&drive, "Q d");
	assert_false(drive.app->running);
	drive_expect_file("shop.jsonl", THREE);
	drive_end(&drive);

	start(80, 24, THREE);
	drive_keys(&drive, "d Q s");
	assert_false(drive.app->running);
	drive_expect_file("shop.jsonl",
			  RECORD(2, "POST", "/v1/items", 201, "Created")
			  RECORD(3, "DELETE", "/v1/items/7", 500,
				 "Internal Server Error"));
	drive_end(&drive);

	start(80, 24, THREE);
	drive_keys(&drive, "? Esc Esc");	/* Esc goes back, never away */
	assert_true(drive.app->running);
	assert_true(drive_shows(&drive, "q leaves rredit"));
	drive_keys(&drive, "q");
	assert_false(drive.app->running);
	drive_end(&drive);
}

static void a_save_says_what_the_edits_bring_in(void **state)
{
	start(80, 24, THREE);
	drive_line(&drive, "set .uuid=x");
	drive_keys(&drive, "^S");
	drive_screen(&drive, "save-refused");
	drive_keys(&drive, "Esc");
	drive_expect_file("shop.jsonl", THREE);
	drive_line(&drive, "w!");
	assert_false(session_dirty(session()));
	drive_end(&drive);
}

/* Edit, and be gone without a word, as kill -9 does it. */
static void edit_and_die(void)
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (pid == 0) {
		drive_start(&drive, 80, 24, NULL);
		drive_file("shop.jsonl", THREE);
		drive_open(&drive, "./shop.jsonl");
		drive_line(&drive, "set status=404");
		drive_keys(&drive, "j d");
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void what_a_crash_left_comes_back(void **state)
{
	drive.dir = drive_dir();
	edit_and_die();
	drive_start(&drive, 80, 24, NULL);
	drive_open(&drive, "./shop.jsonl");
	drive_screen(&drive, "recover-ask");
	drive_keys(&drive, "r");
	drive_screen(&drive, "recovered");
	assert_true(session_dirty(session()));
	drive_keys(&drive, "u u");	/* the history came back too */
	assert_false(session_dirty(session()));
	drive_end(&drive);
}

static void a_file_changed_by_others_is_loaded_on_demand(void **state)
{
	static const char one[] = RECORD(5, "PATCH", "/x", 202, "Accepted");

	start(80, 12, THREE);
	drive_file("new.jsonl", one);
	assert_int_equal(rename("new.jsonl", "shop.jsonl"), 0);
	drive_keys(&drive, "F5");
	drive_screen(&drive, "reloaded");
	drive_keys(&drive, "Enter");
	assert_true(drive_shows(&drive, "PATCH"));
	drive_keys(&drive, "q");
	drive_line(&drive, "set status=200");
	drive_file("new.jsonl", THREE);
	assert_int_equal(rename("new.jsonl", "shop.jsonl"), 0);
	drive_keys(&drive, "F5");
	drive_screen(&drive, "reload-asks");
	drive_keys(&drive, "Esc ^S");
	assert_true(drive_shows(&drive, "[o] Overwrite"));
	drive_keys(&drive, "Esc");
	drive_expect_file("shop.jsonl", THREE);
	assert_true(session_dirty(session()));
	drive_keys(&drive, "F5 l");
	assert_int_equal(document_count(session()->doc), 3);
	assert_false(session_dirty(session()));
	/* Theirs has another first record; the second one is as it was. */
	drive_line(&drive, "set status=404");
	drive_keys(&drive, "j");
	drive_line(&drive, "set status=404");
	drive_file("new.jsonl", THEIRS);
	assert_int_equal(rename("new.jsonl", "shop.jsonl"), 0);
	drive_keys(&drive, "F5 m");
	drive_settle(&drive);
	drive_screen(&drive, "reload-merged");
	drive_keys(&drive, "Esc");
	drive_settle(&drive);
	drive_screen(&drive, "reload-merged-after");
	drive_keys(&drive, "u");
	assert_false(session_dirty(session()));
	assert_int_equal(unlink("shop.jsonl"), 0);
	drive_keys(&drive, "F5");
	drive_settle(&drive);
	assert_int_equal(drive.app->depth, 0);
	drive_end(&drive);
}

static void read_only_refuses_edits(void **state)
{
	struct app_options options = {.read_only = true};

	drive_start(&drive, 80, 12, &options);
	drive_file("shop.jsonl", THREE);
	drive_open(&drive, "./shop.jsonl");
	drive_keys(&drive, "d");
	drive_screen(&drive, "read-only");
	assert_int_equal(document_count(session()->doc), 3);
	drive_end(&drive);
}

/* xorshift: the same sequence every time. */
static uint64_t random_state = 88172645463325252u;

static unsigned next_random(unsigned below)
{
	random_state ^= random_state << 13;
	random_state ^= random_state >> 7;
	random_state ^= random_state << 17;
	return (unsigned)((random_state >> 11) % below);
}

/* Any key at any moment in any size; then everything can be undone. Left out:
 * ^Z, and what writes files. */
static void any_key_at_any_size(void **state)
{
	static const char *const keys[] = {
		"j", "k", "g", "G", "PgDn", "PgUp", "^D", "^U", "Enter", "Esc",
		"q", "Tab", "S-Tab", "1", "3", "9", "{", "}", "]", "[", "e",
		"c", "n", "N", "f", "F", "Space", "o", "v", "d", "D", "u", "^R",
		"V", "a", "i", "A", "<", ">", "y", "b", "p", "h", "l", "*", "&",
		"=", "#", "J", "L", "?", "!", "r", "w", "z", ":", "/", "\\",
		"+", "-", "(", ")", ".", ",", "m", "Left", "Right", "Up",
		"Down", "Home", "End", "Del", "Backspace", "^L", "M", "0", "B",
	};
	struct drive *d = &drive;

	start(80, 24, THREE "{broken\n");
	for (int i = 0; i < 4000 && d->app->depth; i++) {
		drive_keys(d, keys[next_random(sizeof(keys) /
					       sizeof(keys[0]))]);
		if (!d->app->running)
			d->app->running = true;
		if (next_random(20) == 0)
			drive_resize(d, 1 + (int)next_random(130),
				     1 + (int)next_random(40));
		app_draw(d->app);
	}
	app_overlays_close(d->app);
	assert_true(d->app->nsessions > 0);
	while (document_undo_label(session()->doc)) {
		struct document_touched t;
		struct err err;

		assert_true(document_undo(session()->doc, &t, &err));
	}
	assert_false(session_dirty(session()));
	drive_end(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_at_every_size),
		cmocka_unit_test(pairs_in_ascii_with_styles),
		cmocka_unit_test(the_end_is_waited_for),
		cmocka_unit_test(hostile_and_broken_records),
		cmocka_unit_test(an_edit_shows_everywhere),
		cmocka_unit_test(text_is_replaced_in_the_tagged),
		cmocka_unit_test(records_come_go_and_move),
		cmocka_unit_test(filters_show_what_matches),
		cmocka_unit_test(sorting_changes_no_file_order),
		cmocka_unit_test(every_sort_orders_all_records),
		cmocka_unit_test(searching_goes_to_hits),
		cmocka_unit_test(other_views),
		cmocka_unit_test(the_command_line_completes),
		cmocka_unit_test(no_key_is_a_command_while_typing),
		cmocka_unit_test(leaving_asks_when_something_is_unsaved),
		cmocka_unit_test(a_save_says_what_the_edits_bring_in),
		cmocka_unit_test(what_a_crash_left_comes_back),
		cmocka_unit_test(a_file_changed_by_others_is_loaded_on_demand),
		cmocka_unit_test(read_only_refuses_edits),
		cmocka_unit_test(any_key_at_any_size),
	};

	return cmocka_run_group_tests_name("screens", tests, NULL, NULL);
}
