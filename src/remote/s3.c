/* A bucket as a remote. A PUT is whole by itself here; what other services than
 * Amazon's do with conditions is found out. libcurl signs; what its older versions
 * sign wrongly is written so that it comes out right: the query sorted, encoded
 * and with "=", the path encoded, x-amz-content-sha256 always there. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/awscreds.h"
#include "remote/s3-call.h"
#include "remote/weburl.h"
#include "store/statedir.h"

#define GET_TRIES 3
#define ONE_PIECE(s) (2 * (s)->part)	/* up to this in one PUT */

static const char no_body[] =
	"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/* ---- requests --------------------------------------------------------- */

void s3_call_begin(struct s3_call *c, struct s3 *s, const char *method,
		   const char *name, const char *query)
{
	struct buf url;

	*c = (struct s3_call){0};
	buf_init(&url);
	buf_adds(&url, s->root);
	if (name) {
		weburl_add_path(&url, s->prefix);
		weburl_add_path(&url, name);
	}
	if (query)
		buf_addf(&url, "?%s", query);
	c->url = buf_detach(&url, NULL);
	memcpy(c->hash, no_body, sizeof(no_body));
	c->req = (struct transfer_request){
		.method = method, .url = c->url, .headers = c->headers,
	};
	s3_call_header(c, "x-amz-content-sha256", c->hash);
	transfer_answer_init(&c->answer);
}

void s3_call_header(struct s3_call *c, const char *name, const char *value)
{
	c->headers[c->req.header_count++] =
		(struct transfer_header){name, value};
}

bool s3_call_run(struct s3_call *c, struct s3 *s, struct err *err)
{
	return transfer_run(s->transfer, &c->req, &c->answer, s->base.watch,
			    err);
}

void s3_call_end(struct s3_call *c)
{
	transfer_answer_release(&c->answer);
	free(c->url);
}

bool s3_fine(const struct s3_call *c)
{
	return c->answer.status >= 200 && c->answer.status < 300;
}

bool s3_refused(const struct s3_call *c, const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return transfer_refused(&c->answer,
				err_quote(quoted, name, strlen(name)), err);
}

/* ---- list ------------------------------------------------------------- */

static bool s3_list(struct objects *o, const char *dir, bool deep,
		    struct objects_list *out, struct err *err)
{
	struct s3 *s = (struct s3 *)o;
	struct s3_page page = {.out = out, .prefix = s->prefix,
			       .truncated = true};
	char *token = NULL;
	bool ok = true;

	while (ok && page.truncated) {
		struct s3_call c;
		struct buf query;

		buf_init(&query);
		if (token) {
			buf_adds(&query, "continuation-token=");
			weburl_add_value(&query, token);
			buf_addc(&query, '&');
		}
		if (!deep)
			buf_adds(&query, "delimiter=%2F&");
		buf_adds(&query, "encoding-type=url&list-type=2&prefix=");
		weburl_add_value(&query, s->prefix);
		weburl_add_value(&query, dir);
		if (*dir)
			buf_adds(&query, "%2F");
		s3_call_begin(&c, s, "GET", NULL, query.data);
		page.token = NULL;
		ok = s3_call_run(&c, s, err);
		if (ok && !s3_fine(&c))
			ok = s3_refused(&c, *dir ? dir : o->conf->bucket, err);
		ok = ok && s3_read_page(&page, c.answer.body.data,
					c.answer.body.len, err);
		/* a page that leads to itself would go on for ever */
		if (ok && page.truncated &&
		    (!page.token || (token && !strcmp(token, page.token))))
			ok = err_set(err, ERR_INPUT, _("the list of the bucket "
				     "does not go on"));
		if (ok && out->count > OBJECTS_LIST_MAX)
			ok = err_set(err, ERR_LIMIT, _("more than %d names"),
				     OBJECTS_LIST_MAX);
		free(token);
		token = page.token;
		s3_call_end(&c);
		buf_release(&query);
	}
	free(token);
	return ok;
}

/* ---- head and get ----------------------------------------------------- */

bool s3_look(struct s3 *s, const char *name, struct objects_entry *out,
	     struct err *err)
{
	char etag[256], text[TRANSFER_VALUE_MAX];
	struct s3_call c;
	bool ok;

