/* Saves on file systems that are full, read only, reflinking, or gone: real
 * ones, in a mount namespace of the test's own. Where mounting is not allowed
 * this is skipped, unless RREDIT_MOUNTS says that it has to work. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/document.h"
#include "edit/recover.h"
#include "edit/save.h"
#include "scratch.h"
#include "store/backup.h"
#include "store/library.h"
#include "unit.h"

#define BIG ((size_t)32 << 20)

struct room {
	char *dir, *work, *state, *path, *other;
	bool mounted;
};

/* Whether a mount that does not work is a fault, not a reason to skip. */
static bool must_mount(void)
{
	return getenv("RREDIT_MOUNTS") != NULL;
}

/* Mounts of this process are seen by no other. */
static void need_mounts(void)
{
	static bool own;

	if (own)
		return;
	if (unshare(CLONE_NEWNS) ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL))
		fail_msg("file systems cannot be mounted");
	own = true;
}

static int set_up(void **state)
{
	struct room *r = mem_zalloc(1, sizeof(*r));

	r->dir = scratch_new();
	r->work = scratch_path(r->dir, "work");
	r->state = scratch_path(r->dir, "state");
	r->path = scratch_path(r->work, "raw.jsonl");
	r->other = scratch_path(r->dir, "other.jsonl");
	mkdir(r->work, 0700);
	mkdir(r->state, 0700);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct room *r = *state;

	umount2(r->work, MNT_DETACH);
	umount2(r->state, MNT_DETACH);
	scratch_free(r->dir);
	free(r->work);
	free(r->state);
	free(r->path);
	free(r->other);
	free(r);
	return 0;
}

static void mount_tmpfs(const char *at, const char *options)
{
	need_mounts();
	if (mount("none", at, "tmpfs", 0, options))
		fail_msg("a tmpfs cannot be mounted");
}

