/* Repository files as documents: records, random edits against plain lists,
 * undo, saves, recovery, files that break off. */
#include "config.h"

#include "base/atomicfile.h"
#include "base/mem.h"
#include "edit/document.h"
#include "edit/recover.h"
#include "edit/save.h"
#include "json/scan.h"
#include "prng.h"
#include "scratch.h"
#include "unit.h"

#define ROWS_MAX 128

struct element {
	enum repo_kind kind;
	char *text;
};
struct model {
	struct element row[ROWS_MAX];
	size_t n;
};

static char *dir, *state_dir, *path;

static int set_up(void **state)
{
	dir = scratch_new();
	state_dir = scratch_path(dir, "state");
	path = scratch_path(dir, "repository.json");
	return 0;
}

static int tear_down(void **state)
{
	free(path);
	free(state_dir);
	scratch_free(dir);
	return 0;
}

static struct document *open_now(bool journal)
{
	struct document_options opt = {
		.state_dir = state_dir,
		.flags = journal ? 0 : DOCUMENT_NO_JOURNAL,
	};
	struct err err;
	struct document *doc = document_open(path, &opt, &err);

	if (!doc)
		fail_msg("%s", err.msg);
	return doc;
}

static void save(struct document *doc)
{
	struct save_spec spec = { 0 };
	struct save_result result;

	if (!document_save(doc, &spec, &result))
		fail_msg("%s", result.err.msg);
}

/* ---- files ---- */

static void blanks(struct prng *r, bool pretty, int depth, struct buf *out)
{
	static const char *const some[] = { "", " ", "\n", "\r\n\t", "  " };

	if (pretty)
		buf_addf(out, "\n%*s", depth * 2, "");
	else if (prng_below(r, 4) == 0)
		buf_adds(out, some[prng_below(r, 5)]);
}

static char *element(struct prng *r, enum repo_kind kind)
{
	static const char *const odd[] = {
		"\"}]{[\\\"", "\"\\u00e9\"", "1e3", "null", "[{\"a\":[]},\"]\"]",
		"{\"x\": \"\\\\\"}",
	};
	char *s;
	unsigned n = (unsigned)prng_below(r, 100000);

	if (prng_below(r, 20) == 0)
		return mem_strdup(odd[2 + prng_below(r, 4)]);
	if (asprintf(&s, "{\"id\":\"66aa%020u\", \"name\":%s,\"%s\": %s }", n,
		     prng_below(r, 2) ? "\"x\"" : odd[prng_below(r, 2)],
		     kind == REPO_SERVICE ? "version" : "operationId",
		     odd[prng_below(r, 6)]) < 0)
		abort();
	if (s[strlen(s) - 3] == '"' && s[strlen(s) - 2] == ' ' && !json_valid(s, strlen(s), NULL)) {
		free(s);
		return mem_strdup("{}");
	}
	if (!json_valid(s, strlen(s), NULL)) {
		free(s);
		return mem_strdup("{\"name\":\"y\"}");
	}
	return s;
}

static void add(struct model *m, size_t at, enum repo_kind kind, char *text)
{
	memmove(&m->row[at + 1], &m->row[at], (m->n - at) * sizeof(m->row[0]));
	m->row[at] = (struct element){ kind, text };
	m->n++;
}

static void put_list(struct prng *r, bool pretty, enum repo_kind kind,
		     struct model *m, struct buf *out)
{
	size_t n = prng_below(r, 3) ? prng_below(r, 5) : 0;

	buf_addf(out, "\"%s\"", repo_kind_key(kind));
	blanks(r, false, 0, out);
	buf_addc(out, ':');
	blanks(r, false, 0, out);
	buf_addc(out, '[');
	for (size_t i = 0; i < n; i++) {
		char *text = element(r, kind);

		if (i)
			buf_addc(out, ',');
		blanks(r, pretty, 2, out);
		buf_adds(out, text);
		add(m, m->n, kind, text);
		if (!pretty)
			blanks(r, false, 0, out);
	}
	blanks(r, pretty && n, 1, out);
	buf_addc(out, ']');
}

