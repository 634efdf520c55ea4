#include "config.h"

#include "json/scan.h"
#include "prng.h"
#include "slowjson.h"
#include "unit.h"

/*
 * y: a JSON text. n: none, refused at the given offset with words that hold
 * `why`. i: what RFC 8259 leaves to the reader, decided in json/scan.h: taken,
 * with these flags.
 */
struct text_case {
	char kind;
	const char *text;
	size_t len;
	size_t offset;		/* n */
	const char *why;	/* n */
	unsigned flags;		/* i */
};
#define Y(text) { 'y', text, sizeof(text) - 1, 0, NULL, 0 }
#define N(text, offset, why) { 'n', text, sizeof(text) - 1, offset, why, 0 }
#define I(text, flags) { 'i', text, sizeof(text) - 1, 0, NULL, flags }

#define E1 JSON_ESCAPED
#define KE JSON_KEY_ESCAPED
#define BAD JSON_BAD_UTF8
#define LONE JSON_LONE_SURROGATE

static const struct text_case cases[] = {
	/* scalars */
	Y("null"), Y("true"), Y("false"), Y("0"), Y("-0"), Y("1"), Y("-1"),
	Y("10"), Y("0.0"), Y("-0.0"), Y("0e0"), Y("0E+0"), Y("0e-0"),
	Y("1E+5"), Y("1e5"), Y("1e05"), Y("1e00"), Y("-1.25e-10"), Y("1.50"),
	Y("9007199254740993"), Y("18446744073709551616"), Y("1e999"),
	Y("-1e-999"), Y("123456789012345678901234567890.1234567890123456789"),
	Y("0.00000000000000000000000000000000000000000000000001"),
	Y("\"\""), Y("\"a\""), Y("\"0123456789abcdef\""),
	Y("\"0123456789abcde\""), Y("\"0123456789abcdef0123456789abcdef\""),
	Y("\"\x7f\""), Y("\"/\""), Y("\"'\""), Y("\" \""),
	Y("\"\xc3\xa4\""), Y("\"\xe2\x82\xac\""), Y("\"\xf0\x9f\x98\x80\""),
	Y("\"\xc2\x80\""), Y("\"\xdf\xbf\""), Y("\"\xe0\xa0\x80\""),
	Y("\"\xed\x9f\xbf\""), Y("\"\xee\x80\x80\""), Y("\"\xef\xbf\xbf\""),
	Y("\"\xf0\x90\x80\x80\""), Y("\"\xf4\x8f\xbf\xbf\""),
	Y("\"\xef\xbb\xbf\""), Y("\"\xe2\x80\xa8\xe2\x80\xa9\""),
	Y("\"abcdefghijklmn\xc3\xa4\""), Y("\"abcdefghijklmno\xc3\xa4\""),
	I("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", E1), I("\"\\u0000\"", E1),
	I("\"\\u00e4\"", E1), I("\"\\uFFFF\"", E1), I("\"\\uabcD\"", E1),
	I("\"\\ud83d\\ude00\"", E1), I("\"\\uD834\\uDd1e\"", E1),
	I("\"\\ud800\\udc00\\udbff\\udfff\"", E1),
	I("\"0123456789abcdef\\n\"", E1), I("\"\\\\\"", E1),
	I("\"\\\\\\\"\"", E1), I("\"\\u0022\"", E1), I("\"\\u005c\"", E1),
	I("\"\\ud800\"", E1 | LONE), I("\"\\udc00\"", E1 | LONE),
	I("\"\\ud800\\ud800\"", E1 | LONE), I("\"\\udc00\\ud800\"", E1 | LONE),
	I("\"\\udc00\\udc00\"", E1 | LONE), I("\"\\ud800\\ue000\"", E1 | LONE),
	I("\"\\ud800x\"", E1 | LONE), I("\"\\ud800\\n\"", E1 | LONE),
	I("\"\\ud800\\u0041\"", E1 | LONE),
	I("\"\\ud800\\ud83d\\ude00\"", E1 | LONE),
	I("\"\xff\"", BAD), I("\"\x80\"", BAD), I("\"\xc0\x80\"", BAD),
	I("\"\xc1\xbf\"", BAD), I("\"\xc3\"", BAD), I("\"\xe2\x82\"", BAD),
	I("\"\xe0\x9f\xbf\"", BAD), I("\"\xed\xa0\x80\"", BAD),
	I("\"\xf0\x8f\xbf\xbf\"", BAD), I("\"\xf4\x90\x80\x80\"", BAD),
	I("\"\xf5\x80\x80\x80\"", BAD), I("\"\xf0\x9f\x98\"", BAD),
	I("\"\xc3\xa4\xff\xc3\xa4\"", BAD), I("\"\xfe\\n\"", BAD | E1),
	I("{\"\xff\":1}", BAD), I("{\"\\n\":1}", KE), I("{\"\\n\":\"\\n\"}", KE | E1),
	I("{\"\\ud800\":1}", KE | LONE), I("[\"\\n\",{\"\\n\":[]}]", KE | E1),
	/* blanks */
	Y(" 1"), Y("1 "), Y("\t\r\n 1\t\r\n "), Y("[ ]"), Y("{ }"), Y("[\n]"),
	Y("{\r\n}"), Y(" [ 1 , 2 ] "), Y(" { \"a\" : 1 , \"b\" : 2 } "),
	Y("{\n\t\"a\":\t1\n}\n"), Y("[1\n,2]"), Y("{\"a\"\n:\n1}"),
	/* containers */
	Y("[]"), Y("{}"), Y("[[]]"), Y("[{}]"), Y("{\"a\":{}}"), Y("{\"a\":[]}"),
	Y("[1]"), Y("[1,2]"), Y("[[],[],{}]"), Y("[null,true,false,0,\"\"]"),
	Y("{\"\":1}"), Y("{\"a\":1}"), Y("{\"a\":1,\"b\":2}"),
	Y("{\"a\":1,\"a\":1}"), Y("{\"a\":1,\"a\":2}"), Y("{\"a\":[{\"a\":[]}]}"),
	Y("[[[[[[[[[[1]]]]]]]]]]"), Y("{\"a\":1,\"a\":{\"a\":1}}"),
	Y("{\"a.b\":{\"\":[{}]}}"), Y("[-0,-1]"), Y("[1e1,1]"), Y("[\"\",\"\"]"),
	/* nothing, or the wrong thing */
	N("", 0, "the text is empty"), N(" ", 1, "expected a value, but"),
	N("\n\n", 2, "expected a value"), N("\xef\xbb\xbf", 0, "byte order"),
	N("\xef\xbb\xbf{}", 0, "byte order"), N("\xef\xbb", 0, "expected a value"),
	N("\xff\xfe{\0}\0", 0, "expected a value"), N("\0", 0, "expected a value"),
	N("1\0", 1, "after the end"), N("[1]\0", 3, "after the end"),
	N("\xc3\xa4", 0, "expected a value"), N("[\xff]", 1, "expected a value"),
	N("[1\xff]", 2, "comma or a closing bracket"),
	N("a", 0, "expected a value"), N("'a'", 0, "expected a value"),
	N("nul", 0, "expected a value"), N("nulL", 0, "expected a value"),
	N("tru", 0, "expected a value"), N("True", 0, "expected a value"),
	N("fals", 0, "expected a value"), N("FALSE", 0, "expected a value"),
	N("nullx", 4, "after the end"), N("truefalse", 4, "after the end"),
	N("undefined", 0, "expected a value"), N("NaN", 0, "expected a value"),
	N("Infinity", 0, "expected a value"), N("-Infinity", 1, "digit"),
	N("//c\n1", 0, "expected a value"), N("1//c", 1, "after the end"),
	N("/**/1", 0, "expected a value"), N("1 2", 2, "after the end"),
	N("{}{}", 2, "after the end"), N("{}}", 2, "after the end"),
	N("[]]", 2, "after the end"), N("[],", 2, "after the end"),
	N("\"a\"\"b\"", 3, "after the end"), N("\f1", 0, "expected a value"),
	N("\v1", 0, "expected a value"), N("\xc2\xa0" "1", 0, "expected a value"),
	N("1\xe2\x80\x83", 1, "after the end"), N(",", 0, "expected a value"),
	N(":", 0, "expected a value"), N("}", 0, "expected a value"),
	N("]", 0, "expected a value"),
	/* numbers */
	N("-", 1, "digit, but the text ends"), N("+1", 0, "expected a value"),
	N("01", 0, "begin with a zero"), N("00", 0, "begin with a zero"),
	N("-01", 1, "begin with a zero"), N("[012]", 1, "begin with a zero"),
	N(".5", 0, "expected a value"), N("-.5", 1, "digit"),
	N("1.", 2, "digit"), N("1.e5", 2, "digit"), N("1.5.5", 3, "after the end"),
	N("1e", 2, "digit"), N("1e+", 3, "digit"), N("1E-", 3, "digit"),
	N("1e1.5", 3, "after the end"), N("1e1e1", 3, "after the end"),
	N("0x10", 1, "after the end"), N("1_000", 1, "after the end"),
	N("1,000", 1, "after the end"), N("--1", 1, "digit"), N("- 1", 1, "digit"),
	N("[1 000]", 3, "comma or a closing bracket"), N("[-]", 2, "digit"),
	N("[1.]", 3, "digit"), N("1a", 1, "after the end"),
	N("\xef\xbc\x91", 0, "expected a value"),
	/* strings */
	N("\"", 0, "no closing quote"), N("\"a", 0, "no closing quote"),
	N("[\"a]", 1, "no closing quote"), N("\"\\\"", 0, "no closing quote"),
	N("\"\\", 0, "no closing quote"), N("\"\xc3", 0, "no closing quote"),
	N("\"0123456789abcdef", 0, "no closing quote"),
	N("\"\n\"", 1, "control character"), N("\"\t\"", 1, "control character"),
	N("\"\0\"", 1, "control character"), N("\"\x1f\"", 1, "control character"),
	N("\"\x1f" "0123456789abcdef\"", 1, "control character"),
	N("\"0123456789abcdef\x01\"", 17, "control character"),
	N("\"\xc3\xa4\x01\"", 3, "control character"),
	N("\"\\a\"", 1, "unknown escape"), N("\"\\'\"", 1, "unknown escape"),
	N("\"\\0\"", 1, "unknown escape"), N("\"\\x41\"", 1, "unknown escape"),
	N("\"\\U0041\"", 1, "unknown escape"), N("\"\\\n\"", 1, "unknown escape"),
	N("\"\\\0\"", 1, "unknown escape"), N("\"\\\xc3\xa4\"", 1, "unknown escape"),
	N("\"\\u\"", 1, "four hex"), N("\"\\u1\"", 1, "four hex"),
	N("\"\\u12\"", 1, "four hex"), N("\"\\u123\"", 1, "four hex"),
	N("\"\\u123", 1, "four hex"), N("\"\\u12G4\"", 1, "four hex"),
	N("\"\\u 123\"", 1, "four hex"), N("\"\\u+123\"", 1, "four hex"),
	N("\"\\ud800\\u\"", 7, "four hex"), N("\"\\ud800\\x\"", 7, "unknown escape"),
	N("\"\\u{41}\"", 1, "four hex"),
	/* arrays */
	N("[", 1, "expected a value, but"), N("[1", 2, "comma or a closing bracket"),
	N("[1,", 3, "expected a value"), N("[,1]", 1, "expected a value"),
	N("[1,]", 3, "expected a value"), N("[1,,2]", 3, "expected a value"),
	N("[1 2]", 3, "comma or a closing bracket"),
	N("[1}", 2, "comma or a closing bracket"), N("[}", 1, "expected a value"),
	N("[1:2]", 2, "comma or a closing bracket"),
	N("[\"a\":1]", 4, "comma or a closing bracket"),
	N("[[1]", 4, "comma or a closing bracket"), N("[,]", 1, "expected a value"),
	N("[1;2]", 2, "comma or a closing bracket"), N("[", 1, "expected a value"),
	/* objects */
	N("{", 1, "key in double quotes, but"), N("{]", 1, "key in double quotes"),
	N("{1:1}", 1, "key in double quotes"), N("{a:1}", 1, "key in double quotes"),
	N("{'a':1}", 1, "key in double quotes"),
	N("{null:1}", 1, "key in double quotes"), N("{,}", 1, "key in double quotes"),
	N("{\"a\"", 4, "a colon"), N("{\"a\"}", 4, "a colon"),
	N("{\"a\" 1}", 5, "a colon"), N("{\"a\",1}", 4, "a colon"),
	N("{\"a\"::1}", 5, "expected a value"), N("{\"a\":", 5, "expected a value"),
	N("{\"a\":}", 5, "expected a value"), N("{\"a\":,}", 5, "expected a value"),
	N("{\"a\":1", 6, "comma or a closing brace, but"),
	N("{\"a\":1]", 6, "comma or a closing brace"),
	N("{\"a\":1,", 7, "key in double quotes"),
	N("{\"a\":1,}", 7, "key in double quotes"),
	N("{\"a\":1,,}", 7, "key in double quotes"),
	N("{\"a\":1 \"b\":2}", 7, "comma or a closing brace"),
	N("{\"a\":1;\"b\":2}", 6, "comma or a closing brace"),
	N("{\"a\":1,2}", 7, "key in double quotes"),
	N("{\"a\":{\"b\":1}", 12, "comma or a closing brace"),
	N("{\"a\n\":1}", 3, "control character"), N("{\"a:1}", 1, "no closing quote"),
	N("{\"a\":1}}", 7, "after the end"), N("{\"\\x\":1}", 2, "unknown escape"),
	N("{\xff:1}", 1, "key in double quotes"),
	N("{\"a\":\xff}", 5, "expected a value"),
	N("[{\"a\":1},{\"b\":2]", 15, "comma or a closing brace"),
};

