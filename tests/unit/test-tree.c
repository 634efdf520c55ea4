#include "config.h"

#include "screen.h"
#include "ui/tree.h"

/*
 * Nodes are numbers; node 0 is the root. Where `deep` is set, every node but
 * the last has one child; where `wide` is set, the root has that many leaves.
 * Else: 0 -> 1..5; 2 -> 20..23; 21 -> 210, 211; 4 -> 40.
 */
static size_t deep, wide;
static char edited[64];

static size_t children(void *arg, size_t node)
{
	if (deep)
		return node + 1 < deep;
	if (wide)
		return node == 0 ? wide : 0;
	return node == 0 ? 5 : node == 2 ? 4 : node == 21 ? 2 : node == 4;
}

static size_t child(void *arg, size_t node, size_t i)
{
	if (deep || wide)
		return node + 1 + i;
	return node == 0 ? 1 + i : node * 10 + i;
}

static size_t next(void *arg, size_t node)
{
	return node + 1;
}

static uint64_t name(void *arg, size_t node)
{
	return node + 1;
}

static void cell(void *arg, size_t node, struct tree_cell *out)
{
	buf_addf(&out->label, "key%zu", node);
	out->label_style = STYLE_JSON_KEY;
	if (children(arg, node))
		buf_addf(&out->value, "{%zu}", children(arg, node));
	else if (node == 3)
		buf_adds(&out->value, edited[0] ? edited : "\"日本\x1b\"");
	else
		buf_addf(&out->value, "%zu", node);
	out->value_style = STYLE_JSON_NUMBER;
	out->hilites[0] = (struct hilite){0, 1, STYLE_MATCH};
	out->nhilites = node == 22;
}

static bool get(void *arg, size_t node, struct buf *out, struct err *err)
{
	if (children(arg, node))
		return err_set(err, ERR_INPUT, "not a single value");
	buf_addf(out, "%zu", node);
	return true;
}

static bool set(void *arg, size_t node, const char *s, size_t len,
		struct err *err)
{
	if (len > 20)
		return err_set(err, ERR_INPUT, "too long");
	snprintf(edited, sizeof(edited), "%s", s);
	return true;
}

static const struct tree_ops ops = {.children = children, .child = child,
				    .cell = cell, .name = name, .get = get,
				    .set = set};
static const struct tree_ops quick = {.children = children, .child = child,
				      .next = next, .cell = cell,
				      .name = name};

static struct tree t;
static struct canvas c;

static int setup(void **state)
{
	deep = wide = 0;
	edited[0] = '\0';
	tree_init(&t, &ops, NULL, 0, true);
	canvas_init(&c, 40, 8);
	return 0;
}

static int teardown(void **state)
{
	tree_release(&t);
	canvas_release(&c);
	return 0;
}

static void draw(int w, int h)
{
	struct region r;

	canvas_resize(&c, w, h);
	r = canvas_region(&c);
	tree_layout(&t, &r);
	tree_draw(&t, &r, true);
}

static void go_to(size_t node)
{
	tree_home(&t);
	while (t.rows[t.cursor].node != node)
		assert_int_equal(tree_move(&t, 1), UI_MOVED);
}

