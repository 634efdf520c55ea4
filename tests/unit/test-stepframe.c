/*
 * The journal's frames: a random life is written down frame by frame, over saves
 * too, and replayed into a second document, which must then say the same. A
 * frame that was damaged in any byte is refused or harmless.
 *
 * The journal is a fake: it keeps the frames in memory.
 */
#include "config.h"

#include "base/mem.h"
#include "edit/document.h"
#include "edit/frame.h"
#include "edit/journal.h"
#include "edit/save.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

#define FRAMES_MAX 400

struct journal {
	struct journal *next;
	char *frame[FRAMES_MAX];
	size_t len[FRAMES_MAX];
	size_t count;
	struct source_id base;
};

static struct journal *journals;
static bool full;
static const struct journal none;

struct journal *journal_new(const char *state_dir,
			    const struct journal_base *base, struct jobs *jobs,
			    struct err *err)
{
	struct journal *j = mem_zalloc(1, sizeof(*j));

	j->next = journals;
	j->base = base->id;
	journals = j;
	return j;
}

bool journal_start(struct journal *j, struct err *err)
{
	return true;
}

bool journal_rebase(struct journal *j, const struct source_id *id,
		    struct err *err)
{
	j->base = *id;
	return true;
}

uint64_t journal_frames(const struct journal *j)
{
	return j->count;
}

bool journal_append(struct journal *j, const void *frame, size_t len,
		    struct err *err)
{
	if (full)
		return err_set(err, ERR_SYSTEM, "full");
	assert_true(j->count < FRAMES_MAX);
	j->frame[j->count] = mem_dup(frame, len);
	j->len[j->count++] = len;
	return true;
}

void journal_close(struct journal *j, bool keep)
{
	struct journal **at = &journals;

	while (*at != j)
		at = &(*at)->next;
	*at = j->next;
	while (j->count > 0)
		free(j->frame[--j->count]);
	free(j);
}

uint64_t journal_bytes(const struct journal *j)
{
	return 0;
}

struct journal *journal_new_for(const struct journal *j,
				const struct source_id *id, struct err *err)
{
	return NULL;
}

bool journal_replace(struct journal *j, struct journal *with, struct err *err)
{
	return false;
}

bool journal_sync(struct journal *j, struct err *err)
{
	return true;
}

static char *dir, *state_dir, *path;

static int set_up(void **state)
{
	dir = scratch_new();
	state_dir = scratch_path(dir, "state");
	path = scratch_path(dir, "raw.jsonl");
	return 0;
}

static int tear_down(void **state)
{
	free(path);
	free(state_dir);
	scratch_free(dir);
	return 0;
}

