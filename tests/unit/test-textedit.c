#include "config.h"

#include "screen.h"
#include "ui/textedit.h"
#include "ui/textrows.h"

static struct textedit te;
static struct canvas c;

static int setup(void **state)
{
	textedit_init(&te);
	canvas_init(&c, 20, 5);
	return 0;
}

static int teardown(void **state)
{
	textedit_release(&te);
	canvas_release(&c);
	return 0;
}

static void draw(int w, int h)
{
	struct region r;

	canvas_resize(&c, w, h);
	r = canvas_region(&c);
	textedit_layout(&te, &r);
	textedit_draw(&te, &r, true);
}

static void load(const char *s)
{
	assert_true(textedit_set(&te, s, strlen(s)));
}

static void type(const char *s)
{
	assert_int_equal(textedit_text(&te, s, strlen(s)), UI_CHANGED);
}

static void act(enum text_action action, int times)
{
	while (times--)
		textedit_action(&te, action);
}

static void expect_bytes(const char *want, size_t len)
{
	size_t n;
	const char *s = textedit_bytes(&te, &n);

	assert_int_equal(n, len);
	assert_memory_equal(s, want, len);
}

static void long_lines_wrap(void **state)
{
	load("short\na line that is longer than one row\n\nlast\twith tab");
	te.numbers = true;
	draw(20, 7);
	expect_screen(&c,
		"1 short\n"
		"2 a line that is lo↵\n"
		"  nger than one row\n"
		"3\n"
		"4 last    with tab\n"
		"\n"
		"\n"
		"cursor 2 0\n");
	act(TEXT_DOWN, 2);
	act(TEXT_END, 1);
	draw(20, 7);
	expect_screen(&c,
		"1 short\n"
		"2 a line that is lo↵\n"
		"  nger than one row\n"
		"3\n"
		"4 last    with tab\n"
		"\n"
		"\n"
		"cursor 19 2\n");
	act(TEXT_BOTTOM, 1);
	draw(20, 3);
	expect_screen(&c,
		"3\n"
		"4 last    with tab\n"
		"\n"
		"cursor 18 1\n");
}

static void without_wrap_lines_scroll(void **state)
{
	load("short\na line 日本 that is longer than one row\n\nlast");
	act(TEXT_TOGGLE_WRAP, 1);
	draw(20, 4);
	expect_screen(&c,
		"short\n"
		"a line 日本 that is›\n"
		"\n"
		"last\n"
		"cursor 0 0\n");
	act(TEXT_DOWN, 1);
	act(TEXT_END, 1);
	draw(20, 4);
	expect_screen(&c,
		"‹\n"
		"‹ one row\n"
		"\n"
		"‹\n"
		"cursor 9 1\n");
	act(TEXT_WORD_LEFT, 3);
	draw(20, 4);
	expect_screen(&c,
		"‹\n"
		"‹ longer than one ro\n"
		"\n"
		"‹\n"
		"cursor 9 1\n");
	act(TEXT_HOME, 1);
	draw(20, 4);
	expect_screen(&c,
		"short\n"
		"a line 日本 that is›\n"
		"\n"
		"last\n"
		"cursor 0 1\n");
}

static void every_byte_is_kept_and_shown(void **state)
{
	static const char bytes[] = "a\0b\xff\xe2\x80\xae\r\n\x1b[31m\xe6\x97";

	textedit_set(&te, bytes, sizeof(bytes) - 1);
	assert_true(te.crlf);
	draw(20, 3);
	expect_styled(&c,
		"a^@b<ff><U+202E>\n"
		"^[[31m<e6><97>\n"
		"\n"
		"--\n"
		".xx.xxxxxxxxxxxx\n"
		"xx....xxxxxxxx\n"
		"\n"
		"cursor 0 0\n");
	type("x");
	act(TEXT_UNDO, 1);
	assert_false(textedit_modified(&te));
	expect_bytes(bytes, sizeof(bytes) - 1);
}

