/* The journal: what was written comes back, whatever is done to the file. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "edit/journalfile.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

/* --- the system, made to fail --- */

static int write_errno;		/* of the next writes; 0: they work */
static size_t write_most;	/* bytes a write takes; 0: all */
static int writes_left;		/* before write_errno counts */
static bool cut_fails;
static int syncs, sync_errno;

ssize_t __real_pwritev(int fd, const struct iovec *v, int n, off_t at);
ssize_t __wrap_pwritev(int fd, const struct iovec *v, int n, off_t at);
ssize_t __wrap_pwritev(int fd, const struct iovec *v, int n, off_t at)
{
	struct iovec one = v[0];

	if (write_errno && writes_left-- <= 0) {
		errno = write_errno;
		if (write_errno == EINTR)
			write_errno = 0;
		return -1;
	}
	if (!write_most)
		return __real_pwritev(fd, v, n, at);
	if (one.iov_len > write_most)
		one.iov_len = write_most;
	return __real_pwritev(fd, &one, 1, at);
}

int __real_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len);
int __wrap_ftruncate(int fd, off_t len)
{
	if (!cut_fails)
		return __real_ftruncate(fd, len);
	errno = EIO;
	return -1;
}

int __real_fdatasync(int fd);
int __wrap_fdatasync(int fd);
int __wrap_fdatasync(int fd)
{
	__atomic_add_fetch(&syncs, 1, __ATOMIC_SEQ_CST);
	if (!sync_errno)
		return __real_fdatasync(fd);
	errno = sync_errno;
	return -1;
}

/* --- around a test --- */

struct room {
	char *dir, *file;
	struct journal_base base;
};

static int set_up(void **state)
{
	struct room *r = mem_zalloc(1, sizeof(*r));

	write_errno = 0;
	write_most = 0;
	cut_fails = false;
	sync_errno = 0;
	r->dir = scratch_new();
	r->base = (struct journal_base){
		.path = (char *)"/captured/é\n/raw.jsonl",
		.id = { 12, UINT64_C(1) << 40, 99, -5 },
		.records = 7,
		.epoch = 3,
	};
	uuid_v4(&r->base.session);
	*state = r;
	return 0;
}

static int tear_down(void **state)
{
	struct room *r = *state;

	scratch_free(r->dir);
	free(r->file);
	free(r);
	return 0;
}

static bool keep_name(void *arg, const char *file)
{
	struct room *r = arg;

	free(r->file);
	r->file = mem_strdup(file);
	return true;
}

static struct journal *begin(struct room *r)
{
	struct err err;
	struct journal *j = journal_new(r->dir, &r->base, NULL, &err);

	assert_non_null(j);
	return j;
}

static void find(struct room *r)
{
	journal_each(r->dir, keep_name, r);
	assert_non_null(r->file);
}

/* The bytes of frame i, and how many. */
static size_t frame_of(unsigned i, char *out)
{
	struct prng p = { i };
	size_t len = i == 3 ? 5000 : 1 + prng_below(&p, 90);

	prng_bytes(&p, out, len);
	return len;
}

static void append(struct journal *j, unsigned i)
{
	char bytes[5000];
	size_t len = frame_of(i, bytes);
	struct err err;

	assert_true(journal_append(j, bytes, len, &err));
}

/* How many frames of 0, 1, 2, ... the file gives; -1: it is no journal. Any
 * other frame fails the test. */
static int count_frames(const char *file, bool *damaged)
{
	struct journal_base base;
	struct err err;
	struct journal_reader *r = journal_reader_open(file, &base, &err);
	char want[5000];
	const char *got;
	size_t len;
	int n = 0;

	if (!r)
		return -1;
	for (; journal_next(r, &got, &len, damaged); n++) {
		assert_int_equal(len, frame_of((unsigned)n, want));
		assert_memory_equal(got, want, len);
	}
	assert_false(journal_next(r, &got, &len, damaged));
	journal_reader_close(r);
	journal_base_release(&base);
	return n;
}

static void write_journal(struct room *r, unsigned frames)
{
	struct journal *j = begin(r);

	for (unsigned i = 0; i < frames; i++)
		append(j, i);
	journal_close(j, true);
	find(r);
}

/* --- tests --- */

