/* What changes the store: create, rename, duplicate, delete, put back. */
#include "config.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/path.h"
#include "store/filetree.h"
#include "tests/unit/place.h"

static struct library_entry only(const struct place *p,
				 struct library_list *list)
{
	assert_true(library_scan(p->store, list, NULL));
	assert_int_equal(list->count, 1);
	return list->entries[0];
}

/* --- create --- */

static void test_create(void **state)
{
	struct place *p = *state;
	const char *services[] = {"a \"b\"", "c"};
	struct library_new spec = {.name = "n\xC3\xA4me", .services = services,
				   .service_count = 2};
	char id[UUID_TEXT_MAX], *deep = scratch_path(p->top, "a/b/store");
	struct library_list list;
	struct library_entry e;
	struct err err = {0};

	free(p->store);
	p->store = deep;
	assert_true(library_create(p->store, &spec, NULL, id, &err));
	e = only(p, &list);
	assert_string_equal(e.id, id);
	assert_int_equal(e.id[14], '4');
	assert_string_equal(e.name, "n\xC3\xA4me");
	assert_string_equal(e.services, "a \"b\", c");
	assert_int_equal(e.problems, 0);
	assert_int_equal(e.bytes, 0);
	assert_int_equal(e.pairs, 0);
	library_list_release(&list);
	assert_int_equal(scratch_count(p->store), 2);
}

static void create_from(const struct place *p, const char *raw, const char *want)
{
	struct library_new spec = {.raw_path = place_at(p, raw)};
	char id[UUID_TEXT_MAX], *name;
	struct err err = {0};

	if (!library_create(p->store, &spec, NULL, id, &err))
		fail_msg("%s", err.msg);
	name = mem_format("store/%s/raw.jsonl", id);
	assert_true(place_holds(p, name, want));
	free(name);
}

static void test_create_raw(void **state)
{
	struct place *p = *state;
	gzFile gz;

	place_put(p, "x", RAW_A);
	create_from(p, "x", RAW_A);
	gz = gzopen(place_at(p, "y"), "wb");
	assert_int_equal(gzwrite(gz, RAW_A, strlen(RAW_A)), strlen(RAW_A));
	assert_int_equal(gzclose(gz), Z_OK);
	create_from(p, "y", RAW_A);
	place_put(p, "empty", "");
	create_from(p, "empty", "");
}

static void expect_no_create(const struct place *p,
			     const struct library_new *spec, enum err_code code)
{
	size_t before = scratch_count(p->store);
	char id[UUID_TEXT_MAX] = "untouched";
	struct err err = {0};

	assert_false(library_create(p->store, spec, NULL, id, &err));
	assert_int_equal(err.code, code);
	assert_string_equal(id, "untouched");
	assert_int_equal(scratch_count(p->store), before);
}

static void test_create_fails(void **state)
{
	struct place *p = *state;
	const char *service = "a\nb";
	char *longest = mem_zalloc(1, LIBRARY_NAME_MAX + 2);
	char cut[] = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03\x01";

	memset(longest, 'x', LIBRARY_NAME_MAX + 1);
	expect_no_create(p, &(struct library_new){.name = ""}, ERR_INPUT);
	expect_no_create(p, &(struct library_new){.name = "a\x1b"}, ERR_INPUT);
	expect_no_create(p, &(struct library_new){.name = "\xff"}, ERR_INPUT);
	expect_no_create(p, &(struct library_new){.name = longest}, ERR_LIMIT);
	expect_no_create(p, &(struct library_new){.services = &service,
						  .service_count = 1},
			 ERR_INPUT);
	free(longest);
	expect_no_create(p, &(struct library_new){.raw_path = "/nowhere"},
			 ERR_NOTARGET);
	expect_no_create(p, &(struct library_new){.raw_path = "/dev/zero"},
			 ERR_INPUT);
	expect_no_create(p, &(struct library_new){.raw_path = p->top},
			 ERR_INPUT);
	mkfifo(place_at(p, "fifo"), 0600);
	expect_no_create(p, &(struct library_new){
				.raw_path = place_at(p, "fifo")}, ERR_INPUT);
	scratch_write(place_at(p, "cut"), cut, sizeof(cut) - 1);
	expect_no_create(p, &(struct library_new){
				.raw_path = place_at(p, "cut")}, ERR_INPUT);
	/* A file where the store should be. */
	place_put(p, "file", "");
	free(p->store);
	p->store = scratch_path(p->top, "file");
	assert_false(library_create(p->store, &(struct library_new){0}, NULL,
				    (char[UUID_TEXT_MAX]){0}, NULL));
	assert_true(place_holds(p, "file", ""));
}

