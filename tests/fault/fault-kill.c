/* kill -9 at random moments of editing and saving in the background: no change
 * that was acknowledged is missing, and the file is old or new. */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/journal.h"
#include "edit/recover.h"
#include "scratch.h"
#include "script.h"
#include "unit.h"

#define RECORDS 60
#define STEPS 120
#define ROUNDS 25
#define ROUNDS_SOAK 1000
#define SPINS 200000

/* Written by the process that will be killed. */
struct told {
	_Atomic unsigned done;		/* steps that returned */
	_Atomic unsigned saved;		/* steps that a finished save holds */
	_Atomic bool ended;
};

struct room {
	char *dir, *work, *state, *path, *twin;
	struct told *told;
	char *text[STEPS + 1];
};

static char *file_text(const char *path)
{
	struct buf b;

	buf_init(&b);
	if (!file_read(path, 16 << 20, &b, NULL))
		fail_msg("%s is not there", path);
	return buf_detach(&b, NULL);
}

static struct document *open_doc(const char *path, const char *state,
				 struct jobs *jobs)
{
	struct document_options opt = { .state_dir = state, .jobs = jobs };
	struct document *doc = document_open(path, &opt, NULL);

	if (!doc || !document_wait(doc, NULL))
		abort();
	return doc;
}

static struct script session(unsigned seed)
{
	return (struct script){ .r = { seed }, .undoes = true, .keeps = true,
				.compacts = seed % 2 != 0 };
}

static void record(struct room *r, unsigned seed)
{
	struct script s = session(seed);
	struct document *doc;

	script_file(r->twin, RECORDS);
	doc = open_doc(r->twin, NULL, NULL);
	for (unsigned i = 0; i <= STEPS; i++) {
		free(r->text[i]);
		r->text[i] = script_text(doc);
		script_step(&s, doc);
	}
	document_close(doc, false);
}

/* --- the process that is killed --- */

struct saving {
	struct told *told;
	unsigned at;		/* steps in the save under way */
};

static void save_done_at(void *arg, const struct save_result *result)
{
	struct saving *s = arg;

	if (result->outcome == SAVE_DONE)
		s->told->saved = s->at;
	else if (result->outcome != SAVE_UNSURE)
		abort();
}

static void edit_and_save(const struct room *r, unsigned seed)
{
	struct save_spec spec = { .path = NULL };
	struct saving saving = { .told = r->told };
	struct script s = session(seed);
	struct prng pick = { seed + 1 };
	struct jobs *jobs = jobs_new(1);
	struct document *doc = open_doc(r->path, r->state, jobs);

	for (unsigned i = 0; i < STEPS; i++) {
		script_step(&s, doc);
		r->told->done = i + 1;
		jobs_drain(jobs);
		if (!document_saving(doc) && prng_below(&pick, 6) == 0) {
			saving.at = i + 1;
			document_save_start(doc, &spec, save_done_at, &saving,
					    NULL);
		}
	}
	r->told->ended = true;
	for (;;)
		pause();
}

/* --- around it --- */

static void kill_it(struct room *r, unsigned seed, struct prng *pick)
{
	unsigned at = (unsigned)prng_below(pick, STEPS);
	size_t spins = prng_below(pick, SPINS);
	pid_t child;

	r->told->done = r->told->saved = 0;
	r->told->ended = false;
	fflush(NULL);
	child = fork();
	if (child == 0) {
		edit_and_save(r, seed);
		_exit(1);
	}
	while (r->told->done < at)
		sched_yield();
	for (volatile size_t i = 0; i < spins; i++)
		;
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
}

/* Which state of the document from..to a text is; STEPS + 1: none. */
static unsigned which(const struct room *r, const char *text, unsigned from,
		      unsigned to)
{
	for (unsigned i = to > STEPS ? STEPS : to; i + 1 > from; i--)
		if (!strcmp(text, r->text[i]))
			return i;
	return STEPS + 1;
}

static void recover(struct room *r, unsigned round)
{
	struct document *doc = open_doc(r->path, r->state, NULL);
	struct save_spec spec = { .path = NULL };
	unsigned done = r->told->done;
	struct recover_report report;
	struct recover_entry *list;
	struct save_result result;
	struct err err;
	char *text;
	size_t n;

	assert_true(recover_list(r->state, r->path, false, &list, &n, &err));
	if (n > 1 || (n && list[0].base_changed))
		fail_msg("round %u: %zu journals", round, n);
	if (n && !recover_apply(doc, &list[0], &report, &err))
		fail_msg("round %u: %s", round, err.msg);
	if (n)
		recover_report_release(&report);
	recover_list_free(list, n);
	text = script_text(doc);
	if (which(r, text, done, done + 1) > STEPS)
		fail_msg("round %u: killed in step %u, recovered another "
			 "state: %u", round, done + 1,
			 which(r, text, 0, STEPS));
	if (!document_save(doc, &spec, &result))
		fail_msg("round %u: %s", round, result.err.msg);
	document_close(doc, false);
	assert_true(scratch_holds(r->path, text, strlen(text)));
	assert_int_equal(scratch_count(r->work), 1);
	assert_int_equal(journal_each(r->state, NULL, NULL), 0);
	free(text);
}