/* What must hold of the nodes of every document. */
static void check_nodes(const struct json_doc *doc)
{
	uint32_t i;
	unsigned flags = 0;

	assert_true(doc->count > 0);
	assert_true(doc->nodes[0].parent == JSON_NONE);
	assert_int_equal(doc->nodes[0].next, doc->count);
	for (i = 0; i < doc->count; i++) {
		const struct json_node *n = &doc->nodes[i];
		uint32_t kid, kids = 0;

		flags |= n->flags;
		assert_true(n->len > 0);
		assert_true(n->next > i && n->next <= doc->count);
		if (n->parent != JSON_NONE) {
			const struct json_node *up = &doc->nodes[n->parent];

			assert_true(n->parent < i);
			assert_true(n->next <= up->next);
			assert_true(n->off > up->off &&
				    n->off + n->len < up->off + up->len);
			assert_int_equal(n->depth, up->depth + 1);
			assert_int_equal(n->key_len != 0,
					 up->type == JSON_OBJECT);
			if (n->key_len)
				assert_true(n->key_off + n->key_len < n->off);
		}
		for (kid = i + 1; kid < n->next; kid = doc->nodes[kid].next) {
			assert_int_equal(doc->nodes[kid].parent, i);
			kids++;
		}
		assert_int_equal(kids, n->children);
	}
	assert_int_equal(flags, doc->flags);
}