/* A file of lists in any order, one perhaps missing, with a strange member. */
static void make_file(struct prng *r, struct model *m, struct buf *out)
{
	enum repo_kind order[] = { REPO_SERVICE, REPO_RESOURCE, REPO_REQUEST,
				   REPO_RESPONSE, REPO_EVENT };
	bool pretty = prng_below(r, 2);
	size_t lists = prng_below(r, 3) ? 5 : 4, strange = prng_below(r, 12);

	memset(m, 0, sizeof(*m));
	if (prng_below(r, 2))
		for (size_t i = 4; i > 0; i--) {
			size_t k = prng_below(r, i + 1);
			enum repo_kind t = order[i];

			order[i] = order[k];
			order[k] = t;
		}
	blanks(r, false, 0, out);
	buf_addc(out, '{');
	for (size_t i = 0; i < lists; i++) {
		if (i)
			buf_addc(out, ',');
		blanks(r, pretty, 1, out);
		if (strange == i + 1) {
			buf_adds(out, "\"tests\" : {\"a\": 1},");
			add(m, m->n, REPO_MEMBER, mem_strdup("{\"a\": 1}"));
		}
		put_list(r, pretty, order[i], m, out);
	}
	blanks(r, pretty, 0, out);
	buf_addc(out, '}');
	if (prng_below(r, 3) == 0)
		buf_adds(out, "\n");
}

static void free_model(struct model *m)
{
	for (size_t i = 0; i < m->n; i++)
		free(m->row[i].text);
	m->n = 0;
}

/* ---- checks ---- */

static void same(struct document *doc, const struct model *m)
{
	struct buf text;

	buf_init(&text);
	assert_true(document_repository(doc));
	assert_int_equal(document_count(doc), m->n);
	for (size_t i = 0; i < m->n; i++) {
		row_id id = document_row(doc, i);

		buf_clear(&text);
		assert_true(document_text(doc, id, DOCUMENT_NOW, &text, NULL));
		assert_string_equal(text.data, m->row[i].text);
		assert_int_equal(document_kind(doc, id), m->row[i].kind);
	}
	buf_release(&text);
}

/* What was saved is sound, and says the same when it is opened again. Lists that
 * were missing may have come; they are the last. */
static void same_again(const struct model *m)
{
	struct document *doc = open_now(false);
	struct buf all;

	same(doc, m);
	document_close(doc, false);
	buf_init(&all);
	assert_true(file_read(path, 1 << 24, &all, NULL));
	assert_true(json_valid(all.data, all.len, NULL));
	buf_release(&all);
}

/* ---- random edits ---- */

static void edit_one(struct prng *r, struct document *doc, struct model *m)
{
	size_t i = prng_below(r, m->n);
	char *text = element(r, m->row[i].kind);

	assert_true(document_set_text(doc, document_row(doc, i), text,
				      strlen(text), NULL));
	free(m->row[i].text);
	m->row[i].text = text;
}

static void delete_one(struct prng *r, struct document *doc, struct model *m)
{
	size_t i = prng_below(r, m->n);
	row_id id = document_row(doc, i);

	assert_true(document_delete(doc, &id, 1, NULL));
	free(m->row[i].text);
	memmove(&m->row[i], &m->row[i + 1],
		(--m->n - i) * sizeof(m->row[0]));
}

/* Insert behind any row: it goes to its list, as near as it can. */
static void insert_one(struct prng *r, struct document *doc, struct model *m)
{
	enum repo_kind kind = (enum repo_kind)(REPO_SERVICE + prng_below(r, 5));
	char *text = element(r, kind);
	struct document_new new = {
		.text = text, .len = strlen(text), .copy_of = ROW_NONE,
		.kind = kind,
	};
	row_id after = m->n && prng_below(r, 4)
			       ? document_row(doc, prng_below(r, m->n))
			       : prng_below(r, 2) ? ROW_START : ROW_END;
	row_id id;
	uint64_t pos;

	assert_true(document_insert(doc, after, &new, 1, &id, NULL));
	assert_true(document_position(doc, id, &pos));
	assert_int_equal(document_kind(doc, id), kind);
	if (after < ROW_NONE && document_kind(doc, after) == kind)
		assert_true(document_row(doc, pos - 1) == after);
	add(m, (size_t)pos, kind, text);
}

static void copy_one(struct prng *r, struct document *doc, struct model *m)
{
	size_t i = prng_below(r, m->n);
	row_id id = document_row(doc, i);
	struct document_new new = { .copy_of = id };

	if (m->row[i].kind == REPO_MEMBER) {
		assert_false(document_insert(doc, id, &new, 1, NULL, NULL));
		return;
	}
	assert_true(document_insert(doc, id, &new, 1, NULL, NULL));
	add(m, i + 1, m->row[i].kind, mem_strdup(m->row[i].text));
}

