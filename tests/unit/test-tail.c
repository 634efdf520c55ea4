/* The tail against the whole index, and a document's rows in it: the index is
 * held back meanwhile. */
#include "config.h"

#include "base/buf.h"
#include "base/mem.h"
#include "edit/document.h"
#include "hold.h"
#include "prng.h"
#include "scratch.h"
#include "store/tail.h"
#include "unit.h"

static char *dir, *path;

static int set_up(void **state)
{
	dir = scratch_new();
	path = scratch_path(dir, "f.jsonl");
	return 0;
}

static int tear_down(void **state)
{
	free(path);
	scratch_free(dir);
	return 0;
}

static void line(struct prng *r, struct buf *out, size_t most)
{
	static const char *const odd[] = {
		"", " ", "\t \r", "{}", "[1,2]", "not json", "{\"a\":", "\xff\xfe",
		"{\"status\":\"200\",\"duration\":5}", "\r",
	};
	size_t n = prng_below(r, 14);

	if (n < 10) {
		buf_adds(out, odd[n]);
	} else {
		size_t len = prng_below(r, most);

		buf_adds(out, "{\"command\":\"GET\",\"location\":\"");
		for (size_t i = 0; i < len; i++)
			buf_addc(out, (char)('a' + (i + len) % 26));
		buf_adds(out, "\"}");
	}
	buf_adds(out, prng_below(r, 4) ? "\n" : "\r\n");
}

/* A file over several parts of the tail, with all that lines can be. */
static void random_file(uint64_t seed, struct buf *b)
{
	struct prng r = {seed};
	size_t most = (size_t)1 << (4 + prng_below(&r, 11));
	size_t want = 600000 + prng_below(&r, 2000000);

	if (prng_below(&r, 4) == 0)
		buf_adds(b, "\xEF\xBB\xBF");
	buf_adds(b, "{\"first\":1}\n");
	while (b->len < want)
		line(&r, b, most);
	for (size_t n = prng_below(&r, 3) ? 0 : prng_below(&r, 900000); n; n--)
		buf_addc(b, 'y');
	switch (prng_below(&r, 4)) {
	case 0:
		buf_adds(b, "{\"last\":1}");
		break;
	case 1:
		buf_adds(b, "\n\n \r\n");
		break;
	case 2:
		buf_adds(b, "\n   ");
		break;
	default:
		buf_adds(b, "\r\n");
	}
	scratch_write(path, b->data, b->len);
}

/* An index that is whole, and one beside it that is held after its first
 * block. */
struct pair {
	struct source *src;
	struct columns_pools *pools;
	struct jobs *jobs;
	struct lock *gate;
	struct lineindex *all, *held;
};

static void open_pair(struct pair *p)
{
	p->src = source_open(path, NULL, NULL, NULL);
	p->pools = columns_pools_new();
	p->all = lineindex_new(p->src, p->pools, NULL, NULL, NULL, NULL);
	p->jobs = jobs_new(2);
	p->gate = hold_start(p->jobs);
	p->held = lineindex_new(p->src, p->pools, p->jobs, NULL, NULL, NULL);
	assert_non_null(p->held);
}

static void close_pair(struct pair *p)
{
	lineindex_stop(p->held);
	jobs_free(p->jobs);
	lock_free(p->gate);
	lineindex_unref(p->all);
	lineindex_unref(p->held);
	source_unref(p->src);
	columns_pools_unref(p->pools);
}

