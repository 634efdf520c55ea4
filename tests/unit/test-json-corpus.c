#include "config.h"

#include <ftw.h>

#include "base/codec.h"
#include "json/format.h"
#include "json/locate.h"
#include "unit.h"

/*
 * Real traffic, when it lies beside the sources. Every line of it is JSON, goes
 * to pretty and back, and its signatures are canonical request bodies.
 */
#define CORPUS TOP_SRCDIR "/../shared/corpus"

static struct {
	size_t lines, signatures;
} seen;

static void check_signature(const struct json_doc *doc)
{
	uint32_t sig = json_at(doc, 0, "signature.http:requestBodyJSON");
	uint32_t body = json_at(doc, 0, "http.req.bodyBase64");
	struct buf text, bytes, expected, canonical;
	struct err err;

	if (sig == JSON_NONE || body == JSON_NONE)
		return;
	buf_init(&text);
	buf_init(&bytes);
	buf_init(&expected);
	buf_init(&canonical);
	json_string(doc, sig, &text);
	assert_true(base64_decode(&expected, text.data, text.len, NULL));
	buf_clear(&text);
	json_string(doc, body, &text);
	assert_true(base64_decode(&bytes, text.data, text.len, NULL));
	if (!json_canonical(bytes.data, bytes.len, &canonical, &err))
		fail_msg("%s", err.msg);
	assert_string_equal(canonical.data, expected.data);
	seen.signatures++;
	buf_release(&text);
	buf_release(&bytes);
	buf_release(&expected);
	buf_release(&canonical);
}

static void check_line(struct json_doc *doc, const char *line, size_t len)
{
	struct json_layout layout;
	struct buf pretty, again;
	struct err err;

	buf_init(&pretty);
	buf_init(&again);
	if (!json_scan(doc, line, len, &err))
		fail_msg("%.60s: %s at %zu", line, err.msg, err.offset);
	assert_true(json_pretty(line, len, 2, &pretty, &err));
	json_layout_of(line, len, &layout);
	assert_true(layout.style == JSON_STYLE_COMPACT ||
		    layout.style == JSON_STYLE_SPACED);
	assert_true(json_restyle(pretty.data, pretty.len, &layout, &again, &err));
	assert_int_equal(again.len, len);
	assert_memory_equal(again.data, line, len);
	if (layout.style == JSON_STYLE_COMPACT) {
		buf_clear(&again);
		assert_true(json_compact(pretty.data, pretty.len, &again, &err));
		assert_int_equal(again.len, len);
		assert_memory_equal(again.data, line, len);
	}
	check_signature(doc);
	seen.lines++;
	buf_release(&pretty);
	buf_release(&again);
}

static int check_file(const char *path, const struct stat *st, int flag,
		      struct FTW *ftw)
{
	size_t len = strlen(path);
	struct json_doc doc;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f;

	if (flag != FTW_F || len < 6 || strcmp(path + len - 6, ".jsonl") ||
	    strstr(path, "/sig_rr_mappings."))	/* values without line ends */
		return 0;
	f = fopen(path, "r");
	assert_non_null(f);
	json_doc_init(&doc);
	while ((n = getline(&line, &cap, f)) > 0) {
		if (line[n - 1] == '\n')
			n--;
		if (n > 0)
			check_line(&doc, line, (size_t)n);
	}
	json_doc_release(&doc);
	free(line);
	fclose(f);
	return 0;
}

static void real_traffic_is_read_and_written(void **state)
{
	assert_int_equal(nftw(CORPUS, check_file, 16, FTW_PHYS), 0);
	assert_true(seen.lines > 300);
	assert_true(seen.signatures > 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(real_traffic_is_read_and_written),
	};
	struct stat st;

	/* skip() of cmocka writes "not ok", which is a failure in TAP */
	if (stat(CORPUS, &st)) {
		puts("1..0 # SKIP no corpus beside the sources");
		return 0;
	}

	return cmocka_run_group_tests_name("json-corpus", tests, NULL, NULL);
}
