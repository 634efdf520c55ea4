/*
 * The store on real file systems that refuse: a full one and a read-only one.
 * Skipped aloud where mounting is not allowed.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>

#include "tests/unit/place.h"

#define ROOM "size=512k"
#define LARGE (300 << 10)	/* once, not twice */

static bool write_map(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ok = fd >= 0 &&
		  write(fd, text, strlen(text)) == (ssize_t)strlen(text);

	if (fd >= 0)
		close(fd);
	return ok;
}

/* Mounts of our own, which end with the process. */
static bool may_mount(void)
{
	char uid[64], gid[64];

	snprintf(uid, sizeof(uid), "0 %u 1", (unsigned)geteuid());
	snprintf(gid, sizeof(gid), "0 %u 1", (unsigned)getegid());
	if (unshare(CLONE_NEWNS) &&
	    (unshare(CLONE_NEWUSER | CLONE_NEWNS) ||
	     !write_map("/proc/self/setgroups", "deny") ||
	     !write_map("/proc/self/uid_map", uid) ||
	     !write_map("/proc/self/gid_map", gid)))
		return false;
	return !mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL);
}

static char *large_text(void)
{
	char *text = mem_zalloc(1, LARGE + 1);

	memset(text, 'x', LARGE);
	return text;
}

/* A snapshot that leaves no room for another one. */
static int setup(void **state)
{
	struct place *p;
	char *text = large_text();

	place_setup(state);
	p = *state;
	if (mount("none", p->store, "tmpfs", 0, ROOM))
		fail_msg("mount: %s", strerror(errno));
	place_put_a(p);
	place_put(p, "store/" ID_A "/raw.jsonl", text);
	free(text);
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	umount2(p->store, MNT_DETACH);
	return place_teardown(state);
}

static void must_be_whole(const struct place *p)
{
	char *text = large_text();

	assert_int_equal(scratch_count(p->store), 2);
	assert_true(place_holds(p, "store/" ID_A "/raw.jsonl", text));
	assert_true(place_holds(p, "store/" ID_A ".json", META_A));
	free(text);
}

static void failed_by(const struct err *err, int sys)
{
	if (err->code != ERR_SYSTEM || err->sys != sys)
		fail_msg("code %d, errno %d: %s", err->code, err->sys, err->msg);
}

/* To the last byte. */
static void fill(const struct place *p)
{
	int fd = open(place_at(p, "store/" ID_A "/fill"), O_WRONLY | O_CREAT,
		      0600);
	char block[4096] = "";

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	assert_int_equal(errno, ENOSPC);
	close(fd);
}

static void test_full(void **state)
{
	struct place *p = *state;
	struct library_new spec = {.name = "n"};
	struct library_trashed *list;
	struct err err = {0};
	char id[UUID_TEXT_MAX];
	size_t count;

	assert_false(library_duplicate(p->store, ID_A, NULL, NULL, id, &err));
	failed_by(&err, ENOSPC);
	must_be_whole(p);
	spec.raw_path = place_at(p, "store/" ID_A "/raw.jsonl");
	assert_false(library_create(p->store, &spec, NULL, id, &err));
	failed_by(&err, ENOSPC);
	must_be_whole(p);
	fill(p);
	assert_false(library_rename(p->store, ID_A, "new", &err));
	failed_by(&err, ENOSPC);
	must_be_whole(p);
	/* To delete takes no room, to put back does. */
	if (!library_trash(p->store, ID_A, p->state, NULL, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(scratch_count(p->store), 0);
	place_make(p, "store/" ID_A);
	fill(p);
	assert_int_equal(rename(place_at(p, "store/" ID_A),
				place_at(p, "store/other")), 0);
	assert_true(library_trash_list(p->state, &list, &count, NULL));
	assert_int_equal(count, 1);
	assert_false(library_untrash(p->state, list[0].key, NULL, &err));
	failed_by(&err, ENOSPC);
	assert_int_equal(scratch_count(p->store), 1);
	assert_int_equal(unlink(place_at(p, "store/other/fill")), 0);
	assert_int_equal(rmdir(place_at(p, "store/other")), 0);
	if (!library_untrash(p->state, list[0].key, NULL, &err))
		fail_msg("%s", err.msg);
	library_trash_list_free(list, count);
	assert_int_equal(unlink(place_at(p, "store/" ID_A "/fill")), 0);
	must_be_whole(p);
}

static void test_read_only(void **state)
{
	struct place *p = *state;
	struct library_new spec = {.name = "n"};
	struct library_list scanned;
	struct library_trashed *list;
	struct err err = {0};
	char id[UUID_TEXT_MAX];
	size_t count;

	if (mount(NULL, p->store, NULL, MS_REMOUNT | MS_RDONLY, NULL))
		fail_msg("mount: %s", strerror(errno));
	assert_true(library_scan(p->store, &scanned, NULL));
	assert_int_equal(scanned.count, 1);
	assert_int_equal(scanned.entries[0].problems, 0);
	library_list_release(&scanned);
	assert_false(library_create(p->store, &spec, NULL, id, &err));
	failed_by(&err, EROFS);
	assert_false(library_rename(p->store, ID_A, "new", &err));
	failed_by(&err, EROFS);
	assert_false(library_duplicate(p->store, ID_A, NULL, NULL, id, &err));
	failed_by(&err, EROFS);
	assert_false(library_trash(p->store, ID_A, p->state, NULL, &err));
	failed_by(&err, EROFS);
	assert_true(library_trash_list(p->state, &list, &count, NULL));
	assert_int_equal(count, 0);
	library_trash_list_free(list, count);
	must_be_whole(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_full, setup, teardown),
		cmocka_unit_test_setup_teardown(test_read_only, setup,
						teardown),
	};

	if (!may_mount()) {
		puts("1..0 # SKIP mounting is not allowed here");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
