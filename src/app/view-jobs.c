/* What runs in the background, and what ran. */
#include "config.h"

#include <stdlib.h>
#include <time.h>

#include "app/nav.h"
#include "app/show.h"
#include "app/syncing.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define JOBS_SHOWN 128
#define TELLS_MS 500		/* a job this old has a speed */

enum { COL_WHAT, COL_STATE, COL_PROGRESS, COL_BYTES, COL_SPEED, COL_LEFT,
       COL_TIME, COL_MESSAGE, COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_WHAT] = {.title = N_("Job"), .min = 8, .ideal = 14, .fit = true},
	[COL_STATE] = {.title = N_("State"), .min = 7, .ideal = 10, .fit = true},
	[COL_PROGRESS] = {.title = N_("Done"), .min = 4, .ideal = 5,
		.align = ALIGN_RIGHT},
	[COL_BYTES] = {.title = N_("Bytes"), .min = 5, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 3},
	[COL_SPEED] = {.title = N_("Speed"), .min = 7, .ideal = 8,
		.align = ALIGN_RIGHT, .priority = 5},
	[COL_LEFT] = {.title = N_("Left"), .min = 6, .ideal = 7,
		.align = ALIGN_RIGHT, .priority = 4},
	[COL_TIME] = {.title = N_("Time taken"), .min = 6, .ideal = 7,
		.align = ALIGN_RIGHT, .priority = 2},
	[COL_MESSAGE] = {.title = N_("Message"), .min = 8, .ideal = 20,
		.grow = true, .priority = 1},
};

struct jobs_view {
	struct view view;
	struct list list;
	struct job_info info[JOBS_SHOWN];
	size_t n;
};

static void refresh(struct jobs_view *j)
{
	j->n = jobs_list(app_jobs(j->view.app), j->info, JOBS_SHOWN);
	list_changed(&j->list);
}

static const char *state_name(enum job_state state)
{
	switch (state) {
	case JOB_QUEUED:
		return _("waiting");
	case JOB_RUNNING:
		return _("running");
	case JOB_DONE:
		return _("done");
	case JOB_FAILED:
		return _("failed");
	case JOB_CANCELLED:
		return _("cancelled");
	}
	return "";
}

static enum style state_style(enum job_state state)
{
	switch (state) {
	case JOB_DONE:
		return STYLE_OK;
	case JOB_FAILED:
		return STYLE_ERROR;
	case JOB_CANCELLED:
		return STYLE_WARNING;
	default:
		return STYLE_NORMAL;
	}
}

static uint64_t elapsed(const struct job_info *i)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)((int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000 -
			  i->started_ms);
}

/* Of what runs; the first moments tell nothing. */
static bool tells(const struct job_info *i)
{
	return i->state == JOB_RUNNING && elapsed(i) >= TELLS_MS;
}

static void add_speed(const struct job_info *i, struct buf *out)
{
	if (!tells(i) || !i->bytes)
		return;
	show_size(out, (uint64_t)(i->bytes * 1000.0 / elapsed(i)));
	buf_adds(out, "/s");
}

static void add_left(const struct job_info *i, struct buf *out)
{
	if (tells(i) && i->done && i->total > i->done)
		show_duration(out, (uint64_t)(elapsed(i) *
					      (double)(i->total - i->done) /
					      i->done));
}

static void cell(void *arg, size_t row, int column, struct list_cell *out)
{
	const struct job_info *i = &((struct jobs_view *)arg)->info[row];

	switch (column) {
	case COL_WHAT:
		buf_adds(&out->text, i->what);
		break;
	case COL_STATE:
		buf_adds(&out->text, state_name(i->state));
		out->style = state_style(i->state);
		break;
	case COL_PROGRESS:
		if (i->state == JOB_DONE)
			buf_adds(&out->text, "100%");
		else if (i->total)
			buf_addf(&out->text, "%d%%",
				 (int)(i->done * 100 / i->total));
		break;
	case COL_BYTES:
		if (i->bytes)
			show_size(&out->text, i->bytes);
		break;
	case COL_SPEED:
		add_speed(i, &out->text);
		break;
	case COL_LEFT:
		add_left(i, &out->text);
		break;
	case COL_TIME:
		if (i->ended_ms)
			show_duration(&out->text, (uint64_t)(i->ended_ms -
							     i->started_ms));
		break;
	default:
		buf_adds(&out->text, i->message);
	}
}

