/* Edits of many records: tokens, times, uuids, a window of time. They work on
 * the tagged records, or on all that are shown. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/bulk.h"
#include "app/renewing.h"
#include "app/replacing.h"
#include "app/session.h"
#include "app/shifting.h"
#include "base/codec.h"
#include "base/i18n.h"
#include "base/mem.h"

size_t act_many(struct session *s, row_id **out)
{
	struct listing *l = &s->listing;
	uint64_t count = listing_count(l);
	size_t n = session_targets(s, ROW_NONE, out);

	if (n)
		return n;
	free(*out);
	*out = mem_zalloc((size_t)count + 1, sizeof(**out));
	for (uint64_t i = 0; i < count; i++)
		(*out)[i] = listing_row(l, i);
	return (size_t)count;
}

/* One word, or a text in double quotes with \" and \\ in it. */
static bool take_word(const char **s, struct buf *out)
{
	const char *p = *s + strspn(*s, " \t");
	bool quoted = *p == '"';

	if (!*p)
		return false;
	p += quoted;
	while (*p && (quoted ? *p != '"' : *p != ' ' && *p != '\t')) {
		if (quoted && p[0] == '\\' && (p[1] == '"' || p[1] == '\\'))
			p++;
		buf_addc(out, *p++);
	}
	*s = p + (quoted && *p == '"');
	return true;
}

static bool at_end(const char *s)
{
	return !s[strspn(s, " \t")];
}

/* --- swap --- */

/* A token that a file holds does not end with that file's line end. */
static bool take_token(struct buf *out, const char *s, size_t len,
		       struct err *err)
{
	if (!act_take_value(out, s, len, err))
		return false;
	if (len > 1 && s[0] == '@' && s[1] != '@' && out->len &&
	    out->data[out->len - 1] == '\n')
		buf_truncate(out, out->len - (out->len > 1 &&
				      out->data[out->len - 2] == '\r' ? 2 : 1));
	return true;
}

static void replacing_done(void *arg)
{
	replacing_free(arg);
}

static void start_swap(struct session *s, const struct buf *old,
		       const struct buf *new, bool at_once)
{
	struct bulk_spec spec = {
		.label = _("swap"), .make = replacing_make,
		.free = replacing_done, .at_once = at_once,
		.skip_broken = true,
	};
	struct err err = {0};

	spec.arg = replacing_new_swap(old->data, old->len, new->data, new->len,
				      &err);
	if (!spec.arg) {
		app_fail(s->app, &err);
		return;
	}
	spec.count = act_many(s, &spec.ids);
	bulk_start(s, &spec);
}

/* The answers so far, when they are asked for one by one. */
struct swap {
	struct session *session;	/* counted */
	struct buf old;
};

static void swap_free(struct swap *s)
{
	session_unref(s->session);
	buf_release(&s->old);
	free(s);
}

static void new_given(struct app *app, void *arg, const char *text, size_t len)
{
	struct swap *s = arg;
	struct err err = {0};
	struct buf new;

	buf_init(&new);
	if (text && s->session->doc && take_token(&new, text, len, &err))
		start_swap(s->session, &s->old, &new, false);
	else if (err.code)
		app_fail(app, &err);
	buf_release(&new);
	swap_free(s);
}

static void old_given(struct app *app, void *arg, const char *text, size_t len)
{
	struct swap *s = arg;
	struct ask ask = {.label = _("the new text, or @FILE: "),
			  .done = new_given, .arg = s};
	struct err err = {0};

	buf_clear(&s->old);
	if (text && len && take_token(&s->old, text, len, &err)) {
		app_ask(app, &ask);
		return;
	}
	if (err.code)
		app_fail(app, &err);
	swap_free(s);
}

/* Asked for: tokens are not for the history of the `:` line. */
static void ask_swap(struct view *v, const struct buf *old)
{
	struct swap *s = mem_zalloc(1, sizeof(*s));
	struct ask ask = {.label = _("swap, everywhere: "), .text = old->data,
			  .done = old_given, .arg = s};

	s->session = session_ref(v->session);
	buf_init(&s->old);
	if (old->len) {
		buf_add(&s->old, old->data, old->len);
		ask.text = s->old.data;
	} else {
		ask.text = NULL;
	}
	app_ask(v->app, &ask);
}

