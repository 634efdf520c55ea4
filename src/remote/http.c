/* A web server as a remote: WebDAV where it has it, plain PUT and GET where not.
 * What servers do differs; what is used here is what Apache, lighttpd, nginx and
 * rclone were all seen to do right. */
#include "config.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "remote/davlist.h"
#include "remote/http-call.h"
#include "remote/weburl.h"

#define LEVELS_MAX 32
#define MEASURE_MAX ((size_t)64 << 10)
#define GET_TRIES 3		/* when the object changes while it is got */

char *http_url(const struct http *h, const char *name, bool dir)
{
	struct buf url;

	buf_init(&url);
	buf_adds(&url, h->root);
	weburl_add_path(&url, name);
	if (dir && *name)
		buf_addc(&url, '/');
	return buf_detach(&url, NULL);
}

void http_call_begin(struct http_call *c, struct http *h, const char *method,
		       const char *name, bool dir)
{
	const struct remote_conf *conf = h->base.conf;

	*c = (struct http_call){.url = http_url(h, name, dir)};
	c->req = (struct transfer_request){
		.method = method, .url = c->url, .headers = c->headers,
	};
	for (size_t i = 0; i < conf->header_count; i++)
		c->headers[i] = (struct transfer_header){
			conf->headers[i].name, conf->headers[i].value};
	c->req.header_count = conf->header_count;
	transfer_answer_init(&c->answer);
}

void http_call_header(struct http_call *c, const char *name, const char *value)
{
	c->headers[c->req.header_count++] =
		(struct transfer_header){name, value};
}

bool http_call_run(struct http_call *c, struct http *h, struct err *err)
{
	return transfer_run(h->transfer, &c->req, &c->answer, h->base.watch,
			    err);
}

void http_call_end(struct http_call *c)
{
	transfer_answer_release(&c->answer);
	free(c->url);
}

bool http_fine(const struct http_call *c)
{
	return c->answer.status >= 200 && c->answer.status < 300;
}

bool http_gone(const struct http_call *c)
{
	return c->answer.status == 404 || c->answer.status == 410;
}

bool http_refused(const struct http_call *c, const char *name, struct err *err)
{
	char quoted[ERR_QUOTE_MAX];

	return transfer_refused(&c->answer,
				err_quote(quoted, *name ? name : "/",
					  *name ? strlen(name) : 1), err);
}

/* ---- what the server is ----------------------------------------------- */

static void note_server(struct http *h, const struct transfer_answer *a)
{
	char value[TRANSFER_VALUE_MAX], quoted[ERR_QUOTE_MAX];

	if (transfer_header(a, "Server", value, sizeof(value)))
		snprintf(h->base.can.server, sizeof(h->base.can.server), "%s",
			 err_quote(quoted, value, strlen(value)));
}

/* WebDAV or not; asked once. */
bool http_know(struct http *h, struct err *err)
{
	struct objects_abilities *can = &h->base.can;
	struct http_call c;
	bool ok;

	if (h->known)
		return true;
	http_call_begin(&c, h, "PROPFIND", "", true);
	http_call_header(&c, "Depth", "0");
	ok = http_call_run(&c, h, err);
	if (!ok)
		goto out;
	note_server(h, &c.answer);
	if (c.answer.status == 401 || c.answer.status == 407 ||
	    c.answer.status == 429 || c.answer.status >= 502) {
		ok = http_refused(&c, "", err);
		goto out;
	}
	can->dav = c.answer.status == 207;
	if (http_gone(&c)) {		/* no such place yet: does it speak WebDAV? */
		char value[TRANSFER_VALUE_MAX];

		http_call_end(&c);
		http_call_begin(&c, h, "OPTIONS", "", true);
		ok = http_call_run(&c, h, err);
		can->dav = ok && transfer_header(&c.answer, "DAV", value,
						 sizeof(value));
	}
	can->moves = can->excludes = can->lists = can->dav;
	if (ok && !can->dav) {
		http_call_end(&c);
		http_call_begin(&c, h, "GET", "", true);
		ok = http_call_run(&c, h, err);
		if (ok && http_fine(&c)) {
			struct objects_list l = {0};

			can->lists = davlist_page(&l, c.answer.body.data,
						  c.answer.body.len, c.url, "",
						  NULL);
			objects_list_release(&l);
		}
	}
	h->known = ok;
out:
	http_call_end(&c);
	return ok;
}

static bool http_find_out(struct objects *o, struct err *err)
{
	return http_know((struct http *)o, err);
}

/* ---- list ------------------------------------------------------------- */