static void move_one(struct prng *r, struct document *doc, struct model *m)
{
	size_t i = prng_below(r, m->n), k = prng_below(r, m->n);
	row_id id = document_row(doc, i), after = document_row(doc, k);
	struct element e = m->row[i];

	if (i == k || e.kind != m->row[k].kind || e.kind == REPO_MEMBER)
		return;
	assert_true(document_move(doc, &id, 1, after, NULL));
	memmove(&m->row[i], &m->row[i + 1],
		(m->n - 1 - i) * sizeof(m->row[0]));
	if (k > i)
		k--;
	memmove(&m->row[k + 2], &m->row[k + 1],
		(m->n - 2 - k) * sizeof(m->row[0]));
	m->row[k + 1] = e;
}

static void change(struct prng *r, struct document *doc, struct model *m)
{
	size_t what = prng_below(r, 6);

	if (m->n + 2 >= ROWS_MAX)
		what = 1;
	if (m->n == 0 || what == 0)
		insert_one(r, doc, m);
	else if (what == 1)
		delete_one(r, doc, m);
	else if (what == 2)
		copy_one(r, doc, m);
	else if (what == 3)
		move_one(r, doc, m);
	else
		edit_one(r, doc, m);
}

static void test_random(void **state)
{
	for (unsigned seed = 0; seed < 300; seed++) {
		struct prng r = { seed };
		struct model m;
		struct document *doc;
		struct document_touched t;
		struct buf file;

		buf_init(&file);
		make_file(&r, &m, &file);
		scratch_write(path, file.data, file.len);
		doc = open_now(false);
		same(doc, &m);
		save(doc);
		assert_true(scratch_holds(path, file.data, file.len));
		for (size_t k = prng_below(&r, 12); k > 0; k--) {
			change(&r, doc, &m);
			same(doc, &m);
			if (prng_below(&r, 5) == 0) {
				save(doc);
				same(doc, &m);
				same_again(&m);
			}
		}
		save(doc);
		same(doc, &m);
		same_again(&m);
		while (document_undo(doc, &t, NULL))
			;
		save(doc);
		if (!scratch_holds(path, file.data, file.len))
			fail_msg("undo does not restore the file, seed %u",
				 seed);
		document_close(doc, false);
		free_model(&m);
		buf_release(&file);
	}
}

/* Only texts are edited: all other bytes of the file stay where they are. */
static void test_other_bytes(void **state)
{
	for (unsigned seed = 0; seed < 200; seed++) {
		struct prng r = { seed };
		struct model m;
		struct document *doc;
		struct buf file, want;
		size_t at = 0;

		buf_init(&file);
		buf_init(&want);
		make_file(&r, &m, &file);
		scratch_write(path, file.data, file.len);
		doc = open_now(false);
		for (size_t i = 0; i < m.n; i++) {
			struct columns c;

			assert_true(document_columns(doc, document_row(doc, i),
						     &c));
			buf_add(&want, file.data + at, c.off - at);
			at = c.off + c.len;
			if (prng_below(&r, 2)) {
				char *text = element(&r, m.row[i].kind);

				assert_true(document_set_text(
					doc, document_row(doc, i), text,
					strlen(text), NULL));
				buf_adds(&want, text);
				free(text);
			} else {
				buf_add(&want, file.data + c.off, c.len);
			}
		}
		buf_add(&want, file.data + at, file.len - at);
		save(doc);
		assert_true(scratch_holds(path, want.data, want.len));
		document_close(doc, false);
		free_model(&m);
		buf_release(&want);
		buf_release(&file);
	}
}

/* A crash, at any time, also behind saves: all comes back. */
static void test_recover(void **state)
{
	for (unsigned seed = 0; seed < 60; seed++) {
		struct prng r = { 1000 + seed };
		struct model m;
		struct document *doc;
		struct recover_entry *list;
		struct recover_report report = { 0 };
		struct buf file;
		struct err err;
		size_t n;

		buf_init(&file);
		make_file(&r, &m, &file);
		scratch_write(path, file.data, file.len);
		doc = open_now(true);
		for (size_t k = 1 + prng_below(&r, 8); k > 0; k--) {
			change(&r, doc, &m);
			if (prng_below(&r, 4) == 0)
				save(doc);
		}
		change(&r, doc, &m);
		document_close(doc, true);
		doc = open_now(true);
		assert_true(recover_list(state_dir, path, false, &list, &n,
					 &err));
		if (n && !recover_apply(doc, &list[0], &report, &err))
			fail_msg("seed %u: %s", seed, err.msg);
		assert_int_equal(report.conflicts, 0);
		same(doc, &m);
		recover_report_release(&report);
		recover_list_free(list, n);
		save(doc);
		same_again(&m);
		document_close(doc, false);
		free_model(&m);
		buf_release(&file);
	}
}

