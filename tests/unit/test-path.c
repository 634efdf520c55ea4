#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/path.h"
#include "scratch.h"
#include "unit.h"

static char *dir;

static int setup(void **state)
{
	dir = scratch_new();
	return 0;
}

static int teardown(void **state)
{
	scratch_free(dir);
	return 0;
}

static void check_owned(char *got, const char *want)
{
	if (want)
		assert_string_equal(got, want);
	else
		assert_null(got);
	free(got);
}

static void dirs_follow_the_environment(void **state)
{
	setenv("HOME", "/home/x", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("XDG_STATE_HOME");
	check_owned(path_config_dir(), "/home/x/.config/rredit");
	check_owned(path_state_dir(), "/home/x/.local/state/rredit");
	setenv("XDG_CONFIG_HOME", "/c", 1);
	setenv("XDG_STATE_HOME", "/s/", 1);
	check_owned(path_config_dir(), "/c/rredit");
	check_owned(path_state_dir(), "/s/rredit");
	setenv("XDG_CONFIG_HOME", "relative", 1);
	setenv("XDG_STATE_HOME", "", 1);
	check_owned(path_config_dir(), "/home/x/.config/rredit");
	check_owned(path_state_dir(), "/home/x/.local/state/rredit");
	setenv("HOME", "", 1);
	check_owned(path_config_dir(), NULL);
	unsetenv("HOME");
	check_owned(path_state_dir(), NULL);
}

static void paths_are_joined_and_split(void **state)
{
	check_owned(path_join("a", "b"), "a/b");
	check_owned(path_join("/", "b"), "/b");
	check_owned(path_join("a/", "b"), "a/b");
	check_owned(path_dir("a"), ".");
	check_owned(path_dir("/a"), "/");
	check_owned(path_dir("/a/b"), "/a");
	check_owned(path_dir("a/b/"), "a/b");
	assert_string_equal(path_base("a"), "a");
	assert_string_equal(path_base("/a/b"), "b");
	assert_string_equal(path_base("a/"), "");
}

static mode_t mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return st.st_mode & 07777;
}

static void missing_directories_are_made_private(void **state)
{
	char *a = scratch_path(dir, "a"), *path = scratch_path(dir, "a//b/c/");

	assert_true(path_make_dirs(path, NULL));
	assert_int_equal(mode_of(path), 0700);
	assert_int_equal(mode_of(a), 0700);
	assert_int_equal(chmod(a, 0755), 0);
	assert_true(path_make_dirs(path, NULL));
	assert_int_equal(mode_of(a), 0755);
	assert_true(path_make_dirs("/", NULL));
	assert_true(path_make_dirs(".", NULL));
	free(path);
	free(a);
}

static void a_file_is_no_directory(void **state)
{
	char *file = scratch_path(dir, "f"), *path = scratch_path(dir, "f/g");
	struct err err;

	scratch_write(file, "", 0);
	assert_false(path_make_dirs(file, &err));
	assert_int_equal(err.sys, ENOTDIR);
	assert_false(path_make_dirs(path, &err));
	assert_int_equal(err.sys, ENOTDIR);
	assert_false(path_make_dirs("", &err));
	assert_int_equal(err.sys, ENOENT);
	free(file);
	free(path);
}

static void links_are_resolved(void **state)
{
	char *real = path_real(dir, NULL), *want = scratch_path(real, "new");
	char *sub = scratch_path(dir, "sub"), *link = scratch_path(dir, "link");
	char *got, *path;
	struct err err;

	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(symlink("sub", link), 0);
	got = path_real(link, NULL);
	path = scratch_path(real, "sub");
	check_owned(got, path);
	free(path);
	path = scratch_path(link, "../new");
	check_owned(path_real(path, NULL), want);
	free(path);
	path = scratch_path(dir, "no/new");
	assert_null(path_real(path, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	free(path);
	path = scratch_path(dir, "no/..");
	assert_null(path_real(path, &err));
	free(path);
	assert_null(path_real("", &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	free(real);
	free(want);
	free(sub);
	free(link);
}

static bool is_safe(const char *s)
{
	return path_safe_component(s, strlen(s));
}

static void names_from_outside_are_judged(void **state)
{
	char name[PATH_COMPONENT_MAX + 1];

	assert_true(is_safe("a"));
	assert_true(is_safe("...")); /* no parent of anything */
	assert_true(is_safe(".hidden"));
	assert_true(is_safe("a b\xc3\xa4"));
	assert_false(is_safe(""));
	assert_false(is_safe("."));
	assert_false(is_safe(".."));
	assert_false(is_safe("a/b"));
	assert_false(is_safe("/"));
	assert_false(is_safe("../x"));
	assert_false(is_safe("-rf"));
	assert_false(is_safe("a\nb"));
	assert_false(is_safe("a\x7f"));
	assert_false(is_safe("a\xff"));
	assert_false(path_safe_component("a\0b", 3));
	memset(name, 'x', sizeof(name));
	assert_true(path_safe_component(name, PATH_COMPONENT_MAX));
	assert_false(path_safe_component(name, PATH_COMPONENT_MAX + 1));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(dirs_follow_the_environment),
		TEST(paths_are_joined_and_split),
		TEST(missing_directories_are_made_private),
		TEST(a_file_is_no_directory),
		TEST(links_are_resolved),
		TEST(names_from_outside_are_judged),
	};

	return cmocka_run_group_tests_name("path", tests, NULL, NULL);
}
