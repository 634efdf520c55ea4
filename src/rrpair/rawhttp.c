#include "config.h"

#include <string.h>

#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/export.h"
#include "rrpair/pairtable.h"
#include "rrpair/parts.h"

/* Bytes into one line of a message: what would end the line becomes a blank. */
static void add_line(struct buf *out, const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		buf_addc(out, bytes[i] == '\r' || bytes[i] == '\n' || !bytes[i] ?
			 ' ' : bytes[i]);
}

static void add_headers(const struct rrpair *pair, enum pairtable_id id,
			size_t body_len, struct buf *out)
{
	struct pairtable table;

	pairtable_init(&table);
	pairtable_read(&table, pair, id, NULL);
	for (size_t i = 0; i < table.count; i++) {
		const struct pairtable_row *row = &table.rows[i];

		/* The body is whole here, not in chunks. */
		if (utf8_ascii_ieq(row->name, row->name_len,
				   "Transfer-Encoding", 17))
			continue;
		add_line(out, row->name, row->name_len);
		buf_adds(out, ": ");
		if (utf8_ascii_ieq(row->name, row->name_len, "Content-Length",
				   14))
			buf_addf(out, "%zu", body_len);
		else
			add_line(out, row->value, row->value_len);
		buf_adds(out, "\r\n");
	}
	pairtable_release(&table);
	buf_adds(out, "\r\n");
}

static void add_message(const struct rrpair *pair, enum body_side side,
			struct buf *out)
{
	const struct buf *data;
	struct body body;

	body_init(&body);
	body_decode(&body, pair, side, NULL);
	data = body.flags & BODY_GZIP ? &body.stored : &body.bytes;
	add_headers(pair, side == BODY_REQUEST ? PAIRTABLE_REQUEST_HEADERS :
		    PAIRTABLE_RESPONSE_HEADERS, data->len, out);
	buf_add(out, data->data, data->len);
	body_release(&body);
}

static void member_line(const struct rrpair *pair, uint32_t object,
			const char *key, const char *fallback, struct buf *out)
{
	struct buf text;

	buf_init(&text);
	if (!part_text(pair, part_member(pair, object, key), &text) ||
	    !text.len)
		buf_adds(&text, fallback);
	add_line(out, text.data, text.len);
	buf_release(&text);
}

bool export_request(const struct rrpair *pair, struct buf *out, struct err *err)
{
	struct header_iter host;
	struct buf url;
	struct field field = { .id = FIELD_URL };

	if (pair->req == JSON_NONE)
		return err_set(err, ERR_ABSENT,
			       _("the record has no http request"));
	member_line(pair, pair->req, "method", "GET", out);
	buf_addc(out, ' ');
	buf_init(&url);
	if (!part_text(pair, part_member(pair, pair->req, "uri"), &url) &&
	    !rrpair_get(pair, &field, &url, NULL))
		buf_adds(&url, "/");
	add_line(out, url.data, url.len);
	buf_release(&url);
	buf_adds(out, " HTTP/1.1\r\n");
	header_iter_init(&host, pair, BODY_REQUEST, "Host", 4);
	if (!header_iter_next(&host)) {
		buf_adds(out, "Host: ");
		member_line(pair, pair->req, "host", "localhost", out);
		buf_adds(out, "\r\n");
	}
	add_message(pair, BODY_REQUEST, out);
	return true;
}

bool export_response(const struct rrpair *pair, struct buf *out,
		     struct err *err)
{
	struct buf code, message;

	if (pair->res == JSON_NONE)
		return err_set(err, ERR_ABSENT,
			       _("the record has no http response"));
	buf_init(&code);
	buf_init(&message);
	member_line(pair, pair->res, "statusCode", "200", &code);
	member_line(pair, pair->res, "statusMessage", "", &message);
	buf_adds(out, "HTTP/1.1 ");
	if (message.len < code.len ||
	    memcmp(message.data, code.data, code.len)) {
		buf_add(out, code.data, code.len);
		buf_addc(out, ' ');
	}
	buf_add(out, message.data, message.len);
	if (slice_eq(message.data, message.len, code.data, code.len))
		buf_addc(out, ' ');	/* the blank is due without a reason */
	buf_adds(out, "\r\n");
	buf_release(&code);
	buf_release(&message);
	add_message(pair, BODY_RESPONSE, out);
	return true;
}
