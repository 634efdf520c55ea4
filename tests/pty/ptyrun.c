/*
 * ptyrun - run a program on a terminal made of libvterm, by a script.
 *
 *	ptyrun [--update] SCRIPT
 *
 * The script is lines of a command and its text; '#' begins a comment.
 *
 *	program NAME	the program under test, in the build directory
 *	size C R	the terminal's size at the start (80 24)
 *	env NAME=VALUE	added to its environment; NAME= alone removes it
 *	sh COMMAND	a shell command in $HOME that must succeed
 *	start [ARGS]	start the program; ARGS are split by the shell
 *	shell COMMANDS	start a shell in its place, with $PTY_PROGRAM
 *	key NAME...	keys as in the keymap: j ^S Esc PgDn S-Tab M-x
 *	send TEXT	bytes; \e \a \r \n \t \\ and \xHH are known
 *	paste TEXT	the same, as a bracketed paste
 *	click X Y	press and release the left button at a cell, from 0
 *	wheel up|down X Y
 *	resize C R
 *	wait TEXT	until a row of the screen holds TEXT
 *	waitnot TEXT	until none does
 *	row N TEXT	until row N (from 0) holds TEXT
 *	cursor X Y	until the cursor is there; "cursor off": until hidden
 *	reverse TEXT	until TEXT is shown in reverse video
 *	colours none	until every cell has the terminal's own colours
 *	raw TEXT	until the program has written these bytes
 *	expect		until the screen equals the rows that follow, each
 *			after a '|'; --update writes what is shown there
 *	dump FILE	write the screen to a file
 *	sizes CxR...	what look looks at, the first is the one to go back to
 *	look NAME	draw the screen at each of the sizes; where $PTY_PICTURES
 *			is a directory, NAME-CxR there gets the screen in colour
 *	include FILE	the lines of a script in the source tree; $ARGS of env
 *			are for its start
 *	signal NAME	TERM, HUP, KILL, INT, STOP, CONT, WINCH, TSTP
 *	exit CODE	until it ended with this status; or "exit signal NAME"
 *	deadline MS	for each wait from here on
 *
 * Nothing sleeps: every wait reads what the program writes until it is so, or
 * the deadline is over, which fails the test and prints the screen. What was
 * written must be what our programs write, to the last byte (wire.c). Esc is
 * sent as CSI 27 u, which no following key can change the meaning of; `send
 * \e` is the bare byte. The program runs with a fixed environment and HOME
 * and XDG_* in a directory of its own, which goes away at the end.
 */
#include "config.h"

#include "ptyrun.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"

void ptyrun_fail(struct ptyrun *r, const char *fmt, ...)
{
	va_list ap;

	printf("not ok 1 - %s\n# line %d: ", r->script, r->line);
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	r->failed = true;
}

static void comment_screen(struct ptyrun *r)
{
	char *screen = screen_text(&r->screen), *line = screen, *end;

	while ((end = strchr(line, '\n'))) {
		*end = '\0';
		printf("# |%s\n", line);
		line = end + 1;
	}
	free(screen);
}

/* The escapes of send, raw and paste, in place; returns the length. */
static size_t unescape(char *s)
{
	char *out = s, *start = s;

	while (*s) {
		if (*s != '\\' || !s[1]) {
			*out++ = *s++;
			continue;
		}
		s++;
		if (*s == 'x' && strlen(s) >= 3) {
			char hex[3] = {s[1], s[2], '\0'};

			*out++ = (char)strtol(hex, NULL, 16);
			s += 3;
			continue;
		}
		*out++ = *s == 'e' ? '\x1b' : *s == 'r' ? '\r' :
			 *s == 'n' ? '\n' : *s == 't' ? '\t' :
			 *s == 'a' ? '\a' : *s;
		s++;
	}
	*out = '\0';
	return (size_t)(out - start);
}

/*
 * Waits: one loop, and a condition for each.
 */

bool ptyrun_wait(struct ptyrun *r, const char *what, condition holds,
		 const char *text)
{
	int64_t until = child_now() + r->deadline;

	while (!holds(r, text)) {
		if (!child_read(&r->child, &r->screen, until)) {
			if (holds(r, text))
				return true;
			ptyrun_fail(r, "%s: %s", what, text);
			if (r->child.pid == 0)
				printf("# the program has ended\n");
			comment_screen(r);
			return false;
		}
	}
	return true;
}

static bool has_text(struct ptyrun *r, const char *text)
{
	return screen_find(&r->screen, text, NULL, NULL);
}

static bool has_not(struct ptyrun *r, const char *text)
{
	return !screen_find(&r->screen, text, NULL, NULL);
}

