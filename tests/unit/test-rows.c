/* The piece table against a plain array of ids. */
#include "config.h"

#include "base/mem.h"
#include "store/rows.h"
#include "unit.h"

static uint64_t seed;

static uint64_t rnd(uint64_t below)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return below ? seed % below : 0;
}

#define MAX 400

struct model {
	row_id ids[MAX];
	size_t n;
	size_t mark;		/* where growth comes in */
};

static void same(struct rows *r, const struct model *m)
{
	assert_int_equal(rows_count(r), m->n);
	for (size_t i = 0; i < m->n; i++) {
		uint64_t pos = 0;

		assert_int_equal(rows_at(r, i), m->ids[i]);
		assert_true(rows_position(r, m->ids[i], &pos));
		assert_int_equal(pos, i);
	}
}

static void model_insert(struct model *m, size_t at, row_id id, bool end)
{
	memmove(&m->ids[at + 1], &m->ids[at], (m->n - at) * sizeof(row_id));
	m->ids[at] = id;
	m->n++;
	if (at < m->mark || (at == m->mark && !end))
		m->mark++;
}

static void model_remove(struct model *m, size_t at)
{
	m->n--;
	memmove(&m->ids[at], &m->ids[at + 1], (m->n - at) * sizeof(row_id));
	if (at < m->mark)
		m->mark--;
}

struct op { struct rows_place places[MAX]; size_t n; };

static row_id before(const struct model *m, size_t pos)
{
	return pos ? m->ids[pos - 1] : ROW_START;
}

static void add_place(struct op *op, struct rows_place p)
{
	struct rows_place *last = op->n ? &op->places[op->n - 1] : NULL;

	if (last && last->first + last->count == p.first &&
	    p.before == last->first + last->count - 1 &&
	    p.after == ROW_NONE) {
		last->count++;
		return;
	}
	op->places[op->n++] = p;
}

static void random_delete(struct model *m, struct op *op)
{
	struct model old = *m;
	size_t out = 0;

	for (size_t i = 0; i < old.n; i++) {
		if (rnd(3)) {
			out++;
			continue;
		}
		add_place(op, (struct rows_place){ old.ids[i], 1,
						   before(&old, i), ROW_NONE });
		model_remove(m, out);
	}
}

static void random_insert(struct model *m, struct op *op, uint64_t *added)
{
	size_t at = rnd(m->n + 1), k = 1 + rnd(4);
	row_id first = row_make(ROW_ADDED, *added);
	bool end = rnd(4) == 0;
	row_id place = end ? ROW_END : before(m, at);

	if (m->n + k >= MAX)
		return;
	if (end)
		at = m->n;
	*added += k + rnd(2);
	op->places[op->n++] = (struct rows_place){ first, k, ROW_NONE, place };
	for (size_t i = 0; i < k; i++)
		model_insert(m, at + i, first + i, end);
}

static void random_move(struct model *m, struct op *op)
{
	struct model old = *m;
	bool moving[MAX] = { false };
	row_id after, moved[MAX];
	size_t n = 0, target, at = 0;

	if (!m->n)
		return;
	target = rnd(m->n);
	for (size_t i = 0; i < old.n; i++)
		moving[i] = i != target && rnd(4) == 0;
	after = old.ids[target];
	for (size_t i = 0; i < old.n; i++) {
		if (!moving[i])
			continue;
		op->places[op->n++] = (struct rows_place){
			old.ids[i], 1, before(&old, i),
			n ? moved[n - 1] : after };
		moved[n++] = old.ids[i];
	}
	for (size_t i = old.n; i-- > 0;)
		if (moving[i])
			model_remove(m, i);
	while (m->ids[at] != after)
		at++;
	for (size_t i = 0; i < n; i++)
		model_insert(m, at + 1 + i, moved[i], false);
}