static size_t count(void *arg)
{
	return ((struct jobs_view *)arg)->n;
}

static uint64_t key(void *arg, size_t row)
{
	return ((struct jobs_view *)arg)->info[row].id;
}

static bool find(void *arg, uint64_t id, size_t *row)
{
	const struct jobs_view *j = arg;

	for (size_t i = 0; i < j->n; i++) {
		if (j->info[i].id == id) {
			*row = i;
			return true;
		}
	}
	return false;
}

static const struct list_ops list_ops = {count, cell, key, find, NULL};

static void seen(struct app *app, void *arg, size_t answer)
{
}

/* All that a job said. */
static void show_log(struct jobs_view *j, const struct job_info *i)
{
	const struct syncing_past *p = syncing_past(j->view.app, i->id);
	const char *answers[] = {C_("answer", "Close")};
	const char *text = p && *p->log ? p->log : i->message;

	if (*text)
		app_question(j->view.app, STYLE_NORMAL, i->what, text, answers,
			     1, seen, NULL);
}

static void try_again(struct jobs_view *j, const struct job_info *i)
{
	const struct syncing_past *p = syncing_past(j->view.app, i->id);
	char *id, *remote;

	if (!p || (i->state != JOB_FAILED && i->state != JOB_CANCELLED)) {
		app_say(j->view.app, STYLE_NOTE,
			_("only a push or pull that failed is tried again"));
		return;
	}
	id = mem_strdup(p->id);
	remote = mem_strdup(p->remote);
	syncing_start(j->view.app, p->push, id, remote);
	free(id);
	free(remote);
}

static bool command(struct view *v, const struct call *call)
{
	struct jobs_view *j = (struct jobs_view *)v;
	size_t row;

	if (nav_list(&j->list, call))
		return true;
	if (!list_current(&j->list, &row))
		return false;
	switch (call->id) {
	case CMD_CANCEL:
		jobs_cancel(app_jobs(v->app), j->info[row].id);
		return true;
	case CMD_TRY:
		try_again(j, &j->info[row]);
		return true;
	case CMD_OPEN:
		if (call->arg)
			return false;
		show_log(j, &j->info[row]);
		return true;
	default:
		return false;
	}
}

static void changed(struct view *v, unsigned what)
{
	if (what & (CHANGED_JOBS | CHANGED_TOP))
		refresh((struct jobs_view *)v);
}

static void layout(struct view *v, const struct region *r)
{
	list_layout(&((struct jobs_view *)v)->list, r);
}

static void draw(struct view *v, const struct region *r)
{
	list_draw(&((struct jobs_view *)v)->list, r, true);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	list_mouse(&((struct jobs_view *)v)->list, m);
	return true;
}

static void jobs_view_free(struct view *v)
{
	list_release(&((struct jobs_view *)v)->list);
	free(v);
}

static const enum command_id hints[] = {
	CMD_OPEN, CMD_CANCEL, CMD_TRY, CMD_BACK, CMD_HELP, CMD_NONE,
};

static const struct view_ops jobs_ops = {
	.kind = VIEW_JOBS,
	.layout = layout,
	.draw = draw,
	.command = command,
	.changed = changed,
	.mouse = mouse,
	.free = jobs_view_free,
	.hints = hints,
};

struct view *view_jobs_new(struct app *app)
{
	struct jobs_view *j = mem_zalloc(1, sizeof(*j));

	view_init(&j->view, &jobs_ops, app, NULL);
	list_init(&j->list, &list_ops, j, columns, COL_COUNT);
	j->list.sort = -1;
	j->list.empty = _("nothing has run yet");
	refresh(j);
	return &j->view;
}