static bool row_has(struct ptyrun *r, const char *text)
{
	char *end, *row = screen_row(&r->screen, (int)strtol(text, &end, 10));
	bool has = row && *end && strstr(row, end + 1);

	free(row);
	return has;
}

static bool cursor_is(struct ptyrun *r, const char *text)
{
	int x, y;

	if (!strcmp(text, "off"))
		return !r->screen.cursor_on;
	return sscanf(text, "%d %d", &x, &y) == 2 && r->screen.cursor_on &&
	       r->screen.cursor_x == x && r->screen.cursor_y == y;
}

static bool is_reverse(struct ptyrun *r, const char *text)
{
	return screen_reverse(&r->screen, text);
}

static bool colours_are(struct ptyrun *r, const char *text)
{
	return screen_coloured(&r->screen) == (strcmp(text, "none") != 0);
}

static bool has_raw(struct ptyrun *r, const char *text)
{
	return memmem(r->child.raw.data, r->child.raw.len, text,
		      strlen(text)) != NULL;
}

static bool is_screen(struct ptyrun *r, const char *text)
{
	char *screen = screen_text(&r->screen);
	bool same = !strcmp(screen, text);

	free(screen);
	return same;
}

static bool has_ended(struct ptyrun *r, const char *text)
{
	return r->child.pid == 0;
}

static bool do_wait(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "never shown", has_text, text);
}

static bool do_waitnot(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "never went away", has_not, text);
}

static bool do_row(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "row never so", row_has, text);
}

static bool do_cursor(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "cursor never there", cursor_is, text);
}

static bool do_reverse(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "never in reverse", is_reverse, text);
}

static bool do_colours(struct ptyrun *r, char *text)
{
	return ptyrun_wait(r, "colours never", colours_are, text);
}

static bool do_raw(struct ptyrun *r, char *text)
{
	unescape(text);
	return ptyrun_wait(r, "never written", has_raw, text);
}

/* The rows after an expect, joined; r->at moves past them. */
static char *expected(struct ptyrun *r)
{
	struct buf b;

	buf_init(&b);
	while (r->at < r->nlines && r->lines[r->at][0] == '|') {
		buf_adds(&b, r->lines[r->at++] + 1);
		buf_addc(&b, '\n');
	}
	return buf_detach(&b, NULL);
}

void ptyrun_rest(struct ptyrun *r)
{
	int64_t until = child_now() + UPDATE_REST_MS;
	size_t before = 0;

	while (child_read(&r->child, &r->screen, until)) {
		if (r->child.raw.len != before)
			until = child_now() + UPDATE_REST_MS;
		before = r->child.raw.len;
	}
}

static bool do_expect(struct ptyrun *r, char *text)
{
	char *want = expected(r), *got;
	bool ok = true;

	if (r->update) {
		ptyrun_rest(r);
		got = screen_text(&r->screen);
		ptyrun_replace(r, got);
		free(got);
	} else {
		ok = ptyrun_wait(r, "screen never as expected", is_screen, want);
	}
	free(want);
	return ok;
}

/*
 * The other commands
 */

static bool do_program(struct ptyrun *r, char *text)
{
	const char *dir = getenv("builddir");

	free(r->child.program);
	r->child.program = mem_format("%s/%s", dir ? dir : ".", text);
	if (access(r->child.program, X_OK) == 0)
		return true;
	ptyrun_fail(r, "no program %s", r->child.program);
	return false;
}

static bool two(struct ptyrun *r, const char *text, int *a, int *b)
{
	if (sscanf(text, "%d %d", a, b) == 2)
		return true;
	ptyrun_fail(r, "two numbers are needed: %s", text);
	return false;
}

static bool do_size(struct ptyrun *r, char *text)
{
	return two(r, text, &r->cols, &r->rows);
}

static bool do_env(struct ptyrun *r, char *text)
{
	char *eq = strchr(text, '=');

	if (!eq) {
		ptyrun_fail(r, "NAME=VALUE is needed");
		return false;
	}
	*eq = '\0';
	if (eq[1])
		setenv(text, eq + 1, 1);
	else
		unsetenv(text);
	return true;
}

static bool do_sh(struct ptyrun *r, char *text)
{
	fflush(stdout);
	if (child_sh(text) == 0)
		return true;
	ptyrun_fail(r, "sh failed: %s", text);
	return false;
}

static bool do_shell(struct ptyrun *r, char *text)
{
	if (!tour_wire(r))
		return false;
	screen_release(&r->screen);
	screen_init(&r->screen, r->cols, r->rows);
	if (child_start(&r->child, text, r->cols, r->rows))
		return true;
	ptyrun_fail(r, "cannot start: %s", strerror(errno));
	return false;
}

