/*
 * A body through its layers, and its editor.
 *
 * `z` goes from the pretty form over the exact text and the bytes to what is
 * stored (compressed, base64). Each form can be edited; the edit goes back
 * through the layers that were there. The pretty form of a compact JSON is
 * written compact again.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/jsoncolour.h"
#include "app/show.h"
#include "app/session.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "json/format.h"
#include "rrpair/body.h"
#include "ui/hexedit.h"
#include "ui/split.h"
#include "ui/textedit.h"

enum form {
	FORM_PRETTY,		/* JSON, laid out */
	FORM_TEXT,		/* the decoded text, exact */
	FORM_HEX,		/* the decoded bytes */
	FORM_STORED,		/* the bytes inside base64, when compressed */
	FORMS
};

/* Live checking of what is typed stops here: above, only taking over checks. */
#define LIVE_CHECK_MAX ((size_t)256 << 10)

struct body_view {
	struct view v;
	row_id row;
	enum body_side side;
	enum form form;
	bool form_picked;	/* the user chose it: keep it for other records */
	bool stale, editing;
	struct body body;
	struct err err;		/* why there is no body to show */
	bool readable;
	struct buf layers;
	struct json_layout layout;	/* of the exact text, for pretty edits */
	struct textedit text;
	struct hexedit hex;
	/* whether what is typed is JSON, as of this version of the text */
	uint64_t checked_version;
	struct err json_err;
	bool json_ok;
};

static struct body_view *self(struct view *v)
{
	return (struct body_view *)v;
}

static bool is_hex(const struct body_view *bv)
{
	return bv->form == FORM_HEX || bv->form == FORM_STORED;
}

static bool form_available(const struct body_view *bv, enum form form)
{
	switch (form) {
	case FORM_PRETTY:
		return bv->body.kind == BODY_JSON;
	case FORM_TEXT:
		return bv->body.flags & BODY_UTF8 || !bv->body.bytes.len;
	case FORM_STORED:
		return bv->body.flags & BODY_GZIP;
	default:
		return true;
	}
}

static void pick_form(struct body_view *bv)
{
	enum form form;

	if (bv->form_picked && form_available(bv, bv->form))
		return;
	for (form = FORM_PRETTY; !form_available(bv, form); form++)
		;
	bv->form = form;
}

static void fill(struct body_view *bv)
{
	const struct buf *bytes = &bv->body.bytes;
	struct buf pretty;

	bv->text.colour = bv->body.kind == BODY_JSON ? json_colour : NULL;
	switch (bv->form) {
	case FORM_PRETTY:
		buf_init(&pretty);
		json_layout_of(bytes->data, bytes->len, &bv->layout);
		if (json_pretty(bytes->data, bytes->len, 2, &pretty, NULL))
			textedit_set(&bv->text, pretty.data, pretty.len);
		buf_release(&pretty);
		break;
	case FORM_TEXT:
		textedit_set(&bv->text, bytes->data, bytes->len);
		break;
	case FORM_HEX:
		hexedit_set(&bv->hex, bytes->data, bytes->len);
		break;
	default:
		hexedit_set(&bv->hex, bv->body.stored.data,
			    bv->body.stored.len);
	}
	bv->checked_version = UINT64_MAX;
}

static const struct rrpair *pair_of(struct body_view *bv, struct err *err)
{
	return session_pair(bv->v.session, bv->row, err);
}

static void sync(struct body_view *bv)
{
	const struct rrpair *pair;

	if (!bv->stale || bv->editing)
		return;
	bv->stale = false;
	buf_clear(&bv->layers);
	pair = pair_of(bv, &bv->err);
	bv->readable = pair && body_decode(&bv->body, pair, bv->side, &bv->err);
	if (!bv->readable)
		return;
	body_layers(&bv->body, &bv->layers);
	pick_form(bv);
	fill(bv);
}

/* --------------------------------------------------------------- editing */

