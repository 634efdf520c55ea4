/* Transfers against a server of the test's own: a child process that plays one
 * prepared answer for each connection and writes down what it was sent. */
#include "config.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "remote/transfer.h"
#include "scratch.h"
#include "unit.h"

#define SEEN_MAX ((size_t)8 << 20)

struct seen {		/* shared with the server */
	size_t requests;
	size_t len;
	char text[SEEN_MAX];
};

struct server {
	struct seen *seen;
	pid_t pid;
	unsigned port;
	int listening;
};

struct play {
	const char *text;	/* NULL ends the list; then the last one is played */
	size_t len;		/* 0: strlen */
	bool hang;		/* say nothing, and keep the connection */
	size_t zeros;		/* bytes after the text */
	bool cut;		/* reset the connection after it */
};

static size_t body_length(const char *head)
{
	const char *p = strcasestr(head, "Content-Length:");

	return p ? strtoul(p + 15, NULL, 10) : 0;
}

/* All of a request into seen->text. */
static void take_request(int fd, struct seen *seen)
{
	size_t from = seen->len, wanted = SIZE_MAX;
	char *head = seen->text + from;

	while (seen->len < SEEN_MAX - 1 && seen->len - from < wanted) {
		ssize_t n = read(fd, seen->text + seen->len,
				 SEEN_MAX - 1 - seen->len);
		char *end;

		if (n <= 0)
			break;
		seen->len += (size_t)n;
		seen->text[seen->len] = '\0';
		end = strstr(head, "\r\n\r\n");
		if (end && wanted == SIZE_MAX) {
			if (strcasestr(head, "Expect: 100"))
				dprintf(fd, "HTTP/1.1 100 Continue\r\n\r\n");
			wanted = (size_t)(end - head) + 4 + body_length(head);
		}
	}
	seen->requests++;
}

static void answer(int fd, const struct play *p)
{
	static char zeros[65536];
	size_t len = p->len ? p->len : strlen(p->text), left = p->zeros;

	if (write(fd, p->text, len) < 0)
		return;
	while (left) {
		ssize_t n = write(fd, zeros, left < sizeof(zeros) ? left
							: sizeof(zeros));
		if (n <= 0)
			return;
		left -= (size_t)n;
	}
	if (p->cut) {
		struct linger hard = {1, 0};

		/* what was sent before it must arrive: wait for the reader */
		shutdown(fd, SHUT_WR);
		while (read(fd, zeros, sizeof(zeros)) > 0)
			;
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &hard, sizeof(hard));
	}
}

static void serve(struct server *s, const struct play *plays)
{
	for (size_t i = 0;; i += plays[i + 1].text || plays[i + 1].hang) {
		int fd = accept(s->listening, NULL, NULL);

		if (fd < 0)
			_exit(1);
		take_request(fd, s->seen);
		if (plays[i].hang)
			pause();
		answer(fd, &plays[i]);
		close(fd);
	}
}

static void start(struct server *s, const struct play *plays)
{
	struct sockaddr_in a = {.sin_family = AF_INET};
	socklen_t len = sizeof(a);

	s->seen = mmap(NULL, sizeof(*s->seen), PROT_READ | PROT_WRITE,
		       MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	assert_true(s->seen != MAP_FAILED);
	a.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	s->listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(s->listening, (struct sockaddr *)&a, len), 0);
	assert_int_equal(listen(s->listening, 16), 0);
	getsockname(s->listening, (struct sockaddr *)&a, &len);
	s->port = ntohs(a.sin_port);
	signal(SIGPIPE, SIG_IGN);
	s->pid = fork();
	if (!s->pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);	/* a failed test too */
		serve(s, plays);
	}
	close(s->listening);
}

static void stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	munmap(s->seen, sizeof(*s->seen));
}

static unsigned times(const struct server *s, const char *words)
{
	unsigned n = 0;

	for (const char *p = s->seen->text; (p = strstr(p, words)); p++)
		n++;
	return n;
}

