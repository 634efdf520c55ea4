#include "config.h"

#include "app/command.h"
#include "ui/keymap.h"
#include "unit.h"

/* Call fn for every alternative of every command's default keys. */
static void each_key(void (*fn)(enum command_id id, const char *key))
{
	for (int i = 1; i < CMD_COUNT; i++) {
		const char *keys = command_table[i].keys;
		char key[32];

		while (keys && *keys) {
			const char *end = strstr(keys, ", ");
			size_t len = end ? (size_t)(end - keys) : strlen(keys);

			assert_true(len > 0 && len < sizeof(key));
			memcpy(key, keys, len);
			key[len] = '\0';
			fn((enum command_id)i, key);
			keys += len + (end ? 2 : 0);
		}
	}
}

static void every_command_is_described(void **state)
{
	for (int i = 1; i < CMD_COUNT; i++) {
		const struct command *c = &command_table[i];

		if (!c->name)
			fail_msg("command %d has no entry", i);
		assert_true(c->name[0] && c->word && c->word[0]);
		assert_true(c->help && strlen(c->help) > 3);
		assert_true(c->help[strlen(c->help) - 1] != '.');
		assert_true(c->views != 0);
		assert_int_equal(command_find(c->name, strlen(c->name)), i);
		if (c->alias)
			assert_int_equal(
				command_find(c->alias, strlen(c->alias)), i);
	}
	assert_int_equal(command_find("nothing", 7), CMD_NONE);
	assert_int_equal(command_find("", 0), CMD_NONE);
}

static void is_a_key(enum command_id id, const char *key)
{
	uint32_t keys[KEYMAP_SEQ_MAX];

	if (!key_parse_seq(key, strlen(key), keys))
		fail_msg("%s: %s is no key", command_table[id].name, key);
}

static void every_key_can_be_read(void **state)
{
	each_key(is_a_key);
}

static const char *looked_for;
static enum command_id looking;

/* Names that begin with the same word mean the same thing ("add",
 * "add-inbound"); a shorter sequence must not hide a longer one. */
static bool same_verb(const char *a, const char *b)
{
	size_t n = strcspn(a, "-");

	return n == strcspn(b, "-") && !memcmp(a, b, n);
}

/* Is `first` the beginning of a longer sequence? */
static bool begins(const char *key, const char *first)
{
	uint32_t keys[KEYMAP_SEQ_MAX], start[KEYMAP_SEQ_MAX];
	size_t n = key_parse_seq(key, strlen(key), keys);
	size_t m = key_parse_seq(first, strlen(first), start);

	return m < n && !memcmp(keys, start, m * sizeof(*keys));
}

static void compare_key(enum command_id id, const char *key)
{
	const struct command *a = &command_table[looking];
	const struct command *b = &command_table[id];
	bool meet = a->views & b->views;

	if (id == looking)
		return;
	if (!strcmp(key, looked_for)) {
		if (meet)
			fail_msg("%s is %s and %s in one view", key, a->name,
				 b->name);
		if (!(a->views & IN_FIELD) && !(b->views & IN_FIELD) &&
		    !same_verb(a->name, b->name))
			fail_msg("%s means %s here and %s there", key, a->name,
				 b->name);
	}
	if (meet && begins(key, looked_for))
		fail_msg("%s (%s) hides %s (%s)", looked_for, a->name, key,
			 b->name);
}

static void look_for(enum command_id id, const char *key)
{
	looking = id;
	looked_for = key;
	each_key(compare_key);
}

static void a_key_means_one_thing_everywhere(void **state)
{
	each_key(look_for);
}

static void not_printable(enum command_id id, const char *key)
{
	if (command_table[id].views & IN_FIELD)
		assert_true(strlen(key) > 1);
}

static void no_printable_key_is_a_command_of_fields(void **state)
{
	each_key(not_printable);
}

static enum command_id parsed(const char *line, enum view_kind kind,
			      struct call *call)
{
	struct err err;

	if (!command_parse(line, kind, call, &err)) {
		assert_int_equal(err.code, ERR_USAGE);
		assert_true(err.msg[0]);
		return CMD_COUNT;
	}
	return call->id;
}

static void lines_become_calls(void **state)
{
	struct call c;

	assert_int_equal(parsed("", VIEW_PAIRS, &c), CMD_NONE);
	assert_int_equal(parsed("  ", VIEW_PAIRS, &c), CMD_NONE);
	assert_int_equal(parsed("w", VIEW_PAIRS, &c), CMD_WRITE);
	assert_null(c.arg);
	assert_false(c.bang);
	assert_int_equal(parsed("w!", VIEW_PAIRS, &c), CMD_WRITE);
	assert_true(c.bang);
	assert_int_equal(parsed(" w!  a b ", VIEW_PAIRS, &c), CMD_WRITE);
	assert_string_equal(c.arg, "a b ");
	assert_int_equal(parsed("17", VIEW_PAIRS, &c), CMD_GOTO);
	assert_string_equal(c.arg, "17");
	assert_int_equal(parsed("set status=200", VIEW_PAIR, &c), CMD_SET);
	assert_string_equal(c.arg, "status=200");
	assert_int_equal(parsed("q!", VIEW_STORE, &c), CMD_QUIT);
	assert_true(c.bang);
}

static void wrong_lines_are_refused(void **state)
{
	struct call c;

	assert_int_equal(parsed("nonsense", VIEW_PAIRS, &c), CMD_COUNT);
	assert_int_equal(parsed("set", VIEW_PAIRS, &c), CMD_COUNT);
	assert_int_equal(parsed("undo 3", VIEW_PAIRS, &c), CMD_COUNT);
	assert_int_equal(parsed("undo!", VIEW_PAIRS, &c), CMD_COUNT);
	assert_int_equal(parsed("tag", VIEW_STORE, &c), CMD_COUNT);
	assert_int_equal(parsed("12", VIEW_STORE, &c), CMD_COUNT);
	assert_int_equal(parsed("\x1b[2J", VIEW_STORE, &c), CMD_COUNT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_command_is_described),
		cmocka_unit_test(every_key_can_be_read),
		cmocka_unit_test(a_key_means_one_thing_everywhere),
		cmocka_unit_test(no_printable_key_is_a_command_of_fields),
		cmocka_unit_test(lines_become_calls),
		cmocka_unit_test(wrong_lines_are_refused),
	};

	return cmocka_run_group_tests_name("command", tests, NULL, NULL);
}
