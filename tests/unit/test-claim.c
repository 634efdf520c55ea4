#include "config.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "remote/claim.h"
#include "scratch.h"
#include "unit.h"

struct place {
	char *dir;
	struct remote_conf conf;
	struct objects *o;
};

static int begin(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err err;

	p->dir = scratch_new();
	p->conf = (struct remote_conf){.kind = REMOTE_DIRECTORY,
				       .path = p->dir};
	p->o = objects_open(&p->conf, NULL, &err);
	assert_non_null(p->o);
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct place *p = *state;

	objects_close(p->o);
	scratch_free(p->dir);
	free(p);
	return 0;
}

static void one_at_a_time(void **state)
{
	struct place *p = *state;
	struct claim *c, *d;
	struct err err;

	c = claim_take(p->o, "a", 0, NULL, &err);
	assert_non_null(c);
	assert_true(claim_holds(c, &err));
	assert_true(claim_renew(c, &err));
	assert_null(claim_take(p->o, "a", 0, NULL, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_non_null(strstr(err.msg, "is writing it since"));
	d = claim_take(p->o, "b", 0, NULL, &err);
	assert_non_null(d);
	claim_release(d);
	claim_release(c);
	assert_int_equal(scratch_count(p->dir), 0);
	c = claim_take(p->o, "a", 0, NULL, &err);
	assert_non_null(c);
	claim_release(c);
}

/* A process that was killed in the middle is not waited for. */
static void a_dead_process_holds_nothing(void **state)
{
	struct place *p = *state;
	struct claim *c;
	struct err err;
	int status;
	pid_t kid = fork();

	if (!kid) {
		if (!claim_take(p->o, "a", 0, NULL, &err))
			_exit(2);
		kill(getpid(), SIGKILL);
	}
	assert_int_equal(waitpid(kid, &status, 0), kid);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(scratch_count(p->dir), 1);
	c = claim_take(p->o, "a", 5, NULL, &err);
	if (!c)
		fail_msg("%s", err.msg);
	claim_release(c);
	assert_int_equal(scratch_count(p->dir), 0);
}

static void plant(struct place *p, const char *text, time_t age)
{
	char *dir = scratch_path(p->dir, ".rredit-claim-a");
	char *path = scratch_path(dir, "00000000-0000-4000-8000-000000000000");
	struct timespec times[2];

	assert_int_equal(mkdir(dir, 0700), 0);
	scratch_write(path, text, strlen(text));
	clock_gettime(CLOCK_REALTIME, &times[0]);
	times[0].tv_sec -= age;
	times[1] = times[0];
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
	free(path);
	free(dir);
}

static const char elsewhere[] =
	"rredit-claim 1 other-boot pid:[1] 1 1 ann far.example\n";

static void another_machine_has_its_time(void **state)
{
	struct place *p = *state;
	struct claim *c;
	struct err err;

	plant(p, elsewhere, CLAIM_LIFE_S - 100);
	assert_null(claim_take(p->o, "a", 0, NULL, &err));
	assert_non_null(strstr(err.msg, "ann at far.example"));
	c = claim_take(p->o, "b", 0, NULL, &err);
	assert_non_null(c);
	claim_release(c);
}

static void but_not_for_ever(void **state)
{
	struct place *p = *state;
	struct claim *c;
	struct err err;

	plant(p, elsewhere, CLAIM_LIFE_S + 100);
	c = claim_take(p->o, "a", 5, NULL, &err);
	assert_non_null(c);
	assert_true(claim_holds(c, &err));
	claim_release(c);
	assert_int_equal(scratch_count(p->dir), 0);
}

static void garbage_is_somebody(void **state)
{
	struct place *p = *state;
	struct err err;

	plant(p, "\033[2J\n\377 garbage", 0);
	assert_null(claim_take(p->o, "a", 0, NULL, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
}

static void a_claim_that_was_taken_away_is_noticed(void **state)
{
	struct place *p = *state;
	struct claim *c, *d;
	char *cmd;
	struct err err;

	c = claim_take(p->o, "a", 0, NULL, &err);
	assert_non_null(c);
	cmd = scratch_path(p->dir, ".rredit-claim-a");
	scratch_free(cmd);
	assert_false(claim_holds(c, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	d = claim_take(p->o, "a", 0, NULL, &err);
	assert_non_null(d);
	assert_false(claim_holds(c, &err));
	assert_true(claim_holds(d, &err));
	claim_release(c);
	assert_true(claim_holds(d, &err));
	claim_release(d);
}

/* Processes that add to a counter without any condition but the claim. */
static void writers_exclude_one_another(void **state)
{
	enum { WRITERS = 3, STEPS = 4 };
	struct place *p = *state;
	char *path = scratch_path(p->dir, "n");
	char wanted[16];
	pid_t kids[WRITERS];

	scratch_write(path, "0", 1);
	for (int k = 0; k < WRITERS; k++) {
		kids[k] = fork();
		if (kids[k])
			continue;
		for (int i = 0; i < STEPS; i++) {
			struct claim *c;
			struct err err;
			long n;
			FILE *f;

			c = claim_take(p->o, "n", 60, NULL, &err);
			if (!c)
				_exit(2);
			f = fopen(path, "r+");
			if (!f || fscanf(f, "%ld", &n) != 1)
				_exit(3);
			rewind(f);
			fprintf(f, "%ld", n + 1);
			fclose(f);
			claim_release(c);
		}
		_exit(0);
	}
	for (int k = 0; k < WRITERS; k++) {
		int status;

		assert_int_equal(waitpid(kids[k], &status, 0), kids[k]);
		assert_int_equal(status, 0);
	}
	snprintf(wanted, sizeof(wanted), "%d", WRITERS * STEPS);
	assert_true(scratch_holds(path, wanted, strlen(wanted)));
	free(path);
}

#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(one_at_a_time),
		test(a_dead_process_holds_nothing),
		test(another_machine_has_its_time),
		test(but_not_for_ever),
		test(garbage_is_somebody),
		test(a_claim_that_was_taken_away_is_noticed),
		test(writers_exclude_one_another),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
