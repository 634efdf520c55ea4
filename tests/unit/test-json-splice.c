#include "config.h"

#include "splicebench.h"
#include "jsongen.h"
#include "unit.h"

static uint32_t at(const struct bench *b, const char *path)
{
	struct json_path p = { NULL, 0 };
	uint32_t node;

	if (!strcmp(path, "-"))
		return JSON_NONE;
	assert_true(json_path_parse(&p, path, strlen(path), NULL));
	node = json_locate(&b->doc, &p);
	json_path_release(&p);
	assert_true(node != JSON_NONE);
	return node;
}

/* One edit, made by the macros below. A place is a path, or "-" for the end;
 * what is added to an object is written key=value. */
struct edit {
	char what;
	const char *path, *to, *arg;
};

static void do_edit(struct bench *b, const struct edit *e)
{
	uint32_t node = at(b, e->path);
	const char *eq = e->arg ? strchr(e->arg, '=') : NULL;

	switch (e->what) {
	case '=': splice_value(b->splice, node, e->arg, strlen(e->arg)); break;
	case '~': splice_string(b->splice, node, e->arg, strlen(e->arg)); break;
	case 'k': splice_key(b->splice, node, e->arg, strlen(e->arg)); break;
	case '-': splice_remove(b->splice, node); break;
	case '>': splice_move(b->splice, node, at(b, e->to)); break;
	case '+':
		if (eq)
			splice_insert(b->splice, node, at(b, e->to), e->arg,
				      (size_t)(eq - e->arg), eq + 1,
				      strlen(eq + 1));
		else
			splice_insert(b->splice, node, at(b, e->to), NULL, 0,
				      e->arg, strlen(e->arg));
		break;
	default: fail();
	}
}

#define SET(path, value) { '=', path, NULL, value }
#define STR(path, bytes) { '~', path, NULL, bytes }
#define KEY(path, bytes) { 'k', path, NULL, bytes }
#define DEL(path) { '-', path, NULL, NULL }
#define ADD(path, before, what) { '+', path, before, what }
#define MOVE(path, before) { '>', path, before, NULL }

