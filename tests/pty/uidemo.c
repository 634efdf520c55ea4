/*
 * uidemo - a small program on the widget toolkit: what the terminal tests run,
 * and how a main loop is written.
 */
#include "config.h"

#include <errno.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"
#include "ui/dialog.h"
#include "ui/keymap.h"
#include "ui/list.h"
#include "ui/prompt.h"
#include "ui/split.h"
#include "ui/statusbar.h"
#include "ui/tabs.h"
#include "ui/term.h"

struct demo {
	struct term *term;
	struct canvas canvas;
	struct keymap *keys;
	struct keymap_state typed;
	struct tabs tabs;
	struct list list;
	struct prompt prompt;
	struct dialog dialog;
	bool prompting, asking, quit;
	char message[ERR_MSG_MAX];
};

static size_t count(void *arg)
{
	return 1000;
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	static const char *const names[] = {"plain", "日本語", "e\xcc\x81t\xc3\xa9",
					    "\x1b[31mred", "🎉 party",
					    "\xff\xfe", "\xe2\x80\xaegnp.exe"};

	if (column == 0)
		buf_addf(&out->text, "%zu", row + 1);
	else if (column == 1)
		buf_adds(&out->text, names[row % 7]);
	else
		buf_addf(&out->text, "%zu", 200 + row % 400);
	if (column == 2)
		out->style = style_for_status(200 + (int)(row % 400));
}

static const struct list_ops ops = {.count = count, .cell = cell};
static const struct list_column columns[] = {
	{.title = "No", .min = 4, .ideal = 5, .align = ALIGN_RIGHT},
	{.title = "Name", .min = 10, .ideal = 20, .grow = true},
	{.title = "Status", .min = 6, .ideal = 6, .priority = 1},
};

static const char *const bindings[][3] = {
	{"list", "j", "down"},	    {"list", "k", "up"},
	{"list", "Down", "down"},   {"list", "Up", "up"},
	{"list", "PgDn", "page"},   {"list", "G", "end"},
	{"list", "g", "home"},	    {"list", ":", "prompt"},
	{"list", "q", "ask"},	    {"list", "^Z", "suspend"},
	{"list", "!", "shell"},	    {"list", "y", "copy"},
	{"list", "^L", "redraw"},   {"list", "]e", "problem"},
	{"list", "Tab", "tab"},	    {"list", "m", "mouse"},
	{"field", "Enter", "accept"}, {"field", "Esc", "cancel"},
};
static const char *const list_contexts[] = {"list", NULL};
static const char *const field_contexts[] = {"field", NULL};

static void bind_all(struct keymap *km)
{
	const struct textkey *t;
	size_t n, i;

	for (i = 0; i < sizeof(bindings) / sizeof(bindings[0]); i++)
		keymap_bind(km, bindings[i][0], bindings[i][1], bindings[i][2],
			    NULL);
	t = textkeys_table(&n);
	for (i = 0; i < n; i++) {
		const char *s = t[i].keys;

		while (*s) {
			char one[32];
			size_t len = strcspn(s, ",");

			snprintf(one, sizeof(one), "%.*s", (int)len, s);
			if (t[i].action != TEXT_NEWLINE)
				keymap_bind(km, "field", one, t[i].name, NULL);
			s += len;
			s += strspn(s, ", ");
		}
	}
}

static void draw(struct demo *d)
{
	struct region r, top, status, line;
	char position[64];
	struct status_part right = {position, STYLE_DIM};
	struct statusbar bar = {.mode = d->prompting ? "INPUT" : "LIST",
				.message = d->message,
				.message_style = STYLE_NOTE,
				.right = &right, .nright = 1};
	int cols, rows;

	term_size(d->term, &cols, &rows);
	if (cols != d->canvas.cols || rows != d->canvas.rows)
		canvas_resize(&d->canvas, cols, rows);
	canvas_clear(&d->canvas);
	d->canvas.ascii = term_ascii(d->term);
	r = canvas_region(&d->canvas);
	top = split_top(&r, 1);
	line = split_bottom(&r, 1);
	status = split_bottom(&r, 1);
	tabs_layout(&d->tabs, &top);
	tabs_draw(&d->tabs, &top);
	list_layout(&d->list, &r);
	list_draw(&d->list, &r, !d->prompting && !d->asking);
	snprintf(position, sizeof(position), "%zu/1000", d->list.cursor + 1);
	statusbar_draw(&bar, &status);
	if (d->prompting) {
		prompt_layout(&d->prompt, line.w);
		prompt_draw(&d->prompt, &line, STYLE_FIELD_ACTIVE);
	}
	if (d->asking) {
		r = canvas_region(&d->canvas);
		dialog_layout(&d->dialog, &r);
		dialog_draw(&d->dialog, &r);
	}
	term_draw(d->term, &d->canvas);
}

static void shell(struct demo *d, const char *command)
{
	char sh[] = "sh", c[] = "-c", text[256];
	char *argv[] = {sh, c, text, NULL};
	struct err err;
	int status;

	snprintf(text, sizeof(text), "%s", command);
	if (term_run(d->term, argv, false, &status, &err))
		snprintf(d->message, sizeof(d->message), "status %d", status);
	else
		snprintf(d->message, sizeof(d->message), "%s", err.msg);
}

static void accept_prompt(struct demo *d)
{
	size_t len;
	const char *s = prompt_bytes(&d->prompt, &len);

	d->prompting = false;
	if (len > 1 && s[0] == '!')
		shell(d, s + 1);
	else
		snprintf(d->message, sizeof(d->message), "%zu bytes: %s", len,
			 s);
}