static struct document *open_at(const char *file, const char *state)
{
	struct document_options opt = { .state_dir = state };
	struct err err;
	struct document *doc = document_open(file, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static struct document *open_doc(const char *state)
{
	return open_at(path, state);
}

static char *random_text(struct prng *r)
{
	return mem_format("{\"a\":%zu,\"b\":\"%.*s\"}", prng_below(r, 20),
			  (int)prng_below(r, 20), "abcdefghijklmnopqrstuvwxyz");
}

static void step(struct document *doc, struct prng *r)
{
	size_t n = document_count(doc);
	row_id id = n ? document_row(doc, prng_below(r, n)) : ROW_NONE;
	row_id other = n ? document_row(doc, prng_below(r, n)) : ROW_START;
	row_id ids[3] = { id }, added;
	struct err err = { 0 };
	char *text = random_text(r);
	struct document_new news[2] = {
		{ text, strlen(text), ROW_NONE, NULL, REPO_NONE },
		{ .copy_of = id },
	};
	size_t k = 1;

	while (n && k < 3 && document_row(doc, prng_below(r, n)) != other)
		ids[k++] = document_row(doc, prng_below(r, n));
	switch (prng_below(r, n ? 9 : 2)) {
	case 0:
		document_insert(doc, prng_below(r, 2) ? other : ROW_END, news,
				n ? 2 : 1, NULL, &err);
		break;
	case 1: case 2:
		document_undo(doc, NULL, &err);
		break;
	case 3:
		document_redo(doc, NULL, &err);
		break;
	case 4:
		document_delete(doc, ids, k, &err);
		break;
	case 5:
		document_move(doc, ids, k, prng_below(r, 5) ? other : ROW_START,
			      &err);
		break;
	case 6:
		document_begin(doc, "both");
		document_set_text(doc, id, text, strlen(text), NULL);
		document_insert(doc, id, news + 1, 1, &added, NULL);
		document_delete(doc, &other, 1, NULL);
		if (prng_below(r, 2))
			document_delete(doc, &added, 1, NULL);
		document_commit(doc, &err);
		break;
	default:
		document_set_text(doc, id, text, strlen(text), &err);
		break;
	}
	/* Nothing to undo, a move behind itself: but the journal works. */
	if (err.code && strstr(err.msg, "journal"))
		fail_msg("%s", err.msg);
	free(text);
}

static void same(struct document *a, struct document *b)
{
	struct buf x, y;

	assert_int_equal(document_count(a), document_count(b));
	buf_init(&x);
	buf_init(&y);
	for (uint64_t i = 0; i < document_count(a); i++) {
		buf_clear(&x);
		buf_clear(&y);
		assert_true(document_text(a, document_row(a, i), DOCUMENT_NOW,
					  &x, NULL));
		assert_true(document_text(b, document_row(b, i), DOCUMENT_NOW,
					  &y, NULL));
		assert_string_equal(x.data, y.data);
	}
	buf_release(&x);
	buf_release(&y);
}

/* The journal whose base is the file on disk. */
static const struct journal *current(void)
{
	struct source_id id;

	assert_true(source_id_of(path, &id));
	for (struct journal *j = journals; j; j = j->next)
		if (source_id_equal(&j->base, &id))
			return j;
	return &none;
}

static struct document *replay_on(const char *file, const struct journal *j)
{
	struct document *doc = open_at(file, NULL);
	struct frame_reader *r = frame_reader_new(doc);
	struct err err;

	for (size_t i = 0; i < j->count; i++)
		if (!frame_read(r, j->frame[i], j->len[i], NULL, &err))
			fail_msg("frame %zu: %s", i, err.msg);
	frame_reader_free(r);
	return doc;
}

static struct document *replay(void)
{
	return replay_on(path, current());
}

static void save(struct document *doc)
{
	struct save_spec spec = { 0 };
	struct save_result result;

	if (!document_save(doc, &spec, &result))
		fail_msg("%s", result.err.msg);
}

static void start(struct prng *r)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = prng_below(r, 10); i > 0; i--) {
		char *text = random_text(r);

		buf_adds(&b, text);
		buf_addc(&b, '\n');
		free(text);
	}
	scratch_write(path, b.data, b.len);
	buf_release(&b);
}

static void a_life(uint64_t seed, bool saves)
{
	struct prng r = { seed };
	struct document *doc, *again;

	start(&r);
	doc = open_doc(state_dir);
	for (int i = 0; i < 60; i++) {
		step(doc, &r);
		if (saves && prng_below(&r, 15) == 0) {
			save(doc);
			assert_int_equal(current()->count, 0);
		}
		if (i % 20 != 19)
			continue;
		again = replay();
		same(doc, again);
		assert_int_equal(document_dirty(doc), document_dirty(again));
		/* Without a save in between, the past comes back too. */
		while (!saves && document_undo(again, NULL, NULL))
			;
		assert_true(saves || !document_dirty(again));
		document_close(again, false);
	}
	document_close(doc, false);
}

static void what_is_replayed_says_the_same(void **state)
{
	for (uint64_t seed = 0; seed < 40; seed++)
		a_life(seed, false);
}

static void after_saves_too(void **state)
{
	for (uint64_t seed = 100; seed < 140; seed++)
		a_life(seed, true);
}

static void undo_history_comes_back(void **state)
{
	static const char two[] = "{\"n\":1}\n{\"n\":2}\n";
	struct document *doc, *again;
	row_id id;

	scratch_write(path, two, sizeof(two) - 1);
	doc = open_doc(state_dir);
	id = document_row(doc, 0);
	document_set_text(doc, id, "{\"n\":3}", 7, NULL);
	document_set_text(doc, id, "{\"n\":4}", 7, NULL);
	document_undo(doc, NULL, NULL);
	again = replay();
	assert_non_null(document_undo_label(again));
	assert_non_null(document_redo_label(again));
	assert_true(document_redo(doc, NULL, NULL));
	assert_true(document_redo(again, NULL, NULL));
	same(doc, again);
	document_close(again, false);
	document_close(doc, false);
}

