/* A save with every call failing in turn, and a session that ends at every
 * call: the file is old or new, and no change that was acknowledged is lost. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/wait.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/journal.h"
#include "edit/recover.h"
#include "faults.h"
#include "scratch.h"
#include "script.h"
#include "unit.h"

#define RECORDS 12
#define EDITS 6
#define STEPS 60
#define CALLS_MAX 100000

struct room {
	char *dir, *work, *state, *path, *twin;
};

static int set_up(void **state)
{
	struct room *r = mem_zalloc(1, sizeof(*r));

	r->dir = scratch_new();
	r->work = scratch_path(r->dir, "work");
	mkdir(r->work, 0700);
	r->state = scratch_path(r->dir, "state");
	r->path = scratch_path(r->work, "raw.jsonl");
	r->twin = scratch_path(r->dir, "twin.jsonl");
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct room *r = *state;

	fault_disarm();
	scratch_free(r->dir);
	free(r->work);
	free(r->state);
	free(r->path);
	free(r->twin);
	free(r);
	return 0;
}

static struct document *open_doc(const char *path, const char *state)
{
	struct document_options opt = { .state_dir = state };
	struct err err;
	struct document *doc = document_open(path, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static char *file_text(const char *path)
{
	struct buf b;

	buf_init(&b);
	if (!file_read(path, 1 << 20, &b, NULL))
		fail_msg("%s is not there", path);
	return buf_detach(&b, NULL);
}

static bool soak(void)
{
	return getenv("RREDIT_SOAK") != NULL;
}

/* After a crash: what the document is, and then the file, made whole again. */
static char *recover_and_save(const struct room *r, long at, const char *hit)
{
	struct document *doc = open_doc(r->path, r->state);
	struct save_spec spec = { .path = NULL };
	struct recover_report report;
	struct recover_entry *list;
	struct save_result result;
	struct err err;
	char *text;
	size_t n;

	assert_true(recover_list(r->state, r->path, false, &list, &n, &err));
	if (n > 1)
		fail_msg("call %ld (%s): two journals: %llu steps%s%s, %llu "
			 "steps%s%s", at, hit,
			 (unsigned long long)list[0].steps,
			 list[0].base_changed ? ", another base" : "",
			 list[0].damaged ? ", damaged" : "",
			 (unsigned long long)list[1].steps,
			 list[1].base_changed ? ", another base" : "",
			 list[1].damaged ? ", damaged" : "");
	if (n) {
		if (list[0].base_changed ||
		    !recover_apply(doc, &list[0], &report, &err))
			fail_msg("call %ld (%s): not recovered: %s", at, hit,
				 list[0].base_changed ? "another base"
						      : err.msg);
		recover_report_release(&report);
	}
	recover_list_free(list, n);
	text = script_text(doc);
	if (!document_save(doc, &spec, &result))
		fail_msg("%s", result.err.msg);
	document_close(doc, false);
	return text;
}

static void expect_clean(const struct room *r, const char *text)
{
	char *file = file_text(r->path);

	assert_string_equal(file, text);
	free(file);
	assert_int_equal(scratch_count(r->work), 1);
	assert_int_equal(journal_each(r->state, NULL, NULL), 0);
}

/* --- a call fails --- */

struct attempt {
	enum fault_kind kind;
	int error;
};
static const struct attempt attempts[] = {
	{ FAULT_ERRNO, EIO },	 { FAULT_ERRNO, ENOSPC },
	{ FAULT_ERRNO, EINTR },	 { FAULT_SHORT, 0 },
	{ FAULT_ERRNO, EDQUOT }, { FAULT_ERRNO, EROFS },
	{ FAULT_ERRNO, EACCES }, { FAULT_ERRNO, EINVAL },
};
#define ATTEMPTS (sizeof(attempts) / sizeof(attempts[0]))

/* One save with one fault. Returns the calls it made. */
static long save_with(const struct room *r, const struct attempt *a, long at)
{
	struct save_spec spec = { .path = NULL };
	struct script s = { .r = { 3 } };
	struct document *doc;
	struct save_result result;
	char *old, *new, *file, *again;
	const char *hit;
	long calls;
	bool ok;

	script_file(r->path, RECORDS);
	old = file_text(r->path);
	doc = open_doc(r->path, r->state);
	for (unsigned i = 0; i < EDITS; i++)
		script_step(&s, doc);
	new = script_text(doc);
	fault_arm(a->kind, at, a->error);
	ok = document_save(doc, &spec, &result);
	calls = fault_disarm();
	hit = fault_hit();
	file = file_text(r->path);
	if (strcmp(file, ok ? new : old) != 0)
		fail_msg("%s at call %ld (%s) of a save: outcome %d, and the "
			 "file is %s", strerror(a->error), at, hit,
			 result.outcome,
			 !strcmp(file, old) ? "old" :
			 !strcmp(file, new) ? "new" : "neither");
	if (ok != (result.outcome == SAVE_DONE ||
		   result.outcome == SAVE_UNSURE) ||
	    (!ok && !result.err.msg[0]))
		fail_msg("call %ld (%s): outcome %d, %s", at, hit,
			 result.outcome, result.err.msg);
	/* unlink() itself is among what failed; close() leaks nothing */
	if (!(hit && !strcmp(hit, "unlink")) && scratch_count(r->work) != 1)
		fail_msg("%s at call %ld (%s) leaves a temporary file",
			 strerror(a->error), at, hit);
	if (!ok)
		assert_true(document_dirty(doc));
	/* As by a crash; the journal has what the file has not. */
	document_close(doc, true);
	again = recover_and_save(r, at, hit);
	assert_string_equal(again, new);
	if (!(hit && !strcmp(hit, "unlink")))
		expect_clean(r, new);
	scratch_free(mem_strdup(r->work));
	scratch_free(mem_strdup(r->state));
	mkdir(r->work, 0700);
	free(old);
	free(new);
	free(file);
	free(again);
	return hit ? calls : -1;
}

