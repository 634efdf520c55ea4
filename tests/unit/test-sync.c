/* remote/sync against a directory: two stores, one share. */
#include "config.h"

#include <fcntl.h>
#include <time.h>

#include "base/buf.h"
#include "base/mem.h"
#include "prng.h"
#include "remote/sync.h"
#include "scratch.h"
#include "unit.h"

#define ID "11111111-1111-4111-8111-111111111111"

struct place {
	char *store, *state;
};

struct world {
	char *dir, *share;
	struct place a, b;
	struct remote_conf conf;
};

static struct world w;

static char *make_dir(const char *name)
{
	char *path = scratch_path(w.dir, name);

	assert_int_equal(mkdir(path, 0700), 0);
	return path;
}

static int set_up(void **state)
{
	w.dir = scratch_new();
	w.share = make_dir("share");
	w.a = (struct place){make_dir("a"), make_dir("a.state")};
	w.b = (struct place){make_dir("b"), make_dir("b.state")};
	w.conf = (struct remote_conf){
		.name = "share", .kind = REMOTE_DIRECTORY, .path = w.share,
		.retries = -1,
	};
	return 0;
}

static int tear_down(void **state)
{
	free(w.share);
	free(w.a.store);
	free(w.a.state);
	free(w.b.store);
	free(w.b.state);
	scratch_free(w.dir);
	return 0;
}

/* ---- files ---- */

static void put(const char *root, const char *name, const char *text)
{
	char *path = scratch_path(root, name);
	size_t cut = strlen(path);

	while (path[cut] != '/')
		cut--;
	path[cut] = '\0';
	mkdir(path, 0700);
	path[cut] = '/';
	unlink(path);
	scratch_write(path, text, strlen(text));
	free(path);
}

static bool holds(const char *root, const char *name, const char *text)
{
	char *path = scratch_path(root, name);
	bool same = !access(path, F_OK) &&
		    scratch_holds(path, text, strlen(text));

	free(path);
	return same;
}

static bool is_there(const char *root, const char *name)
{
	char *path = scratch_path(root, name);
	bool there = !access(path, F_OK);

	free(path);
	return there;
}

static void drop(const char *root, const char *name)
{
	char *path = scratch_path(root, name);

	unlink(path);
	rmdir(path);
	free(path);
}

#define RAW ID "/raw.jsonl"
#define META ID ".json"
#define U(n) "{\"uuid\":\"00000000-0000-4000-8000-00000000000" #n "\","
#define R(n, v) U(n) "\"v\":" #v ",\"w\":0}\n"

/* ---- syncs ---- */

static struct sync *begin(const struct place *p)
{
	static struct sync_env env;
	struct err err = {0};
	struct sync *s;

	env = (struct sync_env){.store = p->store, .state_dir = p->state,
				.conf = &w.conf};
	s = sync_begin(&env, ID, &err);
	if (!s)
		fail_msg("%s", err.msg);
	return s;
}

static enum sync_status status(const struct place *p)
{
	struct sync *s = begin(p);
	enum sync_status status = sync_status(s);

	sync_end(s);
	return status;
}

static enum err_code push(const struct place *p, bool force)
{
	struct sync *s = begin(p);
	struct err err = {0};
	enum err_code code = ERR_OK;

	if (!sync_fetch(s, true, &err) || !sync_push(s, force, &err))
		code = err.code;
	else
		assert_int_equal(sync_status(s), SYNC_SAME);
	sync_end(s);
	return code;
}

static enum err_code pull(const struct place *p, enum merge_choice how,
			  enum sync_force force)
{
	struct sync *s = begin(p);
	struct err err = {0};
	enum err_code code = ERR_OK;

	if (!sync_merge(s, &err))
		code = err.code;
	if (!code && how != MERGE_ASK)
		sync_decide(s, how);
	if (!code && !sync_pull(s, force, &err))
		code = err.code;
	sync_end(s);
	return code;
}

static void first(void)
{
	put(w.a.store, META, "{\"id\":\"" ID "\",\"meta\":{\"name\":\"n\"}}");
	put(w.a.store, RAW, R(1, 1) R(2, 1) R(3, 1));
	put(w.a.store, ID "/summary.json", "{}");
	assert_int_equal(status(&w.a), SYNC_NEVER);
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
}

