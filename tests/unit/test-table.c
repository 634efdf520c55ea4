#include "config.h"

#include "screen.h"
#include "ui/table.h"

#define MAX 32

/* The rows: name and value, as bytes. */
static struct row {
	char text[2][200];
	size_t len[2];
} rows[MAX];
static size_t n_rows, n_sets;

static void put(size_t row, int column, const char *s, size_t len)
{
	assert_true(len <= sizeof(rows[0].text[0]));
	memcpy(rows[row].text[column], s, len);
	rows[row].len[column] = len;
}

static size_t count(void *arg)
{
	return n_rows;
}

static void cell(void *arg, size_t row, int column, struct buf *out)
{
	assert_true(row < n_rows);
	buf_add(out, rows[row].text[column], rows[row].len[column]);
}

static bool set(void *arg, size_t row, int column, const char *s, size_t len,
		struct err *err)
{
	n_sets++;
	if (memchr(s, '\n', len))
		return err_set(err, ERR_INPUT, "line break in a header");
	put(row, column, s, len);
	return true;
}

static bool insert(void *arg, size_t row, struct err *err)
{
	memmove(rows + row + 1, rows + row, (n_rows - row) * sizeof(*rows));
	memset(rows + row, 0, sizeof(*rows));
	n_rows++;
	return true;
}

static bool removed(void *arg, size_t row, struct err *err)
{
	n_rows--;
	memmove(rows + row, rows + row + 1, (n_rows - row) * sizeof(*rows));
	return true;
}

static bool duplicate(void *arg, size_t row, struct err *err)
{
	struct row copy = rows[row];

	insert(arg, row + 1, err);
	rows[row + 1] = copy;
	return true;
}

static bool move(void *arg, size_t from, size_t to, struct err *err)
{
	struct row copy = rows[from];

	rows[from] = rows[to];
	rows[to] = copy;
	return true;
}

static enum table_mark mark(void *arg, size_t row)
{
	return row == 1 ? TABLE_ERROR : row == 2 ? TABLE_CHANGED : TABLE_PLAIN;
}

static void note(void *arg, size_t row, struct buf *out)
{
	if (row == 1)
		buf_adds(out, "a name with a blank");
}

static const struct table_ops ops = {
	.count = count, .cell = cell, .set = set, .insert = insert,
	.remove = removed, .duplicate = duplicate, .move = move, .mark = mark,
	.note = note,
};
static const struct table_column columns[] = {
	{.title = "Name", .min = 8, .percent = 30},
	{.title = "Value", .min = 8, .percent = 70},
};

static struct table t;
static struct canvas c;

static int setup(void **state)
{
	n_rows = 3;
	n_sets = 0;
	put(0, 0, "Accept", 6);
	put(0, 1, "*/*", 3);
	put(1, 0, "Bad Name", 8);
	put(1, 1, "x\0\xff\x1b[m", 6);
	put(2, 0, "Set-Cookie", 10);
	put(2, 1, "session=0123456789abcdef0123456789; Path=/; HttpOnly; "
	    "Expires=Tue, 18 Mar 2025 00:45:58 GMT", 91);
	table_init(&t, &ops, NULL, columns, 2);
	canvas_init(&c, 40, 10);
	return 0;
}

static int teardown(void **state)
{
	table_release(&t);
	canvas_release(&c);
	return 0;
}

static void draw(bool focused)
{
	struct region r;

	canvas_clear(&c);
	r = canvas_region(&c);
	table_layout(&t, &r);
	table_draw(&t, &r, focused);
}

static void type(const char *s)
{
	prompt_text(table_field(&t), s, strlen(s));
}

static void a_long_value_is_whole_below(void **state)
{
	draw(true);
	expect_styled(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"--\n"
		"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\n"
		"..###########.==========================\n"
		"E.llllllll....fxxxxxxxxff\n"
		"c.llllllllll..ffffffffffffffffffffffffff\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n");
	table_move(&t, 1, 0);
	draw(true);
	expect_screen(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"────────────────────────────────────────\n"
		"a name with a blank\n");
	table_move(&t, 9, 1);
	draw(true);
	expect_screen(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"\n"
		"\n"
		"────────────────────────────────────────\n"
		"session=0123456789abcdef0123456789;\n"
		"Path=/; HttpOnly; Expires=Tue, 18 Mar\n"
		"2025 00:45:58 GMT\n");
	canvas_resize(&c, 40, 4);	/* no room below */
	draw(false);
	expect_styled(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"--\n"
		"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\n"
		"..llllll......fff\n"
		"E.llllllll....fxxxxxxxxff\n"
		"c.===========.==========================\n");
}

static void cells_are_edited_in_place(void **state)
{
	struct err err;
	size_t len;

	table_move(&t, 1, 1);
	assert_null(table_field(&t));
	assert_true(table_edit(&t, &err));
	draw(true);
	expect_screen(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"────────────────────────────────────────\n"
		"a name with a blank\n"
		"cursor 25 2\n");
	/* an untouched cell is given back as it was, and not set */
	assert_true(table_accept(&t, false, &err));
	assert_int_equal(n_sets, 0);
	assert_memory_equal(rows[1].text[1], "x\0\xff\x1b[m", 6);
	assert_true(table_edit(&t, &err));
	table_field(&t)->breaks = PROMPT_BREAKS_KEEP;
	type("y\nz");
	assert_false(table_accept(&t, false, &err));
	assert_string_equal(err.msg, "line break in a header");
	assert_non_null(table_field(&t));
	prompt_action(table_field(&t), TEXT_DELETE_TO_START);
	type("new");
	assert_true(table_accept(&t, true, &err));
	assert_memory_equal(rows[1].text[1], "new", 3);
	/* Tab went on to the next row's name */
	assert_non_null(table_field(&t));
	assert_int_equal(t.row, 2);
	assert_int_equal(t.column, 0);
	assert_string_equal(prompt_bytes(table_field(&t), &len), "Set-Cookie");
	table_cancel(&t);
	assert_null(table_field(&t));
	assert_int_equal(n_rows, 3);
}