static void relocations_agree_with_an_array(void **state)
{
	for (unsigned round = 0; round < 60; round++) {
		struct rows *r = rows_new();
		struct model *m = mem_zalloc(1, sizeof(*m));
		struct op *ops = mem_zalloc(30, sizeof(*ops));
		struct rows *kept = NULL;
		struct model *kept_m = mem_zalloc(1, sizeof(*m));
		uint64_t added = 0;

		seed = 0x1234567 + round * 7919;
		m->n = m->mark = rnd(40);
		for (size_t i = 0; i < m->n; i++)
			m->ids[i] = row_make(0, i);
		rows_grow(r, row_make(0, 0), m->n);
		for (size_t k = 0; k < 30; k++) {
			r = rows_own(r);
			if (rnd(3) == 0)
				random_delete(m, &ops[k]);
			else if (rnd(2))
				random_insert(m, &ops[k], &added);
			else
				random_move(m, &ops[k]);
			rows_relocate(r, ops[k].places, ops[k].n, false);
			same(r, m);
			if (k == 12) {
				kept = rows_share(r);
				*kept_m = *m;
			}
		}
		for (size_t k = 30; k-- > 0;) {
			r = rows_own(r);
			rows_relocate(r, ops[k].places, ops[k].n, true);
		}
		for (size_t i = 0; i < rows_count(r); i++)
			assert_int_equal(rows_at(r, i), row_make(0, i));
		same(kept, kept_m);	/* frozen all the while */
		rows_unref(kept);
		rows_unref(r);
		free(m);
		free(kept_m);
		free(ops);
	}
}

static void growth_comes_before_what_was_put_at_the_end(void **state)
{
	struct rows *r = rows_new();
	struct rows_place end = { row_make(ROW_ADDED, 0), 1, ROW_NONE, ROW_END };
	struct rows_place last = { row_make(0, 2), 1, row_make(0, 1), ROW_NONE };

	rows_grow(r, row_make(0, 0), 3);
	rows_relocate(r, &end, 1, false);
	rows_relocate(r, &last, 1, false);
	rows_grow(r, row_make(0, 3), 2);
	assert_int_equal(rows_count(r), 5);
	assert_int_equal(rows_at(r, 1), row_make(0, 1));
	assert_int_equal(rows_at(r, 2), row_make(0, 3));
	assert_int_equal(rows_at(r, 4), row_make(ROW_ADDED, 0));
	rows_relocate(r, &last, 1, true);
	assert_int_equal(rows_at(r, 2), row_make(0, 2));
	assert_int_equal(rows_at(r, 3), row_make(0, 3));
	rows_unref(r);
}

static void order_is_compared_by_rows_not_pieces(void **state)
{
	struct rows *a = rows_new(), *b = rows_new();
	struct rows_place p = { row_make(0, 4), 2, row_make(0, 3), ROW_NONE };

	rows_grow(a, row_make(0, 0), 10);
	rows_grow(b, row_make(0, 0), 4);
	rows_grow(b, row_make(0, 4), 6);
	assert_true(rows_same_order(a, b));
	rows_relocate(b, &p, 1, false);
	assert_false(rows_same_order(a, b));
	rows_relocate(b, &p, 1, true);
	assert_true(rows_same_order(a, b));
	rows_unref(a);
	rows_unref(b);
}

static void states_survive_growth_and_removal_of_others(void **state)
{
	struct rows *r = rows_new();
	struct row_state *model[300] = { NULL };

	seed = 99;
	for (unsigned i = 0; i < 5000; i++) {
		unsigned k = (unsigned)rnd(300);
		struct row_state *s = NULL;

		if (rnd(3))
			s = row_state_new(ROW_NONE, text_new("x", 1), NULL);
		model[k] = s;
		rows_set_state(r, row_make(0, k * 16), s);
		if (i % 50 == 0)
			for (unsigned n = 0; n < 300; n++)
				assert_ptr_equal(
					rows_state(r, row_make(0, n * 16)),
					model[n]);
	}
	rows_unref(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(relocations_agree_with_an_array),
		cmocka_unit_test(growth_comes_before_what_was_put_at_the_end),
		cmocka_unit_test(order_is_compared_by_rows_not_pieces),
		cmocka_unit_test(states_survive_growth_and_removal_of_others),
	};

	return cmocka_run_group_tests_name("rows", tests, NULL, NULL);
}