static void swap(struct view *v, const struct call *call)
{
	struct buf words[2], values[2];
	const char *s = call->arg ? call->arg : "";
	struct err err = {0};
	size_t n = 0;

	for (size_t i = 0; i < 2; i++) {
		buf_init(&words[i]);
		buf_init(&values[i]);
	}
	while (n < 2 && take_word(&s, &words[n]))
		n++;
	if (!at_end(s) || (call->arg && n < 2)) {
		err_set(&err, ERR_USAGE,
			_("OLD NEW was expected, each a word, \"in quotes\" or @FILE"));
	} else if (n == 2) {
		if (take_token(&values[0], words[0].data, words[0].len,
				   &err) &&
		    take_token(&values[1], words[1].data, words[1].len,
				   &err))
			start_swap(v->session, &values[0], &values[1], call->bang);
	} else {
		if (v->ops->value && !v->ops->value(v, &values[0]))
			buf_clear(&values[0]);
		if (memchr(values[0].data, '\n', values[0].len) ||
		    v->ops->kind == VIEW_PAIRS)
			buf_clear(&values[0]);
		ask_swap(v, &values[0]);
	}
	if (err.code)
		app_fail(v->app, &err);
	for (size_t i = 0; i < 2; i++) {
		buf_release(&words[i]);
		buf_release(&values[i]);
	}
}

/* --- shift --- */

struct shift {
	struct shifting *shifting;
	row_id *ids;
	size_t n;
};

static void shift_free(void *arg)
{
	struct shift *s = arg;

	shifting_free(s->shifting);
	free(s->ids);
	free(s);
}

static bool shift_prepare(void *arg, struct job *job,
			  const struct snapshot *snapshot, struct err *err)
{
	struct shift *s = arg;

	return shifting_begin(s->shifting, snapshot, s->ids, s->n, err);
}

static bool shift_make(void *arg, struct change_run *run, struct err *err)
{
	struct shift *s = arg;

	return shifting_make(s->shifting, run, err);
}

static void shift(struct view *v, const struct call *call)
{
	struct bulk_spec spec = {
		.label = _("shift"), .make = shift_make,
		.prepare = shift_prepare, .free = shift_free,
		.at_once = call->bang, .skip_broken = true,
	};
	struct shifting *shifting;
	struct err err = {0};
	struct shift *s;

	shifting = shifting_new(call->arg, strlen(call->arg), &err);
	if (!shifting) {
		app_fail(v->app, &err);
		return;
	}
	s = mem_zalloc(1, sizeof(*s));
	s->shifting = shifting;
	s->n = act_many(v->session, &s->ids);
	spec.arg = s;
	spec.count = s->n;
	spec.ids = mem_zalloc(s->n + 1, sizeof(*spec.ids));
	if (s->n)
		memcpy(spec.ids, s->ids, s->n * sizeof(*spec.ids));
	bulk_start(v->session, &spec);
}

/* --- renew --- */

static void renew_free(void *arg)
{
	renewing_free(arg);
}

static bool renew_prepare(void *arg, struct job *job,
			  const struct snapshot *snapshot, struct err *err)
{
	return renewing_begin(arg, snapshot, err);
}

static void renew(struct view *v, const struct call *call)
{
	struct document *doc = v->session->doc;
	struct bulk_spec spec = {
		.label = _("new uuids"), .make = renewing_make,
		.prepare = renew_prepare, .free = renew_free,
		.at_once = call->bang, .skip_broken = true,
	};
	row_id *ids;
	size_t n = act_many(v->session, &ids);

	spec.arg = renewing_new(ids, n);
	free(ids);
	spec.count = n ? (size_t)document_count(doc) : 0;
	spec.ids = mem_zalloc(spec.count + 1, sizeof(*spec.ids));
	for (size_t i = 0; i < spec.count; i++)
		spec.ids[i] = document_row(doc, i);
	bulk_start(v->session, &spec);
}

/* --- trim --- */

struct trim {
	struct session *session;	/* counted */
	struct scan *scan;
	struct snapshot *snapshot;
	row_id *ids;
	size_t count, cap;
	bool at_once;
};

static void trim_free(struct trim *t)
{
	scan_free(t->scan);
	snapshot_unref(t->snapshot);
	session_unref(t->session);
	free(t->ids);
	free(t);
}

