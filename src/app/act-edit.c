/* Edits of whole records: set, unset, undo, redo, revert, $EDITOR. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/bulk.h"
#include "app/replacing.h"
#include "app/repository.h"
#include "app/session.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "rrpair/body.h"
#include "rrpair/editform.h"

/* --- set and unset --- */

struct assignment {
	struct field field;
	bool json, unset;
	unsigned flags;
	struct buf value;
};

static void assignment_free(void *arg)
{
	struct assignment *a = arg;

	field_release(&a->field);
	buf_release(&a->value);
	free(a);
}

static bool assign(void *arg, struct change_run *run, struct err *err)
{
	const struct assignment *a = arg;
	struct change_set step;
	bool ok;

	change_init(&step);
	if (a->unset)
		ok = change_unset(&run->pair, &a->field, a->flags, &step, err);
	else if (a->json)
		ok = change_field_json(&run->pair, &a->field, a->value.data,
				       a->value.len, a->flags, &step, err);
	else
		ok = change_field(&run->pair, &a->field, a->value.data,
				  a->value.len, a->flags, &step, err);
	ok = ok && change_run_take(run, &step, err);
	change_release(&step);
	return ok;
}

bool act_take_value(struct buf *out, const char *s, size_t len,
		    struct err *err)
{
	char *path;
	bool ok;

	if (!len || s[0] != '@') {
		buf_add(out, s, len);
		return true;
	}
	if (len > 1 && s[1] == '@') {
		buf_add(out, s + 1, len - 1);
		return true;
	}
	path = mem_dup(s + 1, len - 1);
	ok = file_read(path, BODY_MAX, out, err);
	free(path);
	return ok;
}

static bool parse_assignment(struct assignment *a, const char *text,
			     struct err *err)
{
	const char *value;
	size_t len;

	if (a->unset)
		return field_parse(&a->field, text, strlen(text), err);
	return field_parse_assignment(&a->field, text, strlen(text), &value,
				      &len, &a->json, err) &&
	       act_take_value(&a->value, value, len, err);
}

static void set(struct view *v, const struct call *call)
{
	struct assignment *a = mem_zalloc(1, sizeof(*a));
	struct bulk_spec spec = {.make = assign, .free = assignment_free,
				 .arg = a, .at_once = call->bang};
	struct err err = {0};
	struct buf label;

	a->unset = call->id == CMD_UNSET;
	a->flags = app_links(v->app) ? CHANGE_LINKED : CHANGE_SINGLE;
	buf_init(&a->value);
	if (!parse_assignment(a, call->arg, &err)) {
		app_fail(v->app, &err);
		assignment_free(a);
		return;
	}
	buf_init(&label);
	buf_adds(&label, a->unset ? _("unset ") : _("set "));
	field_print(&a->field, &label);
	spec.label = label.data;
	spec.count = act_targets(v, &spec.ids);
	bulk_start(v->session, &spec);
	buf_release(&label);
}

/* --- replace --- */

static void replace_free(void *arg)
{
	replacing_free(arg);
}

/* The end of a part of /REGEX/TEXT/: its sign, or the end of the line. A sign
 * with a backslash before it belongs to the part, without the backslash. */
static const char *take_part(const char *s, char sign, struct buf *out)
{
	for (; *s && *s != sign; s++) {
		if (s[0] == '\\' && s[1] == sign)
			s++;
		else if (s[0] == '\\' && s[1])
			buf_addc(out, *s++);
		buf_addc(out, *s);
	}
	return s;
}

static void replace(struct view *v, const struct call *call)
{
	struct bulk_spec spec = {.label = _("replace"), .make = replacing_make,
				 .free = replace_free, .at_once = call->bang};
	const char *arg = call->arg, *s = arg + 1;
	struct buf pattern, text;
	struct err err = {0};

	buf_init(&pattern);
	buf_init(&text);
	s = take_part(s, arg[0], &pattern);
	if (*s)
		take_part(s + 1, arg[0], &text);
	if (!*s || !pattern.len)
		err_set(&err, ERR_USAGE, _("/REGEX/TEXT/ was expected"));
	else
		spec.arg = replacing_new(pattern.data, pattern.len, text.data,
					 text.len, NULL, &err);
	buf_release(&pattern);
	buf_release(&text);
	if (!spec.arg) {
		app_fail(v->app, &err);
		return;
	}
	spec.count = act_targets(v, &spec.ids);
	bulk_start(v->session, &spec);
}

/* --- undo --- */

static void go_to_touched(struct view *v, const struct document_touched *t)
{
	uint64_t pos;

	if (t->row == ROW_NONE ||
	    !document_position(v->session->doc, t->row, &pos))
		return;
	session_recheck(v->session, t->row);
	session_set_current(v->session, t->row);
	if (v->ops->show)
		v->ops->show(v, t->row);
}

static void undo(struct view *v, bool redo)
{
	struct document_touched t;
	struct err err = {0};
	bool ok = redo ? document_redo(v->session->doc, &t, &err)
		       : document_undo(v->session->doc, &t, &err);

	if (!ok) {
		if (err.code == ERR_ABSENT)
			app_say(v->app, STYLE_NOTE, "%s", err.msg);
		else
			app_fail(v->app, &err);
		return;
	}
	listing_refresh(&v->session->listing);
	go_to_touched(v, &t);
	if (redo)
		app_say(v->app, STYLE_OK, _("redone: %s"), t.label);
	else
		app_say(v->app, STYLE_OK, _("undone: %s"), t.label);
}