static struct transfer *fresh(enum transfer_auth auth, unsigned stall_s)
{
	struct transfer_conf c = {
		.auth = auth, .user = "me", .secret = "hunter2",
		.region = "r", .service = "s3", .proxy = "",
		.stall_s = stall_s, .connect_s = 2, .retries = 2,
	};
	struct err err;
	struct transfer *t = transfer_new(&c, &err);

	assert_non_null(t);
	return t;
}

struct result {
	bool ok;
	struct transfer_answer a;
	struct err err;
};

static void run_request(struct result *r, struct transfer *t,
			struct transfer_request *req, const struct server *s,
			const struct remote_watch *watch)
{
	char url[128];

	snprintf(url, sizeof(url), "http://127.0.0.1:%u%s", s->port,
		 req->url ? req->url : "/x");
	req->url = url;
	transfer_answer_init(&r->a);
	r->err = (struct err){0};
	r->ok = transfer_run(t, req, &r->a, watch, &r->err);
	assert_null(strstr(r->err.msg, "hunter2"));
	transfer_free(t);
}

static void get(struct result *r, const struct server *s)
{
	struct transfer_request req = {.method = "GET"};

	run_request(r, fresh(TRANSFER_BASIC, 2), &req, s, NULL);
}

static void said(const struct result *r, enum err_code code, const char *words)
{
	assert_false(r->ok);
	if (!strstr(r->err.msg, words))
		fail_msg("\"%s\" is not in: %s", words, r->err.msg);
	assert_int_equal(r->err.code, code);
}

static void an_answer_and_its_headers(void **state)
{
	static const struct play plays[] = {{ .text =
		"HTTP/1.1 404 No\r\nETag: \"a\"\r\nEtag:  W/\"b\" \r\n"
		"Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n"
		"Content-Length: 5\r\n\r\nhello"}, {0}};
	struct server s;
	struct result r;
	char value[64];

	start(&s, plays);
	get(&r, &s);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 404);
	assert_string_equal(r.a.body.data, "hello");
	assert_int_equal(r.a.tries, 1);
	assert_true(transfer_header(&r.a, "etag", value, sizeof(value)));
	assert_string_equal(value, "W/\"b\"");
	assert_false(transfer_header(&r.a, "ETa", value, sizeof(value)));
	assert_false(transfer_header(&r.a, "etag", value, 4));
	assert_int_equal(transfer_date(&r.a), INT64_C(784111777000000000));
	assert_false(transfer_refused(&r.a, "the list", &r.err));
	assert_int_equal(r.err.code, ERR_NOTARGET);
	assert_int_equal(times(&s, "Authorization: Basic "), 1);
	assert_int_equal(times(&s, "User-Agent: rredit/"), 1);
	transfer_answer_release(&r.a);
	stop(&s);
}

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"
#define NO(code, more) \
	"HTTP/1.1 " code " X\r\nContent-Length: 0\r\n" more "\r\n"

static void what_passes_is_tried_again(void **state)
{
	static const struct play plays[][4] = {
		{{.text = NO("503", "")}, {.text = NO("500", "")}, {.text = OK}, {0}},
		{{.text = NO("429", "Retry-After: 0\r\n")}, {.text = OK}, {0}},
		{{.text = NO("502", "")}, {.text = NO("504", "")}, {.text = OK}, {0}},
		{{.text = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort"}, {.text = OK},
		 {0}},
		{{.text = ""}, {.text = ""}, {.text = OK}, {0}},
	};

	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		struct server s;
		struct result r;

		start(&s, plays[i]);
		get(&r, &s);
		if (!r.ok)
			fail_msg("%zu: %s", i, r.err.msg);
		assert_int_equal(r.a.status, 200);
		assert_string_equal(r.a.body.data, "ok");
		assert_true(r.a.tries > 1);
		assert_int_equal(r.a.tries, s.seen->requests);
		transfer_answer_release(&r.a);
		stop(&s);
	}
}

