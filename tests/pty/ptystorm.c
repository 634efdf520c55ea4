/*
 * ptystorm - a terminal that lies about its size, and changes it all the time;
 * and one that can do next to nothing.
 *
 * The program starts on a terminal of no size, of one cell, of more than there
 * can be; while somebody types, the size changes hundreds of times, the program
 * is stopped and goes on. It must live, take every key, give the terminal back
 * when it is told to leave, and lose no edit. What it writes is not looked at as a
 * screen (see ptyrun.c for that), only as bytes.
 */
#include "config.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/atomicfile.h"
#include "base/mem.h"
#include "prng.h"
#include "ptyrun.h"

#define CHANGES 16
#define CHANGES_SOAK 200
#define RECORD \
	"{\"msgType\":\"rrpair\",\"ts\":\"2024-03-01T10:00:00.000Z\"," \
	"\"l7protocol\":\"http\",\"tags\":{},\"uuid\":" \
	"\"IiIiIiIiQiKCIiIiIiIiAQ==\",\"direction\":\"IN\"," \
	"\"command\":\"GET\",\"location\":\"/a\",\"status\":\"200\"," \
	"\"http\":{\"req\":{\"url\":\"/a\",\"uri\":\"/a\",\"method\":\"GET\"," \
	"\"host\":\"h\"},\"res\":{\"statusCode\":200,\"statusMessage\":" \
	"\"200 OK\"}},\"netinfo\":{}}\n"

static const int sizes[][2] = {
	{0, 0}, {1, 1}, {2, 2}, {80, 1}, {1, 24}, {40, 10}, {10000, 10000},
	{65535, 65535}, {65535, 1}, {1, 65535}, {80, 24}, {160, 50},
};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct storm {
	struct child child;
	char *path;
	unsigned start;		/* which size; SIZES: a poor terminal */
	bool failed;
};

static void fail(struct storm *s, const char *what)
{
	if (!s->failed)
		printf("not ok 1 - sizes that cannot be\n# started with "
		       "number %u: %s\n", s->start, what);
	s->failed = true;
}

/* Until text was written since the last wait, or what is there by now is taken
 * in (NULL). */
static bool take(struct storm *s, const char *text)
{
	int64_t until = child_now() + DEADLINE_MS;
	struct child *c = &s->child;
	char bytes[65536];
	ssize_t n;

	for (;;) {
		struct pollfd p = {.fd = c->fd, .events = POLLIN};

		if (text && memmem(c->raw.data, c->raw.len, text,
				   strlen(text))) {
			buf_clear(&c->raw);
			return true;
		}
		if (poll(&p, 1, text ? 20 : 0) == 0 &&
		    (!text || child_now() > until))
			return !text;
		if (!(p.revents & (POLLIN | POLLHUP)))
			continue;
		n = read(c->fd, bytes, sizeof(bytes));
		if (n <= 0)
			return false;
		buf_add(&c->raw, bytes, (size_t)n);
		if (c->raw.len > 1 << 20)
			buf_remove(&c->raw, 0, c->raw.len - 4096);
	}
}

static void type(struct storm *s, const char *keys)
{
	child_write(&s->child, keys, strlen(keys));
}

static void blow(struct storm *s, struct prng *r)
{
	unsigned n = getenv("RREDIT_SOAK") ? CHANGES_SOAK : CHANGES;
	char keys[64];

	for (unsigned i = 0; i < n && !s->failed; i++) {
		const int *size = sizes[prng_below(r, SIZES)];

		child_resize(&s->child, size[0], size[1]);
		if (i % 10 == 0) {
			snprintf(keys, sizeof(keys), ":set path=/s%u\r", i);
			type(s, keys);
		}
		if (i % 16 == 9) {
			kill(s->child.pid, SIGSTOP);
			take(s, NULL);
			kill(s->child.pid, SIGCONT);
		}
		if (!take(s, NULL))
			fail(s, "it ended");
	}
}

/* The status of wait(). */
static int ended(struct storm *s)
{
	int status = -1;

	while (take(s, "no such text, to the end"))
		;
	waitpid(s->child.pid, &status, 0);
	s->child.pid = 0;
	return status;
}

static void check_recovered(struct storm *s)
{
	char *command = mem_format("\"$PTY_PROGRAM\" recover '%s' >/dev/null",
				   s->path);
	struct buf file;

	buf_init(&file);
	if (!file_read(s->path, 1 << 16, &file, NULL) ||
	    strcmp(file.data, RECORD) != 0)
		fail(s, "the file was touched");
	buf_clear(&file);
	if (child_sh(command) != 0 || !file_read(s->path, 1 << 16, &file, NULL))
		fail(s, "not recovered");
	else if (!strstr(file.data, "\"location\":\"/last\""))
		fail(s, "the last edit is lost");
	buf_release(&file);
	free(command);
}

static void run(struct storm *s)
{
	char *command = mem_format("exec \"$PTY_PROGRAM\" '%s'", s->path);
	const int *size = sizes[s->start % SIZES];
	struct prng r = {s->start};
	int status;

	if (!atomicfile_replace(s->path, 0600, RECORD, strlen(RECORD), NULL) ||
	    !child_start(&s->child, command, size[0], size[1]) ||
	    !take(s, "\x1b[?2004h"))
		fail(s, "it does not start");
	if (s->start < SIZES)
		blow(s, &r);
	child_resize(&s->child, 80, 24);
	/* Keys come one after the other: the view comes after the edit. */
	type(s, ":set path=/last\rc");
	if (!s->failed && !take(s, "Changes"))
		fail(s, "the last edit is never shown");
	if (!s->failed) {
		kill(s->child.pid, SIGTERM);
		if (s->start < SIZES && !take(s, "\x1b[?1049l"))
			fail(s, "the terminal is not given back");
		status = ended(s);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != 128 + SIGTERM)
			fail(s, "it did not leave by itself");
		check_recovered(s);
	}
	free(command);
}

int main(void)
{
	const char *dir = getenv("builddir");
	char home[] = "/tmp/ptystorm.XXXXXX", *program;
	struct storm s = {.start = 0};

	printf("1..1\n");
	if (!mkdtemp(home))
		return 99;
	child_environment(home);
	child_init(&s.child);
	s.path = mem_format("%s/raw.jsonl", home);
	program = mem_format("%s/rredit", dir ? dir : ".");
	s.child.program = realpath(program, NULL);
	free(program);
	for (; s.start < SIZES && !s.failed; s.start++)
		run(&s);
	/* No alternate screen, no colours, no attributes, no keypad. */
	setenv("TERM", "vt52", 1);
	if (!s.failed)
		run(&s);
	if (!s.failed)
		printf("ok 1 - sizes that cannot be\n");
	child_release(&s.child);
	child_remove(home);
	free(s.path);
	return 0;
}
