#include "config.h"

#include <curses.h>
/* Input is parsed by input.c: curses' names for keys give way to ours. */
#undef KEY_UP
#undef KEY_DOWN
#undef KEY_LEFT
#undef KEY_RIGHT
#undef KEY_HOME
#undef KEY_END
#undef KEY_BACKSPACE
#undef KEY_ENTER

#include <errno.h>
#include <fcntl.h>
#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/handover.h"
#include "ui/input.h"
#include "ui/term.h"
#include "ui/termsize.h"

/* xterm: bracketed paste; mouse presses, drags, in SGR form. */
#define PASTE_ON "\x1b[?2004h"
#define PASTE_OFF "\x1b[?2004l"
#define MOUSE_ON "\x1b[?1000h\x1b[?1002h\x1b[?1006h"
#define MOUSE_OFF "\x1b[?1006l\x1b[?1002l\x1b[?1000l"

#define PAIRS_MAX 256
#define ASCII_FIRST ' '
#define ASCII_LAST '~'
#define OVERLAYS 8
#define READ_MAX 65536

struct term {
	FILE *in, *out;
	bool own_files;		/* in and out are /dev/tty, opened here */
	SCREEN *screen;
	struct termios saved;
	struct sigaction old_winch;
	struct input input;
	int64_t waiting_since;	/* of an unfinished sequence; 0: none */
	bool closed, close_told;
	bool ascii, mouse;
	bool capped[2];		/* LINES and COLUMNS are ours */
	enum style_depth depth;
	bool default_colours;
	struct canvas shown;	/* what curses was given last */
	bool shown_valid;
	int cursor_shown;
	struct look pairs[PAIRS_MAX];	/* fg and bg of pair i + 1 */
	int npairs;
	struct term_look {
		short pair;
		attr_t attrs;
		cchar_t *ascii;		/* ' ' to '~', as most cells are; NULL:
					   not looked up yet */
	} looks[STYLE_COUNT][OVERLAYS];	/* by style id and overlays */
	cchar_t *row;
};

/* What a signal handler needs to put the terminal back, made beforehand. */
static struct {
	volatile sig_atomic_t winch;
	volatile sig_atomic_t active;
	int in, out;
	struct termios saved;
	char restore[512];
	size_t len;
} crash;

