#include "config.h"

#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "ptyrun.h"

void child_init(struct child *c)
{
	memset(c, 0, sizeof(*c));
	c->fd = -1;
	buf_init(&c->raw);
}

int64_t child_now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

bool child_start(struct child *c, const char *command, int cols, int rows)
{
	struct winsize ws = {.ws_col = (unsigned short)cols,
			     .ws_row = (unsigned short)rows};

	if (c->fd >= 0)
		close(c->fd);
	buf_clear(&c->raw);
	setenv("PTY_PROGRAM", c->program ? c->program : "", 1);
	c->pid = forkpty(&c->fd, NULL, NULL, &ws);
	if (c->pid == 0) {
		execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	return c->pid > 0;
}

int child_sh(const char *command)
{
	const char *home = getenv("HOME");
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (home && chdir(home) == 0)
			execl("/bin/sh", "sh", "-c", command, (char *)NULL);
		_exit(127);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

void child_write(struct child *c, const char *bytes, size_t len)
{
	while (len && c->fd >= 0) {
		ssize_t n = write(c->fd, bytes, len);

		if (n < 0 && errno != EINTR)
			return;	/* it went away: a wait will say so */
		if (n > 0) {
			bytes += n;
			len -= (size_t)n;
		}
	}
}

void child_resize(struct child *c, int cols, int rows)
{
	struct winsize ws = {.ws_col = (unsigned short)cols,
			     .ws_row = (unsigned short)rows};

	ioctl(c->fd, TIOCSWINSZ, &ws);
}

static bool reap(struct child *c, int flags)
{
	int status;
	pid_t got;

	if (c->pid <= 0)
		return false;
	do {
		got = waitpid(c->pid, &status, flags);
	} while (got < 0 && errno == EINTR);
	if (got != c->pid)
		return false;
	c->status = status;
	c->pid = 0;
	return true;
}

/* Rest between looks at a child that is still there but silent: poll cannot
 * tell of its end or stop when a grandchild holds the terminal. */
#define LOOK_MS 20

bool child_read(struct child *c, struct screen *s, int64_t until)
{
	struct pollfd p = {.fd = c->fd, .events = POLLIN};
	int64_t left = until - child_now();
	char bytes[65536];
	struct buf reply;
	ssize_t n;

	if (left <= 0 || c->fd < 0)
		return false;
	if (poll(&p, 1, left < LOOK_MS ? (int)left : LOOK_MS) <= 0) {
		reap(c, WNOHANG);
		return c->pid > 0;
	}
	n = read(c->fd, bytes, sizeof(bytes));
	if (n > 0) {
		buf_add(&c->raw, bytes, (size_t)n);
		buf_init(&reply);
		screen_write(s, bytes, (size_t)n, &reply);
		child_write(c, reply.data, reply.len);
		buf_release(&reply);
		return true;
	}
	/* EIO: the last one who had the terminal closed it; the end is near. */
	close(c->fd);
	c->fd = -1;
	while (!reap(c, WNOHANG) && child_now() < until)
		poll(NULL, 0, 1);
	return false;
}

void child_release(struct child *c)
{
	if (c->pid > 0) {
		kill(c->pid, SIGKILL);
		reap(c, 0);
	}
	if (c->fd >= 0)
		close(c->fd);
	buf_release(&c->raw);
	free(c->program);
}