static void line_breaks_keep_their_kind(void **state)
{
	load("one\r\ntwo\nthree\r\n");
	draw(20, 4);
	expect_screen(&c,
		"one\n"
		"two^J\n"
		"three\n"
		"\n"
		"cursor 0 0\n");
	act(TEXT_END, 1);
	type("!");
	act(TEXT_NEWLINE, 1);
	expect_bytes("one!\r\n\r\ntwo\nthree\r\n", 19);
	act(TEXT_BACKSPACE, 1);	/* the whole break goes */
	expect_bytes("one!\r\ntwo\nthree\r\n", 17);
	act(TEXT_DELETE, 1);
	expect_bytes("one!two\nthree\r\n", 15);
	load("one\r\ntwo\n");
	act(TEXT_BOTTOM, 1);
	load("one\ntwo\r\n");
	draw(20, 3);
	expect_screen(&c,
		"one\n"
		"two^M\n"
		"\n"
		"cursor 0 0\n");
	act(TEXT_END, 1);
	act(TEXT_NEWLINE, 1);
	expect_bytes("one\n\ntwo\r\n", 10);
}

static void selections_cut_copy_and_are_typed_over(void **state)
{
	size_t from, to;

	load("one two three\nfour");
	act(TEXT_SELECT_WORD_RIGHT, 1);
	assert_true(textedit_selection(&te, &from, &to));
	assert_int_equal(to - from, 3);
	act(TEXT_COPY, 1);
	assert_int_equal(textedit_clip(&te)->len, 3);
	assert_false(textedit_selection(&te, &from, &to));
	act(TEXT_BOTTOM, 1);
	act(TEXT_YANK, 1);
	expect_bytes("one two three\nfourone", 21);
	act(TEXT_SELECT_UP, 1);
	draw(20, 3);
	expect_styled(&c,
		"one two three\n"
		"fourone\n"
		"\n"
		"--\n"
		".......#######\n"
		"#######\n"
		"\n"
		"cursor 7 0\n");
	type("X");
	expect_bytes("one twoX", 8);
	act(TEXT_UNDO, 1);
	expect_bytes("one two three\nfourone", 21);
	act(TEXT_TOP, 1);
	act(TEXT_MARK, 1);
	act(TEXT_DOWN, 1);
	act(TEXT_CUT, 1);
	expect_bytes("fourone", 7);
	act(TEXT_YANK, 1);
	act(TEXT_SELECT_ALL, 1);
	act(TEXT_DELETE, 1);
	expect_bytes("", 0);
	assert_int_equal(textedit_action(&te, TEXT_CUT), UI_IGNORED);
}

static void lines_are_deleted_in_part(void **state)
{
	load("one two\nthree");
	act(TEXT_WORD_RIGHT, 1);
	act(TEXT_DELETE_TO_END, 1);
	expect_bytes("one\nthree", 9);
	act(TEXT_DELETE_TO_END, 1);
	expect_bytes("onethree", 8);
	act(TEXT_DELETE_TO_START, 1);
	act(TEXT_DELETE_WORD_RIGHT, 1);
	expect_bytes("", 0);
	act(TEXT_UNDO, 4);
	expect_bytes("one two\nthree", 13);
	act(TEXT_REDO, 1);
	expect_bytes("one\nthree", 9);
}

static void a_read_only_text_stays(void **state)
{
	load("text");
	te.read_only = true;
	assert_int_equal(textedit_text(&te, "x", 1), UI_IGNORED);
	assert_int_equal(textedit_action(&te, TEXT_DELETE), UI_IGNORED);
	assert_int_equal(textedit_action(&te, TEXT_DELETE_TO_END), UI_IGNORED);
	act(TEXT_SELECT_ALL, 1);
	assert_int_equal(textedit_action(&te, TEXT_CUT), UI_IGNORED);
	expect_bytes("text", 4);
	assert_int_equal(textedit_action(&te, TEXT_COPY), UI_MOVED);
}

