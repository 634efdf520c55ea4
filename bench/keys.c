/*
 * keys - how long a program on a terminal takes to show something.
 *
 *	keys [-n RUNS] [-s COLSxROWS] [-q MS] ACTION... -- PROGRAM [ARG...]
 *
 * Starts the program RUNS times (default 5) on a terminal of its own and does
 * the actions in order:
 *
 *	first TEXT	time from exec until TEXT is on the screen
 *	wait TEXT	the same, not reported
 *	paint KEY N	press KEY N times; time from each to its last output
 *			before MS (default 25) of silence
 *	until KEY TEXT	time from the key until TEXT is on the screen
 *	type TEXT	send bytes
 *	press KEY	send a key, and wait until it is silent
 *	memory		the program's largest memory so far, in KB
 *	cpu		the time that it has computed so far, of all its threads
 *
 * Keys are named as in the keymap: j, G, ^S, Enter. Prints for each action that
 * measures, over all runs: ACTION KEY-OR-TEXT COUNT MEDIAN P90 P99 MAX, in ms.
 */
#include "config.h"

#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "tests/pty/ptyrun.h"

#define GIVE_UP_MS 20000.0
#define ACTIONS_MAX 32
#define GAP_MS 5		/* from one paint to the next key */

struct action {
	const char *verb, *arg, *text;
	long times;
	double *ms;
	size_t count, cap;
};

