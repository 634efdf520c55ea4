#include "config.h"

#include "base/codec.h"
#include "rrpair/check.h"
#include "rrpair/gzip.h"
#include "rrpair/secret.h"
#include "unit.h"

static const struct check_options options = { .now_ns = INT64_C(1795000000) *
							 1000000000 };

struct found {
	size_t by_rule[CHECK_COUNT];
	size_t count;
	struct problem problems[64];
};

static bool note_down(void *arg, const struct problem *problem)
{
	struct found *f = arg;

	f->by_rule[problem->rule->id]++;
	if (f->count < 64)
		f->problems[f->count++] = *problem;
	return true;
}

static void look(struct found *f, const char *text)
{
	struct check *c = check_new(&options);

	memset(f, 0, sizeof(*f));
	check_alone(c, text, strlen(text), note_down, f);
	check_free(c);
}

/* One sound record, and places where the tests put something else. */
#define HEAD "{\"msgType\":\"rrpair\",\"ts\":\"2026-01-31T12:00:00.123Z\"," \
	"\"l7protocol\":\"http\",\"tags\":{\"proxyLocation\":\"in\"}," \
	"\"uuid\":\"aaaaaaaaQaabaaaaaaaaaQ==\",\"direction\":\"IN\"," \
	"\"command\":\"GET\",\"location\":\"/x\",\"status\":\"200\"," \
	"\"http\":{\"req\":{\"url\":\"/x\",\"uri\":\"/x\"," \
	"\"method\":\"GET\",\"host\":\"h\",\"headers\":{\"Host\":[\"h\"]}},"
#define TAIL "}}"
#define RECORD(res) HEAD "\"res\":" res TAIL
#define PLAIN "{\"statusCode\":200,\"statusMessage\":\"200 OK\"," \
	"\"headers\":{\"Content-Encoding\":[\"gzip\"]}," \
	"\"bodyBase64\":\"H4sIAAAAAAAAA0tMSgYAwkEkNQMAAAA=\"}"
#define DECODED "{\"statusCode\":200,\"statusMessage\":\"200 OK\"," \
	"\"headers\":{\"Content-Encoding\":[\"gzip\"]}," \
	"\"bodyBase64\":\"YWJj\"}"

static void every_rule_is_complete(void **state)
{
	int i, k;

	for (i = 0; i < CHECK_COUNT; i++) {
		const struct check_rule *r = check_rule((enum check_id)i);

		assert_int_equal(r->id, i);
		assert_true(*r->code && *r->summary && *r->doc);
		assert_ptr_equal(check_rule_by_code(r->code), r);
		for (k = 0; k < i; k++)
			assert_string_not_equal(r->code, check_rule(
						(enum check_id)k)->code);
	}
	assert_null(check_rule_by_code("no-such-rule"));
}

static void a_sound_record_has_no_problem(void **state)
{
	struct found f;

	look(&f, RECORD(PLAIN));
	assert_int_equal(f.count, 0);
}

static void a_problem_names_path_and_place(void **state)
{
	const char *text = RECORD("{\"statusCode\":\"x\"}");
	struct found f;

	look(&f, text);
	assert_int_equal(f.by_rule[CHECK_TYPE], 1);
	assert_string_equal(f.problems[0].field, ".http.res.statusCode");
	assert_int_equal(f.problems[0].off,
			 strstr(text, "\"x\"}") - text);
	assert_int_equal(f.problems[0].len, 3);
}

/* A record whose response has this header and these stored bytes. */
static void with_body(struct buf *out, const char *coding, const void *stored,
		      size_t len)
{
	buf_clear(out);
	buf_adds(out, HEAD "\"res\":{\"statusCode\":200,\"headers\":{");
	if (*coding)
		buf_addf(out, "\"Content-Encoding\":[\"%s\"]", coding);
	buf_adds(out, "},\"bodyBase64\":\"");
	base64_encode(out, stored, len);
	buf_adds(out, "\"}" TAIL);
}

