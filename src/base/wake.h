/*
 * wake - a file descriptor that one thread makes readable and another polls.
 *
 * An eventfd where there is one, else a pipe. wake_signal() may be called on
 * any thread and in a signal handler; signals that were not cleared yet count
 * as one. The program cannot do without: wake_open() aborts when it fails.
 */
#ifndef RREDIT_BASE_WAKE_H
#define RREDIT_BASE_WAKE_H

struct wake {
	int fd;		/* to poll for reading */
	int write_fd;	/* the same for an eventfd */
};

void wake_open(struct wake *w);
void wake_close(struct wake *w);
void wake_signal(const struct wake *w);
void wake_clear(const struct wake *w);

#endif