static void nodes_fold_and_unfold(void **state)
{
	size_t path[8], node;

	draw(40, 12);
	expect_styled(&c,
		"  key1: 1\n"
		"▾ key2: {4}\n"
		"    key20: 20\n"
		"  ▸ key21: {2}\n"
		"    key22: 22\n"
		"    key23: 23\n"
		"  key3: \"日本^[\"\n"
		"▾ key4: {1}\n"
		"    key40: 40\n"
		"  key5: 5\n"
		"\n"
		"\n"
		"--\n"
		"########################################\n"
		"d.yyyyddnnn\n"
		"....yyyyyddnn\n"
		"..d.yyyyyddnnn\n"
		"....yyyyydd*n\n"
		"....yyyyyddnn\n"
		"..yyyyddnnnnnxxn\n"
		"d.yyyyddnnn\n"
		"....yyyyyddnn\n"
		"..yyyyddn\n"
		"\n"
		"\n");
	go_to(2);
	assert_int_equal(tree_toggle(&t), UI_MOVED);	/* folds */
	assert_int_equal(t.nrows, 6);
	assert_int_equal(tree_child(&t), UI_MOVED);	/* unfolds */
	assert_int_equal(tree_child(&t), UI_MOVED);	/* first child */
	assert_true(tree_current(&t, &node));
	assert_int_equal(node, 20);
	assert_int_equal(tree_child(&t), UI_IGNORED);
	tree_move(&t, 1);
	assert_int_equal(tree_child(&t), UI_MOVED);
	go_to(211);
	assert_int_equal(tree_path(&t, path, 8), 4);
	assert_int_equal(path[0], 0);
	assert_int_equal(path[1], 2);
	assert_int_equal(path[2], 21);
	assert_int_equal(path[3], 211);
	draw(40, 12);
	expect_screen(&c,
		"  key1: 1\n"
		"▾ key2: {4}\n"
		"    key20: 20\n"
		"  ▾ key21: {2}\n"
		"      key210: 210\n"
		"      key211: 211\n"
		"    key22: 22\n"
		"    key23: 23\n"
		"  key3: \"日本^[\"\n"
		"▾ key4: {1}\n"
		"    key40: 40\n"
		"  key5: 5\n");
	assert_int_equal(tree_parent(&t), UI_MOVED);	/* to 21 */
	assert_int_equal(tree_parent(&t), UI_MOVED);	/* folds it */
	assert_int_equal(tree_sibling(&t, 1), UI_MOVED);
	assert_true(tree_current(&t, &node));
	assert_int_equal(node, 22);
	tree_sibling(&t, 1);
	assert_int_equal(tree_sibling(&t, 1), UI_IGNORED);
	assert_int_equal(tree_sibling(&t, -1), UI_MOVED);
	assert_int_equal(tree_fold_all(&t), UI_MOVED);
	assert_int_equal(t.nrows, 5);
	assert_true(tree_current(&t, &node));
	assert_int_equal(node, 2);
	assert_int_equal(tree_parent(&t), UI_IGNORED);
}

static void a_path_is_revealed(void **state)
{
	static const size_t path[] = {0, 2, 21, 210};
	size_t node;

	tree_fold_all(&t);
	assert_int_equal(tree_reveal(&t, path, 4), UI_MOVED);
	assert_true(tree_current(&t, &node));
	assert_int_equal(node, 210);
}

static void values_are_edited_in_place(void **state)
{
	struct err err;

	go_to(2);
	assert_false(tree_edit(&t, &err));
	assert_string_equal(err.msg, "not a single value");
	go_to(3);
	assert_true(tree_edit(&t, &err));
	assert_true(tree_accept(&t, &err));	/* untouched: not set */
	assert_string_equal(edited, "");
	assert_true(tree_edit(&t, &err));
	prompt_text(tree_field(&t), "14", 2);
	draw(40, 12);
	expect_screen(&c,
		"  key1: 1\n"
		"▾ key2: {4}\n"
		"    key20: 20\n"
		"  ▸ key21: {2}\n"
		"    key22: 22\n"
		"    key23: 23\n"
		"  key3: 314\n"
		"▾ key4: {1}\n"
		"    key40: 40\n"
		"  key5: 5\n"
		"\n"
		"\n"
		"cursor 11 6\n");
	assert_true(tree_accept(&t, &err));
	assert_string_equal(edited, "314");
	assert_null(tree_field(&t));
	assert_true(tree_edit(&t, &err));
	prompt_text(tree_field(&t), "this is far too long.", 21);
	assert_false(tree_accept(&t, &err));
	tree_cancel(&t);
	assert_string_equal(edited, "314");
}

static void what_was_open_stays_open(void **state)
{
	size_t node;

	go_to(21);
	tree_toggle(&t);
	go_to(211);
	tree_changed(&t, 0);
	assert_true(tree_current(&t, &node));
	assert_int_equal(node, 211);
	wide = 1;	/* all but node 1 is gone */
	tree_changed(&t, 0);
	assert_int_equal(t.nrows, 1);
	wide = 0;
	tree_changed(&t, 0);
	assert_int_equal(t.nrows, 12);
}

