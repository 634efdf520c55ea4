#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "../unit/hold.h"
#include "../unit/scratch.h"
#include "../unit/unit.h"
#include "app/session.h"
#include "app/views.h"
#include "drive.h"

#define FIXED_TIME 1767326645	/* 2026-01-02 04:04:05 UTC */
#define SETTLE_MS 10000		/* a job that takes longer hangs */
#define GOLDEN_MAX (1 << 20)

/* In memory where there is such a place: syncs are not what is tested here. */
char *drive_dir(void)
{
	if (!getenv("TMPDIR") && access("/dev/shm", W_OK) == 0)
		setenv("TMPDIR", "/dev/shm", 1);
	return scratch_new();
}

void drive_start(struct drive *d, int cols, int rows,
		 const struct app_options *options)
{
	struct app_options o = {0};
	struct err err = {0};

	if (options)
		o = *options;
	if (!d->dir)
		d->dir = drive_dir();
	assert_int_equal(chdir(d->dir), 0);
	setenv("HOME", d->dir, 1);
	setenv("XDG_STATE_HOME", d->dir, 1);
	setenv("XDG_CONFIG_HOME", d->dir, 1);
	assert_true(mkdir("store", 0700) == 0 || errno == EEXIST);
	o.store = "store";
	d->app = app_new(&o, &err);
	if (!d->app)
		fail_msg("%s", err.msg);
	canvas_resize(&d->app->canvas, cols, rows);
}

void drive_stop(struct drive *d)
{
	drive_settle(d);
	app_free(d->app);
	d->app = NULL;
}

void drive_end(struct drive *d)
{
	drive_stop(d);
	assert_int_equal(chdir("/"), 0);
	scratch_free(d->dir);
	d->dir = NULL;
}

void drive_file(const char *path, const char *text)
{
	struct timespec times[2] = {{.tv_sec = FIXED_TIME},
				    {.tv_sec = FIXED_TIME}};

	scratch_write(path, text, strlen(text));
	assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

void drive_snapshot(struct drive *d, const char *id, const char *meta,
		    const char *raw)
{
	char path[256];

	snprintf(path, sizeof(path), "store/%s.json", id);
	if (meta)
		drive_file(path, meta);
	snprintf(path, sizeof(path), "store/%s", id);
	assert_int_equal(mkdir(path, 0700), 0);
	snprintf(path, sizeof(path), "store/%s/raw.jsonl", id);
	if (raw)
		drive_file(path, raw);
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "rb");
	char *text;
	size_t n;

	if (!f)
		return NULL;
	text = malloc(GOLDEN_MAX);
	n = fread(text, 1, GOLDEN_MAX - 1, f);
	text[n] = '\0';
	fclose(f);
	return text;
}

void drive_expect_file(const char *path, const char *want)
{
	char *got = slurp(path);

	assert_non_null(got);
	assert_string_equal(got, want);
	free(got);
}

void drive_settle(struct drive *d)
{
	struct app *app = d->app;
	struct pollfd fd = {.fd = jobs_wake_fd(app->jobs), .events = POLLIN};
	bool again;

	do {
		if (!d->gate && !jobs_at_rest(app->jobs) &&
		    poll(&fd, 1, SETTLE_MS) == 0)
			fail_msg("a job hangs");
		again = app_drain(app);
		for (size_t i = 0; i < app->nsessions; i++)
			session_poll(app->sessions[i]);
		app_reap(app);
		if (app->dirty)
			app_draw(app);	/* which may ask for more */
	} while (again || (!d->gate && !jobs_at_rest(app->jobs)));
}

void drive_hold(struct drive *d)
{
	d->gate = hold_start(d->app->jobs);
}

void drive_let_go(struct drive *d)
{
	struct lock *gate = d->gate;

	hold_end(gate);
	d->gate = NULL;
	drive_settle(d);
	lock_free(gate);
}

void drive_open(struct drive *d, const char *target)
{
	struct err err = {0};

	if (!app_first_view(d->app, target, &err))
		fail_msg("%s", err.msg);
	drive_settle(d);
}

static void press(struct drive *d, uint32_t key)
{
	struct event ev = {.type = EVENT_KEY, .key = key};

	app_event(d->app, &ev);
}

static void press_all(struct drive *d, const char *keys, bool settle)
{
	while (*keys) {
		size_t len = strcspn(keys, " ");
		uint32_t key;

		if (!key_parse(keys, len, &key))
			fail_msg("%.*s is no key", (int)len, keys);
		press(d, key);
		if (settle)
			drive_settle(d);
		keys += len + strspn(keys + len, " ");
	}
}

void drive_keys(struct drive *d, const char *keys)
{
	press_all(d, keys, true);
}

void drive_early(struct drive *d, const char *keys)
{
	press_all(d, keys, false);
}

void drive_type(struct drive *d, const char *text)
{
	const char *end = text + strlen(text);

	while (text < end) {
		uint32_t cp;

		text += utf8_decode(text, (size_t)(end - text), &cp);
		press(d, cp);
		drive_settle(d);
	}
}

void drive_line(struct drive *d, const char *line)
{
	drive_keys(d, ":");
	drive_type(d, line);
	drive_keys(d, "Enter");
}

void drive_click(struct drive *d, enum mouse_kind kind, int x, int y)
{
	struct event ev = {
		.type = EVENT_MOUSE,
		.mouse = {.kind = kind, .button = 1, .x = x, .y = y},
	};

	app_event(d->app, &ev);
	drive_settle(d);
}

void drive_resize(struct drive *d, int cols, int rows)
{
	canvas_resize(&d->app->canvas, cols, rows);
}

/* --- looking at it --- */

static void write_golden(const char *path, const char *text)
{
	FILE *f = fopen(path, "wb");

	if (!f || fputs(text, f) < 0 || fclose(f))
		fail_msg("%s cannot be written", path);
}

static void compare(struct drive *d, const char *name, bool styles)
{
	char path[512], *want;
	struct buf got;

	snprintf(path, sizeof(path), "%s/%s.txt", SCREENS, name);
	app_draw(d->app);
	buf_init(&got);
	canvas_dump(&d->app->canvas, &got, styles);
	if (getenv("UPDATE_SCREENS")) {
		write_golden(path, got.data);
		buf_release(&got);
		return;
	}
	want = slurp(path);
	if (!want)
		fail_msg("%s is not there; make update-golden writes it",
			 path);
	if (strcmp(got.data, want)) {
		print_error("%s: expected:\n%s\nbut the screen is:\n%s\n",
			    name, want, got.data);
		fail();
	}
	free(want);
	buf_release(&got);
}

void drive_screen(struct drive *d, const char *name)
{
	compare(d, name, false);
}

void drive_styled(struct drive *d, const char *name)
{
	compare(d, name, true);
}

bool drive_shows(struct drive *d, const char *text)
{
	struct buf got;
	bool found;

	buf_init(&got);
	app_draw(d->app);
	canvas_dump(&d->app->canvas, &got, false);
	found = strstr(got.data, text) != NULL;
	buf_release(&got);
	return found;
}
