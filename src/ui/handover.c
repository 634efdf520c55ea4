#include "config.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/i18n.h"
#include "ui/handover.h"

extern char **environ;

/* posix_spawn: this process has threads, and a fork of it would have their
 * locks. */
static int spawn(char *const argv[], int in, int out, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attr;
	sigset_t none, all;
	int rc;

	sigemptyset(&none);
	sigfillset(&all);
	posix_spawnattr_init(&attr);
	posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSIGMASK |
						POSIX_SPAWN_SETSIGDEF);
	posix_spawnattr_setsigmask(&attr, &none);
	posix_spawnattr_setsigdefault(&attr, &all);
	posix_spawn_file_actions_init(&files);
	if (in >= 0)
		posix_spawn_file_actions_adddup2(&files, in, STDIN_FILENO);
	if (out >= 0)
		posix_spawn_file_actions_adddup2(&files, out, STDOUT_FILENO);
	rc = posix_spawnp(pid, argv[0], &files, &attr, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attr);
	return rc;
}

bool handover_run(char *const argv[], int in, int out, int *status,
		  struct err *err)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, old_int, old_quit;
	char quoted[ERR_QUOTE_MAX];
	int rc, got = 0;
	pid_t pid;

	sigemptyset(&ignore.sa_mask);
	sigaction(SIGINT, &ignore, &old_int);
	sigaction(SIGQUIT, &ignore, &old_quit);
	rc = spawn(argv, in, out, &pid);
	while (rc == 0 && waitpid(pid, &got, 0) < 0 && errno == EINTR)
		;
	sigaction(SIGINT, &old_int, NULL);
	sigaction(SIGQUIT, &old_quit, NULL);
	if (rc) {
		errno = rc;
		return err_errno(err, "%s", err_quote(quoted, argv[0],
						      strlen(argv[0])));
	}
	*status = got;
	return true;
}

void handover_wait_key(int in, int out, const struct termios *shell)
{
	const char *text = _("Press a key to go on ");
	struct termios key = *shell;
	char c;

	key.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	key.c_cc[VMIN] = 1;
	key.c_cc[VTIME] = 0;
	tcsetattr(in, TCSADRAIN, &key);
	if (write(out, text, strlen(text)) >= 0)
		while (read(in, &c, 1) < 0 && errno == EINTR)
			;
	tcsetattr(in, TCSADRAIN, shell);
}