static const struct {
	const char *text;
	struct edit edits[4];
	const char *result;
} cases[] = {
	/* values and keys */
	{ "{\"a\":1}", { SET(".a", "[2]") }, "{\"a\":[2]}" },
	{ " 1 ", { SET(".", "2") }, " 2 " },
	{ "{ \"a\" : 1 }", { KEY(".a", "\xc3\xa4\"") },
	  "{ \"\xc3\xa4\\\"\" : 1 }" },
	{ "{\"a\":1}", { KEY(".a", "b"), SET(".a", "2") },
	  "{\"b\":2}" },
	{ "{\"a\":\"x\"}", { STR(".a", "\n") }, "{\"a\":\"\\n\"}" },
	/* the old spelling of an equal string stays; it takes back, too */
	{ "[\"\\u0061\"]", { STR(".[0]", "a") }, "[\"\\u0061\"]" },
	{ "{\"\\u0061\":1}", { KEY(".a", "a") }, "{\"\\u0061\":1}" },
	{ "[\"\\u0061\"]", { STR(".[0]", "b"), STR(".[0]", "a") },
	  "[\"\\u0061\"]" },
	{ "[1]", { SET(".[0]", "2"), SET(".[0]", "1") }, "[1]" },
	/* removal */
	{ "[1,2,3]", { DEL(".[0]") }, "[2,3]" },
	{ "[1,2,3]", { DEL(".[1]") }, "[1,3]" },
	{ "[1,2,3]", { DEL(".[2]") }, "[1,2]" },
	{ "[1,2,3]", { DEL(".[0]"), DEL(".[2]") }, "[2]" },
	{ "[1,2,3]", { DEL(".[2]"), DEL(".[0]"), DEL(".[1]") }, "[]" },
	{ "[1, 2, 3]", { DEL(".[0]") }, "[2, 3]" },
	{ "[1, 2, 3]", { DEL(".[2]") }, "[1, 2]" },
	{ "[ 1 , 2 ]", { DEL(".[0]") }, "[ 2 ]" },
	{ "{\n  \"a\": 1,\n  \"b\": 2\n}\n", { DEL(".a") },
	  "{\n  \"b\": 2\n}\n" },
	{ "{\n  \"a\": 1,\n  \"b\": 2\n}\n", { DEL(".b") },
	  "{\n  \"a\": 1\n}\n" },
	{ "{\n  \"a\": 1\n}\n", { DEL(".a") }, "{}\n" },
	{ "{\"a\":1,\"a\":2}", { DEL(".a") }, "{\"a\":1}" },
	/* insertion beside neighbours */
	{ "[1,3]", { ADD(".", ".[1]", "2") }, "[1,2,3]" },
	{ "[1,2]", { ADD(".", "-", "3") }, "[1,2,3]" },
	{ "[2]", { ADD(".", ".[0]", "1") }, "[1,2]" },
	{ "[3]", { ADD(".", ".[0]", "1"), ADD(".", ".[0]", "2") },
	  "[1,2,3]" },
	{ "[1, 3]", { ADD(".", ".[0]", "0"), ADD(".", "-", "4"),
		      ADD(".", ".[1]", "2") }, "[0, 1, 2, 3, 4]" },
	{ "{\"a\": 1}", { ADD(".", "-", "b=2") }, "{\"a\": 1, \"b\": 2}" },
	{ "{\"a\":1, \"b\":2}", { ADD(".", "-", "c=3") },
	  "{\"a\":1, \"b\":2, \"c\":3}" },
	{ "{ \"a\" : 1 }", { ADD(".", ".a", "b=2") },
	  "{ \"b\" : 2, \"a\" : 1 }" },
	{ "{\r\n\t\"a\": 1\r\n}", { ADD(".", "-", "b=[]") },
	  "{\r\n\t\"a\": 1,\r\n\t\"b\": []\r\n}" },
	{ "{\n  \"a\": 1,\n\n  \"b\": 2\n}", { ADD(".", ".b", "c=3") },
	  "{\n  \"a\": 1,\n  \"c\": 3,\n\n  \"b\": 2\n}" },
	{ "{ \"a\": 1\n, \"b\": 2\n}", { ADD(".", "-", "c=3") },
	  "{ \"a\": 1\n, \"b\": 2\n, \"c\": 3\n}" },
	{ "{\n  \"a\":\n  {\n    \"b\": 1\n  }\n}", { ADD(".", "-", "c=2") },
	  "{\n  \"a\":\n  {\n    \"b\": 1\n  },\n  \"c\": 2\n}" },
	/* insertion where there was nothing */
	{ "{}", { ADD(".", "-", "a=1") }, "{\"a\":1}" },
	{ "[]", { ADD(".", "-", "1"), ADD(".", "-", "2") }, "[1,2]" },
	{ "{ }", { ADD(".", "-", "a=1") }, "{ \"a\":1 }" },
	{ "{\n}", { ADD(".", "-", "a=1") }, "{\n  \"a\": 1\n}" },
	{ "{\r\n}", { ADD(".", "-", "a=1"), ADD(".", "-", "b=2") },
	  "{\r\n  \"a\": 1,\r\n  \"b\": 2\r\n}" },
	{ "{\"a\": {}}", { ADD(".a", "-", "b=1") }, "{\"a\": {\"b\": 1}}" },
	{ "{\n    \"a\": {},\n    \"b\": []\n}",
	  { ADD(".a", "-", "c=1"), ADD(".b", "-", "2") },
	  "{\n    \"a\": {\n        \"c\": 1\n    },\n"
	  "    \"b\": [\n        2\n    ]\n}" },
	{ "{\n\t\"a\": [\n\t]\n}", { ADD(".a", "-", "1") },
	  "{\n\t\"a\": [\n\t\t1\n\t]\n}" },
	{ "{\n  \"a\": [1, 2],\n  \"b\": []\n}",
	  { ADD(".b", "-", "3"), ADD(".b", "-", "4") },
	  "{\n  \"a\": [1, 2],\n  \"b\": [3, 4]\n}" },
	/* removal and insertion at once */
	{ "{\"a\":1}", { DEL(".a"), ADD(".", ".a", "b=2") }, "{\"b\":2}" },
	{ "[1, 2, 3]", { DEL(".[1]"), ADD(".", ".[1]", "9") },
	  "[1, 9, 3]" },
	{ "[\n 1,\n 2\n]", { DEL(".[0]"), DEL(".[1]"),
			     ADD(".", "-", "3") }, "[\n 3\n]" },
	/* moves */
	{ "[1,2,3]", { MOVE(".[0]", "-") }, "[2,3,1]" },
	{ "[1,2,3]", { MOVE(".[2]", ".[0]") }, "[3,1,2]" },
	{ "[1,2,3]", { MOVE(".[1]", ".[2]") }, "[1,2,3]" },
	{ "[1,2,3]", { MOVE(".[1]", ".[1]") }, "[1,2,3]" },
	{ "{\n  \"a\": 1,\n  \"b\": {\n    \"c\": 2\n  }\n}",
	  { MOVE(".b", ".a") },
	  "{\n  \"b\": {\n    \"c\": 2\n  },\n  \"a\": 1\n}" },
	{ "[1, 2]", { MOVE(".[1]", ".[0]"), SET(".[1]", "5") },
	  "[5, 1]" },
	{ "{\"a\":[1],\"b\":2}", { MOVE(".a", "-"), ADD(".a", "-", "3"),
				   KEY(".a", "z") },
	  "{\"b\":2,\"z\":[1,3]}" },
	{ "[1,2,3]", { MOVE(".[0]", "-"), MOVE(".[0]", ".[2]") },
	  "[2,1,3]" },
	{ "[1,2]", { MOVE(".[0]", "-"), DEL(".[0]") }, "[2]" },
	/* edits inside each other */
	{ "{\"a\":{\"b\":1}}", { DEL(".a"), SET(".a.b", "2") }, "{}" },
	{ "{\"a\":{\"b\":1}}", { SET(".a.b", "2"), SET(".a", "3") },
	  "{\"a\":3}" },
	{ "{\"a\":{\"b\":1}}", { KEY(".a.b", "c"), KEY(".a", "d"),
				 ADD(".a", ".a.b", "e=2") },
	  "{\"d\":{\"e\":2,\"c\":1}}" },
};

