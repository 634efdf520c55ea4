/* What a save writes, refuses and leaves behind. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/document.h"
#include "edit/save.h"
#include "scratch.h"
#include "store/backup.h"
#include "store/gzio.h"
#include "unit.h"

#define CORPUS TOP_SRCDIR "/../shared/corpus"

static char *dir, *state_dir, *work, *path;

static int set_up(void **state)
{
	dir = scratch_new();
	state_dir = scratch_path(dir, "state");
	work = scratch_path(dir, "work");
	mkdir(work, 0700);
	path = scratch_path(work, "raw.jsonl");
	return 0;
}

static int tear_down(void **state)
{
	free(path);
	free(work);
	free(state_dir);
	scratch_free(dir);
	return 0;
}

static struct document *open_at(const char *file)
{
	struct document_options opt = { .state_dir = state_dir };
	struct err err;
	struct document *doc = document_open(file, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static struct document *open_text(const char *text, size_t len)
{
	scratch_write(path, text, len);
	return open_at(path);
}

static void edit(struct document *doc, uint64_t pos, const char *text)
{
	struct err err;

	if (!document_set_text(doc, document_row(doc, pos), text, strlen(text),
			       &err))
		fail_msg("%s", err.msg);
}

static struct save_result save(struct document *doc, unsigned insist)
{
	struct save_spec spec = { .insist = insist };
	struct save_result result;

	document_save(doc, &spec, &result);
	return result;
}

static void saved(struct document *doc, unsigned insist)
{
	struct save_result r = save(doc, insist);

	if (r.outcome != SAVE_DONE)
		fail_msg("%s", r.err.msg);
	assert_false(document_dirty(doc));
	assert_int_equal(scratch_count(work), 1);	/* no temporary file */
}

static void conflict(struct document *doc, unsigned question)
{
	struct save_result r = save(doc, 0);

	assert_int_equal(r.outcome, SAVE_CONFLICT);
	assert_int_equal(r.question, question);
	assert_int_equal(r.err.code, ERR_CONFLICT);
	assert_true(document_dirty(doc));
}

#define HOLDS(text) assert_true(scratch_holds(path, text, sizeof(text) - 1))
#define OPEN(text) open_text(text, sizeof(text) - 1)

/* --- bytes --- */

static void only_the_edited_line_changes(void **state)
{
	struct document *doc = OPEN(
		"\xEF\xBB\xBF\n{\"a\": 1.10}\r\n\n  \n not json \n\0\xff\n{\"c\":3}");

	assert_int_equal(document_count(doc), 4);
	saved(doc, 0);
	HOLDS("\xEF\xBB\xBF\n{\"a\": 1.10}\r\n\n  \n not json \n\0\xff\n{\"c\":3}");
	edit(doc, 1, "now json");
	saved(doc, 0);
	HOLDS("\xEF\xBB\xBF\n{\"a\": 1.10}\r\n\n  \nnow json\n\0\xff\n{\"c\":3}");
	edit(doc, 0, "{\"a\": 2}");
	edit(doc, 3, "{\"c\":4}");
	saved(doc, 0);
	HOLDS("\xEF\xBB\xBF\n{\"a\": 2}\r\n\n  \nnow json\n\0\xff\n{\"c\":4}");
	while (document_undo(doc, NULL, NULL))
		;
	saved(doc, 0);
	HOLDS("\xEF\xBB\xBF\n{\"a\": 1.10}\r\n\n  \n not json \n\0\xff\n{\"c\":3}");
	document_close(doc, false);
}

static void rows_that_come_and_go_keep_the_line_ends(void **state)
{
	struct document_new n = { "{\"new\":1}", 9, ROW_NONE, NULL, REPO_NONE };
	struct document *doc = OPEN("{\"a\":1}\r\n{\"b\":2}\r\n{\"c\":3}");
	row_id ids[3];

	for (int i = 0; i < 3; i++)
		ids[i] = document_row(doc, (uint64_t)i);
	assert_true(document_insert(doc, ROW_END, &n, 1, NULL, NULL));
	saved(doc, 0);
	HOLDS("{\"a\":1}\r\n{\"b\":2}\r\n{\"c\":3}\r\n{\"new\":1}");
	assert_true(document_move(doc, &ids[2], 1, ROW_START, NULL));
	assert_true(document_delete(doc, &ids[1], 1, NULL));
	saved(doc, 0);
	HOLDS("{\"c\":3}\r\n{\"a\":1}\r\n{\"new\":1}");
	while (document_undo(doc, NULL, NULL))
		;
	saved(doc, 0);
	HOLDS("{\"a\":1}\r\n{\"b\":2}\r\n{\"c\":3}");
	assert_true(document_delete(doc, ids, 3, NULL));
	saved(doc, 0);
	HOLDS("");
	document_close(doc, false);
}

