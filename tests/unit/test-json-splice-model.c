#include "config.h"

#include "splicebench.h"
#include "jsongen.h"
#include "unit.h"

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
		      bench_child(&b->doc, container, place),
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

	splice_move(b->splice, node, bench_child(&b->doc, parent, place));
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

/* In a text of uniform style the result is what printing the changed tree in
 * that style gives. */
static void edits_keep_a_uniform_style(void **state)
{
	unsigned seed;

	for (seed = 0; seed < 8000; seed++) {
		struct prng r = { seed };
		struct slow *tree = bench_tree(&r), *changed;
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

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(random_edits_give_what_the_model_gives),
		cmocka_unit_test(edits_keep_a_uniform_style),
	};

	return cmocka_run_group_tests_name("json-splice-model", tests, NULL,
					   NULL);
}
