#include "config.h"

#include "ui/style.h"
#include "unit.h"

static void every_style_has_its_own_letter_and_name(void **state)
{
	int i, j;

	for (i = 0; i < STYLE_COUNT; i++) {
		assert_non_null(style_name(i));
		assert_int_not_equal(style_letter(i), 0);
		assert_null(strchr("#=*", style_letter(i)));
		for (j = 0; j < i; j++) {
			assert_int_not_equal(style_letter(i), style_letter(j));
			assert_string_not_equal(style_name(i), style_name(j));
		}
	}
}

static void monochrome_uses_no_colour(void **state)
{
	static const unsigned overlays[] = {0, STYLE_SELECTED,
					    STYLE_SELECTED_IDLE, STYLE_MATCH};
	size_t o;
	int i;

	for (i = 0; i < STYLE_COUNT; i++) {
		for (o = 0; o < 4; o++) {
			struct look l = style_look((unsigned)i | overlays[o],
						   STYLE_MONO);

			assert_int_equal(l.fg, STYLE_DEFAULT);
			assert_int_equal(l.bg, STYLE_DEFAULT);
		}
	}
}

static void sixteen_colours_use_the_first_eight(void **state)
{
	int i;

	for (i = 0; i < STYLE_COUNT; i++) {
		struct look l = style_look((unsigned)i, STYLE_16);

		assert_in_range(l.fg + 1, 0, 8);
		assert_int_equal(l.bg, STYLE_DEFAULT);
	}
}

/* Where a style sets a background it must set the colour on it too. */
static void an_overlay_sets_both_colours_and_shows_in_every_depth(void **state)
{
	static const unsigned overlays[] = {STYLE_SELECTED,
					    STYLE_SELECTED_IDLE, STYLE_MATCH};
	enum style_depth depth;
	size_t o;
	int i;

	for (depth = STYLE_MONO; depth <= STYLE_256; depth++) {
		for (i = 0; i < STYLE_COUNT; i++) {
			for (o = 0; o < 3; o++) {
				struct look l = style_look(
					(unsigned)i | overlays[o], depth);

				assert_int_equal(l.fg == STYLE_DEFAULT,
						 l.bg == STYLE_DEFAULT);
				assert_true(l.bg != STYLE_DEFAULT ||
					    l.attrs != 0);
			}
		}
	}
}

static void a_match_shows_on_the_selected_row(void **state)
{
	enum style_depth depth;

	for (depth = STYLE_MONO; depth <= STYLE_256; depth++) {
		struct look row = style_look(STYLE_SELECTED, depth);
		struct look hit = style_look(STYLE_SELECTED | STYLE_MATCH,
					     depth);

		assert_true(row.bg != hit.bg || row.attrs != hit.attrs);
	}
}

static void status_and_method_classes(void **state)
{
	assert_int_equal(style_for_status(101), STYLE_NORMAL);
	assert_int_equal(style_for_status(200), STYLE_2XX);
	assert_int_equal(style_for_status(308), STYLE_3XX);
	assert_int_equal(style_for_status(404), STYLE_4XX);
	assert_int_equal(style_for_status(599), STYLE_5XX);
	assert_int_equal(style_for_status(600), STYLE_NORMAL);
	assert_int_equal(style_for_status(-1), STYLE_NORMAL);
	assert_int_equal(style_for_method("get", 3), STYLE_METHOD_READ);
	assert_int_equal(style_for_method("POST", 4), STYLE_METHOD_WRITE);
	assert_int_equal(style_for_method("DELETE", 6), STYLE_METHOD_DELETE);
	assert_int_equal(style_for_method("GETX", 4), STYLE_NORMAL);
	assert_int_equal(style_for_method("", 0), STYLE_NORMAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_style_has_its_own_letter_and_name),
		cmocka_unit_test(monochrome_uses_no_colour),
		cmocka_unit_test(sixteen_colours_use_the_first_eight),
		cmocka_unit_test(
			an_overlay_sets_both_colours_and_shows_in_every_depth),
		cmocka_unit_test(a_match_shows_on_the_selected_row),
		cmocka_unit_test(status_and_method_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