static void test_first(void **state)
{
	first();
	assert_true(holds(w.share, RAW, R(1, 1) R(2, 1) R(3, 1)));
	assert_true(holds(w.b.store, RAW, R(1, 1) R(2, 1) R(3, 1)));
	assert_true(holds(w.b.store, ID "/summary.json", "{}"));
	assert_int_equal(status(&w.a), SYNC_SAME);
	assert_int_equal(status(&w.b), SYNC_SAME);
	/* Nothing of ours is left on either side. */
	assert_int_equal(scratch_count(w.share), 2);
	assert_int_equal(scratch_count(w.b.store), 2);
	/* Again: nothing to do. */
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(pull(&w.a, MERGE_ASK, SYNC_MERGE), ERR_OK);
}

static void test_states(void **state)
{
	first();
	put(w.a.store, RAW, R(1, 2) R(2, 1) R(3, 1));
	assert_int_equal(status(&w.a), SYNC_HERE);
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(status(&w.a), SYNC_SAME);
	assert_int_equal(status(&w.b), SYNC_THERE);
	put(w.b.store, RAW, R(1, 1) R(2, 5) R(3, 1) R(4, 1));
	assert_int_equal(status(&w.b), SYNC_BOTH);
	/* Refused, and nothing is changed. */
	assert_int_equal(push(&w.b, false), ERR_CONFLICT);
	assert_true(holds(w.share, RAW, R(1, 2) R(2, 1) R(3, 1)));
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, RAW, R(1, 2) R(2, 5) R(3, 1) R(4, 1)));
	assert_int_equal(status(&w.b), SYNC_HERE);
	assert_int_equal(push(&w.b, false), ERR_OK);
	assert_int_equal(pull(&w.a, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.a.store, RAW, R(1, 2) R(2, 5) R(3, 1) R(4, 1)));
	assert_int_equal(status(&w.a), SYNC_SAME);
}

static void test_conflict(void **state)
{
	first();
	put(w.a.store, RAW, R(1, 2) R(2, 1) R(3, 1));
	assert_int_equal(push(&w.a, false), ERR_OK);
	put(w.b.store, RAW, R(1, 3) R(2, 1) R(3, 9));
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_CONFLICT);
	assert_true(holds(w.b.store, RAW, R(1, 3) R(2, 1) R(3, 9)));
	assert_int_equal(pull(&w.b, MERGE_THEIRS, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, RAW, R(1, 2) R(2, 1) R(3, 9)));
	assert_int_equal(push(&w.b, false), ERR_OK);
	/* Forced: what is there goes, what is here goes. */
	put(w.a.store, RAW, R(1, 7));
	assert_int_equal(push(&w.a, false), ERR_CONFLICT);
	assert_int_equal(push(&w.a, true), ERR_OK);
	assert_true(holds(w.share, RAW, R(1, 7)));
	put(w.b.store, RAW, R(2, 8));
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_TAKE_THEIRS), ERR_OK);
	assert_true(holds(w.b.store, RAW, R(1, 7)));
	assert_int_equal(status(&w.b), SYNC_SAME);
}

static void test_metadata(void **state)
{
	first();
	put(w.a.store, META, "{\"id\":\"" ID "\",\"meta\":{\"name\":\"A\"}}");
	assert_int_equal(push(&w.a, false), ERR_OK);
	put(w.b.store, META, "{\"id\":\"" ID "\",\"x\":1,\"meta\":{\"name\":\"n\"}}");
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, META,
			  "{\"id\":\"" ID "\",\"x\":1,\"meta\":{\"name\":\"A\"}}"));
}

static void test_other_files(void **state)
{
	first();
	put(w.a.store, ID "/rrpairs/x.json", "1");
	drop(w.a.store, ID "/summary.json");
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_false(is_there(w.share, ID "/summary.json"));
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, ID "/rrpairs/x.json", "1"));
	assert_false(is_there(w.b.store, ID "/summary.json"));
	/* Both change a file that is no traffic: a conflict as a whole. */
	put(w.a.store, ID "/triggers.jsonl", "a");
	put(w.b.store, ID "/triggers.jsonl", "b");
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_CONFLICT);
	assert_int_equal(pull(&w.b, MERGE_MINE, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, ID "/triggers.jsonl", "b"));
	assert_int_equal(status(&w.b), SYNC_HERE);
}

