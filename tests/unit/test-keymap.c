#include "config.h"

#include "ui/keymap.h"
#include "ui/textkeys.h"
#include "unit.h"

static void chords_have_one_spelling(void **state)
{
	static const struct {
		const char *in, *out;
	} t[] = {
		{"j", "j"},	       {"G", "G"},
		{"{", "{"},	       {"^", "^"},
		{"-", "-"},	       {"^S", "^S"},
		{"^s", "^S"},	       {"C-s", "^S"},
		{"^I", "Tab"},	       {"^M", "Enter"},
		{"^[", "Esc"},	       {"^H", "Backspace"},
		{"^@", "^Space"},      {"^Space", "^Space"},
		{"Space", "Space"},    {"S-Tab", "S-Tab"},
		{"M-x", "M-x"},	       {"M-X", "M-X"},
		{"M--", "M--"},	       {"M-^", "M-^"},
		{"M-^S", "M-^S"},      {"C-Left", "C-Left"},
		{"M-C-S-Up", "M-C-S-Up"}, {"S-C-M-Up", "M-C-S-Up"},
		{"F1", "F1"},	       {"F24", "F24"},
		{"S-F5", "S-F5"},      {"pgup", "PgUp"},
		{"PageDown", "PgDn"},  {"Delete", "Del"},
		{"é", "é"},	       {"日", "日"},
		{"^_", "^_"},	       {"^\\", "^\\"},
		{"#", "#"},	       {"M-Space", "M-Space"},
	};
	char text[KEYMAP_CHORD_MAX];
	uint32_t key, again;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_true(key_parse(t[i].in, strlen(t[i].in), &key));
		key_print(key, text);
		assert_string_equal(text, t[i].out);
		assert_true(key_parse(text, strlen(text), &again));
		assert_int_equal(key, again);
	}
}

static void what_no_terminal_sends_is_no_chord(void **state)
{
	static const char *const bad[] = {"",	 "F0",	 "F25",	 "F100", "ab",
					  "^1",	 "^{",	 "S-a",	 "C-",	 "Foo",
					  "\x01", "^\xff", "\xff", "^é"};
	uint32_t key = 77;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(key_parse(bad[i], strlen(bad[i]), &key));
	assert_int_equal(key, 77);
}

static void every_key_round_trips(void **state)
{
	static const uint32_t mods[] = {0, KEY_CTRL, KEY_ALT, KEY_SHIFT,
					KEY_CTRL | KEY_ALT,
					KEY_CTRL | KEY_ALT | KEY_SHIFT};
	char text[KEYMAP_CHORD_MAX];
	uint32_t key, again;
	size_t m;

	for (m = 0; m < sizeof(mods) / sizeof(mods[0]); m++) {
		for (key = KEY_FIRST; key <= KEY_LAST; key++) {
			key_print(key | mods[m], text);
			assert_true(key_parse(text, strlen(text), &again));
			assert_int_equal(again, key | mods[m]);
		}
	}
	for (key = ' '; key < 0x7f; key++) {
		key_print(key, text);
		assert_true(key_parse(text, strlen(text), &again));
		assert_int_equal(again, key);
		key_print(key | KEY_ALT, text);
		assert_true(key_parse(text, strlen(text), &again));
		assert_int_equal(again, key | KEY_ALT);
	}
}

static void sequences(void **state)
{
	static const struct {
		const char *in, *out;
		size_t n;
	} t[] = {
		{"]e", "]e", 2},     {"] e", "]e", 2},
		{"gg", "gg", 2},     {"^X ^S", "^X ^S", 2},
		{"F1", "F1", 1},     {"F 1", "F 1", 2},
		{"^ S", "^ S", 2},   {"g Space", "g Space", 2},
		{"  j ", "j", 1},    {"a b c", "a b c", 3},
		{"ab c", "a b c", 3}, {"éé", "éé", 2},
	};
	uint32_t keys[KEYMAP_SEQ_MAX];
	struct buf out;
	size_t i;

	buf_init(&out);
	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		assert_int_equal(key_parse_seq(t[i].in, strlen(t[i].in), keys),
				 t[i].n);
		buf_clear(&out);
		key_print_seq(keys, t[i].n, &out);
		assert_string_equal(out.data, t[i].out);
	}
	buf_release(&out);
	assert_int_equal(key_parse_seq("", 0, keys), 0);
	assert_int_equal(key_parse_seq("abc", 3, keys), 0);
	assert_int_equal(key_parse_seq("ab cd", 5, keys), 0);
	assert_int_equal(key_parse_seq("a b c d", 7, keys), 0);
}