static bool editable(struct body_view *bv)
{
	const char *why = document_read_only(bv->v.session->doc);

	if (!why && app_read_only(bv->v.app))
		why = _("opened read-only");
	if (why)
		app_say(bv->v.app, STYLE_WARNING, "%s", why);
	return !why;
}

static void set_editing(struct body_view *bv, bool on)
{
	bv->editing = on;
	bv->text.read_only = bv->hex.read_only = !on;
	bv->stale = true;
}

static bool begin(struct body_view *bv)
{
	sync(bv);
	if (!bv->readable)
		app_fail(bv->v.app, &bv->err);
	else if (editable(bv))
		set_editing(bv, true);
	return true;
}

static bool apply(struct body_view *bv, const char *bytes, size_t len,
		  struct err *err)
{
	const struct rrpair *pair = pair_of(bv, err);
	struct change_set set;
	unsigned flags = app_links(bv->v.app) ? CHANGE_LINKED : CHANGE_SINGLE;
	bool done;

	if (!pair)
		return false;
	change_init(&set);
	if (bv->form == FORM_STORED)
		done = body_set_stored(pair, bv->side, bytes, len, flags, &set,
				       err);
	else
		done = body_set(pair, bv->side, bytes, len, flags, &set, err);
	if (done && !session_apply(bv->v.session, bv->row, _("edit the body"),
				   &set))
		done = err_set(err, ERR_INPUT, _("the change was refused"));
	change_release(&set);
	return done;
}

static const char *shown_bytes(struct body_view *bv, size_t *len)
{
	return is_hex(bv) ? hexedit_bytes(&bv->hex, len) :
	       textedit_bytes(&bv->text, len);
}

/* The typed bytes as they belong into the body. */
static bool typed(struct body_view *bv, struct buf *out, struct err *err)
{
	size_t len;
	const char *bytes = shown_bytes(bv, &len);

	if (bv->form == FORM_PRETTY)
		return json_restyle(bytes, len, &bv->layout, out, err);
	buf_add(out, bytes, len);
	return true;
}

static bool modified(const struct body_view *bv)
{
	return is_hex(bv) ? hexedit_modified(&bv->hex) :
	       textedit_modified(&bv->text);
}

static void as_text_answered(struct app *app, void *arg, size_t answer)
{
	struct body_view *bv = arg;
	struct err err = { 0 };
	const char *bytes;
	size_t len;

	if (answer != 0)
		return;
	bytes = textedit_bytes(&bv->text, &len);
	if (apply(bv, bytes, len, &err))
		set_editing(bv, false);
	else
		app_fail(app, &err);
}

/* What is no JSON any more can still be wanted: a test of an error path. */
static void ask_as_text(struct body_view *bv, const struct err *err)
{
	const char *answers[2] = { _("take it as text"), _("go on editing") };
	struct buf text;

	textedit_goto(&bv->text, err->offset);
	buf_init(&text);
	buf_addf(&text, _("%s (byte %zu).\nTake the text over as it is?"),
		 err->msg, err->offset + 1);
	app_question(bv->v.app, STYLE_WARNING, _("This is not JSON"),
		     text.data, answers, 2, as_text_answered, bv);
	buf_release(&text);
}

static bool accept(struct body_view *bv)
{
	struct err err = { 0 };
	struct buf bytes;
	bool done = true;

	if (!modified(bv)) {
		set_editing(bv, false);
		return true;
	}
	buf_init(&bytes);
	if (!typed(bv, &bytes, &err)) {
		ask_as_text(bv, &err);
		done = false;
	} else if (!apply(bv, bytes.data, bytes.len, &err)) {
		app_fail(bv->v.app, &err);
		done = false;
	} else {
		set_editing(bv, false);
	}
	buf_release(&bytes);
	return done;
}

static void cancel_answered(struct app *app, void *arg, size_t answer)
{
	struct body_view *bv = arg;

	(void)app;
	if (answer == 0)
		accept(bv);
	else if (answer == 1)
		set_editing(bv, false);
}

