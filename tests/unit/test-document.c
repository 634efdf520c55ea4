/* Documents against a plain array of strings: random edits, undo, redo, steps
 * of many changes, saves, reopening. */
#include "config.h"

#include "base/mem.h"
#include "edit/doc.h"
#include "edit/document.h"
#include "edit/rowmark.h"
#include "edit/save.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

#define ROWS_MAX 64
#define STEPS_MAX 200

struct state {
	char *text[ROWS_MAX];
	size_t n;
};

struct model {
	struct state steps[STEPS_MAX + 1];	/* [0, count]; done is now */
	size_t count, done, saved;
};

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

static struct state copy_state(const struct state *s)
{
	struct state c = { .n = s->n };

	for (size_t i = 0; i < s->n; i++)
		c.text[i] = mem_strdup(s->text[i]);
	return c;
}

static void free_state(struct state *s)
{
	for (size_t i = 0; i < s->n; i++)
		free(s->text[i]);
	s->n = 0;
}

static struct state *now(struct model *m)
{
	return &m->steps[m->done];
}

/* Begin the next step of the model; drops what could be redone. */
static struct state *next(struct model *m)
{
	while (m->count > m->done)
		free_state(&m->steps[m->count--]);
	if (m->saved > m->done)
		m->saved = SIZE_MAX;
	m->steps[m->done + 1] = copy_state(now(m));
	m->count = ++m->done;
	return now(m);
}

static bool same_states(const struct state *a, const struct state *b)
{
	if (a->n != b->n)
		return false;
	for (size_t i = 0; i < a->n; i++)
		if (strcmp(a->text[i], b->text[i]) != 0)
			return false;
	return true;
}

static void same(struct document *doc, struct model *m)
{
	struct state *s = now(m);
	struct snapshot *snap = document_snapshot(doc);
	struct snapshot_cursor c;
	struct err err;
	struct buf b;

	assert_int_equal(document_count(doc), s->n);
	buf_init(&b);
	for (size_t i = 0; i < s->n; i++) {
		row_id id = document_row(doc, i);
		uint64_t pos;

		buf_clear(&b);
		if (!document_text(doc, id, DOCUMENT_NOW, &b, &err))
			fail_msg("%s", err.msg);
		assert_string_equal(b.data, s->text[i]);
		assert_true(document_position(doc, id, &pos));
		assert_int_equal(pos, i);
	}
	buf_release(&b);
	snapshot_cursor_init(&c, snap, 0, s->n);
	while (snapshot_cursor_next(&c, &err)) {
		assert_int_equal(c.len, strlen(s->text[c.pos]));
		assert_memory_equal(c.text, s->text[c.pos], c.len);
	}
	assert_false(c.failed);
	snapshot_cursor_release(&c);
	snapshot_unref(snap);
	if (m->saved != SIZE_MAX && m->done == m->saved)
		assert_false(document_dirty(doc));
	if (m->saved != SIZE_MAX &&
	    !same_states(now(m), &m->steps[m->saved]))
		assert_true(document_dirty(doc));
	assert_int_equal(document_undo_label(doc) != NULL, m->done > 0);
	assert_int_equal(document_redo_label(doc) != NULL, m->done < m->count);
}

static char *random_text(struct prng *r)
{
	return mem_format("{\"status\":\"%zu\",\"x\":\"%.*s\"}",
			  prng_below(r, 9), (int)prng_below(r, 30),
			  "abcdefghijklmnopqrstuvwxyz0123456789");
}

static void do_edit(struct document *doc, struct model *m, struct prng *r)
{
	struct state *s = now(m);
	size_t i = prng_below(r, s->n);
	char *text = random_text(r);
	row_id id = document_row(doc, i);

	assert_true(document_set_text(doc, id, text, strlen(text), NULL));
	if (strcmp(text, s->text[i]) == 0) {
		free(text);
		return;
	}
	s = next(m);
	free(s->text[i]);
	s->text[i] = text;
}

static row_id place(struct document *doc, size_t at, struct prng *r)
{
	if (at == document_count(doc) && prng_below(r, 2))
		return ROW_END;
	return at ? document_row(doc, at - 1) : ROW_START;
}

static void put(struct state *s, size_t at, char *text)
{
	memmove(&s->text[at + 1], &s->text[at],
		(s->n - at) * sizeof(*s->text));
	s->text[at] = text;
	s->n++;
}