static void search_goes_round(void **state)
{
	bool wrapped;

	load("Alpha beta\nalpha\xff gamma\nalp");
	assert_true(textedit_find(&te, "ALPHA", 5, true, 0, &wrapped));
	assert_int_equal(te.cursor, 0);
	assert_true(textedit_find(&te, "alpha", 5, false, 1, &wrapped));
	assert_int_equal(te.cursor, 11);
	assert_false(wrapped);
	assert_true(textedit_find(&te, "alpha", 5, true, 1, &wrapped));
	assert_int_equal(te.cursor, 0);
	assert_true(wrapped);
	assert_true(textedit_find(&te, "alp", 3, true, -1, &wrapped));
	assert_int_equal(te.cursor, 24);
	assert_true(wrapped);
	assert_true(textedit_find(&te, "alp", 3, true, -1, &wrapped));
	assert_int_equal(te.cursor, 11);
	draw(20, 3);
	expect_styled(&c,
		"Alpha beta\n"
		"alpha<ff> gamma\n"
		"alp\n"
		"--\n"
		"***\n"
		"***..xxxx\n"
		"***\n"
		"cursor 0 1\n");
	assert_false(textedit_find(&te, "delta", 5, true, 1, &wrapped));
	assert_int_equal(te.cursor, 11);
	assert_false(textedit_find(&te, "", 0, true, 1, &wrapped));
	assert_int_equal(te.find_len, 0);
}

static void positions_are_told(void **state)
{
	struct textedit_info info;

	load("one\n日本\tx\n\nlast");
	textedit_goto_line(&te, 2);
	act(TEXT_END, 1);
	textedit_info(&te, &info);
	assert_int_equal(info.line, 2);
	assert_int_equal(info.lines, 4);
	assert_int_equal(info.column, 10);
	assert_int_equal(info.offset, 12);
	act(TEXT_SELECT_LEFT, 1);
	textedit_info(&te, &info);
	assert_int_equal(info.selected, 1);
	textedit_goto(&te, 5);	/* inside a character: its start */
	assert_int_equal(te.cursor, 4);
	textedit_goto_line(&te, 0);
	assert_int_equal(te.cursor, 0);
	textedit_goto_line(&te, 99);
	assert_int_equal(te.cursor, 14);
	textedit_goto(&te, 99);
	assert_int_equal(te.cursor, 18);
	textedit_info(&te, &info);
	assert_int_equal(info.line, 4);
}

static void digits_are_numbers(void *arg, const struct textbuf *text,
			       size_t from, size_t to, uint16_t *styles)
{
	size_t i;

	for (i = from; i < to; i++)
		if (textbuf_at(text, i) >= '0' && textbuf_at(text, i) <= '9')
			styles[i - from] = STYLE_JSON_NUMBER;
}

static void colours_come_from_the_callback(void **state)
{
	load("{\"a\": 12,\n \"b\": 345678901234}");
	te.colour = digits_are_numbers;
	draw(12, 4);
	expect_styled(&c,
		"{\"a\": 12,\n"
		" \"b\": 34567↵\n"
		"8901234}\n"
		"\n"
		"--\n"
		"......nn\n"
		"......nnnnnd\n"
		"nnnnnnn\n"
		"\n"
		"cursor 0 0\n");
}

static void the_mouse_moves_selects_and_scrolls(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 4, .y = 1};
	size_t from, to;
	int i;

	load("zero\none two\nthree\nfour\nfive\nsix\nseven\n");
	draw(20, 3);
	assert_int_equal(textedit_mouse(&te, &m), UI_MOVED);
	assert_int_equal(te.cursor, 9);
	m.kind = MOUSE_DOUBLE;
	assert_int_equal(textedit_mouse(&te, &m), UI_MOVED);
	assert_true(textedit_selection(&te, &from, &to));
	assert_int_equal(from, 9);
	assert_int_equal(to, 12);
	m.kind = MOUSE_PRESS;
	textedit_mouse(&te, &m);
	m.kind = MOUSE_DRAG;
	m.x = 19;
	m.y = 2;
	textedit_mouse(&te, &m);
	assert_true(textedit_selection(&te, &from, &to));
	assert_int_equal(to, 18);
	te.selecting = false;
	for (i = 0; i < 2; i++)
		textedit_scroll(&te, 1);
	draw(20, 3);
	expect_screen(&c,
		"three\n"
		"four\n"
		"five\n"
		"cursor 5 0\n");
	textedit_scroll(&te, 2);
	draw(20, 3);
	expect_screen(&c,
		"five\n"
		"six\n"
		"seven\n"
		"cursor 4 0\n");
	textedit_scroll(&te, -99);
	draw(20, 3);
	expect_screen(&c,
		"zero\n"
		"one two\n"
		"three\n"
		"cursor 5 2\n");
}

