/* remote/merge and remote/mergetext: laws, and a model of what must survive. */
#include "config.h"

#include <fcntl.h>

#include "base/codec.h"
#include "base/mem.h"
#include "json/locate.h"
#include "prng.h"
#include "remote/merge.h"
#include "scratch.h"
#include "unit.h"

static char *dir;

static int set_up(void **state)
{
	dir = scratch_new();
	return 0;
}

static int tear_down(void **state)
{
	scratch_free(dir);
	return 0;
}

/* ---- one text ---- */

static void text_is(const char *b, const char *m, const char *t,
		    enum merge_choice how, size_t conflicts, const char *want)
{
	struct merge_texts texts = {
		b, m, t, b ? strlen(b) : 0, strlen(m), strlen(t),
	};
	struct merge_conflicts c = {0};
	struct buf out;
	size_t at = 0;

	buf_init(&out);
	merge_text(&texts, &c, NULL, NULL);
	assert_int_equal(c.count, conflicts);
	merge_conflicts_choose(&c, how);
	merge_text(&texts, &c, &at, &out);
	assert_int_equal(at, conflicts);
	assert_string_equal(out.data, want);
	buf_release(&out);
	merge_conflicts_release(&c);
}

static void test_members(void **state)
{
	const char *b = "{\"a\":1, \"b\":{\"c\":1,\"d\":[1,2]},\"e\":\"x\"}";

	/* Both sides, other members: both stand, mine's bytes stay. */
	text_is(b, "{\"a\":2, \"b\":{\"c\":1,\"d\":[1,2]},\"e\":\"x\"}",
		"{\"a\":1, \"b\":{\"c\":9,\"d\":[1,2]},\"e\":\"y\"}", MERGE_ASK, 0,
		"{\"a\":2, \"b\":{\"c\":9,\"d\":[1,2]},\"e\":\"y\"}");
	/* Added, removed. */
	text_is(b, "{\"a\":1, \"b\":{\"c\":1,\"d\":[1,2]},\"e\":\"x\",\"m\":0}",
		"{\"a\":1, \"t\":0,\"b\":{\"d\":[1,2]},\"e\":\"x\"}", MERGE_ASK, 0,
		"{\"a\":1, \"t\":0, \"b\":{\"d\":[1,2]},\"e\":\"x\",\"m\":0}");
	/* The same change, spelt in another way. */
	text_is("{\"a\":\"x\"}", "{\"a\":\"A\"}", "{\"a\":\"\\u0041\"}",
		MERGE_THEIRS, 0, "{\"a\":\"A\"}");
	/* Blanks alone are no change. */
	text_is("{\"a\":{\"b\":1}}", "{\"a\": {\"b\": 1}}", "{\"a\":{\"b\":2}}",
		MERGE_ASK, 0, "{\"a\": {\"b\":2}}");
}

static void test_text_conflicts(void **state)
{
	const char *b = "{\"a\":1,\"b\":[1],\"c\":3}";
	const char *m = "{\"a\":2,\"b\":[1,2],\"d\":4}";
	const char *t = "{\"a\":3,\"b\":[0,1],\"c\":5,\"d\":6}";

	text_is(b, m, t, MERGE_ASK, 4, m);
	text_is(b, m, t, MERGE_MINE, 4, m);
	text_is(b, m, t, MERGE_THEIRS, 4,
		"{\"a\":3,\"b\":[0,1],\"c\":5,\"d\":6}");
	/* Without a base, what both have and is not the same. */
	text_is(NULL, "{\"a\":1,\"b\":1}", "{\"a\":2,\"c\":1}", MERGE_THEIRS, 1,
		"{\"a\":2,\"b\":1,\"c\":1}");
	/* No objects, and keys that come twice. */
	text_is("[1]", "[2]", "[3]", MERGE_THEIRS, 1, "[3]");
	text_is("{\"a\":1}", "{\"a\":2,\"a\":3}", "{\"a\":4}", MERGE_MINE, 1,
		"{\"a\":2,\"a\":3}");
	text_is("{\"o\":{\"a\":1}}", "{\"o\":{\"a\":2,\"a\":3}}",
		"{\"o\":{\"a\":4}}", MERGE_THEIRS, 1, "{\"o\":{\"a\":4}}");
}