static void one_text_over_many_lines_keeps_its_surroundings(void **state)
{
	struct document_new n = { "{}", 2, ROW_NONE, NULL, REPO_NONE };
	struct document *doc = OPEN("\n{\n  \"a\": 1\n}\n\n");

	assert_true(document_single(doc));
	assert_false(document_insert(doc, ROW_END, &n, 1, NULL, NULL));
	edit(doc, 0, "{\n  \"a\": 2\n}");
	saved(doc, 0);
	HOLDS("\n{\n  \"a\": 2\n}\n\n");
	document_close(doc, false);
}

static void an_empty_file_takes_records(void **state)
{
	struct document_new n = { "{\"a\":1}", 7, ROW_NONE, NULL, REPO_NONE };
	struct document *doc = OPEN("");

	saved(doc, 0);
	assert_true(document_insert(doc, ROW_END, &n, 1, NULL, NULL));
	saved(doc, 0);
	HOLDS("{\"a\":1}\n");
	document_close(doc, false);
}

static void large_runs_are_copied_around_an_edit(void **state)
{
	struct document *doc;
	struct buf b, want;

	buf_init(&b);
	buf_init(&want);
	for (int i = 0; i < 3000; i++)
		buf_addf(&b, "{\"n\":%d,\"x\":\"%0*d\"}\n", i, i % 2000, i);
	doc = open_text(b.data, b.len);
	edit(doc, 1500, "{\"edited\":true}");
	saved(doc, 0);
	buf_add(&want, b.data, 0);
	for (int i = 0; i < 3000; i++)
		if (i == 1500)
			buf_adds(&want, "{\"edited\":true}\n");
		else
			buf_addf(&want, "{\"n\":%d,\"x\":\"%0*d\"}\n", i,
				 i % 2000, i);
	assert_true(scratch_holds(path, want.data, want.len));
	buf_release(&b);
	buf_release(&want);
	document_close(doc, false);
}

static void gzip_stays_gzip(void **state)
{
	static const char text[] = "{\"a\":1}\n{\"b\":2}\n";
	struct gzio_reader *r;
	struct document *doc;
	char got[64] = "";
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct gzio_writer *w = gzio_writer_new(fd);

	assert_true(gzio_write(w, text, sizeof(text) - 1, NULL));
	assert_true(gzio_writer_finish(w, NULL));
	close(fd);
	doc = open_at(path);
	edit(doc, 1, "{\"b\":3}");
	saved(doc, 0);
	edit(doc, 0, "{}");
	saved(doc, 0);
	document_close(doc, false);
	fd = open(path, O_RDONLY);
	r = gzio_reader_new(fd, 1000);
	assert_int_equal(gzio_read(r, got, sizeof(got), NULL), 11);
	assert_string_equal(got, "{}\n{\"b\":3}\n");
	gzio_reader_free(r);
	close(fd);
}

/* Every file of the corpus: saved without an edit it is the same file; with
 * one, every other line is. */
static void check_corpus_file(const char *from)
{
	struct document *doc;
	struct buf before, after, row;
	uint64_t n, mid;

	buf_init(&before);
	buf_init(&after);
	buf_init(&row);
	assert_true(file_read(from, (size_t)64 << 20, &before, NULL));
	doc = open_text(before.data, before.len);
	saved(doc, 0);
	assert_true(scratch_holds(path, before.data, before.len));
	n = document_count(doc);
	mid = n / 2;
	if (n > 0) {
		const char *at;

		assert_true(document_text(doc, document_row(doc, mid),
					  DOCUMENT_NOW, &row, NULL));
		edit(doc, mid, "{\"changed\":1}");
		saved(doc, 0);
		assert_true(file_read(path, (size_t)64 << 20, &after, NULL));
		at = memmem(before.data, before.len, row.data, row.len);
		assert_int_equal(after.len, before.len - row.len + 13);
		assert_memory_equal(before.data, after.data,
				    at - before.data);
		assert_memory_equal(at + row.len,
				    after.data + (at - before.data) + 13,
				    before.len - row.len -
					    (size_t)(at - before.data));
	}
	document_close(doc, false);
	buf_release(&before);
	buf_release(&after);
	buf_release(&row);
}

