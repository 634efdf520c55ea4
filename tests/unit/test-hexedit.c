#include "config.h"

#include "screen.h"
#include "ui/hexedit.h"

static struct hexedit he;
static struct canvas c;

static int setup(void **state)
{
	hexedit_init(&he);
	canvas_init(&c, 80, 4);
	return 0;
}

static int teardown(void **state)
{
	hexedit_release(&he);
	canvas_release(&c);
	return 0;
}

static void draw(int w, int h)
{
	struct region r;

	canvas_resize(&c, w, h);
	r = canvas_region(&c);
	hexedit_layout(&he, &r);
	hexedit_draw(&he, &r, true);
}

static void load(const char *s, size_t len)
{
	assert_true(hexedit_set(&he, s, len));
}

static void expect_bytes(const char *want, size_t len)
{
	size_t n;
	const char *s = hexedit_bytes(&he, &n);

	assert_int_equal(n, len);
	assert_memory_equal(s, want, len);
}

static enum ui_result type(const char *s)
{
	return hexedit_text(&he, s, strlen(s));
}

static void act(enum text_action action, int times)
{
	while (times--)
		hexedit_action(&he, action);
}

static void bytes_fill_the_width(void **state)
{
	static const char bytes[] = "HTTP/1.1 200 OK\r\nX: \0\x1b\xff\xe6\x97\xa5 and so on";

	load(bytes, sizeof(bytes) - 1);
	draw(80, 4);
	expect_styled(&c,
		"0000  48 54 54 50 2f 31 2e 31  20 32 30 30 20 4f 4b 0d  HTTP/1.1 200 OK.\n"
		"0010  0a 58 3a 20 00 1b ff e6  97 a5 20 61 6e 64 20 73  .X: ...... and s\n"
		"0020  6f 20 6f 6e                                       o on\n"
		"\n"
		"--\n"
		"dddd....................................................=..............d\n"
		"dddd..............dd....................................d...dddddd\n"
		"dddd\n"
		"\n"
		"cursor 6 0\n");
	act(TEXT_DOWN, 1);
	act(TEXT_TOGGLE_PANE, 1);
	draw(40, 4);
	expect_screen(&c,
		"0000  48 54 54 50 2f 31 2e 31  HTTP/1.1\n"
		"0008  20 32 30 30 20 4f 4b 0d   200 OK.\n"
		"0010  0a 58 3a 20 00 1b ff e6  .X: ....\n"
		"0018  97 a5 20 61 6e 64 20 73  .. and s\n"
		"cursor 31 2\n");
	draw(140, 3);
	assert_int_equal(he.per_row, 32);
	draw(110, 3);
	assert_int_equal(he.per_row, 24);
	act(TEXT_BOTTOM, 1);
	draw(30, 3);
	expect_screen(&c,
		"001c  6e 64 20 73  nd s\n"
		"0020  6f 20 6f 6e  o on\n"
		"0024\n"
		"cursor 19 2\n");
	load("", 0);
	draw(40, 3);
	expect_screen(&c,
		"0000\n"
		"\n"
		"\n"
		"cursor 31 0\n");
}

static void digits_make_bytes(void **state)
{
	load("abc", 3);
	assert_int_equal(type("7"), UI_CHANGED);
	assert_true(he.low);
	expect_bytes("qbc", 3);		/* 71 */
	assert_int_equal(type("A"), UI_CHANGED);
	expect_bytes("zbc", 3);		/* 7a */
	assert_int_equal(he.cursor, 1);
	assert_int_equal(type("x"), UI_IGNORED);
	act(TEXT_TOGGLE_INSERT, 1);
	type("0");
	expect_bytes("z\0bc", 4);
	type("1");
	expect_bytes("z\x01" "bc", 4);
	act(TEXT_BOTTOM, 1);
	type("f");
	type("f");
	expect_bytes("z\x01" "bc\xff", 5);
	type("4");
	act(TEXT_BACKSPACE, 1);	/* only the second digit is given up */
	assert_false(he.low);
	act(TEXT_DELETE, 1);
	expect_bytes("z\x01" "bc\xff", 5);
	act(TEXT_BACKSPACE, 1);
	expect_bytes("z\x01" "bc", 4);
	act(TEXT_UNDO, 99);
	expect_bytes("abc", 3);
	assert_false(hexedit_modified(&he));
}

static void text_stands_for_itself(void **state)
{
	load("abc", 3);
	he.text_pane = true;
	type("x");
	type("é");
	expect_bytes("x\xc3\xa9", 3);
	type("!");
	expect_bytes("x\xc3\xa9!", 4);
	act(TEXT_TOP, 1);
	act(TEXT_TOGGLE_INSERT, 1);
	type("<>");
	expect_bytes("<>x\xc3\xa9!", 6);
	he.read_only = true;
	assert_int_equal(type("n"), UI_IGNORED);
	assert_int_equal(hexedit_action(&he, TEXT_UNDO), UI_IGNORED);
	act(TEXT_BACKSPACE, 1);
	act(TEXT_DELETE, 1);
	expect_bytes("<>x\xc3\xa9!", 6);
}