static bool do_start(struct ptyrun *r, char *text)
{
	char *command = mem_format("exec \"$PTY_PROGRAM\" %s", text);
	bool ok = do_shell(r, command);

	free(command);
	return ok;
}

static bool do_key(struct ptyrun *r, char *text)
{
	char bytes[32], *name, *save = NULL;

	for (name = strtok_r(text, " ", &save); name;
	     name = strtok_r(NULL, " ", &save)) {
		if (!key_bytes(name, bytes, sizeof(bytes))) {
			ptyrun_fail(r, "no such key: %s", name);
			return false;
		}
		child_write(&r->child, bytes, strlen(bytes));
	}
	return true;
}

static bool do_send(struct ptyrun *r, char *text)
{
	size_t len = unescape(text);

	child_write(&r->child, text, len);
	return true;
}

static bool do_paste(struct ptyrun *r, char *text)
{
	size_t len = unescape(text);

	child_write(&r->child, "\x1b[200~", 6);
	child_write(&r->child, text, len);
	child_write(&r->child, "\x1b[201~", 6);
	return true;
}

static void write_mouse(struct ptyrun *r, int button, int x, int y, char last)
{
	char bytes[64];
	int n = snprintf(bytes, sizeof(bytes), "\x1b[<%d;%d;%d%c", button,
			 x + 1, y + 1, last);

	child_write(&r->child, bytes, (size_t)n);
}

static bool do_click(struct ptyrun *r, char *text)
{
	int x, y;

	if (!two(r, text, &x, &y))
		return false;
	write_mouse(r, 0, x, y, 'M');
	write_mouse(r, 0, x, y, 'm');
	return true;
}

static bool do_wheel(struct ptyrun *r, char *text)
{
	bool down = !strncmp(text, "down", 4);
	int x, y;

	if (!two(r, text + strcspn(text, " "), &x, &y))
		return false;
	write_mouse(r, down ? 65 : 64, x, y, 'M');
	return true;
}

void ptyrun_resize(struct ptyrun *r, int cols, int rows)
{
	r->cols = cols;
	r->rows = rows;
	screen_resize(&r->screen, cols, rows);
	child_resize(&r->child, cols, rows);
}

static bool do_resize(struct ptyrun *r, char *text)
{
	int cols, rows;

	if (!two(r, text, &cols, &rows))
		return false;
	ptyrun_resize(r, cols, rows);
	return true;
}

static bool do_dump(struct ptyrun *r, char *text)
{
	char *screen = screen_text(&r->screen);
	FILE *f = fopen(text, "w");
	bool ok = f && fputs(screen, f) >= 0;

	ok = f && fclose(f) == 0 && ok;
	free(screen);
	if (!ok)
		ptyrun_fail(r, "cannot write %s", text);
	return ok;
}

static int signal_number(const char *name)
{
	static const struct {
		const char *name;
		int number;
	} known[] = {
		{"TERM", SIGTERM}, {"HUP", SIGHUP},   {"KILL", SIGKILL},
		{"INT", SIGINT},   {"STOP", SIGSTOP}, {"CONT", SIGCONT},
		{"WINCH", SIGWINCH}, {"TSTP", SIGTSTP}, {"ABRT", SIGABRT},
		{"SEGV", SIGSEGV},
	};
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (!strcmp(known[i].name, name))
			return known[i].number;
	return 0;
}

static bool do_signal(struct ptyrun *r, char *text)
{
	int number = signal_number(text);

	if (number && r->child.pid > 0 && kill(r->child.pid, number) == 0)
		return true;
	ptyrun_fail(r, "cannot send signal %s", text);
	return false;
}

static bool do_exit(struct ptyrun *r, char *text)
{
	int status, want;

	if (!ptyrun_wait(r, "never ended", has_ended, text))
		return false;
	status = r->child.status;
	if (!strncmp(text, "signal ", 7)) {
		want = signal_number(text + 7);
		if (WIFSIGNALED(status) && WTERMSIG(status) == want)
			return true;
	} else {
		want = (int)strtol(text, NULL, 10);
		if (WIFEXITED(status) && WEXITSTATUS(status) == want)
			return true;
	}
	ptyrun_fail(r, "ended with %s %d, not %s",
		    WIFSIGNALED(status) ? "signal" : "status",
		    WIFSIGNALED(status) ? WTERMSIG(status) :
					  WEXITSTATUS(status), text);
	comment_screen(r);
	return false;
}

static bool do_deadline(struct ptyrun *r, char *text)
{
	r->deadline = strtol(text, NULL, 10);
	return true;
}