static void but_not_for_ever(void **state)
{
	static const struct play plays[] = {
		{.text = "HTTP/1.1 503 X\r\nContent-Length: 0\r\n\r\n"}, {0}};
	static const struct play later[] = {
		{.text = "HTTP/1.1 429 X\r\nRetry-After: 3600\r\n"
		 "Content-Length: 0\r\n\r\n"}, {0}};
	struct server s;
	struct result r;

	start(&s, plays);
	get(&r, &s);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 503);
	assert_int_equal(r.a.tries, 3);
	transfer_refused(&r.a, "it", &r.err);
	assert_non_null(strstr(r.err.msg, "not available now (503)"));
	transfer_answer_release(&r.a);
	stop(&s);
	start(&s, later);
	get(&r, &s);
	assert_true(r.ok);
	assert_int_equal(r.a.tries, 1);
	assert_int_equal(transfer_retry_after(&r.a), 3600);
	transfer_answer_release(&r.a);
	stop(&s);
}

static void what_may_not_be_repeated_is_sent_once(void **state)
{
	static const struct play plays[] = {{.text = ""}, {.text = OK}, {0}};
	static const struct play failed[] = {{.text = NO("500", "")}, {.text = OK}, {0}};
	struct transfer_request req = {
		.method = "POST",
		.body = {.kind = TRANSFER_TEXT, .bytes = "{}", .len = 2},
	};
	struct server s;
	struct result r;

	start(&s, plays);
	run_request(&r, fresh(TRANSFER_BEARER, 2), &req, &s, NULL);
	said(&r, ERR_SYSTEM, "the connection was lost");
	assert_int_equal(s.seen->requests, 1);
	assert_int_equal(times(&s, "Authorization: Bearer hunter2"), 1);
	stop(&s);
	start(&s, failed);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BEARER, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 500);
	transfer_answer_release(&r.a);
	stop(&s);
}

static void trouble_is_said_in_words(void **state)
{
	static const struct play plays[][2] = {
		{{.text = "SSH-2.0-OpenSSH_9.2\r\n"}, {0}},
		{{.text = "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
		  .zeros = 1 << 20}, {0}},
		{{.text = "HTTP/1.1 200 OK\r\n\r\n", .zeros = 200000}, {0}},
		{{.hang = true, .text = ""}, {0}},
	};
	static const struct { enum err_code code; const char *words; } wanted[] = {
		{ERR_SYSTEM, "not HTTP"},
		{ERR_LIMIT, "larger than 100000 bytes"},
		{ERR_LIMIT, "larger than 100000 bytes"},
		{ERR_SYSTEM, "nothing came for 1 seconds"},
	};
	struct transfer_request req;
	struct server s;
	struct result r;

	for (size_t i = 0; i < sizeof(plays) / sizeof(plays[0]); i++) {
		start(&s, plays[i]);
		req = (struct transfer_request){
			.method = "GET", .text_max = 100000, .retries = 1};
		run_request(&r, fresh(TRANSFER_ANONYMOUS, 1), &req, &s, NULL);
		said(&r, wanted[i].code, wanted[i].words);
		stop(&s);
	}
	req = (struct transfer_request){.method = "GET", .retries = 1};
	s.port = 1;
	run_request(&r, fresh(TRANSFER_ANONYMOUS, 1), &req, &s, NULL);
	said(&r, ERR_SYSTEM, "127.0.0.1:1: no connection");
}

