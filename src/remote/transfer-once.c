/* One request over curl: an easy handle, driven by a multi handle, whose poll lets
 * a cancel be seen while nothing arrives. */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/transfer-curl.h"

#define LOOK_MS 100
#define BUFFER_BYTES 524288L
#define ERROR_BODY_MAX ((size_t)64 << 10)
#define EXPECT_FROM ((uint64_t)1 << 20) /* smaller bodies are sent unasked */

/* ---- what curl calls -------------------------------------------------- */

static size_t read_body(char *to, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	const struct transfer_body *b = &x->req->body;
	uint64_t left = b->kind == TRANSFER_EMPTY ? 0 : b->len - x->body_at;
	size_t want = size * count < left ? size * count : (size_t)left;
	ssize_t n = (ssize_t)want;

	if (!want)
		return 0;
	if (b->kind == TRANSFER_TEXT || (b->kind == TRANSFER_FORM && b->fd < 0)) {
		memcpy(to, (const char *)b->bytes + x->body_at, want);
	} else {
		do
			n = pread(b->fd, to, want, (off_t)(b->at + x->body_at));
		while (n < 0 && errno == EINTR);
		if (n <= 0) {
			if (n < 0)
				err_errno(&x->err, _("the file to send"));
			else
				err_set(&x->err, ERR_INPUT, _("the file to send "
					"got shorter while it was sent"));
			return CURL_READFUNC_ABORT;
		}
	}
	if (b->seen)
		b->seen(b->seen_ctx, x->body_at == 0, to, (size_t)n);
	x->body_at += (uint64_t)n;
	return (size_t)n;
}

static int seek_body(void *arg, curl_off_t offset, int origin)
{
	struct exchange *x = arg;

	if (origin != SEEK_SET || offset != 0)
		return CURL_SEEKFUNC_CANTSEEK;
	x->body_at = 0;
	return CURL_SEEKFUNC_OK;
}

static size_t take_header(char *line, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	size_t len = size * count;

	/* Each answer has its own: those of a "100 Continue" are none of it. */
	if (len > 5 && !strncmp(line, "HTTP/", 5)) {
		buf_clear(&x->answer->headers);
		return len;
	}
	buf_add(&x->answer->headers, line, len);
	if (x->answer->headers.over) {
		err_set(&x->err, ERR_LIMIT, _("the answer's headers are larger "
			"than %zu bytes"), TRANSFER_HEADERS_MAX);
		return 0;
	}
	return len;
}

static bool content_range(const struct transfer_answer *a, uint64_t *from,
			  uint64_t *total)
{
	char text[TRANSFER_VALUE_MAX];

	*total = UINT64_MAX;
	if (!transfer_header(a, "Content-Range", text, sizeof(text)))
		return false;
	return sscanf(text, "bytes %" SCNu64 "-%*u/%" SCNu64, from, total) >= 1;
}

/* The place for the body, once its headers are there. */
static bool begin_body(struct exchange *x)
{
	struct transfer_answer *a = x->answer;
	curl_off_t length = -1;
	uint64_t from = 0;
	long status = 0;

	x->begun = true;
	curl_easy_getinfo(x->t->easy, CURLINFO_RESPONSE_CODE, &status);
	curl_easy_getinfo(x->t->easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T,
			  &length);
	a->status = (int)status;
	x->into_file = x->req->to_file && status >= 200 && status < 300;
	if (!x->into_file)
		return true;
	if (status == 206) {
		x->into_file = content_range(a, &from, &a->total) &&
			       from == x->at;
		if (!x->into_file)
			return err_set(&x->err, ERR_SYSTEM,
				       _("the server sent another part than the "
					 "one that was asked for"));
		a->resumed = x->at > 0;
	} else {
		x->at = 0;
		a->resumed = false;
		a->total = length >= 0 ? (uint64_t)length : UINT64_MAX;
		if (ftruncate(x->req->fd, 0) != 0)
			return err_errno(&x->err, _("the file to write"));
	}
	a->received = x->at;
	if (x->req->file_max && a->total != UINT64_MAX &&
	    a->total > x->req->file_max)
		return err_set(&x->err, ERR_LIMIT, _("the server wants to send "
			       "%" PRIu64 " bytes, more than %" PRIu64),
			       a->total, x->req->file_max);
	return true;
}

