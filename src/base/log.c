#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/log.h"
#include "base/utf8.h"

static atomic_int log_fd = -1;

bool log_open(const char *path, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC |
		      O_NOCTTY, 0600);

	if (fd < 0)
		return err_errno(err, _("cannot write %s"),
				 err_quote(quoted, path, strlen(path)));
	log_close();
	atomic_store(&log_fd, fd);
	return true;
}

void log_close(void)
{
	int fd = atomic_exchange(&log_fd, -1);

	if (fd >= 0)
		close(fd);
}

bool log_is_on(void)
{
	return atomic_load_explicit(&log_fd, memory_order_relaxed) >= 0;
}

static const char *level_name(enum log_level level)
{
	switch (level) {
	case LOG_ERROR:
		return "error";
	case LOG_WARNING:
		return "warning";
	case LOG_INFO:
		return "info";
	case LOG_DEBUG:
		break;
	}
	return "debug";
}

static void add_head(struct buf *line, enum log_level level)
{
	char when[RFC3339_MAX];
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	rfc3339_format(when, (int64_t)t.tv_sec * 1000000000 + t.tv_nsec, 3);
	buf_addf(line, "%s %ld %s: ", when, (long)getpid(), level_name(level));
}

/* As much of the text, made visible, as the line has room for. */
static void add_text(struct buf *line, const char *text, size_t len)
{
	struct utf8_cluster c;
	size_t at = 0;

	while (at < len) {
		at += utf8_cluster(text + at, len - at, &c);
		if (line->len + c.shown_len > LOG_LINE_MAX - 1)
			break;
		buf_add(line, c.shown, c.shown_len);
	}
}

void log_add(enum log_level level, const char *fmt, ...)
{
	int fd = atomic_load(&log_fd), sys = errno;
	char text[2 * LOG_LINE_MAX];
	struct buf line;
	va_list ap;
	ssize_t n;

	if (fd < 0)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	buf_init_max(&line, LOG_LINE_MAX);
	add_head(&line, level);
	add_text(&line, text, strlen(text));
	buf_addc(&line, '\n');
	do		/* a full disk must not stop the work */
		n = write(fd, line.data, line.len);
	while (n < 0 && errno == EINTR);
	buf_release(&line);
	errno = sys;
}