struct terminal {
	struct screen screen;
	int fd;
	pid_t pid;
	double began, silence;
	int cols, rows;
	bool gone;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void send_bytes(struct terminal *t, const char *bytes, size_t len)
{
	while (len > 0) {
		ssize_t n = write(t->fd, bytes, len);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		bytes += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
}

/* Take in what comes within ms. False when nothing did. */
static bool take(struct terminal *t, double ms)
{
	struct pollfd p = {.fd = t->fd, .events = POLLIN};
	struct timespec ts = {
		.tv_sec = (time_t)(ms / 1e3),
		.tv_nsec = (long)((ms - (double)(time_t)(ms / 1e3) * 1e3) * 1e6),
	};
	static char bytes[1 << 16];
	struct buf reply;
	ssize_t n;

	if (t->gone || ms <= 0 || ppoll(&p, 1, &ts, NULL) <= 0)
		return false;
	n = read(t->fd, bytes, sizeof(bytes));
	if (n <= 0) {
		t->gone = true;
		return false;
	}
	buf_init(&reply);
	screen_write(&t->screen, bytes, (size_t)n, &reply);
	send_bytes(t, reply.data, reply.len);
	buf_release(&reply);
	return true;
}

static bool start(struct terminal *t, char **argv)
{
	struct winsize ws = {
		.ws_col = (unsigned short)t->cols,
		.ws_row = (unsigned short)t->rows,
	};

	screen_init(&t->screen, t->cols, t->rows);
	t->gone = false;
	t->began = now();
	t->pid = forkpty(&t->fd, NULL, NULL, &ws);
	if (t->pid == 0) {
		execvp(argv[0], argv);
		_exit(127);
	}
	return t->pid > 0;
}

static void stop(struct terminal *t)
{
	kill(t->pid, SIGKILL);
	waitpid(t->pid, NULL, 0);
	close(t->fd);
	screen_release(&t->screen);
}

static bool shown(struct terminal *t, const char *text)
{
	int x, y;

	return screen_find(&t->screen, text, &x, &y);
}

/* ms from `from` until the text is shown, or below 0. */
static double until(struct terminal *t, const char *text, double from)
{
	while (!shown(t, text)) {
		if (!take(t, from + GIVE_UP_MS - now()))
			return -1;
	}
	return now() - from;
}

/* ms from `from` to the last output before silence; 0 when there was none. */
static double settle(struct terminal *t, double from)
{
	double last = from;

	while (take(t, t->silence))
		last = now();
	return last - from;
}

static void press(struct terminal *t, const char *key)
{
	char bytes[64];

	if (!key_bytes(key, bytes, sizeof(bytes))) {
		fprintf(stderr, "keys: no such key: %s\n", key);
		exit(2);
	}
	send_bytes(t, bytes, strlen(bytes));
}

static void note(struct action *a, double ms)
{
	a->ms = mem_room(a->ms, a->count, &a->cap, sizeof(*a->ms));
	a->ms[a->count++] = ms;
}

static long peak_memory(pid_t pid)
{
	char path[64], line[256];
	long kb = 0;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && fgets(line, sizeof(line), f))
		if (!strncmp(line, "VmHWM:", 6))
			kb = strtol(line + 6, NULL, 10);
	if (f)
		fclose(f);
	return kb;
}

static double computed(pid_t pid)
{
	struct timespec ts = {0};
	clockid_t clock;

	if (!clock_getcpuclockid(pid, &clock))
		clock_gettime(clock, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void paint(struct terminal *t, struct action *a)
{
	for (long i = 0; i < a->times && !t->gone; i++) {
		double begin;

		while (take(t, GAP_MS))
			;
		begin = now();
		press(t, a->arg);
		note(a, settle(t, begin));
	}
}

/* False when the program did not do its part. */
static bool act(struct terminal *t, struct action *a)
{
	double begin = now(), ms = 0;

	if (!strcmp(a->verb, "first") || !strcmp(a->verb, "wait")) {
		ms = until(t, a->arg, t->began);
	} else if (!strcmp(a->verb, "until")) {
		press(t, a->arg);
		ms = until(t, a->text, begin);
	} else if (!strcmp(a->verb, "paint")) {
		paint(t, a);
		return !t->gone;
	} else if (!strcmp(a->verb, "type")) {
		send_bytes(t, a->arg, strlen(a->arg));
	} else if (!strcmp(a->verb, "press")) {
		press(t, a->arg);
		settle(t, begin);
	} else if (!strcmp(a->verb, "cpu")) {
		ms = computed(t->pid);
	} else {
		ms = (double)peak_memory(t->pid);
	}
	if (ms >= 0 && strchr("fumc", *a->verb))
		note(a, ms);
	return ms >= 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static double share(const struct action *a, double part)
{
	size_t at = (size_t)(part * (double)a->count);

	return a->ms[at < a->count ? at : a->count - 1];
}

static void report(struct action *a)
{
	if (!a->count)
		return;
	qsort(a->ms, a->count, sizeof(*a->ms), ascending);
	printf("%s %s %zu %.2f %.2f %.2f %.2f\n", a->verb, a->arg ? a->arg : "-",
	       a->count, share(a, .5), share(a, .9), share(a, .99),
	       share(a, 1));
	free(a->ms);
}

static void usage(void)
{
	fputs("usage: keys [-n RUNS] [-s COLSxROWS] [-q MS] ACTION... -- "
	      "PROGRAM [ARG...]\n", stderr);
	exit(2);
}

/* Which of the arguments after a verb there are: 1 its key or text, 2 another
 * text, 3 a number. */
static const struct verb { const char *name; int args; } verbs[] = {
	{"first", 1}, {"wait", 1}, {"paint", 3}, {"until", 2},
	{"type", 1},  {"press", 1}, {"memory", 0}, {"cpu", 0},
};

static size_t parse(char ***argv, struct action *actions)
{
	size_t n = 0;
	char **at = *argv;

	for (; *at && strcmp(*at, "--"); n++) {
		struct action *a = &actions[n];
		const struct verb *v = verbs;

		while (v < verbs + sizeof(verbs) / sizeof(*verbs) &&
		       strcmp(v->name, *at))
			v++;
		if (v == verbs + sizeof(verbs) / sizeof(*verbs) ||
		    n == ACTIONS_MAX)
			usage();
		a->verb = *at++;
		if (v->args && !(a->arg = *at++))
			usage();
		if (v->args > 1 && !(a->text = *at++))
			usage();
		if (v->args == 3)
			a->times = strtol(a->text, NULL, 10);
	}
	*argv = at;
	return n;
}

int main(int argc, char **argv)
{
	static struct action actions[ACTIONS_MAX];
	struct terminal t = {.silence = 25, .cols = 200, .rows = 50};
	long runs = 5;
	size_t count;
	bool ok = true;
	int opt;

	while ((opt = getopt(argc, argv, "+n:s:q:")) != -1) {
		if (opt == 'n')
			runs = strtol(optarg, NULL, 10);
		else if (opt == 'q')
			t.silence = strtod(optarg, NULL);
		else if (opt != 's' ||
			 sscanf(optarg, "%dx%d", &t.cols, &t.rows) != 2)
			usage();
	}
	argv += optind;
	count = parse(&argv, actions);
	if (!*argv || !*++argv)
		usage();
	while (ok && runs-- > 0) {
		if (!start(&t, argv))
			return 3;
		for (size_t i = 0; ok && i < count; i++) {
			ok = act(&t, &actions[i]);
			if (!ok)
				fprintf(stderr, "keys: %s: %s %s: not seen\n",
					*argv, actions[i].verb, actions[i].arg);
		}
		stop(&t);
	}
	for (size_t i = 0; i < count; i++)
		report(&actions[i]);
	return ok ? 0 : 1;
}
