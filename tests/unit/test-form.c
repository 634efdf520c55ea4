#include "config.h"

#include "screen.h"
#include "ui/form.h"

enum { GROUP, METHOD, PATH, STATUS, DURATION, MORE, MOCK, UUID, FIELDS };

static const struct form_field_spec fields[FIELDS] = {
	[GROUP] = {.kind = FORM_GROUP, .label = "Request"},
	[METHOD] = {.kind = FORM_CHOICE, .id = "method", .label = "Method"},
	[PATH] = {.kind = FORM_TEXT, .id = "path", .label = "Path",
		  .hint = "without the query"},
	[STATUS] = {.kind = FORM_NUMBER, .id = "status", .label = "Status"},
	[DURATION] = {.kind = FORM_NUMBER, .id = "duration",
		      .label = "Antwortdauer in Millisekunden"},
	[MORE] = {.kind = FORM_GROUP, .label = "More"},
	[MOCK] = {.kind = FORM_BOOL, .id = "mock", .label = "Mocked"},
	[UUID] = {.kind = FORM_READONLY, .id = "uuid", .label = "Uuid"},
};

static char values[FIELDS][100];
static bool no_status;
static size_t n_sets;

static void get(void *arg, size_t field, struct buf *out)
{
	buf_adds(out, values[field]);
}

static bool set(void *arg, size_t field, const char *s, size_t len,
		struct err *err)
{
	n_sets++;
	if (field == STATUS && strspn(s, "0123456789") != len)
		return err_set(err, ERR_INPUT, "not a number");
	snprintf(values[field], sizeof(values[field]), "%s", s);
	return true;
}

static bool hidden(void *arg, size_t field)
{
	return field == STATUS && no_status;
}

static bool changed(void *arg, size_t field)
{
	return field == PATH;
}

static enum form_severity note(void *arg, size_t field, struct buf *out)
{
	if (field == STATUS) {
		buf_adds(out, "differs from the status line of the record");
		return FORM_WARNING;
	}
	if (field == MOCK) {
		buf_adds(out, "only for outbound traffic");
		return FORM_NOTE;
	}
	return FORM_NONE;
}

static const char *choice(void *arg, size_t field, size_t i)
{
	static const char *const methods[] = {"GET", "PUT", "POST", "PATCH"};

	return i < 4 ? methods[i] : NULL;
}

static const struct form_ops ops = {.get = get, .set = set, .hidden = hidden,
				    .changed = changed, .note = note,
				    .choice = choice};

static struct form f;
static struct canvas c;

static int setup(void **state)
{
	static const char *const start[FIELDS] = {
		"", "POST", "/v1/日本?\x1b", "200", "12", "", "false", "6f1c",
	};
	size_t i;

	no_status = false;
	for (i = 0; i < FIELDS; i++)
		snprintf(values[i], sizeof(values[i]), "%s", start[i]);
	form_init(&f, &ops, NULL, fields, FIELDS);
	canvas_init(&c, 60, 12);
	return 0;
}

static int teardown(void **state)
{
	form_release(&f);
	canvas_release(&c);
	return 0;
}

static void draw(int w, int h)
{
	struct region r;

	canvas_resize(&c, w, h);
	r = canvas_region(&c);
	form_layout(&f, &r);
	form_draw(&f, &r, true);
}

static void labels_values_and_notes(void **state)
{
	draw(60, 12);
	expect_styled(&c,
		"Request\n"
		"   Method                        POST ↓\n"
		"•  Path                          /v1/日本?^[\n"
		" ? Status                        200\n"
		"                                 differs from the status\n"
		"                                 line of the record\n"
		"   Antwortdauer in Millisekund…  12\n"
		"More\n"
		"   Mocked                        [ ] false\n"
		"   Uuid                          6f1c\n"
		"\n"
		"\n"
		"--\n"
		"ggggggg\n"
		"...#########################################################\n"
		"c..llll..........................fffffffffxx\n"
		".W.llllll........................fff\n"
		".................................WWWWWWWWWWWWWWWWWWWWWWWW\n"
		".................................WWWWWWWWWWWWWWWWWW\n"
		"...llllllllllllllllllllllllllll..ff\n"
		"gggg\n"
		"...llllll........................fffffffff\n"
		"...llll..........................rrrr\n"
		"\n"
		"\n");
	form_goto_id(&f, "mock");
	draw(40, 12);
	expect_screen(&c,
		"   Method              POST ↓          │\n"
		"•  Path                /v1/日本?^[     █\n"
		" ? Status              200             █\n"
		"                       differs from the█\n"
		"                       status line of  █\n"
		"                       the record      █\n"
		"   Antwortdauer in M…  12              █\n"
		"More                                   █\n"
		"   Mocked              [ ] false       █\n"
		"                       only for        █\n"
		"                       outbound traffic│\n"
		"\n");
	no_status = true;
	form_goto_id(&f, "path");
	draw(60, 9);
	expect_screen(&c,
		"Request\n"
		"   Method                        POST ↓\n"
		"•  Path                          /v1/日本?^[\n"
		"   Antwortdauer in Millisekund…  12\n"
		"More\n"
		"   Mocked                        [ ] false\n"
		"   Uuid                          6f1c\n"
		"\n"
		"   without the query\n");
}