static void test_edited(void **state)
{
	const char *b = "{\"a\":1}", *m = "{\"a\":2}", *t = "{\"a\":3}";
	struct merge_texts texts = {b, m, t, 7, 7, 7};
	struct merge_conflicts c = {0};
	struct buf out;
	size_t at = 0;

	buf_init(&out);
	merge_text(&texts, &c, NULL, NULL);
	assert_int_equal(c.count, 1);
	assert_string_equal(c.list[0].path, ".a");
	assert_string_equal(c.list[0].base.text, "1");
	assert_string_equal(c.list[0].mine.text, "2");
	assert_string_equal(c.list[0].theirs.text, "3");
	c.list[0].choice = MERGE_EDITED;
	c.list[0].edited = mem_strdup("[4]");
	merge_text(&texts, &c, &at, &out);
	assert_string_equal(out.data, "{\"a\":[4]}");
	buf_release(&out);
	merge_conflicts_release(&c);
}

/* ---- files ---- */

static char *write_file(const char *name, const struct buf *text)
{
	char *path = scratch_path(dir, name);

	/* Not over the old one: file systems that make that safe wait. */
	unlink(path);
	scratch_write(path, text->data, text->len);
	return path;
}

/* Merge three texts by files; out gets the result. */
static size_t merge_bufs(const struct buf *b, const struct buf *m,
			 const struct buf *t, enum merge_choice how,
			 struct buf *out)
{
	char *paths[3] = {b ? write_file("base", b) : NULL,
			  write_file("mine", m), write_file("theirs", t)};
	char *to = scratch_path(dir, "out");
	struct merge_paths p = {paths[0], paths[1], paths[2], NULL};
	struct err err = {0};
	struct merge *merge = merge_new(&p, NULL, &err);
	size_t conflicts;
	int fd;
	char *bytes;
	off_t len;

	assert_non_null(merge);
	unlink(to);
	fd = open(to, O_RDWR | O_CREAT | O_EXCL, 0600);
	conflicts = merge_conflicts(merge)->count;
	merge_conflicts_choose(merge_conflicts(merge), how);
	assert_true(merge_write(merge, fd, NULL, &err));
	len = lseek(fd, 0, SEEK_END);
	bytes = mem_alloc((size_t)len + 1);
	assert_int_equal(pread(fd, bytes, (size_t)len, 0), len);
	buf_clear(out);
	buf_add(out, bytes, (size_t)len);
	free(bytes);
	close(fd);
	merge_free(merge);
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	free(to);
	return conflicts;
}

static void files_are(const char *b, const char *m, const char *t,
		      enum merge_choice how, size_t conflicts, const char *want)
{
	struct buf bb, mb, tb, out;

	buf_init(&bb);
	buf_init(&mb);
	buf_init(&tb);
	buf_init(&out);
	if (b)
		buf_adds(&bb, b);
	buf_adds(&mb, m);
	buf_adds(&tb, t);
	assert_int_equal(merge_bufs(b ? &bb : NULL, &mb, &tb, how, &out),
			 conflicts);
	assert_string_equal(out.data, want);
	buf_release(&bb);
	buf_release(&mb);
	buf_release(&tb);
	buf_release(&out);
}

#define U(n) "{\"uuid\":\"00000000-0000-4000-8000-00000000000" #n "\","
#define R(n, v) U(n) "\"v\":" #v "}\n"

static void test_records(void **state)
{
	const char *b = R(1, 1) R(2, 1) R(3, 1);

	files_are(b, R(1, 2) R(2, 1) R(3, 1), R(1, 1) R(3, 5) R(4, 1),
		  MERGE_ASK, 0, R(1, 2) R(3, 5) R(4, 1));
	/* Both add at the same place: mine first. */
	files_are(b, R(1, 1) R(2, 1) R(3, 1) R(5, 1),
		  R(1, 1) R(2, 1) R(3, 1) R(4, 1), MERGE_ASK, 0,
		  R(1, 1) R(2, 1) R(3, 1) R(5, 1) R(4, 1));
	/* Deleted here, changed there, and the other way round. */
	files_are(b, R(2, 1) R(3, 7), R(1, 9) R(2, 1), MERGE_MINE, 2,
		  R(2, 1) R(3, 7));
	files_are(b, R(2, 1) R(3, 7), R(1, 9) R(2, 1), MERGE_THEIRS, 2,
		  R(1, 9) R(2, 1));
	files_are(b, R(1, 2) R(2, 1) R(3, 1), R(1, 3) R(2, 1) R(3, 1),
		  MERGE_THEIRS, 1, R(1, 3) R(2, 1) R(3, 1));
	/* No base: what both have is compared. */
	files_are(NULL, R(1, 1) R(2, 1), R(2, 1) R(3, 1), MERGE_ASK, 0,
		  R(1, 1) R(2, 1) R(3, 1));
}

