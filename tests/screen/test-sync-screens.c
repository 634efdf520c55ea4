/* Push, pull, conflicts and remotes on the screen. */
#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "../unit/unit.h"
#include "app/session.h"
#include "base/mem.h"
#include "drive.h"

#define ID "0a1b2c3d-1111-4222-8333-444455556666"
#define META "{\"id\":\"" ID "\",\"meta\":{\"name\":\"shop\"}}"
#define RAW "store/" ID "/raw.jsonl"
#define THERE "share/" ID "/raw.jsonl"

#define ONE RECORD(1, "GET", "/v1/items", 200, "OK")
#define ONE_MINE RECORD(1, "GET", "/v1/items", 404, "Not Found")
#define ONE_THEIRS RECORD(1, "GET", "/v1/items", 500, "Internal Server Error")
#define TWO RECORD(2, "POST", "/v1/items", 201, "Created")
#define THREE RECORD(3, "DELETE", "/v1/items/7", 500, "Internal Server Error")

static struct drive drive;
static struct conf conf;

/* A store with one snapshot, and a remote that is a directory. */
static void start(int cols, int rows, const char *raw)
{
	struct app_options options = {.config = &conf};
	struct err err;

	drive.dir = drive_dir();
	assert_int_equal(chdir(drive.dir), 0);
	mkdir("share", 0700);
	drive_file("rredit.conf", "# ours\n[remote \"team\"]\nkind = directory\n"
				  "path = share\n\n# last\n[ui]\ntime = utc\n");
	assert_true(conf_load(&conf, "rredit.conf", &err));
	drive_start(&drive, cols, rows, &options);
	drive_snapshot(&drive, ID, META, raw);
	drive_open(&drive, NULL);
}

static void end(void)
{
	drive_end(&drive);
	conf_release(&conf);
}

/* As someone else would. */
static void replace_there(const char *raw)
{
	drive_file(THERE, raw);
}

static void push_from_the_store(void **state)
{
	start(80, 16, ONE TWO);
	drive_screen(&drive, "sync-never");
	drive_keys(&drive, "p");
	drive_screen(&drive, "sync-push-asks");
	drive_keys(&drive, "c");
	assert_int_equal(access(THERE, F_OK), -1);
	drive_keys(&drive, "p p");
	drive_expect_file(THERE, ONE TWO);
	drive_screen(&drive, "sync-pushed");
	drive_keys(&drive, "p");
	assert_true(drive_shows(&drive, "in sync with team"));
	end();
}

static void pull_merges_an_open_snapshot(void **state)
{
	start(80, 16, ONE TWO);
	drive_keys(&drive, "p p Enter");
	drive_line(&drive, "set status=404");
	replace_there(ONE TWO THREE);
	drive_keys(&drive, "P");
	assert_true(drive_shows(&drive, "unsaved edits"));
	drive_keys(&drive, "s");
	drive_screen(&drive, "sync-pull-asks");
	drive_keys(&drive, "p");
	drive_expect_file(RAW, ONE_MINE TWO THREE);
	drive_screen(&drive, "sync-pulled");
	/* One step; it can be undone, and done again. */
	drive_keys(&drive, "u");
	assert_true(drive_shows(&drive, "undone: pull"));
	drive_keys(&drive, "^R ^S p p");
	drive_expect_file(THERE, ONE_MINE TWO THREE);
	end();
}

static void conflicts_are_decided(void **state)
{
	start(100, 24, ONE TWO);
	drive_keys(&drive, "p p Enter");
	drive_line(&drive, "set status=404");
	drive_keys(&drive, "^S");
	replace_there(ONE_THEIRS TWO);
	drive_keys(&drive, "p");
	drive_screen(&drive, "sync-moved-on");
	drive_keys(&drive, "m");
	drive_screen(&drive, "sync-conflicts");
	drive_resize(&drive, 40, 10);
	drive_screen(&drive, "sync-conflicts-40x10");
	drive_keys(&drive, "^S");
	assert_true(drive_shows(&drive, "open yet"));
	drive_line(&drive, "take-theirs!");
	drive_keys(&drive, "^S");
	drive_expect_file(RAW, ONE_THEIRS TWO);
	end();
}

static void leaving_the_conflicts_changes_nothing(void **state)
{
	start(80, 16, ONE TWO);
	drive_keys(&drive, "p p Enter");
	drive_line(&drive, "set status=404");
	drive_keys(&drive, "^S");
	replace_there(ONE_THEIRS TWO);
	drive_keys(&drive, "P d q");
	drive_expect_file(RAW, ONE_MINE TWO);
	drive_expect_file(THERE, ONE_THEIRS TWO);
	end();
}

static void secrets_are_shown_before_a_push(void **state)
{
	start(80, 16, ONE "{\"msgType\":\"rrpair\",\"tags\":{\"key\":"
		      "\"AKIAIOSFODNN7EXAMPLE\"}}\n");
	drive_keys(&drive, "p");
	drive_screen(&drive, "sync-secrets");
	drive_keys(&drive, "c");
	end();
}

static void remotes_are_added_and_tried(void **state)
{
	start(80, 16, ONE);
	drive_keys(&drive, "@");
	assert_true(drive_shows(&drive, "team"));
	drive_keys(&drive, "a");
	drive_screen(&drive, "remotes-add");
	drive_keys(&drive, "Enter");
	drive_type(&drive, "second");
	drive_keys(&drive, "Enter");
	mkdir("elsewhere", 0700);
	drive_type(&drive, "elsewhere");
	drive_keys(&drive, "Enter");
	drive_expect_file("rredit.conf",
			  "# ours\n[remote \"team\"]\nkind = directory\n"
			  "path = share\n\n# last\n[ui]\ntime = utc\n\n"
			  "[remote \"second\"]\nkind = directory\n"
			  "path = elsewhere\n");
	drive_keys(&drive, "t");
	assert_true(drive_shows(&drive, "works"));
	drive_keys(&drive, "c Enter");
	assert_true(drive_shows(&drive, "nothing is there"));
	end();
}

static void a_remote_is_pulled_from(void **state)
{
	start(80, 16, ONE);
	drive_keys(&drive, "p p d");
	assert_int_equal(access(RAW, F_OK), -1);
	drive_keys(&drive, "@ Enter");
	assert_true(drive_shows(&drive, "deleted here"));
	drive_keys(&drive, "P");
	drive_keys(&drive, "b");
	drive_expect_file(RAW, ONE);
	end();
}

static void jobs_are_listed_and_tried_again(void **state)
{
	start(80, 16, ONE);
	rmdir("share");
	drive_keys(&drive, "p J");
	assert_true(drive_shows(&drive, "failed"));
	mkdir("share", 0700);
	drive_keys(&drive, "t p");
	drive_expect_file(THERE, ONE);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(push_from_the_store),
		cmocka_unit_test(pull_merges_an_open_snapshot),
		cmocka_unit_test(conflicts_are_decided),
		cmocka_unit_test(leaving_the_conflicts_changes_nothing),
		cmocka_unit_test(secrets_are_shown_before_a_push),
		cmocka_unit_test(remotes_are_added_and_tried),
		cmocka_unit_test(a_remote_is_pulled_from),
		cmocka_unit_test(jobs_are_listed_and_tried_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