static bool list_dir(struct http *h, const char *dir, bool deep, unsigned level,
		     struct objects_list *out, struct err *err)
{
	bool dav = h->base.can.dav, ok;
	size_t from = out->count, to;
	struct http_call c;

	http_call_begin(&c, h, dav ? "PROPFIND" : "GET", dir, true);
	if (dav)
		http_call_header(&c, "Depth", "1");
	ok = http_call_run(&c, h, err);
	if (ok && http_gone(&c))
		;
	else if (ok && !http_fine(&c))
		ok = http_refused(&c, dir, err);
	else if (ok)
		ok = (dav ? davlist_multistatus : davlist_page)
			(out, c.answer.body.data, c.answer.body.len,
			 c.answer.url, dir, err);
	http_call_end(&c);
	to = out->count;
	if (ok && deep && level == LEVELS_MAX)
		return err_set(err, ERR_LIMIT, _("folders in more than %d "
			       "levels"), LEVELS_MAX);
	for (size_t i = from; ok && deep && i < to; i++)
		if (out->entries[i].is_dir) {
			char *sub = mem_strdup(out->entries[i].name);

			ok = list_dir(h, sub, true, level + 1, out, err);
			free(sub);
		}
	return ok;
}

static bool http_list(struct objects *o, const char *dir, bool deep,
		      struct objects_list *out, struct err *err)
{
	struct http *h = (struct http *)o;

	if (!http_know(h, err))
		return false;
	if (!o->can.lists)
		return err_set(err, ERR_SYSTEM,
			       _("the server does not tell what it has"));
	return list_dir(h, dir, deep, 0, out, err);
}

/* ---- head ------------------------------------------------------------- */

static uint64_t length_of(const struct transfer_answer *a)
{
	char text[TRANSFER_VALUE_MAX];
	uint64_t n;

	if (!transfer_header(a, "Content-Length", text, sizeof(text)) ||
	    sscanf(text, "%" SCNu64, &n) != 1)
		return UINT64_MAX;
	return n;
}

/* etag (may be NULL): as the server wrote it, TRANSFER_VALUE_MAX bytes. */
static void describe(struct objects_entry *e, const char *name,
		     const struct transfer_answer *a, uint64_t size, char *etag)
{
	char tag[TRANSFER_VALUE_MAX] = "", modified[TRANSFER_VALUE_MAX] = "";

	if (!transfer_header(a, "ETag", tag, sizeof(tag)))
		tag[0] = '\0';
	if (!transfer_header(a, "Last-Modified", modified, sizeof(modified)))
		modified[0] = '\0';
	*e = (struct objects_entry){
		.name = mem_strdup(name), .size = size,
		.mtime_ns = *modified ? transfer_parse_date(modified)
				      : OBJECTS_NO_TIME,
		.version = davlist_version(tag, modified, size),
	};
	if (etag)
		memcpy(etag, tag, sizeof(tag));
}

/* Apache leaves out the length of an empty file. What is small and has none is
 * got to see it. */
static uint64_t measure(struct http *h, const char *name)
{
	struct http_call c;
	uint64_t size = UINT64_MAX;

	http_call_begin(&c, h, "GET", name, false);
	c.req.text_max = MEASURE_MAX;
	if (http_call_run(&c, h, NULL) && http_fine(&c))
		size = c.answer.body.len;
	http_call_end(&c);
	return size;
}

bool http_look(struct http *h, const char *name, struct objects_entry *out,
	       char *etag, struct err *err)
{
	struct http_call c;
	uint64_t size;
	bool ok;

	http_call_begin(&c, h, "HEAD", name, false);
	ok = http_call_run(&c, h, err);
	if (ok && http_gone(&c))
		ok = objects_not_there(name, err);
	else if (ok && !http_fine(&c))
		ok = http_refused(&c, name, err);
	if (ok) {
		size = length_of(&c.answer);
		if (size == UINT64_MAX)
			size = measure(h, name);
		describe(out, name, &c.answer, size, etag);
	}
	http_call_end(&c);
	return ok;
}

static bool http_head(struct objects *o, const char *name,
		      struct objects_entry *out, struct err *err)
{
	return http_look((struct http *)o, name, out, NULL, err);
}

/* ---- get -------------------------------------------------------------- */

static bool get_body(struct http *h, const char *name, struct objects_sink *sink,
		     const struct objects_entry *is, const char *etag,
		     struct err *err)
{
	struct objects_entry got = {0};
	struct http_call c;
	bool ok;