/* Headers without end, and a refusal with a body without end. */
static void floods_end(void **state)
{
	static const struct play refusal[] = {
		{.text = "HTTP/1.1 403 No\r\n\r\n", .zeros = 1 << 20}, {0}};
	char *flood = malloc(400100);
	struct play plays[] = {{.text = flood}, {0}};
	struct transfer_request req = {.method = "GET", .retries = 1};
	size_t at = 17;
	struct server s;
	struct result r;

	memcpy(flood, "HTTP/1.1 200 OK\r\n", 17);
	while (at < 400000) {
		memcpy(flood + at, "X-A: b\r\n", 8);
		at += 8;
	}
	flood[at] = '\0';
	start(&s, plays);
	run_request(&r, fresh(TRANSFER_ANONYMOUS, 2), &req, &s, NULL);
	assert_false(r.ok);
	stop(&s);
	free(flood);
	start(&s, refusal);
	req = (struct transfer_request){.method = "GET", .text_max = 1000};
	run_request(&r, fresh(TRANSFER_ANONYMOUS, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 403);
	assert_int_equal(r.a.body.len, 1000);
	transfer_answer_release(&r.a);
	stop(&s);
}

static bool now(void *ctx)
{
	return ++*(int *)ctx > 2;
}

static void it_can_be_cancelled(void **state)
{
	static const struct play plays[] = {{.hang = true, .text = ""}, {0}};
	struct transfer_request req = {.method = "GET"};
	int looks = 0;
	struct remote_watch watch = {.ctx = &looks, .cancelled = now};
	struct server s;
	struct result r;

	start(&s, plays);
	run_request(&r, fresh(TRANSFER_ANONYMOUS, 30), &req, &s, &watch);
	said(&r, ERR_CANCELLED, "cancelled");
	stop(&s);
}

static void redirects_are_bounded_and_carry_nothing(void **state)
{
	struct play loop[2] = {{0}}, away[2] = {{0}}, there[] = {{.text = OK}, {0}};
	struct transfer_header own[] = {{"X-Api-Key", "hunter2"},
					{"Depth", "1"}};
	struct transfer_request req = {.method = "GET", .headers = own,
				       .header_count = 2};
	struct server s, other;
	struct result r;
	char text[256];

	loop[0].text = "HTTP/1.1 302 X\r\nLocation: /again\r\n"
		       "Content-Length: 0\r\n\r\n";
	start(&s, loop);
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 302);
	assert_int_equal(s.seen->requests, TRANSFER_REDIRECTS_MAX + 1);
	assert_int_equal(times(&s, "Authorization:"),
			 TRANSFER_REDIRECTS_MAX + 1);
	transfer_refused(&r.a, "it", &r.err);
	assert_non_null(strstr(r.err.msg, "sends us elsewhere"));
	transfer_answer_release(&r.a);
	stop(&s);

	start(&other, there);
	snprintf(text, sizeof(text), "HTTP/1.1 307 X\r\nLocation: "
		 "http://127.0.0.1:%u/y\r\nContent-Length: 0\r\n\r\n",
		 other.port);
	away[0].text = text;
	start(&s, away);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 200);
	assert_int_equal(times(&s, "Authorization:"), 1);
	assert_int_equal(times(&s, "X-Api-Key: hunter2"), 1);
	assert_int_equal(other.seen->requests, 1);
	assert_int_equal(times(&other, "Authorization:"), 0);
	assert_int_equal(times(&other, "hunter2"), 0);
	assert_int_equal(times(&other, "Depth: 1"), 1);
	transfer_answer_release(&r.a);
	/* what changes something is not sent elsewhere */
	req = (struct transfer_request){
		.method = "PUT",
		.body = {.kind = TRANSFER_TEXT, .bytes = "x", .len = 1}};
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(r.a.status, 307);
	assert_int_equal(other.seen->requests, 1);
	transfer_answer_release(&r.a);
	stop(&s);
	stop(&other);
}

