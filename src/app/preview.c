#include "config.h"

#include <string.h>

#include "app/preview.h"
#include "app/show.h"
#include "base/i18n.h"
#include "json/format.h"
#include "rrpair/body.h"
#include "rrpair/pairtable.h"

#define HEADER_INDENT 4

void preview_init(struct preview *p)
{
	pager_init(&p->pager);
	p->id = ROW_NONE;
	p->record = NULL;
	p->decoded = 0;
}

void preview_release(struct preview *p)
{
	pager_release(&p->pager);
	record_unref(p->record);
}

/* One line made of a few fields: "GET /path?query". */
static void add_fields(struct pager *p, const struct rrpair *pair,
		       unsigned style, const enum field_id *ids, size_t n)
{
	struct field field;
	struct buf line;

	buf_init(&line);
	for (size_t i = 0; i < n; i++) {
		size_t before = line.len;

		if (before)
			buf_addc(&line, ' ');
		field_make(&field, ids[i], NULL, 0, 0);
		if (!rrpair_get(pair, &field, &line, NULL))
			buf_truncate(&line, before);
		field_release(&field);
	}
	if (line.len)
		pager_add(p, style, line.data, line.len);
	buf_release(&line);
}

static void add_headers(struct pager *p, const struct rrpair *pair,
			enum pairtable_id id)
{
	struct pairtable t;
	struct buf line;

	pairtable_init(&t);
	buf_init(&line);
	if (pairtable_read(&t, pair, id, NULL)) {
		for (size_t i = 0; i < t.count; i++) {
			buf_clear(&line);
			buf_add(&line, t.rows[i].name, t.rows[i].name_len);
			buf_adds(&line, ": ");
			buf_add(&line, t.rows[i].value, t.rows[i].value_len);
			pager_add(p, STYLE_NORMAL, line.data, line.len);
			pager_span(p, 0, t.rows[i].name_len + 1, STYLE_LABEL);
			pager_indent(p, HEADER_INDENT);
		}
	}
	buf_release(&line);
	pairtable_release(&t);
}

static void add_text(struct pager *p, const struct body *body)
{
	size_t len = body->bytes.len;
	struct buf text;

	buf_init(&text);
	if (body->kind != BODY_JSON || len > PREVIEW_BODY_MAX ||
	    !json_pretty(body->bytes.data, len, 2, &text, NULL)) {
		buf_clear(&text);
		buf_add(&text, body->bytes.data,
			len < PREVIEW_BODY_MAX ? len : PREVIEW_BODY_MAX);
	}
	pager_add(p, STYLE_NORMAL, text.data, text.len);
	if (len > PREVIEW_BODY_MAX)
		pager_add(p, STYLE_DIM, "...", 3);
	buf_release(&text);
}

static void add_body(struct pager *p, struct session *s, struct record *r,
		     enum body_side side)
{
	const struct body *body;
	struct buf size;

	if (!session_body_soon(s, r, side)) {
		pager_addf(p, STYLE_DIM, "[%s]", _("decoding the body..."));
		return;
	}
	body = r->bodies[side];
	if (!body || !(body->flags & BODY_PRESENT) || !body->bytes.len)
		return;
	buf_init(&size);
	buf_addc(&size, '[');
	body_layers(body, &size);
	buf_adds(&size, ", ");
	show_size(&size, body->bytes.len);
	buf_addc(&size, ']');
	pager_add(p, STYLE_DIM, size.data, size.len);
	buf_release(&size);
	if (body->kind != BODY_BINARY)
		add_text(p, body);
}

static void add_plain(struct pager *p, const char *text, size_t len)
{
	struct buf pretty;

	buf_init(&pretty);
	if (len > PREVIEW_BODY_MAX || !json_pretty(text, len, 2, &pretty, NULL))
		pager_add(p, STYLE_NORMAL, text,
			  len < PREVIEW_BODY_MAX ? len : PREVIEW_BODY_MAX);
	else
		pager_add(p, STYLE_NORMAL, pretty.data, pretty.len);
	buf_release(&pretty);
}

static void add_http(struct pager *p, struct session *s, struct record *r)
{
	static const enum field_id request[] = {FIELD_METHOD, FIELD_URL};
	static const enum field_id response[] = {FIELD_STATUS, FIELD_REASON};
	const struct rrpair *pair = &r->pair;

	add_fields(p, pair, STYLE_GROUP, request, 2);
	add_headers(p, pair, PAIRTABLE_REQUEST_HEADERS);
	add_body(p, s, r, BODY_REQUEST);
	pager_add(p, STYLE_NORMAL, "", 0);
	add_fields(p, pair, STYLE_GROUP, response, 2);
	add_headers(p, pair, PAIRTABLE_RESPONSE_HEADERS);
	add_body(p, s, r, BODY_RESPONSE);
}

static void fill(struct preview *p, struct session *s, struct record *r)
{
	pager_clear(&p->pager);
	if (!r->ok) {
		pager_add(&p->pager, STYLE_ERROR, r->err.msg,
			  strlen(r->err.msg));
		add_plain(&p->pager, r->text.data, r->text.len);
	} else if (r->pair.proto == PROTO_HTTP) {
		add_http(&p->pager, s, r);
	} else {
		add_plain(&p->pager, r->text.data, r->text.len);
	}
}

/* Nothing is shown of it, or nothing yet; why: translated, NULL: no record. */
static void show_none(struct preview *p, const char *why)
{
	pager_clear(&p->pager);
	if (why)
		pager_addf(&p->pager, STYLE_DIM, "%s", why);
	record_unref(p->record);
	p->record = NULL;
}

static unsigned decoded(const struct record *r)
{
	return (unsigned)r->decoded[BODY_REQUEST] |
	       (unsigned)r->decoded[BODY_RESPONSE] << 1;
}

static void refresh(struct preview *p, struct session *s, row_id id)
{
	struct record *r;

	if (id == ROW_NONE) {
		show_none(p, NULL);
		return;
	}
	if (session_length(s, id) > PREVIEW_RECORD_MAX) {
		show_none(p, _("too long for a preview; Enter opens it"));
		return;
	}
	r = session_record_soon(s, id);
	if (!r && (!p->record || p->record->mark.id != id))
		show_none(p, _("reading the record..."));
	if (!r || (r == p->record && p->decoded == decoded(r)))
		return;
	record_ref(r);
	record_unref(p->record);
	p->record = r;
	fill(p, s, r);
	p->decoded = decoded(r);
}

void preview_layout(struct preview *p, struct session *s, row_id id,
		    const struct region *r)
{
	bool other = p->id != id;

	refresh(p, s, id);
	p->id = id;
	if (other)
		pager_home(&p->pager);
	pager_layout(&p->pager, r);
}

void preview_draw(struct preview *p, const struct region *r, bool focused)
{
	pager_draw(&p->pager, r, focused);
}
