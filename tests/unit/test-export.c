/* Exports, templates, copies, tokens, signatures. */
#include "config.h"

#include "unit.h"

#include <sys/wait.h>
#include <unistd.h>

#include "base/codec.h"
#include "prng.h"
#include "rrpair/body.h"
#include "rrpair/check.h"
#include "rrpair/export.h"
#include "rrpair/signature.h"
#include "rrpair/template.h"
#include "rrpair/token.h"

static const char record[] =
	"{\"l7protocol\":\"https\",\"http\":{\"req\":{\"url\":\"/a\","
	"\"uri\":\"/a?b=c'd\",\"method\":\"POST\",\"host\":\"h:8\","
	"\"headers\":{\"Content-Length\":[\"9\"],\"Host\":[\"h:8\"],"
	"\"X\":[\"it's\",\"\"]},\"bodyBase64\":\"eyJhIjoxfQ==\"},"
	"\"res\":{\"statusCode\":200,\"statusMessage\":\"200 OK\","
	"\"headers\":{\"Content-Length\":[\"9\"],\"X\":[\"a\\r\\nB: c\"],"
	"\"Transfer-Encoding\":[\"chunked\"]},\"bodyBase64\":\"aGk=\"}}}";

static void parse(struct rrpair *pair, const char *text)
{
	struct err err;

	rrpair_init(pair);
	if (!rrpair_parse(pair, text, strlen(text), &err))
		fail_msg("%s: %s", err.msg, text);
}

static void test_exports(void **state)
{
	struct rrpair pair;
	struct buf out;
	struct err err;

	parse(&pair, record);
	buf_init(&out);
	assert_true(export_curl(&pair, &out, &err));
	assert_string_equal(out.data,
		"curl -X POST \\\n"
		"  -H 'X: it'\\''s' \\\n"
		"  -H 'X;' \\\n"
		"  --data-binary '{\"a\":1}' \\\n"
		"  --globoff --url 'https://h:8/a?b=c'\\''d'\n");
	buf_clear(&out);
	assert_true(export_request(&pair, &out, &err));
	assert_string_equal(out.data,
		"POST /a?b=c'd HTTP/1.1\r\n"
		"Content-Length: 7\r\nHost: h:8\r\nX: it's\r\nX: \r\n\r\n"
		"{\"a\":1}");
	buf_clear(&out);
	assert_true(export_response(&pair, &out, &err));
	assert_string_equal(out.data,
		"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX: a  B: c\r\n\r\nhi");
	rrpair_release(&pair);
	parse(&pair, "{\"postgres\":{}}");
	assert_false(export_curl(&pair, &out, &err));
	assert_int_equal(err.code, ERR_ABSENT);
	assert_false(export_request(&pair, &out, &err));
	assert_false(export_response(&pair, &out, &err));
	rrpair_release(&pair);
	buf_release(&out);
}

static void test_curl_bodies(void **state)
{
	static const struct {
		const char *body, *uri, *part;
	} cases[] = {
		{ "QAA=", "/", "printf %s 'QAA=' | base64 -d |\ncurl " },
		{ "QGE=", "/", "printf %s 'QGE=' | base64 -d |\ncurl " },
		{ "AQI=", "/", "--data-binary $'\\001\\002'" },
		{ "/w==", "file:///etc/passwd", "http://h/file:///etc/passwd\n" },
		{ "YQ==", "http://x/y", " --url http://x/y\n" },
		{ "YQpi", "/", "--data-binary 'a\nb'" },
	};
	struct rrpair pair;
	struct buf text, out;

	buf_init(&text);
	buf_init(&out);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		buf_clear(&text);
		buf_clear(&out);
		buf_addf(&text, "{\"http\":{\"req\":{\"uri\":\"%s\",\"host\":"
			 "\"h\",\"bodyBase64\":\"%s\"}}}", cases[i].uri,
			 cases[i].body);
		parse(&pair, text.data);
		assert_true(export_curl(&pair, &out, NULL));
		if (!strstr(out.data, cases[i].part))
			fail_msg("%s lacks %s", out.data, cases[i].part);
		rrpair_release(&pair);
	}
	buf_release(&text);
	buf_release(&out);
}

/* What printf makes of a word in a shell: the bytes it was quoted from. */
static bool through_shell(const char *shell, const struct buf *word,
			  const struct buf *want)
{
	char got[512];
	ssize_t n;
	size_t len = 0;
	struct buf script;
	int fds[2];
	pid_t pid;

	buf_init(&script);
	buf_addf(&script, "printf %%s %s", word->data);
	assert_int_equal(pipe(fds), 0);
	pid = fork();
	if (!pid) {
		dup2(fds[1], 1);
		close(fds[0]);
		close(fds[1]);
		execlp(shell, shell, "-c", script.data, (char *)NULL);
		_exit(127);
	}
	close(fds[1]);
	while ((n = read(fds[0], got + len, sizeof(got) - len)) > 0)
		len += (size_t)n;
	close(fds[0]);
	waitpid(pid, NULL, 0);
	buf_release(&script);
	return len == want->len && !memcmp(got, want->data, len);
}