static void on_winch(int sig)
{
	crash.winch = 1;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void write_all(int fd, const char *s, size_t len)
{
	while (len) {
		ssize_t n = write(fd, s, len);

		if (n < 0 && errno != EINTR)
			return;
		if (n > 0) {
			s += n;
			len -= (size_t)n;
		}
	}
}

static void emit(const struct term *t, const char *s)
{
	write_all(fileno(t->out), s, strlen(s));
}

/* A string capability without its padding ($<5>), "" when there is none. */
static void capability(const char *name, char *out, size_t size)
{
	const char *s = tigetstr(name);
	size_t n = 0;

	if (s == NULL || s == (char *)-1)
		s = "";
	while (*s && n + 1 < size) {
		if (s[0] == '$' && s[1] == '<' && strchr(s, '>'))
			s = strchr(s, '>') + 1;
		else
			out[n++] = *s++;
	}
	out[n] = '\0';
}

static void emit_capability(const struct term *t, const char *name)
{
	char s[64];

	capability(name, s, sizeof(s));
	emit(t, s);
}

/*
 * Start and stop
 */

static bool open_tty(struct term *t, struct err *err)
{
	int in, out;

	if (isatty(STDIN_FILENO) && isatty(STDOUT_FILENO)) {
		t->in = stdin;
		t->out = stdout;
		return true;
	}
	in = open("/dev/tty", O_RDONLY | O_CLOEXEC);
	if (in < 0)
		return err_errno(err, _("no terminal"));
	out = open("/dev/tty", O_WRONLY | O_CLOEXEC);
	if (out < 0) {
		close(in);
		return err_errno(err, _("no terminal"));
	}
	t->in = fdopen(in, "r");
	t->out = fdopen(out, "w");
	t->own_files = true;
	return true;
}

static void close_tty(struct term *t)
{
	if (t->own_files) {
		fclose(t->in);
		fclose(t->out);
	}
}

/* curses takes over signals whose disposition is the default: take them back. */
static SCREEN *quiet_newterm(FILE *out, FILE *in)
{
	static const int taken[] = {SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
	struct sigaction old[4];
	SCREEN *screen;
	int i;

	for (i = 0; i < 4; i++)
		sigaction(taken[i], NULL, &old[i]);
	screen = newterm(NULL, out, in);
	for (i = 0; i < 4; i++)
		sigaction(taken[i], &old[i], NULL);
	return screen;
}

static bool start_curses(struct term *t, struct err *err)
{
	const char *name = getenv("TERM"), *cup;
	char quoted[ERR_QUOTE_MAX];

	if (!name)
		name = "";
	termsize_cap(fileno(t->out), t->capped);
	t->screen = quiet_newterm(t->out, t->in);
	if (!t->screen)
		return err_set(err, ERR_SYSTEM, _("unknown terminal type: %s"),
			       err_quote(quoted, name, strlen(name)));
	cup = tigetstr("cup");
	if (!cup || cup == (char *)-1) {
		endwin();
		delscreen(t->screen);
		return err_set(err, ERR_SYSTEM,
			       _("terminal cannot position the cursor: %s"),
			       err_quote(quoted, name, strlen(name)));
	}
	/* Until it has been left once, ncurses 6 writes at each movement of the
	 * cursor, some hundred times a screen. */
	endwin();
	raw();
	noecho();
	nonl();
	intrflush(stdscr, FALSE);
	typeahead(-1);
	return true;
}

static void start_colours(struct term *t, bool no_colour)
{
	const char *env = getenv("NO_COLOR");

	t->depth = STYLE_MONO;
	if (no_colour || (env && *env) || !has_colors())
		return;
	start_color();
	t->default_colours = use_default_colors() == OK;
	if (COLORS >= 256)
		t->depth = STYLE_256;
	else if (COLORS >= 8)
		t->depth = STYLE_16;
}

static void add_keys(struct term *t)
{
	static const struct {
		const char *name;
		uint32_t key;
	} keys[] = {
		{"kcuu1", KEY_UP},     {"kcud1", KEY_DOWN},
		{"kcub1", KEY_LEFT},   {"kcuf1", KEY_RIGHT},
		{"khome", KEY_HOME},   {"kend", KEY_END},
		{"kpp", KEY_PGUP},     {"knp", KEY_PGDN},
		{"kich1", KEY_INSERT}, {"kdch1", KEY_DELETE},
		{"kcbt", KEY_TAB | KEY_SHIFT},
		{"kLFT", KEY_LEFT | KEY_SHIFT},
		{"kRIT", KEY_RIGHT | KEY_SHIFT},
		{"kHOM", KEY_HOME | KEY_SHIFT},
		{"kEND", KEY_END | KEY_SHIFT},
		{"kf1", KEY_F1},       {"kf2", KEY_F1 + 1},
		{"kf3", KEY_F1 + 2},   {"kf4", KEY_F1 + 3},
		{"kf5", KEY_F1 + 4},   {"kf6", KEY_F1 + 5},
		{"kf7", KEY_F1 + 6},   {"kf8", KEY_F1 + 7},
		{"kf9", KEY_F1 + 8},   {"kf10", KEY_F1 + 9},
		{"kf11", KEY_F1 + 10}, {"kf12", KEY_F1 + 11},
	};
	char seq[16];
	size_t i;

	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		capability(keys[i].name, seq, sizeof(seq));
		input_add_key(&t->input, seq, keys[i].key);
	}
}

/* The modes that curses does not know, on and off. */
static void enter_modes(struct term *t)
{
	emit_capability(t, "smkx");
	emit(t, PASTE_ON);
	if (t->mouse)
		emit(t, MOUSE_ON);
	crash.active = 1;
}

static void leave_modes(struct term *t)
{
	crash.active = 0;
	emit(t, MOUSE_OFF PASTE_OFF);
	emit_capability(t, "rmkx");
}

static void prepare_crash(const struct term *t)
{
	static const char *const caps[] = {"rmkx", "sgr0", "cnorm", "rmcup"};
	size_t i;

	crash.in = fileno(t->in);
	crash.out = fileno(t->out);
	crash.saved = t->saved;
	crash.len = sizeof(MOUSE_OFF PASTE_OFF) - 1;
	memcpy(crash.restore, MOUSE_OFF PASTE_OFF, crash.len);
	for (i = 0; i < 4; i++) {
		capability(caps[i], crash.restore + crash.len,
			   sizeof(crash.restore) - crash.len);
		crash.len += strlen(crash.restore + crash.len);
	}
}

void term_emergency(void)
{
	if (!crash.active)
		return;
	crash.active = 0;
	write_all(crash.out, crash.restore, crash.len);
	tcsetattr(crash.in, TCSANOW, &crash.saved);
}

struct term *term_start(const struct term_opts *opts, struct err *err)
{
	struct sigaction winch = {.sa_handler = on_winch};
	struct term *t = mem_zalloc(1, sizeof(*t));

	if (!open_tty(t, err)) {
		free(t);
		return NULL;
	}
	if (tcgetattr(fileno(t->in), &t->saved) < 0) {
		err_errno(err, _("no terminal"));
		goto fail;
	}
	if (!start_curses(t, err))
		goto fail;
	t->ascii = opts->ascii || strcmp(nl_langinfo(CODESET), "UTF-8") != 0;
	t->mouse = !opts->no_mouse;
	start_colours(t, opts->no_colour);
	input_init(&t->input);
	add_keys(t);
	prepare_crash(t);
	sigemptyset(&winch.sa_mask);
	sigaction(SIGWINCH, &winch, &t->old_winch);
	canvas_init(&t->shown, COLS, LINES);
	t->row = mem_zalloc((size_t)COLS + 1, sizeof(*t->row));
	t->cursor_shown = -1;
	enter_modes(t);
	return t;
fail:
	close_tty(t);
	free(t);
	return NULL;
}

void term_stop(struct term *t)
{
	if (!t)
		return;
	leave_modes(t);
	curs_set(1);
	endwin();
	delscreen(t->screen);
	sigaction(SIGWINCH, &t->old_winch, NULL);
	input_release(&t->input);
	canvas_release(&t->shown);
	for (size_t i = 0; i < STYLE_COUNT * OVERLAYS; i++)
		free(t->looks[i / OVERLAYS][i % OVERLAYS].ascii);
	free(t->row);
	close_tty(t);
	free(t);
}

/*
 * Input
 */

int term_fd(const struct term *t)
{
	return fileno(t->in);
}

int term_timeout(const struct term *t)
{
	int64_t left;

	if (!t->waiting_since)
		return -1;
	left = t->waiting_since + INPUT_ESC_MS - now_ms();
	return left > 0 ? (int)left : 0;
}

static void take_size(struct term *t)
{
	struct winsize ws;

	termsize_cap(fileno(t->out), t->capped);
	if (ioctl(fileno(t->out), TIOCGWINSZ, &ws) == 0 && ws.ws_row &&
	    ws.ws_col)
		resize_term(termsize_most(ws.ws_row, CANVAS_ROWS_MAX),
			    termsize_most(ws.ws_col, CANVAS_COLS_MAX));
	canvas_resize(&t->shown, COLS, LINES);
	t->row = mem_grow(t->row, (size_t)COLS + 1, sizeof(*t->row));
	/* What the terminal made of the old rows, nobody knows. */
	t->shown_valid = false;
	clearok(curscr, TRUE);
}

/* Read what is there. False when nothing is. */
static bool read_more(struct term *t)
{
	struct pollfd p = {.fd = fileno(t->in), .events = POLLIN};
	char bytes[READ_MAX];
	ssize_t n;

	if (t->closed || poll(&p, 1, 0) <= 0)
		return false;
	n = read(p.fd, bytes, sizeof(bytes));
	if (n > 0) {
		input_feed(&t->input, bytes, (size_t)n);
		t->waiting_since = 0;
		return true;
	}
	if (n == 0 || (errno != EINTR && errno != EAGAIN))
		t->closed = true;
	return false;
}

static bool read_waiting(struct term *t, struct event *ev)
{
	if (!input_pending(&t->input)) {
		t->waiting_since = 0;
		return false;
	}
	if (!t->waiting_since)
		t->waiting_since = now_ms();
	if (now_ms() - t->waiting_since < INPUT_ESC_MS)
		return false;
	t->waiting_since = 0;
	return input_timeout(&t->input, ev);
}

bool term_read(struct term *t, struct event *ev)
{
	memset(ev, 0, sizeof(*ev));
	if (crash.winch) {
		crash.winch = 0;
		take_size(t);
		ev->type = EVENT_RESIZE;
		return true;
	}
	do {
		if (input_next(&t->input, now_ms(), ev))
			return true;
	} while (read_more(t));
	if (t->closed && !t->close_told) {
		t->close_told = true;
		ev->type = EVENT_CLOSED;
		return true;
	}
	return read_waiting(t, ev);
}

void term_size(const struct term *t, int *cols, int *rows)
{
	*cols = t->shown.cols;
	*rows = t->shown.rows;
}

bool term_ascii(const struct term *t)
{
	return t->ascii;
}

enum style_depth term_depth(const struct term *t)
{
	return t->depth;
}

/*
 * Output
 */

static short colour_pair(struct term *t, short fg, short bg)
{
	int i;

	if (fg == STYLE_DEFAULT && bg == STYLE_DEFAULT)
		return 0;
	for (i = 0; i < t->npairs; i++)
		if (t->pairs[i].fg == fg && t->pairs[i].bg == bg)
			return (short)(i + 1);
	if (t->npairs == PAIRS_MAX || t->npairs + 1 >= COLOR_PAIRS)
		return 0;
	t->pairs[t->npairs].fg = fg;
	t->pairs[t->npairs].bg = bg;
	if (!t->default_colours) {
		fg = fg == STYLE_DEFAULT ? COLOR_WHITE : fg;
		bg = bg == STYLE_DEFAULT ? COLOR_BLACK : bg;
	}
	init_pair((short)(t->npairs + 1), fg, bg);
	return (short)++t->npairs;
}

static void make_look(struct term *t, unsigned style, struct term_look *out)
{
	struct look l = style_look(style, t->depth);
	wchar_t wide[2] = {0};

	out->pair = colour_pair(t, l.fg, l.bg);
	out->attrs = (l.attrs & LOOK_BOLD ? A_BOLD : 0) |
		     (l.attrs & LOOK_UNDERLINE ? A_UNDERLINE : 0) |
		     (l.attrs & LOOK_REVERSE ? A_REVERSE : 0) |
		     (l.attrs & LOOK_DIM ? A_DIM : 0);
	out->ascii = mem_zalloc(ASCII_LAST - ASCII_FIRST + 1,
				sizeof(*out->ascii));
	for (wide[0] = ASCII_FIRST; wide[0] <= ASCII_LAST; wide[0]++)
		setcchar(&out->ascii[wide[0] - ASCII_FIRST], wide, out->attrs,
			 out->pair, NULL);
}

static const struct term_look *find_look(struct term *t, unsigned style)
{
	unsigned overlay = (style & STYLE_OVERLAYS) / STYLE_SELECTED;
	struct term_look *look = &t->looks[STYLE_ID(style)][overlay];

	if (!look->ascii)
		make_look(t, style, look);
	return look;
}

/*
 * A cell as curses wants it. Where the C library disagrees about the width,
 * curses would shift the rest of the row: '?' stands for each column then.
 * Marks beyond what curses can hold are left out. Returns the number of
 * entries.
 */
static int put_cell(struct term *t, const struct cell *cell, cchar_t *out)
{
	wchar_t wide[CCHARW_MAX + 1];
	const char *s = cell->text;
	const struct term_look *look = find_look(t, cell->style);
	size_t len, n = 0;
	int i;

	if (s[0] >= ASCII_FIRST && s[0] <= ASCII_LAST && !s[1]) {
		*out = look->ascii[s[0] - ASCII_FIRST];
		return 1;
	}
	len = strlen(s);
	while (len && n < CCHARW_MAX) {
		uint32_t cp;
		size_t used = utf8_decode(s, len, &cp);

		if (n == 0 || wcwidth((wchar_t)cp) == 0)
			wide[n++] = (wchar_t)cp;
		s += used;
		len -= used;
	}
	wide[n] = L'\0';
	if (n && wcwidth(wide[0]) == cell->width &&
	    setcchar(out, wide, look->attrs, look->pair, NULL) == OK)
		return 1;
	for (i = 0; i < cell->width; i++)
		setcchar(&out[i], L"?", look->attrs, look->pair, NULL);
	return cell->width;
}

/* Cells [from, to) of a row. */
static void put_part(struct term *t, const struct canvas *c, int y, int from,
		     int to)
{
	int x, n = 0;

	for (x = from; x < to; x++) {
		const struct cell *cell = canvas_cell(c, x, y);

		if (cell->width && x + cell->width <= to)
			n += put_cell(t, cell, &t->row[n]);
	}
	mvadd_wchnstr(y, from, t->row, n);
}

/* What differs from what curses was given last. */
static void put_row(struct term *t, const struct canvas *c, int y, int cols)
{
	int from = 0, to = cols;

	if (t->shown_valid && t->shown.cols == c->cols &&
	    !canvas_row_differs(&t->shown, c, y, &from, &to))
		return;
	put_part(t, c, y, from, to < cols ? to : cols);
}

/* Keep what was drawn; only a canvas as wide as the screen can be compared. */
static void remember(struct term *t, const struct canvas *c)
{
	t->shown_valid = t->shown.cols == c->cols && t->shown.rows == c->rows;
	if (t->shown_valid)
		memcpy(t->shown.cells, c->cells,
		       (size_t)c->cols * (size_t)c->rows * sizeof(*c->cells));
}

void term_draw(struct term *t, const struct canvas *c)
{
	int cols = c->cols < COLS ? c->cols : COLS;
	int rows = c->rows < LINES ? c->rows : LINES;
	int y;

	if (c->cols < COLS || c->rows < LINES)
		erase();
	for (y = 0; y < rows; y++)
		put_row(t, c, y, cols);
	remember(t, c);
	if (t->cursor_shown != c->cursor_on) {
		curs_set(c->cursor_on);
		t->cursor_shown = c->cursor_on;
	}
	if (c->cursor_on)
		move(c->cursor_y, c->cursor_x);
	refresh();
}

void term_redraw(struct term *t)
{
	clearok(curscr, TRUE);
	t->shown_valid = false;
}

void term_bell(struct term *t)
{
	emit(t, "\a");
}

void term_mouse(struct term *t, bool on)
{
	t->mouse = on;
	emit(t, on ? MOUSE_ON : MOUSE_OFF);
}

bool term_mouse_is_on(const struct term *t)
{
	return t->mouse;
}

bool term_copy(struct term *t, const char *bytes, size_t len, struct err *err)
{
	struct buf out;

	if (len > TERM_COPY_MAX)
		return err_set(err, ERR_LIMIT,
			       _("too long for the clipboard: %zu bytes"), len);
	buf_init(&out);
	buf_adds(&out, "\x1b]52;c;");
	base64_encode(&out, bytes, len);
	buf_adds(&out, "\a");
	write_all(fileno(t->out), out.data, out.len);
	buf_release(&out);
	return true;
}

/*
 * Other programs
 */

static void leave(struct term *t)
{
	leave_modes(t);
	curs_set(1);
	endwin();
	t->cursor_shown = -1;
}

static void come_back(struct term *t)
{
	refresh();
	enter_modes(t);
	crash.winch = 1;	/* the size may have changed meanwhile */
	term_redraw(t);
}

void term_suspend(struct term *t)
{
	sigset_t stop, old;

	leave(t);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTSTP);
	sigprocmask(SIG_UNBLOCK, &stop, &old);
	kill(0, SIGTSTP);
	sigprocmask(SIG_SETMASK, &old, NULL);
	come_back(t);
}

bool term_run(struct term *t, char *const argv[], bool pause, int *status,
	      struct err *err)
{
	bool ok;

	leave(t);
	ok = handover_run(argv, t->own_files ? fileno(t->in) : -1,
			  t->own_files ? fileno(t->out) : -1, status, err);
	if (ok && pause)
		handover_wait_key(fileno(t->in), fileno(t->out), &t->saved);
	come_back(t);
	return ok;
}