static bool cancel(struct body_view *bv)
{
	const char *answers[3] = { _("take over"), _("discard"),
				   _("go on editing") };

	if (!modified(bv))
		set_editing(bv, false);
	else
		app_question(bv->v.app, STYLE_WARNING,
			     _("The body was edited"),
			     _("What becomes of the edit?"), answers, 3,
			     cancel_answered, bv);
	return true;
}

/* A line break that the editor put at the end, and the text never had. */
static void drop_added_newline(const struct buf *was, struct buf *now)
{
	if (now->len && now->data[now->len - 1] == '\n' &&
	    !(was->len && was->data[was->len - 1] == '\n'))
		buf_truncate(now, now->len - 1);
}

static void take_external(struct body_view *bv, const struct buf *now)
{
	struct err err = { 0 };
	struct buf bytes;
	bool done;

	buf_init(&bytes);
	if (bv->form == FORM_PRETTY)
		done = json_restyle(now->data, now->len, &bv->layout, &bytes,
				    &err);
	else
		done = (buf_add(&bytes, now->data, now->len), true);
	if (done)
		done = apply(bv, bytes.data, bytes.len, &err);
	if (!done && bv->form == FORM_PRETTY) {
		/* Nothing of what was typed is lost: it goes on in here. */
		set_editing(bv, true);
		textedit_set(&bv->text, "", 0);
		textedit_text(&bv->text, now->data, now->len);
		textedit_goto(&bv->text, err.offset);
	}
	if (!done)
		app_fail(bv->v.app, &err);
	buf_release(&bytes);
}

static bool edit_external(struct body_view *bv)
{
	struct err err = { 0 };
	struct buf was, now;
	const char *bytes;
	size_t len;

	sync(bv);
	if (!bv->readable || !editable(bv))
		return true;
	buf_init(&was);
	buf_init(&now);
	bytes = shown_bytes(bv, &len);
	buf_add(&was, bytes, len);
	if (!app_edit_text(bv->v.app, was.data, was.len,
			   is_hex(bv) ? ".bin" : bv->body.kind == BODY_JSON ?
			   ".json" : ".txt", &now, &err)) {
		app_fail(bv->v.app, &err);
	} else {
		if (!is_hex(bv))
			drop_added_newline(&was, &now);
		if (now.len != was.len || memcmp(now.data, was.data, was.len))
			take_external(bv, &now);
	}
	buf_release(&was);
	buf_release(&now);
	return true;
}

static bool next_form(struct body_view *bv)
{
	sync(bv);
	if (!bv->readable)
		return true;
	do
		bv->form = (bv->form + 1) % FORMS;
	while (!form_available(bv, bv->form));
	bv->form_picked = true;
	fill(bv);
	return true;
}

/* -------------------------------------------------------------- commands */

static enum text_action verb_of(enum command_id id)
{
	switch (id) {
	case CMD_DOWN:
		return TEXT_DOWN;
	case CMD_UP:
		return TEXT_UP;
	case CMD_LEFT:
		return TEXT_LEFT;
	case CMD_RIGHT:
		return TEXT_RIGHT;
	case CMD_PAGE_DOWN:
	case CMD_HALF_DOWN:
		return TEXT_PAGE_DOWN;
	case CMD_PAGE_UP:
	case CMD_HALF_UP:
		return TEXT_PAGE_UP;
	case CMD_TOP:
		return TEXT_TOP;
	case CMD_BOTTOM:
		return TEXT_BOTTOM;
	default:
		return TEXT_NONE;
	}
}

static enum ui_result action(struct view *v, enum text_action verb)
{
	struct body_view *bv = self(v);

	return is_hex(bv) ? hexedit_action(&bv->hex, verb) :
	       textedit_action(&bv->text, verb);
}