static void edits_come_out_as_written_by_hand(void **state)
{
	size_t i, k;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct bench b;

		bench_open(&b, cases[i].text, strlen(cases[i].text));
		for (k = 0; k < 4 && cases[i].edits[k].what; k++)
			do_edit(&b, &cases[i].edits[k]);
		bench_finish(&b);
		if (strcmp(b.result.data, cases[i].result))
			fail_msg("case %zu: %s\nis       %s\nexpected %s", i,
				 cases[i].text, b.result.data,
				 cases[i].result);
		assert_int_equal(b.patch == NULL,
				 !strcmp(cases[i].text, cases[i].result));
		bench_close(&b);
	}
}

static void an_unchanged_splice_is_no_patch(void **state)
{
	struct bench b;

	bench_open(&b, "{\"a\":\"\\u0062\"}", 14);
	assert_true(splice_empty(b.splice));
	splice_string(b.splice, 1, "b", 1);
	splice_key(b.splice, 1, "a", 1);
	assert_true(splice_empty(b.splice));
	assert_null(splice_finish(b.splice));
	splice_value(b.splice, 1, "2", 1);
	assert_false(splice_empty(b.splice));
	bench_close(&b);
}

/* Remove a child and put its very bytes back at its place. */
static void check_put_back(const struct buf *text, uint32_t node)
{
	struct bench b, c;
	struct buf key;
	const struct json_node *n;
	uint32_t parent, place, after;

	buf_init(&key);
	bench_open(&b, text->data, text->len);
	n = &b.doc.nodes[node];
	parent = n->parent;
	place = json_index_of(&b.doc, node);
	json_key(&b.doc, node, &key);
	splice_remove(b.splice, node);
	bench_finish(&b);
	bench_open(&c, b.result.data, b.result.len);
	after = bench_child(&c.doc, parent, place);
	splice_insert(c.splice, parent, after, n->key_len ? key.data : NULL,
		      key.len, text->data + n->off, n->len);
	bench_finish(&c);
	if (strcmp(c.result.data, text->data))
		fail_msg("without it\n%s\nand again\n%s\nexpected\n%s",
			 b.result.data, c.result.data, text->data);
	bench_close(&c);
	bench_close(&b);
	buf_release(&key);
}

static void what_is_removed_can_be_put_back(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 2000; seed++) {
		struct prng r = { seed };
		struct slow *tree = bench_tree(&r);
		struct json_doc doc;
		struct buf text;
		uint32_t node;

		buf_init(&text);
		json_doc_init(&doc);
		gen_print(&text, tree, (enum gen_style)
			  prng_below(&r, GEN_UNIFORM), &r);
		assert_true(json_scan(&doc, text.data, text.len, NULL));
		for (node = 3; node < doc.nodes[2].next; node++)
			check_put_back(&text, node);
		json_doc_release(&doc);
		buf_release(&text);
		slow_free(tree);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edits_come_out_as_written_by_hand),
		cmocka_unit_test(an_unchanged_splice_is_no_patch),
		cmocka_unit_test(what_is_removed_can_be_put_back),
	};

	return cmocka_run_group_tests_name("json-splice", tests, NULL, NULL);
}
