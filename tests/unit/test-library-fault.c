/*
 * Each change of the store with every call of the system failing in turn, with
 * all calls or all renames failing from one on, and with the process killed at
 * each: what was there is there, or what was asked for, and no part is lost.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "tests/unit/place.h"

#define NEW_META "{\"id\":\"" ID_A "\", \"meta\" : {\"name\": \"two\"," \
	"\"services\":[\"x\",\"y\"]},\"recordsProcessed\":\"5\",\"n\":1.10}"
#define CALLS_MAX 400

/* What happens to the call whose number comes up. */
enum fault {
	FAULT_NONE,
	FAULT_FAIL,		/* it fails, others do not */
	FAULT_ALL,		/* it and all behind it fail */
	FAULT_RENAMES,		/* the same, of renames alone */
	FAULT_KILL,
};
static struct {
	enum fault fault;
	int at, calls;
	const char *apart;	/* to and from here, a rename is EXDEV */
} inject;

#define KILLED 77

static bool from_one_on(enum fault fault)
{
	return fault == FAULT_ALL || fault == FAULT_RENAMES;
}

static bool comes_up(bool rename)
{
	int call;

	if (inject.fault == FAULT_NONE ||
	    (inject.fault == FAULT_RENAMES && !rename))
		return false;
	call = inject.calls++;
	if (from_one_on(inject.fault) ? call < inject.at : call != inject.at)
		return false;
	if (inject.fault == FAULT_KILL)
		_exit(KILLED);
	errno = EIO;
	return true;
}

static bool is_apart(const char *from, const char *to)
{
	size_t len;

	if (!inject.apart)
		return false;
	len = strlen(inject.apart);
	if (!strncmp(from, inject.apart, len) ==
	    !strncmp(to, inject.apart, len))
		return false;
	errno = EXDEV;
	return true;
}

/* The names that ld --wrap gives. */
#define WRAP(type, name, params, args) \
	type __real_##name params; \
	type __wrap_##name params; \
	type __wrap_##name params \
	{ \
		return comes_up(false) ? -1 : __real_##name args; \
	}

WRAP(int, fsync, (int fd), (fd))
WRAP(int, mkdir, (const char *path, mode_t mode), (path, mode))
WRAP(int, mkdirat, (int dir, const char *path, mode_t mode), (dir, path, mode))
WRAP(int, unlink, (const char *path), (path))
WRAP(int, unlinkat, (int dir, const char *path, int flags), (dir, path, flags))
WRAP(int, fchmod, (int fd, mode_t mode), (fd, mode))
WRAP(int, futimens, (int fd, const struct timespec t[2]), (fd, t))
WRAP(int, fstat, (int fd, struct stat *st), (fd, st))
WRAP(ssize_t, read, (int fd, void *to, size_t n), (fd, to, n))
WRAP(ssize_t, write, (int fd, const void *from, size_t n), (fd, from, n))
WRAP(ssize_t, copy_file_range, (int in, off_t *a, int out, off_t *b, size_t n,
				unsigned flags), (in, a, out, b, n, flags))
WRAP(int, symlinkat, (const char *text, int dir, const char *path),
     (text, dir, path))

int __real_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode);
int __wrap_open(const char *path, int flags, mode_t mode)
{
	return comes_up(false) ? -1 : __real_open(path, flags, mode);
}

int __real_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_openat(int dir, const char *path, int flags, mode_t mode);
int __wrap_openat(int dir, const char *path, int flags, mode_t mode)
{
	return comes_up(false) ? -1 : __real_openat(dir, path, flags, mode);
}

int __real_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to);
int __wrap_rename(const char *from, const char *to)
{
	if (comes_up(true) || is_apart(from, to))
		return -1;
	return __real_rename(from, to);
}

int __real_renameat2(int a, const char *from, int b, const char *to,
		     unsigned flags);
int __wrap_renameat2(int a, const char *from, int b, const char *to,
		     unsigned flags);
