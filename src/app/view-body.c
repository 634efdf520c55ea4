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

#include "app/body-view.h"
#include "app/show.h"
#include "app/views.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/split.h"

/* Live checking of what is typed stops here: above, only taking over checks. */
#define LIVE_CHECK_MAX ((size_t)256 << 10)

static struct body_view *self(struct view *v)
{
	return (struct body_view *)v;
}

static bool is_hex(const struct body_view *bv)
{
	return body_form_is_hex(bv->shown_form);
}

static bool next_form(struct body_view *bv)
{
	if (body_view_loading(bv) || !bv->readable)
		return true;
	do
		bv->form = (bv->form + 1) % FORMS;
	while (!body_form_available(bv->body, bv->form));
	bv->form_picked = true;
	bv->stale = true;
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
		return body_view_begin(bv);
	case CMD_EDIT_EXTERNAL:
		return body_view_edit_external(bv);
	case CMD_LAYER:
		return next_form(bv);
	case CMD_FIELD_ACCEPT:
		body_view_accept(bv);
		return true;
	case CMD_FIELD_CANCEL:
		return body_view_cancel(bv);
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

	body_view_load(bv);
	split_top(&rest, 1);
	if (is_hex(bv))
		hexedit_layout(&bv->hex, &rest);
	else
		textedit_layout(&bv->text, &rest);
}

static const char *form_name(const struct body_view *bv)
{
	switch (bv->shown_form) {
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
	bool broken;

	if (!body_view_shows(bv)) {
		region_puts(&row, 0, 0, -1, STYLE_DIM,
			    _("decoding the body..."));
		return;
	}
	if (!bv->readable) {
		region_text(&row, 0, 0, -1, STYLE_ERROR, bv->err.msg,
			    strlen(bv->err.msg));
		return;
	}
	broken = bv->body->flags & (BODY_BAD_BASE64 | BODY_BAD_GZIP |
				    BODY_TOO_BIG);
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
	if (bv->body->kind != BODY_JSON || is_hex(bv) ||
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

	if (!body_view_shows(bv) || !bv->readable)
		return;
	if (bv->commit) {
		out->mode = _("EDIT");
		buf_adds(&out->left, _("taking it over... Esc stops it"));
	} else if (bv->editing) {
		out->mode = _("EDIT");
		json_status(bv, &out->left);
	} else {
		show_size(&out->left, bv->body->bytes.len);
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

	if (what & (CHANGED_DOCUMENT | CHANGED_TOP | CHANGED_RECORD))
		bv->stale = true;
}

static row_id record(struct view *v)
{
	return self(v)->row;
}

static bool leave(struct view *v)
{
	struct body_view *bv = self(v);

	return !bv->editing || body_view_accept(bv);
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

	body_view_load(bv);
	if (!body_view_shows(bv) || !bv->readable)
		return false;
	buf_add(out, bv->body->bytes.data, bv->body->bytes.len);
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

	body_view_stop_load(bv);
	body_view_stop_commit(bv);
	record_unref(bv->record);
	buf_release(&bv->layers);
	textedit_release(&bv->text);
	hexedit_release(&bv->hex);
	free(bv);
}

/* Going elsewhere need not wait for a body to be there, nor does looking around
 * in what is shown of it; while an edit is taken over only giving up does not. */
static bool waits(struct view *v, enum command_id id)
{
	struct body_view *bv = self(v);
	enum command_group group = command_table[id].group;

	if (bv->commit)
		return id != CMD_FIELD_CANCEL && id != CMD_REDRAW &&
		       id != CMD_SUSPEND;
	if (!body_view_loading(bv) || group == GROUP_PROGRAM)
		return false;
	switch (id) {
	case CMD_PAIR_NEXT:
	case CMD_PAIR_PREV:
	case CMD_BACK:
	case CMD_ESCAPE:
	case CMD_JOBS:
	case CMD_MESSAGES:
		return false;
	default:
		return verb_of(id) == TEXT_NONE || !body_view_shows(bv);
	}
}

static const struct view_ops body_ops = {
	.kind = VIEW_BODY, .title = title, .layout = layout, .draw = draw,
	.command = command, .free = release, .status = status, .mouse = mouse,
	.field = in_field, .lines = lines, .text = text, .action = action,
	.changed = changed, .record = record, .show = show,
	.field_name = field_name, .value = value, .leave = leave,
	.waits = waits,
};

struct view *view_body_new(struct app *app, struct session *session, row_id row,
			   enum body_side side)
{
	struct body_view *bv = mem_zalloc(1, sizeof(*bv));

	view_init(&bv->v, &body_ops, app, session);
	bv->row = row;
	bv->side = side;
	bv->stale = true;
	buf_init(&bv->layers);
	textedit_init(&bv->text);
	hexedit_init(&bv->hex);
	bv->text.read_only = bv->hex.read_only = true;
	return &bv->v;
}
