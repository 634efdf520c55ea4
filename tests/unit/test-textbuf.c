#include "config.h"

#include <limits.h>

#include "base/utf8.h"
#include "screen.h"
#include "ui/textbuf.h"

/* The naive model: a plain array and copies of every state. */
struct model {
	char *states[4096];
	size_t lens[4096];
	size_t n, at;
};

static void model_push(struct model *m, const char *s, size_t len)
{
	while (m->n > m->at + 1)
		free(m->states[--m->n]);
	m->states[m->n] = malloc(len + 1);
	memcpy(m->states[m->n], s, len);
	m->lens[m->n++] = len;
	m->at = m->n - 1;
}

static void check_equal(struct textbuf *tb, const char *s, size_t len)
{
	size_t i, nl = 0, piece, at;
	const char *p;

	assert_int_equal(textbuf_len(tb), len);
	for (at = 0; (p = textbuf_span(tb, at, &piece)); at += piece)
		assert_memory_equal(p, s + at, piece);
	assert_int_equal(at, len);
	for (i = 0; i < len; i++)
		nl += s[i] == '\n';
	assert_int_equal(tb->newlines, nl);
}

/* Random edits with a step break before each, so every edit is one step. */
static void edits_undo_and_redo_agree_with_an_array(void **state)
{
	struct model m = {.n = 0};
	struct textbuf tb;
	uint64_t seed = 42;
	int i;

	textbuf_init(&tb, 4000);
	textbuf_set(&tb, "start\n", 6);
	model_push(&m, "start\n", 6);
	for (i = 0; i < 4000; i++) {
		char *s = m.states[m.at], *t;
		size_t len = m.lens[m.at], at, n, plen, k;
		const char *p = rnd_piece(&seed, &plen);
		size_t where;

		switch (rnd(&seed) % 8) {
		case 0:
		case 1:
			assert_int_equal(textbuf_undo(&tb, &where), m.at > 0);
			if (m.at > 0)
				m.at--;
			break;
		case 2:
			assert_int_equal(textbuf_redo(&tb, &where),
					 m.at + 1 < m.n);
			if (m.at + 1 < m.n)
				m.at++;
			break;
		default:
			at = rnd(&seed) % (len + 1);
			n = rnd(&seed) % 4;
			n = n > len - at ? len - at : n;
			if (rnd(&seed) % 16 == 0)
				plen = 0;
			if (n == 0 && plen == 0)
				break;
			textbuf_break(&tb);
			assert_true(textbuf_replace(&tb, at, n, p, plen));
			t = malloc(len - n + plen + 1);
			memcpy(t, s, at);
			memcpy(t + at, p, plen);
			memcpy(t + at + plen, s + at + n, len - at - n);
			model_push(&m, t, len - n + plen);
			free(t);
		}
		check_equal(&tb, m.states[m.at], m.lens[m.at]);
		assert_int_equal(textbuf_modified(&tb), m.at != 0 ||
				 (tb.saved == SIZE_MAX));
		if (i % 50 == 0) {	/* lines and search, against the array */
			s = m.states[m.at];
			len = m.lens[m.at];
			at = rnd(&seed) % (len + 1);
			for (k = at; k > 0 && s[k - 1] != '\n'; k--)
				;
			assert_int_equal(textbuf_line_start(&tb, at), k);
			for (k = at; k < len && s[k] != '\n'; k++)
				;
			assert_int_equal(textbuf_find_nl(&tb, at, len), k);
			for (k = at; k + 2 <= len && memcmp(s + k, "wo", 2); k++)
				;
			assert_int_equal(textbuf_find(&tb, "WO", 2, at, true),
					 k + 2 <= len ? k : SIZE_MAX);
			for (k = at; k-- > 0;)
				if (k + 2 <= len && !memcmp(s + k, "wo", 2))
					break;
			assert_int_equal(textbuf_rfind(&tb, "wo", 2, at, false),
					 k);
		}
	}
	assert_true(m.n > 1000);
	while (m.n)
		free(m.states[--m.n]);
	textbuf_release(&tb);
}

static void expect_text(struct textbuf *tb, const char *want)
{
	assert_string_equal(textbuf_flat(tb), want);
}

static void typing_is_one_step_until_a_break(void **state)
{
	struct textbuf tb;
	size_t at;

	textbuf_init(&tb, 100);
	textbuf_set(&tb, "x", 1);
	textbuf_replace(&tb, 1, 0, "a", 1);
	textbuf_replace(&tb, 2, 0, "b", 1);
	textbuf_replace(&tb, 3, 0, "\n", 1);
	textbuf_replace(&tb, 4, 0, "c", 1);
	textbuf_replace(&tb, 4, 1, "", 0);
	textbuf_replace(&tb, 3, 1, "", 0);
	expect_text(&tb, "xab");
	assert_true(textbuf_undo(&tb, &at));	/* the break */
	expect_text(&tb, "xab\n");
	assert_true(textbuf_undo(&tb, &at));	/* the c */
	expect_text(&tb, "xab\nc");
	assert_int_equal(at, 5);
	assert_true(textbuf_undo(&tb, &at));
	assert_true(textbuf_undo(&tb, &at));
	expect_text(&tb, "xab");
	assert_true(textbuf_undo(&tb, &at));	/* a and b together */
	expect_text(&tb, "x");
	assert_false(textbuf_undo(&tb, &at));
	assert_false(textbuf_modified(&tb));
	while (textbuf_redo(&tb, &at))
		;
	expect_text(&tb, "xab");
	/* Backspace over several characters is one step. */
	textbuf_break(&tb);
	textbuf_replace(&tb, 2, 1, NULL, 0);
	textbuf_replace(&tb, 1, 1, NULL, 0);
	textbuf_replace(&tb, 0, 1, NULL, 0);
	expect_text(&tb, "");
	assert_true(textbuf_undo(&tb, &at));
	expect_text(&tb, "xab");
	textbuf_release(&tb);
}

