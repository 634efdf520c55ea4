#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/utf8.h"
#include "remote/command.h"

#define POLL_MS 100
#define QUESTION_MS 200		/* an unfinished line this old may be one */

extern char **environ;

struct child {
	struct command_run *run;
	const struct remote_watch *watch;
	pid_t pid;
	int in, fds[2];		/* its stdin; stdout and stderr */
	struct buf lines[2];	/* what has come of each line */
	int64_t heard_ms;
};

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* ---- start ---- */

static bool overrides(const char *const *env, const char *variable)
{
	size_t len = strcspn(variable, "=");

	for (; env && *env; env++)
		if (!strncmp(*env, variable, len) && (*env)[len] == '=')
			return true;
	return false;
}

static char **environment(const char *const *env)
{
	size_t n = 0, extra = 0, count = 0;
	char **all;

	while (environ[n])
		n++;
	while (env && env[extra])
		extra++;
	all = mem_zalloc(n + extra + 1, sizeof(*all));
	for (size_t i = 0; i < n; i++)
		if (!overrides(env, environ[i]))
			all[count++] = environ[i];
	for (size_t i = 0; i < extra; i++)
		all[count++] = (char *)env[i];
	return all;
}

static void close_pair(int pair[2])
{
	for (int i = 0; i < 2; i++)
		if (pair[i] >= 0)
			close(pair[i]);
}

/* The program's signals are blocked and handled; not the child's. */
static int spawn(struct child *c, int in[2], int out[2], int err_[2])
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	sigset_t none, all;
	char **env = environment(c->run->env);
	int rc;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, in[0], 0);
	posix_spawn_file_actions_adddup2(&actions, out[1], 1);
	posix_spawn_file_actions_adddup2(&actions, err_[1], 2);
	posix_spawnattr_init(&attr);
	sigemptyset(&none);
	sigfillset(&all);
	sigdelset(&all, SIGKILL);
	sigdelset(&all, SIGSTOP);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawnattr_setpgroup(&attr, 0);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
					POSIX_SPAWN_SETSIGDEF |
					POSIX_SPAWN_SETPGROUP);
	rc = posix_spawnp(&c->pid, c->run->argv[0], &actions, &attr,
			  (char *const *)c->run->argv, env);
	posix_spawnattr_destroy(&attr);
	posix_spawn_file_actions_destroy(&actions);
	free(env);
	return rc;
}

static bool start(struct child *c, struct err *err)
{
	int in[2] = {-1, -1}, out[2] = {-1, -1}, err_[2] = {-1, -1}, rc;
	char shown[ERR_QUOTE_MAX];

	/* A socket, so that writing to one that is gone is no signal. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, in) || pipe2(out, O_CLOEXEC) ||
	    pipe2(err_, O_CLOEXEC)) {
		err_errno(err, "%s", c->run->argv[0]);
		close_pair(in);
		close_pair(out);
		close_pair(err_);
		return false;
	}
	rc = spawn(c, in, out, err_);
	close(in[0]);
	close(out[1]);
	close(err_[1]);
	c->in = in[1];
	c->fds[0] = out[0];
	c->fds[1] = err_[0];
	if (!rc)
		return true;
	close(in[1]);
	close(out[0]);
	close(err_[0]);
	errno = rc;
	err_quote(shown, c->run->argv[0], strlen(c->run->argv[0]));
	return rc == ENOENT
		? err_set(err, ERR_SYSTEM,
			  _("%s: there is no such program; install it, or name "
			    "it with command = in rredit.conf"), shown)
		: err_errno(err, "%s", shown);
}

/* ---- output ---- */

static char *visible(const struct buf *line)
{
	size_t len = line->len > COMMAND_LINE_MAX ? COMMAND_LINE_MAX
						  : line->len;
	struct buf shown;

	if (len && line->data[len - 1] == '\r')
		len--;
	buf_init(&shown);
	utf8_visible(&shown, line->data, len, false);
	return buf_detach(&shown, NULL);
}

static void tell(struct child *c, struct buf *line)
{
	char *text = visible(line);

	if (c->run->line && *text)
		c->run->line(c->run->ctx, text);
	free(text);
	buf_clear(line);
}

static void take(struct child *c, int which, const char *bytes, size_t len)
{
	struct buf *line = &c->lines[which];

	if (which == 0 && c->run->out) {	/* an answer, no words */
		buf_add(c->run->out, bytes, len);
		return;
	}
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\n')
			tell(c, line);
		else if (line->len < COMMAND_LINE_MAX)
			buf_addc(line, bytes[i]);
	}
}

/* "... overwrite? [Y/n]: " and the like: it does not go on by itself. */
static bool is_question(const struct buf *line)
{
	return line->len && (strcasestr(line->data, "[y/n]") ||
			     strcasestr(line->data, "(y/n)") ||
			     (strchr(line->data, '?') &&
			      strchr(":? ", line->data[line->len - 1])));
}

