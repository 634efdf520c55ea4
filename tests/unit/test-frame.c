#include "config.h"

#include "screen.h"
#include "ui/dialog.h"
#include "ui/menu.h"
#include "ui/pager.h"
#include "ui/split.h"
#include "ui/statusbar.h"
#include "ui/tabs.h"
#include "ui/wrap.h"

static struct canvas c;

static struct region blank(int w, int h)
{
	canvas_resize(&c, w, h);
	return canvas_region(&c);
}

static int setup(void **state)
{
	canvas_init(&c, 40, 4);
	return 0;
}

static int teardown(void **state)
{
	canvas_release(&c);
	return 0;
}

static void panes_share_a_region(void **state)
{
	struct region r = blank(20, 4), top, bottom, a, b;

	top = split_top(&r, 1);
	bottom = split_bottom(&r, 1);
	region_puts(&top, 0, 0, -1, STYLE_TITLE, "top");
	region_puts(&bottom, 0, 0, -1, STYLE_STATUS, "bottom");
	assert_true(split_columns(&r, 50, 5, &a, &b));
	split_draw_columns(&a, &b);
	region_puts(&a, 0, 0, -1, STYLE_NORMAL, "left pane");
	region_puts(&b, 0, 0, -1, STYLE_NORMAL, "right pane");
	expect_screen(&c, "top\n"
			  "left pane│right pane\n"
			  "         │\n"
			  "bottom\n");
	assert_false(split_columns(&r, 50, 12, &a, &b));
	assert_int_equal(a.w, 20);
	assert_true(region_empty(&b));
	r = blank(5, 3);
	assert_true(split_rows(&r, 50, 1, &a, &b));
	split_draw_rows(&a, &b);
	expect_screen(&c, "\n─────\n\n");
	a = split_bottom(&r, 99);
	assert_int_equal(a.h, 3);
	assert_true(region_empty(&r));
	a = split_right(&r, 99);
	assert_true(region_empty(&a));
}

static void tabs_scroll_to_the_active_one(void **state)
{
	struct region r = blank(60, 1);
	struct tabs t;
	size_t i;

	tabs_init(&t);
	tabs_add(&t, "Overview");
	tabs_add(&t, "Request");
	tabs_add(&t, "Response");
	tabs_add(&t, "Query");
	tabs_add(&t, "JSON");
	t.items[2].mark = STYLE_ERROR;
	t.items[3].disabled = true;
	tabs_layout(&t, &r);
	tabs_draw(&t, &r);
	expect_styled(&c,
		"[1 Overview] 2 Request  3 Response ! 4 Query  5 JSON\n"
		"--\n"
		"aaaaaaaaaaaatttttttttttttttttttttttEdddddddddttttttttttttttt\n");
	assert_false(tabs_pick(&t, 3));
	assert_false(tabs_pick(&t, 9));
	assert_true(tabs_pick(&t, 2));
	assert_true(tabs_step(&t, 1));
	assert_int_equal(t.active, 4);
	assert_true(tabs_step(&t, 1));
	assert_int_equal(t.active, 0);
	assert_true(tabs_step(&t, -1));
	assert_int_equal(t.active, 4);
	r = blank(30, 1);
	tabs_layout(&t, &r);
	tabs_draw(&t, &r);
	expect_screen(&c,
		"‹ 4 Query [5 JSON]\n");
	assert_true(tabs_hit(&t, 12, 0, &i));
	assert_int_equal(i, 4);
	assert_true(tabs_hit(&t, 3, 0, &i));
	assert_int_equal(i, 3);
	assert_false(tabs_hit(&t, 3, 1, &i));
	tabs_pick(&t, 1);
	tabs_layout(&t, &r);
	r = blank(30, 1);
	tabs_draw(&t, &r);
	expect_screen(&c,
		" 1 Overview [2 Request] 3 Res›\n");
}