static bool into_file(struct exchange *x, const char *bytes, size_t len)
{
	if (x->req->file_max && len > x->req->file_max - x->at)
		return err_set(&x->err, ERR_LIMIT, _("the server sends more "
			       "than %" PRIu64 " bytes"), x->req->file_max);
	while (len) {
		ssize_t n = pwrite(x->req->fd, bytes, len, (off_t)x->at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return err_errno(&x->err, _("the file to write"));
		bytes += n;
		len -= (size_t)n;
		x->at += (uint64_t)n;
	}
	x->answer->received = x->at;
	return true;
}

static size_t take_body(char *bytes, size_t size, size_t count, void *arg)
{
	struct exchange *x = arg;
	struct buf *to = &x->answer->body;
	size_t len = size * count;

	if (!x->begun && !begin_body(x))
		return 0;
	if (x->into_file)
		return into_file(x, bytes, len) ? len : 0;
	if (len <= to->max - to->len) {
		buf_add(to, bytes, len);
		return len;
	}
	/* Of a refusal the beginning is enough; what was asked for is not. */
	if (x->answer->status >= 300) {
		buf_add(to, bytes, to->max - to->len);
		x->enough = true;
	} else {
		err_set(&x->err, ERR_LIMIT, _("the answer is larger than %zu "
			"bytes"), to->max);
	}
	return 0;
}

static int show_progress(void *arg, curl_off_t down_total, curl_off_t down,
			 curl_off_t up_total, curl_off_t up)
{
	struct exchange *x = arg;
	const struct transfer_answer *a = x->answer;

	if (x->into_file)
		watch_progress(x->watch, x->at,
			       a->total == UINT64_MAX ? 0 : a->total);
	else if (up_total > 0)
		watch_progress(x->watch, (uint64_t)up, (uint64_t)up_total);
	return 0;
}

/* ---- a request -------------------------------------------------------- */

static bool clean_value(const char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < ' ' && *s != '\t')
			return false;
	return true;
}

/* Headers that say what is asked for, not who asks: those alone go on to another
 * host that a redirect names. */
static bool impersonal(const char *name)
{
	static const char *const names[] = {
		"Accept", "Content-Type", "Depth", "If-Match", "If-Modified-Since",
		"If-None-Match", "If-Range", "If-Unmodified-Since", "Range",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcasecmp(name, names[i]))
			return true;
	return false;
}

static bool add_header(struct exchange *x, const char *name, const char *value)
{
	char *line;

	if (!clean_value(value) || !clean_value(name) || strchr(name, ':'))
		return err_set(&x->err, ERR_INPUT,
			       _("a header that is none was to be sent"));
	line = mem_format("%s: %s", name, value);
	x->headers = curl_slist_append(x->headers, line);
	secret_wipe(line, strlen(line));
	free(line);
	return true;
}

static bool set_headers(struct exchange *x)
{
	const struct transfer_request *r = x->req;
	const struct transfer *t = x->t;
	bool sign = t->auth == TRANSFER_SIGV4 && !r->anonymous && !x->foreign;
	char range[64];

	for (size_t i = 0; i < r->header_count; i++)
		if ((!x->foreign || impersonal(r->headers[i].name)) &&
		    !add_header(x, r->headers[i].name, r->headers[i].value))
			return false;
	if (r->to_file && x->at > 0) {
		snprintf(range, sizeof(range), "bytes=%" PRIu64 "-", x->at);
		if (!add_header(x, "Range", range) ||
		    !add_header(x, "If-Range", x->validator))
			return false;
	}
	if (sign && t->session_token.text &&
	    !add_header(x, "x-amz-security-token", t->session_token.text))
		return false;
	/* Removing a header is signed wrongly up to 8.2 (curl issue 11664). */
	if (!sign && r->body.kind != TRANSFER_NO_BODY &&
	    r->body.kind != TRANSFER_FORM && r->body.len < EXPECT_FROM)
		x->headers = curl_slist_append(x->headers, "Expect:");
	curl_easy_setopt(t->easy, CURLOPT_HTTPHEADER, x->headers);
	return true;
}

static void set_auth(struct exchange *x)
{
	const struct transfer *t = x->t;
	CURL *c = t->easy;

	if (x->req->anonymous || x->foreign || t->auth == TRANSFER_ANONYMOUS)
		return;
	if (t->auth == TRANSFER_BEARER) {
		curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BEARER);
		curl_easy_setopt(c, CURLOPT_XOAUTH2_BEARER, t->secret.text);
		return;
	}
	if (t->auth == TRANSFER_SIGV4)
		curl_easy_setopt(c, CURLOPT_AWS_SIGV4, t->sigv4);
	else
		curl_easy_setopt(c, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
	curl_easy_setopt(c, CURLOPT_USERNAME, t->user.text ? t->user.text : "");
	curl_easy_setopt(c, CURLOPT_PASSWORD,
			 t->secret.text ? t->secret.text : "");
}

static void set_form(struct exchange *x)
{
	const struct transfer_body *b = &x->req->body;
	curl_mimepart *part;

	x->form = curl_mime_init(x->t->easy);
	part = curl_mime_addpart(x->form);
	curl_mime_name(part, b->part_name);
	curl_mime_filename(part, b->part_filename);
	curl_mime_type(part, b->part_type);
	curl_mime_data_cb(part, (curl_off_t)b->len, read_body, seek_body, NULL,
			  x);
	curl_easy_setopt(x->t->easy, CURLOPT_MIMEPOST, x->form);
}