static void depth_is_pressed(void **state)
{
	uint64_t seed = 8;
	bool all;
	int i;

	deep = 1000;
	tree_reset(&t, 0, 0);
	assert_int_equal(t.nrows, 1);
	assert_int_equal(tree_unfold_all(&t, true, &all), UI_MOVED);
	assert_true(all);
	assert_int_equal(t.nrows, 999);
	tree_move(&t, 7);
	draw(40, 10);
	expect_screen(&c,
		"▾ key1: {1}                            █\n"
		"  ▾ key2: {1}                          │\n"
		"    ▾ key3: {1}                        │\n"
		"      ▾ key4: {1}                      │\n"
		"        ▾ key5: {1}                    │\n"
		"          ▾ key6: {1}                  │\n"
		"            ▾ key7: {1}                │\n"
		"‹          7 ▾ key8: {1}               │\n"
		"‹          8 ▾ key9: {1}               │\n"
		"‹          9 ▾ key10: {1}              │\n");
	tree_end(&t);
	draw(40, 3);
	expect_styled(&c,
		"‹        996 ▾ key997: {1}             │\n"
		"‹        997 ▾ key998: {1}             │\n"
		"‹        998   key999: 999             █\n"
		"--\n"
		"d........ddd.d.yyyyyyddnnn.............b\n"
		"d........ddd.d.yyyyyyddnnn.............b\n"
		"#######################################b\n");
	/* folding one forgets none of those below it */
	for (i = 0; i < 300; i++) {
		tree_home(&t);
		tree_move(&t, (long)(rnd(&seed) % 998));
		tree_toggle(&t);
		assert_int_equal(t.nrows, t.cursor + 1);
		tree_toggle(&t);
		assert_int_equal(t.nrows, 999);
	}
	assert_int_equal(tree_fold_all(&t), UI_MOVED);
	assert_int_equal(t.nrows, 1);
}

static void a_hundred_thousand_nodes(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 0, .y = 0};
	bool all;

	tree_release(&t);
	wide = 100000;
	tree_init(&t, &quick, NULL, 0, false);
	assert_int_equal(t.nrows, 100001);
	tree_end(&t);
	draw(30, 3);
	expect_screen(&c,
		"    key99998: 99998          │\n"
		"    key99999: 99999          │\n"
		"    key100000: 100000        █\n");
	tree_home(&t);
	draw(30, 3);
	assert_int_equal(tree_mouse(&t, &m), UI_MOVED);	/* the fold sign */
	assert_int_equal(t.nrows, 1);
	assert_int_equal(tree_unfold_all(&t, false, &all), UI_MOVED);
	assert_int_equal(t.nrows, 100001);
	assert_int_equal(tree_unfold_all(&t, true, &all), UI_MOVED);
	assert_int_equal(t.nrows, 100001);
}

/* Against a recursive picture of what must be visible. */
static bool open_nodes[300];

static void flatten(size_t node, uint32_t depth, size_t *n)
{
	size_t i;

	for (i = 0; i < children(NULL, node); i++) {
		size_t kid = child(NULL, node, i);

		assert_true(*n < t.nrows);
		assert_int_equal(t.rows[*n].node, kid);
		assert_int_equal(t.rows[*n].depth, depth);
		assert_int_equal(t.rows[*n].open,
				 open_nodes[kid] && children(NULL, kid) > 0);
		(*n)++;
		if (open_nodes[kid])
			flatten(kid, depth + 1, n);
	}
}

static void random_folding_agrees_with_a_picture(void **state)
{
	uint64_t seed = 3;
	size_t n, node;
	int i;

	tree_reset(&t, 0, 0);
	memset(open_nodes, 0, sizeof(open_nodes));
	for (i = 0; i < 3000; i++) {
		tree_move(&t, (long)(rnd(&seed) % 11) - 5);
		tree_current(&t, &node);
		switch (rnd(&seed) % 4) {
		case 0:
		case 1:
			if (tree_toggle(&t) == UI_MOVED)
				open_nodes[node] = !open_nodes[node];
			break;
		case 2:
			tree_changed(&t, 0);
			break;
		default:
			if (rnd(&seed) % 20 == 0) {
				tree_fold_all(&t);
				memset(open_nodes, 0, sizeof(open_nodes));
			} else if (rnd(&seed) % 20 == 0) {
				tree_unfold_all(&t, true, NULL);
				memset(open_nodes, 1, sizeof(open_nodes));
			}
		}
		n = 0;
		flatten(0, 0, &n);
		assert_int_equal(n, t.nrows);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(nodes_fold_and_unfold),
		T(a_path_is_revealed),
		T(values_are_edited_in_place),
		T(what_was_open_stays_open),
		T(depth_is_pressed),
		T(a_hundred_thousand_nodes),
		T(random_folding_agrees_with_a_picture),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
