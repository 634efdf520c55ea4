/* The trash keeps to its bounds, and never drops what was deleted last. */
#include "config.h"

#include <sys/stat.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "scratch.h"
#include "store/library.h"
#include "unit.h"

#define MORE 3

struct room {
	char *dir, *store, *state;
};

static int set_up(void **state)
{
	struct room *r = mem_zalloc(1, sizeof(*r));

	r->dir = scratch_new();
	r->store = scratch_path(r->dir, "store");
	r->state = scratch_path(r->dir, "state");
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct room *r = *state;

	scratch_free(r->dir);
	free(r->store);
	free(r->state);
	free(r);
	return 0;
}

/* Create one and delete it; its key in the trash. */
static char *trash_one(const struct room *r, unsigned n)
{
	char id[UUID_TEXT_MAX], name[32], *key;
	struct library_new spec = { .name = name };
	struct library_trashed *list;
	size_t count;

	snprintf(name, sizeof(name), "n%u", n);
	assert_true(library_create(r->store, &spec, NULL, id, NULL));
	assert_true(library_trash(r->store, id, r->state, NULL, NULL));
	assert_true(library_trash_list(r->state, &list, &count, NULL));
	assert_string_equal(list[0].id, id);
	key = mem_strdup(list[0].key);
	library_trash_list_free(list, count);
	return key;
}

static void expect_names(const struct room *r, unsigned from, unsigned to)
{
	struct library_trashed *list;
	char name[32];
	size_t count;

	assert_true(library_trash_list(r->state, &list, &count, NULL));
	assert_int_equal(count, to - from);
	for (size_t i = 0; i < count; i++) {
		snprintf(name, sizeof(name), "n%zu", to - 1 - i);
		assert_string_equal(list[i].name, name);
	}
	library_trash_list_free(list, count);
}

static void test_count(void **state)
{
	struct room *r = *state;
	unsigned n = LIBRARY_TRASH_COUNT_MAX + MORE;
	size_t removed;

	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, 0);
	for (unsigned i = 0; i < n; i++)
		free(trash_one(r, i));
	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, MORE);
	expect_names(r, MORE, n);
	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, 0);
}

/* Say that an entry is of so many bytes. */
static void pretend(const struct room *r, const char *key, const char *bytes)
{
	char *path = mem_format("%s/trash/%s/.rredit-trash", r->state, key);
	struct buf file;
	char *at, *text;

	buf_init(&file);
	assert_true(file_read(path, 1 << 16, &file, NULL));
	at = strstr(file.data, "\"bytes\":");
	assert_non_null(at);
	text = mem_format("%.*s\"bytes\":%s}", (int)(at - file.data),
			  file.data, bytes);
	scratch_write(path, text, strlen(text));
	free(text);
	buf_release(&file);
	free(path);
}

static void test_bytes(void **state)
{
	struct room *r = *state;
	char *first = trash_one(r, 0), *second = trash_one(r, 1);
	char *last = trash_one(r, 2);
	size_t removed;

	pretend(r, first, "30000000000");
	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, 0);
	pretend(r, second, "5000000000");
	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, 1);
	expect_names(r, 1, 3);
	/* The newest is too large by itself, and stays. */
	pretend(r, last, "9000000000000000");
	assert_true(library_trash_prune(r->state, &removed, NULL));
	assert_int_equal(removed, 1);
	expect_names(r, 2, 3);
	free(first);
	free(second);
	free(last);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_count),
		CASE(test_bytes),
	};

	return cmocka_run_group_tests_name("trash", tests, NULL, NULL);
}
