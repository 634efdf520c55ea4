/* Objects in a folder: the rules that hold for every kind, where no server is
 * needed to see them. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "prng.h"
#include "remote/objects.h"
#include "scratch.h"
#include "unit.h"

struct place {
	char *dir;
	struct remote_conf conf;
	struct objects *o;
};

static int begin(void **state)
{
	struct place *p = calloc(1, sizeof(*p));
	struct err err;

	p->dir = scratch_new();
	p->conf = (struct remote_conf){.kind = REMOTE_DIRECTORY,
				       .path = p->dir};
	p->o = objects_open(&p->conf, NULL, &err);
	assert_non_null(p->o);
	*state = p;
	return 0;
}

static int end(void **state)
{
	struct place *p = *state;

	objects_close(p->o);
	scratch_free(p->dir);
	free(p);
	return 0;
}

static bool put(struct place *p, const char *name, const char *text,
		enum objects_if when, const char *version,
		struct objects_entry *out, struct err *err)
{
	struct objects_condition c = {when, version};

	return objects_put_bytes(p->o, name, text, strlen(text), &c, out, err);
}

static void holds(struct place *p, const char *name, const char *text)
{
	struct buf b;
	struct err err;

	buf_init(&b);
	if (!objects_get_bytes(p->o, name, 1 << 20, &b, NULL, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(b.data, text);
	buf_release(&b);
}

static void what_is_put_is_got(void **state)
{
	struct place *p = *state;
	struct objects_entry e, h;
	struct err err;

	assert_true(put(p, "a/raw.jsonl", "one\n", OBJECTS_ALWAYS, NULL, &e,
			&err));
	assert_int_equal(e.size, 4);
	holds(p, "a/raw.jsonl", "one\n");
	assert_true(objects_head(p->o, "a/raw.jsonl", &h, &err));
	assert_true(objects_same_version(e.version, h.version));
	assert_int_equal(h.size, 4);
	assert_string_equal(h.name, "a/raw.jsonl");
	objects_entry_release(&h);
	objects_entry_release(&e);
	assert_true(put(p, "empty", "", OBJECTS_ALWAYS, NULL, NULL, &err));
	holds(p, "empty", "");
	assert_false(objects_head(p->o, "b", &h, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	assert_false(objects_head(p->o, "b/c", &h, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
}

static void conditions_hold_or_nothing_changes(void **state)
{
	struct place *p = *state;
	struct objects_entry one, two;
	struct err err;

	assert_true(put(p, "x", "1", OBJECTS_IF_ABSENT, NULL, &one, &err));
	assert_false(put(p, "x", "2", OBJECTS_IF_ABSENT, NULL, NULL, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	holds(p, "x", "1");
	assert_true(put(p, "x", "2", OBJECTS_IF_VERSION, one.version, &two,
			&err));
	assert_false(objects_same_version(one.version, two.version));
	holds(p, "x", "2");
	assert_false(put(p, "x", "3", OBJECTS_IF_VERSION, one.version, NULL,
			 &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	holds(p, "x", "2");
	assert_false(put(p, "y", "3", OBJECTS_IF_VERSION, one.version, NULL,
			 &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	assert_false(objects_remove(p->o, "x", &(struct objects_condition){
				    OBJECTS_IF_VERSION, one.version}, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	holds(p, "x", "2");
	assert_true(objects_remove(p->o, "x", &(struct objects_condition){
				   OBJECTS_IF_VERSION, two.version}, &err));
	assert_true(objects_remove(p->o, "x", NULL, &err));
	/* nothing of ours stayed behind */
	assert_int_equal(scratch_count(p->dir), 0);
	objects_entry_release(&one);
	objects_entry_release(&two);
}

/* Versions differ even when time, i-node and size could not tell. */
static void no_two_puts_look_alike(void **state)
{
	struct place *p = *state;
	struct objects_entry before = {0}, e;
	struct err err;

	for (int i = 0; i < 40; i++) {
		assert_true(put(p, "x", i % 2 ? "1" : "2", OBJECTS_ALWAYS, NULL,
				&e, &err));
		assert_false(objects_same_version(before.version, e.version));
		objects_entry_release(&before);
		before = e;
	}
	objects_entry_release(&before);
}

static void names_that_are_none_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "/", "/a", "a/", "a//b", "..", "../a", "a/../b", ".", "a/.",
		"-rf", "a/-x", "a\nb", ".rredit-tmp-1", "a/.rredit-x", "\xff",
	};
	struct place *p = *state;
	struct objects_entry e;
	struct err err;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(objects_head(p->o, bad[i], &e, &err));
		assert_int_equal(err.code, ERR_INPUT);
		assert_false(put(p, bad[i], "", OBJECTS_ALWAYS, NULL, NULL,
				 &err));
		assert_int_equal(err.code, ERR_INPUT);
	}
	assert_int_equal(scratch_count(p->dir), 0);
}