/* Is a node what the slow reader found? Returns the node after it. */
static uint32_t check_tree(const struct json_doc *doc, uint32_t node,
			   const struct slow *v)
{
	static const char types[] = "nft0sao";
	const struct json_node *n = &doc->nodes[node];
	uint32_t kid = node + 1;
	size_t i;

	assert_int_equal(types[n->type], v->type);
	assert_int_equal(n->children, v->count);
	if (n->type == JSON_NUMBER) {
		assert_int_equal(n->len, v->len);
		assert_memory_equal(doc->text + n->off, v->bytes, v->len);
	}
	for (i = 0; i < v->count; i++)
		kid = check_tree(doc, kid, v->kids[i]);
	assert_int_equal(kid, n->next);
	return kid;
}

/* Scan a copy that ends where the memory ends, so that a sanitizer sees a read
 * beyond it; compare with the slow reader. */
static bool scan_checked(struct json_doc *doc, const char *text, size_t len,
			 struct err *err)
{
	char *copy = malloc(len ? len : 1);
	struct err verr;
	struct slow *slow;
	bool ok;

	if (len)
		memcpy(copy, text, len);
	memset(err, 0, sizeof(*err));
	memset(&verr, 0, sizeof(verr));
	ok = json_scan(doc, copy, len, err);
	assert_int_equal(json_valid(copy, len, &verr), ok);
	assert_int_equal(err->code, verr.code);
	assert_int_equal(err->offset, verr.offset);
	assert_string_equal(err->msg, verr.msg);
	slow = slow_parse(copy, len);
	assert_int_equal(slow != NULL, ok);
	if (ok) {
		check_nodes(doc);
		check_tree(doc, 0, slow);
	} else {
		assert_int_equal(doc->count, 0);
		assert_true(err->offset <= len);
	}
	slow_free(slow);
	free(copy);
	return ok;
}

