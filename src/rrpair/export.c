#include "config.h"

#include "rrpair/export.h"

#include <string.h>

#include "base/codec.h"
#include "base/i18n.h"
#include "base/utf8.h"
#include "rrpair/header.h"
#include "rrpair/pairtable.h"
#include "rrpair/parts.h"

static bool plain_word(const char *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (!((bytes[i] >= '0' && bytes[i] <= '9') ||
		      (bytes[i] >= 'a' && bytes[i] <= 'z') ||
		      (bytes[i] >= 'A' && bytes[i] <= 'Z') ||
		      (bytes[i] && strchr("-_./:@%+,=", bytes[i]))))
			return false;
	return len > 0;
}

/* Can single quotes carry it and a reader see it? Line breaks and tabs can;
 * other control bytes, invisible characters and bytes that are no UTF-8 not. */
static bool quotable(const char *bytes, size_t len)
{
	struct utf8_cluster cluster;

	for (size_t i = 0; i < len;) {
		if (bytes[i] == '\n' || bytes[i] == '\t') {
			i++;
			continue;
		}
		i += utf8_cluster(bytes + i, len - i, &cluster);
		if (cluster.escaped)
			return false;
	}
	return true;
}

static void quote_ansi_c(struct buf *out, const char *bytes, size_t len)
{
	buf_adds(out, "$'");
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)bytes[i];

		if (c == '\'' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c == '\n')
			buf_adds(out, "\\n");
		else if (c == '\r')
			buf_adds(out, "\\r");
		else if (c == '\t')
			buf_adds(out, "\\t");
		else if (c < 0x20 || c >= 0x7f)
			/* three octal digits: nothing after them joins in */
			buf_addf(out, "\\%03o", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '\'');
}

void shell_quote(struct buf *out, const char *bytes, size_t len)
{
	if (plain_word(bytes, len)) {
		buf_add(out, bytes, len);
		return;
	}
	if (!quotable(bytes, len)) {
		quote_ansi_c(out, bytes, len);
		return;
	}
	buf_addc(out, '\'');
	for (size_t i = 0; i < len; i++) {
		if (bytes[i] == '\'')
			buf_adds(out, "'\\''");
		else
			buf_addc(out, bytes[i]);
	}
	buf_addc(out, '\'');
}

static bool need_request(const struct rrpair *pair, struct err *err)
{
	if (pair->req != JSON_NONE)
		return true;
	return err_set(err, ERR_ABSENT, _("the record has no http request"));
}

static void add_member(const struct rrpair *pair, uint32_t object,
		       const char *key, const char *fallback, struct buf *out)
{
	size_t before = out->len;

	part_text(pair, part_member(pair, object, key), out);
	if (out->len == before)
		buf_adds(out, fallback);
}

/* The request target: uri, or url with the query of queryParams. */
static void add_target(const struct rrpair *pair, struct buf *out)
{
	uint32_t uri = part_member(pair, pair->req, "uri");
	struct buf query;

	if (part_is(pair, uri, JSON_STRING)) {
		part_text(pair, uri, out);
		return;
	}
	buf_init(&query);
	add_member(pair, pair->req, "url", "/", out);
	if (part_query(pair, &query) && query.len) {
		buf_addc(out, '?');
		buf_add(out, query.data, query.len);
	}
	buf_release(&query);
}

static bool is_http(const struct slice *prefix)
{
	return (prefix->len >= 7 &&
		utf8_ascii_ieq(prefix->s, 7, "http://", 7)) ||
	       (prefix->len >= 8 &&
		utf8_ascii_ieq(prefix->s, 8, "https://", 8));
}

