/* Copy to the clipboard, export to files. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "app/actions.h"
#include "app/repository.h"
#include "app/session.h"
#include "base/atomicfile.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "edit/save.h"
#include "rrpair/body.h"
#include "rrpair/export.h"
#include "rrpair/pairtable.h"

#define EXPORT_MAX ((size_t)1 << 30)	/* bytes of one exported file */

/* The text that a command copies or writes, of one record. */
typedef bool make_text(struct session *s, row_id id, struct buf *out,
		       struct err *err);

static bool make_json(struct session *s, row_id id, struct buf *out,
		      struct err *err)
{
	const struct buf *text = session_text(s, id, err);

	if (!text)
		return false;
	buf_add(out, text->data, text->len);
	return true;
}

static bool make_body(struct session *s, row_id id, enum body_side side,
		      struct buf *out, struct err *err)
{
	const struct rrpair *pair = session_pair(s, id, err);
	struct body body;
	bool ok;

	if (!pair)
		return false;
	body_init(&body);
	ok = body_decode(&body, pair, side, err);
	if (ok)
		buf_add(out, body.bytes.data, body.bytes.len);
	body_release(&body);
	return ok;
}

static bool make_response_body(struct session *s, row_id id, struct buf *out,
			       struct err *err)
{
	return make_body(s, id, BODY_RESPONSE, out, err);
}

static bool make_request_body(struct session *s, row_id id, struct buf *out,
			      struct err *err)
{
	return make_body(s, id, BODY_REQUEST, out, err);
}

static bool make_curl(struct session *s, row_id id, struct buf *out,
		      struct err *err)
{
	const struct rrpair *pair = session_pair(s, id, err);

	return pair && export_curl(pair, out, err);
}

static bool make_http(struct session *s, row_id id, struct buf *out,
		      struct err *err)
{
	const struct rrpair *pair = session_pair(s, id, err);
	bool req, res;

	if (!pair)
		return false;
	req = export_request(pair, out, err);
	if (req)
		buf_adds(out, "\r\n");
	res = export_response(pair, out, req ? NULL : err);
	return req || res;
}

static void add_headers(const struct rrpair *pair, enum pairtable_id id,
			struct buf *out)
{
	struct pairtable t;

	pairtable_init(&t);
	if (pairtable_read(&t, pair, id, NULL)) {
		for (size_t i = 0; i < t.count; i++) {
			buf_add(out, t.rows[i].name, t.rows[i].name_len);
			buf_adds(out, ": ");
			buf_add(out, t.rows[i].value, t.rows[i].value_len);
			buf_addc(out, '\n');
		}
	}
	pairtable_release(&t);
}

static bool make_headers(struct session *s, row_id id, struct buf *out,
			 struct err *err)
{
	const struct rrpair *pair = session_pair(s, id, err);

	if (!pair)
		return false;
	add_headers(pair, PAIRTABLE_REQUEST_HEADERS, out);
	if (out->len)
		buf_addc(out, '\n');
	add_headers(pair, PAIRTABLE_RESPONSE_HEADERS, out);
	return true;
}

static bool make_url(struct session *s, row_id id, struct buf *out,
		     struct err *err)
{
	const struct rrpair *pair = session_pair(s, id, err);
	struct field field;
	bool ok;

	if (!pair)
		return false;
	field_make(&field, FIELD_URL, NULL, 0, 0);
	ok = rrpair_get(pair, &field, out, NULL);
	field_release(&field);
	if (ok)
		return true;
	field_make(&field, FIELD_LOCATION, NULL, 0, 0);
	ok = rrpair_get(pair, &field, out, err);
	field_release(&field);
	return ok;
}

static const struct making {
	enum command_id id;
	make_text *make;
	bool one;		/* of the record under the cursor only */
	const char *what;
} makings[] = {
	{CMD_COPY_PATH, make_url, false, N_("the URL")},
	{CMD_COPY_HEADER, make_headers, true, N_("the headers")},
	{CMD_COPY_BODY, make_response_body, true, N_("the response body")},
	{CMD_COPY_REQUEST_BODY, make_request_body, true,
	 N_("the request body")},
	{CMD_COPY_JSON, make_json, false, N_("JSON lines")},
	{CMD_COPY_CURL, make_curl, false, N_("curl commands")},
	{CMD_EXPORT_BODY, make_response_body, true, N_("the response body")},
	{CMD_EXPORT_REQUEST_BODY, make_request_body, true,
	 N_("the request body")},
	{CMD_EXPORT_JSON, make_json, false, N_("JSON lines")},
	{CMD_EXPORT_HTTP, make_http, false, N_("HTTP messages")},
	{CMD_EXPORT_CURL, make_curl, false, N_("curl commands")},
	{CMD_EXPORT_MICROCKS, NULL, false, "Microcks"},
};

static const struct making *making_of(enum command_id id)
{
	for (size_t i = 0; i < sizeof(makings) / sizeof(makings[0]); i++)
		if (makings[i].id == id)
			return &makings[i];
	return NULL;
}

/* One record as it is, or several with a line end after each. lost: what has no
 * place in the form that is written; NULL when it has all. */
static bool make_all(struct view *v, const struct making *m, struct buf *out,
		     struct buf *lost, struct err *err)
{
	row_id *ids, one = act_record(v);
	size_t n = 1;
	bool ok = true;