static void set_body(struct exchange *x)
{
	const struct transfer_request *r = x->req;
	uint64_t len = r->body.kind == TRANSFER_EMPTY ? 0 : r->body.len;
	CURL *c = x->t->easy;

	if (!strcmp(r->method, "HEAD")) {
		curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
		return;
	}
	if (r->body.kind == TRANSFER_FORM) {
		set_form(x);
	} else if (r->body.kind != TRANSFER_NO_BODY) {
		curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
		curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)len);
		curl_easy_setopt(c, CURLOPT_READFUNCTION, read_body);
		curl_easy_setopt(c, CURLOPT_READDATA, x);
		curl_easy_setopt(c, CURLOPT_SEEKFUNCTION, seek_body);
		curl_easy_setopt(c, CURLOPT_SEEKDATA, x);
	}
	if (strcmp(r->method, "GET"))
		curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, r->method);
}

static void set_limits(struct exchange *x)
{
	const struct transfer *t = x->t;
	CURL *c = t->easy;

	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
#if LIBCURL_VERSION_NUM >= 0x075500
	curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
#else
	curl_easy_setopt(c, CURLOPT_PROTOCOLS,
			 (long)(CURLPROTO_HTTP | CURLPROTO_HTTPS));
#endif
	/* An early refusal of a PUT is lost with HTTP/2 and some servers. */
	curl_easy_setopt(c, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT, (long)t->connect_s);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_LIMIT, 1L);
	curl_easy_setopt(c, CURLOPT_LOW_SPEED_TIME, (long)t->stall_s);
	curl_easy_setopt(c, CURLOPT_TCP_KEEPALIVE, 1L);
	curl_easy_setopt(c, CURLOPT_BUFFERSIZE, BUFFER_BYTES);
	curl_easy_setopt(c, CURLOPT_UPLOAD_BUFFERSIZE, BUFFER_BYTES);
	curl_easy_setopt(c, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
	curl_easy_setopt(c, CURLOPT_PATH_AS_IS, 1L);
	curl_easy_setopt(c, CURLOPT_USERAGENT, "rredit/" PACKAGE_VERSION);
	if (t->ca_file)
		curl_easy_setopt(c, CURLOPT_CAINFO, t->ca_file);
	if (t->proxy)
		curl_easy_setopt(c, CURLOPT_PROXY, t->proxy);
}

static bool set_up(struct exchange *x, const char *url)
{
	struct transfer *t = x->t;
	CURL *c = t->easy;

	curl_easy_reset(c);
	t->why[0] = '\0';
	curl_easy_setopt(c, CURLOPT_ERRORBUFFER, t->why);
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, take_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, x);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_body);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, x);
	curl_easy_setopt(c, CURLOPT_XFERINFOFUNCTION, show_progress);
	curl_easy_setopt(c, CURLOPT_XFERINFODATA, x);
	curl_easy_setopt(c, CURLOPT_NOPROGRESS, 0L);
	set_limits(x);
	set_body(x);
	set_auth(x);
	return set_headers(x);
}

/* ---- one try ---------------------------------------------------------- */

static CURLcode drive(struct exchange *x)
{
	CURLM *m = x->t->multi;
	CURLcode rc = CURLE_OUT_OF_MEMORY;
	int running = 1, left;
	CURLMsg *msg;

	if (curl_multi_add_handle(m, x->t->easy) != CURLM_OK)
		return rc;
	while (running) {
		if (watch_cancelled(x->watch)) {
			err_set(&x->err, ERR_CANCELLED, _("cancelled"));
			rc = CURLE_ABORTED_BY_CALLBACK;
			goto out;
		}
		if (curl_multi_perform(m, &running) != CURLM_OK)
			goto out;
		if (running)
			curl_multi_poll(m, NULL, 0, LOOK_MS, NULL);
	}
	while ((msg = curl_multi_info_read(m, &left)))
		if (msg->msg == CURLMSG_DONE)
			rc = msg->data.result;
out:
	curl_multi_remove_handle(m, x->t->easy);
	return rc;
}

CURLcode exchange_once(struct exchange *x, const char *url)
{
	struct transfer_answer *a = x->answer;
	CURLcode rc = CURLE_BAD_FUNCTION_ARGUMENT;
	long size = 0, status = 0;

	buf_release(&a->body);
	buf_init_max(&a->body, x->req->to_file ? ERROR_BODY_MAX
		     : x->req->text_max ? x->req->text_max : TRANSFER_TEXT_MAX);
	buf_clear(&a->headers);
	a->status = 0;
	x->err = (struct err){0};
	x->body_at = 0;
	x->begun = x->into_file = x->enough = false;
	if (set_up(x, url))
		rc = drive(x);
	curl_easy_getinfo(x->t->easy, CURLINFO_REQUEST_SIZE, &size);
	curl_easy_getinfo(x->t->easy, CURLINFO_RESPONSE_CODE, &status);
	x->sent_any = size > 0;
	a->status = (int)status;
	if (size > 0)
		a->tries++;
	if (x->enough && rc == CURLE_WRITE_ERROR)
		rc = CURLE_OK;
	/* An empty file has no body that would have begun it. */
	if (rc == CURLE_OK && !x->begun && !begin_body(x))
		rc = CURLE_WRITE_ERROR;
	curl_slist_free_all(x->headers);
	curl_mime_free(x->form);
	x->headers = NULL;
	x->form = NULL;
	return rc;
}