static void test_deleted(void **state)
{
	struct sync *s;
	struct err err = {0};

	first();
	drop(w.b.store, ID "/raw.jsonl");
	drop(w.b.store, ID "/summary.json");
	drop(w.b.store, ID);
	drop(w.b.store, META);
	assert_int_equal(status(&w.b), SYNC_GONE_HERE);
	assert_int_equal(push(&w.b, true), ERR_CONFLICT);
	/* A pull brings it back. */
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_CONFLICT);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_TAKE_THEIRS), ERR_OK);
	assert_true(holds(w.b.store, RAW, R(1, 1) R(2, 1) R(3, 1)));
	s = begin(&w.b);
	assert_true(sync_push_removal(s, &err));
	sync_end(s);
	assert_int_equal(scratch_count(w.share), 0);
	assert_int_equal(status(&w.a), SYNC_GONE_THERE);
	assert_int_equal(push(&w.a, false), ERR_CONFLICT);
	assert_int_equal(push(&w.a, true), ERR_OK);
	assert_true(holds(w.share, RAW, R(1, 1) R(2, 1) R(3, 1)));
	/* The other way round: what was deleted there goes to the trash. */
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	s = begin(&w.a);
	assert_true(sync_push_removal(s, &err));
	sync_end(s);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_CONFLICT);
	assert_true(is_there(w.b.store, RAW));
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_TAKE_THEIRS), ERR_OK);
	assert_int_equal(scratch_count(w.b.store), 0);
	assert_int_equal(status(&w.b), SYNC_NOTHING);
}

static void test_empty(void **state)
{
	put(w.a.store, META, "{\"id\":\"" ID "\"}");
	put(w.a.store, RAW, "");
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, RAW, ""));
	assert_int_equal(status(&w.b), SYNC_SAME);
}

static void test_compressed(void **state)
{
	w.conf.compress = true;
	first();
	assert_false(is_there(w.share, RAW));
	assert_true(is_there(w.share, RAW ".gz"));
	assert_true(holds(w.b.store, RAW, R(1, 1) R(2, 1) R(3, 1)));
	assert_int_equal(status(&w.b), SYNC_SAME);
	put(w.b.store, RAW, R(1, 1));
	assert_int_equal(push(&w.b, false), ERR_OK);
	assert_int_equal(pull(&w.a, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.a.store, RAW, R(1, 1)));
}

/* The same on both sides without a common past is no conflict. */
static void test_no_base(void **state)
{
	put(w.a.store, META, "{\"id\":\"" ID "\"}");
	put(w.a.store, RAW, R(1, 1) R(2, 1));
	put(w.b.store, META, "{\"id\":\"" ID "\"}");
	put(w.b.store, RAW, R(2, 1) R(3, 1));
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(status(&w.b), SYNC_BOTH);
	assert_int_equal(push(&w.b, false), ERR_CONFLICT);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_true(holds(w.b.store, RAW, R(1, 1) R(2, 1) R(3, 1)) ||
		    holds(w.b.store, RAW, R(2, 1) R(3, 1) R(1, 1)));
	assert_int_equal(push(&w.b, false), ERR_OK);
	/* And with the same bytes it is in sync at once. */
	assert_int_equal(pull(&w.a, MERGE_ASK, SYNC_MERGE), ERR_OK);
	assert_int_equal(status(&w.a), SYNC_SAME);
}

/* A version by second and size cannot tell two writes of one second apart. */
static void test_coarse_versions(void **state)
{
	struct timespec now;
	char version[64];
	int64_t ns;

	clock_gettime(CLOCK_REALTIME, &now);
	ns = (int64_t)now.tv_sec * 1000000000;
	snprintf(version, sizeof(version), "\"%llx-5\"",
		 (unsigned long long)now.tv_sec);
	assert_true(sync_version_fresh(version, 5, ns));
	assert_false(sync_version_fresh(version, 6, ns));
	assert_false(sync_version_fresh("\"abc\"", 5, ns));
	assert_false(sync_version_fresh(NULL, 5, ns));
	ns -= 10 * SYNC_RACY_NS;
	snprintf(version, sizeof(version), "\"%llx-5\"",
		 (unsigned long long)(ns / 1000000000));
	assert_false(sync_version_fresh(version, 5, ns));
}

