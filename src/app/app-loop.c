/* Start, the loop, signals, and leaving. */
#include "config.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/session.h"
#include "app/state.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "store/statedir.h"

#define LOOK_MS 2000		/* between two looks at the files on disk */
#define FRAME_MS 20	/* what jobs change is drawn no oftener than this */
#define EVENTS_A_FRAME 200	/* keys taken before the screen is drawn */

static volatile sig_atomic_t ended_by;	/* SIGTERM, SIGHUP or SIGINT */
static volatile sig_atomic_t stopped;	/* SIGTSTP from outside */

static void on_end(int signo)
{
	ended_by = signo;
}

static void on_stop(int signo)
{
	stopped = 1;
}

/* A bug of ours: give the terminal back, then die of it. The journal has every
 * edit already. */
static void on_crash(int signo)
{
	term_emergency();
	raise(signo);	/* its disposition is the default one again */
}

static const int loop_signals[] = {SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGWINCH,
				   SIGCONT};
static const int crash_signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT,
				    SIGQUIT};

/* Blocked everywhere, so that no thread takes them; open only in ppoll(). */
static void block_signals(sigset_t *open_set)
{
	struct sigaction end = {.sa_handler = on_end};
	struct sigaction stop = {.sa_handler = on_stop};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	struct sigaction crash = {.sa_handler = on_crash,
				  .sa_flags = SA_RESETHAND | SA_NODEFER};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof(loop_signals) / sizeof(int); i++)
		sigaddset(&set, loop_signals[i]);
	pthread_sigmask(SIG_BLOCK, &set, open_set);
	for (size_t i = 0; i < sizeof(loop_signals) / sizeof(int); i++)
		sigdelset(open_set, loop_signals[i]);
	sigaction(SIGTERM, &end, NULL);
	sigaction(SIGINT, &end, NULL);
	sigaction(SIGHUP, &end, NULL);
	sigaction(SIGTSTP, &stop, NULL);
	sigaction(SIGPIPE, &ignore, NULL);
	for (size_t i = 0; i < sizeof(crash_signals) / sizeof(int); i++)
		sigaction(crash_signals[i], &crash, NULL);
}

struct app *app_new(const struct app_options *o, struct err *err)
{
	struct app *app = mem_zalloc(1, sizeof(*app));

	conf_init(&app->defaults);
	app->conf = o->config ? o->config : &app->defaults;
	app->read_only = o->read_only;
	app->links = true;
	app->running = true;
	app->dirty = true;
	for (int i = 0; i < ASK_HISTORIES; i++)
		prompt_history_init(&app->history[i]);
	canvas_init(&app->canvas, 80, 24);
	app->canvas.ascii = o->ascii || app->conf->ascii;
	app->keys = keymap_new();
	app->store = library_default(o->store, err);
	if (app->store)
		app->state_dir = statedir_default(err);
	if (!app->state_dir || !app_bind_keys(app, err)) {
		app_free(app);
		return NULL;
	}
	app->jobs = jobs_new(0);
	jobs_give_way(app->jobs);
	app_history_load(app);
	return app;
}

static bool saving(const struct app *app)
{
	for (size_t i = 0; i < app->nsessions; i++)
		if (app->sessions[i]->saving)
			return true;
	return false;
}

/* Jobs hold references of sessions, so they end first: what saves may finish,
 * the rest is cancelled. */
static void end_jobs(struct app *app)
{
	struct pollfd fd = {.fd = jobs_wake_fd(app->jobs), .events = POLLIN};
	struct job_info info[64];

	while (!jobs_at_rest(app->jobs)) {
		size_t n = saving(app) ? 0 : jobs_list(app->jobs, info, 64);

		for (size_t i = 0; i < n; i++)
			if (info[i].state == JOB_RUNNING ||
			    info[i].state == JOB_QUEUED)
				jobs_cancel(app->jobs, info[i].id);
		poll(&fd, 1, 100);
		jobs_drain(app->jobs);
		app_overlays_close(app);
	}
	jobs_drain(app->jobs);
	app_overlays_close(app);
}

void app_free(struct app *app)
{
	app_overlays_close(app);
	app_close_all(app);
	if (app->jobs)
		end_jobs(app);
	while (app->nsessions)
		session_close(app->sessions[0], app->sessions[0]->refs > 0 ||
						session_dirty(app->sessions[0]));
	if (app->jobs) {
		app_history_save(app);
		jobs_free(app->jobs);
	}
	for (int i = 0; i < ASK_HISTORIES; i++)
		prompt_history_release(&app->history[i]);
	for (size_t i = 0; i < app->nmessages; i++)
		free(app->messages[i].text);
	keymap_free(app->keys);
	canvas_release(&app->canvas);
	conf_release(&app->defaults);
	app_forget_held(app);
	syncing_forget_all(app);
	syncmarks_release(&app->marks);
	free(app->held);
	free(app->last_search);
	free(app->store);
	free(app->state_dir);
	free(app);
}

void app_leave(struct app *app, int status)
{
	app->running = false;
	app->exit_status = status;
}

