/*
 * stall - how long keys hold up the screen when a record is large.
 *
 *	stall [-b BYTES] [-n ROUNDS] [KIND...]
 *
 * Makes a snapshot of two records with a response body of BYTES (default
 * 10000000, decoded) and a small one between, for each KIND: plain (compact
 * JSON), gzip (the same, compressed), lines (JSON laid out), line (one string
 * as long as that), text, string (JSON in a plain member instead of base64),
 * nodes (not a body: an array of so many small objects), fields (not a body: a
 * location, a header and a tag that long together). Runs the whole screen
 * in this process, without a terminal, and gives it keys. For every action it
 * prints, in milliseconds over all rounds:
 *
 *	first	from the key until its frame is drawn (largest)
 *	held	the longest that the UI thread did anything without looking at
 *		the keyboard: a key, a result of a job, a frame (largest)
 *	cpu	the same in time of the processor, whatever else runs here
 *	ready	until no job is left (median)
 *
 * Exit status 1 when one of them held for more than HELD_MAX.
 */
#include "config.h"

#include <fcntl.h>
#include <ftw.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "app/session.h"
#include "app/state.h"
#include "base/codec.h"
#include "base/mem.h"
#include "bench/gen.h"
#include "json/format.h"

#define HELD_MAX 16.0
#define ROUNDS_MAX 99
#define FILE_NAME "stall.jsonl"

/* What is done, in order. Keys as in the keymap, with blanks between; the
 * largest of them counts. */
static const struct action {
	const char *what, *keys;
	int times;		/* the measured key is pressed as often */
} actions[] = {
	{"open the record", "Enter", 1},
	{"next, previous record", "} } { {", 0},
	{"tab Request", "2", 1},
	{"tab Response", "3", 1},
	{"tab JSON", "9", 1},
	{"move in JSON", "j", 5},
	{"JSON, last row", "G", 1},
	{"search in JSON", "/ 7 Q 9 z Enter n", 0},
	{"tab Raw", ".", 1},
	{"move in Raw", "j", 5},
	{"Raw, end and start", "G g", 0},
	{"search in Raw", "/ 7 Q 9 z Enter n", 0},
	{"tab Problems", ".", 1},
	{"open the body", "b", 1},
	{"move in the body", "j", 5},
	{"page in the body", "PgDn", 5},
	{"end and start", "G g", 0},
	{"search, not there", "/ 7 Q 9 z Enter n", 0},
	{"search, common", "/ e Enter n n", 0},
	{"other forms", "z z z", 0},
	{"other form again", "z", 1},
	{"previous, next pair", "} {", 0},
	{"begin to edit", "e", 1},
	{"type", "7", 5},
	{"type a line break", "Enter", 2},
	{"undo while typing", "^Z", 1},
	{"end while editing", "C-End", 1},
	{"type at the end", "Space", 3},
	{"take over", "M-Enter", 1},
	{"undo", "u", 1},
	{"redo", "^R", 1},
	{"back to the record", "Esc", 1},
	{"undo in the record", "u", 1},
	{"redo in the record", "^R", 1},
	{"save", "^S", 1},
	{"back to the list", "Esc", 1},
	{"move in the list", "j k", 0},
	{"undo in the list", "u", 1},
};
#define ACTIONS (sizeof(actions) / sizeof(*actions))

struct result {
	double first, held, cpu;
	double ready[ROUNDS_MAX];
};

static struct app *app;
static struct result results[ACTIONS];

