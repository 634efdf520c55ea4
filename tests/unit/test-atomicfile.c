#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "scratch.h"
#include "unit.h"

/*
 * The calls that can fail, linked with --wrap: the call number `fail_at` of
 * them fails with `fail_with`, all when it is NEVER - 1.
 */
#define NEVER 1000000

static int calls, fail_at = NEVER, fail_with;

static bool fails(void)
{
	if (calls++ != fail_at)
		return false;
	errno = fail_with;
	return true;
}

#define WRAP(type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return fails() ? -1 : __real_##name args; \
	}

WRAP(int, fstat, (int fd, struct stat *st), (fd, st))
WRAP(int, fchown, (int fd, uid_t u, gid_t g), (fd, u, g))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, fsync, (int fd), (fd))
WRAP(int, rename, (const char *a, const char *b), (a, b))
WRAP(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))

ssize_t __real_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n);
ssize_t __wrap_write(int fd, const void *bytes, size_t n)
{
	if (fail_at == NEVER)
		return __real_write(fd, bytes, n);
	return fails() ? -1 : __real_write(fd, bytes, n > 2 ? 2 : n);
}

/* Fails, and closes all the same, as Linux does. */
int __real_close(int fd);
int __wrap_close(int fd);
int __wrap_close(int fd)
{
	bool failed = fails();
	int sys = errno, rc = __real_close(fd);

	if (!failed)
		return rc;
	errno = sys;
	return -1;
}

static void arm(int at, int with)
{
	calls = 0;
	fail_at = at;
	fail_with = with;
}

static char *dir, *file;

static int setup(void **state)
{
	dir = scratch_new();
	file = scratch_path(dir, "file");
	arm(NEVER, 0);
	return 0;
}

