/* Previous versions of a file: taken, listed, bounded, restored. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "store/backup.h"
#include "store/statedir.h"
#include "tests/unit/place.h"

#define LIVE "live.jsonl"

/* A version of the live file with these bytes, handed over. */
static bool take(const struct place *p, const char *text)
{
	struct err err = {0};
	bool kept = false;

	place_put(p, "old", text);
	if (!backup_take(p->state, place_at(p, LIVE), place_at(p, "old"), &kept,
			 &err))
		fail_msg("%s", err.msg);
	assert_false(place_has(p, "old"));
	return kept;
}

static struct backup *list(const struct place *p, size_t want)
{
	struct backup *out = NULL;
	struct err err = {0};
	size_t count = 99;

	if (!backup_list(p->state, place_at(p, LIVE), &out, &count, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(count, want);
	return out;
}

static bool file_holds(const char *path, const char *text)
{
	return scratch_holds(path, text, strlen(text));
}

static void test_list(void **state)
{
	struct place *p = *state;
	struct backup *b;
	struct stat st;
	int64_t now = (int64_t)time(NULL);

	backup_list_free(list(p, 0), 0);
	assert_false(place_has(p, "state"));
	place_put(p, LIVE, "now");
	assert_true(take(p, "one"));
	assert_true(take(p, "three"));
	b = list(p, 2);
	assert_true(file_holds(b[0].path, "three"));
	assert_true(file_holds(b[1].path, "one"));
	assert_int_equal(b[0].bytes, 5);
	assert_true(b[0].when_ns > b[1].when_ns);
	assert_true(b[1].when_ns / 1000000000 >= now - 1);
	assert_int_equal(strlen(b[0].name), strlen("20260102T030405.678Z"));
	assert_int_equal(stat(b[0].path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	assert_true(place_holds(p, LIVE, "now"));
	backup_list_free(b, 2);
}

static void test_others(void **state)
{
	struct place *p = *state;
	struct backup *b;
	size_t count;

	take(p, "one");
	assert_true(backup_list(p->state, place_at(p, "other.jsonl"), &b, &count,
				NULL));
	assert_int_equal(count, 0);
	backup_list_free(b, count);
}

static void test_count(void **state)
{
	struct place *p = *state;
	struct backup *b;
	char text[32];

	for (int i = 0; i < BACKUP_COUNT_MAX + 5; i++) {
		snprintf(text, sizeof(text), "version %d", i);
		assert_true(take(p, text));
	}
	b = list(p, BACKUP_COUNT_MAX);
	snprintf(text, sizeof(text), "version %d", BACKUP_COUNT_MAX + 4);
	assert_true(file_holds(b[0].path, text));
	assert_true(file_holds(b[BACKUP_COUNT_MAX - 1].path, "version 5"));
	backup_list_free(b, BACKUP_COUNT_MAX);
}

/* The clock was set back: what comes now is the newest all the same. */
static void test_clock(void **state)
{
	struct place *p = *state;
	struct backup *b;
	char *future;

	take(p, "one");
	b = list(p, 1);
	future = mem_format("%.*s/21260102T030405.999Z",
			    (int)(strlen(b[0].path) - strlen(b[0].name) - 1),
			    b[0].path);
	assert_int_equal(rename(b[0].path, future), 0);
	free(future);
	backup_list_free(b, 1);
	for (int i = 0; i < BACKUP_COUNT_MAX; i++)
		take(p, "two");
	take(p, "three");
	b = list(p, BACKUP_COUNT_MAX);
	assert_true(file_holds(b[0].path, "three"));
	assert_true(file_holds(b[BACKUP_COUNT_MAX - 1].path, "two"));
	backup_list_free(b, BACKUP_COUNT_MAX);
}

/* Files with holes: their length counts. */
static void take_large(const struct place *p, uint64_t bytes)
{
	bool kept = false;

	place_put(p, "old", "");
	assert_int_equal(truncate(place_at(p, "old"), (off_t)bytes), 0);
	assert_true(backup_take(p->state, place_at(p, LIVE), place_at(p, "old"),
				&kept, NULL));
	assert_true(kept);
}

static void test_bytes(void **state)
{
	struct place *p = *state;
	struct backup *b;

	take_large(p, BACKUP_BYTES_MAX / 2);
	take_large(p, BACKUP_BYTES_MAX / 2);
	backup_list_free(list(p, 2), 2);
	take_large(p, 1);
	b = list(p, 2);
	assert_int_equal(b[0].bytes, 1);
	backup_list_free(b, 2);
	/* The newest stays, however large it is. */
	take_large(p, BACKUP_BYTES_MAX + 1);
	b = list(p, 1);
	assert_int_equal(b[0].bytes, BACKUP_BYTES_MAX + 1);
	backup_list_free(b, 1);
}

/* Whoever holds another name of the file would change the backup with it. */
static void test_hard_link(void **state)
{
	struct place *p = *state;
	struct backup *b;
	bool kept;

	place_put(p, LIVE, "first");
	assert_int_equal(link(place_at(p, LIVE), place_at(p, "old")), 0);
	assert_true(backup_take(p->state, place_at(p, LIVE), place_at(p, "old"),
				&kept, NULL));
	assert_true(kept);
	place_put(p, LIVE, "truncated in place");
	b = list(p, 1);
	assert_true(file_holds(b[0].path, "first"));
	backup_list_free(b, 1);
}

static void test_restore(void **state)
{
	struct place *p = *state;
	struct backup *b;
	struct err err = {0};
	struct stat st;

	place_put(p, LIVE, "now");
	chmod(place_at(p, LIVE), 0640);
	take(p, "one");
	b = list(p, 1);
	if (!backup_restore(p->state, place_at(p, LIVE), b[0].name, NULL, &err))
		fail_msg("%s", err.msg);
	assert_true(place_holds(p, LIVE, "one"));
	assert_int_equal(stat(place_at(p, LIVE), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(st.st_nlink, 1);
	backup_list_free(b, 1);
	/* What was there has become a backup, and no link to what is. */
	b = list(p, 2);
	assert_true(file_holds(b[0].path, "now"));
	assert_true(file_holds(b[1].path, "one"));
	assert_int_equal(stat(b[0].path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	place_put(p, LIVE, "truncated in place");
	assert_true(file_holds(b[0].path, "now"));
	assert_true(file_holds(b[1].path, "one"));
	/* Also when there is nothing any more. */
	assert_int_equal(unlink(place_at(p, LIVE)), 0);
	assert_true(backup_restore(p->state, place_at(p, LIVE), b[0].name, NULL,
				   &err));
	assert_true(place_holds(p, LIVE, "now"));
	backup_list_free(b, 2);
	assert_int_equal(scratch_count(p->top), 3);
}

static void test_restore_fails(void **state)
{
	static const char *const names[] = {
		"", ".", "..", "part", "20260102T030405.678Z",
		"../../../../etc/passwd", "20260102T030405.678Z/",
		"20260102/../x.678Z", "99991231T235959.999Z",
		"2026 1 2T 3 4 5.  6Z", "20269902T030405.678Z",
		"-026-1-2T-3-4-5.-78Z", "20260102T030405.678X",
	};
	struct place *p = *state;
	struct err err = {0};
	struct backup *b;

	place_put(p, LIVE, "now");
	take(p, "one");
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		err.code = ERR_OK;
		assert_false(backup_restore(p->state, place_at(p, LIVE),
					    names[i], NULL, &err));
		assert_int_equal(err.code, ERR_ABSENT);
	}
	/* Something else in the place of the file. */
	b = list(p, 1);
	assert_int_equal(unlink(place_at(p, LIVE)), 0);
	place_make(p, LIVE);
	assert_false(backup_restore(p->state, place_at(p, LIVE), b[0].name, NULL,
				    &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(scratch_count(place_at(p, LIVE)), 0);
	backup_list_free(b, 1);
	backup_list_free(list(p, 1), 1);
}

/* What else lies in the directory is not offered, and not followed. */
static void test_odd(void **state)
{
	struct place *p = *state;
	char *key = statedir_key(place_at(p, LIVE));
	char *dir = mem_format("state/backup/%s", key), *name;

	take(p, "one");
	name = mem_format("%s/20010102T030405.678Z", dir);
	assert_int_equal(symlink("/etc/passwd", place_at(p, name)), 0);
	free(name);
	name = mem_format("%s/20020102T030405.678Z", dir);
	place_make(p, name);
	free(name);
	name = mem_format("%s/20030102T030405.678Z", dir);
	mkfifo(place_at(p, name), 0600);
	free(name);
	name = mem_format("%s/notes", dir);
	place_put(p, name, "x");
	free(name);
	backup_list_free(list(p, 1), 1);
	free(key);
	free(dir);
}

static void test_take_fails(void **state)
{
	struct place *p = *state;
	struct err err = {0};
	bool kept = true;

	assert_false(backup_take(p->state, place_at(p, LIVE),
				 place_at(p, "nothing"), &kept, &err));
	assert_false(kept);
	/* A file in the place of the directory. */
	place_put(p, "file", "");
	place_put(p, "old", "x");
	assert_false(backup_take(place_at(p, "file"), place_at(p, LIVE),
				 place_at(p, "old"), &kept, &err));
	assert_false(kept);
	assert_true(place_holds(p, "old", "x"));
}

static void test_apart(void **state)
{
	struct place *p = *state;
	char *other = mem_strdup("/dev/shm/rredit-test-XXXXXX");
	struct stat a, b;
	struct backup *backups;
	bool kept;

	if (!mkdtemp(other) || stat(other, &a) || stat(p->top, &b) ||
	    a.st_dev == b.st_dev) {
		rmdir(other);
		free(other);
		skip_test("no second file system in /dev/shm");
	}
	free(p->state);
	p->state = scratch_path(other, "state");
	place_put(p, LIVE, "now");
	assert_true(take(p, "one"));
	backups = list(p, 1);
	assert_true(file_holds(backups[0].path, "one"));
	assert_true(backup_restore(p->state, place_at(p, LIVE), backups[0].name,
				   NULL, NULL));
	assert_true(place_holds(p, LIVE, "one"));
	backup_list_free(backups, 1);
	backups = list(p, 2);
	assert_true(file_holds(backups[0].path, "now"));
	backup_list_free(backups, 2);
	/* Too large to be copied: not kept, and gone all the same. */
	place_put(p, "old", "");
	assert_int_equal(truncate(place_at(p, "old"),
				  (off_t)BACKUP_COPY_MAX + 1), 0);
	assert_true(backup_take(p->state, place_at(p, LIVE), place_at(p, "old"),
				&kept, NULL));
	assert_false(kept);
	assert_false(place_has(p, "old"));
	backup_list_free(list(p, 2), 2);
	scratch_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, \
						   place_teardown)
		TEST(test_list),
		TEST(test_others),
		TEST(test_count),
		TEST(test_clock),
		TEST(test_bytes),
		TEST(test_hard_link),
		TEST(test_restore),
		TEST(test_restore_fails),
		TEST(test_odd),
		TEST(test_take_fails),
		TEST(test_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
