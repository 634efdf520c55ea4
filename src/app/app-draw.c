/* The lines around the view: title, hints, status or prompt. */
#include "config.h"

#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "base/i18n.h"
#include "ui/split.h"
#include "ui/statusbar.h"

#define TITLE_PARTS_MAX 6
#define HINTS_MAX 24
#define HINT_ROWS_MIN 12	/* a lower screen has no hint line */
#define RUNNING_MAX 16

/* "save 45%" for one job that runs, "3 jobs" for more. */
static void running_jobs(struct app *app, struct buf *out)
{
	struct job_info info[RUNNING_MAX];
	size_t n = jobs_list(app->jobs, info, RUNNING_MAX), running = 0, at = 0;

	for (size_t i = 0; i < n; i++) {
		if (info[i].state != JOB_RUNNING && info[i].state != JOB_QUEUED)
			continue;
		running++;
		at = i;
	}
	if (running > 1)
		buf_addf(out, PLURAL("%zu job", "%zu jobs", running), running);
	else if (running && info[at].total)
		buf_addf(out, "%s %d%%", info[at].what,
			 (int)(info[at].done * 100 / info[at].total));
	else if (running)
		buf_addf(out, "%s...", info[at].what);
}

static bool edits_refused(const struct app *app)
{
	const struct view *v = app_top(app);

	return app->read_only || (v->session && session_read_only(v->session));
}

static void draw_title(struct app *app, const struct region *r)
{
	struct view *v = app_top(app);
	const char *parts[TITLE_PARTS_MAX];
	struct buf own, right;
	size_t n = 0;

	buf_init(&own);
	buf_init(&right);
	parts[n++] = "rredit";
	if (v->session)
		parts[n++] = session_name(v->session);
	parts[n++] = view_kind_name(v->ops->kind);
	if (v->ops->title)
		v->ops->title(v, &own);
	if (own.len)
		parts[n++] = own.data;
	running_jobs(app, &right);
	if (edits_refused(app))
		buf_addf(&right, "%s[%s]", right.len ? " " : "",
			 _("read-only"));
	if (v->session && session_dirty(v->session))
		buf_addf(&right, "%s[%s]", right.len ? " " : "",
			 _("unsaved"));
	titlebar_draw(r, parts, n, right.len ? right.data : NULL);
	buf_release(&own);
	buf_release(&right);
}

struct hint_line {
	struct hint hints[HINTS_MAX];
	size_t from[HINTS_MAX];		/* of the keys in text */
	size_t n;
	struct buf text;
};

static void add_hint(struct app *app, struct hint_line *line,
		     enum view_kind kind, enum command_id id)
{
	if (line->n == HINTS_MAX || ((command_table[id].flags &
				      COMMAND_EDITS) && edits_refused(app)))
		return;
	line->from[line->n] = line->text.len;
	app_key_text(app, kind, id, &line->text);
	if (line->text.len == line->from[line->n])
		return;
	buf_addc(&line->text, '\0');
	line->hints[line->n++].text = _(command_table[id].word);
}

/* A key of fields that is no command of ours. */
static void add_key(struct hint_line *line, const char *key, const char *text)
{
	line->from[line->n] = line->text.len;
	buf_adds(&line->text, key);
	buf_addc(&line->text, '\0');
	line->hints[line->n++].text = text;
}

/* While a line is asked for, news stand above it, in the place of the hints. */
static void draw_news(struct app *app, const struct region *r)
{
	const struct app_message *m;

	if (!app->ask.on || !app->message_on || !app->nmessages)
		return;
	m = &app->messages[app->nmessages - 1];
	region_fill_row(r, 0, STYLE_NORMAL);
	region_puts(r, 0, 0, r->w, m->style, m->text);
}

static void draw_hints(struct app *app, const struct region *r)
{
	struct view *v = app_top(app);
	struct hint_line line = {.n = 0};
	const enum command_id *own = v->ops->hints;

	buf_init(&line.text);
	if (app->ask.on || app_in_field(app)) {
		if (!app->ask.on && v->ops->lines && v->ops->lines(v))
			add_hint(app, &line, VIEW_FIELD, CMD_FIELD_ACCEPT);
		else
			add_key(&line, "Enter", _("take over"));
		if (app->ask.on && app->ask.ask.complete)
			add_key(&line, "Tab", _("complete"));
		add_hint(app, &line, VIEW_FIELD, CMD_FIELD_CANCEL);
	} else if (own) {
		for (; *own != CMD_NONE; own++)
			add_hint(app, &line, v->ops->kind, *own);
	} else {
		for (int i = 1; i < CMD_COUNT; i++)
			if ((command_table[i].flags & COMMAND_HINT) &&
			    command_in_view((enum command_id)i, v->ops->kind))
				add_hint(app, &line, v->ops->kind,
					 (enum command_id)i);
	}
	for (size_t i = 0; i < line.n; i++)
		line.hints[i].keys = line.text.data + line.from[i];
	hints_draw(r, line.hints, line.n);
	buf_release(&line.text);
}

static void draw_status(struct app *app, const struct region *r)
{
	struct view *v = app_top(app);
	struct view_status vs = {.mode = NULL};
	struct status_part left, right;
	struct statusbar bar = {.left = &left, .right = &right};

	buf_init(&vs.left);
	buf_init(&vs.right);
	if (v->ops->status)
		v->ops->status(v, &vs);
	/* views put blanks between what they say, and may begin with the second */
	left = (struct status_part){vs.left.data, STYLE_STATUS};
	if (vs.left.len)
		left.text += strspn(left.text, " ");
	right = (struct status_part){vs.right.data, STYLE_STATUS};
	bar.nleft = vs.left.len > 0;
	bar.nright = vs.right.len > 0;
	bar.mode = vs.mode;
	if (!bar.mode && app_in_field(app))
		bar.mode = _("EDIT");
	if (app->message_on && app->nmessages) {
		const struct app_message *m =
			&app->messages[app->nmessages - 1];

		bar.message = m->text;
		bar.message_style = m->style;
	}
	statusbar_draw(&bar, r);
	buf_release(&vs.left);
	buf_release(&vs.right);
}

static void draw_ask(struct app *app, const struct region *r)
{
	struct region all = canvas_region(&app->canvas);
	struct prompt *p = &app->ask.prompt;

	region_fill(r, STYLE_NORMAL);
	prompt_layout(p, r->w);
	prompt_draw(p, r, STYLE_NORMAL);
	if (p->popup)
		prompt_draw_popup(p, &all, 0, r->y);
}

void app_draw(struct app *app)
{
	struct region r, title, hints = {0}, status;
	struct view *v = app_top(app);

	canvas_clear(&app->canvas);
	app->dirty = false;
	if (!v)
		return;
	r = canvas_region(&app->canvas);
	title = split_top(&r, 1);
	status = split_bottom(&r, 1);
	if (app->canvas.rows >= HINT_ROWS_MIN)
		hints = split_bottom(&r, 1);
	app->view_at = r;
	v->ops->layout(v, &r);
	v->ops->draw(v, &r);
	draw_title(app, &title);
	if (region_empty(&hints))
		hints = region_sub(&r, 0, r.h - 1, r.w, 1);
	else
		draw_hints(app, &hints);
	draw_news(app, &hints);
	if (app->ask.on) {
		app->canvas.cursor_on = false;
		draw_ask(app, &status);
	} else {
		draw_status(app, &status);
	}
	app_overlays_draw(app);
}