static size_t corpus_files;

static int each_corpus_file(const char *name, const struct stat *st, int type,
			    struct FTW *ftw)
{
	size_t n = strlen(name);

	if (type == FTW_F && (strstr(name, ".json") == name + n - 5 ||
			      strstr(name, ".jsonl") == name + n - 6)) {
		check_corpus_file(name);
		corpus_files++;
	}
	return 0;
}

static void the_corpus_survives_byte_for_byte(void **state)
{
	if (access(CORPUS, F_OK)) {
		skip_test("no corpus beside the sources");
	}
	assert_int_equal(nftw(CORPUS, each_corpus_file, 8, FTW_PHYS), 0);
	assert_true(corpus_files > 10);
}

/* --- outcomes --- */

static void someone_elses_change_is_a_question(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n{\"b\":2}\n");

	edit(doc, 0, "{\"a\":2}");
	scratch_write(path, "{\"theirs\":1}\n", 13);
	assert_int_equal(document_look(doc, NULL), DISK_CHANGED);
	/* In place: then nothing helps, our unedited records are gone. */
	conflict(doc, 0);
	assert_int_equal(save(doc, SAVE_OVER_CHANGED).outcome, SAVE_CONFLICT);
	HOLDS("{\"theirs\":1}\n");
	document_close(doc, false);
	doc = OPEN("{\"a\":1}\n{\"b\":2}\n");
	edit(doc, 0, "{\"a\":2}");
	scratch_write(path, "{\"theirs\":1,\"is\":\"longer\"}\n", 28);
	conflict(doc, 0);
	assert_int_equal(save(doc, ~0u).outcome, SAVE_CONFLICT);
	document_close(doc, false);
	/* Replaced by rename: what we read from is still whole. */
	doc = OPEN("{\"a\":1}\n{\"b\":2}\n");
	edit(doc, 0, "{\"a\":2}");
	unlink(path);
	conflict(doc, SAVE_OVER_CHANGED);
	assert_int_equal(document_look(doc, NULL), DISK_GONE);
	scratch_write(path, "{\"theirs\":1}\n", 13);
	conflict(doc, SAVE_OVER_CHANGED);
	saved(doc, SAVE_OVER_CHANGED);
	HOLDS("{\"a\":2}\n{\"b\":2}\n");
	document_close(doc, false);
}

static void other_names_of_the_file_are_a_question(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n");
	char *other = scratch_path(dir, "other");

	assert_int_equal(link(path, other), 0);
	edit(doc, 0, "{\"a\":2}");
	conflict(doc, SAVE_OVER_LINKS);
	saved(doc, SAVE_OVER_LINKS);
	HOLDS("{\"a\":2}\n");
	assert_true(scratch_holds(other, "{\"a\":1}\n", 8));
	unlink(other);
	free(other);
	document_close(doc, false);
}

static void a_link_stays_and_its_target_is_saved(void **state)
{
	char *link_path = scratch_path(dir, "link");
	struct document *doc;
	struct stat st;

	scratch_write(path, "{\"a\":1}\n", 8);
	assert_int_equal(chmod(path, 0640), 0);
	assert_int_equal(symlink(path, link_path), 0);
	doc = open_at(link_path);
	edit(doc, 0, "{\"a\":2}");
	saved(doc, 0);
	HOLDS("{\"a\":2}\n");
	assert_int_equal(lstat(link_path, &st), 0);
	assert_true(S_ISLNK(st.st_mode));
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0640);
	unlink(link_path);
	free(link_path);
	document_close(doc, false);
}

