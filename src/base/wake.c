#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#if __has_include(<sys/eventfd.h>)
#include <sys/eventfd.h>
#define HAVE_EVENTFD 1
#else
#define HAVE_EVENTFD 0
#endif

#include "base/wake.h"

#if HAVE_EVENTFD
static int open_eventfd(void)
{
	return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}
#else
static int open_eventfd(void)
{
	return -1;
}
#endif

void wake_open(struct wake *w)
{
	int ends[2];

	w->fd = w->write_fd = open_eventfd();
	if (w->fd >= 0)
		return;
	if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) {
		fputs("rredit: no file descriptor left\n", stderr);
		abort();
	}
	w->fd = ends[0];
	w->write_fd = ends[1];
}

void wake_close(struct wake *w)
{
	if (w->write_fd != w->fd)
		close(w->write_fd);
	close(w->fd);
}

/* A full pipe or counter is readable all the same, so EAGAIN is fine. */
void wake_signal(const struct wake *w)
{
	const uint64_t one = 1;
	int sys = errno;
	ssize_t n;

	do
		n = write(w->write_fd, &one, sizeof(one));
	while (n < 0 && errno == EINTR);
	errno = sys;
}

void wake_clear(const struct wake *w)
{
	char bytes[512];
	ssize_t n;

	do
		n = read(w->fd, bytes, sizeof(bytes));
	while (n == (ssize_t)sizeof(bytes) || (n < 0 && errno == EINTR));
}