static void a_paste_is_hex_or_refused(void **state)
{
	struct buf out;

	load("abc", 3);
	assert_int_equal(type("de ad\nBE"), UI_CHANGED);
	expect_bytes("\xde\xad\xbe", 3);
	assert_int_equal(type("de a"), UI_IGNORED);
	assert_int_equal(type("zz"), UI_IGNORED);
	assert_int_equal(type("d e"), UI_IGNORED);
	assert_int_equal(type("  "), UI_IGNORED);
	buf_init(&out);
	buf_adds(&out, "kept");
	assert_false(hexedit_parse("12 0x", 5, &out));
	assert_string_equal(out.data, "kept");
	buf_release(&out);
}

static void search_goes_round(void **state)
{
	load("abcabc\0abc", 10);
	assert_true(hexedit_find(&he, "abc", 3, 0));
	assert_int_equal(he.cursor, 0);
	assert_true(hexedit_find(&he, "abc", 3, 1));
	assert_int_equal(he.cursor, 3);
	assert_true(hexedit_find(&he, "c\0a", 3, 1));
	assert_int_equal(he.cursor, 5);
	assert_true(hexedit_find(&he, "abc", 3, -1));
	assert_true(hexedit_find(&he, "abc", 3, -1));
	assert_true(hexedit_find(&he, "abc", 3, -1));
	assert_int_equal(he.cursor, 7);
	draw(40, 2);
	expect_styled(&c,
		"0000  61 62 63 61 62 63 00 61  abcabc.a\n"
		"0008  62 63                    bc\n"
		"--\n"
		"dddd....................dd.**........d*\n"
		"dddd..**.**....................**\n"
		"cursor 27 0\n");
	assert_false(hexedit_find(&he, "x", 1, 1));
	assert_int_equal(he.cursor, 7);
}

static void moves_keep_the_column(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 9, .y = 1};
	char bytes[100];

	memset(bytes, 'x', sizeof(bytes));
	load(bytes, sizeof(bytes));
	draw(40, 4);		/* 8 in a row */
	act(TEXT_RIGHT, 3);
	act(TEXT_PAGE_DOWN, 1);
	assert_int_equal(he.cursor, 27);
	act(TEXT_END, 1);
	assert_int_equal(he.cursor, 31);
	act(TEXT_HOME, 1);
	assert_int_equal(he.cursor, 24);
	act(TEXT_WORD_RIGHT, 1);
	act(TEXT_UP, 9);
	assert_int_equal(he.cursor, 4);
	act(TEXT_DOWN, 99);
	assert_int_equal(he.cursor, 100);
	draw(40, 4);
	assert_int_equal(he.top, 72);
	assert_int_equal(hexedit_mouse(&he, &m), UI_MOVED);
	assert_int_equal(he.cursor, 81);
	assert_false(he.text_pane);
	m.x = 31;
	assert_int_equal(hexedit_mouse(&he, &m), UI_MOVED);
	assert_true(he.text_pane);
	m.x = 5;
	assert_int_equal(hexedit_mouse(&he, &m), UI_IGNORED);
	m.kind = MOUSE_WHEEL_UP;
	hexedit_mouse(&he, &m);
	assert_int_equal(he.cursor, 56);
	hexedit_goto(&he, SIZE_MAX);
	assert_int_equal(he.cursor, 100);
}

/* Against a plain array: every kind of change at random places. */
static void random_edits_agree_with_an_array(void **state)
{
	char model[2048];
	size_t len = 8, n;
	uint64_t seed = 77;
	int i;

	memcpy(model, "12345678", 8);
	load(model, 8);
	he.text_pane = true;
	for (i = 0; i < 4000; i++) {
		const char *s = rnd_piece(&seed, &n);
		size_t at = rnd(&seed) % (len + 1), over;

		if (len > 1500)
			break;
		hexedit_goto(&he, at);
		if (rnd(&seed) % 8 == 0)
			act(TEXT_TOGGLE_INSERT, 1);
		switch (rnd(&seed) % 4) {
		case 0:
			act(TEXT_DELETE, 1);
			if (at < len) {
				memmove(model + at, model + at + 1,
					len - at - 1);
				len--;
			}
			break;
		case 1:
			act(TEXT_BACKSPACE, 1);
			if (at > 0) {
				memmove(model + at - 1, model + at, len - at);
				len--;
			}
			break;
		default:
			over = he.insert ? 0 : n < len - at ? n : len - at;
			assert_int_equal(hexedit_text(&he, s, n), UI_CHANGED);
			memmove(model + at + n, model + at + over,
				len - at - over);
			memcpy(model + at, s, n);
			len += n - over;
		}
		expect_bytes(model, len);
		if (i % 10 == 0) {
			draw(24 + (int)(rnd(&seed) % 100), 3);
			assert_true(c.cursor_on);
		}
	}
	act(TEXT_UNDO, 10000);
	expect_bytes("12345678", 8);
	act(TEXT_REDO, 10000);
	expect_bytes(model, len);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(bytes_fill_the_width),
		T(digits_make_bytes),
		T(text_stands_for_itself),
		T(a_paste_is_hex_or_refused),
		T(search_goes_round),
		T(moves_keep_the_column),
		T(random_edits_agree_with_an_array),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
