#include "config.h"

#include <errno.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/atomicfile.h"
#include "base/codec.h"
#include "base/job.h"
#include "base/log.h"
#include "scratch.h"
#include "unit.h"

static char *dir, *file;

static int setup(void **state)
{
	dir = scratch_new();
	file = scratch_path(dir, "log");
	return 0;
}

static int teardown(void **state)
{
	log_close();
	free(file);
	scratch_free(dir);
	return 0;
}

/* Check the head of the line at *at, and that the text behind it begins as
 * said; *at moves to the next line. */
static void check_line(const char **at, const char *want)
{
	const char *end = strchr(*at, '\n'), *time_end = strchr(*at, ' ');
	int64_t ns;
	int digits;
	long pid;
	char *rest;

	assert_non_null(end);
	assert_true(end - *at < LOG_LINE_MAX);
	assert_true(rfc3339_parse(*at, (size_t)(time_end - *at), &ns, &digits));
	assert_int_equal(digits, 3);
	pid = strtol(time_end + 1, &rest, 10);
	assert_int_equal(pid, getpid());
	assert_memory_equal(rest + 1, want, strlen(want));
	*at = end + 1;
}

static void off_it_says_nothing(void **state)
{
	errno = 7;
	log_add(LOG_ERROR, "nowhere %d", 1);
	assert_int_equal(errno, 7);
	assert_false(log_is_on());
	log_close();
	assert_int_equal(scratch_count(dir), 0);
}

static void lines_are_appended(void **state)
{
	struct buf b;
	struct stat st;
	const char *at;

	buf_init(&b);
	assert_true(log_open(file, NULL));
	assert_true(log_is_on());
	log_add(LOG_INFO, "open %s", "a\n\033[31m\xff\xe2\x80\xae");
	log_close();
	log_add(LOG_INFO, "lost");
	assert_true(log_open(file, NULL));
	log_add(LOG_ERROR, "second");
	log_add(LOG_WARNING, "third");
	log_add(LOG_DEBUG, "fourth");
	assert_true(file_read(file, 10000, &b, NULL));
	at = b.data;
	check_line(&at, "info: open a^J^[[31m<ff><U+202E>\n");
	check_line(&at, "error: second\n");
	check_line(&at, "warning: third\n");
	check_line(&at, "debug: fourth\n");
	assert_string_equal(at, "");
	assert_int_equal(stat(file, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	buf_release(&b);
}

static void a_long_text_is_cut(void **state)
{
	static char text[5000];
	const char *at;
	struct buf b;

	buf_init(&b);
	memset(text, '\x01', sizeof(text) - 1);
	assert_true(log_open(file, NULL));
	log_add(LOG_INFO, "%s", text);
	memset(text, 'x', sizeof(text) - 1);
	log_add(LOG_INFO, "%s", text);
	assert_true(file_read(file, 10000, &b, NULL));
	at = b.data;
	check_line(&at, "info: ^A^A^A");
	assert_int_equal(at[-2], 'A');
	assert_in_range(at - b.data, LOG_LINE_MAX - 1, LOG_LINE_MAX);
	check_line(&at, "info: xxx");
	assert_int_equal(*at, '\0');
	buf_release(&b);
}

static void where_it_cannot_be_is_said(void **state)
{
	struct err err;

	assert_true(log_open(file, NULL));
	assert_false(log_open(dir, &err));
	assert_int_equal(err.sys, EISDIR);
	assert_true(log_is_on());	/* the old one stays */
}

static void run_logs(struct job *job, void *arg)
{
	int i;

	for (i = 0; i < 200; i++)
		log_add(LOG_INFO, "%0100d", i);
}

static void threads_do_not_mix_their_lines(void **state)
{
	struct jobs *jobs = jobs_new(4);
	struct job_spec spec = { JOB_SCAN, "log", run_logs, NULL, NULL, false };
	struct buf b;
	const char *at;
	uint64_t id[4];
	int i, n = 0;

	buf_init(&b);
	assert_true(log_open(file, NULL));
	for (i = 0; i < 4; i++)
		id[i] = jobs_add(jobs, &spec);
	for (i = 0; i < 4; i++)
		jobs_wait(jobs, id[i]);
	assert_true(file_read(file, 1000000, &b, NULL));
	for (at = b.data; *at; n++)
		check_line(&at, "info: 0000000");
	assert_int_equal(n, 800);
	buf_release(&b);
	jobs_free(jobs);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(off_it_says_nothing),
		TEST(lines_are_appended),
		TEST(a_long_text_is_cut),
		TEST(where_it_cannot_be_is_said),
		TEST(threads_do_not_mix_their_lines),
	};

	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
