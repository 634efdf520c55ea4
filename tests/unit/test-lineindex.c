/* The index against a plain split of the bytes, built in one go, by jobs, while
 * the source grows, and over gzip. */
#include "config.h"

#include <fcntl.h>
#include <zlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "prng.h"
#include "scratch.h"
#include "store/gzio.h"
#include "store/lineindex.h"
#include "unit.h"

static bool blank(const char *p, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (p[i] != ' ' && p[i] != '\t' && p[i] != '\r')
			return false;
	return true;
}

static void same_as_split(struct lineindex *ix, const char *p, size_t len)
{
	size_t at = 0, n = 0;

	if (len >= 3 && !memcmp(p, "\xEF\xBB\xBF", 3))
		at = 3;
	assert_int_equal(lineindex_head(ix), at);
	while (at < len) {
		const char *nl = memchr(p + at, '\n', len - at);
		size_t end = nl ? (size_t)(nl - p) : len, line = end - at;
		bool crlf = nl && line && nl[-1] == '\r';

		if (!blank(p + at, line)) {
			const struct columns *c;

			assert_true(n < lineindex_count(ix));
			c = lineindex_get(ix, n);
			assert_int_equal(c->off, at);
			assert_int_equal(c->len, line - crlf);
			assert_int_equal(!!(c->flags & COLUMNS_CRLF), crlf);
			assert_int_equal(!!(c->flags & COLUMNS_NO_EOL), !nl);
			assert_int_equal(lineindex_end(ix, n), end + !!nl);
			n++;
		}
		at = end + 1;
	}
	assert_int_equal(lineindex_count(ix), n);
	assert_true(lineindex_complete(ix));
	assert_int_equal(lineindex_bound(ix), len);
}

struct opened {
	struct source *src;
	struct lineindex *ix;
	struct columns_pools *pools;
};

static struct opened open_path(const char *path, struct jobs *jobs)
{
	struct opened o = { .pools = columns_pools_new() };
	struct err err = { 0 };

	o.src = source_open(path, NULL, jobs, &err);
	if (!o.src)
		fail_msg("%s", err.msg);
	o.ix = lineindex_new(o.src, o.pools, jobs, NULL, NULL, &err);
	if (!o.ix)
		fail_msg("%s", err.msg);
	return o;
}

static void close_opened(struct opened *o)
{
	lineindex_stop(o->ix);
	lineindex_unref(o->ix);
	source_unref(o->src);
	columns_pools_unref(o->pools);
}

static void check_file(const char *path, const char *p, size_t len)
{
	struct jobs *jobs = jobs_new(2);
	struct opened o = open_path(path, NULL);

	assert_false(lineindex_single(o.ix));
	same_as_split(o.ix, p, len);
	close_opened(&o);
	o = open_path(path, jobs);
	assert_true(lineindex_wait(o.ix, NULL));
	same_as_split(o.ix, p, len);
	close_opened(&o);
	jobs_free(jobs);
}

static void line(struct prng *r, struct buf *out, size_t most)
{
	static const char *const odd[] = {
		"", " ", "\t \r", "{}", "[1,2]", "not json", "{\"a\":", "\xff\xfe",
		"{\"status\":\"200\",\"duration\":5}", "\r",
	};
	size_t n = prng_below(r, 12);

	if (n < 10) {
		buf_adds(out, odd[n]);
	} else {
		size_t len = prng_below(r, most);

		buf_adds(out, "{\"location\":\"");
		for (size_t i = 0; i < len; i++)
			buf_addc(out, i % 90 ? 'x' : '\0');
		buf_adds(out, "\"}");
	}
	buf_adds(out, prng_below(r, 4) ? "\n" : "\r\n");
}

static void records_are_the_lines_that_are_not_blank(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "f");

	for (uint64_t i = 0; i < 60; i++) {
		struct prng r = { i };
		/* some reach over the first block and several parts */
		bool large = i % 12 == 11;
		size_t lines = large ? 3000 : prng_below(&r, 12);
		struct buf b;

		buf_init(&b);
		if (prng_below(&r, 4) == 0)
			buf_adds(&b, "\xEF\xBB\xBF");
		for (size_t k = 0; k < lines; k++)
			line(&r, &b, large ? 9000 : 40);
		if (large && prng_below(&r, 2)) {
			for (size_t k = 0; k < 3000000; k++)
				buf_addc(&b, 'y');
		}
		if (prng_below(&r, 2))
			buf_adds(&b, "{\"last\":1}");
		scratch_write(path, b.data, b.len);
		check_file(path, b.data, b.len);
		buf_release(&b);
	}
	free(path);
	scratch_free(dir);
}

static void one_text_over_many_lines_is_one_record(void **state)
{
	static const char text[] =
		"\xEF\xBB\xBF\n{\n  \"status\": \"404\",\n  \"a\": [\n1]\n}\n\n";
	char *dir = scratch_new(), *path = scratch_path(dir, "f.json");
	struct opened o;

	scratch_write(path, text, sizeof(text) - 1);
	o = open_path(path, NULL);
	assert_true(lineindex_single(o.ix));
	assert_int_equal(lineindex_count(o.ix), 1);
	assert_int_equal(lineindex_get(o.ix, 0)->off, 4);
	assert_int_equal(lineindex_get(o.ix, 0)->code, 404);
	assert_int_equal(lineindex_end(o.ix, 0), sizeof(text) - 3);
	assert_true(lineindex_complete(o.ix));
	close_opened(&o);
	free(path);
	scratch_free(dir);
}