static void texts_are_taken_or_refused(void **state)
{
	struct json_doc doc;
	struct err err;
	size_t i;

	json_doc_init(&doc);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct text_case *c = &cases[i];
		bool ok = scan_checked(&doc, c->text, c->len, &err);

		if (ok != (c->kind != 'n'))
			fail_msg("%s: %s", c->text, ok ? "taken" : err.msg);
		if (ok) {
			if (doc.flags != c->flags)
				fail_msg("%s: flags %x", c->text, doc.flags);
			continue;
		}
		assert_int_equal(err.code, ERR_INPUT);
		if (err.offset != c->offset || !strstr(err.msg, c->why))
			fail_msg("%s: at %zu: %s", c->text, err.offset, err.msg);
	}
	assert_true(i > 150);
	json_doc_release(&doc);
}

/* The same cases once more as an element, where another code path ends them. */
static void texts_are_taken_or_refused_inside(void **state)
{
	struct json_doc doc;
	struct err err;
	size_t i;

	json_doc_init(&doc);
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct text_case *c = &cases[i];
		char text[256];

		memcpy(text, "{\"k\":[", 6);
		memcpy(text + 6, c->text, c->len);
		memcpy(text + 6 + c->len, "]}", 2);
		if (c->kind != 'n') {
			assert_true(scan_checked(&doc, text, c->len + 8, &err));
			assert_int_equal(doc.flags, c->flags);
		} else {
			/* agreement of the readers is the point */
			scan_checked(&doc, text, c->len + 8, &err);
		}
	}
	json_doc_release(&doc);
}

