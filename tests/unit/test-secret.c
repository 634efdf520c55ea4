#include "config.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "remote/secret.h"
#include "scratch.h"
#include "unit.h"

static bool get(struct secret *out, enum secret_how how, const char *text,
		struct err *err)
{
	struct secret_source from = {.how = how, .text = (char *)text};

	*out = (struct secret){0};
	*err = (struct err){0};
	return secret_get(out, &from, "password", NULL, err);
}

static void gives(enum secret_how how, const char *text, const char *wanted)
{
	struct secret s;
	struct err err;

	if (!get(&s, how, text, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(s.text, wanted);
	assert_int_equal(s.len, strlen(wanted));
	secret_release(&s);
	assert_null(s.text);
}

static void refuses(enum secret_how how, const char *text, enum err_code code,
		    const char *words)
{
	struct secret s;
	struct err err;

	assert_false(get(&s, how, text, &err));
	assert_null(s.text);
	assert_int_equal(err.code, code);
	if (!strstr(err.msg, words))
		fail_msg("\"%s\" is not in: %s", words, err.msg);
}

static void from_the_environment(void **state)
{
	setenv("RREDIT_TEST_SECRET", "s3 cret", 1);
	gives(SECRET_ENV, "RREDIT_TEST_SECRET", "s3 cret");
	setenv("RREDIT_TEST_SECRET", "", 1);
	refuses(SECRET_ENV, "RREDIT_TEST_SECRET", ERR_INPUT, "empty");
	unsetenv("RREDIT_TEST_SECRET");
	refuses(SECRET_ENV, "RREDIT_TEST_SECRET", ERR_SYSTEM,
		"RREDIT_TEST_SECRET is not set");
}

static void from_a_file_of_ours_alone(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "pw");

	scratch_write(path, "geheim\n", 7);
	for (mode_t bit = 1; bit < 0100; bit <<= 1) {
		chmod(path, 0600 | bit);
		assert_false(secret_file_private(path));
		refuses(SECRET_FILE, path, ERR_SYSTEM, "chmod 600");
	}
	chmod(path, 0600);
	assert_true(secret_file_private(path));
	gives(SECRET_FILE, path, "geheim");
	scratch_write(path, "geheim\r\n", 8);
	gives(SECRET_FILE, path, "geheim");
	scratch_write(path, "ge\nheim\n", 8);
	refuses(SECRET_FILE, path, ERR_INPUT, "more than one line");
	scratch_write(path, "ge\0heim\n", 8);
	refuses(SECRET_FILE, path, ERR_INPUT, "more than one line");
	scratch_write(path, "\n", 1);
	refuses(SECRET_FILE, path, ERR_INPUT, "empty");
	refuses(SECRET_FILE, dir, ERR_SYSTEM, "only you can read");
	unlink(path);
	refuses(SECRET_FILE, path, ERR_SYSTEM, "No such file");
	assert_int_equal(mkfifo(path, 0600), 0);
	refuses(SECRET_FILE, path, ERR_SYSTEM, "only you can read");
	free(path);
	scratch_free(dir);
}

static void too_long_is_said(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "pw");
	char *text = malloc(SECRET_MAX + 2);

	memset(text, 'x', SECRET_MAX + 2);
	scratch_write(path, text, SECRET_MAX + 1);
	chmod(path, 0600);
	refuses(SECRET_FILE, path, ERR_LIMIT, "65536");
	text[SECRET_MAX] = '\0';
	scratch_write(path, text, SECRET_MAX);
	gives(SECRET_FILE, path, text);
	refuses(SECRET_COMMAND, "yes x | tr -d '\\n' | head -c 1000000",
		ERR_LIMIT, "65536");
	free(text);
	free(path);
	scratch_free(dir);
}

static void from_a_command(void **state)
{
	gives(SECRET_COMMAND, "printf '%s\\n' \"pa ss\"", "pa ss");
	gives(SECRET_COMMAND, "cat; echo x", "x");	/* its input is empty */
	refuses(SECRET_COMMAND, "true", ERR_INPUT, "empty");
	refuses(SECRET_COMMAND, "echo a; echo b", ERR_INPUT, "one line");
	refuses(SECRET_COMMAND, "echo no store >&2; exit 3", ERR_SYSTEM,
		"status 3: no store");
	refuses(SECRET_COMMAND, "kill -9 $$", ERR_SYSTEM, "signal 9");
	refuses(SECRET_COMMAND, "printf 'a\\033[2Jb' >&2; exit 1", ERR_SYSTEM,
		"a^[[2Jb");
}

static void what_it_printed_is_not_in_the_complaint(void **state)
{
	struct secret s;
	struct err err;

	assert_false(get(&s, SECRET_COMMAND, "echo hunter2; "
			 "echo cannot use hunter2 >&2; exit 1", &err));
	assert_null(strstr(err.msg, "hunter2"));
	assert_non_null(strstr(err.msg, "status 1"));
}

/* What a command leaves running keeps the pipes open: an agent, for one. */
static void a_background_process_is_not_waited_for(void **state)
{
	time_t start = time(NULL);

	gives(SECRET_COMMAND, "sleep 20 & echo here", "here");
	assert_true(time(NULL) - start < 10);
}

static bool yes(void *ctx)
{
	return true;
}

static void a_command_can_be_cancelled(void **state)
{
	struct secret_source from = {SECRET_COMMAND, (char *)"sleep 20", 0};
	struct remote_watch watch = {.cancelled = yes};
	time_t start = time(NULL);
	struct secret s = {0};
	struct err err;

	assert_false(secret_get(&s, &from, "password", &watch, &err));
	assert_int_equal(err.code, ERR_CANCELLED);
	assert_true(time(NULL) - start < 10);
}

static void none_is_none(void **state)
{
	struct secret s;
	struct err err;

	assert_true(get(&s, SECRET_NONE, NULL, &err));
	assert_null(s.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(from_the_environment),
		cmocka_unit_test(from_a_file_of_ours_alone),
		cmocka_unit_test(too_long_is_said),
		cmocka_unit_test(from_a_command),
		cmocka_unit_test(what_it_printed_is_not_in_the_complaint),
		cmocka_unit_test(a_background_process_is_not_waited_for),
		cmocka_unit_test(a_command_can_be_cancelled),
		cmocka_unit_test(none_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