	s3_call_begin(&c, s, "HEAD", name, NULL);
	ok = s3_call_run(&c, s, err);
	if (ok && c.answer.status == 404)
		ok = objects_not_there(name, err);
	else if (ok && !s3_fine(&c))
		ok = s3_refused(&c, name, err);
	if (ok) {
		*out = (struct objects_entry){
			.name = mem_strdup(name), .size = UINT64_MAX,
			.mtime_ns = OBJECTS_NO_TIME,
		};
		if (transfer_header(&c.answer, "Content-Length", text,
				    sizeof(text)))
			sscanf(text, "%" SCNu64, &out->size);
		if (transfer_header(&c.answer, "Last-Modified", text,
				    sizeof(text)))
			out->mtime_ns = transfer_parse_date(text);
		if (s3_etag(&c, etag, sizeof(etag)))
			out->version = mem_strdup(etag);
	}
	s3_call_end(&c);
	return ok;
}

static bool s3_head(struct objects *o, const char *name,
		    struct objects_entry *out, struct err *err)
{
	return s3_look((struct s3 *)o, name, out, err);
}

static bool get_body(struct s3 *s, const char *name, struct objects_sink *sink,
		     const struct objects_entry *is, struct err *err)
{
	char quoted[258], hex[MD5_HEX_MAX], etag[256];
	struct s3_call c;
	bool ok;

	snprintf(quoted, sizeof(quoted), "\"%s\"", is->version);
	s3_call_begin(&c, s, "GET", name, NULL);
	s3_call_header(&c, "If-Match", quoted);
	c.req.to_file = true;
	c.req.fd = sink->fd;
	c.req.file_max = is->size ? is->size : 1;
	c.req.at = sink->got;
	c.req.validator = quoted;
	ok = s3_call_run(&c, s, err);
	if (ok && c.answer.status == 404)
		ok = objects_not_there(name, err);
	else if (ok && c.answer.status == 412)
		ok = objects_moved_on(name, NULL, err);
	else if (ok && !s3_fine(&c))
		ok = s3_refused(&c, name, err);
	sink->sent += c.answer.received > sink->got
		? c.answer.received - sink->got : 0;
	if (!ok || s3_fine(&c))
		sink->got = c.answer.received;
	if (ok && sink->got != is->size)
		ok = err_set(err, ERR_SYSTEM, _("%" PRIu64 " bytes came in place "
			     "of %" PRIu64), sink->got, is->size);
	if (ok && s3_etag(&c, etag, sizeof(etag)) && strcmp(etag, is->version))
		ok = objects_moved_on(name, NULL, err);
	if (ok && s3_is_md5(&c, is->version) &&
	    s3_file_md5(sink->fd, 0, is->size, hex) && strcmp(hex, is->version)) {
		sink->got = 0;
		ok = err_set(err, ERR_SYSTEM, _("other bytes arrived than the "
			     "checksum says"));
	}
	s3_call_end(&c);
	return ok;
}

static bool s3_get(struct objects *o, const char *name,
		   struct objects_sink *sink, struct objects_entry *out,
		   struct err *err)
{
	struct s3 *s = (struct s3 *)o;
	struct err e = {0};

	for (int i = 0; i < GET_TRIES; i++) {
		struct objects_entry is = {0};

		e = (struct err){0};
		if (!s3_look(s, name, &is, &e))
			break;
		if (!is.version || is.size == UINT64_MAX)
			err_set(&e, ERR_SYSTEM, _("the server tells neither size "
				"nor ETag"));
		else if (sink->version &&
			 !objects_same_version(sink->version, is.version))
			objects_moved_on(name, NULL, &e);
		else if (sink->max && is.size > sink->max)
			err_set(&e, ERR_LIMIT, _("larger than %" PRIu64
				" bytes"), sink->max);
		if (e.code == ERR_OK) {
			if (i > 0 || !sink->version || sink->got > is.size)
				sink->got = 0;
			if ((sink->got && sink->got == is.size) ||
			    get_body(s, name, sink, &is, &e)) {
				*out = is;
				return true;
			}
		}
		objects_entry_release(&is);
		if (e.code != ERR_CONFLICT || sink->version)
			break;
	}
	if (err)
		*err = e;
	return false;
}

/* ---- put and remove --------------------------------------------------- */

void s3_call_condition(struct s3_call *c, const struct s3 *s,
		       const struct objects_condition *when)
{
	if (s->conditional == S3_NO)
		return;
	if (when->when == OBJECTS_IF_ABSENT)
		s3_call_header(c, "If-None-Match", "*");
	else if (when->when == OBJECTS_IF_VERSION)
		s3_call_header(c, "If-Match", when->version);
}

bool s3_holds(struct s3 *s, const char *name,
	      const struct objects_condition *when, struct err *err)
{
	struct objects_entry is = {0};
	struct err e = {0};
	bool there, ok = true;

	if (when->when == OBJECTS_ALWAYS)
		return true;
	there = s3_look(s, name, &is, &e);
	if (!there && e.code != ERR_NOTARGET) {
		if (err)
			*err = e;
		return false;
	}
	if (when->when == OBJECTS_IF_ABSENT ? there
	    : !there || !objects_same_version(is.version, when->version))
		ok = objects_moved_on(name, when, err);
	objects_entry_release(&is);
	return ok;
}

