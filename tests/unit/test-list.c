#include "config.h"

#include "screen.h"
#include "ui/list.h"

/* Rows are numbers; the model may drop or turn them. */
static size_t n_rows;
static bool turned;
static size_t asked;	/* cells asked for */

static uint64_t number(size_t row)
{
	return turned ? n_rows - row : row + 1;
}

static size_t count(void *arg)
{
	return n_rows;
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	uint64_t n = number(row);

	asked++;
	switch (column) {
	case 0:
		buf_addf(&out->text, "%llu", (unsigned long long)n);
		break;
	case 1:
		buf_adds(&out->text, n % 2 ? "GET" : "POST");
		out->style = n % 2 ? STYLE_METHOD_READ : STYLE_METHOD_WRITE;
		break;
	case 2:
		buf_addf(&out->text, "/v1/日本/items/%llu/with a long path",
			 (unsigned long long)n);
		out->hilites[0] = (struct hilite){1, 2, STYLE_MATCH};
		out->nhilites = 1;
		break;
	case 3:
		buf_addf(&out->text, "%llu", 200 + (unsigned long long)n);
		break;
	default:
		buf_add(&out->text, "\x1b\0", 2);
	}
}

static uint64_t key(void *arg, size_t row)
{
	return number(row);
}

static bool find(void *arg, uint64_t k, size_t *row)
{
	if (k == 0 || k > n_rows)
		return false;
	*row = turned ? n_rows - k : k - 1;
	return true;
}

static bool tagged(void *arg, size_t row)
{
	return number(row) % 3 == 0;
}

static const struct list_ops ops = {count, cell, key, find, tagged};
static const struct list_column columns[] = {
	{.title = "No", .min = 3, .ideal = 5, .align = ALIGN_RIGHT,
	 .sortable = true},
	{.title = "Method", .min = 4, .ideal = 6, .priority = 2},
	{.title = "Path", .min = 8, .ideal = 20, .grow = true},
	{.title = "Status", .min = 3, .ideal = 6, .priority = 1,
	 .align = ALIGN_RIGHT},
	{.title = "Tech", .min = 6, .ideal = 8, .priority = 3},
};

static struct list l;
static struct canvas c;

static int setup(void **state)
{
	n_rows = 100;
	turned = false;
	list_init(&l, &ops, NULL, columns, 5);
	canvas_init(&c, 60, 6);
	return 0;
}

static int teardown(void **state)
{
	list_release(&l);
	canvas_release(&c);
	return 0;
}

static void draw(int w, int h)
{
	struct region r;

	canvas_resize(&c, w, h);
	r = canvas_region(&c);
	list_layout(&l, &r);
	list_draw(&l, &r, true);
}

static void columns_give_way(void **state)
{
	l.sort = 0;
	draw(60, 4);
	expect_screen(&c,
		"    No↑ Method Path                          Status Tech\n"
		"      1 GET    /v1/日本/items/1/with a long…    201 ^[^@\n"
		"      2 POST   /v1/日本/items/2/with a long…    202 ^[^@\n"
		"●     3 GET    /v1/日本/items/3/with a long…    203 ^[^@\n");
	draw(40, 3);
	expect_screen(&c,
		"   No↑ Method Path       Status Tech\n"
		"     1 GET    /v1/日本/…    201 ^[^@\n"
		"     2 POST   /v1/日本/…    202 ^[^@\n");
	draw(20, 3);
	expect_screen(&c,
		"  No↑ Path     Stat…\n"
		"    1 /v1/日 …   201\n"
		"    2 /v1/日 …   202\n");
	draw(8, 2);
	expect_screen(&c,
		"    No↑\n"
		"      1\n");
}

static void a_short_list_is_as_wide_as_its_cells(void **state)
{
	static const struct list_column fit[] = {
		{.title = "No", .min = 3, .ideal = 20, .fit = true},
		{.title = "A long title", .min = 4, .ideal = 1, .fit = true},
		{.title = "Path", .min = 8, .ideal = 20, .grow = true},
	};

	n_rows = 12;
	list_release(&l);
	list_init(&l, &ops, NULL, fit, 3);
	draw(40, 3);
	expect_screen(&c,
		"  No A long title Path\n"
		"  1  GET          /v1/日本/items/1/with…\n"
		"  2  POST         /v1/日本/items/2/with…\n");
	draw(20, 3);
	expect_screen(&c,
		"  No A lon… Path\n"
		"  1  GET    /v1/日 …\n"
		"  2  POST   /v1/日 …\n");
	/* too many to look at */
	n_rows = LIST_FIT_MAX + 1;
	list_changed(&l);
	draw(40, 2);
	expect_screen(&c,
		"  No        A long title Path\n"
		"  1         GET          /v1/日本/items…\n");
}