static void listings_are_sorted_and_ours_are_hidden(void **state)
{
	struct place *p = *state;
	struct objects_list l;
	char *own = scratch_path(p->dir, ".rredit-tmp-1");
	char *link = scratch_path(p->dir, "link");
	char *odd = scratch_path(p->dir, "-odd");
	struct err err;

	assert_true(objects_list(p->o, "", true, &l, &err));
	assert_int_equal(l.count, 0);
	assert_true(put(p, "b.json", "{}", OBJECTS_ALWAYS, NULL, NULL, &err));
	assert_true(put(p, "a/raw.jsonl", "{}\n", OBJECTS_ALWAYS, NULL, NULL,
			&err));
	assert_true(put(p, "a.json", "{}", OBJECTS_ALWAYS, NULL, NULL, &err));
	scratch_write(own, "x", 1);
	scratch_write(odd, "x", 1);
	assert_int_equal(symlink("/etc", link), 0);
	assert_true(objects_list(p->o, "", false, &l, &err));
	assert_int_equal(l.count, 3);
	assert_int_equal(l.skipped, 2);
	assert_string_equal(l.entries[0].name, "a");
	assert_true(l.entries[0].is_dir);
	assert_string_equal(l.entries[1].name, "a.json");
	assert_string_equal(l.entries[2].name, "b.json");
	assert_ptr_equal(objects_list_find(&l, "b.json"), &l.entries[2]);
	assert_null(objects_list_find(&l, "c"));
	objects_list_release(&l);
	assert_true(objects_list(p->o, "", true, &l, &err));
	assert_int_equal(l.count, 4);
	assert_string_equal(l.entries[2].name, "a/raw.jsonl");
	assert_int_equal(l.entries[2].size, 3);
	objects_list_release(&l);
	assert_true(objects_list(p->o, "nowhere", true, &l, &err));
	assert_int_equal(l.count, 0);
	free(own);
	free(link);
	free(odd);
}

static void links_lead_nowhere(void **state)
{
	struct place *p = *state;
	char *outside = scratch_new(), *file = scratch_path(outside, "f");
	char *link = scratch_path(p->dir, "a"), *to = scratch_path(p->dir, "f");
	struct objects_entry e;
	struct err err;

	scratch_write(file, "theirs", 6);
	assert_int_equal(symlink(outside, link), 0);
	assert_int_equal(symlink(file, to), 0);
	assert_false(put(p, "a/f", "mine", OBJECTS_ALWAYS, NULL, NULL, &err));
	assert_false(objects_head(p->o, "a/f", &e, &err));
	assert_false(objects_head(p->o, "f", &e, &err));
	assert_true(put(p, "f", "mine", OBJECTS_ALWAYS, NULL, NULL, &err));
	assert_true(scratch_holds(file, "theirs", 6));
	free(file);
	free(link);
	free(to);
	scratch_free(outside);
}

static void a_missing_folder_is_not_an_empty_one(void **state)
{
	struct place *p = *state;
	struct objects_list l;
	struct err err;

	rmdir(p->dir);
	assert_false(objects_list(p->o, "", false, &l, &err));
	assert_int_equal(err.code, ERR_NOTARGET);
	assert_non_null(strstr(err.msg, "mounted"));
	assert_false(put(p, "x", "1", OBJECTS_ALWAYS, NULL, NULL, &err));
	assert_int_equal(access(p->dir, F_OK), -1);
	assert_int_equal(mkdir(p->dir, 0700), 0);
}

static void read_only_is_kept(void **state)
{
	struct place *p = *state;
	struct objects_abilities can;
	struct err err;

	p->conf.read_only = true;
	assert_false(put(p, "x", "1", OBJECTS_ALWAYS, NULL, NULL, &err));
	assert_int_equal(err.code, ERR_USAGE);
	assert_false(objects_remove(p->o, "x", NULL, &err));
	assert_true(objects_probe(p->o, &can, &err));
	assert_false(can.writable);
	p->conf.read_only = false;
	assert_true(objects_probe(p->o, &can, &err));
	assert_true(can.writable && can.probed);
	assert_int_equal(scratch_count(p->dir), 0);
}