/* The rows of a text follow each other without gap or overlap, forwards as
 * backwards as from any offset. */
static void check_rows(void)
{
	struct textrow row, back, found;
	size_t len = textbuf_len(&te.text), n = 0;

	textrows_at(&te, 0, &row);
	assert_int_equal(row.start, 0);
	do {
		size_t at;

		n++;
		assert_true(row.end >= row.start);
		for (at = row.start; at < row.end; at++) {
			textrows_at(&te, at, &found);
			assert_int_equal(found.start, row.start);
			assert_int_equal(found.end, row.end);
		}
		if (textrows_ends_line(&row)) {
			textrows_at(&te, row.end, &found);
			assert_int_equal(found.start, row.start);
		}
		back = row;
		if (textrows_next(&te, &back)) {
			assert_true(back.start == row.next);
			assert_true(textrows_prev(&te, &back));
			assert_int_equal(back.start, row.start);
			assert_int_equal(back.end, row.end);
		} else {
			assert_int_equal(row.end, len);
		}
	} while (textrows_next(&te, &row));
	back = row;
	while (textrows_prev(&te, &back))
		n--;
	assert_int_equal(n, 1);
	assert_int_equal(back.start, 0);
}

static void rows_cover_any_text(void **state)
{
	uint64_t seed = 5;
	char text[400];
	int i;

	for (i = 0; i < 300; i++) {
		size_t len = 0, n, want = rnd(&seed) % 300;

		while (len < want) {
			const char *s = rnd_piece(&seed, &n);

			if (*s == '\n' && rnd(&seed) % 2)
				continue;
			memcpy(text + len, s, n);
			len += n;
		}
		textedit_set(&te, text, len);
		te.w = 1 + (int)(rnd(&seed) % 30);
		te.wrap = rnd(&seed) % 4 > 0;
		check_rows();
	}
}

static void a_line_of_megabytes_is_local(void **state)
{
	size_t len = (size_t)4 << 20, i;
	char *big = malloc(len);
	struct textrow row;

	for (i = 0; i + 3 <= len; i += 3)
		memcpy(big + i, i % 7 ? "abc" : "日", 3);
	memset(big + i, 'x', len - i);
	textedit_set(&te, big, len);
	free(big);
	draw(40, 5);
	act(TEXT_BOTTOM, 1);
	draw(40, 5);
	assert_true(c.cursor_on);
	act(TEXT_UP, 3);
	type("!");
	draw(40, 5);
	assert_true(c.cursor_on);
	textrows_at(&te, len / 2, &row);
	assert_true(row.start <= len / 2 && row.end > len / 2);
	assert_true(row.end - row.start < 200);
	act(TEXT_TOGGLE_WRAP, 1);
	draw(40, 5);
	assert_true(c.cursor_on);
	act(TEXT_HOME, 1);
	assert_int_equal(te.cursor, 0);
	act(TEXT_UNDO, 1);
	assert_false(textedit_modified(&te));
}

static void segments_begin_at_characters(void **state)
{
	char text[TEXTEDIT_SEGMENT + 100];
	struct textrow row;
	size_t i;

	memset(text, 'x', sizeof(text));
	memcpy(text + TEXTEDIT_SEGMENT - 1, "日", 3);
	textedit_set(&te, text, sizeof(text));
	for (i = 0; i < 6; i++) {
		textrows_at(&te, TEXTEDIT_SEGMENT - 3 + i, &row);
		assert_int_equal(row.start == TEXTEDIT_SEGMENT + 2, i >= 5);
		assert_int_equal(row.end == TEXTEDIT_SEGMENT + 2, i < 5);
	}
}

