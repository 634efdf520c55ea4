#include "config.h"

#include "screen.h"
#include "ui/prompt.h"

static struct prompt p;
static struct canvas c;

static int setup(void **state)
{
	prompt_init(&p, NULL);
	canvas_init(&c, 20, 1);
	return 0;
}

static int teardown(void **state)
{
	prompt_release(&p);
	canvas_release(&c);
	return 0;
}

static void type(const char *s)
{
	assert_int_equal(prompt_text(&p, s, strlen(s)), UI_CHANGED);
}

static void act(enum text_action action, int times)
{
	while (times--)
		assert_int_not_equal(prompt_action(&p, action), UI_IGNORED);
}

static void expect_bytes(const char *want, size_t len)
{
	size_t n;
	const char *s = prompt_bytes(&p, &n);

	assert_int_equal(n, len);
	assert_memory_equal(s, want, len);
	assert_int_equal(s[n], 0);
}

static void draw(void)
{
	struct region r = canvas_region(&c);

	canvas_clear(&c);
	prompt_layout(&p, r.w);
	prompt_draw(&p, &r, STYLE_NORMAL);
}

static void untouched_bytes_come_back(void **state)
{
	static const char bytes[] = "a\0b\xff\r\n\xe2\x80\xae\x1b[m\xe6";

	prompt_set(&p, bytes, sizeof(bytes) - 1);
	assert_false(prompt_modified(&p));
	draw();
	expect_bytes(bytes, sizeof(bytes) - 1);
	act(TEXT_HOME, 1);
	act(TEXT_RIGHT, 3);
	type("X");
	act(TEXT_BACKSPACE, 1);
	assert_true(prompt_modified(&p));
	expect_bytes(bytes, sizeof(bytes) - 1);
	act(TEXT_UNDO, 2);
	assert_false(prompt_modified(&p));
	expect_bytes(bytes, sizeof(bytes) - 1);
}

static void emacs_verbs(void **state)
{
	prompt_set(&p, "/v1/items/42", 12);
	act(TEXT_DELETE_WORD_LEFT, 1);
	expect_bytes("/v1/items/", 10);
	act(TEXT_WORD_LEFT, 2);
	act(TEXT_DELETE_TO_END, 1);
	expect_bytes("/", 1);
	act(TEXT_YANK, 1);
	expect_bytes("/v1/items/", 10);
	act(TEXT_HOME, 1);
	act(TEXT_DELETE, 1);
	act(TEXT_WORD_RIGHT, 1);
	act(TEXT_DELETE_TO_START, 1);
	expect_bytes("/items/", 7);
	act(TEXT_DELETE_WORD_RIGHT, 1);
	expect_bytes("/", 1);
	assert_int_equal(prompt_action(&p, TEXT_PAGE_UP), UI_IGNORED);
	assert_int_equal(prompt_action(&p, TEXT_UP), UI_IGNORED);
	assert_int_equal(prompt_action(&p, TEXT_TAB), UI_IGNORED);
	assert_int_equal(prompt_action(&p, TEXT_NEWLINE), UI_IGNORED);
}

static void pasted_breaks_are_made_safe(void **state)
{
	type("\nkey:\r\n value\n\n");
	expect_bytes(" key:  value", 12);
	assert_int_equal(prompt_text(&p, "\r\n", 2), UI_IGNORED);
	p.breaks = PROMPT_BREAKS_KEEP;
	type("\r\n");
	expect_bytes(" key:  value\r\n", 14);
}

static void a_long_text_scrolls_under_marks(void **state)
{
	type("0123456789abcdefghijklmnop");
	draw();
	expect_screen(&c, "‹89abcdefghijklmnop\ncursor 19 0\n");
	act(TEXT_LEFT, 18);
	draw();
	expect_screen(&c, "‹89abcdefghijklmnop\ncursor 1 0\n");
	act(TEXT_LEFT, 1);	/* the mark must not cover the cursor */
	draw();
	expect_screen(&c, "‹3456789abcdefghijk›\ncursor 5 0\n");
	act(TEXT_HOME, 1);
	draw();
	expect_screen(&c, "0123456789abcdefghi›\ncursor 0 0\n");
	act(TEXT_RIGHT, 18);
	draw();
	expect_screen(&c, "0123456789abcdefghi›\ncursor 18 0\n");
	act(TEXT_RIGHT, 1);
	draw();
	expect_screen(&c, "‹23456789abcdefghij›\ncursor 18 0\n");
}

static void wide_and_escaped_text_keeps_the_cursor(void **state)
{
	prompt_set(&p, "日本\x1b語\0e\xcc\x81", 14);
	draw();
	expect_screen(&c, "日本^[語^@e\xcc\x81\ncursor 11 0\n");
	act(TEXT_LEFT, 3);
	draw();
	expect_screen(&c, "日本^[語^@e\xcc\x81\ncursor 6 0\n");
	assert_int_equal(prompt_click(&p, 3), UI_MOVED);
	assert_int_equal(p.cursor, 3);
	assert_int_equal(prompt_click(&p, 100), UI_MOVED);
	assert_int_equal(p.cursor, 14);
}

static void a_secret_is_not_shown(void **state)
{
	p.secret = true;
	type("geheim日");
	draw();
	expect_screen(&c, "*******\ncursor 7 0\n");
}