static char *cut(struct state *s, size_t at)
{
	char *text = s->text[at];

	s->n--;
	memmove(&s->text[at], &s->text[at + 1],
		(s->n - at) * sizeof(*s->text));
	return text;
}

static void do_insert(struct document *doc, struct model *m, struct prng *r)
{
	size_t at = prng_below(r, now(m)->n + 1), n = 1 + prng_below(r, 3);
	struct document_new news[3] = { 0 };
	char *text[3];
	struct state *s;

	if (now(m)->n + n > ROWS_MAX)
		return;
	for (size_t i = 0; i < n; i++) {
		size_t from = now(m)->n ? prng_below(r, now(m)->n) : 0;

		if (now(m)->n && prng_below(r, 2)) {
			char *old = now(m)->text[from];

			text[i] = random_text(r);
			news[i].copy_of = document_row(doc, from);
			news[i].patch = patch_between(old, strlen(old),
						      text[i],
						      strlen(text[i]));
		} else {
			text[i] = random_text(r);
			news[i] = (struct document_new){
				text[i], strlen(text[i]), ROW_NONE, NULL, REPO_NONE };
		}
	}
	assert_true(document_insert(doc, place(doc, at, r), news, n, NULL,
				    NULL));
	s = next(m);
	for (size_t i = 0; i < n; i++) {
		patch_unref(news[i].patch);
		put(s, at + i, text[i]);
	}
}

static size_t some(struct document *doc, struct prng *r, size_t keep,
		   row_id ids[ROWS_MAX], size_t at[ROWS_MAX])
{
	size_t n = 0;

	for (size_t i = 0; i < document_count(doc); i++)
		if (i != keep && prng_below(r, 4) == 0) {
			at[n] = i;
			ids[n++] = document_row(doc, i);
		}
	return n;
}

static void do_delete(struct document *doc, struct model *m, struct prng *r)
{
	row_id ids[ROWS_MAX];
	size_t at[ROWS_MAX], n = some(doc, r, SIZE_MAX, ids, at);
	struct state *s;

	if (!n)
		return;
	assert_true(document_delete(doc, ids, n, NULL));
	s = next(m);
	while (n-- > 0)
		free(cut(s, at[n]));
}

static void do_move(struct document *doc, struct model *m, struct prng *r)
{
	row_id ids[ROWS_MAX];
	size_t target = prng_below(r, now(m)->n), at[ROWS_MAX], to;
	size_t n = some(doc, r, target, ids, at);
	char *moved[ROWS_MAX], *mark = now(m)->text[target];
	struct state s = copy_state(now(m)), *in;

	mark = s.text[target];
	for (size_t i = n; i-- > 0;)
		moved[i] = cut(&s, at[i]);
	for (to = 0; s.text[to] != mark; to++)
		;
	for (size_t i = 0; i < n; i++)
		put(&s, to + 1 + i, moved[i]);
	assert_true(document_move(doc, ids, n, document_row(doc, target),
				  NULL));
	/* A move to where they are is no step. */
	for (size_t i = 0; i < n; i++) {
		uint64_t pos;

		document_position(doc, ids[i], &pos);
		if (pos != at[i])
			n = 0;
	}
	if (n == 0 && document_redo_label(doc) == NULL &&
	    !same_states(&s, now(m))) {
		in = next(m);
		free_state(in);
		*in = s;
	} else {
		assert_true(same_states(&s, now(m)));
		free_state(&s);
	}
}

static void do_many(struct document *doc, struct model *m, struct prng *r)
{
	bool keep = prng_below(r, 3);
	struct model inner = { .saved = SIZE_MAX };

	inner.steps[0] = copy_state(now(m));
	document_begin(doc, "many");
	for (int i = 0; i < 3; i++) {
		if (now(&inner)->n)
			do_edit(doc, &inner, r);
		do_insert(doc, &inner, r);
		do_delete(doc, &inner, r);
	}
	if (keep) {
		bool any = inner.done > 0;

		assert_true(document_commit(doc, NULL));
		if (any) {
			struct state *s = next(m);

			free_state(s);
			*s = copy_state(now(&inner));
		}
	} else {
		document_abort(doc);
	}
	for (size_t i = 0; i <= inner.count; i++)
		free_state(&inner.steps[i]);
}

static void file_is(struct model *m, bool final_eol)
{
	struct buf b;

	buf_init(&b);
	for (size_t i = 0; i < now(m)->n; i++) {
		buf_adds(&b, now(m)->text[i]);
		if (i + 1 < now(m)->n || final_eol)
			buf_addc(&b, '\n');
	}
	assert_true(scratch_holds(path, b.data, b.len));
	buf_release(&b);
}