static void a_get_goes_on_where_it_was(void **state)
{
	struct place *p = *state;
	struct objects_sink sink = {0};
	struct objects_entry e;
	struct err err;
	char *local = scratch_new(), *path = scratch_path(local, "x");

	assert_true(put(p, "x", "0123456789", OBJECTS_ALWAYS, NULL, &e, &err));
	scratch_write(path, "0123XX", 6);
	sink.fd = open(path, O_RDWR);
	sink.have = 4;
	sink.version = e.version;
	assert_true(objects_get(p->o, "x", &sink, NULL, &err));
	assert_int_equal(sink.sent, 6);
	assert_int_equal(sink.got, 10);
	assert_true(scratch_holds(path, "0123456789", 10));
	/* longer than the object: begun anew, cut at its end */
	scratch_write(path, "0123456789abc", 13);
	sink.have = 13;
	assert_true(objects_get(p->o, "x", &sink, NULL, &err));
	assert_true(scratch_holds(path, "0123456789", 10));
	/* of another version: refused */
	objects_entry_release(&e);
	assert_true(put(p, "x", "abcdefghij", OBJECTS_ALWAYS, NULL, &e, &err));
	sink.version = "1-2-3";
	assert_false(objects_get(p->o, "x", &sink, NULL, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	sink = (struct objects_sink){.fd = sink.fd, .max = 9};
	assert_false(objects_get(p->o, "x", &sink, NULL, &err));
	assert_int_equal(err.code, ERR_LIMIT);
	objects_entry_release(&e);
	close(sink.fd);
	free(path);
	scratch_free(local);
}

static bool stop(void *ctx)
{
	return ++*(int *)ctx > 1;
}

static void a_cancelled_put_leaves_the_old_one(void **state)
{
	struct place *p = *state;
	int looks = 0;
	struct remote_watch watch = {.ctx = &looks, .cancelled = stop};
	struct objects_source src = {.size = 64 << 20};
	char *local = scratch_new(), *path = scratch_path(local, "x");
	struct err err;

	assert_true(put(p, "x", "old", OBJECTS_ALWAYS, NULL, NULL, &err));
	src.fd = open(path, O_RDWR | O_CREAT, 0600);
	assert_int_equal(ftruncate(src.fd, 64 << 20), 0);
	objects_set_watch(p->o, &watch);
	assert_false(objects_put(p->o, "x", &src, NULL, NULL, &err));
	objects_set_watch(p->o, NULL);
	assert_int_equal(err.code, ERR_CANCELLED);
	holds(p, "x", "old");
	/* a source that is shorter than it was said to be */
	assert_int_equal(ftruncate(src.fd, 100), 0);
	assert_false(objects_put(p->o, "x", &src, NULL, NULL, &err));
	assert_int_equal(err.code, ERR_INPUT);
	holds(p, "x", "old");
	assert_int_equal(scratch_count(p->dir), 1);
	close(src.fd);
	free(path);
	scratch_free(local);
}

/* Several processes count up with IF_VERSION alone: no step is lost. */
static void writers_with_a_condition_lose_nothing(void **state)
{
	enum { WRITERS = 4, STEPS = 8 };
	struct place *p = *state;
	struct err err;
	char wanted[16];
	pid_t kids[WRITERS];

	assert_true(put(p, "n", "0", OBJECTS_ALWAYS, NULL, NULL, &err));
	for (int k = 0; k < WRITERS; k++) {
		kids[k] = fork();
		if (kids[k])
			continue;
		for (int done = 0; done < STEPS;) {
			struct objects_entry e;
			char next[32];
			struct buf b;

			buf_init(&b);
			if (!objects_get_bytes(p->o, "n", 16, &b, &e, &err))
				_exit(2);
			snprintf(next, sizeof(next), "%ld",
				 strtol(b.data, NULL, 10) + 1);
			if (put(p, "n", next, OBJECTS_IF_VERSION, e.version,
				NULL, &err))
				done++;
			else if (err.code != ERR_CONFLICT)
				_exit(3);
			objects_entry_release(&e);
			buf_release(&b);
		}
		_exit(0);
	}
	for (int k = 0; k < WRITERS; k++) {
		int status;

		assert_int_equal(waitpid(kids[k], &status, 0), kids[k]);
		assert_int_equal(status, 0);
	}
	snprintf(wanted, sizeof(wanted), "%d", WRITERS * STEPS);
	holds(p, "n", wanted);
}

#define test(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_is_put_is_got),
		test(conditions_hold_or_nothing_changes),
		test(no_two_puts_look_alike),
		test(names_that_are_none_are_refused),
		test(listings_are_sorted_and_ours_are_hidden),
		test(links_lead_nowhere),
		test(a_missing_folder_is_not_an_empty_one),
		test(read_only_is_kept),
		test(a_get_goes_on_where_it_was),
		test(a_cancelled_put_leaves_the_old_one),
		test(writers_with_a_condition_lose_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
