#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#include "ui/canvas.h"
#include "ui/termsize.h"

int termsize_most(int n, int max)
{
	return n < max ? n : max;
}

static void cap_size(const char *name, long says, int max, bool *capped)
{
	const char *env = *capped ? NULL : getenv(name);
	char text[16];

	if (env && strtol(env, NULL, 10) > 0)
		says = strtol(env, NULL, 10);
	if (says > max) {
		snprintf(text, sizeof(text), "%d", max);
		setenv(name, text, 1);
	} else if (*capped) {
		unsetenv(name);
	}
	*capped = says > max;
}

void termsize_cap(int fd, bool capped[2])
{
	struct winsize ws = {0};

	ioctl(fd, TIOCGWINSZ, &ws);
	cap_size("LINES", ws.ws_row, CANVAS_ROWS_MAX, &capped[0]);
	cap_size("COLUMNS", ws.ws_col, CANVAS_COLS_MAX, &capped[1]);
}
