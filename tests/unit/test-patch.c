#include "config.h"

#include "base/patch.h"
#include "prng.h"
#include "unit.h"

/* A text small in length and alphabet: edits meet and equal bytes abound. */
struct text {
	char b[64];
	size_t len;
};

static void random_text(struct prng *r, struct text *t, size_t max)
{
	size_t i;

	t->len = prng_below(r, max + 1);
	for (i = 0; i < t->len; i++)
		t->b[i] = (char)('a' + prng_below(r, 3));
}

static void put(struct text *t, const char *bytes, size_t len)
{
	assert_true(t->len + len <= sizeof(t->b));
	if (len)
		memcpy(t->b + t->len, bytes, len);
	t->len += len;
}

/*
 * Walk over base: at every offset perhaps insert, perhaps replace a range. The
 * new text is written down as the walk goes, which is the naive model. The
 * calls to the builder come forwards or, for what is no insertion, backwards.
 */
static struct patch *random_patch(struct prng *r, const struct text *base,
				  struct text *now)
{
	struct patch_builder *pb = patch_builder_new();
	bool backwards = prng_below(r, 2);
	struct { size_t at, del; struct text ins; } late[64];
	size_t at = 0, del, n = 0;
	struct patch *p;

	now->len = 0;
	for (;;) {
		if (now->len < 20 && !prng_below(r, 8)) {
			struct text ins;

			random_text(r, &ins, 3);
			patch_builder_add(pb, at, 0, ins.b, ins.len);
			put(now, ins.b, ins.len);
		}
		if (at == base->len)
			break;
		if (now->len < 20 && !prng_below(r, 6)) {
			struct text ins;

			del = 1 + prng_below(r, base->len - at < 4 ?
					     base->len - at : 4);
			random_text(r, &ins, 3);
			put(now, ins.b, ins.len);
			if (backwards) {
				late[n].at = at;
				late[n].del = del;
				late[n++].ins = ins;
			} else {
				patch_builder_add(pb, at, del, ins.b, ins.len);
			}
			at += del;
		} else {
			put(now, base->b + at++, 1);
		}
	}
	while (n--)
		patch_builder_add(pb, late[n].at, late[n].del, late[n].ins.b,
				  late[n].ins.len);
	p = patch_builder_finish(pb, base->b, base->len);
	patch_builder_free(pb);
	return p;
}

static void check_applies(const struct patch *p, const struct text *base,
			  const struct text *now)
{
	struct buf out;

	buf_init(&out);
	assert_true(patch_apply(p, base->b, base->len, &out, NULL));
	assert_int_equal(out.len, now->len);
	assert_memory_equal(out.data, now->b, now->len);
	buf_release(&out);
}

static void check_normal(const struct patch *p, const struct text *base,
			 const struct text *now)
{
	size_t end = 0, i;

	if (base->len == now->len && !memcmp(base->b, now->b, now->len)) {
		assert_null(p);
		return;
	}
	assert_non_null(p);
	for (i = 0; i < patch_count(p); i++) {
		struct patch_hunk h = patch_get(p, i);

		assert_true(h.del || h.ins_len);
		assert_true(i ? h.at > end : true);
		end = h.at + h.del;
		assert_true(end <= base->len);
		if (!h.del || !h.ins_len)
			continue;
		assert_int_not_equal(base->b[h.at], h.ins[0]);
		assert_int_not_equal(base->b[end - 1], h.ins[h.ins_len - 1]);
	}
}

static void a_built_patch_does_what_was_added(void **state)
{
	struct text base, now;
	struct patch *p;
	uint64_t seed;

	for (seed = 0; seed < 20000; seed++) {
		struct prng r = { seed };

		random_text(&r, &base, 24);
		p = random_patch(&r, &base, &now);
		check_normal(p, &base, &now);
		check_applies(p, &base, &now);
		patch_unref(p);
	}
}

