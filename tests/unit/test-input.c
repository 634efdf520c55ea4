#include "config.h"

#include "ui/input.h"
#include "unit.h"

static struct input in;

static int setup(void **state)
{
	input_init(&in);
	return 0;
}

static int teardown(void **state)
{
	input_release(&in);
	return 0;
}

static void feed(const char *s)
{
	input_feed(&in, s, strlen(s));
}

static uint32_t next_key(void)
{
	struct event ev;

	if (!input_next(&in, 0, &ev))
		return KEY_NONE;
	assert_int_equal(ev.type, EVENT_KEY);
	return ev.key;
}

static void characters_and_controls(void **state)
{
	feed("aé日\r\t\x7f\b\x13\x1f");
	assert_int_equal(next_key(), 'a');
	assert_int_equal(next_key(), 0xe9);
	assert_int_equal(next_key(), 0x65e5);
	assert_int_equal(next_key(), KEY_ENTER);
	assert_int_equal(next_key(), KEY_TAB);
	assert_int_equal(next_key(), KEY_BACKSPACE);
	assert_int_equal(next_key(), KEY_BACKSPACE);
	assert_int_equal(next_key(), KEY_CTRL | 's');
	assert_int_equal(next_key(), KEY_CTRL | '_');
	assert_int_equal(next_key(), KEY_NONE);
	input_feed(&in, "\0", 1);
	assert_int_equal(next_key(), KEY_CTRL | ' ');
	assert_false(input_pending(&in));
}

static void sequences_with_modifiers(void **state)
{
	static const struct {
		const char *seq;
		uint32_t key;
	} t[] = {
		{"\x1b[A", KEY_UP},
		{"\x1bOB", KEY_DOWN},
		{"\x1b[1;5C", KEY_RIGHT | KEY_CTRL},
		{"\x1b[1;6D", KEY_LEFT | KEY_CTRL | KEY_SHIFT},
		{"\x1b[1;3H", KEY_HOME | KEY_ALT},
		{"\x1b[4~", KEY_END},
		{"\x1b[3;5~", KEY_DELETE | KEY_CTRL},
		{"\x1b[5~", KEY_PGUP},
		{"\x1b[Z", KEY_TAB | KEY_SHIFT},
		{"\x1bOP", KEY_F1},
		{"\x1b[11~", KEY_F1},
		{"\x1b[[A", KEY_F1},
		{"\x1b[24~", KEY_F1 + 11},
		{"\x1b[1;2R", KEY_SHIFT | (KEY_F1 + 2)},
		{"\x1b[27;5;9~", KEY_TAB | KEY_CTRL},
		{"\x1b[115;5u", KEY_CTRL | 's'},
		{"\x1b[27u", KEY_ESC},
		{"\x1bx", KEY_ALT | 'x'},
		{"\x1b\x7f", KEY_ALT | KEY_BACKSPACE},
		{"\x1bé", KEY_ALT | 0xe9},
		{"\x1bOM", KEY_ENTER},
		{"\x1bOp", '0'},
		{"\x1bOk", '+'},
	};
	size_t i, cut;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		size_t len = strlen(t[i].seq);

		/* whole, and torn at every byte */
		for (cut = 0; cut < len; cut++) {
			input_feed(&in, t[i].seq, cut);
			assert_int_equal(next_key(), KEY_NONE);
			input_feed(&in, t[i].seq + cut, len - cut);
			assert_int_equal(next_key(), t[i].key);
			assert_false(input_pending(&in));
		}
	}
}

static void unknown_sequences_are_dropped_whole(void **state)
{
	feed("\x1b[?1;2c\x1b[99~\x1b[1;2;3;4;5;6;7;8;9;10zx");
	assert_int_equal(next_key(), 'x');
	feed("\x1b]11;rgb:0000/0000/0000\x1b\\y\x1bP1$r0m\x1b\\z\x1b]52;c;eA==\a!");
	assert_int_equal(next_key(), 'y');
	assert_int_equal(next_key(), 'z');
	assert_int_equal(next_key(), '!');
	feed("\x1b[<3;1;1Mk\x1b[<200;1;1M\x1b[<0;0;0Ml");
	assert_int_equal(next_key(), 'k');
	assert_int_equal(next_key(), 'l');
	feed("\xff\xc3(\xe6\x97");
	assert_int_equal(next_key(), '(');
	assert_int_equal(next_key(), KEY_NONE);
	feed("\xa5");
	assert_int_equal(next_key(), 0x65e5);
}

static void a_sequence_without_end_runs_no_commands(void **state)
{
	char noise[3 * INPUT_SEQ_MAX];

	memset(noise, '0', sizeof(noise));
	feed("\x1b[");
	input_feed(&in, noise, sizeof(noise));
	assert_int_equal(next_key(), KEY_NONE);
	assert_false(input_pending(&in));	/* given up, not kept */
	feed("000mq");
	assert_int_equal(next_key(), 'q');
}

static void escape_alone_needs_time(void **state)
{
	struct event ev;

	feed("\x1b");
	assert_int_equal(next_key(), KEY_NONE);
	assert_true(input_pending(&in));
	assert_true(input_timeout(&in, &ev));
	assert_int_equal(ev.key, KEY_ESC);
	assert_false(input_pending(&in));
	feed("\x1b\x1b");
	assert_int_equal(next_key(), KEY_ESC);
	assert_true(input_pending(&in));
	feed("P");
	assert_int_equal(next_key(), KEY_NONE);
	assert_true(input_timeout(&in, &ev));
	assert_int_equal(ev.key, KEY_ALT | 'P');
	feed("\x1b[");
	assert_int_equal(next_key(), KEY_NONE);
	assert_true(input_timeout(&in, &ev));
	assert_int_equal(ev.key, KEY_ALT | '[');
	feed("\x1b[1;");
	assert_int_equal(next_key(), KEY_NONE);
	assert_false(input_timeout(&in, &ev));
	assert_false(input_pending(&in));
}