static void a_cut_download_goes_on(void **state)
{
	static const struct play plays[] = {
		{.text = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\n"
		 "0123"},
		{.text = "HTTP/1.1 206 X\r\nETag: \"v\"\r\nContent-Length: 6\r\n"
		 "Content-Range: bytes 4-9/10\r\n\r\n45"},
		{.text = "HTTP/1.1 206 X\r\nETag: \"v\"\r\nContent-Length: 4\r\n"
		 "Content-Range: bytes 6-9/10\r\n\r\n6789"}, {0}};
	static const struct play changed[] = {
		{.text = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\n"
		 "0123"},
		{.text = "HTTP/1.1 200 OK\r\nETag: \"w\"\r\nContent-Length: 3\r\n\r\n"
		 "abc"}, {0}};
	static const struct play weak[] = {
		{.text = "HTTP/1.1 200 OK\r\nETag: W/\"v\"\r\nContent-Length: 4\r\n\r\n"
		 "01"},
		{.text = "HTTP/1.1 200 OK\r\nETag: W/\"v\"\r\nContent-Length: 4\r\n\r\n"
		 "0123"}, {0}};
	static const struct play wrong[] = {
		{.text = "HTTP/1.1 200 OK\r\nETag: \"v\"\r\nContent-Length: 10\r\n\r\n"
		 "0123"},
		{.text = "HTTP/1.1 206 X\r\nContent-Length: 7\r\n"
		 "Content-Range: bytes 3-9/10\r\n\r\n3456789"}, {0}};
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct transfer_request req = {.method = "GET", .to_file = true,
				       .fd = fd};
	struct server s;
	struct result r;

	start(&s, plays);
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	if (!r.ok)
		fail_msg("%s", r.err.msg);
	assert_true(scratch_holds(path, "0123456789", 10));
	assert_int_equal(r.a.received, 10);
	assert_int_equal(r.a.total, 10);
	assert_true(r.a.resumed);
	assert_int_equal(times(&s, "Range: bytes=4-\r\nIf-Range: \"v\""), 1);
	assert_int_equal(times(&s, "Range: bytes=6-\r\nIf-Range: \"v\""), 1);
	transfer_answer_release(&r.a);
	stop(&s);

	start(&s, changed);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_true(scratch_holds(path, "abc", 3));
	assert_false(r.a.resumed);
	transfer_answer_release(&r.a);
	stop(&s);

	start(&s, weak);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_true(scratch_holds(path, "0123", 4));
	assert_int_equal(times(&s, "\r\nRange:"), 0);
	transfer_answer_release(&r.a);
	stop(&s);

	start(&s, wrong);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	said(&r, ERR_SYSTEM, "another part");
	/* what it has is a beginning, and the next attempt may use it */
	assert_int_equal(r.a.received, 4);
	assert_string_equal(r.a.validator, "\"v\"");
	transfer_answer_release(&r.a);
	stop(&s);
	close(fd);
	free(path);
	scratch_free(dir);
}