/* 501: it does not know conditions. *again: to be sent without. */
static bool put_once(struct s3 *s, const char *name,
		     const struct objects_source *src,
		     const struct objects_condition *when, bool *again,
		     struct err *err)
{
	bool asked = when->when != OBJECTS_ALWAYS && s->conditional != S3_NO;
	struct s3_call c;
	bool ok;

	*again = false;
	s3_call_begin(&c, s, "PUT", name, NULL);
	s3_call_condition(&c, s, when);
	ok = s3_call_file(&c, s, src->fd, 0, src->size, err) &&
	     s3_call_run(&c, s, err);
	if (ok && asked && c.answer.status == 501) {
		s->conditional = S3_NO;
		*again = true;
		ok = false;
	} else if (ok && asked && c.answer.status == 412) {
		/* ours, of a try whose answer was lost? */
		struct objects_entry is = {0};
		char hex[MD5_HEX_MAX];

		s->conditional = S3_YES;
		ok = c.answer.tries > 1 &&
		     s3_file_md5(src->fd, 0, src->size, hex) &&
		     s3_look(s, name, &is, NULL) && is.version &&
		     !strcmp(is.version, hex);
		objects_entry_release(&is);
		if (!ok)
			objects_moved_on(name, when, err);
	} else if (ok && !s3_fine(&c)) {
		ok = s3_refused(&c, name, err);
	} else if (ok) {
		ok = s3_arrived(&c, name, NULL, err);
	}
	s3_call_end(&c);
	return ok;
}

static bool s3_put(struct objects *o, const char *name,
		   const struct objects_source *src,
		   const struct objects_condition *when,
		   struct objects_entry *out, struct err *err)
{
	struct s3 *s = (struct s3 *)o;
	char quoted[ERR_QUOTE_MAX];
	bool again;

	if (!s3_holds(s, name, when, err))
		return false;
	if (src->size > ONE_PIECE(s))
		return s3_put_parts(s, name, src, when, out, err);
	if (!put_once(s, name, src, when, &again, err) &&
	    !(again && put_once(s, name, src, when, &again, err)))
		return false;
	if (!s3_look(s, name, out, err))
		return false;
	if (out->size == src->size)
		return true;
	err_set(err, ERR_SYSTEM, _("%s: %" PRIu64 " of %" PRIu64 " bytes "
		"arrived"), err_quote(quoted, name, strlen(name)), out->size,
		src->size);
	objects_entry_release(out);
	return false;
}

static bool s3_remove(struct objects *o, const char *name,
		      const struct objects_condition *when, struct err *err)
{
	struct s3 *s = (struct s3 *)o;
	struct s3_call c;
	bool ok;

	if (!s3_holds(s, name, when, err))
		return false;
	s3_call_begin(&c, s, "DELETE", name, NULL);
	ok = s3_call_run(&c, s, err) &&
	     (s3_fine(&c) || c.answer.status == 404 ||
	      s3_refused(&c, name, err));
	s3_call_end(&c);
	return ok;
}

/* ---- probe ------------------------------------------------------------ */

static int probe_put(struct s3 *s, const char *name, const char *header,
		     const char *value)
{
	struct s3_call c;
	int status;

	s3_call_begin(&c, s, "PUT", name, NULL);
	s3_call_header(&c, header, value);
	s3_call_text(&c, "rredit", 6);
	status = s3_call_run(&c, s, NULL) ? c.answer.status : 0;
	s3_call_end(&c);
	return status;
}

static bool probe_writes(struct s3 *s, struct err *err)
{
	static const struct objects_condition always;
	struct objects_abilities *can = &s->base.can;
	char *name = objects_own_name("", OBJECTS_PROBE);
	struct objects_source src = {.size = 6, .fd = statedir_spool(NULL, err)};
	struct objects_entry e = {0};
	bool ok = src.fd >= 0 && pwrite(src.fd, "rredit", 6, 0) == 6 &&
		  s3_put(&s->base, name, &src, &always, &e, err);

	can->writable = ok;
	if (ok) {
		can->if_absent = probe_put(s, name, "If-None-Match", "*") == 412;
		can->if_version = probe_put(s, name, "If-Match",
					    "\"rredit-no-such\"") == 412;
		s->conditional = can->if_absent && can->if_version ? S3_YES
								   : S3_NO;
		s3_remove(&s->base, name, &always, NULL);
	}
	objects_entry_release(&e);
	if (src.fd >= 0)
		close(src.fd);
	free(name);
	return ok;
}