static void every_call_of_a_save_fails(void **state)
{
	struct room *r = *state;

	for (size_t k = 0; k < ATTEMPTS; k++) {
		long at = 0;

		while (at < CALLS_MAX) {
			if (save_with(r, &attempts[k], at) < 0)
				break;
			/* in a check, a third of them */
			at += soak() ? 1 : 3;
		}
		assert_true(at > 30 && at < CALLS_MAX);
	}
}

/* A session with one fault in it; what is on the screen at its end is what a
 * crash leaves. */
static bool session_with(const struct room *r, const struct attempt *a, long at)
{
	struct script s = { .r = { 8 }, .saves = true, .undoes = true,
			    .compacts = true, .may_fail = true };
	struct document *doc;
	char *text, *again;
	const char *hit;

	script_file(r->path, RECORDS);
	doc = open_doc(r->path, r->state);
	fault_arm(a->kind, at, a->error);
	for (unsigned i = 0; i < STEPS; i++)
		script_step(&s, doc);
	fault_disarm();
	hit = fault_hit();
	text = script_text(doc);
	document_close(doc, true);
	again = recover_and_save(r, at, hit);
	if (strcmp(again, text) != 0)
		fail_msg("%s at call %ld (%s) of a session: recovery gives "
			 "something else", strerror(a->error), at, hit);
	free(text);
	free(again);
	scratch_free(mem_strdup(r->work));
	scratch_free(mem_strdup(r->state));
	mkdir(r->work, 0700);
	return hit != NULL;
}

static void every_call_of_a_session_fails(void **state)
{
	struct room *r = *state;

	for (size_t k = 0; k < ATTEMPTS; k++) {
		long at = (long)k;

		while (at < CALLS_MAX && session_with(r, &attempts[k], at))
			at += soak() ? 1 : 11;
		assert_true(at > 100 && at < CALLS_MAX);
	}
}

/* --- a call is the last one --- */

struct history {
	char *text[STEPS + 1];	/* of the document */
	char *file[STEPS + 1];
};

static struct script session(void)
{
	return (struct script){ .r = { 21 }, .saves = true, .undoes = true,
				.compacts = true };
}

static struct history record(const struct room *r)
{
	struct script s = session();
	struct history h;
	struct document *doc;

	script_file(r->twin, RECORDS);
	doc = open_doc(r->twin, NULL);
	for (unsigned i = 0; i <= STEPS; i++) {
		h.text[i] = script_text(doc);
		h.file[i] = file_text(r->twin);
		script_step(&s, doc);
	}
	document_close(doc, false);
	return h;
}

/* Returns whether the session came to its end. *done: steps that returned. */
static bool die_at(const struct room *r, long at, unsigned *done)
{
	int status;
	pid_t child;

	*done = 0;
	child = fork();
	if (child == 0) {
		struct script s = session();
		struct document *doc;

		fault_arm(FAULT_DIE, at, 0);
		doc = open_doc(r->path, r->state);
		for (; *done < STEPS; ++*done)
			script_step(&s, doc);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	if (WEXITSTATUS(status) != 0)
		assert_int_equal(WEXITSTATUS(status), FAULT_STATUS);
	return WEXITSTATUS(status) == 0;
}

static bool is_one_of(const char *text, char *const *list, unsigned at)
{
	return !strcmp(text, list[at]) ||
	       (at < STEPS && !strcmp(text, list[at + 1]));
}

static void every_call_of_a_session_is_the_last(void **state)
{
	struct room *r = *state;
	struct history h = record(r);
	unsigned *done = mmap(NULL, sizeof(*done), PROT_READ | PROT_WRITE,
			      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct prng pick = { 99 };
	long at = 0;
	bool end = false;

	for (; !end && at < CALLS_MAX;
	     at += soak() ? 1 : 1 + (long)prng_below(&pick, 12)) {
		char *file, *text;

		script_file(r->path, RECORDS);
		end = die_at(r, at, done);
		file = file_text(r->path);
		if (!is_one_of(file, h.file, *done))
			fail_msg("death at call %ld, in step %u: the file is "
				 "neither old nor new", at, *done + 1);
		text = recover_and_save(r, at, "the last");
		if (!is_one_of(text, h.text, *done))
			fail_msg("death at call %ld, in step %u: recovery gives "
				 "something else", at, *done + 1);
		expect_clean(r, text);
		free(file);
		free(text);
		scratch_free(mem_strdup(r->work));
		scratch_free(mem_strdup(r->state));
		mkdir(r->work, 0700);
	}
	assert_true(at > 200 && at < CALLS_MAX);
	munmap(done, sizeof(*done));
	for (unsigned i = 0; i <= STEPS; i++) {
		free(h.text[i]);
		free(h.file[i]);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(every_call_of_a_save_fails),
		CASE(every_call_of_a_session_fails),
		CASE(every_call_of_a_session_is_the_last),
	};

	return cmocka_run_group_tests_name("faults", tests, NULL, NULL);
}
