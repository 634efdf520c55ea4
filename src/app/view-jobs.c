/* What runs in the background, and what ran. */
#include "config.h"

#include <stdlib.h>

#include "app/nav.h"
#include "app/show.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"

#define JOBS_SHOWN 128

enum { COL_WHAT, COL_STATE, COL_PROGRESS, COL_BYTES, COL_TIME, COL_MESSAGE,
       COL_COUNT };

static const struct list_column columns[COL_COUNT] = {
	[COL_WHAT] = {.title = N_("Job"), .min = 8, .ideal = 14},
	[COL_STATE] = {.title = N_("State"), .min = 7, .ideal = 10},
	[COL_PROGRESS] = {.title = N_("Done"), .min = 4, .ideal = 5,
		.align = ALIGN_RIGHT},
	[COL_BYTES] = {.title = N_("Bytes"), .min = 5, .ideal = 6,
		.align = ALIGN_RIGHT, .priority = 3},
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
		if (i->total)
			buf_addf(&out->text, "%d%%",
				 (int)(i->done * 100 / i->total));
		break;
	case COL_BYTES:
		if (i->bytes)
			show_size(&out->text, i->bytes);
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

static bool command(struct view *v, const struct call *call)
{
	struct jobs_view *j = (struct jobs_view *)v;
	size_t row;

	if (nav_list(&j->list, call))
		return true;
	if (call->id != CMD_CANCEL || !list_current(&j->list, &row))
		return false;
	jobs_cancel(app_jobs(v->app), j->info[row].id);
	return true;
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
	CMD_CANCEL, CMD_BACK, CMD_HELP, CMD_NONE,
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