static const struct command {
	const char *name;
	bool (*run)(struct ptyrun *r, char *text);
} commands[] = {
	{"click", do_click},   {"colours", do_colours},
	{"cursor", do_cursor}, {"deadline", do_deadline},
	{"dump", do_dump},     {"env", do_env},
	{"exit", do_exit},     {"expect", do_expect},
	{"include", tour_include}, {"key", do_key},
	{"look", tour_look},   {"paste", do_paste},
	{"program", do_program}, {"raw", do_raw},
	{"resize", do_resize}, {"reverse", do_reverse},
	{"row", do_row},       {"send", do_send},
	{"sh", do_sh},	       {"signal", do_signal},
	{"shell", do_shell},   {"size", do_size},
	{"sizes", tour_sizes},
	{"start", do_start},   {"wait", do_wait},
	{"waitnot", do_waitnot}, {"wheel", do_wheel},
};

bool ptyrun_line(struct ptyrun *r, const char *line)
{
	size_t len = strcspn(line, " "), i;
	bool ok;

	if (!*line || *line == '#')
		return true;
	for (i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strlen(commands[i].name) == len &&
		    !strncmp(commands[i].name, line, len)) {
			char *text = mem_strdup(line[len] ? line + len + 1 :
							    "");

			ok = commands[i].run(r, text);
			free(text);
			return ok;
		}
	}
	ptyrun_fail(r, "no such command: %s", line);
	return false;
}

/*
 * Around it: the script, the directory, the environment
 */

static bool load(struct ptyrun *r)
{
	FILE *f = fopen(r->script, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;

	if (!f)
		return false;
	while ((n = getline(&line, &cap, f)) >= 0) {
		if (n && line[n - 1] == '\n')
			line[n - 1] = '\0';
		r->lines = mem_room(r->lines, r->nlines, &r->lines_cap,
				    sizeof(*r->lines));
		r->lines[r->nlines++] = mem_strdup(line);
	}
	free(line);
	fclose(f);
	return true;
}

/* Put the rows of a screen in place of the '|' lines before r->at. */
void ptyrun_replace(struct ptyrun *r, const char *screen)
{
	size_t from = r->at;

	while (from > 0 && r->lines[from - 1][0] == '|')
		free(r->lines[--from]);
	memmove(r->lines + from, r->lines + r->at,
		(r->nlines - r->at) * sizeof(*r->lines));
	r->nlines -= r->at - from;
	for (; *screen; screen += strcspn(screen, "\n") + 1) {
		size_t len = strcspn(screen, "\n");

		r->lines = mem_room(r->lines, r->nlines, &r->lines_cap,
				    sizeof(*r->lines));
		memmove(r->lines + from + 1, r->lines + from,
			(r->nlines - from) * sizeof(*r->lines));
		r->nlines++;
		r->lines[from++] = mem_format("|%.*s", (int)len, screen);
	}
	r->at = from;
}

static bool save(const struct ptyrun *r)
{
	FILE *f = fopen(r->script, "w");
	size_t i;

	if (!f)
		return false;
	for (i = 0; i < r->nlines; i++)
		fprintf(f, "%s\n", r->lines[i]);
	return fclose(f) == 0;
}

static void run_script(struct ptyrun *r)
{
	while (r->at < r->nlines && !r->failed) {
		r->line = (int)r->at + 1;
		ptyrun_line(r, r->lines[r->at++]);
	}
	if (!r->failed && tour_wire(r))
		printf("ok 1 - %s\n", r->script);
	if (r->update && !r->failed && !save(r))
		perror(r->script);
}

int main(int argc, char **argv)
{
	struct ptyrun r = {.cols = 80, .rows = 24, .deadline = DEADLINE_MS};
	char home[] = "/tmp/ptyrun.XXXXXX", *absolute;
	size_t i;

	r.update = argc > 2 && !strcmp(argv[1], "--update");
	if (argc < 2 + r.update) {
		fputs("usage: ptyrun [--update] SCRIPT\n", stderr);
		return 2;
	}
	r.script = argv[1 + r.update];
	printf("1..1\n");
	if (!load(&r) || !mkdtemp(home)) {
		perror(r.script);
		return 99;
	}
	absolute = realpath(getenv("srcdir") ? getenv("srcdir") : ".", NULL);
	setenv("PTY_SRC", absolute ? absolute : ".", 1);
	free(absolute);
	child_environment(home);
	child_init(&r.child);
	run_script(&r);
	child_release(&r.child);
	screen_release(&r.screen);
	if (!getenv("PTY_KEEP"))
		child_remove(home);
	for (i = 0; i < r.nlines; i++)
		free(r.lines[i]);
	free(r.lines);
	return 0;
}