static void terminfo_keys_win(void **state)
{
	input_add_key(&in, "\x1b[A", KEY_F1);
	input_add_key(&in, "x", KEY_F1);	/* no sequence: ignored */
	input_add_key(&in, NULL, KEY_F1);
	feed("\x1b[Ax");
	assert_int_equal(next_key(), KEY_F1);
	assert_int_equal(next_key(), 'x');
}

static void expect_paste(const char *want, size_t len)
{
	struct event ev;

	assert_true(input_next(&in, 0, &ev));
	assert_int_equal(ev.type, EVENT_PASTE);
	assert_int_equal(ev.len, len);
	assert_memory_equal(ev.text, want, len);
	assert_false(ev.cut);
}

static void a_paste_is_one_event(void **state)
{
	static const char all[] =
		"\x1b[200~one\rtwo \x1b[A \xff q\x1b[201\x1b[201~x";
	struct event ev;
	size_t i, cut;

	for (cut = 0; cut + 3 < sizeof(all) - 1; cut++) {
		input_feed(&in, all, cut);
		assert_false(input_next(&in, 0, &ev));
		/* inside the paste nothing waits for a time */
		if (cut >= 6)
			assert_false(input_pending(&in));
		input_feed(&in, all + cut, sizeof(all) - 1 - cut);
		expect_paste("one\ntwo \x1b[A \xff q\x1b[201", 20);
		assert_int_equal(next_key(), 'x');
	}
	for (i = 0; i < sizeof(all) - 2; i++) {
		input_feed(&in, all + i, 1);
		if (i < sizeof(all) - 3)
			assert_false(input_next(&in, 0, &ev));
	}
	expect_paste("one\ntwo \x1b[A \xff q\x1b[201", 20);
	/* a terminal that sends line feeds sends the text as it is */
	feed("\x1b[200~a\r\nb\rc\x1b[201~");
	expect_paste("a\r\nb\rc", 6);
}

static struct mouse next_mouse(int64_t now)
{
	struct event ev;

	assert_true(input_next(&in, now, &ev));
	assert_int_equal(ev.type, EVENT_MOUSE);
	return ev.mouse;
}

static void mouse_reports(void **state)
{
	struct mouse m;

	feed("\x1b[<0;3;7M\x1b[<32;4;7M\x1b[<0;4;7m\x1b[<65;1;1M\x1b[<18;2;2M");
	m = next_mouse(0);
	assert_int_equal(m.kind, MOUSE_PRESS);
	assert_int_equal(m.button, 1);
	assert_int_equal(m.x, 2);
	assert_int_equal(m.y, 6);
	assert_int_equal(next_mouse(0).kind, MOUSE_DRAG);
	assert_int_equal(next_mouse(0).kind, MOUSE_RELEASE);
	assert_int_equal(next_mouse(0).kind, MOUSE_WHEEL_DOWN);
	m = next_mouse(0);
	assert_int_equal(m.button, 3);
	assert_int_equal(m.mods, KEY_CTRL);
}

static void two_presses_in_time_are_double(void **state)
{
	static const char press[] = "\x1b[<0;3;7M", up[] = "\x1b[<0;3;7m";

	feed(press), feed(up);
	assert_int_equal(next_mouse(1000).kind, MOUSE_PRESS);
	assert_int_equal(next_mouse(1050).kind, MOUSE_RELEASE);
	feed(press), feed(up);
	assert_int_equal(next_mouse(1200).kind, MOUSE_DOUBLE);
	assert_int_equal(next_mouse(1250).kind, MOUSE_RELEASE);
	feed(press);	/* the third begins anew */
	assert_int_equal(next_mouse(1300).kind, MOUSE_PRESS);
	feed(press);
	assert_int_equal(next_mouse(1301 + EVENT_DOUBLE_MS).kind, MOUSE_PRESS);
	feed("\x1b[<0;4;7M");
	assert_int_equal(next_mouse(1302 + EVENT_DOUBLE_MS).kind, MOUSE_PRESS);
}

/* Whatever comes, in whatever pieces, the parser comes to an end. */
static void noise_is_survived(void **state)
{
	static const char alphabet[] = "\x1b\x1b\x1b[[[]OPM<;~mu0123456789?A\a\\"
				       "\xff\xe6\x97\xa5x";
	uint64_t seed = 7;
	struct event ev;
	int i;

	for (i = 0; i < 200000; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		input_feed(&in, &alphabet[(seed >> 33) % (sizeof(alphabet) - 1)],
			   1);
		while (input_next(&in, i, &ev))
			assert_int_not_equal(ev.type, EVENT_NONE);
		if (i % 17 == 0)
			input_timeout(&in, &ev);
	}
	assert_true(in.in.cap < 65536);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(characters_and_controls),
		T(sequences_with_modifiers),
		T(unknown_sequences_are_dropped_whole),
		T(a_sequence_without_end_runs_no_commands),
		T(escape_alone_needs_time),
		T(terminfo_keys_win),
		T(a_paste_is_one_event),
		T(mouse_reports),
		T(two_presses_in_time_are_double),
		T(noise_is_survived),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