static void test_order(void **state)
{
	const char *b = R(1, 1) R(2, 1) R(3, 1) R(4, 1);

	/* Theirs moved, mine edited. */
	files_are(b, R(1, 1) R(2, 5) R(3, 1) R(4, 1),
		  R(4, 1) R(1, 1) R(2, 1) R(3, 1), MERGE_ASK, 0,
		  R(4, 1) R(1, 1) R(2, 5) R(3, 1));
	/* Both moved, others: both moves stand. */
	files_are(b, R(2, 1) R(1, 1) R(3, 1) R(4, 1),
		  R(1, 1) R(2, 1) R(4, 1) R(3, 1), MERGE_ASK, 0,
		  R(2, 1) R(1, 1) R(4, 1) R(3, 1));
}

static void test_odd_records(void **state)
{
	/* Without uuids, broken, and twice: by content. */
	files_are("{\"v\":1}\n{broken\n{\"v\":1}\n",
		  "{\"v\":1}\n{broken\n{\"v\":1}\n{\"v\":2}\n",
		  "{\"v\":1}\n{broken\n", MERGE_ASK, 0,
		  "{\"v\":1}\n{broken\n{\"v\":2}\n");
	files_are(R(1, 1) R(1, 1), R(1, 1) R(1, 2), R(1, 1) R(1, 1) R(2, 1),
		  MERGE_ASK, 0, R(1, 1) R(1, 2) R(2, 1));
	/* The line end that the last line lacks, blank lines, CR LF. */
	files_are("{\"v\":1}", "{\"v\":1}\n\n{\"v\":2}", "{\"v\":1}\n{\"v\":3}",
		  MERGE_ASK, 0, "{\"v\":1}\n\n{\"v\":2}\n{\"v\":3}");
	files_are("{\"v\":1}\r\n", "{\"v\":1}\r\n{\"v\":2}", "{\"v\":0}\n{\"v\":1}\r\n",
		  MERGE_ASK, 0, "{\"v\":0}\n{\"v\":1}\r\n{\"v\":2}");
	files_are("", R(1, 1), R(2, 1), MERGE_ASK, 0, R(1, 1) R(2, 1));
	files_are(R(1, 1), "", R(1, 1), MERGE_ASK, 0, "");
	files_are(R(1, 1), "", R(1, 1) R(2, 1), MERGE_ASK, 0, R(2, 1));
}

/* ---- random files ---- */

struct model {
	uint64_t seed;
	int uuid;		/* -1: none */
	int v[4];
};
#define MODEL_MAX 64

struct models {
	struct model r[MODEL_MAX];
	size_t n;
};

static void print_models(const struct models *s, struct buf *out)
{
	buf_clear(out);
	for (size_t i = 0; i < s->n; i++) {
		const struct model *r = &s->r[i];

		buf_addc(out, '{');
		if (r->uuid >= 0)
			buf_addf(out, "\"uuid\":\"00000000-0000-4000-8000-"
				 "%012d\",", r->uuid);
		buf_addf(out, "\"a\":%d,\"b\":{\"c\":%d,\"d\":%d},\"e\":%d}\n",
			 r->v[0], r->v[1], r->v[2], r->v[3]);
	}
}

static void random_base(struct prng *g, struct models *s)
{
	s->n = prng_below(g, 12);
	for (size_t i = 0; i < s->n; i++) {
		s->r[i] = (struct model){.uuid = (int)i};
		if (prng_below(g, 8) == 0)
			s->r[i].uuid = -1;
		for (int k = 0; k < 4; k++)
			s->r[i].v[k] = (int)prng_below(g, 3);
	}
}

