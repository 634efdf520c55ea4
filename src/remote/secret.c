#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "remote/secret.h"

#define COMPLAINT_MAX ((size_t)4096)	/* bytes kept of a command's stderr */
#define LOOK_MS 50

extern char **environ;

void secret_wipe(void *bytes, size_t len)
{
	volatile unsigned char *p = bytes;

	while (len--)
		*p++ = 0;
}

void secret_copy(struct secret *to, const char *text, size_t len)
{
	to->text = mem_dup(text, len);
	to->len = len;
}

void secret_release(struct secret *s)
{
	if (s->text)
		secret_wipe(s->text, s->len);
	free(s->text);
	*s = (struct secret){0};
}

void secret_source_release(struct secret_source *s)
{
	if (s->text)
		secret_wipe(s->text, strlen(s->text));
	free(s->text);
	*s = (struct secret_source){0};
}

static bool private_stat(const struct stat *st)
{
	return S_ISREG(st->st_mode) && !(st->st_mode & 077) &&
	       st->st_uid == geteuid();
}

bool secret_file_private(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && private_stat(&st);
}

/* Up to max + 1 bytes, so that the caller sees when there are too many. */
static bool read_some(int fd, char *to, size_t max, size_t *len)
{
	*len = 0;
	while (*len <= max) {
		ssize_t n = read(fd, to + *len, max + 1 - *len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		if (n == 0)
			break;
		*len += (size_t)n;
	}
	return true;
}

static bool from_file(struct buf *out, const char *path, const char *what,
		      struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	struct stat st;
	size_t len;
	bool ok = false;
	/* O_NONBLOCK: a FIFO must not hold us up; it is refused below. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	err_quote(quoted, path, strlen(path));
	if (fd < 0 || fstat(fd, &st) != 0) {
		err_errno(err, _("%s from the file %s"), what, quoted);
		goto out;
	}
	if (!private_stat(&st)) {
		err_set(err, ERR_SYSTEM, _("%s from the file %s: it must be a "
			"file that only you can read (chmod 600)"), what, quoted);
		goto out;
	}
	if (!read_some(fd, buf_reserve(out, SECRET_MAX + 1), SECRET_MAX, &len)) {
		err_errno(err, _("%s from the file %s"), what, quoted);
		goto out;
	}
	out->len += len;
	ok = true;
out:
	if (fd >= 0)
		close(fd);
	return ok;
}

/* The command is a child of its own session: it has no terminal to ask on, which
 * the screen owns, and it and what it started can be ended together. */
static bool start(pid_t *pid, const char *command, int out, int complaints)
{
	char *argv[] = {(char *)"sh", (char *)"-c", (char *)command, NULL};
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, usual;
	int rc;

	sigemptyset(&none);
	sigfillset(&usual);
	posix_spawn_file_actions_init(&files);
	posix_spawnattr_init(&attr);
	posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&files, out, 1);
	posix_spawn_file_actions_adddup2(&files, complaints, 2);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &usual);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
				 POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSID);
	rc = posix_spawn(pid, "/bin/sh", &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	errno = rc;
	return rc == 0;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

/* Take what a pipe has. False at its end. What is over max is read and dropped,
 * but that it came is seen in out->over. */
static bool take(int fd, struct buf *out)
{
	char part[4096];
	ssize_t n = read(fd, part, sizeof(part));

	if (n > 0)
		buf_add(out, part, (size_t)n);
	secret_wipe(part, sizeof(part));
	return n > 0 || (n < 0 && (errno == EINTR || errno == EAGAIN));
}

enum ended { ENDED, TOO_LONG, CANCELLED };

/* Until the command has ended and nothing more comes: not until the pipes are
 * closed, for what it started in the background may keep them open. */
static enum ended listen_to(pid_t pid, int *status, int out_fd, int err_fd,
			    struct buf *out, struct buf *complaints,
			    const struct remote_watch *watch)
{
	struct pollfd p[2] = {{out_fd, POLLIN, 0}, {err_fd, POLLIN, 0}};
	int64_t until = now_ms() + SECRET_COMMAND_S * 1000;

	for (;;) {
		bool closed = p[0].fd < 0 && p[1].fd < 0;
		int n;

		if (watch_cancelled(watch))
			return CANCELLED;
		if (now_ms() > until)
			return TOO_LONG;
		n = poll(p, 2, closed ? 1 : LOOK_MS);
		if (n > 0 && p[0].revents && !take(p[0].fd, out))
			p[0].fd = -1;
		if (n > 0 && p[1].revents && !take(p[1].fd, complaints))
			p[1].fd = -1;
		if (n == 0 && waitpid(pid, status, WNOHANG) == pid)
			return ENDED;
	}
}

/* The last line that has something on it. */
static const char *last_line(char *dst, const struct buf *b)
{
	size_t end = b->len, at;

	while (end > 0 && strchr(" \t\r\n", b->data[end - 1]))
		end--;
	for (at = end; at > 0 && b->data[at - 1] != '\n'; at--)
		;
	return err_quote(dst, b->data + at, end - at);
}

static bool explain(int status, const struct buf *out,
		    const struct buf *complaints, const char *what,
		    struct err *err)
{
	char line[ERR_QUOTE_MAX];
	bool tell = complaints->len > 0;

	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return true;
	/* What it printed as the secret must not come out this way. */
	if (out->len > 3 && memmem(complaints->data, complaints->len, out->data,
				   out->len - 1))
		tell = false;
	if (WIFSIGNALED(status))
		return err_set(err, ERR_SYSTEM,
			       _("%s from a command: it was ended by signal %d"),
			       what, WTERMSIG(status));
	if (tell)
		return err_set(err, ERR_SYSTEM,
			       _("%s from a command: it failed with status %d: "
				 "%s"), what, WEXITSTATUS(status),
			       last_line(line, complaints));
	return err_set(err, ERR_SYSTEM,
		       _("%s from a command: it failed with status %d"), what,
		       WEXITSTATUS(status));
}

static bool from_command(struct buf *out, const char *command, const char *what,
			 const struct remote_watch *watch, struct err *err)
{
	int output[2] = {-1, -1}, errors[2] = {-1, -1}, status = 0;
	struct buf complaints;
	enum ended how;
	bool ok = false;
	pid_t pid;

	buf_init_max(&complaints, COMPLAINT_MAX);
	if (pipe2(output, O_CLOEXEC) != 0 || pipe2(errors, O_CLOEXEC) != 0 ||
	    !start(&pid, command, output[1], errors[1])) {
		err_errno(err, _("%s from a command"), what);
		goto out;
	}
	close(output[1]);
	close(errors[1]);
	output[1] = errors[1] = -1;
	how = listen_to(pid, &status, output[0], errors[0], out, &complaints,
			watch);
	if (how != ENDED) {
		kill(-pid, SIGKILL);
		while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
	}
	if (how == CANCELLED)
		err_set(err, ERR_CANCELLED, _("cancelled"));
	else if (how == TOO_LONG)
		err_set(err, ERR_SYSTEM, _("%s from a command: it took longer "
			"than %d seconds"), what, SECRET_COMMAND_S);
	else
		ok = explain(status, out, &complaints, what, err);
out:
	for (int i = 0; i < 2; i++) {
		if (output[i] >= 0)
			close(output[i]);
		if (errors[i] >= 0)
			close(errors[i]);
	}
	if (complaints.data)
		secret_wipe(complaints.data, complaints.len);
	buf_release(&complaints);
	return ok;
}

static bool from_env(struct buf *out, const char *name, const char *what,
		     struct err *err)
{
	char quoted[ERR_QUOTE_MAX];
	const char *value = getenv(name);

	if (!value)
		return err_set(err, ERR_SYSTEM,
			       _("%s from the environment: %s is not set"), what,
			       err_quote(quoted, name, strlen(name)));
	buf_adds(out, value);
	return true;
}

static bool fit(struct buf *text, const char *what, struct err *err)
{
	if (text->over || text->len > SECRET_MAX)
		return err_set(err, ERR_LIMIT, _("%s: longer than %zu bytes"),
			       what, SECRET_MAX);
	if (text->len && text->data[text->len - 1] == '\n')
		buf_truncate(text, text->len - 1);
	if (text->len && text->data[text->len - 1] == '\r')
		buf_truncate(text, text->len - 1);
	if (!text->len)
		return err_set(err, ERR_INPUT, _("%s: it is empty"), what);
	if (memchr(text->data, '\0', text->len) ||
	    memchr(text->data, '\n', text->len) ||
	    memchr(text->data, '\r', text->len))
		return err_set(err, ERR_INPUT,
			       _("%s: it has more than one line"), what);
	return true;
}

bool secret_get(struct secret *out, const struct secret_source *from,
		const char *what, const struct remote_watch *watch,
		struct err *err)
{
	struct buf text;
	bool ok = false;

	if (from->how == SECRET_NONE) {
		*out = (struct secret){0};
		return true;
	}
	/* All room at once: a buffer that grows leaves copies behind. */
	buf_init_max(&text, 2 * SECRET_MAX);
	buf_reserve(&text, 2 * SECRET_MAX);
	if (from->how == SECRET_ENV)
		ok = from_env(&text, from->text, what, err);
	else if (from->how == SECRET_FILE)
		ok = from_file(&text, from->text, what, err);
	else if (from->how == SECRET_COMMAND)
		ok = from_command(&text, from->text, what, watch, err);
	else {
		buf_adds(&text, from->text);
		ok = true;
	}
	ok = ok && fit(&text, what, err);
	if (ok)
		secret_copy(out, text.data, text.len);
	secret_wipe(text.data, text.cap);
	buf_release(&text);
	return ok;
}