static void list_command(struct demo *d, const char *command)
{
	struct err err;

	d->message[0] = '\0';
	if (!strcmp(command, "down"))
		list_move(&d->list, 1);
	else if (!strcmp(command, "up"))
		list_move(&d->list, -1);
	else if (!strcmp(command, "page"))
		list_page(&d->list, 1);
	else if (!strcmp(command, "end"))
		list_end(&d->list);
	else if (!strcmp(command, "home"))
		list_home(&d->list);
	else if (!strcmp(command, "tab"))
		tabs_step(&d->tabs, 1);
	else if (!strcmp(command, "ask"))
		d->asking = true;
	else if (!strcmp(command, "suspend"))
		term_suspend(d->term);
	else if (!strcmp(command, "redraw"))
		term_redraw(d->term);
	else if (!strcmp(command, "mouse"))
		term_mouse(d->term, !term_mouse_is_on(d->term));
	else if (!strcmp(command, "copy"))
		term_copy(d->term, "copied", 6, &err);
	else if (!strcmp(command, "prompt")) {
		prompt_set(&d->prompt, "", 0);
		d->prompting = true;
	} else {
		snprintf(d->message, sizeof(d->message), "command %s", command);
	}
}

static void field_command(struct demo *d, const char *command)
{
	if (!strcmp(command, "accept"))
		accept_prompt(d);
	else if (!strcmp(command, "cancel"))
		d->prompting = false;
	else
		prompt_action(&d->prompt, textkeys_by_name(command));
}

static void on_key(struct demo *d, const struct event *ev)
{
	const char *command;
	size_t answer;
	char utf8[4];

	if (d->asking) {
		if (!dialog_key(&d->dialog, ev->key, &answer))
			return;
		d->asking = false;
		d->quit = answer == 0;
		return;
	}
	if (d->prompting && event_is_text(ev)) {
		prompt_text(&d->prompt, utf8, utf8_encode(utf8, ev->key));
		return;
	}
	if (keymap_feed(d->keys, &d->typed,
			d->prompting ? field_contexts : list_contexts, ev->key,
			&command) != KEYMAP_FOUND)
		return;
	if (d->prompting)
		field_command(d, command);
	else
		list_command(d, command);
}

static void on_event(struct demo *d, const struct event *ev)
{
	switch (ev->type) {
	case EVENT_KEY:
		on_key(d, ev);
		break;
	case EVENT_PASTE:
		if (d->prompting)
			prompt_text(&d->prompt, ev->text, ev->len);
		break;
	case EVENT_MOUSE:
		list_mouse(&d->list, &ev->mouse);
		break;
	case EVENT_CLOSED:
		d->quit = true;
		break;
	default:
		break;
	}
}

static volatile sig_atomic_t ended;

static void on_term(int sig)
{
	ended = 1;
}

static void on_crash(int sig)
{
	term_emergency();
	signal(sig, SIG_DFL);
	raise(sig);
}

static void run(struct demo *d)
{
	sigset_t none;

	sigemptyset(&none);
	while (!d->quit && !ended) {
		struct pollfd p = {.fd = term_fd(d->term), .events = POLLIN};
		int ms = term_timeout(d->term);
		struct timespec ts = {.tv_sec = ms / 1000,
				      .tv_nsec = ms % 1000 * 1000000L};
		struct event ev;

		draw(d);
		ppoll(&p, 1, ms < 0 ? NULL : &ts, &none);
		while (!d->quit && term_read(d->term, &ev))
			on_event(d, &ev);
	}
}

static void block_signals(void)
{
	struct sigaction term = {.sa_handler = on_term};
	sigset_t blocked;

	sigemptyset(&term.sa_mask);
	sigaction(SIGTERM, &term, NULL);
	sigaction(SIGHUP, &term, NULL);
	signal(SIGABRT, on_crash);
	signal(SIGSEGV, on_crash);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGTERM);
	sigaddset(&blocked, SIGHUP);
	sigaddset(&blocked, SIGWINCH);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
}

int main(int argc, char **argv)
{
	struct term_opts opts = {.ascii = argc > 1 &&
					  !strcmp(argv[1], "--ascii")};
	struct demo d = {.quit = false};
	struct err err;

	setlocale(LC_ALL, "");
	block_signals();
	d.term = term_start(&opts, &err);
	if (!d.term) {
		fprintf(stderr, "uidemo: %s\n", err.msg);
		return 3;
	}
	canvas_init(&d.canvas, 1, 1);
	d.keys = keymap_new();
	bind_all(d.keys);
	tabs_init(&d.tabs);
	tabs_add(&d.tabs, "List");
	tabs_add(&d.tabs, "Other");
	list_init(&d.list, &ops, NULL, columns, 3);
	prompt_init(&d.prompt, ":");
	dialog_init(&d.dialog, STYLE_WARNING, "Quit", "Really?");
	dialog_answer(&d.dialog, "yes", false);
	dialog_answer(&d.dialog, "no", true);
	run(&d);
	term_stop(d.term);
	dialog_release(&d.dialog);
	prompt_release(&d.prompt);
	list_release(&d.list);
	keymap_free(d.keys);
	canvas_release(&d.canvas);
	if (ended)
		fprintf(stderr, "uidemo: ended by a signal\n");
	return ended ? 4 : 0;
}