static void the_status_bar_gives_way_on_the_left(void **state)
{
	static const struct status_part left[] = {{"sample.jsonl", STYLE_STATUS},
						  {"3 unsaved", STYLE_CHANGED}};
	static const struct status_part right[] = {{"12/187", STYLE_DIM},
						   {"6%", STYLE_DIM}};
	struct statusbar s = {.left = left, .nleft = 2, .right = right,
			      .nright = 2};
	struct region r = blank(48, 1);

	statusbar_draw(&s, &r);
	expect_screen(&c, "sample.jsonl  3 unsaved               12/187  6%\n");
	s.mode = "EDIT";
	r = blank(30, 1);
	statusbar_draw(&s, &r);
	expect_screen(&c,
		" EDIT  sample.jso…  12/187  6%\n");
	s.message = "save: no space left on device";
	s.message_style = STYLE_ERROR;
	r = blank(48, 1);
	statusbar_draw(&s, &r);
	expect_screen(&c,
		" EDIT  save: no space left on device  12/187  6%\n");
	r = blank(12, 1);
	statusbar_draw(&s, &r);
	expect_screen(&c,
		" EDIT  save…\n");
}

static void title_and_hints(void **state)
{
	static const char *const parts[] = {"store", "checkout\x1b[2J",
					    "187 POST /v1/files"};
	static const struct hint hints[] = {{"^S", "save"}, {"q", "back"},
					    {"?", "help"}};
	struct region r = blank(60, 1);

	titlebar_draw(&r, parts, 3, "read only");
	expect_screen(&c,
		"store › checkout^[[2J › 187 POST /v1/files         read only\n");
	r = blank(30, 1);
	titlebar_draw(&r, parts, 3, "read only");
	expect_screen(&c,
		"187 POST /v1/files   read only\n");
	r = blank(20, 1);
	assert_int_equal(hints_draw(&r, hints, 3), 2);
	expect_screen(&c,
		"^S save · q back\n");
}

static void a_menu_picks_by_cursor_key_and_click(void **state)
{
	struct mouse click = {.kind = MOUSE_PRESS, .button = 1, .x = 10, .y = 3};
	struct region r = blank(40, 7);
	struct menu m;
	size_t item;
	int i;

	menu_init(&m, "Copy");
	menu_add(&m, 'v', "value", "the bytes");
	menu_add(&m, 'p', "path", NULL);
	menu_add(&m, 'c', "curl command", "for a shell");
	menu_disable_last(&m);
	menu_layout(&m, &r);
	menu_draw(&m, &r);
	expect_styled(&c,
		"\n"
		"   ┌─ Copy ────────────────────────┐\n"
		"   │ v   value         the bytes   │\n"
		"   │ p   path                      │\n"
		"   │ c   curl command  for a shell │\n"
		"   └───────────────────────────────┘\n"
		"\n"
		"--\n"
		"\n"
		"...bbbTTTTbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		"...b###############################b\n"
		"...b.k.............................b\n"
		"...b.d...dddddddddddd..ddddddddddd.b\n"
		"...bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb\n"
		"\n");
	assert_true(menu_key(&m, 'p', &item));
	assert_int_equal(item, 1);
	assert_false(menu_key(&m, 'c', &item));
	assert_false(menu_key(&m, 'x', &item));
	assert_int_equal(menu_move(&m, 5), UI_MOVED);
	assert_false(menu_current(&m, &item));
	assert_true(menu_mouse(&m, &click, &item));
	assert_int_equal(item, 1);
	for (i = 0; i < 2 * MENU_ITEMS_MAX; i++)
		menu_add(&m, 0, "more", NULL);
	menu_move(&m, 10);
	menu_layout(&m, &r);
	r = blank(40, 7);
	menu_draw(&m, &r);
	expect_screen(&c,
		"   ┌─ Copy ────────────────────────┐\n"
		"   │     more                     █│\n"
		"   │     more                     ││\n"
		"   │     more                     ││\n"
		"   │     more                     ││\n"
		"   │     more                     ││\n"
		"   └───────────────────────────────┘\n");
	menu_release(&m);
}

static void every_answer_has_a_key_of_its_own(void **state)
{
	static const char *const words[] = {"Descartar", "Desechar", "Ce",
		"C:\xe5\x8f\x96\xe6\xb6\x88", "\xe5\x8f\x96", "D", "E"};
	static const char keys[] = "dec1234";
	struct dialog d;

	dialog_init(&d, STYLE_WARNING, "", "");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		dialog_answer(&d, words[i], false);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_int_equal(d.answers[i].key, keys[i]);
	assert_string_equal(d.answers[3].word, "\xe5\x8f\x96\xe6\xb6\x88");
	dialog_release(&d);
}