static void killed_at_random_moments(void **state)
{
	struct room r = { .dir = scratch_new() };
	unsigned rounds = getenv("RREDIT_SOAK") ? ROUNDS_SOAK : ROUNDS;
	struct prng pick = { 1 };
	char *file;

	r.work = scratch_path(r.dir, "work");
	mkdir(r.work, 0700);
	r.path = scratch_path(r.work, "raw.jsonl");
	r.state = scratch_path(r.dir, "state");
	r.twin = scratch_path(r.dir, "twin.jsonl");
	r.told = mmap(NULL, sizeof(*r.told), PROT_READ | PROT_WRITE,
		      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (unsigned i = 0; i < rounds; i++) {
		unsigned seed = i / 5;	/* five moments of each */

		if (i % 5 == 0)
			record(&r, seed);
		script_file(r.path, RECORDS);
		kill_it(&r, seed, &pick);
		file = file_text(r.path);
		if (which(&r, file, r.told->saved, r.told->done + 1) > STEPS)
			fail_msg("round %u: killed in step %u, the file is "
				 "none of the states since %u", i,
				 r.told->done + 1, r.told->saved);
		free(file);
		recover(&r, i);
	}
	munmap(r.told, sizeof(*r.told));
	for (unsigned i = 0; i <= STEPS; i++)
		free(r.text[i]);
	scratch_free(r.dir);
	free(r.work);
	free(r.path);
	free(r.state);
	free(r.twin);
}

/* --- commands without a screen --- */

#define COMMANDS 12
#define COMMANDS_SOAK 300
#define COMMAND_NS 40000000		/* longer than one takes */

static void set_number(const char *path, unsigned n)
{
	char change[32];
	int null = open("/dev/null", O_WRONLY);

	dup2(null, 1);
	dup2(null, 2);
	snprintf(change, sizeof(change), ".n:=%u", n);
	execl("./rredit", "rredit", "set", path, "1", change, (char *)NULL);
	_exit(99);
}

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

/* The status of the command, or -1 when it was killed in time. */
static int run_for(const char *path, unsigned n, int64_t ns)
{
	int64_t end = now_ns() + ns;
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		set_number(path, n);
	while (now_ns() < end)
		sched_yield();
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* To its end, so that it sweeps up behind the others. */
static int run_through(const char *path, unsigned n)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0)
		set_number(path, n);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* The file with n in its first record. */
static char *numbered(const char *file, unsigned n)
{
	struct buf text;

	buf_init(&text);
	buf_addf(&text, "{\"n\":%u", n);
	buf_adds(&text, strchr(file, ','));
	return buf_detach(&text, NULL);
}

static void commands_are_killed(void **state)
{
	unsigned rounds = getenv("RREDIT_SOAK") ? COMMANDS_SOAK : COMMANDS;
	char *dir = scratch_new(), *work = scratch_path(dir, "work");
	char *path = scratch_path(work, "raw.jsonl"), *old, *new, *file;
	struct prng pick = { 5 };
	int status;

	mkdir(work, 0700);
	setenv("HOME", dir, 1);
	setenv("XDG_STATE_HOME", dir, 1);
	script_file(path, RECORDS);
	old = file_text(path);
	for (unsigned i = 1; i <= rounds; i++) {
		status = run_for(path, i,
				 (int64_t)prng_below(&pick, COMMAND_NS));
		new = numbered(old, i);
		file = file_text(path);
		assert_true(status == 0 || status == -1);
		if (strcmp(file, new) != 0 &&
		    (status == 0 || strcmp(file, old) != 0))
			fail_msg("round %u: neither old nor new", i);
		free(new);
		free(old);
		old = file;
	}
	assert_int_equal(run_through(path, rounds + 1), 0);
	assert_int_equal(scratch_count(work), 1);
	free(old);
	scratch_free(dir);
	free(work);
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(killed_at_random_moments),
		cmocka_unit_test(commands_are_killed),
	};

	return cmocka_run_group_tests_name("kill", tests, NULL, NULL);
}