static int64_t now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void poll_sessions(struct app *app, int64_t *looked)
{
	bool look = now_ms() - *looked >= LOOK_MS;

	if (look)
		*looked = now_ms();
	for (size_t i = 0; i < app->nsessions; i++) {
		session_poll(app->sessions[i]);
		if (look)
			session_look(app->sessions[i]);
	}
}

/* most_ms: -1 for as long as it takes. */
static void wait_for_input(struct app *app, const sigset_t *open_set,
			   int most_ms)
{
	struct pollfd fds[2] = {
		{.fd = term_fd(app->term), .events = POLLIN},
		{.fd = jobs_wake_fd(app->jobs), .events = POLLIN},
	};
	int ms = term_timeout(app->term);
	struct timespec ts;

	if (app->nsessions && (ms < 0 || ms > LOOK_MS))
		ms = LOOK_MS;
	if (most_ms >= 0 && (ms < 0 || ms > most_ms))
		ms = most_ms;
	ts.tv_sec = ms / 1000;
	ts.tv_nsec = (long)(ms % 1000) * 1000000;
	ppoll(fds, 2, ms < 0 ? NULL : &ts, open_set);
}

/* Were there any? */
static bool take_events(struct app *app)
{
	struct event ev;
	int cols, rows;
	bool any = false;

	for (int i = 0; i < EVENTS_A_FRAME && app->running &&
			term_read(app->term, &ev); i++) {
		any = true;
		if (ev.type == EVENT_RESIZE) {
			term_size(app->term, &cols, &rows);
			canvas_resize(&app->canvas, cols, rows);
			app_dirty(app);
			continue;
		}
		app_event(app, &ev);
	}
	return any;
}

/* term_suspend() stops us by the signal, so that must stop for once. */
void app_suspend(struct app *app)
{
	struct sigaction stop = {.sa_handler = SIG_DFL}, old;

	sigaction(SIGTSTP, &stop, &old);
	term_suspend(app->term);
	sigaction(SIGTSTP, &old, NULL);
	stopped = 0;
	app_dirty(app);
}

bool app_drain(struct app *app)
{
	if (!jobs_drain(app->jobs))
		return false;
	app_changed(app, CHANGED_JOBS);
	syncing_poll(app);
	app_give_held(app);
	return true;
}

static void loop(struct app *app, const sigset_t *open_set)
{
	int64_t looked = now_ms(), drawn = looked - FRAME_MS;
	bool typed = true;	/* since it was drawn */

	while (app->running && !ended_by) {
		int64_t rest = drawn + FRAME_MS - now_ms();

		poll_sessions(app, &looked);
		if (app->dirty && (typed || rest <= 0)) {
			app_draw(app);
			term_draw(app->term, &app->canvas);
			drawn = now_ms();
			typed = false;
		}
		wait_for_input(app, open_set,
			       !app->dirty ? -1 : rest > 0 ? (int)rest : 0);
		if (ended_by)
			break;
		if (stopped)
			app_suspend(app);
		app_drain(app);
		typed |= take_events(app);
		app_reap(app);
		if (!app->depth)
			app->running = false;
	}
}

/* Ended by a signal: what is unsaved waits in the journals. */
static int end_by_signal(struct app *app)
{
	for (size_t i = 0; i < app->nsessions; i++)
		document_sync_journal(app->sessions[i]->doc);
	return 128 + ended_by;
}

/* The store, and on it the snapshot that was named. */
bool app_first_view(struct app *app, const char *text, struct err *err)
{
	struct target target;
	struct session *s;

	if (!text) {
		app_push(app, view_store_new(app));
		return true;
	}
	if (!library_resolve(app->store, text, &target, err))
		return false;
	if (target.kind == TARGET_DIRECTORY) {
		err_set(err, ERR_INPUT, _("%s: a directory that is no snapshot"),
			text);
		target_release(&target);
		return false;
	}
	s = session_open(app, &target, err);
	target_release(&target);
	if (!s)
		return false;
	app_push(app, view_pairs_new(app, s));
	session_unref(s);
	return true;
}

static int fail(const struct err *err)
{
	fprintf(stderr, "rredit: %s\n", err->msg);
	return err_exit_status(err->code);
}

int app_run(const struct app_options *o)
{
	struct term_opts topts = {.no_colour = o->no_colour,
				  .ascii = o->ascii};
	struct err err = {0};
	sigset_t open_set;
	struct app *app;
	int status, cols, rows;

	block_signals(&open_set);
	app = app_new(o, &err);
	if (!app)
		return fail(&err);
	topts.no_colour |= app->conf->no_colour;
	topts.ascii |= app->conf->ascii;
	topts.no_mouse = app->conf->no_mouse;
	if (!app_first_view(app, o->target, &err) ||
	    !(app->term = term_start(&topts, &err))) {
		app_free(app);
		return fail(&err);
	}
	mem_set_hook(term_emergency);
	app->canvas.ascii = term_ascii(app->term);
	term_size(app->term, &cols, &rows);
	canvas_resize(&app->canvas, cols, rows);
	loop(app, &open_set);
	term_stop(app->term);
	app->term = NULL;
	status = ended_by ? end_by_signal(app) : app->exit_status;
	app_free(app);
	return status;
}