static void a_dialog_starts_at_the_safe_answer(void **state)
{
	struct mouse click = {.kind = MOUSE_PRESS, .button = 1};
	struct region r = blank(60, 10);
	struct dialog d;
	size_t answer;

	dialog_init(&d, STYLE_WARNING, "Quit",
		    "There are 3 unsaved changes.\n\nfile\x1b[m.jsonl");
	dialog_answer(&d, "save", false);
	dialog_answer(&d, "discard", false);
	dialog_answer(&d, "cancel", true);
	dialog_layout(&d, &r);
	dialog_draw(&d, &r);
	expect_styled(&c,
		"\n"
		"           ┌─ Quit ────────────────────────────┐\n"
		"           │ There are 3 unsaved changes.      │\n"
		"           │                                   │\n"
		"           │ file^[[m.jsonl                    │\n"
		"           │                                   │\n"
		"           │ [s] save  [d] discard  [c] cancel │\n"
		"           └───────────────────────────────────┘\n"
		"\n"
		"\n"
		"--\n"
		"\n"
		"...........WWWTTTTWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW\n"
		"...........W...................................W\n"
		"...........W...................................W\n"
		"...........W.....xx............................W\n"
		"...........W...................................W\n"
		"...........W..k.........k...........##########.W\n"
		"...........WWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWW\n"
		"\n"
		"\n");
	assert_int_equal(d.cursor, 2);
	assert_true(dialog_key(&d, KEY_ESC, &answer));
	assert_int_equal(answer, 2);
	assert_true(dialog_key(&d, 's', &answer));
	assert_int_equal(answer, 0);
	assert_false(dialog_key(&d, 'x', &answer));
	assert_int_equal(dialog_move(&d, 1), UI_IGNORED);
	assert_int_equal(dialog_move(&d, -1), UI_MOVED);
	click.x = d.at.x + d.answers[1].x;
	click.y = d.at.y + d.answers_y;
	assert_true(dialog_mouse(&d, &click, &answer));
	assert_int_equal(answer, 1);
	dialog_release(&d);
}

static void a_long_message_scrolls_and_keeps_its_answers(void **state)
{
	struct region r = blank(24, 8);
	struct dialog d;

	dialog_init(&d, STYLE_ERROR, "Problem",
		    "one two three four five six seven eight nine ten eleven "
		    "twelve thirteen fourteen fifteen sixteen");
	dialog_answer(&d, "overwrite", false);
	dialog_answer(&d, "cancel", true);
	dialog_layout(&d, &r);
	dialog_draw(&d, &r);
	expect_screen(&c,
		"┌─ Problem ────────────┐\n"
		"│ one two three four  █│\n"
		"│ five six seven eight││\n"
		"│ nine ten eleven     ││\n"
		"│                      │\n"
		"│ [o] overwrite        │\n"
		"│ [c] cancel           │\n"
		"└──────────────────────┘\n");
	assert_int_equal(dialog_scroll(&d, 100), UI_MOVED);
	assert_int_equal(dialog_scroll(&d, 1), UI_IGNORED);
	r = blank(24, 8);
	dialog_draw(&d, &r);
	expect_screen(&c,
		"┌─ Problem ────────────┐\n"
		"│ twelve thirteen     ││\n"
		"│ fourteen fifteen    ││\n"
		"│ sixteen             █│\n"
		"│                      │\n"
		"│ [o] overwrite        │\n"
		"│ [c] cancel           │\n"
		"└──────────────────────┘\n");
	dialog_release(&d);
}