/* Edit fields of `parity` only, add records named by side, delete, move. */
static void random_edits(struct prng *g, struct models *s, int side,
			 bool deletes, bool moves)
{
	size_t edits = prng_below(g, 8);

	for (size_t e = 0; e < edits; e++) {
		size_t i = s->n ? prng_below(g, s->n) : 0;
		struct model r;

		switch (prng_below(g, 4)) {
		case 0:
		case 1:
			if (s->n && s->r[i].uuid >= 0)
				s->r[i].v[2 * (int)prng_below(g, 2) + side] =
					100 + (int)prng_below(g, 100);
			break;
		case 2:
			if (s->n == MODEL_MAX)
				break;
			memmove(&s->r[i + 1], &s->r[i],
				(s->n - i) * sizeof(s->r[0]));
			s->r[i] = (struct model){
				.uuid = 100 + 100 * side + (int)e};
			s->n++;
			break;
		default:
			if (!s->n || (!deletes && !moves))
				break;
			r = s->r[i];
			memmove(&s->r[i], &s->r[i + 1],
				(s->n - i - 1) * sizeof(s->r[0]));
			s->n--;
			if (!deletes || prng_below(g, 2)) {
				i = prng_below(g, s->n + 1);
				memmove(&s->r[i + 1], &s->r[i],
					(s->n - i) * sizeof(s->r[0]));
				s->r[i] = r;
				s->n++;
			}
		}
	}
}

static const struct model *find_model(const struct models *s, int uuid)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->r[i].uuid == uuid)
			return &s->r[i];
	return NULL;
}

/* What a record with this uuid must be: NULL when it must be gone. */
static bool must_be(const struct models *b, const struct models *m,
		    const struct models *t, int uuid, struct model *out)
{
	const struct model *x = find_model(b, uuid), *y = find_model(m, uuid);
	const struct model *z = find_model(t, uuid);

	if (!x) {
		if (!y && !z)
			return false;
		*out = y ? *y : *z;
		return true;
	}
	if (!y || !z)
		return false;
	*out = *x;
	for (int k = 0; k < 4; k++)
		out->v[k] = y->v[k] != x->v[k] ? y->v[k] : z->v[k];
	return true;
}

static size_t lines_of(const struct buf *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->len; i++)
		n += b->data[i] == '\n';
	return n;
}

static void one_model(uint64_t seed)
{
	struct prng g = {seed};
	struct models b, m, t, one = {.n = 1};
	struct buf bb, mb, tb, out, back, line;
	size_t expect = 0, conflicts;

	buf_init(&bb);
	buf_init(&mb);
	buf_init(&tb);
	buf_init(&out);
	buf_init(&back);
	buf_init(&line);
	random_base(&g, &b);
	m = b;
	t = b;
	random_edits(&g, &m, 0, false, true);
	random_edits(&g, &t, 1, false, true);
	print_models(&b, &bb);
	print_models(&m, &mb);
	print_models(&t, &tb);

	/* Distinct fields, nothing deleted: everything survives. */
	conflicts = merge_bufs(&bb, &mb, &tb, MERGE_ASK, &out);
	assert_int_equal(conflicts, 0);
	for (int u = 0; u < 300; u++) {
		if (!must_be(&b, &m, &t, u, &one.r[0]))
			continue;
		expect++;
		print_models(&one, &line);
		if (!strstr(out.data, line.data))
			fail_msg("seed %llu: lost %s from %s", (unsigned long long)
				 seed, line.data, out.data);
	}
	for (size_t i = 0; i < b.n; i++)
		expect += b.r[i].uuid < 0;
	assert_int_equal(lines_of(&out), expect);

	/* The other way round the same records come out. */
	merge_bufs(&bb, &tb, &mb, MERGE_ASK, &back);
	assert_int_equal(back.len, out.len);
	for (int u = 0; u < 300; u++)
		if (must_be(&b, &m, &t, u, &one.r[0])) {
			print_models(&one, &line);
			assert_non_null(strstr(back.data, line.data));
		}

	/* merge(b, b, x) = x, merge(b, x, b) = x, merge(b, x, x) = x. */
	merge_bufs(&bb, &bb, &tb, MERGE_ASK, &back);
	assert_string_equal(back.data, tb.data);
	merge_bufs(&bb, &mb, &bb, MERGE_ASK, &back);
	assert_string_equal(back.data, mb.data);
	merge_bufs(&bb, &tb, &tb, MERGE_ASK, &back);
	assert_string_equal(back.data, tb.data);
	/* What was merged can be merged again: nothing comes twice. */
	conflicts = merge_bufs(&bb, &out, &tb, MERGE_ASK, &back);
	assert_int_equal(conflicts, 0);
	assert_int_equal(back.len, out.len);

	buf_release(&bb);
	buf_release(&mb);
	buf_release(&tb);
	buf_release(&out);
	buf_release(&back);
	buf_release(&line);
}