static void test_shell_quotes(void **state)
{
	struct buf bytes, word;

	buf_init(&bytes);
	buf_init(&word);
	for (uint64_t seed = 0; seed < 40; seed++) {
		struct prng r = { seed };
		size_t n = 1 + prng_below(&r, 30);

		buf_clear(&bytes);
		buf_clear(&word);
		for (size_t i = 0; i < n; i++) {
			char c = seed % 2 ? (char)(1 + prng_below(&r, 255)) :
				 "a'\"\\$`!;&|<>(){}*?[]~#\n =%0"
				 [prng_below(&r, 27)];

			buf_addc(&bytes, c);
		}
		shell_quote(&word, bytes.data, bytes.len);
		if (!through_shell("bash", &word, &bytes))
			fail_msg("seed %d: %s", (int)seed, word.data);
	}
	buf_clear(&word);
	shell_quote(&word, "", 0);
	assert_string_equal(word.data, "''");
	buf_release(&bytes);
	buf_release(&word);
}

static int64_t give_instance(void *arg, const char *identity, size_t len,
			     int64_t current)
{
	buf_add(arg, identity, len);
	return current + 7;
}

static bool no_problem(void *arg, const struct problem *problem)
{
	fail_msg("%s: %s", problem->rule->code, problem->message);
	return false;
}

static void test_templates(void **state)
{
	struct check *rules = check_new(&(struct check_options){
		.at_least = CHECK_NOTE,
	});
	struct signature sig;
	struct change_set set;
	struct rrpair pair, again;
	struct buf text, copy, identity;
	struct uuid a, b;
	struct err err;

	signature_init(&sig);
	change_init(&set);
	buf_init(&text);
	buf_init(&copy);
	buf_init(&identity);
	for (int id = TEMPLATE_INBOUND; id <= TEMPLATE_OUTBOUND; id++) {
		buf_clear(&text);
		buf_clear(&copy);
		template_make(&text, (enum template_id)id, "a \"b\"", 0);
		assert_null(strchr(text.data, '\n'));
		parse(&pair, text.data);
		assert_true(check_alone(rules, text.data, text.len, no_problem,
					NULL));
		signature_read(&sig, &pair);
		assert_true(sig.count >= 4);
		for (size_t i = 0; i < sig.count; i++)
			assert_false(sig.rows[i].flags &
				     (SIG_STALE | SIG_MISSING | SIG_DIFFERS));
		assert_true(template_fresh_copy(&pair, give_instance, &identity,
						&set, &err));
		assert_true(patch_apply(set.patch, text.data, text.len, &copy,
					&err));
		parse(&again, copy.data);
		assert_true(rrpair_uuid(&pair, &a));
		assert_true(rrpair_uuid(&again, &b));
		assert_memory_not_equal(&a, &b, sizeof(a));
		assert_int_equal(b.b[6] >> 4, 4);
		assert_int_equal(signature_instance(&again), 7);
		buf_clear(&identity);
		signature_identity(&pair, &identity);
		buf_clear(&text);
		signature_identity(&again, &text);
		assert_string_equal(identity.data, text.data);
		rrpair_release(&pair);
		rrpair_release(&again);
	}
	check_free(rules);
	signature_release(&sig);
	change_release(&set);
	buf_release(&text);
	buf_release(&copy);
	buf_release(&identity);
}

/* Links off, a signature goes stale; it is seen and brought up to date. */
static void test_stale_signature(void **state)
{
	struct field host = { .id = FIELD_HOST };
	struct signature sig;
	struct change_set set;
	struct rrpair pair;
	struct buf text, edited, fresh;
	struct err err;
	size_t stale = 0;

	signature_init(&sig);
	change_init(&set);
	buf_init(&text);
	buf_init(&edited);
	buf_init(&fresh);
	template_make(&text, TEMPLATE_OUTBOUND, NULL, 0);
	parse(&pair, text.data);
	assert_true(change_field(&pair, &host, "other", 5, CHANGE_SINGLE, &set,
				 &err));
	assert_true(patch_apply(set.patch, text.data, text.len, &edited, &err));
	assert_true(rrpair_parse(&pair, edited.data, edited.len, &err));
	signature_read(&sig, &pair);
	for (size_t i = 0; i < sig.count; i++)
		stale += (sig.rows[i].flags & SIG_STALE) != 0;
	assert_int_equal(stale, 1);
	assert_true(signature_refresh(&pair, &set, &err));
	assert_true(patch_apply(set.patch, edited.data, edited.len, &fresh,
				&err));
	assert_true(rrpair_parse(&pair, fresh.data, fresh.len, &err));
	signature_read(&sig, &pair);
	for (size_t i = 0; i < sig.count; i++)
		assert_false(sig.rows[i].flags & SIG_STALE);
	assert_true(signature_refresh(&pair, &set, &err));
	assert_null(set.patch);
	rrpair_release(&pair);
	signature_release(&sig);
	change_release(&set);
	buf_release(&text);
	buf_release(&edited);
	buf_release(&fresh);
}

