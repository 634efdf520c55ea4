#include "config.h"

#include "json/splice.h"
#include "jsongen.h"
#include "unit.h"

/* A document, a splice of it, and its result. */
struct bench {
	struct json_doc doc;
	struct splice *splice;
	struct patch *patch;
	struct buf text, result;
};

static void bench_open(struct bench *b, const char *text, size_t len)
{
	struct err err;

	json_doc_init(&b->doc);
	buf_init(&b->text);
	buf_init(&b->result);
	buf_add(&b->text, text, len);
	if (!json_scan(&b->doc, b->text.data, len, &err))
		fail_msg("%s: %s", text, err.msg);
	b->splice = splice_new(&b->doc);
	b->patch = NULL;
}

static void bench_finish(struct bench *b)
{
	struct err err;

	b->patch = splice_finish(b->splice);
	if (b->patch)
		assert_true(patch_apply(b->patch, b->text.data, b->text.len,
					&b->result, &err));
	else
		buf_add(&b->result, b->text.data, b->text.len);
	if (!json_valid(b->result.data, b->result.len, &err))
		fail_msg("%s\n%s", b->result.data, err.msg);
}

static void bench_close(struct bench *b)
{
	patch_unref(b->patch);
	splice_free(b->splice);
	json_doc_release(&b->doc);
	buf_release(&b->text);
	buf_release(&b->result);
}

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

/*
 * The model: what every node shall become, kept beside the tree. It builds the
 * result by walking the tree, and knows nothing of text.
 */
struct arrival {
	uint32_t container, place;	/* place: a child's index */
	uint32_t moved;			/* a node, or JSON_NONE */
	struct slow *fresh;
};
struct model {
	struct slow **nodes;		/* of the tree, by number in preorder */
	const struct json_doc *doc;
	struct slow **value;		/* per node, or NULL */
	const char **key;		/* per node, or NULL */
	bool *gone;
	size_t *moved_by;		/* arrival + 1, of moved nodes */
	struct arrival arrivals[16];
	size_t arrival_count;
};

static uint32_t number(struct model *m, struct slow *v, uint32_t next)
{
	size_t i;

	m->nodes[next++] = v;
	for (i = 0; i < v->count; i++)
		next = number(m, v->kids[i], next);
	return next;
}

static void model_open(struct model *m, const struct json_doc *doc,
		       struct slow *tree)
{
	memset(m, 0, sizeof(*m));
	m->doc = doc;
	m->nodes = calloc(doc->count, sizeof(*m->nodes));
	m->value = calloc(doc->count, sizeof(*m->value));
	m->key = calloc(doc->count, sizeof(*m->key));
	m->gone = calloc(doc->count, sizeof(*m->gone));
	m->moved_by = calloc(doc->count, sizeof(*m->moved_by));
	assert_int_equal(number(m, tree, 0), doc->count);
}

static void model_close(struct model *m)
{
	size_t i;

	for (i = 0; i < m->doc->count; i++)
		slow_free(m->value[i]);
	for (i = 0; i < m->arrival_count; i++)
		slow_free(m->arrivals[i].fresh);
	free(m->nodes);
	free(m->value);
	free(m->key);
	free(m->gone);
	free(m->moved_by);
}

static struct slow *model_build(const struct model *m, uint32_t node);

static void model_arrive(const struct model *m, struct slow *v, uint32_t node,
			 uint32_t place)
{
	size_t i;

	for (i = 0; i < m->arrival_count; i++) {
		const struct arrival *a = &m->arrivals[i];

		if (a->container != node || a->place != place)
			continue;
		if (a->fresh)
			slow_insert(v, v->count, slow_copy(a->fresh));
		else if (m->moved_by[a->moved] == i + 1 && !m->gone[a->moved])
			slow_insert(v, v->count, model_build(m, a->moved));
	}
}

static struct slow *model_build(const struct model *m, uint32_t node)
{
	const struct slow *old = m->nodes[node];
	struct slow *v;
	uint32_t kid = node + 1, i;

	if (m->value[node]) {
		v = slow_copy(m->value[node]);
	} else {
		v = slow_copy(old);
		while (v->count)
			slow_free(slow_take(v, 0));
		for (i = 0; i < old->count; i++) {
			model_arrive(m, v, node, i);
			if (!m->gone[kid] && !m->moved_by[kid])
				slow_insert(v, v->count, model_build(m, kid));
			kid = m->doc->nodes[kid].next;
		}
		model_arrive(m, v, node, (uint32_t)old->count);
	}
	if (m->key[node])
		slow_set_key(v, m->key[node], strlen(m->key[node]));
	else if (old->key)
		slow_set_key(v, old->key, old->key_len);
	return v;
}

