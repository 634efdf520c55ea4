/* A merge carried into the open document, as one undo step. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/session.h"
#include "app/state.h"
#include "app/syncing.h"
#include "base/i18n.h"
#include "base/mem.h"

struct carrying {
	struct document *doc;
	struct merge *merge;
	row_id *ids;		/* the records of mine, in file order */
	uint64_t count;		/* of them */
	uint64_t steps;
	bool *moved;		/* step -> it is out of the order of mine */
};

/* Mark the steps whose records are out of order: all but a longest run that
 * rises. */
static void mark_moved(struct carrying *c)
{
	uint64_t *tails = mem_zalloc(c->steps + 1, sizeof(*tails));
	uint64_t *before = mem_zalloc(c->steps + 1, sizeof(*before));
	uint64_t len = 0;

	for (uint64_t i = 0; i < c->steps; i++) {
		struct merge_step s = merge_step(c->merge, i);
		uint64_t lo = 0, hi = len;

		if (s.gone || s.mine == MERGE_NO_RECORD)
			continue;
		while (lo < hi) {
			uint64_t mid = lo + (hi - lo) / 2;

			if (merge_step(c->merge, tails[mid]).mine < s.mine)
				lo = mid + 1;
			else
				hi = mid;
		}
		before[i] = lo ? tails[lo - 1] : UINT64_MAX;
		tails[lo] = i;
		len += lo == len;
		c->moved[i] = true;
	}
	for (uint64_t i = len ? tails[len - 1] : UINT64_MAX; i != UINT64_MAX;
	     i = before[i])
		c->moved[i] = false;
	free(tails);
	free(before);
}

static bool delete_gone(struct carrying *c, struct err *err)
{
	bool *stays = mem_zalloc(c->count + 1, sizeof(*stays));
	row_id *gone = mem_zalloc(c->count + 1, sizeof(*gone));
	size_t n = 0;
	bool ok;

	for (uint64_t i = 0; i < c->steps; i++) {
		struct merge_step s = merge_step(c->merge, i);

		if (!s.gone && s.mine != MERGE_NO_RECORD)
			stays[s.mine] = true;
	}
	for (uint64_t i = 0; i < c->count; i++)
		if (!stays[i])
			gone[n++] = c->ids[i];
	ok = !n || document_delete(c->doc, gone, n, err);
	free(stays);
	free(gone);
	return ok;
}

/* One step; *after is the row that stands before, moved on. */
static bool carry(struct carrying *c, uint64_t i, row_id *after,
		  struct buf *text, struct err *err)
{
	struct merge_step s = merge_step(c->merge, i);
	struct document_new fresh = {.copy_of = ROW_NONE};
	row_id id;

	if (s.gone)
		return true;
	buf_clear(text);
	if (s.text && !merge_step_text(c->merge, i, text, err))
		return false;
	if (s.mine == MERGE_NO_RECORD) {
		fresh.text = text->data;
		fresh.len = text->len;
		return document_insert(c->doc, *after, &fresh, 1, after, err);
	}
	id = c->ids[s.mine];
	if (s.text && !document_set_text(c->doc, id, text->data, text->len,
					 err))
		return false;
	if (c->moved[i] && !document_move(c->doc, &id, 1, *after, err))
		return false;
	*after = id;
	return true;
}

static bool carry_all(struct carrying *c, struct err *err)
{
	row_id after = ROW_START;
	struct buf text;
	bool ok = true;

	c->ids = mem_zalloc(c->count + 1, sizeof(*c->ids));
	for (uint64_t i = 0; i < c->count; i++)
		c->ids[i] = document_row(c->doc, i);
	c->moved = mem_zalloc(c->steps + 1, sizeof(*c->moved));
	mark_moved(c);
	buf_init(&text);
	document_begin(c->doc, _("pull"));
	ok = delete_gone(c, err);
	for (uint64_t i = 0; ok && i < c->steps; i++)
		ok = carry(c, i, &after, &text, err);
	if (ok)
		ok = document_commit(c->doc, err);
	else
		document_abort(c->doc);
	buf_release(&text);
	free(c->ids);
	free(c->moved);
	return ok;
}

/* Is what the merge calls mine what the document shows? */
static bool fits(struct session *s, struct merge *m, uint64_t *steps,
		 struct err *err)
{
	if (session_dirty(s) || !document_complete(s->doc) ||
	    document_look(s->doc, NULL) != DISK_SAME ||
	    document_count(s->doc) != merge_mine_count(m))
		return err_set(err, ERR_CONFLICT,
			       _("it was changed meanwhile; pull again"));
	return merge_steps(m, steps, err);
}

static void saved(struct app *app, void *arg)
{
	syncing_run(arg, SYNCING_REST);
}

static void dropped(struct app *app, void *arg)
{
	app_say(app, STYLE_NOTE,
		_("merged, not saved: save and pull again to end it"));
	syncing_free(arg);
}

static struct session *session_of(const struct syncing *y)
{
	struct app *app = y->app;

	for (size_t i = 0; i < app->nsessions; i++)
		if (app->sessions[i]->id && app->sessions[i]->records &&
		    !strcmp(app->sessions[i]->id, y->id))
			return app->sessions[i];
	return NULL;
}

bool syncing_is_open(const struct syncing *y)
{
	struct session *s = session_of(y);

	return s && !session_read_only(s);
}

bool syncing_document(struct syncing *y)
{
	struct session *s = session_of(y);
	struct carrying c = {.merge = sync_records(y->sync)};
	struct err err = {0};

	if (!s || session_read_only(s))
		return false;
	if (!c.merge) {
		/* Nothing of its records changes, but it holds the lock. */
		syncing_run(y, SYNCING_REST);
		return true;
	}
	c.doc = s->doc;
	if (!fits(s, c.merge, &c.steps, &err)) {
		app_fail(y->app, &err);
		syncing_free(y);
		return true;
	}
	c.count = document_count(s->doc);
	if (!carry_all(&c, &err)) {
		app_fail(y->app, &err);
		syncing_free(y);
		return true;
	}
	session_save_or(s, saved, dropped, y);
	return true;
}