static void test_comes_back(void **state)
{
	struct room *r = *state;
	struct journal_base base;
	struct journal_reader *reader;
	struct stat st;
	bool damaged = true;

	write_journal(r, 20);
	assert_int_equal(count_frames(r->file, &damaged), 20);
	assert_false(damaged);
	assert_int_equal(stat(r->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	reader = journal_reader_open(r->file, &base, NULL);
	assert_string_equal(base.path, r->base.path);
	assert_true(source_id_equal(&base.id, &r->base.id));
	assert_int_equal(base.records, 7);
	assert_int_equal(base.epoch, 3);
	assert_memory_equal(&base.session, &r->base.session, 16);
	journal_reader_close(reader);
	journal_base_release(&base);
}

static void test_nothing_before_the_first_frame(void **state)
{
	struct room *r = *state;
	struct journal *j = begin(r);

	assert_int_equal(journal_each(r->dir, NULL, NULL), 0);
	append(j, 0);
	assert_int_equal(journal_each(r->dir, NULL, NULL), journal_bytes(j));
	journal_close(j, false);
	assert_int_equal(journal_each(r->dir, NULL, NULL), 0);
}

static void test_leftovers_keep_their_names(void **state)
{
	struct room *r = *state;
	struct journal *a = begin(r), *b = begin(r);
	char *first;

	append(a, 0);
	find(r);
	first = mem_strdup(r->file);
	append(b, 0);
	append(b, 1);
	journal_close(a, true);
	journal_close(b, false);
	find(r);
	assert_string_equal(r->file, first);
	assert_int_equal(count_frames(first, NULL), 1);
	free(first);
}

static struct buf slurp(const char *file)
{
	struct buf b;
	FILE *f = fopen(file, "rb");
	int c;

	buf_init(&b);
	assert_non_null(f);
	while ((c = getc(f)) != EOF)
		buf_addc(&b, (char)c);
	fclose(f);
	return b;
}

static void test_cut_anywhere(void **state)
{
	struct room *r = *state;
	int last = -1, n;
	bool damaged;
	struct buf all;

	write_journal(r, 12);
	all = slurp(r->file);
	for (size_t cut = 0; cut < all.len; cut++) {
		scratch_write(r->file, all.data, cut);
		damaged = false;
		n = count_frames(r->file, &damaged);
		assert_true(n == last || (n == last + 1 && !damaged));
		assert_true(damaged || n > last || n < 0);
		last = n;
	}
	assert_int_equal(last, 11);
	buf_release(&all);
}

/* The room for a later base, which is empty. */
static bool in_slot(const struct buf *all, size_t at)
{
	size_t end = journalfile_header_len(all->data);

	return at < end && end - at <= JOURNALFILE_SLOT;
}

static void test_any_byte_wrong(void **state)
{
	struct room *r = *state;
	bool damaged;
	struct buf all;
	int n;

	write_journal(r, 12);
	all = slurp(r->file);
	for (size_t at = 0; at < all.len; at++) {
		struct prng p = { at };
		char was = all.data[at];

		all.data[at] ^= (char)(1 + prng_below(&p, 255));
		scratch_write(r->file, all.data, all.len);
		all.data[at] = was;
		damaged = false;
		n = count_frames(r->file, &damaged);
		if (in_slot(&all, at)) {
			assert_int_equal(n, 12);
			continue;
		}
		assert_true(n < 12);
		assert_true(damaged || n < 0);
	}
	buf_release(&all);
}

/* A frame of another session, or at another place, is a wrong one. */
static void test_frames_stay_in_their_place(void **state)
{
	struct room *r = *state;
	struct buf all;
	size_t len;
	bool damaged;

	write_journal(r, 1);
	all = slurp(r->file);
	len = all.len;
	for (size_t frame = 9; frame < 100; frame++) {
		struct buf twice;

		buf_init(&twice);
		buf_add(&twice, all.data, len);
		buf_add(&twice, all.data + len - frame, frame);
		scratch_write(r->file, twice.data, twice.len);
		assert_int_equal(count_frames(r->file, &damaged), 1);
		assert_true(damaged);
		buf_release(&twice);
	}
	buf_release(&all);
}

static void test_writes_come_in_parts(void **state)
{
	struct room *r = *state;
	bool damaged;

	write_most = 7;
	write_errno = EINTR;
	writes_left = 5;
	write_journal(r, 6);
	assert_int_equal(write_errno, 0);
	assert_int_equal(count_frames(r->file, &damaged), 6);
	assert_false(damaged);
}

static void test_a_failed_frame_is_taken_back(void **state)
{
	struct room *r = *state;
	struct journal *j = begin(r);
	struct err err;
	bool damaged;
	uint64_t was;

	append(j, 0);
	was = journal_bytes(j);
	for (int tries = 0; tries < 2; tries++) {
		write_most = 3;
		write_errno = ENOSPC;
		writes_left = 4;
		cut_fails = tries == 0;
		assert_false(journal_append(j, "0123456789", 10, &err));
		assert_int_equal(err.code, ERR_SYSTEM);
		assert_int_equal(err.sys, ENOSPC);
		assert_int_equal(journal_bytes(j), was);
	}
	write_most = 0;
	write_errno = 0;
	append(j, 1);
	assert_int_equal(journal_frames(j), 2);
	journal_close(j, true);
	find(r);
	assert_int_equal(count_frames(r->file, &damaged), 2);
	assert_false(damaged);
}

static void test_nothing_stays_of_a_beginning_that_failed(void **state)
{
	struct room *r = *state;
	struct journal *j = begin(r);
	struct err err;

	write_most = 30;
	write_errno = EDQUOT;
	writes_left = 1;
	assert_false(journal_append(j, "x", 1, &err));
	assert_int_equal(journal_each(r->dir, NULL, NULL), 0);
	write_most = 0;
	write_errno = 0;
	append(j, 0);
	journal_close(j, true);
	find(r);
	assert_int_equal(count_frames(r->file, NULL), 1);
}

static void test_rebase(void **state)
{
	struct room *r = *state;
	struct source_id id = { 1, 2, 3, 4 };
	struct journal_reader *reader;
	struct journal_base base;
	struct journal *j;
	bool damaged;

	memset(&r->base.id, 0, sizeof(r->base.id));
	j = begin(r);
	assert_true(journal_start(j, NULL));
	append(j, 0);
	assert_true(journal_rebase(j, &id, NULL));
	append(j, 1);
	journal_close(j, true);
	find(r);
	assert_int_equal(count_frames(r->file, &damaged), 2);
	assert_false(damaged);
	reader = journal_reader_open(r->file, &base, NULL);
	assert_true(source_id_equal(&base.id, &id));
	journal_reader_close(reader);
	journal_base_release(&base);
}

/* Held by its editor, also when that is this process; free when it died. */
static void test_in_use(void **state)
{
	struct room *r = *state;
	struct journal_base base;
	struct journal_reader *reader;
	int ready[2], status;
	char byte;
	pid_t child;

	assert_int_equal(pipe(ready), 0);
	child = fork();
	if (child == 0) {
		struct journal *j = journal_new(r->dir, &r->base, NULL, NULL);

		if (!j || !journal_append(j, "x", 1, NULL) ||
		    write(ready[1], "x", 1) != 1)
			_exit(1);
		pause();
		_exit(1);
	}
	assert_int_equal(read(ready[0], &byte, 1), 1);
	find(r);
	reader = journal_reader_open(r->file, &base, NULL);
	assert_true(journal_reader_in_use(reader));
	assert_false(journal_reader_claim(reader));
	kill(child, SIGKILL);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_false(journal_reader_in_use(reader));
	assert_true(journal_reader_claim(reader));
	journal_reader_close(reader);
	journal_base_release(&base);
	close(ready[0]);
	close(ready[1]);
}

static void test_synced_by_a_job(void **state)
{
	struct room *r = *state;
	struct jobs *jobs = jobs_new(1);
	struct journal *j = journal_new(r->dir, &r->base, jobs, NULL);
	struct job_info info;
	int before;

	syncs = 0;
	append(j, 0);
	jobs_wait(jobs, 1);
	before = __atomic_load_n(&syncs, __ATOMIC_SEQ_CST);
	assert_int_equal(before, 1);
	/* One that waits for its time does not hold up the end. */
	append(j, 1);
	append(j, 2);
	journal_close(j, true);
	while (!jobs_idle(jobs))
		jobs_drain(jobs);
	assert_true(syncs > before);
	assert_int_equal(jobs_list(jobs, &info, 1), 0);
	/* A failed one is told. */
	sync_errno = EIO;
	j = journal_new(r->dir, &r->base, jobs, NULL);
	append(j, 0);
	while (!jobs_idle(jobs))
		jobs_drain(jobs);
	assert_int_equal(jobs_list(jobs, &info, 1), 1);
	assert_int_equal(info.state, JOB_FAILED);
	journal_close(j, false);
	jobs_free(jobs);
}

static void test_what_is_no_journal(void **state)
{
	struct room *r = *state;
	char *dir = scratch_path(r->dir, "journal");
	char *fifo = scratch_path(r->dir, "fifo");
	char *text = scratch_path(r->dir, "text");
	char *link = scratch_path(r->dir, "link");
	struct journal_base base;
	struct err err;
	const char *bad[] = { dir, fifo, text, link, "/dev/null" };

	write_journal(r, 1);
	assert_int_equal(mkfifo(fifo, 0600), 0);
	scratch_write(text, "rredit journal 1\n", 17);
	assert_int_equal(symlink(r->file, link), 0);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_null(journal_reader_open(bad[i], &base, &err));
	free(dir);
	free(fifo);
	free(text);
	free(link);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		CASE(test_comes_back),
		CASE(test_nothing_before_the_first_frame),
		CASE(test_leftovers_keep_their_names),
		CASE(test_cut_anywhere),
		CASE(test_any_byte_wrong),
		CASE(test_frames_stay_in_their_place),
		CASE(test_writes_come_in_parts),
		CASE(test_a_failed_frame_is_taken_back),
		CASE(test_nothing_stays_of_a_beginning_that_failed),
		CASE(test_rebase),
		CASE(test_in_use),
		CASE(test_synced_by_a_job),
		CASE(test_what_is_no_journal),
	};

	return cmocka_run_group_tests_name("journal", tests, NULL, NULL);
}