static void the_focus_skips_headings_and_scrolls(void **state)
{
	assert_int_equal(f.focus, METHOD);
	assert_int_equal(form_move(&f, -1), UI_IGNORED);
	assert_int_equal(form_move(&f, 4), UI_MOVED);
	assert_int_equal(f.focus, MOCK);
	draw(40, 5);
	expect_screen(&c,
		"More                                   │\n"
		"   Mocked              [ ] false       │\n"
		"                       only for        │\n"
		"                       outbound traffic█\n"
		"\n");
	assert_int_equal(form_move(&f, 9), UI_MOVED);
	assert_int_equal(f.focus, UUID);
	assert_int_equal(form_goto(&f, MORE), UI_IGNORED);
	assert_int_equal(form_goto_id(&f, "nothing"), UI_IGNORED);
	assert_int_equal(form_page(&f, -5), UI_MOVED);
	draw(40, 5);
	expect_screen(&c,
		"Request                                █\n"
		"   Method              POST ↓          │\n"
		"•  Path                /v1/日本?^[     │\n"
		" ? Status              200             │\n"
		"\n");
	form_goto_id(&f, "status");
	no_status = true;
	form_changed(&f);
	assert_int_equal(f.focus, DURATION);
}

static void fields_are_edited_in_place(void **state)
{
	struct err err;

	n_sets = 0;
	assert_true(form_edit(&f, &err));
	assert_true(form_accept(&f, &err));	/* untouched: not set */
	assert_int_equal(n_sets, 0);
	form_goto_id(&f, "status");
	assert_true(form_edit(&f, &err));
	prompt_text(form_field(&f), "x", 1);
	assert_false(form_accept(&f, &err));
	assert_string_equal(err.msg, "not a number");
	draw(60, 12);
	expect_screen(&c,
		"Request\n"
		"   Method                        POST ↓\n"
		"•  Path                          /v1/日本?^[\n"
		" ? Status                        200x\n"
		"                                 differs from the status\n"
		"                                 line of the record\n"
		"   Antwortdauer in Millisekund…  12\n"
		"More\n"
		"   Mocked                        [ ] false\n"
		"   Uuid                          6f1c\n"
		"\n"
		"\n"
		"cursor 37 3\n");
	prompt_action(form_field(&f), TEXT_BACKSPACE);
	prompt_text(form_field(&f), "1", 1);
	assert_true(form_accept(&f, &err));
	assert_string_equal(values[STATUS], "2001");
	assert_null(form_field(&f));
	form_goto_id(&f, "uuid");
	assert_false(form_edit(&f, &err));
	assert_false(form_step(&f, 1, &err));
	form_goto_id(&f, "mock");
	assert_true(form_edit(&f, &err));
	assert_string_equal(values[MOCK], "true");
	assert_null(form_field(&f));
}

static void choices_step_and_complete(void **state)
{
	struct err err;

	assert_true(form_step(&f, 1, &err));
	assert_string_equal(values[METHOD], "PATCH");
	assert_true(form_step(&f, 1, &err));
	assert_string_equal(values[METHOD], "GET");
	assert_true(form_step(&f, -1, &err));
	assert_string_equal(values[METHOD], "PATCH");
	snprintf(values[METHOD], sizeof(values[METHOD]), "BREW");
	assert_true(form_edit(&f, &err));
	draw(60, 12);
	expect_screen(&c,
		"Request\n"
		"   Method                        BREW\n"
		"•  Path                        ┌───────┐ ?^[\n"
		" ? Status                      │ GET   │\n"
		"                               │ PUT   │ from the status\n"
		"                               │ POST  │ the record\n"
		"   Antwortdauer in Millisekund…│ PATCH │\n"
		"More                           └───────┘\n"
		"   Mocked                        [ ] false\n"
		"   Uuid                          6f1c\n"
		"\n"
		"\n"
		"cursor 37 1\n");
	prompt_action(form_field(&f), TEXT_DELETE_TO_START);
	prompt_text(form_field(&f), "PU", 2);
	assert_int_equal(f.field.found.n, 1);
	prompt_action(form_field(&f), TEXT_TAB);
	assert_true(form_accept(&f, &err));
	assert_string_equal(values[METHOD], "PUT");
	form_goto_id(&f, "path");
	assert_false(form_step(&f, 1, &err));
}

static void clicks_find_fields(void **state)
{
	struct mouse m = {.kind = MOUSE_PRESS, .button = 1, .x = 20, .y = 2};

	draw(60, 12);
	assert_int_equal(form_mouse(&f, &m), UI_MOVED);
	assert_int_equal(f.focus, PATH);
	m.y = 6;	/* after the note of the status */
	assert_int_equal(form_mouse(&f, &m), UI_MOVED);
	assert_int_equal(f.focus, DURATION);
	m.y = 7;	/* a heading */
	assert_int_equal(form_mouse(&f, &m), UI_IGNORED);
	m.y = 11;
	assert_int_equal(form_mouse(&f, &m), UI_IGNORED);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(labels_values_and_notes),
		T(the_focus_skips_headings_and_scrolls),
		T(fields_are_edited_in_place),
		T(choices_step_and_complete),
		T(clicks_find_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