static size_t encodings_told(struct check *c, const struct buf *was,
			     const struct buf *now)
{
	struct found f = { .count = 0 };

	check_edit(c, was->data, was->len, now->data, now->len, note_down, &f);
	return f.by_rule[CHECK_ENCODING_DIFFERS];
}

/* Edited bodies of random text, plain or compressed, under headers that say so
 * or not: told exactly when they disagree and the body was touched. */
static void encodings_are_held_to_their_bytes(void **state)
{
	static const char *const codings[] = { "gzip", "GZIP", "", "identity" };
	struct check *c = check_new(&options);
	struct buf was, now, plain, packed;
	unsigned told = 0, i;

	buf_init(&was);
	buf_init(&now);
	buf_init(&plain);
	buf_init(&packed);
	for (i = 0; i < 240; i++) {
		const char *coding = codings[i % 4];
		bool zip = i / 4 % 2, says = i % 4 < 2, touched = i % 3;
		const struct buf *stored = zip ? &packed : &plain;
		bool want = touched && says != zip;

		buf_clear(&plain);
		buf_clear(&packed);
		buf_addf(&plain, "{\"n\":%u,\"t\":\"%0*u\"}", i, 1 + i % 50,
			 i);
		assert_true(gzip_deflate(&packed, plain.data, plain.len, NULL,
					 NULL));
		with_body(&now, coding, stored->data, stored->len);
		with_body(&was, coding, touched ? "other" : stored->data,
			  touched ? 5 : stored->len);
		assert_int_equal(encodings_told(c, &was, &now), want);
		told += want;
	}
	assert_true(told >= 50);
	buf_release(&was);
	buf_release(&now);
	buf_release(&plain);
	buf_release(&packed);
	check_free(c);
}

/* Only an edited body is held against its header: captures disagree a lot. */
static void an_edited_body_must_fit_its_encoding(void **state)
{
	struct check *c = check_new(&options);
	struct found f = { .count = 0 };
	const char *was = RECORD(PLAIN), *now = RECORD(DECODED);

	check_edit(c, was, strlen(was), now, strlen(now), note_down, &f);
	assert_int_equal(f.by_rule[CHECK_ENCODING_DIFFERS], 1);
	memset(&f, 0, sizeof(f));
	check_edit(c, now, strlen(now), now, strlen(now), note_down, &f);
	assert_int_equal(f.by_rule[CHECK_ENCODING_DIFFERS], 0);
	memset(&f, 0, sizeof(f));
	check_edit(c, now, strlen(now), was, strlen(was), note_down, &f);
	assert_int_equal(f.by_rule[CHECK_ENCODING_DIFFERS], 0);
	check_free(c);
}

static void only_new_errors_are_brought_in(void **state)
{
	struct check *c = check_new(&options);
	const char *was = RECORD("{\"statusCode\":\"x\"}");
	const char *same = RECORD("{\"statusCode\":\"y\"}");
	const char *more = RECORD("{\"statusCode\":\"x\",\"headers\":1}");
	struct buf lines;

	buf_init(&lines);
	assert_int_equal(check_brought_in(c, was, strlen(was), same,
					  strlen(same), &lines), 0);
	assert_int_equal(lines.len, 0);
	assert_int_equal(check_brought_in(c, was, strlen(was), more,
					  strlen(more), &lines), 1);
	assert_non_null(strstr(lines.data, ".http.res.headers"));
	assert_int_equal(check_brought_in(c, NULL, 0, was, strlen(was), NULL),
			 1);
	buf_release(&lines);
	check_free(c);
}

static void the_file_rules_remember(void **state)
{
	struct check *c = check_new(&options);
	struct found f = { .count = 0 };
	const char *text = RECORD(PLAIN);
	int i;

	for (i = 1; i <= 3; i++)
		check_record(c, (uint64_t)i, text, strlen(text), note_down, &f);
	assert_int_equal(f.by_rule[CHECK_UUID_DUPLICATE], 2);
	assert_non_null(strstr(f.problems[0].message, "1"));
	check_reset(c);
	memset(&f, 0, sizeof(f));
	check_record(c, 1, text, strlen(text), note_down, &f);
	assert_int_equal(f.count, 0);
	check_free(c);
}