static void lines_are_counted_after_an_undo(void **state)
{
	struct textedit_info info;

	load("a\nb\n");
	act(TEXT_NEWLINE, 1);
	act(TEXT_BOTTOM, 1);
	textedit_info(&te, &info);
	assert_int_equal(info.line, 4);
	act(TEXT_UNDO, 1);
	act(TEXT_BOTTOM, 1);
	textedit_info(&te, &info);
	assert_int_equal(info.line, 3);
	assert_int_equal(info.lines, 3);
}

static const enum text_action verbs[] = {
	TEXT_LEFT, TEXT_RIGHT, TEXT_WORD_LEFT, TEXT_WORD_RIGHT, TEXT_HOME,
	TEXT_END, TEXT_UP, TEXT_DOWN, TEXT_PAGE_UP, TEXT_PAGE_DOWN,
	TEXT_SELECT_LEFT, TEXT_SELECT_RIGHT, TEXT_SELECT_UP,
	TEXT_SELECT_WORD_RIGHT, TEXT_MARK, TEXT_BACKSPACE, TEXT_DELETE,
	TEXT_DELETE_WORD_LEFT, TEXT_DELETE_TO_END, TEXT_YANK, TEXT_CUT,
	TEXT_COPY, TEXT_NEWLINE, TEXT_TAB, TEXT_UNDO, TEXT_REDO,
	TEXT_TOGGLE_WRAP,
};

/* Typing in the model: the selection as reported goes, the bytes come. */
static void random_use_agrees_with_an_array(void **state)
{
	static const char first[] = "{\r\n\t\"a\": \"\xff\"}\r\n";
	char model[4096];
	size_t len = sizeof(first) - 1, n, from, to, got;
	uint64_t seed = 11;
	int i;

	memcpy(model, first, len);
	textedit_set(&te, first, len);
	for (i = 0; i < 6000; i++) {
		const char *s = rnd_piece(&seed, &n), *now;
		bool typed = rnd(&seed) % 3 == 0;

		if (typed) {
			from = to = te.cursor;
			if (!te.sticky)
				textedit_selection(&te, &from, &to);
			memmove(model + from + n, model + to, len - to);
			memcpy(model + from, s, n);
			len = len - (to - from) + n;
			assert_int_equal(textedit_text(&te, s, n), UI_CHANGED);
		} else {
			textedit_action(&te, verbs[rnd(&seed) % 27]);
		}
		now = textedit_bytes(&te, &got);
		if (typed) {
			assert_int_equal(got, len);
			assert_memory_equal(now, model, len);
		}
		len = got;
		memcpy(model, now, got);
		assert_true(te.cursor <= got);
		if (i % 5 == 0) {
			draw(3 + (int)(rnd(&seed) % 30),
			     1 + (int)(rnd(&seed) % 6));
			assert_true(c.cursor_on);
		}
		if (got > 3000) {
			act(TEXT_SELECT_ALL, 1);
			act(TEXT_DELETE, 1);
			len = 0;
		}
	}
	while (textedit_action(&te, TEXT_UNDO) != UI_IGNORED)
		;
	expect_bytes(first, sizeof(first) - 1);
	assert_false(textedit_modified(&te));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(long_lines_wrap),
		T(without_wrap_lines_scroll),
		T(every_byte_is_kept_and_shown),
		T(line_breaks_keep_their_kind),
		T(selections_cut_copy_and_are_typed_over),
		T(lines_are_deleted_in_part),
		T(a_read_only_text_stays),
		T(search_goes_round),
		T(positions_are_told),
		T(colours_come_from_the_callback),
		T(the_mouse_moves_selects_and_scrolls),
		T(rows_cover_any_text),
		T(a_line_of_megabytes_is_local),
		T(segments_begin_at_characters),
		T(lines_are_counted_after_an_undo),
		T(random_use_agrees_with_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