static void is_end_of(const struct tail *t, const struct lineindex *all)
{
	uint64_t n = lineindex_count(all), k;

	assert_true(tail_count(t) <= n);
	for (uint64_t i = 0; i < tail_count(t); i++) {
		const struct columns *c = lineindex_get(all, n - 1 - i);

		assert_memory_equal(tail_get(t, i), c, sizeof(*c));
		assert_true(tail_find(t, c->off, &k));
		assert_int_equal(k, i);
		assert_false(tail_find(t, c->off + 1, &k));
		assert_int_equal(tail_count_from(t, c->off), i + 1);
		assert_int_equal(tail_count_from(t, c->off + 1), i);
		assert_true(c->off >= tail_begin(t));
	}
	/* Nothing that begins behind tail_begin() is missing. */
	if (tail_count(t) < n)
		assert_true(lineindex_get(all, n - 1 - tail_count(t))->off <
			    tail_begin(t));
}

static void the_tail_is_the_end_of_the_index(void **state)
{
	for (uint64_t seed = 0; seed < 14; seed++) {
		struct prng r = {seed};
		struct pair p;
		struct tail *t;
		struct buf b;
		uint64_t want = 0;

		buf_init(&b);
		random_file(seed, &b);
		open_pair(&p);
		t = tail_new(p.held);
		assert_non_null(t);
		while (tail_begin(t) > lineindex_head(p.all)) {
			want = tail_count(t) + 1 + prng_below(&r, 5000);
			tail_extend(t, want);
			is_end_of(t, p.all);
			assert_true(tail_count(t) >= want ||
				    tail_begin(t) == lineindex_head(p.all));
		}
		assert_int_equal(tail_count(t), lineindex_count(p.all));
		tail_free(t);

		hold_end(p.gate);
		assert_true(lineindex_wait(p.held, NULL));
		assert_null(tail_new(p.held));
		close_pair(&p);
		buf_release(&b);
	}
}

static void a_place_in_the_file_finds_its_record(void **state)
{
	struct pair p;
	struct buf b;
	uint64_t n, at;

	buf_init(&b);
	random_file(3, &b);
	open_pair(&p);
	for (uint64_t i = 0; i < lineindex_count(p.all); i++) {
		uint64_t off = lineindex_get(p.all, i)->off;

		assert_true(lineindex_find(p.all, off, &n));
		assert_int_equal(n, i);
		assert_false(lineindex_find(p.all, off + 1, &n));
		assert_int_equal(lineindex_find(p.held, off, &n),
				 i < lineindex_count(p.held));
	}
	at = lineindex_count(p.held);
	assert_true(at > 0 && at < lineindex_count(p.all));
	assert_int_equal(lineindex_known(p.held),
			 lineindex_end(p.all, at - 1));
	hold_end(p.gate);
	close_pair(&p);
	buf_release(&b);
}

static void a_line_without_end_has_no_tail(void **state)
{
	struct pair p;
	struct tail *t;
	struct buf b;

	buf_init(&b);
	buf_adds(&b, "{\"first\":1}\n");
	while (b.len < (size_t)34 << 20)
		buf_adds(&b, "no line ends here, for longer than one waits....");
	scratch_write(path, b.data, b.len);
	open_pair(&p);
	t = tail_new(p.held);
	assert_int_equal(tail_extend(t, 1), 0);
	tail_free(t);
	hold_end(p.gate);
	close_pair(&p);
	buf_release(&b);
}

static void a_file_cut_short_has_no_tail(void **state)
{
	struct pair p;
	struct tail *t;
	struct buf b;

	buf_init(&b);
	random_file(4, &b);
	open_pair(&p);
	t = tail_new(p.held);
	assert_int_equal(truncate(path, 1000), 0);
	assert_int_equal(tail_extend(t, 100), 0);
	assert_int_equal(tail_extend(t, 100), 0);
	tail_free(t);
	hold_end(p.gate);
	close_pair(&p);
	buf_release(&b);
}

/* --- rows --- */

struct open {
	struct jobs *jobs;
	struct lock *gate;
	struct document *doc;
};

static struct open open_held(void)
{
	struct open o = {.jobs = jobs_new(2)};
	struct document_options opt = {.jobs = o.jobs};

	o.gate = hold_start(o.jobs);
	o.doc = document_open(path, &opt, NULL);
	assert_non_null(o.doc);
	return o;
}