static void add_url(const struct rrpair *pair, struct buf *out)
{
	struct buf scheme, target;
	struct uri_parts parts;

	buf_init(&scheme);
	buf_init(&target);
	part_text(pair, pair->top[TOP_L7PROTOCOL], &scheme);
	add_target(pair, &target);
	uri_split(target.data, target.len, &parts);
	/* Of absolute targets only those of http: a hostile "file:///..." is a
	 * path like any other. */
	if (!is_http(&parts.prefix)) {
		buf_adds(out, slice_eq(scheme.data, scheme.len, "https", 5) ?
			 "https://" : "http://");
		add_member(pair, pair->req, "host", "localhost", out);
		if (!target.len || target.data[0] != '/')
			buf_addc(out, '/');
	}
	buf_add(out, target.data, target.len);
	buf_release(&scheme);
	buf_release(&target);
}

/* Made by curl itself, or meaningless outside the old connection. */
static bool left_out(const struct rrpair *pair,
		     const struct pairtable_row *row)
{
	struct buf host;
	bool same;

	if (utf8_ascii_ieq(row->name, row->name_len, "Content-Length", 14) ||
	    utf8_ascii_ieq(row->name, row->name_len, "Transfer-Encoding", 17))
		return true;
	if (!utf8_ascii_ieq(row->name, row->name_len, "Host", 4))
		return false;
	buf_init(&host);
	add_member(pair, pair->req, "host", "", &host);
	same = slice_eq(host.data, host.len, row->value, row->value_len);
	buf_release(&host);
	return same;
}

static void option(struct buf *out, const char *name, const struct buf *value)
{
	buf_addf(out, " \\\n  %s ", name);
	shell_quote(out, value->data, value->len);
}

static void curl_headers(const struct rrpair *pair, struct buf *out)
{
	struct pairtable table;
	struct buf line;

	pairtable_init(&table);
	buf_init(&line);
	pairtable_read(&table, pair, PAIRTABLE_REQUEST_HEADERS, NULL);
	for (size_t i = 0; i < table.count; i++) {
		const struct pairtable_row *row = &table.rows[i];

		if (left_out(pair, row))
			continue;
		buf_clear(&line);
		buf_add(&line, row->name, row->name_len);
		/* "Name;" is how curl sends a header without a value */
		buf_adds(&line, row->value_len ? ": " : ";");
		buf_add(&line, row->value, row->value_len);
		/* no header holds these, and an argument ends at a NUL */
		for (size_t k = 0; k < line.len; k++)
			if (!line.data[k] || line.data[k] == '\r' ||
			    line.data[k] == '\n')
				line.data[k] = ' ';
		/* "@file" would read a file */
		if (line.data[0] != '@')
			option(out, "-H", &line);
	}
	pairtable_release(&table);
	buf_release(&line);
}

/* The body as it went over the wire: compressed where it is. */
static const struct buf *wire_body(const struct body *body)
{
	return body->flags & BODY_GZIP ? &body->stored : &body->bytes;
}

bool export_curl(const struct rrpair *pair, struct buf *out, struct err *err)
{
	struct body body;
	struct buf text;
	const struct buf *data;
	bool piped;

	if (!need_request(pair, err))
		return false;
	body_init(&body);
	buf_init(&text);
	body_decode(&body, pair, BODY_REQUEST, NULL);
	data = wire_body(&body);
	/* An argument cannot hold a NUL, and a leading '@' would name a file. */
	piped = data->len && (data->data[0] == '@' ||
			      memchr(data->data, '\0', data->len));
	if (piped) {
		buf_adds(out, "printf %s '");
		base64_encode(out, data->data, data->len);
		buf_adds(out, "' | base64 -d |\n");
	}
	add_member(pair, pair->req, "method", "GET", &text);
	buf_adds(out, "curl ");
	if (!strcmp(text.data, "HEAD")) {	/* else curl waits for a body */
		buf_adds(out, "--head");
	} else {
		buf_adds(out, "-X ");
		shell_quote(out, text.data, strlen(text.data));
	}
	curl_headers(pair, out);
	if (piped)
		buf_adds(out, " \\\n  --data-binary @-");
	else if (data->len)
		option(out, "--data-binary", data);
	buf_clear(&text);
	add_url(pair, &text);
	buf_truncate(&text, strlen(text.data));
	option(out, "--globoff --url", &text);
	buf_addc(out, '\n');
	body_release(&body);
	buf_release(&text);
	return true;
}
