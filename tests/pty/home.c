/* A home of its own for what is tested: nothing of the user's is seen. */
#include "config.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/mem.h"
#include "ptyrun.h"

void child_environment(const char *home)
{
	static const char *const fixed[][2] = {
		{"LC_ALL", "C.UTF-8"}, {"TZ", "UTC"},
		{"TERM", "xterm-256color"}, {"SHELL", "/bin/sh"},
		{"EDITOR", "false"}, {"PAGER", "cat"},
	};
	static const char *const dirs[][2] = {
		{"XDG_CONFIG_HOME", "config"}, {"XDG_STATE_HOME", "state"},
		{"XDG_CACHE_HOME", "cache"}, {"XDG_DATA_HOME", "data"},
		{"XDG_RUNTIME_DIR", "run"},
	};
	static const char *const gone[] = {
		"NO_COLOR", "LANG", "LANGUAGE", "COLUMNS", "LINES", "VISUAL",
		"COLORTERM", "RREDIT_STORE", "SPEEDSCALE_HOME", "TMUX", "STY",
	};
	size_t i;

	for (i = 0; i < sizeof(fixed) / sizeof(fixed[0]); i++)
		setenv(fixed[i][0], fixed[i][1], 1);
	for (i = 0; i < sizeof(gone) / sizeof(gone[0]); i++)
		unsetenv(gone[i]);
	setenv("HOME", home, 1);
	for (i = 0; i < sizeof(dirs) / sizeof(dirs[0]); i++) {
		char *dir = mem_format("%s/%s", home, dirs[i][1]);

		mkdir(dir, 0700);
		setenv(dirs[i][0], dir, 1);
		free(dir);
	}
}

static int drop(const char *path, const struct stat *st, int type,
		struct FTW *ftw)
{
	return remove(path);
}

void child_remove(const char *dir)
{
	nftw(dir, drop, 16, FTW_DEPTH | FTW_PHYS);
}