	if (one == ROW_NONE)
		return err_set(err, ERR_ABSENT, _("there is no record"));
	if (m->one)
		return m->make(v->session, one, out, err);
	n = act_targets(v, &ids);
	if (m->id == CMD_EXPORT_MICROCKS) {
		ok = repository_convert(v->session->doc, ids, n, out, lost,
					err);
		free(ids);
		return ok;
	}
	for (size_t i = 0; ok && i < n; i++) {
		ok = m->make(v->session, ids[i], out, err);
		if (ok && n > 1 && out->len && out->data[out->len - 1] != '\n')
			buf_addc(out, '\n');
	}
	free(ids);
	return ok && buf_ok(out, _(m->what), err);
}

static void copy(struct view *v, const struct making *m)
{
	struct err err = {0};
	struct buf text;

	buf_init_max(&text, EXPORT_MAX);
	if (make_all(v, m, &text, NULL, &err))
		app_copy(v->app, text.data, text.len, _(m->what));
	else
		app_fail(v->app, &err);
	buf_release(&text);
}

/* --- records of any length --- */

struct streaming {
	struct session *session;	/* counted */
	char *path;
};

static void streamed(void *arg, const struct save_result *r)
{
	struct streaming *st = arg;
	struct app *app = st->session->app;
	char shown[ERR_QUOTE_MAX];

	if (r->outcome == SAVE_DONE || r->outcome == SAVE_UNSURE)
		app_say(app, STYLE_OK, _("wrote %s, %zu bytes"),
			err_quote(shown, st->path, strlen(st->path)),
			(size_t)r->bytes);
	else
		app_fail(app, &r->err);
	session_unref(st->session);
	free(st->path);
	free(st);
}

/* Copied from file to file by a save of these records alone: what is too long
 * to be held in memory can still be taken out. */
static void stream(struct view *v, const char *path)
{
	struct streaming *st = mem_zalloc(1, sizeof(*st));
	struct save_spec spec = {.path = path, .insist = SAVE_OVER_EXISTING};
	struct err err = {0};
	row_id *ids;

	spec.row_count = session_targets(v->session, act_record(v), &ids);
	spec.rows = ids;
	st->session = session_ref(v->session);
	st->path = mem_strdup(path);
	if (!document_save_start(v->session->doc, &spec, streamed, st, &err)) {
		app_fail(v->app, &err);
		session_unref(st->session);
		free(st->path);
		free(st);
	}
	free(ids);
}

static void write_file(struct view *v, const struct making *m, const char *path)
{
	char shown[ERR_QUOTE_MAX];
	struct err err = {0};
	struct buf text, lost;

	buf_init(&lost);
	buf_init_max(&text, EXPORT_MAX);
	if (!make_all(v, m, &text, &lost, &err) && m->id == CMD_EXPORT_JSON &&
	    err.code == ERR_LIMIT) {
		stream(v, path);
	} else if (err.code) {
		app_fail(v->app, &err);
	} else {
		if (m->id == CMD_EXPORT_JSON && text.len &&
		    text.data[text.len - 1] != '\n')
			buf_addc(&text, '\n');
		if (!atomicfile_replace(path, 0666, text.data, text.len, &err))
			app_fail(v->app, &err);
		else if (lost.len)
			app_say(v->app, STYLE_WARNING,
				_("wrote %s, %zu bytes; no place for %s"),
				err_quote(shown, path, strlen(path)), text.len,
				lost.data);
		else
			app_say(v->app, STYLE_OK, _("wrote %s, %zu bytes"),
				err_quote(shown, path, strlen(path)), text.len);
	}
	buf_release(&lost);
	buf_release(&text);
}

static void export_done(struct app *app, void *arg, const char *text,
			size_t len)
{
	const struct making *m = arg;
	struct call call = {.id = m->id, .arg = text};

	if (text && len && strlen(text) == len)
		app_command(app, &call);
}

static void export(struct view *v, const struct making *m, const char *path)
{
	struct ask ask = {
		.label = _("Write to file: "), .history = ASK_FILE,
		.done = export_done, .arg = (void *)m,
	};

	if (path)
		write_file(v, m, path);
	else
		app_ask(v->app, &ask);
}

/* The value under the cursor; a view that knows none gives its field. */
static void copy_value(struct view *v)
{
	struct buf value;

	buf_init(&value);
	if (v->ops->value && v->ops->value(v, &value))
		app_copy(v->app, value.data, value.len, _("the value"));
	else
		app_say(v->app, STYLE_NOTE, _("there is no value here"));
	buf_release(&value);
}

static bool copy_field(struct view *v)
{
	struct buf name;
	bool ok;

	buf_init(&name);
	ok = v->ops->field_name && v->ops->field_name(v, &name);
	if (ok)
		app_copy(v->app, name.data, name.len, _("the path"));
	buf_release(&name);
	return ok;
}

bool act_copy(struct view *v, const struct call *call)
{
	const struct making *m = making_of(call->id);

	if (call->id == CMD_COPY_VALUE) {
		copy_value(v);
		return true;
	}
	if (call->id == CMD_COPY_PATH && copy_field(v))
		return true;
	if (!m || !v->session)
		return false;
	if (command_table[call->id].arg == ARG_FILE)
		export(v, m, call->arg);
	else
		copy(v, m);
	return true;
}