/* Which bytes of the text may an edit touch? */
static void allow(bool *may, size_t from, size_t to)
{
	while (from < to)
		may[from++] = true;
}

static size_t start_of(const struct json_node *n)
{
	return n->key_len ? n->key_off : n->off;
}

static bool leaves(const struct model *m, uint32_t node)
{
	return node != JSON_NONE && (m->gone[node] || m->moved_by[node]);
}

static void allow_gaps(const struct model *m, uint32_t node, bool *may)
{
	const struct json_node *nodes = m->doc->nodes;
	size_t from = nodes[node].off + 1;
	uint32_t place, before = JSON_NONE, kid = json_first(m->doc, node);

	for (place = 0; place <= nodes[node].children; place++) {
		size_t to = kid == JSON_NONE ?
			nodes[node].off + nodes[node].len - 1 :
			start_of(&nodes[kid]);
		bool touched = leaves(m, before) || leaves(m, kid);
		size_t i;

		for (i = 0; i < m->arrival_count; i++)
			if (m->arrivals[i].container == node &&
			    m->arrivals[i].place == place)
				touched = true;
		if (touched)
			allow(may, from, to);
		if (kid == JSON_NONE)
			break;
		from = nodes[kid].off + nodes[kid].len;
		before = kid;
		kid = json_next(m->doc, kid);
	}
}

static void check_bytes_kept(const struct model *m, const struct patch *patch)
{
	bool *may = calloc(m->doc->len + 1, sizeof(*may));
	uint32_t i;
	size_t h, k;

	for (i = 0; i < m->doc->count; i++) {
		const struct json_node *n = &m->doc->nodes[i];

		if (m->value[i])
			allow(may, n->off, n->off + n->len);
		if (m->key[i])
			allow(may, n->key_off, n->key_off + n->key_len);
		if (leaves(m, i))
			allow(may, start_of(n), n->off + n->len);
		if (n->type >= JSON_ARRAY)
			allow_gaps(m, i, may);
	}
	for (h = 0; h < patch_count(patch); h++) {
		struct patch_hunk hunk = patch_get(patch, h);

		for (k = hunk.at; k < hunk.at + hunk.del; k++)
			assert_true(may[k]);
	}
	free(may);
}

/* Draw a value to put in; text gets how it is written. */
static struct slow *draw_value(struct prng *r, bool small, struct buf *text)
{
	struct slow *v = small ? gen_scalar(r) : gen_value(r, 2);

	buf_clear(text);
	gen_print(text, v, small ? GEN_COMPACT : (enum gen_style)
		  prng_below(r, GEN_WILD), r);
	return v;
}

/* A child by number, of an object too; JSON_NONE past the last. */
static uint32_t child_number(const struct json_doc *doc, uint32_t container,
			     uint32_t place)
{
	uint32_t n = json_first(doc, container);

	while (n != JSON_NONE && place-- > 0)
		n = json_next(doc, n);
	return n;
}

static void draw_insert(struct prng *r, struct bench *b, struct model *m,
			uint32_t container, bool small)
{
	bool object = b->doc.nodes[container].type == JSON_OBJECT;
	const char *key = object ? gen_key(r) : NULL;
	uint32_t place = (uint32_t)prng_below(r,
				b->doc.nodes[container].children + 1);
	struct arrival *a = &m->arrivals[m->arrival_count++];
	struct buf text;

	buf_init(&text);
	*a = (struct arrival){ container, place, JSON_NONE,
			       draw_value(r, small, &text) };
	if (key)
		slow_set_key(a->fresh, key, strlen(key));
	splice_insert(b->splice, container,
		      child_number(&b->doc, container, place),
		      key, key ? strlen(key) : 0, text.data, text.len);
	buf_release(&text);
}

static void draw_replace(struct prng *r, struct bench *b, struct model *m,
			 uint32_t node, bool small)
{
	struct buf text;
	struct slow *v;

	buf_init(&text);
	v = draw_value(r, small, &text);
	slow_free(m->value[node]);
	m->value[node] = v;
	if (v->type == 's' && prng_below(r, 2))
		splice_string(b->splice, node, v->bytes, v->len);
	else
		splice_value(b->splice, node, text.data, text.len);
	buf_release(&text);
}

static void draw_move(struct prng *r, struct bench *b, struct model *m,
		      uint32_t node)
{
	uint32_t parent = b->doc.nodes[node].parent;
	uint32_t place = (uint32_t)prng_below(r,
				b->doc.nodes[parent].children + 1);

	splice_move(b->splice, node, child_number(&b->doc, parent, place));
	m->arrivals[m->arrival_count++] =
		(struct arrival){ parent, place, node, NULL };
	m->moved_by[node] = m->arrival_count;
}