static void do_save(struct document *doc, struct model *m, bool final_eol)
{
	struct save_spec spec = { 0 };
	struct save_result result;

	if (!document_save(doc, &spec, &result))
		fail_msg("%s", result.err.msg);
	assert_int_equal(result.outcome, SAVE_DONE);
	m->saved = m->done;
	file_is(m, final_eol);
}

static void random_step(struct document *doc, struct model *m,
			struct prng *r, bool final_eol)
{
	struct document_touched t;

	switch (prng_below(r, 11)) {
	case 0: case 1: case 2:
		if (now(m)->n)
			do_edit(doc, m, r);
		break;
	case 3:
		do_insert(doc, m, r);
		break;
	case 4:
		do_delete(doc, m, r);
		break;
	case 5:
		if (now(m)->n)
			do_move(doc, m, r);
		break;
	case 6:
		do_many(doc, m, r);
		break;
	case 7: case 8:
		assert_int_equal(document_undo(doc, &t, NULL), m->done > 0);
		m->done -= m->done > 0;
		break;
	case 9:
		assert_int_equal(document_redo(doc, &t, NULL),
				 m->done < m->count);
		m->done += m->done < m->count;
		break;
	case 10:
		if (prng_below(r, 3) == 0)
			do_save(doc, m, final_eol);
		break;
	}
}