static int teardown(void **state)
{
	arm(NEVER, 0);
	free(file);
	scratch_free(dir);
	return 0;
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void a_new_file_gets_the_mode_less_the_umask(void **state)
{
	mode_t was = umask(027);
	bool durable = false;
	struct atomicfile *f = atomicfile_begin(file, 0666, NULL);

	umask(was);
	assert_non_null(f);
	assert_int_equal(access(file, F_OK), -1);
	assert_true(atomicfile_write(f, "a", 1, NULL));
	assert_true(atomicfile_write(f, "", 0, NULL));
	assert_true(atomicfile_write(f, "b\0c", 3, NULL));
	assert_int_equal(access(file, F_OK), -1);
	assert_true(atomicfile_commit(f, &durable, NULL));
	assert_true(durable);
	assert_true(scratch_holds(file, "ab\0c", 4));
	assert_int_equal(mode_of(file), 0640);
	assert_int_equal(scratch_count(dir), 1);
}

static void an_old_file_keeps_its_mode_and_owner(void **state)
{
	struct stat st;

	scratch_write(file, "old", 3);
	assert_int_equal(chmod(file, 0751), 0);
	if (!geteuid())
		assert_int_equal(chown(file, 12345, 23456), 0);
	assert_true(atomicfile_replace(file, 0600, "new!", 4, NULL));
	assert_true(scratch_holds(file, "new!", 4));
	assert_int_equal(mode_of(file), 0751);
	assert_int_equal(stat(file, &st), 0);
	if (!geteuid()) {
		assert_int_equal(st.st_uid, 12345);
		assert_int_equal(st.st_gid, 23456);
	}
}

static void cancel_leaves_nothing(void **state)
{
	struct atomicfile *f;

	scratch_write(file, "old", 3);
	f = atomicfile_begin(file, 0600, NULL);
	assert_int_equal(scratch_count(dir), 2);
	assert_true(atomicfile_write(f, "new", 3, NULL));
	atomicfile_cancel(f);
	assert_true(scratch_holds(file, "old", 3));
	assert_int_equal(scratch_count(dir), 1);
	atomicfile_cancel(NULL);
}

static void links_stay_and_their_targets_change(void **state)
{
	char *one = scratch_path(dir, "one"), *two = scratch_path(dir, "two");
	char *sub = scratch_path(dir, "sub"), *in = scratch_path(sub, "target");
	struct stat st;

	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(symlink("two", one), 0);
	assert_int_equal(symlink(in, two), 0);
	/* the target does not exist yet */
	assert_true(atomicfile_replace(one, 0600, "a", 1, NULL));
	assert_true(scratch_holds(in, "a", 1));
	assert_true(atomicfile_replace(one, 0600, "b", 1, NULL));
	assert_true(scratch_holds(in, "b", 1));
	assert_int_equal(lstat(one, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat(two, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(scratch_count(dir), 3);
	assert_int_equal(scratch_count(sub), 1);
	free(one);
	free(two);
	free(in);
	free(sub);
}

static void a_ring_of_links_is_refused(void **state)
{
	struct err err;

	assert_int_equal(symlink("file", file), 0);
	assert_null(atomicfile_begin(file, 0600, &err));
	assert_int_equal(err.sys, ELOOP);
	assert_int_equal(scratch_count(dir), 1);
}

static void what_is_no_regular_file_is_refused(void **state)
{
	char *pipe = scratch_path(dir, "pipe");
	struct buf b;
	struct err err;

	buf_init(&b);
	assert_int_equal(mkfifo(pipe, 0600), 0);
	assert_null(atomicfile_begin(pipe, 0600, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(file_read(pipe, 100, &b, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_null(atomicfile_begin(dir, 0600, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(file_read(dir, 100, &b, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(scratch_count(dir), 1);
	free(pipe);
	buf_release(&b);
}

/* Permissions say nothing to root, so the test becomes someone else. */
static void what_may_not_be_written_is_refused(void **state)
{
	bool root = !geteuid();
	struct err err;

	scratch_write(file, "old", 3);
	assert_int_equal(chmod(file, 0444), 0);
	assert_int_equal(chmod(dir, 0777), 0);
	if (root && seteuid(65534))
		skip_test("cannot become another user");
	assert_null(atomicfile_begin(file, 0600, &err));
	assert_int_equal(err.sys, EACCES);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(file, 0666), 0);
	assert_int_equal(chmod(dir, 0555), 0);
	if (root)
		assert_int_equal(seteuid(65534), 0);
	assert_null(atomicfile_begin(file, 0600, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(err.sys, EACCES);
	if (root)
		assert_int_equal(seteuid(0), 0);
	assert_int_equal(chmod(dir, 0700), 0);
	assert_true(scratch_holds(file, "old", 3));
	assert_int_equal(scratch_count(dir), 1);
}

static void a_missing_directory_is_said(void **state)
{
	char *path = scratch_path(dir, "no/file");
	struct err err;

	assert_null(atomicfile_begin(path, 0600, &err));
	assert_int_equal(err.sys, ENOENT);
	free(path);
}

/* Let every call fail in turn: the old file stays whole or the new one is
 * there, and no other is left behind. */
static void old_or_new_whatever_fails(void **state)
{
	int at;

	for (at = 0; at < 100; at++) {
		bool ok, durable = true;
		struct atomicfile *f;
		int made;
		struct err err;

		scratch_write(file, "old", 3);
		arm(at, EIO);
		f = atomicfile_begin(file, 0600, &err);
		ok = f != NULL;
		if (ok && !atomicfile_write(f, "new text", 8, &err)) {
			atomicfile_cancel(f);
			ok = false;
		} else if (ok) {
			ok = atomicfile_commit(f, &durable, &err);
		}
		made = calls;
		arm(NEVER, 0);
		assert_int_equal(scratch_count(dir), 1);
		assert_true(ok ? scratch_holds(file, "new text", 8) :
				 scratch_holds(file, "old", 3));
		if (!ok)
			assert_int_equal(err.sys, EIO);
		if (at >= made)
			break;
		/* the last call closes the directory: nothing hangs on it */
		assert_true(!ok || !durable || at == made - 1);
	}
	assert_in_range(at, 9, 20);
}

static void what_is_not_on_the_disk_replaces_nothing(void **state)
{
	struct atomicfile *f;
	struct err err;

	scratch_write(file, "old", 3);
	f = atomicfile_begin(file, 0600, NULL);
	assert_true(atomicfile_write(f, "new", 3, NULL));
	arm(0, ENOSPC);			/* fsync */
	assert_false(atomicfile_commit(f, NULL, &err));
	arm(NEVER, 0);
	assert_int_equal(err.sys, ENOSPC);
	assert_true(scratch_holds(file, "old", 3));
	assert_int_equal(scratch_count(dir), 1);
}

static void interrupted_calls_are_made_again(void **state)
{
	int at;

	for (at = 0; at < 100; at++) {
		bool ok, failed;

		scratch_write(file, "old", 3);
		arm(at, EINTR);
		ok = atomicfile_replace(file, 0600, "new", 3, NULL);
		failed = calls > at;
		arm(NEVER, 0);
		assert_int_equal(scratch_count(dir), 1);
		/* fstat, fchmod and rename are never interrupted */
		if (ok)
			assert_true(scratch_holds(file, "new", 3));
		if (!failed)
			break;
	}
}

static void a_directory_that_cannot_sync_is_told(void **state)
{
	struct atomicfile *f = atomicfile_begin(file, 0600, NULL);
	bool durable = true;

	assert_true(atomicfile_write(f, "x", 1, NULL));
	arm(3, EINVAL);		/* fsync, close, rename, then the directory's */
	assert_true(atomicfile_commit(f, &durable, NULL));
	arm(NEVER, 0);
	assert_false(durable);
	assert_true(scratch_holds(file, "x", 1));
}

static void a_file_is_read_whole(void **state)
{
	static char big[200000];
	struct buf b;

	buf_init(&b);
	memset(big, 'x', sizeof(big));
	scratch_write(file, big, sizeof(big));
	buf_adds(&b, "head");
	assert_true(file_read(file, sizeof(big), &b, NULL));
	assert_int_equal(b.len, 4 + sizeof(big));
	assert_memory_equal(b.data, "headx", 5);
	scratch_write(file, "", 0);
	buf_clear(&b);
	assert_true(file_read(file, 0, &b, NULL));
	assert_int_equal(b.len, 0);
	assert_true(file_read("/proc/self/stat", 10000, &b, NULL));
	assert_true(b.len > 10);
	buf_release(&b);
}

static void a_file_over_the_limit_is_refused(void **state)
{
	struct buf b;
	struct err err;

	buf_init(&b);
	buf_adds(&b, "head");
	scratch_write(file, "12345", 5);
	assert_false(file_read(file, 4, &b, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	/* says 0 bytes and has more */
	assert_false(file_read("/proc/self/stat", 4, &b, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	b.max = 6;
	assert_false(file_read(file, 100, &b, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_string_equal(b.data, "head");
	assert_false(b.over);
	buf_release(&b);
}

static void what_cannot_be_read_is_said(void **state)
{
	struct buf b;
	struct err err;

	buf_init(&b);
	assert_false(file_read(file, 4, &b, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	assert_int_equal(err.sys, ENOENT);
	scratch_write(file, "12345", 5);
	arm(1, EIO);			/* fstat, then read */
	assert_false(file_read(file, 5, &b, &err));
	arm(NEVER, 0);
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(err.sys, EIO);
	assert_int_equal(b.len, 0);
	buf_release(&b);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_new_file_gets_the_mode_less_the_umask),
		TEST(an_old_file_keeps_its_mode_and_owner),
		TEST(cancel_leaves_nothing),
		TEST(links_stay_and_their_targets_change),
		TEST(a_ring_of_links_is_refused),
		TEST(what_is_no_regular_file_is_refused),
		TEST(what_may_not_be_written_is_refused),
		TEST(a_missing_directory_is_said),
		TEST(old_or_new_whatever_fails),
		TEST(what_is_not_on_the_disk_replaces_nothing),
		TEST(interrupted_calls_are_made_again),
		TEST(a_directory_that_cannot_sync_is_told),
		TEST(a_file_is_read_whole),
		TEST(a_file_over_the_limit_is_refused),
		TEST(what_cannot_be_read_is_said),
	};

	return cmocka_run_group_tests_name("atomicfile", tests, NULL, NULL);
}