static void trim_apply(struct trim *t)
{
	struct session *s = t->session;
	struct err err = {0};

	document_begin(s->doc, _("trim"));
	if (!document_delete(s->doc, t->ids, t->count, &err)) {
		document_abort(s->doc);
		app_fail(s->app, &err);
	} else if (!document_commit(s->doc, &err)) {
		app_fail(s->app, &err);
	} else {
		for (size_t i = 0; i < t->count; i++)
			rowmap_set(&s->tags, t->ids[i], 0);
		app_say(s->app, STYLE_OK,
			PLURAL("deleted %zu record; u brings it back",
			       "deleted %zu records; u brings them back",
			       t->count), t->count);
	}
}

static void trim_answered(struct app *app, void *arg, size_t answer)
{
	struct trim *t = arg;

	if (answer == 0)
		trim_apply(t);
	else
		app_say(app, STYLE_NOTE, _("%s: cancelled, nothing changed"),
			_("trim"));
	trim_free(t);
}

#define TRIM_SAMPLES 40

/* Which records go: their number, time and location. */
static void trim_samples(const struct trim *t, struct buf *out)
{
	struct document *doc = t->session->doc;

	for (size_t i = 0; i < t->count && i < TRIM_SAMPLES; i++) {
		char ts[RFC3339_MAX] = "";
		struct columns c;
		struct buf location;

		buf_init(&location);
		if (document_columns(doc, t->ids[i], &c))
			rfc3339_format(ts, c.ts, 3);
		document_location(doc, t->ids[i], ERR_QUOTE_MAX, &location);
		buf_addf(out, _("\nrecord %llu, %s "), (unsigned long long)
			 session_number(t->session, t->ids[i]), ts);
		utf8_visible(out, location.data, location.len, false);
		buf_release(&location);
	}
	if (t->count > TRIM_SAMPLES)
		buf_adds(out, "\n...");
}

static void trim_scanned(void *owner, struct scan *scan, bool complete)
{
	const char *answers[] = {
		C_("answer", "Delete"), C_("answer", "Cancel"),
	};
	struct trim *t = owner;
	struct app *app = t->session->app;
	uint64_t all = snapshot_count(t->snapshot);
	struct buf text;

	scan_take(scan, &t->ids, &t->count, &t->cap);
	if (!complete || !t->count) {
		if (complete)
			app_say(app, STYLE_NOTE, _("nothing to change"));
		else
			app_say(app, STYLE_NOTE,
				_("%s: cancelled, nothing changed"), _("trim"));
		trim_free(t);
		return;
	}
	if (t->at_once) {
		trim_apply(t);
		trim_free(t);
		return;
	}
	buf_init(&text);
	buf_addf(&text, _("%zu of %llu records lie outside and go:\n"),
		 t->count, (unsigned long long)all);
	trim_samples(t, &text);
	app_question(app, STYLE_WARNING, _("trim"), text.data, answers, 2,
		     trim_answered, t);
	buf_release(&text);
}

static void trim(struct view *v, const struct call *call)
{
	struct scan_spec spec = {.what = _("trim"), .ended = trim_scanned};
	struct query *query = NULL;
	const char *s = call->arg;
	struct err err = {0};
	struct buf from, to;
	struct trim *t;

	buf_init(&from);
	buf_init(&to);
	if (!take_word(&s, &from) || !take_word(&s, &to) || !at_end(s))
		err_set(&err, ERR_USAGE,
			_("FROM TO was expected, two times; - leaves an end open"));
	else
		query = times_outside(&from, &to, &err);
	buf_release(&from);
	buf_release(&to);
	if (!query) {
		app_fail(v->app, &err);
		return;
	}
	t = mem_zalloc(1, sizeof(*t));
	t->session = session_ref(v->session);
	t->snapshot = document_snapshot(v->session->doc);
	t->at_once = call->bang;
	spec.snapshot = t->snapshot;
	spec.query = query;
	spec.owner = t;
	t->scan = scan_start(app_jobs(v->app), &spec);
	query_unref(query);
}

bool act_bulk(struct view *v, const struct call *call)
{
	switch (call->id) {
	case CMD_SWAP:
		swap(v, call);
		return true;
	case CMD_SHIFT:
		shift(v, call);
		return true;
	case CMD_RENEW:
		renew(v, call);
		return true;
	case CMD_TRIM:
		trim(v, call);
		return true;
	default:
		return false;
	}
}
