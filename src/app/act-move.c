/* From record to record, in the order that is shown. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/session.h"
#include "base/codec.h"
#include "base/i18n.h"

row_id act_record(struct view *v)
{
	if (!v->session)
		return ROW_NONE;
	return document_known(v->session->doc,
			      v->ops->record ? v->ops->record(v)
					     : v->session->current);
}

size_t act_targets(struct view *v, row_id **out)
{
	if (v->session->tags.count || !v->ops->targets)
		return session_targets(v->session, act_record(v), out);
	return v->ops->targets(v, out);
}

static void show(struct view *v, row_id id)
{
	session_set_current(v->session, id);
	if (v->ops->show && !v->ops->show(v, id))
		app_say(v->app, STYLE_NOTE, _("not among what is shown here"));
	app_dirty(v->app);
}

static bool is_wanted(struct session *s, row_id id, enum command_id how)
{
	switch (how) {
	case CMD_PROBLEM_NEXT:
	case CMD_PROBLEM_PREV:
		return session_mark(s, id) > CHECK_NOTE + 1;
	case CMD_CHANGE_NEXT:
	case CMD_CHANGE_PREV:
		return document_state(s->doc, id) != ROW_CLEAN;
	default:
		return true;
	}
}

static const char *nothing(enum command_id how)
{
	switch (how) {
	case CMD_PROBLEM_NEXT:
	case CMD_PROBLEM_PREV:
		return _("no further record with a problem");
	case CMD_CHANGE_NEXT:
	case CMD_CHANGE_PREV:
		return _("no further changed record");
	case CMD_PAIR_NEXT:
		return _("this is the last record");
	default:
		return _("this is the first record");
	}
}

static void step(struct view *v, enum command_id how, int by)
{
	struct session *s = v->session;
	uint64_t count = listing_count(&s->listing), at;

	if ((how == CMD_PROBLEM_NEXT || how == CMD_PROBLEM_PREV) &&
	    s->checked == CHECKED_NEVER) {
		session_check(s);
		app_say(v->app, STYLE_NOTE, _("checking; try again"));
		return;
	}
	if (!session_numbered(s, act_record(v)))
		return;
	if (!listing_find(&s->listing, act_record(v), &at))
		at = by > 0 ? UINT64_MAX : count;
	for (;;) {
		if (by > 0 ? at + 1 >= count && at != UINT64_MAX
			   : at == 0 || at > count) {
			app_say(v->app, STYLE_NOTE, "%s", nothing(how));
			return;
		}
		at += (uint64_t)(int64_t)by;
		if (at >= count)
			continue;
		if (is_wanted(s, listing_row(&s->listing, at), how))
			break;
	}
	show(v, listing_row(&s->listing, at));
}

/* A uuid, dashed or base64, by the hash that the columns keep of it. */
static row_id by_uuid(struct session *s, const struct uuid *want)
{
	uint32_t hash = columns_uuid_hash(want->b);
	uint64_t count = document_count(s->doc);
	struct columns c;
	struct uuid got;

	for (uint64_t i = 0; i < count; i++) {
		row_id id = document_row(s->doc, i);
		const struct rrpair *pair;

		if (!document_columns(s->doc, id, &c) || c.uuid != hash)
			continue;
		pair = session_pair(s, id, NULL);
		if (pair && rrpair_uuid(pair, &got) &&
		    !memcmp(got.b, want->b, sizeof(got.b)))
			return id;
	}
	return ROW_NONE;
}

static void go_to(struct view *v, const char *arg)
{
	struct session *s = v->session;
	row_id id = ROW_NONE;
	struct uuid uuid;
	char *end;

	if (uuid_parse(&uuid, arg, strlen(arg))) {
		id = by_uuid(s, &uuid);
	} else {
		unsigned long long n = strtoull(arg, &end, 10);

		if (*end || n == 0) {
			app_say(v->app, STYLE_ERROR,
				_("a record number or a uuid was expected"));
			return;
		}
		if (n <= document_count(s->doc))
			id = document_row(s->doc, n - 1);
	}
	if (id == ROW_NONE)
		app_say(v->app, STYLE_ERROR, _("there is no such record"));
	else
		show(v, id);
}

bool act_move(struct view *v, const struct call *call)
{
	switch (call->id) {
	case CMD_PAIR_NEXT:
	case CMD_PROBLEM_NEXT:
	case CMD_CHANGE_NEXT:
		step(v, call->id, 1);
		return true;
	case CMD_PAIR_PREV:
	case CMD_PROBLEM_PREV:
	case CMD_CHANGE_PREV:
		step(v, call->id, -1);
		return true;
	case CMD_GOTO:
		go_to(v, call->arg);
		return true;
	default:
		return false;
	}
}