static void append(const char *path, const char *bytes)
{
	FILE *f = fopen(path, "ab");

	fputs(bytes, f);
	fclose(f);
}

static void a_file_that_grows_is_followed(void **state)
{
	static const char *const parts[] = {
		"{\"a\":1}\n", "{\"b\"", ":2}", "\n", "  ", "\n{\"c\":3}\n{\"d\":4}",
		"\n",
	};
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	struct source_id id;
	struct opened o;
	struct buf all;

	buf_init(&all);
	scratch_write(path, "", 0);
	o = open_path(path, NULL);
	same_as_split(o.ix, "", 0);
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		append(path, parts[i]);
		buf_adds(&all, parts[i]);
		assert_true(source_id_of(path, &id));
		source_extend(o.src, &id);
		lineindex_follow(o.ix);
		same_as_split(o.ix, all.data, all.len);
	}
	assert_int_equal(lineindex_count(o.ix), 4);
	close_opened(&o);
	buf_release(&all);
	free(path);
	scratch_free(dir);
}

static void gzip_reads_like_what_is_in_it(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "f.data");
	struct prng r = { 5 };
	struct jobs *jobs = jobs_new(1);
	struct opened o;
	struct err err;
	struct buf b;

	buf_init(&b);
	for (int i = 0; i < 2000; i++)
		line(&r, &b, 4000);
	for (int half = 0; half < 2; half++) {	/* two members: one stream */
		int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);
		struct gzio_writer *w = gzio_writer_new(fd);
		size_t cut = b.len / 3;

		assert_true(gzio_write(w, half ? b.data + cut : b.data,
				       half ? b.len - cut : cut, &err));
		assert_true(gzio_writer_finish(w, &err));
		close(fd);
	}
	o = open_path(path, NULL);
	assert_int_equal(source_kind(o.src), SOURCE_GZIP);
	same_as_split(o.ix, b.data, b.len);
	close_opened(&o);
	o = open_path(path, jobs);
	assert_true(lineindex_wait(o.ix, NULL));
	same_as_split(o.ix, b.data, b.len);
	close_opened(&o);
	assert_int_equal(truncate(path, 5000), 0);
	o = open_path(path, NULL);
	assert_true(lineindex_failed(o.ix, &err));
	assert_int_equal(err.code, ERR_INPUT);
	assert_true(lineindex_count(o.ix) > 0);
	close_opened(&o);
	jobs_free(jobs);
	buf_release(&b);
	free(path);
	scratch_free(dir);
}

static void what_is_closed_early_leaves_nothing(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	struct prng r = { 9 };
	struct buf b;

	buf_init(&b);
	for (int i = 0; i < 1500; i++)
		line(&r, &b, 9000);
	for (int gz = 0; gz < 2; gz++) {
		struct jobs *jobs = jobs_new(2);
		struct opened o;

		if (gz) {
			int fd = open(path, O_WRONLY | O_TRUNC);
			struct gzio_writer *w = gzio_writer_new(fd);

			assert_true(gzio_write(w, b.data, b.len, NULL));
			assert_true(gzio_writer_finish(w, NULL));
			close(fd);
		} else {
			scratch_write(path, b.data, b.len);
		}
		o = open_path(path, jobs);
		close_opened(&o);	/* while parts are in work */
		o = open_path(path, jobs);
		jobs_free(jobs);	/* cancelled: nothing more comes */
		close_opened(&o);
	}
	buf_release(&b);
	free(path);
	scratch_free(dir);
}

static void refused(const char *path, enum err_code code)
{
	struct err err = { 0 };

	assert_null(source_open(path, NULL, NULL, &err));
	assert_int_equal(err.code, code);
}

static void what_is_no_file_is_refused(void **state)
{
	char *dir = scratch_new(), *fifo = scratch_path(dir, "fifo");
	char *link = scratch_path(dir, "link"), *gone = scratch_path(dir, "no");

	assert_int_equal(mkfifo(fifo, 0600), 0);
	assert_int_equal(symlink(fifo, link), 0);
	refused(dir, ERR_INPUT);
	refused(fifo, ERR_INPUT);
	refused(link, ERR_INPUT);
	refused("/dev/null", ERR_INPUT);
	refused(gone, ERR_NOTARGET);
	free(fifo);
	free(link);
	free(gone);
	scratch_free(dir);
}

static void a_file_cut_short_is_an_error_not_a_crash(void **state)
{
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	struct err err = { 0 };
	struct source *src;
	char byte[4];

	scratch_write(path, "{}\n{}\n", 6);
	src = source_open(path, NULL, NULL, &err);
	assert_int_equal(truncate(path, 2), 0);
	assert_int_equal(source_change(src), SOURCE_CHANGED);
	assert_false(source_read_exact(src, 1, byte, 4, &err));
	assert_int_equal(err.code, ERR_CONFLICT);
	source_unref(src);
	free(path);
	scratch_free(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(records_are_the_lines_that_are_not_blank),
		cmocka_unit_test(one_text_over_many_lines_is_one_record),
		cmocka_unit_test(a_file_that_grows_is_followed),
		cmocka_unit_test(gzip_reads_like_what_is_in_it),
		cmocka_unit_test(what_is_closed_early_leaves_nothing),
		cmocka_unit_test(what_is_no_file_is_refused),
		cmocka_unit_test(a_file_cut_short_is_an_error_not_a_crash),
	};

	return cmocka_run_group_tests_name("lineindex", tests, NULL, NULL);
}