/* Uuids by the thousand, so that the set grows and probes. */
static void many_uuids_are_told_apart(void **state)
{
	struct check_options errors = { .at_least = CHECK_ERROR };
	struct check *c = check_new(&errors);
	struct found f = { .count = 0 };
	char text[256];
	unsigned i, round;

	for (round = 0; round < 2; round++)
		for (i = 0; i < 3000; i++) {
			snprintf(text, sizeof(text), "{\"msgType\":\"rrpair\","
				 "\"ts\":\"2026-01-31T12:00:00Z\","
				 "\"uuid\":\"aaaaaaaaaaaaaaaaa%04uQ==\","
				 "\"direction\":\"IN\",\"http\":{}}", i);
			check_record(c, i + 1, text, strlen(text), note_down,
				     &f);
		}
	assert_int_equal(f.by_rule[CHECK_UUID_DUPLICATE], 3000);
	check_free(c);
}

static bool stop_at_once(void *arg, const struct problem *problem)
{
	++*(int *)arg;
	return false;
}

static void the_sink_can_stop(void **state)
{
	struct check *c = check_new(&options);
	int calls = 0;

	assert_false(check_alone(c, "{}", 2, stop_at_once, &calls));
	assert_int_equal(calls, 1);
	check_free(c);
}

/* A mended record has one problem less of that rule, no new error, and the
 * same fix has nothing left to do. */
static void check_one_fix(const char *text, size_t len,
			  const struct problem *p, const struct found *before)
{
	struct patch *patch = NULL;
	struct found after;
	struct err err;
	struct buf mended;

	if (!check_fix(p->rule, p->field, text, len, &patch, &err)) {
		assert_int_equal(err.code, ERR_INPUT);
		return;
	}
	buf_init(&mended);
	assert_true(patch_apply(patch, text, len, &mended, &err));
	look(&after, mended.data);
	if (p->rule->id != CHECK_UUID_DUPLICATE)
		assert_true(after.by_rule[p->rule->id] <
			    before->by_rule[p->rule->id]);
	buf_release(&mended);
	patch_unref(patch);
}

static size_t fixes_of_file(const char *path)
{
	FILE *file = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0, tried = 0, i;
	ssize_t n;

	assert_non_null(file);
	while ((n = getline(&line, &cap, file)) > 0) {
		struct found before;

		if (line[n - 1] == '\n')
			line[--n] = '\0';
		look(&before, line);
		for (i = 0; i < before.count; i++, tried++)
			check_one_fix(line, (size_t)n, &before.problems[i],
				      &before);
	}
	free(line);
	fclose(file);
	return tried;
}

static void fixes_mend(void **state)
{
	assert_true(fixes_of_file(DEMO_DATA "/snapshots/"
		"c1dfe139-e5b2-40ec-865e-a00186b70cf8/raw.jsonl") > 30);
}

static void secrets_have_shapes(void **state)
{
	const char *text = "x AKIA0123456789ABCDEF y sk_live_abcdefghijklmnop1";
	struct secret_hit hit;

	assert_true(secret_find(text, strlen(text), 0, &hit));
	assert_int_equal(hit.off, 2);
	assert_int_equal(hit.len, 20);
	assert_true(secret_find(text, strlen(text), hit.off + hit.len, &hit));
	assert_int_equal(hit.off, 25);
	assert_false(secret_find(text, strlen(text), hit.off + hit.len, &hit));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rule_is_complete),
		cmocka_unit_test(a_sound_record_has_no_problem),
		cmocka_unit_test(a_problem_names_path_and_place),
		cmocka_unit_test(an_edited_body_must_fit_its_encoding),
		cmocka_unit_test(encodings_are_held_to_their_bytes),
		cmocka_unit_test(only_new_errors_are_brought_in),
		cmocka_unit_test(the_file_rules_remember),
		cmocka_unit_test(many_uuids_are_told_apart),
		cmocka_unit_test(the_sink_can_stop),
		cmocka_unit_test(fixes_mend),
		cmocka_unit_test(secrets_have_shapes),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