static void history_keeps_the_line_being_typed(void **state)
{
	struct prompt_history h;

	prompt_history_init(&h);
	prompt_history_add(&h, "one", 3);
	prompt_history_add(&h, "two", 3);
	prompt_history_add(&h, "one", 3);
	prompt_history_add(&h, "", 0);
	assert_int_equal(h.n, 2);
	p.history = &h;
	prompt_set(&p, "dra", 3);
	type("ft");
	act(TEXT_UP, 1);
	expect_bytes("one", 3);
	act(TEXT_UP, 1);
	expect_bytes("two", 3);
	assert_int_equal(prompt_action(&p, TEXT_UP), UI_IGNORED);
	act(TEXT_DOWN, 2);
	expect_bytes("draft", 5);
	assert_int_equal(prompt_action(&p, TEXT_DOWN), UI_IGNORED);
	prompt_history_release(&h);
	p.history = NULL;
}

static void names(void *arg, const char *text, size_t len, size_t cursor,
		  struct completion *out)
{
	static const char *const all[] = {"request.body", "request.header",
					  "response.body", "status"};
	size_t i;

	out->from = 4;
	out->to = cursor;
	for (i = 0; i < 4; i++)
		if (cursor >= 4 && strlen(all[i]) >= cursor - 4 &&
		    !memcmp(all[i], text + 4, cursor - 4))
			completion_add(out, all[i], i ? NULL : "decoded");
}

static void completion_inserts_and_lists(void **state)
{
	struct canvas big;
	struct region r;

	p.complete = names;
	type("set re");
	act(TEXT_TAB, 1);	/* common beginning: already there: a list */
	assert_true(p.popup);
	canvas_init(&big, 30, 6);
	r = canvas_region(&big);
	prompt_draw_popup(&p, &r, 0, 0);
	expect_screen(&big,
		"\n"
		"  ┌─────────────────────────┐\n"
		"  │ request.body    decoded │\n"
		"  │ request.header          │\n"
		"  │ response.body           │\n"
		"  └─────────────────────────┘\n");
	canvas_release(&big);
	act(TEXT_TAB, 1);
	expect_bytes("set request.body", 16);
	act(TEXT_DOWN, 1);
	expect_bytes("set request.header", 18);
	act(TEXT_BACKTAB, 1);
	expect_bytes("set request.body", 16);
	assert_true(prompt_close_popup(&p));
	assert_false(prompt_close_popup(&p));
	prompt_set(&p, "set s", 5);
	act(TEXT_TAB, 1);
	expect_bytes("set status", 10);
	assert_false(p.popup);
	prompt_set(&p, "set reqX", 8);
	assert_int_equal(prompt_action(&p, TEXT_TAB), UI_IGNORED);
	prompt_set(&p, "set req", 7);
	act(TEXT_TAB, 1);
	expect_bytes("set request.", 12);
	act(TEXT_UNDO, 1);
	expect_bytes("set req", 7);
}

static void typing_narrows_an_open_list(void **state)
{
	p.complete = names;
	type("set re");
	prompt_suggest(&p);
	assert_int_equal(p.found.n, 3);
	type("s");
	assert_int_equal(p.found.n, 1);
	assert_true(p.popup);
	type("x");
	assert_false(p.popup);
}

/* Random verbs and text: the cursor stays on a boundary and on screen, and
 * undoing everything gives the first text. */
static void random_use_can_be_undone(void **state)
{
	static const enum text_action verbs[] = {
		TEXT_LEFT, TEXT_RIGHT, TEXT_WORD_LEFT, TEXT_WORD_RIGHT,
		TEXT_HOME, TEXT_END, TEXT_BACKSPACE, TEXT_DELETE,
		TEXT_DELETE_WORD_LEFT, TEXT_DELETE_TO_END, TEXT_YANK,
		TEXT_UNDO, TEXT_REDO,
	};
	static const char first[] = "GET /a\0b?q=\xff";
	uint64_t seed = 99;
	size_t n;
	int i;

	p.breaks = PROMPT_BREAKS_KEEP;
	prompt_set(&p, first, sizeof(first) - 1);
	for (i = 0; i < 20000; i++) {
		const char *s = rnd_piece(&seed, &n);

		if (rnd(&seed) % 2)
			prompt_text(&p, s, n);
		else
			prompt_action(&p, verbs[rnd(&seed) % 13]);
		if (i % 7 == 0) {
			draw();
			assert_true(c.cursor_on);
		}
		assert_true(p.cursor <= textbuf_len(&p.text));
		if (textbuf_len(&p.text) > 400)
			act(TEXT_HOME, p.cursor > 0), act(TEXT_DELETE_TO_END, 1);
	}
	while (prompt_action(&p, TEXT_UNDO) != UI_IGNORED)
		;
	expect_bytes(first, sizeof(first) - 1);
	assert_false(prompt_modified(&p));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(untouched_bytes_come_back),
		T(emacs_verbs),
		T(pasted_breaks_are_made_safe),
		T(a_long_text_scrolls_under_marks),
		T(wide_and_escaped_text_keeps_the_cursor),
		T(a_secret_is_not_shown),
		T(history_keeps_the_line_being_typed),
		T(completion_inserts_and_lists),
		T(typing_narrows_an_open_list),
		T(random_use_can_be_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