static const char *const pairs[] = {"pairs", "global", NULL};
static const char *const global[] = {"global", NULL};

static struct keymap *sample(void)
{
	struct keymap *km = keymap_new();

	assert_true(keymap_bind(km, "global", "q", "back", NULL));
	assert_true(keymap_bind(km, "global", "^S", "save", NULL));
	assert_true(keymap_bind(km, "global", "F2", "save", NULL));
	assert_true(keymap_bind(km, "global", "d", "nothing", NULL));
	assert_true(keymap_bind(km, "pairs", "d", "delete", NULL));
	assert_true(keymap_bind(km, "pairs", "]e", "next-problem", NULL));
	return km;
}

static const char *typed(struct keymap *km, const char *const *contexts,
			 const char *keys)
{
	struct keymap_state st = {.nkeys = 0};
	uint32_t seq[KEYMAP_SEQ_MAX];
	size_t n = key_parse_seq(keys, strlen(keys), seq), i;
	const char *command = NULL;
	enum keymap_match m = KEYMAP_NONE;

	for (i = 0; i < n; i++)
		m = keymap_feed(km, &st, contexts, seq[i], &command);
	return m == KEYMAP_FOUND ? command :
	       m == KEYMAP_PENDING ? "..." : "none";
}

static void the_special_context_decides(void **state)
{
	struct keymap *km = sample();

	assert_string_equal(typed(km, pairs, "d"), "delete");
	assert_string_equal(typed(km, global, "d"), "nothing");
	assert_string_equal(typed(km, pairs, "q"), "back");
	assert_string_equal(typed(km, pairs, "]"), "...");
	assert_string_equal(typed(km, pairs, "]e"), "next-problem");
	assert_string_equal(typed(km, global, "]"), "none");
	assert_string_equal(typed(km, pairs, "]q"), "back");
	assert_string_equal(typed(km, pairs, "]x"), "none");
	keymap_free(km);
}

static void bindings_are_replaced_hidden_and_dropped(void **state)
{
	struct keymap *km = sample();
	struct buf out;
	struct err err;

	buf_init(&out);
	assert_int_equal(keymap_keys_for(km, pairs, "save", &out), 2);
	assert_string_equal(out.data, "^S, F2");
	assert_true(keymap_bind(km, "pairs", "F2", "other", NULL));
	buf_clear(&out);
	assert_int_equal(keymap_keys_for(km, pairs, "save", &out), 1);
	assert_string_equal(out.data, "^S");
	assert_true(keymap_bind(km, "pairs", "d", NULL, NULL));
	assert_string_equal(typed(km, pairs, "d"), "none");
	assert_string_equal(typed(km, global, "d"), "nothing");
	keymap_unbind_command(km, "global", "save");
	assert_string_equal(typed(km, global, "^S"), "none");
	assert_false(keymap_bind(km, "global", "Foo", "x", &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_string_equal(err.msg, "no such key: Foo");
	assert_int_equal(keymap_count(km), 5);
	assert_null(keymap_entry(km, 5));
	/* a configuration may take over a prefix */
	assert_true(keymap_bind(km, "pairs", "]", "bracket", NULL));
	assert_string_equal(typed(km, pairs, "]"), "bracket");
	buf_release(&out);
	keymap_free(km);
}

/* The keys of the text verbs parse, none prints, none is there twice. */
static void text_keys_are_fit_for_a_field(void **state)
{
	const struct textkey *t;
	uint32_t seen[256], key;
	size_t n, i, k, nseen = 0;

	t = textkeys_table(&n);
	for (i = 0; i < n; i++) {
		const char *s = t[i].keys;

		while (*s) {
			size_t len = strcspn(s, ",");

			assert_true(key_parse(s, len, &key));
			assert_true(KEY_MODS(key) & (KEY_CTRL | KEY_ALT) ||
				    KEY_CODE(key) >= KEY_FIRST);
			for (k = 0; k < nseen; k++)
				assert_int_not_equal(seen[k], key);
			seen[nseen++] = key;
			s += len;
			s += strspn(s, ", ");
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(chords_have_one_spelling),
		cmocka_unit_test(what_no_terminal_sends_is_no_chord),
		cmocka_unit_test(every_key_round_trips),
		cmocka_unit_test(sequences),
		cmocka_unit_test(the_special_context_decides),
		cmocka_unit_test(bindings_are_replaced_hidden_and_dropped),
		cmocka_unit_test(text_keys_are_fit_for_a_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
