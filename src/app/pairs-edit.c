/* Commands of the list that add, remove, copy and move records. */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "app/actions.h"
#include "app/pairs.h"
#include "app/repository.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/template.h"

static struct session *session_of(struct pairs *p)
{
	return p->view.session;
}

static void begin(struct pairs *p, const char *label)
{
	document_begin(session_of(p)->doc, label);
}

/* Commit what began; on failure it is taken back and told. */
static bool end(struct pairs *p, bool ok, struct err *err)
{
	struct document *doc = session_of(p)->doc;

	if (!ok)
		document_abort(doc);
	else
		ok = document_commit(doc, err);
	if (!ok)
		app_fail(p->view.app, err);
	return ok;
}

static void go_to(struct pairs *p, row_id id)
{
	uint64_t at;

	if (pairs_find_row(p, id, &at))
		list_goto(&p->list, (size_t)at);
	pairs_moved(p);
}

static void delete(struct pairs *p)
{
	struct session *s = session_of(p);
	struct err err = {0};
	row_id *ids, *with;
	size_t n = act_targets(&p->view, &ids);

	if (!n) {
		free(ids);
		return;
	}
	if (document_repository(s->doc)) {
		n = repository_with(s->doc, ids, n, &with);
		free(ids);
		ids = with;
	}
	begin(p, _("delete"));
	if (end(p, document_delete(s->doc, ids, n, &err), &err)) {
		for (size_t i = 0; i < n; i++)
			rowmap_set(&s->tags, ids[i], 0);
		app_say(p->view.app, STYLE_OK,
			PLURAL("deleted %zu record; u brings it back",
			       "deleted %zu records; u brings them back", n),
			n);
		pairs_moved(p);
	}
	free(ids);
}

/* --- new records --- */

/* In a repository: a pair of the operation under the cursor, or a service. */
static void add_to_repository(struct pairs *p, bool service)
{
	struct session *s = session_of(p);
	row_id at = pairs_record(&p->view), id;
	struct err err = {0};

	if (!repository_add(s->doc, at, service, &id, &err)) {
		app_fail(p->view.app, &err);
		return;
	}
	listing_refresh(&s->listing);
	go_to(p, id);
	app_say(p->view.app, STYLE_OK, _("added record %llu"),
		(unsigned long long)session_number(s, id));
}

static void add(struct pairs *p, enum template_id template, bool before)
{
	struct session *s = session_of(p);
	row_id at = pairs_record(&p->view), after = at, id;
	struct document_new record = {.copy_of = ROW_NONE};
	struct err err = {0};
	struct timespec ts;
	struct buf text, service;
	uint64_t pos;
	bool ok;

	if (document_repository(s->doc)) {
		add_to_repository(p, before);
		return;
	}
	if (at == ROW_NONE)
		after = ROW_END;
	else if (before && document_position(s->doc, at, &pos))
		after = pos ? document_row(s->doc, pos - 1) : ROW_START;
	buf_init(&text);
	buf_init(&service);
	if (at != ROW_NONE)
		document_column_text(s->doc, at, COLUMN_SERVICE, &service);
	clock_gettime(CLOCK_REALTIME, &ts);
	template_make(&text, template, service.len ? service.data : NULL,
		      (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
	record.text = text.data;
	record.len = text.len;
	begin(p, _("add"));
	ok = document_insert(s->doc, after, &record, 1, &id, &err);
	if (end(p, ok, &err)) {
		listing_inserted(&s->listing, after, &id, 1);
		go_to(p, id);
		app_say(p->view.app, STYLE_OK, _("added record %llu"),
			(unsigned long long)session_number(s, id));
	}
	buf_release(&text);
	buf_release(&service);
}

/* --- order --- */

/* The row that the moved ones go behind: one place up or down from where the
 * first (or last) of them is. False: they are at the end already. */
static bool place_of(struct session *s, const row_id *ids, size_t n, int by,
		     row_id *after)
{
	uint64_t count = document_count(s->doc), pos;

	if (!document_position(s->doc, ids[by < 0 ? 0 : n - 1], &pos))
		return false;
	if (by > 0) {
		if (pos + 1 >= count)
			return false;
		*after = document_row(s->doc, pos + 1);
		return true;
	}
	if (pos == 0)
		return false;
	*after = pos == 1 ? ROW_START : document_row(s->doc, pos - 2);
	return true;
}

static void move(struct pairs *p, int by)
{
	struct session *s = session_of(p);
	row_id at = pairs_record(&p->view), after = ROW_NONE, *ids;
	struct err err = {0};
	size_t n;

	if (!listing_in_file_order(&s->listing)) {
		app_say(p->view.app, STYLE_WARNING,
			_("records move in file order only: o f shows it"));
		return;
	}
	n = act_targets(&p->view, &ids);
	if (n && place_of(s, ids, n, by, &after)) {
		begin(p, _("move"));
		if (end(p, document_move(s->doc, ids, n, after, &err), &err)) {
			listing_refresh(&s->listing);
			go_to(p, at);
		}
	}
	free(ids);
}

bool pairs_edit_command(struct pairs *p, const struct call *call)
{
	row_id *ids;
	size_t n;

	switch (call->id) {
	case CMD_DELETE:
		delete(p);
		return true;
	case CMD_DUPLICATE:
		n = act_targets(&p->view, &ids);
		session_duplicate(session_of(p), ids, n);
		return true;
	case CMD_ADD_INBOUND:
		add(p, TEMPLATE_INBOUND, false);
		return true;
	case CMD_ADD_OUTBOUND:
		add(p, TEMPLATE_OUTBOUND, false);
		return true;
	case CMD_INSERT_INBOUND:
		add(p, TEMPLATE_INBOUND, true);
		return true;
	case CMD_INSERT_OUTBOUND:
		add(p, TEMPLATE_OUTBOUND, true);
		return true;
	case CMD_MOVE_DOWN:
		move(p, 1);
		return true;
	case CMD_MOVE_UP:
		move(p, -1);
		return true;
	default:
		return false;
	}
}