/* A body of another kind is signed under another key. */
static void test_wrong_body_key(void **state)
{
	static const char text[] =
		"{\"http\":{\"req\":{\"bodyBase64\":\"aGk=\"}},\"signature\":{"
		"\"http:requestBodyJSON\":\"e30=\"},\"mutableSignature\":{"
		"\"http:requestBodyJSON\":\"{}\"}}";
	static const char want[] =
		"{\"http\":{\"req\":{\"bodyBase64\":\"aGk=\"}},\"signature\":{"
		"\"http:requestBodyHash\":"
		"\"j0NDRmSPa5bfid2pAcUXaxCm2Dlh3TwayItZstwyeqQ=\"},"
		"\"mutableSignature\":{}}";
	struct signature sig;
	struct change_set set;
	struct rrpair pair;
	struct buf out;

	signature_init(&sig);
	change_init(&set);
	buf_init(&out);
	parse(&pair, text);
	signature_read(&sig, &pair);
	assert_int_equal(sig.count, 1);
	assert_int_equal(sig.rows[0].flags & (SIG_STALE | SIG_KNOWN), SIG_STALE);
	assert_true(signature_refresh(&pair, &set, NULL));
	assert_true(patch_apply(set.patch, text, strlen(text), &out, NULL));
	assert_string_equal(out.data, want);
	rrpair_release(&pair);
	signature_release(&sig);
	change_release(&set);
	buf_release(&out);
}

static void test_jwt(void **state)
{
	/* {"alg":"HS256"} . {"exp":1500000000,"iat":1.5} */
	static const char text[] =
		"x.eyJ.y Bearer eyJhbGciOiJIUzI1NiJ9."
		"eyJleHAiOjE1MDAwMDAwMDAsImlhdCI6MS41fQ.c2ln, JWT:api.nasa.gov";
	size_t from = 0;
	struct jwt jwt;

	jwt_init(&jwt);
	assert_true(jwt_find(&jwt, text, strlen(text), &from));
	assert_int_equal(jwt.off, 15);
	assert_int_equal(text[jwt.off + jwt.len], ',');
	assert_string_equal(jwt.algorithm.data, "HS256");
	assert_string_equal(jwt.header.data, "{\"alg\":\"HS256\"}");
	assert_true(jwt.has_exp);
	assert_int_equal(jwt.exp_ns, INT64_C(1500000000000000000));
	assert_true(jwt.has_iat);
	assert_int_equal(jwt.iat_ns, 1500000000);
	assert_false(jwt.has_nbf);
	assert_false(jwt_find(&jwt, text, strlen(text), &from));
	assert_int_equal(from, strlen(text));
	jwt_release(&jwt);
}

static void test_tokens(void **state)
{
	static const char text[] =
		"{\"tokenList\":{\"URI:a:b\":{\"id\":\"URI:a:b\",\"tokens\":["
		"{\"uuid\":\"AAAAAAAAQACAAAAAAAAAAA==\",\"token\":{"
		"\"location\":\"http.req.host\",\"replacementValue\":\"YQ==\"}},"
		"{\"uuid\":\"?\",\"token\":{\"replacementValue\":\"*\"}}]}},"
		"\"tokens\":{\"JWT:x\":{\"regex\":\"r\"}}}";
	struct token_list list;
	struct rrpair pair;

	parse(&pair, text);
	token_list_init(&list);
	token_list_read(&list, &pair);
	assert_int_equal(list.count, 3);
	assert_string_equal(list.rows[0].type, "URI");
	assert_string_equal(list.rows[0].value, "a:b");
	assert_string_equal(list.rows[0].location, "http.req.host");
	assert_string_equal(list.rows[0].pattern, "");
	assert_string_equal(list.rows[0].replacement, "a");
	assert_string_equal(list.rows[0].uuid,
			    "00000000-0000-4000-8000-000000000000");
	assert_true(list.rows[1].bad_base64);
	assert_string_equal(list.rows[1].replacement, "*");
	assert_string_equal(list.rows[2].type, "JWT");
	assert_string_equal(list.rows[2].regex, "r");
	token_list_release(&list);
	rrpair_release(&pair);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_exports),
		cmocka_unit_test(test_curl_bodies),
		cmocka_unit_test(test_shell_quotes),
		cmocka_unit_test(test_templates),
		cmocka_unit_test(test_stale_signature),
		cmocka_unit_test(test_wrong_body_key),
		cmocka_unit_test(test_jwt),
		cmocka_unit_test(test_tokens),
	};

	return cmocka_run_group_tests_name("export", tests, NULL, NULL);
}
