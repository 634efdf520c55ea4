/*
 * measure - time commands beside each other.
 *
 *	measure [-n ROUNDS] [-b COMMAND] LABEL COMMAND [LABEL COMMAND]...
 *
 * Every round runs each shell command once, in the order given, so that what
 * disturbs the machine disturbs them alike; a first round is not counted. -b is
 * run before each command, not timed. For each command a line:
 *
 *	LABEL MEDIAN MIN RSS CPU
 *
 * wall time in ms, the largest memory of any of its processes in KB, and the
 * median of the processor time (of all threads) in ms. Standard
 * output of the commands is dropped. A command that fails is said on standard
 * error and gets "LABEL failed".
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MAX 100
#define COMMANDS_MAX 16

struct timed {
	const char *label, *command;
	double ms[ROUNDS_MAX], cpu[ROUNDS_MAX];
	long rss;
	bool failed;
};

static double now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static double cpu_ms(const struct rusage *u)
{
	return (double)(u->ru_utime.tv_sec + u->ru_stime.tv_sec) * 1e3 +
	       (double)(u->ru_utime.tv_usec + u->ru_stime.tv_usec) / 1e3;
}

/* False when it did not end with status 0. */
static bool run(const char *command, double *ms, struct rusage *usage)
{
	double begin = now();
	int status = -1;
	pid_t pid = fork(), got;

	if (pid == 0) {
		int null = open("/dev/null", O_RDWR | O_CLOEXEC);

		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	do {
		got = pid < 0 ? -1 : wait4(pid, &status, 0, usage);
	} while (got < 0 && pid > 0 && errno == EINTR);
	*ms = now() - begin;
	return got == pid && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static void report(struct timed *t, int rounds)
{
	if (t->failed) {
		printf("%s failed\n", t->label);
		return;
	}
	qsort(t->ms, (size_t)rounds, sizeof(*t->ms), ascending);
	qsort(t->cpu, (size_t)rounds, sizeof(*t->cpu), ascending);
	printf("%s %.2f %.2f %ld %.2f\n", t->label, t->ms[rounds / 2],
	       t->ms[0], t->rss, t->cpu[rounds / 2]);
}

static void round_of(struct timed *t, const char *before, int round)
{
	struct rusage usage;
	double ms;

	if (t->failed)
		return;
	if (before && !run(before, &ms, &usage))
		fprintf(stderr, "measure: failed: %s\n", before);
	if (run(t->command, &ms, &usage)) {
		if (usage.ru_maxrss > t->rss)
			t->rss = usage.ru_maxrss;
		if (round >= 0) {
			t->ms[round] = ms;
			t->cpu[round] = cpu_ms(&usage);
		}
		return;
	}
	fprintf(stderr, "measure: failed: %s\n", t->command);
	t->failed = true;
}

int main(int argc, char **argv)
{
	static struct timed timed[COMMANDS_MAX];
	const char *before = NULL;
	int rounds = 5, count = 0, opt;

	while ((opt = getopt(argc, argv, "n:b:")) != -1) {
		if (opt == 'n')
			rounds = (int)strtol(optarg, NULL, 10);
		else if (opt == 'b')
			before = optarg;
		else
			return 2;
	}
	for (; optind + 1 < argc && count < COMMANDS_MAX; optind += 2) {
		timed[count].label = argv[optind];
		timed[count++].command = argv[optind + 1];
	}
	if (!count || optind < argc || rounds < 1 || rounds > ROUNDS_MAX) {
		fputs("usage: measure [-n ROUNDS] [-b COMMAND] "
		      "LABEL COMMAND...\n", stderr);
		return 2;
	}
	for (int round = -1; round < rounds; round++)
		for (int i = 0; i < count; i++)
			round_of(&timed[i], before, round);
	for (int i = 0; i < count; i++)
		report(&timed[i], rounds);
	return 0;
}
