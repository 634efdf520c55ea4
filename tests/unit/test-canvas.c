#include "config.h"

#include "prng.h"
#include "screen.h"

static struct canvas c;
static struct region r;

static int setup(void **state)
{
	canvas_init(&c, 12, 4);
	r = canvas_region(&c);
	return 0;
}

static int teardown(void **state)
{
	canvas_release(&c);
	return 0;
}

static void text_is_cut_with_a_mark(void **state)
{
	assert_int_equal(region_puts(&r, 0, 0, -1, STYLE_NORMAL, "short"), 5);
	assert_int_equal(region_puts(&r, 0, 1, -1, STYLE_NORMAL,
				     "twelve chars"), 12);
	assert_int_equal(region_puts(&r, 0, 2, -1, STYLE_NORMAL,
				     "thirteen char"), 12);
	assert_int_equal(region_puts(&r, 2, 3, 4, STYLE_NORMAL, "abcdef"), 4);
	expect_screen(&c, "short\n"
			  "twelve chars\n"
			  "thirteen ch…\n"
			  "  abc…\n");
}

static void ascii_mode_has_no_other_character(void **state)
{
	c.ascii = true;
	region_puts(&r, 0, 0, -1, STYLE_NORMAL, "thirteen char");
	region_puts(&r, 0, 1, -1, STYLE_NORMAL, "né日e\xcc\x81!");
	region_box(&(struct region){&c, 0, 2, 12, 2}, STYLE_BORDER, "ti");
	expect_screen(&c, "thirteen ch>\n"
			  "n???" "?!\n"
			  "+- ti -----+\n"
			  "+----------+\n");
}

static void hostile_bytes_become_marks(void **state)
{
	static const char bytes[] = "a\x1b[2J\0\xff\xe2\x80\xae";

	region_text(&r, 0, 0, -1, STYLE_NORMAL, bytes, 6);
	region_text(&r, 0, 1, -1, STYLE_NORMAL, bytes + 5, 3);
	region_text(&r, 0, 2, -1, STYLE_NORMAL, bytes + 7, 3);
	expect_styled(&c, "a^[[2J^@\n"
			  "^@<ff><e2>\n"
			  "<U+202E>\n"
			  "\n"
			  "--\n"
			  ".xx...xx\n"
			  "xxxxxxxxxx\n"
			  "xxxxxxxx\n"
			  "\n");
}

static void a_wide_character_is_never_halved(void **state)
{
	region_puts(&r, 0, 0, 4, STYLE_NORMAL, "a日本");	/* 5 columns in 4 */
	region_puts(&r, 0, 1, 5, STYLE_NORMAL, "a日本");	/* fits */
	region_puts(&r, 11, 2, -1, STYLE_NORMAL, "日");	/* half outside */
	region_puts(&r, 0, 3, -1, STYLE_NORMAL, "日本語");
	region_puts(&r, 1, 3, 1, STYLE_NORMAL, "x");	/* over a second half */
	region_puts(&r, 4, 3, 1, STYLE_NORMAL, "y");	/* over a first half */
	expect_screen(&c, "a日…\n"
			  "a日本\n"
			  "           …\n"
			  " x本y\n");
	assert_int_equal(canvas_cell(&c, 5, 3)->width, 1);
	assert_int_equal(canvas_cell(&c, 3, 3)->width, 0);
}

static void regions_clip(void **state)
{
	struct region s = region_sub(&r, 2, 1, 4, 2);
	struct region far = region_sub(&s, 3, 1, 100, 100);
	struct region none = region_sub(&s, 9, 9, 1, 1);
	struct region neg = region_sub(&r, -3, -3, 2, 2);

	region_fill(&s, STYLE_FIELD);
	assert_int_equal(far.w, 1);
	assert_int_equal(far.h, 1);
	assert_true(region_empty(&none));
	assert_true(region_empty(&neg));
	region_puts(&s, 0, 0, -1, STYLE_NORMAL, "overflowing");
	region_puts(&s, 0, 2, -1, STYLE_NORMAL, "below");
	region_puts(&s, -1, 1, -1, STYLE_NORMAL, "before");
	region_puts(&far, 0, 0, -1, STYLE_NORMAL, "z");
	expect_screen(&c, "\n"
			  "  ove…\n"
			  "  efoz\n"
			  "\n");
}

static void text_scrolls_sideways(void **state)
{
	struct text_opts o = {.skip = 1, .marks = true};
	static const char s[] = "a日本語bcdefghij";

	region_text_opts(&r, 0, 0, -1, &o, s, strlen(s));
	o.skip = 2;	/* the middle of a wide one */
	region_text_opts(&r, 0, 1, -1, &o, s, strlen(s));
	o.skip = 9;
	region_text_opts(&r, 0, 2, -1, &o, s, strlen(s));
	o.skip = 90;
	region_text_opts(&r, 0, 3, -1, &o, s, strlen(s));
	expect_screen(&c, "‹ 本語bcdef›\n"
			  "‹本語bcdefg›\n"
			  "‹efghij\n"
			  "\n");
}

static void text_is_aligned(void **state)
{
	struct text_opts o = {.align = ALIGN_RIGHT};

	region_text_opts(&r, 0, 0, -1, &o, "12345", 5);
	region_text_opts(&r, 0, 1, -1, &o, "1234567890123", 13);
	o.align = ALIGN_CENTRE;
	region_text_opts(&r, 0, 2, -1, &o, "日本", 6);
	o = (struct text_opts){.cut_left = true};
	region_text_opts(&r, 0, 3, 8, &o, "/v1/日/files", 13);
	expect_screen(&c, "       12345\n"
			  "12345678901…\n"
			  "    日本\n"
			  "…/files\n");
}