static void rows_break_at_blanks(void **state)
{
	size_t shown;

	assert_int_equal(wrap_row("hello world", 11, 11, &shown), 11);
	assert_int_equal(wrap_row("hello world", 11, 7, &shown), 6);
	assert_int_equal(shown, 6);
	assert_int_equal(wrap_row("hello   world", 13, 5, &shown), 8);
	assert_int_equal(shown, 5);
	assert_int_equal(wrap_row("helloworld", 10, 4, &shown), 4);
	assert_int_equal(wrap_row("日本", 6, 1, &shown), 3);
	assert_int_equal(wrap_row("日本", 6, 3, &shown), 3);
	assert_int_equal(wrap_row("a", 1, 0, &shown), 1);
	assert_int_equal(wrap_count("", 0, 5, 0), 1);
	assert_int_equal(wrap_count("abcdefghij", 10, 4, 2), 4);
	assert_int_equal(wrap_count("abcdefghij", 10, 4, 9), 3);
}

static void fill_pager(struct pager *p)
{
	pager_add(p, STYLE_GROUP, "Keys", 4);
	pager_addf(p, STYLE_NORMAL, "%s  open the record under the cursor", "o");
	pager_span(p, 0, 1, STYLE_KEY);
	pager_indent(p, 3);
	pager_add(p, STYLE_ADDED, "+one\n+two\x1b", 10);
}

static void a_pager_wraps_scrolls_and_searches(void **state)
{
	struct region r = blank(20, 4);
	bool wrapped;
	struct pager p;
	size_t line;

	pager_init(&p);
	fill_pager(&p);
	pager_layout(&p, &r);
	assert_int_equal(p.total, 5);
	pager_find(&p, "e r", 3, 0, NULL);
	pager_draw(&p, &r, true);
	expect_styled(&c,
		"Keys\n"
		"o  open the record\n"
		"   under the cursor\n"
		"+one         +1 more\n"
		"--\n"
		"gggg\n"
		"k.........***\n"
		"\n"
		"++++.........NNNNNNN\n");
	assert_int_equal(pager_move(&p, 1), UI_MOVED);
	r = blank(20, 4);
	pager_draw(&p, &r, true);
	expect_screen(&c,
		"o  open the record ↑\n"
		"   under the cursor\n"
		"+one\n"
		"+two^[\n");
	assert_true(pager_hit(&p, 0, 2, &line));
	assert_int_equal(line, 2);
	assert_int_equal(pager_end(&p), UI_IGNORED);
	assert_int_equal(p.top, 1);
	assert_int_equal(pager_line_at_top(&p), 1);
	assert_true(pager_find(&p, "two", 3, 1, &wrapped));
	assert_int_equal(p.cursor, 3);
	assert_true(pager_find(&p, "o", 1, -1, &wrapped));
	assert_int_equal(p.cursor, 2);
	assert_false(wrapped);
	assert_true(pager_find(&p, "keys", 4, 1, &wrapped));
	assert_true(wrapped);
	assert_int_equal(p.top, 0);
	assert_false(pager_find(&p, "KEYS", 4, 1, &wrapped));
	assert_int_equal(pager_home(&p), UI_IGNORED);
	p.wrap = false;
	p.cursor_on = true;
	assert_true(pager_find(&p, "two", 3, 1, &wrapped));
	assert_false(wrapped);
	pager_sideways(&p, 2);
	r = blank(20, 4);
	pager_layout(&p, &r);
	pager_draw(&p, &r, true);
	expect_styled(&c,
		"‹s\n"
		"‹open the record un›\n"
		"‹e\n"
		"‹o^[\n"
		"--\n"
		"gg\n"
		"\n"
		"++\n"
		"#*##################\n");
	assert_int_equal(pager_home(&p), UI_MOVED);
	assert_int_equal(p.cursor, 0);
	pager_clear(&p);
	pager_layout(&p, &r);
	assert_int_equal(pager_move(&p, 1), UI_IGNORED);
	pager_release(&p);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(panes_share_a_region),
		T(tabs_scroll_to_the_active_one),
		T(the_status_bar_gives_way_on_the_left),
		T(title_and_hints),
		T(a_menu_picks_by_cursor_key_and_click),
		T(every_answer_has_a_key_of_its_own),
		T(a_dialog_starts_at_the_safe_answer),
		T(a_long_message_scrolls_and_keeps_its_answers),
		T(rows_break_at_blanks),
		T(a_pager_wraps_scrolls_and_searches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
