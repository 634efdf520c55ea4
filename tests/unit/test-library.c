/* The store on disk: listing it, finding things in it, changing it. */
#include "config.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "base/buf.h"
#include "tests/unit/place.h"

static const struct library_entry *find(const struct library_list *list,
					const char *id)
{
	for (size_t i = 0; i < list->count; i++)
		if (!strcmp(list->entries[i].id, id))
			return &list->entries[i];
	return NULL;
}

static struct library_list scan(const struct place *p)
{
	struct library_list list;
	struct err err = {0};

	if (!library_scan(p->store, &list, &err))
		fail_msg("%s", err.msg);
	return list;
}

/* --- where --- */

static void test_default(void **state)
{
	struct err err = {0};
	char *dir;

	setenv("HOME", "/home/u", 1);
	unsetenv("RREDIT_STORE");
	unsetenv("SPEEDSCALE_HOME");
	dir = library_default(NULL, &err);
	assert_string_equal(dir, "/home/u/.speedscale/data/snapshots");
	free(dir);
	setenv("SPEEDSCALE_HOME", "/s", 1);
	dir = library_default(NULL, &err);
	assert_string_equal(dir, "/s/data/snapshots");
	free(dir);
	setenv("RREDIT_STORE", "/r", 1);
	dir = library_default(NULL, &err);
	assert_string_equal(dir, "/r");
	free(dir);
	dir = library_default("/given", &err);
	assert_string_equal(dir, "/given");
	free(dir);
	assert_null(library_default("", &err));
	assert_int_equal(err.code, ERR_USAGE);
	setenv("RREDIT_STORE", "", 1);
	setenv("SPEEDSCALE_HOME", "", 1);
	unsetenv("HOME");
	assert_null(library_default(NULL, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
}

/* --- list --- */

static void test_scan(void **state)
{
	struct place *p = *state;
	struct library_list list;
	const struct library_entry *e;
	struct err err;

	place_put_a(p);
	list = scan(p);
	assert_int_equal(list.count, 1);
	e = find(&list, ID_A);
	assert_string_equal(e->name, "one");
	assert_string_equal(e->services, "x, y");
	assert_int_equal(e->pairs, 5);
	assert_int_equal(e->bytes, strlen(RAW_A));
	assert_int_equal(e->problems, 0);
	assert_true(e->mtime_ns > 0);
	assert_string_equal(e->raw_path, place_at(p, "store/" ID_A "/raw.jsonl"));
	library_list_release(&list);
	assert_false(library_scan(place_at(p, "nowhere"), &list, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	place_put(p, "file", "");
	assert_false(library_scan(place_at(p, "file"), &list, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
}

static void make_socket(const char *path)
{
	struct sockaddr_un a = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_true(strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path) + 1);
	assert_int_equal(bind(fd, (struct sockaddr *)&a, sizeof(a)), 0);
	close(fd);
}

static void put_odd(const struct place *p)
{
	place_make(p, "elsewhere");
	place_put(p, "elsewhere/raw.jsonl", RAW_A);
	place_put(p, "elsewhere/meta", META_A);
	place_make(p, "store/nometa");
	place_put(p, "store/nometa/raw.jsonl.gz", "xyz");
	place_put(p, "store/nodir.json", "{\"meta\":{}}");
	place_make(p, "store/noraw");
	place_put(p, "store/noraw.json", "{\"id\":\"other\"}");
	place_put(p, "store/broken.json", "{\"id\":");
	place_put(p, "store/array.json", "[]");
	place_put(p, "store/empty.json", "");
	place_put(p, "store/plain.txt", "no snapshot");
	place_put(p, "store/.hidden.json", "{}");
	place_make(p, "store/.rredit-x");
	place_make(p, "store/dir.json");
	mkfifo(place_at(p, "store/fifo.json"), 0600);
	place_make(p, "store/odd\x1b[31m");
	mkfifo(place_at(p, "store/odd\x1b[31m/raw.jsonl"), 0600);
	make_socket(place_at(p, "store/sock"));
	place_put(p, "store/sock.json", "{}");
	assert_int_equal(symlink("../elsewhere", place_at(p, "store/out")), 0);
	assert_int_equal(symlink("../elsewhere/meta",
				 place_at(p, "store/out.json")), 0);
	assert_int_equal(symlink("nowhere", place_at(p, "store/gone")), 0);
	assert_int_equal(symlink("loop.json", place_at(p, "store/loop.json")), 0);
	place_make(p, "store/rawout");
	assert_int_equal(symlink("../../elsewhere/raw.jsonl",
				 place_at(p, "store/rawout/raw.jsonl")), 0);
	place_put(p, "store/rawout.json", "{}");
	place_make(p, "store/notfile");
	place_make(p, "store/notfile/raw.jsonl");
}

static void expect(const struct library_list *list, const char *id,
		   unsigned problems)
{
	const struct library_entry *e = find(list, id);

	assert_non_null(e);
	if (e->problems != (problems | LIBRARY_BAD_ID))
		fail_msg("%s has the problems %x", id, e->problems);
	assert_non_null(library_problem_text(e->problems));
}

static void test_scan_odd(void **state)
{
	struct place *p = *state;
	struct library_list list;

	put_odd(p);
	list = scan(p);
	expect(&list, "nometa", LIBRARY_NO_META);
	expect(&list, "nodir", LIBRARY_NO_DIR);
	expect(&list, "noraw", LIBRARY_NO_RAW | LIBRARY_ID_DIFFERS);
	expect(&list, "broken", LIBRARY_NO_DIR | LIBRARY_BAD_META);
	expect(&list, "array", LIBRARY_NO_DIR | LIBRARY_BAD_META);
	expect(&list, "empty", LIBRARY_NO_DIR | LIBRARY_BAD_META);
	expect(&list, "dir", LIBRARY_NO_DIR | LIBRARY_UNREADABLE);
	expect(&list, "fifo", LIBRARY_NO_DIR | LIBRARY_UNREADABLE);
	expect(&list, "odd\x1b[31m", LIBRARY_NO_META | LIBRARY_UNREADABLE);
	expect(&list, "sock", LIBRARY_UNREADABLE);
	expect(&list, "out", LIBRARY_OUTSIDE | LIBRARY_ID_DIFFERS);
	expect(&list, "gone", LIBRARY_NO_META | LIBRARY_OUTSIDE |
			      LIBRARY_UNREADABLE);
	expect(&list, "loop", LIBRARY_NO_DIR | LIBRARY_OUTSIDE |
			      LIBRARY_UNREADABLE);
	expect(&list, "rawout", LIBRARY_OUTSIDE);
	expect(&list, "notfile", LIBRARY_NO_META | LIBRARY_UNREADABLE);
	assert_int_equal(list.count, 15);
	assert_int_equal(find(&list, "nometa")->bytes, 3);
	library_list_release(&list);
	assert_null(library_problem_text(0));
}

static void check_fields(const struct place *p, const char *meta,
			 const char *name, const char *services, int64_t pairs)
{
	struct library_list list;

	place_put(p, "store/" ID_A ".json", meta);
	list = scan(p);
	assert_int_equal(list.count, 1);
	if (name)
		assert_string_equal(list.entries[0].name, name);
	else
		assert_null(list.entries[0].name);
	if (services)
		assert_string_equal(list.entries[0].services, services);
	else
		assert_null(list.entries[0].services);
	assert_int_equal(list.entries[0].pairs, pairs);
	library_list_release(&list);
}

static void test_metadata(void **state)
{
	struct place *p = *state;
	struct buf b;

	place_make(p, "store/" ID_A);
	place_put(p, "store/" ID_A "/raw.jsonl", "x");
	check_fields(p, "{\"meta\":{\"name\":\"a\\u0000b\"}}", "a\xEF\xBF\xBD" "b",
		     NULL, -1);
	check_fields(p, "{\"meta\":{\"name\":\"\",\"services\":[1,\"s\",[]]}}",
		     NULL, "s", -1);
	check_fields(p, "{\"meta\":[],\"recordsProcessed\":7}", NULL, NULL, 7);
	check_fields(p, "{\"recordsProcessed\":-7}", NULL, NULL, -1);
	check_fields(p, "{\"recordsProcessed\":\"\"}", NULL, NULL, -1);
	check_fields(p, "{\"recordsProcessed\":\"12x\"}", NULL, NULL, -1);
	check_fields(p, "{\"recordsProcessed\":\"99999999999999999999\"}", NULL,
		     NULL, -1);
	check_fields(p, "{\"meta\":{\"name\":5,\"services\":\"s\"}}", NULL, NULL,
		     -1);
	place_put(p, "store/" ID_A "/raw.jsonl", "");
	check_fields(p, "{\"recordsProcessed\":\"9\"}", NULL, NULL, 0);
	buf_init(&b);
	buf_adds(&b, "{\"meta\":{\"name\":\"");
	for (int i = 0; i < LIBRARY_NAME_MAX; i++)
		buf_adds(&b, "\xC3\xA4");
	buf_adds(&b, "\"}}");
	place_put(p, "store/" ID_A ".json", b.data);
	buf_release(&b);
	struct library_list list = scan(p);
	assert_int_equal(strlen(list.entries[0].name), LIBRARY_NAME_MAX);
	library_list_release(&list);
}

static void test_order(void **state)
{
	struct place *p = *state;
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct library_list list;

	place_put(p, "store/b.json", "{}");
	place_put(p, "store/a.json", "{}");
	place_put(p, "store/c.json", "{}");
	utimensat(AT_FDCWD, place_at(p, "store/a.json"), old, 0);
	utimensat(AT_FDCWD, place_at(p, "store/b.json"), old, 0);
	list = scan(p);
	assert_string_equal(list.entries[0].id, "c");
	assert_string_equal(list.entries[1].id, "a");
	assert_string_equal(list.entries[2].id, "b");
	library_list_release(&list);
}

static void test_thousands(void **state)
{
	enum { COUNT = 2000 };
	struct place *p = *state;
	struct timespec from, to;
	struct library_list list;
	char name[64];

	for (int i = 0; i < COUNT; i++) {
		snprintf(name, sizeof(name), "store/%08d", i);
		place_make(p, name);
		snprintf(name, sizeof(name), "store/%08d/raw.jsonl", i);
		place_put(p, name, RAW_A);
		snprintf(name, sizeof(name), "store/%08d.json", i);
		place_put(p, name, META_A);
	}
	clock_gettime(CLOCK_MONOTONIC, &from);
	list = scan(p);
	clock_gettime(CLOCK_MONOTONIC, &to);
	assert_int_equal(list.count, COUNT);
	library_list_release(&list);
	print_message("# %d snapshots listed in %.1f ms\n", COUNT,
		      (double)(to.tv_sec - from.tv_sec) * 1e3 +
			      (double)(to.tv_nsec - from.tv_nsec) / 1e6);
}

/* --- paths that are safe --- */

static void test_id_ok(void **state)
{
	static const char *const bad[] = {
		"", ".", "..", "a/b", "/", "../x", ".hidden", "-x", "a\nb",
		"a\x1b", "\xff", "x.json", "a\x7f",
	};
	char *longest = mem_zalloc(1, 300);

	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		if (library_id_ok(bad[i]))
			fail_msg("number %zu passes", i);
	assert_true(library_id_ok(ID_A));
	assert_true(library_id_ok("my snapshot \xC3\xA4"));
	memset(longest, 'x', 250);
	assert_true(library_id_ok(longest));
	longest[250] = 'x';
	assert_false(library_id_ok(longest));
	free(longest);
}

static void expect_dir(const struct place *p, const char *id, enum err_code code)
{
	struct err err = {0};
	char *dir = library_dir(p->store, id, &err);

	assert_int_equal(dir ? ERR_OK : err.code, code);
	free(dir);
}

static void test_dir(void **state)
{
	struct place *p = *state;

	place_put_a(p);
	put_odd(p);
	assert_int_equal(symlink(ID_A, place_at(p, "store/link")), 0);
	expect_dir(p, ID_A, ERR_OK);
	expect_dir(p, "not-there", ERR_OK);
	expect_dir(p, "link", ERR_OK);
	expect_dir(p, "out", ERR_INPUT);
	expect_dir(p, "gone", ERR_INPUT);
	expect_dir(p, "sock", ERR_INPUT);
	expect_dir(p, "..", ERR_INPUT);
	expect_dir(p, "../elsewhere", ERR_INPUT);
	expect_dir(p, "odd\x1b[31m", ERR_INPUT);
}

/* --- targets --- */

static void expect_target(const struct place *p, const char *text,
			  enum target_kind kind, const char *id,
			  const char *path, bool in_store)
{
	struct target t;
	struct err err = {0};

	if (!library_resolve(p->store, text, &t, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(t.kind, kind);
	assert_int_equal(t.in_store, in_store);
	if (id)
		assert_string_equal(t.id, id);
	else
		assert_null(t.id);
	if (path)
		assert_string_equal(t.path, path);
	else
		assert_null(t.path);
	assert_int_equal(t.dir != NULL, kind == TARGET_SNAPSHOT ||
					kind == TARGET_DIRECTORY);
	assert_int_equal(t.meta_path != NULL, kind == TARGET_SNAPSHOT);
	target_release(&t);
}

static void expect_none(const struct place *p, const char *text,
			enum err_code code, const char *word)
{
	struct target t;
	struct err err = {0};

	assert_false(library_resolve(p->store, text, &t, &err));
	assert_int_equal(err.code, code);
	if (!strstr(err.msg, word))
		fail_msg("\"%s\" does not say \"%s\"", err.msg, word);
}

static void test_resolve_names(void **state)
{
	struct place *p = *state;
	const char *raw_a = place_at(p, "store/" ID_A "/raw.jsonl");
	const char *raw_b = place_at(p, "store/" ID_B "/raw.jsonl");

	place_put_a(p);
	place_make(p, "store/" ID_B);
	place_put(p, "store/" ID_B ".json", "{\"meta\":{\"name\":\"two\"}}");
	expect_target(p, ID_A, TARGET_SNAPSHOT, ID_A, raw_a, true);
	expect_target(p, "5e5ad1", TARGET_SNAPSHOT, ID_A, raw_a, true);
	expect_target(p, "one", TARGET_SNAPSHOT, ID_A, raw_a, true);
	expect_target(p, "two", TARGET_SNAPSHOT, ID_B, raw_b, true);
	expect_target(p, "-", TARGET_STDIN, NULL, "-", false);
	expect_none(p, "5e5a", ERR_USAGE, ID_A);
	expect_none(p, "5e5a", ERR_USAGE, ID_B);
	expect_none(p, "5e5a", ERR_USAGE, "two");
	expect_none(p, "5e5", ERR_NOTARGET, "4");
	expect_none(p, "", ERR_USAGE, "empty");
	expect_none(p, "ONE", ERR_NOTARGET, "ONE");
	expect_none(p, "./" ID_A, ERR_NOTARGET, ID_A);
	expect_none(p, "../one", ERR_NOTARGET, "one");
	expect_none(p, "x\x1b[2J", ERR_NOTARGET, "^[[2J");
	/* A name that is the prefix of another one's id. */
	place_put(p, "store/" ID_B ".json", "{\"meta\":{\"name\":\"5e5ad1\"}}");
	expect_none(p, "5e5ad1", ERR_USAGE, ID_B);
	/* Two of the same name. */
	place_put(p, "store/" ID_B ".json", "{\"meta\":{\"name\":\"one\"}}");
	expect_none(p, "one", ERR_USAGE, ID_A);
	/* An id wins over the name of another. */
	place_put(p, "store/" ID_B ".json", "{\"meta\":{\"name\":\"" ID_A "\"}}");
	expect_target(p, ID_A, TARGET_SNAPSHOT, ID_A, raw_a, true);
}

static void test_resolve_without_store(void **state)
{
	struct place *p = *state;
	struct target t;
	struct err err = {0};

	place_put(p, "x.jsonl", RAW_A);
	assert_true(library_resolve(NULL, place_at(p, "x.jsonl"), &t, &err));
	assert_int_equal(t.kind, TARGET_FILE);
	target_release(&t);
	assert_false(library_resolve(NULL, "name", &t, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	assert_false(library_resolve(place_at(p, "nowhere"), "name", &t, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
}

static void test_resolve_paths(void **state)
{
	struct place *p = *state;
	const char *raw = place_at(p, "store/" ID_A "/raw.jsonl");

	place_put_a(p);
	expect_target(p, place_at(p, "store/" ID_A), TARGET_SNAPSHOT, ID_A, raw, true);
	expect_target(p, place_at(p, "store/" ID_A "/"), TARGET_SNAPSHOT, ID_A, raw,
		      true);
	expect_target(p, place_at(p, "store/" ID_A ".json"), TARGET_SNAPSHOT, ID_A,
		      raw, true);
	expect_target(p, raw, TARGET_SNAPSHOT, ID_A, raw, true);
	place_make(p, "other");
	place_make(p, "other/snap");
	expect_target(p, place_at(p, "other/snap"), TARGET_DIRECTORY, NULL, NULL,
		      false);
	place_put(p, "other/snap.json", "{\"id\":\"snap\",\"meta\":{}}");
	expect_target(p, place_at(p, "other/snap"), TARGET_SNAPSHOT, "snap",
		      place_at(p, "other/snap/raw.jsonl"), false);
	place_put(p, "other/snap/raw.jsonl.gz", "x");
	expect_target(p, place_at(p, "other/snap.json"), TARGET_SNAPSHOT, "snap",
		      place_at(p, "other/snap/raw.jsonl.gz"), false);
	mkfifo(place_at(p, "fifo"), 0600);
	expect_none(p, place_at(p, "fifo"), ERR_INPUT, "regular");
	expect_none(p, "/dev/null", ERR_INPUT, "regular");
	assert_int_equal(symlink("nowhere", place_at(p, "dangling")), 0);
	expect_none(p, place_at(p, "dangling"), ERR_NOTARGET, "dangling");
}

/* What a .json file is, its content says. */
static void test_resolve_content(void **state)
{
	struct place *p = *state;
	const char *path = place_at(p, "x.json"), *raw = place_at(p, "x/raw.jsonl");

	place_put(p, "x.json", "{\"msgType\":\"rrpair\",\"uuid\":\"\"}");
	expect_target(p, path, TARGET_FILE, NULL, path, false);
	place_put(p, "x.json", "{\"services\":[],\"requests\":[]}");
	expect_target(p, path, TARGET_FILE, NULL, path, false);
	place_put(p, "x.json", "{\"id\":\"x\",\"meta\":{}}");
	expect_target(p, path, TARGET_SNAPSHOT, "x", raw, false);
	place_make(p, "x");
	place_put(p, "x/raw.jsonl", RAW_A);
	expect_target(p, path, TARGET_SNAPSHOT, "x", raw, false);
	place_put(p, "x.json", "{broken");
	expect_target(p, path, TARGET_SNAPSHOT, "x", raw, false);
	place_put(p, "x.json", RAW_A "\n" RAW_A);
	expect_target(p, path, TARGET_FILE, NULL, path, false);
	place_put(p, "x.jsonl", "{\"id\":\"x\",\"meta\":{}}");
	path = place_at(p, "x.jsonl");
	expect_target(p, path, TARGET_FILE, NULL, path, false);
}

static void test_path_wins(void **state)
{
	struct place *p = *state;
	char *was = getcwd(NULL, 0);

	place_put_a(p);
	place_put(p, "one", RAW_A);
	expect_target(p, "one", TARGET_SNAPSHOT, ID_A,
		      place_at(p, "store/" ID_A "/raw.jsonl"), true);
	assert_int_equal(chdir(p->top), 0);
	expect_target(p, "one", TARGET_FILE, NULL, "one", false);
	expect_target(p, "./one", TARGET_FILE, NULL, "./one", false);
	assert_int_equal(chdir(place_at(p, "store/" ID_A)), 0);
	expect_target(p, ".", TARGET_SNAPSHOT, ID_A,
		      place_at(p, "store/" ID_A "/raw.jsonl"), true);
	assert_int_equal(chdir(was), 0);
	free(was);
}

static void test_resolve_outside(void **state)
{
	struct place *p = *state;
	struct target t;

	place_put_a(p);
	put_odd(p);
	assert_true(library_resolve(p->store, "rawout", &t, NULL));
	assert_true(t.outside);
	assert_true(library_leads_out(p->store, t.path));
	target_release(&t);
	assert_true(library_leads_out(p->store, place_at(p, "store/out.json")));
	assert_true(library_leads_out(p->store, place_at(p, "store/out/raw.jsonl")));
	assert_false(library_leads_out(p->store, place_at(p, "elsewhere/meta")));
	assert_false(library_leads_out(p->store, place_at(p, "store/new.json")));
	assert_false(library_leads_out(p->store,
				       place_at(p, "store/" ID_A ".json")));
	assert_false(library_leads_out(NULL, "x"));
	assert_false(library_leads_out(place_at(p, "sto"),
				       place_at(p, "store/out.json")));
	assert_true(library_resolve(p->store, ID_A, &t, NULL));
	assert_false(t.outside);
	target_release(&t);
	/* Not a name to be written, but one that is listed. */
	assert_true(library_resolve(p->store, "odd\x1b[31m", &t, NULL));
	assert_int_equal(t.kind, TARGET_SNAPSHOT);
	target_release(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_default),
		cmocka_unit_test(test_id_ok),
		cmocka_unit_test_setup_teardown(test_scan, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_scan_odd, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_metadata, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_order, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_thousands, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_dir, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_resolve_names, place_setup,
						place_teardown),
		cmocka_unit_test_setup_teardown(test_resolve_without_store,
						place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_resolve_paths, place_setup,
						place_teardown),
		cmocka_unit_test_setup_teardown(test_resolve_content, place_setup,
						place_teardown),
		cmocka_unit_test_setup_teardown(test_path_wins, place_setup, place_teardown),
		cmocka_unit_test_setup_teardown(test_resolve_outside, place_setup,
						place_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