static void every_cut_of_a_text_is_refused(void **state)
{
	static const char text[] =
		"{\"a\":[1,-2.5e+7,\"\\u00e4\\n\xc3\xa4\",{\"b\":null}],\"c\":true}";
	struct json_doc doc;
	struct err err;
	size_t i;

	json_doc_init(&doc);
	assert_true(scan_checked(&doc, text, sizeof(text) - 1, &err));
	for (i = 0; i < sizeof(text) - 1; i++)
		assert_false(scan_checked(&doc, text, i, &err));
	json_doc_release(&doc);
}

static size_t nested(char *text, size_t depth, const char *open,
		     const char *close)
{
	size_t n = 0, i;

	for (i = 0; i < depth; i++, n += strlen(open))
		memcpy(text + n, open, strlen(open));
	memcpy(text + n, "1", 1);
	n++;
	for (i = 0; i < depth; i++, n += strlen(close))
		memcpy(text + n, close, strlen(close));
	return n;
}

static void depth_has_a_limit(void **state)
{
	static const char *const pairs[][2] = {
		{ "[", "]" }, { "{\"a\":", "}" }, { "[{\"\":", "}]" },
	};
	struct json_doc doc;
	struct err err;
	char *text = malloc(20 * JSON_DEPTH_MAX);
	size_t i;

	json_doc_init(&doc);
	for (i = 0; i < 3; i++) {
		size_t max = JSON_DEPTH_MAX / (i == 2 ? 2 : 1);
		size_t n = nested(text, max, pairs[i][0], pairs[i][1]);

		assert_true(json_scan(&doc, text, n, &err));
		assert_true(json_valid(text, n, &err));
		check_nodes(&doc);
		assert_int_equal(doc.nodes[doc.count - 1].depth, JSON_DEPTH_MAX);
		n = nested(text, max + 1, pairs[i][0], pairs[i][1]);
		assert_false(json_scan(&doc, text, n, &err));
		assert_int_equal(err.code, ERR_LIMIT);
		assert_int_equal(err.offset, max * strlen(pairs[i][0]));
		assert_false(json_valid(text, n, &err));
		assert_int_equal(err.code, ERR_LIMIT);
	}
	free(text);
	json_doc_release(&doc);
}

