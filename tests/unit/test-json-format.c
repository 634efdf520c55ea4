#include "config.h"

#include "json/format.h"
#include "jsongen.h"
#include "unit.h"

static void random_text(struct prng *r, enum gen_style style, struct buf *text,
			struct slow **tree)
{
	buf_clear(text);
	*tree = gen_value(r, 5);
	gen_print(text, *tree, style, r);
}

static void assert_same(const struct buf *got, const struct buf *expected)
{
	if (got->len != expected->len ||
	    memcmp(got->data, expected->data, got->len))
		fail_msg("is\n%s\nexpected\n%s", got->data, expected->data);
}

/* Whatever a text looks like, its tokens come out in the form asked for. */
static void pretty_and_compact_are_what_a_printer_writes(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 4000; seed++) {
		struct prng r = { seed };
		struct buf text, got, expected;
		struct slow *tree;
		struct err err;

		buf_init(&text);
		buf_init(&got);
		buf_init(&expected);
		random_text(&r, (enum gen_style)prng_below(&r, GEN_STYLES),
			    &text, &tree);
		gen_print(&expected, tree, GEN_PRETTY, &r);
		assert_true(json_pretty(text.data, text.len, 2, &got, &err));
		assert_same(&got, &expected);
		buf_clear(&got);
		buf_clear(&expected);
		gen_print(&expected, tree, GEN_COMPACT, &r);
		assert_true(json_compact(text.data, text.len, &got, &err));
		assert_same(&got, &expected);
		buf_release(&text);
		buf_release(&got);
		buf_release(&expected);
		slow_free(tree);
	}
}

static void restyle_takes_pretty_back(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 8000; seed++) {
		struct prng r = { seed };
		enum gen_style style = (enum gen_style)
				       prng_below(&r, GEN_STYLES);
		struct buf text, pretty, got;
		struct json_layout layout;
		struct slow *tree;
		struct err err;

		buf_init(&text);
		buf_init(&pretty);
		buf_init(&got);
		random_text(&r, style, &text, &tree);
		if (prng_below(&r, 2))
			buf_adds(&text, "\r\n\n");
		if (prng_below(&r, 8) == 0)
			buf_insert(&text, 0, " \n", 2);
		json_layout_of(text.data, text.len, &layout);
		if (style < GEN_UNIFORM && layout.style == JSON_STYLE_OTHER)
			fail_msg("not seen as uniform: %s", text.data);
		assert_true(json_pretty(text.data, text.len, 3, &pretty, &err));
		assert_true(json_restyle(pretty.data, pretty.len, &layout, &got,
					 &err));
		assert_same(&got, &text);
		buf_release(&text);
		buf_release(&pretty);
		buf_release(&got);
		slow_free(tree);
	}
}

/* What is edited in the pretty form comes out in the style the text had. */
static void restyle_gives_new_tokens_the_old_style(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 4000; seed++) {
		static const char show[] = "{\"a\":1,\"b\":[2]}";
		struct prng r = { seed };
		enum gen_style style = (enum gen_style)
				       prng_below(&r, GEN_UNIFORM);
		struct slow *was = slow_parse(show, sizeof(show) - 1);
		struct slow *is = gen_value(&r, 5);
		struct buf text, pretty, got, expected;
		struct json_layout layout;
		struct err err;

		buf_init(&text);
		buf_init(&pretty);
		buf_init(&got);
		buf_init(&expected);
		gen_print(&text, was, style, &r);
		gen_print(&pretty, is, GEN_PRETTY, &r);
		gen_print(&expected, is, style, &r);
		json_layout_of(text.data, text.len, &layout);
		assert_true(json_restyle(pretty.data, pretty.len, &layout, &got,
					 &err));
		assert_same(&got, &expected);
		buf_release(&text);
		buf_release(&pretty);
		buf_release(&got);
		buf_release(&expected);
		slow_free(was);
		slow_free(is);
	}
}