static void a_row_is_added_cell_by_cell(void **state)
{
	struct err err;

	assert_true(table_add(&t, &err));
	assert_int_equal(n_rows, 4);
	assert_int_equal(t.row, 3);
	type("X-New");
	assert_true(table_accept(&t, true, &err));
	assert_int_equal(t.column, 1);
	type("1");
	assert_true(table_accept(&t, true, &err));
	assert_null(table_field(&t));
	draw(true);
	expect_screen(&c,
		"  Name        Value\n"
		"  Accept      */*\n"
		"! Bad Name    x^@<ff>^[[m\n"
		"• Set-Cookie  session=0123456789abcdef0…\n"
		"  X-New       1\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n");
	assert_true(table_insert(&t, &err));
	assert_int_equal(t.row, 3);
	table_cancel(&t);	/* nothing typed: the row goes again */
	assert_int_equal(n_rows, 4);
	assert_true(table_insert(&t, &err));
	type("Y");
	assert_true(table_accept(&t, true, &err));
	table_cancel(&t);	/* a name was typed: it stays */
	assert_int_equal(n_rows, 5);
}

static void rows_are_deleted_doubled_and_moved(void **state)
{
	struct err err;

	assert_true(table_duplicate(&t, &err));
	assert_int_equal(n_rows, 4);
	assert_int_equal(t.row, 1);
	assert_true(table_shift(&t, 1, &err));
	assert_int_equal(t.row, 2);
	assert_memory_equal(rows[2].text[0], "Accept", 6);
	assert_false(table_shift(&t, 9, &err));
	assert_true(table_shift(&t, -2, &err));
	assert_false(table_shift(&t, -1, &err));
	while (n_rows)
		assert_true(table_delete(&t, &err));
	assert_false(table_delete(&t, &err));
	assert_false(table_edit(&t, &err));
	assert_false(table_duplicate(&t, &err));
	t.empty = "no headers";
	draw(true);
	expect_screen(&c,
		"  Name        Value\n"
		"  no headers\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n"
		"\n");
}

static void rows_that_do_not_fit_are_marked(void **state)
{
	struct region r = region_sub(&(struct region){.canvas = &c, .w = 40,
				     .h = 10}, 0, 0, 40, 3);

	table_layout(&t, &r);
	table_draw(&t, &r, true);
	expect_screen(&c,
		"  Name       Value\n"
		"  Accept     */*                       █\n"
		"! Bad Name   x^@<ff>^[[m               │\n"
		"\n\n\n\n\n\n\n");
	table_move(&t, 2, 0);
	canvas_clear(&c);
	table_layout(&t, &r);
	table_draw(&t, &r, true);
	expect_screen(&c,
		"  Name       Value\n"
		"! Bad Name   x^@<ff>^[[m               │\n"
		"• Set-Cookie session=0123456789abcdef0…█\n"
		"\n\n\n\n\n\n\n");
}

static void a_search_goes_from_row_to_row(void **state)
{
	draw(true);
	table_goto(&t, 0, 1);
	assert_true(table_find(&t, "name", 4, true, 1));
	assert_int_equal(t.row, 1);
	assert_int_equal(t.column, 0);
	assert_false(table_find(&t, "name", 4, false, 0));
	assert_true(table_find(&t, "Name", 4, false, 0));
	assert_int_equal(t.row, 1);
	assert_true(table_find(&t, "a", 1, true, -1));
	assert_int_equal(t.row, 0);
	assert_true(table_find(&t, "a", 1, true, -1));	/* around */
	assert_int_equal(t.row, 2);
	assert_false(table_find(&t, "nowhere", 7, true, 1));
	assert_int_equal(t.row, 2);
}

static void clicks_find_cells(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 20, .y = 2};

	draw(true);
	assert_int_equal(table_mouse(&t, &m), UI_MOVED);
	assert_int_equal(t.row, 1);
	assert_int_equal(t.column, 1);
	m.y = 0;
	assert_int_equal(table_mouse(&t, &m), UI_IGNORED);
	m.y = 9;
	assert_int_equal(table_mouse(&t, &m), UI_IGNORED);
	m.y = 1;
	m.x = 3;
	assert_int_equal(table_mouse(&t, &m), UI_MOVED);
	assert_true(table_edit(&t, NULL));
	draw(true);
	m.x = 4;
	assert_int_equal(table_mouse(&t, &m), UI_MOVED);
	assert_int_equal(t.field.cursor, 2);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_long_value_is_whole_below),
		T(cells_are_edited_in_place),
		T(a_row_is_added_cell_by_cell),
		T(rows_are_deleted_doubled_and_moved),
		T(rows_that_do_not_fit_are_marked),
		T(a_search_goes_from_row_to_row),
		T(clicks_find_cells),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
