/* Two processes edit one file: whatever each of them was told is saved is in
 * the file at the end. */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/atomicfile.h"
#include "edit/document.h"
#include "edit/save.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

#define ROUNDS 25
#define ROUNDS_SOAK 100

struct told {
	_Atomic unsigned ready;
	_Atomic unsigned asked;		/* conflicts */
	_Atomic unsigned refused;	/* opened read only */
};

static unsigned rounds(void)
{
	return getenv("RREDIT_SOAK") ? ROUNDS_SOAK : ROUNDS;
}

/* One more record of ours, or one more edit of the shared record; then saved.
 * False: not this time. */
static bool turn(const char *path, const char *state, char who, unsigned i,
		 struct told *told)
{
	struct document_options opt = { .state_dir = state };
	struct document *doc = document_open(path, &opt, NULL);
	struct save_spec spec = { .path = NULL };
	struct document_new new = { .copy_of = ROW_NONE };
	struct save_result result;
	char text[64];
	bool ok;

	if (!doc)
		return false;
	if (document_read_only(doc)) {
		told->refused++;
		document_close(doc, false);
		return false;
	}
	new.len = (size_t)snprintf(text, sizeof(text), "{\"%c\":%u}", who, i);
	new.text = text;
	ok = document_insert(doc, i % 3 ? ROW_END : ROW_START, &new, 1, NULL,
			     NULL) &&
	     document_save(doc, &spec, &result);
	if (!ok && result.outcome == SAVE_CONFLICT)
		told->asked++;
	else if (!ok)
		_exit(2);
	document_close(doc, false);
	return ok;
}

static void run(const char *path, const char *state, char who,
		struct told *told)
{
	told->ready++;
	while (told->ready < 2)
		sched_yield();
	for (unsigned i = 0; i < rounds(); i++)
		while (!turn(path, state, who, i, told))
			sched_yield();
	_exit(0);
}

static void check_all(const char *path)
{
	char want[64];
	struct buf b;
	unsigned lost = 0;

	buf_init(&b);
	assert_true(file_read(path, 1 << 20, &b, NULL));
	for (unsigned i = 0; i < rounds(); i++) {
		for (char who = 'a'; who <= 'b'; who++) {
			snprintf(want, sizeof(want), "{\"%c\":%u}\n", who, i);
			if (!strstr(b.data, want)) {
				print_message("lost: %s", want);
				lost++;
			}
		}
	}
	assert_int_equal(lost, 0);
	assert_non_null(strstr(b.data, "{\"first\":1}\n"));
	buf_release(&b);
}

static void both(bool one_state)
{
	char *dir = scratch_new(), *work = scratch_path(dir, "work");
	char *path = scratch_path(work, "raw.jsonl");
	char *states[2] = { scratch_path(dir, "a"),
			    scratch_path(dir, one_state ? "a" : "b") };
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[2];
	int status;

	mkdir(work, 0700);
	scratch_write(path, "{\"first\":1}\n", 12);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			run(path, states[i], (char)('a' + i), told);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	print_message("# asked %u times, read only %u times\n", told->asked,
		      told->refused);
	check_all(path);
	assert_int_equal(scratch_count(work), 1);
	munmap(told, sizeof(*told));
	scratch_free(dir);
	free(work);
	free(path);
	free(states[0]);
	free(states[1]);
}

/* Of one user: the lock lets one of them edit. */
static void with_a_common_lock(void **state)
{
	both(true);
}

/* Of two users, who do not see each other's locks: a save looks. */
static void without_a_common_lock(void **state)
{
	both(false);
}

/* --- the program itself --- */

#define PROGRAM_ROUNDS 6

static unsigned program_rounds(void)
{
	return getenv("RREDIT_SOAK") ? ROUNDS_SOAK : PROGRAM_ROUNDS;
}

/* One more member in the record that both edit; its exit status. */
static int set_member(const char *path, char who, unsigned i)
{
	char change[32];
	int status;
	pid_t child = fork();

	if (child == 0) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, 1);
		dup2(null, 2);
		snprintf(change, sizeof(change), ".%c%u:=true", who, i);
		execl("./rredit", "rredit", "set", path, "1", change,
		      (char *)NULL);
		_exit(99);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* Again until it says that it is done: a refusal is a question. */
static void run_program(const char *path, const char *state, char who,
			struct told *told)
{
	int status;

	setenv("XDG_STATE_HOME", state, 1);
	setenv("HOME", state, 1);
	told->ready++;
	while (told->ready < 2)
		sched_yield();
	for (unsigned i = 0; i < program_rounds(); i++) {
		while ((status = set_member(path, who, i)) == 1)
			told->asked++;
		if (status != 0)
			_exit(2);
	}
	_exit(0);
}

static void check_members(const char *path)
{
	char want[32];
	struct buf b;

	buf_init(&b);
	assert_true(file_read(path, 1 << 20, &b, NULL));
	for (unsigned i = 0; i < program_rounds(); i++) {
		for (char who = 'a'; who <= 'b'; who++) {
			snprintf(want, sizeof(want), "\"%c%u\":true", who, i);
			if (!strstr(b.data, want))
				fail_msg("lost: %s", want);
		}
	}
	buf_release(&b);
}

static void both_programs(bool one_state)
{
	char *dir = scratch_new(), *work = scratch_path(dir, "work");
	char *path = scratch_path(work, "raw.jsonl");
	char *states[2] = { scratch_path(dir, "a"),
			    scratch_path(dir, one_state ? "a" : "b") };
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t pids[2];
	int status;

	mkdir(work, 0700);
	mkdir(states[0], 0700);
	mkdir(states[1], 0700);
	scratch_write(path, "{\"first\":1}\n", 12);
	fflush(NULL);
	for (int i = 0; i < 2; i++) {
		pids[i] = fork();
		if (pids[i] == 0)
			run_program(path, states[i], (char)('a' + i), told);
	}
	for (int i = 0; i < 2; i++) {
		assert_int_equal(waitpid(pids[i], &status, 0), pids[i]);
		assert_int_equal(status, 0);
	}
	print_message("# refused %u times\n", told->asked);
	check_members(path);
	assert_int_equal(scratch_count(work), 1);
	munmap(told, sizeof(*told));
	scratch_free(dir);
	free(work);
	free(path);
	free(states[0]);
	free(states[1]);
}

static void programs_with_a_common_lock(void **state)
{
	both_programs(true);
}

static void programs_without_a_common_lock(void **state)
{
	both_programs(false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(with_a_common_lock),
		cmocka_unit_test(without_a_common_lock),
		cmocka_unit_test(programs_with_a_common_lock),
		cmocka_unit_test(programs_without_a_common_lock),
	};

	return cmocka_run_group_tests_name("two", tests, NULL, NULL);
}