static void restyle_keeps_the_blanks_around_a_change(void **state)
{
	static const char *const cases[][3] = {
		/* the text, its new tokens, the result */
		{ "{ \"a\":1, \"b\" :  2 }\n", "{\"a\":1,\"b\":3}",
		  "{ \"a\":1, \"b\" :  3 }\n" },
		{ "[ 1,2 ]", "[1,2,3]", "[ 1,2,3 ]" },
		{ "[ 1,2 ]", "[2]", "[ 2 ]" },
		{ "[ 1,2 ]", "[1]", "[ 1 ]" },
		{ "[ 1,2 ]", "[]", "[]" },
		{ "[ 1,2 ]", "[0,1,2]", "[ 0,1,2 ]" },
		{ "[ 1,2 ]", "[5]", "[ 5 ]" },
		{ "[ ]", "[1,2]", "[ 1,2 ]" },
		{ "{\n  \"a\": [1, 2],\n  \"b\": {}\n}",
		  "{\"a\":[1,2],\"b\":{\"c\":4}}",
		  "{\n  \"a\": [1, 2],\n  \"b\": {\n    \"c\": 4\n  }\n}" },
		{ "{\n  \"a\": [1, 2],\n  \"b\": 3\n}", "{\"a\":[1,2]}",
		  "{\n  \"a\": [1, 2]\n}" },
		{ "{\n  \"a\": [1, 2],\n  \"b\": 3\n}", "{\"b\":3}",
		  "{\n  \"b\": 3\n}" },
		{ "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": 3}\n}",
		  "{\"a\":[1,2],\"b\":{\"c\":4}}",
		  "{\n  \"a\": [1, 2],\n  \"b\": {\"c\": 4}\n}" },
		{ "{\n  \"a\": [1, 2],\n  \"b\": 3\n}",
		  "{\"a\":[1,2],\"x\":[5],\"b\":3}",
		  "{\n  \"a\": [1, 2],\n  \"x\": [\n    5\n  ],\n  \"b\": 3\n}" },
		{ "{\n\t\"a\": [1, 2],\n\t\"b\": 3\n}",
		  "{\"a\":[1,2],\"b\":3,\"c\":{\"d\":[]}}",
		  "{\n\t\"a\": [1, 2],\n\t\"b\": 3,\n\t\"c\": {\n\t\t\"d\": []\n\t}\n}" },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_layout layout;
		struct buf got;

		buf_init(&got);
		json_layout_of(cases[i][0], strlen(cases[i][0]), &layout);
		assert_int_equal(layout.style, JSON_STYLE_OTHER);
		assert_true(json_restyle(cases[i][1], strlen(cases[i][1]),
					 &layout, &got, NULL));
		assert_string_equal(got.data, cases[i][2]);
		buf_release(&got);
	}
}

static void layouts_are_told_apart(void **state)
{
	enum { C = JSON_STYLE_COMPACT, S = JSON_STYLE_SPACED,
	       L = JSON_STYLE_LINES, O = JSON_STYLE_OTHER };
	static const struct {
		const char *text;
		int style;
		bool comma, colon, tabs, crlf;
		unsigned indent;
		size_t lead, trail;
	} cases[] = {
		{ "1", C, 0, 0, 0, 0, 0, 0, 0 },
		{ "{}", C, 0, 0, 0, 0, 0, 0, 0 },
		{ " [1,2]\n", C, 0, 0, 0, 0, 0, 1, 1 },
		{ "{\"a\":1,\"b\":2}", C, 0, 0, 0, 0, 0, 0, 0 },
		{ "{\"a\":1, \"b\":2}", S, 1, 0, 0, 0, 0, 0, 0 },
		{ "{\"a\": 1,\"b\": 2}", S, 0, 1, 0, 0, 0, 0, 0 },
		{ "{\"a\": 1, \"b\": [1, 2]}", S, 1, 1, 0, 0, 0, 0, 0 },
		{ "[1, 2]", S, 1, 1, 0, 0, 0, 0, 0 },
		{ "[\n  1\n]\n", L, 0, 1, 0, 0, 2, 0, 1 },
		{ "[\r\n\t[\r\n\t\t1\r\n\t]\r\n]", L, 0, 1, 1, 1, 1, 0, 0 },
		{ "{\n\"a\":1,\n\"b\":{}\n}", L, 0, 0, 0, 0, 0, 0, 0 },
		{ "{\n \"a\": 1, \n \"b\": 2\n}", L, 1, 1, 0, 0, 1, 0, 0 },
		{ "[1,2, 3]", O, 0, 0, 0, 0, 0, 0, 0 },
		{ "[1 ,2]", O, 0, 0, 0, 0, 0, 0, 0 },
		{ "{ }", O, 0, 0, 0, 0, 0, 0, 0 },
		{ "[\n  1\n ]", O, 0, 1, 0, 0, 2, 0, 0 },
		{ "[\n  1,\r\n  2\n]", O, 0, 1, 0, 0, 2, 0, 0 },
		{ "not JSON", O, 0, 0, 0, 0, 0, 0, 0 },
		{ "", O, 0, 0, 0, 0, 0, 0, 0 },
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct json_layout l;

		json_layout_of(cases[i].text, strlen(cases[i].text), &l);
		if ((int)l.style != cases[i].style ||
		    l.lead != cases[i].lead || l.trail != cases[i].trail)
			fail_msg("%s: style %d", cases[i].text, l.style);
		if (l.style == JSON_STYLE_OTHER)
			continue;
		assert_int_equal(l.space_after_comma, cases[i].comma);
		assert_int_equal(l.space_after_colon, cases[i].colon);
		assert_int_equal(l.tabs, cases[i].tabs);
		assert_int_equal(l.crlf, cases[i].crlf);
		assert_int_equal(l.indent, cases[i].indent);
	}
}

static int compare_keys(const void *pa, const void *pb)
{
	const struct slow *a = *(struct slow *const *)pa;
	const struct slow *b = *(struct slow *const *)pb;

	return strcmp(a->key, b->key);	/* the keys of jsongen hold no NUL */
}