static void edits_made_while_a_save_ran_are_kept(void **state)
{
	for (uint64_t seed = 300; seed < 312; seed++) {
		struct prng r = { seed };
		struct jobs *jobs = jobs_new(1);
		struct document_options opt = { .state_dir = state_dir,
						.jobs = jobs };
		struct save_spec spec = { .insist = SAVE_OVER_LINKS };
		char *before = scratch_path(dir, "before");
		struct document *doc, *again;
		uint64_t id;

		start(&r);
		unlink(before);
		assert_int_equal(link(path, before), 0);
		doc = document_open(path, &opt, NULL);
		assert_true(document_wait(doc, NULL));
		for (int i = 0; i < 10; i++)
			step(doc, &r);
		id = document_save_start(doc, &spec, NULL, NULL, NULL);
		assert_true(id);
		for (int i = 0; i < 6; i++)
			step(doc, &r);
		/* Should the new file not come to be: the journal of the old
		 * one (the next one, in front of it, is the worker's). */
		if (journals && journals->next) {
			again = replay_on(before, journals->next);
			same(doc, again);
			document_close(again, false);
		}
		jobs_wait(jobs, id);
		again = replay();
		same(doc, again);
		document_close(again, false);
		for (int i = 0; i < 6; i++)
			step(doc, &r);
		again = replay();
		same(doc, again);
		document_close(again, false);
		document_close(doc, false);
		jobs_free(jobs);
		free(before);
	}
}

static void a_step_that_cannot_be_journalled_does_not_happen(void **state)
{
	struct document *doc;
	struct err err;
	row_id id;

	scratch_write(path, "{}\n", 3);
	doc = open_doc(state_dir);
	id = document_row(doc, 0);
	full = true;
	assert_false(document_set_text(doc, id, "{\"a\":1}", 7, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_false(document_dirty(doc));
	assert_null(document_undo_label(doc));
	full = false;
	assert_true(document_set_text(doc, id, "{\"a\":1}", 7, &err));
	full = true;
	assert_false(document_undo(doc, NULL, &err));
	assert_true(document_dirty(doc));
	full = false;
	assert_true(document_undo(doc, NULL, &err));
	assert_false(document_dirty(doc));
	document_close(doc, false);
}

static void damaged_frames_never_break_a_document(void **state)
{
	struct prng r = { 77 };
	struct document *doc, *again;

	start(&r);
	doc = open_doc(state_dir);
	for (int i = 0; i < 40; i++)
		step(doc, &r);
	again = replay();
	for (int round = 0; round < 3000; round++) {
		const struct journal *j = current();
		size_t i = prng_below(&r, j->count), len = j->len[i];
		char *bad = mem_dup(j->frame[i], len);
		struct frame_reader *reader = frame_reader_new(again);
		uint64_t gen = document_count(again);

		bad[prng_below(&r, len)] ^= (char)(1 + prng_below(&r, 255));
		if (prng_below(&r, 4) == 0)
			len = prng_below(&r, len);
		if (!frame_read(reader, bad, len, NULL, NULL))
			assert_int_equal(document_count(again), gen);
		frame_reader_free(reader);
		free(bad);
	}
	while (document_undo(again, NULL, NULL))
		;
	assert_false(document_dirty(again));
	document_close(again, false);
	document_close(doc, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_replayed_says_the_same),
		cmocka_unit_test(after_saves_too),
		cmocka_unit_test(undo_history_comes_back),
		cmocka_unit_test(edits_made_while_a_save_ran_are_kept),
		cmocka_unit_test(
			a_step_that_cannot_be_journalled_does_not_happen),
		cmocka_unit_test(damaged_frames_never_break_a_document),
	};

	return cmocka_run_group_tests_name("stepframe", tests, set_up, tear_down);
}