static void hilites_mark_ranges(void **state)
{
	static const struct hilite hl[] = {{1, 2, STYLE_MATCH},
					   {5, 3, STYLE_ERROR}};
	struct text_opts o = {.style = STYLE_OK, .hilites = hl, .nhilites = 2};

	region_text_opts(&r, 0, 0, -1, &o, "abcdefghij", 10);
	o.skip = 2;
	region_text_opts(&r, 0, 1, -1, &o, "abcdefghij", 10);
	o = (struct text_opts){.hilites = hl, .nhilites = 2, .cut_left = true};
	region_text_opts(&r, 0, 2, 6, &o, "abcdefghij", 10);
	region_puts(&r, 0, 3, -1, STYLE_OK, "selected");
	region_overlay(&r, 2, 3, 3, STYLE_SELECTED);
	expect_styled(&c, "abcdefghij\n"
			  "cdefghij\n"
			  "…fghij\n"
			  "selected\n"
			  "--\n"
			  "K**KKEEEKK\n"
			  "*KKEEEKK\n"
			  ".EEE\n"
			  "KK###KKK\n");
}

static void the_cursor_stays_inside(void **state)
{
	struct region s = region_sub(&r, 2, 1, 4, 2);

	region_cursor(&s, 3, 1);
	expect_screen(&c, "\n\n\n\ncursor 5 2\n");
	region_cursor(&s, 4, 1);
	expect_screen(&c, "\n\n\n\n");
}

static void a_scroll_bar_shows_where(void **state)
{
	region_scrollbar(&r, 0, 0, 4);
	region_scrollbar(&r, 1, 0, 16);
	region_scrollbar(&r, 2, 6, 16);
	region_scrollbar(&r, 3, 12, 16);
	region_scrollbar(&r, 4, 0, SIZE_MAX);
	expect_screen(&c, " █││█\n"
			  " ││││\n"
			  " │█││\n"
			  " ││█│\n");
}

/* Random text at random places: every row is as wide as the canvas, and
 * halves of wide characters stand together. */
static void random_drawing_keeps_the_grid_whole(void **state)
{
	uint64_t seed = 20240611;
	int i, x, y;

	for (i = 0; i < 20000; i++) {
		struct region s = region_sub(&r, (int)(rnd(&seed) % 16) - 2,
					     (int)(rnd(&seed) % 6) - 1,
					     (int)(rnd(&seed) % 16),
					     (int)(rnd(&seed) % 6));
		struct text_opts o = {.skip = rnd(&seed) % 5,
				      .align = rnd(&seed) % 3,
				      .marks = rnd(&seed) % 2,
				      .cut_left = rnd(&seed) % 4 == 0};
		char text[64];
		size_t len = 0, n;

		while (len < 20) {
			const char *p = rnd_piece(&seed, &n);

			memcpy(text + len, p, n);
			len += n;
		}
		region_text_opts(&s, (int)(rnd(&seed) % 8) - 2,
				 (int)(rnd(&seed) % 4),
				 (int)(rnd(&seed) % 14), &o, text, len);
		for (y = 0; y < c.rows; y++) {
			for (x = 0; x < c.cols; x++) {
				const struct cell *cell = canvas_cell(&c, x, y);

				if (cell->width == 2) {
					assert_true(x + 1 < c.cols);
					assert_int_equal(cell[1].width, 0);
				} else if (cell->width == 0) {
					assert_true(x > 0);
					assert_int_equal(cell[-1].width, 2);
				}
			}
		}
	}
}

static void random_row(struct prng *p, struct region *row)
{
	static const char *const texts[] = {"a", "b", "é", "日", "本", " "};

	for (int n = (int)prng_below(p, 4); n > 0; n--)
		region_puts(row, (int)prng_below(p, 12), 0, -1,
			    prng_below(p, 3) ? STYLE_NORMAL : STYLE_ERROR,
			    texts[prng_below(p, 6)]);
}

/* Putting what differs over the old row makes the new one, and no character is
 * cut at its ends. */
static void a_row_differs_in_whole_characters(void **state)
{
	for (uint64_t i = 0; i < 3000; i++) {
		struct prng p = {i};
		struct canvas old;
		struct region row;
		int from = 0, to = 0;
		size_t size = 12 * sizeof(struct cell);
		bool differs;

		canvas_init(&old, 12, 4);
		canvas_clear(&c);
		row = canvas_region(&old);
		random_row(&p, &row);
		memcpy(c.cells, old.cells, size);
		random_row(&p, &r);
		differs = memcmp(c.cells, old.cells, size) != 0;
		assert_int_equal(canvas_row_differs(&old, &c, 0, &from, &to),
				 differs);
		if (!differs)
			assert_int_equal(to, 0);
		else
			assert_true(from < to && canvas_cell(&c, from, 0)->width &&
				    canvas_cell(&old, from, 0)->width);
		if (to && to < 12)
			assert_true(canvas_cell(&c, to, 0)->width &&
				    canvas_cell(&old, to, 0)->width);
		memcpy(old.cells + from, c.cells + from,
		       (size_t)(to - from) * sizeof(struct cell));
		assert_memory_equal(old.cells, c.cells, size);
		canvas_release(&old);
	}
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(text_is_cut_with_a_mark),
		T(ascii_mode_has_no_other_character),
		T(hostile_bytes_become_marks),
		T(a_wide_character_is_never_halved),
		T(regions_clip),
		T(text_scrolls_sideways),
		T(text_is_aligned),
		T(hilites_mark_ranges),
		T(the_cursor_stays_inside),
		T(a_scroll_bar_shows_where),
		T(random_drawing_keeps_the_grid_whole),
		T(a_row_differs_in_whole_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