/* --- rename --- */

static void expect_rename(const struct place *p, const char *before,
			  const char *after)
{
	struct err err = {0};

	place_put(p, "store/" ID_A ".json", before);
	if (!library_rename(p->store, ID_A, "new", &err))
		fail_msg("%s", err.msg);
	assert_true(place_holds(p, "store/" ID_A ".json", after));
}

static void test_rename(void **state)
{
	struct place *p = *state;
	struct stat st;

	expect_rename(p, "{ \"n\" : 1.10,\n\t\"meta\":{\"x\":1e3 ,"
			 "\"name\": \"o\\u006cd\" } }\n",
		      "{ \"n\" : 1.10,\n\t\"meta\":{\"x\":1e3 ,"
		      "\"name\": \"new\" } }\n");
	expect_rename(p, "{\"meta\":{\"name\":\"n\\u0065w\"}}",
		      "{\"meta\":{\"name\":\"n\\u0065w\"}}");
	expect_rename(p, "{\"meta\":{\"a\":1}}",
		      "{\"meta\":{\"name\":\"new\",\"a\":1}}");
	expect_rename(p, "{\"meta\":{}}", "{\"meta\":{\"name\":\"new\"}}");
	expect_rename(p, "{\"id\":1}",
		      "{\"id\":1,\"meta\":{\"name\":\"new\"}}");
	expect_rename(p, "{\"meta\":{\"name\":null}}",
		      "{\"meta\":{\"name\":\"new\"}}");
	chmod(place_at(p, "store/" ID_A ".json"), 0640);
	assert_true(library_rename(p->store, ID_A, "other", NULL));
	assert_int_equal(stat(place_at(p, "store/" ID_A ".json"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	assert_int_equal(scratch_count(p->store), 1);
}

static void test_rename_without_meta(void **state)
{
	struct place *p = *state;

	place_make(p, "store/" ID_A);
	assert_true(library_rename(p->store, ID_A, "new", NULL));
	assert_true(place_holds(p, "store/" ID_A ".json",
				"{\"id\":\"" ID_A "\","
				"\"meta\":{\"name\":\"new\"}}"));
}

static void expect_no_rename(const struct place *p, const char *id,
			     const char *meta, enum err_code code)
{
	struct err err = {0};

	if (meta)
		place_put(p, "store/" ID_A ".json", meta);
	assert_false(library_rename(p->store, id, "new", &err));
	assert_int_equal(err.code, code);
	if (meta)
		assert_true(place_holds(p, "store/" ID_A ".json", meta));
}

static void test_rename_fails(void **state)
{
	struct place *p = *state;

	expect_no_rename(p, ID_B, NULL, ERR_NOTARGET);
	expect_no_rename(p, "../x", NULL, ERR_INPUT);
	expect_no_rename(p, ID_A, "{\"meta\":", ERR_INPUT);
	expect_no_rename(p, ID_A, "[]", ERR_INPUT);
	expect_no_rename(p, ID_A, "{\"meta\":[]}", ERR_INPUT);
	place_put(p, "outside.json", META_A);
	assert_int_equal(symlink("../outside.json",
				 place_at(p, "store/" ID_B ".json")), 0);
	expect_no_rename(p, ID_B, NULL, ERR_INPUT);
	assert_true(place_holds(p, "outside.json", META_A));
	mkfifo(place_at(p, "store/fifo.json"), 0600);
	expect_no_rename(p, "fifo", NULL, ERR_INPUT);
}

/* --- duplicate --- */

static void put_more(const struct place *p)
{
	place_put_a(p);
	place_make(p, "store/" ID_A "/rrpairs");
	place_put(p, "store/" ID_A "/rrpairs/x.json", "{}");
	place_put(p, "store/" ID_A "/triggers.jsonl", "");
	place_put(p, "store/" ID_A "/.rredit-unfinished", "x");
	place_put(p, "store/" ID_A "/.raw.jsonl.rredit-host-1-x", "x");
}

static void test_duplicate(void **state)
{
	struct place *p = *state;
	char id[UUID_TEXT_MAX], *name, *want;
	struct err err = {0};

	put_more(p);
	if (!library_duplicate(p->store, ID_A, NULL, NULL, id, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(id[14], '4');
	name = mem_format("store/%s/raw.jsonl", id);
	assert_true(place_holds(p, name, RAW_A));
	free(name);
	name = mem_format("store/%s/rrpairs/x.json", id);
	assert_true(place_holds(p, name, "{}"));
	free(name);
	name = mem_format("store/%s", id);
	assert_int_equal(scratch_count(place_at(p, name)), 3);
	free(name);
	name = mem_format("store/%s.json", id);
	want = mem_format("{\"id\":\"%s\"%s", id, META_A + 8 + strlen(ID_A));
	assert_true(place_holds(p, name, want));
	free(name);
	free(want);
	assert_true(place_holds(p, "store/" ID_A ".json", META_A));
	assert_int_equal(scratch_count(p->store), 4);
}

static void test_duplicate_parts(void **state)
{
	struct place *p = *state;
	char id[UUID_TEXT_MAX], *name, *want;

	place_put(p, "store/" ID_A ".json", "{\"id\":\"" ID_A "\"}");
	assert_true(library_duplicate(p->store, ID_A, "new", NULL, id, NULL));
	name = mem_format("store/%s.json", id);
	want = mem_format("{\"id\":\"%s\",\"meta\":{\"name\":\"new\"}}", id);
	assert_true(place_holds(p, name, want));
	free(name);
	free(want);
	assert_int_equal(scratch_count(p->store), 2);
	place_make(p, "store/" ID_B);
	assert_true(library_duplicate(p->store, ID_B, NULL, NULL, id, NULL));
	assert_int_equal(scratch_count(p->store), 4);
	/* What is broken is kept as it is. */
	place_put(p, "store/" ID_B ".json", "{\"id\":");
	assert_true(library_duplicate(p->store, ID_B, NULL, NULL, id, NULL));
	name = mem_format("store/%s.json", id);
	assert_true(place_holds(p, name, "{\"id\":"));
	free(name);
}

static void expect_no_duplicate(const struct place *p, const char *id,
				const char *name, enum err_code code)
{
	size_t before = scratch_count(p->store);
	char out[UUID_TEXT_MAX] = "untouched";
	struct err err = {0};

	assert_false(library_duplicate(p->store, id, name, NULL, out, &err));
	if (err.code != code)
		fail_msg("code %d: %s", err.code, err.msg);
	assert_string_equal(out, "untouched");
	assert_int_equal(scratch_count(p->store), before);
}

static void test_duplicate_fails(void **state)
{
	struct place *p = *state;

	put_more(p);
	expect_no_duplicate(p, ID_B, NULL, ERR_NOTARGET);
	expect_no_duplicate(p, "..", NULL, ERR_INPUT);
	expect_no_duplicate(p, ID_A, "", ERR_INPUT);
	place_make(p, "store/" ID_B);
	mkfifo(place_at(p, "store/" ID_B "/raw.jsonl"), 0600);
	expect_no_duplicate(p, ID_B, NULL, ERR_INPUT);
	place_put(p, "secret", "s");
	place_make(p, "store/links");
	assert_int_equal(symlink("../../secret",
				 place_at(p, "store/links/raw.jsonl")), 0);
	expect_no_duplicate(p, "links", NULL, ERR_INPUT);
	assert_int_equal(symlink("../store",
				 place_at(p, "store/round")), 0);
	expect_no_duplicate(p, "round", NULL, ERR_INPUT);
	place_put(p, "store/" ID_A ".json", "[]");
	expect_no_duplicate(p, ID_A, "new", ERR_INPUT);
}

/* Two snapshots must not share a file that one of them edits. */
static void test_duplicate_links(void **state)
{
	struct place *p = *state;
	char id[UUID_TEXT_MAX], *name;
	struct stat st;

	put_more(p);
	place_make(p, "store/" ID_B);
	assert_int_equal(symlink("../" ID_A "/raw.jsonl",
				 place_at(p, "store/" ID_B "/raw.jsonl")), 0);
	assert_true(library_duplicate(p->store, ID_B, NULL, NULL, id, NULL));
	name = mem_format("store/%s/raw.jsonl", id);
	assert_int_equal(lstat(place_at(p, name), &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_true(place_holds(p, name, RAW_A));
	free(name);
}

static void test_too_deep(void **state)
{
	struct place *p = *state;
	char path[8 * FILETREE_DEPTH_MAX] = "store/" ID_A;
	struct err err = {0};

	for (int i = 0; i < FILETREE_DEPTH_MAX; i++) {
		place_make(p, path);
		strncat(path, "/d", sizeof(path) - strlen(path) - 1);
	}
	place_make(p, path);
	expect_no_duplicate(p, ID_A, NULL, ERR_LIMIT);
	assert_false(filetree_remove(place_at(p, "store/" ID_A), &err));
	assert_int_equal(err.code, ERR_LIMIT);
}

/* A file system that takes no more than 100 KB. */
static void test_no_space(void **state)
{
	struct place *p = *state;
	struct rlimit was, small;
	char *big = mem_zalloc(1, 200000);
	struct err err = {0};
	char id[UUID_TEXT_MAX];

	put_more(p);
	memset(big, 'x', 199999);
	place_put(p, "store/" ID_A "/raw.jsonl", big);
	signal(SIGXFSZ, SIG_IGN);
	getrlimit(RLIMIT_FSIZE, &was);
	small = was;
	small.rlim_cur = 100000;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_false(library_duplicate(p->store, ID_A, NULL, NULL, id, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	assert_int_equal(scratch_count(p->store), 2);
	assert_false(library_create(p->store, &(struct library_new){
			.raw_path = place_at(p, "store/" ID_A "/raw.jsonl")},
		NULL, id, &err));
	assert_int_equal(scratch_count(p->store), 2);
	/* Too small for any metadata. */
	small.rlim_cur = 10;
	setrlimit(RLIMIT_FSIZE, &small);
	assert_false(library_rename(p->store, ID_A, "new", &err));
	assert_false(library_create(p->store, &(struct library_new){0}, NULL,
				    id, &err));
	assert_false(library_trash(p->store, ID_A, p->state, NULL, &err));
	setrlimit(RLIMIT_FSIZE, &was);
	assert_int_equal(scratch_count(p->store), 2);
	assert_true(place_holds(p, "store/" ID_A ".json", META_A));
	assert_true(place_holds(p, "store/" ID_A "/raw.jsonl", big));
	free(big);
}

/* What a killed run left goes a day later, and nothing else. */
static void test_sweep(void **state)
{
	struct place *p = *state;
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	const char *stale = "store/.rredit-" ID_A;

	place_make(p, stale);
	place_put(p, "store/.rredit-" ID_A "/raw.jsonl", "x");
	place_put(p, "store/.rredit-" ID_B, "x");
	place_put(p, "store/.rredit-notes", "x");
	utimensat(AT_FDCWD, place_at(p, stale), old, 0);
	utimensat(AT_FDCWD, place_at(p, "store/.rredit-notes"), old, 0);
	assert_true(library_create(p->store, &(struct library_new){0}, NULL,
				   (char[UUID_TEXT_MAX]){0}, NULL));
	assert_false(place_has(p, stale));
	assert_true(place_has(p, "store/.rredit-" ID_B));
	assert_true(place_has(p, "store/.rredit-notes"));
}

/* --- trash --- */

static struct library_trashed *trashed(const struct place *p, size_t want)
{
	struct library_trashed *list = NULL;
	struct err err = {0};
	size_t count = 99;

	if (!library_trash_list(p->state, &list, &count, &err))
		fail_msg("%s", err.msg);
	assert_int_equal(count, want);
	return list;
}

static char *trash(const struct place *p, const char *id)
{
	struct library_trashed *list;
	struct err err = {0};
	char *key;

	if (!library_trash(p->store, id, p->state, NULL, &err))
		fail_msg("%s", err.msg);
	list = trashed(p, 1);
	key = mem_strdup(list[0].key);
	assert_string_equal(list[0].id, id);
	assert_string_equal(list[0].store, p->store);
	library_trash_list_free(list, 1);
	return key;
}

static void test_trash(void **state)
{
	struct place *p = *state;
	struct library_trashed *list;
	struct err err = {0};
	struct stat st;
	char *key;

	library_trash_list_free(trashed(p, 0), 0);
	assert_false(place_has(p, "state"));
	put_more(p);
	key = trash(p, ID_A);
	assert_int_equal(scratch_count(p->store), 0);
	list = trashed(p, 1);
	assert_string_equal(list[0].name, "one");
	assert_int_equal(list[0].bytes,
			 strlen(RAW_A) + strlen(META_A) + 2 + 1 + 1);
	assert_true(list[0].when_ns > 0);
	library_trash_list_free(list, 1);
	assert_int_equal(stat(place_at(p, "state/trash"), &st), 0);
	assert_int_equal(st.st_mode & 0777, 0700);
	if (!library_untrash(p->state, key, NULL, &err))
		fail_msg("%s", err.msg);
	assert_true(place_holds(p, "store/" ID_A ".json", META_A));
	assert_true(place_holds(p, "store/" ID_A "/raw.jsonl", RAW_A));
	assert_true(place_holds(p, "store/" ID_A "/rrpairs/x.json", "{}"));
	library_trash_list_free(trashed(p, 0), 0);
	assert_false(library_untrash(p->state, key, NULL, &err));
	assert_int_equal(err.code, ERR_ABSENT);
	free(key);
}

static void test_trash_odd(void **state)
{
	struct place *p = *state;
	struct err err = {0};
	char *key;

	/* A link is moved, not what it leads to. */
	place_make(p, "elsewhere");
	place_put(p, "elsewhere/raw.jsonl", RAW_A);
	assert_int_equal(symlink("../elsewhere", place_at(p, "store/out")), 0);
	mkfifo(place_at(p, "store/out.json"), 0600);
	key = trash(p, "out");
	assert_int_equal(scratch_count(p->store), 0);
	assert_true(place_holds(p, "elsewhere/raw.jsonl", RAW_A));
	assert_true(library_untrash(p->state, key, NULL, &err));
	assert_true(place_holds(p, "store/out/raw.jsonl", RAW_A));
	free(key);
	assert_false(library_trash(p->store, ID_A, p->state, NULL, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	assert_false(library_trash(p->store, "../elsewhere", p->state, NULL,
				   &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_false(library_trash(p->store, "out", NULL, NULL, &err));
	assert_int_equal(err.code, ERR_SYSTEM);
	/* A file where the trash should be. */
	place_put(p, "file", "");
	assert_false(library_trash(p->store, "out", place_at(p, "file"), NULL,
				   &err));
	assert_true(place_has(p, "store/out"));
	assert_true(place_has(p, "store/out.json"));
}

static void test_untrash_conflict(void **state)
{
	struct place *p = *state;
	struct err err = {0};
	char *key, *info;

	place_put_a(p);
	key = trash(p, ID_A);
	place_put(p, "store/" ID_A ".json", "{}");
	assert_false(library_untrash(p->state, key, NULL, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_true(place_holds(p, "store/" ID_A ".json", "{}"));
	assert_false(place_has(p, "store/" ID_A));
	library_trash_list_free(trashed(p, 1), 1);
	/* As after a crash, which left only the directory in the trash. */
	info = mem_format("%s/trash/%s/" ID_A ".json", p->state, key);
	assert_int_equal(unlink(info), 0);
	free(info);
	assert_true(library_untrash(p->state, key, NULL, &err));
	assert_true(place_holds(p, "store/" ID_A "/raw.jsonl", RAW_A));
	assert_true(place_holds(p, "store/" ID_A ".json", "{}"));
	library_trash_list_free(trashed(p, 0), 0);
	free(key);
}

/* The trash is read from a disk: what it says is checked. */
static void expect_no_untrash(const struct place *p, const char *info,
			      enum err_code code)
{
	struct err err = {0};

	place_put(p, "state/trash/key/.rredit-trash", info);
	assert_false(library_untrash(p->state, "key", NULL, &err));
	if (err.code != code)
		fail_msg("%s: code %d: %s", info, err.code, err.msg);
	library_trash_list_free(trashed(p, 1), 1);
}

static void test_untrash_hostile(void **state)
{
	struct place *p = *state;

	place_make(p, "state");
	place_make(p, "state/trash");
	place_make(p, "state/trash/key");
	place_make(p, "state/trash/key/x");
	place_put(p, "state/trash/file", "");
	expect_no_untrash(p, "", ERR_INPUT);
	expect_no_untrash(p, "[]", ERR_INPUT);
	expect_no_untrash(p, "{\"id\":\"x\"}", ERR_INPUT);
	expect_no_untrash(p, "{\"id\":\"x\",\"store\":\"rel\"}", ERR_INPUT);
	expect_no_untrash(p, "{\"id\":\"../x\",\"store\":\"/tmp\"}", ERR_INPUT);
	expect_no_untrash(p, "{\"id\":\"y\",\"store\":\"/tmp\",\"when\":5,"
			     "\"bytes\":-1}", ERR_ABSENT);
	unlink(place_at(p, "state/trash/key/.rredit-trash"));
	assert_false(library_untrash(p->state, "key", NULL, NULL));
	assert_false(library_untrash(p->state, "..", NULL, NULL));
	assert_false(library_untrash(p->state, "a/b", NULL, NULL));
	assert_false(library_untrash(p->state, "", NULL, NULL));
}

static void test_trash_empty(void **state)
{
	struct place *p = *state;
	struct err err = {0};
	char *key;

	assert_true(library_trash_empty(p->state, NULL, &err));
	put_more(p);
	place_put(p, "kept", "x");
	assert_int_equal(symlink("../../kept",
				 place_at(p, "store/" ID_A "/link")), 0);
	key = trash(p, ID_A);
	assert_false(library_trash_empty(p->state, "nokey", &err));
	assert_int_equal(err.code, ERR_ABSENT);
	assert_false(library_trash_empty(p->state, "../trash", &err));
	assert_true(library_trash_empty(p->state, key, &err));
	library_trash_list_free(trashed(p, 0), 0);
	free(key);
	place_put_a(p);
	free(trash(p, ID_A));
	place_put(p, "store/" ID_B ".json", "{}");
	assert_true(library_trash(p->store, ID_B, p->state, NULL, &err));
	assert_true(library_trash_empty(p->state, NULL, &err));
	library_trash_list_free(trashed(p, 0), 0);
	assert_true(place_holds(p, "kept", "x"));
}

/* --- as jobs --- */

struct task {
	const struct place *p;
	char id[UUID_TEXT_MAX];
	bool wait;		/* until it is cancelled */
	bool ok;
	struct err err;
	enum job_state state;
};

static void task_run(struct job *job, void *arg)
{
	struct task *t = arg;

	while (t->wait && !job_cancelled(job))
		sched_yield();
	t->ok = library_duplicate(t->p->store, ID_A, NULL, job, t->id, &t->err);
}

static void task_done(struct job *job, void *arg)
{
	((struct task *)arg)->state = job_state(job);
}

static void run_task(struct task *t, struct job_info *info)
{
	struct job_spec spec = {.lane = JOB_SAVE, .what = "duplicate",
				.run = task_run, .done = task_done, .arg = t};
	struct jobs *jobs = jobs_new(0);
	uint64_t id = jobs_add(jobs, &spec);

	while (t->wait && jobs_list(jobs, info, 1) == 1 &&
	       info->state == JOB_QUEUED)
		sched_yield();
	if (t->wait)
		jobs_cancel(jobs, id);
	jobs_wait(jobs, id);
	assert_int_equal(jobs_list(jobs, info, 1), 1);
	jobs_free(jobs);
}

static void test_duplicate_job(void **state)
{
	struct place *p = *state;
	struct task t = {.p = p};
	struct job_info info;

	put_more(p);
	run_task(&t, &info);
	assert_true(t.ok);
	assert_int_equal(t.state, JOB_DONE);
	assert_int_equal(info.done, info.total);
	assert_int_equal(info.total, strlen(RAW_A) + 2);
	t = (struct task){.p = p, .wait = true};
	run_task(&t, &info);
	assert_false(t.ok);
	assert_int_equal(t.err.code, ERR_CANCELLED);
	assert_int_equal(t.state, JOB_CANCELLED);
	assert_int_equal(scratch_count(p->store), 4);
}

/* --- across file systems --- */

/* A directory on another file system than the scratch one, or NULL. */
static char *other_fs(const struct place *p)
{
	char *dir = mem_strdup("/dev/shm/rredit-test-XXXXXX");
	struct stat a, b;

	if (mkdtemp(dir)) {
		if (!stat(dir, &a) && !stat(p->top, &b) && a.st_dev != b.st_dev)
			return dir;
		rmdir(dir);
	}
	free(dir);
	return NULL;
}

static void test_trash_across(void **state)
{
	struct place *p = *state;
	struct timespec old[2] = {{.tv_sec = 1000}, {.tv_sec = 1000}};
	struct err err = {0};
	struct stat st;
	char *key, *other = other_fs(p);

	if (!other) {
		skip_test("no second file system in /dev/shm");
	}
	free(p->state);
	p->state = scratch_path(other, "state");
	put_more(p);
	assert_int_equal(symlink("nowhere",
				 place_at(p, "store/" ID_A "/link")), 0);
	chmod(place_at(p, "store/" ID_A "/raw.jsonl"), 0440);
	utimensat(AT_FDCWD, place_at(p, "store/" ID_A "/raw.jsonl"), old, 0);
	key = trash(p, ID_A);
	assert_int_equal(scratch_count(p->store), 0);
	if (!library_untrash(p->state, key, NULL, &err))
		fail_msg("%s", err.msg);
	library_trash_list_free(trashed(p, 0), 0);
	assert_true(place_holds(p, "store/" ID_A ".json", META_A));
	assert_true(place_holds(p, "store/" ID_A "/raw.jsonl", RAW_A));
	assert_true(place_holds(p, "store/" ID_A "/rrpairs/x.json", "{}"));
	assert_int_equal(lstat(place_at(p, "store/" ID_A "/link"), &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(lstat(place_at(p, "store/" ID_A "/raw.jsonl"), &st),
			 0);
	assert_int_equal(st.st_mode & 0777, 0440);
	assert_int_equal(st.st_mtim.tv_sec, 1000);
	assert_int_equal(scratch_count(p->store), 2);
	free(key);
	/* More than is copied. */
	assert_int_equal(truncate(place_at(p, "store/" ID_A "/raw.jsonl"),
				  (off_t)LIBRARY_TRASH_COPY_MAX), 0);
	assert_false(library_trash(p->store, ID_A, p->state, NULL, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	library_trash_list_free(trashed(p, 0), 0);
	/* What cannot be copied. */
	mkfifo(place_at(p, "store/fifo.json"), 0600);
	assert_false(library_trash(p->store, "fifo", p->state, NULL, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_true(place_has(p, "store/fifo.json"));
	library_trash_list_free(trashed(p, 0), 0);
	scratch_free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, \
						   place_teardown)
		TEST(test_create),
		TEST(test_create_raw),
		TEST(test_create_fails),
		TEST(test_rename),
		TEST(test_rename_without_meta),
		TEST(test_rename_fails),
		TEST(test_duplicate),
		TEST(test_duplicate_parts),
		TEST(test_duplicate_fails),
		TEST(test_duplicate_links),
		TEST(test_too_deep),
		TEST(test_no_space),
		TEST(test_sweep),
		TEST(test_trash),
		TEST(test_trash_odd),
		TEST(test_untrash_conflict),
		TEST(test_untrash_hostile),
		TEST(test_trash_empty),
		TEST(test_duplicate_job),
		TEST(test_trash_across),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