static void a_file_has_a_limit(void **state)
{
	static const struct play plays[] = {
		{.text = "HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n",
		 .zeros = 1 << 16}, {0}};
	static const struct play silent[] = {
		{.text = "HTTP/1.1 200 OK\r\n\r\n", .zeros = 1 << 20}, {0}};
	static const struct play refused[] = {
		{.text = "HTTP/1.1 403 X\r\nContent-Length: 2\r\n\r\nno"}, {0}};
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	int fd = open(path, O_RDWR | O_CREAT, 0600);
	struct transfer_request req = {.method = "GET", .to_file = true,
				       .fd = fd, .file_max = 1000};
	struct server s;
	struct result r;

	start(&s, plays);
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	said(&r, ERR_LIMIT, "10737418240 bytes, more than 1000");
	stop(&s);
	start(&s, silent);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	said(&r, ERR_LIMIT, "more than 1000 bytes");
	assert_true(lseek(fd, 0, SEEK_END) <= 1000);
	stop(&s);
	/* a refusal is not written into the file */
	scratch_write(path, "keep", 4);
	start(&s, refused);
	req.url = NULL;
	run_request(&r, fresh(TRANSFER_BASIC, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_string_equal(r.a.body.data, "no");
	assert_true(scratch_holds(path, "keep", 4));
	transfer_answer_release(&r.a);
	stop(&s);
	close(fd);
	free(path);
	scratch_free(dir);
}

static void count(void *ctx, bool restart, const void *bytes, size_t len)
{
	size_t *n = ctx;

	*n = restart ? len : *n + len;
}

static void a_file_is_sent_again_from_its_place(void **state)
{
	static const struct play plays[] = {{.text = NO("503", "")}, {.text = OK}, {0}};
	char *dir = scratch_new(), *path = scratch_path(dir, "f");
	size_t seen = 0;
	struct transfer_request req = {.method = "PUT"};
	struct server s;
	struct result r;
	int fd;

	scratch_write(path, "..payload..", 11);
	fd = open(path, O_RDONLY);
	req.body = (struct transfer_body){
		.kind = TRANSFER_FILE, .fd = fd, .at = 2, .len = 7,
		.seen = count, .seen_ctx = &seen};
	start(&s, plays);
	run_request(&r, fresh(TRANSFER_SIGV4, 2), &req, &s, NULL);
	assert_true(r.ok);
	assert_int_equal(times(&s, "\r\n\r\npayload"), 2);
	assert_int_equal(times(&s, "Content-Length: 7\r\n"), 2);
	assert_int_equal(times(&s, "Authorization: AWS4-HMAC-SHA256 "
			       "Credential=me/"), 2);
	assert_int_equal(seen, 7);
	transfer_answer_release(&r.a);
	stop(&s);
	/* shorter than it was said to be */
	req.body.len = 20;
	req.url = NULL;
	start(&s, plays);
	run_request(&r, fresh(TRANSFER_ANONYMOUS, 2), &req, &s, NULL);
	said(&r, ERR_INPUT, "got shorter");
	stop(&s);
	close(fd);
	free(path);
	scratch_free(dir);
}

static void a_form_has_one_part_of_the_given_type(void **state)
{
	static const struct play plays[] = {{.text = OK}, {0}};
	struct transfer_request req = {
		.method = "POST",
		.body = {.kind = TRANSFER_FORM, .fd = -1, .bytes = "{\"a\":1}",
			 .len = 7, .part_name = "file",
			 .part_filename = "r.json",
			 .part_type = "application/json"},
	};
	struct server s;
	struct result r;

	start(&s, plays);
	run_request(&r, fresh(TRANSFER_BEARER, 2), &req, &s, NULL);
	if (!r.ok)
		fail_msg("%s", r.err.msg);
	assert_int_equal(times(&s, "Content-Type: multipart/form-data; "), 1);
	assert_int_equal(times(&s, "name=\"file\"; filename=\"r.json\"\r\n"
			       "Content-Type: application/json\r\n\r\n"
			       "{\"a\":1}\r\n--"), 1);
	transfer_answer_release(&r.a);
	stop(&s);
}

static void bad_requests_are_not_sent(void **state)
{
	static const char *const urls[] = {"", "x", "http://a b/",
					   "http://u:hunter2@127.0.0.1/",
					   "ftp://127.0.0.1:1/x"};
	struct transfer_header split = {"X", "a\r\nAuthorization: b"};
	struct transfer *t = fresh(TRANSFER_BASIC, 2);
	struct transfer_answer a;
	struct err err;

	transfer_answer_init(&a);
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++) {
		struct transfer_request req = {.method = "GET",
					       .url = urls[i]};

		assert_false(transfer_run(t, &req, &a, NULL, &err));
		assert_null(strstr(err.msg, "hunter2"));
	}
	assert_false(transfer_run(t, &(struct transfer_request){
				  .method = "GET", .url = "http://127.0.0.1:1/",
				  .headers = &split, .header_count = 1}, &a,
				  NULL, &err));
	assert_int_equal(err.code, ERR_INPUT);
	transfer_free(t);
}

static void dates_in_three_forms(void **state)
{
	const int64_t when = INT64_C(784111777000000000);
	static const char *const none[] = {
		"", "now", "Sun, 06 Foo 1994 08:49:37 GMT",
		"Sun, 99 Nov 1994 08:49:37 GMT",
	};

	assert_true(transfer_parse_date("Sun, 06 Nov 1994 08:49:37 GMT") == when);
	assert_true(transfer_parse_date("Sunday, 06-Nov-94 08:49:37 GMT") ==
		    when);
	assert_true(transfer_parse_date("Sun Nov  6 08:49:37 1994") == when);
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++)
		assert_true(transfer_parse_date(none[i]) == INT64_MIN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_and_its_headers),
		cmocka_unit_test(what_passes_is_tried_again),
		cmocka_unit_test(but_not_for_ever),
		cmocka_unit_test(what_may_not_be_repeated_is_sent_once),
		cmocka_unit_test(trouble_is_said_in_words),
		cmocka_unit_test(floods_end),
		cmocka_unit_test(it_can_be_cancelled),
		cmocka_unit_test(redirects_are_bounded_and_carry_nothing),
		cmocka_unit_test(a_cut_download_goes_on),
		cmocka_unit_test(a_file_has_a_limit),
		cmocka_unit_test(a_file_is_sent_again_from_its_place),
		cmocka_unit_test(a_form_has_one_part_of_the_given_type),
		cmocka_unit_test(bad_requests_are_not_sent),
		cmocka_unit_test(dates_in_three_forms),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
