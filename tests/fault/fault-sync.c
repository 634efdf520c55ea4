/* kill -9 at random moments of push and pull: every file on both sides is one
 * that was whole before, metadata is not newer than its records, and the next
 * sync finishes. */
#include "config.h"

#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "prng.h"
#include "remote/sync.h"
#include "scratch.h"
#include "unit.h"

#define ID "11111111-1111-4111-8111-111111111111"
#define RAW ID "/raw.jsonl"
#define META ID ".json"
#define RECORDS 300
#define ROUNDS 12
#define ROUNDS_SOAK 200

struct place {
	char *store, *state;
};

static char *dir, *share;
static struct place a, b;
static struct remote_conf conf;

static char *make_dir(const char *name)
{
	char *path = scratch_path(dir, name);

	assert_int_equal(mkdir(path, 0700), 0);
	return path;
}

static int64_t now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* A version of the snapshot: every record and the metadata bear its number. */
static void print_raw(int version, struct buf *out)
{
	buf_clear(out);
	for (int i = 0; i < RECORDS; i++)
		buf_addf(out, "{\"uuid\":\"00000000-0000-4000-8000-%012d\","
			 "\"v\":%d,\"pad\":\"%0100d\"}\n", i, version, i);
}

static void put(const char *root, const char *name, const char *text,
		size_t len)
{
	char *path = scratch_path(root, name);

	unlink(path);
	scratch_write(path, text, len);
	free(path);
}

static void put_version(const char *store, int version)
{
	char *inside = scratch_path(store, ID), meta[128];
	struct buf raw;

	mkdir(inside, 0700);
	free(inside);
	buf_init(&raw);
	print_raw(version, &raw);
	put(store, RAW, raw.data, raw.len);
	snprintf(meta, sizeof(meta), "{\"id\":\"" ID "\",\"v\":%d}", version);
	put(store, META, meta, strlen(meta));
	buf_release(&raw);
}

/* Which version a side has of each file; -1: none. Anything else fails. */
static int version_of(const char *root, const char *name, int newest)
{
	char *path = scratch_path(root, name), meta[128];
	struct buf raw;
	int found = -2;

	if (access(path, F_OK)) {
		free(path);
		return -1;
	}
	buf_init(&raw);
	for (int v = newest; v >= 0 && found < 0; v--) {
		if (!strcmp(name, RAW)) {
			print_raw(v, &raw);
			if (scratch_holds(path, raw.data, raw.len))
				found = v;
			continue;
		}
		snprintf(meta, sizeof(meta), "{\"id\":\"" ID "\",\"v\":%d}", v);
		if (scratch_holds(path, meta, strlen(meta)))
			found = v;
	}
	if (found < 0)
		fail_msg("%s is not whole", path);
	buf_release(&raw);
	free(path);
	return found;
}

static bool sync_once(const struct place *p, bool push, struct err *err)
{
	struct sync_env env = {.store = p->store, .state_dir = p->state,
			       .conf = &conf};
	struct sync *s = sync_begin(&env, ID, err);
	bool ok = s != NULL;

	if (ok && push)
		ok = sync_fetch(s, true, err) && sync_push(s, false, err);
	else if (ok)
		ok = sync_merge(s, err) && sync_pull(s, SYNC_MERGE, err);
	sync_end(s);
	return ok;
}

/* In a process that is killed after so many microseconds; 0: not at all. */
static int64_t in_child(const struct place *p, bool push, int64_t after)
{
	int64_t began = now_us();
	pid_t pid = fork();
	int status;

	if (pid == 0) {
		struct err err = {0};

		_exit(sync_once(p, push, &err) ? 0 : 1);
	}
	while (after && now_us() - began < after)
		sched_yield();
	if (after)
		kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	if (!after)
		assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	return now_us() - began;
}

static void expect(const struct place *p, bool push)
{
	struct err err = {0};

	if (!sync_once(p, push, &err))
		fail_msg("the next %s: %s", push ? "push" : "pull", err.msg);
}

/* Both sides whole, metadata not before its records, then all in sync. */
static void one_round(struct prng *g, int version, int64_t whole[2])
{
	bool push = prng_below(g, 2);
	const struct place *p = push ? &a : &b;
	int64_t after;
	const char *to;

	put_version(a.store, version);
	if (!push)
		expect(&a, true);
	after = 1 + (int64_t)prng_below(g, (size_t)whole[push] * 11 / 10);
	in_child(p, push, after);
	to = push ? share : b.store;
	assert_true(version_of(to, META, version) <=
		    version_of(to, RAW, version));
	assert_int_equal(version_of(a.store, RAW, version), version);
	expect(p, push);
	if (push)
		expect(&b, false);
	assert_int_equal(version_of(share, RAW, version), version);
	assert_int_equal(version_of(share, META, version), version);
	assert_int_equal(version_of(b.store, RAW, version), version);
	assert_int_equal(version_of(b.store, META, version), version);
}

static void test_killed(void **state)
{
	int rounds = getenv("RREDIT_SOAK") ? ROUNDS_SOAK : ROUNDS;
	struct prng g = {7};
	int64_t whole[2];

	dir = scratch_new();
	share = make_dir("share");
	a = (struct place){make_dir("a"), make_dir("a.state")};
	b = (struct place){make_dir("b"), make_dir("b.state")};
	conf = (struct remote_conf){.name = "share", .path = share,
				    .kind = REMOTE_DIRECTORY, .retries = -1};
	put_version(a.store, 0);
	whole[1] = in_child(&a, true, 0);
	whole[0] = in_child(&b, false, 0);
	for (int i = 1; i <= rounds; i++)
		one_round(&g, i, whole);
	free(share);
	free(a.store);
	free(a.state);
	free(b.store);
	free(b.state);
	scratch_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_killed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
