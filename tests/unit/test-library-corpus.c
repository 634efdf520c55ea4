/* A copy of a real store through everything that the store offers. */
#include "config.h"

#include <dirent.h>

#include "base/atomicfile.h"
#include "base/buf.h"
#include "base/path.h"
#include "store/filetree.h"
#include "tests/unit/place.h"

#define CORPUS TOP_SRCDIR "/../shared/corpus/store/snapshots"
#define ID_C "2971fb7e-151d-46a3-9983-ca33cc3f63fd"

static int setup(void **state)
{
	struct filetree_spec spec = {.max = UINT64_MAX, .writable = true,
				     .keep_times = true};
	struct place *p;
	struct err err;

	place_setup(state);
	p = *state;
	rmdir(p->store);
	if (!filetree_copy(CORPUS, p->store, &spec, NULL, &err))
		fail_msg("%s", err.msg);
	return 0;
}

static void read_at(const char *path, struct buf *out)
{
	struct err err;

	buf_init(out);
	if (!file_read(path, BUF_MAX, out, &err))
		fail_msg("%s", err.msg);
}

static void same_file(const char *a, const char *b)
{
	struct buf x, y;

	read_at(a, &x);
	read_at(b, &y);
	if (x.len != y.len || (x.len && memcmp(x.data, y.data, x.len)))
		fail_msg("%s differs from %s", a, b);
	buf_release(&x);
	buf_release(&y);
}

/* The files of a in b, byte for byte; how many there are. */
static size_t same_tree(const char *a, const char *b)
{
	DIR *d = opendir(a);
	struct dirent *e;
	size_t n = 0;

	assert_non_null(d);
	while ((e = readdir(d))) {
		char *x, *y;

		if (e->d_name[0] == '.')
			continue;
		x = path_join(a, e->d_name);
		y = path_join(b, e->d_name);
		if (e->d_type == DT_DIR)
			same_tree(x, y);
		else
			same_file(x, y);
		n++;
		free(x);
		free(y);
	}
	closedir(d);
	assert_int_equal(scratch_count(b), n);
	return n;
}

static void test_list(void **state)
{
	struct place *p = *state;
	struct library_list list;
	struct err err;

	if (!library_scan(p->store, &list, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(list.count, 2);
	for (size_t i = 0; i < list.count; i++) {
		const struct library_entry *e = &list.entries[i];
		bool first = !strcmp(e->id, ID_A);

		assert_int_equal(e->problems, 0);
		assert_non_null(e->name);
		assert_non_null(e->services);
		assert_int_equal(e->bytes, first ? 11640 : 204108);
		assert_true(e->pairs > 0);
		if (first)
			assert_int_equal(e->pairs, 5);
	}
	library_list_release(&list);
}

static void expect(const struct place *p, const char *text, const char *id)
{
	struct target t;
	struct err err;

	if (!library_resolve(p->store, text, &t, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.kind, TARGET_SNAPSHOT);
	assert_string_equal(t.id, id);
	assert_true(t.in_store);
	assert_false(t.outside);
	target_release(&t);
}

static void expect_file(const struct place *p, const char *name)
{
	struct target t;
	struct err err;

	if (!library_resolve(p->store, place_at(p, name), &t, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.kind, TARGET_FILE);
	target_release(&t);
}

static void test_resolve(void **state)
{
	struct place *p = *state;

	expect(p, ID_A, ID_A);
	expect(p, "5e5a", ID_A);
	expect(p, "2971fb", ID_C);
	expect(p, place_at(p, "store/" ID_A), ID_A);
	expect(p, place_at(p, "store/" ID_C ".json"), ID_C);
	expect(p, place_at(p, "store/" ID_C "/raw.jsonl"), ID_C);
	expect_file(p, "store/" ID_A "/action.jsonl");
	expect_file(p, "store/" ID_A "/full_action.grpc.gz");
	/* One RRPair in a .json file, and what is none. */
	expect_file(p, "store/" ID_A
		       "/rrpairs/40730c17-de08-427d-9819-59eeb9194c0c.json");
	expect_file(p, "store/" ID_A "/summary.json");
}

/* All that renaming changes is the name. */
static void test_rename(void **state)
{
	static const char *const ids[] = {ID_A, ID_C};
	struct place *p = *state;

	for (size_t i = 0; i < 2; i++) {
		char *name = mem_format("store/%s.json", ids[i]);
		char *was = mem_format(CORPUS "/%s.json", ids[i]);
		struct buf before, after;
		struct library_list list;
		size_t head = 0, tail = 0;

		assert_true(library_rename(p->store, ids[i], "r\xC3\xA9n", NULL));
		read_at(was, &before);
		read_at(place_at(p, name), &after);
		while (before.data[head] == after.data[head])
			head++;
		while (before.data[before.len - tail - 1] ==
		       after.data[after.len - tail - 1])
			tail++;
		assert_int_equal(after.len - head - tail, strlen("r\xC3\xA9n"));
		assert_memory_equal(after.data + head, "r\xC3\xA9n", 4);
		assert_true(library_scan(p->store, &list, NULL));
		assert_int_equal(list.count, 2);
		library_list_release(&list);
		buf_release(&before);
		buf_release(&after);
		free(name);
		free(was);
	}
	same_tree(CORPUS "/" ID_A, place_at(p, "store/" ID_A));
}

static void test_duplicate(void **state)
{
	struct place *p = *state;
	struct library_list list;
	char id[UUID_TEXT_MAX], *dir;
	struct err err;

	if (!library_duplicate(p->store, ID_A, "again", NULL, id, &err))
		fail_msg("%s", err.msg);
	dir = mem_format("store/%s", id);
	assert_int_equal(same_tree(CORPUS "/" ID_A, place_at(p, dir)), 18);
	free(dir);
	assert_true(library_scan(p->store, &list, NULL));
	assert_int_equal(list.count, 3);
	for (size_t i = 0; i < list.count; i++)
		assert_int_equal(list.entries[i].problems, 0);
	library_list_release(&list);
	expect(p, "again", id);
	same_file(CORPUS "/" ID_A ".json", place_at(p, "store/" ID_A ".json"));
}

static void test_trash(void **state)
{
	struct place *p = *state;
	struct library_trashed *list;
	size_t count;
	struct err err;

	if (!library_trash(p->store, ID_A, p->state, NULL, &err) ||
	    !library_trash_list(p->state, &list, &count, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(count, 1);
	assert_int_equal(scratch_count(p->store), 2);
	if (!library_untrash(p->state, list[0].key, NULL, &err))
		fail_msg("%s", err.msg);
	library_trash_list_free(list, count);
	same_tree(CORPUS, p->store);
}

static void test_create(void **state)
{
	struct place *p = *state;
	struct library_new spec = {.name = "from a file",
				   .raw_path = CORPUS "/" ID_C "/raw.jsonl"};
	char id[UUID_TEXT_MAX], *raw;
	struct err err;

	if (!library_create(p->store, &spec, NULL, id, &err))
		fail_msg("%s", err.msg);
	raw = mem_format("store/%s/raw.jsonl", id);
	same_file(spec.raw_path, place_at(p, raw));
	free(raw);
	expect(p, "from a file", id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, place_teardown)
		TEST(test_list),
		TEST(test_resolve),
		TEST(test_rename),
		TEST(test_duplicate),
		TEST(test_trash),
		TEST(test_create),
	};

	if (access(CORPUS, R_OK | X_OK)) {
		puts("1..0 # SKIP no corpus beside the sources");
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