static bool search(struct body_view *bv, const struct call *call)
{
	int step = call->id == CMD_SEARCH ? (call->live ? 0 : 1) :
		   call->id == CMD_SEARCH_NEXT ? 1 : -1;
	bool found, wrapped, fold = true;
	size_t len, i;

	if (!call->arg || !bv->readable)
		return false;
	len = strlen(call->arg);
	for (i = 0; i < len; i++)
		fold &= call->arg[i] < 'A' || call->arg[i] > 'Z';
	found = is_hex(bv) ?
		hexedit_find(&bv->hex, call->arg, len, step) :
		textedit_find(&bv->text, call->arg, len, fold, step, &wrapped);
	if (!found && !call->live)
		app_say(bv->v.app, STYLE_NOTE, _("not found in this body"));
	return true;
}

static bool command(struct view *v, const struct call *call)
{
	struct body_view *bv = self(v);

	switch (call->id) {
	case CMD_OPEN:
	case CMD_EDIT:
		return begin(bv);
	case CMD_EDIT_EXTERNAL:
		return edit_external(bv);
	case CMD_LAYER:
		return next_form(bv);
	case CMD_FIELD_ACCEPT:
		accept(bv);
		return true;
	case CMD_FIELD_CANCEL:
		return cancel(bv);
	case CMD_SEARCH:
	case CMD_SEARCH_BACK:
	case CMD_SEARCH_NEXT:
	case CMD_SEARCH_PREV:
		return search(bv, call);
	case CMD_BODY:
	case CMD_BODY_REQUEST:
		bv->side = call->id == CMD_BODY ? BODY_RESPONSE : BODY_REQUEST;
		bv->stale = true;
		return true;
	case CMD_PANE_NEXT:
	case CMD_PANE_PREV:
		bv->side = bv->side == BODY_REQUEST ? BODY_RESPONSE :
			   BODY_REQUEST;
		bv->stale = true;
		return true;
	default:
		if (verb_of(call->id) == TEXT_NONE)
			return false;
		action(v, verb_of(call->id));
		return true;
	}
}

static bool in_field(struct view *v)
{
	return self(v)->editing;
}

static bool lines(struct view *v)
{
	return !is_hex(self(v));
}

static enum ui_result text(struct view *v, const char *bytes, size_t len)
{
	struct body_view *bv = self(v);

	return is_hex(bv) ? hexedit_text(&bv->hex, bytes, len) :
	       textedit_text(&bv->text, bytes, len);
}

static bool mouse(struct view *v, const struct mouse *m)
{
	struct body_view *bv = self(v);

	return (is_hex(bv) ? hexedit_mouse(&bv->hex, m) :
		textedit_mouse(&bv->text, m)) != UI_IGNORED;
}

/* --------------------------------------------------------------- drawing */

static void layout(struct view *v, const struct region *r)
{
	struct body_view *bv = self(v);
	struct region rest = *r;

	sync(bv);
	split_top(&rest, 1);
	if (is_hex(bv))
		hexedit_layout(&bv->hex, &rest);
	else
		textedit_layout(&bv->text, &rest);
}

static const char *form_name(const struct body_view *bv)
{
	switch (bv->form) {
	case FORM_PRETTY:
		return _("pretty");
	case FORM_TEXT:
		return _("exact text");
	case FORM_HEX:
		return _("bytes");
	default:
		return _("stored bytes, compressed");
	}
}

static void draw(struct view *v, const struct region *r)
{
	struct body_view *bv = self(v);
	struct region rest = *r, row = split_top(&rest, 1);
	bool broken = bv->body.flags & (BODY_BAD_BASE64 | BODY_BAD_GZIP |
					BODY_TOO_BIG);

	if (!bv->readable) {
		region_text(&row, 0, 0, -1, STYLE_ERROR, bv->err.msg,
			    strlen(bv->err.msg));
		return;
	}
	region_fill_row(&row, 0, STYLE_GROUP);
	region_printf(&row, 0, 0, -1, broken ? STYLE_ERROR : STYLE_GROUP,
		      "%s: %s  [%s]", bv->side == BODY_REQUEST ?
		      _("Request body") : _("Response body"),
		      bv->layers.len ? bv->layers.data : _("none"),
		      form_name(bv));
	if (is_hex(bv))
		hexedit_draw(&bv->hex, &rest, true);
	else
		textedit_draw(&bv->text, &rest, true);
}