/* Content from a buffer, and from another text, without a copy. */
static void content_is_taken_over(void **state)
{
	struct textbuf a, b;
	struct buf bytes;
	size_t at;

	textbuf_init(&a, 20);
	textbuf_init(&b, 20);
	buf_init(&bytes);
	assert_true(textbuf_adopt(&a, &bytes));		/* nothing */
	check_equal(&a, "", 0);
	buf_adds(&bytes, "one\ntwo\n");
	textbuf_replace(&a, 0, 0, "x", 1);
	assert_true(textbuf_adopt(&a, &bytes));
	assert_int_equal(bytes.len, 0);
	check_equal(&a, "one\ntwo\n", 8);
	assert_false(textbuf_undo(&a, &at));
	textbuf_take(&b, &a);
	check_equal(&a, "", 0);
	assert_true(textbuf_replace(&b, 3, 1, "....", 4));
	check_equal(&b, "one....two\n", 11);
	assert_true(textbuf_undo(&b, &at));
	check_equal(&b, "one\ntwo\n", 8);
	buf_adds(&bytes, "longer than twenty bytes");
	assert_false(textbuf_adopt(&b, &bytes));
	check_equal(&b, "one\ntwo\n", 8);
	assert_true(textbuf_borrow(&b, "lent", 4));
	check_equal(&b, "lent", 4);
	assert_true(textbuf_replace(&b, 1, 2, "as", 2));
	check_equal(&b, "last", 4);
	assert_true(textbuf_undo(&b, &at));
	check_equal(&b, "lent", 4);
	assert_true(textbuf_borrow(&b, "lent again", 10));
	assert_string_equal(textbuf_flat(&b), "lent again");
	buf_release(&bytes);
	textbuf_release(&a);
	textbuf_release(&b);
}

static void the_saved_state_is_known_again(void **state)
{
	struct textbuf tb;
	size_t at;

	textbuf_init(&tb, 100);
	textbuf_set(&tb, "", 0);
	textbuf_replace(&tb, 0, 0, "a", 1);
	textbuf_mark_saved(&tb);
	assert_false(textbuf_modified(&tb));
	textbuf_replace(&tb, 1, 0, "b", 1);
	assert_true(textbuf_modified(&tb));
	textbuf_undo(&tb, &at);
	assert_false(textbuf_modified(&tb));
	textbuf_undo(&tb, &at);
	assert_true(textbuf_modified(&tb));
	textbuf_replace(&tb, 0, 0, "c", 1);	/* the saved state is gone */
	assert_true(textbuf_modified(&tb));
	textbuf_undo(&tb, &at);
	assert_true(textbuf_modified(&tb));
	textbuf_release(&tb);
}

static void the_limit_holds(void **state)
{
	struct textbuf tb;

	textbuf_init(&tb, 4);
	assert_false(textbuf_set(&tb, "12345", 5));
	assert_true(textbuf_set(&tb, "1234", 4));
	assert_false(textbuf_replace(&tb, 0, 0, "x", 1));
	assert_true(textbuf_replace(&tb, 0, 1, "x", 1));
	expect_text(&tb, "x234");
	textbuf_release(&tb);
}

static void steps_go_by_clusters_and_words(void **state)
{
	static const char s[] = "ab.é_ e\xcc\x81 日本\xff!";
	static const size_t want[] = {0, 1, 2, 3, 5, 6, 7, 10, 11, 14, 17, 18,
				      19};
	struct textbuf tb;
	size_t i, gap, at;

	textbuf_init(&tb, 100);
	for (gap = 0; gap < sizeof(s); gap++) {
		textbuf_set(&tb, s, sizeof(s) - 1);
		/* an edit and its undo leave the gap there */
		textbuf_replace(&tb, gap, 0, "x", 1);
		textbuf_undo(&tb, &at);
		for (i = 0; i + 1 < sizeof(want) / sizeof(want[0]); i++) {
			assert_int_equal(textbuf_next(&tb, want[i]),
					 want[i + 1]);
			assert_int_equal(textbuf_prev(&tb, want[i + 1]),
					 want[i]);
		}
		assert_int_equal(textbuf_word_right(&tb, 0), 2);
		assert_int_equal(textbuf_word_right(&tb, 2), 6);
		assert_int_equal(textbuf_word_left(&tb, 19), 11);
		assert_int_equal(textbuf_word_left(&tb, 6), 3);
		assert_int_equal(textbuf_word_left(&tb, 0), 0);
		assert_int_equal(textbuf_word_right(&tb, 19), 19);
	}
	textbuf_release(&tb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_undo_and_redo_agree_with_an_array),
		cmocka_unit_test(typing_is_one_step_until_a_break),
		cmocka_unit_test(content_is_taken_over),
		cmocka_unit_test(the_saved_state_is_known_again),
		cmocka_unit_test(the_limit_holds),
		cmocka_unit_test(steps_go_by_clusters_and_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