/* Sort the members of every object, after dropping those said again. */
static void sort_tree(struct slow *v)
{
	size_t i, k;

	for (i = 0; i < v->count; i++)
		sort_tree(v->kids[i]);
	if (v->type != 'o')
		return;
	for (i = 0; i < v->count; i++)
		for (k = i + 1; k < v->count; k++)
			if (!strcmp(v->kids[i]->key, v->kids[k]->key)) {
				slow_free(slow_take(v, i--));
				break;
			}
	if (v->count)
		qsort(v->kids, v->count, sizeof(*v->kids), compare_keys);
}

static void canonical_sorts_and_drops_what_is_said_again(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 4000; seed++) {
		struct prng r = { seed };
		struct buf text, got, expected;
		struct slow *tree;
		struct err err;

		buf_init(&text);
		buf_init(&got);
		buf_init(&expected);
		random_text(&r, (enum gen_style)prng_below(&r, GEN_STYLES),
			    &text, &tree);
		sort_tree(tree);
		gen_print(&expected, tree, GEN_COMPACT, &r);
		assert_true(json_canonical(text.data, text.len, &got, &err));
		assert_same(&got, &expected);
		buf_release(&text);
		buf_release(&got);
		buf_release(&expected);
		slow_free(tree);
	}
}

static void spelling_is_kept(void **state)
{
	static const char text[] =
		"{\"b\":[1.0,-0,1E+5,\"\\u003c\\/\xc3\xa4\xff\"],\"\\u0061\":{}}";
	static const char sorted[] =
		"{\"\\u0061\":{},\"b\":[1.0,-0,1E+5,\"\\u003c\\/\xc3\xa4\xff\"]}";
	struct buf pretty, out;

	buf_init(&pretty);
	buf_init(&out);
	assert_true(json_pretty(text, sizeof(text) - 1, 8, &pretty, NULL));
	assert_true(json_compact(pretty.data, pretty.len, &out, NULL));
	assert_string_equal(out.data, text);
	buf_clear(&out);
	assert_true(json_canonical(pretty.data, pretty.len, &out, NULL));
	assert_string_equal(out.data, sorted);
	buf_release(&pretty);
	buf_release(&out);
}

typedef bool format_fn(const char *text, size_t len, struct buf *out,
		       struct err *err);

static bool pretty2(const char *text, size_t len, struct buf *out,
		    struct err *err)
{
	return json_pretty(text, len, 2, out, err);
}

static bool restyle_like_itself(const char *text, size_t len, struct buf *out,
				struct err *err)
{
	struct json_layout layout;

	json_layout_of(" [\n1 ] ", 7, &layout);
	return json_restyle(text, len, &layout, out, err);
}

static void what_fails_leaves_out_as_it_was(void **state)
{
	static format_fn *const functions[] = {
		pretty2, json_compact, json_canonical, restyle_like_itself,
	};
	size_t i;

	for (i = 0; i < sizeof(functions) / sizeof(*functions); i++) {
		struct buf out;
		struct err err;

		buf_init_max(&out, 12);
		buf_adds(&out, "before");
		assert_false(functions[i]("[1,2", 4, &out, &err));
		assert_int_equal(err.code, ERR_INPUT);
		assert_int_equal(err.offset, 4);
		assert_string_equal(out.data, "before");
		assert_false(functions[i]("[1,2,3,4]", 9, &out, &err));
		assert_int_equal(err.code, ERR_LIMIT);
		assert_string_equal(out.data, "before");
		buf_release(&out);
	}
}

/* As deep as texts go, where recursion would end the stack. */
static void depth_is_no_matter(void **state)
{
	size_t n = JSON_DEPTH_MAX, i;
	struct json_layout layout;
	struct buf text, out;

	buf_init(&text);
	buf_init(&out);
	for (i = 0; i < n; i++)
		buf_adds(&text, i % 2 ? "{\"a\":" : "[");
	for (i = n; i-- > 0;)
		buf_addc(&text, i % 2 ? '}' : ']');
	buf_insert(&text, text.len - n, "1", 1);
	assert_true(json_canonical(text.data, text.len, &out, NULL));
	assert_same(&out, &text);
	buf_clear(&out);
	assert_true(json_pretty(text.data, text.len, 0, &out, NULL));
	json_layout_of(text.data, text.len, &layout);
	assert_int_equal(layout.style, JSON_STYLE_COMPACT);
	buf_release(&text);
	buf_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pretty_and_compact_are_what_a_printer_writes),
		cmocka_unit_test(restyle_takes_pretty_back),
		cmocka_unit_test(restyle_gives_new_tokens_the_old_style),
		cmocka_unit_test(restyle_keeps_the_blanks_around_a_change),
		cmocka_unit_test(layouts_are_told_apart),
		cmocka_unit_test(canonical_sorts_and_drops_what_is_said_again),
		cmocka_unit_test(spelling_is_kept),
		cmocka_unit_test(what_fails_leaves_out_as_it_was),
		cmocka_unit_test(depth_is_no_matter),
	};

	return cmocka_run_group_tests_name("json-format", tests, NULL, NULL);
}