static void composing_is_applying_one_after_the_other(void **state)
{
	struct text base, mid, now;
	struct patch *first, *then, *both;
	uint64_t seed;

	for (seed = 0; seed < 20000; seed++) {
		struct prng r = { seed };

		random_text(&r, &base, 24);
		first = random_patch(&r, &base, &mid);
		then = random_patch(&r, &mid, &now);
		both = patch_compose(first, then, base.b, base.len);
		check_normal(both, &base, &now);
		check_applies(both, &base, &now);
		patch_unref(first);
		patch_unref(then);
		patch_unref(both);
	}
}

static void composing_with_the_way_back_gives_nothing(void **state)
{
	struct text base, now;
	struct patch *there, *back;
	uint64_t seed;

	for (seed = 0; seed < 5000; seed++) {
		struct prng r = { seed };

		random_text(&r, &base, 24);
		there = random_patch(&r, &base, &now);
		back = patch_between(now.b, now.len, base.b, base.len);
		assert_null(patch_compose(there, back, base.b, base.len));
		patch_unref(there);
		patch_unref(back);
	}
}

static void between_is_one_minimal_hunk(void **state)
{
	static char base[1000], text[1000];
	struct text a, b;
	struct patch *p;
	uint64_t seed;

	for (seed = 0; seed < 5000; seed++) {
		struct prng r = { seed };

		random_text(&r, &a, 8);
		random_text(&r, &b, 8);
		p = patch_between(a.b, a.len, b.b, b.len);
		assert_true(patch_count(p) <= 1);
		check_normal(p, &a, &b);
		check_applies(p, &a, &b);
		patch_unref(p);
	}
	memset(base, 'x', sizeof(base));
	memset(text, 'x', sizeof(text));
	text[500] = 'y';
	p = patch_between(base, sizeof(base), text, sizeof(text));
	assert_int_equal(patch_count(p), 1);
	assert_int_equal(patch_get(p, 0).at, 500);
	assert_int_equal(patch_get(p, 0).del, 1);
	assert_memory_equal(patch_get(p, 0).ins, "y", 1);
	patch_unref(p);
	assert_null(patch_between(base, sizeof(base), base, sizeof(base)));
}

static void hunks_that_undo_each_other_are_nothing(void **state)
{
	struct patch_builder *pb = patch_builder_new();

	patch_builder_add(pb, 0, 1, "", 0);
	patch_builder_add(pb, 2, 0, "a", 1);
	assert_null(patch_builder_finish(pb, "aab", 3));
	patch_builder_free(pb);
}

static void insertions_come_in_order_before_a_range(void **state)
{
	struct patch_builder *pb = patch_builder_new();
	const struct text base = { "0123456789", 10 }, now = { "01abXY6789c", 11 };
	struct patch *p;

	patch_builder_add(pb, 10, 0, "c", 1);
	patch_builder_add(pb, 2, 4, "XY", 2);
	patch_builder_add(pb, 2, 0, "a", 1);
	patch_builder_add(pb, 2, 0, "b", 1);
	p = patch_builder_finish(pb, base.b, base.len);
	assert_int_equal(patch_count(p), 2);
	check_applies(p, &base, &now);
	patch_unref(p);
	patch_builder_free(pb);
}