/* As a user without privileges, because root may write anywhere. */
static int as_nobody(void (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		if (geteuid() == 0 && (setgid(65534) || setuid(65534)))
			_exit(99);
		fn();
		_exit(0);
	}
	waitpid(pid, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void reach(void)
{
	if (access(path, R_OK | W_OK))
		_exit(1);
}

static void save_in_a_closed_directory(void)
{
	struct document_options opt = { 0 };
	struct document *doc = document_open(path, &opt, NULL);
	struct save_result r;

	if (!doc || !document_set_text(doc, document_row(doc, 0), "{}", 2,
				       NULL))
		_exit(1);
	r = save(doc, 0);
	if (r.outcome != SAVE_FAILED || r.err.code != ERR_SYSTEM)
		_exit(2);
	if (!document_dirty(doc))
		_exit(3);
}

static void where_nothing_may_be_written_the_old_file_stays(void **state)
{
	scratch_write(path, "{\"a\":1}\n", 8);
	chmod(dir, 0755);
	chmod(path, 0666);
	if (as_nobody(reach) != 0)
		skip_test("another user cannot reach the scratch directory");
	chmod(work, 0555);
	assert_int_equal(as_nobody(save_in_a_closed_directory), 0);
	chmod(work, 0777);
	chmod(path, 0444);
	assert_int_equal(as_nobody(save_in_a_closed_directory), 0);
	chmod(work, 0700);
	HOLDS("{\"a\":1}\n");
	assert_int_equal(scratch_count(work), 1);
	chmod(path, 0600);
}

static void stale_temporary_files_are_swept(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n");
	char host[61] = "", *stale, *other;
	pid_t dead = fork();

	if (dead == 0)
		_exit(0);
	waitpid(dead, NULL, 0);
	gethostname(host, 60);
	for (char *p = host; *p; p++)
		if (*p == '-')
			*p = '_';
	stale = mem_format("%s/.raw.jsonl.rredit-%s-%ld-abcdef", work, host,
			   (long)dead);
	other = mem_format("%s/.raw.jsonl.rredit-%s-%ld-abcdef", work, host,
			   (long)getppid());
	scratch_write(stale, "x", 1);
	scratch_write(other, "x", 1);
	edit(doc, 0, "{\"a\":2}");
	assert_int_equal(save(doc, 0).outcome, SAVE_DONE);
	assert_int_equal(access(stale, F_OK), -1);
	assert_int_equal(access(other, F_OK), 0);
	unlink(other);
	free(stale);
	free(other);
	document_close(doc, false);
}

static void save_as_leaves_the_document_alone(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n{\"b\":2}\n{\"c\":3}");
	char *to = scratch_path(dir, "copy.jsonl");
	row_id some[2] = { document_row(doc, 2), document_row(doc, 0) };
	struct save_spec spec = { .path = to };
	struct save_result r;

	edit(doc, 0, "{\"a\":2}");
	assert_true(document_save(doc, &spec, &r));
	assert_true(scratch_holds(to, "{\"a\":2}\n{\"b\":2}\n{\"c\":3}", 23));
	assert_true(document_dirty(doc));
	HOLDS("{\"a\":1}\n{\"b\":2}\n{\"c\":3}");
	spec.rows = some;
	spec.row_count = 2;
	assert_false(document_save(doc, &spec, &r));
	assert_int_equal(r.question, SAVE_OVER_EXISTING);
	spec.insist = SAVE_OVER_EXISTING;
	assert_true(document_save(doc, &spec, &r));
	assert_true(scratch_holds(to, "{\"c\":3}\n{\"a\":2}\n", 16));
	unlink(to);
	free(to);
	document_close(doc, false);
}

static void a_file_that_grows_is_taken_in(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n");
	FILE *f;

	edit(doc, 0, "{\"a\":2}");
	f = fopen(path, "ab");
	fputs("{\"b\":2}\n", f);
	fclose(f);
	assert_int_equal(document_look(doc, NULL), DISK_GREW);
	assert_int_equal(document_count(doc), 2);
	conflict(doc, SAVE_OVER_GROWING);
	saved(doc, SAVE_OVER_GROWING);
	HOLDS("{\"a\":2}\n{\"b\":2}\n");
	/* After a save the new file is another source. */
	f = fopen(path, "ab");
	fputs("\n{\"c\":3}\n", f);
	fclose(f);
	assert_int_equal(document_look(doc, NULL), DISK_GREW);
	assert_false(document_dirty(doc));
	assert_int_equal(document_count(doc), 3);
	edit(doc, 2, "{\"c\":4}");
	saved(doc, SAVE_OVER_GROWING);
	HOLDS("{\"a\":2}\n{\"b\":2}\n\n{\"c\":4}\n");
	while (document_undo(doc, NULL, NULL))
		;
	saved(doc, SAVE_OVER_GROWING);
	HOLDS("{\"a\":1}\n{\"b\":2}\n\n{\"c\":3}\n");
	document_close(doc, false);
}

static void growth_that_is_not_indexed_yet_is_not_lost(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct document_options opt = { .jobs = jobs };
	struct save_spec spec = { .insist = SAVE_OVER_GROWING };
	struct save_result r;
	struct document *doc;
	FILE *f;

	scratch_write(path, "{\"a\":1}\n", 8);
	doc = document_open(path, &opt, NULL);
	assert_true(document_wait(doc, NULL));
	edit(doc, 0, "{\"a\":2}");
	f = fopen(path, "ab");
	fputs("{\"b\":2}\n", f);
	fclose(f);
	assert_false(document_save(doc, &spec, &r));
	HOLDS("{\"a\":1}\n{\"b\":2}\n");
	assert_true(document_wait(doc, NULL));
	assert_true(document_save(doc, &spec, &r));
	HOLDS("{\"a\":2}\n{\"b\":2}\n");
	document_close(doc, false);
	jobs_free(jobs);
}

static void the_replaced_file_is_a_backup(void **state)
{
	struct document *doc;
	struct backup *list;
	size_t n;

	unlink(path);
	doc = OPEN("{\"v\":1}\n");
	assert_true(backup_list(state_dir, path, &list, &n, NULL));
	for (size_t i = 0; i < n; i++)
		unlink(list[i].path);
	backup_list_free(list, n);
	edit(doc, 0, "{\"v\":2}");
	saved(doc, 0);
	edit(doc, 0, "{\"v\":3}");
	saved(doc, 0);
	document_close(doc, false);
	assert_true(backup_list(state_dir, path, &list, &n, NULL));
	assert_int_equal(n, 2);
	assert_true(scratch_holds(list[0].path, "{\"v\":2}\n", 8));
	assert_true(scratch_holds(list[1].path, "{\"v\":1}\n", 8));
	assert_true(backup_restore(state_dir, path, list[1].name, NULL, NULL));
	HOLDS("{\"v\":1}\n");
	assert_false(backup_restore(state_dir, path, "../x", NULL, NULL));
	backup_list_free(list, n);
	assert_true(backup_list(state_dir, path, &list, &n, NULL));
	assert_int_equal(n, 3);
	assert_true(scratch_holds(list[0].path, "{\"v\":3}\n", 8));
	backup_list_free(list, n);
}

/* A file stands where the directory of backups would. */
static void a_backup_that_cannot_be_kept_is_told(void **state)
{
	char *backups = scratch_path(state_dir, "backup");
	char *away = scratch_path(state_dir, "backup-away");
	struct save_spec spec = { 0 };
	struct save_result result = { 0 };
	struct document *doc;

	doc = OPEN("{\"v\":1}\n");
	edit(doc, 0, "{\"v\":2}");
	assert_true(document_save(doc, &spec, &result));
	assert_true(result.backup_kept);
	assert_false(result.backup_lost);
	assert_int_equal(rename(backups, away), 0);
	scratch_write(backups, "", 0);
	edit(doc, 0, "{\"v\":3}");
	memset(&result, 0, sizeof(result));
	assert_true(document_save(doc, &spec, &result));
	assert_false(result.backup_kept);
	assert_true(result.backup_lost);
	HOLDS("{\"v\":3}\n");
	document_close(doc, false);
	assert_int_equal(unlink(backups), 0);
	assert_int_equal(rename(away, backups), 0);
	free(backups);
	free(away);
}

/* Someone opened the file before it was replaced, and writes on. */
static void what_comes_to_the_replaced_file_is_noticed(void **state)
{
	struct document *doc = OPEN("{\"a\":1}\n{\"b\":2}\n");
	int fd = open(path, O_RDWR | O_APPEND);
	struct save_result r;
	uint64_t bytes, added;
	struct err err;

	assert_int_equal(document_stray(doc, &bytes), SOURCE_SAME);
	edit(doc, 0, "{\"a\":2}");
	saved(doc, 0);
	assert_int_equal(document_stray(doc, &bytes), SOURCE_SAME);
	assert_int_equal(write(fd, "{\"c\":3}\n\n{\"d\":", 14), 14);
	assert_int_equal(document_stray(doc, &bytes), SOURCE_GREW);
	assert_int_equal(bytes, 14);
	edit(doc, 1, "{\"b\":3}");
	r = save(doc, 0);		/* not over them without a question */
	assert_int_equal(r.question, SAVE_OVER_GROWING);
	/* the line that is being written is left for later */
	assert_true(document_take_stray(doc, &added, &err));
	assert_int_equal(added, 1);
	assert_int_equal(write(fd, "4}\n", 3), 3);
	assert_int_equal(document_stray(doc, &bytes), SOURCE_GREW);
	assert_true(document_undo(doc, NULL, NULL));
	assert_int_equal(document_count(doc), 2);
	assert_true(document_redo(doc, NULL, NULL));
	assert_true(document_take_stray(doc, &added, &err));
	assert_int_equal(added, 1);
	assert_int_equal(document_stray(doc, &bytes), SOURCE_SAME);
	saved(doc, 0);
	HOLDS("{\"a\":2}\n{\"b\":3}\n{\"c\":3}\n{\"d\":4}\n");
	/* written over: what unedited records are read from is gone */
	edit(doc, 0, "{\"a\":3}");
	assert_int_equal(ftruncate(fd, 4), 0);
	assert_int_equal(document_stray(doc, &bytes), SOURCE_CHANGED);
	r = save(doc, ~0u);
	assert_int_equal(r.outcome, SAVE_CONFLICT);
	assert_int_equal(r.question, 0);
	HOLDS("{\"a\":2}\n{\"b\":3}\n{\"c\":3}\n{\"d\":4}\n");
	document_close(doc, false);
	close(fd);
}

static void a_save_in_the_background_keeps_later_edits(void **state)
{
	struct jobs *jobs = jobs_new(1);
	struct document_options opt = { .state_dir = state_dir, .jobs = jobs };
	struct save_spec spec = { 0 };
	struct document *doc;
	uint64_t id;

	scratch_write(path, "{\"a\":1}\n{\"b\":2}\n", 16);
	doc = document_open(path, &opt, NULL);
	assert_true(document_wait(doc, NULL));
	edit(doc, 0, "{\"a\":2}");
	id = document_save_start(doc, &spec, NULL, NULL, NULL);
	assert_true(id);
	assert_false(document_save_start(doc, &spec, NULL, NULL, NULL));
	edit(doc, 1, "{\"b\":3}");
	jobs_wait(jobs, id);
	HOLDS("{\"a\":2}\n{\"b\":2}\n");
	assert_int_equal(document_state(doc, document_row(doc, 0)), ROW_CLEAN);
	assert_int_equal(document_state(doc, document_row(doc, 1)),
			 ROW_CHANGED);
	document_close(doc, false);
	jobs_free(jobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_edited_line_changes),
		cmocka_unit_test(rows_that_come_and_go_keep_the_line_ends),
		cmocka_unit_test(one_text_over_many_lines_keeps_its_surroundings),
		cmocka_unit_test(an_empty_file_takes_records),
		cmocka_unit_test(large_runs_are_copied_around_an_edit),
		cmocka_unit_test(gzip_stays_gzip),
		cmocka_unit_test(the_corpus_survives_byte_for_byte),
		cmocka_unit_test(someone_elses_change_is_a_question),
		cmocka_unit_test(other_names_of_the_file_are_a_question),
		cmocka_unit_test(a_link_stays_and_its_target_is_saved),
		cmocka_unit_test(
			where_nothing_may_be_written_the_old_file_stays),
		cmocka_unit_test(stale_temporary_files_are_swept),
		cmocka_unit_test(save_as_leaves_the_document_alone),
		cmocka_unit_test(a_file_that_grows_is_taken_in),
		cmocka_unit_test(growth_that_is_not_indexed_yet_is_not_lost),
		cmocka_unit_test(the_replaced_file_is_a_backup),
		cmocka_unit_test(a_backup_that_cannot_be_kept_is_told),
		cmocka_unit_test(what_comes_to_the_replaced_file_is_noticed),
		cmocka_unit_test(a_save_in_the_background_keeps_later_edits),
	};

	return cmocka_run_group_tests_name("save", tests, set_up, tear_down);
}
