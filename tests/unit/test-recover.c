/* After a crash a document is again what it was, or what it was a few steps
 * before, and never anything else. */
#include "config.h"

#include <fcntl.h>
#include <sys/wait.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/journalfile.h"
#include "edit/recover.h"
#include "scratch.h"
#include "script.h"
#include "unit.h"

#define RECORDS 20
#define STEPS 200

/* Nothing here is about power, and thousands of syncs take their time. */
int __wrap_fsync(int fd);
int __wrap_fsync(int fd)
{
	return 0;
}

int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	return 0;
}

struct room {
	char *dir, *state, *path;	/* where a crash happens */
	char *twin;			/* a file for the same script */
};

static int set_up(void **state)
{
	struct room *r = mem_zalloc(1, sizeof(*r));

	r->dir = scratch_new();
	r->state = scratch_path(r->dir, "state");
	r->path = scratch_path(r->dir, "raw.jsonl");
	r->twin = scratch_path(r->dir, "twin.jsonl");
	script_file(r->path, RECORDS);
	script_file(r->twin, RECORDS);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct room *r = *state;

	scratch_free(r->dir);
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

/* Run the script in another process, which then is gone as by kill -9. */
static void crash(const struct room *r, struct script s, unsigned steps)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		struct document *doc = open_doc(r->path, r->state);

		for (unsigned i = 0; i < steps; i++)
			script_step(&s, doc);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static struct document *recover(const struct room *r, uint64_t *applied,
				bool *damaged)
{
	struct document *doc = open_doc(r->path, r->state);
	struct recover_entry *list;
	struct recover_report report;
	struct err err;
	size_t n;

	*applied = 0;
	*damaged = false;
	assert_true(recover_list(r->state, r->path, false, &list, &n, &err));
	assert_true(n <= 1);
	if (n) {
		assert_false(list[0].base_changed);
		assert_false(list[0].base_missing);
		if (!recover_apply(doc, &list[0], &report, &err))
			fail_msg("%s", err.msg);
		*applied = report.applied;
		*damaged = report.damaged;
		recover_report_release(&report);
	}
	recover_list_free(list, n);
	return doc;
}

static void expect_text(struct document *doc, const char *want)
{
	char *got = script_text(doc);

	assert_string_equal(got, want);
	free(got);
}

/* The text is what it was at each step back, and forth again. */
static void expect_history(struct document *doc, struct document *twin)
{
	char *want;

	for (int forward = 0; forward < 2; forward++) {
		while (forward ? document_redo(twin, NULL, NULL)
			       : document_undo(twin, NULL, NULL)) {
			want = script_text(twin);
			assert_true(forward ? document_redo(doc, NULL, NULL)
					    : document_undo(doc, NULL, NULL));
			expect_text(doc, want);
			free(want);
		}
		assert_false(forward ? document_redo(doc, NULL, NULL)
				     : document_undo(doc, NULL, NULL));
	}
}

/* With saves on the way, and history from before them. */
static void test_state_comes_back(void **state)
{
	struct room *r = *state;

	for (unsigned seed = 0; seed < 60; seed++) {
		struct script s = { .r = { seed }, .saves = seed % 3 != 0,
				    .undoes = seed % 2 != 0,
				    .compacts = seed % 4 < 2 };
		struct script again = s;
		struct document *twin = open_doc(r->twin, NULL), *doc;
		unsigned steps = seed * 3;
		uint64_t applied;
		bool damaged;
		char *want;

		for (unsigned i = 0; i < steps; i++)
			script_step(&again, twin);
		want = script_text(twin);
		crash(r, s, steps);
		doc = recover(r, &applied, &damaged);
		assert_false(damaged);
		expect_text(doc, want);
		assert_int_equal(document_dirty(doc), document_dirty(twin));
		/* Without a journal there was nothing to recover, and what
		 * was saved has no history. */
		if (applied)
			expect_history(doc, twin);
		free(want);
		document_close(doc, false);
		document_close(twin, false);
		assert_int_equal(journal_each(r->state, NULL, NULL), 0);
		script_file(r->path, RECORDS);
		script_file(r->twin, RECORDS);
	}
}

/* A crash again, right after recovery, and again. */
static void test_crash_after_recovery(void **state)
{
	struct room *r = *state;
	struct script s = { .r = { 4 }, .undoes = true }, again = s;
	struct document *twin = open_doc(r->twin, NULL), *doc;
	struct recover_report report;
	struct recover_entry *list;
	uint64_t applied;
	bool damaged;
	char *want;
	size_t n;

	for (unsigned i = 0; i < 50; i++)
		script_step(&again, twin);
	want = script_text(twin);
	crash(r, s, 50);
	for (int i = 0; i < 3; i++) {
		pid_t child = fork();
		int status;

		if (child == 0) {
			doc = open_doc(r->path, r->state);
			recover_list(r->state, r->path, false, &list, &n, NULL);
			_exit(n != 1 || !recover_apply(doc, &list[0], &report,
						       NULL));
		}
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_int_equal(status, 0);
	}
	doc = recover(r, &applied, &damaged);
	expect_text(doc, want);
	free(want);
	document_close(doc, false);
	document_close(twin, false);
	assert_int_equal(journal_each(r->state, NULL, NULL), 0);
}

/* --- a journal that is cut or wrong --- */

/* texts[k]: after the k-th frame. */
struct history {
	char *texts[STEPS + 1];
	uint64_t frames;
};

static struct history record(const struct room *r, struct script s)
{
	char *state = scratch_path(r->dir, "twin");
	struct document *twin = open_doc(r->twin, state);
	struct history h = { .frames = 0 };
	uint64_t size = 0, now;

	h.texts[0] = script_text(twin);
	for (unsigned i = 0; i < STEPS; i++) {
		script_step(&s, twin);
		now = journal_each(state, NULL, NULL);
		if (now == size)
			continue;	/* nothing came of it */
		size = now;
		h.texts[++h.frames] = script_text(twin);
	}
	document_close(twin, false);
	free(state);
	return h;
}

static void release_history(struct history *h)
{
	for (uint64_t i = 0; i <= h->frames; i++)
		free(h->texts[i]);
}

static bool keep_name(void *arg, const char *file)
{
	free(*(char **)arg);
	*(char **)arg = mem_strdup(file);
	return true;
}

/* Frames that the reader takes from the file; -1: none of ours. */
static int64_t readable(const char *file, bool *damaged)
{
	struct journal_base base;
	struct journal_reader *r = journal_reader_open(file, &base, NULL);
	const char *frame;
	int64_t n = 0;
	size_t len;

	*damaged = !r;
	if (!r)
		return -1;
	while (journal_next(r, &frame, &len, damaged))
		n++;
	journal_reader_close(r);
	journal_base_release(&base);
	return n;
}

static void check_prefix(const struct room *r, const struct history *h,
			 int64_t frames)
{
	struct recover_entry *list;
	struct recover_report report;
	struct document *doc;
	size_t n;

	assert_true(recover_list(r->state, r->path, false, &list, &n, NULL));
	doc = open_doc(r->path, r->state);
	if (frames < 0 && n == 0) {
		/* cut before its first step */
		assert_int_equal(journal_each(r->state, NULL, NULL), 0);
	} else if (frames < 0) {
		assert_true(list[0].damaged);
		assert_false(recover_apply(doc, &list[0], &report, NULL));
	} else if (n) {
		assert_int_equal(list[0].steps, frames);
		assert_true(recover_apply(doc, &list[0], &report, NULL));
		assert_int_equal(report.applied, frames);
		expect_text(doc, h->texts[frames]);
		recover_report_release(&report);
	} else {
		assert_int_equal(frames, 0);
	}
	recover_list_free(list, n);
	document_close(doc, false);
}

static void put_byte(const char *file, size_t at, char byte)
{
	int fd = open(file, O_WRONLY);

	assert_true(fd >= 0);
	assert_int_equal(pwrite(fd, &byte, 1, (off_t)at), 1);
	close(fd);
}

/* The room for a later base, which is empty. */
static bool in_slot(const struct buf *all, size_t at)
{
	size_t end = journalfile_header_len(all->data);

	return at < end && end - at <= JOURNALFILE_SLOT;
}

/* What recovery may have used up, and the byte at `at`. */
static void put_back(const char *file, const struct buf *all, size_t at)
{
	if (access(file, F_OK))
		scratch_write(file, all->data, all->len);
	else
		put_byte(file, at, all->data[at]);
}

/*
 * Every cut and every byte through the reader; through recovery, those that make
 * a difference and a sample of the rest (with RREDIT_SOAK: all).
 */
static void test_cut_and_wrong_bytes(void **state)
{
	struct room *r = *state;
	struct script s = { .r = { 2024 }, .undoes = true };
	struct history h = record(r, s);
	bool soak = getenv("RREDIT_SOAK"), damaged;
	struct prng pick = { 7 };
	char *file = NULL;
	int64_t last = -2, n;
	struct buf all;

	crash(r, s, STEPS);
	journal_each(r->state, keep_name, &file);
	buf_init(&all);
	assert_true(file_read(file, 1 << 20, &all, NULL));
	assert_in_range(all.len, 4096, 65536);
	n = readable(file, &damaged);
	assert_int_equal(n, h.frames);
	assert_false(damaged);
	for (size_t at = 0; at < all.len; at++) {
		char wrong = all.data[at];

		wrong ^= (char)(1 + prng_below(&pick, 255));
		put_byte(file, at, wrong);
		n = readable(file, &damaged);
		if (in_slot(&all, at))
			assert_int_equal(n, h.frames);
		else
			assert_true(damaged && n < (int64_t)h.frames);
		if (soak || prng_below(&pick, 100) == 0)
			check_prefix(r, &h, n);
		put_back(file, &all, at);
	}
	/* From the end on, because a file cut to nothing is slow to write. */
	for (size_t cut = all.len - 1; cut > 0; cut--) {
		assert_int_equal(truncate(file, (off_t)cut), 0);
		n = readable(file, &damaged);
		assert_true(n < (int64_t)h.frames);
		if (n != last || soak || prng_below(&pick, 200) == 0) {
			check_prefix(r, &h, n);
			put_back(file, &all, cut);
		}
		last = n;
	}
	buf_release(&all);
	free(file);
	release_history(&h);
}

/* --- a file that is another one --- */

static struct document *recover_changed(const struct room *r,
					struct recover_report *report)
{
	struct document *doc = open_doc(r->path, r->state);
	struct recover_entry *list;
	struct err err;
	size_t n;

	assert_true(recover_list(r->state, r->path, false, &list, &n, &err));
	assert_int_equal(n, 1);
	assert_true(list[0].base_changed);
	if (!recover_apply(doc, &list[0], report, &err))
		fail_msg("%s", err.msg);
	recover_list_free(list, n);
	return doc;
}

static void write_other(const struct room *r, const char *bytes)
{
	char *other = scratch_path(r->dir, "other");

	scratch_write(other, bytes, strlen(bytes));
	assert_int_equal(rename(other, r->path), 0);
	free(other);
}

/* The same bytes in another file are the same records. */
static void test_copied_file(void **state)
{
	struct room *r = *state;

	for (unsigned seed = 0; seed < 30; seed++) {
		struct script s = { .r = { seed }, .undoes = true }, again = s;
		struct document *twin = open_doc(r->twin, NULL), *doc;
		struct recover_report report;
		char *file = script_text(twin), *want;

		for (unsigned i = 0; i < 40; i++)
			script_step(&again, twin);
		want = script_text(twin);
		crash(r, s, 40);
		write_other(r, file);
		doc = recover_changed(r, &report);
		assert_int_equal(report.conflicts, 0);
		recover_report_release(&report);
		expect_text(doc, want);
		while (document_undo(twin, NULL, NULL)) {
			free(want);
			want = script_text(twin);
			assert_true(document_undo(doc, NULL, NULL));
			expect_text(doc, want);
		}
		free(want);
		free(file);
		document_close(doc, false);
		document_close(twin, false);
	}
}

#define R(n, text) "{\"n\":" #n ",\"uuid\":\"00000000-0000-0000-0000-00000000000" \
	#n "\",\"s\":\"" text "\"}\n"

static void set_text(struct document *doc, uint64_t pos, const char *text)
{
	size_t len = strlen(text) - 1;		/* without the line feed */

	assert_true(document_set_text(doc, document_row(doc, pos), text, len,
				      NULL));
}

static void test_changed_by_someone_else(void **state)
{
	static const struct document_new new = { "{\"new\":1}", 9, ROW_NONE,
						 NULL, REPO_NONE };
	struct room *r = *state;
	struct recover_report report;
	struct document *doc;
	row_id gone;

	write_other(r, R(0, "a") R(1, "b") R(2, "c") R(3, "d") R(4, "e")
			    R(5, "f"));
	doc = open_doc(r->path, r->state);
	set_text(doc, 0, R(0, "mine"));
	set_text(doc, 1, R(1, "mine"));
	set_text(doc, 2, R(2, "mine"));
	gone = document_row(doc, 3);
	assert_true(document_delete(doc, &gone, 1, NULL));
	assert_true(document_insert(doc, document_row(doc, 3), &new, 1, NULL,
				    NULL));
	document_close(doc, true);
	/* One came first, one was changed, one went, two changed places. */
	write_other(r, R(9, "x") R(0, "a") R(1, "t") R(3, "d") R(5, "f")
			    R(4, "e"));
	doc = recover_changed(r, &report);
	expect_text(doc, R(9, "x") R(0, "mine") R(1, "t") R(5, "f")
				 R(4, "e") "{\"new\":1}\n");
	assert_int_equal(report.conflicts, 2);
	assert_string_equal(report.text.data,
			    "record 2: is now record 3 and was changed by "
			    "someone else; its edits are left out\n"
			    "record 3: is gone; its edits are left out\n");
	recover_report_release(&report);
	while (document_undo(doc, NULL, NULL))
		;
	assert_false(document_dirty(doc));
	document_close(doc, false);
	/* What was left out is still there. */
	assert_true(journal_each(r->state, NULL, NULL) > 0);
}

/* Some records of the text changed; theirs get a mark. */
static char *change_some(const char *text, struct prng *p)
{
	struct buf b;

	buf_init(&b);
	while (*text) {
		const char *end = strchr(text, '\n');

		switch (prng_below(p, 6)) {
		case 0: break;
		case 1: buf_adds(&b, "{\"theirs\":0}\n");
			/* fall through */
		default:
			buf_add(&b, text, (size_t)(end - text));
			if (prng_below(p, 4) == 0) {
				buf_truncate(&b, b.len - 1);
				buf_adds(&b, ",\"theirs\":1}");
			}
			buf_addc(&b, '\n');
		}
		text = end + 1;
	}
	return buf_detach(&b, NULL);
}

/* Whatever both did: what the other one changed is as he left it. */
static void test_nothing_blindly(void **state)
{
	struct room *r = *state;

	for (unsigned seed = 0; seed < 60; seed++) {
		struct script s = { .r = { seed }, .undoes = true };
		struct document *twin = open_doc(r->twin, NULL), *doc;
		struct recover_report report;
		char *file = script_text(twin), *theirs, *got, *line, *end;

		document_close(twin, false);
		crash(r, s, 40);
		theirs = change_some(file, &s.r);
		write_other(r, theirs);
		doc = recover_changed(r, &report);
		got = script_text(doc);
		for (line = theirs; *line; line = end + 1) {
			end = strchr(line, '\n');
			*end = '\0';
			if (strstr(line, "theirs") && !strstr(got, line))
				fail_msg("seed %u lost %s", seed, line);
		}
		while (document_undo(doc, NULL, NULL))
			;
		assert_false(document_dirty(doc));
		recover_report_release(&report);
		document_close(doc, false);
		write_other(r, file);
		scratch_free(mem_strdup(r->state));
		free(file);
		free(theirs);
		free(got);
	}
}

/* --- which journal counts --- */

static void expect_list(const struct room *r, size_t want)
{
	struct recover_entry *list;
	size_t n;

	assert_true(recover_list(r->state, NULL, false, &list, &n, NULL));
	assert_int_equal(n, want);
	recover_list_free(list, n);
}

static void test_in_use_and_discarded(void **state)
{
	struct room *r = *state;
	struct document *doc = open_doc(r->path, r->state);
	struct recover_entry *list;
	struct err err;
	size_t n;

	assert_true(document_set_text(doc, document_row(doc, 0), "{}", 2,
				      NULL));
	expect_list(r, 0);
	assert_true(recover_list(r->state, NULL, true, &list, &n, NULL));
	assert_int_equal(n, 1);
	assert_true(list[0].in_use);
	assert_false(recover_discard(&list[0], &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	document_close(doc, true);
	expect_list(r, 1);
	assert_true(recover_discard(&list[0], &err));
	expect_list(r, 0);
	recover_list_free(list, n);
}

static void test_without_edits_nothing_is_left(void **state)
{
	struct room *r = *state;
	struct script s = { .r = { 1 }, .saves = true, .undoes = true };

	crash(r, s, 0);
	expect_list(r, 0);
}

/* The journal of a document that has none of its own goes with the save. */
static void test_leftover_stays_until_saved(void **state)
{
	struct room *r = *state;
	struct script s = { .r = { 11 } };
	struct document_options opt = { .state_dir = r->state,
					.flags = DOCUMENT_NO_JOURNAL };
	struct save_spec spec = { .path = NULL };
	struct recover_report report;
	struct recover_entry *list;
	struct save_result result;
	struct document *doc;
	size_t n;

	crash(r, s, 30);
	for (int save = 0; save < 2; save++) {
		assert_true(recover_list(r->state, r->path, false, &list, &n,
					 NULL));
		assert_int_equal(n, 1);
		doc = document_open(r->path, &opt, NULL);
		assert_true(recover_apply(doc, list, &report, NULL));
		recover_report_release(&report);
		recover_list_free(list, n);
		if (save)
			assert_true(document_save(doc, &spec, &result));
		document_close(doc, false);
		expect_list(r, save ? 0 : 1);
	}
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_state_comes_back),
		CASE(test_crash_after_recovery),
		CASE(test_cut_and_wrong_bytes),
		CASE(test_copied_file),
		CASE(test_changed_by_someone_else),
		CASE(test_nothing_blindly),
		CASE(test_in_use_and_discarded),
		CASE(test_without_edits_nothing_is_left),
		CASE(test_leftover_stays_until_saved),
	};

	return cmocka_run_group_tests_name("recover", tests, NULL, NULL);
}