/* One random edit of a node in [first, end), which is one subtree. */
static void draw_edit(struct prng *r, struct bench *b, struct model *m,
		      uint32_t first, uint32_t end, bool small)
{
	uint32_t node = first + (uint32_t)prng_below(r, end - first);
	const struct json_node *n = &b->doc.nodes[node];
	bool child = n->parent != JSON_NONE && n->parent >= first;

	switch (prng_below(r, 5)) {
	case 0:
		draw_replace(r, b, m, node, small);
		break;
	case 1:
		if (child && n->key_len) {
			m->key[node] = gen_key(r);
			splice_key(b->splice, node, m->key[node],
				   strlen(m->key[node]));
		}
		break;
	case 2:
		if (child) {
			m->gone[node] = true;
			splice_remove(b->splice, node);
		}
		break;
	case 3:
		if (child)
			draw_move(r, b, m, node);
		break;
	default:
		if (n->type >= JSON_ARRAY)
			draw_insert(r, b, m, node, small);
		break;
	}
}

static void check_result(const struct bench *b, const struct model *m,
			 const struct slow *expected)
{
	struct slow *got = slow_parse(b->result.data, b->result.len);

	if (!got || !slow_equal(got, expected))
		fail_msg("from %s\nto   %s", b->text.data, b->result.data);
	check_bytes_kept(m, b->patch);
	slow_free(got);
}

static void random_edits_give_what_the_model_gives(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 12000; seed++) {
		struct prng r = { seed };
		struct slow *tree = gen_value(&r, 4), *expected;
		enum gen_style style = (enum gen_style)
				       prng_below(&r, GEN_STYLES);
		struct bench b;
		struct model m;
		struct buf text;
		size_t edits;

		buf_init(&text);
		gen_print(&text, tree, style, &r);
		bench_open(&b, text.data, text.len);
		model_open(&m, &b.doc, tree);
		for (edits = prng_below(&r, 8); edits > 0; edits--)
			draw_edit(&r, &b, &m, 0, b.doc.count, false);
		bench_finish(&b);
		expected = model_build(&m, 0);
		check_result(&b, &m, expected);
		slow_free(expected);
		model_close(&m);
		bench_close(&b);
		buf_release(&text);
		slow_free(tree);
	}
}

/* A tree whose member l is random; the others show the style. */
static struct slow *witness(struct prng *r)
{
	static const char text[] =
		"{\"k\":1,\"l\":0,\"m\":[1,2],\"n\":{\"x\":1,\"y\":[3,4]}}";
	struct slow *root = slow_parse(text, sizeof(text) - 1);
	struct slow *l = gen_value(r, 3);

	slow_set_key(l, "l", 1);
	slow_free(slow_take(root, 1));
	slow_insert(root, 1, l);
	return root;
}

/* In a text of uniform style the result is what printing the changed tree in
 * that style gives. */
static void edits_keep_a_uniform_style(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 8000; seed++) {
		struct prng r = { seed };
		struct slow *tree = witness(&r), *changed;
		enum gen_style style = (enum gen_style)
				       prng_below(&r, GEN_UNIFORM);
		struct buf text, expected;
		struct bench b;
		struct model m;
		size_t edits;

		buf_init(&text);
		buf_init(&expected);
		gen_print(&text, tree, style, &r);
		bench_open(&b, text.data, text.len);
		model_open(&m, &b.doc, tree);
		for (edits = prng_below(&r, 8); edits > 0; edits--)
			draw_edit(&r, &b, &m, 2, b.doc.nodes[2].next, true);
		bench_finish(&b);
		changed = model_build(&m, 0);
		gen_print(&expected, changed, style, &r);
		if (strcmp(expected.data, b.result.data))
			fail_msg("seed %u from\n%s\nto\n%s\nexpected\n%s", seed,
				 text.data, b.result.data, expected.data);
		slow_free(changed);
		model_close(&m);
		bench_close(&b);
		buf_release(&text);
		buf_release(&expected);
		slow_free(tree);
	}
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
	after = child_number(&c.doc, parent, place);
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
		struct slow *tree = witness(&r);
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
		cmocka_unit_test(random_edits_give_what_the_model_gives),
		cmocka_unit_test(edits_keep_a_uniform_style),
		cmocka_unit_test(what_is_removed_can_be_put_back),
	};

	return cmocka_run_group_tests_name("json-splice", tests, NULL, NULL);
}