static void revert(struct view *v)
{
	struct document *doc = v->session->doc;
	struct err err = {0};
	row_id *ids;
	size_t n = act_targets(v, &ids), done = 0;

	document_begin(doc, _("revert"));
	for (size_t i = 0; i < n; i++) {
		if (document_state(doc, ids[i]) == ROW_CLEAN)
			continue;
		if (!document_revert(doc, ids[i], &err))
			break;
		done++;
	}
	if (err.code) {
		document_abort(doc);
		app_fail(v->app, &err);
	} else if (!document_commit(doc, &err)) {
		app_fail(v->app, &err);
	} else if (done) {
		app_say(v->app, STYLE_OK,
			PLURAL("%zu record put back as it was saved",
			       "%zu records put back as they were saved", done),
			done);
	} else {
		app_say(v->app, STYLE_NOTE, _("nothing was changed here"));
	}
	for (size_t i = 0; i < n; i++)
		session_recheck(v->session, ids[i]);
	free(ids);
}

/* --- $EDITOR --- */

struct editing {
	struct session *session;	/* counted */
	row_id id;
	bool raw;			/* the text itself: no record */
	unsigned flags;
	struct buf shown, text;
};

static void editing_free(struct editing *e)
{
	session_unref(e->session);
	buf_release(&e->shown);
	buf_release(&e->text);
	free(e);
}

static bool take_raw(struct editing *e, struct err *err)
{
	size_t len = e->text.len;

	while (len && (e->text.data[len - 1] == '\n' ||
		       e->text.data[len - 1] == '\r'))
		len--;
	document_begin(e->session->doc, _("edit as text"));
	if (!repository_set_text(e->session->doc, e->id, e->text.data, len,
				 err)) {
		document_abort(e->session->doc);
		return false;
	}
	return document_commit(e->session->doc, err);
}

static bool take_form(struct editing *e, struct err *err)
{
	const struct rrpair *pair = session_pair(e->session, e->id, err);
	struct change_set change;
	bool ok;

	if (!pair)
		return false;
	change_init(&change);
	ok = editform_parse(pair, e->text.data, e->text.len, e->flags, &change,
			    err);
	if (ok)
		session_apply(e->session, e->id, _("edit as text"), &change);
	change_release(&change);
	return ok;
}

static void edit_once(struct app *app, struct editing *e);

static void edit_answer(struct app *app, void *arg, size_t answer)
{
	if (answer == 0)
		edit_once(app, arg);
	else
		editing_free(arg);
}

static void edit_once(struct app *app, struct editing *e)
{
	const char *answers[] = {
		C_("answer", "Edit again"), C_("answer", "Drop"),
	};
	struct err err = {0};
	struct buf back;

	buf_init(&back);
	if (!app_edit_text(app, e->text.data, e->text.len,
			   e->raw ? ".txt" : ".json", &back, &err)) {
		app_fail(app, &err);
		goto out;
	}
	buf_clear(&e->text);
	buf_add(&e->text, back.data, back.len);
	if (e->text.len == e->shown.len &&
	    !memcmp(e->text.data, e->shown.data, e->text.len)) {
		app_say(app, STYLE_NOTE, _("nothing was changed"));
		goto out;
	}
	if (e->raw ? take_raw(e, &err) : take_form(e, &err))
		goto out;
	app_question(app, STYLE_ERROR, _("The edit cannot be taken over"),
		     err.msg, answers, 2, edit_answer, e);
	e = NULL;
out:
	buf_release(&back);
	if (e)
		editing_free(e);
}

static void edit_external(struct view *v)
{
	struct editing *e = mem_zalloc(1, sizeof(*e));
	const struct buf *text = NULL;
	const struct rrpair *pair;
	struct err err = {0};

	e->session = session_ref(v->session);
	e->id = act_record(v);
	e->flags = app_links(v->app) ? CHANGE_LINKED : CHANGE_SINGLE;
	buf_init(&e->shown);
	buf_init(&e->text);
	if (e->id != ROW_NONE)
		text = session_text(e->session, e->id, &err);
	if (!text) {
		if (err.code)
			app_fail(v->app, &err);
		editing_free(e);
		return;
	}
	pair = session_pair(e->session, e->id, NULL);
	e->raw = !pair || !editform_print(pair, &e->shown, NULL);
	if (e->raw) {
		buf_clear(&e->shown);
		buf_add(&e->shown, text->data, text->len);
	}
	buf_add(&e->text, e->shown.data, e->shown.len);
	edit_once(v->app, e);
}

bool act_edit(struct view *v, const struct call *call)
{
	switch (call->id) {
	case CMD_SET:
	case CMD_UNSET:
		set(v, call);
		return true;
	case CMD_REPLACE:
		replace(v, call);
		return true;
	case CMD_UNDO:
		undo(v, false);
		return true;
	case CMD_REDO:
		undo(v, true);
		return true;
	case CMD_REVERT:
		revert(v);
		return true;
	case CMD_EDIT_EXTERNAL:
		edit_external(v);
		return true;
	default:
		return false;
	}
}