int __wrap_renameat2(int a, const char *from, int b, const char *to,
		     unsigned flags)
{
	if (comes_up(true) || is_apart(from, to))
		return -1;
	return __real_renameat2(a, from, b, to, flags);
}

/* --- what is done --- */

static bool do_create(const struct place *p)
{
	struct library_new spec = {.name = "n",
				   .raw_path = place_at(p, "store/" ID_A
							   "/raw.jsonl")};
	char id[UUID_TEXT_MAX];

	return library_create(p->store, &spec, NULL, id, NULL);
}

static bool do_rename(const struct place *p)
{
	return library_rename(p->store, ID_A, "two", NULL);
}

static bool do_duplicate(const struct place *p)
{
	char id[UUID_TEXT_MAX];

	return library_duplicate(p->store, ID_A, "copy", NULL, id, NULL);
}

static bool do_trash(const struct place *p)
{
	return library_trash(p->store, ID_A, p->state, NULL, NULL);
}

static bool do_untrash(const struct place *p)
{
	struct library_trashed *list;
	size_t count;
	bool ok;

	if (!library_trash_list(p->state, &list, &count, NULL))
		return false;
	ok = count == 1 && library_untrash(p->state, list[0].key, NULL, NULL);
	library_trash_list_free(list, count);
	return ok;
}

/* --- what must hold --- */

/* The run that is looked at, for messages. */
static const char *const fault_names[] = {
	"without", "failed at", "failed from", "renames failed from",
	"killed at",
};
static struct {
	enum fault fault;
	int at;
} looked;