/* Whatever is missing at the end: nothing is lost, texts can be mended. */
static void test_truncated(void **state)
{
	static const char whole[] =
		"{\"services\": [{\"name\":\"A\",\"version\":\"1\"}, {\"id\":1}],"
		" \"resources\":[], \"requests\":[{\"a\":\"]\\\"\"}],"
		"\"responses\":[ ]}";
	size_t repositories = 0;

	for (size_t len = 0; len < sizeof(whole); len++) {
		struct document *doc;
		struct err err;

		scratch_write(path, whole, len);
		doc = open_now(false);
		if (document_repository(doc))
			repositories++;
		if (document_repository(doc) && len < sizeof(whole) - 1 &&
		    document_count(doc) > 0) {
			row_id id = document_row(doc, document_count(doc) - 1);

			assert_false(document_delete(doc, &id, 1, &err));
		}
		save(doc);
		document_close(doc, false);
		assert_true(scratch_holds(path, whole, len));
	}
	assert_in_range(repositories, sizeof(whole) - 20, sizeof(whole) - 10);
	scratch_write(path, whole, sizeof(whole) - 3);
}

static void test_mend(void **state)
{
	static const char broken[] = "{\"services\":[{\"id\":1},{\"id\" 2}],"
				     "\"resources\":[]}";
	static const char sound[] = "{\"services\":[{\"id\":1},{\"id\":2}],"
				    "\"resources\":[]}";
	struct document *doc;
	row_id id;

	scratch_write(path, broken, sizeof(broken) - 1);
	doc = open_now(false);
	assert_int_equal(document_count(doc), 2);
	id = document_row(doc, 1);
	assert_int_equal(document_kind(doc, id), REPO_REST);
	assert_true(document_set_text(doc, id, "{\"id\":2}],\"resources\":[]}",
				      25, NULL));
	save(doc);
	document_close(doc, false);
	assert_true(scratch_holds(path, sound, sizeof(sound) - 1));
	doc = open_now(false);
	assert_int_equal(document_kind(doc, document_row(doc, 1)),
			 REPO_SERVICE);
	/* No text goes in that would break it. */
	assert_false(document_set_text(doc, document_row(doc, 1), "{\"id\":2},",
				       9, NULL));
	document_close(doc, false);
}

/* What is no repository stays what it was. */
static void test_others(void **state)
{
	static const char *const texts[] = {
		"", "{}", "[]", "{\"services\":{}}", "null",
		"{\"msgType\":\"rrpair\",\"services\":[],\"requests\":[]}\n",
		"{\"id\":\"x\",\"services\":[]}\n", "{\"services\"",
		"{\"a\":[1,2],\n\"b\":3}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct document *doc;

		scratch_write(path, texts[i], strlen(texts[i]));
		doc = open_now(false);
		assert_false(document_repository(doc));
		document_close(doc, false);
	}
}

static void test_columns(void **state)
{
	static const char text[] =
		"{\"services\":[{\"id\":\"a-b\",\"name\":\"Shop\",\"type\":\"REST\"}],"
		"\"resources\":[{\"name\":\"r.yaml\",\"serviceId\":\"a-b\"}],"
		"\"requests\":[{\"operationId\":\"a-b-GET /x\"}],"
		"\"responses\":[{\"operationId\":\"a-b-GET /x\",\"status\":404}]}";
	static const char *const want[] = {
		"service REST Shop Shop ", "resource  Shop r.yaml ",
		"request GET Shop /x ", "response GET Shop /x 404",
	};
	struct document *doc;
	struct buf line;

	scratch_write(path, text, sizeof(text) - 1);
	doc = open_now(false);
	buf_init(&line);
	for (size_t i = 0; i < 4; i++) {
		row_id id = document_row(doc, i);

		buf_clear(&line);
		document_column_text(doc, id, COLUMN_TECH, &line);
		buf_addc(&line, ' ');
		document_column_text(doc, id, COLUMN_COMMAND, &line);
		buf_addc(&line, ' ');
		document_column_text(doc, id, COLUMN_SERVICE, &line);
		buf_addc(&line, ' ');
		document_location(doc, id, 100, &line);
		buf_addc(&line, ' ');
		document_column_text(doc, id, COLUMN_STATUS, &line);
		assert_string_equal(line.data, want[i]);
	}
	buf_release(&line);
	document_close(doc, false);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_random),
		cmocka_unit_test(test_other_bytes),
		cmocka_unit_test(test_recover),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_mend),
		cmocka_unit_test(test_others),
		cmocka_unit_test(test_columns),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