static bool s3_probe(struct objects *o, struct err *err)
{
	struct s3 *s = (struct s3 *)o;
	char value[TRANSFER_VALUE_MAX], quoted[ERR_QUOTE_MAX];
	struct s3_call c;
	bool ok;

	o->can = (struct objects_abilities){
		.lists = true, .moves = true, .ranges = true};
	s3_call_begin(&c, s, "GET", NULL, "list-type=2&max-keys=1");
	ok = s3_call_run(&c, s, err) &&
	     (s3_fine(&c) || s3_refused(&c, o->conf->bucket, err));
	if (ok && transfer_header(&c.answer, "Server", value, sizeof(value)))
		snprintf(o->can.server, sizeof(o->can.server), "%s",
			 err_quote(quoted, value, strlen(value)));
	s3_call_end(&c);
	return ok && (o->conf->read_only || probe_writes(s, err));
}

static const char *s3_guarantee(const struct objects *o)
{
	const struct s3 *s = (const struct s3 *)o;

	if (s->conditional == S3_YES)
		return _("an object is replaced whole, only when it still is the "
			 "one that was seen (the server checks that), and "
			 "writers wait for one another");
	return _("an object is replaced whole, and writers look out for one "
		 "another; the server itself refuses conditions, so it keeps "
		 "nobody back");
}

/* ---- open and close --------------------------------------------------- */

static void s3_close(struct objects *o)
{
	struct s3 *s = (struct s3 *)o;

	transfer_free(s->transfer);
	free(s->root);
	free(s->prefix);
	free(s);
}

/* Path style also where the bucket cannot be a part of the host: addresses, and
 * names with dots under TLS, which no certificate covers. */
static char *root_url(const struct remote_conf *conf, const char *region)
{
	char *url = conf->url ? mem_strdup(conf->url)
			      : mem_format("https://s3.%s.amazonaws.com", region);
	const char *host = strstr(url, "://") + 3;
	size_t len = strlen(url);
	bool path = conf->path_style || strchr(conf->bucket, '.') ||
		    host[strspn(host, "0123456789.")] == ':' ||
		    !host[strspn(host, "0123456789.")] || *host == '[' ||
		    !strncasecmp(host, "localhost", 9);
	struct buf root;

	while (len && url[len - 1] == '/')
		url[--len] = '\0';
	buf_init(&root);
	if (path) {
		buf_addf(&root, "%s/", url);
		weburl_add_value(&root, conf->bucket);
	} else {
		buf_add(&root, url, (size_t)(host - url));
		weburl_add_value(&root, conf->bucket);
		buf_addf(&root, ".%s", host);
	}
	buf_addc(&root, '/');
	free(url);
	return buf_detach(&root, NULL);
}

static bool set_up(struct s3 *s, struct err *err)
{
	const struct remote_conf *conf = s->base.conf;
	struct awscreds creds;
	const char *region = conf->region;
	struct transfer_conf c = {
		.auth = TRANSFER_SIGV4, .service = "s3",
		.ca_file = conf->ca_file, .proxy = conf->proxy,
		.connect_s = conf->timeout_s, .stall_s = conf->timeout_s,
		.retries = conf->retries,
	};

	if (!awscreds_find(&creds, conf->profile, err))
		return false;
	if (!region)
		region = creds.region ? creds.region : "us-east-1";
	c.region = region;
	c.user = creds.key;
	c.secret = creds.secret.text;
	c.session_token = creds.token.text;
	s->root = root_url(conf, region);
	s->tls = !strncasecmp(s->root, "https:", 6);
	s->transfer = transfer_new(&c, err);
	awscreds_release(&creds);
	return s->transfer;
}

void s3_set_part(struct objects *o, uint64_t bytes)
{
	((struct s3 *)o)->part = bytes;
}

struct objects *s3_open(const struct remote_conf *conf,
			const struct remote_watch *watch, struct err *err)
{
	static const struct objects_ops ops = {
		.list = s3_list,
		.head = s3_head,
		.get = s3_get,
		.put = s3_put,
		.remove = s3_remove,
		.probe = s3_probe,
		.guarantee = s3_guarantee,
		.close = s3_close,
	};
	struct s3 *s = mem_zalloc(1, sizeof(*s));

	s->base = (struct objects){.ops = &ops, .conf = conf, .watch = watch};
	s->base.can.lists = true;
	s->prefix = mem_strdup(conf->prefix ? conf->prefix : "");
	s->part = S3_PART;
	if (set_up(s, err))
		return &s->base;
	s3_close(&s->base);
	return NULL;
}