#define must(cond) \
	do { \
		if (!(cond)) \
			fail_msg("%s call %d: must hold: %s", \
				 fault_names[looked.fault], looked.at, \
				 #cond); \
	} while (0)

static bool whole(const struct place *p)
{
	return place_holds(p, "store/" ID_A "/raw.jsonl", RAW_A) &&
	       place_holds(p, "store/" ID_A "/rrpairs/x.json", "{}") &&
	       place_holds(p, "store/" ID_A ".json", META_A);
}

static size_t trash_count(const struct place *p)
{
	struct library_trashed *list;
	size_t count;

	must(library_trash_list(p->state, &list, &count, NULL));
	library_trash_list_free(list, count);
	return count;
}

/* Put back whatever the trash holds; what is in the way must be the same. */
static void recover(const struct place *p)
{
	struct library_trashed *list;
	size_t count, i;

	must(library_trash_list(p->state, &list, &count, NULL));
	for (i = 0; i < count; i++)
		library_untrash(p->state, list[i].key, NULL, NULL);
	library_trash_list_free(list, count);
	must(whole(p));
}

/* Who cannot even clean up may leave as much as who is killed. */
enum ended { DID, DID_NOT, DIED };

/* A new snapshot, whole, or nothing to be seen of it. Its two names cannot come
 * at once: killed between them, the metadata is missing. */
static void check_added(const struct place *p, enum ended how)
{
	struct library_list list;
	size_t i;

	must(whole(p));
	if (how != DIED)
		must(scratch_count(p->store) == (how == DID ? 4 : 2));
	must(library_scan(p->store, &list, NULL));
	must(list.count <= 2);
	for (i = 0; i < list.count; i++) {
		if (how == DIED)
			list.entries[i].problems &= ~LIBRARY_NO_META;
		must(list.entries[i].problems == 0);
		must(list.entries[i].bytes == strlen(RAW_A));
	}
	library_list_release(&list);
}

static void check_renamed(const struct place *p, enum ended how)
{
	bool was = place_holds(p, "store/" ID_A ".json", META_A);

	must(was || place_holds(p, "store/" ID_A ".json", NEW_META));
	if (how == DIED)
		return;
	must(was == (how == DID_NOT));
	must(scratch_count(p->store) == 2);
}

static void check_trashed(const struct place *p, enum ended how)
{
	if (how == DID_NOT) {
		must(whole(p));
		must(trash_count(p) == 0);
	}
	if (how == DID) {
		must(!place_has(p, "store/" ID_A));
		must(!place_has(p, "store/" ID_A ".json"));
		must(trash_count(p) == 1);
	}
	recover(p);
}

static void check_untrashed(const struct place *p, enum ended how)
{
	if (how == DID) {
		must(whole(p));
		must(trash_count(p) == 0);
	}
	if (how == DID_NOT)
		must(trash_count(p) == 1);
	recover(p);
}

/* --- all of it --- */

struct plan {
	bool (*run)(const struct place *p);
	void (*check)(const struct place *p, enum ended how);
	bool trashed;		/* it begins in the trash */
	bool apart;		/* state and store on two file systems */
};

static struct place *prepare(const struct plan *plan)
{
	struct place *p;
	void *state;

	place_setup(&state);
	p = state;
	place_put_a(p);
	place_make(p, "store/" ID_A "/rrpairs");
	place_put(p, "store/" ID_A "/rrpairs/x.json", "{}");
	if (plan->trashed)
		assert_true(do_trash(p));
	return p;
}

/* One run with the fault at one call; false when there were fewer calls. */
static bool run_one(const struct plan *plan, enum fault fault, int n)
{
	struct place *p = prepare(plan);
	bool reached = true;
	int status;
	pid_t pid = fork();

	looked.fault = fault;
	looked.at = n;
	assert_true(pid >= 0);
	if (!pid) {
		inject.apart = plan->apart ? p->state : NULL;
		inject.fault = fault;
		inject.at = n;
		inject.calls = 0;
		status = plan->run(p);
		inject.fault = FAULT_NONE;
		_exit((status ? 1 : 0) | (inject.calls > n ? 2 : 0));
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	status = WEXITSTATUS(status);
	if (status != KILLED) {
		assert_true(status < 4);
		reached = status & 2;
		assert_true(reached || (status & 1));
	}
	plan->check(p, status == KILLED || (from_one_on(fault) && reached)
			       ? DIED
			       : (status & 1) ? DID : DID_NOT);
	place_teardown((void **)&p);
	return reached;
}

static void run_all(const struct plan *plan)
{
	enum fault fault;
	int n;

	for (fault = FAULT_FAIL; fault <= FAULT_KILL; fault++) {
		for (n = 0; run_one(plan, fault, n); n++)
			assert_true(n < CALLS_MAX);
		assert_true(n > (fault == FAULT_RENAMES ? 0 : 5));
	}
}

static void test_create(void **state)
{
	run_all(&(struct plan){.run = do_create, .check = check_added});
}

static void test_rename(void **state)
{
	run_all(&(struct plan){.run = do_rename, .check = check_renamed});
}

static void test_duplicate(void **state)
{
	run_all(&(struct plan){.run = do_duplicate, .check = check_added});
}

static void test_trash(void **state)
{
	run_all(&(struct plan){.run = do_trash, .check = check_trashed});
}

static void test_trash_apart(void **state)
{
	run_all(&(struct plan){.run = do_trash, .check = check_trashed,
			       .apart = true});
}

static void test_untrash(void **state)
{
	run_all(&(struct plan){.run = do_untrash, .check = check_untrashed,
			       .trashed = true});
}

static void test_untrash_apart(void **state)
{
	run_all(&(struct plan){.run = do_untrash, .check = check_untrashed,
			       .trashed = true, .apart = true});
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_rename),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_trash),
		cmocka_unit_test(test_trash_apart),
		cmocka_unit_test(test_untrash),
		cmocka_unit_test(test_untrash_apart),
	};

	/* Hundreds of syncs, none of which need to reach a disk. */
	if (!getenv("TMPDIR") && !access("/dev/shm", W_OK | X_OK))
		setenv("TMPDIR", "/dev/shm", 1);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
