#include "config.h"

#include <string.h>

#include "base/codec.h"
#include "base/utf8.h"
#include "rrpair/links.h"
#include "rrpair/parts.h"

/* RFC 9110 section 15 and the IANA registry of status codes. */
static const struct {
	unsigned code;
	const char *text;
} reasons[] = {
	{ 100, "Continue" },
	{ 101, "Switching Protocols" },
	{ 102, "Processing" },
	{ 103, "Early Hints" },
	{ 200, "OK" },
	{ 201, "Created" },
	{ 202, "Accepted" },
	{ 203, "Non-Authoritative Information" },
	{ 204, "No Content" },
	{ 205, "Reset Content" },
	{ 206, "Partial Content" },
	{ 207, "Multi-Status" },
	{ 208, "Already Reported" },
	{ 226, "IM Used" },
	{ 300, "Multiple Choices" },
	{ 301, "Moved Permanently" },
	{ 302, "Found" },
	{ 303, "See Other" },
	{ 304, "Not Modified" },
	{ 305, "Use Proxy" },
	{ 307, "Temporary Redirect" },
	{ 308, "Permanent Redirect" },
	{ 400, "Bad Request" },
	{ 401, "Unauthorized" },
	{ 402, "Payment Required" },
	{ 403, "Forbidden" },
	{ 404, "Not Found" },
	{ 405, "Method Not Allowed" },
	{ 406, "Not Acceptable" },
	{ 407, "Proxy Authentication Required" },
	{ 408, "Request Timeout" },
	{ 409, "Conflict" },
	{ 410, "Gone" },
	{ 411, "Length Required" },
	{ 412, "Precondition Failed" },
	{ 413, "Content Too Large" },
	{ 414, "URI Too Long" },
	{ 415, "Unsupported Media Type" },
	{ 416, "Range Not Satisfiable" },
	{ 417, "Expectation Failed" },
	{ 418, "I'm a teapot" },
	{ 421, "Misdirected Request" },
	{ 422, "Unprocessable Content" },
	{ 423, "Locked" },
	{ 424, "Failed Dependency" },
	{ 425, "Too Early" },
	{ 426, "Upgrade Required" },
	{ 428, "Precondition Required" },
	{ 429, "Too Many Requests" },
	{ 431, "Request Header Fields Too Large" },
	{ 451, "Unavailable For Legal Reasons" },
	{ 500, "Internal Server Error" },
	{ 501, "Not Implemented" },
	{ 502, "Bad Gateway" },
	{ 503, "Service Unavailable" },
	{ 504, "Gateway Timeout" },
	{ 505, "HTTP Version Not Supported" },
	{ 506, "Variant Also Negotiates" },
	{ 507, "Insufficient Storage" },
	{ 508, "Loop Detected" },
	{ 510, "Not Extended" },
	{ 511, "Network Authentication Required" },
};

const char *rrpair_reason(unsigned status)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].code == status)
			return reasons[i].text;
	return NULL;
}