/* Whether what is being typed is JSON, looked at once for each edit. */
static void check_json(struct body_view *bv)
{
	const char *bytes;
	size_t len;

	if (bv->checked_version == bv->text.text.version)
		return;
	bv->checked_version = bv->text.text.version;
	bytes = textedit_bytes(&bv->text, &len);
	bv->json_ok = json_valid(bytes, len, &bv->json_err);
}

static void json_status(struct body_view *bv, struct buf *out)
{
	if (bv->body.kind != BODY_JSON || is_hex(bv) ||
	    textbuf_len(&bv->text.text) > LIVE_CHECK_MAX)
		return;
	check_json(bv);
	if (bv->json_ok)
		buf_adds(out, _("JSON"));
	else
		buf_addf(out, _("not JSON: %s at byte %zu"), bv->json_err.msg,
			 bv->json_err.offset + 1);
}

static void status(struct view *v, struct view_status *out)
{
	struct body_view *bv = self(v);
	struct textedit_info info;

	sync(bv);
	if (!bv->readable)
		return;
	if (bv->editing) {
		out->mode = _("EDIT");
		json_status(bv, &out->left);
	} else {
		show_size(&out->left, bv->body.bytes.len);
	}
	if (is_hex(bv)) {
		buf_addf(&out->right, _("byte %zu of %zu"), bv->hex.cursor,
			 textbuf_len(&bv->hex.text));
		return;
	}
	textedit_info(&bv->text, &info);
	buf_addf(&out->right, _("line %zu/%zu column %zu"), info.line,
		 info.lines, info.column);
}

/* ------------------------------------------------------------------ rest */

static void changed(struct view *v, unsigned what)
{
	struct body_view *bv = self(v);

	if (what & (CHANGED_DOCUMENT | CHANGED_TOP))
		bv->stale = true;
}

static row_id record(struct view *v)
{
	return self(v)->row;
}

static bool leave(struct view *v)
{
	struct body_view *bv = self(v);

	return !bv->editing || accept(bv);
}

static bool show(struct view *v, row_id id)
{
	struct body_view *bv = self(v);

	if (!leave(v))
		return true;
	bv->row = id;
	bv->stale = true;
	return true;
}

static bool field_name(struct view *v, struct buf *out)
{
	buf_adds(out, self(v)->side == BODY_REQUEST ? "request.body" :
		 "response.body");
	return true;
}

static bool value(struct view *v, struct buf *out)
{
	struct body_view *bv = self(v);

	sync(bv);
	if (!bv->readable)
		return false;
	buf_add(out, bv->body.bytes.data, bv->body.bytes.len);
	return true;
}

static void title(struct view *v, struct buf *out)
{
	buf_adds(out, self(v)->side == BODY_REQUEST ? _("request body") :
		 _("response body"));
}

static void release(struct view *v)
{
	struct body_view *bv = self(v);

	body_release(&bv->body);
	buf_release(&bv->layers);
	textedit_release(&bv->text);
	hexedit_release(&bv->hex);
	free(bv);
}

static const struct view_ops body_ops = {
	.kind = VIEW_BODY, .title = title, .layout = layout, .draw = draw,
	.command = command, .free = release, .status = status, .mouse = mouse,
	.field = in_field, .lines = lines, .text = text, .action = action,
	.changed = changed, .record = record, .show = show,
	.field_name = field_name, .value = value, .leave = leave,
};

struct view *view_body_new(struct app *app, struct session *session, row_id row,
			   enum body_side side)
{
	struct body_view *bv = mem_zalloc(1, sizeof(*bv));

	view_init(&bv->v, &body_ops, app, session);
	bv->row = row;
	bv->side = side;
	bv->stale = true;
	body_init(&bv->body);
	buf_init(&bv->layers);
	textedit_init(&bv->text);
	hexedit_init(&bv->hex);
	bv->text.read_only = bv->hex.read_only = true;
	return &bv->v;
}