static void a_patch_that_does_not_fit_is_refused(void **state)
{
	struct patch *p = patch_between("abcdef", 6, "abcdeX", 6);
	struct buf out;
	struct err err;

	buf_init_max(&out, 5);
	assert_false(patch_apply(p, "abcde", 5, &out, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_int_equal(out.len, 0);
	assert_false(patch_apply(p, "abcdef", 6, &out, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	assert_int_equal(out.len, 0);
	buf_release(&out);
	patch_unref(p);
}

static void a_patch_lives_while_someone_holds_it(void **state)
{
	struct patch *p = patch_between("a", 1, "b", 1), *q = patch_ref(p);

	patch_unref(p);
	assert_memory_equal(patch_get(q, 0).ins, "b", 1);
	assert_true(patch_memory(q) > 0);
	patch_unref(q);
	assert_null(patch_ref(NULL));
	assert_int_equal(patch_count(NULL), 0);
	assert_int_equal(patch_memory(NULL), 0);
	patch_unref(NULL);
}

static void what_is_encoded_is_decoded(void **state)
{
	struct text base, now;
	struct patch *p, *q;
	struct buf out;
	uint64_t seed;

	buf_init(&out);
	for (seed = 0; seed < 5000; seed++) {
		struct prng r = { seed };

		random_text(&r, &base, 24);
		p = random_patch(&r, &base, &now);
		buf_clear(&out);
		patch_encode(p, &out);
		assert_true(patch_decode(out.data, out.len, base.len, &q, NULL));
		assert_true(patch_equal(p, q));
		patch_unref(q);
		patch_unref(p);
	}
	buf_release(&out);
}

/* Decode a copy of exactly len bytes: reading past them is then seen by the
 * sanitizers. What is accepted must encode to the same bytes again. */
static bool decode_exact(const char *bytes, size_t len, size_t base_len)
{
	char *copy = malloc(len ? len : 1);
	struct patch *p = NULL;
	struct buf again;
	bool ok;

	if (len)
		memcpy(copy, bytes, len);
	ok = patch_decode(copy, len, base_len, &p, NULL);
	free(copy);
	if (!ok) {
		assert_null(p);
		return false;
	}
	buf_init(&again);
	patch_encode(p, &again);
	assert_int_equal(again.len, len);
	assert_memory_equal(again.data, bytes, len);
	buf_release(&again);
	patch_unref(p);
	return true;
}

static void damaged_encodings_are_refused_or_sound(void **state)
{
	struct text base, now;
	struct patch *p;
	struct buf out;
	uint64_t seed;
	size_t i;

	buf_init(&out);
	for (seed = 0; seed < 500; seed++) {
		struct prng r = { seed };

		random_text(&r, &base, 24);
		p = random_patch(&r, &base, &now);
		buf_clear(&out);
		patch_encode(p, &out);
		patch_unref(p);
		for (i = 0; i < out.len; i++)
			assert_false(decode_exact(out.data, i, base.len));
		for (i = 0; i < out.len * 8; i++) {
			out.data[i / 8] ^= (char)(1 << i % 8);
			decode_exact(out.data, out.len, base.len);
			out.data[i / 8] ^= (char)(1 << i % 8);
		}
		buf_addc(&out, 0);
		assert_false(decode_exact(out.data, out.len, base.len));
	}
	buf_release(&out);
}

static void hostile_numbers_are_refused(void **state)
{
	static const struct { const char *bytes; size_t len; } bad[] = {
		{ "", 0 },
		{ "\x80\x00", 2 },			/* not shortest */
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 10 },
		{ "\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x01\x01", 12 },
		{ "\x01\x00\x00\x00", 4 },		/* changes nothing */
		{ "\x01\x0b\x00\x01x", 5 },		/* behind the end */
		{ "\x01\x05\x06\x00", 4 },
		{ "\x01\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x00", 13 },
		{ "\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01\x00", 13 },
		{ "\x01\x00\x01\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01", 13 },
		{ "\x02\x00\x01\x00\x00\x01\x00", 7 },	/* hunks touch */
		{ "\x01\x00\x01\x02x", 5 },		/* bytes missing */
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(decode_exact(bad[i].bytes, bad[i].len, 10));
	assert_true(decode_exact("\x00", 1, 0));
	assert_true(decode_exact("\x02\x00\x01\x00\x01\x01\x00", 7, 3));
	assert_true(decode_exact("\x01\x0a\x00\x01x", 5, 10));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_built_patch_does_what_was_added),
		cmocka_unit_test(composing_is_applying_one_after_the_other),
		cmocka_unit_test(composing_with_the_way_back_gives_nothing),
		cmocka_unit_test(between_is_one_minimal_hunk),
		cmocka_unit_test(hunks_that_undo_each_other_are_nothing),
		cmocka_unit_test(insertions_come_in_order_before_a_range),
		cmocka_unit_test(a_patch_that_does_not_fit_is_refused),
		cmocka_unit_test(a_patch_lives_while_someone_holds_it),
		cmocka_unit_test(what_is_encoded_is_decoded),
		cmocka_unit_test(damaged_encodings_are_refused_or_sound),
		cmocka_unit_test(hostile_numbers_are_refused),
	};

	return cmocka_run_group_tests_name("patch", tests, NULL, NULL);
}