static struct document *open_doc(unsigned flags)
{
	struct document_options opt = { .state_dir = state_dir,
					.flags = flags };
	struct err err;
	struct document *doc = document_open(path, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static void a_random_life(uint64_t seed)
{
	struct prng r = { seed };
	struct model *m = mem_zalloc(1, sizeof(*m));
	bool final_eol = prng_below(&r, 2);
	struct document *doc;
	struct buf b;

	buf_init(&b);
	m->steps[0].n = prng_below(&r, 20);
	/* With no line there is no line end to be missing. */
	final_eol |= m->steps[0].n == 0;
	for (size_t i = 0; i < m->steps[0].n; i++) {
		m->steps[0].text[i] = random_text(&r);
		buf_adds(&b, m->steps[0].text[i]);
		if (i + 1 < m->steps[0].n || final_eol)
			buf_addc(&b, '\n');
	}
	scratch_write(path, b.data, b.len);
	buf_release(&b);
	doc = open_doc(0);
	same(doc, m);
	for (int i = 0; i < 120 && m->done < STEPS_MAX; i++) {
		random_step(doc, m, &r, final_eol);
		same(doc, m);
	}
	do_save(doc, m, final_eol);
	while (document_undo(doc, NULL, NULL))
		m->done--;
	same(doc, m);
	do_save(doc, m, final_eol);
	document_close(doc, false);
	doc = open_doc(0);
	m->saved = SIZE_MAX;
	while (m->count > 0)
		free_state(&m->steps[m->count--]);
	same(doc, m);
	document_close(doc, false);
	free_state(&m->steps[0]);
	free(m);
}

static void random_lives_agree_with_an_array(void **state)
{
	for (uint64_t seed = 0; seed < 20; seed++)
		a_random_life(seed);
}

/* --- states, changes, revert --- */

static const char three[] = "{\"n\":1}\n{\"n\":2}\n{\"n\":3}\n";

static void edit_to(struct document *doc, row_id id, const char *text)
{
	assert_true(document_set_text(doc, id, text, strlen(text), NULL));
}

static void put_back_by_hand_is_clean(void **state)
{
	struct document *doc;
	row_id id;

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	id = document_row(doc, 1);
	edit_to(doc, id, "{\"n\":22}");
	assert_int_equal(document_state(doc, id), ROW_CHANGED);
	assert_true(document_dirty(doc));
	edit_to(doc, id, "{\"n\":2}");
	assert_int_equal(document_state(doc, id), ROW_CLEAN);
	assert_false(document_dirty(doc));
	document_close(doc, false);
}

static void a_mark_tells_another_text(void **state)
{
	struct save_spec spec = { 0 };
	struct save_result result;
	struct document *doc;
	struct row_mark mark;
	row_id ids[2];

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	ids[0] = document_row(doc, 0);
	ids[1] = document_row(doc, 1);
	document_mark(doc, ids[0], &mark);
	assert_true(row_mark_clean(&mark));
	assert_int_equal(mark.len, 7);
	edit_to(doc, ids[1], "{\"n\":22}");	/* another row */
	assert_true(document_mark_holds(doc, &mark));
	edit_to(doc, ids[0], "{\"n\":111}");
	assert_false(document_mark_holds(doc, &mark));
	row_mark_release(&mark);
	document_mark(doc, ids[0], &mark);
	assert_false(row_mark_clean(&mark));
	assert_int_equal(mark.len, 9);
	assert_true(document_undo(doc, NULL, NULL));
	assert_false(document_mark_holds(doc, &mark));
	assert_true(document_redo(doc, NULL, NULL));
	assert_true(document_mark_holds(doc, &mark));
	assert_true(document_delete(doc, &ids[0], 1, NULL));
	assert_false(document_mark_holds(doc, &mark));
	assert_true(document_undo(doc, NULL, NULL));
	assert_true(document_mark_holds(doc, &mark));
	assert_true(document_save(doc, &spec, &result));
	assert_false(document_mark_holds(doc, &mark));	/* as saved: other */
	row_mark_release(&mark);
	document_mark(doc, ids[0], &mark);
	assert_true(row_mark_clean(&mark));
	row_mark_release(&mark);
	document_close(doc, false);
}

static void changes_are_listed_and_reverted(void **state)
{
	struct document_new n = { "{\"new\":1}", 9, ROW_NONE, NULL, REPO_NONE };
	struct document_change *c;
	struct document *doc;
	row_id ids[3], added;

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	for (int i = 0; i < 3; i++)
		ids[i] = document_row(doc, (uint64_t)i);
	edit_to(doc, ids[2], "{\"n\":33}");
	assert_true(document_insert(doc, ids[0], &n, 1, &added, NULL));
	assert_true(document_delete(doc, &ids[1], 1, NULL));
	assert_int_equal(document_changes(doc, &c), 3);
	assert_int_equal(c[0].id, added);
	assert_int_equal(c[0].change, ROW_NEW);
	assert_int_equal(c[1].id, ids[2]);
	assert_int_equal(c[1].change, ROW_CHANGED);
	assert_int_equal(c[2].id, ids[1]);
	assert_int_equal(c[2].change, ROW_DELETED);
	assert_false(document_reordered(doc));
	for (int i = 0; i < 3; i++)
		assert_true(document_revert(doc, c[i].id, NULL));
	free(c);
	assert_false(document_dirty(doc));
	assert_true(document_move(doc, &ids[0], 1, ids[2], NULL));
	assert_true(document_reordered(doc));
	document_close(doc, false);
}

static void columns_follow_edits(void **state)
{
	struct document *doc;
	struct columns c;
	struct buf b;
	row_id id;

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	id = document_row(doc, 0);
	edit_to(doc, id, "{\"status\":\"404\",\"location\":\"/\\u0061\"}");
	assert_true(document_columns(doc, id, &c));
	assert_int_equal(c.code, 404);
	buf_init(&b);
	assert_true(document_location(doc, id, 100, &b));
	assert_string_equal(b.data, "/a");
	buf_clear(&b);
	assert_true(document_column_text(doc, id, COLUMN_STATUS, &b));
	assert_string_equal(b.data, "404");
	buf_release(&b);
	document_close(doc, false);
}

/* A few replacements of the text as it is now. */
static void edit_here_and_there(struct document *doc, row_id id, struct prng *r)
{
	struct patch_builder *pb = patch_builder_new();
	struct patch *patch;
	struct buf text;
	size_t at = 0;

	buf_init(&text);
	assert_true(document_text(doc, id, DOCUMENT_NOW, &text, NULL));
	for (int i = 0; i < 4 && at < text.len; i++) {
		size_t from = at + prng_below(r, (uint32_t)(text.len - at));
		size_t del = prng_below(r, (uint32_t)(text.len - from + 1));

		if (del > 9)
			del = 9;
		patch_builder_add(pb, from, del, "0123456789",
				  prng_below(r, 10));
		at = from + del + 1;
	}
	patch = patch_builder_finish(pb, text.data, text.len);
	patch_builder_free(pb);
	document_edit(doc, id, patch, NULL);
	patch_unref(patch);
	buf_release(&text);
}

static void part_is(struct document *doc, row_id id, size_t from, size_t len)
{
	struct buf text, part;
	bool there;

	buf_init(&text);
	buf_init(&part);
	buf_adds(&part, "<");
	assert_true(document_text(doc, id, DOCUMENT_NOW, &text, NULL));
	there = tables_part(doc->tables, id, rows_state(doc->rows, id), from,
			    len, &part);
	assert_int_equal(there, from + len <= text.len || !len);
	assert_int_equal(part.len, there ? len + 1 : 1);
	if (there && len)
		assert_memory_equal(part.data + 1, text.data + from, len);
	buf_release(&text);
	buf_release(&part);
}

static void parts_agree_with_the_text(void **state)
{
	struct prng r = { 5 };

	for (int life = 0; life < 200; life++) {
		struct document_new n = { "{\"new\":[1,2,3,4,5,6,7,8]}", 25,
					  ROW_NONE, NULL, REPO_NONE };
		struct document *doc;
		row_id ids[2];

		scratch_write(path, three, sizeof(three) - 1);
		doc = open_doc(DOCUMENT_NO_JOURNAL);
		ids[0] = document_row(doc, 0);
		assert_true(document_insert(doc, ids[0], &n, 1, &ids[1],
					    NULL));
		for (int i = 0; i < 20; i++) {
			row_id id = ids[prng_below(&r, 2)];

			edit_here_and_there(doc, id, &r);
			part_is(doc, id, prng_below(&r, 40),
				prng_below(&r, 40));
		}
		document_close(doc, false);
	}
}

static void what_is_no_record_is_refused(void **state)
{
	struct document_new n = { "a\nb", 3, ROW_NONE, NULL, REPO_NONE };
	struct document *doc;
	struct err err;
	row_id id;

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	id = document_row(doc, 0);
	assert_false(document_set_text(doc, id, "a\nb", 3, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(document_set_text(doc, id, " \t", 2, &err));
	assert_false(document_set_text(doc, id, "", 0, &err));
	assert_false(document_insert(doc, id, &n, 1, NULL, &err));
	assert_false(document_delete(doc, &(row_id){ row_make(0, 9) }, 1,
				     &err));
	assert_int_equal(err.code, ERR_ABSENT);
	assert_false(document_dirty(doc));
	assert_int_equal(document_count(doc), 3);
	document_close(doc, false);
	doc = open_doc(DOCUMENT_READONLY);
	assert_non_null(document_read_only(doc));
	assert_false(document_set_text(doc, id, "{}", 2, &err));
	document_close(doc, false);
}

static void many_edits_are_all_or_none(void **state)
{
	struct document_edit edits[2];
	struct document *doc;
	struct snapshot *snap;
	struct err err;
	row_id id;

	scratch_write(path, three, sizeof(three) - 1);
	doc = open_doc(0);
	snap = document_snapshot(doc);
	for (int i = 0; i < 2; i++) {
		edits[i].id = document_row(doc, (uint64_t)i);
		edits[i].patch = patch_between("{\"n\":1}", 7, "{\"n\":7}", 7);
	}
	id = edits[1].id;
	edit_to(doc, id, "{}");
	assert_false(document_edit_many(doc, snap, edits, 2, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_int_equal(document_state(doc, edits[0].id), ROW_CLEAN);
	assert_true(document_undo(doc, NULL, NULL));
	assert_true(document_edit_many(doc, snap, edits, 2, &err));
	assert_int_equal(document_state(doc, edits[0].id), ROW_CHANGED);
	patch_unref(edits[0].patch);
	patch_unref(edits[1].patch);
	snapshot_unref(snap);
	document_close(doc, false);
}

static void a_second_editor_only_reads(void **state)
{
	struct document *first, *second;

	scratch_write(path, three, sizeof(three) - 1);
	first = open_doc(0);
	second = open_doc(0);
	assert_null(document_read_only(first));
	assert_non_null(strstr(document_read_only(second), "process"));
	document_close(second, false);
	document_close(first, false);
	first = open_doc(0);
	assert_null(document_read_only(first));
	document_close(first, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_lives_agree_with_an_array),
		cmocka_unit_test(put_back_by_hand_is_clean),
		cmocka_unit_test(a_mark_tells_another_text),
		cmocka_unit_test(changes_are_listed_and_reverted),
		cmocka_unit_test(columns_follow_edits),
		cmocka_unit_test(parts_agree_with_the_text),
		cmocka_unit_test(what_is_no_record_is_refused),
		cmocka_unit_test(many_edits_are_all_or_none),
		cmocka_unit_test(a_second_editor_only_reads),
	};

	return cmocka_run_group_tests_name("document", tests, set_up,
					   tear_down);
}