static void close_open(struct open *o)
{
	document_close(o->doc, false);
	jobs_free(o->jobs);
	lock_free(o->gate);
}

static void numbered_lines(unsigned from, unsigned to, const char *end)
{
	FILE *f = fopen(path, from ? "ab" : "wb");

	for (unsigned i = from; i < to; i++)
		fprintf(f, "{\"location\":\"/%u\",\"command\":\"C%u\"}%s", i,
			i % 7, i + 1 == to ? end : "\n");
	assert_int_equal(fclose(f), 0);
}

static void is_line(struct document *doc, row_id id, unsigned n)
{
	char want[64];
	struct columns c;
	struct buf b;

	buf_init(&b);
	snprintf(want, sizeof(want), "{\"location\":\"/%u\",\"command\":\"C%u\"}",
		 n, n % 7);
	assert_true(document_text(doc, id, DOCUMENT_NOW, &b, NULL));
	assert_string_equal(b.data, want);
	buf_clear(&b);
	assert_true(document_columns(doc, id, &c));
	assert_int_equal(c.len, strlen(want));
	assert_true(document_location(doc, id, 100, &b));
	snprintf(want, sizeof(want), "/%u", n);
	assert_string_equal(b.data, want);
	buf_clear(&b);
	assert_true(document_column_text(doc, id, COLUMN_COMMAND, &b));
	snprintf(want, sizeof(want), "C%u", n % 7);
	assert_string_equal(b.data, want);
	buf_release(&b);
}

#define LINES 30000u

static void rows_of_the_tail_get_their_numbers(void **state)
{
	struct open o;
	row_id ids[200];
	uint64_t n, k, pos;

	numbered_lines(0, LINES, "");
	o = open_held();
	n = document_tail(o.doc, 200);
	assert_true(n >= 200);
	assert_true(document_tail_apart(o.doc));
	for (unsigned i = 0; i < 200; i++) {
		ids[i] = document_tail_row(o.doc, i);
		assert_true(row_is_tail(ids[i]));
		is_line(o.doc, ids[i], LINES - 1 - i);
		assert_false(document_position(o.doc, ids[i], &pos));
		assert_true(document_known(o.doc, ids[i]) == ids[i]);
		assert_true(document_tail_find(o.doc, ids[i], &k) && k == i);
		assert_int_equal(document_state(o.doc, ids[i]), ROW_CLEAN);
	}
	/* All the way back: it meets what is known, and takes nothing twice. */
	n = document_tail(o.doc, LINES);
	assert_false(document_tail_apart(o.doc));
	assert_int_equal(n + document_count(o.doc), LINES);
	is_line(o.doc, document_tail_row(o.doc, n - 1),
		(unsigned)document_count(o.doc));

	hold_end(o.gate);
	assert_true(document_wait(o.doc, NULL));
	assert_int_equal(document_tail(o.doc, 200), 0);
	assert_int_equal(document_expected(o.doc), LINES);
	for (unsigned i = 0; i < 200; i++) {
		assert_true(document_position(o.doc, ids[i], &pos));
		assert_int_equal(pos, LINES - 1 - i);
		assert_true(document_known(o.doc, ids[i]) ==
			    document_row(o.doc, pos));
		is_line(o.doc, ids[i], LINES - 1 - i);
	}
	close_open(&o);
}

/* Every change of a row, by the name it had in the tail. */
static bool try_all(struct document *doc, row_id id, struct err *err)
{
	struct document_new copy = {.copy_of = id};
	struct document_new text = {.text = "{}", .len = 2, .copy_of = ROW_NONE};
	struct patch *patch = patch_between("{", 1, "{ ", 2);
	bool any = document_edit(doc, id, patch, err);

	any |= document_set_text(doc, id, "{\"b\":2}", 7, err);
	any |= document_insert(doc, id, &text, 1, NULL, err);
	any |= document_insert(doc, ROW_START, &copy, 1, NULL, err);
	any |= document_move(doc, &id, 1, ROW_START, err);
	any |= document_delete(doc, &id, 1, err);
	patch_unref(patch);
	return any;
}

