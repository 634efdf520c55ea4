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

				assert_true(l.bg == STYLE_DEFAULT ||
					    l.fg != STYLE_DEFAULT);
				assert_true(l.bg != STYLE_DEFAULT ||
					    l.attrs != 0);
			}
		}
	}
}

/* Relative luminance (WCAG 2) of a colour of the 256. */
static double luminance(int colour)
{
	static const double cube[] = {0, 0.1144, 0.2423, 0.4287, 0.6795, 1};
	static const double grey[] = {		/* from 232 */
		0.0024, 0.0060, 0.0116, 0.0194, 0.0296, 0.0423, 0.0578, 0.0762,
		0.0976, 0.1221, 0.1500, 0.1812, 0.2159, 0.2542, 0.2961, 0.3419,
		0.3916, 0.4452, 0.5029, 0.5647, 0.6308, 0.7011, 0.7758, 0.8550};

	if (colour >= 232)
		return grey[colour - 232];
	colour -= 16;
	return 0.2126 * cube[colour / 36] + 0.7152 * cube[colour / 6 % 6] +
	       0.0722 * cube[colour % 6];
}

static double contrast(double a, double b)
{
	return a > b ? (a + 0.05) / (b + 0.05) : (b + 0.05) / (a + 0.05);
}

/* The terminal's background is unknown: what stands on it must be readable on
 * black and on white. */
static void colours_are_readable_on_dark_and_light(void **state)
{
	static const unsigned overlays[] = {STYLE_SELECTED,
					    STYLE_SELECTED_IDLE, STYLE_MATCH};
	struct look l;
	size_t o;
	int i;

	for (i = 0; i < STYLE_COUNT; i++) {
		l = style_look((unsigned)i, STYLE_256);
		if (l.fg == STYLE_DEFAULT)
			continue;
		assert_in_range(l.fg, 16, 255);
		assert_true(contrast(luminance(l.fg), 0) >= 3.7);
		assert_true(contrast(luminance(l.fg), 1) >= 3.7);
	}
	for (o = 0; o < 3; o++) {
		l = style_look(overlays[o], STYLE_256);
		assert_true(contrast(luminance(l.fg), luminance(l.bg)) >= 7);
	}
}

/* The row with the focus is the brightest thing of the few colours. */
static void an_idle_row_stays_behind_the_row_with_the_focus(void **state)
{
	assert_int_equal(style_look(STYLE_SELECTED_IDLE, STYLE_16).bg,
			 STYLE_DEFAULT);
	assert_int_not_equal(style_look(STYLE_SELECTED, STYLE_16).bg,
			     STYLE_DEFAULT);
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
		cmocka_unit_test(colours_are_readable_on_dark_and_light),
		cmocka_unit_test(
			an_idle_row_stays_behind_the_row_with_the_focus),
		cmocka_unit_test(a_match_shows_on_the_selected_row),
		cmocka_unit_test(status_and_method_classes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