static struct document *open_doc(const struct room *r)
{
	struct document_options opt = { .state_dir = r->state };
	struct err err;
	struct document *doc = document_open(r->path, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static bool edit(struct document *doc, struct err *err)
{
	return document_set_text(doc, document_row(doc, 0), "{\"edited\":1}", 12,
				 err);
}

static struct save_result save(struct document *doc, const char *path)
{
	struct save_spec spec = { .path = path };
	struct save_result result;

	document_save(doc, &spec, &result);
	return result;
}

static void fill(const char *dir)
{
	char *path = scratch_path(dir, "filler"), block[4096] = "x";
	int fd = open(path, O_WRONLY | O_CREAT, 0600);

	assert_true(fd >= 0);
	while (write(fd, block, sizeof(block)) > 0)
		;
	close(fd);
	free(path);
}

static void unfill(const char *dir)
{
	char *path = scratch_path(dir, "filler");

	assert_int_equal(unlink(path), 0);
	free(path);
}

static void expect_failed(struct document *doc, int sys)
{
	struct save_result result = save(doc, NULL);

	assert_int_equal(result.outcome, SAVE_FAILED);
	assert_int_equal(result.err.code, ERR_SYSTEM);
	assert_int_equal(result.err.sys, sys);
	assert_true(document_dirty(doc));
}

static void a_full_file_system_keeps_the_old_file(void **state)
{
	struct room *r = *state;
	struct document *doc;
	struct buf text;

	mount_tmpfs(r->work, "size=256k");
	buf_init(&text);
	while (text.len < 100000)
		buf_adds(&text, "{\"a\":\"some text of a record\"}\n");
	scratch_write(r->path, text.data, text.len);
	doc = open_doc(r);
	assert_true(edit(doc, NULL));
	fill(r->work);
	expect_failed(doc, ENOSPC);
	assert_true(scratch_holds(r->path, text.data, text.len));
	assert_int_equal(scratch_count(r->work), 2);
	/* The way out: elsewhere; or here, when there is room. */
	assert_int_equal(save(doc, r->other).outcome, SAVE_DONE);
	unfill(r->work);
	assert_int_equal(save(doc, NULL).outcome, SAVE_DONE);
	assert_int_equal(scratch_count(r->work), 1);
	buf_release(&text);
	document_close(doc, false);
}

/* No journal, no change; a save still works, and edits when there is room. */
static void a_full_state_directory_refuses_changes(void **state)
{
	struct room *r = *state;
	struct document *doc;
	struct err err;

	mount_tmpfs(r->state, "size=64k");
	scratch_write(r->path, "{\"a\":1}\n", 8);
	doc = open_doc(r);
	assert_true(edit(doc, &err));
	fill(r->state);
	for (int i = 0; i < 2; i++) {
		char wide[20000];

		memset(wide, 'x', sizeof(wide));
		assert_false(document_set_text(doc, document_row(doc, 0), wide,
					       sizeof(wide), &err));
		assert_int_equal(err.code, ERR_SYSTEM);
		assert_int_equal(err.sys, ENOSPC);
	}
	assert_int_equal(save(doc, NULL).outcome, SAVE_DONE);
	assert_true(scratch_holds(r->path, "{\"edited\":1}\n", 13));
	unfill(r->state);
	assert_true(document_set_text(doc, document_row(doc, 0), "{}", 2, NULL));
	document_close(doc, false);
}

static void a_read_only_mount_keeps_the_old_file(void **state)
{
	struct room *r = *state;
	struct document *doc;

	need_mounts();
	scratch_write(r->path, "{\"a\":1}\n", 8);
	if (mount(r->work, r->work, NULL, MS_BIND, NULL) ||
	    mount(NULL, r->work, NULL, MS_BIND | MS_REMOUNT | MS_RDONLY, NULL))
		fail_msg("a directory cannot be mounted read only");
	doc = open_doc(r);
	if (!document_read_only(doc)) {
		assert_true(edit(doc, NULL));
		expect_failed(doc, EROFS);
		assert_int_equal(save(doc, r->other).outcome, SAVE_DONE);
		assert_true(scratch_holds(r->other, "{\"edited\":1}\n", 13));
	}
	assert_true(scratch_holds(r->path, "{\"a\":1}\n", 8));
	assert_int_equal(scratch_count(r->work), 1);
	document_close(doc, false);
}

/* Run a tool without its words. */
static bool tool(char *const argv[])
{
	int status = -1, null;
	pid_t child = fork();

	if (child == 0) {
		null = open("/dev/null", O_WRONLY);
		dup2(null, 1);
		dup2(null, 2);
		execvp(argv[0], argv);
		_exit(127);
	}
	waitpid(child, &status, 0);
	return status == 0;
}

static bool mount_xfs(char *image, char *at)
{
	char *mkfs[] = { (char *)"mkfs.xfs", (char *)"-q", (char *)"-m",
			 (char *)"reflink=1", image, NULL };
	char *mount[] = { (char *)"mount", (char *)"-o", (char *)"loop", image,
			  at, NULL };

	need_mounts();
	scratch_write(image, "", 0);
	assert_int_equal(truncate(image, 320 << 20), 0);
	return tool(mkfs) && tool(mount);
}

static uint64_t used_since(const struct room *r, const struct statvfs *before)
{
	struct statvfs now;

	sync();
	assert_int_equal(statvfs(r->work, &now), 0);
	return before->f_bfree > now.f_bfree
		       ? (uint64_t)(before->f_bfree - now.f_bfree) *
				 before->f_bsize
		       : 0;
}

/* Putting the version before back costs no second copy of it. */
static void backup_comes_back(const struct room *r, const struct buf *was)
{
	struct statvfs before;
	struct backup *list;
	uint64_t used;
	size_t n;

	sync();
	assert_int_equal(statvfs(r->work, &before), 0);
	assert_true(backup_list(r->state, r->path, &list, &n, NULL));
	assert_int_equal(n, 1);
	assert_true(backup_restore(r->state, r->path, list[0].name, NULL,
				   NULL));
	used = used_since(r, &before);
	print_message("# a restore of %zu MB took %llu KB\n", BIG >> 20,
		      (unsigned long long)used >> 10);
	assert_true(used < BIG / 16);
	assert_true(scratch_holds(r->path, was->data, was->len));
	backup_list_free(list, n);
}

static void duplicate_shares(const struct room *r, const struct buf *text)
{
	struct library_new spec = { .name = "one", .raw_path = r->path };
	char id[UUID_TEXT_MAX], copy[UUID_TEXT_MAX];
	char *store = scratch_path(r->work, "store"), *raw;
	struct statvfs before;
	uint64_t used;

	sync();
	assert_int_equal(statvfs(r->work, &before), 0);
	assert_true(library_create(store, &spec, NULL, id, NULL));
	assert_true(library_duplicate(store, id, "two", NULL, copy, NULL));
	used = used_since(r, &before);
	print_message("# a new snapshot and its duplicate took %llu KB\n",
		      (unsigned long long)used >> 10);
	assert_true(used < BIG / 16);
	raw = mem_format("%s/%s/raw.jsonl", store, copy);
	assert_true(scratch_holds(raw, text->data, text->len));
	free(raw);
	free(store);
}

/* What lies before the first edit that moves bytes is shared with the old
 * version, which is the backup. */
static void xfs_shares_what_was_not_edited(void **state)
{
	struct room *r = *state;
	char *image = scratch_path(r->dir, "image");
	struct statvfs before, after;
	struct document *doc;
	struct buf text;
	uint64_t used;

	if (!mount_xfs(image, r->work)) {
		free(image);
		assert_false(must_mount());
		skip_test("XFS cannot be made and mounted on a loop device");
	}
	free(r->state);
	r->state = scratch_path(r->work, "state");
	buf_init(&text);
	while (text.len < BIG)
		buf_adds(&text, "{\"a\":\"some text of a record\"}\n");
	scratch_write(r->path, text.data, text.len);
	doc = open_doc(r);
	assert_true(document_set_text(doc,
				      document_row(doc,
						   document_count(doc) - 1),
				      "{}", 2, NULL));
	sync();
	assert_int_equal(statvfs(r->work, &before), 0);
	assert_int_equal(save(doc, NULL).outcome, SAVE_DONE);
	sync();
	assert_int_equal(statvfs(r->work, &after), 0);
	used = (uint64_t)(before.f_bfree - after.f_bfree) * before.f_bsize;
	print_message("# a save of %zu MB took %llu KB\n", BIG >> 20,
		      (unsigned long long)used >> 10);
	assert_true(used < BIG / 16);
	document_close(doc, false);
	backup_comes_back(r, &text);
	duplicate_shares(r, &text);
	buf_release(&text);
	free(image);
}

static void a_directory_that_goes_away(void **state)
{
	struct room *r = *state;
	struct save_result result;
	struct recover_entry *list;
	struct document *doc;
	size_t n;

	scratch_write(r->path, "{\"a\":1}\n", 8);
	doc = open_doc(r);
	assert_true(edit(doc, NULL));
	unlink(r->path);
	assert_int_equal(rmdir(r->work), 0);
	result = save(doc, NULL);
	assert_true(result.outcome == SAVE_FAILED ||
		    result.outcome == SAVE_CONFLICT);
	assert_true(result.err.msg[0]);
	assert_int_equal(document_look(doc, NULL), DISK_GONE);
	/* What was read is still there to be saved elsewhere. */
	assert_int_equal(save(doc, r->other).outcome, SAVE_DONE);
	assert_true(scratch_holds(r->other, "{\"edited\":1}\n", 13));
	document_close(doc, true);
	assert_true(recover_list(r->state, NULL, false, &list, &n, NULL));
	assert_int_equal(n, 1);
	assert_true(list[0].base_missing);
	recover_list_free(list, n);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

/* In a process of its own, so that nothing of it stays. */
static bool can_mount(void)
{
	int status = -1;
	char *dir = scratch_new();
	pid_t child = fork();

	if (child == 0)
		_exit(unshare(CLONE_NEWNS) ||
		      mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
		      mount("none", dir, "tmpfs", 0, "size=64k"));
	waitpid(child, &status, 0);
	scratch_free(dir);
	return status == 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(a_full_file_system_keeps_the_old_file),
		CASE(a_full_state_directory_refuses_changes),
		CASE(a_read_only_mount_keeps_the_old_file),
		CASE(xfs_shares_what_was_not_edited),
		CASE(a_directory_that_goes_away),
	};

	if (!must_mount() && !can_mount()) {
		puts("1..0 # SKIP file systems cannot be mounted here");
		return 0;
	}
	return cmocka_run_group_tests_name("mounts", tests, NULL, NULL);
}