/* ---- two stores at random, and a model ---- */

#define RECORDS 40
#define FIELDS 4

/* Each field of each record has a version; side 0 edits even fields, 1 odd
 * ones, so nothing may be lost. */
struct model {
	int v[RECORDS][FIELDS];
	bool in[RECORDS];
};

static void print_model(const struct model *m, struct buf *out)
{
	buf_clear(out);
	for (int r = 0; r < RECORDS; r++) {
		if (!m->in[r])
			continue;
		buf_addf(out, "{\"uuid\":\"00000000-0000-4000-8000-%012d\"", r);
		for (int f = 0; f < FIELDS; f++)
			buf_addf(out, ",\"f%d\":%d", f, m->v[r][f]);
		buf_adds(out, "}\n");
	}
}

static void edit_model(struct prng *g, struct model *m, struct model *all,
		       int side, int round)
{
	for (size_t n = prng_below(g, 4) + 1; n; n--) {
		int r = (int)prng_below(g, RECORDS / 2) * 2 + side;
		int x = (int)prng_below(g, RECORDS);
		int f = (int)prng_below(g, FIELDS / 2) * 2 + side;

		if (prng_below(g, 4) == 0) {
			m->in[r] = all->in[r] = true;
		} else if (m->in[x]) {
			m->v[x][f] = all->v[x][f] = round;
		}
	}
}

/* What a store holds, read back. */
static void read_model(const char *store, struct model *m)
{
	char *path = scratch_path(store, RAW), *line = NULL;
	FILE *f = fopen(path, "r");
	size_t cap = 0;

	assert_non_null(f);
	memset(m, 0, sizeof(*m));
	while (getline(&line, &cap, f) > 0) {
		int r = (int)strtol(strstr(line, "8000-") + 5, NULL, 10);

		assert_false(m->in[r]);
		m->in[r] = true;
		for (int k = 0; k < FIELDS; k++) {
			char key[24];

			snprintf(key, sizeof(key), "\"f%d\":", k);
			m->v[r][k] = (int)strtol(strstr(line, key) + 5, NULL,
					     10);
		}
	}
	free(line);
	fclose(f);
	free(path);
}

static void one_round(struct prng *g, struct model *all, int side, int round)
{
	const struct place *p = side ? &w.b : &w.a;
	struct model mine;
	struct buf text;

	buf_init(&text);
	read_model(p->store, &mine);
	edit_model(g, &mine, all, side, round);
	print_model(&mine, &text);
	put(p->store, RAW, text.data);
	if (prng_below(g, 3)) {
		assert_int_equal(pull(p, MERGE_ASK, SYNC_MERGE), ERR_OK);
		if (prng_below(g, 4))
			assert_int_equal(push(p, false), ERR_OK);
	}
	buf_release(&text);
}

static void test_two_stores(void **state)
{
	const char *many = getenv("SYNC_ROUNDS");
	int rounds = many ? (int)strtol(many, NULL, 10) : 30;
	struct prng g = {42};
	struct model all = {0}, got;

	put(w.a.store, META, "{\"id\":\"" ID "\"}");
	put(w.a.store, RAW, "");
	assert_int_equal(push(&w.a, false), ERR_OK);
	assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
	for (int i = 1; i <= rounds; i++)
		one_round(&g, &all, (int)prng_below(&g, 2), i);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(pull(&w.a, MERGE_ASK, SYNC_MERGE), ERR_OK);
		assert_int_equal(push(&w.a, false), ERR_OK);
		assert_int_equal(pull(&w.b, MERGE_ASK, SYNC_MERGE), ERR_OK);
		assert_int_equal(push(&w.b, false), ERR_OK);
	}
	read_model(w.a.store, &got);
	assert_memory_equal(&got, &all, sizeof(all));
	read_model(w.b.store, &got);
	assert_memory_equal(&got, &all, sizeof(all));
	assert_int_equal(status(&w.a), SYNC_SAME);
	assert_int_equal(status(&w.b), SYNC_SAME);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_first),
		TEST(test_states),
		TEST(test_conflict),
		TEST(test_metadata),
		TEST(test_other_files),
		TEST(test_deleted),
		TEST(test_empty),
		TEST(test_compressed),
		TEST(test_no_base),
		TEST(test_coarse_versions),
		TEST(test_two_stores),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