static void a_text_over_the_limit_is_refused(void **state)
{
	struct json_doc doc;
	struct err err;

	json_doc_init(&doc);
	/* refused by its length, before a byte is read */
	assert_false(json_scan(&doc, "1", JSON_TEXT_MAX + 1, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_false(json_valid("1", JSON_TEXT_MAX + 1, NULL));
	assert_false(json_scan(&doc, NULL, 0, &err));
	assert_int_equal(err.code, ERR_INPUT);
	json_doc_release(&doc);
}

/* Texts made of the pieces that matter to a scanner, nearly JSON or JSON. */
static size_t random_text(struct prng *r, char *text, size_t max)
{
	static const char *const pieces[] = {
		"{", "}", "[", "]", ",", ":", "\"", "\"a\"", "\"\\n\"", "\"b\":",
		"1", "-", "0", ".", "e", "+", "E5", "true", "null", "false", " ",
		"\n", "\\", "\\u00", "\\ud800", "\xc3\xa4", "\xff", "\x01", "{}",
		"[]", "\"0123456789abcdef", "1,", "{\"a\":", "[1,2]", "}}", "]]",
	};
	size_t n = 0;
	size_t count = prng_below(r, 12);

	while (count-- > 0) {
		const char *s = pieces[prng_below(r, sizeof(pieces) /
						  sizeof(*pieces))];

		if (n + strlen(s) > max)
			break;
		memcpy(text + n, s, strlen(s));
		n += strlen(s);
	}
	return n;
}

static void random_texts_read_as_the_slow_reader_reads_them(void **state)
{
	struct prng r = { 20 };
	struct json_doc doc;
	struct err err;
	unsigned i, taken = 0;

	json_doc_init(&doc);
	for (i = 0; i < 60000; i++) {
		char text[128];
		size_t n = random_text(&r, text, sizeof(text));

		taken += scan_checked(&doc, text, n, &err);
	}
	assert_true(taken > 1000);
	json_doc_release(&doc);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(texts_are_taken_or_refused),
		cmocka_unit_test(texts_are_taken_or_refused_inside),
		cmocka_unit_test(every_cut_of_a_text_is_refused),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(a_text_over_the_limit_is_refused),
		cmocka_unit_test(random_texts_read_as_the_slow_reader_reads_them),
	};

	return cmocka_run_group_tests_name("json-scan", tests, NULL, NULL);
}