static double clock_ms(clockid_t clock)
{
	struct timespec ts;

	clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

/* --- the file --- */

static void make_body(const char *kind, size_t bytes, struct buf *out)
{
	struct rng rng = {.state = 7};
	struct buf compact;

	if (!strcmp(kind, "fields")) {
		while (out->len < bytes / 3)
			buf_adds(out, "a-long-value/");
	} else if (!strcmp(kind, "line")) {
		buf_adds(out, "{\"one\":\"");
		while (out->len < bytes)
			buf_adds(out, "some words ");
		buf_adds(out, "\"}");
	} else if (!strcmp(kind, "text")) {
		while (out->len < bytes)
			buf_addf(out, "line %zu has some words\n", out->len);
	} else if (!strcmp(kind, "lines")) {
		buf_init(&compact);
		text_json(&rng, &compact, bytes / 2, 0);
		json_pretty(compact.data, compact.len, 2, out, NULL);
		buf_release(&compact);
	} else if (!strcmp(kind, "nodes")) {
		buf_adds(out, "[");
		while (out->len < bytes)
			buf_addf(out, "{\"n\":%zu,\"x\":\"y\"},", out->len);
		buf_adds(out, "0]");
	} else {
		text_json(&rng, out, bytes, 0);
	}
}

/* The record but for its body. */
static void put_head(struct buf *text, int n, const char *location,
		     const char *tag, const char *header)
{
	buf_addf(text, "{\"msgType\":\"rrpair\",\"ts\":\"2026-03-02T10:00:0%d"
		 ".5Z\",\"l7protocol\":\"http\",\"uuid\":\"AAAAAAAAQACAAAAAAAAA"
		 "%dA==\",\"direction\":\"IN\",\"command\":\"GET\",", n, n);
	buf_addf(text, "\"location\":\"/big%s\",\"tags\":{\"t\":\"%s\"},"
		 "\"status\":\"200\",\"http\":{\"req\":{\"url\":\"/big\","
		 "\"uri\":\"/big\",\"method\":\"GET\",\"host\":"
		 "\"big.example.com\",\"headers\":{\"Accept\":[\"%s\"]}},",
		 location, tag, header);
	buf_adds(text, "\"res\":{\"statusCode\":200,\"statusMessage\":"
		 "\"200 OK\",\"contentType\":\"application/json\",");
}

static void put_record(FILE *f, const char *kind, const struct buf *body, int n)
{
	bool fields = !strcmp(kind, "fields");
	struct buf text;

	buf_init(&text);
	put_head(&text, n, fields ? body->data : "", fields ? body->data : "",
		 fields ? body->data : "*/*");
	if (fields) {
		buf_adds(&text, "\"bodyBase64\":\"e30=\"}}}\n");
	} else if (!strcmp(kind, "nodes")) {
		buf_addf(&text, "\"bodyBase64\":\"e30=\"}},\"events\":");
		buf_add(&text, body->data, body->len);
		buf_adds(&text, "}\n");
	} else if (!strcmp(kind, "string")) {
		buf_adds(&text, "\"body\":");
		json_encode(&text, body->data, body->len);
		buf_adds(&text, "}}}\n");
	} else {
		buf_adds(&text, "\"bodyBase64\":\"");
		if (!strcmp(kind, "gzip"))
			text_gzip_base64(&text, body->data, body->len);
		else
			base64_encode(&text, body->data, body->len);
		buf_adds(&text, "\"}}}\n");
	}
	fwrite(text.data, 1, text.len, f);
	buf_release(&text);
}

static void make_file(const char *kind, size_t bytes)
{
	FILE *f = fopen(FILE_NAME, "wb");
	struct buf body, small;

	buf_init(&body);
	buf_init(&small);
	make_body(kind, bytes, &body);
	buf_adds(&small, "{\"ok\":true}");
	put_record(f, kind, &body, 0);
	put_record(f, "plain", &small, 1);
	put_record(f, kind, &body, 2);
	fclose(f);
	buf_release(&body);
	buf_release(&small);
}

/* --- the screen --- */

struct since {
	double wall, cpu;
};

static struct since since(void)
{
	return (struct since){clock_ms(CLOCK_MONOTONIC),
			      clock_ms(CLOCK_THREAD_CPUTIME_ID)};
}

static void held(struct result *r, struct since from)
{
	struct since to = since();

	if (to.wall - from.wall > r->held)
		r->held = to.wall - from.wall;
	if (to.cpu - from.cpu > r->cpu)
		r->cpu = to.cpu - from.cpu;
}

/* What the loop does between two looks at the keyboard. False: at rest. */
static bool turn(struct result *r)
{
	struct pollfd fd = {.fd = jobs_wake_fd(app->jobs), .events = POLLIN};
	struct since from;
	bool any;

	if (!jobs_at_rest(app->jobs))
		poll(&fd, 1, 1000);
	from = since();
	any = app_drain(app);
	for (size_t i = 0; i < app->nsessions; i++)
		session_poll(app->sessions[i]);
	if (app->dirty)
		app_draw(app);
	app_reap(app);
	held(r, from);
	return any || !jobs_at_rest(app->jobs);
}

static double press(struct result *r, const char *name, size_t len)
{
	struct event ev = {.type = EVENT_KEY};
	struct since from;
	double ms;

	if (!key_parse(name, len, &ev.key)) {
		fprintf(stderr, "stall: no such key: %.*s\n", (int)len, name);
		exit(2);
	}
	from = since();
	app_event(app, &ev);
	app_draw(app);
	ms = clock_ms(CLOCK_MONOTONIC) - from.wall;
	if (ms > r->first)
		r->first = ms;
	held(r, from);
	while (turn(r))
		;
	return clock_ms(CLOCK_MONOTONIC) - from.wall;
}

static double act(const struct action *a, struct result *r)
{
	const char *at = a->keys;
	double most = 0, ms;

	do {
		size_t len = strcspn(at, " ");

		for (int i = 0; i < (a->times ? a->times : 1); i++) {
			ms = press(r, at, len);
			if (ms > most)
				most = ms;
		}
		at += len + strspn(at + len, " ");
	} while (*at);
	return most;
}

static int remove_one(const char *path, const struct stat *st, int kind,
		      struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void remove_all(const char *dir)
{
	nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static void run(int round)
{
	struct app_options o = {.store = "."};
	struct result before = {0};
	struct err err = {0};

	/* What the round before left unsaved is not to be recovered. */
	remove_all("rredit");
	app = app_new(&o, &err);
	if (!app || !app_first_view(app, FILE_NAME, &err)) {
		fprintf(stderr, "stall: %s\n", err.msg);
		exit(3);
	}
	canvas_resize(&app->canvas, 200, 50);
	while (turn(&before))
		;
	for (size_t i = 0; i < ACTIONS; i++)
		results[i].ready[round] = act(&actions[i], &results[i]);
	while (turn(&before))
		;
	app_free(app);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static int report(const char *kind, int rounds)
{
	int over = 0;

	printf("%-24s %8s %8s %8s %8s\n", kind, "first", "held", "cpu",
	       "ready");
	for (size_t i = 0; i < ACTIONS; i++) {
		struct result *r = &results[i];

		qsort(r->ready, (size_t)rounds, sizeof(double), ascending);
		over += r->held > HELD_MAX;
		printf("  %-22s %8.2f %8.2f %8.2f %8.2f%s\n",
		       actions[i].what, r->first, r->held, r->cpu,
		       r->ready[rounds / 2],
		       r->held > HELD_MAX ? "  <--" : "");
	}
	return over;
}

static void remove_dir(const char *dir)
{
	if (chdir("/") == 0)
		remove_all(dir);
}

int main(int argc, char **argv)
{
	static char *all[] = {"plain", "gzip", "lines", "line", "text",
			      "string", "nodes", "fields", NULL};
	char dir[] = "/var/tmp/rredit-stall.XXXXXX";
	size_t bytes = 10000000;
	int rounds = 3, over = 0, opt;

	while ((opt = getopt(argc, argv, "b:n:")) != -1) {
		if (opt == 'b')
			bytes = strtoul(optarg, NULL, 10);
		else if (opt == 'n')
			rounds = (int)strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (rounds < 1 || rounds > ROUNDS_MAX || !mkdtemp(dir) || chdir(dir))
		return 2;
	setenv("HOME", dir, 1);
	setenv("XDG_STATE_HOME", dir, 1);
	setenv("XDG_CONFIG_HOME", dir, 1);
	for (argv = argv[optind] ? argv + optind : all; *argv; argv++) {
		memset(results, 0, sizeof(results));
		for (int i = 0; i < rounds; i++) {
			make_file(*argv, bytes);
			run(i);
		}
		over += report(*argv, rounds);
	}
	remove_dir(dir);
	return over > 0;
}