static bool answer(struct child *c, struct buf *line, struct err *err)
{
	char *text = visible(line);
	int yes = c->run->ask ? c->run->ask(c->run->ctx, text) : -1;
	bool ok = true;

	c->run->asked = true;
	buf_clear(line);
	if (yes < 0)
		ok = err_set(err, ERR_CONFLICT, _("it asks: %s"), text);
	else if (send(c->in, yes ? "y\n" : "n\n", 2, MSG_NOSIGNAL) != 2)
		ok = err_errno(err, _("cannot answer it"));
	free(text);
	c->heard_ms = now_ms();
	return ok;
}

static bool questions(struct child *c, struct err *err)
{
	if (now_ms() - c->heard_ms < QUESTION_MS)
		return true;
	for (int i = 0; i < 2; i++)
		if (is_question(&c->lines[i]) && !answer(c, &c->lines[i], err))
			return false;
	return true;
}

/* Read what there is of one; false at its end. */
static bool read_some(struct child *c, int which)
{
	char block[4096];
	ssize_t n = read(c->fds[which], block, sizeof(block));

	if (n < 0)
		return errno == EINTR || errno == EAGAIN;
	if (n == 0)
		return false;
	c->heard_ms = now_ms();
	take(c, which, block, (size_t)n);
	return true;
}

static bool follow(struct child *c, struct err *err)
{
	unsigned silent = c->run->silent_s ? c->run->silent_s
					   : COMMAND_SILENT_S;
	struct pollfd p[2] = {{c->fds[0], POLLIN, 0}, {c->fds[1], POLLIN, 0}};

	while (p[0].fd >= 0 || p[1].fd >= 0) {
		poll(p, 2, POLL_MS);
		for (int i = 0; i < 2; i++)
			if (p[i].fd >= 0 && p[i].revents && !read_some(c, i))
				p[i].fd = -1;
		if (watch_cancelled(c->watch))
			return err_set(err, ERR_CANCELLED, _("cancelled"));
		if (!questions(c, err))
			return false;
		if (now_ms() - c->heard_ms > (int64_t)silent * 1000)
			return err_set(err, ERR_SYSTEM,
				       PLURAL("it said nothing for %u second",
					      "it said nothing for %u seconds",
					      silent), silent);
	}
	for (int i = 0; i < 2; i++)
		tell(c, &c->lines[i]);
	return true;
}

/* Its output has ended: so does it, soon. What goes on is ended. */
static void reap(struct child *c, bool ok)
{
	int64_t until = now_ms() + 5000;
	int status = 0;

	if (!ok)
		kill(-c->pid, SIGTERM);
	while (waitpid(c->pid, &status, WNOHANG) == 0) {
		if (now_ms() > until)
			kill(-c->pid, SIGKILL);
		poll(NULL, 0, 10);
	}
	kill(-c->pid, SIGKILL);		/* whoever it left behind */
	c->run->status = WIFEXITED(status) ? WEXITSTATUS(status)
					   : 128 + WTERMSIG(status);
}

bool command_run(struct command_run *run, const struct remote_watch *watch,
		 struct err *err)
{
	struct child c = {.run = run, .watch = watch, .in = -1,
			  .fds = {-1, -1}, .heard_ms = now_ms()};
	bool ok;

	run->asked = false;
	if (!start(&c, err))
		return false;
	buf_init(&c.lines[0]);
	buf_init(&c.lines[1]);
	ok = follow(&c, err);
	reap(&c, ok);
	close(c.in);
	close(c.fds[0]);
	close(c.fds[1]);
	buf_release(&c.lines[0]);
	buf_release(&c.lines[1]);
	if (!ok)
		err_wrap(err, "%s", run->argv[0]);
	return ok;
}

/* ---- words ---- */

char **command_words(const char *text)
{
	char **words = NULL;
	size_t n = 0, cap = 0;
	struct buf word;

	buf_init(&word);
	for (;;) {
		bool quoted = false;

		while (*text == ' ' || *text == '\t')
			text++;
		if (!*text)
			break;
		for (; *text && (quoted || (*text != ' ' && *text != '\t'));
		     text++) {
			if (*text == '"')
				quoted = !quoted;
			else
				buf_addc(&word, *text);
		}
		words = mem_room(words, n + 1, &cap, sizeof(*words));
		words[n++] = buf_detach(&word, NULL);
	}
	words = mem_room(words, n, &cap, sizeof(*words));
	words[n] = NULL;
	buf_release(&word);
	return words;
}

void command_words_free(char **words)
{
	for (size_t i = 0; words && words[i]; i++)
		free(words[i]);
	free(words);
}
