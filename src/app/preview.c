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
	p->generation = 0;
}

void preview_release(struct preview *p)
{
	pager_release(&p->pager);
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

static void add_body(struct pager *p, const struct rrpair *pair,
		     enum body_side side)
{
	struct body body;
	struct buf text, size;

	body_init(&body);
	buf_init(&text);
	buf_init(&size);
	if (!body_decode(&body, pair, side, NULL) ||
	    !(body.flags & BODY_PRESENT) || !body.bytes.len)
		goto out;
	buf_addc(&size, '[');
	body_layers(&body, &size);
	buf_adds(&size, ", ");
	show_size(&size, body.bytes.len);
	buf_addc(&size, ']');
	pager_add(p, STYLE_DIM, size.data, size.len);
	if (body.kind == BODY_BINARY)
		goto out;
	if (body.kind != BODY_JSON || body.bytes.len > PREVIEW_BODY_MAX ||
	    !json_pretty(body.bytes.data, body.bytes.len, 2, &text, NULL)) {
		buf_clear(&text);
		buf_add(&text, body.bytes.data,
			body.bytes.len < PREVIEW_BODY_MAX ? body.bytes.len
							  : PREVIEW_BODY_MAX);
	}
	pager_add(p, STYLE_NORMAL, text.data, text.len);
	if (body.bytes.len > PREVIEW_BODY_MAX)
		pager_add(p, STYLE_DIM, "...", 3);
out:
	buf_release(&size);
	buf_release(&text);
	body_release(&body);
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

static void add_http(struct pager *p, const struct rrpair *pair)
{
	static const enum field_id request[] = {FIELD_METHOD, FIELD_URL};
	static const enum field_id response[] = {FIELD_STATUS, FIELD_REASON};

	add_fields(p, pair, STYLE_GROUP, request, 2);
	add_headers(p, pair, PAIRTABLE_REQUEST_HEADERS);
	add_body(p, pair, BODY_REQUEST);
	pager_add(p, STYLE_NORMAL, "", 0);
	add_fields(p, pair, STYLE_GROUP, response, 2);
	add_headers(p, pair, PAIRTABLE_RESPONSE_HEADERS);
	add_body(p, pair, BODY_RESPONSE);
}

static void fill(struct preview *p, struct session *s, row_id id)
{
	const struct rrpair *pair;
	struct err err = {0};
	struct columns c;

	pager_clear(&p->pager);
	if (id == ROW_NONE)
		return;
	if (document_columns(s->doc, id, &c) && c.len > PREVIEW_RECORD_MAX) {
		pager_addf(&p->pager, STYLE_DIM, "%s",
			   _("too long for a preview; Enter opens it"));
		return;
	}
	pair = session_pair(s, id, &err);
	if (!pair) {
		pager_add(&p->pager, STYLE_ERROR, err.msg, strlen(err.msg));
		if (session_text(s, id, NULL))
			add_plain(&p->pager, s->text.data, s->text.len);
	} else if (pair->proto == PROTO_HTTP) {
		add_http(&p->pager, pair);
	} else {
		add_plain(&p->pager, pair->text, pair->len);
	}
}

void preview_layout(struct preview *p, struct session *s, row_id id,
		    const struct region *r)
{
	uint64_t generation = session_generation(s);

	if (p->id != id || p->generation != generation) {
		bool other = p->id != id;

		fill(p, s, id);
		p->id = id;
		p->generation = generation;
		if (other)
			pager_home(&p->pager);
	}
	pager_layout(&p->pager, r);
}

void preview_draw(struct preview *p, const struct region *r, bool focused)
{
	pager_draw(&p->pager, r, focused);
}