static const char *reason_of(const char *code, size_t len)
{
	unsigned status = 0;

	if (len != 3)
		return NULL;
	for (size_t i = 0; i < len; i++) {
		if (code[i] < '0' || code[i] > '9')
			return NULL;
		status = status * 10 + (unsigned)(code[i] - '0');
	}
	return rrpair_reason(status);
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool begins_with_code(const char *copy, size_t copy_len,
			     const char *code, size_t len)
{
	return len && copy_len >= len && !memcmp(copy, code, len) &&
	       (copy_len == len || !is_digit(copy[len]));
}

static bool is_bare_reason(const char *copy, size_t copy_len, const char *code,
			   size_t len)
{
	const char *reason = reason_of(code, len);

	return reason && slice_eq(copy, copy_len, reason, strlen(reason));
}

/* A code and a blank stand before the reason. */
static bool has_reason(const char *copy, size_t len, struct slice *reason)
{
	*reason = status_reason(copy, len);
	return reason->s > copy && reason->s[-1] == ' ';
}

static bool uuid_same(const char *a, size_t alen, const char *b, size_t blen)
{
	struct uuid x, y;

	if (!uuid_parse(&x, a, alen) || !uuid_parse(&y, b, blen))
		return slice_eq(a, alen, b, blen);
	return !memcmp(&x, &y, sizeof(x));
}

bool link_agrees(enum link_form form, const char *copy, size_t copy_len,
		 const char *fact, size_t len)
{
	struct uri_parts uri;
	struct slice reason;

	switch (form) {
	case FORM_SAME:
		return slice_eq(copy, copy_len, fact, len);
	case FORM_PATH:
		return path_same(copy, copy_len, fact, len);
	case FORM_URIPATH:
		uri_split(copy, copy_len, &uri);
		return path_same(uri.path.s, uri.path.len, fact, len);
	case FORM_HOST:
		return host_same(copy, copy_len, fact, len);
	case FORM_STATUS:
		return begins_with_code(copy, copy_len, fact, len) ||
		       is_bare_reason(copy, copy_len, fact, len);
	case FORM_REASON:
		return has_reason(copy, copy_len, &reason) &&
		       slice_eq(reason.s, reason.len, fact, len);
	case FORM_DIRECTION:
		return utf8_ascii_ieq(copy, copy_len, fact, len);
	case FORM_UUID:
		return uuid_same(copy, copy_len, fact, len);
	}
	return false;
}

static void rewrite_path(const char *copy, size_t copy_len, const char *old,
			 size_t old_len, const char *new, size_t new_len,
			 struct buf *out)
{
	struct buf coded;

	if (slice_eq(copy, copy_len, old, old_len)) {
		buf_add(out, new, new_len);
		return;
	}
	buf_init(&coded);
	path_encode(&coded, old, old_len);
	if (slice_eq(copy, copy_len, coded.data, coded.len))
		path_encode(out, new, new_len);
	else
		path_decode(out, new, new_len);
	buf_release(&coded);
}

/* A copy keeps its port, but for the one that the fact had too. */
static void rewrite_host(const char *copy, size_t copy_len, const char *old,
			 size_t old_len, const char *new, size_t new_len,
			 struct buf *out)
{
	struct slice name, port, old_name, old_port, new_name, new_port;

	host_split(copy, copy_len, &name, &port);
	host_split(old, old_len, &old_name, &old_port);
	host_split(new, new_len, &new_name, &new_port);
	buf_add(out, new_name.s, new_name.len);
	if (!port.s)
		return;
	if (new_port.s && old_port.s &&
	    slice_eq(old_port.s, old_port.len, port.s, port.len))
		port = new_port;
	buf_addc(out, ':');
	buf_add(out, port.s, port.len);
}

/* The style stays: the code alone, with a blank, with a reason, or the reason
 * alone. A code that has no reason leaves the blank. */
static bool rewrite_status(const char *copy, size_t copy_len, const char *old,
			   size_t old_len, const char *new, size_t new_len,
			   struct buf *out)
{
	const char *reason = reason_of(new, new_len);
	const char *rest = copy + old_len;
	size_t rest_len;

	if (!begins_with_code(copy, copy_len, old, old_len)) {
		if (reason)
			buf_adds(out, reason);
		return reason != NULL;
	}
	rest_len = copy_len - old_len;
	buf_add(out, new, new_len);
	if (rest_len > 1 && rest[0] == ' ') {
		buf_addc(out, ' ');
		buf_adds(out, reason ? reason : "");
	} else {
		buf_add(out, rest, rest_len);
	}
	return true;
}

static void rewrite_direction(const char *copy, const char *new, size_t new_len,
			      struct buf *out)
{
	bool lower = copy[0] >= 'a' && copy[0] <= 'z';

	for (size_t i = 0; i < new_len; i++) {
		bool letter = (new[i] | 0x20) >= 'a' && (new[i] | 0x20) <= 'z';

		buf_addc(out, !letter ? new[i] : (char)(lower ? new[i] | 0x20 :
							new[i] & ~0x20));
	}
}

static bool rewrite_uuid(const char *copy, size_t copy_len, const char *new,
			 size_t new_len, struct buf *out)
{
	char dashed[UUID_TEXT_MAX], base64[25];
	struct uuid uuid;

	if (!uuid_parse(&uuid, new, new_len))
		return false;
	uuid_dashed(dashed, &uuid);
	uuid_base64(base64, &uuid);
	buf_adds(out, copy_len && memchr(copy, '-', copy_len) ? dashed : base64);
	return true;
}

bool link_rewrite(enum link_form form, const char *copy, size_t copy_len,
		  const char *old, size_t old_len, const char *new,
		  size_t new_len, struct buf *out)
{
	struct slice reason;

	switch (form) {
	case FORM_PATH:
		rewrite_path(copy, copy_len, old, old_len, new, new_len, out);
		return true;
	case FORM_HOST:
		rewrite_host(copy, copy_len, old, old_len, new, new_len, out);
		return true;
	case FORM_STATUS:
		return rewrite_status(copy, copy_len, old, old_len, new, new_len,
				      out);
	case FORM_REASON:
		has_reason(copy, copy_len, &reason);
		buf_add(out, copy, (size_t)(reason.s - copy));
		buf_add(out, new, new_len);
		return true;
	case FORM_DIRECTION:
		rewrite_direction(copy, new, new_len, out);
		return true;
	case FORM_UUID:
		return rewrite_uuid(copy, copy_len, new, new_len, out);
	default:
		buf_add(out, new, new_len);
		return true;
	}
}