	http_call_begin(&c, h, "GET", name, false);
	c.req.to_file = true;
	c.req.fd = sink->fd;
	c.req.file_max = is->size != UINT64_MAX ? is->size : sink->max;
	/* an object without bytes must not have any */
	if (is->size == 0)
		c.req.file_max = 1;
	if (sink->got && etag[0] == '"') {
		c.req.at = sink->got;
		c.req.validator = etag;
	} else {
		sink->got = 0;
	}
	ok = http_call_run(&c, h, err);
	if (ok && http_gone(&c))
		ok = objects_not_there(name, err);
	else if (ok && !http_fine(&c))
		ok = http_refused(&c, name, err);
	else if (ok)
		describe(&got, name, &c.answer, is->size, NULL);
	sink->sent += c.answer.received > sink->got
		? c.answer.received - sink->got : 0;
	if (!ok || http_fine(&c))
		sink->got = c.answer.received;
	if (ok && is->size != UINT64_MAX && sink->got != is->size)
		ok = err_set(err, ERR_SYSTEM, _("%" PRIu64 " bytes came in place "
			     "of %" PRIu64), sink->got, is->size);
	if (ok && is->version && got.version &&
	    !objects_same_version(is->version, got.version))
		ok = objects_moved_on(name, NULL, err);
	objects_entry_release(&got);
	http_call_end(&c);
	return ok;
}

bool http_get(struct objects *o, const char *name,
		     struct objects_sink *sink, struct objects_entry *out,
		     struct err *err)
{
	struct http *h = (struct http *)o;
	char etag[TRANSFER_VALUE_MAX];
	struct err e = {0};

	for (int i = 0; i < GET_TRIES; i++) {
		struct objects_entry is = {0};

		e = (struct err){0};
		if (!http_look(h, name, &is, etag, &e))
			break;
		if (sink->version &&
		    !objects_same_version(sink->version, is.version))
			objects_moved_on(name, NULL, &e);
		else if (sink->max && is.size != UINT64_MAX &&
			 is.size > sink->max)
			err_set(&e, ERR_LIMIT, _("larger than %" PRIu64
				" bytes"), sink->max);
		if (e.code != ERR_OK) {
			objects_entry_release(&is);
			break;
		}
		if (i > 0 || !sink->version || sink->got > is.size)
			sink->got = 0;
		if ((sink->got && sink->got == is.size) ||
		    get_body(h, name, sink, &is, etag, &e)) {
			*out = is;
			return true;
		}
		objects_entry_release(&is);
		if (e.code != ERR_CONFLICT || sink->version)
			break;
	}
	if (err)
		*err = e;
	return false;
}

/* ---- open and close --------------------------------------------------- */

static void http_close(struct objects *o)
{
	struct http *h = (struct http *)o;

	transfer_free(h->transfer);
	free(h->root);
	free(h->made);
	free(h);
}

static bool set_up(struct http *h, const struct remote_watch *watch,
		   struct err *err)
{
	const struct remote_conf *conf = h->base.conf;
	struct transfer_conf c = {
		.auth = TRANSFER_ANONYMOUS, .user = conf->user,
		.ca_file = conf->ca_file, .proxy = conf->proxy,
		.connect_s = conf->timeout_s, .stall_s = conf->timeout_s,
		.retries = conf->retries,
	};
	struct secret secret = {0};
	bool bearer = conf->bearer.how != SECRET_NONE;

	if (!secret_get(&secret, bearer ? &conf->bearer : &conf->password,
			bearer ? "bearer" : "password", watch, err))
		return false;
	c.secret = secret.text;
	if (bearer)
		c.auth = TRANSFER_BEARER;
	else if (conf->user)
		c.auth = TRANSFER_BASIC;
	h->transfer = transfer_new(&c, err);
	secret_release(&secret);
	return h->transfer;
}

struct objects *http_open(const struct remote_conf *conf,
			  const struct remote_watch *watch, struct err *err)
{
	static const struct objects_ops ops = {
		.find_out = http_find_out,
		.list = http_list,
		.head = http_head,
		.get = http_get,
		.put = http_put,
		.remove = http_remove,
		.make_dir = http_make_dir,
		.remove_tree = http_remove_tree,
		.probe = http_probe,
		.guarantee = http_guarantee,
		.close = http_close,
	};
	struct http *h = mem_zalloc(1, sizeof(*h));
	size_t len = strlen(conf->url);

	h->base.ops = &ops;
	h->base.conf = conf;
	h->base.watch = watch;
	h->root = mem_format(conf->url[len - 1] == '/' ? "%s" : "%s/", conf->url);
	if (set_up(h, watch, err))
		return &h->base;
	http_close(&h->base);
	return NULL;
}
