/* The demo store: five snapshots without a fault, and one of seeded faults. */
#include "config.h"

#include "base/atomicfile.h"
#include "base/buf.h"
#include "rrpair/check.h"
#include "unit.h"

#define DEMO_MAX ((size_t)1 << 20)	/* bytes of one file */
#define NOW_NS 1793000000000000000	/* 2026-10-26 */

static const char *const sound[] = {
	"cd917e39-ed46-48f7-a642-f18a3c072fc0",	/* shop-checkout */
	"914867dc-2e91-4b2e-b7ba-eaa269581f4e",	/* payment-mocks */
	"979b8c83-287b-4b37-b055-f72d7f49f79f",	/* orders-database */
	"ecaf5f5c-b891-43ce-9e64-6d253a471af5",	/* assistant-and-media */
	"cc84475e-5043-4d66-9b45-51f6e259db9b",	/* warehouse-queue */
};
static const char seeded[] = "c1dfe139-e5b2-40ec-865e-a00186b70cf8";

struct found {
	struct buf lines;	/* "record code\n" */
	uint64_t record;
	enum check_severity at_least;
};

static bool take(void *arg, const struct problem *problem)
{
	struct found *f = arg;

	if (problem->rule->severity >= f->at_least)
		buf_addf(&f->lines, "%u %s %s\n", (unsigned)f->record,
			 problem->rule->code, problem->field);
	return true;
}

/* Check every record of a snapshot, as the program does. */
static void check_file(const char *id, enum check_severity at_least,
		       struct found *f)
{
	struct check_options options = { .now_ns = NOW_NS };
	struct check *c = check_new(&options);
	char path[4096];
	struct buf text;
	char *line, *end;

	buf_init(&text);
	buf_init(&f->lines);
	f->record = 0;
	f->at_least = at_least;
	snprintf(path, sizeof(path), DEMO_DATA "/snapshots/%s/raw.jsonl", id);
	assert_true(file_read(path, DEMO_MAX, &text, NULL));
	for (line = text.data; line < text.data + text.len; line = end + 1) {
		size_t left = (size_t)(text.data + text.len - line);

		end = memchr(line, '\n', left);
		if (!end)
			end = line + left;
		if (end == line)
			continue;
		f->record++;
		check_record(c, f->record, line, (size_t)(end - line), take, f);
	}
	check_free(c);
	buf_release(&text);
}

static void sound_snapshots_have_no_fault(void **state)
{
	size_t i;

	for (i = 0; i < sizeof(sound) / sizeof(*sound); i++) {
		struct found f;

		check_file(sound[i], CHECK_WARNING, &f);
		assert_string_equal(f.lines.data, "");
		assert_true(f.record >= 20);
		buf_release(&f.lines);
	}
}

/* Errors and warnings, as demo/README.md lists the faults. */
static const char expected[] =
	"2 not-json \n"
	"3 not-object \n"
	"4 msgtype .msgType\n"
	"5 uuid-duplicate .uuid\n"
	"6 uuid-size .uuid\n"
	"7 uuid-missing \n"
	"8 ts .ts\n"
	"9 direction .direction\n"
	"10 base64 .http.res.bodyBase64\n"
	"11 gzip .http.res.bodyBase64\n"
	"12 headers-type .http.req.headers.Accept\n"
	"13 tags-type .tags.sequence\n"
	"14 protocol .postgres\n"
	"15 protocol \n"
	"16 header-name .http.req.headers.\"Bad Name\"\n"
	"17 header-value .http.req.headers.X-Split[0]\n"
	"18 method-differs .command\n"
	"19 path-differs .location\n"
	"20 status-differs .status\n"
	"21 host-differs .http.req.headers.Host[0]\n"
	"22 signature-stale .signature.\"http:url\"\n"
	"23 signature-differs .mutableSignature.\"http:method\"\n"
	"24 base64 .signature.\"http:host\"\n"
	"25 body-differs .http.res.body\n"
	"31 direction-differs .tags.proxyLocation\n"
	"32 type .http.res.statusCode\n"
	"33 type .duration\n"
	"34 type .http.req.method\n"
	"34 method-differs .command\n"
	"35 type .signature\n"
	"36 duplicate-key .status\n"
	"37 utf8 .http.req.headers.User-Agent[0]\n"
	"37 utf8 .mutableSignature.\"http:requestBodyJSON\"\n"
	"37 signature-differs .mutableSignature.\"http:requestBodyJSON\"\n";

static void seeded_faults_are_found(void **state)
{
	struct found f;

	check_file(seeded, CHECK_WARNING, &f);
	assert_string_equal(f.lines.data, expected);
	buf_release(&f.lines);
}

static void seeded_notes_are_found(void **state)
{
	static const char *const notes[] = {
		"\n26 decoded ", "\n27 content-length ",
		"\n28 jwt-expired ", "\n29 secret ", "\n30 ts-unsorted ",
	};
	struct found f;
	size_t i;

	check_file(seeded, CHECK_NOTE, &f);
	for (i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		assert_non_null(strstr(f.lines.data, notes[i]));
	buf_release(&f.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_snapshots_have_no_fault),
		cmocka_unit_test(seeded_faults_are_found),
		cmocka_unit_test(seeded_notes_are_found),
	};

	return cmocka_run_group_tests_name("demo", tests, NULL, NULL);
}