static void the_wide_screen_gives_room_to_the_path(void **state)
{
	l.descending = true;
	l.sort = 3;
	draw(70, 2);
	expect_screen(&c,
		"     No Method Path                                   Status↓ Tech\n"
		"      1 GET    /v1/日本/items/1/with a long path          201 ^[^@\n");
}

static void styles_meet_the_selection(void **state)
{
	draw(40, 3);
	expect_styled(&c,
		"    No Method Path       Status Tech\n"
		"     1 GET    /v1/日本/…    201 ^[^@\n"
		"     2 POST   /v1/日本/…    202 ^[^@\n"
		"--\n"
		"hhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhhh\n"
		"###############**#######################\n"
		".......wwww....**...............xxxx\n");
}

static void moves_clamp_and_scroll(void **state)
{
	draw(40, 6);
	assert_int_equal(list_move(&l, -1), UI_IGNORED);
	assert_int_equal(list_move(&l, 4), UI_MOVED);
	assert_int_equal(l.top, 0);
	assert_int_equal(list_move(&l, 1), UI_MOVED);
	assert_int_equal(l.top, 1);
	assert_int_equal(list_end(&l), UI_MOVED);
	assert_int_equal(l.cursor, 99);
	assert_int_equal(l.top, 95);
	assert_int_equal(list_move(&l, 1), UI_IGNORED);
	assert_int_equal(list_page(&l, -1), UI_MOVED);
	assert_int_equal(l.cursor, 95);
	assert_int_equal(list_half_page(&l, -1), UI_MOVED);
	assert_int_equal(l.cursor, 93);
	assert_int_equal(list_home(&l), UI_MOVED);
	assert_int_equal(l.top, 0);
	n_rows = 0;
	list_changed(&l);
	l.empty = "nothing here";
	draw(40, 6);
	assert_int_equal(list_move(&l, 1), UI_IGNORED);
	expect_screen(&c,
		"    No Method Path       Status Tech\n"
		"\n"
		"              nothing here\n"
		"\n"
		"\n"
		"\n");
}

static void the_cursor_follows_its_record(void **state)
{
	size_t row;

	draw(40, 6);
	list_goto(&l, 31);
	list_goto(&l, 29);
	assert_true(list_current(&l, &row));
	assert_int_equal(number(row), 30);
	assert_int_equal(l.cursor - l.top, 2);
	turned = true;
	list_changed(&l);
	assert_true(list_current(&l, &row));
	assert_int_equal(number(row), 30);
	assert_int_equal(l.cursor - l.top, 2);	/* where it was on screen */
	turned = false;
	n_rows = 20;	/* record 30 is gone */
	list_changed(&l);
	assert_true(list_current(&l, &row));
	assert_int_equal(row, 19);
	n_rows = 0;
	list_changed(&l);
	assert_false(list_current(&l, &row));
	n_rows = 5;
	list_changed(&l);
	assert_true(list_current(&l, &row));
}

static void only_visible_rows_are_asked_for(void **state)
{
	n_rows = (size_t)1 << 40;
	list_end(&l);
	asked = 0;
	draw(60, 6);
	assert_int_equal(asked, 5 * 5);
	assert_int_equal(l.cursor, n_rows - 1);
}

static void paths_scroll_sideways(void **state)
{
	draw(40, 2);
	list_sideways(&l, 5);
	draw(40, 2);
	expect_screen(&c,
		"    No Method Path       Status Tech\n"
		"     1 GET    ‹本/items›    201 ^[^@\n");
	list_sideways(&l, -100);
	assert_int_equal(l.left, 0);
}

static void clicks_find_rows_and_headers(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 3, .y = 3};
	size_t row;
	int column;

	draw(40, 6);
	assert_int_equal(list_mouse(&l, &m), UI_MOVED);
	assert_int_equal(l.cursor, 2);
	assert_int_equal(list_hit(&l, 15, 0, &row, &column), LIST_HEADER);
	assert_int_equal(column, 2);
	assert_int_equal(list_hit(&l, 40, 0, &row, &column), LIST_NOWHERE);
	n_rows = 2;
	assert_int_equal(list_hit(&l, 0, 5, &row, &column), LIST_NOWHERE);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(columns_give_way),
		T(a_short_list_is_as_wide_as_its_cells),
		T(the_wide_screen_gives_room_to_the_path),
		T(styles_meet_the_selection),
		T(moves_clamp_and_scroll),
		T(the_cursor_follows_its_record),
		T(only_visible_rows_are_asked_for),
		T(paths_scroll_sideways),
		T(clicks_find_rows_and_headers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