static void test_model(void **state)
{
	for (uint64_t seed = 0; seed < 400; seed++)
		one_model(seed);
}

/* The steps that a document would take give the bytes that a file gets. */
static void one_steps(uint64_t seed)
{
	struct prng g = {seed};
	struct models b, m, t;
	struct buf bb, mb, tb, out, steps;
	char *paths[3];
	struct merge *merge;
	uint64_t n;

	buf_init(&bb);
	buf_init(&mb);
	buf_init(&tb);
	buf_init(&out);
	buf_init(&steps);
	random_base(&g, &b);
	m = b;
	t = b;
	random_edits(&g, &m, 0, true, true);
	random_edits(&g, &t, (int)prng_below(&g, 2), true, true);
	print_models(&b, &bb);
	print_models(&m, &mb);
	print_models(&t, &tb);
	merge_bufs(&bb, &mb, &tb, MERGE_THEIRS, &out);
	paths[0] = write_file("base", &bb);
	paths[1] = write_file("mine", &mb);
	paths[2] = write_file("theirs", &tb);
	merge = merge_new(&(struct merge_paths){paths[0], paths[1], paths[2],
						NULL}, NULL, NULL);
	assert_non_null(merge);
	merge_conflicts_choose(merge_conflicts(merge), MERGE_THEIRS);
	if (merge_how(merge) == MERGE_ALL_MINE)
		goto out;
	assert_true(merge_steps(merge, &n, NULL));
	for (uint64_t i = 0; i < n; i++) {
		struct merge_step step = merge_step(merge, i);

		if (step.gone)
			continue;
		if (step.text) {
			assert_true(merge_step_text(merge, i, &steps, NULL));
			buf_addc(&steps, '\n');
		} else {
			const char *at = mb.data;

			for (uint32_t k = 0; k < step.mine; k++)
				at = strchr(at, '\n') + 1;
			buf_add(&steps, at, (size_t)(strchr(at, '\n') + 1 - at));
		}
	}
	assert_string_equal(steps.data, out.data);
out:
	merge_free(merge);
	for (int i = 0; i < 3; i++)
		free(paths[i]);
	buf_release(&bb);
	buf_release(&mb);
	buf_release(&tb);
	buf_release(&out);
	buf_release(&steps);
}

static void test_steps(void **state)
{
	for (uint64_t seed = 0; seed < 300; seed++)
		one_steps(seed + 1000);
}

static void test_compare(void **state)
{
	struct buf a, b;
	char *x, *y;
	struct merge_counts c;
	uint64_t records;

	buf_init(&a);
	buf_init(&b);
	buf_adds(&a, R(1, 1) R(2, 1) R(3, 1));
	buf_adds(&b, R(3, 1) R(2, 2) R(4, 1) R(5, 1));
	x = write_file("x", &a);
	y = write_file("y", &b);
	assert_true(merge_compare(x, y, NULL, NULL, &c, &records, NULL));
	assert_int_equal(c.added, 2);
	assert_int_equal(c.removed, 1);
	assert_int_equal(c.changed, 1);
	assert_int_equal(records, 4);
	assert_true(merge_compare(NULL, y, NULL, NULL, &c, &records, NULL));
	assert_int_equal(c.added, 4);
	free(x);
	free(y);
	buf_release(&a);
	buf_release(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_members),
		cmocka_unit_test(test_text_conflicts),
		cmocka_unit_test(test_edited),
		cmocka_unit_test(test_records),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_odd_records),
		cmocka_unit_test(test_model),
		cmocka_unit_test(test_steps),
		cmocka_unit_test(test_compare),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