static void edits_wait_for_the_number(void **state)
{
	struct err err = {0};
	struct open o;
	struct buf b;
	row_id id;

	numbered_lines(0, LINES, "\n");
	o = open_held();
	assert_true(document_tail(o.doc, 3) >= 3);
	id = document_tail_row(o.doc, 2);
	assert_false(try_all(o.doc, id, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(document_revert(o.doc, id, &err));
	assert_false(document_dirty(o.doc));
	assert_null(document_undo_label(o.doc));

	hold_end(o.gate);
	assert_true(document_wait(o.doc, NULL));
	buf_init(&b);
	assert_true(document_set_text(o.doc, id, "{\"b\":2}", 7, NULL));
	assert_int_equal(document_state(o.doc, id), ROW_CHANGED);
	assert_true(document_text(o.doc, document_row(o.doc, LINES - 3),
				  DOCUMENT_NOW, &b, NULL));
	assert_string_equal(b.data, "{\"b\":2}");
	assert_true(document_revert(o.doc, id, NULL));
	assert_false(document_dirty(o.doc));
	is_line(o.doc, id, LINES - 3);
	assert_true(document_delete(o.doc, &id, 1, NULL));
	assert_int_equal(document_state(o.doc, id), ROW_DELETED);
	assert_int_equal(document_count(o.doc), LINES - 1);
	is_line(o.doc, document_row(o.doc, LINES - 3), LINES - 2);
	assert_true(document_undo(o.doc, NULL, NULL));
	assert_true(try_all(o.doc, id, &err));
	buf_release(&b);
	close_open(&o);
}

/* Growth is taken in when the index is whole; then there is a tail again. */
static void what_a_file_grew_by_has_a_tail(void **state)
{
	uint64_t n, k, pos;
	struct open o;
	row_id last;

	numbered_lines(0, LINES, "");
	o = open_held();
	assert_true(document_tail(o.doc, 10) >= 10);
	last = document_tail_row(o.doc, 0);
	numbered_lines(LINES, LINES + 5, "\n");	/* behind "...}": one line */
	assert_int_equal(document_look(o.doc, NULL), DISK_SAME);
	is_line(o.doc, last, LINES - 1);
	hold_end(o.gate);
	assert_true(document_wait(o.doc, NULL));
	hold_again(o.jobs, o.gate);

	assert_int_equal(document_look(o.doc, NULL), DISK_GREW);
	n = document_tail(o.doc, 10);
	assert_int_equal(n, 4);
	assert_false(document_tail_apart(o.doc));
	is_line(o.doc, document_tail_row(o.doc, 0), LINES + 4);
	assert_true(document_tail_find(o.doc, document_tail_row(o.doc, 3), &k));
	assert_int_equal(k, 3);
	assert_true(document_position(o.doc, last, &pos));
	hold_end(o.gate);
	assert_true(document_wait(o.doc, NULL));
	assert_int_equal(document_count(o.doc), LINES + 4);
	assert_true(document_position(o.doc, last, &pos));
	assert_int_equal(pos, LINES - 1);
	close_open(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_tail_is_the_end_of_the_index),
		cmocka_unit_test(a_place_in_the_file_finds_its_record),
		cmocka_unit_test(a_line_without_end_has_no_tail),
		cmocka_unit_test(a_file_cut_short_has_no_tail),
		cmocka_unit_test(rows_of_the_tail_get_their_numbers),
		cmocka_unit_test(edits_wait_for_the_number),
		cmocka_unit_test(what_a_file_grew_by_has_a_tail),
	};

	return cmocka_run_group_tests_name("tail", tests, set_up, tear_down);
}
